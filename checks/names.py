"""Names and tags: what DynamoDB tables and S3 buckets have in common."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from checks import Finding, Problem, Seen, Undecided
from checks.comparisons import closest, counted, judge, nothing

if TYPE_CHECKING:
    from fixtures.declared.resources import Naming


def follows(naming: Naming) -> Iterator[Finding]:
    """Whether the declared names follow the plan's own convention."""
    expected = f"a name like {naming.name}"
    for name in naming.own:
        yield judge(name, fnmatch.fnmatchcase(name, naming.name), expected, name)
    if not naming.own:
        yield Seen(naming.region, expected, "the plan declares none here")


def lookalikes(name: str, names: Collection[str]) -> Iterator[Finding]:
    """Existing names that differ from the declared one in case or separators only: one is taken for the other."""
    others = [other for other in _by_letters(tuple(names)).get(_letters(name), []) if other != name]
    found = (f"{other} exists beside it" for other in others)
    yield from nothing(name, "a name that no other is mistaken for", found, otherwise=f"no other like it among {len(names)}")


def _letters(name: str) -> str:
    return re.sub(r"[-_.]", "", name).lower()


@lru_cache(maxsize=8)  # the same names are compared with every declared one
def _by_letters(names: tuple[str, ...]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name in names:
        grouped.setdefault(_letters(name), []).append(name)
    return grouped


def undeclared(naming: Naming, standing: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """What belongs to the project, by its name or its Project tag, and no plan declares. `standing` is what no plan declares."""
    found = {name: because for name, tags in standing.items() if (because := _because(naming, name, tags))}
    for name, because in found.items():
        meant = closest(name, naming.declared, "declared")
        yield Problem(name, expected="declared by a plan, or tolerated by name", observed=f"exists, {because}{meant}")
    alike = " or ".join([*naming.patterns, *([f"tagged Project={naming.project}"] if naming.project else [])])
    if not alike:
        yield Undecided(naming.region, "neither a name nor a required tag Project says what is the project's")
    elif not found:
        others = f"{len(naming.declared)} declared, {counted(len(standing), 'other')} beside them, none of those"
        yield Seen(naming.region, expected=f"nothing undeclared like {alike}", observed=others)


def _because(naming: Naming, name: str, tags: Mapping[str, str]) -> str:
    """Why something of that name and with those tags is the project's, or ""."""
    if alike := next((pattern for pattern in naming.patterns if fnmatch.fnmatchcase(name, pattern)), None):
        return f"named like {alike}"
    return f"tagged Project={naming.project}" if naming.project and tags.get("Project") == naming.project else ""


def required_tags(resource: str, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Whether each required tag is there with its value; "*" stands for any value that is not empty."""
    for tag, value in required.items():
        found = tags.get(tag)
        expected = f"tag {tag} with a value" if value == "*" else f"tag {tag}={value}"
        if found is None:
            near = sorted(name for name in tags if name.lower() == tag.lower())
            observed = f"no such tag; there is {near[0]}, and case matters" if near else "no such tag"
        else:
            observed = f"{tag}={found}" if found.strip() else "an empty value"
        yield judge(resource, found is not None and (bool(found.strip()) if value == "*" else found == value), expected, observed)
    if not required:
        yield Seen(resource, "no tag in particular", ", ".join(sorted(tags)) or "no tag")
