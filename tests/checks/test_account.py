"""The checks of the account, its regions and its keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from checks import Problem, account
from fixtures.aws.credentials import Identity
from fixtures.declared.account import Account, EnabledRegion, Key
from fixtures.facts.account import KeyDescription
from tests.checks.examples import Example, judged

PROD = Account("093646564004", "af-south-1", None)
ROLE = "arn:aws:sts::{}:assumed-role/release/somebody"
REGION = EnabledRegion("af-south-1", "af-south-1", None)
KEY = Key("alias/aws/s3", "eu-west-1", "05", "815856636111")


def caller(number: str) -> tuple[Account, Identity]:
    return PROD, Identity(number, ROLE.format(number))


def key(**changes: Any) -> tuple[Key, KeyDescription]:
    usable = KeyDescription("arn:aws:kms:eu-west-1:815856636111:key/1", "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", None)
    return KEY, replace(usable, **changes)


def other_account(number: str) -> tuple[Problem]:
    return (Problem("credentials", "093646564004", f"{number} ({ROLE.format(number)})"),)


def not_enabled(observed: str) -> tuple[Problem]:
    return (Problem("af-south-1", "opted-in or opt-in-not-required", observed),)


def bad_key(expected: str, observed: str) -> Problem:
    return Problem("alias/aws/s3 (eu-west-1)", expected, f"arn:aws:kms:eu-west-1:815856636111:key/1 is {observed}")


LIVE, PURPOSE = "an Enabled key", "a key to ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT"
IDENTITY, ENABLED, USABLE = account.identity, account.region_enabled, account.key_usable

EXAMPLES = [
    Example(IDENTITY, "the environment's own account", caller("093646564004")),
    Example(IDENTITY, "another account", caller("815856636111"), other_account("815856636111")),
    Example(IDENTITY, "the number without its leading zero", caller("93646564004"), other_account("93646564004")),
    Example(IDENTITY, "no account", caller(""), other_account("")),
    Example(ENABLED, "opted in", (REGION, "opted-in")),
    Example(ENABLED, "enabled by default", (REGION, "opt-in-not-required")),
    Example(ENABLED, "not opted in", (REGION, "not-opted-in"), not_enabled("not-opted-in")),
    Example(ENABLED, "a status in another case", (REGION, "OPTED-IN"), not_enabled("OPTED-IN")),
    Example(ENABLED, "a region that AWS does not list", (REGION, None), not_enabled("no such region")),
    Example(ENABLED, "an empty status", (REGION, ""), not_enabled("no such region")),
    Example(USABLE, "enabled", key()),
    Example(USABLE, "disabled", key(state="Disabled"), (bad_key(LIVE, "Disabled"),)),
    Example(USABLE, "without key material", key(state="PendingImport"), (bad_key(LIVE, "PendingImport"),)),
    Example(USABLE, "being made", key(state="Creating"), (bad_key(LIVE, "Creating"),)),
    Example(USABLE, "its key store is gone", key(state="Unavailable"), (bad_key(LIVE, "Unavailable"),)),
    Example(
        USABLE, "to be deleted", key(state="PendingDeletion", deletion=datetime(2026, 2, 1, tzinfo=UTC)),
        (bad_key(LIVE, "PendingDeletion, to be deleted 2026-02-01"),),
    ),
    Example(USABLE, "of the wrong kind", key(usage="SIGN_VERIFY", spec="RSA_2048"),
            (bad_key(PURPOSE, "to SIGN_VERIFY, RSA_2048"),)),
    Example(USABLE, "asymmetric", key(spec="RSA_2048"), (bad_key(PURPOSE, "to ENCRYPT_DECRYPT, RSA_2048"),)),
    Example(
        USABLE, "disabled and of the wrong kind", key(state="Disabled", usage="GENERATE_VERIFY_MAC"),
        (bad_key(LIVE, "Disabled"), bad_key(PURPOSE, "to GENERATE_VERIFY_MAC, SYMMETRIC_DEFAULT")),
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings
