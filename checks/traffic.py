"""What viewers met: how many of their requests failed, how many the edge could answer by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Severity, Undecided, check
from checks.comparisons import quantity
from checks.rates import below

if TYPE_CHECKING:
    from fixtures.declared.cloudfront import Distribution
    from fixtures.declared.edge_functions import EdgeAssociations
    from fixtures.facts.traffic import EdgeErrors, Traffic


@check(
    "traffic.client-errors",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="prod.error-rate",
    fix="see in the access logs which requests are answered with 4xx, and why",
)
def client_errors(distribution: Distribution, traffic: Traffic, *, percent: float) -> Iterator[Finding]:
    """Few requests are answered with 4xx.

    The requests of this suite are among them: it asks for a protected page and is refused.
    """
    yield from _requests(distribution, traffic, traffic.client_errors, percent, "requests answered with 4xx: {}")


@check(
    "traffic.server-errors",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="prod.error-rate",
    fix="see in the access logs which requests are answered with 5xx, and why; roll back if they began with the deployment",
)
def server_errors(distribution: Distribution, traffic: Traffic, *, percent: float) -> Iterator[Finding]:
    """No request is answered with 5xx, or not more of them than admitted."""
    yield from _requests(distribution, traffic, traffic.server_errors, percent, "requests answered with 5xx: {}")


def _requests(distribution: Distribution, traffic: Traffic, errors: int | None, percent: float, what: str) -> Iterator[Finding]:
    if not traffic.requests:
        yield Undecided(distribution.name, f"the site had no requests in the last {quantity(traffic.window)}")
        return
    if errors is None:
        yield Undecided(
            distribution.name, f"CloudWatch has no rate for some of the {traffic.requests:,} requests: {what.partition(':')[0]}"
        )
        return
    yield below(distribution.name, errors, traffic.requests, percent, what=what, unit="requests")
    yield Observation(distribution.name, f"{traffic.requests:,} requests in the last {quantity(traffic.window)}")


@check(
    "traffic.cache-hit-ratio",
    severity=Severity.MEDIUM,
    pillar=Pillar.PERFORMANCE_EFFICIENCY,
    requirement="sit.performance-baseline",
    fix="see which requests miss, and give them a cache policy with a longer lifetime or a smaller cache key",
    stands_on=("cloudfront.monitoring-subscription",),
)
def cache_hit_ratio(distribution: Distribution, traffic: Traffic, *, percent: float) -> Iterator[Finding]:
    """CloudFront answers most requests from its cache."""
    if not traffic.requests:
        yield Undecided(distribution.name, f"the site had no requests in the last {quantity(traffic.window)}")
    elif traffic.hits is None:
        yield Undecided(distribution.name, "CacheHitRate has no data: it needs the monitoring subscription")
    else:
        misses = max(0, traffic.requests - traffic.hits)
        what = f"cache hit ratio above {quantity(percent)} %: misses {{}}"
        yield below(distribution.name, misses, traffic.requests, 100 - percent, what=what, unit="requests")


@check(
    "traffic.edge-errors",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="prod.error-rate",
    fix="see in /aws/lambda/us-east-1.<function> of the regions of execution what fails; roll back to the version before",
)
def edge_errors(associations: EdgeAssociations, found: EdgeErrors, *, percent: float) -> Iterator[Finding]:
    """Lambda@Edge functions do not fail.

    CloudFront's own metrics count errors of a distribution's functions, of which each request runs one or more: that few of its
    requests met one says that few of the invocations failed. Lambda's count invocations, in each region of execution.
    """
    if not found.of:
        yield Undecided(associations.name, f"no {found.unit} in the last {quantity(found.window)}: {found.source}")
        return
    yield below(associations.name, found.errors, found.of, percent, what="errors of edge functions: {}", unit=found.unit)
    yield Observation(associations.name, f"by {found.source}")
