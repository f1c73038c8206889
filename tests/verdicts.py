"""What a run would find in an estate, without the run: the tests of the suites are collected once, and their functions called with
what is read. Costs a fifth of a run; what pytest makes of it is tried in whole runs."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.handlers
import pytest

from checks import Problem, Seen, Undecided
from fixtures.aws.calls import Call
from fixtures.aws.door import Door
from fixtures.aws.errors import Absent
from fixtures.aws.once import Once
from fixtures.declared.inventory import Inventory, load
from fixtures.declared.resources import Resource
from fixtures.facts import FACTS, declared_reads
from fixtures.facts.reads import Reading, read
from fixtures.facts.waiting import Waiting
from fixtures.run import data, doors
from fixtures.simulation import Simulation
from fixtures.simulation.server import Direct
from reports.outcome import describe, resource_of
from reports.plugin import NOT_DECLARED
from reports.sign_off import CheckResult, Finding, Verdict, block

ROOT = Path(__file__).parent.parent

# Plugins that a run inside of this process does without.
LEFT_OUT = ("cacheprovider", "html", "metadata", "xdist", "xdist.looponfail", "pytester", "faulthandler")
WITHOUT = [each for name in LEFT_OUT for each in ("-p", f"no:{name}")]


@dataclass(frozen=True)
class Stated:
    """A test of a suite: its function, the declared resource, the names that it asks for, and its result before it has run."""

    function: Callable[..., Any]
    kind: str
    resource: Resource
    asks: tuple[str, ...]
    result: CheckResult


@functools.cache
def stated(env: str, plans: Path) -> tuple[Inventory, tuple[Stated, ...]]:
    """Every test that the suites collect for the environment."""
    inventory = load(env, plans)
    collector = _Collector()
    options = [*WITHOUT, "--collect-only", "-qqq", "--no-summary", "--capture=no"]
    suites = [str(ROOT / name) for name in inventory.environment.suites]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", "")
        status = pytest.main([
            "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), *options, f"--env={env}", f"--plans={plans}", *suites
        ], plugins=[collector])  # fmt: skip
    assert status == 0, status
    return inventory, tuple(_stated(item, inventory) for item in collector.items)


class _Collector:
    """Keeps what pytest collects."""

    def __init__(self) -> None:
        self.items: list[pytest.Function] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = [item for item in session.items if isinstance(item, pytest.Function) and NOT_DECLARED not in item.nodeid]


def _stated(item: pytest.Function, inventory: Inventory) -> Stated:
    resource = resource_of(item)
    kind = next(name for name, value in item.callspec.params.items() if value is resource)
    parameters = item.function.__code__.co_varnames[: item.function.__code__.co_argcount]
    return Stated(item.function, kind, resource, parameters, describe(item, inventory))


def verdicts(estate: Simulation, plans: Path) -> list[CheckResult]:
    """The results of every test of the suites in the estate, as a run would tell them."""
    return judged(estate, plans)[0]


def judged(estate: Simulation, plans: Path, answering: Callable[..., Any] | None = None) -> tuple[list[CheckResult], list[Call]]:
    """The results, and the calls that were made. `answering` answers requests in place of the estate."""
    inventory, tests = stated(estate.inventory.environment.name, plans)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in estate.settings().items():
            patch.setitem(os.environ, name, value)
        door = _door(estate, answering or Direct(estate.gaps))
        made = doors(inventory, door, Waiting())
        reading = functools.cache(lambda name, resource: read(FACTS[name], made, resource))
        return block([_result(test, inventory, reading) for test in tests]), made.aws.calls()


class _Answering:
    """Answers the requests of a door that was made for an earlier estate of the same account as those of its own."""

    def __init__(self) -> None:
        self.key = os.environ["AWS_ACCESS_KEY_ID"]
        self.answer: Callable[..., Any] = Direct
        self.now = self.key

    def __call__(self, request: Any, event_name: str, **_: Any) -> Any:
        if header := request.headers.get("Authorization"):
            text = header.decode() if isinstance(header, bytes) else header
            del request.headers["Authorization"]
            request.headers["Authorization"] = text.replace(self.key, self.now)
        return self.answer(request, event_name=event_name)


@functools.cache
def _kept(account: str) -> tuple[Door, _Answering]:
    """A door to an account. To make its clients costs more than to ask them."""
    answering = _Answering()
    handler = ("before-send", answering)
    botocore.handlers.BUILTIN_HANDLERS.append(handler)
    environment = next(each for each in map(load, ("dev", "sit", "prod")) if each.environment.account == account).environment
    door = Door(environment, declared_reads(FACTS))
    botocore.handlers.BUILTIN_HANDLERS.remove(handler)
    return door, answering


def _door(estate: Simulation, answer: Callable[..., Any]) -> Door:
    """The door to the estate's account, through which nothing was asked yet."""
    door, answering = _kept(estate.account)
    answering.answer, answering.now = answer, os.environ["AWS_ACCESS_KEY_ID"]
    door.guard.admit(data(estate.inventory))
    door.environment, door.started = estate.inventory.environment, datetime.now(UTC)
    vars(door)["_once"] = Once(None)
    return door


def _result(test: Stated, inventory: Inventory, reading: Callable[[str, Resource], Reading]) -> CheckResult:
    made = {name: reading(name, test.resource) for name in test.asks if name in FACTS}
    result = test.result.model_copy(update={"evidence": tuple(call for each in made.values() for call in each.calls)})
    if unread := next((each for each in made.values() if each.error), None):
        return result.model_copy(update={"reason": str(unread.error), "absent": isinstance(unread.error, Absent)})
    found: list[Any] = []

    def verify(check: Callable[..., Iterable[Any]], *facts: Any, **limits: Any) -> None:
        found.extend(check(*facts, **limits))

    given: Mapping[str, Any] = {
        "verify": verify,
        "policy": inventory.environment.policy,
        "required_tags": inventory.tags,
        test.kind: test.resource,
        **{name: each.value for name, each in made.items()},
    }
    test.function(**{name: given[name] for name in test.asks})
    problems = tuple(Finding(**vars(each)) for each in found if isinstance(each, Problem))
    if problems:
        return result.model_copy(update={"verdict": Verdict.FAIL, "problems": problems})
    undecided = [each.reason for each in found if isinstance(each, Undecided)]
    if undecided or not any(isinstance(each, Seen) for each in found):
        return result.model_copy(update={"reason": "; ".join(undecided) or "nothing was judged"})
    return result.model_copy(update={"verdict": Verdict.PASS})
