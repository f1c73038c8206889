"""The clusters, services and log groups that the plans declare for each environment, and that a mistake in them is refused in one
line."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.aurora import AuroraCluster
from fixtures.declared.ecs import Cluster, LogGroup, Marks, Service, ServiceNaming
from fixtures.declared.efs import FileSystem
from fixtures.declared.inventory import Inventory, load
from fixtures.declared.network import Vpc
from tests.declared.mistakes import Broken, demand_refusal, each
from tests.declared.test_cloudfront import changed

P07 = "07_ecs_terraform.toml"
CLUSTER = '{ name = "bbws-ecs-{env}", capacity_providers = ["FARGATE", "FARGATE_SPOT"] }'
SECOND = """
[[ecs.services]]
name = "bbws-jobs-{env}"
cluster = "bbws-batch-{env}"
family = "bbws-jobs-{env}"
revision = { sit = 3 }
desired = 1
circuit_breaker = "off"
task_role = "bbws-jobs-{env}"
execution_role = "bbws-ecs-execution-{env}"
"""


def added(plans: Path, text: str) -> None:
    (plans / P07).write_text((plans / P07).read_text("utf-8") + text, "utf-8")


def test_what_stands(inventory: Inventory) -> None:
    environment = inventory.environment
    env, where = environment.name, (environment.region, "07", environment.account)
    (cluster,), (group,), (service,) = inventory.of(Cluster), inventory.of(LogGroup), inventory.of(Service)
    assert cluster == Cluster(f"bbws-ecs-{env}", *where, ("FARGATE", "FARGATE_SPOT"))
    assert group == LogGroup(f"/aws/ecs/bbws-{env}", *where, for_ever=False)
    assert (service.name, service.family) == (f"bbws-wordpress-{env}",) * 2
    assert (service.region, service.plan, service.account) == where
    assert (service.revision, service.desired, service.circuit_breaker, service.images) == (None, 2, None, None)
    assert (service.task_role, service.execution_role) == (f"bbws-ecs-task-{env}", f"bbws-ecs-execution-{env}")
    assert {cluster, group, *inventory.of(Vpc), *inventory.of(AuroraCluster), *inventory.of(FileSystem)} <= set(service.stands_on)


def test_by_what_cloudwatch_knows_a_service(inventory: Inventory) -> None:
    (service,) = inventory.of(Service)
    assert service.metrics["AWS/ECS"] == {"ClusterName": service.cluster.name, "ServiceName": service.name}
    assert service.cluster.metrics["AWS/ECS"] == {"ClusterName": service.cluster.name}


def test_by_what_environments_are_told(inventory: Inventory) -> None:
    (service,) = inventory.of(Service)
    marks = {each.name: each for each in (service.own, *service.others)}
    assert service.own.name == inventory.environment.name
    assert marks == {
        "dev": Marks("dev", "536580886816", ("api.dev.kimmyai.io", "dev.kimmyai.io", "dev.bbws.io")),
        "sit": Marks("sit", "815856636111", ("api.sit.kimmyai.io", "sit.kimmyai.io", "sit.bbws.io")),
        "prod": Marks("prod", "093646564004", ("api.kimmyai.io", "kimmyai.io", "bbws.io")),
    }


def test_which_services_are_the_projects(inventory: Inventory) -> None:
    (naming,) = inventory.of(ServiceNaming)
    env = inventory.environment.name
    assert (naming.name, naming.clusters, naming.project) == (f"bbws-*-{env}", tuple(inventory.of(Cluster)), "bbws")
    assert naming.declared == {f"bbws-wordpress-{env}"}


def test_a_log_group_holds_what_stands_under_it() -> None:
    group = LogGroup("/aws/ecs/bbws", "eu-west-1", "07", "1", for_ever=False)
    assert [group.holds(name) for name in ("/aws/ecs/bbws", "/aws/ecs/bbws/web", "/aws/ecs/bbws-web", "/aws/ecs")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_second_cluster_and_service_are_lines_in_a_plan_file(plans: Path) -> None:
    changed(plans, CLUSTER, CLUSTER + ', { name = "bbws-batch-{env}", capacity_providers = ["FARGATE"] }', P07)
    added(plans, SECOND)
    inventory = load("sit", plans)
    second = next(each for each in inventory.of(Service) if each.name == "bbws-jobs-sit")
    assert (second.cluster.name, second.revision, second.layers) == ("bbws-batch-sit", 3, ())
    (naming,) = inventory.of(ServiceNaming)
    assert [each.name for each in naming.clusters] == ["bbws-ecs-sit", "bbws-batch-sit"]
    jobs = next(each for each in load("dev", plans).of(Service) if each.name == "bbws-jobs-dev")
    assert jobs.revision is None


def test_log_groups_may_be_kept_for_ever(plans: Path) -> None:
    changed(plans, '{ name = "/aws/ecs/bbws-{env}" }', '{ name = "/aws/ecs/bbws-{env}", for_ever = true }', P07)
    assert [each.for_ever for each in load("sit", plans).of(LogGroup)] == [True]


BROKEN = [
    Broken("no such cluster", P07, 'cluster = "bbws-ecs-{env}"', 'cluster = "bbws-esc-{env}"',
           ("ecs.services[0].cluster: found 'bbws-esc-{env}'", "expected one of bbws-ecs-{env}", "did you mean")),
    Broken("no such kind below", P07, "stands_on = { vpc", "stands_on = { vcp",
           ("ecs.services[0].stands_on: found 'vcp'", "did you mean vpc?")),
    Broken("no such VPC", P07, 'stands_on = { vpc = ["bbws-{env}"]', 'stands_on = { vpc = ["bwbs-{env}"]',
           ("ecs.services[0].stands_on.vpc: found 'bwbs-{env}', expected one of bbws-{env}",)),
    Broken("nothing of a kind", P07, 'vpc = ["bbws-{env}"]', "vpc = []", ("ecs.services[0].stands_on.vpc: found",)),
    Broken("no desired count", P07, "desired = 2", "desired = 0", ("ecs.services[0].desired: found 0", "greater than 0")),
    Broken("no such circuit breaker", P07, "desired = 2", 'desired = 2\ncircuit_breaker = "yes"',
           ("ecs.services[0].circuit_breaker: found 'yes'", "'off', 'on'")),
    Broken("no such way of images", P07, "desired = 2", 'desired = 2\nimages = "digest"',
           ("ecs.services[0].images: found 'digest'",)),
    Broken("no revision", P07, "desired = 2", "desired = 2\nrevision = { sit = 0 }", ("ecs.services[0].revision.sit: found 0",)),
    Broken("a revision of no environment", P07, "desired = 2", "desired = 2\nrevision = { sti = 1 }",
           ("ecs.services[0].revision.sti: found 'sti'", "did you mean sit?")),
    Broken("bad name", P07, 'name = "bbws-wordpress-{env}"', 'name = "bbws.wordpress"',
           ("ecs.services[0].name: found 'bbws.wordpress'", "1 to 255 letters")),
    Broken("bad log group", P07, '"/aws/ecs/bbws-{env}"', '"/aws/ecs/*"', ("ecs.log_groups[0].name: found '/aws/ecs/*'",)),
    Broken("no provider", P07, '["FARGATE", "FARGATE_SPOT"]', "[]", ("ecs.clusters[0].capacity_providers: found",)),
    Broken("unknown key", P07, "task_role =", "role =", ("ecs.services[0].role: found an unknown key", "task_role")),
    Broken("no naming", P07, 'naming = "bbws-*-{env}"        # of services', "# of services", ("ecs.naming: found nothing",)),
    Broken("cluster twice", P07, CLUSTER, f"{CLUSTER}, {CLUSTER}", ("ecs_cluster bbws-ecs-sit: found twice", "expected once")),
    Broken("no retention", "environments.toml", "log_retention_days = 30", "log_retention_days = 0",
           ("policy.ecs.log_retention_days: found 0",)),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
