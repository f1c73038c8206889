"""Renders the first screen of a sign-off as Markdown, for a pull request or a chat.

Names are written as code, where no mark-up, mention or link is read; other texts from outside are escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from reports.groups import Group, UnreadGroup, layers, not_run, stages, unread_groups, void, void_because, what_blocks
from reports.html import LIMIT, WHOLE, duration, place, subject, utc, visible
from reports.sign_off import CheckResult, PlanResult, SignOff, Verdict

ROWS = 30
"""Rows of one list that are shown: a comment is no place for all of them."""

NAMES = 10
"""Names in one row that are shown."""

SYMBOL = {
    "GO": "✅",
    "NO-GO": "❌",
    "ROLL BACK": "⏪",
    "INCOMPLETE": "➖",
    "NOT LOOKED AT": "➖",
    Verdict.PASS: "✅",
    Verdict.FAIL: "❌",
    Verdict.INCONCLUSIVE: "❔",
    Verdict.BLOCKED: "⛔",
    Verdict.WAIVED: "📝",
}


def prose(text: str, limit: int = LIMIT) -> str:
    """A text from outside as one line that is read as the words it is: no mark-up, HTML, mention, reference or link."""
    line = re.sub(r"([\\`*_\[\]|~$])", r"\\\1", visible(text, limit).strip())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A backslash does not keep a forge from finding a mention or an issue number; a space of no width does.
    line = re.sub(r"([@#])(?=\w)", r"\1&#8203;", line)
    line = re.sub(r":(?=//)", r"\\:", line)
    line = re.sub(r"(?i)(www)(?=\.)", r"\1\\", line)
    return re.sub(r"^(\d*)([-+=#.)])(?=\s|[-+=#]|$)", r"\1\\\2", line)


def code(text: str) -> str:
    """A name from outside as code in a table's cell, where only the backtick and the bar act."""
    shown = visible(text).strip().replace("`", "'")
    # Within a table a bar is written with a backslash, which cannot be told from a backslash of the text's own.
    shown = re.sub(r"\\+\|", "¦", shown).replace("|", r"\|")
    return f"`{shown}`" if shown else ""


def render(sign_off: SignOff, *, json_sha256: str) -> str:
    """The sign-off's first screen. `json_sha256` is the digest of the `sign-off.json` that it is made from."""
    groups = what_blocks(sign_off)
    blocks = [
        _warning(sign_off),
        _headline(sign_off),
        _signs(sign_off),
        _plans(sign_off),
        _run(sign_off),
        _blocking(groups),
        _actions(groups),
        _unread(sign_off, unread_groups(sign_off)),
        _counts(sign_off),
        _facts(sign_off, json_sha256),
    ]
    return "\n\n".join("\n".join(lines) for block in blocks if (lines := list(block))) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return ", ".join(map(code, names[:NAMES])) + more


def _warning(sign_off: SignOff) -> Iterator[str]:
    if void(sign_off):
        title = "SIMULATED ESTATE. Signs nothing off" if sign_off.simulated else "Signs nothing off"
        reasons = "; ".join(map(prose, void_because(sign_off)))
        yield f"> **{title}**" + (f": {reasons}" if reasons else "")


def _headline(sign_off: SignOff) -> Iterator[str]:
    symbol = "⚠️" if void(sign_off) and sign_off.verdict == "GO" else SYMBOL[sign_off.verdict]
    word = "" if sign_off.headline.startswith(sign_off.verdict) else f"{sign_off.verdict}: "
    yield f"## {symbol} {word}{prose(sign_off.headline)}"


def _signs(sign_off: SignOff) -> Iterator[str]:
    if sign_off.signs and not void(sign_off):
        yield f"- **Signs:** {'; '.join(map(prose, sign_off.signs))}"
    if sign_off.does_not_sign:
        yield f"- **Does not sign:** {'; '.join(map(prose, sign_off.does_not_sign))}"


def _facts(sign_off: SignOff, json_sha256: str) -> Iterator[str]:
    started, finished = utc(sign_off.started), utc(sign_off.finished)
    until = f"{finished:%H:%M:%S}" if started.date() == finished.date() else f"{finished:%Y-%m-%d %H:%M:%S}"
    origin = f"{code(sign_off.promoted_from)} → " if sign_off.promoted_from else ""
    judge = sign_off.provenance
    facts = {
        "Promotion": origin + code(sign_off.environment),
        "Account": code(sign_off.account),
        "Regions": ", ".join(map(code, sign_off.regions)),
        "Run by": code(sign_off.identity) or "not known",
        "Started to finished": f"{started:%Y-%m-%d %H:%M:%S} to {until} UTC ({duration(finished - started)})",
        "Scope": code(sign_off.scope.expression) or "everything of the environment",
        "Judged by": f"{prose(judge.suite)} {prose(judge.version)} of {code(judge.repository) or 'a repository that is not known'}",
        "Commit of what judged": code(judge.commit),
        "The whole report": "`sign-off.html`, made from `sign-off.json` of the digest below",
        "SHA-256 of `sign-off.json`": code(json_sha256),
    }
    yield "### Which report this is"
    yield ""
    yield from _table(("Fact", ""), facts.items())


def _counts(sign_off: SignOff) -> Iterator[str]:
    counts = {verdict: sign_off.counts.get(verdict, 0) for verdict in Verdict}
    head = [*(f"{SYMBOL[verdict]} {verdict}" for verdict in Verdict), "= expected"]
    yield from _table(head, [[*map(str, counts.values()), str(sign_off.scope.expected)]])
    if (total := sum(counts.values())) != sign_off.scope.expected:
        yield ""
        yield f"**The counts do not add up:** {total} checks have a verdict and the scope expects {sign_off.scope.expected}."


def _run(sign_off: SignOff) -> Iterator[str]:
    if sign_off.incomplete_because:
        yield "### The run is not complete"
        yield ""
        yield from (f"- {prose(reason)}" for reason in sign_off.incomplete_because)
        if unrun := not_run(sign_off):
            yield f"- {len(unrun)} checks did not run"


def _found(result: CheckResult) -> Iterator[tuple[str, str, str]]:
    """Resource, expected and observed of each problem; the reason where there is none."""
    for problem in result.problems:
        yield code(subject(result, problem.resource)), prose(problem.expected), prose(problem.observed)
    if not result.problems or result.verdict is not Verdict.FAIL:
        yield code(place(result.resource, result.region)), "", prose(result.reason)


def _blocking(groups: Sequence[Group]) -> Iterator[str]:
    rows = [
        (
            f"{SYMBOL[group.verdict]} {group.verdict}",
            prose(group.severity),
            f"{prose(group.title)} {code(group.id)}",
            *found,
            prose(result.plan or "environment"),
            prose(result.owner),
        )
        for group in groups
        for result in group.results
        for found in _found(result)
    ]
    if rows:
        yield "### What blocks"
        yield ""
        yield from _table(
            ("Verdict", "Severity", "What must be true", "Resource", "Expected", "Observed", "Plan", "Owner"), rows[:ROWS]
        )
    if len(rows) > ROWS:
        yield ""
        yield f"and {len(rows) - ROWS} more, in `sign-off.html`"


def _actions(groups: Sequence[Group]) -> Iterator[str]:
    for group in groups[:ROWS]:
        yield from (f"- {code(group.id)}: {prose(fix)}" for fix in group.fixes)
        blocked = Counter(follower.blocked_by for follower in group.blocked)
        for result in (result for result in group.results if blocked[result.node]):
            yield f"- {code(group.id)} for {code(result.resource)} blocks {blocked[result.node]}"


def _unread(sign_off: SignOff, groups: Sequence[UnreadGroup]) -> Iterator[str]:
    if groups:
        yield "### Could not be read"
        yield ""
    if any(group.denied for group in groups):
        who = code(sign_off.identity) or "whoever ran it"
        policy = code(f"pytest --env {sign_off.environment} --iam-policy")
        yield f"Denied to {who}; the policy to ask for is what {policy} prints:"
        yield ""
    for group in groups[:ROWS]:
        what = f"{_names(group.actions)} is denied" if group.denied else f"{_names(group.operations)} failed"
        where = f" in {_names(group.regions)}" if group.regions else ""
        on = f" on {_names(group.on)}" if group.on else ""
        number = f"{len(group.results)} {'check' if len(group.results) == 1 else 'checks'}"
        yield f"- {what}{where}{on}, which leaves {number} open: {prose(group.reason, WHOLE)}"
    if len(groups) > ROWS:
        yield f"- and {len(groups) - ROWS} more, in `sign-off.html`"


def _plan(plan: PlanResult) -> tuple[str, ...]:
    return (
        f"{prose(plan.number)} {prose(plan.project)}",
        str(plan.wave),
        f"{SYMBOL[plan.verdict]} {plan.verdict}",
        *(str(plan.counts.get(verdict, 0)) for verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.BLOCKED)),
        ", ".join(map(prose, plan.needs)),
        ", ".join(map(prose, plan.approvers)),
        prose(plan.not_looked_at) + (" (inventory pending)" if plan.pending else ""),
    )


def _plans(sign_off: SignOff) -> Iterator[str]:
    """In the order of their needs."""
    rows = [_plan(plan) for stage in stages(sign_off.plans) for plan in stage]
    if rows:
        heads = ("Plan", "Wave", "Verdict", "Fail", "Inconclusive", "Blocked", "Needs", "Must approve", "Not looked at")
        yield from _table(heads, rows)
    for plan in (plan for plan in sign_off.plans if plan.layers):
        yield ""
        yield f"Layers of {prose(plan.number)} {prose(plan.project)}, each of which stands on those before it:"
        yield ""
        for number, layer in enumerate(layers(sign_off, plan), start=1):
            yield f"{number}. {prose(layer.name)} {prose(layer.told)}"
