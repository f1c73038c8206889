"""Who can reach whom, against another way to decide the same: packet by packet, pair by pair, each rule as AWS words it."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checks.reachability import paths
from fixtures.facts.tenants import (
    Acl,
    AclEntry,
    Attachment,
    Gateway,
    Group,
    Interface,
    Peering,
    Route,
    Rule,
    Subnet,
    Topology,
)

# ---------------------------------------------------------------------------------------------- the other way


def within(address: str, cidr: str) -> bool:
    ip, network = ipaddress.ip_address(address), ipaddress.ip_network(cidr)
    return ip.version == network.version and ip in network


def names(rule: Rule | AclEntry, protocol: int, port: int) -> bool:
    return rule.protocol == -1 or (rule.protocol == protocol and rule.low <= port <= rule.high)


def lets(t: Topology, rules: tuple[Rule, ...], packet: tuple[int, int], address: str, worn: tuple[str, ...]) -> bool:
    for rule in rules:
        cidrs = t.prefix_lists[rule.peer] if rule.peer.startswith("pl-") else () if rule.peer.startswith("sg-") else (rule.peer,)
        if names(rule, *packet) and (rule.peer in worn or any(within(address, cidr) for cidr in cidrs)):
            return True
    return False


def passes(entries: tuple[AclEntry, ...], packet: tuple[int, int], address: str) -> bool:
    for entry in sorted(entries, key=lambda each: each.number):
        if names(entry, *packet) and within(address, entry.cidr):
            return entry.allow
    return False


def longest(routes: tuple[Route, ...], address: str) -> str:
    fitting = [route for route in routes if within(address, route.cidr)]
    return max(fitting, key=lambda route: ipaddress.ip_network(route.cidr).prefixlen).target if fitting else ""


def way(t: Topology, one: Interface, other: Interface, address: str) -> tuple[bool, bool] | None:
    """Whether groups are known across the way, inwards and outwards; None where there is no way."""
    here, there = t.subnets[one.subnet], t.subnets[other.subnet]
    if one.subnet == other.subnet:
        return True, True
    target = longest(t.route_tables[here.route_table], address)
    if target == "local":
        return (True, True) if here.vpc == there.vpc else None
    if peering := t.peerings.get(target):
        known = peering.same_region
        return (known, known) if peering.active and here.vpc != there.vpc and {here.vpc, there.vpc} == set(peering.vpcs) else None
    if target not in t.gateways:
        return None
    (entry,) = [a for a in t.attachments.values() if a.gateway == target and a.vpc == here.vpc] or [None]
    first, hops = entry, [target]
    while entry:
        leaving = t.attachments.get(longest(t.gateway_tables[entry.table], address))
        if leaving is None or leaving.gateway != hops[-1]:
            return None
        if leaving.vpc:
            assert first is not None
            known = len(hops) == 1 and t.gateways[target].references and first.references and leaving.references
            return (known, False) if leaving.vpc == there.vpc else None
        entry = t.attachments[leaving.peer]
        if entry.gateway in hops:
            return None
        hops.append(entry.gateway)
    return None


def critical(t: Topology) -> list[int]:
    """The ports at which any rule begins or ends to hold."""
    rules: list[Rule | AclEntry] = [rule for group in t.groups.values() for rule in (*group.ingress, *group.egress)]
    rules += [entry for acl in t.acls.values() for entry in (*acl.ingress, *acl.egress)]
    return sorted({0, *(each.low for each in rules), *(each.high + 1 for each in rules if each.high < 65535)})


def direct(t: Topology, one: Interface, other: Interface, ports: list[int]) -> bool:
    out = tuple(rule for group in one.groups for rule in t.groups[group].egress)
    into = tuple(rule for group in other.groups for rule in t.groups[group].ingress)
    acl, far = t.acls[t.subnets[one.subnet].acl], t.acls[t.subnets[other.subnet].acl]
    for here, there in product(one.addresses, other.addresses):
        if (":" in here) is not (":" in there):
            continue
        known = way(t, one, other, there)
        if known is None or way(t, other, one, here) is None:
            continue
        inwards, outwards = known
        for protocol, port in product((1, 6, 17, 47, 58), ports):
            packet = (protocol, port)
            if not lets(t, out, packet, there, other.groups if outwards else ()):
                continue
            if not lets(t, into, packet, here, one.groups if inwards else ()):
                continue
            if one.subnet == other.subnet:
                return True
            if not (passes(acl.egress, packet, there) and passes(far.ingress, packet, here)):
                continue
            answers = ((protocol, port) for port in ports)
            if any(passes(far.egress, answer, here) and passes(acl.ingress, answer, there) for answer in answers):
                return True
    return False


def expected(t: Topology) -> dict[tuple[str, str], int]:
    """How many steps it is from tenant to tenant, for each pair of which one reaches the other."""
    ports = critical(t)
    owned = [each for each in t.interfaces if each.owners]
    edges = {one.id: [other for other in owned if other is not one and direct(t, one, other, ports)] for one in owned if one.host}
    found: dict[tuple[str, str], int] = {}
    for tenant in sorted({owner for each in owned for owner in each.owners}):
        reached = {each.id: 0 for each in owned if tenant in each.owners and each.host}
        front = [each for each in owned if each.id in reached]
        steps = 0
        while front:
            steps += 1
            front = list({far.id: far for near in front for far in edges.get(near.id, ()) if far.id not in reached}.values())
            for far in front:
                reached[far.id] = steps
                for owner in far.owners:
                    if owner != tenant:
                        found.setdefault((tenant, owner), steps)
    return found


def told(t: Topology) -> dict[tuple[str, str], int]:
    return {(path.source, path.target): len(path.steps) for path in paths(t)}


# ---------------------------------------------------------------------------------------------- any network

VPCS = range(3)
SUBNETS = [(vpc, number) for vpc in VPCS for number in range(2)]
GROUPS = [f"sg-{number}" for number in range(5)]
TENANTS = "abcd"
EVERY = (0, 65535)
V4 = ["0.0.0.0/0", "10.0.0.0/8", *(f"10.{vpc}.0.0/16" for vpc in VPCS), *(f"10.{vpc}.{number}.0/24" for vpc, number in SUBNETS)]
V6 = ["::/0", *(f"fd00:0:0:{vpc}{number}::/64" for vpc, number in SUBNETS)]
HOSTS = [f"10.{vpc}.{number}.{host}/32" for vpc, number in SUBNETS for host in (10, 11)]
LISTS = {"pl-1": ("10.0.0.0/24", "10.1.1.0/24"), "pl-2": ("10.2.0.10/32", "fd00:0:0:1::/64"), "pl-0": ()}

protocols = st.sampled_from([-1, 6, 6, 17, 1, 58, 47])
ranges = st.sampled_from([EVERY, EVERY, (80, 443), (443, 443), (22, 100), (1024, 65535), (0, 79)])
cidrs = st.sampled_from([*V4, *HOSTS, *V6])
peers = st.sampled_from([*["0.0.0.0/0", "10.0.0.0/8"] * 4, *V4, *HOSTS, *V6, *LISTS, *GROUPS * 2])


@st.composite
def rules(draw: st.DrawFn, most: int) -> tuple[Rule, ...]:
    return tuple(Rule(draw(protocols), *draw(ranges), draw(peers)) for _ in range(draw(st.integers(0, most))))


@st.composite
def acls(draw: st.DrawFn) -> tuple[AclEntry, ...]:
    entries = [
        AclEntry(number, draw(st.booleans()), draw(protocols), *draw(ranges), draw(cidrs))
        for number in range(draw(st.integers(0, 2)))
    ]
    return (
        *entries,
        AclEntry(100, draw(st.sampled_from([True, True, False])), -1, *EVERY, "0.0.0.0/0"),
        AclEntry(101, True, -1, *EVERY, "::/0"),
    )


@st.composite
def networks(draw: st.DrawFn) -> Topology:
    interfaces = []
    for number in range(draw(st.integers(2, 8))):
        vpc, subnet = draw(st.sampled_from(SUBNETS))
        host = draw(st.sampled_from([10, 11, 12, 13]))
        addresses = [f"10.{vpc}.{subnet}.{host}", *([f"fd00:0:0:{vpc}{subnet}::{host}"] if draw(st.booleans()) else [])]
        worn = tuple(draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2, unique=True)))
        owners = draw(st.sampled_from([(), *((each,) for each in TENANTS)]))
        interfaces.append(
            Interface(
                f"eni-{number}", f"subnet-{vpc}{subnet}", tuple(addresses), worn, owners, draw(st.sampled_from([True, True, False]))
            )
        )
    odd = st.sampled_from(["pcx-01", "pcx-12", "pcx-02", "tgw-1", "tgw-2", "blackhole", "igw-1"])
    routes = {}
    for vpc in VPCS:
        over = {to: draw(st.sampled_from(["pcx", "pcx", "tgw-1", "tgw-2", "", "blackhole"])) for to in VPCS if to != vpc}
        usual = [
            Route(f"10.{to}.0.0/16", "pcx-" + "".join(map(str, sorted((vpc, to)))) if by == "pcx" else by)
            for to, by in over.items()
            if by
        ]
        usual += [Route(f"fd00:0:0:{vpc}{each}::/64", "local") for each in range(2)]
        for number in range(2):
            own = [Route(draw(cidrs), draw(odd)) for _ in range(draw(st.integers(0, 1)))]
            table = (*own, *usual, Route(f"10.{vpc}.0.0/16", "local"))
            routes[f"rtb-{vpc}{number}"] = tuple({route.cidr: route for route in table}.values())
    attachments = {
        f"tgw-attach-{gateway}{vpc}": Attachment(
            f"tgw-attach-{gateway}{vpc}", f"tgw-{gateway}", f"vpc-{vpc}", "", f"tgw-rtb-{gateway}", draw(st.booleans()))
        for gateway, vpc in ((1, 0), (1, 1), (2, 2), *draw(st.sets(st.sampled_from([(2, 1), (1, 2)]))))
    }  # fmt: skip
    for one, other in ((1, 2), (2, 1)):
        id_ = f"tgw-attach-p{one}"
        attachments[id_] = Attachment(id_, f"tgw-{one}", "", f"tgw-attach-p{other}", f"tgw-rtb-{one}", False)
    tables = {}
    for gateway in (1, 2):
        there = [each for each in attachments.values() if each.gateway == f"tgw-{gateway}"]
        peered = f"tgw-attach-p{gateway}"
        ways = {f"10.{vpc}.0.0/16": next((each.id for each in there if each.vpc == f"vpc-{vpc}"), peered) for vpc in VPCS}
        ways |= {draw(cidrs): draw(st.sampled_from([*attachments, "blackhole"])) for _ in range(draw(st.integers(0, 1)))}
        tables[f"tgw-rtb-{gateway}"] = tuple(Route(cidr, to) for cidr, to in ways.items())
    return Topology(
        tuple(interfaces),
        {name: Group(name, name, draw(rules(3)), draw(rules(2)) if draw(st.booleans()) else OPEN) for name in GROUPS},
        {f"subnet-{vpc}{number}": Subnet(f"vpc-{vpc}", f"acl-{draw(st.integers(0, 1))}", f"rtb-{vpc}{number}")
         for vpc, number in SUBNETS},
        {f"acl-{number}": Acl(draw(acls()), draw(acls())) for number in range(2)},
        routes,
        {f"pcx-{a}{b}": Peering((f"vpc-{a}", f"vpc-{b}"), draw(st.sampled_from([True, True, False])), draw(st.booleans()))
         for a, b in ((0, 1), (1, 2), (0, 2))},
        {f"tgw-{number}": Gateway(draw(st.booleans())) for number in (1, 2)},
        attachments, tables, LISTS,
    )  # fmt: skip


OPEN = (Rule(-1, *EVERY, "0.0.0.0/0"), Rule(-1, *EVERY, "::/0"))


@settings(deadline=None, max_examples=80)
@given(network=networks())
def test_no_path_is_missed_and_none_invented(network: Topology) -> None:
    assert told(network) == expected(network)


# ---------------------------------------------------------------------------------------------- a planted path

KINDS = ("reference", "cidr", "shared group", "prefix list", "acl", "peering", "gateway", "peered gateways", "ipv6")
hops = st.tuples(st.sampled_from(KINDS), st.booleans())
NOBODY = (AclEntry(1, False, -1, *EVERY, "0.0.0.0/0"),)
EVERYBODY = (AclEntry(1, True, -1, *EVERY, "0.0.0.0/0"), AclEntry(2, True, -1, *EVERY, "::/0"))


class Planted:
    """Tenants t0, t1, … each with a host in a subnet and a group of its own, behind one load balancer and before one database. What
    is planted between two of them lets the first reach the second alone, or, where it is `armed` no more, almost does."""

    def __init__(self, plan: list[tuple[str, bool]]) -> None:
        vpcs = [0]
        for kind, _ in plan:
            vpcs.append(vpcs[-1] + (kind in ("peering", "gateway", "peered gateways")))
        self.vpc = vpcs
        self.groups = {f"sg-{n}": Group(f"sg-{n}", f"t{n}", (Rule(6, 80, 80, "sg-front"),), OPEN) for n in range(len(vpcs))}
        every = tuple(Rule(6, 3306, 3306, name) for name in self.groups)
        self.groups["sg-front"] = Group("sg-front", "front", (Rule(6, 443, 443, "0.0.0.0/0"),), OPEN)
        self.groups["sg-store"] = Group("sg-store", "store", every, OPEN)
        self.worn = {n: [f"sg-{n}"] for n in range(len(vpcs))}
        self.acls = {f"acl-{n}": Acl(EVERYBODY, EVERYBODY) for n in range(len(vpcs))}
        self.routes = {
            f"rtb-{n}": [Route(f"10.{vpc}.0.0/16", "local"), Route(f"fd00:0:0:{vpc:x}00::/56", "local")]
            for n, vpc in enumerate(vpcs)
        }
        self.peerings: dict[str, Peering] = {}
        self.gateways: dict[str, Gateway] = {}
        self.attachments: dict[str, Attachment] = {}
        self.tables: dict[str, tuple[Route, ...]] = {}
        self.lists: dict[str, tuple[str, ...]] = {}
        self.edges: set[tuple[int, int]] = set()
        for n, (kind, armed) in enumerate(plan):
            getattr(self, "_" + kind.replace(" ", "_"))(n, n + 1, armed)
            if armed:
                self.edges.add((n, n + 1))

    def address(self, n: int) -> str:
        return f"10.{self.vpc[n]}.{n}.10"

    def lets_in(self, n: int, peer: str, port: int = 8080) -> None:
        group = self.groups[f"sg-{n}"]
        self.groups[f"sg-{n}"] = replace(group, ingress=(*group.ingress, Rule(6, port, port, peer)))

    def _reference(self, one: int, other: int, armed: bool) -> None:
        self.lets_in(other, f"sg-{one}" if armed else "sg-elsewhere")

    def _cidr(self, one: int, other: int, armed: bool) -> None:
        self.lets_in(other, f"{self.address(one)}/32" if armed else f"{self.address(one)[:-1]}1/32")

    def _ipv6(self, one: int, other: int, armed: bool) -> None:
        self.lets_in(other, f"fd00:0:0:{self.vpc[one]:x}{one:02x}::{'10' if armed else '20'}/128")

    def _prefix_list(self, one: int, other: int, armed: bool) -> None:
        self.lists[f"pl-{one}"] = ("192.0.2.0/24", *([f"{self.address(one)}/32"] if armed else []))
        self.lets_in(other, f"pl-{one}")

    def _shared_group(self, one: int, other: int, armed: bool) -> None:
        name = f"sg-shared-{one}"
        self.groups[name] = Group(name, name, (Rule(17, 53, 53, name),) if armed else (), ())
        self.worn[one].append(name)
        self.worn[other].append(name)
        if armed:
            self.edges.add((other, one))

    def _acl(self, one: int, other: int, armed: bool) -> None:
        """The group lets in the other's subnet, and of that the ACL denies all, or one thing less: even the answers alone."""
        self.lets_in(other, f"{self.address(one)}/32")
        if not armed:
            acl = self.acls[f"acl-{other}"]
            denied = AclEntry(0, False, 6, *EVERY, f"{self.address(one)}/32")
            self.acls[f"acl-{other}"] = (
                replace(acl, egress=(denied, *acl.egress)) if one % 2 else replace(acl, ingress=(denied, *acl.ingress))
            )

    def _peering(self, one: int, other: int, armed: bool) -> None:
        name = f"pcx-{one}"
        self.peerings[name] = Peering((f"vpc-{self.vpc[one]}", f"vpc-{self.vpc[other]}"), armed or one % 2 == 0, True)
        self.routes[f"rtb-{one}"].append(Route(f"10.{self.vpc[other]}.{other}.0/24", name))
        self.routes[f"rtb-{other}"].append(Route(f"10.{self.vpc[one]}.{one}.0/24", name if armed or one % 2 else "blackhole"))
        self.lets_in(other, f"sg-{one}" if one % 2 else f"10.{self.vpc[one]}.{one}.0/24")

    def _gateway(self, one: int, other: int, armed: bool) -> None:
        name, table = f"tgw-{one}", f"tgw-rtb-{one}"
        self.gateways[name] = Gateway(armed)
        for n, far in ((one, other), (other, one)):
            id_ = f"tgw-attach-{one}-{n}"
            self.attachments[id_] = Attachment(id_, name, f"vpc-{self.vpc[n]}", "", table, True)
            self.routes[f"rtb-{n}"].append(Route(f"10.{self.vpc[far]}.{far}.0/24", name))
        self.tables[table] = tuple(Route(f"10.{self.vpc[n]}.{n}.0/24", f"tgw-attach-{one}-{n}") for n in (one, other))
        self.lets_in(other, f"sg-{one}")

    def _peered_gateways(self, one: int, other: int, armed: bool) -> None:
        for n, far in ((one, other), (other, one)):
            name, table = f"tgw-{one}-{n}", f"tgw-rtb-{one}-{n}"
            self.gateways[name] = Gateway(True)
            vpc, peer = f"tgw-attach-{one}-{n}", f"tgw-attach-peer-{one}-{n}"
            self.attachments[vpc] = Attachment(vpc, name, f"vpc-{self.vpc[n]}", "", table, True)
            self.attachments[peer] = Attachment(peer, name, "", f"tgw-attach-peer-{one}-{far}", table, False)
            self.routes[f"rtb-{n}"].append(Route(f"10.{self.vpc[far]}.{far}.0/24", name))
            away = Route(f"10.{self.vpc[far]}.{far}.0/24", peer)
            self.tables[table] = (Route(f"10.{self.vpc[n]}.{n}.0/24", vpc), *([away] if armed else []))
        self.lets_in(other, f"{self.address(one)}/32")

    @property
    def topology(self) -> Topology:
        hosts = [
            Interface(
                f"eni-{n}", f"subnet-{n}", (self.address(n), f"fd00:0:0:{vpc:x}{n:02x}::10"), tuple(self.worn[n]), (f"t{n}",), True
            )
            for n, vpc in enumerate(self.vpc)
        ]
        shared = [
            Interface(f"eni-{name}", "subnet-0", (f"10.0.0.{place}",), (f"sg-{name}",), (), True)
            for name, place in (("front", 4), ("store", 5))
        ]
        self.groups.setdefault("sg-elsewhere", Group("sg-elsewhere", "elsewhere", (), ()))
        return Topology(
            (*shared, *hosts), self.groups,
            {f"subnet-{n}": Subnet(f"vpc-{vpc}", f"acl-{n}", f"rtb-{n}") for n, vpc in enumerate(self.vpc)},
            self.acls, {name: tuple(each) for name, each in self.routes.items()}, self.peerings, self.gateways, self.attachments,
            self.tables, self.lists,
        )  # fmt: skip

    @property
    def expected(self) -> dict[tuple[str, str], int]:
        """The lengths of the planted paths, by Floyd and Warshall."""
        count = len(self.vpc)
        length = {(a, b): 1 if (a, b) in self.edges else 99 for a, b in permutations(range(count), 2)}
        for middle, a, b in product(range(count), repeat=3):
            if len({middle, a, b}) == 3:
                length[a, b] = min(length[a, b], length[a, middle] + length[middle, b])
        return {(f"t{a}", f"t{b}"): steps for (a, b), steps in length.items() if steps < 99}


@settings(deadline=None, max_examples=100)
@given(plan=st.lists(hops, min_size=1, max_size=6))
@example(plan=[(kind, True) for kind in KINDS[:6]])
@example(plan=[(kind, True) for kind in KINDS[3:]])
def test_the_planted_path_is_found_and_no_other(plan: list[tuple[str, bool]]) -> None:
    planted = Planted(plan)
    assert told(planted.topology) == planted.expected


@pytest.mark.parametrize("steps", range(1, 7))
@pytest.mark.parametrize("kind", KINDS)
def test_one_path_of_each_kind(kind: str, steps: int) -> None:
    """One kind alone, of every length; and with any one of its steps gone, there is no path from its beginning to its end."""
    assert told(Planted([(kind, True)] * steps).topology)["t0", f"t{steps}"] == steps
    for gone in range(steps):
        plan = [(kind, number != gone) for number in range(steps)]
        assert ("t0", f"t{steps}") not in told(Planted(plan).topology)


# ---------------------------------------------------------------------------------------------- what ends the walk


def test_a_shared_front_door_and_store_end_the_walk() -> None:
    """t0 reaches the store and the front door reaches t1: groups are not transitive."""
    topology = Planted([("reference", False)]).topology
    store = replace(topology.groups["sg-0"], ingress=(Rule(-1, *EVERY, "sg-store"), Rule(-1, *EVERY, "sg-front")))
    front = replace(topology.groups["sg-front"], ingress=(Rule(-1, *EVERY, "sg-1"),))
    assert paths(replace(topology, groups={**topology.groups, "sg-0": store, "sg-front": front})) == []


def test_what_is_no_host_can_be_reached_and_reaches_nobody() -> None:
    topology = Planted([("reference", True), ("reference", True)]).topology
    interfaces = tuple(replace(each, host=each.id != "eni-1") for each in topology.interfaces)
    assert told(replace(topology, interfaces=interfaces)) == {("t0", "t1"): 1}


def test_an_interface_of_two_tenants() -> None:
    topology = Planted([("reference", False)]).topology
    both = tuple(replace(each, owners=("t0", "t1")) if each.id == "eni-1" else each for each in topology.interfaces)
    there, back = paths(replace(topology, interfaces=both))
    assert str(there) == "eni-1 is of t0 and of t1 at once, by its tag or by the groups that it wears"
    assert (there.source, back.source, there.sure) == ("t0", "t1", True)


def test_what_lies_behind_an_appliance_is_not_known() -> None:
    topology = Planted([("cidr", True)]).topology
    tables = {**topology.route_tables, "rtb-0": (*topology.route_tables["rtb-0"], Route("10.0.1.0/24", "vpce-1"))}
    (path,) = paths(replace(topology, route_tables=tables))
    assert (path.source, path.target, path.sure) == ("t0", "t1", False)
    assert "through vpce-1, of which it is not known what it lets through" in str(path)


def test_a_path_is_told_step_by_step() -> None:
    first, second, both = sorted(map(str, paths(Planted([("peering", True), ("acl", True)]).topology)), key=len)
    assert both in (f"{first}; then {second}", f"{second}; then {first}")
    assert both == (
        "t0's eni-0 (10.0.0.10) reaches t1's eni-1 (10.1.1.10) on tcp 8080: sg-0 (t0) lets out to 0.0.0.0/0, "
        "sg-1 (t1) lets in 10.0.0.0/24, over pcx-0 between vpc-0 and vpc-1, let pass by acl-0 and acl-1; then "
        "t1's eni-1 (10.1.1.10) reaches t2's eni-2 (10.1.2.10) on tcp 8080: sg-1 (t1) lets out to 0.0.0.0/0, "
        "sg-2 (t2) lets in 10.1.1.10/32, local route, let pass by acl-1 and acl-2"
    )
