"""The account that the release goes to: the right one, with the regions and keys that the release needs."""

from checks import account as checks


def test_identity(verify, account, identity):
    verify(checks.identity, account, identity)


def test_session(verify, account, identity, policy):
    verify(checks.session, account, identity, by=policy.account.sign_in)


def test_region_enabled(verify, region, region_status):
    verify(checks.region_enabled, region, region_status)


def test_key_usable(verify, key, key_description):
    verify(checks.key_usable, key, key_description)
