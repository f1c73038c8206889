"""The sign-off: what a run looked at, what it found, and what follows. Its JSON is canonical; every other form is made
from it.

GO is earned: every check that the scope should have passed or is validly waived, and nothing spoke against the run
itself (`SignOff.decide`). Whatever else happened is NO-GO.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

SCHEMA = "1"


class Verdict(StrEnum):
    """What became of one check. `MEANING` says it in words."""

    PASS = "pass"  # noqa: S105  # no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    BLOCKED = "blocked"
    WAIVED = "waived"


MEANING: dict[Verdict, str] = {
    Verdict.PASS: "looked, and it is as it must be",
    Verdict.FAIL: "looked, and it is not as it must be",
    Verdict.INCONCLUSIVE: "could not look, or saw too little to say; never counted as a pass",
    Verdict.BLOCKED: "what it stands on failed; it is judged again when that is mended",
    Verdict.WAIVED: "not as it must be, and accepted by a named person until a date",
}

Decision = Literal["GO", "NO-GO", "ROLL BACK"]
PlanDecision = Literal["GO", "NO-GO", "INCOMPLETE", "NOT LOOKED AT"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(_Part):
    """One thing that a check judged: good (`seen`) or not (`problems`), told by the same comparison."""

    resource: str
    expected: str
    observed: str


class Unread(_Part):
    """A read that failed, and left a check open. `operation` is AWS's ("s3:GetBucketPolicy"), `action` IAM's name of it, `on` the
    ARNs that the policy names for it; `denied` says that the caller may not, and `reason` is the whole cause in one line."""

    operation: str
    action: str
    region: str
    on: tuple[str, ...]
    denied: bool
    reason: str


class CheckResult(_Part):
    """One check of one resource. `plan` and `wave` are None where the whole environment declares the resource; `layer` is that of
    its plan to which the resource belongs, "" where the plan has none.

    `seen` is what was judged and is good, `problems` what is not; `limits` are the figures that it was judged by. `reason` is set
    for inconclusive and blocked, `unread` where that is because a read failed, `blocked_by` for blocked: the `node` of the
    failure; `observations` state what is worth knowing and was not judged; `evidence` are ids of calls in `evidence.jsonl`.

    Known while a run is evaluated and not part of the report: `about` are the resource and those it stands on, as
    "kind/id"; `stands_on` the ids of checks whose failure for one of them would explain this one's; `absent` says that a
    fact of this check found its resource missing.
    """

    id: str
    title: str
    severity: str
    pillar: str
    requirements: tuple[str, ...]
    plan: str | None
    wave: int | None
    layer: str = ""
    phase: str
    resource: str
    region: str
    owner: str
    verdict: Verdict
    limits: dict[str, JsonValue] = {}
    seen: tuple[Finding, ...] = ()
    problems: tuple[Finding, ...] = ()
    observations: tuple[str, ...] = ()
    reason: str = ""
    unread: Unread | None = None
    blocked_by: str = ""
    fix: str
    evidence: tuple[str, ...] = ()
    node: str
    about: Annotated[tuple[str, ...], Field(exclude=True)] = ()
    stands_on: Annotated[tuple[str, ...], Field(exclude=True)] = ()
    absent: Annotated[bool, Field(exclude=True)] = False

    @property
    def good(self) -> bool:
        return self.verdict in (Verdict.PASS, Verdict.WAIVED)


class Scope(_Part):
    """What the run should have looked at. `expected` counts the checks in scope, `collected` those selected to run; `outside`
    counts, by phase, the checks of the same plans that the expression leaves out."""

    expression: str
    waves: tuple[int, ...]
    plans: tuple[str, ...]
    phases: tuple[str, ...]
    expected: int
    collected: int
    outside: dict[str, int] = {}


class PlanResult(_Part):
    """One plan in scope. `not_looked_at` is what no check covers; `pending` says that its inventory is incomplete; `layers` are
    the names of its layers, in order."""

    number: str
    project: str
    wave: int
    verdict: PlanDecision
    needs: tuple[str, ...]
    owner: str
    approvers: tuple[str, ...]
    scheduled: datetime | None
    cost: tuple[float, float] | None
    pending: bool
    not_looked_at: str
    layers: tuple[str, ...] = ()
    counts: dict[Verdict, int]
    pillars: dict[str, dict[Verdict, int]] = {}


class Conflict(_Part):
    subject: str
    one: str
    other: str
    followed: str


class Provenance(_Part):
    """What judged (the suite, its version, its commit and the repository it came from), by which files, and over whose wire AWS was
    asked. Digests are SHA-256 in hexadecimal."""

    suite: str
    version: str
    commit: str
    repository: str
    versions: dict[str, str]
    settings: dict[str, str] = {}
    digests: dict[str, str]
    calls: int
    evidence_sha256: str


class SignOff(_Part):
    """The whole. `signs` and `does_not_sign` say in words what a signature under it is for ("readiness before the deployment", "the
    deployment (107 checks are not in scope)"); `signs` is empty unless it is valid for sign-off."""

    schema_: Annotated[str, Field(alias="schema")] = SCHEMA
    verdict: Decision
    headline: str
    valid_for_sign_off: bool
    invalid_because: tuple[str, ...]
    signs: tuple[str, ...]
    does_not_sign: tuple[str, ...]
    incomplete_because: tuple[str, ...]
    simulated: bool
    environment: str
    promoted_from: str | None
    account: str
    identity: str
    regions: tuple[str, ...]
    scope: Scope
    started: datetime
    finished: datetime
    counts: dict[Verdict, int]
    plans: tuple[PlanResult, ...]
    checks: tuple[CheckResult, ...]
    conflicts: tuple[Conflict, ...]
    provenance: Provenance

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True, indent=2) + "\n"


NOT_RUN = "it did not run"  # the reason of a check in scope until its test has run


def block(results: Iterable[CheckResult]) -> list[CheckResult]:
    """Show what follows from another failure as blocked by it, or by what that follows from.

    A check that is not good is blocked by a failure, for its resource or one that this stands on, of a check on which it
    stands; and, where it found its resource missing, by any failure for that. Failures that explain each other in a circle
    explain nothing.
    """
    results = list(results)
    failed: dict[str, list[CheckResult]] = {}
    for result in results:
        if result.verdict is Verdict.FAIL and not result.absent and result.about:
            failed.setdefault(result.about[0], []).append(result)

    def blocker(result: CheckResult) -> CheckResult | None:
        for resource in () if result.good else result.about:
            for other in failed.get(resource, []):
                if other is not result and (result.absent or other.id in result.stands_on):
                    return other
        return None

    def root(result: CheckResult) -> CheckResult | None:
        chain = [result]
        while by := blocker(chain[-1]):
            if any(by is each for each in chain):
                return None
            chain.append(by)
        return chain[-1] if len(chain) > 1 else None

    def shown(result: CheckResult) -> CheckResult:
        by = root(result)
        if by is None:
            return result
        reason = f"{by.id} failed for {by.resource}: " + "; ".join(problem.observed for problem in by.problems)
        return result.model_copy(update={"verdict": Verdict.BLOCKED, "reason": reason, "blocked_by": by.node})

    return [shown(result) for result in results]


def decide(results: Sequence[CheckResult], incomplete_because: Sequence[str]) -> Decision:
    """GO only when there is something to judge, all of it is good, and nothing kept the run from being complete."""
    return "GO" if results and all(result.good for result in results) and not incomplete_because else "NO-GO"


def decide_plan(results: Sequence[CheckResult], incomplete_because: Sequence[str], *, pending: bool = False) -> PlanDecision:
    """A plan of which no check is in scope was not looked at; one whose inventory is pending was not looked at whole: whatever
    was seen of it, that is no GO."""
    if not results:
        return "NOT LOOKED AT"
    if decide(results, incomplete_because) != "GO":
        return "NO-GO"
    return "INCOMPLETE" if pending else "GO"


def count(results: Iterable[CheckResult]) -> dict[Verdict, int]:
    """How many results have each verdict, every verdict named: the numbers add up to the checks expected."""
    counted = Counter(result.verdict for result in results)
    return {verdict: counted[verdict] for verdict in Verdict}
