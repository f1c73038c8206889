"""What tests of declarations share: the declarations themselves, and a copy of their files that a test may break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fixtures.declared.environments import OWN
from fixtures.declared.inventory import Inventory, load
from fixtures.options import PLANS

pytest.register_assert_rewrite("tests.declared.mistakes")


@pytest.fixture(params=["dev", "sit", "prod"])
def inventory(request: pytest.FixtureRequest) -> Inventory:
    return load(request.param)


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A copy of the plan files with the environments beside them."""
    directory = tmp_path / "plans"
    shutil.copytree(PLANS, directory)
    shutil.copy(OWN, directory)
    return directory
