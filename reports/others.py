"""What pytest's and its plugins' own reports say of the verdict: `junit.xml` for CI, and pytest-html's `report.html`."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pytest
from _pytest.junitxml import LogXML, xml_key
from pytest_html.basereport import BaseReport  # type: ignore[import-untyped]  # it comes without types

from reports.groups import not_run
from reports.sign_off import SignOff, Verdict

VERDICT = "sign-off::verdict"
"""The test case in `junit.xml` that fails where no test does and the verdict is not GO."""

_FAILED = pytest.StashKey[bool]()  # whether that test case is there already

# pytest-html's outcomes, by which its page counts and filters.
_OUTCOMES: Mapping[Verdict, str] = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.INCONCLUSIVE: "error",
    Verdict.BLOCKED: "skipped",
    Verdict.WAIVED: "xfailed",
}


def tell_junit(config: pytest.Config, sign_off: SignOff) -> None:
    """Put the verdict into the properties of the suite; and where the run is not complete, which no test of it shows, a failure.

    pytest's `record_testsuite_property` does not work with pytest-xdist; what it calls does.
    https://docs.pytest.org/en/stable/reference/reference.html#record-testsuite-property
    """
    xml = config.stash.get(xml_key, None)
    if xml is None:
        return
    told = {
        "environment": sign_off.environment,
        "account": sign_off.account,
        "verdict": sign_off.verdict,
        "headline": sign_off.headline,
        "valid_for_sign_off": str(sign_off.valid_for_sign_off).lower(),
        "simulated": str(sign_off.simulated).lower(),
        "scope": sign_off.scope.expression,
        "commit": sign_off.provenance.commit,
        "version": sign_off.provenance.version,
    }
    xml.global_properties[:] = [each for each in xml.global_properties if each[0] not in told]
    for name, value in told.items():
        xml.add_global_property(name, value)
    if sign_off.incomplete_because and not config.stash.get(_FAILED, False):
        config.stash[_FAILED] = True
        unrun = [f"{len(not_run(sign_off))} checks did not run"] if not_run(sign_off) else []
        text = "\n".join([sign_off.headline, *sign_off.incomplete_because, *unrun])
        where = ("sign-off", None, "verdict")
        for when, outcome in (("call", "failed"), ("teardown", "passed")):
            xml.pytest_runtest_logreport(
                pytest.TestReport(VERDICT, where, {}, outcome, text if outcome == "failed" else None, when)  # type: ignore[arg-type]
            )


def write_again(config: pytest.Config) -> None:
    """Write the reports of the others anew: they were written before it was known how the run ends."""
    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, LogXML):
            plugin.pytest_sessionfinish()
        elif isinstance(plugin, BaseReport):
            plugin._generate_report()


def tell_pytest_html(report: Any, sign_off: SignOff) -> None:
    """Let pytest-html's page say the verdict and the account, and count as the sign-off does."""
    invalid = "" if sign_off.valid_for_sign_off else f"Signs nothing off: {'; '.join(sign_off.invalid_because)}."
    simulated = "SIMULATED ESTATE. " if sign_off.simulated else ""
    lines = [
        f"<strong>{escape(simulated + sign_off.headline)}</strong>",
        escape(f"Account {sign_off.account}, environment {sign_off.environment}. {invalid}"),
        "The report to sign is sign-off.html beside this file.",
    ]
    report.additional_summary["prefix"][:] = [f"<p>{line}</p>" for line in lines]
    for verdict, outcome in _OUTCOMES.items():
        report.outcomes[outcome].update(label=verdict.value, value=sign_off.counts[verdict])
    for result in sign_off.checks:
        for row in report.data["tests"].get(result.node, []):
            row["result"] = _OUTCOMES[result.verdict].capitalize()
            row["resultsTableRow"][0] = f'<td class="col-result">{result.verdict.value}</td>'
