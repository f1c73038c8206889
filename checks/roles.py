"""Roles: each is there, trusts whom it is declared to and nobody else, may do what it must, and not everything.

What a role may do is what IAM's policy simulator says: of its policies, its boundary and the organization's. Policies of resources,
such as a bucket's or a key's, are not simulated for roles: each is judged with its resource.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from checks import Finding, Pillar, Problem, Seen, Severity, Undecided, check, names, policies
from checks.comparisons import counted, equal, judge, nothing, present

if TYPE_CHECKING:
    from fixtures.declared.roles import Asked, Role, Trust
    from fixtures.facts.roles import Decision, RoleDetail, Simulated

EXISTS = ("roles.exists",)
Statement = Mapping[str, Any]


@check(
    "roles.exists",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.iam",
    fix="create the role by its declared name, or declare the name that it has",
)
def exists(role: Role, found: Collection[str]) -> Iterator[Finding]:
    """Every declared role exists."""
    yield present(role.name, role.name, found)


# ---------------------------------------------------------------------------------------------- whom it trusts

Granted = tuple[str, str, str]  # kind, principal, action
Conditions = frozenset[tuple[str, str, frozenset[str]]]


@check(
    "roles.trust",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.iam",
    fix="let the role's trust policy name the declared principals and conditions, and nobody and nothing else; or declare them",
    stands_on=EXISTS,
)
def trust(role: Role, detail: RoleDetail) -> Iterator[Finding]:
    """The role trusts exactly whom it is declared to, on the declared conditions.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    found, others = _granted(detail.trust)
    declared = {(each.kind, each.principal, each.action): each for each in role.trusts}
    for key, each in declared.items():
        conditions = found.get(key, [])
        wanted = _comparable(each.conditions)
        if not conditions:
            yield Problem(role.name, _trusted(each), f"not trusted{_instead(found)}")
        for held in conditions:
            yield judge(role.name, held == wanted, _trusted(each), f"trusted {_on(held)}")
    beyond = [f"{action} by {kind} {principal} {_on(each)}" for (kind, principal, action), held in found.items()
              if (kind, principal, action) not in declared for each in held]  # fmt: skip
    otherwise = f"none among {counted(len(found), 'principal')}"
    yield from nothing(role.name, "nobody trusted beyond the declared", [*beyond, *others], otherwise=otherwise)


def _granted(policy: Statement) -> tuple[dict[Granted, list[Conditions]], list[str]]:
    """Who may assume the role by which action, and on which conditions; and the statements that say it in another way."""
    found: dict[Granted, list[Conditions]] = {}
    others = list[str]()
    for name, statement in policies.statements(policy):
        principals = statement.get("Principal")
        if statement.get("Effect") != "Allow":
            others.append(f"{name} denies {policies.principal(statement)}, which is not declared")
        elif not isinstance(principals, Mapping) or "NotAction" in statement:
            others.append(f"{name} trusts {policies.principal(statement)}")
        else:
            conditions = _comparable(policies.conditions(statement))
            for kind, principal, action in _each(principals, policies.listed(statement.get("Action"))):
                found.setdefault((kind, principal, action), []).append(conditions)
    return found, others


def _each(principals: Mapping[str, Any], actions: list[Any]) -> Iterator[Granted]:
    for kind, named in principals.items():
        for principal in map(str, policies.listed(named)):
            whole = f"arn:aws:iam::{principal}:root" if kind == "AWS" and principal.isdecimal() else principal
            yield from ((kind, whole, _ACTIONS.get(str(action).lower(), str(action))) for action in actions)


# IAM takes actions in any case.
_ACTIONS = {each.lower(): each for each in ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML")}


def _comparable(conditions: Collection[tuple[str, str, Collection[str]]]) -> Conditions:
    """Conditions in one form: IAM takes operators and keys in any case, and values in any order."""
    return frozenset((operator.lower(), key.lower(), frozenset(values)) for operator, key, values in conditions)


def _trusted(each: Trust) -> str:
    return f"{each.kind} {each.principal} trusted by {each.action} {_on(_comparable(each.conditions))}"


def _on(conditions: Conditions) -> str:
    texts = sorted(f"{operator} {key} {' or '.join(sorted(values))}" for operator, key, values in conditions)
    return f"where {' and '.join(texts)}" if texts else "on no condition"


def _instead(found: Mapping[Granted, Any]) -> str:
    principals = ", ".join(f"{kind} {principal} by {action}" for kind, principal, action in found)
    return f"; trusted {principals}" if found else "; nobody is"


# ---------------------------------------------------------------------------------------------- what it may do


@check(
    "roles.no-admin",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.iam",
    fix="grant what the service needs, on its resources: neither all actions nor iam:PassRole on all of them",
    stands_on=EXISTS,
)
def no_admin(role: Role, detail: RoleDetail) -> Iterator[Finding]:
    """No policy of the role, inline or attached, grants all actions on all resources, all of IAM, or iam:PassRole on all resources.

    Whoever may do all of IAM may grant himself the rest. Conditions are not looked at: what is granted on one is granted.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
    """
    expected = "no statement that grants all actions, all of IAM, or iam:PassRole, on all resources"
    read = [(each.name, each.document) for each in detail.policies if each.document is not None]
    for unread in (each.name for each in detail.policies if each.document is None):
        yield Undecided(role.name, f"{unread} is attached, and the listing does not say what is in it")
    found = [f"{name}: {told}" for name, document in read for told in _everything(document, role.account)]
    otherwise = f"none in {', '.join(name for name, _ in read) or 'no policy: it has none'}"
    yield from nothing(role.name, expected, found, otherwise=otherwise)


def _everything(policy: Statement, account: str) -> Iterator[str]:
    """The statements that grant too much on all resources, or on all roles of the account."""
    for name, statement in policies.statements(policy):
        if statement.get("Effect") == "Allow" and _all_resources(statement, account) and (what := _too_much(statement)):
            yield f"{name} grants {what} on {_resources(statement)}"


def _resources(statement: Statement) -> str:
    member = "NotResource" if "NotResource" in statement else "Resource"
    named = " and ".join(map(str, policies.listed(statement[member])))
    return f"all resources but {named}" if member == "NotResource" else named


def _all_resources(statement: Statement, account: str) -> bool:
    """Whether the statement is about every role, as what is about every resource is. What NotResource leaves out is little."""
    if "NotResource" in statement:
        return True
    roles = [f"arn:aws:iam::{account}:role/{name}" for name in ("a", "service-role/b")]
    return any(all(policies.matches(role, str(each)) for role in roles) for each in policies.listed(statement.get("Resource")))


# Actions by which a pattern is known to be about all of IAM, or of everything.
_OF_IAM = ("iam:passrole", "iam:createuser", "iam:attachrolepolicy", "iam:getrole")
_OF_ALL = (*_OF_IAM, "s3:getobject", "ec2:runinstances", "organizations:leaveorganization")


def _too_much(statement: Statement) -> str:
    """What the statement grants, where it is all actions, all of IAM, or iam:PassRole; else "". NotAction grants all but a few."""
    if "NotAction" in statement:
        return f"all actions but {', '.join(map(str, policies.listed(statement['NotAction'])))}"
    for what, actions in (("all actions", _OF_ALL), ("all of IAM", _OF_IAM), ("iam:PassRole", _OF_IAM[:1])):
        for pattern in map(str, policies.listed(statement.get("Action"))):
            if all(policies.matches(action, pattern.lower()) for action in actions):
                return f"{what} ({pattern})"
    return ""


@check(
    "roles.boundary",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="pre.iam",
    fix="set the declared permissions boundary on the role, or declare the one that it has",
    stands_on=EXISTS,
)
def boundary(role: Role, detail: RoleDetail) -> Iterator[Finding]:
    """The role has the declared permissions boundary.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    if role.boundary:
        yield equal(role.name, detail.boundary, role.boundary, what="permissions boundary {}")
    else:
        yield Seen(role.name, "no permissions boundary in particular", detail.boundary or "none")


@check(
    "roles.may",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.iam",
    fix="grant the role the action on the resource in one of its policies, and see that its boundary and the organization admit it",
    stands_on=(*EXISTS, "secrets.exists"),
)
def may(role: Role, simulated: Simulated) -> Iterator[Finding]:
    """The role may do what the service needs, as IAM's policy simulator says of its own policies."""
    yield from _decided(role.name, role.may, simulated.may, allowed=True)


@check(
    "roles.may-not",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.iam",
    fix="take from the role's policies what lets it do that on the resource, or deny it",
    stands_on=(*EXISTS, "secrets.exists"),
)
def may_not(role: Role, simulated: Simulated) -> Iterator[Finding]:
    """The role may not do what the plan forbids it, as IAM's policy simulator says of its own policies."""
    yield from _decided(role.name, role.may_not, simulated.may_not, allowed=False)


def _decided(name: str, declared: Collection[Asked], decisions: Collection[Decision], *, allowed: bool) -> Iterator[Finding]:
    """What the simulator says, against what is declared. A decision without a key that a policy asks for may be another one."""
    for each in decisions:
        what = f"{each.action} on {each.resource} {'allowed' if allowed else 'not allowed'}"
        told = f"{each.decision} ({'; '.join(each.because)})" if each.because else each.decision
        if each.missing:
            yield Undecided(name, f"{what}? {told}, but a policy asks for {', '.join(each.missing)}: declare it as `context`")
        elif each.decision not in ("allowed", "explicitDeny", "implicitDeny"):
            yield Undecided(name, f"{what}? the simulator says {each.decision or 'nothing'}")
        else:
            yield judge(name, (each.decision == "allowed") is allowed, what, told)
    if not decisions and declared:
        yield Undecided(name, "the simulator says nothing of what is declared")
    elif not decisions:
        yield Seen(name, "nothing in particular", "the plan declares nothing of the kind")


@check(
    "roles.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the role and apply",
    stands_on=EXISTS,
)
def required_tags(role: Role, detail: RoleDetail, *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every declared role carries the required tags."""
    yield from names.required_tags(role.name, detail.tags, required=required)
