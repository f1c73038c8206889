"""Nothing has a value because nobody could look: every fact, with each of its operations failing in every way.

Each cell of the matrix costs milliseconds, and all of them are tried. What a failing read does to a whole run is tried in
`tests/run/test_unread.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.aws.door import Door
from fixtures.aws.errors import Absent
from fixtures.declared.inventory import load
from fixtures.declared.resources import KINDS
from fixtures.facts import FACTS, Doors, Fact, declared_reads
from fixtures.facts.reads import read
from fixtures.simulation import Simulation
from tests.ways_of_failing import WAYS, Injected

SMALL = Path(__file__).parents[1] / "small_plans"
READS = [(fact, operation) for fact in FACTS.values() for operation in sorted(declared_reads([fact.name]))]


@pytest.fixture(autouse=True)
def signed_in(small_estate: Simulation, monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    """The settings of somebody who is signed in to the small estate."""
    for name, value in small_estate.settings().items():
        monkeypatch.setenv(name, value)


def wanted_refusal(fact: Fact, way: str) -> bool:
    """To somebody without credentials a refusal is the answer that is wanted, and not a failure to look."""
    return fact.name == "anonymous_status" and way == "denied"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("fact", "operation"), READS, ids=[f"{fact.name}-{operation}" for fact, operation in READS])
def test_a_fact_has_no_value(fact: Fact, operation: str, way: str) -> None:
    inventory = load("prod", SMALL)
    resource = next(each for each in inventory.of(KINDS[fact.on]) if fact.on != "bucket" or each.templates)
    with Injected(operation, way) as injected:
        reading = read(fact, Doors(Door(inventory.environment, declared_reads(FACTS))), resource)
    assert injected.times, f"{fact.name} declares {operation} and never calls it"
    if wanted_refusal(fact, way):
        assert reading.value == 403
    else:
        assert reading.value is None
        assert operation in str(reading.error)
        assert reading.failed[0] == operation
        assert not isinstance(reading.error, Absent), "a failure to look is not an absence"
