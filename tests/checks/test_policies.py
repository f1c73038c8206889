"""What a policy's patterns match, and what its statements are called."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from checks import policies

ENDS = ["".join(letters) for length in range(5) for letters in itertools.product("ab", repeat=length)]
PATTERNS = ["".join(signs) for length in range(5) for signs in itertools.product("ab*?", repeat=length)]


@pytest.mark.parametrize("beginning", ["", "a", "ab", "abb"])
def test_a_pattern_meets_what_it_matches_an_end_of(beginning: str) -> None:
    for pattern in PATTERNS:
        assert policies.meets(pattern, beginning) is any(policies.matches(beginning + end, pattern) for end in ENDS), pattern


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [("*", True), ("logs/*", True), ("logs/a/*", True), ("l?gs/*", True), ("logs/a/", False), ("logs/a/2*", False),
     ("logs/a/????*", False), ("logs/a/????", False), ("logs/*d", False), ("logs/*?any*", False), ("logs/b/*", False),
     ("[l]ogs/*", False), ("", False)],
)  # fmt: skip
def test_a_pattern_covers_what_it_leaves_no_end_of(pattern: str, covered: bool) -> None:
    assert policies.covers(pattern, "logs/a/") is covered


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        (None, []),
        ({}, []),
        ({"Statement": []}, []),
        ({"Statement": {"Sid": "One"}}, ["statement One"]),
        ({"Statement": [{}, {"Sid": ""}, {"Sid": "Last"}]}, ["statement no. 1", "statement no. 2", "statement Last"]),
    ],
    ids=str,
)
def test_a_statement_is_called_by_its_sid_or_its_place(policy: Any, named: list[str]) -> None:
    assert [name for name, _ in policies.statements(policy)] == named


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ({}, "Principal "),
        ({"Principal": "*"}, "Principal *"),
        ({"Principal": {"AWS": ["a", "b"], "Service": "c"}}, "Principal AWS a or b, Service c"),
        ({"NotPrincipal": {"AWS": "a"}}, "NotPrincipal AWS a"),
    ],
    ids=str,
)
def test_a_principal_in_words(statement: dict[str, Any], text: str) -> None:
    assert policies.principal(statement) == text


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [("topic", True), ("topic*", True), ("t?pic", True), ("*", True), ("topic-2", False), ("top", False), ("topic/*", False)],
)
def test_a_request_for_exactly_one_resource(resource: str, allowed: bool) -> None:
    statement = {"Sid": "s", "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": resource}
    said = policies.said_of(policies.Request("", "SNS:Publish", "topic", {}, exactly=True), {"Statement": [statement]})
    assert said.allowed == (("statement s",) if allowed else ())
