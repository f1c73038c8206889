"""What stands in each environment, whatever its kind, and directories without what an inventory needs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fixtures.declared.inventory import Inventory, load
from fixtures.declared.resources import KINDS
from tests.declared.mistakes import refusal


def test_ids_are_unique_in_their_kind(inventory: Inventory) -> None:
    """Two tests of one id could not be told apart."""
    assert {type(resource) for resource in inventory.resources} <= set(KINDS.values())
    counted = Counter((type(resource), resource.id) for resource in inventory.resources)
    assert set(counted.values()) == {1}
    assert not [resource.name for resource in inventory.resources if "{" in resource.name]


@pytest.mark.parametrize("env", ["dev", "sit"])
def test_without_a_dr_region_nothing_stands_in_another(env: str) -> None:
    assert {resource.region for resource in load(env).resources} == {"eu-west-1", "us-east-1"}


def test_the_copy_that_is_broken_is_whole_before(plans: Path) -> None:
    assert load("sit", plans).resources == load("sit").resources


def test_a_missing_directory(tmp_path: Path) -> None:
    told = refusal("sit", tmp_path / "nowhere")
    assert told.startswith("--plans: found ")
    assert "nowhere" in told
    assert "expected a directory with plan files NN_<project>.toml" in told


def test_an_empty_directory(tmp_path: Path) -> None:
    told = refusal("sit", tmp_path)
    assert told == f"--plans: found no plan file in {tmp_path}, expected NN_<project>.toml"


def test_a_directory_with_environments_alone(plans: Path) -> None:
    for path in plans.glob("[0-9]*.toml"):
        path.unlink()
    assert "found no plan file" in refusal("sit", plans)
