"""Alarms: what the plans declare is watched, by alarms that can fire and that somebody would hear of.

They need what is deployed to be watched, so that `pre.alerts` too is shown here.
"""

from checks import alarms


def test_exists(verify, alarm, watching):
    verify(alarms.exists, alarm, watching)


def test_fires_in_time(verify, alarm, watching):
    verify(alarms.fires_in_time, alarm, watching, within_minutes=alarm.within_minutes)


def test_missing_data(verify, alarm, watching):
    verify(alarms.missing_data, alarm, watching)


def test_actions(verify, alarm, watching):
    verify(alarms.actions, alarm, watching)


def test_topic(verify, alarm, watching, alarm_topics):
    verify(alarms.topic, alarm, watching, alarm_topics)


def test_quiet(verify, alarm, watching):
    verify(alarms.quiet, alarm, watching)


def test_not_muted(verify, alarm, watching, mute_rules):
    verify(alarms.not_muted, alarm, watching, mute_rules)


def test_request_metrics(verify, request_metrics, request_metrics_narrowing):
    verify(alarms.request_metrics, request_metrics, request_metrics_narrowing)
