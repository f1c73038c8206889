"""Renders a sign-off as one static HTML file: an approver reads its first screen, an auditor all of it.

The file holds no script and asks for nothing over the network; its Content-Security-Policy says so to the browser.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.groups import (
    PHASES,
    PILLARS,
    SEVERITIES,
    chapters,
    cost,
    not_run,
    stages,
    unread_groups,
    void,
    void_because,
    what_blocks,
)
from reports.sign_off import MEANING, CheckResult, SignOff, Verdict

TEMPLATES = Path(__file__).parent / "templates"

LIMIT = 300
"""Characters of one text that are shown."""

WHOLE = 2000
"""Characters of the cause of a read that failed: whoever mends it needs its end too."""

MANY = 50
"""Entries of one list that are shown; all of them stand in the JSON."""


# ---------------------------------------------------------------------------------------------- texts from outside


def visible(text: str, limit: int = LIMIT) -> str:
    """A text from outside, bounded, with every character that acts instead of showing replaced by a visible one.

    Control characters could hide what follows them, and bidirectional ones could show a name as another.
    """
    shown = text[:limit]
    if not shown.isprintable():  # almost every text is
        shown = "".join(map(_visible_character, shown))
    return shown if len(text) <= limit else f"{shown}… ({len(text):,} characters in all)"


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


def _whole(text: str) -> Markup:
    """A cause, which is shown to its end."""
    return escape(visible(text, WHOLE))


def css_string(text: str) -> str:
    """A text from outside as a string of CSS: whatever is not a plain letter or digit is escaped."""
    return '"' + "".join(c if c == " " or (c.isascii() and c.isalnum()) else f"\\{ord(c):06x}" for c in visible(text, 60)) + '"'


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
    """What one finding of a result is about, with its region: the finding's own resource, not always one that was declared."""
    return place(resource, result.region)


def subjects(result: CheckResult) -> str:
    """What a result that is not good is about, in few words: what its problems name, or what was declared."""
    named = dict.fromkeys(problem.resource.removesuffix(f" ({result.region})") for problem in result.problems)
    return ", ".join(named) or result.resource


def part(result: CheckResult, resource: str) -> str:
    """What one finding is about where the result's resource stands before it already: nothing, if it is the same."""
    return "" if resource in (result.resource, f"{result.resource} ({result.region})") else f"{resource}: "


def evidence(result: CheckResult) -> Markup:
    """The ids of the calls that a result was seen by."""
    more = f" and {len(result.evidence) - MANY} more" if len(result.evidence) > MANY else ""
    return escape((", ".join(map(visible, result.evidence[:MANY])) or "no call") + more)


def phase(name: str) -> str:
    """A phase in words."""
    return f"{PHASES[name]} ({name})" if name in PHASES else name


# ---------------------------------------------------------------------------------------------- the page


@cache
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
    environment.filters.update(utc=utc, duration=duration, whole=_whole, phase=phase)
    environment.globals.update(place=place, subject=subject, subjects=subjects, part=part, evidence=evidence, MANY=MANY)
    return environment


def style(sign_off: SignOff, json_sha256: str) -> tuple[str, str]:
    """The style sheet as it stands in the page, with what every printed page says of itself, and the source expression that
    allows it and no other."""
    estate = f"{'simulated ' if sign_off.simulated else ''}{sign_off.environment}"
    foot = f"{css_string(estate)} ': {sign_off.verdict}. SHA-256 of sign-off.json: ' {css_string(json_sha256[:16])} '…'"
    sheet = (TEMPLATES / "sign-off.css").read_text(encoding="utf-8") + f"@page {{ @bottom-left {{ content: {foot}; }} }}\n"
    return sheet, "sha256-" + base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()


def prepare() -> None:
    """Load the template, which takes longer than to fill it."""
    _environment().get_template("sign-off.html.j2")


def render(sign_off: SignOff, *, json_sha256: str) -> str:
    """The sign-off as HTML. `json_sha256` is the digest of the `sign-off.json` that it is made from, in hexadecimal."""
    sheet, source = style(sign_off, json_sha256)
    blocking = what_blocks(sign_off)
    rollback = [result for result in sign_off.checks if any(id.startswith("rollback.") for id in result.requirements)]
    return (
        _environment()
        .get_template("sign-off.html.j2")
        .render(
            report=sign_off,
            json_sha256=json_sha256,
            style=Markup(sheet),  # the sheet is the project's own, and its strings are escaped; escaping would change its hash
            style_source=source,
            void=void(sign_off),
            void_because=void_because(sign_off),
            counts={verdict: sign_off.counts.get(verdict, 0) for verdict in Verdict},
            blocking=blocking,
            failures=[(result, card) for card, group in enumerate(blocking, 1) for result in group.results],
            unread=unread_groups(sign_off),
            not_run=not_run(sign_off),
            waived=[result for result in sign_off.checks if result.verdict is Verdict.WAIVED],
            stages=stages(sign_off.plans),
            plans={plan.number: plan for plan in sign_off.plans},
            cost=cost(sign_off.plans),
            rollback=rollback,
            not_ready=[result for result in rollback if not result.good],
            chapters=chapters(sign_off),
            meanings={"verdict": MEANING, "severity": SEVERITIES, "pillar": PILLARS},
        )
    )
