"""Judges: pure functions from facts to findings. No AWS, no network, no clock, no environment variables, no pytest.

A check is a generator. It yields a `Problem` for everything that is not as it must be, `Undecided` where the facts do not
suffice to say, and `Observation` for what the report should state either way. Yielding no problem and nothing undecided
means that all is well: what is judged has no defaults, so a check cannot be called without having looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ParamSpec, Protocol, cast


class Severity(StrEnum):
    """What a failure means: data can be lost or exposed, the release cannot work, or a convention is broken."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it must be."""

    resource: str
    expected: str
    observed: str


@dataclass(frozen=True)
class Undecided:
    """One thing that the facts do not suffice to judge, and why."""

    resource: str
    reason: str


@dataclass(frozen=True)
class Observation:
    """What was seen and is worth stating although nothing is wrong with it."""

    resource: str
    text: str


Finding = Problem | Undecided | Observation
P = ParamSpec("P")


class Check(Protocol[P]):
    """A check function with what a reader of its verdict needs.

    `stands_on` names checks whose failure for the same resource explains a failure of this one: it is then blocked.
    """

    id: str
    title: str
    severity: Severity
    requirements: tuple[str, ...]
    fix: str
    stands_on: tuple[str, ...]

    def __call__(self, *facts: P.args, **limits: P.kwargs) -> Iterator[Finding]: ...


def check(
    id: str, *, severity: Severity, requirement: str | tuple[str, ...], fix: str, stands_on: tuple[str, ...] = ()
) -> Callable[[Callable[P, Iterator[Finding]]], Check[P]]:
    """Declare a check. The docstring's first line becomes its title: written as the good state.

    `requirement`: the ids of the plan lines that the check gives evidence for. `fix`: what to do when it fails.
    """

    def declare(function: Callable[P, Iterator[Finding]]) -> Check[P]:
        declared = cast(Check[P], function)
        declared.id = id
        declared.title = (function.__doc__ or "").strip().splitlines()[0]
        declared.severity = severity
        declared.requirements = (requirement,) if isinstance(requirement, str) else requirement
        declared.fix = fix
        declared.stands_on = stands_on
        return declared

    return declare
