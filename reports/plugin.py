"""The pytest plugin that collects what the tests have to tell, and ends the run with a verdict and its reports."""

from __future__ import annotations

import ast
import pickle
import sys
import traceback
from collections import Counter
from collections.abc import Generator
from datetime import UTC, datetime
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from fixtures.aws.calls import Call
from fixtures.http.exchanges import Exchange
from fixtures.options import PLANS
from fixtures.run import Run
from fixtures.subjects import modules
from reports import files, others, terminal
from reports.outcome import RESULT, NotATest, concluded, describe, explain, marks_of, outcome
from reports.provenance import JUDGING, ROOT, Commit, commit_of, suite, versions
from reports.scope import PHASES, ScopeExpression
from reports.sign_off import CheckResult, Scope, SignOff, block

NOT_DECLARED = "not-declared"  # the id of a test that no resource of the environment is declared for


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def tests_in(suite: Path) -> set[tuple[str, str]]:
    """(file, function) of every test that is written in a suite, whatever pytest is told to collect."""
    return {
        (_place(path), node.name)
        for path in suite.rglob("test_*.py")
        for node in ast.parse(path.read_bytes()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _from(here: Path, path: Path) -> Path:
    return path.relative_to(here) if path.is_relative_to(here) else path


class SignOffPlugin:
    """`directory` is where the reports go; `expression` the run's scope; `narrowed` why the run cannot cover it; `earlier`
    where the report of an earlier run went that stood in the directory."""

    def __init__(
        self, run: Run, directory: Path, expression: ScopeExpression, narrowed: list[str], earlier: Path | None = None
    ) -> None:
        self.run, self.directory, self.expression = run, directory, expression
        self._narrowed = narrowed
        self._expected: dict[str, CheckResult] = {}
        self._collected: set[str] = set()
        self._outcomes: dict[str, list[dict[str, Any]]] = {}
        self._broken: list[str] = []
        self._seen: set[tuple[str, str]] = set()
        self._commit = Commit("unknown", "nobody looked")
        self._outside: dict[str, CheckResult] = {}
        self._html: Any = None  # what pytest-html has to tell
        self.earlier = earlier
        self.sign_off: SignOff | None = None
        self._unwritten = ""

    def begin(self) -> None:
        """Note which code judges, before it does; and import meanwhile what is needed later, while AWS is asked who is calling."""
        self._commit = self._judging()
        versions()
        suite()
        modules("checks")
        import_module("reports.html").prepare()

    def _judging(self) -> Commit:
        """The commit of the suite; and of the plan files, where they are others than its own."""
        own = commit_of(ROOT, JUDGING)
        if self.run.plans == PLANS.resolve():
            return own
        plans = commit_of(self.run.plans, (".",))
        return Commit(f"{own.id}; plans of {self.run.plans}: {plans.id}", own.wrong or plans.wrong)

    # -- which checks there should be

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None]:
        self._seen = {(_place(item.path), item.originalname) for item in items if isinstance(item, pytest.Function)}
        # What no resource of the environment declares is not applicable: it is not collected.
        items[:] = [item for item in items if not item.nodeid.endswith(f"[{NOT_DECLARED}]")]
        self._describe(items)
        yield

    def _describe(self, items: list[pytest.Item]) -> None:
        for item in items:
            if not isinstance(item, pytest.Function):
                continue
            try:
                result = item.stash[RESULT] = describe(item, self.run.inventory)
            except NotATest as error:
                raise pytest.UsageError(str(error)) from None
            possible = marks_of(result, self.run.inventory)
            fitting = [marks for marks in possible if self.expression.matches(marks)]
            for mark in sorted((fitting or possible)[0]):
                item.add_marker(mark)
            (self._expected if fitting else self._outside)[result.node] = result

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._collected = {item.nodeid for item in session.items}
        config = session.config
        if hasattr(config, "workerinput") and self.run.shared:
            path = self.run.shared / f"{config.workerinput['workerid']}.scope"
            path.write_bytes(pickle.dumps((self._expected, self._outside, self._collected, self._seen)))

    # -- what became of them

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        if isinstance(item, pytest.Function):
            explain(item, call)
        report = yield
        if isinstance(item, pytest.Function) and (report.when == "call" or not report.passed):
            base = item.stash[RESULT]
            report.check = {**outcome(item, report), "id": base.id, "severity": base.severity, "resource": base.resource}  # type: ignore[attr-defined]  # pytest carries it along
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if told := getattr(report, "check", None):
            fields = {name: value for name, value in told.items() if name not in ("id", "severity", "resource")}
            self._outcomes.setdefault(report.nodeid, []).append(fields)
        elif report.failed:  # nobody could tell: the worker that ran it is gone
            reason = str(report.longrepr or "").strip().splitlines()[:1] or ["it ended without a report"]
            lost = {"verdict": "inconclusive", "reason": f"the test was lost: {reason[0]}"}
            self._outcomes.setdefault(report.nodeid, []).append(lost)
            self._broken.append(f"a test was lost: {report.nodeid}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._broken.append(f"tests could not be collected: {report.nodeid or 'the suite'}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object | None) -> None:
        if error:
            self._broken.append(f"the worker {node.gateway.id} died")

    def pytest_internalerror(self) -> None:
        self._broken.append("pytest itself failed")

    # -- pytest-html, for the engineer

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        environment = self.run.inventory.environment
        report.title = f"{environment.name.upper()} ({environment.account}): tests"
        self._html = report

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        cells[1:1] = ["<th>Check</th>", "<th>Resource</th>", "<th>Severity</th>"]

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        told = getattr(report, "check", {})
        cells[1:1] = [f"<td>{escape(str(told.get(name, '')))}</td>" for name in ("id", "resource", "severity")]
        if report.passed and report.when != "call" and not report.sections:
            cells.clear()  # nothing happened: pytest-html would make a row of it all the same, and throw it away

    # -- the end

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Conclude before the others end, so that they tell the verdict; and again if one of them changes how the run ended."""
        if hasattr(session.config, "workerinput") or not self.run.identity:
            yield
            return
        self._gather()
        before = int(session.exitstatus)
        self._finish(session.config, before)
        ended = False
        try:
            yield
            ended = True
        finally:
            if not ended:
                self._broken.append("pytest itself failed")
            if not ended or int(session.exitstatus) != before:
                self._finish(session.config, int(session.exitstatus))
                others.write_again(session.config)
            self._say(session.config)
            if not ended:  # by whatever was raised, which may bear an exit status of its own
                reason = " ".join(traceback.format_exception_only(*sys.exc_info()[:2])).strip()
                raise pytest.exit.Exception(f"NO-GO: the run broke at its end: {reason}", pytest.ExitCode.INTERNAL_ERROR)
        if self._unwritten:
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        elif self.sign_off and self.sign_off.verdict != "GO" and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _finish(self, config: pytest.Config, exitstatus: int) -> None:
        """Come to the verdict, and tell it in every form."""
        results = block(concluded(base, self._outcomes.get(node, [])) for node, base in self._expected.items())
        calls = self.run.evidence()
        sign_off = self._conclude(exitstatus, results, calls)
        terminal.rearrange(config, sign_off)
        others.tell_junit(config, sign_off)
        if self._html:
            others.tell_pytest_html(self._html, sign_off)
        try:
            files.write(self.directory, sign_off, calls)  # last: what breaks before leaves no verdict
        except OSError as error:
            self._unwritten = f"the report cannot be written: {error.filename}: {error.strerror}"
            self.sign_off = None
            return
        self.sign_off = sign_off

    def _gather(self) -> None:
        """The scope as the workers saw it."""
        for path in sorted(self.run.shared.glob("*.scope")) if self.run.shared else []:
            expected, outside, collected, seen = pickle.loads(path.read_bytes())
            self._expected.update(expected)
            self._outside.update(outside)
            self._collected |= collected
            self._seen |= seen

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.sign_off:
            terminal.summarize(terminalreporter, self.sign_off)

    def _conclude(self, exitstatus: int, results: list[CheckResult], calls: list[Call | Exchange]) -> SignOff:
        inventory = self.run.inventory
        results.sort(key=lambda result: (result.plan or "", PHASES.index(result.phase), result.id, result.resource, result.region))
        plans = [
            number
            for number, plan in inventory.plans.items()
            if any(self.expression.matches({f"plan{number}", f"wave{plan.wave}", phase}) for phase in PHASES)
        ]
        left_out = Counter(result.phase for result in self._outside.values() if result.plan in (None, *plans))
        scope = Scope(
            expression=self.expression.text,
            plans=tuple(plans),
            waves=tuple(sorted({inventory.plans[number].wave for number in plans})),
            phases=tuple(phase for phase in PHASES if any(result.phase == phase for result in results)),
            expected=len(results),
            collected=len(self._collected & self._expected.keys()),
            outside={phase: left_out[phase] for phase in PHASES if left_out[phase]},
        )
        return files.compose(
            self.run,
            scope,
            results,
            calls,
            finished=datetime.now(UTC),
            incomplete_because=self._incomplete(exitstatus, scope, results),
            commit=self._committed(),
        )

    def _committed(self) -> Commit:
        """The commit that judged from the beginning to the end."""
        after = self._judging()
        if after == self._commit:
            return after
        return Commit(after.id, after.wrong or self._commit.wrong or f"it was {self._commit.id} when the run began")

    def _incomplete(self, exitstatus: int, scope: Scope, results: list[CheckResult]) -> list[str]:
        reasons = list(dict.fromkeys(self._broken))
        partial = list(self._narrowed)
        written = {test for suite in self.run.inventory.environment.suites for test in tests_in(ROOT / suite)}
        if unseen := sorted(written - self._seen):
            partial.append(
                f"tests were not collected: {', '.join('::'.join(test) for test in unseen[:3])}" + (" …" if len(unseen) > 3 else "")
            )
        if missing := scope.expected - scope.collected:
            partial.append(f"{missing} of {scope.expected} checks in scope were not selected")
        reasons += [f"PARTIAL: {reason}" for reason in partial]
        judged = {result.plan for result in results}
        if not judged - {None}:
            reasons.append("no check of any plan is in scope")
        plans = self.run.inventory.plans
        if unjudged := [number for number in scope.plans if number not in judged and plans[number].inventory == "complete"]:
            reasons.append(f"no check of plan {', '.join(unjudged)} is in scope")
        if exitstatus == pytest.ExitCode.INTERRUPTED:
            reasons.append("the run was interrupted")
        elif exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
            reasons.append(f"pytest ended with status {exitstatus}")
        elif exitstatus == pytest.ExitCode.TESTS_FAILED and all(result.good for result in results):
            reasons.append("pytest counts failures outside of the scope")
        return reasons

    def _say(self, config: pytest.Config) -> None:
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None:
            return
        if self.sign_off is None:
            reporter.write_line(f"NO-GO: {self._unwritten}", red=True)
            return
        here = config.invocation_params.dir
        terminal.conclude(reporter, self.sign_off, _from(here, self.directory / "sign-off.html"))
        if self.earlier:
            reporter.write_line(f"Earlier report: {_from(here, self.earlier)}")
