"""The checks of Aurora clusters and their instances."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import Check, Finding, Observation, Problem, Seen, Undecided, aurora
from fixtures.declared.aurora import AuroraCluster
from fixtures.declared.inventory import load
from fixtures.facts.aurora import (
    ClusterDescription,
    ClusterMember,
    Credentials,
    FoundCluster,
    Instance,
    Maintenance,
    PendingAction,
    Restorable,
    SecretListed,
    TlsParameter,
)
from tests.checks.examples import Example, judged, passes

NOW = datetime(2026, 2, 24, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PROD, SIT = (next(iter(load(env).of(AuroraCluster))) for env in ("prod", "sit"))
NAME, KEY, VERSION = "bbws-aurora-prod", "arn:aws:kms:af-south-1:093646564004:key/1", "8.0.mysql_aurora.3.08.2"

# The lines of the promotion plans that the checks give evidence for.
CITED = {"07.inventory", "07.phases", "estate.conventions", "pre.rollback-tested", "pre.secrets", "rollback.ecs"}

# Checks that fail by no fault alone, and why.
NOT_BY_ONE_FAULT: dict[str, str] = {}


# ---------------------------------------------------------------------------------------------- facts


def good(expected: str, observed: str, resource: str = NAME) -> Seen:
    return Seen(resource, expected, observed)


def bad(expected: str, observed: str, resource: str = NAME) -> Problem:
    return Problem(resource, expected, observed)


def member(name: str, *, writer: bool = False, parameters: str = "in-sync") -> ClusterMember:
    return ClusterMember(name, writer, parameters)


WRITER, READER = member("a", writer=True), member("b")


def description(**changes: Any) -> ClusterDescription:
    healthy = ClusterDescription(
        status="available", engine="aurora-mysql", version=VERSION, encrypted=True, encryption="sse-kms", key=KEY,
        deletion_protection=True, retention_days=30, members=(WRITER, READER),
    )  # fmt: skip
    return replace(healthy, **changes)


def instance(name: str, **changes: Any) -> Instance:
    return replace(Instance(name, "available", f"af-south-1{name}", False, VERSION), **changes)


A, B = instance("a"), instance("b")
UNLISTED = Undecided("b", "a member of the cluster, and DescribeDBInstances does not list it")


# ---------------------------------------------------------------------------------------------- the cluster

SERVING, STATUS = ("available", "backing-up"), "status available or backing-up"
INSTANCE_STATUS = f"{STATUS} or storage-optimization or configuring-enhanced-monitoring"
EXISTS, AVAILABLE, VPC = aurora.cluster_exists, aurora.available, aurora.in_vpc
MYSQL, IN_VPC = "a cluster of aurora-mysql", "in bbws-prod, which is vpc-1"

CLUSTER = [
    Example(EXISTS, "there", (PROD, FoundCluster("aurora-mysql", (NAME,))), (good(MYSQL, "aurora-mysql"),)),
    Example(EXISTS, "none at all", (PROD, FoundCluster("", ())), (bad(MYSQL, "missing; no existing name is close to it"),)),
    Example(
        EXISTS, "one of a name like it", (PROD, FoundCluster("", ("bbws-auora-prod", "other"))),
        (bad(MYSQL, "missing; the closest existing name is bbws-auora-prod"),),
    ),
    Example(EXISTS, "of another engine", (PROD, FoundCluster("aurora-postgresql", (NAME,))), (bad(MYSQL, "aurora-postgresql"),)),
    Example(EXISTS, "of DocumentDB", (PROD, FoundCluster("docdb", ())), (bad(MYSQL, "docdb"),)),
    *(
        Example(AVAILABLE, status, (PROD, description(status=status)),
                ((good if status in SERVING else bad)(STATUS, status),))
        for status in ("available", "backing-up", "creating", "modifying", "maintenance", "upgrading", "stopped",
                       "inaccessible-encryption-credentials")
    ),
    Example(AVAILABLE, "of no status", (PROD, description(status="")), (bad(STATUS, "none"),)),
    Example(VPC, "the declared one", (PROD, ("vpc-1", "vpc-1")), (good(IN_VPC, "vpc-1"),)),
    Example(VPC, "another", (PROD, ("vpc-2", "vpc-1")), (bad(IN_VPC, "vpc-2"),)),
]  # fmt: skip

VERSIONS, ENCRYPTED, PROTECTED, RETENTION = (
    aurora.engine_version, aurora.encrypted, aurora.deletion_protection, aurora.backup_retention,
)  # fmt: skip
RELEASE, STORAGE, OWN_KEY = "version 8.0.mysql_aurora.3, or a release of it", "encrypted storage", "a key of account 093646564004"
OLD, THIRTIETH = "5.7.mysql_aurora.2.11.2", "8.0.mysql_aurora.30.1"
THIRTY = "automated backups kept for at least 30 days"


def versions(cluster: str, a: str = VERSION, b: str = VERSION) -> tuple[Any, ...]:
    return PROD, description(version=cluster), (instance("a", version=a), instance("b", version=b))


def release(version: str, resource: str = NAME) -> Finding:
    return (bad if version in (OLD, THIRTIETH, "8.0") else good)(RELEASE, version, resource)


KEPT = [
    Example(VERSIONS, "a release of it", versions(VERSION), (release(VERSION), release(VERSION, "a"), release(VERSION, "b"))),
    Example(VERSIONS, "the version itself", versions("8.0.mysql_aurora.3"),
            (release("8.0.mysql_aurora.3"), release(VERSION, "a"), release(VERSION, "b"))),
    Example(VERSIONS, "an old one", versions(OLD), (release(OLD), release(VERSION, "a"), release(VERSION, "b"))),
    Example(VERSIONS, "one whose number begins so", versions(THIRTIETH),
            (release(THIRTIETH), release(VERSION, "a"), release(VERSION, "b"))),
    Example(VERSIONS, "less than is declared", versions("8.0"), (release("8.0"), release(VERSION, "a"), release(VERSION, "b"))),
    Example(VERSIONS, "an instance behind", versions(VERSION, b=OLD), (release(VERSION), release(VERSION, "a"), release(OLD, "b"))),
    Example(VERSIONS, "an instance of which nothing is known", (PROD, description(), (A,)),
            (release(VERSION), release(VERSION, "a"), UNLISTED)),
    Example(ENCRYPTED, "with a key of the account", (PROD, description()), (good(STORAGE, KEY), good(OWN_KEY, KEY))),
    Example(
        ENCRYPTED, "with a key of another account", (PROD, description(key=KEY.replace("093646564004", "111122223333"))),
        (good(STORAGE, KEY.replace("093646564004", "111122223333")), bad(OWN_KEY, KEY.replace("093646564004", "111122223333"))),
    ),
    Example(ENCRYPTED, "with a key that AWS owns", (PROD, description(encrypted=False, encryption="sse-rds", key="")),
            (good(STORAGE, "with a key that AWS owns"),)),
    Example(ENCRYPTED, "not", (PROD, description(encrypted=False, encryption="none", key="")), (bad(STORAGE, "not encrypted"),)),
    Example(ENCRYPTED, "not, and no type is told", (PROD, description(encrypted=False, encryption="", key="")),
            (bad(STORAGE, "not encrypted"),)),
    Example(ENCRYPTED, "no type is told", (PROD, description(encryption="")), (good(STORAGE, KEY), good(OWN_KEY, KEY))),
    Example(
        ENCRYPTED, "with a key that is not named", (PROD, description(key="")),
        (good(STORAGE, "encrypted"), Undecided(NAME, "DescribeDBClusters names no key: it is not known whose it is")),
    ),
    Example(PROTECTED, "on", (PROD, description()), (good("deletion protection on", "on"),)),
    Example(PROTECTED, "off", (PROD, description(deletion_protection=False)), (bad("deletion protection on", "off"),)),
    Example(PROTECTED, "not told", (PROD, description(deletion_protection=None)),
            (Undecided(NAME, "DescribeDBClusters does not say whether deletion protection is on"),)),
    Example(RETENTION, "as long as it must be", (PROD, description()), (good(THIRTY, "30 days"),), {"days": 30}),
    Example(RETENTION, "longer", (PROD, description(retention_days=35)), (good(THIRTY, "35 days"),), {"days": 30}),
    Example(RETENTION, "a day short", (PROD, description(retention_days=29)), (bad(THIRTY, "29 days"),), {"days": 30}),
    Example(RETENTION, "a day", (PROD, description(retention_days=1)), (bad(THIRTY, "1 day"),), {"days": 30}),
]  # fmt: skip

TAGS = [
    Example(aurora.required_tags, "there", (PROD, {"Owner": "x", "Environment": "prod"}),
            (good("tag Owner with a value", "Owner=x"), good("tag Environment=prod", "Environment=prod")),
            {"required": {"Owner": "*", "Environment": "prod"}}),
    Example(aurora.required_tags, "missing", (PROD, {}), (bad("tag Owner with a value", "no such tag"),),
            {"required": {"Owner": "*"}}),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- its instances

MEMBERS, READY, PUBLIC = aurora.members, aurora.instances_available, aurora.not_public
TWO, ONE_WRITER, ZONES = "at least 2 instances", "one writer", "instances in at least 2 zones"
TWO_ZONES = good(ZONES, "2 zones (af-south-1a, af-south-1b)")
CLOSED = "not publicly accessible"


def made_of(*members: ClusterMember) -> ClusterDescription:
    return description(members=members)


INSTANCES = [
    Example(MEMBERS, "a writer and a reader in two zones", (PROD, description(), (A, B)),
            (good(TWO, "2 instances (a, b)"), good(ONE_WRITER, "a"), TWO_ZONES)),
    Example(MEMBERS, "three instances", (PROD, made_of(WRITER, READER, member("c")), (A, B, instance("c"))),
            (good(TWO, "3 instances (a, b, c)"), good(ONE_WRITER, "a"),
             good(ZONES, "3 zones (af-south-1a, af-south-1b, af-south-1c)"))),
    Example(MEMBERS, "one instance", (PROD, made_of(WRITER), (A,)),
            (bad(TWO, "1 instance (a)"), good(ONE_WRITER, "a"), bad(ZONES, "1 zone (af-south-1a)"))),
    Example(MEMBERS, "none: a headless cluster", (PROD, made_of(), ()),
            (bad(TWO, "0 instances (none)"), bad(ONE_WRITER, "none"), bad(ZONES, "0 zones"))),
    Example(MEMBERS, "two in a zone", (PROD, description(), (A, instance("b", zone="af-south-1a"))),
            (good(TWO, "2 instances (a, b)"), good(ONE_WRITER, "a"), bad(ZONES, "1 zone (af-south-1a)"))),
    Example(MEMBERS, "one in no zone yet", (PROD, description(), (A, instance("b", zone=""))),
            (good(TWO, "2 instances (a, b)"), good(ONE_WRITER, "a"), bad(ZONES, "1 zone (af-south-1a)"))),
    Example(MEMBERS, "no writer", (PROD, made_of(member("a"), READER), (A, B)),
            (good(TWO, "2 instances (a, b)"), bad(ONE_WRITER, "none"), TWO_ZONES)),
    Example(MEMBERS, "two writers", (PROD, made_of(WRITER, member("b", writer=True)), (A, B)),
            (good(TWO, "2 instances (a, b)"), bad(ONE_WRITER, "a, b"), TWO_ZONES)),
    Example(MEMBERS, "one of which nothing is known", (PROD, description(), (A,)),
            (good(TWO, "2 instances (a, b)"), good(ONE_WRITER, "a"), bad(ZONES, "1 zone (af-south-1a)"), UNLISTED)),
    Example(READY, "both", (PROD, description(), (A, B)),
            (good(INSTANCE_STATUS, "available", "a"), good(INSTANCE_STATUS, "available", "b"))),
    Example(READY, "one is not", (PROD, description(), (A, instance("b", status="storage-full"))),
            (good(INSTANCE_STATUS, "available", "a"), bad(INSTANCE_STATUS, "storage-full", "b"))),
    *(
        Example(READY, f"one that serves, {status}", (PROD, description(), (A, instance("b", status=status))),
                (good(INSTANCE_STATUS, "available", "a"), good(INSTANCE_STATUS, status, "b")))
        for status in ("backing-up", "storage-optimization", "configuring-enhanced-monitoring")
    ),
    Example(READY, "none there", (PROD, made_of(), ()), (Undecided(NAME, "it has no instance"),)),
    Example(READY, "one of which nothing is known", (PROD, description(), (A,)),
            (good(INSTANCE_STATUS, "available", "a"), UNLISTED)),
    Example(READY, "one with parameters that wait", (PROD, made_of(WRITER, member("b", parameters="pending-reboot")), (A, B)),
            (good(INSTANCE_STATUS, "available", "a"), good(INSTANCE_STATUS, "available", "b"),
             Observation("b", "its cluster parameters are pending-reboot"))),
    Example(PUBLIC, "none", (PROD, description(), (A, B)), (good(CLOSED, CLOSED, "a"), good(CLOSED, CLOSED, "b"))),
    Example(PUBLIC, "one is", (PROD, description(), (A, instance("b", public=True))),
            (good(CLOSED, CLOSED, "a"), bad(CLOSED, "publicly accessible", "b"))),
    Example(PUBLIC, "none there", (PROD, made_of(), ()), (Undecided(NAME, "it has no instance"),)),
    Example(PUBLIC, "one of which nothing is known", (PROD, description(), (A,)), (good(CLOSED, CLOSED, "a"), UNLISTED)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- who may connect, and how

SECRET, TLS = aurora.credentials, aurora.tls_required
NAMED = "a secret: one named *aurora-prod*"
EITHER = "a secret: one that RDS manages or one named *aurora-sit*"
MANAGED = "a secret that RDS manages, active or rotating"
HELD, GONE = SecretListed("bbws-aurora-prod", None), SecretListed("bbws-aurora-prod", NOW)
WAITS = "bbws-aurora-prod, which waits for its deletion since 2026-02-24 12:00 UTC"


def parameter(value: str | None, *, known: bool = True, members: tuple[ClusterMember, ...] = (WRITER,)) -> TlsParameter:
    return TlsParameter("require_secure_transport", "own", known, value, members)


CONNECTING = [
    Example(SECRET, "one that RDS manages", (SIT, Credentials("active", (), ())), (good(MANAGED, "active", "bbws-aurora-sit"),)),
    Example(SECRET, "one that is being rotated", (SIT, Credentials("rotating", (), ())),
            (good(MANAGED, "rotating", "bbws-aurora-sit"),)),
    *(
        Example(SECRET, f"one that RDS manages, {status}", (SIT, Credentials(status, (), ())),
                (bad(MANAGED, status, "bbws-aurora-sit"),))
        for status in ("creating", "impaired")
    ),
    Example(SECRET, "one of the declared name, where either will do",
            (SIT, Credentials("", (SecretListed("x/aurora-sit", None),), ())), (good(EITHER, "x/aurora-sit", "bbws-aurora-sit"),)),
    Example(SECRET, "neither", (SIT, Credentials("", (), ("aurora-dev", "zzz"))),
            (bad(EITHER, "none; the closest existing name is aurora-dev", "bbws-aurora-sit"),)),
    Example(SECRET, "one of the declared name", (PROD, Credentials("", (HELD,), ("zzz",))), (good(NAMED, "bbws-aurora-prod"),)),
    Example(SECRET, "one that waits for its deletion", (PROD, Credentials("", (GONE,), ())), (bad(NAMED, WAITS),)),
    Example(SECRET, "one that waits beside one that does not",
            (PROD, Credentials("", (GONE, SecretListed("aurora-prod", None)), ())), (good(NAMED, "aurora-prod"),)),
    Example(SECRET, "none, and none like it", (PROD, Credentials("", (), ())),
            (bad(NAMED, "none; no existing name is close to it"),)),
    Example(SECRET, "one that RDS manages, where none may be", (PROD, Credentials("active", (), ())),
            (bad(NAMED, "one that RDS manages, active"),)),
    Example(SECRET, "one that RDS manages beside one of the declared name", (PROD, Credentials("active", (HELD,), ())),
            (bad(NAMED, "one that RDS manages, active and bbws-aurora-prod"),)),
    *(
        Example(TLS, f"required by {value}", (PROD, parameter(value)), (good("require_secure_transport ON", f"{value} in own"),))
        for value in ("ON", "on", "1")
    ),
    *(
        Example(TLS, f"not required by {value!r}", (PROD, parameter(value)),
                (bad("require_secure_transport ON", f"{'no value' if value is None else value} in own"),))
        for value in ("OFF", "0", None, "")
    ),
    Example(TLS, "a group that has no such parameter", (PROD, parameter(None, known=False)),
            (Undecided(NAME, "its parameter group own has no parameter require_secure_transport"),)),
    Example(TLS, "an engine that has none", (PROD, TlsParameter("", "own", False, None, ())),
            (Undecided(NAME, "its parameter group own has no parameter that demands TLS"),)),
    *(
        Example(TLS, f"an instance that has not taken it over, {status}", (
            PROD, parameter("1", members=(WRITER, member("b", parameters=status)))), (
            good("require_secure_transport ON", "1 in own"),
            Undecided("b", f"its cluster parameters are {status}: it may not have taken require_secure_transport over")))
        for status in ("applying", "pending-reboot", "failed-to-apply")
    ),
    Example(TLS, "no instance", (PROD, parameter("1", members=())), (
        good("require_secure_transport ON", "1 in own"),
        Undecided(NAME, "it has no instance that could have taken its parameters over"))),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- what will happen to it

UPKEEP, RESTORE = aurora.maintenance, aurora.restorable
QUIET, FRESH = "no maintenance within 24 hours", "restorable to 15 minutes ago at most"
DAY_AHEAD, QUARTER = {"hours": 24}, {"fresh_minutes": 15}


def pending(due: datetime | None = None, description: str = "") -> PendingAction:
    return PendingAction(NAME, "db-upgrade", description, due)


def maintained(*actions: PendingAction) -> tuple[AuroraCluster, Maintenance]:
    return PROD, Maintenance(actions, NOW)


def restored(earliest: timedelta, latest: timedelta) -> tuple[AuroraCluster, Restorable]:
    return PROD, Restorable(NOW - earliest, NOW - latest, NOW)


TIMES = [
    Example(UPKEEP, "nothing pending", maintained(), (good(QUIET, "0 pending actions, none of them due"),), DAY_AHEAD),
    Example(UPKEEP, "something of no date", maintained(pending(None, "New patch")),
            (good(QUIET, "1 pending action, none of them due"),
             Observation(NAME, f"pending: db-upgrade of {NAME} (New patch), of no date")), DAY_AHEAD),
    Example(UPKEEP, "something later", maintained(pending(NOW + 25 * HOUR)),
            (good(QUIET, "1 pending action, none of them due"),
             Observation(NAME, f"pending: db-upgrade of {NAME}, due 2026-02-25 13:00 UTC")), DAY_AHEAD),
    Example(UPKEEP, "something within the hours", maintained(pending(NOW + 24 * HOUR)),
            (bad(QUIET, f"db-upgrade of {NAME}, due 2026-02-25 12:00 UTC"),), DAY_AHEAD),
    Example(UPKEEP, "something that is due already, beside something later", maintained(pending(NOW - DAY), pending(NOW + 9 * DAY)),
            (bad(QUIET, f"db-upgrade of {NAME}, due 2026-02-23 12:00 UTC"),
             Observation(NAME, f"pending: db-upgrade of {NAME}, due 2026-03-05 12:00 UTC")), DAY_AHEAD),
    Example(RESTORE, "not there yet", (PROD, None),
            (good(FRESH, "does not exist yet: rolling back deletes what the deployment creates"),), QUARTER),
    Example(RESTORE, "to five minutes ago", restored(7 * DAY, 5 * MINUTE),
            (good(FRESH, "from 2026-02-17 12:00 UTC to 2026-02-24 11:55 UTC (5 minutes ago)"),), QUARTER),
    Example(RESTORE, "to fifteen minutes ago", restored(7 * DAY, 15 * MINUTE),
            (good(FRESH, "from 2026-02-17 12:00 UTC to 2026-02-24 11:45 UTC (15 minutes ago)"),), QUARTER),
    Example(RESTORE, "to an hour ago", restored(7 * DAY, HOUR),
            (bad(FRESH, "from 2026-02-17 12:00 UTC to 2026-02-24 11:00 UTC (1 hour ago)"),), QUARTER),
    Example(RESTORE, "to one moment alone", restored(5 * MINUTE, 5 * MINUTE),
            (bad(FRESH, "from 2026-02-24 11:55 UTC to 2026-02-24 11:55 UTC (5 minutes ago)"),), QUARTER),
    Example(RESTORE, "to a time to come", restored(7 * DAY, -DAY),
            (Undecided(NAME, "the latest restorable time is 2026-02-25 12:00 UTC (24 hours ahead)"),), QUARTER),
]  # fmt: skip

EXAMPLES = [*CLUSTER, *KEPT, *TAGS, *INSTANCES, *CONNECTING, *TIMES]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


@given(text=st.text(max_size=8) | st.sampled_from(["available", "AVAILABLE", "active", "rotating", "ON", "on", "1", "true"]))
def test_only_what_aws_documents_as_good_passes(text: str) -> None:
    assert passes(judged_by(AVAILABLE, description(status=text))) is (text in SERVING)
    assert passes(judged_by(READY, description(), (A, instance("b", status=text)))) is (text == "available")
    assert passes(judged_by(TLS, parameter(text))) is (text in ("1", "ON", "on"))
    if text:
        assert passes(list(SECRET(SIT, Credentials(text, (), ())))) is (text in ("active", "rotating"))


def judged_by(check: Check[Any], *facts: Any) -> list[Finding]:
    return list(check(PROD, *facts))


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abc")), max_size=5))
def test_a_cluster_needs_one_writer_and_two_instances_in_two_zones(those: list[tuple[bool, str]]) -> None:
    of = [member(str(number), writer=writer) for number, (writer, _) in enumerate(those)]
    instances = tuple(instance(str(number), zone=zone) for number, (_, zone) in enumerate(those))
    enough = len(those) >= 2 and len({zone for _, zone in those}) >= 2 and [writer for writer, _ in those].count(True) == 1
    assert passes(judged_by(MEMBERS, made_of(*of), instances)) is enough
    assert passes(judged_by(MEMBERS, made_of(*reversed(of)), instances[::-1])) is enough
