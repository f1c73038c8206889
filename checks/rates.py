"""Rates: what a sample says of how often something happens.

"Below 0.1 %" is said of all requests, of which those that were seen are a sample: none of 100 failing says little. A rate passes
when its upper bound is below the limit, fails when what was observed is not, and is undecided between the two.

The bound is that of Clopper and Pearson, one-sided, at 95 %: https://www.itl.nist.gov/div898/handbook/prc/section2/prc241.htm
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context

from checks import Finding, Problem, Seen, Undecided
from checks.comparisons import quantity

DOUBT = 0.05  # how probable what was seen may be at most, were the rate at the bound


def excluded(events: int, trials: int, rate: float) -> bool:
    """Whether so few events in so many trials are too improbable, were each trial one with the rate's probability."""
    if events >= trials * rate:
        return False  # at least every second time there are no more than expected
    logarithm = math.lgamma(trials + 1) - math.lgamma(events + 1) - math.lgamma(trials - events + 1)
    term = total = math.exp(logarithm + events * math.log(rate) + (trials - events) * math.log1p(-rate)) if rate < 1 else 0.0
    for number in range(events, 0, -1):  # each term from the one above it
        if not term or term < total * 1e-12:
            break
        term *= number * (1 - rate) / ((trials - number + 1) * rate)
        total += term
    return total <= DOUBT


def upper_bound(events: int, trials: int) -> float:
    """The rate that the true one is not above, at 95 %, when so many events were seen in so many trials."""
    low, high = events / trials, 1.0
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if excluded(events, trials, middle) else (middle, high)
    return high


def needed(events: int, limit: float) -> int:
    """How many trials with so many events say that the rate is below the limit."""
    low, high = events, max(events, 1) * 2
    while not excluded(events, high, limit):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if excluded(events, middle, limit) else (middle, high)
    return high


def below(where: str, events: int, trials: int, percent: float, *, what: str, unit: str) -> Finding:
    """Whether the rate of events in trials (`unit`, in the plural) is below the limit in percent; a limit of 0 admits no event.

    `what` says what is counted: "requests answered 5xx: {}".
    """
    if trials <= 0:
        return Undecided(where, f"no {unit} at all")
    limit = percent / 100
    expected = what.replace("{}", f"below {quantity(percent)} % at 95 % confidence" if limit else "0 %")
    bound = upper_bound(min(events, trials), trials)
    observed = f"{events:,} of {trials:,} {unit}, {_percent(events / trials)}, at most {_percent(bound, ROUND_CEILING)}"
    if events / trials >= limit and events:
        return Problem(where, expected, observed)
    if bound < limit or not limit:
        return Seen(where, expected, observed)
    more = needed(events, limit) - trials
    return Undecided(where, f"{observed}: too few to say {expected}; {more:,} more {unit} without another would do")


def _percent(rate: float, rounding: str = ROUND_FLOOR) -> str:
    """Three digits of a rate, rounded so that it does not read as if it stood on the other side of a limit."""
    return f"{Context(prec=3, rounding=rounding).create_decimal(repr(100 * rate)).normalize():f} %"
