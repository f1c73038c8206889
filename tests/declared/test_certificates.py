"""The certificates that follow from what each environment declares, and that a mistake in their limits is refused in one line."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.certificates import Certificate, CertificateLimits
from fixtures.declared.cloudfront import Distribution
from fixtures.declared.dns import HostedZone
from fixtures.declared.inventory import Inventory, load
from tests.declared.mistakes import ENV, P06, Broken, demand_refusal, each
from tests.declared.test_dns import IMAGES, SITE


def test_each_distribution_has_one_in_the_edge_region(inventory: Inventory) -> None:
    certificates, distributions = inventory.of(Certificate), inventory.of(Distribution)
    assert [(each.serves, each.names, each.region) for each in certificates] == [
        (each, each.aliases, "us-east-1") for each in distributions
    ]
    (certificate,) = certificates
    assert certificate.stands_on == (distributions[0], *(zone for zone in inventory.of(HostedZone) if zone.plan == "06"))
    assert certificate.arns == (f"arn:aws:acm:us-east-1:{inventory.environment.account}:certificate/*",)


def test_that_of_another_distribution_needs_no_word_of_a_plan(plans: Path) -> None:
    path = plans / P06
    path.write_text(path.read_text("utf-8").replace(SITE, f"{SITE}\n{IMAGES}"), "utf-8")
    assert [each.names for each in load("sit", plans).of(Certificate)] == [
        ("sit.kimmyai.io",),
        ("images.sit.kimmyai.io", "*.shop.sit.kimmyai.io"),
    ]


def test_limits(inventory: Inventory) -> None:
    limits = inventory.environment.policy.of(CertificateLimits)
    assert (limits.amazon_issued_days, limits.imported_days) == (30, 45)


BROKEN = [
    Broken("no days", ENV, "imported_days = 45", "imported_days = 0",
           ("policy.certificates.imported_days: found 0", "expected", "0")),
    Broken("a limit left out", ENV, "imported_days = 45 ", "#",
           ("policy.certificates.imported_days: found nothing", "expected a value: the key is required")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
