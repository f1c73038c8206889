"""Roles made of answers that AWS could give and the simulated estate does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fixtures.aws.errors import Absent, CannotLook
from fixtures.declared.inventory import load
from fixtures.declared.roles import Role
from fixtures.facts.operations import of
from fixtures.facts.permissions import policy
from fixtures.facts.roles import FILTER, Decision, RoleDetail, RolePolicy, Simulated
from tests.facts.reader import read

SMALL = load("prod", Path(__file__).parents[1] / "small_plans").of(Role)[0]
ROLE = next(each for each in load("sit").of(Role) if each.may)
ARN = f"arn:aws:iam::815856636111:role/service/{ROLE.name}"
TRUST: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
READS = {"Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
MANAGED = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def role(name: str = ROLE.name, **changes: Any) -> dict[str, Any]:
    healthy = {
        "Path": "/service/", "RoleName": name, "Arn": ARN, "AssumeRolePolicyDocument": TRUST, "RolePolicyList": [],
        "AttachedManagedPolicies": [],
    }  # fmt: skip
    return {member: value for member, value in (healthy | changes).items() if value is not None}


def page(*roles: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"IsTruncated": False, "RoleDetailList": list(roles), "Policies": [], **more}


def managed(*versions: tuple[str, Any], default: str = "v2") -> dict[str, Any]:
    listed = [{"VersionId": id, "Document": document} for id, document in versions]
    return {"Arn": MANAGED, "DefaultVersionId": default, "PolicyVersionList": listed}


def detail(*pages: dict[str, Any]) -> RoleDetail:
    found: RoleDetail = read("role_detail", ROLE, GetAccountAuthorizationDetails=list(pages))
    return found


def test_a_role() -> None:
    inline = {"PolicyName": "own", "PolicyDocument": quote(json.dumps(READS))}  # as it is where botocore decodes none
    attached = {"PolicyName": "ReadOnlyAccess", "PolicyArn": MANAGED}
    whole = role(
        RolePolicyList=[inline], AttachedManagedPolicies=[attached, {"PolicyArn": "arn:unlisted"}],
        PermissionsBoundary={"PermissionsBoundaryArn": "arn:boundary"}, Tags=[{"Key": "Owner", "Value": "x"}],
    )  # fmt: skip
    policies = [managed(("v1", TRUST), ("v2", READS))]
    assert detail(page(role("other")), page(whole, Policies=policies)) == RoleDetail(
        ROLE.name, ARN, TRUST, "arn:boundary", {"Owner": "x"},
        (RolePolicy("own", READS), RolePolicy(MANAGED, READS), RolePolicy("arn:unlisted", None)),
    )  # fmt: skip


def test_a_page_of_policies_alone() -> None:
    found = detail(
        page(role(AttachedManagedPolicies=[{"PolicyArn": MANAGED}])), {"IsTruncated": False, "Policies": [managed(("v2", READS))]}
    )
    assert found.policies == (RolePolicy(MANAGED, READS),)


def test_a_role_that_is_not_there() -> None:
    listing = [page(role("other"))]
    assert read("role_names", ROLE, GetAccountAuthorizationDetails=listing) == {"other"}
    for fact in ("role_detail", "role_simulated"):
        with pytest.raises(Absent, match=f"{ROLE.name} does not exist"):
            read(fact, ROLE, GetAccountAuthorizationDetails=listing)


@pytest.mark.parametrize(
    ("listing", "says"),
    [
        ([page()], "lists no role"),
        ([], "lists no role"),
        ([{"RoleDetailList": [role()]}], "lacks IsTruncated"),
        ([page(role(RolePolicyList=None))], "lacks RolePolicyList"),
        ([page(role(AttachedManagedPolicies=None))], "lacks AttachedManagedPolicies"),
        ([page(role(AssumeRolePolicyDocument=None))], "lacks AssumeRolePolicyDocument"),
        ([page(role(AssumeRolePolicyDocument={"Version": "2012-10-17"}))], "lacks Statement"),
        ([page(role(PermissionsBoundary={"PermissionsBoundaryType": "Policy"}))], "lacks PermissionsBoundary"),
        ([page(role(), Policies=[managed(("v1", READS))])], "lacks version v2"),
        ([page(role(), Policies=[managed(("v2", {}))])], "lacks Statement"),
    ],
)
def test_what_is_no_answer(listing: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(CannotLook, match=says):
        detail(*listing)


def test_everybody_asks_the_same() -> None:
    asked: list[dict[str, Any]] = []

    def answer(region: str, **parameters: Any) -> list[dict[str, Any]]:
        asked.append({"region": region, **parameters})
        return [page(role())]

    for fact in ("role_names", "role_detail"):
        read(fact, ROLE, GetAccountAuthorizationDetails=answer)
    assert asked == [{"region": "us-east-1", "Filter": FILTER, "MaxItems": 1000}] * len(asked) != []


# ---------------------------------------------------------------------------------------------- the policy simulator

TABLE, LOGO = (each.resources[0] for each in ROLE.may)


def simulated(answer: Any, declared: Role = ROLE) -> Simulated:
    found: Simulated = read(
        "role_simulated", declared, SimulatePrincipalPolicy=answer,
        GetAccountAuthorizationDetails=[page(role(declared.name))],
        DescribeSecret={"ARN": f"{SMALL.may[1].resources[0]}-AbCdEf"},
    )  # fmt: skip
    return found


def result(action: str, *resources: str, decision: str = "allowed", **more: Any) -> dict[str, Any]:
    """As AWS answers: what it says of an action in general names a kind of resource."""
    specific = [{"EvalResourceName": each, "EvalResourceDecision": decision, **more} for each in resources if each != "*"]
    general = {"EvalActionName": action, "EvalResourceName": "arn:${Partition}:s3:::${BucketName}", "EvalDecision": decision}
    return {**general, **({"ResourceSpecificResults": specific} if specific else more)}


def all_that_is_asked(region: str, **asked: Any) -> list[dict[str, Any]]:
    return [{"EvaluationResults": [result(action, *asked["ResourceArns"]) for action in asked["ActionNames"]]}]


def test_every_action_on_every_resource() -> None:
    found = simulated(all_that_is_asked)
    assert [(each.action, each.resource, each.decision) for each in found.may] == [
        (action, resource, "allowed") for asked in ROLE.may for action in asked.actions for resource in asked.resources
    ]
    assert [(each.action, each.resource) for each in found.may_not][-1] == ("iam:AttachRolePolicy", "*")


def test_it_is_asked_about_the_role_by_its_path_and_a_secret_by_its_whole_arn() -> None:
    asked: list[dict[str, Any]] = []

    def answer(region: str, **parameters: Any) -> list[dict[str, Any]]:
        asked.append(parameters)
        return all_that_is_asked(region, **parameters)

    simulated(answer, SMALL)
    assert {each["PolicySourceArn"] for each in asked} == {ARN}
    (secret,) = (arn for each in asked for arn in each["ResourceArns"] if ":secret:" in arn)
    assert secret.endswith(":secret:bbws-aurora-prod-AbCdEf")


def test_a_secret_that_is_not_there() -> None:
    with pytest.raises(Absent, match="the secret bbws-aurora-prod does not exist in af-south-1"):
        read(
            "role_simulated", SMALL, SimulatePrincipalPolicy=all_that_is_asked,
            GetAccountAuthorizationDetails=[page(role(SMALL.name))], DescribeSecret="ResourceNotFoundException",
        )  # fmt: skip


def one(answer: dict[str, Any]) -> Decision:
    """What is said of the first action, where the answer to it is this one."""

    def answered(region: str, **asked: Any) -> list[dict[str, Any]]:
        others = [result(action, *asked["ResourceArns"]) for action in asked["ActionNames"]]
        return [{"EvaluationResults": [answer if each["EvalActionName"] == answer["EvalActionName"] else each for each in others]}]

    return simulated(answered).may[0]


def test_what_decides() -> None:
    matched = [{"SourcePolicyId": "own", "SourcePolicyType": "Role"}, {"SourcePolicyId": "own"}, {}]
    bounded = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}
    answer = result("dynamodb:GetItem", TABLE, decision="implicitDeny", MatchedStatements=matched, **bounded)
    answer["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": False}
    because = ("own", "the permissions boundary does not allow it", "the organization's policies do not allow it")
    assert one(answer) == Decision("dynamodb:GetItem", TABLE, "implicitDeny", (), because)


def test_keys_that_it_would_have_to_know() -> None:
    answer = result("dynamodb:GetItem", TABLE, MissingContextValues=["aws:SourceVpc"])
    assert one(answer).missing == ("aws:SourceVpc",)


def test_the_resource_in_an_answer_of_another_year() -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html: EvalResourceName was the resource itself."""
    answer = {"EvalActionName": "dynamodb:GetItem", "EvalResourceName": TABLE, "EvalDecision": "implicitDeny"}
    assert one(answer).decision == "implicitDeny"


@pytest.mark.parametrize(
    "answer",
    [
        result("dynamodb:GetItem"),  # of a kind of resource
        result("dynamodb:GetItem", LOGO),
        {"EvalActionName": "dynamodb:GetItem", "EvalDecision": "allowed", "ResourceSpecificResults": []},
    ],
)
def test_an_answer_about_something_else_is_none(answer: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match=f"says nothing of dynamodb:GetItem on {TABLE}"):
        one(answer)


def test_an_answer_about_nothing() -> None:
    with pytest.raises(CannotLook, match="says nothing of"):
        simulated([{"EvaluationResults": []}])
    with pytest.raises(CannotLook, match="lacks EvaluationResults"):
        simulated([{}])


def test_a_role_that_asks_for_no_secret_needs_no_permission_to_describe_one() -> None:
    assert list(of("secretsmanager:DescribeSecret").arns(ROLE)) == []
    actions = [action for each in policy([("role_simulated", ROLE)])["Statement"] for action in each["Action"]]
    assert "iam:SimulatePrincipalPolicy" in actions
    assert "secretsmanager:DescribeSecret" not in actions
    asked = [each for each in policy([("role_simulated", SMALL)])["Statement"] if "secretsmanager:DescribeSecret" in each["Action"]]
    assert [each["Resource"] for each in asked] == ["arn:aws:secretsmanager:af-south-1:093646564004:secret:bbws-aurora-prod-??????"]
