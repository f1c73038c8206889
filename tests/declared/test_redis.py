"""The caches that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

import re
from pathlib import Path

from fixtures.declared.inventory import Inventory, load
from fixtures.declared.network import Vpc
from fixtures.declared.redis import Cache, CacheNode
from tests.declared.mistakes import P07, Broken, demand_refusal, each, refusal


def test_one_cache_with_two_nodes_in_each_environment(inventory: Inventory) -> None:
    env = inventory.environment.name
    (cache,) = inventory.of(Cache)
    assert (cache.name, cache.engine, cache.serverless, cache.zones) == (f"bbws-redis-{env}", "redis", False, 2)
    assert cache.snapshot_days is None, "no plan document says how long snapshots are kept"
    assert cache.stands_on == (inventory.of(Vpc)[0],)
    assert [each.name for each in inventory.of(CacheNode)] == list(cache.nodes) == [f"bbws-redis-{env}-{n}" for n in ("001", "002")]


def test_cloudwatch_knows_nodes_by_what_aws_calls_their_clusters(inventory: Inventory) -> None:
    (cache,), (node, _) = inventory.of(Cache), inventory.of(CacheNode)
    assert cache.metrics == {"AWS/ElastiCache": {"ReplicationGroupId": cache.name}}
    assert node.metrics == {"AWS/ElastiCache": {"CacheClusterId": node.name}}
    assert node.stands_on == (cache, cache.vpc)
    assert node.arns == cache.arns


SECTION = re.compile(r"\[redis\]\n.*?\n\n", re.DOTALL)
NAMED = re.compile(
    r', "redis"| cache = \["bbws-redis-{env}"\],|  { name = "\w+", for_each = "cache_node".*?\n(?=  {|\])'
    r'|    { counts = "cache-nodes".*?\n',
    re.DOTALL,
)


def test_a_plan_without_redis(plans: Path) -> None:
    path = plans / P07
    path.write_text(NAMED.sub("", SECTION.sub("", path.read_text("utf-8"))), "utf-8")
    assert "cache" not in path.read_text("utf-8").replace("cache-", "")
    assert load("sit", plans).of(Cache) == []


def test_a_plan_without_redis_names_none(plans: Path) -> None:
    path = plans / P07
    path.write_text(SECTION.sub("", path.read_text("utf-8")), "utf-8")
    assert "layers[1].subjects: found 'redis', expected one of alarms, aurora" in refusal("sit", plans)
    path.write_text(path.read_text("utf-8").replace(', "redis"', ""), "utf-8")
    assert "ecs.services[0].stands_on.cache: found 'bbws-redis-{env}', expected none" in refusal("sit", plans)


def test_a_second_cache_is_another_line(plans: Path) -> None:
    entry = '{ name = "sessions-{env}", vpc = "bbws-{env}", engine = "valkey", serverless = true, snapshot_days = 3 }, '
    path = plans / P07
    path.write_text(path.read_text("utf-8").replace("caches = [", f"caches = [{entry}"), "utf-8")
    cache, _ = load("prod", plans).of(Cache)
    assert (cache.name, cache.serverless, cache.nodes, cache.snapshot_days) == ("sessions-prod", True, (), 3)
    assert cache.metrics == {"AWS/ElastiCache": {"clusterId": "sessions-prod"}}


BROKEN = [
    Broken("another VPC", P07, 'name = "bbws-redis-{env}", vpc = "bbws-{env}"', 'name = "bbws-redis-{env}", vpc = "bbws"',
           ("redis.caches[0].vpc: found 'bbws'", "expected one of bbws-{env}")),
    Broken("another engine", P07, 'engine = "redis"', 'engine = "memcached"',
           ("redis.caches[0].engine: found 'memcached'", "'redis' or 'valkey'")),
    Broken("a name that ElastiCache refuses", P07, '"bbws-redis-{env}"', '"1bbws-redis"',
           ("redis.caches[0].name: found '1bbws-redis'", "expected a cache's name")),
    Broken("no node", P07, 'nodes = ["001", "002"]', "nodes = []",
           ("redis.caches[0]: found", "expected nodes of a replication group")),
    Broken("nodes of a serverless cache", P07, "serverless = false", "serverless = true",
           ("redis.caches[0]: found", "and of no serverless cache")),
    Broken("a node that is no ending", P07, '["001", "002"]', '["bbws-redis-001"]',
           ("redis.caches[0].nodes[0]: found 'bbws-redis-001'", "expected the end of a node's name")),
    Broken("a node twice", P07, '["001", "002"]', '["001", "001"]', ("bbws-redis-sit-001: found twice", "expected once")),
    Broken("snapshots for too long", P07, "serverless = false", "serverless = false, snapshot_days = 36",
           ("redis.caches[0].snapshot_days: found 36", "less than or equal to 35")),
    Broken("near-miss key", P07, "serverless = false", "serverles = false", ("serverles", "did you mean serverless?")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
