"""ECS before a deployment: each service that stands can be rolled back."""

from checks import ecs


def test_rollback_revision(verify, ecs_service, ecs_rollback):
    verify(ecs.rollback_revision, ecs_service, ecs_rollback)
