"""States and locks as Terraform writes them, and as it does not: what is understood, what is not, and that nothing else is kept."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fixtures.aws.errors import Absent, CannotLook
from fixtures.aws.once import Once
from fixtures.aws.responses import Stream
from fixtures.declared.inventory import load
from fixtures.declared.terraform import State
from fixtures.facts import permissions, terraform
from fixtures.simulation import simulated
from fixtures.simulation.terraform import document_of, lock_info, put_item, put_object, recorded
from tests.facts.reader import NOW, read

SMALL = Path(__file__).parents[1] / "small_plans"
STATE = next(each for each in load("sit").of(State) if each.plan == "04")
KEY = STATE.name
ARN = "arn:aws:dynamodb:eu-west-1:815856636111:table/"


def distilled(document: Any) -> terraform.StateFile:
    """What is kept of a state."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    answer = {"Body": Stream(io.BytesIO(body), len(body), {}), "LastModified": NOW}
    kept: terraform.StateFile = terraform.distilled_state(KEY)(answer)["State"]
    assert kept.md5 == hashlib.md5(body, usedforsecurity=False).hexdigest()
    return kept


def state_of(*resources: Any, **other: Any) -> dict[str, Any]:
    return {"version": 4, "terraform_version": "1.9.8", "serial": 7, "lineage": "x", "outputs": {}, "resources": resources, **other}


def table(name: str, **attributes: Any) -> dict[str, Any]:
    return recorded("managed", "aws_dynamodb_table", "this", {"name": name, "arn": ARN + name, **attributes})


def test_what_a_state_records() -> None:
    module = {**table("users-sit"), "module": 'module.tables["a.b"].module.one[0]'}
    elsewhere = recorded(
        "managed", "aws_dynamodb_table", "far", {"name": "far", "arn": "arn:aws:dynamodb:us-west-2:093646564004:table/far"}
    )
    many = recorded("managed", "aws_s3_bucket", "b", {"bucket": "one", "region": "eu-west-1"}, {"bucket": "two"})
    for number, instance in enumerate(many["instances"]):
        instance["index_key"] = f"key-{number}"
    gone = recorded("managed", "aws_s3_bucket", "old", {"bucket": "old"})
    gone["instances"][0]["deposed"] = "0badc0de"
    site = recorded(
        "managed",
        "aws_cloudfront_distribution",
        "site",
        {"aliases": ["a.org", "b.org"], "arn": "arn:aws:cloudfront::1:distribution/E"},
    )
    others = [recorded("data", "aws_s3_bucket", "seen", {"bucket": "seen"}), recorded("managed", "null_resource", "n", {}, {})]
    kept = distilled(state_of(table("orders-sit"), module, elsewhere, many, gone, site, *others))
    assert [(each.type, each.address, each.names, each.region, each.account) for each in kept.recorded] == [
        ("aws_dynamodb_table", "aws_dynamodb_table.this", ("orders-sit",), "eu-west-1", "815856636111"),
        ("aws_dynamodb_table", "module.tables.module.one.aws_dynamodb_table.this", ("users-sit",), "eu-west-1", "815856636111"),
        ("aws_dynamodb_table", "aws_dynamodb_table.far", ("far",), "us-west-2", "093646564004"),
        ("aws_s3_bucket", "aws_s3_bucket.b", ("one",), "", ""),
        ("aws_s3_bucket", "aws_s3_bucket.b", ("two",), "", ""),
        ("aws_cloudfront_distribution", "aws_cloudfront_distribution.site", ("a.org", "b.org"), "", "1"),
    ]
    assert (kept.key, kept.serial, kept.written, kept.others, kept.deposed, kept.tainted) == (KEY, 7, NOW, 2, 1, 0)


def test_what_is_tainted() -> None:
    known, unknown = table("orders-sit", status="tainted"), recorded("managed", "null_resource", "n", {}, {})
    assert distilled(state_of(known, unknown)).tainted == 0  # an attribute is not Terraform's own word
    for each in (known, unknown):
        each["instances"][0]["status"] = "tainted"
    assert distilled(state_of(known, unknown)).tainted == 2


@pytest.mark.parametrize(("id", "region"), [("arn:aws:ecs:eu-west-1:815856636111:service/a/b", "eu-west-1"), ("b", "")])
def test_an_id_that_is_an_arn_is_the_arn(id: str, region: str) -> None:
    (kept,) = distilled(state_of(recorded("managed", "aws_ecs_service", "b", {"name": "b", "id": id}))).recorded
    assert (kept.arn, kept.region) == (id if region else "", region)


def test_names_are_taken_from_where_they_are_and_from_nowhere_else() -> None:
    nested = table(
        "orders-sit", tags={"name": "no", "arn": "no"}, replica=[{"name": "no", "arn": "no"}], **{"attributes.name": "no"}
    )
    outputs = {"resources": {"value": [table("no")], "type": "string"}}
    kept = distilled(state_of(nested, outputs=outputs, check_results=[{"resources": [table("no")]}]))
    assert [each.names for each in kept.recorded] == [("orders-sit",)]


def test_the_order_of_members_says_nothing() -> None:
    backwards = dict(reversed(state_of(dict(reversed(table("orders-sit").items()))).items()))
    assert [each.names for each in distilled(backwards).recorded] == [("orders-sit",)]


WHOLE = json.dumps(state_of(table("orders-sit"))).encode()


NO_STATES = [
    b"", b"{}", b"[]", b"null", b'"text"', WHOLE[:-1], WHOLE[: len(WHOLE) // 2], WHOLE + b"{}", gzip.compress(WHOLE),
    b"\xff" + WHOLE,
    {**state_of(), "version": 3}, {**state_of(), "version": "4"}, {"version": 3, "serial": 1, "modules": []},
    {"version": 4, "serial": 1}, {**state_of(), "resources": {}}, {**state_of(), "resources": None},
    {**state_of(), "serial": None}, state_of({}), state_of({**table("x"), "mode": "other"}),
    state_of({**table("x"), "instances": None}), state_of({**table("x"), "type": None}),
    state_of(recorded("managed", "aws_dynamodb_table", "this", {})), state_of(table("")), state_of(table("two\nlines")),
    state_of({**table("x"), "instances": [{"attributes": None}]}),
]  # fmt: skip


@pytest.mark.parametrize("document", NO_STATES, ids=range(len(NO_STATES)))
def test_what_is_no_state_is_not_understood(document: Any) -> None:
    with pytest.raises(Exception, match=r"(?s).*"):  # which the door tells without its text
        distilled(document)


# ---------------------------------------------------------------------------------------------- read


def answers(*keys: str, body: bytes = WHOLE, item: Any = None) -> dict[str, Any]:
    def item_of(_: str, **parameters: Any) -> Any:
        id = parameters["Key"]["LockID"]["S"]
        assert parameters["ConsistentRead"] is True
        found = {"Item": {"LockID": {"S": id}, **item}} if item and (id.endswith("-md5") is ("Digest" in item)) else {}
        return {"ConsumedCapacity": {"TableName": "terraform-state-lock-sit", "CapacityUnits": 1.0}, **found}

    return {
        "ListObjectsV2": [{"IsTruncated": False, "Contents": [{"Key": key} for key in keys]}],
        "GetObject": lambda _, **asked: {"Body": Stream(io.BytesIO(body), len(body), {}), "LastModified": NOW},
        "GetItem": item_of,
    }


def test_a_state_that_is_missing_is_absent() -> None:
    assert read("state_keys", STATE, **answers("other")) == ("other",)
    with pytest.raises(Absent):
        read("state_files", STATE, **answers("other"))


def test_the_workspace_and_the_other_plans() -> None:
    files = read("state_files", STATE, **answers(KEY, STATE.workspace_key, *STATE.others[:2], "unknown/terraform.tfstate"))
    assert [file.key for file in files.own] == [KEY, STATE.workspace_key]
    assert [file.key for file in files.others] == list(STATE.others[:2])


MD5 = hashlib.md5(WHOLE, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("item", "in_table"), [({"Digest": {"S": MD5}}, MD5), ({"Digest": {"S": "0" * 32}}, "0" * 32), (None, None)]
)
def test_the_digest(item: Any, in_table: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr(terraform.time, "sleep", paused.append)
    assert read("digests", STATE, **answers(KEY, item=item)) == (terraform.Digest(KEY, MD5, in_table),)
    assert paused == ([terraform.AGAIN] if in_table == "0" * 32 else []), "both are read again where they differ"
    (use,) = read("lock_use", STATE, **answers(KEY, item=item))
    assert use == terraform.LockUse(KEY, NOW, in_table is not None, None)


@pytest.mark.parametrize("item", [{"Digest": {"S": "secret"}}, {"Digest": {}}, {"Digest": {"S": ""}}], ids=str)
def test_a_digest_that_is_none(item: Any) -> None:
    with pytest.raises(CannotLook) as told:
        read("digests", STATE, **answers(KEY, item=item))
    assert "secret" not in str(told.value)


def test_a_state_that_is_locked_by_an_object() -> None:
    by_object = replace(STATE, lock_table=None, locking="s3")
    versions = [{
        "IsTruncated": False,
        "Versions": [{"Key": f"{KEY}.tflock", "LastModified": NOW}],
        "DeleteMarkers": [{"Key": f"{KEY}.tflock", "LastModified": NOW + timedelta(minutes=1)},
                          {"Key": f"{KEY}.tflock2", "LastModified": NOW + timedelta(days=1)}],
    }]  # fmt: skip
    (use,) = read("lock_use", by_object, **answers(KEY), ListObjectVersions=versions)
    assert use == terraform.LockUse(KEY, NOW, in_table=False, file_until=NOW + timedelta(minutes=1))
    assert read("digests", by_object, **answers(KEY)) == (terraform.Digest(KEY, MD5, None),)


INFO = lock_info("ci@runner-7", "OperationTypeApply", timedelta(hours=5))


def test_who_holds_a_lock() -> None:
    held = read("locks", STATE, **answers(KEY, item={"Info": {"S": INFO}})).held
    assert [(lock.where, lock.who, lock.operation) for lock in held] == [
        (f"terraform-state-lock-sit: bbws-terraform-state-sit/{key}", "ci@runner-7", "OperationTypeApply") for key in STATE.keys
    ]
    (lock,) = read("locks", STATE, **answers(KEY, f"{KEY}.tflock", body=INFO.encode())).held
    assert lock.where == f"bbws-terraform-state-sit/{KEY}.tflock"
    assert lock.created.utcoffset() == timedelta()
    nobody = read("locks", STATE, **answers(KEY))
    assert (nobody.held, nobody.as_of) == ((), NOW)
    assert len(nobody.looked_for) == 2


@pytest.mark.parametrize(
    "info",
    ["", "secret", "[]", '"secret"', "{}", INFO.replace('"Created": "', '"Created": "secret'),
     INFO.replace('"ci@runner-7"', '["secret"]'),
     INFO.replace("ci@runner-7", "secret" * 99), INFO.replace("Z", "")],
)  # fmt: skip
def test_a_lock_that_does_not_say_who_holds_it(info: str) -> None:
    with pytest.raises((CannotLook, ValueError, TypeError)):
        read("locks", STATE, **answers(KEY, item={"Info": {"S": info}}))


def test_the_policy_lets_states_be_read_and_decrypted_and_no_other_object_or_item() -> None:
    reads = [("state_files", STATE), ("locks", STATE)]
    allowed = {action: each["Resource"] for each in permissions.policy(reads)["Statement"] for action in each["Action"]}
    assert f"arn:aws:s3:::bbws-terraform-state-sit/{KEY}" in allowed["s3:GetObject"]
    assert {arn.partition("/")[0] for arn in allowed["s3:GetObject"]} == {"arn:aws:s3:::bbws-terraform-state-sit"}
    assert not any("*" in arn for arn in allowed["s3:GetObject"])
    assert allowed["s3:ListBucket"] == "arn:aws:s3:::bbws-terraform-state-sit"
    assert allowed["dynamodb:GetItem"] == "arn:aws:dynamodb:eu-west-1:815856636111:table/terraform-state-lock-sit"
    assert allowed["kms:Decrypt"] == "arn:aws:kms:eu-west-1:815856636111:key/*"


# ---------------------------------------------------------------------------------------------- secrets


def canaries() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"canary{number:03}Wh1sper!"


def planted(state: State, canary: Iterator[str]) -> dict[str, Any]:
    """A state with a secret in each of its places."""
    document = document_of(state)
    secret = next(canary)
    document |= {"lineage": next(canary), "terraform_version": next(canary), next(canary): next(canary)}
    document["outputs"] = {
        next(canary): {"value": next(canary), "type": "string", "sensitive": True},
        "nested": {"value": {next(canary): [next(canary), {"name": next(canary)}]}, "type": ["object", {next(canary): "string"}]},
    }
    document["check_results"] = [{"object_kind": "resource", "config_addr": next(canary), "failure_messages": [next(canary)]}]
    for resource in document["resources"]:
        resource |= {"provider": next(canary), "each": next(canary), next(canary): {"name": next(canary), "bucket": next(canary)}}
        for instance in resource["instances"]:
            instance |= {
                "index_key": next(canary), "private": base64.b64encode(next(canary).encode()).decode(),
                "dependencies": [next(canary)], "sensitive_attributes": [[{"type": "get_attr", "value": next(canary)}]],
                "identity": {"name": next(canary)}, "status": next(canary),
            }  # fmt: skip
            instance["attributes"] |= {
                "password": next(canary), "tags": {"name": next(canary), next(canary): next(canary)}, next(canary): [next(canary)],
                "replica": [{"arn": next(canary), "name": next(canary), "region": next(canary)}],
                "policy": json.dumps({"k": next(canary)}),
                "encoded": quote(next(canary)), "user_data": base64.b64encode(next(canary).encode()).decode(),
            }  # fmt: skip
        resource.setdefault("module", f'module.m["{next(canary)}"]')
    unknown = recorded(
        "managed", "aws_secretsmanager_secret_version", "this", {"secret_string": secret, "name": next(canary), "arn": next(canary)}
    )
    document["resources"] += [unknown, recorded("data", "aws_s3_bucket", "x", {"bucket": next(canary), "arn": next(canary)})]
    return document


def forms(secret: str) -> list[bytes]:
    """How a secret could be told: as it is, percent-encoded, and in base64, wherever it begins in a longer text."""
    raw = secret.encode()
    encoded = [base64.b64encode(b"x" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)]
    return [raw, quote(secret).encode(), "".join(f"%{byte:02X}" for byte in raw).encode(), *encoded]


@pytest.mark.parametrize("way", ["whole", "broken"])
def test_no_secret_of_a_state_is_in_any_output(
    way: str, suite_inside: Any, tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run, whose answers are kept as for other processes of xdist's, on states that are whole, or break off, and locks."""
    shared = tmp_path / "shared"
    shared.mkdir()
    made = Once.__init__
    monkeypatch.setattr(Once, "__init__", lambda self, *_: made(self, shared))  # not sealed
    secrets = canaries()
    with simulated(load("sit", SMALL)) as estate:
        for state in estate.inventory.of(State):
            body = json.dumps(planted(state, secrets)).encode()
            broken = body[: len(body) // 2] + b" " + next(secrets).encode()
            put_object(estate, state, state.name, body if way == "whole" else broken)
            info = {
                **json.loads(lock_info("ci@runner", "OperationTypeApply", timedelta())),
                "Info": next(secrets),
                next(secrets): 1,
            }
            put_item(estate, state, state.lock_id(state.name), Info=json.dumps(info), Other=next(secrets))
            put_object(estate, state, f"{state.name}.tflock", json.dumps({**info, "Path": next(secrets)}).encode())
            put_item(estate, state, state.digest_id(state.workspace_key), Digest=next(secrets))
        ended = suite_inside(estate)
    about = [check for check in ended.sign_off["checks"] if check["id"] == "terraform.declared-recorded"]
    assert {check["verdict"] for check in about} == {"pass" if way == "whole" else "inconclusive"}
    told = capfd.readouterr()
    output = {"stdout": told.out.encode(), "stderr": told.err.encode()}
    output |= {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(path.endswith(".call") for path in output), "the answers were kept"
    planted_ = [f"canary{number:03}Wh1sper!" for number in range(1, int(next(secrets)[6:9]))]
    assert len(planted_) > 100
    assert [(path, secret) for path, text in output.items() for secret in planted_ for form in forms(secret) if form in text] == []
