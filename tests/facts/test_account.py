"""Regions and keys made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.aws.errors import CannotLook
from fixtures.declared.account import EnabledRegion, Key
from fixtures.declared.inventory import load
from fixtures.facts.account import KeyDescription
from tests.facts.reader import NOW, read

KEY, REGION = load("sit").of(Key)[0], load("sit").of(EnabledRegion)[0]
ARN = f"arn:aws:kms:{KEY.region}:{KEY.account}:key/1"
DESCRIBED = {
    "Arn": ARN,
    "KeyState": "PendingDeletion",
    "KeyUsage": "ENCRYPT_DECRYPT",
    "DeletionDate": NOW,
    "KeyManager": "CUSTOMER",
}


@pytest.mark.parametrize("member", ["KeySpec", "CustomerMasterKeySpec"])
def test_the_spec_of_a_key_under_either_of_its_names(member: str) -> None:
    found = read("key_description", KEY, DescribeKey={"KeyMetadata": {**DESCRIBED, member: "RSA_2048"}})
    assert found == KeyDescription(ARN, "PendingDeletion", "ENCRYPT_DECRYPT", "RSA_2048", NOW, "CUSTOMER")


@pytest.mark.parametrize("answer", [{}, {"KeyMetadata": {}}, {"KeyMetadata": DESCRIBED}], ids=["empty", "no key", "no spec"])
def test_a_key_that_is_not_described(answer: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match="lacks"):
        read("key_description", KEY, DescribeKey=answer)


def test_a_region_that_is_not_listed_and_one_without_a_status() -> None:
    listed = {"RegionName": REGION.name, "OptInStatus": "opt-in-not-required"}
    assert read("region_status", REGION, DescribeRegions={"Regions": [listed]}) == "opt-in-not-required"
    assert read("region_status", REGION, DescribeRegions={"Regions": [{**listed, "RegionName": "af-south-1"}]}) is None
    for nothing in ({}, {"Regions": [{"RegionName": REGION.name}]}):
        with pytest.raises(CannotLook, match="lacks"):
            read("region_status", REGION, DescribeRegions=nothing)
