"""What follows from the results of single checks: what blocks what, the counts, the verdict, and the JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.sign_off import (
    MEANING,
    CheckResult,
    Conflict,
    Finding,
    PlanResult,
    Provenance,
    Scope,
    SignOff,
    Verdict,
    block,
    count,
    decide,
    decide_plan,
)

PASS, FAIL, INCONCLUSIVE, BLOCKED, WAIVED = Verdict
GOOD = (PASS, WAIVED)
ACTIVE, PITR, ENCRYPTION = "dynamodb.table-active", "dynamodb.point-in-time-recovery", "dynamodb.encryption"


def result(id: str, verdict: Verdict, about: tuple[str, ...] = ("table/orders",), **more: Any) -> CheckResult:
    given = {
        "title": f"{id} is good.", "severity": "critical", "pillar": "reliability", "requirements": ("04.pitr",),
        "plan": "04", "wave": 2, "phase": "post",
        "resource": about[0].partition("/")[2] if about else "none", "region": "eu-west-1", "owner": "DevOps",
        "problems": (Finding(resource="orders", expected="on", observed=f"{id} off"),) if verdict is FAIL else (),
        "fix": "mend it", "node": f"test_{id}[{about}]",
    }  # fmt: skip
    return CheckResult(id=id, verdict=verdict, about=about, **{**given, **more})


def verdicts(results: list[CheckResult]) -> list[Verdict]:
    return [each.verdict for each in results]


# ---------------------------------------------------------------------------------------------- blocking


def test_a_failure_blocks_what_stands_on_it() -> None:
    failed = result(ACTIVE, FAIL)
    blocked = block([result(PITR, FAIL, stands_on=(ACTIVE,)), failed])
    assert verdicts(blocked) == [BLOCKED, FAIL]
    assert blocked[0].reason == "dynamodb.table-active failed for orders: dynamodb.table-active off"
    assert blocked[1] == failed


@pytest.mark.parametrize("verdict", [INCONCLUSIVE, FAIL, BLOCKED])
def test_whatever_is_not_good_is_blocked(verdict: Verdict) -> None:
    blocked = block([result(ACTIVE, FAIL), result(PITR, verdict, stands_on=(ACTIVE,))])
    assert verdicts(blocked) == [FAIL, BLOCKED]


@pytest.mark.parametrize("verdict", [PASS, WAIVED])
def test_what_is_good_is_not_blocked(verdict: Verdict) -> None:
    own = result(PITR, verdict, stands_on=(ACTIVE,), absent=True)
    assert block([result(ACTIVE, FAIL), own])[1] == own


@pytest.mark.parametrize("verdict", [PASS, WAIVED, INCONCLUSIVE, BLOCKED])
def test_only_a_failure_blocks(verdict: Verdict) -> None:
    given = [result(ACTIVE, verdict), result(PITR, FAIL, stands_on=(ACTIVE,))]
    assert block(given) == given


def test_another_resource_blocks_nothing() -> None:
    given = [result(ACTIVE, FAIL), result(PITR, FAIL, about=("table/users",), stands_on=(ACTIVE,))]
    assert block(given) == given


def test_a_check_that_it_does_not_stand_on_blocks_nothing() -> None:
    given = [result(ENCRYPTION, FAIL), result(PITR, FAIL, stands_on=(ACTIVE,))]
    assert block(given) == given


def test_a_resource_that_this_one_stands_on_blocks_it() -> None:
    replica = result("dynamodb.replica-active", FAIL, about=("replica/orders-dr", "table/orders"), stands_on=(ACTIVE,))
    assert verdicts(block([replica, result(ACTIVE, FAIL)])) == [BLOCKED, FAIL]


def test_a_resource_is_not_blocked_by_what_stands_on_it() -> None:
    replica = result(ACTIVE, FAIL, about=("replica/orders-dr", "table/orders"))
    assert verdicts(block([replica, result(PITR, FAIL, stands_on=(ACTIVE,))])) == [FAIL, FAIL]


def test_a_missing_resource_is_blocked_by_any_failure_for_it() -> None:
    absent = result(PITR, INCONCLUSIVE, absent=True, reason="orders does not exist")
    assert verdicts(block([absent, result(ACTIVE, FAIL)])) == [BLOCKED, FAIL]
    assert block([absent, result(ACTIVE, PASS)])[0] == absent
    assert verdicts(block([absent, absent])) == [INCONCLUSIVE, INCONCLUSIVE]


def test_a_chain_leaves_its_beginning() -> None:
    chain = [result("c", FAIL, stands_on=("b",)), result("b", FAIL, stands_on=("a",)), result("a", FAIL)]
    assert verdicts(block(chain)) == [BLOCKED, BLOCKED, FAIL]
    assert {each.blocked_by for each in block(chain)[:2]} == {chain[-1].node}


def test_nothing_to_block() -> None:
    assert block([]) == []


IDS = "abcd"
resources = st.sampled_from(["table/orders", "table/users", "bucket/logs"])


@st.composite
def results(draw: st.DrawFn, circles: bool = False) -> list[CheckResult]:
    """Results whose checks stand on one another: without circles, as the suite's own checks do, or in any way."""
    stands_on = {
        id: draw(st.sets(st.sampled_from(IDS if circles else IDS[:at]))) if at or circles else set() for at, id in enumerate(IDS)
    }
    made = []
    for number in range(draw(st.integers(0, 6))):
        id, verdict = draw(st.sampled_from(IDS)), draw(st.sampled_from(Verdict))
        made.append(result(
            id, verdict, about=tuple(draw(st.lists(resources, max_size=2, unique=True))),
                    stands_on=tuple(sorted(stands_on[id])),
            absent=verdict is INCONCLUSIVE and draw(st.booleans()), node=str(number),
        ))  # fmt: skip
    return made


@settings(deadline=None)
@given(given_results=results(circles=True))
def test_blocking_makes_nothing_good_and_changes_nothing_good(given_results: list[CheckResult]) -> None:
    blocked = block(given_results)
    assert [each.node for each in blocked] == [each.node for each in given_results]
    for before, after in zip(given_results, blocked, strict=True):
        assert after.good is before.good
        if before.good or after.verdict is not BLOCKED:
            assert after == before
    assert decide(blocked, []) == decide(given_results, [])


@settings(deadline=None)
@given(given_results=results(circles=True))
def test_a_blocked_check_names_its_blocker(given_results: list[CheckResult]) -> None:
    failed = [f"{each.id} failed for {each.resource}: {each.id} off" for each in given_results if each.verdict is FAIL]
    for before, after in zip(given_results, block(given_results), strict=True):
        if after != before:
            assert after.reason in failed


@settings(deadline=None)
@given(given_results=results(), data=st.data())
def test_blocking_does_not_depend_on_order(given_results: list[CheckResult], data: st.DataObject) -> None:
    other = block(data.draw(st.permutations(given_results)))
    assert {each.node: each.verdict for each in other} == {each.node: each.verdict for each in block(given_results)}


@settings(deadline=None)
@given(given_results=results())
def test_a_failure_is_left_to_mend(given_results: list[CheckResult]) -> None:
    failed = FAIL in verdicts(given_results)
    assert (FAIL in verdicts(block(given_results))) is failed


@settings(deadline=None)
@given(given_results=results(circles=True))
@example([result(id, FAIL, stands_on=(other,)) for id, other in ("ab", "bc", "ca")])
def test_a_failure_is_left_to_mend_even_in_a_circle(given_results: list[CheckResult]) -> None:
    failed = FAIL in verdicts(given_results)
    assert (FAIL in verdicts(block(given_results))) is failed


def test_two_failures_of_a_check_that_stands_on_itself_do_not_explain_each_other_away() -> None:
    both = [result("a", FAIL, stands_on=("a",), node="1"), result("a", FAIL, stands_on=("a",), node="2")]
    assert FAIL in verdicts(block(both))


def test_two_failures_in_a_circle_do_not_explain_each_other_away() -> None:
    assert FAIL in verdicts(block([result("a", FAIL, stands_on=("b",)), result("b", FAIL, stands_on=("a",))]))


# ---------------------------------------------------------------------------------------------- the verdict


@pytest.mark.parametrize(
    ("given_verdicts", "incomplete", "decision"),
    [
        ([PASS], [], "GO"),
        ([PASS, WAIVED], [], "GO"),
        ([WAIVED], [], "GO"),
        ([], [], "NO-GO"),
        ([PASS], ["the run was interrupted"], "NO-GO"),
        ([], ["no check is in scope"], "NO-GO"),
        ([PASS, FAIL], [], "NO-GO"),
        ([PASS, INCONCLUSIVE], [], "NO-GO"),
        ([PASS, BLOCKED], [], "NO-GO"),
        ([PASS], [""], "NO-GO"),
    ],
)
def test_the_verdict(given_verdicts: list[Verdict], incomplete: list[str], decision: str) -> None:
    assert decide([result("a", verdict) for verdict in given_verdicts], incomplete) == decision


@pytest.mark.parametrize(
    ("given_verdicts", "incomplete", "decision"),
    [
        ([], [], "NOT LOOKED AT"),
        ([], ["the run was interrupted"], "NOT LOOKED AT"),
        ([PASS], [], "GO"),
        ([PASS], ["the run was interrupted"], "NO-GO"),
        ([PASS, BLOCKED], [], "NO-GO"),
    ],
)
def test_the_verdict_of_a_plan(given_verdicts: list[Verdict], incomplete: list[str], decision: str) -> None:
    assert decide_plan([result("a", verdict) for verdict in given_verdicts], incomplete) == decision


some = st.lists(st.sampled_from(Verdict), max_size=8)


@settings(deadline=None)
@given(given_verdicts=some, incomplete=st.lists(st.text(max_size=5), max_size=2), data=st.data())
def test_go_is_earned(given_verdicts: list[Verdict], incomplete: list[str], data: st.DataObject) -> None:
    own = [result("a", verdict, node=str(number)) for number, verdict in enumerate(given_verdicts)]
    earned = bool(own) and all(verdict in GOOD for verdict in given_verdicts) and not incomplete
    assert (decide(own, incomplete) == "GO") is earned
    assert (decide_plan(own, incomplete) == "GO") is earned
    other = data.draw(st.permutations(own))
    assert decide(other, incomplete) == decide(own, incomplete)
    assert decide_plan(other, incomplete) == decide_plan(own, incomplete)
    assert count(other) == count(own)


@settings(deadline=None)
@given(given_verdicts=some)
def test_the_counts_add_up(given_verdicts: list[Verdict]) -> None:
    counted = count(result("a", verdict) for verdict in given_verdicts)
    assert list(counted) == list(Verdict)
    assert sum(counted.values()) == len(given_verdicts)
    assert all(counted[verdict] == given_verdicts.count(verdict) for verdict in Verdict)


def test_every_verdict_has_a_meaning() -> None:
    assert list(MEANING) == list(Verdict)
    assert all(MEANING.values())
    assert {verdict for verdict in Verdict if result("a", verdict).good} == set(GOOD)


# ---------------------------------------------------------------------------------------------- the JSON

TOP = {
    "schema", "verdict", "valid_for_sign_off", "invalid_because", "environment", "account", "identity", "regions",
            "scope",
    "started", "finished", "counts", "plans", "checks",
}  # fmt: skip
CHECK = {
    "id", "title", "severity", "pillar", "requirements", "plan", "wave", "phase", "resource", "region", "verdict", "limits",
    "seen", "problems", "reason", "fix", "evidence", "node",
}  # fmt: skip
NEVER = {"about", "stands_on", "absent"}


def sign_off(*own: CheckResult, **changes: Any) -> SignOff:
    plan = PlanResult(
        number="04", project="dynamodb_schemas", wave=2, verdict="NO-GO", needs=(), owner="DevOps", approvers=("DBA",),
        scheduled=datetime(2026, 1, 13, 9), cost=(100.0, 300.0), pending=False, not_looked_at="", counts=count(own),
    )  # fmt: skip
    given = {
        "verdict": decide(own, []), "headline": "NO-GO", "valid_for_sign_off": False, "invalid_because": ("simulated",),
        "signs": (), "does_not_sign": (),
        "incomplete_because": (), "simulated": True, "environment": "prod", "promoted_from": "sit",
                "account": "093646564004",
        "identity": "arn:aws:sts::093646564004:assumed-role/release/a", "regions": ("af-south-1", "eu-west-1"),
        "scope": Scope(expression="wave2", waves=(2,), plans=("04",), phases=("post",), expected=len(own),
                collected=len(own)),
        "started": datetime(2026, 1, 13, 9, tzinfo=UTC), "finished": datetime(2026, 1, 13, 9, 1, tzinfo=UTC),
        "counts": count(own), "plans": (plan,), "checks": own,
        "conflicts": (Conflict(subject="s", one="1", other="2", followed="1"),),
        "provenance": Provenance(suite="s", version="0", repository="r", commit="c", versions={}, digests={}, calls=1,
                                 evidence_sha256="0"),
    }  # fmt: skip
    return SignOff(**{**given, **changes})


def keys(value: Any) -> Iterator[str]:
    """Every key anywhere in it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


ALL = [
    result("a", FAIL), result("b", INCONCLUSIVE, reason="denied", evidence=("1", "2")), result("c", WAIVED),
            result("d", PASS),
    *block([result("a", FAIL), result("e", FAIL, stands_on=("a",), absent=True)])[1:],
]  # fmt: skip


def test_the_json_has_its_keys() -> None:
    told = json.loads(sign_off(*ALL).to_json())
    assert told.keys() >= TOP
    assert len(told["checks"]) == len(ALL)
    for check in told["checks"]:
        assert check.keys() >= CHECK
        for problem in check["problems"]:
            assert problem.keys() == {"resource", "expected", "observed"}
    assert not NEVER.intersection(keys(told))
    assert told["schema"] == "1"
    assert told["account"] == "093646564004"
    assert told["started"] == "2026-01-13T09:00:00Z"
    assert told["finished"] == "2026-01-13T09:01:00Z"
    assert told["verdict"] == "NO-GO"
    assert told["counts"] == {"pass": 1, "fail": 1, "inconclusive": 1, "blocked": 1, "waived": 1}
    assert [check["verdict"] for check in told["checks"]] == ["fail", "inconclusive", "waived", "pass", "blocked"]
    assert told["scope"].keys() >= {"expression", "waves", "plans", "phases", "expected", "collected"}
    assert told["plans"][0].keys() >= {"number", "project", "wave", "verdict"}


def test_the_json_can_be_read_back() -> None:
    text = sign_off(*ALL).to_json()
    assert text.endswith("}\n")
    assert SignOff.model_validate_json(text).to_json() == text


@settings(deadline=None)
@given(text=st.text(max_size=30))
def test_any_text_survives_the_json(text: str) -> None:
    own = result("a", INCONCLUSIVE, resource=text, reason=text, problems=(Finding(resource=text, expected=text, observed=text),))
    told = sign_off(own, headline=text).to_json()
    assert SignOff.model_validate_json(told).to_json() == told
    assert json.loads(told)["checks"][0]["reason"] == text


@pytest.mark.parametrize("change", [{"verdict": "PERHAPS"}, {"colour": "red"}, {"checks": None}, {"counts": {"green": 1}}])
def test_what_is_not_a_sign_off_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        sign_off(*ALL, **change)
