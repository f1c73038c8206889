"""The main job on the simulated estate, and on one that is not AWS, as people and CI jobs run it."""

from __future__ import annotations

from collections import Counter

import pytest

from checks.comparisons import quantity
from fixtures.simulation import Simulation
from tests.run.runs import PROD, SMALL, Suite, lines


def test_simulated_healthy_is_go_and_signs_nothing_off(suite: Suite) -> None:
    ended = suite("--env=sit", f"--plans={SMALL}", "--simulate", "-m", "wave2")
    assert (ended.status, ended.sign_off["verdict"]) == (0, "GO")
    assert ended.sign_off["simulated"] and not ended.sign_off["valid_for_sign_off"]
    assert "the estate is simulated" in ended.sign_off["invalid_because"]
    asked = {call["id"]: call for call in ended.calls}
    for check in ended.sign_off["checks"]:
        own = [asked[id_] for id_ in check["evidence"]]
        if check["id"].startswith("websites."):
            sites = [call for call in own if call["service"] == "http"]
            assert sites and all(call["address"].startswith("127.0.0.1:") and call["attempts"] == 1 for call in sites)
    assert [line.partition(":")[0] for line in lines(ended)[-4:]] == ["GO", "Signs nothing off", "Does not sign", "Report"]
    for name in ("sign-off.html", "sign-off.md", "report.html"):
        assert "SIMULATED ESTATE" in (ended.directory / name).read_text().upper(), name
    assert {path.name for path in ended.directory.iterdir()} == {
        "sign-off.json",
        "sign-off.html",
        "sign-off.md",
        "evidence.jsonl",
        "junit.xml",
        "report.html",
    }


def test_simulated_drifted_is_no_go_with_each_fault_named(suite: Suite) -> None:
    ended = suite("--env=sit", "--simulate=drifted", "-m", "wave2")
    assert (ended.status, ended.sign_off["verdict"]) == (1, "NO-GO")
    failed = [check for check in ended.sign_off["checks"] if check["verdict"] == "fail"]
    assert len({check["id"] for check in failed}) >= 8
    for check in failed:
        assert check["fix"] in ended.output
        for problem in check["problems"]:
            assert f"{problem['resource']}: expected {problem['expected']}, observed {problem['observed']}" in ended.output
    listed = [line.partition(" ")[2] for line in lines(ended) if line.startswith(("FAILED ", "ERROR "))]
    shown = [line.partition(" - ")[0] for line in listed]  # the message follows where there is room
    assert sorted(shown) == sorted(check["node"] for check in failed)
    blocked = [check["reason"].partition(": ")[0] for check in ended.sign_off["checks"] if check["verdict"] == "blocked"]
    assert blocked
    for reason, times in Counter(blocked).items():
        assert f"{reason.replace(' failed for ', ' for ')} blocks {times}: " in ended.output
    assert f" {len(failed)} failed, " in ended.output and f" {len(blocked)} blocked in " in ended.output


def test_an_endpoint_that_is_not_aws_signs_nothing_off(suite: Suite, settings: dict[str, str]) -> None:
    ended = suite(*PROD, environ=settings)
    assert (ended.status, ended.sign_off["verdict"], ended.sign_off["simulated"]) == (0, "GO", False)
    assert not ended.sign_off["valid_for_sign_off"]
    assert any("not AWS's own" in reason for reason in ended.sign_off["invalid_because"])


def test_a_site_that_is_the_machine_itself_signs_nothing_off(
    suite_inside: Suite, small_estate: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fixtures.http.exchanges.Exchange.on_this_machine", True)
    ended = suite_inside(small_estate)
    assert any(reason.endswith("machine of the run: " + ", ".join(SITES)) for reason in ended.sign_off["invalid_because"])


SITES = [
    "http://example.org",
    "http://www.example.org",
    "https://bbws-frontend-prod.s3.af-south-1.amazonaws.com",
    "https://example.org",
    "https://www.example.org",
]


@pytest.mark.parametrize("env", ["sit", "prod"])
def test_every_pass_says_what_it_saw_against_which_limit(suite: Suite, env: str) -> None:
    ended = suite(f"--env={env}", "--simulate", "-m", "wave2")
    assert ended.status == 0, ended.output
    checks = ended.sign_off["checks"]
    assert {check["verdict"] for check in checks} == {"pass"}
    for check in checks:
        assert check["seen"], check["node"]
        for seen in check["seen"]:
            words = (seen["resource"], seen["expected"], seen["observed"])
            assert all(text.strip() and text.strip().lower() not in SAYS_NOTHING for text in words), check["node"]
        expected = " ".join(seen["expected"] for seen in check["seen"])
        for name, limit in check["limits"].items():
            told = list(limit) if isinstance(limit, dict | list) else [limit if isinstance(limit, str) else quantity(limit)]
            # Hours and minutes may be told in a larger unit.
            larger = [f"{limit / 60:g} hour", f"{limit / 24:g} day"] if isinstance(limit, int) else []
            assert all(any(text in expected for text in (each, *larger)) for each in told), (check["node"], name, expected)


SAYS_NOTHING = {"ok", "good", "yes", "true", "fine", "as expected", "as it must be", "as declared"}
