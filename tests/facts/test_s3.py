"""Buckets made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.aws.errors import CallFailed, CannotLook
from fixtures.declared.inventory import load
from fixtures.declared.s3 import Bucket, BucketNaming, Replication
from fixtures.facts import s3
from fixtures.facts.account import KeyDescription
from tests.facts.reader import NOW, read

BUCKET = load("sit").of(Bucket)[0]


@pytest.mark.parametrize(
    ("answer", "region"),
    [({}, "us-east-1"), ({"LocationConstraint": "EU"}, "eu-west-1"), ({"LocationConstraint": "af-south-1"}, "af-south-1")],
)
def test_where_a_bucket_stands(answer: dict[str, str], region: str) -> None:
    assert read("bucket_region", BUCKET, GetBucketLocation=answer) == region


def test_a_bucket_that_is_absent_and_one_that_is_denied() -> None:
    assert read("bucket_region", BUCKET, GetBucketLocation="NoSuchBucket") is None
    assert read("bucket_name_taken", BUCKET, HeadBucket="404") is False
    for fact, operation in (("bucket_region", "GetBucketLocation"), ("bucket_name_taken", "HeadBucket")):
        with pytest.raises(CallFailed):
            read(fact, BUCKET, **{operation: "403"})


KMS, DISABLED = {"SSEAlgorithm": "aws:kms"}, {"KeyMetadata": {"KeyState": "Disabled"}}
OWN, FOREIGN = (f"arn:aws:kms:eu-west-1:{account}:key/1" for account in (BUCKET.account, "093646564004"))


@pytest.mark.parametrize(
    ("default", "described", "expected"),
    [
        (KMS, None, s3.BucketEncryption("aws:kms")),
        ({**KMS, "KMSMasterKeyID": FOREIGN}, None, s3.BucketEncryption("aws:kms", FOREIGN)),
        (
            {**KMS, "KMSMasterKeyID": OWN},
            {
                "KeyMetadata": {
                    "Arn": OWN,
                    "KeyState": "Disabled",
                    "KeyUsage": "ENCRYPT_DECRYPT",
                    "KeySpec": "RSA_2048",
                    "KeyManager": "CUSTOMER",
                }
            },
            s3.BucketEncryption("aws:kms", OWN, KeyDescription(OWN, "Disabled", "ENCRYPT_DECRYPT", "RSA_2048", None, "CUSTOMER")),
        ),
        ({**KMS, "KMSMasterKeyID": "alias/x"}, "NotFoundException", s3.BucketEncryption("aws:kms", "alias/x")),
    ],
    ids=["aws/s3", "foreign", "disabled", "gone"],
)
def test_the_key_of_a_bucket(default: dict[str, str], described: Any, expected: s3.BucketEncryption) -> None:
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    answers = {"GetBucketEncryption": {"ServerSideEncryptionConfiguration": rules}}
    assert read("bucket_encryption", BUCKET, **answers, **({"DescribeKey": described} if described else {})) == expected


@pytest.mark.parametrize(
    "rule",
    [{"BucketKeyEnabled": True}, {"BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}, {"BucketKeyEnabled": False}],
    ids=str,
)
def test_a_rule_of_default_encryption_that_sets_none(rule: dict[str, Any]) -> None:
    """None of the rule's members must be there. Where the algorithm is missing from a default, the answer was not understood."""
    answer = {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}
    assert read("bucket_encryption", BUCKET, GetBucketEncryption=answer) == s3.BucketEncryption("")
    for unlike in ({}, {**rule, "ApplyServerSideEncryptionByDefault": {}}):
        broken = {"ServerSideEncryptionConfiguration": {"Rules": [unlike]}}
        with pytest.raises(CannotLook):
            read("bucket_encryption", BUCKET, GetBucketEncryption=broken)


OWNER = {"ID": "1"}


def granted(*permissions: str) -> dict[str, Any]:
    group = {"Type": "Group", "URI": s3.LOG_DELIVERY}
    everybody = {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}
    return {"Owner": OWNER, "Grants": [everybody, *({"Grantee": group, "Permission": each} for each in permissions)]}


@pytest.mark.parametrize(
    ("permissions", "controls", "ownership"),
    [
        ((), None, ""),
        (("WRITE",), None, ""),
        (("WRITE", "READ_ACP"), "OwnershipControlsNotFoundError", ""),
        (("FULL_CONTROL",), {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}, "ObjectWriter"),
    ],
)
def test_what_an_acl_gives_for_log_delivery(permissions: tuple[str, ...], controls: Any, ownership: str) -> None:
    """Whether ACLs count is only asked where it matters."""
    answers = {"GetBucketAcl": granted(*permissions), **({"GetBucketOwnershipControls": controls} if controls else {})}
    assert read("log_delivery_acl", BUCKET, **answers) == s3.LogDeliveryAcl(frozenset(permissions), ownership)


@pytest.mark.parametrize(
    "controls",
    ["AccessDenied", {"OwnershipControls": {}}, {"OwnershipControls": {"Rules": []}}, {"OwnershipControls": {"Rules": [{}]}}],
    ids=str,
)
def test_ownership_that_is_not_told(controls: Any) -> None:
    with pytest.raises(CannotLook):
        read("log_delivery_acl", BUCKET, GetBucketAcl=granted("FULL_CONTROL"), GetBucketOwnershipControls=controls)


@pytest.mark.parametrize("code", ["AccessDenied", "AllAccessDisabled"])
def test_s3_refuses_whoever_has_no_credentials(code: str) -> None:
    assert read("anonymous_status", BUCKET, ListObjectsV2=code) == 400


@pytest.mark.parametrize("code", ["403", "InvalidAccessKeyId", "SlowDown", "Forbidden"])
def test_another_refusal_is_not_s3s(code: str) -> None:
    """Such as that of a proxy, whose page has no error code: botocore takes the HTTP status for one."""
    with pytest.raises(CallFailed, match=code):
        read("anonymous_status", BUCKET, ListObjectsV2=code)


def test_flags_of_a_public_access_block_that_are_left_out_are_off() -> None:
    one = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
    block = read("public_access_block", BUCKET, GetPublicAccessBlock=one)
    assert block.bucket == {"BlockPublicAcls": True} | dict.fromkeys(s3.FLAGS[1:], False)
    for nothing in ({}, {"PublicAccessBlockConfiguration": {}}):
        with pytest.raises(CannotLook, match="lacks"):
            read("public_access_block", BUCKET, GetPublicAccessBlock=nothing)


@pytest.mark.parametrize(
    ("rule", "delete_markers"),
    [
        ({"Prefix": ""}, True),
        ({"Prefix": "", "DeleteMarkerReplication": {"Status": "Disabled"}}, False),
        ({"Filter": {}}, False),
        ({"Filter": {}, "DeleteMarkerReplication": {"Status": "Disabled"}}, False),
        ({"Filter": {"Prefix": ""}, "DeleteMarkerReplication": {"Status": "Enabled"}}, True),
    ],
    ids=str,
)
def test_whether_delete_markers_are_replicated(rule: dict[str, Any], delete_markers: bool) -> None:
    rules = [{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::x"}, **rule}]
    replication = load("prod").of(Replication)[0]
    (found,) = read("replication_rules", replication, GetBucketReplication={"ReplicationConfiguration": {"Rules": rules}})
    assert (found.whole_bucket, found.delete_markers) == (True, delete_markers)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"NoncurrentVersionExpiration": {"NewerNoncurrentVersions": 1}}, {"noncurrent_days": 0}),
        ({"Expiration": {"Days": 365, "Date": NOW}}, {"expiration_days": -1}),
        ({"Expiration": {"ExpiredObjectDeleteMarker": True}}, {"expiration_days": None}),
        ({"Filter": {}}, {"whole_bucket": True}),
        ({"Filter": {"Prefix": ""}}, {"whole_bucket": True}),
        ({"Prefix": ""}, {"whole_bucket": True}),
        ({"Filter": {"Prefix": "x"}}, {"whole_bucket": False}),
        ({"Filter": {"ObjectSizeGreaterThan": 1}}, {"whole_bucket": False}),
        ({"Filter": {"And": {"Prefix": "x"}}}, {"whole_bucket": False}),
        ({"Status": "Disabled"}, {"enabled": False}),
    ],
    ids=str,
)
def test_a_lifecycle_rule(rule: dict[str, Any], expected: dict[str, Any]) -> None:
    (found,) = read(
        "lifecycle_rules", BUCKET, GetBucketLifecycleConfiguration={"Rules": [{"ID": "a", "Status": "Enabled", **rule}]}
    )
    assert found == replace(found, **expected)


def test_a_rule_with_a_status_that_nobody_knows() -> None:
    with pytest.raises(CannotLook, match="ENABLED"):
        read("lifecycle_rules", BUCKET, GetBucketLifecycleConfiguration={"Rules": [{"Status": "ENABLED"}]})


def test_a_grant_to_nobody() -> None:
    with pytest.raises(CannotLook, match="nobody"):
        read(
            "bucket_grants",
            BUCKET,
            GetBucketAcl={"Owner": {"ID": "1"}, "Grants": [{"Grantee": {"Type": "Group"}, "Permission": "READ"}]},
        )


def test_a_bucket_with_more_than_is_counted() -> None:
    page = {"IsTruncated": True, "Versions": [{"IsLatest": True}, {"IsLatest": False}], "DeleteMarkers": [{}]}
    found = read("contents", BUCKET, ListObjectVersions=[page] * (s3.PAGES_COUNTED + 5))
    assert found == s3.Contents(True, s3.PAGES_COUNTED, s3.PAGES_COUNTED, s3.PAGES_COUNTED, complete=False)


def test_what_was_deleted_since_it_was_listed_stands_beside_nothing() -> None:
    naming, buckets = load("sit").of(BucketNaming)[0], [{"Buckets": [{"Name": "gone"}]}]
    assert read("undeclared_buckets", naming, ListBuckets=buckets, GetBucketTagging="NoSuchBucket") == {}
