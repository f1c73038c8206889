"""No check passes without a finding: whatever is empty in its facts, it says what it saw, or that it cannot say."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import Check, Finding, Problem, Seen, Undecided
from fixtures.declared.resources import Resource
from tests.checks.examples import Example, every_check, every_example, passes

CHECKS = list(every_check())
EXAMPLES = list(every_example())
# What a check may stumble over where a fact is not of its type. In a run that is inconclusive, as nothing was judged.
STUMBLES = (TypeError, AttributeError, ValueError, KeyError, IndexError)


def judged(check: Check[Any], facts: tuple[Any, ...], limits: Mapping[str, Any]) -> list[Finding] | None:
    """The findings; None where the facts are not even of their types."""
    try:
        return list(check(*facts, **limits))
    except STUMBLES:
        return None


def something_was_judged(found: list[Finding] | None) -> bool:
    return found is None or any(isinstance(each, Seen | Problem | Undecided) for each in found)


def emptied(value: Any) -> Iterator[Any]:
    """The value without anything in it, and with each of its members emptied."""
    if isinstance(value, Resource):
        return
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            for empty in emptied(getattr(value, field.name)):
                yield dataclasses.replace(value, **{field.name: empty})
    elif isinstance(value, Mapping):
        yield {}
        for key, member in value.items():
            yield {name: each for name, each in value.items() if name != key}
            for empty in emptied(member):
                yield {**value, key: empty}
    elif isinstance(value, list | tuple | set | frozenset):
        yield type(value)()
        for number, member in enumerate(value):
            rest = list(value)
            yield type(value)(rest[:number] + rest[number + 1 :])
            for empty in emptied(member):
                yield type(value)([*rest[:number], empty, *rest[number + 1 :]])
    elif isinstance(value, str | bytes):
        yield type(value)()
    if value is not None:
        yield None


@pytest.mark.parametrize("check", CHECKS, ids=[check.id for check in CHECKS])
def test_with_empty_facts(check: Check[Any]) -> None:
    """Every fact of every example of the check empty at once, and each of them alone."""
    for example in (each for each in EXAMPLES if each.check is check):
        for empty in ((), {}, "", None):
            facts = tuple(fact if isinstance(fact, Resource) else empty for fact in example.facts)
            assert something_was_judged(judged(check, facts, example.limits)), (example.says, empty)
            for number, fact in enumerate(example.facts):
                if not isinstance(fact, Resource):
                    alone = (*example.facts[:number], empty, *example.facts[number + 1 :])
                    assert something_was_judged(judged(check, alone, example.limits)), (example.says, number, empty)


@settings(deadline=None, max_examples=400)
@given(example=st.sampled_from(EXAMPLES), data=st.data())
def test_with_one_member_emptied(example: Example, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(example.facts) - 1))
    variants = list(emptied(example.facts[number]))
    if not variants:
        return
    facts = (*example.facts[:number], data.draw(st.sampled_from(variants)), *example.facts[number + 1 :])
    found = judged(example.check, facts, example.limits)
    assert something_was_judged(found)
    for each in found or []:
        if isinstance(each, Seen | Problem):
            assert each.expected.strip() and str(each.observed).strip(), each


def test_a_check_that_yields_nothing_passes_nothing() -> None:
    assert not passes([])
