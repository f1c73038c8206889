"""The checks of S3 buckets, of the templates in them, and of their replication."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks import Observation, Problem, Seen, Undecided, s3
from fixtures.declared.s3 import Bucket, BucketNaming, Lifecycle, Replication, Template
from fixtures.facts.account import KeyDescription
from fixtures.facts.s3 import (
    BucketEncryption,
    Contents,
    Document,
    Grant,
    KeptVersions,
    LifecycleRule,
    LogDeliveryAcl,
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

# The lines of the promotion plans that the checks give evidence for.
CITED = {
    "05.deletion",
    "05.dr",
    "05.inventory",
    "05.public-access",
    "05.versioning",
    "06.origin-access",
    "estate.conventions",
    "pre.rollback-tested",
    "prod.deployed",
    "risk.bucket-names",
    "rollback.s3",
    "sit.no-deployment-errors",
}

# Checks that fail by no fault alone, and why.
NOT_BY_ONE_FAULT = {
    "s3.name-convention": "it judges the names in the plan, not the estate",
    "s3.restorable": "what it finds is also found by a check that it stands on, and it is blocked by that",
    "s3.rollback-loss-stated": "it states numbers that are neither good nor bad",
}


# ---------------------------------------------------------------------------------------------- facts


def bad(expected: str, observed: str) -> Problem:
    return Problem("bbws-orders-sit", expected, observed)


def good(expected: str, observed: str) -> Seen:
    return Seen("bbws-orders-sit", expected, observed)


def undecided(reason: str) -> Undecided:
    return Undecided("bbws-orders-sit", reason)


def told(text: str) -> Observation:
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
LIKE = "a name like bbws-*-sit"
NAME, UNLIKE = "a free name, or the account's own bucket", "a name that no other is mistaken for"
FREE, OURS, FOREIGN = good(NAME, "free"), good(NAME, "already the account's own"), bad(NAME, "another account's bucket")
THERE, HERE = "a bucket in eu-west-1", good("a bucket in eu-west-1", "in eu-west-1")
OWNED = good("owned by 815856636111", "among the account's buckets")
NOT_OURS = bad("owned by 815856636111", "not among the account's buckets")
DECLARED = "declared by a plan, or tolerated by name"
REQUIRED = {"required": {"Environment": "sit", "Owner": "*"}}
KNOWN, COUNTED = "known what deleting it would lose", good("known what deleting it would lose", "counted to the end")
MONTH = {"days": 30}
KEPT, ENABLED = "noncurrent versions kept for at least 30 days", good("versioning Enabled", "Enabled")
FOREVER = good(KEPT, "for ever (no lifecycle rule)")


def alone(others: int) -> Seen:
    return good(UNLIKE, f"no other like it among {others}")


def kept(versioning: str | None, *rules: LifecycleRule) -> tuple[Bucket, KeptVersions]:
    return BUCKET, KeptVersions(versioning, rules)


def none_undeclared(others: str) -> tuple[Seen]:
    expected = "nothing undeclared like bbws-*-sit or bbws-*-sit-dr or tagged Project=bbws"
    return (Seen(REGION, expected, f"1 declared, {others} beside them, none of those"),)


BUCKETS = [
    Example(CONVENTION, "named so", (naming(),), (good(LIKE, "bbws-orders-sit"),)),
    Example(CONVENTION, "no bucket", (naming(own=()),), (Seen(REGION, LIKE, "the plan declares none here"),)),
    Example(CONVENTION, "named otherwise", (naming(own=("bbws-orders-sit", "orders-sit", "bbws-orders-dev")),), (
        good(LIKE, "bbws-orders-sit"),
        Problem("orders-sit", LIKE, "orders-sit"),
        Problem("bbws-orders-dev", LIKE, "bbws-orders-dev"),
    )),
    Example(AVAILABLE, "free, no bucket at all", (BUCKET, False, []), (FREE, alone(0))),
    Example(AVAILABLE, "the account's own, and not to be found", (BUCKET, False, ["bbws-orders-sit"]),
            (undecided("the account owns it, and a request for it finds no such bucket"), alone(1))),
    Example(AVAILABLE, "the account's own", (BUCKET, True, ["bbws-orders-sit"]), (OURS, alone(1))),
    Example(AVAILABLE, "somebody else's", (BUCKET, True, []), (FOREIGN, alone(0))),
    Example(AVAILABLE, "free, another is mistaken for it", (BUCKET, False, ["bbws.orders.sit", "bbws-order-sit"]),
            (FREE, bad(UNLIKE, "bbws.orders.sit exists beside it"))),
    Example(AVAILABLE, "somebody else's, and another is mistaken for it", (BUCKET, True, ["bbwsorderssit"]),
            (FOREIGN, bad(UNLIKE, "bbwsorderssit exists beside it"))),
    Example(EXISTS, "in its region", (BUCKET, "eu-west-1", ["bbws-orders-sit"]), (HERE, OWNED)),
    Example(EXISTS, "absent, no bucket at all", (BUCKET, None, []),
            (bad(THERE, "missing; no existing name is close to it"),)),
    Example(EXISTS, "absent, a near name exists", (BUCKET, None, ["x", "bbws-order-sit"]),
            (bad(THERE, "missing; the closest existing name is bbws-order-sit"),)),
    Example(EXISTS, "in another region", (BUCKET, "us-east-1", ["bbws-orders-sit"]), (bad(THERE, "in us-east-1"), OWNED)),
    Example(EXISTS, "an empty region", (BUCKET, "", ["bbws-orders-sit"]), (bad(THERE, "in "), OWNED)),
    Example(EXISTS, "not the account's", (BUCKET, "eu-west-1", ["other"]), (HERE, NOT_OURS)),
    Example(EXISTS, "in another region and not the account's", (BUCKET, "af-south-1", []),
            (bad(THERE, "in af-south-1"), NOT_OURS)),
    Example(UNDECLARED, "none", (naming(), {}), none_undeclared("0 others")),
    Example(UNDECLARED, "the DR copy of one that no plan declares", (naming(), {"bbws-tmp-sit-dr": {}}),
            (Problem("bbws-tmp-sit-dr", DECLARED,
                     "exists, named like bbws-*-sit-dr; the closest declared name is bbws-orders-sit"),)),
    Example(UNDECLARED, "somebody else's", (naming(), {"cdk-assets": {"Project": "else"}}), none_undeclared("1 other")),
    Example(UNDECLARED, "named like and tagged as the project's",
            (naming(), {"bbws-order-sit": {}, "tmp": {"Project": "bbws"}}), (
        Problem("bbws-order-sit", DECLARED,
                "exists, named like bbws-*-sit; the closest declared name is bbws-orders-sit"),
        Problem("tmp", DECLARED, "exists, tagged Project=bbws; no declared name is close to it"),
    )),
    Example(TAGS, "all", (BUCKET, {"Environment": "sit", "Owner": "a"}),
            (good("tag Environment=sit", "Environment=sit"), good("tag Owner with a value", "Owner=a")), REQUIRED),
    Example(TAGS, "none", (BUCKET, {}),
            (bad("tag Environment=sit", "no such tag"), bad("tag Owner with a value", "no such tag")), REQUIRED),
    Example(TAGS, "another value and an empty one", (BUCKET, {"Environment": "SIT", "Owner": ""}),
            (bad("tag Environment=sit", "Environment=SIT"), bad("tag Owner with a value", "an empty value")), REQUIRED),
    Example(TAGS, "none required", (BUCKET, {}), (good("no tag in particular", "no tag"),), {"required": {}}),
    Example(LOSS, "counted", contents(),
            (COUNTED, told("would lose 12 objects, 3 noncurrent versions and 1 delete marker"))),
    Example(LOSS, "empty", contents(objects=0, noncurrent=0, delete_markers=0),
            (COUNTED, told("would lose 0 objects, 0 noncurrent versions and 0 delete markers"))),
    Example(LOSS, "more than was counted", contents(complete=False), (
        good(KNOWN, "counted as far as is counted, and there is more"),
        told("would lose at least 12 objects, 3 noncurrent versions and 1 delete marker"),
    )),
    Example(LOSS, "does not exist yet", contents(exists=False), (good(KNOWN, "does not exist yet: nothing would be lost"),)),
    Example(LOSS, "objects below zero", contents(objects=-1), (undecided("a negative count"),)),
    Example(LOSS, "markers below zero", contents(delete_markers=-1), (undecided("a negative count"),)),
    Example(RESTORABLE, "does not exist yet", (BUCKET, KeptVersions(None, None)), (good(
        "versions to restore for 30 days, or no bucket yet",
        "does not exist yet: rolling back deletes what the deployment creates",
    ),), MONTH),
    Example(RESTORABLE, "half of it unknown", (BUCKET, KeptVersions("Enabled", None)),
            (undecided("half of what it could be restored from is not known"),), MONTH),
    Example(RESTORABLE, "versions kept for ever", kept("Enabled"), (ENABLED, FOREVER), MONTH),
    Example(RESTORABLE, "versions kept exactly long enough", kept("Enabled", rule(noncurrent_days=30)),
            (ENABLED, good(KEPT, "30 days (rule all)")), MONTH),
    Example(RESTORABLE, "versions destroyed a day too soon", kept("Enabled", rule(noncurrent_days=29)),
            (ENABLED, bad(KEPT, "29 days (rule all)")), MONTH),
    Example(RESTORABLE, "never versioned", kept(""), (bad("versioning Enabled", "never enabled"), FOREVER), MONTH),
    Example(RESTORABLE, "suspended, and versions destroyed", kept("Suspended", rule(noncurrent_days=1)),
            (bad("versioning Enabled", "Suspended"), bad(KEPT, "1 day (rule all)")), MONTH),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- who may read

BLOCK, PUBLIC_POLICY, PUBLIC_ACL = s3.public_access_block, s3.no_public_policy, s3.no_public_acl
ANONYMOUS, HTTPS = s3.anonymous_refused, s3.https_only
ALL = dict.fromkeys(s3.FLAGS, True)
NONE = dict.fromkeys(s3.FLAGS, False)
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
SIGNED_IN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
ID = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
OWNER = Grant(ID, "FULL_CONTROL")
ARN = "arn:aws:s3:::bbws-orders-sit"
NOT_PUBLIC, NO_PUBLIC_GRANT = "a policy that S3 does not take for public", "no grant to a public group"
REFUSED = "a listing without credentials refused with HTTP 403 or HTTP 401"
BUCKET_DENIED, OBJECTS_DENIED = "plain HTTP denied for the bucket", "plain HTTP denied for its objects"
HTTP_BUCKET = bad(BUCKET_DENIED, f"no Deny of s3:* on {ARN}")
HTTP_OBJECTS = bad(OBJECTS_DENIED, f"no Deny of s3:* on {ARN}/*")
NOT_DENIED = (HTTP_BUCKET, HTTP_OBJECTS)
INSECURE = {"aws:SecureTransport": "false"}


def block(bucket: dict[str, bool] | None, account: dict[str, bool] | None) -> tuple[Bucket, PublicAccessBlock]:
    return BUCKET, PublicAccessBlock(bucket, account)


def flags(*levels: str) -> tuple[Seen | Problem, ...]:
    """What is found of the four flags, by the level that gives each, and "" where none does."""
    return tuple(
        good(f"{flag} on", f"on, from the {level}") if level else bad(f"{flag} on", "off on the bucket and on the account")
        for flag, level in zip(s3.FLAGS, levels, strict=True)
    )


def public(*statements: dict[str, Any]) -> tuple[Bucket, bool, dict[str, Any]]:
    return BUCKET, True, {"Statement": list(statements)}


def allow(**changes: Any) -> dict[str, Any]:
    """A statement by which everybody reads."""
    return statement(**{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Condition": None, **changes})


def grants(*those: Grant) -> tuple[Bucket, tuple[Grant, ...]]:
    return BUCKET, those


def denied(bucket: str = "statement no. 1", objects: str = "") -> tuple[Seen, Seen]:
    """Which statements deny plain HTTP for the bucket, and for its objects where they are others."""
    return good(BUCKET_DENIED, f"denied by {bucket}"), good(OBJECTS_DENIED, f"denied by {objects or bucket}")


ACCESS = [
    Example(BLOCK, "all on the bucket", block(ALL, None), flags(*["bucket"] * 4)),
    Example(BLOCK, "all on the account", block(None, ALL), flags(*["account"] * 4)),
    Example(BLOCK, "all on both", block(ALL, ALL), flags(*["bucket and the account"] * 4)),
    Example(BLOCK, "two from each", block({**NONE, "BlockPublicAcls": True, "IgnorePublicAcls": True},
                                          {**NONE, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}),
            flags("bucket", "bucket", "account", "account")),
    Example(BLOCK, "no configuration at all", block(None, None), flags("", "", "", "")),
    Example(BLOCK, "all off", block(NONE, NONE), flags("", "", "", "")),
    Example(BLOCK, "empty configurations", block({}, {}), flags("", "", "", "")),
    *(
        Example(BLOCK, f"all but {flag}", block({**ALL, flag: False}, NONE),
                flags(*("" if each == flag else "bucket" for each in s3.FLAGS)))
        for flag in s3.FLAGS
    ),
    Example(PUBLIC_POLICY, "no policy", (BUCKET, False, None), (good(NOT_PUBLIC, "no policy"),)),
    Example(PUBLIC_POLICY, "not public", (BUCKET, False, {"Statement": [statement(), allow()]}),
            (good(NOT_PUBLIC, "IsPublic is false for 2 statements"),)),
    Example(PUBLIC_POLICY, "no statement", (BUCKET, False, {"Statement": []}),
            (good(NOT_PUBLIC, "IsPublic is false for 0 statements"),)),
    Example(PUBLIC_POLICY, "one statement of several", public(statement(), allow()),
            (bad(NOT_PUBLIC, "statement Read allows s3:GetObject to Principal *"),)),
    Example(PUBLIC_POLICY, "two statements, one on a condition", public(
        allow(Sid=None, Principal={"AWS": "*"}, Action=["s3:Get*", "s3:List*"]),
        allow(Condition={"StringLike": {"aws:SourceVpce": "vpce-*"}}),
    ), (
        bad(NOT_PUBLIC, "statement no. 1 allows s3:Get*, s3:List* to Principal AWS *"),
        bad(NOT_PUBLIC, "statement Read allows s3:GetObject to Principal *, on a condition of aws:SourceVpce"),
    )),
    Example(PUBLIC_POLICY, "everybody but one, everything but one",
            public(allow(Principal=None, NotPrincipal={"AWS": "a"}, Action=None, NotAction="s3:PutObject")),
            (bad(NOT_PUBLIC, "statement Read allows all but s3:PutObject to NotPrincipal AWS a"),)),
    Example(PUBLIC_POLICY, "public, and no statement says why", public(allow(Principal={"AWS": ["a", "b"]})),
            (bad(NOT_PUBLIC, "IsPublic is true, though no statement allows anything to everybody"),)),
    Example(PUBLIC_POLICY, "public without a policy", (BUCKET, True, None),
            (bad(NOT_PUBLIC, "IsPublic is true, though no statement allows anything to everybody"),)),
    Example(PUBLIC_ACL, "the owner alone", grants(OWNER), (good(NO_PUBLIC_GRANT, f"1 grant, FULL_CONTROL to {ID}"),)),
    Example(PUBLIC_ACL, "no grant at all", grants(), (good(NO_PUBLIC_GRANT, "no grant"),)),
    Example(PUBLIC_ACL, "log delivery", grants(OWNER, Grant(DELIVERY, "WRITE")),
            (good(NO_PUBLIC_GRANT, f"2 grants, FULL_CONTROL to {ID} and WRITE to {DELIVERY}"),)),
    Example(PUBLIC_ACL, "everybody reads", grants(OWNER, Grant(EVERYBODY, "READ")),
            (bad(NO_PUBLIC_GRANT, "READ to everybody"),)),
    Example(PUBLIC_ACL, "several grants", grants(Grant(SIGNED_IN, "WRITE"), OWNER, Grant(EVERYBODY, "READ_ACP")), (
        bad(NO_PUBLIC_GRANT, "WRITE to everybody with an AWS account"), bad(NO_PUBLIC_GRANT, "READ_ACP to everybody"),
    )),
    Example(ANONYMOUS, "403", (BUCKET, 403), (good(REFUSED, "HTTP 403"),)),
    Example(ANONYMOUS, "401", (BUCKET, 401), (good(REFUSED, "HTTP 401"),)),
    Example(ANONYMOUS, "200", (BUCKET, 200), (bad(REFUSED, "HTTP 200"),)),
    Example(ANONYMOUS, "404", (BUCKET, 404), (bad(REFUSED, "HTTP 404"),)),
    Example(ANONYMOUS, "400", (BUCKET, 400), (bad(REFUSED, "HTTP 400"),)),
    Example(HTTPS, "denied for both", policy(statement(Sid="HttpsOnly")), denied("statement HttpsOnly")),
    Example(HTTPS, "one statement that is no list", (BUCKET, {"Statement": statement()}), denied()),
    Example(HTTPS, "two statements", policy(statement(Resource=ARN), statement(Resource=f"{ARN}/*")),
            denied("statement no. 1", "statement no. 2")),
    Example(HTTPS, "twice", policy(statement(), statement(Sid="Again")), denied("statement no. 1 and statement Again")),
    Example(HTTPS, "a pattern for both", policy(statement(Resource=f"{ARN}*")), denied()),
    Example(HTTPS, "every resource", policy(statement(Resource="*")), denied()),
    Example(HTTPS, "patterns for many buckets",
            policy(statement(Resource=["arn:aws:s3:::bbws-*", "arn:aws:s3:::bbws-*-sit/*"])), denied()),
    Example(HTTPS, "everybody as AWS", policy(statement(Principal={"AWS": "*"})), denied()),
    Example(HTTPS, "everybody in a list", policy(statement(Principal={"AWS": ["*"]}, Action=["s3:*"])), denied()),
    Example(HTTPS, "actions in another case", policy(statement(Action="S3:*")), denied()),
    Example(HTTPS, "a boolean in the condition",
            policy(statement(Condition={"Bool": {"aws:SecureTransport": False}})), denied()),
    Example(HTTPS, "a list in the condition",
            policy(statement(Condition={"Bool": {"aws:securetransport": ["false"]}})), denied()),
    Example(HTTPS, "where the key may be missing", policy(statement(Condition={"BoolIfExists": INSECURE})), denied()),
    Example(HTTPS, "beside an Allow", policy(statement(Effect="Allow", Condition=None), statement()),
            denied("statement no. 2")),
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
    Example(HTTPS, "objects of one letter", policy(statement(Resource=[ARN, f"{ARN}/?"])), (denied()[0], HTTP_OBJECTS)),
    Example(HTTPS, "the bucket alone", policy(statement(Resource=ARN)), (denied()[0], HTTP_OBJECTS)),
    Example(HTTPS, "the objects alone", policy(statement(Resource=[f"{ARN}/*"])), (HTTP_BUCKET, denied()[1])),
    Example(HTTPS, "some objects", policy(statement(Resource=[ARN, f"{ARN}/private/*"])), (denied()[0], HTTP_OBJECTS)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- what is kept, and how

VERSIONING, ENCRYPTION, LIFECYCLE = s3.versioning, s3.encryption, s3.lifecycle
NONCURRENT, LOGGING = s3.noncurrent_versions_kept, s3.access_logging
LOGGED = "access logged to bbws-logs-sit/logs/bbws-orders-sit/"
KEY, FOREIGN_KEY = (f"arn:aws:kms:{REGION}:{account}:key/1" for account in (ACCOUNT, "093646564004"))
OWN_KEY, LIVE = "a key of account 815856636111", good("an Enabled key", f"{KEY} is Enabled")
PURPOSE = "a key to ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT"
FIT = good(PURPOSE, f"{KEY} is to ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT")
DEFAULT_KMS, DEFAULT_S3 = "default encryption set to aws:kms", "default encryption set to AES256"
EITHER = "default encryption set to aws:kms or AES256"
AWS_KEY = "aws:kms (with the account's own aws/s3)"
IA, GLACIER, EXPIRY = "STANDARD_IA after 30 days", "GLACIER after 90 days", "expiry after 365 days"
SOONER, NEVER = "no object to expire before 365 days", "no object to expire"
UNDECLARED_MOVE = "no object to move sooner or elsewhere than declared"
MOVED_TO_IA = good(IA, "after 30 days (rule all)")
MOVED = (MOVED_TO_IA, good(GLACIER, "after 90 days (rule all)"))
AS_DECLARED = (*MOVED, good(EXPIRY, "after 365 days (rule all)"))
NOT_ELSE = good(UNDECLARED_MOVE, "none of 1: rule all")
NONE_NARROWED = good(SOONER, "no enabled rule that a filter narrows")
NO_EXPIRY, NONE_NARROWED_EVER = good("no expiry", "never"), good(NEVER, "no enabled rule that a filter narrows")


def described(state: str = "Enabled", usage: str = "ENCRYPT_DECRYPT") -> KeyDescription:
    return KeyDescription(KEY, state, usage, "SYMMETRIC_DEFAULT", None, "CUSTOMER")


def rules(*those: LifecycleRule, of: Bucket = BUCKET) -> tuple[Bucket, tuple[LifecycleRule, ...]]:
    return of, those


def never(why: str = "") -> tuple[Problem | Seen, ...]:
    nothing = good(UNDECLARED_MOVE, "no enabled rule")
    return bad(IA, f"never{why}"), bad(GLACIER, f"never{why}"), bad(EXPIRY, f"never{why}"), nothing, NONE_NARROWED


def of_two(expected: str) -> Seen:
    return good(expected, "none of 2: rule all and rule b")


def of_copy(finding: Seen | Problem) -> Seen | Problem:
    return replace(finding, resource=COPY.name)


STORAGE = [
    Example(VERSIONING, "enabled", (BUCKET, "Enabled"), (ENABLED,)),
    Example(VERSIONING, "suspended", (BUCKET, "Suspended"), (bad("versioning Enabled", "Suspended"),)),
    Example(VERSIONING, "never enabled", (BUCKET, ""), (bad("versioning Enabled", "never enabled"),)),
    Example(ENCRYPTION, "KMS", (BUCKET, BucketEncryption("aws:kms")), (good(DEFAULT_KMS, AWS_KEY),)),
    Example(ENCRYPTION, "KMS with a key of the account", (BUCKET, BucketEncryption("aws:kms", KEY, described())),
            (good(DEFAULT_KMS, f"aws:kms ({KEY})"), good(OWN_KEY, KEY), LIVE, FIT)),
    Example(ENCRYPTION, "KMS with an alias", (BUCKET, BucketEncryption("aws:kms", "alias/bbws", described())),
            (good(DEFAULT_KMS, "aws:kms (alias/bbws)"), LIVE, FIT)),
    Example(ENCRYPTION, "SSE-S3 in the log bucket", (LOGS, BucketEncryption("AES256")),
            (Seen("bbws-logs-sit", DEFAULT_S3, "AES256"),)),
    Example(ENCRYPTION, "SSE-S3 in the log bucket of another plan",
            (replace(BUCKET, logged=(("a", "a/"),)), BucketEncryption("AES256")), (good(DEFAULT_S3, "AES256"),)),
    Example(ENCRYPTION, "KMS in the copy of a bucket", (COPY, BucketEncryption("aws:kms")),
            (of_copy(good(DEFAULT_KMS, AWS_KEY)),)),
    Example(ENCRYPTION, "SSE-S3 in the copy of the log bucket", (replace(COPY, source=LOGS), BucketEncryption("AES256")),
            (of_copy(good(EITHER, "AES256")),)),
    Example(ENCRYPTION, "KMS in the copy of the log bucket", (replace(COPY, source=LOGS), BucketEncryption("aws:kms")),
            (of_copy(good(EITHER, AWS_KEY)),)),
    Example(ENCRYPTION, "SSE-S3 in the copy of another bucket", (COPY, BucketEncryption("AES256")),
            (of_copy(bad(DEFAULT_KMS, "AES256")),)),
    Example(ENCRYPTION, "SSE-S3", (BUCKET, BucketEncryption("AES256")), (bad(DEFAULT_KMS, "AES256"),)),
    Example(ENCRYPTION, "two layers of KMS", (BUCKET, BucketEncryption("aws:kms:dsse")),
            (bad(DEFAULT_KMS, "aws:kms:dsse (with the account's own aws/s3)"),)),
    Example(ENCRYPTION, "a key of somebody else", (BUCKET, BucketEncryption("aws:kms", FOREIGN_KEY)),
            (good(DEFAULT_KMS, f"aws:kms ({FOREIGN_KEY})"), bad(OWN_KEY, FOREIGN_KEY))),
    Example(ENCRYPTION, "a key about to be deleted", (BUCKET, BucketEncryption("aws:kms", KEY, described("PendingDeletion"))), (
        good(DEFAULT_KMS, f"aws:kms ({KEY})"), good(OWN_KEY, KEY), bad("an Enabled key", f"{KEY} is PendingDeletion"), FIT,
    )),
    Example(ENCRYPTION, "a key to sign with", (BUCKET, BucketEncryption("aws:kms", KEY, described(usage="SIGN_VERIFY"))), (
        good(DEFAULT_KMS, f"aws:kms ({KEY})"), good(OWN_KEY, KEY), LIVE,
        bad(PURPOSE, f"{KEY} is to SIGN_VERIFY, SYMMETRIC_DEFAULT"),
    )),
    Example(ENCRYPTION, "a key that is gone", (BUCKET, BucketEncryption("aws:kms", "alias/gone")),
            (good(DEFAULT_KMS, "aws:kms (alias/gone)"), bad("a key that exists", "alias/gone is missing"))),
    Example(ENCRYPTION, "none", (BUCKET, None), (bad(DEFAULT_KMS, "not configured: S3 takes AES256"),)),
    Example(ENCRYPTION, "a rule that sets none", (BUCKET, BucketEncryption("")),
            (bad(DEFAULT_KMS, "not set by its rule: S3 takes AES256"),)),
    Example(ENCRYPTION, "a rule that sets none in the log bucket", (LOGS, BucketEncryption("")),
            (Problem("bbws-logs-sit", DEFAULT_S3, "not set by its rule: S3 takes AES256"),)),
    Example(ENCRYPTION, "KMS in the log bucket", (LOGS, BucketEncryption("aws:kms")),
            (Problem("bbws-logs-sit", DEFAULT_S3, AWS_KEY),)),
    Example(LIFECYCLE, "as declared", rules(rule()), (*AS_DECLARED, NOT_ELSE, NONE_NARROWED)),
    Example(LIFECYCLE, "in two rules", rules(rule(transitions={}), rule(id="b", expiration_days=None)), (
        good(IA, "after 30 days (rule b)"), good(GLACIER, "after 90 days (rule b)"), AS_DECLARED[2],
        of_two(UNDECLARED_MOVE), NONE_NARROWED,
    )),
    Example(LIFECYCLE, "without expiry, as declared", rules(rule(expiration_days=None), of=BACKUPS),
            (*MOVED, NO_EXPIRY, NOT_ELSE, NONE_NARROWED_EVER)),
    Example(LIFECYCLE, "some expire later than declared",
            rules(rule(), rule(id="b", whole_bucket=False, expiration_days=366)),
            (*AS_DECLARED, of_two(UNDECLARED_MOVE), good(SOONER, "none of 1: rule b"))),
    Example(LIFECYCLE, "some expire as late as declared",
            rules(rule(), rule(id="b", whole_bucket=False, expiration_days=365)),
            (*AS_DECLARED, of_two(UNDECLARED_MOVE), good(SOONER, "none of 1: rule b"))),
    Example(LIFECYCLE, "a disabled rule besides", rules(rule(), rule(enabled=False, expiration_days=1)),
            (*AS_DECLARED, NOT_ELSE, NONE_NARROWED)),
    Example(LIFECYCLE, "no rule", rules(), never()),
    Example(LIFECYCLE, "disabled", rules(rule(enabled=False)), never("; all is Disabled")),
    Example(LIFECYCLE, "narrowed", rules(rule(id="", whole_bucket=False)), (
        *never("; a rule is narrowed by a filter")[:3], good(UNDECLARED_MOVE, "none of 1: rule without id"),
        good(SOONER, "none of 1: rule without id"),
    )),
    Example(LIFECYCLE, "a day too soon and a day too late", rules(rule(transitions={"STANDARD_IA": 29, "GLACIER": 91})), (
        bad(IA, "after 29 days (rule all)"), bad(GLACIER, "after 91 days (rule all)"), AS_DECLARED[2], NOT_ELSE, NONE_NARROWED,
    )),
    Example(LIFECYCLE, "on a date", rules(rule(transitions={"STANDARD_IA": -1, "GLACIER": 90})),
            (bad(IA, "on a date (rule all)"), *AS_DECLARED[1:], NOT_ELSE, NONE_NARROWED)),
    Example(LIFECYCLE, "at once", rules(rule(transitions={"STANDARD_IA": 30, "GLACIER": 0})),
            (MOVED_TO_IA, bad(GLACIER, "after 0 days (rule all)"), AS_DECLARED[2], NOT_ELSE, NONE_NARROWED)),
    Example(LIFECYCLE, "as declared, twice", rules(rule(), rule(id="b")), (
        good(IA, "after 30 days (rule all and rule b)"), good(GLACIER, "after 90 days (rule all and rule b)"),
        good(EXPIRY, "after 365 days (rule all and rule b)"), of_two(UNDECLARED_MOVE), NONE_NARROWED,
    )),
    Example(LIFECYCLE, "another storage class", rules(rule(transitions={"ONEZONE_IA": 30, "GLACIER": 90})), (
        bad(IA, "never"), *AS_DECLARED[1:], bad(UNDECLARED_MOVE, "rule all moves to ONEZONE_IA after 30 days"), NONE_NARROWED,
    )),
    Example(LIFECYCLE, "a move that is not declared, of some",
            rules(rule(), rule(id="", whole_bucket=False, expiration_days=None, transitions={"DEEP_ARCHIVE": 1})), (
        *AS_DECLARED, bad(UNDECLARED_MOVE, "rule without id moves to DEEP_ARCHIVE after 1 days"),
        good(SOONER, "none of 1: rule without id"),
    )),
    Example(LIFECYCLE, "moves that are not declared, on a date and after days",
            rules(rule(transitions={"STANDARD_IA": 30, "GLACIER": 90, "GLACIER_IR": -1, "DEEP_ARCHIVE": 180})), (
        *AS_DECLARED, bad(UNDECLARED_MOVE, "rule all moves to DEEP_ARCHIVE after 180 days"),
        bad(UNDECLARED_MOVE, "rule all moves to GLACIER_IR on a date"), NONE_NARROWED,
    )),
    Example(LIFECYCLE, "some move sooner than declared", rules(
        rule(), rule(id="b", whole_bucket=False, expiration_days=None, transitions={"STANDARD_IA": 29, "GLACIER": 90}),
    ), (
        *AS_DECLARED, bad(UNDECLARED_MOVE, "rule b moves to STANDARD_IA after 29 days"), good(SOONER, "none of 1: rule b"),
    )),
    Example(LIFECYCLE, "a disabled rule with a move that is not declared",
            rules(rule(), rule(enabled=False, transitions={"DEEP_ARCHIVE": 1})), (*AS_DECLARED, NOT_ELSE, NONE_NARROWED)),
    Example(LIFECYCLE, "no expiry", rules(rule(expiration_days=None)),
            (*MOVED, bad(EXPIRY, "never"), NOT_ELSE, NONE_NARROWED)),
    Example(LIFECYCLE, "an expiry that is not declared", rules(rule(), of=BACKUPS),
            (*MOVED, bad("no expiry", "after 365 days (rule all)"), NOT_ELSE, NONE_NARROWED_EVER)),
    Example(LIFECYCLE, "an expiry on a date", rules(rule(expiration_days=-1)),
            (*MOVED, bad(EXPIRY, "on a date (rule all)"), NOT_ELSE, NONE_NARROWED)),
    Example(LIFECYCLE, "an expiry on a date where none is declared", rules(rule(expiration_days=-1), of=BACKUPS),
            (*MOVED, bad("no expiry", "on a date (rule all)"), NOT_ELSE, NONE_NARROWED_EVER)),
    Example(LIFECYCLE, "some expire on a date", rules(rule(), rule(id="b", whole_bucket=False, expiration_days=-1)),
            (*AS_DECLARED, of_two(UNDECLARED_MOVE), bad(SOONER, "rule b expires some on a date"))),
    Example(LIFECYCLE, "a second expiry", rules(rule(), rule(id="b", transitions={}, expiration_days=1)), (
        *MOVED, bad(EXPIRY, "after 1 days and after 365 days (rule all and rule b)"), of_two(UNDECLARED_MOVE), NONE_NARROWED,
    )),
    Example(LIFECYCLE, "some expire a day sooner than declared",
            rules(rule(), rule(id="b", whole_bucket=False, expiration_days=364)),
            (*AS_DECLARED, of_two(UNDECLARED_MOVE), bad(SOONER, "rule b expires some after 364 days"))),
    Example(LIFECYCLE, "some expire though nothing should",
            rules(rule(expiration_days=None), rule(id="", whole_bucket=False, expiration_days=3650), of=BACKUPS), (
        *MOVED, good("no expiry", "never; a rule is narrowed by a filter"),
        good(UNDECLARED_MOVE, "none of 2: rule all and rule without id"),
        bad(NEVER, "rule without id expires some after 3650 days"),
    )),
    Example(LIFECYCLE, "none declared and none there", rules(of=BARE), (good(NEVER, "no enabled rule"),)),
    Example(LIFECYCLE, "none declared, and what expires nothing current", rules(rule(expiration_days=None), of=BARE),
            (good(NEVER, "none of 1: rule all"),)),
    Example(LIFECYCLE, "none declared, and a disabled expiry", rules(rule(enabled=False), of=BARE),
            (good(NEVER, "no enabled rule"),)),
    Example(LIFECYCLE, "all expire though none is declared", rules(rule(), of=BARE),
            (bad(NEVER, "rule all expires all after 365 days"),)),
    Example(LIFECYCLE, "some expire though none is declared", rules(rule(whole_bucket=False, expiration_days=-1), of=BARE),
            (bad(NEVER, "rule all expires some on a date"),)),
    Example(LIFECYCLE, "a copy expires as its source does", rules(rule(), of=COPY),
            (of_copy(good(SOONER, "none of 1: rule all")),)),
    Example(LIFECYCLE, "a copy expires sooner than its source", rules(rule(expiration_days=364), of=COPY),
            (of_copy(bad(SOONER, "rule all expires all after 364 days")),)),
    Example(LIFECYCLE, "a copy expires, and its source never", rules(rule(), of=replace(COPY, source=BACKUPS)),
            (of_copy(bad(NEVER, "rule all expires all after 365 days")),)),
    Example(NONCURRENT, "exactly long enough", rules(rule(noncurrent_days=30)), (good(KEPT, "30 days (rule all)"),), MONTH),
    Example(NONCURRENT, "longer than needed, by two rules",
            rules(rule(noncurrent_days=90), rule(id="b", noncurrent_days=31)),
            (good(KEPT, "90 days (rule all)"), good(KEPT, "31 days (rule b)")), MONTH),
    Example(NONCURRENT, "for ever", rules(rule(noncurrent_days=None)),
            (good(KEPT, "for ever (none of 1 lifecycle rule ends it)"),), MONTH),
    Example(NONCURRENT, "no rule", rules(), (FOREVER,), MONTH),
    Example(NONCURRENT, "a disabled rule destroys them", rules(rule(enabled=False, noncurrent_days=1)),
            (good(KEPT, "for ever (none of 1 lifecycle rule ends it)"),), MONTH),
    Example(NONCURRENT, "a day too short", rules(rule(noncurrent_days=29)), (bad(KEPT, "29 days (rule all)"),), MONTH),
    Example(NONCURRENT, "narrowed or not",
            rules(rule(id="", noncurrent_days=0), rule(), rule(id="b", whole_bucket=False, noncurrent_days=7)),
            (bad(KEPT, "0 days (rule without id)"), good(KEPT, "30 days (rule all)"), bad(KEPT, "7 days (rule b)")), MONTH),
    Example(LOGGING, "as declared", (BUCKET, ("bbws-logs-sit", "logs/bbws-orders-sit/")),
            (good(LOGGED, "logged to bbws-logs-sit/logs/bbws-orders-sit/"),)),
    Example(LOGGING, "off", (BUCKET, None), (bad(LOGGED, "logging is off"),)),
    Example(LOGGING, "another bucket", (BUCKET, ("other", "logs/bbws-orders-sit/")),
            (bad(LOGGED, "logged to other/logs/bbws-orders-sit/"),)),
    Example(LOGGING, "another bucket's prefix", (BUCKET, ("bbws-logs-sit", "logs/bbws-x-sit/")),
            (bad(LOGGED, "logged to bbws-logs-sit/logs/bbws-x-sit/"),)),
    Example(LOGGING, "no prefix", (BUCKET, ("bbws-logs-sit", "")), (bad(LOGGED, "logged to bbws-logs-sit/"),)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- delivery of access logs

DELIVERED = s3.log_delivery
SOURCES = (("bbws-orders-sit", "logs/bbws-orders-sit/"), ("bbws-frontend-sit", "logs/bbws-frontend-sit/"))
TARGET = replace(LOGS, logged=SOURCES[:1])
LOGS_ARN = "arn:aws:s3:::bbws-logs-sit"
SERVICE = {"Service": "logging.s3.amazonaws.com"}
OF_ACCOUNT = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
BY_ACCOUNT = f"statement Logs (StringEquals aws:SourceAccount {ACCOUNT})"
NO_STATEMENT, NO_ACL = "allowed by no statement of its policy", "its ACL gives the LogDelivery group nothing"
TO_GROUP = ("WRITE", "READ_ACP")
SSE_S3 = BucketEncryption("AES256")
DENIED = "denied by statement No"
BY_GROUP = "its ACL gives the LogDelivery group READ_ACP and WRITE"


def of_logs(kind: type[Seen | Problem], expected: str, observed: str) -> Seen | Problem:
    return kind("bbws-logs-sit", expected, observed)


FIT_TARGET = (of_logs(Seen, "default encryption AES256", "AES256"),)


def writes(**changes: Any) -> dict[str, Any]:
    """A statement by which S3 delivers the logs of the account's buckets. A change to None leaves it out."""
    good = {
        "Sid": "Logs", "Effect": "Allow", "Principal": SERVICE, "Action": "s3:PutObject", "Resource": f"{LOGS_ARN}/logs/*",
        "Condition": OF_ACCOUNT,
    }  # fmt: skip
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


def deny(**changes: Any) -> dict[str, Any]:
    """A statement that denies everybody to write anything to the log bucket."""
    return writes(**{"Sid": "No", "Effect": "Deny", "Principal": "*", "Resource": f"{LOGS_ARN}/*", "Condition": None, **changes})


def arn_like(bucket: str, operator: str = "ArnLike") -> dict[str, Any]:
    return {operator: {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}}


def delivery(
    *statements: dict[str, Any], acl: tuple[str, ...] = (), ownership: str = "", encryption: BucketEncryption | None = SSE_S3,
    of: Bucket = TARGET,
) -> tuple[Any, ...]:  # fmt: skip
    policy = {"Statement": list(statements)} if statements else None
    return of, policy, LogDeliveryAcl(frozenset(acl), ownership), encryption


def arrives(by: str, of: str = "orders") -> Seen | Problem:
    return of_logs(Seen, f"the access log of bbws-{of}-sit delivered to logs/bbws-{of}-sit/", f"allowed by {by}")


def lost(observed: str, of: str = "orders") -> Seen | Problem:
    return of_logs(Problem, f"the access log of bbws-{of}-sit delivered to logs/bbws-{of}-sit/", observed)


def unclear(verb: str, *by: str) -> Undecided:
    expected = "the access log of bbws-orders-sit delivered to logs/bbws-orders-sit/"
    return Undecided("bbws-logs-sit", f"{expected}? not known whether {' and '.join(by)} {verb} it")


def delivers(says: str, *statements: dict[str, Any], by: str) -> Example:
    return Example(DELIVERED, says, delivery(*statements), (*FIT_TARGET, arrives(by)))


def loses(says: str, *statements: dict[str, Any], observed: str) -> Example:
    return Example(DELIVERED, says, delivery(*statements), (*FIT_TARGET, lost(observed)))


def leaves_open(says: str, *statements: dict[str, Any], finding: Undecided) -> Example:
    return Example(DELIVERED, says, delivery(*statements), (*FIT_TARGET, finding))


SIGNED = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"}}
SIGNED_TEXT = "StringNotEquals s3:x-amz-server-side-encryption AES256"
LOG_DELIVERY = [
    Example(DELIVERED, "nobody logs to it", delivery(of=LOGS),
            (of_logs(Seen, "access logs delivered as declared", "no declared bucket logs to it"),)),
    delivers("of the account's buckets", writes(), by=BY_ACCOUNT),
    delivers("without a condition, and without a Sid", writes(Sid=None, Condition=None), by="statement no. 1"),
    delivers("by several statements", writes(), writes(Sid="All", Resource="*", Condition=None),
             by=f"{BY_ACCOUNT} and statement All"),
    delivers("of buckets named like it, by ARN", writes(Condition=arn_like("bbws-*-sit")),
             by="statement Logs (ArnLike aws:SourceArn arn:aws:s3:::bbws-*-sit)"),
    delivers("of the very bucket, by its ARN and the account",
             writes(Condition={**arn_like("bbws-orders-sit", "ArnEquals"), **OF_ACCOUNT}),
             by=f"statement Logs (ArnEquals aws:SourceArn {ARN}, StringEquals aws:SourceAccount {ACCOUNT})"),
    delivers("of one bucket among several, by text",
             writes(Condition={"StringEquals": {"AWS:SourceArn": [ARN, "arn:aws:s3:::b"]}}),
             by=f"statement Logs (StringEquals AWS:SourceArn {ARN} or arn:aws:s3:::b)"),
    delivers("to everybody, which s3.no-public-policy is about", writes(Principal={"AWS": "*"}, Action="s3:*"), by=BY_ACCOUNT),
    delivers("where plain HTTP is denied", deny(Action="s3:*", Condition={"Bool": INSECURE}), writes(), by=BY_ACCOUNT),
    delivers("where something else is denied", deny(Action="s3:DeleteObject"), deny(Principal={"AWS": "a"}), writes(),
             deny(Resource=f"{LOGS_ARN}/other/*"), deny(Action=None, NotAction="s3:Put*"), by=BY_ACCOUNT),
    delivers("where another account's is denied",
             deny(Condition={"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}), writes(), by=BY_ACCOUNT),
    delivers("where others are denied", deny(Principal=None, NotPrincipal=SERVICE), writes(), by=BY_ACCOUNT),
    delivers("where all but the logs is denied", deny(Resource=None, NotResource=f"{LOGS_ARN}/logs/*"), writes(), by=BY_ACCOUNT),
    delivers("where denial needs two things", writes(), deny(Condition={**SIGNED, "Bool": INSECURE}), by=BY_ACCOUNT),
    delivers("where the last key of a log may be anything", writes(Resource=f"{LOGS_ARN}/logs/bbws-orders-sit/*"), by=BY_ACCOUNT),
    delivers("on everything but other keys", writes(Resource=None, NotResource=f"{LOGS_ARN}/other/*"), by=BY_ACCOUNT),
    loses("no policy", observed=f"{NO_STATEMENT}; {NO_ACL}"),
    loses("another action", writes(Action="s3:GetObject"), observed=f"{NO_STATEMENT}; {NO_ACL}"),
    loses("another service", writes(Principal={"Service": "delivery.logs.amazonaws.com"}), observed=f"{NO_STATEMENT}; {NO_ACL}"),
    loses("another bucket's prefix alone", writes(Resource=f"{LOGS_ARN}/logs/bbws-frontend-sit/*"),
          observed=f"{NO_STATEMENT}, not even by statement Logs (for {LOGS_ARN}/logs/bbws-frontend-sit/*); {NO_ACL}"),
    loses("some keys alone", writes(Resource=f"{LOGS_ARN}/logs/bbws-orders-sit/2026*"),
          observed=f"{NO_STATEMENT}, not even by statement Logs (for {LOGS_ARN}/logs/bbws-orders-sit/2026*); {NO_ACL}"),
    loses("everything but the logs", writes(Resource=None, NotResource=f"{LOGS_ARN}/logs/bbws-orders-sit/2026*"),
          observed=f"{NO_STATEMENT}, not even by statement Logs (for all but {LOGS_ARN}/logs/bbws-orders-sit/2026*); {NO_ACL}"),
    loses("of another account's buckets", writes(Condition={"StringEquals": {"aws:SourceAccount": "1"}}),
          observed=f"{NO_STATEMENT}, not even by statement Logs (StringEquals aws:SourceAccount 1); {NO_ACL}"),
    loses("of another account's, and on a condition that nobody understands",
          writes(Condition={"StringEquals": {"aws:SourceAccount": "1", "s3:x-amz-acl": "private"}}),
          observed=f"{NO_STATEMENT}, not even by statement Logs (StringEquals aws:SourceAccount 1); {NO_ACL}"),
    loses("of another bucket", writes(Condition=arn_like("bbws-frontend-sit")),
          observed=f"{NO_STATEMENT}, not even by statement Logs (ArnLike aws:SourceArn arn:aws:s3:::bbws-frontend-sit); {NO_ACL}"),
    loses("denied to everybody", writes(), deny(), observed=DENIED),
    loses("denied to the service", writes(), deny(Principal=SERVICE, Action=["s3:Put*"]), observed=DENIED),
    loses("denied to everybody but a role", writes(), deny(Principal=None, NotPrincipal={"AWS": "role"}), observed=DENIED),
    loses("denied for some keys", writes(), deny(Resource=f"{LOGS_ARN}/logs/bbws-orders-sit/2026*"), observed=DENIED),
    loses("all but reading denied", writes(), deny(Action=None, NotAction="s3:Get*"), observed=DENIED),
    loses("all but other keys denied", writes(), deny(Resource=None, NotResource=f"{LOGS_ARN}/other/*"), observed=DENIED),
    loses("denied over HTTPS", writes(), deny(Condition={"Bool": {"aws:SecureTransport": "true"}}),
          observed="denied by statement No (Bool aws:SecureTransport true)"),
    loses("denied for the account's own", writes(), deny(Condition=OF_ACCOUNT),
          observed=f"denied by statement No (StringEquals aws:SourceAccount {ACCOUNT})"),
    loses("denied, and nowhere allowed", deny(), observed=DENIED),
    loses("nowhere allowed, and perhaps denied", deny(Condition=SIGNED), observed=f"{NO_STATEMENT}; {NO_ACL}"),
    leaves_open("allowed on a condition that nobody understands", writes(Condition=SIGNED),
                finding=unclear("allows", f"statement Logs ({SIGNED_TEXT})")),
    leaves_open("allowed by an ARN of too few parts", writes(Condition={"ArnLike": {"aws:SourceArn": "*"}}),
                finding=unclear("allows", "statement Logs (ArnLike aws:SourceArn *)")),
    leaves_open("allowed by a variable", writes(Condition={"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}}),
                finding=unclear("allows", "statement Logs (StringEquals aws:SourceAccount ${aws:PrincipalAccount})")),
    leaves_open("allowed under a variable", writes(Resource=f"{LOGS_ARN}/${{aws:SourceAccount}}/*"),
                finding=unclear("allows", f"statement Logs (for {LOGS_ARN}/${{aws:SourceAccount}}/*)")),
    leaves_open("allowed to everybody but one", writes(Principal=None, NotPrincipal={"AWS": "a"}),
                finding=unclear("allows", "statement Logs (NotPrincipal AWS a)")),
    leaves_open("denied on a condition that nobody understands", writes(), deny(Condition=SIGNED),
                finding=unclear("denies", f"statement No ({SIGNED_TEXT})")),
    leaves_open("denied outside of a network", writes(),
                deny(Sid=None, Action="s3:*", Condition={"Null": {"aws:SourceVpc": "true"}}),
                finding=unclear("denies", "statement no. 2 (Null aws:SourceVpc true)")),
    Example(DELIVERED, "one of two buckets",
            delivery(writes(Resource=f"{LOGS_ARN}/logs/bbws-orders-sit/*"), of=replace(LOGS, logged=SOURCES)), (
        *FIT_TARGET, arrives(BY_ACCOUNT),
        lost(f"{NO_STATEMENT}, not even by statement Logs (for {LOGS_ARN}/logs/bbws-orders-sit/*); {NO_ACL}", of="frontend"),
    )),
    Example(DELIVERED, "by the ACL", delivery(acl=TO_GROUP, ownership=""), (*FIT_TARGET, arrives(BY_GROUP))),
    Example(DELIVERED, "by full control of the ACL", delivery(acl=("FULL_CONTROL",), ownership="ObjectWriter"),
            (*FIT_TARGET, arrives("its ACL gives the LogDelivery group FULL_CONTROL"))),
    Example(DELIVERED, "by the ACL where a statement perhaps allows it",
            delivery(writes(Condition=SIGNED), acl=TO_GROUP, ownership="BucketOwnerPreferred"),
            (*FIT_TARGET, arrives(BY_GROUP))),
    Example(DELIVERED, "by the ACL, over HTTPS", delivery(deny(Condition={"Bool": INSECURE}), acl=TO_GROUP, ownership=""),
            (*FIT_TARGET, arrives(BY_GROUP))),
    Example(DELIVERED, "by the ACL, and denied", delivery(deny(), acl=TO_GROUP, ownership=""),
            (*FIT_TARGET, lost(DENIED))),
    Example(DELIVERED, "by the ACL, and denied unless from the account",
            delivery(deny(Condition={"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}), acl=TO_GROUP, ownership=""),
            (*FIT_TARGET, unclear("denies", f"statement No (StringNotEquals aws:SourceAccount {ACCOUNT})"))),
    Example(DELIVERED, "by an ACL that is void", delivery(acl=TO_GROUP, ownership="BucketOwnerEnforced"),
            (*FIT_TARGET, lost(f"{NO_STATEMENT}; {BY_GROUP}, and is void (BucketOwnerEnforced)"))),
    Example(DELIVERED, "by half of an ACL", delivery(acl=TO_GROUP[:1], ownership=""),
            (*FIT_TARGET, lost(f"{NO_STATEMENT}; its ACL gives the LogDelivery group WRITE"))),
    Example(DELIVERED, "by an empty ACL", delivery(),
            (*FIT_TARGET, lost(f"{NO_STATEMENT}; its ACL gives the LogDelivery group nothing"))),
    Example(DELIVERED, "no default encryption", delivery(writes(), encryption=None), (
        of_logs(Seen, "default encryption AES256", "AES256 (not configured: S3 takes AES256)"), *FIT_TARGET[1:],
        arrives(BY_ACCOUNT),
    )),
    Example(DELIVERED, "no default encryption set", delivery(writes(), encryption=BucketEncryption("")), (
        of_logs(Seen, "default encryption AES256", "AES256 (not set by its rule: S3 takes AES256)"), *FIT_TARGET[1:],
        arrives(BY_ACCOUNT),
    )),
    Example(DELIVERED, "into KMS", delivery(writes(), encryption=BucketEncryption("aws:kms")),
            (of_logs(Problem, "default encryption AES256", "aws:kms"), *FIT_TARGET[1:], arrives(BY_ACCOUNT))),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- templates

KEYS, DOCUMENT = s3.template_keys, s3.template_document
HTML = "<!doctype html><html><head><title>Hi</title></head><body><p>Hi {{name}}</p></body></html>"
TEMPLATE, MEDIA_TYPE = "bbws-orders-sit/email/welcome.html", "content type text/html"
WHOLE, ONLY_DECLARED = "a whole, well-formed HTML document in UTF-8", "declared templates alone"
THERE_ARE = (good("email/welcome.html", "present"), good("email/paid.html", "present"))
AS_HTML = Seen(TEMPLATE, MEDIA_TYPE, "text/html")


def whole(size: int, content_type: str = "text/html") -> tuple[Seen, Seen]:
    observed = f"{size} bytes, from <html> to </html>, no error in them"
    return Seen(TEMPLATE, MEDIA_TYPE, content_type), Seen(TEMPLATE, WHOLE, observed)


def flawed(*observed: str) -> tuple[Seen | Problem, ...]:
    return AS_HTML, *(Problem(TEMPLATE, WHOLE, each) for each in observed)


def mistyped(content_type: str) -> tuple[Problem, Seen]:
    return Problem(TEMPLATE, MEDIA_TYPE, content_type), whole(len(HTML))[1]


TEMPLATES = [
    Example(KEYS, "exactly the declared", (BUCKET, ["email/paid.html", "email/welcome.html"]),
            (*THERE_ARE, good(ONLY_DECLARED, "2 objects, no other"))),
    Example(KEYS, "none declared, none there", (replace(BUCKET, templates=()), []),
            (good(ONLY_DECLARED, "0 objects, no other"),)),
    Example(KEYS, "none there", (BUCKET, []), (
        bad("email/welcome.html", "missing; no existing name is close to it"),
        bad("email/paid.html", "missing; no existing name is close to it"),
        good(ONLY_DECLARED, "0 objects, no other"),
    )),
    Example(KEYS, "one misnamed", (BUCKET, ["email/wellcome.html", "email/paid.html"]), (
        bad("email/welcome.html", "missing; the closest existing name is email/wellcome.html"),
        THERE_ARE[1], bad(ONLY_DECLARED, "email/wellcome.html beside them"),
    )),
    Example(KEYS, "others besides", (BUCKET, ["email/x", "email/welcome.html", "email/a", "email/paid.html"]), (
        *THERE_ARE, bad(ONLY_DECLARED, "email/a beside them"), bad(ONLY_DECLARED, "email/x beside them"),
    )),
    Example(DOCUMENT, "whole", document(HTML), whole(len(HTML))),
    Example(DOCUMENT, "with a charset and in another case", document(HTML.upper(), "Text/HTML; charset=utf-8"),
            whole(len(HTML), "Text/HTML; charset=utf-8")),
    Example(DOCUMENT, "with a byte order mark", document(b"\xef\xbb\xbf" + HTML.encode()), whole(len(HTML) + 3)),
    Example(DOCUMENT, "without a doctype", document(HTML.removeprefix("<!doctype html>")), whole(len(HTML) - 15)),
    Example(DOCUMENT, "nothing in it", document("<!DOCTYPE html><html><body> </body></html>"), flawed("an empty body")),
    Example(DOCUMENT, "marked up in a comment alone", document("<!-- <html></html> --><p>Welcome</p>"),
            flawed("no <html> in it")),
    Example(DOCUMENT, "an old doctype and closed void elements", document(
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
        "<html><head><title>é</title></head><body><br /></body></html>"
    ), whole(183)),
    Example(DOCUMENT, "with ampersands that stand for themselves", document(
        '<!doctype html><html><head><title>R&D</title></head><body><a href="https://x/?a=1&b=2&copy=3">AT&T</a></body></html>'
    ), whole(116)),
    Example(DOCUMENT, "of another type", document(HTML, "application/octet-stream"), mistyped("application/octet-stream")),
    Example(DOCUMENT, "a type that begins so", document(HTML, "text/html5"), mistyped("text/html5")),
    Example(DOCUMENT, "of no type", document(HTML, ""), mistyped("none")),
    Example(DOCUMENT, "empty", document(b""), flawed("an empty object")),
    Example(DOCUMENT, "blank and of another type", document(b" \r\n\t", "text/plain"),
            (Problem(TEMPLATE, MEDIA_TYPE, "text/plain"), Problem(TEMPLATE, WHOLE, "an empty object"))),
    Example(DOCUMENT, "not UTF-8", document("<html>é".encode("latin-1")), flawed("byte 6 is not UTF-8")),
    Example(DOCUMENT, "UTF-16", document(HTML.encode("utf-16")), flawed("byte 0 is not UTF-8")),
    Example(DOCUMENT, "cut off", document(HTML[:-1]), flawed("no </html> in it")),
    Example(DOCUMENT, "a fragment", document("<p>Hi</p>"), flawed("no <html> in it")),
    Example(DOCUMENT, "a fragment with an end", document("<p>Hi</p></html>"), flawed("no <html> in it")),
    Example(DOCUMENT, "an element left open",
            document("<html><head><title>a</title></head><body>\n<div><p>a</p></body></html>"),
            flawed("line 2: expected one end tag but got another")),
    Example(DOCUMENT, "more errors than one can read", document("<html><body>\n</b>\n</i>\n</u>\n</s></body></html>"),
            flawed("line 2: unexpected end tag", "line 3: unexpected end tag", "line 4: unexpected end tag")),
    Example(DOCUMENT, "its end in a comment", document("<html><body><!-- </html>"), flawed("line 1: eof in comment")),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- disaster recovery

REPLICATED, LATENCY = s3.replication, s3.replication_latency
QUARTER = {"limit_minutes": 15}
NO_DATA = undecided("no ReplicationLatency in the last hour: replication metrics are off, or are not there yet")
TO_COPY, LIVE_RULE = "a rule that replicates to bbws-orders-sit-dr", "an Enabled rule to bbws-orders-sit-dr"
ENTIRE, MARKERS, ENCRYPTED = "the whole bucket replicated", "delete markers replicated", "KMS-encrypted objects replicated"
BEHIND, FAILED = "at most 15 minutes behind in the last hour", "no operation failed in the last hour"
NONE_FAILED = good(FAILED, "no failure published")
BOTH = (good(MARKERS, "replicated by rule to-dr"), good(ENCRYPTED, "replicated by rule to-dr"))


def replicating(*those: ReplicationRule) -> tuple[Replication, tuple[ReplicationRule, ...]]:
    return REPLICATION, those


def live(there: str = "rule to-dr", enabled: str = "rule to-dr", whole: str = "rule to-dr") -> tuple[Seen, ...]:
    """What is seen of a rule for the whole bucket that is in force: which rules copy, which are enabled, which copy all."""
    return good(TO_COPY, there), good(LIVE_RULE, enabled), good(ENTIRE, whole)


DR = [
    Example(REPLICATED, "whole", replicating(copying()), (*live(), *BOTH)),
    Example(REPLICATED, "whole, and some elsewhere",
            replicating(copying(id="x", destination="other", whole_bucket=False), copying()), (*live(), *BOTH)),
    Example(REPLICATED, "whole, and a disabled rule",
            replicating(copying(id="off", enabled=False, delete_markers=False), copying()),
            (*live("rule off and rule to-dr"), *BOTH)),
    Example(REPLICATED, "no rule", replicating(), (bad(TO_COPY, "no replication rule"),)),
    Example(REPLICATED, "elsewhere", replicating(copying(destination="a"), copying(destination="b")),
            (bad(TO_COPY, "replicates to a, b"),)),
    Example(REPLICATED, "disabled", replicating(copying(enabled=False)),
            (good(TO_COPY, "rule to-dr"), bad(LIVE_RULE, "Disabled (rule to-dr)"))),
    Example(REPLICATED, "narrowed", replicating(copying(id="n", whole_bucket=False), copying(enabled=False)), (
        good(TO_COPY, "rule n and rule to-dr"), good(LIVE_RULE, "rule n"), bad(ENTIRE, "narrowed by a filter (rule n)"),
    )),
    Example(REPLICATED, "without delete markers", replicating(copying(delete_markers=False)),
            (*live(), bad(MARKERS, "not replicated by rule to-dr"), BOTH[1])),
    Example(REPLICATED, "without KMS objects", replicating(copying(kms_objects=False)),
            (*live(), BOTH[0], bad(ENCRYPTED, "not replicated by rule to-dr"))),
    Example(REPLICATED, "without both", replicating(copying(id="", kms_objects=False, delete_markers=False)), (
        *live(*["rule without id"] * 3), bad(MARKERS, "not replicated by rule without id"),
        bad(ENCRYPTED, "not replicated by rule without id"),
    )),
    Example(REPLICATED, "a narrowed rule that goes before the whole one and does less",
            replicating(copying(priority=1), copying(id="n", whole_bucket=False, priority=9, delete_markers=False)), (
        *live(*["rule n and rule to-dr"] * 2), bad(MARKERS, "not replicated by rule n, which goes before"),
        good(ENCRYPTED, "replicated by rule n and rule to-dr"),
    )),
    Example(REPLICATED, "a narrowed rule that comes after the whole one",
            replicating(copying(priority=9), copying(id="n", whole_bucket=False, priority=1, kms_objects=False)),
            (*live(*["rule n and rule to-dr"] * 2), *BOTH)),
    Example(REPLICATED, "the narrowed rule alone copies all of it",
            replicating(copying(delete_markers=False, kms_objects=False), copying(id="n", whole_bucket=False)), (
        *live(*["rule n and rule to-dr"] * 2), bad(MARKERS, "not replicated by rule to-dr"),
        bad(ENCRYPTED, "not replicated by rule to-dr"),
    )),
    Example(LATENCY, "keeps up", progress((3.0, 0.0, 5.4), (0.0, 0.0)),
            (good(FAILED, "none failed"), good(BEHIND, "1 minute (5 s by rule to-dr)")), QUARTER),
    Example(LATENCY, "no failures published", progress((0.0,)),
            (NONE_FAILED, good(BEHIND, "0 minutes (0 s by rule to-dr)")), QUARTER),
    Example(LATENCY, "exactly the limit", progress((900.0,)),
            (NONE_FAILED, good(BEHIND, "15 minutes (900 s by rule to-dr)")), QUARTER),
    Example(LATENCY, "over the limit", progress((1.0, 960.0, 1.0)),
            (NONE_FAILED, bad(BEHIND, "16 minutes (960 s by rule to-dr)")), QUARTER),
    Example(LATENCY, "a second over the limit", progress((901.0,)),
            (NONE_FAILED, bad(BEHIND, "16 minutes (901 s by rule to-dr)")), QUARTER),
    Example(LATENCY, "the slower of two rules",
            (REPLICATION, ReplicationProgress({"to-dr": (3.0,), "": (60.0, 1.0)}, (), timedelta(hours=1))),
            (NONE_FAILED, good(BEHIND, "1 minute (60 s by rule without id)")), QUARTER),
    Example(LATENCY, "no data", progress(()), (NO_DATA,), QUARTER),
    Example(LATENCY, "one rule of two without data",
            (REPLICATION, ReplicationProgress({"to-dr": (), "b": (3.0,)}, (), timedelta(hours=1))), (NO_DATA,), QUARTER),
    Example(LATENCY, "no rule", (REPLICATION, ReplicationProgress({}, (), timedelta(hours=1))), (NO_DATA,), QUARTER),
    Example(LATENCY, "no data but zero failures", progress((), (0.0,)), (NO_DATA,), QUARTER),
    Example(LATENCY, "failures and no latency", progress((), (1.0, 2.0)), (bad(FAILED, "3 failed"), NO_DATA), QUARTER),
    Example(LATENCY, "failures and behind", progress((3600.0,), (1.0,)),
            (bad(FAILED, "1 failed"), bad(BEHIND, "1 hour (3600 s by rule to-dr)")), QUARTER),
    Example(LATENCY, "failures though it keeps up", progress((5.0,), (0.0, 1.0)),
            (bad(FAILED, "1 failed"), good(BEHIND, "1 minute (5 s by rule to-dr)")), QUARTER),
]  # fmt: skip

EXAMPLES = [*BUCKETS, *ACCESS, *STORAGE, *LOG_DELIVERY, *TEMPLATES, *DR]


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
