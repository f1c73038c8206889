"""Who can reach whom: decided from interfaces, security groups, network ACLs and routes, and told as the path, step by step.

One interface reaches another directly where a conversation between them can be had, on any protocol and port: the one's groups let
it out and the other's let it in, by a CIDR, a prefix list or a group that the other wears; the subnets' network ACLs, which know no
connections, let it pass there and, to a port that whoever begins may choose, back; and there is a route both ways, local, over an
active peering connection or over transit gateways. Several steps go only through hosts of tenants, since groups are not transitive:
what is nobody's, such as a shared load balancer or database, ends the walk.

Interfaces that all rules treat alike are one node: those in the same subnet, with the same rules, whose addresses lie in the same
of all the ranges that any rule or route names. Candidates come from what a node's rules let in, so that nobody compares pair by
pair what no rule joins.

Not looked at: ways over the internet, over private NAT gateways, and the network ACLs of the subnets of a transit gateway's own
attachments. What goes through an appliance, a VPN or a core network may get through or not: those pairs are undecided.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
"""

from __future__ import annotations

import functools
import ipaddress
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fixtures.facts.tenants import Interface, Route, Rule, Topology

Ports = tuple[tuple[int, int], ...]
Traffic = Mapping[int, Ports]  # by the protocol's number

EVERY_PORT: Ports = ((0, 65535),)
TCP, UDP, ICMP, ICMP6, OTHER = 6, 17, 1, 58, 255  # 255 is reserved: it stands for every protocol that no rule names
NAMES = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMP6: "icmpv6", OTHER: "any protocol"}
V6 = 1 << 32  # IPv6 addresses stand behind those of IPv4, on one line
OUTSIDE = ("igw-", "nat-", "eigw-")  # what a route leads to the internet by


@dataclass(frozen=True)
class Path:
    """How an interface of one tenant reaches one of another. `tell` gives each step in words; `sure` is False where the path hangs
    on what is not looked at."""

    source: str
    target: str
    sure: bool
    tell: Callable[[], tuple[str, ...]]

    @property
    def steps(self) -> tuple[str, ...]:
        return self.tell()

    def __str__(self) -> str:
        return "; then ".join(self.steps)


def paths(topology: Topology) -> list[Path]:
    """A shortest path for every ordered pair of tenants of which one reaches the other; undecided ones where no path is sure."""
    sure = _Network(topology, unsure=False)
    found = {(each.source, each.target): each for each in sure.paths()}
    if sure.doubtful:
        for each in _Network(topology, unsure=True).paths():
            found.setdefault((each.source, each.target), each)
    return [found[pair] for pair in sorted(found)]


@dataclass(frozen=True)
class _Way:
    """How traffic gets from one subnet to another. `inbound` and `outbound`: whether rules know groups across it."""

    words: str
    inbound: bool = True
    outbound: bool = True


@dataclass(frozen=True, eq=False)
class _Node:
    """What all rules treat alike: `ingress` and `egress` are numbers of sets of rules, `places` the parts of the line of addresses
    that no rule tells apart, `worn` the groups that any rule refers to."""

    ingress: int
    egress: int
    worn: frozenset[str]
    subnet: str
    places: tuple[int, ...]
    host: bool
    members: dict[str, Interface]  # one of each owner


class _Network:
    """A topology, prepared for the question."""

    def __init__(self, topology: Topology, *, unsure: bool) -> None:
        self.topology, self.unsure, self.doubtful = topology, unsure, False
        self.protocols = _protocols(topology)
        self.everything: Traffic = dict.fromkeys(self.protocols, EVERY_PORT)
        self.none: Traffic = {}
        self.bounds = _bounds(topology)
        self.rule_sets: dict[frozenset[Rule], int] = {}
        self.rules: list[frozenset[Rule]] = []
        self.nodes: list[_Node] = []
        self.span: Callable[[str], tuple[int, int]] = functools.cache(self._span)
        self.ranges: Callable[[str], tuple[tuple[int, int], ...]] = functools.cache(self._ranges)
        self.admitted: Callable[[int, int, frozenset[str]], Traffic] = functools.cache(self._admitted)
        self.filtered: Callable[[str, bool, int], Traffic] = functools.cache(self._filtered)
        self.passing: Callable[[str, str, int, int], Traffic] = functools.cache(self._passing)
        self.way: Callable[[str, str, int], _Way | None] = functools.cache(self._way)
        self.step: Callable[[str, _Node, str, _Node], str] = functools.cache(self._step)
        self.place: Callable[[str], int] = functools.cache(lambda address: bisect_right(self.bounds, _on_line(address)))
        self.shared = self._gather()

    # -- nodes

    def _gather(self) -> list[Interface]:
        """Puts every tenant's interfaces into nodes, and gives those with several owners."""
        referred = {rule.peer for group in self.topology.groups.values() for rule in (*group.ingress, *group.egress)}
        sets: dict[tuple[str, ...], tuple[int, int, frozenset[str]]] = {}
        nodes: dict[tuple[object, ...], _Node] = {}
        shared: list[Interface] = []
        for interface in self.topology.interfaces:
            if not interface.owners:
                continue
            if len(interface.owners) > 1:
                shared.append(interface)
            worn = tuple(sorted(interface.groups))
            if worn not in sets:
                groups = [self.topology.groups[each] for each in worn]
                ingress = frozenset(rule for group in groups for rule in group.ingress)
                egress = frozenset(rule for group in groups for rule in group.egress)
                sets[worn] = (self._numbered(ingress), self._numbered(egress), frozenset(referred.intersection(worn)))
            places = tuple(sorted(set(map(self.place, interface.addresses))))
            alike = (*sets[worn], interface.subnet, places, interface.host)
            if alike not in nodes:
                nodes[alike] = _Node(*sets[worn], interface.subnet, places, interface.host, {})
            for owner in interface.owners:
                nodes[alike].members.setdefault(owner, interface)
        self.nodes = list(nodes.values())
        return shared

    def _numbered(self, rules: frozenset[Rule]) -> int:
        if rules not in self.rule_sets:
            self.rule_sets[rules] = len(self.rules)
            self.rules.append(rules)
        return self.rule_sets[rules]

    def _span(self, cidr: str) -> tuple[int, int]:
        """The places that a range covers, from and until."""
        first, last = _line_range(cidr)
        return bisect_right(self.bounds, first), bisect_right(self.bounds, last) + 1

    def _ranges(self, peer: str) -> tuple[tuple[int, int], ...]:
        """The places that a rule's peer covers: those of a CIDR, or of a prefix list's; none of a group."""
        if peer.startswith("sg-"):
            return ()
        return tuple(map(self.span, self.topology.prefix_lists[peer] if peer.startswith("pl-") else (peer,)))

    # -- edges

    def candidates(self) -> Iterator[tuple[_Node, _Node]]:
        """Every pair of nodes of which the second's rules let in the first, whatever stands between them."""
        by_place: defaultdict[int, list[_Node]] = defaultdict(list)
        wearing: defaultdict[str, list[_Node]] = defaultdict(list)
        for node in self.nodes:
            if node.host:
                for place in node.places:
                    by_place[place].append(node)
                for group in node.worn:
                    wearing[group].append(node)
        places = sorted(by_place)

        @functools.cache
        def let_in(number: int) -> Collection[_Node]:
            """The nodes that a set of rules lets in, by whatever port and way."""
            found: dict[_Node, None] = {}
            for rule in self.rules[number]:
                found.update(dict.fromkeys(wearing.get(rule.peer, ())))
                for first, end in self.ranges(rule.peer):
                    for place in places[bisect_right(places, first - 1) : bisect_right(places, end - 1)]:
                        found.update(dict.fromkeys(by_place[place]))
            return list(found)

        for target in self.nodes:
            for source in let_in(target.ingress):
                if source is not target or len(source.members) > 1:  # else it is one tenant's, and alike
                    yield source, target

    def reaches(self, source: _Node, target: _Node) -> bool:
        """Whether a conversation can be had, from any address of the one to any of the other."""
        return any(self.conversation(source, target, here, there) for here, there in _same_family(source, target, self.v6))

    @functools.cached_property
    def v6(self) -> int:
        """The first place of IPv6 addresses."""
        return bisect_right(self.bounds, V6)

    def conversation(self, source: _Node, target: _Node, here: int, there: int) -> Traffic:
        """The traffic that may begin at the place `here` of the source and be answered from `there`, at the target."""
        way = self.way(source.subnet, target.subnet, there)
        if way is None or self.way(target.subnet, source.subnet, here) is None:
            return {}
        out = self.admitted(source.egress, there, target.worn if way.outbound else _NONE)
        into = self.admitted(target.ingress, here, source.worn if way.inbound else _NONE)
        both = self.both(out, into)
        if not both or source.subnet == target.subnet:
            return both
        return self.both(both, self.passing(source.subnet, target.subnet, here, there))

    def both(self, one: Traffic, other: Traffic) -> Traffic:
        """What is in both: mostly, one of them is everything."""
        if one is self.everything or not other:
            return other
        return one if other is self.everything else meet(one, other)

    def _admitted(self, number: int, place: int, worn: frozenset[str]) -> Traffic:
        """What a set of rules lets through from or to a place, or whoever wears these groups."""
        found = self.none
        for rule in self.rules[number]:
            if self.matches(rule, place, worn):
                found = join(found, self.traffic(rule.protocol, rule.low, rule.high))
        return self.everything if found == self.everything else found

    def matches(self, rule: Rule, place: int, worn: frozenset[str]) -> bool:
        return rule.peer in worn or any(first <= place < end for first, end in self.ranges(rule.peer))

    def traffic(self, protocol: int, low: int, high: int) -> Traffic:
        """What a rule names: every protocol as -1, and every port or type of ICMP as a range of them."""
        if protocol == -1:
            return self.everything
        return {protocol: ((low, high),)}

    def _passing(self, source: str, target: str, here: int, there: int) -> Traffic:
        """What two subnets' ACLs let pass there, of the protocols whose answers they let back, to whatever port.

        https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
        """
        acl, other = self.topology.subnets[source].acl, self.topology.subnets[target].acl
        forth = self.both(self.filtered(acl, True, there), self.filtered(other, False, here))
        back = self.both(self.filtered(other, True, here), self.filtered(acl, False, there))
        if forth is self.everything and back is self.everything:
            return self.everything
        return {protocol: ports for protocol, ports in forth.items() if protocol in back}

    def _filtered(self, acl: str, egress: bool, place: int) -> Traffic:
        """What a network ACL lets out to a place, or in from it: the first rule that matches decides."""
        entries = self.topology.acls[acl].egress if egress else self.topology.acls[acl].ingress
        left, found = self.everything, self.none
        for entry in sorted(entries, key=lambda each: each.number):
            first, end = self.span(entry.cidr)
            if first <= place < end:
                hit = meet(left, self.traffic(entry.protocol, entry.low, entry.high))
                if entry.allow:
                    found = join(found, hit)
                left = less(left, hit)
        return self.everything if found == self.everything else found

    # -- routes

    def _way(self, source: str, target: str, there: int) -> _Way | None:
        """How traffic to a place in the subnet `target` leaves `source`; None where it does not get there."""
        if source == target:
            return _Way("within the subnet")
        here, other = self.topology.subnets[source], self.topology.subnets[target]
        to = self._longest(self.topology.route_tables[here.route_table], there)
        if to == "local":
            return _Way("local route") if here.vpc == other.vpc else None
        if to in self.topology.peerings:
            peering = self.topology.peerings[to]
            there_ = peering.active and {here.vpc, other.vpc} == set(peering.vpcs) and here.vpc != other.vpc
            words = f"over {to} between {here.vpc} and {other.vpc}"
            return _Way(words, peering.same_region, peering.same_region) if there_ else None
        if to in self.topology.gateways:
            return self._over_gateways(to, here.vpc, other.vpc, there)
        return None if not to or to.startswith(OUTSIDE) else self._doubted(to, here.vpc, other.vpc)

    def _doubted(self, through: str, source: str, target: str) -> _Way | None:
        self.doubtful = True
        words = f"through {through}, of which it is not known what it lets through, from {source} to {target}"
        return _Way(words, inbound=False, outbound=False) if self.unsure else None

    def _over_gateways(self, gateway: str, source: str, target: str, there: int) -> _Way | None:
        """Over one transit gateway, or over several that are peered: by the route table of each attachment that it comes in by.
        Rules know groups across one gateway alone, and only what they let in.

        https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-security
        """
        attachments = self.topology.attachments
        entry = next((each for each in attachments.values() if each.gateway == gateway and each.vpc == source), None)
        first, passed = entry, [gateway]
        while entry:
            to = self._longest(self.topology.gateway_tables.get(entry.table, ()), there)
            leaving = attachments.get(to)
            if leaving is None or leaving.gateway != passed[-1]:
                return None
            if leaving.vpc:
                if leaving.vpc != target:
                    return None
                known = len(passed) == 1 and bool(first and first.references) and leaving.references
                known = known and self.topology.gateways[gateway].references
                return _Way(f"over {' and '.join(passed)} from {source} to {target}", inbound=known, outbound=False)
            entry = attachments.get(leaving.peer)
            if entry is None:
                return self._doubted(leaving.id, source, target)
            if entry.gateway in passed:
                return None
            passed.append(entry.gateway)
        return None

    def _longest(self, routes: Iterable[Route], place: int) -> str:
        """What the most specific route to a place leads to, "" where there is none; a blackhole is none."""
        best, to = -1, ""
        for route in routes:
            first, end = self.span(route.cidr)
            length = int(route.cidr.rpartition("/")[2])
            if first <= place < end and length > best:
                best, to = length, route.target
        return "" if to == "blackhole" else to

    # -- paths

    def paths(self) -> Iterator[Path]:
        """A shortest path for each ordered pair of tenants of which one reaches the other."""
        walks = self._walks()
        for interface in self.shared:
            for one, other in permutations(interface.owners, 2):
                walks.pop((one, other), None)
                words = f"{interface.id} is of {one} and of {other} at once, by its tag or by the groups that it wears"
                yield Path(one, other, not self.unsure, functools.partial(tuple[str, ...], (words,)))
        for (one, other), walk in walks.items():
            yield Path(one, other, not self.unsure, functools.partial(self._told, one, other, walk))

    def _walks(self) -> dict[tuple[str, str], Sequence[_Node]]:
        """The nodes of a shortest path, for each ordered pair: one step where that suffices, and only else a search for more."""
        candidates = list(self.candidates())
        found: dict[tuple[str, str], Sequence[_Node]] = {}
        for walk in candidates:
            new = [pair for pair in product(walk[0].members, walk[1].members) if pair[0] != pair[1] and pair not in found]
            if new and self.reaches(*walk):
                found.update(dict.fromkeys(new, walk))
        # Whoever reaches another in several steps reaches somebody in one, and who is reached is so by somebody in one.
        begin, end = {one for one, _ in found}, {other for _, other in found}
        if all(one == other or (one, other) in found for one in begin for other in end):
            return found
        import networkx  # type: ignore[import-untyped]  # noqa: PLC0415  # costs 100 ms, and isolated tenants need it not

        graph: Any = networkx.DiGraph(walk for walk in candidates if self.reaches(*walk))
        starts = self._starts()
        for one in begin:
            graph.add_edges_from((one, start) for start in starts[one])  # from a node of its own: one search has all starts
            for node, (_, *walk_) in networkx.single_source_shortest_path(graph, one).items():
                for other in node.members if len(walk_) > 1 else ():
                    if other != one:
                        found.setdefault((one, other), walk_)
            graph.remove_node(one)
        return found

    def _starts(self) -> dict[str, list[_Node]]:
        """The nodes with hosts of each tenant."""
        found: defaultdict[str, list[_Node]] = defaultdict(list)
        for node in self.nodes:
            for owner in node.members if node.host else ():
                found[owner].append(node)
        return found

    def _told(self, one: str, other: str, walk: Sequence[_Node]) -> tuple[str, ...]:
        """Each step in words: through an interface of each node, the first of the one tenant and the last of the other."""
        owners = [one, *(next(iter(node.members)) for node in walk[1:-1]), other]
        return tuple(map(self.step, owners[:-1], walk[:-1], owners[1:], walk[1:]))

    def _step(self, owner: str, here: _Node, other: str, there: _Node) -> str:
        source, target = here.members[owner], there.members[other]
        at, to = next(pair for pair in _same_family(here, there, self.v6) if self.conversation(here, there, *pair))
        traffic, way = self.conversation(here, there, at, to), self.way(here.subnet, there.subnet, to)
        assert way is not None  # noqa: S101  # or there would be no conversation
        out = self._rule(source, to, there.worn if way.outbound else _NONE, traffic, egress=True)
        into = self._rule(target, at, here.worn if way.inbound else _NONE, traffic, egress=False)
        acls = dict.fromkeys(self.topology.subnets[each].acl for each in (here.subnet, there.subnet))
        passing = f", let pass by {' and '.join(acls)}" if here.subnet != there.subnet else ""
        return (
            f"{owner}'s {source.id} ({self._address(source, at)}) reaches {other}'s {target.id} ({self._address(target, to)}) "
            f"on {told(traffic)}: {out}, {into}, {way.words}{passing}"
        )

    def _address(self, interface: Interface, place: int) -> str:
        return next(each for each in interface.addresses if self.place(each) == place)

    def _rule(self, interface: Interface, place: int, worn: frozenset[str], traffic: Traffic, *, egress: bool) -> str:
        """Which rule of which group lets the traffic through, in words."""
        for group in (self.topology.groups[each] for each in sorted(interface.groups)):
            for rule in group.egress if egress else group.ingress:
                if self.matches(rule, place, worn) and meet(self.traffic(rule.protocol, rule.low, rule.high), traffic):
                    peer = "its own members" if rule.peer == group.id else rule.peer
                    return f"{group.id} ({group.name}) lets {'out to' if egress else 'in'} {peer}"
        raise AssertionError("traffic that no rule lets through")


_NONE = frozenset[str]()


def _same_family(source: _Node, target: _Node, v6: int) -> Iterator[tuple[int, int]]:
    """The places of both, of one version of IP."""
    return ((here, there) for here in source.places for there in target.places if (here < v6) is (there < v6))


# ---------------------------------------------------------------------------------------------- addresses, on one line


def _on_line(address: str) -> int:
    parsed = ipaddress.ip_address(address)
    return int(parsed) + (V6 if parsed.version == 6 else 0)


def _line_range(cidr: str) -> tuple[int, int]:
    network = ipaddress.ip_network(cidr, strict=False)
    offset = V6 if network.version == 6 else 0
    return int(network.network_address) + offset, int(network.broadcast_address) + offset


def _bounds(topology: Topology) -> list[int]:
    """Where any range that a rule or a route names begins, or the one behind it: no rule tells apart what lies between two."""
    rules = (rule.peer for group in topology.groups.values() for rule in (*group.ingress, *group.egress))
    acls = (entry.cidr for acl in topology.acls.values() for entry in (*acl.ingress, *acl.egress))
    tables = (*topology.route_tables.values(), *topology.gateway_tables.values())
    routes = (route.cidr for table in tables for route in table)
    lists = (cidr for each in topology.prefix_lists.values() for cidr in each)
    cidrs = {*(peer for peer in rules if not peer.startswith(("sg-", "pl-"))), *acls, *routes, *lists}
    ranges = [_line_range(cidr) for cidr in cidrs]
    return sorted({0, V6, *(first for first, _ in ranges), *(last + 1 for _, last in ranges)})


# ---------------------------------------------------------------------------------------------- traffic


def _protocols(topology: Topology) -> list[int]:
    """Every protocol that a rule names, and one for all others."""
    rules = (rule.protocol for group in topology.groups.values() for rule in (*group.ingress, *group.egress))
    entries = (entry.protocol for acl in topology.acls.values() for entry in (*acl.ingress, *acl.egress))
    return sorted({TCP, UDP, ICMP, ICMP6, OTHER, *rules, *entries} - {-1})


def meet(one: Traffic, other: Traffic) -> Traffic:
    """What is in both."""
    found: dict[int, Ports] = {}
    for protocol in one.keys() & other.keys():
        pairs = ((max(a, c), min(b, d)) for a, b in one[protocol] for c, d in other[protocol])
        if ports := tuple(sorted((low, high) for low, high in pairs if low <= high)):
            found[protocol] = ports
    return found


def join(one: Traffic, other: Traffic) -> Traffic:
    """What is in either."""
    return {protocol: _merged((*one.get(protocol, ()), *other.get(protocol, ()))) for protocol in one.keys() | other.keys()}


def less(one: Traffic, other: Traffic) -> Traffic:
    """What is in the first alone."""
    found: dict[int, Ports] = {}
    for protocol, ports in one.items():
        left = ports
        for low, high in other.get(protocol, ()):
            left = tuple(
                (a, b) for first, last in left for a, b in ((first, min(last, low - 1)), (max(first, high + 1), last)) if a <= b
            )
        if left:
            found[protocol] = left
    return found


def _merged(ports: Ports) -> Ports:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ports):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def told(traffic: Traffic) -> str:
    """Traffic in words: "tcp 443, udp 53"; the protocols that no rule names are left out unless they are all there is."""
    named = {protocol: ports for protocol, ports in traffic.items() if protocol != OTHER}
    if OTHER in traffic and all(ports == EVERY_PORT for ports in named.values()):
        return "every protocol and port"
    return ", ".join(
        f"{NAMES.get(protocol, f'protocol {protocol}')}{_ports(protocol, ports)}" for protocol, ports in sorted(named.items())
    )


def _ports(protocol: int, ports: Ports) -> str:
    if ports == EVERY_PORT or protocol not in (TCP, UDP):
        return ""
    return " " + " and ".join(str(low) if low == high else f"{low}-{high}" for low, high in ports)
