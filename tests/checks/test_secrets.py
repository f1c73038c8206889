"""The checks of secrets, and of credentials in plain text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from checks import Observation, Problem, Seen, Undecided, secrets
from fixtures.declared.ecs import Service
from fixtures.declared.inventory import load
from fixtures.declared.network import Vpc
from fixtures.declared.secrets import Secret
from fixtures.facts.account import KeyDescription
from fixtures.facts.ecs import Container, TaskDefinition, Variable
from fixtures.facts.secrets import FoundSecret, Script, SecretDescription, SecretReplica, UserData
from tests.checks.examples import Example, judged

ACCOUNT, NAME = "093646564004", "bbws-aurora-prod"
PLAIN = Secret(NAME, "af-south-1", "07", ACCOUNT, customer_key=False, rotation_days=None, replicas=())
SECRET = replace(PLAIN, customer_key=True, rotation_days=30, replicas=("eu-west-1",))
SERVICE = load("prod").of(Service)[0]
NOW = datetime(2026, 1, 13, 12, tzinfo=UTC)
ARN = f"arn:aws:secretsmanager:af-south-1:{ACCOUNT}:secret:{NAME}-AbCdEf"
DESCRIBED = SecretDescription(
    ARN, "key", rotation=True, created=NOW - timedelta(days=90), rotated=NOW - timedelta(days=3), deleted=None,
    replicas=(SecretReplica("eu-west-1", "InSync", ""),), tags=MappingProxyType({"Environment": "prod"}), as_of=NOW,
)  # fmt: skip
KEY = KeyDescription(f"arn:aws:kms:af-south-1:{ACCOUNT}:key/1", "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", None, "CUSTOMER")

CITED = {"estate.conventions", "pre.no-hardcoded-credentials", "pre.secrets"}


def seen(expected: str, observed: str, of: str = NAME) -> Seen:
    return Seen(of, expected, observed)


def bad(expected: str, observed: str, of: str = NAME) -> Problem:
    return Problem(of, expected, observed)


def described(**changes: Any) -> tuple[Secret, SecretDescription]:
    return SECRET, replace(DESCRIBED, **changes)


def copies(*found: tuple[str, str, str]) -> tuple[Secret, SecretDescription]:
    return described(replicas=tuple(SecretReplica(*each) for each in found))


EXISTS, DELETED, ENCRYPTED, ROTATED = secrets.exists, secrets.not_scheduled_for_deletion, secrets.encrypted, secrets.rotated
CUSTOMER, OF_KMS = "encrypted with a customer key", "encrypted with a key of KMS"
WITHIN, IN_SYNC = "last rotation at most 30 days ago", "a copy in eu-west-1, InSync"
ON, LAST = seen("rotation on", "on"), seen(WITHIN, "3 days (2026-01-10 12:00 UTC)")
BY = "(SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT)"

KEPT = [
    Example(EXISTS, "there", (SECRET, FoundSecret(there=True, names=frozenset({NAME}))), (seen(NAME, "present"),)),
    Example(EXISTS, "there, and not listed yet", (SECRET, FoundSecret(there=True, names=frozenset())), (seen(NAME, "present"),)),
    Example(EXISTS, "absent", (SECRET, FoundSecret(there=False, names=frozenset({"bbws-aurora-sit", "other"}))), (
        bad(NAME, "missing; the closest existing name is bbws-aurora-sit"),)),
    Example(EXISTS, "absent, as all are", (SECRET, FoundSecret(there=False, names=frozenset())), (
        bad(NAME, "missing; no existing name is close to it"),)),
    Example(DELETED, "kept", described(), (seen("not scheduled for deletion", f"it is not ({ARN})"),)),
    Example(DELETED, "to be deleted", described(deleted=NOW - timedelta(days=2)), (
        bad("not scheduled for deletion", "scheduled for deletion since 2026-01-11 12:00 UTC (48 hours ago)"),)),
    Example(ENCRYPTED, "with a customer key", (SECRET, KEY), (
        seen(CUSTOMER, f"with {KEY.arn}, a customer key"), seen("its key Enabled", f"Enabled {BY}"))),
    Example(ENCRYPTED, "with Secrets Manager's key", (PLAIN, None), (seen(OF_KMS, "with aws/secretsmanager, a key of AWS's"),)),
    Example(ENCRYPTED, "with a customer key that nobody asks for", (PLAIN, KEY), (
        seen(OF_KMS, f"with {KEY.arn}, a customer key"), seen("its key Enabled", f"Enabled {BY}"))),
    Example(ENCRYPTED, "with Secrets Manager's key for a customer's", (SECRET, None), (
        bad(CUSTOMER, "with aws/secretsmanager, a key of AWS's"),)),
    Example(ENCRYPTED, "with a key of AWS's by name", (SECRET, replace(KEY, manager="AWS")), (
        bad(CUSTOMER, f"with {KEY.arn}, a key of AWS"), seen("its key Enabled", f"Enabled {BY}"))),
    Example(ENCRYPTED, "with a key that is being deleted", (SECRET, replace(KEY, state="PendingDeletion")), (
        seen(CUSTOMER, f"with {KEY.arn}, a customer key"),
        bad("its key Enabled", f"PendingDeletion {BY}"))),
    Example(ROTATED, "lately", described(), (ON, LAST)),
    Example(ROTATED, "long ago", described(rotated=NOW - timedelta(days=31)), (
        ON, bad(WITHIN, "31 days (2025-12-13 12:00 UTC)"))),
    Example(ROTATED, "on the day", described(rotated=NOW - timedelta(days=30)), (
        ON, seen(WITHIN, "30 days (2025-12-14 12:00 UTC)"))),
    Example(ROTATED, "the switch alone", described(rotated=None), (ON, bad("rotated within 30 days", "never rotated"))),
    Example(ROTATED, "switched off since", described(rotation=False), (
        bad("rotation on", "off"), LAST)),
    Example(ROTATED, "never", described(rotation=False, rotated=None), (
        bad("rotation on", "off"), bad("rotated within 30 days", "never rotated"))),
    Example(ROTATED, "not asked for", (PLAIN, replace(DESCRIBED, rotation=False, rotated=None)), (
        seen("no rotation in particular", "rotation off, never rotated"),)),
    Example(secrets.replicated, "in sync", described(), (seen(IN_SYNC, "InSync"),)),
    Example(secrets.replicated, "none", copies(), (bad(IN_SYNC, "none; copies in no other region"),)),
    Example(secrets.replicated, "elsewhere", copies(("eu-central-1", "InSync", "")), (
        bad(IN_SYNC, "none; copies in eu-central-1"),)),
    Example(secrets.replicated, "failed", copies(("eu-west-1", "Failed", "Secret already exists")), (
        bad(IN_SYNC, "Failed Secret already exists"),)),
    Example(secrets.replicated, "being made", copies(("eu-west-1", "InProgress", "")), (
        Undecided(NAME, "the copy in eu-west-1 is being made"),)),
    Example(secrets.replicated, "not asked for", (PLAIN, replace(DESCRIBED, replicas=())), (
        seen("no copy in particular", "none"),)),
    Example(secrets.required_tags, "tagged", described(), (seen("tag Environment=prod", "Environment=prod"),),
            {"required": {"Environment": "prod"}}),
    Example(secrets.required_tags, "untagged", described(tags={}), (bad("tag Environment=prod", "no such tag"),),
            {"required": {"Environment": "prod"}}),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- who may read it


def allowing(*statements: dict[str, Any]) -> tuple[Secret, dict[str, Any]]:
    read = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    return SECRET, {"Version": "2012-10-17", "Statement": [{**read, **each} for each in statements]}


def on(key: str, value: Any, operator: str = "StringEquals", **more: Any) -> dict[str, Any]:
    return {"Principal": "*", "Condition": {operator: {key: value}}, **more}


def public(says: str, *statements: dict[str, Any], found: tuple[Any, ...]) -> Example:
    return Example(secrets.not_public, says, allowing(*statements), found)


NOBODY, OWN, ORG = "no statement that allows everybody", f"arn:aws:iam::{ACCOUNT}:role/task", "aws:PrincipalOrgID"
ONE = "statement no. 1 allows Principal *"
CLOSED = [
    Example(secrets.not_public, "no policy", (SECRET, None), (seen(NOBODY, "no resource policy"),)),
    public("one's own role", {"Principal": {"AWS": OWN}}, found=(seen(NOBODY, "none among 1 statement that allow"),)),
    public("nobody", {"Effect": "Deny", "Principal": "*"}, found=(seen(NOBODY, "none among 0 statements that allow"),)),
    public("everybody", {"Principal": "*"}, found=(bad(NOBODY, ONE),)),
    public("every account", {"Principal": {"AWS": ["*", OWN]}, "Sid": "All"}, found=(
        bad(NOBODY, f"statement All allows Principal AWS * or {OWN}"),)),
    public("all but one", {"NotPrincipal": {"AWS": OWN}}, found=(
        bad(NOBODY, f"statement no. 1 allows NotPrincipal AWS {OWN}"),)),
    public("everybody of the organization", on(ORG, "o-1"), found=(
        seen(NOBODY, f"{ONE}, on a condition that names somebody: StringEquals {ORG} o-1"),)),
    public("everybody of any organization", on(ORG, "*", "StringLike"), found=(
        Undecided(NAME, f"not known whether {ONE} on StringLike {ORG} * is everybody"),)),
    public("everybody without an organization", on(ORG, "o-1", "StringEqualsIfExists"), found=(
        Undecided(NAME, f"not known whether {ONE} on StringEqualsIfExists {ORG} o-1 is everybody"),)),
    public("everybody over TLS", on("aws:SecureTransport", "true", "Bool"), found=(
        Undecided(NAME, f"not known whether {ONE} on Bool aws:SecureTransport true is everybody"),)),
    *(
        public(f"another account, {other}", {"Principal": {"AWS": other}}, found=(
            seen(NOBODY, "none among 1 statement that allow"),
            bad("nobody of another account", f"statement no. 1 allows {other}, of another account")))
        for other in ("arn:aws:iam::111122223333:root", "111122223333", f"arn:aws:iam::111122223333:role/{ACCOUNT}")
    ),
    public("the account itself", {"Principal": {"AWS": ACCOUNT}}, found=(seen(NOBODY, "none among 1 statement that allow"),)),
    public("a role that was deleted", {"Principal": {"AWS": "AROAEXAMPLE"}}, found=(
        seen(NOBODY, "none among 1 statement that allow"),
        Observation(NAME, "statement no. 1 allows AROAEXAMPLE, of no account: what AWS shows of a principal that was deleted"))),
    *(
        public(f"whoever it may be, by {key} {value}", on(key, value, operator), found=(
            Undecided(NAME, f"not known whether {ONE} on {operator} {key} {value} is everybody"),))
        for operator, key, value in (
            ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"),
            ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::??????????64:role/x"),
            ("StringLike", ORG, "o-*"), ("StringLike", "aws:userid", "A*"), ("StringLike", "aws:PrincipalAccount", "09364656400?"),
            ("StringLike", "aws:SourceVpc", "vpc-*"), ("StringEquals", "aws:username", "deployer"),
            ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}"),
        )
    ),
    *(
        public(f"somebody, by {key} {value}", on(key, value, operator), found=(
            seen(NOBODY, f"{ONE}, on a condition that names somebody: {operator} {key} {value}"),))
        for operator, key, value in (
            ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*"), ("StringEquals", "aws:PrincipalAccount", ACCOUNT),
            ("StringLike", "aws:userid", "AROAEXAMPLE:*"), ("StringEquals", "aws:SourceVpce", "vpce-1"),
            ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::bbws"),
        )
    ),
    *(
        public(f"somebody of another account, by {key}", on(key, value), found=(
            bad("nobody of another account", f"{ONE}, on a condition that names 111122223333: StringEquals {key} {value}"),))
        for key, value in (("aws:PrincipalAccount", "111122223333"), ("aws:PrincipalArn", "arn:aws:iam::111122223333:role/x"))
    ),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- in plain text

CONTAINERS = tuple(Container(name, "image", "", "", "") for name in ("app", "metrics"))
DEFINITION = TaskDefinition(
    "arn", "family", 7, "ACTIVE", "awsvpc", "", "", containers=CONTAINERS, environment=(), settings=(), secrets=(), volumes=()
)
NONE = "no credential in plain text"


def told(says: str, *variables: tuple[str, str], found: tuple[Any, ...]) -> Example:
    environment = tuple(Variable("app", *each) for each in variables)
    return Example(secrets.no_plain_credentials, says, (SERVICE, replace(DEFINITION, environment=environment)), (
        *found, seen(NONE, "none in container metrics, of 0 variables", SERVICE.name)))  # fmt: skip


TOLD = [
    told("none", ("DB_HOST", "db.internal"), ("ENVIRONMENT", "prod"), found=(
        seen(NONE, "none in container app, of 2 variables: DB_HOST, ENVIRONMENT", SERVICE.name),)),
    told("no variable", found=(seen(NONE, "none in container app, of 0 variables", SERVICE.name),)),
    told("a password", ("DB_PASSWORD", "staple"), ("DB_HOST", "db.internal"), found=(
        bad(NONE, "DB_PASSWORD in container app: a value of the name of a credential", SERVICE.name),)),
    told("two", ("DB_PASSWORD", "staple"), ("DB_URL", "mysql://wp:staple@db.internal/wp"), found=(
        bad(NONE, "DB_PASSWORD in container app: a value of the name of a credential", SERVICE.name),
        bad(NONE, "DB_URL in container app: Basic Auth Credentials", SERVICE.name))),
    told("a literal that looks like a reference", ("DB_PASSWORD", "$Summer2024"), found=(
        bad(NONE, "DB_PASSWORD in container app: a value of the name of a credential", SERVICE.name),)),
    Example(secrets.no_plain_credentials, "a password of a command", (SERVICE, replace(DEFINITION, settings=(
        Variable("app", "command", "mysql -h db.internal -pstaple"), Variable("metrics", "label team", "shop")))), (
        bad(NONE, "command in container app: a password of a command", SERVICE.name),
        seen(NONE, "none in container metrics, of 1 variable: label team", SERVICE.name))),
    Example(secrets.no_plain_credentials, "no container", (SERVICE, replace(DEFINITION, containers=())), (
        Undecided(SERVICE.name, "nothing is told of where variables could stand"),)),
]  # fmt: skip

VPC = load("prod").of(Vpc)[0]
LOOKED = "1 instances, 1 launch templates"


def started(says: str, *texts: str, found: tuple[Any, ...]) -> Example:
    scripts = tuple(Script(f"user data of i-{number}", text) for number, text in enumerate(texts, 1))
    return Example(secrets.no_plain_user_data, says, (VPC, UserData(scripts, LOOKED)), found)


BASH = "#!/bin/bash\n"
TOLD += [
    started("none", found=(seen(NONE, f"none in 0 scripts, of {LOOKED}", VPC.name),)),
    started("usual", BASH + "DB_HOST=db.internal\n", BASH, found=(seen(NONE, f"none in 2 scripts, of {LOOKED}", VPC.name),)),
    started("a password", BASH, BASH + "export DB_PASSWORD=staple\n", found=(
        bad(NONE, "DB_PASSWORD in user data of i-2: a value of the name of a credential", VPC.name),)),
    started("a password of a command", BASH + "mysql -u root -pstaple < schema.sql", found=(
        bad(NONE, "the text in user data of i-1: a password of a command", VPC.name),)),
    started("a URL with one", BASH + "git clone https://deployer:staple@git.internal/site.git", found=(
        bad(NONE, "the text in user data of i-1: Basic Auth Credentials", VPC.name),)),
]  # fmt: skip

EXAMPLES = [*KEPT, *CLOSED, *TOLD]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings
