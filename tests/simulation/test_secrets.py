"""Credentials in what was deployed: found each, and their values in nothing that a run keeps or tells."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from fixtures.declared.inventory import load
from fixtures.simulation import FAULTS, simulated
from reports.sign_off import Verdict
from tests.verdicts import judged

PLAIN = [name for name in FAULTS if name.startswith(("plain-", "user-data-"))]
CANARIES = ("correct horse battery", "staple@", "AKIAIOSFODNN7EXAMPLE", "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MEFCQ0RFRkdISUo")


def test_no_value_of_a_credential_is_kept_or_told(quick: None, own_plan: Callable[[str | None], Path]) -> None:
    plans = own_plan("07")
    with simulated(load("sit", plans), PLAIN) as estate:
        results, calls = judged(estate, plans)
    failed = {each.id: each for each in results if each.verdict is Verdict.FAIL}
    assert set(failed) == {"secrets.no-plain-credentials", "secrets.no-plain-user-data"}
    told = "".join([*(each.model_dump_json() for each in results), *map(repr, results), *map(repr, calls)])
    assert "DB_PASSWORD" in told
    for canary in CANARIES:
        for form in (canary, quote(canary), base64.b64encode(canary.encode()).decode().rstrip("=")):
            assert form not in told
