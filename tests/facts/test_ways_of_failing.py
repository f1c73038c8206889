"""Nothing has a value because nobody could look: every fact, with each of its operations failing in every way.

Each cell of the matrix costs milliseconds, and all of them are tried. What a failing read does to a whole run is tried in
`tests/run/test_unread.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import botocore.handlers
import pytest

from fixtures.aws.door import Door
from fixtures.aws.errors import Absent
from fixtures.aws.once import Once
from fixtures.declared.inventory import load
from fixtures.declared.resources import KINDS
from fixtures.declared.terraform import State
from fixtures.facts import FACTS, Doors, Fact, declared_reads
from fixtures.facts.reads import read
from fixtures.run import data
from fixtures.simulation import Simulation
from fixtures.simulation.terraform import lock_info, of_each_type, put_object, put_state
from tests.ways_of_failing import WAYS, Answering

SMALL = Path(__file__).parents[1] / "small_plans"
INVENTORY = load("prod", SMALL)
READS = [(fact, operation) for fact in FACTS.values() for operation in sorted(declared_reads([fact.name]))]


@pytest.fixture(scope="module")
def answering(small_estate: Simulation) -> Iterator[Answering]:
    for state in INVENTORY.of(State):  # so that it is asked whose lock it is, and what stands of each type
        put_state(small_estate, state, of_each_type)
        put_object(small_estate, state, f"{state.name}.tflock", lock_info("ci@runner", "OperationTypeApply", timedelta()).encode())
    answering = Answering(small_estate)
    handler = ("before-send", answering)
    botocore.handlers.BUILTIN_HANDLERS.append(handler)
    yield answering
    botocore.handlers.BUILTIN_HANDLERS.remove(handler)


@pytest.fixture(scope="module")
def door(small_estate: Simulation, answering: Answering) -> Iterator[Door]:
    """One door for all cells: to make its clients costs more than to ask them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in small_estate.settings().items():
            patch.setenv(name, value)
        yield Door(INVENTORY.environment, declared_reads(FACTS), data=data(INVENTORY))


def wanted_refusal(fact: Fact, way: str) -> bool:
    """To somebody without credentials a refusal is the answer that is wanted, and not a failure to look."""
    return fact.name == "anonymous_status" and way == "denied"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("fact", "operation"), READS, ids=[f"{fact.name}-{operation}" for fact, operation in READS])
def test_a_fact_has_no_value(fact: Fact, operation: str, way: str, answering: Answering, door: Door, quick: None) -> None:
    answering.failing, answering.way, asked = operation, way, False
    for resource in [each for each in INVENTORY.of(KINDS[fact.on]) if fact.on != "bucket" or each.templates]:
        vars(door)["_once"] = Once(None)  # nothing was asked yet
        reading = read(fact, Doors(door), resource)
        # A fact need not ask about each: an alarm watches a distribution, or none. What the cell before asked side by side may be
        # on its way still: only what was asked of the door since counts.
        if asked := any(f"{call.service}:{call.operation}" == operation for call in door.calls()):
            break
    assert asked, f"{fact.name} declares {operation} and never calls it"
    if wanted_refusal(fact, way):
        assert reading.value == 403
    else:
        assert reading.value is None
        assert operation in str(reading.error)
        assert reading.failed[0] == operation
        assert not isinstance(reading.error, Absent), "a failure to look is not an absence"
