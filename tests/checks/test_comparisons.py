"""The comparisons that checks are made of: good up to the limit, bad beyond it, and in words that say which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import Finding, Judgement, Problem, Seen
from checks.comparisons import (
    at,
    at_least,
    at_most,
    below,
    closest,
    counted,
    dated,
    equal,
    judge,
    no_later,
    nothing,
    one_of,
    present,
    quantity,
)

NOW = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WHERE = "orders-sit (eu-west-1)"


@dataclass(frozen=True)
class Compared:
    """A comparison, what it is given beside the resource, and what it must find."""

    comparison: Callable[..., Judgement]
    given: tuple[Any, ...]
    finding: type[Judgement]
    expected: str
    observed: str
    words: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.comparison.__name__}{self.given}{self.words or ''}"


DAYS, MS = {"unit": "days"}, {"unit": "ms"}

COMPARED = [
    Compared(judge, (True, "on", "on"), Seen, "on", "on"),
    Compared(judge, (False, "on", "off"), Problem, "on", "off"),

    Compared(equal, ("ENABLED", "ENABLED"), Seen, "ENABLED", "ENABLED"),
    Compared(equal, ("DISABLED", "ENABLED"), Problem, "ENABLED", "DISABLED"),
    Compared(equal, ("Enabled", "ENABLED"), Problem, "ENABLED", "Enabled"),
    Compared(equal, ("", "ENABLED"), Problem, "ENABLED", "none"),
    Compared(equal, ("a", ""), Problem, "none", "a"),
    Compared(equal, ("", ""), Seen, "none", "none"),
    Compared(equal, ("a", "a"), Seen, "a key a of it", "a (why)", {"what": "a key {} of it", "detail": "why"}),
    Compared(equal, ("b", "a"), Problem, "the key a", "b", {"what": "the key"}),
    Compared(equal, ("b", "{a}"), Problem, "{x} {a}", "b", {"what": "{x} {}"}),

    Compared(one_of, ("b", ("a", "b")), Seen, "a or b", "b"),
    Compared(one_of, ("c", ("a", "b")), Problem, "a or b", "c"),
    Compared(one_of, ("", ("a",)), Problem, "status a", "none (why)", {"what": "status", "detail": "why"}),
    Compared(one_of, ("A", ("a",)), Problem, "a", "A"),

    Compared(at_least, (7, 7), Seen, "at least 7 days", "7 days", DAYS),
    Compared(at_least, (8, 7), Seen, "at least 7 days", "8 days", DAYS),
    Compared(at_least, (6, 7), Problem, "at least 7 days", "6 days", DAYS),
    Compared(at_least, (1, 1), Seen, "at least 1 day", "1 day", DAYS),
    Compared(at_least, (0, 1), Problem, "a window of at least 1 day", "0 days (why)",
             {**DAYS, "what": "a window of {}", "detail": "why"}),
    Compared(at_least, (0, 0), Seen, "at least 0", "0"),
    Compared(at_least, (-1, 0), Problem, "at least 0", "-1"),
    Compared(at_least, (99.9, 99.9), Seen, "at least 99.9 %", "99.9 %", {"unit": "%"}),
    Compared(at_least, (99.8999999, 99.9), Problem, "at least 99.9 %", "99.8999 %", {"unit": "%"}),
    Compared(at_least, (7 * DAY, 7 * DAY), Seen, "at least 7 days", "7 days"),
    Compared(at_least, (7 * DAY - SECOND, 7 * DAY), Problem, "at least 7 days", "6 days 23 hours 59 minutes"),
    Compared(at_least, (7 * DAY + SECOND, 7 * DAY), Seen, "at least 7 days", "7 days"),

    Compared(at_most, (7, 7), Seen, "at most 7 days", "7 days", DAYS),
    Compared(at_most, (6, 7), Seen, "at most 7 days", "6 days", DAYS),
    Compared(at_most, (8, 7), Problem, "at most 7 days", "8 days", DAYS),
    Compared(at_most, (0, 0), Seen, "at most 0 errors", "0 errors", {"unit": "errors"}),
    Compared(at_most, (1, 0), Problem, "at most 0 errors", "1 error", {"unit": "errors"}),
    Compared(at_most, (1000.0001, 1000), Problem, "at most 1,000 ms", "1,000.01 ms", MS),
    Compared(at_most, (999.9999, 1000), Seen, "at most 1,000 ms", "1,000 ms", MS),
    Compared(at_most, (1234567.5, 1234567), Problem, "at most 1,234,567", "1,234,568"),
    Compared(at_most, (1234566.5, 1234567), Seen, "at most 1,234,567", "1,234,567"),
    Compared(at_most, (2 * HOUR, 2 * HOUR), Seen, "at most 2 hours old", "2 hours (why)", {"what": "{} old", "detail": "why"}),
    Compared(at_most, (2 * HOUR + SECOND, 2 * HOUR), Problem, "at most 2 hours", "2 hours 1 minute"),
    Compared(at_most, (2 * HOUR - SECOND, 2 * HOUR), Seen, "at most 2 hours", "2 hours"),
    Compared(at_most, (timedelta(0), timedelta(0)), Seen, "at most 0 minutes", "0 minutes"),
    Compared(at_most, (SECOND, timedelta(0)), Problem, "at most 0 minutes", "1 minute"),
    Compared(at_most, (-HOUR, 2 * HOUR), Seen, "at most 2 hours", "0 minutes"),
    Compared(at_most, (100 * HOUR + SECOND, 100 * HOUR), Problem, "at most 4 days 4 hours", "4 days 4 hours 1 minute"),
    Compared(at_most, (100 * HOUR - SECOND, 100 * HOUR), Seen, "at most 4 days 4 hours", "4 days 4 hours"),

    Compared(below, (999, 1000), Seen, "below 1,000 ms", "999 ms", MS),
    Compared(below, (1000, 1000), Problem, "below 1,000 ms", "1,000 ms", MS),
    Compared(below, (1001, 1000), Problem, "below 1,000 ms", "1,001 ms", MS),
    Compared(below, (1, 1000), Seen, "below 1,000 ms", "1 ms", MS),
    Compared(below, (999.99999, 1000), Seen, "below 1,000 ms", "999.999 ms", MS),
    Compared(below, (1000.00001, 1000), Problem, "below 1,000 ms", "1,000 ms", MS),
    Compared(below, (0, 0), Problem, "an error rate below 0 %", "0 % (why)",
             {"unit": "%", "what": "an error rate {}", "detail": "why"}),
    Compared(below, (0.000999999, 0.001), Seen, "below 0.001", "0.000999999"),
    Compared(below, (0.00099999999, 0.001), Seen, "below 0.001", "0.000999999"),
    Compared(below, (15 * MINUTE - SECOND, 15 * MINUTE), Seen, "below 15 minutes", "14 minutes"),
    Compared(below, (15 * MINUTE, 15 * MINUTE), Problem, "below 15 minutes", "15 minutes"),

    Compared(no_later, (NOW, NOW), Seen, "2026-01-13 12:00 UTC or earlier", "2026-01-13 12:00 UTC"),
    Compared(no_later, (NOW - MINUTE, NOW), Seen, "2026-01-13 12:00 UTC or earlier", "2026-01-13 11:59 UTC"),
    Compared(no_later, (NOW + MINUTE, NOW), Problem, "from 2026-01-13 12:00 UTC or earlier", "2026-01-13 12:01 UTC (why)",
             {"what": "from {}", "detail": "why"}),
    Compared(no_later, (NOW + SECOND, NOW), Problem,
             "2026-01-13 12:00:00.000000 UTC or earlier", "2026-01-13 12:00:01.000000 UTC"),
    Compared(no_later, (NOW, NOW + SECOND), Seen,
             "2026-01-13 12:00:01.000000 UTC or earlier", "2026-01-13 12:00:00.000000 UTC"),

    Compared(present, ("a", ["a", "b"]), Seen, "a", "present"),
    Compared(present, ("orders", ["order"]), Problem, "orders", "missing; the closest existing name is order"),
    Compared(present, ("orders", ["x"]), Problem, "orders", "missing; no existing name is close to it"),
    Compared(present, ("orders", []), Problem, "orders", "missing; no existing name is close to it"),
    Compared(present, ("A", ["a"]), Problem, "A", "missing; no existing name is close to it"),
]  # fmt: skip


@pytest.mark.parametrize("row", COMPARED, ids=str)
def test_a_comparison(row: Compared) -> None:
    assert row.comparison(WHERE, *row.given, **row.words) == row.finding(WHERE, row.expected, row.observed)


def test_what_is_close_is_looked_for_among_what_is_told() -> None:
    assert present(WHERE, "orders", ["order"], among=["orderz"]) == Problem(
        WHERE, "orders", "missing; the closest existing name is orderz"
    )
    assert present(WHERE, "orders", ["order"], among=[]) == Problem(WHERE, "orders", "missing; no existing name is close to it")


def test_closest() -> None:
    assert closest("orders", ["users", "order"], "declared") == "; the closest declared name is order"
    assert closest("orders", ["users"], "declared") == "; no declared name is close to it"
    assert closest("", []) == "; no existing name is close to it"


@pytest.mark.parametrize(
    ("found", "findings"),
    [
        ([], [Seen(WHERE, "no index", "none of 2")]),
        (["a"], [Problem(WHERE, "no index", "a")]),
        (["a", "b"], [Problem(WHERE, "no index", "a"), Problem(WHERE, "no index", "b")]),
        ([""], [Problem(WHERE, "no index", "")]),
    ],
)
def test_nothing_is_seen_only_where_nothing_was_found(found: list[str], findings: list[Finding]) -> None:
    assert list(nothing(WHERE, "no index", iter(found), otherwise="none of 2")) == findings


# ---------------------------------------------------------------------------------------------- quantities

QUANTITIES = [
    (0, "days", "0 days", "0 days"),
    (1, "days", "1 day", "1 day"),
    (1.0, "days", "1 day", "1 day"),
    (1, "ms", "1 ms", "1 ms"),
    (1, "s", "1 s", "1 s"),
    (1, "percent", "1 percent", "1 percent"),
    (-2, "", "-2", "-2"),
    (1234567, "", "1,234,567", "1,234,567"),
    (999999.5, "", "1,000,000", "999,999"),
    (1000000.5, "", "1,000,001", "1,000,000"),
    (0.1, "%", "0.1 %", "0.1 %"),
    (812.3456789, "ms", "812.346 ms", "812.345 ms"),
    (1e-07, "", "0.0000001", "0.0000001"),
    (float("inf"), "", "Infinity", "Infinity"),
    (timedelta(0), "", "0 minutes", "0 minutes"),
    (SECOND, "", "1 minute", "0 minutes"),
    (MINUTE, "", "1 minute", "1 minute"),
    (59 * MINUTE + SECOND, "", "1 hour", "59 minutes"),
    (HOUR, "", "1 hour", "1 hour"),
    (HOUR + MINUTE, "", "1 hour 1 minute", "1 hour 1 minute"),
    (DAY, "", "24 hours", "24 hours"),
    (3 * DAY - SECOND, "", "3 days", "71 hours 59 minutes"),
    (3 * DAY, "", "3 days", "3 days"),
    (3 * DAY + 2 * MINUTE, "", "3 days 2 minutes", "3 days 2 minutes"),
    (35 * DAY - HOUR, "", "34 days 23 hours", "34 days 23 hours"),
    (-HOUR, "", "0 minutes", "0 minutes"),
]


@pytest.mark.parametrize(("value", "unit", "up", "down"), QUANTITIES, ids=str)
def test_quantity(value: float | timedelta, unit: str, up: str, down: str) -> None:
    assert (quantity(value, unit), quantity(value, unit, up=False)) == (up, down)


def number(text: str) -> float:
    return float(text.rsplit(maxsplit=1)[-1].replace(",", ""))


@pytest.mark.parametrize("comparison", [at_least, at_most, below])
@settings(deadline=None)
@given(limit=st.integers(0, 10_000_000), off=st.floats(-2, 2))
def test_what_is_beyond_a_limit_reads_so(comparison: Callable[..., Judgement], limit: int, off: float) -> None:
    found = comparison(WHERE, limit + off, limit)
    holds = {at_least: float.__ge__, at_most: float.__le__, below: float.__lt__}[comparison]
    assert holds(number(found.observed), number(found.expected)) is isinstance(found, Seen)


@settings(deadline=None)
@given(limit=st.integers(0, 10_000), off=st.floats(-90, 90))
def test_what_is_older_than_a_limit_reads_so(limit: int, off: float) -> None:
    found = at_most(WHERE, timedelta(minutes=limit, seconds=off), timedelta(minutes=limit))
    same = found.observed == found.expected.removeprefix("at most ")
    assert not (same and isinstance(found, Problem))


def test_counted() -> None:
    assert [counted(n, "table") for n in (0, 1, 2, 1000)] == ["0 tables", "1 table", "2 tables", "1,000 tables"]


def test_a_moment_is_told_in_utc() -> None:
    there = timezone(timedelta(hours=2))
    assert at(datetime(2026, 1, 13, 1, 30, 59, tzinfo=there)) == "2026-01-12 23:30 UTC"
    assert dated(NOW, NOW) == "2026-01-13 12:00 UTC (0 minutes ago)"
    assert dated(NOW - 40 * MINUTE, NOW) == "2026-01-13 11:20 UTC (40 minutes ago)"
    assert dated(NOW + HOUR, NOW) == "2026-01-13 13:00 UTC (1 hour ahead)"


@pytest.mark.parametrize("comparison", [at_least, at_most, below, no_later])
def test_what_is_not_known_is_not_compared(comparison: Callable[..., Judgement]) -> None:
    with pytest.raises((TypeError, AttributeError)):
        comparison(WHERE, None, NOW if comparison is no_later else 7)
