"""Quotas made of answers that AWS could give and the simulated estate does not: what counts, and whose it is."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.aws.errors import CannotLook
from fixtures.declared.inventory import load
from fixtures.declared.quotas import Quota
from fixtures.facts.quotas import Use
from fixtures.facts.service_quotas import Allowed
from tests.facts.reader import read

QUOTAS = {each.name: each for each in load("sit").of(Quota)}
OWN = [{"Key": "Environment", "Value": "sit"}, {"Key": "Project", "Value": "bbws"}]
DEFAULT = {"GetAWSDefaultServiceQuota": {"Quota": {"Value": 5.0}}}


@pytest.mark.parametrize(
    ("applied", "expected"),
    [({"Quota": {"Value": 20.0}}, Allowed(20, False)), ("NoSuchResourceException", Allowed(5, True))],
    ids=["applied for", "default"],
)
def test_how_much_the_account_may_have(applied: Any, expected: Allowed) -> None:
    assert read("quota_allowed", QUOTAS["vpcs"], GetServiceQuota=applied, **DEFAULT) == expected


@pytest.mark.parametrize(
    "broken",
    [{"GetServiceQuota": "AccessDeniedException"}, {"GetServiceQuota": {"Quota": {}}}, {"GetAWSDefaultServiceQuota": {}}],
    ids=str,
)
def test_a_quota_that_is_not_told(broken: dict[str, Any]) -> None:
    with pytest.raises(CannotLook):
        read("quota_allowed", QUOTAS["vpcs"], **{"GetServiceQuota": "NoSuchResourceException", **DEFAULT, **broken})


def task(**changes: Any) -> dict[str, Any]:
    return {
        "taskArn": "1",
        "launchType": "FARGATE",
        "capacityProviderName": "FARGATE",
        "cpu": "512",
        "group": "family:other",
        **changes,
    }


TASKS = [
    task(),
    task(group="service:bbws-wordpress-sit", cpu="1024"),
    task(capacityProviderName="FARGATE_SPOT"),
    {"taskArn": "1", "launchType": "EC2"},
]
COUNTED: list[tuple[str, dict[str, Any], Use]] = [
    ("vpcs", {"DescribeVpcs": [{"Vpcs": [{"VpcId": "v1"}, {"VpcId": "v2", "Tags": OWN}]}, {"Vpcs": [{"VpcId": "v3"}]}]}, Use(3, 1)),
    ("vpcs", {"DescribeVpcs": [{"Vpcs": [{"VpcId": "v1", "Tags": OWN[:1]}]}]}, Use(1, 0)),
    ("elastic-ips", {"DescribeAddresses": {"Addresses": []}}, Use(0, 0)),
    ("elastic-ips", {"DescribeAddresses": {"Addresses": [{"PublicIp": "1"}, {"PublicIp": "2", "Tags": OWN}]}}, Use(2, 1)),
    ("db-instances", {"DescribeDBInstances": [{"DBInstances": [
        {"DBInstanceIdentifier": "a", "DBClusterIdentifier": "bbws-aurora-sit"}, {"DBInstanceIdentifier": "another"}
    ]}]}, Use(2, 1)),
    ("cache-nodes", {"DescribeCacheClusters": [{"CacheClusters": [
        {"CacheClusterId": "a", "ReplicationGroupId": "bbws-redis-sit", "NumCacheNodes": 1},
        {"CacheClusterId": "m", "NumCacheNodes": 3}
    ]}]}, Use(4, 1)),
    ("ecs-clusters", {"ListClusters": [{"clusterArns": ["a:cluster/bbws-ecs-sit"]}, {"clusterArns": ["a:cluster/x"]}]}, Use(2, 1)),
    ("fargate-vcpus", {"ListClusters": [{"clusterArns": ["a:cluster/x"]}], "ListTasks": [{"taskArns": ["1"]}, {"taskArns": []}],
                       "DescribeTasks": {"tasks": TASKS, "failures": []}}, Use(1.5, 1)),
    ("fargate-vcpus", {"ListClusters": [{"clusterArns": ["a:cluster/x"]}], "ListTasks": [{"taskArns": ["1", "2"]}],
                       "DescribeTasks": {"tasks": TASKS, "failures": [{"arn": "2", "reason": "MISSING"}]}}, Use(1.5, 1)),
    ("fargate-vcpus", {"ListClusters": [{"clusterArns": ["a:cluster/x"]}], "ListTasks": [{"taskArns": []}]}, Use(0, 0)),
    ("fargate-vcpus", {"ListClusters": [{"clusterArns": []}]}, Use(0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "answers", "expected"), COUNTED)
def test_what_counts_and_what_of_it_is_the_plans_own(counts: str, answers: dict[str, Any], expected: Use) -> None:
    assert read("quota_use", QUOTAS[counts], **answers) == expected


UNREAD: list[tuple[str, dict[str, Any]]] = [
    ("vpcs", {"DescribeVpcs": [{}]}),
    ("vpcs", {"DescribeVpcs": [{"Vpcs": [{}]}]}),
    ("elastic-ips", {"DescribeAddresses": {}}),
    ("db-instances", {"DescribeDBInstances": [{"DBInstances": [{}]}]}),
    ("cache-nodes", {"DescribeCacheClusters": [{"CacheClusters": [{"CacheClusterId": "a"}]}]}),
    ("ecs-clusters", {"ListClusters": [{}]}),
    ("fargate-vcpus", {"ListClusters": [{"clusterArns": ["a"]}], "ListTasks": [{}]}),
    ("fargate-vcpus", {"ListClusters": [{"clusterArns": ["a"]}], "ListTasks": [{"taskArns": ["1"]}], "DescribeTasks": {}}),
    ("fargate-vcpus", {"ListClusters": [{"clusterArns": ["a"]}], "ListTasks": [{"taskArns": ["1"]}],
                       "DescribeTasks": {"tasks": [{"taskArn": "1", "launchType": "FARGATE"}], "failures": []}}),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "answers"), UNREAD)
def test_what_is_not_told_is_not_none(counts: str, answers: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match="lacks"):
        read("quota_use", QUOTAS[counts], **answers)


@pytest.mark.parametrize("failures", [[], [{"arn": "2", "reason": "ACCESS"}], [{"arn": "3", "reason": "MISSING"}]], ids=str)
def test_a_task_that_is_not_told_of_is_not_gone(failures: list[dict[str, str]]) -> None:
    with pytest.raises(CannotLook, match="tells nothing of 2"):
        read("quota_use", QUOTAS["fargate-vcpus"], ListClusters=[{"clusterArns": ["a"]}], ListTasks=[{"taskArns": ["1", "2"]}],
             DescribeTasks={"tasks": [task()], "failures": failures})  # fmt: skip
