"""What the terminal shows: each failure once, with what it blocks; what could not be read, once per cause; the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reports.groups import UnreadGroup, unread_groups, void_because, what_blocks
from reports.sign_off import SignOff, Verdict

RESOURCES = 5
"""Resources of one cause that are named; all of them stand in the report."""


def rearrange(config: pytest.Config, sign_off: SignOff) -> None:
    """Let the terminal count what is blocked, and what could not be read, as that: the failures are what must be mended."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    stats = reporter.stats if reporter else {}
    moved = {result.node: "blocked" for result in sign_off.checks if result.verdict is Verdict.BLOCKED}
    moved |= {result.node: "could not be read" for group in unread_groups(sign_off) for result in group.results}
    for category in ("failed", "error"):
        for report in stats.pop(category, []):
            stats.setdefault(moved.get(report.nodeid, category), []).append(report)


def summarize(reporter: Any, sign_off: SignOff) -> None:
    """The sections between the failures and the verdict."""
    blocking = [(result, [each for each in group.blocked if each.blocked_by == result.node])
                for group in what_blocks(sign_off) for result in group.results]  # fmt: skip
    if any(blocked for _, blocked in blocking):
        reporter.section("blocked")
    for result, blocked in blocking:
        if blocked:
            reporter.line(f"{result.id} for {result.resource} blocks {len(blocked)}: {_several(each.id for each in blocked)}")
    if groups := unread_groups(sign_off):
        reporter.section("could not be read")
    for group in groups:
        for line in _told(group, sign_off):
            reporter.line(line)


def _told(group: UnreadGroup, sign_off: SignOff) -> Iterator[str]:
    left_open = f"leaves {len(group.results)} checks open" if len(group.results) > 1 else "leaves one check open"
    if group.denied:
        yield f"{' and '.join(group.actions)} is denied to {sign_off.identity}, and {left_open}"
        yield f"  on {_several(group.on)}"
        scope = f" -m {sign_off.scope.expression!r}" if sign_off.scope.expression else ""
        yield f"  ask whoever grants that role for what this prints: pytest --env {sign_off.environment}{scope} --iam-policy"
    else:
        yield f"{' and '.join(group.operations)} in {' and '.join(group.regions)} failed, and {left_open}"
    yield f"  {_several(f'{each.id} for {each.resource}' for each in group.results)}"
    yield f"  {group.reason}"


def _several(texts: Any) -> str:
    distinct = list(dict.fromkeys(texts))
    more = f" and {len(distinct) - RESOURCES} more" if len(distinct) > RESOURCES else ""
    return ", ".join(distinct[:RESOURCES]) + more


def conclude(reporter: Any, sign_off: SignOff, report: Path) -> None:
    """The last lines: the verdict, what a signature under it would be for, and where the report is."""
    good = sign_off.verdict == "GO"
    reporter.write_line("")
    reporter.write_line(sign_off.headline, bold=True, green=good, red=not good)
    reasons = void_because(sign_off)
    if sign_off.signs:
        reporter.write_line(f"Signs: {'; '.join(sign_off.signs)}.")
    elif reasons:
        reporter.write_line(f"Signs nothing off: {'; '.join(reasons)}.", yellow=True)
    if sign_off.does_not_sign and good:
        reporter.write_line(f"Does not sign: {'; '.join(sign_off.does_not_sign)}.")
    reporter.write_line(f"Report: {report}")
