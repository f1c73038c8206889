"""Caches made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CallFailed, CannotLook
from fixtures.declared.inventory import load
from fixtures.declared.redis import Cache
from fixtures.facts.redis import FoundCache, Member, Update
from tests.facts.reader import NOW, read

CACHE = load("sit").of(Cache)[0]
SERVERLESS = replace(CACHE, serverless=True, nodes=())
MEMBER = {"CacheClusterId": "n-001", "PreferredAvailabilityZone": "eu-west-1a"}
# As AWS answered in 2016: no engine, nothing of encryption, no Multi-AZ, no ARN.
OLD: dict[str, Any] = {
    "ReplicationGroupId": CACHE.name,
    "Status": "available",
    "AutomaticFailover": "enabled",
    "NodeGroups": [{"NodeGroupId": "0001", "NodeGroupMembers": [MEMBER]}],
    "PendingModifiedValues": {},
    "SnapshotRetentionLimit": 0,
}
NODE = {"CacheClusterId": "n-001", "ReplicationGroupId": CACHE.name, "Engine": "redis", "CacheSubnetGroupName": "own"}
OTHER_NODES = [{"CacheClusterId": "memcached", "Engine": "memcached"}, {**NODE, "ReplicationGroupId": "other", "Engine": "valkey"}]


def groups(**changes: Any) -> list[dict[str, Any]]:
    """Two pages of replication groups; the declared one, changed, is on the second."""
    own = {name: value for name, value in {**OLD, **changes}.items() if value is not None}
    return [{"ReplicationGroups": [{"ReplicationGroupId": "other"}]}, {"ReplicationGroups": [own]}]


def serverless(**changes: Any) -> list[dict[str, Any]]:
    own = {"ServerlessCacheName": CACHE.name, "Status": "AVAILABLE", "Engine": "valkey", "SubnetIds": ["subnet-1"], **changes}
    return [{"ServerlessCaches": [{name: value for name, value in own.items() if value is not None}]}]


def test_a_group_of_ten_years_ago() -> None:
    found = read("cache_description", CACHE, DescribeReplicationGroups=groups())
    assert (found.status, found.failover, found.members) == ("available", "enabled", (Member("n-001", "eu-west-1a", "0001"),))
    assert (found.encryption, found.at_rest, found.in_transit, found.mode, found.multi_az) == ("", None, None, "", "")


def test_a_group_with_changes_to_come() -> None:
    pending = {"Resharding": {}, "AutomaticFailoverStatus": "enabled"}
    found = read("cache_description", CACHE, DescribeReplicationGroups=groups(PendingModifiedValues=pending))
    assert found.pending == ("AutomaticFailoverStatus", "Resharding")


@pytest.mark.parametrize("member", ["Status", "AutomaticFailover", "NodeGroups"])
def test_what_aws_always_sends_of_a_group(member: str) -> None:
    with pytest.raises(CannotLook, match=member):
        read("cache_description", CACHE, DescribeReplicationGroups=groups(**{member: None}))


def test_a_serverless_cache() -> None:
    found = read("cache_description", SERVERLESS, DescribeServerlessCaches=serverless(StorageEncryptionType="sse-kms"))
    assert (found.status, found.encryption, found.members, found.failover) == ("AVAILABLE", "sse-kms", (), "")
    assert read("cache_engines", SERVERLESS, DescribeServerlessCaches=serverless()) == ("valkey",)
    with pytest.raises(CannotLook, match="Engine"):
        read("cache_engines", SERVERLESS, DescribeServerlessCaches=serverless(Engine=None))


def test_each_kind_is_found_among_its_own() -> None:
    assert read("cache_found", CACHE, DescribeReplicationGroups=groups()) == FoundCache(True, ("other", CACHE.name))
    assert read("cache_found", SERVERLESS, DescribeServerlessCaches=[{"ServerlessCaches": []}]) == FoundCache(False, ())


FACTS = ["cache_description", "cache_engines", "cache_vpcs", "cache_tags", "cache_updates"]


@pytest.mark.parametrize("fact", FACTS)
def test_what_is_not_listed_is_absent(fact: str) -> None:
    with pytest.raises(Absent, match="is no replication group of eu-west-1"):
        read(fact, CACHE, DescribeReplicationGroups=groups()[:1])
    with pytest.raises(Absent, match="is no serverless cache of eu-west-1"):
        read(fact, SERVERLESS, DescribeServerlessCaches=[{"ServerlessCaches": []}])


def test_the_nodes_tell_the_engine_where_the_group_does_not() -> None:
    nodes = [{"CacheClusters": OTHER_NODES}, {"CacheClusters": [NODE]}]
    assert read("cache_engines", CACHE, DescribeReplicationGroups=groups(), DescribeCacheClusters=nodes) == ("redis",)
    both = groups(Engine="valkey")
    assert read("cache_engines", CACHE, DescribeReplicationGroups=both, DescribeCacheClusters=nodes) == ("redis", "valkey")
    assert read("cache_engines", CACHE, DescribeReplicationGroups=groups(), DescribeCacheClusters=nodes[:1]) == ()


def test_subnets_that_are_not_listed() -> None:
    nodes, listed = [{"CacheClusters": [NODE]}], [{"CacheSubnetGroups": []}]
    answers = {"DescribeReplicationGroups": groups(), "DescribeCacheClusters": nodes, "DescribeCacheSubnetGroups": listed}
    with pytest.raises(CannotLook, match="lists no own, in which the cache stands"):
        read("cache_vpcs", CACHE, **answers)
    with pytest.raises(CannotLook, match="lists no subnet-1, in which the cache stands"):
        read("cache_vpcs", SERVERLESS, DescribeServerlessCaches=serverless(), DescribeSubnets=[{"Subnets": []}])


def test_tags() -> None:
    tags = {"TagList": [{"Key": "Owner", "Value": "x"}, {"Key": "empty"}]}
    found = read("cache_tags", CACHE, DescribeReplicationGroups=groups(), ListTagsForResource=tags)
    assert found == {"Owner": "x", "empty": ""}
    with pytest.raises(CallFailed):
        read("cache_tags", CACHE, DescribeReplicationGroups=groups(), ListTagsForResource="InvalidARN")


def test_updates_of_the_group_alone() -> None:
    update = {"ServiceUpdateName": "u", "ServiceUpdateSeverity": "critical", "UpdateActionStatus": "not-applied"}
    pages = [
        {"UpdateActions": [{**update, "ReplicationGroupId": "other"}, {**update, "CacheClusterId": "memcached"}]},
        {"UpdateActions": [{**update, "ReplicationGroupId": CACHE.name}]},
    ]
    found = read("cache_updates", CACHE, DescribeReplicationGroups=groups(), DescribeUpdateActions=pages)
    assert (found.updates, found.as_of) == ((Update("u", "critical", "not-applied", None),), NOW)
