"""DNS: each declared name leads to its distribution, and nowhere else."""

from checks import dns


def test_record(verify, record, name_records):
    verify(dns.record, record, name_records)


def test_no_other_record(verify, record, name_records):
    verify(dns.no_other_record, record, name_records)
