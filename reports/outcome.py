"""What one test has to tell: the check that it states, and what became of it.

Travels as plain data on pytest's own report (`report.check`), so that it arrives from pytest-xdist's workers as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

import checks
from checks import Check, Finding, Observation, Problem, Seen, Undecided
from fixtures.aws.errors import Absent, CallFailed
from fixtures.declared.inventory import Inventory
from fixtures.declared.resources import KINDS, Resource
from fixtures.facts import FACTS
from fixtures.facts.operations import of
from fixtures.facts.reads import READS, Reading
from reports.scope import PHASES
from reports.sign_off import NOT_RUN, CheckResult, Verdict

RESULT = pytest.StashKey[CheckResult]()
JUDGED = pytest.StashKey["Judged"]()
NOTHING_JUDGED = "the check judged nothing"
_FOLDERS = {"pre_deployment": "pre", "post_deployment": "post", "soak": "soak", "sign_off": "gate"}


class NotATest(Exception):
    """A test function of a suite that does not state exactly one check of one resource. The text is one line."""


def check_of(item: pytest.Function) -> Check[Any]:
    """The check that a test states: the one that its code names, as `module.function` of `checks`."""
    names = set(item.function.__code__.co_names)
    found: dict[str, Check[Any]] = {}
    for module in (value for name, value in item.function.__globals__.items() if name in names):
        if isinstance(module, ModuleType) and module.__name__.startswith(f"{checks.__name__}."):
            stated = (getattr(module, name, None) for name in names)
            found |= {check.id: check for check in stated if check is not None and hasattr(check, "stands_on")}
    if len(found) != 1:
        raise NotATest(f"{item.nodeid}: found {len(found)} checks in it, expected one: verify(dynamodb.some_check, ...)")
    return next(iter(found.values()))


def resource_of(item: pytest.Function) -> Resource:
    """The declared resource that a test is about."""
    parameters: Mapping[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
    found: list[Resource] = [value for name, value in parameters.items() if name in KINDS]
    if len(found) != 1:
        raise NotATest(f"{item.nodeid}: found {len(found)} resources, expected one of {', '.join(KINDS)} among its parameters")
    return found[0]


def phase_of(item: pytest.Item) -> str:
    """The phase that the test's folder stands for."""
    for part in item.path.parts[::-1]:
        if part in _FOLDERS:
            return _FOLDERS[part]
    raise NotATest(f"{item.nodeid}: found in no folder of a phase, expected one of {', '.join(_FOLDERS)}")


def marks_of(result: CheckResult, inventory: Inventory) -> list[set[str]]:
    """The marks of a check: its phase, its plan and wave. What the environment itself declares belongs to every plan, and has
    one set of marks for each."""
    plans = [result.plan] if result.plan else list(inventory.plans)
    return [{result.phase, f"plan{plan}", f"wave{inventory.plans[plan].wave}"} for plan in plans]


def known_marks(inventory: Inventory) -> set[str]:
    """Every mark that a scope may name."""
    plans = {f"plan{plan}" for plan in inventory.plans}
    return plans | {f"wave{plan.wave}" for plan in inventory.plans.values()} | set(PHASES)


def describe(item: pytest.Function, inventory: Inventory) -> CheckResult:
    """The result of a test that has not run."""
    check, resource = check_of(item), resource_of(item)
    kinds = {type_: name for name, type_ in KINDS.items()}
    return CheckResult(
        id=check.id,
        title=check.title,
        severity=check.severity.value,
        pillar=check.pillar.value,
        requirements=check.requirements,
        fix=check.fix,
        plan=resource.plan,
        wave=inventory.wave(resource.plan),
        layer=inventory.plans[resource.plan].layer_of(resource) if resource.plan else "",
        phase=phase_of(item),
        resource=resource.id,
        region=resource.region,
        owner=inventory.plans[resource.plan].owner if resource.plan else "whoever runs the suite",
        verdict=Verdict.INCONCLUSIVE,
        reason=NOT_RUN,
        node=item.nodeid,
        about=tuple(f"{kinds[type(each)]}/{each.id}" for each in (resource, *resource.stands_on)),
        stands_on=check.stands_on,
    )


# ---------------------------------------------------------------------------------------------- verdicts


@dataclass(frozen=True)
class Judged:
    """What a test's check found, and the limits that it was given."""

    findings: tuple[Finding, ...]
    limits: Mapping[str, Any]

    def of(self, *kinds: type[Finding]) -> list[Any]:
        """The findings of some kinds, in their order."""
        return [each for each in self.findings if isinstance(each, kinds)]


def failure_text(result: CheckResult, lines: Iterable[str]) -> str:
    """What a person sees of a check that did not pass."""
    headline = f"{result.id} ({result.severity}) {result.title}"
    belongs = f"plan {result.plan}, owner {result.owner}" if result.plan else f"for {result.owner}"
    return "\n".join([headline, *(f"  {line}" for line in lines), f"  {belongs}"])


def judge(item: pytest.Function, findings: Iterable[Finding], limits: Mapping[str, Any]) -> None:
    """Fail the test if there is a problem, too little to say, or nothing that was judged. Notes what was found."""
    judged = item.stash[JUDGED] = Judged(tuple(findings), limits)
    result = item.stash[RESULT]
    if problems := judged.of(Problem):
        lines = [f"{each.resource}: expected {each.expected}, observed {each.observed}" for each in problems]
        pytest.fail(failure_text(result, [*lines, f"fix: {result.fix}"]), pytrace=False)
    if undecided := [f"{each.resource}: {each.reason}" for each in judged.of(Undecided)]:
        pytest.fail(failure_text(result, _inconclusive(undecided)), pytrace=False)
    if not judged.of(Seen):
        pytest.fail(failure_text(result, _inconclusive([NOTHING_JUDGED])), pytrace=False)


def _inconclusive(reasons: Iterable[str]) -> Iterator[str]:
    for reason in reasons:
        yield f"inconclusive: {reason}"


def readings(item: pytest.Function) -> list[Reading]:
    """What became of the reads that the test declares by asking for facts."""
    reads = item.config.stash.get(READS, None)
    return [reads.reading(name, resource_of(item)) for name in item.fixturenames if name in FACTS] if reads else []


def explain(item: pytest.Function, call: pytest.CallInfo[Any]) -> None:
    """Put the headline of the check over the failure of a fact that it asked for."""
    if call.excinfo and isinstance(call.excinfo.value, pytest.fail.Exception) and any(each.error for each in readings(item)):
        failure = call.excinfo.value
        failure.msg = failure_text(item.stash[RESULT], _inconclusive([failure.msg or ""]))


def outcome(item: pytest.Function, report: pytest.TestReport) -> dict[str, Any]:
    """What became of the test in one phase of pytest's, as plain data: the fields of CheckResult that it decides.

    A test passes only if it judged: if it called `verify`, whose findings hold something seen, no problem and nothing undecided.
    """
    judged = item.stash.get(JUDGED, None)
    made = readings(item)
    unread = next((each for each in made if each.error), None)
    verdict, reason = Verdict.INCONCLUSIVE, ""
    if judged is None:
        reason = str(unread.error) if unread else _why(report)
    elif judged.of(Problem):
        verdict = Verdict.FAIL
    elif undecided := judged.of(Undecided):
        reason = "; ".join(each.reason for each in undecided)
    elif not judged.of(Seen):
        reason = NOTHING_JUDGED
    elif report.passed and not hasattr(report, "wasxfail"):
        verdict = Verdict.PASS
    else:
        reason = _why(report)
    judged = judged or Judged((), {})
    return {
        "verdict": verdict.value,
        "reason": reason,
        "limits": {name: _plain(value) for name, value in judged.limits.items()},
        "seen": [_told(each) for each in judged.of(Seen)],
        "problems": [_told(each) for each in judged.of(Problem)],
        "observations": [f"{each.resource}: {each.text}" for each in judged.of(Observation)],
        "evidence": sorted({call for each in made for call in each.calls}),
        "absent": bool(unread and isinstance(unread.error, Absent)),
        "unread": _unread(item, unread) if unread and not isinstance(unread.error, Absent) else None,
    }


def _told(finding: Finding) -> dict[str, str]:
    return {name: str(value) for name, value in vars(finding).items()}


def _plain(value: Any) -> Any:
    """A limit as JSON can tell it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _unread(item: pytest.Function, reading: Reading) -> dict[str, Any] | None:
    """Which read failed, whom IAM lets make it, and why it failed."""
    operation, region = reading.failed
    if not operation:
        return None
    known = of(operation)
    return {
        "operation": operation,
        "action": known.action,
        "region": region,
        "on": tuple(known.arns(resource_of(item))),
        "denied": isinstance(reading.error, CallFailed) and reading.error.denied,
        "reason": str(reading.error),
    }


def _why(report: pytest.TestReport) -> str:
    """Why a test that did not judge ended, in one line."""
    if report.skipped or hasattr(report, "wasxfail"):
        return "the test was skipped or expected to fail, which nobody with a name has accepted"
    if report.passed:
        return "the test ended without judging anything"
    last = str(report.longrepr or "").strip().splitlines()[-1:] or ["no message"]
    return f"the test broke in its {report.when}: {last[0]}"


def concluded(base: CheckResult, outcomes: Sequence[Mapping[str, Any]]) -> CheckResult:
    """The result of a check from all that was reported of its test: the worst of it."""
    rank = list(Verdict).index
    if not outcomes:
        return base
    worst = max(outcomes, key=lambda each: (each["verdict"] != Verdict.PASS, -rank(Verdict(each["verdict"]))))
    return CheckResult.model_validate(
        {**{name: getattr(base, name) for name in CheckResult.model_fields}, **worst, "verdict": Verdict(worst["verdict"])}
    )
