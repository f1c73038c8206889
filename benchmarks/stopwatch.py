"""A pytest plugin that splits a run of the suite into its parts: `-p stopwatch`, with the file to write in STOPWATCH.

It lets the first test begin only when every declared read is complete, so that what follows is judging and reporting
alone. Marks are (seconds since the epoch, CPU seconds of the process so far).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from fixtures.facts import FACTS, READS
from reports.outcome import resource_of

MARKS: dict[str, tuple[float, float]] = {}


def _mark(name: str) -> None:
    MARKS[name] = time.time(), time.process_time()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Time the collection, at the end of which the reads begin."""
    _mark("started")
    collected = yield
    _mark("collected")
    return collected


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Wait for the reads, then time the tests."""
    reads = session.config.stash[READS]
    for item in session.items:
        if isinstance(item, pytest.Function):
            for name in item.fixturenames:
                if name in FACTS:
                    reads.reading(name, resource_of(item))
    _mark("read")
    try:
        return (yield)
    finally:  # pytest ends the loop by an exception if a test failed
        _mark("judged")


def pytest_unconfigure() -> None:
    """Time the reports."""
    _mark("reported")
    Path(os.environ["STOPWATCH"]).write_text(json.dumps(MARKS), "utf-8")
