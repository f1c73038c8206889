"""The checks of tenants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks import Finding, Observation, Problem, Seen, Undecided, tenants
from fixtures.declared.dns import HostedZone
from fixtures.declared.ecs import Cluster
from fixtures.declared.efs import FileSystem
from fixtures.declared.load_balancer import LoadBalancer
from fixtures.declared.network import Vpc
from fixtures.declared.tenants import Tenancy, TenantsDomain
from fixtures.facts.dns import Alias, RecordSet
from fixtures.facts.ecs import Variable
from fixtures.facts.roles import RoleDetail, RolePolicy
from fixtures.facts.tenants import (
    Acl,
    AclEntry,
    Group,
    Interface,
    Mount,
    Route,
    Rule,
    SharedFileSystem,
    Subnet,
    TenantAccessPoint,
    TenantDatabase,
    TenantNames,
    TenantNetwork,
    TenantRole,
    TenantRoles,
    Topology,
    Workload,
)
from tests.checks.examples import Example, judged

CITED = {"07.tenant-isolation", "pre.no-hardcoded-credentials"}

REGION, ACCOUNT = "eu-west-1", "815856636111"
WHERE = (REGION, "07", ACCOUNT)
VPC = Vpc("bbws-sit", *WHERE, (("Environment", "sit"),), "10.2.0.0/16", (), 2)
EFS = FileSystem("files-sit", *WHERE, VPC, 2, True, ())
NAME = "bbws-sit-tenants"
TENANCY = Tenancy(NAME, *WHERE, "Tenant", VPC, (Cluster("c-sit", *WHERE, ()),), (EFS,), (), 1, (), (), "sit.bbws.io", None)
LISTED = replace(TENANCY, names=("alpha", "beta"))
FOLDERS = replace(TENANCY, paths=("arn:aws:s3:::assets-sit/",))


def seen(where: str, expected: str, observed: str) -> Seen:
    return Seen(where, expected, observed)


def bad(where: str, expected: str, observed: str) -> Problem:
    return Problem(where, expected, observed)


# ---------------------------------------------------------------------------------------------- who they are

ALPHAS = "arn:aws:secretsmanager:eu-west-1:815856636111:secret:alpha-AbCdEf"
BETAS = "arn:aws:secretsmanager:eu-west-1:815856636111:secret:beta-AbCdEf"
OWN = {"alpha": (ALPHAS,), "beta": (BETAS,)}
WHO = [
    Example(tenants.listed, "discovered", (TENANCY, OWN), (
        seen("alpha", "resources tagged Tenant=alpha", "1 found"), seen("beta", "resources tagged Tenant=beta", "1 found"))),
    Example(tenants.listed, "listed", (LISTED, OWN), (
        seen("alpha", "resources tagged Tenant=alpha", "1 found"), seen("beta", "resources tagged Tenant=beta", "1 found"))),
    Example(tenants.listed, "without resources", (LISTED, {"alpha": (ALPHAS,)}), (
        seen("alpha", "resources tagged Tenant=alpha", "1 found"), bad("beta", "resources tagged Tenant=beta", "0 found"))),
    Example(tenants.listed, "not listed", (replace(LISTED, names=("alpha",)), {"alpha": (ALPHAS,), "alfa": (BETAS,)}), (
        bad("alfa", "a tenant that the plan lists", f"not listed; the closest listed name is alpha; {BETAS} are tagged so"),
        seen("alpha", "resources tagged Tenant=alpha", "1 found"))),
    Example(tenants.listed, "none at all", (TENANCY, {}), (
        Undecided(NAME, "nothing in the region has a tag Tenant, and the plan lists no tenant"),)),
]  # fmt: skip

# ---------------------------------------------------------------------------------------------- where their names lead

FRONT = LoadBalancer("alb-sit", *WHERE, VPC, "internet-facing", 2, (), True, False, None)
STAR, ALPHAS_NAME, BETAS_NAME, DNS_NAME = "*.sit.bbws.io", "alpha.sit.bbws.io", "beta.sit.bbws.io", "alb-1.elb.amazonaws.com"
ZONE = HostedZone("bbws.io", "us-east-1", "07", ACCOUNT, None)
DOMAIN = TenantsDomain(STAR, "us-east-1", "07", ACCOUNT, ZONE, FRONT, TENANCY)
BOTH_TENANTS: dict[str, tuple[str, ...]] = {"alpha": (), "beta": ()}


def record(name: str, *values: str, type: str = "CNAME", some_only: bool = False) -> RecordSet:
    """A record of a name with values, or without any an alias record to the load balancer."""
    alias = None if values else Alias(f"dualstack.{DNS_NAME}", "Z32O12XQLNTSW2", evaluates_health=True)
    return RecordSet(name, type if values else "A", values, alias, "geolocation EU" if some_only else "", some_only)


LEADS, NOWHERE = f"leads to {DNS_NAME}, and nowhere else", "no record that leads anywhere"


def leads(name: str, told: str = f"{STAR}: A alias {DNS_NAME}") -> Seen:
    return seen(name, LEADS, told)


def named(says: str, *found: Finding, records: tuple[RecordSet, ...], who: dict[str, tuple[str, ...]] = BOTH_TENANTS) -> Example:
    return Example(tenants.domain, says, (DOMAIN, TenantNames(records, DNS_NAME, who)), found)


NAMES = [
    named("by the wildcard", leads(STAR), leads(ALPHAS_NAME), leads(BETAS_NAME), records=(record(STAR),)),
    named("each by its own", leads(ALPHAS_NAME, f"{ALPHAS_NAME}: CNAME {DNS_NAME}"),
          leads(BETAS_NAME, f"{BETAS_NAME}: A alias {DNS_NAME}"),
          records=(record(ALPHAS_NAME, f"{DNS_NAME.upper()}."), record(BETAS_NAME))),
    named("in capitals", leads(STAR), leads("acme.sit.bbws.io"), records=(record(STAR),), who={"Acme": ()}),
    named("to a load balancer of its own", leads(STAR),
          seen(ALPHAS_NAME, f"leads to {DNS_NAME} or own.elb.amazonaws.com, and nowhere else",
               f"{ALPHAS_NAME}: CNAME own.elb.amazonaws.com"),
          records=(record(STAR), record(ALPHAS_NAME, "own.elb.amazonaws.com")), who={"alpha": ("own.elb.amazonaws.com",)}),
    named("one without", leads(ALPHAS_NAME, f"{ALPHAS_NAME}: A alias {DNS_NAME}"), bad(BETAS_NAME, LEADS, NOWHERE),
          records=(record(ALPHAS_NAME),)),
    named("no tenant, and the wildcard elsewhere", bad(STAR, LEADS, f"{STAR}: A 192.0.2.7"),
          records=(record(STAR, "192.0.2.7", type="A"),), who={}),
    named("one elsewhere", leads(STAR), bad(ALPHAS_NAME, LEADS, f"{ALPHAS_NAME}: CNAME old.example.org"), leads(BETAS_NAME),
          records=(record(STAR), record(ALPHAS_NAME, "old.example.org"))),
    named("one elsewhere besides", leads(STAR),
          bad(ALPHAS_NAME, LEADS, f"{ALPHAS_NAME}: A alias {DNS_NAME}; {ALPHAS_NAME}: HTTPS 1 old.example.org"), leads(BETAS_NAME),
          records=(record(STAR), record(ALPHAS_NAME), record(ALPHAS_NAME, "1 old.example.org", type="HTTPS"))),
    named("for some alone", bad(STAR, LEADS, f"{STAR}: A alias {DNS_NAME} (geolocation EU)"),
          records=(record(STAR, some_only=True),), who={}),
    named("hidden by a text", leads(STAR), bad(ALPHAS_NAME, LEADS, NOWHERE), leads(BETAS_NAME),
          records=(record(STAR), record(ALPHAS_NAME, '"text"', type="TXT"))),
    named("hidden by a name below it", leads(STAR), bad(ALPHAS_NAME, LEADS, NOWHERE), leads(BETAS_NAME),
          records=(record(STAR), record(f"_acme.{ALPHAS_NAME}", '"text"', type="TXT"))),
    named("delegated away", bad(STAR, LEADS, "sit.bbws.io: NS ns.example.org"),
          records=(record(STAR), record("sit.bbws.io", "ns.example.org", type="NS")), who={}),
    named("nobody", Undecided(STAR, "no tenant is known, and there is no record of the wildcard"), records=(), who={}),
]  # fmt: skip

# ---------------------------------------------------------------------------------------------- the network

EVERY = (0, 65535)
OUT = (Rule(-1, *EVERY, "0.0.0.0/0"),)
OPEN = Acl((AclEntry(100, True, -1, *EVERY, "0.0.0.0/0"),), (AclEntry(100, True, -1, *EVERY, "0.0.0.0/0"),))


def topology(*rules: Rule, route: Route | None = None) -> Topology:
    """Alpha and beta in two subnets, each behind a front door; and the rules by which beta's group lets in somebody else."""
    return Topology(
        (
            Interface("eni-a", "subnet-a", ("10.2.0.10",), ("sg-a",), ("alpha",), True),
            Interface("eni-b", "subnet-b", ("10.2.1.10",), ("sg-b",), ("beta",), True),
        ),
        {
            "sg-a": Group("sg-a", "alpha", (Rule(6, 80, 80, "sg-front"),), OUT),
            "sg-b": Group("sg-b", "beta", (Rule(6, 80, 80, "sg-front"), *rules), OUT),
            "sg-front": Group("sg-front", "front", (), OUT),
        },
        {"subnet-a": Subnet("vpc-1", "acl-1", "rtb-1"), "subnet-b": Subnet("vpc-1", "acl-1", "rtb-1")},
        {"acl-1": OPEN},
        {"rtb-1": (Route("10.2.0.0/16", "local"), *([route] if route else []))},
        {}, {}, {}, {}, {},
    )  # fmt: skip


def network(*rules: Rule, route: Route | None = None, without: tuple[str, ...] = ()) -> TenantNetwork:
    return TenantNetwork(topology(*rules, route=route), ("alpha", "beta"), without)


NONE = seen(NAME, "no way from one tenant to another", "none among 2 ordered pairs of 2 tenants with 2 interfaces")
TO_BETA = "alpha's eni-a (10.2.0.10) reaches beta's eni-b (10.2.1.10) on tcp 22: sg-a (alpha) lets out to 0.0.0.0/0"
ISOLATED = tenants.network_isolated
ALONE = TenantNetwork(replace(topology(), interfaces=topology().interfaces[:1]), ("alpha",), ())
NETWORK = [
    Example(ISOLATED, "apart", (TENANCY, network()), (NONE,)),
    Example(ISOLATED, "a group named", (TENANCY, network(Rule(6, 22, 22, "sg-a"))), (
        bad("alpha to beta", "no way from alpha to beta",
            f"{TO_BETA}, sg-b (beta) lets in sg-a, local route, let pass by acl-1"),)),
    Example(ISOLATED, "a range named", (TENANCY, network(Rule(6, 22, 22, "10.2.0.0/24"))), (
        bad("alpha to beta", "no way from alpha to beta",
            f"{TO_BETA}, sg-b (beta) lets in 10.2.0.0/24, local route, let pass by acl-1"),)),
    Example(ISOLATED, "through an appliance",
            (TENANCY, network(Rule(6, 22, 22, "10.2.0.0/24"), route=Route("10.2.1.0/24", "vpce-1"))), (
        Undecided("alpha to beta", f"no way from alpha to beta? {TO_BETA}, sg-b (beta) lets in 10.2.0.0/24, through vpce-1, of "
                  "which it is not known what it lets through, from vpc-1 to vpc-1, let pass by acl-1"),)),
    Example(ISOLATED, "of another one nothing runs", (TENANCY, network(without=("gamma",))), (
        Undecided("gamma", "it has a security group and no interface: who could reach it is seen only while something runs"),
        NONE)),
    Example(ISOLATED, "one alone", (TENANCY, ALONE), (
        Observation("alpha", "the one tenant with an interface: there is nobody to be kept apart from"),
        seen(NAME, "no way from one tenant to another", "none among 0 ordered pairs of 1 tenant with 1 interface"))),
    Example(ISOLATED, "nobody", (TENANCY, TenantNetwork(replace(topology(), interfaces=()), (), ())), (
        Undecided(NAME, "no interface is of a tenant, by its tag Tenant, its groups or its VPC"),)),
]  # fmt: skip

RAISED = replace(TENANCY, levels=(("beta", 3),))
SECOND = replace(TENANCY, level=2)
LEVEL = tenants.isolation_level
BETAS_OWN = (TenantDatabase("beta-sit", "beta", "available"),)


def apart() -> TenantNetwork:
    """Beta's host in a VPC of its own."""
    shared = topology()
    return TenantNetwork(
        replace(shared, subnets={**shared.subnets, "subnet-b": Subnet("vpc-b", "acl-1", "rtb-1")}), ("alpha", "beta"), ()
    )


ATTESTED = "who may read what in the database that it shares is attested: AWS does not tell grants"
VPC_3, DATABASE = "a VPC of its own (level 3)", "a database cluster of its own (level 3)"
LEVELS = [
    Example(LEVEL, "as declared", (RAISED, apart(), BETAS_OWN), (
        seen("beta", VPC_3, "vpc-b"), seen("beta", DATABASE, "beta-sit, available"))),
    Example(LEVEL, "in the shared VPC", (RAISED, network(), BETAS_OWN), (
        bad("beta", VPC_3, "vpc-1, in which others run too"), seen("beta", DATABASE, "beta-sit, available"))),
    Example(LEVEL, "in the shared database", (RAISED, apart(), (TenantDatabase("a", "alpha", "available"),)), (
        seen("beta", VPC_3, "vpc-b"), bad("beta", DATABASE, "none is tagged so"))),
    Example(LEVEL, "all of them", (SECOND, network(), ()), tuple(
        found for each in ("alpha", "beta") for found in (
            bad(each, "a VPC of its own (level 2)", "vpc-1, in which others run too"), Observation(each, ATTESTED)))),
    Example(LEVEL, "in a shared database", (replace(RAISED, levels=(("beta", 2),)), apart(), BETAS_OWN), (
        seen("beta", "a VPC of its own (level 2)", "vpc-b"), Observation("beta", ATTESTED))),
    Example(LEVEL, "without an interface", (SECOND, TenantNetwork(replace(topology(), interfaces=()), (), ("alpha",)), ()), (
        Undecided("alpha", "a VPC of its own (level 2)? no interface is the tenant's"), Observation("alpha", ATTESTED))),
    Example(LEVEL, "nobody", (RAISED, TenantNetwork(topology(), ("alpha",), ()), ()), (
        Undecided(NAME, "no tenant that is there is kept apart further than by its groups"),)),
]  # fmt: skip

# ---------------------------------------------------------------------------------------------- file systems

A, B = (TenantAccessPoint(f"fsap-{t[0]}", "fs-1", t, 2000 + n, f"/tenants/{t}") for n, t in enumerate(("alpha", "beta")))


def workload(tenant: str, mount: Mount | None = None, secrets: tuple[str, ...] = (), **variables: str) -> Workload:
    role = f"arn:aws:iam::{ACCOUNT}:role/{tenant}"
    places = {"container site": [Variable("site", name, value) for name, value in variables.items()]}
    return Workload(tenant, f"{tenant}-sit", role, "", (), (mount,) if mount else (), secrets, places)


MOUNTS = {each.owner: Mount("content", "fs-1", each.id, True, True) for each in (A, B)}
RUN = tuple(workload(each, MOUNTS[each]) for each in ("alpha", "beta"))
POINTS = tenants.access_points
USER = "a POSIX user of its own"
FINE = (seen("alpha's fsap-a", USER, "2000 in /tenants/alpha"), seen("beta's fsap-b", USER, "2001 in /tenants/beta"))
BOTH = "fsap-a of alpha and fsap-b of beta"
ROOTS = "root directories of their own"
ALL = Mount("content", "fs-1", "", True, True)
THROUGH = "an access point, iam ENABLED, transitEncryption ENABLED"


def at(path: str, uid: int | None = 2001) -> tuple[TenantAccessPoint, ...]:
    return (A, replace(B, path=path, uid=uid))


FILES = [
    Example(POINTS, "apart", (TENANCY, (A, B), RUN), FINE),
    Example(POINTS, "untagged, known by who mounts them", (TENANCY, (replace(A, owner=""), replace(B, owner="")), RUN), FINE),
    Example(POINTS, "of one user", (TENANCY, at("/tenants/beta", 2000), RUN), (
        bad(BOTH, "POSIX users of their own", "both are 2000"), FINE[0], seen("beta's fsap-b", USER, "2000 in /tenants/beta"))),
    Example(POINTS, "one in the other", (TENANCY, at("/tenants/alpha/x"), RUN), (
        bad(BOTH, ROOTS, "/tenants/alpha and /tenants/alpha/x"), FINE[0],
        seen("beta's fsap-b", USER, "2001 in /tenants/alpha/x"))),
    Example(POINTS, "at the root", (TENANCY, at("/"), RUN), (
        bad(BOTH, ROOTS, "/tenants/alpha and /"), FINE[0], seen("beta's fsap-b", USER, "2001 in /"))),
    Example(POINTS, "of like names", (TENANCY, at("/tenants/alpha2"), RUN), (
        FINE[0], seen("beta's fsap-b", USER, "2001 in /tenants/alpha2"))),
    Example(POINTS, "on two file systems", (TENANCY, (A, replace(A, id="fsap-b", file_system="fs-2", owner="beta")), ()), (
        FINE[0], seen("beta's fsap-b", USER, "2000 in /tenants/alpha"))),
    Example(POINTS, "without a user", (TENANCY, at("/tenants/beta", None), RUN), (
        FINE[0], bad("beta's fsap-b", USER, "whoever the client says"))),
    Example(POINTS, "shared", (TENANCY, (A, B), (RUN[0], workload("beta", MOUNTS["alpha"]))), (
        bad("fsap-a", "an access point of one tenant", "of alpha and beta"), FINE[0],
        seen("beta's fsap-a", USER, "2000 in /tenants/alpha"), FINE[1])),
    Example(POINTS, "one of nobody beside them",
            (TENANCY, (A, B, replace(A, id="fsap-n", owner="", uid=0, path="/shared")), RUN), FINE),
    Example(POINTS, "one of nobody above them", (TENANCY, (A, replace(A, id="fsap-n", owner="", uid=0, path="/")), RUN[:1]), (
        bad("fsap-a of alpha and fsap-n of no tenant", ROOTS, "/tenants/alpha and /"), FINE[0])),
    Example(POINTS, "one of nobody, of its user", (TENANCY, (A, replace(A, id="fsap-n", owner="", path="/shared")), RUN[:1]), (
        bad("fsap-a of alpha and fsap-n of no tenant", "POSIX users of their own", "both are 2000"), FINE[0])),
    Example(POINTS, "one without", (TENANCY, (A,), (RUN[0], workload("beta"))), (
        FINE[0], bad("beta", "an access point of its own", "none is tagged so, and none is mounted by its services"))),
    Example(POINTS, "one in a VPC of its own", (RAISED, (A,), (RUN[0], workload("beta"))), (
        FINE[0], seen("beta", "no access point of another", "in a VPC of its own, it mounts no shared file system"))),
    Example(POINTS, "none", (TENANCY, (), ()), (Undecided(NAME, "no access point and no service has a tag Tenant"),)),
    Example(tenants.mounts, "as they must be", (TENANCY, RUN), tuple(
        seen(f"{t}'s {t}-sit, volume content of fs-1", THROUGH, f"fsap-{t[0]}, iam ENABLED, transitEncryption ENABLED")
        for t in ("alpha", "beta"))),
    Example(tenants.mounts, "nothing", (TENANCY, (workload("alpha"),)), (
        seen("alpha's alpha-sit", THROUGH, "mounts no file system"),)),
    *(Example(tenants.mounts, says, (TENANCY, (workload("alpha", mount),)), (
        bad("alpha's alpha-sit, volume content of fs-1", THROUGH, observed),))
      for says, mount, observed in (
        ("all of it", ALL, "no access point, iam ENABLED, transitEncryption ENABLED"),
        ("without the role", replace(ALL, access_point="fsap-a", iam=False),
         "fsap-a, iam not enabled, transitEncryption ENABLED"),
        ("in plain", replace(ALL, access_point="fsap-a", encrypted=False),
         "fsap-a, iam ENABLED, transitEncryption not enabled"))),
    Example(tenants.mounts, "nobody", (TENANCY, ()), (Undecided(NAME, "no service has a tag Tenant"),)),
]  # fmt: skip


def role(
    tenant: str, *statements: dict[str, Any], tenants_: tuple[str, ...] = (), boundary: Any = None, starts: bool = False
) -> TenantRole:
    tags = {"Tenant": tenant}
    policy = RolePolicy("own", {"Statement": list(statements)})
    detail = RoleDetail(tenant, f"arn:aws:iam::{ACCOUNT}:role/{tenant}", {}, "", tags, (policy,) if statements else ())
    return TenantRole(tenants_ or (tenant,), detail, boundary, starts)


def file_system(*statements: dict[str, Any]) -> SharedFileSystem:
    arn = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-1"
    return SharedFileSystem("files-sit", "fs-1", arn, {"Statement": list(statements)})


def mounting(tenant: str, *points: str, **other: Any) -> dict[str, Any]:
    arns = [f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/{each}" for each in points]
    condition = {"Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": arns}}} if points else {}
    principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/{tenant}"}
    allow = {"Effect": "Allow", "Principal": principal, "Action": "elasticfilesystem:ClientMount", "Sid": tenant}
    return {**allow, **condition, **other}


ROLES = TenantRoles((role("alpha"), role("beta")), ())
LIMITED = "clients limited to their own access point"
OF_ALPHA = "alpha of alpha on files-sit"
PASSING = (seen("files-sit", LIMITED, "2 roles may mount none of the others' access points"),)


def mountable(says: str, *found: Finding, system: SharedFileSystem, roles: TenantRoles = ROLES) -> Example:
    return Example(tenants.file_system_policy, says, (TENANCY, (system,), (A, B), RUN, roles), found)


BETA = mounting("beta", "fsap-b")
ACCOUNTS = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
POLICIES = [
    mountable("each its own", *PASSING, system=file_system(mounting("alpha", "fsap-a"), BETA)),
    mountable("by tag", *PASSING, system=file_system({
        "Effect": "Allow", "Principal": "*", "Action": "*",
        "Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn":
            f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/${{aws:PrincipalTag/AccessPoint}}"}}})),
    mountable("the account, which leaves it to roles", *PASSING,
              system=file_system(mounting("alpha", Principal=ACCOUNTS), BETA)),
    mountable("any", bad(OF_ALPHA, LIMITED, "statement alpha of its policy lets it mount all of it, without an access point"),
              bad(OF_ALPHA, LIMITED, "statement alpha of its policy lets it mount fsap-b of beta"),
              system=file_system(mounting("alpha"), BETA)),
    mountable("any, by which tasks are started", Undecided("files-sit", "no role is of a tenant, by its tag Tenant or its tasks"),
              system=file_system(mounting("alpha")), roles=TenantRoles((role("alpha", starts=True),), ())),
    mountable("both", bad(OF_ALPHA, LIMITED, "statement alpha of its policy lets it mount fsap-b of beta"),
              system=file_system(mounting("alpha", "fsap-a", "fsap-b"), BETA)),
    Example(tenants.file_system_policy, "one of nobody's too", (
        TENANCY, (file_system(mounting("alpha", "fsap-a", "fsap-n"), BETA),), (A, B, replace(A, id="fsap-n", owner="")), RUN,
        ROLES), (
        bad(OF_ALPHA, LIMITED, "statement alpha of its policy lets it mount fsap-n of no tenant"),)),
    mountable("by its own policy",
              bad(OF_ALPHA, LIMITED, "statement no. 1 of own lets it mount all of it, without an access point"),
              bad(OF_ALPHA, LIMITED, "statement no. 1 of own lets it mount fsap-b of beta"),
              system=file_system(BETA),
              roles=TenantRoles((role("alpha", {"Effect": "Allow", "Action": "elasticfilesystem:*", "Resource": "*"}),), ())),
    mountable("denied without", *PASSING, system=file_system(
        mounting("alpha", Principal="*"),
        {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": {"Null": {"elasticfilesystem:AccessPointArn": "true"}}},
        *({"Effect": "Deny", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/{each}"}, "Action": "*", "Condition": {
            "ArnNotEquals": {"elasticfilesystem:AccessPointArn":
                             f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/fsap-{each[0]}"}}}
          for each in ("alpha", "beta")))),
    mountable("on what is not known", Undecided(OF_ALPHA, "may it mount all of it, without an access point? not known whether "
              "statement alpha of its policy allows it: IpAddress aws:SourceIp 10.0.0.0/8"),
              Undecided(OF_ALPHA, "may it mount fsap-b of beta? not known whether statement alpha of its policy allows it: "
              "IpAddress aws:SourceIp 10.0.0.0/8"),
              system=file_system(mounting("alpha", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), BETA)),
    mountable("none", bad("files-sit", LIMITED, "it has no policy, and lets in whoever reaches a mount target"),
              system=replace(file_system(), policy=None)),
    mountable("nobody", Undecided("files-sit", "no role is of a tenant, by its tag Tenant or its tasks"),
              system=file_system(BETA), roles=TenantRoles((), ())),
]  # fmt: skip

# ---------------------------------------------------------------------------------------------- roles and secrets

READ = "secretsmanager:GetSecretValue"
TO_READ = "to read nothing of other tenants"
ITS_OWN = {"Effect": "Allow", "Action": READ, "Resource": ALPHAS}


def reading(says: str, *found: Finding, roles: tuple[TenantRole, ...], tenancy: Tenancy = TENANCY, policies: Any = None) -> Example:
    return Example(tenants.roles, says, (tenancy, TenantRoles(roles, ()), OWN, policies or CLOSED), found)


def alpha_reads(says: str, observed: str, *statements: dict[str, Any], tenancy: Tenancy = TENANCY) -> Example:
    return reading(says, bad("alpha of alpha", TO_READ, observed), roles=(role("alpha", *statements),), tenancy=tenancy)


BETAS_SECRET = f"allows {READ} on {BETAS} of beta"
NOTHING = seen("alpha of alpha", TO_READ, "none of 1 thing of others, by 1 of its policies")
ANY = {"Effect": "Allow", "Action": "*", "Resource": "*"}
CLOSED: dict[str, Any] = {ALPHAS: {}, BETAS: {}}
ALPHAS_ROLE, BETAS_ROLE, ROOT = (f"arn:aws:iam::{ACCOUNT}:{each}" for each in ("role/alpha", "role/beta", "root"))
ASSUMES = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}


def assuming(says: str, found: Finding, trusted: str, statement: dict[str, Any], **condition: Any) -> Example:
    """Alpha's role has the statement, and beta's trusts somebody."""
    trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole", **condition}}
    beta = replace(role("beta"), role=replace(role("beta").role, trust=trust))
    betas = seen("beta of beta", TO_READ, "none of 2 things of others, by 0 of its policies")
    return reading(f"taking on what trusts {says}", found, betas, roles=(role("alpha", statement), beta))


READING = [
    reading("its own", NOTHING, roles=(role("alpha", ITS_OWN),)),
    reading("what is tagged as it is", NOTHING, roles=(role("alpha", {**ANY, "Condition": {
        "StringEquals": {"aws:ResourceTag/Tenant": "${aws:PrincipalTag/Tenant}"}}}),)),
    reading("but for a boundary", NOTHING, roles=(role("alpha", ANY, boundary={"Statement": ITS_OWN}),)),
    reading("but what is denied", NOTHING, roles=(
        role("alpha", ANY, {"Effect": "Deny", "NotAction": "s3:*", "NotResource": ALPHAS}),)),
    alpha_reads("everything", f"statement no. 1 of own {BETAS_SECRET}", ANY),
    alpha_reads("by a pattern", f"statement no. 1 of own {BETAS_SECRET}",
                {**ITS_OWN, "Resource": "arn:aws:secretsmanager:*:*:secret:*"}),
    alpha_reads("all but its own", f"statement no. 1 of own {BETAS_SECRET}",
                {"Effect": "Allow", "NotAction": "iam:*", "NotResource": ALPHAS}),
    alpha_reads("the other's folder", "statement no. 2 of own allows s3:GetObject on arn:aws:s3:::assets-sit/beta/ of beta",
                ITS_OWN, {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::assets-sit/*/public/*"},
                tenancy=FOLDERS),
    reading("its own folder", seen("alpha of alpha", TO_READ, "none of 2 things of others, by 1 of its policies"), roles=(
        role("alpha", {**ANY, "Action": "s3:Get*", "Resource": "arn:aws:s3:::assets-sit/${aws:PrincipalTag/Tenant}/*"}),),
        tenancy=FOLDERS),
    reading("on a condition that is not known",
            Undecided("alpha of alpha", f"may it {READ} on {BETAS} of beta? not known whether statement no. 1 of own allows it: "
                      "DateLessThan aws:CurrentTime 2027-01-01"),
            roles=(role("alpha", {**ANY, "Condition": {"DateLessThan": {"aws:CurrentTime": "2027-01-01"}}}),)),
    *(Example(tenants.roles, action, (TENANCY, TenantRoles((role("alpha", {**ANY, "Action": action}),), ()),
                                      {"beta": (arn,)}, {arn: {}}), (
        bad("alpha of alpha", TO_READ, f"statement no. 1 of own allows {action} on {told} of beta"),))
      for arn, told, actions in (
        (BETAS, BETAS, ("secretsmanager:PutResourcePolicy",)),
        *((arn, arn, actions) for arn, actions in (
            ("arn:aws:ssm:eu-west-1:1:parameter/b",
             ("ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory")),
            ("arn:aws:kms:eu-west-1:1:key/b", ("kms:CreateGrant",)),
            ("arn:aws:dynamodb:eu-west-1:1:table/b", ("dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchGetItem")))),
        ("arn:aws:s3:::b", "arn:aws:s3:::b/", ("s3:GetObjectVersion",)))
      for action in actions),
    assuming("the role, by its trust", bad("alpha of alpha", TO_READ,
             f"statement no. 1 of the trust of beta allows sts:AssumeRole on {BETAS_ROLE} of beta"), ALPHAS_ROLE, ITS_OWN),
    assuming("the role, by the account", bad("alpha of alpha", TO_READ,
             f"statement no. 1 of own allows sts:AssumeRole on {BETAS_ROLE} of beta"), ROOT, ASSUMES),
    assuming("the account, which leaves it to the role",
             seen("alpha of alpha", TO_READ, "none of 2 things of others, by 1 of its policies"), ROOT, ITS_OWN),
    assuming("nobody", seen("alpha of alpha", TO_READ, "none of 2 things of others, by 1 of its policies"), "arn:aws:iam::1:root",
             ASSUMES),
    assuming("by the account, on what is not known", Undecided("alpha of alpha", f"may it sts:AssumeRole on {BETAS_ROLE} of beta? "
             "not known whether statement no. 1 of the trust of beta allows it: StringEquals sts:ExternalId x"), ROOT, ASSUMES,
             Condition={"StringEquals": {"sts:ExternalId": "x"}}),
    reading("what a policy of the secret allows", bad(
            "alpha of alpha", TO_READ, f"statement no. 1 of its policy {BETAS_SECRET}"), roles=(role("alpha"),),
            policies={ALPHAS: {}, BETAS: {"Statement": {"Effect": "Allow", "Principal": {"AWS": ALPHAS_ROLE}, "Action": READ,
                                                        "Resource": "*"}}}),
    reading("what a policy of the secret denies", NOTHING, roles=(role("alpha", ANY),), policies={ALPHAS: {}, BETAS: {
            "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}}),
    reading("of a secret whose policy nobody looked at",
            Undecided("alpha of alpha", f"may it {READ} on {BETAS} of beta? its policy was not looked at"),
            roles=(role("alpha"),), policies={ALPHAS: {}}),
    reading("of two tenants", bad("alpha of alpha and beta", "a role of one tenant",
            "tasks of alpha and beta have it, or it is tagged so"), roles=(role("alpha", ITS_OWN, tenants_=("alpha", "beta")),)),
    reading("by which tasks of two are started", seen("alpha of alpha and beta", TO_READ, "none of 2 things of others, by 0 of its "
            "policies"), roles=(role("alpha", tenants_=("alpha", "beta"), starts=True),)),
    reading("by which tasks of two are started, with a secret of one", bad(
            "alpha of alpha and beta", TO_READ, f"statement no. 1 of own allows {READ} on {ALPHAS} of alpha"),
            roles=(role("alpha", ITS_OWN, tenants_=("alpha", "beta"), starts=True),)),
    reading("nobody", Undecided(NAME, "no role is of a tenant, by its tag Tenant or its tasks"), roles=()),
    Example(tenants.roles, "a policy that is not listed", (TENANCY, TenantRoles((replace(role("alpha"), role=replace(
        role("alpha").role, policies=(RolePolicy("arn:aws:iam::aws:policy/P", None),))),), ()), OWN, CLOSED), (
        Undecided("alpha of alpha", "nothing is known of its policy arn:aws:iam::aws:policy/P"),)),
    Example(tenants.roles, "a role that is not there", (TENANCY, TenantRoles((), ("arn:aws:iam::1:role/gone",)), OWN, CLOSED), (
        Undecided("arn:aws:iam::1:role/gone", "tasks of a tenant have this role, and the account has none such"),)),
]  # fmt: skip


def given(says: str, *found: Finding, alpha: tuple[str, ...], beta: tuple[str, ...]) -> Example:
    return Example(tenants.secrets, says, (TENANCY, (workload("alpha", secrets=alpha), workload("beta", secrets=beta)), OWN), found)


LICENCE = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/licence"
SECRETS = [
    given("each its own", seen(ALPHAS, "one tenant's", "of alpha"), seen(BETAS, "one tenant's", "of beta"),
          alpha=(f"{ALPHAS}:password::",), beta=(BETAS,)),
    given("two keys of one", seen(ALPHAS, "one tenant's", "of alpha"),
          seen("beta's beta-sit", "secrets of one tenant", "is given none"),
          alpha=(f"{ALPHAS}:user::", f"{ALPHAS}:password:AWSCURRENT:"), beta=()),
    given("the same", bad(ALPHAS, "one tenant's", "of alpha and beta"),
          alpha=(f"{ALPHAS}:user::",), beta=(f"{ALPHAS}:password::",)),
    given("the other's alone", bad(ALPHAS, "one tenant's", "of alpha and beta"),
          seen("alpha's alpha-sit", "secrets of one tenant", "is given none"), alpha=(), beta=(ALPHAS,)),
    *(given(f"a parameter of both, as {name}", bad(LICENCE, "one tenant's", "of alpha and beta"), alpha=("/licence",), beta=(name,))
      for name in ("/licence", "licence", LICENCE)),
    Example(tenants.secrets, "nobody", (TENANCY, (), OWN), (Undecided(NAME, "no service has a tag Tenant"),)),
]  # fmt: skip

PLAIN, NO_CREDENTIAL = tenants.no_plain_credentials, "no credential in plain text"
CREDENTIALS = [
    Example(PLAIN, "none", (TENANCY, (workload("alpha", LEVEL="info"), workload("beta"))), (
        seen("alpha's alpha-sit", NO_CREDENTIAL, "none in container site, of 1 variable: LEVEL"),
        seen("beta's beta-sit", NO_CREDENTIAL, "none in container site, of 0 variables"))),
    Example(PLAIN, "one", (TENANCY, (workload("alpha"), workload("beta", LEVEL="info", DB_PASSWORD="hunter2"))), (
        seen("alpha's alpha-sit", NO_CREDENTIAL, "none in container site, of 0 variables"),
        bad("beta's beta-sit", NO_CREDENTIAL, "DB_PASSWORD in container site: a value of the name of a credential"))),
    Example(PLAIN, "no container", (TENANCY, (replace(workload("alpha"), places={}),)), (
        Undecided("alpha's alpha-sit", "nothing is told of where variables could stand"),)),
    Example(PLAIN, "nobody", (TENANCY, ()), (Undecided(NAME, "no service has a tag Tenant"),)),
]  # fmt: skip

EXAMPLES = [*WHO, *NAMES, *NETWORK, *LEVELS, *FILES, *POLICIES, *READING, *SECRETS, *CREDENTIALS]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


def test_no_more_is_told_than_a_reader_can_read() -> None:
    many = tuple(Interface(f"eni-{n}", "subnet-a", (f"10.2.0.{n + 10}",), ("sg-all",), (f"t{n:02}",), True) for n in range(20))
    groups = {"sg-all": Group("sg-all", "all", (Rule(-1, *EVERY, "sg-all"),), OUT)}
    wide = TenantNetwork(replace(topology(), interfaces=many, groups=groups), tuple(f"t{n:02}" for n in range(20)), ())
    found = list(tenants.network_isolated(TENANCY, wide))
    assert len(found) == tenants.MOST + 1
    assert found[-1] == bad(NAME, "none of these", "and 330 more like them")
