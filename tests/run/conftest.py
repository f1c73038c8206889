"""Who is signed in, and a checkout of the suite of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.declared.inventory import load
from fixtures.simulation import Simulation, simulated
from tests.run.runs import FEW_PLANS, ROOT, commit


@pytest.fixture
def settings(small_estate: Simulation) -> dict[str, str]:
    """The settings of somebody who is signed in to the small estate's PROD account."""
    return small_estate.settings()


@pytest.fixture(scope="module")
def few_estate() -> Iterator[Simulation]:
    """The healthy PROD estate of the few plans. Not beside the small one: a process has one estate at a time."""
    with simulated(load("prod", FEW_PLANS)) as estate:
        yield estate


@pytest.fixture
def few_settings(few_estate: Simulation) -> dict[str, str]:
    """The settings of somebody who is signed in to the account of the few plans' estate."""
    return few_estate.settings()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the suite in a git repository of its own."""
    root = tmp_path / "checkout"
    names = ["checks", "fixtures", "reports", "tests_sit", "tests_prod", "conftest.py", "pyproject.toml"]
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("output", "__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    commit(root)
    return root
