"""Service quotas: whether the account may have as much as a deployment needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checks import Finding, Judgement, Pillar, Severity, check
from checks.comparisons import at_most, quantity

if TYPE_CHECKING:
    from fixtures.declared.quotas import Quota
    from fixtures.facts.quotas import Use
    from fixtures.facts.service_quotas import Allowed

UNITS = {
    "cache-nodes": "cache nodes",
    "db-instances": "DB instances",
    "ecs-clusters": "ECS clusters",
    "elastic-ips": "elastic IPs",
    "fargate-vcpus": "Fargate vCPUs",
    "vpcs": "VPCs",
}


@check(
    "quotas.room",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="pre.environment-ready",
    fix="request a higher quota in Service Quotas, in this account and region, or delete what nobody needs",
)
def room(quota: Quota, allowed: Allowed, use: Use) -> Iterator[Finding]:
    """The account may have as much as the deployment needs: its quota has room for what the plan adds.

    What of the plan's own stands already is in use, and the plan adds the rest. Where it stands in full, or more of it does, a
    deployment adds nothing, and must fit all the same.
    https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html
    """
    yield fits(quota.id, use.used, max(0.0, quota.adds - use.own), allowed, unit=UNITS[quota.name])


def fits(resource: str, used: float, added: float, allowed: Allowed, *, unit: str) -> Judgement:
    """Whether what is used and what is added is within a quota, and how much is left or missing."""
    left = allowed.value - used - added
    rest = f"{quantity(-left)} too many" if left < 0 else f"room for {quantity(left, up=False)} more"
    of = f"{quantity(used)} of {quantity(allowed.value)} used, the plan adds {quantity(added)}: {rest}"
    which = "AWS's default quota" if allowed.default else "the account's quota"
    return at_most(resource, used + added, allowed.value, unit=unit, what=f"{{}}, {which}", detail=of)
