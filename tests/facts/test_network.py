"""The network made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CannotLook
from fixtures.declared.inventory import load
from fixtures.declared.network import Vpc
from fixtures.facts import network
from fixtures.facts.network import AclEntry, Attachment, Interface, NatGateway, Peering, PrefixList, Route, Rule
from tests.facts.reader import Reader, read

VPC = load("sit").of(Vpc)[0]


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


def vpc(id: str = "vpc-1", *more: str, **given: str) -> dict[str, Any]:
    blocks = [{"CidrBlock": each, "CidrBlockState": {"State": "associated"}} for each in ("10.2.0.0/16", *more)]
    described = {"VpcId": id, "State": "available", "CidrBlock": "10.2.0.0/16", "CidrBlockAssociationSet": blocks}
    return {**described, "Tags": tags(**{"Environment": "sit", "Project": "bbws", **given})}


ONE = [{"Vpcs": [vpc()]}]


def listed(function: Any, operation: str, member: str, *given: dict[str, Any]) -> Any:
    return function(Reader(**{operation: [{member: list(given)}]}), "eu-west-1")


# ---------------------------------------------------------------------------------------------- which VPC it is


@pytest.mark.parametrize(
    "standing",
    [[], [vpc("vpc-1"), vpc("vpc-2")], [vpc(Tenant="acme")], [vpc(Environment="dev")]],
    ids=["none", "several", "a tenant's own", "another environment's"],
)
def test_a_vpc_that_is_not_to_be_told(standing: list[dict[str, Any]]) -> None:
    with pytest.raises(Absent, match="bbws-sit is not to be told"):
        read("vpc_description", VPC, DescribeVpcs=[{"Vpcs": standing}])
    assert len(read("region_vpcs", VPC, DescribeVpcs=[{"Vpcs": standing}])) == len(standing)


def test_the_ranges_of_a_vpc() -> None:
    described = vpc("vpc-1", "10.50.0.0/16", "10.51.0.0/16")
    described["CidrBlockAssociationSet"][2]["CidrBlockState"]["State"] = "disassociated"
    described["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": "2001:db8::/56", "Ipv6CidrBlockState": {"State": "associated"}}]
    found = read("vpc_description", VPC, DescribeVpcs=[{"Vpcs": [vpc("vpc-2", Tenant="acme"), described]}])
    assert (found.id, found.cidrs, found.ipv6) == ("vpc-1", ("10.2.0.0/16", "10.50.0.0/16"), ("2001:db8::/56",))


def test_a_vpc_is_looked_for_on_every_page() -> None:
    found = read("vpc_description", VPC, DescribeVpcs=[{"Vpcs": [vpc("vpc-0", Project="x")]}, {"Vpcs": [vpc()]}])
    assert found.id == "vpc-1"


# ---------------------------------------------------------------------------------------------- what it is joined to


def side(id: str, **told: Any) -> dict[str, Any]:
    return {"VpcId": id, "OwnerId": "999999999999", "Region": "eu-west-1", **told}


def peering(requester: dict[str, Any], accepter: dict[str, Any]) -> dict[str, Any]:
    status = {"Code": "active", "Message": "Active"}
    return {"VpcPeeringConnectionId": "pcx-1", "Status": status, "RequesterVpcInfo": requester, "AccepterVpcInfo": accepter}


@pytest.mark.parametrize(
    ("told", "cidrs"),
    [
        ({"CidrBlock": "10.9.0.0/16", "CidrBlockSet": [{"CidrBlock": "10.9.0.0/16"}, {"CidrBlock": "10.8.0.0/16"}]},
         ("10.9.0.0/16", "10.8.0.0/16")),
        ({"CidrBlock": "10.9.0.0/16"}, ("10.9.0.0/16",)),
        ({}, None),
    ],
)  # fmt: skip
def test_the_ranges_of_a_peered_vpc(told: dict[str, Any], cidrs: tuple[str, ...] | None) -> None:
    own = peering(side("vpc-1"), side("vpc-7", **told))
    other = peering(side("vpc-6"), side("vpc-7"))
    found = read(
        "vpc_neighbours",
        VPC,
        DescribeVpcs=ONE,
        DescribeVpcPeeringConnections=[{"VpcPeeringConnections": [own, other]}],
        DescribeTransitGatewayVpcAttachments=[{"TransitGatewayVpcAttachments": []}],
    )
    (peered,) = found.peerings
    assert isinstance(peered, Peering)
    assert (peered.other("vpc-1").vpc, peered.other("vpc-1").cidrs) == ("vpc-7", cidrs)
    assert (peered.other("vpc-7").vpc, peered.other("vpc-8")) == ("vpc-1", None)


def attachment(id: str, gateway: str, **told: Any) -> dict[str, Any]:
    there = {"TransitGatewayAttachmentId": f"tgw-attach-{id}", "TransitGatewayId": gateway, "VpcId": id, "State": "available"}
    return {**there, "VpcOwnerId": "999999999999", **told}


def test_what_is_at_the_same_transit_gateway() -> None:
    links = [attachment("vpc-1", "tgw-1"), attachment("vpc-2", "tgw-1"), attachment("vpc-3", "tgw-1"), attachment("vpc-4", "tgw-2")]
    found = read(
        "vpc_neighbours",
        VPC,
        DescribeVpcs=[{"Vpcs": [vpc(), vpc("vpc-2", Environment="dev")]}],
        DescribeVpcPeeringConnections=[{"VpcPeeringConnections": []}],
        DescribeTransitGatewayVpcAttachments=[{"TransitGatewayVpcAttachments": links}],
    )
    assert [(link.vpc, known.id if known else None) for link, known in found.attached] == [("vpc-2", "vpc-2"), ("vpc-3", None)]


def test_an_attachment() -> None:
    told = {"SubnetIds": ["subnet-1"], "Options": {"SecurityGroupReferencingSupport": "enable"}}
    operation, member = "DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments"
    (found,) = listed(network.attachments, operation, member, attachment("vpc-1", "tgw-1", **told))
    assert found == Attachment("tgw-attach-vpc-1", "tgw-1", "vpc-1", "999999999999", "available", ("subnet-1",), True)
    (found,) = listed(network.attachments, operation, member, attachment("vpc-1", "tgw-1"))
    assert (found.subnets, found.references) == ((), False)


# ---------------------------------------------------------------------------------------------- subnets, routes and gateways


def route(target: dict[str, str], state: str = "active", **destination: str) -> dict[str, Any]:
    return {"State": state, **(destination or {"DestinationCidrBlock": "0.0.0.0/0"}), **target}


ROUTES = [
    (route({"GatewayId": "igw-1"}), Route("0.0.0.0/0", "igw-1", True)),
    (route({"NatGatewayId": "nat-1"}, "blackhole"), Route("0.0.0.0/0", "nat-1", False)),
    (route({}, "blackhole"), Route("0.0.0.0/0", "", False)),
    (route({"EgressOnlyInternetGatewayId": "eigw-1"}, DestinationIpv6CidrBlock="::/0"), Route("::/0", "eigw-1", True)),
    (route({"GatewayId": "vpce-1"}, DestinationPrefixListId="pl-1"), Route("pl-1", "vpce-1", True)),
    (route({"InstanceId": "i-1", "NetworkInterfaceId": "eni-1"}), Route("0.0.0.0/0", "eni-1", True)),
    (route({"TransitGatewayId": "tgw-1"}), Route("0.0.0.0/0", "tgw-1", True)),
]


@pytest.mark.parametrize(("told", "understood"), ROUTES)
def test_a_route(told: dict[str, Any], understood: Route) -> None:
    assert network._route(told) == understood


def test_a_route_to_nowhere_known_is_none() -> None:
    with pytest.raises(CannotLook, match="lacks Destination"):
        network._route({"State": "active", "GatewayId": "igw-1"})


def table(id: str, *links: dict[str, Any], to: str = "igw-1") -> dict[str, Any]:
    routes = [route({"GatewayId": to})]
    return {"RouteTableId": id, "VpcId": "vpc-1", "Associations": list(links), "Routes": routes}


def subnet(id: str) -> dict[str, Any]:
    return {"SubnetId": id, "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1a", "State": "available", "CidrBlock": "10.2.0.0/24"}


def layout(*tables: dict[str, Any], **other: Any) -> network.Layout:
    found: network.Layout = read("vpc_layout", VPC, **{
        "DescribeVpcs": ONE,
        "DescribeSubnets": [{"Subnets": [subnet("subnet-1"), subnet("subnet-2"), {**subnet("subnet-3"), "VpcId": "vpc-2"}]}],
        "DescribeRouteTables": [{"RouteTables": list(tables)}],
        "DescribeInternetGateways": [{"InternetGateways": []}],
        "DescribeNatGateways": [{"NatGateways": []}],
        **other,
    })  # fmt: skip
    return found


MAIN = table("rtb-1", {"Main": True, "AssociationState": {"State": "associated"}}, to="igw-main")


@pytest.mark.parametrize(
    ("state", "target"),
    [("associated", "igw-own"), (None, "igw-own"), ("disassociated", "igw-main"), ("failed", "igw-main")],
)
def test_a_subnet_without_a_table_of_its_own_has_the_main_one(state: str | None, target: str) -> None:
    link = {"Main": False, "SubnetId": "subnet-1", **({"AssociationState": {"State": state}} if state else {})}
    found = layout(table("rtb-2", link, to="igw-own"), MAIN)
    assert [(each.id, routes[0].target) for each, routes in found.subnets] == [("subnet-1", target), ("subnet-2", "igw-main")]


def test_a_vpc_without_a_main_table_is_not_understood() -> None:
    with pytest.raises(CannotLook, match="names no main route table of vpc-1"):
        layout(table("rtb-2", {"Main": False, "SubnetId": "subnet-1"}))


def test_an_internet_gateway_counts_where_it_is_attached() -> None:
    def gateway(id: str, *links: tuple[str, str]) -> dict[str, Any]:
        return {"InternetGatewayId": id, "Attachments": [{"VpcId": vpc, "State": state} for vpc, state in links]}

    given = [gateway("igw-1", ("vpc-1", "available")), gateway("igw-2"), gateway("igw-3", ("vpc-1", "detaching"))]
    found = layout(MAIN, DescribeInternetGateways=[{"InternetGateways": [*given, gateway("igw-4", ("vpc-2", "available"))]}])
    assert found.internet_gateways == ("igw-1",)


def test_nat_gateways() -> None:
    one = {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "available", "ConnectivityType": "public"}
    zonal = {**one, "SubnetId": "subnet-1", "NatGatewayAddresses": [{"PublicIp": "192.0.2.1"}, {"PrivateIp": "10.2.0.9"}]}
    regional = {**one, "AvailabilityMode": "regional", "NatGatewayAddresses": []}
    found = listed(network.nat_gateways, "DescribeNatGateways", "NatGateways", zonal, regional)
    assert found == [
        NatGateway("nat-1", "vpc-1", "subnet-1", "available", "public", False, ("192.0.2.1",)),
        NatGateway("nat-1", "vpc-1", "", "available", "public", True, ()),
    ]
    with pytest.raises(CannotLook, match="lacks SubnetId"):
        listed(network.nat_gateways, "DescribeNatGateways", "NatGateways", {**zonal, "SubnetId": None})


def test_an_acl() -> None:
    entry = {"RuleNumber": 100, "Egress": False, "RuleAction": "deny", "Protocol": "6"}
    entries = [{**entry, "CidrBlock": "10.0.0.0/8", "PortRange": {"From": 1, "To": 2}}, {**entry, "Ipv6CidrBlock": "::/0"}]
    there = {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-1"}], "Entries": entries}
    (found,) = listed(network.acls, "DescribeNetworkAcls", "NetworkAcls", there)
    assert (found.subnets, found.entries) == (
        ("subnet-1",),
        (AclEntry(100, False, False, "6", "10.0.0.0/8", (1, 2)), AclEntry(100, False, False, "6", "::/0", None)),
    )


# ---------------------------------------------------------------------------------------------- flow logs


def test_flow_logs_of_the_vpc_alone() -> None:
    one = {"FlowLogId": "fl-1", "FlowLogStatus": "ACTIVE", "TrafficType": "ALL", "ResourceId": "vpc-1"}
    failed = {**one, "FlowLogId": "fl-2", "DeliverLogsStatus": "FAILED", "DeliverLogsErrorMessage": "Access error"}
    others = [{**one, "ResourceId": "subnet-1"}, {"ResourceId": "tgw-1", "FlowLogId": "fl-9", "FlowLogStatus": "ACTIVE"}]
    found = read("vpc_flow_logs", VPC, DescribeVpcs=ONE, DescribeFlowLogs=[{"FlowLogs": [one, failed, *others]}])
    assert [(each.id, each.delivery, each.error) for each in found] == [("fl-1", None, ""), ("fl-2", "FAILED", "Access error")]


# ---------------------------------------------------------------------------------------------- security groups


def permission(protocol: str = "tcp", **given: Any) -> dict[str, Any]:
    return {"IpProtocol": protocol, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [], **given}


def test_the_rules_of_a_permission() -> None:
    peered = {"GroupId": "sg-9", "UserId": "999999999999", "VpcId": "vpc-7", "VpcPeeringConnectionId": "pcx-1"}
    given = permission(
        FromPort=80,
        ToPort=443,
        IpRanges=[{"CidrIp": "10.0.0.0/8"}],
        Ipv6Ranges=[{"CidrIpv6": "::/0"}],
        PrefixListIds=[{"PrefixListId": "pl-1"}],
        UserIdGroupPairs=[{"GroupId": "sg-1", "UserId": "815856636111"}, peered],
    )
    assert list(network._rules(given)) == [
        Rule("tcp", (80, 443), "10.0.0.0/8"),
        Rule("tcp", (80, 443), "::/0"),
        Rule("tcp", (80, 443), "pl-1"),
        Rule("tcp", (80, 443), "sg-1", "815856636111"),
        Rule("tcp", (80, 443), "sg-9", "999999999999", "vpc-7"),
    ]


@pytest.mark.parametrize(
    ("protocol", "given", "ports"),
    [
        ("-1", {}, None),
        ("-1", {"FromPort": 22, "ToPort": 22}, None),  # AWS takes every port, whatever is said
        ("icmp", {"FromPort": -1, "ToPort": -1}, None),
        ("icmp", {"FromPort": 8, "ToPort": -1}, (8, -1)),
        ("tcp", {"FromPort": 0, "ToPort": 65535}, (0, 65535)),
        ("50", {}, None),
    ],
)
def test_the_ports_of_a_rule(protocol: str, given: dict[str, int], ports: tuple[int, int] | None) -> None:
    (rule,) = network._rules(permission(protocol, IpRanges=[{"CidrIp": "10.0.0.0/8"}], **given))
    assert rule.ports == ports


@pytest.mark.parametrize("member", ["IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"])
def test_a_permission_that_tells_only_a_part_is_not_understood(member: str) -> None:
    given = permission()
    del given[member]
    with pytest.raises(CannotLook, match=f"lacks {member}"):
        list(network._rules(given))


def security_group(id: str, vpc: str, *ingress: dict[str, Any]) -> dict[str, Any]:
    return {"GroupId": id, "GroupName": id, "VpcId": vpc, "IpPermissions": list(ingress), "IpPermissionsEgress": []}


def interface(id: str = "eni-1", vpc: str = "vpc-1", **told: Any) -> dict[str, Any]:
    place = {"VpcId": vpc, "SubnetId": "subnet-1", "AvailabilityZone": "eu-west-1a", "InterfaceType": "interface"}
    own = {"RequesterManaged": False, "Groups": [], "PrivateIpAddresses": [{"PrivateIpAddress": "10.2.0.9"}]}
    return {"NetworkInterfaceId": id, **place, **own, **told}


def test_the_groups_of_a_vpc_and_what_its_interfaces_have_from_others() -> None:
    listed_ = [
        security_group(f"sg-{number}", vpc)
        for number, vpc in ((1, "vpc-1"), (2, "vpc-2"), (3, "vpc-2"), (4, "vpc-3"), (5, "vpc-4"))
    ]
    by_list = permission(PrefixListIds=[{"PrefixListId": id} for id in ("pl-own", "pl-aws", "pl-hidden")])
    listed_[0]["IpPermissions"] = [by_list]
    given = [
        interface(Groups=[{"GroupId": "sg-1"}, {"GroupId": "sg-2"}, {"GroupId": "sg-hidden"}]),
        interface("eni-2", "vpc-2", Groups=[{"GroupId": "sg-1"}]),
        interface("eni-3", "vpc-2", Groups=[{"GroupId": "sg-3"}]),
        interface("eni-4", "vpc-3", Groups=[{"GroupId": "sg-4"}]),
    ]
    lists = [{"PrefixListId": f"pl-{name}", "PrefixListName": name, "OwnerId": owner}
             for name, owner in (("own", "815856636111"), ("aws", "AWS"), ("unused", "815856636111"))]  # fmt: skip
    asked: list[str] = []

    def entries(region: str, **parameters: str) -> list[dict[str, Any]]:
        asked.append(parameters["PrefixListId"])
        return [{"Entries": [{"Cidr": "0.0.0.0/1"}]}, {"Entries": [{"Cidr": "128.0.0.0/1"}]}]

    found = read(
        "vpc_groups",
        VPC,
        DescribeVpcs=[{"Vpcs": [vpc(), vpc("vpc-3", Tenant="acme"), vpc("vpc-4", Tenant="", Project="other")]}],
        DescribeSecurityGroups=[{"SecurityGroups": listed_}],
        DescribeNetworkInterfaces=[{"NetworkInterfaces": given}],
        DescribeManagedPrefixLists=[{"PrefixLists": lists}],
        GetManagedPrefixListEntries=entries,
    )
    assert [each.id for each in found.groups] == ["sg-1", "sg-2", "sg-4"]
    assert [each.id for each in found.interfaces] == ["eni-1", "eni-2", "eni-4"]
    assert (found.unknown, found.tenants) == (("sg-hidden",), ("vpc-3",))
    assert found.prefix_lists == {
        "pl-own": PrefixList("pl-own", "own", "815856636111", ("0.0.0.0/1", "128.0.0.0/1")),
        "pl-aws": PrefixList("pl-aws", "aws", "AWS", None),
    }
    assert asked == ["pl-own"]


# ---------------------------------------------------------------------------------------------- interfaces and addresses

INTERFACE = Interface(
    "eni-1", "vpc-1", "subnet-1", "eu-west-1a", "interface", "", "", (), ("10.2.0.9",), (), (), "", {}
)  # fmt: skip
ELB = {"RequesterId": "amazon-elb", "Description": "ELB app/bbws-alb-sit/0123456789abcdef"}
INTERFACES = [
    ({}, INTERFACE, ""),
    (ELB | {"RequesterManaged": True}, replace(INTERFACE, requester="amazon-elb", description=ELB["Description"]), "bbws-alb-sit"),
    (ELB, replace(INTERFACE, description=ELB["Description"]), ""),  # so it is described by whoever made it
    ({"RequesterManaged": True, "RequesterId": "amazon-elb", "Description": "ELB net/other/1"},
     replace(INTERFACE, requester="amazon-elb", description="ELB net/other/1"), ""),
    ({"Association": {"PublicIp": "192.0.2.1"},
      "PrivateIpAddresses": [
          {"PrivateIpAddress": "10.2.0.9", "Association": {"PublicIp": "192.0.2.1"}},
          {"PrivateIpAddress": "10.2.0.10", "Association": {"PublicIp": "192.0.2.2"}}]},
     replace(INTERFACE, private=("10.2.0.9", "10.2.0.10"), public=("192.0.2.1", "192.0.2.2")), ""),
    ({"Ipv6Addresses": [{"Ipv6Address": "2001:db8::1"}], "Attachment": {"InstanceId": "i-1"}, "TagSet": tags(Tenant="acme")},
     replace(INTERFACE, ipv6=("2001:db8::1",), instance="i-1", tags={"Tenant": "acme"}), ""),
]  # fmt: skip


@pytest.mark.parametrize(("told", "understood", "balancer"), INTERFACES)
def test_an_interface(told: dict[str, Any], understood: Interface, balancer: str) -> None:
    (found,) = listed(network.interfaces, "DescribeNetworkInterfaces", "NetworkInterfaces", interface(**told))
    assert (found, found.load_balancer) == (understood, balancer)


def test_public_addresses() -> None:
    nat = {"VpcId": "vpc-1", "SubnetId": "subnet-1", "ConnectivityType": "public"}
    gateways = [
        {**nat, "NatGatewayId": f"nat-{number}", "State": state, "NatGatewayAddresses": [{"PublicIp": f"192.0.2.{number}"}]}
        for number, state in ((1, "available"), (2, "deleted"))
    ]
    given = [interface(), interface("eni-2", Association={"PublicIp": "192.0.2.9"})]
    elastic = [{"PublicIp": "192.0.2.1", "NetworkInterfaceId": "eni-9", "Tags": tags(Name="nat")}, {"PublicIp": "192.0.2.2"}]
    declared = replace(VPC, beside=(((("Project", "shop"),), "10.2.0.0/16"),))
    found = read(
        "vpc_addresses",
        declared,
        DescribeVpcs=[{"Vpcs": [vpc(), vpc("vpc-2", Project="shop"), vpc("vpc-3", Tenant="acme")]}],
        DescribeAddresses={"Addresses": elastic},
        DescribeNetworkInterfaces=[{"NetworkInterfaces": given}],
        DescribeNatGateways=[{"NatGateways": gateways}],
    )
    assert (found.id, found.beside, found.tenants) == ("vpc-1", ("vpc-2",), ("vpc-3",))
    assert [(each.address, each.name, each.interface) for each in found.elastic] == [
        ("192.0.2.1", "nat", "eni-9"),
        ("192.0.2.2", "", ""),
    ]
    assert [each.id for each in found.interfaces] == ["eni-2"]
    assert found.translated == {"192.0.2.1": "vpc-1"}
