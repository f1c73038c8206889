"""DynamoDB tables: as declared, recoverable, encrypted, and not to be deleted by accident."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from checks import Finding, Observation, Problem, Severity, Undecided, check, names

if TYPE_CHECKING:
    from fixtures.declared.dynamodb import Attribute, Replica, Table, TableNaming
    from fixtures.facts.backup import BackupRule, RecoveryPoints
    from fixtures.facts.dynamodb import BackupCopies, ContinuousBackups, ReplicationLatency, Restorable, TableDescription


CLOCKS = timedelta(minutes=5)  # by which the clocks of the runner and of AWS may differ: AWS accepts no request beyond that


def _where(table: Table) -> str:
    return f"{table.name} ({table.region})"


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "dynamodb.name-convention",
    severity=Severity.MEDIUM,
    requirement="risk.table-names",
    fix="rename the table in its plan, or correct the plan's convention",
)
def name_convention(naming: TableNaming) -> Iterator[Finding]:
    """Every table that the plan declares follows the environment's naming convention."""
    yield from names.follows(naming)


@check(
    "dynamodb.name-available",
    severity=Severity.HIGH,
    requirement="risk.table-names",
    fix="remove the table whose name is mistaken for the declared one, or rename one of them",
)
def name_available(table: Table, existing: Collection[str]) -> Iterator[Finding]:
    """The table's name is free or already the account's own, and no other table's name is mistaken for it."""
    yield from names.lookalikes(table.name, existing)
    yield Observation(_where(table), "already the account's own" if table.name in existing else "free")


@check(
    "dynamodb.restorable",
    severity=Severity.CRITICAL,
    requirement=("rollback.dynamodb", "pre.rollback-tested"),
    fix="enable point-in-time recovery or make a backup, and deploy only when either has a time to restore to",
    stands_on=("dynamodb.table-active",),
)
def restorable(table: Table, restorable: Restorable, *, fresh_minutes: int, max_age_hours: int) -> Iterator[Finding]:
    """A table that stands before the deployment can be restored: by point-in-time recovery or from a recent recovery point.

    `fresh_minutes` is the oldest that the latest restorable time may be, `max_age_hours` a recovery point.
    """
    backups, points = restorable.continuous_backups, restorable.recovery_points
    if backups is None and points is None:
        yield Observation(_where(table), "does not exist yet: rolling back deletes what the deployment creates")
        return
    if backups is None or points is None:
        yield Undecided(_where(table), "half of what it could be restored from is not known")
        return
    oldest = points.as_of - timedelta(hours=max_age_hours)
    completed = [point.created for point in points.points if point.status == "COMPLETED"]
    recent = [created for created in completed if oldest <= created <= points.as_of + CLOCKS]
    fresh = backups.latest and backups.as_of - timedelta(minutes=fresh_minutes) <= backups.latest <= backups.as_of + CLOCKS
    if backups.status == "ENABLED" and backups.earliest and backups.latest and fresh and backups.earliest < backups.latest:
        yield Observation(
            _where(table),
            f"restorable to any second from {backups.earliest:%Y-%m-%d %H:%M} to {backups.latest:%Y-%m-%d %H:%M} UTC",
        )
    elif recent:
        yield Observation(_where(table), f"restorable to {max(recent):%Y-%m-%d %H:%M} UTC, from {points.vault}")
    else:
        yield Problem(
            _where(table),
            expected=f"recoverable to at most {fresh_minutes} minutes ago, or a recovery point of the last {max_age_hours} hours",
            observed=f"point-in-time recovery {backups.status}"
            + (f" to {backups.latest:%Y-%m-%d %H:%M} UTC" if backups.latest else "")
            + f", {len(completed)} of {len(points.points)} recovery points COMPLETED"
            + (f", the last at {max(completed):%Y-%m-%d %H:%M} UTC" if completed else ""),
        )


# ---------------------------------------------------------------------------------------------- the table


@check(
    "dynamodb.table-active",
    severity=Severity.CRITICAL,
    requirement=("04.inventory", "sit.no-deployment-errors", "prod.deployed"),
    fix="deploy the table in the declared region, or wait until it is ACTIVE",
)
def table_active(table: Table, status: str | None, existing: Collection[str]) -> Iterator[Finding]:
    """Every declared table exists in its region and is ACTIVE."""
    if status is None:
        yield Problem(_where(table), expected="ACTIVE", observed=f"missing{names.closest(table.name, existing)}")
    elif status != "ACTIVE":
        yield Problem(_where(table), expected="ACTIVE", observed=status)


def _said(keys: Collection[Attribute]) -> str:
    return ", ".join(map(str, keys)) or "none"


@check(
    "dynamodb.partition-key",
    severity=Severity.CRITICAL,
    requirement="04.inventory",
    fix="a table's key cannot be changed: restore its data into a new table with the declared key",
)
def partition_key(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Every table has the declared partition key, of the declared type, and no sort key."""
    keys = [attribute for _, attribute in description.keys]
    if keys != [table.key]:
        yield Problem(_where(table), expected=_said([table.key]), observed=_said(keys))


@check(
    "dynamodb.indexes",
    severity=Severity.HIGH,
    requirement="04.inventory",
    fix="apply the plan's indexes to the table and wait until they are ACTIVE",
)
def indexes(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Every declared index exists with its keys and is ACTIVE, and no other stands beside them."""
    found = dict(description.indexes)
    missing = [index for index in table.indexes if index.name not in found]
    undeclared = [name for name in found if name not in {index.name for index in table.indexes}]
    for index in missing:
        yield Problem(
            _where(table),
            expected=f"index {index.name} on {_said(index.keys)}",
            observed="missing" + names.closest(index.name, undeclared),
        )
    for name in undeclared:
        yield Problem(
            _where(table), expected="no undeclared index", observed=f"index {name} on {_said([key for _, key in found[name][0]])}"
        )
    for index in table.indexes:
        if index.name in found:
            actual, status = found[index.name]
            if actual != index.schema:
                roles = ", ".join(f"{attribute} as {role}" for role, attribute in actual)
                yield Problem(_where(table), expected=f"index {index.name} on {_said(index.keys)}", observed=roles or "none")
            if status != "ACTIVE":
                yield Problem(_where(table), expected=f"index {index.name} ACTIVE", observed=status)


@check(
    "dynamodb.no-undeclared-table",
    severity=Severity.HIGH,
    requirement="04.inventory",
    fix="declare the table in the plan, tolerate it there by name, or delete it",
)
def no_undeclared_table(naming: TableNaming, undeclared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """No table of the project stands beside the declared ones."""
    yield from names.undeclared(naming, undeclared)


@check(
    "dynamodb.on-demand",
    severity=Severity.HIGH,
    requirement="04.on-demand",
    fix='set billing_mode = "PAY_PER_REQUEST" on the table and apply',
)
def on_demand(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Every table uses on-demand capacity.

    DescribeTable has no BillingModeSummary for a table that was never on-demand.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
    """
    if description.billing_mode != "PAY_PER_REQUEST":
        observed = description.billing_mode or "PROVISIONED (never was on-demand)"
        yield Problem(_where(table), expected="PAY_PER_REQUEST", observed=observed)


@check(
    "dynamodb.point-in-time-recovery",
    severity=Severity.CRITICAL,
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
    where = _where(table)
    if backups.status != "ENABLED":
        yield Problem(where, expected="ENABLED", observed=backups.status)
        return
    if backups.days is None or backups.earliest is None or backups.latest is None:
        yield Undecided(where, "enabled, without a recovery period or its ends")
        return
    if backups.days < days:
        yield Problem(where, expected=f"a window of at least {days} days", observed=f"{backups.days} days")
    age = backups.as_of - backups.latest
    ahead = max(backups.latest, backups.earliest, backups.created) - backups.as_of
    if ahead > CLOCKS:
        yield Undecided(where, f"a time of what can be restored is {_hours(ahead)} ahead")
    elif age > timedelta(minutes=fresh_minutes):
        yield Problem(
            where,
            expected=f"restorable to at most {fresh_minutes} minutes ago",
            observed=f"{_hours(age)} ago",
        )
    # Recovery begins a while after the table, and clocks differ.
    needed = min(timedelta(days=min(days, backups.days)), backups.as_of - backups.created) - timedelta(hours=1)
    if (reach := backups.as_of - backups.earliest) < needed:
        yield Problem(
            where,
            expected=f"restorable from {_hours(needed)} ago on",
            observed=f"from {_hours(reach)} ago: switched on, or its period raised, since then",
        )


def _hours(duration: timedelta) -> str:
    minutes = max(0, math.ceil(duration.total_seconds() / 60))  # up: what is over a limit must read so
    if minutes < 60:
        return f"{minutes} minutes"
    hours = f"{minutes // 60} hours" + (f" {minutes % 60} minutes" if minutes % 60 else "")
    return hours if minutes < 72 * 60 else f"{minutes / 60 / 24:.1f} days"


@check(
    "dynamodb.encryption",
    severity=Severity.CRITICAL,
    requirement="estate.conventions",
    fix="set server_side_encryption { enabled = true } on the table and apply; restore the access to its key",
)
def encryption(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Every table is encrypted with a KMS key of the account, and DynamoDB can use it.

    Without SSEDescription the key is one that AWS owns.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSEDescription.html
    """
    where, found = _where(table), description.encryption
    if found is None:
        yield Problem(where, expected="KMS, ENABLED", observed="a key that AWS owns")
        return
    if (found.type, found.status) != ("KMS", "ENABLED"):
        yield Problem(where, expected="KMS, ENABLED", observed=f"{found.type or 'no type'}, {found.status}")
    if found.key and f":{table.account}:" not in found.key:
        yield Problem(where, expected=f"a key of account {table.account}", observed=found.key)
    if found.inaccessible_since:
        yield Problem(
            where,
            expected="a key that DynamoDB can use",
            observed=f"inaccessible since {found.inaccessible_since:%Y-%m-%d %H:%M} UTC",
        )


@check(
    "dynamodb.deletion-protection",
    severity=Severity.CRITICAL,
    requirement="04.deletion",
    fix="set deletion_protection_enabled = true on the table and apply",
)
def deletion_protection(table: Table, description: TableDescription) -> Iterator[Finding]:
    """Nobody deletes a table by accident: deletion protection is on."""
    if description.deletion_protection is None:
        yield Undecided(_where(table), "DescribeTable does not say whether deletion protection is on")
    elif not description.deletion_protection:
        yield Problem(_where(table), expected="deletion protection on", observed="off")


@check(
    "dynamodb.required-tags",
    severity=Severity.MEDIUM,
    requirement="estate.conventions",
    fix="set the required tags on the table and apply",
)
def required_tags(table: Table, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every table carries the required tags."""
    yield from names.required_tags(_where(table), tags, required=required)


# ---------------------------------------------------------------------------------------------- backups


def _hourly(schedule: str) -> bool:
    """Whether an AWS Backup schedule runs every hour or more often.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    """
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour)s?\)", schedule):
        return int(rate[1]) * (1 if rate[2] == "minute" else 60) <= 60
    if fields := re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", schedule):
        minute, hour, day, month, weekday, year = fields.groups()
        if not re.fullmatch(r"\*|[0-5]?\d([,/-][0-5]?\d)*|\*/[0-5]?\d", minute):
            return False
        weekday = weekday.replace("SUN", "1").replace("SAT", "7")
        month = month.replace("JAN", "1").replace("DEC", "12")
        whole = ((hour, 0, 23), (day, 1, 31), (month, 1, 12), (weekday, 1, 7), (year, 1970, 2199))
        return all(_every(field, first, last) for field, first, last in whole)
    return False


def _every(field: str, first: int, last: int) -> bool:
    """Whether a field of a cron expression stands for all values from first to last."""
    listed = ",".join(map(str, range(first, last + 1)))
    return field.removesuffix("/1") in ("*", f"{first}-{last}", listed) or field in ("?", f"{first}/1")


@check(
    "dynamodb.backup-plan",
    severity=Severity.HIGH,
    requirement=("04.pitr", "pre.backup-documented"),
    fix="let the backup plan's selection cover the table, hourly, into the declared vault, with the declared retention",
)
def backup_plan(table: Table, rules: Collection[BackupRule], *, retention_days: int) -> Iterator[Finding]:
    """A backup plan selects every table, hourly, into the declared vault, and keeps what it makes long enough."""
    where = _where(table)
    if not rules:
        yield Problem(where, expected="selected by a backup plan", observed="no backup plan of the region selects it")
        return
    found = [rule for rule in rules if rule.vault == table.backup_vault]
    if not found:
        yield Problem(where, expected=f"backed up to {table.backup_vault}", observed=_listed(rule.vault for rule in rules))
        return
    hourly = [rule for rule in found if _hourly(rule.schedule)]
    if not hourly:
        yield Problem(where, expected="a backup every hour", observed=_listed(rule.schedule or "no schedule" for rule in found))
        return
    # A rule without a lifecycle keeps its recovery points for ever.
    if not any(rule.retention_days is None or rule.retention_days >= retention_days for rule in hourly):
        kept = _listed(f"{rule.retention_days} days" for rule in hourly)
        yield Problem(where, expected=f"kept for at least {retention_days} days", observed=kept)


def _listed(texts: Iterator[str]) -> str:
    return ", ".join(sorted(set(texts)))


@check(
    "dynamodb.recovery-point",
    severity=Severity.HIGH,
    requirement=("04.pitr", "pre.backup-documented"),
    fix="find out in AWS Backup why the last jobs failed, and run one on demand",
)
def recovery_point(table: Table, points: RecoveryPoints, *, max_age_hours: int) -> Iterator[Finding]:
    """Every table has a completed recovery point as recent as its schedule promises."""
    yield from _recent(_where(table), points, timedelta(hours=max_age_hours))


def _recent(where: str, points: RecoveryPoints, limit: timedelta) -> Iterator[Finding]:
    completed = [point.created for point in points.points if point.status == "COMPLETED"]
    expected = f"a COMPLETED recovery point in {points.vault}, at most {_hours(limit)} old"
    if not completed:
        others = _listed(point.status for point in points.points)
        yield Problem(where, expected, observed=f"none COMPLETED, only {others}" if others else "no recovery point")
    elif (age := points.as_of - max(completed)) < -CLOCKS:
        yield Undecided(where, f"the last recovery point is dated {_hours(-age)} ahead")
    elif age > limit:
        yield Problem(where, expected, observed=f"the last is {_hours(age)} old")


# ---------------------------------------------------------------------------------------------- disaster recovery


@check(
    "dynamodb.replica-active",
    severity=Severity.CRITICAL,
    requirement=("04.dr", "post.database-replication"),
    fix="add the replica to the global table, and see that its key and its service-linked role let it replicate",
)
def replica_active(replica: Replica, replicas: Mapping[str, str]) -> Iterator[Finding]:
    """Every table is replicated to the DR region, and the replica is ACTIVE.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ReplicaDescription.html
    """
    status = replicas.get(replica.region)
    if status != "ACTIVE":
        elsewhere = f"; replicated to {', '.join(sorted(replicas))}" if replicas else ""
        where = f"{replica.name} ({replica.region})"
        yield Problem(where, expected="an ACTIVE replica", observed=status or f"no replica{elsewhere}")


@check(
    "dynamodb.replication-latency",
    severity=Severity.HIGH,
    requirement=("04.dr", "post.database-replication"),
    fix="find out in CloudWatch since when the replica lags, and do not fail over until it has caught up",
)
def replication_latency(replica: Replica, latency: ReplicationLatency, *, limit_ms: int) -> Iterator[Finding]:
    """Every replica is no further behind than the limit, in any minute of the window.

    There is no data while nothing is written, which says nothing about the latency. A latency that drops to 0 says that
    replication has stalled.
    https://docs.aws.amazon.com/prescriptive-guidance/latest/dynamodb-global-tables/checklist.html
    """
    where = f"{replica.name} ({replica.region})"
    if not latency.minutes:
        yield Undecided(where, f"no ReplicationLatency in the last {_hours(latency.window)}: nothing was written")
    elif latency.minutes[-1] <= 0:
        yield Problem(where, expected="writes that arrive", observed="ReplicationLatency dropped to 0: replication has stalled")
    elif (worst := max(latency.minutes)) >= limit_ms:
        yield Problem(where, expected=f"under {limit_ms} ms", observed=f"{worst:.0f} ms in the worst minute")
    else:
        yield Observation(where, f"{worst:.0f} ms in the worst of {len(latency.minutes)} minutes")


@check(
    "dynamodb.backup-copy",
    severity=Severity.HIGH,
    requirement="04.dr",
    fix="add a copy action to the DR region's vault to the backup rule, and see that its jobs complete",
)
def backup_copy(replica: Replica, backups: BackupCopies, *, max_age_hours: int, retention_days: int) -> Iterator[Finding]:
    """Every table's recovery points are copied to the DR region, as recently as the schedule promises, and kept there."""
    where = f"{replica.name} ({replica.region})"
    vault = f":{replica.region}:{replica.table.account}:backup-vault:{replica.table.backup_vault}"
    hourly = [rule for rule in backups.rules if rule.vault == replica.table.backup_vault and _hourly(rule.schedule)]
    kept = [days for rule in hourly for copy, days in rule.copies if copy.endswith(vault)]
    if not kept:
        yield Problem(where, expected=f"an hourly backup rule that copies to {replica.table.backup_vault}", observed="none does")
    elif not any(days is None or days >= retention_days for days in kept):
        found = _listed(f"{days} days" for days in kept)
        yield Problem(where, expected=f"copies kept for at least {retention_days} days", observed=found)
    # A copy starts when the recovery point is completed, and takes its own time.
    yield from _recent(where, backups.copies, timedelta(hours=max_age_hours + 1))
