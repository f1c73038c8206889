"""Redis: the declared caches, of the declared engine, encrypted, closed, and outliving a zone."""

import pytest

from checks import redis


def test_cache_exists(verify, cache, cache_found):
    verify(redis.cache_exists, cache, cache_found)


def test_available(verify, cache, cache_description):
    verify(redis.available, cache, cache_description)


def test_engine(verify, cache, cache_engines):
    verify(redis.engine, cache, cache_engines)


def test_encrypted_at_rest(verify, cache, cache_description):
    verify(redis.encrypted_at_rest, cache, cache_description)


def test_encrypted_in_transit(verify, cache, cache_description):
    verify(redis.encrypted_in_transit, cache, cache_description)


def test_in_vpc(verify, cache, cache_vpcs):
    verify(redis.in_vpc, cache, cache_vpcs)


@pytest.mark.declares("snapshot_days")
def test_snapshots(verify, cache, cache_description):
    verify(redis.snapshots, cache, cache_description)


def test_required_tags(verify, cache, cache_tags, required_tags):
    verify(redis.required_tags, cache, cache_tags, required=required_tags)


@pytest.mark.declares("nodes")
def test_failover(verify, cache, cache_description):
    verify(redis.failover, cache, cache_description)


@pytest.mark.declares("nodes")
def test_members(verify, cache, cache_description):
    verify(redis.members, cache, cache_description)


@pytest.mark.declares("nodes")
def test_updates(verify, cache, cache_updates):
    verify(redis.updates, cache, cache_updates)
