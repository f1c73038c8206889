"""Aurora before a deployment: what stands can be restored to a moment before it."""

from checks import aurora


def test_restorable(verify, aurora_cluster, aurora_restorable, policy):
    verify(aurora.restorable, aurora_cluster, aurora_restorable, fresh_minutes=policy.aurora.restorable_within_minutes)
