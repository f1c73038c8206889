"""Who is calling: a run that does not start says why in one line, and has asked nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fixtures.simulation import Simulation
from tests.run.runs import Suite, one_line_and_exit_4


def test_without_credentials(suite: Suite) -> None:
    told = one_line_and_exit_4(suite("--env=sit"))
    assert "aws sso login --profile Tebogo-sit" in told and "--simulate" in told


def test_the_wrong_account(suite: Suite, small_estate: Simulation) -> None:
    from fixtures.simulation.server import served

    seen: list[str] = []

    def only_identity(environ: Any, start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        seen.append(body.decode())
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [
            b"<GetCallerIdentityResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><GetCallerIdentityResult>"
            b"<Arn>arn:aws:iam::536580886816:user/x</Arn><UserId>x</UserId><Account>536580886816</Account>"
            b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
        ]

    with served(only_identity) as url:
        told = one_line_and_exit_4(suite("--env=sit", environ={**small_estate.settings(), "AWS_ENDPOINT_URL": url}))
    assert "536580886816" in told and "815856636111" in told
    assert len(seen) == 1 and "Action=GetCallerIdentity" in seen[0]


def test_credentials_that_are_not_accepted(suite: Suite, settings: dict[str, str]) -> None:
    told = one_line_and_exit_4(
        suite("--env=sit", environ={**settings, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"})
    )
    assert "nobody could say whose the credentials are" in told


@pytest.mark.parametrize("config", ["", "[profile broken"])
def test_a_profile_that_cannot_be_used(suite: Suite, tmp_path: Path, config: str) -> None:
    (tmp_path / "config").write_text(config)
    environ = {"AWS_CONFIG_FILE": str(tmp_path / "config")} | ({} if config else {"AWS_PROFILE": "nope"})
    told = one_line_and_exit_4(suite("--env=sit", environ=environ))
    assert "the credentials cannot be used" in told and ("nope" in told or "config" in told)
    assert "aws sso login" not in told
