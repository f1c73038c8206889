"""Service quotas: the account has room for what the deployment adds."""

from checks import quotas


def test_room(verify, quota, quota_allowed, quota_use):
    verify(quotas.room, quota, quota_allowed, quota_use)
