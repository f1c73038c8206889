"""Terraform: the state is the one that was written last, and records what stands."""

import pytest

from checks import terraform


def test_digest(verify, state, digests):
    verify(terraform.digest, state, digests)


@pytest.mark.declares("listed")
def test_recorded_exists(verify, state, state_files, standing):
    verify(terraform.recorded_exists, state, state_files, standing)


@pytest.mark.declares("declared")
def test_declared_recorded(verify, state, state_files):
    verify(terraform.declared_recorded, state, state_files)


@pytest.mark.declares("listed")
def test_nothing_beside(verify, state, state_files, standing):
    verify(terraform.nothing_beside, state, state_files, standing)
