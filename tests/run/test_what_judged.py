"""Which code and which plan files judged: only a commit, from the beginning of a run to its end, signs off."""

from __future__ import annotations

import shutil
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.run.runs import SMALL, Suite, commit


def why_not(ended: Any) -> str:
    return "; ".join(ended.sign_off["invalid_because"])


def test_a_clean_commit_is_the_code_that_judged(suite: Suite, settings: dict[str, str], checkout: Path) -> None:
    shutil.copytree(SMALL, plans := checkout / "plans")  # which no commit holds, though they stand in the checkout
    ended = suite("--env=prod", f"--plans={plans}", "-m", "plan04", environ=settings, cwd=checkout)
    assert "the code that judged is not a commit: changed since: 04_" in why_not(ended)
    commit(checkout)
    ended = suite("--env=prod", f"--plans={plans}", "-m", "plan04", environ=settings, cwd=checkout)
    assert (ended.status, ended.sign_off["verdict"]) == (0, "GO"), ended.output
    assert len(ended.sign_off["provenance"]["commit"].split(";")[0]) == 40
    assert "code that judged" not in why_not(ended)


def test_a_package_beside_the_suite_is_code_that_judges(checkout: Path) -> None:
    from reports.provenance import JUDGING, commit_of

    (checkout / "html5lib").mkdir()
    (checkout / "html5lib/__init__.py").write_text("")
    assert commit_of(checkout, JUDGING).wrong == "changed since: html5lib/__init__.py"


def test_plan_files_that_no_commit_holds_sign_nothing_off(
    suite: Suite, settings: dict[str, str], checkout: Path, tmp_path: Path
) -> None:
    shutil.copytree(SMALL, plans := tmp_path / "thin")
    ended = suite("--env=prod", f"--plans={plans}", "-m", "plan04", environ=settings, cwd=checkout)
    assert "does not stand in a git repository" in why_not(ended)


HIDDEN = {
    "changed": lambda root: (root / "checks/s3.py").write_text((root / "checks/s3.py").read_text() + "\n"),
    "changed, and git told to look away": lambda root: (
        subprocess.run(["git", "update-index", "--assume-unchanged", "checks/s3.py"], cwd=root, check=True),
        (root / "checks/s3.py").write_text((root / "checks/s3.py").read_text() + "\n"),
    ),
    "added, and git told to ignore it": lambda root: (
        (root / ".git/info/exclude").write_text("more.py\n"),
        (root / "checks/more.py").write_text(""),
    ),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_code_that_is_not_the_commit_signs_nothing_off(checkout: Path, what: str) -> None:
    from reports.provenance import JUDGING, commit_of

    assert commit_of(checkout, JUDGING).wrong == ""
    HIDDEN[what](checkout)
    assert commit_of(checkout, JUDGING).wrong.startswith("changed since: checks/")


def test_code_that_changes_during_the_run_signs_nothing_off(
    suite: Suite, settings: dict[str, str], checkout: Path, tmp_path: Path
) -> None:
    (tmp_path / "meanwhile.py").write_text(
        textwrap.dedent("""\
        import subprocess
        def pytest_collection_finish(session):
            judge = session.config.rootpath / "checks/s3.py"
            judge.write_text(judge.read_text() + "# changed")
            git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
            subprocess.run([*git, "commit", "-qam", "y"], cwd=session.config.rootpath, check=True)
        """)
    )
    environ = settings | {"PYTHONPATH": str(tmp_path)}
    plans = shutil.copytree(SMALL, checkout / "small")
    commit(checkout)
    ended = suite("-p", "meanwhile", "--env=prod", f"--plans={plans}", "-m", "plan04", environ=environ, cwd=checkout)
    assert (ended.status, ended.sign_off["verdict"]) == (0, "GO"), ended.output
    assert "when the run began" in why_not(ended)
