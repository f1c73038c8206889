"""What needs nobody to be signed in."""

from __future__ import annotations

import json

from fixtures.facts.operations import of
from fixtures.subjects import modules
from tests.run.runs import PROD, Suite

modules("fixtures.facts")  # which say what IAM calls their operations


def test_collecting_needs_nobody_to_be_signed_in(suite: Suite) -> None:
    ended = suite("--env=prod", "--collect-only", "-q")
    assert ended.status == 0 and ended.sign_off == {}
    assert "tests_sit/post_deployment/test_dynamodb.py::test_point_in_time_recovery[campaigns-prod-eu-west-1]" in ended.output


def test_the_policy_permits_what_is_called_and_nothing_else(suite: Suite, settings: dict[str, str]) -> None:
    policy = json.loads(suite(*PROD, "--iam-policy").output)
    called = suite(*PROD, environ=settings).calls
    permitted = {name for statement in policy["Statement"] for name in statement["Action"]}
    operations = [of(f"{call['service']}:{call['operation']}") for call in called if call["signed"]]
    assert permitted == {action for operation in operations for action in (operation.action, *operation.also)}
