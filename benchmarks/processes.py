"""Runs the things that are compared, each as a whole process, and says what they took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
_IN_CALLS = ("service", "operation", "parameters", "region", "signed")


@dataclass(frozen=True)
class Took:
    """What a process took: seconds on the clock and of CPU, bytes of memory at its peak; and its exit status."""

    wall: float
    cpu: float
    peak: int
    status: int


@dataclass(frozen=True)
class SuiteRun:
    """One run of the suite: its verdict, why not GO, the number of checks, the calls it recorded in their order."""

    took: Took
    verdict: str
    why: str
    checks: int
    calls: tuple[dict[str, Any], ...]

    @property
    def twice(self) -> int:
        """Calls of the evidence that another call of it repeats."""
        asked = {json.dumps([call[name] for name in _IN_CALLS], sort_keys=True) for call in self.calls}
        return len(self.calls) - len(asked)

    def write_calls(self, path: Path) -> None:
        """What the bare script is to read, in the order in which the suite read it."""
        path.write_text(json.dumps([{name: call[name] for name in _IN_CALLS} for call in self.calls]), "utf-8")


def environ(settings: Mapping[str, str], url: str, bytecode: Path) -> dict[str, str]:
    """The environment of what is compared: the estate's credentials, the proxy's URL, no setting of whoever runs this.

    Compiled modules are kept in a directory of the benchmark's own: every process but the first finds them, whatever
    the rights and settings under which this runs.
    """
    foreign = ("AWS_", "PYTEST_", "PYTHON")
    own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    changed = {"AWS_ENDPOINT_URL": url, "NO_PROXY": "127.0.0.1", "PYTHONPYCACHEPREFIX": str(bytecode)}
    return {**own, **settings, **changed}


def run(command: list[str], env: Mapping[str, str], output: Path) -> Took:
    """Run a process to its end, its output in a file."""
    with output.open("w", encoding="utf-8") as file:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return Took(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, process.returncode)


def run_suite(env_name: str, env: Mapping[str, str], directory: Path, *more: str) -> SuiteRun:
    """Run the suite on wave 2. Its reports stay in the directory, and its output beside them."""
    directory.mkdir(parents=True, exist_ok=True)
    # As people type it, which pytest reads otherwise than --env=NAME: then it takes the values for paths at first. A
    # directory that exists must not be taken for one.
    scope = ["--env", env_name, "-m", "wave2", f"--report-dir={directory}"]
    command = [sys.executable, "-m", "pytest", *scope, *more]
    took = run(command, env, directory / "output.txt")
    sign_off = directory / "sign-off.json"
    if not sign_off.exists():
        sys.exit(f"The suite ended with status {took.status} and without a verdict:\n{tail(directory / 'output.txt')}")
    told = json.loads(sign_off.read_text("utf-8"))
    lines = (directory / "evidence.jsonl").read_text("utf-8").splitlines()
    made = [call for call in map(json.loads, lines) if call["service"] not in ("dns", "http")]  # boto3 asks neither
    calls = sorted(made, key=lambda call: str(call["at"]))
    bad = [
        f"{check['id']} {check['resource']}: {check['problems'] or check['reason']}"
        for check in told["checks"]
        if check["verdict"] != "pass"
    ]
    why = "; ".join([*bad[:3], *told["invalid_because"]][:3]) if told["verdict"] != "GO" or took.status else ""
    return SuiteRun(took, told["verdict"], why, len(told["checks"]), tuple(calls))


def warm_up(env_name: str, env: Mapping[str, str], directory: Path) -> None:
    """Compile what the suite imports, without a call."""
    command = [sys.executable, "-m", "pytest", "--env", env_name, "--collect-only", "-q"]
    run(command, env, directory / "warm-up.txt")


def run_bare(calls: Path, env: Mapping[str, str], output: Path) -> Took:
    """Run the bare script on the calls."""
    took = run([sys.executable, str(HERE / "bare_boto3.py"), str(calls)], env, output)
    if took.status:
        sys.exit(f"The bare script ended with status {took.status}:\n{tail(output)}")
    return took


def tail(path: Path, lines: int = 20) -> str:
    """The end of what a process said."""
    return "\n".join(path.read_text("utf-8", errors="replace").splitlines()[-lines:])


@contextmanager
def estate(env_name: str, plans: Path | None = None) -> Iterator[dict[str, str]]:
    """The simulated estate in a process of its own: its settings, AWS_ENDPOINT_URL among them."""
    command = [sys.executable, "-m", "benchmarks.estate", env_name, *([str(plans)] if plans else [])]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        line = process.stdout.readline()
        if not line:
            sys.exit("The simulated estate could not be built.")
        try:
            yield json.loads(line)
        finally:
            process.stdin.close()
            process.wait(60)
