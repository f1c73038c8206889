"""ECS made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CallFailed, CannotLook
from fixtures.declared.ecs import Cluster, LogGroup, Service, ServiceNaming
from fixtures.declared.inventory import load
from fixtures.facts import ecs
from tests.facts.reader import NOW, read

SIT = load("sit")
CLUSTER, GROUP, SERVICE, NAMING = SIT.of(Cluster)[0], SIT.of(LogGroup)[0], SIT.of(Service)[0], SIT.of(ServiceNaming)[0]
START = f"arn:aws:ecs:{SERVICE.region}:{SERVICE.account}"
RUNS, BEFORE = f"{START}:task-definition/{SERVICE.family}:7", f"{START}:task-definition/{SERVICE.family}:6"
MISSING = {"arn": "arn:x", "reason": "MISSING"}
PRIMARY = {
    "status": "PRIMARY", "taskDefinition": RUNS, "createdAt": NOW, "rolloutState": "COMPLETED", "rolloutStateReason": "done.",
    "failedTasks": 0,
}  # fmt: skip
TASK_SET = {
    "status": "PRIMARY", "taskDefinition": BEFORE, "createdAt": NOW, "stabilityStatus": "STEADY_STATE",
    "scale": {"value": 100.0, "unit": "PERCENT"}, "computedDesiredCount": 2, "runningCount": 2, "pendingCount": 0,
}  # fmt: skip


def cluster(**other: Any) -> dict[str, Any]:
    """A cluster; without the members that are None."""
    one = {"clusterArn": CLUSTER.arn, "clusterName": CLUSTER.name, "status": "ACTIVE", "capacityProviders": ["FARGATE"]}
    return {name: value for name, value in {**one, **other}.items() if value is not None}


def service(name: str = SERVICE.name, **other: Any) -> dict[str, Any]:
    """A service as AWS tells of a rolling one: without its controller; and without the members that are None."""
    one = {
        "serviceName": name, "status": "ACTIVE", "desiredCount": 2, "runningCount": 2, "pendingCount": 0, "taskDefinition": RUNS,
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}, "deployments": [PRIMARY],
        "events": [{"createdAt": NOW, "message": "steady"}],
    }  # fmt: skip
    return {name: value for name, value in {**one, **other}.items() if value is not None}


def told(*services: dict[str, Any], **other: Any) -> dict[str, Any]:
    """What it takes to find the services, each listed."""
    arns = [f"{START}:service/{CLUSTER.name}/{each['serviceName']}" for each in services]
    pages = [{"serviceArns": arns[:1]}, {"serviceArns": arns[1:]}]
    return {"ListServices": pages, "DescribeServices": {"services": list(services), "failures": []}, **other}


def described(**other: Any) -> ecs.ServiceDescription:
    found: ecs.ServiceDescription = read("ecs_service_description", SERVICE, **told(service(**other)))
    return found


# ---------------------------------------------------------------------------------------------- clusters


def test_a_cluster_and_its_tags() -> None:
    answers = {
        "ListClusters": [{"clusterArns": ["arn:other"]}, {"clusterArns": [CLUSTER.arn]}],
        "DescribeClusters": {"clusters": [cluster(tags=[{"key": "Owner"}])], "failures": [{**MISSING, "arn": "arn:other"}]},
    }
    assert read("ecs_cluster_found", CLUSTER, **answers) == ecs.ClusterFound("ACTIVE", (CLUSTER.name,))
    assert read("ecs_cluster_description", CLUSTER, **answers) == ecs.ClusterDescription("ACTIVE", ("FARGATE",), {"Owner": ""})


def test_a_missing_cluster_is_told_of_with_status_200() -> None:
    other = cluster(clusterArn="arn:other", clusterName="other")
    answers = {
        "ListClusters": [{"clusterArns": ["arn:other"]}],
        "DescribeClusters": {"clusters": [other], "failures": [{**MISSING, "arn": CLUSTER.arn}]},
    }
    assert read("ecs_cluster_found", CLUSTER, **answers) == ecs.ClusterFound(None, ("other",))
    with pytest.raises(Absent):
        read("ecs_cluster_description", CLUSTER, **answers)


def test_a_hundred_clusters_are_described_at_once() -> None:
    asked: list[int] = []

    def describe(_: str, clusters: list[str], **__: Any) -> dict[str, Any]:
        asked.append(len(clusters))
        return {"clusters": [cluster(clusterArn=arn, clusterName=arn) for arn in clusters], "failures": []}

    listed = [{"clusterArns": [CLUSTER.arn, *(f"arn:{number}" for number in range(150))]}]
    assert len(read("ecs_cluster_found", CLUSTER, ListClusters=listed, DescribeClusters=describe).names) == 151
    assert asked == [100, 51]


@pytest.mark.parametrize("answer", [
    {}, {"clusters": []}, {"clusters": [cluster(status=None)], "failures": []},
    {"clusters": [{"status": "ACTIVE"}], "failures": []}, {"clusters": [], "failures": []},
    {"clusters": [], "failures": [{"arn": CLUSTER.arn, "reason": "ACCESS"}]}, {"clusters": [], "failures": [{"arn": CLUSTER.arn}]},
], ids=str)  # fmt: skip
def test_clusters_that_are_not_understood(answer: dict[str, Any]) -> None:
    with pytest.raises(CannotLook):
        read("ecs_cluster_found", CLUSTER, ListClusters=[{"clusterArns": [CLUSTER.arn]}], DescribeClusters=answer)


# ---------------------------------------------------------------------------------------------- services


def test_a_rolling_service_of_which_aws_tells_no_controller() -> None:
    found = described()
    assert (found.controller, found.strategy, found.circuit_breaker) == ("ECS", "ROLLING", "rollback")
    assert found.deployments == (ecs.Deployment("PRIMARY", RUNS, "COMPLETED", "done.", 0),)
    assert (found.runs, found.deployed, found.as_of, found.task_sets, found.tags) == (RUNS, NOW, NOW, (), {})
    assert found.events == (ecs.Event(NOW, "steady"),)


def test_a_service_of_codedeploy_has_task_sets_and_no_deployments() -> None:
    """What its service says of a task definition may be that of another task set."""
    found = described(
        deploymentController={"type": "CODE_DEPLOY"}, deployments=None, taskSets=[TASK_SET], deploymentConfiguration={}
    )
    assert (found.controller, found.circuit_breaker, found.deployments, found.runs) == ("CODE_DEPLOY", "off", (), BEFORE)
    assert found.task_sets == (ecs.TaskSet("PRIMARY", BEFORE, "STEADY_STATE", 100.0, 2, 2, 0),)


@pytest.mark.parametrize(
    ("breaker", "expected"),
    [({"enable": False, "rollback": False}, "off"), ({"enable": True, "rollback": False}, "on"), (None, "off")],
    ids=str,
)
def test_circuit_breakers(breaker: Any, expected: str) -> None:
    configuration = {"deploymentCircuitBreaker": breaker} if breaker else {}
    assert described(deploymentConfiguration=configuration).circuit_breaker == expected


def test_of_old_deployments_little_is_told() -> None:
    found = described(deployments=[{"status": "PRIMARY", "taskDefinition": RUNS}])
    assert (found.deployments, found.deployed) == ((ecs.Deployment("PRIMARY", RUNS, "", "", None),), None)


def test_ten_services_are_described_at_once() -> None:
    asked: list[int] = []

    def describe(_: str, services: list[str], **__: Any) -> dict[str, Any]:
        asked.append(len(services))
        return {"services": [service(arn.rpartition("/")[2]) for arn in services], "failures": []}

    answers = told(*(service(f"s{number}") for number in range(12)), service())
    found = read("ecs_service_found", SERVICE, **{**answers, "DescribeServices": describe})
    assert (found.status, len(found.names), asked) == ("ACTIVE", 13, [10, 3])


def test_a_missing_service_is_told_of_with_status_200() -> None:
    """It is asked for by its name, beside those that are listed: one that is being deleted is not listed any more."""
    asked: list[list[str]] = []

    def describe(_: str, services: list[str], **__: Any) -> dict[str, Any]:
        asked.append(services)
        return {"services": [service("other")], "failures": [{**MISSING, "arn": f"{CLUSTER.arn}/{SERVICE.name}"}]}

    answers = {**told(service("other")), "DescribeServices": describe}
    assert read("ecs_service_found", SERVICE, **answers) == ecs.ServiceFound(None, ("other",))
    assert asked[0][1:] == [SERVICE.name]
    for name in ("ecs_service_description", "last_service_deployment", "task_definition", "tagged_images"):
        with pytest.raises(Absent):
            read(name, SERVICE, **answers)


@pytest.mark.parametrize("answer", [
    {}, {"services": []}, {"services": [], "failures": []},
    {"services": [], "failures": [{"reason": "ACCESS"}]}, "AccessDeniedException",
    *({"services": [service(**{name: None})], "failures": []} for name in (
        "status", "desiredCount", "runningCount", "pendingCount", "deploymentConfiguration", "deployments", "events",
    )),
    {"services": [service(deploymentController={"type": "EXTERNAL"})], "failures": []},
    {"services": [service(deployments=[{"status": "PRIMARY"}])], "failures": []},
    {"services": [service(deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True}})], "failures": []},
], ids=str)  # fmt: skip
def test_services_that_are_not_understood(answer: Any) -> None:
    with pytest.raises(CannotLook):
        read("ecs_service_description", SERVICE, **{**told(service()), "DescribeServices": answer})


def test_what_no_plan_declares_or_tolerates_and_is_no_tenants() -> None:
    services = (
        service(), service("mine", tags=[{"key": "Project", "value": "bbws"}]), service("bare"),
        service("theirs", tags=[{"key": "Tenant", "value": "acme"}]), service("nobodys", tags=[{"key": "Tenant", "value": ""}]),
        service("gone", status="DRAINING"),
    )  # fmt: skip
    found = read("undeclared_ecs_services", NAMING, **told(*services))
    assert found == {"mine": {"Project": "bbws"}, "bare": {}, "nobodys": {"Tenant": ""}}


# ---------------------------------------------------------------------------------------------- deployments, tasks


def brief(minutes: int, status: str, **other: Any) -> dict[str, Any]:
    return {"status": status, "createdAt": NOW - timedelta(minutes=minutes), **other}


def test_the_last_deployment_on_any_page() -> None:
    pages = {
        None: {"serviceDeployments": [brief(9, "SUCCESSFUL")], "nextToken": "2"},
        "2": {"serviceDeployments": [brief(3, "ROLLBACK_SUCCESSFUL", statusReason="failed"), brief(5, "SUCCESSFUL")]},
    }
    found = read("last_service_deployment", SERVICE, **told(
        service(), ListServiceDeployments=lambda _, nextToken=None, **__: pages[nextToken]  # noqa: N803  # as AWS calls it
    ))  # fmt: skip
    assert found == ecs.ServiceDeployment("ROLLBACK_SUCCESSFUL", "failed", NOW - timedelta(minutes=3))


def test_pages_in_a_circle() -> None:
    with pytest.raises(CannotLook, match="in a circle"):
        read("last_service_deployment", SERVICE, **told(
            service(), ListServiceDeployments={"serviceDeployments": [], "nextToken": "2"}
        ))  # fmt: skip


def test_of_what_ecs_did_not_deploy_it_keeps_no_account() -> None:
    external = service(deploymentController={"type": "EXTERNAL"}, taskSets=[TASK_SET])
    assert read("last_service_deployment", SERVICE, **told(external)) is None
    assert read("last_service_deployment", SERVICE, **told(service(), ListServiceDeployments={"serviceDeployments": []})) is None


def task(number: int, **other: Any) -> dict[str, Any]:
    return {
        "taskArn": f"{START}:task/{CLUSTER.name}/{number}", "taskDefinitionArn": RUNS, "group": f"service:{SERVICE.name}",
        "containers": [{"name": "app", "exitCode": 1}, {"name": "proxy", "reason": "CannotPull"}], **other,
    }  # fmt: skip


def test_the_services_stopped_tasks_by_hundred() -> None:
    tasks = [task(1, stopCode="UserInitiated", stoppedReason="x", stoppedAt=NOW), task(2), task(3, group="service:other")]
    tasks += [task(number, group="family:x") for number in range(4, 151)]
    asked: list[int] = []

    def describe(_: str, tasks_: list[str]) -> dict[str, Any]:
        asked.append(len(tasks_))
        return {"tasks": [each for each in tasks if each["taskArn"] in tasks_], "failures": [MISSING]}

    found = read("stopped_tasks", SERVICE, ListTasks=[{"taskArns": [each["taskArn"] for each in tasks]}],
                 DescribeTasks=lambda region, cluster, tasks: describe(region, tasks))  # fmt: skip
    exits = (("app", 1, ""), ("proxy", None, "CannotPull"))
    assert found == (
        ecs.StoppedTask("1", RUNS, "UserInitiated", "x", NOW, exits), ecs.StoppedTask("2", RUNS, "", "", None, exits)
    )  # fmt: skip
    assert asked == [100, 50]


# ---------------------------------------------------------------------------------------------- task definitions


def definition(**other: Any) -> dict[str, Any]:
    one = {
        "taskDefinitionArn": RUNS, "family": SERVICE.family, "revision": 7, "status": "ACTIVE",
        "containerDefinitions": [{"name": "app", "image": "nginx"}],
    }  # fmt: skip
    return {"taskDefinition": {name: value for name, value in {**one, **other}.items() if value is not None}}


def defined(**other: Any) -> ecs.TaskDefinition:
    found: ecs.TaskDefinition = read("task_definition", SERVICE, **told(service(), DescribeTaskDefinition=definition(**other)))
    return found


def test_a_bare_task_definition() -> None:
    """A network mode that is not told is the default one."""
    found = defined()
    assert (found.network_mode, found.task_role, found.execution_role, found.volumes) == ("bridge", "", "", ())
    assert (found.containers, found.environment, found.secrets) == ((ecs.Container("app", "nginx", "", "", ""),), (), ())


def test_a_full_task_definition() -> None:
    log = {"awslogs-group": "/g", "awslogs-region": "eu-west-1"}
    app = {
        "name": "app", "image": "nginx", "environment": [{"name": "A", "value": "canary"}, {"name": "B"}],
        "secrets": [{"name": "C", "valueFrom": "arn:c"}], "environmentFiles": [{"type": "s3", "value": "arn:f"}],
        "command": ["run", "--token", "canary"], "entryPoint": ["sh", "-c"], "dockerLabels": {"L": "canary"},
        "healthCheck": {"command": ["CMD", "true"]},
        "logConfiguration": {"logDriver": "awslogs", "options": log, "secretOptions": [{"name": "D", "valueFrom": "arn:d"}]},
    }  # fmt: skip
    fire = {"logDriver": "awsfirelens", "options": {"Name": "cloudwatch", "log_group_name": "/h", "region": "eu-west-1"}}
    efs = {"fileSystemId": "fs-1", "transitEncryption": "ENABLED", "authorizationConfig": {"accessPointId": "ap", "iam": "ENABLED"}}
    found = defined(
        networkMode="awsvpc", taskRoleArn="arn:t", executionRoleArn="arn:e",
        containerDefinitions=[app, {"name": "x", "image": "y", "logConfiguration": fire},
                              {"name": "z", "image": "y", "logConfiguration": {"logDriver": "splunk"}}],
        volumes=[{"name": "tmp"}, {"name": "v", "efsVolumeConfiguration": efs},
                 {"name": "w", "efsVolumeConfiguration": {"fileSystemId": "fs-2"}}],
    )  # fmt: skip
    assert found.containers == (
        ecs.Container("app", "nginx", "awslogs", "/g", "eu-west-1"),
        ecs.Container("x", "y", "awsfirelens", "/h", "eu-west-1"),
        ecs.Container("z", "y", "splunk", "", ""),
    )
    assert found.environment == (ecs.Variable("app", "A", "canary"), ecs.Variable("app", "B", ""))
    assert "canary" not in repr(found)
    assert [(each.container, each.name, each.value) for each in found.settings] == [
        ("app", "command", "run --token canary"), ("app", "entryPoint", "sh -c"), ("app", "healthCheck", "CMD true"),
        ("app", "label L", "canary"), ("app", "log option awslogs-group", "/g"), ("app", "log option awslogs-region", "eu-west-1"),
        ("x", "log option Name", "cloudwatch"), ("x", "log option log_group_name", "/h"), ("x", "log option region", "eu-west-1"),
    ]  # fmt: skip
    assert [(each.name, each.source) for each in found.secrets] == [
        ("C", "arn:c"), ("D", "arn:d"), ("a file of variables", "arn:f")
    ]  # fmt: skip
    assert found.volumes == (ecs.Volume("v", "fs-1", "ap", True, True), ecs.Volume("w", "fs-2", "", False, False))


@pytest.mark.parametrize("answer", [
    {}, {"taskDefinition": {}}, definition(taskDefinitionArn=BEFORE), definition(status=None),
    definition(containerDefinitions=None), definition(containerDefinitions=[{"name": "app"}]), "ClientException",
], ids=str)  # fmt: skip
def test_task_definitions_that_are_not_understood(answer: Any) -> None:
    with pytest.raises(CannotLook):
        read("task_definition", SERVICE, **told(service(), DescribeTaskDefinition=answer))


def test_a_service_that_runs_nothing() -> None:
    external = service(deploymentController={"type": "EXTERNAL"}, taskSets=[], taskDefinition=None)
    with pytest.raises(CannotLook, match="no task definition"):
        read("task_definition", SERVICE, **told(external))


REVISIONS = [{"taskDefinitionArns": [RUNS]}, {"taskDefinitionArns": [BEFORE, f"{START}:task-definition/{SERVICE.family}-2:9"]}]


def test_revisions_of_the_family_alone() -> None:
    assert read("active_revisions", SERVICE, ListTaskDefinitions=REVISIONS) == (7, 6)
    ten = [{"taskDefinitionArns": [f"{START}:task-definition/{SERVICE.family}:{number}" for number in (9, 10)]}]
    assert read("active_revisions", SERVICE, ListTaskDefinitions=ten) == (10, 9)


def test_what_a_rollback_could_return_to() -> None:
    """Before a first deployment there is no service, or no cluster."""
    assert read("ecs_rollback", SERVICE, **told(service(), ListTaskDefinitions=REVISIONS)) == ecs.Rollback(RUNS, (7, 6))
    none = {"services": [], "failures": [{**MISSING, "arn": f"{CLUSTER.arn}/{SERVICE.name}"}]}
    assert read("ecs_rollback", SERVICE, **{**told(), "DescribeServices": none}) == ecs.Rollback(None, ())
    assert read("ecs_rollback", SERVICE, ListServices=ecs.NO_CLUSTER) == ecs.Rollback(None, ())
    with pytest.raises(CallFailed):
        read("ecs_rollback", SERVICE, ListServices="AccessDeniedException")


# ---------------------------------------------------------------------------------------------- images, log groups

TAGGED = "815856636111.dkr.ecr.eu-west-1.amazonaws.com/team/web:1.0"


def tagged(image: str, answer: Any) -> Any:
    defined = definition(containerDefinitions=[{"name": "app", "image": image}])
    return read("tagged_images", SERVICE, **told(service(), DescribeTaskDefinition=defined, DescribeRepositories=answer))


def repository(**other: Any) -> dict[str, Any]:
    return {"repositories": [{"repositoryName": "team/web", "imageTagMutability": "IMMUTABLE", **other}]}


def test_repositories_of_tags_in_ecr() -> None:
    asked: list[Any] = []

    def describe(region: str, **parameters: Any) -> Any:
        asked.append((region, parameters))
        return repository()

    assert tagged(TAGGED, describe) == {TAGGED: ecs.Repository("IMMUTABLE", ())}
    assert asked == [("eu-west-1", {"registryId": "815856636111", "repositoryNames": ["team/web"]})]
    filters = [{"filterType": "WILDCARD", "filter": "latest*"}]
    found = tagged(TAGGED, repository(imageTagMutability="IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters=filters))
    assert found == {TAGGED: ecs.Repository("IMMUTABLE_WITH_EXCLUSION", ("latest*",))}
    assert tagged(TAGGED, "RepositoryNotFoundException") == {TAGGED: None}
    for image in ("nginx:1.0", TAGGED.removesuffix(":1.0"), f"{TAGGED}@sha256:{'a' * 64}"):
        assert tagged(image, "nobody is asked") == {}


def test_the_names_of_what_is_mounted() -> None:
    volumes = [{"name": id_, "efsVolumeConfiguration": {"fileSystemId": id_}} for id_ in ("fs-1", "fs-2", "fs-3", "fs-4")]
    listed = [
        {"FileSystemId": "fs-1", "Name": "bbws-efs-sit", "LifeCycleState": "available"},
        {"FileSystemId": "fs-2", "LifeCycleState": "available"}, {"FileSystemId": "fs-4", "LifeCycleState": "deleted"},
    ]  # fmt: skip
    answers = told(service(), DescribeTaskDefinition=definition(volumes=volumes), DescribeFileSystems=[{"FileSystems": listed}])
    found = read("mounted_file_systems", SERVICE, **answers)
    assert found == {"fs-1": "bbws-efs-sit", "fs-2": "", "fs-3": None, "fs-4": None}
    with pytest.raises(CannotLook):
        read("mounted_file_systems", SERVICE, **{**answers, "DescribeFileSystems": [{}]})


@pytest.mark.parametrize("answer", [{}, {"repositories": []}, repository(repositoryName="web"), "AccessDeniedException"], ids=str)
def test_repositories_that_are_not_understood(answer: Any) -> None:
    with pytest.raises(CannotLook):
        tagged(TAGGED, answer)


def test_log_groups_in_the_same_place() -> None:
    asked: list[Any] = []

    def describe(_: str, **parameters: Any) -> Any:
        asked.append(parameters)
        names = {GROUP.name: 30, f"{GROUP.name}/web": None, f"{GROUP.name}-2": 1}
        return [
            {"logGroups": [{"logGroupName": name, **({"retentionInDays": days} if days else {})}]} for name, days in names.items()
        ]

    found = read("log_groups_found", GROUP, DescribeLogGroups=describe)
    assert (found.retention, found.names) == (
        {GROUP.name: 30, f"{GROUP.name}/web": None}, (GROUP.name, f"{GROUP.name}/web", f"{GROUP.name}-2")
    )  # fmt: skip
    assert read("log_retention", GROUP, DescribeLogGroups=describe) == found.retention
    assert asked == [{"logGroupNamePrefix": "/aws/ecs/"}] * 2


def test_no_log_group() -> None:
    none = [{"logGroups": []}]
    assert read("log_groups_found", GROUP, DescribeLogGroups=none) == ecs.LogGroupsFound({}, ())
    with pytest.raises(Absent):
        read("log_retention", GROUP, DescribeLogGroups=none)
    with pytest.raises(CannotLook):
        read("log_groups_found", GROUP, DescribeLogGroups=[{}])
