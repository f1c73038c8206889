"""The checks of the account, its regions and its keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from checks import Problem, Seen, Undecided, account
from fixtures.aws.credentials import Identity
from fixtures.declared.account import Account, EnabledRegion, Key
from fixtures.facts.account import KeyDescription
from tests.checks.examples import Example, judged

PROD = Account("093646564004", "af-south-1", None)
ROLE = "arn:aws:sts::{}:assumed-role/release/somebody"
REGION = EnabledRegion("af-south-1", "af-south-1", None)
KEY = Key("alias/aws/s3", "eu-west-1", "05", "815856636111")

# The lines of the promotion plans that the checks give evidence for.
CITED = {"pre.environment-ready", "pre.prod-access", "pre.sit-access", "pre.sso"}

# Checks that fail by no fault alone, and why.
NOT_BY_ONE_FAULT = {
    "account.identity": "it judges the credentials of whoever runs the suite, not the estate",
}


def caller(number: str) -> tuple[Account, Identity]:
    return PROD, Identity(number, ROLE.format(number))


def key(**changes: Any) -> tuple[Key, KeyDescription]:
    usable = KeyDescription(
        "arn:aws:kms:eu-west-1:815856636111:key/1", "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", None, "CUSTOMER"
    )
    return KEY, replace(usable, **changes)


ARN = "arn:aws:kms:eu-west-1:815856636111:key/1"
LIVE, PURPOSE = "an Enabled key", "a key to ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT"
IDENTITY, ENABLED, USABLE = account.identity, account.region_enabled, account.key_usable


def own_account(number: str) -> tuple[Seen]:
    return (Seen("credentials", "093646564004", f"{number} ({ROLE.format(number)})"),)


def other_account(number: str, said: str | None = None) -> tuple[Problem]:
    return (Problem("credentials", "093646564004", f"{said or number} ({ROLE.format(number)})"),)


STS, IAM = "arn:aws:sts::093646564004:", "arn:aws:iam::093646564004:"
SSO = f"{STS}assumed-role/AWSReservedSSO_Release_0123456789abcdef/somebody"
MEANS = "a valid session by sso or role"


def session(arn: str, says: str, *found: Any) -> Example:
    return Example(account.session, says, (PROD, Identity("093646564004", arn)), found, {"by": ["sso", "role"]})


def valid(means: str, arn: str) -> Seen:
    return Seen("093646564004", MEANS, f"{means} ({arn})")


def not_valid(means: str, arn: str) -> Problem:
    return Problem("093646564004", MEANS, f"{means} ({arn})")


def unclear(told: str) -> Undecided:
    return Undecided("093646564004", f"{told} does not say by which means the run has signed in")


def enabled(observed: str) -> tuple[Seen]:
    return (Seen("af-south-1", "opted-in or opt-in-not-required", observed),)


def not_enabled(observed: str) -> tuple[Problem]:
    return (Problem("af-south-1", "opted-in or opt-in-not-required", observed),)


def good(expected: str, observed: str) -> Seen:
    return Seen("alias/aws/s3 (eu-west-1)", expected, f"{ARN} is {observed}")


def bad(expected: str, observed: str) -> Problem:
    return Problem("alias/aws/s3 (eu-west-1)", expected, f"{ARN} is {observed}")


IS_LIVE, IS_FIT = good(LIVE, "Enabled"), good(PURPOSE, "to ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT")

EXAMPLES = [
    Example(IDENTITY, "the environment's own account", caller("093646564004"), own_account("093646564004")),
    Example(IDENTITY, "another account", caller("815856636111"), other_account("815856636111")),
    Example(IDENTITY, "the number without its leading zero", caller("93646564004"), other_account("93646564004")),
    Example(IDENTITY, "no account", caller(""), other_account("", "none")),
    session(SSO, "single sign-on", valid("sso", SSO)),
    session(f"{STS}assumed-role/ci/job", "a role", valid("role", f"{STS}assumed-role/ci/job")),
    session(f"{IAM}user/release", "a user", not_valid("user", f"{IAM}user/release")),
    session(f"{IAM}user/AWSReservedSSO_x", "a user called like a permission set", not_valid("user", f"{IAM}user/AWSReservedSSO_x")),
    session(f"{IAM}root", "the root user", not_valid("root", f"{IAM}root")),
    session(f"{STS}federated-user/x", "a federated user", not_valid("federated-user", f"{STS}federated-user/x")),
    session(f"{IAM}assumed-role/ci/job", "a role of another service's", unclear(f"{IAM}assumed-role/ci/job")),
    session("somebody", "no ARN", unclear("somebody")),
    session("", "nothing", unclear("an empty ARN")),
    Example(ENABLED, "opted in", (REGION, "opted-in"), enabled("opted-in")),
    Example(ENABLED, "enabled by default", (REGION, "opt-in-not-required"), enabled("opt-in-not-required")),
    Example(ENABLED, "not opted in", (REGION, "not-opted-in"), not_enabled("not-opted-in")),
    Example(ENABLED, "a status in another case", (REGION, "OPTED-IN"), not_enabled("OPTED-IN")),
    Example(ENABLED, "a region that AWS does not list", (REGION, None), not_enabled("no such region")),
    Example(ENABLED, "an empty status", (REGION, ""), not_enabled("no such region")),
    Example(USABLE, "enabled", key(), (IS_LIVE, IS_FIT)),
    Example(USABLE, "disabled", key(state="Disabled"), (bad(LIVE, "Disabled"), IS_FIT)),
    Example(USABLE, "without key material", key(state="PendingImport"), (bad(LIVE, "PendingImport"), IS_FIT)),
    Example(USABLE, "being made", key(state="Creating"), (bad(LIVE, "Creating"), IS_FIT)),
    Example(USABLE, "its key store is gone", key(state="Unavailable"), (bad(LIVE, "Unavailable"), IS_FIT)),
    Example(USABLE, "no state, no purpose", key(state="", usage="", spec=""), (bad(LIVE, ""), bad(PURPOSE, "to , "))),
    Example(
        USABLE, "to be deleted", key(state="PendingDeletion", deletion=datetime(2026, 2, 1, tzinfo=UTC)),
        (bad(LIVE, "PendingDeletion, to be deleted 2026-02-01"), IS_FIT),
    ),
    Example(USABLE, "of the wrong kind", key(usage="SIGN_VERIFY", spec="RSA_2048"),
            (IS_LIVE, bad(PURPOSE, "to SIGN_VERIFY, RSA_2048"))),
    Example(USABLE, "asymmetric", key(spec="RSA_2048"), (IS_LIVE, bad(PURPOSE, "to ENCRYPT_DECRYPT, RSA_2048"))),
    Example(
        USABLE, "disabled and of the wrong kind", key(state="Disabled", usage="GENERATE_VERIFY_MAC"),
        (bad(LIVE, "Disabled"), bad(PURPOSE, "to GENERATE_VERIFY_MAC, SYMMETRIC_DEFAULT")),
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings
