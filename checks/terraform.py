"""Terraform: each plan's state is where it must be, locked while it is written, whole, and records what stands and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Problem, Seen, Severity, Undecided, check, names
from checks.comparisons import at, closest, counted, dated, equal, judge, quantity

if TYPE_CHECKING:
    from fixtures.declared.terraform import LockTable, State, Wanted
    from fixtures.facts.terraform import Digest, Locks, LockTableDescription, LockUse, Recorded, Standing, StateFile, StateFiles


def _where(state: State) -> str:
    return f"{state.bucket.name}/{state.name}"


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "terraform.state-exists",
    severity=Severity.CRITICAL,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement=("pre.workspaces", "07.state"),
    fix="correct the key in the plan or in the backend's configuration, and apply; where the state was lost, restore a version of "
    "the object",
    stands_on=("s3.bucket-exists",),
)
def state_exists(state: State, keys: Collection[str]) -> Iterator[Finding]:
    """The plan's state exists at its key in the environment's state bucket."""
    found = [key for key in state.keys if key in keys]
    others = [key for key in keys if not key.endswith(".tflock")]
    observed = " and ".join(found) or f"missing{closest(state.name, others)}"
    yield judge(_where(state), bool(found), f"an object at {state.name} (or {state.workspace_key})", observed)
    if len(found) > 1:
        yield Observation(_where(state), f"there are two states: {found[0]}, and {found[1]} of the workspace")


@check(
    "terraform.lock-table",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("risk.state-lock", "07.state"),
    fix="create the table with the partition key LockID, a string; a table's key cannot be changed",
)
def lock_table(lock_table: LockTable, description: LockTableDescription | None, existing: Collection[str]) -> Iterator[Finding]:
    """The lock table exists, is ACTIVE, and has the key by which Terraform finds its locks."""
    where = lock_table.name
    if description is None:
        yield judge(where, False, "ACTIVE", f"missing{closest(lock_table.name, existing)}")
        return
    yield equal(where, description.status, "ACTIVE")
    keys = ", ".join(f"{key} {role}" for role, key in description.keys)
    yield equal(where, keys, f"{lock_table.key} HASH", what="the key {}")


@check(
    "terraform.lock-table-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="tag the lock table as the environment demands",
    stands_on=("terraform.lock-table",),
)
def lock_table_tags(lock_table: LockTable, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """The lock table carries the required tags."""
    yield from names.required_tags(lock_table.name, tags, required=required)


@check(
    "terraform.locking",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("risk.state-lock", "07.state"),
    fix="set dynamodb_table or use_lockfile in the backend's configuration as declared, run terraform init -reconfigure, and apply",
    stands_on=("terraform.state-exists", "terraform.lock-table"),
)
def locking(state: State, uses: Collection[LockUse]) -> Iterator[Finding]:
    """The state was locked when it was written last, as declared.

    Terraform writes the digest of a state into the table in which it locks it, and into no other; a `.tflock` goes after the state
    was written, and the versions of the bucket tell of it.
    https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
    """
    for use in uses:
        yield _locked(state, use)
    if not uses:
        yield Undecided(_where(state), "no state was looked at")


def _locked(state: State, use: LockUse) -> Finding:
    where, table = f"{state.bucket.name}/{use.key}", state.lock_table.name if state.lock_table else ""
    by_table, by_file = f"by the table {table}", f"by {use.key}.tflock"
    expected = {"table": f"locked {by_table}", "s3": f"locked {by_file}"}.get(state.locking, f"locked {by_table} or {by_file}")
    if state.locking in ("table", "either") and use.in_table:
        return Seen(where, expected, f"the table {table} has its digest, which Terraform writes when it locks there")
    if state.locking == "table":
        return Problem(where, expected, f"the table {table} has no digest of it: it was written without")
    if use.file_until is None:
        return Undecided(where, f"no digest in a lock table and no version of {use.key}.tflock tells whether it was locked")
    until = f"the last {use.key}.tflock went or was made {at(use.file_until)}, the state was written {at(use.written)}"
    return judge(where, use.file_until >= use.written, expected, until)


@check(
    "terraform.no-stale-lock",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("risk.state-lock", "07.state"),
    fix="ask who holds the lock; where nothing runs any more, see what the plan would change, then terraform force-unlock with its "
    "id",
    stands_on=("s3.bucket-exists", "terraform.lock-table"),
)
def no_stale_lock(state: State, locks: Locks, *, hours: int) -> Iterator[Finding]:
    """Nobody holds a lock of the state: no apply was broken off, and none is under way."""
    expected = f"no lock, above all none older than {quantity(timedelta(hours=hours))}"
    for lock in locks.held:
        age = locks.as_of - lock.created
        held = f"held by {lock.who} since {dated(lock.created, locks.as_of)} for {lock.operation} ({lock.where})"
        if age > timedelta(hours=hours):
            yield Problem(_where(state), expected, held)
        else:
            yield Undecided(_where(state), f"an apply is under way: the lock is {held}")
    if not locks.looked_for:
        yield Undecided(_where(state), "no lock was looked for")
    elif not locks.held:
        yield Seen(_where(state), expected, f"no {', no '.join(locks.looked_for)}")


# ---------------------------------------------------------------------------------------------- the state


@check(
    "terraform.digest",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="07.state",
    fix="find out which version of the state object is the last that Terraform wrote, and restore it; only then correct the digest "
    "in the lock table",
    stands_on=("terraform.state-exists", "terraform.lock-table", "terraform.locking"),
)
def digest(state: State, digests: Collection[Digest]) -> Iterator[Finding]:
    """The state is the one that Terraform wrote last: its MD5 is the digest in the lock table.

    An item that is left over from before a move to `.tflock` alone is never written again: where the state may be locked by either
    it says nothing.
    """
    for each in digests:
        where, expected = f"{state.bucket.name}/{each.key}", "the MD5 that the lock table has"
        same = each.of_state == each.in_table
        if state.lock_table is None:
            yield Seen(where, "no digest: it is locked by an object beside it", f"MD5 {each.of_state}")
        elif each.in_table is None:
            yield Undecided(where, f"{state.lock_table.name} has no digest of it")
        elif same or state.locking == "table":
            yield judge(where, same, f"{expected}, {each.in_table}", each.of_state)
        else:
            yield Undecided(
                where, f"its MD5 is {each.of_state}, {state.lock_table.name} has {each.in_table}: it may be of before a move"
            )
    if not digests:
        yield Undecided(_where(state), "no state was looked at")


@check(
    "terraform.recorded-exists",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.state",
    fix="find out who deleted it, then apply to make it anew, or terraform state rm what is meant to be gone; apply again where an "
    "apply was broken off, or terraform untaint what is as it must be",
    stands_on=(
        "terraform.state-exists", "terraform.declared-recorded", "terraform.lock-table",
        "s3.bucket-exists", "dynamodb.table-active", "edge_functions.in-edge-region", "cloudfront.distribution-exists",
        "network.vpc-exists", "aurora.cluster-exists", "redis.cache-exists", "load_balancer.exists", "ecs.cluster-active",
        "efs.file-system-exists",
    ),
)  # fmt: skip
def recorded_exists(state: State, files: StateFiles, standing: Standing) -> Iterator[Finding]:
    """Everything that the state records, of the kinds that are looked for, stands in AWS, and none is yet to be made anew.

    An apply that was broken off leaves objects tainted, which the next one replaces, or deposed, which it destroys.
    https://developer.hashicorp.com/terraform/cli/commands/taint
    """
    unseen: defaultdict[str, int] = defaultdict(int)
    looked_for = False
    for each in (recorded for file in files.own for recorded in file.recorded):
        listed = standing.listed.get((each.type, each.region))
        if each.account not in ("", state.account):
            unseen[f"of account {each.account}"] += 1
        elif listed is None:
            unseen[f"{each.type}{f' in {each.region}' if each.region else ''}"] += 1
        else:
            looked_for = True
            yield _stands(each, listed)
    if not looked_for:
        yield Undecided(_where(state), "it records nothing that is looked for")
    others = sum(file.others for file in files.own)
    if others:
        unseen["of other types"] += others
    for what, number in sorted(unseen.items()):
        yield Observation(_where(state), f"recorded and not looked for: {number} {what}")
    deposed, tainted = sum(file.deposed for file in files.own), sum(file.tainted for file in files.own)
    left = f"{counted(deposed, 'deposed object')}, {counted(tainted, 'tainted object')}"
    yield judge(_where(state), not (deposed or tainted), "nothing that an apply left behind, to be destroyed or made anew", left)


def _stands(each: Recorded, listed: Collection[str]) -> Finding:
    there = next((name for name in (*each.names, each.arn) if name in listed), None)
    called = each.names[0] if each.names else each.arn
    expected = f"{each.address} in AWS"
    return judge(called, there is not None, expected, f"{there} is there" if there else f"missing{closest(called, listed)}")


@check(
    "terraform.declared-recorded",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.state",
    fix="terraform import what stands beside the state, or move it out of the other state with terraform state mv, so that the "
    "state of its plan alone records it",
    stands_on=("terraform.state-exists",),
)
def declared_recorded(state: State, files: StateFiles) -> Iterator[Finding]:
    """Everything that the plan declares is recorded by its own state, and by no other."""
    own, others = _by_name(files.own, state.account), _by_name(files.others, state.account)
    for each in state.declared:
        here, elsewhere = _records(each, own), _records(each, others)
        meant = closest(each.names[0], _names(each, own), "recorded")
        observed = " and ".join(sorted({*here, *elsewhere})) or f"in no state{meant}"
        yield judge(each.names[0], len(here) == 1 and not elsewhere, f"a record of {each} in {state.name} alone", observed)
    if not state.declared:
        yield Undecided(_where(state), "the plan declares nothing that states record")


ByName = Mapping[tuple[str, str, str], list[str]]


def _by_name(files: Collection[StateFile], account: str) -> ByName:
    """Where each name of the account's is recorded, by type, region and name: the state and the address in it."""
    found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for file in files:
        for each in file.recorded:
            if each.account in ("", account):
                for name in each.names:
                    found[each.type, each.region, name].append(f"{each.address} of {file.key}")
    return found


def _records(wanted: Wanted, recorded: ByName) -> list[str]:
    """Where the resource is recorded. A distribution bears several names, and is one."""
    found = [where for name in wanted.names for where in recorded.get((wanted.type, wanted.region, name), [])]
    return found if len(wanted.names) == 1 else list(dict.fromkeys(found))


def _names(wanted: Wanted, recorded: ByName) -> list[str]:
    return [name for type_, _, name in recorded if type_ == wanted.type]


@check(
    "terraform.nothing-beside",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.state",
    fix="terraform import it, or delete what nobody needs",
    stands_on=("terraform.state-exists", "terraform.declared-recorded"),
)
def nothing_beside(state: State, files: StateFiles, standing: Standing) -> Iterator[Finding]:
    """What stands in AWS beside the states is known, by name."""
    every = [each for file in (*files.own, *files.others) for each in file.recorded]
    for (type_, region), listed in sorted(standing.listed.items()):
        recorded = {name for each in every if (each.type, each.region) == (type_, region) for name in (*each.names, each.arn)}
        beside = sorted(listed - recorded)
        where = f"{type_} in {region}" if region else type_
        yield Seen(where, "every one that is in no state named", f"{counted(len(listed), 'name')}, {len(beside)} in no state")
        for name in beside:
            yield Observation(where, f"{name} is in no state")
    if not standing.listed:
        yield Undecided(_where(state), "it records nothing that is looked for")
