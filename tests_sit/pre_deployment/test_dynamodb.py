"""DynamoDB before a deployment: names are free or ours, and what stands could be restored."""

import pytest

from checks import dynamodb


def test_name_convention(verify, table_naming):
    verify(dynamodb.name_convention, table_naming)


def test_name_available(verify, table, table_names):
    verify(dynamodb.name_available, table, table_names)


@pytest.mark.declares("backup_vault")
def test_restorable(verify, table, restorable, policy):
    verify(
        dynamodb.restorable,
        table,
        restorable,
        fresh_minutes=policy.dynamodb.restorable_within_minutes,
        max_age_hours=policy.backup.recovery_point_max_age_hours,
    )
