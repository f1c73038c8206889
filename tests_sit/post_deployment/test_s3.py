"""S3: the declared buckets and no others, private, encrypted, versioned, kept as declared; the email templates in them."""

import pytest

from checks import s3


def test_bucket_exists(verify, bucket, bucket_region, bucket_names):
    verify(s3.bucket_exists, bucket, bucket_region, bucket_names)


def test_no_undeclared_bucket(verify, bucket_naming, undeclared_buckets):
    verify(s3.no_undeclared_bucket, bucket_naming, undeclared_buckets)


def test_public_access_block(verify, bucket, public_access_block):
    verify(s3.public_access_block, bucket, public_access_block)


def test_no_public_policy(verify, bucket, policy_is_public, bucket_policy):
    verify(s3.no_public_policy, bucket, policy_is_public, bucket_policy)


def test_no_public_acl(verify, bucket, bucket_grants):
    verify(s3.no_public_acl, bucket, bucket_grants)


def test_anonymous_refused(verify, bucket, anonymous_status):
    verify(s3.anonymous_refused, bucket, anonymous_status)


def test_https_only(verify, bucket, bucket_policy):
    verify(s3.https_only, bucket, bucket_policy)


def test_versioning(verify, bucket, bucket_versioning):
    verify(s3.versioning, bucket, bucket_versioning)


def test_encryption(verify, bucket, bucket_encryption):
    verify(s3.encryption, bucket, bucket_encryption)


def test_lifecycle(verify, bucket, lifecycle_rules):
    verify(s3.lifecycle, bucket, lifecycle_rules)


def test_noncurrent_versions_kept(verify, bucket, lifecycle_rules, policy):
    verify(s3.noncurrent_versions_kept, bucket, lifecycle_rules, days=policy.s3.rollback_days)


@pytest.mark.declares("log_prefix")
def test_access_logging(verify, bucket, access_log):
    verify(s3.access_logging, bucket, access_log)


@pytest.mark.declares("takes_access_logs")
def test_log_delivery(verify, bucket, bucket_policy, log_delivery_acl, bucket_encryption):
    verify(s3.log_delivery, bucket, bucket_policy, log_delivery_acl, bucket_encryption)


def test_required_tags(verify, bucket, bucket_tags, required_tags):
    verify(s3.required_tags, bucket, bucket_tags, required=required_tags)


@pytest.mark.declares("templates")
def test_template_keys(verify, bucket, template_keys):
    verify(s3.template_keys, bucket, template_keys)


def test_template_document(verify, template, template_document):
    verify(s3.template_document, template, template_document)
