"""Traffic: what the viewers of the declared sites met lately."""

import pytest

from checks import traffic


def test_client_errors(verify, distribution, distribution_traffic, policy):
    verify(traffic.client_errors, distribution, distribution_traffic, percent=policy.traffic.client_errors_percent)


def test_server_errors(verify, distribution, distribution_traffic, policy):
    verify(traffic.server_errors, distribution, distribution_traffic, percent=policy.traffic.server_errors_percent)


def test_cache_hit_ratio(verify, distribution, distribution_traffic, policy):
    verify(traffic.cache_hit_ratio, distribution, distribution_traffic, percent=policy.traffic.cache_hit_percent)


@pytest.mark.declares("declared")
def test_edge_errors(verify, edge_associations, edge_function_errors, policy):
    verify(traffic.edge_errors, edge_associations, edge_function_errors, percent=policy.traffic.edge_errors_percent)
