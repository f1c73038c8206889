"""The JSON Schemas beside the plans are those of the models, and the files that stand there are as they say."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fixtures.declared.environments import OWN
from fixtures.declared.schema import schema
from fixtures.options import PLANS

FILES = [OWN, *sorted(PLANS.glob("*.toml"))]


@pytest.mark.parametrize("kind", ["plan", "environments", "conflicts"])
def test_the_schema_beside_the_plans_is_current(kind: str) -> None:
    """After a change of a model: pytest --plan-schema=KIND > fixtures/plans/KIND.schema.json"""
    assert (PLANS / f"{kind}.schema.json").read_text("utf-8") == schema(kind)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_names_its_schema_in_its_first_line(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    named = re.fullmatch(r"#:schema (\S+)", first)
    assert named, first
    told = json.loads((path.parent / named[1]).read_text("utf-8"))
    assert mistakes(path, told) == []


def mistakes(path: Path, told: dict[str, Any], **changes: Any) -> list[str]:
    """What in a file, or in a changed one, is not as its schema says. TOML has times, which JSON writes as text."""
    value = {**tomllib.loads(path.read_text("utf-8")), **changes}
    as_json = json.loads(json.dumps(value, default=str))
    return [error.message for error in jsonschema.Draft202012Validator(told).iter_errors(as_json)]


@pytest.mark.parametrize(("key", "value"), [("number", "4"), ("colour", "red"), ("wave", "2"), ("approvers", []), ("needs", None)])
def test_a_mistake_does_not_fit(key: str, value: Any) -> None:
    assert mistakes(PLANS / "04_dynamodb_schemas.toml", json.loads(schema("plan")), **{key: value})
