"""ECS: clusters and services stand, are rolled out whole, and run what they should, as whom they should; and they name nothing of
another environment's."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Problem, Seen, Severity, Undecided, check, names
from checks.comparisons import at, at_least, closest, counted, dated, equal, judge, nothing

if TYPE_CHECKING:
    from fixtures.declared.ecs import Cluster, LogGroup, Marks, Service, ServiceNaming
    from fixtures.facts.ecs import (
        ClusterDescription,
        ClusterFound,
        Container,
        LogGroupsFound,
        Repository,
        Rollback,
        ServiceDeployment,
        ServiceDescription,
        ServiceFound,
        StoppedTask,
        TaskDefinition,
    )

HOUR = timedelta(hours=1)  # as long as ECS tells of stopped tasks at least
# What every service stands on, and what it needs of the layers below to run.
BELOW = (
    "network.vpc-exists",
    "aurora.cluster-exists",
    "redis.cache-exists",
    "efs.file-system-exists",
    "load_balancer.exists",
    "roles.exists",
)
THERE = (*BELOW, "ecs.service-active")
NEEDED = (*THERE, "aurora.available", "redis.available", "efs.available", "load_balancer.active", "roles.trust")
DEPLOYED = ("07.inventory", "07.phases", "sit.no-deployment-errors", "prod.deployed")


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "ecs.rollback-revision",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("rollback.ecs", "pre.rollback-tested"),
    fix="set skip_destroy = true on the task definition, so that Terraform no longer deregisters the revision before a new one: "
    "what is INACTIVE cannot be rolled back to; register the previous revision anew where it is needed",
    stands_on=THERE,
)
def rollback_revision(service: Service, found: Rollback) -> Iterator[Finding]:
    """A service that stands before the deployment can be rolled back: an earlier revision of its task definition is ACTIVE.

    A service cannot be updated to an INACTIVE revision.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
    """
    where, expected = service.name, f"an ACTIVE revision of {service.family} before the one that runs"
    if found.runs is None:
        yield Seen(where, expected, "does not exist yet: rolling back deletes what the deployment creates")
        return
    family, revision = _revision(found.runs)
    if family != service.family:
        yield Problem(where, expected, f"runs {family}:{revision}, of another family")
        return
    yield judge(where, revision in found.active, "the revision that runs ACTIVE", _which(revision, found.active))
    earlier = [each for each in found.active if each < revision]
    if not earlier and revision == 1:
        reason = "revision 1 is the first that there is: nothing tells yet whether a deployment leaves the one before it ACTIVE"
        yield Undecided(where, reason)
    else:
        observed = f"revision {earlier[0]}" if earlier else f"none: all before revision {revision} are deregistered"
        yield judge(where, bool(earlier), expected, observed)


def _revision(arn: str) -> tuple[str, int]:
    """The family and the number of a revision."""
    family, _, revision = arn.rpartition("/")[2].rpartition(":")
    return family, int(revision)


def _which(revision: int, active: Sequence[int]) -> str:
    return f"revision {revision}{'' if revision in active else ', which is not'}"


# ---------------------------------------------------------------------------------------------- clusters


@check(
    "ecs.cluster-active",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=DEPLOYED,
    fix="deploy the cluster in the declared region",
)
def cluster_active(cluster: Cluster, found: ClusterFound) -> Iterator[Finding]:
    """Every declared cluster exists and is ACTIVE."""
    yield equal(cluster.name, found.status or f"missing{closest(cluster.name, found.names)}", "ACTIVE")


@check(
    "ecs.capacity-providers",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="associate the declared capacity providers with the cluster (aws_ecs_cluster_capacity_providers) and apply",
    stands_on=("ecs.cluster-active",),
)
def capacity_providers(cluster: Cluster, description: ClusterDescription) -> Iterator[Finding]:
    """Every cluster has the declared capacity providers."""
    there = ", ".join(sorted(description.capacity_providers)) or "none"
    for provider in cluster.capacity_providers:
        yield judge(cluster.name, provider in description.capacity_providers, f"capacity provider {provider}", there)


@check(
    "ecs.cluster-required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the cluster and apply",
    stands_on=("ecs.cluster-active",),
)
def cluster_required_tags(cluster: Cluster, description: ClusterDescription, *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every cluster carries the required tags."""
    yield from names.required_tags(cluster.name, description.tags, required=required)


# ---------------------------------------------------------------------------------------------- log groups


@check(
    "ecs.log-groups",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.inventory",
    fix="create the log group and apply",
)
def log_groups(log_group: LogGroup, found: LogGroupsFound) -> Iterator[Finding]:
    """Every declared log group exists, or those under it do."""
    there = ", ".join(sorted(found.retention))
    expected = f"log group {log_group.name}, or one under it"
    yield judge(log_group.name, bool(there), expected, there or f"missing{closest(log_group.name, found.names)}")


@check(
    "ecs.log-retention",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.inventory",
    fix="set retention_in_days on the log group and apply (a shorter one deletes what is older: irreversible)",
    stands_on=("ecs.log-groups",),
)
def log_retention(log_group: LogGroup, retention: Mapping[str, int | None], *, days: int) -> Iterator[Finding]:
    """Every log group keeps what is logged long enough, and not for ever unless it is declared so.

    `days`: how long at least.
    """
    for name, kept in sorted(retention.items()):
        if kept is not None:
            yield at_least(name, kept, days, unit="days", what="kept for {}")
        elif log_group.for_ever:
            yield Seen(name, f"kept for at least {counted(days, 'day')}", "for ever")
        else:
            yield Problem(name, f"kept for at least {counted(days, 'day')}, and not for ever", "never expires")
    if not retention:
        yield Undecided(log_group.name, "no log group is there to be judged")


# ---------------------------------------------------------------------------------------------- services


@check(
    "ecs.service-active",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=DEPLOYED,
    fix="deploy the service in the declared cluster",
    stands_on=(*BELOW, "ecs.cluster-active"),
)
def service_active(service: Service, found: ServiceFound) -> Iterator[Finding]:
    """Every declared service exists in its cluster and is ACTIVE."""
    yield equal(service.name, found.status or f"missing{closest(service.name, found.names)}", "ACTIVE")


@check(
    "ecs.no-undeclared-service",
    severity=Severity.HIGH,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.inventory",
    fix="declare the service in the plan, tolerate it there by name, tag it with its Tenant, or delete it",
    stands_on=("ecs.cluster-active",),
)
def no_undeclared_service(naming: ServiceNaming, undeclared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """No service of the project stands beside the declared ones, but for those of tenants."""
    yield from names.undeclared(naming, undeclared)


@check(
    "ecs.service-required-tags",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="estate.conventions",
    fix="set the required tags on the service and apply",
    stands_on=THERE,
)
def service_required_tags(service: Service, description: ServiceDescription, *, required: Mapping[str, str]) -> Iterator[Finding]:
    """Every service carries the required tags."""
    yield from names.required_tags(service.name, description.tags, required=required)


@check(
    "ecs.rolled-out",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=DEPLOYED,
    fix="wait until the deployment has ended; where it fails, the service's events and its stopped tasks say why",
    stands_on=NEEDED,
)
def rolled_out(service: Service, found: ServiceDescription, last: ServiceDeployment | None) -> Iterator[Finding]:
    """Every service is rolled out: one deployment is left, it is complete, and nothing was rolled back.

    Deployments of CodeDeploy and of other controllers are task sets, of which the PRIMARY one serves.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_deployment_types.html
    """
    yield from _of_ecs(service.name, found) if found.controller == "ECS" else _of_task_sets(service.name, found)
    if last is not None:
        yield equal(service.name, last.status, "SUCCESSFUL", what="the last deployment {}", detail=last.reason)
    elif found.controller == "ECS" and found.strategy != "ROLLING":
        yield Undecided(service.name, f"is deployed {found.strategy}, and ECS knows of no deployment")


def _of_ecs(where: str, found: ServiceDescription) -> Iterator[Finding]:
    told = ", ".join(f"{each.status} of {_short(each.task_definition)}" for each in found.deployments) or "none"
    yield judge(where, [each.status for each in found.deployments] == ["PRIMARY"], "one deployment, PRIMARY", told)
    for each in found.deployments:
        if each.status == "PRIMARY" and each.rollout:
            yield equal(where, each.rollout, "COMPLETED", what="rollout {}", detail=each.reason)
        elif each.status == "PRIMARY":
            yield Undecided(where, "ECS does not say whether its rollout is complete")


def _of_task_sets(where: str, found: ServiceDescription) -> Iterator[Finding]:
    primary = [each for each in found.task_sets if each.status == "PRIMARY"]
    others = [f"{each.status} of {_short(each.task_definition)}" for each in found.task_sets if each.status != "PRIMARY"]
    yield judge(where, len(primary) == 1, f"one PRIMARY task set ({found.controller})", counted(len(primary), "such task set"))
    for each in primary:
        yield equal(where, each.stability, "STEADY_STATE", what="its task set in {}")
        yield judge(where, each.scale == 100, "its task set at 100 % of the desired count", f"{each.scale:g} %")
    if others:
        yield Observation(where, f"another task set is there: {', '.join(others)}")


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]


@check(
    "ecs.running-as-desired",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=DEPLOYED,
    fix="see in the service's events why tasks do not start; raise desired_count where it is below the declared one",
    stands_on=(*NEEDED, "ecs.rolled-out"),
)
def running_as_desired(service: Service, found: ServiceDescription) -> Iterator[Finding]:
    """Every service runs as many tasks as it should, none of them pending, and no fewer than declared."""
    yield at_least(service.name, found.desired, service.desired, unit="tasks", what="desired: {}")
    counts = [("", found.desired, found.running, found.pending)]
    if found.controller != "ECS":  # the service's own counts are of all its task sets
        primary = [each for each in found.task_sets if each.status == "PRIMARY"]
        counts = [(" in its task set", each.desired, each.running, each.pending) for each in primary]
        if not primary:
            yield Undecided(service.name, "has no PRIMARY task set, whose tasks would count")
    for which, desired, running, pending in counts:
        yield judge(service.name, running == desired, f"{counted(desired, 'task')} running{which}, as desired", str(running))
        yield judge(service.name, pending == 0, f"no task pending{which}", str(pending))


@check(
    "ecs.intended-task-definition",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=DEPLOYED,
    fix="update the service to the intended revision of its task definition, or declare in the plan which one is meant",
    stands_on=THERE,
)
def intended_task_definition(service: Service, found: ServiceDescription, active: Sequence[int]) -> Iterator[Finding]:
    """Every service runs the intended revision of its task definition: the declared one, or else the newest that is ACTIVE."""
    runs = _short(found.runs) or "none"
    if service.revision is not None:
        yield equal(service.name, runs, f"{service.family}:{service.revision}", what="{}, as declared")
    elif active:
        yield equal(service.name, runs, f"{service.family}:{active[0]}", what="{}, the newest ACTIVE revision")
    else:
        yield Problem(service.name, f"the newest ACTIVE revision of {service.family}", f"runs {runs}; no revision of it is ACTIVE")


@check(
    "ecs.circuit-breaker",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="07.inventory",
    fix="set deployment_circuit_breaker { enable = true, rollback = true } on the service as the plan says, and apply",
    stands_on=THERE,
)
def circuit_breaker(service: Service, found: ServiceDescription) -> Iterator[Finding]:
    """A deployment that fails is stopped, and rolled back, as declared.

    Only ECS's own deployments have a circuit breaker.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    words = {None: "not declared", "off": "off", "on": "on, without rollback", "rollback": "on, with rollback"}
    expected, observed = words[service.circuit_breaker], words[found.circuit_breaker]
    if found.controller != "ECS":
        observed = f"{found.controller} deploys it, which has none"
    yield judge(service.name, observed == expected, f"circuit breaker {expected}", observed)


# ---------------------------------------------------------------------------------------------- what failed lately

# What the scheduler says of a task that it stopped for its own reasons, and not because of the task.
_SCALED = re.compile(r"(?i)scaling activity initiated by|rebalanc")
# Others than the service and the task: somebody, or AWS for its capacity.
_OTHERS = ("UserInitiated", "SpotInterruption", "TerminationNotice", "InfrastructureHealth")
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
_BAD = re.compile(r"(?i)\bunable\b|unhealthy|\bfail|\berror\b|throttled|roll(ing|ed) back")


@check(
    "ecs.no-failed-tasks",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("07.inventory", "sit.no-deployment-errors", "prod.deployed"),
    fix="read in the container's log why it ended, mend that, and deploy again; look again when the hour is over",
    stands_on=(*NEEDED, "ecs.rolled-out"),
)
def no_failed_tasks(service: Service, found: ServiceDescription, stopped: Collection[StoppedTask]) -> Iterator[Finding]:
    """No task of what the service runs has failed within an hour.

    `failedTasks` begins anew once a deployment is complete; ECS tells of stopped tasks for an hour. Of a longer quiet neither says
    anything. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
    """
    for deployment in found.deployments:
        if deployment.status == "PRIMARY" and deployment.failed is None:
            yield Undecided(service.name, "ECS does not say how many tasks of its deployment failed")
        elif deployment.status == "PRIMARY":
            yield judge(service.name, deployment.failed == 0, "no failed task in its deployment", str(deployment.failed))
    lately = [each for each in stopped if each.stopped is None or found.as_of - each.stopped <= HOUR]
    failed = [each for each in lately if not _scaled(each) and each.code not in _OTHERS]
    own = (_said(each) for each in failed if each.task_definition == found.runs)
    otherwise = f"{counted(len(lately), 'task')} stopped, none of them because it failed"
    yield from nothing(service.name, "no task failed within an hour", own, otherwise=otherwise)
    for each in lately:
        if each.code in _OTHERS or (each in failed and each.task_definition != found.runs):
            yield Observation(service.name, _said(each))


def _scaled(task: StoppedTask) -> bool:
    return task.code in ("ServiceSchedulerInitiated", "") and bool(_SCALED.search(task.reason))


def _said(task: StoppedTask) -> str:
    """What is told of a task that stopped: which one, why, and with which exit codes."""
    ended = [_exit(*each) for each in task.exits]
    told = f"{task.code or 'stopped'}: {task.reason or 'no reason given'}; {', '.join(ended) or 'no container'}"
    return f"task {task.id} of {_short(task.task_definition)}: {told}"


def _exit(container: str, code: int | None, why: str) -> str:
    return f"{container} {'never ran' if code is None else f'exit code {code}'}{why and f' ({why})'}"


@check(
    "ecs.quiet-events",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("07.inventory", "sit.no-deployment-errors", "prod.deployed"),
    fix="do what AWS says of the service event message, and look again when the hour is over",
    stands_on=(*NEEDED, "ecs.rolled-out", "ecs.no-failed-tasks", "ecs.running-as-desired"),
)
def quiet_events(service: Service, found: ServiceDescription) -> Iterator[Finding]:
    """The service scheduler tells of no trouble since the service was deployed, within an hour.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
    """
    since = max(filter(None, (found.as_of - HOUR, found.deployed)))
    lately = [each for each in found.events if each.at >= since]
    trouble = (f"{at(each.at)}: {each.text}" for each in lately if _BAD.search(each.text))
    otherwise = f"{counted(len(lately), 'event')} since {dated(since, found.as_of)}, none of them of trouble"
    yield from nothing(service.name, "no event that tells of trouble", trouble, otherwise=otherwise)


# ---------------------------------------------------------------------------------------------- task definitions


@check(
    "ecs.task-definition",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix='register a revision with network_mode = "awsvpc", and let the service run it',
    stands_on=THERE,
)
def task_definition(service: Service, found: TaskDefinition) -> Iterator[Finding]:
    """Every service runs an ACTIVE revision of the declared family, whose tasks have network interfaces of their own.

    A task that is replaced cannot be started from one that is deleted.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
    """
    name = f"{found.family}:{found.revision}"
    yield equal(service.name, found.family, service.family, what="task definition {}", detail=name)
    yield equal(service.name, found.status, "ACTIVE", what="task definition {}", detail=name)
    yield equal(service.name, found.network_mode, "awsvpc", what="network mode {}", detail=name)


@check(
    "ecs.task-roles",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=("pre.iam", "07.inventory"),
    fix="set task_role_arn and execution_role_arn of the task definition to the declared roles and apply",
    stands_on=THERE,
)
def task_roles(service: Service, found: TaskDefinition) -> Iterator[Finding]:
    """Every service's tasks run as the declared role, and are started by the declared one."""
    roles = (("task role", service.task_role, found.task_role), ("execution role", service.execution_role, found.execution_role))
    for what, declared, role in roles:
        # The name of a role is the last part of its ARN, which may have a path.
        good = role.startswith(f"arn:aws:iam::{service.account}:role/") and role.rpartition("/")[2] == declared
        yield judge(service.name, good, f"{what} {declared} of account {service.account}", role or "none")


@check(
    "ecs.immutable-images",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement="07.inventory",
    fix='name the image by its digest, or set image_tag_mutability = "IMMUTABLE" on its repository',
    stands_on=THERE,
)
def immutable_images(service: Service, found: TaskDefinition, tagged: Mapping[str, Repository | None]) -> Iterator[Finding]:
    """What runs is what was tested: every image is named by its digest, or by a tag that nobody can move, where it is declared so.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """
    for container in found.containers:
        where, expected = f"{service.name}, {container.name}", "a digest, or a tag that cannot be moved"
        if re.search(r"@sha256:[0-9a-f]{64}$", container.image):
            yield Seen(where, expected, container.image)
        elif container.image not in tagged:
            yield Problem(where, expected, f"{container.image}: a tag outside of ECR, or none")
        elif (repository := tagged[container.image]) is None:
            yield Problem(where, expected, f"{container.image}: there is no such repository")
        else:
            yield judge(where, _kept(container, repository), expected, f"{container.image}: the repository is {_told(repository)}")
    if not found.containers:
        yield Undecided(service.name, "its task definition has no container")


def _kept(container: Container, repository: Repository) -> bool:
    """Whether nobody can move the tag of the image."""
    excluded = any(fnmatch.fnmatchcase(container.image.rpartition(":")[2], each) for each in repository.excluded)
    return repository.mutability in ("IMMUTABLE", "MUTABLE_WITH_EXCLUSION" if excluded else "IMMUTABLE_WITH_EXCLUSION")


def _told(repository: Repository) -> str:
    excluded = ", ".join(repository.excluded)
    return f"{repository.mutability} ({excluded})" if excluded else repository.mutability


@check(
    "ecs.container-logs",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement="07.inventory",
    fix="let the container log to a declared log group (logConfiguration, awslogs-group) and apply",
    stands_on=THERE,
)
def container_logs(service: Service, found: TaskDefinition) -> Iterator[Finding]:
    """Every container logs to a declared log group, in the service's region."""
    expected = f"logs to {' or '.join(each.name for each in service.log_groups)} in {service.region}"
    for container in found.containers:
        where = f"{service.name}, {container.name}"
        if container.driver and not container.group:
            yield Undecided(where, f"logs by {container.driver}, which does not say to which log group")
            continue
        good = any(each.holds(container.group) for each in service.log_groups) and container.region == service.region
        observed = f"{container.group} in {container.region or 'a region that is not told'}" if container.group else "nowhere"
        yield judge(where, good, expected, observed)
    if not found.containers:
        yield Undecided(service.name, "its task definition has no container")


# ---------------------------------------------------------------------------------------------- of this environment


@check(
    "ecs.own-environment",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="estate.own-environment",
    fix="let the task definition name this environment's resource, and apply",
    stands_on=THERE,
)
def own_environment(service: Service, found: TaskDefinition, mounted: Mapping[str, str | None]) -> Iterator[Finding]:
    """What a service runs names resources of its own environment, and of no other: no account, no name, no domain.

    The value of a variable is never told, only what in it names another environment. `mounted` are the names of the file systems
    that it mounts, by their ids, which say nothing by themselves.
    """
    others = ", ".join(each.name for each in service.others) or "none that is known"
    for kind, places in _places(found, mounted).items():
        foreign = (f"{where} names {why}" for where, text in places if (why := _foreign(service, text)))
        yield from nothing(service.name, f"{kind} of no other environment ({others})", foreign, otherwise=_none_of(len(places)))
    for what, arn in (*((f"secret {each.name}", each.source) for each in found.secrets), ("task role", found.task_role),
                      ("execution role", found.execution_role)):  # fmt: skip
        if (account := _account(arn)) and account != service.account:
            yield Problem(service.name, f"{what} of account {service.account}", arn)
    for id_ in (id_ for id_, name in mounted.items() if name is None):
        yield Problem(
            service.name, f"file systems of account {service.account} in {service.region}", f"mounts {id_}, which is none"
        )


def _none_of(number: int) -> str:
    return f"none of {number} names one" if number else "there are none"


def _places(found: TaskDefinition, mounted: Mapping[str, str | None]) -> dict[str, list[tuple[str, str]]]:
    """What the task definition names: by kind, each place and the text that stands there."""
    roles = {"task role": found.task_role, "execution role": found.execution_role}
    return {
        "environment variables": [(f"{each.name} of {each.container}", each.value) for each in found.environment],
        "secrets": [(f"{each.name} of {each.container} ({each.source})", each.source) for each in found.secrets],
        "roles": [(f"{what} {arn}", arn) for what, arn in roles.items() if arn],
        "log groups": [(f"{each.group} of {each.name}", each.group) for each in found.containers if each.group],
        "images": [(f"{each.image} of {each.name}", each.image) for each in found.containers],
        "file systems": [(f"{name or 'one without a name'} ({id_})", name or "") for id_, name in mounted.items()],
    }  # fmt: skip


def _account(arn: str) -> str:
    """The account in an ARN, "" where the text is none, or has none."""
    parts = arn.split(":")
    return parts[4] if parts[0] == "arn" and len(parts) > 5 else ""


_DEVICES = re.compile(r"/dev/(null|zero|full|random|urandom|shm|tty|fd|std(in|out|err))\b")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+")
_ADDRESS = re.compile(r"[^@/:\s]+@[^@/:\s]+")  # of mail: whoever reads it is no resource


def _foreign(service: Service, text: str) -> str:
    """What in a text names another environment, or ""."""
    lower = _DEVICES.sub(" ", text.lower())
    accounts = [f"account {each.account} of {each.name}" for each in service.others if _stands_alone(each.account, lower)]
    hosts = [] if _ADDRESS.fullmatch(lower) else _hosts(lower, service)
    named = [f"the environment {each.name}" for each in service.others if _named(each.name, lower, service)]
    return " and ".join((*accounts, *hosts, *named))


def _stands_alone(account: str, text: str) -> bool:
    return re.search(rf"(?<!\d){account}(?!\d)", text) is not None


def _hosts(text: str, service: Service) -> Iterable[str]:
    """The domains of other environments that hosts in the text are in. A host is of the environment with the longest of its
    domains: `app.sit.kimmyai.io` is none of `kimmyai.io`'s."""
    marks: Sequence[Marks] = (service.own, *service.others)
    domains = sorted(((domain, each) for each in marks for domain in each.domains), key=lambda pair: -len(pair[0]))
    for host in dict.fromkeys(_HOST.findall(text)):
        of = next(((domain, each) for domain, each in domains if f".{host}".endswith(f".{domain}")), None)
        if of and of[1] != service.own:
            yield f"the domain {of[0]} of {of[1].name}"


def _named(name: str, text: str, service: Service) -> bool:
    """Whether the text is the environment's name, or has it as a part of a name: between hyphens, dots, slashes and their like. A
    name that is a part of this environment's own does not count where that stands."""
    whole = re.escape(name.lower())
    own = service.own.name.lower()
    rest = re.sub(rf"(?<![a-z0-9]){re.escape(own)}(?![a-z0-9])", " ", text) if name.lower() in own else text
    part = rf"(?<![a-z0-9]){whole}(?=[-_./:@=,])(?![a-z0-9])|(?<=[-_./:@=,]){whole}(?![a-z0-9])"
    return rest.strip() == name.lower() or re.search(part, rest) is not None
