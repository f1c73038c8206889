"""The door to AWS: whose endpoint it was, what is kept out of the evidence, what a response must look like."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.exceptions import EndpointConnectionError

from fixtures.aws import Answer, Call, CannotLook, Door, _demand_types, _Malformed, _Pace, _read_booleans, redact
from fixtures.inventory import load

CALL = Call(
    id="1",
    service="s3",
    operation="ListBuckets",
    parameters={},
    region="eu-west-1",
    account="815856636111",
    endpoint="",
    signed=True,
    at="",
    seconds=0.1,
    attempts=1,
    status=200,
    request_id="",
    digest="",
    error="",
)


@pytest.mark.parametrize(
    ("service", "endpoint"),
    [
        ("s3", "https://s3.eu-west-1.amazonaws.com"),
        ("s3", "https://s3.dualstack.eu-west-1.amazonaws.com"),
        ("s3control", "https://s3-control.eu-west-1.amazonaws.com"),
        ("dynamodb", "https://dynamodb.eu-west-1.amazonaws.com"),
        ("dynamodb", "https://dynamodb-fips.eu-west-1.amazonaws.com"),
        ("cloudwatch", "https://monitoring.eu-west-1.amazonaws.com"),
        ("sts", "https://sts.amazonaws.com"),
        ("kms", "https://kms.eu-west-1.api.aws"),
    ],
)
def test_aws_own_endpoints(service: str, endpoint: str) -> None:
    assert replace(CALL, service=service, endpoint=endpoint).at_aws


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://s3.eu-west-1.amazonaws.com",
        "http://127.0.0.1:5000",
        "https://localhost",
        "https://s3.eu-west-1.amazonaws.com.example.com",
        "https://s3.eu-west-1.example.com/amazonaws.com",
        "https://s3.eu-west-1.amazonaws.com:8443",
        "https://s3.eu-west-1.amazonaws.com@example.com",
        "https://ec2-1-2-3-4.eu-west-1.compute.amazonaws.com",
        "https://abc.execute-api.eu-west-1.amazonaws.com",
        "https://s3.us-east-1.amazonaws.com",
        "https://xs3.eu-west-1.amazonaws.com",
        "",
    ],
)
def test_endpoints_that_sign_nothing_off(endpoint: str) -> None:
    assert not replace(CALL, endpoint=endpoint).at_aws


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ASIAIOSFODNN7EXAMPLE",
        "Signature=0badc0de",
        "x-amz-security-token:IQoJb3JpZ2lu",
        "Credential=ASIA1/x",
    ],
)
def test_what_looks_like_a_credential_is_redacted(secret: str) -> None:
    told = redact(f"denied: {secret}, and so on")
    assert secret not in told
    assert told.endswith(", and so on")


def test_the_credentials_of_the_process_are_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    assert redact("the key wJalrXUtnFEMI is wrong") == "the key [redacted] is wrong"


@pytest.mark.parametrize(
    ("sent", "read"), [("TRUE", "true"), ("False", "false"), ("true", "true"), (" TRUE ", "true"), ("TRUTH", "TRUTH")]
)
@pytest.mark.parametrize("element", ["IsPublic", "IsTruncated", "IsLatest", "BlockPublicAcls", "RestrictPublicBuckets"])
def test_booleans_are_read_in_any_case(element: str, sent: str, read: str) -> None:
    response: dict[str, Any] = {"body": f"<a><{element}>{sent}</{element}><Value>TRUE</Value></a>".encode()}
    _read_booleans(response)
    assert response["body"].decode() == f"<a><{element}>{read}</{element}><Value>TRUE</Value></a>"


def test_a_record_is_one_line_of_json() -> None:
    call = replace(CALL, error="two\nlines", parameters={"Key": "a\u2028b"})
    assert len(call.to_json().splitlines()) == 1
    assert json.loads(call.to_json())["error"] == "two\nlines"


def test_a_documented_rate_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten at once, then ten a second."""
    clock = [100.0]
    waited: list[float] = []
    monkeypatch.setattr("fixtures.aws.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("fixtures.aws.time.sleep", waited.append)
    pace = _Pace(10)
    for _ in range(30):
        pace.wait()
    assert len(waited) == 20
    assert waited[-1] == pytest.approx(2.0)


def test_the_account_that_begins_with_a_zero_is_text() -> None:
    assert load("prod").environment.account == "093646564004"


SHAPES = botocore.session.Session().get_service_model("dynamodb")


@pytest.mark.parametrize(
    "table",
    [
        {"DeletionProtectionEnabled": "false"},
        {"DeletionProtectionEnabled": 0},
        {"TableStatus": 7},
        {"CreationDateTime": "yesterday"},
        {"GlobalSecondaryIndexes": {"IndexName": "x"}},
        {"GlobalSecondaryIndexes": ["x"]},
        {"KeySchema": [{"AttributeName": ["id"]}]},
        {"ItemCount": True},
    ],
    ids=str,
)
def test_a_value_of_another_type_is_not_understood(table: dict[str, Any]) -> None:
    shape = SHAPES.operation_model("DescribeTable").output_shape
    _demand_types(shape, {"Table": {"TableStatus": "ACTIVE", "DeletionProtectionEnabled": False, "ItemCount": 1}})
    with pytest.raises(_Malformed, match=next(iter(table))):
        _demand_types(shape, {"Table": table})


@pytest.mark.parametrize(
    ("pages", "whole"),
    [
        ([{"IsTruncated": True, "NextContinuationToken": "a"}, {"IsTruncated": False}], True),
        ([{"IsTruncated": True}], False),
        ([{"IsTruncated": True, "NextContinuationToken": "a"}, {"IsTruncated": True}], False),
        ([{"IsTruncated": True, "NextContinuationToken": "a"}, {"IsTruncated": True, "NextContinuationToken": "a"}], False),
    ],
    ids=["two pages", "more, and not where", "more after the second, and not where", "in a circle"],
)
def test_a_listing_is_read_to_its_end(pages: list[dict[str, Any]], whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    door = Door(load("sit").environment, ["s3:ListObjectsV2"])
    answers = iter(pages)
    listing = door.pages("s3:ListObjectsV2", "eu-west-1", {"Bucket": "b"}, lambda **_: Answer(next(answers)))
    if whole:
        assert len(list(listing)) == len(pages)
    else:
        with pytest.raises(CannotLook):
            list(listing)


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("", "815856636111.s3-control.eu-west-1.amazonaws.com"),
        ("http://127.0.0.1:1", "127.0.0.1"),
        ("http://emulator:1", "emulator"),
        ("http://aws.example.internal:1", "aws.example.internal"),
    ],
)
def test_only_amazons_host_bears_the_account(endpoint: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    asked = []

    def send(self: Any, request: Any) -> None:
        asked.append(request)
        raise EndpointConnectionError(endpoint_url=request.url)

    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", send)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    door = Door(load("sit").environment, ["s3control:GetPublicAccessBlock"])
    with pytest.raises(CannotLook):
        door.call("s3control:GetPublicAccessBlock", "eu-west-1", {"AccountId": "815856636111"})
    assert {(urlsplit(request.url).hostname, request.headers["x-amz-account-id"]) for request in asked} == {(host, b"815856636111")}
