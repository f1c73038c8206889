"""Secrets made of answers that AWS could give and the simulated estate does not."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fixtures.aws.errors import CallFailed, CannotLook
from fixtures.declared.inventory import load
from fixtures.declared.network import Vpc
from fixtures.declared.secrets import Secret
from fixtures.facts import FACTS
from fixtures.facts.secrets import FoundSecret, SecretReplica, UserData
from fixtures.subjects import modules
from tests.facts.reader import NOW, read

(SECRET,) = load("prod").of(Secret)
ARN = SECRET.arn_pattern.replace("??????", "AbCdEf")
GONE = "ResourceNotFoundException"

# As AWS answered in 2022, but for names: what a secret has none of is left out.
PLAIN: dict[str, Any] = {
    "ARN": ARN,
    "Name": SECRET.name,
    "LastChangedDate": NOW,
    "Tags": [],
    "VersionIdsToStages": {"1": ["AWSCURRENT"]},
    "CreatedDate": NOW - timedelta(days=9),
}


def test_what_is_left_out_is_none() -> None:
    described = read("secret_description", SECRET, DescribeSecret=PLAIN)
    assert (described.arn, described.key, described.rotation, described.rotated) == (ARN, "", False, None)
    assert (described.deleted, described.replicas, described.tags) == (None, (), {})
    assert (described.created, described.as_of) == (NOW - timedelta(days=9), NOW)


def test_all_that_is_told() -> None:
    told = PLAIN | {
        "KmsKeyId": "arn:key", "RotationEnabled": True, "LastRotatedDate": NOW, "DeletedDate": NOW,
        "ReplicationStatus": [
            {"Region": "eu-west-1", "Status": "Failed", "StatusMessage": "exists"}, {"Region": "eu-west-2", "Status": "InSync"},
        ],
        "Tags": [{"Key": "Owner", "Value": "x"}],
    }  # fmt: skip
    described = read("secret_description", SECRET, DescribeSecret=told)
    assert (described.key, described.rotation, described.rotated, described.deleted) == ("arn:key", True, NOW, NOW)
    assert described.replicas == (SecretReplica("eu-west-1", "Failed", "exists"), SecretReplica("eu-west-2", "InSync", ""))
    assert described.tags == {"Owner": "x"}


def test_whether_it_is_there() -> None:
    listed = [{"SecretList": [{"Name": "a"}]}, {"SecretList": [{"Name": "b"}]}]
    found = read("found_secret", SECRET, DescribeSecret=GONE, ListSecrets=listed)
    assert found == FoundSecret(there=False, names=frozenset({"a", "b"}))
    found = read("found_secret", SECRET, DescribeSecret=PLAIN, ListSecrets=[{"SecretList": []}])
    assert found == FoundSecret(there=True, names=frozenset()), "the listing lags, and hides what is being deleted"


@pytest.mark.parametrize("fact", ["found_secret", "secret_description", "secret_key"])
def test_an_answer_about_another_is_none(fact: str) -> None:
    with pytest.raises(CannotLook, match="describes another, which was not asked for"):
        read(fact, SECRET, DescribeSecret=PLAIN | {"Name": "another"}, ListSecrets=[])
    with pytest.raises(CannotLook, match="lacks Name"):
        read(fact, SECRET, DescribeSecret={}, ListSecrets=[])


def test_its_key() -> None:
    key = {"Arn": "arn:key", "KeyState": "Enabled", "KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "x", "KeyManager": "CUSTOMER"}
    assert read("secret_key", SECRET, DescribeSecret=PLAIN, DescribeKey="NotAsked") is None
    found = read("secret_key", SECRET, DescribeSecret=PLAIN | {"KmsKeyId": "alias/x"}, DescribeKey={"KeyMetadata": key})
    assert found.arn == "arn:key"
    with pytest.raises(CallFailed):  # which is no absence
        read("secret_key", SECRET, DescribeSecret=PLAIN | {"KmsKeyId": "alias/x"}, DescribeKey="NotFoundException")


def test_its_policy() -> None:
    assert read("secret_policy", SECRET, GetResourcePolicy={"ARN": ARN, "Name": SECRET.name}) is None
    told = {"ARN": ARN, "ResourcePolicy": '{"Statement": []}'}
    assert read("secret_policy", SECRET, GetResourcePolicy=told) == {"Statement": []}
    for answer in ({}, {"ARN": ARN, "ResourcePolicy": "{}"}):
        with pytest.raises(CannotLook, match="lacks"):
            read("secret_policy", SECRET, GetResourcePolicy=answer)


# ---------------------------------------------------------------------------------------------- user data

VPC = load("sit").of(Vpc)[0]


def packed(text: str, pack: Callable[[bytes], bytes] = bytes) -> str:
    return base64.b64encode(pack(text.encode())).decode()


def started(text: str | None, *versions: dict[str, Any], **more: Any) -> UserData:
    vpcs = {"VpcId": "vpc-1", "State": "available", "CidrBlock": VPC.cidr, "IsDefault": False, "CidrBlockAssociationSet": [
        {"CidrBlock": VPC.cidr, "CidrBlockState": {"State": "associated"}},
    ], "Tags": [{"Key": key, "Value": value} for key, value in VPC.tags]}  # fmt: skip
    templates = [
        {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "VersionNumber": number, "LaunchTemplateData": data}
        for number, data in enumerate(versions, 1)
    ]
    answers = {
        "DescribeVpcs": [{"Vpcs": [vpcs]}],
        "DescribeInstances": [{"Reservations": [{"Instances": [{"InstanceId": "i-1"}]}]}],
        "DescribeInstanceAttribute": {"InstanceId": "i-1", "UserData": {} if text is None else {"Value": text}},
        "DescribeLaunchTemplateVersions": [{"LaunchTemplateVersions": templates}],
    }
    found: UserData = read("user_data", VPC, **(answers | more))
    return found


def test_what_instances_are_started_with() -> None:
    found = started(packed("#!/bin/bash"), {"UserData": packed("#!/bin/sh", gzip.compress)}, {})
    assert [(each.place, each.text) for each in found.scripts] == [
        ("user data of i-1", "#!/bin/bash"),
        ("user data of the launch template web, version 1", "#!/bin/sh"),
    ]
    assert found.looked == "1 instances, 1 launch templates"
    assert "#!/bin" not in repr(found)


def test_no_user_data() -> None:
    assert started(None).scripts == ()
    assert started(None, DescribeInstanceAttribute="InvalidInstanceID.NotFound").scripts == (), "gone since it was listed"
    assert started(None, DescribeInstances=[{"Reservations": []}]).looked == "0 instances, 0 launch templates"


def test_what_unpacks_to_much_is_read_in_part() -> None:
    (script,) = started(packed("x" * 3_000_000, gzip.compress)).scripts
    assert len(script.text) == 1024 * 1024


@pytest.mark.parametrize("text", ["not base64!", base64.b64encode(b"\x1f\x8bbroken").decode()])
def test_user_data_that_is_not_understood(text: str) -> None:
    with pytest.raises(CannotLook, match="neither a text nor packed") as told:
        started(text)
    assert text not in str(told.value)


def test_what_is_no_answer_about_user_data() -> None:
    for answer, says in (
        ({"DescribeInstanceAttribute": {"InstanceId": "i-1"}}, "lacks UserData"),
        ({"DescribeInstanceAttribute": {"InstanceId": "i-2", "UserData": {}}}, "is about i-2"),
        ({"DescribeLaunchTemplateVersions": [{}]}, "lacks LaunchTemplateVersions"),
        ({"DescribeInstances": [{}]}, "lacks Reservations"),
    ):
        with pytest.raises(CannotLook, match=says):
            started(None, **answer)


def test_nobody_asks_what_is_in_a_secret() -> None:
    """No fact declares an operation that answers with the value, and the guard admits no other."""
    modules("fixtures.facts")
    values = {"secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "kms:Decrypt", "ssm:GetParameter"}
    assert not values & {operation for fact in FACTS.values() for operation in fact.reads}
    root = Path(__file__).parents[2]
    assert [path.name for path in (root / "fixtures/facts").glob("*.py") if "GetSecretValue" in path.read_text("utf-8")] == []
