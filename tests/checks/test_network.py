"""The checks of the network."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import Finding, Observation, Problem, Seen, Undecided, network
from fixtures.declared.network import FrontDoor, Vpc
from fixtures.facts.network import (
    Addresses,
    Attachment,
    ElasticAddress,
    FlowLog,
    Groups,
    Interface,
    Layout,
    NatGateway,
    Neighbours,
    PeeredVpc,
    Peering,
    PrefixList,
    Route,
    Rule,
    SecurityGroup,
    Subnet,
    VpcDescription,
)
from tests.checks.examples import Example, judged

CITED = {"07.inventory", "07.phases", "pre.vpc", "pre.security-groups", "estate.conventions"}

ACCOUNT, OTHER = "815856636111", "999999999999"
TAGS = (("Environment", "sit"), ("Project", "bbws"))
DOOR = FrontDoor("bbws-alb-sit", (80, 443))
OTHERS = (("dev", "10.1.0.0/16"), ("prod", "10.3.0.0/16"))
VPC = Vpc("bbws-sit", "eu-west-1", "07", ACCOUNT, TAGS, "10.2.0.0/16", OTHERS, 2, "zone", (DOOR,))
THERE = VpcDescription("vpc-1", "available", ("10.2.0.0/16",), (), dict(TAGS))
DEFAULT = VpcDescription("vpc-0", "available", ("172.31.0.0/16",), (), {})


def seen(expected: str, observed: str, where: str = "bbws-sit") -> Seen:
    return Seen(where, expected, observed)


def bad(expected: str, observed: str, where: str = "bbws-sit") -> Problem:
    return Problem(where, expected, observed)


def unsure(reason: str) -> Undecided:
    return Undecided("bbws-sit", reason)


def told(text: str) -> Observation:
    return Observation("bbws-sit", text)


# ---------------------------------------------------------------------------------------------- the VPC

ONE, AVAILABLE = "one VPC tagged Environment=sit, Project=bbws", "state available"
TENANTS = replace(THERE, id="vpc-2", tags={**dict(TAGS), "Tenant": "acme"})
DEV = VpcDescription("vpc-3", "available", ("10.1.0.0/16",), (), {"Environment": "dev", "Project": "bbws", "Name": "bbws-dev"})


def exists(says: str, *standing: VpcDescription, found: tuple[Finding, ...]) -> Example:
    return Example(network.vpc_exists, says, (VPC, standing), found)


MISSING = "missing; the closest existing VPC is"
EXISTS = [
    exists("there", DEFAULT, THERE, TENANTS, found=(seen(ONE, "vpc-1"), seen(AVAILABLE, "available", "vpc-1"))),
    exists("pending", replace(THERE, state="pending"), found=(seen(ONE, "vpc-1"), bad(AVAILABLE, "pending", "vpc-1"))),
    exists("missing, beside another environment's", DEFAULT, DEV, found=(
        bad(ONE, f"{MISSING} vpc-3 (Name=bbws-dev, Environment=dev, Project=bbws, 10.1.0.0/16)"),)),
    exists("missing, beside one of its range", replace(DEFAULT, cidrs=("10.2.0.0/16",)), found=(
        bad(ONE, f"{MISSING} vpc-0 (10.2.0.0/16)"),)),
    exists("a tenant's own", TENANTS, found=(
        bad(ONE, f"{MISSING} vpc-2 (Environment=sit, Project=bbws, 10.2.0.0/16, a tenant's own)"),)),
    exists("missing", DEFAULT, found=(bad(ONE, "missing; none of 1 VPC is like it"),)),
    exists("none at all", found=(bad(ONE, "missing; none of 0 VPCs is like it"),)),
    exists("another, of a tenant with no name", THERE, replace(TENANTS, tags={**dict(TAGS), "Tenant": ""}), found=(
        bad(ONE, "vpc-1 and vpc-2"),)),
    exists("twice", THERE, replace(THERE, id="vpc-9"), found=(bad(ONE, "vpc-1 and vpc-9"),)),
]  # fmt: skip

PRIMARY = "the primary range 10.2.0.0/16"
ENVIRONMENTS = "no overlap with the declared ranges of other environments"
PEERED = "no overlap with the ranges of peered VPCs"
ATTACHED = "no overlap with the ranges of VPCs at its transit gateways"
RANGE = seen(PRIMARY, "10.2.0.0/16")
APART = seen(ENVIRONMENTS, "10.2.0.0/16 beside 10.1.0.0/16, 10.3.0.0/16")
UNPEERED, UNATTACHED = seen(PEERED, "there is none"), seen(ATTACHED, "there is none")
ALONE = Neighbours("vpc-1", (), ())


def peered(*cidrs: str, status: str = "active") -> Neighbours:
    own, other = PeeredVpc("vpc-1", ACCOUNT, "eu-west-1", ("10.2.0.0/16",)), PeeredVpc("vpc-7", OTHER, "eu-west-1", cidrs or None)
    return replace(ALONE, peerings=(Peering("pcx-1", status, other, own),))


LINK = Attachment("tgw-attach-1", "tgw-1", "vpc-8", OTHER, "available", (), False)


def cidr(says: str, *cidrs: str, found: tuple[Finding, ...], beside: Neighbours = ALONE) -> Example:
    return Example(network.cidr, says, (VPC, replace(THERE, cidrs=cidrs), beside), found)


CIDR = [
    cidr("as declared", "10.2.0.0/16", found=(RANGE, APART, UNPEERED, UNATTACHED)),
    cidr("another", "10.9.0.0/16", found=(
        bad(PRIMARY, "10.9.0.0/16"), seen(ENVIRONMENTS, "10.9.0.0/16 beside 10.1.0.0/16, 10.3.0.0/16"), UNPEERED, UNATTACHED)),
    cidr("another environment's", "10.1.0.0/16", found=(
        bad(PRIMARY, "10.1.0.0/16"), bad(ENVIRONMENTS, "10.1.0.0/16 overlaps with dev's 10.1.0.0/16"), UNPEERED, UNATTACHED)),
    cidr("none", found=(
        bad(PRIMARY, "none"), seen(ENVIRONMENTS, "none beside 10.1.0.0/16, 10.3.0.0/16"), UNPEERED, UNATTACHED)),
    cidr("a second one", "10.2.0.0/16", "10.50.0.0/16", found=(
        RANGE, told("beside its primary range it has 10.50.0.0/16"),
        seen(ENVIRONMENTS, "10.2.0.0/16, 10.50.0.0/16 beside 10.1.0.0/16, 10.3.0.0/16"), UNPEERED, UNATTACHED)),
    cidr("a second one of another environment", "10.2.0.0/16", "10.3.128.0/20", found=(
        RANGE, told("beside its primary range it has 10.3.128.0/20"),
        bad(ENVIRONMENTS, "10.3.128.0/20 overlaps with prod's 10.3.0.0/16"), UNPEERED, UNATTACHED)),
    cidr("peered", "10.2.0.0/16", beside=peered("10.60.0.0/16", "2001:db8::/56"), found=(
        RANGE, APART, seen(PEERED, "vpc-7 (pcx-1) 10.60.0.0/16, 2001:db8::/56"), UNATTACHED)),
    cidr("peered with what overlaps", "10.2.0.0/16", beside=peered("10.60.0.0/16", "10.2.4.0/24"), found=(
        RANGE, APART, bad(PEERED, "10.2.0.0/16 overlaps with vpc-7 (pcx-1) 10.60.0.0/16, 10.2.4.0/24"), UNATTACHED)),
    cidr("peered before", "10.2.0.0/16", beside=peered("10.2.4.0/24", status="deleted"), found=(
        RANGE, APART, UNPEERED, UNATTACHED)),
    cidr("peered with what is not told", "10.2.0.0/16", beside=peered(), found=(
        RANGE, APART, UNPEERED, unsure(f"{PEERED}? AWS does not tell the range of vpc-7 (pcx-1)"), UNATTACHED)),
    cidr("at a transit gateway", "10.2.0.0/16", beside=replace(ALONE, attached=((LINK, None), (LINK, DEV))), found=(
        RANGE, APART, UNPEERED, seen(ATTACHED, "vpc-3 (tgw-1) 10.1.0.0/16"),
        told(f"at its transit gateways, with ranges that this account does not see: vpc-8 of {OTHER}"))),
    cidr("at a transit gateway with what overlaps", "10.2.0.0/16",
         beside=replace(ALONE, attached=((LINK, replace(DEV, cidrs=("10.2.9.0/24",))),)), found=(
        RANGE, APART, UNPEERED, bad(ATTACHED, "10.2.0.0/16 overlaps with vpc-3 (tgw-1) 10.2.9.0/24"))),
]  # fmt: skip

REQUIRED = {"Environment": "sit", "Owner": "*"}
TAGGED = [
    Example(network.required_tags, "all", (VPC, replace(THERE, tags={"Environment": "sit", "Owner": "me"})), (
        seen("tag Environment=sit", "Environment=sit"), seen("tag Owner with a value", "Owner=me")), {"required": REQUIRED}),
    Example(network.required_tags, "none", (VPC, replace(THERE, tags={})), (
        bad("tag Environment=sit", "no such tag"), bad("tag Owner with a value", "no such tag")), {"required": REQUIRED}),
]  # fmt: skip

# ---------------------------------------------------------------------------------------------- subnets and their ways out

LOCAL = Route("10.2.0.0/16", "local", True)
OUT = (LOCAL, Route("0.0.0.0/0", "igw-1", True))


def by(nat: str, active: bool = True) -> tuple[Route, ...]:
    return (LOCAL, Route("0.0.0.0/0", nat, active))


def subnet(name: str, state: str = "available") -> Subnet:
    zone = f"eu-west-1{name[-1]}"
    return Subnet(f"subnet-{name}", "vpc-1", zone, state, "10.2.0.0/24", (), {})


def nat(zone: str, **other: Any) -> NatGateway:
    good = NatGateway(f"nat-{zone}", "vpc-1", f"subnet-public-{zone}", "available", "public", False, ("198.51.100.1",))
    return replace(good, **other)


PUBLIC = ((subnet("public-a"), OUT), (subnet("public-b"), OUT))
PRIVATE = ((subnet("private-a"), by("nat-a")), (subnet("private-b"), by("nat-b")))
NATS = (nat("a"), nat("b"))
LAYOUT = Layout((*PUBLIC, *PRIVATE), ("igw-1",), NATS)

PUBLIC_ZONES, PRIVATE_ZONES = "public subnets in at least 2 zones", "private subnets in at least 2 zones"
EACH, GATEWAYS = "every subnet available", "routes to internet gateways that are attached"
GOOD_PUBLIC, GOOD_PRIVATE = (seen(each, "2 zones (eu-west-1a, eu-west-1b)") for each in (PUBLIC_ZONES, PRIVATE_ZONES))
ONE_PUBLIC, ONE_PRIVATE = (bad(each, "1 zone (eu-west-1a)") for each in (PUBLIC_ZONES, PRIVATE_ZONES))
FOUR, ATTACHED_ONE = seen(EACH, "4 subnets"), seen(GATEWAYS, "igw-1")
DEFAULTS_OUT = "0.0.0.0/0 to the internet gateway wherever a route leads there"
TWO_OUT, ONE_OUT, NONE_OUT = (seen(DEFAULTS_OUT, f"{each}") for each in ("2 public subnets", "1 public subnet", "0 public subnets"))
NARROW_B = (subnet("public-b"), (LOCAL, Route("198.51.100.0/24", "igw-1", True)))


def zones(says: str, *laid: tuple[Subnet, tuple[Route, ...]], found: tuple[Finding, ...], gateways: Any = ("igw-1",)) -> Example:
    return Example(network.subnets, says, (VPC, Layout(laid, gateways, NATS)), found)


NOT_ATTACHED = "which is not there or not attached to the VPC"
SUBNETS = [
    zones("as declared", *PUBLIC, *PRIVATE, found=(
        GOOD_PUBLIC, GOOD_PRIVATE, TWO_OUT,
        FOUR, ATTACHED_ONE)),
    zones("one public zone", PUBLIC[0], *PRIVATE, found=(
        ONE_PUBLIC, GOOD_PRIVATE, ONE_OUT,
        seen(EACH, "3 subnets"), ATTACHED_ONE)),
    zones("public by IPv6", *PUBLIC, PRIVATE[0], (subnet("private-b"), (*by("nat-b"), Route("::/0", "igw-1", True))), found=(
        GOOD_PUBLIC, ONE_PRIVATE, bad(DEFAULTS_OUT, "subnet-private-b (eu-west-1b): ::/0 alone"), FOUR, ATTACHED_ONE)),
    zones("IPv6 out by an egress-only gateway", *PUBLIC, PRIVATE[0],
          (subnet("private-b"), (*by("nat-b"), Route("::/0", "eigw-1", True))), found=(
        GOOD_PUBLIC, GOOD_PRIVATE, TWO_OUT,
        FOUR, ATTACHED_ONE)),
    zones("two in one zone", PUBLIC[0], (subnet("other-a"), OUT), *PRIVATE, found=(
        ONE_PUBLIC, GOOD_PRIVATE, TWO_OUT, FOUR, ATTACHED_ONE)),
    zones("one with a narrow route out alone", PUBLIC[0], NARROW_B, *PRIVATE, found=(
        ONE_PUBLIC, GOOD_PRIVATE, bad(DEFAULTS_OUT, "subnet-public-b (eu-west-1b): 198.51.100.0/24 alone"), FOUR, ATTACHED_ONE)),
    zones("one pending", *PUBLIC, PRIVATE[0], (subnet("private-b", "pending"), by("nat-b")), found=(
        GOOD_PUBLIC, ONE_PRIVATE, TWO_OUT,
        bad(EACH, "subnet-private-b is pending"), ATTACHED_ONE)),
    zones("an internet gateway that is not attached", PUBLIC[0], PUBLIC[1], *PRIVATE, gateways=("igw-2",), found=(
        bad(PUBLIC_ZONES, "0 zones"), GOOD_PRIVATE, NONE_OUT, FOUR,
        bad(GATEWAYS, f"subnet-public-a (eu-west-1a): 0.0.0.0/0 to igw-1, {NOT_ATTACHED}"),
        bad(GATEWAYS, f"subnet-public-b (eu-west-1b): 0.0.0.0/0 to igw-1, {NOT_ATTACHED}"))),
    zones("a blackhole", PUBLIC[0], (subnet("public-b"), (LOCAL, Route("0.0.0.0/0", "igw-1", False))), *PRIVATE, found=(
        ONE_PUBLIC, GOOD_PRIVATE, ONE_OUT, FOUR,
        bad(GATEWAYS, f"subnet-public-b (eu-west-1b): 0.0.0.0/0 to igw-1, {NOT_ATTACHED}"))),
    zones("none", gateways=(), found=(
        bad(PUBLIC_ZONES, "0 zones"), bad(PRIVATE_ZONES, "0 zones"), NONE_OUT, seen(EACH, "0 subnets"),
        seen(GATEWAYS, "no internet gateway"))),
]  # fmt: skip

WAY = "0.0.0.0/0 to an available public NAT gateway in its own zone"
A, B = "subnet-private-a (eu-west-1a)", "subnet-private-b (eu-west-1b)"
PAST = "no other route of public ranges wider than /16, or /32 in IPv6"
WIDEST = {"widest_ipv4": 16, "widest_ipv6": 32}
BY_A = (seen(WAY, "nat-a, eu-west-1a", A), seen(PAST, "2 routes", A))


def way(
    says: str,
    *routes: Route,
    wrong: str = "",
    good: str = "",
    gateway: NatGateway = NATS[1],
    vpc: Vpc = VPC,
    past: str = "",
    public: tuple[tuple[Subnet, tuple[Route, ...]], ...] = PUBLIC,
) -> Example:
    """The second private subnet has these routes, and the second NAT gateway is this one."""
    layout = Layout((*public, PRIVATE[0], (subnet("private-b"), routes)), ("igw-1",), (NATS[0], gateway))
    expected = WAY if vpc.nat == "zone" else "0.0.0.0/0 to an available public NAT gateway"
    first = (seen(expected, "nat-a, eu-west-1a", A), BY_A[1])
    number = "1 route" if len(routes) == 1 else f"{len(routes)} routes"
    second = bad(expected, wrong, B) if wrong else seen(expected, good, B)
    third = bad(PAST, past, B) if past else seen(PAST, number, B)
    return Example(network.nat, says, (vpc, layout), (*first, second, third), WIDEST)


BY_B = "nat-b, eu-west-1b"


def beside(says: str, *others: tuple[str, str], past: str = "", active: bool = True) -> Example:
    """Routes beside the default one."""
    return way(says, *by("nat-b"), *(Route(to, target, active) for to, target in others), good=BY_B, past=past)


ANY = replace(VPC, nat="any")
ISOLATED, NO_OUT = replace(VPC, isolated=("data-*-sit",)), "isolated: no route out of the VPC"


def isolated(says: str, *routes: Route, wrong: str = "", vpc: Vpc = ISOLATED) -> Example:
    """The second private subnet is named as one that is isolated."""
    layout = Layout((*PUBLIC, PRIVATE[0], (replace(subnet("private-b"), tags={"Name": "data-b-sit"}), routes)), ("igw-1",), NATS)
    number = "1 route" if len(routes) == 1 else f"{len(routes)} routes"
    own = bad(NO_OUT, wrong, B) if wrong else seen(NO_OUT, number, B)
    return Example(network.nat, says, (vpc, layout), (own, *BY_A), WIDEST)


NAT = [
    isolated("isolated", LOCAL),
    isolated("isolated, with an endpoint and a peered range", LOCAL,
             Route("pl-1", "vpce-1", True), Route("10.9.0.0/16", "pcx-1", True)),
    isolated("isolated, and out by NAT", *by("nat-b"), wrong="0.0.0.0/0 to nat-b"),
    isolated("isolated, and public", *OUT, wrong="0.0.0.0/0 to igw-1"),
    isolated("isolated, and out by a prefix list", LOCAL, Route("pl-1", "eni-1", True), wrong="pl-1 to eni-1"),
    way("isolated, and not declared to be", LOCAL, wrong="no default route", vpc=replace(VPC, isolated=("data-*",))),
    Example(network.nat, "as declared", (VPC, LAYOUT), (
        *BY_A, seen(WAY, BY_B, B), seen(PAST, "2 routes", B)), WIDEST),
    Example(network.nat, "without a private subnet", (VPC, Layout(PUBLIC, ("igw-1",), NATS)), (
        unsure("it has no private subnet"),), WIDEST),
    way("no default route", LOCAL, wrong="no default route"),
    way("a blackhole", *by("nat-b", active=False), wrong="a blackhole: nat-b"),
    way("a blackhole to nowhere", *by("", active=False), wrong="a blackhole: its target is gone"),
    way("to an interface", *by("eni-1"), wrong="to eni-1, which is no NAT gateway"),
    way("to a NAT gateway that is gone", *by("nat-9"), wrong="to nat-9, which is no NAT gateway of the region"),
    way("to one in another zone", *by("nat-a"), wrong="nat-a stands in eu-west-1a"),
    way("to one in another zone, as any may be", *by("nat-a"), good="nat-a, eu-west-1a", vpc=ANY),
    way("to a regional one", *by("nat-b"), good="nat-b, regional", gateway=nat("b", regional=True, subnet="")),
    way("to one that failed", *by("nat-b"), wrong="nat-b is failed", gateway=nat("b", state="failed")),
    way("to a private one", *by("nat-b"), wrong="nat-b is private", gateway=nat("b", connectivity="private")),
    way("to one of another VPC", *by("nat-b"), wrong="nat-b stands in subnet-x, which is not of the VPC",
        gateway=nat("b", subnet="subnet-x")),
    way("to one in a private subnet", *by("nat-b"), wrong="nat-b stands in subnet-private-b, which is not public",
        gateway=nat("b", subnet="subnet-private-b")),
    way("to one in a subnet with a narrow route out", *by("nat-b"), public=(PUBLIC[0], NARROW_B),
        wrong="nat-b stands in subnet-public-b, which is not public"),
    beside("halves to an interface", ("0.0.0.0/1", "eni-1"), ("128.0.0.0/1", "eni-1"), past="0.0.0.0/0 to eni-1"),
    beside("a half to an interface", ("128.0.0.0/1", "eni-1"), past="128.0.0.0/1 to eni-1"),
    beside("a half to a NAT gateway that is gone", ("128.0.0.0/1", "nat-9"), past="128.0.0.0/1 to nat-9"),
    beside("a half to nowhere", ("128.0.0.0/1", ""), past="128.0.0.0/1 to nothing", active=False),
    beside("a half to the NAT gateway", ("128.0.0.0/1", "nat-b")),
    beside("a half to a transit gateway", ("128.0.0.0/1", "tgw-1")),
    beside("a range at the limit to an interface", ("54.240.0.0/16", "eni-1")),
    beside("internal ranges to an interface", ("10.0.0.0/8", "eni-1")),
    beside("IPv6 by an egress-only gateway", ("::/0", "eigw-1")),
    beside("IPv6 to an interface", ("::/0", "eni-1"), past="::/0 to eni-1"),
    beside("IPv4 by an egress-only gateway", ("0.0.0.0/1", "eigw-1"), past="0.0.0.0/1 to eigw-1"),
    beside("a prefix list by an endpoint", ("pl-1", "vpce-1")),
]  # fmt: skip

# ---------------------------------------------------------------------------------------------- flow logs

LOGGED, DELIVERED = "an ACTIVE flow log of ALL or ACCEPT traffic that is delivered", "no flow log that is not delivered"
LOG = FlowLog("fl-1", "ACTIVE", "SUCCESS", "", "ALL")
FAILED = replace(LOG, id="fl-2", delivery="FAILED", error="Access error")
NOT_DELIVERED = "fl-2: ACTIVE, ALL, delivery FAILED (Access error)"
ALL_WELL = seen(LOGGED, "fl-1: ACTIVE, ALL, delivery SUCCESS")


def logs(says: str, *given: FlowLog, found: tuple[Finding, ...]) -> Example:
    return Example(network.flow_logs, says, (VPC, given), found)


LOGS = [
    logs("delivered", LOG, found=(ALL_WELL, seen(DELIVERED, "1 flow log"))),
    logs("of what is accepted", replace(LOG, traffic="ACCEPT"), found=(
        seen(LOGGED, "fl-1: ACTIVE, ACCEPT, delivery SUCCESS"), seen(DELIVERED, "1 flow log"))),
    logs("of what is rejected", replace(LOG, traffic="REJECT"), found=(bad(LOGGED, "fl-1: ACTIVE, REJECT, delivery SUCCESS"),)),
    logs("not active", replace(LOG, status="FAILED"), found=(bad(LOGGED, "fl-1: FAILED, ALL, delivery SUCCESS"),)),
    logs("not delivered", FAILED, found=(bad(LOGGED, NOT_DELIVERED),)),
    logs("one of two not delivered", LOG, FAILED, found=(ALL_WELL, bad(DELIVERED, NOT_DELIVERED))),
    logs("delivery not told", replace(LOG, delivery=None), found=(
        unsure(f"{LOGGED}? AWS does not say whether fl-1 is delivered"), seen(DELIVERED, "1 flow log"))),
    logs("none", found=(bad(LOGGED, "none"),)),
]  # fmt: skip

# ---------------------------------------------------------------------------------------------- security groups

CLOSED = "closed to the world (no public range wider than /16, or /32 in IPv6), but for TCP 80, 443 of bbws-alb-sit"
OWN_ONLY, NO_OTHER = f"groups of account {ACCOUNT} alone", "0 references to groups"
PLACE = ("vpc-1", "subnet-public-a", "eu-west-1a")
HOST = Interface("eni-1", *PLACE, "interface", "a host", "", ("sg-1",), ("10.2.0.9",), (), (), "", {})
BALANCER = replace(HOST, id="eni-2", description="ELB app/bbws-alb-sit/0123456789abcdef", requester="amazon-elb")
POSING = replace(BALANCER, id="eni-3", requester="")


def group(*ingress: Rule, id: str = "sg-1", name: str = "hosts", egress: tuple[Rule, ...] = ()) -> SecurityGroup:
    return SecurityGroup(id, name, "vpc-1", ingress, egress, {})


def tcp(peer: str, first: int = 22, last: int = 0, **other: str) -> Rule:
    return Rule("tcp", (first, last or first), peer, **other)


def groups(
    says: str,
    *rules: Rule,
    held: tuple[Interface, ...] = (),
    lists: tuple[PrefixList, ...] = (),
    unknown: tuple[str, ...] = (),
    wrong: str = "",
    open_: str = "none",
    then: tuple[Finding, ...] = (),
    first: tuple[Finding, ...] = (),
    foreign: tuple[Finding, ...] = (seen(OWN_ONLY, NO_OTHER),),
) -> Example:
    facts = Groups("vpc-1", (group(*rules),), held, {each.id: each for each in lists}, unknown, ())
    world = bad(CLOSED, f"hosts (sg-1) admits {wrong}") if wrong else seen(CLOSED, f"1 group beside the default one; open: {open_}")
    return Example(network.security_groups, says, (VPC, facts), (*first, world, *foreign, *then), WIDEST)


ANYWHERE = Rule("-1", None, "0.0.0.0/0")
DEFAULT_ALONE = Groups("vpc-1", (group(ANYWHERE, name="default"),), (), {}, (), ())
NO_DOOR = ", which no load balancer is declared to have open"
WEB = "hosts (sg-1) admits 0.0.0.0/0 on TCP 443"
HALVES = PrefixList("pl-1", "offices", ACCOUNT, ("0.0.0.0/1", "128.0.0.0/1"))
AWS_OWN = PrefixList("pl-1", "com.amazonaws.global.cloudfront.origin-facing", "AWS", None)
GROUPS = [
    groups("closed", tcp("10.0.0.0/8"), tcp("198.51.100.0/24"), tcp("sg-1", account=ACCOUNT), tcp("fd00::/8"), foreign=(
        seen(OWN_ONLY, "1 reference to groups"),)),
    groups("closed but for shared addresses", tcp("100.64.0.0/10")),
    groups("without rules"),
    groups("open", tcp("0.0.0.0/0"), wrong=f"0.0.0.0/0 on TCP 22{NO_DOOR}"),
    groups("open by IPv6", tcp("::/0"), wrong=f"::/0 on TCP 22{NO_DOOR}"),
    groups("open by both", tcp("0.0.0.0/0"), tcp("::/0"), wrong=f"0.0.0.0/0, ::/0 on TCP 22{NO_DOOR}"),
    groups("open by halves", tcp("0.0.0.0/1"), tcp("128.0.0.0/1"), wrong=f"0.0.0.0/0 on TCP 22{NO_DOOR}"),
    groups("half open", tcp("128.0.0.0/1"), wrong=f"128.0.0.0/1 on TCP 22{NO_DOOR}"),
    groups("a range at the limit", tcp("54.240.0.0/16")),
    groups("a range beyond the limit", tcp("54.240.0.0/15"), wrong=f"54.240.0.0/15 on TCP 22{NO_DOOR}"),
    groups("two ranges that touch", tcp("54.240.0.0/16"), tcp("54.241.0.0/16"), wrong=f"54.240.0.0/15 on TCP 22{NO_DOOR}"),
    groups("two ranges of different ports", tcp("54.240.0.0/16"), tcp("54.241.0.0/16", 23)),
    groups("everything", Rule("-1", None, "0.0.0.0/0"), wrong=f"0.0.0.0/0 on all ports{NO_DOOR}"),
    groups("every port", tcp("0.0.0.0/0", 0, 65535), wrong=f"0.0.0.0/0 on TCP 0-65535{NO_DOOR}"),
    groups("ICMP", Rule("icmp", None, "0.0.0.0/0"), wrong=f"0.0.0.0/0 on ICMP all ports{NO_DOOR}"),
    groups("UDP on the public port", Rule("udp", (443, 443), "0.0.0.0/0"), wrong=f"0.0.0.0/0 on UDP 443{NO_DOOR}"),
    groups("by a prefix list", tcp("pl-1"), lists=(HALVES,), wrong=f"0.0.0.0/0 on TCP 22{NO_DOOR}"),
    groups("by a narrow prefix list", tcp("pl-1"), lists=(replace(HALVES, cidrs=("198.51.100.0/24",)),)),
    groups("by AWS's own prefix list", tcp("pl-1"), lists=(AWS_OWN,)),
    groups("by a prefix list that is not seen", tcp("pl-1"), then=(
        unsure("hosts (sg-1) admits the prefix list pl-1, which this account does not see"),)),
    groups("the load balancer's", tcp("0.0.0.0/0", 443), held=(BALANCER,), open_=WEB),
    groups("the load balancer's, on more ports", tcp("0.0.0.0/0", 80, 443), held=(BALANCER,),
           wrong=f"0.0.0.0/0 on TCP 80-443{NO_DOOR}"),
    groups("the load balancer's, on another port", tcp("0.0.0.0/0", 8080), held=(BALANCER,),
           wrong=f"0.0.0.0/0 on TCP 8080{NO_DOOR}"),
    groups("the load balancer's, and a host's", tcp("0.0.0.0/0", 443), held=(BALANCER, HOST), wrong=(
        "0.0.0.0/0 on TCP 443, and eni-1 (a host) has it, not bbws-alb-sit alone")),
    groups("described as the load balancer's", tcp("0.0.0.0/0", 443), held=(POSING, HOST), wrong=(
        "0.0.0.0/0 on TCP 443, and eni-3 (ELB app/bbws-alb-sit/0123456789abcdef) and 1 other has it, not bbws-alb-sit alone")),
    groups("nobody's on the public port", tcp("0.0.0.0/0", 443), open_=WEB, first=(told(f"{WEB}, and no interface has it"),)),
    groups("another account's group", tcp("sg-9", account=OTHER), foreign=(
        bad(OWN_ONLY, f"hosts (sg-1) admits sg-9 of account {OTHER} on TCP 22"),)),
    groups("a peered VPC's group", tcp("sg-9", account=ACCOUNT, vpc="vpc-7"), foreign=(
        seen(OWN_ONLY, "1 reference to groups"),
        told(f"hosts (sg-1) admits sg-9 of account {ACCOUNT} in vpc-7 on TCP 22"))),
    groups("a group that is not seen", unknown=("sg-8",), then=(
        unsure("an interface has the security group sg-8, which this account does not see"),)),
    Example(network.security_groups, "the default one alone", (VPC, DEFAULT_ALONE), (
        seen(CLOSED, "0 groups beside the default one; open: none"), seen(OWN_ONLY, NO_OTHER)), WIDEST),
    Example(network.security_groups, "no groups", (VPC, Groups("vpc-1", (), (), {}, (), ())), (
        unsure("no security group was found, and every VPC has one"), seen(OWN_ONLY, NO_OTHER)), WIDEST),
]  # fmt: skip


def of_tenant(says: str, *held: Interface, name: str = "hosts", wrong: str = "", port: int = 443) -> Example:
    """A group of a tenant's own VPC is open to the world."""
    own = replace(group(tcp("0.0.0.0/0", port), name=name), vpc="vpc-5")
    what = f"{name} (sg-1) admits 0.0.0.0/0 on TCP {port}"
    world = bad(CLOSED, f"{what}{wrong}") if wrong else seen(CLOSED, f"1 group beside the default one; open: {what}")
    facts = Groups("vpc-1", (own,), held, {}, (), ("vpc-5",))
    return Example(network.security_groups, says, (VPC, facts), (world, seen(OWN_ONLY, NO_OTHER)), WIDEST)


OF_TENANTS = [
    of_tenant("a tenant's load balancer's", replace(BALANCER, description="ELB app/blog/1", vpc="vpc-5")),
    of_tenant("a tenant's host's", HOST, wrong=" in a tenant's vpc-5, and eni-1 (a host) has it"),
    of_tenant("a tenant's load balancer's and host's", BALANCER, HOST, wrong=" in a tenant's vpc-5, and eni-1 (a host) has it"),
    of_tenant("a tenant's, that nothing has", port=22, wrong=" in a tenant's vpc-5, and no load balancer has it"),
    of_tenant("a tenant's default one", HOST, name="default", wrong=" in a tenant's vpc-5, and eni-1 (a host) has it"),
]


def default(says: str, *given: SecurityGroup, found: tuple[Finding, ...]) -> Example:
    return Example(network.default_security_group, says, (VPC, Groups("vpc-1", given, (), {}, (), ())), found)


SELF = Rule("-1", None, "sg-1", ACCOUNT)
NAMED = "default (sg-1)"
DEFAULTS = [
    default("without rules", group(name="default"), group(ANYWHERE, id="sg-2"), found=(seen("no rules", "none", NAMED),)),
    default("as AWS makes it", group(SELF, name="default", egress=(ANYWHERE,)), found=(
        bad("no rules", "admits sg-1 on all ports", NAMED), bad("no rules", "lets out to 0.0.0.0/0 on all ports", NAMED))),
    default("of another VPC", replace(group(name="default"), vpc="vpc-9"), found=(
        unsure("its default security group was not found, and every VPC has one"),)),
]  # fmt: skip

# ---------------------------------------------------------------------------------------------- public addresses

EXPECTED = "public addresses of NAT gateways and bbws-alb-sit alone"
NATTED = {"198.51.100.1": "vpc-1"}
GATEWAY = replace(HOST, id="eni-9", kind="nat_gateway", public=("198.51.100.1",))
ELASTIC = ElasticAddress("198.51.100.1", "", "eni-9")
FRONT = replace(BALANCER, public=("198.51.100.2",))
TASK = replace(HOST, public=("192.0.2.7",), description="arn:aws:ecs:eu-west-1:task")
GOOD = "198.51.100.1 of a NAT gateway"


def addresses(
    says: str,
    *standing: Interface,
    found: tuple[Finding, ...],
    elastic: tuple[ElasticAddress, ...] = (),
    nats: dict[str, str] = NATTED,
    vpc: Vpc = VPC,
    beside: tuple[str, ...] = (),
    tenants: tuple[str, ...] = (),
    layout: Layout = LAYOUT,
) -> Example:
    facts = Addresses("vpc-1", beside, tenants, (ELASTIC, *elastic), (GATEWAY, *standing), nats)
    return Example(network.public_addresses, says, (vpc, facts, layout), found)


def elsewhere(interface: Interface) -> Interface:
    return replace(interface, vpc="vpc-5")


ADDRESSES = [
    addresses("a NAT gateway's and the load balancer's", FRONT, HOST, found=(
        seen(EXPECTED, f"{GOOD}; 198.51.100.2 of bbws-alb-sit"),)),
    addresses("a task's", TASK, found=(bad(EXPECTED, "192.0.2.7 of eni-1 (arn:aws:ecs:eu-west-1:task) in vpc-1"),)),
    addresses("an instance's, in no declared VPC", elsewhere(replace(TASK, instance="i-1")), found=(
        bad(EXPECTED, "192.0.2.7 of eni-1 (i-1) in vpc-5"),)),
    addresses("a task's, in another declared VPC", elsewhere(TASK), beside=("vpc-5",), found=(seen(EXPECTED, GOOD),)),
    addresses("a task's, in a tenant's VPC", elsewhere(TASK), tenants=("vpc-5",), found=(
        bad(EXPECTED, "192.0.2.7 of eni-1 (arn:aws:ecs:eu-west-1:task) in vpc-5"),)),
    addresses("another load balancer's", replace(FRONT, description="ELB app/other/1"), found=(
        bad(EXPECTED, "198.51.100.2 of eni-2 (ELB app/other/1) in vpc-1"),)),
    addresses("a tenant's load balancer's", elsewhere(replace(FRONT, description="ELB app/other/1")), tenants=("vpc-5",), found=(
        seen(EXPECTED, f"{GOOD}; 198.51.100.2 of other"),)),
    addresses("idle", elastic=(ElasticAddress("192.0.2.8", "old", ""),), found=(
        bad(EXPECTED, "192.0.2.8 (old), an elastic IP address of nothing"),)),
    addresses("idle, and tolerated", elastic=(ElasticAddress("192.0.2.8", "", ""),), vpc=replace(VPC, tolerated=("192.0.2.8",)),
              found=(seen(EXPECTED, GOOD), told("tolerated: 192.0.2.8, an elastic IP address of nothing"))),
    addresses("of a NAT gateway in no declared VPC", nats={"198.51.100.1": "vpc-5"}, found=(
        bad(EXPECTED, "198.51.100.1 of eni-9 (a host) in vpc-1"),)),
    addresses("of a NAT gateway in another declared VPC", nats={"198.51.100.1": "vpc-5"}, beside=("vpc-5",), found=(
        seen(EXPECTED, "there is none"),)),
    addresses("by IPv6, in a public subnet", replace(HOST, ipv6=("2001:db8::1",)), found=(
        bad(EXPECTED, "2001:db8::1 of eni-1 (a host) in vpc-1"),)),
    addresses("by IPv6, in a private subnet", replace(HOST, ipv6=("2001:db8::1",), subnet="subnet-private-a"), found=(
        seen(EXPECTED, GOOD),)),
]  # fmt: skip

EXAMPLES = [*EXISTS, *CIDR, *TAGGED, *SUBNETS, *NAT, *LOGS, *GROUPS, *OF_TENANTS, *DEFAULTS, *ADDRESSES]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


@settings(deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=40), st.randoms())
def test_the_world_in_pieces_is_the_world(splits: list[int], random: Random) -> None:
    """However it is cut, by rules and by prefix lists, and in whatever order."""
    pieces = [IPv4Network("0.0.0.0/0")]
    for number in splits:
        pieces.extend(pieces.pop(number % len(pieces)).subnets())
    random.shuffle(pieces)
    half = len(pieces) // 2
    lists = {"pl-1": PrefixList("pl-1", "offices", ACCOUNT, tuple(map(str, pieces[:half])))}
    rules = [tcp("pl-1"), *(tcp(str(each)) for each in pieces[half:])]
    found = Groups("vpc-1", (group(*rules),), (), lists, (), ())
    world = bad(CLOSED, f"hosts (sg-1) admits 0.0.0.0/0 on TCP 22{NO_DOOR}")
    assert next(iter(network.security_groups(VPC, found, **WIDEST))) == world
