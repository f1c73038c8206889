"""Puts the results of a sign-off into the groups that a person reads: what blocks, what could not be read, and plan by plan.

The terminal, the HTML and the Markdown all tell these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reports.sign_off import NOT_RUN, CheckResult, PlanDecision, PlanResult, SignOff, Unread, Verdict, count, decide_plan

SEVERITIES: dict[str, str] = {
    "critical": "data can be lost or exposed, or the release cannot work at all",
    "high": "a part of the release cannot work, or cannot be recovered, as its plan says",
    "medium": "a convention is broken: the release works, and whoever runs it will be hindered or misled",
}
"""What a failure of each severity means, the gravest first."""

PILLARS: dict[str, str] = {
    "operational excellence": "it can be run: changed, watched, and understood when something is wrong",
    "security": "only those who should can read or change it, and what they do can be seen",
    "reliability": "it goes on working when a part fails, and what is lost can be brought back",
    "performance efficiency": "it answers fast enough under the load that is expected, without more than that takes",
    "cost optimization": "nothing is paid for that nobody needs",
    "sustainability": "it uses no more energy and hardware than its task asks for",
}
"""What each pillar of the AWS Well-Architected Framework asks."""

PHASES: dict[str, str] = {
    "pre": "before the deployment",
    "post": "after the deployment",
    "soak": "during the soak",
    "gate": "at the gate",
}


def void(sign_off: SignOff) -> bool:
    """Whether it signs nothing off."""
    return sign_off.simulated or not sign_off.valid_for_sign_off


def void_because(sign_off: SignOff) -> list[str]:
    """Why it signs nothing off, without what the headline says already."""
    said = f"the verdict is {sign_off.verdict}"
    return [reason for reason in sign_off.invalid_because if reason != said and reason not in sign_off.headline]


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
        """What to do; nothing where nobody saw that something is wrong."""
        return list(dict.fromkeys(result.fix for result in self.results)) if self.verdict is Verdict.FAIL else []

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

    A blocked result whose blocker is not in the report stands for itself, at the end. What a read that failed left open is
    left to `unread_groups`, and what a run that is not complete did not even try to `not_run`.
    """
    elsewhere = {result.node for result in not_run(sign_off)} | {result.node for result, _ in _unread(sign_off)}
    bad = [result for result in sign_off.checks if not result.good and result.node not in elsewhere]
    failures = {result.node for result in bad if result.verdict is not Verdict.BLOCKED}
    groups = _grouped(result for result in bad if result.blocked_by not in failures)
    blocks = {result.node: group for group in groups for result in group.results}
    for result in bad:
        if result.blocked_by in failures:
            blocks[result.blocked_by].blocked.append(result)
    order = list(Verdict)
    return sorted(groups, key=lambda group: (order.index(group.verdict), _rank(group.severity)))


def _rank(severity: str) -> int:
    return list(SEVERITIES).index(severity) if severity in SEVERITIES else len(SEVERITIES)


# ---------------------------------------------------------------------------------------------- what could not be read


@dataclass(frozen=True)
class UnreadGroup:
    """Inconclusive results with one cause: an action of IAM's that was denied, or an operation that failed in one region for one
    reason. `reason` is that of the first, where the causes of a denied one name each their own resource."""

    denied: bool
    reason: str
    actions: tuple[str, ...]
    operations: tuple[str, ...]
    on: tuple[str, ...]
    regions: tuple[str, ...]
    results: tuple[CheckResult, ...]


def _unread(sign_off: SignOff) -> list[tuple[CheckResult, Unread]]:
    """The results that a read that failed left open, each with that read."""
    return [(each, each.unread) for each in sign_off.checks if each.verdict is Verdict.INCONCLUSIVE and each.unread]


def unread_groups(sign_off: SignOff) -> list[UnreadGroup]:
    """What could not be read, once per cause: what was denied first, then what leaves most checks open."""
    causes: dict[tuple[str, ...], list[tuple[CheckResult, Unread]]] = {}
    for result, unread in _unread(sign_off):
        cause = (unread.action,) if unread.denied else (unread.operation, unread.region, unread.reason)
        causes.setdefault(cause, []).append((result, unread))

    def group(left_open: Sequence[tuple[CheckResult, Unread]]) -> UnreadGroup:
        unread = [each for _, each in left_open]
        return UnreadGroup(
            denied=unread[0].denied,
            reason=unread[0].reason,
            actions=_distinct(each.action for each in unread),
            operations=_distinct(each.operation for each in unread),
            on=_distinct(arn for each in unread for arn in each.on),
            regions=_distinct(each.region for each in unread),
            results=tuple(result for result, _ in left_open),
        )

    return sorted(map(group, causes.values()), key=lambda group: (not group.denied, -len(group.results)))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


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
class Checked:
    """The results of one check that was judged by the same limits: what stands once over all of them."""

    first: CheckResult
    results: list[CheckResult]

    @property
    def good(self) -> bool:
        return all(result.good for result in self.results)

    @property
    def counts(self) -> dict[Verdict, int]:
        return count(self.results)


@dataclass(frozen=True)
class Layer:
    """What became of a layer of a plan, in words."""

    name: str
    told: str
    counts: dict[Verdict, int]


def layers(sign_off: SignOff, plan: PlanResult) -> list[Layer]:
    """The layers of a plan in their order. A layer of which only what stands on an earlier one is not good is blocked by that."""
    of = {result.node: result.layer for result in sign_off.checks}
    told: list[Layer] = []
    for name in plan.layers:
        own = [result for result in sign_off.checks if (result.plan, result.layer) == (plan.number, name)]
        bad = [result for result in own if not result.good]
        blockers = _distinct(of.get(result.blocked_by, "") for result in bad)
        words = "holds" if own else "has no check in scope"
        if bad and name not in blockers and all(result.verdict is Verdict.BLOCKED for result in bad):
            words = f"is blocked by {' and '.join(blockers) or 'what another plan declares'}"
        elif bad:
            words = "fails" if any(result.verdict is Verdict.FAIL for result in bad) else "is not known to hold"
        told.append(Layer(name, words, count(own)))
    return told


@dataclass(frozen=True)
class Chapter:
    """Every result of one plan, or of the environment as a whole, by phase and check."""

    plan: PlanResult | None
    number: str
    verdict: PlanDecision
    layers: list[Layer]
    phases: dict[str, list[Checked]]
    counts: dict[Verdict, int]
    pillars: dict[str, dict[Verdict, int]]


def chapters(sign_off: SignOff) -> list[Chapter]:
    """The whole environment first, then plan by plan, one without a check too; phases in the order of the scope."""
    own: dict[str, list[CheckResult]] = {}
    for result in sign_off.checks:
        own.setdefault(result.plan or "", []).append(result)
    plans = {plan.number: plan for plan in sign_off.plans}
    return [_chapter(sign_off, plans.get(number), number, own.get(number, [])) for number in sorted({*own, *plans})]


def _chapter(sign_off: SignOff, plan: PlanResult | None, number: str, results: Sequence[CheckResult]) -> Chapter:
    phases: dict[str, dict[tuple[object, ...], Checked]] = {}
    pillars: dict[str, list[CheckResult]] = {}
    for result in results:
        key = (result.id, result.title, result.severity, result.pillar, result.requirements, str(result.limits))
        phases.setdefault(result.phase, {}).setdefault(key, Checked(result, [])).results.append(result)
        pillars.setdefault(result.pillar, []).append(result)
    known = sign_off.scope.phases
    order = sorted(phases, key=lambda phase: known.index(phase) if phase in known else len(known))
    return Chapter(
        plan=plan,
        number=number,
        verdict=plan.verdict if plan else decide_plan(results, sign_off.incomplete_because),
        layers=layers(sign_off, plan) if plan else [],
        phases={phase: list(phases[phase].values()) for phase in order},
        counts=plan.counts if plan else count(results),
        pillars=plan.pillars if plan else {pillar: count(own) for pillar, own in pillars.items()},
    )
