"""Tenants: none reaches, mounts or reads what is another's."""

import pytest

from checks import tenants


def test_listed(verify, tenancy, tenant_resources):
    verify(tenants.listed, tenancy, tenant_resources)


def test_domain(verify, tenants_domain, tenant_names):
    verify(tenants.domain, tenants_domain, tenant_names)


def test_network_isolated(verify, tenancy, tenant_network):
    verify(tenants.network_isolated, tenancy, tenant_network)


@pytest.mark.declares("apart")
def test_isolation_level(verify, tenancy, tenant_network, tenant_databases):
    verify(tenants.isolation_level, tenancy, tenant_network, tenant_databases)


@pytest.mark.declares("file_systems")
def test_access_points(verify, tenancy, tenant_access_points, tenant_workloads):
    verify(tenants.access_points, tenancy, tenant_access_points, tenant_workloads)


def test_mounts(verify, tenancy, tenant_workloads):
    verify(tenants.mounts, tenancy, tenant_workloads)


@pytest.mark.declares("file_systems")
def test_file_system_policy(verify, tenancy, shared_file_systems, tenant_access_points, tenant_workloads, tenant_roles):
    verify(tenants.file_system_policy, tenancy, shared_file_systems, tenant_access_points, tenant_workloads, tenant_roles)


def test_roles(verify, tenancy, tenant_roles, tenant_resources, tenant_policies):
    verify(tenants.roles, tenancy, tenant_roles, tenant_resources, tenant_policies)


def test_secrets(verify, tenancy, tenant_workloads, tenant_resources):
    verify(tenants.secrets, tenancy, tenant_workloads, tenant_resources)


def test_no_plain_credentials(verify, tenancy, tenant_workloads):
    verify(tenants.no_plain_credentials, tenancy, tenant_workloads)
