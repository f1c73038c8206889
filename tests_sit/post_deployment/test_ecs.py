"""ECS: clusters and services stand and are rolled out whole, and what they run is what was meant, and of this environment."""

import pytest

from checks import ecs


def test_cluster_active(verify, ecs_cluster, ecs_cluster_found):
    verify(ecs.cluster_active, ecs_cluster, ecs_cluster_found)


def test_capacity_providers(verify, ecs_cluster, ecs_cluster_description):
    verify(ecs.capacity_providers, ecs_cluster, ecs_cluster_description)


def test_cluster_required_tags(verify, ecs_cluster, ecs_cluster_description, required_tags):
    verify(ecs.cluster_required_tags, ecs_cluster, ecs_cluster_description, required=required_tags)


def test_log_groups(verify, log_group, log_groups_found):
    verify(ecs.log_groups, log_group, log_groups_found)


def test_log_retention(verify, log_group, log_retention, policy):
    verify(ecs.log_retention, log_group, log_retention, days=policy.ecs.log_retention_days)


def test_service_active(verify, ecs_service, ecs_service_found):
    verify(ecs.service_active, ecs_service, ecs_service_found)


def test_no_undeclared_service(verify, ecs_service_naming, undeclared_ecs_services):
    verify(ecs.no_undeclared_service, ecs_service_naming, undeclared_ecs_services)


def test_service_required_tags(verify, ecs_service, ecs_service_description, required_tags):
    verify(ecs.service_required_tags, ecs_service, ecs_service_description, required=required_tags)


def test_rolled_out(verify, ecs_service, ecs_service_description, last_service_deployment):
    verify(ecs.rolled_out, ecs_service, ecs_service_description, last_service_deployment)


def test_running_as_desired(verify, ecs_service, ecs_service_description):
    verify(ecs.running_as_desired, ecs_service, ecs_service_description)


def test_intended_task_definition(verify, ecs_service, ecs_service_description, active_revisions):
    verify(ecs.intended_task_definition, ecs_service, ecs_service_description, active_revisions)


@pytest.mark.declares("circuit_breaker")
def test_circuit_breaker(verify, ecs_service, ecs_service_description):
    verify(ecs.circuit_breaker, ecs_service, ecs_service_description)


def test_no_failed_tasks(verify, ecs_service, ecs_service_description, stopped_tasks):
    verify(ecs.no_failed_tasks, ecs_service, ecs_service_description, stopped_tasks)


def test_quiet_events(verify, ecs_service, ecs_service_description):
    verify(ecs.quiet_events, ecs_service, ecs_service_description)


def test_task_definition(verify, ecs_service, task_definition):
    verify(ecs.task_definition, ecs_service, task_definition)


def test_task_roles(verify, ecs_service, task_definition):
    verify(ecs.task_roles, ecs_service, task_definition)


@pytest.mark.declares("images")
def test_immutable_images(verify, ecs_service, task_definition, tagged_images):
    verify(ecs.immutable_images, ecs_service, task_definition, tagged_images)


def test_container_logs(verify, ecs_service, task_definition):
    verify(ecs.container_logs, ecs_service, task_definition)


def test_own_environment(verify, ecs_service, task_definition, mounted_file_systems):
    verify(ecs.own_environment, ecs_service, task_definition, mounted_file_systems)
