"""Reads every fact of the suite against answers that AWS gave, and lists what was not understood and why.

    python tests/recorded.py DIR

DIR holds a file for each service, `dynamodb.jsonl`, with an answer in each line: `operation`; `scenario` (answers of one scenario
were given one after the other); `status`, of HTTP; `data`, the parsed response without its metadata, in which a time is
{"__class__": "datetime", "year": ..., ...} in UTC. Ends with 1 where something was not understood that EXPLAINED does not
explain, with 2 where the directory cannot be read.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import botocore.exceptions
import botocore.session

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # a script's own directory stands there

from fixtures.aws.calls import Answer
from fixtures.aws.door import Distil
from fixtures.aws.errors import Absent, CallFailed, CannotLook, Malformed
from fixtures.aws.responses import Stream, demand_types
from fixtures.declared.aurora import AuroraCluster
from fixtures.declared.cloudfront import Distribution
from fixtures.declared.ecs import Cluster
from fixtures.declared.efs import FileSystem
from fixtures.declared.inventory import load
from fixtures.declared.load_balancer import LoadBalancer
from fixtures.declared.network import Vpc
from fixtures.declared.resources import KINDS, Resource
from fixtures.declared.terraform import RECORDED
from fixtures.facts import FACTS, Doors, Fact
from fixtures.facts.reads import read
from fixtures.subjects import modules

INVENTORY = load("prod")
R = TypeVar("R", bound=Resource)

# Why an answer is rightly not understood: by operation ("*" is any) and what the reason says.
EXPLAINED: dict[tuple[str, str], str] = {
    ("*", "which the account does not see"): "no answer tells of the prefix list, or the group, that it names",
    ("*", "names no main route table of"): "no answer tells of the route tables of its subnets' VPC",
    ("*", "names no network ACL of"): "no answer tells of the ACLs of its subnets",
    ("ecs:DescribeServices", "read without it"): "no answer tells of a service of the declared cluster",
    ("*", "neither among its"): "it answers another question than the one that its scenario's listing leads to",
    ("efs:DescribeFileSystemPolicy", "which was not asked for"): "it is of another file system than the one that tenants share",
    ("*", ": AccessDenied"): "whoever is denied has not looked",
    ("*", ": ThrottlingException"): "whoever is throttled has not looked",
    ("acm:DescribeCertificate", "which was not asked for"): "it is about another certificate than the one that serves the names",
    ("acm:ListCertificates", "which was not asked for"): "no answer tells of the certificate that it lists",
    ("ecs:DescribeTaskDefinition", "which was not asked for"): "it is about another task definition than the one that is run",
    (
        "cloudfront:ListDistributions",
        "lacks Aliases",
    ): "cut down by whoever recorded it: it lacks all but five members of a summary",
    ("ec2:DescribeAddresses", "InvalidAllocationID.NotFound"): "asked for by an id, as no fact asks",
    ("ec2:DescribeInternetGateways", "InvalidInternetGatewayID.NotFound"): "asked for by an id, as no fact asks",
    ("ec2:DescribeNatGateways", "CreateTime is str"): "written anew by whoever recorded it: it is a time, and not a text",
    ("ec2:DescribeNatGateways", "lacks ConnectivityType"): "ConnectivityType: since 2021, with private NAT gateways",
    ("ec2:DescribeSecurityGroups", "lacks Ipv6Ranges"): "Ipv6Ranges: since 2016, with IPv6 in VPCs",
    ("ec2:DescribeSubnets", "read without it"): "the declared cache is not serverless: its subnet group tells its VPC",
    ("ec2:DescribeSubnets", "InvalidSubnetID.NotFound"): "asked for by an id, as no fact asks",
    ("ec2:DescribeVpcs", "lacks CidrBlockAssociationSet"): "CidrBlockAssociationSet: since 2017, with secondary ranges",
    ("efs:DescribeFileSystems", "lacks FileSystemArn"): "FileSystemArn: AWS began to send it after this was recorded",
    ("efs:DescribeMountTargets", "which was not asked for"): "it is of another file system than the one that is asked about",
    ("ecs:DescribeTasks", "read without it"): "the first cluster that its scenario tells of has no task",
    ("efs:DescribeFileSystems", "lacks Tags"): "Tags: later than 2017; before, DescribeTags alone told them",
    ("efs:DescribeFileSystems", "read without it"): "no alarm of the plans watches a file system",
    ("elbv2:DescribeListeners", "which was not asked for"): "no answer tells of the load balancer that it is of",
    ("elbv2:DescribeLoadBalancerAttributes", "lacks Attributes"): "of a classic load balancer",
    ("elbv2:DescribeLoadBalancers", "CreatedTime is str and not timestamp"): "kept as text by whoever recorded it",
    ("elbv2:DescribeLoadBalancers", "lacks LoadBalancers"): "of classic load balancers",
    ("elbv2:DescribeLoadBalancers", "which was not asked for"): "no answer tells of its listeners",
    ("elbv2:DescribeTags", "lacks ResourceArn"): "of a classic load balancer",
    ("elbv2:DescribeTags", "which was asked for"): "no answer tells of the load balancer that it is of",
    ("elbv2:DescribeTargetGroups", "which receives traffic"): "no answer tells of a listener that forwards to it",
    ("kms:GetKeyPolicy", "read without it"): "no answer tells of a key that a tenant owns",
    ("kms:DescribeKey", "lacks KeySpec"): "KeySpec: since 30 August 2021; before, CustomerMasterKeySpec, since 25 November 2019",
    ("lambda:GetFunctionConfiguration", "describes version $LATEST"): "asked for without the version that is associated",
    ("secretsmanager:DescribeSecret", "read without it"): "the role asks for no secret",
    (
        "elasticache:DescribeCacheClusters",
        "CacheClusterCreateTime is str",
    ): "recorded as text: in what AWS sends botocore finds a time",
    ("rds:DescribeDBClusters", "lacks TagList"): "TagList: since November 2020; before, ListTagsForResource alone told tags",
    ("rds:DescribeDBClusters", "lists no subnet group"): "no answer tells of the subnet group of the cluster",
    **{
        ("rds:DescribeDBClusters", f"lacks {member}"): "cut down by whoever recorded it: it lacks most members of a cluster"
        for member in ("StorageEncrypted", "DBClusterMembers", "EarliestRestorableTime")
    },
    ("s3:ListObjectVersions", "read without it"): "the declared states are locked by a table, and not by an object with versions",
}

# Services whose answers recorders file under the name of another.
ALSO = {"apigateway": "apigatewayv2", "s3": "s3control"}

# The member by which an answer without an ARN says whom it is about.
NAMES = {
    "efs:DescribeFileSystemPolicy": "FileSystemId",
    "s3:ListObjectVersions": "Name",
    "s3:ListObjectsV2": "Name",
    "secretsmanager:DescribeSecret": "Name",
}


def _state(_: Resource) -> dict[str, Any]:
    """An object that records something of each type of which there are listings."""
    place = f"{INVENTORY.environment.region}:"
    listed = [(type, recording.attribute) for type, recording in RECORDED.items() if recording.listed]
    resources = [
        {"mode": "managed", "type": type, "name": "x", "instances": [{"attributes": {name: "x", "arn": f"arn:aws:x:{place}:x"}}]}
        for type, name in listed
    ]
    body = json.dumps({"version": 4, "serial": 1, "resources": resources}).encode()
    return {"Body": Stream(io.BytesIO(body), len(body), {}), "LastModified": datetime.now(UTC)}


# What answers a fact's other operations where the scenario has no answer to them: something good, given the resource.
GOOD: dict[str, Callable[[Any], dict[str, Any]]] = {
    "acm:DescribeCertificate": lambda certificate: {"Certificate": _certificate(certificate)},
    "acm:ListCertificates": lambda certificate: {
        "CertificateSummaryList": [{"CertificateArn": certificate.arns[0].replace("*", "1"), "DomainName": certificate.name}]
    },
    "s3:GetObject": _state,
    "s3:ListObjectsV2": lambda state: {"IsTruncated": False, "Contents": [{"Key": state.name}]},
    "dynamodb:GetItem": lambda state: {"ConsumedCapacity": {"TableName": state.lock_table.name}},
    "backup:GetBackupPlan": lambda _: {"BackupPlan": {"BackupPlanName": "daily", "Rules": []}},
    "backup:GetBackupSelection": lambda _: {"BackupSelection": {"Resources": ["*"]}},
    "backup:ListBackupPlans": lambda _: {"BackupPlansList": [{"BackupPlanId": "1"}]},
    "backup:ListBackupSelections": lambda _: {"BackupSelectionsList": [{"SelectionId": "1"}]},
    "backup:ListRecoveryPointsByBackupVault": lambda _: {"RecoveryPoints": []},
    "cloudfront:GetCachePolicy": lambda _: {"CachePolicy": {"CachePolicyConfig": {}}},
    "cloudfront:GetDistribution": lambda resource: {"Distribution": _distribution(resource)},
    "cloudfront:GetOriginAccessControl": lambda _: {
        "OriginAccessControl": {
            "OriginAccessControlConfig": {
                "OriginAccessControlOriginType": "s3",
                "SigningBehavior": "always",
                "SigningProtocol": "sigv4",
            }
        }
    },
    "cloudfront:ListDistributions": lambda resource: {
        "DistributionList": {
            "IsTruncated": False,
            "Quantity": 1,
            "Items": [_distribution(resource) | _distribution(resource)["DistributionConfig"]],
        }
    },
    "cloudfront:ListDomainConflicts": lambda _: {"DomainConflicts": []},
    "cloudfront:ListInvalidations": lambda _: {"InvalidationList": {"IsTruncated": False, "Quantity": 0}},
    "cloudfront:ListTagsForResource": lambda _: {"Tags": {"Items": []}},
    "cloudwatch:DescribeAlarms": lambda alarm: {"MetricAlarms": [_alarm(alarm)]},
    "cloudwatch:GetDashboard": lambda dashboard: {"DashboardBody": json.dumps(sorted(_open(dashboard)))},
    "cloudwatch:GetMetricData": lambda _: {
        "MetricDataResults": [
            {"Id": f"m{number}", "StatusCode": "Complete", "Values": [], "Timestamps": []} for number in range(20)
        ]
    },
    "dynamodb:DescribeContinuousBackups": lambda _: {
        "ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}
    },
    "dynamodb:DescribeTable": lambda resource: {"Table": _table(getattr(resource, "table", resource))},
    "dynamodb:ListTables": lambda _: {"TableNames": ["another"]},
    "dynamodb:ListTagsOfResource": lambda _: {"Tags": []},
    "ec2:DescribeAddresses": lambda _: {"Addresses": []},
    "ec2:DescribeFlowLogs": lambda _: {"FlowLogs": []},
    "ec2:DescribeInternetGateways": lambda _: {"InternetGateways": []},
    "ec2:DescribeManagedPrefixLists": lambda _: {"PrefixLists": []},
    "ec2:DescribeNatGateways": lambda _: {"NatGateways": []},
    "ec2:DescribeNetworkInterfaces": lambda _: {"NetworkInterfaces": []},
    "ec2:DescribeRouteTables": lambda _: {
        "RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": True}], "Routes": []}]
    },
    "ec2:DescribeSecurityGroups": lambda _: {"SecurityGroups": []},
    "ec2:DescribeNetworkAcls": lambda _: {"NetworkAcls": []},
    "ec2:DescribeSubnets": lambda _: {"Subnets": []},
    "ec2:DescribeTransitGatewayAttachments": lambda _: {"TransitGatewayAttachments": []},
    "ec2:DescribeTransitGatewayPeeringAttachments": lambda _: {"TransitGatewayPeeringAttachments": []},
    "ec2:DescribeTransitGatewayVpcAttachments": lambda _: {"TransitGatewayVpcAttachments": []},
    "ec2:DescribeTransitGateways": lambda _: {"TransitGateways": []},
    "ec2:DescribeVpcPeeringConnections": lambda _: {"VpcPeeringConnections": []},
    "ec2:DescribeVpcs": lambda resource: {"Vpcs": [_vpc(resource)]},
    "ecr:DescribeRepositories": lambda _: {"repositories": []},
    "ecs:DescribeClusters": lambda cluster: {
        "clusters": [{"clusterArn": cluster.arn, "clusterName": cluster.name, "status": "ACTIVE", "capacityProviders": []}],
        "failures": [],
    },
    "ecs:DescribeServices": lambda resource: {"services": [_service_of(resource)], "failures": []},
    "ecs:DescribeTaskDefinition": lambda service: {
        "taskDefinition": {
            "family": getattr(service, "family", "another"),
            "revision": 1,
            "status": "ACTIVE",
            "containerDefinitions": [],
        }
    },
    "ecs:DescribeTasks": lambda _: {"tasks": [], "failures": []},
    "ecs:ListClusters": lambda resource: {"clusterArns": [_of(Cluster, resource).arn]},
    "ecs:ListServiceDeployments": lambda _: {"serviceDeployments": []},
    "ecs:ListServices": lambda resource: {"serviceArns": [_service_of(resource)["serviceArn"]]},
    "ecs:ListTaskDefinitions": lambda service: {"taskDefinitionArns": [_service_of(service)["taskDefinition"]]},
    "ecs:ListTasks": lambda resource: {"taskArns": [_of(Cluster, resource).arn.replace(":cluster/", ":task/") + "/1"]},
    "efs:DescribeFileSystems": lambda resource: {
        "FileSystems": [
            {
                "FileSystemId": _of(FileSystem, resource).name,
                "Name": _of(FileSystem, resource).name,
                "LifeCycleState": "available",
                "Encrypted": True,
                "KmsKeyId": "arn:",
                "Tags": [],
            }
        ]
    },
    "efs:DescribeMountTargets": lambda _: {"MountTargets": []},
    "elbv2:DescribeListenerCertificates": lambda _: {"Certificates": [{"CertificateArn": "arn:aws:acm:::certificate/1"}]},
    "elbv2:DescribeListeners": lambda resource: {
        "Listeners": [
            {
                "ListenerArn": "arn:",
                "LoadBalancerArn": _balancer(resource)["LoadBalancerArn"],
                "Protocol": "HTTPS",
                "Port": 443,
                "SslPolicy": "policy",
            }
        ]
    },
    "elbv2:DescribeLoadBalancerAttributes": lambda _: {"Attributes": []},
    "elbv2:DescribeLoadBalancers": lambda resource: {"LoadBalancers": [_balancer(resource)]},
    "elbv2:DescribeRules": lambda _: {
        "Rules": [{"Priority": "default", "Actions": [{"Type": "forward", "TargetGroupArn": "arn:"}]}]
    },
    "elbv2:DescribeSSLPolicies": lambda _: {"SslPolicies": [{"Name": "policy", "SslProtocols": ["TLSv1.2"]}]},
    "elbv2:DescribeTargetGroups": lambda _: {
        "TargetGroups": [{"TargetGroupArn": "arn:", "TargetGroupName": "tasks", "TargetType": "ip"}]
    },
    "elbv2:DescribeTargetHealth": lambda _: {"TargetHealthDescriptions": []},
    "kms:DescribeKey": lambda _: {
        "KeyMetadata": {
            "Arn": "arn:",
            "KeyState": "Enabled",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyManager": "CUSTOMER",
        }
    },
    "kms:GetKeyPolicy": lambda _: {"Policy": '{"Statement": []}'},
    "lambda:GetFunctionConfiguration": lambda function: {
        "FunctionName": function.name,
        "Version": "1",
        "Role": "",
        "State": "Active",
    },
    "lambda:ListFunctions": lambda _: {"Functions": [{"FunctionName": "another", "FunctionArn": "arn:"}]},
    "lambda:ListTags": lambda _: {"Tags": {}},
    "lambda:ListVersionsByFunction": lambda _: {"Versions": [{"Version": "1", "LastModified": "2026-01-13T12:00:00.000+0000"}]},
    "elasticache:DescribeCacheClusters": lambda _: {"CacheClusters": []},
    "elasticache:DescribeCacheSubnetGroups": lambda _: {"CacheSubnetGroups": []},
    "elasticache:DescribeReplicationGroups": lambda cache: {"ReplicationGroups": [_replication_group(cache)]},
    "elasticache:DescribeServerlessCaches": lambda _: {"ServerlessCaches": []},
    "elasticache:DescribeUpdateActions": lambda _: {"UpdateActions": []},
    "elasticache:ListTagsForResource": lambda _: {"TagList": []},
    "rds:DescribeDBClusterParameters": lambda _: {"Parameters": []},
    "rds:DescribeDBClusters": lambda cluster: {"DBClusters": [_cluster(cluster)]},
    "rds:DescribeDBInstances": lambda _: {"DBInstances": []},
    "rds:DescribeDBSubnetGroups": lambda _: {"DBSubnetGroups": [{"DBSubnetGroupName": "default", "VpcId": "vpc-1"}]},
    "rds:DescribePendingMaintenanceActions": lambda _: {"PendingMaintenanceActions": []},
    "iam:GetAccountAuthorizationDetails": lambda role: {
        "IsTruncated": False,
        "RoleDetailList": [
            {
                "RoleName": role.name,
                "Arn": f"arn:aws:iam::{role.account}:role/{role.name}",
                "AssumeRolePolicyDocument": {"Statement": []},
                "RolePolicyList": [],
                "AttachedManagedPolicies": [],
            }
        ],
    },
    "iam:SimulatePrincipalPolicy": lambda role: {
        "EvaluationResults": [
            {
                "EvalActionName": action,
                "EvalDecision": "allowed",
                "ResourceSpecificResults": [
                    {"EvalResourceName": resource, "EvalResourceDecision": "allowed"} for resource in asked.resources
                ],
            }
            for asked in (*role.may, *role.may_not)
            for action in asked.actions
        ]
    },
    "secretsmanager:DescribeSecret": lambda resource: {"ARN": "arn:", "Name": resource.name, "KmsKeyId": "alias/own"},
    "secretsmanager:GetResourcePolicy": lambda _: {"ARN": "arn:"},
    "secretsmanager:ListSecrets": lambda _: {"SecretList": []},
    "route53:GetDNSSEC": lambda _: {"Status": {"ServeSignature": "NOT_SIGNING"}, "KeySigningKeys": []},
    "route53:GetHostedZone": lambda zone: {
        "HostedZone": {"Id": "/hostedzone/Z1", "Name": f"{zone.name}."},
        "DelegationSet": {"NameServers": ["ns-1.awsdns-01.com"]},
    },
    "route53:ListHostedZones": lambda resource: {
        "HostedZones": [{"Id": "/hostedzone/Z1", "Name": f"{_zone(resource)}."}],
        "IsTruncated": False,
    },
    "route53:ListResourceRecordSets": lambda _: {"ResourceRecordSets": [], "IsTruncated": False},
    "s3:GetBucketEncryption": lambda _: {
        "ServerSideEncryptionConfiguration": {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"}}]
        }
    },
    "s3:GetBucketLifecycleConfiguration": lambda _: {"Rules": []},
    "s3:GetBucketLocation": lambda _: {"LocationConstraint": "eu-west-1"},
    "s3:GetBucketOwnershipControls": lambda _: {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
    "s3:GetBucketReplication": lambda resource: {
        "ReplicationConfiguration": {"Rules": [{"Status": "Enabled", "Destination": {"Bucket": _copy_of(resource)}}]}
    },
    "s3:GetBucketTagging": lambda _: {"TagSet": []},
    "s3:GetBucketVersioning": lambda _: {"Status": "Enabled"},
    "s3:GetPublicAccessBlock": lambda _: {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
    "s3:ListBuckets": lambda _: {"Buckets": [{"Name": "another"}]},
    "service-quotas:GetServiceQuota": lambda _: {"Quota": {"Value": 500.0}},
    "resourcegroupstaggingapi:GetResources": lambda _: {"ResourceTagMappingList": []},
    "sns:GetTopicAttributes": lambda _: {
        "Attributes": {
            "Policy": '{"Statement": []}',
            "SubscriptionsConfirmed": "1",
            "SubscriptionsPending": "0",
            "KmsMasterKeyId": "alias/alarms",
        }
    },
    "s3control:GetPublicAccessBlock": lambda _: {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
}


def _vpc(resource: Any) -> dict[str, Any]:
    """The VPC that the resource is, or stands in."""
    vpc = _of(Vpc, resource)
    return {
        "VpcId": "vpc-1",
        "State": "available",
        "CidrBlock": vpc.cidr,
        "CidrBlockAssociationSet": [],
        "Tags": [{"Key": tag, "Value": value} for tag, value in vpc.tags],
    }


def _copy_of(resource: Any) -> str:
    replication = getattr(resource, "about", resource)  # an alarm's, which may be about something else
    return f"arn:aws:s3:::{replication.destination.name if hasattr(replication, 'destination') else 'another'}"


def _service_of(resource: Any) -> dict[str, Any]:
    """A service of a cluster: the declared one, or where the resource is none, another."""
    cluster = getattr(resource, "cluster", None) or resource.clusters[0]
    name = resource.name if hasattr(resource, "family") else "another"
    start = cluster.arn.partition(":cluster/")[0]
    return {
        "serviceName": name,
        "serviceArn": f"{start}:service/{cluster.name}/{name}",
        "status": "ACTIVE",
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "deploymentConfiguration": {},
        "deployments": [],
        "events": [],
        "taskDefinition": f"{start}:task-definition/{getattr(resource, 'family', name)}:1",
        "tags": [{"key": tag, "value": "alpha"} for tag in filter(None, [getattr(resource, "tag", "")])],  # of a tenancy
    }


def _open(dashboard: Any) -> set[str]:
    """The dimensions whose values only looking tells: a dashboard that names them shows them."""
    metrics = [dimensions for each in dashboard.looked_up for dimensions in each.metrics.values()]
    return {name for dimensions in metrics for name, value in dimensions.items() if not value}


def _site(resource: Any) -> Distribution | None:
    """The distribution that the resource is, or that it is about."""
    about = (getattr(resource, name, None) for name in ("target", "serves", "about", "distribution"))
    places = (resource, *about, *resource.stands_on)
    return next((each for each in places if isinstance(each, Distribution)), None)


def _of(kind: type[R], resource: Resource) -> R:
    """The resource of that kind that the resource is, or stands on; where that is none, a declared one."""
    return next((each for each in (resource, *resource.stands_on) if isinstance(each, kind)), INVENTORY.of(kind)[0])


def _alarm(alarm: Any) -> dict[str, Any]:
    way, time = alarm.ways[0], datetime(2026, 1, 13, tzinfo=UTC)
    return {
        "AlarmName": alarm.id,
        "AlarmArn": f"arn:aws:cloudwatch:{alarm.region}:{alarm.account}:alarm:{alarm.id}",
        "ActionsEnabled": True,
        "AlarmActions": [f"arn:aws:sns:{alarm.regions[0]}:{alarm.account}:alarms"],
        "StateValue": "OK",
        "StateUpdatedTimestamp": time,
        "Namespace": way.namespace,
        "MetricName": way.metrics[0],
        "Dimensions": [{"Name": name, "Value": value} for name, value in way.dimensions[0]],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }


def _distribution(resource: Any) -> dict[str, Any]:
    """The distribution that the resource is, or that it is about."""
    site = _site(resource)
    names = list(site.aliases) if site else []
    arn = f"arn:aws:acm:{resource.region}:{getattr(resource, 'account', '')}:certificate/1"
    function = f"{getattr(resource, 'arn', '')}:1"  # an edge function is asked for by what is associated
    behaviour = {
        "TargetOriginId": "1",
        "ViewerProtocolPolicy": "https-only",
        "Compress": True,
        "LambdaFunctionAssociations": {
            "Quantity": 1,
            "Items": [{"LambdaFunctionARN": function, "EventType": getattr(resource, "event", "viewer-request")}],
        },
    }
    config = {
        "Aliases": {"Quantity": len(names), "Items": names},
        "CacheBehaviors": {"Quantity": 0},
        "DefaultCacheBehavior": behaviour,
        "IsIPV6Enabled": True,
        "Logging": {"Enabled": True, "Bucket": "logs.s3.amazonaws.com"},
        "Origins": {"Quantity": 0},
        "ViewerCertificate": {"ACMCertificateArn": arn},
    }
    return {"Id": "E1", "ARN": "arn:", "DomainName": "d1.cloudfront.net", "DistributionConfig": config}


def _balancer(resource: Any) -> dict[str, Any]:
    """The load balancer that the resource is, or that stands before it."""
    balancer = _of(LoadBalancer, resource)
    return {
        "LoadBalancerName": balancer.name,
        "LoadBalancerArn": balancer.arns[0].replace("*", "1"),
        "Type": "application",
        "State": {"Code": "active"},
        "DNSName": "internal-1.elb.amazonaws.com",
        "Scheme": "internal",
        "VpcId": "vpc-1",
        "AvailabilityZones": [],
    }


def _zone(resource: Any) -> str:
    """The name of the hosted zone that the resource is, or stands in."""
    name: str = getattr(resource, "zone", next(iter(getattr(resource, "zones", ())), resource)).name
    return name


def _certificate(certificate: Any) -> dict[str, Any]:
    return {
        "CertificateArn": certificate.arns[0].replace("*", "1"),
        "Type": "AMAZON_ISSUED",
        "Status": "ISSUED",
        "SubjectAlternativeNames": [certificate.name],
        "NotBefore": datetime(2026, 1, 13, tzinfo=UTC),
        "NotAfter": datetime(2027, 1, 13, tzinfo=UTC),
        "KeyAlgorithm": "RSA-2048",
        "SignatureAlgorithm": "SHA256WITHRSA",
        "RenewalEligibility": "ELIGIBLE",
        "InUseBy": [],
        "DomainValidationOptions": [
            {
                "DomainName": certificate.name,
                "ValidationMethod": "DNS",
                "ResourceRecord": {"Name": f"_1.{certificate.name}.", "Type": "CNAME", "Value": "_2.acm-validations.aws."},
            }
        ],
    }


def _cluster(resource: Any) -> dict[str, Any]:
    cluster = _of(AuroraCluster, resource)
    return {
        "DBClusterIdentifier": cluster.name,
        "Engine": getattr(cluster, "engine", "aurora-mysql"),  # or it is a state that is asked about
        "DBClusterMembers": [],
        "DBSubnetGroup": "default",
        "DBClusterParameterGroup": "default",
    }


def _replication_group(cache: Any) -> dict[str, Any]:
    return {"ReplicationGroupId": cache.name}


def _table(table: Any) -> dict[str, Any]:
    key = table.key.name
    return {
        "TableName": table.name,
        "TableArn": table.arn,
        "TableStatus": "ACTIVE",
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": table.key.type}],
        "CreationDateTime": datetime(2026, 1, 13, tzinfo=UTC),
    }


# ---------------------------------------------------------------------------------------------- what was recorded


class Unreadable(Exception):
    """The directory, or a line in it, is not of the form that the tool reads. The text says so in one line."""


@dataclass(frozen=True, eq=False)
class Recorded:
    """A recorded answer. `where` is its file and line, `operation` has the service in front."""

    where: str
    operation: str
    scenario: str
    status: int
    data: Mapping[str, Any]

    def given(self) -> Answer:
        """The answer, as the door gives it to a fact. Raises CallFailed, CannotLook."""
        if self.status >= 400:
            code = self.data["Error"]["Code"]
            raise CallFailed(code, self.status, f"{self.operation}: {code} (HTTP {self.status})")
        answer = Answer(self.data)
        try:
            demand_types(_model(self.operation), answer)
        except Malformed as error:
            raise CannotLook(f"{self.operation}: {error}") from None
        return answer


def recorded(directory: Path) -> list[Recorded]:
    """Every answer in the directory. Raises Unreadable."""
    files = sorted(directory.glob("*.jsonl"))
    if not files:
        raise Unreadable(f"{directory}: found no file <service>.jsonl")
    return [
        _parsed(f"{path.name}:{number}", path.stem, line)
        for path in files
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if line.strip()
    ]


def _parsed(where: str, service: str, line: bytes) -> Recorded:
    try:
        found = json.loads(line, object_hook=_time)
        operation = _operation(service, found["operation"])
        answer = Recorded(where, operation, found["scenario"], int(found["status"]), dict(found["data"]))
        if answer.status >= 400:
            str(answer.data["Error"]["Code"])
    except KeyError as error:
        raise Unreadable(f"{where}: lacks {error.args[0]}") from None
    except botocore.exceptions.UnknownServiceError:
        raise Unreadable(f"{where}: botocore knows no service {service}") from None
    except (ValueError, TypeError) as error:
        raise Unreadable(f"{where}: {' '.join(str(error).split())}") from None
    return answer


def _time(found: dict[str, Any]) -> Any:
    if found.get("__class__") != "datetime":
        return found
    return datetime(**{name: value for name, value in found.items() if name != "__class__"}, tzinfo=UTC)


@cache
def _service(name: str) -> Any:
    return botocore.session.get_session().get_service_model(name)


def _operation(service: str, name: str) -> str:
    """The operation with its service in front, which is another than the file's where ALSO says so."""
    for each in (service, *filter(None, [ALSO.get(service)])):
        if name in _service(each).operation_names:
            return f"{each}:{name}"
    return f"{service}:{name}"  # of a newer AWS than this botocore's: no fact reads it


def _model(operation: str) -> Any:
    service, _, name = operation.partition(":")
    return _service(service).operation_model(name).output_shape


# ---------------------------------------------------------------------------------------------- whom a fact asks


class Door:
    """Answers a fact in place of AWS: one operation with `answer`, the others with `company`."""

    environment = INVENTORY.environment

    def __init__(self, answer: Recorded, company: Sequence[Recorded], resource: Resource) -> None:
        self._answer, self._company, self._resource = answer, company, resource
        self.asked: list[str] = []
        past = [time for time in _values(answer.data, datetime) if time < datetime.now(UTC)]
        self.started = max(past) + timedelta(minutes=6) if past else datetime.now(UTC)  # as if asked just then

    def call(
        self,
        operation: str,
        region: str,
        parameters: Mapping[str, Any],
        *,
        signed: bool = True,
        attempt: int = 1,
        distil: Distil | None = None,
    ) -> Answer:
        self.asked.append(operation)
        answer = self._given(operation, parameters)
        answer = Answer(distil(answer)) if distil else answer
        answer.at = self.started
        return answer

    def pages(self, operation: str, region: str, parameters: Mapping[str, Any], call: Callable[..., Answer]) -> Iterator[Answer]:
        yield call(**parameters)

    def _given(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        if operation == self._answer.operation:
            return self._answer.given()
        found = [each for each in self._company if each.operation == operation]
        arns = set(self._resource.arns)
        for each in [each for each in found if arns & set(_values(each.data, str))] or found:
            return each.given()
        if operation not in GOOD:
            raise CannotLook(f"needs an answer to {operation}, and neither the scenario nor GOOD has one")
        good = Answer(GOOD[operation](self._resource))
        if operation == "ecs:DescribeTaskDefinition":  # which one is run, only another answer tells
            good["taskDefinition"]["taskDefinitionArn"] = parameters["taskDefinition"]
        if operation == "iam:SimulatePrincipalPolicy":  # and the ARN of a secret likewise
            told = [{"EvalResourceName": arn, "EvalResourceDecision": "allowed"} for arn in parameters["ResourceArns"]]
            for each in good["EvaluationResults"]:
                each["ResourceSpecificResults"] = told
        return good


def _values(data: Any, kind: type) -> Iterator[Any]:
    """All values of a type, however deep."""
    if isinstance(data, kind):
        yield data
    elif isinstance(data, Mapping | list):
        for each in data.values() if isinstance(data, Mapping) else data:
            yield from _values(each, kind)


# ---------------------------------------------------------------------------------------------- about what it asks


def asked_about(resource: Resource, answers: Sequence[Recorded]) -> Resource:
    """The declared resource under the name, the account and the region of what the answers are about, as far as they say."""
    names: dict[str, str] = {}
    arns = [value for answer in answers for value in _values(answer.data, str) if value.startswith("arn:")]
    for own in (resource, *resource.stands_on):
        known = {"name": own.name, "region": own.region, "account": getattr(own, "account", "")}
        known["cluster"] = getattr(getattr(own, "cluster", None), "name", "")
        patterns = [_pattern(arn, known) for arn in own.arns]
        for match in (re.fullmatch(pattern, arn) for pattern in patterns for arn in arns):
            if match and not names:
                names = {known[part]: value for part, value in match.groupdict().items()}
    for _, _, _, region, account, *_ in (arn.split(":") for arn in arns if arn.count(":") >= 5):
        if account and hasattr(resource, "account") and not names:  # ARNs of others, of the same account
            names = {resource.account: account, resource.region: region or resource.region}
    for answer in answers:
        if name := answer.data.get(NAMES.get(answer.operation, "")):
            names[resource.name] = name
    renamed: Resource = _renamed(resource, names)
    return renamed


def _pattern(arn: str, known: Mapping[str, str]) -> str:
    pattern = re.escape(arn).replace(re.escape("*"), "[^:]+")
    for part, value in known.items():
        if value:
            pattern = pattern.replace(re.escape(value), f"(?P<{part}>[^:/]+)", 1)
    return pattern


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if not is_dataclass(value):
        return value
    return replace(value, **{field.name: _renamed(getattr(value, field.name), names) for field in fields(value)})  # type: ignore[type-var]


# ---------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True)
class Outcome:
    """What a fact made of an answer. `reason` says why it was not understood, `explained` why that is right; `none` that the
    answer was an error by which AWS says that there is nothing."""

    fact: str
    answer: Recorded
    none: bool = False
    reason: str = ""
    explained: str = ""


def outcomes(answers: Sequence[Recorded]) -> Iterator[Outcome]:
    """Every fact, read against every answer to its operations."""
    modules("fixtures.facts")
    for answer in answers:
        for fact in FACTS.values():
            if answer.operation in fact.reads:
                company = [
                    each
                    for each in answers
                    if each.scenario == answer.scenario and each.status < 400 and each.operation in fact.reads - {answer.operation}
                ]
                yield _outcome(fact, answer, company)


def _outcome(fact: Fact, answer: Recorded, company: Sequence[Recorded]) -> Outcome:
    for declared in INVENTORY.of(KINDS[fact.on]):
        resource = asked_about(declared, (answer, *company))
        door = Door(answer, company, resource)
        reading = read(fact, Doors(door), resource)  # type: ignore[arg-type]  # the door is another
        if asked := answer.operation in door.asked:  # of an alarm it depends on what it watches
            break
    if asked and (reading.error is None or isinstance(reading.error, Absent)):
        return Outcome(fact.name, answer, none=answer.status >= 400)
    blamed = reading.failed[0] if reading.error else door.asked[-1]
    others = [each for each in company if each.operation != blamed]
    if len(others) < len(company):  # the reason may be one of the company, which is judged on its own
        return _outcome(fact, answer, others)
    reason = str(reading.error) if asked else f"not asked for beside the other answers: {reading.error or 'read without it'}"
    why = (why for (operation, words), why in EXPLAINED.items() if operation in ("*", answer.operation) and words in reason)
    return Outcome(fact.name, answer, reason=reason, explained=next(why, ""))


# ---------------------------------------------------------------------------------------------- telling


def summary(found: Sequence[Outcome]) -> Iterator[str]:
    """A line for each operation, and one for all: how many facts and answers, and what became of these in the worst of them."""
    yield f"{'operation':<44}{'facts':>6}{'answers':>9}{'read':>6}{'none':>6}{'explained':>11}{'not understood':>16}"
    for operation in sorted({each.answer.operation for each in found}):
        yield _row(operation, [each for each in found if each.answer.operation == operation])
    yield _row("all", found)


def _row(title: str, found: Sequence[Outcome]) -> str:
    answers = {each.answer for each in found}
    unread = {each.answer for each in found if each.reason and not each.explained}
    explained = {each.answer for each in found if each.explained} - unread
    none = {each.answer for each in found if each.none} - unread - explained
    facts, read_ = {each.fact for each in found}, answers - unread - explained - none
    counts = f"{len(facts):>6}{len(answers):>9}{len(read_):>6}{len(none):>6}{len(explained):>11}{len(unread):>16}"
    return f"{title:<44}{counts}"


def details(found: Iterable[Outcome]) -> Iterator[str]:
    """What was not understood: where it stands, which facts asked, why, and what explains it."""
    facts: dict[tuple[Recorded, str, str], list[str]] = {}
    for each in found:
        if each.reason:
            facts.setdefault((each.answer, each.reason, each.explained), []).append(each.fact)
    for (answer, reason, explained), names in facts.items():
        yield f"{answer.where} in {answer.scenario}: {', '.join(names)}: {reason}"
        if explained:
            yield f"    explained: {explained}"


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print("usage: python tests/recorded.py DIR", file=sys.stderr)
        return 2
    try:
        answers = recorded(Path(arguments[0]))
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    found = list(outcomes(answers))
    print(*summary(found), sep="\n")
    if unread := list(details(found)):
        print("", *unread, sep="\n")
    unused = set(answers) - {each.answer for each in found}
    print(f"\nbesides: {len(unused)} answers, to {len({each.operation for each in unused})} operations, that no fact reads")
    if not found:
        print("no fact reads any of these answers", file=sys.stderr)
    return int(not found or any(each.reason and not each.explained for each in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
