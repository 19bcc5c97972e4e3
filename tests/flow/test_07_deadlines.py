"""Deadlines of a few seconds: each of the three steps fires exactly once, in time, never early; with Redis and without."""

import contextlib
import signal
import threading
import time

import pytest

from harness.cluster import Cluster
from harness.contract import report
from harness.waiting import wait_until

POLICY_S = 4
TICKETS = 40
LATE_WITH_REDIS_S = 1.0
LATE_WITHOUT_S = 6.0

LATENESS = """
    SELECT max(extract(epoch FROM n.created_at - (d.started_at
        + (d.due_at - d.started_at) * (CASE n.kind WHEN 3 THEN 0.5 WHEN 4 THEN 0.8 ELSE 1 END))))
    FROM notices n JOIN deadlines d ON d.ticket_id = n.cause WHERE n.kind IN (3, 4, 5)"""


@contextlib.contextmanager
def quick_cluster(**settings):
    with Cluster(settings={"watcher": settings}) as cluster:
        cluster.query("INSERT INTO policies (clock, version, duration, effective_from, source)"
                      " VALUES ('first_response', 2, %s * interval '1 second', now() - interval '1 hour', 'test')", (POLICY_S,))
        cluster["watcher"].await_event("ACTIVE")
        cluster.await_working()
        yield cluster


def publish(cluster, source="deadlines"):
    with cluster.client() as client:
        client.publish([report(source, f"d{i}", f"Jalan rusak parah di gang nomor {i} {source} Kudus") for i in range(TICKETS)])


def all_fired(cluster):
    return cluster.value("SELECT count(*) > %s AND bool_and(next_step = 3) FROM deadlines", (TICKETS,))


def assert_each_step_once(cluster, late_s):
    wait_until(lambda: all_fired(cluster), POLICY_S + late_s + 10, "all steps fired")
    cluster.await_settled()
    assert cluster.broken() == {}
    tickets = cluster.value("SELECT count(*) FROM tickets")
    assert cluster.query("SELECT kind, count(*) FROM notices WHERE kind > 2 GROUP BY 1 ORDER BY 1") == [(k, tickets) for k in (3, 4, 5)]
    assert float(cluster.value(LATENESS)) <= late_s
    assert cluster.value("SELECT count(*) FROM deadlines WHERE policy_version <> 2") == 0


def test_each_step_fires_once_and_on_time():
    with quick_cluster() as cluster:
        publish(cluster)
        assert_each_step_once(cluster, LATE_WITH_REDIS_S)
        assert sorted(cluster.push.notices()) == sorted(n for (n,) in cluster.query("SELECT id FROM notices WHERE audience = 'agency'"))
        kinds = {notice["kind"] for push in cluster.push.pushes() for notice in push["payload"]["notices"]}
        assert kinds == {"ticket_opened", "warning_50", "warning_80", "breach"}
        assert cluster.redis.call("ZCARD", "kentongan:timers") == "0", "what has fired leaves Redis"


def test_redis_is_flushed_again_and_again():
    with quick_cluster() as cluster:
        publish(cluster)
        end = time.monotonic() + POLICY_S + 1
        while time.monotonic() < end:
            cluster.redis.flush()
            wait_until(lambda: cluster.redis.call("EXISTS", "kentongan:timers") == "1" or all_fired(cluster), 5, "timers are set again")
        assert_each_step_once(cluster, LATE_WITHOUT_S)
        assert cluster["watcher"].count("TIMERS_REBUILT") >= 2


def test_redis_is_away_all_the_time():
    with quick_cluster(WATCHER_SWEEP_MS=4000) as cluster:
        cluster.redis.stop()
        publish(cluster)
        assert_each_step_once(cluster, LATE_WITHOUT_S)


def test_redis_hangs():
    with quick_cluster(WATCHER_SWEEP_MS=4000) as cluster:
        publish(cluster)
        cluster.redis.process.send_signal(signal.SIGSTOP)
        try:
            assert_each_step_once(cluster, LATE_WITHOUT_S)
        finally:
            cluster.redis.process.send_signal(signal.SIGCONT)


def test_redis_goes_and_comes_back_empty():
    with quick_cluster() as cluster:
        publish(cluster)
        cluster.redis.stop()
        cluster["watcher"].await_event("CACHE_AWAY")
        rebuilt = cluster["watcher"].count("TIMERS_REBUILT")
        cluster.redis.start()
        cluster["watcher"].await_event("TIMERS_REBUILT", times=rebuilt + 1)
        assert_each_step_once(cluster, LATE_WITHOUT_S)


def second_watcher(cluster):
    return cluster.add("watcher", "watcher-2", {"BUS_WATCHER_NOTICES": f"ipc://{cluster.folder}/bus_watcher_notices-2"})


def test_two_watchers_fire_once():
    with quick_cluster() as cluster:
        second_watcher(cluster).await_event("STANDBY")
        publish(cluster)
        assert_each_step_once(cluster, LATE_WITH_REDIS_S)


def test_the_active_watcher_dies_and_the_other_goes_on():
    with quick_cluster() as cluster:
        other = second_watcher(cluster)
        other.await_event("STANDBY")
        publish(cluster)
        wait_until(lambda: cluster.value("SELECT count(*) FROM notices WHERE kind = 3") > 0, 10, "the first step")
        cluster["watcher"].stop(signal.SIGKILL)
        other.await_event("ACTIVE", timeout=5)
        assert_each_step_once(cluster, LATE_WITHOUT_S)


def test_the_watcher_is_killed_again_and_again():
    with quick_cluster() as cluster:
        publish(cluster)
        stop = threading.Event()

        def kill():
            while not stop.wait(0.3):
                cluster["watcher"].kill()

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            wait_until(lambda: all_fired(cluster), 40, "all steps fired between the kills")
        finally:
            stop.set()
            killer.join()
        cluster.await_settled()
        assert cluster.broken() == {}
        assert cluster["watcher"].starts > 5


@pytest.mark.parametrize("failpoint", ["before_commit", "after_commit", "after_timers", "before_fire", "after_fire"])
def test_killed_at_its_failpoint(failpoint):
    with quick_cluster() as cluster:
        cluster["watcher"].kill(once={"FAILPOINT": f"watcher.{failpoint}:1"})
        publish(cluster)
        cluster["watcher"].await_event("FAILPOINT")
        assert_each_step_once(cluster, LATE_WITHOUT_S)


def test_deadlines_that_passed_while_everything_was_off_fire_at_once_and_once():
    with quick_cluster() as cluster:
        publish(cluster)
        wait_until(lambda: cluster.value("SELECT count(*) FROM deadlines") > TICKETS, 10, "deadlines are set")
        cluster["watcher"].stop()
        cluster.redis.flush()
        wait_until(lambda: cluster.value("SELECT bool_and(due_at < now()) FROM deadlines"), POLICY_S + 5, "all deadlines passed")
        cluster["watcher"].start()
        wait_until(lambda: all_fired(cluster), 15, "all steps fired")
        cluster.await_settled()
        assert cluster.broken() == {}


def test_a_new_policy_leaves_running_deadlines_alone():
    with quick_cluster() as cluster:
        publish(cluster)
        wait_until(lambda: cluster.value("SELECT count(*) FROM deadlines") > TICKETS, 10, "deadlines are set")
        cluster.cli("policy", "add", "first_response", "--hours", "12", "--source", "uji")
        publish(cluster, "later")
        cluster.await_settled()
        assert cluster.query("SELECT policy_version, extract(epoch FROM max(due_at - started_at))::int FROM deadlines GROUP BY 1 ORDER BY 1") \
            == [(2, POLICY_S), (3, 12 * 3600)]
