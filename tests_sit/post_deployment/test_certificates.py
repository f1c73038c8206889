"""Certificates: what declared names are served with is issued, covers them, is valid long enough, and will be renewed."""

from checks import certificates


def test_issued(verify, certificate, served_certificate):
    verify(certificates.issued, certificate, served_certificate)


def test_trusted(verify, certificate, certificate_description):
    verify(certificates.trusted, certificate, certificate_description)


def test_covers_names(verify, certificate, certificate_description):
    verify(certificates.covers_names, certificate, certificate_description)


def test_days_left(verify, certificate, certificate_description, policy):
    limits = policy.certificates
    verify(
        certificates.days_left,
        certificate,
        certificate_description,
        amazon_issued_days=limits.amazon_issued_days,
        imported_days=limits.imported_days,
    )


def test_renewal(verify, certificate, certificate_description):
    verify(certificates.renewal, certificate, certificate_description)


def test_validation_records(verify, certificate, validation_records):
    verify(certificates.validation_records, certificate, validation_records)
