"""The same matter from many places within hours is one incident, and is said to be one."""

import json

import pytest

from harness.cluster import Cluster
from harness.contract import ACCEPTED, report
from harness.triage import Triager
from harness.waiting import wait_until

WORDS = ["tadi malam", "sejak subuh", "kata tetangga", "di depan balai", "sampai lutut", "masih naik", "belum surut", "di gang sempit",
         "dekat mushola", "jalan tidak bisa lewat", "warga mengungsi", "mohon perahu", "kami butuh bantuan", "anak-anak ketakutan"]


def floods(source, count, start=0):
    """Different people on one flood: own words, own house, districts 33.74.01 to 33.74.14."""
    made = []
    for i in range(start, start + count):
        text = f"Banjir {WORDS[i % 14]}, {WORDS[(i * 5 + 3) % 14]}, rumah nomor {100 + 7 * i}"
        made.append(report(source, f"f{i}", text, place={"region_code": f"33.74.{1 + i % 14:02d}"}))
    return made


def incident_notices(cluster):
    """Who was told of incidents, and of how many tickets, on the phones."""
    devices = dict(cluster.query("SELECT substring(endpoint FROM '[^/]*$'), agency FROM devices"))
    return sorted((devices[push["device"]], n["count"]) for push in cluster.push.pushes() for n in push["payload"]["notices"]
                  if n["kind"] == "incident")


def test_the_router_marks_the_tickets_and_tells_it_once():
    with Cluster(stages=["ingest", "router", "watcher", "notifier"]) as cluster:
        triager = Triager(cluster, "marked")
        made = [triager.publish() for _ in range(4)]
        (first, first_code), (second, _), (third, third_code), (fourth, fourth_code) = made
        triager.store([{"report_id": i, "topic": "power_outage", "region_code": "33.74.01"} for i in (first, second)])
        wait_until(lambda: cluster.value("SELECT count(*) FROM tickets") == 2, 10, "these have tickets")
        triager.store([{"report_id": third, "topic": "power_outage", "region_code": "33.74.02", "incident_id": first}])
        cluster.query("INSERT INTO incidents (id, declared_by, topic, region_code, members) VALUES (%s, %s, 'power_outage', '33.74', %s)",
                      (first, third, [first, second]))
        triager.store([{"report_id": fourth, "topic": "garbage", "region_code": "33.74.02", "incident_id": first}])
        wait_until(lambda: cluster.value("SELECT count(*) FROM notices WHERE kind = 6") > 0, 10, "it is said")
        cluster.await_settled()
        assert cluster.query("SELECT count(*), count(DISTINCT id) FROM tickets WHERE incident_id = %s", (first,)) == [(4, 4)]
        told = cluster.query("SELECT agency, turn, audience FROM notices WHERE kind = 6 ORDER BY turn")
        assert told[0] == ("TRIAGE", 0, "agency") and {agency for agency, _, _ in told} >= {"TRIAGE", "PLN"}
        assert {agency for agency, _ in incident_notices(cluster)} == {agency for agency, _, _ in told}
        assert all(2 <= count <= 4 for _, count in incident_notices(cluster))
        story = json.loads(cluster.cli("show", fourth_code, "--json"))
        assert story["ticket"]["incident_code"] == first_code and story["ticket"]["incident_tickets"] == 4
        [status] = cluster.status()["incidents"]
        assert status["incident"] == first_code and status["tickets"] == 4 and status["topic"] == "power_outage"
        assert f"incident     {first_code}, 4 tickets" in cluster.cli("show", third_code)
        assert cluster.broken() == {}
        before = len(incident_notices(cluster))
        cluster["router"].kill()
        cluster["router"].await_event("ACTIVE", times=2)
        triager.say(topic="power_outage", incident_id=first)
        cluster.await_settled()
        assert len(incident_notices(cluster)) == before, "it is told once"
        others = cluster.query("SELECT r.agency FROM rings r JOIN notices n ON n.id = r.notice_id WHERE n.kind = 6 AND r.ended = '' AND r.agency <> 'PLN'")
        cluster.cli("act", first_code, "verifying", "--agency", "PLN", "--text", "Petugas kami sedang ke gardu induk", "--by", "Budi")
        ended = dict(cluster.query("SELECT r.agency, r.ended FROM rings r JOIN notices n ON n.id = r.notice_id WHERE n.kind = 6"))
        assert ended["PLN"] == "acknowledged" and others and all(ended[agency] == "" for (agency,) in others), "each answers for itself"


def flood_cluster():
    """Keywords alone name the topic, so that no model's opinion decides here."""
    cluster = Cluster()
    cluster.query("DELETE FROM models")
    return cluster


def incidents(cluster):
    return cluster.query("SELECT i.id, i.topic, i.region_code, i.declared_by, cardinality(i.members),"
                         " (SELECT count(*) FROM triages t WHERE t.incident_id = i.id) FROM incidents i")


def test_the_classifier_declares_one_and_goes_on_with_it_after_a_restart():
    with flood_cluster() as cluster:
        cluster.await_working()
        with cluster.client() as client:
            assert {r.status for r in client.publish(floods("surge", 9))} == {ACCEPTED}
        cluster.await_settled()
        assert incidents(cluster) == []
        cluster["classifier"].kill()
        cluster["classifier"].await_event("INDEX_REBUILT", times=2)
        with cluster.client() as client:
            client.publish(floods("surge", 1, start=9))
        wait_until(lambda: incidents(cluster), 15, "the tenth makes it an incident")
        cluster["classifier"].kill()
        cluster["classifier"].await_event("INDEX_REBUILT", times=3)
        with cluster.client() as client:
            client.publish(floods("surge", 4, start=10))
        cluster.await_settled()
        wait_until(lambda: cluster.value("SELECT count(*) FROM tickets WHERE incident_id <> 0") == 14, 10, "all tickets are marked")
        wait_until(lambda: {agency for agency, _ in incident_notices(cluster)} >= {"TRIAGE", "BPBD"}, 10, "both are told")
        tenth = cluster.value("SELECT id FROM reports WHERE source = 'surge' AND source_message_id = 'f9'")
        [(first, *rest)] = incidents(cluster)
        assert rest == ["flood", "33.74", tenth, 9, 5]
        assert cluster.query("SELECT 1 FROM reports WHERE id = %s AND source = 'surge'", (first,)), "it is named after one of its reports"
        cluster.await_settled()
        assert cluster.broken() == {}


@pytest.mark.parametrize("window", [1, 64])
def test_batches_do_not_matter(window):
    with flood_cluster() as cluster:
        cluster.await_working()
        with cluster.client(window=window) as client:
            client.publish(floods("surge", 14))
        cluster.await_settled()
        [(_, topic, region, _, members, joined)] = incidents(cluster)
        assert (topic, region, members, joined) == ("flood", "33.74", 9, 5)
        assert cluster.broken() == {}
