"""Clusters made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CannotLook
from fixtures.declared.aurora import AuroraCluster
from fixtures.declared.inventory import load
from fixtures.facts.aurora import FoundCluster, PendingAction, Restorable
from tests.facts.reader import NOW, read

CLUSTER = load("sit").of(AuroraCluster)[0]
MEMBERS = [
    {"DBInstanceIdentifier": "a", "IsClusterWriter": True, "DBClusterParameterGroupStatus": "in-sync"},
    {"DBInstanceIdentifier": "b", "IsClusterWriter": False, "DBClusterParameterGroupStatus": "pending-reboot"},
]
DESCRIBED: dict[str, Any] = {
    "DBClusterIdentifier": CLUSTER.name,
    "Engine": "aurora-mysql",
    "EngineVersion": "8.0.mysql_aurora.3.08.2",
    "Status": "available",
    "AvailabilityZones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    "StorageEncrypted": True,
    "BackupRetentionPeriod": 7,
    "DBClusterMembers": MEMBERS,
    "DBSubnetGroup": "own",
    "DBClusterParameterGroup": "own",
    "EarliestRestorableTime": NOW - timedelta(days=7),
    "LatestRestorableTime": NOW,
    "TagList": [{"Key": "Owner", "Value": "x"}, {"Key": "empty"}],
}
OTHERS = [
    {**DESCRIBED, "DBClusterIdentifier": "graph", "Engine": "neptune"},
    {**DESCRIBED, "DBClusterIdentifier": "other", "Engine": "aurora"},
]


def listed(**changes: Any) -> list[dict[str, Any]]:
    """Two pages of clusters; the declared one, changed, is on the second."""
    own = {name: value for name, value in {**DESCRIBED, **changes}.items() if value is not None}
    return [{"DBClusters": OTHERS}, {"DBClusters": [own]}]


def test_clusters_of_other_engines_are_listed_as_well() -> None:
    assert read("aurora_found", CLUSTER, DescribeDBClusters=listed()) == FoundCluster("aurora-mysql", ("other", CLUSTER.name))
    assert read("aurora_found", CLUSTER, DescribeDBClusters=[{"DBClusters": OTHERS}]) == FoundCluster("", ("other",))
    assert read("aurora_found", CLUSTER, DescribeDBClusters=listed(Engine="docdb")) == FoundCluster("docdb", ("other",))


@pytest.mark.parametrize("clusters", [[{"DBClusters": OTHERS}], listed(Engine="docdb")])
@pytest.mark.parametrize("fact", ["aurora_description", "aurora_tags", "aurora_vpc", "aurora_instances", "aurora_credentials"])
def test_what_is_no_aurora_cluster_is_absent(fact: str, clusters: Any) -> None:
    with pytest.raises(Absent, match="is no Aurora cluster of eu-west-1"):
        read(fact, CLUSTER, DescribeDBClusters=clusters)


def test_what_aws_did_not_always_send() -> None:
    found = read("aurora_description", CLUSTER, DescribeDBClusters=listed())
    assert (found.encryption, found.key, found.deletion_protection) == ("", "", None)
    assert [(each.instance, each.writer, each.parameters) for each in found.members] == [
        ("a", True, "in-sync"),
        ("b", False, "pending-reboot"),
    ]


@pytest.mark.parametrize("member", ["Status", "EngineVersion", "StorageEncrypted", "BackupRetentionPeriod", "DBClusterMembers"])
def test_what_aws_always_sends_of_a_cluster(member: str) -> None:
    with pytest.raises(CannotLook, match=member):
        read("aurora_description", CLUSTER, DescribeDBClusters=listed(**{member: None}))


def test_tags() -> None:
    assert read("aurora_tags", CLUSTER, DescribeDBClusters=listed()) == {"Owner": "x", "empty": ""}
    with pytest.raises(CannotLook, match="TagList"):
        read("aurora_tags", CLUSTER, DescribeDBClusters=listed(TagList=None))


def test_instances_are_those_that_say_so() -> None:
    instance = {"DBInstanceStatus": "creating", "PubliclyAccessible": False, "EngineVersion": "8"}
    instances = [
        {"DBInstances": [{"DBInstanceIdentifier": "x"}, {"DBInstanceIdentifier": "y", "DBClusterIdentifier": "other"}]},
        {"DBInstances": [{**instance, "DBInstanceIdentifier": "a", "DBClusterIdentifier": CLUSTER.name}]},
    ]
    (found,) = read("aurora_instances", CLUSTER, DescribeDBClusters=listed(), DescribeDBInstances=instances)
    assert (found.name, found.status, found.zone, found.public) == ("a", "creating", "", False)


def test_a_subnet_group_that_is_not_listed() -> None:
    groups = [{"DBSubnetGroups": [{"DBSubnetGroupName": "default", "VpcId": "vpc-1"}]}]
    with pytest.raises(CannotLook, match="lists no subnet group own"):
        read("aurora_vpc", CLUSTER, DescribeDBClusters=listed(), DescribeDBSubnetGroups=groups)


def test_secrets_are_told_by_the_declared_name() -> None:
    secrets = [
        {"SecretList": [{"Name": "zzz"}, {"Name": "a/aurora-sit/b", "DeletedDate": NOW}]},
        {"SecretList": [{"Name": "aurora-sit"}]},
    ]
    found = read("aurora_credentials", CLUSTER, DescribeDBClusters=listed(), ListSecrets=secrets)
    assert [(each.name, each.deleted) for each in found.named] == [("a/aurora-sit/b", NOW), ("aurora-sit", None)]
    assert (found.managed, found.others) == ("", ("zzz",))
    managed = listed(MasterUserSecret={"SecretArn": "arn:", "SecretStatus": "impaired"})
    assert read("aurora_credentials", CLUSTER, DescribeDBClusters=managed, ListSecrets=secrets).managed == "impaired"


def test_the_parameter_that_demands_tls() -> None:
    parameters = [{"Parameters": [{"ParameterName": "x"}]}, {"Parameters": [{"ParameterName": "require_secure_transport"}]}]
    found = read("aurora_tls", CLUSTER, DescribeDBClusters=listed(), DescribeDBClusterParameters=parameters)
    assert (found.name, found.group, found.known, found.value) == ("require_secure_transport", "own", True, None)
    found = read("aurora_tls", CLUSTER, DescribeDBClusters=listed(), DescribeDBClusterParameters=parameters[:1])
    assert not found.known
    found = read("aurora_tls", CLUSTER, DescribeDBClusters=listed(Engine="aurora"))
    assert (found.name, found.known) == ("", False)
    force = [{"Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": "1"}]}]
    postgresql = listed(Engine="aurora-postgresql")
    assert read("aurora_tls", CLUSTER, DescribeDBClusters=postgresql, DescribeDBClusterParameters=force).value == "1"


def test_maintenance_of_the_cluster_and_its_members() -> None:
    early, late = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    arn = f"arn:aws:rds:eu-west-1:{CLUSTER.account}"
    of_cluster = [
        {"Action": "db-upgrade", "AutoAppliedAfterDate": late, "ForcedApplyDate": early, "Description": "New"},
        {"Action": "os-upgrade", "AutoAppliedAfterDate": early, "CurrentApplyDate": late},
    ]
    pages = [
        {"PendingMaintenanceActions": [{"ResourceIdentifier": f"{arn}:cluster:other"}]},
        {
            "PendingMaintenanceActions": [
                {"ResourceIdentifier": f"{arn}:cluster:{CLUSTER.name}", "PendingMaintenanceActionDetails": of_cluster},
                {"ResourceIdentifier": f"{arn}:db:b", "PendingMaintenanceActionDetails": [{"Action": "system-update"}]},
            ]
        },
    ]
    found = read("aurora_maintenance", CLUSTER, DescribeDBClusters=listed(), DescribePendingMaintenanceActions=pages)
    assert found.actions == (
        PendingAction(CLUSTER.name, "db-upgrade", "New", early),
        PendingAction(CLUSTER.name, "os-upgrade", "", late),
        PendingAction("b", "system-update", "", None),
    )
    assert found.as_of == NOW


def test_what_does_not_stand_yet_need_not_be_restorable() -> None:
    assert read("aurora_restorable", CLUSTER, DescribeDBClusters=[{"DBClusters": OTHERS}]) is None
    assert read("aurora_restorable", CLUSTER, DescribeDBClusters=listed()) == Restorable(NOW - timedelta(days=7), NOW, NOW)
    with pytest.raises(CannotLook, match="LatestRestorableTime"):
        read("aurora_restorable", CLUSTER, DescribeDBClusters=listed(LatestRestorableTime=None))
