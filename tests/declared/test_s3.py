"""The buckets that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.declared.account import Key
from fixtures.declared.inventory import Inventory, load
from fixtures.declared.s3 import Bucket, BucketNaming, Replication, Template
from tests.declared.mistakes import ENV, P05, P06, Broken, demand_refusal, each

BUCKETS = ["templates", "orders", "product-images", "tenant-assets", "backups", "logs", "terraform-state", "frontend"]
TEMPLATES = {
    "account-suspended", "account-verification", "invoice-generated", "order-confirmation", "order-delivered",
            "order-shipped",
    "password-changed", "password-reset", "payment-failed", "payment-received", "subscription-renewal", "welcome-email",
}  # fmt: skip


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


def test_templates(inventory: Inventory) -> None:
    env = inventory.environment.name
    own = [template for template in inventory.of(Template) if not template.bucket.source]
    assert {template.name for template in own} == {f"email/{name}.html" for name in TEMPLATES}
    assert len(own) == 12
    assert {template.bucket.name for template in own} == {f"bbws-templates-{env}"}


def test_keys_are_declared_in_each_region_that_encrypts() -> None:
    assert [key.id for key in load("sit").of(Key) if key.plan == "05"] == ["05-aws/s3-eu-west-1"]
    assert [key.id for key in load("prod").of(Key) if key.plan == "05"] == ["05-aws/s3-af-south-1", "05-aws/s3-eu-west-1"]


@pytest.mark.parametrize("env", ["dev", "sit"])
def test_without_a_dr_region_nothing_is_replicated(env: str) -> None:
    inventory = load(env)
    assert inventory.of(Replication) == []
    assert len(inventory.of(BucketNaming)) == 1


def test_prod_lives_on_in_its_dr_region() -> None:
    inventory, alone = load("prod"), load("sit")
    assert len(inventory.of(BucketNaming)) == 1
    assert len(inventory.of(Bucket)) == 2 * len(inventory.of(Replication)) == 2 * len(alone.of(Bucket))
    assert len(inventory.of(Template)) == 2 * len(alone.of(Template))
    for replication in inventory.of(Replication):
        source, copy = replication.source, replication.destination
        assert (copy.name, copy.region, copy.source) == (f"{source.name}-dr", "eu-west-1", source)
        assert (copy.lifecycle, copy.log_prefix, copy.takes_access_logs) == (None, None, False)
        assert replication.stands_on == (source, copy)


BROKEN = [
    Broken("colder storage before the warmer", P05, "GLACIER = 90", "GLACIER = 10",
           ("lifecycle.standard", "STANDARD_IA, then GLACIER")),
    Broken("duplicate bucket in another plan", P06, '"bbws-frontend-{env}" }]',
           '"bbws-frontend-{env}" }, { name = "bbws-orders-{env}" }]',
           ("bucket bbws-orders-sit: found twice as bbws-orders-sit (first in 05_s3_schemas.toml)", "expected once"),
           blames=P05),
    Broken("bucket by the name of another's DR copy", P06, '"bbws-frontend-{env}" }]',
           '"bbws-frontend-{env}" }, { name = "bbws-orders-{env}-dr" }]',
           ("bbws-orders-prod-dr: found twice", "expected once"), "prod", blames=P05),
    Broken("duplicate template", P05, '"welcome-email.html"', '"order-shipped.html"',
           ("template email/order-shipped.html: found twice", "expected once")),
    Broken("empty list of tables", P05, "buckets = [\n", "buckets = []\nmore = [\n", ("s3", "more", "expected")),
    Broken("bad bucket name", P06, "bbws-frontend-{env}", "BBWS_frontend-{env}",
           ("s3.buckets[0].name: found 'BBWS_frontend-{env}'", "expected a bucket name: 3 to 63")),
    Broken("unknown lifecycle", P05, 'lifecycle = "backups"', 'lifecycle = "backup"',
           ("s3.buckets[4].lifecycle: found 'backup'", "expected one of backups, standard", "did you mean backups?")),
    Broken("log bucket that no plan declares", P06, 'log_bucket = "bbws-logs-{env}"', 'log_bucket = "bbws-log-{env}"',
           ("s3.log_bucket: found 'bbws-log-{env}'", "expected one of", "did you mean bbws-logs-{env}?")),
    Broken("DR region without limits", ENV, 'region = "eu-west-1"\nedge_region',
            'region = "eu-west-1"\ndr_region = "eu-west-2"\nedge_region',
           ("environments.dev", "dr_region", "expected",
                   "policy.s3.replication_minutes")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)


def test_a_log_bucket_knows_whose_logs_it_takes(inventory: Inventory) -> None:
    """Those of every plan's buckets: the frontend's bucket stands in another plan. No copy has an access log."""
    env = inventory.environment.name
    logged = {bucket.name: bucket.logged for bucket in inventory.of(Bucket)}
    sources = [f"bbws-{name}-{env}" for name in BUCKETS if name != "logs"]
    assert logged.pop(f"bbws-logs-{env}") == tuple((name, f"s3-access-logs/{name}/") for name in sources)
    assert set(logged.values()) == {()}


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
