"""Wires the rooms together: parametrization, marks and hooks. Fixtures look, checks judge, tests state, reports tell.

The options stand in `fixtures/options.py`: pytest must know them before it looks for a conftest.py.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import json
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fixtures.aws.errors import NotSignedIn, Unusable
from fixtures.declared.environments import Policy
from fixtures.declared.files import PlanError
from fixtures.declared.inventory import load
from fixtures.declared.resources import KINDS
from fixtures.declared.schema import schema
from fixtures.dns.door import first_servers
from fixtures.facts import FACTS
from fixtures.facts.permissions import policy as iam_policy
from fixtures.facts.reads import READS, Reads
from fixtures.run import Run, in_turn
from fixtures.subjects import modules
from reports.earlier import EARLIER, new_directory
from reports.files import demand_writable
from reports.outcome import judge, known_marks, resource_of
from reports.plugin import NOT_DECLARED, SignOffPlugin
from reports.scope import ScopeError, ScopeExpression

ROOT = Path(__file__).parent
SUITES = [ROOT / "tests_sit", ROOT / "tests_prod"]
RUN = pytest.StashKey[Run]()
SIGN_OFF = pytest.StashKey[SignOffPlugin]()

LONGEST_WAIT = 120  # minutes; CloudFront says that a distribution takes 15 to 30

# Options of pytest that leave out checks of the scope, or stop before the last of them.
NARROWING = {
    "keyword": "-k",
    "deselect": "--deselect",
    "ignore": "--ignore",
    "ignore_glob": "--ignore-glob",
    "lf": "--last-failed",
    "stepwise": "--stepwise",
    "maxfail": "-x or --maxfail",
    "override_ini": "--override-ini",
    "setuponly": "--setup-only",
    "setupplan": "--setup-plan",
}


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Print what was asked for and needs no run."""
    if not (kind := config.option.plan_schema):
        return None
    print(schema(kind), end="")
    return 0


def pytest_configure(config: pytest.Config) -> None:
    env = config.getoption("--env")
    if env is None:
        option = config.option
        named = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
        if suite_named(named) and not (option.help or option.version or option.markers):
            raise pytest.UsageError("--env: found nothing, expected the environment to validate, such as --env sit")
        return
    for module in modules("fixtures.facts"):  # whose facts are fixtures
        config.pluginmanager.register(module, module.__name__)
    worker: Mapping[str, Any] = getattr(config, "workerinput", {})
    refuse_options(config)
    try:
        inventory = load(env, config.getoption("--plans"))
        for mark in sorted(known_marks(inventory)):
            config.addinivalue_line("markers", f"{mark}: set by the suite on what belongs there")
        expression = ScopeExpression(config.getoption("-m"), known_marks(inventory))
        directory = report_directory(config)
    except (PlanError, ScopeError) as error:
        raise pytest.UsageError(str(error)) from None
    except OSError as error:
        raise pytest.UsageError(f"--report-dir: {error.filename}: {error.strerror}") from None
    shared = worker.get("shared")
    run = config.stash[RUN] = Run(
        inventory,
        plans=config.getoption("--plans").resolve(),
        threads=config.getoption("--read-threads"),
        simulate=config.getoption("--simulate"),
        processes=worker.get("workercount", 1),
        shared=Path(shared) if shared else None,
        key=worker.get("key", ""),
        wait=timedelta(minutes=config.getoption("--wait")),
        started=datetime.fromisoformat(worker["started"]) if worker else datetime.now(UTC),
    )
    if writes_reports(config):
        config.option.xmlpath = getattr(config.option, "xmlpath", None) or str(directory / "junit.xml")
        config.option.htmlpath = getattr(config.option, "htmlpath", None) or str(directory / "report.html")
        config.option.self_contained_html = True
    if config.option.iam_policy:
        config.option.verbose = -2  # nothing but the policy on standard output
    config.stash[SIGN_OFF] = SignOffPlugin(run, directory, expression, narrowed(config, run), config.stash.get(EARLIER, None))
    config.pluginmanager.register(config.stash[SIGN_OFF])
    # pytest-xdist's workers parse the command line anew. Before they know an option of ours they would take its value, where
    # that is an existing directory, for a directory of tests.
    given: list[str] = []
    for argument in map(str, config.invocation_params.args):
        given.append(f"{given.pop()}={argument}" if given and given[-1] in ("--plans", "--report-dir") else argument)
    config.invocation_params = dataclasses.replace(config.invocation_params, args=tuple(given))


def refuse_options(config: pytest.Config) -> None:
    """Refuse what cannot be meant, in one line."""
    started_in = config.invocation_params.dir
    if config.args_source is pytest.Config.ArgsSource.INVOCATION_DIR and started_in != ROOT:
        raise pytest.UsageError(f"pytest was started in {started_in}, expected {ROOT}: go there and start it again")
    if config.option.iam_policy and getattr(config.option, "tx", None):
        raise pytest.UsageError("--iam-policy: found -n beside it, expected one process: leave -n out")
    if config.getoption("--read-threads") < 1:
        raise pytest.UsageError(f"--read-threads: found {config.getoption('--read-threads')}, expected at least 1")
    try:
        first_servers()
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    if not 0 <= config.getoption("--wait") <= LONGEST_WAIT:
        raise pytest.UsageError(f"--wait: found {config.getoption('--wait')}, expected 0 to {LONGEST_WAIT} minutes")


def report_directory(config: pytest.Config) -> Path:
    """Where the reports go. Raises OSError."""
    directory: Path | None = config.getoption("--report-dir")
    if not writes_reports(config):
        return directory or ROOT / "reports/output"
    if directory:
        return demand_writable(directory)
    return new_directory(ROOT / "reports/output", f"{config.getoption('--env')}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")


def narrowed(config: pytest.Config, run: Run) -> list[str]:
    """Why this run cannot cover its scope, whatever its tests say."""
    given = {Path(config.invocation_params.dir, argument.partition("::")[0]).resolve() for argument in config.args}
    suites = {ROOT / name for name in run.inventory.environment.suites}
    reasons = [] if suites <= given and not any("::" in argument for argument in config.args) else ["tests were named"]
    if config.inipath != ROOT / "pyproject.toml":
        reasons.append(f"another configuration was used: {config.inipath}")
    return reasons + [f"{option} was given" for name, option in NARROWING.items() if getattr(config.option, name, None)]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> Generator[None]:
    config = session.config
    run = config.stash.get(RUN, None)
    if run and looks_only_at_tests(config):
        run.guard()
    elif run:
        if hasattr(config, "workerinput"):
            run.connect()
        else:
            run.listen()
            try:
                with ThreadPoolExecutor(1) as meanwhile:  # git is asked while AWS is
                    begun = meanwhile.submit(config.stash[SIGN_OFF].begin)
                    run.begin(distributed=bool(getattr(config.option, "tx", None)))
                begun.result()
            except NotSignedIn as error:
                profile = run.inventory.environment.profile
                how = f"Sign in: aws sso login --profile {profile}"
                if isinstance(error, Unusable) or not profile:
                    how = "See the AWS settings of your shell, and the network"
                raise pytest.UsageError(f"{error}. {how}; or try without an account: --simulate") from None
        if run.reads:
            config.stash[READS] = run.reads
    yield


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    if run := node.config.stash.get(RUN, None):
        node.workerinput |= {"shared": str(run.shared), "key": run.key, "started": run.started.isoformat()}


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    gc.freeze()
    plugin = config.stash.get(SIGN_OFF, None)
    if run := config.stash.get(RUN, None):
        run.end()
    if config.getoption("--env") is None or not writes_reports(config) or (plugin and plugin.sign_off):
        return
    if directory := plugin.directory if plugin else config.getoption("--report-dir"):
        with contextlib.suppress(OSError):  # which it says of a directory that holds something
            directory.rmdir()


def writes_reports(config: pytest.Config) -> bool:
    """Whether this process is the one that tells the verdict of a run."""
    return not hasattr(config, "workerinput") and not looks_only_at_tests(config)


def looks_only_at_tests(config: pytest.Config) -> bool:
    """Whether pytest was asked to list things: nothing is read then."""
    option = config.option
    return bool(option.collectonly or option.iam_policy or option.showfixtures or option.show_fixtures_per_test)


# ---------------------------------------------------------------------------------------------- collection


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A suite that the environment does not have to satisfy is left out."""
    run = config.stash.get(RUN, None)
    suite = suite_named([collection_path])
    return True if suite and (run is None or suite.name not in run.inventory.environment.suites) else None


def suite_named(paths: list[Path]) -> Path | None:
    """The first suite that one of the paths is or is in."""
    return next((suite for suite in SUITES for path in paths if suite in (path, *path.parents)), None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for every declared resource of the kind that the test asks for, and that declares what the test is about."""
    run = metafunc.config.stash.get(RUN, None)
    for name in metafunc.fixturenames:
        if run and name in KINDS:
            resources = run.inventory.of(KINDS[name])
            if declares := metafunc.definition.get_closest_marker("declares"):
                resources = [each for each in resources if getattr(each, declares.args[0])]
            if not resources:
                metafunc.parametrize(name, [pytest.param(None, id=NOT_DECLARED)])
                return
            metafunc.parametrize(name, resources, ids=[each.id for each in resources])


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin every read that the selected tests declare, before the first of them waits for any."""
    gc.freeze()  # what stands now stands until the end
    run = session.config.stash.get(RUN, None)
    if run and run.reads and session.items:
        worker = getattr(session.config, "workerinput", {})
        turn = int(worker.get("workerid", "gw0").removeprefix("gw"))
        run.reads.start(in_turn(declared(session.items), turn % run.processes, run.processes))


def declared(items: list[pytest.Item]) -> list[tuple[str, Any]]:
    """The reads that tests declare by asking for facts: (fact's name, resource)."""
    functions = [item for item in items if isinstance(item, pytest.Function)]
    return [(name, resource_of(item)) for item in functions for name in item.fixturenames if name in FACTS]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    if not session.config.option.iam_policy or not session.items:
        return None
    print(json.dumps(iam_policy(declared(session.items)), indent=2))
    return True


# ---------------------------------------------------------------------------------------------- for the tests


@pytest.fixture(scope="session")
def reads(request: pytest.FixtureRequest) -> Reads:
    """The reads of the run, from which every fact takes its own."""
    return request.config.stash[READS]


@pytest.fixture
def verify(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`verify(check, *facts, **limits)`: judge, and fail the test with everything that the check found."""

    def verify(check: Callable[..., Any], *facts: Any, **limits: Any) -> None:
        judge(request.node, check(*facts, **limits), limits)

    return verify


@pytest.fixture(scope="session")
def policy(request: pytest.FixtureRequest) -> Policy:
    """The limits of the environment."""
    return request.config.stash[RUN].inventory.environment.policy


@pytest.fixture(scope="session")
def required_tags(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The tags that every resource of the environment carries."""
    return request.config.stash[RUN].inventory.tags
