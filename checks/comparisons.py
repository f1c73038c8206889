"""Comparisons that make a finding either way, so that a check words its limit once: what was expected reads the same whether it
holds or not.

`what` says what is compared: "a window of {}" reads "a window of at least 7 days"; without a placeholder it stands in front.
`detail` is added to what was observed, in parentheses: the time beside an age, the name of the evidence.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from checks import Finding, Judgement, Problem, Seen

Quantity = float | timedelta


def judge(resource: str, good: bool, expected: str, observed: str) -> Judgement:
    """A finding of a comparison that was made elsewhere."""
    return (Seen if good else Problem)(resource, expected, observed)


def equal(resource: str, observed: str, expected: str, *, what: str = "{}", detail: str = "") -> Judgement:
    """It is exactly this text. An empty one reads "none"."""
    return judge(resource, observed == expected, _about(what, expected or "none"), _with(observed or "none", detail))


def one_of(resource: str, observed: str, allowed: Collection[str], *, what: str = "{}", detail: str = "") -> Judgement:
    """It is one of these texts."""
    return judge(resource, observed in allowed, _about(what, " or ".join(allowed)), _with(observed or "none", detail))


def at_least(
    resource: str, observed: Quantity, limit: Quantity, *, unit: str = "", what: str = "{}", detail: str = ""
) -> Judgement:
    """It is the limit or more."""
    expected = _about(what, f"at least {quantity(limit, unit)}")
    return judge(resource, observed >= limit, expected, _with(quantity(observed, unit, up=False), detail))


def at_most(resource: str, observed: Quantity, limit: Quantity, *, unit: str = "", what: str = "{}", detail: str = "") -> Judgement:
    """It is the limit or less."""
    expected = _about(what, f"at most {quantity(limit, unit)}")
    return judge(resource, observed <= limit, expected, _with(quantity(observed, unit), detail))


def below(resource: str, observed: Quantity, limit: Quantity, *, unit: str = "", what: str = "{}", detail: str = "") -> Judgement:
    """It is less than the limit."""
    expected = _about(what, f"below {quantity(limit, unit)}")
    return judge(resource, observed < limit, expected, _with(quantity(observed, unit), detail))


def present(resource: str, name: str, names: Collection[str], *, among: Collection[str] | None = None) -> Judgement:
    """The name is among those that there are. A missing one names the closest of `among`, which are all of them unless told."""
    observed = "present" if name in names else f"missing{closest(name, names if among is None else among)}"
    return judge(resource, name in names, name, observed)


def closest(name: str, names: Collection[str], what: str = "existing") -> str:
    """What to say beside "missing": the existing name that was probably meant, or that there is none like it."""
    close = difflib.get_close_matches(name, sorted(names), n=1)
    return f"; the closest {what} name is {close[0]}" if close else f"; no {what} name is close to it"


def nothing(resource: str, expected: str, found: Iterable[str], *, otherwise: str) -> Iterator[Finding]:
    """There is none of what there must not be: a problem for each that was `found`, else what was seen `otherwise`."""
    problems = [Problem(resource, expected, each) for each in found]
    yield from problems or [Seen(resource, expected, otherwise)]


def quantity(value: Quantity, unit: str = "", *, up: bool = True) -> str:
    """A number with its unit; a length of time in minutes, hours or days, rounded up where what is over a limit must read so."""
    if not isinstance(value, timedelta):
        return f"{value:,g} {unit}".strip() if value < 1_000_000 else f"{value:,.0f} {unit}".strip()
    rounded = math.ceil if up else math.floor
    whole = max(0, rounded(value.total_seconds() / 60))
    if whole < 60:
        return counted(whole, "minute")
    if whole >= 72 * 60:
        return f"{rounded(whole / 60 / 24 * 10) / 10:g} days"
    return counted(whole // 60, "hour") + (f" {counted(whole % 60, 'minute')}" if whole % 60 else "")


def counted(number: int, noun: str) -> str:
    """A number of things: 1 table, 2 tables."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def at(moment: datetime) -> str:
    """A moment in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _about(what: str, text: str) -> str:
    return what.format(text) if "{}" in what else f"{what} {text}"


def _with(text: str, detail: str) -> str:
    return f"{text} ({detail})" if detail else text
