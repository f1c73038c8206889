"""The door to AWS: whose endpoint it was, what is kept out of the evidence, what a response must look like."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError

from fixtures.aws.calls import Answer, Call, redact
from fixtures.aws.door import Door
from fixtures.aws.errors import CallFailed, CannotLook, Malformed, NotSignedIn, Refused
from fixtures.aws.guard import Guard
from fixtures.aws.once import Once
from fixtures.aws.pace import Pace
from fixtures.aws.responses import demand_types, read_booleans
from fixtures.declared.inventory import load
from fixtures.declared.resources import Datum
from tests.ways_of_failing import OPERATIONS

CALL = Call(
    id="1",
    service="s3",
    operation="ListBuckets",
    parameters={},
    region="eu-west-1",
    account="815856636111",
    endpoint="",
    endpoint_prefix="s3",
    signed=True,
    at="",
    seconds=0.1,
    attempts=1,
    status=200,
    request_id="",
    digest="",
    error="",
)


def prefix(service: str) -> str:
    return str(botocore.session.get_session().get_service_model(service).endpoint_prefix)


@pytest.mark.parametrize(
    ("service", "endpoint"),
    [
        ("s3", "https://s3.eu-west-1.amazonaws.com"),
        ("s3", "https://s3.us-east-1.amazonaws.com"),
        ("s3", "https://bbws-orders-sit.s3.eu-west-1.amazonaws.com"),
        ("s3control", "https://815856636111.s3-control.eu-west-1.amazonaws.com"),
        ("dynamodb", "https://815856636111.ddb.eu-west-1.amazonaws.com"),
        ("s3", "https://s3.dualstack.eu-west-1.amazonaws.com"),
        ("s3control", "https://s3-control.eu-west-1.amazonaws.com"),
        ("dynamodb", "https://dynamodb.eu-west-1.amazonaws.com"),
        ("dynamodb", "https://dynamodb-fips.eu-west-1.amazonaws.com"),
        ("cloudwatch", "https://monitoring.eu-west-1.amazonaws.com"),
        ("sts", "https://sts.amazonaws.com"),
        ("kms", "https://kms.eu-west-1.api.aws"),
        ("efs", "https://elasticfilesystem.eu-west-1.amazonaws.com"),
        ("elbv2", "https://elasticloadbalancing.eu-west-1.amazonaws.com"),
        ("cloudfront", "https://cloudfront.amazonaws.com"),
        ("route53", "https://route53.amazonaws.com"),
    ],
)
def test_aws_own_endpoints(service: str, endpoint: str) -> None:
    call = replace(CALL, service=service, endpoint=endpoint, endpoint_prefix=prefix(service))
    assert replace(call, parameters={"Bucket": "bbws-orders-sit"}).at_aws


def test_the_endpoints_that_botocore_chooses_for_each_declared_service() -> None:
    session = botocore.session.Session()
    session.set_credentials("AKIAIOSFODNN7EXAMPLE", "anyone")
    for service in sorted({operation.partition(":")[0] for operation in OPERATIONS}):
        for region in ("af-south-1", "eu-west-1", "us-east-1"):
            endpoint = session.create_client(service, region).meta.endpoint_url
            call = replace(CALL, service=service, region=region, endpoint=endpoint, endpoint_prefix=prefix(service))
            assert call.at_aws, (service, endpoint)


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
        "https://somebodys-bucket.s3.eu-west-1.amazonaws.com",
        "https://xs3.eu-west-1.amazonaws.com",
        "",
    ],
)
def test_endpoints_that_sign_nothing_off(endpoint: str) -> None:
    assert not replace(CALL, endpoint=endpoint, parameters={"Bucket": "bbws-orders-sit"}).at_aws


def test_another_region_signs_nothing_off() -> None:
    assert not replace(
        CALL, service="dynamodb", endpoint_prefix="dynamodb", endpoint="https://dynamodb.us-east-1.amazonaws.com"
    ).at_aws


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
    read_booleans(response)
    assert response["body"].decode() == f"<a><{element}>{read}</{element}><Value>TRUE</Value></a>"


def test_a_record_is_one_line_of_json() -> None:
    call = replace(CALL, error="two\nlines", parameters={"Key": "a\u2028b"})
    assert len(call.to_json().splitlines()) == 1
    assert json.loads(call.to_json())["error"] == "two\nlines"


def test_a_documented_rate_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten at once, then ten a second."""
    clock = [100.0]
    waited: list[float] = []
    monkeypatch.setattr("fixtures.aws.pace.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("fixtures.aws.pace.time.sleep", waited.append)
    pace = Pace(10)
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
    demand_types(shape, {"Table": {"TableStatus": "ACTIVE", "DeletionProtectionEnabled": False, "ItemCount": 1}})
    with pytest.raises(Malformed, match=next(iter(table))):
        demand_types(shape, {"Table": table})


@pytest.mark.parametrize(
    ("pages", "whole"),
    [
        ([{"IsTruncated": True, "NextContinuationToken": "a"}, {"IsTruncated": False}], True),
        ([{"IsTruncated": True}], False),
        ([{"IsTruncated": True, "NextContinuationToken": "a"}, {"IsTruncated": True}], False),
        ([{"IsTruncated": True, "NextContinuationToken": "a"}, {"IsTruncated": True, "NextContinuationToken": "a"}], False),
        ([{"IsTruncated": True, "NextContinuationToken": token} for token in "ab"] * 2, False),
    ],
    ids=["two pages", "more, and not where", "more after the second, and not where", "in a circle", "in a wider circle"],
)
def test_a_listing_is_read_to_its_end(pages: list[dict[str, Any]], whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    door = Door(load("sit").environment, ["s3:ListObjectsV2"])
    answers = iter([made[str(page)] for made in [{str(page): Answer(page) for page in pages}] for page in pages])
    listing = door.pages("s3:ListObjectsV2", "eu-west-1", {"Bucket": "b"}, lambda **_: next(answers))
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
    door._proven.add("x")
    with pytest.raises(CannotLook):
        door.call("s3control:GetPublicAccessBlock", "eu-west-1", {"AccountId": "815856636111"})
    assert {(urlsplit(request.url).hostname, request.headers["x-amz-account-id"]) for request in asked} == {(host, b"815856636111")}


class Wire:
    """Answers what is sent: a caller for every access key, and whatever else it is given by operation. Notes what it saw."""

    def __init__(self, **answers: tuple[int, bytes]) -> None:
        self.headers: dict[str, str] = {}
        self.answers, self.sent, self.agents = answers, list[tuple[str, str]](), set[bytes]()

    def send(self, request: Any) -> AWSResponse:
        key = re.search("Credential=(\\w+)", str(request.headers.get("Authorization")))
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        if b"GetCallerIdentity" in body:
            what, account = "GetCallerIdentity", "111111111111" if key and key[1] == "FOREIGN" else "815856636111"
            told = f"<Arn>arn:aws:sts::{account}:assumed-role/x/y</Arn><Account>{account}</Account>"
            status, answer = 200, f"<R><GetCallerIdentityResult>{told}</GetCallerIdentityResult></R>".encode()
        else:
            what = (request.headers.get("X-Amz-Target") or request.method.encode()).decode().rpartition(".")[2]
            status, answer = self.answers[what]
        self.sent.append((key[1] if key else "", what))
        self.agents.add(request.headers["User-Agent"])
        body = io.BytesIO(answer)
        raw = SimpleNamespace(stream=lambda **_: iter([answer]), read=body.read, close=lambda: None)
        return AWSResponse(request.url, status, self.headers, raw)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Door, Wire]]:
    """A door of SIT's for the operations, and the wire behind it: `at(["dynamodb:ListTables"], ListTables=(200, b"{}"))`."""

    def opened(operations: list[str], **answers: tuple[int, bytes]) -> tuple[Door, Wire]:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "OWN")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
        wire = Wire(**answers)
        monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", wire.send)
        door = Door(load("sit").environment, operations, data=DATA)
        assert door.identity().account == "815856636111"
        return door, wire

    return opened


DATA = [Datum("s3:GetObject", "b/k", sealed=False), Datum("s3:GetObject", "b/sealed", sealed=True)]
TABLES = {"ListTables": (200, b'{"TableNames": []}')}


@pytest.mark.parametrize(
    ("headers", "whole"),
    [({"transfer-encoding": "chunked"}, True), ({"content-length": "4"}, True), ({}, False), ({"content-length": "5"}, False)],
    ids=str,
)
def test_an_object_of_which_nobody_knows_the_length_is_no_answer(
    headers: dict[str, str], whole: bool, at: Callable[..., tuple[Door, Wire]]
) -> None:
    door, wire = at(["s3:GetObject"], GET=(200, b"body"))
    wire.headers = headers
    if whole:
        assert door.call("s3:GetObject", "eu-west-1", {"Bucket": "b", "Key": "k"})["Body"] == b"body"
    else:
        with pytest.raises(CannotLook, match=r"how long the object is|not the announced"):
            door.call("s3:GetObject", "eu-west-1", {"Bucket": "b", "Key": "k"})


def first(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"First": answer["Body"].read(1)}


def stumbling(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    raise ValueError(answer["Body"].read())


SEALED = {"Bucket": "b", "Key": "sealed"}


def test_what_processes_share_is_sealed_with_their_key(tmp_path: Path) -> None:
    key = base64.urlsafe_b64encode(bytes(32)).decode()
    call = Call(**{each.name: "" for each in fields(Call)} | {"id": "1"})
    made = call, Answer(Value="canary")
    first, second = (Once[Call, Answer](tmp_path, key) for _ in range(2))
    assert first.made("1", lambda: made) == second.made("1", lambda: pytest.fail("made twice")) == made
    assert second.calls() == [call]
    assert not any(b"canary" in path.read_bytes() for path in tmp_path.iterdir())


def test_of_a_sealed_object_only_what_is_distilled_is_kept(at: Callable[..., tuple[Door, Wire]], tmp_path: Path) -> None:
    door, wire = at(["s3:GetObject"], GET=(200, b"secret"))
    wire.headers = {"content-length": "6"}
    vars(door)["_once"] = Once(tmp_path)
    assert door.call("s3:GetObject", "eu-west-1", SEALED, distil=first) == {"First": b"s"}
    (call,) = door.calls()
    assert call.digest == hashlib.sha256(b"secret").hexdigest()
    assert not [path for path in tmp_path.iterdir() if b"ecret" in path.read_bytes()]


@pytest.mark.parametrize("length", ["6", "7"])
def test_what_went_wrong_with_a_sealed_object_is_told_without_a_word_of_it(
    length: str, at: Callable[..., tuple[Door, Wire]]
) -> None:
    door, wire = at(["s3:GetObject"], GET=(200, b"secret"))
    wire.headers = {"content-length": length}
    with pytest.raises(CannotLook) as told:
        door.call("s3:GetObject", "eu-west-1", SEALED, distil=stumbling)
    assert "ecret" not in repr(told.value) + repr(door.calls())


def test_a_sealed_object_that_breaks_off_is_no_answer(at: Callable[..., tuple[Door, Wire]]) -> None:
    door, wire = at(["s3:GetObject"], GET=(200, b"secret"))
    wire.headers = {"content-length": "7"}
    with pytest.raises(CannotLook):
        door.call("s3:GetObject", "eu-west-1", SEALED, distil=first)


@pytest.mark.parametrize(
    ("parameters", "distil"),
    [
        ({"Bucket": "b", "Key": "other"}, None), ({"Bucket": "other", "Key": "k"}, None), (SEALED, None),
        ({"Bucket": "other", "Key": "sealed"}, first), ({"Bucket": "b", "Key": "k"}, first),
    ],
)  # fmt: skip
def test_an_object_that_may_not_be_read_so_is_refused(
    parameters: dict[str, str], distil: Any, at: Callable[..., tuple[Door, Wire]]
) -> None:
    door, _ = at(["s3:GetObject"], GET=(200, b"body"))
    with pytest.raises(Refused):
        door.call("s3:GetObject", "eu-west-1", parameters, distil=distil)
    assert [call.operation for call in door.calls()] == ["GetCallerIdentity"]


def test_data_are_told_by_where_they_are() -> None:
    guard = Guard(["dynamodb:GetItem"], [Datum("dynamodb:GetItem", "locks/b/k", sealed=True)])
    assert guard.sealed("dynamodb:GetItem", {"TableName": "locks", "Key": {"LockID": {"S": "b/k"}}})
    assert not guard.sealed("dynamodb:ListTables", {})
    for table, key in (("locks", "b/other"), ("orders", "b/k")):
        with pytest.raises(Refused):
            guard(
                "provide-client-params.dynamodb.GetItem", model=OF_ITEM, params={"TableName": table, "Key": {"LockID": {"S": key}}}
            )


OF_ITEM = SimpleNamespace(name="GetItem", service_model=SimpleNamespace(service_name="dynamodb"))


def test_a_call_that_is_not_tried_again_says_why(at: Callable[..., tuple[Door, Wire]]) -> None:
    """botocore's standard mode has a quota of retries for each client.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """
    door, _ = at(["dynamodb:DescribeTable"], DescribeTable=(500, b"{}"))
    told = []
    for number in range(100):
        with pytest.raises(CallFailed) as failed:
            door.call("dynamodb:DescribeTable", "eu-west-1", {"TableName": f"table-{number}"})
        told.append("not tried again" in str(failed.value))
    assert not told[0] and told[-1]


def test_every_request_says_whose_it_is(at: Callable[..., tuple[Door, Wire]]) -> None:
    door, wire = at(["dynamodb:ListTables"], **TABLES)
    door.call("dynamodb:ListTables", "eu-west-1", {})
    assert len(wire.sent) == 2
    assert {agent.partition(b" ")[0] for agent in wire.agents} == {b"environment-validation"}


@pytest.mark.parametrize("key", ["OWN", "RENEWED", "FOREIGN"])
def test_renewed_credentials_are_asked_whose_they_are(key: str, at: Callable[..., tuple[Door, Wire]]) -> None:
    door, wire = at(["dynamodb:ListTables"], **TABLES)
    door._session.get_credentials().access_key = key
    if key == "FOREIGN":
        with pytest.raises(CannotLook, match="renewed, and the credentials belong to account 111111111111"):
            door.call("dynamodb:ListTables", "eu-west-1", {})
    else:
        door.call("dynamodb:ListTables", "eu-west-1", {})
        door.call("dynamodb:ListTables", "us-east-1", {})
    again = [] if key == "OWN" else [(key, "GetCallerIdentity")]
    looked = [] if key == "FOREIGN" else [(key, "ListTables")] * 2
    assert wire.sent == [("OWN", "GetCallerIdentity"), *again, *looked]
    assert sorted((call.operation, bool(call.error)) for call in door.calls()) == sorted(
        [(what, False) for _, what in wire.sent] + ([("ListTables", True)] if key == "FOREIGN" else [])
    )


def test_a_models_method_makes_no_read_a_write(at: Callable[..., tuple[Door, Wire]]) -> None:
    door, wire = at(["s3:HeadBucket"], DELETE=(204, b""))
    door._clients.client("s3", "eu-west-1").meta.service_model.operation_model("HeadBucket").http["method"] = "DELETE"
    with pytest.raises(CannotLook, match="DELETE is no read"):
        door.call("s3:HeadBucket", "eu-west-1", {"Bucket": "bbws-orders-sit"})
    assert [what for _, what in wire.sent] == ["GetCallerIdentity"]


def test_models_from_elsewhere_are_not_used(at: Callable[..., tuple[Door, Wire]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", "/somewhere/else")
    door, _ = at(["s3:HeadBucket"])
    loader = door._session.get_component("data_loader")
    assert loader.search_paths == [loader.BUILTIN_DATA_PATH]


def test_a_call_that_botocore_adds_by_itself_is_refused(at: Callable[..., tuple[Door, Wire]]) -> None:
    """S3 sends whoever asks in the wrong region elsewhere; botocore then asks where, which nobody declared."""
    moved = b"<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>"
    door, wire = at(["s3:GetBucketTagging", "s3:HeadBucket"], GET=(301, moved), HEAD=(200, b""))
    with pytest.raises(CannotLook, match="HeadBucket, which follows GetBucketTagging by itself"):
        door.call("s3:GetBucketTagging", "eu-west-1", {"Bucket": "bbws-orders-sit"})
    assert [what for _, what in wire.sent] == ["GetCallerIdentity", "GET"]


@pytest.mark.parametrize(("status", "answer"), [(404, True), (400, True), (200, False), (500, False)])
def test_only_a_clients_error_says_that_there_is_none(status: int, answer: bool) -> None:
    assert CallFailed("NoSuchBucketPolicy", status, "").says(("NoSuchBucketPolicy",)) is answer


def test_settings_that_cannot_be_used_are_told_in_one_line(
    at: Callable[..., tuple[Door, Wire]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("AWS_MAX_ATTEMPTS", "abc"), ("AWS_ENDPOINT_URL", "foo"), ("AWS_STS_REGIONAL_ENDPOINTS", "foo")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(NotSignedIn) as told:
                at(["dynamodb:ListTables"])
            assert len(str(told.value).splitlines()) == 1, name
