"""DynamoDB in PROD: every table lives on in the DR region. The replicas themselves are tables, judged as all tables are."""

from checks import dynamodb


def test_replica_active(verify, replica, replicas):
    verify(dynamodb.replica_active, replica, replicas)


def test_replication_latency(verify, replica, replication_latency, policy):
    verify(dynamodb.replication_latency, replica, replication_latency, limit_ms=policy.dynamodb.replication_ms)


def test_backup_copy(verify, replica, backup_copies, policy):
    verify(
        dynamodb.backup_copy,
        replica,
        backup_copies,
        max_age_hours=policy.backup.recovery_point_max_age_hours,
        retention_days=policy.backup.retention_days,
    )
