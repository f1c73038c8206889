"""What is understood of metric math, and what is not."""

from __future__ import annotations

import pytest

from checks.metric_math import ONE, Quotient, understood

METRICS = {"m1": 60, "m2": 60, "n1": 300}
ALONE = {ONE: 1.0}


@pytest.mark.parametrize(
    ("expression", "sum_", "over"),
    [
        ("m1", {"m1": 1}, ALONE),
        ("FILL(m1, 0)", {"m1": 1}, ALONE),
        ("m1 + m2", {"m1": 1, "m2": 1}, ALONE),
        ("SUM([m1, m2])", {"m1": 1, "m2": 1}, ALONE),
        ("SUM(METRICS())", {"m1": 1, "m2": 1, "n1": 1}, ALONE),
        ('SUM(METRICS("m"))', {"m1": 1, "m2": 1}, ALONE),
        ("100 * m1 / m2", {"m1": 100}, {"m2": 1}),
        ("m1 / m2 * 100", {"m1": 100}, {"m2": 1}),
        ("(m1 + n1) / m2", {"m1": 1, "n1": 1}, {"m2": 1}),
        ("m1 / PERIOD(m1) * 60", {"m1": 1}, ALONE),
        ("n1 / PERIOD(n1) * 60", {"n1": 0.2}, ALONE),
        ("IF(m2 > 0, 100 * m1 / m2, 0)", {"m1": 100}, {"m2": 1}),
        ("IF(m2, 100 * m1 / m2, 0)", {"m1": 100}, {"m2": 1}),
        ("IF(m2 + n1 > 0, m1 / (m2 + n1), 0)", {"m1": 1}, {"m2": 1, "n1": 1}),
        ("m1 / (m2 + 1000)", {"m1": 1}, {"m2": 1, ONE: 1000}),
        ("m1 / (m2 - n1)", {"m1": 1}, {"m2": 1, "n1": -1}),
        ("m1 - m2", {"m1": 1, "m2": -1}, ALONE),
        ("other * 2", {"m1": 2}, ALONE),
    ],
)
def test_understood(expression: str, sum_: dict[str, float], over: dict[str, float]) -> None:
    assert understood("e", METRICS, {"e": expression, "other": "m1"}) == Quotient(sum_, over)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "m9",
        "e + m1",
        "m1 +",
        "MAX([m1, m2])",
        "SUM(m1)",
        "m1 * m2",
        "m1 / m2 / m1",
        "m1 / 0",
        "IF(m2 > 100, m1 / m2, 0)",
        "IF(m1 > 0, m1 / m2, 0)",
        "IF(m2 > 0, m1 / m2, 1)",
        "IF(m2 * 0 > 0, m1 / m2, 0)",
        "IF(m2 * -1 > 0, m1 / m2, 0)",
        "IF(m2 - 1000 > 0, m1 / m2, 0)",
        "IF(m2 - n1 > 0, m1 / (m2 + n1), 0)",
        "IF(0 > 0, m1, 0)",
        "(m1 / n1) / (m2 / n1)",
        "ANOMALY_DETECTION_BAND(m1, 2)",
        "SEARCH('{AWS/S3}', 'Sum')",
        "SELECT SUM(Errors) FROM SCHEMA(x)",
        "m1 / (m1 + m2) + m2 / m1",
        "RATE(m1)",
        "__import__('os')",
    ],
)
def test_not_understood(expression: str) -> None:
    assert understood("e", METRICS, {"e": expression}) is None
