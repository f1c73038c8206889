"""CloudFront distributions: found by their aliases, deployed, served over TLS alone, and the only ones to read their buckets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from checks import Finding, Observation, Pillar, Problem, Seen, Severity, Undecided, check, names, policies
from checks.comparisons import at, closest, counted, equal, judge, nothing, one_of, present
from checks.quotas import fits

if TYPE_CHECKING:
    from fixtures.declared.cloudfront import Distribution, DistributionNaming
    from fixtures.declared.s3 import Bucket
    from fixtures.facts.cloudfront import (
        AccessControl,
        Candidates,
        Change,
        ContinuousDeployment,
        DistributionConfiguration,
        DistributionQuota,
        DistributionStatus,
        Invalidation,
        Invalidations,
        LegacyLogging,
        Origin,
        OriginDecryption,
        OriginPolicy,
    )

SERVICE = "cloudfront.amazonaws.com"
DEFAULT = "*"  # the path of the default behaviour


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "cloudfront.quota",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="pre.environment-ready",
    fix="request a higher quota of distributions, or delete one that nobody needs",
)
def quota(distribution: Distribution, found: DistributionQuota) -> Iterator[Finding]:
    """The account may have as many distributions as the deployment needs.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    """
    yield fits(distribution.name, found.distributions, 0 if found.declared else 1, found.allowed, unit="distributions")


# ---------------------------------------------------------------------------------------------- the distribution


@check(
    "cloudfront.distribution-exists",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("06.deployed", "sit.no-deployment-errors", "prod.deployed"),
    fix="deploy the distribution with the declared aliases, all of them on one",
)
def distribution_exists(distribution: Distribution, candidates: Candidates) -> Iterator[Finding]:
    """Exactly one distribution has the declared aliases."""
    expected = f"one distribution with {' and '.join(distribution.aliases)}"
    if len(candidates.having) == 1:
        yield Seen(distribution.name, expected, *candidates.having)
    elif candidates.having:
        having = [f"{id_} has {' and '.join(names)}" for id_, names in sorted(candidates.having.items())]
        yield Problem(distribution.name, expected, f"{len(having)}: {', '.join(having)}")
    else:
        tenants = f"; {counted(candidates.of_tenants, 'distribution')} with domains on tenants, which are not looked at"
        observed = f"missing{closest(distribution.name, candidates.aliases)}{tenants if candidates.of_tenants else ''}"
        yield Problem(distribution.name, expected, observed)


@check(
    "cloudfront.no-undeclared-distribution",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="declare the distribution in a plan, tolerate one of its aliases there, or disable and delete it",
)
def no_undeclared_distribution(naming: DistributionNaming, undeclared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """No distribution of the project stands beside the declared ones."""
    yield from names.undeclared(naming, undeclared)


@check(
    "cloudfront.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the distribution and apply",
)
def required_tags(distribution: Distribution, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every distribution carries the required tags."""
    yield from names.required_tags(distribution.name, tags, required=required)


@check(
    "cloudfront.deployed",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("06.deployed", "sit.no-deployment-errors", "prod.deployed"),
    fix="enable the distribution, and wait until CloudFront has deployed it (15 to 30 minutes; --wait=30 waits for it)",
)
def deployed(distribution: Distribution, found: DistributionStatus) -> Iterator[Finding]:
    """The distribution is enabled, and CloudFront has deployed its configuration everywhere.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-returned.html
    """
    yield judge(distribution.name, found.enabled, "enabled", f"{'enabled' if found.enabled else 'disabled'} ({found.id})")
    since = f"configured {at(found.changed)}"
    if found.status == "InProgress":
        yield Undecided(distribution.name, f"InProgress, {since}; waited for {found.waited.total_seconds() / 60:g} minutes")
    else:
        yield equal(distribution.name, found.status, "Deployed", detail=since)


@check(
    "cloudfront.aliases",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="06.deployed",
    fix="give the distribution the declared aliases and no others, and apply",
    stands_on=("cloudfront.distribution-exists",),
)
def aliases(distribution: Distribution, configuration: DistributionConfiguration) -> Iterator[Finding]:
    """The distribution has the declared aliases and no others."""
    for alias in distribution.aliases:
        yield present(distribution.name, alias, configuration.aliases)
    others = [alias or "an empty name" for alias in configuration.aliases if alias not in distribution.aliases]
    found = f"none among {counted(len(configuration.aliases), 'name')}"
    yield from nothing(distribution.name, "no undeclared alias", others, otherwise=found)


@check(
    "cloudfront.https-only",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="estate.conventions",
    fix='set viewer_protocol_policy = "redirect-to-https" on every behaviour and apply',
)
def https_only(distribution: Distribution, configuration: DistributionConfiguration) -> Iterator[Finding]:
    """Every behaviour serves viewers over HTTPS alone, or sends them there."""
    for each in configuration.behaviours:
        where = f"{distribution.name} {each.path}"
        yield one_of(where, each.viewer_protocol_policy, ("redirect-to-https", "https-only"))
    if not configuration.behaviours:
        yield Undecided(distribution.name, "no behaviour is known of it")


@check(
    "cloudfront.tls",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="estate.conventions",
    fix='set minimum_protocol_version and ssl_support_method = "sni-only" in the viewer certificate and apply',
    stands_on=("cloudfront.certificate",),
)
def tls(distribution: Distribution, configuration: DistributionConfiguration, *, minimum: str) -> Iterator[Finding]:
    """Viewers need the TLS minimum or newer, and say by SNI whom they mean.

    The names of CloudFront's security policies hold the TLS version and a year: one is newer if neither is less.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
    """
    found = configuration.certificate
    if found.source == "cloudfront":
        observed = f"{found.minimum or 'whatever CloudFront takes'}, which comes with its own certificate"
        yield Problem(distribution.name, f"{minimum} or newer", observed)
    else:
        good = _newer(found.minimum, minimum)
        yield judge(distribution.name, good, f"{minimum} or newer", found.minimum or "none")
        yield equal(distribution.name, found.method, "sni-only", what="viewers served by {}")


def _newer(policy: str, minimum: str) -> bool:
    found, limit = (re.fullmatch(r"TLSv(\d)(?:\.(\d))?_(\d{4})", each) for each in (policy, minimum))
    if not found or not limit:
        return False
    return (int(found[1]), int(found[2] or 0)) >= (int(limit[1]), int(limit[2] or 0)) and int(found[3]) >= int(limit[3])


@check(
    "cloudfront.certificate",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=("pre.certificates", "estate.own-environment"),
    fix="give the distribution a certificate of ACM's of this account, in us-east-1, and apply",
)
def certificate(distribution: Distribution, configuration: DistributionConfiguration) -> Iterator[Finding]:
    """Viewers are shown a certificate of ACM's, of this account and the region from which CloudFront takes certificates.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
    """
    found = configuration.certificate
    expected = f"a certificate of ACM's in {distribution.region}, of account {distribution.account}"
    sources = {"cloudfront": "CloudFront's own certificate, which is for no alias", "iam": "a server certificate of IAM's"}
    good = found.source == "acm" and found.arn.startswith(f"arn:aws:acm:{distribution.region}:{distribution.account}:")
    yield judge(distribution.name, good, expected, sources.get(found.source, found.arn or "none"))


@check(
    "cloudfront.access-logging",
    severity=Severity.MEDIUM,
    pillar=Pillar.SECURITY,
    requirement="estate.conventions",
    fix="deliver the distribution's standard logs: the newer kind to any bucket, the older one to a bucket that takes ACLs, in no "
    "opt-in region",
)
def access_logging(distribution: Distribution, legacy: LegacyLogging | None, delivered: Collection[str]) -> Iterator[Finding]:
    """Standard access logs are on, and go where CloudFront may write them.

    The older kind goes to no bucket in an opt-in region, nor to one whose ACLs are disabled.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
    """
    expected = "standard logging on"
    if delivered:
        yield Seen(distribution.name, expected, f"delivered to {' and '.join(delivered)}")
    elif not legacy:
        yield Problem(distribution.name, expected, "off: neither a bucket in the distribution nor a delivery")
    if legacy and not legacy.region:
        yield Problem(distribution.name, f"{expected}, to a bucket that exists", f"{legacy.bucket} is missing")
    elif legacy:
        place = f"to {legacy.bucket} in {legacy.region}"
        yield judge(distribution.name, not legacy.opt_in, f"{expected}, to a bucket in no opt-in region", place)
        yield judge(distribution.name, legacy.acls, "to a bucket that takes ACLs", f"ACLs {'on' if legacy.acls else 'disabled'}")


@check(
    "cloudfront.compression",
    severity=Severity.MEDIUM,
    pillar=Pillar.PERFORMANCE_EFFICIENCY,
    requirement="06.deployed",
    fix="set compress = true on the default behaviour, with a cache policy that accepts gzip or br, and apply",
)
def compression(distribution: Distribution, found: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """The default behaviour compresses what it serves.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
    """
    for path, by in found.items():
        observed = f"with {' and '.join(by)}" if by else "not compressed"
        if path == DEFAULT:
            yield judge(distribution.name, bool(by), "compressed with gzip or br", observed)
        elif not by:
            yield Observation(f"{distribution.name} {path}", observed)
    if DEFAULT not in found:
        yield Undecided(distribution.name, "nothing is known of the default behaviour")


@check(
    "cloudfront.default-root-object",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="06.deployed",
    fix="set the declared default_root_object and apply",
)
def default_root_object(distribution: Distribution, configuration: DistributionConfiguration) -> Iterator[Finding]:
    """Whoever asks for the root is given the declared document."""
    yield equal(distribution.name, configuration.default_root_object, distribution.default_root_object)


@check(
    "cloudfront.no-traffic-split",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="06.deployed",
    fix="promote the staging distribution's configuration or disable the continuous deployment policy",
)
def no_traffic_split(distribution: Distribution, policy: ContinuousDeployment | None) -> Iterator[Finding]:
    """No continuous deployment still sends a part of the viewers to a staging distribution.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment.html
    """
    expected = "no enabled continuous deployment policy"
    observed = f"policy {policy.policy} is {'enabled' if policy.enabled else 'disabled'}" if policy else "no policy"
    yield judge(distribution.name, policy is None or not policy.enabled, expected, observed)


@check(
    "cloudfront.monitoring-subscription",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="pre.alerts",
    fix="add a monitoring subscription to the distribution (aws_cloudfront_monitoring_subscription) and apply",
)
def monitoring_subscription(distribution: Distribution, subscribed: bool) -> Iterator[Finding]:
    """CloudWatch has the additional metrics of the distribution: cache hit rate and origin latency.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html
    """
    yield judge(distribution.name, subscribed, "a monitoring subscription", "Enabled" if subscribed else "none that is Enabled")


# ---------------------------------------------------------------------------------------------- the bucket behind it


@check(
    "cloudfront.origin-access",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="06.origin-access",
    fix="serve the bucket's REST endpoint by an origin access control that signs, instead of an origin access identity, and apply",
)
def origin_access(
    distribution: Distribution,
    configuration: DistributionConfiguration,
    controls: Mapping[str, AccessControl | None],
) -> Iterator[Finding]:
    """The declared bucket is the origin, and CloudFront signs its requests to it by an origin access control.

    An access identity cannot read what KMS encrypts, and CloudFront signs nothing for a website endpoint or another web server.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    name, bucket = distribution.name, distribution.origin_bucket
    own = [each for each in configuration.origins if _is(each, bucket)]
    domains = ", ".join(each.domain for each in configuration.origins)
    expected = f"the REST endpoint of {bucket.name} in {bucket.region} as origin"
    yield judge(name, bool(own), expected, domains or "no origin")
    for each in own:
        by = "nothing"
        if each.access_identity:
            by = f"origin access identity {each.access_identity}"
        elif each.access_control:
            control = controls.get(each.access_control)
            by = f"origin access control {each.access_control}, {_described(control)}"
        good = not each.access_identity and _signs(controls.get(each.access_control))
        yield judge(name, good, f"requests to {bucket.name} signed by an origin access control", f"by {by}")
    served_from = [each.origin for each in configuration.behaviours if each.path == DEFAULT]
    if own:
        good = bool(served_from) and {*served_from} <= {each.id for each in own}
        yield judge(
            name, good, f"the default behaviour served from {bucket.name}", f"from {' and '.join(served_from) or 'nothing'}"
        )
    copy = distribution.origin_copy
    others = [each.domain or "no host" for each in configuration.origins if each not in own and not (copy and _is(each, copy))]
    expected = f"no origin but {bucket.name}{' and its DR copy' if copy else ''}"
    yield from nothing(name, expected, others, otherwise=f"none among {counted(len(configuration.origins), 'origin')}")


# Of a bucket in a younger region S3's global endpoint knows nothing, and answers HTTP 400.
LAUNCHED_BEFORE_MARCH_2019 = {
    "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
    "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
}  # fmt: skip


def _is(origin: Origin, bucket: Bucket) -> bool:
    """Whether the origin is the bucket's REST endpoint, under one of its names that lead there.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#VirtualHostingBackwardsCompatibility
    """
    forms = [f"s3.{bucket.region}", f"s3-{bucket.region}", f"s3.dualstack.{bucket.region}"]
    if bucket.region in LAUNCHED_BEFORE_MARCH_2019:
        forms.append("s3")
    return origin.domain in {f"{bucket.name}.{form}.amazonaws.com" for form in forms} and not origin.custom


def _signs(control: AccessControl | None) -> bool:
    return control is not None and control.origin_type == "s3" and control.signing_behavior != "never"


def _described(control: AccessControl | None) -> str:
    if control is None:
        return "which does not exist"
    return f"for {control.origin_type}, which signs {control.signing_behavior} with {control.signing_protocol}"


@check(
    "cloudfront.origin-bucket-policy",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="06.origin-access",
    fix='allow s3:GetObject on the bucket\'s objects to cloudfront.amazonaws.com when "AWS:SourceArn" is this distribution, and to '
    "nobody else",
    stands_on=("s3.bucket-exists", "s3.no-public-policy"),
)
def origin_bucket_policy(distribution: Distribution, found: OriginPolicy) -> Iterator[Finding]:
    """The bucket's policy admits this distribution, and nobody else.

    With an access control that is CloudFront on behalf of this distribution; with an access identity it is that identity.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    bucket = distribution.origin_bucket.name
    request = policies.Request(SERVICE, "s3:GetObject", f"arn:aws:s3:::{bucket}/", _from(found.distribution))
    said = policies.said_of(request, found.policy)
    allowing = [(name, each) for name, each in policies.statements(found.policy) if each.get("Effect") == "Allow"]
    if found.identities:
        said = replace(said, allowed=tuple(name for name, each in allowing if _of_identity(each, found)))
    who = f"access identity {' and '.join(found.identities)}" if found.identities else found.distribution
    yield policies.admitted(bucket, f"{who} admitted", said)
    others = [f"{name} admits {policies.principal(each)}{_on(each)}" for name, each in allowing if not _alone(each, found)]
    yield from nothing(bucket, "nobody else admitted", others, otherwise=f"{counted(len(allowing), 'statement')} that allow")


def _from(distribution: str) -> dict[str, str]:
    """What CloudFront's requests to origins carry: it asks a bucket over the protocol by which viewers came, which is HTTPS. S3
    takes no TLS below 1.2.

    https://aws.amazon.com/blogs/security/tls-1-2-required-for-aws-endpoints/
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-s3-origin.html
    """
    return {"aws:sourcearn": distribution, "aws:securetransport": "true", "s3:tlsversion": "1.2"}


def _alone(statement: Mapping[str, Any], found: OriginPolicy) -> bool:
    """Whether what a statement allows is allowed to CloudFront alone, on a condition that names this distribution alone; or to the
    distribution's access identity alone."""
    if found.identities:
        return _of_identity(statement, found)
    named = [
        values
        for operator, key, values in policies.conditions(statement)
        if key.lower() == "aws:sourcearn" and operator.lower() in ("stringequals", "arnequals", "arnlike", "stringlike")
    ]
    return statement.get("Principal") in ({"Service": SERVICE}, {"Service": [SERVICE]}) and [found.distribution] in named


def _of_identity(statement: Mapping[str, Any], found: OriginPolicy) -> bool:
    """Whether a statement names the distribution's access identities, and nobody else, as its principal."""
    principal = statement.get("Principal")
    named = policies.listed(principal.get("AWS")) if isinstance(principal, Mapping) and set(principal) == {"AWS"} else []
    form = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {}"
    return bool(named) and {*map(str, named)} <= {form.format(each) for each in found.identities}


def _on(statement: Mapping[str, Any]) -> str:
    told = [f"{operator} {key} {' or '.join(values)}" for operator, key, values in policies.conditions(statement)]
    return f" on {', '.join(told)}" if told else ""


@check(
    "cloudfront.origin-decryption",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="06.origin-access",
    fix="encrypt the bucket with a customer managed key whose policy lets cloudfront.amazonaws.com kms:Decrypt when "
    '"aws:SourceArn" is this distribution',
    stands_on=("s3.encryption",),
)
def origin_decryption(distribution: Distribution, found: OriginDecryption) -> Iterator[Finding]:
    """The distribution may decrypt what the bucket encrypts.

    That the fixed policy of the account's own aws/s3 lets CloudFront do nothing is inferred: nobody can change it.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    bucket, encryption = distribution.origin_bucket.name, found.encryption
    expected = "a customer managed key that lets the distribution decrypt"
    if encryption is None or not encryption.algorithm.startswith("aws:kms"):
        observed = encryption.algorithm if encryption and encryption.algorithm else "no default, AES256"
        yield Seen(bucket, f"{expected}, or no KMS", f"{observed}: S3 decrypts by itself")
    elif found.key_policy is None:
        key = encryption.description
        yield Problem(bucket, expected, f"{key.arn} is AWS's own" if key else encryption.key or "the account's own aws/s3")
    else:
        arn = encryption.description.arn if encryption.description else encryption.key
        request = policies.Request(SERVICE, "kms:Decrypt", arn, _from(found.distribution))
        yield policies.admitted(bucket, f"{expected}, {arn}", policies.said_of(request, found.key_policy))


# ---------------------------------------------------------------------------------------------- invalidations


@check(
    "cloudfront.invalidated",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="06.invalidation",
    fix="invalidate /* of the distribution after the site was uploaded, and wait until that is Completed",
)
def invalidated(distribution: Distribution, found: Invalidations) -> Iterator[Finding]:
    """What CloudFront kept of the site before its last change was invalidated.

    A Completed invalidation covers an object if it began when the object had changed, and one of its paths is the object's or
    ends in a star before it. The root is another path than its document, and pages that a function rewrites to it have paths of
    their own: the default root object needs `/*`.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
    """
    name, root = distribution.name, distribution.default_root_object
    if not found.changes:
        yield Undecided(name, f"{distribution.origin_bucket.name} holds no object")
        return
    completed = [one for one in found.invalidations if one.status == "Completed"]
    pending = [one for one in found.invalidations if one.status != "Completed"]
    covering = {change: [one for one in completed if _covers(one, change, root)] for change in found.changes}
    newest = max(found.changes, key=lambda change: change.at)
    last = f"{newest.key} changed {at(newest.at)}"
    if not (uncovered := [change for change, by in covering.items() if not by]):
        if found.every_change:
            latest = max(covering[newest], key=lambda one: one.created)
            observed = f"{latest.id} of {', '.join(latest.paths)}, {at(latest.created)}; {last}"
            yield Seen(name, "a Completed invalidation since the last change of every object", observed)
        else:
            yield Undecided(name, f"the bucket has more versions than are looked through; {last}")
    elif all(any(_covers(one, change, root) for one in pending) for change in uncovered):
        yield Undecided(name, f"invalidation {pending[0].id} is {pending[0].status}; {last}")
    elif not found.every_invalidation:
        yield Undecided(name, f"there are more invalidations than are looked through; {last}")
    else:
        objects = f"{counted(len(uncovered), 'object')} not covered, {uncovered[0].key} changed {at(uncovered[0].at)}"
        told = [f"{one.id} of {', '.join(one.paths)} {one.status} {at(one.created)}" for one in found.invalidations[:1]]
        yield Problem(
            name,
            "a Completed invalidation since the last change of every object",
            f"{objects}; {told[0] if told else 'no invalidation'}",
        )


def _covers(invalidation: Invalidation, change: Change, root: str) -> bool:
    """Whether an invalidation began when the object had changed, and one of its paths is the object's."""
    if invalidation.created < change.at:
        return False
    fitting = change.key != root and any(_fits(path, f"/{change.key}") for path in invalidation.paths)
    return "/*" in invalidation.paths or fitting


def _fits(path: str, of: str) -> bool:
    """A star at the end of a path stands for whatever follows; what no URL can hold is encoded in it."""
    return of.startswith(unquote(path[:-1])) if path.endswith("*") else of == unquote(path)
