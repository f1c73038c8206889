"""Which rules of composite alarms hold whenever an alarm is in ALARM."""

from __future__ import annotations

import pytest

from checks.alarm_rules import holds, sounds

ARN = "arn:aws:cloudwatch:eu-west-1:815856636111:alarm:a"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(a)", True),
        ('ALARM("a")', True),
        ("alarm ( 'a' )", True),
        (f"ALARM({ARN})", True),
        ("ALARM(a) OR ALARM(b)", True),
        ("ALARM(b) OR (ALARM(c) OR ALARM(a))", True),
        ("ALARM(b) AND ALARM(c) OR ALARM(a)", True),
        ("NOT OK(a)", True),
        ("ALARM(a) AND TRUE", True),
        ("ALARM(a) AND ALARM(b)", None),
        ("ALARM(a) AND NOT ALARM(maintenance)", None),
        ("ALARM(b)", None),
        ("OK(a)", False),
        ("NOT ALARM(a)", False),
        ("FALSE", False),
        ("AT_LEAST(1, ALARM, (a, b))", None),
        ("", None),
        ("ALARM(a", None),
        ("ALARM(a) ALARM(b)", None),
        ('ALARM("a \\" quoted")', None),
    ],
)
def test_holds(rule: str, expected: bool | None) -> None:
    assert holds(rule, {"a", ARN}) is expected


def test_sounds_through_others() -> None:
    rules = {
        "arn:1": ("one", "ALARM(two)"),
        "arn:2": ("two", "ALARM(a) OR ALARM(b)"),
        "arn:3": ("three", "ALARM(a) AND ALARM(one)"),
    }
    assert sounds("a", ARN, rules) == {"arn:1", "arn:2", "arn:3"}
    assert sounds("b", "arn:b", {**rules, "arn:2": ("two", "ALARM(a)")}) == set()
    assert sounds("a", ARN, {"arn:1": ("one", "ALARM(two)"), "arn:2": ("two", "ALARM(one)")}) == set()
