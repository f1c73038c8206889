"""Nothing passes because nobody could look: every operation that any fact declares, failing in every way, end to end.

Every fact is read with each of its operations failing in each way: it never has a value. And for every operation and each way
the whole suite runs: exactly the tests whose facts declare it are inconclusive, all others pass, and the run is NO-GO. The
faults are put in where botocore sends a request, under its retries and its parsers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.handlers
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from fixtures.aws.door import Door
from fixtures.aws.errors import Absent
from fixtures.aws.guard import IDENTITY
from fixtures.declared.inventory import load
from fixtures.declared.resources import KINDS
from fixtures.facts import FACTS, Fact, declared_reads
from fixtures.facts.reads import read
from fixtures.simulation import Simulation
from fixtures.subjects import modules

modules("fixtures.facts")
SMALL = Path(__file__).parents[1] / "small_plans"
OPERATIONS = sorted({operation for fact in FACTS.values() for operation in fact.reads} - {IDENTITY})


def _response(status: int, body: bytes, headers: dict[str, str] | None = None) -> Callable[[Any], AWSResponse]:
    class Raw:
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield body

        def read(self, amount: int | None = None) -> bytes:
            return body

        def close(self) -> None:
            pass

    return lambda request: AWSResponse(request.url, status, {"x-amzn-RequestId": "fault", **(headers or {})}, Raw())


def _error(status: int, code: str) -> Callable[[Any], AWSResponse]:
    """AWS's error in the forms of all its protocols at once: each parser finds its own."""

    def answer(request: Any) -> AWSResponse:
        if "X-Amz-Target" in request.headers or b"json" in (request.headers.get("Content-Type") or b""):
            body = json.dumps({"__type": code, "message": "injected"}).encode()
        elif "/v20180820/" in request.url or (request.method == "GET" and "/backup" not in request.url):
            body = f"<Error><Code>{code}</Code><Message>injected</Message></Error>".encode()
        else:
            body = f"<ErrorResponse><Error><Code>{code}</Code><Message>injected</Message></Error></ErrorResponse>".encode()
        return _response(status, body, {"x-amzn-ErrorType": code, "x-amzn-query-error": f"{code};Sender"})(request)

    return answer


def _raise(error: type[Exception]) -> Callable[[Any], AWSResponse]:
    def answer(request: Any) -> AWSResponse:
        raise error(endpoint_url=request.url)

    return answer


FAULTS: dict[str, Callable[[Any], AWSResponse]] = {
    "denied": _error(403, "AccessDenied"),
    "throttled": _error(400, "ThrottlingException"),
    "server-error": _error(500, "InternalError"),
    "expired-token": _error(400, "ExpiredToken"),
    "timeout": _raise(ReadTimeoutError),
    "dropped": _raise(ConnectionClosedError),
    "malformed": _response(200, b'{"TableNames": ["orders-prod"'),
    "not-aws": _response(200, b"<html><body>Please sign in to the network</body></html>"),
    "empty": _response(200, b""),
    "empty-object": _response(200, b"{}"),
    "truncated": _response(200, b"{}", {"content-length": "4711"}),
}


class Remembered:
    """Sends a request to the estate once, and gives the same answer to it from then on: the runs differ in what fails."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, ...], AWSResponse] = {}
        self.session = URLLib3Session()

    def __call__(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        if event_name.endswith(".DescribeContinuousBackups"):
            return None  # it says until when: that would age
        scope = re.search(r"Credential=\w+/\d+/([^,]+)", str(request.headers.get("Authorization")))
        key = (event_name, request.method, request.url, str(request.body), scope[1] if scope else "anonymous")
        if key not in self.answers:
            sent = self.session.send(request)
            self.answers[key] = _response(sent.status_code, sent.content, dict(sent.headers))(request)
        return self.answers[key]


@pytest.fixture(scope="module")
def remembered(small_estate: Simulation) -> Iterator[None]:
    handler = ("before-send", Remembered())
    botocore.handlers.BUILTIN_HANDLERS.append(handler)
    yield
    botocore.handlers.BUILTIN_HANDLERS.remove(handler)


class Injected:
    """Answers one operation with a fault, in every botocore session created while the context lasts."""

    def __init__(self, operation: str, fault: str) -> None:
        service, _, name = operation.partition(":")
        self.handler = (f"before-send.{SERVICE_IDS.get(service, service)}.{name}", self)
        self.answer = FAULTS[fault]
        self.times = 0

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        self.times += 1
        return self.answer(request)

    def __enter__(self) -> Injected:
        botocore.handlers.BUILTIN_HANDLERS.insert(0, self.handler)
        return self

    def __exit__(self, *_: object) -> None:
        botocore.handlers.BUILTIN_HANDLERS.remove(self.handler)


SERVICE_IDS = {"s3control": "s3-control"}


@pytest.fixture(autouse=True)
def signed_in(small_estate: Simulation, monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    """The settings of somebody who is signed in to the small estate."""
    for name, value in small_estate.settings().items():
        monkeypatch.setenv(name, value)


def wanted_refusal(fact: Fact, fault: str) -> bool:
    """To somebody without credentials a refusal is the answer that is wanted, and not a failure to look."""
    return fact.name == "anonymous_status" and fault == "denied"


READS = [(fact, operation) for fact in FACTS.values() for operation in sorted(fact.reads)]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("fact", "operation"), READS, ids=[f"{fact.name}-{operation}" for fact, operation in READS])
def test_a_fact_has_no_value(fact: Fact, operation: str, fault: str) -> None:
    inventory = load("prod", SMALL)
    resource = next(each for each in inventory.of(KINDS[fact.on]) if fact.on != "bucket" or each.templates)
    with Injected(operation, fault) as injected:
        reading = read(fact, Door(inventory.environment, declared_reads(FACTS)), resource)
    assert injected.times, f"{fact.name} declares {operation} and never calls it"
    if wanted_refusal(fact, fault):
        assert reading.value == 403
    else:
        assert reading.value is None
        assert operation in str(reading.error)
        assert not isinstance(reading.error, Absent), "a failure to look is not an absence"


Calls = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def healthy() -> Calls:
    """The calls that each test needs, as its evidence shows once nothing fails."""
    return {}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_exactly_its_tests_are_inconclusive(
    operation: str, fault: str, small_estate: Simulation, remembered: None, healthy: Calls, suite_inside: Callable[..., Any]
) -> None:
    if not healthy:
        ended = suite_inside(small_estate)
        calls = {call["id"]: call for call in ended.calls}
        healthy.update({check["node"]: [calls[id] for id in check["evidence"]] for check in ended.sign_off["checks"]})
    with Injected(operation, fault):
        ended = suite_inside(small_estate)
    sign_off = ended.sign_off
    checks = {check["node"]: check for check in sign_off["checks"]}
    expected = {
        node for node, calls in healthy.items()
        if any(f"{call['service']}:{call['operation']}" == operation and (call["signed"] or fault != "denied") for call in calls)
    }  # fmt: skip
    assert {node for node, check in checks.items() if check["verdict"] != "pass"} == expected != set()
    assert {checks[node]["verdict"] for node in expected} <= {"inconclusive"}
    assert all(operation in checks[node]["reason"] for node in expected)
    assert (sign_off["verdict"], sign_off["valid_for_sign_off"], ended.status) == ("NO-GO", False, 1)
