"""S3 in PROD: every bucket lives on in the DR region. The copies themselves are buckets, judged as all buckets are."""

from checks import s3


def test_replication(verify, replication, replication_rules):
    verify(s3.replication, replication, replication_rules)


def test_replication_latency(verify, replication, replication_progress, policy):
    verify(s3.replication_latency, replication, replication_progress, limit_minutes=policy.s3.replication_minutes)
