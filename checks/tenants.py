"""Tenants: each has what is its own, and none reaches, mounts or reads what is another's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from checks import (
    Finding,
    Observation,
    Pillar,
    Problem,
    Seen,
    Severity,
    Undecided,
    check,
    credentials,
    dns,
    load_balancer,
    reachability,
    role_policies,
)
from checks.comparisons import closest, counted, judge

if TYPE_CHECKING:
    from fixtures.declared.tenants import Tenancy, TenantsDomain
    from fixtures.facts.dns import RecordSet
    from fixtures.facts.tenants import (
        SharedFileSystem,
        TenantAccessPoint,
        TenantDatabase,
        TenantNames,
        TenantNetwork,
        TenantRole,
        TenantRoles,
        Workload,
    )

REQUIREMENT = "07.tenant-isolation"
NOBODY = "no tenant"
MOST = 50  # violations of one kind that are told one by one
STANDS_ON = ("network.vpc-exists",)
ON_FILE_SYSTEMS = (*STANDS_ON, "efs.file-system-exists", "ecs.cluster-active")
ON_CLUSTERS = (*STANDS_ON, "ecs.cluster-active")


def _limited(problems: Sequence[Finding], tenancy: Tenancy) -> Iterator[Finding]:
    """The first of them, and how many more there are."""
    yield from problems[:MOST]
    if (more := len(problems) - MOST) > 0:
        yield Problem(tenancy.name, "none of these", f"and {more:,} more like them")


# ---------------------------------------------------------------------------------------------- who they are


@check(
    "tenants.listed",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement=REQUIREMENT,
    fix="list the tenant in the plan, or take its resources away; create those of one that is listed, tagged as its own",
    stands_on=STANDS_ON,
)
def listed(tenancy: Tenancy, found: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Every tenant of the plan has resources, and nothing is of a tenant that the plan does not know.

    What was untagged lately may still be told of.
    https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
    """
    if not found and not tenancy.names:
        yield Undecided(tenancy.name, f"nothing in the region has a tag {tenancy.tag}, and the plan lists no tenant")
    for tenant in sorted({*found, *tenancy.names}):
        own = found.get(tenant, ())
        if tenancy.names and tenant not in tenancy.names:
            meant = closest(tenant, tenancy.names, "listed")
            yield Problem(tenant, "a tenant that the plan lists", f"not listed{meant}; {', '.join(own[:5])} are tagged so")
        else:
            yield judge(tenant, bool(own), f"resources tagged {tenancy.tag}={tenant}", f"{len(own)} found")


# ---------------------------------------------------------------------------------------------- where their names lead


@check(
    "tenants.domain",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=REQUIREMENT,
    fix="create an alias record A of the wildcard, or of each tenant's name, to the load balancer; delete the record that leads "
    "elsewhere, and whatever else keeps the wildcard from answering for a tenant's name",
    stands_on=(*STANDS_ON, "dns.zone-exists", load_balancer.EXISTS),
)
def domain(tenants_domain: TenantsDomain, found: TenantNames) -> Iterator[Finding]:
    """The name of every tenant leads to the shared load balancer, or to one of the tenant's own, and nowhere else.

    That certificates cover the domain is judged of the load balancer (load_balancer.certificates).
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html
    """
    wildcard = tenants_domain.name
    names: dict[str, tuple[str, ...]] = {}
    if any(each.name == wildcard for each in found.records):
        names[wildcard] = (found.target,)
    for tenant, own in sorted(found.tenants.items()):
        names[f"{tenant.lower()}.{tenants_domain.domain}"] = (found.target, *own)
    for name, targets in names.items():
        answering = _answering(found.records, name, wildcard)
        good = any(each.type in ("A", "CNAME") and not each.some_only for each in answering)
        good = good and all(set(each.leads_to) <= set(targets) for each in answering)
        observed = "; ".join(f"{each.name}: {dns.told(each)}" for each in answering) or "no record that leads anywhere"
        yield judge(name, good, f"leads to {' or '.join(targets)}, and nowhere else", observed)
    if not names:
        yield Undecided(wildcard, "no tenant is known, and there is no record of the wildcard")


def _answering(records: Collection[RecordSet], name: str, wildcard: str) -> list[RecordSet]:
    """The records that lead whoever asks for a name somewhere: those that delegate it away; else its own; the wildcard's where
    there are none at all of the name, or below it, of whatever type.

    https://www.rfc-editor.org/rfc/rfc4592#section-2.2
    """
    if away := [each for each in records if each.type == "NS" and f".{name}".endswith(f".{each.name}")]:
        return away
    own = any(each.name == name or each.name.endswith(f".{name}") for each in records)
    return [each for each in records if each.name == (name if own else wildcard) and each.type in dns.LEADING]


# ---------------------------------------------------------------------------------------------- the network


@check(
    "tenants.network-isolated",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=REQUIREMENT,
    fix="take away the rule, the route or the shared group that the path goes by: only load balancers may reach a tenant's hosts",
    stands_on=ON_CLUSTERS,
)
def network_isolated(tenancy: Tenancy, network: TenantNetwork) -> Iterator[Finding]:
    """No interface of a tenant can reach one of another, directly or through hosts of tenants.

    Groups are not transitive: what is nobody's, such as a shared load balancer, database or file system, ends the walk.
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    count = len(network.tenants)
    if not count:
        yield Undecided(tenancy.name, f"no interface is of a tenant, by its tag {tenancy.tag}, its groups or its VPC")
        return
    for tenant in network.without:
        yield Undecided(tenant, "it has a security group and no interface: who could reach it is seen only while something runs")
    violations: list[Finding] = []
    doubts: list[Finding] = []
    for path in reachability.paths(network.topology):
        expected = f"no way from {path.source} to {path.target}"
        steps = [f"{number}. {step}" for number, step in enumerate(path.steps, 1)] if len(path.steps) > 1 else list(path.steps)
        if path.sure:
            violations.append(Problem(f"{path.source} to {path.target}", expected, "; ".join(steps)))
        else:
            doubts.append(Undecided(f"{path.source} to {path.target}", f"{expected}? {'; '.join(steps)}"))
    yield from _limited(violations, tenancy)
    yield from doubts[:MOST]
    if count == 1:
        yield Observation(network.tenants[0], "the one tenant with an interface: there is nobody to be kept apart from")
    if not violations and not doubts:
        owned = sum(bool(each.owners) for each in network.topology.interfaces)
        pairs = f"{count * (count - 1):,} ordered pairs of {counted(count, 'tenant')}"
        yield Seen(tenancy.name, "no way from one tenant to another", f"none among {pairs} with {counted(owned, 'interface')}")


@check(
    "tenants.isolation-level",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=REQUIREMENT,
    fix="move the tenant's hosts into a VPC of its own, and its data into a database cluster that is tagged as its own",
    stands_on=ON_CLUSTERS,
)
def isolation_level(tenancy: Tenancy, network: TenantNetwork, databases: Sequence[TenantDatabase]) -> Iterator[Finding]:
    """A tenant that is kept apart further has a VPC of its own, and at level 3 a database of its own.

    Who may read which schema of a shared database AWS does not tell: below level 3 that is attested, and not judged here.
    """
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for interface in network.topology.interfaces:
        for owner in interface.owners:
            homes[owner].add(network.topology.subnets[interface.subnet].vpc)
    tenants = sorted({*network.tenants, *network.without, *tenancy.names, *(each.owner for each in databases)})
    raised = [tenant for tenant in tenants if tenancy.level_of(tenant) > 1]
    for tenant in raised:
        expected = f"a VPC of its own (level {tenancy.level_of(tenant)})"
        others = {vpc for other in homes if other != tenant for vpc in homes[other]}
        if not homes[tenant]:
            yield Undecided(tenant, f"{expected}? no interface is the tenant's")
        else:
            shared = sorted(homes[tenant] & others)
            observed = f"{' and '.join(shared)}, in which others run too" if shared else " and ".join(sorted(homes[tenant]))
            yield judge(tenant, not shared, expected, observed)
        if tenancy.level_of(tenant) > 2:
            own = [f"{each.name}, {each.status}" for each in databases if each.owner == tenant]
            yield judge(tenant, bool(own), "a database cluster of its own (level 3)", "; ".join(own) or "none is tagged so")
        else:
            yield Observation(tenant, "who may read what in the database that it shares is attested: AWS does not tell grants")
    if not raised:
        yield Undecided(tenancy.name, "no tenant that is there is kept apart further than by its groups")


# ---------------------------------------------------------------------------------------------- file systems


@check(
    "tenants.access-points",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=REQUIREMENT,
    fix="give each tenant an access point of its own, with a POSIX user and a root directory that no other has, and tag it",
    stands_on=ON_FILE_SYSTEMS,
)
def access_points(tenancy: Tenancy, points: Sequence[TenantAccessPoint], workloads: Sequence[Workload]) -> Iterator[Finding]:
    """No two tenants share an access point, a POSIX user or a directory of a file system, nor does anybody else with one.

    https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html
    """
    owners = _owners(points, workloads)
    for point in points:
        if len(owners[point.id]) > 1:
            yield Problem(point.id, "an access point of one tenant", f"of {' and '.join(sorted(owners[point.id]))}")
    own = [(tenant, point) for point in points for tenant in sorted(owners[point.id])]
    others = [(NOBODY, point) for point in points if not owners[point.id]]
    for (one, first), (other, second) in combinations([*own, *others], 2):
        if one == other or first is second or first.file_system != second.file_system:
            continue
        which = f"{first.id} of {one} and {second.id} of {other}"
        if first.uid is not None and first.uid == second.uid:
            yield Problem(which, "POSIX users of their own", f"both are {first.uid}")
        if _within(first.path, second.path) or _within(second.path, first.path):
            yield Problem(which, "root directories of their own", f"{first.path} and {second.path}")
    for tenant, point in own:
        yield judge(
            f"{tenant}'s {point.id}", point.uid is not None, "a POSIX user of its own",
            "whoever the client says" if point.uid is None else f"{point.uid} in {point.path}",
        )  # fmt: skip
    for tenant in sorted({each.tenant for each in workloads} - {tenant for tenant, _ in own}):
        if tenancy.level_of(tenant) > 1:  # the shared file system is mounted in the shared VPC
            yield Seen(tenant, "no access point of another", "in a VPC of its own, it mounts no shared file system")
            continue
        yield Problem(tenant, "an access point of its own", "none is tagged so, and none is mounted by its services")
    if not own and not workloads:
        yield Undecided(tenancy.name, f"no access point and no service has a tag {tenancy.tag}")


def _owners(points: Sequence[TenantAccessPoint], workloads: Sequence[Workload]) -> Mapping[str, set[str]]:
    """The tenants of each access point: by its tag, and whose tasks mount it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for point in points:
        found[point.id].update({point.owner} - {""})
    for workload in workloads:
        for mount in workload.mounts:
            if mount.access_point:
                found[mount.access_point].add(workload.tenant)
    return found


def _within(path: str, other: str) -> bool:
    """Whether a directory is another one, or below it."""
    return f"{path.rstrip('/')}/".startswith(f"{other.rstrip('/')}/")


@check(
    "tenants.mounts",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=REQUIREMENT,
    fix="set authorizationConfig { accessPointId, iam = ENABLED } and transitEncryption = ENABLED on the volume, and deploy it",
    stands_on=ON_FILE_SYSTEMS,
)
def mounts(tenancy: Tenancy, workloads: Sequence[Workload]) -> Iterator[Finding]:
    """Tenants' tasks mount file systems through an access point, by their role and over TLS.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
    """
    expected = "an access point, iam ENABLED, transitEncryption ENABLED"
    for workload in workloads:
        where = f"{workload.tenant}'s {workload.service}"
        for mount in workload.mounts:
            through = mount.access_point or "no access point"
            iam, encryption = ("ENABLED" if each else "not enabled" for each in (mount.iam, mount.encrypted))
            good = bool(mount.access_point) and mount.iam and mount.encrypted
            observed = f"{through}, iam {iam}, transitEncryption {encryption}"
            yield judge(f"{where}, volume {mount.volume} of {mount.file_system}", good, expected, observed)
        if not workload.mounts:
            yield Seen(where, expected, "mounts no file system")
    if not workloads:
        yield Undecided(tenancy.name, f"no service has a tag {tenancy.tag}")


@check(
    "tenants.file-system-policy",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=REQUIREMENT,
    fix="let the file system's policy allow each tenant's role its own access point alone (elasticfilesystem:AccessPointArn)",
    stands_on=(*ON_FILE_SYSTEMS, "efs.tls-only", "tenants.access-points"),
)
def file_system_policy(
    tenancy: Tenancy,
    file_systems: Sequence[SharedFileSystem],
    points: Sequence[TenantAccessPoint],
    workloads: Sequence[Workload],
    found: TenantRoles,
) -> Iterator[Finding]:
    """A shared file system lets a tenant's role mount nothing but its own access point.

    One without a policy lets in whoever reaches a mount target.
    https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    """
    owners = _owners(points, workloads)
    mounting = sum(not each.starts for each in found.roles)
    for system in file_systems:
        expected = "clients limited to their own access point"
        if system.policy is None:
            yield Problem(system.name, expected, "it has no policy, and lets in whoever reaches a mount target")
            continue
        there = [point for point in points if point.file_system == system.id]
        problems: list[Finding] = []
        asked = 0
        for each in found.roles:
            if each.starts:  # ECS mounts by the tasks' own role
                continue
            unread = [policy.name for policy in each.role.policies if policy.document is None]
            if unread:
                problems.append(Undecided(each.role.name, f"nothing is known of its policy {' and '.join(unread)}"))
            others = [point for point in there if not owners[point.id] & set(each.tenants)]
            for point in (None, *others):
                asked += 1
                what = (
                    f"{point.id} of {' and '.join(sorted(owners[point.id])) or NOBODY}"
                    if point
                    else "all of it, without an access point"
                )
                said = _mounting(system, each, tenancy, point)
                where = f"{each.role.name} of {' and '.join(each.tenants)} on {system.name}"
                if said.allowed:
                    problems.append(Problem(where, expected, f"{said.why} lets it mount {what}"))
                elif said.allowed is None:
                    problems.append(Undecided(where, f"may it mount {what}? {said.why}"))
        yield from _limited(problems, tenancy)
        if asked and not problems:
            yield Seen(system.name, expected, f"{counted(mounting, 'role')} may mount none of the others' access points")
        elif not asked:
            yield Undecided(system.name, f"no role is of a tenant, by its tag {tenancy.tag} or its tasks")
    if not file_systems:
        yield Undecided(tenancy.name, "no file system was looked at")


def _mounting(
    system: SharedFileSystem, each: TenantRole, tenancy: Tenancy, point: TenantAccessPoint | None
) -> role_policies.Answer:
    """Whether the role may mount the access point, or without one. Either of both kinds of policies may allow it.

    https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html#efs-condition-keys-for-nfs
    """
    arn = f"{system.arn.rpartition(':')[0]}:access-point/{point.id}" if point else None
    context = _context(each, tenancy, {"elasticfilesystem:accesspointarn": arn, "elasticfilesystem:accessedviamounttarget": "true"})
    asked = role_policies.Asked(each.role.arn, "elasticfilesystem:ClientMount", system.arn, context)
    own = [(policy.name, policy.document) for policy in each.role.policies if policy.document is not None]
    return role_policies.answer(asked, [*own, ("its policy", system.policy or {})], each.boundary)


def _context(each: TenantRole, tenancy: Tenancy, others: Mapping[str, str | None]) -> role_policies.Context:
    """What is known of a request by a role's tasks from within the account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    return role_policies.known(
        each.role.tags,
        **{
            "aws:principalarn": each.role.arn,
            "aws:principalaccount": tenancy.account,
            "aws:resourceaccount": tenancy.account,
            "aws:requestedregion": tenancy.region,
            "aws:principaltype": "AssumedRole",
            "aws:principalisawsservice": "false",
            "aws:securetransport": "true",
            **others,
        },
    )


# ---------------------------------------------------------------------------------------------- roles


@check(
    "tenants.roles",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=REQUIREMENT,
    fix="narrow the statement to the tenant's own secrets, parameters, keys and folders, and give each tenant a role of its own",
    stands_on=ON_CLUSTERS,
)
def roles(
    tenancy: Tenancy, found: TenantRoles, resources: Mapping[str, Sequence[str]], policies: Mapping[str, Mapping[str, Any]]
) -> Iterator[Finding]:
    """No role of a tenant may read the secrets, parameters, keys, tables or folders of another, nor take on another's role.

    By the role's own policies and its boundary, and by those of secrets and keys, either of which may allow it; policies of
    buckets, tables and parameters, and of the organization, are not looked at. One by which
    ECS starts tasks may be of several tenants, for none of their code has it, and may then read nothing that is only one's.
    """
    expected = "to read nothing of other tenants"
    for arn in found.missing:
        yield Undecided(arn, "tasks of a tenant have this role, and the account has none such")
    for each in found.roles:
        where = f"{each.role.name} of {' and '.join(each.tenants)}"
        if len(each.tenants) > 1 and not each.starts:
            yield Problem(where, "a role of one tenant", f"tasks of {' and '.join(each.tenants)} have it, or it is tagged so")
            continue
        if unknown := [policy.name for policy in each.role.policies if policy.document is None]:
            yield Undecided(where, f"nothing is known of its policy {' and '.join(unknown)}")
            continue
        problems: list[Finding] = []
        asked = 0
        own = each.tenants if len(each.tenants) == 1 else ()
        for tenant in sorted(resources.keys() - set(own)):
            for actions, resource, exactly in _readable(tenancy, tenant, resources[tenant]):
                asked += 1
                answers = [
                    (action, _reading(tenancy, each, tenant, action, resource, policies, exactly=exactly)) for action in actions
                ]
                problems.extend(_worst(where, expected, f"{resource} of {tenant}", answers))
        for other in found.roles:
            if not set(other.tenants) & set(each.tenants):
                asked += 1
                answers = [("sts:AssumeRole", _assuming(tenancy, each, other))]
                problems.extend(_worst(where, expected, f"{other.role.arn} of {' and '.join(other.tenants)}", answers))
        yield from _limited(problems, tenancy)
        if not problems:
            yield Seen(
                where,
                expected,
                f"none of {counted(asked, 'thing')} of others, by {len(each.role.policies)} of its policies",
            )
    if not found.roles and not found.missing:
        yield Undecided(tenancy.name, f"no role is of a tenant, by its tag {tenancy.tag} or its tasks")


# What reads a kind of resource, or lets somebody read it. BatchGetSecretValue needs GetSecretValue as well.
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
_READS = {
    "secretsmanager": ("GetSecretValue", "PutResourcePolicy"),
    "ssm": ("GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory"),
    "kms": ("Decrypt", "CreateGrant"),
    "dynamodb": ("GetItem", "BatchGetItem", "Query", "Scan"),
    "s3": ("GetObject", "GetObjectVersion"),
}


_WITH_POLICIES = ("secretsmanager", "kms")  # whose policies are looked at


def _readable(tenancy: Tenancy, tenant: str, arns: Collection[str]) -> Iterator[tuple[list[str], str, bool]]:
    """What is a tenant's own and can be read: by which actions, the ARN, and whether it is exactly that or begins so."""
    for arn in arns:
        service, resource = arn.split(":")[2], arn.split(":", 5)[5]
        bucket = service == "s3" and "/" not in resource
        if service in _READS:
            yield _reads(arn), f"{arn}/" if bucket else arn, not bucket
    for path in tenancy.paths:
        yield _reads(path), f"{path}{tenant}/", False


def _reads(arn: str) -> list[str]:
    service = arn.split(":")[2]
    return [f"{service}:{name}" for name in _READS[service]]


def _worst(where: str, expected: str, what: str, answers: Sequence[tuple[str, role_policies.Answer]]) -> Sequence[Finding]:
    """The first of the actions that is allowed, else the first of which it is not known; none where all are not allowed."""
    for action, said in answers:
        if said.allowed:
            return [Problem(where, expected, f"{said.why} allows {action} on {what}")]
    return [Undecided(where, f"may it {action} on {what}? {said.why}") for action, said in answers if said.allowed is None][:1]


def _assuming(tenancy: Tenancy, each: TenantRole, other: TenantRole) -> role_policies.Answer:
    """Whether a role may take on another one. A trust that names the role is enough; one that names the account leaves it to the
    role's own policies.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-cross-account.html
    """
    tags = {f"{kind}:resourcetag/{name.lower()}": value for name, value in other.role.tags.items() for kind in ("aws", "iam")}
    asked = role_policies.Asked(each.role.arn, "sts:AssumeRole", other.role.arn, _context(each, tenancy, tags))
    trust = (f"the trust of {other.role.name}", other.role.trust)
    whole = role_policies.answer(replace(asked, principal=f"arn:aws:iam::{tenancy.account}:root"), [trust])
    own = [(policy.name, policy.document or {}) for policy in each.role.policies]
    named = role_policies.answer(asked, [trust])
    if named.allowed:
        return role_policies.answer(asked, [*own, trust], each.boundary)
    mine = role_policies.answer(asked, own, each.boundary)
    if whole.allowed is not False and mine.allowed is not False:
        return mine if whole.allowed else whole
    return named


def _reading(
    tenancy: Tenancy,
    each: TenantRole,
    owner: str,
    action: str,
    resource: str,
    policies: Mapping[str, Mapping[str, Any]],
    *,
    exactly: bool,
) -> role_policies.Answer:
    # A parameter's or an object's own tags are not known where it is known by its path alone.
    tags = {f"aws:resourcetag/{tenancy.tag.lower()}": owner} if exactly else {}
    if action.startswith("secretsmanager:"):
        tags |= {f"secretsmanager:resourcetag/{tenancy.tag.lower()}": owner, "secretsmanager:secretid": resource}
    asked = role_policies.Asked(each.role.arn, action, resource, _context(each, tenancy, tags), exactly)
    own = [(policy.name, policy.document or {}) for policy in each.role.policies]
    said = role_policies.answer(asked, [*own, ("its policy", policies.get(resource, {}))], each.boundary)
    if said.allowed is False and action.partition(":")[0] in _WITH_POLICIES and resource not in policies:
        return role_policies.Answer(None, "its policy was not looked at")
    return said


# ---------------------------------------------------------------------------------------------- secrets


@check(
    "tenants.secrets",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=REQUIREMENT,
    fix="give each tenant's tasks a secret of their own, tagged so, and rotate the one that was shared",
    stands_on=ON_CLUSTERS,
)
def secrets(tenancy: Tenancy, workloads: Sequence[Workload], resources: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """No two tenants' tasks are given the same secret or parameter, and none that is another's.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
    """
    using: defaultdict[str, set[str]] = defaultdict(set)
    for workload in workloads:
        for source in workload.secrets:
            using[_whole(source, tenancy)].add(workload.tenant)
    tagged = {arn: tenant for tenant, arns in resources.items() for arn in arns}
    for source, tenants in sorted(using.items()):
        owners = tenants | ({tagged[source]} if source in tagged else set())
        shared = f"of {' and '.join(sorted(owners))}"
        yield judge(source, len(owners) == 1, "one tenant's", shared)
    for workload in workloads:
        if not workload.secrets:
            yield Seen(f"{workload.tenant}'s {workload.service}", "secrets of one tenant", "is given none")
    if not workloads:
        yield Undecided(tenancy.name, f"no service has a tag {tenancy.tag}")


def _whole(source: str, tenancy: Tenancy) -> str:
    """The secret of a source that may name one of its keys and versions, arn:…:secret:name-AbCdEf:key:stage:id; or the parameter of
    one that may be its bare name, as in the tasks' own region.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
    """
    if not source.startswith("arn:"):
        return f"arn:aws:ssm:{tenancy.region}:{tenancy.account}:parameter/{source.removeprefix('/')}"
    parts = source.split(":")
    return ":".join(parts[:7]) if len(parts) > 7 and parts[2] == "secretsmanager" else source


@check(
    "tenants.no-plain-credentials",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.no-hardcoded-credentials",
    fix="change the credential, which whoever may read the task definition has read; keep it in a secret of the tenant's, and let "
    "the container have it by `secrets` and valueFrom",
    stands_on=ON_CLUSTERS,
)
def no_plain_credentials(tenancy: Tenancy, workloads: Sequence[Workload]) -> Iterator[Finding]:
    """No credential stands in plain text in the environment of a tenant's tasks.

    What is found is told by its name, and never by its value.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html
    """
    for workload in workloads:
        yield from credentials.none_in(f"{workload.tenant}'s {workload.service}", workload.places)
    if not workloads:
        yield Undecided(tenancy.name, f"no service has a tag {tenancy.tag}")
