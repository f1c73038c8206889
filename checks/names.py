"""Names and tags: what DynamoDB tables and S3 buckets have in common."""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from checks import Finding, Problem

if TYPE_CHECKING:
    from fixtures.declared.resources import Naming


def closest(name: str, names: Collection[str], what: str = "existing") -> str:
    """What to say beside "missing": the existing name that was probably meant, or that there is none like it."""
    close = difflib.get_close_matches(name, sorted(names), n=1)
    return f"; the closest {what} name is {close[0]}" if close else f"; no {what} name is close to it"


def follows(naming: Naming) -> Iterator[Finding]:
    """The declared names that do not follow the plan's own convention."""
    for name in naming.own:
        if not fnmatch.fnmatchcase(name, naming.name):
            yield Problem(name, expected=f"a name like {naming.name}", observed=name)


def lookalikes(name: str, names: Collection[str]) -> Iterator[Finding]:
    """Existing names that differ from the declared one in case or separators only: one is taken for the other."""
    for other in _by_letters(tuple(names)).get(_letters(name), []):
        if other != name:
            yield Problem(name, expected="a name that no other is mistaken for", observed=f"{other} exists beside it")


def _letters(name: str) -> str:
    return re.sub(r"[-_.]", "", name).lower()


@lru_cache(maxsize=8)  # the same names are compared with every declared one
def _by_letters(names: tuple[str, ...]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name in names:
        grouped.setdefault(_letters(name), []).append(name)
    return grouped


def undeclared(naming: Naming, standing: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """What belongs to the project, by its name or its Project tag, and no plan declares."""
    for name, tags in standing.items():
        if alike := next((pattern for pattern in naming.patterns if fnmatch.fnmatchcase(name, pattern)), None):
            because = f"named like {alike}"
        elif naming.project and tags.get("Project") == naming.project:
            because = f"tagged Project={naming.project}"
        else:
            continue
        meant = closest(name, naming.declared, "declared")
        yield Problem(name, expected="declared by a plan, or tolerated by name", observed=f"exists, {because}{meant}")


def required_tags(resource: str, tags: Mapping[str, str], *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Required tags that are missing, empty, or of another value; "*" stands for any value."""
    for tag, value in required.items():
        found = tags.get(tag)
        if found is None:
            near = sorted(name for name in tags if name.lower() == tag.lower())
            beside = f"; there is {near[0]}, and case matters" if near else ""
            yield Problem(resource, expected=f"tag {tag}", observed=f"no such tag{beside}")
        elif value == "*" and not found.strip():
            yield Problem(resource, expected=f"tag {tag} with a value", observed="an empty value")
        elif value not in ("*", found):
            yield Problem(resource, expected=f"tag {tag}={value}", observed=f"{tag}={found}")
