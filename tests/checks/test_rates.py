"""What a sample says of a rate: the bound of Clopper and Pearson, and the verdict by it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import Problem, Seen, Undecided
from checks.rates import DOUBT, below, excluded, needed, upper_bound


@pytest.mark.parametrize(("events", "trials"), [(0, 2_995), (1, 4_742), (2, 6_294), (3, 7_752), (5, 10_511), (10, 16_959)])
def test_how_many_requests_say_that_less_than_one_in_a_thousand_fails(events: int, trials: int) -> None:
    assert needed(events, 0.001) == trials
    assert upper_bound(events, trials) < 0.001 <= upper_bound(events, trials - 1)


@pytest.mark.parametrize(("events", "trials"), [(4_900_000, 100_000_000), (0, 10**9), (5, 5), (0, 1), (999, 1_000)])
def test_bounds_of_large_and_of_small_samples(events: int, trials: int) -> None:
    assert events / trials <= upper_bound(events, trials) <= 1


@given(trials=st.integers(1, 60), data=st.data())
def test_the_bound_is_where_what_was_seen_becomes_improbable(trials: int, data: st.DataObject) -> None:
    """Against the sum of exact fractions."""
    events = data.draw(st.integers(0, trials))
    rate = data.draw(st.fractions(Fraction(1, 1000), Fraction(999, 1000), max_denominator=1000))
    exact = sum(math.comb(trials, number) * rate**number * (1 - rate) ** (trials - number) for number in range(events + 1))
    if abs(exact - Fraction(DOUBT)) > Fraction(1, 10**6):
        assert excluded(events, trials, float(rate)) is (exact < DOUBT)
        assert (upper_bound(events, trials) < rate) is (exact < DOUBT)


@pytest.mark.parametrize(
    ("events", "trials", "percent", "kind", "says"),
    [
        (0, 10_000, 0.1, Seen, "0 of 10,000 requests, 0 %, at most 0.03 %"),
        (5, 10_000, 0.1, Undecided, "511 more requests without another would do"),
        (10, 10_000, 0.1, Problem, "10 of 10,000 requests, 0.1 %"),
        (0, 100, 0.1, Undecided, "0 of 100 requests, 0 %, at most 2.96 %: too few to say"),
        (0, 100, 0, Seen, "0 of 100 requests"),
        (1, 10**9, 0, Problem, "1 of 1,000,000,000 requests"),
        (0, 0, 5, Undecided, "no requests at all"),
    ],
)
def test_a_verdict(events: int, trials: int, percent: float, kind: type, says: str) -> None:
    found = below("site", events, trials, percent, what="errors: {}", unit="requests")
    assert isinstance(found, kind)
    assert says in (found.reason if isinstance(found, Undecided) else found.observed)
    if not isinstance(found, Undecided):
        assert found.expected == ("errors: 0 %" if not percent else f"errors: below {percent} % at 95 % confidence")


@given(events=st.integers(0, 50), trials=st.integers(50, 5_000), percent=st.sampled_from([0.0, 0.1, 1.0, 5.0]))
def test_no_rate_passes_that_is_not_below_the_limit(events: int, trials: int, percent: float) -> None:
    found = below("site", events, trials, percent, what="{}", unit="requests")
    if isinstance(found, Seen):
        assert events == 0 if not percent else 100 * upper_bound(events, trials) < percent
    if isinstance(found, Problem):
        assert 100 * events / trials >= percent
