"""Roles: each declared one exists, trusts whom it must and nobody else, may do what the service needs, and not everything."""

from checks import roles


def test_exists(verify, role, role_names):
    verify(roles.exists, role, role_names)


def test_trust(verify, role, role_detail):
    verify(roles.trust, role, role_detail)


def test_no_admin(verify, role, role_detail):
    verify(roles.no_admin, role, role_detail)


def test_boundary(verify, role, role_detail):
    verify(roles.boundary, role, role_detail)


def test_may(verify, role, role_simulated):
    verify(roles.may, role, role_simulated)


def test_may_not(verify, role, role_simulated):
    verify(roles.may_not, role, role_simulated)


def test_required_tags(verify, role, role_detail, required_tags):
    verify(roles.required_tags, role, role_detail, required=required_tags)
