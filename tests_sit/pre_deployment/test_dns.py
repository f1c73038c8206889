"""DNS before a deployment: the hosted zones are there and delegated to, and the names are not another distribution's."""

from checks import dns


def test_zone_exists(verify, hosted_zone, public_zones):
    verify(dns.zone_exists, hosted_zone, public_zones)


def test_delegation(verify, hosted_zone, zone_servers, referrals):
    verify(dns.delegation, hosted_zone, zone_servers, referrals)


def test_dnssec(verify, hosted_zone, zone_signing, zone_servers, parent_ds):
    verify(dns.dnssec, hosted_zone, zone_signing, zone_servers, parent_ds)


def test_alias_available(verify, record, alias_conflicts):
    verify(dns.alias_available, record, alias_conflicts)
