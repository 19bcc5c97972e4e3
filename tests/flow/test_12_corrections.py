"""What an officer says of a report is kept for ever and done once: the ticket goes where it belongs, its clock starts anew."""

import contextlib
import json

import pytest

from harness.cluster import Cluster
from harness.contract import report
from harness.triage import STAGES_BY_HAND, Triager, cluster_by_hand
from harness.waiting import wait_until


@pytest.fixture(scope="module")
def by_hand():
    with cluster_by_hand() as whole:
        yield whole


def ticket(cluster, report_id):
    """The ticket on which a report hangs: id, agency, topic, region_code, kind, urgent, turn."""
    [row] = cluster.query("SELECT k.id, k.agency, k.topic, k.region_code, k.kind, k.urgent, k.turn FROM ticket_reports t"
                          " JOIN tickets k ON k.id = t.ticket_id WHERE t.report_id = %s", (report_id,))
    return row


def correct(cluster, code, *what):
    """Says it, and waits until it is done.  Returns what was done."""
    said = json.loads(cluster.cli("correct", code, *what, "--by", "Sri", "--reason", "uji", "--json"))

    def done():
        [row] = [r for r in json.loads(cluster.cli("correct", "list", code, "--json")) if r["id"] == said["id"]]
        return row["done"]
    return wait_until(done, 10, f"correction {said['id']} is done")


def clocks(cluster, ticket_id):
    """First responses: agency, turn, whether it runs."""
    return cluster.query("SELECT agency, turn, stopped_at IS NULL FROM deadlines WHERE ticket_id = %s AND clock = 'first_response' ORDER BY turn",
                         (ticket_id,))


def kinds(cluster, code):
    """What phones were told of a ticket, by agency."""
    devices = dict(cluster.query("SELECT substring(endpoint FROM '[^/]*$'), agency FROM devices"))
    return [(devices[push["device"]], n["kind"]) for push in cluster.push.pushes() for n in push["payload"]["notices"] if n["ticket"] == code]


def test_another_topic_moves_the_ticket_and_its_clock(by_hand):
    report_id, code = Triager(by_hand, "topic").say(topic="power_outage", region_code="33.74.10")
    by_hand.await_settled()
    assert "PLN -> PEMDA-33.74" in correct(by_hand, code, "--topic", "garbage")
    by_hand.await_settled()
    assert ticket(by_hand, report_id) == (report_id, "PEMDA-33.74", "garbage", "33.74.10", "complaint", False, 1)
    assert clocks(by_hand, report_id) == [("PLN", 0, False), ("PEMDA-33.74", 1, True)]
    assert kinds(by_hand, code) == [("PLN", "ticket_opened"), ("PEMDA-33.74", "ticket_opened")]
    story = json.loads(by_hand.cli("show", code, "--json"))
    assert [e["event"] for e in story["events"]] == ["opened", "corrected"] and story["events"][1]["actor"] == "Sri"
    assert [(c["what"], c["value"], c["reason"]) for c in story["corrections"]] == [("topic", "garbage", "uji")]
    assert story["triage"]["topic"] == "power_outage", "what the classifier said stays"
    assert "handed on" in by_hand.cli("show", code)


def test_a_topic_that_a_person_named_is_sure_and_stays(by_hand):
    report_id, code = Triager(by_hand, "sure").say(topic="garbage", confidence=0.1)
    by_hand.await_settled()
    assert ticket(by_hand, report_id)[1] == "TRIAGE"
    correct(by_hand, code, "--topic", "garbage")
    assert ticket(by_hand, report_id)[1] == "TRIAGE", "which regency is still not known"
    correct(by_hand, code, "--region", "33.74")
    assert ticket(by_hand, report_id)[1:4] == ("PEMDA-33.74", "garbage", "33.74")
    correct(by_hand, code, "--region", "33.72.01")
    assert ticket(by_hand, report_id)[1:4] == ("PEMDA-33.72", "garbage", "33.72.01")
    correct(by_hand, code, "--topic", "power_outage")
    correct(by_hand, code, "--topic", "garbage")
    assert ticket(by_hand, report_id)[1:4] == ("PEMDA-33.72", "garbage", "33.72.01")


def test_the_same_agency_keeps_its_clock(by_hand):
    report_id, code = Triager(by_hand, "same").say(topic="power_outage")
    by_hand.await_settled()
    first = "SELECT due_at FROM deadlines WHERE ticket_id = %s AND clock = 'first_response'"
    due = by_hand.value(first, (report_id,))
    assert "stays with PLN" in correct(by_hand, code, "--topic", "power_hazard")
    by_hand.await_settled()
    assert ticket(by_hand, report_id)[2] == "power_hazard" and ticket(by_hand, report_id)[6] == 0
    assert by_hand.query(first, (report_id,)) == [(due,)]
    assert kinds(by_hand, code) == [("PLN", "ticket_opened")]


def test_the_watcher_looks_again_at_what_stays_where_it_is(by_hand):
    triager = Triager(by_hand, "old")
    report_id, code = triager.say(topic="power_outage")
    by_hand.await_settled()

    def grown_old():
        """The watcher's sweeps are behind it, as two minutes later."""
        by_hand.query("UPDATE stage_marks SET done_up_to = %s, near_up_to = %s WHERE stage = 'watcher'", (report_id, report_id))
    grown_old()
    resolution = "SELECT policy_version, due_at FROM deadlines WHERE ticket_id = %s AND clock = 'resolution'"
    [(version, due)] = by_hand.query(resolution, (report_id,))
    assert version == 2
    assert "stays with PLN" in correct(by_hand, code, "--kind", "aspiration")
    wait_until(lambda: by_hand.query(resolution, (report_id,))[0][0] == 1, 10, "another policy is for aspirations")
    assert by_hand.query(resolution, (report_id,))[0][1] < due, "an aspiration has 5 working days, not 14"
    by_hand.await_settled()
    grown_old()
    correct(by_hand, code, "--urgent", "yes")
    by_hand.await_settled()
    correct(by_hand, code, "--urgent", "no")
    by_hand.await_settled()
    grown_old()
    triager.say(topic="power_outage", urgent=True, relation="duplicate", duplicate_of=report_id)
    by_hand.await_settled()
    assert ticket(by_hand, report_id)[5] is True
    other, other_code = triager.say(topic="power_outage", urgent=True)
    correct(by_hand, code, "--urgent", "no")
    by_hand.await_settled()
    by_hand.query("UPDATE stage_marks SET done_up_to = %s, near_up_to = %s WHERE stage = 'watcher'", (other, other))
    correct(by_hand, other_code, "--join", code)
    by_hand.await_settled()


def test_what_becomes_urgent_a_second_time_is_told_again(by_hand):
    triager = Triager(by_hand, "urgent-again")
    first, first_code = triager.say(topic="garbage", region_code="33.74")
    second, second_code = triager.say(topic="power_outage")
    by_hand.await_settled()
    correct(by_hand, first_code, "--urgent", "yes")
    correct(by_hand, first_code, "--urgent", "no")
    correct(by_hand, first_code, "--urgent", "yes")
    by_hand.await_settled()
    assert kinds(by_hand, first_code) == [("PEMDA-33.74", "ticket_opened"), ("PEMDA-33.74", "urgent"), ("PEMDA-33.74", "urgent")]
    correct(by_hand, first_code, "--join", second_code)
    by_hand.await_settled()
    assert kinds(by_hand, second_code) == [("PLN", "ticket_opened"), ("PLN", "urgent")], "also where it hangs now"
    assert ticket(by_hand, first)[0] == second and ticket(by_hand, second)[5] is True


def test_to_the_shelf_and_back(by_hand):
    report_id, code = Triager(by_hand, "shelf").say(topic="power_outage", urgent=True)
    by_hand.await_settled()
    correct(by_hand, code, "--kind", "not_report")
    by_hand.await_settled()
    assert ticket(by_hand, report_id)[1] == "SHELF" and ticket(by_hand, report_id)[5] is False
    assert clocks(by_hand, report_id) == [("PLN", 0, False)]
    correct(by_hand, code, "--kind", "information_request")
    by_hand.await_settled()
    assert ticket(by_hand, report_id)[1] == "PLN" and ticket(by_hand, report_id)[4] == "information_request"
    assert clocks(by_hand, report_id) == [("PLN", 0, False), ("PLN", 2, True)]


def test_what_becomes_urgent_is_told_at_once(by_hand):
    known, known_code = Triager(by_hand, "urgent").say(topic="power_outage")
    unknown, unknown_code = Triager(by_hand, "urgent-desk").say()
    by_hand.await_settled()
    correct(by_hand, known_code, "--urgent", "yes")
    correct(by_hand, unknown_code, "--urgent", "yes")
    by_hand.await_settled()
    assert kinds(by_hand, known_code) == [("PLN", "ticket_opened"), ("PLN", "urgent")]
    assert ticket(by_hand, unknown)[1:3] == ("BPBD", "emergency")
    correct(by_hand, unknown_code, "--urgent", "no")
    assert ticket(by_hand, unknown)[1:3] == ("TRIAGE", "")
    assert ticket(by_hand, known)[5] is True


def test_a_split_report_has_a_ticket_of_its_own(by_hand):
    triager = Triager(by_hand, "split")
    first, first_code = triager.say(topic="power_outage")
    second, second_code = triager.say(topic="garbage", region_code="33.74", relation="duplicate", duplicate_of=first)
    third, _ = triager.say(topic="power_outage", relation="duplicate", duplicate_of=second)
    by_hand.await_settled()
    assert {ticket(by_hand, i)[0] for i in (first, second, third)} == {first}
    assert "PEMDA-33.74" in correct(by_hand, second_code, "--split")
    by_hand.await_settled()
    assert ticket(by_hand, second)[:3] == (second, "PEMDA-33.74", "garbage")
    assert ticket(by_hand, first)[0] == ticket(by_hand, third)[0] == first
    assert clocks(by_hand, second) == [("PEMDA-33.74", 0, True)]
    assert kinds(by_hand, second_code) == [("PEMDA-33.74", "ticket_opened")]
    assert "nothing to do" in correct(by_hand, second_code, "--split")
    assert "nothing to do" in correct(by_hand, first_code, "--split")


def test_joined_tickets_are_one_and_can_be_split_again(by_hand):
    triager = Triager(by_hand, "join")
    first, first_code = triager.say(topic="power_outage")
    second, second_code = triager.say(topic="garbage", region_code="33.74", urgent=True)
    third, _ = triager.say(topic="garbage", relation="duplicate", duplicate_of=second)
    by_hand.await_settled()
    correct(by_hand, second_code, "--join", first_code)
    by_hand.await_settled()
    assert {ticket(by_hand, i)[0] for i in (first, second, third)} == {first}
    assert clocks(by_hand, second) == [("PEMDA-33.74", 0, False)]
    assert ticket(by_hand, first)[5] is True, "the urgent one made it urgent"
    assert kinds(by_hand, first_code) == [("PLN", "ticket_opened"), ("PLN", "urgent")]
    story = json.loads(by_hand.cli("show", second_code, "--json"))
    assert story["ticket"]["tracking_code"] == first_code and [e["event"] for e in story["events"]] == ["opened", "opened", "corrected", "corrected"]
    later, _ = triager.say(topic="garbage", relation="duplicate", duplicate_of=second)
    by_hand.await_settled()
    assert ticket(by_hand, later)[0] == first, "a later duplicate hangs where the earlier one hangs now"
    correct(by_hand, second_code, "--split")
    by_hand.await_settled()
    assert ticket(by_hand, second)[:2] == (second, "PEMDA-33.74") and ticket(by_hand, third)[0] == first
    assert clocks(by_hand, second) == [("PEMDA-33.74", 0, False), ("PEMDA-33.74", 2, True)]
    assert "nothing to do" in correct(by_hand, first_code, "--join", first_code)


def test_a_report_is_not_joined_to_what_lies_on_the_shelf(by_hand):
    triager = Triager(by_hand, "onto-shelf")
    greeting, greeting_code = triager.say(kind="not_report")
    real, real_code = triager.say(topic="power_outage")
    by_hand.await_settled()
    assert "shelf" in correct(by_hand, real_code, "--join", greeting_code)
    assert ticket(by_hand, real)[:2] == (real, "PLN")
    correct(by_hand, greeting_code, "--join", real_code)
    assert ticket(by_hand, greeting)[0] == real


def test_what_is_no_report_takes_no_other_one_to_the_shelf(by_hand):
    triager = Triager(by_hand, "alone")
    first, _ = triager.say(topic="power_outage")
    spam, spam_code = triager.say(topic="power_outage", relation="duplicate", duplicate_of=first)
    by_hand.await_settled()
    assert "of its own -> SHELF" in correct(by_hand, spam_code, "--kind", "not_report")
    by_hand.await_settled()
    assert ticket(by_hand, first)[:2] == (first, "PLN") and ticket(by_hand, spam)[:2] == (spam, "SHELF")
    assert clocks(by_hand, first) == [("PLN", 0, True)] and clocks(by_hand, spam) == []


def close(cluster, code, ticket_id):
    """An officer is done with it."""
    cluster.cli("act", code, "done", "--text", "Sudah menyala kembali", "--by", "Budi")
    wait_until(lambda: cluster.query("SELECT 1 FROM tickets WHERE id = %s AND stage = 'done'", (ticket_id,)), 10, "it is closed")


def test_a_closed_ticket_is_described_anew_and_stays_where_it_is(by_hand):
    report_id, code = Triager(by_hand, "closed").say(topic="power_outage", region_code="33.74")
    by_hand.await_settled()
    close(by_hand, code, report_id)
    assert correct(by_hand, code, "--topic", "garbage") == "topic garbage: stays with PLN, it is closed"
    correct(by_hand, code, "--urgent", "yes")
    by_hand.await_settled()
    assert ticket(by_hand, report_id)[1:7] == ("PLN", "garbage", "33.74", "complaint", True, 0)
    assert kinds(by_hand, code) == [("PLN", "ticket_opened")] and clocks(by_hand, report_id) == [("PLN", 0, False)]
    by_hand.cli("act", code, "reopened", "--text", "Padam lagi sejak tadi malam", "--by", "Budi")
    wait_until(lambda: ticket(by_hand, report_id)[6] == 1, 10, "it is open again")
    assert correct(by_hand, code, "--topic", "garbage") == "topic garbage: PLN -> PEMDA-33.74"
    by_hand.await_settled()
    assert clocks(by_hand, report_id)[-1] == ("PEMDA-33.74", 2, True)


def test_a_report_is_not_joined_to_what_is_closed(by_hand):
    triager = Triager(by_hand, "onto-closed")
    first, first_code = triager.say(topic="power_outage")
    second, second_code = triager.say(topic="power_outage")
    by_hand.await_settled()
    close(by_hand, first_code, first)
    assert "closed" in correct(by_hand, second_code, "--join", first_code)
    assert ticket(by_hand, second)[:2] == (second, "PLN")
    assert "hang on the other ticket" in correct(by_hand, first_code, "--join", second_code)
    correct(by_hand, first_code, "--split")
    by_hand.await_settled()
    assert ticket(by_hand, first)[:2] == (first, "PLN")
    assert kinds(by_hand, first_code) == [("PLN", "ticket_opened")], "it is as closed as it was"


def test_a_report_does_not_vanish_behind_what_is_closed(by_hand):
    triager = Triager(by_hand, "behind-closed")
    first, first_code = triager.say(topic="power_outage")
    by_hand.await_settled()
    close(by_hand, first_code, first)
    again, thanks, same = [triager.publish() for _ in range(3)]
    triager.store([
        {"report_id": again[0], "topic": "power_outage", "relation": "duplicate", "duplicate_of": first},
        {"report_id": thanks[0], "kind": "not_report", "relation": "duplicate", "duplicate_of": first},
        {"report_id": same[0], "topic": "power_outage", "relation": "duplicate", "duplicate_of": first, "urgent": True},
    ])
    by_hand.await_settled()
    assert ticket(by_hand, thanks[0])[0] == first
    assert ticket(by_hand, again[0])[:2] == (again[0], "PLN") and clocks(by_hand, again[0]) == [("PLN", 0, True)]
    assert ticket(by_hand, same[0])[0] == again[0] and ticket(by_hand, again[0])[5] is True, "and makes it urgent"
    later, _ = triager.say(topic="power_outage", relation="duplicate", duplicate_of=first)
    by_hand.await_settled()
    assert ticket(by_hand, later)[0] == again[0], "those after it join it"
    close(by_hand, again[1], again[0])
    last, _ = triager.say(topic="power_outage", relation="duplicate", duplicate_of=first)
    by_hand.await_settled()
    assert ticket(by_hand, last)[0] == last, "until it is closed, too"
    by_hand.cli("act", first_code, "reopened", "--text", "Padam lagi sejak tadi malam", "--by", "Budi")
    wait_until(lambda: ticket(by_hand, first)[6] == 1, 10, "the first one is open again")
    joined, _ = triager.say(topic="power_outage", relation="duplicate", duplicate_of=first)
    by_hand.await_settled()
    assert ticket(by_hand, joined)[0] == first


def test_an_officers_done_counts_from_when_it_is_stored(by_hand):
    """A router that may not do acts still joins reports: none to what an act that waits will close."""
    triager = Triager(by_hand, "stored-done")
    first, first_code = triager.say(topic="power_outage")
    by_hand.await_settled()
    with contextlib.closing(by_hand.connect()) as other, other.cursor() as at:
        at.execute("SELECT gen_random_uuid()::text")
        [holder] = at.fetchone()
        at.execute("SELECT pg_advisory_lock(hashtextextended('router.changes' || %s, 0))", (holder,))
        at.execute("UPDATE leases SET holder = %s, until = now() + interval '1 hour' WHERE name = 'router.changes'", (holder,))
        active = by_hand["router"].count("ACTIVE")
        by_hand["router"].kill()  # it would go by its lease until it has to renew it
        by_hand["router"].await_event("ACTIVE", times=active + 1)
        by_hand.cli("act", first_code, "note", "--text", "ditanyakan ke petugas", "--by", "Budi")
        joined, _ = triager.say(topic="power_outage", relation="duplicate", duplicate_of=first)
        wait_until(lambda: by_hand.query("SELECT 1 FROM ticket_reports WHERE report_id = %s", (joined,)), 10, "it is routed")
        assert ticket(by_hand, joined)[0] == first, "a note closes nothing"
        by_hand.cli("act", first_code, "done", "--text", "Sudah menyala kembali", "--by", "Budi")
        again, _ = triager.say(topic="power_outage", relation="duplicate", duplicate_of=first)
        wait_until(lambda: by_hand.query("SELECT 1 FROM ticket_reports WHERE report_id = %s", (again,)), 10, "it is routed")
        assert ticket(by_hand, again)[0] == again
        assert by_hand.value("SELECT stage FROM tickets WHERE id = %s", (first,)) == "received", "nothing was done meanwhile"
        at.execute("UPDATE leases SET until = now() WHERE name = 'router.changes'")
    wait_until(lambda: by_hand.value("SELECT stage FROM tickets WHERE id = %s", (first,)) == "done", 10, "it is closed")
    by_hand.await_settled()
    assert clocks(by_hand, again) == [("PLN", 0, True)]


def test_what_makes_no_sense_is_refused(by_hand):
    _, code = Triager(by_hand, "nonsense").say()
    by_hand.await_settled()
    for words in [("--topic", "no_such_topic"), ("--region", "99.99"), ("--kind", "greeting"), ("--urgent", "perhaps"),
                  ("--join", "JT-0000-0000-0"), ("--split", "--topic", "garbage"), ()]:
        assert by_hand.cli("correct", code, *words, "--by", "Sri", check=False) == "", words
    assert by_hand.cli("correct", code, "--split", check=False) == "", "nobody said it"
    assert json.loads(by_hand.cli("correct", "list", code, "--json")) == []


def test_what_officers_said_is_training_data(by_hand):
    triager = Triager(by_hand, "export")
    report_id, code = triager.publish("Lampu di gang itu mati, katanya dalam uji")
    triager.store([{"report_id": report_id, "topic": "garbage"}])
    by_hand.await_settled()
    correct(by_hand, code, "--topic", "garbage")
    correct(by_hand, code, "--topic", "street_light")
    correct(by_hand, code, "--kind", "suggestion")
    [line] = [row for row in map(json.loads, by_hand.cli("correct", "export").splitlines()) if row["id"] == code]
    assert line == {"id": code, "text": "Lampu di gang itu mati, katanya dalam uji", "topic": "street_light", "kind": "suggestion"}


def test_the_clock_of_the_old_agency_does_not_survive():
    with Cluster(stages=STAGES_BY_HAND) as cluster:
        cluster.query("INSERT INTO policies (clock, version, duration, starts, stops, effective_from, source)"
                      " VALUES ('first_response', 2, interval '5 seconds', 'routed', 'response', now() - interval '1 hour', 'test');"
                      "INSERT INTO policy_steps (clock, version, step, percent, role)"
                      " SELECT clock, 2, step, percent, role FROM policy_steps WHERE clock = 'first_response' AND version = 1 AND percent > 0")
        report_id, code = Triager(cluster, "old-clock").say(topic="power_outage", region_code="33.74")
        wait_until(lambda: cluster.value("SELECT count(*) FROM notices WHERE kind = 3 AND agency = 'PLN'") == 1, 10, "half is gone")
        correct(cluster, code, "--topic", "garbage")
        wait_until(lambda: cluster.value("SELECT max(next_step) FROM deadlines WHERE agency = 'PEMDA-33.74' AND clock = 'first_response'") == 3, 20, "the new clock ran out")
        cluster.await_settled()
        assert cluster.query("SELECT agency, kind, turn FROM notices WHERE ticket_id = %s AND (kind = 1 OR clock = 'first_response') ORDER BY turn, kind",
                             (report_id,)) == [
            ("PLN", 1, 0), ("PLN", 3, 0), ("PEMDA-33.74", 1, 1), ("PEMDA-33.74", 3, 1), ("PEMDA-33.74", 4, 1), ("PEMDA-33.74", 5, 1)]
        assert cluster.broken() == {}


@pytest.mark.parametrize("failpoint", ["before_correction", "after_correction"])
def test_killed_at_its_failpoint_it_does_each_once(failpoint):
    deaf = {"BUS_ROUTED": "ipc:///tmp/kentongan-nobody-6"}
    with Cluster(stages=STAGES_BY_HAND, settings={"watcher": deaf}) as cluster:  # no message tells the watcher of the move
        triager = Triager(cluster, "killed")
        made = [triager.say(topic="power_outage", region_code="33.74") for _ in range(3)]
        cluster.await_settled()
        cluster["router"].kill(once={"FAILPOINT": f"router.{failpoint}:2"})
        for _, code in made:
            correct(cluster, code, "--topic", "garbage")
        cluster["router"].await_event("FAILPOINT")
        cluster.await_settled()
        assert [ticket(cluster, i)[1:3] + ticket(cluster, i)[6:] for i, _ in made] == [("PEMDA-33.74", "garbage", 1)] * 3
        assert cluster.broken() == {}


def test_two_routers_do_each_once():
    with Cluster(stages=STAGES_BY_HAND) as cluster:
        own = {name: f"{cluster.environment('router')[name]}-2" for name in ["BUS_ROUTED", "BUS_ROUTER_NOTICES"]}
        cluster.add("router", "router-2", own).await_event("ACTIVE")
        triager = Triager(cluster, "two")
        made = [triager.say(topic="power_outage", region_code="33.74") for _ in range(3)]
        cluster.await_settled()
        for _, code in made:
            correct(cluster, code, "--topic", "garbage")
        cluster["router"].stop(9)
        for _, code in made:
            correct(cluster, code, "--topic", "power_outage")
        cluster.await_settled()
        assert [ticket(cluster, i)[1] for i, _ in made] == ["PLN"] * 3 and [ticket(cluster, i)[6] for i, _ in made] == [2] * 3
        assert cluster.broken() == {}


def test_what_was_split_off_is_a_first_report_also_after_a_restart():
    first = "Lampu jalan di depan terminal Bawen, Kabupaten Semarang, mati total sejak Minggu malam dan gelap sekali"
    other = f"{first}, pengendara motor hampir jatuh"
    with Cluster() as cluster:
        cluster.await_working()

        def publish(message_id, text):
            with cluster.client() as client:
                client.publish([report("parted", message_id, text)])
            cluster.await_settled()
            return cluster.query("SELECT r.id, r.tracking_code, t.duplicate_of FROM reports r JOIN triages t ON t.report_id = r.id"
                                 " WHERE r.source = 'parted' AND r.source_message_id = %s", (message_id,))[0]

        a, _, _ = publish("a", first)
        b, code, of_b = publish("b", other)
        assert of_b == a, "they were taken for one"
        correct(cluster, code, "--split")
        cluster["classifier"].await_event("SPLIT_TAKEN_IN")
        c, _, of_c = publish("c", other)
        assert of_c == b and ticket(cluster, c)[0] == b
        cluster["classifier"].kill()
        cluster["classifier"].await_event("INDEX_REBUILT", times=2)
        d, _, of_d = publish("d", other)
        assert of_d == b and ticket(cluster, d)[0] == b
        assert ticket(cluster, a)[0] == a
        assert cluster.broken() == {}
