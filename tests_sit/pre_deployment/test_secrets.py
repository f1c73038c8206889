"""Secrets: each declared one is in Secrets Manager, encrypted, rotated and copied as declared, and closed to the world."""

from checks import secrets


def test_exists(verify, secret, found_secret):
    verify(secrets.exists, secret, found_secret)


def test_not_scheduled_for_deletion(verify, secret, secret_description):
    verify(secrets.not_scheduled_for_deletion, secret, secret_description)


def test_encrypted(verify, secret, secret_key):
    verify(secrets.encrypted, secret, secret_key)


def test_rotated(verify, secret, secret_description):
    verify(secrets.rotated, secret, secret_description)


def test_replicated(verify, secret, secret_description):
    verify(secrets.replicated, secret, secret_description)


def test_not_public(verify, secret, secret_policy):
    verify(secrets.not_public, secret, secret_policy)


def test_required_tags(verify, secret, secret_description, required_tags):
    verify(secrets.required_tags, secret, secret_description, required=required_tags)
