"""Runs that prove nothing: narrowed ones, empty scopes, tests that do not judge."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.run.runs import FEW, FEW_PLANS, ROOT, Suite

NARROW = [
    ["-k", "versioning"],
    ["-x"],
    ["--maxfail=5"],
    ["--lf"],
    ["--sw"],
    ["--deselect=tests_sit/pre_deployment/test_s3.py::test_restorable"],
    ["--ignore=tests_prod"],
    ["--ignore-glob=*s3*"],
    ["tests_sit"],
    ["tests_sit", "tests_prod/post_deployment/test_s3.py"],
    ["tests_sit/post_deployment/test_dynamodb.py::test_encryption"],
    ["--setup-plan"],
    ["--setup-only"],
    ["-o", "python_files=test_s3.py"],
    ["-o", "python_functions=test_v*"],
]


@pytest.mark.parametrize("narrowing", NARROW, ids=" ".join)
def test_a_narrowed_run_is_partial(suite: Suite, few_settings: dict[str, str], narrowing: list[str]) -> None:
    ended = suite(*FEW, *narrowing, environ=few_settings, cache=narrowing[0] in ("--lf", "--sw"))
    assert ended.status != 0
    assert ended.sign_off["verdict"] == "NO-GO" and not ended.sign_off["valid_for_sign_off"]
    assert any(reason.startswith("PARTIAL") for reason in ended.sign_off["incomplete_because"])
    assert sum(ended.sign_off["counts"].values()) == ended.sign_off["scope"]["expected"]


@pytest.mark.parametrize("scope", ["gate", "soak", "plan04 and plan05", "not wave2", "plan05 or plan04 and gate"])
def test_an_empty_scope_is_no_go(suite: Suite, few_settings: dict[str, str], scope: str) -> None:
    ended = suite(*FEW, "-m", scope, environ=few_settings)
    assert ended.status != 0 and ended.sign_off["verdict"] == "NO-GO"


@pytest.mark.parametrize("scope", ["wave2", "plan04", "plan05 and post", "pre", "post or pre"])
def test_a_scope_of_waves_plans_and_phases_is_whole(suite: Suite, few_settings: dict[str, str], scope: str) -> None:
    ended = suite(*FEW, "-m", scope, environ=few_settings)
    assert (ended.status, ended.sign_off["verdict"]) == (0, "GO")
    assert ended.sign_off["scope"]["expected"] == ended.sign_off["scope"]["collected"] == len(ended.sign_off["checks"])


def test_a_plan_that_is_pending_is_no_go_and_no_other_plan_is(suite: Suite, few_settings: dict[str, str], tmp_path: Path) -> None:
    plans = shutil.copytree(FEW_PLANS, tmp_path / "plans")
    (plans / "05_buckets.toml").write_text((FEW_PLANS / "05_buckets.toml").read_text().replace('"complete"', '"pending"'))
    ended = suite("--env=prod", f"--plans={plans}", environ=few_settings)
    assert (ended.status, ended.sign_off["verdict"]) == (1, "NO-GO")
    assert ended.sign_off["incomplete_because"] == ["the inventory of plan 05 is incomplete"]
    assert {plan["number"]: plan["verdict"] for plan in ended.sign_off["plans"]} == {"04": "GO", "05": "INCOMPLETE"}


PLUGINS = {
    "skips": "def pytest_runtest_setup(item):\n    import pytest\n    pytest.skip('not today')\n",
    "expects failures": (
        "import pytest\n@pytest.hookimpl(trylast=True)\ndef pytest_collection_modifyitems(items):\n"
        "    for item in items:\n        item.add_marker(pytest.mark.xfail(run=False))\n"
    ),
    "empties the tests": ("import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem):\n    return True\n"),
    "drops tests": "def pytest_collection_modifyitems(items):\n    del items[::2]\n",
}


@pytest.mark.parametrize("what", PLUGINS)
def test_tests_that_do_not_judge_do_not_pass(suite: Suite, few_settings: dict[str, str], tmp_path: Path, what: str) -> None:
    (tmp_path / "meddler.py").write_text(PLUGINS[what])
    ended = suite(*FEW, "-p", "meddler", environ={**few_settings, "PYTHONPATH": str(tmp_path)})
    assert ended.status != 0 and ended.sign_off["verdict"] == "NO-GO"


def test_tests_that_are_kept_from_collection_make_the_run_partial(
    suite: Suite, few_settings: dict[str, str], checkout: Path
) -> None:
    (checkout / "tests_sit/post_deployment/conftest.py").write_text("collect_ignore = ['test_dynamodb.py']\n")
    ended = suite(*FEW, environ=few_settings, cwd=checkout)
    assert (ended.status, ended.sign_off["verdict"]) == (1, "NO-GO")
    assert any("tests_sit/post_deployment/test_dynamodb.py::test_" in reason for reason in ended.sign_off["incomplete_because"])


def test_another_configuration_makes_the_run_partial(suite: Suite, few_settings: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text((ROOT / "pyproject.toml").read_text().replace('pythonpath = ["."]', f'pythonpath = ["{ROOT}"]'))
    ended = suite(*FEW, "-c", str(other), f"--rootdir={ROOT}", "tests_sit", "tests_prod", environ=few_settings)
    assert ended.status != 0
    assert any("another configuration" in reason for reason in ended.sign_off["incomplete_because"])


ENDINGS = {
    "breaks": ("raise RuntimeError('no more')", 3),
    "ends as if all were well": ("import pytest; pytest.exit('done', 0)", 3),
    "changes the exit status": ("session.exitstatus = 3", 3),
}


@pytest.mark.parametrize("what", ENDINGS)
def test_a_run_that_another_plugin_spoils_at_its_end_is_no_go(
    suite: Suite, few_settings: dict[str, str], tmp_path: Path, what: str
) -> None:
    """The verdict is told before the others end, so that they can tell it, and again if they end otherwise."""
    does, status = ENDINGS[what]
    (tmp_path / "spoiler.py").write_text(f"def pytest_sessionfinish(session):\n    {does}\n")
    ended = suite(*FEW, "-m", "plan04", "-p", "spoiler", environ={**few_settings, "PYTHONPATH": str(tmp_path)})
    assert (ended.status, ended.sign_off["verdict"]) == (status, "NO-GO")
    assert 'value="NO-GO"' in (ended.directory / "junit.xml").read_text()
