"""The ways in which a read can fail, put in where botocore sends a request: under its retries and its parsers."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import botocore.handlers
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from fixtures.aws.guard import IDENTITY
from fixtures.facts import FACTS, declared_reads
from fixtures.simulation import Simulation
from fixtures.simulation.server import Direct
from fixtures.subjects import modules

modules("fixtures.facts")  # which declare the facts
OPERATIONS = sorted(declared_reads(FACTS) - {IDENTITY})


def _response(status: int, body: bytes, headers: dict[str, str] | None = None) -> Callable[[Any], AWSResponse]:
    class Raw:
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield body

        def __init__(self) -> None:
            self.left = io.BytesIO(body)

        def read(self, amount: int | None = None) -> bytes:
            return self.left.read(amount)

        def close(self) -> None:
            self.left.seek(0)  # for who is given the same answer again

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


WAYS: dict[str, Callable[[Any], AWSResponse]] = {
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
    """Asks `send` for the answer to a request once, and gives the same from then on: what is asked of it differs in what fails."""

    def __init__(self, send: Callable[[Any], Any]) -> None:
        self.answers: dict[tuple[str, ...], AWSResponse] = {}
        self.send = send

    def __call__(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        if event_name.endswith(".DescribeContinuousBackups"):
            sent = self.send(request)  # it says until when: that would age
            return _response(sent.status_code, sent.content, dict(sent.headers))(request)
        scope = re.search(r"Credential=\w+/\d+/([^,]+)", str(request.headers.get("Authorization")))
        key = (event_name, request.method, request.url, str(request.body), scope[1] if scope else "anonymous")
        if key not in self.answers:
            sent = self.send(request)
            self.answers[key] = _response(sent.status_code, sent.content, dict(sent.headers))(request)
        return self.answers[key]


class Injected:
    """Lets one operation fail in one way, in every botocore session created while the context lasts."""

    def __init__(self, operation: str, way: str) -> None:
        service, _, name = operation.partition(":")
        self.handler = (f"before-send.{SERVICE_IDS.get(service, service)}.{name}", self)
        self.answer = WAYS[way]
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


@cache
def _event(operation: str) -> str:
    """What botocore calls it that the operation is sent."""
    service, _, name = operation.partition(":")
    return f"before-send.{botocore.session.get_session().get_service_model(service).service_id.hyphenize()}.{name}"


class Answering:
    """Answers for the estate, and lets the `failing` operation fail in a `way`."""

    def __init__(self, estate: Simulation) -> None:
        self.healthy = Remembered(Direct(estate.gaps))
        self.failing, self.way = "", ""

    def __call__(self, request: Any, event_name: str, **_: Any) -> Any:
        if self.failing and event_name == _event(self.failing):
            return WAYS[self.way](request)
        return self.healthy(request, event_name)
