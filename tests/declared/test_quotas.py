"""The quotas that the plans need room in, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.inventory import Inventory
from fixtures.declared.quotas import Quota
from tests.declared.mistakes import P07, Broken, demand_refusal, each


def test_what_the_cluster_needs_room_in(inventory: Inventory) -> None:
    env = inventory.environment.name
    quotas = {each.name: each for each in inventory.of(Quota)}
    assert {(each.name, each.service, each.adds) for each in quotas.values()} == {
        ("ecs-clusters", "ecs", 1),
        ("fargate-vcpus", "fargate", 4),
        ("db-instances", "rds", 2),
        ("cache-nodes", "elasticache", 2),
        ("elastic-ips", "ec2", 2),
        ("vpcs", "vpc", 1),
    }
    assert {each.region for each in quotas.values()} == {inventory.environment.region}
    assert quotas["ecs-clusters"].id == "07-ecs-clusters"
    assert quotas["ecs-clusters"].names == (f"bbws-ecs-{env}",)
    assert quotas["vpcs"].tags == (("Environment", env), ("Project", "bbws"))


CLUSTERS = '{ counts = "ecs-clusters", code = "L-21C621EB", adds = 1, names = ["bbws-ecs-{env}"] }'
BROKEN = [
    Broken("something uncounted", P07, '"ecs-clusters"', '"ecs-services"',
           ("quotas.quotas[0].counts: found 'ecs-services'", "'ecs-clusters'")),
    Broken("no code", P07, '"L-21C621EB"', '"21C621EB"', ("quotas.quotas[0].code: found '21C621EB'", "such as L-F678F1CE")),
    Broken("nothing added", P07, "adds = 1, names", "adds = 0, names", ("quotas.quotas[0].adds: found 0", "greater than 0")),
    Broken("nothing of its own", P07, CLUSTERS, '{ counts = "ecs-clusters", code = "L-21C621EB", adds = 1 }',
           ("quotas.quotas[0]: found keys counts, code, adds", "names or tags")),
    Broken("another placeholder", P07, 'names = ["bbws-ecs-{env}"]', 'names = ["bbws-ecs-{region}"]',
           ("quotas.quotas[0].names[0]", "no other placeholder than {env}")),
    Broken("twice", P07, CLUSTERS, f"{CLUSTERS}, {CLUSTERS}", ("ecs-clusters", "found twice", "expected once")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
