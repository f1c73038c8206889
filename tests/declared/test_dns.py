"""The hosted zones and records that each environment declares, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.declared.dns import HostedZone, Record
from fixtures.declared.inventory import load
from tests.declared.mistakes import P05, P06, Broken, demand_refusal, each

NAMES = {"dev": ["dev.kimmyai.io"], "sit": ["sit.kimmyai.io"], "prod": ["kimmyai.io", "www.kimmyai.io"]}
ZONES = 'zones = [{ dev = "dev.kimmyai.io", sit = "sit.kimmyai.io", prod = "kimmyai.io" }]'
SITE = 'aliases = { dev = ["dev.kimmyai.io"], sit = ["sit.kimmyai.io"], prod = ["kimmyai.io", "www.kimmyai.io"] } },'
IMAGES = (
    '{ name = "images", origin_bucket = "bbws-product-images-{env}", default_root_object = "x", aliases = '
    '{ sit = ["images.sit.kimmyai.io", "*.shop.sit.kimmyai.io"] } },'
)


@pytest.mark.parametrize("env", NAMES)
def test_each_alias_has_a_record_in_the_zone(env: str) -> None:
    inventory = load(env)
    zone, tenants = inventory.of(HostedZone)
    assert (tenants.name, tenants.plan) == (NAMES[env][0].replace("kimmyai", "bbws"), "07")
    assert (zone.name, zone.plan, zone.region, zone.delegated_by) == (NAMES[env][0], "06", "us-east-1", None)
    records = inventory.of(Record)
    assert [record.name for record in records] == NAMES[env]
    for record in records:
        assert record.stands_on == (zone, record.target)
        assert record.arns == zone.arns == ("arn:aws:route53:::hostedzone/*",)


def test_the_aliases_of_another_distribution_have_records_in_the_innermost_zone(plans: Path) -> None:
    path = plans / P06
    text = path.read_text("utf-8").replace(SITE, f"{SITE}\n{IMAGES}")
    path.write_text(text.replace(ZONES, f'{ZONES[:-1]}, {{ sit = "shop.sit.kimmyai.io" }}]'), "utf-8")
    inventory = load("sit", plans)
    assert [(zone.name, zone.delegated_by) for zone in inventory.of(HostedZone)] == [
        ("sit.kimmyai.io", None),
        ("shop.sit.kimmyai.io", "sit.kimmyai.io"),
        ("sit.bbws.io", None),
    ]
    assert [(record.name, record.zone.name, record.target.key) for record in inventory.of(Record)] == [
        ("sit.kimmyai.io", "sit.kimmyai.io", "site"),
        ("images.sit.kimmyai.io", "sit.kimmyai.io", "images"),
        ("*.shop.sit.kimmyai.io", "shop.sit.kimmyai.io", "images"),
    ]


def test_a_zone_of_another_plan_holds_an_alias(plans: Path) -> None:
    site, buckets = plans / P06, plans / P05
    site.write_text(site.read_text("utf-8").replace("[dns]\n", "").replace(ZONES, ""), "utf-8")
    buckets.write_text(buckets.read_text("utf-8") + f"\n[dns]\n{ZONES}\n", "utf-8")
    inventory = load("prod", plans)
    assert [(each.name, each.plan, each.zone.plan) for each in inventory.of(Record)] == [
        ("kimmyai.io", "06", "05"),
        ("www.kimmyai.io", "06", "05"),
    ]


BROKEN = [
    Broken("an alias in no zone", P06, '["sit.kimmyai.io"]', '["sit.kimmyai.com"]',
           ("cloudfront.distributions.site.aliases: found 'sit.kimmyai.com' in no hosted zone",
            "expected one of dns.zones to hold it: sit.kimmyai.io, sit.bbws.io")),
    Broken("an alias that only ends like a zone", P06, '["sit.kimmyai.io"]', '["notsit.kimmyai.io"]',
           ("'notsit.kimmyai.io' in no",)),
    Broken("no zone in the environment", P06, 'sit = "sit.kimmyai.io", prod = "kimmyai.io" }]', 'prod = "kimmyai.io" }]',
           ("found 'sit.kimmyai.io'", "expected a host in sit.bbws.io")),
    Broken("no zone at all", P06, ZONES, "zones = []", ("dns.zones: found []", "expected", "at least 1 item")),
    Broken("a zone with a star", P06, 'sit = "sit.kimmyai.io", prod', 'sit = "*.kimmyai.io", prod',
           ("dns.zones[0].sit: found '*.kimmyai.io'", "expected the name of a hosted zone, without a star: example.org")),
    Broken("a zone with a dot at its end", P06, 'prod = "kimmyai.io" }]', 'prod = "kimmyai.io." }]',
           ("dns.zones[0].prod: found 'kimmyai.io.'", "expected a domain name in lower case, without a dot at its end")),
    Broken("a zone of no environment", P06, 'prod = "kimmyai.io" }]', 'prd = "kimmyai.io" }]',
           ("dns.zones[0].prd: found 'prd'", "expected one of dev, prod, sit (did you mean prod?)")),
    Broken("a zone twice", P06, ZONES, f'{ZONES[:-1]}, {{ sit = "sit.kimmyai.io" }}]',
           ("hosted_zone sit.kimmyai.io: found twice", "expected once")),
    Broken("an unknown key", P06, ZONES, f"{ZONES}\nrecords = []", ("dns.records: found an unknown key", "expected one of zones")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
