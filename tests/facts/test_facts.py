"""Facts made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.aws.calls import Answer
from fixtures.aws.errors import CallFailed, CannotLook
from fixtures.declared.dynamodb import Attribute, Table, TableNaming
from fixtures.declared.inventory import load
from fixtures.declared.s3 import Bucket, BucketNaming, Replication
from fixtures.facts import FACTS, backup, s3
from fixtures.facts.account import KeyDescription
from fixtures.facts.metrics import metric

NOW = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)
TABLE = load("sit").of(Table)[0]
BUCKET = load("sit").of(Bucket)[0]


class Reader:
    """Answers each operation with what it is given: an answer, a list of pages, or an error code."""

    started = NOW
    environment = load("sit").environment

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def read(self, operation: str, region: str, **_: Any) -> Answer:
        found = self.answers[operation.partition(":")[2]]
        if isinstance(found, str):
            raise CallFailed(found, 400, found)
        answer = Answer(found)
        answer.at = NOW
        return answer

    def find(self, operation: str, region: str, *, none: str | tuple[str, ...], **_: Any) -> Answer | None:
        try:
            return self.read(operation, region)
        except CallFailed as error:
            if error.says((none,) if isinstance(none, str) else none):
                return None
            raise

    def pages(self, operation: str, region: str, **_: Any) -> Iterator[Answer]:
        found = self.answers[operation.partition(":")[2]]
        for page in [found] if isinstance(found, str) else found:
            yield Reader(X=page).read("x:X", region)

    def each(self, function: Callable[[str], Any], arguments: Iterable[str]) -> list[Any]:
        return list(map(function, arguments))


def read(fact: str, resource: Any, **answers: Any) -> Any:
    return FACTS[fact].function(Reader(**answers), resource)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------- metrics


def latency(*pages: dict[str, Any]) -> tuple[float, ...]:
    reader: Any = Reader(GetMetricData=list(pages))
    return metric(reader, "eu-west-1", "AWS/S3", "ReplicationLatency", "Maximum", {}, timedelta(hours=1))


def result(status: str, *values: float, id: str = "m") -> dict[str, Any]:
    times = [NOW - timedelta(minutes=10)] * len(values)
    return {"MetricDataResults": [{"Id": id, "StatusCode": status, "Values": list(values), "Timestamps": times}]}


def test_a_complete_metric_over_two_pages() -> None:
    assert latency(result("PartialData", 1.0), result("Complete", 2.0)) == (1.0, 2.0)


@pytest.mark.parametrize(
    "pages",
    [
        [result("PartialData", 1.0)],
        [result("InternalError")],
        [result("Forbidden")],
        [{"MetricDataResults": []}],
        [result("Complete", 1.0, id="other")],
        [result("PartialData", 1.0), result("Complete", id="other")],
        [result("Complete", float("nan"))],
        [result("Complete", -1.0)],
        [result("Complete", float("inf"))],
        [{"MetricDataResults": [{**result("Complete", 1.0)["MetricDataResults"][0], "Timestamps": [NOW - timedelta(hours=2)]}]}],
        [{"MetricDataResults": [{**result("Complete", 1.0)["MetricDataResults"][0], "Timestamps": []}]}],
        [{**result("Complete", 1.0), "Messages": [{"Code": "Forbidden", "Value": "denied"}]}],
    ],
    ids=str,
)
def test_a_metric_that_says_nothing(pages: list[dict[str, Any]]) -> None:
    with pytest.raises(CannotLook):
        latency(*pages)


# ---------------------------------------------------------------------------------------------- tables

DESCRIBED = {
    "TableName": TABLE.name,
    "TableArn": TABLE.arn,
    "TableStatus": "ACTIVE",
    "KeySchema": [{"AttributeName": "campaign_id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "campaign_id", "AttributeType": "S"}],
    "DeletionProtectionEnabled": True,
    "CreationDateTime": NOW,
}


def test_a_table_that_never_was_on_demand_and_has_a_key_of_aws() -> None:
    found = read("table_description", TABLE, DescribeTable={"Table": DESCRIBED})
    assert (found.billing_mode, found.encryption, dict(found.indexes)) == (None, None, {})


def test_an_index_with_two_partition_keys() -> None:
    keys = [{"AttributeName": "b", "KeyType": "HASH"}, {"AttributeName": "a", "KeyType": "HASH"}]
    types = [{"AttributeName": name, "AttributeType": "S"} for name in ("campaign_id", "a", "b")]
    index = {"IndexName": "i", "IndexStatus": "ACTIVE", "KeySchema": keys}
    table = {**DESCRIBED, "AttributeDefinitions": types, "GlobalSecondaryIndexes": [index]}
    found = read("table_description", TABLE, DescribeTable={"Table": table})
    assert found.indexes == {"i": ((("HASH", Attribute("b", "S")), ("HASH", Attribute("a", "S"))), "ACTIVE")}


@pytest.mark.parametrize(("lifecycle", "days"), [({}, None), ({"DeleteAfterDays": -1}, None), ({"DeleteAfterDays": 7}, 7)])
def test_how_long_a_recovery_point_is_kept(lifecycle: dict[str, int], days: int | None) -> None:
    assert backup._retention({"Lifecycle": lifecycle}) == days


def test_what_was_deleted_since_it_was_listed_stands_beside_nothing() -> None:
    tables, buckets = [{"TableNames": ["gone"]}], [{"Buckets": [{"Name": "gone"}]}]
    naming, bucket_naming = load("sit").of(TableNaming)[0], load("sit").of(BucketNaming)[0]
    assert read("undeclared_tables", naming, ListTables=tables, ListTagsOfResource="ResourceNotFoundException") == {}
    assert read("undeclared_buckets", bucket_naming, ListBuckets=buckets, GetBucketTagging="NoSuchBucket") == {}


@pytest.mark.parametrize("other", [{"TableName": "orders-sit"}, {"TableArn": TABLE.arn.replace("eu-west-1", "us-east-1")}])
def test_the_description_of_another_table(other: dict[str, str]) -> None:
    with pytest.raises(CannotLook, match="not asked for"):
        read("table_description", TABLE, DescribeTable={"Table": {**DESCRIBED, **other}})


@pytest.mark.parametrize("other", [{"ResourceArn": TABLE.arn + "x"}, {"BackupVaultName": "another"}])
def test_recovery_points_that_were_not_asked_for(other: dict[str, str]) -> None:
    point = {"Status": "COMPLETED", "CreationDate": NOW, "ResourceArn": TABLE.arn, "BackupVaultName": TABLE.backup_vault, **other}
    with pytest.raises(CannotLook, match="not asked for"):
        read(
            "recovery_points",
            TABLE,
            DescribeTable={"Table": DESCRIBED},
            ListRecoveryPointsByBackupVault=[{"RecoveryPoints": [point]}],
        )


def test_a_vault_that_does_not_exist_holds_nothing() -> None:
    gone = {"DescribeTable": {"Table": DESCRIBED}, "ListRecoveryPointsByBackupVault": "ResourceNotFoundException"}
    assert read("recovery_points", TABLE, **gone).points == ()
    with pytest.raises(CallFailed):
        read("recovery_points", TABLE, **{**gone, "ListRecoveryPointsByBackupVault": "AccessDeniedException"})


ARN, TAGS = TABLE.arn, {"backup": "hourly", "Environment": "sit"}
SELECTIONS: list[tuple[bool, dict[str, Any]]] = [
    (True, {"Resources": [ARN]}),
    (True, {"Resources": ["arn:aws:dynamodb:*:*:table/*"]}),
    (True, {"Resources": ["*"]}),
    (True, {}),
    (False, {"Resources": [ARN + "-old"]}),
    (False, {"Resources": ["arn:aws:s3:::*"]}),
    (False, {"Resources": [ARN.replace("campaigns", "[c]ampaigns")]}),
    (False, {"Resources": ["*"], "NotResources": [ARN]}),
    (False, {"NotResources": ["arn:aws:dynamodb:*"]}),
    (
        True,
        {
            "ListOfTags": [
                {"ConditionKey": "backup", "ConditionValue": "daily"},
                {"ConditionKey": "backup", "ConditionValue": "hourly"},
            ]
        },
    ),
    (True, {"ListOfTags": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "hourly"}]}),
    (False, {"Resources": [ARN], "ListOfTags": [{"ConditionKey": "backup", "ConditionValue": "daily"}]}),
    (True, {"Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "hourly"}]}}),
    (True, {"Conditions": {"StringLike": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "h*"}]}}),
    (False, {"Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "Hourly"}]}}),
    (False, {"Conditions": {"StringNotEquals": [{"ConditionKey": "aws:ResourceTag/Environment", "ConditionValue": "sit"}]}}),
    (True, {"Conditions": {"StringNotLike": [{"ConditionKey": "aws:ResourceTag/none", "ConditionValue": "*"}]}}),
    (
        False,
        {
            "Conditions": {
                "StringEquals": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "hourly"}],
                "StringNotLike": [{"ConditionKey": "aws:ResourceTag/Environment", "ConditionValue": "s*"}],
            }
        },
    ),
]


@pytest.mark.parametrize(("selected", "selection"), SELECTIONS, ids=str)
def test_what_a_backup_selection_takes(selected: bool, selection: dict[str, Any]) -> None:
    assert backup._selects(selection, ARN, TAGS) is selected


# ---------------------------------------------------------------------------------------------- buckets


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
            {"KeyMetadata": {"Arn": OWN, "KeyState": "Disabled", "KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "RSA_2048"}},
            s3.BucketEncryption("aws:kms", OWN, KeyDescription(OWN, "Disabled", "ENCRYPT_DECRYPT", "RSA_2048", None)),
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


@pytest.mark.parametrize(
    ("fact", "operation", "answer", "expected"),
    [
        ("object_ownership", "GetBucketOwnershipControls", "OwnershipControlsNotFoundError", ""),
        (
            "object_ownership",
            "GetBucketOwnershipControls",
            {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
            "ObjectWriter",
        ),
        ("default_retention", "GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", ""),
        ("default_retention", "GetObjectLockConfiguration", {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}, ""),
        (
            "default_retention",
            "GetObjectLockConfiguration",
            {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {}}},
            "",
        ),
        *(
            (
                "default_retention",
                "GetObjectLockConfiguration",
                {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}},
                expected,
            )
            for retention, expected in [
                ({"Mode": "GOVERNANCE", "Days": 30}, "GOVERNANCE for 30 days"),
                ({"Mode": "COMPLIANCE", "Years": 7}, "COMPLIANCE for 7 years"),
            ]
        ),
        ("request_payer", "GetBucketRequestPayment", {"Payer": "Requester"}, "Requester"),
    ],
)
def test_what_log_delivery_depends_on(fact: str, operation: str, answer: Any, expected: str) -> None:
    assert read(fact, BUCKET, **{operation: answer}) == expected


@pytest.mark.parametrize(
    ("fact", "operation", "answer"),
    [
        ("object_ownership", "GetBucketOwnershipControls", "AccessDenied"),
        ("object_ownership", "GetBucketOwnershipControls", {"OwnershipControls": {}}),
        ("object_ownership", "GetBucketOwnershipControls", {"OwnershipControls": {"Rules": []}}),
        ("object_ownership", "GetBucketOwnershipControls", {"OwnershipControls": {"Rules": [{}]}}),
        ("default_retention", "GetObjectLockConfiguration", "AccessDenied"),
        ("default_retention", "GetObjectLockConfiguration", {"ObjectLockConfiguration": {}}),
        (
            "default_retention",
            "GetObjectLockConfiguration",
            {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE"}}}},
        ),
        ("request_payer", "GetBucketRequestPayment", "AccessDenied"),
        ("request_payer", "GetBucketRequestPayment", {}),
    ],
    ids=str,
)
def test_what_says_nothing_of_what_log_delivery_depends_on(fact: str, operation: str, answer: Any) -> None:
    with pytest.raises(CannotLook):
        read(fact, BUCKET, **{operation: answer})


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
