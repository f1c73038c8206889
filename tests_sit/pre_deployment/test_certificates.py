"""Certificates before a deployment: one is ready for every declared name."""

from checks import certificates


def test_ready(verify, certificate, ready_certificates, policy):
    limits = policy.certificates
    verify(
        certificates.ready,
        certificate,
        ready_certificates,
        amazon_issued_days=limits.amazon_issued_days,
        imported_days=limits.imported_days,
    )
