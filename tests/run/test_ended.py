"""A run that is ended from outside, or that a server would keep for ever, leaves a NO-GO and no process."""

from __future__ import annotations

import functools
import http.server
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.run.runs import FEW, ROOT, Suite, one_line_and_exit_4

SLOW = """
import pathlib, time
def pytest_runtest_call(item):
    pathlib.Path(__file__).with_name("begun").touch()
    time.sleep(0.2)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda sent: sent.name)
def test_an_interrupted_run_is_no_go(few_settings: dict[str, str], tmp_path: Path, sent: signal.Signals) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    report = tmp_path / "report"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "slow", *FEW, f"--report-dir={report}"]
    environ = {**os.environ, **few_settings, "PYTHONPATH": str(tmp_path)}
    # What runs in the background is started with interrupts ignored, and hands that on.
    listening = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=listening,  # noqa: PLW1509
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 60
        while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(sent)
        process.communicate(timeout=60)
    sign_off = json.loads((report / "sign-off.json").read_text())
    assert process.returncode == 2
    assert sign_off["verdict"] == "NO-GO" and "the run was interrupted" in sign_off["incomplete_because"]
    assert sum(sign_off["counts"].values()) == sign_off["scope"]["expected"] > sign_off["counts"]["pass"]
    assert 'value="NO-GO"' in (report / "junit.xml").read_text()


@contextmanager
def trickling(estate: str, target: str) -> Iterator[str]:
    """A server in front of the estate's that sends the answer to one operation for ever, a byte every half second."""
    over = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if target in f"{self.headers.get('X-Amz-Target')} {body!r}":
                self.send_response(200)
                self.send_header("Content-Length", "1000000")
                self.end_headers()
                with suppress(OSError):
                    while not over.wait(0.5):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                return
            asked = urllib.request.Request(estate + self.path, body or None, dict(self.headers), method=self.command)
            try:
                answer = urllib.request.urlopen(asked)
            except urllib.error.HTTPError as error:
                answer = error  # type: ignore[assignment]
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in ("connection", "date", "server"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.read())

        do_GET = do_HEAD = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def test_a_server_that_trickles_keeps_no_process_alive(suite: Suite, few_settings: dict[str, str], tmp_path: Path) -> None:
    """The run waits for it as long as it waits for anything, which is made short here, and then ends at once."""
    (tmp_path / "impatient.py").write_text(textwrap.dedent("""
        import atexit, pathlib, time
        import fixtures.facts.reads
        fixtures.facts.reads.PATIENCE = 6
        def pytest_unconfigure(config):
            ended = time.monotonic()
            def note():
                pathlib.Path(__file__).with_name("took").write_text(str(time.monotonic() - ended))
            atexit.register(note)
    """))  # fmt: skip
    with trickling(few_settings["AWS_ENDPOINT_URL"], ".ListTables") as url:
        environ = {**few_settings, "AWS_ENDPOINT_URL": url, "PYTHONPATH": str(tmp_path)}
        ended = suite(*FEW, "-m", "plan04", "-p", "impatient", environ=environ, timeout=60)
    assert (ended.status, ended.sign_off["verdict"]) == (1, "NO-GO")
    left_open = [check for check in ended.sign_off["checks"] if check["verdict"] == "inconclusive"]
    assert {check["reason"] for check in left_open} == {"not read, and nothing else for 6 s"}
    assert float((tmp_path / "took").read_text()) < 5


def test_a_server_that_never_ends_to_say_who_calls(suite: Suite, few_settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "impatient.py").write_text("import fixtures.run\nfixtures.run.PATIENCE = 3\n")
    with trickling(few_settings["AWS_ENDPOINT_URL"], "GetCallerIdentity") as url:
        environ = {**few_settings, "AWS_ENDPOINT_URL": url, "PYTHONPATH": str(tmp_path)}
        told = one_line_and_exit_4(suite(*FEW, "-m", "plan04", "-p", "impatient", environ=environ, timeout=60))
    assert "nobody could say whose the credentials are: no answer within 3 s" in told
