"""No check without examples, without what a reader of its verdict needs, or without the one test that states it."""

from __future__ import annotations

import ast
import pkgutil
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

import checks
from checks import Check, Severity
from tests.checks import test_account, test_dynamodb, test_s3
from tests.checks.examples import SUBJECTS, every_check

ROOT = Path(__file__).parents[2]
CHECKS = list(every_check())
EXAMPLES = [*test_account.EXAMPLES, *test_dynamodb.EXAMPLES, *test_s3.EXAMPLES]

# What the promotion plans require and the checks give evidence for: plan 04, plan 05, the part of plan 06 that is about
# buckets, and what every plan asks for before and after a deployment.
REQUIREMENTS = {
    "04.deletion", "04.dr", "04.inventory", "04.on-demand", "04.pitr",
    "05.deletion", "05.dr", "05.inventory", "05.public-access", "05.versioning",
    "06.origin-access",
    "estate.conventions", "risk.bucket-names", "risk.table-names", "rollback.dynamodb", "rollback.s3",
    "pre.backup-documented", "pre.environment-ready", "pre.prod-access", "pre.rollback-tested", "pre.sit-access",
    "post.database-replication", "prod.deployed", "sit.no-deployment-errors",
}  # fmt: skip

each_check = pytest.mark.parametrize("check", CHECKS, ids=[check.id for check in CHECKS])


def test_every_module_of_checks_is_searched() -> None:
    without_checks = {"checks.comparisons", "checks.names", "checks.policies"}
    found = {f"checks.{module.name}" for module in pkgutil.iter_modules(checks.__path__)}
    assert found - without_checks == {module.__name__ for module in SUBJECTS}


def test_ids_are_unique() -> None:
    assert CHECKS
    assert [id for id, times in Counter(check.id for check in CHECKS).items() if times > 1] == []
    assert [text for text, times in Counter(map(str, EXAMPLES)).items() if times > 1] == []


@each_check
def test_has_a_good_and_a_bad_example(check: Check[Any]) -> None:
    own = [example for example in EXAMPLES if example.check is check]
    assert {example.good for example in own} == {True, False}


@each_check
def test_says_what_a_reader_needs(check: Check[Any]) -> None:
    assert check.title.endswith(".")
    assert len(check.title) > len("It is.")
    assert check.fix.strip()
    assert isinstance(check.severity, Severity)
    assert check.requirements
    assert set(check.requirements) <= REQUIREMENTS
    assert check.id.partition(".")[0] in ("account", "kms", "dynamodb", "s3")


def test_every_requirement_has_a_check() -> None:
    assert {requirement for check in CHECKS for requirement in check.requirements} == REQUIREMENTS


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
    functions = [each for module in SUBJECTS for each in vars(module).values() if hasattr(each, "stands_on")]
    assert times == Counter(f"{each.__module__.removeprefix('checks.')}.{each.__name__}" for each in functions)
