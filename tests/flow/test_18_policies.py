"""What deadlines are made from, as ops edits it; a ticket's deadlines derived in words; a past quarter under other rules."""

import contextlib
import datetime
import json
import subprocess
import threading

import pytest

from harness.cluster import Cluster
from harness.triage import STAGES_BY_HAND, Triager
from harness.waiting import wait_until

WIB = datetime.timezone(datetime.timedelta(hours=7))
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(scope="module")
def by_hand():
    with Cluster(stages=STAGES_BY_HAND) as whole:
        whole.await_working()
        Triager(whole, "probe").store([{"report_id": i} for (i,) in whole.query("SELECT id FROM reports")])
        yield whole
        assert whole.unexpected_exits() == {}


@pytest.fixture
def tables():
    """Tables alone, no service."""
    with Cluster(stages=[], push=False, quiet_hours=True) as whole:
        yield whole


def json_of(cluster, *words):
    return json.loads(cluster.cli(*words, "--json"))


def newest(cluster, clock):
    """The last version of a clock: its columns, and its ladder as (percent, seconds, role)."""
    [row] = cluster.query("SELECT version, extract(epoch FROM duration)::bigint, unit, starts, stops, kinds, topics, levels, channels"
                          " FROM policies WHERE clock = %s ORDER BY version DESC LIMIT 1", (clock,))
    ladder = cluster.query("SELECT percent, extract(epoch FROM wait)::bigint, role FROM policy_steps"
                           " WHERE clock = %s AND version = %s ORDER BY step", (clock, row[0]))
    return row, ladder


# Policies ------------------------------------------------------------------------------------------------------------------

USUAL_LADDER = [(50, None, "officer"), (80, None, "officer"), (100, None, "head"), (None, 6 * 3600, "sekda"), (None, 24 * 3600, "governor")]


def test_what_is_not_said_is_taken_from_the_version_before(tables):
    tables.cli("policy", "add", "first_response", "--seconds", "20", "--source", "uji")
    assert newest(tables, "first_response") == ((2, 20, "wall", "routed", "response", "", "", "", ""), USUAL_LADDER)
    tables.cli("policy", "add", "resolution", "--days", "3", "--kinds", "aspiration, information_request", "--source", "uji")
    row, ladder = newest(tables, "resolution")
    assert row == (4, 3 * 86400, "working_days", "received,reopened", "done", "aspiration,information_request", "", "", "")
    assert ladder == [(80, None, "officer"), (100, None, "head")]
    tables.cli("policy", "add", "first_response", "--ladder", "100% head, 25% officer, +90m sekda", "--source", "uji")
    assert newest(tables, "first_response") == ((3, 20, "wall", "routed", "response", "", "", "", ""),
                                                [(25, None, "officer"), (100, None, "head"), (None, 5400, "sekda")])


def test_each_option_is_kept(tables):
    words = ["--hours", "9", "--unit", "working_hours", "--starts", "routed,reopened", "--stops", "reply,response", "--kinds", "urgent,complaint",
             "--topics", "bridge", "--levels", "province", "--channels", "sms,sp4n", "--ladder", "100% desk"]
    added = json_of(tables, "policy", "add", "callback", *words, "--source", "uji", "--from", "2031-01-01")
    assert (added["version"], added["seconds"], added["gives"], added["rederives"]) == (1, 9 * 3600, "9 working hours", False)
    assert newest(tables, "callback") == ((1, 9 * 3600, "working_hours", "routed,reopened", "response,reply", "urgent,complaint", "bridge",
                                           "province", "sms,sp4n"), [(100, None, "desk")])
    assert tables.value("SELECT effective_from FROM policies WHERE clock = 'callback'") == datetime.datetime(2031, 1, 1, tzinfo=WIB)
    tables.cli("policy", "add", "progress", "--days", "2", "--source", "uji")
    assert newest(tables, "progress")[0][1:3] == (2 * 86400, "working_days")
    tables.cli("policy", "add", "progress", "--days", "2", "--unit", "wall", "--source", "uji")
    assert newest(tables, "progress")[0][1:3] == (2 * 86400, "wall")
    tables.cli("policy", "add", "reopen_window", "--off", "--source", "uji")
    assert newest(tables, "reopen_window")[0][1:5] == (None, "working_days", "done", "reopened")


@pytest.mark.parametrize("words, named", [
    ([], "--hours, --seconds, --days, --off"),
    (["--hours", "0"], "--hours"),
    (["--hours", "12", "--days", "1"], "--hours, --seconds, --days, --off"),
    (["--hours", "12", "--off"], "--hours, --seconds, --days, --off"),
    (["--days", "2", "--unit", "working_hours"], "--days"),
    (["--hours", "12", "--unit", "hours"], "--unit"),
    (["--hours", "12", "--starts", "arrival"], "--starts"),
    (["--hours", "12", "--stops", "arrival"], "--stops"),
    (["--hours", "12", "--kinds", "greeting"], "--kinds"),
    (["--hours", "12", "--topics", "no_such_topic"], "--topics"),
    (["--hours", "12", "--levels", "planet"], "--levels"),
    (["--hours", "12", "--channels", "pigeon"], "--channels"),
    (["--hours", "12", "--ladder", "50% mayor"], "--ladder"),
    (["--hours", "12", "--ladder", "0% head"], "--ladder"),
    (["--hours", "12", "--from", "yesterdayish"], "--from"),
    (["--hours", "12", "--from", "infinity"], "--from"),
    (["--hours", "12", "--source", ""], "--source"),
])
def test_what_makes_no_sense_is_named_and_not_kept(by_hand, words, named):
    said = ["--source", "uji", *words]
    before = by_hand.query("SELECT count(*) FROM policies")
    done = by_hand.run_cli("policy", "add", "first_response", *said)
    assert done.returncode == 2 and named in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1
    assert by_hand.query("SELECT count(*) FROM policies") == before


def test_a_new_clock_says_when_it_starts_and_stops(by_hand):
    for words, named in [(["--stops", "done"], "--starts"), (["--starts", "received"], "--stops")]:
        done = by_hand.run_cli("policy", "add", "brand_new", "--hours", "1", "--source", "uji", *words)
        assert done.returncode == 2 and named in done.stderr
    assert by_hand.run_cli("policy", "add", "Brand New", "--hours", "1", "--source", "uji").returncode == 2
    assert by_hand.run_cli("policy", "add", "--hours", "1", "--source", "uji").returncode == 2
    assert by_hand.run_cli("policy", "list", "brand_new").returncode == 4


def test_a_time_in_the_past_is_told(tables):
    said = ["policy", "add", "first_response", "--hours", "12", "--source", "uji"]
    assert "derived anew" in tables.cli(*said, "--from", "2026-01-01")
    assert "running ones keep theirs" in tables.cli(*said)
    assert json_of(tables, *said, "--from", "2026-01-01 00:00+00")["rederives"] is True


def test_the_list_says_which_are_in_force(tables):
    tables.cli("policy", "add", "first_response", "--hours", "12", "--source", "uji satu")
    tables.cli("policy", "add", "first_response", "--hours", "6", "--source", "uji dua", "--from", "2031-01-01")
    tables.cli("policy", "add", "first_response", "--hours", "4", "--source", "uji tiga", "--levels", "vertical")
    rows = json_of(tables, "policy", "list", "first_response")
    assert [(row["version"], row["state"], row["gives"], row["for"], row["source"][:8]) for row in rows] == [
        (1, "replaced", "24 hours", "all", "LaporGub"), (2, "in_force", "12 hours", "all", "uji satu"),
        (3, "to_come", "6 hours", "all", "uji dua"), (4, "in_force", "4 hours", "levels vertical", "uji tiga")]
    assert {row["ladder"] for row in rows} == {"50% officer, 80% officer, 100% head, +6h sekda, +24h governor"}
    assert "50% officer" in tables.cli("policy", "list") and "14 working days" in tables.cli("policy", "list")


def test_who_adds_at_the_same_time_gets_a_version_each(tables):
    done = []

    def add():
        done.append(tables.run_cli("policy", "add", "first_response", "--hours", "12", "--source", "uji").returncode)

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [0] * 6
    assert tables.query("SELECT p.version, count(s.step) FROM policies p JOIN policy_steps s USING (clock, version)"
                        " WHERE clock = 'first_response' GROUP BY 1 ORDER BY 1") == [(version, 5) for version in range(1, 8)]


# Calendar ------------------------------------------------------------------------------------------------------------------

def test_a_holiday_that_was_removed_does_not_come_back_with_the_data(tables):
    listed = tables.cli("holiday", "list", "--year", "2027")
    assert "estimated" in listed and "SKB 3 Menteri" in listed
    day = "2027-08-17"
    assert json_of(tables, "holiday", "remove", day)["status"] == "removed"
    environment = {"KENTONGAN_DATABASE": tables.postgres.conninfo(tables.database)}
    subprocess.run([f"{tables.bin}/kentongan", "migrate", "--sql", "deploy/postgres", "--data", "deploy/data"], env=environment, check=True,
                   stdout=subprocess.DEVNULL)
    assert day not in tables.cli("holiday", "list", "--year", "2027")
    assert [row["day"] for row in json_of(tables, "holiday", "list", "--removed") if row["status"] == "removed"] == [day]
    assert tables.run_cli("holiday", "remove", day).returncode == 4
    added = json_of(tables, "holiday", "add", day, "--name", "Hari Kemerdekaan")
    assert added == {"day": day, "kind": "libur", "name": "Hari Kemerdekaan", "status": "confirmed"}
    assert day in tables.cli("holiday", "list", "--year", "2027")


@pytest.mark.parametrize("words, named", [
    (["add", "2027-02-30", "--name", "uji"], "2027-02-30"),
    (["add", "2027-02-03"], "--name"),
    (["add", "2027-02-03", "--name", "uji", "--kind", "pesta"], "--kind"),
    (["add", "2027-02-03", "--name", "uji", "--status", "perhaps"], "--status"),
    (["remove"], "nothing said"),
])
def test_what_is_no_holiday_is_refused(by_hand, words, named):
    done = by_hand.run_cli("holiday", *words)
    assert done.returncode == 2 and named in done.stderr


def test_office_and_quiet_hours(tables):
    hours = "mon-thu 08:00-12:00 13:00-16:00; fri 08:00-11:00"
    tables.cli("office", "set", "DISHUB", hours)
    tables.cli("office", "set", "RSUDPROV", "mon-sun 00:00-24:00", "--on-holidays")
    assert json_of(tables, "office", "list") == [{"agency": "DISHUB", "hours": hours, "on_holidays": False},
                                                 {"agency": "RSUDPROV", "hours": "mon-sun 00:00-24:00", "on_holidays": True}]
    tables.cli("office", "set", "DISHUB", "mon 08:00-09:00")
    assert [row["hours"] for row in json_of(tables, "office", "list", "DISHUB")] == ["mon 08:00-09:00"]
    tables.cli("office", "clear", "DISHUB")
    assert json_of(tables, "office", "list", "DISHUB") == []
    for words, code in [(["set", "DISHUB", "mon 09:00-08:00"], 2), (["set", "DISHUB"], 2), (["set", "NOBODY", "mon 08:00-09:00"], 4), (["clear"], 2)]:
        assert tables.run_cli("office", *words).returncode == code, words

    assert json_of(tables, "quiet", "list") == [{"role": "officer", "hours": "21:00-05:00"}]
    tables.cli("quiet", "set", "officer", "22:00-24:00")
    tables.cli("quiet", "set", "desk", "00:00-04:30")
    assert json_of(tables, "quiet", "list") == [{"role": "desk", "hours": "00:00-04:30"}, {"role": "officer", "hours": "22:00-24:00"}]
    tables.cli("quiet", "clear", "desk")
    assert [row["role"] for row in json_of(tables, "quiet", "list")] == ["officer"]
    for words, code in [(["set", "head", "21:00-05:00"], 2), (["set", "officer", "21:00"], 2), (["clear", "desk"], 4), (["clear"], 2)]:
        assert tables.run_cli("quiet", *words).returncode == code, words


def due(cluster, report_id, clock):
    return cluster.value("SELECT max(due_at) FROM deadlines WHERE ticket_id = %s AND clock = %s", (report_id, clock))


def test_a_holiday_moves_open_deadlines_of_working_time_and_no_others(by_hand):
    report_id, code = Triager(by_hand, "holiday").say(topic="power_outage")
    wait_until(lambda: due(by_hand, report_id, "resolution"), 10, "the deadline is there")
    first_response, resolution = due(by_hand, report_id, "first_response"), due(by_hand, report_id, "resolution")
    day = by_hand.value("SELECT d::date::text FROM generate_series(now() + interval '2 days', now() + interval '12 days', '1 day') AS d"
                        " WHERE extract(isodow FROM d) < 6 AND d::date NOT IN (SELECT day FROM holidays) LIMIT 1")
    by_hand.cli("holiday", "add", day, "--name", "Libur untuk uji")
    wait_until(lambda: due(by_hand, report_id, "resolution") > resolution, 15, "a day more")
    later = due(by_hand, report_id, "resolution")
    by_hand.cli("holiday", "remove", day)
    wait_until(lambda: due(by_hand, report_id, "resolution") == resolution, 15, "a day less")
    assert due(by_hand, report_id, "first_response") == first_response
    assert by_hand.query("SELECT clock, old_due_at, new_due_at FROM deadline_changes WHERE ticket_id = %s ORDER BY id", (report_id,)) == [
        ("resolution", resolution, later), ("resolution", later, resolution)]
    told = by_hand.cli("why", code)
    assert told.count("  moved ") == 2 and "the stored deadline is wrong" not in told and "stale" not in told


# Why -----------------------------------------------------------------------------------------------------------------------

def act(cluster, code, *words):
    """Notes an act, and waits until the router and the watcher have come to it."""
    cluster.cli("act", code, *words, "--by", "Budi")

    def is_known():
        return cluster.value("SELECT count(*) FROM acts a WHERE NOT EXISTS (SELECT FROM acts_done d WHERE d.act_id = a.id) OR EXISTS"
                             " (SELECT FROM deadlines d JOIN tickets t ON t.id = d.ticket_id WHERE d.ticket_id = a.ticket_id AND (d.changes <> t.changes"
                             " OR d.acts <> (SELECT count(*) FROM acts o WHERE o.ticket_id = a.ticket_id)))") == 0
    wait_until(is_known, 15, f"{words} is known everywhere")


def deadlines_of(facts):
    return {(row["clock"], row["turn"]): row for row in facts["ticket"]["deadlines"]}


def test_why_derives_what_was_transferred_paused_and_reopened(by_hand):
    report_id, code = Triager(by_hand, "why").say(topic="power_outage", region_code="33.74")
    wait_until(lambda: due(by_hand, report_id, "resolution"), 10, "the deadline is there")
    act(by_hand, code, "not_ours", "--value", "DISHUB", "--text", "Bukan jaringan kami, silakan ke dinas")
    act(by_hand, code, "ask", "--text", "Di gang nomor berapa letaknya?")
    by_hand.cli("why", code)
    act(by_hand, code, "answer", "--kind", "reporter")
    act(by_hand, code, "in_progress")
    act(by_hand, code, "done", "--text", "Lampu sudah diganti dan menyala")
    act(by_hand, code, "reopened", "--kind", "reporter")
    facts = json_of(by_hand, "why", code)
    ticket, deadlines = facts["ticket"], deadlines_of(facts)

    assert facts["own_ticket"] is None and ticket["stage"] == "reopened" and ticket["ticket_id"] == report_id
    assert [(turn["agency"], turn["until_ms"] is None) for turn in ticket["turns"]] == [("PLN", False), ("DISHUB", False), ("DISHUB", True)]
    turns = ticket["turns"]
    assert {held["agency"]: held["ms"] for held in ticket["held"]} == {
        "PLN": turns[0]["until_ms"] - turns[0]["from_ms"], "DISHUB": facts["now_ms"] - turns[1]["from_ms"]}

    assert deadlines["first_response", 0]["stop"] == "transfer" and deadlines["first_response", 0]["agency"] == "PLN"
    assert deadlines["first_response", 1]["stop"] == "met" and deadlines["first_response", 1]["stopped_by"]["act"] == "in_progress"
    assert deadlines["first_response", 1]["stopped_by"]["actor"] == "Budi"
    assert deadlines["first_response", 2]["stop"] == "" and deadlines["first_response", 2]["agency"] == "DISHUB"
    assert deadlines["first_response", 2]["due_at_ms"] == turns[2]["from_ms"] + 24 * 3600 * 1000
    assert deadlines["citizen_first_response", 0]["started_at_ms"] == ticket["received_at_ms"], "never resets on transfer"
    paused = [span for span in deadlines["resolution", 0]["spans"] if span["kind"] == "paused"]
    acts = {row["act"]: row for row in ticket["acts"]}
    assert [(span["from_ms"], span["until_ms"]) for span in paused] == [(acts["ask"]["at_ms"], acts["answer"]["at_ms"])]
    assert all(span["kind"] == "runs" for key in deadlines if key[0] == "first_response" for span in deadlines[key]["spans"])
    assert deadlines["resolution", 0]["stopped_by"]["act"] == "done" and deadlines["resolution", 1]["stop"] == ""
    assert deadlines["first_response", 0]["policy"]["source"].startswith("LaporGub!")
    assert [(step["percent"], step["wait_s"], step["role"], step["fired"]) for step in deadlines["first_response", 2]["steps"]] == [
        (percent, wait, role, False) for percent, wait, role in USUAL_LADDER]
    assert {row["check"]["ok"] for row in deadlines.values()} == {True}, [row["check"] for row in deadlines.values()]

    told = by_hand.cli("why", code)
    for part in ["PLN has had it for", "DISHUB has had it for", "first_response version 1", "Pergub Jateng 13/2018", "transfer",
                 "the stored deadline equals the derived one", "in_progress, by Budi (officer"]:
        assert part in told, part


def test_why_says_when_the_stored_deadline_is_old_or_wrong():
    with Cluster(stages=STAGES_BY_HAND) as cluster:
        report_id, code = Triager(cluster, "checked").say(topic="power_outage")
        wait_until(lambda: due(cluster, report_id, "first_response"), 10, "the deadline is there")
        assert cluster.run_cli("why", "JT-0000-0000-0").returncode == 4
        cluster["watcher"].stop()
        cluster["router"].stop()
        cluster.cli("act", code, "verifying", "--by", "Budi", "--agency", "PLN")
        deadlines = deadlines_of(json_of(cluster, "why", code))
        assert deadlines["first_response", 0]["check"]["ok"] is False
        assert "stale: of 1 acts it knows 0;" in deadlines["first_response", 0]["check"]["says"]
        assert deadlines["progress", 0]["stored"] is None and "not stored yet" in deadlines["progress", 0]["check"]["says"]
        cluster.query("UPDATE deadlines SET acts = 1")
        assert "the stored deadline is wrong" in deadlines_of(json_of(cluster, "why", code))["first_response", 0]["check"]["says"]
        unrouted, waiting = Triager(cluster, "waits").say(topic="power_outage")
        done = cluster.run_cli("why", waiting)
        assert done.returncode == 4 and "no ticket yet" in done.stderr, unrouted


def test_why_says_who_was_told_and_keeps_what_had_run_out():
    with Cluster(stages=STAGES_BY_HAND) as cluster:
        cluster.cli("policy", "add", "first_response", "--seconds", "2", "--ladder", "50% officer, 100% head", "--source", "uji")
        report_id, code = Triager(cluster, "told").say(topic="power_outage")
        wait_until(lambda: cluster.value("SELECT count(*) FROM deliveries d JOIN notices n ON n.id = d.notice_id WHERE n.kind IN (3, 5)") == 2, 20,
                   "both steps were delivered")
        before = deadlines_of(json_of(cluster, "why", code))["first_response", 0]
        assert [(told["role"], told["agency"], told["delivered"]) for told in before["told"]] == [("officer", "PLN", "accepted"), ("head", "PLN", "accepted")]
        assert [step["fired"] for step in before["steps"]] == [True, True] and before["check"]["ok"]
        cluster.cli("policy", "add", "first_response", "--hours", "9", "--source", "uji dua", "--from", "2026-01-01")
        wait_until(lambda: cluster.value("SELECT p.version = r.version AND p.up_to >= %s FROM rules r, rules_applied p", (report_id,)), 15, "the walk is over")
        # The older version came into force later, and so both stand as they are; now one that says otherwise of them.
        cluster.cli("policy", "add", "first_response", "--hours", "9", "--source", "uji tiga", "--from",
                    str(cluster.value("SELECT max(effective_from) FROM policies WHERE clock = 'first_response'")))
        wait_until(lambda: deadlines_of(json_of(cluster, "why", code))["first_response", 0]["policy"]["version"] == 4, 15, "version 4 counts")
        after = deadlines_of(json_of(cluster, "why", code))["first_response", 0]
        assert after["stored"]["due_at_ms"] == before["due_at_ms"] and after["due_at_ms"] > before["due_at_ms"]
        assert after["check"]["ok"] and "had run out as version 2" in after["check"]["says"]
        assert "told" in cluster.cli("why", code) and "(breach)" in cluster.cli("why", code)


def test_why_of_a_joined_report_tells_both_tickets(by_hand):
    triager = Triager(by_hand, "joined")
    first, first_code = triager.say(topic="power_outage")
    second, second_code = triager.say(topic="garbage", region_code="33.74")
    wait_until(lambda: due(by_hand, first, "resolution") and due(by_hand, second, "resolution"), 10, "the deadlines are there")
    by_hand.cli("correct", second_code, "--join", first_code, "--by", "Sri")
    wait_until(lambda: by_hand.value("SELECT count(*) FROM deadlines WHERE ticket_id = %s AND stop = ''", (second,)) == 0, 15, "its clocks ended")
    facts = json_of(by_hand, "why", second_code)
    assert (facts["ticket"]["tracking_code"], facts["own_ticket"]["tracking_code"]) == (first_code, second_code)
    assert {row["stop"] for row in facts["own_ticket"]["deadlines"]} == {"ended"}
    assert json_of(by_hand, "why", first_code)["own_ticket"] is None


# A past quarter under other rules ------------------------------------------------------------------------------------------

TICKETS = 2400  # three pages
# Hours after the ticket came to PLN; None: never.
STORIES = [
    {"answered": None},
    {"answered": 10},
    {"answered": 18},
    {"answered": 30},
    {"answered": None, "bot": 5},
    {"answered": None, "moved": 18, "then": 2},
    {"answered": None, "moved": 30, "then": 28},
    {"answered": None, "joined": 18},
]


def last_quarter():
    """Label, begin and end of the quarter before this one, of Asia/Jakarta."""
    now = datetime.datetime.now(WIB)
    ends = datetime.datetime(now.year, (now.month - 1) // 3 * 3 + 1, 1, tzinfo=WIB)
    before = ends - datetime.timedelta(days=1)
    begins = datetime.datetime(before.year, (before.month - 1) // 3 * 3 + 1, 1, tzinfo=WIB)
    return f"{begins.year}Q{(begins.month + 2) // 3}", begins, ends


def routed_at(i):
    """One an hour, from two days before the quarter on."""
    return last_quarter()[1] + (i - 48) * HOUR


def negligent(i, hours):
    """The turns of ticket i whose first response was not in time: the definition, written once more."""
    _, begins, ends = last_quarter()
    story = STORIES[i % len(STORIES)]
    started = routed_at(i)
    stopped = [started + story[what] * HOUR for what in ("answered", "moved", "joined") if story.get(what) is not None]
    clocks = [(started, min(stopped) if stopped else None)]
    if "moved" in story:
        clocks.append((started + story["moved"] * HOUR, started + (story["moved"] + story["then"]) * HOUR))
    return [turn for turn, (start, stop) in enumerate(clocks)
            if begins <= start + hours * HOUR < ends and (stop is None or stop > start + hours * HOUR)]


def lay_quarter(cluster):
    """Facts alone: what the router and the officers would have left."""
    with contextlib.closing(cluster.connect()) as connection:
        connection.autocommit = False
        cursor = connection.cursor()

        def insert(table, **values):
            cursor.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})", list(values.values()))

        for i in range(TICKETS):
            story, at, ticket = STORIES[i % len(STORIES)], routed_at(i), i + 1
            moved = story.get("moved", story.get("joined"))
            holder = "DISHUB" if "moved" in story else "" if "joined" in story else "PLN"
            insert("reports", id=ticket, bucket=0, key=f"00000000-0000-0000-0000-{ticket:012d}", received_at=at, channel=1, source="uji",
                   source_message_id=str(ticket), tracking_code=f"uji-{ticket}", text="uji", anonymous=False, confidential=False)
            insert("tickets", id=ticket, agency=holder, stage="received", topic="power_outage", region_code="33.74",
                   turn=0 if moved is None else 1, routed_at=at if moved is None else at + moved * HOUR)
            insert("ticket_reports", report_id=ticket, ticket_id=1 if holder == "" else ticket)
            if moved is not None:
                insert("turns", ticket_id=ticket, turn=0, agency="PLN", from_at=at, until_at=at + moved * HOUR, because="uji")
            said = [(story[what], kind, "PLN") for what, kind in (("answered", "officer"), ("bot", "bot")) if story.get(what)]
            said += [(moved + story["then"], "officer", "DISHUB")] if "then" in story else []
            for hours, kind, agency in said:
                insert("acts", ticket_id=ticket, at=at + hours * HOUR, act="verifying", actor="Budi", actor_kind=kind, agency=agency)
        connection.commit()


def tried(cluster, folder, text, *words):
    path = folder / "try.json"
    path.write_text(json.dumps(text), encoding="utf-8")
    return json_of(cluster, "policy", "try", str(path), "--quarter", last_quarter()[0], *words)


def cases(rows):
    return sorted((row["ticket_id"] - 1, row["turn"]) for row in rows)


def expected(hours):
    return sorted((i, turn) for i in range(TICKETS) for turn in negligent(i, hours))


def test_who_would_enter_and_leave_the_list(tmp_path):
    with Cluster(stages=["watcher"], push=False) as cluster:
        lay_quarter(cluster)
        wait_until(lambda: cluster.value("SELECT count(*) FROM tickets t WHERE NOT EXISTS (SELECT FROM deadlines d WHERE d.ticket_id = t.id)") == 0, 60,
                   "all deadlines are stored")
        rules = cluster.value("SELECT version FROM rules")
        answer = tried(cluster, tmp_path, {"policies": [{"clock": "first_response", "hours": 12}]})
        day, half = expected(24), expected(12)
        assert len(set(half) - set(day)) > 300 and set(day) - set(half), "the quarter has cases of each kind"
        assert cases(answer["negligent_before"]) == day and answer["before"] == len(day) and answer["after"] == len(half)
        assert cases(answer["enter"]) == sorted(set(half) - set(day))
        assert cases(answer["leave"]) == sorted(set(day) - set(half))
        for agency in answer["agencies"]:
            of = {key: sum(row["agency"] == agency["agency"] for row in answer[key]) for key in ("enter", "leave")}
            assert agency["after"] == agency["before"] + of["enter"] - of["leave"] and (agency["enter"], agency["leave"]) == (of["enter"], of["leave"])
        assert {agency["agency"] for agency in answer["agencies"]} == {"PLN", "DISHUB"}

        report = json_of(cluster, "report", "negligence", "--quarter", last_quarter()[0])
        assert sorted((row["tracking_code"], int(row["turn"])) for row in report["cases"]) == sorted((f"uji-{i + 1}", turn) for i, turn in day)

        longer = tried(cluster, tmp_path, {"policies": [{"clock": "first_response", "hours": 36}]})
        assert cases(longer["leave"]) == sorted(set(day) - set(expected(36))) and cases(longer["enter"]) == sorted(set(expected(36)) - set(day))
        same = tried(cluster, tmp_path, {"holidays": {"add": [str(last_quarter()[1].date())]}})
        assert same["enter"] == same["leave"] == [] and same["before"] == same["after"] == len(day), "1 x 24 hours know no holidays"
        off = tried(cluster, tmp_path, {"policies": [{"clock": "first_response", "off": True, "levels": "province"}]})
        assert {row["agency"] for row in off["leave"]} == {"DISHUB"} and off["enter"] == []

        printed = cluster.cli("policy", "try", str(tmp_path / "try.json"), "--quarter", last_quarter()[0])
        assert "nothing was changed" in printed and "would leave it" in printed
        assert cluster.value("SELECT version FROM rules") == rules, "nothing is written"
        assert cluster.value("SELECT count(*) FROM policies WHERE clock = 'first_response'") == 1


def test_what_is_known_later_does_not_count(tables, tmp_path):
    lay_quarter(tables)
    _, begins, _ = last_quarter()
    change = {"policies": [{"clock": "first_response", "hours": 12}]}
    as_of = begins + 240 * HOUR
    answer = tried(tables, tmp_path, change, "--as-of", as_of.isoformat())
    known = [(i, turn) for i, turn in expected(24)
             if routed_at(i) + (24 + (STORIES[i % len(STORIES)]["moved"] if turn else 0)) * HOUR <= as_of]
    assert cases(answer["negligent_before"]) == sorted(known) and len(known) > 50


def test_a_file_that_makes_no_sense_is_refused(by_hand, tmp_path):
    path = tmp_path / "wrong.json"
    for text, named in [("{", "line 1"), ('{"policies": [{"clock": "first_response", "hour": 1}]}', "policies[0].hour"),
                        ('{"policies": [{"clock": "first_response", "hours": 1, "levels": "planet"}]}', "--levels planet")]:
        path.write_text(text, encoding="utf-8")
        done = by_hand.run_cli("policy", "try", str(path), "--quarter", "2026Q3")
        assert done.returncode == 2 and named in done.stderr, done.stderr
    path.write_text("{}", encoding="utf-8")
    for words in [[str(path)], [str(path), "--quarter", "2026Q5"], ["--quarter", "2026Q3"], [str(path), "--quarter", "2026Q3", "--as-of", "then"],
                  [str(tmp_path / "none.json"), "--quarter", "2026Q3"]]:
        assert by_hand.run_cli("policy", "try", *words).returncode == 2, words
