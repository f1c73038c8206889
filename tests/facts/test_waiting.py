"""Waiting for what will be true in a while: what is seen in the end, and what is told meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.facts.waiting import Waiting


@pytest.mark.parametrize(
    ("minutes", "states", "seen", "looks"),
    [
        (0.0, ["InProgress", "Deployed"], "InProgress", 1),
        (1.0, ["Deployed"], "Deployed", 1),
        (1.0, ["InProgress", "InProgress", "Deployed"], "Deployed", 3),
        (0.001, ["InProgress"] * 1000, "InProgress", None),
    ],
)
def test_what_is_seen_in_the_end(minutes: float, states: list[str], seen: str, looks: int | None) -> None:
    told: list[str] = []
    attempts: list[int] = []

    def look(attempt: int) -> str:
        attempts.append(attempt)
        return states[attempt - 1]

    waiting = Waiting(timedelta(minutes=minutes), pause=0.01, tell=told.append)
    assert waiting.until("it", look, lambda state: "" if state == "Deployed" else f"it is {state}") == seen
    assert attempts == list(range(1, len(attempts) + 1))
    assert len(attempts) == looks or looks is None
    assert len(told) == len(attempts) - 1
    assert all(text.startswith("waiting for it: it is InProgress after 0:00:0") for text in told)


def test_an_error_is_not_waited_for() -> None:
    def look(attempt: int) -> str:
        raise LookupError(str(attempt))

    with pytest.raises(LookupError, match="1"):
        Waiting(timedelta(minutes=1), pause=0.01).until("it", look, lambda _: "not yet")
