"""Renders the first screen of a sign-off as Markdown, for a pull request or a chat.

Names are written as code, where no mark-up, mention or link is read; other texts from outside are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from reports.html import Group, duration, not_run, place, stages, subject, utc, visible, what_blocks
from reports.sign_off import CheckResult, SignOff, Verdict

ROWS = 30
"""Rows of what blocks that are shown: a comment is no place for all of them."""

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


def prose(text: str) -> str:
    """A text from outside as one line that is read as the words it is: no mark-up, HTML, mention, reference or link."""
    line = re.sub(r"([\\`*_\[\]|~$])", r"\\\1", visible(text).strip())
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
        _facts(sign_off, json_sha256),
        _counts(sign_off),
        _run(sign_off),
        _blocking(groups),
        _actions(groups),
        _plans(sign_off),
    ]
    return "\n\n".join("\n".join(lines) for block in blocks if (lines := list(block))) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _warning(sign_off: SignOff) -> Iterator[str]:
    if sign_off.simulated or not sign_off.valid_for_sign_off:
        title = "SIMULATED ESTATE. Signs nothing off" if sign_off.simulated else "Signs nothing off"
        reasons = "; ".join(map(prose, sign_off.invalid_because))
        yield f"> **{title}**" + (f": {reasons}" if reasons else "")


def _headline(sign_off: SignOff) -> Iterator[str]:
    void = sign_off.simulated or not sign_off.valid_for_sign_off
    symbol = "⚠️" if void and sign_off.verdict == "GO" else SYMBOL[sign_off.verdict]
    word = "" if sign_off.headline.startswith(sign_off.verdict) else f"{sign_off.verdict}: "
    yield f"## {symbol} {word}{prose(sign_off.headline)}"


def _facts(sign_off: SignOff, json_sha256: str) -> Iterator[str]:
    started, finished = utc(sign_off.started), utc(sign_off.finished)
    until = f"{finished:%H:%M:%S}" if started.date() == finished.date() else f"{finished:%Y-%m-%d %H:%M:%S}"
    origin = f"{code(sign_off.promoted_from)} → " if sign_off.promoted_from else ""
    facts = {
        "Promotion": origin + code(sign_off.environment),
        "Account": code(sign_off.account),
        "Regions": ", ".join(map(code, sign_off.regions)),
        "Run by": code(sign_off.identity) or "not known",
        "Started to finished": f"{started:%Y-%m-%d %H:%M:%S} to {until} UTC ({duration(finished - started)})",
        "Commit": code(sign_off.provenance.commit),
        "Scope": code(sign_off.scope.expression) or "everything of the environment",
        "SHA-256 of `sign-off.json`": code(json_sha256),
    }
    return _table(("Fact", ""), facts.items())


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
            prose(result.owner),
        )
        for group in groups
        for result in group.results
        for found in _found(result)
    ]
    if rows:
        yield "### What blocks"
        yield ""
        yield from _table(("Verdict", "Severity", "What must be true", "Resource", "Expected", "Observed", "Owner"), rows[:ROWS])
    if len(rows) > ROWS:
        yield ""
        yield f"and {len(rows) - ROWS} more, in `sign-off.html`"


def _actions(groups: Sequence[Group]) -> Iterator[str]:
    for group in groups[:ROWS]:
        yield from (f"- {code(group.id)}: {prose(fix)}" for fix in group.fixes)
        if group.blocked:
            followers = ", ".join(code(follower.id) for follower in group.followers)
            yield f"- {code(group.id)} blocks {len(group.blocked)} more: {followers}"


def _plans(sign_off: SignOff) -> Iterator[str]:
    rows = [
        (
            f"{prose(plan.number)} {prose(plan.project)}",
            str(plan.wave),
            ", ".join(map(prose, plan.needs)),
            f"{SYMBOL[plan.verdict]} {plan.verdict}",
            "pending" if plan.pending else "",
            prose(plan.not_looked_at),
        )
        for stage in stages(sign_off.plans)
        for plan in stage
    ]
    if rows:
        yield "### Plans, in the order of their needs"
        yield ""
        yield from _table(("Plan", "Wave", "Needs", "Verdict", "Inventory", "Not looked at"), rows)
