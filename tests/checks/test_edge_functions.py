"""The checks of Lambda@Edge functions, of what a distribution runs, and of the role that the functions run as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks import Observation, Problem, Seen, Undecided, edge_functions
from fixtures.declared.edge_functions import EdgeAssociations, EdgeFunction, EdgeFunctionNaming, EdgeRole
from fixtures.facts.cloudfront import Association
from fixtures.facts.edge_functions import BoundFunction, FunctionConfiguration
from tests.checks.examples import Example, judged
from tests.checks.test_cloudfront import ACCOUNT, EDGE, SITE

FUNCTION = EdgeFunction(
    "bbws-headers-sit", EDGE, "06", ACCOUNT, distribution=SITE, event="viewer-response", behaviour="*", runtime="nodejs20.x",
    role="edge-role-sit", elsewhere=("eu-west-1", "af-south-1"),
)  # fmt: skip
ASSOCIATIONS = EdgeAssociations(
    SITE.name, EDGE, "06", SITE,
    frozenset({("*", "viewer-response", "bbws-headers-sit"), ("/redirect/*", "viewer-request", "bbws-redirects-sit")}),
)  # fmt: skip
ROLE = EdgeRole("edge-role-sit", EDGE, "06", ACCOUNT, declared=None)
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/edge-role-sit"
FOREIGN = FUNCTION.arn.replace(ACCOUNT, "999999999999")
DAY = datetime(2026, 1, 13, tzinfo=UTC)

# The lines of the promotion plans that the checks give evidence for.
CITED = {"06.edge-region", "estate.conventions", "pre.iam", "prod.deployed", "sit.no-deployment-errors"}


# ---------------------------------------------------------------------------------------------- facts


def bad(expected: str, observed: str, where: str = FUNCTION.name) -> Problem:
    return Problem(where, expected, observed)


def good(expected: str, observed: str, where: str = FUNCTION.name) -> Seen:
    return Seen(where, expected, observed)


def undecided(reason: str, where: str = FUNCTION.name) -> Undecided:
    return Undecided(where, reason)


def naming(**changes: Any) -> EdgeFunctionNaming:
    good = EdgeFunctionNaming(
        "bbws-*-sit", EDGE, "06", ACCOUNT, own=(FUNCTION.name,), declared=frozenset({FUNCTION.name}), tolerated=frozenset(),
        project="bbws",
    )  # fmt: skip
    return replace(good, **changes)


def version(**changes: Any) -> FunctionConfiguration:
    return replace(FunctionConfiguration("2", "nodejs20.x", ROLE_ARN, "Active", "", "Successful", "", (), DAY), **changes)


PUBLISHED = {1: "2026-01-12T10:00:00.000+0000", 2: "2026-01-13T10:00:00.000+0000"}


def bound(
    configuration: FunctionConfiguration | None = None,
    arn: str = f"{FUNCTION.arn}:2",
    *,
    behaviour: bool = True,
    published: Mapping[int, str] = PUBLISHED,
) -> tuple[EdgeFunction, BoundFunction]:
    return FUNCTION, BoundFunction(behaviour, arn, configuration, published)


def trust(*statements: Any, **changes: Any) -> tuple[EdgeRole, dict[str, Any]]:
    """The role with the statements, or with the one that trusts both services. A change to None leaves a member out."""
    both = {"Effect": "Allow", "Principal": {"Service": list(edge_functions.PRINCIPALS)}, "Action": "sts:AssumeRole"}
    one = {key: value for key, value in {**both, **changes}.items() if value is not None}
    return ROLE, {"Version": "2012-10-17", "Statement": list(statements) or [one]}


def trusting(*principals: str, **changes: Any) -> dict[str, Any]:
    named = list(principals) if len(principals) > 1 else principals[0]
    return {"Effect": "Allow", "Principal": {"Service": named}, "Action": "sts:AssumeRole", **changes}


# ---------------------------------------------------------------------------------------------- the role and the place

READY, REGION, TAGS = edge_functions.role_ready, edge_functions.in_edge_region, edge_functions.required_tags
LAMBDA, LAMBDA_EDGE = edge_functions.PRINCIPALS
NOBODY = "nobody else trusted"
HERE, NOWHERE = "a function in us-east-1", "no function of its name in another region of the environment"
REQUIRED = {"required": {"Environment": "sit", "Owner": "*"}}


def trusted(principal: str, by: str = "statement no. 1") -> Seen:
    return good(f"{principal} trusted", f"allowed by {by}", ROLE.name)


def untrusted(principal: str, why: str = "") -> Problem:
    return bad(f"{principal} trusted", f"allowed by no statement of its policy{why}", ROLE.name)


def alone(statements: str = "1 statement") -> Seen:
    return good(NOBODY, f"{statements} that allow", ROLE.name)


def another(text: str) -> Problem:
    return bad(NOBODY, text, ROLE.name)


BOTH = (trusted(LAMBDA), trusted(LAMBDA_EDGE))
PLACE = [
    Example(READY, "trusts both", trust(), (*BOTH, alone())),
    Example(READY, "a single statement", (ROLE, {"Statement": trusting(LAMBDA_EDGE, LAMBDA)}), (*BOTH, alone())),
    Example(READY, "a statement for each", trust(trusting(LAMBDA), trusting(LAMBDA_EDGE, Sid="Edge")),
            (trusted(LAMBDA), trusted(LAMBDA_EDGE, "statement Edge"), alone("2 statements"))),
    Example(READY, "any action of STS's", trust(Action="sts:*"), (*BOTH, alone())),
    Example(READY, "Lambda alone", trust(trusting(LAMBDA)), (trusted(LAMBDA), untrusted(LAMBDA_EDGE), alone())),
    Example(READY, "Lambda@Edge alone", trust(trusting(LAMBDA_EDGE)), (untrusted(LAMBDA), trusted(LAMBDA_EDGE), alone())),
    Example(READY, "nobody", (ROLE, {"Statement": []}), (untrusted(LAMBDA), untrusted(LAMBDA_EDGE), alone("0 statements"))),
    Example(READY, "nothing said", (ROLE, {}), (untrusted(LAMBDA), untrusted(LAMBDA_EDGE), alone("0 statements"))),
    Example(READY, "for another action", trust(Action="sts:TagSession"),
            (untrusted(LAMBDA), untrusted(LAMBDA_EDGE), alone())),
    Example(READY, "denied besides", trust(trusting(LAMBDA, LAMBDA_EDGE), trusting(LAMBDA_EDGE, Effect="Deny")), (
        trusted(LAMBDA), bad(f"{LAMBDA_EDGE} trusted", "denied by statement no. 2", ROLE.name), alone(),
    )),
    Example(READY, "on a condition", trust(Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}), (
        *(undecided(f"{each} trusted? not known whether statement no. 1 (StringEquals aws:SourceAccount {ACCOUNT}) allows it",
                    ROLE.name) for each in (LAMBDA, LAMBDA_EDGE)),
        alone(),
    )),
    Example(READY, "another service in the same statement", trust(trusting(LAMBDA, LAMBDA_EDGE, "ec2.amazonaws.com")),
            (*BOTH, another(f"statement no. 1 trusts Principal Service {LAMBDA} or {LAMBDA_EDGE} or ec2.amazonaws.com"))),
    Example(READY, "an account in the same statement", trust(Principal={"Service": [LAMBDA, LAMBDA_EDGE], "AWS": "999999999999"}),
            (*BOTH, another(f"statement no. 1 trusts Principal Service {LAMBDA} or {LAMBDA_EDGE}, AWS 999999999999"))),
    Example(READY, "an account in a second statement", trust(
        trusting(LAMBDA, LAMBDA_EDGE), trusting("x", Principal={"AWS": "arn:aws:iam::999999999999:root"}, Sid="Debug")
    ), (*BOTH, another("statement Debug trusts Principal AWS arn:aws:iam::999999999999:root"))),
    Example(READY, "everybody", trust(Principal="*"), (*BOTH, another("statement no. 1 trusts Principal *"))),
    Example(READY, "everybody but one", trust(Principal=None, NotPrincipal={"AWS": "1"}), (
        *(undecided(f"{each} trusted? not known whether statement no. 1 (NotPrincipal AWS 1) allows it", ROLE.name)
          for each in (LAMBDA, LAMBDA_EDGE)),
        another("statement no. 1 trusts NotPrincipal AWS 1"),
    )),
    Example(REGION, "there alone", (FUNCTION, {"us-east-1": True, "eu-west-1": False, "af-south-1": False}),
            (good(HERE, "there"), good(NOWHERE, "none in eu-west-1 and af-south-1"))),
    Example(REGION, "of an environment without another region", (FUNCTION, {"us-east-1": True}),
            (good(HERE, "there"), good(NOWHERE, "none in any: it uses no other"))),
    Example(REGION, "absent", (FUNCTION, {"us-east-1": False, "eu-west-1": False}),
            (bad(HERE, "missing"), good(NOWHERE, "none in eu-west-1"))),
    Example(REGION, "in every other region", (FUNCTION, {"us-east-1": False, "eu-west-1": True, "af-south-1": True}),
            (bad(HERE, "missing"), bad(NOWHERE, "one in eu-west-1"), bad(NOWHERE, "one in af-south-1"))),
    Example(REGION, "elsewhere as well", (FUNCTION, {"us-east-1": True, "eu-west-1": True}),
            (good(HERE, "there"), bad(NOWHERE, "one in eu-west-1"))),
    Example(REGION, "nobody looked there", (FUNCTION, {"eu-west-1": False}),
            (undecided("it is not known whether it stands in us-east-1"),)),
    Example(REGION, "nobody looked", (FUNCTION, {}), (undecided("it is not known whether it stands in us-east-1"),)),
    Example(TAGS, "all", (FUNCTION, {"Environment": "sit", "Owner": "a"}),
            (good("tag Environment=sit", "Environment=sit"), good("tag Owner with a value", "Owner=a")), REQUIRED),
    Example(TAGS, "none", (FUNCTION, {}),
            (bad("tag Environment=sit", "no such tag"), bad("tag Owner with a value", "no such tag")), REQUIRED),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- the associated version

ASSOCIATED, NEWEST, RUNTIME, ACTIVE = (
    edge_functions.associated, edge_functions.newest_version, edge_functions.runtime, edge_functions.active,
)  # fmt: skip
VARIABLES, RUNS_AS = edge_functions.no_environment_variables, edge_functions.execution_role
AT = "a version of it at viewer-response of *"
NEWEST_IS = "version 2, published 2026-01-13T10:00:00.000+0000"
UNBOUND = undecided("no version of it that exists is associated")
IS_ACTIVE, UPDATED = good("Active or Inactive", "Active"), good("last update Successful", "Successful")
RUNS = f"role edge-role-sit of account {ACCOUNT}"

VERSION = [
    Example(ASSOCIATED, "a version", bound(version()), (good(AT, "version 2"),)),
    Example(ASSOCIATED, "no such behaviour", bound(arn="", behaviour=False), (bad(AT, "sit.example.org has no behaviour *"),)),
    Example(ASSOCIATED, "nothing", bound(arn=""), (bad(AT, "nothing"),)),
    Example(ASSOCIATED, "a version that does not exist", bound(arn=f"{FUNCTION.arn}:7"),
            (bad(AT, "version 7, which does not exist"),)),
    *(
        Example(ASSOCIATED, f"something else, {arn}", bound(arn=arn), (bad(AT, arn),))
        for arn in (
            FUNCTION.arn, f"{FUNCTION.arn}:", f"{FUNCTION.arn}:$LATEST", f"{FUNCTION.arn}:live", f"{FUNCTION.arn}:2:3",
            f"{FUNCTION.arn}-2:2", f"{FOREIGN}:2", FUNCTION.arn.replace("us-east-1", "eu-west-1") + ":2",
            f"arn:aws:cloudfront::{ACCOUNT}:function/headers", "2",
        )
    ),
    Example(NEWEST, "the newest", bound(version()), (good(NEWEST_IS, NEWEST_IS),)),
    Example(NEWEST, "the newest by its number, not by its letters", bound(
        version(), f"{FUNCTION.arn}:10", published={9: "the day before", 10: "yesterday"}
    ), (good("version 10, published yesterday", "version 10, published yesterday"),)),
    Example(NEWEST, "an older one", bound(version(), f"{FUNCTION.arn}:1"),
            (bad(NEWEST_IS, "version 1, published 2026-01-12T10:00:00.000+0000"),)),
    Example(NEWEST, "one that is not published", bound(version(), f"{FUNCTION.arn}:7"),
            (bad(NEWEST_IS, "version 7, published at a time that is not known"),)),
    Example(NEWEST, "none published", bound(version(), published={}), (undecided("no version is published"),)),
    Example(NEWEST, "none associated", bound(arn=""), (undecided("no version of it is associated"),)),
    Example(NEWEST, "another account's associated", bound(arn=f"{FOREIGN}:2"), (undecided("no version of it is associated"),)),
    Example(RUNTIME, "as declared", bound(version()), (good("nodejs20.x", "nodejs20.x (version 2)"),)),
    Example(RUNTIME, "as declared, the day before it is deprecated",
            bound(version(as_of=datetime(2026, 4, 29, 23, 59, tzinfo=UTC))), (good("nodejs20.x", "nodejs20.x (version 2)"),)),
    Example(RUNTIME, "as declared, and deprecated", bound(version(as_of=datetime(2026, 4, 30, tzinfo=UTC))), (
        good("nodejs20.x", "nodejs20.x (version 2)"),
        Observation(FUNCTION.name, "AWS has deprecated nodejs20.x on 2026-04-30"),
    )),
    Example(RUNTIME, "an older one", bound(version(runtime="nodejs18.x")), (
        bad("nodejs20.x", "nodejs18.x (version 2)"),
        Observation(FUNCTION.name, "AWS has deprecated nodejs18.x on 2025-09-01"),
    )),
    Example(RUNTIME, "an image, which has none", bound(version(runtime="")), (bad("nodejs20.x", "none (version 2)"),)),
    Example(ACTIVE, "active", bound(version()), (IS_ACTIVE, UPDATED)),
    Example(ACTIVE, "idle", bound(version(state="Inactive", reason="The function is idle")),
            (good("Active or Inactive", "Inactive (The function is idle)"), UPDATED)),
    Example(ACTIVE, "pending", bound(version(state="Pending", reason="The function is being created.", last_update="")), (
        undecided("version 2 is Pending: The function is being created."),
        undecided("the last update of version 2 is not told"),
    )),
    Example(ACTIVE, "pending, nobody says why", bound(version(state="Pending")),
            (undecided("version 2 is Pending: no reason given"), UPDATED)),
    Example(ACTIVE, "failed", bound(version(state="Failed", reason="InvalidZip")),
            (bad("Active or Inactive", "Failed (InvalidZip)"), UPDATED)),
    Example(ACTIVE, "of no state", bound(version(state="")), (bad("Active or Inactive", "none"), UPDATED)),
    Example(ACTIVE, "its last update failed", bound(version(last_update="Failed", last_update_reason="InvalidZip")),
            (IS_ACTIVE, bad("last update Successful", "Failed (InvalidZip)"))),
    Example(ACTIVE, "its last update in progress", bound(version(last_update="InProgress")),
            (IS_ACTIVE, undecided("the last update of version 2 is InProgress"))),
    Example(VARIABLES, "none", bound(version()), (good("no environment variable", "none in version 2"),)),
    Example(VARIABLES, "two", bound(version(variables=("STAGE", "TABLE"))),
            (bad("no environment variable", "'STAGE'"), bad("no environment variable", "'TABLE'"))),
    Example(VARIABLES, "some that Lambda could not read", bound(version(variables=None)),
            (undecided("Lambda could not read the environment variables, and did not say which there are"),)),
    Example(RUNS_AS, "as declared", bound(version()), (good(RUNS, ROLE_ARN),)),
    Example(RUNS_AS, "as declared, with a path", bound(version(role=f"arn:aws:iam::{ACCOUNT}:role/edge/edge-role-sit")),
            (good(RUNS, f"arn:aws:iam::{ACCOUNT}:role/edge/edge-role-sit"),)),
    *(
        Example(RUNS_AS, f"another, {arn}", bound(version(role=arn)), (bad(RUNS, arn or "none"),))
        for arn in (
            f"arn:aws:iam::{ACCOUNT}:role/administrator", "arn:aws:iam::999999999999:role/edge-role-sit",
            f"arn:aws:iam::999999999999:role/:iam::{ACCOUNT}:role/edge-role-sit", f"arn:aws:iam::{ACCOUNT}:user/edge-role-sit", "",
        )
    ),
    *(Example(check, "none associated", bound(arn=""), (UNBOUND,)) for check in (RUNTIME, ACTIVE, VARIABLES, RUNS_AS)),
    *(
        Example(check, "one that does not exist", bound(arn=f"{FUNCTION.arn}:7"), (UNBOUND,))
        for check in (RUNTIME, ACTIVE, VARIABLES, RUNS_AS)
    ),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- what is not declared

STRAY, UNDECLARED = edge_functions.no_undeclared_association, edge_functions.no_undeclared_function
NO_STRAY, DECLARED = "no undeclared association", "declared by a plan, or tolerated by name"
HEADERS = Association("*", "viewer-response", f"{FUNCTION.arn}:2")
REDIRECTS = Association("/redirect/*", "viewer-request", f"arn:aws:lambda:{EDGE}:{ACCOUNT}:function:bbws-redirects-sit:1")


def stray(**changes: str) -> tuple[EdgeAssociations, tuple[Association, ...]]:
    return ASSOCIATIONS, (REDIRECTS, replace(HEADERS, **changes))


def strays(text: str) -> Problem:
    return bad(NO_STRAY, text, SITE.name)


OTHERS = [
    Example(STRAY, "the declared ones", stray(), (good(NO_STRAY, "none among 2 associations", SITE.name),)),
    Example(STRAY, "whatever the version", stray(function=f"{FUNCTION.arn}:$LATEST"),
            (good(NO_STRAY, "none among 2 associations", SITE.name),)),
    Example(STRAY, "nothing", (ASSOCIATIONS, ()), (good(NO_STRAY, "none among 0 associations", SITE.name),)),
    Example(STRAY, "another function", stray(function=f"{FUNCTION.arn}-old:1"),
            (strays(f"{FUNCTION.arn}-old:1 at viewer-response of *"),)),
    Example(STRAY, "another account's function of that name", stray(function=f"{FOREIGN}:1"),
            (strays(f"{FOREIGN}:1 at viewer-response of *"),)),
    Example(STRAY, "at another event", stray(event="origin-response"),
            (strays(f"{FUNCTION.arn}:2 at origin-response of *"),)),
    Example(STRAY, "at another behaviour", stray(behaviour="/api/*"),
            (strays(f"{FUNCTION.arn}:2 at viewer-response of /api/*"),)),
    Example(STRAY, "one of CloudFront Functions by that name",
            stray(function=f"arn:aws:cloudfront::{ACCOUNT}:function/bbws-headers-sit"),
            (strays(f"arn:aws:cloudfront::{ACCOUNT}:function/bbws-headers-sit at viewer-response of *"),)),
    Example(STRAY, "no function's name", stray(function=""), (strays(" at viewer-response of *"),)),
    Example(UNDECLARED, "none", (naming(), {}), (Seen(
        EDGE, "nothing undeclared like bbws-*-sit or tagged Project=bbws", "1 declared, 0 others beside them, none of those"
    ),)),
    Example(UNDECLARED, "named like and tagged as the project's",
            (naming(), {"bbws-old-sit": {}, "x": {"Project": "bbws"}, "y": {"Project": "else"}}), (
        Problem("bbws-old-sit", DECLARED, "exists, named like bbws-*-sit; the closest declared name is bbws-headers-sit"),
        Problem("x", DECLARED, "exists, tagged Project=bbws; no declared name is close to it"),
    )),
]  # fmt: skip

EXAMPLES = [*PLACE, *VERSION, *OTHERS]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_order_of_statements_and_associations(data: st.DataObject) -> None:
    statements = [trusting(LAMBDA), trusting(LAMBDA_EDGE, Sid="Edge"), trusting("ec2.amazonaws.com", Sid="Other")]
    found = list(edge_functions.role_ready(*trust(*data.draw(st.permutations(statements)))))
    assert [type(each) for each in found] == [Seen, Seen, Problem]
    associations = data.draw(st.permutations([HEADERS, REDIRECTS, replace(HEADERS, behaviour="/api/*")]))
    (only,) = edge_functions.no_undeclared_association(ASSOCIATIONS, associations)
    assert only == strays(f"{FUNCTION.arn}:2 at viewer-response of /api/*")
