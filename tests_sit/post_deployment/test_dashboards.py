"""Dashboards: each plan's is there, and shows this environment's resources."""

from checks import dashboards


def test_exists(verify, dashboard, dashboard_body, dashboard_names):
    verify(dashboards.exists, dashboard, dashboard_body, dashboard_names)


def test_shows_declared(verify, dashboard, dashboard_body, looked_up_values):
    verify(dashboards.shows_declared, dashboard, dashboard_body, looked_up_values)
