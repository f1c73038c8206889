"""An earlier report is moved and never destroyed, and never taken for that of a run which came to no verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.earlier import WRITTEN, set_aside
from tests.run.runs import FEW, Suite, lines, one_line_and_exit_4


def earlier(directory: Path) -> list[Path]:
    """The directories of earlier reports, the oldest first."""
    return sorted((directory / "earlier").iterdir()) if (directory / "earlier").exists() else []


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}


def test_an_earlier_report_is_moved(suite: Suite, few_settings: dict[str, str]) -> None:
    first = suite(*FEW, "-m", "plan04", environ=few_settings)
    there = contents(first.directory)
    assert set(there) == set(WRITTEN)
    second = suite(*FEW, "-m", "plan04", environ=few_settings)
    (moved,) = earlier(second.directory)
    assert contents(moved) == there
    assert moved.name == first.sign_off["started"].translate(str.maketrans("", "", "-:")).partition(".")[0].rstrip("Z") + "Z"
    assert lines(second)[-1].endswith(f"earlier/{moved.name}")


@pytest.mark.parametrize(
    "mistake",
    [["-m", "plan4"], ["--env=sti"], ["--read-threads=0"], ["--plans=/nowhere"], ["--no-such"], []],
    ids=["scope", "environment", "threads", "plans", "option", "credentials"],
)
def test_a_run_that_does_not_start_destroys_nothing_and_leaves_no_verdict(suite: Suite, tmp_path: Path, mistake: list[str]) -> None:
    """The last one has no credentials."""
    directory = tmp_path / "report"
    directory.mkdir()
    for name in WRITTEN:
        (directory / name).write_text('{"started": "2026-01-13T09:00:00Z", "verdict": "GO"}')
    there = contents(directory)
    ended = suite(*FEW, *mistake)
    assert (ended.status, ended.sign_off) == (4, {}), ended.output
    assert contents(directory) == {}
    (moved,) = earlier(directory)
    assert (moved.name, contents(moved)) == ("20260113T090000Z", there)


def test_two_of_one_second_are_both_kept(tmp_path: Path) -> None:
    for text in ("first", "second"):
        (tmp_path / "sign-off.json").write_text(json.dumps({"started": "2026-01-13T09:00:00Z", "text": text}))
        set_aside(tmp_path)
    assert [json.loads((each / "sign-off.json").read_text())["text"] for each in earlier(tmp_path)] == ["first", "second"]
    assert set_aside(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"started": 7}', '{"started": "soon"}', "\udcff"])
def test_a_report_that_does_not_say_when_it_began(tmp_path: Path, text: str) -> None:
    (tmp_path / "sign-off.json").write_text(text, "utf-8", "surrogateescape")
    moved = set_aside(tmp_path)
    assert moved and moved.name.endswith("Z") and (moved / "sign-off.json").exists()


def test_only_what_the_suite_writes_is_moved(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    (tmp_path / "sign-off.md").touch()
    set_aside(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"mine.txt", "earlier"}


def test_a_directory_below_home(suite: Suite, few_settings: dict[str, str], tmp_path: Path) -> None:
    ended = suite(*FEW, "-m", "plan04 and pre", "--report-dir=~/reports", environ={**few_settings, "HOME": str(tmp_path)})
    assert ended.status == 0, ended.output
    assert (tmp_path / "reports/sign-off.json").exists()


def test_a_report_directory_that_cannot_be_written(suite: Suite) -> None:
    told = one_line_and_exit_4(suite("--env=sit", "--simulate", "--report-dir=/proc/reports"))
    assert "--report-dir" in told


def test_a_report_that_can_no_longer_be_written(suite: Suite, few_settings: dict[str, str], tmp_path: Path) -> None:
    """All of it is there, or nothing that looks like a verdict."""
    (tmp_path / "spoiler.py").write_text(
        "import pathlib\n"
        "def pytest_collection_finish(session):\n"
        "    pathlib.Path(session.config.option.report_dir, 'sign-off.html/in the way').mkdir(parents=True)\n"
    )
    ended = suite(*FEW, "-m", "plan04", "-p", "spoiler", environ={**few_settings, "PYTHONPATH": str(tmp_path)})
    assert ended.status == 3, ended.output
    assert "NO-GO: the report cannot be written: " in ended.output
    assert set(contents(ended.directory)) <= {"junit.xml", "report.html"}
