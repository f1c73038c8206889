"""The checks of Terraform's states, of their locks, and of what they record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks import Finding, Observation, Problem, Seen, Undecided, terraform
from fixtures.declared.dynamodb import Attribute
from fixtures.declared.inventory import load
from fixtures.declared.terraform import LockTable, State
from fixtures.facts.terraform import Digest, Lock, Locks, LockTableDescription, LockUse, Recorded, Standing, StateFile, StateFiles
from tests.checks.examples import Example, judged

# The lines of the promotion plans that the checks give evidence for.
CITED = {"07.state", "pre.workspaces", "risk.state-lock", "estate.conventions"}

# Checks that fail by no fault alone, and why.
NOT_BY_ONE_FAULT = {
    "terraform.nothing-beside": "it names what is in no state, and fails by nothing: other checks say what must not be"
}

SIT = load("sit")
STATE, TABLE = next(each for each in SIT.of(State) if each.plan == "04"), SIT.of(LockTable)[0]
BY_FILE, BY_EITHER = replace(STATE, lock_table=None, locking="s3"), replace(STATE, locking="either")
KEY, WHERE, LOCKS = STATE.name, f"{STATE.bucket.name}/{STATE.name}", TABLE.name
WORKSPACE = f"env:/sit/{KEY}"
AT = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)
MD5, OTHER = "0" * 32, "f" * 32

HASH = (("HASH", Attribute("LockID", "S")),)
TAGS = {"Owner": "platform"}


def _exists(says: str, keys: tuple[str, ...], observed: str, *more: Finding) -> Example:
    kind = Problem if observed.startswith("missing") else Seen
    finding = kind(WHERE, f"an object at {KEY} (or {WORKSPACE})", observed)
    return Example(terraform.state_exists, says, (STATE, keys), (finding, *more))


def _table(says: str, description: LockTableDescription | None, *findings: Finding, names: tuple[str, ...] = (LOCKS,)) -> Example:
    return Example(terraform.lock_table, says, (TABLE, description, names), findings)


def _locking(says: str, state: State, use: LockUse | None, *findings: Finding) -> Example:
    return Example(terraform.locking, says, (state, (use,) if use else ()), findings)


def _use(*, in_table: bool, until: datetime | None = None) -> LockUse:
    return LockUse(KEY, AT, in_table, until)


BY_TABLE, FILE = f"by the table {LOCKS}", f"by {KEY}.tflock"
HAS = f"the table {LOCKS} has its digest, which Terraform writes when it locks there"
NO_TRACE = f"no digest in a lock table and no version of {KEY}.tflock tells whether it was locked"
WRITTEN = "the state was written 2026-01-13 12:00 UTC"


def _lock(age: timedelta) -> Lock:
    return Lock(f"{LOCKS}: {WHERE}", "ci@runner-7", "OperationTypeApply", AT - age)


NO_LOCK = "no lock, above all none older than 1 hour"


def _held(says: str, locks: Locks, *findings: Finding) -> Example:
    return Example(terraform.no_stale_lock, says, (STATE, locks), findings, {"hours": 1})


LOOKED = (f"item in {LOCKS}", f"object {KEY}.tflock")
OLD = f"held by ci@runner-7 since 2026-01-13 07:00 UTC (5 hours ago) for OperationTypeApply ({LOCKS}: {WHERE})"
YOUNG = f"held by ci@runner-7 since 2026-01-13 11:59 UTC (1 minute ago) for OperationTypeApply ({LOCKS}: {WHERE})"


def _digest(says: str, state: State, in_table: str | None, *findings: Finding) -> Example:
    return Example(terraform.digest, says, (state, (Digest(KEY, MD5, in_table),)), findings)


# ---------------------------------------------------------------------------------------------- what is recorded

REGION, ACCOUNT = STATE.region, STATE.account


def _record(name: str, type: str = "aws_dynamodb_table", **other: Any) -> Recorded:
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
    return replace(Recorded(type, f"{type}.{name.partition('-')[0]}", (name,), arn, REGION, ACCOUNT), **other)


def _file(*recorded: Recorded, key: str = KEY, others: int = 0, deposed: int = 0, tainted: int = 0) -> StateFile:
    return StateFile(key, 42, MD5, AT, recorded, others, deposed, tainted)


def _standing(*names: str) -> Standing:
    return Standing({("aws_dynamodb_table", REGION): frozenset(names)})


def _recorded(says: str, files: StateFiles, names: tuple[str, ...], *findings: Finding) -> Example:
    return Example(terraform.recorded_exists, says, (STATE, files, _standing(*names)), findings)


DECLARING = replace(STATE, declared=STATE.declared[:1])  # the table campaigns-sit
ORDERS, CAMPAIGNS = _record("orders-sit"), _record("campaigns-sit")
ALONE = f"a record of aws_dynamodb_table campaigns-sit in {KEY} alone"
HERE = f"aws_dynamodb_table.campaigns of {KEY}"


def _declared(says: str, own: StateFile, observed: str, *others: StateFile, good: bool = False) -> Example:
    finding = (Seen if good else Problem)("campaigns-sit", ALONE, observed)
    return Example(terraform.declared_recorded, says, (DECLARING, StateFiles((own,), others)), (finding,))


LEFT = "nothing that an apply left behind, to be destroyed or made anew"
NONE_LEFT = Seen(WHERE, LEFT, "0 deposed objects, 0 tainted objects")

EXAMPLES = [
    _exists("at its key", (KEY, "other/terraform.tfstate"), KEY),
    _exists("in the workspace of the environment", (WORKSPACE,), WORKSPACE),
    _exists("at both", (KEY, WORKSPACE), f"{KEY} and {WORKSPACE}",
            Observation(WHERE, f"there are two states: {KEY}, and {WORKSPACE} of the workspace")),
    _exists("at another key", (f"old/{KEY}", f"{KEY}.tflock"), f"missing; the closest existing name is old/{KEY}"),
    _exists("absent", (), "missing; no existing name is close to it"),
    _table("as Terraform needs it", LockTableDescription("ACTIVE", HASH),
           Seen(LOCKS, "ACTIVE", "ACTIVE"), Seen(LOCKS, "the key LockID (S) HASH", "LockID (S) HASH")),
    _table("being made", LockTableDescription("CREATING", HASH),
           Problem(LOCKS, "ACTIVE", "CREATING"), Seen(LOCKS, "the key LockID (S) HASH", "LockID (S) HASH")),
    _table("with a sort key", LockTableDescription("ACTIVE", (*HASH, ("RANGE", Attribute("at", "N")))),
           Seen(LOCKS, "ACTIVE", "ACTIVE"), Problem(LOCKS, "the key LockID (S) HASH", "LockID (S) HASH, at (N) RANGE")),
    _table("with a number for its key", LockTableDescription("ACTIVE", (("HASH", Attribute("LockID", "N")),)),
           Seen(LOCKS, "ACTIVE", "ACTIVE"), Problem(LOCKS, "the key LockID (S) HASH", "LockID (N) HASH")),
    _table("absent", None, Problem(LOCKS, "ACTIVE", "missing; the closest existing name is terraform-locks-sit"),
           names=("terraform-locks-sit",)),
    Example(terraform.lock_table_tags, "as they must be", (TABLE, TAGS), (Seen(LOCKS, "tag Owner with a value", "Owner=platform"),),
            {"required": {"Owner": "*"}}),
    Example(terraform.lock_table_tags, "without an owner", (TABLE, {}), (Problem(LOCKS, "tag Owner with a value", "no such tag"),),
            {"required": {"Owner": "*"}}),
    _locking("by the table", STATE, _use(in_table=True), Seen(WHERE, f"locked {BY_TABLE}", HAS)),
    _locking("by the table, which has no digest", STATE, _use(in_table=False, until=AT),
             Problem(WHERE, f"locked {BY_TABLE}", f"the table {LOCKS} has no digest of it: it was written without")),
    _locking("by an object that went after it was written", BY_FILE, _use(in_table=False, until=AT + timedelta(minutes=1)),
             Seen(WHERE, f"locked {FILE}", f"the last {KEY}.tflock went or was made 2026-01-13 12:01 UTC, {WRITTEN}")),
    _locking("by an object, the last of which was long before", BY_FILE, _use(in_table=False, until=AT - timedelta(days=1)),
             Problem(WHERE, f"locked {FILE}", f"the last {KEY}.tflock went or was made 2026-01-12 12:00 UTC, {WRITTEN}")),
    _locking("by an object of which nothing tells", BY_FILE, _use(in_table=False), Undecided(WHERE, NO_TRACE)),
    _locking("by either, and it is the table", BY_EITHER, _use(in_table=True),
             Seen(WHERE, f"locked {BY_TABLE} or {FILE}", HAS)),
    _locking("by either, and nothing tells", BY_EITHER, _use(in_table=False), Undecided(WHERE, NO_TRACE)),
    _locking("no state was looked at", STATE, None, Undecided(WHERE, "no state was looked at")),
    _held("nobody", Locks((), LOOKED, AT), Seen(WHERE, NO_LOCK, f"no {LOOKED[0]}, no {LOOKED[1]}")),
    _held("five hours", Locks((_lock(timedelta(hours=5)),), LOOKED, AT), Problem(WHERE, NO_LOCK, OLD)),
    _held("a minute", Locks((_lock(timedelta(minutes=1)),), LOOKED, AT),
          Undecided(WHERE, f"an apply is under way: the lock is {YOUNG}")),
    _held("nobody looked", Locks((), (), AT), Undecided(WHERE, "no lock was looked for")),
    _digest("the same", STATE, MD5, Seen(WHERE, f"the MD5 that the lock table has, {MD5}", MD5)),
    _digest("another", STATE, OTHER, Problem(WHERE, f"the MD5 that the lock table has, {OTHER}", MD5)),
    _digest("none", STATE, None, Undecided(WHERE, f"{LOCKS} has no digest of it")),
    _digest("another, maybe of before a move", BY_EITHER, OTHER,
            Undecided(WHERE, f"its MD5 is {MD5}, {LOCKS} has {OTHER}: it may be of before a move")),
    _digest("none, for it is locked by an object", BY_FILE, None,
            Seen(WHERE, "no digest: it is locked by an object beside it", f"MD5 {MD5}")),
    Example(terraform.digest, "no state was looked at", (STATE, ()), (Undecided(WHERE, "no state was looked at"),)),
    _recorded("all there", StateFiles((_file(ORDERS, others=3),), ()), ("orders-sit",),
              Seen("orders-sit", "aws_dynamodb_table.orders in AWS", "orders-sit is there"),
              Observation(WHERE, "recorded and not looked for: 3 of other types"), NONE_LEFT),
    _recorded("one deposed", StateFiles((_file(ORDERS, deposed=1),), ()), ("orders-sit",),
              Seen("orders-sit", "aws_dynamodb_table.orders in AWS", "orders-sit is there"),
              Problem(WHERE, LEFT, "1 deposed object, 0 tainted objects")),
    _recorded("one tainted", StateFiles((_file(ORDERS, tainted=1),), ()), ("orders-sit",),
              Seen("orders-sit", "aws_dynamodb_table.orders in AWS", "orders-sit is there"),
              Problem(WHERE, LEFT, "0 deposed objects, 1 tainted object")),
    _recorded("one gone", StateFiles((_file(ORDERS),), ()), ("orders_sit",),
              Problem("orders-sit", "aws_dynamodb_table.orders in AWS", "missing; the closest existing name is orders_sit"),
              NONE_LEFT),
    _recorded("another account's, and of another region", StateFiles(
        (_file(ORDERS, replace(CAMPAIGNS, account="093646564004"), replace(CAMPAIGNS, region="us-west-2")),), ()), ("orders-sit",),
              Seen("orders-sit", "aws_dynamodb_table.orders in AWS", "orders-sit is there"),
              Observation(WHERE, "recorded and not looked for: 1 aws_dynamodb_table in us-west-2"),
              Observation(WHERE, "recorded and not looked for: 1 of account 093646564004"), NONE_LEFT),
    _recorded("nothing of a type that is looked for", StateFiles((_file(),), ()), (),
              Undecided(WHERE, "it records nothing that is looked for"), NONE_LEFT),
    _declared("in its own state", _file(CAMPAIGNS, ORDERS), HERE, good=True),
    _declared("in none", _file(ORDERS), "in no state; no recorded name is close to it"),
    _declared("of another account", _file(replace(CAMPAIGNS, account="093646564004")),
              "in no state; no recorded name is close to it"),
    _declared("of another region", _file(replace(CAMPAIGNS, region="us-west-2")),
              "in no state; the closest recorded name is campaigns-sit"),
    _declared("in another state", _file(), "aws_dynamodb_table.campaigns of other", _file(CAMPAIGNS, key="other")),
    _declared("in two states", _file(CAMPAIGNS), f"{HERE} and aws_dynamodb_table.campaigns of other",
              _file(CAMPAIGNS, key="other")),
    _declared("twice in one", _file(CAMPAIGNS, replace(CAMPAIGNS, address="module.copy.aws_dynamodb_table.campaigns")),
              f"{HERE} and module.copy.{HERE}"),
    Example(terraform.declared_recorded, "nothing is declared", (replace(STATE, declared=()), StateFiles((_file(),), ())),
            (Undecided(WHERE, "the plan declares nothing that states record"),)),
    Example(terraform.nothing_beside, "one beside", (STATE, StateFiles((_file(ORDERS),), ()), _standing("orders-sit", "old-sit")),
            (Seen(f"aws_dynamodb_table in {REGION}", "every one that is in no state named", "2 names, 1 in no state"),
             Observation(f"aws_dynamodb_table in {REGION}", "old-sit is in no state"))),
    Example(terraform.nothing_beside, "nothing was looked for", (STATE, StateFiles((_file(),), ()), Standing({})),
            (Undecided(WHERE, "it records nothing that is looked for"),)),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_finds_exactly(example: Example) -> None:
    assert judged(example) == list(example.findings)
