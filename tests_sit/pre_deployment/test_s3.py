"""S3 before a deployment: names are free or ours, and it is known what could be restored and what a rollback would lose."""

from checks import s3


def test_name_convention(verify, bucket_naming):
    verify(s3.name_convention, bucket_naming)


def test_name_available(verify, bucket, bucket_name_taken, bucket_names):
    verify(s3.name_available, bucket, bucket_name_taken, bucket_names)


def test_restorable(verify, bucket, kept_versions, policy):
    verify(s3.restorable, bucket, kept_versions, days=policy.s3.rollback_days)


def test_rollback_loss(verify, bucket, contents):
    verify(s3.rollback_loss, bucket, contents)
