"""DNS: the hosted zones are there and delegated to, and each declared name leads where it is declared to lead, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Problem, Seen, Severity, Undecided, check
from checks.comparisons import closest, counted, judge, nothing

if TYPE_CHECKING:
    from fixtures.declared.dns import HostedZone, Record
    from fixtures.dns.walk import Referral
    from fixtures.facts.dns import AliasConflicts, NameRecords, ParentDs, RecordSet, Signing, Zones, ZoneServers

# The hosted zone of every alias target in CloudFront.
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"

# The types by which a name leads a browser somewhere; NS leads whoever asks to other servers.
LEADING = ("A", "AAAA", "CNAME", "HTTPS", "SVCB", "NS")


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "dns.zone-exists",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="pre.hosted-zones",
    fix="create the public hosted zone in the environment's account; where there are two, delete the one that nothing delegates to "
    "(irreversible: its records are lost)",
)
def zone_exists(zone: HostedZone, found: Zones) -> Iterator[Finding]:
    """Every declared hosted zone exists once: of two with one name, only one is delegated to, and the other is changed in vain."""
    expected = f"one public hosted zone in {zone.account}"
    private = f", and {counted(found.private, 'private one')} that nobody outside of its VPCs asks" if found.private else ""
    observed = f"{counted(len(found.ids), 'hosted zone')}: {', '.join(found.ids)}" if found.ids else "missing"
    if not found.ids:
        observed += closest(zone.name, found.others)
    yield judge(zone.name, len(found.ids) == 1, expected, observed + private)


@check(
    "dns.delegation",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="pre.hosted-zones",
    fix="set the NS record of the zone in its parent (at the registrar, for a registered domain), and the zone's own, to the name "
    "servers that Route 53 assigned to the zone",
    stands_on=("dns.zone-exists",),
)
def delegation(zone: HostedZone, servers: ZoneServers, asked: Sequence[Referral]) -> Iterator[Finding]:
    """The zone's parent delegates to the name servers that Route 53 assigned to it, and the zone's own NS record names the same.

    What counts is what the parent's own name servers refer to: the zone's servers, and whoever asks them, name themselves. Where
    the parent is declared as well, its records in Route 53 say the same, and its own delegation is judged with it.
    """
    if not servers.assigned:
        yield Undecided(zone.name, "Route 53 names no server of the zone")
        return
    assigned = ", ".join(sorted(servers.assigned))
    yield _same(zone.name, servers.own, servers.assigned, f"NS record of the zone: {assigned}")
    if servers.parent:
        expected = f"NS record in {zone.delegated_by}: {assigned}"
        yield _same(zone.name, servers.parent.names, servers.assigned, expected)
    elif not asked:
        yield Undecided(zone.name, "no name server of its parent was asked")
    else:
        for each in asked:
            yield _same(zone.name, each.names, servers.assigned, f"delegated by its parent to {assigned}", f" by {each.server}")
        if len(asked) == 1:
            yield Observation(zone.name, "one name server of its parent was asked, or answered")


def _same(zone: str, names: Sequence[str], assigned: Sequence[str], expected: str, by: str = "") -> Finding:
    if not names:
        return Problem(zone, expected, f"none{by}")
    lacks, more = sorted(set(assigned) - set(names)), sorted(set(names) - set(assigned))
    differs = [f"{word} {', '.join(found)}" for word, found in (("lacks", lacks), ("has besides", more)) if found]
    told = "; ".join(differs) if differs else ", ".join(sorted(set(names)))
    return judge(zone, not differs, expected, told + by)


@check(
    "dns.dnssec",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="pre.hosted-zones",
    fix="remove the DS record from the parent, wait as long as its TTL says, and only then stop signing; or sign the zone with the "
    "key that the DS record names",
    stands_on=("dns.zone-exists", "dns.delegation"),
)
def dnssec(zone: HostedZone, signing: Signing, servers: ZoneServers, asked: Sequence[ParentDs]) -> Iterator[Finding]:
    """Where the parent has a DS record, the zone is signed with its key: else whoever validates answers resolves none of its names.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec-troubleshoot.html
    """
    found = [(zone.delegated_by or "", servers.parent.ds)] if servers.parent else [(each.server, each.ds) for each in asked]
    if not found:
        yield Undecided(zone.name, "no name server of its parent was asked")
    for server, records in found:
        if not records:
            expected = "signed if its parent has a DS record"
            yield Seen(zone.name, expected, f"no DS record at {server}; {signing.status or 'no status'}")
            continue
        yield judge(zone.name, signing.status == "SIGNING", f"SIGNING: {server} has a DS record", signing.status or "no status")
        if signing.status == "SIGNING":
            known = sorted(set(records) & set(signing.keys))
            observed = f"DS {known[0]}" if known else f"DS {'; '.join(records)}"
            keys = "; ".join(signing.keys) or "it has none"
            yield judge(zone.name, bool(known), f"a DS record of an active key of the zone: {keys}", observed)


@check(
    "dns.alias-available",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="pre.hosted-zones",
    fix="remove the alias from the other distribution, or move it: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
    "alternate-domain-names-move.html",
)
def alias_available(record: Record, conflicts: AliasConflicts) -> Iterator[Finding]:
    """No distribution but the declared one has the alias, whosever it is.

    An overlapping wildcard is no conflict: CloudFront serves a name by the distribution that has the more specific alias.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
    """
    if not conflicts.distribution:
        yield Undecided(record.name, "CloudFront was asked in the name of no distribution")
        return
    told = {each: f"{each.resource} of account {each.account} has {each.domain}" for each in conflicts.others}
    same = [text for each, text in told.items() if each.domain == record.name]
    yield from nothing(
        record.name, "an alias of no other distribution", same, otherwise=f"{conflicts.distribution} alone may have it"
    )
    for each, text in told.items():
        if each.domain != record.name:
            yield Observation(record.name, f"overlaps: {text}")


# ---------------------------------------------------------------------------------------------- after it


@check(
    "dns.record",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="pre.hosted-zones",
    fix="create the alias record of each type that the distribution answers (A, and AAAA where IPv6 is on) to the distribution's "
    "domain name, without a routing policy by location",
    stands_on=("dns.zone-exists",),
)
def record(record: Record, found: NameRecords) -> Iterator[Finding]:
    """Every declared name has an alias record to the declared distribution, for each kind of address that this has.

    A CNAME record is none: it cannot stand at a zone's apex, and what it leads to is asked for a second time. The distribution's
    health cannot be evaluated. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-cloudfront-distribution.html
    """
    if not found.target:
        yield Undecided(record.name, "its target has no name")
        return
    for type in ("A", "AAAA") if found.ipv6 else ("A",):
        own = [each for each in found.records if each.type == type]
        right = [each for each in own if _is_right(each, found.target)]
        expected = f"an alias record {type} to {found.target}"
        if right and all(each.some_only for each in right):
            yield Problem(record.name, f"{expected} for whoever asks", "; ".join(map(_told, right)))
            continue
        beside = right or own or [each for each in found.records if each.type == "CNAME"]
        yield judge(record.name, bool(right), expected, "; ".join(map(_told, beside)) or "no such record")


def _is_right(each: RecordSet, target: str) -> bool:
    if each.alias is None or each.leads_to != (target,):
        return False
    return each.alias.zone == CLOUDFRONT_ZONE and not each.alias.evaluates_health


def _told(each: RecordSet) -> str:
    """A record set in words, with what is wrong for a distribution."""
    remarks = []
    if each.alias and each.alias.zone != CLOUDFRONT_ZONE:
        remarks.append(f"in the hosted zone {each.alias.zone}")
    if each.alias and each.alias.evaluates_health:
        remarks.append("whose health is evaluated")
    return told(each, *remarks)


def told(each: RecordSet, *remarks: str) -> str:
    """A record set in words."""
    words = [each.type, *(["alias"] if each.alias else []), ", ".join(each.leads_to) or "nowhere", *remarks]
    return " ".join(words) + (f" ({each.routing})" if each.routing else "")


@check(
    "dns.no-other-record",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="pre.hosted-zones",
    fix="delete the record that leads elsewhere",
    stands_on=("dns.zone-exists", "dns.record"),
)
def no_other_record(record: Record, found: NameRecords) -> Iterator[Finding]:
    """No record of a declared name leads elsewhere, by whatever routing policy, and no other servers answer for it."""
    if not found.target:
        yield Undecided(record.name, "its target has no name")
        return
    leading = [each for each in found.records if each.type in LEADING]
    elsewhere = (
        f"{'' if each.name == record.name else f'{each.name}: '}{_told(each)}"
        for each in leading
        if each.leads_to != (found.target,)
    )
    seen = "; ".join(map(_told, leading)) or "no record at all"
    yield from nothing(record.name, f"no record but to {found.target}", elsewhere, otherwise=seen)
