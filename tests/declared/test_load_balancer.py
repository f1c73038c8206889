"""The load balancers that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.inventory import Inventory, load
from fixtures.declared.load_balancer import LoadBalancer, LoadBalancerNaming, TargetGroups
from fixtures.declared.network import Vpc
from tests.declared.mistakes import Broken, demand_refusal, each
from tests.declared.test_efs import P07, changed

DOMAINS = {"dev": ("*.dev.bbws.io",), "sit": ("*.sit.bbws.io",), "prod": ("*.bbws.io",)}
NAME = 'load_balancers = [{ name = "bbws-alb-{env}", vpc = "bbws-{env}"'
INTERNAL = '{ name = "bbws-internal-{env}", vpc = "bbws-{env}", scheme = "internal", access_logs = "logs-{env}" }'


def test_load_balancers(inventory: Inventory) -> None:
    env, account, region = inventory.environment.name, inventory.environment.account, inventory.environment.region
    (found,) = inventory.of(LoadBalancer)
    assert (found.name, found.region, found.account, found.plan) == (f"bbws-alb-{env}", region, account, "07")
    assert (found.scheme, found.zones, found.domains) == ("internet-facing", 2, DOMAINS[env])
    assert (found.deletion_protection, found.drop_invalid_headers, found.access_logs) == (False, False, None)
    assert found.stands_on == (found.vpc,) == tuple(inventory.of(Vpc))
    assert found.arns[0] == f"arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/bbws-alb-{env}/*"
    assert found.metrics == {"AWS/ApplicationELB": {"LoadBalancer": ""}}


def test_target_groups(inventory: Inventory) -> None:
    (balancer,), (found,) = inventory.of(LoadBalancer), inventory.of(TargetGroups)
    assert (found.name, found.region, found.account, found.plan) == (balancer.name, balancer.region, balancer.account, "07")
    assert found.stands_on == (balancer, balancer.vpc)
    assert found.metrics == {"AWS/ApplicationELB": {"LoadBalancer": "", "TargetGroup": ""}}


def test_which_load_balancers_are_the_projects(inventory: Inventory, plans: Path) -> None:
    env = inventory.environment.name
    (naming,) = inventory.of(LoadBalancerNaming)
    assert (naming.name, naming.own, naming.tolerated, naming.project) == (
        f"bbws-*-{env}",
        (f"bbws-alb-{env}",),
        frozenset(),
        "bbws",
    )
    changed(plans, "[load_balancer]\n", '[load_balancer]\ntolerates = ["bbws-old-{env}"]\n')
    assert [each.tolerated for each in load(env, plans).of(LoadBalancerNaming)] == [{f"bbws-old-{env}"}]


def test_another_load_balancer_is_a_line_in_a_plan_file(plans: Path) -> None:
    changed(plans, "load_balancers = [", f"load_balancers = [{INTERNAL}, ")
    inventory = load("sit", plans)
    internal, _ = inventory.of(LoadBalancer)
    assert (internal.name, internal.scheme, internal.domains) == ("bbws-internal-sit", "internal", ())
    assert (internal.deletion_protection, internal.access_logs) == (False, "logs-sit")
    assert [each.name for each in inventory.of(TargetGroups)] == ["bbws-internal-sit", "bbws-alb-sit"]


def test_an_environment_without_the_vpc_has_none_of_its_load_balancers(plans: Path) -> None:
    changed(plans, 'dev = "10.1.0.0/16", ', "")
    inventory = load("dev", plans)
    assert inventory.of(LoadBalancer) == inventory.of(TargetGroups) == []


def named(id: str, name: str) -> Broken:
    says = (f"load_balancer.load_balancers[0].name: found '{name}'", "expected", "at most 32 letters")
    return Broken(id, P07, NAME, NAME.replace("bbws-alb-{env}", name), says)


BROKEN = [
    Broken("no such VPC", P07, NAME, NAME.replace('vpc = "bbws-{env}"', 'vpc = "bbws"'),
           ("load_balancer.load_balancers[0].vpc: found 'bbws'", "expected one of bbws-{env}")),
    Broken("no such scheme", P07, 'scheme = "internet-facing"', 'scheme = "public"',
           ("load_balancer.load_balancers[0].scheme: found 'public'", "'internet-facing' or 'internal'")),
    Broken("no scheme", P07, ' scheme = "internet-facing",', "",
           ("load_balancer.load_balancers[0].scheme: found nothing", "the key is required")),
    Broken("domain in capitals", P07, '"*.sit.bbws.io"', '"*.SIT.bbws.io"',
           ("load_balancer.load_balancers[0].domains.sit[0]: found '*.SIT.bbws.io'", "a domain name in lower case")),
    Broken("domains of no environment", P07, 'sit = ["*.sit.bbws.io"]', 'site = ["*.sit.bbws.io"]',
           ("load_balancer.load_balancers[0].domains.site: found 'site'", "did you mean sit?")),
    named("name too long", "a-load-balancer-with-a-name-too-long"),
    named("name with a dot", "bbws.alb"),
    named("name that ends in a hyphen", "bbws-"),
    named("name that is AWS's", "internal-bbws"),
    named("name with another placeholder", "bbws-{stage}"),
    Broken("twice", P07, "load_balancers = [",
           'load_balancers = [{ name = "bbws-alb-sit", vpc = "bbws-{env}", scheme = "internal" }, ',
           ("load_balancer bbws-alb-sit: found twice", "expected once")),
    Broken("unknown key", P07, 'scheme = "internet-facing"', 'scheme = "internet-facing", delete_protection = true',
           ("load_balancer.load_balancers[0].delete_protection: found an unknown key", "did you mean deletion_protection?")),
    Broken("no such protocol", "environments.toml", 'minimum_tls = "TLSv1.2"', 'minimum_tls = "TLSv1.1"',
           ("policy.load_balancer.minimum_tls: found 'TLSv1.1'", "'TLSv1.2' or 'TLSv1.3'")),
    Broken("no limit of targets", "environments.toml", "healthy_targets = 2", "healthy_targets = 0",
           ("policy.load_balancer.healthy_targets: found 0", "expected")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
