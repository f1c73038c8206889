"""The check of service quotas."""

from __future__ import annotations

import pytest

from checks import Problem, Seen, quotas
from fixtures.declared.quotas import Quota
from fixtures.facts.quotas import Use
from fixtures.facts.service_quotas import Allowed
from tests.checks.examples import Example, judged

VPCS = Quota("vpcs", "eu-west-1", "07", "815856636111", "vpc", "L-F678F1CE", 2, (), (("Project", "bbws"),))
VCPUS = Quota("fargate-vcpus", "eu-west-1", "07", "815856636111", "fargate", "L-3032A538", 4, ("service:shop",), ())

# The lines of the promotion plans that the check gives evidence for.
CITED = {"pre.environment-ready"}

ROOM, FEW = quotas.room, "at most 5 VPCs, the account's quota"


def have(used: float, own: float = 0, *, default: bool = False) -> tuple[Quota, Allowed, Use]:
    return VPCS, Allowed(5, default), Use(used, own)


def good(observed: str, expected: str = FEW) -> tuple[Seen]:
    return (Seen("07-vpcs", expected, observed),)


def bad(observed: str, expected: str = FEW) -> tuple[Problem]:
    return (Problem("07-vpcs", expected, observed),)


EXAMPLES = [
    Example(ROOM, "none yet", have(0), good("2 VPCs (0 of 5 used, the plan adds 2: room for 3 more)")),
    Example(ROOM, "room for these alone", have(3), good("5 VPCs (3 of 5 used, the plan adds 2: room for 0 more)")),
    Example(ROOM, "one too many", have(4), bad("6 VPCs (4 of 5 used, the plan adds 2: 1 too many)")),
    Example(ROOM, "one of them stands", have(4, 1), good("5 VPCs (4 of 5 used, the plan adds 1: room for 0 more)")),
    Example(ROOM, "all stand", have(5, 2), good("5 VPCs (5 of 5 used, the plan adds 0: room for 0 more)")),
    Example(ROOM, "more stand than are declared", have(5, 3), good("5 VPCs (5 of 5 used, the plan adds 0: room for 0 more)")),
    Example(ROOM, "more than the quota", have(6, 2), bad("6 VPCs (6 of 5 used, the plan adds 0: 1 too many)")),
    Example(ROOM, "AWS's default", have(0, default=True), good(
        "2 VPCs (0 of 5 used, the plan adds 2: room for 3 more)", "at most 5 VPCs, AWS's default quota")),
    Example(ROOM, "no quota", (VPCS, Allowed(0, False), Use(0, 0)), bad(
        "2 VPCs (0 of 0 used, the plan adds 2: 2 too many)", "at most 0 VPCs, the account's quota")),
    Example(ROOM, "parts of a vCPU", (VCPUS, Allowed(6, True), Use(2.25, 0.25)), (Seen(
        "07-fargate-vcpus", "at most 6 Fargate vCPUs, AWS's default quota",
        "6 Fargate vCPUs (2.25 of 6 used, the plan adds 3.75: room for 0 more)"),)),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings
