"""Traffic made of answers that CloudWatch could give and the simulated estate does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from fixtures.aws.errors import CannotLook
from fixtures.declared.cloudfront import Distribution
from fixtures.declared.edge_functions import EdgeAssociations
from fixtures.declared.inventory import load
from fixtures.facts import FACTS
from tests.facts.reader import NOW, Reader

SITE, EDGE = load("sit").of(Distribution)[0], load("sit").of(EdgeAssociations)[0]
LISTED = {"DistributionList": {"IsTruncated": False, "Quantity": 1, "Items": [
    {"Id": "E1", "Aliases": {"Quantity": 1, "Items": [SITE.name]}}
]}}  # fmt: skip
REGIONS = {"Regions": [
    {"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required"},
    {"RegionName": "af-south-1", "OptInStatus": "opted-in"},
    {"RegionName": "me-south-1", "OptInStatus": "not-opted-in"},
]}  # fmt: skip
Values = Mapping[str, list[float]]


class CloudWatch(Reader):
    """Answers GetMetricData with the values of each metric, a minute each; `by_region` where they differ."""

    def __init__(self, values: Values, by_region: Mapping[str, Values] | None = None) -> None:
        super().__init__(DescribeRegions=REGIONS, ListDistributions=[LISTED])
        self.values, self.by_region, self.asked = values, by_region or {}, list[str]()

    def pages(self, operation: str, region: str, **parameters: Any) -> Any:
        if operation != "cloudwatch:GetMetricData":
            yield from super().pages(operation, region, **parameters)
            return
        self.asked.append(region)
        results = []
        for query in parameters["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            values = self.by_region.get(region, self.values).get(metric["MetricName"], [])
            times: list[datetime] = [NOW - timedelta(minutes=60 - number) for number in range(len(values))]
            results.append({"Id": query["Id"], "StatusCode": "Complete", "Values": values, "Timestamps": times})
        yield {"MetricDataResults": results}


def read(fact: str, resource: Any, reader: Any) -> Any:
    return FACTS[fact].function(reader, resource)


def test_errors_are_summed_by_minute_and_no_average_is_averaged() -> None:
    """A bad minute at night is one error in ten requests, though its average is ten percent."""
    found = read("distribution_traffic", SITE, CloudWatch({
        "Requests": [10.0, 1_000.0], "4xxErrorRate": [10.0, 0.0], "5xxErrorRate": [0.0, 0.1], "CacheHitRate": [50.0, 90.0],
    }))  # fmt: skip
    assert (found.requests, found.client_errors, found.server_errors, found.hits) == (1_010, 1, 1, 905)
    assert found.window == timedelta(hours=24)


def test_a_fraction_of_an_error_is_one() -> None:
    found = read("distribution_traffic", SITE, CloudWatch({"Requests": [3.0], "5xxErrorRate": [0.001]}))
    assert found.server_errors == 1


def test_requests_without_a_rate_are_not_without_errors() -> None:
    found = read("distribution_traffic", SITE, CloudWatch({"Requests": [300.0, 300.0], "5xxErrorRate": [0.0]}))
    assert (found.requests, found.client_errors, found.server_errors, found.hits) == (600, None, None, None)


def test_a_site_without_requests() -> None:
    quiet = read("distribution_traffic", SITE, CloudWatch({}))
    assert (quiet.requests, quiet.client_errors, quiet.server_errors, quiet.hits) == (0, 0, 0, 0)


def test_errors_of_the_edge_by_cloudfronts_own_count() -> None:
    reader = CloudWatch({"LambdaExecutionError": [1.0, 0.0], "LambdaLimitExceededErrors": [2.0], "Requests": [500.0]})
    found = read("edge_function_errors", EDGE, reader)
    assert (found.errors, found.of, found.unit, reader.asked) == (3, 500, "requests", ["us-east-1"])


def test_errors_of_the_edge_summed_over_the_regions_of_execution() -> None:
    """In the edge region alone there are none. Each of the four functions has the same numbers."""
    reader = CloudWatch({"Requests": [500.0]}, {"af-south-1": {"Errors": [1.0], "Invocations": [50.0]}})
    found = read("edge_function_errors", EDGE, reader)
    assert (found.errors, found.of, found.unit) == (4, 200, "invocations")
    assert sorted(reader.asked) == ["af-south-1", "us-east-1", "us-east-1"]


def test_an_edge_that_did_nothing() -> None:
    assert read("edge_function_errors", EDGE, CloudWatch({})).of == 0


def test_a_region_that_says_nothing() -> None:
    reader = CloudWatch({})
    reader.answers["DescribeRegions"] = {"Regions": [{"RegionName": "us-east-1"}]}
    with pytest.raises(CannotLook, match="OptInStatus"):
        read("edge_function_errors", EDGE, reader)
