"""The checks of DynamoDB tables, their backups and their replicas."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks import Finding, Observation, Problem, Seen, Undecided, dynamodb
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

# The lines of the promotion plans that the checks give evidence for.
CITED = {
    "04.deletion",
    "04.dr",
    "04.inventory",
    "04.on-demand",
    "04.pitr",
    "estate.conventions",
    "post.database-replication",
    "pre.backup-documented",
    "pre.rollback-tested",
    "prod.deployed",
    "risk.table-names",
    "rollback.dynamodb",
    "sit.no-deployment-errors",
}

# Checks that fail by no fault alone, and why.
NOT_BY_ONE_FAULT = {
    "dynamodb.name-convention": "it judges the names in the plan, not the estate",
    "dynamodb.restorable": "point-in-time recovery or a recovery point suffices, so two things must be bad",
}


# ---------------------------------------------------------------------------------------------- facts


def good(expected: str, observed: str) -> Seen:
    return Seen(HERE, expected, observed)


def bad(expected: str, observed: str) -> Problem:
    return Problem(HERE, expected, observed)


def good_replica(expected: str, observed: str) -> Seen:
    return Seen(THERE, expected, observed)


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
    return RecoveryPoints(VAULT, True, those, NOW)


NO_VAULT = RecoveryPoints(VAULT, False, (), NOW)


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
LIKE = "a name like *-prod"


def named(name: str) -> Seen:
    return Seen(name, LIKE, name)


def misnamed(name: str) -> Problem:
    return Problem(name, LIKE, name)


def alone(among: int) -> Seen:
    return Seen("orders-prod", NO_TWIN, f"no other like it among {among}")


def twin(name: str) -> Problem:
    return Problem("orders-prod", NO_TWIN, f"{name} exists beside it")


def none_of(beside: str, like: str = "*-prod or tagged Project=bbws") -> tuple[Seen]:
    return (Seen("af-south-1", f"nothing undeclared like {like}", f"2 declared, {beside} beside them, none of those"),)


NAMES = [
    Example(CONVENTION, "all named so", (naming(),), (named("orders-prod"), named("users-prod"))),
    Example(CONVENTION, "one is not", (naming(own=("orders-prod", "users-sit")),), (named("orders-prod"), misnamed("users-sit"))),
    Example(CONVENTION, "none is", (naming(own=("orders", "users")),), (misnamed("orders"), misnamed("users"))),
    Example(CONVENTION, "none declared", (naming(own=()),), (Seen("af-south-1", LIKE, "the plan declares none here"),)),
    Example(CONVENTION, "an empty name", (naming(own=("",)),), (misnamed(""),)),
    Example(CONVENTION, "another case", (naming(own=("orders-PROD",)),), (misnamed("orders-PROD"),)),
    Example(CONVENTION, "the convention's end in the middle", (naming(own=("orders-prod-2",)),), (misnamed("orders-prod-2"),)),
    Example(AVAILABLE, "no table at all", (TABLE, []), (alone(0), FREE)),
    Example(AVAILABLE, "free beside others", (TABLE, ["users-prod", "order-prod"]), (alone(2), FREE)),
    Example(AVAILABLE, "the account's own", (TABLE, ["orders-prod", "users-prod"]), (alone(2), OURS)),
    Example(AVAILABLE, "another case exists", (TABLE, ["Orders-Prod"]), (twin("Orders-Prod"), FREE)),
    Example(AVAILABLE, "other separators exist", (TABLE, ["orders_prod"]), (twin("orders_prod"), FREE)),
    Example(
        AVAILABLE, "two that are mistaken for it", (TABLE, ["orders.prod", "orders-prod", "ordersprod"]),
        (twin("orders.prod"), twin("ordersprod"), OURS),
    ),
    Example(UNDECLARED, "nothing beside the declared", (naming(), {}), none_of("0 others")),
    Example(UNDECLARED, "somebody else's", (naming(), {"carts-dev": {}, "other": {"Project": "else"}}), none_of("2 others")),
    Example(UNDECLARED, "no project to know by a tag", (naming(project=""), {"other": {"Project": ""}}),
            none_of("1 other", "*-prod")),
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
        UNDECLARED, "two at once", (naming(), {"qqqqqqqqqqqq-prod": {"Project": "bbws"}, "dev": {}, "yy": {"Project": "bbws"}}),
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

ON_STATUS, ON_DATE = "index OrdersByStatus on status (S), date (N)", "index OrdersByDate on date (N)"
STATUS_KEYS, DATE_KEYS = good(ON_STATUS, "status (S) as HASH, date (N) as RANGE"), good(ON_DATE, "date (N) as HASH")
STATUS_ACTIVE, DATE_ACTIVE = (good(f"index {name} ACTIVE", "ACTIVE") for name in ("OrdersByStatus", "OrdersByDate"))
GOOD_STATUS, GOOD_DATE = (STATUS_KEYS, STATUS_ACTIVE), (DATE_KEYS, DATE_ACTIVE)
NO_OTHER = good("no undeclared index", "none")

KMS, OWN_KEY = good("KMS, ENABLED", "KMS, ENABLED"), good("a key of account 093646564004", encryption().key)
LOST = bad("a key that DynamoDB can use", "inaccessible since 2026-02-24 12:00 UTC")
USED = good("a key that DynamoDB can use", "not told to be inaccessible")
IN_PROD, OWNED = good("tag Environment=prod", "Environment=prod"), good("tag Owner with a value", "Owner=a")


def indexed(**changes: Any) -> tuple[Table, TableDescription]:
    """The table with its indexes, but for the changes; a change to None leaves one out."""
    found = {**description().indexes, **changes}
    return TABLE, description(indexes={name: index for name, index in found.items() if index is not None})


def keyed(*keys: tuple[str, Attribute], status: str = "ACTIVE") -> tuple[tuple[tuple[str, Attribute], ...], str]:
    return keys, status


def encrypted(**changes: Any) -> tuple[Table, TableDescription]:
    return TABLE, description(encryption=encryption(**changes))


def tagged(**tags: str) -> tuple[Table, dict[str, str]]:
    return TABLE, tags


TABLES = [
    Example(ACTIVE, "active", (TABLE, "ACTIVE", ["orders-prod"]), (good("ACTIVE", "ACTIVE"),)),
    Example(ACTIVE, "being made", (TABLE, "CREATING", ["orders-prod"]), (bad("ACTIVE", "CREATING"),)),
    Example(ACTIVE, "its key is out of reach", (TABLE, "INACCESSIBLE_ENCRYPTION_CREDENTIALS", ["orders-prod"]),
            (bad("ACTIVE", "INACCESSIBLE_ENCRYPTION_CREDENTIALS"),)),
    Example(ACTIVE, "an empty status", (TABLE, "", ["orders-prod"]), (bad("ACTIVE", "none"),)),
    Example(ACTIVE, "not listed", (TABLE, "ACTIVE", ["users-prod"]),
            (good("ACTIVE", "ACTIVE"), Undecided(HERE, "DescribeTable shows it, and ListTables does not"))),
    Example(ACTIVE, "absent, a near name exists", (TABLE, None, ["users-prod", "order-prod"]),
            (bad("ACTIVE", "missing; the closest existing name is order-prod"),)),
    Example(ACTIVE, "absent, no table at all", (TABLE, None, []),
            (bad("ACTIVE", "missing; no existing name is close to it"),)),
    Example(PARTITION_KEY, "as declared", (TABLE, description()), (good("order_id (S)", "order_id (S)"),)),
    Example(PARTITION_KEY, "another attribute", (TABLE, description(keys=(("HASH", STATUS),))),
            (bad("order_id (S)", "status (S)"),)),
    Example(PARTITION_KEY, "another type", (TABLE, description(keys=(("HASH", Attribute("order_id", "N")),))),
            (bad("order_id (S)", "order_id (N)"),)),
    Example(PARTITION_KEY, "a sort key besides", (TABLE, description(keys=(("HASH", ID), ("RANGE", DATE)))),
            (bad("order_id (S)", "order_id (S), date (N)"),)),
    Example(PARTITION_KEY, "none", (TABLE, description(keys=())), (bad("order_id (S)", "none"),)),
    Example(INDEXES, "as declared", indexed(), (*GOOD_STATUS, *GOOD_DATE, NO_OTHER)),
    Example(INDEXES, "none declared, none there", (replace(TABLE, indexes=()), description(indexes={})),
            (good("no index", "none"),)),
    Example(INDEXES, "none there", (TABLE, description(indexes={})), (
        bad(ON_STATUS, "missing; no existing name is close to it"),
        bad(ON_DATE, "missing; no existing name is close to it"), NO_OTHER,
    )),
    Example(INDEXES, "one misnamed", indexed(OrdersByDate=None, OrderByDate=(BY_DATE.schema, "ACTIVE")), (
        *GOOD_STATUS, bad(ON_DATE, "missing; the closest existing name is OrderByDate"),
        bad("no undeclared index", "index OrderByDate on date (N)"),
    )),
    Example(INDEXES, "none declared, two there", (replace(TABLE, indexes=()), description()),
            (bad("no index", ON_STATUS), bad("no index", ON_DATE))),
    Example(INDEXES, "keys in another order", indexed(OrdersByStatus=keyed(("HASH", DATE), ("RANGE", STATUS))),
            (bad(ON_STATUS, "date (N) as HASH, status (S) as RANGE"), STATUS_ACTIVE, *GOOD_DATE, NO_OTHER)),
    Example(INDEXES, "two partition keys instead of a sort key",
            indexed(OrdersByStatus=keyed(("HASH", STATUS), ("HASH", DATE))),
            (bad(ON_STATUS, "status (S) as HASH, date (N) as HASH"), STATUS_ACTIVE, *GOOD_DATE, NO_OTHER)),
    Example(INDEXES, "no keys", indexed(OrdersByDate=keyed()), (*GOOD_STATUS, bad(ON_DATE, "none"), DATE_ACTIVE, NO_OTHER)),
    Example(INDEXES, "another type and being made",
            indexed(OrdersByDate=keyed(("HASH", Attribute("date", "S")), status="CREATING")),
            (*GOOD_STATUS, bad(ON_DATE, "date (S) as HASH"), bad("index OrdersByDate ACTIVE", "CREATING"), NO_OTHER)),
    Example(INDEXES, "a sort key missing, another being deleted",
            indexed(OrdersByStatus=keyed(("HASH", STATUS)), OrdersByDate=(BY_DATE.schema, "DELETING")),
            (bad(ON_STATUS, "status (S) as HASH"), STATUS_ACTIVE,
             DATE_KEYS, bad("index OrdersByDate ACTIVE", "DELETING"), NO_OTHER)),
    Example(INDEXES, "a local one besides", indexed(local=keyed(("HASH", ID), ("RANGE", DATE), status=LOCAL)),
            (*GOOD_STATUS, *GOOD_DATE, bad("no undeclared index", "index local on order_id (S), date (N)"))),
    Example(INDEXES, "a local one instead", indexed(OrdersByDate=(BY_DATE.schema, LOCAL)),
            (*GOOD_STATUS, DATE_KEYS, bad("index OrdersByDate ACTIVE", "a local index"), NO_OTHER)),
    Example(ON_DEMAND, "on demand", (TABLE, description()), (good("PAY_PER_REQUEST", "PAY_PER_REQUEST"),)),
    Example(ON_DEMAND, "provisioned", (TABLE, description(billing_mode="PROVISIONED")),
            (bad("PAY_PER_REQUEST", "PROVISIONED"),)),
    Example(ON_DEMAND, "never on demand", (TABLE, description(billing_mode=None)),
            (bad("PAY_PER_REQUEST", "PROVISIONED (never was on-demand)"),)),
    Example(PROTECTION, "on", (TABLE, description()), (good("deletion protection on", "on"),)),
    Example(PROTECTION, "not told", (TABLE, description(deletion_protection=None)),
            (Undecided(HERE, "DescribeTable does not say whether deletion protection is on"),)),
    Example(PROTECTION, "off", (TABLE, description(deletion_protection=False)),
            (bad("deletion protection on", "off"),)),
    Example(ENCRYPTION, "KMS", encrypted(), (KMS, OWN_KEY, USED)),
    Example(ENCRYPTION, "a key that AWS owns", (TABLE, description(encryption=None)),
            (bad("KMS, ENABLED", "a key that AWS owns"),)),
    Example(ENCRYPTION, "not KMS", encrypted(type="AES256"), (bad("KMS, ENABLED", "AES256, ENABLED"), OWN_KEY, USED)),
    Example(ENCRYPTION, "no type", encrypted(type=""), (bad("KMS, ENABLED", "no type, ENABLED"), OWN_KEY, USED)),
    Example(ENCRYPTION, "being switched on", encrypted(status="ENABLING"),
            (bad("KMS, ENABLED", "KMS, ENABLING"), OWN_KEY, USED)),
    Example(ENCRYPTION, "no key named", encrypted(key=""),
            (KMS, Undecided(HERE, "DescribeTable names no key: it is not known whose it is"), USED)),
    Example(ENCRYPTION, "the key of another account", encrypted(key="arn:aws:kms:af-south-1:815856636111:key/1"),
            (KMS, bad("a key of account 093646564004", "arn:aws:kms:af-south-1:815856636111:key/1"), USED)),
    Example(ENCRYPTION, "key out of reach", encrypted(inaccessible_since=NOW), (KMS, OWN_KEY, LOST)),
    Example(ENCRYPTION, "off and out of reach", encrypted(status="DISABLED", inaccessible_since=NOW),
            (bad("KMS, ENABLED", "KMS, DISABLED"), OWN_KEY, LOST)),
    Example(TAGS, "all, and one more", tagged(Environment="prod", Owner="a", More=""), (IN_PROD, OWNED), REQUIRED),
    Example(TAGS, "none required", tagged(Owner="a", More=""), (good("no tag in particular", "More, Owner"),), {"required": {}}),
    Example(TAGS, "none required, none there", tagged(), (good("no tag in particular", "no tag"),), {"required": {}}),
    Example(TAGS, "none", tagged(),
            (bad("tag Environment=prod", "no such tag"), bad("tag Owner with a value", "no such tag")), REQUIRED),
    Example(TAGS, "another value", tagged(Environment="sit", Owner="a"),
            (bad("tag Environment=prod", "Environment=sit"), OWNED), REQUIRED),
    Example(TAGS, "another case", tagged(environment="prod", Owner="a"),
            (bad("tag Environment=prod", "no such tag; there is environment, and case matters"), OWNED), REQUIRED),
    Example(TAGS, "an empty value", tagged(Environment="prod", Owner=" "),
            (IN_PROD, bad("tag Owner with a value", "an empty value")), REQUIRED),
    Example(TAGS, "an empty value where one is required", tagged(Environment="", Owner="a"),
            (bad("tag Environment=prod", "an empty value"), OWNED), REQUIRED),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- recovery

PITR, RESTORABLE, PLAN, POINT = (
    dynamodb.point_in_time_recovery, dynamodb.restorable, dynamodb.backup_plan, dynamodb.recovery_point,
)  # fmt: skip
WINDOW = {"days": 35, "fresh_minutes": 15}
WEEK = {"days": 7, "fresh_minutes": 15}
DAILY = {"days": 1, "fresh_minutes": 15}
RETENTION, FRESH = {"retention_days": 30}, {"max_age_hours": 2}
KEPT = {**RETENTION, **FRESH}
EITHER = {"fresh_minutes": 15, **FRESH}

ON, LONG = good("ENABLED", "ENABLED"), good("a window of at least 35 days", "35 days")
LAST, FIRST = "restorable to at most 15 minutes ago", "restorable from {} UTC or earlier"
LATE = good(LAST, "5 minutes (2026-02-24 11:55 UTC)")
EARLY = good(FIRST.format("2026-01-20 13:00"), "2026-01-20 12:00 UTC (35 days ago)")
RESET = ": switched on, or its period raised, since then"
UNKNOWN = Undecided(HERE, "enabled, without a recovery period or its ends")

RECOVERABLE = "recoverable to at most 15 minutes ago, or a recovery point in vault-prod, at most 2 hours old"
YET = good(RECOVERABLE, "does not exist yet: rolling back deletes what the deployment creates")
HALF = Undecided(HERE, "half of what it could be restored from is not known")
IS_OFF = "point-in-time recovery DISABLED"
RECENT = "a COMPLETED recovery point in vault-prod, at most 2 hours old"

RULE, CRON = "rule hourly of plan tables", "cron(0 * * * ? *)"
SELECTED, STORED = good("selected by a backup plan", RULE), good("backed up to vault-prod", f"vault-prod ({RULE})")
HOURLY, LASTING = good("a backup every hour", f"{CRON} ({RULE})"), good("kept for at least 30 days", f"30 days ({RULE})")


def window(**changes: Any) -> tuple[Table, ContinuousBackups]:
    return TABLE, backups(**changes)


def late(observed: str) -> tuple[Finding, ...]:
    return (ON, LONG, bad(LAST, observed), EARLY)


def standing(continuous: ContinuousBackups | None, recovery: RecoveryPoints | None) -> tuple[Table, Restorable]:
    return TABLE, Restorable(continuous, recovery)


def scheduled(schedule: str) -> tuple[Table, list[BackupRule]]:
    return TABLE, [rule(schedule=schedule)]


def every_hour(schedule: str) -> tuple[Finding, ...]:
    return (SELECTED, STORED, good("a backup every hour", f"{schedule} ({RULE})"), LASTING)


def too_rare(schedule: str) -> tuple[Finding, ...]:
    return (SELECTED, STORED, bad("a backup every hour", f"{schedule} ({RULE})"))


RECOVERY = [
    Example(PITR, "all limits exactly met", window(latest=NOW - 15 * MINUTE, earliest=NOW - 35 * DAY + HOUR), (
        ON, LONG, good(LAST, "15 minutes (2026-02-24 11:45 UTC)"),
        good(FIRST.format("2026-01-20 13:00"), "2026-01-20 13:00 UTC (34 days 23 hours ago)"),
    ), WINDOW),
    Example(PITR, "more than asked for", window(),
            (ON, good("a window of at least 7 days", "35 days"), LATE,
             good(FIRST.format("2026-02-17 13:00"), "2026-01-20 12:00 UTC (35 days ago)")), WEEK),
    Example(PITR, "off", (TABLE, OFF), (bad("ENABLED", "DISABLED"),), WINDOW),
    Example(PITR, "being switched on", window(status="ENABLING"), (bad("ENABLED", "ENABLING"),), WINDOW),
    Example(PITR, "an empty status", window(status=""), (bad("ENABLED", "none"),), WINDOW),
    Example(PITR, "no recovery period", window(days=None), (ON, UNKNOWN), WINDOW),
    Example(PITR, "no earliest time", window(earliest=None), (ON, UNKNOWN), WINDOW),
    Example(PITR, "no latest time", window(latest=None), (ON, UNKNOWN), WINDOW),
    Example(PITR, "a day too short", window(days=34, earliest=NOW - 34 * DAY),
            (ON, bad("a window of at least 35 days", "34 days"), LATE,
             good(FIRST.format("2026-01-21 13:00"), "2026-01-21 12:00 UTC (34 days ago)")), WINDOW),
    Example(PITR, "exactly a week", window(days=7, earliest=NOW - 7 * DAY),
            (ON, good("a window of at least 7 days", "7 days"), LATE,
             good(FIRST.format("2026-02-17 13:00"), "2026-02-17 12:00 UTC (7 days ago)")), WEEK),
    Example(PITR, "six days for a week", window(days=6, earliest=NOW - 6 * DAY),
            (ON, bad("a window of at least 7 days", "6 days"), LATE,
             good(FIRST.format("2026-02-18 13:00"), "2026-02-18 12:00 UTC (6 days ago)")), WEEK),
    Example(PITR, "exactly a day", window(days=1, earliest=NOW - DAY),
            (ON, good("a window of at least 1 day", "1 day"), LATE,
             good(FIRST.format("2026-02-23 13:00"), "2026-02-23 12:00 UTC (24 hours ago)")), DAILY),
    Example(PITR, "a second too old", window(latest=NOW - 15 * MINUTE - timedelta(seconds=1)),
            late("16 minutes (2026-02-24 11:44 UTC)"), WINDOW),
    Example(PITR, "dated ahead", window(latest=NOW + HOUR), (
        ON, LONG, Undecided(HERE, "a time of what can be restored is 1 hour ahead (2026-02-24 13:00 UTC)"), EARLY,
    ), WINDOW),
    Example(PITR, "ahead by as much as clocks differ", window(latest=NOW + 5 * MINUTE),
            (ON, LONG, good(LAST, "0 minutes (2026-02-24 12:05 UTC)"), EARLY), WINDOW),
    Example(PITR, "made in the future", window(created=NOW + DAY, earliest=NOW + HOUR), (
        ON, LONG, Undecided(HERE, "a time of what can be restored is 24 hours ahead (2026-02-25 12:00 UTC)"),
        good(FIRST.format("2026-02-25 13:00"), "2026-02-24 13:00 UTC (0 minutes ago)"),
    ), WINDOW),
    Example(PITR, "stopped four days ago", window(latest=NOW - 4 * DAY), late("4 days (2026-02-20 12:00 UTC)"), WINDOW),
    Example(PITR, "stopped five hours ago", window(latest=NOW - 5 * HOUR), late("5 hours (2026-02-24 07:00 UTC)"), WINDOW),
    Example(PITR, "stopped five hours and seven minutes ago", window(latest=NOW - 5 * HOUR - 7 * MINUTE),
            late("5 hours 7 minutes (2026-02-24 06:53 UTC)"), WINDOW),
    Example(PITR, "stopped a minute less than three days ago", window(latest=NOW - 3 * DAY + MINUTE),
            late("71 hours 59 minutes (2026-02-21 12:01 UTC)"), WINDOW),
    Example(PITR, "stopped three days and a half ago", window(latest=NOW - 84 * HOUR),
            late("3 days 12 hours (2026-02-21 00:00 UTC)"), WINDOW),
    Example(PITR, "switched off and on", window(earliest=NOW - 4 * DAY), (
        ON, LONG, LATE, bad(FIRST.format("2026-01-20 13:00"), f"2026-02-20 12:00 UTC (4 days ago{RESET})"),
    ), WINDOW),
    Example(PITR, "begun a second too late", window(earliest=NOW - 35 * DAY + HOUR + timedelta(seconds=1)), (
        ON, LONG, LATE,
        bad(FIRST.format("2026-01-20 13:00:00.000000"), f"2026-01-20 13:00:01.000000 UTC (34 days 23 hours ago{RESET})"),
    ), WINDOW),
    Example(PITR, "a table three days old", window(created=NOW - 3 * DAY, earliest=NOW - 3 * DAY + HOUR), (
        ON, LONG, LATE, good(FIRST.format("2026-02-21 13:00"), "2026-02-21 13:00 UTC (71 hours ago)"),
    ), WINDOW),
    Example(PITR, "a table of this minute", window(created=NOW - MINUTE, earliest=NOW - MINUTE), (
        ON, LONG, LATE, good(FIRST.format("2026-02-24 12:59"), "2026-02-24 11:59 UTC (1 minute ago)"),
    ), WINDOW),
    Example(PITR, "a young table, switched off and on", window(created=NOW - 5 * DAY, earliest=NOW - 2 * HOUR), (
        ON, LONG, LATE, bad(FIRST.format("2026-02-19 13:00"), f"2026-02-24 10:00 UTC (2 hours ago{RESET})"),
    ), WINDOW),
    Example(PITR, "too short, too old and reset", window(days=1, earliest=NOW - 3 * HOUR, latest=NOW - 2 * HOUR), (
        ON, bad("a window of at least 35 days", "1 day"), bad(LAST, "2 hours (2026-02-24 10:00 UTC)"),
        bad(FIRST.format("2026-02-23 13:00"), f"2026-02-24 09:00 UTC (3 hours ago{RESET})"),
    ), WINDOW),
    # The earliest time moves with AWS's clock, the time of the answer comes from another one.
    Example(PITR, "a full window, by a clock that is a second behind", window(as_of=NOW - timedelta(seconds=1)), (
        ON, LONG, LATE, good(FIRST.format("2026-01-20 12:59"), "2026-01-20 12:00 UTC (35 days ago)"),
    ), WINDOW),
    Example(RESTORABLE, "does not exist yet", standing(None, None), (YET,), EITHER),
    Example(RESTORABLE, "by point-in-time recovery", standing(backups(), points()),
            (good(RECOVERABLE, "any second from 2026-01-20 12:00 UTC to 2026-02-24 11:55 UTC (5 minutes ago)"),), EITHER),
    Example(RESTORABLE, "by point-in-time recovery, the vault missing", standing(backups(), NO_VAULT),
            (good(RECOVERABLE, "any second from 2026-01-20 12:00 UTC to 2026-02-24 11:55 UTC (5 minutes ago)"),), EITHER),
    Example(RESTORABLE, "from a recovery point",
            standing(OFF, points(point(HOUR, "PARTIAL"), point(2 * HOUR), point(3 * HOUR))),
            (good(RECOVERABLE, f"{IS_OFF}; a recovery point of 2026-02-24 10:00 UTC (2 hours ago)"),), EITHER),
    Example(RESTORABLE, "enabled without a window, a recovery point",
            standing(backups(earliest=None), points(point(HOUR))),
            (good(RECOVERABLE, "point-in-time recovery ENABLED to 2026-02-24 11:55 UTC (5 minutes ago); "
                  "a recovery point of 2026-02-24 11:00 UTC (1 hour ago)"),), EITHER),
    Example(RESTORABLE, "neither", standing(OFF, points()), (bad(RECOVERABLE, f"{IS_OFF}; no recovery point"),), EITHER),
    Example(RESTORABLE, "neither, the vault missing", standing(OFF, NO_VAULT),
            (bad(RECOVERABLE, f"{IS_OFF}; vault vault-prod is missing"),), EITHER),
    Example(RESTORABLE, "its recovery points unknown", standing(OFF, None), (HALF,), EITHER),
    Example(RESTORABLE, "its continuous backups unknown", standing(None, points(point(HOUR))), (HALF,), EITHER),
    Example(RESTORABLE, "a recovery point a second too old", standing(OFF, points(point(2 * HOUR + timedelta(seconds=1)))),
            (bad(RECOVERABLE, f"{IS_OFF}; 1 of 1 recovery point COMPLETED, the last of 2026-02-24 09:59 UTC "
                 "(2 hours 1 minute ago)"),), EITHER),
    Example(RESTORABLE, "an empty window, points of no use",
            standing(backups(earliest=NOW, latest=NOW), points(point(HOUR, "EXPIRED"), point(HOUR, "PARTIAL"))),
            (bad(RECOVERABLE, "point-in-time recovery ENABLED to 2026-02-24 12:00 UTC (0 minutes ago); "
                 "none COMPLETED, only EXPIRED, PARTIAL"),), EITHER),
    Example(RESTORABLE, "a window that ended long ago, and an old recovery point",
            standing(backups(latest=NOW - DAY), points(point(3 * HOUR), point(HOUR, "PARTIAL"))),
            (bad(RECOVERABLE, "point-in-time recovery ENABLED to 2026-02-23 12:00 UTC (24 hours ago); "
                 "1 of 2 recovery points COMPLETED, the last of 2026-02-24 09:00 UTC (3 hours ago)"),), EITHER),
    Example(RESTORABLE, "a window and a recovery point dated ahead",
            standing(backups(latest=NOW + HOUR), points(point(-HOUR))),
            (bad(RECOVERABLE, "point-in-time recovery ENABLED to 2026-02-24 13:00 UTC (1 hour ahead); "
                 "1 of 1 recovery point COMPLETED, the last of 2026-02-24 13:00 UTC (1 hour ahead)"),), EITHER),
    Example(PLAN, "hourly, exactly long enough", (TABLE, [rule()]), (SELECTED, STORED, HOURLY, LASTING), RETENTION),
    *(Example(PLAN, f"every hour, written {schedule}", scheduled(schedule), every_hour(schedule), RETENTION) for schedule in (
        "rate(1 hour)", "rate(60 minutes)", "cron(15 0/1 ? * * *)",
        "cron(0 0-23/1 * * ? *)", "cron(0 * 1/1 * ? *)", "cron(0 * ? * SUN-SAT *)", "cron(30 * ? 1-12 1-7 *)",
        f"cron(0 {','.join(map(str, range(24)))} 1-31 * ? *)",
    )),
    *(Example(PLAN, f"not every hour: {schedule}", scheduled(schedule), too_rare(schedule), RETENTION) for schedule in (
        "rate(61 minutes)", "rate(2 hours)", "rate(1 day)", "hourly", "cron(0 0/2 * * ? *)", "cron(0 * * * ? 2025)",
        "cron(0 1-23 * * ? *)", "cron(0 0-23/2 * * ? *)", "cron(0 * ? * MON-FRI *)", "cron(0 * 1 * ? *)", "cron(0 1/1 * * ? *)",
    )),
    # AWS Backup takes a rule without a schedule for a daily one.
    Example(PLAN, "no schedule", scheduled(""), too_rare("no schedule"), RETENTION),
    Example(PLAN, "kept for ever", (TABLE, [rule(retention_days=None)]),
            (SELECTED, STORED, HOURLY, good("kept for at least 30 days", f"for ever ({RULE})")), RETENTION),
    Example(PLAN, "a daily rule beside the hourly one", (TABLE, [rule(name="daily", schedule="cron(0 5 * * ? *)"), rule()]), (
        good("selected by a backup plan", f"rule daily of plan tables, {RULE}"),
        good("backed up to vault-prod", f"vault-prod (rule daily of plan tables), vault-prod ({RULE})"), HOURLY, LASTING,
    ), RETENTION),
    Example(PLAN, "no rule", (TABLE, []),
            (bad("selected by a backup plan", "no backup plan of the region selects it"),), RETENTION),
    Example(PLAN, "other vaults", (TABLE, [rule(vault="b"), rule(vault="a"), rule(vault="b")]),
            (SELECTED, bad("backed up to vault-prod", f"a ({RULE}), b ({RULE})")), RETENTION),
    Example(PLAN, "a day too short", (TABLE, [rule(retention_days=29)]),
            (SELECTED, STORED, HOURLY, bad("kept for at least 30 days", f"29 days ({RULE})")), RETENTION),
    Example(PLAN, "the daily rule alone keeps them long enough",
            (TABLE, [rule(retention_days=7), rule(retention_days=1), rule(schedule="rate(1 day)", retention_days=365)]),
            (SELECTED, STORED, HOURLY, bad("kept for at least 30 days", f"1 day ({RULE}), 7 days ({RULE})")), RETENTION),
    Example(POINT, "an hour old", (TABLE, points(point(HOUR))), (good(RECENT, "1 hour (2026-02-24 11:00 UTC)"),), FRESH),
    Example(POINT, "exactly as old as allowed", (TABLE, points(point(2 * HOUR))),
            (good(RECENT, "2 hours (2026-02-24 10:00 UTC)"),), FRESH),
    Example(POINT, "the newest is still running", (TABLE, points(point(0 * HOUR, "CREATING"), point(HOUR), point(90 * MINUTE))),
            (good(RECENT, "1 hour (2026-02-24 11:00 UTC)"),), FRESH),
    Example(POINT, "a second too old", (TABLE, points(point(2 * HOUR + timedelta(seconds=1)))),
            (bad(RECENT, "2 hours 1 minute (2026-02-24 09:59 UTC)"),), FRESH),
    Example(POINT, "dated ahead", (TABLE, points(point(-HOUR))),
            (Undecided(HERE, "the last recovery point is dated 1 hour ahead (2026-02-24 13:00 UTC)"),), FRESH),
    Example(POINT, "ahead by as much as clocks differ", (TABLE, points(point(-5 * MINUTE))),
            (good(RECENT, "0 minutes (2026-02-24 12:05 UTC)"),), FRESH),
    Example(POINT, "days old", (TABLE, points(point(HOUR, "PARTIAL"), point(5 * DAY))),
            (bad(RECENT, "5 days (2026-02-19 12:00 UTC)"),), FRESH),
    Example(POINT, "three hours and a quarter old", (TABLE, points(point(195 * MINUTE))),
            (bad(RECENT, "3 hours 15 minutes (2026-02-24 08:45 UTC)"),), FRESH),
    Example(POINT, "none", (TABLE, points()), (bad(RECENT, "no recovery point"),), FRESH),
    Example(POINT, "no vault", (TABLE, NO_VAULT), (bad(RECENT, "vault vault-prod is missing"),), FRESH),
    Example(POINT, "none that is whole",
            (TABLE, points(point(HOUR, "PARTIAL"), point(HOUR, "EXPIRED"), point(HOUR, "PARTIAL"))),
            (bad(RECENT, "none COMPLETED, only EXPIRED, PARTIAL"),), FRESH),
    Example(POINT, "none with a status", (TABLE, points(point(HOUR, ""))), (bad(RECENT, "none COMPLETED, only no status"),), FRESH),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- disaster recovery

REPLICATED, LATENCY, COPY = dynamodb.replica_active, dynamodb.replication_latency, dynamodb.backup_copy
SECOND = {"limit_ms": 1000}
REPLICA_ACTIVE = good_replica("an ACTIVE replica", "ACTIVE")
ARRIVE = good_replica("writes that arrive", "ReplicationLatency above 0 in the last minute with writes")
COPIES, KEEPS = "an hourly backup rule that copies to vault-prod", "copies kept for at least 30 days"
COPYING, KEEPING = good_replica(COPIES, RULE), good_replica(KEEPS, f"30 days ({RULE})")
COPIED = "a COMPLETED recovery point in vault-prod, at most 3 hours old"
COPY_THERE = good_replica(COPIED, "1 hour (2026-02-24 11:00 UTC)")
HOUR_OLD = points(point(HOUR))


def worst(latency: str, minutes: str) -> tuple[str, str]:
    return "below 1,000 ms", f"{latency} (the worst of {minutes} with writes within 1 hour)"


def vault(arn: str) -> BackupRule:
    return rule(copies=((arn, 30),))


def not_copied(why: str = f"{CRON} into vault-prod, not copied ({RULE})") -> Problem:
    return bad_replica(COPIES, f"none does: {why}")


def to_another(arn: str) -> Example:
    why = not_copied(f"{CRON} into vault-prod, copied to {arn} ({RULE})")
    return Example(COPY, f"copied to {arn}", copied(vault(arn), to=HOUR_OLD), (why, COPY_THERE), KEPT)


def here(days: int | None) -> tuple[str, int | None]:
    return f"arn:aws:backup:eu-west-1:093646564004:backup-vault:{VAULT}", days


DR = [
    Example(REPLICATED, "active", (REPLICA, {"eu-west-1": "ACTIVE"}), (REPLICA_ACTIVE,)),
    Example(REPLICATED, "active beside one that is not", (REPLICA, {"us-east-1": "CREATING", "eu-west-1": "ACTIVE"}),
            (REPLICA_ACTIVE,)),
    Example(REPLICATED, "no replica at all", (REPLICA, {}), (bad_replica("an ACTIVE replica", "no replica"),)),
    Example(REPLICATED, "replicated elsewhere", (REPLICA, {"us-east-1": "ACTIVE", "eu-west-2": "ACTIVE"}),
            (bad_replica("an ACTIVE replica", "no replica; replicated to eu-west-2, us-east-1"),)),
    Example(REPLICATED, "its key is out of reach", (REPLICA, {"eu-west-1": "INACCESSIBLE_ENCRYPTION_CREDENTIALS"}),
            (bad_replica("an ACTIVE replica", "INACCESSIBLE_ENCRYPTION_CREDENTIALS"),)),
    Example(REPLICATED, "being made", (REPLICA, {"eu-west-1": "CREATING"}),
            (bad_replica("an ACTIVE replica", "CREATING"),)),
    Example(LATENCY, "always under the limit", minutes(200, 999.4, 300),
            (ARRIVE, good_replica(*worst("999.4 ms", "3 minutes"))), SECOND),
    Example(LATENCY, "just under the limit", minutes(999.99999),
            (ARRIVE, good_replica(*worst("999.999 ms", "1 minute"))), SECOND),
    Example(LATENCY, "nothing arrives any more", minutes(200, 0),
            (bad_replica("writes that arrive", "ReplicationLatency dropped to 0: replication has stalled"),), SECOND),
    Example(LATENCY, "arriving again", minutes(0, 200), (ARRIVE, good_replica(*worst("200 ms", "2 minutes"))), SECOND),
    Example(LATENCY, "the limit itself", minutes(200, 1000), (ARRIVE, bad_replica(*worst("1,000 ms", "2 minutes"))), SECOND),
    Example(LATENCY, "one minute over it", minutes(1, 1, 5000, 1), (ARRIVE, bad_replica(*worst("5,000 ms", "4 minutes"))), SECOND),
    Example(LATENCY, "nothing written", minutes(),
            (Undecided(THERE, "no ReplicationLatency within 1 hour: nothing was written"),), SECOND),
    Example(COPY, "copied an hour ago", copied(rule(), to=HOUR_OLD), (COPYING, KEEPING, COPY_THERE), KEPT),
    Example(COPY, "an hour over the schedule, exactly", copied(rule(), to=points(point(3 * HOUR))),
            (COPYING, KEEPING, good_replica(COPIED, "3 hours (2026-02-24 09:00 UTC)")), KEPT),
    Example(COPY, "one of two rules copies", copied(rule(name="first", copies=()), rule(), to=HOUR_OLD),
            (COPYING, KEEPING, COPY_THERE), KEPT),
    Example(COPY, "a second too old", copied(rule(), to=points(point(3 * HOUR + timedelta(seconds=1)))),
            (COPYING, KEEPING, bad_replica(COPIED, "3 hours 1 minute (2026-02-24 08:59 UTC)")), KEPT),
    Example(COPY, "dated ahead", copied(rule(), to=points(point(-HOUR))),
            (COPYING, KEEPING, Undecided(THERE, "the last recovery point is dated 1 hour ahead (2026-02-24 13:00 UTC)")), KEPT),
    Example(COPY, "no copy there", copied(rule(), to=points()),
            (COPYING, KEEPING, bad_replica(COPIED, "no recovery point")), KEPT),
    Example(COPY, "no vault there", copied(rule(), to=NO_VAULT),
            (COPYING, KEEPING, bad_replica(COPIED, "vault vault-prod is missing")), KEPT),
    Example(COPY, "a copy that failed", copied(rule(), to=points(point(HOUR, "PARTIAL"))),
            (COPYING, KEEPING, bad_replica(COPIED, "none COMPLETED, only PARTIAL")), KEPT),
    Example(COPY, "no rule copies", copied(rule(copies=()), to=HOUR_OLD), (not_copied(), COPY_THERE), KEPT),
    Example(COPY, "only a daily rule copies", copied(rule(schedule="rate(1 day)"), to=HOUR_OLD),
            (not_copied(f"rate(1 day) into vault-prod, copied to {here(30)[0]} ({RULE})"), COPY_THERE), KEPT),
    Example(COPY, "no rule at all and no copy", copied(to=points()),
            (not_copied("no backup plan of the region selects the table"), bad_replica(COPIED, "no recovery point")), KEPT),
    to_another("arn:aws:backup:us-east-1:093646564004:backup-vault:vault-prod"),
    to_another("arn:aws:backup:eu-west-1:815856636111:backup-vault:vault-prod"),
    to_another("arn:aws:backup:eu-west-1:093646564004:backup-vault:vault-prod-2"),
    Example(COPY, "kept for ever, and by another rule too short",
            copied(rule(copies=(here(None),)), rule(name="short", copies=(here(1),)), to=HOUR_OLD),
            (good_replica(COPIES, f"{RULE}, rule short of plan tables"), good_replica(KEEPS, f"for ever ({RULE})"),
             COPY_THERE), KEPT),
    Example(COPY, "kept long enough once a month", copied(rule(copies=(here(1),)),
            rule(copies=(here(365),), schedule="cron(0 5 1 * ? *)"), to=HOUR_OLD),
            (COPYING, bad_replica(KEEPS, f"1 day ({RULE})"), COPY_THERE), KEPT),
    Example(COPY, "copied from another vault", copied(rule(vault="vault-2"), to=HOUR_OLD),
            (not_copied(f"{CRON} into vault-2, copied to {here(30)[0]} ({RULE})"), COPY_THERE), KEPT),
    Example(COPY, "a copy deleted after a day less than must be", copied(rule(copies=(here(29),)), to=HOUR_OLD),
            (COPYING, bad_replica(KEEPS, f"29 days ({RULE})"), COPY_THERE), KEPT),
]  # fmt: skip

EXAMPLES = [*NAMES, *TABLES, *RECOVERY, *DR]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings
