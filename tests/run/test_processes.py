"""The same in any order and in any number of processes; and nothing passes that a lost or interrupted one did not tell."""

from __future__ import annotations

import io
import re
import textwrap
from pathlib import Path
from typing import Any

from fixtures.simulation import Simulation
from tests.run.runs import PROD, Suite

# Ages and times go on while the runs are made, such as "2 hours" and "2 hours 1 minute".
GO_ON = re.compile(r"(?:[\d.]+ (?:ms|minutes?|hours?|days?)\b ?)+|\d{4}-\d\d-\d\d|\d\d:\d\d")


def without_times(sign_off: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in sign_off.items() if name not in ("started", "finished")}
    told["provenance"] = {name: value for name, value in told["provenance"].items() if name != "evidence_sha256"}
    told["provenance"]["settings"] = sorted(told["provenance"]["settings"])
    for check in told["checks"]:
        check["evidence"] = len(check["evidence"])
        check["observations"] = [GO_ON.sub("#", text) for text in check["observations"]]
        for seen in check["seen"]:
            seen["observed"] = GO_ON.sub("#", seen["observed"])
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
    for other in told[1:]:
        for own, same in zip(told[0]["checks"], other["checks"], strict=True):
            assert own == same
        assert told[0] == other
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
    assert len(received) == len(set(received)) == len([call for call in ended.calls if call["service"] not in ("dns", "http")])


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
