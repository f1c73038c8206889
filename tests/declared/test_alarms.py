"""The alarms that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fixtures.declared.alarms import Alarm, RequestMetrics
from fixtures.declared.inventory import Inventory, load
from tests.declared.mistakes import ENV, P04, P05, P06, P07, Broken, demand_refusal, each


def test_each_plan_declares_its_alarms(inventory: Inventory) -> None:
    alarms, dr = inventory.of(Alarm), bool(inventory.environment.dr_region)
    assert Counter((alarm.plan, alarm.name) for alarm in alarms) == {
        ("04", "user-errors"): 1, ("04", "system-errors"): 5, ("04", "read-throttles"): 5, ("04", "write-throttles"): 5,
        ("04", "backup-failures"): 1, ("05", "4xx"): 7, ("05", "5xx"): 7,
        ("06", "4xx"): 1, ("06", "5xx"): 1, ("06", "origin-latency"): 1, ("06", "cache-hits"): 1, ("06", "errors"): 4,
        ("06", "duration"): 4,
        ("07", "cpu"): 4, ("07", "memory"): 3, ("07", "connections"): 1, ("07", "replica-lag"): 1,  # two nodes of a cache
        ("07", "5xx"): 1, ("07", "latency"): 1, ("07", "healthy-targets"): 1,
        **({("04", "replication-lag"): 5, ("05", "replication-lag"): 7, ("05", "replication-failures"): 7} if dr else {}),
    }  # fmt: skip
    assert all(alarm.about.plan == alarm.plan for alarm in alarms if alarm.about)
    assert {alarm.within_minutes for alarm in alarms} == {15, 60}
    assert {(alarm.plan, alarm.topics) for alarm in alarms if alarm.topics} == {("07", (f"bbws-{inventory.environment.name}-*",))}


def test_thresholds_in_the_units_of_the_metrics() -> None:
    alarms = {(alarm.plan, alarm.name): alarm for alarm in load("prod").of(Alarm)}
    told = {key: (alarm.above, alarm.threshold, alarm.per_minutes, alarm.ways[0].unit) for key, alarm in alarms.items()}
    assert told == {
        ("04", "user-errors"): (True, 10, 1, "Count"),
        ("04", "system-errors"): (True, 1, 1, "Count"),
        ("04", "read-throttles"): (True, 0, 0, "Count"),
        ("04", "write-throttles"): (True, 0, 0, "Count"),
        ("04", "replication-lag"): (True, 5000, 0, "Milliseconds"),
        ("04", "backup-failures"): (True, 0, 0, "Count"),
        ("05", "4xx"): (True, 10, 1, "Count"),
        ("05", "5xx"): (True, 1, 1, "Count"),
        ("05", "replication-lag"): (True, 3600, 0, "Seconds"),
        ("05", "replication-failures"): (True, 0, 0, "Count"),
        ("06", "4xx"): (True, 10, 0, "Percent"),
        ("06", "5xx"): (True, 1, 0, "Percent"),
        ("06", "origin-latency"): (True, 2000, 0, "Milliseconds"),
        ("06", "cache-hits"): (False, 70, 0, "Percent"),
        ("06", "errors"): (True, 0.5, 0, "Count"),
        ("06", "duration"): (True, 100, 0, "Milliseconds"),
        ("07", "cpu"): (True, 80, 0, "Percent"),
        ("07", "memory"): (True, 80, 0, "Percent"),
        ("07", "connections"): (True, 900, 0, "Count"),
        ("07", "replica-lag"): (True, 900_000, 0, "Milliseconds"),  # 15 minutes
        ("07", "5xx"): (True, 1, 0, "Count"),
        ("07", "latency"): (True, 3, 0, "Seconds"),
        ("07", "healthy-targets"): (False, 50, 0, "Count"),
    }


def test_where_each_stands_and_what_it_is_of() -> None:
    """Copies have none; a lag is measured in the source's region by DynamoDB, and in the destination's by S3."""
    alarms = {alarm.id: alarm for alarm in load("prod").of(Alarm)}
    assert not [id_ for id_ in alarms if id_.endswith("-prod-dr")]
    assert alarms["04-replication-lag-orders-prod-eu-west-1"].regions == ("af-south-1",)
    assert alarms["05-replication-lag-bbws-orders-prod"].regions == ("eu-west-1",)
    assert alarms["05-replication-failures-bbws-orders-prod"].regions == ("af-south-1",)
    assert alarms["06-cache-hits-kimmyai.io"].regions == ("us-east-1",)
    assert alarms["06-duration-bbws-redirects-prod"].regions == ("af-south-1", "eu-west-1", "us-east-1")
    (way,) = alarms["04-replication-lag-orders-prod-eu-west-1"].ways
    assert way.dimensions == (frozenset({("TableName", "orders-prod"), ("ReceivingRegion", "eu-west-1")}),)
    own, other = alarms["06-errors-bbws-redirects-prod"].ways
    assert own.dimensions == (frozenset({("FunctionName", "us-east-1.bbws-redirects-prod")}),)
    assert other.dimensions == (frozenset({("DistributionId", ""), ("Region", "Global")}),)
    (healthy, _) = alarms["07-healthy-targets-bbws-alb-prod"].ways
    assert healthy.dimensions == (frozenset({("LoadBalancer", ""), ("TargetGroup", "")}),)
    assert str(healthy) == "Average of AWS/ApplicationELB HealthyHostCount in % of HealthyHostCount + UnHealthyHostCount"
    assert alarms["07-memory-bbws-redis-prod-002"].ways[0].dimensions == (frozenset({("CacheClusterId", "bbws-redis-prod-002")}),)
    assert [len(way.dimensions) for way in alarms["04-system-errors-orders-prod"].ways] == [6]
    assert [way.dimensions for way in alarms["04-user-errors"].ways] == [(frozenset(),)]


def test_metrics_that_must_be_switched_on(inventory: Inventory) -> None:
    env = inventory.environment.name
    assert {each.name for each in inventory.of(RequestMetrics)} == {
        f"bbws-{name}-{env}"
        for name in ("templates", "orders", "product-images", "tenant-assets", "backups", "logs", "terraform-state")
    }


LAG = 'for_each = "replica", region = "primary", namespace = "AWS/DynamoDB"'
BROKEN = [
    Broken("neither above nor below", P04, "above = 10, ", "", ("alarms.alarms[0]", "either above or below")),
    Broken("above and below", P04, "above = 10,", "above = 10, below = 1,", ("alarms.alarms[0]", "either above or below")),
    Broken("a sum in no time", P04, ", above = 10, per_minutes = 1", ", above = 10",
           ("alarms.alarms[0]", "per_minutes beside a Sum")),
    Broken("an average in a time", P06, 'unit = "Percent", above = 10', 'unit = "Percent", above = 10, per_minutes = 1',
           ("alarms.alarms[0]", "per_minutes beside a Sum that is no percentage")),
    Broken("a percentage of averages", P06, 'over = ["Invocations"], statistic = "Sum"',
           'over = ["Invocations"], statistic = "Average"', ("alarms.alarms[4]", "statistic Sum beside over")),
    Broken("a part of a whole by its maximum", P07, 'over = ["HealthyHostCount", "UnHealthyHostCount"], statistic = "Average"',
           'over = ["HealthyHostCount", "UnHealthyHostCount"], statistic = "Maximum"',
           ("alarms.alarms[9]", "a part of a whole")),
    Broken("a whole of itself alone", P07, 'over = ["HealthyHostCount", "UnHealthyHostCount"], statistic = "Average"',
           'over = ["HealthyHostCount"], statistic = "Average"', ("alarms.alarms[9]", "a part of a whole")),
    Broken("an unknown statistic", P06, '"p95"', '"95"', ("alarms.alarms[2].statistic: found '95'", "a percentile such as p95")),
    Broken("an unknown unit", P06, '"Milliseconds"', '"ms"', ("alarms.alarms[2].unit: found 'ms'", "'Milliseconds'")),
    Broken("an unknown kind", P05, 'for_each = "bucket"', 'for_each = "buckets"',
           ("alarms.alarms[0].for_each: found 'buckets'", "did you mean bucket?")),
    Broken("a kind without metrics", P05, 'for_each = "bucket"', 'for_each = "template"',
           ("alarms.alarms[0].for_each: found 'template'", "expected one of aurora_cluster, bucket")),
    Broken("a namespace that has none of it", P04, LAG, LAG.replace("AWS/DynamoDB", "AWS/Dynamo"),
           ("alarms.alarms[4].namespace: found 'AWS/Dynamo'", "did you mean AWS/DynamoDB?"), "prod"),
    Broken("only one that the plan does not declare", P04, 'name = "read-throttles", for_each = "table",',
           'name = "read-throttles", for_each = "table", only = ["order-{env}"],',
           ("alarms.alarms[2].only: found 'order-sit'", "did you mean orders-sit?")),
    Broken("only a distribution that there is nowhere", P06,
           'for_each = "distribution",', 'for_each = "distribution", only = ["sote"],',
           ("alarms.alarms[0].only: found 'sote'", "did you mean site?")),
    Broken("only a replica that there is nowhere, where there is none", P04, LAG, LAG + ', only = ["order-{env}"]',
           ("alarms.alarms[4].only: found 'order-sit'", "did you mean orders-sit?")),
    Broken("only another plan's", P05, 'for_each = "bucket",', 'for_each = "bucket", only = ["bbws-frontend-{env}"],',
           ("alarms.alarms[0].only: found 'bbws-frontend-sit'", "expected one of")),
    Broken("only without for_each", P04, 'name = "user-errors",', 'name = "user-errors", only = ["orders-{env}"],',
           ("alarms.alarms[0]", "only beside for_each alone")),
    Broken("a name with spaces", P04, '"user-errors"', '"User errors"',
           ("alarms.alarms[0].name: found 'User errors'", "lower-case words")),
    Broken("the same alarm twice", P04, '"write-throttles"', '"read-throttles"',
           ("found twice as 04-read-throttles-campaigns-sit",)),
    Broken("an unknown way to treat missing data", P04, 'name = "user-errors",', 'name = "user-errors", missing = "good",',
           ("alarms.alarms[0].missing: found 'good'", "'notBreaching'")),
    Broken("no limit", ENV, "fire_within_minutes = 15 ", "fire_within_hours = 15 ",
           ("fire_within_hours", "expected one of fire_within_minutes")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)


@pytest.mark.parametrize("env", ["sit", "prod"])
def test_another_alarm_is_a_line(plans: Path, env: str) -> None:
    path = plans / P05
    line = (
        '  { name = "first-byte", for_each = "bucket", only = ["bbws-orders-{env}"], namespace = "AWS/S3",'
        ' metrics = ["FirstByteLatency"], dimensions = { FilterId = "EntireBucket" }, statistic = "p95", unit = "Milliseconds",'
        " above = 200, within_minutes = 5 },\n"
    )
    path.write_text(path.read_text("utf-8").replace("alarms = [\n", f"alarms = [\n{line}", 1), "utf-8")
    (added,) = [alarm for alarm in load(env, plans).of(Alarm) if alarm.name == "first-byte"]
    assert (added.id, added.within_minutes) == (f"05-first-byte-bbws-orders-{env}", 5)


@pytest.mark.parametrize("name", ["site", "kimmyai.io"])
def test_a_distribution_by_what_plan_files_call_it_or_by_its_name(plans: Path, name: str) -> None:
    only(plans, P06, "distribution", name)
    assert [alarm.id for alarm in load("prod", plans).of(Alarm) if alarm.name == "4xx" and alarm.plan == "06"] == [
        "06-4xx-kimmyai.io"
    ]


def test_an_environment_that_has_none_of_those_named_has_no_such_alarm(plans: Path) -> None:
    only(plans, P06, "distribution", "kimmyai.io")  # prod's
    assert not [alarm for alarm in load("sit", plans).of(Alarm) if alarm.name == "4xx" and alarm.plan == "06"]


def only(plans: Path, file: str, kind: str, name: str) -> None:
    """The plan's first alarm of a kind is of the one of that name alone."""
    text, this = (plans / file).read_text("utf-8"), f'for_each = "{kind}",'
    assert this in text
    (plans / file).write_text(text.replace(this, f'{this} only = ["{name}"],', 1), "utf-8")
