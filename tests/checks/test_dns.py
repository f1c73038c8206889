"""The checks of hosted zones, their delegation and their records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import Finding, Observation, Problem, Seen, Undecided, dns
from fixtures.declared.dns import HostedZone, Record
from fixtures.declared.inventory import load
from fixtures.dns.walk import Referral
from fixtures.facts.dns import (
    Alias,
    AliasConflicts,
    Conflict,
    NameRecords,
    ParentDs,
    ParentRecords,
    RecordSet,
    Signing,
    Zones,
    ZoneServers,
)
from tests.checks.examples import Example, judged, passes

ZONE, RECORD = load("sit").of(HostedZone)[0], load("prod").of(Record)[1]
CHILD = replace(ZONE, name="shop.sit.kimmyai.io", delegated_by="sit.kimmyai.io")
NAME, WWW = "sit.kimmyai.io", "www.kimmyai.io"

# The lines of the promotion plans that the checks give evidence for.
CITED = {"pre.hosted-zones"}

# Checks that fail by no fault alone, and why.
NOT_BY_ONE_FAULT: dict[str, str] = {}

EXISTS, DELEGATION, DNSSEC, AVAILABLE = dns.zone_exists, dns.delegation, dns.dnssec, dns.alias_available
IS_RECORD, NO_OTHER = dns.record, dns.no_other_record


# ---------------------------------------------------------------------------------------------- zones and delegation

ONE = "one public hosted zone in 815856636111"


def zones(*ids: str, private: int = 0, others: tuple[str, ...] = ()) -> tuple[HostedZone, Zones]:
    return ZONE, Zones(ids, private, others)


FOUR = ("ns-1.awsdns-01.com", "ns-2.awsdns-01.net", "ns-3.awsdns-01.org", "ns-4.awsdns-01.co.uk")
OTHERS = ("ns-5.awsdns-02.com", "ns-6.awsdns-02.net")
ALL = ", ".join(FOUR)
PARENT, SECOND = "192.0.2.1", "192.0.2.2"
OWN, BY_PARENT = f"NS record of the zone: {ALL}", f"delegated by its parent to {ALL}"
GOOD_OWN = Seen(NAME, OWN, ALL)


def servers(own: tuple[str, ...] = FOUR, parent: ParentRecords | None = None, assigned: tuple[str, ...] = FOUR) -> ZoneServers:
    return ZoneServers(assigned, own, parent)


def asked(*each: tuple[str, ...]) -> tuple[Referral, ...]:
    return tuple(Referral(server, names) for server, names in zip((PARENT, SECOND), each, strict=False))


def one_alone(zone: str = NAME) -> Observation:
    return Observation(zone, "one name server of its parent was asked, or answered")


def by_parent(good: bool, observed: str, server: str = PARENT) -> Finding:
    return (Seen if good else Problem)(NAME, BY_PARENT, f"{observed} by {server}")


IN_PARENT = f"NS record in sit.kimmyai.io: {ALL}"
CHILD_OWN = Seen(CHILD.name, OWN, ALL)

DS, OTHER_DS = "12345 13 2 ABCD", "54321 13 2 EF01"
UNSIGNED, SIGNED = Signing("NOT_SIGNING", ()), Signing("SIGNING", (DS,))
NO_DS, SIGNING = "signed if its parent has a DS record", f"SIGNING: {PARENT} has a DS record"
KEY = f"a DS record of an active key of the zone: {DS}"


def dnssec(signing: Signing, *ds: tuple[str, ...], parent: ParentRecords | None = None, zone: HostedZone = ZONE) -> tuple[Any, ...]:
    asked_ = tuple(ParentDs(server, each) for server, each in zip((PARENT, SECOND), ds, strict=False))
    return zone, signing, servers(parent=parent), asked_


# ---------------------------------------------------------------------------------------------- records

TARGET, ELSEWHERE = "d1.cloudfront.net", "d2.cloudfront.net"
EXPECTED_A, EXPECTED_AAAA = f"an alias record A to {TARGET}", f"an alias record AAAA to {TARGET}"
NO_OTHERS = f"no record but to {TARGET}"


def alias(type: str = "A", target: str = TARGET, **other: Any) -> RecordSet:
    return replace(
        RecordSet(WWW, type, (), Alias(target, dns.CLOUDFRONT_ZONE, evaluates_health=False), "", some_only=False), **other
    )


def values(type: str, *told: str, **other: Any) -> RecordSet:
    return replace(RecordSet(WWW, type, told, None, "", some_only=False), **other)


def records(*found: RecordSet, ipv6: bool = True, target: str = TARGET) -> tuple[Record, NameRecords]:
    return RECORD, NameRecords(found, target, ipv6)


A, AAAA = alias(), alias("AAAA")
SEEN_A, SEEN_AAAA = Seen(WWW, EXPECTED_A, f"A alias {TARGET}"), Seen(WWW, EXPECTED_AAAA, f"AAAA alias {TARGET}")
OF_LOAD_BALANCER = Alias(TARGET, "Z32O12XQLNTSW2", evaluates_health=False)
HEALTHY = Alias(TARGET, dns.CLOUDFRONT_ZONE, evaluates_health=True)
EUROPE = {"routing": "geolocation EU", "some_only": True}
ANYWHERE = {"routing": "geolocation *", "some_only": False}


def conflicts(*others: Conflict, distribution: str = "E1") -> tuple[Record, AliasConflicts]:
    return RECORD, AliasConflicts(distribution, others)


FREE = "an alias of no other distribution"
SAME = Conflict(WWW, "*******E2", "******999999")
WILD = Conflict("*.kimmyai.io", "*******E3", "******999999")

EXAMPLES = [
    Example(EXISTS, "once", zones("Z1"), (Seen(NAME, ONE, "1 hosted zone: Z1"),)),
    Example(EXISTS, "once, and a private one", zones("Z1", private=1), (
        Seen(NAME, ONE, "1 hosted zone: Z1, and 1 private one that nobody outside of its VPCs asks"),)),
    Example(EXISTS, "twice", zones("Z1", "Z2"), (Problem(NAME, ONE, "2 hosted zones: Z1, Z2"),)),
    Example(EXISTS, "missing", zones(others=("kimmyai.io", "example.org")), (
        Problem(NAME, ONE, "missing; the closest existing name is kimmyai.io"),)),
    Example(EXISTS, "a private one alone", zones(private=2), (Problem(
        NAME, ONE, "missing; no existing name is close to it, and 2 private ones that nobody outside of its VPCs asks"),)),
    Example(DELEGATION, "by both of its parent's", (ZONE, servers(), asked(FOUR, FOUR[::-1])), (
        GOOD_OWN, by_parent(True, ALL), by_parent(True, ALL, SECOND))),
    Example(DELEGATION, "by the one that answered", (ZONE, servers(), asked(FOUR)), (GOOD_OWN, by_parent(True, ALL), one_alone())),
    Example(DELEGATION, "elsewhere", (ZONE, servers(), asked(OTHERS, FOUR)), (
        GOOD_OWN, by_parent(False, f"lacks {ALL}; has besides {', '.join(OTHERS)}"), by_parent(True, ALL, SECOND))),
    Example(DELEGATION, "one missing", (ZONE, servers(), asked(FOUR[:3], FOUR[:3])), (
        GOOD_OWN, by_parent(False, f"lacks {FOUR[3]}"), by_parent(False, f"lacks {FOUR[3]}", SECOND))),
    Example(DELEGATION, "one forgotten", (ZONE, servers(), asked((*FOUR, OTHERS[0]))), (
        GOOD_OWN, by_parent(False, f"has besides {OTHERS[0]}"), one_alone())),
    Example(DELEGATION, "not at all", (ZONE, servers(), asked((), ())), (
        GOOD_OWN, by_parent(False, "none"), by_parent(False, "none", SECOND))),
    Example(DELEGATION, "the zone names others", (ZONE, servers(own=OTHERS), asked(FOUR, FOUR)), (
        Problem(NAME, OWN, f"lacks {ALL}; has besides {', '.join(OTHERS)}"), by_parent(True, ALL), by_parent(True, ALL, SECOND))),
    Example(DELEGATION, "the zone names none", (ZONE, servers(own=()), asked(FOUR, FOUR)), (
        Problem(NAME, OWN, "none"), by_parent(True, ALL), by_parent(True, ALL, SECOND))),
    Example(DELEGATION, "nobody was asked", (ZONE, servers(), ()), (
        GOOD_OWN, Undecided(NAME, "no name server of its parent was asked"))),
    Example(DELEGATION, "none assigned", (ZONE, servers(assigned=()), asked(FOUR)), (
        Undecided(NAME, "Route 53 names no server of the zone"),)),
    Example(DELEGATION, "by a declared zone", (CHILD, servers(parent=ParentRecords(FOUR, ())), ()), (
        CHILD_OWN, Seen(CHILD.name, IN_PARENT, ALL))),
    Example(DELEGATION, "not by the declared zone", (CHILD, servers(parent=ParentRecords((), ())), ()), (
        CHILD_OWN, Problem(CHILD.name, IN_PARENT, "none"))),
    Example(DNSSEC, "no DS, not signed", dnssec(UNSIGNED, (), ()), (
        Seen(NAME, NO_DS, f"no DS record at {PARENT}; NOT_SIGNING"), Seen(NAME, NO_DS, f"no DS record at {SECOND}; NOT_SIGNING"))),
    Example(DNSSEC, "signed, and no DS yet", dnssec(SIGNED, ()), (Seen(NAME, NO_DS, f"no DS record at {PARENT}; SIGNING"),)),
    Example(DNSSEC, "signed by the DS's key", dnssec(SIGNED, (OTHER_DS, DS)), (
        Seen(NAME, SIGNING, "SIGNING"), Seen(NAME, KEY, f"DS {DS}"))),
    Example(DNSSEC, "a DS and not signed", dnssec(UNSIGNED, (DS,)), (Problem(NAME, SIGNING, "NOT_SIGNING"),)),
    Example(DNSSEC, "a DS of another key", dnssec(SIGNED, (OTHER_DS,)), (
        Seen(NAME, SIGNING, "SIGNING"), Problem(NAME, KEY, f"DS {OTHER_DS}"))),
    Example(DNSSEC, "a DS and no active key", dnssec(replace(SIGNED, keys=()), (DS,)), (
        Seen(NAME, SIGNING, "SIGNING"),
        Problem(NAME, "a DS record of an active key of the zone: it has none", f"DS {DS}"))),
    Example(DNSSEC, "a DS and a broken key", dnssec(Signing("ACTION_NEEDED", (DS,)), (DS,)), (
        Problem(NAME, SIGNING, "ACTION_NEEDED"),)),
    Example(DNSSEC, "nobody was asked", dnssec(UNSIGNED), (Undecided(NAME, "no name server of its parent was asked"),)),
    Example(DNSSEC, "a DS in the declared zone", dnssec(UNSIGNED, parent=ParentRecords(FOUR, (DS,)), zone=CHILD), (
        Problem(CHILD.name, "SIGNING: sit.kimmyai.io has a DS record", "NOT_SIGNING"),)),
    Example(AVAILABLE, "its own alone", conflicts(), (Seen(WWW, FREE, "E1 alone may have it"),)),
    Example(AVAILABLE, "another's wildcard", conflicts(WILD), (
        Seen(WWW, FREE, "E1 alone may have it"),
        Observation(WWW, "overlaps: *******E3 of account ******999999 has *.kimmyai.io"))),
    Example(AVAILABLE, "another has it", conflicts(SAME), (
        Problem(WWW, FREE, f"*******E2 of account ******999999 has {WWW}"),)),
    Example(AVAILABLE, "nobody was asked", conflicts(distribution=""), (
        Undecided(WWW, "CloudFront was asked in the name of no distribution"),)),
    Example(IS_RECORD, "both", records(A, AAAA), (SEEN_A, SEEN_AAAA)),
    Example(IS_RECORD, "A alone, without IPv6", records(A, ipv6=False), (SEEN_A,)),
    Example(IS_RECORD, "dual stack", records(alias(target=f"dualstack.{TARGET}"), AAAA), (SEEN_A, SEEN_AAAA)),
    Example(IS_RECORD, "beside another by weight", records(
        alias(routing="weight 50"), values("A", "192.0.2.7", routing="weight 50"), AAAA), (
        Seen(WWW, EXPECTED_A, f"A alias {TARGET} (weight 50)"), SEEN_AAAA)),
    Example(IS_RECORD, "for whoever asks, and for Europe", records(alias(**EUROPE), alias(**ANYWHERE), AAAA), (
        Seen(WWW, EXPECTED_A, f"A alias {TARGET} (geolocation EU); A alias {TARGET} (geolocation *)"), SEEN_AAAA)),
    Example(IS_RECORD, "for Europe alone", records(alias(**EUROPE), AAAA), (
        Problem(WWW, f"{EXPECTED_A} for whoever asks", f"A alias {TARGET} (geolocation EU)"), SEEN_AAAA)),
    Example(IS_RECORD, "A missing", records(AAAA), (Problem(WWW, EXPECTED_A, "no such record"), SEEN_AAAA)),
    Example(IS_RECORD, "AAAA missing", records(A), (SEEN_A, Problem(WWW, EXPECTED_AAAA, "no such record"))),
    Example(IS_RECORD, "none", records(), (
        Problem(WWW, EXPECTED_A, "no such record"), Problem(WWW, EXPECTED_AAAA, "no such record"))),
    Example(IS_RECORD, "to another", records(alias(target=ELSEWHERE), AAAA), (
        Problem(WWW, EXPECTED_A, f"A alias {ELSEWHERE}"), SEEN_AAAA)),
    Example(IS_RECORD, "an address", records(values("A", "192.0.2.7"), AAAA), (
        Problem(WWW, EXPECTED_A, "A 192.0.2.7"), SEEN_AAAA)),
    Example(IS_RECORD, "a CNAME", records(values("CNAME", f"{TARGET}."), ipv6=False), (
        Problem(WWW, EXPECTED_A, f"CNAME {TARGET}"),)),
    Example(IS_RECORD, "in another service's zone", records(alias(alias=OF_LOAD_BALANCER), ipv6=False), (
        Problem(WWW, EXPECTED_A, f"A alias {TARGET} in the hosted zone Z32O12XQLNTSW2"),)),
    Example(IS_RECORD, "with its health", records(alias(alias=HEALTHY), ipv6=False), (
        Problem(WWW, EXPECTED_A, f"A alias {TARGET} whose health is evaluated"),)),
    Example(IS_RECORD, "no target", records(A, target=""), (Undecided(WWW, "its target has no name"),)),
    Example(NO_OTHER, "none", records(A, AAAA), (Seen(WWW, NO_OTHERS, f"A alias {TARGET}; AAAA alias {TARGET}"),)),
    Example(NO_OTHER, "no record", records(), (Seen(WWW, NO_OTHERS, "no record at all"),)),
    Example(NO_OTHER, "text beside it", records(A, values("TXT", '"v=spf1 -all"'), values("CAA", '0 issue "amazon.com"')), (
        Seen(WWW, NO_OTHERS, f"A alias {TARGET}"),)),
    Example(NO_OTHER, "a second one by weight", records(
        alias(routing="weight 90"), values("A", "192.0.2.7", routing="weight 10")), (
        Problem(WWW, NO_OTHERS, "A 192.0.2.7 (weight 10)"),)),
    Example(NO_OTHER, "two for failover", records(alias(routing="failover PRIMARY"), alias(
        target=ELSEWHERE, routing="failover SECONDARY")), (
        Problem(WWW, NO_OTHERS, f"A alias {ELSEWHERE} (failover SECONDARY)"),)),
    Example(NO_OTHER, "an HTTPS record", records(A, values("HTTPS", "1 old.kimmyai.io.")), (
        Problem(WWW, NO_OTHERS, "HTTPS 1 old.kimmyai.io"),)),
    Example(NO_OTHER, "delegated", records(A, values("NS", *OTHERS, name=WWW)), (
        Problem(WWW, NO_OTHERS, f"NS {', '.join(OTHERS)}"),)),
    Example(NO_OTHER, "a name above it delegated", records(A, values("NS", *OTHERS, name="x.kimmyai.io")), (
        Problem(WWW, NO_OTHERS, f"x.kimmyai.io: NS {', '.join(OTHERS)}"),)),
    Example(NO_OTHER, "no target", records(A, target=""), (Undecided(WWW, "its target has no name"),)),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


# ---------------------------------------------------------------------------------------------- whatever the facts

names = st.lists(st.sampled_from([*FOUR, *OTHERS]), unique=True)
sets = st.lists(
    st.sampled_from([
        A, AAAA, alias(target=ELSEWHERE), alias("AAAA", target=ELSEWHERE), alias(**EUROPE), alias(**ANYWHERE), alias(alias=HEALTHY),
        values("A", "192.0.2.7", routing="weight 1"), values("CNAME", f"{TARGET}."), values("NS", *OTHERS), values("TXT", "x"),
    ])
)  # fmt: skip


@given(own=names, parent=st.lists(names, max_size=2))
def test_a_zone_is_delegated_to_where_everybody_says_the_same(own: list[str], parent: list[list[str]]) -> None:
    found = list(dns.delegation(ZONE, servers(own=tuple(own)), asked(*map(tuple, parent))))
    assert passes(found) is (bool(parent) and all(set(each) == set(FOUR) for each in (own, *parent)))


@given(found=sets)
def test_a_record_in_any_order(found: list[RecordSet]) -> None:
    for check in (dns.record, dns.no_other_record):
        forth, back = (list(check(*records(*each))) for each in (found, found[::-1]))
        assert passes(forth) is passes(back)
    assert passes(list(dns.record(*records(*found)))) <= (
        {"A", "AAAA"} <= {each.type for each in found if each.leads_to == (TARGET,)}
    )
