"""Websites: they answer as declared, over a certificate that is trusted, and nobody reads past them."""

import pytest

from checks import websites


def test_certificate(verify, site, live_certificate):
    verify(websites.certificate, site, live_certificate)


def test_certificate_days(verify, site, live_certificate, policy):
    verify(websites.certificate_days, site, live_certificate, days=policy.websites.certificate_days)


def test_answers(verify, endpoint, reply):
    verify(websites.answers, endpoint, reply)


def test_https_redirect(verify, site, plain_replies):
    verify(websites.https_redirect, site, plain_replies)


@pytest.mark.declares("redirects_to")
def test_host_redirect(verify, site, host_replies):
    verify(websites.host_redirect, site, host_replies)


@pytest.mark.declares("headers")
def test_security_headers(verify, endpoint, reply):
    verify(websites.security_headers, endpoint, reply)


@pytest.mark.declares("same_as")
def test_single_page(verify, endpoint, reply, original_reply):
    verify(websites.single_page, endpoint, reply, original_reply)


@pytest.mark.declares("compressed")
def test_compression(verify, endpoint, reply, compressed_reply):
    verify(websites.compression, endpoint, reply, compressed_reply)


@pytest.mark.declares("compressed")
def test_no_compression_unasked(verify, endpoint, reply):
    verify(websites.no_compression_unasked, endpoint, reply)


def test_direct_read_refused(verify, direct_read, direct_reply):
    verify(websites.direct_read_refused, direct_read, direct_reply)
