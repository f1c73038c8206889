"""EFS: file systems are there, encrypted, to be mounted in every zone, only with TLS, and backed up."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from checks import Finding, Pillar, Seen, Severity, Undecided, backup, check, names, policies
from checks.comparisons import at_least, closest, counted, equal, judge

if TYPE_CHECKING:
    from fixtures.declared.efs import FileSystem, FileSystemNaming
    from fixtures.facts.backup import RecoveryPoints
    from fixtures.facts.efs import AccessPoint, FileSystemDescription, FileSystemPolicy, FileSystems, MountTargets

EXISTS = "efs.file-system-exists"


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "efs.recovery-point",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="rollback.ecs",
    fix="back the file system up on demand in AWS Backup, wait until the recovery point is COMPLETED, and see why no daily backup "
    "was made",
    stands_on=(EXISTS,),
)
def recovery_point(file_system: FileSystem, points: RecoveryPoints | None, *, max_age_hours: int) -> Iterator[Finding]:
    """A file system that stands before the deployment can be restored from a recent backup.

    A rollback of tasks leaves what they wrote. https://docs.aws.amazon.com/efs/latest/ug/awsbackup.html
    """
    limit = timedelta(hours=max_age_hours)
    if points is None:
        expected = f"a COMPLETED recovery point, at most {max_age_hours} hours old"
        yield Seen(file_system.name, expected, "does not exist yet: rolling back deletes what the deployment creates")
        return
    yield from backup.recent(file_system.name, points, limit)


# ---------------------------------------------------------------------------------------------- the file system


@check(
    EXISTS,
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("07.inventory", "07.phases"),
    fix="deploy the file system with its tag Name; of several with one name, rename those that the plan does not mean",
    stands_on=("network.vpc-exists",),
)
def file_system_exists(file_system: FileSystem, found: FileSystems) -> Iterator[Finding]:
    """Every declared file system exists, and no other has its name."""
    ids = " and ".join(found.named)
    observed = ids if len(found.named) == 1 else f"{ids} have it" if ids else f"missing{closest(file_system.name, found.names)}"
    yield judge(file_system.name, len(found.named) == 1, "one file system of that name", observed)


@check(
    "efs.no-undeclared-file-system",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.inventory",
    fix="declare the file system in the plan, tolerate it there by name, or delete it (irreversible: its data is lost)",
)
def no_undeclared_file_system(naming: FileSystemNaming, undeclared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """No file system of the project stands beside the declared ones, but those that are tagged as a tenant's."""
    yield from names.undeclared(naming, undeclared)


@check(
    "efs.available",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="wait until the file system is available; one in error needs AWS Support, or a restored backup",
    stands_on=(EXISTS,),
)
def available(file_system: FileSystem, described: FileSystemDescription) -> Iterator[Finding]:
    """The file system is available."""
    yield equal(file_system.name, described.state, "available", detail=described.id)


@check(
    "efs.encrypted",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="create the file system anew with encrypted = true and copy the data: encryption cannot be switched on later",
    stands_on=(EXISTS,),
)
def encrypted(file_system: FileSystem, described: FileSystemDescription) -> Iterator[Finding]:
    """The file system is encrypted at rest.

    https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html
    """
    if described.encrypted and not described.key:
        yield Undecided(file_system.name, "encrypted, and by no key that EFS tells")
    else:
        observed = f"encrypted by {described.key}" if described.encrypted else "not encrypted"
        yield judge(file_system.name, described.encrypted is True, "encrypted at rest", observed)


@check(
    "efs.mount-targets",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="create a mount target in a subnet of the VPC in each zone that tasks run in, and wait until it is available",
    stands_on=(EXISTS, "network.vpc-exists"),
)
def mount_targets(file_system: FileSystem, found: MountTargets) -> Iterator[Finding]:
    """The file system can be mounted in the VPC's subnets over enough zones: every mount target is available.

    https://docs.aws.amazon.com/efs/latest/ug/accessing-fs.html
    """
    for each in found.targets:
        where = f"{each.id} in {each.zone or each.subnet}"
        yield equal(where, each.state, "available")
        expected = f"in a subnet of {file_system.vpc.name} ({found.vpc})"
        yield judge(where, each.vpc == found.vpc, expected, f"in {each.subnet} of {each.vpc or 'no VPC that there is'}")
    zones = sorted({each.zone for each in found.targets if each.state == "available" and each.vpc == found.vpc and each.zone})
    yield at_least(
        file_system.name,
        len(zones),
        file_system.zones,
        unit="zones",
        what="available mount targets in {}",
        detail=", ".join(zones) or counted(len(found.targets), "mount target"),
    )


@check(
    "efs.automatic-backups",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="set backup_policy { status = ENABLED } for the file system and apply",
    stands_on=(EXISTS,),
)
def automatic_backups(file_system: FileSystem, status: str | None) -> Iterator[Finding]:
    """The file system is backed up automatically. ENABLING is not yet.

    https://docs.aws.amazon.com/efs/latest/ug/automatic-backups.html
    """
    yield equal(file_system.name, "no backup policy" if status is None else status, "ENABLED")


@check(
    "efs.access-points",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="create the declared access point with its tag Name, and wait until it is available",
    stands_on=(EXISTS,),
)
def access_points(file_system: FileSystem, found: Collection[AccessPoint]) -> Iterator[Finding]:
    """Every declared access point of the file system exists once, and every one that there is is available."""
    existing = [each.name for each in found if each.name]
    for name in file_system.access_points:
        ids = " and ".join(sorted(each.id for each in found if each.name == name))
        times = existing.count(name)
        observed = ids if times == 1 else f"{ids} have it" if times else f"missing{closest(name, existing)}"
        yield judge(name, times == 1, "one access point of that name", observed)
    for each in found:
        yield equal(f"{each.name or 'no name'} ({each.id})", each.state, "available")
    if not found and not file_system.access_points:
        yield Seen(file_system.name, "every access point available; none is declared", "no access point")


@check(
    "efs.tls-only",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="add to the file system's policy a statement that denies everybody everything where aws:SecureTransport is false, and "
    "mount it with TLS",
    stands_on=(EXISTS,),
)
def tls_only(file_system: FileSystem, policy: FileSystemPolicy) -> Iterator[Finding]:
    """Nobody can mount the file system without TLS: its policy denies it, or allows nobody to.

    Without a policy every client of a mount target is admitted. Who comes without TLS comes without an identity, so that no policy
    but the file system's lets it in. https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    """
    expected = "mounting without TLS is refused"
    if policy.document is None:
        yield judge(file_system.name, False, expected, "no policy: every client is admitted")
        return
    context = {"aws:securetransport": "false", "elasticfilesystem:accessedviamounttarget": "true"}
    request = policies.Request("", "elasticfilesystem:ClientMount", policy.arn, context, exactly=True)
    said = policies.said_of(request, _about_itself(policy.document))
    if not said.denied and (unclear := said.perhaps_denied if said.allowed else said.perhaps_allowed):
        verb = "denies" if said.allowed else "allows"
        yield Undecided(file_system.name, f"not known whether {' and '.join(unclear)} {verb} mounting without TLS")
    elif said.denied:
        yield judge(file_system.name, True, expected, f"denied by {' and '.join(said.denied)}")
    else:
        allowed = " and ".join(said.allowed)
        yield judge(file_system.name, not allowed, expected, f"allowed by {allowed}" if allowed else "allowed by no statement")


def _about_itself(policy: Mapping[str, Any]) -> Mapping[str, Any]:
    """The policy, of which a statement that names no resource is about the file system that it is of."""
    return {
        "Statement": [
            each if each.keys() & {"Resource", "NotResource"} else {**each, "Resource": "*"}
            for each in policies.listed(policy.get("Statement"))
        ]
    }


@check(
    "efs.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the file system and apply",
    stands_on=(EXISTS,),
)
def required_tags(file_system: FileSystem, described: FileSystemDescription, *, required: Mapping[str, str]) -> Iterator[Finding]:
    """The file system carries every required tag."""
    yield from names.required_tags(file_system.name, described.tags, required=required)
