"""Edge functions made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from fixtures.aws.errors import CallFailed, CannotLook
from fixtures.declared.edge_functions import EdgeAssociations, EdgeFunction, EdgeFunctionNaming, EdgeRole
from fixtures.declared.inventory import load
from fixtures.facts.edge_functions import BoundFunction, FunctionConfiguration
from tests.facts.reader import NOW, read
from tests.facts.test_cloudfront import behaviour, listing, page, shown, summary

PROD = load("prod")
FUNCTION = replace(PROD.of(EdgeFunction)[0], behaviour="*", event="viewer-response")
ASSOCIATIONS, NAMING, ROLE = PROD.of(EdgeAssociations)[0], PROD.of(EdgeFunctionNaming)[0], PROD.of(EdgeRole)[0]
GONE = "ResourceNotFoundException"


def configured(**other: Any) -> dict[str, Any]:
    """What GetFunctionConfiguration answers of version 2. A member that is None is left out."""
    good = {
        "FunctionName": FUNCTION.name, "FunctionArn": f"{FUNCTION.arn}:2", "Runtime": "nodejs20.x", "Role": "arn:role",
        "Version": "2", "State": "Active", "LastUpdateStatus": "Successful", "LastModified": "2026-01-13T10:00:00.000+0000",
    }  # fmt: skip
    return {name: value for name, value in {**good, **other}.items() if value is not None}


def association(arn: str = f"{FUNCTION.arn}:2", event: str = "viewer-response") -> dict[str, Any]:
    return {"LambdaFunctionARN": arn, "EventType": event, "IncludeBody": False}


def listed(number: str, **other: Any) -> dict[str, Any]:
    """A version as it is listed: without its state and its last update."""
    return configured(Version=number, State=None, LastUpdateStatus=None, LastModified=f"published {number}", **other)


VERSIONS = [{"Versions": [listed("$LATEST"), listed("1")], "NextMarker": "x"}, {"Versions": [listed("10"), listed("2")]}]
PUBLISHED = {1: "published 1", 2: "published 2", 10: "published 10"}


def bound(
    *associations: dict[str, Any], versions: Any = VERSIONS, function: EdgeFunction = FUNCTION, **other: Any
) -> BoundFunction:
    """What is read where these functions are associated with the default behaviour."""
    default = behaviour(LambdaFunctionAssociations=listing(*associations))
    answers = {**shown(DefaultCacheBehavior=default), "ListVersionsByFunction": versions, "GetFunctionConfiguration": configured()}
    found: BoundFunction = read("bound_function", function, **{**answers, **other})
    return found


# ---------------------------------------------------------------------------------------------- where a function stands


def test_in_which_regions_a_function_stands() -> None:
    """A function's replicas have names of their own: none of them is a function of its name in another region."""
    asked: list[str] = []

    def configuration(region: str, **_: Any) -> Any:
        asked.append(region)
        return configured() if region == FUNCTION.region else GONE

    found = read("edge_function_regions", FUNCTION, GetFunctionConfiguration=configuration)
    assert found == {"us-east-1": True, "af-south-1": False, "eu-west-1": False}
    assert asked == list(found)


@pytest.mark.parametrize("answer", ["AccessDeniedException", {}, configured(FunctionName="other")], ids=str)
def test_a_function_of_which_it_is_not_known_where_it_stands(answer: Any) -> None:
    with pytest.raises(CannotLook):
        read("edge_function_regions", FUNCTION, GetFunctionConfiguration=answer)


# ---------------------------------------------------------------------------------------------- what is associated


def test_a_version_and_how_it_is_configured() -> None:
    found = bound(association(), association("arn:other", "origin-request"))
    assert (found.behaviour, found.arn, found.published) == (True, f"{FUNCTION.arn}:2", PUBLISHED)
    assert found.configuration == FunctionConfiguration("2", "nodejs20.x", "arn:role", "Active", "", "Successful", "", (), NOW)
    assert found.version_of(FUNCTION) == "2"


def test_a_version_is_asked_for_by_its_number() -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def configuration(region: str, **parameters: Any) -> dict[str, Any]:
        asked.append((region, parameters))
        return configured(Version="10")

    assert bound(association(f"{FUNCTION.arn}:10"), GetFunctionConfiguration=configuration).version_of(FUNCTION) == "10"
    assert asked == [("us-east-1", {"FunctionName": FUNCTION.name, "Qualifier": "10"})]


@pytest.mark.parametrize(
    "arn",
    [
        FUNCTION.arn, f"{FUNCTION.arn}:$LATEST", f"{FUNCTION.arn}:live", f"{FUNCTION.arn}-x:1",
        FUNCTION.arn.replace(FUNCTION.account, "999999999999") + ":2", FUNCTION.arn.replace("us-east-1", "eu-west-1") + ":2", "2",
    ],
)  # fmt: skip
def test_something_else_is_associated(arn: str) -> None:
    """It is told, and nothing is asked of Lambda about it."""
    found = bound(association(arn), GetFunctionConfiguration="never")
    assert (found.arn, found.configuration, found.version_of(FUNCTION)) == (arn, None, "")


def test_nothing_is_associated() -> None:
    nothing = BoundFunction(True, "", None, PUBLISHED)
    assert bound(GetFunctionConfiguration="never") == nothing
    assert bound(association(event="viewer-request"), GetFunctionConfiguration="never") == nothing
    elsewhere = replace(FUNCTION, behaviour="/redirect/*")
    assert bound(association(), function=elsewhere, GetFunctionConfiguration="never") == replace(nothing, behaviour=False)


def test_a_function_of_cloudfront_functions_in_its_place() -> None:
    ours = {"FunctionARN": "arn:aws:cloudfront::1:function/f", "EventType": "viewer-response"}
    found = bound(**shown(DefaultCacheBehavior=behaviour(FunctionAssociations=listing(ours))))
    assert (found.arn, found.configuration) == ("arn:aws:cloudfront::1:function/f", None)


def test_a_behaviour_before_the_default_one_that_takes_all_of_its_requests() -> None:
    """What the default behaviour runs is then never run."""
    caught = behaviour(PathPattern="/*")
    default = behaviour(LambdaFunctionAssociations=listing(association()))
    found = bound(**shown(DefaultCacheBehavior=default, CacheBehaviors=listing(caught)))
    assert found == BoundFunction(True, "", None, PUBLISHED)


def test_a_behaviour_whose_pattern_has_no_slash_before_it() -> None:
    redirect = behaviour(PathPattern="redirect/*", LambdaFunctionAssociations=listing(association()))
    found = bound(function=replace(FUNCTION, behaviour="/redirect/*"), **shown(CacheBehaviors=listing(redirect)))
    assert found.version_of(FUNCTION) == "2"


def test_a_version_that_does_not_exist() -> None:
    found = bound(association(), GetFunctionConfiguration=GONE)
    assert (found.version_of(FUNCTION), found.configuration) == ("2", None)


@pytest.mark.parametrize(
    ("associations", "other", "says"),
    [
        ([association(), association()], {}, "2 functions"),
        ([association()], {"GetFunctionConfiguration": configured(Version="$LATEST")}, "describes version \\$LATEST and not 2"),
        ([association()], {"GetFunctionConfiguration": configured(FunctionName="x")}, "describes x"),
        ([association()], {"GetFunctionConfiguration": configured(State=None)}, "lacks State"),
        ([association()], {"GetFunctionConfiguration": configured(Role=None)}, "lacks Role"),
        ([association()], {"GetFunctionConfiguration": "AccessDeniedException"}, "AccessDeniedException"),
        ([association()], {"ListVersionsByFunction": [{}]}, "lacks Versions"),
        ([association()], {"ListVersionsByFunction": [{"Versions": [{"Version": "1"}]}]}, "lacks LastModified"),
    ],
    ids=["two at an event", "another version", "another function", "no state", "no role", "denied", "no versions", "no time"],
)
def test_an_association_that_is_not_understood(associations: list[dict[str, Any]], other: dict[str, Any], says: str) -> None:
    with pytest.raises(CannotLook, match=says):
        bound(*associations, **other)


def test_a_function_that_was_never_published() -> None:
    assert bound(versions=[{"Versions": [listed("$LATEST")]}]).published == {}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({}, {}),
        ({"Runtime": None}, {"runtime": ""}),  # an image
        ({"Environment": {"Variables": {"B": "1", "A": "2"}}}, {"variables": ("A", "B")}),
        ({"Environment": {"Variables": {}}}, {"variables": ()}),
        ({"Environment": {}}, {"variables": ()}),
        ({"Environment": {"Error": {"ErrorCode": "AccessDeniedException", "Message": "no key"}}}, {"variables": None}),
        ({"Environment": {"Variables": {}, "Error": {"ErrorCode": "x"}}}, {"variables": None}),
        (
            {"State": "Pending", "StateReason": "The function is being created.", "LastUpdateStatus": None},
            {"state": "Pending", "reason": "The function is being created.", "last_update": ""},
        ),
        (
            {"LastUpdateStatus": "InProgress", "LastUpdateStatusReason": "The function is being created."},
            {"last_update": "InProgress", "last_update_reason": "The function is being created."},
        ),
    ],
    ids=str,
)
def test_how_a_version_is_configured(answer: dict[str, Any], expected: dict[str, Any]) -> None:
    found = bound(association(), GetFunctionConfiguration=configured(**answer)).configuration
    assert found == replace(
        FunctionConfiguration("2", "nodejs20.x", "arn:role", "Active", "", "Successful", "", (), NOW), **expected
    )


def test_every_function_that_the_distribution_runs() -> None:
    redirect = behaviour(PathPattern="/redirect/*", LambdaFunctionAssociations=listing(association("arn:b", "viewer-request")))
    default = behaviour(
        LambdaFunctionAssociations=listing(association("arn:a"), association("arn:c", "origin-request")),
        FunctionAssociations=listing({"FunctionARN": "arn:d", "EventType": "viewer-request"}),
    )
    found = read("edge_associations_found", ASSOCIATIONS, **shown(DefaultCacheBehavior=default, CacheBehaviors=listing(redirect)))
    assert {(each.behaviour, each.event, each.function) for each in found} == {
        ("*", "viewer-response", "arn:a"), ("/redirect/*", "viewer-request", "arn:b"), ("*", "origin-request", "arn:c"),
        ("*", "viewer-request", "arn:d"),
    }  # fmt: skip
    assert read("edge_associations_found", ASSOCIATIONS, **shown()) == ()


# ---------------------------------------------------------------------------------------------- what is not declared


def test_what_no_plan_declares_or_tolerates() -> None:
    """Over pages; what was deleted since it was listed stands beside nothing."""
    declared, tolerated = min(NAMING.declared), "bbws-images-prod"
    names = [declared, "bbws-old-prod", tolerated, "gone", "x"]
    functions = [{"FunctionName": name, "FunctionArn": f"arn:{name}"} for name in names]
    pages = [{"Functions": functions[:2], "NextMarker": "x"}, {"Functions": functions[2:]}, {"Functions": []}]

    def tags(region: str, Resource: str) -> Any:  # noqa: N803  # AWS's name
        return GONE if Resource == "arn:gone" else {"Tags": {"Project": "bbws"} if Resource == "arn:x" else {}}

    naming = replace(NAMING, tolerated=frozenset({tolerated}))
    found = read("undeclared_edge_functions", naming, ListFunctions=pages, ListTags=tags)
    assert found == {"bbws-old-prod": {}, "x": {"Project": "bbws"}}


@pytest.mark.parametrize(
    "broken",
    [
        {"ListFunctions": [{}]},
        {"ListFunctions": [{"Functions": [{"FunctionName": "x"}]}]},
        {"ListTags": {}},
        {"ListTags": "AccessDenied"},
    ],
    ids=["no functions", "no ARN", "no tags", "denied"],
)
def test_functions_that_are_not_known(broken: dict[str, Any]) -> None:
    answers = {
        "ListFunctions": [{"Functions": [{"FunctionName": "x", "FunctionArn": "arn:x"}]}],
        "ListTags": {"Tags": {}},
        **broken,
    }
    with pytest.raises(CannotLook):
        read("undeclared_edge_functions", NAMING, **answers)


def test_a_functions_tags() -> None:
    assert read("edge_function_tags", FUNCTION, ListTags={"Tags": {"a": "b"}}) == {"a": "b"}
    assert read("edge_function_tags", FUNCTION, ListTags={"Tags": {}}) == {}
    with pytest.raises(CannotLook):
        read("edge_function_tags", FUNCTION, ListTags={})


# ---------------------------------------------------------------------------------------------- the role

TRUST = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}}


@pytest.mark.parametrize("form", [TRUST, json.dumps(TRUST), quote(json.dumps(TRUST))], ids=["decoded", "text", "as IAM sends it"])
def test_a_trust_policy_in_each_of_its_forms(form: Any) -> None:
    """IAM sends it URL-encoded, and botocore decodes it."""
    assert read("edge_role_trust", ROLE, GetRole={"Role": {"AssumeRolePolicyDocument": form}}) == TRUST


@pytest.mark.parametrize(
    "answer",
    ["AccessDenied", {}, {"Role": {"RoleName": ROLE.name}}, {"Role": {"AssumeRolePolicyDocument": {"Version": "2012-10-17"}}}],
    ids=["denied", "empty", "no policy", "no statement"],
)
def test_a_trust_policy_that_is_not_known(answer: Any) -> None:
    with pytest.raises(CannotLook):
        read("edge_role_trust", ROLE, GetRole=answer)


def test_a_role_that_does_not_exist() -> None:
    with pytest.raises(CallFailed, match="NoSuchEntity"):
        read("edge_role_trust", ROLE, GetRole="NoSuchEntity")


def test_functions_of_a_distribution_that_does_not_exist() -> None:
    with pytest.raises(CannotLook, match="does not exist as one distribution"):
        bound(ListDistributions=[page(summary("E1", "x.org"))])
