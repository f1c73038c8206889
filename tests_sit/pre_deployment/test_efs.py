"""EFS before a deployment: what stands could be restored."""

from checks import efs


def test_recovery_point(verify, file_system, file_system_recovery_points, policy):
    verify(
        efs.recovery_point,
        file_system,
        file_system_recovery_points,
        max_age_hours=policy.efs.recovery_point_max_age_hours,
    )
