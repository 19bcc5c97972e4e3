"""A step of a ladder tells a phone which deadline it is of, since when it runs, and who was told before; by message and by sweep."""

import pytest

from harness.cluster import Cluster
from harness.waiting import wait_until

LADDER = """
    DELETE FROM policy_steps; DELETE FROM policies;
    INSERT INTO policies (clock, version, duration, starts, stops, effective_from, source)
        VALUES ('first_response', 1, interval '4 s', 'routed', 'response', now() - interval '1 day', 'test');
    INSERT INTO policy_steps (clock, version, step, percent, wait, role) VALUES ('first_response', 1, 0, 50, NULL, 'officer'),
        ('first_response', 1, 1, 80, NULL, 'officer'), ('first_response', 1, 2, 100, NULL, 'head'),
        ('first_response', 1, 3, NULL, interval '1 s', 'sekda'), ('first_response', 1, 4, NULL, interval '2 s', 'governor')"""
STEPS = [("warning_50", "officer"), ("warning_80", "officer"), ("breach", "head"), ("escalation", "sekda"), ("escalation", "governor")]
NOBODY = {"BUS_ROUTER_NOTICES": "ipc:///tmp/kentongan-nobody-6", "BUS_WATCHER_NOTICES": "ipc:///tmp/kentongan-nobody-7"}


@pytest.mark.parametrize("settings", [{}, {"notifier": NOBODY}], ids=["by message", "by sweep"])
def test_the_whole_ladder(settings):
    with Cluster(settings=settings) as cluster:
        cluster.query(LADDER)
        cluster.await_working()

        def steps():
            return sorted((n for push in cluster.push.pushes() for n in push["payload"]["notices"] if "clock" in n), key=lambda n: n["id"])

        wait_until(lambda: len(steps()) == len(STEPS), 20, lambda: f"five steps; there are {steps()}")
        found = steps()
        assert [(n["kind"], n["role"]) for n in found] == STEPS
        assert {n["clock"] for n in found} == {"first_response"}
        started, due, *later = cluster.query(
            "SELECT to_char(x AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM (SELECT unnest(ARRAY[started_at, due_at] || "
            "ARRAY(SELECT to_timestamp(floor(s / 1000.0)) FROM unnest(steps) WITH ORDINALITY AS u (s, n) ORDER BY n)) AS x FROM deadlines) AS t")
        assert {(n["started"], n["due"]) for n in found} == {(*started, *due)}
        due_at = [at for (at,) in later]
        assert [n.get("told", []) for n in found] == [[{"role": role, "at": at} for (_, role), at in zip(STEPS[:i], due_at)] for i in range(5)]
        assert cluster.query("SELECT agency FROM notices WHERE step >= 3 ORDER BY step") == [("SEKDA",), ("GUBERNUR",)]
        late = cluster.value("SELECT agency FROM deadlines WHERE clock = 'first_response'")
        assert [n.get("late") for n in found] == [None, None, None, late, late]
        last = max(cluster.push.pushes(), key=lambda push: push["payload"]["notices"][-1]["id"])["payload"]
        assert last["title"].startswith("Eskalasi: ")
        assert f". Belum dijawab: {late}." in last["body"]
        assert last["body"].endswith("Sudah diberi tahu: petugas, kepala instansi, Sekda")
