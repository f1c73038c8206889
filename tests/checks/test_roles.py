"""The checks of roles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks import Problem, Seen, Undecided, roles
from fixtures.declared.roles import Asked, Role, Trust
from fixtures.facts.roles import Decision, RoleDetail, RolePolicy, Simulated
from tests.checks.examples import Example, judged

ACCOUNT, NAME = "815856636111", "task-sit"
OWN = frozenset({("StringEquals", "aws:SourceAccount", frozenset({ACCOUNT}))})
ECS = "ecs-tasks.amazonaws.com"
MAY = (Asked(("s3:GetObject",), ("arn:aws:s3:::assets-sit/logo.png",), ()),)
MAY_NOT = (Asked(("iam:CreateUser",), ("*",), ()),)
ROLE = Role(
    NAME, "us-east-1", "07", ACCOUNT, (Trust("Service", ECS, "sts:AssumeRole", OWN),),
    boundary=f"arn:aws:iam::{ACCOUNT}:policy/boundary", may=MAY, may_not=MAY_NOT, secrets=(),
)  # fmt: skip
DETAIL = RoleDetail(NAME, f"arn:aws:iam::{ACCOUNT}:role/{NAME}", {}, ROLE.boundary, {"Environment": "sit"}, ())

CITED = {"estate.conventions", "pre.iam"}


def seen(expected: str, observed: str) -> Seen:
    return Seen(NAME, expected, observed)


def bad(expected: str, observed: str) -> Problem:
    return Problem(NAME, expected, observed)


# ---------------------------------------------------------------------------------------------- whom it trusts

CONDITION = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
WHERE = f"where stringequals aws:sourceaccount {ACCOUNT}"
TRUSTED, NOBODY = f"Service {ECS} trusted by sts:AssumeRole {WHERE}", "nobody trusted beyond the declared"


def statement(**changes: Any) -> dict[str, Any]:
    healthy = {"Effect": "Allow", "Principal": {"Service": ECS}, "Action": "sts:AssumeRole", "Condition": CONDITION}
    return {name: value for name, value in {**healthy, **changes}.items() if value is not None}


def trusts(says: str, *statements: dict[str, Any], found: tuple[Any, ...], role: Role = ROLE) -> Example:
    return Example(roles.trust, says, (role, replace(DETAIL, trust={"Statement": list(statements)})), found)


GOOD, ALONE = seen(TRUSTED, f"trusted {WHERE}"), seen(NOBODY, "none among 1 principal")
GITHUB, PROVIDER = (
    "token.actions.githubusercontent.com",
    f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
)
SUB = {"StringLike": {f"{GITHUB}:sub": "repo:bbws/infra:*"}, "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}
DEPLOYER = replace(ROLE, trusts=(
    Trust("Federated", PROVIDER, "sts:AssumeRoleWithWebIdentity", frozenset({
        ("StringLike", f"{GITHUB}:sub", frozenset({"repo:bbws/infra:*"})),
        ("StringEquals", f"{GITHUB}:aud", frozenset({"sts.amazonaws.com"})),
    })),
))  # fmt: skip
FEDERATED = {"Principal": {"Federated": PROVIDER}, "Action": "sts:AssumeRoleWithWebIdentity"}
CLAIMS = f"where stringequals {GITHUB}:aud sts.amazonaws.com and stringlike {GITHUB}:sub repo:bbws/infra:*"
BY_GITHUB = f"Federated {PROVIDER} trusted by sts:AssumeRoleWithWebIdentity {CLAIMS}"
BOTH = replace(ROLE, trusts=(*ROLE.trusts, Trust("AWS", f"arn:aws:iam::{ACCOUNT}:root", "sts:AssumeRole", frozenset())))
ROOT = f"AWS arn:aws:iam::{ACCOUNT}:root trusted by sts:AssumeRole on no condition"

TRUST = [
    trusts("as declared", statement(), found=(GOOD, ALONE)),
    trusts("in another case", statement(Action="STS:assumerole", Condition={"stringequals": {"AWS:SourceAccount": [ACCOUNT]}}),
           found=(GOOD, ALONE)),
    trusts("on no condition", statement(Condition=None), found=(bad(TRUSTED, "trusted on no condition"), ALONE)),
    trusts("for another account", statement(Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}}), found=(
        bad(TRUSTED, "trusted where stringequals aws:sourceaccount 111122223333"), ALONE)),
    trusts("for another account besides", statement(Condition={"StringEquals": {"aws:SourceAccount": [ACCOUNT, "111122223333"]}}),
           found=(bad(TRUSTED, f"trusted where stringequals aws:sourceaccount 111122223333 or {ACCOUNT}"), ALONE)),
    trusts("on another operator", statement(Condition={"StringLike": {"aws:SourceAccount": ACCOUNT}}), found=(
        bad(TRUSTED, f"trusted where stringlike aws:sourceaccount {ACCOUNT}"), ALONE)),
    trusts("once on the condition and once on none", statement(), statement(Condition=None), found=(
        GOOD, bad(TRUSTED, "trusted on no condition"), ALONE)),
    trusts("nobody", found=(bad(TRUSTED, "not trusted; nobody is"), seen(NOBODY, "none among 0 principals"))),
    trusts("another service", statement(Principal={"Service": "ec2.amazonaws.com"}), found=(
        bad(TRUSTED, "not trusted; trusted Service ec2.amazonaws.com by sts:AssumeRole"),
        bad(NOBODY, f"sts:AssumeRole by Service ec2.amazonaws.com {WHERE}"))),
    trusts("another service besides", statement(Principal={"Service": [ECS, "ec2.amazonaws.com"]}), found=(
        GOOD, bad(NOBODY, f"sts:AssumeRole by Service ec2.amazonaws.com {WHERE}"))),
    trusts("everybody besides", statement(), statement(Principal="*", Condition=None), found=(
        GOOD, bad(NOBODY, "statement no. 2 trusts Principal *"))),
    trusts("every account besides", statement(), statement(Principal={"AWS": "*"}, Condition=None), found=(
        GOOD, bad(NOBODY, "sts:AssumeRole by AWS * on no condition"))),
    trusts("another account besides", statement(), statement(Principal={"AWS": "111122223333"}, Condition=None), found=(
        GOOD, bad(NOBODY, "sts:AssumeRole by AWS arn:aws:iam::111122223333:root on no condition"))),
    trusts("all but one", statement(), statement(Principal=None, NotPrincipal={"AWS": "111122223333"}), found=(
        GOOD, bad(NOBODY, "statement no. 2 trusts NotPrincipal AWS 111122223333"))),
    trusts("by any action", statement(Action="sts:*"), found=(
        bad(TRUSTED, f"not trusted; trusted Service {ECS} by sts:*"), bad(NOBODY, f"sts:* by Service {ECS} {WHERE}"))),
    trusts("by one more action", statement(Action=["sts:AssumeRole", "sts:TagSession"]), found=(
        GOOD, bad(NOBODY, f"sts:TagSession by Service {ECS} {WHERE}"))),
    trusts("by all but an action", statement(Action=None, NotAction="sts:TagSession"), found=(
        bad(TRUSTED, "not trusted; nobody is"), bad(NOBODY, f"statement no. 1 trusts Principal Service {ECS}"))),
    trusts("denied besides", statement(), statement(Effect="Deny", Sid="No"), found=(
        GOOD, bad(NOBODY, f"statement No denies Principal Service {ECS}, which is not declared"))),
    trusts("two, as declared", statement(), statement(Principal={"AWS": ACCOUNT}, Condition=None), role=BOTH, found=(
        GOOD, seen(ROOT, "trusted on no condition"), seen(NOBODY, "none among 2 principals"))),
    trusts("GitHub, of one repository", statement(**FEDERATED, Condition=SUB), role=DEPLOYER, found=(
        seen(BY_GITHUB, f"trusted {CLAIMS}"), ALONE)),
    trusts("GitHub, of any repository", statement(**FEDERATED, Condition={"StringEquals": SUB["StringEquals"]}), role=DEPLOYER,
           found=(bad(BY_GITHUB, f"trusted where stringequals {GITHUB}:aud sts.amazonaws.com"), ALONE)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- what it may do

EVERYTHING = "no statement that grants all actions, all of IAM, or iam:PassRole, on all resources"


def policies(says: str, *documents: dict[str, Any] | None, found: tuple[Any, ...]) -> Example:
    """Policies p1, p2, …, each of one statement that allows."""
    texts = [None if each is None else {"Statement": {"Effect": "Allow", **each}} for each in documents]
    own = tuple(RolePolicy(f"p{number}", text) for number, text in enumerate(texts, start=1))
    return Example(roles.no_admin, says, (ROLE, replace(DETAIL, policies=own)), found)


def grants(says: str, what: str, on: str = "*", **granted: Any) -> Example:
    return policies(says, {"Resource": on, **granted}, found=(
        bad(EVERYTHING, f"p1: statement no. 1 grants {what} on {on if 'NotResource' not in granted else ''}"),))  # fmt: skip


def harmless(says: str, **granted: Any) -> Example:
    return policies(says, {"Resource": "*", **granted}, found=(seen(EVERYTHING, "none in p1"),))


EVERY_ROLE = f"arn:aws:iam::{ACCOUNT}:role/*"
ADMIN = [
    policies("no policy", found=(seen(EVERYTHING, "none in no policy: it has none"),)),
    harmless("reading", Action=["s3:Get*", "logs:*"]),
    harmless("all of a bucket", Action="*", Resource=["arn:aws:s3:::assets", "arn:aws:s3:::assets/*"]),
    harmless("all of IAM of one role", Action="iam:*", Resource=f"arn:aws:iam::{ACCOUNT}:role/task"),
    harmless("one role passed", Action="iam:PassRole", Resource=f"arn:aws:iam::{ACCOUNT}:role/task-*"),
    harmless("reading IAM", Action=["iam:Get*", "iam:List*"]),
    harmless("all denied", Effect="Deny", Action="*"),
    grants("all", "all actions (*)", Action="*"),
    grants("all, in a list", "all actions (*)", Action=["s3:GetObject", "*"]),
    grants("all, of every service", "all actions (*:*)", Action="*:*"),
    grants("all, on any ARN", "all actions (*)", on="arn:aws:*:*:*:*", Action="*"),
    grants("all, on a condition", "all actions (*)", Action="*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    grants("all but a few", "all actions but iam:*, organizations:*", NotAction=["iam:*", "organizations:*"]),
    grants("all of IAM", "all of IAM (IAM:*)", Action="IAM:*"),
    grants("any role passed", "iam:PassRole (iam:PassRole)", Action="iam:PassRole"),
    grants("any role passed, by a pattern", "iam:PassRole (iam:Pass*)", Action="iam:Pass*"),
    grants("any role of the account passed", "iam:PassRole (iam:PassRole)", on=EVERY_ROLE, Action="iam:PassRole"),
    grants("any role of any account passed", "iam:PassRole (iam:PassRole)", on="arn:aws:iam::*:role/*", Action="iam:PassRole"),
    policies("all, on all resources but one", {"Action": "*", "NotResource": "arn:aws:s3:::vault/*"}, found=(
        bad(EVERYTHING, "p1: statement no. 1 grants all actions (*) on all resources but arn:aws:s3:::vault/*"),)),
    policies("all, in the second", {"Action": "s3:Get*", "Resource": "*"}, {"Action": "*", "Resource": "*"}, found=(
        bad(EVERYTHING, "p2: statement no. 1 grants all actions (*) on *"),)),
    policies("one that is not told", {"Action": "s3:Get*", "Resource": "*"}, None, found=(
        Undecided(NAME, "p2 is attached, and the listing does not say what is in it"), seen(EVERYTHING, "none in p1"))),
]  # fmt: skip

LOGO, READ, CREATE = "arn:aws:s3:::assets-sit/logo.png", "s3:GetObject", "iam:CreateUser"
ALLOWED, NOT_ALLOWED = f"{READ} on {LOGO} allowed", f"{CREATE} on * not allowed"


def decided(decision: str, *because: str, missing: tuple[str, ...] = ()) -> tuple[Role, Simulated]:
    return ROLE, Simulated(
        (Decision(READ, LOGO, decision, missing, because),), (Decision(CREATE, "*", decision, missing, because),)
    )


NOTHING = (replace(ROLE, may=(), may_not=()), Simulated((), ()))
TAGS = {"required": {"Environment": "sit"}}
DECIDED = [
    Example(roles.may, "allowed", decided("allowed", "p1"), (seen(ALLOWED, "allowed (p1)"),)),
    Example(roles.may, "not allowed", decided("implicitDeny"), (bad(ALLOWED, "implicitDeny"),)),
    Example(roles.may, "denied", decided("explicitDeny", "p2"), (bad(ALLOWED, "explicitDeny (p2)"),)),
    Example(roles.may, "by the boundary", decided("implicitDeny", "p1", "the permissions boundary does not allow it"), (
        bad(ALLOWED, "implicitDeny (p1; the permissions boundary does not allow it)"),)),
    Example(roles.may, "on a condition", decided("allowed", "p1", missing=("aws:SourceVpc",)), (
        Undecided(NAME, f"{ALLOWED}? allowed (p1), but a policy asks for aws:SourceVpc: declare it as `context`"),)),
    Example(roles.may, "in other words", decided("perhaps"), (Undecided(NAME, f"{ALLOWED}? the simulator says perhaps"),)),
    Example(roles.may, "nothing declared", NOTHING, (seen("nothing in particular", "the plan declares nothing of the kind"),)),
    Example(roles.may, "nothing said", (ROLE, Simulated((), ())), (
        Undecided(NAME, "the simulator says nothing of what is declared"),)),
    Example(roles.may_not, "not allowed", decided("implicitDeny"), (seen(NOT_ALLOWED, "implicitDeny"),)),
    Example(roles.may_not, "denied", decided("explicitDeny", "p2"), (seen(NOT_ALLOWED, "explicitDeny (p2)"),)),
    Example(roles.may_not, "allowed", decided("allowed", "p1"), (bad(NOT_ALLOWED, "allowed (p1)"),)),
    Example(roles.may_not, "on a condition", decided("implicitDeny", missing=("aws:SourceVpc",)), (
        Undecided(NAME, f"{NOT_ALLOWED}? implicitDeny, but a policy asks for aws:SourceVpc: declare it as `context`"),)),
    Example(roles.may_not, "nothing declared", NOTHING, (
        seen("nothing in particular", "the plan declares nothing of the kind"),)),
    Example(roles.may_not, "nothing said", (ROLE, Simulated((), ())), (
        Undecided(NAME, "the simulator says nothing of what is declared"),)),
]  # fmt: skip

OF_BOUNDARY = f"permissions boundary {ROLE.boundary}"
REST = [
    Example(roles.exists, "there", (ROLE, frozenset({NAME, "other"})), (seen(NAME, "present"),)),
    Example(roles.exists, "absent", (ROLE, frozenset({"task-dev"})), (
        bad(NAME, "missing; the closest existing name is task-dev"),)),
    Example(roles.exists, "none at all", (ROLE, frozenset()), (bad(NAME, "missing; no existing name is close to it"),)),
    Example(roles.boundary, "as declared", (ROLE, DETAIL), (seen(OF_BOUNDARY, ROLE.boundary),)),
    Example(roles.boundary, "none", (ROLE, replace(DETAIL, boundary="")), (bad(OF_BOUNDARY, "none"),)),
    Example(roles.boundary, "another", (ROLE, replace(DETAIL, boundary="arn:aws:iam::aws:policy/AdministratorAccess")), (
        bad(OF_BOUNDARY, "arn:aws:iam::aws:policy/AdministratorAccess"),)),
    Example(roles.boundary, "not declared", (replace(ROLE, boundary=""), DETAIL), (
        seen("no permissions boundary in particular", ROLE.boundary),)),
    Example(roles.boundary, "not declared, and none", (replace(ROLE, boundary=""), replace(DETAIL, boundary="")), (
        seen("no permissions boundary in particular", "none"),)),
    Example(roles.required_tags, "tagged", (ROLE, DETAIL), (seen("tag Environment=sit", "Environment=sit"),), TAGS),
    Example(roles.required_tags, "untagged", (ROLE, replace(DETAIL, tags={})), (
        bad("tag Environment=sit", "no such tag"),), TAGS),
]  # fmt: skip

EXAMPLES = [*TRUST, *ADMIN, *DECIDED, *REST]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings
