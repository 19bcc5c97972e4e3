"""The whole chain: each accepted report has a triage, a ticket, a deadline and its notices, none of them twice."""

import json
import signal

import pytest

from harness import contract
from harness.cluster import STAGES, Cluster
from harness.contract import ACCEPTED, report
from harness.waiting import wait_until


def publish_random(cluster, source, count):
    chance = contract.seeded(source)
    with cluster.client(window=256) as client:
        receipts = client.publish([contract.random_report(source, f"m{i}", chance) for i in range(count)])
    assert {r.status for r in receipts} == {ACCEPTED}
    return receipts


def test_each_report_goes_the_whole_way_once(cluster):
    publish_random(cluster, "chain", 2000)
    cluster.await_settled()
    assert cluster.broken() == {}
    assert cluster.value("SELECT count(*) FROM ticket_reports k JOIN reports r ON r.id = k.report_id WHERE r.source = 'chain'") == 2000
    tickets = cluster.value("SELECT count(*) FROM tickets")
    assert 100 < tickets < 2000, "some joined a ticket, most opened one"
    assert sorted(cluster.push.notices()) == sorted(
        n for (n,) in cluster.query("SELECT id FROM notices WHERE audience = 'agency'")), "each phone got each notice once"
    assert cluster.push.errors() == []


def test_status_of_the_cli_says_the_same(cluster):
    cluster.await_settled()
    status = cluster.status()
    assert status["settled"] is True and status["backlog"] == cluster.backlog()
    for table in ["reports", "triages", "tickets", "ticket_reports", "deadlines", "notices", "deliveries"]:
        assert status[table] == cluster.value(f"SELECT count(*) FROM {table}"), table


def test_status_is_not_settled_while_a_stage_is_away(cluster):
    for stage in ["classifier", "router", "watcher", "notifier"]:
        cluster[stage].stop(signal.SIGKILL)
        publish_random(cluster, f"without-{stage}", 5)
        wait_until(lambda: sum(cluster.status()["backlog"].values()) > 0, 10, "something waits")
        assert cluster.status()["settled"] is False and not cluster.settled()
        cluster[stage].start()
        cluster.await_settled()


def test_a_duplicate_joins_the_ticket_and_its_reporter_is_told(cluster):
    texts = ["Lampu jalan di depan terminal Bawen, Kabupaten Semarang, mati total sejak Minggu malam dan gelap sekali"] * 3
    with cluster.client() as client:
        receipts = client.publish([report("joins", f"j{i}", text) for i, text in enumerate(texts)])
    cluster.await_settled()
    rows = cluster.query("SELECT k.report_id, k.ticket_id FROM ticket_reports k JOIN reports r ON r.id = k.report_id"
                         " WHERE r.source = 'joins' ORDER BY 1")
    assert len(rows) == 3 and len({ticket for _, ticket in rows}) == 1
    ticket = rows[0][1]
    kinds = cluster.query("SELECT kind, audience, count(*), count(DISTINCT cause) FROM notices WHERE ticket_id = %s"
                          " GROUP BY 1, 2 ORDER BY 1", (ticket,))
    assert kinds == [(1, "agency", 1, 1), (2, "reporter", 3, 3)]
    assert cluster.query("SELECT clock, stop FROM deadlines WHERE ticket_id = %s ORDER BY 1", (ticket,)) == [
        ("citizen_first_response", ""), ("first_response", ""), ("resolution", "")]
    for receipt in receipts:
        story = json.loads(cluster.cli("show", receipt.tracking_code, "--json"))
        assert receipts[0].tracking_code in json.dumps(story), "the story names the ticket"


def test_a_reply_joins_the_report_it_continues(cluster):
    with cluster.client() as client:
        [first] = client.publish([report("replies", "first", "Jembatan gantung di Wonosobo putus talinya")])
        client.publish([report("replies", "second", "Kata yang sama sekali berbeda tentang perkara tadi", in_reply_to=first.tracking_code)])
    cluster.await_settled()
    tickets = cluster.query("SELECT DISTINCT k.ticket_id FROM ticket_reports k JOIN reports r ON r.id = k.report_id"
                            " WHERE r.source = 'replies'")
    assert len(tickets) == 1


def test_what_no_rule_covers_goes_to_the_triage_desk(cluster):
    with cluster.client() as client:
        client.publish([report("odd", "odd", "Jalan rusak parah dan berlubang, mohon segera ditambal")])  # where?
    cluster.await_settled()
    [(agency, level)] = cluster.query("SELECT t.agency, a.level FROM tickets t JOIN reports r ON r.id = t.id JOIN agencies a"
                                      " ON a.code = t.agency WHERE r.source = 'odd'")
    assert "triage" in level.lower() or "triage" in agency.lower(), (agency, level)


def test_what_is_no_report_goes_to_the_shelf(cluster):
    with cluster.client() as client:
        client.publish([report("single", "single", "Kulo jomblo")])
    cluster.await_settled()
    assert cluster.query("SELECT k.agency, t.kind FROM tickets k JOIN reports r ON r.id = k.id JOIN triages t ON t.report_id = r.id"
                         " WHERE r.source = 'single'") == [("SHELF", "not_report")]


def test_every_killed_stage_catches_up(cluster):
    for stage in STAGES:
        cluster[stage].kill()
        publish_random(cluster, f"killed-{stage}", 100)
    cluster.await_settled()
    assert cluster.broken() == {}


def test_by_sweeps_alone():
    """No message ever arrives: each stage listens where nobody speaks."""
    deaf = {"BUS_RECEIVED": "BUS_RECEIVED", "BUS_TRIAGED": "BUS_TRIAGED", "BUS_ROUTED": "BUS_ROUTED"}
    settings = {"classifier": {deaf["BUS_RECEIVED"]: "ipc:///tmp/kentongan-nobody-1"},
                "router": {deaf["BUS_TRIAGED"]: "ipc:///tmp/kentongan-nobody-2"},
                "watcher": {deaf["BUS_ROUTED"]: "ipc:///tmp/kentongan-nobody-3"},
                "notifier": {"BUS_ROUTER_NOTICES": "ipc:///tmp/kentongan-nobody-4", "BUS_WATCHER_NOTICES": "ipc:///tmp/kentongan-nobody-5"}}
    with Cluster(settings=settings) as cluster:
        publish_random(cluster, "sweeps", 1500)
        cluster.await_settled(patience=40)
        assert cluster.broken() == {}
        assert all(cluster[stage].count("SWEPT") > 0 for stage in ["classifier", "router", "watcher", "notifier"])


def test_an_agency_without_a_phone_is_seen_to_have_none():
    with Cluster() as cluster:
        cluster.query("UPDATE devices SET removed_at = now(), removed_why = 'test'")
        cluster["notifier"].kill()
        publish_random(cluster, "phoneless", 20)
        cluster.await_settled()
        assert cluster.query("SELECT DISTINCT outcome, device_id FROM deliveries") == [("no_device", 0)]
        assert cluster.push.pushes() == []


def replica(cluster, stage):
    """One more process of a stage, which binds sockets of its own."""
    own = {name: f"{value}-2" for name, value in cluster.environment(stage).items()
           if (stage, name) in {("classifier", "BUS_TRIAGED"), ("router", "BUS_ROUTED"), ("router", "BUS_ROUTER_NOTICES"),
                                ("watcher", "BUS_WATCHER_NOTICES")}}
    return cluster.add(stage, f"{stage}-2", own)


@pytest.mark.parametrize("stage", ["classifier", "watcher", "notifier"])
def test_a_standby_takes_over_within_seconds(stage):
    with Cluster() as cluster:
        cluster[stage].await_event("ACTIVE")
        standby = replica(cluster, stage)
        standby.await_event("STANDBY")
        publish_random(cluster, "before", 50)
        cluster[stage].stop(signal.SIGKILL)
        standby.await_event("ACTIVE", timeout=5)
        publish_random(cluster, "after", 50)
        cluster.await_settled()
        assert cluster.broken() == {}


def test_two_routers_open_each_ticket_once():
    with Cluster() as cluster:
        replica(cluster, "router").await_event("ACTIVE")
        publish_random(cluster, "two-routers", 3000)
        cluster.await_settled()
        assert cluster.broken() == {}


def test_a_phone_that_is_gone_is_removed_and_no_longer_tried():
    with Cluster() as cluster:
        cluster.push.call("/behaviour", {"status": 410})
        publish_random(cluster, "gone", 30)
        cluster.await_settled()
        assert cluster.value("SELECT count(*) FROM deliveries WHERE outcome = 'gone'") > 0
        assert cluster.value("SELECT count(*) FROM devices WHERE removed_at IS NOT NULL") > 0
        cluster.push.call("/behaviour", {"status": 201})
        assert cluster.broken() == {}


def test_a_push_service_that_is_busy_gets_it_again_later():
    with Cluster() as cluster:
        cluster.push.call("/behaviour", {"status": 503, "times": 5, "retry_after": 1})
        publish_random(cluster, "busy", 60)
        cluster.await_settled(patience=60)
        assert cluster.value("SELECT count(*) FROM deliveries WHERE outcome = 'retry'") > 0
        assert cluster.broken() == {}
        assert set(cluster.push.notices()) == {n for (n,) in cluster.query("SELECT id FROM notices WHERE audience = 'agency'")}
