"""File systems made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CallFailed, CannotLook
from fixtures.declared.efs import FileSystem, FileSystemNaming
from fixtures.declared.inventory import load
from fixtures.facts.backup import RecoveryPoint
from fixtures.facts.efs import AccessPoint, FileSystems, MountTarget
from tests.facts.reader import NOW, read

PROD = load("prod").of(FileSystem)[0]
ID, ARN = "fs-01", "arn:aws:elasticfilesystem:af-south-1:093646564004:file-system/fs-01"

# As AWS answered in 2025, but for names, ids and times.
ONE: dict[str, Any] = {
    "OwnerId": "093646564004",
    "CreationToken": "quickCreated-1",
    "FileSystemId": ID,
    "FileSystemArn": ARN,
    "CreationTime": NOW,
    "LifeCycleState": "available",
    "Name": "bbws-efs-prod",
    "NumberOfMountTargets": 2,
    "SizeInBytes": {"Value": 6144, "ValueInIA": 0, "ValueInStandard": 6144, "ValueInArchive": 0},
    "PerformanceMode": "generalPurpose",
    "Encrypted": True,
    "KmsKeyId": "arn:aws:kms:af-south-1:093646564004:key/1",
    "ThroughputMode": "elastic",
    "Tags": [{"Key": "Name", "Value": "bbws-efs-prod"}],
}
VPC = {
    "VpcId": "vpc-1",
    "State": "available",
    "CidrBlock": "10.3.0.0/16",
    "CidrBlockAssociationSet": [],
    "Tags": [{"Key": "Environment", "Value": "prod"}, {"Key": "Project", "Value": "bbws"}],
}
SUBNET = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "AvailabilityZone": "af-south-1a", "State": "available"}
TARGET = {"MountTargetId": "fsmt-1", "FileSystemId": ID, "SubnetId": "subnet-1", "LifeCycleState": "available"}
POINT = {"AccessPointId": "fsap-1", "FileSystemId": ID, "LifeCycleState": "available"}
OF_ONE = ("file_system_description", "mount_targets", "backup_policy", "access_points", "file_system_policy")


def other(**changes: Any) -> dict[str, Any]:
    return {**ONE, "FileSystemId": "fs-02", **changes}


def without(member: str, of: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in of.items() if name != member}


def answers(*file_systems: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"DescribeFileSystems": [{"FileSystems": list(file_systems or (ONE,))}], **more}


# ---------------------------------------------------------------------------------------------- which one it is


def test_a_file_system_is_found_by_its_name_on_any_page() -> None:
    pages = [{"FileSystems": [other(Name="bbws-efs-dev"), without("Name", other())]}, {"FileSystems": [ONE]}]
    assert read("file_systems", PROD, DescribeFileSystems=pages) == FileSystems((ID,), ("bbws-efs-dev", "bbws-efs-prod"))
    assert read("file_system_description", PROD, DescribeFileSystems=pages).id == ID


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_what_is_being_deleted_is_not_there(state: str) -> None:
    assert read("file_systems", PROD, **answers(other(LifeCycleState=state), ONE)).named == (ID,)
    assert read("file_systems", PROD, **answers(other(LifeCycleState=state))) == FileSystems((), ())


@pytest.mark.parametrize("fact", OF_ONE)
def test_none_or_several_are_absent(fact: str) -> None:
    with pytest.raises(Absent, match="none has its name"):
        read(fact, PROD, **answers(other(Name="bbws-efs-dev")), DescribeSubnets=[])
    with pytest.raises(Absent, match="fs-01 and fs-02 have its name"):
        read(fact, PROD, **answers(ONE, other()), DescribeSubnets=[])


@pytest.mark.parametrize("member", ["FileSystemId", "LifeCycleState", "Encrypted", "Tags"])
def test_what_a_file_system_always_has(member: str) -> None:
    with pytest.raises(CannotLook, match=f"lacks {member}"):
        read("file_system_description", PROD, **answers(without(member, ONE)))


def test_one_that_nothing_encrypts_names_no_key() -> None:
    found = read("file_system_description", PROD, **answers(without("KmsKeyId", ONE | {"Encrypted": False})))
    assert (found.encrypted, found.key) == (False, "")


def test_undeclared_ones_but_those_of_tenants() -> None:
    naming = load("prod").of(FileSystemNaming)[0]
    of_tenant = other(Name="blog", Tags=[{"Key": "Tenant", "Value": "a"}])
    pages = answers(ONE, other(Name="old", Tags=[{"Key": "Tenant", "Value": ""}]), without("Name", other(Tags=[])), of_tenant)
    assert read("undeclared_file_systems", naming, **pages) == {"old": {"Tenant": ""}, "fs-02": {}}
    with pytest.raises(CannotLook, match="lacks Tags"):
        read("undeclared_file_systems", naming, **answers(ONE, without("Tags", other(Name="old"))))


# ---------------------------------------------------------------------------------------------- what it is like


def mounted(*targets: dict[str, Any], vpcs: tuple[dict[str, Any], ...] = (VPC,)) -> Any:
    more = {"DescribeMountTargets": [{"MountTargets": [*targets]}], "DescribeVpcs": [{"Vpcs": [*vpcs]}]}
    return read("mount_targets", PROD, **answers(), **more, DescribeSubnets=[{"Subnets": [SUBNET]}])


def test_a_mount_target_is_where_its_subnet_is() -> None:
    found = mounted(TARGET, TARGET | {"MountTargetId": "fsmt-2", "SubnetId": "subnet-2"})
    assert found.vpc == "vpc-1"
    assert found.targets == (
        MountTarget("fsmt-1", "available", "subnet-1", "vpc-1", "af-south-1a"),
        MountTarget("fsmt-2", "available", "subnet-2", "", ""),
    )
    assert mounted().targets == ()


def test_without_the_vpc_nobody_knows_whether_it_is_there() -> None:
    with pytest.raises(Absent):
        mounted(TARGET, vpcs=())


@pytest.mark.parametrize("member", list(TARGET))
def test_what_a_mount_target_always_has(member: str) -> None:
    with pytest.raises(CannotLook, match=f"lacks {member}"):
        mounted(without(member, TARGET))


def test_a_mount_target_of_another_file_system() -> None:
    with pytest.raises(CannotLook, match="tells of fs-02, which was not asked for"):
        mounted(TARGET | {"FileSystemId": "fs-02"})


def test_backup_policies() -> None:
    told = {"BackupPolicy": {"Status": "ENABLING"}}
    assert read("backup_policy", PROD, **answers(DescribeBackupPolicy=told)) == "ENABLING"
    assert read("backup_policy", PROD, **answers(DescribeBackupPolicy="PolicyNotFound")) is None
    with pytest.raises(CallFailed):
        read("backup_policy", PROD, **answers(DescribeBackupPolicy="AccessDeniedException"))
    with pytest.raises(CannotLook, match=r"lacks BackupPolicy\.Status"):
        read("backup_policy", PROD, **answers(DescribeBackupPolicy={"BackupPolicy": {}}))


def test_access_points() -> None:
    pages = [{"AccessPoints": [POINT]}, {"AccessPoints": [POINT | {"Name": "web-prod", "LifeCycleState": "creating"}]}]
    assert read("access_points", PROD, **answers(DescribeAccessPoints=pages)) == (
        AccessPoint("fsap-1", "", "available"), AccessPoint("fsap-1", "web-prod", "creating"),
    )  # fmt: skip
    assert read("access_points", PROD, **answers(DescribeAccessPoints=[{"AccessPoints": []}])) == ()
    for member in ("AccessPointId", "LifeCycleState"):
        with pytest.raises(CannotLook, match=f"lacks {member}"):
            read("access_points", PROD, **answers(DescribeAccessPoints=[{"AccessPoints": [without(member, POINT)]}]))


def test_policies() -> None:
    def policy(told: Any) -> Any:
        return read("file_system_policy", PROD, **answers(DescribeFileSystemPolicy=told))

    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}
    found = policy({"FileSystemId": ID, "Policy": json.dumps(document)})
    assert (found.arn, found.document) == (ARN, document)
    assert policy("PolicyNotFound").document is None
    with pytest.raises(CannotLook, match="tells of fs-02"):
        policy({"FileSystemId": "fs-02", "Policy": json.dumps(document)})
    for member in ("FileSystemId", "Policy"):
        with pytest.raises(CannotLook, match=f"lacks {member}"):
            policy(without(member, {"FileSystemId": ID, "Policy": json.dumps(document)}))
    with pytest.raises(CannotLook, match="lacks Statement"):
        policy({"FileSystemId": ID, "Policy": "{}"})
    with pytest.raises(ValueError, match="Expecting"):  # which a run calls not understood
        policy({"FileSystemId": ID, "Policy": "{"})


# ---------------------------------------------------------------------------------------------- what it can be restored from


def test_recovery_points_of_any_vault() -> None:
    def points(told: Any, *file_systems: dict[str, Any]) -> Any:
        return read("file_system_recovery_points", PROD, **answers(*file_systems, ListRecoveryPointsByResource=told))

    early, late = ({"Status": status, "CreationDate": NOW - timedelta(hours=hours)} for status, hours in
                   (("EXPIRED", 31), ("COMPLETED", 7)))  # fmt: skip
    found = points([{"RecoveryPoints": [early]}, {"RecoveryPoints": [late]}])
    assert found.points == (RecoveryPoint("COMPLETED", NOW - timedelta(hours=7)), RecoveryPoint("EXPIRED", early["CreationDate"]))
    assert found.as_of == NOW
    assert points("ResourceNotFoundException").points == points([{"RecoveryPoints": []}]).points == ()
    assert points("NotAsked", other(Name="bbws-efs-dev")) is None
    with pytest.raises(Absent, match="have its name"):
        points("NotAsked", ONE, other())
    for member in early:
        with pytest.raises(CannotLook, match=f"lacks {member}"):
            points([{"RecoveryPoints": [without(member, early)]}])
