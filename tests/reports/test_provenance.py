"""Over whose wire AWS was asked, as the report tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.aws.door import Door
from fixtures.declared.inventory import load
from reports.provenance import settings


def test_authorities_that_a_configuration_file_names_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[default]\nca_bundle = /own/authorities.pem\n")
    for name, value in {"AWS_CONFIG_FILE": f"{tmp_path}/config", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(name, value)
    door = Door(load("sit").environment, [])
    assert settings(door.ca_bundle)["ca_bundle"] == "/own/authorities.pem"
    monkeypatch.setenv("AWS_CA_BUNDLE", "/own/authorities.pem")
    assert "ca_bundle" not in settings(door.ca_bundle), "it is told by its own name"
