"""What CI and the engineer read: the terminal, junit.xml, pytest-html's report. They say what the sign-off says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reports.terminal import RESOURCES
from tests.run.runs import FEW, SMALL, Suite
from tests.ways_of_failing import WAYS


def suite_of(ended: Any) -> ET.Element:
    found = ET.parse(ended.directory / "junit.xml").getroot().find("testsuite")
    assert found is not None
    return found


def properties(ended: Any) -> dict[str, str]:
    return {each.attrib["name"]: each.attrib["value"] for each in suite_of(ended).iterfind("properties/property")}


@pytest.mark.parametrize("processes", [[], ["-n2"]], ids=["one", "two"])
def test_junit_says_the_verdict(suite: Suite, few_settings: dict[str, str], processes: list[str]) -> None:
    ended = suite(*FEW, "-m", "plan04", *processes, environ=few_settings)
    told, sign_off = properties(ended), ended.sign_off
    assert told["environment"], told["account"] == (sign_off["environment"], sign_off["account"])
    assert (told["verdict"], told["valid_for_sign_off"], told["simulated"]) == ("GO", "false", "false")
    assert told["commit"] == sign_off["provenance"]["commit"]
    assert told["headline"] == sign_off["headline"]
    assert suite_of(ended).attrib["failures"] == "0"
    assert int(suite_of(ended).attrib["tests"]) == sign_off["scope"]["expected"]


@pytest.mark.parametrize("narrowing", [["-x"], ["-k", "versioning"]], ids=" ".join)
def test_a_run_that_is_not_complete_is_a_failure_in_junit(suite: Suite, few_settings: dict[str, str], narrowing: list[str]) -> None:
    ended = suite(*FEW, *narrowing, environ=few_settings)
    assert properties(ended)["verdict"] == "NO-GO"
    (failed,) = [case for case in suite_of(ended).iterfind("testcase") if case.find("failure") is not None]
    assert "verdict" in failed.attrib["name"]
    assert ended.sign_off["headline"] in (failed.findtext("failure") or "")
    assert suite_of(ended).attrib["failures"] == "1"


def test_pytest_html_counts_as_the_sign_off_does(suite: Suite) -> None:
    ended = suite("--env=sit", "--simulate=drifted", "-m", "plan04 or plan05")
    page, sign_off = (ended.directory / "report.html").read_text(), ended.sign_off
    assert sign_off["account"] in page
    assert f"SIMULATED ESTATE. {sign_off['headline']}" in page
    shown = dict(re.findall(r'<span class="(passed|failed|error|skipped)">(\d+)', page))
    counts = sign_off["counts"]
    assert shown == {
        "passed": str(counts["pass"]), "failed": str(counts["fail"]), "error": str(counts["inconclusive"]),
        "skipped": str(counts["blocked"]),
    }  # fmt: skip
    assert counts["blocked"] > 0


def test_the_terminal_shows_plan_and_owner_and_what_a_failure_blocks(suite: Suite) -> None:
    ended = suite("--env=sit", "--simulate=drifted", f"--plans={SMALL}")
    failed = {check["node"]: check for check in ended.sign_off["checks"] if check["verdict"] == "fail"}
    blocked = [check for check in ended.sign_off["checks"] if check["verdict"] == "blocked"]
    assert blocked
    assert ended.output.count("  plan 05, owner DevOps") == sum(check["plan"] == "05" for check in failed.values())
    for node in {check["blocked_by"] for check in blocked}:
        cause, own = failed[node], [check["id"] for check in blocked if check["blocked_by"] == node]
        named = ", ".join(list(dict.fromkeys(own))[:RESOURCES])  # and how many more, which are not named
        assert f"{cause['id']} for {cause['resource']} blocks {len(own)}: {named}" in ended.output
    assert f" {len(blocked)} blocked" in ended.output


DENYING = """
import json
import botocore.handlers
from tests.ways_of_failing import WAYS
botocore.handlers.BUILTIN_HANDLERS.insert(0, ("before-send.s3.GetBucketPolicy", lambda request, **_: WAYS[{way!r}](request)))
"""


@pytest.mark.parametrize("way", ["denied", "throttled"])
def test_what_could_not_be_read_is_told_once(suite: Suite, few_settings: dict[str, str], tmp_path: Path, way: str) -> None:
    (tmp_path / "failing.py").write_text(DENYING.format(way=way))
    assert way in WAYS
    root = Path(__file__).parents[2]
    ended = suite(*FEW, "-p", "failing", environ={**few_settings, "PYTHONPATH": f"{tmp_path}:{root}"})
    left_open = [check for check in ended.sign_off["checks"] if check["verdict"] == "inconclusive"]
    assert len(left_open) > 4 and {check["unread"]["operation"] for check in left_open} == {"s3:GetBucketPolicy"}
    section = ended.output.partition(" could not be read ")[2].partition("short test summary")[0]
    places = (
        [left_open]
        if way == "denied"
        else [[c for c in left_open if c["unread"]["region"] == region] for region in ("af-south-1", "eu-west-1")]
    )
    for place in places:  # who is denied is denied everywhere; what fails fails in a region
        assert f"leaves {len(place)} checks open" in section
    assert left_open[0]["unread"]["reason"] in section
    assert ended.output.count("inconclusive: ") == 0, "no block for each of them"
    assert "fix:" not in ended.output
    if way == "denied":
        assert f"s3:GetBucketPolicy is denied to {ended.sign_off['identity']}" in section
        assert "--iam-policy" in section and "arn:aws:s3:::" in section
    for name in ("sign-off.md", "sign-off.html"):
        told = (ended.directory / name).read_text()
        assert "GetBucketPolicy" in told and str(len(left_open)) in told


def test_no_private_name_of_a_class_is_told(suite: Suite, few_settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text(DENYING.format(way="empty"))
    ended = suite(
        *FEW, "-m", "plan05", "-p", "failing", environ={**few_settings, "PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"}
    )
    assert "the body is empty" in ended.output
    assert not re.search(r"\b_[A-Z]\w+", ended.output + (ended.directory / "sign-off.json").read_text())
