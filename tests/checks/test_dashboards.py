"""The checks of dashboards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checks import Observation, Problem, Seen, dashboards
from fixtures.declared.dashboards import Dashboard
from tests.checks.examples import Example, judged

ACCOUNT = "815856636111"
SHOWN = (
    ("BucketName", frozenset({"bbws-logs-sit"})),
    ("DistributionId", frozenset[str]()),
    ("TableName", frozenset({"orders-sit", "users-sit"})),
)
DASHBOARD = Dashboard("tables-sit", "us-east-1", "04", ACCOUNT, SHOWN, ())
SITE = {"DistributionId": frozenset({"E1"})}

CITED = {"sit.dashboards"}


def body(*widgets: dict[str, Any]) -> str:
    return json.dumps({"widgets": list(widgets)})


def widget(*metrics: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "metric", "properties": {"metrics": list(metrics), **properties}}


TEXT = {"type": "text", "properties": {"markdown": "# Tables"}}
ORDERS = ["AWS/DynamoDB", "ReadThrottleEvents", "TableName", "orders-sit"]
EXISTS, SHOWS = dashboards.exists, dashboards.shows_declared


def seen(expected: str, observed: str) -> Seen:
    return Seen("tables-sit", expected, observed)


def bad(expected: str, observed: str) -> Problem:
    return Problem("tables-sit", expected, observed)


def told(text: str) -> Observation:
    return Observation("tables-sit", text)


THERE, READABLE = seen("exists", "present"), seen("a text that is a dashboard", "it is")
WIDGETS = "at least one widget that shows something"
OWN = "resources that the plans declare, of this environment"
THROTTLES = "AWS/DynamoDB ReadThrottleEvents"


def shown(says: str, *widgets: dict[str, Any], found: tuple[Any, ...]) -> Example:
    return Example(SHOWS, says, (DASHBOARD, body(*widgets), SITE), found)


ALARM = f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:a"
EXAMPLES = [
    Example(EXISTS, "with a widget", (DASHBOARD, body(TEXT, widget(ORDERS)), ()), (
        THERE, READABLE, seen(WIDGETS, "1, and 1 text"))),
    Example(EXISTS, "missing", (DASHBOARD, None, ("tables-dev",)), (
        bad("exists", "missing; the closest existing name is tables-dev"),)),
    Example(EXISTS, "none at all", (DASHBOARD, None, ()), (bad("exists", "missing; no existing name is close to it"),)),
    Example(EXISTS, "cut off", (DASHBOARD, '{"widgets": [', ()), (THERE, bad("a text that is a dashboard", '{"widgets": ['))),
    Example(EXISTS, "empty", (DASHBOARD, "", ()), (THERE, bad("a text that is a dashboard", "an empty text"))),
    Example(EXISTS, "something else", (DASHBOARD, "[1]", ()), (THERE, bad("a text that is a dashboard", "[1]"))),
    Example(EXISTS, "without widgets", (DASHBOARD, body(), ()), (THERE, READABLE, bad(WIDGETS, "0"))),
    Example(EXISTS, "of a text alone", (DASHBOARD, body(TEXT), ()), (THERE, READABLE, bad(WIDGETS, "0, and 1 text"))),
    shown("declared", widget(ORDERS), found=(seen(OWN, "1 metric; of orders-sit"),)),
    shown("by shorthand", widget(ORDERS, [".", "WriteThrottleEvents", ".", "users-sit", {"stat": "Sum"}], ["...", "orders-sit"]),
          found=(seen(OWN, "3 metrics; of orders-sit, users-sit"),)),
    shown("by shorthand, of another", widget(ORDERS, [".", ".", ".", "orders-dev"]), found=(
        bad(OWN, f"{THROTTLES} of TableName orders-dev, which no plan declares; the closest declared name is orders-sit"),)),
    shown("of another environment", widget([*ORDERS[:3], "orders-dev"]), found=(
        bad(OWN, f"{THROTTLES} of TableName orders-dev, which no plan declares; the closest declared name is orders-sit"),)),
    shown("of the region", widget(["AWS/DynamoDB", "UserErrors"]), found=(seen(OWN, "1 metric; of no resource by name"),)),
    shown("of something else alone", widget(["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "app/other/1"]), found=(
        bad(OWN, "1 metric; of no resource by name"),
        told("not judged: AWS/ApplicationELB RequestCount of LoadBalancer app/other/1"))),
    shown("of another account", widget([*ORDERS, {"accountId": "093646564004"}]), found=(
        bad(OWN, "metrics of account 093646564004"),)),
    shown("of another account, the whole widget", widget(ORDERS, accountId="093646564004"), found=(
        bad(OWN, "metrics of account 093646564004"),)),
    shown("of a distribution", widget(["AWS/CloudFront", "Requests", "Region", "Global", "DistributionId", "E1"]), found=(
        seen(OWN, "1 metric; of E1"), told("not judged: AWS/CloudFront Requests of Region Global"))),
    shown("of another distribution", widget(["AWS/CloudFront", "Requests", "DistributionId", "E2"]), found=(
        bad(OWN, "AWS/CloudFront Requests of DistributionId E2, which no plan declares; no declared name is close to it"),)),
    shown("an expression", widget([{"expression": "m1*2", "id": "e1"}], [*ORDERS, {"id": "m1"}]), found=(
        seen(OWN, "1 metric; of orders-sit"),)),
    shown("a search beside it", widget([{"expression": "SEARCH('{AWS/S3}', 'Sum')"}], ORDERS), found=(
        seen(OWN, "1 metric; of orders-sit"), told("not looked at: what searches and queries show"))),
    shown("a search alone", widget([{"expression": "SEARCH('{AWS/S3}', 'Sum')"}]), found=(
        bad(OWN, "0 metrics; of no resource by name"), told("not looked at: what searches and queries show"))),
    shown("logs besides", widget(ORDERS), {"type": "log", "properties": {"query": "fields @message"}}, found=(
        seen(OWN, "1 metric; of orders-sit"), told("not looked at: what log widgets show"))),
    shown("alarms", {"type": "alarm", "properties": {"alarms": [ALARM]}}, found=(
        seen(OWN, "0 metrics, 1 alarm; of no resource by name"),)),
    shown("an alarm of another account", widget(annotations={"alarms": [ALARM.replace(ACCOUNT, "999999999999")]}), found=(
        bad(OWN, "arn:aws:cloudwatch:eu-west-1:999999999999:alarm:a, of another account"),)),
    shown("nothing", TEXT, found=(bad(OWN, "0 metrics; of no resource by name"),)),
    Example(SHOWS, "no dashboard", (DASHBOARD, None, SITE), (bad(OWN, "0 metrics; of no resource by name"),)),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings
