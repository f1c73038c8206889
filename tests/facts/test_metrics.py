"""Metrics made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fixtures.aws.errors import CannotLook
from fixtures.facts.metrics import metric
from tests.facts.reader import NOW, Reader


def latency(*pages: dict[str, Any]) -> tuple[float, ...]:
    reader: Any = Reader(GetMetricData=list(pages))
    return metric(reader, "eu-west-1", "AWS/S3", "ReplicationLatency", "Maximum", {}, timedelta(hours=1))


def result(status: str, *values: float, id: str = "m") -> dict[str, Any]:
    times = [NOW - timedelta(minutes=10)] * len(values)
    return {"MetricDataResults": [{"Id": id, "StatusCode": status, "Values": list(values), "Timestamps": times}]}


def test_a_complete_metric_over_two_pages() -> None:
    assert latency(result("PartialData", 1.0), result("Complete", 2.0)) == (1.0, 2.0)


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
