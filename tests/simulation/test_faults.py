"""Every named fault: in an estate with that fault alone exactly its check fails, on one resource. Whatever else is not good is
blocked by that failure; nothing is inconclusive.

Each is judged without a run, in an estate of its own plan and of those that this needs: the first fault of every third check, and
with `--every-fault` all of them. A few are judged by a whole run as well, end to end, in the estate of all the small plans.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.declared.inventory import load
from fixtures.simulation import DRIFTED, FAULTS, Fault, simulated
from fixtures.subjects import SUBJECTS
from reports.sign_off import Verdict
from tests.checks.examples import every_check, examples_of
from tests.verdicts import verdicts

SMALL = Path(__file__).parents[1] / "small_plans"
Suite = Callable[..., Any]

# Checks that fail by no fault alone, and why: as the tables of their examples say.
NOT_BY_ONE_FAULT = {
    check: why
    for module in filter(None, map(examples_of, SUBJECTS))
    for check, why in vars(module).get("NOT_BY_ONE_FAULT", {}).items()
}


def having(sign_off: dict[str, Any], verdict: str) -> list[dict[str, Any]]:
    """The checks of a sign-off that have the verdict."""
    return [check for check in sign_off["checks"] if check["verdict"] == verdict]


def shows_on(fault: Fault) -> str:
    """The id of the resource of the small plans on which the fault shows: the named one, or the first of its kind."""
    small = load(fault.env, SMALL).resources
    if fault.resource in {resource.id for resource in small}:
        return fault.resource
    kinds = {type(resource) for resource in load(fault.env).resources if resource.id == fault.resource}
    (first,) = {next(resource.id for resource in small if type(resource) is kind) for kind in kinds}
    return first


def plan_of(fault: Fault) -> str | None:
    """The number of the plan that declares the resource on which the fault shows."""
    return next(resource.plan for resource in load(fault.env).resources if resource.id == fault.resource)


@pytest.mark.parametrize("env", ["dev", "sit", "prod"])
def test_the_healthy_estate_is_go(env: str, suite_inside: Suite) -> None:
    with simulated(load(env, SMALL)) as estate:
        ended = suite_inside(estate)
    sign_off = ended.sign_off
    assert [(check["id"], check["resource"]) for check in sign_off["checks"] if check["verdict"] != "pass"] == []
    assert {check["id"] for check in sign_off["checks"]} >= {check.id for check in every_check()} - (
        set() if env == "prod" else {fault.check for fault in FAULTS.values() if fault.env == "prod"}
    )
    assert (sign_off["verdict"], ended.status) == ("GO", 0)


SAMPLE = list({fault.check: name for name, fault in reversed(FAULTS.items())}.values())[::3]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.function is test_exactly_its_check_fails:
        every = metafunc.config.getoption("--every-fault", default=False)
        metafunc.parametrize("name", FAULTS if every else SAMPLE)


def test_exactly_its_check_fails(name: str, quick: None, own_plan: Callable[[str | None], Path]) -> None:
    fault = FAULTS[name]
    plans = own_plan(plan_of(fault))
    with simulated(load(fault.env, plans), [fault.name]) as estate:
        results = verdicts(estate, plans)
    failed = [each for each in results if each.verdict is Verdict.FAIL]
    assert [(each.id, each.resource) for each in failed] == [(fault.check, shows_on(fault))]
    assert failed[0].fix.strip()
    for problem in failed[0].problems:
        assert problem.resource.strip() and problem.expected.strip() and problem.observed.strip(), problem
    blocked = [each for each in results if each.verdict is Verdict.BLOCKED]
    assert [each.reason for each in blocked if not each.reason.startswith(f"{fault.check} failed for ")] == []
    assert [(each.id, each.reason) for each in results if each.verdict is Verdict.INCONCLUSIVE] == []


@pytest.mark.parametrize("name", list(FAULTS)[::128])
def test_a_run_says_so(name: str, suite_inside: Suite) -> None:
    """Some of the faults, in the estate of all the small plans: a whole run, and no other plan's check fails either."""
    fault = FAULTS[name]
    with simulated(load(fault.env, SMALL), [fault.name]) as estate:
        sign_off = (ended := suite_inside(estate)).sign_off
    failed, blocked = having(sign_off, "fail"), having(sign_off, "blocked")
    assert [(check["id"], check["resource"]) for check in failed] == [(fault.check, shows_on(fault))]
    assert failed[0]["problems"]
    assert [check["reason"] for check in blocked if not check["reason"].startswith(f"{fault.check} failed for ")] == []
    assert len(having(sign_off, "pass")) == len(sign_off["checks"]) - len(failed) - len(blocked)
    assert len(sign_off["checks"]) == sign_off["scope"]["expected"] == sign_off["scope"]["collected"]
    assert (sign_off["verdict"], ended.status) == ("NO-GO", 1)


@pytest.mark.parametrize("env", ["dev", "prod"])
def test_what_a_run_says_is_what_is_judged_without_one(env: str, suite_inside: Suite) -> None:
    """Of the drifted estate, in which several faults meet."""
    with simulated(load(env, SMALL), DRIFTED) as estate:
        told = {check["node"]: check["verdict"] for check in suite_inside(estate).sign_off["checks"]}
        results = verdicts(estate, SMALL)
    assert {each.node: each.verdict.value for each in results} == told
    assert set(told.values()) == {"pass", "fail", "blocked"}


def test_a_table_with_neither_recovery_nor_a_recovery_point_cannot_be_restored(suite_inside: Suite) -> None:
    with simulated(load("sit", SMALL), ["recovery-off", "recovery-point-none"]) as estate:
        ended = suite_inside(estate)
    assert {(check["id"], check["resource"]) for check in having(ended.sign_off, "fail")} == {
        (id, "orders-sit") for id in ("dynamodb.point-in-time-recovery", "dynamodb.recovery-point", "dynamodb.restorable")
    }
    assert (ended.sign_off["verdict"], ended.status) == ("NO-GO", 1)


def test_faults_are_for_checks_that_can_fail_by_one() -> None:
    assert len(FAULTS) >= 40
    targets = {fault.check for fault in FAULTS.values()}
    assert targets == {check.id for check in every_check()} - set(NOT_BY_ONE_FAULT)


@pytest.mark.parametrize("env", ["dev", "sit", "prod"])
def test_every_fault_names_a_declared_resource(env: str) -> None:
    faults = [fault for fault in FAULTS.values() if fault.env == env]
    declared = {resource.id for resource in load(env).resources}
    assert [(fault.name, fault.resource) for fault in faults if fault.resource not in declared] == []
    assert bool(faults) is (env != "dev")


def test_the_drifted_estate_has_many_kinds_of_faults() -> None:
    assert len(set(DRIFTED)) == len(DRIFTED) >= 8
    assert len({FAULTS[name].check for name in DRIFTED}) >= 6
    assert {FAULTS[name].env for name in DRIFTED} == {"sit"}, "what a replica shows is not in every environment"
