"""The checks of caches and their nodes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import Observation, Problem, Seen, Undecided, redis
from fixtures.declared.inventory import load
from fixtures.declared.redis import Cache
from fixtures.facts.redis import CacheDescription, FoundCache, Member, Update, Updates
from tests.checks.examples import Example, judged, passes

NOW = datetime(2026, 2, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CACHE = replace(load("prod").of(Cache)[0], snapshot_days=7)
SERVERLESS = replace(CACHE, serverless=True, nodes=())
NAME = "bbws-redis-prod"

# The lines of the promotion plans that the checks give evidence for.
CITED = {"07.inventory", "07.phases", "estate.conventions"}

# Checks that fail by no fault alone, and why.
NOT_BY_ONE_FAULT: dict[str, str] = {}


# ---------------------------------------------------------------------------------------------- facts


def good(expected: str, observed: str) -> Seen:
    return Seen(NAME, expected, observed)


def bad(expected: str, observed: str) -> Problem:
    return Problem(NAME, expected, observed)


def unsaid(reason: str) -> Undecided:
    return Undecided(NAME, reason)


def member(number: int, zone: str, shard: str = "0001") -> Member:
    return Member(f"{NAME}-00{number}", f"af-south-1{zone}", shard)


FIRST, SECOND = member(1, "a"), member(2, "b")


def description(**changes: Any) -> CacheDescription:
    healthy = CacheDescription(
        status="available", encryption="sse-elasticache", at_rest=True, key="", in_transit=True, mode="required",
        failover="enabled", multi_az="enabled", members=(FIRST, SECOND), snapshot_days=7, pending=(),
    )  # fmt: skip
    return replace(healthy, **changes)


def of(**changes: Any) -> tuple[Cache, CacheDescription]:
    return CACHE, description(**changes)


def serverless(**changes: Any) -> tuple[Cache, CacheDescription]:
    told = description(at_rest=None, in_transit=None, mode="", failover="", multi_az="", members=())
    return SERVERLESS, replace(told, **changes)


# ---------------------------------------------------------------------------------------------- the cache

STATUS = "status available or snapshotting"
EXISTS, AVAILABLE, ENGINE, VPC = redis.cache_exists, redis.available, redis.engine, redis.in_vpc
GROUP, IN_VPC = "a replication group of that name", "in bbws-prod, which is vpc-1"

STANDING = [
    Example(EXISTS, "there", (CACHE, FoundCache(True, (NAME,))), (good(GROUP, "exists"),)),
    Example(EXISTS, "a serverless one", (SERVERLESS, FoundCache(True, (NAME,))),
            (good("a serverless cache of that name", "exists"),)),
    Example(EXISTS, "none at all", (CACHE, FoundCache(False, ())), (bad(GROUP, "missing; no existing name is close to it"),)),
    Example(EXISTS, "one of a name like it", (CACHE, FoundCache(False, ("bbws-reddis-prod",))),
            (bad(GROUP, "missing; the closest existing name is bbws-reddis-prod"),)),
    Example(AVAILABLE, "available", of(), (good(STATUS, "available"),)),
    Example(AVAILABLE, "being backed up", of(status="snapshotting"), (good(STATUS, "snapshotting"),)),
    Example(AVAILABLE, "a serverless one", serverless(status="AVAILABLE"), (good(STATUS, "available"),)),
    Example(AVAILABLE, "with changes to come", of(pending=("AutomaticFailoverStatus", "Resharding")),
            (good(STATUS, "available"), Observation(NAME, "pending: AutomaticFailoverStatus, Resharding"))),
    *(
        Example(AVAILABLE, status, of(status=status), (bad(STATUS, status),))
        for status in ("creating", "modifying", "deleting", "create-failed")
    ),
    Example(AVAILABLE, "of no status", of(status=""), (bad(STATUS, "none"),)),
    Example(ENGINE, "as declared", (CACHE, ("redis",)), (good("engine redis", "redis"),)),
    Example(ENGINE, "another", (CACHE, ("valkey",)), (bad("engine redis", "valkey"),)),
    Example(ENGINE, "a node behind", (CACHE, ("redis", "valkey")), (good("engine redis", "redis"), bad("engine redis", "valkey"))),
    Example(ENGINE, "not told", (CACHE, ()), (unsaid("neither the cache nor a node of it says which engine it has"),)),
    Example(VPC, "the declared one", (CACHE, (("vpc-1",), "vpc-1")), (good(IN_VPC, "vpc-1"),)),
    Example(VPC, "another", (CACHE, (("vpc-2",), "vpc-1")), (bad(IN_VPC, "vpc-2"),)),
    Example(VPC, "nowhere", (CACHE, ((), "vpc-1")), (unsaid("it has no node, and stands nowhere"),)),
]  # fmt: skip

AT_REST, IN_TRANSIT = redis.encrypted_at_rest, redis.encrypted_in_transit
REST, TRANSIT = "encrypted at rest", "encryption in transit required"

ENCRYPTED = [
    Example(AT_REST, "with a key of the service's", of(), (good(REST, "sse-elasticache"),)),
    Example(AT_REST, "with a KMS key", of(encryption="sse-kms", key="arn:1"), (good(REST, "sse-kms by arn:1"),)),
    Example(AT_REST, "though the flag is off", of(at_rest=False), (good(REST, "sse-elasticache"),)),
    Example(AT_REST, "not, whatever the flag says", of(encryption="none"), (bad(REST, "none"),)),
    Example(AT_REST, "by the flag alone", of(encryption=""), (good(REST, "AtRestEncryptionEnabled"),)),
    Example(AT_REST, "not by the flag, and no type is told", of(encryption="", at_rest=False), (bad(REST, "not encrypted"),)),
    Example(AT_REST, "not told", of(encryption="", at_rest=None),
            (unsaid("DescribeReplicationGroups does not say whether it is encrypted at rest"),)),
    Example(AT_REST, "a serverless one", serverless(encryption=""), (good(REST, "as every serverless cache is"),)),
    Example(IN_TRANSIT, "required", of(), (good(TRANSIT, "required"),)),
    Example(IN_TRANSIT, "preferred", of(mode="preferred"), (bad(TRANSIT, "preferred"),)),
    Example(IN_TRANSIT, "off", of(in_transit=False, mode=""), (bad(TRANSIT, "off"),)),
    Example(IN_TRANSIT, "off, though a mode is told", of(in_transit=False), (bad(TRANSIT, "off"),)),
    Example(IN_TRANSIT, "in no mode", of(mode=""),
            (unsaid(f"{TRANSIT}? DescribeReplicationGroups says that it is enabled, and no mode"),)),
    Example(IN_TRANSIT, "not told", of(in_transit=None, mode=""),
            (unsaid(f"{TRANSIT}? DescribeReplicationGroups does not say whether it is enabled"),)),
    Example(IN_TRANSIT, "a serverless one", serverless(), (good(TRANSIT, "as of every serverless cache"),)),
]  # fmt: skip

KEPT = [
    Example(redis.snapshots, "as long as declared", of(), (good("snapshots kept for at least 7 days", "7 days"),)),
    Example(redis.snapshots, "a day short", of(snapshot_days=6), (bad("snapshots kept for at least 7 days", "6 days"),)),
    Example(redis.snapshots, "off", of(snapshot_days=0), (bad("snapshots kept for at least 7 days", "0 days"),)),
    Example(redis.snapshots, "not told", of(snapshot_days=None), (unsaid("AWS does not say how long snapshots are kept"),)),
    Example(redis.required_tags, "there", (CACHE, {"Owner": "x"}), (good("tag Owner with a value", "Owner=x"),),
            {"required": {"Owner": "*"}}),
    Example(redis.required_tags, "missing", (CACHE, {}), (bad("tag Owner with a value", "no such tag"),),
            {"required": {"Owner": "*"}}),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- of a replication group

FAILOVER, MEMBERS, UPDATES = redis.failover, redis.members, redis.updates
BY_ITSELF, MULTI_AZ, ZONES = "automatic failover enabled", "Multi-AZ enabled", "shard 0001 in at least 2 zones"
ONE, TWO, BOTH = f"{NAME}-001", f"{NAME}-002", good(ZONES, "2 zones (af-south-1a, af-south-1b)")
QUIET = "no critical or important service update that is overdue"
SHARDED = replace(CACHE, nodes=(f"{NAME}-0001-001", f"{NAME}-0002-001"))


def update(severity: str, by: datetime | None) -> Update:
    return Update("security-1", severity, "not-applied", by)


def told(severity: str, by: str) -> str:
    return f"security-1 ({severity}, not-applied), {by}"


OUTLIVING = [
    Example(FAILOVER, "on", of(), (good(BY_ITSELF, "enabled"), good(MULTI_AZ, "enabled"))),
    *(
        Example(FAILOVER, status, of(failover=status), (bad(BY_ITSELF, status), good(MULTI_AZ, "enabled")))
        for status in ("disabled", "enabling", "disabling")
    ),
    Example(FAILOVER, "in one zone", of(multi_az="disabled"), (good(BY_ITSELF, "enabled"), bad(MULTI_AZ, "disabled"))),
    Example(FAILOVER, "Multi-AZ is not told", of(multi_az=""),
            (good(BY_ITSELF, "enabled"), unsaid("DescribeReplicationGroups does not say whether Multi-AZ is enabled"))),
    Example(MEMBERS, "both, in two zones", of(), (good(ONE, "present"), good(TWO, "present"), BOTH)),
    Example(MEMBERS, "one more than is declared", of(members=(FIRST, SECOND, member(3, "b"))),
            (good(ONE, "present"), good(TWO, "present"), Observation(NAME, f"has nodes that no plan declares: {NAME}-003"), BOTH)),
    Example(MEMBERS, "one", of(members=(FIRST,)),
            (good(ONE, "present"), bad(TWO, "missing; no existing name is close to it"), bad(ZONES, "1 zone (af-south-1a)"))),
    Example(MEMBERS, "both in one zone", of(members=(FIRST, member(2, "a"))),
            (good(ONE, "present"), good(TWO, "present"), bad(ZONES, "1 zone (af-south-1a)"))),
    Example(MEMBERS, "another in the place of one", of(members=(FIRST, member(3, "b"))),
            (good(ONE, "present"), bad(TWO, f"missing; the closest existing name is {NAME}-003"),
             Observation(NAME, f"has nodes that no plan declares: {NAME}-003"), BOTH)),
    Example(MEMBERS, "none", of(members=()),
            (bad(ONE, "missing; no existing name is close to it"), bad(TWO, "missing; no existing name is close to it"),
             unsaid("it has no shard with a node"))),
    Example(
        MEMBERS, "two shards of one node each",
        (SHARDED, description(members=(Member(f"{NAME}-0001-001", "a", "0001"), Member(f"{NAME}-0002-001", "b", "0002")))),
        (good(f"{NAME}-0001-001", "present"), good(f"{NAME}-0002-001", "present"), bad(ZONES, "1 zone (a)"),
         bad("shard 0002 in at least 2 zones", "1 zone (b)")),
    ),
    Example(UPDATES, "none pending", (CACHE, Updates((), NOW)), (good(QUIET, "0 pending updates, none of them so"),)),
    *(
        Example(UPDATES, f"an overdue {severity} one", (CACHE, Updates((update(severity, NOW - DAY),), NOW)),
                (bad(QUIET, told(severity, "to be applied by 2026-02-23 12:00 UTC")),))
        for severity in ("critical", "important")
    ),
    Example(UPDATES, "a critical one in time", (CACHE, Updates((update("critical", NOW + DAY),), NOW)),
            (good(QUIET, "1 pending update, none of them so"),
             Observation(NAME, f"pending: {told('critical', 'to be applied by 2026-02-25 12:00 UTC')}"))),
    Example(UPDATES, "an overdue medium one, and one of no date",
            (CACHE, Updates((update("medium", NOW - DAY), update("important", None)), NOW)),
            (good(QUIET, "2 pending updates, none of them so"),
             Observation(NAME, f"pending: {told('medium', 'to be applied by 2026-02-23 12:00 UTC')}"),
             Observation(NAME, f"pending: {told('important', 'of no date')}"))),
]  # fmt: skip

EXAMPLES = [*STANDING, *ENCRYPTED, *KEPT, *OUTLIVING]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


@given(text=st.text(max_size=8) | st.sampled_from(["available", "enabled", "required", "preferred", "sse-kms", "sse-elasticache"]))
def test_only_what_aws_documents_as_good_passes(text: str) -> None:
    assert passes(list(AVAILABLE(*of(status=text)))) is (text.lower() in ("available", "snapshotting"))
    assert passes(list(FAILOVER(*of(failover=text)))) is (text == "enabled")
    assert passes(list(FAILOVER(*of(multi_az=text)))) is (text == "enabled")
    assert passes(list(IN_TRANSIT(*of(mode=text)))) is (text == "required")
    assert passes(list(AT_REST(*of(encryption=text, at_rest=False)))) is (text in ("sse-kms", "sse-elasticache"))
