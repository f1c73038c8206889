"""The sign-off of a run, and the files that tell it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from fixtures.aws.calls import NOT_AWS, Call
from fixtures.dns.door import SETTING
from fixtures.http.exchanges import Exchange
from fixtures.run import Run
from reports.provenance import Commit, settings, suite, versions
from reports.sign_off import (
    CheckResult,
    Conflict,
    PlanResult,
    Provenance,
    Scope,
    SignOff,
    count,
    decide,
    decide_plan,
)


def compose(
    run: Run,
    scope: Scope,
    results: Sequence[CheckResult],
    calls: Sequence[Call | Exchange],
    *,
    finished: datetime,
    incomplete_because: Sequence[str],
    commit: Commit,
) -> SignOff:
    """The sign-off of a run that ended."""
    environment, inventory = run.inventory.environment, run.inventory
    plans = tuple(_plan(run, number, results, incomplete_because) for number in scope.plans)
    if pending := [plan.number for plan in plans if plan.pending]:  # which keeps nobody from deciding on the other plans
        incomplete_because = [*incomplete_because, f"the inventory of plan {', '.join(pending)} is incomplete"]
    verdict = decide(results, incomplete_because)
    invalid = [*incomplete_because] if verdict != "GO" else []
    if run.simulate:
        invalid.insert(0, "the estate is simulated")
    asked = [call for call in calls if isinstance(call, Call)]
    if foreign := sorted({call.endpoint for call in asked if call.service not in NOT_AWS and not call.at_aws}):
        invalid.append(f"the endpoint is not AWS's own: {', '.join(foreign)}")
    if here := sorted({call.endpoint for call in calls if isinstance(call, Exchange) and call.on_this_machine}):
        invalid.append(f"what answered for a website runs on the machine of the run: {', '.join(here)}")
    if (first := settings().get(SETTING)) and any(call.service == "dns" for call in asked):
        invalid.append(f"the name servers that were asked first are not the root's own: {first}")
    if verdict != "GO":
        invalid.insert(0, f"the verdict is {verdict}")
    if commit.wrong:
        invalid.append(f"the code that judged is not a commit: {commit.wrong}")
    name, version, repository = suite()
    return SignOff(
        verdict=verdict,
        headline=_headline(run, scope, results, verdict, incomplete_because),
        valid_for_sign_off=not invalid,
        invalid_because=tuple(invalid),
        signs=_signs(scope) if not invalid else (),
        does_not_sign=_does_not_sign(scope),
        incomplete_because=tuple(incomplete_because),
        simulated=bool(run.simulate),
        environment=environment.name,
        promoted_from=environment.promoted_from,
        account=environment.account,
        identity=run.identity.arn if run.identity else "",
        regions=tuple(environment.regions),
        scope=scope,
        started=run.started,
        finished=finished,
        counts=count(results),
        plans=plans,
        checks=tuple(results),
        conflicts=tuple(Conflict(**conflict.model_dump()) for conflict in inventory.conflicts),
        provenance=Provenance(
            suite=name,
            version=version,
            commit=commit.id,
            repository=repository,
            versions=versions(),
            settings=settings(run.door.ca_bundle if run.door else None),
            digests=dict(inventory.digests),
            calls=len(calls),
            evidence_sha256=_sha256(_evidence(calls)),
        ),
    )


def _plan(run: Run, number: str, results: Sequence[CheckResult], incomplete_because: Sequence[str]) -> PlanResult:
    plan = run.inventory.plans[number]
    own = [result for result in results if result.plan == number]
    env = run.inventory.environment.name
    cost = plan.cost.get(env)
    return PlanResult(
        number=number,
        project=plan.project,
        wave=plan.wave,
        verdict=decide_plan(own, incomplete_because, pending=plan.inventory == "pending"),
        needs=tuple(plan.needs),
        owner=plan.owner,
        approvers=tuple(plan.approvers),
        scheduled=plan.schedule.get(env),
        cost=(cost[0], cost[1]) if cost else None,
        pending=plan.inventory == "pending",
        not_looked_at=plan.not_looked_at,
        layers=tuple(layer.name for layer in plan.layers),
        counts=count(own),
        pillars={pillar: count(each for each in own if each.pillar == pillar) for pillar in sorted({each.pillar for each in own})},
    )


# What a signature is for, phase by phase.
_SIGNED = {
    "pre": "readiness before the deployment",
    "post": "the deployment",
    "soak": "the soak",
    "gate": "the approvals at the gates",
}


def _signs(scope: Scope) -> tuple[str, ...]:
    plans = f"plan{'s' if len(scope.plans) > 1 else ''} {', '.join(scope.plans)}"
    return tuple(f"{_SIGNED[phase]} of {plans}" for phase in scope.phases)


def _does_not_sign(scope: Scope) -> tuple[str, ...]:
    """What a reader could take the report for, and it is not: phases that were left out, or that no check looks at yet."""
    left_out = [
        f"{_SIGNED[phase]} ({number} {'check is' if number == 1 else 'checks are'} not in scope)"
        for phase, number in scope.outside.items()
    ]
    unwritten = [words for phase, words in _SIGNED.items() if phase not in scope.phases and phase not in scope.outside]
    return (*left_out, *([f"{' and '.join(unwritten)} (no check of the suite looks at that yet)"] if unwritten else []))


def _headline(
    run: Run,
    scope: Scope,
    results: Sequence[CheckResult],
    verdict: str,
    incomplete_because: Sequence[str],
) -> str:
    name = run.inventory.environment.name.upper()
    where = f"{verdict}: {'simulated ' if run.simulate else ''}{name}" + (f" ({scope.expression})" if scope.expression else "")
    if verdict == "GO":
        if set(scope.outside) - set(scope.phases):  # a part must not look like the whole
            phases = " and ".join(_SIGNED[phase] for phase in scope.phases)
            where = where.replace("GO: ", f"GO for {phases} alone: ", 1)
        return f"{where}: all {len(results)} checks passed."
    bad = [f"{number} {what}" for what, number in count(results).items() if number and what != "pass"]
    told = [f"{', '.join(bad)}, of {len(results)} checks"] if bad else []
    return f"{where}: {'; '.join([*told, *incomplete_because[:1]])}."


def _evidence(calls: Sequence[Call | Exchange]) -> str:
    return "".join(f"{call.to_json()}\n" for call in calls)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def demand_writable(directory: Path) -> Path:
    """The directory, made if it is not there. Raises OSError if nothing can be written there."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / ".writable").touch()
    (directory / ".writable").unlink()
    return directory


def write(directory: Path, sign_off: SignOff, calls: Sequence[Call | Exchange]) -> None:
    """Write the reports that are made from the sign-off, and the evidence: all of them, or none. Raises OSError."""
    from reports import html, markdown  # noqa: PLC0415  # slow to import: `SignOffPlugin.begin` does, while AWS is asked who calls

    text = sign_off.to_json()
    digest = _sha256(text)
    contents = {
        "sign-off.json": text,
        "sign-off.html": html.render(sign_off, json_sha256=digest),
        "sign-off.md": markdown.render(sign_off, json_sha256=digest),
        "evidence.jsonl": _evidence(calls),
    }
    written = {directory / f".{name}.new": directory / name for name in contents}
    try:
        for path, content in zip(written, contents.values(), strict=True):
            path.write_text(content, "utf-8")
        for path, name in reversed(written.items()):  # the canonical one last
            path.rename(name)
    except OSError:
        for path in filter(Path.is_file, written.values()):  # also what this run wrote before it knew how it would end
            path.unlink()
        raise
    finally:
        for path in written:
            path.unlink(missing_ok=True)
