"""The network: a plan's VPC is there as declared, reaches the internet as it must, and the world reaches no more than it may."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from checks import Finding, Observation, Pillar, Severity, Undecided, check, names
from checks.comparisons import at_least, counted, equal, judge, nothing

if TYPE_CHECKING:
    from fixtures.declared.network import FrontDoor, Vpc
    from fixtures.facts.network import (
        Addresses,
        FlowLog,
        Groups,
        Interface,
        Layout,
        NatGateway,
        Neighbours,
        PrefixList,
        Route,
        Rule,
        SecurityGroup,
        Subnet,
        VpcDescription,
    )

EXISTS = "network.vpc-exists"


# ---------------------------------------------------------------------------------------------- the VPC


@check(
    EXISTS,
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("07.inventory", "07.phases", "pre.vpc"),
    fix="apply the plan's aws_vpc with the declared tags in this environment's region; leave them off every other VPC",
)
def vpc_exists(vpc: Vpc, standing: Collection[VpcDescription]) -> Iterator[Finding]:
    """One VPC has the declared tags, and it is available.

    A VPC whose tag Tenant names one is a tenant's own, whatever else it is tagged.
    """
    tags = ", ".join(f"{tag}={value}" for tag, value in vpc.tags)
    having = [each for each in standing if vpc.fits(each.tags, each.cidrs)]
    observed = " and ".join(each.id for each in having) or f"missing{_closest(vpc, standing)}"
    yield judge(vpc.name, len(having) == 1, f"one VPC tagged {tags}", observed)
    if len(having) == 1:
        yield equal(having[0].id, having[0].state, "available", what="state {}")


def _closest(vpc: Vpc, standing: Collection[VpcDescription]) -> str:
    """The VPC that was probably meant: the one with the most of the tags, or else with the range."""
    ranked = sorted(standing, key=lambda each: (-_alike(vpc, each), each.id))
    if not ranked or not _alike(vpc, ranked[0]):
        return f"; none of {counted(len(standing), 'VPC')} is like it"
    told = [f"{tag}={ranked[0].tags[tag]}" for tag, _ in vpc.tags if tag in ranked[0].tags]
    own = ["a tenant's own"] if ranked[0].tags.get("Tenant") else []
    told = [*(f"Name={name}" for name in filter(None, [ranked[0].tags.get("Name")])), *told, *ranked[0].cidrs[:1], *own]
    return f"; the closest existing VPC is {ranked[0].id} ({', '.join(told)})"


def _alike(vpc: Vpc, other: VpcDescription) -> int:
    """How many of the declared tags another VPC has, and whether it has the range."""
    return sum(other.tags.get(tag) == value for tag, value in vpc.tags) + (vpc.cidr in other.cidrs)


@check(
    "network.cidr",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="pre.vpc",
    fix="a VPC's primary range cannot be changed: apply it anew with the declared one; take away what overlaps with another range",
    stands_on=(EXISTS,),
)
def cidr(vpc: Vpc, description: VpcDescription, neighbours: Neighbours) -> Iterator[Finding]:
    """The VPC has its declared range, and none that overlaps with another environment's, or with that of a VPC it is joined to.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html
    """
    own = description.cidrs
    yield equal(vpc.name, next(iter(own), ""), vpc.cidr, what="the primary range {}")
    if own[1:]:
        yield Observation(vpc.name, f"beside its primary range it has {', '.join(own[1:])}")
    declared = [(f"{env}'s {other}", [other]) for env, other in vpc.others]
    told = "no overlap with the declared ranges of other environments"
    ranges = ", ".join(other for _, other in vpc.others) or "which declare none"
    yield from nothing(vpc.name, told, _overlaps(own, declared), otherwise=f"{', '.join(own) or 'none'} beside {ranges}")
    active = [(each, each.other(neighbours.id)) for each in neighbours.peerings if each.status == "active"]
    peered = [(f"{side.vpc} ({each.id})", side.cidrs) for each, side in active if side and side.cidrs]
    told = "no overlap with the ranges of peered VPCs"
    yield from nothing(vpc.name, told, _overlaps(own, peered), otherwise=_beside(peered))
    for each, side in active:
        if side and not side.cidrs:
            yield Undecided(vpc.name, f"{told}? AWS does not tell the range of {side.vpc} ({each.id})")
    attached = [(f"{other.id} ({link.gateway})", other.cidrs) for link, other in neighbours.attached if other]
    told = "no overlap with the ranges of VPCs at its transit gateways"
    yield from nothing(vpc.name, told, _overlaps(own, attached), otherwise=_beside(attached))
    if unseen := [f"{link.vpc} of {link.account}" for link, other in neighbours.attached if not other]:
        yield Observation(vpc.name, f"at its transit gateways, with ranges that this account does not see: {', '.join(unseen)}")


def _overlaps(own: Collection[str], others: Collection[tuple[str, Collection[str]]]) -> Iterator[str]:
    """Each of the ranges that overlaps with one of the others'."""
    for name, ranges in others:
        for mine in own:
            if any(ipaddress.ip_network(mine).overlaps(ipaddress.ip_network(each)) for each in ranges if _version(each) == 4):
                yield f"{mine} overlaps with {name} {', '.join(each for each in ranges if each not in name)}".rstrip()


def _version(text: str) -> int:
    return 6 if ":" in text else 4


def _beside(others: Collection[tuple[str, Collection[str]]]) -> str:
    return "; ".join(f"{name} {', '.join(ranges)}" for name, ranges in others) or "there is none"


@check(
    "network.tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the tags in the aws_vpc, or in the provider's default_tags, and apply",
    stands_on=(EXISTS,),
)
def required_tags(vpc: Vpc, description: VpcDescription, *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every VPC carries the required tags."""
    yield from names.required_tags(vpc.name, description.tags, required=required)


# ---------------------------------------------------------------------------------------------- subnets and their ways out


def _leads_out(routes: Collection[Route], layout: Layout) -> bool:
    """Whether a subnet is not private: one of its routes leads to an internet gateway that is attached to the VPC.

    https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types
    """
    return any(route.active and route.target in layout.internet_gateways for route in routes)


def _public_subnet(routes: Collection[Route], layout: Layout) -> bool:
    """Whether a NAT gateway or a load balancer in the subnet reaches the internet: its default route of IPv4 leads there."""
    return _leads_out([route for route in routes if route.destination == "0.0.0.0/0"], layout)


@check(
    "network.subnets",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("07.inventory", "pre.vpc"),
    fix="give the VPC a public subnet, with a route to its internet gateway, and a private one in each of as many zones; a "
    "route to a gateway that is gone or not attached leads nowhere",
    stands_on=(EXISTS,),
)
def subnets(vpc: Vpc, layout: Layout) -> Iterator[Finding]:
    """Public and private subnets are available, over enough availability zones; every route to an internet gateway leads there.

    A subnet that leads to an internet gateway by other routes than its default one is neither.
    """
    public = [each for each, routes in layout.subnets if _public_subnet(routes, layout)]
    private = [each for each, routes in layout.subnets if not _leads_out(routes, layout)]
    for kind, having in (("public", public), ("private", private)):
        own = [each for each in having if each.state == "available"]
        zones = sorted({each.zone for each in own})
        detail = ", ".join(zones)
        yield at_least(vpc.name, len(zones), vpc.zones, unit="zones", what=f"{kind} subnets in {{}}", detail=detail)
    narrow = (
        f"{each.id} ({each.zone}): {', '.join(route.destination for route in routes if _leads_out([route], layout))} alone"
        for each, routes in layout.subnets
        if _leads_out(routes, layout) and not _public_subnet(routes, layout)
    )
    expected = "0.0.0.0/0 to the internet gateway wherever a route leads there"
    yield from nothing(vpc.name, expected, narrow, otherwise=counted(len(public), "public subnet"))
    waiting = (f"{each.id} is {each.state or 'in no state'}" for each, _ in layout.subnets if each.state != "available")
    yield from nothing(vpc.name, "every subnet available", waiting, otherwise=counted(len(layout.subnets), "subnet"))
    dead = (
        f"{each.id} ({each.zone}): {route.destination} to {route.target}, which is not there or not attached to the VPC"
        for each, routes in layout.subnets
        for route in routes
        if route.target.startswith("igw-") and not (route.active and route.target in layout.internet_gateways)
    )
    told = ", ".join(layout.internet_gateways) or "no internet gateway"
    yield from nothing(vpc.name, "routes to internet gateways that are attached", dead, otherwise=told)


@check(
    "network.nat",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("07.inventory", "pre.vpc"),
    fix="let the private subnet's route table lead 0.0.0.0/0 to a public NAT gateway that is available, in its own zone where the "
    "plan says so (or to a regional one)",
    stands_on=(EXISTS, "network.subnets"),
)
def nat(vpc: Vpc, layout: Layout, *, widest_ipv4: int, widest_ipv6: int) -> Iterator[Finding]:
    """Every private subnet has its default route to a public NAT gateway that is available, in its own zone where the plan says so.

    A subnet that the plan says is isolated has none. The most specific route holds: none of a wide public range may lead past it.
    https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    """
    zone = " in its own zone" if vpc.nat == "zone" else ""
    expected = f"0.0.0.0/0 to an available public NAT gateway{zone}"
    isolated = [(each, routes) for each, routes in layout.subnets if _is_isolated(vpc, each)]
    for each, routes in isolated:
        told = counted(len(routes), "route")
        yield from nothing(f"{each.id} ({each.zone})", "isolated: no route out of the VPC", _out(routes), otherwise=told)
    private = [each for each in layout.subnets if each not in isolated and not _leads_out(each[1], layout)]
    for each, routes in private:
        wrong, gateway = _way_out(vpc, each, routes, layout)
        yield judge(f"{each.id} ({each.zone})", not wrong, expected, wrong or gateway)
        past, told = _past(routes, layout, {4: widest_ipv4, 6: widest_ipv6}), counted(len(routes), "route")
        limit = f"no other route of public ranges wider than /{widest_ipv4}, or /{widest_ipv6} in IPv6"
        yield from nothing(f"{each.id} ({each.zone})", limit, past, otherwise=told)
    if not private and not isolated:
        yield Undecided(vpc.name, "it has no private subnet")


def _is_isolated(vpc: Vpc, subnet: Subnet) -> bool:
    return any(fnmatchcase(subnet.tags.get("Name", ""), pattern) for pattern in vpc.isolated)


def _out(routes: Collection[Route]) -> Iterator[str]:
    """The routes that lead out of a VPC, by whatever way, but to endpoints in it and to internal ranges."""
    for route in routes:
        internal = not route.destination.startswith("pl-") and _internal(ipaddress.ip_network(route.destination))
        if not internal and route.target != "local" and not route.target.startswith("vpce-"):
            yield f"{route.destination} to {route.target or 'nothing'}"


def _way_out(vpc: Vpc, subnet: Subnet, routes: Collection[Route], layout: Layout) -> tuple[str, str]:
    """What is wrong with a private subnet's way out, or "", and the NAT gateway that it leads to."""
    route = next((each for each in routes if each.destination == "0.0.0.0/0"), None)
    if route is None:
        return "no default route", ""
    if not route.active:
        return f"a blackhole: {route.target or 'its target is gone'}", ""
    gateway = next((each for each in layout.nat_gateways if each.id == route.target), None)
    if gateway is None:
        return f"to {route.target}, which is no NAT gateway" + (" of the region" if route.target.startswith("nat-") else ""), ""
    places = {each.id: (each.zone, routes) for each, routes in layout.subnets}
    zone, around = places.get(gateway.subnet, ("", ()))
    wrong = [
        *([f"is {gateway.state}"] if gateway.state != "available" else []),
        *([f"is {gateway.connectivity}"] if gateway.connectivity != "public" else []),
        *([] if gateway.regional else _misplaced(vpc, subnet, gateway, zone, _public_subnet(around, layout))),
    ]
    return (f"{gateway.id} {', '.join(wrong)}" if wrong else ""), f"{gateway.id}, {'regional' if gateway.regional else zone}"


# Where a wide route may lead: to networks that are joined; of IPv6 out, and nobody in.
_JOINED = {4: ("pcx-", "tgw-", "vgw-", "arn:"), 6: ("pcx-", "tgw-", "vgw-", "arn:", "eigw-")}


def _past(routes: Collection[Route], layout: Layout, widest: Mapping[int, int]) -> Iterator[str]:
    """The wide public ranges that do not go by NAT, after those that touch were joined, and where they lead."""
    gateways = {each.id for each in layout.nat_gateways if each.state == "available" and each.connectivity == "public"}
    for version, joined in _JOINED.items():
        past = [
            route
            for route in routes
            if not route.destination.startswith(("0.0.0.0/0", "pl-")) and _version(route.destination) == version
            if route.target != "local" and not (route.active and (route.target in gateways or route.target.startswith(joined)))
        ]
        targets = " and ".join(sorted({route.target or "nothing" for route in past}))
        for wide in _wide([route.destination for route in past], version, widest):
            yield f"{wide} to {targets}"


def _misplaced(vpc: Vpc, subnet: Subnet, gateway: NatGateway, zone: str, public: bool) -> list[str]:
    """What is wrong with the place of a NAT gateway. Its own subnet must be public."""
    if not zone:
        return [f"stands in {gateway.subnet}, which is not of the VPC"]
    elsewhere = [f"stands in {zone}"] if vpc.nat == "zone" and zone != subnet.zone else []
    return elsewhere + ([] if public else [f"stands in {gateway.subnet}, which is not public"])


# ---------------------------------------------------------------------------------------------- flow logs


@check(
    "network.flow-logs",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="pre.vpc",
    fix="declare an aws_flow_log of the VPC with traffic_type ALL or ACCEPT, and a role or bucket policy that lets it be delivered",
    stands_on=(EXISTS,),
)
def flow_logs(vpc: Vpc, logs: Collection[FlowLog]) -> Iterator[Finding]:
    """A flow log of the whole VPC records what is accepted, and is delivered.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-troubleshooting.html
    """
    expected = "an ACTIVE flow log of ALL or ACCEPT traffic that is delivered"
    recording = [each for each in logs if each.status == "ACTIVE" and each.traffic in ("ALL", "ACCEPT")]
    good = [each for each in recording if each.delivery == "SUCCESS"]
    unknown = [each for each in recording if each.delivery is None]
    if unknown and not good:
        yield Undecided(vpc.name, f"{expected}? AWS does not say whether {', '.join(each.id for each in unknown)} is delivered")
    else:
        yield judge(vpc.name, bool(good), expected, "; ".join(map(_told, good or logs)) or "none")
    failing = (_told(each) for each in logs if each.delivery not in ("SUCCESS", None))
    if good or unknown:
        yield from nothing(vpc.name, "no flow log that is not delivered", failing, otherwise=counted(len(logs), "flow log"))


def _told(log: FlowLog) -> str:
    delivery = f"delivery {log.delivery or 'not told'}" + (f" ({log.error})" if log.error else "")
    return f"{log.id}: {log.status or 'no status'}, {log.traffic or 'no traffic'}, {delivery}"


# ---------------------------------------------------------------------------------------------- security groups


@check(
    "network.security-groups",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.security-groups",
    fix="let the rule admit a security group or a narrow range instead; what is open to the world belongs on the group of the load "
    "balancer alone, on its declared ports",
    stands_on=(EXISTS,),
)
def security_groups(vpc: Vpc, found: Groups, *, widest_ipv4: int, widest_ipv6: int) -> Iterator[Finding]:
    """Security groups are closed to the world and to other accounts, but for the declared public ports of the load balancer.

    The world is any range of public addresses that is wider than the limit, alone or together with others of the same ports: a half
    of all addresses is the world, and so is a prefix list of the account's that holds both. AWS's own prefix lists hold the
    addresses of a service. A group may be open on the declared ports if every interface that has it is the load balancer's; that
    none has it is stated, and exposes nothing. The groups of tenants' own VPCs are judged as well: there only load balancers may
    have one that is open.
    """
    own = [group for group in found.groups if not _is_default(group, found)]  # which has a check of its own
    doors = " and ".join(f"TCP {', '.join(map(str, door.ports))} of {door.load_balancer}" for door in vpc.public)
    expected = f"closed to the world (no public range wider than /{widest_ipv4}, or /{widest_ipv6} in IPv6)"
    expected += f", but for {doors}" if doors else ""
    held = {group for each in found.interfaces for group in each.groups}
    open_, problems = list[str](), list[str]()
    for group in own:
        for ports, admitted in _worlds(group, found.prefix_lists, {4: widest_ipv4, 6: widest_ipv6}).items():
            what = f"{_named(group)} admits {', '.join(admitted)} on {_ports(*ports)}"
            tenants = group.vpc in found.tenants
            wrong = _not_a_balancers(group, found.interfaces) if tenants else _not_a_door(vpc, group, ports, found.interfaces)
            (problems if wrong else open_).append(f"{what}{wrong}")
            if not wrong and group.id not in held:
                yield Observation(vpc.name, f"{what}, and no interface has it")
    told = f"{counted(len(own), 'group')} beside the default one; open: {'; '.join(open_) or 'none'}"
    if found.groups:
        yield from nothing(vpc.name, expected, problems, otherwise=told)
    else:
        yield Undecided(vpc.name, "no security group was found, and every VPC has one")
    yield from _references(vpc, found.id, own)
    yield from _unknown(vpc, own, found)


def _is_default(group: SecurityGroup, found: Groups) -> bool:
    return group.name == "default" and group.vpc == found.id


Ports = tuple[str, tuple[int, int] | None]


def _worlds(group: SecurityGroup, lists: Mapping[str, PrefixList], widest: Mapping[int, int]) -> dict[Ports, list[str]]:
    """What of the world a group admits, by protocol and ports: ranges that are too wide, after all that touch were joined."""
    admitted: dict[Ports, list[str]] = {}
    for rule in group.ingress:
        admitted.setdefault((rule.protocol, rule.ports), []).extend(_ranges(rule, lists))
    joined = {ports: [wide for version in widest for wide in _wide(ranges, version, widest)] for ports, ranges in admitted.items()}
    return {ports: wide for ports, wide in joined.items() if wide}


def _wide(ranges: Collection[str], version: int, widest: Mapping[int, int]) -> Iterator[str]:
    """What is too wide of the ranges of one version of IP, after those that touch were joined."""
    blocks: Any = [ipaddress.ip_network(each, strict=False) for each in ranges if _version(each) == version]
    for block in ipaddress.collapse_addresses(blocks):
        if block.prefixlen < widest[version] and not _internal(block):
            yield str(block)


def _ranges(rule: Rule, lists: Mapping[str, PrefixList]) -> Sequence[str]:
    """The ranges that a rule admits: of a group none, of a prefix list its entries."""
    if rule.peer.startswith("pl-"):
        return (lists[rule.peer].cidrs or ()) if rule.peer in lists else ()
    return () if rule.account else (rule.peer,)


# Not routed in the internet: https://www.iana.org/assignments/iana-ipv4-special-registry, and that for IPv6.
_INTERNAL = [ipaddress.ip_network(each) for each in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]


def _internal(block: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return any(block.version == each.version and block.subnet_of(each) for each in _INTERNAL)  # type: ignore[arg-type]  # as compared


def _not_a_door(vpc: Vpc, group: SecurityGroup, ports: Ports, interfaces: Sequence[Interface]) -> str:
    """Why a group may not be open to the world on these ports, or "" where it is that of a load balancer that may."""
    protocol, span = ports
    doors = [each for each in vpc.public if protocol in ("tcp", "6") and span and _within(span, each)]
    if not doors:
        return ", which no load balancer is declared to have open"
    allowed = {each.load_balancer for each in doors}
    others = [each for each in interfaces if group.id in each.groups and each.load_balancer not in allowed]
    return f", and {_who(others)} has it, not {' or '.join(sorted(allowed))} alone" if others else ""


def _not_a_balancers(group: SecurityGroup, interfaces: Sequence[Interface]) -> str:
    """Why a group of a tenant's own VPC may not be open to the world, or "" where load balancers alone have it."""
    having = [each for each in interfaces if group.id in each.groups]
    others = [each for each in having if not each.load_balancer]
    if others or not having:
        return f" in a tenant's {group.vpc}, and {_who(others) if others else 'no load balancer'} has it"
    return ""


def _within(span: tuple[int, int], door: FrontDoor) -> bool:
    return span[1] - span[0] < len(door.ports) and set(range(span[0], span[1] + 1)) <= set(door.ports)


def _who(interfaces: Sequence[Interface]) -> str:
    """The first of the interfaces, with what it is, and how many there are besides."""
    first = interfaces[0]
    what = first.instance or first.description or first.kind
    more = f" and {counted(len(interfaces) - 1, 'other')}" if interfaces[1:] else ""
    return f"{first.id} ({what[:60]}){more}" if what else f"{first.id}{more}"


def _named(group: SecurityGroup) -> str:
    return f"{group.name} ({group.id})"


def _ports(protocol: str, ports: tuple[int, int] | None) -> str:
    if protocol == "-1":
        return "all ports"
    span = "all ports" if ports is None else str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"
    return f"{protocol.upper()} {span}"


def _references(vpc: Vpc, id: str, groups: Collection[SecurityGroup]) -> Iterator[Finding]:
    """Whether the groups admit those of the account alone. Those of another VPC of it are stated."""
    referring = [(group, rule) for group in groups for rule in group.ingress if rule.account]
    strange = [_admits(group, rule) for group, rule in referring if rule.account != vpc.account]
    expected, otherwise = f"groups of account {vpc.account} alone", f"{counted(len(referring), 'reference')} to groups"
    yield from nothing(vpc.name, expected, strange, otherwise=otherwise)
    for group, rule in referring:
        if rule.account == vpc.account and rule.vpc not in ("", id):
            yield Observation(vpc.name, _admits(group, rule))


def _admits(group: SecurityGroup, rule: Rule) -> str:
    whose = f" of account {rule.account}" if rule.account else ""
    whose += f" in {rule.vpc}" if rule.vpc else ""
    return f"{_named(group)} admits {rule.peer}{whose} on {_ports(rule.protocol, rule.ports)}"


def _unknown(vpc: Vpc, groups: Collection[SecurityGroup], found: Groups) -> Iterator[Finding]:
    """What the account does not see."""
    lists = {rule.peer: group for group in groups for rule in group.ingress if rule.peer.startswith("pl-")}
    for id in sorted(lists.keys() - found.prefix_lists.keys()):
        yield Undecided(vpc.name, f"{_named(lists[id])} admits the prefix list {id}, which this account does not see")
    for id in found.unknown:
        yield Undecided(vpc.name, f"an interface has the security group {id}, which this account does not see")


@check(
    "network.default-security-group",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="pre.security-groups",
    fix="declare an aws_default_security_group of the VPC without ingress and egress, and apply",
    stands_on=(EXISTS,),
)
def default_security_group(vpc: Vpc, found: Groups) -> Iterator[Finding]:
    """The VPC's default security group, which everything has that is given no other, has no rules.

    https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2
    """
    own = [each for each in found.groups if _is_default(each, found)]
    for group in own:
        admits = [f"admits {rule.peer} on {_ports(rule.protocol, rule.ports)}" for rule in group.ingress]
        lets_out = [f"lets out to {rule.peer} on {_ports(rule.protocol, rule.ports)}" for rule in group.egress]
        yield from nothing(_named(group), "no rules", [*admits, *lets_out], otherwise="none")
    if not own:
        yield Undecided(vpc.name, "its default security group was not found, and every VPC has one")


# ---------------------------------------------------------------------------------------------- public addresses


@check(
    "network.public-addresses",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="pre.vpc",
    fix="put it behind the load balancer, in a private subnet without a public address; release an address that nothing needs, or "
    "let the plan tolerate it",
    stands_on=(EXISTS, "network.subnets"),
)
def public_addresses(vpc: Vpc, found: Addresses, layout: Layout) -> Iterator[Finding]:
    """No public address but those of NAT gateways and of the declared load balancers.

    Those in another declared VPC are judged there; what is in none is judged here. In a tenant's own VPC any load balancer may have
    one. An IPv6 address is public where its subnet leads to an internet gateway.
    """
    doors = sorted({each.load_balancer for each in vpc.public})
    expected = f"public addresses of {' and '.join(['NAT gateways', *doors])} alone"
    good, elsewhere = _declared(vpc, found), _elsewhere(found)
    every = _public(found, {each.id for each, routes in layout.subnets if _leads_out(routes, layout)})
    others = {address: text for address, text in every.items() if address not in good and address not in elsewhere}
    undeclared = [text for address, text in others.items() if address not in vpc.tolerated]
    yield from nothing(vpc.name, expected, undeclared, otherwise="; ".join(sorted(good.values())) or "there is none")
    if tolerated := [text for address, text in others.items() if address in vpc.tolerated]:
        yield Observation(vpc.name, f"tolerated: {'; '.join(tolerated)}")


def _declared(vpc: Vpc, found: Addresses) -> dict[str, str]:
    """The addresses that may be public in the VPC, and in tenants' own, with what has them."""
    places, doors = (found.id, *found.tenants), {each.load_balancer for each in vpc.public}
    good = {address: f"{address} of a NAT gateway" for address, at in found.translated.items() if at in places}
    for each in found.interfaces:
        name = each.load_balancer
        if name and ((each.vpc == found.id and name in doors) or each.vpc in found.tenants):
            good |= {address: f"{address} of {name}" for address in (*each.public, *each.ipv6)}
    return good


def _elsewhere(found: Addresses) -> set[str]:
    """The addresses in other declared VPCs."""
    translated = {address for address, at in found.translated.items() if at in found.beside}
    return translated | {address for each in found.interfaces if each.vpc in found.beside for address in (*each.public, *each.ipv6)}


def _public(found: Addresses, outside: Collection[str]) -> dict[str, str]:
    """Every public address, with what has it. `outside` are the subnets in which an IPv6 address is one."""
    every = dict[str, str]()
    for each in found.interfaces:
        for address in (*each.public, *(each.ipv6 if each.subnet in outside else ())):
            every[address] = f"{address} of {_who([each])} in {each.vpc}"
    for elastic in found.elastic:
        label = f" ({elastic.name})" if elastic.name else ""
        every.setdefault(elastic.address, f"{elastic.address}{label}, an elastic IP address of {elastic.interface or 'nothing'}")
    return every
