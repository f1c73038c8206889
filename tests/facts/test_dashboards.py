"""Dashboards made of answers that AWS could give and the simulated estate does not."""

from __future__ import annotations

import pytest

from fixtures.aws.errors import Absent, CallFailed, CannotLook
from fixtures.declared.dashboards import Dashboard
from fixtures.declared.inventory import load
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


def test_a_distribution_that_is_not_there_has_no_id() -> None:
    (site,) = DASHBOARD.distributions
    listed = {"Id": "E1", "Aliases": {"Quantity": 1, "Items": list(site.aliases)}}
    found = {"DistributionList": {"IsTruncated": False, "Items": [listed]}}
    assert read("distribution_ids", DASHBOARD, ListDistributions=[found]) == {"E1": site.name}
    with pytest.raises(Absent, match=site.name):
        read("distribution_ids", DASHBOARD, ListDistributions=[{"DistributionList": {"IsTruncated": False, "Quantity": 0}}])
