"""What a row in a table of examples is: a check, the facts that it is given, and everything that it must find.

Every module `test_<subject>.py` beside this one has a table `EXAMPLES` and runs it with `judged`, names in `CITED` the lines of
the plans that its checks give evidence for, and in `NOT_BY_ONE_FAULT` the checks that no single fault of the estate can show, and
why. A new check needs rows there and nothing else; `test_every_check_has_examples.py` sees to it that it gets them.
"""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, cast

import checks
from checks import Check, Finding, Problem, Seen, Undecided
from fixtures.subjects import SUBJECTS, modules


@dataclass(frozen=True)
class Example:
    """`says` tells what is special about the facts. `findings` are all of the check's findings, in their order."""

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


def passes(findings: Sequence[Finding]) -> bool:
    """Whether a test with these findings passes: something was seen, and nothing is wrong or undecided."""
    return any(isinstance(each, Seen) for each in findings) and not any(isinstance(each, Problem | Undecided) for each in findings)


def judged(example: Example) -> list[Finding]:
    """What the check finds in the facts of the example."""
    return list(example.check(*example.facts, **example.limits))


def every_check() -> Iterator[Check[Any]]:
    """Every check that a subject declares."""
    for module in modules(checks.__name__):
        for _, function in inspect.getmembers(module, inspect.isfunction):
            if hasattr(function, "stands_on") and function.__module__ == module.__name__:
                yield cast("Check[Any]", function)


def examples_of(subject: str) -> ModuleType | None:
    """The module with a subject's table, where the subject has checks."""
    name = f"{__package__}.test_{subject}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def every_example() -> Iterator[Example]:
    """Every row of every subject's table."""
    for module in map(examples_of, SUBJECTS):
        yield from module.EXAMPLES if module else ()
