"""Load balancers: active over enough zones, reached by TLS alone, with valid certificates, and healthy targets behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Problem, Seen, Severity, Undecided, certificates, check, names
from checks.comparisons import at, at_least, closest, counted, equal, judge, one_of

if TYPE_CHECKING:
    from fixtures.declared.load_balancer import LoadBalancer, LoadBalancerNaming, TargetGroups
    from fixtures.facts.load_balancer import (
        Action,
        Listener,
        ListenerCertificate,
        LoadBalancerDescription,
        SecureListener,
        TargetGroup,
    )

EXISTS, LISTENS = "load_balancer.exists", "load_balancer.https-listener"
# The protocols that a security policy may admit, the oldest first.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
PROTOCOLS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


# ---------------------------------------------------------------------------------------------- the load balancer


@check(
    EXISTS,
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("07.inventory", "07.phases"),
    fix="deploy the load balancer, of type application, in the declared region",
    stands_on=("network.vpc-exists",),
)
def exists(load_balancer: LoadBalancer, types: Mapping[str, str]) -> Iterator[Finding]:
    """Every declared load balancer exists, and is an Application Load Balancer."""
    observed = types.get(load_balancer.name) or f"missing{closest(load_balancer.name, types)}"
    yield equal(load_balancer.name, observed, "application")


@check(
    "load_balancer.no-undeclared",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.inventory",
    fix="declare the load balancer in the plan, tolerate it there by name, or delete it",
)
def no_undeclared(naming: LoadBalancerNaming, undeclared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """No load balancer of the project stands beside the declared ones, but those that are tagged as a tenant's."""
    yield from names.undeclared(naming, undeclared)


@check(
    "load_balancer.active",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="wait until the load balancer is active; where it is impaired or failed, give its subnets free addresses (8 in each), or "
    "create it anew",
    stands_on=(EXISTS,),
)
def active(load_balancer: LoadBalancer, described: LoadBalancerDescription) -> Iterator[Finding]:
    """The load balancer is active."""
    yield equal(load_balancer.name, described.state, "active", detail=described.reason)


@check(
    "load_balancer.scheme",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="create the load balancer anew with the declared scheme: it cannot be changed",
    stands_on=(EXISTS,),
)
def scheme(load_balancer: LoadBalancer, described: LoadBalancerDescription) -> Iterator[Finding]:
    """The load balancer is internet-facing or internal, as declared."""
    yield equal(load_balancer.name, described.scheme, load_balancer.scheme)


@check(
    "load_balancer.zones",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="give the load balancer subnets of its VPC in more zones; one in another VPC must be created anew",
    stands_on=(EXISTS, "network.vpc-exists"),
)
def zones(load_balancer: LoadBalancer, described: LoadBalancerDescription) -> Iterator[Finding]:
    """The load balancer stands in its declared VPC, over enough zones."""
    expected = f"in {load_balancer.vpc.name} ({described.declared_vpc})"
    yield judge(load_balancer.name, described.vpc == described.declared_vpc, expected, f"in {described.vpc or 'no VPC'}")
    over = sorted(set(described.zones))
    yield at_least(load_balancer.name, len(over), load_balancer.zones, unit="zones", detail=", ".join(over))


# ---------------------------------------------------------------------------------------------- its listeners


@check(
    LISTENS,
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="add an HTTPS listener on port 443 with a certificate for the declared domains, forwarding to the service's targets",
    stands_on=(EXISTS,),
)
def https_listener(load_balancer: LoadBalancer, found: Collection[Listener]) -> Iterator[Finding]:
    """The load balancer listens for HTTPS."""
    listening = ", ".join(map(str, found)) or "no listener"
    yield judge(load_balancer.name, any(each.protocol == "HTTPS" for each in found), "an HTTPS listener", listening)


@check(
    "load_balancer.tls-policy",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix='set ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06" on the listener: where none is named, Terraform takes '
    "ELBSecurityPolicy-2016-08, which admits TLS 1.0",
    stands_on=(EXISTS, LISTENS),
)
def tls_policy(load_balancer: LoadBalancer, found: Collection[SecureListener], *, minimum_tls: str) -> Iterator[Finding]:
    """The security policies of the HTTPS listeners admit no protocol that is too old.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """
    allowed = PROTOCOLS[PROTOCOLS.index(minimum_tls) :]
    for each in found:
        where, admits = f"{load_balancer.name} {each.name}", " and ".join(each.protocols) or "nothing"
        good = bool(each.protocols) and set(each.protocols) <= set(allowed)
        yield judge(where, good, f"a security policy that admits {minimum_tls} and newer alone", f"{each.policy} admits {admits}")
    if not found:
        yield Problem(load_balancer.name, "an HTTPS listener with a security policy", "none")


@check(
    "load_balancer.certificates",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=("07.inventory", "pre.certificates"),
    fix="give the listener an issued certificate of ACM for all declared domains; see why ACM does not renew one that ends soon, "
    "and import anew what was imported",
    stands_on=(EXISTS, LISTENS),
)
def listener_certificates(
    load_balancer: LoadBalancer, found: Collection[ListenerCertificate], *, amazon_issued_days: int, imported_days: int
) -> Iterator[Finding]:
    """Every certificate of the HTTPS listeners is issued and valid long enough, and together they cover the declared domains."""
    by_listener: dict[str, list[ListenerCertificate]] = {}
    for each in found:
        by_listener.setdefault(each.listener, []).append(each)
        yield from _valid(each, amazon_issued_days, imported_days)
    for listener, having in by_listener.items():
        covered = [name for each in having if each.described for name in each.described.names]
        for domain in load_balancer.domains:
            good = certificates.covers(covered, domain)
            yield judge(f"{load_balancer.name} {listener}", good, f"a certificate for {domain}", ", ".join(covered) or "no name")
    if not found:
        yield Problem(load_balancer.name, "a certificate of an HTTPS listener", "none")


def _valid(each: ListenerCertificate, amazon_issued_days: int, imported_days: int) -> Iterator[Finding]:
    where = f"{each.listener} {each.arn}"
    if not each.arn.startswith("arn:aws:acm:"):
        yield Problem(where, "a certificate of AWS Certificate Manager", "another's, of which nobody sees how long it is valid")
        return
    yield equal(where, each.status or "no such certificate", "ISSUED")
    if found := each.described:
        yield one_of(where, found.type, certificates.TRUSTED)
        yield at_least(
            where,
            found.not_after - found.as_of,
            certificates.least_left(found, amazon_issued_days, imported_days),
            what=f"{{}} left ({amazon_issued_days} days AMAZON_ISSUED, {imported_days} days otherwise)",
            detail=f"{found.type}, until {at(found.not_after)}",
        )
        if found.not_before > found.as_of:
            yield Problem(where, "valid now", f"valid from {at(found.not_before)}")
    elif each.status == "ISSUED":
        yield Undecided(where, "issued, and ACM does not tell what it is")


@check(
    "load_balancer.http-redirects",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="let the HTTP listener and every rule of it redirect to HTTPS (HTTP_301), or delete the listener",
    stands_on=(EXISTS, LISTENS),
)
def http_redirects(load_balancer: LoadBalancer, found: Collection[Listener]) -> Iterator[Finding]:
    """Whoever comes by plain HTTP is redirected to HTTPS of the same host or a declared one, or not served at all."""
    expected = "a redirect to HTTPS of #{host}" + "".join(f" or {domain}" for domain in load_balancer.domains)
    secure = {str(each.port) for each in found if each.protocol == "HTTPS"}
    for each in found:
        if each.protocol == "HTTPS":
            continue
        for priority, actions in each.rules.items():
            where = f"{load_balancer.name} {each}, rule {priority}"
            yield judge(where, _redirects(load_balancer, actions, each, secure), expected, _told(actions))
    if all(each.protocol == "HTTPS" for each in found):
        listening = ", ".join(map(str, found))
        yield judge(load_balancer.name, bool(found), "a redirect to HTTPS, or no HTTP listener", listening or "no listener at all")


def _redirects(load_balancer: LoadBalancer, actions: Sequence[Action], listener: Listener, secure: Collection[str]) -> bool:
    """Whether the last action, which alone answers, leads to a port where there is HTTPS, of the host that was asked for or of a
    declared one. #{port} is the listener's own.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    """
    if not actions or actions[-1].type != "redirect":
        return False
    protocol, port, host = actions[-1].to
    known = host == "#{host}" or certificates.covers(load_balancer.domains, host.lower())
    return known and protocol == "HTTPS" and port.replace("#{port}", str(listener.port)) in secure


def _told(actions: Sequence[Action]) -> str:
    return ", ".join(" ".join(filter(None, (each.type, *each.to))) for each in actions) or "no action"


# ---------------------------------------------------------------------------------------------- its attributes


def _attribute(load_balancer: LoadBalancer, attributes: Mapping[str, str], name: str, expected: str) -> Finding:
    if name not in attributes:
        return Undecided(load_balancer.name, f"AWS does not tell {name}")
    return equal(load_balancer.name, attributes[name], expected, what=f"{name} = {{}}")


@check(
    "load_balancer.deletion-protection",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="set enable_deletion_protection = true on the load balancer and apply",
    stands_on=(EXISTS,),
)
def deletion_protection(load_balancer: LoadBalancer, attributes: Mapping[str, str]) -> Iterator[Finding]:
    """Nobody can delete the load balancer by accident."""
    yield _attribute(load_balancer, attributes, "deletion_protection.enabled", "true")


@check(
    "load_balancer.invalid-headers",
    severity=Severity.MEDIUM,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="set drop_invalid_header_fields = true on the load balancer and apply",
    stands_on=(EXISTS,),
)
def invalid_headers(load_balancer: LoadBalancer, attributes: Mapping[str, str]) -> Iterator[Finding]:
    """The load balancer drops header fields with invalid names before they reach a target."""
    yield _attribute(load_balancer, attributes, "routing.http.drop_invalid_header_fields.enabled", "true")


@check(
    "load_balancer.access-logs",
    severity=Severity.MEDIUM,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="set access_logs { enabled = true } with the declared bucket on the load balancer and apply",
    stands_on=(EXISTS,),
)
def access_logs(load_balancer: LoadBalancer, attributes: Mapping[str, str]) -> Iterator[Finding]:
    """The load balancer's access logs are on, and go to the declared bucket.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
    """
    yield _attribute(load_balancer, attributes, "access_logs.s3.enabled", "true")
    if attributes.get("access_logs.s3.enabled") == "true":
        yield _attribute(load_balancer, attributes, "access_logs.s3.bucket", load_balancer.access_logs or "")


@check(
    "load_balancer.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the load balancer and apply",
    stands_on=(EXISTS,),
)
def required_tags(load_balancer: LoadBalancer, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """The load balancer carries every required tag."""
    yield from names.required_tags(load_balancer.name, tags, required=required)


# ---------------------------------------------------------------------------------------------- what stands behind it


@check(
    "load_balancer.targets-healthy",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="see why the target fails its health check (its reason, the task's log, the security groups); run more tasks; take a "
    "target group without targets out of the listeners and rules",
    stands_on=(EXISTS, LISTENS),
)
def targets_healthy(target_groups: TargetGroups, found: Collection[TargetGroup], *, healthy_targets: int) -> Iterator[Finding]:
    """Every target that receives traffic is healthy, and every target group that does has enough of them.

    One that drains receives no new request: it counts for nothing.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    for group in found:
        for target in group.targets:
            where = f"{group.name} {target}"
            if target.state == "draining":
                yield Observation(where, f"draining ({target.reason or 'no reason'})")
            elif target.reason == "Target.HealthCheckDisabled":
                yield Undecided(where, f"{target.state}: its target group checks no health")
            else:
                yield equal(where, target.state, "healthy", detail=target.reason)
        healthy = [target for target in group.targets if target.state == "healthy"]
        if group.type == "lambda":  # which has one target, that AWS runs in several zones
            yield judge(group.name, bool(group.targets), "a function", counted(len(group.targets), "target"))
        else:
            of_all = f"of {counted(len(group.targets), 'target')}"
            yield at_least(group.name, len(healthy), healthy_targets, unit="healthy targets", detail=of_all)
    if not found:
        yield Problem(target_groups.name, "a target group that receives traffic", "no listener and no rule forwards to any")


@check(
    "load_balancer.targets-zones",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="run the tasks in private subnets of several zones",
    stands_on=(EXISTS, LISTENS, "load_balancer.targets-healthy", "network.vpc-exists"),
)
def targets_zones(target_groups: TargetGroups, found: Collection[tuple[TargetGroup, Mapping[str, str]]]) -> Iterator[Finding]:
    """The healthy targets of every target group that receives traffic stand in enough zones."""
    limit = target_groups.load_balancer.zones
    for group, zones_of in found:
        if group.type == "lambda":
            yield Seen(group.name, f"healthy targets in at least {limit} zones, or a function", "a function")
            continue
        healthy = [target for target in group.targets if target.state == "healthy"]
        over = sorted({zones_of[target.id] for target in healthy if zones_of.get(target.id)})
        unknown = [str(target) for target in healthy if not zones_of.get(target.id)]
        if unknown and len(over) < limit:
            yield Undecided(
                group.name, f"healthy targets in {', '.join(over) or 'no known zone'}, and nobody tells that of {unknown[0]}"
            )
        else:
            yield at_least(group.name, len(over), limit, unit="zones", what="healthy targets in {}", detail=", ".join(over))
    if not found:
        yield Problem(target_groups.name, "a target group that receives traffic", "no listener and no rule forwards to any")
