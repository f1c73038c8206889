"""AWS Backup: what a schedule means, which rule says what, and how recent recovery points are, whatever was backed up."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from checks import Finding, Undecided
from checks.comparisons import at, counted, dated, judge, quantity

if TYPE_CHECKING:
    from fixtures.facts.backup import BackupRule, RecoveryPoints

CLOCKS = timedelta(minutes=5)  # by which the clocks of the runner and of AWS may differ: AWS accepts no request beyond that


def hourly(schedule: str) -> bool:
    """Whether an AWS Backup schedule runs every hour or more often.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    """
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour)s?\)", schedule):
        return 0 < int(rate[1]) * (1 if rate[2] == "minute" else 60) <= 60
    if fields := re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", schedule):
        minute, hour, day, month, weekday, year = fields.groups()
        if not re.fullmatch(r"\*|[0-5]?\d([,/-][0-5]?\d)*|\*/[0-5]?\d", minute) or re.search(r"/0*(\D|$)", minute):
            return False
        weekday = weekday.replace("SUN", "1").replace("SAT", "7")
        month = month.replace("JAN", "1").replace("DEC", "12")
        whole = ((hour, 0, 23), (day, 1, 31), (month, 1, 12), (weekday, 1, 7), (year, 1970, 2199))
        return all(_every(field, first, last) for field, first, last in whole)
    return False


def _every(field: str, first: int, last: int) -> bool:
    """Whether a field of a cron expression stands for all values from first to last."""
    listed = ",".join(map(str, range(first, last + 1)))
    return field.removesuffix("/1") in ("*", f"{first}-{last}", listed) or field in ("?", f"{first}/1")


def long_enough(days: int | None, limit: int) -> bool:
    """Whether what is kept for so many days is kept for the limit. A rule without a lifecycle keeps it for ever."""
    return days is None or days >= limit


def kept(days: int | None) -> str:
    """How long something is kept."""
    return "for ever" if days is None else counted(days, "day")


def named(rules: Collection[BackupRule]) -> str:
    """Which rule of which plan each is; the same for any order."""
    return ", ".join(sorted({f"rule {rule.name} of plan {rule.plan}" for rule in rules}))


def of_rules(rules: Collection[BackupRule], says: Callable[[BackupRule], str]) -> str:
    """What each rule says, and which it is; the same for any order."""
    return ", ".join(sorted({f"{says(rule)} ({named([rule])})" for rule in rules}))


def completed(points: RecoveryPoints) -> list[datetime]:
    """When the recovery points were made that can be restored from, the last one last."""
    return sorted(point.created for point in points.points if point.status == "COMPLETED")


def told(points: RecoveryPoints) -> str:
    """What recovery points there are, in a few words."""
    if made := completed(points):
        number = f"{len(made)} of {counted(len(points.points), 'recovery point')} COMPLETED"
        return f"{number}, the last of {dated(made[-1], points.as_of)}"
    if points.points:
        return f"none COMPLETED, only {', '.join(sorted({point.status or 'no status' for point in points.points}))}"
    return "no recovery point" if points.exists else f"vault {points.vault} is missing"


def recent(where: str, points: RecoveryPoints, limit: timedelta) -> Iterator[Finding]:
    """Whether the vault holds a recovery point that can be restored from and is not older than the limit."""
    expected = f"a COMPLETED recovery point in {points.vault}, at most {quantity(limit)} old"
    if not (made := completed(points)):
        yield judge(where, False, expected, told(points))
    elif made[-1] - points.as_of > CLOCKS:
        yield Undecided(where, f"the last recovery point is dated {quantity(made[-1] - points.as_of)} ahead ({at(made[-1])})")
    else:
        age = points.as_of - made[-1]
        yield judge(where, age <= limit, expected, f"{quantity(age)} ({at(made[-1])})")
