"""Load balancers: active over enough zones, reached by TLS alone, with valid certificates, and healthy targets behind them."""

import pytest

from checks import load_balancer as balancers


def test_exists(verify, load_balancer, load_balancers):
    verify(balancers.exists, load_balancer, load_balancers)


def test_no_undeclared(verify, load_balancer_naming, undeclared_load_balancers):
    verify(balancers.no_undeclared, load_balancer_naming, undeclared_load_balancers)


def test_active(verify, load_balancer, load_balancer_description):
    verify(balancers.active, load_balancer, load_balancer_description)


def test_scheme(verify, load_balancer, load_balancer_description):
    verify(balancers.scheme, load_balancer, load_balancer_description)


def test_zones(verify, load_balancer, load_balancer_description):
    verify(balancers.zones, load_balancer, load_balancer_description)


def test_https_listener(verify, load_balancer, load_balancer_listeners):
    verify(balancers.https_listener, load_balancer, load_balancer_listeners)


def test_tls_policy(verify, load_balancer, secure_listeners, policy):
    verify(balancers.tls_policy, load_balancer, secure_listeners, minimum_tls=policy.load_balancer.minimum_tls)


def test_listener_certificates(verify, load_balancer, listener_certificates, policy):
    limits = policy.certificates
    verify(
        balancers.listener_certificates,
        load_balancer,
        listener_certificates,
        amazon_issued_days=limits.amazon_issued_days,
        imported_days=limits.imported_days,
    )


def test_http_redirects(verify, load_balancer, load_balancer_listeners):
    verify(balancers.http_redirects, load_balancer, load_balancer_listeners)


@pytest.mark.declares("deletion_protection")
def test_deletion_protection(verify, load_balancer, load_balancer_attributes):
    verify(balancers.deletion_protection, load_balancer, load_balancer_attributes)


@pytest.mark.declares("drop_invalid_headers")
def test_invalid_headers(verify, load_balancer, load_balancer_attributes):
    verify(balancers.invalid_headers, load_balancer, load_balancer_attributes)


@pytest.mark.declares("access_logs")
def test_access_logs(verify, load_balancer, load_balancer_attributes):
    verify(balancers.access_logs, load_balancer, load_balancer_attributes)


def test_required_tags(verify, load_balancer, load_balancer_tags, required_tags):
    verify(balancers.required_tags, load_balancer, load_balancer_tags, required=required_tags)


def test_targets_healthy(verify, target_groups, receiving_groups, policy):
    verify(balancers.targets_healthy, target_groups, receiving_groups, healthy_targets=policy.load_balancer.healthy_targets)


def test_targets_zones(verify, target_groups, receiving_groups_in_zones):
    verify(balancers.targets_zones, target_groups, receiving_groups_in_zones)
