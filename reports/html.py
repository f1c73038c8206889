"""Renders a sign-off as one static HTML file: an approver reads its first screen, an auditor all of it.

The file holds no script and asks for nothing over the network; its Content-Security-Policy says so to the browser.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.sign_off import MEANING, NOT_RUN, CheckResult, PlanResult, SignOff, Verdict

TEMPLATES = Path(__file__).parent / "templates"

LIMIT = 300
"""Characters of one text that are shown."""

MANY = 50
"""Entries of one list within one check that are shown; all of them stand in the JSON."""

SEVERITIES = ("critical", "high", "medium")


# ---------------------------------------------------------------------------------------------- texts from outside


def visible(text: str) -> str:
    """A text from outside, bounded, with every character that acts instead of showing replaced by a visible one.

    Control characters could hide what follows them, and bidirectional ones could show a name as another.
    """
    shown = text[:LIMIT]
    if not shown.isprintable():  # almost every text is
        shown = "".join(map(_visible_character, shown))
    return shown if len(text) <= LIMIT else f"{shown}… ({len(text):,} characters in all)"


def _visible_character(character: str) -> str:
    if character == "\n":
        return " ↵ "
    if character == "\t":
        return " "
    if character < " ":
        return chr(0x2400 + ord(character))  # Unicode's pictures of the control characters
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return f"[U+{ord(character):04X}]"
    return character


def _finalize(value: object) -> object:
    """What jinja2 puts in the place of every expression's value: no text reaches the page unbounded."""
    return value if not isinstance(value, str) or isinstance(value, Markup) else visible(str(value))


def utc(moment: datetime) -> datetime:
    """The moment in UTC. The sign-off's own times are UTC where they name no zone."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def duration(length: timedelta) -> str:
    """A length of time in the two largest units that say something: 72 h 5 min, 3 min 37 s, 9 s."""
    seconds = round(length.total_seconds())
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def place(resource: str, region: str) -> str:
    """A resource with its region, unless its name already says it."""
    return resource if not region or region in resource else f"{resource} ({region})"


def subject(result: CheckResult, resource: str) -> str:
    """What one problem of a result is about: the problem's own resource, within the result's where that differs."""
    within = "" if result.resource in resource else f"{result.resource}: "
    return within + place(resource, result.region)


# ---------------------------------------------------------------------------------------------- what blocks


@dataclass
class Group:
    """Results of one check with one verdict, and the results that are blocked by them."""

    id: str
    verdict: Verdict
    results: list[CheckResult] = field(default_factory=list)
    blocked: list[CheckResult] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.results[0].title

    @property
    def severity(self) -> str:
        return self.results[0].severity

    @property
    def fixes(self) -> list[str]:
        return list(dict.fromkeys(result.fix for result in self.results))

    @property
    def followers(self) -> list[Group]:
        """The blocked results, grouped by their check."""
        return _grouped(self.blocked)


def _grouped(results: Iterable[CheckResult]) -> list[Group]:
    groups: dict[tuple[str, Verdict], Group] = {}
    for result in results:
        groups.setdefault((result.id, result.verdict), Group(result.id, result.verdict)).results.append(result)
    return list(groups.values())


def not_run(sign_off: SignOff) -> list[CheckResult]:
    """The checks that did not run because the run is not complete, which says why."""
    return [result for result in sign_off.checks if result.reason == NOT_RUN] if sign_off.incomplete_because else []


def what_blocks(sign_off: SignOff) -> list[Group]:
    """Everything that is not good, once: failures by severity, then what could not be judged, each with what it blocks.

    A blocked result whose blocker is not in the report stands for itself, at the end. What a run that is not complete did not
    even try is left to `not_run`.
    """
    unrun = {result.node for result in not_run(sign_off)}
    bad = [result for result in sign_off.checks if not result.good and result.node not in unrun]
    failures = {result.node for result in bad if result.verdict is not Verdict.BLOCKED}
    groups = _grouped(result for result in bad if result.blocked_by not in failures)
    blocks = {result.node: group for group in groups for result in group.results}
    for result in bad:
        if result.blocked_by in failures:
            blocks[result.blocked_by].blocked.append(result)
    order = list(Verdict)
    return sorted(groups, key=lambda group: (order.index(group.verdict), _rank(group.severity)))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


# ---------------------------------------------------------------------------------------------- plans


def stages(plans: Sequence[PlanResult]) -> list[list[PlanResult]]:
    """The plans in the order in which they can be promoted: each stage needs only plans of earlier ones."""
    left, done = list(plans), list[list[PlanResult]]()
    while left:
        waiting = {plan.number for plan in left}
        # Plans that need one another in a circle are shown together rather than not at all.
        ready = [plan for plan in left if not waiting.intersection(plan.needs) - {plan.number}] or left
        done.append(ready)
        left = [plan for plan in left if plan not in ready]
    return done


@dataclass(frozen=True)
class Cost:
    """The plans' own estimates, in USD a month from and to; not measured."""

    plans: list[PlanResult]
    unstated: list[PlanResult]
    total: tuple[float, float]


def cost(plans: Sequence[PlanResult]) -> Cost:
    estimates = [plan.cost for plan in plans if plan.cost]
    total = sum(low for low, _ in estimates), sum(high for _, high in estimates)
    return Cost([plan for plan in plans if plan.cost], [plan for plan in plans if not plan.cost], total)


@dataclass(frozen=True)
class Chapter:
    """Every result of one plan, or of the environment as a whole, by phase."""

    plan: PlanResult | None
    number: str
    phases: dict[str, list[CheckResult]]

    @property
    def counts(self) -> dict[Verdict, int]:
        results = [result for phase in self.phases.values() for result in phase]
        counted = {verdict: sum(result.verdict is verdict for result in results) for verdict in Verdict}
        return {verdict: number for verdict, number in counted.items() if number}


def chapters(sign_off: SignOff) -> list[Chapter]:
    """The whole environment first, then plan by plan; phases in the order of the scope."""
    plans = {plan.number: plan for plan in sign_off.plans}
    numbers = sorted({result.plan or "" for result in sign_off.checks})
    known = list(sign_off.scope.phases)

    def phases(number: str) -> dict[str, list[CheckResult]]:
        found: dict[str, list[CheckResult]] = {}
        for result in sign_off.checks:
            if (result.plan or "") == number:
                found.setdefault(result.phase, []).append(result)
        return dict(sorted(found.items(), key=lambda item: known.index(item[0]) if item[0] in known else len(known)))

    return [Chapter(plans.get(number), number, phases(number)) for number in numbers]


# ---------------------------------------------------------------------------------------------- the page


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=FileSystemBytecodeCache(),  # compiling the template takes as long as rendering it ten times
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(utc=utc, duration=duration)
    environment.globals.update(place=place, subject=subject, MANY=MANY)
    return environment


def style() -> tuple[str, str]:
    """The style sheet as it stands in the page, and the source expression that allows it and no other."""
    sheet = (TEMPLATES / "sign-off.css").read_text(encoding="utf-8")
    return sheet, "sha256-" + base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()


def render(sign_off: SignOff, *, json_sha256: str) -> str:
    """The sign-off as HTML. `json_sha256` is the digest of the `sign-off.json` that it is made from, in hexadecimal."""
    sheet, source = style()
    return (
        _environment()
        .get_template("sign-off.html.j2")
        .render(
            report=sign_off,
            json_sha256=json_sha256,
            style=Markup(sheet),  # the sheet is the project's own; escaping would change its hash
            style_source=source,
            void=sign_off.simulated or not sign_off.valid_for_sign_off,
            counts={verdict: sign_off.counts.get(verdict, 0) for verdict in Verdict},
            blocking=what_blocks(sign_off),
            not_run=not_run(sign_off),
            waived=[result for result in sign_off.checks if result.verdict is Verdict.WAIVED],
            stages=stages(sign_off.plans),
            plans={plan.number: plan for plan in sign_off.plans},
            cost=cost(sign_off.plans),
            rollback=[result for result in sign_off.checks if any(id.startswith("rollback.") for id in result.requirements)],
            chapters=chapters(sign_off),
            meaning=MEANING,
        )
    )
