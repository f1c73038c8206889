"""What environments.toml says of each environment, and that a mistake in it is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.options import PLANS
from tests.declared.mistakes import ENV, Broken, demand_refusal, each, refusal

BROKEN = [
    Broken("promoted from nowhere", "environments.toml", 'promoted_from = "dev"', 'promoted_from = "dve"',
           ("promoted_from", "'dve'", "did you mean dev?")),
    Broken("account as a number", ENV, '"093646564004"', "93646564004",
           ("environments.prod.account: found 93646564004", "12 digits as text"), "prod"),
    Broken("account with a leading zero as a number", ENV, '"093646564004"', "093646564004",
            ("found broken TOML", "expected TOML")),
    Broken("account too short", ENV, '"093646564004"', '"93646564004"',
           ("environments.prod.account: found '93646564004'", "expected", "12 digits"), "prod"),
    Broken("account too long", ENV, '"815856636111"', '"8158566361110"',
            ("environments.sit.account", "found '8158566361110'", "expected")),
    Broken("bad region", ENV, '"af-south-1"', '"Cape Town"',
            ("environments.prod.region: found 'Cape Town'", "expected"), "prod"),
    Broken("region that does not exist", ENV, '"af-south-1"', '"af-sooth-1"',
            ("environments.prod.region: found 'af-sooth-1'", "did you mean af-south-1?"), "prod"),
    Broken("bad role", ENV, 'profile = "Tebogo-sit"', 'role = "release"',
            ("environments.sit.role: found 'release'", "expected")),
    Broken("unknown suite", ENV, '["tests_sit", "tests_prod"]', '["tests_sit", "tests_prd"]',
           ("environments.prod.suites[1]: found 'tests_prd'", "expected 'tests_sit' or 'tests_prod'"), "prod"),
    Broken("no suite", ENV, '["tests_sit", "tests_prod"]', "[]", ("environments.prod.suites: found []", "expected"),
            "prod"),
    Broken("mistyped name of the environments' file", "enviroments.toml", "", "[tags]\n", ("found", "expected")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)


@pytest.mark.parametrize(
    ("env", "meant"), [("prdo", "prod"), ("site", "sit"), ("SIT", None), ("", None), ("production", None)]
)  # fmt: skip
def test_an_unknown_environment(env: str, meant: str | None) -> None:
    told = refusal(env, PLANS)
    assert told.startswith(f"--env: found {env!r}, expected one of dev, prod, sit")
    assert (f"did you mean {meant}?" in told) is bool(meant)
