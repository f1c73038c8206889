"""The account, its regions and its keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from checks import Finding, Pillar, Severity, Undecided, check
from checks.comparisons import equal, judge, one_of

if TYPE_CHECKING:
    from fixtures.aws.credentials import Identity
    from fixtures.declared.account import Account, EnabledRegion, Key
    from fixtures.facts.account import KeyDescription


@check(
    "account.identity",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=("pre.sit-access", "pre.prod-access"),
    fix="sign in to the environment's account and run again",
)
def identity(account: Account, caller: Identity) -> Iterator[Finding]:
    """The run's credentials belong to the environment's account."""
    yield equal("credentials", caller.account, account.name, detail=caller.arn)


@check(
    "account.session",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="pre.sso",
    fix="sign in by single sign-on (aws sso login), or let the CI job assume its role by OIDC; and delete the access keys of users",
    stands_on=("account.identity",),
)
def session(account: Account, caller: Identity, *, by: Collection[str]) -> Iterator[Finding]:
    """The run's session is valid, and is one by single sign-on or by a role, with no key that never expires.

    AWS said whose it is, which it says of no session that has expired. A run sees its own session alone: that of another account's
    profile is seen by a run in that environment.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
    """
    if means := _means(caller.arn):
        yield one_of(account.name, means, by, what="a valid session by {}", detail=caller.arn)
    else:
        yield Undecided(account.name, f"{caller.arn or 'an empty ARN'} does not say by which means the run has signed in")


def _means(arn: str) -> str:
    """By which means whoever has the ARN signed in, or "" where it does not say."""
    service, resource = (arn.split(":", 5) + [""] * 6)[2:6:3]
    kind, _, name = resource.partition("/")
    if (service, kind) == ("sts", "assumed-role"):
        return "sso" if name.startswith("AWSReservedSSO_") else "role"
    means = {("sts", "federated-user"): "federated-user", ("iam", "user"): "user", ("iam", "root"): "root"}
    return means.get((service, kind), "")


@check(
    "account.region-enabled",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="pre.environment-ready",
    fix="enable the region for the account and wait until AWS says that it is enabled",
)
def region_enabled(region: EnabledRegion, status: str | None) -> Iterator[Finding]:
    """Every region that the environment uses is enabled for the account.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    yield one_of(region.name, status or "no such region", ("opted-in", "opt-in-not-required"))


@check(
    "kms.key-usable",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.environment-ready",
    fix="enable the key, or cancel its deletion, or declare the key that replaces it",
)
def key_usable(key: Key, description: KeyDescription) -> Iterator[Finding]:
    """The KMS keys that the plan's resources are encrypted with can be used."""
    yield from usable(f"{key.name} ({key.region})", description)


def usable(where: str, key: KeyDescription) -> Iterator[Finding]:
    """Whether DynamoDB and S3 can encrypt with the key: both take symmetric encryption keys alone.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
    """
    until = f", to be deleted {key.deletion:%Y-%m-%d}" if key.deletion else ""
    yield judge(where, key.state == "Enabled", "an Enabled key", f"{key.arn} is {key.state}{until}")
    good = (key.usage, key.spec) == ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT")
    yield judge(where, good, "a key to ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT", f"{key.arn} is to {key.usage}, {key.spec}")
