"""Backup plans made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.declared.dynamodb import Table
from fixtures.declared.inventory import load
from fixtures.facts import backup

TABLE = load("sit").of(Table)[0]


@pytest.mark.parametrize(("lifecycle", "days"), [({}, None), ({"DeleteAfterDays": -1}, None), ({"DeleteAfterDays": 7}, 7)])
def test_how_long_a_recovery_point_is_kept(lifecycle: dict[str, int], days: int | None) -> None:
    assert backup._retention({"Lifecycle": lifecycle}) == days


ARN, TAGS = TABLE.arn, {"backup": "hourly", "Environment": "sit"}
SELECTIONS: list[tuple[bool, dict[str, Any]]] = [
    (True, {"Resources": [ARN]}),
    (True, {"Resources": ["arn:aws:dynamodb:*:*:table/*"]}),
    (True, {"Resources": ["*"]}),
    (True, {}),
    (False, {"Resources": [ARN + "-old"]}),
    (False, {"Resources": ["arn:aws:s3:::*"]}),
    (False, {"Resources": [ARN.replace("campaigns", "[c]ampaigns")]}),
    (False, {"Resources": ["*"], "NotResources": [ARN]}),
    (False, {"NotResources": ["arn:aws:dynamodb:*"]}),
    (
        True,
        {
            "ListOfTags": [
                {"ConditionKey": "backup", "ConditionValue": "daily"},
                {"ConditionKey": "backup", "ConditionValue": "hourly"},
            ]
        },
    ),
    (True, {"ListOfTags": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "hourly"}]}),
    (False, {"Resources": [ARN], "ListOfTags": [{"ConditionKey": "backup", "ConditionValue": "daily"}]}),
    (True, {"Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "hourly"}]}}),
    (True, {"Conditions": {"StringLike": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "h*"}]}}),
    (False, {"Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "Hourly"}]}}),
    (False, {"Conditions": {"StringNotEquals": [{"ConditionKey": "aws:ResourceTag/Environment", "ConditionValue": "sit"}]}}),
    (True, {"Conditions": {"StringNotLike": [{"ConditionKey": "aws:ResourceTag/none", "ConditionValue": "*"}]}}),
    (
        False,
        {
            "Conditions": {
                "StringEquals": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "hourly"}],
                "StringNotLike": [{"ConditionKey": "aws:ResourceTag/Environment", "ConditionValue": "s*"}],
            }
        },
    ),
]


@pytest.mark.parametrize(("selected", "selection"), SELECTIONS, ids=str)
def test_what_a_backup_selection_takes(selected: bool, selection: dict[str, Any]) -> None:
    assert backup._selects(selection, ARN, TAGS) is selected
