"""The states of all plans, and that a mistake about one is refused in one line."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.dynamodb import TableNaming
from fixtures.declared.inventory import Inventory
from fixtures.declared.resources import KINDS
from fixtures.declared.terraform import RECORDED, LockTable, State
from tests.declared.mistakes import P04, P05, Broken, demand_refusal, each

KEYS = [
    "2_bbws_campaigns_lambda", "2_bbws_order_lambda", "2_bbws_product_lambda", "2_1_bbws_dynamodb_schemas", "2_1_bbws_s3_schemas",
    "2_1_bbws_backend_public", "ecs-terraform/{env}",
]  # fmt: skip


def test_the_state_of_every_plan(inventory: Inventory) -> None:
    env = inventory.environment.name
    states = inventory.of(State)
    assert [state.plan for state in states] == sorted(inventory.plans)
    assert [state.name for state in states] == [f"{key.replace('{env}', env)}/terraform.tfstate" for key in KEYS]
    for state in states:
        assert state.bucket.name == f"bbws-terraform-state-{env}"
        assert state.lock_table in inventory.of(LockTable)
        assert state.workspace_key == f"env:/{env}/{state.name}"
        assert set(state.others) == {key for other in states if other is not state for key in other.keys}
        assert state.lock_id(state.name) == f"bbws-terraform-state-{env}/{state.name}"


def test_the_lock_table_belongs_to_the_plan_of_the_bucket_and_is_declared(inventory: Inventory) -> None:
    (table,) = inventory.of(LockTable)
    assert (table.name, table.plan, str(table.key)) == (f"terraform-state-lock-{inventory.environment.name}", "05", "LockID (S)")
    namings = [naming for naming in inventory.of(TableNaming) if naming.region == table.region]
    assert namings
    assert all(table.name in naming.declared for naming in namings)


def test_what_a_state_must_record(inventory: Inventory) -> None:
    by_plan = {state.plan: state for state in inventory.of(State)}
    env = inventory.environment.name
    assert {str(each) for each in by_plan["04"].declared} == {
        *(f"aws_dynamodb_table {name}-{env}" for name in ("campaigns", "orders", "products", "tenants", "users")),
        f"aws_cloudwatch_dashboard dynamodb-schemas-{env}-dashboard",
    }
    named = {name for each in by_plan["05"].declared for name in each.names}
    assert f"bbws-orders-{env}" in named
    assert f"bbws-terraform-state-{env}" not in named, "made before there is a state to record it"
    assert {datum.sealed for state in by_plan.values() for datum in state.data} == {True}


def test_what_is_listed_is_of_kinds_that_there_are() -> None:
    listed = [recording for recording in RECORDED.values() if recording.listed]
    assert len(listed) >= 4
    assert [recording for recording in listed if not set(recording.kinds) & set(KINDS)] == []


LOCKED = 'lock_table = "terraform-state-lock-{env}"\nlocking = "table"'
BROKEN = [
    Broken("unknown bucket", P04, '"bbws-terraform-state-{env}"', '"bbws-state-{env}"',
           ("terraform.bucket", "bbws-state-{env}", "bbws-terraform-state-{env}")),
    Broken("another plan's state", P04, "2_1_bbws_dynamodb_schemas/terraform.tfstate", "2_1_bbws_s3_schemas/terraform.tfstate",
           ("terraform.state: found '2_1_bbws_s3_schemas/terraform.tfstate'", "expected a key of its own")),
    Broken("no locking", P04, 'locking = "table"', "", ("terraform.locking", "the key is required")),
    Broken("unknown locking", P04, 'locking = "table"', 'locking = "none"',
           ("terraform.locking", "'none'", "'table', 's3' or 'either'")),
    Broken("a table that does not lock", P04, 'locking = "table"', 'locking = "s3"', ("terraform", "none with \"s3\"")),
    Broken("no table that could lock", P04, LOCKED, 'locking = "either"', ("terraform", "a lock_table with")),
    Broken("no state", P05, 'state = "2_1_bbws_s3_schemas/terraform.tfstate"', "", ("terraform.state", "the key is required")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
