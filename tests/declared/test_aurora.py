"""The clusters that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.declared.aurora import MANAGED, AuroraCluster, AuroraLimits
from fixtures.declared.inventory import Inventory, load
from fixtures.declared.network import Vpc
from fixtures.declared.secrets import Secret
from tests.declared.mistakes import ENV, P07, Broken, demand_refusal, each


def test_one_cluster_in_each_environment(inventory: Inventory) -> None:
    env = inventory.environment.name
    (cluster,) = inventory.of(AuroraCluster)
    assert (cluster.name, cluster.engine, cluster.version) == (f"bbws-aurora-{env}", "aurora-mysql", "8.0.mysql_aurora.3")
    assert (cluster.instances, cluster.zones, cluster.tls_required) == (2, 2, False)
    assert cluster.vpc == inventory.of(Vpc)[0]
    assert cluster.stands_on[0] == cluster.vpc
    assert cluster.metrics == {"AWS/RDS": {"DBClusterIdentifier": cluster.name}}


@pytest.mark.parametrize(("env", "days"), [("dev", 7), ("sit", 7), ("prod", 30)])
def test_backups_are_kept_longer_in_prod(env: str, days: int) -> None:
    assert load(env).environment.policy.of(AuroraLimits).retention_days == days


@pytest.mark.parametrize("env", ["dev", "sit"])
def test_rds_may_manage_the_credentials(env: str) -> None:
    (cluster,) = load(env).of(AuroraCluster)
    assert MANAGED in cluster.secrets
    assert cluster.names_of_secrets == (f"*aurora-{env}*",)
    assert cluster.kept_in == ()


def test_in_prod_a_secret_of_its_own_holds_the_credentials() -> None:
    inventory = load("prod")
    (cluster,) = inventory.of(AuroraCluster)
    assert cluster.secrets == ("*aurora-prod*",)
    assert cluster.kept_in == tuple(each for each in inventory.of(Secret) if "aurora-prod" in each.name) != ()
    assert set(cluster.kept_in) < set(cluster.stands_on)


def test_a_second_cluster_is_another_line(plans: Path) -> None:
    entry = '\n  { name = "tenants-{env}", vpc = "bbws-{env}", engine = "aurora-postgresql", version = "17", instances = 3, '
    entry += 'tls_required = false, secrets = { sit = ["managed"] } },'
    path = plans / P07
    path.write_text(
        path.read_text("utf-8").replace('clusters = [\n  { name = "bbws-aurora', f'clusters = [{entry}\n  {{ name = "bbws-aurora'),
        "utf-8",
    )
    assert [(each.name, each.instances) for each in load("sit", plans).of(AuroraCluster)] == [
        ("tenants-sit", 3),
        ("bbws-aurora-sit", 2),
    ]
    assert [each.name for each in load("prod", plans).of(AuroraCluster)] == ["bbws-aurora-prod"]


BROKEN = [
    Broken("another VPC", P07, 'name = "bbws-aurora-{env}", vpc = "bbws-{env}"', 'name = "bbws-aurora-{env}", vpc = "bbws"',
           ("aurora.clusters[0].vpc: found 'bbws'", "expected one of bbws-{env}")),
    Broken("another engine", P07, 'engine = "aurora-mysql"', 'engine = "mysql"',
           ("aurora.clusters[0].engine: found 'mysql'", "'aurora-mysql' or 'aurora-postgresql'")),
    Broken("a name that RDS refuses", P07, '"bbws-aurora-{env}", vpc', '"bbws--aurora-{env}", vpc',
           ("aurora.clusters[0].name: found 'bbws--aurora-{env}'", "expected a cluster's identifier")),
    Broken("near-miss key", P07, "tls_required", "tls_require", ("tls_require:", "did you mean tls_required?")),
    Broken("no secret", P07, '["*aurora-{env}*"] }', "[] }", ("aurora.clusters[0].secrets.prod: found []", "at least 1 item")),
    Broken("no instance", P07, "tls_required = false", "tls_required = false, instances = 0",
           ("aurora.clusters[0].instances: found 0", "expected", "greater than 0")),
    Broken("secrets of another environment", P07, "secrets = { dev", "secrets = { uat",
           ("aurora.clusters[0].secrets.uat", "expected one of dev, prod, sit")),
    Broken("backups for too long", ENV, "retention_days = 30\nrestorable", "retention_days = 36\nrestorable",
           ("environments.prod.policy.aurora.retention_days: found 36", "less than or equal to 35"), "prod"),
    Broken("backups for no day", ENV, "retention_days = 30\nrestorable", "retention_days = 0\nrestorable",
           ("environments.prod.policy.aurora.retention_days: found 0", "greater than or equal to 1"), "prod"),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
