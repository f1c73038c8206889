"""What an earlier run left in `--report-dir`, in a plugin of its own: it is moved away before anything else can go wrong.

Whatever becomes of this run (an option that pytest does not know, credentials that nobody accepts, a signal, tests that are only
listed), no other's verdict stands where its own would.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

WRITTEN = ("sign-off.json", "sign-off.html", "sign-off.md", "evidence.jsonl", "junit.xml", "report.html")
EARLIER = pytest.StashKey[Path | None]()
"""Where the report of an earlier run went, if there was one."""


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    if directory := getattr(early_config.known_args_namespace, "report_dir", None):
        try:
            early_config.stash[EARLIER] = set_aside(directory)
        except OSError as error:
            raise pytest.UsageError(f"--report-dir: {error.filename or directory}: {error.strerror or error}") from None


def set_aside(directory: Path) -> Path | None:
    """Move what an earlier run has left in the directory to `earlier/<its time>/`: nothing is lost.

    Returns where it went, or None where there was nothing. Raises OSError.
    """
    there = [directory / name for name in WRITTEN if (directory / name).exists()]
    if not there:
        return None
    earlier = new_directory(directory / "earlier", _time_of(directory, there))
    for path in there:
        shutil.move(path, earlier / path.name)  # which may be on another file system
    return earlier


def _time_of(directory: Path, there: Sequence[Path]) -> str:
    """When the run that left the files began; where they do not say so, when the last of them was written."""
    try:
        started = datetime.fromisoformat(json.loads((directory / "sign-off.json").read_text("utf-8"))["started"]).astimezone(UTC)
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        started = datetime.fromtimestamp(max(path.stat().st_mtime for path in there), UTC)
    return f"{started:%Y%m%dT%H%M%SZ}"


def new_directory(parent: Path, name: str) -> Path:
    """A directory of its own for the reports of one run, though another should begin in the same second. Raises OSError."""
    for number in itertools.count(1):
        directory = parent / (name if number == 1 else f"{name}-{number}")
        try:
            directory.mkdir(parents=True)
        except FileExistsError:
            if directory.is_dir():
                continue
            raise
        return directory
    raise AssertionError
