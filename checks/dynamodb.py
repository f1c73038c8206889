"""DynamoDB tables: as declared, recoverable, encrypted, and not to be deleted by accident."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Severity, Undecided, backup, check, names
from checks.backup import CLOCKS
from checks.comparisons import at, at_least, at_most, below, closest, counted, dated, equal, judge, no_later, nothing, quantity

if TYPE_CHECKING:
    from fixtures.declared.dynamodb import Attribute, Replica, Table, TableNaming
    from fixtures.facts.backup import BackupRule, RecoveryPoints
    from fixtures.facts.dynamodb import BackupCopies, ContinuousBackups, ReplicationLatency, Restorable, TableDescription


def _where(resource: Table | Replica) -> str:
    return f"{resource.name} ({resource.region})"


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "dynamodb.name-convention",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="risk.table-names",
    fix="correct the plan's convention, or rename the table in its plan before it is deployed: a new name replaces a deployed "
    "table (irreversible: its data is lost)",
)
def name_convention(naming: TableNaming) -> Iterator[Finding]:
    """Every table that the plan declares follows the environment's naming convention."""
    yield from names.follows(naming)


@check(
    "dynamodb.name-available",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="risk.table-names",
    fix="declare a name that no other is mistaken for, or delete the table whose name is mistaken for the declared one "
    "(irreversible: its data is lost)",
)
def name_available(table: Table, existing: Collection[str]) -> Iterator[Finding]:
    """The table's name is free or already the account's own, and no other table's name is mistaken for it."""
    yield from names.lookalikes(table.name, existing)
    yield Observation(_where(table), "already the account's own" if table.name in existing else "free")


@check(
    "dynamodb.restorable",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("rollback.dynamodb", "pre.rollback-tested"),
    fix="enable point-in-time recovery or make a backup, and deploy only when either has a time to restore to",
    stands_on=("dynamodb.table-active",),
)
def restorable(table: Table, restorable: Restorable, *, fresh_minutes: int, max_age_hours: int) -> Iterator[Finding]:
    """A table that stands before the deployment can be restored: by point-in-time recovery or from a recent recovery point.

    `fresh_minutes` is the oldest that the latest restorable time may be, `max_age_hours` a recovery point.
    """
    where, limit = _where(table), timedelta(hours=max_age_hours)
    backups, points = restorable.continuous_backups, restorable.recovery_points
    point = f"a recovery point in {table.backup_vault}, at most {quantity(limit)} old"
    expected = f"recoverable to at most {counted(fresh_minutes, 'minute')} ago, or {point}"
    if backups is None and points is None:
        yield judge(where, True, expected, "does not exist yet: rolling back deletes what the deployment creates")
    elif backups is None or points is None:
        yield Undecided(where, "half of what it could be restored from is not known")
    elif span := _span(backups, timedelta(minutes=fresh_minutes)):
        yield judge(where, True, expected, span)
    else:
        recent = [created for created in backup.completed(points) if -CLOCKS <= points.as_of - created <= limit]
        until = f" to {dated(backups.latest, backups.as_of)}" if backups.latest else ""
        recovery = f"point-in-time recovery {backups.status}{until}"
        last = f"a recovery point of {dated(recent[-1], points.as_of)}" if recent else backup.told(points)
        yield judge(where, bool(recent), expected, f"{recovery}; {last}")


def _span(backups: ContinuousBackups, fresh: timedelta) -> str:
    """What point-in-time recovery restores to, or "" where it is off, not fresh, or its window empty."""
    if backups.status != "ENABLED" or backups.earliest is None or backups.latest is None:
        return ""
    if backups.earliest >= backups.latest or not -CLOCKS <= backups.as_of - backups.latest <= fresh:
        return ""
    return f"any second from {at(backups.earliest)} to {dated(backups.latest, backups.as_of)}"


# ---------------------------------------------------------------------------------------------- the table


@check(
    "dynamodb.table-active",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("04.inventory", "sit.no-deployment-errors", "prod.deployed"),
    fix="deploy the table in the declared region, or wait until it is ACTIVE",
)
def table_active(table: Table, status: str | None, existing: Collection[str]) -> Iterator[Finding]:
    """Every declared table exists in its region and is ACTIVE."""
    observed = f"missing{closest(table.name, existing)}" if status is None else status
    yield equal(_where(table), observed, "ACTIVE")
    if status is not None and table.name not in existing:  # a short listing would hide what is undeclared as well
        yield Undecided(_where(table), "DescribeTable shows it, and ListTables does not")


def _said(keys: Collection[Attribute]) -> str:
    return ", ".join(map(str, keys)) or "none"


@check(
    "dynamodb.partition-key",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="04.inventory",
    fix="a table's key cannot be changed: correct the plan, or copy the data into a new table with the declared key; to apply the "
    "declared key replaces the table (irreversible: its data is lost)",
)
def partition_key(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Every table has the declared partition key, of the declared type, and no sort key."""
    keys = [attribute for _, attribute in description.keys]
    yield judge(_where(table), keys == [table.key], _said([table.key]), _said(keys))


@check(
    "dynamodb.indexes",
    severity=Severity.HIGH,
    pillar=Pillar.PERFORMANCE_EFFICIENCY,
    requirement="04.inventory",
    fix="apply the plan's indexes to the table and wait until they are ACTIVE; see first that nothing replaces the table, as a "
    "local index does (irreversible: its data is lost)",
)
def indexes(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Every declared index exists with its keys and is ACTIVE, and no other stands beside them."""
    where, found = _where(table), description.indexes
    declared = {index.name for index in table.indexes}
    undeclared = [name for name in found if name not in declared]
    for index in table.indexes:
        expected = f"index {index.name} on {_said(index.keys)}"
        if index.name not in found:
            yield judge(where, False, expected, f"missing{closest(index.name, undeclared)}")
            continue
        keys, status = found[index.name]
        roles = ", ".join(f"{attribute} as {role}" for role, attribute in keys) or "none"
        yield judge(where, keys == index.schema, expected, roles)
        yield equal(where, status, "ACTIVE", what=f"index {index.name}")
    beside = (f"index {name} on {_said([key for _, key in found[name][0]])}" for name in undeclared)
    yield from nothing(where, "no undeclared index" if declared else "no index", beside, otherwise="none")


@check(
    "dynamodb.no-undeclared-table",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="04.inventory",
    fix="declare the table in the plan, tolerate it there by name, or delete it (irreversible: its data is lost)",
)
def no_undeclared_table(naming: TableNaming, undeclared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """No table of the project stands beside the declared ones."""
    yield from names.undeclared(naming, undeclared)


@check(
    "dynamodb.on-demand",
    severity=Severity.HIGH,
    pillar=Pillar.COST_OPTIMIZATION,
    requirement="04.on-demand",
    fix='set billing_mode = "PAY_PER_REQUEST" on the table and apply',
)
def on_demand(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Every table uses on-demand capacity.

    DescribeTable has no BillingModeSummary for a table that was never on-demand.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
    """
    yield equal(_where(table), description.billing_mode or "PROVISIONED (never was on-demand)", "PAY_PER_REQUEST")


@check(
    "dynamodb.point-in-time-recovery",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="04.pitr",
    fix="set point_in_time_recovery { enabled = true } with its recovery period on the table and apply",
)
def point_in_time_recovery(table: Table, backups: ContinuousBackups, *, days: int, fresh_minutes: int) -> Iterator[Finding]:
    """A bad write can be undone: point-in-time recovery is on, reaches back far enough, and is fresh.

    `days`: the shortest window. `fresh_minutes`: the oldest that the latest restorable time may be; AWS says it is
    typically five minutes ago. Switching recovery off and on again loses the window, so the earliest restorable time is
    compared with the smaller of the window and the table's age.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
    """
    where, limit = _where(table), timedelta(minutes=fresh_minutes)
    yield equal(where, backups.status, "ENABLED")
    if backups.status != "ENABLED":
        return
    if backups.days is None or backups.earliest is None or backups.latest is None:
        yield Undecided(where, "enabled, without a recovery period or its ends")
        return
    yield at_least(where, backups.days, days, unit="days", what="a window of {}")
    last = max(backups.latest, backups.earliest, backups.created)
    if last - backups.as_of > CLOCKS:
        yield Undecided(where, f"a time of what can be restored is {quantity(last - backups.as_of)} ahead ({at(last)})")
    else:
        age = backups.as_of - backups.latest
        yield at_most(where, age, limit, what="restorable to {} ago", detail=at(backups.latest))
    # Recovery begins a while after the table, and clocks differ.
    needed = max(backups.as_of - timedelta(days=min(days, backups.days)), backups.created) + timedelta(hours=1)
    reset = ": switched on, or its period raised, since then" if backups.earliest > needed else ""
    ago = f"{quantity(backups.as_of - backups.earliest)} ago{reset}"
    yield no_later(where, backups.earliest, needed, what="restorable from {}", detail=ago)


@check(
    "dynamodb.encryption",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="estate.conventions",
    fix="set server_side_encryption { enabled = true } on the table and apply; restore the access to its key",
)
def encryption(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Every table is encrypted with a KMS key of the account, and DynamoDB can use it.

    Without SSEDescription the key is one that AWS owns.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSEDescription.html
    """
    where, found = _where(table), description.encryption
    kind = f"{found.type or 'no type'}, {found.status}" if found else "a key that AWS owns"
    yield equal(where, kind, "KMS, ENABLED")
    if found is None:
        return
    if found.key:
        yield judge(where, f":{table.account}:" in found.key, f"a key of account {table.account}", found.key)
    else:
        yield Undecided(where, "DescribeTable names no key: it is not known whose it is")
    since = found.inaccessible_since
    observed = f"inaccessible since {at(since)}" if since else "not told to be inaccessible"
    yield judge(where, since is None, "a key that DynamoDB can use", observed)


@check(
    "dynamodb.deletion-protection",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="04.deletion",
    fix="set deletion_protection_enabled = true on the table and apply",
)
def deletion_protection(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Nobody deletes a table by accident: deletion protection is on."""
    if description.deletion_protection is None:
        yield Undecided(_where(table), "DescribeTable does not say whether deletion protection is on")
    else:
        on = description.deletion_protection
        yield judge(_where(table), on, "deletion protection on", "on" if on else "off")


@check(
    "dynamodb.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the table and apply",
)
def required_tags(table: Table, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every table carries the required tags."""
    yield from names.required_tags(_where(table), tags, required=required)


# ---------------------------------------------------------------------------------------------- backups


@check(
    "dynamodb.backup-plan",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("04.pitr", "pre.backup-documented"),
    fix="let the backup plan's selection cover the table, hourly, into the declared vault, with the declared retention",
)
def backup_plan(table: Table, rules: Collection[BackupRule], *, retention_days: int) -> Iterator[Finding]:
    """A backup plan selects every table, hourly, into the declared vault, and keeps what it makes long enough."""
    where, listed = _where(table), backup.of_rules
    yield judge(where, bool(rules), "selected by a backup plan", backup.named(rules) or "no backup plan of the region selects it")
    found = [rule for rule in rules if rule.vault == table.backup_vault]
    if rules:
        yield judge(where, bool(found), f"backed up to {table.backup_vault}", listed(found or rules, lambda rule: rule.vault))
    hourly = [rule for rule in found if backup.hourly(rule.schedule)]
    if found:
        schedules = listed(hourly or found, lambda rule: rule.schedule or "no schedule")
        yield judge(where, bool(hourly), "a backup every hour", schedules)
    if hourly:
        enough = [rule for rule in hourly if backup.long_enough(rule.retention_days, retention_days)]
        kept = listed(enough or hourly, lambda rule: backup.kept(rule.retention_days))
        yield judge(where, bool(enough), f"kept for at least {counted(retention_days, 'day')}", kept)


@check(
    "dynamodb.recovery-point",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("04.pitr", "pre.backup-documented"),
    fix="make the vault where it is missing; else find out in AWS Backup why the last jobs failed, and run one on demand",
)
def recovery_point(table: Table, points: RecoveryPoints, *, max_age_hours: int) -> Iterator[Finding]:
    """Every table has a completed recovery point as recent as its schedule promises."""
    yield from backup.recent(_where(table), points, timedelta(hours=max_age_hours))


# ---------------------------------------------------------------------------------------------- disaster recovery


@check(
    "dynamodb.replica-active",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("04.dr", "post.database-replication"),
    fix="add the replica to the global table, and see that its key and its service-linked role let it replicate",
)
def replica_active(replica: Replica, replicas: Mapping[str, str]) -> Iterator[Finding]:
    """Every table is replicated to the DR region, and the replica is ACTIVE.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ReplicaDescription.html
    """
    elsewhere = f"; replicated to {', '.join(sorted(replicas))}" if replicas else ""
    observed = replicas.get(replica.region) or f"no replica{elsewhere}"
    yield equal(_where(replica), observed, "ACTIVE", what="an {} replica")


@check(
    "dynamodb.replication-latency",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("04.dr", "post.database-replication"),
    fix="find out in CloudWatch since when the replica lags, and do not fail over until it has caught up",
)
def replication_latency(replica: Replica, latency: ReplicationLatency, *, limit_ms: int) -> Iterator[Finding]:
    """Every replica is no further behind than the limit, in any minute of the window.

    There is no data while nothing is written, which says nothing about the latency. A latency that drops to 0 says that
    replication has stalled.
    https://docs.aws.amazon.com/prescriptive-guidance/latest/dynamodb-global-tables/checklist.html
    """
    where, minutes = _where(replica), latency.minutes
    if not minutes:
        yield Undecided(where, f"no ReplicationLatency within {quantity(latency.window)}: nothing was written")
        return
    arrive = minutes[-1] > 0
    said = "above 0 in the last minute with writes" if arrive else "dropped to 0: replication has stalled"
    yield judge(where, arrive, "writes that arrive", f"ReplicationLatency {said}")
    if arrive:
        worst = f"the worst of {counted(len(minutes), 'minute')} with writes within {quantity(latency.window)}"
        yield below(where, max(minutes), limit_ms, unit="ms", detail=worst)


@check(
    "dynamodb.backup-copy",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="04.dr",
    fix="make the DR region's vault where it is missing, let the backup rule copy to it, and see that its copy jobs complete",
)
def backup_copy(replica: Replica, backups: BackupCopies, *, max_age_hours: int, retention_days: int) -> Iterator[Finding]:
    """Every table's recovery points are copied to the DR region, as recently as the schedule promises, and kept there."""
    where, declared = _where(replica), replica.table.backup_vault
    vault = f":{replica.region}:{replica.table.account}:backup-vault:{declared}"
    hourly = [rule for rule in backups.rules if rule.vault == declared and backup.hourly(rule.schedule)]
    copies = [(rule, days) for rule in hourly for copy, days in rule.copies if copy.endswith(vault)]
    if copies:
        copying = backup.named([rule for rule, _ in copies])
    else:
        copying = f"none does: {backup.of_rules(backups.rules, _copies) or 'no backup plan of the region selects the table'}"
    yield judge(where, bool(copies), f"an hourly backup rule that copies to {declared}", copying)
    if copies:
        enough = [(rule, days) for rule, days in copies if backup.long_enough(days, retention_days)]
        kept = ", ".join(sorted({f"{backup.kept(days)} ({backup.named([rule])})" for rule, days in enough or copies}))
        yield judge(where, bool(enough), f"copies kept for at least {counted(retention_days, 'day')}", kept)
    # A copy starts when the recovery point is completed, and takes its own time.
    yield from backup.recent(where, backups.copies, timedelta(hours=max_age_hours + 1))


def _copies(rule: BackupRule) -> str:
    copies = " and ".join(vault for vault, _ in rule.copies)
    return f"{rule.schedule or 'no schedule'} into {rule.vault}, {f'copied to {copies}' if copies else 'not copied'}"
