"""Aurora: the declared clusters, over several zones, encrypted, kept from harm, and closed."""

import pytest

from checks import aurora


def test_cluster_exists(verify, aurora_cluster, aurora_found):
    verify(aurora.cluster_exists, aurora_cluster, aurora_found)


def test_available(verify, aurora_cluster, aurora_description):
    verify(aurora.available, aurora_cluster, aurora_description)


def test_engine_version(verify, aurora_cluster, aurora_description, aurora_instances):
    verify(aurora.engine_version, aurora_cluster, aurora_description, aurora_instances)


def test_encrypted(verify, aurora_cluster, aurora_description):
    verify(aurora.encrypted, aurora_cluster, aurora_description)


def test_deletion_protection(verify, aurora_cluster, aurora_description):
    verify(aurora.deletion_protection, aurora_cluster, aurora_description)


def test_backup_retention(verify, aurora_cluster, aurora_description, policy):
    verify(aurora.backup_retention, aurora_cluster, aurora_description, days=policy.aurora.retention_days)


def test_in_vpc(verify, aurora_cluster, aurora_vpc):
    verify(aurora.in_vpc, aurora_cluster, aurora_vpc)


def test_required_tags(verify, aurora_cluster, aurora_tags, required_tags):
    verify(aurora.required_tags, aurora_cluster, aurora_tags, required=required_tags)


def test_members(verify, aurora_cluster, aurora_description, aurora_instances):
    verify(aurora.members, aurora_cluster, aurora_description, aurora_instances)


def test_instances_available(verify, aurora_cluster, aurora_description, aurora_instances):
    verify(aurora.instances_available, aurora_cluster, aurora_description, aurora_instances)


def test_not_public(verify, aurora_cluster, aurora_description, aurora_instances):
    verify(aurora.not_public, aurora_cluster, aurora_description, aurora_instances)


def test_credentials(verify, aurora_cluster, aurora_credentials):
    verify(aurora.credentials, aurora_cluster, aurora_credentials)


@pytest.mark.declares("tls_required")
def test_tls_required(verify, aurora_cluster, aurora_tls):
    verify(aurora.tls_required, aurora_cluster, aurora_tls)


def test_maintenance(verify, aurora_cluster, aurora_maintenance, policy):
    verify(aurora.maintenance, aurora_cluster, aurora_maintenance, hours=policy.aurora.maintenance_hours)
