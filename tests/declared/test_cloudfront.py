"""The distributions that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fixtures.declared.cloudfront import CloudFrontLimits, Distribution, DistributionNaming, domain, path_pattern
from fixtures.declared.inventory import Inventory, load
from tests.declared.mistakes import ENV, P05, P06, Broken, demand_refusal, each, refusal

ALIASES = {"dev": ("dev.kimmyai.io",), "sit": ("sit.kimmyai.io",), "prod": ("kimmyai.io", "www.kimmyai.io")}
NAMES = 'aliases = { dev = ["dev.kimmyai.io"], sit = ["sit.kimmyai.io"], prod = ["kimmyai.io", "www.kimmyai.io"] } },\n'
SITE = '{ name = "site", origin_bucket = "bbws-frontend-{env}", default_root_object = "index.html", ' + NAMES
IMAGES = (
    '{ name = "images", origin_bucket = "bbws-product-images-{env}", default_root_object = "none.html", '
    'aliases = { sit = ["images.sit.kimmyai.io"], prod = ["images.kimmyai.io"] } },\n'
)


def test_the_site(inventory: Inventory) -> None:
    environment = inventory.environment
    (site,) = inventory.of(Distribution)
    assert (site.aliases, site.name, site.key, site.plan) == (ALIASES[environment.name], ALIASES[environment.name][0], "site", "06")
    assert (site.region, site.account, site.default_root_object) == ("us-east-1", environment.account, "index.html")
    assert (site.origin_bucket.name, site.origin_bucket.region) == (f"bbws-frontend-{environment.name}", environment.region)
    assert site.stands_on == (site.origin_bucket,)
    assert site.arns == (f"arn:aws:cloudfront::{environment.account}:distribution/*",)


def test_the_copy_that_it_may_fall_back_to() -> None:
    assert [load(env).of(Distribution)[0].origin_copy for env in ("dev", "sit")] == [None, None]
    (site,) = load("prod").of(Distribution)
    assert site.origin_copy
    assert (site.origin_copy.name, site.origin_copy.region) == ("bbws-frontend-prod-dr", "eu-west-1")
    assert site.origin_copy.source == site.origin_bucket


def test_what_else_stands_in_the_account(inventory: Inventory) -> None:
    """Distributions have no names: the tag alone says what belongs to the project."""
    (naming,) = inventory.of(DistributionNaming)
    assert (naming.region, naming.project, naming.patterns, naming.tolerated) == ("us-east-1", "bbws", (), frozenset())
    assert naming.declared == set(ALIASES[inventory.environment.name])
    assert naming.own == (ALIASES[inventory.environment.name][0],)


def test_the_tls_minimum(inventory: Inventory) -> None:
    assert inventory.environment.policy.of(CloudFrontLimits).minimum_tls == "TLSv1.2_2021"


def changed(plans: Path, this: str, that: str, file: str = P06) -> None:
    text = (plans / file).read_text("utf-8")
    assert this in text
    (plans / file).write_text(text.replace(this, that, 1), "utf-8")


def add_to(path: Path, distribution: str) -> None:
    """Add a section with that distribution to a plan file that has none."""
    path.write_text(path.read_text("utf-8") + f"\n[cloudfront]\ndistributions = [\n{distribution}]\n", "utf-8")


@pytest.mark.parametrize("env", ["dev", "sit", "prod"])
def test_another_distribution_is_a_line_in_a_plan_file(plans: Path, env: str) -> None:
    """Whose bucket another plan declares, and which one environment is without."""
    changed(plans, SITE, SITE + IMAGES)
    found = {distribution.key: distribution for distribution in load(env, plans).of(Distribution)}
    assert list(found) == (["site"] if env == "dev" else ["site", "images"])
    if env != "dev":
        images = found["images"]
        assert images.aliases == ({"sit": "images.sit.kimmyai.io", "prod": "images.kimmyai.io"}[env],)
        assert (images.origin_bucket.name, images.origin_bucket.plan) == (f"bbws-product-images-{env}", "05")


def test_a_tolerated_alias_and_the_distribution_of_another_plan(plans: Path) -> None:
    changed(plans, "[cloudfront]\n", '[cloudfront]\ntolerates = ["old.kimmyai.io"]\n')
    add_to(plans / P05, IMAGES)
    namings = {naming.plan: naming for naming in load("sit", plans).of(DistributionNaming)}
    assert {plan: naming.own for plan, naming in namings.items()} == {"05": ("images.sit.kimmyai.io",), "06": ("sit.kimmyai.io",)}
    for naming in namings.values():
        assert naming.declared == {"sit.kimmyai.io", "images.sit.kimmyai.io"}
        assert naming.tolerated == {"old.kimmyai.io"}


@pytest.mark.parametrize(
    "name", ["kimmyai.io", "www.kimmyai.io", "*.kimmyai.io", "a-b.c1.example", "xn--80ak6aa92e.com", "1.2.example"]
)
def test_a_domain(name: str) -> None:
    assert domain(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "io", "kimmyai.io.", "Kimmyai.io", "kimmyai..io", "-a.io", "a-.io", "a.*.io", "**.io", "*", "a b.io", "a_b.io",
     "kimmyai.io/x", "https://kimmyai.io", "kimmyai.io:443", "1.2.3.4", f"{'a' * 64}.io", f"{'a.' * 130}io", "kimmyai.io\n"],
)  # fmt: skip
def test_no_domain(name: str) -> None:
    with pytest.raises(ValueError, match="a domain name in lower case"):
        domain(name)


@pytest.mark.parametrize(
    ("text", "path"),
    [("*", "*"), ("/*", "*"), ("**", "*"), ("/redirect/*", "/redirect/*"), ("redirect/*", "/redirect/*"), ("/", "/"), ("//", "//"),
     ("*.png", "/*.png")],
)  # fmt: skip
def test_the_path_pattern_of_a_behaviour(text: str, path: str) -> None:
    assert path_pattern(text) == path


BROKEN = [
    Broken("no such bucket", P06, 'origin_bucket = "bbws-frontend-{env}"', 'origin_bucket = "bbws-frontent-{env}"',
           ("cloudfront.distributions[0].origin_bucket: found 'bbws-frontent-{env}'", "did you mean bbws-frontend-{env}?")),
    Broken("another placeholder", P06, 'origin_bucket = "bbws-frontend-{env}"', 'origin_bucket = "bbws-frontend-{stage}"',
           ("cloudfront.distributions[0].origin_bucket: found", "no other placeholder than {env}, not {stage}")),
    Broken("alias in upper case", P06, '["sit.kimmyai.io"]', '["SIT.kimmyai.io"]',
           ("cloudfront.distributions[0].aliases.sit[0]: found 'SIT.kimmyai.io'", "a domain name in lower case")),
    Broken("alias with a dot at its end", P06, '["sit.kimmyai.io"]', '["sit.kimmyai.io."]',
           ("aliases.sit[0]: found 'sit.kimmyai.io.'", "without a dot at its end")),
    Broken("alias as a link", P06, '["sit.kimmyai.io"]', '["https://sit.kimmyai.io"]', ("aliases.sit[0]: found 'https://",)),
    Broken("alias with a placeholder", P06, '["sit.kimmyai.io"]', '["{env}.kimmyai.io"]', ("aliases.sit[0]: found '{env}.",)),
    Broken("alias that is no list", P06, '["sit.kimmyai.io"]', '"sit.kimmyai.io"',
           ("aliases.sit: found 'sit.kimmyai.io'", "expected a valid list")),
    Broken("no alias", P06, '["sit.kimmyai.io"]', "[]", ("cloudfront.distributions[0].aliases.sit: found []", "at least 1 item")),
    Broken("no such environment", P06, 'sit = ["sit.kimmyai.io"]', 'sti = ["sit.kimmyai.io"]',
           ("cloudfront.distributions[0].aliases.sti: found 'sti'", "expected one of dev, prod, sit", "did you mean sit?")),
    Broken("alias twice in a distribution", P06, '["sit.kimmyai.io"]', '["sit.kimmyai.io", "sit.kimmyai.io"]',
           ("cloudfront.distributions[0].aliases: found 'sit.kimmyai.io' twice", "it belongs to one distribution")),
    Broken("alias of another distribution", P06, SITE, SITE + IMAGES.replace("images.sit.kimmyai.io", "sit.kimmyai.io"),
           ("cloudfront.distributions[1].aliases: found 'sit.kimmyai.io' twice", "it belongs to one distribution")),
    Broken("second alias of another distribution", P06, SITE, SITE + IMAGES.replace("images.kimmyai.io", "www.kimmyai.io"),
           ("cloudfront.distributions[1].aliases: found 'www.kimmyai.io' twice",), "prod"),
    Broken("bucket of another distribution", P06, SITE, SITE + re.sub(r'origin_bucket = "[^"]+"',
           'origin_bucket = "bbws-frontend-{env}"', IMAGES),
           ("cloudfront.distributions[1].origin_bucket: found 'bbws-frontend-sit' of another distribution", "a bucket of its own")),
    Broken("name of another distribution", P06, SITE, SITE + IMAGES.replace('"images"', '"site"'),
           ("cloudfront.distributions[1].name: found 'site' twice", "expected a name of its own")),
    Broken("no name", P06, '{ name = "site", origin_bucket', '{ origin_bucket',
           ("cloudfront.distributions[0].name: found nothing", "the key is required")),
    Broken("no root object", P06, 'default_root_object = "index.html", ', "",
           ("cloudfront.distributions[0].default_root_object: found nothing",)),
    Broken("unknown key", P06, 'default_root_object = "index.html"', 'root_object = "index.html"',
           ("cloudfront.distributions[0].root_object: found an unknown key", "default_root_object")),
    Broken("no distribution", P06, f"distributions = [\n  {SITE}]", "distributions = []",
           ("cloudfront.distributions: found []", "at least 1 item")),
    Broken("bad tolerated alias", P06, "[cloudfront]\n", '[cloudfront]\ntolerates = ["old"]\n',
           ("cloudfront.tolerates[0]: found 'old'", "a domain name")),
    *(
        Broken(f"TLS minimum {value}", ENV, '[environments.sit.policy.cloudfront]\nminimum_tls = "TLSv1.2_2021"',
               f"[environments.sit.policy.cloudfront]\nminimum_tls = {value}",
               ("environments.sit.policy.cloudfront.minimum_tls: found", "expected 'TLSv1.2_2018', 'TLSv1.2_2019', 'TLSv1.2_2021'"))
        for value in ('"TLSv1.2"', '"TLSv1.1_2016"', '"TLSv1.2_2020"', '"tlsv1.2_2021"', '""', "1.2")
    ),
    Broken("no TLS minimum", ENV, '[environments.sit.policy.cloudfront]\nminimum_tls = "TLSv1.2_2021"',
           "[environments.sit.policy.cloudfront]", ("environments.sit.policy.cloudfront.minimum_tls: found nothing",)),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)


@pytest.mark.parametrize(
    ("this", "that", "says"),
    [
        ("images.sit.kimmyai.io", "sit.kimmyai.io", "aliases: found 'sit.kimmyai.io' twice"),
        ('"images"', '"site"', "name: found 'site' twice"),
    ],
)
def test_what_another_plans_distribution_has_is_taken(plans: Path, this: str, that: str, says: str) -> None:
    add_to(plans / P05, IMAGES.replace(this, that))
    told = refusal("sit", plans)
    assert f"{P06}: cloudfront.distributions[0].{says}" in told
