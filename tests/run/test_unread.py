"""What a read that fails does to a run: exactly the tests that need it are inconclusive, all others pass, and it is NO-GO.

Not every operation fails in every way here, as it does for every fact in `tests/facts/test_ways_of_failing.py`: every third
operation fails once, in a way that its name picks, whatever others there are, and all checks are judged without a run. Each way is
tried in a whole run once.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import pytest

from fixtures.simulation import Simulation
from reports.sign_off import Verdict
from tests.run.runs import SMALL
from tests.verdicts import judged
from tests.ways_of_failing import OPERATIONS, WAYS, Answering, Injected

PAIRS = [(operation, list(WAYS)[zlib.crc32(operation.encode()) % len(WAYS)]) for operation in OPERATIONS]
ONE_OF_EACH_WAY = list({way: (operation, way) for operation, way in PAIRS}.values())
Needs = dict[str, set[tuple[str, bool]]]


@pytest.fixture(scope="module")
def answering(small_estate: Simulation) -> Answering:
    """Each request is answered by the estate once."""
    return Answering(small_estate)


@pytest.fixture
def needs(small_estate: Simulation, answering: Answering, quick: None, kept: list[Needs]) -> Needs:
    """The operations that each test needs, each with whether it is signed, as its evidence shows once nothing fails."""
    if not kept:
        answering.failing = ""
        results, calls = judged(small_estate, SMALL, answering)
        assert {result.verdict for result in results} == {Verdict.PASS}
        asked = {call.id: (f"{call.service}:{call.operation}", call.signed) for call in calls}
        of_aws = {result.node: asked.keys() & set(result.evidence) for result in results}
        kept.append({node: {asked[id_] for id_ in ids} for node, ids in of_aws.items()})
    return kept[0]


@pytest.fixture(scope="module")
def kept() -> list[Needs]:
    """What `needs` found once."""
    return []


def in_need(needs: Needs, operation: str, way: str) -> set[str]:
    """The tests that a failing operation leaves open: who is denied although nobody signed was to be."""
    return {node for node, asked in needs.items() for name, signed in asked if name == operation and (signed or way != "denied")}


def test_every_way_is_taken() -> None:
    assert {operation for operation, _ in PAIRS} == set(OPERATIONS)
    assert {way for _, way in ONE_OF_EACH_WAY} == set(WAYS)


@pytest.mark.parametrize(("operation", "way"), PAIRS[::3], ids=["-".join(pair) for pair in PAIRS[::3]])
def test_exactly_its_tests_are_inconclusive(
    operation: str, way: str, small_estate: Simulation, answering: Answering, needs: Needs
) -> None:
    answering.failing, answering.way = operation, way
    results, _ = judged(small_estate, SMALL, answering)
    open_ = {result.node: result for result in results if result.verdict is not Verdict.PASS}
    assert set(open_) == in_need(needs, operation, way) != set()
    assert {result.verdict for result in open_.values()} == {Verdict.INCONCLUSIVE}
    assert all(operation in result.reason for result in open_.values())


@pytest.mark.parametrize(("operation", "way"), ONE_OF_EACH_WAY, ids=["-".join(pair) for pair in ONE_OF_EACH_WAY])
def test_a_run_is_no_go(operation: str, way: str, small_estate: Simulation, needs: Needs, suite_inside: Callable[..., Any]) -> None:
    with Injected(operation, way):
        ended = suite_inside(small_estate)
    open_ = [check for check in ended.sign_off["checks"] if check["verdict"] != "pass"]
    assert {check["node"] for check in open_} == in_need(needs, operation, way)
    for check in open_:
        assert check["verdict"] == "inconclusive"
        assert operation in check["reason"]
        assert check["unread"]["operation"] == operation
        assert check["unread"]["denied"] is (way == "denied" and operation != "s3:HeadBucket")
    assert (ended.sign_off["verdict"], ended.sign_off["valid_for_sign_off"], ended.status) == ("NO-GO", False, 1)
