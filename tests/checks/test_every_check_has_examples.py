"""No check without examples, without what a reader of its verdict needs, or without the one test that states it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from checks import Check, Pillar, Problem, Seen, Severity, Undecided
from fixtures.subjects import SUBJECTS, modules
from tests.checks.examples import Example, every_check, every_example, examples_of

ROOT = Path(__file__).parents[2]
CHECKS = list(every_check())
EXAMPLES = list(every_example())

each_check = pytest.mark.parametrize("check", CHECKS, ids=[check.id for check in CHECKS])


@pytest.mark.parametrize("subject", [subject for subject in SUBJECTS if examples_of(subject)])
def test_cites_the_lines_of_the_plans_that_its_tests_name(subject: str) -> None:
    own = [check for check in CHECKS if check.__module__ == f"checks.{subject}"]
    assert {requirement for check in own for requirement in check.requirements} == vars(examples_of(subject))["CITED"]


@pytest.mark.parametrize("room", ["checks", "fixtures/declared", "fixtures/facts", "fixtures/simulation/faults"])
def test_every_subject_is_named(room: str) -> None:
    """A module that `SUBJECTS` does not name is never imported: its checks and facts would be missing, and nothing would say so."""
    shared = {
        "alarm_rules", "comparisons", "credentials", "metric_math", "names", "policies", "rates", "reachability", "role_policies",
        "environments", "files", "inventory", "plans", "resources", "schema",
        "dimensions", "metrics", "operations", "permissions", "pool", "reads", "service_quotas", "waiting",
    }  # fmt: skip
    found = {path.stem for path in (ROOT / room).glob("*.py") if path.stem != "__init__"}
    assert found - shared <= set(SUBJECTS)


def test_ids_are_unique() -> None:
    assert CHECKS
    assert [id for id, times in Counter(check.id for check in CHECKS).items() if times > 1] == []
    assert [text for text, times in Counter(map(str, EXAMPLES)).items() if times > 1] == []


@each_check
def test_has_a_good_and_a_bad_example(check: Check[Any]) -> None:
    own = [example for example in EXAMPLES if example.check is check]
    assert {example.good for example in own} == {True, False}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_no_example_judges_nothing(example: Example) -> None:
    assert any(isinstance(finding, Seen | Problem | Undecided) for finding in example.findings)


@each_check
def test_says_what_a_reader_needs(check: Check[Any]) -> None:
    assert check.title.endswith(".")
    assert len(check.title) > len("It is.")
    assert check.fix.strip()
    assert isinstance(check.severity, Severity)
    assert isinstance(check.pillar, Pillar)
    assert check.requirements
    assert all(re.fullmatch(r"\w+\.[a-z0-9-]+", requirement) for requirement in check.requirements)
    assert re.fullmatch(r"[a-z0-9_]+\.[a-z0-9-]+", check.id)


@each_check
def test_stands_on_checks_that_exist(check: Check[Any]) -> None:
    assert set(check.stands_on) <= {other.id for other in CHECKS}


def test_no_check_stands_on_itself_even_in_a_circle() -> None:
    """In a circle every failure would be explained by another one, and none would be left to mend."""
    order = TopologicalSorter({check.id: check.stands_on for check in CHECKS})
    assert set(order.static_order()) == {check.id for check in CHECKS}


# ---------------------------------------------------------------------------------------------- who states them


def stated(source: str) -> Iterator[tuple[str, set[str]]]:
    """The test functions in a source, each with the checks it names, as `module.function` of `checks`."""
    tree = ast.parse(source)
    modules = {
        name.asname or name.name: name.name
        for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "checks"
        for name in node.names
    }  # fmt: skip
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
            yield function.name, {
                f"{modules[node.value.id]}.{node.attr}"
                for node in ast.walk(function)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
            }  # fmt: skip


SOURCES = sorted(path for suite in ("tests_sit", "tests_prod") for path in (ROOT / suite).rglob("test_*.py"))
STATED = [(path, name, named) for path in SOURCES for name, named in stated(path.read_text("utf-8"))]


@pytest.mark.parametrize(
    ("name", "named"), [(name, named) for _, name, named in STATED],
    ids=[f"{path.relative_to(ROOT)}::{name}" for path, name, _ in STATED],
)  # fmt: skip
def test_every_test_of_a_suite_names_one_check_and_is_called_like_it(name: str, named: set[str]) -> None:
    assert [check.partition(".")[2] for check in named] == [name.removeprefix("test_")]


def test_every_check_is_stated_by_exactly_one_test() -> None:
    times = Counter(check for _, _, named in STATED for check in named)
    functions = [each for module in modules("checks") for each in vars(module).values() if hasattr(each, "stands_on")]
    assert times == Counter(f"{each.__module__.removeprefix('checks.')}.{each.__name__}" for each in functions)
