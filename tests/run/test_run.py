"""The suite as people and CI jobs run it, each run in a process of its own."""

from __future__ import annotations

import functools
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.facts.operations import of
from fixtures.simulation import Simulation

ROOT = Path(__file__).parents[2]
SMALL = Path(__file__).parents[1] / "small_plans"
Suite = Callable[..., Any]
PROD = ("--env=prod", f"--plans={SMALL}")


@pytest.fixture
def settings(small_estate: Simulation) -> dict[str, str]:
    """The settings of somebody who is signed in to the small estate's PROD account."""
    return small_estate.settings()


def lines(ended: Any) -> list[str]:
    return [line for line in ended.output.splitlines() if line.strip()]


# ---------------------------------------------------------------------------------------------- the main job


def test_simulated_healthy_is_go_and_signs_nothing_off(suite: Suite) -> None:
    ended = suite("--env=sit", f"--plans={SMALL}", "--simulate", "-m", "wave2")
    assert (ended.status, ended.sign_off["verdict"]) == (0, "GO")
    assert ended.sign_off["simulated"] and not ended.sign_off["valid_for_sign_off"]
    assert "the estate is simulated" in ended.sign_off["invalid_because"]
    assert [line.partition(":")[0] for line in lines(ended)[-3:]] == ["GO", "Signs nothing off", "Report"]
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
    blocked = [(check["id"], check["reason"]) for check in ended.sign_off["checks"] if check["verdict"] == "blocked"]
    assert blocked and all(f"{check} (1): {reason}" in ended.output for check, reason in blocked)
    assert f" {len(failed)} failed, " in ended.output and f" {len(blocked)} blocked in " in ended.output


def test_an_endpoint_that_is_not_aws_signs_nothing_off(suite: Suite, settings: dict[str, str]) -> None:
    ended = suite(*PROD, environ=settings)
    assert (ended.status, ended.sign_off["verdict"], ended.sign_off["simulated"]) == (0, "GO", False)
    assert not ended.sign_off["valid_for_sign_off"]
    assert any("not AWS's own" in reason for reason in ended.sign_off["invalid_because"])


# ---------------------------------------------------------------------------------------------- who is calling


def one_line_and_exit_4(ended: Any) -> str:
    assert ended.status == 4
    assert len(lines(ended)) == 1, ended.output
    assert ended.sign_off == {}
    return str(ended.output)


def test_without_credentials(suite: Suite) -> None:
    told = one_line_and_exit_4(suite("--env=sit"))
    assert "aws sso login --profile Tebogo-sit" in told and "--simulate" in told


def test_the_wrong_account(suite: Suite, small_estate: Simulation) -> None:
    from fixtures.simulation.server import served

    seen: list[str] = []

    def only_identity(environ: Any, start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        seen.append(body.decode())
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [
            b"<GetCallerIdentityResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><GetCallerIdentityResult>"
            b"<Arn>arn:aws:iam::536580886816:user/x</Arn><UserId>x</UserId><Account>536580886816</Account>"
            b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
        ]

    with served(only_identity) as url:
        told = one_line_and_exit_4(suite("--env=sit", environ={**small_estate.settings(), "AWS_ENDPOINT_URL": url}))
    assert "536580886816" in told and "815856636111" in told
    assert len(seen) == 1 and "Action=GetCallerIdentity" in seen[0]


def test_credentials_that_are_not_accepted(suite: Suite, settings: dict[str, str]) -> None:
    told = one_line_and_exit_4(
        suite("--env=sit", environ={**settings, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"})
    )
    assert "nobody could say whose the credentials are" in told


@pytest.mark.parametrize("config", ["", "[profile broken"])
def test_a_profile_that_cannot_be_used(suite: Suite, tmp_path: Path, config: str) -> None:
    (tmp_path / "config").write_text(config)
    environ = {"AWS_CONFIG_FILE": str(tmp_path / "config")} | ({} if config else {"AWS_PROFILE": "nope"})
    told = one_line_and_exit_4(suite("--env=sit", environ=environ))
    assert "the credentials cannot be used" in told and ("nope" in told or "config" in told)
    assert "aws sso login" not in told


def test_a_run_from_elsewhere_says_so(suite: Suite) -> None:
    ended = suite("--env=sit", "--simulate", "-m", "plan04", cwd=ROOT / "docs")
    assert ended.status != 0
    assert any("docs, expected" in reason for reason in ended.sign_off["incomplete_because"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["--env", "--env sit"]),
        (["--env=sti"], ["'sti'", "dev, prod, sit", "did you mean sit?"]),
        (["--env=sit", "-m", "wave9"], ["'wave9'", "did you mean wave2?"]),
        (["--env=sit", "-m", "wave2 and"], ["-m", "'wave2 and'"]),
        (["--env=sit", "--plans=no-such-directory"], ["no-such-directory"]),
        (["--env=sit", "--read-threads=0"], ["--read-threads", "at least 1"]),
    ],
    ids=lambda value: " ".join(value) or "none" if isinstance(value, list) else None,
)
def test_a_mistake_on_the_command_line(suite: Suite, arguments: list[str], words: list[str]) -> None:
    told = one_line_and_exit_4(suite(*arguments))
    assert all(word in told for word in words), told


def test_the_policy_of_several_processes(suite: Suite) -> None:
    """pytest-xdist's controller collects nothing: the policy would be too small."""
    assert "leave -n out" in one_line_and_exit_4(suite("--env=sit", "--iam-policy", "-n2"))
    assert "Statement" not in suite("--env=sit", "--iam-policy", "-k", "nothing").output


def test_a_broken_plan_file(suite: Suite, tmp_path: Path) -> None:
    shutil.copytree(SMALL, plans := tmp_path / "plans")
    path = plans / "04_tables.toml"
    path.write_text(path.read_text().replace("wave = 2", 'wave = "2"'))
    told = one_line_and_exit_4(suite("--env=sit", f"--plans={plans}"))
    assert "04_tables.toml: wave: found '2'" in told


# ---------------------------------------------------------------------------------------------- offline


def test_collecting_needs_nobody_to_be_signed_in(suite: Suite) -> None:
    ended = suite("--env=prod", "--collect-only", "-q")
    assert ended.status == 0 and ended.sign_off == {}
    assert "tests_sit/post_deployment/test_dynamodb.py::test_point_in_time_recovery[campaigns-prod-eu-west-1]" in ended.output


def test_the_policy_permits_what_is_called_and_nothing_else(suite: Suite, settings: dict[str, str]) -> None:
    policy = json.loads(suite(*PROD, "--iam-policy").output)
    called = suite(*PROD, environ=settings).calls
    permitted = {name for statement in policy["Statement"] for name in statement["Action"]}
    assert permitted == {of(f"{call['service']}:{call['operation']}").action for call in called if call["signed"]}


# ---------------------------------------------------------------------------------------------- runs that prove nothing

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
def test_a_narrowed_run_is_partial(suite: Suite, settings: dict[str, str], narrowing: list[str]) -> None:
    ended = suite(*PROD, *narrowing, environ=settings, cache=narrowing[0] in ("--lf", "--sw"))
    assert ended.status != 0
    assert ended.sign_off["verdict"] == "NO-GO" and not ended.sign_off["valid_for_sign_off"]
    assert any(reason.startswith("PARTIAL") for reason in ended.sign_off["incomplete_because"])
    assert sum(ended.sign_off["counts"].values()) == ended.sign_off["scope"]["expected"]


@pytest.mark.parametrize("scope", ["gate", "soak", "plan04 and plan05", "not wave2", "plan05 or plan04 and gate"])
def test_an_empty_scope_is_no_go(suite: Suite, settings: dict[str, str], scope: str) -> None:
    ended = suite(*PROD, "-m", scope, environ=settings)
    assert ended.status != 0 and ended.sign_off["verdict"] == "NO-GO"


@pytest.mark.parametrize("scope", ["wave2", "plan04", "plan05 and post", "pre", "post or pre"])
def test_a_scope_of_waves_plans_and_phases_is_whole(suite: Suite, settings: dict[str, str], scope: str) -> None:
    ended = suite(*PROD, "-m", scope, environ=settings)
    assert (ended.status, ended.sign_off["verdict"]) == (0, "GO")
    assert ended.sign_off["scope"]["expected"] == ended.sign_off["scope"]["collected"] == len(ended.sign_off["checks"])


# ---------------------------------------------------------------------------------------------- in any order, in any number


def without_times(sign_off: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in sign_off.items() if name not in ("started", "finished")}
    told["provenance"] = {name: value for name, value in told["provenance"].items() if name != "evidence_sha256"}
    for check in told["checks"]:
        check["evidence"] = len(check["evidence"])
        check["observations"] = [text for text in check["observations"] if "restorable" not in text]  # says until when
    return told


def test_serial_distributed_and_shuffled_tell_the_same(suite: Suite, settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "backwards.py").write_text("def pytest_collection_modifyitems(items):\n    items.reverse()\n")
    shuffled = {**settings, "PYTHONPATH": str(tmp_path)}
    told, made = [], []
    for arguments, environ in (([], settings), (["-n4"], settings), (["-p", "backwards"], shuffled)):
        ended = suite(*PROD, *arguments, environ=environ)
        assert ended.status == 0, ended.output
        told.append(without_times(ended.sign_off))
        made.append(
            {(call["service"], call["operation"], call["region"], str(call["parameters"]), call["signed"]) for call in ended.calls}
        )
        assert len(made[-1]) == len(ended.calls)
    assert told[0] == told[1] == told[2]
    assert len(made[0]) == len(made[1]) == len(made[2])


def test_each_distinct_call_is_sent_once_by_four_workers(suite: Suite, small_estate: Simulation, settings: dict[str, str]) -> None:
    from fixtures.simulation.server import served

    received: list[tuple[str, str, bytes]] = []

    def recording(environ: Any, start_response: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        credential = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition(",")[0]
        asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} {environ.get('HTTP_X_AMZ_TARGET')}"
        received.append((asked, credential.rpartition("/")[0], body))
        return small_estate.gaps(environ, start_response)

    with served(recording) as url:
        ended = suite(*PROD, "-n4", environ={**settings, "AWS_ENDPOINT_URL": url})
    assert ended.status == 0, ended.output[-3000:]
    assert len(received) == len(set(received)) == len(ended.calls)


def test_a_killed_worker_is_no_go(suite: Suite, settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "killer.py").write_text(
        textwrap.dedent("""
        import os, signal
        def pytest_runtest_call(item):
            if item.name.startswith("test_versioning") and "PYTEST_XDIST_WORKER" in os.environ:
                os.kill(os.getpid(), signal.SIGKILL)
    """)
    )
    ended = suite(*PROD, "-n2", "-p", "killer", environ={**settings, "PYTHONPATH": str(tmp_path)})
    assert ended.status != 0 and ended.sign_off["verdict"] == "NO-GO"
    assert any("died" in reason for reason in ended.sign_off["incomplete_because"])
    lost = [check for check in ended.sign_off["checks"] if check["id"] == "s3.versioning"]
    assert lost and all(check["verdict"] == "inconclusive" for check in lost)


def test_an_interrupted_run_is_no_go(settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        textwrap.dedent("""
        import pathlib, time
        def pytest_runtest_call(item):
            pathlib.Path(__file__).with_name("begun").touch()
            time.sleep(0.2)
    """)
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "slow",
        *PROD,
        f"--report-dir={tmp_path / 'report'}",
    ]
    environ = {**os.environ, **settings, "PYTHONPATH": str(tmp_path)}
    # What runs in the background is started with interrupts ignored, and hands that on.
    listening = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=listening,  # noqa: PLW1509
    ) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    sign_off = json.loads((tmp_path / "report/sign-off.json").read_text())
    assert process.returncode == 2
    assert sign_off["verdict"] == "NO-GO" and "the run was interrupted" in sign_off["incomplete_because"]
    assert sum(sign_off["counts"].values()) == sign_off["scope"]["expected"] > sign_off["counts"]["pass"]


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
def test_tests_that_do_not_judge_do_not_pass(suite: Suite, settings: dict[str, str], tmp_path: Path, what: str) -> None:
    (tmp_path / "meddler.py").write_text(PLUGINS[what])
    ended = suite(*PROD, "-p", "meddler", environ={**settings, "PYTHONPATH": str(tmp_path)})
    assert ended.status != 0 and ended.sign_off["verdict"] == "NO-GO"


# ---------------------------------------------------------------------------------------------- reads alone

CLIENTS = {
    "boto3.client": "boto3.client('dynamodb', region_name='eu-west-1')",
    "a session of its own": "boto3.Session(region_name='eu-west-1').client('dynamodb')",
    "a botocore session": "__import__('botocore.session').session.Session().create_client('dynamodb', 'eu-west-1')",
    "the door's client": "request.config.stash[READS].door._clients.client('dynamodb', 'eu-west-1')",
    "a resource": "boto3.resource('dynamodb', region_name='eu-west-1').meta.client",
    "a client that was there before": "before",
    "a session without handlers": (
        "__import__('botocore.session').session.Session(include_builtin_handlers=False).create_client('dynamodb', 'eu-west-1')"
    ),
}
WRITES = {
    "put_item": "client.put_item(TableName='orders-prod', Item={'order_id': {'S': '1'}})",
    "delete_table": "client.delete_table(TableName='orders-prod')",
    "get_item": "client.get_item(TableName='orders-prod', Key={'order_id': {'S': '1'}})",
    "a paginator": "list(client.get_paginator('scan').paginate(TableName='orders-prod'))",
    "a presigned URL": "client.generate_presigned_url('delete_table', Params={'TableName': 'orders-prod'})",
}
UNWATCHED = list(CLIENTS)[-2:]  # which send nothing either, but may sign


def test_calls_that_no_fact_declares_are_refused_before_they_are_sent(
    pytester: pytest.Pytester, small_estate: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every path to a client, and every kind of call; the estate's server would see what is sent."""
    for name, value in small_estate.settings().items():
        monkeypatch.setenv(name, value)
    refused: dict[str, str] = {}
    import boto3

    before = boto3.Session(region_name="eu-west-1").client("dynamodb")

    class Meddler:
        def pytest_runtest_setup(self, item: pytest.Item) -> None:
            from fixtures.aws.errors import Refused
            from fixtures.facts.reads import READS

            if refused:
                return
            for path, how in CLIENTS.items():
                client = eval(how, {"boto3": boto3, "request": item, "READS": READS, "before": before})
                sent: list[str] = []
                client.meta.events.register_last("before-send", lambda event_name, sent=sent, **_: sent.append(event_name))
                for call, what in list(WRITES.items())[: -1 if path in UNWATCHED else None]:
                    with pytest.raises(Refused, match="refused before it was sent"):
                        eval(what, {"client": client})
                    refused[f"{path}: {call}"] = str(sent)

    pytester.inline_run(
        "--rootdir",
        ROOT,
        "-c",
        ROOT / "pyproject.toml",
        "-q",
        "--no-summary",
        *PROD,
        f"--report-dir={pytester.path}",
        ROOT / "tests_prod",
        plugins=[Meddler()],
    )
    assert len(refused) == len(CLIENTS) * len(WRITES) - len(UNWATCHED)
    assert set(refused.values()) == {"[]"}


def test_listing_the_tests_sends_nothing_either(suite: Suite, settings: dict[str, str], checkout: Path) -> None:
    (checkout / "tests_sit/post_deployment/test_more.py").write_text(
        "import boto3\nboto3.client('dynamodb', region_name='eu-west-1').delete_table(TableName='orders-prod')\n"
    )
    ended = suite("--env=prod", f"--plans={SMALL}", "--collect-only", environ=settings, cwd=checkout)
    assert ended.status == 2 and "refused before it was sent" in ended.output


def test_a_fact_may_call_only_what_it_declares(small_estate: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    from fixtures.aws.door import Door
    from fixtures.aws.errors import Refused
    from fixtures.declared.inventory import load
    from fixtures.facts import FACTS, Reader, declared_reads

    for name, value in small_estate.settings().items():
        monkeypatch.setenv(name, value)
    door = Door(load("prod", SMALL).environment, declared_reads(FACTS))
    reader = Reader(door, FACTS["table_tags"])
    with pytest.raises(Refused):
        reader.read("dynamodb:DescribeTable", "eu-west-1", TableName="orders-prod")
    with pytest.raises(Refused):
        door.call("secretsmanager:GetSecretValue", "eu-west-1", {"SecretId": "x"})
    with pytest.raises(Refused):
        door.call("dynamodb:PutItem", "eu-west-1", {"TableName": "orders-prod", "Item": {}})
    assert door.calls() == []


# ---------------------------------------------------------------------------------------------- what judged


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the suite in a git repository of its own."""
    root = tmp_path / "checkout"
    names = ["checks", "fixtures", "reports", "tests_sit", "tests_prod", "conftest.py", "pyproject.toml"]
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("output", "__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    commit(root)
    return root


def commit(root: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *command], cwd=root, check=True, capture_output=True)


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


def test_tests_that_are_kept_from_collection_make_the_run_partial(suite: Suite, settings: dict[str, str], checkout: Path) -> None:
    (checkout / "tests_sit/post_deployment/conftest.py").write_text("collect_ignore = ['test_dynamodb.py']\n")
    ended = suite("--env=prod", f"--plans={SMALL}", environ=settings, cwd=checkout)
    assert (ended.status, ended.sign_off["verdict"]) == (1, "NO-GO")
    assert any("tests_sit/post_deployment/test_dynamodb.py::test_" in reason for reason in ended.sign_off["incomplete_because"])


def test_another_configuration_makes_the_run_partial(suite: Suite, settings: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text((ROOT / "pyproject.toml").read_text().replace('pythonpath = ["."]', f'pythonpath = ["{ROOT}"]'))
    ended = suite(*PROD, "-c", str(other), f"--rootdir={ROOT}", "tests_sit", "tests_prod", environ=settings)
    assert ended.status != 0
    assert any("another configuration" in reason for reason in ended.sign_off["incomplete_because"])


def test_a_run_that_does_not_start_leaves_no_older_verdict(suite: Suite, settings: dict[str, str]) -> None:
    assert suite(*PROD, "-m", "plan04", environ=settings).sign_off["verdict"] == "GO"
    assert suite(*PROD, "-m", "plan04", "--read-threads=0", environ=settings).sign_off == {}
    assert suite(*PROD, "-m", "plan04", environ=settings).sign_off["verdict"] == "GO"
    assert suite(*PROD, "-m", "plan04").sign_off == {}


def test_a_report_directory_that_cannot_be_written(suite: Suite) -> None:
    told = one_line_and_exit_4(suite("--env=sit", "--simulate", "--report-dir=/proc/reports"))
    assert "--report-dir" in told
