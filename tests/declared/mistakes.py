"""Mistakes in plan files, and how they are refused: in one line, with file, key, found and expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.declared.files import PlanError
from fixtures.declared.inventory import load


@dataclass(frozen=True)
class Broken:
    """A file in which `this` is replaced by `that`, and what the refusal says. `this` empty: `that` is all of it."""

    id: str
    file: str
    this: str
    that: str
    says: tuple[str, ...]
    env: str = "sit"
    blames: str = ""  # where another file than the broken one is named: of two that clash, the first


P04, P05, P06 = "04_dynamodb_schemas.toml", "05_s3_schemas.toml", "06_backend_public.toml"
P07, ENV = "07_ecs_terraform.toml", "environments.toml"
MINIMAL = (
    'number = "{0}"\nproject = "p"\nrepository = "r"\nwave = 1\nneeds = []\nowner = "o"\napprovers = ["a"]\n'
    'inventory = "pending"\nschedule = {{}}\ncost = {{}}\n'
)


def each(rows: Sequence[Broken]) -> pytest.MarkDecorator:
    """Run a test for each of the rows."""
    return pytest.mark.parametrize("broken", rows, ids=[broken.id for broken in rows])


def refusal(env: str, directory: Path) -> str:
    with pytest.raises(PlanError) as refused:
        load(env, directory)
    text = str(refused.value)
    assert text.splitlines() == [text]
    return text


def demand_refusal(plans: Path, broken: Broken) -> None:
    """Break the file in the copy of the plans, and demand what the row says of the refusal."""
    path = plans / broken.file
    text = path.read_text("utf-8") if path.exists() else ""
    if broken.this:
        assert broken.this in text  # else the row breaks nothing
    path.write_text(text.replace(broken.this, broken.that, 1) if broken.this else broken.that, "utf-8")
    told = refusal(broken.env, plans)
    assert (broken.blames or path.name) in told
    for words in ("found", "expected", *broken.says):
        assert words in told
