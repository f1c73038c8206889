"""S3 buckets: private, encrypted, versioned, kept as declared; and the email templates in them."""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import html5lib

from checks import Finding, Observation, Problem, Severity, Undecided, account, check, names

if TYPE_CHECKING:
    from fixtures.declared.s3 import Bucket, BucketNaming, Replication, Template
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
    )


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "s3.name-convention",
    severity=Severity.MEDIUM,
    requirement="risk.bucket-names",
    fix="rename the bucket in its plan, or correct the plan's convention",
)
def name_convention(naming: BucketNaming) -> Iterator[Finding]:
    """Every bucket that the plan declares follows the environment's naming convention."""
    yield from names.follows(naming)


@check(
    "s3.name-available",
    severity=Severity.HIGH,
    requirement="risk.bucket-names",
    fix="choose another name: bucket names are shared by all of AWS",
)
def name_available(bucket: Bucket, taken: bool, owned: Collection[str]) -> Iterator[Finding]:
    """The bucket's name is free or already the account's own, and no other bucket's name is mistaken for it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    if bucket.name in owned and not taken:
        yield Undecided(bucket.name, "the account owns it, and a request for it finds no such bucket")
    elif taken and bucket.name not in owned:
        yield Problem(bucket.name, expected="a free name, or the account's own bucket", observed="another account's bucket")
    else:
        yield Observation(bucket.name, "already the account's own" if taken else "free")
    yield from names.lookalikes(bucket.name, owned)


@check(
    "s3.restorable",
    severity=Severity.CRITICAL,
    requirement=("rollback.s3", "pre.rollback-tested"),
    fix="enable versioning, and let no lifecycle rule destroy noncurrent versions before the rollback window ends",
    stands_on=("s3.versioning", "s3.noncurrent-versions-kept", "s3.bucket-exists"),
)
def restorable(bucket: Bucket, kept: KeptVersions, *, days: int) -> Iterator[Finding]:
    """The objects of a bucket that stands before the deployment can be restored for as long as a rollback may take."""
    if kept.versioning is None and kept.rules is None:
        yield Observation(bucket.name, "does not exist yet: rolling back deletes what the deployment creates")
        return
    if kept.versioning is None or kept.rules is None:
        yield Undecided(bucket.name, "half of what it could be restored from is not known")
        return
    yield from _versioning(bucket, kept.versioning)
    yield from _noncurrent_versions(bucket, kept.rules, days)


@check(
    "s3.rollback-loss-stated",
    severity=Severity.MEDIUM,
    requirement="05.deletion",
    fix="see why the bucket's contents cannot be counted",
    stands_on=("s3.bucket-exists",),
)
def rollback_loss(bucket: Bucket, contents: Contents) -> Iterator[Finding]:
    """What deleting the bucket in a rollback would lose is known: a bucket must be emptied before it can be deleted.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
    """
    if not contents.exists:
        yield Observation(bucket.name, "does not exist yet: nothing would be lost")
        return
    if min(contents.objects, contents.noncurrent, contents.delete_markers) < 0:
        yield Undecided(bucket.name, "a negative count")
        return
    bound = "" if contents.complete else "at least "
    yield Observation(
        bucket.name,
        f"would lose {bound}{contents.objects} objects, {contents.noncurrent} noncurrent versions and "
        f"{contents.delete_markers} delete markers",
    )


# ---------------------------------------------------------------------------------------------- the bucket


@check(
    "s3.bucket-exists",
    severity=Severity.CRITICAL,
    requirement=("05.inventory", "sit.no-deployment-errors", "prod.deployed"),
    fix="deploy the bucket in the declared region",
)
def bucket_exists(bucket: Bucket, region: str | None, owned: Collection[str]) -> Iterator[Finding]:
    """Every declared bucket exists, belongs to the account, and stands in its region."""
    if region is None:
        yield Problem(bucket.name, expected=f"a bucket in {bucket.region}", observed=f"missing{names.closest(bucket.name, owned)}")
        return
    if region != bucket.region:
        yield Problem(bucket.name, expected=f"in {bucket.region}", observed=f"in {region}")
    if bucket.name not in owned:
        yield Problem(bucket.name, expected=f"owned by {bucket.account}", observed="not among the account's buckets")


@check(
    "s3.no-undeclared-bucket",
    severity=Severity.HIGH,
    requirement="05.inventory",
    fix="declare the bucket in the plan, tolerate it there by name, or delete it",
)
def no_undeclared_bucket(naming: BucketNaming, undeclared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """No bucket of the project stands beside the declared ones."""
    yield from names.undeclared(naming, undeclared)


@check(
    "s3.required-tags",
    severity=Severity.MEDIUM,
    requirement="estate.conventions",
    fix="set the required tags on the bucket and apply",
)
def required_tags(bucket: Bucket, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every bucket carries the required tags."""
    yield from names.required_tags(bucket.name, tags, required=required)


# ---------------------------------------------------------------------------------------------- who may read

FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "everybody",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "everybody with an AWS account",
}


@check(
    "s3.public-access-block",
    severity=Severity.CRITICAL,
    requirement=("05.public-access", "06.origin-access"),
    fix="set all four flags in the bucket's public access block and apply",
)
def public_access_block(bucket: Bucket, block: PublicAccessBlock) -> Iterator[Finding]:
    """Public access is blocked by all four flags, each set on the bucket or on the account.

    S3 applies the most restrictive of both levels; that each flag may come from either is inferred from that.
    Two flags stop new grants only and two neutralise old ones, so none of the four is dispensable.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    levels = {"bucket": block.bucket or {}, "account": block.account or {}}
    given: dict[str, list[str]] = {}
    for flag in FLAGS:
        by = [level for level, flags in levels.items() if flags.get(flag) is True]
        if by:
            given.setdefault(" and ".join(by), []).append(flag)
        else:
            yield Problem(bucket.name, expected=f"{flag} on", observed="off on the bucket and on the account")
    for by_levels, flags_ in given.items():
        yield Observation(bucket.name, f"{', '.join(flags_)}: from the {by_levels}")


@check(
    "s3.no-public-policy",
    severity=Severity.CRITICAL,
    requirement="05.public-access",
    fix="remove the statement that allows everybody, or narrow its principal",
)
def no_public_policy(bucket: Bucket, public: bool) -> Iterator[Finding]:
    """No bucket policy makes the bucket public.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html
    """
    if public:
        yield Problem(bucket.name, expected="a policy that is not public", observed="S3 takes the policy for public")


@check(
    "s3.no-public-acl",
    severity=Severity.CRITICAL,
    requirement="05.public-access",
    fix="remove the grant from the bucket's ACL, or let the bucket's owner own every object and disable ACLs",
)
def no_public_acl(bucket: Bucket, grants: Collection[Grant]) -> Iterator[Finding]:
    """No ACL grants anything to everybody.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
    """
    for grant in grants:
        if grant.grantee in GROUPS:
            yield Problem(
                bucket.name, expected="no grant to a public group", observed=f"{grant.permission} to {GROUPS[grant.grantee]}"
            )


@check(
    "s3.anonymous-refused",
    severity=Severity.CRITICAL,
    requirement=("05.public-access", "06.origin-access"),
    fix="find out what lets anybody read the bucket, and block public access",
    stands_on=("s3.public-access-block", "s3.no-public-policy", "s3.no-public-acl"),
)
def anonymous_refused(bucket: Bucket, status: int) -> Iterator[Finding]:
    """A request without credentials is refused."""
    if status not in (401, 403):
        yield Problem(bucket.name, expected="HTTP 403", observed=f"HTTP {status}")


@check(
    "s3.https-only",
    severity=Severity.HIGH,
    requirement="estate.conventions",
    fix='deny s3:* on the bucket and its objects to everybody when "aws:SecureTransport" is "false"',
)
def https_only(bucket: Bucket, policy: Mapping[str, Any] | None) -> Iterator[Finding]:
    """A request over plain HTTP is denied by the bucket's policy, for the bucket and for its objects.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS
    """
    if policy is None:
        yield Problem(bucket.name, expected="a policy that denies plain HTTP", observed="no policy")
        return
    arn = f"arn:aws:s3:::{bucket.name}"
    denied = [
        str(resource)
        for statement in _listed(policy["Statement"])
        if _denies_plain_http(statement)
        for resource in _listed(statement.get("Resource"))
    ]
    for resource, what in ((arn, "the bucket"), (f"{arn}/*", "its objects")):
        some = resource.replace("*", "\0 any key")  # which no pattern names but one for all keys
        if not any(fnmatch.fnmatchcase(some, pattern.replace("[", "[[]")) for pattern in denied):
            yield Problem(bucket.name, expected=f"plain HTTP denied for {what}", observed=f"no Deny of s3:* on {resource}")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _denies_plain_http(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    everybody = principal == "*" or (isinstance(principal, dict) and "*" in _listed(principal.get("AWS")))
    every_action = bool({"*", "s3:*"} & {str(action).lower() for action in _listed(statement.get("Action"))})
    conditions = [
        (operator.lower(), key.lower(), {str(value).lower() for value in _listed(values)})
        for operator, tests in statement.get("Condition", {}).items()
        for key, values in tests.items()
    ]
    # A second condition would narrow the denial.
    plain = conditions in ([("bool", "aws:securetransport", {"false"})], [("boolifexists", "aws:securetransport", {"false"})])
    return statement.get("Effect") == "Deny" and everybody and every_action and plain


# ---------------------------------------------------------------------------------------------- what is kept, and how


@check(
    "s3.versioning",
    severity=Severity.CRITICAL,
    requirement="05.versioning",
    fix='set versioning_configuration { status = "Enabled" } on the bucket and apply',
)
def versioning(bucket: Bucket, status: str) -> Iterator[Finding]:
    """An overwritten object can be restored: versioning is Enabled."""
    yield from _versioning(bucket, status)


def _versioning(bucket: Bucket, status: str) -> Iterator[Finding]:
    if status != "Enabled":
        yield Problem(bucket.name, expected="versioning Enabled", observed=status or "never enabled")


@check(
    "s3.encryption",
    severity=Severity.CRITICAL,
    requirement="estate.conventions",
    fix="set the bucket's default encryption as declared and apply",
)
def encryption(bucket: Bucket, encryption: BucketEncryption | None) -> Iterator[Finding]:
    """Objects are encrypted as declared by default: with a usable KMS key of the account, and in the log bucket with SSE-S3.

    AWS delivers access logs to no bucket with another default encryption than SSE-S3.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    expected = ["AES256"] if bucket.takes_access_logs else ["aws:kms"]
    if bucket.source and bucket.source.takes_access_logs:
        expected += ["AES256"]  # the copy of the log bucket may be as the log bucket is
    if encryption is None or encryption.algorithm not in expected:
        observed = encryption.algorithm if encryption else ""
        yield Problem(bucket.name, expected=" or ".join(expected), observed=observed or "no default encryption")
    elif encryption.key.startswith("arn:") and f":{bucket.account}:" not in encryption.key:
        yield Problem(bucket.name, expected=f"a key of account {bucket.account}", observed=encryption.key)
    elif encryption.key and encryption.description is None:
        yield Problem(bucket.name, expected="a key that exists", observed=f"{encryption.key} is missing")
    elif encryption.description:
        yield from account.unusable(bucket.name, encryption.description)


@check(
    "s3.lifecycle",
    severity=Severity.MEDIUM,
    requirement="estate.conventions",
    fix="set the declared transitions and expiration in one enabled lifecycle rule for the whole bucket, and apply",
)
def lifecycle(bucket: Bucket, rules: Collection[LifecycleRule]) -> Iterator[Finding]:
    """Objects move to colder storage and expire as declared; where nothing is declared, nothing expires.

    Nothing is declared for a DR copy, which may let objects expire as its source does.
    """
    enabled = [rule for rule in rules if rule.enabled]
    declared = bucket.lifecycle
    if declared is None:
        at_source = bucket.source.lifecycle if bucket.source else None
        yield from _too_soon(bucket, enabled, at_source.expiration if at_source else None)
        return
    everywhere = [rule for rule in enabled if rule.whole_bucket]
    wanted = {"STANDARD_IA": declared.STANDARD_IA, "GLACIER": declared.GLACIER}
    for storage_class, days in wanted.items():
        found = {rule.transitions[storage_class] for rule in everywhere if storage_class in rule.transitions}
        if found != {days}:
            yield Problem(bucket.name, expected=f"{storage_class} after {days} days", observed=_days(found) or _beside(rules))
    expirations = {rule.expiration_days for rule in everywhere if rule.expiration_days is not None}
    if expirations != ({declared.expiration} if declared.expiration else set()):
        expected = f"expiry after {declared.expiration} days" if declared.expiration else "no expiry"
        yield Problem(bucket.name, expected=expected, observed=_days(expirations) or _beside(rules))
    for rule in enabled:
        for storage_class, days in sorted(rule.transitions.items()):
            if storage_class not in wanted or (not rule.whole_bucket and days < wanted[storage_class]):
                yield Problem(
                    bucket.name,
                    expected="no object to move sooner or elsewhere than declared",
                    observed=f"{_called(rule)} moves to {storage_class} {_days([days])}",
                )
    yield from _too_soon(bucket, [rule for rule in enabled if not rule.whole_bucket], declared.expiration)


def _too_soon(bucket: Bucket, rules: Collection[LifecycleRule], expiration: int | None) -> Iterator[Finding]:
    for rule in rules:
        if rule.expiration_days is not None and rule.expiration_days < (expiration or math.inf):
            yield Problem(
                bucket.name,
                expected="no object to expire sooner than declared",
                observed=f"{_called(rule)} expires {'all' if rule.whole_bucket else 'some'} {_days([rule.expiration_days])}",
            )


def _called(rule: LifecycleRule | ReplicationRule) -> str:
    return f"rule {rule.id or 'without id'}"


def _days(found: Collection[int]) -> str:
    return " and ".join(f"after {days} days" if days >= 0 else "on a date" for days in sorted(found))


def _beside(rules: Collection[LifecycleRule]) -> str:
    unfit = sorted(
        f"{rule.id or 'a rule'} {'is narrowed by a filter' if rule.enabled else 'is Disabled'}"
        for rule in rules
        if not (rule.enabled and rule.whole_bucket)
    )
    return f"never; {', '.join(unfit)}" if unfit else "never"


@check(
    "s3.noncurrent-versions-kept",
    severity=Severity.HIGH,
    requirement="rollback.s3",
    fix="let noncurrent_version_expiration begin after the rollback window, and apply",
)
def noncurrent_versions_kept(bucket: Bucket, rules: Collection[LifecycleRule], *, days: int) -> Iterator[Finding]:
    """No lifecycle rule destroys noncurrent versions before the rollback window ends."""
    yield from _noncurrent_versions(bucket, rules, days)


def _noncurrent_versions(bucket: Bucket, rules: Collection[LifecycleRule], days: int) -> Iterator[Finding]:
    for rule in rules:
        if rule.enabled and rule.noncurrent_days is not None and rule.noncurrent_days < days:
            yield Problem(
                bucket.name,
                expected=f"noncurrent versions kept for at least {days} days",
                observed=f"{_called(rule)} destroys them after {rule.noncurrent_days}",
            )


@check(
    "s3.access-logging",
    severity=Severity.MEDIUM,
    requirement="estate.conventions",
    fix="enable server access logging to the declared bucket and prefix, and apply",
)
def access_logging(bucket: Bucket, log: tuple[str, str] | None) -> Iterator[Finding]:
    """Access to the bucket is logged, to the log bucket and under the bucket's own prefix."""
    expected = f"{bucket.log_bucket}/{bucket.log_prefix}"
    if log != (bucket.log_bucket, bucket.log_prefix):
        yield Problem(bucket.name, expected=expected, observed="/".join(log) if log else "logging is off")


# ---------------------------------------------------------------------------------------------- templates


@check(
    "s3.template-keys",
    severity=Severity.HIGH,
    requirement="05.inventory",
    fix="upload the missing templates, and remove or declare the others",
)
def template_keys(bucket: Bucket, keys: Collection[str]) -> Iterator[Finding]:
    """Exactly the declared email templates are in the templates bucket, and nothing else."""
    undeclared = sorted(set(keys) - set(bucket.templates))
    for key in bucket.templates:
        if key not in keys:
            yield Problem(bucket.name, expected=key, observed=f"missing{names.closest(key, undeclared)}")
    for key in undeclared:
        yield Problem(bucket.name, expected="declared templates alone", observed=f"{key} beside them")


@check(
    "s3.template-document",
    severity=Severity.HIGH,
    requirement="05.inventory",
    fix="upload the template again, whole and as text/html",
)
def template_document(template: Template, document: Document) -> Iterator[Finding]:
    """Every email template is a whole, well-formed HTML document, served as text/html."""
    where = f"{template.bucket.name}/{template.name}"
    media_type = document.content_type.partition(";")[0].strip().lower()
    if media_type != "text/html":
        yield Problem(where, expected="content type text/html", observed=document.content_type or "none")
    if not document.body.strip():
        yield Problem(where, expected="an HTML document", observed="an empty object")
        return
    try:
        text = document.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield Problem(where, expected="UTF-8 text", observed=f"byte {error.start} is not")
        return
    yield from _well_formed(where, text)


# html5lib's names for what is wrong with a document only because of its kind: an email needs no particular doctype.
_DOCTYPE = {"expected-doctype-but-got-start-tag", "unknown-doctype", "non-void-element-with-trailing-solidus"}
# What the standard no longer takes for an error: an ampersand that begins no character reference, as in "R&D" and "?a=1&b=2".
# https://html.spec.whatwg.org/multipage/parsing.html#ambiguous-ampersand-state
_AMPERSAND = {"expected-named-entity", "named-entity-without-semicolon"}


def _well_formed(where: str, text: str) -> Iterator[Finding]:
    # HTML lets a document end anywhere and calls it whole. One that was cut off while uploading is told by its end.
    marked_up = re.sub(r"(?s)<!--.*?-->", "", text).lower()
    for tag in ("<html", "</html>"):
        if tag not in marked_up:
            yield Problem(where, expected="a whole HTML document", observed=f"no {tag.rstrip('>')}> in it")
            return
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    body = parser.parse(text).find("body")
    errors = [error for error in parser.errors if error[1] not in _DOCTYPE | _AMPERSAND]
    for (line, _), code, _ in errors[:3]:
        yield Problem(where, expected="well-formed HTML", observed=f"line {line}: {code.replace('-', ' ')}")
    if not errors and (body is None or (not len(body) and not (body.text or "").strip())):
        yield Problem(where, expected="a document with something in it", observed="an empty body")


# ---------------------------------------------------------------------------------------------- disaster recovery


@check(
    "s3.replication",
    severity=Severity.CRITICAL,
    requirement="05.dr",
    fix="enable one replication rule for the whole bucket to its DR copy, with delete markers and KMS objects, and apply",
)
def replication(replication: Replication, rules: Collection[ReplicationRule]) -> Iterator[Finding]:
    """Every bucket replicates whole to its DR copy, delete markers and KMS-encrypted objects included.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
    """
    source, destination = replication.source.name, replication.destination.name
    to_copy = [rule for rule in rules if rule.destination == destination]
    if not to_copy:
        observed = f"replicates to {', '.join(sorted(rule.destination for rule in rules))}" if rules else "no replication rule"
        yield Problem(source, expected=f"a rule that replicates to {destination}", observed=observed)
        return
    enabled = [rule for rule in to_copy if rule.enabled]
    if not enabled:
        yield Problem(source, expected=f"an Enabled rule to {destination}", observed="Disabled")
        return
    whole = [rule for rule in enabled if rule.whole_bucket]
    if not whole:
        yield Problem(source, expected="the whole bucket replicated", observed="the rule is narrowed by a filter")
        return
    # Of several rules for an object S3 follows the one with the highest priority, be it narrower.
    least = max(rule.priority for rule in whole)
    followed = [rule for rule in enabled if rule.priority >= least]
    for what, lacking in (
        ("delete markers", [rule for rule in followed if not rule.delete_markers]),
        ("KMS-encrypted objects", [rule for rule in followed if not rule.kms_objects]),
    ):
        if lacking:
            narrowed = "" if any(rule.whole_bucket for rule in lacking) else f" by {_called(lacking[0])}, which goes before"
            yield Problem(source, expected=f"{what} replicated", observed=f"not replicated{narrowed}")


@check(
    "s3.replication-latency",
    severity=Severity.HIGH,
    requirement="05.dr",
    fix="find out in CloudWatch since when replication lags or fails, and replicate what failed again",
    stands_on=("s3.replication",),
)
def replication_latency(replication: Replication, progress: ReplicationProgress, *, limit_minutes: int) -> Iterator[Finding]:
    """Replication keeps up: it is no further behind than the limit, and no operation failed.

    S3 publishes the failures only while something is replicated: none beside a known latency is none failed.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
    """
    where = replication.source.name
    if failed := sum(progress.failed):
        yield Problem(where, expected="no failed operation", observed=f"{failed:.0f} failed in the last hour")
    if not progress.latency or not all(progress.latency.values()):
        yield Undecided(where, "no ReplicationLatency in the last hour: replication metrics are off, or are not there yet")
        return
    worst = timedelta(seconds=max(seconds for rule in progress.latency.values() for seconds in rule))
    if worst > timedelta(minutes=limit_minutes):
        observed = f"{math.ceil(worst.total_seconds() / 6) / 10} minutes behind"
        yield Problem(where, expected=f"at most {limit_minutes} minutes behind", observed=observed)
    elif not failed:
        yield Observation(where, f"at most {worst.total_seconds():.0f} s behind, none failed")
