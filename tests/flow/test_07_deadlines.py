"""Deadlines of a few seconds: each step fires exactly once, in time, never early and never after the answer; with Redis and without.

The clocks of these tests are new versions of the policies, in force since an hour: what runs already moves to them.
"""

import contextlib
import itertools
import signal
import threading
import time

import pytest

from harness import contract
from harness.cluster import Cluster
from harness.contract import report
from harness.waiting import wait_until

POLICY_S = 4
TICKETS = 40
LADDER = [(50, None, "officer"), (80, None, "officer"), (100, None, "head")]
LATE_WITH_REDIS_S = 1.0
LATE_WITHOUT_S = 6.0

# Of deadlines that were not moved after they had fired.
LATENESS = """
    SELECT max(extract(epoch FROM n.created_at) - d.steps[n.step + 1] / 1000.0)
    FROM notices n JOIN deadlines d ON d.ticket_id = n.cause AND d.clock = n.clock AND d.turn = n.turn
    WHERE n.kind IN (3, 4, 5, 8) AND n.due_at = d.due_at"""


def set_policy(cluster, clock="first_response", version=2, seconds=POLICY_S, starts="routed", stops="response", ladder=LADDER):
    """A policy of seconds, with its ladder, as one change."""
    policy = ("INSERT INTO policies (clock, version, duration, starts, stops, effective_from, source)"
              " VALUES (%s, %s, %s * interval '1 second', %s, %s, now() - interval '1 hour', 'test');")
    step = ("INSERT INTO policy_steps (clock, version, step, percent, wait, role)"
            " VALUES (%s, %s, %s, %s, %s * interval '1 second', %s);")
    steps = [(clock, version, i, *rung) for i, rung in enumerate(ladder)]
    cluster.query(policy + step * len(steps), (clock, version, seconds, starts, stops, *itertools.chain(*steps)))


class Witness:
    """How late the machine itself was, at most: something is to be committed every 20 ms."""

    def __init__(self, cluster):
        self.late_s = 0
        self.over = threading.Event()
        self.connection = cluster.connect()
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        due = time.monotonic()
        while not self.over.wait(max(0, due - time.monotonic())):
            self.connection.cursor().execute("SELECT pg_logical_emit_message(true, 'witness', '')")
            self.late_s = max(self.late_s, time.monotonic() - due)
            due = time.monotonic() + 0.02

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.connection.close()


@contextlib.contextmanager
def quick_cluster(ladder=LADDER, **settings):
    with Cluster(settings={"watcher": settings}) as cluster, Witness(cluster) as cluster.witness:
        set_policy(cluster, ladder=ladder)
        cluster["watcher"].await_event("ACTIVE")
        cluster.await_working()
        yield cluster


def publish(cluster, source="deadlines", tickets=TICKETS):
    with cluster.client() as client:
        client.publish([report(source, f"d{i}", f"Jalan rusak parah di gang nomor {i} {source} Kudus") for i in range(tickets)])


def act(cluster, ticket, word, kind="officer", agency=None, key=""):
    """What somebody does on a ticket; its time."""
    agency = agency or cluster.value("SELECT agency FROM tickets WHERE id = %s", (ticket,))
    added = cluster.value("SELECT act_add(%s, %s, 'uji', %s, %s, '', 'Sudah kami periksa di tempat.', 0, %s)",
                          (ticket, word, kind, agency if kind == "officer" else "", key))
    return cluster.value("SELECT at FROM acts WHERE id = %s", (added,))


def a_ticket(cluster):
    return wait_until(lambda: cluster.value("SELECT max(ticket_id) FROM deadlines WHERE clock = 'first_response'"), 10, "a ticket with clocks")


def all_fired(cluster):
    return cluster.value("SELECT count(*) > %s AND bool_and(next_step = 3) FROM deadlines WHERE clock = 'first_response'", (TICKETS,))


def assert_each_step_once(cluster, late_s):
    wait_until(lambda: all_fired(cluster), POLICY_S + late_s + 10, "all steps fired")
    cluster.await_settled()
    assert cluster.broken() == {}
    tickets = cluster.value("SELECT count(*) FROM tickets")
    assert cluster.query("SELECT kind, count(*) FROM notices WHERE kind > 2 AND clock = 'first_response' GROUP BY 1 ORDER BY 1") \
        == [(k, tickets) for k in (3, 4, 5)]
    late = float(cluster.value(LATENESS))
    assert late <= late_s + cluster.witness.late_s, f"{late} s late; the machine itself was {cluster.witness.late_s} s"
    assert cluster.value("SELECT count(*) FROM deadlines WHERE clock = 'first_response' AND policy_version <> 2") == 0


def test_each_step_fires_once_and_on_time():
    with quick_cluster() as cluster:
        publish(cluster)
        assert_each_step_once(cluster, LATE_WITH_REDIS_S)
        assert sorted(cluster.push.notices()) == sorted(n for (n,) in cluster.query("SELECT id FROM notices WHERE audience = 'agency'"))
        kinds = {notice["kind"] for push in cluster.push.pushes() for notice in push["payload"]["notices"]}
        assert kinds == {"ticket_opened", "warning_50", "warning_80", "breach"}
        now = cluster.value("SELECT floor(extract(epoch FROM now()) * 1000)::text")
        wait_until(lambda: cluster.redis.call("ZCOUNT", "kentongan:timers", "-inf", now) == "0", 10,
                   "what has fired is no more in Redis, or comes later")


def test_redis_is_flushed_again_and_again():
    with quick_cluster() as cluster:
        publish(cluster)
        while not all_fired(cluster):
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
            """However long it takes to come up: it lives for a while each time, now and then long enough to get on."""
            chance = contract.seeded("killed again and again")
            while not stop.wait(chance.expovariate(1 / 0.3)):
                seen = cluster["watcher"].count("ACTIVE")
                cluster["watcher"].kill()
                wait_until(lambda: stop.is_set() or cluster["watcher"].count("ACTIVE") > seen, 20, "it is active again")

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
        wait_until(lambda: cluster.value("SELECT count(*) FROM deadlines WHERE clock = 'first_response'") > TICKETS, 10, "deadlines are set")
        cluster["watcher"].stop()
        cluster.redis.flush()
        wait_until(lambda: cluster.value("SELECT bool_and(due_at < now()) FROM deadlines WHERE clock = 'first_response'"), POLICY_S + 5,
                   "all deadlines passed")
        cluster["watcher"].start()
        wait_until(lambda: all_fired(cluster), 15, "all steps fired")
        cluster.await_settled()
        assert cluster.broken() == {}
        assert cluster.query("SELECT n.id FROM notices n JOIN notices o ON o.cause = n.cause AND o.clock = n.clock AND o.step < n.step"
                             " WHERE n.clock = 'first_response' AND o.id > n.id") == [], "in the order of their times"


def test_a_later_policy_leaves_running_deadlines_alone():
    with quick_cluster() as cluster:
        publish(cluster)
        wait_until(lambda: cluster.value("SELECT count(*) FROM deadlines WHERE clock = 'first_response'") > TICKETS, 10, "deadlines are set")
        cluster.query("INSERT INTO policies (clock, version, duration, starts, stops, effective_from, source)"
                      " VALUES ('first_response', 3, '12 hours', 'routed', 'response', now(), 'test')")
        publish(cluster, "later")
        cluster.await_settled()
        assert cluster.query("SELECT policy_version, extract(epoch FROM max(due_at - started_at))::int FROM deadlines"
                             " WHERE clock = 'first_response' GROUP BY 1 ORDER BY 1") == [(2, POLICY_S), (3, 12 * 3600)]


def test_a_policy_of_the_past_moves_what_is_open_and_says_so():
    with Cluster() as cluster:
        cluster.await_working()
        ticket = a_ticket(cluster)
        before = cluster.value("SELECT due_at FROM deadlines WHERE ticket_id = %s AND clock = 'first_response'", (ticket,))
        set_policy(cluster, seconds=3600)
        wait_until(lambda: cluster.value("SELECT policy_version FROM deadlines WHERE ticket_id = %s AND clock = 'first_response'", (ticket,)) == 2,
                   15, "the deadline is by the new policy")
        cluster["watcher"].await_event("RULES_APPLIED", times=2)
        after = cluster.value("SELECT due_at FROM deadlines WHERE ticket_id = %s AND clock = 'first_response'", (ticket,))
        assert (before - after).total_seconds() == 23 * 3600
        assert cluster.query("SELECT clock, turn, old_version, new_version, old_due_at, new_due_at, because FROM deadline_changes"
                             " WHERE ticket_id = %s", (ticket,)) == [("first_response", 0, 1, 2, before, after, "policy")]
        assert cluster.value("SELECT version = (SELECT version FROM rules) AND up_to = 9223372036854775807 FROM rules_applied")


def test_the_ladder_goes_up_until_somebody_acts():
    ladder = LADDER + [(None, 1, "sekda"), (None, 3600, "governor")]
    with quick_cluster(ladder=ladder) as cluster:
        ticket = a_ticket(cluster)
        wait_until(lambda: cluster.value("SELECT next_step FROM deadlines WHERE ticket_id = %s AND clock = 'first_response'", (ticket,)) == 4,
                   POLICY_S + 10, "Sekda is told")
        answered = act(cluster, ticket, "verifying")
        stop = "SELECT stop, stopped_at, next_at FROM deadlines WHERE ticket_id = %s AND clock = 'first_response'"
        (word, at, next_at), = wait_until(lambda: [row for row in cluster.query(stop, (ticket,)) if row[0]], 10, "the clock stopped")
        assert word == "met" and next_at is None and abs((at - answered).total_seconds()) < 0.001
        agency = cluster.value("SELECT agency FROM tickets WHERE id = %s", (ticket,))
        assert cluster.query("SELECT step, kind, role, agency FROM notices WHERE cause = %s AND clock = 'first_response' ORDER BY id", (ticket,)) \
            == [(0, 3, "officer", agency), (1, 4, "officer", agency), (2, 5, "head", agency), (3, 8, "sekda", "SEKDA")]
        assert cluster.value("SELECT bool_and(n.since = d.started_at) FROM notices n JOIN deadlines d USING (ticket_id, clock, turn)"
                             " WHERE n.cause = %s AND n.clock = 'first_response'", (ticket,))
        assert cluster.broken() == {}


def test_an_answer_in_time_is_never_called_late():
    """Half of the tickets are answered, while PostgreSQL alone keeps the time and steps fire all around."""
    with quick_cluster() as cluster:
        cluster.redis.stop()
        publish(cluster)
        wait_until(lambda: cluster.value("SELECT count(*) FROM deadlines WHERE clock = 'first_response'") > TICKETS, 10, "deadlines are set")
        wait_until(lambda: cluster.value("SELECT count(*) FROM notices WHERE kind = 4") > 0, POLICY_S + 5, "second warnings")
        answered = [ticket for (ticket,) in cluster.query("SELECT id FROM tickets ORDER BY id LIMIT %s", (TICKETS // 2,))]
        for ticket in answered:
            act(cluster, ticket, "verifying")
        wait_until(lambda: cluster.value("SELECT bool_and(next_at IS NULL) FROM deadlines WHERE clock = 'first_response'"), POLICY_S + 10,
                   "every clock has stopped or run out")
        cluster.await_settled()
        assert cluster.broken() == {}
        assert cluster.query("SELECT d.ticket_id FROM deadlines d JOIN acts a ON a.ticket_id = d.ticket_id JOIN notices n ON n.cause = d.ticket_id"
                             " WHERE d.clock = 'first_response' AND n.clock = 'first_response' AND n.kind = 5 AND a.at <= d.due_at") == []
        assert cluster.query("SELECT d.ticket_id FROM deadlines d WHERE d.clock = 'first_response' AND stop = 'met' AND stopped_at > due_at"
                             " AND NOT EXISTS (SELECT FROM notices n WHERE n.cause = d.ticket_id AND n.clock = d.clock AND n.kind = 5)") == [], \
            "an answer after the deadline does not undo the breach"
        assert cluster.value("SELECT count(*) FROM deadlines WHERE clock = 'first_response' AND stop = 'met'") == len(answered)


def test_a_bot_stops_no_clock():
    with quick_cluster() as cluster:
        ticket = a_ticket(cluster)
        act(cluster, ticket, "verifying", kind="bot")
        wait_until(lambda: cluster.value("SELECT next_step FROM deadlines WHERE ticket_id = %s AND clock = 'first_response'", (ticket,)) == 3,
                   POLICY_S + 10, "the breach")
        cluster.await_settled()
        assert cluster.value("SELECT min(acts) FROM deadlines WHERE ticket_id = %s", (ticket,)) == 1, "it is known all the same"


@pytest.mark.parametrize("failpoint", [None, "before_fire", "after_fire"])
def test_silence_closes_a_ticket_once(failpoint):
    with Cluster() as cluster:
        cluster.await_working()
        ticket = a_ticket(cluster)
        if failpoint:
            cluster["watcher"].kill(once={"FAILPOINT": f"watcher.{failpoint}:1"})
        set_policy(cluster, "close_on_silence", 2, 1, "follow_up", "reply,progress,done", [(100, None, "close")])
        act(cluster, ticket, "awaiting_validation")
        wait_until(lambda: cluster.value("SELECT count(*) FROM acts WHERE ticket_id = %s AND act = 'done'", (ticket,)), 20, "it is closed")
        wait_until(lambda: cluster.value("SELECT bool_and(stop <> '' OR clock = 'reopen_window') FROM deadlines WHERE ticket_id = %s", (ticket,)), 10,
                   "its clocks have stopped")
        cluster.await_settled()
        assert cluster.query("SELECT actor, actor_kind, key FROM acts WHERE ticket_id = %s AND act = 'done'", (ticket,)) \
            == [("watcher", "system", f"close:{ticket}:close_on_silence:0")]
        assert cluster.query("SELECT next_step, stop, next_at FROM deadlines WHERE ticket_id = %s AND clock = 'close_on_silence'", (ticket,)) \
            == [(1, "met", None)]
        assert cluster.query("SELECT id FROM notices WHERE clock = 'close_on_silence'") == [], "nobody is told of a step that closes"


def test_an_answer_of_the_reporter_keeps_a_ticket_open():
    with quick_cluster() as cluster:
        ticket = a_ticket(cluster)
        set_policy(cluster, "close_on_silence", 2, 3600, "follow_up", "reply,progress,done", [(100, None, "close")])
        act(cluster, ticket, "awaiting_validation")
        act(cluster, ticket, "answer", kind="reporter")
        stop = "SELECT stop FROM deadlines WHERE ticket_id = %s AND clock = 'close_on_silence'"
        wait_until(lambda: cluster.query(stop, (ticket,)) == [("met",)], 10, "the clock stopped")
        assert cluster.value("SELECT count(*) FROM acts WHERE ticket_id = %s AND act = 'done'", (ticket,)) == 0


def test_a_ticket_without_a_clock_has_a_row_that_says_so():
    with Cluster() as cluster:
        cluster.query("UPDATE policies SET duration = NULL")
        cluster.await_working()
        cluster.await_settled()
        assert cluster.query("SELECT clock, policy_version, due_at, stop, next_at FROM deadlines") == [("", 0, None, "void", None)]


def test_a_frozen_watcher_is_replaced_and_thaws_without_harm():
    with quick_cluster() as cluster:
        other = second_watcher(cluster)
        other.await_event("STANDBY")
        publish(cluster)
        wait_until(lambda: cluster.value("SELECT count(*) FROM notices WHERE kind = 3") > 0, 10, "the first step")
        cluster["watcher"].freeze()
        try:
            other.await_event("ACTIVE", timeout=10)
            wait_until(lambda: all_fired(cluster), POLICY_S + 15, "the other one fires")
        finally:
            cluster["watcher"].thaw()
        cluster["watcher"].await_event("STANDBY")
        cluster.await_settled()
        assert cluster.broken() == {}


def test_timers_beyond_the_horizon_come_to_redis_in_time():
    """With a horizon of a minute, a clock of 70 s is not in Redis at first."""
    with Cluster(settings={"watcher": {"WATCHER_HORIZON": 60, "WATCHER_SWEEP_MS": 600000}}) as cluster:
        set_policy(cluster, seconds=70, ladder=[(100, None, "head")])
        cluster["watcher"].await_event("ACTIVE")
        cluster.await_working()
        ticket = a_ticket(cluster)
        cluster["watcher"].await_event("TIMERS_REBUILT")
        assert cluster.redis.call("ZSCORE", "kentongan:timers", str(ticket)) == ""
        score = wait_until(lambda: cluster.redis.call("ZSCORE", "kentongan:timers", str(ticket)), 30, "the timer is in Redis")
        assert int(score) == cluster.value("SELECT (extract(epoch FROM min(next_at)) * 1000)::bigint FROM deadlines WHERE ticket_id = %s", (ticket,))
