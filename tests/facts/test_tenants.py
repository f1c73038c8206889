"""Facts about tenants made of answers that AWS could give and the simulated estate does not."""

from __future__ import annotations

from typing import Any

import pytest

from checks.reachability import paths
from fixtures.aws.errors import Absent, CallFailed, CannotLook
from fixtures.declared.inventory import load
from fixtures.declared.tenants import Tenancy, TenantsDomain
from fixtures.facts.tenants import Attachment, Route, Rule
from tests.facts.reader import read

TENANCY = load("sit").of(Tenancy)[0]
ROLE: dict[str, Any] = {
    "RoleName": "anybody", "Arn": "arn:aws:iam::815856636111:role/anybody", "RolePolicyList": [], "AttachedManagedPolicies": [],
    "AssumeRolePolicyDocument": {"Statement": []},
}  # fmt: skip
ROLES = [
    {
        "IsTruncated": False,
        "RoleDetailList": [ROLE, ROLE | {"RoleName": "a", "Arn": "arn:a", "Tags": [{"Key": "Tenant", "Value": "alpha"}]}],
    }
]


def tagged(*mappings: tuple[str, dict[str, str]]) -> list[dict[str, Any]]:
    listed = [{"ResourceARN": arn, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]} for arn, tags in mappings]
    return [{"PaginationToken": "", "ResourceTagMappingList": listed}]


# ---------------------------------------------------------------------------------------------- which tenants there are


def test_what_has_no_tag_any_more_is_nobodys() -> None:
    found = tagged(
        ("arn:1", {"Tenant": "beta", "Owner": "x"}), ("arn:2", {}), ("arn:3", {"Tenant": ""}), ("arn:4", {"tenant": "c"})
    )
    answered = read("tenant_resources", TENANCY, GetResources=found, GetAccountAuthorizationDetails=ROLES)
    assert answered == {"alpha": ("arn:a",), "beta": ("arn:1",)}


def test_what_is_no_answer_about_tags() -> None:
    with pytest.raises(CannotLook, match="lacks ResourceTagMappingList"):
        read("tenant_resources", TENANCY, GetResources=[{}], GetAccountAuthorizationDetails=ROLES)
    with pytest.raises(CannotLook, match="lists no role"):
        read("tenant_resources", TENANCY, GetResources=tagged(), GetAccountAuthorizationDetails=[{"IsTruncated": False}])
    with pytest.raises(CallFailed):
        read("tenant_resources", TENANCY, GetResources="AccessDeniedException", GetAccountAuthorizationDetails=ROLES)


# ---------------------------------------------------------------------------------------------- where their names lead

(DOMAIN,) = load("sit").of(TenantsDomain)
BALANCERS = [
    {
        "LoadBalancers": [
            {
                "LoadBalancerName": name,
                "LoadBalancerArn": f"arn:{name}",
                "Type": "application",
                "DNSName": f"{name}.ELB.amazonaws.com",
            }
            for name in ("bbws-alb-sit", "alphas")
        ]
    }
]


def names(*records: tuple[str, str], balancers: Any = BALANCERS, zone: str = "sit.bbws.io.") -> Any:
    zones = [{"IsTruncated": False, "HostedZones": [{"Id": "/hostedzone/Z1", "Name": zone}]}]
    sets = [{"Name": name, "Type": type, "ResourceRecords": [{"Value": "x."}]} for name, type in records]
    return read(
        "tenant_names", DOMAIN, ListHostedZones=zones, DescribeLoadBalancers=balancers, GetAccountAuthorizationDetails=ROLES,
        ListResourceRecordSets=[{"IsTruncated": False, "ResourceRecordSets": sets}],
        GetResources=tagged(("arn:alphas", {"Tenant": "alpha"}), ("arn:2", {"Tenant": "beta"})),
    )  # fmt: skip


def test_what_says_where_a_tenants_name_leads() -> None:
    found = names(
        ("\\052.sit.bbws.io.", "A"),
        ("sit.bbws.io.", "NS"),
        ("sit.bbws.io.", "A"),
        ("alpha.sit.bbws.io.", "NS"),
        ("notsit.bbws.io.", "A"),
    )
    assert [(each.name, each.type) for each in found.records] == [("*.sit.bbws.io", "A"), ("alpha.sit.bbws.io", "NS")]
    assert found.target == "bbws-alb-sit.elb.amazonaws.com"
    assert found.tenants == {"alpha": ("alphas.elb.amazonaws.com",), "beta": ()}


def test_where_names_lead_that_nobody_can_say() -> None:
    with pytest.raises(Absent, match="bbws-alb-sit does not exist"):
        names(balancers=[{"LoadBalancers": []}])
    with pytest.raises(Absent, match="the account has none of its name"):
        names(zone="bbws.io.")
    nameless = [{"LoadBalancers": [{"LoadBalancerName": "bbws-alb-sit", "LoadBalancerArn": "arn:1", "Type": "application"}]}]
    with pytest.raises(CannotLook, match="lacks DNSName"):
        names(balancers=nameless)


# ---------------------------------------------------------------------------------------------- the network

EVERY = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
ANY_ENTRY = {"RuleNumber": 100, "RuleAction": "allow", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"}
VPC = {
    "VpcId": "vpc-1", "State": "available", "CidrBlock": "10.2.0.0/16",
    "CidrBlockAssociationSet": [{"CidrBlock": "10.2.0.0/16", "CidrBlockState": {"State": "associated"}}],
    "Tags": [{"Key": tag, "Value": value} for tag, value in TENANCY.vpc.tags],
}  # fmt: skip


def permission(protocol: str, first: int | None = None, last: int | None = None, **peers: Any) -> dict[str, Any]:
    ports = {} if first is None else {"FromPort": first, "ToPort": last}
    return {**EVERY, "IpProtocol": protocol, "IpRanges": [], **ports, **peers}


def group(id_: str, *ingress: dict[str, Any], tenant: str = "") -> dict[str, Any]:
    tags = [{"Key": "Tenant", "Value": tenant}] if tenant else []
    return {
        "GroupId": id_,
        "GroupName": id_,
        "VpcId": "vpc-1",
        "IpPermissions": list(ingress),
        "IpPermissionsEgress": [EVERY],
        "Tags": tags,
    }


def interface(id_: str, group_: str, address: str, **other: Any) -> dict[str, Any]:
    return {
        "NetworkInterfaceId": id_, "VpcId": "vpc-1", "SubnetId": "subnet-1", "AvailabilityZone": "eu-west-1a",
        "InterfaceType": "interface",
        "RequesterManaged": False, "Groups": [{"GroupId": group_}], "PrivateIpAddresses": [{"PrivateIpAddress": address}], **other,
    }  # fmt: skip


def look(**changed: Any) -> Any:
    """The network of two tenants, alpha's host and beta's, whose group admits alpha's; with other answers."""
    answers: dict[str, Any] = {
        "DescribeVpcs": [{"Vpcs": [VPC]}],
        "DescribeSubnets": [{"Subnets": [{
            "SubnetId": "subnet-1", "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1a", "State": "available",
            "CidrBlock": "10.2.0.0/24"}]}],
        "DescribeRouteTables": [{"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": True}],
            "Routes": [
            {"DestinationCidrBlock": "10.2.0.0/16", "GatewayId": "local", "State": "active"},
            {"DestinationPrefixListId": "pl-1", "TransitGatewayId": "tgw-1", "State": "blackhole"}]}]}],
        "DescribeNetworkAcls": [{"NetworkAcls": [{
            "NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-1"}],
            "Entries": [ANY_ENTRY | {"Egress": True}, ANY_ENTRY | {"Egress": False}]}]}],
        "DescribeSecurityGroups": [{"SecurityGroups": [
            group("sg-a", tenant="alpha"),
            group("sg-b", permission("tcp", 22, 22, UserIdGroupPairs=[{"GroupId": "sg-a", "UserId": "1"}]), tenant="beta")]}],
        "DescribeNetworkInterfaces": [{"NetworkInterfaces": [
            interface("eni-a", "sg-a", "10.2.0.10"), interface("eni-b", "sg-b", "10.2.0.11")]}],
        "DescribeVpcPeeringConnections": [{"VpcPeeringConnections": []}],
        "DescribeTransitGatewayVpcAttachments": [{"TransitGatewayVpcAttachments": []}],
        "DescribeManagedPrefixLists": [{"PrefixLists": [{"PrefixListId": "pl-1", "OwnerId": "815856636111"}]}],
        "GetManagedPrefixListEntries": [{"Entries": [{"Cidr": "10.9.0.0/16"}]}],
        "DescribeTransitGateways": [{"TransitGateways": []}],
        "DescribeTransitGatewayAttachments": [{"TransitGatewayAttachments": []}],
        "DescribeTransitGatewayPeeringAttachments": [{"TransitGatewayPeeringAttachments": []}],
        "ListClusters": [{"clusterArns": []}],
        "ListServices": [{"serviceArns": []}],
        "DescribeServices": {"services": [], "failures": []},
    }  # fmt: skip
    return read("tenant_network", TENANCY, **{**answers, **changed})


def test_whose_an_interface_is() -> None:
    found = look()
    assert [each.owners for each in found.topology.interfaces] == [("alpha",), ("beta",)]
    assert (found.tenants, found.without) == (("alpha", "beta"), ())
    (path,) = paths(found.topology)
    assert (path.source, path.target) == ("alpha", "beta")
    assert found.topology.route_tables["rtb-1"] == (Route("10.2.0.0/16", "local"), Route("10.9.0.0/16", "blackhole"))


def interfaces(*each: dict[str, Any]) -> dict[str, Any]:
    return {"DescribeNetworkInterfaces": [{"NetworkInterfaces": list(each)}]}


def test_an_interface_of_several_tenants_and_one_of_a_vpc() -> None:
    tagged_ = interface("eni-b", "sg-b", "10.2.0.11", TagSet=[{"Key": "Tenant", "Value": "alpha"}])
    assert look(**interfaces(tagged_)).topology.interfaces[0].owners == ("alpha", "beta")
    apart = VPC | {"VpcId": "vpc-9", "Tags": [{"Key": "Tenant", "Value": "gamma"}]}
    plain = interface("eni-g", "sg-g", "10.9.0.11", VpcId="vpc-9")
    found = look(
        **interfaces(plain), DescribeVpcs=[{"Vpcs": [VPC, apart]}], DescribeSecurityGroups=[{"SecurityGroups": [group("sg-g")]}]
    )
    assert found.topology.interfaces[0].owners == ("gamma",)


def test_a_group_is_that_of_the_service_that_has_it() -> None:
    service = {
        "serviceName": "beta", "status": "ACTIVE", "tags": [{"key": "Tenant", "value": "beta"}],
        "networkConfiguration": {"awsvpcConfiguration": {"securityGroups": ["sg-x"]}},
    }  # fmt: skip
    found = look(
        ListServices=[{"serviceArns": ["arn:aws:ecs:eu-west-1:1:service/c/beta"]}],
        DescribeServices={"services": [service], "failures": []},
        DescribeSecurityGroups=[{"SecurityGroups": [group("sg-x")]}],
        **interfaces(interface("eni-x", "sg-x", "10.2.0.9")),
    )
    assert found.topology.interfaces[0].owners == ("beta",)


@pytest.mark.parametrize("other", [
    {"RequesterManaged": True, "RequesterId": "amazon-rds"}, {"RequesterManaged": True, "RequesterId": "amazon-elasticache"},
    {"RequesterManaged": True, "RequesterId": "amazon-elb"},
    {"RequesterManaged": True, "RequesterId": "123456789012", "Description": "EFS mount target for fs-1 (fsmt-1)"},
    {"InterfaceType": "vpc_endpoint"}, {"InterfaceType": "network_load_balancer"},
])  # fmt: skip
def test_what_runs_nobodys_code_is_no_host(other: dict[str, Any]) -> None:
    found = look(**interfaces(interface("eni-a", "sg-a", "10.2.0.10", **other)))
    assert (found.topology.interfaces[0].owners, found.topology.interfaces[0].host) == (("alpha",), False)


@pytest.mark.parametrize("other", [
    {"Description": "EFS mount target for fs-1 (fsmt-1)"}, {"RequesterId": "amazon-rds"}, {"InterfaceType": "lambda"},
])  # fmt: skip
def test_what_may_run_somebodys_code_is_a_host(other: dict[str, Any]) -> None:
    assert look(**interfaces(interface("eni-a", "sg-a", "10.2.0.10", **other))).topology.interfaces[0].host


@pytest.mark.parametrize(("given", "rule"), [
    (permission("-1"), Rule(-1, 0, 65535, "sg-a")), (permission("tcp", 22, 22), Rule(6, 22, 22, "sg-a")),
    (permission("udp", 0, 65535), Rule(17, 0, 65535, "sg-a")), (permission("50"), Rule(50, 0, 65535, "sg-a")),
    (permission("icmp", -1, -1), Rule(1, 0, 65535, "sg-a")), (permission("icmp", 8, -1), Rule(1, 2048, 2303, "sg-a")),
    (permission("icmpv6", 3, 4), Rule(58, 772, 772, "sg-a")), (permission("6", 1, 2), Rule(6, 1, 2, "sg-a")),
])  # fmt: skip
def test_what_a_rule_lets_through(given: dict[str, Any], rule: Rule) -> None:
    named = given | {"UserIdGroupPairs": [{"GroupId": "sg-a", "UserId": "1"}]}
    found = look(DescribeSecurityGroups=[{"SecurityGroups": [group("sg-a", named), group("sg-b")]}])
    assert found.topology.groups["sg-a"].ingress == (rule,)


def test_a_deny_of_one_type_hides_no_other() -> None:
    ping = ANY_ENTRY | {"RuleNumber": 90, "RuleAction": "deny", "Protocol": "1", "IcmpTypeCode": {"Type": 8, "Code": -1}}
    acl = {
        "NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-1"}],
        "Entries": [ping | {"Egress": False}, ANY_ENTRY | {"Egress": True}, ANY_ENTRY | {"Egress": False}],
    }  # fmt: skip
    found = look(DescribeNetworkAcls=[{"NetworkAcls": [acl]}]).topology.acls["acl-1"].ingress
    assert [(each.allow, each.protocol, each.low, each.high) for each in found] == [(False, 1, 2048, 2303), (True, -1, 0, 65535)]
    del ping["IcmpTypeCode"]
    with pytest.raises(CannotLook, match="lacks IcmpTypeCode"):
        look(DescribeNetworkAcls=[{"NetworkAcls": [acl | {"Entries": [ping | {"Egress": False}]}]}])


def test_what_nobody_sees_is_no_answer() -> None:
    foreign = group("sg-b", permission("tcp", 22, 22, PrefixListIds=[{"PrefixListId": "pl-9"}]))
    with pytest.raises(CannotLook, match="names the prefix list pl-9, which the account does not see"):
        look(DescribeSecurityGroups=[{"SecurityGroups": [group("sg-a"), foreign]}])
    tag = [{"Key": "Tenant", "Value": "alpha"}]
    with pytest.raises(CannotLook, match="tells of the group sg-z, which the account does not see"):
        look(**interfaces(interface("eni-a", "sg-z", "10.2.0.10", TagSet=tag)))
    with pytest.raises(CannotLook, match=r"names no network ACL of subnet-1"):
        look(DescribeNetworkAcls=[{"NetworkAcls": []}])
    with pytest.raises(Absent):
        look(DescribeVpcs=[{"Vpcs": []}])


# -- transit gateways


def attachment(id_: str, kind: str = "vpc", **other: Any) -> dict[str, Any]:
    return {
        "TransitGatewayAttachmentId": id_, "TransitGatewayId": "tgw-1", "ResourceType": kind, "ResourceId": "vpc-1",
        "State": "available",
        "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"}, **other,
    }  # fmt: skip


def over(*attached: dict[str, Any], routes: tuple[dict[str, Any], ...] = (), **other: Any) -> Any:
    return look(**{
        "DescribeTransitGateways": [{"TransitGateways": [{
            "TransitGatewayId": "tgw-1", "Options": {"SecurityGroupReferencingSupport": "enable"}}]}],
        "DescribeTransitGatewayAttachments": [{"TransitGatewayAttachments": list(attached)}],
        "SearchTransitGatewayRoutes": [{"Routes": list(routes), "AdditionalRoutesAvailable": False}],
        **other,
    }).topology  # fmt: skip


def test_attachments_and_their_tables() -> None:
    peering = {
        "TransitGatewayAttachmentId": "tgw-attach-p",
        "AccepterTransitGatewayAttachmentId": "tgw-attach-q",
        "State": "available",
    }
    found = over(
        attachment("tgw-attach-1"), attachment("tgw-attach-p", "peering", Association={}),
        attachment("tgw-attach-old", State="deleted"),
        routes=(
            {"DestinationCidrBlock": "10.9.0.0/16", "State": "active",
             "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-p"}]},
            {"DestinationCidrBlock": "10.8.0.0/16", "State": "blackhole"},
        ),
        DescribeTransitGatewayPeeringAttachments=[{"TransitGatewayPeeringAttachments": [peering]}],
    )  # fmt: skip
    assert found.gateways["tgw-1"].references
    assert found.attachments == {
        "tgw-attach-1": Attachment("tgw-attach-1", "tgw-1", "vpc-1", "", "tgw-rtb-1", False),
        "tgw-attach-p": Attachment("tgw-attach-p", "tgw-1", "", "tgw-attach-q", "", False),
    }
    assert found.gateway_tables == {"tgw-rtb-1": (Route("10.9.0.0/16", "tgw-attach-p"), Route("10.8.0.0/16", "blackhole"))}


def test_an_active_route_leads_somewhere() -> None:
    nowhere = {"DestinationCidrBlock": "10.9.0.0/16", "State": "active", "TransitGatewayAttachments": []}
    with pytest.raises(CannotLook, match="leads nowhere by the active route"):
        over(attachment("tgw-attach-1"), routes=(nowhere,))


# ---------------------------------------------------------------------------------------------- file systems


def test_an_access_point_without_a_user_or_a_tag() -> None:
    name = TENANCY.file_systems[0].name
    systems = [{"FileSystems": [{"FileSystemId": "fs-1", "Name": name, "LifeCycleState": "available"}]}]
    point = {"AccessPointId": "fsap-1", "Tags": [], "RootDirectory": {"Path": "/"}}
    (found,) = read("tenant_access_points", TENANCY, DescribeFileSystems=systems, DescribeAccessPoints=[{"AccessPoints": [point]}])
    assert (found.owner, found.uid, found.path) == ("", None, "/")
    with pytest.raises(CannotLook, match=r"lacks RootDirectory.Path"):
        read(
            "tenant_access_points",
            TENANCY,
            DescribeFileSystems=systems,
            DescribeAccessPoints=[{"AccessPoints": [point | {"RootDirectory": {}}]}],
        )
    with pytest.raises(Absent):
        read("tenant_access_points", TENANCY, DescribeFileSystems=[{"FileSystems": []}])
    policy = read("shared_file_systems", TENANCY, DescribeFileSystems=systems, DescribeFileSystemPolicy="PolicyNotFound")
    assert policy[0].policy is None


# ---------------------------------------------------------------------------------------------- roles


def test_a_boundary_that_is_not_listed_is_no_answer() -> None:
    bounded = ROLE | {"Tags": [{"Key": "Tenant", "Value": "alpha"}], "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:b"}}
    nobody = {"ListClusters": [{"clusterArns": []}], "ListServices": [{"serviceArns": []}]}
    with pytest.raises(CannotLook, match="has nothing of arn:b, which bounds anybody"):
        read(
            "tenant_roles", TENANCY, GetAccountAuthorizationDetails=[{"IsTruncated": False, "RoleDetailList": [bounded]}], **nobody
        )
    version = {"VersionId": "v1", "Document": {"Statement": []}}
    listed = {"Arn": "arn:b", "DefaultVersionId": "v1", "PolicyVersionList": [version]}
    pages = [{"IsTruncated": False, "RoleDetailList": [bounded], "Policies": [listed]}]
    (found,) = read("tenant_roles", TENANCY, GetAccountAuthorizationDetails=pages, **nobody).roles
    assert (found.tenants, found.boundary) == (("alpha",), {"Statement": []})
