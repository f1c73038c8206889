"""The checks of alarms: what watches as strictly as declared, and whether somebody would be told."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from checks import Observation, Problem, Seen, Undecided, alarms
from fixtures.declared.alarms import Alarm, RequestMetrics, Way
from fixtures.declared.cloudfront import Distribution
from fixtures.declared.s3 import Bucket
from fixtures.facts.account import KeyDescription
from fixtures.facts.alarms import CompositeAlarm, MetricAlarm, MuteRule, Narrowing, Series, Topic, Watching
from tests.checks.examples import Example, judged

ACCOUNT, REGION = "815856636111", "eu-west-1"
BORN = datetime(2026, 1, 10, 9, 30, tzinfo=UTC)
SINCE = "since 2026-01-10 09:30 UTC, last updated 2026-01-10 09:30 UTC"
ORDERS, OTHERS = frozenset({("TableName", "orders-sit")}), frozenset({("TableName", "orders-dev")})
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
SINGLE = Way("AWS/DynamoDB", ("Throttles",), (), (ORDERS,), "Sum", "Count", (REGION,))
DECLARED = Alarm(
    "throttles", REGION, "04", ACCOUNT, about=None, ways=(SINGLE,), above=True, threshold=10, per_minutes=1, within_minutes=15,
    missing="", topics=(),
)  # fmt: skip
RATIO = Way("AWS/Lambda", ("Errors",), ("Invocations",), (ORDERS,), "Sum", "Count", (REGION,))
PERCENT = replace(DECLARED, ways=(RATIO,), threshold=0.5, per_minutes=0)
LATENCY = replace(DECLARED, ways=(replace(SINGLE, statistic="p95", unit="Milliseconds"),), threshold=2000, per_minutes=0)
HITS = replace(DECLARED, ways=(replace(SINGLE, namespace="X", statistic="Average"),), above=False, threshold=70, per_minutes=0)
BY_OPERATION = tuple(frozenset({*ORDERS, ("Operation", each)}) for each in ("Get", "Put"))
SUMMED = replace(DECLARED, ways=(replace(SINGLE, dimensions=BY_OPERATION),))
BUCKET = Bucket("bbws-orders-sit", REGION, "05", ACCOUNT, log_bucket="", log_prefix=None, lifecycle=None, templates=())
SITE = Distribution("sit.example.org", "us-east-1", "06", ACCOUNT, "site", ("sit.example.org",), BUCKET, "index.html")
REQUESTS = RequestMetrics(BUCKET.name, REGION, "05", BUCKET)

CITED = {"pre.alerts", "sit.dashboards"}


# ---------------------------------------------------------------------------------------------- facts


def series(**changes: Any) -> Series:
    return replace(Series("AWS/DynamoDB", "Throttles", ORDERS, "Sum", 60, "", ""), **changes)


def alarm(name: str = "any-name", *, of: Series | None = None, **changes: Any) -> MetricAlarm:
    good = MetricAlarm(
        name, f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}", series={"m": of or series()}, expressions={}, compared="m",
        comparison="GreaterThanThreshold", threshold=10.0, periods=1, datapoints=1, missing="notBreaching", actions_enabled=True,
        actions=(TOPIC,), state="OK", since=BORN, updated=BORN, evaluation="",
    )  # fmt: skip
    return replace(good, **changes)


def math(expression: str, each: dict[str, Series], **changes: Any) -> MetricAlarm:
    return alarm(series=each, expressions={"e": expression}, compared="e", **changes)


def composite(rule: str, **changes: Any) -> CompositeAlarm:
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:all"
    return replace(CompositeAlarm("all", arn, rule, True, (TOPIC,), "", "", "OK"), **changes)


def watching(
    *found: MetricAlarm, of: Alarm = DECLARED, composites: tuple[CompositeAlarm, ...] = (), **changes: Any
) -> tuple[Alarm, Watching]:
    return of, replace(Watching(of.ways, (), found, composites, {}), **changes)


def errors(**changes: Any) -> Series:
    return series(namespace="AWS/Lambda", metric="Errors", **changes)


def invocations(**changes: Any) -> Series:
    return series(namespace="AWS/Lambda", metric="Invocations", **changes)


# ---------------------------------------------------------------------------------------------- findings

BY_SUM = "an alarm by Sum of AWS/DynamoDB Throttles above 10 in 1 minute, or by less"
BY_RATIO = "an alarm by Sum of AWS/Lambda Errors in % of Invocations above 0.5 %, or by less"
BY_P95 = "an alarm by p95 of AWS/DynamoDB Throttles above 2,000 milliseconds, or by less"
BY_AVERAGE = "an alarm by Average of X Throttles below 70, or by less"


def seen(expected: str, observed: str) -> Seen:
    return Seen("04-throttles", expected, observed)


def bad(expected: str, observed: str) -> Problem:
    return Problem("04-throttles", expected, observed)


def told(text: str) -> Observation:
    return Observation("04-throttles", text)


def open_(reason: str) -> Undecided:
    return Undecided("04-throttles", reason)


EXISTS = alarms.exists


def watched(says: str, found: MetricAlarm, fires: str, of: Alarm = DECLARED, expected: str = BY_SUM, *more: Any) -> Example:
    return Example(EXISTS, says, watching(found, of=of), (seen(expected, f"any-name (eu-west-1) fires {fires}"), *more))


def flawed(says: str, found: MetricAlarm, flaw: str, of: Alarm = DECLARED, expected: str = BY_SUM) -> Example:
    return Example(EXISTS, says, watching(found, of=of), (bad(expected, f"any-name (eu-west-1): {flaw}"),))


def unread(says: str, found: MetricAlarm, text: str, of: Alarm = DECLARED) -> Example:
    return Example(EXISTS, says, watching(found, of=of), (open_(f"any-name: what it compares is not understood: {text}"),))


REACHED = "GreaterThanOrEqualToThreshold"
TWO = {"g": series(dimensions=BY_OPERATION[0]), "p": series(dimensions=BY_OPERATION[1])}
ANY = replace(DECLARED, threshold=0, per_minutes=0)
OWN = replace(DECLARED, ways=(replace(SINGLE, namespace="X"),))
BY_OWN = "an alarm by Sum of X Throttles above 10 in 1 minute, or by less"
BY_ANY = "an alarm by Sum of AWS/DynamoDB Throttles above 0, or by less"
PART = {"e1": errors(), "i1": invocations()}
SPOILED = {
    **PART, "i2": invocations(), "x1": series(namespace="X", metric="Invocations"), "o1": invocations(dimensions=OTHERS),
}  # fmt: skip
WITHOUT_FILL = told("any-name adds metrics without FILL: where one of them has no data, the sum has none (inferred)")

WATCHED = [
    watched("as declared", alarm(), "above 10 in 60 s"),
    watched("by less", alarm(threshold=5.0), "above 5 in 60 s"),
    watched("in proportion over a longer time", alarm(of=series(period=300), threshold=50.0), "above 50 in 300 s"),
    watched("at least one more is above", alarm(comparison=REACHED, threshold=11.0), "at or above 11 in 60 s"),
    watched("over a shorter time what is stored at high resolution", alarm(of=series(namespace="X", period=30), threshold=5.0),
            "above 5 in 30 s", OWN, BY_OWN),
    watched("its unit is named", alarm(of=series(unit="Count")), "above 10 in 60 s"),
    watched("in its own account by name", alarm(of=series(account=ACCOUNT)), "above 10 in 60 s"),
    watched("at least 1 is above 0", alarm(comparison=REACHED, threshold=1.0), "at or above 1 in 60 s", ANY, BY_ANY),
    watched("an average is above 0 as its sum is", alarm(of=series(statistic="Average"), threshold=0.0),
            "above 0 in 60 s", ANY, BY_ANY),
    watched("a higher percentile", alarm(of=series(statistic="p99"), threshold=2000.0), "above 2,000 in 60 s", LATENCY, BY_P95),
    watched("the maximum of what is to be a percentile", alarm(of=series(statistic="Maximum"), threshold=2000.0),
            "above 2,000 in 60 s", LATENCY, BY_P95),
    watched("below", alarm(of=series(namespace="X", statistic="Average"), comparison="LessThanThreshold", threshold=80.0),
            "below 80 in 60 s", HITS, BY_AVERAGE),
    watched("summed with FILL", math("FILL(g,0)+FILL(p,0)", TWO), "above 10 in 60 s", SUMMED),
    watched("summed as all metrics", math("SUM(METRICS())", TWO), "above 10 in 60 s", SUMMED),
    watched("summed without FILL", math("g+p", TWO), "above 10 in 60 s", SUMMED, BY_SUM, WITHOUT_FILL),
    watched("summed with more", math("SUM([g,p,m])", {**TWO, "m": series()}), "above 10 in 60 s", SUMMED),
    watched("a rate by the minute", math("m/PERIOD(m)*60", {"m": series(period=300)}), "above 10 in 300 s"),
    watched("a percentage", math("100*e1/i1", PART, threshold=0.5), "above 0.5 in 60 s", PERCENT, BY_RATIO),
    watched("a fraction", math("e1/i1", PART, threshold=0.005), "above 0.005 in 60 s", PERCENT, BY_RATIO),
    watched("a guarded percentage", math("IF(i1 > 0, e1/i1*100, 0)", PART, threshold=0.5), "above 0.5 in 60 s", PERCENT, BY_RATIO),
]  # fmt: skip

FLAWED = [
    flawed("by more", alarm(threshold=11.0), "fires above 11 in 60 s"),
    flawed("a time without data", alarm(of=series(period=30), threshold=5.0),
           "asks for Throttles by 30 s, for which there is none"),
    flawed("a percentage by a time without data", math("100*e1/i1", {"e1": errors(period=10), "i1": invocations(period=10)}),
           "asks for Errors by 10 s, for which there is none, asks for Invocations by 10 s, for which there is none",
           PERCENT, BY_RATIO),
    flawed("the same over a shorter time", alarm(of=series(namespace="X", period=30)), "fires above 10 in 30 s", OWN, BY_OWN),
    flawed("at least two more", alarm(comparison=REACHED, threshold=12.0), "fires at or above 12 in 60 s"),
    flawed("the other way", alarm(comparison="LessThanThreshold"), "fires by LessThanThreshold"),
    flawed("another statistic", alarm(of=series(statistic="Average")), "Average of Throttles"),
    flawed("a unit without data", alarm(of=series(unit="Percent")), "asks for Throttles in Percent, in which there is none"),
    flawed("a band", alarm(threshold=None, comparison="GreaterThanUpperThreshold"), "compared with a band, not with a threshold"),
    flawed("a lower percentile", alarm(of=series(statistic="p90"), threshold=2000.0), "p90 of Throttles", LATENCY, BY_P95),
    flawed("a trimmed mean", alarm(of=series(statistic="tm99"), threshold=2000.0), "tm99 of Throttles", LATENCY, BY_P95),
    flawed("below less", alarm(of=series(namespace="X", statistic="Average"), comparison="LessThanThreshold", threshold=60.0),
           "fires below 60 in 60 s", HITS, BY_AVERAGE),
    flawed("one of two operations", alarm(of=TWO["g"]), "leaves out Throttles Put", SUMMED),
    flawed("of two operations one twice", math("g+2*p", TWO), "weighs metrics that are to be summed", SUMMED),
    flawed("a number where a percentage is declared", alarm(of=errors(), threshold=0.5),
           "in % of Invocations expected, of nothing observed", PERCENT, BY_RATIO),
    flawed("a percentage where a number is declared", math("m/n", {"m": series(), "n": series(metric="Requests")}), "a quotient"),
    flawed("half a percentage too much", math("100*e1/i1", PART, threshold=1.0), "fires above 1 in 60 s", PERCENT, BY_RATIO),
]  # fmt: skip

NO_ALARM = bad(BY_SUM, "no alarm has such a metric")
OF_OTHERS = alarm("theirs", of=series(dimensions=OTHERS))
MISSING = [
    Example(EXISTS, "no alarm", watching(), (NO_ALARM,)),
    Example(EXISTS, "of another environment's table", watching(OF_OTHERS),
            (bad(BY_SUM, "no such alarm; the closest is theirs of TableName orders-dev in eu-west-1"),)),
    Example(EXISTS, "in another region", watching(alarm(arn=f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:any-name")),
            (bad(BY_SUM, "no such alarm; the closest is any-name in us-east-1"),)),
    Example(EXISTS, "of another account", watching(alarm(of=series(account="999999999999"))),
            (bad(BY_SUM, "no such alarm; the closest is any-name of account 999999999999 in eu-west-1"),)),
    Example(EXISTS, "nothing to watch", watching(unknown=("no enabled rule publishes",), ways=()),
            (bad(BY_SUM, "no alarm has such a metric; no enabled rule publishes"),)),
    Example(EXISTS, "a query that may watch it", watching(queries={"all": "SELECT SUM(Throttles)"}),
            (open_("all makes a query, which is not understood: SELECT SUM(Throttles)"),)),
    Example(EXISTS, "a query beside one that does", watching(alarm(), queries={"all": "SELECT SUM(Throttles)"}),
            (seen(BY_SUM, "any-name (eu-west-1) fires above 10 in 60 s"),)),
    unread("an expression", math("MAX([m, 1])", {"m": series()}), "MAX([m, 1])"),
    unread("an expression in a circle", math("e+m", {"m": series()}), "e+m"),
    unread("a metric less a number", math("m-5", {"m": series()}), "m-5"),
    *(unread(says, math(text, SPOILED, threshold=0.5), text, PERCENT) for says, text in (
        ("a percentage of more by a number", "100*e1/(i1+1000000000)"),
        ("a percentage of a number", "100*e1/(i1*0+5)"),
        ("a percentage of another metric besides", "100*e1/(i1+x1)"),
        ("a percentage of another metric alone", "100*e1/x1"),
        ("a percentage of less", "100*e1/(2*i1-i2)"),
        ("a percentage of nothing", "100*e1/(i1*0)"),
        ("a percentage that a guard keeps at 0", "IF(i1*0 > 0, 100*e1/i1, 0)"),
        ("a percentage that a guard keeps at 0 for long", "IF(i1-1000 > 0, 100*e1/i1, 0)"),
    )),
    flawed("a percentage of another resource besides", math("100*e1/(i1+FILL(o1,0))", SPOILED, threshold=0.5),
           "in % of Invocations expected, of Invocations orders-dev and Invocations orders-sit observed", PERCENT, BY_RATIO),
    unread("a sum over a number of others", math("m/x1", {"m": series(), "x1": SPOILED["x1"]}), "m/x1"),
    unread("several that return data", alarm(compared=""), "several metrics"),
    Example(EXISTS, "one too loose beside one that is not", watching(alarm("loose", threshold=99.0), alarm()),
            (seen(BY_SUM, "any-name (eu-west-1) fires above 10 in 60 s"),)),
]  # fmt: skip

IN_TIME = {"within_minutes": 15}
SOON, AFTER = alarms.fires_in_time, "able to fire after at most 15 minutes"
MISSING_DATA, TREATED = alarms.missing_data, "missing data treated as missing or notBreaching or ignore"
ONE_OF_MANY = [
    Example(SOON, "at once", watching(alarm()), (seen(AFTER, "1 minute (any-name: 1 of 1 periods of 60 s)"),), IN_TIME),
    Example(SOON, "at the limit", watching(alarm(of=series(period=300), threshold=50.0, periods=5, datapoints=3)),
            (seen(AFTER, "15 minutes (any-name: 3 of 5 periods of 300 s)"),), IN_TIME),
    Example(SOON, "too late", watching(alarm(of=series(period=300), threshold=50.0, periods=4, datapoints=4)),
            (bad(AFTER, "20 minutes (any-name: 4 of 4 periods of 300 s)"),), IN_TIME),
    Example(SOON, "no alarm", watching(), (bad(AFTER, "no alarm watches it"),), IN_TIME),
    Example(SOON, "the sooner of two", watching(alarm("a", periods=99, datapoints=99), alarm("b")),
            (seen(AFTER, "1 minute (b: 1 of 1 periods of 60 s)"),), IN_TIME),
    Example(MISSING_DATA, "as good", watching(alarm()), (seen(TREATED, "notBreaching (any-name)"),)),
    Example(MISSING_DATA, "as breaching", watching(alarm(missing="breaching")), (bad(TREATED, "breaching (any-name)"),)),
    Example(MISSING_DATA, "as declared", watching(alarm(missing="breaching"), of=replace(DECLARED, missing="breaching")),
            (seen("missing data treated as breaching", "breaching (any-name)"),)),
    Example(MISSING_DATA, "otherwise than declared", watching(alarm(), of=replace(DECLARED, missing="breaching")),
            (bad("missing data treated as breaching", "notBreaching (any-name)"),)),
    Example(MISSING_DATA, "no alarm", watching(), (bad(TREATED, "no alarm watches it"),)),
]  # fmt: skip

ACTIONS, ACT = alarms.actions, f"an enabled action on an SNS topic of account {ACCOUNT}"
LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:page"
SILENT = alarm(actions=())
ACTING = [
    Example(ACTIONS, "to a topic", watching(alarm()), (seen(ACT, f"any-name to {TOPIC}"),)),
    Example(ACTIONS, "disabled", watching(alarm(actions_enabled=False)), (bad(ACT, "the actions of any-name are disabled"),)),
    Example(ACTIONS, "none", watching(SILENT), (bad(ACT, "any-name has no action"),)),
    Example(ACTIONS, "to a function alone", watching(alarm(actions=(LAMBDA,))), (bad(ACT, f"any-name leads to {LAMBDA} alone"),)),
    Example(ACTIONS, "to another account", watching(alarm(actions=(TOPIC.replace(ACCOUNT, "999999999999"),))),
            (bad(ACT, f"any-name leads to arn:aws:sns:{REGION}:999999999999:alarms alone"),)),
    Example(ACTIONS, "to another region", watching(alarm(actions=(TOPIC.replace(REGION, "us-east-1"),))),
            (bad(ACT, f"any-name leads to arn:aws:sns:us-east-1:{ACCOUNT}:alarms alone"),)),
    Example(ACTIONS, "by a composite alarm", watching(SILENT, composites=(composite("ALARM(any-name) OR ALARM(b)"),)),
            (seen(ACT, f"all to {TOPIC}"),)),
    Example(ACTIONS, "by a composite alarm of both", watching(SILENT, composites=(composite("ALARM(any-name) AND ALARM(b)"),)),
            (bad(ACT, "any-name has no action"),)),
    Example(ACTIONS, "by a composite alarm that is disabled",
            watching(SILENT, composites=(composite("ALARM(any-name)", actions_enabled=False),)),
            (bad(ACT, "any-name has no action; the actions of all are disabled"),)),
    Example(ACTIONS, "the one of two that acts", watching(alarm("a", actions=()), alarm("b")), (seen(ACT, f"b to {TOPIC}"),)),
    Example(ACTIONS, "no alarm", watching(), (bad(ACT, "no alarm watches it"),)),
]  # fmt: skip


def statement(service: str = "cloudwatch.amazonaws.com", **changes: Any) -> dict[str, Any]:
    return {
        "Sid": "Publish",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "SNS:Publish",
        "Resource": TOPIC,
        **changes,
    }


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Statement": list(statements)}


KEY_STATEMENT = {
    "Sid": "Events", "Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*",
}  # fmt: skip
DESCRIBED = KeyDescription(KEY, "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", None, "CUSTOMER")
DEFAULT = statement(Principal={"AWS": "*"}, Condition={"StringEquals": {"AWS:SourceOwner": ACCOUNT}})


def topics(**changes: Any) -> tuple[Alarm, Watching, dict[str, Topic | None]]:
    good = Topic(policy(statement()), 1, 0, "", None, None)
    return (*watching(alarm()), {TOPIC: replace(good, **changes)})


def encrypted(**changes: Any) -> tuple[Alarm, Watching, dict[str, Topic | None]]:
    good = {"key": KEY, "key_described": DESCRIBED, "key_policy": policy(KEY_STATEMENT)}
    return topics(**{**good, **changes})


def named(*patterns: str) -> tuple[Alarm, Watching, dict[str, Topic | None]]:
    return (replace(DECLARED, topics=patterns), *topics()[1:])


T = alarms.topic
THERE = seen(f"{TOPIC} to exist", "exists")
HEARD = seen(f"at least 1 confirmed subscription of {TOPIC}", "1 confirmed subscription")
PUBLISH = f"{TOPIC} to let CloudWatch publish"
LET = seen(PUBLISH, "allowed by statement Publish")
UNDER = f"{TOPIC} unencrypted, or under a customer key that lets CloudWatch use it"
PLAIN = seen(UNDER, "unencrypted")
LIVE = seen(f"an Enabled key of {TOPIC}", f"{KEY} is Enabled")
DECRYPT, GENERATE = f"{KEY} to let CloudWatch kms:Decrypt", f"{KEY} to let CloudWatch kms:GenerateDataKey"
BY_EVENTS, BY_NONE = "allowed by statement Events", "allowed by no statement of its policy"
TELLING = [
    Example(T, "open to CloudWatch", topics(), (THERE, HEARD, LET, PLAIN)),
    Example(T, "named as declared", named("x-*", "ala*"), (
        THERE, seen("a topic named like x-* or ala*", TOPIC), HEARD, LET, PLAIN)),
    Example(T, "named otherwise", named("bbws-sit-*"), (
        THERE, bad("a topic named like bbws-sit-*", TOPIC), HEARD, LET, PLAIN)),
    Example(T, "by SNS's own policy", topics(policy=policy(DEFAULT)), (
        THERE, HEARD, seen(PUBLISH, f"allowed by statement Publish (StringEquals AWS:SourceOwner {ACCOUNT})"), PLAIN)),
    Example(T, "missing", (*watching(alarm()), {TOPIC: None}), (bad(f"{TOPIC} to exist", "missing"),)),
    Example(T, "pending", topics(confirmed=0, pending=2), (
        THERE, bad(f"at least 1 confirmed subscription of {TOPIC}", "0 confirmed subscriptions (2 pending)"), LET, PLAIN)),
    Example(T, "open to others", topics(policy=policy(statement("events.amazonaws.com"))), (
        THERE, HEARD, bad(PUBLISH, BY_NONE), PLAIN)),
    Example(T, "open to another topic's", topics(policy=policy(statement(Resource=f"{TOPIC}-2"))), (
        THERE, HEARD, bad(PUBLISH, f"{BY_NONE}, not even by statement Publish (for {TOPIC}-2)"), PLAIN)),
    Example(T, "denied", topics(policy=policy(statement(), {**statement(), "Sid": "No", "Effect": "Deny"})), (
        THERE, HEARD, bad(PUBLISH, "denied by statement No"), PLAIN)),
    Example(T, "on a condition", topics(policy=policy(statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))), (
        THERE, HEARD,
        open_(f"{PUBLISH}? not known whether statement Publish (StringEquals aws:PrincipalOrgID o-1) allows it"), PLAIN)),
    Example(T, "under a customer key", encrypted(), (THERE, HEARD, LET, LIVE, seen(DECRYPT, BY_EVENTS), seen(GENERATE, BY_EVENTS))),
    Example(T, "under AWS's key",
            encrypted(key="alias/aws/sns", key_described=replace(DESCRIBED, manager="AWS"), key_policy=None),
            (THERE, HEARD, LET, bad(UNDER, "under alias/aws/sns, which AWS manages and CloudWatch cannot use"))),
    Example(T, "under a key that is closed to it", encrypted(key_policy=policy()), (
        THERE, HEARD, LET, LIVE, bad(DECRYPT, BY_NONE),
        bad(GENERATE, BY_NONE))),
    Example(T, "under a key to decrypt with", encrypted(key_policy=policy({**KEY_STATEMENT, "Action": "kms:Decrypt"})), (
        THERE, HEARD, LET, LIVE, seen(DECRYPT, BY_EVENTS), bad(GENERATE, BY_NONE))),
    Example(T, "under a disabled key", encrypted(key_described=replace(DESCRIBED, state="Disabled")), (
        THERE, HEARD, LET, bad(f"an Enabled key of {TOPIC}", f"{KEY} is Disabled"), seen(DECRYPT, BY_EVENTS),
        seen(GENERATE, BY_EVENTS))),
    Example(T, "under a key that is gone", encrypted(key_described=None, key_policy=None), (
        THERE, HEARD, LET, bad(UNDER, f"{KEY} is missing"))),
    Example(T, "under a key of another account",
            encrypted(key=KEY.replace(ACCOUNT, "999999999999"), key_described=None, key_policy=None), (
        THERE, HEARD, LET,
        open_(f"{TOPIC} is under arn:aws:kms:{REGION}:999999999999:key/1, of another account, which is not looked at"))),
    Example(T, "one of two that reaches nobody", (
        *watching(alarm(actions=(f"{TOPIC}-2", TOPIC))), {f"{TOPIC}-2": None, TOPIC: topics()[2][TOPIC]}),
        (THERE, HEARD, LET, PLAIN, told(f"{TOPIC}-2 reaches nobody, or it is not known"))),
    Example(T, "not looked at", (*watching(alarm()), {}), (open_(f"{TOPIC} was not looked at"),)),
    Example(T, "no alarm", (*watching(), {}), (bad("a topic that reaches somebody", "no alarm that leads to one"),)),
]  # fmt: skip

QUIET = alarms.quiet
LAST = told("any-name keeps its state while data is missing: its OK may be as old as 2026-01-10 09:30 UTC")
EDGE = replace(DECLARED, ways=(replace(SINGLE, namespace="AWS/Lambda", regions=(REGION, "us-east-1")),))
SILENT_STATE = "INSUFFICIENT_DATA"


def edge(here: str, there: str) -> tuple[Alarm, Watching]:
    """One alarm a region, of a function that is executed at the edge."""
    own = alarm(of=series(namespace="AWS/Lambda"), missing="missing", state=here)
    return watching(own, replace(own, arn=own.arn.replace(REGION, "us-east-1"), state=there), of=EDGE)


RINGING = [
    Example(QUIET, "OK", watching(alarm()), (seen("not in ALARM", f"any-name (eu-west-1) is OK {SINCE}"), LAST)),
    Example(QUIET, "ringing", watching(alarm(state="ALARM")), (bad("not in ALARM", f"any-name (eu-west-1) is ALARM {SINCE}"),)),
    Example(QUIET, "without data", watching(alarm(state=SILENT_STATE)), (
        seen("not in ALARM", f"any-name (eu-west-1) is {SILENT_STATE} {SINCE}"),)),
    Example(QUIET, "an edge function without data",
            watching(alarm(of=series(namespace="AWS/Lambda"), state=SILENT_STATE), of=EDGE),
            (open_(f"any-name (eu-west-1) is {SILENT_STATE} {SINCE}: nothing shows that the function is executed in {REGION}"),)),
    Example(QUIET, "an edge function that is OK without data",
            watching(alarm(of=series(namespace="AWS/Lambda")), of=EDGE), (
        seen("not in ALARM", f"any-name (eu-west-1) is OK {SINCE}"),
        told(f"any-name is OK without data as well: whether it has any in {REGION} is not known"))),
    Example(QUIET, "set up wrongly", watching(alarm(evaluation="EVALUATION_ERROR")), (
        bad("not in ALARM", f"any-name (eu-west-1) is OK {SINCE}, and cannot be evaluated as it is set up"), LAST)),
    Example(QUIET, "not evaluated now", watching(alarm(evaluation="EVALUATION_FAILURE")), (
        open_(f"any-name (eu-west-1) is OK {SINCE}, and its evaluation has EVALUATION_FAILURE"), LAST)),
    Example(QUIET, "a state of tomorrow", watching(alarm(state="SNOOZED")), (
        open_(f"any-name (eu-west-1) is SNOOZED {SINCE}, which is not known"),)),
    Example(QUIET, "ringing without all of its data", watching(alarm(state="ALARM", evaluation="PARTIAL_DATA")), (
        bad("not in ALARM", f"any-name (eu-west-1) is ALARM {SINCE}"),)),
    Example(QUIET, "the one of two that rings", watching(alarm("a", actions=(), state="ALARM"), alarm("b", state=SILENT_STATE)), (
        bad("not in ALARM", f"a (eu-west-1) is ALARM {SINCE}"),
        seen("not in ALARM", f"b (eu-west-1) is {SILENT_STATE} {SINCE}"))),
    Example(QUIET, "one that is too loose and rings", watching(
        alarm(state=SILENT_STATE), alarm("b", threshold=99.0, state="ALARM")), (
        seen("not in ALARM", f"any-name (eu-west-1) is {SILENT_STATE} {SINCE}"),)),
    Example(QUIET, "of an edge function the one that rings", edge("OK", "ALARM"), (
        seen("not in ALARM", f"any-name (eu-west-1) is OK {SINCE}"),
        bad("not in ALARM", f"any-name (us-east-1) is ALARM {SINCE}"))),
    Example(QUIET, "an edge function that is executed in one of its regions", edge("OK", SILENT_STATE), (
        seen("not in ALARM", f"any-name (eu-west-1) is OK {SINCE}"),
        seen("not in ALARM", f"any-name (us-east-1) is {SILENT_STATE} {SINCE}"))),
    Example(QUIET, "an edge function without data anywhere", edge(SILENT_STATE, SILENT_STATE), (
        open_(f"any-name (eu-west-1) is {SILENT_STATE} {SINCE}: nothing shows that the function is executed in {REGION}"),
        open_(f"any-name (us-east-1) is {SILENT_STATE} {SINCE}: nothing shows that the function is executed in us-east-1"))),
    Example(QUIET, "the composite alarm that acts rings already", watching(
        alarm(actions=(), state=SILENT_STATE), composites=(composite("ALARM(any-name) OR ALARM(b)", state="ALARM"),)), (
        seen("not in ALARM", f"any-name (eu-west-1) is {SILENT_STATE} {SINCE}"),
        bad("not in ALARM", "all (eu-west-1), which acts for any-name, is ALARM already"))),
    Example(QUIET, "a composite alarm of others rings", watching(
        alarm(state=SILENT_STATE), composites=(composite("ALARM(b)", state="ALARM"),)), (
        seen("not in ALARM", f"any-name (eu-west-1) is {SILENT_STATE} {SINCE}"),)),
    Example(QUIET, "no alarm", watching(), (bad("not in ALARM", "no alarm watches it"),)),
]  # fmt: skip

MUTED, FREE = alarms.not_muted, "actions that nothing mutes or suppresses"


def mute(status: str, *names: str, region: str = REGION) -> MuteRule:
    return MuteRule("night", status, region, frozenset(names))


def muted(*rules: MuteRule) -> tuple[Alarm, Watching, tuple[MuteRule, ...]]:
    return (*watching(alarm()), rules)


def suppressed(**changes: Any) -> tuple[Alarm, Watching, tuple[MuteRule, ...]]:
    return (*watching(SILENT, composites=(composite("ALARM(any-name)", **changes),)), ())


MUTING = [
    Example(MUTED, "no rule", muted(), (seen(FREE, "those of any-name, with 0 mute rules in its regions"),)),
    Example(MUTED, "now", muted(mute("ACTIVE", "any-name")), (bad(FREE, "any-name is muted by the rule night"),)),
    Example(MUTED, "at night", muted(mute("SCHEDULED", "any-name")), (
        seen(FREE, "those of any-name, with 1 mute rule in its regions"),
        told("mute rule night (SCHEDULED) will mute any-name"))),
    Example(MUTED, "another", muted(mute("ACTIVE", "theirs")), (seen(FREE, "those of any-name, with 1 mute rule in its regions"),)),
    Example(MUTED, "elsewhere", muted(mute("ACTIVE", "any-name", region="us-east-1")), (
        seen(FREE, "those of any-name, with 1 mute rule in its regions"),)),
    Example(MUTED, "suppressed", suppressed(suppressed="Alarm", suppressor="maintenance"),
            (bad(FREE, "all is suppressed (Alarm) by maintenance"),)),
    Example(MUTED, "suppressed at times", suppressed(suppressor="maintenance"), (
        seen(FREE, "those of all, with 0 mute rules in its regions"),
        told("all is suppressed whenever maintenance is in ALARM"))),
    Example(MUTED, "no alarm", (*watching(), ()), (bad(FREE, "no alarm acts"),)),
]  # fmt: skip

UNREAD = watching(math("MAX([m, 1])", {"m": series()}), alarm("loose", threshold=99.0), queries={"all": "SELECT SUM(Throttles)"})
NOT_KNOWN = (
    open_("any-name: what it compares is not understood: MAX([m, 1])"),
    open_("all makes a query, which is not understood: SELECT SUM(Throttles)"),
)
UNKNOWN = [
    Example(EXISTS, "not known whether any", UNREAD, NOT_KNOWN),
    Example(SOON, "not known whether any", UNREAD, NOT_KNOWN, IN_TIME),
    Example(MISSING_DATA, "not known whether any", UNREAD, NOT_KNOWN),
    Example(ACTIONS, "not known whether any", UNREAD, NOT_KNOWN),
    Example(T, "not known whether any", (*UNREAD, {}), NOT_KNOWN),
    Example(MUTED, "not known whether any", (*UNREAD, ()), NOT_KNOWN),
    Example(QUIET, "not known whether any", UNREAD, NOT_KNOWN),
    Example(T, "one that leads nowhere", (*watching(SILENT), {}), (
        bad("a topic that reaches somebody", "no alarm that leads to one"),)),
    Example(MUTED, "one that does not act", (*watching(SILENT), ()), (bad(FREE, "no alarm acts"),)),
]  # fmt: skip

METRICS, WHOLE = alarms.request_metrics, "a metrics configuration EntireBucket of the whole bucket"
SWITCHED_ON = [
    Example(METRICS, "of all of it", (REQUESTS, Narrowing("")), (Seen(BUCKET.name, WHOLE, "there, without a filter"),)),
    Example(METRICS, "of some of it", (REQUESTS, Narrowing("Prefix email/")), (
        Problem(BUCKET.name, WHOLE, "narrowed by Prefix email/"),)),
    Example(METRICS, "none", (REQUESTS, None), (Problem(BUCKET.name, WHOLE, "no such configuration"),)),
]  # fmt: skip

EXAMPLES = [*WATCHED, *FLAWED, *MISSING, *ONE_OF_MANY, *ACTING, *TELLING, *RINGING, *MUTING, *UNKNOWN, *SWITCHED_ON]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_alarms_decides_nothing(seed: int) -> None:
    found = [alarm("a", actions=()), alarm("b"), alarm("c", missing="breaching"), alarm("d", threshold=99.0), OF_OTHERS]
    random.Random(seed).shuffle(found)
    assert list(alarms.actions(*watching(*found))) == [seen(ACT, f"b to {TOPIC}")]


def test_alternatives_are_as_good() -> None:
    other = replace(SINGLE, metrics=("Throttled",))
    declared = replace(DECLARED, ways=(SINGLE, other))
    expected = BY_SUM.replace("Throttles", "Throttles or Sum of AWS/DynamoDB Throttled")
    found = alarm(of=series(metric="Throttled"))
    assert list(alarms.exists(*watching(found, of=declared))) == [seen(expected, "any-name (eu-west-1) fires above 10 in 60 s")]
