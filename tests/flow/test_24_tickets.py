"""What officers see and do in the portal: lists, one ticket, acts, corrections, pictures, events, and the public's page; and what they do not see."""

import base64
import concurrent.futures
import hashlib
import io
import json
import secrets
import uuid

import pytest
from PIL import Image

from harness.contract import ingest
from harness.portal import PortalCluster
from harness.triage import Triager
from harness.waiting import wait_until

API = "/api/v1"
STAGES = ["ingest", "router", "watcher", "portal"]
WORDS = "Petugas kami berangkat ke lokasi siang ini, terima kasih"
CANARY_NAME, CANARY_PHONE = "Sukinah Burungkenari", "081299998877"


@pytest.fixture(scope="module")
def office():
    """All but classifier and notifier, and a person of each role; PLN is below DLHK here, so that DLHK's head sees both."""
    with PortalCluster(stages=STAGES, push=False) as cluster:
        cluster.await_working()
        Triager(cluster, "probe").store([{"report_id": i} for (i,) in cluster.query("SELECT id FROM reports")])
        cluster.query("UPDATE agencies SET parent = 'DLHK' WHERE code = 'PLN'")
        for name, agency, role in [("petugas", "PLN", "officer"), ("rekan", "PLN", "officer"), ("lain", "DLHK", "officer"), ("kepala", "DLHK", "head"),
                                   ("meja", "TRIAGE", "desk"), ("sekda", "SEKDA", "sekda"), ("gubernur", "GUBERNUR", "governor")]:
            cluster.query("INSERT INTO persons (name, full_name, agency, role) VALUES (%s, %s, %s, %s)", (name, name.title(), agency, role))
        yield cluster
        assert cluster["portal"].stop() == 0
        assert cluster.unexpected_exits() == {}
        log = cluster["portal"].text()
        assert "ROUTE_FAILED" not in log and CANARY_NAME not in log and CANARY_PHONE not in log and WORDS not in log


def session(cluster, name):
    """A browser of this person, without a login."""
    token = secrets.token_bytes(32)
    browser = cluster.browser()
    browser.cookie = base64.urlsafe_b64encode(token).rstrip(b"=").decode()
    browser.csrf = secrets.token_hex(16)
    cluster.query("INSERT INTO sessions (id, person_id, csrf, expires_at) SELECT %s, id, %s, now() + interval '1 hour' FROM persons WHERE name = %s",
                  (hashlib.sha256(token).digest(), browser.csrf, name))
    return browser


@pytest.fixture(scope="module")
def people(office):
    return {name: session(office, name) for (name,) in office.query("SELECT name FROM persons")}


def opened(cluster, source, text="Kata-kata untuk uji", triage=None, **fields):
    """A report with its ticket, with PLN unless its triage says otherwise: id and code."""
    triager = Triager(cluster, source)
    triager.count = secrets.randbits(40)
    made = triager.publish(text, **fields)
    triager.store([{"report_id": made[0], "topic": "power_outage", "region_code": "33.74", **(triage or {})}])
    wait_until(lambda: cluster.query("SELECT 1 FROM ticket_reports WHERE report_id = %s", (made[0],)), 10, "it has a ticket")
    return made


def joined(cluster, source, ticket_id, text="Laporan lain tentang hal yang sama"):
    return opened(cluster, source, text, triage={"relation": "duplicate", "duplicate_of": ticket_id})


def await_clock(cluster, ticket_id, agency="PLN"):
    wait_until(lambda: cluster.query("SELECT 1 FROM deadlines WHERE ticket_id = %s AND agency = %s AND clock = 'first_response'", (ticket_id, agency)), 15,
               "its clock runs")


def body(act, **more):
    return {"key": str(uuid.uuid4()), "act": act, **more}


def do(browser, code, act, **more):
    return browser.post(f"{API}/tickets/{code}/acts", body(act, **more))


def correct(browser, code, what, value="", **more):
    return browser.post(f"{API}/tickets/{code}/corrections", {"key": str(uuid.uuid4()), "what": what, "value": value, **more})


def see(browser, code):
    return browser.get(f"{API}/tickets/{code}")


def error(answer):
    """(status, code, field) of an error"""
    status, said = answer
    assert status >= 400 and set(said["error"]) == {"code", "field", "message"}, answer
    return status, said["error"]["code"], said["error"]["field"]


def listed(browser, scope="open", limit=100):
    """All codes of a scope, page by page."""
    rows, after = [], ""
    while after is not None:
        status, page = browser.get(f"{API}/tickets?scope={scope}&limit={limit}&after={after}")
        assert status == 200, page
        assert len(page["tickets"]) <= limit
        rows += page["tickets"]
        after = page["next"]
    return rows


def codes(browser, scope="open", limit=100):
    return [row["code"] for row in listed(browser, scope, limit)]


def await_stage(cluster, ticket_id, stage):
    wait_until(lambda: cluster.value("SELECT stage FROM tickets WHERE id = %s", (ticket_id,)) == stage, 15, f"its stage is {stage}")


def await_agency(cluster, ticket_id, agency):
    wait_until(lambda: cluster.value("SELECT agency FROM tickets WHERE id = %s", (ticket_id,)) == agency, 15, f"{agency} has it")


# Who sees what -----------------------------------------------------------------------------------------------------------


def test_each_sees_their_own(office, people):
    _, pln = opened(office, "own")
    _, dlhk = opened(office, "own", triage={"topic": "pollution"})
    _, desk = opened(office, "own", triage={"topic": "", "confidence": 0})
    _, shelf = opened(office, "own", triage={"kind": "not_report", "topic": ""})
    agencies = {code: office.value("SELECT agency FROM tickets k JOIN reports r ON r.id = k.id WHERE r.tracking_code = %s", (code,))
                for code in [pln, dlhk, desk, shelf]}
    other = agencies[dlhk]
    assert [agencies[pln], agencies[desk], agencies[shelf]] == ["PLN", "TRIAGE", "SHELF"] and other != "PLN"
    sees = {"petugas": {pln}, "rekan": {pln}, "lain": {dlhk} if other == "DLHK" else set(), "meja": {desk, shelf},
            "kepala": {pln} | ({dlhk} if other == "DLHK" else set()), "sekda": set(agencies), "gubernur": set(agencies)}
    for name, seen in sees.items():
        for code in agencies:
            status, answer = see(people[name], code)
            if code in seen:
                assert status == 200 and answer["code"] == code, (name, code, answer)
            else:
                assert error((status, answer)) == (404, "unknown_ticket", "code"), (name, code)
        assert set(agencies) & set(codes(people[name])) == seen - {shelf}, name
        assert set(agencies) & set(codes(people[name], "all")) == seen, name
        assert set(agencies) & set(codes(people[name], "shelf")) == seen & {shelf}, name
    assert error(see(people["petugas"], "JT-0000-0000-0")) == error(see(people["petugas"], "bukan kode".replace(" ", "%20"))) == (404, "unknown_ticket", "code")


def test_the_list_goes_by_time_left_and_late_ones_come_first(office, people):
    made = [opened(office, "order") for _ in range(6)]
    for ticket_id, _ in made:
        await_clock(office, ticket_id)
    # 3 is late, 1 has an hour, 5 two; 0 waits for its reporter: no time is known; the others as they came.
    for i, due in [(3, "-1 hour"), (1, "1 hour"), (5, "2 hours")]:
        office.query("UPDATE deadlines SET due_at = now() + %s::interval WHERE ticket_id = %s AND clock = 'first_response'", (due, made[i][0]))
    office.query("UPDATE deadlines SET due_at = NULL, next_at = NULL WHERE ticket_id = %s", (made[0][0],))
    order = [made[i][1] for i in [3, 1, 5, 2, 4, 0]]
    for limit in [1, 2, 3, 100]:
        rows = [row for row in listed(people["petugas"], limit=limit) if row["code"] in order]
        assert [row["code"] for row in rows] == order, limit
    assert [row["late"] for row in rows] == [True] + 5 * [False]
    assert [row["clock"] for row in rows] == 5 * ["first_response"] + [None] and rows[5]["due_at_ms"] is None
    assert set(rows[0]) == {"code", "stage", "agency", "agency_short", "topic", "topic_name", "region_code", "place", "kind", "urgent", "reports", "received_at_ms",
                            "routed_at_ms", "due_at_ms", "clock", "late", "ringing", "latitude", "longitude"}
    assert rows[0]["place"] == "Kota Semarang" and rows[0]["topic_name"] and rows[0]["reports"] == 1 and rows[0]["agency_short"]
    assert rows[0]["ringing"]["next_whom"] == "same"
    assert rows[0]["ringing"]["severity"] == "biasa" and rows[0]["ringing"]["next_at_ms"] > rows[0]["received_at_ms"]


def test_done_ones_are_listed_newest_first(office, people):
    made = [opened(office, "done") for _ in range(3)]
    for ticket_id, code in made:
        assert do(people["petugas"], code, "done", text="Sudah selesai kami kerjakan kemarin sore " + code)[0] == 200
        await_stage(office, ticket_id, "done")
    wanted = [code for _, code in reversed(made)]
    for limit in [1, 2, 100]:
        assert [code for code in codes(people["petugas"], "done", limit) if code in wanted] == wanted
    assert not set(wanted) & set(codes(people["petugas"], "open"))
    assert not set(wanted) & set(codes(people["lain"], "done"))


@pytest.mark.parametrize("query, field", [("scope=mine", "scope"), ("limit=0", "limit"), ("limit=101", "limit"), ("limit=-1", "limit"), ("limit=1e1", "limit"),
                                          ("limit=99999999999999999999", "limit"), ("after=x", "after"), ("after=d1", "after"), ("after=d1_", "after"),
                                          ("after=n-1", "after"), ("after=n99999999999999999999", "after"), ("scope=done&after=d1_1", "after"),
                                          ("after=d9999999999999999999_1", "after"), ("after=d9223372036854775807_1", "after"), ("after=n1%27", "after"),
                                          ("after=%C3%28", "after")])
def test_a_wrong_question_names_the_field(people, query, field):
    assert error(people["petugas"].get(f"{API}/tickets?{query}")) == (400, "wrong_field", field)


def test_without_a_session_nothing_is_said(office):
    stranger = office.browser()
    _, code = opened(office, "stranger")
    for path in ["tickets", f"tickets/{code}", "photos/1", "agencies", "topics", "regions?q=kota", "events"]:
        assert error(stranger.get(f"{API}/{path}"))[0] == 401, path
    assert error(do(stranger, code, "acknowledge"))[0] == 401


# One ticket --------------------------------------------------------------------------------------------------------------


def test_one_ticket_as_a_whole(office, people):
    ticket_id, code = opened(office, "whole", "Listrik padam sejak pagi di gang kami", triage={"why": "topic power_outage 0.90 (padam)", "topic_2": "street_light",
                                                                                               "confidence_2": 0.2, "language": "indonesian"},
                             place={"address": "Jalan Pahlawan 9"}, confidential=True)
    _, other = joined(office, "whole", ticket_id, "Di tempat kami juga padam")
    await_clock(office, ticket_id)
    assert do(people["petugas"], code, "verifying", text=WORDS)[0] == 200
    await_stage(office, ticket_id, "verifying")
    wait_until(lambda: office.query("SELECT 1 FROM deadlines WHERE ticket_id = %s AND clock = 'first_response' AND stop = 'met'", (ticket_id,)), 15, "it is met")
    status, whole = see(people["petugas"], code)
    assert status == 200
    assert see(people["petugas"], other)[1]["code"] == code, "a code of a joined report leads to the ticket"
    assert (whole["text"], whole["address"], whole["anonymous"], whole["confidential"]) == ("Listrik padam sejak pagi di gang kami", "Jalan Pahlawan 9", False, True)
    assert [(r["code"], r["channel"]) for r in whole["reports"]] == [(code, "whatsapp"), (other, "whatsapp")] and whole["report_count"] == 2
    [first] = [d for d in whole["deadlines"] if d["clock"] == "first_response"]
    [act] = whole["acts"]
    assert first["stop"] == "met" and first["stopped_at_ms"] == act["at_ms"] and first["due_at_ms"] - first["started_at_ms"] == 24 * 3600 * 1000
    assert (act["act"], act["actor"], act["agency"], act["text"], act["photos"]) == ("verifying", "petugas", "PLN", WORDS, [])
    assert [(t["turn"], t["agency"], t["until_at_ms"]) for t in whole["turns"]] == [(0, "PLN", None)]
    [notice] = whole["notices"]
    assert notice["kind"] == "ticket_opened" and notice["devices"] == []
    assert notice["ring"]["ended"] == "acknowledged" and notice["ring"]["ended_by"] == "petugas" and notice["ring"]["ended_at_ms"] == act["at_ms"]
    assert [(t["code"], t["p"]) for t in whole["triage"]["topics"]] == [("power_outage", 0.9), ("street_light", 0.2)]
    assert whole["triage"]["language"] == "indonesian" and whole["triage"]["duplicate_of"] is None
    assert whole["may"] == sorted(a for (a,) in office.query("SELECT act FROM role_acts WHERE role = 'officer'"))
    assert any("Tanggapan pertama (PLN): tenggat" in line and "terpenuhi" in line for line in whole["why"]), whole["why"]
    assert whole["ringing"] is None and whole["server_ms"] >= act["at_ms"]


def test_what_came_with_a_report_is_seen_by_who_handles_it(office, people):
    sent = [ingest.Attachment(uri="https://gateway.example/lampiran/1.jpg", media_type="image/jpeg", sha256=bytes(32), size=2**64 - 1),
            ingest.Attachment(uri="javascript:alert(\"1\")")]
    ticket_id, code = opened(office, "attached", "Tiang miring, lihat foto", attachments=sent)
    _, other = joined(office, "attached", ticket_id, "Sama dengan foto ini")
    reports = {r["code"]: r["attachments"] for r in see(people["petugas"], code)[1]["reports"]}
    assert reports == {code: [{"uri": one.uri, "media_type": one.media_type} for one in sent], other: []}


def test_the_proof_of_a_notice_is_on_the_ticket_and_no_endpoint(office, people):
    ticket_id, code = opened(office, "proof")
    [(notice,)] = office.query("SELECT id FROM notices WHERE ticket_id = %s AND audience = 'agency'", (ticket_id,))
    device = office.value("INSERT INTO devices (agency, label, endpoint, p256dh, auth, person_id) SELECT 'PLN', 'HP', 'https://push.example/rahasia', "
                          "decode(repeat('04', 65), 'hex'), decode(repeat('00', 16), 'hex'), id FROM persons WHERE name = 'rekan' RETURNING id")
    office.query("INSERT INTO deliveries (notice_id, device_id, attempt, outcome) VALUES (%s, %s, 1, 'accepted')", (notice, device))
    for what in ["received", "seen"]:
        office.query("INSERT INTO notice_proofs (notice_id, device_id, what) VALUES (%s, %s, %s)", (notice, device, what))
    _, whole = see(people["petugas"], code)
    [proof] = whole["notices"][0]["devices"]
    assert (proof["leg"], proof["person"], proof["failed"], proof["acted_at_ms"]) == ("webpush", "Rekan", False, None)
    assert all(isinstance(proof[f"{what}_at_ms"], int) for what in ["accepted", "received", "seen"])
    assert "push.example" not in json.dumps(whole)


def test_who_reported_is_in_no_answer(office, people):
    reporter = {"name": CANARY_NAME, "phone": CANARY_PHONE}
    tickets = [opened(office, "canary", "Listrik mati", reporter=reporter, anonymous=anonymous, confidential=confidential, relayed_by="Pak Burungkenari")
               for anonymous in [False, True] for confidential in [False, True]]
    said = []
    for ticket_id, code in tickets:
        joined(office, "canary", ticket_id)
        do(people["petugas"], code, "verifying", text=WORDS)
        await_stage(office, ticket_id, "verifying")
        for browser in [people["petugas"], people["kepala"], people["sekda"], people["gubernur"]]:
            said.append(see(browser, code))
        said.append(office.browser(remote="203.0.113.9").get(f"{API}/track/{code}"))
    said += [people["gubernur"].get(f"{API}/tickets?scope={scope}") for scope in ["open", "done", "all", "shelf"]]
    assert all(status == 200 for status, _ in said)
    text = json.dumps(said)
    for canary in [CANARY_NAME, CANARY_PHONE, CANARY_PHONE[1:], "Sukinah", "Burungkenari", f"62{CANARY_PHONE[1:]}"]:
        assert canary not in text


# Acts --------------------------------------------------------------------------------------------------------------------


ACTS = [("acknowledge", {}, None), ("verifying", {}, "verifying"), ("field_check", {"text": WORDS}, "field_check"), ("in_progress", {}, "in_progress"),
        ("awaiting_validation", {}, "awaiting_validation"), ("ask", {"text": "Di RT berapa letaknya, Bapak atau Ibu?"}, None),
        ("reply", {"text": "Kami sampaikan bahwa materialnya dipesan"}, None), ("note", {"text": "catatan dalam"}, None),
        ("done", {"text": "Sudah menyala kembali sejak semalam"}, "done"), ("reopened", {}, "reopened"),
        ("rejected", {"value": "ineligible", "text": "Laporan ini tidak dapat kami proses"}, "rejected")]


def test_every_act_of_an_officer(office, people):
    ticket_id, code = opened(office, "acts")
    for act, more, stage in ACTS:
        status, said = do(people["petugas"], code, act, **more)
        assert status == 200 and said["state"] == "ok" and said["id"] > 0 and said["at_ms"] > 0, (act, said)
        if stage:
            await_stage(office, ticket_id, stage)
    _, whole = see(people["rekan"], code)
    assert [a["act"] for a in whole["acts"]] == [act for act, _, _ in ACTS]
    assert {a["actor"] for a in whole["acts"]} == {"petugas"} and {a["agency"] for a in whole["acts"]} == {"PLN"}
    assert office.value("SELECT count(*) FROM rings WHERE ticket_id = %s AND ended = ''", (ticket_id,)) == 0, "nothing rings any more"


def test_not_ours_goes_to_the_other_agency_and_is_seen_no_more(office, people):
    ticket_id, code = opened(office, "notours")
    status, said = do(people["petugas"], code, "not_ours", value="DLHK", text="Ini urusan lingkungan hidup")
    assert status == 200, said
    await_agency(office, ticket_id, "DLHK")
    assert error(see(people["petugas"], code)) == (404, "unknown_ticket", "code")
    assert see(people["lain"], code)[0] == 200
    assert error(do(people["petugas"], code, "verifying")) == (404, "unknown_ticket", "code")
    assert do(people["lain"], code, "not_ours", text="Bukan wewenang kami juga")[0] == 200
    await_agency(office, ticket_id, "TRIAGE")
    assert do(people["meja"], code, "assign", value="PLN")[0] == 200
    await_agency(office, ticket_id, "PLN")
    _, whole = see(people["petugas"], code)
    assert [(t["agency"], t["because"]) for t in whole["turns"]] == [("PLN", "not theirs"), ("DLHK", "not theirs"), ("TRIAGE", "assigned"), ("PLN", "")]
    assert any("bukan wewenangnya" in line for line in whole["why"])


def test_sekda_assigns_and_judges(office, people):
    ticket_id, code = opened(office, "sekda")
    _, act = do(people["petugas"], code, "note", text="catatan")
    status, said = do(people["sekda"], code, "judge", value=f"{act['id']} counts")
    assert status == 200, said
    assert error(do(people["sekda"], code, "judge", value="999999999 counts")) == (400, "wrong_field", "value")
    assert do(people["sekda"], code, "assign", value="DLHK")[0] == 200
    await_agency(office, ticket_id, "DLHK")


def test_a_head_speaks_for_the_agency_below(office, people):
    ticket_id, code = opened(office, "head")
    assert do(people["kepala"], code, "verifying")[0] == 200
    await_stage(office, ticket_id, "verifying")
    assert office.query("SELECT actor, agency FROM acts WHERE ticket_id = %s", (ticket_id,)) == [("kepala", "PLN")]


def test_a_role_does_only_what_it_may(office, people):
    ticket_id, code = opened(office, "may")
    _, act = do(people["petugas"], code, "note", text="untuk dinilai")
    needs = {act: more for act, more, _ in ACTS} | {"not_ours": {"text": "Bukan wewenang kami ini"}, "assign": {"value": "PLN"}, "judge": {"value": f"{act['id']} counts"}}
    for name, role in [("petugas", "officer"), ("sekda", "sekda"), ("gubernur", "governor")]:
        may = {a for (a,) in office.query("SELECT act FROM role_acts WHERE role = %s", (role,))}
        for act, more in needs.items():
            answer = do(people[name], code, act, **more)
            if act not in may:
                assert error(answer) == (403, "not_for_role", "act"), (name, act)
        if "correct" not in may:
            assert error(correct(people[name], code, "urgent", "yes")) == (403, "not_for_role", "act"), name
        did = {a for (a,) in office.query("SELECT act FROM acts WHERE ticket_id = %s AND actor = %s", (ticket_id, name))}
        assert did and did <= may, name


def test_the_same_key_is_one_act_once_and_from_eight_threads(office, people):
    ticket_id, code = opened(office, "once")
    sent = body("verifying", text=WORDS + " sekali", photo=photo())

    def post(_):
        return session_of_petugas().post(f"{API}/tickets/{code}/acts", sent)

    def session_of_petugas():
        browser = office.browser()
        browser.cookie, browser.csrf = people["petugas"].cookie, people["petugas"].csrf
        return browser

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(24)))
    assert {status for status, _ in answers} == {200}
    assert len({(said["id"], said["at_ms"]) for _, said in answers}) == 1
    assert sorted(said["state"] for _, said in answers) == 23 * ["again"] + ["ok"]
    assert office.value("SELECT count(*) FROM acts WHERE ticket_id = %s", (ticket_id,)) == 1
    assert office.value("SELECT count(*) FROM photos WHERE ticket_id = %s", (ticket_id,)) == 1
    _, elsewhere = opened(office, "once-2")
    assert error(people["petugas"].post(f"{API}/tickets/{elsewhere}/acts", sent)) == (409, "key_used", "key")
    for other in ({"act": "in_progress"}, {"text": WORDS + " dua kali"}):
        assert error(people["petugas"].post(f"{API}/tickets/{code}/acts", {**sent, **other})) == (409, "key_used", "key")
    assert people["rekan"].post(f"{API}/tickets/{code}/acts", sent)[1]["state"] == "ok", "another person's key is another key"


def test_what_was_stored_is_again_also_when_the_ticket_went_elsewhere(office, people):
    ticket_id, code = opened(office, "again")
    other_id, other = opened(office, "again")
    sent = body("not_ours", value="DLHK", text="Ini urusan lingkungan hidup ya")
    first = people["petugas"].post(f"{API}/tickets/{code}/acts", sent)
    await_agency(office, ticket_id, "DLHK")
    again = people["petugas"].post(f"{API}/tickets/{code}/acts", sent)
    assert again == (200, {**first[1], "state": "again"})
    joins = body("note", text="sebelum digabung")
    assert people["petugas"].post(f"{API}/tickets/{other}/acts", joins)[1]["state"] == "ok"
    target_id, target = opened(office, "again")
    wanted = {"key": str(uuid.uuid4()), "what": "join", "value": target}
    assert people["petugas"].post(f"{API}/tickets/{other}/corrections", wanted)[1]["state"] == "ok"
    wait_until(lambda: office.value("SELECT ticket_id FROM ticket_reports WHERE report_id = %s", (other_id,)) == target_id, 15, "it is joined")
    assert people["petugas"].post(f"{API}/tickets/{other}/acts", joins)[1]["state"] == "again"
    assert people["petugas"].post(f"{API}/tickets/{other}/corrections", wanted)[1]["state"] == "again"


# Wrong bodies ------------------------------------------------------------------------------------------------------------


BAD_ACTS = [
    ({"key": None}, "key"), ({"key": ""}, "key"), ({"key": "short"}, "key"), ({"key": "x" * 65}, "key"), ({"key": "with blank in"}, "key"), ({"key": 12345678}, "key"),
    ({"key": "kunci-é-xxxx"}, "key"), ({"key": ["12345678"]}, "key"), ({"act": None}, "act"), ({"act": "delete"}, "act"), ({"act": "answer"}, "act"), ({"act": 1}, "act"),
    ({"act": {"act": "note"}}, "act"), ({"act": "correct"}, "act"), ({"act": "x" * 100}, "act"), ({"value": 1}, "value"), ({"value": "x" * 64}, "value"),
    ({"value": "extra"}, "value"), ({"value": True}, "value"), ({"text": 10**18}, "text"), ({"text": 1.5}, "text"), ({"text": []}, "text"),
    ({"text": "x" * 5001}, "text"), ({"text": "é" * 2501}, "text"), ({"act": "done", "text": "pendek"}, "text"), ({"act": "rejected", "text": WORDS}, "value"),
    ({"act": "rejected", "text": WORDS, "value": "lazy"}, "value"), ({"act": "assign"}, "value"), ({"act": "assign", "value": "NOBODY"}, "value"),
    ({"act": "assign", "value": "SHELF"}, "value"), ({"act": "not_ours", "text": WORDS, "value": "KABKOTA"}, "value"), ({"act": "judge", "value": "0 counts"}, "value"),
    ({"act": "judge", "value": "1 maybe"}, "value"), ({"act": "judge", "value": "99999999999999999999 counts"}, "value"), ({"photo": "x"}, "photo"), ({"photo": []}, "photo"),
    ({"photo": {}}, "photo.media_type"), ({"photo": {"media_type": "image/png", "data": "AAAA"}}, "photo.media_type"),
    ({"photo": {"media_type": 5, "data": "AAAA"}}, "photo.media_type"), ({"photo": {"media_type": "image/jpeg"}}, "photo.data"),
    ({"photo": {"media_type": "image/jpeg", "data": 7}}, "photo.data"), ({"photo": {"media_type": "image/jpeg", "data": "AAAA"}}, "photo.data"),
    ({"photo": {"media_type": "image/jpeg", "data": "*" * 8}}, "photo.data"), ({"photo": {"media_type": "image/jpeg", "data": "_-_-"}}, "photo.data"),
    ({"photo": {"media_type": "image/jpeg", "data": "A"}}, "photo.data"), ({"photo": {"media_type": "image/jpeg", "data": "===="}}, "photo.data"),
]


@pytest.fixture(scope="module")
def target(office):
    return opened(office, "bad")


@pytest.mark.parametrize("wrong, field", BAD_ACTS, ids=lambda x: str(x)[:40])
def test_a_wrong_act_names_the_field(office, people, target, wrong, field):
    answer = people["petugas"].post(f"{API}/tickets/{target[1]}/acts", {**body("note"), **wrong})
    assert error(answer) == (400, "wrong_field", field), answer
    assert office.value("SELECT count(*) FROM acts WHERE ticket_id = %s", (target[0],)) == 0


BAD_CORRECTIONS = [
    ({"key": 1}, "key"), ({"what": None}, "what"), ({"what": "stage"}, "what"), ({"what": []}, "what"), ({"value": "no_topic"}, "value"), ({"value": ""}, "value"),
    ({"value": 5}, "value"), ({"what": "region", "value": "99.99"}, "value"), ({"what": "kind", "value": "rumour"}, "value"), ({"what": "urgent", "value": "maybe"}, "value"),
    ({"what": "split", "value": "x"}, "value"), ({"what": "split", "value": ""}, "report"), ({"what": "join", "value": "123"}, "value"),
    ({"what": "join", "value": "JT-0000-0000-0"}, "value"), ({"report": "JT-0000"}, "report"), ({"report": 9}, "report"), ({"reason": {}}, "reason"),
    ({"reason": "x" * 1001}, "reason"),
]


@pytest.mark.parametrize("wrong, field", BAD_CORRECTIONS, ids=lambda x: str(x)[:40])
def test_a_wrong_correction_names_the_field(office, people, target, wrong, field):
    answer = people["petugas"].post(f"{API}/tickets/{target[1]}/corrections", {"key": str(uuid.uuid4()), "what": "topic", "value": "pollution", **wrong})
    assert error(answer) == (400, "wrong_field", field), answer
    assert office.value("SELECT count(*) FROM corrections WHERE report_id = %s", (target[0],)) == 0


@pytest.mark.parametrize("name", ["key", "act", "value", "text", "photo.media_type", "photo.data", "what", "report", "reason"])
@pytest.mark.parametrize("bytes_", [b'"a\\u0000bcdefgh"', b'"abcdefgh\xff\xfe"', b'"abcdefgh\xc3("', b'"abcdefgh\xed\xa0\x80"', b'"\\ud800abcdefgh"', b"1e999", b"-0",
                                    b"123456789012345678901234567890", b"[" * 3000 + b"]" * 3000, b"nul"], ids=lambda b: ascii(b)[:24])
def test_hostile_bytes_in_any_field_are_400(people, target, name, bytes_):
    path = "corrections" if name in ["what", "report", "reason"] else "acts"
    fields = {"key": b'"' + str(uuid.uuid4()).encode() + b'"', **({"act": b'"note"'} if path == "acts" else {"what": b'"topic"', "value": b'"pollution"'})}
    if "." in name:
        inner = {"media_type": b'"image/jpeg"', "data": b'"AAAA"', name.split(".")[1]: bytes_}
        fields["photo"] = b"{" + b",".join(b'"%s":%s' % (n.encode(), v) for n, v in inner.items()) + b"}"
    else:
        fields[name] = bytes_
    status, said = people["petugas"].post(f"{API}/tickets/{target[1]}/{path}", b"{" + b",".join(b'"%s":%s' % (n.encode(), v) for n, v in fields.items()) + b"}")
    assert status == 400 and said["error"]["field"] in (name, "body"), (status, said)


@pytest.mark.parametrize("bytes_", [b"", b"null", b"[]", b'"text"', b"1", b"{", b'{"key":"a","key":"b"}', b"\xef\xbb\xbf{}", b"\x00", b"{}x"])
def test_what_is_no_object_is_400(people, target, bytes_):
    for path in ["acts", "corrections"]:
        status, said = people["petugas"].request("POST", f"{API}/tickets/{target[1]}/{path}", bytes_)
        assert status == 400 and said["error"]["field"] == ("key" if bytes_ == b"{}" else "body"), (status, said)


def test_a_body_that_is_too_long_is_413(people, target):
    status, _ = people["petugas"].post(f"{API}/tickets/{target[1]}/corrections", {"key": str(uuid.uuid4()), "what": "topic", "value": "pollution", "reason": "x" * 20000})
    assert status == 413


# Corrections -------------------------------------------------------------------------------------------------------------


def test_a_corrected_topic_moves_the_ticket_and_the_first_officer_sees_it_no_more(office, people):
    ticket_id, code = opened(office, "topic")
    status, said = correct(people["petugas"], code, "topic", "pollution", reason="Ini soal hutan")
    assert status == 200 and said["state"] == "ok", said
    wait_until(lambda: office.value("SELECT agency FROM tickets WHERE id = %s", (ticket_id,)) != "PLN", 15, "it has moved")
    agency = office.value("SELECT agency FROM tickets WHERE id = %s", (ticket_id,))
    assert agency == "DLHK"
    assert error(see(people["petugas"], code)) == (404, "unknown_ticket", "code") and see(people["lain"], code)[0] == 200
    assert code not in codes(people["petugas"], "all") and code in codes(people["lain"])
    assert office.query("SELECT by, reason FROM corrections WHERE report_id = %s", (ticket_id,)) == [("petugas", "Ini soal hutan")]


def test_split_and_join(office, people):
    ticket_id, code = opened(office, "split")
    child_id, child = joined(office, "split", ticket_id)
    _, stranger = opened(office, "split", triage={"topic": "pollution"})
    assert error(correct(people["petugas"], code, "split", report=code)) == (400, "wrong_field", "report")
    assert error(correct(people["petugas"], code, "split", report=stranger)) == (400, "wrong_field", "report")
    sent = {"key": str(uuid.uuid4()), "what": "split", "report": child}
    assert people["petugas"].post(f"{API}/tickets/{code}/corrections", sent)[1]["state"] == "ok"
    wait_until(lambda: office.value("SELECT ticket_id FROM ticket_reports WHERE report_id = %s", (child_id,)) == child_id, 15, "it is split off")
    assert people["petugas"].post(f"{API}/tickets/{code}/corrections", sent)[1]["state"] == "again"
    other = {**sent, "what": "topic", "value": "pollution"}
    assert error(people["petugas"].post(f"{API}/tickets/{code}/corrections", other)) == (409, "key_used", "key")
    assert see(people["petugas"], child)[1]["code"] == child and see(people["petugas"], code)[1]["report_count"] == 1
    assert error(correct(people["petugas"], child, "join", stranger)) == (400, "wrong_field", "value"), "not a report that this person sees"
    assert correct(people["petugas"], child, "join", code)[0] == 200
    wait_until(lambda: office.value("SELECT ticket_id FROM ticket_reports WHERE report_id = %s", (child_id,)) == ticket_id, 15, "it is joined again")
    assert see(people["petugas"], child)[1]["code"] == code
    assert error(correct(people["lain"], code, "urgent", "yes")) == (404, "unknown_ticket", "code")


def test_the_desk_takes_from_the_shelf(office, people):
    ticket_id, code = opened(office, "shelf", triage={"kind": "not_report"})
    assert code in codes(people["meja"], "shelf")
    assert correct(people["meja"], code, "kind", "complaint")[0] == 200
    await_agency(office, ticket_id, "PLN")
    assert code not in codes(people["meja"], "shelf") and code in codes(people["petugas"])


# Pictures ----------------------------------------------------------------------------------------------------------------


SECRET = b"LAT-7.05146 rumah saya"


def jpeg(size=(64, 48), **options):
    """A picture with everything that cameras write into it."""
    picture, exif = Image.effect_noise(size, 60).convert("RGB"), Image.Exif()
    exif[0x010F], exif[0x0132], exif[0x9286] = SECRET.decode(), "2026:11:22 10:00:00", SECRET.decode()
    exif.get_ifd(0x8825).update({1: "S", 2: (7.0, 3.0, 5.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=SECRET, icc_profile=SECRET, **options)
    return out.getvalue() + SECRET


def photo(data=None):
    return {"media_type": "image/jpeg", "data": base64.b64encode(data or jpeg()).decode()}


@pytest.mark.parametrize("progressive", [False, True])
def test_a_picture_comes_back_without_what_the_camera_wrote(office, people, progressive):
    _, code = opened(office, "photo")
    sent = jpeg(progressive=progressive)
    assert sent.count(SECRET) >= 4
    status, said = do(people["petugas"], code, "in_progress", text=WORDS + " foto", photo=photo(sent))
    assert status == 200, said
    [number] = see(people["rekan"], code)[1]["acts"][0]["photos"]
    rekan = people["rekan"]
    status, got = rekan.get(f"{API}/photos/{number}")
    assert status == 200 and rekan.headers["content-type"] == "image/jpeg" and rekan.headers["x-content-type-options"] == "nosniff"
    assert rekan.headers["content-disposition"].startswith("inline") and "private" in rekan.headers["cache-control"]
    assert SECRET not in got and b"Exif" not in got and len(got) < len(sent)
    before, after = Image.open(io.BytesIO(sent)), Image.open(io.BytesIO(got))
    assert before.getexif() and not after.getexif() and before.convert("RGB").tobytes() == after.convert("RGB").tobytes()
    # It may be kept, and is asked about each time: the browser's next person may be another.
    assert "no-cache" in rekan.headers["cache-control"]
    kept = {"If-None-Match": rekan.headers["etag"]}
    assert rekan.get(f"{API}/photos/{number}", headers=kept) == (304, b"")
    assert rekan.get(f"{API}/photos/{number}", headers={"If-None-Match": '"0"'})[0] == 200
    assert error(people["lain"].get(f"{API}/photos/{number}", headers=kept)) == (404, "unknown_photo", "id")
    assert error(people["lain"].get(f"{API}/photos/{number}")) == (404, "unknown_photo", "id")
    for wrong in ["0", "-1", "x", "1e3", "99999999999999999999", "9223372036854775807", f"0{number}", f"{number}%20"]:
        assert error(rekan.get(f"{API}/photos/{wrong}")) == (404, "unknown_photo", "id"), wrong


def test_a_picture_of_a_megabyte_is_taken_and_more_is_not(office, people):
    _, code = opened(office, "large")
    data = jpeg((1100, 1100), quality=85)
    assert len(data) < 1 << 20
    filled = data[:2] + b"".join(b"\xff\xfe\xff\xff" + bytes(65533) for _ in range(((1 << 20) - len(data)) // 65537)) + data[2:]
    assert do(people["petugas"], code, "note", photo=photo(filled))[0] == 200
    answer = do(people["petugas"], code, "note", photo=photo(data + bytes((1 << 20) + 1 - len(data))))
    assert error(answer) == (400, "wrong_field", "photo.data")


# Events ------------------------------------------------------------------------------------------------------------------


def tells(code):
    return lambda name, data: name == "tickets" and code in data["codes"]


def test_an_act_is_heard_by_those_who_see_the_ticket_alone(office, people):
    ticket_id, code = opened(office, "events")
    _, marker = opened(office, "events", triage={"topic": "pollution"})
    with people["rekan"].events() as own, people["kepala"].events() as above, people["gubernur"].events() as all_of_it, people["lain"].events() as foreign:
        for stream in [own, above, all_of_it, foreign]:
            assert stream.status == 200 and "server_ms" in stream.await_one(lambda name, _: name == "hello")[1]
        do(people["petugas"], code, "verifying", text=WORDS + " dan terdengar")
        for stream in [own, above, all_of_it]:
            stream.await_one(tells(code))
        await_stage(office, ticket_id, "verifying")
        before = len(own.seen)
        do(people["petugas"], code, "not_ours", value="DLHK", text="Bukan wewenang kami, silakan")
        await_agency(office, ticket_id, "DLHK")
        wait_until(lambda: any(tells(code)(*one) for one in own.seen[before:]), 15, "who had it hears that it is gone")
        foreign.await_one(tells(code))
        assert error(see(people["rekan"], code))[0] == 404
        people["lain"].post(f"{API}/tickets/{marker}/acts", body("note"))
        foreign.await_one(tells(marker))
        assert not any(tells(marker)(*one) for one in own.seen), "not theirs"
        assert all(set(data) == {"codes"} for name, data in own.seen if name == "tickets")


def test_that_a_clock_has_stopped_is_heard(office, people):
    ticket_id, code = opened(office, "clock-heard")
    _, marker = opened(office, "clock-heard")
    await_clock(office, ticket_id)
    with people["petugas"].events() as stream:
        stream.await_one(lambda name, _: name == "hello")
        office["watcher"].freeze()
        try:
            do(people["petugas"], code, "verifying")
            await_stage(office, ticket_id, "verifying")
            do(people["petugas"], marker, "note", text="sesudahnya")
            stream.await_one(tells(marker))  # and with it all that had happened before
            before = len(stream.seen)
        finally:
            office["watcher"].thaw()
        wait_until(lambda: any(tells(code)(*one) for one in stream.seen[before:]), 15, "the watcher's part is heard, too")
        [first] = [d for d in see(people["petugas"], code)[1]["deadlines"] if d["clock"] == "first_response"]
        assert first["stop"] == "met"


# Public ------------------------------------------------------------------------------------------------------------------


def test_the_public_sees_how_far_it_is_and_not_what_was_said_in_it(office, people):
    ticket_id, code = opened(office, "track", "Kata rahasia yang hanya untuk petugas")
    _, other = joined(office, "track", ticket_id, "Kata lain untuk petugas")
    do(people["petugas"], code, "note", text="Catatan dalam untuk kantor")
    do(people["petugas"], code, "verifying", text="Kami sedang memeriksanya di lapangan")
    await_stage(office, ticket_id, "verifying")
    public = office.browser(remote="203.0.113.1")
    for asked in [code, other, code.lower().replace("-", "")]:
        status, said = public.get(f"{API}/track/{asked}")
        assert status == 200 and set(said) == {"code", "stage", "agency_name", "topic_name", "received_at_ms", "history"}, said
        assert said["code"] == (other if asked == other else code) and said["stage"] == "verifying" and said["agency_name"]
        assert [(h["act"], h["text"]) for h in said["history"]] == [("verifying", "Kami sedang memeriksanya di lapangan")]
        assert "petugas" not in json.dumps(said), "neither what was reported nor who answered"
    assert error(public.get(f"{API}/track/JT-0000-0000-0")) == (404, "unknown_code", "code")


def test_the_public_sees_nothing_that_did_not_happen(office, people):
    ticket_id, code = opened(office, "track-late")
    do(people["petugas"], code, "done", text="Lampu sudah menyala kembali semuanya")
    await_stage(office, ticket_id, "done")
    # What a colleague's phone kept for hours without a connection.
    status, said = do(people["rekan"], code, "in_progress", text="Kami sedang mengganti lampunya")
    assert (status, said["state"]) == (200, "ok")
    wait_until(lambda: office.query("SELECT 1 FROM acts_done WHERE act_id = %s", (said["id"],)), 15, "the router looked at it")
    assert see(people["rekan"], code)[1]["acts"][-1]["done"].startswith("nothing: "), "who did it is told so"
    status, said = office.browser().get(f"{API}/track/{code}")
    assert (status, said["stage"], [h["act"] for h in said["history"]]) == (200, "done", ["done"])


def test_of_a_confidential_report_the_public_sees_no_words(office, people):
    ticket_id, code = opened(office, "track-secret", "Isi yang dirahasiakan", confidential=True)
    do(people["petugas"], code, "verifying", text="Jawaban yang mengutip isi laporan itu")
    await_stage(office, ticket_id, "verifying")
    status, said = office.browser().get(f"{API}/track/{code}")
    assert status == 200 and [(h["act"], h["text"]) for h in said["history"]] == [("verifying", "")]
    assert see(people["petugas"], code)[1]["text"] == "Isi yang dirahasiakan", "who handles it reads it"


def test_who_hangs_a_report_on_a_confidential_one_reads_no_words_either(office, people):
    ticket_id, code = opened(office, "track-hung", "Isi yang dirahasiakan", confidential=True)
    do(people["petugas"], code, "verifying", text="Jawaban yang mengutip isi laporan itu")
    await_stage(office, ticket_id, "verifying")
    # Whoever saw the code may name it; his own report is not confidential.
    stranger, its_code = opened(office, "track-hung", "Bagaimana kelanjutannya?", in_reply_to=code)
    assert office.value("SELECT ticket_id FROM ticket_reports WHERE report_id = %s", (stranger,)) == ticket_id
    status, said = office.browser().get(f"{API}/track/{its_code}")
    assert status == 200 and [(h["act"], h["text"]) for h in said["history"]] == [("verifying", "")]


def test_whom_no_letter_reaches_reads_that_his_identity_was_opened(office, tmp_path):
    ticket_id, code = opened(office, "track-opened", "Listrik padam di balai desa")
    _, other = joined(office, "track-opened", ticket_id)
    office.query("INSERT INTO identities (report_id, sealed) VALUES (%s, 'sealed')", (ticket_id,))
    key, why = tmp_path / "key", "Permintaan penyidik dengan surat B/12/XI/2026"
    key.write_text("ab" * 32 + "\n")
    done = office.run_cli("identity", "open", code, "--by", "Sekretaris PLN", "--reason", why, "--key", str(key))
    assert done.returncode == 1 and "does not open this identity" in done.stderr
    status, said = office.browser().get(f"{API}/track/{code}")
    assert status == 200 and [(h["act"], h["text"]) for h in said["history"]] == [("identity_opened", "")], "and not why: a code is no capability"
    assert office.browser().get(f"{API}/track/{other}")[1]["history"] == [], "others' reports on the ticket stayed sealed"


def test_a_report_without_a_ticket_yet_is_received(office):
    triager = Triager(office, "track-early")
    _, code = triager.publish("Belum ada tiketnya")
    status, said = office.browser().get(f"{API}/track/{code}")
    assert status == 200 and (said["stage"], said["agency_name"], said["history"]) == ("received", "", [])
    triager.store([{"report_id": office.value("SELECT id FROM reports WHERE tracking_code = %s", (code,))}])


# Pickers -----------------------------------------------------------------------------------------------------------------


def test_pickers(office, people):
    _, agencies = people["petugas"].get(f"{API}/agencies")
    assert {"PLN", "TRIAGE", "DLHK"} <= {a["code"] for a in agencies} and not {"SHELF", "KABKOTA"} & {a["code"] for a in agencies}
    assert set(agencies[0]) == {"code", "short", "name"}
    _, topics = people["petugas"].get(f"{API}/topics")
    assert len(topics) == office.value("SELECT count(*) FROM topics") and set(topics[0]) == {"code", "name", "sektor"}
    _, regions = people["petugas"].get(f"{API}/regions?q=temBalang")
    assert any(r["name"].endswith("Kota Semarang") and "Tembalang" in r["name"] for r in regions) and len(regions) <= 50
    assert people["petugas"].get(f"{API}/regions?q=33.74")[1][0] == {"code": "33.74", "name": "Kota Semarang"}
    assert people["petugas"].get(f"{API}/regions?q=%25%25")[1] == [] and people["petugas"].get(f"{API}/regions?q=__")[1] == []
    for wrong in ["", "?q=", "?q=a", f"?q={'a' * 65}", "?q=%C3%28", "?q=%00%00"]:
        assert error(people["petugas"].get(f"{API}/regions{wrong}")) == (400, "wrong_field", "q"), wrong
