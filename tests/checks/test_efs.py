"""The checks of file systems."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks import Problem, Seen, Undecided, efs
from fixtures.declared.efs import FileSystem, FileSystemNaming
from fixtures.declared.network import Vpc
from fixtures.facts.backup import RecoveryPoint, RecoveryPoints
from fixtures.facts.efs import AccessPoint, FileSystemDescription, FileSystemPolicy, FileSystems, MountTarget, MountTargets
from tests.checks.examples import Example, judged

ACCOUNT, ID = "815856636111", "fs-01"
VPC = Vpc("bbws-sit", "eu-west-1", "07", ACCOUNT, (("Environment", "sit"),), "10.2.0.0/16", (), 2)
EFS = FileSystem("bbws-efs-sit", "eu-west-1", "07", ACCOUNT, VPC, 2, True, ("content-sit",))
BARE = replace(EFS, access_points=())
ARN = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/{ID}"
NAMING = FileSystemNaming(
    "bbws-*-sit", "eu-west-1", "07", ACCOUNT, (EFS.name,), frozenset({EFS.name}), frozenset(), "bbws"
)  # fmt: skip
NOW = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)

CITED = {"07.inventory", "07.phases", "estate.conventions", "rollback.ecs"}


def seen(expected: str, observed: str, where: str = EFS.name) -> Seen:
    return Seen(where, expected, observed)


def bad(expected: str, observed: str, where: str = EFS.name) -> Problem:
    return Problem(where, expected, observed)


def undecided(reason: str) -> Undecided:
    return Undecided(EFS.name, reason)


# ---------------------------------------------------------------------------------------------- facts of every kind


def exists(says: str, found: Any, *ids: str, names: tuple[str, ...] = ()) -> Example:
    return Example(efs.file_system_exists, says, (EFS, FileSystems(ids, names)), (found,))


def described(**changes: Any) -> FileSystemDescription:
    return replace(FileSystemDescription(ID, "available", True, "arn:key", {"Owner": "x"}), **changes)


def target(number: int, zone: str, state: str = "available", vpc: str = "vpc-1") -> MountTarget:
    return MountTarget(f"fsmt-{number}", state, f"subnet-{number}", vpc, zone)


def mounted(says: str, *found: Any, targets: tuple[MountTarget, ...]) -> Example:
    return Example(efs.mount_targets, says, (EFS, MountTargets("vpc-1", targets)), found)


def backed_up(says: str, found: Any, *points: RecoveryPoint) -> Example:
    facts = RecoveryPoints("any vault", True, points, NOW)
    return Example(efs.recovery_point, says, (EFS, facts), (found,), {"max_age_hours": 36})


def point(hours: float, status: str = "COMPLETED") -> RecoveryPoint:
    return RecoveryPoint(status, NOW - timedelta(hours=hours))


def statement(effect: str = "Deny", **members: Any) -> dict[str, Any]:
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    return {"Effect": effect, "Principal": {"AWS": "*"}, "Action": "*", "Resource": ARN, "Condition": plain, **members}


def policy(says: str, found: Any, *statements: dict[str, Any]) -> Example:
    document = {"Version": "2012-10-17", "Statement": list(statements)} if statements else None
    return Example(efs.tls_only, says, (EFS, FileSystemPolicy(ARN, document)), (found,))


def without(member: str, **members: Any) -> dict[str, Any]:
    return {name: value for name, value in statement(**members).items() if name != member}


ONE, TLS = "one file system of that name", "mounting without TLS is refused"
POINT, RECENT = "one access point of that name", "a COMPLETED recovery point in any vault, at most 36 hours old"
A, B = "fsmt-1 in eu-west-1a", "fsmt-2 in eu-west-1b"
INSIDE, ZONES = "in a subnet of bbws-sit (vpc-1)", "available mount targets in at least 2 zones"
MOUNT = {"Action": "elasticfilesystem:ClientMount"}
ALLOWED = statement("Allow", **MOUNT, Condition={"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}})
PLAIN, THROUGH = "(Bool aws:SecureTransport false)", "(Bool elasticfilesystem:AccessedViaMountTarget true)"
DECLARED = "declared by a plan, or tolerated by name"
UNDECLARED = "nothing undeclared like bbws-*-sit or tagged Project=bbws"
OWN = AccessPoint("fsap-1", "content-sit", "available")

EXAMPLES = [
    exists("there", seen(ONE, ID), ID, names=(EFS.name,)),
    exists("missing", bad(ONE, "missing; the closest existing name is bbws-efs-dev"), names=("bbws-efs-dev",)),
    exists("none at all", bad(ONE, "missing; no existing name is close to it")),
    exists("twice", bad(ONE, "fs-01 and fs-02 have it"), ID, "fs-02", names=(EFS.name, EFS.name)),
    Example(efs.no_undeclared_file_system, "others'", (NAMING, {"scratch": {"Project": "other"}}), (
        seen(UNDECLARED, "1 declared, 1 other beside them, none of those", "eu-west-1"),)),
    Example(efs.no_undeclared_file_system, "by its tag", (NAMING, {"scratch": {"Project": "bbws"}}), (
        bad(DECLARED, "exists, tagged Project=bbws; no declared name is close to it", "scratch"),)),
    Example(efs.no_undeclared_file_system, "by its name", (NAMING, {"bbws-old-sit": {}}), (
        bad(DECLARED, "exists, named like bbws-*-sit; the closest declared name is bbws-efs-sit",
            "bbws-old-sit"),)),
    Example(efs.available, "available", (EFS, described()), (seen("available", f"available ({ID})"),)),
    Example(efs.available, "in error", (EFS, described(state="error")), (bad("available", f"error ({ID})"),)),
    Example(efs.available, "updating", (EFS, described(state="updating")), (bad("available", f"updating ({ID})"),)),
    Example(efs.encrypted, "encrypted", (EFS, described()), (seen("encrypted at rest", "encrypted by arn:key"),)),
    Example(efs.encrypted, "not", (EFS, described(encrypted=False, key="")), (bad("encrypted at rest", "not encrypted"),)),
    Example(efs.encrypted, "by what", (EFS, described(key="")), (undecided("encrypted, and by no key that EFS tells"),)),
    mounted("in two zones", seen("available", "available", A), seen(INSIDE, "in subnet-1 of vpc-1", A),
            seen("available", "available", B), seen(INSIDE, "in subnet-2 of vpc-1", B),
            seen(ZONES, "2 zones (eu-west-1a, eu-west-1b)"), targets=(target(1, "eu-west-1a"), target(2, "eu-west-1b"))),
    mounted("in one zone", seen("available", "available", A), seen(INSIDE, "in subnet-1 of vpc-1", A),
            bad(ZONES, "1 zone (eu-west-1a)"), targets=(target(1, "eu-west-1a"),)),
    mounted("one creating", seen("available", "available", A), seen(INSIDE, "in subnet-1 of vpc-1", A),
            bad("available", "creating", B), seen(INSIDE, "in subnet-2 of vpc-1", B),
            bad(ZONES, "1 zone (eu-west-1a)"), targets=(target(1, "eu-west-1a"), target(2, "eu-west-1b", "creating"))),
    mounted("elsewhere", seen("available", "available", A), bad(INSIDE, "in subnet-1 of vpc-2", A),
            bad(ZONES, "0 zones (1 mount target)"), targets=(target(1, "eu-west-1a", vpc="vpc-2"),)),
    mounted("in no subnet that there is", seen("available", "available", "fsmt-1 in subnet-1"),
            bad(INSIDE, "in subnet-1 of no VPC that there is", "fsmt-1 in subnet-1"), bad(ZONES, "0 zones (1 mount target)"),
            targets=(target(1, "", vpc=""),)),
    mounted("nowhere", bad(ZONES, "0 zones (0 mount targets)"), targets=()),
    Example(efs.automatic_backups, "on", (EFS, "ENABLED"), (seen("ENABLED", "ENABLED"),)),
    Example(efs.automatic_backups, "not yet", (EFS, "ENABLING"), (bad("ENABLED", "ENABLING"),)),
    Example(efs.automatic_backups, "off", (EFS, "DISABLED"), (bad("ENABLED", "DISABLED"),)),
    Example(efs.automatic_backups, "nobody said so", (EFS, None), (bad("ENABLED", "no backup policy"),)),
    Example(efs.access_points, "there", (EFS, [OWN]), (
        seen(POINT, "fsap-1", "content-sit"), seen("available", "available", "content-sit (fsap-1)"))),
    Example(efs.access_points, "and a tenant's", (EFS, [OWN, AccessPoint("fsap-2", "", "available")]), (
        seen(POINT, "fsap-1", "content-sit"), seen("available", "available", "content-sit (fsap-1)"),
        seen("available", "available", "no name (fsap-2)"))),
    Example(efs.access_points, "missing", (EFS, [replace(OWN, name="content-dev")]), (
        bad(POINT, "missing; the closest existing name is content-dev", "content-sit"),
        seen("available", "available", "content-dev (fsap-1)"))),
    Example(efs.access_points, "twice", (EFS, [OWN, replace(OWN, id="fsap-2")]), (
        bad(POINT, "fsap-1 and fsap-2 have it", "content-sit"), seen("available", "available", "content-sit (fsap-1)"),
        seen("available", "available", "content-sit (fsap-2)"))),
    Example(efs.access_points, "creating", (EFS, [replace(OWN, state="creating")]), (
        seen(POINT, "fsap-1", "content-sit"), bad("available", "creating", "content-sit (fsap-1)"))),
    Example(efs.access_points, "none at all", (EFS, []), (
        bad(POINT, "missing; no existing name is close to it", "content-sit"),)),
    Example(efs.access_points, "none declared", (BARE, []), (
        seen("every access point available; none is declared", "no access point"),)),
    policy("denied", seen(TLS, f"denied by statement no. 2 {PLAIN}"), ALLOWED, statement()),
    policy("denied, by a name", seen(TLS, f"denied by statement tls {PLAIN}"), statement(Sid="tls", Action="elasticfilesystem:*")),
    policy("of no resource by name", seen(TLS, f"denied by statement no. 1 {PLAIN}"), without("Resource")),
    policy("allowed with TLS alone", seen(TLS, "allowed by no statement"),
           statement("Allow", **MOUNT, Condition={"Bool": {"aws:SecureTransport": "true"}})),
    policy("none", bad(TLS, "no policy: every client is admitted")),
    policy("allowed", bad(TLS, f"allowed by statement no. 1 {THROUGH}"), ALLOWED),
    policy("allowed, for no resource by name", bad(TLS, f"allowed by statement no. 1 {PLAIN}"),
           without("Resource", effect="Allow")),
    policy("denied to some", bad(TLS, f"allowed by statement no. 1 {THROUGH}"),
           ALLOWED, statement(Principal={"AWS": "arn:aws:iam::1:root"})),
    policy("denied with TLS", bad(TLS, f"allowed by statement no. 1 {THROUGH}"),
           ALLOWED, statement(Condition={"Bool": {"aws:SecureTransport": "true"}})),
    policy("denied something else", bad(TLS, f"allowed by statement no. 1 {THROUGH}"), ALLOWED, statement(Action="s3:*")),
    policy("denied on a condition", undecided("not known whether statement no. 2 (Null aws:SourceVpc true) denies mounting "
           "without TLS"), ALLOWED, statement(Condition={"Null": {"aws:SourceVpc": "true"}})),
    policy("allowed on a condition", undecided("not known whether statement no. 1 (Null aws:SourceVpc true) allows mounting "
           "without TLS"), statement("Allow", Condition={"Null": {"aws:SourceVpc": "true"}})),
    Example(efs.required_tags, "tagged", (EFS, described()), (seen("tag Owner with a value", "Owner=x"),), {
        "required": {"Owner": "*"}}),
    Example(efs.required_tags, "untagged", (EFS, described(tags={})), (bad("tag Owner with a value", "no such tag"),), {
        "required": {"Owner": "*"}}),
    backed_up("yesterday", seen(RECENT, "31 hours (2026-01-12 05:00 UTC)"), point(31), point(55)),
    backed_up("too old", bad(RECENT, "37 hours (2026-01-11 23:00 UTC)"), point(37)),
    backed_up("partly", bad(RECENT, "none COMPLETED, only PARTIAL"), point(7, "PARTIAL")),
    backed_up("never", bad(RECENT, "no recovery point")),
    backed_up("ahead", undecided("the last recovery point is dated 1 hour ahead (2026-01-13 13:00 UTC)"), point(-1)),
    Example(efs.recovery_point, "not deployed yet", (EFS, None), (
        seen(RECENT.replace(" in any vault", ""), "does not exist yet: rolling back deletes what the deployment creates"),),
        {"max_age_hours": 36}),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings
