"""Metrics made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fixtures.aws.errors import CannotLook
from fixtures.facts.metrics import Metric, metric, metrics
from tests.facts.reader import NOW, Reader


def latency(*pages: dict[str, Any]) -> tuple[float, ...]:
    reader: Any = Reader(GetMetricData=list(pages))
    return metric(reader, "eu-west-1", "AWS/S3", "ReplicationLatency", "Maximum", {}, timedelta(hours=1))


def result(status: str, *values: float, id: str = "m0") -> dict[str, Any]:
    times = [NOW - timedelta(minutes=10)] * len(values)
    return {"MetricDataResults": [{"Id": id, "StatusCode": status, "Values": list(values), "Timestamps": times}]}


def test_a_complete_metric_over_two_pages() -> None:
    later = {"Id": "m0", "StatusCode": "Complete", "Values": [2.0], "Timestamps": [NOW - timedelta(minutes=9)]}
    assert latency(result("PartialData", 1.0), {"MetricDataResults": [later]}) == (1.0, 2.0)


def test_more_metrics_than_one_call_answers() -> None:
    asked: list[int] = []

    class Counting(Reader):
        def pages(self, operation: str, region: str, **parameters: Any) -> Any:
            queries = parameters["MetricDataQueries"]
            asked.append(len(queries))
            for query in queries:
                yield result("Complete", float(len(asked)), id=query["Id"])

    reader: Any = Counting()
    wanted = {number: Metric("AWS/S3", f"metric-{number}", "Sum", {}) for number in range(1_001)}
    found = metrics(reader, "eu-west-1", wanted, timedelta(hours=1))
    assert asked == [500, 500, 1]
    assert [list(found[number].values()) for number in (0, 499, 500, 1_000)] == [[1.0], [1.0], [2.0], [3.0]]


def test_one_metric_of_several_that_is_not_complete() -> None:
    reader: Any = Reader(GetMetricData=[result("Complete", 1.0), result("InternalError", id="m1")])
    wanted = {name: Metric("AWS/S3", name, "Sum", {}) for name in ("good", "bad")}
    with pytest.raises(CannotLook, match="bad is InternalError"):
        metrics(reader, "eu-west-1", wanted, timedelta(hours=1))


@pytest.mark.parametrize(
    "pages",
    [
        [result("PartialData", 1.0)],
        [result("InternalError")],
        [result("Forbidden")],
        [{"MetricDataResults": []}],
        [result("Complete", 1.0, id="other")],
        [result("PartialData", 1.0), result("Complete", id="other")],
        [result("Complete", float("nan"))],
        [result("Complete", -1.0)],
        [result("Complete", float("inf"))],
        [{"MetricDataResults": [{**result("Complete", 1.0)["MetricDataResults"][0], "Timestamps": [NOW - timedelta(hours=2)]}]}],
        [{"MetricDataResults": [{**result("Complete", 1.0)["MetricDataResults"][0], "Timestamps": []}]}],
        [{**result("Complete", 1.0), "Messages": [{"Code": "Forbidden", "Value": "denied"}]}],
    ],
    ids=str,
)
def test_a_metric_that_says_nothing(pages: list[dict[str, Any]]) -> None:
    with pytest.raises(CannotLook):
        latency(*pages)
