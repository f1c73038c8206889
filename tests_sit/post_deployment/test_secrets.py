"""Secrets: none stands in plain text in what was deployed."""

from checks import secrets


def test_no_plain_credentials(verify, ecs_service, task_definition):
    verify(secrets.no_plain_credentials, ecs_service, task_definition)


def test_no_plain_user_data(verify, vpc, user_data):
    verify(secrets.no_plain_user_data, vpc, user_data)
