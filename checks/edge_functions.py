"""Lambda@Edge: the declared functions in the edge region alone, and each associated, by its newest version, as declared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from checks import Finding, Observation, Pillar, Problem, Severity, Undecided, check, names, policies
from checks.comparisons import counted, equal, judge, nothing, one_of

if TYPE_CHECKING:
    from fixtures.declared.edge_functions import EdgeAssociations, EdgeFunction, EdgeFunctionNaming, EdgeRole
    from fixtures.facts.cloudfront import Association
    from fixtures.facts.edge_functions import BoundFunction, FunctionConfiguration

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtime-support-policy
DEPRECATED = {"nodejs16.x": date(2024, 6, 12), "nodejs18.x": date(2025, 9, 1), "nodejs20.x": date(2026, 4, 30)}
PRINCIPALS = ("lambda.amazonaws.com", "edgelambda.amazonaws.com")


@check(
    "edge_functions.role-ready",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=("pre.iam", "06.edge-region"),
    fix="create the role, with a trust policy that lets lambda.amazonaws.com, edgelambda.amazonaws.com and nobody else assume it",
    stands_on=("roles.exists", "roles.trust"),
)
def role_ready(role: EdgeRole, trust: Mapping[str, Any]) -> Iterator[Finding]:
    """The edge functions' execution role trusts Lambda and Lambda@Edge, and nobody else.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html
    """
    # A role's trust policy is about the role itself, and names no resource.
    statements = [(name, {"Resource": "*", **each}) for name, each in policies.statements(trust)]
    about = {"Statement": [each for _, each in statements]}
    for principal in PRINCIPALS:
        said = policies.said_of(policies.Request(principal, "sts:AssumeRole", "role", {}), about)
        yield policies.admitted(role.name, f"{principal} trusted", said)
    allowing = [(name, each) for name, each in statements if each.get("Effect") == "Allow"]
    others = [f"{name} trusts {policies.principal(each)}" for name, each in allowing if not _services_alone(each)]
    yield from nothing(role.name, "nobody else trusted", others, otherwise=f"{counted(len(allowing), 'statement')} that allow")


def _services_alone(statement: Mapping[str, Any]) -> bool:
    """Whether a statement names nobody but the two services as its principal."""
    named = statement.get("Principal")
    return isinstance(named, Mapping) and set(named) == {"Service"} and set(policies.listed(named["Service"])) <= set(PRINCIPALS)


@check(
    "edge_functions.in-edge-region",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("06.edge-region", "sit.no-deployment-errors", "prod.deployed"),
    fix="deploy the function in us-east-1, where CloudFront takes it from, and delete those of its name elsewhere",
)
def in_edge_region(function: EdgeFunction, regions: Mapping[str, bool]) -> Iterator[Finding]:
    """Every edge function stands in the edge region, and in no other region of the environment.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    if function.region not in regions:
        yield Undecided(function.name, f"it is not known whether it stands in {function.region}")
        return
    there = regions[function.region]
    yield judge(function.name, there, f"a function in {function.region}", "there" if there else "missing")
    elsewhere = [region for region, stands in regions.items() if stands and region != function.region]
    others = [region for region in regions if region != function.region]
    expected = "no function of its name in another region of the environment"
    found = (f"one in {region}" for region in elsewhere)
    yield from nothing(function.name, expected, found, otherwise=f"none in {' and '.join(others) or 'any: it uses no other'}")


@check(
    "edge_functions.associated",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="06.edge-region",
    fix="associate a published version of the function with the declared event of the declared behaviour, and apply",
    stands_on=("cloudfront.distribution-exists",),
)
def associated(function: EdgeFunction, bound: BoundFunction) -> Iterator[Finding]:
    """The distribution runs a numbered version of every edge function at its declared event and behaviour.

    CloudFront takes neither $LATEST nor an alias.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    expected = f"a version of it at {function.event} of {function.behaviour}"
    if not bound.behaviour:
        yield Problem(function.name, expected, f"{function.distribution.name} has no behaviour {function.behaviour}")
    elif not bound.arn:
        yield Problem(function.name, expected, "nothing")
    elif not bound.version_of(function):
        yield Problem(function.name, expected, bound.arn)
    else:
        yield judge(function.name, bound.configuration is not None, expected, _told(bound, function))


def _told(bound: BoundFunction, function: EdgeFunction) -> str:
    return f"version {bound.version_of(function)}{'' if bound.configuration else ', which does not exist'}"


@check(
    "edge_functions.newest-version",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="06.edge-region",
    fix="associate the newest published version, or delete the versions that are not to be released",
    stands_on=("edge_functions.associated",),
)
def newest_version(function: EdgeFunction, bound: BoundFunction) -> Iterator[Finding]:
    """The distribution runs the newest published version of every edge function."""
    version = bound.version_of(function)
    if not version or not bound.published:
        yield Undecided(function.name, "no version is published" if not bound.published else "no version of it is associated")
        return
    newest, when = max(bound.published.items())
    yield judge(
        function.name,
        int(version) == newest,
        f"version {newest}, published {when}",
        f"version {version}, published {bound.published.get(int(version), 'at a time that is not known')}",
    )


def _configuration(function: EdgeFunction, bound: BoundFunction) -> FunctionConfiguration | Undecided:
    return bound.configuration or Undecided(function.name, "no version of it that exists is associated")


@check(
    "edge_functions.runtime",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="06.edge-region",
    fix="publish a version with the declared runtime and associate it, or declare the runtime that is meant",
    stands_on=("edge_functions.associated",),
)
def runtime(function: EdgeFunction, bound: BoundFunction) -> Iterator[Finding]:
    """The associated version has the declared runtime."""
    found = _configuration(function, bound)
    if isinstance(found, Undecided):
        yield found
        return
    yield equal(function.name, found.runtime, function.runtime, detail=f"version {found.version}")
    if (since := DEPRECATED.get(found.runtime)) and found.as_of.date() >= since:
        yield Observation(function.name, f"AWS has deprecated {found.runtime} on {since}")


@check(
    "edge_functions.active",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("06.edge-region", "sit.no-deployment-errors", "prod.deployed"),
    fix="see why the version is in that state, publish another and associate it",
    stands_on=("edge_functions.associated",),
)
def active(function: EdgeFunction, bound: BoundFunction) -> Iterator[Finding]:
    """The associated version is active, and its last update was successful.

    An idle function is Inactive until it is invoked, and then Active.
    https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
    """
    found = _configuration(function, bound)
    if isinstance(found, Undecided):
        yield found
        return
    if found.state == "Pending":
        yield Undecided(function.name, f"version {found.version} is Pending: {found.reason or 'no reason given'}")
    else:
        yield one_of(function.name, found.state, ("Active", "Inactive"), detail=found.reason)
    if found.last_update in ("", "InProgress"):
        yield Undecided(function.name, f"the last update of version {found.version} is {found.last_update or 'not told'}")
    else:
        yield equal(function.name, found.last_update, "Successful", what="last update {}", detail=found.last_update_reason)


@check(
    "edge_functions.no-environment-variables",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="06.edge-region",
    fix="remove the environment variables, which Lambda@Edge does not support, publish a version and associate it",
    stands_on=("edge_functions.associated",),
)
def no_environment_variables(function: EdgeFunction, bound: BoundFunction) -> Iterator[Finding]:
    """The associated version has no environment variables.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    found = _configuration(function, bound)
    if isinstance(found, Undecided):
        yield found
    elif found.variables is None:
        yield Undecided(function.name, "Lambda could not read the environment variables, and did not say which there are")
    else:
        yield from nothing(
            function.name, "no environment variable", map(repr, found.variables), otherwise=f"none in version {found.version}"
        )


@check(
    "edge_functions.execution-role",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="06.edge-region",
    fix="give the function the declared execution role, publish a version and associate it",
    stands_on=("edge_functions.associated",),
)
def execution_role(function: EdgeFunction, bound: BoundFunction) -> Iterator[Finding]:
    """The associated version runs as the declared role."""
    found = _configuration(function, bound)
    if isinstance(found, Undecided):
        yield found
        return
    good = found.role.startswith(f"arn:aws:iam::{function.account}:role/") and found.role.rpartition("/")[2] == function.role
    yield judge(function.name, good, f"role {function.role} of account {function.account}", found.role or "none")


@check(
    "edge_functions.no-undeclared-association",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="06.edge-region",
    fix="declare the function in a plan, or remove its association from the behaviour",
)
def no_undeclared_association(associations: EdgeAssociations, found: Collection[Association]) -> Iterator[Finding]:
    """The distribution runs no function that is not declared for that event and behaviour."""
    others = [f"{each.function} at {each.event} of {each.behaviour}" for each in found if not _declared(each, associations)]
    otherwise = f"none among {counted(len(found), 'association')}"
    yield from nothing(associations.name, "no undeclared association", others, otherwise=otherwise)


def _declared(found: Association, associations: EdgeAssociations) -> bool:
    """Whether it is a function, whatever its version, that is declared for the event and the behaviour."""
    arn = f"arn:aws:lambda:{associations.region}:{associations.distribution.account}:function:"
    name = found.function.removeprefix(arn).partition(":")[0]
    return found.function.startswith(arn) and (found.behaviour, found.event, name) in associations.declared


@check(
    "edge_functions.no-undeclared-function",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="declare the function in a plan, tolerate it there by name, or delete it",
)
def no_undeclared_function(naming: EdgeFunctionNaming, undeclared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """No function of the project stands in the edge region beside the declared ones."""
    yield from names.undeclared(naming, undeclared)


@check(
    "edge_functions.required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the function and apply",
    stands_on=("edge_functions.in-edge-region",),
)
def required_tags(function: EdgeFunction, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every edge function carries the required tags."""
    yield from names.required_tags(function.name, tags, required=required)
