"""The checks of what a plan stands on."""

from __future__ import annotations

import pytest

from checks import Problem, Seen, dependencies
from fixtures.declared.dependencies import NeededBucket, NeededTable
from fixtures.declared.inventory import load
from tests.checks.examples import Example, judged

TABLE, BUCKET = load("sit").of(NeededTable)[0], load("sit").of(NeededBucket)[0]

# The lines of the promotion plans that the checks give evidence for.
CITED = {"dep.backend-public", "dep.ecs"}

# Checks that fail by no fault alone, and why.
NOT_BY_ONE_FAULT = dict.fromkeys(
    ("dependencies.table-ready", "dependencies.bucket-ready"),
    "what it finds is also found by a check that it stands on, and it is blocked by that",
)

OF_04, IN = "(of plan 04)", "a bucket in eu-west-1"
EXAMPLES = [
    Example(dependencies.table_ready, "there", (TABLE, "ACTIVE"), (Seen("tenants-sit", "ACTIVE", f"ACTIVE {OF_04}"),)),
    Example(dependencies.table_ready, "being made", (TABLE, "CREATING"), (Problem("tenants-sit", "ACTIVE", f"CREATING {OF_04}"),)),
    Example(dependencies.table_ready, "absent", (TABLE, None), (Problem("tenants-sit", "ACTIVE", f"missing {OF_04}"),)),
    Example(dependencies.bucket_ready, "there", (BUCKET, "eu-west-1"), (Seen("bbws-frontend-sit", IN, "in eu-west-1"),)),
    Example(dependencies.bucket_ready, "elsewhere", (BUCKET, "us-east-1"), (Problem("bbws-frontend-sit", IN, "in us-east-1"),)),
    Example(dependencies.bucket_ready, "absent", (BUCKET, None), (Problem("bbws-frontend-sit", IN, "missing (of plan 06)"),)),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_finds_exactly(example: Example) -> None:
    assert judged(example) == list(example.findings)
