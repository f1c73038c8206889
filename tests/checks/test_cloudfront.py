"""The checks of CloudFront distributions, of the buckets that they serve, and of what was invalidated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import Finding, Observation, Problem, Seen, Undecided, cloudfront
from fixtures.declared.cloudfront import Distribution, DistributionNaming
from fixtures.declared.s3 import Bucket
from fixtures.facts.account import KeyDescription
from fixtures.facts.cloudfront import (
    AccessControl,
    Behaviour,
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
    ViewerCertificate,
)
from fixtures.facts.s3 import BucketEncryption
from fixtures.facts.service_quotas import Allowed
from tests.checks.examples import Example, judged, passes

ACCOUNT, EDGE = "815856636111", "us-east-1"
BUCKET = Bucket("bbws-frontend-sit", "eu-west-1", "06", ACCOUNT, "bbws-logs-sit", "logs/", None, ())
SITE = Distribution(
    "sit.example.org", EDGE, "06", ACCOUNT, key="site", aliases=("sit.example.org", "www.sit.example.org"),
    origin_bucket=BUCKET, default_root_object="index.html",
)  # fmt: skip
CAPE_TOWN = replace(SITE, origin_bucket=replace(BUCKET, region="af-south-1"))
WITH_COPY = replace(SITE, origin_copy=replace(BUCKET, name="bbws-frontend-sit-dr", region="eu-west-2", source=BUCKET))
ARN = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"
ANOTHER = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E2"
NOON = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# The lines of the promotion plans that the checks give evidence for.
CITED = {
    "06.deployed",
    "06.invalidation",
    "06.origin-access",
    "estate.conventions",
    "estate.own-environment",
    "pre.alerts",
    "pre.certificates",
    "pre.environment-ready",
    "prod.deployed",
    "sit.no-deployment-errors",
}


# ---------------------------------------------------------------------------------------------- facts


def bad(expected: str, observed: str, where: str = SITE.name) -> Problem:
    return Problem(where, expected, observed)


def good(expected: str, observed: str, where: str = SITE.name) -> Seen:
    return Seen(where, expected, observed)


def undecided(reason: str) -> Undecided:
    return Undecided(SITE.name, reason)


def naming(**changes: Any) -> DistributionNaming:
    good = DistributionNaming(
        "", EDGE, "06", ACCOUNT, own=(SITE.name,), declared=frozenset(SITE.aliases), tolerated=frozenset(), project="bbws"
    )
    return replace(good, **changes)


def behaviour(**changes: Any) -> Behaviour:
    return replace(Behaviour("*", "site", "redirect-to-https", True, "", ()), **changes)


def origin(**changes: Any) -> Origin:
    return replace(Origin("site", "bbws-frontend-sit.s3.eu-west-1.amazonaws.com", False, "", "OAC1"), **changes)


def certificate(**changes: Any) -> ViewerCertificate:
    own = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/1"
    return replace(ViewerCertificate("acm", own, "TLSv1.2_2021", "sni-only"), **changes)


def configuration(**changes: Any) -> DistributionConfiguration:
    good = DistributionConfiguration(
        "E1", ARN, "d1.cloudfront.net", SITE.aliases, True, "index.html", (behaviour(),), (origin(),), certificate()
    )
    return replace(good, **changes)


def configured(**changes: Any) -> tuple[Distribution, DistributionConfiguration]:
    return SITE, configuration(**changes)


# ---------------------------------------------------------------------------------------------- the distribution

QUOTA, EXISTS, UNDECLARED, TAGS, DEPLOYED = (
    cloudfront.quota, cloudfront.distribution_exists, cloudfront.no_undeclared_distribution, cloudfront.required_tags,
    cloudfront.deployed,
)  # fmt: skip
ALIASES, HTTPS, TLS, CERTIFICATE = cloudfront.aliases, cloudfront.https_only, cloudfront.tls, cloudfront.certificate
LOGGING, COMPRESSION, ROOT = cloudfront.access_logging, cloudfront.compression, cloudfront.default_root_object
SPLIT, MONITORING = cloudfront.no_traffic_split, cloudfront.monitoring_subscription
FEW = "at most 500 distributions, the account's quota"
ONE = "one distribution with sit.example.org and www.sit.example.org"
REQUIRED = {"required": {"Environment": "sit", "Owner": "*"}}
DECLARED, NO_ALIAS = "declared by a plan, or tolerated by name", "no undeclared alias"
ALIAS, WWW = good("sit.example.org", "present"), good("www.sit.example.org", "present")
SECURE = "redirect-to-https or https-only"
MINIMUM, SNI = {"minimum": "TLSv1.2_2021"}, good("viewers served by sni-only", "sni-only")
NEWER = "TLSv1.2_2021 or newer"
ACM = f"a certificate of ACM's in us-east-1, of account {ACCOUNT}"
ON, REGULAR, ACLS = "standard logging on", "standard logging on, to a bucket in no opt-in region", "to a bucket that takes ACLs"
DELIVERED = f"arn:aws:logs:us-east-1:{ACCOUNT}:delivery-destination:logs"
GZIP, NO_SPLIT, SUBSCRIPTION = "compressed with gzip or br", "no enabled continuous deployment policy", "a monitoring subscription"


def room(there: int, *, default: bool = False, declared: bool = True) -> tuple[Distribution, DistributionQuota]:
    return SITE, DistributionQuota(there, Allowed(500, default), declared)


def status(enabled: bool, state: str, waited: float = 0) -> tuple[Distribution, DistributionStatus]:
    return SITE, DistributionStatus("E1", enabled, state, NOON, timedelta(minutes=waited))


def candidates(having: dict[str, tuple[str, ...]], *others: str, of_tenants: int = 0) -> tuple[Distribution, Candidates]:
    return SITE, Candidates(having, (*(name for names in having.values() for name in names), *others), of_tenants)


def logged(legacy: LegacyLogging | None, *delivered: str) -> tuple[Distribution, LegacyLogging | None, tuple[str, ...]]:
    return SITE, legacy, delivered


DISTRIBUTION = [
    Example(QUOTA, "among those that are there", room(500),
            (good(FEW, "500 distributions (500 of 500 used, the plan adds 0: room for 0 more)"),)),
    Example(QUOTA, "room for one more", room(499, default=True, declared=False), (good(
        "at most 500 distributions, AWS's default quota", "500 distributions (499 of 500 used, the plan adds 1: room for 0 more)"
    ),)),
    Example(QUOTA, "none yet", room(0, declared=False), (
        good(FEW, "1 distribution (0 of 500 used, the plan adds 1: room for 499 more)"),)),
    Example(QUOTA, "no room", room(500, declared=False),
            (bad(FEW, "501 distributions (500 of 500 used, the plan adds 1: 1 too many)"),)),
    Example(EXISTS, "one with both", candidates({"E1": SITE.aliases}), (good(ONE, "E1"),)),
    Example(EXISTS, "one with one of them", candidates({"E1": SITE.aliases[:1]}), (good(ONE, "E1"),)),
    Example(EXISTS, "one each", candidates({"E2": SITE.aliases[1:], "E1": SITE.aliases[:1]}),
            (bad(ONE, "2: E1 has sit.example.org, E2 has www.sit.example.org"),)),
    Example(EXISTS, "two with the same", candidates({"E1": SITE.aliases, "E2": SITE.aliases[:1]}),
            (bad(ONE, "2: E1 has sit.example.org and www.sit.example.org, E2 has sit.example.org"),)),
    Example(EXISTS, "absent, no distribution at all", candidates({}), (bad(ONE, "missing; no existing name is close to it"),)),
    Example(EXISTS, "absent, a near alias exists", candidates({}, "site.example.org"),
            (bad(ONE, "missing; the closest existing name is site.example.org"),)),
    Example(EXISTS, "absent, and domains of tenants", candidates({}, of_tenants=2), (bad(
        ONE,
        "missing; no existing name is close to it; 2 distributions with domains on tenants, which are not looked at",
    ),)),
    Example(UNDECLARED, "none", (naming(), {}),
            (Seen(EDGE, "nothing undeclared like tagged Project=bbws", "2 declared, 0 others beside them, none of those"),)),
    Example(UNDECLARED, "somebody else's", (naming(), {"E9 (x.org)": {"Project": "else"}}),
            (Seen(EDGE, "nothing undeclared like tagged Project=bbws", "2 declared, 1 other beside them, none of those"),)),
    Example(UNDECLARED, "the project's", (naming(), {"E9 (old.example.org)": {"Project": "bbws"}, "E8 (x.org)": {}}),
            (Problem("E9 (old.example.org)", DECLARED,
                     "exists, tagged Project=bbws; the closest declared name is sit.example.org"),)),
    Example(UNDECLARED, "no tag says what is the project's", (naming(project=""), {"E9 (x.org)": {}}),
            (Undecided(EDGE, "neither a name nor a required tag Project says what is the project's"),)),
    Example(TAGS, "all", (SITE, {"Environment": "sit", "Owner": "a"}),
            (good("tag Environment=sit", "Environment=sit"), good("tag Owner with a value", "Owner=a")), REQUIRED),
    Example(TAGS, "none", (SITE, {}),
            (bad("tag Environment=sit", "no such tag"), bad("tag Owner with a value", "no such tag")), REQUIRED),
    Example(DEPLOYED, "enabled and deployed", status(True, "Deployed"),
            (good("enabled", "enabled (E1)"), good("Deployed", "Deployed (configured 2026-01-13 12:00 UTC)"))),
    Example(DEPLOYED, "disabled, and that is deployed", status(False, "Deployed"),
            (bad("enabled", "disabled (E1)"), good("Deployed", "Deployed (configured 2026-01-13 12:00 UTC)"))),
    Example(DEPLOYED, "in progress, and nobody waited", status(True, "InProgress"), (
        good("enabled", "enabled (E1)"),
        undecided("InProgress, configured 2026-01-13 12:00 UTC; waited for 0 minutes"),
    )),
    Example(DEPLOYED, "in progress after half an hour", status(True, "InProgress", 30), (
        good("enabled", "enabled (E1)"),
        undecided("InProgress, configured 2026-01-13 12:00 UTC; waited for 30 minutes"),
    )),
    Example(DEPLOYED, "of a status that nobody knows", status(True, "Failed"),
            (good("enabled", "enabled (E1)"), bad("Deployed", "Failed (configured 2026-01-13 12:00 UTC)"))),
    Example(DEPLOYED, "of no status", status(True, ""),
            (good("enabled", "enabled (E1)"), bad("Deployed", "none (configured 2026-01-13 12:00 UTC)"))),
    Example(ALIASES, "as declared", configured(), (ALIAS, WWW, good(NO_ALIAS, "none among 2 names"))),
    Example(ALIASES, "in another order", configured(aliases=SITE.aliases[::-1]),
            (ALIAS, WWW, good(NO_ALIAS, "none among 2 names"))),
    Example(ALIASES, "none", configured(aliases=()), (
        bad("sit.example.org", "missing; no existing name is close to it"),
        bad("www.sit.example.org", "missing; no existing name is close to it"),
        good(NO_ALIAS, "none among 0 names"),
    )),
    Example(ALIASES, "one", configured(aliases=("sit.example.org",)), (
        ALIAS, bad("www.sit.example.org", "missing; the closest existing name is sit.example.org"),
        good(NO_ALIAS, "none among 1 name"),
    )),
    Example(ALIASES, "two more", configured(aliases=(*SITE.aliases, "x.org", "*.example.org")),
            (ALIAS, WWW, bad(NO_ALIAS, "x.org"), bad(NO_ALIAS, "*.example.org"))),
    Example(HTTPS, "redirected", configured(), (good(SECURE, "redirect-to-https", "sit.example.org *"),)),
    Example(HTTPS, "each in its way", configured(
        behaviours=(behaviour(path="/api/*", viewer_protocol_policy="https-only"), behaviour())
    ), (good(SECURE, "https-only", "sit.example.org /api/*"), good(SECURE, "redirect-to-https", "sit.example.org *"))),
    Example(HTTPS, "one behaviour of two takes both", configured(
        behaviours=(behaviour(path="/api/*", viewer_protocol_policy="allow-all"), behaviour())
    ), (bad(SECURE, "allow-all", "sit.example.org /api/*"), good(SECURE, "redirect-to-https", "sit.example.org *"))),
    Example(HTTPS, "the default one takes both", configured(behaviours=(behaviour(viewer_protocol_policy="allow-all"),)),
            (bad(SECURE, "allow-all", "sit.example.org *"),)),
    Example(HTTPS, "no behaviour", configured(behaviours=()), (undecided("no behaviour is known of it"),)),
    Example(TLS, "the minimum", configured(), (good(NEWER, "TLSv1.2_2021"), SNI), MINIMUM),
    *(
        Example(TLS, f"{policy} for {minimum}", configured(certificate=certificate(minimum=policy)),
                ((good if newer else bad)(f"{minimum} or newer", policy or "none"), SNI), {"minimum": minimum})
        for minimum, policy, newer in (
            ("TLSv1.2_2021", "TLSv1.2_2025", True), ("TLSv1.2_2021", "TLSv1.3_2025", True), ("TLSv1.2_2018", "TLSv1.2_2019", True),
            ("TLSv1.2_2021", "TLSv1.2_2019", False), ("TLSv1.2_2021", "TLSv1.1_2016", False), ("TLSv1.2_2018", "TLSv1_2016", False),
            ("TLSv1.2_2021", "TLSv1", False), ("TLSv1.2_2021", "SSLv3", False), ("TLSv1.2_2021", "", False),
            ("TLSv1.3_2025", "TLSv1.2_2025", False), ("TLSv1.2_2021", "TLSv1.2_2021x", False),
        )
    ),
    Example(TLS, "addresses of its own", configured(certificate=certificate(method="vip")),
            (good(NEWER, "TLSv1.2_2021"), bad("viewers served by sni-only", "vip")), MINIMUM),
    Example(TLS, "no method", configured(certificate=certificate(method="")),
            (good(NEWER, "TLSv1.2_2021"), bad("viewers served by sni-only", "none")), MINIMUM),
    Example(TLS, "CloudFront's own certificate", configured(certificate=ViewerCertificate("cloudfront", "", "TLSv1", "vip")),
            (bad(NEWER, "TLSv1, which comes with its own certificate"),), MINIMUM),
    Example(TLS, "CloudFront's own certificate, and what goes with it is not told",
            configured(certificate=ViewerCertificate("cloudfront", "", "", "")),
            (bad(NEWER, "whatever CloudFront takes, which comes with its own certificate"),), MINIMUM),
    Example(CERTIFICATE, "ACM's", configured(), (good(ACM, f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/1"),)),
    *(
        Example(CERTIFICATE, f"ACM's, {arn}", configured(certificate=certificate(arn=arn)), (bad(ACM, arn or "none"),))
        for arn in (
            f"arn:aws:acm:eu-west-1:{ACCOUNT}:certificate/1", "arn:aws:acm:us-east-1:999999999999:certificate/1",
            f"arn:aws:iam::{ACCOUNT}:server-certificate/1", "",
        )
    ),
    Example(CERTIFICATE, "IAM's", configured(certificate=certificate(source="iam", arn="")),
            (bad(ACM, "a server certificate of IAM's"),)),
    Example(CERTIFICATE, "CloudFront's", configured(certificate=certificate(source="cloudfront", arn="")),
            (bad(ACM, "CloudFront's own certificate, which is for no alias"),)),
    Example(LOGGING, "delivered", logged(None, DELIVERED), (good(ON, f"delivered to {DELIVERED}"),)),
    Example(LOGGING, "delivered to two", logged(None, "a", "b"), (good(ON, "delivered to a and b"),)),
    Example(LOGGING, "off", logged(None), (bad(ON, "off: neither a bucket in the distribution nor a delivery"),)),
    Example(LOGGING, "the older kind", logged(LegacyLogging("logs", "eu-west-1", False, True)),
            (good(REGULAR, "to logs in eu-west-1"), good(ACLS, "ACLs on"))),
    Example(LOGGING, "the older kind, to an opt-in region", logged(LegacyLogging("logs", "af-south-1", True, True)),
            (bad(REGULAR, "to logs in af-south-1"), good(ACLS, "ACLs on"))),
    Example(LOGGING, "the older kind, to a bucket without ACLs", logged(LegacyLogging("logs", "eu-west-1", False, False)),
            (good(REGULAR, "to logs in eu-west-1"), bad(ACLS, "ACLs disabled"))),
    Example(LOGGING, "the older kind, to no bucket", logged(LegacyLogging("logs", "", False, False)),
            (bad("standard logging on, to a bucket that exists", "logs is missing"),)),
    Example(LOGGING, "both, the older one to no bucket", logged(LegacyLogging("logs", "", False, False), DELIVERED), (
        good(ON, f"delivered to {DELIVERED}"),
        bad("standard logging on, to a bucket that exists", "logs is missing"),
    )),
    Example(COMPRESSION, "both ways", (SITE, {"*": ("gzip", "br")}), (good(GZIP, "with gzip and br"),)),
    Example(COMPRESSION, "one way", (SITE, {"*": ("gzip",)}), (good(GZIP, "with gzip"),)),
    Example(COMPRESSION, "not", (SITE, {"*": ()}), (bad(GZIP, "not compressed"),)),
    Example(COMPRESSION, "another behaviour not", (SITE, {"/api/*": (), "/js/*": ("br",), "*": ("br",)}),
            (Observation("sit.example.org /api/*", "not compressed"), good(GZIP, "with br"))),
    Example(COMPRESSION, "another behaviour alone", (SITE, {"/api/*": ("br",)}),
            (undecided("nothing is known of the default behaviour"),)),
    Example(COMPRESSION, "nothing known", (SITE, {}), (undecided("nothing is known of the default behaviour"),)),
    Example(ROOT, "as declared", configured(), (good("index.html", "index.html"),)),
    Example(ROOT, "another", configured(default_root_object="home.html"), (bad("index.html", "home.html"),)),
    Example(ROOT, "none", configured(default_root_object=""), (bad("index.html", "none"),)),
    Example(SPLIT, "no policy", (SITE, None), (good(NO_SPLIT, "no policy"),)),
    Example(SPLIT, "a policy that is off", (SITE, ContinuousDeployment("p", False)), (good(NO_SPLIT, "policy p is disabled"),)),
    Example(SPLIT, "a policy that is on", (SITE, ContinuousDeployment("p", True)), (bad(NO_SPLIT, "policy p is enabled"),)),
    Example(MONITORING, "on", (SITE, True), (good(SUBSCRIPTION, "Enabled"),)),
    Example(MONITORING, "off", (SITE, False), (bad(SUBSCRIPTION, "none that is Enabled"),)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- the bucket behind it

ACCESS, POLICY, DECRYPTION = cloudfront.origin_access, cloudfront.origin_bucket_policy, cloudfront.origin_decryption
REST = "the REST endpoint of bbws-frontend-sit in eu-west-1 as origin"
HOST, COPY_HOST = "bbws-frontend-sit.s3.eu-west-1.amazonaws.com", "bbws-frontend-sit-dr.s3.eu-west-2.amazonaws.com"
SIGNED = "requests to bbws-frontend-sit signed by an origin access control"
DEFAULT, ALONE = "the default behaviour served from bbws-frontend-sit", "no origin but bbws-frontend-sit"
SIGNS = AccessControl("s3", "always", "sigv4")
BY = "by origin access control OAC1, for s3, which signs always with sigv4"
IS_ORIGIN, IS_SIGNED = good(REST, HOST), good(SIGNED, BY)
FROM_BUCKET, NO_OTHER = good(DEFAULT, "from site"), good(ALONE, "none among 1 origin")
ADMITTED, NOBODY = f"{ARN} admitted", "nobody else admitted"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
DECRYPTS = "a customer managed key that lets the distribution decrypt"
CLOUDFRONT = "cloudfront.amazonaws.com"
SITE_ADMITS = f"statement Site admits Principal Service {CLOUDFRONT}"
ANY = f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"
ONLY = {"StringEquals": {"AWS:SourceArn": ARN}}


def served(
    *origins: Origin,
    site: Distribution = SITE,
    control: AccessControl | None = SIGNS,
    behaviours: tuple[Behaviour, ...] = (behaviour(),),
) -> tuple[Distribution, DistributionConfiguration, dict[str, AccessControl | None]]:
    return site, configuration(origins=origins, behaviours=behaviours), {"OAC1": control}


def reads(**changes: Any) -> dict[str, Any]:
    """The statement by which the distribution reads. A change to None leaves it out."""
    good = {
        "Sid": "Site", "Effect": "Allow", "Principal": {"Service": CLOUDFRONT}, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::bbws-frontend-sit/*", "Condition": ONLY,
    }  # fmt: skip
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


def policy(*statements: dict[str, Any]) -> tuple[Distribution, OriginPolicy]:
    return SITE, OriginPolicy(ARN, {"Version": "2012-10-17", "Statement": list(statements)}, ())


OLD_TLS = {
    "Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::bbws-frontend-sit/*",
    "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
}  # fmt: skip


def by_identity(*statements: dict[str, Any]) -> tuple[Distribution, OriginPolicy]:
    """A distribution that signs by an access identity, the older way."""
    return SITE, OriginPolicy(ARN, {"Statement": list(statements)}, ("OAI1",))


IDENTITY = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity"
HTTPS_ONLY = {
    "Sid": "Https", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
    "Resource": ["arn:aws:s3:::bbws-frontend-sit", "arn:aws:s3:::bbws-frontend-sit/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}  # fmt: skip


def on(arn: str = ARN, operator: str = "StringEquals", key: str = "AWS:SourceArn") -> str:
    """A condition in words."""
    return f"{operator} {key} {arn}"


def admitted(*conditions: str, by: str = "statement Site") -> Seen:
    return good(ADMITTED, f"allowed by {by} ({conditions[0]})" if conditions else f"allowed by {by}", BUCKET.name)


def unclear(why: str, verb: str, statement: str = "Site") -> Undecided:
    return Undecided(BUCKET.name, f"{ADMITTED}? not known whether statement {statement} ({why}) {verb} it")


def refused(why: str = "") -> Problem:
    return bad(ADMITTED, f"allowed by no statement of its policy{why}", BUCKET.name)


def alone(statements: str = "1 statement") -> Seen:
    return good(NOBODY, f"{statements} that allow", BUCKET.name)


def another(text: str) -> Problem:
    return bad(NOBODY, text, BUCKET.name)


def key(manager: str = "CUSTOMER") -> KeyDescription:
    return KeyDescription(KEY, "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", None, manager)


def encrypted(
    encryption: BucketEncryption | None, *statements: dict[str, Any] | None, policy: bool = True
) -> tuple[Distribution, OriginDecryption]:
    return SITE, OriginDecryption(ARN, encryption, {"Statement": list(statements)} if policy else None)


def decrypts(**changes: Any) -> dict[str, Any]:
    return reads(**{"Action": "kms:Decrypt", "Resource": "*", **changes})


CUSTOMER_KEY = BucketEncryption("aws:kms", KEY, key())
OF_KEY = f"{DECRYPTS}, {KEY}"

ORIGIN = [
    Example(ACCESS, "the bucket, signed for", served(origin()), (IS_ORIGIN, IS_SIGNED, FROM_BUCKET, NO_OTHER)),
    Example(ACCESS, "unless viewers sign", served(origin(), control=AccessControl("s3", "no-override", "sigv4")), (
        IS_ORIGIN, good(SIGNED, "by origin access control OAC1, for s3, which signs no-override with sigv4"),
        FROM_BUCKET, NO_OTHER,
    )),
    *(
        Example(ACCESS, f"under its name of {form}", served(origin(domain=f"bbws-frontend-sit.{form}.amazonaws.com")), (
            good(REST, f"bbws-frontend-sit.{form}.amazonaws.com"), IS_SIGNED, FROM_BUCKET, NO_OTHER,
        ))
        for form in ("s3", "s3-eu-west-1", "s3.dualstack.eu-west-1")
    ),
    *(
        Example(ACCESS, f"not under {domain}", served(origin(domain=domain)), (bad(REST, domain), bad(ALONE, domain)))
        for domain in (
            "bbws-frontend-sit.s3.eu-west-2.amazonaws.com", "bbws-frontend-sit.s3-website-eu-west-1.amazonaws.com",
            "bbws-frontend-sit.s3.eu-west-1.amazonaws.com.example.org", "bbws-frontend-dev.s3.eu-west-1.amazonaws.com",
            "bbws-frontend-sit-dr.s3.eu-west-1.amazonaws.com", "x.bbws-frontend-sit.s3.eu-west-1.amazonaws.com",
        )
    ),
    Example(ACCESS, "of a younger region, under its own name", served(
        origin(domain="bbws-frontend-sit.s3.af-south-1.amazonaws.com"), site=CAPE_TOWN
    ), (good("the REST endpoint of bbws-frontend-sit in af-south-1 as origin", "bbws-frontend-sit.s3.af-south-1.amazonaws.com"),
        IS_SIGNED, FROM_BUCKET, NO_OTHER)),
    Example(ACCESS, "of a younger region, at the global endpoint", served(
        origin(domain="bbws-frontend-sit.s3.amazonaws.com"), site=CAPE_TOWN
    ), (bad("the REST endpoint of bbws-frontend-sit in af-south-1 as origin", "bbws-frontend-sit.s3.amazonaws.com"),
        bad(ALONE, "bbws-frontend-sit.s3.amazonaws.com"))),
    Example(ACCESS, "as a web server", served(origin(custom=True, access_control="")), (bad(REST, HOST), bad(ALONE, HOST))),
    Example(ACCESS, "no origin", served(), (bad(REST, "no origin"), good(ALONE, "none among 0 origins"))),
    Example(ACCESS, "not signed for", served(origin(access_control="")),
            (IS_ORIGIN, bad(SIGNED, "by nothing"), FROM_BUCKET, NO_OTHER)),
    Example(ACCESS, "by an access identity", served(origin(access_identity="OAI1", access_control="")),
            (IS_ORIGIN, bad(SIGNED, "by origin access identity OAI1"), FROM_BUCKET, NO_OTHER)),
    Example(ACCESS, "by both", served(origin(access_identity="OAI1")),
            (IS_ORIGIN, bad(SIGNED, "by origin access identity OAI1"), FROM_BUCKET, NO_OTHER)),
    Example(ACCESS, "by a control that does not exist", served(origin(), control=None),
            (IS_ORIGIN, bad(SIGNED, "by origin access control OAC1, which does not exist"), FROM_BUCKET, NO_OTHER)),
    Example(ACCESS, "by a control that is not known", served(origin(access_control="OAC2")),
            (IS_ORIGIN, bad(SIGNED, "by origin access control OAC2, which does not exist"), FROM_BUCKET, NO_OTHER)),
    Example(ACCESS, "by a control that does not sign", served(origin(), control=AccessControl("s3", "never", "sigv4")), (
        IS_ORIGIN, bad(SIGNED, "by origin access control OAC1, for s3, which signs never with sigv4"), FROM_BUCKET, NO_OTHER,
    )),
    Example(ACCESS, "by a control for something else", served(origin(), control=AccessControl("lambda", "always", "sigv4")), (
        IS_ORIGIN, bad(SIGNED, "by origin access control OAC1, for lambda, which signs always with sigv4"), FROM_BUCKET, NO_OTHER,
    )),
    Example(ACCESS, "twice, once not signed for", served(origin(), origin(id="open", access_control="")), (
        good(REST, f"{HOST}, {HOST}"), IS_SIGNED, bad(SIGNED, "by nothing"), FROM_BUCKET, good(ALONE, "none among 2 origins"),
    )),
    Example(ACCESS, "another origin beside it", served(origin(), origin(id="web", domain="www.example.net", custom=True)),
            (good(REST, f"{HOST}, www.example.net"), IS_SIGNED, FROM_BUCKET, bad(ALONE, "www.example.net"))),
    Example(ACCESS, "served from another origin", served(
        origin(id="unused"), origin(id="site", domain="www.example.net", custom=True)
    ), (good(REST, f"{HOST}, www.example.net"), IS_SIGNED, bad(DEFAULT, "from site"), bad(ALONE, "www.example.net"))),
    Example(ACCESS, "no default behaviour", served(origin(), behaviours=()),
            (IS_ORIGIN, IS_SIGNED, bad(DEFAULT, "from nothing"), NO_OTHER)),
    Example(ACCESS, "the DR copy beside it", served(origin(), origin(id="dr", domain=COPY_HOST), site=WITH_COPY), (
        good(REST, f"{HOST}, {COPY_HOST}"), IS_SIGNED, FROM_BUCKET, good(f"{ALONE} and its DR copy", "none among 2 origins"),
    )),
    Example(ACCESS, "served from the DR copy",
            served(origin(id="unused"), origin(domain=COPY_HOST), site=WITH_COPY), (
        good(REST, f"{HOST}, {COPY_HOST}"), IS_SIGNED, bad(DEFAULT, "from site"),
        good(f"{ALONE} and its DR copy", "none among 2 origins"),
    )),
    Example(ACCESS, "a DR copy that no plan declares", served(origin(), origin(id="dr", domain=COPY_HOST)),
            (good(REST, f"{HOST}, {COPY_HOST}"), IS_SIGNED, FROM_BUCKET, bad(ALONE, COPY_HOST))),
    Example(ACCESS, "a host that begins like the DR copy's", served(
        origin(), origin(id="dr", domain="bbws-frontend-sit-dr.s3.example.org", custom=True), site=WITH_COPY
    ), (good(REST, f"{HOST}, bbws-frontend-sit-dr.s3.example.org"), IS_SIGNED, FROM_BUCKET,
        bad(f"{ALONE} and its DR copy", "bbws-frontend-sit-dr.s3.example.org"))),
    Example(POLICY, "the distribution alone", policy(reads()), (admitted(on()), alone())),
    Example(POLICY, "beside a Deny of plain HTTP", policy(HTTPS_ONLY, reads()), (admitted(on()), alone())),
    Example(POLICY, "beside a Deny of old TLS", policy(OLD_TLS, reads()), (admitted(on()), alone())),
    Example(POLICY, "beside a Deny of a TLS that it may use", policy({**OLD_TLS, "Condition": {
        "NumericLessThan": {"s3:TlsVersion": ["1.3"]}}}, reads()),
            (unclear("NumericLessThan s3:TlsVersion 1.3", "denies", "Tls"), alone())),
    Example(POLICY, "a single statement, the service in a list, the key in lower case", (SITE, OriginPolicy(ARN, {
        "Statement": reads(Principal={"Service": [CLOUDFRONT]}, Condition={"StringEquals": {"aws:sourcearn": [ARN]}}),
    }, ())), (admitted(on(key="aws:sourcearn")), alone())),
    *(
        Example(POLICY, f"by {operator}", policy(reads(Condition={operator: {"AWS:SourceArn": ARN}})),
                (admitted(on(operator=operator)), alone()))
        for operator in ("ArnEquals", "ArnLike", "StringLike", "stringequals")
    ),
    Example(POLICY, "for more than it needs", policy(reads(Action=["s3:GetObject", "s3:ListBucket"], Resource=[
        "arn:aws:s3:::bbws-frontend-sit", "arn:aws:s3:::bbws-frontend-sit/*"])), (admitted(on()), alone())),
    Example(POLICY, "its access identity", by_identity(reads(Principal={"AWS": f"{IDENTITY} OAI1"}, Condition=None)), (
        Seen(BUCKET.name, "access identity OAI1 admitted", "allowed by statement Site"), alone(),
    )),
    Example(POLICY, "its access identity and somebody else, on one statement and on two", by_identity(
        reads(Principal={"AWS": [f"{IDENTITY} OAI1", "999999999999"]}, Condition=None), reads(Sid="Distribution"),
    ), (
        Problem(BUCKET.name, "access identity OAI1 admitted", "allowed by no statement of its policy"),
        another(f"statement Site admits Principal AWS {IDENTITY} OAI1 or 999999999999"),
        another(f"statement Distribution admits Principal Service {CLOUDFRONT} on {on()}"),
    )),
    Example(POLICY, "another access identity", by_identity(reads(Principal={"AWS": [f"{IDENTITY} OAI2"]}, Condition=None)), (
        Problem(BUCKET.name, "access identity OAI1 admitted", "allowed by no statement of its policy"),
        another(f"statement Site admits Principal AWS {IDENTITY} OAI2"),
    )),
    Example(POLICY, "no policy", (SITE, OriginPolicy(ARN, None, ())), (refused(), alone("0 statements"))),
    Example(POLICY, "no statement", policy(), (refused(), alone("0 statements"))),
    Example(POLICY, "the Deny alone", policy(HTTPS_ONLY), (refused(), alone("0 statements"))),
    Example(POLICY, "another distribution", policy(reads(Condition={"StringEquals": {"AWS:SourceArn": ANOTHER}})),
            (refused(f", not even by statement Site ({on(ANOTHER)})"), another(f"{SITE_ADMITS} on {on(ANOTHER)}"))),
    Example(POLICY, "another one besides, in the same statement",
            policy(reads(Condition={"StringEquals": {"AWS:SourceArn": [ARN, ANOTHER]}})),
            (admitted(on(f"{ARN} or {ANOTHER}")), another(f"{SITE_ADMITS} on {on(f'{ARN} or {ANOTHER}')}"))),
    Example(POLICY, "any distribution of the account", policy(reads(Condition={"ArnLike": {"AWS:SourceArn": ANY}})),
            (admitted(on(ANY, "ArnLike")), another(f"{SITE_ADMITS} on {on(ANY, 'ArnLike')}"))),
    Example(POLICY, "any distribution", policy(reads(Condition=None)), (admitted(), another(SITE_ADMITS))),
    Example(POLICY, "of the account, by another key", policy(reads(Condition={"StringEquals": {"AWS:SourceAccount": ACCOUNT}})),
            (unclear(on(ACCOUNT, key="AWS:SourceAccount"), "allows"),
             another(f"{SITE_ADMITS} on {on(ACCOUNT, key='AWS:SourceAccount')}"))),
    Example(POLICY, "where the key is there", policy(reads(Condition={"StringEqualsIfExists": {"AWS:SourceArn": ARN}})),
            (admitted(on(operator="StringEqualsIfExists")), another(f"{SITE_ADMITS} on {on(operator='StringEqualsIfExists')}"))),
    Example(POLICY, "all but this distribution", policy(reads(Condition={"StringNotEquals": {"AWS:SourceArn": ARN}})), (
        refused(f", not even by statement Site ({on(operator='StringNotEquals')})"),
        another(f"{SITE_ADMITS} on {on(operator='StringNotEquals')}"),
    )),
    Example(POLICY, "another service in the same statement",
            policy(reads(Principal={"Service": [CLOUDFRONT, "logging.s3.amazonaws.com"]})),
            (admitted(on()), another(f"{SITE_ADMITS} or logging.s3.amazonaws.com on {on()}"))),
    Example(POLICY, "an account in the same statement", policy(reads(Principal={"Service": CLOUDFRONT, "AWS": "999999999999"})),
            (admitted(on()), another(f"{SITE_ADMITS}, AWS 999999999999 on {on()}"))),
    Example(POLICY, "somebody else in a second statement", policy(reads(), reads(
        Sid="Reader", Principal={"AWS": "arn:aws:iam::999999999999:role/reader"}, Condition=None
    )), (admitted(on()), another("statement Reader admits Principal AWS arn:aws:iam::999999999999:role/reader"))),
    Example(POLICY, "everybody on that condition", policy(reads(Principal="*")),
            (admitted(on()), another(f"statement Site admits Principal * on {on()}"))),
    Example(POLICY, "everybody", policy(reads(Sid=None, Principal="*", Condition=None)),
            (admitted(by="statement no. 1"), another("statement no. 1 admits Principal *"))),
    Example(POLICY, "everybody but one", policy(reads(Principal=None, NotPrincipal={"AWS": "999999999999"})),
            (unclear("NotPrincipal AWS 999999999999", "allows"),
             another(f"statement Site admits NotPrincipal AWS 999999999999 on {on()}"))),
    Example(POLICY, "another action", policy(reads(Action="s3:ListBucket")), (refused(), alone())),
    Example(POLICY, "every action but one", policy(reads(Action=None, NotAction="s3:PutObject")), (admitted(on()), alone())),
    Example(POLICY, "every action but the one that is needed", policy(reads(Action=None, NotAction="s3:GetObject")),
            (refused(), alone())),
    Example(POLICY, "a part of the objects", policy(reads(Resource="arn:aws:s3:::bbws-frontend-sit/images/*")),
            (refused(", not even by statement Site (for arn:aws:s3:::bbws-frontend-sit/images/*)"), alone())),
    Example(POLICY, "all but a part of the objects",
            policy(reads(Resource=None, NotResource="arn:aws:s3:::bbws-frontend-sit/x/*")),
            (refused(", not even by statement Site (for all but arn:aws:s3:::bbws-frontend-sit/x/*)"), alone())),
    Example(POLICY, "an access identity", policy(reads(Condition=None, Principal={"AWS": f"{IDENTITY} OAI1"})),
            (refused(), another(f"statement Site admits Principal AWS {IDENTITY} OAI1"))),
    Example(POLICY, "allowed and denied", policy(reads(), reads(Sid="No", Effect="Deny", Condition=None)),
            (bad(ADMITTED, "denied by statement No", BUCKET.name), alone())),
    Example(POLICY, "denied on a condition that is not understood",
            policy(reads(), reads(Sid="No", Effect="Deny", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})),
            (unclear("IpAddress aws:SourceIp 10.0.0.0/8", "denies", "No"), alone())),
    Example(DECRYPTION, "a customer's key", encrypted(CUSTOMER_KEY, decrypts()),
            (good(OF_KEY, f"allowed by statement Site ({on()})", BUCKET.name),)),
    Example(DECRYPTION, "a customer's key, by an alias", encrypted(BucketEncryption("aws:kms", "alias/site", key()), decrypts()),
            (good(OF_KEY, f"allowed by statement Site ({on()})", BUCKET.name),)),
    Example(DECRYPTION, "twice encrypted", encrypted(BucketEncryption("aws:kms:dsse", KEY, key()), decrypts(Action="kms:*")),
            (good(OF_KEY, f"allowed by statement Site ({on()})", BUCKET.name),)),
    Example(DECRYPTION, "SSE-S3", encrypted(BucketEncryption("AES256"), policy=False),
            (good(f"{DECRYPTS}, or no KMS", "AES256: S3 decrypts by itself", BUCKET.name),)),
    Example(DECRYPTION, "no configuration", encrypted(None, policy=False),
            (good(f"{DECRYPTS}, or no KMS", "no default, AES256: S3 decrypts by itself", BUCKET.name),)),
    Example(DECRYPTION, "a rule that sets no default", encrypted(BucketEncryption(""), policy=False),
            (good(f"{DECRYPTS}, or no KMS", "no default, AES256: S3 decrypts by itself", BUCKET.name),)),
    Example(DECRYPTION, "the account's own aws/s3", encrypted(BucketEncryption("aws:kms"), policy=False),
            (bad(DECRYPTS, "the account's own aws/s3", BUCKET.name),)),
    Example(DECRYPTION, "AWS's key by its ARN", encrypted(BucketEncryption("aws:kms", KEY, key("AWS")), policy=False),
            (bad(DECRYPTS, f"{KEY} is AWS's own", BUCKET.name),)),
    Example(DECRYPTION, "a key that is not the account's", encrypted(BucketEncryption("aws:kms", "arn:aws:kms:x"), policy=False),
            (bad(DECRYPTS, "arn:aws:kms:x", BUCKET.name),)),
    Example(DECRYPTION, "a key that admits nobody", encrypted(CUSTOMER_KEY),
            (bad(OF_KEY, "allowed by no statement of its policy", BUCKET.name),)),
    Example(DECRYPTION, "a key that admits another distribution",
            encrypted(CUSTOMER_KEY, decrypts(Condition={"StringEquals": {"aws:SourceArn": ANOTHER}})), (bad(
        OF_KEY, f"allowed by no statement of its policy, not even by statement Site (StringEquals aws:SourceArn {ANOTHER})",
        BUCKET.name,
    ),)),
    Example(DECRYPTION, "a key that lets it encrypt", encrypted(CUSTOMER_KEY, decrypts(Action="kms:Encrypt")),
            (bad(OF_KEY, "allowed by no statement of its policy", BUCKET.name),)),
    Example(DECRYPTION, "a key that the account manages", encrypted(CUSTOMER_KEY, decrypts(
        Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action="kms:*", Condition=None
    )), (bad(OF_KEY, "allowed by no statement of its policy", BUCKET.name),)),
    Example(DECRYPTION, "a key by another of its conditions", encrypted(CUSTOMER_KEY, decrypts(
        Condition={"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    )), (Undecided(BUCKET.name, f"{OF_KEY}? not known whether statement Site (StringEquals kms:ViaService "
                                "s3.eu-west-1.amazonaws.com) allows it"),)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- invalidations

INVALIDATED = cloudfront.invalidated
COMPLETED = "a Completed invalidation since the last change of every object"
PAGE = "index.html changed 2026-01-13 12:00 UTC"


def change(key: str = "index.html", minutes: float = 0) -> Change:
    return Change(key, NOON + minutes * MINUTE)


def invalidation(*paths: str, minutes: float = 1, status: str = "Completed", id: str = "I1") -> Invalidation:
    return Invalidation(id, status, NOON + minutes * MINUTE, paths)


def kept(
    changes: Iterable[Change], *made: Invalidation, every_change: bool = True, every_invalidation: bool = True
) -> tuple[Distribution, Invalidations]:
    return SITE, Invalidations(tuple(changes), every_change, made, every_invalidation)


def uncovered(objects: str, newest: str) -> tuple[Problem]:
    return (bad(COMPLETED, f"{objects}; {newest}"),)


ALL = invalidation("/*")
OLD = invalidation("/*", minutes=-1, id="I0")
LOGO, SCRIPT = change("images/logo.png"), change("a b.js")
COVERED = good(COMPLETED, f"I1 of /*, 2026-01-13 12:01 UTC; {PAGE}")

CACHE = [
    Example(INVALIDATED, "everything", kept([change()], ALL), (COVERED,)),
    Example(INVALIDATED, "everything, within the same second", kept([change()], invalidation("/*", minutes=0)),
            (good(COMPLETED, f"I1 of /*, 2026-01-13 12:00 UTC; {PAGE}"),)),
    Example(INVALIDATED, "everything and more besides", kept([change()], invalidation("/images/*", "/*")),
            (good(COMPLETED, f"I1 of /images/*, /*, 2026-01-13 12:01 UTC; {PAGE}"),)),
    Example(INVALIDATED, "what changed later by its own path",
            kept([LOGO, change(minutes=-2)], invalidation("/images/logo.png"), OLD),
            (good(COMPLETED, "I1 of /images/logo.png, 2026-01-13 12:01 UTC; images/logo.png changed 2026-01-13 12:00 UTC"),)),
    Example(INVALIDATED, "what changed later by what it begins with",
            kept([LOGO, change(minutes=-2)], invalidation("/css/*", "/ima*"), OLD),
            (good(COMPLETED, "I1 of /css/*, /ima*, 2026-01-13 12:01 UTC; images/logo.png changed 2026-01-13 12:00 UTC"),)),
    Example(INVALIDATED, "by a path that is encoded", kept([SCRIPT, change(minutes=-2)], invalidation("/a%20b.js"), OLD),
            (good(COMPLETED, "I1 of /a%20b.js, 2026-01-13 12:01 UTC; a b.js changed 2026-01-13 12:00 UTC"),)),
    Example(INVALIDATED, "one that covers, and a later one of something else",
            kept([change()], invalidation("/x", minutes=5, id="I2"), ALL), (COVERED,)),
    Example(INVALIDATED, "one that covers, and a later one in progress",
            kept([change()], invalidation("/*", minutes=5, status="InProgress", id="I2"), ALL), (COVERED,)),
    Example(INVALIDATED, "no object", kept([], ALL), (undecided("bbws-frontend-sit holds no object"),)),
    Example(INVALIDATED, "none", kept([change()]),
            uncovered("1 object not covered, index.html changed 2026-01-13 12:00 UTC", "no invalidation")),
    Example(INVALIDATED, "an older one", kept([change(), LOGO], OLD),
            uncovered("2 objects not covered, index.html changed 2026-01-13 12:00 UTC",
                      "I0 of /* Completed 2026-01-13 11:59 UTC")),
    Example(INVALIDATED, "of images alone", kept([change(), LOGO], invalidation("/images/*")),
            uncovered("1 object not covered, index.html changed 2026-01-13 12:00 UTC",
                      "I1 of /images/* Completed 2026-01-13 12:01 UTC")),
    Example(INVALIDATED, "of the document by its own path alone", kept([change()], invalidation("/index.html", "/")),
            uncovered("1 object not covered, index.html changed 2026-01-13 12:00 UTC",
                      "I1 of /index.html, / Completed 2026-01-13 12:01 UTC")),
    Example(INVALIDATED, "of the root by a star of another kind", kept([change()], invalidation("/%2A", "*", "/i*")),
            uncovered("1 object not covered, index.html changed 2026-01-13 12:00 UTC",
                      "I1 of /%2A, *, /i* Completed 2026-01-13 12:01 UTC")),
    Example(INVALIDATED, "by a path in another case, and one with a star within",
            kept([LOGO, change(minutes=-2)], invalidation("/Images/logo.png", "/im*/logo.png"), OLD),
            uncovered("1 object not covered, images/logo.png changed 2026-01-13 12:00 UTC",
                      "I1 of /Images/logo.png, /im*/logo.png Completed 2026-01-13 12:01 UTC")),
    Example(INVALIDATED, "before one of two changed", kept([change(minutes=2), LOGO], ALL),
            uncovered("1 object not covered, index.html changed 2026-01-13 12:02 UTC",
                      "I1 of /* Completed 2026-01-13 12:01 UTC")),
    Example(INVALIDATED, "in progress", kept([change()], invalidation("/*", status="InProgress")),
            (undecided(f"invalidation I1 is InProgress; {PAGE}"),)),
    Example(INVALIDATED, "in progress, of something else", kept([change()], invalidation("/x", status="InProgress"), OLD),
            uncovered("1 object not covered, index.html changed 2026-01-13 12:00 UTC",
                      "I1 of /x InProgress 2026-01-13 12:01 UTC")),
    Example(INVALIDATED, "in progress since before the change",
            kept([change()], invalidation("/*", minutes=-1, status="InProgress")),
            uncovered("1 object not covered, index.html changed 2026-01-13 12:00 UTC",
                      "I1 of /* InProgress 2026-01-13 11:59 UTC")),
    Example(INVALIDATED, "more versions than are looked through", kept([change()], ALL, every_change=False),
            (undecided(f"the bucket has more versions than are looked through; {PAGE}"),)),
    Example(INVALIDATED, "more versions than are looked through, and one is known to be open",
            kept([change()], OLD, every_change=False),
            uncovered("1 object not covered, index.html changed 2026-01-13 12:00 UTC",
                      "I0 of /* Completed 2026-01-13 11:59 UTC")),
    Example(INVALIDATED, "more invalidations than are looked through",
            kept([change()], invalidation("/x"), every_invalidation=False),
            (undecided(f"there are more invalidations than are looked through; {PAGE}"),)),
    Example(INVALIDATED, "more invalidations than are looked through, and the newest cover all",
            kept([change()], ALL, every_invalidation=False), (COVERED,)),
]  # fmt: skip

EXAMPLES = [*DISTRIBUTION, *ORIGIN, *CACHE]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


# ---------------------------------------------------------------------------------------------- order

changes = st.lists(st.builds(
    change, st.sampled_from(["index.html", "images/logo.png", "a b.js", "x"]), st.sampled_from([-2, 0, 2])
), max_size=4, unique_by=lambda each: each.key)  # fmt: skip
invalidations = st.lists(st.builds(
    lambda paths, minutes, status: invalidation(*paths, minutes=minutes, status=status),
    st.lists(st.sampled_from(["/*", "/", "/images/*", "/index.html", "/a%20b.js", "/x*"]), min_size=1, max_size=3, unique=True),
    st.sampled_from([-3, 0, 1, 3]), st.sampled_from(["Completed", "Completed", "InProgress"]),
), max_size=4)  # fmt: skip


def verdict(found: Iterable[Finding]) -> tuple[bool, bool]:
    """Whether the check passes, and whether it fails."""
    findings = list(found)
    return passes(findings), any(isinstance(each, Problem) for each in findings)


@given(data=st.data(), changed=changes, made=invalidations)
def test_order_of_changes_and_invalidations(data: st.DataObject, changed: list[Change], made: list[Invalidation]) -> None:
    one = verdict(cloudfront.invalidated(*kept(changed, *made)))
    shuffled = kept(data.draw(st.permutations(changed)), *data.draw(st.permutations(made)))
    assert one == verdict(cloudfront.invalidated(*shuffled))


@given(changed=changes, made=invalidations)
def test_what_is_invalidated_is_so_whatever_is_invalidated_besides(changed: list[Change], made: list[Invalidation]) -> None:
    """One more invalidation makes nothing worse, and everything is good after one of everything."""
    before, _ = verdict(cloudfront.invalidated(*kept(changed, *made)))
    more, _ = verdict(cloudfront.invalidated(*kept(changed, *made, invalidation("/x"))))
    everything, _ = verdict(cloudfront.invalidated(*kept(changed, *made, invalidation("/*", minutes=9))))
    assert before <= more
    assert everything is bool(changed)


@given(data=st.data())
def test_order_of_origins_behaviours_and_aliases(data: st.DataObject) -> None:
    origins = [origin(), origin(id="open", access_control=""), origin(id="web", domain="www.example.net", custom=True)]
    behaviours = [behaviour(), behaviour(path="/api/*", origin="web", viewer_protocol_policy="allow-all")]
    found = configuration(origins=tuple(origins), behaviours=tuple(behaviours), aliases=("x.org", *SITE.aliases))
    other = replace(found, **{
        name: tuple(data.draw(st.permutations(getattr(found, name)))) for name in ("origins", "behaviours", "aliases")
    })  # fmt: skip
    for check in (cloudfront.https_only, cloudfront.aliases):
        assert set(check(SITE, found)) == set(check(SITE, other))
    assert verdict(cloudfront.origin_access(SITE, found, {})) == verdict(cloudfront.origin_access(SITE, other, {})) == (False, True)


@given(data=st.data())
def test_order_of_statements(data: st.DataObject) -> None:
    statements = [HTTPS_ONLY, reads(), reads(Sid="Reader", Principal="*", Condition=None)]
    found = set(cloudfront.origin_bucket_policy(*policy(*data.draw(st.permutations(statements)))))
    assert {type(each) for each in found} == {Seen, Problem}
    assert another("statement Reader admits Principal *") in found
