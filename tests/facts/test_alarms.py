"""Alarms, topics and mute rules made of answers that AWS could give and the simulated estate does not: what is understood."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CannotLook
from fixtures.declared.alarms import Alarm, RequestMetrics
from fixtures.declared.inventory import load
from fixtures.facts.alarms import MuteRule, Narrowing, Series
from tests.facts.reader import NOW, read

DECLARED = {alarm.id: alarm for alarm in load("prod").of(Alarm)}
ERRORS, LAG = DECLARED["04-user-errors"], DECLARED["05-replication-lag-bbws-orders-prod"]
HITS = DECLARED["06-cache-hits-kimmyai.io"]
TOPIC = f"arn:aws:sns:{ERRORS.region}:{ERRORS.account}:alarms"
KEY = f"arn:aws:kms:{ERRORS.region}:{ERRORS.account}:key/1"
BASE = {
    "AlarmName": "errors",
    "AlarmArn": f"arn:aws:cloudwatch:{ERRORS.region}:{ERRORS.account}:alarm:errors",
    "ActionsEnabled": True,
    "AlarmActions": [TOPIC],
    "StateValue": "OK",
    "StateUpdatedTimestamp": NOW,
    "EvaluationPeriods": 3,
    "Threshold": 10.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
SINGLE = {"Namespace": "AWS/DynamoDB", "MetricName": "UserErrors", "Dimensions": [], "Statistic": "Sum", "Period": 60}
STAT = {"Metric": {"Namespace": "AWS/DynamoDB", "MetricName": "UserErrors"}, "Period": 60, "Stat": "Sum"}
COMPOSITE = {
    **{name: BASE[name] for name in ("AlarmArn", "ActionsEnabled", "AlarmActions", "StateValue")},
    "AlarmName": "all",
    "AlarmRule": "TRUE",
}
LISTING = [{"DistributionList": {"IsTruncated": False, "Quantity": 0}}]


def watching(*alarms: dict[str, Any], of: Alarm = ERRORS, **other: Any) -> Any:
    return read("watching", of, DescribeAlarms=[{"MetricAlarms": list(alarms), **other}])


# ---------------------------------------------------------------------------------------------- which there are


def test_an_alarm_of_years_ago_says_less() -> None:
    (found,) = watching({**BASE, **SINGLE}).alarms
    assert (found.datapoints, found.missing, found.since, found.compared, found.region) == (3, "missing", NOW, "m", ERRORS.region)
    assert found.series == {"m": Series("AWS/DynamoDB", "UserErrors", frozenset(), "Sum", 60, "", "")}


def test_metric_math_is_looked_through() -> None:
    queries = [{"Id": "e", "Expression": "m*1"}, {"Id": "m", "MetricStat": STAT, "ReturnData": False, "AccountId": "999999999999"}]
    (found,) = watching({**BASE, "Metrics": queries}).alarms
    assert (found.compared, found.expressions, found.series["m"].account) == ("e", {"e": "m*1"}, "999999999999")


def test_of_several_that_return_data_none_is_compared_but_with_a_band() -> None:
    queries = [{"Id": "m", "MetricStat": STAT}, {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m)"}]
    (found,) = watching({**BASE, "Metrics": queries}).alarms
    assert found.compared == ""
    banded = {name: value for name, value in BASE.items() if name != "Threshold"}
    (found,) = watching({**banded, "Metrics": queries, "ThresholdMetricId": "band"}).alarms
    assert (found.compared, found.threshold) == ("m", None)


def test_alarms_of_other_metrics_are_left_out_and_queries_are_told() -> None:
    insights = {**BASE, "AlarmName": "insights", "Metrics": [{"Id": "q", "Expression": "SELECT SUM(UserErrors) FROM x"}]}
    promql = {**BASE, "AlarmName": "promql", "EvaluationCriteria": {"PromQLCriteria": {"Query": "sum(UserErrors)"}}}
    others = {"Namespace": "AWS/EC2", "MetricName": "UserErrors"}
    found = watching(insights, promql, others, LogAlarms=[{"AlarmName": "logs"}], CompositeAlarms=[COMPOSITE])
    assert found.alarms == ()
    assert found.queries == {"insights": "SELECT SUM(UserErrors) FROM x", "promql": "sum(UserErrors)"}
    assert [(each.name, each.state) for each in found.composites] == [("all", "OK")]


@pytest.mark.parametrize("member", [*BASE, *SINGLE])
def test_an_alarm_that_is_not_described(member: str) -> None:
    alarm = {name: value for name, value in {**BASE, **SINGLE}.items() if name != member}
    if member in ("Namespace", "MetricName"):  # then it is one of another metric
        assert watching(alarm).alarms == ()
        return
    with pytest.raises(CannotLook, match=f"lacks {member}"):
        watching(alarm)


def test_a_composite_alarm_that_is_not_described() -> None:
    with pytest.raises(CannotLook, match="lacks StateValue"):
        watching(CompositeAlarms=[{name: value for name, value in COMPOSITE.items() if name != "StateValue"}])


def test_no_list_of_alarms_is_no_answer() -> None:
    with pytest.raises(CannotLook, match="lacks MetricAlarms"):
        read("watching", ERRORS, DescribeAlarms=[{}])
    assert watching().alarms == ()


# ---------------------------------------------------------------------------------------------- what only looking tells


def rule(**changes: Any) -> dict[str, Any]:
    destination = {"Bucket": "arn:aws:s3:::bbws-orders-prod-dr", "Metrics": {"Status": "Enabled"}}
    return {"ID": "to-dr", "Status": "Enabled", "Destination": destination, **changes}


def replicating(*rules: dict[str, Any]) -> Any:
    answer = {"ReplicationConfiguration": {"Rules": list(rules)}}
    return read("watching", LAG, DescribeAlarms=[{"MetricAlarms": []}], GetBucketReplication=answer)


def test_the_rule_that_publishes_is_the_one_to_watch() -> None:
    (way,) = replicating(rule(), rule(ID="off", Status="Disabled")).ways
    assert [dict(each)["RuleId"] for each in way.dimensions] == ["to-dr"]


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [rule(Status="Disabled")],
        [rule(Destination={"Bucket": "arn:aws:s3:::another", "Metrics": {"Status": "Enabled"}})],
        [rule(Destination={"Bucket": "arn:aws:s3:::bbws-orders-prod-dr"})],
        [rule(Destination={"Bucket": "arn:aws:s3:::bbws-orders-prod-dr", "Metrics": {"Status": "Disabled"}})],
    ],
    ids=["none", "disabled", "elsewhere", "no metrics", "metrics off"],
)
def test_without_a_rule_that_publishes_there_is_nothing_to_watch(rules: list[dict[str, Any]]) -> None:
    found = replicating(*rules)
    assert (found.ways, found.unknown) == ((), ("no enabled rule to bbws-orders-prod-dr publishes replication metrics",))


def test_without_replication_there_is_nothing_to_watch() -> None:
    none = "ReplicationConfigurationNotFoundError"
    assert read("watching", LAG, DescribeAlarms=[{"MetricAlarms": []}], GetBucketReplication=none).ways == ()


def test_a_distribution_that_is_not_there() -> None:
    with pytest.raises(Absent, match="does not exist as one distribution"):
        read("watching", HITS, DescribeAlarms=[{"MetricAlarms": []}], ListDistributions=LISTING)


# ---------------------------------------------------------------------------------------------- whom they tell


def topic(*, actions: list[str] | None = None, key: dict[str, Any] | str | None = None, **changes: Any) -> Any:
    attributes = {"Policy": '{"Statement": []}', "SubscriptionsConfirmed": "1", "SubscriptionsPending": "2", **changes}
    attributes = {name: value for name, value in attributes.items() if value is not None}
    alarm = {**BASE, **SINGLE, "AlarmActions": [TOPIC] if actions is None else actions}
    described = {"Arn": KEY, "KeyState": "Enabled", "KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "SYMMETRIC_DEFAULT"}
    answer = key if isinstance(key, str) else {"KeyMetadata": {**described, **(key or {})}}
    return read(
        "alarm_topics", ERRORS, DescribeAlarms=[{"MetricAlarms": [alarm]}], GetTopicAttributes={"Attributes": attributes},
        DescribeKey=answer, GetKeyPolicy={"Policy": json.dumps({"Statement": [{"Sid": "s"}]})},
    )  # fmt: skip


def test_a_topic_without_a_key() -> None:
    found = topic()[TOPIC]
    assert (found.confirmed, found.pending, found.key, found.key_described, found.key_policy) == (1, 2, "", None, None)


def test_a_topic_under_a_key() -> None:
    found = topic(KmsMasterKeyId="alias/alarms", key={"KeyManager": "CUSTOMER"})[TOPIC]
    assert (found.key, found.key_described.arn, found.key_policy) == ("alias/alarms", KEY, {"Statement": [{"Sid": "s"}]})
    assert topic(KmsMasterKeyId="alias/aws/sns", key={"KeyManager": "AWS"})[TOPIC].key_policy is None
    assert topic(KmsMasterKeyId="alias/gone", key="NotFoundException")[TOPIC].key_described is None


def test_what_is_not_the_accounts_own_is_not_looked_at() -> None:
    others = TOPIC.replace(ERRORS.account, "999999999999")
    assert topic(actions=[others, f"arn:aws:lambda:{ERRORS.region}:{ERRORS.account}:function:page"]) == {}
    found = topic(KmsMasterKeyId=KEY.replace(ERRORS.account, "999999999999"))[TOPIC]
    assert (found.key_described, found.key_policy) == (None, None)


@pytest.mark.parametrize("code", ["NotFound", "NotFoundException"])
def test_a_topic_that_does_not_exist(code: str) -> None:
    alarms = [{"MetricAlarms": [{**BASE, **SINGLE}]}]
    assert read("alarm_topics", ERRORS, DescribeAlarms=alarms, GetTopicAttributes=code) == {TOPIC: None}


@pytest.mark.parametrize("member", ["Policy", "SubscriptionsConfirmed", "SubscriptionsPending"])
def test_a_topic_that_is_not_described(member: str) -> None:
    with pytest.raises(CannotLook, match=f"lacks {member}"):
        topic(**{member: None})


def test_the_topics_of_the_alarms_that_contain_it_are_looked_at() -> None:
    outer, inner = {**COMPOSITE, "AlarmName": "outer", "AlarmRule": "ALARM(inner)"}, {**COMPOSITE, "AlarmName": "inner"}
    inner |= {"AlarmRule": "ALARM(errors)", "AlarmActions": []}
    theirs = {**COMPOSITE, "AlarmName": "theirs", "AlarmRule": "ALARM(x)", "AlarmActions": [f"{TOPIC}-of-others"]}
    page = {"MetricAlarms": [{**BASE, **SINGLE, "AlarmActions": []}], "CompositeAlarms": [theirs, outer, inner]}
    assert read("alarm_topics", ERRORS, DescribeAlarms=[page], GetTopicAttributes="NotFound") == {TOPIC: None}


# ---------------------------------------------------------------------------------------------- what keeps them silent


def rules(status: str, described: Any) -> Any:
    summary = {"AlarmMuteRuleArn": f"arn:aws:cloudwatch:{ERRORS.region}:{ERRORS.account}:alarm-mute-rule:night", "Status": status}
    return read("mute_rules", ERRORS, ListAlarmMuteRules=[{"AlarmMuteRuleSummaries": [summary]}], GetAlarmMuteRule=described)


def test_mute_rules() -> None:
    described = {"Status": "ACTIVE", "MuteTargets": {"AlarmNames": ["errors"]}}
    assert rules("ACTIVE", described) == (MuteRule("night", "ACTIVE", ERRORS.region, frozenset({"errors"})),)
    assert rules("SCHEDULED", {"Status": "SCHEDULED"}) == (MuteRule("night", "SCHEDULED", ERRORS.region, frozenset()),)
    assert rules("EXPIRED", described) == ()
    assert rules("ACTIVE", "ResourceNotFoundException") == ()  # deleted since it was listed


@pytest.mark.parametrize("described", [{}, {"Status": "ACTIVE", "MuteTargets": {"Other": []}}])
def test_a_mute_rule_that_is_not_described(described: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match="lacks"):
        rules("ACTIVE", described)


# ---------------------------------------------------------------------------------------------- what must be switched on

REQUESTS = load("prod").of(RequestMetrics)[0]


def test_request_metrics() -> None:
    def found(answer: Any) -> Any:
        return read("request_metrics_narrowing", REQUESTS, GetBucketMetricsConfiguration=answer)

    assert found("NoSuchConfiguration") is None
    assert found({"MetricsConfiguration": {"Id": "EntireBucket"}}) == Narrowing("")
    assert found({"MetricsConfiguration": {"Id": "EntireBucket", "Filter": {"Prefix": "a/"}}}) == Narrowing("Prefix a/")
    for other in ({}, {"MetricsConfiguration": {}}, {"MetricsConfiguration": {"Id": "Other"}}):
        with pytest.raises(CannotLook):
            found(other)
