"""Aurora clusters: there, over several zones, encrypted, kept from harm, closed, and restorable."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Seen, Severity, Undecided, check, names
from checks.backup import CLOCKS
from checks.comparisons import at, at_least, closest, counted, dated, equal, judge, nothing, one_of, quantity

if TYPE_CHECKING:
    from fixtures.declared.aurora import AuroraCluster
    from fixtures.facts.aurora import (
        ClusterDescription,
        ClusterMember,
        Credentials,
        FoundCluster,
        Instance,
        Maintenance,
        PendingAction,
        Restorable,
        TlsParameter,
    )

EXISTS = "aurora.cluster-exists"
AVAILABLE = "aurora.available"
SERVING = ("available", "backing-up")
INSTANCE_SERVING = (*SERVING, "storage-optimization", "configuring-enhanced-monitoring")
ON = ("network.vpc-exists", EXISTS)  # what every check of a cluster stands on


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "aurora.restorable",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("rollback.ecs", "pre.rollback-tested"),
    fix="find out why the cluster's latest restorable time lags, and deploy only when it is restorable to a moment ago, or a "
    "snapshot of it was taken",
    stands_on=(EXISTS, AVAILABLE),
)
def restorable(cluster: AuroraCluster, times: Restorable | None, *, fresh_minutes: int) -> Iterator[Finding]:
    """A cluster that stands before the deployment can be restored to a moment just before it.

    `fresh_minutes` is the oldest that the latest restorable time may be: Aurora restores up to about five minutes ago.
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-pitr.html
    """
    limit = timedelta(minutes=fresh_minutes)
    expected = f"restorable to {quantity(limit)} ago at most"
    if times is None:
        yield Seen(cluster.name, expected, "does not exist yet: rolling back deletes what the deployment creates")
    elif times.latest - times.as_of > CLOCKS:
        yield Undecided(cluster.name, f"the latest restorable time is {dated(times.latest, times.as_of)}")
    else:
        span = f"from {at(times.earliest)} to {dated(times.latest, times.as_of)}"
        yield judge(cluster.name, times.earliest < times.latest and times.as_of - times.latest <= limit, expected, span)


# ---------------------------------------------------------------------------------------------- the cluster


@check(
    EXISTS,
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("07.inventory", "07.phases"),
    fix="apply the plan's aws_rds_cluster in the declared region, or declare the name that the cluster has",
    stands_on=("network.vpc-exists",),
)
def cluster_exists(cluster: AuroraCluster, found: FoundCluster) -> Iterator[Finding]:
    """Every declared Aurora cluster exists, with the declared engine."""
    observed = found.engine or f"missing{closest(cluster.name, found.names)}"
    yield equal(cluster.name, observed, cluster.engine, what="a cluster of {}")


@check(
    AVAILABLE,
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="wait until the cluster is available, or find out from its events why it is not; start one that is stopped",
    stands_on=ON,
)
def available(cluster: AuroraCluster, description: ClusterDescription) -> Iterator[Finding]:
    """The cluster is available, or is being backed up, which interrupts nothing.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Status.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html
    """
    yield one_of(cluster.name, description.status, SERVING, what="status {}")


@check(
    "aurora.engine-version",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="upgrade the cluster to the declared version, or declare the one that it has",
    stands_on=ON,
)
def engine_version(cluster: AuroraCluster, description: ClusterDescription, instances: Collection[Instance]) -> Iterator[Finding]:
    """The cluster and its instances run the declared version of the engine.

    The declared version is what theirs begins with: 8.0.mysql_aurora.3 is any release of Aurora MySQL 3.
    """
    expected = f"version {cluster.version}, or a release of it"
    for name, version in ((cluster.name, description.version), *((each.name, each.version) for each in instances)):
        yield judge(name, f"{version}.".startswith(f"{cluster.version}."), expected, version or "none")
    yield from _unlisted(description, instances)


@check(
    "aurora.encrypted",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="a cluster cannot be encrypted afterwards: restore a snapshot of it into a new one with storage_encrypted = true",
    stands_on=ON,
)
def encrypted(cluster: AuroraCluster, description: ClusterDescription) -> Iterator[Finding]:
    """The cluster's storage is encrypted, with a key of its own account or one that AWS owns.

    Of a key that AWS owns StorageEncrypted is false, and StorageEncryptionType sse-rds.
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html
    """
    by_aws = description.encryption == "sse-rds"
    told = "with a key that AWS owns" if by_aws else description.key or ("encrypted" if description.encrypted else "not encrypted")
    yield judge(cluster.name, by_aws or description.encrypted is True, "encrypted storage", told)
    if description.encrypted and not by_aws:
        if description.key:
            own = f":{cluster.account}:" in description.key
            yield judge(cluster.name, own, f"a key of account {cluster.account}", description.key)
        else:
            yield Undecided(cluster.name, "DescribeDBClusters names no key: it is not known whose it is")


@check(
    "aurora.deletion-protection",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="set deletion_protection = true on the cluster and apply",
    stands_on=ON,
)
def deletion_protection(cluster: AuroraCluster, description: ClusterDescription) -> Iterator[Finding]:
    """Nobody deletes the cluster by accident: deletion protection is on."""
    if description.deletion_protection is None:
        yield Undecided(cluster.name, "DescribeDBClusters does not say whether deletion protection is on")
    else:
        on = description.deletion_protection
        yield judge(cluster.name, on, "deletion protection on", "on" if on else "off")


@check(
    "aurora.backup-retention",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="set backup_retention_period on the cluster and apply",
    stands_on=ON,
)
def backup_retention(cluster: AuroraCluster, description: ClusterDescription, *, days: int) -> Iterator[Finding]:
    """Automated backups of the cluster are kept long enough."""
    yield at_least(cluster.name, description.retention_days, days, unit="days", what="automated backups kept for {}")


@check(
    "aurora.vpc",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="a cluster cannot move to another VPC: restore a snapshot of it into a subnet group of the declared one",
    stands_on=ON,
)
def in_vpc(cluster: AuroraCluster, vpcs: tuple[str, str]) -> Iterator[Finding]:
    """The cluster stands in its declared VPC."""
    stands, declared = vpcs
    yield equal(cluster.name, stands, declared, what=f"in {cluster.vpc.name}, which is {{}}")


@check(
    "aurora.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the cluster and apply",
    stands_on=ON,
)
def required_tags(cluster: AuroraCluster, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """The cluster carries the required tags."""
    yield from names.required_tags(cluster.name, tags, required=required)


# ---------------------------------------------------------------------------------------------- its instances


@check(
    "aurora.members",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="add an instance to the cluster in another zone (aws_rds_cluster_instance with its availability_zone)",
    stands_on=ON,
)
def members(cluster: AuroraCluster, description: ClusterDescription, instances: Collection[Instance]) -> Iterator[Finding]:
    """The cluster has its instances, one of them the writer, over several zones: it outlives one of them.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
    """
    listed = ", ".join(sorted(each.instance for each in description.members)) or "none"
    yield at_least(cluster.name, len(description.members), cluster.instances, unit="instances", detail=listed)
    writers = sorted(each.instance for each in description.members if each.writer)
    yield judge(cluster.name, len(writers) == 1, "one writer", ", ".join(writers) or "none")
    zones = sorted({each.zone for each in instances if each.zone})
    yield at_least(cluster.name, len(zones), cluster.zones, unit="zones", what="instances in {}", detail=", ".join(zones))
    yield from _unlisted(description, instances)


def _unlisted(description: ClusterDescription, instances: Collection[Instance]) -> Iterator[Finding]:
    """Members of the cluster of which nothing is known."""
    for name in sorted({each.instance for each in description.members} - {each.name for each in instances}):
        yield Undecided(name, "a member of the cluster, and DescribeDBInstances does not list it")


@check(
    "aurora.instances-available",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="wait until the instance is available, or find out from its events why it is not",
    stands_on=(*ON, "aurora.members"),
)
def instances_available(
    cluster: AuroraCluster, description: ClusterDescription, instances: Collection[Instance]
) -> Iterator[Finding]:
    """Every instance of the cluster is available, or does what AWS says it serves meanwhile.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.DBInstance.Status.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Enabling.html: without a reboot
    """
    for each in instances:
        yield one_of(each.name, each.status, INSTANCE_SERVING, what="status {}")
    if not instances:
        yield Undecided(cluster.name, "it has no instance")
    yield from _unlisted(description, instances)
    yield from _parameters_pending(description.members)


def _parameters_pending(members: Collection[ClusterMember]) -> Iterator[Finding]:
    """What changed in the cluster's parameters, and an instance has not taken over yet."""
    for each in members:
        if each.parameters != "in-sync":
            yield Observation(each.instance, f"its cluster parameters are {each.parameters}")


@check(
    "aurora.not-public",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="set publicly_accessible = false on the instance and apply",
    stands_on=(*ON, "aurora.members"),
)
def not_public(cluster: AuroraCluster, description: ClusterDescription, instances: Collection[Instance]) -> Iterator[Finding]:
    """No instance of the cluster has a public address."""
    for each in instances:
        told = "publicly accessible" if each.public else "not publicly accessible"
        yield judge(each.name, each.public is False, "not publicly accessible", told)
    if not instances:
        yield Undecided(cluster.name, "it has no instance")
    yield from _unlisted(description, instances)


# ---------------------------------------------------------------------------------------------- who may connect, and how


@check(
    "aurora.credentials",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=("07.inventory", "pre.secrets"),
    fix="keep the cluster's credentials in a secret as declared: one that RDS manages (manage_master_user_password = true), or one "
    "of the declared name; restore one that waits for its deletion",
    stands_on=(*ON, "secrets.exists", "secrets.not-scheduled-for-deletion"),
)
def credentials(cluster: AuroraCluster, found: Credentials) -> Iterator[Finding]:
    """The cluster's credentials are in a secret of Secrets Manager, of a kind that is declared.

    A secret that RDS manages is rotated by RDS; a global database supports none. Of a secret that is found by its name it is not
    seen whether it is the cluster's.
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
    """
    kinds = ["one that RDS manages"] if "managed" in cluster.secrets else []
    patterns = list(cluster.names_of_secrets)
    expected = f"a secret: {' or '.join([*kinds, *(f'one named {pattern}' for pattern in patterns)])}"
    if found.managed and kinds:
        # One that is impaired holds the credentials, and cannot be rotated.
        yield one_of(cluster.name, found.managed, ["active", "rotating"], what="a secret that RDS manages, {}")
        return
    managed = [f"one that RDS manages, {found.managed}"] if found.managed else []
    standing = [each.name for each in found.named if each.deleted is None]
    waiting = [f"{each.name}, which waits for its deletion since {at(each.deleted)}" for each in found.named if each.deleted]
    observed = [*managed, *(standing or waiting)] or [f"none{_closest(patterns, found.others)}"]
    yield judge(cluster.name, bool(standing) and not managed, expected, " and ".join(observed))


def _closest(patterns: Collection[str], others: Collection[str]) -> str:
    return closest(next(iter(patterns), "").replace("*", ""), others)


@check(
    "aurora.tls-required",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix="set require_secure_transport (of Aurora PostgreSQL rds.force_ssl) to 1 in the cluster's own parameter group and apply",
    stands_on=ON,
)
def tls_required(cluster: AuroraCluster, parameter: TlsParameter) -> Iterator[Finding]:
    """The cluster refuses connections without TLS: so its parameters say, and every instance has taken them over.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterMember.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Security.html
    """
    if not parameter.known:
        yield Undecided(
            cluster.name, f"its parameter group {parameter.group} has no parameter {parameter.name or 'that demands TLS'}"
        )
        return
    value = "no value" if parameter.value is None else parameter.value
    on = value.upper() in ("1", "ON")
    yield judge(cluster.name, on, f"{parameter.name} ON", f"{value} in {parameter.group}")
    for each in parameter.members:
        if each.parameters != "in-sync":
            yield Undecided(
                each.instance, f"its cluster parameters are {each.parameters}: it may not have taken {parameter.name} over"
            )
    if not parameter.members:
        yield Undecided(cluster.name, "it has no instance that could have taken its parameters over")


# ---------------------------------------------------------------------------------------------- what will happen to it


@check(
    "aurora.maintenance",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.inventory",
    fix="apply the maintenance now, or defer it until after the release (aws rds apply-pending-maintenance-action)",
    stands_on=ON,
)
def maintenance(cluster: AuroraCluster, pending: Maintenance, *, hours: int) -> Iterator[Finding]:
    """AWS does not begin maintenance of the cluster or its instances while the release is under way.

    `hours` is how far ahead that is. What is due already waits for the next maintenance window; what has no date waits for
    somebody to apply it, and is shown.
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.Maintenance.html
    """
    until, expected = pending.as_of + timedelta(hours=hours), f"no maintenance within {quantity(timedelta(hours=hours))}"
    due = [each for each in pending.actions if each.due and each.due <= until]
    otherwise = f"{counted(len(pending.actions), 'pending action')}, none of them due"
    yield from nothing(cluster.name, expected, map(_told, due), otherwise=otherwise)
    for each in pending.actions:
        if each not in due:
            yield Observation(cluster.name, f"pending: {_told(each)}")


def _told(action: PendingAction) -> str:
    described = f" ({action.description})" if action.description else ""
    return f"{action.action} of {action.on}{described}, {f'due {at(action.due)}' if action.due else 'of no date'}"
