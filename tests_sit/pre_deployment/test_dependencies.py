"""Before a deployment, what the plan stands on is there."""

from checks import dependencies


def test_table_ready(verify, needed_table, needed_table_status):
    verify(dependencies.table_ready, needed_table, needed_table_status)


def test_bucket_ready(verify, needed_bucket, needed_bucket_region):
    verify(dependencies.bucket_ready, needed_bucket, needed_bucket_region)
