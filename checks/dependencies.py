"""Dependencies: what a plan stands on is there before the plan is deployed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checks import Finding, Pillar, Severity, check
from checks.comparisons import equal, judge

if TYPE_CHECKING:
    from fixtures.declared.dependencies import NeededBucket, NeededTable


@check(
    "dependencies.table-ready",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("dep.backend-public", "dep.ecs"),
    fix="promote the plan that declares the table first",
    stands_on=("dynamodb.table-active",),
)
def table_ready(needed: NeededTable, status: str | None) -> Iterator[Finding]:
    """Every table that the plan needs is there and ACTIVE."""
    yield equal(needed.name, status or "missing", "ACTIVE", detail=f"of plan {needed.table.plan}")


@check(
    "dependencies.bucket-ready",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("dep.backend-public", "dep.ecs"),
    fix="promote the plan that declares the bucket first",
    stands_on=("s3.bucket-exists",),
)
def bucket_ready(needed: NeededBucket, region: str | None) -> Iterator[Finding]:
    """Every bucket that the plan needs is there, in its region."""
    observed = f"in {region}" if region else f"missing (of plan {needed.bucket.plan})"
    yield judge(needed.name, region == needed.bucket.region, f"a bucket in {needed.bucket.region}", observed)
