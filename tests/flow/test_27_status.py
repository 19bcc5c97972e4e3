"""What ops sees of people: kentongan status, show and tail.  Never where a phone or a reporter is reached."""

import json
import os
import signal
import subprocess

import pytest

from harness import contract
from harness.cluster import STAGES, Cluster
from harness.contract import report
from harness.rings import Office
from harness.servers import BIN
from harness.waiting import wait_until

NUMBER = "+6281200000777"
SETTINGS = {"notifier": {"LEG_SMS": "null"}}
REPLY = "INSERT INTO replies (report_id, ticket_id, event, cause, made_at, next_at, settled) VALUES (%s, 10, %s, 0, {}, {}, %s) RETURNING id"
ATTEMPT = "INSERT INTO reply_attempts (reply_id, attempt, leg, outcome, status, reason) VALUES (%s, %s, %s, %s, %s, %s)"


@pytest.fixture
def office():
    with Cluster(stages=[], settings=SETTINGS) as cluster:
        yield Office(cluster)
        assert cluster.unexpected_exits() == {}


def add_reply(cluster, number, event, settled="", made_at="now()", attempts=()):
    next_at = "NULL" if settled else "now()"
    made = cluster.query(REPLY.format(made_at, next_at), (number, event, settled))[0][0]
    for attempt in attempts:
        cluster.query(ATTEMPT, (made, *attempt))
    return made


def words(text):
    """Lines with single spaces."""
    return [" ".join(line.split()) for line in text.splitlines()]


def test_nothing_yet(office):
    status = office.cluster.status()
    assert status["legs"] == [] and status["to_call"] == 0 and status["sessions"] == 0
    assert status["ringing"] == {"darurat": 0, "segera": 0, "biasa": 0}
    assert status["phones"] == {"working": 0, "unseen": 0, "removed_this_week": 0}
    assert status["replies"] == {"waiting": 0, "failed": 0, "on_page_only": 0}
    assert "ways out: no notifier has looked yet" in words(office.cluster.cli("status"))


def test_legs(office):
    office.cluster.query("INSERT INTO legs (leg, state, since, reason) VALUES ('sms', 'dead', '2026-11-22 03:00:00+00', 'no answer'), "
                         "('webpush', 'up', now(), ''), ('email', 'off', now(), '')")
    legs = office.cluster.status()["legs"]
    assert [(leg["leg"], leg["state"], leg["reason"]) for leg in legs] == [("email", "off", ""), ("sms", "dead", "no answer"), ("webpush", "up", "")]
    assert legs[1]["since_at_ms"] == 1795316400000
    assert "sms dead 2026-11-22 10:00:00 WIB no answer" in words(office.cluster.cli("status"))


def test_the_notifier_says_how_its_legs_are(office):
    office.cluster.add("notifier").await_event("ACTIVE")
    wait_until(lambda: {leg["leg"]: leg["state"] for leg in office.cluster.status()["legs"]}.get("webpush") == "up", 20,
               lambda: f"webpush is up: {office.cluster.status()['legs']}")


def test_ringing_and_the_call_list(office):
    for severity in ("darurat", "segera", "biasa"):
        office.ladder([(0, "webpush", "same"), (600, "webpush", "same"), (1200, "", "call"), (1800, "webpush", "same")], severity)
    urgent, other, late = office.ticket("DISHUB"), office.ticket("PLN", urgent=False), office.ticket("PLN", urgent=False)
    called = office.notice(urgent, "DISHUB")
    office.notice(other, "PLN")
    office.notice(late, "PLN", kind=4, clock="first_response", role="officer")
    assert office.cluster.status()["ringing"] == {"darurat": 1, "segera": 1, "biasa": 1}
    assert office.cluster.status()["to_call"] == 0
    office.cluster.query("INSERT INTO ring_calls (notice_id, step, device_id, whom) VALUES (%s, 2, 0, 'call')", (called,))
    assert office.cluster.status()["to_call"] == 1
    shown = words(office.cluster.cli("status"))
    assert "ringing: 1 darurat, 1 segera, 1 biasa; 1 for the desk to call (see kentongan ring calls)" in shown
    office.act(urgent, "acknowledge", "adi", "DISHUB")
    status = office.cluster.status()
    assert (status["ringing"]["darurat"], status["to_call"]) == (0, 0)


def test_phones(office):
    query = office.cluster.query
    ids = {name: office.device("DISHUB", leg, name) for name, leg in
           [("kerja", "ntfy"), ("baru", "ntfy"), ("lama", "ntfy"), (NUMBER, "sms"), ("minggu-ini", "ntfy"), ("dulu", "ntfy")]}
    query("UPDATE devices SET added_at = now() - interval '1 year'")
    query("UPDATE devices SET added_at = now() WHERE id = %s", (ids["baru"],))  # its app has not been open yet
    query("UPDATE devices SET seen_at = now() - interval '54 days' WHERE id = %s", (ids["kerja"],))
    query("UPDATE devices SET seen_at = now() - interval '56 days' WHERE id = %s", (ids["lama"],))
    for name, days in [("minggu-ini", 6), ("dulu", 8)]:
        query("UPDATE devices SET removed_at = now() - %s * interval '1 day' WHERE id = %s", (days, ids[name]))
    assert office.cluster.status()["phones"] == {"working": 3, "unseen": 1, "removed_this_week": 1}
    text = office.cluster.cli("status")
    assert "phones: 3 work, 1 were not seen for 55 days, 1 removed this week" in words(text)
    assert NUMBER not in text


def test_replies(office):
    cluster = office.cluster
    add_reply(cluster, 1, "received", "sms", "now() - interval '2 days'", [(1, "sms", "refused", 403, "no")])
    add_reply(cluster, 2, "received", "page", "now() - interval '25 hours'")
    add_reply(cluster, 3, "received", "sms", attempts=[(1, "whatsapp", "refused", 400, "window_shut"), (2, "sms", "accepted", 202, "")])
    add_reply(cluster, 4, "received", "page")
    add_reply(cluster, 5, "received", "sms", attempts=[(1, "sms", "accepted", 202, ""), (1, "sms", "delivered", 0, "")])
    add_reply(cluster, 6, "received", attempts=[(1, "sms", "retry", 503, "later")])
    assert cluster.status()["replies"] == {"waiting": 1, "failed": 1, "on_page_only": 1}
    assert "replies: 1 wait; of the last 24 hours 1 failed on a leg, 1 stand on the tracking page alone" in words(cluster.cli("status"))


def test_sessions(office):
    person = office.person("sri", "DISHUB")
    for number, (expires, ended) in enumerate([("1 hour", None), ("1 hour", "now"), ("-1 hour", None)]):
        office.cluster.query("INSERT INTO sessions (id, person_id, csrf, expires_at, ended_at) VALUES (%s, %s, 'c', now() + %s::interval, %s)",
                             (bytes([number]) * 32, person, expires, ended))
    assert office.cluster.status()["sessions"] == 1
    assert "portal: 1 sessions" in words(office.cluster.cli("status"))


# show and tail ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def story():
    """A report with an urgent ticket, an officer's browser and number, and a notifier that has told both."""
    with Cluster(stages=STAGES[:-1], settings=SETTINGS) as cluster:
        office = Office(cluster)
        person = office.person("sri", "DPUBMCK", "head")
        phone, name = office.phone("DPUBMCK", person)
        number = office.device("DPUBMCK", "sms", NUMBER, person)
        for severity in ("darurat", "segera", "biasa"):
            office.ladder([(0, "webpush", "same"), (1, "sms", "same"), (600, "", "call")], severity)
        cluster.add("notifier").await_event("ACTIVE")
        with cluster.client() as client:
            [receipt] = client.publish([report("story", "one", "Jalan provinsi Semarang - Godong rusak parah dan berlubang di Gubug, "
                                                               "Kabupaten Grobogan")])
        cluster.await_settled()
        rows = cluster.query("SELECT n.id, n.agency FROM notices n JOIN reports r ON r.id = n.ticket_id WHERE r.source = 'story' "
                             "AND n.audience = 'agency'")
        assert [agency for _, agency in rows] == ["DPUBMCK"], rows
        yield office, receipt.tracking_code, rows[0][0], {"phone": phone, "number": number, "name": name}
        assert cluster.unexpected_exits() == {}


def test_the_story_of_people(story):
    office, code, notice, ids = story
    cluster = office.cluster
    wait_until(lambda: office.calls(notice) == {1: [ids["number"]]}, 20, lambda: f"the number is called: {office.calls(notice)}")
    wait_until(lambda: (1, ids["number"]) in office.deliveries(notice), 20, "the number is told")
    told = json.loads(cluster.cli("show", code, "--json"))
    assert [(ring["notice_id"], ring["step"], ring["ended"]) for ring in told["rings"]] == [(notice, 2, "")]
    assert [(call["step"], call["whom"], call["leg"], call["person"], call["device_id"]) for call in told["calls"]] == [
        (1, "same", "sms", "sri", ids["number"])]
    assert {(row["step"], row["leg"], row["outcome"]) for row in told["deliveries"]} == {(0, "webpush", "accepted"), (1, "sms", "accepted")}
    for what in ("received", "seen"):
        cluster.query("SELECT notice_use(decode(%s, 'hex'), %s)", (office.token(ids["name"], notice).hex(), what))
    assert office.accept(ids["name"], notice) == "ok"
    told = json.loads(cluster.cli("show", code, "--json"))
    assert [(ring["ended"], ring["ended_by"], ring["next_at_ms"]) for ring in told["rings"]] == [("acknowledged", "sri", None)]
    assert [(proof["what"], proof["leg"], proof["person"], proof["device_id"]) for proof in told["proofs"]] == [
        (what, "webpush", "sri", ids["phone"]) for what in ("received", "seen", "acted")]
    assert all(proof["at_ms"] > 0 for proof in told["proofs"])
    text = cluster.cli("show", code)
    for line in ["rings", "calls", "proofs"]:
        assert line in words(text)
    assert any("acknowledged" in line and line.endswith("sri") for line in words(text))
    for shown in (text, json.dumps(told)):
        assert NUMBER not in shown and NUMBER[1:] not in shown and ids["name"] not in shown and "endpoint" not in shown


def test_the_story_of_replies(story):
    office, code, _, _ = story
    cluster = office.cluster
    of_report = cluster.value("SELECT id FROM reports WHERE tracking_code = %s", (code,))
    add_reply(cluster, of_report, "stage_in_progress", "sms", attempts=[(1, "whatsapp", "refused", 400, "window_shut"), (2, "sms", "accepted", 202, ""),
                                                                      (2, "sms", "delivered", 0, "")])
    add_reply(cluster, of_report, "answer", "page")
    add_reply(cluster, of_report + 1, "received", "page")  # another reporter's
    replies = json.loads(cluster.cli("show", code, "--json"))["replies"]
    assert [(row["event"], row["leg"], row["outcome"], row["settled"]) for row in replies] == [
        ("stage_in_progress", "whatsapp", "refused", "sms"), ("stage_in_progress", "sms", "accepted", "sms"),
        ("stage_in_progress", "sms", "delivered", "sms"), ("answer", "", "", "page")]
    assert replies[0]["at_ms"] > 0 and replies[3]["at_ms"] is None
    assert any(line.startswith("stage_in_progress") and "window_shut" in line for line in words(cluster.cli("show", code)))


def test_a_test_of_a_phone_is_in_no_story(story):
    office, code, _, _ = story
    cluster = office.cluster
    of_report = cluster.value("SELECT id FROM reports WHERE tracking_code = %s", (code,))
    before = json.loads(cluster.cli("show", code, "--json"))["notices"]
    cluster.query("INSERT INTO notices (ticket_id, kind, cause, audience, agency, clock) VALUES (0, 9, %s, 'agency', 'DPUBMCK', 'uji')",
                  (of_report,))  # of the device that has the report's number
    assert json.loads(cluster.cli("show", code, "--json"))["notices"] == before


def test_tail_follows_people(story):
    office, code, notice, ids = story
    cluster = office.cluster
    of_report = cluster.value("SELECT id FROM reports WHERE tracking_code = %s", (code,))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
    environment["KENTONGAN_DATABASE"] = cluster.postgres.conninfo(cluster.database, "kentongan_ops")
    with open(f"{cluster.folder}/tail.log", "w+", encoding="utf-8") as out:
        tail = subprocess.Popen([f"{BIN}/kentongan", "tail", "--json"], env=environment, stdout=out, stderr=subprocess.STDOUT, cwd=contract.ROOT)
        try:
            seen = []

            def rows():
                with open(out.name, encoding="utf-8") as lines:
                    seen[:] = [json.loads(line) for line in lines if line.endswith("\n")]
                return seen

            def is_following():
                cluster.query("INSERT INTO notices (ticket_id, kind, cause, audience, agency, clock) VALUES "
                              "(0, 9, 1, 'reporter', 'DPUBMCK', gen_random_uuid()::text)")
                return any(row["detail"] == "test to reporter" for row in rows())

            wait_until(is_following, 20, lambda: f"tail says something: {seen}")
            cluster.query("INSERT INTO ring_calls (notice_id, step, device_id, whom) VALUES (%s, 7, 0, 'call')", (notice,))
            office.accept(ids["name"], notice)
            add_reply(cluster, of_report, "answer", "sms", attempts=[(1, "sms", "accepted", 202, "")])
            wanted = {("call", "step 7 to call, no device"), ("proof", f"acted, device {ids['phone']}"), ("reply", "answer: accepted by sms, attempt 1")}
            wait_until(lambda: wanted <= {(row["what"], row["detail"]) for row in rows() if row.get("tracking_code") == code}, 20,
                       lambda: f"{wanted} of {code}: {seen}")
            tail.send_signal(signal.SIGINT)
            assert tail.wait(10) == 0
        finally:
            tail.kill()
            tail.wait()
