"""The checks of S3 buckets, of the templates in them, and of their replication."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks import Observation, Problem, Undecided, s3
from fixtures.declared.s3 import Bucket, BucketNaming, Lifecycle, Replication, Template
from fixtures.facts.account import KeyDescription
from fixtures.facts.s3 import (
    BucketEncryption,
    Contents,
    Document,
    Grant,
    KeptVersions,
    LifecycleRule,
    PublicAccessBlock,
    ReplicationProgress,
    ReplicationRule,
    _lifecycle_rule,
)
from tests.checks.examples import Example, judged

ACCOUNT, REGION = "815856636111", "eu-west-1"
BUCKET = Bucket(
    "bbws-orders-sit", REGION, "05", ACCOUNT, log_bucket="bbws-logs-sit", log_prefix="logs/bbws-orders-sit/",
    lifecycle=Lifecycle(STANDARD_IA=30, GLACIER=90, expiration=365),
            templates=("email/welcome.html", "email/paid.html"),
)  # fmt: skip
BARE = replace(BUCKET, lifecycle=None)
BACKUPS = replace(BUCKET, lifecycle=Lifecycle(STANDARD_IA=30, GLACIER=90))  # never expires
LOGS = replace(BUCKET, name="bbws-logs-sit", log_prefix=None)
COPY = replace(
    BUCKET, name="bbws-orders-sit-dr", region="af-south-1", source=BUCKET, log_bucket="", log_prefix=None, lifecycle=None
)
WELCOME = Template("email/welcome.html", REGION, "05", BUCKET)
REPLICATION = Replication(BUCKET.name, REGION, "05", BUCKET, COPY)


# ---------------------------------------------------------------------------------------------- facts


def bad(expected: str, observed: str) -> Problem:
    return Problem("bbws-orders-sit", expected, observed)


def seen(text: str) -> Observation:
    return Observation("bbws-orders-sit", text)


def naming(**changes: Any) -> BucketNaming:
    good = BucketNaming(
        "bbws-*-sit", REGION, "05", ACCOUNT, own=("bbws-orders-sit",), declared=frozenset({"bbws-orders-sit"}),
        tolerated=frozenset(), project="bbws",
    )  # fmt: skip
    return replace(good, **changes)


def rule(**changes: Any) -> LifecycleRule:
    good = LifecycleRule("all", True, True, {"STANDARD_IA": 30, "GLACIER": 90}, 365, 30)
    return replace(good, **changes)


def copying(**changes: Any) -> ReplicationRule:
    return replace(ReplicationRule("to-dr", True, True, "bbws-orders-sit-dr", True, True), **changes)


def contents(**changes: Any) -> tuple[Bucket, Contents]:
    return BUCKET, replace(Contents(True, 12, 3, 1, True), **changes)


def statement(**changes: Any) -> dict[str, Any]:
    """A statement that denies plain HTTP to everybody, for bucket and objects. A change to None leaves it out."""
    good = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::bbws-orders-sit", "arn:aws:s3:::bbws-orders-sit/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


def policy(*statements: dict[str, Any]) -> tuple[Bucket, dict[str, Any]]:
    return BUCKET, {"Version": "2012-10-17", "Statement": list(statements)}


def document(body: bytes | str, content_type: str = "text/html") -> tuple[Template, Document]:
    return WELCOME, Document(content_type, body.encode() if isinstance(body, str) else body)


def progress(latency: tuple[float, ...], failed: tuple[float, ...] = ()) -> tuple[Replication, ReplicationProgress]:
    return REPLICATION, ReplicationProgress({"to-dr": latency}, failed, timedelta(hours=1))


# ---------------------------------------------------------------------------------------------- names and existence

CONVENTION, AVAILABLE, EXISTS, UNDECLARED = (
    s3.name_convention, s3.name_available, s3.bucket_exists, s3.no_undeclared_bucket,
)  # fmt: skip
TAGS, LOSS, RESTORABLE = s3.required_tags, s3.rollback_loss, s3.restorable
FREE, OURS = seen("free"), seen("already the account's own")
FOREIGN = bad("a free name, or the account's own bucket", "another account's bucket")
NOT_OURS = bad("owned by 815856636111", "not among the account's buckets")
DECLARED = "declared by a plan, or tolerated by name"
REQUIRED = {"required": {"Environment": "sit", "Owner": "*"}}
MONTH = {"days": 30}
YET = seen("does not exist yet: rolling back deletes what the deployment creates")
KEPT = "noncurrent versions kept for at least 30 days"


def kept(versioning: str | None, *rules: LifecycleRule) -> tuple[Bucket, KeptVersions]:
    return BUCKET, KeptVersions(versioning, rules)


BUCKETS = [
    Example(CONVENTION, "named so", (naming(),)),
    Example(CONVENTION, "named otherwise", (naming(own=("bbws-orders-sit", "orders-sit", "bbws-orders-dev")),), (
        Problem("orders-sit", "a name like bbws-*-sit", "orders-sit"),
        Problem("bbws-orders-dev", "a name like bbws-*-sit", "bbws-orders-dev"),
    )),
    Example(AVAILABLE, "free, no bucket at all", (BUCKET, False, []), (FREE,)),
    Example(AVAILABLE, "the account's own, and not to be found", (BUCKET, False, ["bbws-orders-sit"]),
            (Undecided("bbws-orders-sit", "the account owns it, and a request for it finds no such bucket"),)),
    Example(AVAILABLE, "the account's own", (BUCKET, True, ["bbws-orders-sit"]), (OURS,)),
    Example(AVAILABLE, "somebody else's", (BUCKET, True, []), (FOREIGN,)),
    Example(AVAILABLE, "free, another is mistaken for it", (BUCKET, False, ["bbws.orders.sit", "bbws-order-sit"]),
            (FREE, bad("a name that no other is mistaken for", "bbws.orders.sit exists beside it"))),
    Example(AVAILABLE, "somebody else's, and another is mistaken for it", (BUCKET, True, ["bbwsorderssit"]),
            (FOREIGN, bad("a name that no other is mistaken for", "bbwsorderssit exists beside it"))),
    Example(EXISTS, "in its region", (BUCKET, "eu-west-1", ["bbws-orders-sit"])),
    Example(EXISTS, "absent, no bucket at all", (BUCKET, None, []),
            (bad("a bucket in eu-west-1", "missing; no existing name is close to it"),)),
    Example(EXISTS, "absent, a near name exists", (BUCKET, None, ["x", "bbws-order-sit"]),
            (bad("a bucket in eu-west-1", "missing; the closest existing name is bbws-order-sit"),)),
    Example(EXISTS, "in another region", (BUCKET, "us-east-1", ["bbws-orders-sit"]),
            (bad("in eu-west-1", "in us-east-1"),)),
    Example(EXISTS, "not the account's", (BUCKET, "eu-west-1", ["other"]), (NOT_OURS,)),
    Example(EXISTS, "in another region and not the account's", (BUCKET, "af-south-1", []),
            (bad("in eu-west-1", "in af-south-1"), NOT_OURS)),
    Example(UNDECLARED, "none", (naming(), {})),
    Example(UNDECLARED, "the DR copy of one that no plan declares", (naming(), {"bbws-tmp-sit-dr": {}}),
            (Problem("bbws-tmp-sit-dr", "declared by a plan, or tolerated by name",
                     "exists, named like bbws-*-sit-dr; the closest declared name is bbws-orders-sit"),)),
    Example(UNDECLARED, "somebody else's", (naming(), {"cdk-assets": {"Project": "else"}})),
    Example(UNDECLARED, "named like and tagged as the project's",
            (naming(), {"bbws-order-sit": {}, "tmp": {"Project": "bbws"}}), (
        Problem("bbws-order-sit", DECLARED,
                "exists, named like bbws-*-sit; the closest declared name is bbws-orders-sit"),
        Problem("tmp", DECLARED, "exists, tagged Project=bbws; no declared name is close to it"),
    )),
    Example(TAGS, "all", (BUCKET, {"Environment": "sit", "Owner": "a"}), (), REQUIRED),
    Example(TAGS, "none", (BUCKET, {}), (bad("tag Environment", "no such tag"), bad("tag Owner", "no such tag")),
            REQUIRED),
    Example(TAGS, "another value and an empty one", (BUCKET, {"Environment": "SIT", "Owner": ""}),
            (bad("tag Environment=sit", "Environment=SIT"), bad("tag Owner with a value", "an empty value")), REQUIRED),
    Example(LOSS, "counted", contents(),
            (seen("would lose 12 objects, 3 noncurrent versions and 1 delete markers"),)),
    Example(LOSS, "empty", contents(objects=0, noncurrent=0, delete_markers=0),
            (seen("would lose 0 objects, 0 noncurrent versions and 0 delete markers"),)),
    Example(LOSS, "more than was counted", contents(complete=False),
            (seen("would lose at least 12 objects, 3 noncurrent versions and 1 delete markers"),)),
    Example(LOSS, "does not exist yet", contents(exists=False), (seen("does not exist yet: nothing would be lost"),)),
    Example(LOSS, "objects below zero", contents(objects=-1), (Undecided("bbws-orders-sit", "a negative count"),)),
    Example(LOSS, "markers below zero", contents(delete_markers=-1),
            (Undecided("bbws-orders-sit", "a negative count"),)),
    Example(RESTORABLE, "does not exist yet", (BUCKET, KeptVersions(None, None)), (YET,), MONTH),
    Example(RESTORABLE, "versions kept for ever", kept("Enabled"), (), MONTH),
    Example(RESTORABLE, "versions kept exactly long enough", kept("Enabled", rule(noncurrent_days=30)), (), MONTH),
    Example(RESTORABLE, "versions destroyed a day too soon", kept("Enabled", rule(noncurrent_days=29)),
            (bad(KEPT, "rule all destroys them after 29"),), MONTH),
    Example(RESTORABLE, "never versioned", kept(""), (bad("versioning Enabled", "never enabled"),), MONTH),
    Example(RESTORABLE, "suspended, and versions destroyed", kept("Suspended", rule(noncurrent_days=1)),
            (bad("versioning Enabled", "Suspended"), bad(KEPT, "rule all destroys them after 1")), MONTH),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- who may read

BLOCK, PUBLIC_POLICY, PUBLIC_ACL = s3.public_access_block, s3.no_public_policy, s3.no_public_acl
ANONYMOUS, HTTPS = s3.anonymous_refused, s3.https_only
ALL = dict.fromkeys(s3.FLAGS, True)
NONE = dict.fromkeys(s3.FLAGS, False)
NAMED = "BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets"
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
SIGNED_IN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
OWNER = Grant("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be", "FULL_CONTROL")
ARN = "arn:aws:s3:::bbws-orders-sit"
HTTP_BUCKET = bad("plain HTTP denied for the bucket", f"no Deny of s3:* on {ARN}")
HTTP_OBJECTS = bad("plain HTTP denied for its objects", f"no Deny of s3:* on {ARN}/*")
NOT_DENIED = (HTTP_BUCKET, HTTP_OBJECTS)
INSECURE = {"aws:SecureTransport": "false"}


def block(bucket: dict[str, bool] | None, account: dict[str, bool] | None) -> tuple[Bucket, PublicAccessBlock]:
    return BUCKET, PublicAccessBlock(bucket, account)


def open_flags(*flags: str) -> tuple[Problem, ...]:
    return tuple(bad(f"{flag} on", "off on the bucket and on the account") for flag in flags)


def grants(*those: Grant) -> tuple[Bucket, tuple[Grant, ...]]:
    return BUCKET, those


ACCESS = [
    Example(BLOCK, "all on the bucket", block(ALL, None), (seen(f"{NAMED}: from the bucket"),)),
    Example(BLOCK, "all on the account", block(None, ALL), (seen(f"{NAMED}: from the account"),)),
    Example(BLOCK, "all on both", block(ALL, ALL), (seen(f"{NAMED}: from the bucket and account"),)),
    Example(BLOCK, "two from each", block({**NONE, "BlockPublicAcls": True, "IgnorePublicAcls": True},
                                          {**NONE, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}), (
        seen("BlockPublicAcls, IgnorePublicAcls: from the bucket"),
        seen("BlockPublicPolicy, RestrictPublicBuckets: from the account"),
    )),
    Example(BLOCK, "no configuration at all", block(None, None), open_flags(*s3.FLAGS)),
    Example(BLOCK, "all off", block(NONE, NONE), open_flags(*s3.FLAGS)),
    Example(BLOCK, "empty configurations", block({}, {}), open_flags(*s3.FLAGS)),
    *(
        Example(BLOCK, f"all but {flag}", block({**ALL, flag: False}, NONE),
                (*open_flags(flag), seen(f"{', '.join(each for each in s3.FLAGS if each != flag)}: from the bucket")))
        for flag in s3.FLAGS
    ),
    Example(PUBLIC_POLICY, "not public", (BUCKET, False)),
    Example(PUBLIC_POLICY, "public", (BUCKET, True),
            (bad("a policy that is not public", "S3 takes the policy for public"),)),
    Example(PUBLIC_ACL, "the owner alone", grants(OWNER)),
    Example(PUBLIC_ACL, "no grant at all", grants()),
    Example(PUBLIC_ACL, "log delivery", grants(OWNER, Grant(DELIVERY, "WRITE"))),
    Example(PUBLIC_ACL, "everybody reads", grants(OWNER, Grant(EVERYBODY, "READ")),
            (bad("no grant to a public group", "READ to everybody"),)),
    Example(PUBLIC_ACL, "several grants", grants(Grant(SIGNED_IN, "WRITE"), OWNER, Grant(EVERYBODY, "READ_ACP")), (
        bad("no grant to a public group", "WRITE to everybody with an AWS account"),
        bad("no grant to a public group", "READ_ACP to everybody"),
    )),
    Example(ANONYMOUS, "403", (BUCKET, 403)),
    Example(ANONYMOUS, "401", (BUCKET, 401)),
    Example(ANONYMOUS, "200", (BUCKET, 200), (bad("HTTP 403", "HTTP 200"),)),
    Example(ANONYMOUS, "404", (BUCKET, 404), (bad("HTTP 403", "HTTP 404"),)),
    Example(ANONYMOUS, "400", (BUCKET, 400), (bad("HTTP 403", "HTTP 400"),)),
    Example(HTTPS, "denied for both", policy(statement())),
    Example(HTTPS, "one statement that is no list", (BUCKET, {"Statement": statement()})),
    Example(HTTPS, "two statements", policy(statement(Resource=ARN), statement(Resource=f"{ARN}/*"))),
    Example(HTTPS, "a pattern for both", policy(statement(Resource=f"{ARN}*"))),
    Example(HTTPS, "every resource", policy(statement(Resource="*"))),
    Example(HTTPS, "patterns for many buckets", policy(statement(Resource=["arn:aws:s3:::bbws-*", "arn:aws:s3:::bbws-*-sit/*"]))),
    Example(HTTPS, "everybody as AWS", policy(statement(Principal={"AWS": "*"}))),
    Example(HTTPS, "everybody in a list", policy(statement(Principal={"AWS": ["*"]}, Action=["s3:*"]))),
    Example(HTTPS, "actions in another case", policy(statement(Action="S3:*"))),
    Example(HTTPS, "a boolean in the condition", policy(statement(Condition={"Bool": {"aws:SecureTransport": False}}))),
    Example(HTTPS, "a list in the condition",
            policy(statement(Condition={"Bool": {"aws:securetransport": ["false"]}}))),
    Example(HTTPS, "where the key may be missing", policy(statement(Condition={"BoolIfExists": INSECURE}))),
    Example(HTTPS, "beside an Allow", policy(statement(Effect="Allow", Condition=None), statement())),
    Example(HTTPS, "no policy", (BUCKET, None), (bad("a policy that denies plain HTTP", "no policy"),)),
    Example(HTTPS, "no statement", policy(), NOT_DENIED),
    Example(HTTPS, "an Allow", policy(statement(Effect="Allow")), NOT_DENIED),
    Example(HTTPS, "HTTPS denied", policy(statement(Condition={"Bool": {"aws:SecureTransport": "true"}})), NOT_DENIED),
    Example(HTTPS, "no condition", policy(statement(Condition=None)), NOT_DENIED),
    Example(HTTPS, "an empty condition", policy(statement(Condition={})), NOT_DENIED),
    Example(HTTPS, "true or false", policy(statement(Condition={"Bool": {"aws:SecureTransport": ["false", "true"]}})),
            NOT_DENIED),
    Example(HTTPS, "another condition besides", policy(statement(Condition={
        "Bool": INSECURE, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
    })), NOT_DENIED),
    Example(HTTPS, "another key besides", policy(statement(Condition={
        "Bool": {"aws:SecureTransport": "false", "aws:MultiFactorAuthPresent": "false"},
    })), NOT_DENIED),
    Example(HTTPS, "one action", policy(statement(Action="s3:GetObject")), NOT_DENIED),
    Example(HTTPS, "all actions but one", policy(statement(Action=None, NotAction="s3:GetObject")), NOT_DENIED),
    Example(HTTPS, "one principal", policy(statement(Principal={"AWS": "arn:aws:iam::815856636111:root"})), NOT_DENIED),
    Example(HTTPS, "a service", policy(statement(Principal={"Service": "*"})), NOT_DENIED),
    Example(HTTPS, "everybody but one", policy(statement(Principal=None, NotPrincipal={"AWS": "*"})), NOT_DENIED),
    Example(HTTPS, "another bucket", policy(statement(Resource=["arn:aws:s3:::other", "arn:aws:s3:::other/*"])),
            NOT_DENIED),
    Example(HTTPS, "all resources but some", policy(statement(Resource=None, NotResource=f"{ARN}/public/*")),
            NOT_DENIED),
    Example(HTTPS, "objects of one letter", policy(statement(Resource=[ARN, f"{ARN}/?"])), (HTTP_OBJECTS,)),
    Example(HTTPS, "the bucket alone", policy(statement(Resource=ARN)), (HTTP_OBJECTS,)),
    Example(HTTPS, "the objects alone", policy(statement(Resource=[f"{ARN}/*"])), (HTTP_BUCKET,)),
    Example(HTTPS, "some objects", policy(statement(Resource=[ARN, f"{ARN}/private/*"])), (HTTP_OBJECTS,)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- what is kept, and how

VERSIONING, ENCRYPTION, LIFECYCLE = s3.versioning, s3.encryption, s3.lifecycle
NONCURRENT, LOGGING = s3.noncurrent_versions_kept, s3.access_logging
LOGGED = "bbws-logs-sit/logs/bbws-orders-sit/"
KEY, FOREIGN_KEY = (f"arn:aws:kms:{REGION}:{account}:key/1" for account in (ACCOUNT, "093646564004"))
IA, GLACIER, EXPIRY = "STANDARD_IA after 30 days", "GLACIER after 90 days", "expiry after 365 days"
SOONER = "no object to expire sooner than declared"
UNDECLARED_MOVE = "no object to move sooner or elsewhere than declared"


def described(state: str = "Enabled", usage: str = "ENCRYPT_DECRYPT") -> KeyDescription:
    return KeyDescription(KEY, state, usage, "SYMMETRIC_DEFAULT", None)


def rules(*those: LifecycleRule, of: Bucket = BUCKET) -> tuple[Bucket, tuple[LifecycleRule, ...]]:
    return of, those


def never(why: str = "") -> tuple[Problem, ...]:
    return bad(IA, f"never{why}"), bad(GLACIER, f"never{why}"), bad(EXPIRY, f"never{why}")


STORAGE = [
    Example(VERSIONING, "enabled", (BUCKET, "Enabled")),
    Example(VERSIONING, "suspended", (BUCKET, "Suspended"), (bad("versioning Enabled", "Suspended"),)),
    Example(VERSIONING, "never enabled", (BUCKET, ""), (bad("versioning Enabled", "never enabled"),)),
    Example(ENCRYPTION, "KMS", (BUCKET, BucketEncryption("aws:kms"))),
    Example(ENCRYPTION, "KMS with a key of the account", (BUCKET, BucketEncryption("aws:kms", KEY, described()))),
    Example(ENCRYPTION, "KMS with an alias", (BUCKET, BucketEncryption("aws:kms", "alias/bbws", described()))),
    Example(ENCRYPTION, "SSE-S3 in the log bucket", (LOGS, BucketEncryption("AES256"))),
    Example(ENCRYPTION, "KMS in the copy of a bucket", (COPY, BucketEncryption("aws:kms"))),
    Example(ENCRYPTION, "SSE-S3 in the copy of the log bucket", (replace(COPY, source=LOGS), BucketEncryption("AES256"))),
    Example(ENCRYPTION, "KMS in the copy of the log bucket", (replace(COPY, source=LOGS), BucketEncryption("aws:kms"))),
    Example(ENCRYPTION, "SSE-S3 in the copy of another bucket", (COPY, BucketEncryption("AES256")),
            (Problem(COPY.name, "aws:kms", "AES256"),)),
    Example(ENCRYPTION, "SSE-S3", (BUCKET, BucketEncryption("AES256")), (bad("aws:kms", "AES256"),)),
    Example(ENCRYPTION, "two layers of KMS", (BUCKET, BucketEncryption("aws:kms:dsse")), (bad("aws:kms", "aws:kms:dsse"),)),
    Example(ENCRYPTION, "a key of somebody else", (BUCKET, BucketEncryption("aws:kms", FOREIGN_KEY)),
            (bad("a key of account 815856636111", FOREIGN_KEY),)),
    Example(ENCRYPTION, "a key about to be deleted", (BUCKET, BucketEncryption("aws:kms", KEY, described("PendingDeletion"))),
            (bad("an Enabled key", f"{KEY} is PendingDeletion"),)),
    Example(ENCRYPTION, "a key to sign with", (BUCKET, BucketEncryption("aws:kms", KEY, described(usage="SIGN_VERIFY"))),
            (bad("a key to ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT", f"{KEY} is to SIGN_VERIFY, SYMMETRIC_DEFAULT"),)),
    Example(ENCRYPTION, "a key that is gone", (BUCKET, BucketEncryption("aws:kms", "alias/gone")),
            (bad("a key that exists", "alias/gone is missing"),)),
    Example(ENCRYPTION, "none", (BUCKET, None), (bad("aws:kms", "no default encryption"),)),
    Example(ENCRYPTION, "an empty algorithm", (BUCKET, BucketEncryption("")), (bad("aws:kms", "no default encryption"),)),
    Example(ENCRYPTION, "KMS in the log bucket", (LOGS, BucketEncryption("aws:kms")),
            (Problem("bbws-logs-sit", "AES256", "aws:kms"),)),
    Example(LIFECYCLE, "as declared", rules(rule())),
    Example(LIFECYCLE, "in two rules", rules(rule(transitions={}), rule(expiration_days=None))),
    Example(LIFECYCLE, "without expiry, as declared", rules(rule(expiration_days=None), of=BACKUPS)),
    Example(LIFECYCLE, "some expire later than declared",
            rules(rule(), rule(id="b", whole_bucket=False, expiration_days=366))),
    Example(LIFECYCLE, "some expire as late as declared",
            rules(rule(), rule(id="b", whole_bucket=False, expiration_days=365))),
    Example(LIFECYCLE, "a disabled rule besides", rules(rule(), rule(enabled=False, expiration_days=1))),
    Example(LIFECYCLE, "no rule", rules(), never()),
    Example(LIFECYCLE, "disabled", rules(rule(enabled=False)), never("; all is Disabled")),
    Example(LIFECYCLE, "narrowed", rules(rule(id="", whole_bucket=False)), never("; a rule is narrowed by a filter")),
    Example(LIFECYCLE, "a day too soon and a day too late", rules(rule(transitions={"STANDARD_IA": 29, "GLACIER": 91})),
            (bad(IA, "after 29 days"), bad(GLACIER, "after 91 days"))),
    Example(LIFECYCLE, "on a date", rules(rule(transitions={"STANDARD_IA": -1, "GLACIER": 90})),
            (bad(IA, "on a date"),)),
    Example(LIFECYCLE, "at once", rules(rule(transitions={"STANDARD_IA": 30, "GLACIER": 0})),
            (bad(GLACIER, "after 0 days"),)),
    Example(LIFECYCLE, "as declared, twice", rules(rule(), rule(id="b"))),
    Example(LIFECYCLE, "another storage class", rules(rule(transitions={"ONEZONE_IA": 30, "GLACIER": 90})),
            (bad(IA, "never"), bad(UNDECLARED_MOVE, "rule all moves to ONEZONE_IA after 30 days"))),
    Example(LIFECYCLE, "a move that is not declared, of some",
            rules(rule(), rule(id="", whole_bucket=False, expiration_days=None, transitions={"DEEP_ARCHIVE": 1})),
            (bad(UNDECLARED_MOVE, "rule without id moves to DEEP_ARCHIVE after 1 days"),)),
    Example(LIFECYCLE, "moves that are not declared, on a date and after days",
            rules(rule(transitions={"STANDARD_IA": 30, "GLACIER": 90, "GLACIER_IR": -1, "DEEP_ARCHIVE": 180})),
            (bad(UNDECLARED_MOVE, "rule all moves to DEEP_ARCHIVE after 180 days"),
             bad(UNDECLARED_MOVE, "rule all moves to GLACIER_IR on a date"))),
    Example(LIFECYCLE, "a disabled rule with a move that is not declared",
            rules(rule(), rule(enabled=False, transitions={"DEEP_ARCHIVE": 1}))),
    Example(LIFECYCLE, "no expiry", rules(rule(expiration_days=None)), (bad(EXPIRY, "never"),)),
    Example(LIFECYCLE, "an expiry that is not declared", rules(rule(), of=BACKUPS),
            (bad("no expiry", "after 365 days"),)),
    Example(LIFECYCLE, "an expiry on a date", rules(rule(expiration_days=-1)), (bad(EXPIRY, "on a date"),)),
    Example(LIFECYCLE, "an expiry on a date where none is declared", rules(rule(expiration_days=-1), of=BACKUPS),
            (bad("no expiry", "on a date"),)),
    Example(LIFECYCLE, "some expire on a date", rules(rule(), rule(id="b", whole_bucket=False, expiration_days=-1)),
            (bad(SOONER, "rule b expires some on a date"),)),
    Example(LIFECYCLE, "a second expiry", rules(rule(), rule(id="b", transitions={}, expiration_days=1)),
            (bad(EXPIRY, "after 1 days and after 365 days"),)),
    Example(LIFECYCLE, "some expire a day sooner than declared",
            rules(rule(), rule(id="b", whole_bucket=False, expiration_days=364)),
            (bad(SOONER, "rule b expires some after 364 days"),)),
    Example(LIFECYCLE, "some expire though nothing should",
            rules(rule(expiration_days=None), rule(id="", whole_bucket=False, expiration_days=3650), of=BACKUPS),
            (bad(SOONER, "rule without id expires some after 3650 days"),)),
    Example(LIFECYCLE, "none declared and none there", rules(of=BARE)),
    Example(LIFECYCLE, "none declared, and what expires nothing current", rules(rule(expiration_days=None), of=BARE)),
    Example(LIFECYCLE, "none declared, and a disabled expiry", rules(rule(enabled=False), of=BARE)),
    Example(LIFECYCLE, "all expire though none is declared", rules(rule(), of=BARE),
            (bad(SOONER, "rule all expires all after 365 days"),)),
    Example(LIFECYCLE, "some expire though none is declared", rules(rule(whole_bucket=False, expiration_days=-1), of=BARE),
            (bad(SOONER, "rule all expires some on a date"),)),
    Example(LIFECYCLE, "a copy expires as its source does", rules(rule(), of=COPY)),
    Example(LIFECYCLE, "a copy expires sooner than its source", rules(rule(expiration_days=364), of=COPY),
            (Problem(COPY.name, SOONER, "rule all expires all after 364 days"),)),
    Example(LIFECYCLE, "a copy expires, and its source never", rules(rule(), of=replace(COPY, source=BACKUPS)),
            (Problem(COPY.name, SOONER, "rule all expires all after 365 days"),)),
    Example(NONCURRENT, "exactly long enough", rules(rule(noncurrent_days=30)), (), MONTH),
    Example(NONCURRENT, "for ever", rules(rule(noncurrent_days=None)), (), MONTH),
    Example(NONCURRENT, "no rule", rules(), (), MONTH),
    Example(NONCURRENT, "a disabled rule destroys them", rules(rule(enabled=False, noncurrent_days=1)), (), MONTH),
    Example(NONCURRENT, "a day too short", rules(rule(noncurrent_days=29)),
            (bad(KEPT, "rule all destroys them after 29"),), MONTH),
    Example(NONCURRENT, "narrowed or not",
            rules(rule(id="", noncurrent_days=0), rule(), rule(id="b", whole_bucket=False, noncurrent_days=7)),
            (bad(KEPT, "rule without id destroys them after 0"), bad(KEPT, "rule b destroys them after 7")), MONTH),
    Example(LOGGING, "as declared", (BUCKET, ("bbws-logs-sit", "logs/bbws-orders-sit/"))),
    Example(LOGGING, "off", (BUCKET, None), (bad(LOGGED, "logging is off"),)),
    Example(LOGGING, "another bucket", (BUCKET, ("other", "logs/bbws-orders-sit/")),
            (bad(LOGGED, "other/logs/bbws-orders-sit/"),)),
    Example(LOGGING, "another bucket's prefix", (BUCKET, ("bbws-logs-sit", "logs/bbws-x-sit/")),
            (bad(LOGGED, "bbws-logs-sit/logs/bbws-x-sit/"),)),
    Example(LOGGING, "no prefix", (BUCKET, ("bbws-logs-sit", "")), (bad(LOGGED, "bbws-logs-sit/"),)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- templates

KEYS, DOCUMENT = s3.template_keys, s3.template_document
HTML = "<!doctype html><html><head><title>Hi</title></head><body><p>Hi {{name}}</p></body></html>"
WHOLE, WELL_FORMED = "a whole HTML document", "well-formed HTML"


def bad_document(expected: str, observed: str) -> Problem:
    return Problem("bbws-orders-sit/email/welcome.html", expected, observed)


TEMPLATES = [
    Example(KEYS, "exactly the declared", (BUCKET, ["email/paid.html", "email/welcome.html"])),
    Example(KEYS, "none declared, none there", (replace(BUCKET, templates=()), [])),
    Example(KEYS, "none there", (BUCKET, []), (
        bad("email/welcome.html", "missing; no existing name is close to it"),
        bad("email/paid.html", "missing; no existing name is close to it"),
    )),
    Example(KEYS, "one misnamed", (BUCKET, ["email/wellcome.html", "email/paid.html"]), (
        bad("email/welcome.html", "missing; the closest existing name is email/wellcome.html"),
        bad("declared templates alone", "email/wellcome.html beside them"),
    )),
    Example(KEYS, "others besides", (BUCKET, ["email/x", "email/welcome.html", "email/a", "email/paid.html"]), (
        bad("declared templates alone", "email/a beside them"), bad("declared templates alone", "email/x beside them"),
    )),
    Example(DOCUMENT, "whole", document(HTML)),
    Example(DOCUMENT, "with a charset and in another case", document(HTML.upper(), "Text/HTML; charset=utf-8")),
    Example(DOCUMENT, "with a byte order mark", document(b"\xef\xbb\xbf" + HTML.encode())),
    Example(DOCUMENT, "without a doctype", document(HTML.removeprefix("<!doctype html>"))),
    Example(DOCUMENT, "nothing in it", document("<!DOCTYPE html><html><body> </body></html>"),
            (bad_document("a document with something in it", "an empty body"),)),
    Example(DOCUMENT, "marked up in a comment alone", document("<!-- <html></html> --><p>Welcome</p>"),
            (bad_document(WHOLE, "no <html> in it"),)),
    Example(DOCUMENT, "an old doctype and closed void elements", document(
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
        "<html><head><title>é</title></head><body><br /></body></html>"
    )),
    Example(DOCUMENT, "with ampersands that stand for themselves", document(
        '<!doctype html><html><head><title>R&D</title></head><body><a href="https://x/?a=1&b=2&copy=3">AT&T</a></body></html>'
    )),
    Example(DOCUMENT, "of another type", document(HTML, "application/octet-stream"),
            (bad_document("content type text/html", "application/octet-stream"),)),
    Example(DOCUMENT, "a type that begins so", document(HTML, "text/html5"),
            (bad_document("content type text/html", "text/html5"),)),
    Example(DOCUMENT, "of no type", document(HTML, ""), (bad_document("content type text/html", "none"),)),
    Example(DOCUMENT, "empty", document(b""), (bad_document("an HTML document", "an empty object"),)),
    Example(DOCUMENT, "blank and of another type", document(b" \r\n\t", "text/plain"),
            (bad_document("content type text/html", "text/plain"),
                    bad_document("an HTML document", "an empty object"))),
    Example(DOCUMENT, "not UTF-8", document("<html>é".encode("latin-1")),
            (bad_document("UTF-8 text", "byte 6 is not"),)),
    Example(DOCUMENT, "UTF-16", document(HTML.encode("utf-16")), (bad_document("UTF-8 text", "byte 0 is not"),)),
    Example(DOCUMENT, "cut off", document(HTML[:-1]), (bad_document(WHOLE, "no </html> in it"),)),
    Example(DOCUMENT, "a fragment", document("<p>Hi</p>"), (bad_document(WHOLE, "no <html> in it"),)),
    Example(DOCUMENT, "a fragment with an end", document("<p>Hi</p></html>"),
            (bad_document(WHOLE, "no <html> in it"),)),
    Example(DOCUMENT, "an element left open",
            document("<html><head><title>a</title></head><body>\n<div><p>a</p></body></html>"),
            (bad_document(WELL_FORMED, "line 2: expected one end tag but got another"),)),
    Example(DOCUMENT, "more errors than one can read", document("<html><body>\n</b>\n</i>\n</u>\n</s></body></html>"), (
        bad_document(WELL_FORMED, "line 2: unexpected end tag"),
        bad_document(WELL_FORMED, "line 3: unexpected end tag"),
        bad_document(WELL_FORMED, "line 4: unexpected end tag"),
    )),
    Example(DOCUMENT, "its end in a comment", document("<html><body><!-- </html>"),
            (bad_document(WELL_FORMED, "line 1: eof in comment"),)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- disaster recovery

REPLICATED, LATENCY = s3.replication, s3.replication_latency
QUARTER = {"limit_minutes": 15}
NO_DATA = Undecided("bbws-orders-sit", "no ReplicationLatency in the last hour: replication metrics are off, or are not there yet")
MARKERS = bad("delete markers replicated", "not replicated")
ENCRYPTED = bad("KMS-encrypted objects replicated", "not replicated")


def replicating(*those: ReplicationRule) -> tuple[Replication, tuple[ReplicationRule, ...]]:
    return REPLICATION, those


DR = [
    Example(REPLICATED, "whole", replicating(copying())),
    Example(REPLICATED, "whole, and some elsewhere",
            replicating(copying(destination="other", whole_bucket=False), copying())),
    Example(REPLICATED, "whole, and a disabled rule",
            replicating(copying(enabled=False, delete_markers=False), copying())),
    Example(REPLICATED, "no rule", replicating(),
            (bad("a rule that replicates to bbws-orders-sit-dr", "no replication rule"),)),
    Example(REPLICATED, "elsewhere", replicating(copying(destination="a"), copying(destination="b")),
            (bad("a rule that replicates to bbws-orders-sit-dr", "replicates to a, b"),)),
    Example(REPLICATED, "disabled", replicating(copying(enabled=False)),
            (bad("an Enabled rule to bbws-orders-sit-dr", "Disabled"),)),
    Example(REPLICATED, "narrowed", replicating(copying(whole_bucket=False), copying(enabled=False)),
            (bad("the whole bucket replicated", "the rule is narrowed by a filter"),)),
    Example(REPLICATED, "without delete markers", replicating(copying(delete_markers=False)), (MARKERS,)),
    Example(REPLICATED, "without KMS objects", replicating(copying(kms_objects=False)), (ENCRYPTED,)),
    Example(REPLICATED, "without both", replicating(copying(kms_objects=False, delete_markers=False)),
            (MARKERS, ENCRYPTED)),
    Example(REPLICATED, "a narrowed rule that goes before the whole one and does less",
            replicating(copying(priority=1), copying(id="n", whole_bucket=False, priority=9, delete_markers=False)),
            (bad("delete markers replicated", "not replicated by rule n, which goes before"),)),
    Example(REPLICATED, "a narrowed rule that comes after the whole one",
            replicating(copying(priority=9), copying(whole_bucket=False, priority=1, kms_objects=False))),
    Example(REPLICATED, "the narrowed rule alone copies all of it",
            replicating(copying(delete_markers=False, kms_objects=False), copying(whole_bucket=False)),
                    (MARKERS, ENCRYPTED)),
    Example(LATENCY, "keeps up", progress((3.0, 0.0, 5.4), (0.0, 0.0)), (seen("at most 5 s behind, none failed"),),
            QUARTER),
    Example(LATENCY, "no failures published", progress((0.0,)), (seen("at most 0 s behind, none failed"),), QUARTER),
    Example(LATENCY, "exactly the limit", progress((900.0,)), (seen("at most 900 s behind, none failed"),), QUARTER),
    Example(LATENCY, "over the limit", progress((1.0, 960.0, 1.0)),
            (bad("at most 15 minutes behind", "16.0 minutes behind"),), QUARTER),
    Example(LATENCY, "a second over the limit", progress((901.0,)),
            (bad("at most 15 minutes behind", "15.1 minutes behind"),), QUARTER),
    Example(LATENCY, "three seconds over the limit", progress((903.0,)),
            (bad("at most 15 minutes behind", "15.1 minutes behind"),), QUARTER),
    Example(LATENCY, "no data", progress(()), (NO_DATA,), QUARTER),
    Example(LATENCY, "one rule of two without data",
            (REPLICATION, ReplicationProgress({"to-dr": (), "b": (3.0,)}, (), timedelta(hours=1))), (NO_DATA,), QUARTER),
    Example(LATENCY, "no rule", (REPLICATION, ReplicationProgress({}, (), timedelta(hours=1))), (NO_DATA,), QUARTER),
    Example(LATENCY, "no data but zero failures", progress((), (0.0,)), (NO_DATA,), QUARTER),
    Example(LATENCY, "failures and no latency", progress((), (1.0, 2.0)),
            (bad("no failed operation", "3 failed in the last hour"), NO_DATA), QUARTER),
    Example(LATENCY, "failures and behind", progress((3600.0,), (1.0,)), (
        bad("no failed operation", "1 failed in the last hour"),
        bad("at most 15 minutes behind", "60.0 minutes behind"),
    ), QUARTER),
    Example(LATENCY, "failures though it keeps up", progress((5.0,), (0.0, 1.0)),
            (bad("no failed operation", "1 failed in the last hour"),), QUARTER),
]  # fmt: skip

EXAMPLES = [*BUCKETS, *ACCESS, *STORAGE, *TEMPLATES, *DR]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


def test_half_of_a_replication_in_each_of_two_rules_is_no_replication() -> None:
    """Of several rules for one destination S3 follows the one with the highest priority, so their parts do not add up.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html
    """
    halves = [copying(id="a", delete_markers=False), copying(id="b", kms_objects=False)]
    assert any(isinstance(finding, Problem | Undecided) for finding in s3.replication(REPLICATION, halves))


def test_an_expiry_on_a_date_is_an_expiry() -> None:
    """A rule may expire everything on a date instead of after days: backups that must never expire are gone then.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html
    """
    moves = [{"StorageClass": "STANDARD_IA", "Days": 30}, {"StorageClass": "GLACIER", "Days": 90}]
    expiry = {"Date": datetime(2026, 3, 1, tzinfo=UTC)}
    wipe = _lifecycle_rule({"Status": "Enabled", "Filter": {}, "Transitions": moves, "Expiration": expiry})
    assert any(isinstance(finding, Problem | Undecided) for finding in s3.lifecycle(BACKUPS, [wipe]))


def test_a_move_that_is_not_declared_is_not_as_declared() -> None:
    """Out of DEEP_ARCHIVE an object is readable after hours: moved there after a day, nothing works on the second."""
    archived = rule(transitions={"STANDARD_IA": 30, "GLACIER": 90, "DEEP_ARCHIVE": 1})
    assert any(isinstance(finding, Problem | Undecided) for finding in s3.lifecycle(BUCKET, [archived]))


def test_a_bucket_whose_lifecycle_is_unknown_is_not_said_to_be_new() -> None:
    findings = list(s3.restorable(BUCKET, KeptVersions("Suspended", None), days=30))
    assert any(isinstance(finding, Problem | Undecided) for finding in findings)
