"""What a row in a table of examples is: a check, the facts that it is given, and everything that it must find.

Every module `test_<subject>.py` beside this one has a table `EXAMPLES` and runs it with `judged`. A new check needs
rows there and nothing else; `test_every_check_has_examples.py` sees to it that it gets them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, cast

import checks
from checks import Check, Finding, Problem, Seen, Undecided, account, dynamodb, s3

SUBJECTS: tuple[ModuleType, ...] = (account, dynamodb, s3)


@dataclass(frozen=True)
class Example:
    """`says` tells what is special about the facts. `findings` are all of the check's findings, in their order: what it saw to be
    good, too."""

    check: Check[Any]
    says: str
    facts: tuple[Any, ...]
    findings: tuple[Finding, ...] = ()
    limits: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.check.id}: {self.says}"

    @property
    def good(self) -> bool:
        """Whether the check must pass on these facts."""
        return passes(self.findings)


def passes(findings: Iterable[Finding]) -> bool:
    """Whether something was seen to be good, and nothing was bad or undecided."""
    kinds = {type(finding) for finding in findings}
    return Seen in kinds and not kinds & {Problem, Undecided}


def judged(example: Example) -> list[Finding]:
    """What the check finds in the facts of the example."""
    return list(example.check(*example.facts, **example.limits))


def every_check() -> Iterator[Check[Any]]:
    """Every check that a module of `checks` declares."""
    for module in SUBJECTS:
        for _, function in inspect.getmembers(module, inspect.isfunction):
            if hasattr(function, "stands_on") and function.__module__.startswith(f"{checks.__name__}."):
                yield cast("Check[Any]", function)
