"""The VPCs that the plans declare, and that a mistake in their section is refused in one line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.declared.inventory import Inventory, load
from fixtures.declared.network import FrontDoor, Network, NetworkLimits, Vpc, vpc_named
from fixtures.declared.plans import names_of
from tests.declared.mistakes import ENV, Broken, demand_refusal, each

P07 = "07_ecs_terraform.toml"
RANGES = {"dev": "10.1.0.0/16", "sit": "10.2.0.0/16", "prod": "10.3.0.0/16"}


def test_the_vpc_of_each_environment(inventory: Inventory) -> None:
    env = inventory.environment
    (vpc,) = inventory.of(Vpc)
    assert (vpc.name, vpc.region, vpc.plan, vpc.account) == (f"bbws-{env.name}", env.region, "07", env.account)
    assert vpc.tags == (("Environment", env.name), ("Project", "bbws"))
    assert vpc.cidr == RANGES[env.name]
    assert dict(vpc.others) == {name: cidr for name, cidr in RANGES.items() if name != env.name}
    assert (vpc.zones, vpc.nat, vpc.beside, vpc.tolerated) == (2, "zone", (), ())
    assert vpc.public == (FrontDoor(f"bbws-alb-{env.name}", (80, 443)),)
    assert vpc.arns == (f"arn:aws:ec2:{env.region}:{env.account}:vpc/*",)
    assert vpc_named(vpc.name, inventory.resources) is vpc
    sections = [section for plan in inventory.plans.values() for section in plan.sections]
    assert names_of("vpc", sections) == ["bbws-{env}"]


def test_limits(inventory: Inventory) -> None:
    limits = inventory.environment.policy.of(NetworkLimits)
    assert (limits.widest_ipv4, limits.widest_ipv6) == (16, 32)


SECOND = """
[[network.vpcs]]
name = "shop-{env}"
tags = { Name = "shop-{env}" }
cidr = { sit = "10.9.0.0/20" }
nat = "any"
isolated = ["data-*-{env}"]
"""


def test_a_second_vpc_knows_the_first(plans: Path) -> None:
    path = plans / P07
    text, first_one = path.read_text("utf-8"), "[[network.vpcs]]"
    path.write_text(text.replace(first_one, f'[network]\ntolerates = ["192.0.2.1"]\n{SECOND}\n{first_one}', 1), "utf-8")
    shop, first = load("sit", plans).of(Vpc)
    assert (shop.nat, shop.public, shop.isolated) == ("any", (), ("data-*-sit",))
    assert (shop.beside, first.beside) == (((first.tags, first.cidr),), ((shop.tags, shop.cidr),))
    assert shop.tolerated == first.tolerated == ("192.0.2.1",)
    assert [vpc.beside for vpc in load("dev", plans).of(Vpc)] == [()]  # where there is no second


@pytest.mark.parametrize(
    ("tags", "cidr", "is_it"),
    [
        ({"Environment": "sit", "Project": "bbws", "Owner": "me"}, "10.2.0.0/16", True),
        ({"Environment": "sit", "Project": "bbws"}, "10.99.0.0/16", True),
        ({"Environment": "sit", "Project": "bbws", "Name": "shop-sit"}, "10.9.0.0/20", False),
        ({"Environment": "sit", "Project": "bbws", "Name": "shop-sit"}, "10.2.0.0/16", True),
        ({"Environment": "sit", "Project": "bbws", "Tenant": "acme"}, "10.2.0.0/16", False),
        ({"Environment": "sit", "Project": "bbws", "Tenant": ""}, "10.2.0.0/16", True),
        ({"Environment": "sit"}, "10.2.0.0/16", False),
    ],
)
def test_which_vpc_it_is(tags: dict[str, str], cidr: str, is_it: bool) -> None:
    (vpc,) = load("sit").of(Vpc)
    vpc = replace(vpc, beside=(((("Name", "shop-sit"),), "10.9.0.0/20"),))
    assert vpc.fits(tags, [cidr]) is is_it


def test_a_front_door_is_a_declared_load_balancer() -> None:
    """Where plans declare load balancers at all."""
    (network,) = Network.among(load("sit").plans["07"].sections)
    assert list(network.references([network])) == []
    others: Any = SimpleNamespace(names=lambda kind: [f"other-{kind}"])
    key = "vpcs[0].public[0].load_balancer"
    assert list(network.references([network, others])) == [(key, "bbws-alb-{env}", ["other-load_balancer"])]


def in_network(id: str, this: str, that: str, *says: str) -> Broken:
    return Broken(id, P07, this, that, says)


RANGE = "an IPv4 range of a VPC with room for subnets, from /16 to /26"
BROKEN = [
    in_network("no range", '"10.2.0.0/16"', '"10.2.0.0"', "network.vpcs[0].cidr.sit: found '10.2.0.0'", RANGE),
    in_network("a range with host bits", '"10.2.0.0/16"', '"10.2.1.0/16"', "network.vpcs[0].cidr.sit: found '10.2.1.0/16'", RANGE),
    in_network("too wide a range", '"10.2.0.0/16"', '"10.0.0.0/8"', "network.vpcs[0].cidr.sit: found '10.0.0.0/8'", RANGE),
    in_network("an unknown environment", 'sit = "10.2.0.0/16"', 'sat = "10.2.0.0/16"',
               "network.vpcs[0].cidr.sat", "did you mean sit?"),
    in_network("no tags", 'tags = { Environment = "{env}", Project = "bbws" }', "tags = {}", "network.vpcs[0].tags"),
    in_network("another way out", 'nat = "zone"', 'nat = "zones"', "network.vpcs[0].nat: found 'zones'", "'zone' or 'any'"),
    in_network("no zone", "zones = 2", "zones = 0", "network.vpcs[0].zones: found 0"),
    in_network("no port", "ports = [80, 443]", "ports = [0]", "network.vpcs[0].public[0].ports[0]: found 0"),
    in_network("no ports", "ports = [80, 443]", "ports = []", "network.vpcs[0].public[0].ports: found []"),
    in_network("an unknown key", "public = [", "publik = [",
               "network.vpcs[0].publik: found an unknown key", "did you mean public?"),
    Broken("a limit of no prefix", ENV, "widest_ipv4 = 16", "widest_ipv4 = 0", ("policy.network.widest_ipv4: found 0",)),
    Broken("a limit left out", ENV, "widest_ipv6 = 32", "#", ("policy.network.widest_ipv6: found nothing", "expected a value")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)


def test_a_name_that_no_plan_declares_is_none(inventory: Inventory) -> None:
    with pytest.raises(StopIteration):
        vpc_named("other", inventory.resources)
