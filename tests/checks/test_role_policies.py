"""What a role may do: what AWS documents of statements, conditions, variables and boundaries, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.role_policies import Asked, answer, known

ROLE = "arn:aws:iam::111122223333:role/alpha"
SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:alpha/db-AbCdEf"
READ = "secretsmanager:GetSecretValue"
CONTEXT = known({"Tenant": "alpha", "Empty": ""}, **{"aws:principalarn": ROLE, "aws:sourcevpc": None, "aws:sourceip": "10.0.0.9"})
ASKED = Asked(ROLE, READ, SECRET, CONTEXT)
ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENY: dict[str, Any] = {**ALLOW, "Effect": "Deny"}


def said(*statements: dict[str, Any], boundary: Any = None, asked: Asked = ASKED) -> bool | None:
    limits = None if boundary is None else {"Statement": boundary}
    return answer(asked, [("p", {"Statement": list(statements)})], limits).allowed


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {**ALLOW, "Condition": {operator: {key: list(values)}}}


@pytest.mark.parametrize(("allowed", "statements"), [
    (False, []),
    (True, [ALLOW]),
    (False, [ALLOW, DENY]),
    (False, [DENY, ALLOW]),
    (True, [{**ALLOW, "Action": "SECRETSMANAGER:get*"}]),
    (True, [{**ALLOW, "Action": ["s3:*", "secretsmanager:GetSecretValu?"]}]),
    (False, [{**ALLOW, "Action": "secretsmanager:Describe*"}]),
    (False, [{"Effect": "Allow", "NotAction": "secretsmanager:*", "Resource": "*"}]),
    (True, [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
    (True, [{**ALLOW, "Resource": "arn:aws:secretsmanager:*:*:secret:alpha/*"}]),
    (False, [{**ALLOW, "Resource": "arn:aws:secretsmanager:*:*:secret:Alpha/*"}]),
    (False, [{"Effect": "Allow", "Action": "*", "NotResource": SECRET}]),
    (True, [ALLOW, {"Effect": "Deny", "Action": "*", "NotResource": SECRET}]),
    (True, [{**ALLOW, "Resource": "*:secret:${aws:PrincipalTag/Tenant}/*"}]),
    (True, [{**ALLOW, "Resource": "*:secret:${aws:principaltag/tenant}/*"}]),
    (False, [{**ALLOW, "Resource": "*:secret:${aws:PrincipalTag/Team}/*"}]),  # a tag that the role has not
    (True, [{**ALLOW, "Resource": "*:secret:${aws:PrincipalTag/Team, 'alpha'}/*"}]),
    (None, [{**ALLOW, "Resource": "*:secret:${aws:username}/*"}]),
    (True, [{**ALLOW, "Resource": ["*:secret:${aws:username}/*", SECRET]}]),
    (None, [ALLOW, {**DENY, "Resource": "*:secret:${aws:username}/*"}]),
    (False, [{**DENY, "Resource": "*:secret:${aws:username}/*"}]),  # nothing allows it, whatever that stands for
    (None, [{"Effect": "Allow", "Action": "*", "NotResource": "*:secret:${aws:username}/*"}]),
])  # fmt: skip
def test_statements(allowed: bool | None, statements: list[dict[str, Any]]) -> None:
    assert said(*statements) is allowed


@pytest.mark.parametrize(("holds", "operator", "key", "values"), [
    (True, "StringEquals", "aws:PrincipalTag/Tenant", ["beta", "alpha"]),
    (False, "StringEquals", "aws:PrincipalTag/Tenant", ["Alpha"]),
    (True, "StringEqualsIgnoreCase", "aws:PrincipalTag/Tenant", ["Alpha"]),
    (False, "StringEquals", "aws:PrincipalTag/Tenant", ["al*"]),
    (True, "StringLike", "AWS:principaltag/tenant", ["al*"]),
    (False, "StringNotEquals", "aws:PrincipalTag/Tenant", ["beta", "alpha"]),
    (True, "StringNotLike", "aws:PrincipalTag/Tenant", ["beta*"]),
    (True, "ArnLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/al*"]),
    (False, "ArnLike", "aws:PrincipalArn", ["arn:aws:iam:*"]),
    (True, "ArnNotEquals", "aws:PrincipalArn", ["arn:aws:iam::111122223333:role/beta"]),
    (True, "IpAddress", "aws:SourceIp", ["10.0.0.0/8"]),
    (False, "NotIpAddress", "aws:SourceIp", ["10.0.0.0/8"]),
    (True, "StringEquals", "aws:PrincipalTag/Tenant", ["${aws:PrincipalTag/Tenant}"]),
    (None, "StringEquals", "aws:PrincipalTag/Tenant", ["${aws:userid}"]),
    (True, "StringEquals", "aws:PrincipalTag/Tenant", ["${aws:userid}", "alpha"]),
    # Known to be missing from the request: what is negated holds, and what may be missing.
    (False, "StringEquals", "aws:SourceVpc", ["vpc-1"]),
    (True, "StringNotEquals", "aws:SourceVpc", ["vpc-1"]),
    (True, "StringEqualsIfExists", "aws:SourceVpc", ["vpc-1"]),
    (False, "StringEqualsIfExists", "aws:PrincipalTag/Tenant", ["beta"]),
    (False, "StringEquals", "aws:PrincipalTag/Team", ["a"]),
    (True, "Null", "aws:SourceVpc", ["true"]),
    (False, "Null", "aws:PrincipalTag/Tenant", ["true"]),
    (True, "Null", "aws:PrincipalTag/Tenant", ["false"]),
    (True, "ForAllValues:StringEquals", "aws:SourceVpc", ["vpc-1"]),
    (True, "ForAllValues:StringNotEquals", "aws:SourceVpc", ["vpc-1"]),
    (False, "ForAnyValue:StringEquals", "aws:SourceVpc", ["vpc-1"]),
    (False, "ForAnyValue:StringNotEquals", "aws:SourceVpc", ["vpc-1"]),
    (False, "ForAnyValue:ArnNotLike", "aws:SourceVpc", ["arn:aws:iam::*:role/x"]),
    (True, "ForAnyValue:StringEqualsIfExists", "aws:SourceVpc", ["vpc-1"]),
    # Not known, or not understood.
    (None, "StringEquals", "aws:SourceVpce", ["vpce-1"]),
    (None, "Null", "aws:SourceVpce", ["true"]),
    (None, "DateLessThan", "aws:CurrentTime", ["2027-01-01"]),
    (None, "NumericEquals", "aws:PrincipalTag/Tenant", ["1"]),
])  # fmt: skip
def test_conditions(holds: bool | None, operator: str, key: str, values: list[str]) -> None:
    assert said(when(operator, key, *values)) is holds
    denied = {True: False, False: True, None: None}[holds]
    assert said(ALLOW, {**when(operator, key, *values), "Effect": "Deny"}) is denied


def test_all_conditions_must_hold_and_one_that_does_not_decides() -> None:
    false, unknown = {"StringEquals": {"aws:PrincipalTag/Tenant": "beta"}}, {"DateLessThan": {"aws:CurrentTime": "2027"}}
    assert said({**ALLOW, "Condition": {**false, **unknown}}) is False
    assert said({**ALLOW, "Condition": unknown}) is None


@pytest.mark.parametrize(("allowed", "boundary"), [
    (True, [ALLOW]), (False, []), (False, [ALLOW, DENY]), (False, [{**ALLOW, "Action": "s3:*"}]),
    (None, [when("DateLessThan", "aws:CurrentTime", "2027-01-01")]),
])  # fmt: skip
def test_a_boundary_must_allow_it_too(allowed: bool | None, boundary: list[dict[str, Any]]) -> None:
    assert said(ALLOW, boundary=boundary) is allowed
    assert said(boundary=boundary) is False


@pytest.mark.parametrize(("allowed", "principal"), [
    (True, "*"), (True, {"AWS": "*"}), (True, {"AWS": ["arn:aws:iam::111122223333:role/beta", ROLE]}),
    (False, {"AWS": "arn:aws:iam::111122223333:role/beta"}), (False, {"Service": "ecs.amazonaws.com"}),
    (False, {"AWS": "arn:aws:iam::111122223333:root"}), (False, {"AWS": "111122223333"}),
])  # fmt: skip
def test_principals(allowed: bool, principal: Any) -> None:
    """Whoever allows an account leaves it to the policies of its roles."""
    assert said({**ALLOW, "Principal": principal}) is allowed
    root = principal in ({"AWS": "arn:aws:iam::111122223333:root"}, {"AWS": "111122223333"})
    assert said(ALLOW, {**DENY, "Principal": principal}) is not (allowed or root)


def test_whom_a_statement_leaves_out_is_not_understood() -> None:
    assert said({"Effect": "Allow", "NotPrincipal": {"AWS": ROLE}, "Action": "*", "Resource": "*"}) is None


@pytest.mark.parametrize(("allowed", "pattern"), [
    (True, "arn:aws:s3:::b/beta/*"), (True, "arn:aws:s3:::b/*/public/*"), (True, "arn:aws:s3:::b/beta/x"), (True, "*"),
    (False, "arn:aws:s3:::b/alpha/*"), (False, "arn:aws:s3:::b/beta"), (False, "arn:aws:s3:::b/beta2/*"),
])  # fmt: skip
def test_a_folder(allowed: bool, pattern: str) -> None:
    """Some of it is enough for what allows, and what denies must deny all of it."""
    asked = Asked(ROLE, "s3:GetObject", "arn:aws:s3:::b/beta/", CONTEXT, exactly=False)
    assert said({**ALLOW, "Resource": pattern}, asked=asked) is allowed
    whole = pattern in ("arn:aws:s3:::b/beta/*", "*")
    assert said(ALLOW, {**DENY, "Resource": pattern}, asked=asked) is not whole
    assert said({"Effect": "Allow", "Action": "*", "NotResource": pattern}, asked=asked) is not whole


effects = st.sampled_from([
    ALLOW, DENY, when("DateLessThan", "aws:CurrentTime", "2027"),
    {**when("DateLessThan", "aws:CurrentTime", "2027"), "Effect": "Deny"},
    when("StringEquals", "aws:PrincipalTag/Tenant", "beta"),
])  # fmt: skip


@given(one=st.lists(effects, max_size=4), other=st.lists(effects, max_size=4), bound=st.none() | st.lists(effects, max_size=2))
def test_neither_order_nor_how_statements_are_parted_matters(one: list[Any], other: list[Any], bound: Any) -> None:
    limits = None if bound is None else {"Statement": bound}
    parted = answer(ASKED, [("a", {"Statement": one}), ("b", {"Statement": other})], limits).allowed
    assert parted is said(*other, *one, boundary=bound)
    if DENY in (*one, *other, *(bound or ())):
        assert parted is False
