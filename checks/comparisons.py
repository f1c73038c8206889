"""Comparisons that make a finding either way, so that a check words its limit once: what was expected reads the same whether it
holds or not.

`what` says what is compared: "a window of {}" reads "a window of at least 7 days"; without a placeholder it stands in front.
`detail` is added to what was observed, in parentheses: the time beside an age, the name of the evidence.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import TypeVar

from checks import Finding, Judgement, Problem, Seen

Quantity = float | timedelta
Q = TypeVar("Q", float, timedelta)  # what is measured and its limit are of one kind
MINUTE = timedelta(minutes=1)


def judge(resource: str, good: bool, expected: str, observed: str) -> Judgement:
    """A finding of a comparison that was made elsewhere."""
    return (Seen if good else Problem)(resource, expected, observed)


def equal(resource: str, observed: str, expected: str, *, what: str = "{}", detail: str = "") -> Judgement:
    """It is exactly this text. An empty one reads "none"."""
    return judge(resource, observed == expected, _about(what, expected or "none"), _with(observed or "none", detail))


def one_of(resource: str, observed: str, allowed: Collection[str], *, what: str = "{}", detail: str = "") -> Judgement:
    """It is one of these texts."""
    return judge(resource, observed in allowed, _about(what, " or ".join(allowed)), _with(observed or "none", detail))


def at_least(resource: str, observed: Q, limit: Q, *, unit: str = "", what: str = "{}", detail: str = "") -> Judgement:
    """It is the limit or more."""
    expected = _about(what, f"at least {quantity(limit, unit)}")
    return judge(resource, observed >= limit, expected, _with(quantity(observed, unit, up=False), detail))


def at_most(resource: str, observed: Q, limit: Q, *, unit: str = "", what: str = "{}", detail: str = "") -> Judgement:
    """It is the limit or less."""
    expected = _about(what, f"at most {quantity(limit, unit)}")
    return judge(resource, observed <= limit, expected, _with(quantity(observed, unit), detail))


def below(resource: str, observed: Q, limit: Q, *, unit: str = "", what: str = "{}", detail: str = "") -> Judgement:
    """It is less than the limit."""
    expected = _about(what, f"below {quantity(limit, unit)}")
    return judge(resource, observed < limit, expected, _with(quantity(observed, unit, up=False), detail))


def no_later(resource: str, observed: datetime, limit: datetime, *, what: str = "{}", detail: str = "") -> Judgement:
    """It is that moment or an earlier one. Both are told exactly where their minutes would not tell them apart."""
    exact = observed != limit and at(observed) == at(limit)
    expected = _about(what, f"{at(limit, exact=exact)} or earlier")
    return judge(resource, observed <= limit, expected, _with(at(observed, exact=exact), detail))


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
    problems: list[Finding] = [Problem(resource, expected, each) for each in found]
    yield from problems or [Seen(resource, expected, otherwise)]


def quantity(value: Quantity, unit: str = "", *, up: bool = True) -> str:
    """A number with its unit, given in the plural; or a length of time to the minute, 0 where it is negative.

    What is measured is rounded up where what is over a limit must read so, else down. Limits are whole minutes, and numbers of at
    most six digits or whole: so they read as they are, and nothing reads as if it stood on the other side of one.
    """
    if not isinstance(value, timedelta):
        word = unit.removesuffix("s") if value == 1 and len(unit) > len("ms") else unit  # 1 day; s and ms stay
        return f"{_number(value, up=up)} {word}".strip()
    minutes = max(0, -(-value // MINUTE) if up else value // MINUTE)
    days, rest = divmod(minutes, 24 * 60) if minutes >= 72 * 60 else (0, minutes)
    parts = ((days, "day"), (rest // 60, "hour"), (rest % 60, "minute"))
    return " ".join(counted(number, noun) for number, noun in parts if number) or "0 minutes"


def _number(value: float, *, up: bool) -> str:
    """Six digits of a number, and all of its whole part."""
    if float(value).is_integer():
        return f"{int(value):,}"
    exact = Decimal(repr(value))
    context = Context(prec=max(6, exact.adjusted() + 1), rounding=ROUND_CEILING if up else ROUND_FLOOR)
    return f"{context.create_decimal(exact).normalize():,f}"


def counted(number: int, noun: str) -> str:
    """A number of things: 1 table, 2 tables."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def at(moment: datetime, *, exact: bool = False) -> str:
    """A moment in UTC, to the minute or `exact`."""
    return f"{moment.astimezone(UTC):{'%Y-%m-%d %H:%M:%S.%f' if exact else '%Y-%m-%d %H:%M'}} UTC"


def dated(moment: datetime, as_of: datetime) -> str:
    """A moment, and how long ago it was as of another one."""
    ago = as_of - moment
    return f"{at(moment)} ({quantity(-ago)} ahead)" if ago < timedelta() else f"{at(moment)} ({quantity(ago)} ago)"


def _about(what: str, text: str) -> str:
    return what.replace("{}", text) if "{}" in what else f"{what} {text}"


def _with(text: str, detail: str) -> str:
    return f"{text} ({detail})" if detail else text
