"""Terraform before a deployment: the plan's state is there, is locked while it is written, and nobody holds the lock."""

from checks import terraform


def test_state_exists(verify, state, state_keys):
    verify(terraform.state_exists, state, state_keys)


def test_lock_table(verify, lock_table, lock_table_description, lock_table_names):
    verify(terraform.lock_table, lock_table, lock_table_description, lock_table_names)


def test_lock_table_tags(verify, lock_table, lock_table_tags, required_tags):
    verify(terraform.lock_table_tags, lock_table, lock_table_tags, required=required_tags)


def test_locking(verify, state, lock_use):
    verify(terraform.locking, state, lock_use)


def test_no_stale_lock(verify, state, locks, policy):
    verify(terraform.no_stale_lock, state, locks, hours=policy.terraform.lock_hours)
