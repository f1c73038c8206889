"""The account, the regions and the keys that each environment declares, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.declared.account import Account, EnabledRegion, Key
from fixtures.declared.inventory import Inventory, load
from tests.declared.mistakes import P04, P05, Broken, demand_refusal, each

ACCOUNTS = {"dev": "536580886816", "sit": "815856636111", "prod": "093646564004"}


def test_account_numbers_are_text(inventory: Inventory) -> None:
    number = ACCOUNTS[inventory.environment.name]
    assert inventory.environment.account == number
    assert isinstance(inventory.environment.account, str)
    assert [account.name for account in inventory.of(Account)] == [number]


@pytest.mark.parametrize(
    ("env", "regions"),
    [("dev", ["eu-west-1", "us-east-1"]), ("sit", ["eu-west-1", "us-east-1"]), ("prod", ["af-south-1", "eu-west-1", "us-east-1"])],
)
def test_regions(env: str, regions: list[str]) -> None:
    assert [region.name for region in load(env).of(EnabledRegion)] == regions


def test_a_key_that_two_plans_use_is_told_apart_by_plan(plans: Path) -> None:
    """A CMK is often shared. Two resources of one id would be two tests of one id, which pytest does not collect."""
    path = plans / P05
    path.write_text(path.read_text("utf-8").replace("alias/aws/s3", "alias/aws/dynamodb"), "utf-8")
    ids = {key.id for key in load("sit", plans).of(Key)}
    assert {"04-aws/dynamodb-eu-west-1", "05-aws/dynamodb-eu-west-1"} <= ids


BROKEN = [
    Broken("duplicate key of the same plan", P04, '["alias/aws/dynamodb"]',
            '["alias/aws/dynamodb", "alias/aws/dynamodb"]',
           ("alias/aws/dynamodb", "found twice", "expected once")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
