"""What is done on a ticket is kept for ever and done once: its stage, whose turn it is, and which clocks stop."""

import json

import pytest

from harness.cluster import Cluster
from harness.contract import report
from harness.triage import Triager, cluster_by_hand
from harness.waiting import wait_until

WORDS = "Terima kasih, laporan sudah kami teruskan ke petugas lapangan"


@pytest.fixture(scope="module")
def acts():
    """Ingest and router alone: what an act does to a ticket needs no more."""
    with Cluster(stages=["ingest", "router"], push=False) as whole:
        whole.await_working()
        yield whole
        assert undone(whole) == 0
        assert broken(whole) == []
        assert whole.unexpected_exits() == {}


def undone(cluster):
    return cluster.value("SELECT count(*) FROM acts a WHERE NOT EXISTS (SELECT FROM acts_done d WHERE d.act_id = a.id)")


def broken(cluster):
    """Turns that do not follow one another, and tickets whose turns are not all there."""
    return cluster.query("""
        SELECT k.id FROM tickets k LEFT JOIN turns t ON t.ticket_id = k.id
        LEFT JOIN turns n ON n.ticket_id = k.id AND n.turn = t.turn + 1
        GROUP BY k.id, k.turn, k.routed_at HAVING count(t.turn) <> k.turn
        OR NOT coalesce(bool_and(t.until_at = coalesce(n.from_at, k.routed_at) AND t.from_at <= t.until_at), true)""")


def opened(cluster, source, **triage):
    """A report with its ticket, with PLN unless it says otherwise: id and code."""
    made = Triager(cluster, source).say(**{"topic": "power_outage", "region_code": "33.74", **triage})
    wait_until(lambda: cluster.query("SELECT 1 FROM ticket_reports WHERE report_id = %s", (made[0],)), 10, "it has a ticket")
    return made


def add(cluster, code, *words):
    return json.loads(cluster.cli("act", code, *words, "--by", "Budi", "--json"))


def act(cluster, code, *words):
    """Does it and waits until the router has.  Returns what was done."""
    made = add(cluster, code, *words)

    def done():
        [row] = [r for r in json.loads(cluster.cli("act", "list", code, "--json")) if r["id"] == made["id"]]
        return row["done"]
    return wait_until(done, 15, f"act {made['id']} is done")


def ticket(cluster, ticket_id):
    """agency, stage, turn"""
    return cluster.query("SELECT agency, stage, turn FROM tickets WHERE id = %s", (ticket_id,))[0]


def turns(cluster, ticket_id):
    return cluster.query("SELECT agency, because FROM turns WHERE ticket_id = %s ORDER BY turn", (ticket_id,))


def refused(cluster, code, *words):
    """Exit code and complaint."""
    done = cluster.run_cli("act", code, *words)
    assert done.returncode != 0 and done.stdout == "", (words, done.stdout)
    return done.returncode, done.stderr


def test_the_stages_of_an_answer(acts):
    ticket_id, code = opened(acts, "stages")
    for stage in ["verifying", "field_check", "in_progress", "awaiting_validation"]:
        act(acts, code, stage, "--agency", "PLN", "--text", "Tim kami di lokasi bernama rahasia")
        assert ticket(acts, ticket_id) == ("PLN", stage, 0)
    assert act(acts, code, "done", "--agency", "PLN", "--text", "Sudah menyala kembali") == "awaiting_validation -> done"
    assert ticket(acts, ticket_id) == ("PLN", "done", 0) and turns(acts, ticket_id) == []
    story = json.loads(acts.cli("show", code, "--json"))
    assert story["ticket"]["stage"] == "done"
    assert [(e["actor"], e["event"], e["detail"]) for e in story["events"]][1:3] == [
        ("Budi", "verifying", "received -> verifying"), ("Budi", "field_check", "verifying -> field_check")]
    assert "rahasia" not in acts.cli("show", code) + acts.cli("act", "list", code) + acts["router"].text()
    assert "rahasia" in acts.cli("act", "list", code, "--text")
    at = acts.query("SELECT a.at = e.at FROM acts a JOIN ticket_events e ON e.ticket_id = a.ticket_id AND e.event = a.act"
                    " WHERE a.ticket_id = %s", (ticket_id,))
    assert at == [(True,)] * 5, "the journal has the time of the act, not of the router"
    assert [a["act"] for a in story["acts"]] == ["verifying", "field_check", "in_progress", "awaiting_validation", "done"]
    [turn] = story["turns"]
    assert turn["agency"] == "PLN" and turn["until_at_ms"] == story["acts"][-1]["at_ms"] and turn["because"] == "done"


def test_rejected_says_why(acts):
    ticket_id, code = opened(acts, "rejected")
    assert act(acts, code, "rejected", "--value", "spam", "--text", "Iklan pinjaman daring") == "received -> rejected: spam"
    assert ticket(acts, ticket_id)[1] == "rejected"


def test_a_reporter_may_withdraw(acts):
    ticket_id, code = opened(acts, "withdrawn")
    act(acts, code, "rejected", "--kind", "reporter", "--value", "withdrawn", "--text", "Sudah beres sendiri kok")
    assert ticket(acts, ticket_id)[1] == "rejected"


def test_a_reporter_withdraws_nobody_elses_report(acts):
    ticket_id, code = opened(acts, "withdrawn-one")
    _, joined_code = opened(acts, "withdrawn-other", relation="duplicate", duplicate_of=ticket_id)
    words = ("rejected", "--kind", "reporter", "--by", "B", "--value", "withdrawn", "--text", "Sudah beres sendiri kok")
    for one in (code, joined_code):
        exit_code, complaint = refused(acts, one, *words)
        assert exit_code == 4 and "kind: other reporters' reports hang on the ticket" in complaint, complaint
    correct(acts, joined_code, "--split")
    act(acts, joined_code, *words[:3], *words[5:])
    assert ticket(acts, ticket_id)[1] == "received"


def test_what_changes_nothing(acts):
    ticket_id, code = opened(acts, "nothing")
    assert act(acts, code, "verifying", "--kind", "bot", "--agency", "PLN", "--text", "Laporan Anda kami terima") == "nothing: a bot did it"
    assert act(acts, code, "done", "--agency", "DLHK", "--text", "Sudah selesai semua") == "nothing: another agency has it"
    assert act(acts, code, "acknowledge", "--agency", "PLN") == "noted"
    assert act(acts, code, "note", "--text", "Untuk kita saja") == "noted"
    assert act(acts, code, "ask", "--text", "Di tiang nomor berapa?") == "noted"
    assert act(acts, code, "reopened") == "nothing: it is open"
    assert ticket(acts, ticket_id) == ("PLN", "received", 0)
    assert act(acts, code, "verifying", "--agency", "TRIAGE") == "received -> verifying", "the triage desk may"


def test_not_ours_once_and_twice(acts):
    ticket_id, code = opened(acts, "not-ours")
    act(acts, code, "verifying", "--agency", "PLN")
    assert act(acts, code, "not_ours", "--agency", "PLN", "--value", "DLHK", "--text", "Ini urusan lingkungan") == "not theirs: PLN -> DLHK"
    assert ticket(acts, ticket_id) == ("DLHK", "verifying", 1)
    assert act(acts, code, "not_ours", "--agency", "PLN", "--text", "Bukan kami lagi kok") == "nothing: another agency has it"
    assert act(acts, code, "not_ours", "--agency", "DLHK", "--value", "PLN", "--text", "Kembali ke PLN saja") == "not theirs: DLHK -> TRIAGE"
    assert act(acts, code, "not_ours", "--agency", "TRIAGE", "--text", "Bukan kami juga ini") == "nothing: the triage desk has it, which assigns it"
    assert act(acts, code, "assign", "--agency", "TRIAGE", "--value", "PLN") == "assigned: TRIAGE -> PLN"
    assert act(acts, code, "not_ours", "--agency", "PLN", "--value", "DLHK", "--text", "Tetap bukan kami ini") == "not theirs: PLN -> TRIAGE"
    assert ticket(acts, ticket_id) == ("TRIAGE", "verifying", 4)
    assert turns(acts, ticket_id) == [("PLN", "not theirs"), ("DLHK", "not theirs"), ("TRIAGE", "assigned"), ("PLN", "not theirs")]
    assert acts.query("SELECT agency, turn FROM notices WHERE cause = %s AND kind = 1 ORDER BY turn", (ticket_id,)) == [
        ("PLN", 0), ("DLHK", 1), ("TRIAGE", 2), ("PLN", 3), ("TRIAGE", 4)]
    assert acts.query("SELECT n.due_at - t.from_at = interval '24 hours' FROM notices n JOIN turns t ON t.ticket_id = n.cause AND t.turn = n.turn"
                      " WHERE n.cause = %s AND n.kind = 1", (ticket_id,)) == [(True,)] * 4
    assert acts.query("SELECT t.until_at = a.at FROM acts a JOIN acts_done d ON d.act_id = a.id JOIN turns t ON t.ticket_id = a.ticket_id"
                      " AND t.until_at = a.at WHERE a.ticket_id = %s AND d.done LIKE '%%: %% -> %%'", (ticket_id,)) == [(True,)] * 4
    story = json.loads(acts.cli("show", code, "--json"))
    assert [t["agency"] for t in story["turns"]] == ["PLN", "DLHK", "TRIAGE", "PLN", "TRIAGE"] and story["turns"][-1]["until_at_ms"] is None
    assert "ended: not theirs" in acts.cli("show", code)


def test_not_ours_without_a_name_goes_to_the_triage_desk(acts):
    ticket_id, code = opened(acts, "no-name")
    act(acts, code, "not_ours", "--agency", "PLN", "--text", "Bukan wewenang kami")
    assert ticket(acts, ticket_id) == ("TRIAGE", "received", 1)


def test_done_and_opened_again(acts):
    ticket_id, code = opened(acts, "reopened")
    act(acts, code, "done", "--text", "Sudah diperbaiki semua")
    for words in [("verifying",), ("not_ours", "--text", "Bukan wewenang kami"), ("assign", "--value", "DLHK"), ("rejected", "--value", "spam", "--text", "Iklan pinjaman daring")]:
        assert act(acts, code, *words) == "nothing: it is closed; it has to be opened again first"
    assert add(acts, code, "field_check")["follows"] == "nothing: the ticket is done, and has to be opened again first"
    assert ticket(acts, ticket_id) == ("PLN", "done", 0)
    assert act(acts, code, "reopened", "--kind", "reporter", "--text", "Mati lagi tadi malam") == "done -> reopened"
    assert ticket(acts, ticket_id) == ("PLN", "reopened", 1) and turns(acts, ticket_id) == [("PLN", "opened again")]
    assert acts.query("SELECT agency, turn FROM notices WHERE cause = %s AND kind = 1 ORDER BY turn", (ticket_id,)) == [("PLN", 0), ("PLN", 1)]
    act(acts, code, "in_progress", "--agency", "PLN")
    act(acts, code, "rejected", "--agency", "PLN", "--value", "not_authority", "--text", "Instalasi milik pelanggan")
    act(acts, code, "reopened", "--agency", "TRIAGE")
    assert ticket(acts, ticket_id) == ("PLN", "reopened", 2)


def test_the_same_key_is_the_same_act(acts):
    ticket_id, code = opened(acts, "key")
    _, other_code = opened(acts, "key-other")
    first = add(acts, code, "verifying", "--key", "wa-1")
    assert add(acts, code, "verifying", "--key", "wa-1", "--text", "dikirim ulang")["id"] == first["id"]
    assert acts.value("SELECT count(*) FROM acts WHERE ticket_id = %s", (ticket_id,)) == 1
    for words in [(code, "done", "--text", "Sudah diperbaiki semua"), (other_code, "verifying")]:
        assert refused(acts, *words, "--by", "Budi", "--key", "wa-1") == (
            4, "kentongan: act: key: something else was done with it; nothing was noted\n")
    assert acts.value("SELECT count(*) FROM acts WHERE key = 'wa-1'") == 1


def test_any_report_of_the_ticket_names_it(acts):
    triager = Triager(acts, "joined")
    first, first_code = triager.say(topic="power_outage")
    second, second_code = triager.say(topic="power_outage", relation="duplicate", duplicate_of=first)
    wait_until(lambda: acts.value("SELECT count(*) FROM ticket_reports WHERE ticket_id = %s", (first,)) == 2, 10, "they are joined")
    made = add(acts, second_code, "verifying", "--agency", "PLN")
    assert (made["ticket_id"], made["tracking_code"]) == (first, first_code)
    wait_until(lambda: ticket(acts, first)[1] == "verifying", 10, "the ticket has its stage")
    assert [a["id"] for a in json.loads(acts.cli("act", "list", second_code, "--json"))] == [made["id"]]
    assert [a["id"] for a in json.loads(acts.cli("show", second_code, "--json"))["acts"]] == [made["id"]]


def flags(cluster, code):
    return [(a["flagged"], a["judged"]) for a in json.loads(cluster.cli("act", "list", code, "--json"))]


def test_pasted_words_are_flagged_on_the_third_ticket_and_judged(acts):
    codes = [opened(acts, f"pasted-{i}")[1] for i in range(4)]
    words = [WORDS, WORDS.upper(), f"  {WORDS}!", WORDS]
    made = [add(acts, code, "verifying", "--agency", "PLN", "--text", text) for code, text in zip(codes, words)]
    assert [m["flagged"] for m in made] == [False, False, True, True] and made[2]["same_text"] == 2
    assert "it counts as an answer" in made[0]["follows"] and "answer" not in made[2]["follows"]
    waiting = json.loads(acts.cli("act", "flagged", "--json"))
    assert [w["id"] for w in waiting] == [made[2]["id"], made[3]["id"]] and waiting[0]["tracking_code"] == codes[2] and "text" not in waiting[0]
    assert WORDS not in acts.cli("act", "flagged") and WORDS in acts.cli("act", "flagged", "--text")
    other = add(acts, codes[0], "verifying", "--agency", "DLHK", "--text", WORDS)
    assert other["flagged"] is True, "whoever pastes them"
    assert act(acts, codes[0], "judge", "--value", f"{other['id']} pasted") == "noted"
    assert add(acts, codes[0], "in_progress", "--agency", "PLN", "--text", "Petugas kami sedang menuju gardu")["flagged"] is False
    assert add(acts, codes[2], "judge", "--value", f"{made[2]['id']} counts")["follows"] == f"act {made[2]['id']} counts as an answer"
    assert act(acts, codes[3], "judge", "--value", f"{made[3]['id']} pasted") == "noted"
    assert json.loads(acts.cli("act", "flagged", "--json")) == []
    assert flags(acts, codes[2])[0] == (True, "counts") and flags(acts, codes[3])[0] == (True, "pasted")
    said = acts.cli("act", codes[3], "field_check", "--agency", "PLN", "--by", "Budi", "--text", WORDS)
    assert "flagged: the same words stand on 3 other tickets" in said and f"kentongan act {codes[3]} judge" in said


BAD = [  # words after the code, exit code, what the complaint begins with
    ((), 2, "give the code of a report, what is done, and --by"),
    (("frobnicate", "--by", "B"), 2, "frobnicate: is nothing that can be done"),
    (("verifying",), 2, "by: say who does it"),
    (("verifying", "--by", ""), 2, "by: say who does it"),
    (("verifying", "--by", "B\nC"), 2, "by: say who does it"),
    (("verifying", "--by", "B", "--kind", "boss"), 2, "kind: has to be officer, bot, system or reporter"),
    (("verifying", "--by", "B", "--kind", "reporter"), 2, "kind: a reporter can do answer"),
    (("rejected", "--by", "B", "--kind", "reporter", "--value", "spam", "--text", "Sudah beres sendiri"), 2, "kind: a reporter can do answer"),
    (("answer", "--by", "B", "--kind", "reporter", "--agency", "PLN"), 2, "agency: a reporter speaks for none"),
    (("verifying", "--by", "B", "--agency", "NOBODY"), 4, "agency: NOBODY is none that can have tickets"),
    (("verifying", "--by", "B", "--agency", "SHELF"), 4, "agency: SHELF is none that can have tickets"),
    (("verifying", "--by", "B", "--value", "PLN"), 2, "value: this act has none"),
    (("verifying", "--by", "B", "--key", "k" * 201), 2, "key: has to be one line"),
    (("verifying", "--by", "B", "--text", "x" * 10001), 2, "text: is longer than 10000 bytes"),
    (("verifying", "--by", "B", "--text", "x", "--text-file", "-"), 2, "text: give it with --text or in --text-file"),
    (("verifying", "--by", "B", "--text-file", "/nowhere"), 2, "--text-file /nowhere: cannot be read"),
    (("done", "--by", "B"), 2, "text: needs at least"),
    (("done", "--by", "B", "--text", "ok."), 2, "text: needs at least"),
    (("rejected", "--by", "B", "--text", "Iklan pinjaman daring"), 2, "value: has to be not_authority"),
    (("rejected", "--by", "B", "--value", "boring", "--text", "Iklan pinjaman daring"), 2, "value: has to be not_authority"),
    (("not_ours", "--by", "B", "--value", "SHELF", "--text", "Bukan wewenang kami"), 4, "value: SHELF is no agency that can have tickets"),
    (("assign", "--by", "B"), 2, "value: has to be an agency"),
    (("assign", "--by", "B", "--value", "KABKOTA"), 4, "value: KABKOTA is no agency that can have tickets"),
    (("assign", "--by", "B", "--value", "NOBODY"), 4, "value: NOBODY is no agency that can have tickets"),
    (("assign", "--by", "B", "--value", "DLHK", "--agency", "PLN"), 2, "agency: only the triage desk (TRIAGE) assigns"),
    (("judge", "--by", "B", "--value", "999 perhaps"), 2, "value: has to be an act's id"),
    (("judge", "--by", "B", "--kind", "system", "--value", "999 counts"), 2, "kind: only an officer can judge"),
    (("judge", "--by", "B", "--value", "999999 counts"), 4, "value: this ticket has no act 999999"),
]


@pytest.fixture(scope="module")
def plain(acts):
    return opened(acts, "bad")


@pytest.mark.parametrize("words, code, complaint", BAD, ids=[f"{i}-{' '.join(b[0])[:40]!r}" for i, b in enumerate(BAD)])
def test_what_makes_no_sense_is_refused_by_field(acts, plain, words, code, complaint):
    exit_code, said = refused(acts, plain[1], *words)
    assert said.startswith(f"kentongan: act: {complaint}") and said.count("\n") == 1, said
    assert exit_code == code
    assert acts.value("SELECT count(*) FROM acts WHERE ticket_id = %s", (plain[0],)) == 0


def test_what_has_no_ticket_is_refused(acts):
    _, waiting = Triager(acts, "no-ticket").publish()
    for code in [waiting, "JT-0000-0000-0", "hello"]:
        assert refused(acts, code, "verifying", "--by", "B")[0] == 4
    assert refused(acts, "list", waiting)[0] == 4
    assert refused(acts, "list")[0] == 2


def test_the_words_may_stand_in_a_file(acts, tmp_path):
    ticket_id, code = opened(acts, "file")
    path = tmp_path / "words.txt"
    path.write_text("Sudah kami perbaiki,\nterima kasih\n")
    act(acts, code, "done", "--text-file", str(path))
    assert acts.value("SELECT text FROM acts WHERE ticket_id = %s", (ticket_id,)) == "Sudah kami perbaiki,\nterima kasih"
    path.write_bytes(b"Sudah kami perbaiki \xff\xfe")
    assert "text: is not UTF-8" in refused(acts, code, "reply", "--by", "B", "--text-file", str(path))[1]


def follow_up(cluster, triager, code, joins):
    """The reporter writes again; the id of that report, once it hangs on the ticket."""
    report_id, _ = triager.publish("Nomor tiangnya tiga belas", in_reply_to=code)
    triager.store([{"report_id": report_id, "topic": "garbage"}])
    wait_until(lambda: cluster.query("SELECT 1 FROM ticket_reports WHERE report_id = %s AND ticket_id = %s", (report_id, joins)), 10, "it is joined")
    return report_id


def test_a_reporter_who_writes_again_answers_what_was_asked(acts):
    triager = Triager(acts, "again")
    ticket_id, code = opened(acts, "again-first")
    follow_up(acts, triager, code, ticket_id)
    assert acts.query("SELECT 1 FROM acts WHERE ticket_id = %s", (ticket_id,)) == [], "nobody asked"
    act(acts, code, "ask", "--agency", "PLN", "--text", "Di tiang nomor berapa?")
    answer = follow_up(acts, triager, code, ticket_id)
    follow_up(acts, triager, code, ticket_id)
    answers = "SELECT actor, actor_kind, agency, text, key FROM acts WHERE ticket_id = %s AND act = 'answer' ORDER BY id"
    assert acts.query(answers, (ticket_id,)) == [("reporter", "reporter", "", "", f"report:{answer}")], "the first one answers"
    act(acts, code, "ask", "--agency", "PLN", "--text", "Dan sejak kapan padam?")
    act(acts, code, "ask", "--kind", "bot", "--text", "Nilai layanan kami, ya")
    act(acts, code, "verifying", "--agency", "PLN")
    follow_up(acts, triager, code, ticket_id)
    assert len(acts.query(answers, (ticket_id,))) == 1, "the officer went on without an answer"
    act(acts, code, "awaiting_validation", "--agency", "PLN")
    follow_up(acts, triager, code, ticket_id)
    assert len(acts.query(answers, (ticket_id,))) == 2, "the ticket waited for the reporter"
    wait_until(lambda: undone(acts) == 0, 10, "the router took them in")
    assert acts.value("SELECT count(*) FROM ticket_events WHERE ticket_id = %s AND event = 'answer'", (ticket_id,)) == 2


def test_who_reports_it_again_is_not_silent(acts):
    triager = Triager(acts, "not-silent")
    ticket_id, code = opened(acts, "not-silent-first")
    answers = "SELECT key FROM acts WHERE ticket_id = %s AND act = 'answer' ORDER BY id"

    def again(**triage):
        report_id, _ = triager.say(**{"topic": "power_outage", "relation": "duplicate", "duplicate_of": ticket_id, **triage})
        wait_until(lambda: acts.query("SELECT 1 FROM ticket_reports WHERE report_id = %s AND ticket_id = %s", (report_id, ticket_id)), 10, "it is joined")
        return report_id
    act(acts, code, "ask", "--agency", "PLN", "--text", "Di tiang nomor berapa?")
    again()
    assert acts.query(answers, (ticket_id,)) == [], "somebody else was not asked"
    act(acts, code, "awaiting_validation", "--agency", "PLN")
    again(kind="not_report")
    assert acts.query(answers, (ticket_id,)) == [], "a greeting says nothing of it"
    still = again()
    assert acts.query(answers, (ticket_id,)) == [(f"report:{still}",)], "it is not closed because of silence"


def say_verdict(cluster, triager, code, verdict):
    """The reporter says whether he is satisfied; the ticket on which that hangs."""
    report_id, _ = triager.publish("Puas atau belum", in_reply_to=code)
    triager.store([{"report_id": report_id, "topic": "garbage", "verdict": verdict}])
    hangs = "SELECT ticket_id FROM ticket_reports WHERE report_id = %s"
    return wait_until(lambda: cluster.query(hangs, (report_id,)), 10, "it hangs on a ticket")[0][0]


def test_who_is_not_satisfied_opens_the_ticket_again(acts):
    triager = Triager(acts, "verdict")
    ticket_id, code = opened(acts, "verdict-first")
    act(acts, code, "done", "--agency", "PLN", "--text", "Sudah menyala kembali")
    assert say_verdict(acts, triager, code, "satisfied") == ticket_id
    assert say_verdict(acts, triager, code, "unsatisfied") == ticket_id
    wait_until(lambda: ticket(acts, ticket_id)[1] == "reopened", 10, "it is open again")
    assert ticket(acts, ticket_id) == ("PLN", "reopened", 1)
    assert acts.query("SELECT act, actor_kind FROM acts WHERE ticket_id = %s ORDER BY id", (ticket_id,)) \
        == [("done", "officer"), ("reopened", "reporter")], "nothing follows from who is satisfied"
    assert acts.query("SELECT agency, turn FROM notices WHERE ticket_id = %s AND kind = 1 ORDER BY turn", (ticket_id,)) == [("PLN", 0), ("PLN", 1)]
    assert say_verdict(acts, triager, code, "unsatisfied") == ticket_id
    assert acts.value("SELECT count(*) FROM acts WHERE ticket_id = %s", (ticket_id,)) == 2, "it is open"


def test_a_verdict_is_read_from_the_words():
    """The same from the words that the reply asks for, through the classifier."""
    with Cluster(stages=["ingest", "classifier", "router"], push=False) as cluster:
        cluster.await_working()
        stage = "SELECT k.stage FROM tickets k JOIN reports r USING (id) WHERE r.source = 'verdicts'"
        hanging = "SELECT count(*) FROM ticket_reports t JOIN reports r ON r.id = t.ticket_id WHERE r.source_message_id = 'first'"
        with cluster.client() as client:
            [first] = client.publish([report("verdicts", "first", "Lampu jalan di Jalan Pandanaran Semarang mati total")])
            code = first.tracking_code
            wait_until(lambda: cluster.query(stage), 20, "it has a ticket")
            act(cluster, code, "done", "--text", "Sudah menyala kembali")
            client.publish([report("verdicts", "puas", f"PUAS {code}", in_reply_to=code)])
            wait_until(lambda: cluster.value(hanging) == 2, 20, "the praise hangs on it")
            assert cluster.query(stage) == [("done",)]
            client.publish([report("verdicts", "belum", f"BELUM {code}", in_reply_to=code)])
            wait_until(lambda: cluster.query(stage) == [("reopened",)], 20, "it is open again")
        assert cluster.value(hanging) == 3


def test_an_answer_may_be_urgent(acts):
    triager = Triager(acts, "urgent-answer")
    ticket_id, code = opened(acts, "urgent-answer-first")
    act(acts, code, "ask", "--agency", "PLN", "--text", "Di tiang nomor berapa?")
    report_id, _ = triager.publish("Tiang tiga belas, kabelnya putus dan menyetrum", in_reply_to=code)
    triager.store([{"report_id": report_id, "topic": "power_hazard", "urgent": True}])
    wait_until(lambda: acts.query("SELECT 1 FROM ticket_reports WHERE report_id = %s AND ticket_id = %s", (report_id, ticket_id)), 10, "it is joined")
    assert acts.value("SELECT urgent FROM tickets WHERE id = %s", (ticket_id,)) is True
    wait_until(lambda: undone(acts) == 0, 10, "the router took it in")
    assert acts.value("SELECT count(*) FROM acts WHERE ticket_id = %s AND act = 'answer'", (ticket_id,)) == 1


def test_the_answer_comes_with_the_message_as_well():
    """The same through the classifier, where no sweep is needed."""
    with Cluster(stages=["ingest", "classifier", "router"], push=False, settings={"router": {"GRACE_MS": 60000}}) as cluster:

        def is_heard():
            """What is said before the sockets are connected is heard by nobody."""
            cluster.await_working()
            return cluster.query("SELECT 1 FROM ticket_reports")
        wait_until(is_heard, 20, "the router hears the classifier")
        with cluster.client() as client:
            [first] = client.publish([report("answers", "first", "Lampu jalan di Jalan Pandanaran Semarang mati total")])
            wait_until(lambda: cluster.query("SELECT 1 FROM tickets k JOIN reports r USING (id) WHERE r.source = 'answers'"), 20, "it has a ticket")
            act(cluster, first.tracking_code, "ask", "--text", "Di tiang nomor berapa?")
            client.publish([report("answers", "second", "Tiang nomor tiga belas", in_reply_to=first.tracking_code)])
        wait_until(lambda: cluster.query("SELECT 1 FROM acts WHERE act = 'answer'"), 20, "it is answered")


def correct(cluster, code, *what):
    said = json.loads(cluster.cli("correct", code, *what, "--by", "Sri", "--json"))
    wait_until(lambda: cluster.query("SELECT 1 FROM corrections_done WHERE correction_id = %s", (said["id"],)), 10, "it is done")


def test_corrections_end_turns_too(acts):
    ticket_id, code = opened(acts, "corrected")
    other_id, other_code = opened(acts, "corrected-other")
    correct(acts, code, "--topic", "power_hazard")
    assert turns(acts, ticket_id) == [], "the same agency keeps its turn"
    correct(acts, code, "--topic", "garbage")
    assert turns(acts, ticket_id) == [("PLN", "corrected topic")]
    correct(acts, code, "--join", other_code)
    assert ticket(acts, ticket_id)[::2] == ("", 2)
    correct(acts, code, "--split")
    assert turns(acts, ticket_id) == [("PLN", "corrected topic"), ("PEMDA-33.74", "joined to another"), ("", "split off again")]
    assert ticket(acts, ticket_id)[::2] == ("PEMDA-33.74", 3) and turns(acts, other_id) == []


def test_who_was_assigned_a_ticket_keeps_it_when_it_is_urgent(acts):
    ticket_id, code = opened(acts, "assigned", topic="")
    act(acts, code, "assign", "--agency", "TRIAGE", "--value", "DLHK")
    for what in [("--kind", "aspiration"), ("--urgent", "yes"), ("--urgent", "no")]:
        correct(acts, code, *what)
        assert ticket(acts, ticket_id)[::2] == ("DLHK", 1), what
    correct(acts, code, "--topic", "power_outage")
    assert turns(acts, ticket_id) == [("TRIAGE", "assigned"), ("DLHK", "corrected topic")]


def test_an_act_counts_for_who_had_the_ticket_then(acts):
    ticket_id, code = opened(acts, "then")
    acts["router"].freeze()
    try:
        add(acts, code, "verifying", "--agency", "PLN")
        said = json.loads(acts.cli("correct", code, "--topic", "garbage", "--by", "Sri", "--json"))
        add(acts, code, "field_check", "--agency", "PEMDA-33.74")
    finally:
        acts["router"].thaw()
    wait_until(lambda: acts.query("SELECT 1 FROM corrections_done WHERE correction_id = %s", (said["id"],)) and undone(acts) == 0, 10, "all is done")
    done = acts.query("SELECT d.done FROM acts a JOIN acts_done d ON d.act_id = a.id WHERE a.ticket_id = %s ORDER BY a.id", (ticket_id,))
    assert done == [("received -> verifying",), ("nothing: another agency has it",)]
    assert ticket(acts, ticket_id) == ("PEMDA-33.74", "verifying", 1)


@pytest.mark.parametrize("failpoint", ["before_act", "after_act"])
def test_killed_at_its_failpoint_it_does_each_once(failpoint):
    with Cluster(stages=["ingest", "router"], push=False) as cluster:
        cluster.await_working()
        made = [opened(cluster, f"killed-{i}") for i in range(3)]
        cluster["router"].kill(once={"FAILPOINT": f"router.{failpoint}:2"})
        for _, code in made:
            add(cluster, code, "not_ours", "--agency", "PLN", "--value", "DLHK", "--text", "Bukan wewenang kami")
            add(cluster, code, "verifying", "--agency", "DLHK")
        cluster["router"].await_event("FAILPOINT")
        wait_until(lambda: undone(cluster) == 0, 20, "all are done")
        for ticket_id, _ in made:
            assert ticket(cluster, ticket_id) == ("DLHK", "verifying", 1) and turns(cluster, ticket_id) == [("PLN", "not theirs")]
            assert cluster.query("SELECT agency FROM notices WHERE cause = %s AND kind = 1 ORDER BY turn", (ticket_id,)) == [("PLN",), ("DLHK",)]
            assert cluster.query("SELECT event, count(*) FROM ticket_events WHERE ticket_id = %s GROUP BY event ORDER BY event", (ticket_id,)) == [
                ("not_ours", 1), ("opened", 1), ("verifying", 1)]
        assert broken(cluster) == []


def test_two_routers_do_each_once():
    with Cluster(stages=["ingest", "router"], push=False) as cluster:
        own = {name: f"{cluster.environment('router')[name]}-2" for name in ["BUS_ROUTED", "BUS_ROUTER_NOTICES"]}
        cluster.add("router", "router-2", own).await_event("ACTIVE")
        cluster.await_working()
        made = [opened(cluster, f"two-{i}") for i in range(3)]
        for _, code in made:
            act(cluster, code, "not_ours", "--agency", "PLN", "--text", "Bukan wewenang kami")
        cluster["router"].stop(9)
        for _, code in made:
            act(cluster, code, "assign", "--agency", "TRIAGE", "--value", "DLHK")
        for ticket_id, _ in made:
            assert ticket(cluster, ticket_id) == ("DLHK", "received", 2)
            assert turns(cluster, ticket_id) == [("PLN", "not theirs"), ("TRIAGE", "assigned")]
        assert broken(cluster) == []


def test_a_frozen_router_is_replaced():
    with Cluster(stages=["ingest", "router"], push=False) as cluster:
        cluster.await_working()
        ticket_id, code = opened(cluster, "frozen")
        act(cluster, code, "verifying", "--agency", "PLN")  # so this router does them
        own = {name: f"{cluster.environment('router')[name]}-2" for name in ["BUS_ROUTED", "BUS_ROUTER_NOTICES"]}
        cluster.add("router", "router-2", own).await_event("ACTIVE")
        cluster["router"].freeze()
        try:
            act(cluster, code, "not_ours", "--agency", "PLN", "--value", "DLHK", "--text", "Bukan wewenang kami")
        finally:
            cluster["router"].thaw()
        act(cluster, code, "not_ours", "--agency", "DLHK", "--text", "Bukan wewenang kami")
        assert turns(cluster, ticket_id) == [("PLN", "not theirs"), ("DLHK", "not theirs")] and ticket(cluster, ticket_id)[0] == "TRIAGE"
        assert broken(cluster) == []


# What follows for the clocks: from here on the watcher works, too --------------------------------------------------------


@pytest.fixture(scope="module")
def by_hand():
    with cluster_by_hand() as whole:
        yield whole


def clock(cluster, ticket_id, name="first_response"):
    """agency, turn, stop of each deadline of this clock"""
    return cluster.query("SELECT agency, turn, stop FROM deadlines WHERE ticket_id = %s AND clock = %s ORDER BY turn", (ticket_id, name))


def await_clock(cluster, ticket_id, wanted, name="first_response"):
    wait_until(lambda: clock(cluster, ticket_id, name) == wanted, 15, lambda: f"{name} is {wanted}, not {clock(cluster, ticket_id, name)}")


def seen(cluster, ticket_id):
    """Until the watcher knows all acts of the ticket."""
    wait_until(lambda: cluster.query("SELECT 1 FROM deadlines WHERE ticket_id = %s GROUP BY ticket_id HAVING min(acts) = (SELECT count(*) FROM acts"
                                     " WHERE ticket_id = %s)", (ticket_id, ticket_id)), 15, "the watcher knows all acts")


def test_an_answer_stops_the_clock_and_a_bot_does_not(by_hand):
    ticket_id, code = opened(by_hand, "clock")
    await_clock(by_hand, ticket_id, [("PLN", 0, "")])
    act(by_hand, code, "verifying", "--kind", "bot", "--agency", "PLN", "--text", "Laporan Anda kami terima")
    act(by_hand, code, "acknowledge", "--agency", "PLN")
    act(by_hand, code, "verifying", "--agency", "DLHK", "--text", "Bukan tiket kami tetapi kami jawab")
    seen(by_hand, ticket_id)
    assert clock(by_hand, ticket_id) == [("PLN", 0, "")]
    act(by_hand, code, "verifying", "--agency", "PLN", "--text", "Petugas kami cek siang ini")
    await_clock(by_hand, ticket_id, [("PLN", 0, "met")])
    assert by_hand.query("SELECT d.stopped_at = date_trunc('milliseconds', a.at) FROM deadlines d JOIN acts a ON a.ticket_id = d.ticket_id AND a.act = 'verifying'"
                         " AND a.actor_kind = 'officer' AND a.agency = 'PLN' WHERE d.clock = 'first_response' AND d.ticket_id = %s", (ticket_id,)) == [(True,)]
    assert "met with" in by_hand.cli("show", code)


def test_pasted_words_stop_the_clock_only_when_judged(by_hand):
    made = [opened(by_hand, f"clock-pasted-{i}") for i in range(3)]
    for _, code in made:
        add(by_hand, code, "verifying", "--agency", "PLN", "--text", WORDS)
    for ticket_id, _ in made:
        wait_until(lambda: clock(by_hand, ticket_id), 10, "its clock is there")
        seen(by_hand, ticket_id)
    assert [clock(by_hand, ticket_id)[0][2] for ticket_id, _ in made] == ["met", "met", ""]
    [flagged] = json.loads(by_hand.cli("act", "flagged", "--json"))
    act(by_hand, flagged["tracking_code"], "judge", "--value", f"{flagged['id']} counts")
    await_clock(by_hand, made[2][0], [("PLN", 0, "met")])


def test_given_back_twice_the_triage_desk_has_to_decide(by_hand):
    ticket_id, code = opened(by_hand, "clock-twice")
    act(by_hand, code, "not_ours", "--agency", "PLN", "--value", "DLHK", "--text", "Ini urusan lingkungan")
    await_clock(by_hand, ticket_id, [("PLN", 0, "transfer"), ("DLHK", 1, "")])
    assert clock(by_hand, ticket_id, "decision") == []
    act(by_hand, code, "not_ours", "--agency", "DLHK", "--value", "PLN", "--text", "Kembali ke PLN saja")
    await_clock(by_hand, ticket_id, [("TRIAGE", 2, "")], "decision")
    act(by_hand, code, "assign", "--agency", "TRIAGE", "--value", "PLN")
    await_clock(by_hand, ticket_id, [("TRIAGE", 2, "met")], "decision")
    await_clock(by_hand, ticket_id, [("PLN", 0, "transfer"), ("DLHK", 1, "transfer"), ("TRIAGE", 2, "transfer"), ("PLN", 3, "")])
    assert [stop for _, _, stop in clock(by_hand, ticket_id, "citizen_first_response")] == [""], "the citizen's clock never starts anew"


def test_done_ends_what_runs_and_reopened_starts_it_anew(by_hand):
    ticket_id, code = opened(by_hand, "clock-done")
    act(by_hand, code, "done", "--agency", "PLN", "--text", "Sudah menyala kembali")
    await_clock(by_hand, ticket_id, [("PLN", 0, "met")])
    await_clock(by_hand, ticket_id, [("PLN", 0, "met")], "resolution")
    await_clock(by_hand, ticket_id, [("PLN", 0, "")], "reopen_window")
    act(by_hand, code, "reopened", "--kind", "reporter", "--text", "Mati lagi tadi malam")
    await_clock(by_hand, ticket_id, [("PLN", 0, "met"), ("PLN", 1, "")])
    await_clock(by_hand, ticket_id, [("PLN", 0, "met"), ("PLN", 1, "")], "resolution")
    await_clock(by_hand, ticket_id, [("PLN", 0, "met")], "reopen_window")
    devices = dict(by_hand.query("SELECT substring(endpoint FROM '[^/]*$'), agency FROM devices"))

    def told():
        return [devices[p["device"]] for p in by_hand.push.pushes() for n in p["payload"]["notices"] if n["ticket"] == code and n["kind"] == "ticket_opened"]
    wait_until(lambda: told() == ["PLN", "PLN"], 15, lambda: f"a phone hears that it is open again: {told()}")
