"""Dashboards: whether they are there, and show this environment's resources."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from checks import Finding, Observation, Pillar, Problem, Severity, check
from checks.comparisons import closest, counted, judge

if TYPE_CHECKING:
    from fixtures.declared.dashboards import Dashboard


@check(
    "dashboards.exists",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="sit.dashboards",
    fix="declare an aws_cloudwatch_dashboard of the plan's name with the widgets that show its resources, and apply",
)
def exists(dashboard: Dashboard, body: str | None, names: Collection[str]) -> Iterator[Finding]:
    """The plan's dashboard exists, can be read, and shows something.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    yield judge(
        dashboard.name, body is not None, "exists", "present" if body is not None else f"missing{closest(dashboard.name, names)}"
    )
    if body is None:
        return
    found = _widgets(body)
    yield judge(dashboard.name, found is not None, "a text that is a dashboard", "it is" if found is not None else _bounded(body))
    if found is None:
        return
    showing = [each for each in found if each.get("type") != "text"]
    texts = f", and {counted(len(found) - len(showing), 'text')}" if len(found) > len(showing) else ""
    yield judge(dashboard.name, bool(showing), "at least one widget that shows something", f"{len(showing)}{texts}")


def _widgets(body: str) -> list[Mapping[str, Any]] | None:
    """The widgets of a dashboard; None where its text is none."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return None
    found = parsed.get("widgets") if isinstance(parsed, Mapping) else None
    return found if isinstance(found, list) and all(isinstance(each, Mapping) for each in found) else None


def _bounded(text: str) -> str:
    return " ".join(text[:60].split()) or "an empty text"


@check(
    "dashboards.shows-declared",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="sit.dashboards",
    fix="let the widget show this environment's resource, declare what it shows, or take it out; and apply",
    stands_on=(
        "dashboards.exists",
        "cloudfront.distribution-exists",
        "load_balancer.https-listener",
        "load_balancer.targets-healthy",
    ),
)
def shows_declared(dashboard: Dashboard, body: str | None, looked_up: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Every metric and alarm on the dashboard is of a resource that the plans declare for this environment.

    What searches, queries, logs and explorers find is not looked at, nor what other dimensions name: each is stated.
    """
    known = {name: {*values, *looked_up.get(name, ())} for name, values in dashboard.shown}
    expected = "resources that the plans declare, of this environment"
    metrics = [each for widget in _widgets(body or "") or [] for each in _metrics(widget)]
    problems, seen, others = list[str](), list[str](), list[str]()
    for metric, dimensions in metrics:
        for name, value in dimensions:
            if name not in known:
                others.append(f"{metric} of {name} {value}")
            elif value in known[name]:
                seen.append(value)
            else:
                problems.append(f"{metric} of {name} {value}, which no plan declares{closest(value, known[name], 'declared')}")
    arns = [arn for widget in _widgets(body or "") or [] for arn in _alarms(widget)]
    problems += [f"{arn}, of another account" for arn in arns if f":{dashboard.account}:" not in arn]
    accounts = {each for widget in _widgets(body or "") or [] for each in _accounts(widget)} - {dashboard.account}
    problems += [f"metrics of account {each}" for each in sorted(accounts)]
    yield from (Problem(dashboard.name, expected, each) for each in dict.fromkeys(problems))
    if not problems:
        alarms = f", {counted(len(arns), 'alarm')}" if arns else ""
        told = f"{counted(len(metrics), 'metric')}{alarms}; of {', '.join(sorted(set(seen))) or 'no resource by name'}"
        own = seen or arns or any(not dimensions for _, dimensions in metrics)  # or of all that the region has
        yield judge(dashboard.name, bool(own), expected, told)
    if others:
        yield Observation(dashboard.name, f"not judged: {'; '.join(dict.fromkeys(others))}")
    for kind in sorted({_unread(widget) for widget in _widgets(body or "") or []} - {""}):
        yield Observation(dashboard.name, f"not looked at: what {kind} show")


Dimension = tuple[str, str]


def _metrics(widget: Mapping[str, Any]) -> Iterator[tuple[str, list[Dimension]]]:
    """The metrics of a widget, each with its dimensions. In a list, "." repeats the member that stands there in the one before, and
    "..." all of them but those that follow.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    before: list[str] = []
    for row in _listed(widget, "metrics"):
        texts = [each for each in row if isinstance(each, str)] if isinstance(row, list) else []
        if not texts:
            continue  # an expression
        if texts[0] == "...":
            texts = [*before[: len(before) - len(texts) + 1], *texts[1:]]
        texts = [before[place] if text == "." and place < len(before) else text for place, text in enumerate(texts)]
        before = texts
        yield " ".join(texts[:2]), list(zip(texts[2::2], texts[3::2], strict=False))


def _accounts(widget: Mapping[str, Any]) -> Iterator[str]:
    """The accounts that a widget, or one of its metrics, names: metrics may be another's that shares them."""
    properties = widget.get("properties")
    rows = [each for row in _listed(widget, "metrics") if isinstance(row, list) for each in row]
    for each in (properties, *rows):
        if isinstance(each, Mapping) and each.get("accountId"):
            yield str(each["accountId"])


def _alarms(widget: Mapping[str, Any]) -> Iterator[str]:
    """The ARNs of the alarms of a widget: those whose state it shows, or the one that it draws."""
    properties = widget.get("properties")
    annotations = properties.get("annotations") if isinstance(properties, Mapping) else None
    drawn = annotations.get("alarms") if isinstance(annotations, Mapping) else None
    for each in (*_listed(widget, "alarms"), *(drawn if isinstance(drawn, list) else [])):
        if isinstance(each, str):
            yield each


def _listed(widget: Mapping[str, Any], name: str) -> list[Any]:
    properties = widget.get("properties")
    found = properties.get(name) if isinstance(properties, Mapping) else None
    return found if isinstance(found, list) else []


def _unread(widget: Mapping[str, Any]) -> str:
    """What a widget shows besides named metrics and alarms."""
    kind = str(widget.get("type"))
    if kind in ("log", "explorer", "custom"):
        return f"{kind} widgets"
    expressions = [each for row in _listed(widget, "metrics") if isinstance(row, list) for each in row if isinstance(each, Mapping)]
    return (
        "searches and queries"
        if any("SEARCH" in str(e.get("expression")) or "SELECT" in str(e.get("expression")) for e in expressions)
        else ""
    )
