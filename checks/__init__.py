"""Judges: pure functions from facts to findings. No AWS, no network, no clock, no environment variables, no pytest.

A check is a generator. It yields a finding for everything that it judges: `Seen` when it is as it must be, `Problem` when it is
not, `Undecided` where the facts do not suffice to say; and an `Observation` for what the report should state besides. A check that
yields none of the first three judged nothing, and nobody takes that for a pass. What is judged has no defaults: a check cannot be
called without having looked.
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


class Pillar(StrEnum):
    """The pillar of the AWS Well-Architected Framework that a check is about.

    https://docs.aws.amazon.com/wellarchitected/latest/framework/the-pillars-of-the-framework.html
    """

    SECURITY = "security"
    RELIABILITY = "reliability"
    OPERATIONAL_EXCELLENCE = "operational excellence"
    PERFORMANCE_EFFICIENCY = "performance efficiency"
    COST_OPTIMIZATION = "cost optimization"


@dataclass(frozen=True)
class Seen:
    """One thing that is as it must be: what it was measured by, and what was observed."""

    resource: str
    expected: str
    observed: str


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
    """What is worth stating and was not judged."""

    resource: str
    text: str


Judgement = Seen | Problem
Finding = Seen | Problem | Undecided | Observation
P = ParamSpec("P")


class Check(Protocol[P]):
    """A check function with what a reader of its verdict needs.

    `stands_on` names checks whose failure for the same resource explains a failure of this one: it is then blocked.
    """

    id: str
    title: str
    severity: Severity
    pillar: Pillar
    requirements: tuple[str, ...]
    fix: str
    stands_on: tuple[str, ...]

    def __call__(self, *facts: P.args, **limits: P.kwargs) -> Iterator[Finding]: ...


def check(
    id: str,
    *,
    severity: Severity,
    pillar: Pillar,
    requirement: str | tuple[str, ...],
    fix: str,
    stands_on: tuple[str, ...] = (),
) -> Callable[[Callable[P, Iterator[Finding]]], Check[P]]:
    """Declare a check. The docstring's first line becomes its title: written as the good state.

    `requirement`: the ids of the plan lines that the check gives evidence for. `fix`: what to do when it fails.
    """

    def declare(function: Callable[P, Iterator[Finding]]) -> Check[P]:
        declared = cast(Check[P], function)
        declared.id = id
        declared.title = (function.__doc__ or "").strip().splitlines()[0]
        declared.severity = severity
        declared.pillar = pillar
        declared.requirements = (requirement,) if isinstance(requirement, str) else requirement
        declared.fix = fix
        declared.stands_on = stands_on
        return declared

    return declare
