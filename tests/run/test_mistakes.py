"""A mistake on the command line or in a file is told in one line, before anything is asked of AWS."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fixtures.dns.door import SETTING
from tests.run.runs import ROOT, SMALL, Suite, one_line_and_exit_4


@pytest.mark.parametrize("simulate", [[], ["--simulate"]], ids=["real", "simulated"])
def test_a_run_from_elsewhere_says_where_to_go(suite: Suite, simulate: list[str]) -> None:
    told = one_line_and_exit_4(suite("--env=sit", *simulate, "-m", "plan04", cwd=ROOT / "docs"))
    assert f"started in {ROOT / 'docs'}, expected {ROOT}" in told


@pytest.mark.parametrize("simulate", [[], ["--simulate"]], ids=["real", "simulated"])
def test_a_region_that_does_not_exist(suite: Suite, tmp_path: Path, simulate: list[str]) -> None:
    shutil.copytree(SMALL, plans := tmp_path / "plans")
    path = plans / "environments.toml"
    path.write_text(path.read_text().replace('"eu-west-1"', '"eu-wset-1"'))
    told = one_line_and_exit_4(suite("--env=sit", f"--plans={plans}", *simulate))
    assert "region: found 'eu-wset-1'" in told and "did you mean eu-west-1?" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["--env", "--env sit"]),
        (["--env=sti"], ["'sti'", "dev, prod, sit", "did you mean sit?"]),
        (["--env=sit", "-m", "wave9"], ["'wave9'", "did you mean wave2?"]),
        (["--env=sit", "-m", "wave2 and"], ["-m", "'wave2 and'"]),
        (["--env=sit", "--plans=no-such-directory"], ["no-such-directory"]),
        (["--env=sit", "--read-threads=0"], ["--read-threads", "at least 1"]),
        (["--env=sit", "--plans=~/no-such-directory"], ["no-such-directory"]),
    ],
    ids=lambda value: " ".join(value) or "none" if isinstance(value, list) else None,
)
def test_a_mistake_on_the_command_line(suite: Suite, arguments: list[str], words: list[str]) -> None:
    told = one_line_and_exit_4(suite(*arguments))
    assert all(word in told for word in words), told


def test_name_servers_that_are_none(suite: Suite) -> None:
    told = one_line_and_exit_4(suite("--env=sit", "--simulate", environ={SETTING: "ns.example.org"}))
    assert f"{SETTING}: found 'ns.example.org', expected IPv4 addresses" in told


def test_the_policy_of_several_processes(suite: Suite) -> None:
    """pytest-xdist's controller collects nothing: the policy would be too small."""
    assert "leave -n out" in one_line_and_exit_4(suite("--env=sit", "--iam-policy", "-n2"))
    assert "Statement" not in suite("--env=sit", "--iam-policy", "-k", "unheard_of").output


def test_a_broken_plan_file(suite: Suite, tmp_path: Path) -> None:
    shutil.copytree(SMALL, plans := tmp_path / "plans")
    path = plans / "04_tables.toml"
    path.write_text(path.read_text().replace("wave = 2", 'wave = "2"'))
    told = one_line_and_exit_4(suite("--env=sit", f"--plans={plans}"))
    assert "04_tables.toml: wave: found '2'" in told
