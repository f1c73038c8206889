"""What the plan files declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.declared.account import Account, EnabledRegion, Key
from fixtures.declared.dynamodb import Replica, Table, TableNaming
from fixtures.declared.environments import OWN
from fixtures.declared.files import PlanError
from fixtures.declared.inventory import Inventory, load
from fixtures.declared.resources import KINDS
from fixtures.declared.s3 import Bucket, BucketNaming, Replication, Template
from fixtures.options import PLANS

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
BUCKETS = ["templates", "orders", "product-images", "tenant-assets", "backups", "logs", "terraform-state", "frontend"]
TEMPLATES = {
    "account-suspended", "account-verification", "invoice-generated", "order-confirmation", "order-delivered",
            "order-shipped",
    "password-changed", "password-reset", "payment-failed", "payment-received", "subscription-renewal", "welcome-email",
}  # fmt: skip
ACCOUNTS = {"dev": "536580886816", "sit": "815856636111", "prod": "093646564004"}


@pytest.fixture(params=["dev", "sit", "prod"])
def inventory(request: pytest.FixtureRequest) -> Inventory:
    return load(request.param)


# ---------------------------------------------------------------------------------------------- what is declared


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
        assert table.account == ACCOUNTS[env]
        assert table.backup_vault == (None if table.source_region else f"bbws-dynamodb-backup-vault-{env}")


def test_buckets_and_what_they_keep(inventory: Inventory) -> None:
    env = inventory.environment.name
    buckets = {bucket.name: bucket for bucket in inventory.of(Bucket) if not bucket.source}
    assert {f"bbws-{name}-{env}" for name in BUCKETS} <= buckets.keys()
    assert [name for name, bucket in buckets.items() if bucket.plan != "05"] == [f"bbws-frontend-{env}"]
    assert [name for name, bucket in buckets.items() if bucket.takes_access_logs] == [f"bbws-logs-{env}"]
    for name, bucket in buckets.items():
        own_prefix = None if bucket.takes_access_logs else f"s3-access-logs/{name}/"
        assert (bucket.log_bucket, bucket.log_prefix) == (f"bbws-logs-{env}", own_prefix)
    kept = {name: bucket.lifecycle and bucket.lifecycle.model_dump() for name, bucket in buckets.items()}
    standard = {"STANDARD_IA": 30, "GLACIER": 90, "expiration": 365}
    assert kept.pop(f"bbws-backups-{env}") == {**standard, "expiration": None}
    assert kept.pop(f"bbws-terraform-state-{env}") is None
    assert kept.pop(f"bbws-frontend-{env}") is None
    assert list(kept.values()) == [standard] * 5


def test_a_log_bucket_knows_whose_logs_it_takes(inventory: Inventory) -> None:
    """Those of every plan's buckets: the frontend's bucket stands in another plan. No copy has an access log."""
    env = inventory.environment.name
    logged = {bucket.name: bucket.logged for bucket in inventory.of(Bucket)}
    sources = [f"bbws-{name}-{env}" for name in BUCKETS if name != "logs"]
    assert logged.pop(f"bbws-logs-{env}") == tuple((name, f"s3-access-logs/{name}/") for name in sources)
    assert set(logged.values()) == {()}


def test_templates(inventory: Inventory) -> None:
    env = inventory.environment.name
    own = [template for template in inventory.of(Template) if not template.bucket.source]
    assert {template.name for template in own} == {f"email/{name}.html" for name in TEMPLATES}
    assert len(own) == 12
    assert {template.bucket.name for template in own} == {f"bbws-templates-{env}"}


@pytest.mark.parametrize("env", ["dev", "sit"])
def test_without_a_dr_region_nothing_is_replicated(env: str) -> None:
    inventory = load(env)
    counted = Counter(type(resource) for resource in inventory.resources)
    assert {Account: 1, EnabledRegion: 2, Key: 2, TableNaming: 1, BucketNaming: 1}.items() <= counted.items()
    assert inventory.of(Replica) == []
    assert {resource.region for resource in inventory.resources} == {"eu-west-1", "us-east-1"}


def test_prod_lives_on_in_its_dr_region() -> None:
    inventory = load("prod")
    counted = Counter(type(resource) for resource in inventory.resources)
    assert {Account: 1, EnabledRegion: 3, Key: 4, TableNaming: 2, BucketNaming: 1}.items() <= counted.items()
    alone = Counter(type(resource) for resource in load("sit").resources)
    assert counted[Table] == 2 * counted[Replica] == 2 * alone[Table]
    assert counted[Bucket] == 2 * counted[Replication] == 2 * alone[Bucket]
    assert counted[Template] == 2 * alone[Template]
    for replica in inventory.of(Replica):
        assert (replica.region, replica.table.region, replica.table.name) == ("eu-west-1", "af-south-1", replica.name)
    copies = [table for table in inventory.of(Table) if table.source_region]
    assert {(table.region, table.source_region) for table in copies} == {("eu-west-1", "af-south-1")}
    assert [table.name for table in copies] == [replica.name for replica in inventory.of(Replica)]
    for replication in inventory.of(Replication):
        source, copy = replication.source, replication.destination
        assert (copy.name, copy.region, copy.source) == (f"{source.name}-dr", "eu-west-1", source)
        assert (copy.lifecycle, copy.log_prefix, copy.takes_access_logs) == (None, None, False)
        assert replication.stands_on == (source, copy)


def test_keys_are_declared_in_each_region_that_encrypts() -> None:
    assert {key.id for key in load("sit").of(Key)} == {"04-aws/dynamodb-eu-west-1", "05-aws/s3-eu-west-1"}
    assert {key.id for key in load("prod").of(Key)} == {
        "04-aws/dynamodb-af-south-1", "04-aws/dynamodb-eu-west-1", "05-aws/s3-af-south-1", "05-aws/s3-eu-west-1",
    }  # fmt: skip


def test_account_numbers_are_text(inventory: Inventory) -> None:
    number = ACCOUNTS[inventory.environment.name]
    assert inventory.environment.account == number
    assert isinstance(inventory.environment.account, str)
    assert [account.name for account in inventory.of(Account)] == [number]


def test_ids_are_unique_in_their_kind(inventory: Inventory) -> None:
    """Two tests of one id could not be told apart."""
    assert {type(resource) for resource in inventory.resources} <= set(KINDS.values())
    counted = Counter((type(resource), resource.id) for resource in inventory.resources)
    assert set(counted.values()) == {1}
    assert not [resource.name for resource in inventory.resources if "{" in resource.name]


def test_plans_and_what_was_read(inventory: Inventory) -> None:
    waves = {number: plan.wave for number, plan in inventory.plans.items()}
    assert waves == {"01": 1, "02": 1, "03": 1, "04": 2, "05": 2, "06": 2, "07": 2}
    assert [number for number, plan in inventory.plans.items() if plan.inventory == "complete"] == ["04", "05"]
    assert inventory.wave("04") == 2
    assert inventory.wave(None) is None
    assert inventory.tags["Environment"] == inventory.environment.name
    assert len(inventory.conflicts) == 9
    assert set(inventory.digests) == {"environments.toml", *(path.name for path in PLANS.glob("*.toml"))}


# ---------------------------------------------------------------------------------------------- what is refused


@dataclass(frozen=True)
class Broken:
    """A file in which `this` is replaced by `that`, and what the refusal says. `this` empty: `that` is all of it."""

    id: str
    file: str
    this: str
    that: str
    says: tuple[str, ...]
    env: str = "sit"
    blames: str = ""  # where another file than the broken one is named: of two that clash, the first


P04, P05, P06, ENV = "04_dynamodb_schemas.toml", "05_s3_schemas.toml", "06_backend_public.toml", "environments.toml"
MINIMAL = (
    'number = "{0}"\nproject = "p"\nrepository = "r"\nwave = 1\nneeds = []\nowner = "o"\napprovers = ["a"]\n'
    'inventory = "pending"\nschedule = {{}}\ncost = {{}}\n'
)

BROKEN = [
    Broken("unknown key", P04, "wave = 2", 'wave = 2\ncolour = "red"',
            ("colour: found an unknown key", "expected one of", "wave")),
    Broken("promoted from nowhere", "environments.toml", 'promoted_from = "dev"', 'promoted_from = "dve"',
           ("promoted_from", "'dve'", "did you mean dev?")),
    Broken("colder storage before the warmer", P05, "GLACIER = 90", "GLACIER = 10",
           ("lifecycle.standard", "STANDARD_IA, then GLACIER")),
    Broken("an index that DynamoDB refuses", P04, "indexes = { ", 'indexes = { "a b" = ["x"], ', ("a b", "3 to 255 letters")),
    Broken("near-miss key", P04, "tolerates =", "tolerate =",
           ("dynamodb.tolerate: found an unknown key", "did you mean tolerates?")),
    Broken("near-miss of a required key", P04, "tables = [", "tabels = [", ("tabels", "did you mean tables?")),
    Broken("near-miss in a list", P04, 'name = "orders-{env}", key', 'name = "orders-{env}", kee',
           ("dynamodb.tables[1].kee: found an unknown key", "did you mean key?", "(and 1 more)")),
    Broken("missing key", P04, 'owner = "DevOps"\n', "", ("owner: found nothing", "expected a value")),
    Broken("missing key in a table of the file", P04, 'backup_vault = "bbws-dynamodb-backup-vault-{env}"', "",
           ("dynamodb.backup_vault: found nothing", "expected a value")),
    Broken("number as a number", P04, 'number = "04"', "number = 4", ("number: found 4", 'expected two digits as text, "04"')),
    Broken("number of one digit", P04, 'number = "04"', 'number = "4"', ("number: found '4'", "expected")),
    Broken("account as a number", ENV, '"093646564004"', "93646564004",
           ("environments.prod.account: found 93646564004", "12 digits as text"), "prod"),
    Broken("account with a leading zero as a number", ENV, '"093646564004"', "093646564004",
            ("found broken TOML", "expected TOML")),
    Broken("account too short", ENV, '"093646564004"', '"93646564004"',
           ("environments.prod.account: found '93646564004'", "expected", "12 digits"), "prod"),
    Broken("account too long", ENV, '"815856636111"', '"8158566361110"',
            ("environments.sit.account", "found '8158566361110'", "expected")),
    Broken("wave as text", P04, "wave = 2", 'wave = "2"', ("wave: found '2'", "expected a valid integer")),
    Broken("wave zero", P04, "wave = 2", "wave = 0", ("wave: found 0", "expected", "greater than or equal to 1")),
    Broken("dangling need", P06, 'needs = ["04", "05"]', 'needs = ["04", "005"]',
            ("needs: found '005'", "expected one of 01, 02", "did you mean 05?")),
    Broken("need of itself", P06, 'needs = ["04", "05"]', 'needs = ["06"]',
            ("needs: found the circle 06 -> 06", "expected an order")),
    Broken("circle of needs", P04, "needs = []", 'needs = ["06"]',
            ("needs: found the circle", "04", "06", "expected an order")),
    Broken("duplicate table", P04, '{ name = "users-{env}"', '{ name = "orders-{env}"',
           ("table orders-sit: found twice as orders-sit (first in 04_dynamodb_schemas.toml)", "expected once")),
    Broken("duplicate bucket in another plan", P06, "bbws-frontend-{env}", "bbws-orders-{env}",
           ("bucket bbws-orders-sit: found twice as bbws-orders-sit (first in 05_s3_schemas.toml)", "expected once"),
           blames=P05),
    Broken("bucket by the name of another's DR copy", P06, "bbws-frontend-{env}", "bbws-orders-{env}-dr",
           ("bbws-orders-prod-dr: found twice", "expected once"), "prod", blames=P05),
    Broken("table by the id of another's replica", P04, '{ name = "users-{env}"', '{ name = "orders-{env}-eu-west-1"',
           ("orders-prod-eu-west-1: found twice", "expected once"), "prod"),
    Broken("duplicate template", P05, '"welcome-email.html"', '"order-shipped.html"',
           ("template email/order-shipped.html: found twice", "expected once")),
    Broken("duplicate key of the same plan", P04, '["alias/aws/dynamodb"]',
            '["alias/aws/dynamodb", "alias/aws/dynamodb"]',
           ("alias/aws/dynamodb", "found twice", "expected once")),
    Broken("duplicate plan number", "04_second.toml", "", MINIMAL.format("04"),
            ("number: found '04'", "expected another", P04)),
    Broken("number that is not the file's", P04, 'number = "04"', 'number = "08"',
           ("number: found '08'", "expected the number that the file's name begins with")),
    Broken("no such environment in the schedule", P04, "[schedule]\nsit =", "[schedule]\nsti =",
           ("schedule.sti: found 'sti'", "expected one of dev, prod, sit", "did you mean sit?")),
    Broken("no such environment in the cost", P04, "[cost]\nsit =", "[cost]\nstage =",
            ("cost.stage: found 'stage'", "expected one of dev, prod, sit")),
    Broken("cost from more than to", P04, "[100, 300]", "[300, 100]",
            ("cost.sit: found [300", "100", "expected [from, to]")),
    Broken("cost below zero", P04, "[100, 300]", "[-1, 300]", ("cost.sit: found [-1", "expected [from, to]")),
    Broken("cost of one number", P04, "[100, 300]", "[100]", ("cost.sit: found [100]", "expected", "2")),
    Broken("date without a time", P04, "sit = 2026-01-13T09:00:00", "sit = 2026-01-13",
            ("schedule.sit: found", "2026", "expected a valid datetime")),
    Broken("not TOML", P04, 'project = "dynamodb_schemas"', "project = dynamodb_schemas",
            ("found broken TOML", "expected TOML", "line 2")),
    Broken("key twice", P04, "wave = 2", "wave = 2\nwave = 2", ("found broken TOML", "expected TOML")),
    Broken("empty file", P04, "", "\n", ("found nothing", "expected a value", "more)")),
    Broken("empty list of tables", P05, "buckets = [\n", "buckets = []\nmore = [\n", ("s3", "more", "expected")),
    Broken("no table", "08_empty.toml", "",
            MINIMAL.format("08") + '[dynamodb]\nnaming = "*"\nkms_keys = []\nbackup_vault = "v"\n'
           "replicated = false\ntables = []\n", ("dynamodb.tables: found []", "expected", "at least 1 item")),
    Broken("bad bucket name", P06, "bbws-frontend-{env}", "BBWS_frontend-{env}",
           ("s3.buckets[0].name: found 'BBWS_frontend-{env}'", "expected a bucket name: 3 to 63")),
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
    Broken("empty text", P04, 'owner = "DevOps"', 'owner = " "',
            ("owner: found ' '", "expected a text that is not empty")),
    Broken("unknown lifecycle", P05, 'lifecycle = "backups"', 'lifecycle = "backup"',
           ("s3.buckets[4].lifecycle: found 'backup'", "expected one of backups, standard", "did you mean backups?")),
    Broken("log bucket that no plan declares", P06, 'log_bucket = "bbws-logs-{env}"', 'log_bucket = "bbws-log-{env}"',
           ("s3.log_bucket: found 'bbws-log-{env}'", "expected one of", "did you mean bbws-logs-{env}?")),
    Broken("DR region without limits", ENV, 'region = "eu-west-1"\nedge_region',
            'region = "eu-west-1"\ndr_region = "eu-west-2"\nedge_region',
           ("environments.dev", "dr_region", "expected",
                   "policy.dynamodb.replication_ms and policy.s3.replication_minutes")),
    Broken("recovery of 36 days", ENV, "recovery_days = 35", "recovery_days = 36",
           ("environments.prod.policy.dynamodb.recovery_days: found 36", "expected", "less than or equal to 35"), "prod"),
    Broken("recovery of no days", ENV, "recovery_days = 35", "recovery_days = 0",
           ("environments.prod.policy.dynamodb.recovery_days: found 0", "expected", "greater than or equal to 1"), "prod"),
    Broken("bad region", ENV, '"af-south-1"', '"Cape Town"',
            ("environments.prod.region: found 'Cape Town'", "expected"), "prod"),
    Broken("bad role", ENV, 'profile = "Tebogo-sit"', 'role = "release"',
            ("environments.sit.role: found 'release'", "expected")),
    Broken("complete plan without resources", "01_campaigns_lambda.toml", '"pending"', '"complete"',
           ("found keys", "expected a plan that declares no resource to say inventory = \"pending\"")),
    Broken("inventory of another word", P04, '"complete"', '"done"',
            ("inventory: found 'done'", "expected 'complete' or 'pending'")),
    Broken("unknown suite", ENV, '["tests_sit", "tests_prod"]', '["tests_sit", "tests_prd"]',
           ("environments.prod.suites[1]: found 'tests_prd'", "expected 'tests_sit' or 'tests_prod'"), "prod"),
    Broken("no suite", ENV, '["tests_sit", "tests_prod"]', "[]", ("environments.prod.suites: found []", "expected"),
            "prod"),
    Broken("no approver", P04, '["Tech Lead", "DevOps Lead", "DBA", "FinOps Lead"]', "[]",
            ("approvers: found []", "expected")),
    Broken("mistyped name of a file", "conflict.toml", "", "[[conflict]]\n", ("found", "expected")),
    Broken("mistyped name of the environments' file", "enviroments.toml", "", "[tags]\n", ("found", "expected")),
    Broken("name without a number", "dynamodb.toml", "", MINIMAL.format("08"),
            ("number: found '08'", "expected the number that the file's name")),
    Broken("conflict without an outcome", "conflicts.toml", 'followed = "7"', "",
            ("conflict[5].followed: found nothing", "expected a value")),
    Broken("key of two lines", P04, "[schedule]\n", '[schedule]\n"a\\nb" = 2026-01-13T09:00:00\n',
            ("schedule", "found", "expected one of dev, prod, sit")),
]  # fmt: skip


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A copy of the plan files with the environments beside them."""
    directory = tmp_path / "plans"
    shutil.copytree(PLANS, directory)
    shutil.copy(OWN, directory)
    return directory


def refusal(env: str, directory: Path) -> str:
    with pytest.raises(PlanError) as refused:
        load(env, directory)
    text = str(refused.value)
    assert text.splitlines() == [text]
    return text


@pytest.mark.parametrize("broken", BROKEN, ids=[broken.id for broken in BROKEN])
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    path = plans / broken.file
    text = path.read_text("utf-8") if path.exists() else ""
    if broken.this:
        assert broken.this in text  # else the row breaks nothing
    path.write_text(text.replace(broken.this, broken.that, 1) if broken.this else broken.that, "utf-8")
    told = refusal(broken.env, plans)
    assert (broken.blames or path.name) in told
    for words in ("found", "expected", *broken.says):
        assert words in told


def test_the_copy_that_is_broken_is_whole_before(plans: Path) -> None:
    assert load("sit", plans).resources == load("sit").resources


def test_a_key_that_two_plans_use_is_told_apart_by_plan(plans: Path) -> None:
    """A CMK is often shared. Two resources of one id would be two tests of one id, which pytest does not collect."""
    path = plans / P05
    path.write_text(path.read_text("utf-8").replace("alias/aws/s3", "alias/aws/dynamodb"), "utf-8")
    ids = [key.id for key in load("sit", plans).of(Key)]
    assert ids == ["04-aws/dynamodb-eu-west-1", "05-aws/dynamodb-eu-west-1"]


def test_two_plans_with_a_log_bucket_each(plans: Path) -> None:
    """The backups' bucket takes the log of the frontend's, and its own access is logged as its own plan says."""
    path = plans / P06
    path.write_text(path.read_text("utf-8").replace('"bbws-logs-{env}"', '"bbws-backups-{env}"'), "utf-8")
    buckets = {bucket.name: bucket for bucket in load("sit", plans).of(Bucket)}
    assert [name for name, bucket in buckets.items() if bucket.takes_access_logs] == ["bbws-backups-sit", "bbws-logs-sit"]
    assert buckets["bbws-backups-sit"].logged == (("bbws-frontend-sit", "s3-access-logs/bbws-frontend-sit/"),)
    assert [name for name, _ in buckets["bbws-logs-sit"].logged] == [
        f"bbws-{name}-sit" for name in BUCKETS if name not in ("logs", "frontend")
    ]
    assert buckets["bbws-backups-sit"].log_prefix == "s3-access-logs/bbws-backups-sit/"


def test_a_file_that_is_not_utf_8(plans: Path) -> None:
    (plans / P04).write_bytes(b'owner = "Andr\xe9"')
    told = refusal("sit", plans)
    assert P04 in told
    assert "found bytes that are not UTF-8 at 13, expected TOML" in told


def test_a_directory_in_place_of_a_file(plans: Path) -> None:
    (plans / "08_directory.toml").mkdir()
    assert "08_directory.toml: found no readable file" in refusal("sit", plans)


def test_a_missing_directory(tmp_path: Path) -> None:
    told = refusal("sit", tmp_path / "nowhere")
    assert told.startswith("--plans: found ")
    assert "nowhere" in told
    assert "expected a directory with plan files NN_<project>.toml" in told


def test_an_empty_directory(tmp_path: Path) -> None:
    told = refusal("sit", tmp_path)
    assert told == f"--plans: found no plan file in {tmp_path}, expected NN_<project>.toml"


def test_a_directory_with_environments_alone(plans: Path) -> None:
    for path in plans.glob("[0-9]*.toml"):
        path.unlink()
    assert "found no plan file" in refusal("sit", plans)


@pytest.mark.parametrize(
    ("env", "meant"), [("prdo", "prod"), ("site", "sit"), ("SIT", None), ("", None), ("production", None)]
)  # fmt: skip
def test_an_unknown_environment(env: str, meant: str | None) -> None:
    told = refusal(env, PLANS)
    assert told.startswith(f"--env: found {env!r}, expected one of dev, prod, sit")
    assert (f"did you mean {meant}?" in told) is bool(meant)
