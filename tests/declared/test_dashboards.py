"""The dashboards that the plans declare, and what they may show."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.cloudfront import Distribution
from fixtures.declared.dashboards import Dashboard
from fixtures.declared.inventory import Inventory
from fixtures.declared.load_balancer import LoadBalancer, TargetGroups
from tests.declared.mistakes import P05, Broken, demand_refusal, each


def test_each_plan_has_its_dashboard(inventory: Inventory) -> None:
    env = inventory.environment.name
    dashboards = inventory.of(Dashboard)
    assert {each.plan: each.name for each in dashboards} == {
        "04": f"dynamodb-schemas-{env}-dashboard",
        "05": f"s3-schemas-{env}-dashboard",
        "06": f"backend-public-{env}-dashboard",
        "07": f"ecs-terraform-{env}-dashboard",
    }
    for each_ in dashboards:
        shown = dict(each_.shown)
        assert each_.region == "us-east-1"
        assert f"orders-{env}" in shown["TableName"] and f"bbws-frontend-{env}" in shown["BucketName"]
        assert {f"bbws-redirects-{env}", f"us-east-1.bbws-redirects-{env}"} <= shown["FunctionName"]
        assert not {"", "Global"} & frozenset[str]().union(*shown.values())
        assert {f"bbws-ecs-{env}", f"bbws-aurora-{env}"} <= shown["ClusterName"] | shown["DBClusterIdentifier"]
        assert {type(each) for each in each_.looked_up} >= {Distribution, LoadBalancer, TargetGroups}


BROKEN = [
    Broken("a bad name", P05, "s3-schemas-{env}-dashboard", "s3 schemas",
           ("dashboards.dashboards[0]: found 's3 schemas'", "a dashboard's name")),
    Broken("none", P05, 'dashboards = ["s3-schemas-{env}-dashboard"]', "dashboards = []", ("dashboards.dashboards",)),
    Broken("another plan's", P05, "s3-schemas-{env}-dashboard", "dynamodb-schemas-{env}-dashboard", ("found twice",)),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
