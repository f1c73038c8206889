"""Every named fault, end to end: in an estate with that fault alone exactly its check fails, on one resource, and NO-GO
follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.inventory import Resource, load
from fixtures.simulation import DRIFTED, FAULTS, Fault, simulated
from tests.checks.examples import every_check

SMALL = Path(__file__).parent / "small_plans"
ENVIRONMENTS = ["dev", "sit", "prod"]
Suite = Callable[..., Any]


def verdicts(sign_off: dict[str, Any], *verdicts: str) -> list[dict[str, Any]]:
    """The checks of a sign-off that have one of the verdicts."""
    return [check for check in sign_off["checks"] if check["verdict"] in verdicts]


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_the_healthy_estate_is_go(env: str, suite_inside: Suite) -> None:
    with simulated(load(env, SMALL)) as estate:
        ended = suite_inside(estate)
    assert [(check["id"], check["resource"], check["reason"]) for check in verdicts(ended.sign_off, "fail", "blocked",
            "inconclusive")] == []
    assert len(verdicts(ended.sign_off, "pass")) == ended.sign_off["scope"]["expected"] > 50
    assert (ended.sign_off["verdict"], ended.status) == ("GO", 0)


@pytest.mark.parametrize("name", FAULTS)
def test_exactly_its_check_fails(name: str, suite_inside: Suite) -> None:
    fault = FAULTS[name]
    with simulated(load(fault.env, SMALL), [name]) as estate:
        ended = suite_inside(estate)
    sign_off = ended.sign_off
    failed = verdicts(sign_off, "fail")
    assert [(check["id"], check["resource"]) for check in failed] == [(fault.check, 1)]
