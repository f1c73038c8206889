"""Every named fault, end to end: in an estate with that fault alone exactly its check fails, on one resource, and NO-GO
follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.inventory import load
from fixtures.simulation import FAULTS, simulated

SMALL = Path(__file__).parent / "small_plans"
Suite = Callable[..., Any]

# Checks that no fault of the estate can make fail, and why.
NEVER_FAILS_BY_THE_ESTATE = {
    "account.identity": "it judges the credentials of whoever runs the suite",
    "dynamodb.name-convention": "it judges the plan's own names, not the estate",
    "s3.name-convention": "it judges the plan's own names, not the estate",
    "dynamodb.restorable": "every fault that shows in it shows first in a check that it stands on, or in",
    "s3.restorable": "whatever it finds is found by a check that it stands on, which blocks it",
    "s3.rollback-loss-stated": "it states a number, and is undecided where it cannot",
}


def having(sign_off: dict[str, Any], *verdicts: str) -> list[dict[str, Any]]:
    """The checks of a sign-off that have one of the verdicts."""
    return [check for check in sign_off["checks"] if check["verdict"] in verdicts]


@pytest.mark.parametrize("env", ["dev", "sit", "prod"])
def test_the_healthy_estate_is_go(env: str, suite_inside: Suite) -> None:
    with simulated(load(env, SMALL)) as estate:
        ended = suite_inside(estate)
    assert {(check["id"], check["resource"], check["verdict"]) for check in ended.sign_off["checks"]} == {
        (check["id"], check["resource"], "pass") for check in ended.sign_off["checks"]
    }
    assert len(ended.sign_off["checks"]) == ended.sign_off["scope"]["expected"] > 50
    assert (ended.sign_off["verdict"], ended.status) == ("GO", 0)


@pytest.mark.parametrize("name", FAULTS)
def test_exactly_its_check_fails(name: str, suite_inside: Suite) -> None:
    fault = FAULTS[name]
    with simulated(load(fault.env, SMALL), [name]) as estate:
        ended = suite_inside(estate)
    sign_off = ended.sign_off
    failed = having(sign_off, "fail")
    import json
    with open("/tmp/fi.jsonl","a") as debug: debug.write(json.dumps({"name":name,"check":fault.check,"resource":fault.resource,"failed":[(c["id"],c["resource"],c["problems"]) for c in failed],"inc":[(c["id"],c["resource"],c["reason"]) for c in having(sign_off,"inconclusive")],"blocked":[(c["id"],c["resource"],c["reason"]) for c in having(sign_off,"blocked")],"v":sign_off["verdict"], "inc_because":sign_off["incomplete_because"]})+"\n")
    assert [check["id"] for check in failed] == [fault.check]
    assert [check["reason"] for check in having(sign_off, "blocked", "inconclusive") if fault.check not in check["reason"]] == []
    assert having(sign_off, "inconclusive") == []
    assert (sign_off["verdict"], ended.status) == ("NO-GO", 1)
