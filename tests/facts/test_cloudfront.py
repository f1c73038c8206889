"""Distributions made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CallFailed, CannotLook
from fixtures.declared.cloudfront import Distribution, DistributionNaming
from fixtures.declared.inventory import load
from fixtures.facts import FACTS, cloudfront
from fixtures.facts.cloudfront import (
    AccessControl,
    Association,
    Candidates,
    Change,
    ContinuousDeployment,
    DistributionQuota,
    Invalidation,
    LegacyLogging,
    ViewerCertificate,
)
from fixtures.facts.s3 import BucketEncryption
from fixtures.facts.service_quotas import Allowed
from fixtures.facts.waiting import Waiting
from tests.facts.reader import NOW, Reader, read

SITE = load("prod").of(Distribution)[0]  # it has two aliases
APEX, WWW = SITE.aliases
NAMING = load("prod").of(DistributionNaming)[0]
ARN = f"arn:aws:cloudfront::{SITE.account}:distribution/E1"
MINUTE = timedelta(minutes=1)


def listing(*items: Any) -> dict[str, Any]:
    """CloudFront's form of a list: an empty one has no items."""
    return {"Quantity": len(items), **({"Items": list(items)} if items else {})}


def page(*items: Any, **other: Any) -> dict[str, Any]:
    return {"DistributionList": {**listing(*items), "Marker": "", "MaxItems": 100, "IsTruncated": False, **other}}


def summary(id: str = "E1", *names: str, **other: Any) -> dict[str, Any]:
    """A distribution as it is listed, with one alias unless told."""
    arn = f"arn:aws:cloudfront::{SITE.account}:distribution/{id}"
    return {"Id": id, "ARN": arn, "DomainName": f"{id}.cloudfront.net".lower(), "Aliases": listing(*(names or (APEX,))), **other}


def behaviour(**other: Any) -> dict[str, Any]:
    """A behaviour as AWS answered before 2021."""
    good = {
        "TargetOriginId": "1", "ViewerProtocolPolicy": "https-only", "Compress": True, "LambdaFunctionAssociations": listing(),
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
    }  # fmt: skip
    return {**good, **other}


def origin(**other: Any) -> dict[str, Any]:
    good = {"Id": "1", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    return {**good, "OriginAccessControlId": "OAC1", **other}


def config(**other: Any) -> dict[str, Any]:
    good = {
        "Aliases": listing(APEX), "CacheBehaviors": listing(), "DefaultCacheBehavior": behaviour(), "Enabled": True,
        "IsIPV6Enabled": False, "Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""},
        "Origins": listing(origin()),
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "SSLv3"},
    }  # fmt: skip
    return {**good, **other}


def shown(**other: Any) -> dict[str, Any]:
    """What finds the distribution, with these members of its configuration."""
    distribution = {"Id": "E1", "ARN": ARN, "Status": "Deployed", "LastModifiedTime": NOW, "DomainName": "d1.cloudfront.net"}
    return {
        "ListDistributions": [page(summary())],
        "GetDistribution": {"Distribution": {**distribution, "DistributionConfig": config(**other)}},
    }


def configuration(**other: Any) -> cloudfront.DistributionConfiguration:
    found: cloudfront.DistributionConfiguration = read("distribution_configuration", SITE, **shown(**other))
    return found


# ---------------------------------------------------------------------------------------------- which distribution it is


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([page()], Candidates({}, (), 0)),
        ([page(summary("E1", APEX, WWW))], Candidates({"E1": (APEX, WWW)}, (APEX, WWW), 0)),
        ([page(summary("E1", "x.org", WWW))], Candidates({"E1": (WWW,)}, ("x.org", WWW), 0)),
        ([page(summary("E1", "KimmyAI.io"))], Candidates({"E1": (APEX,)}, (APEX,), 0)),
        ([page(summary("E1", "*.kimmyai.io"))], Candidates({}, ("*.kimmyai.io",), 0)),
        ([page(summary("E1"), IsTruncated=True), page(summary("E2", WWW))],
         Candidates({"E1": (APEX,), "E2": (WWW,)}, (APEX, WWW), 0)),
        ([page(summary("E1"), summary("E2"))], Candidates({"E1": (APEX,), "E2": (APEX,)}, (APEX, APEX), 0)),
        ([page(summary("E1"), summary("E2", Staging=True))], Candidates({"E1": (APEX,)}, (APEX,), 0)),
        ([page(summary("E1", Staging=False), summary("E2", "x.org"))], Candidates({"E1": (APEX,)}, (APEX, "x.org"), 0)),
        ([page(summary("E1", ConnectionMode="direct"), {**summary("E2"), "Aliases": listing(), "ConnectionMode": "tenant-only"})],
         Candidates({"E1": (APEX,)}, (APEX,), 1)),
        ([page(summary(), Quantity=250)], Candidates({"E1": (APEX,)}, (APEX,), 0)),
    ],
    ids=["none", "both", "one of two", "upper case", "a wildcard", "two pages", "two share one", "a staging one", "others",
         "tenant-only", "a quantity of all pages"],
)  # fmt: skip
def test_which_distributions_have_the_declared_aliases(pages: list[dict[str, Any]], expected: Candidates) -> None:
    found = read("distribution_candidates", SITE, ListDistributions=pages)
    assert found == expected
    if len(expected.having) != 1:
        with pytest.raises(Absent, match="share its aliases" if expected.having else "no distribution has one of its aliases"):
            read("monitoring_subscription", SITE, ListDistributions=pages)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"DistributionList": {}},
        {"DistributionList": {"Quantity": 1, "IsTruncated": False}},
        {"DistributionList": {"IsTruncated": False}},
        {"DistributionList": {"Quantity": 1, "Items": [summary()]}},
        page({"Id": "E1"}),
        page({**summary(), "Aliases": {}}),
        page({**summary(), "Aliases": {"Quantity": 2, "Items": [APEX]}}),
        page({**summary(), "Aliases": {"Quantity": 1}}),
    ],
    ids=["empty", "no list", "no items", "no quantity", "no end", "no aliases", "no quantity of aliases", "too few", "none"],
)
def test_a_listing_that_is_not_understood(broken: dict[str, Any]) -> None:
    with pytest.raises(CannotLook):
        read("distribution_candidates", SITE, ListDistributions=[broken])


def test_another_distribution_than_was_asked_for() -> None:
    answers = shown()
    answers["GetDistribution"]["Distribution"]["Id"] = "E2"
    with pytest.raises(CannotLook, match="E2, which was not asked for"):
        read("distribution_configuration", SITE, **answers)


def test_what_no_plan_declares_or_tolerates() -> None:
    """A staging distribution belongs to another one, and what was deleted since it was listed stands beside nothing."""
    items = [
        summary("E1", "other.org", WWW), summary("E2", "old.org"), summary("E3", "x.org"), summary("E4", "gone.org"),
        summary("E5", "y.org", Staging=True), {**summary("E6"), "Aliases": listing()},
    ]  # fmt: skip
    tags = {"E3": {"Tags": {"Items": [{"Key": "Project", "Value": "bbws"}, {"Key": "Empty"}]}}, "E6": {"Tags": {}}}
    naming = replace(NAMING, tolerated=frozenset({"old.org"}))

    def tags_of(region: str, Resource: str) -> Any:  # noqa: N803  # AWS's name
        return tags.get(Resource.rpartition("/")[2], "NoSuchResource")

    found = read("undeclared_distributions", naming, ListDistributions=[page(*items)], ListTagsForResource=tags_of)
    assert found == {"E3 (x.org)": {"Project": "bbws", "Empty": ""}, "E6 (e6.cloudfront.net)": {}}
    with pytest.raises(CallFailed, match="AccessDenied"):
        read("undeclared_distributions", naming, ListDistributions=[page(*items)], ListTagsForResource="AccessDenied")


# ---------------------------------------------------------------------------------------------- whether it is deployed


@pytest.mark.parametrize(("minutes", "states"), [(0, ["InProgress"]), (1, ["InProgress", "InProgress", "Deployed"])])
def test_a_distribution_that_is_being_deployed_is_asked_anew_each_time(minutes: int, states: list[str]) -> None:
    told: list[str] = []
    asked: list[int] = []

    def distribution(region: str, attempt: int, **_: Any) -> dict[str, Any]:
        asked.append(attempt)
        found: dict[str, Any] = shown()["GetDistribution"]
        return {"Distribution": {**found["Distribution"], "Status": states[attempt - 1]}}

    reader = Reader(**{**shown(), "GetDistribution": distribution})
    reader.waiting = Waiting(timedelta(minutes=minutes), pause=0.001, tell=told.append)
    found = FACTS["distribution_status"].function(reader, SITE)  # type: ignore[arg-type]
    assert (found.status, found.enabled, found.waited) == (states[-1], True, timedelta(minutes=minutes))
    assert asked == list(range(1, len(states) + 1))
    assert [f"the distribution of {APEX}: it is InProgress" in text for text in told] == [True] * (len(states) - 1)


def test_a_disabled_distribution_is_deployed_as_well() -> None:
    found = read("distribution_status", SITE, **shown(Enabled=False))
    assert (found.id, found.enabled, found.status, found.changed) == ("E1", False, "Deployed", NOW)


# ---------------------------------------------------------------------------------------------- how it is configured


def test_an_answer_of_the_days_before_functions_and_origin_groups() -> None:
    found = configuration()
    assert (found.aliases, found.ipv6, found.default_root_object) == ((APEX,), False, "")
    assert found.behaviours == (cloudfront.Behaviour("*", "1", "https-only", True, "", ()),)
    assert found.certificate == ViewerCertificate("cloudfront", "", "SSLv3", "")


def test_functions_of_both_kinds() -> None:
    """CloudFront Functions are listed apart."""
    edge = {"LambdaFunctionARN": "arn:aws:lambda:us-east-1:1:function:f:1", "EventType": "origin-request", "IncludeBody": False}
    ours = {"FunctionARN": "arn:aws:cloudfront::1:function/f", "EventType": "viewer-request"}
    both = behaviour(LambdaFunctionAssociations=listing(edge), FunctionAssociations=listing(ours))
    (found,) = configuration(DefaultCacheBehavior=both).behaviours
    assert found.associations == (
        Association("*", "origin-request", "arn:aws:lambda:us-east-1:1:function:f:1"),
        Association("*", "viewer-request", "arn:aws:cloudfront::1:function/f"),
    )


@pytest.mark.parametrize(
    ("patterns", "reached"),
    [
        ([], ["*"]),
        (["/api/*", "images/*.png"], ["/api/*", "/images/*.png", "*"]),
        (["*"], ["*"]),
        (["/*", "/api/*"], ["*"]),
        (["/api/*", "**", "/x"], ["/api/*", "*"]),
        (["/api/*", "/api/v1/*", "/api/?", "/apx"], ["/api/*", "/apx", "*"]),
        (["/api/?", "/api/*"], ["/api/?", "/api/*", "*"]),
        (["/api/v1/*", "/api/*"], ["/api/v1/*", "/api/*", "*"]),
        (["/a*", "/A*", "/ab"], ["/a*", "/A*", "*"]),
        (["/[ab]*", "/a*"], ["/[ab]*", "/a*", "*"]),
        (["/"], ["/", "*"]),
        (["/x", "x"], ["/x", "*"]),
    ],
    ids=str,
)
def test_behaviours_that_viewers_can_reach(patterns: list[str], reached: list[str]) -> None:
    """One that fits whatever a later one fits leaves nothing to that: where it is a star, the default one is never reached."""
    listed = [behaviour(PathPattern=pattern, TargetOriginId=f"by {pattern}") for pattern in patterns]
    found = configuration(CacheBehaviors=listing(*listed)).behaviours
    assert [each.path for each in found] == reached
    last = next((pattern for pattern in patterns if not pattern.strip("/*") and pattern != "/"), None)
    assert found[-1].origin == (f"by {last}" if last else "1")


def test_a_behaviour_of_an_origin_group_is_served_from_its_first_origin() -> None:
    members = listing({"OriginId": "first"}, {"OriginId": "second"})
    group = {"Id": "group", "FailoverCriteria": {"StatusCodes": listing(500)}, "Members": members}
    found = configuration(OriginGroups=listing(group), DefaultCacheBehavior=behaviour(TargetOriginId="group"))
    assert [each.origin for each in found.behaviours] == ["first"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (origin(), ("b.s3.amazonaws.com", False, "", "OAC1")),
        (origin(DomainName="B.S3.amazonaws.com", OriginAccessControlId=""), ("b.s3.amazonaws.com", False, "", "")),
        (origin(S3OriginConfig={"OriginAccessIdentity": "origin-access-identity/cloudfront/E127"}),
         ("b.s3.amazonaws.com", False, "E127", "OAC1")),
        ({"Id": "1", "DomainName": "x.org", "CustomOriginConfig": {}}, ("x.org", True, "", "")),
        ({"Id": "1", "DomainName": "x.org", "VpcOriginConfig": {"VpcOriginId": "vo_1"}}, ("x.org", True, "", "")),
    ],
    ids=["access control", "upper case, nothing", "access identity", "web server", "in a VPC"],
)  # fmt: skip
def test_an_origin(answer: dict[str, Any], expected: tuple[Any, ...]) -> None:
    (found,) = configuration(Origins=listing(answer)).origins
    assert (found.domain, found.custom, found.access_identity, found.access_control) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"ACMCertificateArn": "a", "MinimumProtocolVersion": "TLSv1.2_2021", "SSLSupportMethod": "sni-only"},
         ViewerCertificate("acm", "a", "TLSv1.2_2021", "sni-only")),
        ({"CloudFrontDefaultCertificate": False, "IAMCertificateId": "ASCA", "SSLSupportMethod": "vip"},
         ViewerCertificate("iam", "", "", "vip")),
        ({"CloudFrontDefaultCertificate": True, "ACMCertificateArn": "a"}, ViewerCertificate("cloudfront", "a", "", "")),
    ],
    ids=["ACM", "IAM", "CloudFront"],
)  # fmt: skip
def test_a_viewer_certificate(answer: dict[str, Any], expected: ViewerCertificate) -> None:
    assert configuration(ViewerCertificate=answer).certificate == expected


@pytest.mark.parametrize(
    "other",
    [
        {"ViewerCertificate": {"CloudFrontDefaultCertificate": False}},
        {"ViewerCertificate": {}},
        {"DefaultCacheBehavior": None},
        {"DefaultCacheBehavior": {**behaviour(), "ViewerProtocolPolicy": None}},
        {"DefaultCacheBehavior": {**behaviour(), "LambdaFunctionAssociations": {"Quantity": 1}}},
        {"DefaultCacheBehavior": behaviour(FunctionAssociations={"Quantity": 2})},
        {"CacheBehaviors": listing(behaviour())},
        {"CacheBehaviors": {"Quantity": 1}},
        {"Origins": {"Quantity": 2, "Items": [origin()]}},
        {"Origins": listing(origin(S3OriginConfig={}))},
    ],
    ids=["no certificate", "empty certificate", "no default behaviour", "no policy", "no functions", "other functions", "no path",
         "no behaviours", "too few origins", "no identity"],
)  # fmt: skip
def test_a_configuration_that_is_not_understood(other: dict[str, Any]) -> None:
    with pytest.raises(CannotLook):
        configuration(**other)


# ---------------------------------------------------------------------------------------------- what it refers to


@pytest.mark.parametrize(
    ("id", "enabled", "expected"),
    [
        (None, None, None),
        ("", None, None),
        ("p", True, ContinuousDeployment("p", True)),
        ("p", False, ContinuousDeployment("p", False)),
    ],
)
def test_a_policy_of_continuous_deployment(id: str | None, enabled: bool | None, expected: ContinuousDeployment | None) -> None:
    answers = shown(**({} if id is None else {"ContinuousDeploymentPolicyId": id}))
    policy = {"ContinuousDeploymentPolicy": {"Id": id, "ContinuousDeploymentPolicyConfig": {"Enabled": enabled}}}
    assert read("continuous_deployment", SITE, **answers, GetContinuousDeploymentPolicy=policy) == expected


def test_a_policy_of_continuous_deployment_that_is_not_shown() -> None:
    for broken in ("NoSuchContinuousDeploymentPolicy", {}, {"ContinuousDeploymentPolicy": {}}):
        with pytest.raises(CannotLook):
            read("continuous_deployment", SITE, **shown(ContinuousDeploymentPolicyId="p"), GetContinuousDeploymentPolicy=broken)


@pytest.mark.parametrize(
    ("compress", "policy", "expected"),
    [
        (True, None, ("gzip",)),
        (False, None, ()),
        (True, {"EnableAcceptEncodingGzip": True, "EnableAcceptEncodingBrotli": True}, ("gzip", "br")),
        (True, {"EnableAcceptEncodingGzip": False, "EnableAcceptEncodingBrotli": True}, ("br",)),
        (True, {"EnableAcceptEncodingGzip": True}, ("gzip",)),
        (False, {"EnableAcceptEncodingGzip": True}, ()),
        (True, {}, ()),
    ],
    ids=str,
)
def test_what_a_behaviour_compresses_with(compress: bool, policy: dict[str, bool] | None, expected: tuple[str, ...]) -> None:
    """A policy of one's own may say nothing of what is in the cache key: then there is no Accept-Encoding in it."""
    default = behaviour(Compress=compress, **({} if policy is None else {"CachePolicyId": "own"}))
    own = {"Name": "own", "MinTTL": 1, **({"ParametersInCacheKeyAndForwardedToOrigin": policy} if policy else {})}
    answers = {**shown(DefaultCacheBehavior=default), "GetCachePolicy": {"CachePolicy": {"CachePolicyConfig": own}}}
    assert read("compression", SITE, **answers) == {"*": expected}


def test_a_cache_policy_that_is_not_shown() -> None:
    for broken in ("NoSuchCachePolicy", {}, {"CachePolicy": {"CachePolicyConfig": {
        "ParametersInCacheKeyAndForwardedToOrigin": {"EnableAcceptEncodingBrotli": True}}}},
    ):  # fmt: skip
        with pytest.raises(CannotLook):
            read("compression", SITE, **shown(DefaultCacheBehavior=behaviour(CachePolicyId="own")), GetCachePolicy=broken)


@pytest.mark.parametrize(("answer", "expected"), [("NoSuchMonitoringSubscription", False), ("Enabled", True), ("Disabled", False)])
def test_a_monitoring_subscription(answer: str, expected: bool) -> None:
    subscription = {"RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": answer}}
    given: Any = answer if answer.startswith("No") else {"MonitoringSubscription": subscription}
    assert read("monitoring_subscription", SITE, **shown(), GetMonitoringSubscription=given) is expected


@pytest.mark.parametrize("answer", ["AccessDenied", "NoSuchDistribution", {}, {"MonitoringSubscription": {}}], ids=str)
def test_a_monitoring_subscription_that_is_not_told(answer: Any) -> None:
    with pytest.raises(CannotLook):
        read("monitoring_subscription", SITE, **shown(), GetMonitoringSubscription=answer)


# ---------------------------------------------------------------------------------------------- access logs

REGIONS = {
    "Regions": [
        {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required"},
        {"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required"},
        {"RegionName": "af-south-1", "OptInStatus": "opted-in"},
    ]
}


def ownership(*rules: str) -> dict[str, Any]:
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": rule} for rule in rules]}}


def logging(bucket: str = "logs.s3.amazonaws.com", location: Any = None, controls: Any = "OwnershipControlsNotFoundError") -> Any:
    answers = shown(Logging={"Enabled": True, "IncludeCookies": False, "Bucket": bucket, "Prefix": ""})
    place = {"LocationConstraint": location} if not str(location).startswith("NoSuch") else location
    return read(
        "legacy_logging", SITE, **answers, GetBucketLocation=place, DescribeRegions=REGIONS, GetBucketOwnershipControls=controls
    )


def test_the_older_kind_of_logging() -> None:
    assert read("legacy_logging", SITE, **shown()) is None
    assert logging() == LegacyLogging("logs", "us-east-1", False, True)
    assert logging("a.s3b.s3.amazonaws.com", "EU") == LegacyLogging("a.s3b", "eu-west-1", False, True)
    assert logging(location="af-south-1") == LegacyLogging("logs", "af-south-1", True, True)
    assert logging(location="NoSuchBucket") == LegacyLogging("logs", "", False, False)
    assert logging(controls=ownership("BucketOwnerEnforced")) == LegacyLogging("logs", "us-east-1", False, False)
    assert logging(controls=ownership("BucketOwnerPreferred")) == LegacyLogging("logs", "us-east-1", False, True)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: logging(location="xx-west-1"),
        lambda: logging(controls=ownership()),
        lambda: logging(controls={}),
        lambda: logging(controls="AccessDenied"),
        lambda: read("legacy_logging", SITE, **shown(Logging={})),
        lambda: read("legacy_logging", SITE, **shown(Logging=None)),
    ],
    ids=["unknown region", "no rule", "no controls", "denied", "nothing said", "no logging"],
)
def test_the_older_kind_of_logging_is_not_known(ask: Callable[[], Any]) -> None:
    with pytest.raises(CannotLook):
        ask()


def test_where_logs_are_delivered() -> None:
    """Over pages; a source without a delivery, another distribution's, and one of something else deliver none of these."""

    def source(name: str, *arns: str, kind: str = "ACCESS_LOGS") -> dict[str, Any]:
        return {"name": name, "resourceArns": list(arns), "logType": kind, "service": "cloudfront"}

    sources = [
        {"deliverySources": [source("own", ARN), source("idle", ARN), source("other", ARN.replace("E1", "E2"))], "nextToken": "x"},
        {"deliverySources": [source("both", "arn:x", ARN), source("connections", ARN, kind="CONNECTION_LOGS")]},
    ]
    deliveries = [
        {"deliverySourceName": name, "deliveryDestinationArn": f"to-{name}"} for name in ("own", "other", "both", "connections")
    ]
    pages = [{"deliveries": deliveries[:2], "nextToken": "x"}, {"deliveries": deliveries[2:]}]
    answers = {**shown(), "DescribeDeliverySources": sources, "DescribeDeliveries": pages}
    assert read("log_deliveries", SITE, **answers) == ("to-both", "to-own")
    assert read("log_deliveries", SITE, **{**answers, "DescribeDeliveries": [{"deliveries": []}]}) == ()
    for broken in ({"DescribeDeliverySources": [{}]}, {"DescribeDeliveries": [{}]}, {"DescribeDeliveries": "AccessDenied"}):
        with pytest.raises(CannotLook):
            read("log_deliveries", SITE, **{**answers, **broken})


# ---------------------------------------------------------------------------------------------- the origin


def test_access_controls_of_all_origins() -> None:
    signs = {"OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4", "Name": "x"}

    def control(region: str, Id: str) -> Any:  # noqa: N803  # AWS's name
        return (
            {"OriginAccessControl": {"Id": Id, "OriginAccessControlConfig": signs}} if Id == "OAC1" else "NoSuchOriginAccessControl"
        )

    origins = listing(
        origin(), origin(Id="2"), origin(Id="3", OriginAccessControlId="OAC2"), origin(Id="4", OriginAccessControlId="")
    )
    found = read("origin_access_controls", SITE, **shown(Origins=origins), GetOriginAccessControl=control)
    assert found == {"OAC1": AccessControl("s3", "always", "sigv4"), "OAC2": None}
    for broken in ("AccessDenied", {}, {"OriginAccessControl": {"OriginAccessControlConfig": {}}}):
        with pytest.raises(CannotLook):
            read("origin_access_controls", SITE, **shown(), GetOriginAccessControl=broken)


def test_the_policy_of_the_bucket() -> None:
    found = read("origin_policy", SITE, **shown(), GetBucketPolicy={"Policy": json.dumps({"Statement": {"Effect": "Allow"}})})
    assert (found.distribution, found.policy) == (ARN, {"Statement": {"Effect": "Allow"}})
    assert read("origin_policy", SITE, **shown(), GetBucketPolicy="NoSuchBucketPolicy").policy is None
    with pytest.raises(Absent, match=f"{SITE.origin_bucket.name} does not exist"):
        read("origin_policy", SITE, **shown(), GetBucketPolicy="NoSuchBucket")
    for broken in ("AccessDenied", {}, {"Policy": "{}"}):
        with pytest.raises(CannotLook):
            read("origin_policy", SITE, **shown(), GetBucketPolicy=broken)


def test_by_which_identities_a_bucket_is_asked() -> None:
    """Those of the bucket's own origins: its copy, and any other bucket, may be asked in other ways."""
    name = SITE.origin_bucket.name

    def by(id: str, host: str) -> dict[str, Any]:
        return origin(
            DomainName=host, S3OriginConfig={"OriginAccessIdentity": f"origin-access-identity/cloudfront/{id}" if id else ""}
        )

    origins = [
        by("E2", f"{name}.s3.amazonaws.com"),
        by("E1", f"{name}.s3.af-south-1.amazonaws.com"),
        by("E3", f"{name}-dr.s3.amazonaws.com"),
    ]
    for listed, expected in ((origins, ("E1", "E2")), (origins[2:], ()), ([by("", f"{name}.s3.amazonaws.com")], ())):
        found = read("origin_policy", SITE, **shown(Origins=listing(*listed)), GetBucketPolicy="NoSuchBucketPolicy")
        assert found.identities == expected


KEY = f"arn:aws:kms:{SITE.origin_bucket.region}:{SITE.account}:key/1"


@pytest.mark.parametrize(
    ("default", "manager", "asked"),
    [
        ({"SSEAlgorithm": "AES256"}, "", False),
        ({"SSEAlgorithm": "aws:kms"}, "", False),
        ({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/site"}, "CUSTOMER", True),
        ({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}, "AWS", False),
        ({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY.replace(SITE.account, "999999999999")}, "", False),
    ],
    ids=["SSE-S3", "aws/s3", "an alias", "AWS's own by its ARN", "another account's"],
)
def test_the_policy_of_the_key_is_asked_for_where_it_is_the_customers(default: dict[str, str], manager: str, asked: bool) -> None:
    rules = {"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}}
    metadata = {
        "Arn": KEY,
        "KeyState": "Enabled",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyManager": manager,
    }
    keys: list[str] = []

    def policy(region: str, KeyId: str, PolicyName: str) -> dict[str, Any]:  # noqa: N803  # AWS's names
        keys.append(KeyId)
        return {"Policy": json.dumps({"Statement": []})}

    found = read(
        "origin_decryption", SITE, **shown(), GetBucketEncryption=rules, DescribeKey={"KeyMetadata": metadata}, GetKeyPolicy=policy
    )
    assert (found.distribution, found.encryption.algorithm) == (ARN, default["SSEAlgorithm"])
    assert keys == ([KEY] if asked else [])  # by the ARN: GetKeyPolicy takes no alias
    assert found.key_policy == ({"Statement": []} if asked else None)


def test_a_bucket_without_encryption_and_none_at_all() -> None:
    none = "ServerSideEncryptionConfigurationNotFoundError"
    assert read("origin_decryption", SITE, **shown(), GetBucketEncryption=none).encryption is None
    rule = {"ServerSideEncryptionConfiguration": {"Rules": [{"BucketKeyEnabled": False}]}}
    assert read("origin_decryption", SITE, **shown(), GetBucketEncryption=rule).encryption == BucketEncryption("")
    with pytest.raises(Absent, match=f"{SITE.origin_bucket.name} does not exist"):
        read("origin_decryption", SITE, **shown(), GetBucketEncryption="NoSuchBucket")


# ---------------------------------------------------------------------------------------------- invalidations


def version(key: str, minutes: float, tag: str) -> dict[str, Any]:
    return {"Key": key, "LastModified": NOW + minutes * MINUTE, "ETag": tag, "IsLatest": False, "VersionId": "v"}


def versions(*found: dict[str, Any], deleted: tuple[tuple[str, float], ...] = (), more: bool = False) -> dict[str, Any]:
    markers = [{"Key": key, "LastModified": NOW + minutes * MINUTE, "IsLatest": True} for key, minutes in deleted]
    members = {"Versions": list(found), "DeleteMarkers": markers}
    return {"Name": "b", "IsTruncated": more, **{name: value for name, value in members.items() if value}}


def made(id: str, minutes: float, *paths: str, status: str = "Completed") -> Invalidation:
    return Invalidation(id, status, NOW + minutes * MINUTE, paths)


def invalidations(*those: Invalidation, pages: int = 1, objects: list[dict[str, Any]] | None = None) -> tuple[Any, list[str]]:
    """What is read where these were made, the newest first, in so many pages; and which of them were asked for."""
    asked: list[str] = []
    by_id = {each.id: each for each in those}

    def invalidation(region: str, DistributionId: str, Id: str) -> dict[str, Any]:  # noqa: N803  # AWS's names
        asked.append(Id)
        each = by_id[Id]
        batch = {"Paths": listing(*each.paths), "CallerReference": "x"}
        return {"Invalidation": {"Id": Id, "Status": each.status, "CreateTime": each.created, "InvalidationBatch": batch}}

    size = -(-len(those) // pages) or 1
    summaries = [{"Id": each.id, "Status": each.status, "CreateTime": each.created} for each in those]
    parts = [summaries[first : first + size] for first in range(0, len(those), size)] or [[]]
    listed = [{"InvalidationList": {**listing(*part), "IsTruncated": False, "Quantity": len(those)}} for part in parts]
    changed = objects or [versions(version("index.html", 0, "a"))]
    answers = {"ListObjectVersions": changed, "ListInvalidations": listed, "GetInvalidation": invalidation}
    return read("invalidations", SITE, **shown(), **answers), asked


@pytest.mark.parametrize(
    ("found", "deleted", "minutes"),
    [
        ([("a", 0)], [], 0),
        ([("b", 5), ("a", 0)], [], 5),
        ([("a", 5), ("a", 0)], [], 0),
        ([("a", 9), ("a", 5), ("b", 3), ("a", 0)], [], 5),
        ([("b", 5), ("a", 5)], [], 5),
        ([("a", 0)], [7], 7),
        ([("a", 9), ("a", 0)], [7], 9),
        ([("a", 0)], [8, 7], 7),
        ([], [7], 7),
    ],
    ids=["new", "changed", "uploaded anew", "changed back and uploaded anew", "within a second", "deleted", "deleted and back",
         "deleted twice", "only a delete marker is left"],
)  # fmt: skip
def test_when_an_object_last_changed(found: list[tuple[str, float]], deleted: list[float], minutes: float) -> None:
    """S3 lists the newest version of a key first. One with the ETag of the version before it is no change."""
    objects = versions(*(version("x", at, tag) for tag, at in found), deleted=tuple(("x", at) for at in deleted))
    read_, _ = invalidations(objects=[objects])
    assert read_.changes == (Change("x", NOW + minutes * MINUTE),)
    assert read_.every_change


def test_the_newest_change_is_first_over_pages() -> None:
    objects = [
        versions(version("a", 0, "1"), version("b", 9, "1"), more=True),
        versions(version("b", 8, "2"), version("c", 5, "1")),
    ]
    found, _ = invalidations(objects=objects)
    assert [(each.key, each.at) for each in found.changes] == [("b", NOW + 9 * MINUTE), ("c", NOW + 5 * MINUTE), ("a", NOW)]
    assert found.every_change


def test_a_site_with_more_versions_than_are_looked_through() -> None:
    page_ = versions(version("a", 0, "1"), more=True)
    found, _ = invalidations(objects=[page_] * (cloudfront.VERSION_PAGES + 5))
    assert not found.every_change
    found, _ = invalidations(objects=[page_] * (cloudfront.VERSION_PAGES - 1) + [versions()])
    assert found.every_change


def test_an_empty_site_was_looked_through() -> None:
    found, _ = invalidations(objects=[versions()])
    assert (found.changes, found.every_change) == ((), True)


MANY = [f"I{number}" for number in range(25)]


@pytest.mark.parametrize(
    ("those", "asked", "every"),
    [
        ([], [], True),
        ([made("I3", 3, "/*"), made("I2", 2, "/*")], ["I3"], True),
        ([made("I3", 3, "/*", status="InProgress"), made("I2", 2, "/x", "/*"), made("I1", 1, "/*")], ["I3", "I2"], True),
        ([made("I3", 3, "/x"), made("I2", -2, "/x"), made("I1", -3, "/*")], ["I3", "I2"], True),
        ([made("I3", 0, "/x"), made("I2", 0, "/x")], ["I3", "I2"], True),
        ([made(id, 1, "/x") for id in MANY], MANY[: cloudfront.INVALIDATIONS], False),
        ([made(id, 1, "/x") for id in MANY[:19]] + [made("I", 1, "/*"), made("J", 1, "/*")], [*MANY[:19], "I"], True),
    ],
    ids=["none", "of everything", "in progress", "before any change", "at the change", "too many", "of everything at the limit"],
)  # fmt: skip
def test_how_far_back_invalidations_are_looked_through(those: list[Invalidation], asked: list[str], every: bool) -> None:
    """As far as one that covers whatever is older, or to where nothing had changed yet."""
    for pages in (1, 3):
        found, ids = invalidations(*those, pages=pages)
        assert [each.id for each in found.invalidations] == ids == asked
        assert found.every_invalidation is every
        assert list(found.invalidations) == those[: len(asked)]


ONE_MADE = [{"InvalidationList": {**listing({"Id": "I1"}), "IsTruncated": False}}]


@pytest.mark.parametrize(
    "broken",
    [
        {"ListInvalidations": [{}]},
        {"ListInvalidations": [{"InvalidationList": {"Quantity": 1, "IsTruncated": False}}]},
        {"ListInvalidations": ONE_MADE, "GetInvalidation": {}},
        {"ListInvalidations": ONE_MADE, "GetInvalidation": {"Invalidation": {
            "Id": "I1", "Status": "Completed", "CreateTime": NOW, "InvalidationBatch": {"Paths": {"Quantity": 1}}}}},
        {"ListInvalidations": ONE_MADE, "GetInvalidation": "NoSuchInvalidation"},
        {"ListObjectVersions": [{}]},
        {"ListObjectVersions": [versions({"Key": "x"})]},
    ],
    ids=["no list", "no items", "no invalidation", "no paths", "gone", "no versions", "no time"],
)  # fmt: skip
def test_invalidations_that_are_not_understood(broken: dict[str, Any]) -> None:
    answers = {**shown(), "ListObjectVersions": [versions(version("x", 0, "a"))], **broken}
    with pytest.raises(CannotLook):
        read("invalidations", SITE, **answers)


# ---------------------------------------------------------------------------------------------- quotas


@pytest.mark.parametrize(
    ("pages", "applied", "expected"),
    [
        ([page(summary(), summary("E2", "x.org"))], {"Quota": {"Value": 650.0}}, DistributionQuota(2, Allowed(650, False), True)),
        (
            [page(summary("E2", "x.org"), summary("E3", Staging=True))],
            "NoSuchResourceException",
            DistributionQuota(1, Allowed(500, True), False),
        ),
        ([page()], "NoSuchResourceException", DistributionQuota(0, Allowed(500, True), False)),
    ],
    ids=["applied", "default", "no distribution"],
)
def test_the_quota_of_distributions(pages: list[dict[str, Any]], applied: Any, expected: DistributionQuota) -> None:
    answers = {"ListDistributions": pages, "GetServiceQuota": applied, "GetAWSDefaultServiceQuota": {"Quota": {"Value": 500.0}}}
    assert read("distribution_quota", SITE, **answers) == expected
