"""DynamoDB: the declared tables and no others, recoverable, encrypted, and not to be deleted by accident."""

import pytest

from checks import dynamodb


def test_table_active(verify, table, table_status, table_names):
    verify(dynamodb.table_active, table, table_status, table_names)


def test_no_undeclared_table(verify, table_naming, undeclared_tables):
    verify(dynamodb.no_undeclared_table, table_naming, undeclared_tables)


def test_partition_key(verify, table, table_description):
    verify(dynamodb.partition_key, table, table_description)


def test_indexes(verify, table, table_description):
    verify(dynamodb.indexes, table, table_description)


def test_on_demand(verify, table, table_description):
    verify(dynamodb.on_demand, table, table_description)


def test_point_in_time_recovery(verify, table, continuous_backups, policy):
    verify(
        dynamodb.point_in_time_recovery,
        table,
        continuous_backups,
        days=policy.dynamodb.recovery_days,
        fresh_minutes=policy.dynamodb.restorable_within_minutes,
    )


def test_encryption(verify, table, table_description):
    verify(dynamodb.encryption, table, table_description)


def test_deletion_protection(verify, table, table_description):
    verify(dynamodb.deletion_protection, table, table_description)


def test_required_tags(verify, table, table_tags, required_tags):
    verify(dynamodb.required_tags, table, table_tags, required=required_tags)


@pytest.mark.declares("backup_vault")
def test_backup_plan(verify, table, backup_rules, policy):
    verify(dynamodb.backup_plan, table, backup_rules, retention_days=policy.backup.retention_days)


@pytest.mark.declares("backup_vault")
def test_recovery_point(verify, table, recovery_points, policy):
    verify(dynamodb.recovery_point, table, recovery_points, max_age_hours=policy.backup.recovery_point_max_age_hours)
