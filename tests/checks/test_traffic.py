"""The checks of traffic."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checks import Finding, Observation, Problem, Seen, Undecided, traffic
from fixtures.declared.cloudfront import Distribution
from fixtures.declared.edge_functions import EdgeAssociations
from fixtures.declared.inventory import load
from fixtures.facts.traffic import EdgeErrors, Traffic
from tests.checks.examples import Example, judged

SITE = load("sit").of(Distribution)[0]
EDGE = load("sit").of(EdgeAssociations)[0]
NAME = "sit.kimmyai.io"
DAY = timedelta(hours=24)
GOOD = Traffic(requests=100_000, client_errors=300, server_errors=0, hits=93_000, window=DAY)
QUIET = replace(GOOD, requests=0, client_errors=0, server_errors=0, hits=None)
BY_CLOUDFRONT = EdgeErrors(errors=2, of=100_000, unit="requests", source="CloudFront's LambdaExecutionError", window=DAY)
BY_LAMBDA = EdgeErrors(errors=2, of=400_000, unit="invocations", source="Lambda's Errors and Invocations in 17 regions", window=DAY)

# The lines of the promotion plans that the checks give evidence for.
CITED = {"prod.error-rate", "sit.performance-baseline"}

SURE = "at 95 % confidence"
LATELY = Observation(NAME, "100,000 requests in the last 24 hours")
NOTHING = Undecided(NAME, "the site had no requests in the last 24 hours")


def good(expected: str, observed: str) -> Finding:
    return Seen(NAME, expected, observed)


def bad(expected: str, observed: str) -> Finding:
    return Problem(NAME, expected, observed)


FOUR, FIVE = f"requests answered with 4xx: below 5 % {SURE}", "requests answered with 5xx: 0 %"
HITS, ERRORS = f"cache hit ratio above 80 %: misses below 20 % {SURE}", f"errors of edge functions: below 0.1 % {SURE}"
PERCENT = {"percent": 5.0}

EXAMPLES = [
    Example(traffic.client_errors, "few", (SITE, GOOD),
            (good(FOUR, "300 of 100,000 requests, 0.3 %, at most 0.331 %"), LATELY), PERCENT),
    Example(traffic.client_errors, "many", (SITE, replace(GOOD, client_errors=6_000)),
            (bad(FOUR, "6,000 of 100,000 requests, 6 %, at most 6.13 %"), LATELY), PERCENT),
    Example(traffic.client_errors, "no requests", (SITE, QUIET), (NOTHING,), PERCENT),
    Example(traffic.client_errors, "too few requests", (SITE, replace(GOOD, requests=40, client_errors=1)), (
        Undecided(NAME, "1 of 40 requests, 2.5 %, at most 11.4 %: too few to say requests answered with 4xx: below 5 % at 95 % "
                        "confidence; 53 more requests without another would do"),
        Observation(NAME, "40 requests in the last 24 hours")), PERCENT),
    Example(traffic.client_errors, "no rate", (SITE, replace(GOOD, client_errors=None)), (
        Undecided(NAME, "CloudWatch has no rate for some of the 100,000 requests: requests answered with 4xx"),), PERCENT),
    Example(traffic.server_errors, "none", (SITE, GOOD),
            (good(FIVE, "0 of 100,000 requests, 0 %, at most 0.003 %"), LATELY), {"percent": 0}),
    Example(traffic.server_errors, "one", (SITE, replace(GOOD, server_errors=1)),
            (bad(FIVE, "1 of 100,000 requests, 0.001 %, at most 0.00475 %"), LATELY), {"percent": 0}),
    Example(traffic.server_errors, "no requests", (SITE, QUIET), (NOTHING,), {"percent": 0}),
    Example(traffic.cache_hit_ratio, "high", (SITE, GOOD),
            (good(HITS, "7,000 of 100,000 requests, 7 %, at most 7.14 %"),), {"percent": 80.0}),
    Example(traffic.cache_hit_ratio, "low", (SITE, replace(GOOD, hits=60_000)),
            (bad(HITS, "40,000 of 100,000 requests, 40 %, at most 40.3 %"),), {"percent": 80.0}),
    Example(traffic.cache_hit_ratio, "no data", (SITE, replace(GOOD, hits=None)),
            (Undecided(NAME, "CacheHitRate has no data: it needs the monitoring subscription"),), {"percent": 80.0}),
    Example(traffic.cache_hit_ratio, "no requests", (SITE, QUIET), (NOTHING,), {"percent": 80.0}),
    Example(traffic.edge_errors, "few", (EDGE, BY_CLOUDFRONT), (
        good(ERRORS, "2 of 100,000 requests, 0.002 %, at most 0.0063 %"), Observation(NAME, "by CloudFront's LambdaExecutionError"),
    ), {"percent": 0.1}),
    Example(traffic.edge_errors, "few, by Lambda", (EDGE, BY_LAMBDA), (
        good(ERRORS, "2 of 400,000 invocations, 0.0005 %, at most 0.00158 %"), Observation(NAME, f"by {BY_LAMBDA.source}"),
    ), {"percent": 0.1}),
    Example(traffic.edge_errors, "many", (EDGE, replace(BY_CLOUDFRONT, errors=200)), (
        bad(ERRORS, "200 of 100,000 requests, 0.2 %, at most 0.225 %"), Observation(NAME, "by CloudFront's LambdaExecutionError"),
    ), {"percent": 0.1}),
    Example(traffic.edge_errors, "nothing ran", (EDGE, replace(BY_LAMBDA, errors=0, of=0)),
            (Undecided(NAME, f"no invocations in the last 24 hours: {BY_LAMBDA.source}"),), {"percent": 0.1}),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_finds_exactly(example: Example) -> None:
    assert judged(example) == list(example.findings)
