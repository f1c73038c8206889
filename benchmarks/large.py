"""How the suite's time and memory grow with the estate: 250, 500 and 1,000 tables, and as many buckets.

The suite calls DescribeContinuousBackups and ListTagsOfResource at the rates that AWS documents, ten times a second, which makes
the time of a run of that size depend on the number of tables. So a run is split in two. Reading is waiting: it is shown, beside the
pace, and kept out of the comparison. What the suite adds is everything else on the clock (start, collection, judging,
reports), and what its reads cost in CPU beyond the CPU that the bare script takes for the same reads. No test begins
before the last read is complete, so that neither part hides behind the other.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from latency import Proxy
from processes import HERE, ROOT, SuiteRun, Took, environ, estate, run_bare, run_suite, warm_up

SIZES = (250, 500, 1000)
PACE = 10  # calls a second of each of two operations
CHECK_MS, PEAK_GIB = 2.0, 1.0  # what judging a check may add, and what the process may hold

_PLAN = """\
number = "{number}"
project = "{project}"
repository = "{project}"
wave = 2
needs = []
owner = "DevOps"
approvers = ["DevOps Lead"]
inventory = "complete"
schedule = {{}}
cost = {{}}
"""


@dataclass(frozen=True)
class Split:
    """Where the time of a run went, in seconds; `reading_cpu` and the like are of CPU, the others on the clock."""

    start: float
    collection: float
    reading: float
    reading_cpu: float
    judging: float
    judging_cpu: float
    reports: float
    reports_cpu: float

    @property
    def beside_reading(self) -> float:
        return self.start + self.collection + self.judging + self.reports


def measure(env_name: str, directory: Path) -> list[str]:
    """Measure every size, and print a table. Returns what was wrong."""
    faults: list[str] = []
    rows: list[tuple[int, SuiteRun, Split, Took]] = []
    for size in SIZES:
        plans = directory / f"plans-{size}"
        write_plans(plans, size)
        began = time.perf_counter()
        with estate(env_name, plans) as settings:
            _say(f"{size} tables and {size} buckets: built in {time.perf_counter() - began:.0f} s")
            with Proxy(settings["AWS_ENDPOINT_URL"], 0, replay=True).serving() as proxy:
                env = environ(settings, proxy.url, directory / "bytecode")
                warm_up(env_name, env, directory)
                row = _one(env_name, plans, env, directory / str(size))
                suite = row[0]
                sent = sum(proxy.requests.values()) - len(suite.calls)  # the bare script's came second
                if suite.verdict != "GO" or suite.twice or sent != len(suite.calls):
                    faults.append(f"{size}: {suite.verdict} {suite.why}; {suite.twice} calls twice, {sent} sent")
                rows.append((size, *row))
    _print(rows)
    return faults


def _one(env_name: str, plans: Path, env: dict[str, str], directory: Path) -> tuple[SuiteRun, Split, Took]:
    marks = directory / "stopwatch.json"
    timed = env | {"STOPWATCH": str(marks), "PYTHONPATH": f"{HERE}:{ROOT}"}
    began = time.time()
    suite = run_suite(env_name, timed, directory, "-p", "stopwatch", f"--plans={plans}")
    ended = time.time()
    at = json.loads(marks.read_text("utf-8"))
    split = Split(
        start=at["started"][0] - began,
        collection=at["collected"][0] - at["started"][0],
        reading=at["read"][0] - at["collected"][0],
        reading_cpu=at["read"][1] - at["collected"][1],
        judging=at["judged"][0] - at["read"][0],
        judging_cpu=at["judged"][1] - at["read"][1],
        reports=ended - at["judged"][0],
        reports_cpu=suite.took.cpu - at["judged"][1],
    )
    _say(f"  suite: {suite.verdict}, {suite.checks} checks, {suite.took.wall:.1f} s")
    calls = directory / "calls.json"
    suite.write_calls(calls)
    bare = run_bare(calls, env, directory / "bare.txt")
    _say(f"  bare boto3: {bare.wall:.1f} s")
    return suite, split, bare


def _print(rows: list[tuple[int, SuiteRun, Split, Took]]) -> None:
    print("tables+buckets  checks  calls  wall s  ms/check  peak MiB | start  collect   read (paced)  judge  reports s")
    for size, suite, split, _ in rows:
        paced = 2 * max(0.0, size / PACE - 1)  # the first second's worth is let through at once
        print(
            f"{f'{size}+{size}':14} {suite.checks:7} {len(suite.calls):6} {suite.took.wall:7.1f} "
            f"{1000 * suite.took.wall / suite.checks:9.2f} {suite.took.peak / 2**20:9.0f} | {split.start:5.1f} "
            f"{split.collection:8.1f} {split.reading:6.1f} ({paced:5.1f}) {split.judging:6.1f} {split.reports:8.1f}"
        )
    print("\nms added a check. Clock: all but reading, and the CPU of reading beyond bare boto3's. CPU: all beyond its")
    for size, suite, split, bare in rows:
        clock = split.beside_reading + max(0.0, split.reading_cpu - bare.cpu)
        each = 1000 / suite.checks
        print(
            f"{f'{size}+{size}':14} clock {clock * each:.2f}, CPU {(suite.took.cpu - bare.cpu) * each:.2f}; of which "
            f"judging {split.judging * each:.2f} (CPU {split.judging_cpu * each:.2f}), "
            f"reports {split.reports * each:.2f} (CPU {split.reports_cpu * each:.2f}); "
            f"reading took {split.reading_cpu:.1f} s of CPU, bare boto3 {bare.cpu:.1f} s"
        )
    print(f"targets: at most {CHECK_MS:.0f} ms added a check, at most {PEAK_GIB:.0f} GiB")


def write_plans(directory: Path, size: int) -> None:
    """Plan files for an estate of `size` tables, every other with an index, and `size` buckets."""
    directory.mkdir()
    shutil.copy(ROOT / "fixtures/environments.toml", directory)
    tables = [
        f'  {{ name = "table-{number:04}-{{env}}", key = "id"'
        + (', indexes = { ByDate = ["date", "id"] } },' if number % 2 else " },")
        for number in range(size)
    ]
    buckets = [f'  {{ name = "bucket-{number:04}-{{env}}" }},' for number in range(1, size)]
    dynamodb = [
        "[dynamodb]",
        'naming = "table-*-{env}"',
        'kms_keys = ["alias/aws/dynamodb"]',
        'backup_vault = "backup-vault-{env}"',
        "replicated = true",
        "tables = [",
        *tables,
        "]",
    ]
    s3 = [
        "[s3]",
        'naming = "bucket-*-{env}"',
        'kms_keys = ["alias/aws/s3"]',
        'log_bucket = "bucket-logs-{env}"',
        'log_prefix = "logs/"',
        "replicated = true",
        "buckets = [",
        '  { name = "bucket-logs-{env}" },',
        *buckets,
        "]",
    ]
    for number, project, lines in (("01", "tables", dynamodb), ("02", "buckets", s3)):
        text = _PLAN.format(number=number, project=project) + "\n" + "\n".join(lines) + "\n"
        (directory / f"{number}_{project}.toml").write_text(text, "utf-8")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
