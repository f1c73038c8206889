"""The tables that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.declared.account import Key
from fixtures.declared.dynamodb import Replica, Table, TableNaming
from fixtures.declared.inventory import Inventory, load
from tests.declared.mistakes import ENV, MINIMAL, P04, Broken, demand_refusal, each

TABLES: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "campaigns": ("campaign_id", {"CampaignsByStatus": ("status", "created_at"),
            "CampaignsByDate": ("date", "campaign_id")}),
    "orders": ("order_id", {
        "OrdersByCustomer": ("customer_id", "created_at"), "OrdersByStatus": ("status", "created_at"),
        "OrdersByDate": ("date", "order_id"),
    }),
    "products": ("product_id", {
        "ProductsByCategory": ("category", "product_id"), "ProductsByPriceRange": ("price_range", "product_id"),
        "ProductsByAvailability": ("availability", "product_id"),
    }),
    "tenants": ("tenant_id", {"TenantsByOrganization": ("organization_id", "tenant_id")}),
    "users": ("user_id", {"UsersByEmail": ("email",), "UsersByOrganization": ("organization_id", "user_id")}),
}  # fmt: skip


def test_tables_and_their_indexes(inventory: Inventory) -> None:
    env = inventory.environment.name
    found = {
        table.name: (str(table.key), {index.name: tuple(map(str, index.keys)) for index in table.indexes})
        for table in inventory.of(Table) if not table.source_region
    }  # fmt: skip
    for name, (key, indexes) in TABLES.items():
        keys = {index: tuple(f"{each} (S)" for each in attributes) for index, attributes in indexes.items()}
        assert found[f"{name}-{env}"] == (f"{key} (S)", keys)
    for table in inventory.of(Table):
        assert table.plan == "04"
        assert table.account == inventory.environment.account
        assert table.backup_vault == (None if table.source_region else f"bbws-dynamodb-backup-vault-{env}")


def test_keys_are_declared_in_each_region_that_encrypts() -> None:
    assert [key.id for key in load("sit").of(Key) if key.plan == "04"] == ["04-aws/dynamodb-eu-west-1"]
    assert [key.id for key in load("prod").of(Key) if key.plan == "04"] == [
        "04-aws/dynamodb-af-south-1",
        "04-aws/dynamodb-eu-west-1",
    ]


@pytest.mark.parametrize("env", ["dev", "sit"])
def test_without_a_dr_region_nothing_is_replicated(env: str) -> None:
    inventory = load(env)
    assert inventory.of(Replica) == []
    assert len(inventory.of(TableNaming)) == 1


def test_prod_lives_on_in_its_dr_region() -> None:
    inventory, alone = load("prod"), load("sit")
    assert len(inventory.of(TableNaming)) == 2
    assert len(inventory.of(Table)) == 2 * len(inventory.of(Replica)) == 2 * len(alone.of(Table))
    for replica in inventory.of(Replica):
        assert (replica.region, replica.table.region, replica.table.name) == ("eu-west-1", "af-south-1", replica.name)
    copies = [table for table in inventory.of(Table) if table.source_region]
    assert {(table.region, table.source_region) for table in copies} == {("eu-west-1", "af-south-1")}
    assert [table.name for table in copies] == [replica.name for replica in inventory.of(Replica)]


BROKEN = [
    Broken("an index that DynamoDB refuses", P04, "indexes = { ", 'indexes = { "a b" = ["x"], ', ("a b", "3 to 255 letters")),
    Broken("near-miss key", P04, "tolerates =", "tolerate =",
           ("dynamodb.tolerate: found an unknown key", "did you mean tolerates?")),
    Broken("near-miss of a required key", P04, "tables = [", "tabels = [", ("tabels", "did you mean tables?")),
    Broken("near-miss in a list", P04, 'name = "orders-{env}", key', 'name = "orders-{env}", kee',
           ("dynamodb.tables[1].kee: found an unknown key", "did you mean key?", "(and 1 more)")),
    Broken("missing key in a table of the file", P04, 'backup_vault = "bbws-dynamodb-backup-vault-{env}"', "",
           ("dynamodb.backup_vault: found nothing", "expected a value")),
    Broken("duplicate table", P04, '{ name = "users-{env}"', '{ name = "orders-{env}"',
           ("table orders-sit: found twice as orders-sit (first in 04_dynamodb_schemas.toml)", "expected once")),
    Broken("table by the id of another's replica", P04, '{ name = "users-{env}"', '{ name = "orders-{env}-eu-west-1"',
           ("orders-prod-eu-west-1: found twice", "expected once"), "prod"),
    Broken("no table", "08_empty.toml", "",
            MINIMAL.format("08") + '[dynamodb]\nnaming = "*"\nkms_keys = []\nbackup_vault = "v"\n'
           "replicated = false\ntables = []\n", ("dynamodb.tables: found []", "expected", "at least 1 item")),
    Broken("bad table name", P04, '"orders-{env}"', '"or/ders"',
            ("dynamodb.tables[1].name: found 'or/ders'", "expected a table name")),
    Broken("bad attribute type", P04, 'key = "order_id"', 'key = "id:X"',
           ("dynamodb.tables[1].key: found 'id:X'", "expected an attribute name", "S, N or B")),
    Broken("index of three attributes", P04, '["date", "order_id"]', '["date", "order_id", "x"]',
           ("dynamodb.tables[1].indexes.OrdersByDate: found", "expected", "at most 2 items")),
    Broken("another placeholder", P04, '"orders-{env}"', '"orders-{environment}"',
           ("dynamodb.tables[1].name: found 'orders-{environment}'",
                   "expected no other placeholder than {env}, not {environment}")),
    Broken("an open placeholder", P04, "alias/aws/dynamodb", "alias/{env",
            ("dynamodb.kms_keys[0]: found 'alias/{env'", "expected no other placeholder")),
    Broken("recovery of 36 days", ENV, "recovery_days = 35", "recovery_days = 36",
           ("environments.prod.policy.dynamodb.recovery_days: found 36", "expected", "less than or equal to 35"), "prod"),
    Broken("recovery of no days", ENV, "recovery_days = 35", "recovery_days = 0",
           ("environments.prod.policy.dynamodb.recovery_days: found 0", "expected", "greater than or equal to 1"), "prod"),
    Broken("DR region without limits", ENV, 'region = "eu-west-1"\nedge_region',
            'region = "eu-west-1"\ndr_region = "eu-west-2"\nedge_region',
           ("environments.dev", "dr_region", "expected",
                   "policy.dynamodb.replication_ms")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
