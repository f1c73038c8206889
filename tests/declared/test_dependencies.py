"""What each plan stands on, and that a mistake in it is refused in one line."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.dependencies import NeededBucket, NeededTable
from fixtures.declared.inventory import Inventory
from tests.declared.mistakes import P06, Broken, demand_refusal, each


def test_what_plans_need(inventory: Inventory) -> None:
    env = inventory.environment.name
    assert [(needed.plan, needed.table.name, needed.table.plan) for needed in inventory.of(NeededTable)] == [
        ("06", f"tenants-{env}", "04"),
        ("07", f"tenants-{env}", "04"),
    ]
    assert [(needed.bucket.name, needed.bucket.plan) for needed in inventory.of(NeededBucket)] == [
        (f"bbws-frontend-{env}", "06"), (f"bbws-logs-{env}", "05"), (f"bbws-tenant-assets-{env}", "05"),
    ]  # fmt: skip


BROKEN = [
    Broken("unknown table", P06, 'tables = ["tenants-{env}"]', 'tables = ["tenant-{env}"]',
           ("dependencies.tables[0]", "tenant-{env}", "did you mean tenants-{env}?")),
    Broken("unknown bucket", P06, '"bbws-logs-{env}"]\n\n[s3]', '"bbws-log-{env}"]\n\n[s3]',
           ("dependencies.buckets[1]", "bbws-log-{env}", "did you mean bbws-logs-{env}?")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
