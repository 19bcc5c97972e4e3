"""What is no report lies on the shelf and judges nobody; what is urgent goes before everything else; a re-report is linked."""

import json

import pytest

from harness.cluster import Cluster
from harness.triage import STAGES_BY_HAND, Triager, cluster_by_hand
from harness.waiting import wait_until


@pytest.fixture(scope="module")
def by_hand():
    with cluster_by_hand() as whole:
        yield whole


def ticket(cluster, report_id):
    """The ticket on which a report hangs."""
    names = ["id", "agency", "topic", "region_code", "kind", "urgent", "turn", "incident_id"]
    [row] = cluster.query(f"SELECT {', '.join('k.' + n for n in names)} FROM ticket_reports t JOIN tickets k ON k.id = t.ticket_id"
                          " WHERE t.report_id = %s", (report_id,))
    return dict(zip(names, row))


def pushed(cluster, code):
    """The notices about a ticket that phones got, in the order in which they came."""
    return [n for push in cluster.push.pushes() for n in push["payload"]["notices"] if n["ticket"] == code]


def test_what_is_no_report_lies_on_the_shelf(by_hand):
    before = by_hand.status()
    report_id, code = Triager(by_hand, "greeting").say(kind="not_report", topic="garbage")
    by_hand.await_settled()
    assert ticket(by_hand, report_id)["agency"] == "SHELF"
    assert by_hand.value("SELECT count(*) FROM deadlines WHERE ticket_id = %s", (report_id,)) == 0
    assert by_hand.query("SELECT kind, audience, due_at FROM notices WHERE cause = %s", (report_id,)) == [(2, "reporter", None)]
    assert pushed(by_hand, code) == []
    status = by_hand.status()
    assert status["shelf"] == before["shelf"] + 1 and status["tickets"] == before["tickets"] + 1 and status["settled"] is True
    story = json.loads(by_hand.cli("show", code, "--json"))
    assert story["triage"]["kind"] == "not_report" and story["ticket"]["agency"] == "SHELF" and story["deadlines"] == []
    [row] = [r for r in json.loads(by_hand.cli("shelf", "list", "--json")) if r["tracking_code"] == code]
    assert row["text"] is None and row["text_bytes"] > 0
    assert code in by_hand.cli("shelf", "list", "--text")


def test_taken_from_the_shelf_it_goes_the_way_of_a_report(by_hand):
    report_id, code = Triager(by_hand, "mistaken").say(kind="not_report", region_code="33.74.10")
    by_hand.await_settled()
    by_hand.cli("shelf", "take", code, "--topic", "power_outage", "--by", "Sri", "--reason", "listrik mati")
    wait_until(lambda: ticket(by_hand, report_id)["agency"] == "PLN", 10, "PLN has it")
    by_hand.await_settled()
    assert ticket(by_hand, report_id) == {"id": report_id, "agency": "PLN", "topic": "power_outage", "region_code": "33.74.10",
                                          "kind": "complaint", "urgent": False, "turn": 1, "incident_id": 0}
    assert by_hand.query("SELECT clock, agency, turn, stopped_at FROM deadlines WHERE ticket_id = %s ORDER BY 1", (report_id,)) == [
        (clock, "PLN", 1, None) for clock in ("citizen_first_response", "first_response", "resolution")]
    [notice] = pushed(by_hand, code)
    assert notice["kind"] == "ticket_opened" and "due" in notice
    said = json.loads(by_hand.cli("correct", "list", code, "--json"))
    assert [(s["what"], s["value"], s["by"], s["reason"]) for s in reversed(said)] == [
        ("topic", "power_outage", "Sri", "listrik mati"), ("kind", "complaint", "Sri", "listrik mati")]
    assert "SHELF -> PLN" in said[0]["done"]


def test_only_what_lies_there_is_taken(by_hand):
    _, code = Triager(by_hand, "not-there").say(topic="power_outage")
    by_hand.await_settled()
    assert by_hand.cli("shelf", "take", code, "--by", "Sri", check=False) == ""
    assert json.loads(by_hand.cli("correct", "list", code, "--json")) == []


def test_a_report_does_not_vanish_behind_what_is_none(by_hand):
    triager = Triager(by_hand, "behind")
    first, _ = triager.say(kind="not_report")
    by_hand.await_settled()
    same, _ = triager.say(kind="not_report", relation="duplicate", duplicate_of=first)
    real, _ = triager.say(kind="complaint", topic="power_outage", relation="duplicate", duplicate_of=first)
    by_hand.await_settled()
    assert ticket(by_hand, same)["id"] == first
    assert ticket(by_hand, real)["id"] == real and ticket(by_hand, real)["agency"] == "PLN"
    later, _ = triager.say(kind="complaint", topic="power_outage", relation="duplicate", duplicate_of=first)
    by_hand.await_settled()
    assert ticket(by_hand, later)["id"] == real, "the second one joins the first one that is a report"


def test_a_rereport_has_a_ticket_of_its_own_and_names_the_earlier_one(by_hand):
    triager = Triager(by_hand, "again")
    first, first_code = triager.say(topic="power_outage")
    second, second_code = triager.say(topic="power_outage", relation="rereport", duplicate_of=first, duplicate_score=0.9)
    third, _ = triager.say(topic="power_outage", relation="duplicate", duplicate_of=second)
    by_hand.await_settled()
    assert ticket(by_hand, second)["id"] == second and ticket(by_hand, third)["id"] == second
    assert f"again after  {first_code}, score 0.90" in by_hand.cli("show", second_code)


def test_an_urgent_report_without_a_topic_goes_where_emergencies_go(by_hand):
    report_id, code = Triager(by_hand, "sinking").say(urgent=True, region_code="33.74")
    by_hand.await_settled()
    assert ticket(by_hand, report_id)["agency"] == "BPBD" and ticket(by_hand, report_id)["topic"] == "emergency"
    [notice] = pushed(by_hand, code)
    assert notice["urgent"] is True and notice["topic"] == "Keadaan darurat"
    [title] = [p["payload"]["title"] for p in by_hand.push.pushes() if p["payload"]["notices"][0]["ticket"] == code]
    assert title == f"DARURAT - Tiket baru: {code}"


def test_urgent_wins_over_no_report_and_a_known_topic_over_the_emergency(by_hand):
    triager = Triager(by_hand, "both")
    none, _ = triager.say(urgent=True, kind="not_report")
    known, _ = triager.say(urgent=True, kind="not_report", topic="power_outage")
    by_hand.await_settled()
    assert ticket(by_hand, none)["agency"] == "BPBD" and ticket(by_hand, known)["agency"] == "PLN"


def test_an_urgent_report_makes_the_ticket_urgent_that_it_joins(by_hand):
    triager = Triager(by_hand, "worse")
    first, code = triager.say(topic="power_outage")
    by_hand.await_settled()
    second, _ = triager.say(topic="power_outage", urgent=True, relation="duplicate", duplicate_of=first)
    third, _ = triager.say(topic="power_outage", urgent=True, relation="duplicate", duplicate_of=first)
    by_hand.await_settled()
    assert ticket(by_hand, second)["id"] == first and ticket(by_hand, second)["urgent"] is True
    assert [n["kind"] for n in pushed(by_hand, code)] == ["ticket_opened", "urgent"]
    assert by_hand.query("SELECT cause, agency FROM notices WHERE ticket_id = %s AND kind = 7", (first,)) == [(second, "PLN")]
    assert ticket(by_hand, third)["id"] == first


def test_an_urgent_push_waits_for_no_other_and_goes_before_what_waits():
    with Cluster(stages=STAGES_BY_HAND) as cluster:
        triager = Triager(cluster, "first")
        _, first_code = triager.say(topic="power_outage")
        wait_until(lambda: pushed(cluster, first_code), 10, "one push came through: the connection stands")
        cluster.push.call("/behaviour", {"status": 0, "times": 1})  # the next one gets no answer for ten seconds
        triager.say(topic="power_outage")
        wait_until(lambda: cluster.push.call("/statistics")["answers"].get("none") == 1, 10, "it is in flight")
        waiting = [triager.publish() for _ in range(5)]
        urgent, urgent_code = triager.publish()
        rows = [{"report_id": report_id, "topic": "power_outage"} for report_id, _ in waiting]
        triager.store([*rows, {"report_id": urgent, "topic": "power_outage", "urgent": True}])
        wait_until(lambda: pushed(cluster, urgent_code), 9, "the urgent one is pushed beside the one in flight")
        codes = [n["ticket"] for push in cluster.push.pushes() for n in push["payload"]["notices"]]
        assert codes[1] == urgent_code, "it goes before those that waited"
        cluster.await_settled()
        assert cluster.broken() == {}
