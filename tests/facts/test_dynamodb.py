"""Tables made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

import pytest

from fixtures.aws.errors import CallFailed, CannotLook
from fixtures.declared.dynamodb import Attribute, Table, TableNaming
from fixtures.declared.inventory import load
from tests.facts.reader import NOW, read

TABLE = load("sit").of(Table)[0]

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


def test_what_was_deleted_since_it_was_listed_stands_beside_nothing() -> None:
    naming, tables = load("sit").of(TableNaming)[0], [{"TableNames": ["gone"]}]
    assert read("undeclared_tables", naming, ListTables=tables, ListTagsOfResource="ResourceNotFoundException") == {}


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
    points = read("recovery_points", TABLE, **gone)
    assert (points.exists, points.points) == (False, ())
    empty = read("recovery_points", TABLE, **{**gone, "ListRecoveryPointsByBackupVault": [{"RecoveryPoints": []}]})
    assert (empty.exists, empty.points) == (True, ())
    with pytest.raises(CallFailed):
        read("recovery_points", TABLE, **{**gone, "ListRecoveryPointsByBackupVault": "AccessDeniedException"})
