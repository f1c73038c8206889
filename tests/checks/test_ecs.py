"""The checks of ECS clusters, services, what these run, and log groups."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import Finding, Observation, Problem, Seen, Undecided, ecs
from fixtures.declared.ecs import Cluster, LogGroup, Marks, Service, ServiceNaming
from fixtures.facts.ecs import (
    ClusterDescription,
    ClusterFound,
    Container,
    Deployment,
    Event,
    LogGroupsFound,
    Repository,
    Rollback,
    Secret,
    ServiceDeployment,
    ServiceDescription,
    ServiceFound,
    StoppedTask,
    TaskDefinition,
    TaskSet,
    Variable,
)
from tests.checks.examples import Example, judged

REGION, ACCOUNT = "eu-west-1", "815856636111"
SIT = Marks("sit", ACCOUNT, ("api.sit.kimmyai.io", "sit.kimmyai.io", "sit.bbws.io"))
DEV = Marks("dev", "536580886816", ("api.dev.kimmyai.io", "dev.kimmyai.io", "dev.bbws.io"))
PROD = Marks("prod", "093646564004", ("api.kimmyai.io", "kimmyai.io", "bbws.io"))
CLUSTER = Cluster("bbws-ecs-sit", REGION, "07", ACCOUNT, ("FARGATE", "FARGATE_SPOT"))
GROUP = LogGroup("/aws/ecs/bbws-sit", REGION, "07", ACCOUNT, for_ever=False)
SERVICE = Service(
    "bbws-web-sit", REGION, "07", ACCOUNT, cluster=CLUSTER, family="bbws-web-sit", revision=None, desired=2,
    circuit_breaker="rollback", task_role="task-sit", execution_role="execution-sit", images="immutable", log_groups=(GROUP,),
    layers=(), own=SIT, others=(DEV, PROD),
)  # fmt: skip
NAMING = ServiceNaming(
    "bbws-*-sit", REGION, "07", ACCOUNT, own=(SERVICE.name,), declared=frozenset({SERVICE.name}), tolerated=frozenset(),
    project="bbws", clusters=(CLUSTER,),
)  # fmt: skip
NOW = datetime(2026, 1, 13, 12, tzinfo=UTC)
START = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition"
RUNS, BEFORE = f"{START}/bbws-web-sit:7", f"{START}/bbws-web-sit:6"

# The lines of the promotion plans that the checks give evidence for.
CITED = {
    "07.inventory", "07.phases", "estate.conventions", "estate.own-environment", "pre.iam", "pre.rollback-tested", "prod.deployed",
    "rollback.ecs", "sit.no-deployment-errors",
}  # fmt: skip


def good(expected: str, observed: str, where: str = SERVICE.name) -> Seen:
    return Seen(where, expected, observed)


def bad(expected: str, observed: str, where: str = SERVICE.name) -> Problem:
    return Problem(where, expected, observed)


def undecided(reason: str, where: str = SERVICE.name) -> Undecided:
    return Undecided(where, reason)


def noted(text: str) -> Observation:
    return Observation(SERVICE.name, text)


# ---------------------------------------------------------------------------------------------- clusters and log groups

ACTIVE, PROVIDERS, CLUSTER_TAGS = ecs.cluster_active, ecs.capacity_providers, ecs.cluster_required_tags
GROUPS, RETENTION = ecs.log_groups, ecs.log_retention
REQUIRED, TAGS = {"required": {"Owner": "*"}}, {"Owner": "platform"}
OWNED, UNOWNED = ("tag Owner with a value", "Owner=platform"), ("tag Owner with a value", "no such tag")
UNDER, DAYS = "/aws/ecs/bbws-sit/web", {"days": 30}
A_GROUP = "log group /aws/ecs/bbws-sit, or one under it"


def cluster(**changes: Any) -> tuple[Cluster, ClusterDescription]:
    return CLUSTER, replace(ClusterDescription("ACTIVE", ("FARGATE", "FARGATE_SPOT"), TAGS), **changes)


def groups(*names: str, beside: tuple[str, ...] = ()) -> tuple[LogGroup, LogGroupsFound]:
    return GROUP, LogGroupsFound(dict.fromkeys(names, 30), (*names, *beside))


CLUSTERS = [
    Example(ACTIVE, "active", (CLUSTER, ClusterFound("ACTIVE", (CLUSTER.name,))), (good("ACTIVE", "ACTIVE", CLUSTER.name),)),
    Example(ACTIVE, "deleted a while ago", (CLUSTER, ClusterFound("INACTIVE", ())), (bad("ACTIVE", "INACTIVE", CLUSTER.name),)),
    Example(ACTIVE, "absent", (CLUSTER, ClusterFound(None, ("bbws-ecs",))),
            (bad("ACTIVE", "missing; the closest existing name is bbws-ecs", CLUSTER.name),)),
    Example(ACTIVE, "absent, and nothing like it", (CLUSTER, ClusterFound(None, ())),
            (bad("ACTIVE", "missing; no existing name is close to it", CLUSTER.name),)),
    Example(PROVIDERS, "both", cluster(), (
        good("capacity provider FARGATE", "FARGATE, FARGATE_SPOT", CLUSTER.name),
        good("capacity provider FARGATE_SPOT", "FARGATE, FARGATE_SPOT", CLUSTER.name),
    )),
    Example(PROVIDERS, "one", cluster(capacity_providers=("FARGATE",)), (
        good("capacity provider FARGATE", "FARGATE", CLUSTER.name),
        bad("capacity provider FARGATE_SPOT", "FARGATE", CLUSTER.name),
    )),
    Example(PROVIDERS, "none", cluster(capacity_providers=()), (
        bad("capacity provider FARGATE", "none", CLUSTER.name), bad("capacity provider FARGATE_SPOT", "none", CLUSTER.name),
    )),
    Example(CLUSTER_TAGS, "all", cluster(), (good(*OWNED, CLUSTER.name),), REQUIRED),
    Example(CLUSTER_TAGS, "none", cluster(tags={}), (bad(*UNOWNED, CLUSTER.name),), REQUIRED),
    Example(GROUPS, "itself", groups(GROUP.name), (good(A_GROUP, GROUP.name, GROUP.name),)),
    Example(GROUPS, "those under it", groups(UNDER, f"{UNDER}-2"), (good(A_GROUP, f"{UNDER}, {UNDER}-2", GROUP.name),)),
    Example(GROUPS, "absent", groups(beside=("/aws/ecs/bbws",)),
            (bad(A_GROUP, "missing; the closest existing name is /aws/ecs/bbws", GROUP.name),)),
    Example(RETENTION, "long enough", (GROUP, {GROUP.name: 30, UNDER: 90}), (
        good("kept for at least 30 days", "30 days", GROUP.name), good("kept for at least 30 days", "90 days", UNDER),
    ), DAYS),
    Example(RETENTION, "too short", (GROUP, {GROUP.name: 30, UNDER: 14}), (
        good("kept for at least 30 days", "30 days", GROUP.name), bad("kept for at least 30 days", "14 days", UNDER),
    ), DAYS),
    Example(RETENTION, "for ever", (GROUP, {GROUP.name: None}),
            (bad("kept for at least 30 days, and not for ever", "never expires", GROUP.name),), DAYS),
    Example(RETENTION, "for ever, as declared", (replace(GROUP, for_ever=True), {GROUP.name: None}),
            (good("kept for at least 30 days", "for ever", GROUP.name),), DAYS),
    Example(RETENTION, "none", (GROUP, {}), (undecided("no log group is there to be judged", GROUP.name),), DAYS),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- services

STANDS, SERVICE_TAGS, UNDECLARED = ecs.service_active, ecs.service_required_tags, ecs.no_undeclared_service
ROLLED, RUNNING, INTENDED, BREAKER = ecs.rolled_out, ecs.running_as_desired, ecs.intended_task_definition, ecs.circuit_breaker
FAILED, QUIET, ROLLBACK = ecs.no_failed_tasks, ecs.quiet_events, ecs.rollback_revision
DEPLOYED = Deployment("PRIMARY", RUNS, "COMPLETED", "completed.", 0)
TASK_SET = TaskSet("PRIMARY", RUNS, "STEADY_STATE", 100.0, 2, 2, 0)
STEADY = Event(NOW - timedelta(minutes=5), "(service x) has reached a steady state.")


def described(service: Service = SERVICE, **changes: Any) -> tuple[Service, ServiceDescription]:
    healthy = ServiceDescription(
        "ACTIVE", "ECS", "ROLLING", 2, 2, 0, RUNS, (DEPLOYED,), (), NOW - timedelta(days=2), "rollback", (STEADY,), TAGS, NOW
    )
    return service, replace(healthy, **changes)


def rolled(last: ServiceDeployment | None = None, **changes: Any) -> tuple[Any, ...]:
    return (*described(**changes), last)


def task_sets(*sets: TaskSet, controller: str = "CODE_DEPLOY", **changes: Any) -> dict[str, Any]:
    return {"controller": controller, "deployments": (), "task_sets": sets, **changes}


def last(status: str, reason: str = "") -> ServiceDeployment:
    return ServiceDeployment(status, reason, NOW)


ONE = good("one deployment, PRIMARY", "PRIMARY of bbws-web-sit:7")
COMPLETED = good("rollout COMPLETED", "COMPLETED (completed.)")
ONE_SET = good("one PRIMARY task set (CODE_DEPLOY)", "1 such task set")
IN_STEADY = good("its task set in STEADY_STATE", "STEADY_STATE")
WHOLE = good("its task set at 100 % of the desired count", "100 %")
ENOUGH = good("desired: at least 2 tasks", "2 tasks")
AS_DESIRED, NONE_PENDING = good("2 tasks running, as desired", "2"), good("no task pending", "0")
NEWEST = "bbws-web-sit:7, the newest ACTIVE revision"
ALIKE = "nothing undeclared like bbws-*-sit or tagged Project=bbws"
BREAKS = "circuit breaker on, with rollback"

SERVICES = [
    Example(STANDS, "active", (SERVICE, ServiceFound("ACTIVE", (SERVICE.name,))), (good("ACTIVE", "ACTIVE"),)),
    Example(STANDS, "being deleted", (SERVICE, ServiceFound("DRAINING", (SERVICE.name,))), (bad("ACTIVE", "DRAINING"),)),
    Example(STANDS, "deleted", (SERVICE, ServiceFound("INACTIVE", ())), (bad("ACTIVE", "INACTIVE"),)),
    Example(STANDS, "absent", (SERVICE, ServiceFound(None, ("bbws-web",))),
            (bad("ACTIVE", "missing; the closest existing name is bbws-web"),)),
    Example(SERVICE_TAGS, "all", described(), (good(*OWNED),), REQUIRED),
    Example(SERVICE_TAGS, "none", described(tags={}), (bad(*UNOWNED),), REQUIRED),
    Example(UNDECLARED, "none", (NAMING, {}), (good(ALIKE, "1 declared, 0 others beside them, none of those", REGION),)),
    Example(UNDECLARED, "one of somebody else", (NAMING, {"other": {}}),
            (good(ALIKE, "1 declared, 1 other beside them, none of those", REGION),)),
    Example(UNDECLARED, "one that is named and one that is tagged so", (NAMING, {"bbws-wep-sit": {}, "x": {"Project": "bbws"}}), (
        bad("declared by a plan, or tolerated by name",
            "exists, named like bbws-*-sit; the closest declared name is bbws-web-sit", "bbws-wep-sit"),
        bad("declared by a plan, or tolerated by name", "exists, tagged Project=bbws; no declared name is close to it", "x"),
    )),
    Example(ROLLED, "whole", rolled(), (ONE, COMPLETED)),
    Example(ROLLED, "whole, as ECS keeps account", rolled(last("SUCCESSFUL")),
            (ONE, COMPLETED, good("the last deployment SUCCESSFUL", "SUCCESSFUL"))),
    Example(ROLLED, "rolled back", rolled(last("ROLLBACK_SUCCESSFUL", "tasks failed")),
            (ONE, COMPLETED, bad("the last deployment SUCCESSFUL", "ROLLBACK_SUCCESSFUL (tasks failed)"))),
    Example(ROLLED, "in progress", rolled(deployments=(replace(DEPLOYED, rollout="IN_PROGRESS", reason=""),)),
            (ONE, bad("rollout COMPLETED", "IN_PROGRESS"))),
    Example(ROLLED, "failed", rolled(deployments=(replace(DEPLOYED, rollout="FAILED", reason="tasks failed to start."),)),
            (ONE, bad("rollout COMPLETED", "FAILED (tasks failed to start.)"))),
    Example(ROLLED, "two deployments", rolled(deployments=(DEPLOYED, replace(DEPLOYED, status="ACTIVE", task_definition=BEFORE))), (
        bad("one deployment, PRIMARY", "PRIMARY of bbws-web-sit:7, ACTIVE of bbws-web-sit:6"), COMPLETED,
    )),
    Example(ROLLED, "no deployment", rolled(deployments=()), (bad("one deployment, PRIMARY", "none"),)),
    Example(ROLLED, "none that serves", rolled(deployments=(replace(DEPLOYED, status="ACTIVE"),)),
            (bad("one deployment, PRIMARY", "ACTIVE of bbws-web-sit:7"),)),
    Example(ROLLED, "of a time when ECS did not tell", rolled(deployments=(replace(DEPLOYED, rollout=""),)),
            (ONE, undecided("ECS does not say whether its rollout is complete"))),
    *(
        Example(ROLLED, f"{strategy}, and it is not known how that ended", rolled(strategy=strategy),
                (ONE, COMPLETED, undecided(f"is deployed {strategy}, and ECS knows of no deployment")))
        for strategy in ("BLUE_GREEN", "LINEAR", "CANARY")
    ),
    Example(ROLLED, "blue/green, whole", rolled(last("SUCCESSFUL"), strategy="BLUE_GREEN"),
            (ONE, COMPLETED, good("the last deployment SUCCESSFUL", "SUCCESSFUL"))),
    *(
        Example(ROLLED, f"blue/green, {status}", rolled(last(status), strategy="BLUE_GREEN"),
                (ONE, COMPLETED, bad("the last deployment SUCCESSFUL", status)))
        for status in ("IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED", "PENDING")
    ),
    Example(ROLLED, "by CodeDeploy", rolled(**task_sets(TASK_SET)), (ONE_SET, IN_STEADY, WHOLE)),
    Example(ROLLED, "by somebody else", rolled(**task_sets(TASK_SET, controller="EXTERNAL")),
            (good("one PRIMARY task set (EXTERNAL)", "1 such task set"), IN_STEADY, WHOLE)),
    Example(ROLLED, "by CodeDeploy, with the former task set", rolled(**task_sets(TASK_SET, replace(
        TASK_SET, status="ACTIVE", task_definition=BEFORE
    ))), (ONE_SET, IN_STEADY, WHOLE, noted("another task set is there: ACTIVE of bbws-web-sit:6"))),
    Example(ROLLED, "by CodeDeploy, stabilizing", rolled(**task_sets(replace(TASK_SET, stability="STABILIZING", scale=50.0))), (
        ONE_SET, bad("its task set in STEADY_STATE", "STABILIZING"), bad("its task set at 100 % of the desired count", "50 %"),
    )),
    Example(ROLLED, "by CodeDeploy, without a task set", rolled(**task_sets()),
            (bad("one PRIMARY task set (CODE_DEPLOY)", "0 such task sets"),)),
    Example(RUNNING, "as many as desired", described(), (ENOUGH, AS_DESIRED, NONE_PENDING)),
    Example(RUNNING, "more than declared", described(desired=5, running=5),
            (good("desired: at least 2 tasks", "5 tasks"), good("5 tasks running, as desired", "5"), NONE_PENDING)),
    Example(RUNNING, "fewer than desired", described(running=1, pending=1),
            (ENOUGH, bad("2 tasks running, as desired", "1"), bad("no task pending", "1"))),
    Example(RUNNING, "more than desired", described(running=3), (ENOUGH, bad("2 tasks running, as desired", "3"), NONE_PENDING)),
    Example(RUNNING, "fewer than declared", described(desired=1, running=1),
            (bad("desired: at least 2 tasks", "1 task"), good("1 task running, as desired", "1"), NONE_PENDING)),
    Example(RUNNING, "none desired, and none running", described(desired=0, running=0),
            (bad("desired: at least 2 tasks", "0 tasks"), good("0 tasks running, as desired", "0"), NONE_PENDING)),
    Example(RUNNING, "in the task set that serves", described(**task_sets(TASK_SET, running=4)),
            (ENOUGH, good("2 tasks running in its task set, as desired", "2"), good("no task pending in its task set", "0"))),
    Example(RUNNING, "fewer in the task set that serves", described(**task_sets(replace(TASK_SET, running=1, pending=1))),
            (ENOUGH, bad("2 tasks running in its task set, as desired", "1"), bad("no task pending in its task set", "1"))),
    Example(RUNNING, "without a task set that serves", described(**task_sets()),
            (ENOUGH, undecided("has no PRIMARY task set, whose tasks would count"))),
    Example(INTENDED, "the newest", (*described(), (7, 6)), (good(NEWEST, "bbws-web-sit:7"),)),
    Example(INTENDED, "an older one", (*described(runs=BEFORE), (7, 6)), (bad(NEWEST, "bbws-web-sit:6"),)),
    Example(INTENDED, "one that is deregistered", (*described(), (6, 5)),
            (bad("bbws-web-sit:6, the newest ACTIVE revision", "bbws-web-sit:7"),)),
    Example(INTENDED, "of another family", (*described(runs=f"{START}/bbws-web-dev:7"), (7,)), (bad(NEWEST, "bbws-web-dev:7"),)),
    Example(INTENDED, "none is active", (*described(), ()),
            (bad("the newest ACTIVE revision of bbws-web-sit", "runs bbws-web-sit:7; no revision of it is ACTIVE"),)),
    Example(INTENDED, "nothing", (*described(runs=""), (7,)), (bad(NEWEST, "none"),)),
    Example(INTENDED, "the declared one", (*described(replace(SERVICE, revision=6), runs=BEFORE), (7, 6)),
            (good("bbws-web-sit:6, as declared", "bbws-web-sit:6"),)),
    Example(INTENDED, "another than the declared one", (*described(replace(SERVICE, revision=6)), (7, 6)),
            (bad("bbws-web-sit:6, as declared", "bbws-web-sit:7"),)),
    Example(BREAKER, "as declared", described(), (good(BREAKS, "on, with rollback"),)),
    Example(BREAKER, "off", described(circuit_breaker="off"), (bad(BREAKS, "off"),)),
    Example(BREAKER, "without rollback", described(circuit_breaker="on"), (bad(BREAKS, "on, without rollback"),)),
    Example(BREAKER, "off, as declared", described(replace(SERVICE, circuit_breaker="off"), circuit_breaker="off"),
            (good("circuit breaker off", "off"),)),
    Example(BREAKER, "none, since CodeDeploy deploys", described(**task_sets(TASK_SET)),
            (bad(BREAKS, "CODE_DEPLOY deploys it, which has none"),)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- what failed lately

NO_FAILED, NO_EVENT = "no task failed within an hour", "no event that tells of trouble"
NONE_FAILED = good("no failed task in its deployment", "0")


def stopped(
    code: str = "ServiceSchedulerInitiated", reason: str = "Scaling activity initiated by (deployment 1)", **changes: Any
) -> Any:
    task = StoppedTask("a1", RUNS, code, reason, NOW - timedelta(minutes=10), (("app", 143, ""),))
    return replace(task, **changes)


def failing(*tasks: StoppedTask, **changes: Any) -> tuple[Any, ...]:
    return (*described(**changes), tasks)


def none_of(number: str) -> Seen:
    return good(NO_FAILED, f"{number} stopped, none of them because it failed")


def telling(*events: tuple[int, str], **changes: Any) -> tuple[Service, ServiceDescription]:
    """With events of so many minutes ago."""
    return described(events=tuple(Event(NOW - timedelta(minutes=ago), text) for ago, text in events), **changes)


def calm(number: str, since: str = "2026-01-13 11:00 UTC (1 hour ago)") -> Seen:
    return good(NO_EVENT, f"{number} since {since}, none of them of trouble")


EXITED = stopped("EssentialContainerExited", "Essential container in task exited", exits=(("app", 1, ""),))
SAID = "task a1 of bbws-web-sit:7: EssentialContainerExited: Essential container in task exited; app exit code 1"
LATELY = [
    Example(FAILED, "none stopped", failing(), (NONE_FAILED, none_of("0 tasks"))),
    Example(FAILED, "scaled", failing(stopped()), (NONE_FAILED, none_of("1 task"))),
    Example(FAILED, "moved to another zone", failing(stopped(reason="Availability Zone rebalancing")),
            (NONE_FAILED, none_of("1 task"))),
    Example(FAILED, "exited", failing(EXITED), (NONE_FAILED, bad(NO_FAILED, SAID))),
    Example(FAILED, "failed its health check", failing(stopped(reason="Task failed ELB health checks in (target-group x)")), (
        NONE_FAILED,
        bad(NO_FAILED, "task a1 of bbws-web-sit:7: ServiceSchedulerInitiated: Task failed ELB health checks in (target-group x); "
            "app exit code 143"),
    )),
    Example(FAILED, "failed to start", failing(stopped("TaskFailedToStart", "", exits=(("app", None, "CannotPull"),))), (
        NONE_FAILED, bad(NO_FAILED, "task a1 of bbws-web-sit:7: TaskFailedToStart: no reason given; app never ran (CannotPull)"),
    )),
    Example(FAILED, "nobody says why", failing(stopped("", "", exits=())),
            (NONE_FAILED, bad(NO_FAILED, "task a1 of bbws-web-sit:7: stopped: no reason given; no container"))),
    Example(FAILED, "it is not known when", failing(replace(EXITED, stopped=None)), (NONE_FAILED, bad(NO_FAILED, SAID))),
    Example(FAILED, "more than an hour ago", failing(replace(EXITED, stopped=NOW - timedelta(minutes=61))),
            (NONE_FAILED, none_of("0 tasks"))),
    Example(FAILED, "of the revision before", failing(replace(EXITED, task_definition=BEFORE)),
            (NONE_FAILED, none_of("1 task"), noted(SAID.replace(":7", ":6")))),
    *(
        Example(FAILED, f"by others: {code}", failing(stopped(code, "x")), (
            NONE_FAILED, none_of("1 task"), noted(f"task a1 of bbws-web-sit:7: {code}: x; app exit code 143"),
        ))
        for code in ("UserInitiated", "SpotInterruption", "TerminationNotice", "InfrastructureHealth")
    ),
    Example(FAILED, "in its deployment", failing(deployments=(replace(DEPLOYED, failed=3),)),
            (bad("no failed task in its deployment", "3"), none_of("0 tasks"))),
    Example(FAILED, "of a time when ECS did not tell", failing(deployments=(replace(DEPLOYED, failed=None),)),
            (undecided("ECS does not say how many tasks of its deployment failed"), none_of("0 tasks"))),
    Example(FAILED, "by CodeDeploy", failing(**task_sets(TASK_SET)), (none_of("0 tasks"),)),
    Example(QUIET, "steady", described(), (calm("1 event"),)),
    Example(QUIET, "nothing said", telling(), (calm("0 events"),)),
    *(
        Example(QUIET, text, telling((20, text)), (bad(NO_EVENT, f"2026-01-13 11:40 UTC: {text}"),))
        for text in (
            "(service x) was unable to place a task because no container instance met all of its requirements.",
            "(service x) is unable to consistently start tasks successfully.",
            "(service x) (port 80) is unhealthy in (target-group y) due to (reason Health checks failed).",
            "(service x) (deployment 1) deployment failed: tasks failed to start.",
            "(service x) rolling back to deployment 2.",
            "(service x) operations are being throttled on elb. Will try again later.",
        )
    ),
    Example(QUIET, "trouble before the hour", telling((61, "(service x) was unable to place a task.")), (calm("0 events"),)),
    Example(QUIET, "trouble before the deployment", telling(
        (40, "(service x) was unable to place a task."), (5, "(service x) has started 2 tasks."),
        deployed=NOW - timedelta(minutes=30),
    ), (calm("1 event", "2026-01-13 11:30 UTC (30 minutes ago)"),)),
    Example(QUIET, "it is not known when it was deployed", telling((50, "has begun draining connections"), deployed=None),
            (calm("1 event"),)),
]  # fmt: skip

EARLIER = "an ACTIVE revision of bbws-web-sit before the one that runs"
BACK = [
    Example(ROLLBACK, "an earlier one", (SERVICE, Rollback(RUNS, (7, 6, 5))),
            (good("the revision that runs ACTIVE", "revision 7"), good(EARLIER, "revision 6"))),
    Example(ROLLBACK, "a newer one stands beside", (SERVICE, Rollback(RUNS, (8, 7, 4))),
            (good("the revision that runs ACTIVE", "revision 7"), good(EARLIER, "revision 4"))),
    Example(ROLLBACK, "deregistered", (SERVICE, Rollback(RUNS, (7,))), (
        good("the revision that runs ACTIVE", "revision 7"), bad(EARLIER, "none: all before revision 7 are deregistered"),
    )),
    Example(ROLLBACK, "itself deregistered", (SERVICE, Rollback(RUNS, (8,))), (
        bad("the revision that runs ACTIVE", "revision 7, which is not"),
        bad(EARLIER, "none: all before revision 7 are deregistered"),
    )),
    Example(ROLLBACK, "the first", (SERVICE, Rollback(f"{START}/bbws-web-sit:1", (1,))), (
        good("the revision that runs ACTIVE", "revision 1"),
        undecided("revision 1 is the first that there is: nothing tells yet whether a deployment leaves the one before it ACTIVE"),
    )),
    Example(ROLLBACK, "of another family", (SERVICE, Rollback(f"{START}/nginx:3", (7, 6))),
            (bad(EARLIER, "runs nginx:3, of another family"),)),
    Example(ROLLBACK, "absent", (SERVICE, Rollback(None, ())),
            (good(EARLIER, "does not exist yet: rolling back deletes what the deployment creates"),)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- task definitions

DEFINED, ROLES, IMAGES, LOGS, OWN = (
    ecs.task_definition,
    ecs.task_roles,
    ecs.immutable_images,
    ecs.container_logs,
    ecs.own_environment,
)
IAM = f"arn:aws:iam::{ACCOUNT}:role"
DIGEST = f"public.ecr.aws/nginx/nginx@sha256:{'a' * 64}"
TAGGED = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:1.0"
APP = Container("app", DIGEST, "awslogs", UNDER, REGION)
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-sit-AbCdEf"


def defined(service: Service = SERVICE, **changes: Any) -> tuple[Service, TaskDefinition]:
    healthy = TaskDefinition(
        RUNS, "bbws-web-sit", 7, "ACTIVE", "awsvpc", f"{IAM}/task-sit", f"{IAM}/ecs/execution-sit", (APP,),
        (Variable("app", "STAGE", "sit"),), (), (Secret("app", "DB", SECRET),), (),
    )  # fmt: skip
    return service, replace(healthy, **changes)


def imaged(image: str, service: Service = SERVICE, **tagged: Repository | None) -> tuple[Any, ...]:
    """With the image, of the repository that is given."""
    return (*defined(service, containers=(replace(APP, image=image),)), dict.fromkeys([image], *tagged.values()) if tagged else {})


def logging(**changes: Any) -> tuple[Service, TaskDefinition]:
    return defined(containers=(replace(APP, **changes),))


NAME = "bbws-web-sit:7"
FAMILY = good("task definition bbws-web-sit", f"bbws-web-sit ({NAME})")
IS_ACTIVE, AWSVPC = good("task definition ACTIVE", f"ACTIVE ({NAME})"), good("network mode awsvpc", f"awsvpc ({NAME})")
TASK_ROLE, EXECUTION_ROLE = f"task role task-sit of account {ACCOUNT}", f"execution role execution-sit of account {ACCOUNT}"
TASK, EXECUTION = good(TASK_ROLE, f"{IAM}/task-sit"), good(EXECUTION_ROLE, f"{IAM}/ecs/execution-sit")
FIXED, OF_APP = "a digest, or a tag that cannot be moved", f"{SERVICE.name}, app"
LOGS_TO = f"logs to {GROUP.name} in {REGION}"

DEFINITIONS = [
    Example(DEFINED, "as it must be", defined(), (FAMILY, IS_ACTIVE, AWSVPC)),
    Example(DEFINED, "of another family", defined(family="nginx"),
            (bad("task definition bbws-web-sit", "nginx (nginx:7)"), good("task definition ACTIVE", "ACTIVE (nginx:7)"),
             good("network mode awsvpc", "awsvpc (nginx:7)"))),
    Example(DEFINED, "deregistered", defined(status="INACTIVE"),
            (FAMILY, bad("task definition ACTIVE", f"INACTIVE ({NAME})"), AWSVPC)),
    Example(DEFINED, "on the host's network", defined(network_mode="host"),
            (FAMILY, IS_ACTIVE, bad("network mode awsvpc", f"host ({NAME})"))),
    Example(ROLES, "as declared", defined(), (TASK, EXECUTION)),
    Example(ROLES, "none", defined(task_role="", execution_role=""), (bad(TASK_ROLE, "none"), bad(EXECUTION_ROLE, "none"))),
    *(
        Example(ROLES, f"another, {arn}", defined(task_role=arn), (bad(TASK_ROLE, arn), EXECUTION))
        for arn in (f"{IAM}/administrator", "arn:aws:iam::999999999999:role/task-sit", f"{IAM}/task-sit-2", "task-sit")
    ),
    Example(IMAGES, "by digest", imaged(DIGEST), (good(FIXED, DIGEST, OF_APP),)),
    Example(IMAGES, "by tag and digest", imaged(f"{TAGGED}@sha256:{'b' * 64}"),
            (good(FIXED, f"{TAGGED}@sha256:{'b' * 64}", OF_APP),)),
    Example(IMAGES, "by a tag that cannot be moved", imaged(TAGGED, repository=Repository("IMMUTABLE", ())),
            (good(FIXED, f"{TAGGED}: the repository is IMMUTABLE", OF_APP),)),
    Example(IMAGES, "by a tag that can be moved", imaged(TAGGED, repository=Repository("MUTABLE", ())),
            (bad(FIXED, f"{TAGGED}: the repository is MUTABLE", OF_APP),)),
    Example(IMAGES, "by a tag that is no exclusion",
            imaged(TAGGED, repository=Repository("IMMUTABLE_WITH_EXCLUSION", ("latest*",))),
            (good(FIXED, f"{TAGGED}: the repository is IMMUTABLE_WITH_EXCLUSION (latest*)", OF_APP),)),
    Example(IMAGES, "by a tag that may be moved by exclusion",
            imaged(TAGGED, repository=Repository("IMMUTABLE_WITH_EXCLUSION", ("1.*",))),
            (bad(FIXED, f"{TAGGED}: the repository is IMMUTABLE_WITH_EXCLUSION (1.*)", OF_APP),)),
    Example(IMAGES, "by a tag that is kept by exclusion", imaged(TAGGED, repository=Repository("MUTABLE_WITH_EXCLUSION", ("1.*",))),
            (good(FIXED, f"{TAGGED}: the repository is MUTABLE_WITH_EXCLUSION (1.*)", OF_APP),)),
    Example(IMAGES, "of a repository that does not exist", imaged(TAGGED, repository=None),
            (bad(FIXED, f"{TAGGED}: there is no such repository", OF_APP),)),
    *(
        Example(IMAGES, f"of elsewhere, {image}", imaged(image), (bad(FIXED, f"{image}: a tag outside of ECR, or none", OF_APP),))
        for image in ("wordpress", "wordpress:latest", "wordpress@sha256:abc")
    ),
    Example(IMAGES, "no container", (*defined(containers=()), {}), (undecided("its task definition has no container"),)),
    Example(LOGS, "under a declared group", defined(), (good(LOGS_TO, f"{UNDER} in {REGION}", OF_APP),)),
    Example(LOGS, "to the declared group", logging(group=GROUP.name), (good(LOGS_TO, f"{GROUP.name} in {REGION}", OF_APP),)),
    Example(LOGS, "to another group", logging(group="/aws/ecs/bbws-sit-2"),
            (bad(LOGS_TO, f"/aws/ecs/bbws-sit-2 in {REGION}", OF_APP),)),
    Example(LOGS, "in another region", logging(region="us-east-1"), (bad(LOGS_TO, f"{UNDER} in us-east-1", OF_APP),)),
    Example(LOGS, "in no region", logging(region=""), (bad(LOGS_TO, f"{UNDER} in a region that is not told", OF_APP),)),
    Example(LOGS, "nowhere", logging(driver="", group="", region=""), (bad(LOGS_TO, "nowhere", OF_APP),)),
    Example(LOGS, "by a driver that does not say", logging(driver="splunk", group="", region=""),
            (undecided("logs by splunk, which does not say to which log group", OF_APP),)),
    Example(LOGS, "no container", defined(containers=()), (undecided("its task definition has no container"),)),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------- of this environment


def of(kind: str) -> str:
    return f"{kind} of no other environment (dev, prod)"


def owned(variables: tuple[Finding, ...] = (), secrets: tuple[Finding, ...] = (), roles: tuple[Finding, ...] = (),
          groups: tuple[Finding, ...] = (), images: tuple[Finding, ...] = (),
          files: tuple[Finding, ...] = ()) -> tuple[Finding, ...]:  # fmt: skip
    """The findings, those of the healthy task definition where none are given."""
    return (
        *(variables or (good(of("environment variables"), "none of 1 names one"),)),
        *(secrets or (good(of("secrets"), "none of 1 names one"),)),
        *(roles or (good(of("roles"), "none of 2 names one"),)),
        *(groups or (good(of("log groups"), "none of 1 names one"),)),
        *(images or (good(of("images"), "none of 1 names one"),)),
        *(files or (good(of("file systems"), "none of 1 names one"),)),
    )


FILES = {"fs-1": "bbws-efs-sit"}


def with_files(facts: tuple[Service, TaskDefinition], mounted: dict[str, str | None] | None = None) -> tuple[Any, ...]:
    return (*facts, FILES if mounted is None else mounted)


def having(value: str) -> tuple[Any, ...]:
    return with_files(defined(environment=(Variable("app", "TARGET", value),)))


PROD_SECRET = SECRET.replace(ACCOUNT, PROD.account)
OTHER_SECRET = SECRET.replace(ACCOUNT, "999999999999")
FOREIGN = {
    "prod": "the environment prod",
    "PROD": "the environment prod",
    "bbws-aurora-prod": "the environment prod",
    "bbws_dev_orders": "the environment dev",
    "s3://dev-assets/x": "the environment dev",
    "/bbws/prod/db": "the environment prod",
    f"arn:aws:sqs:eu-west-1:{DEV.account}:jobs": "account 536580886816 of dev",
    "https://api.kimmyai.io/v1.0": "the domain api.kimmyai.io of prod",
    "blog.bbws.io": "the domain bbws.io of prod",
    "mysql://u:p@db.kimmyai.io/x": "the domain kimmyai.io of prod",
    "https://api.dev.kimmyai.io": "the domain api.dev.kimmyai.io of dev and the environment dev",
}
OWN_TEXTS = (
    "", "sit", "production", "developer", "a product", "bbws-aurora-sit", "https://app.sit.kimmyai.io/", "tenant.sit.bbws.io",
    "/dev/stdout", "file:///dev/null", "no-reply@kimmyai.io", "1536580886816", "notkimmyai.io", "we sit and prod around", "1.2.3",
)  # fmt: skip
ENVIRONMENT = [
    *(Example(OWN, f"its own, {text!r}", having(text), owned()) for text in OWN_TEXTS),
    *(
        Example(OWN, f"another's, {text!r}", having(text), owned((bad(of("environment variables"), f"TARGET of app names {why}"),)))
        for text, why in FOREIGN.items()
    ),
    Example(OWN, "nothing to name", with_files(defined(environment=(), secrets=(), containers=()), {}), owned(
        (good(of("environment variables"), "there are none"),), (good(of("secrets"), "there are none"),),
        groups=(good(of("log groups"), "there are none"),), images=(good(of("images"), "there are none"),),
        files=(good(of("file systems"), "there are none"),),
    )),
    Example(OWN, "another's secret", with_files(defined(secrets=(Secret("app", "DB", PROD_SECRET),))), (
        *owned(secrets=(bad(of("secrets"), f"DB of app ({PROD_SECRET}) names account {PROD.account} of prod"),)),
        bad(f"secret DB of account {ACCOUNT}", PROD_SECRET),
    )),
    Example(OWN, "the secret of an account that is no environment's",
            with_files(defined(secrets=(Secret("app", "DB", OTHER_SECRET),))),
            (*owned(), bad(f"secret DB of account {ACCOUNT}", OTHER_SECRET))),
    Example(OWN, "a parameter by its name", with_files(defined(secrets=(Secret("app", "DB", "/bbws/sit/db"),))), owned()),
    Example(OWN, "another's role", with_files(defined(task_role=f"{IAM}/task-dev")),
            owned(roles=(bad(of("roles"), f"task role {IAM}/task-dev names the environment dev"),))),
    Example(OWN, "the role of another account", with_files(defined(task_role="arn:aws:iam::999999999999:role/task-sit")),
            (*owned(), bad(f"task role of account {ACCOUNT}", "arn:aws:iam::999999999999:role/task-sit"))),
    Example(OWN, "another's log group", with_files(logging(group="/aws/ecs/bbws-dev")),
            owned(groups=(bad(of("log groups"), "/aws/ecs/bbws-dev of app names the environment dev"),))),
    Example(OWN, "another's registry", with_files(logging(image=TAGGED.replace(ACCOUNT, DEV.account))), owned(images=(
        bad(of("images"), f"{TAGGED.replace(ACCOUNT, DEV.account)} of app names account 536580886816 of dev"),
    ))),
    Example(OWN, "another's file system", with_files(defined(), {"fs-1": "bbws-efs-prod"}), owned(files=(
        bad(of("file systems"), "bbws-efs-prod (fs-1) names the environment prod"),
    ))),
    Example(OWN, "a file system without a name", with_files(defined(), {"fs-1": ""}), owned()),
    Example(OWN, "a file system that is not there", with_files(defined(), {"fs-1": None}), (
        *owned(), bad(f"file systems of account {ACCOUNT} in {REGION}", "mounts fs-1, which is none"),
    )),
]  # fmt: skip

EXAMPLES = [*CLUSTERS, *SERVICES, *LATELY, *BACK, *DEFINITIONS, *ENVIRONMENT]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_findings(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


# ---------------------------------------------------------------------------------------------- whatever the values are


@settings(deadline=None)
@given(st.text(min_size=8))
def test_no_finding_tells_a_value(value: str) -> None:
    """A variable may hold a secret, beside what names another environment."""
    service, definition, files = having(f"{value}|canary-4711|bbws-prod")
    found = list(ecs.own_environment(service, definition, files))
    assert any(isinstance(each, Problem) for each in found)
    assert "canary-4711" not in repr(found)
    assert "canary-4711" not in repr(definition)


def test_a_name_within_this_environments_own_is_none_of_another() -> None:
    """`pre-prod` has `prod` in it."""
    service = replace(SERVICE, own=replace(SIT, name="pre-prod"), others=(PROD,))
    for name, foreign in (("bbws-pre-prod-db", False), ("bbws-prod-db", True)):
        _, definition, files = having(name)
        found = list(ecs.own_environment(service, definition, files))
        assert any(isinstance(each, Problem) for each in found) is foreign


@settings(deadline=None)
@given(st.permutations(["UserInitiated", "EssentialContainerExited", "TaskFailedToStart", "ServiceSchedulerInitiated", ""]))
def test_the_order_of_stopped_tasks_does_not_matter(codes: list[str]) -> None:
    one = [stopped(code, "x") for code in codes]
    found = [set(ecs.no_failed_tasks(*described(), tasks)) for tasks in (one, one[::-1])]
    assert found[0] == found[1]
