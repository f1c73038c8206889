"""Dashboards made of answers that AWS could give and the simulated estate does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CallFailed, CannotLook
from fixtures.declared.cloudfront import Distribution
from fixtures.declared.dashboards import Dashboard
from fixtures.declared.inventory import load
from fixtures.declared.load_balancer import LoadBalancer, TargetGroups
from tests.facts.reader import read

DASHBOARD = load("sit").of(Dashboard)[0]


@pytest.mark.parametrize("code", ["ResourceNotFound", "DashboardNotFoundError"])
def test_a_dashboard_that_does_not_exist(code: str) -> None:
    assert read("dashboard_body", DASHBOARD, GetDashboard=code) is None


def test_what_is_no_answer() -> None:
    with pytest.raises(CannotLook, match="lacks DashboardBody"):
        read("dashboard_body", DASHBOARD, GetDashboard={})
    with pytest.raises(CallFailed):
        read("dashboard_body", DASHBOARD, GetDashboard="AccessDenied")
    with pytest.raises(CannotLook, match="lacks DashboardEntries"):
        read("dashboard_names", DASHBOARD, ListDashboards=[{}])


def shows(name: str) -> dict[str, str]:
    return {"DashboardBody": f'{{"widgets": [{{"properties": {{"metrics": [["X", "Y", "{name}", "E1"]]}}}}]}}'}


def test_a_distribution_that_is_not_there_has_no_id() -> None:
    site = next(each for each in DASHBOARD.looked_up if isinstance(each, Distribution))
    listed = {"Id": "E1", "Aliases": {"Quantity": 1, "Items": list(site.aliases)}}
    found = {"DistributionList": {"IsTruncated": False, "Items": [listed]}}
    none = {"DistributionList": {"IsTruncated": False, "Quantity": 0}}
    expected = {"DistributionId": frozenset({"E1"})}
    assert read("looked_up_values", DASHBOARD, GetDashboard=shows("DistributionId"), ListDistributions=[found]) == expected
    with pytest.raises(Absent, match=site.name):
        read("looked_up_values", DASHBOARD, GetDashboard=shows("DistributionId"), ListDistributions=[none])


@pytest.mark.parametrize("body", [shows("TableName"), {"DashboardBody": ""}, "ResourceNotFound"], ids=str)
def test_what_a_dashboard_does_not_show_is_not_looked_up(body: Any) -> None:
    assert read("looked_up_values", DASHBOARD, GetDashboard=body) == {}


def test_a_load_balancer_and_its_target_groups_are_known_by_how_their_arns_end() -> None:
    """Each by what follows from its ARN; one that receives no traffic is none of the plan's."""
    dashboard = replace(DASHBOARD, looked_up=(*load("sit").of(LoadBalancer), *load("sit").of(TargetGroups)))
    arn, group = ("arn:aws:elasticloadbalancing:eu-west-1:1:" + end for end in ("loadbalancer/app/a/1", "targetgroup/g/{}"))
    weighed = [{"TargetGroupArn": group.format(n), "Weight": weight} for n, weight in ((1, 1), (2, 0))]
    rule = {"Priority": "default", "Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": weighed}}]}
    listener = {"ListenerArn": "l", "LoadBalancerArn": arn, "Protocol": "HTTPS", "Port": 443}
    balancer = {"LoadBalancerName": "bbws-alb-sit", "Type": "application", "LoadBalancerArn": arn}
    answers = {
        "DescribeLoadBalancers": [{"LoadBalancers": [balancer]}],
        "DescribeListeners": [{"Listeners": [listener]}],
        "DescribeRules": [{"Rules": [rule]}],
    }
    found = read("looked_up_values", dashboard, GetDashboard=shows("TargetGroup"), **answers)
    assert found == {"LoadBalancer": {"app/a/1"}, "TargetGroup": {"targetgroup/g/1"}}
