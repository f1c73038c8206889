"""S3 buckets: private, encrypted, versioned, kept as declared; and the email templates in them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import html5lib

from checks import Finding, Observation, Pillar, Problem, Seen, Severity, Undecided, account, check, names, policies
from checks.comparisons import at_least, at_most, closest, counted, equal, judge, nothing, one_of, present

if TYPE_CHECKING:
    from fixtures.declared.s3 import Bucket, BucketNaming, Replication, Template
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
    )


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "s3.name-convention",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="risk.bucket-names",
    fix="correct the plan's convention, or rename the bucket in its plan before it is deployed: a new name replaces a deployed "
    "bucket (irreversible: its objects are lost)",
)
def name_convention(naming: BucketNaming) -> Iterator[Finding]:
    """Every bucket that the plan declares follows the environment's naming convention."""
    yield from names.follows(naming)


@check(
    "s3.name-available",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="risk.bucket-names",
    fix="choose another name: bucket names are shared by all of AWS",
)
def name_available(bucket: Bucket, taken: bool, owned: Collection[str]) -> Iterator[Finding]:
    """The bucket's name is free or already the account's own, and no other bucket's name is mistaken for it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    if bucket.name in owned and not taken:
        yield Undecided(bucket.name, "the account owns it, and a request for it finds no such bucket")
    else:
        observed = "another account's bucket" if bucket.name not in owned else "already the account's own"
        free_or_own = bucket.name in owned or not taken
        yield judge(bucket.name, free_or_own, "a free name, or the account's own bucket", observed if taken else "free")
    yield from names.lookalikes(bucket.name, owned)


@check(
    "s3.restorable",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("rollback.s3", "pre.rollback-tested"),
    fix="enable versioning, and let no lifecycle rule destroy noncurrent versions before the rollback window ends",
    stands_on=("s3.versioning", "s3.noncurrent-versions-kept", "s3.bucket-exists"),
)
def restorable(bucket: Bucket, kept: KeptVersions, *, days: int) -> Iterator[Finding]:
    """The objects of a bucket that stands before the deployment can be restored for as long as a rollback may take."""
    if kept.versioning is None and kept.rules is None:
        expected = f"versions to restore for {counted(days, 'day')}, or no bucket yet"
        yield Seen(bucket.name, expected, "does not exist yet: rolling back deletes what the deployment creates")
        return
    if kept.versioning is None or kept.rules is None:
        yield Undecided(bucket.name, "half of what it could be restored from is not known")
        return
    yield from _versioning(bucket, kept.versioning)
    yield from _noncurrent_versions(bucket, kept.rules, days)


@check(
    "s3.rollback-loss-stated",
    severity=Severity.MEDIUM,
    pillar=Pillar.RELIABILITY,
    requirement="05.deletion",
    fix="see why the bucket's contents cannot be counted",
    stands_on=("s3.bucket-exists",),
)
def rollback_loss(bucket: Bucket, contents: Contents) -> Iterator[Finding]:
    """What deleting the bucket in a rollback would lose is known: a bucket must be emptied before it can be deleted.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
    """
    known = "known what deleting it would lose"
    if not contents.exists:
        yield Seen(bucket.name, known, "does not exist yet: nothing would be lost")
        return
    if min(contents.objects, contents.noncurrent, contents.delete_markers) < 0:
        yield Undecided(bucket.name, "a negative count")
        return
    counts = (
        f"{counted(contents.objects, 'object')}, {counted(contents.noncurrent, 'noncurrent version')} and "
        f"{counted(contents.delete_markers, 'delete marker')}"
    )
    yield Seen(bucket.name, known, f"counted {'to the end' if contents.complete else 'as far as is counted, and there is more'}")
    yield Observation(bucket.name, f"would lose {'' if contents.complete else 'at least '}{counts}")


# ---------------------------------------------------------------------------------------------- the bucket


@check(
    "s3.bucket-exists",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("05.inventory", "sit.no-deployment-errors", "prod.deployed"),
    fix="deploy the bucket in the declared region",
)
def bucket_exists(bucket: Bucket, region: str | None, owned: Collection[str]) -> Iterator[Finding]:
    """Every declared bucket exists, belongs to the account, and stands in its region."""
    there = f"a bucket in {bucket.region}"
    if region is None:
        yield Problem(bucket.name, there, f"missing{closest(bucket.name, owned)}")
        return
    yield judge(bucket.name, region == bucket.region, there, f"in {region}")
    own = bucket.name in owned
    yield judge(bucket.name, own, f"owned by {bucket.account}", f"{'' if own else 'not '}among the account's buckets")


@check(
    "s3.no-undeclared-bucket",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="05.inventory",
    fix="declare the bucket in the plan, tolerate it there by name, or delete it (irreversible: its objects are lost)",
)
def no_undeclared_bucket(naming: BucketNaming, undeclared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """No bucket of the project stands beside the declared ones."""
    yield from names.undeclared(naming, undeclared)


@check(
    "s3.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
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
    pillar=Pillar.SECURITY,
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
    for flag in FLAGS:
        by = [level for level, flags in levels.items() if flags.get(flag) is True]
        observed = f"on, from the {' and the '.join(by)}" if by else "off on the bucket and on the account"
        yield judge(bucket.name, bool(by), f"{flag} on", observed)


@check(
    "s3.no-public-policy",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="05.public-access",
    fix="remove the statement that allows everybody, or narrow its principal",
)
def no_public_policy(bucket: Bucket, public: bool, policy: Mapping[str, Any] | None) -> Iterator[Finding]:
    """No bucket policy makes the bucket public.

    S3 judges; the policy names what it judged by: an Allow for everybody, unless its conditions admit only somebody.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
    """
    expected = "a policy that S3 does not take for public"
    statements = list(policies.statements(policy))
    if not public:
        observed = "no policy" if policy is None else f"IsPublic is false for {counted(len(statements), 'statement')}"
        yield Seen(bucket.name, expected, observed)
        return
    found = [_opening(name, statement) for name, statement in statements if _opens(statement)]
    for observed in found or ["IsPublic is true, though no statement allows anything to everybody"]:
        yield Problem(bucket.name, expected, observed)


def _opens(statement: Mapping[str, Any]) -> bool:
    to_all = policies.everybody(statement) or "NotPrincipal" in statement
    return to_all and statement.get("Effect") == "Allow"


def _opening(name: str, statement: Mapping[str, Any]) -> str:
    member = "NotAction" if "NotAction" in statement else "Action"
    actions = ", ".join(str(action) for action in policies.listed(statement.get(member)))
    keys = ", ".join(key for _, key, _ in policies.conditions(statement))
    what = f"all but {actions}" if member == "NotAction" else actions or "nothing"
    return f"{name} allows {what} to {policies.principal(statement)}{f', on a condition of {keys}' if keys else ''}"


@check(
    "s3.no-public-acl",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="05.public-access",
    fix="remove the grant from the bucket's ACL, or let the bucket's owner own every object and disable ACLs",
)
def no_public_acl(bucket: Bucket, grants: Collection[Grant]) -> Iterator[Finding]:
    """No ACL grants anything to everybody.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
    """
    given = sorted(f"{grant.permission} to {GROUPS.get(grant.grantee, grant.grantee)}" for grant in grants)
    public = (f"{grant.permission} to {GROUPS[grant.grantee]}" for grant in grants if grant.grantee in GROUPS)
    observed = f"{counted(len(given), 'grant')}, {' and '.join(given)}" if given else "no grant"
    yield from nothing(bucket.name, "no grant to a public group", public, otherwise=observed)


@check(
    "s3.anonymous-refused",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=("05.public-access", "06.origin-access"),
    fix="find out what lets anybody read the bucket, and block public access",
    stands_on=("s3.public-access-block", "s3.no-public-policy", "s3.no-public-acl"),
)
def anonymous_refused(bucket: Bucket, status: int) -> Iterator[Finding]:
    """A request without credentials is refused."""
    yield one_of(bucket.name, f"HTTP {status}", ("HTTP 403", "HTTP 401"), what="a listing without credentials refused with {}")


@check(
    "s3.https-only",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
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
    denying = [(name, each) for name, each in policies.statements(policy) if _denies_plain_http(each)]
    for resource, what in ((arn, "the bucket"), (f"{arn}/*", "its objects")):
        by = [name for name, statement in denying if _names(statement, resource)]
        observed = f"denied by {' and '.join(by)}" if by else f"no Deny of s3:* on {resource}"
        yield judge(bucket.name, bool(by), f"plain HTTP denied for {what}", observed)


def _names(statement: Mapping[str, Any], resource: str) -> bool:
    """Whether the statement is about all of a resource: a bucket, or what follows the star at the end of an ARN."""
    patterns = map(str, policies.listed(statement.get("Resource")))
    return any(
        policies.covers(each, resource[:-1]) if resource.endswith("*") else policies.matches(resource, each) for each in patterns
    )


def _denies_plain_http(statement: Mapping[str, Any]) -> bool:
    every_action = bool({"*", "s3:*"} & {str(action).lower() for action in policies.listed(statement.get("Action"))})
    conditions = [
        (operator.lower(), key.lower(), set(map(str.lower, values))) for operator, key, values in policies.conditions(statement)
    ]
    # A second condition would narrow the denial.
    plain = conditions in ([("bool", "aws:securetransport", {"false"})], [("boolifexists", "aws:securetransport", {"false"})])
    alone = len(statement.get("Condition", {})) == 1
    return statement.get("Effect") == "Deny" and policies.everybody(statement) and every_action and plain and alone


# ---------------------------------------------------------------------------------------------- what is kept, and how


@check(
    "s3.versioning",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="05.versioning",
    fix='set versioning_configuration { status = "Enabled" } on the bucket and apply',
)
def versioning(bucket: Bucket, status: str) -> Iterator[Finding]:
    """An overwritten object can be restored: versioning is Enabled."""
    yield from _versioning(bucket, status)


def _versioning(bucket: Bucket, status: str) -> Iterator[Finding]:
    yield equal(bucket.name, status or "never enabled", "Enabled", what="versioning {}")


@check(
    "s3.encryption",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="estate.conventions",
    fix="set the bucket's default encryption as declared and apply",
)
def encryption(bucket: Bucket, encryption: BucketEncryption | None) -> Iterator[Finding]:
    """Objects are encrypted as declared by default: with a usable KMS key of the account, and in the log bucket with SSE-S3.

    AWS delivers access logs to no bucket with another default encryption than SSE-S3. Where no default is set S3 itself takes
    SSE-S3; that a rule that lacks a default sets none is inferred from its members, none of which must be there.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionRule.html
    """
    allowed = ["AES256"] if bucket.takes_access_logs else ["aws:kms"]
    if bucket.source and bucket.source.takes_access_logs:
        allowed += ["AES256"]  # the copy of the log bucket may be as the log bucket is
    key = encryption.key if encryption else ""
    if encryption and not key and encryption.algorithm.startswith("aws:kms"):
        key = "with the account's own aws/s3"
    default = one_of(bucket.name, _default(encryption), allowed, what="default encryption set to {}", detail=key)
    yield default
    if encryption and isinstance(default, Seen):
        yield from _key(bucket, encryption)


def _default(encryption: BucketEncryption | None) -> str:
    if encryption is None:
        return "not configured: S3 takes AES256"
    return encryption.algorithm or "not set by its rule: S3 takes AES256"


def _key(bucket: Bucket, encryption: BucketEncryption) -> Iterator[Finding]:
    """Whether the key of the default encryption can be used. Where none is named it is AWS's own, and there is nothing to judge."""
    key, description = encryption.key, encryption.description
    if key.startswith("arn:"):
        own = judge(bucket.name, f":{bucket.account}:" in key, f"a key of account {bucket.account}", key)
        yield own
        if isinstance(own, Problem):
            return
    if key and description is None:
        yield Problem(bucket.name, expected="a key that exists", observed=f"{key} is missing")
    elif description:
        yield from account.usable(bucket.name, description)


@check(
    "s3.lifecycle",
    severity=Severity.MEDIUM,
    pillar=Pillar.COST_OPTIMIZATION,
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
        moves = [(rule.transitions[storage_class], rule) for rule in everywhere if storage_class in rule.transitions]
        yield _as_declared(bucket, f"{storage_class} after {days} days", {days}, moves, rules)
    expiries = [(rule.expiration_days, rule) for rule in everywhere if rule.expiration_days is not None]
    expected = f"expiry after {declared.expiration} days" if declared.expiration else "no expiry"
    yield _as_declared(bucket, expected, {declared.expiration} if declared.expiration else set(), expiries, rules)
    yield from _moved_otherwise(bucket, enabled, wanted)
    yield from _too_soon(bucket, [rule for rule in enabled if not rule.whole_bucket], declared.expiration)


def _as_declared(
    bucket: Bucket, expected: str, days: set[int], found: Sequence[tuple[int, LifecycleRule]], rules: Collection[LifecycleRule]
) -> Finding:
    """Whether the days after which rules for the whole bucket were `found` to act are the declared ones alone."""
    after = {number for number, _ in found}
    by = " and ".join(sorted({_called(rule) for _, rule in found}))
    return judge(bucket.name, after == days, expected, f"{_days(after)} ({by})" if found else _beside(rules))


def _moved_otherwise(bucket: Bucket, enabled: Collection[LifecycleRule], wanted: Mapping[str, int]) -> Iterator[Finding]:
    found = [
        f"{_called(rule)} moves to {storage_class} {_days([days])}"
        for rule in enabled
        for storage_class, days in sorted(rule.transitions.items())
        if storage_class not in wanted or (not rule.whole_bucket and days < wanted[storage_class])
    ]
    expected = "no object to move sooner or elsewhere than declared"
    yield from nothing(bucket.name, expected, found, otherwise=_none_of(enabled, "enabled rule"))


def _too_soon(bucket: Bucket, rules: Collection[LifecycleRule], expiration: int | None) -> Iterator[Finding]:
    """Whether one of the enabled rules lets objects expire sooner than declared, or at all where no expiry is declared."""
    found = [
        f"{_called(rule)} expires {'all' if rule.whole_bucket else 'some'} {_days([rule.expiration_days])}"
        for rule in rules
        if rule.expiration_days is not None and rule.expiration_days < (expiration or math.inf)
    ]
    expected = f"no object to expire before {expiration} days" if expiration else "no object to expire"
    what = "enabled rule that a filter narrows" if bucket.lifecycle else "enabled rule"
    yield from nothing(bucket.name, expected, found, otherwise=_none_of(rules, what))


def _none_of(rules: Collection[LifecycleRule], what: str) -> str:
    """What there is where no rule does what none must do."""
    return f"none of {len(rules)}: {' and '.join(sorted({_called(rule) for rule in rules}))}" if rules else f"no {what}"


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
    pillar=Pillar.RELIABILITY,
    requirement="rollback.s3",
    fix="let noncurrent_version_expiration begin after the rollback window, and apply",
)
def noncurrent_versions_kept(bucket: Bucket, rules: Collection[LifecycleRule], *, days: int) -> Iterator[Finding]:
    """No lifecycle rule destroys noncurrent versions before the rollback window ends."""
    yield from _noncurrent_versions(bucket, rules, days)


def _noncurrent_versions(bucket: Bucket, rules: Collection[LifecycleRule], days: int) -> Iterator[Finding]:
    what = "noncurrent versions kept for {}"
    ending = [(rule.noncurrent_days, _called(rule)) for rule in rules if rule.enabled and rule.noncurrent_days is not None]
    for kept, by in ending:
        yield at_least(bucket.name, kept, days, unit="days", what=what, detail=by)
    if not ending:
        among = f"none of {counted(len(rules), 'lifecycle rule')} ends it" if rules else "no lifecycle rule"
        yield Seen(bucket.name, what.format(f"at least {counted(days, 'day')}"), f"for ever ({among})")


@check(
    "s3.access-logging",
    severity=Severity.MEDIUM,
    pillar=Pillar.SECURITY,
    requirement="estate.conventions",
    fix="enable server access logging to the declared bucket and prefix, and apply",
)
def access_logging(bucket: Bucket, log: tuple[str, str] | None) -> Iterator[Finding]:
    """Access to the bucket is logged, to the log bucket and under the bucket's own prefix."""
    as_declared = log == (bucket.log_bucket, bucket.log_prefix)
    expected = f"access logged to {bucket.log_bucket}/{bucket.log_prefix}"
    yield judge(bucket.name, as_declared, expected, f"logged to {'/'.join(log)}" if log else "logging is off")


LOGGING = "logging.s3.amazonaws.com"


@check(
    "s3.log-delivery",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="estate.conventions",
    fix=f"let the log bucket's policy allow {LOGGING} s3:PutObject under the prefix of each bucket that logs to it, and deny it "
    "nowhere; and apply",
    stands_on=("s3.encryption",),
)
def log_delivery(
    bucket: Bucket,
    policy: Mapping[str, Any] | None,
    acl: LogDeliveryAcl,
    encryption: BucketEncryption | None,
) -> Iterator[Finding]:
    """The log bucket lets S3 deliver the access log of every declared bucket that logs to it.

    S3 delivers what it can and tells nobody what it could not. (It does not deliver into default retention or where the requester
    pays either, which is not looked at.)
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    if not bucket.logged:
        yield Seen(bucket.name, "access logs delivered as declared", "no declared bucket logs to it")
        return
    default = encryption.algorithm if encryption else ""
    unset = "" if default else _default(encryption)  # and S3 then takes what delivery needs
    yield equal(bucket.name, default or "AES256", "AES256", what="default encryption {}", detail=unset)
    by_acl, seen = _acl(acl)
    for source, prefix in bucket.logged:
        yield _delivered(bucket, source, prefix, policy, by_acl, seen)


def _delivered(bucket: Bucket, source: str, prefix: str, policy: Mapping[str, Any] | None, by_acl: bool, acl: str) -> Finding:
    """Whether S3 may write the log of one bucket: by the policy or else by the ACL, unless the policy denies it.

    That S3 delivers over HTTPS is inferred from the policies of AWS's own that deny everything else on log buckets.
    """
    expected = f"the access log of {source} delivered to {prefix}"
    known = {"aws:sourceaccount": bucket.account, "aws:sourcearn": f"arn:aws:s3:::{source}", "aws:securetransport": "true"}
    request = policies.Request(LOGGING, "s3:PutObject", f"arn:aws:s3:::{bucket.name}/{prefix}", known)
    said = policies.said_of(request, policy)
    if not said.allowed and by_acl:
        # The log delivery group is no service principal, and what its requests carry is not documented.
        by_group = policies.said_of(replace(request, service="", context={"aws:securetransport": "true"}), policy)
        unclear = by_group.perhaps_denied + said.denied + said.perhaps_denied
        said = replace(by_group, allowed=(acl,), perhaps_denied=unclear)
    return policies.admitted(bucket.name, expected, said, f"; {acl}")


def _acl(acl: LogDeliveryAcl) -> tuple[bool, str]:
    """Whether the bucket's ACL lets S3 deliver logs, and what was seen of it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """
    seen = f"its ACL gives the LogDelivery group {' and '.join(sorted(acl.given)) or 'nothing'}"
    if acl.ownership == "BucketOwnerEnforced":
        return False, f"{seen}, and is void (BucketOwnerEnforced)"
    return acl.enough, seen


# ---------------------------------------------------------------------------------------------- templates


@check(
    "s3.template-keys",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="05.inventory",
    fix="upload the missing templates, and declare the others or delete them (irreversible: their contents are lost)",
)
def template_keys(bucket: Bucket, keys: Collection[str]) -> Iterator[Finding]:
    """Exactly the declared email templates are in the templates bucket, and nothing else."""
    undeclared = sorted(set(keys) - set(bucket.templates))
    for key in bucket.templates:
        yield present(bucket.name, key, keys, among=undeclared)
    others = (f"{key} beside them" for key in undeclared)
    yield from nothing(bucket.name, "declared templates alone", others, otherwise=f"{counted(len(keys), 'object')}, no other")


@check(
    "s3.template-document",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="05.inventory",
    fix="upload the template again, whole and as text/html",
)
def template_document(template: Template, document: Document) -> Iterator[Finding]:
    """Every email template is a whole, well-formed HTML document, served as text/html."""
    where = f"{template.bucket.name}/{template.name}"
    media_type = document.content_type.partition(";")[0].strip().lower()
    observed = document.content_type or "none"
    yield judge(where, media_type == "text/html", "content type text/html", observed)
    expected = "a whole, well-formed HTML document in UTF-8"
    size = counted(len(document.body), "byte")
    yield from nothing(where, expected, _flaws(document.body), otherwise=f"{size}, from <html> to </html>, no error in them")


def _flaws(body: bytes) -> Iterator[str]:
    """What is wrong with a document: the first of what keeps it from being read, or up to three errors of its markup."""
    if not body.strip():
        yield "an empty object"
        return
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield f"byte {error.start} is not UTF-8"
        return
    yield from _flaws_of_markup(text)


# html5lib's names for what is wrong with a document only because of its kind: an email needs no particular doctype.
_DOCTYPE = {"expected-doctype-but-got-start-tag", "unknown-doctype", "non-void-element-with-trailing-solidus"}
# What the standard no longer takes for an error: an ampersand that begins no character reference, as in "R&D" and "?a=1&b=2".
# https://html.spec.whatwg.org/multipage/parsing.html#ambiguous-ampersand-state
_AMPERSAND = {"expected-named-entity", "named-entity-without-semicolon"}


def _flaws_of_markup(text: str) -> Iterator[str]:
    # HTML lets a document end anywhere and calls it whole. One that was cut off while uploading is told by its end.
    marked_up = re.sub(r"(?s)<!--.*?-->", "", text).lower()
    for tag in ("<html", "</html>"):
        if tag not in marked_up:
            yield f"no {tag.rstrip('>')}> in it"
            return
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    body = parser.parse(text).find("body")
    errors = [error for error in parser.errors if error[1] not in _DOCTYPE | _AMPERSAND]
    for (line, _), code, _ in errors[:3]:
        yield f"line {line}: {code.replace('-', ' ')}"
    if not errors and (body is None or (not len(body) and not (body.text or "").strip())):
        yield "an empty body"


# ---------------------------------------------------------------------------------------------- disaster recovery


@check(
    "s3.replication",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="05.dr",
    fix="enable one replication rule for the whole bucket to its DR copy, with delete markers and KMS objects, and apply",
)
def replication(replication: Replication, rules: Collection[ReplicationRule]) -> Iterator[Finding]:
    """Every bucket replicates whole to its DR copy, delete markers and KMS-encrypted objects included.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
    """
    source, destination = replication.source.name, replication.destination.name
    to_copy = [rule for rule in rules if rule.destination == destination]
    elsewhere = sorted({rule.destination for rule in rules})
    observed = _by(to_copy) or (f"replicates to {', '.join(elsewhere)}" if rules else "no replication rule")
    yield judge(source, bool(to_copy), f"a rule that replicates to {destination}", observed)
    if not to_copy:
        return
    enabled = [rule for rule in to_copy if rule.enabled]
    yield judge(source, bool(enabled), f"an Enabled rule to {destination}", _by(enabled) or f"Disabled ({_by(to_copy)})")
    if not enabled:
        return
    whole = [rule for rule in enabled if rule.whole_bucket]
    yield judge(source, bool(whole), "the whole bucket replicated", _by(whole) or f"narrowed by a filter ({_by(enabled)})")
    if not whole:
        return
    # Of several rules for an object S3 follows the one with the highest priority, be it narrower.
    least = max(rule.priority for rule in whole)
    followed = [rule for rule in enabled if rule.priority >= least]
    for what, lacking in (
        ("delete markers", [rule for rule in followed if not rule.delete_markers]),
        ("KMS-encrypted objects", [rule for rule in followed if not rule.kms_objects]),
    ):
        narrowed = "" if any(rule.whole_bucket for rule in lacking) else ", which goes before"
        observed = f"not replicated by {_by(lacking)}{narrowed}" if lacking else f"replicated by {_by(followed)}"
        yield judge(source, not lacking, f"{what} replicated", observed)


def _by(rules: Collection[ReplicationRule]) -> str:
    return " and ".join(sorted({_called(rule) for rule in rules}))


@check(
    "s3.replication-latency",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="05.dr",
    fix="find out in CloudWatch since when replication lags or fails, and replicate what failed again",
    stands_on=("s3.replication",),
)
def replication_latency(replication: Replication, progress: ReplicationProgress, *, limit_minutes: int) -> Iterator[Finding]:
    """Replication keeps up: it is no further behind than the limit, and no operation failed.

    S3 publishes the failures only while something is replicated: none beside a known latency is none failed.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
    """
    where, window = replication.source.name, "in the last hour"
    known = bool(progress.latency) and all(progress.latency.values())
    failed = sum(progress.failed)
    if failed or known:
        observed = f"{failed:.0f} failed" if failed else "none failed" if progress.failed else "no failure published"
        yield judge(where, not failed, f"no operation failed {window}", observed)
    if not known:
        yield Undecided(where, f"no ReplicationLatency {window}: replication metrics are off, or are not there yet")
        return
    seconds, rule = max((max(values), rule) for rule, values in progress.latency.items())
    worst, limit = timedelta(seconds=seconds), timedelta(minutes=limit_minutes)
    yield at_most(where, worst, limit, what=f"{{}} behind {window}", detail=f"{seconds:.0f} s by rule {rule or 'without id'}")
