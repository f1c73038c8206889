"""What a read that fails does to a whole run: exactly the tests that need it are inconclusive, all others pass, and it is NO-GO.

A whole run costs most of a second, so not every operation fails in every way here, as it does for every fact in
`tests/facts/test_ways_of_failing.py`: each operation fails once, in a way that its name picks, whatever others there are.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import botocore.handlers
import pytest

from fixtures.simulation import Simulation
from tests.ways_of_failing import OPERATIONS, WAYS, Injected, Remembered

PAIRS = [(operation, list(WAYS)[zlib.crc32(operation.encode()) % len(WAYS)]) for operation in OPERATIONS]
Calls = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def remembered(small_estate: Simulation) -> Iterator[None]:
    """Each request is answered by the estate once: the runs differ in what fails alone."""
    handler = ("before-send", Remembered())
    botocore.handlers.BUILTIN_HANDLERS.append(handler)
    yield
    botocore.handlers.BUILTIN_HANDLERS.remove(handler)


@pytest.fixture(scope="module")
def healthy() -> Calls:
    """The calls that each test needs, as its evidence shows once nothing fails."""
    return {}


def test_every_way_is_taken() -> None:
    assert {operation for operation, _ in PAIRS} == set(OPERATIONS)
    assert {way for _, way in PAIRS} == set(WAYS)


@pytest.mark.parametrize(("operation", "way"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_exactly_its_tests_are_inconclusive(
    operation: str, way: str, small_estate: Simulation, remembered: None, healthy: Calls, suite_inside: Callable[..., Any]
) -> None:
    if not healthy:
        ended = suite_inside(small_estate)
        calls = {call["id"]: call for call in ended.calls}
        healthy.update({check["node"]: [calls[id] for id in check["evidence"]] for check in ended.sign_off["checks"]})
    with Injected(operation, way):
        ended = suite_inside(small_estate)
    sign_off = ended.sign_off
    checks = {check["node"]: check for check in sign_off["checks"]}
    expected = {
        node for node, calls in healthy.items()
        if any(f"{call['service']}:{call['operation']}" == operation and (call["signed"] or way != "denied") for call in calls)
    }  # fmt: skip
    assert {node for node, check in checks.items() if check["verdict"] != "pass"} == expected != set()
    for node in expected:
        assert checks[node]["verdict"] == "inconclusive"
        assert operation in checks[node]["reason"]
        assert checks[node]["unread"]["operation"] == operation
        assert checks[node]["unread"]["denied"] is (way == "denied" and operation != "s3:HeadBucket")
    assert (sign_off["verdict"], sign_off["valid_for_sign_off"], ended.status) == ("NO-GO", False, 1)
