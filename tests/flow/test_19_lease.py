"""One replica works at a time: one that dies is replaced at once, one that freezes within six seconds, and it stands by when it thaws."""

import signal
import time

import pytest

from harness import contract
from harness.cluster import Cluster
from harness.waiting import wait_until

ALONE = ["classifier", "watcher", "notifier"]
AT_ONCE_S = 4
FROZEN_S = 8  # a lease lasts 5 s; what follows takes its time on a busy machine
OUTBOXES = {"classifier": ["BUS_TRIAGED"], "router": ["BUS_ROUTED", "BUS_ROUTER_NOTICES"], "watcher": ["BUS_WATCHER_NOTICES"],
            "notifier": []}


def publish(cluster, name, count=40):
    chance = contract.seeded(name)
    with cluster.client() as client:
        client.publish([contract.random_report(name, f"{name}-{i}", chance) for i in range(count)])


def replica(cluster, stage):
    """One more process of a stage, which binds sockets of its own."""
    made = cluster.environment(stage)
    return cluster.add(stage, f"{stage}-2", {name: f"{made[name]}-2" for name in OUTBOXES[stage]})


def assert_all_is_well(cluster):
    cluster.await_settled()
    assert cluster.broken() == {}


@pytest.mark.parametrize("stage", ALONE)
def test_a_frozen_one_is_replaced_and_stands_by_when_it_thaws(stage):
    with Cluster() as cluster:
        cluster[stage].await_event("ACTIVE")
        other = replica(cluster, stage)
        other.await_event("STANDBY")
        publish(cluster, "before")
        cluster[stage].freeze()
        other.await_event("ACTIVE", timeout=FROZEN_S)
        publish(cluster, "frozen")
        assert_all_is_well(cluster)
        cluster[stage].thaw()
        cluster[stage].await_event("STANDBY")
        publish(cluster, "thawed")
        assert_all_is_well(cluster)
        other.stop()
        cluster[stage].await_event("ACTIVE", times=2, timeout=AT_ONCE_S)
        publish(cluster, "again")
        assert_all_is_well(cluster)


@pytest.mark.parametrize("stage", ALONE)
def test_one_that_froze_alone_goes_on(stage):
    with Cluster() as cluster:
        cluster[stage].await_event("ACTIVE")
        cluster[stage].freeze()
        publish(cluster, "frozen")
        wait_until(lambda: cluster.value("SELECT until < now() FROM leases WHERE name = %s", (stage,)), 10, "the lease is over")
        cluster[stage].thaw()
        assert_all_is_well(cluster)
        assert cluster[stage].count("STANDBY") == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_new_one_does_not_wait_for_the_lease_of_the_old_one(number):
    with Cluster(stages=["ingest", "classifier"], push=False) as cluster:
        for times in range(1, 4):
            cluster["classifier"].await_event("ACTIVE", times=times)
            cluster["classifier"].stop(number)
            started = time.monotonic()
            cluster["classifier"].start()
            cluster["classifier"].await_event("ACTIVE", times=times + 1, timeout=AT_ONCE_S)
            assert time.monotonic() - started < AT_ONCE_S


def test_corrections_pass_to_another_router():
    with Cluster() as cluster:
        publish(cluster, "first")
        cluster.await_settled()
        cluster.query("INSERT INTO corrections (report_id, what, value, by) SELECT max(id), 'urgent', 'yes', 'test' FROM reports")
        wait_until(lambda: cluster.value("SELECT count(*) FROM corrections_done") == 1, 10, "a correction by the first router")
        replica(cluster, "router").await_event("ACTIVE")
        cluster["router"].freeze()
        cluster.query("INSERT INTO corrections (report_id, what, value, by) SELECT min(id), 'urgent', 'yes', 'test' FROM reports")
        wait_until(lambda: cluster.value("SELECT count(*) FROM corrections_done") == 2, FROZEN_S, "a correction by the other")
        cluster["router"].thaw()
        assert_all_is_well(cluster)
