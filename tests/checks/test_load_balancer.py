"""The checks of load balancers, and of what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks import Finding, Observation, Problem, Seen, Undecided
from checks import load_balancer as balancers
from fixtures.declared.load_balancer import LoadBalancer, LoadBalancerNaming, TargetGroups
from fixtures.declared.network import Vpc
from fixtures.facts.certificates import CertificateDescription
from fixtures.facts.load_balancer import (
    Action,
    Listener,
    ListenerCertificate,
    LoadBalancerDescription,
    SecureListener,
    Target,
    TargetGroup,
)
from tests.checks.examples import Example, judged

ACCOUNT, REGION = "815856636111", "eu-west-1"
VPC = Vpc("bbws-sit", REGION, "07", ACCOUNT, (("Environment", "sit"),), "10.2.0.0/16", (), 2)
ALB = LoadBalancer(
    "bbws-alb-sit", REGION, "07", ACCOUNT, VPC, "internet-facing", 2, ("*.sit.bbws.io",), True, True, "bbws-logs-sit"
)
GROUPS = TargetGroups(ALB.name, REGION, "07", ALB)
NAMING = LoadBalancerNaming("bbws-*-sit", REGION, "07", ACCOUNT, (ALB.name,), frozenset({ALB.name}), frozenset(), "bbws")
NOW = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)
ARN = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"

CITED = {"07.inventory", "07.phases", "estate.conventions", "pre.certificates"}


def seen(expected: str, observed: str, where: str = ALB.name) -> Seen:
    return Seen(where, expected, observed)


def bad(expected: str, observed: str, where: str = ALB.name) -> Problem:
    return Problem(where, expected, observed)


# ---------------------------------------------------------------------------------------------- facts of every kind


def described(check: Any, says: str, *found: Finding, **changes: Any) -> Example:
    good = LoadBalancerDescription("arn", "active", "", "internet-facing", "vpc-1", (f"{REGION}a", f"{REGION}b"), "vpc-1")
    return Example(check, says, (ALB, replace(good, **changes)), found)


REDIRECT = Action("redirect", to=("HTTPS", "443", "#{host}"))
FORWARD = Action("forward", (("arn:group", 1),))
HTTP = Listener("arn:http", "HTTP", 80, "", {"default": (REDIRECT,)})
HTTPS = Listener("arn:https", "HTTPS", 443, "policy", {"default": (FORWARD,)})


def redirects(says: str, *found: Finding, listeners: tuple[Listener, ...]) -> Example:
    return Example(balancers.http_redirects, says, (ALB, listeners), found)


def http(*actions: Action, **rules: tuple[Action, ...]) -> tuple[Listener, ...]:
    return (replace(HTTP, rules={**rules, "default": actions}), HTTPS)


def policy(says: str, *found: Finding, admits: tuple[str, ...] | None, minimum: str = "TLSv1.2") -> Example:
    secure = [] if admits is None else [SecureListener("HTTPS:443", "policy", admits)]
    return Example(balancers.tls_policy, says, (ALB, secure), found, {"minimum_tls": minimum})


CERTIFICATE = CertificateDescription(
    ARN, "AMAZON_ISSUED", ("*.sit.bbws.io",), NOW - timedelta(days=1), NOW + timedelta(days=90), "RSA_2048", "SHA256WITHRSA",
    True, (), None, (), NOW,
)  # fmt: skip
LIMITS = {"amazon_issued_days": 30, "imported_days": 45}
LEFT = "at least 30 days left (30 days AMAZON_ISSUED, 45 days otherwise)"


def certificate(says: str, *found: Finding, status: str | None = "ISSUED", arn: str = ARN, **changes: Any) -> Example:
    issued = replace(CERTIFICATE, **changes) if status == "ISSUED" else None
    return Example(
        balancers.listener_certificates, says, (ALB, [ListenerCertificate("HTTPS:443", arn, True, status, issued)]), found, LIMITS
    )


WHERE, COVERS = f"HTTPS:443 {ARN}", seen("a certificate for *.sit.bbws.io", "*.sit.bbws.io", f"{ALB.name} HTTPS:443")
ISSUED, TRUSTED = seen("ISSUED", "ISSUED", WHERE), seen("AMAZON_ISSUED or IMPORTED", "AMAZON_ISSUED", WHERE)
LONG = seen(LEFT, "90 days (AMAZON_ISSUED, until 2026-04-13 12:00 UTC)", WHERE)


def uncovered(names: str) -> Problem:
    return bad("a certificate for *.sit.bbws.io", names, f"{ALB.name} HTTPS:443")


def attribute(check: Any, says: str, *found: Finding, **attributes: str) -> Example:
    return Example(check, says, (ALB, {name.replace("__", "."): value for name, value in attributes.items()}), found)


DROPS = "routing.http.drop_invalid_header_fields.enabled"


def target(number: int, state: str = "healthy", reason: str = "", zone: str = "") -> Target:
    return Target(f"10.2.1.{number}", 80, state, reason, zone)


def group(*targets: Target, type: str = "ip") -> TargetGroup:
    return TargetGroup("arn:group", "tasks", type, targets)


def healthy(says: str, *found: Finding, groups: tuple[TargetGroup, ...]) -> Example:
    return Example(balancers.targets_healthy, says, (GROUPS, groups), found, {"healthy_targets": 2})


def one(number: int = 1) -> Seen:
    return seen("healthy", "healthy", f"tasks 10.2.1.{number}:80")


def zoned(says: str, *found: Finding, zones: Mapping[str, str] | None, of: TargetGroup | None = None) -> Example:
    both = of or group(target(1), target(2), target(3, "draining"))
    return Example(balancers.targets_zones, says, (GROUPS, [] if zones is None else [(both, zones)]), found)


FUNCTION = Target(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f", None, "healthy", "", "")
TWO, IN_TWO, NO_GROUP = "at least 2 healthy targets", "healthy targets in at least 2 zones", "a target group that receives traffic"
NOBODY = bad(NO_GROUP, "no listener and no rule forwards to any")
SECURE, INSIDE = "a security policy that admits TLSv1.2 and newer alone", "in bbws-sit (vpc-1)"
RULE, TO_HTTPS = f"{ALB.name} HTTP:80, rule default", f"a redirect to HTTPS of #{{host}} or {' or '.join(ALB.domains)}"
ALONE = "a redirect to HTTPS, or no HTTP listener"
DECLARED, UNDECLARED = "declared by a plan, or tolerated by name", "nothing undeclared like bbws-*-sit or tagged Project=bbws"
TAG = {"required": {"Owner": "*"}}

EXAMPLES = [
    Example(balancers.exists, "there", (ALB, {ALB.name: "application"}), (seen("application", "application"),)),
    Example(balancers.exists, "of another type", (ALB, {ALB.name: "network"}), (bad("application", "network"),)),
    Example(balancers.exists, "missing", (ALB, {"bbws-alb-dev": "application"}), (
        bad("application", "missing; the closest existing name is bbws-alb-dev"),)),
    Example(balancers.exists, "none at all", (ALB, {}), (bad("application", "missing; no existing name is close to it"),)),
    Example(balancers.no_undeclared, "others'", (NAMING, {"scratch": {"Project": "other"}}), (
        seen(UNDECLARED, "1 declared, 1 other beside them, none of those", REGION),)),
    Example(balancers.no_undeclared, "by its tag", (NAMING, {"scratch": {"Project": "bbws"}}), (
        bad(DECLARED, "exists, tagged Project=bbws; no declared name is close to it", "scratch"),)),
    Example(balancers.no_undeclared, "by its name", (NAMING, {"bbws-old-sit": {}}), (
        bad(DECLARED, "exists, named like bbws-*-sit; the closest declared name is bbws-alb-sit",
            "bbws-old-sit"),)),
    described(balancers.active, "active", seen("active", "active")),
    described(balancers.active, "provisioning", bad("active", "provisioning"), state="provisioning"),
    described(balancers.active, "impaired", bad("active", "active_impaired (no addresses)"),
              state="active_impaired", reason="no addresses"),
    described(balancers.active, "failed", bad("active", "failed"), state="failed"),
    described(balancers.scheme, "as declared", seen("internet-facing", "internet-facing")),
    described(balancers.scheme, "internal", bad("internet-facing", "internal"), scheme="internal"),
    described(balancers.zones, "in two", seen(INSIDE, "in vpc-1"), seen("at least 2 zones", "2 zones (eu-west-1a, eu-west-1b)")),
    described(balancers.zones, "in one", seen(INSIDE, "in vpc-1"), bad("at least 2 zones", "1 zone (eu-west-1a)"),
              zones=(f"{REGION}a", f"{REGION}a")),
    described(balancers.zones, "elsewhere", bad(INSIDE, "in vpc-2"),
              seen("at least 2 zones", "2 zones (eu-west-1a, eu-west-1b)"), vpc="vpc-2"),
    Example(balancers.https_listener, "beside HTTP", (ALB, [HTTP, HTTPS]), (seen("an HTTPS listener", "HTTP:80, HTTPS:443"),)),
    Example(balancers.https_listener, "HTTP alone", (ALB, [HTTP]), (bad("an HTTPS listener", "HTTP:80"),)),
    Example(balancers.https_listener, "none", (ALB, []), (bad("an HTTPS listener", "no listener"),)),
    policy("new", seen(SECURE, "policy admits TLSv1.2 and TLSv1.3", f"{ALB.name} HTTPS:443"), admits=("TLSv1.2", "TLSv1.3")),
    policy("Terraform's default", bad(SECURE, "policy admits TLSv1 and TLSv1.1 and TLSv1.2", f"{ALB.name} HTTPS:443"),
           admits=("TLSv1", "TLSv1.1", "TLSv1.2")),
    policy("too old for TLS 1.3", bad(SECURE.replace("1.2", "1.3"), "policy admits TLSv1.2 and TLSv1.3", f"{ALB.name} HTTPS:443"),
           admits=("TLSv1.2", "TLSv1.3"), minimum="TLSv1.3"),
    policy("of a protocol nobody knows", bad(SECURE, "policy admits TLSv2", f"{ALB.name} HTTPS:443"), admits=("TLSv2",)),
    policy("that admits nothing", bad(SECURE, "policy admits nothing", f"{ALB.name} HTTPS:443"), admits=()),
    policy("none", bad("an HTTPS listener with a security policy", "none"), admits=None),
    certificate("valid", ISSUED, TRUSTED, LONG, COVERS),
    certificate("expired", bad("ISSUED", "EXPIRED", WHERE), uncovered("no name"), status="EXPIRED"),
    certificate("gone", bad("ISSUED", "no such certificate", WHERE), uncovered("no name"), status=None),
    certificate("of IAM", bad("a certificate of AWS Certificate Manager", "another's, of which nobody sees how long it is valid",
                              "HTTPS:443 arn:aws:iam::1:server-certificate/a"), uncovered("no name"),
                status=None, arn="arn:aws:iam::1:server-certificate/a"),
    certificate("private", ISSUED, bad("AMAZON_ISSUED or IMPORTED", "PRIVATE", WHERE),
                seen(LEFT.replace("at least 30", "at least 45"), "90 days (PRIVATE, until 2026-04-13 12:00 UTC)", WHERE), COVERS,
                type="PRIVATE"),
    certificate("soon to end", ISSUED, TRUSTED, bad(LEFT, "10 days (AMAZON_ISSUED, until 2026-01-23 12:00 UTC)", WHERE), COVERS,
                not_after=NOW + timedelta(days=10)),
    certificate("imported for 40 days", ISSUED, seen("AMAZON_ISSUED or IMPORTED", "IMPORTED", WHERE),
                bad(LEFT.replace("at least 30", "at least 45"), "40 days (IMPORTED, until 2026-02-22 12:00 UTC)", WHERE), COVERS,
                type="IMPORTED", not_after=NOW + timedelta(days=40)),
    certificate("not yet valid", ISSUED, TRUSTED, LONG, bad("valid now", "valid from 2026-01-14 12:00 UTC", WHERE), COVERS,
                not_before=NOW + timedelta(days=1)),
    certificate("of others", ISSUED, TRUSTED, LONG, uncovered("sit.bbws.io"), names=("sit.bbws.io",)),
    Example(balancers.listener_certificates, "none", (ALB, []), (bad("a certificate of an HTTPS listener", "none"),), LIMITS),
    Example(balancers.listener_certificates, "issued, and nobody tells", (
        replace(ALB, domains=()), [ListenerCertificate("HTTPS:443", ARN, True, "ISSUED", None)]), (
        ISSUED, Undecided(WHERE, "issued, and ACM does not tell what it is")), LIMITS),
    redirects("redirects", seen(TO_HTTPS, "redirect HTTPS 443 #{host}", RULE), listeners=(HTTP, HTTPS)),
    redirects("HTTPS alone", seen(ALONE, "HTTPS:443"), listeners=(HTTPS,)),
    redirects("no listener", bad(ALONE, "no listener at all"), listeners=()),
    redirects("forwards", bad(TO_HTTPS, "forward", RULE), listeners=http(FORWARD)),
    redirects("a rule forwards", bad(TO_HTTPS, "forward", f"{ALB.name} HTTP:80, rule first"),
              seen(TO_HTTPS, "redirect HTTPS 443 #{host}", RULE), listeners=http(REDIRECT, first=(FORWARD,))),
    redirects("to HTTP", bad(TO_HTTPS, "redirect HTTP 443 #{host}", RULE),
              listeners=http(Action("redirect", to=("HTTP", "443", "#{host}")))),
    redirects("to where nothing listens", bad(TO_HTTPS, "redirect HTTPS 8443 #{host}", RULE),
              listeners=http(Action("redirect", to=("HTTPS", "8443", "#{host}")))),
    redirects("to its own port", bad(TO_HTTPS, "redirect HTTPS #{port} #{host}", RULE),
              listeners=http(Action("redirect", to=("HTTPS", "#{port}", "#{host}")))),
    redirects("to a declared host", seen(TO_HTTPS, f"redirect HTTPS 443 {ALB.domains[0]}", RULE),
              listeners=http(Action("redirect", to=("HTTPS", "443", ALB.domains[0])))),
    redirects("to another host", bad(TO_HTTPS, "redirect HTTPS 443 phish.example.com", RULE),
              listeners=http(Action("redirect", to=("HTTPS", "443", "phish.example.com")))),
    redirects("to a host within another", bad(TO_HTTPS, "redirect HTTPS 443 #{host}.example.com", RULE),
              listeners=http(Action("redirect", to=("HTTPS", "443", "#{host}.example.com")))),
    redirects("answers by itself", bad(TO_HTTPS, "fixed-response", RULE), listeners=http(Action("fixed-response"))),
    redirects("does nothing", bad(TO_HTTPS, "no action", RULE), listeners=http()),
    attribute(balancers.deletion_protection, "on", seen("deletion_protection.enabled = true", "true"),
              deletion_protection__enabled="true"),
    attribute(balancers.deletion_protection, "off", bad("deletion_protection.enabled = true", "false"),
              deletion_protection__enabled="false"),
    attribute(balancers.deletion_protection, "not told", Undecided(ALB.name, "AWS does not tell deletion_protection.enabled")),
    attribute(balancers.invalid_headers, "dropped", seen(f"{DROPS} = true", "true"), **{DROPS: "true"}),
    attribute(balancers.invalid_headers, "passed on", bad(f"{DROPS} = true", "false"), **{DROPS: "false"}),
    attribute(balancers.access_logs, "on", seen("access_logs.s3.enabled = true", "true"),
              seen("access_logs.s3.bucket = bbws-logs-sit", "bbws-logs-sit"),
              access_logs__s3__enabled="true", access_logs__s3__bucket="bbws-logs-sit"),
    attribute(balancers.access_logs, "elsewhere", seen("access_logs.s3.enabled = true", "true"),
              bad("access_logs.s3.bucket = bbws-logs-sit", "logs"),
              access_logs__s3__enabled="true", access_logs__s3__bucket="logs"),
    attribute(balancers.access_logs, "off", bad("access_logs.s3.enabled = true", "false"), access_logs__s3__enabled="false"),
    Example(balancers.required_tags, "tagged", (ALB, {"Owner": "x"}), (seen("tag Owner with a value", "Owner=x"),), TAG),
    Example(balancers.required_tags, "untagged", (ALB, {}), (bad("tag Owner with a value", "no such tag"),), TAG),
    healthy("all", one(1), one(2), seen(TWO, "2 healthy targets (of 2 targets)", "tasks"), groups=(group(target(1), target(2)),)),
    healthy("and one drains", one(1), one(2), Observation("tasks 10.2.1.3:80", "draining (Target.DeregistrationInProgress)"),
            seen(TWO, "2 healthy targets (of 3 targets)", "tasks"),
            groups=(group(target(1), target(2), target(3, "draining", "Target.DeregistrationInProgress")),)),
    healthy("one drains of two", one(1), Observation("tasks 10.2.1.2:80", "draining (no reason)"),
            bad(TWO, "1 healthy target (of 2 targets)", "tasks"), groups=(group(target(1), target(2, "draining")),)),
    *(healthy(state or "no state", one(1), one(2), bad("healthy", f"{state or 'none'} (why)", "tasks 10.2.1.3:80"),
              seen(TWO, "2 healthy targets (of 3 targets)", "tasks"),
              groups=(group(target(1), target(2), target(3, state, "why")),))
      for state in ("initial", "unhealthy", "unhealthy.draining", "unused", "unavailable", "")),
    healthy("nobody checks", one(1), one(2), Undecided("tasks 10.2.1.3:80", "unavailable: its target group checks no health"),
            seen(TWO, "2 healthy targets (of 3 targets)", "tasks"),
            groups=(group(target(1), target(2), target(3, "unavailable", "Target.HealthCheckDisabled")),)),
    healthy("no target", bad(TWO, "0 healthy targets (of 0 targets)", "tasks"), groups=(group(),)),
    healthy("a function", seen("healthy", "healthy", f"tasks {FUNCTION.id}"), seen("a function", "1 target", "tasks"),
            groups=(group(FUNCTION, type="lambda"),)),
    healthy("no function", bad("a function", "0 targets", "tasks"), groups=(group(type="lambda"),)),
    healthy("no group", NOBODY, groups=()),
    zoned("two", seen(IN_TWO, "2 zones (a, b)", "tasks"), zones={"10.2.1.1": "a", "10.2.1.2": "b", "10.2.1.3": "c"}),
    zoned("one, and one drains in another", bad(IN_TWO, "1 zone (a)", "tasks"),
          zones={"10.2.1.1": "a", "10.2.1.2": "a", "10.2.1.3": "b"}),
    zoned("one that is known", Undecided("tasks", "healthy targets in a, and nobody tells that of 10.2.1.2:80"),
          zones={"10.2.1.1": "a", "10.2.1.2": ""}),
    zoned("none that is known", Undecided("tasks", "healthy targets in no known zone, and nobody tells that of 10.2.1.1:80"),
          zones={}),
    zoned("no target", bad(IN_TWO, "0 zones", "tasks"), zones={}, of=group()),
    zoned("a function", seen("healthy targets in at least 2 zones, or a function", "a function", "tasks"), zones={},
          of=group(FUNCTION, type="lambda")),
    zoned("no group", NOBODY, zones=None),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings
