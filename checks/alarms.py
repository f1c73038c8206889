"""Alarms: whether what the plans declare is watched, and whether somebody would be told."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Problem, Seen, Severity, Undecided, check, policies
from checks.alarm_rules import sounds
from checks.comparisons import at, at_least, at_most, counted, judge, one_of, quantity
from checks.metric_math import ONE, Quotient, understood

if TYPE_CHECKING:
    from fixtures.declared.alarms import Alarm, Dimensions, RequestMetrics, Way
    from fixtures.facts.alarms import CompositeAlarm, MetricAlarm, MuteRule, Narrowing, Series, Topic, Watching

Key = tuple[str, "Dimensions"]  # of a metric: its name and dimensions
COUNTS = ("Sum", "SampleCount")
# Metrics of which CloudFront publishes one statistic: no other has data.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
ONE_STATISTIC = ("AWS/CloudFront",)
# What AWS publishes is at standard resolution: an alarm of 10, 20 or 30 s, which are for metrics that are stored at high
# resolution, lacks data.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
PUBLISHED_EVERY = 60

# ---------------------------------------------------------------------------------------------- what watches it as strictly


@dataclass(frozen=True)
class Candidate:
    """An alarm that watches what is declared, in one of its ways; `flaws` say in what it is not as strict, `unclear` what of it is
    not understood."""

    alarm: MetricAlarm
    way: Way
    flaws: tuple[str, ...] = ()
    unclear: str = ""


def _candidates(declared: Alarm, watching: Watching) -> list[Candidate]:
    return [
        candidate
        for way in watching.ways
        for alarm in watching.alarms
        if alarm.region in way.regions and (candidate := _candidate(declared, way, alarm))
    ]


def _candidate(declared: Alarm, way: Way, alarm: MetricAlarm) -> Candidate | None:
    """The alarm as one that watches in a way, None where it watches none of it."""
    own = {name: series for name, series in alarm.series.items() if _is_own(declared, way, series)}
    wanted = {(metric, each) for metric in way.metrics for each in way.dimensions}
    if not wanted & {_key(series) for series in own.values()}:
        return None
    periods = {name: series.period for name, series in alarm.series.items()}
    value = understood(alarm.compared, periods, alarm.expressions)
    if value is None or not _is_of(value, own):
        return Candidate(alarm, way, unclear=f"what it compares is not understood: {_text(alarm)}")
    over = {(metric, each) for metric in way.over for each in way.dimensions}
    sum_, below = _by_key(value.sum, own), _by_key(value.over, own)
    flaws = [*_of_sum(declared, sum_, wanted), *_of_quotient(below, over)]
    used = [own[name] for name in (*value.sum, *value.over) if name in own]
    flaws += dict.fromkeys(flaw for series in used for flaw in _of_series(declared, way, series))
    if flaws:
        return Candidate(alarm, way, tuple(flaws))
    if alarm.threshold is None:
        return Candidate(alarm, way, ("compared with a band, not with a threshold",))
    times = sum_[next(iter(wanted))] / (below[next(iter(over))] if over else value.over[ONE])
    return Candidate(alarm, way, tuple(_of_threshold(declared, way, alarm, alarm.threshold / times)))


def _is_of(value: Quotient, own: Collection[str]) -> bool:
    """Whether it is a sum of the resource's own metrics alone, or a quotient of two: what is summed besides, or taken off below,
    changes the quotient by nobody knows how much."""
    above, below = (set(sum_) - {ONE} for sum_ in (value.sum, value.over))
    mixed = value.sum.get(ONE) or (below and value.over.get(ONE))
    return (above | below) <= set(own) and not mixed and all(value.over[name] > 0 for name in below or {ONE})


def _is_own(declared: Alarm, way: Way, series: Series) -> bool:
    return series.namespace == way.namespace and series.account in ("", declared.account)


def _key(series: Series) -> Key:
    return series.metric, series.dimensions


def _by_key(sum_: Mapping[str, float], series: Mapping[str, Series]) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for name, times in sum_.items():
        if name in series:
            found[_key(series[name])] = found.get(_key(series[name]), 0.0) + times
    return found


def _of_sum(declared: Alarm, sum_: Mapping[Key, float], wanted: Collection[Key]) -> Iterator[str]:
    """What is wrong with what is summed. To sum more than declared is stricter above a threshold, and not below it."""
    if left_out := [key for key in wanted if key not in sum_]:
        yield f"leaves out {_names(left_out, wanted)}"
    elif len({sum_[key] for key in wanted}) > 1 or min(sum_.values()) <= 0:
        yield "weighs metrics that are to be summed"
    elif not declared.above and (more := [key for key in sum_ if key not in wanted]):
        yield f"sums {_names(more, sum_)} besides"


def _of_quotient(found: Mapping[Key, float], wanted: Collection[Key]) -> Iterator[str]:
    if set(found) != set(wanted) or len(set(found.values())) > 1:
        yield f"in % of {_names(wanted, wanted)} expected, of {_names(found, found)} observed" if wanted else "a quotient"


def _names(keys: Collection[Key], among: Collection[Key]) -> str:
    """Metrics by name, and by the dimensions in which they differ."""
    shared = frozenset.intersection(*(dimensions for _, dimensions in among)) if among else frozenset()
    told = sorted(" ".join([metric, *(value for _, value in sorted(dimensions - shared))]) for metric, dimensions in keys)
    return " and ".join(told) or "nothing"


def _of_series(declared: Alarm, way: Way, series: Series) -> Iterator[str]:
    if not _as_strict(declared, way, series.statistic):
        yield f"{series.statistic} of {series.metric}"
    if series.unit not in ("", way.unit):
        yield f"asks for {series.metric} in {series.unit}, in which there is none"
    if series.namespace.startswith("AWS/") and series.period < PUBLISHED_EVERY:
        yield f"asks for {series.metric} by {series.period} s, for which there is none"


def _as_strict(declared: Alarm, way: Way, statistic: str) -> bool:
    """Whether a statistic is beyond every threshold that the declared one is beyond. Of what cannot be negative (inferred: all that
    AWS counts and measures) the sum is above 0 when the average or the maximum is."""
    if statistic == way.statistic:
        return True
    found, wanted = _percentile(statistic), _percentile(way.statistic)
    if found is not None and wanted is not None:
        return found >= wanted if declared.above else found <= wanted
    if way.namespace in ONE_STATISTIC or way.over:
        return False
    if way.statistic in COUNTS:
        return declared.above and declared.threshold == 0 and statistic in ("Sum", "Average", "Maximum")
    return statistic == ("Maximum" if declared.above else "Minimum")


def _percentile(statistic: str) -> float | None:
    try:
        return float(statistic.removeprefix("p")) if statistic.startswith("p") else None
    except ValueError:
        return None


ABOVE = {"GreaterThanThreshold": False, "GreaterThanOrEqualToThreshold": True}
BELOW = {"LessThanThreshold": False, "LessThanOrEqualToThreshold": True}


def _of_threshold(declared: Alarm, way: Way, alarm: MetricAlarm, threshold: float) -> Iterator[str]:
    """Whether the alarm fires whenever the declared threshold is passed, and if not why. A sum over another time than declared is
    as strict by a threshold in proportion. Sums are of whole things: at least 1 is above 0 (inferred)."""
    reached = (ABOVE if declared.above else BELOW).get(alarm.comparison)
    if reached is None:
        yield f"fires by {alarm.comparison}"
        return
    limit = declared.threshold / (100 if way.over else 1)
    if declared.per_minutes:
        limit *= _seconds(alarm) / (60 * declared.per_minutes)
    threshold, limit = round(threshold, 9), round(limit, 9)  # what is a third of a sum is no less for it
    if way.statistic in COUNTS and not way.over:
        # the least, or the greatest, whole number by which each of them fires
        if declared.above:
            good = (math.ceil(threshold) if reached else math.floor(threshold) + 1) <= math.floor(limit) + 1
        else:
            good = (math.floor(threshold) if reached else math.ceil(threshold) - 1) >= math.ceil(limit) - 1
    else:
        good = threshold <= limit if declared.above else threshold >= limit
    if not good:
        yield f"fires {_beyond(alarm)}"


def _beyond(alarm: MetricAlarm) -> str:
    words = {**dict.fromkeys(ABOVE, "above"), **dict.fromkeys(BELOW, "below")}.get(alarm.comparison, alarm.comparison)
    least = "at or " if {**ABOVE, **BELOW}.get(alarm.comparison) else ""
    return f"{least}{words} {quantity(alarm.threshold or 0)} in {_seconds(alarm)} s"


def _seconds(alarm: MetricAlarm) -> int:
    """The period of the alarm: metrics of one expression have the same."""
    return max(series.period for series in alarm.series.values())


def _text(alarm: MetricAlarm) -> str:
    return alarm.expressions.get(alarm.compared) or " and ".join(sorted(alarm.expressions.values())) or "several metrics"


# ---------------------------------------------------------------------------------------------- the alarm that is judged


@dataclass(frozen=True)
class Speaker:
    """An alarm that speaks for the one that watches: that alarm itself, or one that contains it. `topics` are the account's own, in
    its region."""

    name: str
    region: str
    enabled: bool
    actions: tuple[str, ...]
    topics: tuple[str, ...]
    suppressed: str
    suppressor: str
    state: str


def _strict(declared: Alarm, watching: Watching) -> list[Candidate]:
    """Every alarm that watches as strictly as declared, each in the first of its ways."""
    found: dict[str, Candidate] = {}
    for each in _candidates(declared, watching):
        if not each.flaws and not each.unclear:
            found.setdefault(each.alarm.arn, each)
    return [each for _, each in sorted(found.items())]


def _chosen(declared: Alarm, watching: Watching) -> Candidate | None:
    """The alarm that watches as strictly as declared; of several the one of which most else is good."""

    def good(each: Candidate) -> tuple[int, str]:
        fires = _seconds(each.alarm) * each.alarm.datapoints <= 60 * declared.within_minutes
        rest = (fires, each.alarm.missing in _allowed(declared), bool(_telling(declared, each, watching)))
        return -sum(rest), each.alarm.arn

    return min(_strict(declared, watching), key=good, default=None)


def _allowed(declared: Alarm) -> tuple[str, ...]:
    """How missing data may be treated."""
    return (declared.missing,) if declared.missing else ("missing", "notBreaching", "ignore")


def _speakers(declared: Alarm, chosen: Candidate, watching: Watching) -> Iterator[Speaker]:
    alarm = chosen.alarm
    yield _speaker(declared, alarm)
    rules = {each.arn: (each.name, each.rule) for each in watching.composites if each.region == alarm.region}
    by = sounds(alarm.name, alarm.arn, rules)
    for each in watching.composites:
        if each.arn in by:
            yield _speaker(declared, each, each.suppressed, each.suppressor)


def _speaker(declared: Alarm, alarm: MetricAlarm | CompositeAlarm, suppressed: str = "", suppressor: str = "") -> Speaker:
    own = tuple(arn for arn in alarm.actions if arn.startswith(f"arn:aws:sns:{alarm.region}:{declared.account}:"))
    return Speaker(alarm.name, alarm.region, alarm.actions_enabled, alarm.actions, own, suppressed, suppressor, alarm.state)


def _telling(declared: Alarm, chosen: Candidate, watching: Watching) -> list[Speaker]:
    """Those of the alarms that do act, and lead to a topic of the account."""
    return [each for each in _speakers(declared, chosen, watching) if each.enabled and each.topics]


def _expected(declared: Alarm) -> str:
    """What must be watched, and how strictly."""
    unit = {"Count": "", "None": "", "Percent": "%"}.get(declared.ways[0].unit, declared.ways[0].unit.lower())
    unit = "%" if declared.ways[0].over else unit
    limit = f"{'above' if declared.above else 'below'} {quantity(declared.threshold)} {unit}".strip()
    per = f" in {counted(declared.per_minutes, 'minute')}" if declared.per_minutes else ""
    return f"an alarm by {' or '.join(dict.fromkeys(map(str, declared.ways)))} {limit}{per}, or by less"


def _unclear(declared: Alarm, watching: Watching) -> list[str]:
    """Why it is not known whether any alarm watches it, where none is known to."""
    unclear = [f"{each.alarm.name}: {each.unclear}" for each in _candidates(declared, watching) if each.unclear]
    unclear += [f"{name} makes a query, which is not understood: {text}" for name, text in sorted(watching.queries.items())]
    return list(dict.fromkeys(unclear))


def _nothing(declared: Alarm, watching: Watching, expected: str, observed: str = "no alarm watches it") -> Iterator[Finding]:
    """What to say of the alarm where there is none, or none is known, which another check explains."""
    unclear = _unclear(declared, watching)
    yield from (Undecided(declared.id, each) for each in unclear)
    if not unclear:
        yield Problem(declared.id, expected, observed)


# ---------------------------------------------------------------------------------------------- the checks


@check(
    "alarms.exists",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="pre.alerts",
    fix="declare an aws_cloudwatch_metric_alarm on the metric, with the dimensions of this environment's resource and the plan's "
    "statistic and threshold, and apply",
    stands_on=("s3.bucket-exists", "s3.replication", "load_balancer.https-listener", "load_balancer.targets-healthy"),
)
def exists(alarm: Alarm, watching: Watching) -> Iterator[Finding]:
    """What the plan declares is watched by an alarm at least as strict as declared, by whatever name.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    """
    expected = _expected(alarm)
    if chosen := _chosen(alarm, watching):
        found = chosen.alarm
        yield Seen(alarm.id, expected, f"{found.name} ({found.region}) fires {_beyond(found)}")
        if "+" in _text(found) and "FILL" not in _text(found).upper():
            told = f"{found.name} adds metrics without FILL: where one of them has no data, the sum has none (inferred)"
            yield Observation(alarm.id, told)
        return
    candidates = _candidates(alarm, watching)
    flaws = [f"{each.alarm.name} ({each.alarm.region}): {', '.join(each.flaws)}" for each in candidates]
    observed = "; ".join(dict.fromkeys(flaws)) or "; ".join([_none(alarm, watching), *watching.unknown])
    yield from _nothing(alarm, watching, expected, observed)


def _none(alarm: Alarm, watching: Watching) -> str:
    """What to say where no alarm watches any of it: which comes closest of those that watch the same metric elsewhere."""
    if not watching.alarms:
        return "no alarm has such a metric"
    declared = {pair for way in watching.ways for dimensions in way.dimensions for pair in dimensions}
    wanted = " ".join(sorted(value for _, value in declared))

    def unlike(each: MetricAlarm) -> tuple[float, str]:
        found = " ".join(sorted({value for series in each.series.values() for _, value in series.dimensions}))
        return -SequenceMatcher(None, wanted, found).ratio(), each.arn

    near = min(watching.alarms, key=unlike)
    others = sorted({pair for series in near.series.values() for pair in series.dimensions} - declared)
    accounts = sorted({series.account for series in near.series.values()} - {"", alarm.account})
    of = ", ".join([f"{name} {value}" for name, value in others] + [f"account {each}" for each in accounts])
    return f"no such alarm; the closest is {near.name}{f' of {of}' if of else ''} in {near.region}"


@check(
    "alarms.fires-in-time",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="pre.alerts",
    fix="shorten the alarm's period, or let it fire at fewer datapoints, and apply",
    stands_on=("alarms.exists",),
)
def fires_in_time(alarm: Alarm, watching: Watching, *, within_minutes: int) -> Iterator[Finding]:
    """The alarm can fire soon: its period, as often as it must be bad, is no longer than declared."""
    what, limit = "able to fire after {}", timedelta(minutes=within_minutes)
    chosen = _chosen(alarm, watching)
    if not chosen:
        yield from _nothing(alarm, watching, what.format(f"at most {quantity(limit)}"))
        return
    found = chosen.alarm
    detail = f"{found.name}: {found.datapoints} of {found.periods} periods of {_seconds(found)} s"
    yield at_most(alarm.id, timedelta(seconds=_seconds(found) * found.datapoints), limit, what=what, detail=detail)


@check(
    "alarms.missing-data",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="pre.alerts",
    fix="set treat_missing_data on the alarm as the plan declares, and apply",
    stands_on=("alarms.exists",),
)
def missing_data(alarm: Alarm, watching: Watching) -> Iterator[Finding]:
    """The alarm treats missing data as declared, and does not fire by it unless the plan says so.

    Of AWS/DynamoDB one of AWS's pages says that alarms always ignore missing data, the other that they do so by default.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    chosen, what = _chosen(alarm, watching), "missing data treated as {}"
    if not chosen:
        yield from _nothing(alarm, watching, what.format(" or ".join(_allowed(alarm))))
        return
    yield one_of(alarm.id, chosen.alarm.missing, _allowed(alarm), what=what, detail=chosen.alarm.name)


@check(
    "alarms.actions",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="pre.alerts",
    fix="enable the alarm's actions and lead them to an SNS topic of this account and region, and apply",
    stands_on=("alarms.exists",),
)
def actions(alarm: Alarm, watching: Watching) -> Iterator[Finding]:
    """The alarm, or one that fires whenever it does, acts and leads to an SNS topic of this account.

    That alarm and topic share a region is inferred. A composite alarm by `A AND B` does not fire whenever A does.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
    """
    expected = f"an enabled action on an SNS topic of account {alarm.account}"
    chosen = _chosen(alarm, watching)
    if not chosen:
        yield from _nothing(alarm, watching, expected)
        return
    speakers = list(_speakers(alarm, chosen, watching))
    telling = _telling(alarm, chosen, watching)
    for each in telling:
        yield Seen(alarm.id, expected, f"{each.name} to {' and '.join(each.topics)}")
    if not telling:
        yield Problem(alarm.id, expected, "; ".join(_silent(each) for each in speakers))


def _silent(speaker: Speaker) -> str:
    if not speaker.actions:
        return f"{speaker.name} has no action"
    if not speaker.topics:
        return f"{speaker.name} leads to {' and '.join(speaker.actions)} alone"
    return f"the actions of {speaker.name} are disabled"


@check(
    "alarms.topic",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="pre.alerts",
    fix="make the topic, let somebody confirm a subscription, and let its policy and the policy of its customer key allow "
    "cloudwatch.amazonaws.com SNS:Publish, kms:Decrypt and kms:GenerateDataKey*",
    stands_on=("alarms.actions",),
)
def topic(alarm: Alarm, watching: Watching, topics: Mapping[str, Topic | None]) -> Iterator[Finding]:
    """The alarm reaches somebody: its topic exists, named as declared, has a confirmed subscription, and lets CloudWatch publish.

    One such topic suffices. Whether a filter of the subscription's lets the message through is not looked at.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    chosen, expected, none = _chosen(alarm, watching), "a topic that reaches somebody", "no alarm that leads to one"
    if not chosen:
        yield from _nothing(alarm, watching, expected, none)
        return
    arns = list(dict.fromkeys(arn for each in _telling(alarm, chosen, watching) for arn in each.topics))
    if not arns:
        yield Problem(alarm.id, expected, none)
        return
    found: dict[str, list[Finding]] = {
        arn: list(_reached(alarm, chosen.alarm.arn, arn, topics[arn]))
        if arn in topics
        else [Undecided(alarm.id, f"{arn} was not looked at")]
        for arn in arns
    }
    good = [arn for arn in arns if all(isinstance(each, Seen) for each in found[arn])]
    for arn in good or arns:
        yield from found[arn]
    for arn in set(arns) - set(good) if good else ():
        yield Observation(alarm.id, f"{arn} reaches nobody, or it is not known")


def _reached(alarm: Alarm, source: str, arn: str, topic: Topic | None) -> Iterator[Finding]:
    yield judge(alarm.id, topic is not None, f"{arn} to exist", "exists" if topic else "missing")
    if topic is None:
        return
    if alarm.topics:
        named = any(fnmatch.fnmatchcase(arn.rpartition(":")[2], pattern) for pattern in alarm.topics)
        yield judge(alarm.id, named, f"a topic named like {' or '.join(alarm.topics)}", arn)
    pending = f"{topic.pending} pending" if topic.pending else ""
    what = f"{{}} of {arn}"
    yield at_least(alarm.id, topic.confirmed, 1, unit="confirmed subscriptions", what=what, detail=pending)
    # That CloudWatch publishes over HTTPS, and in the alarm owner's name, is inferred: by SNS's own policy of a new topic it may.
    # https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    known = {
        "aws:sourceaccount": alarm.account,
        "aws:sourceowner": alarm.account,
        "aws:sourcearn": source,
        "aws:securetransport": "true",
    }
    request = policies.Request("cloudwatch.amazonaws.com", "SNS:Publish", arn, known, exactly=True)
    yield _allowed_by(alarm, request, topic.policy, f"{arn} to let CloudWatch publish")
    yield from _of_key(alarm, arn, topic, known)


def _of_key(alarm: Alarm, arn: str, topic: Topic, known: Mapping[str, str]) -> Iterator[Finding]:
    """Whether CloudWatch may use the key that a topic is encrypted with: AWS's own admits it to nobody.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    key, expected = topic.key_described, f"{arn} unencrypted, or under a customer key that lets CloudWatch use it"
    if not topic.key:
        yield Seen(alarm.id, expected, "unencrypted")
        return
    if key is None and topic.key.startswith("arn:") and f":{alarm.account}:" not in topic.key:
        yield Undecided(alarm.id, f"{arn} is under {topic.key}, of another account, which is not looked at")
        return
    if key is None:
        yield Problem(alarm.id, expected, f"{topic.key} is missing")
        return
    if topic.key_policy is None:
        yield Problem(alarm.id, expected, f"under {topic.key}, which AWS manages and CloudWatch cannot use")
        return
    yield judge(alarm.id, key.state == "Enabled", f"an Enabled key of {arn}", f"{key.arn} is {key.state}")
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        request = policies.Request("cloudwatch.amazonaws.com", action, key.arn, known, exactly=True)
        yield _allowed_by(alarm, request, topic.key_policy, f"{key.arn} to let CloudWatch {action}")


def _allowed_by(alarm: Alarm, request: policies.Request, policy: policies.Policy, expected: str) -> Finding:
    said = policies.said_of(request, policy)
    if said.denied:
        return Problem(alarm.id, expected, f"denied by {' and '.join(said.denied)}")
    if unclear := said.perhaps_denied if said.allowed else said.perhaps_allowed:
        verb = "denies" if said.allowed else "allows"
        return Undecided(alarm.id, f"{expected}? not known whether {' and '.join(unclear)} {verb} it")
    if said.allowed:
        return Seen(alarm.id, expected, f"allowed by {' and '.join(said.allowed)}")
    nearly = f", not even by {' and '.join(said.nearly_allowed)}" if said.nearly_allowed else ""
    return Problem(alarm.id, expected, f"allowed by no statement of its policy{nearly}")


QUIET = "not in ALARM"


@check(
    "alarms.quiet",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="sit.dashboards",
    fix="find out what the alarm is about, and mend it",
    stands_on=("alarms.exists",),
)
def quiet(alarm: Alarm, watching: Watching) -> Iterator[Finding]:
    """No alarm that watches what the plan declares is in ALARM, nor one that speaks for it: from ALARM nobody is told anew.

    Without data there is nothing to fire by: most metrics are published only while there is something to measure. Those of an edge
    function stand in the regions where it is executed, so that an alarm without data may watch where it never is.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-logs.html
    """
    chosen = _chosen(alarm, watching)
    if not chosen:
        yield from _nothing(alarm, watching, QUIET)
        return
    found = _strict(alarm, watching)
    silent = [each for each in found if _may_watch_nothing(each)]
    for each in found:
        # One that has data suffices: the others stand where the function is not executed.
        yield from _rings(alarm, each, silent=each in silent and len(silent) == len(found))
    for speaker in _telling(alarm, chosen, watching):
        if speaker.state == "ALARM" and speaker.name != chosen.alarm.name:
            told = f"{speaker.name} ({speaker.region}), which acts for {chosen.alarm.name}, is ALARM already"
            yield Problem(alarm.id, QUIET, told)


def _at_the_edge(candidate: Candidate) -> bool:
    return candidate.way.namespace == "AWS/Lambda" and len(candidate.way.regions) > 1


def _may_watch_nothing(candidate: Candidate) -> bool:
    return candidate.alarm.state == "INSUFFICIENT_DATA" and _at_the_edge(candidate)


def _rings(declared: Alarm, candidate: Candidate, *, silent: bool) -> Iterator[Finding]:
    """Whether one alarm is in ALARM. `silent` says that nothing shows that it watches anything."""
    found = candidate.alarm
    state = f"{found.name} ({found.region}) is {found.state} since {at(found.since)}, last updated {at(found.updated)}"
    if found.state == "ALARM":
        yield Problem(declared.id, QUIET, state)
    elif found.evaluation == "EVALUATION_ERROR":
        yield Problem(declared.id, QUIET, f"{state}, and cannot be evaluated as it is set up")
    elif found.evaluation:
        yield Undecided(declared.id, f"{state}, and its evaluation has {found.evaluation}")
    elif silent:
        yield Undecided(declared.id, f"{state}: nothing shows that the function is executed in {found.region}")
    elif found.state in ("OK", "INSUFFICIENT_DATA"):
        yield Seen(declared.id, QUIET, state)
    else:
        yield Undecided(declared.id, f"{state}, which is not known")
    if found.state == "OK" and _at_the_edge(candidate) and found.missing == "notBreaching":
        yield Observation(
            declared.id, f"{found.name} is OK without data as well: whether it has any in {found.region} is not known"
        )
    if found.state == "OK" and candidate.way.namespace == "AWS/DynamoDB":
        told = f"{found.name} keeps its state while data is missing: its OK may be as old as {at(found.updated)}"
        yield Observation(declared.id, told)


@check(
    "alarms.not-muted",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="pre.alerts",
    fix="end the mute rule or the suppression, or wait until it ends",
    stands_on=("alarms.actions",),
)
def not_muted(alarm: Alarm, watching: Watching, rules: Collection[MuteRule]) -> Iterator[Finding]:
    """The alarm's actions are neither muted by a rule nor suppressed by another alarm.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
    """
    chosen, expected = _chosen(alarm, watching), "actions that nothing mutes or suppresses"
    if not chosen:
        yield from _nothing(alarm, watching, expected, "no alarm acts")
        return
    telling = _telling(alarm, chosen, watching)
    if not telling:
        yield Problem(alarm.id, expected, "no alarm acts")
        return
    silenced = {each.name: list(_silenced(each, rules)) for each in telling}
    heard = [name for name, by in silenced.items() if not by]
    for name in heard:
        yield Seen(alarm.id, expected, f"those of {name}, with {counted(len(rules), 'mute rule')} in its regions")
    if not heard:
        yield Problem(alarm.id, expected, "; ".join(f"{name} is {' and '.join(by)}" for name, by in silenced.items()))
    for each in telling:
        for rule in rules:
            if rule.status != "ACTIVE" and _names_it(rule, each):
                yield Observation(alarm.id, f"mute rule {rule.name} ({rule.status}) will mute {each.name}")
        if each.suppressor and not each.suppressed:
            yield Observation(alarm.id, f"{each.name} is suppressed whenever {each.suppressor} is in ALARM")


def _silenced(speaker: Speaker, rules: Collection[MuteRule]) -> Iterator[str]:
    for rule in rules:
        if rule.status == "ACTIVE" and _names_it(rule, speaker):
            yield f"muted by the rule {rule.name}"
    if speaker.suppressed:
        yield f"suppressed ({speaker.suppressed}) by {speaker.suppressor or 'another alarm'}"


def _names_it(rule: MuteRule, speaker: Speaker) -> bool:
    return rule.region == speaker.region and speaker.name in rule.alarms


# ---------------------------------------------------------------------------------------------- metrics that must be switched on


@check(
    "alarms.request-metrics",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="pre.alerts",
    fix="make an aws_s3_bucket_metric named EntireBucket without a filter for the bucket, and apply",
    stands_on=("s3.bucket-exists",),
)
def request_metrics(request_metrics: RequestMetrics, narrowing: Narrowing | None) -> Iterator[Finding]:
    """S3 publishes the request metrics that alarms watch, of the whole bucket: without them no such alarm can fire.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-configurations.html
    """
    expected = "a metrics configuration EntireBucket of the whole bucket"
    if narrowing is None:
        yield Problem(request_metrics.name, expected, "no such configuration")
        return
    observed = f"narrowed by {narrowing.filter}" if narrowing.filter else "there, without a filter"
    yield judge(request_metrics.name, not narrowing.filter, expected, observed)
