"""How much longer the suite takes than boto3 alone for the same reads, and how it grows with the estate.

    python benchmarks/wave2.py [--runs 5] [--env sit] [--latency-ms 50] [--replay] [--large]

Exits 1 if a call was made twice, or if a run of the suite was not GO.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

from large import measure as measure_large
from latency import Proxy
from processes import SuiteRun, Took, environ, estate, run_bare, run_suite

TARGET = 1.35  # the suite's median over the bare script's


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = argparse.ArgumentParser(description="Compare the suite with boto3 alone, on the simulated estate.")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="measured runs of each (default: 5)")
    parser.add_argument("--env", default="sit", metavar="NAME", help="the environment (default: sit)")
    parser.add_argument("--latency-ms", type=float, default=50, metavar="MS", help="of every request (default: 50)")
    parser.add_argument("--replay", action="store_true", help="let the proxy answer from memory what was asked before")
    parser.add_argument("--large", action="store_true", help="measure growth: 250, 500, 1,000 tables and buckets")
    options = parser.parse_args()
    if options.runs < 1 or options.latency_ms < 0:
        parser.error("--runs must be at least 1, --latency-ms at least 0")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        if options.large:
            faults = measure_large(options.env, Path(directory))
        else:
            latency = options.latency_ms / 1000
            faults = compare(options.env, options.runs, latency, options.replay, Path(directory))
    for fault in faults:
        print(f"WRONG: {fault}")
    return 1 if faults else 0


def compare(env_name: str, runs: int, latency: float, replay: bool, directory: Path) -> list[str]:
    """Run both alternately, and print what they took. Returns what was wrong."""
    suites: list[SuiteRun] = []
    bare: list[Took] = []
    faults: list[str] = []
    with estate(env_name) as settings, Proxy(settings["AWS_ENDPOINT_URL"], latency, replay=replay).serving() as proxy:
        env = environ(settings, proxy.url, directory / "bytecode")
        calls = directory / "calls.json"
        for number in range(runs + 1):  # the first pair warms the estate, the proxy and the disk, and is not counted
            proxy.reset()
            suite = run_suite(env_name, env, directory / str(number))
            faults += wrong(suite, proxy, f"run {number}")
            counted = len(proxy.requests)
            suite.write_calls(calls)
            proxy.reset()
            alone = run_bare(calls, env, directory / "bare.txt")
            if len(proxy.requests) != counted:
                faults.append(f"run {number}: bare boto3: {len(proxy.requests)} distinct calls, the suite {counted}")
            label = f"run {number} of {runs}" if number else "warm-up"
            print(f"{label}: suite {suite.took.wall:.2f} s, bare boto3 {alone.wall:.2f} s", file=sys.stderr, flush=True)
            if number:
                suites.append(suite)
                bare.append(alone)
    how = "" if replay else ", each answered by the emulator"
    print(f"{env_name}, wave2: {runs} runs, {latency * 1000:.0f} ms a request{how}")
    print(f"checks          {suites[-1].checks}, {suites[-1].verdict}")
    print(f"calls           {len(suites[-1].calls)}, distinct {counted}")
    print_times("suite", [run.took for run in suites])
    print_times("bare boto3", bare)
    ratio = median(run.took.wall for run in suites) / median(took.wall for took in bare)
    print(f"ratio           {ratio:.2f} (target: at most {TARGET})")
    return faults


def wrong(suite: SuiteRun, proxy: Proxy, name: str) -> list[str]:
    """What a run of the suite did that it must not, by its own evidence and by what the proxy saw."""
    faults = []
    if suite.verdict != "GO" or suite.took.status:
        faults.append(f"{name}: the verdict is {suite.verdict}, the exit status {suite.took.status}: {suite.why}")
    if suite.twice:
        faults.append(f"{name}: the evidence has {suite.twice} calls twice")
    for key, count in proxy.requests.items():
        if count > 1:
            faults.append(f"{name}: sent {count} times: {' '.join(key[:4])}")
    if len(proxy.requests) != len(suite.calls):
        faults.append(f"{name}: {len(suite.calls)} calls in the evidence, {len(proxy.requests)} distinct at the proxy")
    return faults


def print_times(name: str, took: list[Took]) -> None:
    """One line: the median, the range, and the CPU time and memory of the process."""
    walls = [each.wall for each in took]
    print(
        f"{name:15} {median(walls):.2f} s median, {min(walls):.2f} to {max(walls):.2f} s; "
        f"CPU {median(each.cpu for each in took):.2f} s, peak {max(each.peak for each in took) / 2**20:.0f} MiB"
    )


if __name__ == "__main__":
    sys.exit(main())
