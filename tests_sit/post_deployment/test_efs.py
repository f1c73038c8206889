"""EFS: the declared file systems are there, encrypted, to be mounted in every zone, only with TLS, and backed up."""

import pytest

from checks import efs


def test_file_system_exists(verify, file_system, file_systems):
    verify(efs.file_system_exists, file_system, file_systems)


def test_no_undeclared_file_system(verify, file_system_naming, undeclared_file_systems):
    verify(efs.no_undeclared_file_system, file_system_naming, undeclared_file_systems)


def test_available(verify, file_system, file_system_description):
    verify(efs.available, file_system, file_system_description)


def test_encrypted(verify, file_system, file_system_description):
    verify(efs.encrypted, file_system, file_system_description)


def test_mount_targets(verify, file_system, mount_targets):
    verify(efs.mount_targets, file_system, mount_targets)


def test_automatic_backups(verify, file_system, backup_policy):
    verify(efs.automatic_backups, file_system, backup_policy)


def test_access_points(verify, file_system, access_points):
    verify(efs.access_points, file_system, access_points)


@pytest.mark.declares("tls")
def test_tls_only(verify, file_system, file_system_policy):
    verify(efs.tls_only, file_system, file_system_policy)


def test_required_tags(verify, file_system, file_system_description, required_tags):
    verify(efs.required_tags, file_system, file_system_description, required=required_tags)
