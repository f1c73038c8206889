"""Secrets: each is there, encrypted, rotated, kept, copied and closed as declared; and none stands elsewhere in plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from checks import Finding, Observation, Pillar, Problem, Seen, Severity, Undecided, check, credentials, names, policies
from checks.comparisons import at, at_most, closest, counted, dated, equal, judge, nothing

if TYPE_CHECKING:
    from fixtures.declared.ecs import Service
    from fixtures.declared.network import Vpc
    from fixtures.declared.secrets import Secret
    from fixtures.facts.account import KeyDescription
    from fixtures.facts.ecs import TaskDefinition
    from fixtures.facts.secrets import FoundSecret, SecretDescription, UserData

EXISTS = ("secrets.exists",)


@check(
    "secrets.exists",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.secrets",
    fix="create the secret by its declared name, or declare the name that it has",
)
def exists(secret: Secret, found: FoundSecret) -> Iterator[Finding]:
    """Every declared secret is in Secrets Manager."""
    observed = "present" if found.there else f"missing{closest(secret.name, found.names)}"
    yield judge(secret.name, found.there, secret.name, observed)


@check(
    "secrets.not-scheduled-for-deletion",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="pre.secrets",
    fix="restore the secret (aws secretsmanager restore-secret) before its recovery window ends",
    stands_on=EXISTS,
)
def not_scheduled_for_deletion(secret: Secret, described: SecretDescription) -> Iterator[Finding]:
    """The secret is not scheduled for deletion: nobody can read one that is.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
    """
    expected = "not scheduled for deletion"
    if described.deleted is None:
        yield Seen(secret.name, expected, f"it is not ({described.arn})")
    else:
        yield Problem(secret.name, expected, f"scheduled for deletion since {dated(described.deleted, described.as_of)}")


@check(
    "secrets.encrypted",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.secrets",
    fix="encrypt the secret with a customer key that is enabled, where one is declared (kms_key_id), and enable its key",
    stands_on=EXISTS,
)
def encrypted(secret: Secret, key: KeyDescription | None) -> Iterator[Finding]:
    """The secret is encrypted, with a key that is enabled; with a key of the account's own where the plan says so.

    A secret that names no key is encrypted with aws/secretsmanager.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    expected = "encrypted with a customer key" if secret.customer_key else "encrypted with a key of KMS"
    if key is None:
        yield judge(secret.name, not secret.customer_key, expected, "with aws/secretsmanager, a key of AWS's")
        return
    good = key.manager == "CUSTOMER" or not secret.customer_key
    yield judge(secret.name, good, expected, f"with {key.arn}, {'a customer key' if key.manager == 'CUSTOMER' else 'a key of AWS'}")
    yield equal(secret.name, key.state, "Enabled", what="its key {}", detail=f"{key.spec}, {key.usage}")


@check(
    "secrets.rotated",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="pre.secrets",
    fix="turn rotation on and rotate the secret (aws secretsmanager rotate-secret); if it is on, see why the last one failed",
    stands_on=EXISTS,
)
def rotated(secret: Secret, described: SecretDescription) -> Iterator[Finding]:
    """The secret is rotated within the declared days: when it last was counts, and not the switch alone.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
    """
    last = dated(described.rotated, described.as_of) if described.rotated else "never rotated"
    if secret.rotation_days is None:
        yield Seen(secret.name, "no rotation in particular", f"rotation {'on' if described.rotation else 'off'}, {last}")
        return
    yield equal(secret.name, "on" if described.rotation else "off", "on", what="rotation {}")
    limit = timedelta(days=secret.rotation_days)
    if described.rotated is None:
        yield Problem(secret.name, f"rotated within {counted(secret.rotation_days, 'day')}", last)
    else:
        yield at_most(
            secret.name, described.as_of - described.rotated, limit, what="last rotation {} ago", detail=at(described.rotated)
        )


@check(
    "secrets.replicated",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="pre.secrets",
    fix="replicate the secret to the declared region (aws secretsmanager replicate-secret-to-regions), and see why it failed",
    stands_on=EXISTS,
)
def replicated(secret: Secret, described: SecretDescription) -> Iterator[Finding]:
    """The secret has a copy in sync in every region where the plan says so.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicationStatusType.html
    """
    found = {each.region: each for each in described.replicas}
    for region in secret.replicas:
        copy, expected = found.get(region), f"a copy in {region}, InSync"
        if copy is None:
            yield Problem(secret.name, expected, f"none; copies in {', '.join(sorted(found)) or 'no other region'}")
        elif copy.status == "InProgress":
            yield Undecided(secret.name, f"the copy in {region} is being made")
        else:
            yield judge(secret.name, copy.status == "InSync", expected, f"{copy.status} {copy.message}".strip())
    if not secret.replicas:
        yield Seen(secret.name, "no copy in particular", ", ".join(sorted(found)) or "none")


# ---------------------------------------------------------------------------------------------- who may read it

# Keys that limit everybody to somebody, and what a value of theirs is that names one: the account of an ARN, the unique ID of a
# role before the name of a session, and all else to its end. A user's name is none: every account may have one of that name.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_LITERAL, _ARN = r"[^*?$]+", r"arn:[^:]+:[^:]+:[^:]*:(\d{12}):.+|arn:[^*?$]+"
_LIMITING = {
    "aws:principalorgid": _LITERAL,
    "aws:principalorgpaths": r"o-[^*?$/]+/.*",
    "aws:principalaccount": r"(\d{12})",
    "aws:principalarn": _ARN,
    "aws:sourceaccount": r"(\d{12})",
    "aws:sourcearn": _ARN,
    "aws:sourceorgid": _LITERAL,
    "aws:sourcevpc": _LITERAL,
    "aws:sourcevpce": _LITERAL,
    "aws:userid": r"[^*?$:]+(?::.*)?",
}
OWN = "nobody of another account"
_EXACT = ("stringequals", "stringlike", "arnequals", "arnlike")


@check(
    "secrets.not-public",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.secrets",
    fix="name in the secret's resource policy those who may use it, and put it with --block-public-policy",
    stands_on=EXISTS,
)
def not_public(secret: Secret, policy: Mapping[str, Any] | None) -> Iterator[Finding]:
    """The secret's resource policy lets nobody use it who is not named, and nobody of another account, of which none is declared.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
    """
    expected = "no statement that allows everybody"
    if policy is None:
        yield Seen(secret.name, expected, "no resource policy")
        return
    allowing = [(name, each) for name, each in policies.statements(policy) if each.get("Effect") == "Allow"]
    for name, statement in allowing:
        told = f"{name} allows {policies.principal(statement)}"
        if not (policies.everybody(statement) or "NotPrincipal" in statement):
            continue
        conditions = policies.conditions(statement)
        foreign = sorted({each for key in conditions for each in _accounts(*key)} - {secret.account})
        if foreign:
            yield Problem(secret.name, OWN, f"{told}, on a condition that names {' and '.join(foreign)}: {_told(conditions)}")
        elif any(_limits(*each) for each in conditions):
            yield Seen(secret.name, expected, f"{told}, on a condition that names somebody: {_told(conditions)}")
        elif conditions:
            yield Undecided(secret.name, f"not known whether {told} on {_told(conditions)} is everybody")
        else:
            yield Problem(secret.name, expected, told)
    if not any(policies.everybody(each) or "NotPrincipal" in each for _, each in allowing):
        yield Seen(secret.name, expected, f"none among {counted(len(allowing), 'statement')} that allow")
    for name, other, account in _others(secret, allowing):
        if account:
            yield Problem(secret.name, OWN, f"{name} allows {other}, of another account")
        else:
            yield Observation(secret.name, f"{name} allows {other}, of no account: what AWS shows of a principal that was deleted")


def _limits(operator: str, key: str, values: list[str]) -> bool:
    """Whether a condition leaves somebody in particular."""
    known = operator.lower() in _EXACT and key.lower() in _LIMITING  # IfExists lets through whoever has no such key
    return known and bool(values) and all(re.fullmatch(_LIMITING[key.lower()], value) for value in values)


def _accounts(operator: str, key: str, values: list[str]) -> Iterator[str]:
    """The accounts that a condition which limits names."""
    if _limits(operator, key, values):
        found = (re.fullmatch(_LIMITING[key.lower()], value) for value in values)
        yield from (each[1] for each in found if each and each.re.groups and each[1])


def _told(conditions: list[tuple[str, str, list[str]]]) -> str:
    return ", ".join(f"{operator} {key} {' or '.join(values)}" for operator, key, values in conditions)


def _others(secret: Secret, allowing: list[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, str, str]]:
    """The principals that are allowed something and are not of the secret's account: by statement, with their account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    for name, statement in allowing:
        principal = statement.get("Principal")
        for each in policies.listed(principal.get("AWS")) if isinstance(principal, Mapping) else []:
            account = str(each) if re.fullmatch(r"\d{12}", str(each)) else (str(each).split(":", 5) + [""] * 5)[4]
            if str(each) != "*" and account != secret.account:
                yield name, str(each), account


@check(
    "secrets.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the secret and apply",
    stands_on=EXISTS,
)
def required_tags(secret: Secret, described: SecretDescription, *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every secret carries the required tags."""
    yield from names.required_tags(secret.name, described.tags, required=required)


# ---------------------------------------------------------------------------------------------- in plain text


@check(
    "secrets.no-plain-credentials",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.no-hardcoded-credentials",
    fix="change the credential, which whoever may read the task definition has read; keep it in a secret, and let the container "
    "have it by `secrets` and valueFrom",
    stands_on=("ecs.service-active", "ecs.task-definition"),
)
def no_plain_credentials(service: Service, definition: TaskDefinition) -> Iterator[Finding]:
    """No credential stands in plain text in the environment of a container.

    What is found is told by its name, and never by its value.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html
    """
    yield from credentials.none_in(service.name, definition.places)


@check(
    "secrets.no-plain-user-data",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.no-hardcoded-credentials",
    fix="change the credential, which whoever may describe the instance or the template has read; keep it in a secret, let the "
    "instance ask for it by its role, and publish a version of the template without it",
    stands_on=("network.vpc-exists",),
)
def no_plain_user_data(vpc: Vpc, found: UserData) -> Iterator[Finding]:
    """No credential stands in plain text in the user data of an instance or a launch template.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html: it is not protected
    """
    bad = [each for script in found.scripts for each in credentials.credentials_in(script.place, script.text)]
    otherwise = f"none in {counted(len(found.scripts), 'script')}, of {found.looked}"
    yield from nothing(vpc.name, credentials.EXPECTED, map(str, dict.fromkeys(bad)), otherwise=otherwise)
