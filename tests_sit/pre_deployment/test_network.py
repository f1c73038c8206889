"""The network before a deployment: the VPC is as declared, reaches the internet as it must, and is closed to the world."""

from checks import network


def test_cidr(verify, vpc, vpc_description, vpc_neighbours):
    verify(network.cidr, vpc, vpc_description, vpc_neighbours)


def test_nat(verify, vpc, vpc_layout, policy):
    limits = policy.network
    verify(network.nat, vpc, vpc_layout, widest_ipv4=limits.widest_ipv4, widest_ipv6=limits.widest_ipv6)


def test_flow_logs(verify, vpc, vpc_flow_logs):
    verify(network.flow_logs, vpc, vpc_flow_logs)


def test_security_groups(verify, vpc, vpc_groups, policy):
    limits = policy.network
    verify(network.security_groups, vpc, vpc_groups, widest_ipv4=limits.widest_ipv4, widest_ipv6=limits.widest_ipv6)


def test_default_security_group(verify, vpc, vpc_groups):
    verify(network.default_security_group, vpc, vpc_groups)


def test_public_addresses(verify, vpc, vpc_addresses, vpc_layout):
    verify(network.public_addresses, vpc, vpc_addresses, vpc_layout)
