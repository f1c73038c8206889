"""Lambda@Edge before a deployment: the role that the functions run as is ready."""

from checks import edge_functions


def test_role_ready(verify, edge_role, edge_role_trust):
    verify(edge_functions.role_ready, edge_role, edge_role_trust)
