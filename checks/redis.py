"""Caches: there, of the declared engine, encrypted, closed, and outliving a zone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Severity, Undecided, check, names
from checks.comparisons import at, at_least, closest, counted, equal, judge, nothing, one_of, present

if TYPE_CHECKING:
    from fixtures.declared.redis import Cache
    from fixtures.facts.redis import CacheDescription, FoundCache, Update, Updates

EXISTS = "redis.cache-exists"
ON = ("network.vpc-exists", EXISTS)  # what every check of a cache stands on


def _kind(cache: Cache) -> str:
    return "serverless cache" if cache.serverless else "replication group"


@check(
    EXISTS,
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("07.inventory", "07.phases"),
    fix="apply the plan's aws_elasticache_replication_group (or aws_elasticache_serverless_cache) in the declared region, or "
    "declare the name that the cache has",
    stands_on=("network.vpc-exists",),
)
def cache_exists(cache: Cache, found: FoundCache) -> Iterator[Finding]:
    """Every declared cache exists."""
    observed = "exists" if found.there else f"missing{closest(cache.name, found.names)}"
    yield judge(cache.name, found.there, f"a {_kind(cache)} of that name", observed)


@check(
    "redis.available",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="wait until the cache is available, or find out from its events why it is not",
    stands_on=ON,
)
def available(cache: Cache, description: CacheDescription) -> Iterator[Finding]:
    """The cache is available, or is being backed up, while which it serves.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html
    """
    yield one_of(
        cache.name, description.status.lower(), ("available", "snapshotting"), what="status {}"
    )  # of a serverless cache in capitals
    if description.pending:
        yield Observation(cache.name, f"pending: {', '.join(description.pending)}")


@check(
    "redis.engine",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="set the cache's engine to the declared one, or declare the one that it has",
    stands_on=ON,
)
def engine(cache: Cache, engines: Collection[str]) -> Iterator[Finding]:
    """The cache has the declared engine."""
    for each in engines:
        yield equal(cache.name, each, cache.engine, what="engine {}")
    if not engines:
        yield Undecided(cache.name, "neither the cache nor a node of it says which engine it has")


@check(
    "redis.encrypted-at-rest",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="a cache cannot be encrypted afterwards: make a new one from a backup, with at_rest_encryption_enabled = true",
    stands_on=ON,
)
def encrypted_at_rest(cache: Cache, description: CacheDescription) -> Iterator[Finding]:
    """The cache is encrypted at rest.

    AtRestEncryptionEnabled may be false of one that is: StorageEncryptionType tells what is so, where AWS sends it.
    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html
    """
    if description.encryption:
        told = f"{description.encryption}{f' by {description.key}' if description.key else ''}"
        yield judge(cache.name, description.encryption in ("sse-kms", "sse-elasticache"), "encrypted at rest", told)
    elif cache.serverless:
        # https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
        yield judge(cache.name, True, "encrypted at rest", "as every serverless cache is")
    elif description.at_rest is None:
        yield Undecided(cache.name, "DescribeReplicationGroups does not say whether it is encrypted at rest")
    else:
        told = "AtRestEncryptionEnabled" if description.at_rest else "not encrypted"
        yield judge(cache.name, description.at_rest is True, "encrypted at rest", told)


@check(
    "redis.encrypted-in-transit",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix='set transit_encryption_enabled = true, first in mode "preferred", and in mode "required" once every client uses TLS',
    stands_on=ON,
)
def encrypted_in_transit(cache: Cache, description: CacheDescription) -> Iterator[Finding]:
    """The cache admits encrypted connections alone: in mode preferred it admits others as well.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html
    """
    expected = "encryption in transit required"
    if cache.serverless:
        # https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
        yield judge(cache.name, True, expected, "as of every serverless cache")
    elif description.in_transit is None:
        yield Undecided(cache.name, f"{expected}? DescribeReplicationGroups does not say whether it is enabled")
    elif description.in_transit and not description.mode:
        yield Undecided(cache.name, f"{expected}? DescribeReplicationGroups says that it is enabled, and no mode")
    else:
        told = description.mode if description.in_transit else "off"
        yield judge(cache.name, description.in_transit and description.mode == "required", expected, told)


@check(
    "redis.vpc",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="a cache cannot move to another VPC: make a new one from a backup, in subnets of the declared one",
    stands_on=ON,
)
def in_vpc(cache: Cache, vpcs: tuple[Collection[str], str]) -> Iterator[Finding]:
    """The cache stands in its declared VPC."""
    stands, declared = vpcs
    for each in stands:
        yield equal(cache.name, each, declared, what=f"in {cache.vpc.name}, which is {{}}")
    if not stands:
        yield Undecided(cache.name, "it has no node, and stands nowhere")


@check(
    "redis.snapshots",
    severity=Severity.MEDIUM,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="set snapshot_retention_limit on the cache and apply",
    stands_on=ON,
)
def snapshots(cache: Cache, description: CacheDescription) -> Iterator[Finding]:
    """Snapshots of the cache are kept for the declared days."""
    if description.snapshot_days is None:
        yield Undecided(cache.name, "AWS does not say how long snapshots are kept")
    else:
        yield at_least(cache.name, description.snapshot_days, cache.snapshot_days or 0, unit="days", what="snapshots kept for {}")


@check(
    "redis.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the cache and apply",
    stands_on=ON,
)
def required_tags(cache: Cache, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """The cache carries the required tags."""
    yield from names.required_tags(cache.name, tags, required=required)


# ---------------------------------------------------------------------------------------------- of a replication group


@check(
    "redis.failover",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="set automatic_failover_enabled = true and multi_az_enabled = true on the replication group and apply",
    stands_on=ON,
)
def failover(cache: Cache, description: CacheDescription) -> Iterator[Finding]:
    """When a primary node or its zone fails, a replica takes over by itself.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
    """
    yield equal(cache.name, description.failover, "enabled", what="automatic failover {}")
    if description.multi_az:
        yield equal(cache.name, description.multi_az, "enabled", what="Multi-AZ {}")
    else:
        yield Undecided(cache.name, "DescribeReplicationGroups does not say whether Multi-AZ is enabled")


@check(
    "redis.members",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="add a replica to the shard in another zone; declare the nodes by the names that they have",
    stands_on=ON,
)
def members(cache: Cache, description: CacheDescription) -> Iterator[Finding]:
    """The replication group has its declared nodes, and each of its shards stands over several zones."""
    have = [each.name for each in description.members]
    for node in cache.nodes:
        yield present(cache.name, node, have, among=[each for each in have if each not in cache.nodes])
    if undeclared := sorted(set(have) - set(cache.nodes)):
        yield Observation(cache.name, f"has nodes that no plan declares: {', '.join(undeclared)}")
    by_shard = sorted(description.members, key=lambda each: each.shard)
    for shard, nodes in groupby(by_shard, key=lambda each: each.shard):
        zones = sorted({each.zone for each in nodes})
        yield at_least(cache.name, len(zones), cache.zones, unit="zones", what=f"shard {shard} in {{}}", detail=", ".join(zones))
    if not by_shard:
        yield Undecided(cache.name, "it has no shard with a node")


@check(
    "redis.updates",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="apply the service update (aws elasticache batch-apply-update-action)",
    stands_on=ON,
)
def updates(cache: Cache, pending: Updates) -> Iterator[Finding]:
    """No critical or important service update is past the date until which AWS recommends to apply it.

    What else is pending is shown.
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Self-Service-Updates.html
    """
    grave = [each for each in pending.updates if each.severity in ("critical", "important")]
    overdue = [each for each in grave if each.by and each.by <= pending.as_of]
    expected = "no critical or important service update that is overdue"
    otherwise = f"{counted(len(pending.updates), 'pending update')}, none of them so"
    yield from nothing(cache.name, expected, map(_told, overdue), otherwise=otherwise)
    for each in pending.updates:
        if each not in overdue:
            yield Observation(cache.name, f"pending: {_told(each)}")


def _told(update: Update) -> str:
    by = f"to be applied by {at(update.by)}" if update.by else "of no date"
    return f"{update.name} ({update.severity}, {update.status}), {by}"
