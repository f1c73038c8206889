"""What the tests of whole runs share."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SMALL = Path(__file__).parents[1] / "small_plans"
Suite = Callable[..., Any]
PROD = ("--env=prod", f"--plans={SMALL}")
# Two of the small plans: for what does not hang on what is declared, since a run over all of them takes twice as long.
FEW_PLANS = Path(__file__).parents[1] / "few_plans"
FEW = ("--env=prod", f"--plans={FEW_PLANS}")


def lines(ended: Any) -> list[str]:
    return [line for line in ended.output.splitlines() if line.strip()]


def one_line_and_exit_4(ended: Any) -> str:
    assert ended.status == 4
    assert len(lines(ended)) == 1, ended.output
    assert ended.sign_off == {}
    return str(ended.output)


def commit(root: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *command], cwd=root, check=True, capture_output=True)
