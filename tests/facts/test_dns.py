"""Zones and records made of answers that AWS could give and the simulated estate does not: what is understood, and what is not.

What name servers say, and how they fail, is tried in `tests/dns`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CannotLook
from fixtures.declared.dns import HostedZone, Record
from fixtures.declared.inventory import load
from fixtures.facts.dns import Alias, Conflict, ParentRecords, RecordSet, Signing, Zones, ds_of, name_of
from tests.facts.reader import Reader, read

ZONE, (APEX, WWW) = load("prod").of(HostedZone)[0], load("prod").of(Record)
CLOUDFRONT, TARGET = "Z2FDTNDATAQYW2", "d1.cloudfront.net"
ID = "E1OQK8XICQK4UM"


def zone(id: str = "Z1", name: str = "kimmyai.io.", **config: Any) -> dict[str, Any]:
    return {"Id": f"/hostedzone/{id}", "Name": name, "CallerReference": "x", **({"Config": config} if config else {})}


def zones(*listed: dict[str, Any]) -> list[dict[str, Any]]:
    """Two pages: Route 53 sends a hundred at once."""
    return [{"HostedZones": [each], "IsTruncated": True, "MaxItems": "1"} for each in listed[:-1]] + [
        {"HostedZones": [*listed[-1:]], "IsTruncated": False, "MaxItems": "1"}
    ]


def records(*sets: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"ResourceRecordSets": [each], "IsTruncated": True, "MaxItems": "1"} for each in sets] + [
        {"ResourceRecordSets": [], "IsTruncated": False, "MaxItems": "1"}
    ]


def values(name: str, type: str, *told: str, **other: Any) -> dict[str, Any]:
    return {"Name": name, "Type": type, "TTL": 60, "ResourceRecords": [{"Value": each} for each in told], **other}


def alias(name: str = "www.kimmyai.io.", type: str = "A", target: str = f"{TARGET}.", **other: Any) -> dict[str, Any]:
    leads = {"HostedZoneId": CLOUDFRONT, "DNSName": target, "EvaluateTargetHealth": False}
    return {"Name": name, "Type": type, "AliasTarget": leads, **other}


CONFIG = {"Aliases": {"Quantity": 1, "Items": ["kimmyai.io"]}, "IsIPV6Enabled": False}
DISTRIBUTION: dict[str, Any] = {"Id": ID, "DomainName": f"{TARGET}", "DistributionConfig": CONFIG}
FOUND: dict[str, Any] = {
    "ListDistributions": [{"DistributionList": {"IsTruncated": False, "Items": [DISTRIBUTION | CONFIG]}}],
    "GetDistribution": {"Distribution": DISTRIBUTION},
    "ListHostedZones": zones(zone()),
}
NO_DISTRIBUTION = [{"DistributionList": {"IsTruncated": False, "Quantity": 0}}]


# ---------------------------------------------------------------------------------------------- zones


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([zone()], Zones(("Z1",), 0, ())),
        ([zone(PrivateZone=False), zone("Z2", "KIMMYAI.IO.", Comment="x")], Zones(("Z1", "Z2"), 0, ())),
        (
            [zone(PrivateZone=True), zone("Z2", "example.org."), zone("Z3", "x.org.", PrivateZone=True)],
            Zones((), 1, ("example.org",)),
        ),
    ],
    ids=["without a configuration", "on two pages", "private"],
)
def test_zones_of_the_name(listed: list[dict[str, Any]], expected: Zones) -> None:
    assert read("public_zones", ZONE, ListHostedZones=zones(*listed)) == expected


@pytest.mark.parametrize("page", [{}, {"HostedZones": []}, {"HostedZones": [{"Name": "kimmyai.io."}], "IsTruncated": False}])
def test_zones_that_are_not_understood(page: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match="lacks"):
        read("public_zones", ZONE, ListHostedZones=[page])


@pytest.mark.parametrize("listed", [[zone(name="example.org.")], [zone(), zone("Z2")]], ids=["none", "two"])
@pytest.mark.parametrize("fact", ["zone_servers", "zone_signing"])
def test_a_zone_that_is_not_one(fact: str, listed: list[dict[str, Any]]) -> None:
    with pytest.raises(Absent, match=r"kimmyai\.io does not exist as one public hosted zone"):
        read(fact, ZONE, ListHostedZones=zones(*listed))


ASSIGNED = ["ns-1.awsdns-01.com", "NS-2.awsdns-01.NET."]
DESCRIBED: dict[str, Any] = {"HostedZone": zone(), "DelegationSet": {"NameServers": ASSIGNED}}
NS = values("kimmyai.io.", "NS", "ns-1.awsdns-01.com.", "ns-2.awsdns-01.net.")


def test_the_servers_of_a_zone() -> None:
    answers = {"ListHostedZones": zones(zone()), "GetHostedZone": DESCRIBED}
    found = read("zone_servers", ZONE, **answers, ListResourceRecordSets=records(values("sub.kimmyai.io.", "NS", "x."), NS))
    assert found.assigned == found.own == ("ns-1.awsdns-01.com", "ns-2.awsdns-01.net")
    assert found.parent is None
    assert read("zone_servers", ZONE, **answers, ListResourceRecordSets=records()).own == ()


@pytest.mark.parametrize("described", [{}, {"HostedZone": zone()}, {**DESCRIBED, "HostedZone": zone(name="example.org.")}])
def test_servers_that_are_not_understood(described: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match=r"lacks|which was not asked for"):
        read("zone_servers", ZONE, ListHostedZones=zones(zone()), GetHostedZone=described, ListResourceRecordSets=records(NS))


def test_what_the_declared_parent_says() -> None:
    shop = replace(ZONE, name="shop.kimmyai.io", delegated_by="kimmyai.io")
    answers: dict[str, Any] = {
        "ListHostedZones": zones(zone(), zone("Z2", "shop.kimmyai.io.")),
        "GetHostedZone": {**DESCRIBED, "HostedZone": zone("Z2", "shop.kimmyai.io.")},
        "ListResourceRecordSets": records(
            NS, values("shop.kimmyai.io.", "NS", "a."), values("shop.kimmyai.io.", "DS", "1 13 2 ab cd")
        ),
    }
    assert read("zone_servers", shop, **answers).parent == ParentRecords(("a",), ("1 13 2 ABCD",))
    answers["ListHostedZones"] = zones(zone("Z2", "shop.kimmyai.io."))
    assert read("zone_servers", shop, **answers).parent == ParentRecords((), ())
    for fact in ("referrals", "parent_ds"):
        assert read(fact, shop) == (), "nobody is asked"


def key(**changes: Any) -> dict[str, Any]:
    return {"Name": "ksk", "Status": "ACTIVE", "DSRecord": "12345 13 2 ab CD", **changes}


def test_signing() -> None:
    def signing(status: str, *keys: dict[str, Any]) -> Any:
        answer = {"Status": {"ServeSignature": status}, "KeySigningKeys": [*keys]}
        return read("zone_signing", ZONE, ListHostedZones=zones(zone()), GetDNSSEC=answer)

    assert signing("NOT_SIGNING") == Signing("NOT_SIGNING", ())
    assert signing("SIGNING", key(), key(Status="INACTIVE")) == Signing("SIGNING", ("12345 13 2 ABCD",))
    for broken in ({"Name": "ksk"}, key(DSRecord=None)):
        with pytest.raises(CannotLook, match="lacks"):
            signing("SIGNING", broken)
    for nothing in ({}, {"KeySigningKeys": [], "Status": {}}, {"Status": {"ServeSignature": "SIGNING"}}):
        with pytest.raises(CannotLook, match="lacks"):
            read("zone_signing", ZONE, ListHostedZones=zones(zone()), GetDNSSEC=nothing)


def test_one_form_of_a_ds_record() -> None:
    assert ds_of("12345  13 2\tabcd ef01") == ds_of("12345 13 2 ABCDEF01") == "12345 13 2 ABCDEF01"


# ---------------------------------------------------------------------------------------------- records


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\\052.bbws.io.", "*.bbws.io"),
        ("_x\\137y.Example.ORG.", "_x_y.example.org"),
        ("www.example.org", "www.example.org"),
        ("a\\\\b.", "a\\\\b"),
    ],
)
def test_names_as_people_write_them(text: str, expected: str) -> None:
    assert name_of(text) == expected


def found(*sets: dict[str, Any], record: Record = WWW) -> tuple[RecordSet, ...]:
    return read("name_records", record, **FOUND, ListResourceRecordSets=records(*sets)).records  # type: ignore[no-any-return]


def test_the_records_of_a_name() -> None:
    got = read("name_records", WWW, **FOUND, ListResourceRecordSets=records(NS, alias(), alias("kimmyai.io."), alias(type="AAAA")))
    assert [each.type for each in got.records] == ["A", "AAAA"]
    assert (got.target, got.ipv6) == (TARGET, False)
    assert got.records[0] == RecordSet(
        "www.kimmyai.io", "A", (), Alias(TARGET, CLOUDFRONT, evaluates_health=False), "", some_only=False
    )


def test_a_wildcard_by_its_own_name_alone() -> None:
    sets = [alias("\\052.kimmyai.io."), alias()]
    assert [each.name for each in found(*sets)] == ["www.kimmyai.io"]
    assert [each.name for each in found(*sets, record=replace(WWW, name="*.kimmyai.io"))] == ["*.kimmyai.io"]


def test_what_delegates_a_name_away() -> None:
    """At the name or between it and its zone; never the zone's own."""
    below = replace(WWW, name="a.b.kimmyai.io")
    sets = [NS, values("b.kimmyai.io.", "NS", "x."), values("a.b.kimmyai.io.", "NS", "x."), values("xb.kimmyai.io.", "NS", "x.")]
    assert [each.name for each in found(*sets, record=below)] == ["b.kimmyai.io", "a.b.kimmyai.io"]
    assert found(*sets, record=APEX) == ()


@pytest.mark.parametrize(
    ("policy", "routing", "some_only"),
    [
        ({}, "", False),
        ({"Weight": 0}, "weight 0", False),
        ({"Region": "af-south-1"}, "latency af-south-1", False),
        ({"Failover": "SECONDARY"}, "failover SECONDARY", False),
        ({"MultiValueAnswer": True}, "multivalue answer", False),
        ({"GeoLocation": {"CountryCode": "*"}}, "geolocation *", False),
        ({"GeoLocation": {"CountryCode": "US", "SubdivisionCode": "WA"}}, "geolocation US WA", True),
        ({"GeoLocation": {"ContinentCode": "EU"}}, "geolocation EU", True),
        ({"GeoProximityLocation": {"AWSRegion": "us-east-1"}}, "geoproximity", False),
        ({"CidrRoutingConfig": {"CollectionId": "1", "LocationName": "office"}}, "IP-based office", True),
        ({"CidrRoutingConfig": {"CollectionId": "1", "LocationName": "*"}}, "IP-based *", False),
    ],
)
def test_routing_policies(policy: dict[str, Any], routing: str, some_only: bool) -> None:
    (each,) = found(alias(SetIdentifier="1", **policy))
    assert (each.routing, each.some_only) == (routing, some_only)


def test_where_a_record_leads() -> None:
    sets = found(alias(target=f"dualstack.{TARGET.upper()}."), values("www.kimmyai.io.", "CNAME", "X.Example.org."))
    assert [each.leads_to for each in sets] == [(TARGET,), ("x.example.org",)]


@pytest.mark.parametrize(
    "broken",
    [
        {"Name": "www.kimmyai.io.", "Type": "A"},
        values("www.kimmyai.io.", "A", "192.0.2.7") | alias(),
        {"Type": "A", "ResourceRecords": [{"Value": "192.0.2.7"}]},
        {"Name": "www.kimmyai.io.", "Type": "A", "AliasTarget": {"DNSName": "x."}},
    ],
    ids=["no values", "values and a target", "no name", "half a target"],
)
def test_records_that_are_not_understood(broken: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match=r"lacks|with neither"):
        found(broken)


def test_records_to_a_distribution_that_is_not_there() -> None:
    with pytest.raises(Absent, match="no distribution has one of its aliases"):
        read("name_records", WWW, **{**FOUND, "ListDistributions": NO_DISTRIBUTION}, ListResourceRecordSets=records(alias()))


# ---------------------------------------------------------------------------------------------- aliases of others


def conflict(domain: str, resource: str, account: str, type: str = "distribution") -> dict[str, Any]:
    return {"Domain": domain, "ResourceType": type, "ResourceId": resource, "AccountId": account}


OWN = conflict("www.kimmyai.io", "*******CQK4UM".rjust(14, "*"), "******564004")


def conflicts(*listed: dict[str, Any]) -> tuple[Conflict, ...]:
    pages = [{"DomainConflicts": [each], "NextMarker": "x"} for each in listed] + [{"DomainConflicts": []}]
    got = read("alias_conflicts", WWW, **FOUND, ListResourceRecordSets=records(), ListDomainConflicts=pages)
    assert got.distribution == ID
    return got.others  # type: ignore[no-any-return]


def test_ones_own_distribution_is_no_conflict() -> None:
    assert conflicts() == conflicts(OWN) == ()


@pytest.mark.parametrize(
    "other",
    [
        OWN | {"AccountId": "******111111"},
        OWN | {"ResourceId": "********XXXXXX"},
        OWN | {"ResourceId": "**************"},
        OWN | {"ResourceId": "CQK4UM"},
        OWN | {"ResourceType": "distribution-tenant"},
        conflict("*.KIMMYAI.io", "********XXXXXX", "******564004"),
    ],
)
def test_what_is_one(other: dict[str, Any]) -> None:
    expected = Conflict(other["Domain"].lower(), other["ResourceId"], other["AccountId"])
    assert conflicts(OWN, other) == (expected,)


def test_before_there_is_a_distribution_dns_gives_a_hint() -> None:
    answers = {**FOUND, "ListDistributions": NO_DISTRIBUTION}
    for sets, hint in (((), "no record"), ((alias(), values("www.kimmyai.io.", "TXT", "x")), f"A {TARGET}; TXT x")):
        with pytest.raises(Absent, match=f"nobody says whether www.kimmyai.io is free elsewhere; DNS has {hint}$"):
            read("alias_conflicts", WWW, **answers, ListResourceRecordSets=records(*sets), ListDomainConflicts=[])


@pytest.mark.parametrize("page", [{}, {"DomainConflicts": [{"Domain": "www.kimmyai.io"}]}])
def test_conflicts_that_are_not_understood(page: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match="lacks"):
        read("alias_conflicts", WWW, **FOUND, ListResourceRecordSets=records(), ListDomainConflicts=[page])


def test_the_reader_of_these_tests_asks_no_name_server() -> None:
    assert not hasattr(Reader(), "ask")
