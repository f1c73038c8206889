"""What holds for every check, whatever the facts: no defaults, no order, no crash, and no pass without a reason."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks import Check, Finding, Observation, Problem, Seen, Undecided, account, dynamodb, s3
from fixtures.declared.s3 import Lifecycle
from fixtures.facts.account import KeyDescription
from fixtures.facts.backup import BackupRule, RecoveryPoint, RecoveryPoints
from fixtures.facts.dynamodb import BackupCopies, ReplicationLatency, Restorable
from fixtures.facts.s3 import (
    BucketEncryption,
    Document,
    Grant,
    KeptVersions,
    LifecycleRule,
    PublicAccessBlock,
    ReplicationProgress,
    ReplicationRule,
)
from tests.checks.examples import every_check, passes
from tests.checks.test_account import KEY, PROD, REGION, caller
from tests.checks.test_dynamodb import NOW, REPLICA, REQUIRED, TABLE, VAULT, backups, description, naming
from tests.checks.test_s3 import BUCKET, HTML, OF_ACCOUNT, REPLICATION, SERVICE, SIGNED, TARGET, WELCOME, arn_like, delivery
from tests.checks.test_s3 import naming as bucket_naming

settings.register_profile("checks", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("checks")

CHECKS = list(every_check())


def told(findings: list[Finding]) -> set[Finding]:
    """The findings as a set. Each of them is one, and together they judge something."""
    for finding in findings:
        assert isinstance(finding, Seen | Problem | Undecided | Observation)
    assert any(isinstance(finding, Seen | Problem | Undecided) for finding in findings)
    return set(findings)


def problems(findings: Iterable[Finding]) -> list[Problem]:
    return [finding for finding in findings if isinstance(finding, Problem)]


@pytest.mark.parametrize("check", CHECKS, ids=[check.id for check in CHECKS])
def test_what_is_judged_has_no_default(check: Check[Any]) -> None:
    """A default is how a read that failed would become a verdict."""
    parameters = inspect.signature(check).parameters.values()
    assert parameters
    for parameter in parameters:
        assert parameter.default is inspect.Parameter.empty
        assert parameter.kind in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@pytest.mark.parametrize("check", CHECKS, ids=[check.id for check in CHECKS])
def test_a_check_cannot_be_called_without_all_of_its_facts(check: Check[Any]) -> None:
    positional = [p for p in inspect.signature(check).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    with pytest.raises(TypeError):
        list(check(*[None] * (len(positional) - 1)))


# ---------------------------------------------------------------------------------------------- facts of every kind

days = st.none() | st.integers(-1, 400)
names = st.sampled_from(["orders-prod", "Orders_Prod", "ordersprod", "users-prod", "order-prod", "bbws-orders-sit", "x", ""])
keys = st.sampled_from([*BUCKET.templates, "email/wellcome.html", "email/", "email/x"])
tags = st.dictionaries(
    st.sampled_from(["Environment", "environment", "ENVIRONMENT", "Owner", "owner", "Project"]),
    st.sampled_from(["", " ", "prod", "bbws"]),
)
lifecycle_rules = st.lists(st.builds(
    LifecycleRule, st.sampled_from(["", "a", "b"]), st.booleans(), st.booleans(),
    st.dictionaries(st.sampled_from(["STANDARD_IA", "GLACIER", "DEEP_ARCHIVE"]),
            st.sampled_from([0, 29, 30, 90])),
    st.sampled_from([None, 0, 364, 365, 366]), st.sampled_from([None, 0, 29, 30, 31]),
), max_size=4)  # fmt: skip
replication_rules = st.lists(st.builds(
    ReplicationRule, st.sampled_from(["", "a"]), st.booleans(), st.booleans(),
            st.sampled_from(["bbws-orders-sit-dr", "b", "a"]),
    st.booleans(), st.booleans(),
), max_size=4)  # fmt: skip
grants = st.lists(
    st.builds(Grant, st.sampled_from([*s3.GROUPS, "", "79a59df9"]), st.sampled_from(["READ", "WRITE", ""])), max_size=5
)
ages = st.integers(0, 400).map(lambda hours: NOW - timedelta(hours=hours))
recovery_points = st.lists(
    st.builds(RecoveryPoint, st.sampled_from(["COMPLETED", "PARTIAL", "EXPIRED", ""]), ages), max_size=5
)  # fmt: skip
backup_rules = st.lists(st.builds(
    BackupRule, st.just("plan"), st.just("rule"), st.sampled_from([VAULT, "a", "b"]),
    st.sampled_from(["rate(1 hour)", "rate(0 hours)", "cron(0 * * * ? *)", "cron(0 5 ? * * *)", "cron()", "rate(x)"]),
            days,
    st.lists(st.sampled_from([(f"arn:aws:backup:eu-west-1:093646564004:backup-vault:{VAULT}", None), ("", 1)]),
            max_size=2).map(tuple),
), max_size=4)  # fmt: skip


@st.composite
def shuffled(draw: st.DrawFn, elements: st.SearchStrategy[list[Any]]) -> tuple[list[Any], list[Any]]:
    """The same elements in two orders."""
    first = draw(elements)
    return first, draw(st.permutations(first))


def orders(mapping: Mapping[str, Any], order: list[str]) -> dict[str, Any]:
    return {key: mapping[key] for key in order}


# ---------------------------------------------------------------------------------------------- order


@given(both=shuffled(lifecycle_rules), expiration=st.none() | st.just(365))
def test_order_of_lifecycle_rules(both: tuple[list[Any], list[Any]], expiration: int | None) -> None:
    bucket = replace(BUCKET, lifecycle=Lifecycle(STANDARD_IA=30, GLACIER=90, expiration=expiration))
    one, other = both
    assert told(list(s3.lifecycle(bucket, one))) == told(list(s3.lifecycle(bucket, other)))
    for kept in (one, other):
        restorable = list(s3.restorable(bucket, KeptVersions("Enabled", tuple(kept)), days=30))
        versions = told(list(s3.noncurrent_versions_kept(bucket, other, days=30)))
        assert told(restorable) == versions | told(list(s3.versioning(bucket, "Enabled")))


@given(both=shuffled(replication_rules))
def test_order_of_replication_rules(both: tuple[list[Any], list[Any]]) -> None:
    one, other = (told(list(s3.replication(REPLICATION, rules))) for rules in both)
    assert one == other


@given(both=shuffled(grants))
def test_order_of_grants(both: tuple[list[Any], list[Any]]) -> None:
    one, other = both
    found = told(list(s3.no_public_acl(BUCKET, one)))
    assert found == told(list(s3.no_public_acl(BUCKET, other)))
    assert passes(found) is not any(grant.grantee in s3.GROUPS for grant in one)


@given(both=shuffled(st.lists(keys, unique=True)))
def test_order_of_template_keys(both: tuple[list[Any], list[Any]]) -> None:
    one, other = both
    found = told(list(s3.template_keys(BUCKET, one)))
    assert found == told(list(s3.template_keys(BUCKET, other)))
    assert passes(found) is (set(one) == set(BUCKET.templates))


@given(carried=tags, data=st.data())
def test_order_of_tags(carried: dict[str, str], data: st.DataObject) -> None:
    other = orders(carried, data.draw(st.permutations(list(carried))))
    found = told(list(dynamodb.required_tags(TABLE, carried, **REQUIRED)))
    assert found == told(list(dynamodb.required_tags(TABLE, other, **REQUIRED)))
    assert passes(found) is (carried.get("Environment") == "prod" and bool(carried.get("Owner", "").strip()))


@given(both=shuffled(st.lists(names, unique=True)))
def test_order_of_names(both: tuple[list[Any], list[Any]]) -> None:
    one, other = both
    for status in (None, "ACTIVE"):
        assert told(list(dynamodb.table_active(TABLE, status, one))) == told(list(dynamodb.table_active(TABLE, status, other)))
    assert told(list(dynamodb.name_available(TABLE, one))) == told(list(dynamodb.name_available(TABLE, other)))
    assert told(list(s3.name_available(BUCKET, True, one))) == told(list(s3.name_available(BUCKET, True, other)))
    assert told(list(s3.bucket_exists(BUCKET, None, one))) == told(list(s3.bucket_exists(BUCKET, None, other)))
    standing, again = ({name: {"Project": "bbws"} for name in each} for each in both)
    tables = told(list(dynamodb.no_undeclared_table(naming(), standing)))
    assert tables == told(list(dynamodb.no_undeclared_table(naming(), again)))
    buckets = told(list(s3.no_undeclared_bucket(bucket_naming(), standing)))
    assert buckets == told(list(s3.no_undeclared_bucket(bucket_naming(), again)))
    assert len(problems(tables)) == len(problems(buckets)) == len(one)


@given(data=st.data(), there=st.sets(st.sampled_from(["OrdersByStatus", "OrdersByDate", "OrderByDate", "X"])))
def test_order_of_indexes(data: st.DataObject, there: set[str]) -> None:
    known = {index.name: (index.schema, "ACTIVE") for index in TABLE.indexes}
    found = {name: known.get(name, (TABLE.indexes[0].schema, "ACTIVE")) for name in sorted(there)}
    other = orders(found, data.draw(st.permutations(list(found))))
    one = told(list(dynamodb.indexes(TABLE, description(indexes=found))))
    assert one == told(list(dynamodb.indexes(TABLE, description(indexes=other))))
    assert passes(one) is (there == set(known))


@given(both=shuffled(recovery_points), hours=st.integers(1, 48))
def test_order_of_recovery_points(both: tuple[list[Any], list[Any]], hours: int) -> None:
    one, other = (RecoveryPoints(VAULT, True, tuple(points), NOW) for points in both)
    found = told(list(dynamodb.recovery_point(TABLE, one, max_age_hours=hours)))
    assert found == told(list(dynamodb.recovery_point(TABLE, other, max_age_hours=hours)))
    recent = [p for p in one.points if p.status == "COMPLETED" and NOW - p.created <= timedelta(hours=hours)]
    assert passes(found) is bool(recent)


@given(both=shuffled(recovery_points))
def test_order_of_what_can_be_restored(both: tuple[list[Any], list[Any]]) -> None:
    off = backups(status="DISABLED", days=None, earliest=None, latest=None)
    limits = {"fresh_minutes": 15, "max_age_hours": 2}
    facts = [Restorable(off, RecoveryPoints(VAULT, True, tuple(points), NOW)) for points in both]
    one, other = (told(list(dynamodb.restorable(TABLE, each, **limits))) for each in facts)
    assert one == other


@given(both=shuffled(backup_rules), retention=st.integers(1, 40), copied=recovery_points)
def test_order_of_backup_rules(both: tuple[list[Any], list[Any]], retention: int, copied: list[RecoveryPoint]) -> None:
    one, other = both
    found = told(list(dynamodb.backup_plan(TABLE, one, retention_days=retention)))
    assert found == told(list(dynamodb.backup_plan(TABLE, other, retention_days=retention)))
    hourly = ("rate(1 hour)", "cron(0 * * * ? *)")
    fit = [
        rule for rule in one if rule.vault == VAULT and rule.schedule in hourly
        and (rule.retention_days is None or rule.retention_days >= retention)
    ]  # fmt: skip
    assert passes(found) is bool(fit)
    copies = RecoveryPoints(VAULT, True, tuple(copied), NOW)
    limits = {"max_age_hours": 2, "retention_days": retention}
    assert told(list(dynamodb.backup_copy(REPLICA, BackupCopies(tuple(one), copies), **limits))) == told(
        list(dynamodb.backup_copy(REPLICA, BackupCopies(tuple(other), copies), **limits))
    )


@given(both=shuffled(st.lists(st.floats(0.1, 5000), max_size=5)))
def test_order_of_measurements(both: tuple[list[Any], list[Any]]) -> None:
    one, other = both
    hour = timedelta(hours=1)
    of_tables = [list(dynamodb.replication_latency(REPLICA, ReplicationLatency(tuple(each), hour), limit_ms=1000)) for each in both]
    assert told(of_tables[0]) == told(of_tables[1])
    assert passes(of_tables[0]) is (bool(one) and all(value < 1000 for value in one))
    of_buckets = [
        list(s3.replication_latency(REPLICATION, ReplicationProgress({"to-dr": tuple(each)}, (), hour), limit_minutes=15))
        for each in both
    ]
    assert told(of_buckets[0]) == told(of_buckets[1])
    assert passes(of_buckets[0]) is (bool(other) and all(value <= 900 for value in other))


# ---------------------------------------------------------------------------------------------- no unearned pass


@given(rules=lifecycle_rules)
def test_a_lifecycle_passes_only_with_each_declared_number_in_force(rules: list[LifecycleRule]) -> None:
    if passes(list(s3.lifecycle(BUCKET, rules))):
        in_force = [rule for rule in rules if rule.enabled and rule.whole_bucket]
        assert any(rule.transitions.get("STANDARD_IA") == 30 for rule in in_force)
        assert any(rule.transitions.get("GLACIER") == 90 for rule in in_force)
        assert {rule.expiration_days for rule in in_force} - {None} == {365}
        enabled = [rule for rule in rules if rule.enabled]
        assert not [rule for rule in enabled if rule.expiration_days is not None and rule.expiration_days < 365]
        assert not [rule for rule in enabled if rule.transitions.keys() - {"STANDARD_IA", "GLACIER"}]


@given(rules=lifecycle_rules, limit=st.integers(1, 40))
def test_noncurrent_versions_pass_unless_a_rule_in_force_destroys_them(rules: list[LifecycleRule], limit: int) -> None:
    kept = [limit if rule.noncurrent_days is None else rule.noncurrent_days for rule in rules if rule.enabled]
    assert passes(list(s3.noncurrent_versions_kept(BUCKET, rules, days=limit))) is all(each >= limit for each in kept)


@given(rules=replication_rules)
def test_a_replication_passes_only_with_a_whole_rule(rules: list[ReplicationRule]) -> None:
    enabled = [rule for rule in rules if rule.enabled and rule.destination == "bbws-orders-sit-dr"]
    whole = [rule.priority for rule in enabled if rule.whole_bucket]
    followed = [rule for rule in enabled if whole and rule.priority >= max(whole)]
    good = bool(whole) and all(rule.delete_markers and rule.kms_objects for rule in followed)
    assert passes(list(s3.replication(REPLICATION, rules))) is good


flag_sets = st.none() | st.dictionaries(st.sampled_from(s3.FLAGS), st.sampled_from([True, False, None, "true", 1]))


@given(bucket=flag_sets, account_wide=flag_sets)
def test_public_access_is_blocked_only_when_every_flag_is_true_somewhere(bucket: Any, account_wide: Any) -> None:
    blocked = all((bucket or {}).get(flag) is True or (account_wide or {}).get(flag) is True for flag in s3.FLAGS)
    assert passes(list(s3.public_access_block(BUCKET, PublicAccessBlock(bucket, account_wide)))) is blocked


moments = st.none() | st.integers(-90, 60 * 24 * 50).map(lambda minutes: NOW - timedelta(minutes=minutes))


@given(
    status=st.sampled_from(["ENABLED", "ENABLED", "ENABLED", "DISABLED", "ENABLING", "", "enabled"]), period=days,
    earliest=moments, latest=moments, age=st.integers(0, 60 * 24 * 100), limit=st.integers(1, 35),
            fresh=st.integers(1, 60),
)  # fmt: skip
def test_point_in_time_recovery_passes_only_on_a_fresh_window_of_the_required_length(
    status: str, period: int | None, earliest: Any, latest: Any, age: int, limit: int, fresh: int
) -> None:
    facts = backups(status=status, days=period, earliest=earliest, latest=latest, created=NOW - timedelta(minutes=age))
    found = list(dynamodb.point_in_time_recovery(TABLE, facts, days=limit, fresh_minutes=fresh))
    if status != "ENABLED" or period is None or earliest is None or latest is None:
        assert not passes(found)
        return
    hour, reach = timedelta(hours=1), NOW - earliest
    reset = reach < timedelta(days=limit) - hour and reach < timedelta(minutes=age) - hour
    ahead = max(latest, earliest) - NOW > timedelta(minutes=5)
    good = period >= limit and not ahead and NOW - latest <= timedelta(minutes=fresh) and not reset
    assert passes(found) is good


@given(minutes=st.lists(st.integers(0, 1440), min_size=2, max_size=2))
def test_point_in_time_recovery_with_an_empty_window_restores_nothing(minutes: list[int]) -> None:
    """A window that ends before it begins holds no time to restore to."""
    ends, begins = (NOW - timedelta(minutes=minute) for minute in sorted(minutes, reverse=True))
    young = backups(earliest=begins, latest=ends, created=NOW - timedelta(hours=1))
    found = list(
        dynamodb.restorable(TABLE, Restorable(young, RecoveryPoints(VAULT, True, (), NOW)), fresh_minutes=2000, max_age_hours=2)
    )
    assert not passes(found)


words = st.sampled_from([
    "ACTIVE", "PAY_PER_REQUEST", "Enabled", "aws:kms", "opted-in", "opt-in-not-required", PROD.name, "active",
            "enabled", "ENABLED",
    "Active", " ACTIVE", "Suspended", "not-opted-in", "AES256", "UPDATING", "", None,
])  # fmt: skip


@given(status=words | st.text(max_size=10))
def test_only_the_documented_words_are_good(status: str | None) -> None:
    assert passes(list(dynamodb.table_active(TABLE, status, [TABLE.name]))) is (status == "ACTIVE")
    assert passes(list(dynamodb.on_demand(TABLE, description(billing_mode=status)))) is (status == "PAY_PER_REQUEST")
    assert passes(list(s3.versioning(BUCKET, status or ""))) is (status == "Enabled")
    assert passes(list(s3.encryption(BUCKET, BucketEncryption(status or "")))) is (status == "aws:kms")
    enabled = status in ("opted-in", "opt-in-not-required")
    assert passes(list(account.region_enabled(REGION, status))) is enabled
    assert passes(list(account.identity(*caller(status or "")))) is (status == PROD.name)
    key = KeyDescription("arn", status or "", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", None, "CUSTOMER")
    assert passes(list(account.key_usable(KEY, key))) is (status == "Enabled")
    assert passes(list(s3.encryption(BUCKET, BucketEncryption("aws:kms", "alias/x", key)))) is (status == "Enabled")
    replicas = {} if status is None else {REPLICA.region: status}
    assert passes(list(dynamodb.replica_active(REPLICA, replicas))) is (status == "ACTIVE")


@given(status=st.integers(100, 599))
def test_only_a_refusal_is_a_refusal(status: int) -> None:
    assert passes(list(s3.anonymous_refused(BUCKET, status))) is (status in (401, 403))


# ---------------------------------------------------------------------------------------------- policies

ARN = f"arn:aws:s3:::{BUCKET.name}"
texts = st.sampled_from(["*", "s3:*", "s3:Get*", "", "arn:aws:iam::815856636111:root"])


def one_or_list(elements: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return elements | st.lists(elements, max_size=3)


resources = st.sampled_from([ARN, f"{ARN}/*", f"{ARN}*", "*", "arn:aws:s3:::*", "arn:aws:s3:::other", f"{ARN}/a/*"])
principals = st.just("*") | st.dictionaries(
    st.sampled_from(["AWS", "Service", "Federated", "CanonicalUser"]), one_or_list(texts), max_size=2
)
conditions = st.dictionaries(
    st.sampled_from(["Bool", "BoolIfExists", "bool", "StringEquals", "Null", "ForAnyValue:StringLike"]),
    st.dictionaries(
        st.sampled_from(["aws:SecureTransport", "AWS:securetransport", "aws:SourceIp"]),
        one_or_list(st.sampled_from(["false", "true", "False", False, True, 1, "10.0.0.0/8"])), max_size=2,
    ), max_size=2,
)  # fmt: skip
statements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Deny", "Deny", "Deny", "Allow"])},
    optional={
        "Sid": st.just("s"), "Principal": principals, "NotPrincipal": principals, "Action": one_or_list(texts),
        "NotAction": one_or_list(texts), "Resource": one_or_list(resources), "NotResource": one_or_list(resources),
        "Condition": conditions | st.just({"Bool": {"aws:SecureTransport": "false"}}),
    },
)  # fmt: skip
near_misses = st.fixed_dictionaries({
    "Effect": st.sampled_from(["Deny", "Deny", "Deny", "Allow"]),
    "Principal": st.sampled_from(["*", "*", {"AWS": "*"}, {"AWS": ["*"]}, {"Service": "*"}]),
    "Action": st.sampled_from(["s3:*", "*", ["s3:Get*", "s3:*"], "s3:Get*"]),
    "Resource": one_or_list(resources),
    "Condition": st.sampled_from([
        {"Bool": {"aws:SecureTransport": "false"}}, {"Bool": {"aws:SecureTransport": [False]}}, {},
        {"Bool": {"aws:SecureTransport": "true"}},
                {"Bool": {"aws:SecureTransport": "false"}, "Null": {"aws:SourceIp": "true"}},
    ]),
})  # fmt: skip


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def denies_plain_http(statement: Mapping[str, Any], resource: str) -> bool:
    """Whether IAM denies every plain HTTP request for the resource because of this statement alone: a second opinion.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    if statement["Effect"] != "Deny" or len(statement.get("Condition", {})) != 1:
        return False
    principal = statement.get("Principal", {})
    if not (principal == "*" or "*" in listed(principal.get("AWS", []))):
        return False
    if not {"*", "s3:*"}.intersection(listed(statement.get("Action", []))):
        return False
    ((operator, tests),) = statement["Condition"].items()
    if operator.lower() not in ("bool", "boolifexists") or [key.lower() for key in tests] != ["aws:securetransport"]:
        return False
    values = [str(value).lower() for each in tests.values() for value in listed(each)]
    if not values or set(values) != {"false"}:
        return False
    everything = {resource, f"{ARN}*", "*", "arn:aws:s3:::*"}
    return bool(everything.intersection(listed(statement.get("Resource", []))))


@settings(max_examples=300)
@given(statement=one_or_list(statements | near_misses), more=st.booleans())
def test_plain_http_is_denied_only_where_a_statement_denies_it(statement: Any, more: bool) -> None:
    policy = {"Statement": statement, **({"Version": "2012-10-17", "Id": "x"} if more else {})}
    denied = [any(denies_plain_http(each, resource) for each in listed(statement)) for resource in (ARN, f"{ARN}/*")]
    found = list(s3.https_only(BUCKET, policy))
    assert len(problems(found)) == denied.count(False)
    assert passes(found) is all(denied)


@given(public=st.booleans(), statement=st.none() | one_or_list(statements))
def test_s3_alone_says_whether_a_policy_is_public(public: bool, statement: Any) -> None:
    policy = None if statement is None else {"Statement": statement}
    found = list(s3.no_public_policy(BUCKET, public, policy))
    assert passes(found) is not public
    assert len(told(found)) >= 1


# What a statement may say of the delivery of a log, and whether it is then about it: yes, no, or not understood.
KEYS = "arn:aws:s3:::bbws-logs-sit/logs/bbws-orders-sit/"
by = st.sampled_from([
    (SERVICE, True), ({"Service": ["a", "logging.s3.amazonaws.com"]}, True), ("*", True), ({"AWS": ["*"]}, True),
    ({"AWS": "arn:aws:iam::815856636111:root"}, False), ({"Service": "a"}, False),
])  # fmt: skip
doing = st.sampled_from([
    ("s3:PutObject", True), ("S3:putobject", True), ("s3:*", True), (["s3:Get*", "*"], True), ("s3:PutObjectAcl", False),
    ([], False),
])  # fmt: skip
on = st.sampled_from([
    (f"{KEYS}*", "all"), ("*", "all"), (["a", "arn:aws:s3:::bbws-logs-*/*"], "all"), (f"{KEYS}2026*", "some"),
    (f"{KEYS}????-*", "some"), ("arn:aws:s3:::bbws-logs-sit", "none"), ("arn:aws:s3:::bbws-logs-sit/logs/a/*", "none"),
])  # fmt: skip
if_ = st.sampled_from([
    ({}, True), (OF_ACCOUNT, True), (arn_like("bbws-*"), True), ({**OF_ACCOUNT, **arn_like("bbws-orders-sit")}, True),
    (arn_like("b"), False), ({**SIGNED, **arn_like("b")}, False), ({"Bool": {"aws:SecureTransport": "false"}}, False),
    (SIGNED, None), ({**SIGNED, **OF_ACCOUNT}, None), ({"ForAnyValue:StringEquals": {"aws:SourceAccount": "1"}}, None),
])  # fmt: skip
sayings = st.lists(st.tuples(st.sampled_from(["Allow", "Allow", "Deny"]), by, doing, on, if_), max_size=4)


@settings(max_examples=300)
@given(both=shuffled(sayings))
def test_a_log_is_delivered_only_where_it_is_surely_allowed_and_surely_not_denied(both: tuple[list[Any], list[Any]]) -> None:
    found = []
    for each in both:
        policy = {"Statement": [
            {"Effect": effect, "Principal": by, "Action": action, "Resource": resource, "Condition": condition}
            for effect, (by, _), (action, _), (resource, _), (condition, _) in each
        ]}  # fmt: skip
        found.append(list(s3.log_delivery(TARGET, policy, *delivery()[2:])))
    about = [
        (effect, holds) for effect, (_, by), (_, action), (_, keys), (_, holds) in both[0]
        if by and action and keys in (("all",) if effect == "Allow" else ("all", "some"))
    ]  # fmt: skip
    allowed, denied = ({holds for effect, holds in about if effect == which} for which in ("Allow", "Deny"))
    if True in denied or not allowed - {False}:
        expected = Problem
    elif True not in allowed or None in denied:
        expected = Undecided
    else:
        expected = Seen
    assert [type(findings[-1]) for findings in found] == [expected, expected]


# ---------------------------------------------------------------------------------------------- documents

pieces = st.sampled_from([
    b"<html", b">", b"</html>", b"<body>", b"</body>", b"<p", b"</p>", b"<table>", b"<tr>", b"</b>", b"<svg>",
            b"<math>", b"<!--",
    b"-->", b"<![CDATA[", b"]]>", b"&#x0;", b"&#xFFFFFF;", b"&amp", b"\x00", b"\xff", b"\xc3\xa9", b"<frameset>",
            b"<select>",
    b"<template>", b"<script>", b"</script>", b"<title>", b" a=\"", b"<!doctype html>", b"<form>", b"<a>", b"<br/>",
            b"\r\n", b"text",
])  # fmt: skip


@settings(max_examples=250)
@given(body=st.binary(max_size=200) | st.lists(pieces, max_size=25).map(b"".join), wrap=st.booleans())
def test_any_bytes_get_a_verdict_and_only_a_whole_document_passes(body: bytes, wrap: bool) -> None:
    whole = b"<html><head></head><body>" + body + b"</body></html>" if wrap else body
    if passes(list(s3.template_document(WELCOME, Document("text/html", whole)))):
        text = whole.decode("utf-8-sig").lower()
        assert "<html" in text
        assert "</html>" in text


@given(content_type=st.text(max_size=20))
def test_only_html_is_served_as_html(content_type: str) -> None:
    served = content_type.split(";", maxsplit=1)[0].strip().lower() == "text/html"
    assert passes(list(s3.template_document(WELCOME, Document(content_type, HTML.encode())))) is served


@given(cut=st.integers(0, len(HTML) - 1))
def test_a_document_that_is_cut_off_never_passes(cut: int) -> None:
    assert not passes(list(s3.template_document(WELCOME, Document("text/html", HTML[:cut].encode()))))
