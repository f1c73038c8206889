"""Facts made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures import dynamodb, s3
from fixtures.aws import Answer, CallFailed, CannotLook
from fixtures.cloudwatch import metric
from fixtures.facts import FACTS
from fixtures.inventory import load
from fixtures.resources import Bucket, Table

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
            if error.code in none:
                return None
            raise

    def pages(self, operation: str, region: str, **_: Any) -> Iterator[Answer]:
        for page in self.answers[operation.partition(":")[2]]:
            yield Reader(X=page).read("x:X", region)


def read(fact: str, resource: Any, **answers: Any) -> Any:
    return FACTS[fact].function(Reader(**answers), resource)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------- metrics


def latency(*pages: dict[str, Any]) -> tuple[float, ...]:
    reader: Any = Reader(GetMetricData=list(pages))
    return metric(reader, "eu-west-1", "AWS/S3", "ReplicationLatency", "Maximum", {}, timedelta(hours=1))


def result(status: str, *values: float, id: str = "m") -> dict[str, Any]:
    return {"MetricDataResults": [{"Id": id, "StatusCode": status, "Values": list(values)}]}


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


@pytest.mark.parametrize("other", [{"TableName": "orders-sit"}, {"TableArn": TABLE.arn.replace("eu-west-1", "us-east-1")}])
def test_the_description_of_another_table(other: dict[str, str]) -> None:
    with pytest.raises(CannotLook, match="not asked for"):
        read("table_description", TABLE, DescribeTable={"Table": {**DESCRIBED, **other}})


def test_recovery_points_of_another_table() -> None:
    point = {"Status": "COMPLETED", "CreationDate": NOW, "ResourceArn": TABLE.arn + "x"}
    with pytest.raises(CannotLook, match="not asked for"):
        read(
            "recovery_points",
            TABLE,
            DescribeTable={"Table": DESCRIBED},
            ListRecoveryPointsByBackupVault=[{"RecoveryPoints": [point]}],
        )


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
    assert dynamodb._selects(selection, ARN, TAGS) is selected


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


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"NoncurrentVersionExpiration": {"NewerNoncurrentVersions": 1}}, {"noncurrent_days": 0}),
        ({"Expiration": {"Days": 365, "Date": NOW}}, {"expiration_days": 0}),
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
