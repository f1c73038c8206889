"""The network: the VPC is there, and its subnets stand over enough zones."""

from checks import network


def test_vpc_exists(verify, vpc, region_vpcs):
    verify(network.vpc_exists, vpc, region_vpcs)


def test_subnets(verify, vpc, vpc_layout):
    verify(network.subnets, vpc, vpc_layout)


def test_required_tags(verify, vpc, vpc_description, required_tags):
    verify(network.required_tags, vpc, vpc_description, required=required_tags)
