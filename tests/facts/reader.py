"""Reads a fact from answers that a test gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from fixtures.aws.calls import Answer
from fixtures.aws.errors import CallFailed
from fixtures.declared.inventory import load
from fixtures.facts import FACTS
from fixtures.facts.waiting import Waiting
from fixtures.subjects import modules

modules("fixtures.facts")
NOW = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)


class Reader:
    """Answers each operation with what it is given: an answer, a list of pages, or an error code; or a function that is given the
    region and the parameters, and gives one of these."""

    started = NOW
    environment = load("sit").environment
    waiting = Waiting()

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def _given(self, operation: str, region: str, parameters: dict[str, Any]) -> Any:
        found = self.answers[operation.partition(":")[2]]
        return found(region, **parameters) if callable(found) else found

    def read(self, operation: str, region: str, *, distil: Any = None, **parameters: Any) -> Answer:
        found = self._given(operation, region, parameters)
        if isinstance(found, str):
            raise CallFailed(found, 400, found)
        answer = Answer(distil(found) if distil else found)
        answer.at = NOW
        return answer

    def find(self, operation: str, region: str, *, none: str | tuple[str, ...], **parameters: Any) -> Answer | None:
        try:
            return self.read(operation, region, **parameters)
        except CallFailed as error:
            if error.says((none,) if isinstance(none, str) else none):
                return None
            raise

    def pages(self, operation: str, region: str, **parameters: Any) -> Iterator[Answer]:
        found = self._given(operation, region, parameters)
        for page in [found] if isinstance(found, str) else found:
            yield Reader(X=page).read("x:X", region)

    def each(self, function: Callable[[str], Any], arguments: Iterable[str]) -> list[Any]:
        return list(map(function, arguments))


def read(fact: str, resource: Any, **answers: Any) -> Any:
    return FACTS[fact].function(Reader(**answers), resource)  # type: ignore[arg-type]
