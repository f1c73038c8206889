"""The checks of DynamoDB tables, their backups and their replicas."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks import Observation, Problem, Undecided, dynamodb
from fixtures.declared.dynamodb import Attribute, Index, Replica, Table, TableNaming
from fixtures.facts.backup import BackupRule, RecoveryPoint, RecoveryPoints
from fixtures.facts.dynamodb import (
    LOCAL,
    BackupCopies,
    ContinuousBackups,
    Encryption,
    ReplicationLatency,
    Restorable,
    TableDescription,
)
from tests.checks.examples import Example, judged

NOW = datetime(2026, 2, 24, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
VAULT = "vault-prod"
ID, STATUS, DATE = Attribute("order_id", "S"), Attribute("status", "S"), Attribute("date", "N")
BY_STATUS, BY_DATE = Index("OrdersByStatus", (STATUS, DATE)), Index("OrdersByDate", (DATE,))
TABLE = Table("orders-prod", "af-south-1", "04", "093646564004", key=ID, indexes=(BY_STATUS, BY_DATE), backup_vault=VAULT)
REPLICA = Replica("orders-prod", "eu-west-1", "04", TABLE)
HERE, THERE = "orders-prod (af-south-1)", "orders-prod (eu-west-1)"


# ---------------------------------------------------------------------------------------------- facts


def bad(expected: str, observed: str) -> Problem:
    return Problem(HERE, expected, observed)


def bad_replica(expected: str, observed: str) -> Problem:
    return Problem(THERE, expected, observed)


def naming(**changes: Any) -> TableNaming:
    good = TableNaming(
        "*-prod", "af-south-1", "04", "093646564004", own=("orders-prod", "users-prod"),
        declared=frozenset({"orders-prod", "users-prod"}), tolerated=frozenset(), project="bbws",
    )  # fmt: skip
    return replace(good, **changes)


def description(**changes: Any) -> TableDescription:
    good = TableDescription(
        name="orders-prod", status="ACTIVE", keys=(("HASH", ID),),
        indexes={"OrdersByStatus": (BY_STATUS.schema, "ACTIVE"), "OrdersByDate": (BY_DATE.schema, "ACTIVE")},
        billing_mode="PAY_PER_REQUEST", encryption=encryption(), deletion_protection=True,
                replicas={"eu-west-1": "ACTIVE"},
        created=NOW - 100 * DAY,
    )  # fmt: skip
    return replace(good, **changes)


def encryption(**changes: Any) -> Encryption:
    return replace(Encryption("ENABLED", "KMS", "arn:aws:kms:af-south-1:093646564004:key/1", None), **changes)


def backups(**changes: Any) -> ContinuousBackups:
    """Point-in-time recovery of an old table, its window of 35 days full and five minutes behind."""
    good = ContinuousBackups("ENABLED", 35, NOW - 35 * DAY, NOW - 5 * MINUTE, created=NOW - 100 * DAY, as_of=NOW)
    return replace(good, **changes)


OFF = backups(status="DISABLED", days=None, earliest=None, latest=None)


def point(age: timedelta, status: str = "COMPLETED") -> RecoveryPoint:
    return RecoveryPoint(status, NOW - age)


def points(*those: RecoveryPoint) -> RecoveryPoints:
    return RecoveryPoints(VAULT, those, NOW)


def rule(**changes: Any) -> BackupRule:
    copies = ((f"arn:aws:backup:eu-west-1:093646564004:backup-vault:{VAULT}", 30),)
    return replace(BackupRule("tables", "hourly", VAULT, "cron(0 * * * ? *)", 30, copies), **changes)


def copied(*rules: BackupRule, to: RecoveryPoints) -> tuple[Replica, BackupCopies]:
    return REPLICA, BackupCopies(rules, to)


def minutes(*latencies: float) -> tuple[Replica, ReplicationLatency]:
    return REPLICA, ReplicationLatency(latencies, HOUR)


# ---------------------------------------------------------------------------------------------- names

CONVENTION, AVAILABLE, UNDECLARED = dynamodb.name_convention, dynamodb.name_available, dynamodb.no_undeclared_table
FREE, OURS = Observation(HERE, "free"), Observation(HERE, "already the account's own")
NO_TWIN = "a name that no other is mistaken for"
DECLARED = "declared by a plan, or tolerated by name"


def misnamed(name: str) -> Problem:
    return Problem(name, "a name like *-prod", name)


def twin(name: str) -> Problem:
    return Problem("orders-prod", NO_TWIN, f"{name} exists beside it")


NAMES = [
    Example(CONVENTION, "all named so", (naming(),)),
    Example(CONVENTION, "one is not", (naming(own=("orders-prod", "users-sit")),), (misnamed("users-sit"),)),
    Example(CONVENTION, "none is", (naming(own=("orders", "users")),), (misnamed("orders"), misnamed("users"))),
    Example(CONVENTION, "another case", (naming(own=("orders-PROD",)),), (misnamed("orders-PROD"),)),
    Example(CONVENTION, "the convention's end in the middle", (naming(own=("orders-prod-2",)),),
            (misnamed("orders-prod-2"),)),
    Example(AVAILABLE, "no table at all", (TABLE, []), (FREE,)),
    Example(AVAILABLE, "free beside others", (TABLE, ["users-prod", "order-prod"]), (FREE,)),
    Example(AVAILABLE, "the account's own", (TABLE, ["orders-prod", "users-prod"]), (OURS,)),
    Example(AVAILABLE, "another case exists", (TABLE, ["Orders-Prod"]), (twin("Orders-Prod"), FREE)),
    Example(AVAILABLE, "other separators exist", (TABLE, ["orders_prod"]), (twin("orders_prod"), FREE)),
    Example(
        AVAILABLE, "two that are mistaken for it", (TABLE, ["orders.prod", "orders-prod", "ordersprod"]),
        (twin("orders.prod"), twin("ordersprod"), OURS),
    ),
    Example(UNDECLARED, "nothing beside the declared", (naming(), {})),
    Example(UNDECLARED, "somebody else's", (naming(), {"carts-dev": {}, "other": {"Project": "else"}})),
    Example(UNDECLARED, "no project to know by a tag", (naming(project=""), {"other": {"Project": ""}})),
    Example(
        UNDECLARED, "named like the project's", (naming(), {"order-prod": {}}),
        (Problem("order-prod", DECLARED, "exists, named like *-prod; the closest declared name is orders-prod"),),
    ),
    Example(
        UNDECLARED, "tagged as the project's", (naming(), {"zzz": {"Project": "bbws"}}),
        (Problem("zzz", DECLARED, "exists, tagged Project=bbws; no declared name is close to it"),),
    ),
    Example(
        UNDECLARED, "close to a name with the word existing in it",
        (naming(declared=frozenset({"existing-prod"})), {"existng-prod": {}}),
        (Problem("existng-prod", DECLARED, "exists, named like *-prod; the closest declared name is existing-prod"),),
    ),
    Example(
        UNDECLARED, "two at once", (naming(),
                {"qqqqqqqqqqqq-prod": {"Project": "bbws"}, "dev": {}, "yy": {"Project": "bbws"}}),
        (
            Problem("qqqqqqqqqqqq-prod", DECLARED, "exists, named like *-prod; no declared name is close to it"),
            Problem("yy", DECLARED, "exists, tagged Project=bbws; no declared name is close to it"),
        ),
    ),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- the table

ACTIVE, PARTITION_KEY, INDEXES, ON_DEMAND = (
    dynamodb.table_active, dynamodb.partition_key, dynamodb.indexes, dynamodb.on_demand,
)  # fmt: skip
PROTECTION, ENCRYPTION, TAGS = dynamodb.deletion_protection, dynamodb.encryption, dynamodb.required_tags
REQUIRED = {"required": {"Environment": "prod", "Owner": "*"}}


def tagged(**tags: str) -> tuple[Table, dict[str, str]]:
    return TABLE, tags


TABLES = [
    Example(ACTIVE, "active", (TABLE, "ACTIVE", ["orders-prod"])),
    Example(ACTIVE, "being made", (TABLE, "CREATING", ["orders-prod"]), (bad("ACTIVE", "CREATING"),)),
    Example(ACTIVE, "its key is out of reach", (TABLE, "INACCESSIBLE_ENCRYPTION_CREDENTIALS", []),
            (bad("ACTIVE", "INACCESSIBLE_ENCRYPTION_CREDENTIALS"),)),
    Example(ACTIVE, "an empty status", (TABLE, "", []), (bad("ACTIVE", ""),)),
    Example(ACTIVE, "absent, a near name exists", (TABLE, None, ["users-prod", "order-prod"]),
            (bad("ACTIVE", "missing; the closest existing name is order-prod"),)),
    Example(ACTIVE, "absent, no table at all", (TABLE, None, []),
            (bad("ACTIVE", "missing; no existing name is close to it"),)),
    Example(PARTITION_KEY, "as declared", (TABLE, description())),
    Example(PARTITION_KEY, "another attribute", (TABLE, description(keys=(("HASH", STATUS),))),
            (bad("order_id (S)", "status (S)"),)),
    Example(PARTITION_KEY, "another type", (TABLE, description(keys=(("HASH", Attribute("order_id", "N")),))),
            (bad("order_id (S)", "order_id (N)"),)),
    Example(PARTITION_KEY, "a sort key besides", (TABLE, description(keys=(("HASH", ID), ("RANGE", DATE)))),
            (bad("order_id (S)", "order_id (S), date (N)"),)),
    Example(PARTITION_KEY, "none", (TABLE, description(keys=())), (bad("order_id (S)", "none"),)),
    Example(INDEXES, "as declared", (TABLE, description())),
    Example(INDEXES, "none declared, none there", (replace(TABLE, indexes=()), description(indexes={}))),
    Example(INDEXES, "none there", (TABLE, description(indexes={})), (
        bad("index OrdersByStatus on status (S), date (N)", "missing; no existing name is close to it"),
        bad("index OrdersByDate on date (N)", "missing; no existing name is close to it"),
    )),
    Example(INDEXES, "one misnamed",
            (TABLE, description(indexes={
                "OrdersByStatus": (BY_STATUS.schema, "ACTIVE"), "OrderByDate": (BY_DATE.schema, "ACTIVE"),
            })),
                    (
        bad("index OrdersByDate on date (N)", "missing; the closest existing name is OrderByDate"),
        bad("no undeclared index", "index OrderByDate on date (N)"),
    )),
    Example(INDEXES, "none declared, one there",
            (replace(TABLE, indexes=()), description(indexes={"OrdersByDate": (BY_DATE.schema, "ACTIVE")})),
            (bad("no undeclared index", "index OrdersByDate on date (N)"),)),
    Example(INDEXES, "keys in another order", (TABLE, description(indexes={
        "OrdersByStatus": ((("HASH", DATE), ("RANGE", STATUS)), "ACTIVE"), "OrdersByDate": (BY_DATE.schema, "ACTIVE"),
    })), (bad("index OrdersByStatus on status (S), date (N)", "date (N) as HASH, status (S) as RANGE"),)),
    Example(INDEXES, "two partition keys instead of a sort key", (TABLE, description(indexes={
        "OrdersByStatus": ((("HASH", STATUS), ("HASH", DATE)), "ACTIVE"), "OrdersByDate": (BY_DATE.schema, "ACTIVE"),
    })), (bad("index OrdersByStatus on status (S), date (N)", "status (S) as HASH, date (N) as HASH"),)),
    Example(INDEXES, "another type and being made", (TABLE, description(indexes={
        "OrdersByStatus": (BY_STATUS.schema, "ACTIVE"),
                "OrdersByDate": ((("HASH", Attribute("date", "S")),), "CREATING"),
    })), (bad("index OrdersByDate on date (N)", "date (S) as HASH"), bad("index OrdersByDate ACTIVE", "CREATING"))),
    Example(INDEXES, "a sort key missing", (TABLE, description(indexes={
        "OrdersByStatus": ((("HASH", STATUS),), "ACTIVE"), "OrdersByDate": (BY_DATE.schema, "DELETING"),
    })), (bad("index OrdersByStatus on status (S), date (N)", "status (S) as HASH"),
            bad("index OrdersByDate ACTIVE", "DELETING"))),
    Example(INDEXES, "a local one besides", (TABLE, description(indexes={
        "OrdersByStatus": (BY_STATUS.schema, "ACTIVE"), "OrdersByDate": (BY_DATE.schema, "ACTIVE"),
        "local": ((("HASH", ID), ("RANGE", DATE)), LOCAL),
    })), (bad("no undeclared index", "index local on order_id (S), date (N)"),)),
    Example(ON_DEMAND, "on demand", (TABLE, description())),
    Example(ON_DEMAND, "provisioned", (TABLE, description(billing_mode="PROVISIONED")),
            (bad("PAY_PER_REQUEST", "PROVISIONED"),)),
    Example(ON_DEMAND, "never on demand", (TABLE, description(billing_mode=None)),
            (bad("PAY_PER_REQUEST", "PROVISIONED (never was on-demand)"),)),
    Example(PROTECTION, "on", (TABLE, description())),
    Example(PROTECTION, "not told", (TABLE, description(deletion_protection=None)),
            (Undecided(HERE, "DescribeTable does not say whether deletion protection is on"),)),
    Example(PROTECTION, "off", (TABLE, description(deletion_protection=False)),
            (bad("deletion protection on", "off"),)),
    Example(ENCRYPTION, "KMS", (TABLE, description())),
    Example(ENCRYPTION, "a key that AWS owns", (TABLE, description(encryption=None)),
            (bad("KMS, ENABLED", "a key that AWS owns"),)),
    Example(ENCRYPTION, "not KMS", (TABLE, description(encryption=encryption(type="AES256"))),
            (bad("KMS, ENABLED", "AES256, ENABLED"),)),
    Example(ENCRYPTION, "no type", (TABLE, description(encryption=encryption(type=""))),
            (bad("KMS, ENABLED", "no type, ENABLED"),)),
    Example(ENCRYPTION, "being switched on", (TABLE, description(encryption=encryption(status="ENABLING"))),
            (bad("KMS, ENABLED", "KMS, ENABLING"),)),
    Example(ENCRYPTION, "key out of reach", (TABLE, description(encryption=encryption(inaccessible_since=NOW))),
            (bad("a key that DynamoDB can use", "inaccessible since 2026-02-24 12:00 UTC"),)),
    Example(ENCRYPTION, "off and out of reach",
            (TABLE, description(encryption=encryption(status="DISABLED", inaccessible_since=NOW))),
            (bad("KMS, ENABLED", "KMS, DISABLED"),
                    bad("a key that DynamoDB can use", "inaccessible since 2026-02-24 12:00 UTC"))),
    Example(TAGS, "all, and one more", tagged(Environment="prod", Owner="a", More=""), (), REQUIRED),
    Example(TAGS, "none", tagged(), (bad("tag Environment", "no such tag"), bad("tag Owner", "no such tag")), REQUIRED),
    Example(TAGS, "another value", tagged(Environment="sit", Owner="a"),
            (bad("tag Environment=prod", "Environment=sit"),), REQUIRED),
    Example(TAGS, "another case", tagged(environment="prod", Owner="a"),
            (bad("tag Environment", "no such tag; there is environment, and case matters"),), REQUIRED),
    Example(TAGS, "an empty value", tagged(Environment="prod", Owner=" "),
            (bad("tag Owner with a value", "an empty value"),), REQUIRED),
    Example(TAGS, "an empty value where one is required", tagged(Environment="", Owner="a"),
            (bad("tag Environment=prod", "Environment="),), REQUIRED),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- recovery

PITR, RESTORABLE, PLAN, POINT = (
    dynamodb.point_in_time_recovery, dynamodb.restorable, dynamodb.backup_plan, dynamodb.recovery_point,
)  # fmt: skip
WINDOW = {"days": 35, "fresh_minutes": 15}
WEEK = {"days": 7, "fresh_minutes": 15}
RETENTION, FRESH = {"retention_days": 30}, {"max_age_hours": 2}
KEPT = {**RETENTION, **FRESH}
EITHER = {"fresh_minutes": 15, **FRESH}
RECOVERABLE = "recoverable to at most 15 minutes ago, or a recovery point of the last 2 hours"
RECENT = "a COMPLETED recovery point in vault-prod, at most 2 hours old"
YET = Observation(HERE, "does not exist yet: rolling back deletes what the deployment creates")
UNKNOWN = Undecided(HERE, "enabled, without a recovery period or its ends")


def window(**changes: Any) -> tuple[Table, ContinuousBackups]:
    return TABLE, backups(**changes)


def standing(continuous: ContinuousBackups | None, recovery: RecoveryPoints | None) -> tuple[Table, Restorable]:
    return TABLE, Restorable(continuous, recovery)


def scheduled(schedule: str) -> tuple[Table, list[BackupRule]]:
    return TABLE, [rule(schedule=schedule)]


RECOVERY = [
    Example(PITR, "all limits exactly met", window(latest=NOW - 15 * MINUTE), (), WINDOW),
    Example(PITR, "more than asked for", window(), (), WEEK),
    Example(PITR, "off", (TABLE, OFF), (bad("ENABLED", "DISABLED"),), WINDOW),
    Example(PITR, "being switched on", window(status="ENABLING"), (bad("ENABLED", "ENABLING"),), WINDOW),
    Example(PITR, "an empty status", window(status=""), (bad("ENABLED", ""),), WINDOW),
    Example(PITR, "no recovery period", window(days=None), (UNKNOWN,), WINDOW),
    Example(PITR, "no earliest time", window(earliest=None), (UNKNOWN,), WINDOW),
    Example(PITR, "no latest time", window(latest=None), (UNKNOWN,), WINDOW),
    Example(PITR, "a day too short", window(days=34, earliest=NOW - 34 * DAY),
            (bad("a window of at least 35 days", "34 days"),), WINDOW),
    Example(PITR, "exactly a week", window(days=7, earliest=NOW - 7 * DAY), (), WEEK),
    Example(PITR, "six days for a week", window(days=6, earliest=NOW - 6 * DAY),
            (bad("a window of at least 7 days", "6 days"),), WEEK),
    Example(PITR, "a second too old", window(latest=NOW - 15 * MINUTE - timedelta(seconds=1)),
            (bad("restorable to at most 15 minutes ago", "16 minutes ago"),), WINDOW),
    Example(PITR, "dated ahead", window(latest=NOW + HOUR),
            (Undecided(HERE, "a time of what can be restored is 1 hours ahead"),), WINDOW),
    Example(PITR, "made in the future", window(created=NOW + DAY, earliest=NOW + HOUR),
            (Undecided(HERE, "a time of what can be restored is 24 hours ahead"),), WINDOW),
    Example(PITR, "stopped four days ago", window(latest=NOW - 4 * DAY),
            (bad("restorable to at most 15 minutes ago", "4.0 days ago"),), WINDOW),
    Example(PITR, "stopped five hours ago", window(latest=NOW - 5 * HOUR),
            (bad("restorable to at most 15 minutes ago", "5 hours ago"),), WINDOW),
    Example(PITR, "stopped five hours and seven minutes ago", window(latest=NOW - 5 * HOUR - 7 * MINUTE),
            (bad("restorable to at most 15 minutes ago", "5 hours 7 minutes ago"),), WINDOW),
    Example(PITR, "stopped a minute less than three days ago", window(latest=NOW - 3 * DAY + MINUTE),
            (bad("restorable to at most 15 minutes ago", "71 hours 59 minutes ago"),), WINDOW),
    Example(PITR, "stopped three days and a half ago", window(latest=NOW - 84 * HOUR),
            (bad("restorable to at most 15 minutes ago", "3.5 days ago"),), WINDOW),
    Example(PITR, "switched off and on", window(earliest=NOW - 4 * DAY),
            (bad("restorable from 35.0 days ago on", "from 4.0 days ago: switched on, or its period raised, since then"),), WINDOW),
    Example(PITR, "a table three days old", window(created=NOW - 3 * DAY, earliest=NOW - 3 * DAY + HOUR), (), WINDOW),
    Example(PITR, "a table of this minute", window(created=NOW - MINUTE, earliest=NOW - MINUTE), (), WINDOW),
    Example(PITR, "a young table, switched off and on", window(created=NOW - 5 * DAY, earliest=NOW - 2 * HOUR),
            (bad("restorable from 5.0 days ago on", "from 2 hours ago: switched on, or its period raised, since then"),), WINDOW),
    Example(PITR, "too short, too old and reset", window(days=1, earliest=NOW - 3 * HOUR, latest=NOW - 2 * HOUR), (
        bad("a window of at least 35 days", "1 days"),
        bad("restorable to at most 15 minutes ago", "2 hours ago"),
        bad("restorable from 23 hours ago on", "from 3 hours ago: switched on, or its period raised, since then"),
    ), WINDOW),
    # The earliest time moves with AWS's clock, the time of the answer comes from another one.
    Example(PITR, "a full window, by a clock that is a second behind", window(as_of=NOW - timedelta(seconds=1)), (),
            WINDOW),
    Example(RESTORABLE, "does not exist yet", standing(None, None), (YET,), EITHER),
    Example(RESTORABLE, "by point-in-time recovery", standing(backups(), points()),
            (Observation(HERE, "restorable to any second from 2026-01-20 12:00 to 2026-02-24 11:55 UTC"),), EITHER),
    Example(RESTORABLE, "from a recovery point",
            standing(OFF, points(point(HOUR, "PARTIAL"), point(2 * HOUR), point(3 * HOUR))),
            (Observation(HERE, "restorable to 2026-02-24 10:00 UTC, from vault-prod"),), EITHER),
    Example(RESTORABLE, "enabled without a window, a recovery point",
            standing(backups(earliest=None), points(point(HOUR))),
            (Observation(HERE, "restorable to 2026-02-24 11:00 UTC, from vault-prod"),), EITHER),
    Example(RESTORABLE, "neither", standing(OFF, points()),
            (bad(RECOVERABLE, "point-in-time recovery DISABLED, 0 of 0 recovery points COMPLETED"),), EITHER),
    Example(RESTORABLE, "an empty window, points of no use",
            standing(backups(earliest=NOW, latest=NOW), points(point(HOUR, "EXPIRED"), point(HOUR, "PARTIAL"))),
            (bad(RECOVERABLE, "point-in-time recovery ENABLED to 2026-02-24 12:00 UTC, 0 of 2 recovery points COMPLETED"),),
            EITHER),
    Example(RESTORABLE, "a window that ended long ago, and an old recovery point",
            standing(backups(latest=NOW - DAY), points(point(3 * HOUR))),
            (bad(RECOVERABLE, "point-in-time recovery ENABLED to 2026-02-23 12:00 UTC, 1 of 1 recovery points COMPLETED, "
                 "the last at 2026-02-24 09:00 UTC"),), EITHER),
    Example(RESTORABLE, "a window and a recovery point dated ahead",
            standing(backups(latest=NOW + HOUR), points(point(-HOUR))),
            (bad(RECOVERABLE, "point-in-time recovery ENABLED to 2026-02-24 13:00 UTC, 1 of 1 recovery points COMPLETED, "
                 "the last at 2026-02-24 13:00 UTC"),), EITHER),
    Example(PLAN, "hourly, exactly long enough", (TABLE, [rule()]), (), RETENTION),
    *(Example(PLAN, f"every hour, written {schedule}", (TABLE, [rule(schedule=schedule)]), (), RETENTION) for schedule in (
        "cron(0 0-23/1 * * ? *)", "cron(0 * 1/1 * ? *)", "cron(0 * ? * SUN-SAT *)", "cron(30 * ? 1-12 1-7 *)",
        f"cron(0 {','.join(map(str, range(24)))} 1-31 * ? *)",
    )),
    *(Example(PLAN, f"not every hour: {schedule}", (TABLE, [rule(schedule=schedule)]), (bad("a backup every hour", schedule),),
              RETENTION) for schedule in (
        "cron(0 1-23 * * ? *)", "cron(0 0-23/2 * * ? *)", "cron(0 * ? * MON-FRI *)", "cron(0 * 1 * ? *)", "cron(0 1/1 * * ? *)",
    )),
    Example(PLAN, "kept for ever", (TABLE, [rule(retention_days=None)]), (), RETENTION),
    Example(PLAN, "a daily rule beside the hourly one", (TABLE, [rule(schedule="cron(0 5 * * ? *)"), rule()]), (),
            RETENTION),
    Example(PLAN, "every hour as a rate", scheduled("rate(1 hour)"), (), RETENTION),
    Example(PLAN, "every 60 minutes", scheduled("rate(60 minutes)"), (), RETENTION),
    Example(PLAN, "every hour as a step", scheduled("cron(15 0/1 ? * * *)"), (), RETENTION),
    Example(PLAN, "no rule", (TABLE, []),
            (bad("selected by a backup plan", "no backup plan of the region selects it"),), RETENTION),
    Example(PLAN, "another vault", (TABLE, [rule(vault="b"), rule(vault="a"), rule(vault="b")]),
            (bad("backed up to vault-prod", "a, b"),), RETENTION),
    Example(PLAN, "every 61 minutes", scheduled("rate(61 minutes)"), (bad("a backup every hour", "rate(61 minutes)"),),
            RETENTION),
    Example(PLAN, "every two hours", scheduled("rate(2 hours)"), (bad("a backup every hour", "rate(2 hours)"),),
            RETENTION),
    Example(PLAN, "every day", scheduled("rate(1 day)"), (bad("a backup every hour", "rate(1 day)"),), RETENTION),
    Example(PLAN, "every hour on weekdays", scheduled("cron(0 * ? * MON-FRI *)"),
            (bad("a backup every hour", "cron(0 * ? * MON-FRI *)"),), RETENTION),
    Example(PLAN, "every hour of one year", scheduled("cron(0 * * * ? 2025)"),
            (bad("a backup every hour", "cron(0 * * * ? 2025)"),), RETENTION),
    Example(PLAN, "every second hour", scheduled("cron(0 0/2 * * ? *)"),
            (bad("a backup every hour", "cron(0 0/2 * * ? *)"),), RETENTION),
    Example(PLAN, "not a schedule", scheduled("hourly"), (bad("a backup every hour", "hourly"),), RETENTION),
    Example(PLAN, "a day too short", (TABLE, [rule(retention_days=29)]), (bad("kept for at least 30 days", "29 days"),),
            RETENTION),
    Example(PLAN, "the daily rule alone keeps them long enough",
            (TABLE, [rule(retention_days=7), rule(retention_days=1), rule(schedule="rate(1 day)", retention_days=365)]),
            (bad("kept for at least 30 days", "1 days, 7 days"),), RETENTION),
    Example(POINT, "an hour old", (TABLE, points(point(HOUR))), (), FRESH),
    Example(POINT, "exactly as old as allowed", (TABLE, points(point(2 * HOUR))), (), FRESH),
    Example(POINT, "the newest is still running", (TABLE, points(point(0 * HOUR, "CREATING"), point(HOUR))), (), FRESH),
    Example(POINT, "a second too old", (TABLE, points(point(2 * HOUR + timedelta(seconds=1)))),
            (bad(RECENT, "the last is 2 hours 1 minutes old"),), FRESH),
    Example(POINT, "dated ahead", (TABLE, points(point(-HOUR))),
            (Undecided(HERE, "the last recovery point is dated 1 hours ahead"),), FRESH),
    Example(POINT, "days old", (TABLE, points(point(HOUR, "PARTIAL"), point(5 * DAY))),
            (bad(RECENT, "the last is 5.0 days old"),), FRESH),
    Example(POINT, "three hours and a quarter old", (TABLE, points(point(195 * MINUTE))),
            (bad(RECENT, "the last is 3 hours 15 minutes old"),), FRESH),
    Example(POINT, "none", (TABLE, points()), (bad(RECENT, "no recovery point"),), FRESH),
    Example(POINT, "none that is whole",
            (TABLE, points(point(HOUR, "PARTIAL"), point(HOUR, "EXPIRED"), point(HOUR, "PARTIAL"))),
            (bad(RECENT, "none COMPLETED, only EXPIRED, PARTIAL"),), FRESH),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- disaster recovery

REPLICATED, LATENCY, COPY = dynamodb.replica_active, dynamodb.replication_latency, dynamodb.backup_copy
SECOND = {"limit_ms": 1000}
COPIED = "a COMPLETED recovery point in vault-prod, at most 3 hours old"
NO_RULE = "an hourly backup rule that copies to vault-prod"
NO_COPY = bad_replica(NO_RULE, "none does")


def elsewhere(arn: str) -> BackupRule:
    return rule(copies=((arn, 30),))


def here(days: int | None) -> tuple[str, int | None]:
    return f"arn:aws:backup:eu-west-1:093646564004:backup-vault:{VAULT}", days


DR = [
    Example(REPLICATED, "active", (REPLICA, {"eu-west-1": "ACTIVE"})),
    Example(REPLICATED, "active beside one that is not", (REPLICA, {"us-east-1": "CREATING", "eu-west-1": "ACTIVE"})),
    Example(REPLICATED, "no replica at all", (REPLICA, {}), (bad_replica("an ACTIVE replica", "no replica"),)),
    Example(REPLICATED, "replicated elsewhere", (REPLICA, {"us-east-1": "ACTIVE", "eu-west-2": "ACTIVE"}),
            (bad_replica("an ACTIVE replica", "no replica; replicated to eu-west-2, us-east-1"),)),
    Example(REPLICATED, "its key is out of reach", (REPLICA, {"eu-west-1": "INACCESSIBLE_ENCRYPTION_CREDENTIALS"}),
            (bad_replica("an ACTIVE replica", "INACCESSIBLE_ENCRYPTION_CREDENTIALS"),)),
    Example(REPLICATED, "being made", (REPLICA, {"eu-west-1": "CREATING"}),
            (bad_replica("an ACTIVE replica", "CREATING"),)),
    Example(LATENCY, "always under the limit", minutes(200, 999.4, 300),
            (Observation(THERE, "999 ms in the worst of 3 minutes"),), SECOND),
    Example(LATENCY, "nothing arrives any more", minutes(200, 0),
            (bad_replica("writes that arrive", "ReplicationLatency dropped to 0: replication has stalled"),), SECOND),
    Example(LATENCY, "arriving again", minutes(0, 200), (Observation(THERE, "200 ms in the worst of 2 minutes"),), SECOND),
    Example(LATENCY, "the limit itself", minutes(200, 1000),
            (bad_replica("under 1000 ms", "1000 ms in the worst minute"),), SECOND),
    Example(LATENCY, "one minute over it", minutes(1, 1, 5000, 1),
            (bad_replica("under 1000 ms", "5000 ms in the worst minute"),), SECOND),
    Example(LATENCY, "nothing written", minutes(),
            (Undecided(THERE, "no ReplicationLatency in the last 1 hours: nothing was written"),), SECOND),
    Example(COPY, "copied an hour ago", copied(rule(), to=points(point(HOUR))), (), KEPT),
    Example(COPY, "an hour over the schedule, exactly", copied(rule(), to=points(point(3 * HOUR))), (), KEPT),
    Example(COPY, "one of two rules copies", copied(rule(copies=()), rule(), to=points(point(HOUR))), (), KEPT),
    Example(COPY, "a second too old", copied(rule(), to=points(point(3 * HOUR + timedelta(seconds=1)))),
            (bad_replica(COPIED, "the last is 3 hours 1 minutes old"),), KEPT),
    Example(COPY, "no copy there", copied(rule(), to=points()), (bad_replica(COPIED, "no recovery point"),), KEPT),
    Example(COPY, "a copy that failed", copied(rule(), to=points(point(HOUR, "PARTIAL"))),
            (bad_replica(COPIED, "none COMPLETED, only PARTIAL"),), KEPT),
    Example(COPY, "no rule copies", copied(rule(copies=()), to=points(point(HOUR))), (NO_COPY,), KEPT),
    Example(COPY, "no rule at all and no copy", copied(to=points()),
            (NO_COPY, bad_replica(COPIED, "no recovery point")), KEPT),
    Example(COPY, "to another region",
            copied(elsewhere("arn:aws:backup:us-east-1:093646564004:backup-vault:vault-prod"), to=points(point(HOUR))),
            (NO_COPY,), KEPT),
    Example(COPY, "to another account",
            copied(elsewhere("arn:aws:backup:eu-west-1:815856636111:backup-vault:vault-prod"), to=points(point(HOUR))),
            (NO_COPY,), KEPT),
    Example(COPY, "to a vault whose name begins so",
            copied(elsewhere("arn:aws:backup:eu-west-1:093646564004:backup-vault:vault-prod-2"),
            to=points(point(HOUR))),
            (NO_COPY,), KEPT),
    Example(COPY, "kept for ever, and by another rule too short",
            copied(rule(copies=(here(None),)), rule(copies=(here(1),)), to=points(point(HOUR))), (), KEPT),
    Example(COPY, "kept long enough once a month", copied(rule(copies=(here(1),)),
            rule(copies=(here(365),), schedule="cron(0 5 1 * ? *)"), to=points(point(HOUR))),
            (bad_replica("copies kept for at least 30 days", "1 days"),), KEPT),
    Example(COPY, "copied from another vault", copied(rule(vault="vault-2"), to=points(point(HOUR))), (NO_COPY,), KEPT),
    Example(COPY, "a copy deleted after a day", copied(rule(copies=(here(1),)), to=points(point(HOUR))),
            (bad_replica("copies kept for at least 30 days", "1 days"),), KEPT),
]  # fmt: skip

EXAMPLES = [*NAMES, *TABLES, *RECOVERY, *DR]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


def test_a_backup_without_a_schedule_is_told_in_words() -> None:
    """AWS Backup takes a rule without a schedule for a daily one; a reader must not be shown an empty text."""
    (problem,) = dynamodb.backup_plan(TABLE, [rule(schedule="")], retention_days=30)
    assert isinstance(problem, Problem)
    assert problem.observed.strip()


def test_a_table_whose_recovery_points_are_unknown_is_not_said_to_be_new() -> None:
    findings = list(dynamodb.restorable(TABLE, Restorable(OFF, None), **EITHER))
    assert any(isinstance(finding, Problem | Undecided) for finding in findings)
