"""The tenants that the plans declare, or leave to be discovered."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.inventory import Inventory, load
from fixtures.declared.load_balancer import LoadBalancer
from fixtures.declared.tenants import Tenancy, TenantsDomain
from tests.declared.mistakes import P07, Broken, demand_refusal, each

SMALL = Path(__file__).parents[1] / "small_plans"


def test_the_plan_leaves_its_tenants_to_be_discovered(inventory: Inventory) -> None:
    env = inventory.environment.name
    (tenancy,) = inventory.of(Tenancy)
    assert (tenancy.name, tenancy.plan, tenancy.tag) == (f"bbws-{env}-tenants", "07", "Tenant")
    assert (tenancy.names, tenancy.level, tenancy.levels, tenancy.paths) == ((), 1, (), ())
    assert not tenancy.apart
    assert [each.name for each in tenancy.clusters] == [f"bbws-ecs-{env}"]
    assert [each.name for each in tenancy.file_systems] == [f"bbws-efs-{env}"]
    assert tenancy.stands_on == (tenancy.vpc, *tenancy.file_systems, *tenancy.clusters)


def test_a_plan_may_list_them_and_say_where_their_folders_are() -> None:
    (tenancy,) = load("sit", SMALL).of(Tenancy)
    assert tenancy.names == ("alpha", "beta", "gamma")
    assert [tenancy.level_of(each) for each in tenancy.names] == [1, 1, 3]
    assert tenancy.apart
    assert tenancy.paths == (
        "arn:aws:s3:::bbws-tenant-assets-sit/",
        f"arn:aws:ssm:eu-west-1:{tenancy.account}:parameter/bbws/sit/",
    )


def test_their_names_are_under_the_domain_of_the_environment(inventory: Inventory) -> None:
    (found,), (tenancy,), (balancer,) = (inventory.of(kind) for kind in (TenantsDomain, Tenancy, LoadBalancer))  # type: ignore[type-abstract]
    assert found.name == inventory.environment.tenants_domain == f"*.{found.domain}"
    assert (found.region, found.plan, found.account) == ("us-east-1", "07", tenancy.account)
    assert (found.zone.name, found.load_balancer, found.tenancy) == (found.domain, balancer, tenancy)
    assert found.stands_on == (found.zone, balancer, balancer.vpc)
    assert found.arns == ("arn:aws:route53:::hostedzone/*",)


def test_nothing_is_demanded_of_names_where_no_load_balancer_is_said(plans: Path) -> None:
    path = plans / P07
    path.write_text(path.read_text("utf-8").replace('\nload_balancer = "bbws-alb-{env}"', ""), "utf-8")
    assert not load("sit", plans).of(TenantsDomain)


TAG = 'tag = "Tenant"\n'
VPC = 'vpc = "bbws-{env}"\n'
BROKEN = [
    Broken("a tenant twice", P07, TAG, f'{TAG}listed = ["acme", "acme"]\n',
           ("tenants.listed: found 'acme' twice", "expected once")),
    Broken("another tag", P07, TAG, TAG.replace("Tenant", "Client"), ("tenants.tag: found 'Client', expected 'Tenant'",)),
    Broken("an unknown VPC", P07, f'{TAG}vpc = "bbws-{{env}}"', f'{TAG}vpc = "bbw-{{env}}"',
           ("tenants.vpc: found 'bbw-{env}'", "did you mean bbws-{env}?")),
    Broken("an unknown cluster", P07, f'{VPC}cluster = "bbws-ecs-{{env}}"', f'{VPC}cluster = "bbws-esc-{{env}}"',
           ("tenants.cluster: found 'bbws-esc-{env}'", "did you mean bbws-ecs-{env}?")),
    Broken("an unknown load balancer", P07, '"\nload_balancer = "bbws-alb-{env}"', '"\nload_balancer = "bbws-abl-{env}"',
           ("tenants.load_balancer: found 'bbws-abl-{env}'", "did you mean bbws-alb-{env}?")),
    Broken("a domain in no zone", P07, 'sit = "sit.bbws.io"', 'sit = "sit.bbws.com"',
           ("tenants.load_balancer: found 'sit.bbws.io' in no hosted zone",
            "expected one of dns.zones to hold it: sit.kimmyai.io, sit.bbws.com")),
    Broken("no such level", P07, "level = 1", "level = 4", ("tenants.level: found 4", "1, 2 or 3")),
    Broken("a level of a stranger", P07, "level = 1", 'level = 1\nlisted = ["alpha"]\nlevels = { alfa = 3 }',
           ("tenants.levels: found 'alfa'", "did you mean alpha?")),
    Broken("a folder without an end", P07, "level = 1", 'level = 1\npaths = ["s3:bbws-tenant-assets-{env}"]',
           ("tenants.paths[0]: found 's3:bbws-tenant-assets-{env}'", "up to a slash")),
    Broken("an empty tag", P07, TAG, 'tag = ""\n', ("tenants.tag",)),
    Broken("a key that is none", P07, TAG, 'tagged = "Tenant"\n', ("tenants.tagged", "tag")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
