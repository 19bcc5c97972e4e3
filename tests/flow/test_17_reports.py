"""Reports: the list of negligence is what the facts give, to the byte and for ever; figures are what their definitions say."""

import collections
import csv
import datetime
import hashlib
import io
import itertools
import json
import statistics
import time

import pytest

from harness import contract, quarter
from harness.cluster import Cluster
from harness.quarter import DAY, HOUR, WIB
from harness.waiting import wait_until

NAME = "2025Q4"
TICKETS = 50_000
LIST_S = 5.0
DATA = contract.ROOT / "tests/data/reports"

# Who was not answered within 24 hours by the wall clock, from tickets, turns, acts and reports alone; written from the words
# of domain.md, knowing nothing of the table deadlines.  %(as_of)s: what happened later is not known.
NEGLIGENT = """
    WITH turn AS (
        SELECT ticket_id, turn, agency, from_at, until_at FROM turns
        UNION ALL SELECT id, turn, agency, routed_at, NULL FROM tickets),
    asked AS (
        SELECT t.*, t.from_at + interval '24 hours' AS due,
            CASE WHEN until_at <= %(as_of)s THEN until_at ELSE 'infinity' END AS ends
        FROM turn t WHERE agency NOT IN ('', 'SHELF')
        AND t.from_at + interval '24 hours' >= %(begin)s AND t.from_at + interval '24 hours' < %(end)s
        AND t.from_at + interval '24 hours' <= %(as_of)s),
    said AS (
        SELECT t.ticket_id, t.turn, a.at, a.id,
            -- a human, substantive, stage-bearing act of the agency that has the ticket
            a.actor_kind = 'officer' AND a.agency IN ('', t.agency) AND CASE
                (SELECT split_part(j.value, ' ', 2) FROM acts j WHERE j.ticket_id = a.ticket_id AND j.act = 'judge'
                 AND split_part(j.value, ' ', 1)::bigint = a.id AND j.at <= %(as_of)s ORDER BY j.at DESC, j.id DESC LIMIT 1)
                WHEN 'counts' THEN true WHEN 'pasted' THEN false ELSE a.same_text < 2 END AS answers,
            a.act IN ('done', 'rejected') AND (a.actor_kind <> 'officer' OR a.agency IN ('', t.agency)) AS ends_it
        FROM asked t JOIN acts a ON a.ticket_id = t.ticket_id AND a.at > t.from_at AND a.at < t.ends AND a.at <= %(as_of)s
        WHERE a.actor_kind <> 'bot' AND a.act IN ('verifying', 'field_check', 'in_progress', 'awaiting_validation', 'done', 'rejected')),
    fate AS (
        SELECT t.ticket_id, t.turn, t.agency, t.from_at, t.due, t.ends,
            min(s.at) FILTER (WHERE s.answers) AS answered, min(s.at) FILTER (WHERE s.ends_it) AS over
        FROM asked t LEFT JOIN said s ON s.ticket_id = t.ticket_id AND s.turn = t.turn GROUP BY 1, 2, 3, 4, 5, 6)
    SELECT f.agency, r.tracking_code, f.turn::integer,
        (extract(epoch FROM r.received_at) * 1000)::bigint, (extract(epoch FROM f.from_at) * 1000)::bigint,
        (extract(epoch FROM f.due) * 1000)::bigint,
        CASE WHEN f.answered <= least(coalesce(f.over, 'infinity'), f.ends)
            THEN (extract(epoch FROM f.answered) * 1000)::bigint END
    FROM fate f JOIN reports r ON r.id = f.ticket_id
    WHERE least(coalesce(f.answered, 'infinity'), coalesce(f.over, 'infinity'), f.ends) > f.due"""


@pytest.fixture(scope="module")
def filled():
    """The made-up quarter, and what was written; nobody changes it but by adding facts."""
    with Cluster(stages=[], push=False) as whole:
        with whole.connect() as connection:
            started = time.monotonic()
            whole.quarter = quarter.fill(connection, NAME, TICKETS, seed=17)
            assert time.monotonic() - started < 60
        yield whole


def list_of(cluster, *words):
    return json.loads(cluster.cli("report", "negligence", "--quarter", NAME, *words, "--json"))


def sections(text):
    """Name -> (columns, rows) of the CSV form of a report."""
    found, lines = {}, list(csv.reader(io.StringIO(text)))
    for empty, part in itertools.groupby(lines, lambda line: line == []):
        if not empty:
            [name], columns, *rows = part
            assert all(len(row) == len(columns) for row in rows), name
            found[name] = columns, rows
    return found


def canonical_of_csv(text):
    """The bytes that the hash is of: from the line of the first data section up to before the line seal."""
    return text[text.index("\nperiod\n") + 1:text.index("\nseal\n") + 1].encode()


def canonical_of_json(report):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for name in report["data"]:
        columns = report["columns"][name]
        out.write(name + "\n")
        writer.writerow(columns)
        writer.writerows([row[c] if row[c] is not None else "" for c in columns] for row in report[name])
        out.write("\n")
    return out.getvalue().encode()


def moment(text):
    return datetime.datetime.fromisoformat(text)


def as_of_default(cluster):
    return cluster.quarter.end + 14 * DAY


def expected(cluster, as_of_ms):
    bounds = {"begin": cluster.quarter.begin, "end": cluster.quarter.end, "as_of": as_of_ms}
    return cluster.query(NEGLIGENT, {k: datetime.datetime.fromtimestamp(v / 1000, WIB) for k, v in bounds.items()})


def assert_same_rows(rows, others):
    assert (set(rows) - set(others), set(others) - set(rows)) == (set(), set())
    assert len(rows) == len(others)


def rows_of(report):
    return [(c["agency"], c["tracking_code"], c["turn"], c["received_at_ms"], c["started_at_ms"], c["due_at_ms"], c["answered_at_ms"]
             if c["answered_at"] else None) for c in report["cases"]]


def test_the_list_is_what_the_facts_give(filled):
    report = list_of(filled)
    rows = rows_of(report)
    assert report["period"][0]["as_of_ms"] == as_of_default(filled) and report["period"][0]["state"] == "final"
    assert len(rows) > 5000 and len(set(rows)) == len(rows)
    assert_same_rows(rows, expected(filled, as_of_default(filled)))
    assert rows == sorted(rows, key=lambda row: (row[0], row[5])), "by agency, then by what was due first"


@pytest.mark.parametrize("days", [1, 30, 91.3])
def test_and_so_it_is_as_of_any_moment_before(filled, days):
    as_of = filled.quarter.begin + int(days * DAY)
    text = datetime.datetime.fromtimestamp(as_of / 1000, WIB).isoformat()
    report = list_of(filled, "--as-of", text)
    assert report["period"][0]["state"] == "provisional" and report["period"][0]["as_of_ms"] == as_of
    assert_same_rows(rows_of(report), expected(filled, as_of))


def test_each_edge_is_on_its_side(filled):
    listed = collections.defaultdict(list)
    for case in list_of(filled)["cases"]:
        listed[case["tracking_code"]].append(case["agency"])
    assert {name: sorted(listed[ticket.code]) for name, ticket in filled.quarter.edges.items()} == {
        name: sorted(ticket.expected) for name, ticket in filled.quarter.edges.items()}
    assert sum(bool(ticket.expected) for ticket in filled.quarter.edges.values()) > 10


def test_a_case_says_how_late_it_was_and_what_became_of_it(filled):
    cases = {case["tracking_code"]: case for case in list_of(filled)["cases"]}
    edges = filled.quarter.edges

    def said(name):
        case = cases[edges[name].code]
        return case["outcome"], case["late"], case["late_ms"]

    assert said("answered 1 ms late") == ("late", "0:00", 1)
    assert said("handed on after the due time") == ("handed on", "1:00", HOUR)
    assert said("joined late") == ("ended", "6:00", 6 * HOUR)
    due = edges["never answered"].turns[0][1] + DAY
    assert said("never answered")[0] == "not yet" and said("never answered")[2] == as_of_default(filled) - due
    for case in cases.values():
        hours, minutes = divmod(case["late_ms"] // 60000, 60)
        assert case["late"] == f"{hours}:{minutes:02d}"
        assert moment(case["due_at"]) - moment(case["started_at"]) == datetime.timedelta(hours=24) and case["version"] == 1
        assert moment(case["due_at"]).timestamp() * 1000 == pytest.approx(case["due_at_ms"], abs=0.5)


def test_the_summary_adds_up(filled):
    report = list_of(filled)
    cases = collections.Counter(case["agency"] for case in report["cases"])
    for row in report["agencies"]:
        assert row["fell"] == row["answered"] + row["negligent"] + row["excused"]
        assert row["negligent"] == cases[row["agency"]]
    assert sum(row["negligent"] for row in report["agencies"]) == len(report["cases"])
    all_due = filled.value("SELECT count(*) FROM (SELECT agency, from_at FROM turns UNION ALL SELECT agency, routed_at FROM tickets) t"
                           " WHERE agency NOT IN ('', 'SHELF') AND from_at + interval '24 hours' >= %s AND from_at + interval '24 hours' < %s",
                           [datetime.datetime.fromtimestamp(at / 1000, WIB) for at in (filled.quarter.begin, filled.quarter.end)])
    assert sum(row["fell"] + row["released"] for row in report["agencies"]) == all_due
    assert {row["agency"] for row in report["names"]} == {row["agency"] for row in report["agencies"]}
    [policy] = report["policies"]
    assert (policy["version"], policy["length"], policy["unit"]) == (1, "24:00", "wall") and "1x24 jam" in policy["source"]
    assert any("deadlines" in row["line"] for row in report["query"])


def test_it_is_quick(filled):
    started = time.monotonic()
    filled.cli("report", "negligence", "--quarter", NAME, "--format", "csv")
    assert time.monotonic() - started < LIST_S


def test_each_form_has_the_same_hash_and_anyone_can_compute_it(filled):
    words = ["report", "negligence", "--quarter", NAME, "--format"]
    text, table, report = filled.cli(*words, "text"), filled.cli(*words, "csv"), json.loads(filled.cli(*words, "json"))
    assert f"\nsha256 {report['sha256']}\n" in text
    parts = sections(table)
    assert parts["seal"][1][0][0] == report["sha256"]
    assert hashlib.sha256(canonical_of_csv(table)).hexdigest() == report["sha256"]
    assert hashlib.sha256(canonical_of_json(report)).hexdigest() == report["sha256"]
    codes = [case["tracking_code"] for case in report["cases"]]
    assert [row[parts["cases"][0].index("tracking_code")] for row in parts["cases"][1]] == codes
    assert set(codes) <= set(text.split())
    assert "Kata-kata untuk uji" not in text + table, "what a citizen wrote is nobody's figure"


def test_a_file_has_what_standard_output_has(filled, tmp_path):
    words = ["report", "negligence", "--quarter", NAME, "--format", "csv"]
    printed = filled.cli(*words)
    assert filled.cli(*words, "--out", f"{tmp_path}/list.csv") == ""
    assert same([(tmp_path / "list.csv").read_text(encoding="utf-8")], [printed])
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def same(texts, others):
    """Compared line by line, since pytest takes hours to explain how two long texts differ."""
    for text, other in zip(texts, others, strict=True):
        for line, its in itertools.zip_longest(text.splitlines(), other.splitlines()):
            assert (line or "")[:500] == (its or "")[:500]
    return list(texts) == list(others)


def forms(cluster, *words):
    return [cluster.cli("report", "negligence", "--quarter", NAME, "--format", form, *words) for form in ("text", "csv", "json")]


def add_later_facts(cluster):
    """Answers, corrections, judgements, moved deadlines and objections that came after the list was made."""
    later = cluster.quarter.end + 20 * DAY
    at = datetime.datetime.fromtimestamp(later / 1000, WIB)
    edges = cluster.quarter.edges
    pasted, never, moved, moved_out = (edges[name].id for name in ("pasted", "never answered", "only a bot", "only acknowledged"))
    for ticket in (pasted, never):
        cluster.query("UPDATE deadlines SET acts = acts + 1 WHERE ticket_id = %s", (ticket,))
    cluster.query("UPDATE deadlines SET stopped_at = %s, stop = 'met' WHERE ticket_id = %s", (at, never))
    cluster.query("INSERT INTO acts (ticket_id, at, act, actor, actor_kind, agency) VALUES (%s, %s, 'done', 'Sri', 'officer', 'DISHUB')", (never, at))
    # A person finds later that the pasted answer counts after all: the clock stops where the answer was given.
    [(act, answered)] = cluster.query("SELECT id, at FROM acts WHERE ticket_id = %s AND act = 'verifying'", (pasted,))
    cluster.query("INSERT INTO acts (ticket_id, at, act, actor, actor_kind, agency, value) VALUES (%s, %s, 'judge', 'Sri', 'officer', 'TRIAGE', %s)",
                  (pasted, at, f"{act} counts"))
    cluster.query("UPDATE deadlines SET stopped_at = %s, stop = 'met' WHERE ticket_id = %s AND clock = 'first_response'", (answered, pasted))
    # A policy of later moves deadlines: within the quarter, and out of it.
    for ticket, days in ((moved, 1), (moved_out, 90)):
        cluster.query("INSERT INTO deadline_changes (at, ticket_id, clock, turn, old_version, new_version, old_due_at, new_due_at, because)"
                      " SELECT %s, ticket_id, clock, turn, 1, 2, due_at, due_at + %s * interval '1 day', 'policy' FROM deadlines"
                      " WHERE ticket_id = %s AND clock = 'first_response'", (at, days, ticket))
        cluster.query("UPDATE deadlines SET policy_version = 2, due_at = due_at + %s * interval '1 day' WHERE ticket_id = %s"
                      " AND clock = 'first_response'", (days, ticket))
    cluster.query("INSERT INTO policies (clock, version, duration, unit, starts, stops, effective_from, source)"
                  " VALUES ('first_response', 2, interval '48 hours', 'wall', 'routed', 'response', now() + interval '10 years', 'a later one')")
    for what, value in (("topic", "garbage"), ("region", "33.74")):
        column = {"topic": "topic", "region": "region_code"}[what]
        cluster.query(f"UPDATE tickets SET {column} = %s WHERE id = %s", (value, never))
        cluster.query("INSERT INTO corrections (report_id, what, value, by, at) VALUES (%s, %s, %s, 'Sri', %s)", (never, what, value, at))
        cluster.query("INSERT INTO corrections_done (correction_id, at, ticket_id, done) SELECT max(id), %s, %s, 'done' FROM corrections", (at, never))
    cluster.query("INSERT INTO objections (ticket_id, turn, at, by, reason) VALUES (%s, 0, %s, 'Dishub', 'terlambat')", (never, at))


def test_what_happens_later_changes_nothing_as_of_then(filled):
    before = forms(filled)
    assert same(forms(filled), before), "the same in another process"
    as_of = datetime.datetime.fromtimestamp(as_of_default(filled) / 1000, WIB).isoformat()
    add_later_facts(filled)
    assert same(forms(filled), before)
    assert same(forms(filled, "--as-of", as_of), before)
    now = datetime.datetime.fromtimestamp((filled.quarter.end + 21 * DAY) / 1000, WIB).isoformat()
    seen, then = list_of(filled, "--as-of", now), json.loads(before[2])
    gone = {case["tracking_code"] for case in then["cases"]} - {case["tracking_code"] for case in seen["cases"]}
    edges = filled.quarter.edges
    assert gone == {edges["pasted"].code, edges["only acknowledged"].code}
    [case] = [case for case in seen["cases"] if case["tracking_code"] == edges["never answered"].code]
    assert (case["outcome"], case["topic"], case["region_code"]) == ("late", "garbage", "33.74")
    assert [row["is_late"] for row in seen["objections"]] == ["late"] and seen["sha256"] != then["sha256"]


def test_an_accepted_objection_takes_a_case_off_the_list(filled):
    edges = filled.quarter.edges
    first, second = edges["due at the begin"], edges["withdrawn late"]
    count = len(list_of(filled, "--as-of", now_of(filled))["cases"])
    said = [json.loads(filled.cli("objection", "add", ticket.code, "--by", "Dishub", "--reason", f"gangguan {i}, \"listrik\"", "--json"))["id"]
            for i, ticket in enumerate([first, second])]
    listed = {row["id"]: row for row in json.loads(filled.cli("objection", "list", "--quarter", NAME, "--json"))}
    assert [listed[i]["status"] for i in said] == ["open", "open"] and listed[said[0]]["tracking_code"] == first.code
    assert json.loads(filled.cli("objection", "list", "--quarter", "2024Q1", "--json")) == []
    seen = list_of(filled, "--as-of", now_of(filled))
    assert len(seen["cases"]) == count and {row["id"] for row in seen["objections"]} >= set(said)
    filled.cli("objection", "accept", str(said[0]), "--by", "Inspektorat", "--reason", "terbukti")
    filled.cli("objection", "refuse", str(said[1]), "--by", "Inspektorat", "--reason", "tidak terbukti")
    now = now_of(filled)
    seen = list_of(filled, "--as-of", now)
    assert len(seen["cases"]) == count - 1 and first.code not in {case["tracking_code"] for case in seen["cases"]}
    assert [(case["tracking_code"], case["objection"]) for case in seen["annex"]] == [(first.code, said[0])]
    [dishub] = [row for row in seen["agencies"] if row["agency"] == "DISHUB"]
    assert dishub["excused"] == 1 and dishub["fell"] == dishub["answered"] + dishub["negligent"] + 1
    assert {row["id"]: row["status"] for row in seen["objections"] if row["id"] in said} == {said[0]: "accepted", said[1]: "refused"}
    table = filled.cli("report", "negligence", "--quarter", NAME, "--as-of", now, "--format", "csv")
    assert hashlib.sha256(canonical_of_csv(table)).hexdigest() == hashlib.sha256(canonical_of_json(seen)).hexdigest() == seen["sha256"]
    done = filled.run_cli("objection", "refuse", str(said[0]), "--by", "Sekda", "--reason", "lagi")
    assert done.returncode == 1 and "was accepted already" in done.stderr


def now_of(cluster):
    """PostgreSQL's time, to the second after it: what was just said is seen."""
    wait_until(lambda: cluster.value("SELECT coalesce(date_trunc('second', now()) >"
                                     " greatest((SELECT max(at) FROM objections), (SELECT max(at) FROM objections_decided)), true)"), 5, "a second passed")
    return cluster.value("SELECT to_char(now() AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM-DD\"T\"HH24:MI:SS')")


def test_there_is_nothing_to_object_to_where_nothing_was_missed(filled):
    edges = filled.quarter.edges
    done = filled.run_cli("objection", "add", edges["answered at the due time"].code, "--by", "Dishub", "--reason", "coba")
    assert done.returncode == 4 and "no first response was missed" in done.stderr
    done = filled.run_cli("objection", "add", edges["handed on after the due time"].code, "--by", "PLN", "--reason", "coba", "--turn", "1")
    assert done.returncode == 4 and "in that turn" in done.stderr


def test_what_makes_no_sense_is_said(filled):
    lines = [line.split("\t") for line in (DATA / "errors.tsv").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for words, code, message in lines:
        done = filled.run_cli(*words.split())
        assert (done.returncode, done.stdout) == (int(code), ""), (words, done.stderr)
        assert message in done.stderr and done.stderr.count("\n") == 1, (words, done.stderr)


def turns_of_agencies(cluster):
    """Agency -> [(ticket, since, due, stopped, reason)] of the quarter, as the generator derived them."""
    found = collections.defaultdict(list)
    for row in cluster.query("SELECT agency, ticket_id, started_at, due_at, stopped_at, stop FROM deadlines WHERE clock = 'first_response'"
                             " AND due_at >= %s AND due_at < %s AND due_at <= now()",
                             [datetime.datetime.fromtimestamp(at / 1000, WIB) for at in (cluster.quarter.begin, cluster.quarter.end)]):
        found[row[0]].append(row[1:])
    return found


def nth(values, share):
    """The smallest value that at least this share of all does not exceed."""
    values = sorted(values)
    return values[max(0, -int(-len(values) * share // 1) - 1)]


def tenths(part, whole):
    return float((2000 * part + whole) // (2 * whole)) / 10 if whole else None


def test_agencies_are_compared_with_their_like(filled):
    report = json.loads(filled.cli("report", "agencies", "--quarter", NAME, "--json"))
    turns = turns_of_agencies(filled)
    rows = {row["agency"]: row for row in report["agencies"]}
    assert rows.keys() == turns.keys() and {row["band"] for row in rows.values()} == {"below 10", "10-29", "30-99", "100-299", "300+"}
    for agency, row in rows.items():
        had = turns[agency]
        took = [int((stopped - since).total_seconds() * 1000 + 0.5) for _, since, _, stopped, stop in had if stop == "met"]
        fell = [t for t in had if t[4] == "met" or t[3] is None or t[3] > t[2]]
        in_time = [t for t in had if t[4] == "met" and t[3] <= t[2]]
        assert (row["tickets"], row["fell"], row["in_time"]) == (len({t[0] for t in had}), len(fell), len(in_time))
        if agency != "TRIAGE":
            assert row["on_time"] == tenths(len(in_time), len(fell)), agency
        if took:
            assert (row["median_ms"], row["p90_ms"]) == (nth(took, 0.5), nth(took, 0.9)), agency
            assert row["median_ms"] <= statistics.median_high(took)
        bounds = {"below 10": (1, 9), "10-29": (10, 29), "30-99": (30, 99), "100-299": (100, 299), "300+": (300, 10**9)}[row["band"]]
        assert bounds[0] <= row["tickets"] <= bounds[1]
    assert all(row["rank"] is None for row in rows.values() if row["band"] == "below 10" or row["agency"] == "TRIAGE")
    for band in {row["band"] for row in rows.values()} - {"below 10"}:
        ranked = sorted((row for row in rows.values() if row["band"] == band and row["rank"]), key=lambda row: row["rank"])
        assert [row["rank"] for row in ranked][0] == 1
        exact = [(-row["in_time"] / row["fell"], row["median_ms"]) for row in ranked]
        assert exact == sorted(exact)
    assert "below 10" in filled.cli("report", "agencies", "--quarter", NAME)


def test_rates_of_agencies_count_what_they_say(filled):
    """From acts and turns alone."""
    report = json.loads(filled.cli("report", "agencies", "--quarter", NAME, "--json"))["agencies"]
    bounds = [datetime.datetime.fromtimestamp(at / 1000, WIB) for at in (filled.quarter.begin - DAY, filled.quarter.end - DAY)]
    stages = "a.act IN ('verifying', 'field_check', 'in_progress', 'awaiting_validation', 'done', 'rejected')"

    def count(what):
        rows = filled.query("WITH turn AS (SELECT ticket_id, agency, from_at, until_at, because FROM turns UNION ALL"
                            " SELECT id, agency, routed_at, 'infinity', '' FROM tickets), mine AS (SELECT t.*, a.id, a.at, a.act, a.actor_kind, a.same_text"
                            " FROM turn t JOIN acts a ON a.ticket_id = t.ticket_id AND a.at BETWEEN t.from_at AND t.until_at AND a.actor_kind <> 'bot'"
                            " AND (a.agency IN ('', t.agency) OR a.actor_kind = 'reporter') WHERE t.from_at >= %s AND t.from_at < %s)"
                            f" SELECT agency, {what} FROM mine a GROUP BY 1", bounds)
        return collections.Counter(dict(rows))

    turns = collections.Counter({agency: len(had) for agency, had in turns_of_agencies(filled).items()})
    done = count("count(DISTINCT (ticket_id, from_at)) FILTER (WHERE act IN ('done', 'rejected'))")
    returned = count("count(DISTINCT (ticket_id, from_at)) FILTER (WHERE because = 'not theirs' AND act = 'not_ours')")
    reopened = count("count(DISTINCT (ticket_id, from_at)) FILTER (WHERE because = 'opened again' AND act = 'done')")
    answers = count(f"count(*) FILTER (WHERE actor_kind = 'officer' AND {stages})")
    pasted = count(f"count(*) FILTER (WHERE actor_kind = 'officer' AND {stages} AND id IN (SELECT x.id FROM acts x WHERE x.same_text >= 2"
                   " AND NOT EXISTS (SELECT FROM acts j WHERE j.act = 'judge' AND j.ticket_id = x.ticket_id AND j.value = x.id || ' counts')))")
    assert sum(returned.values()) > 1000 and sum(reopened.values()) > 500 and sum(pasted.values()) > 500
    for row in report:
        agency = row["agency"]
        assert row["returned"] == tenths(returned[agency], turns[agency]), row
        assert row["reopened"] == tenths(reopened[agency], done[agency]), row
        if agency != "DISHUB":  # its edges have acts that were judged twice
            assert row["pasted"] == tenths(pasted[agency], answers[agency]), row


@pytest.fixture(scope="module")
def small():
    """A database for reports that are written row by row."""
    with Cluster(stages=["ingest"], push=False) as whole:
        whole.await_working()
        whole.query("DELETE FROM reports")
        yield whole


def add_report(cluster, number, stage="received", agency="DISHUB", at="2020-06-15 12:00+07", channel=1, region="33.74.01", ticket=None):
    """One report; on a ticket of its own, or on another one's.  stage None: it has no ticket yet."""
    cluster.query("INSERT INTO reports (id, bucket, key, received_at, channel, source, source_message_id, tracking_code, text, anonymous, confidential)"
                  " VALUES (%s, 0, gen_random_uuid(), %s, %s, 'seed', %s, %s, 'x', false, false)", (number, at, channel, f"s{number}", f"code {number}"))
    if stage is None:
        return
    if ticket is None:
        cluster.query("INSERT INTO tickets (id, agency, stage, topic, region_code, routed_at) VALUES (%s, %s, %s, 'garbage', %s, %s)",
                      (number, agency, stage, region, at))
    cluster.query("INSERT INTO ticket_reports (report_id, ticket_id) VALUES (%s, %s)", (number, ticket or number))


def figures(report):
    return {row["figure"]: row["value"] for row in report["figures"]}


def recap(cluster, *words):
    return json.loads(cluster.cli("report", "recap", *words, "--json"))


def test_east_kalimantan_2020_is_89_8_percent_settled_and_93_2_followed_up(small):
    for i in range(59):
        add_report(small, 1_000_000 + i, stage="done" if i < 53 else "in_progress" if i < 55 else "received")
    words = ["--from", "2020-06-01", "--until", "2020-06-30"]
    report = recap(small, *words)
    assert figures(report) == {"settled %": 89.8, "followed up %": 93.2, "sum of the five buckets": 59, "on the shelf": 0}
    assert [(row["bucket"], row["reports"], row["share"]) for row in report["buckets"]] == [
        ("belum dijawab", 4, 6.8), ("verifikasi", 0, 0.0), ("progres", 2, 3.4), ("selesai", 53, 89.8), ("tidak layak", 0, 0.0), ("all", 59, 100.0)]
    text = small.cli("report", "recap", *words)
    assert "89.8  done / all" in text and "93.2  (done + in process) / all" in text and "93 %" not in text
    table = sections(small.cli("report", "recap", *words, "--format", "csv"))
    assert ["settled %", "89.8"] in [row[:2] for row in table["figures"][1]]
    assert [row[2] for row in table["definitions"][1] if row[:2] == ["buckets", "reports"]]
    assert figures(recap(small, "--from", "2019-01-01", "--until", "2019-12-31"))["settled %"] is None, "nothing is not 0 %"


def test_the_five_buckets_always_sum(small):
    stages = ["received", "verifying", "field_check", "in_progress", "awaiting_validation", "done", "reopened", "rejected"]
    for i, stage in enumerate(stages):
        add_report(small, 2_000_000 + i, stage=stage, at="2021-03-01 00:00+07")
    add_report(small, 2_000_010, stage=None, at="2021-03-01 08:00+07")
    add_report(small, 2_000_011, stage="received", agency="SHELF", at="2021-03-01 08:00+07")
    add_report(small, 2_000_012, stage="received", at="2021-03-01 08:00+07", ticket=2_000_005)
    add_report(small, 2_000_013, stage="received", agency="", at="2021-03-31 23:59:59.999+07")
    add_report(small, 2_000_014, at="2021-02-28 23:59:59.999+07")
    add_report(small, 2_000_015, at="2021-04-01 00:00+07")
    words = ["--from", "2021-03-01", "--until", "2021-03-31"]
    report = recap(small, *words)
    buckets = {row["bucket"]: (row["reports"], row["tickets"]) for row in report["buckets"]}
    assert buckets == {"belum dijawab": (3, 2), "verifikasi": (1, 1), "progres": (4, 4), "selesai": (2, 1), "tidak layak": (1, 1), "all": (11, 9)}
    assert figures(report)["on the shelf"] == 1 and figures(report)["sum of the five buckets"] == 11
    small.query("UPDATE tickets SET stage = 'lost' WHERE id = 2000000")
    done = small.run_cli("report", "recap", *words)
    assert (done.returncode, done.stdout) == (1, "") and "10 reports, there are 11" in done.stderr
    small.query("UPDATE tickets SET stage = 'received' WHERE id = 2000000")


def add_deadline(cluster, ticket, agency, due, stopped=None, stop="", clock="first_response", turn=0):
    """due and stopped: SQL expressions."""
    cluster.query(f"INSERT INTO deadlines (ticket_id, clock, turn, policy_version, agency, started_at, due_at, next_at, stopped_at, stop)"
                  f" VALUES (%s, %s, %s, 1, %s, {due} - interval '24 hours', {due}, NULL, {stopped or 'NULL'}, %s)", (ticket, clock, turn, agency, stop))


def test_the_morning_digest(small):
    day = "2022-05-10"
    for i, (agency, region, at) in enumerate([("DISHUB", "33.74.01", "00:00"), ("DISHUB", "33.74", "12:00"), ("PLN", "33.73.02.1001", "23:59:59.999"),
                                              ("SHELF", "", "10:00")]):
        add_report(small, 3_000_000 + i, agency=agency, region=region, at=f"{day} {at}+07", channel=3 if i else 4)
    add_report(small, 3_000_004, stage=None, at=f"{day} 09:00+07", channel=4)
    add_report(small, 3_000_005, at="2022-05-09 23:59:59.999+07")
    add_report(small, 3_000_006, at="2022-05-11 00:00+07")
    add_deadline(small, 3_000_000, "DISHUB", "now() + interval '5 hours'")
    add_deadline(small, 3_000_001, "DISHUB", "now() + interval '11 hours'")
    add_deadline(small, 3_000_002, "PLN", "now() + interval '23 hours'")
    add_deadline(small, 3_000_005, "DISHUB", "now() - interval '1 hour'")
    add_deadline(small, 3_000_005, "DISHUB", "now() - interval '1 hour'", clock="progress")
    add_deadline(small, 3_000_006, "PLN", "timestamptz '2022-05-10 12:00+07'", "timestamptz '2022-05-10 23:00+07'", "met")
    add_deadline(small, 3_000_003, "PLN", "timestamptz '2022-05-10 12:00+07'", "timestamptz '2022-05-10 11:00+07'", "transfer")
    small.query("INSERT INTO intake (day, channel, duplicate, rejected) VALUES (%s, 3, 5, 2), (%s, 0, 0, 7), ('2022-05-11', 3, 50, 20)", (day, day))
    report = json.loads(small.cli("report", "daily", "--day", day, "--json"))
    assert figures(report) == {"received": 5, "answered": 1, "overdue now": 1, "due within 6 hours": 1, "due within 12 hours": 2, "due within 24 hours": 3}

    def row(name, key):
        return {r[key]: tuple(r[c] for c in ("received", "answered", "overdue", "within_6", "within_12", "within_24")) for r in report[name]}

    assert row("agencies", "agency") == {"": (1, 0, 0, 0, 0, 0), "DISHUB": (2, 0, 1, 1, 2, 2), "PLN": (1, 1, 0, 0, 0, 1), "SHELF": (1, 0, 0, 0, 0, 0)}
    assert row("regions", "region") == {"": (2, 0, 0, 0, 0, 0), "33.73": (1, 0, 0, 0, 0, 1), "33.74": (2, 1, 1, 1, 2, 2)}
    assert [(c["channel"], c["received"], c["stored"], c["duplicate"], c["rejected"]) for c in report["channels"]] == [
        ("unreadable", 7, 0, 0, 7), ("sms", 10, 3, 5, 2), ("whatsapp", 2, 2, 0, 0)]
    assert all(c["received"] == c["stored"] + c["duplicate"] + c["rejected"] for c in report["channels"])
    assert "Kota Semarang" in small.cli("report", "daily", "--day", day)
    today = datetime.datetime.now(WIB).date().isoformat()
    assert json.loads(small.cli("report", "daily", "--json"))["period"][0]["day"] in (today, datetime.datetime.now(WIB).date().isoformat())


def counted(cluster):
    return {channel: (duplicate, rejected) for channel, duplicate, rejected in cluster.query(
        "SELECT channel, sum(duplicate)::integer, sum(rejected)::integer FROM intake WHERE day >= (now() AT TIME ZONE 'Asia/Jakarta')::date - 1 GROUP BY 1")}


def test_ingest_counts_what_it_did_not_store(small):
    before = counted(small)
    good = contract.report("intake", "m1", channel=contract.ingest.CHANNEL_SMS)
    bad = contract.report("intake", "m2", "", channel=contract.ingest.CHANNEL_APP)
    with small.client(resend_s=1000) as client:  # each is sent as often as it is here
        for _ in range(4):
            client.publish([good])
        client.publish([bad])
        client.publish([bad])
        client.socket.send(b"\xff\xff no protobuf")
        small_of = wait_until(lambda: (lambda now: now if now.get(0, (0, 0))[1] > before.get(0, (0, 0))[1] else None)(counted(small)), 10, "counts are stored")

    def grown(channel):
        return tuple(now - then for now, then in zip(small_of.get(channel, (0, 0)), before.get(channel, (0, 0))))

    assert (grown(3), grown(2), grown(0)) == ((3, 0), (0, 2), (0, 1))
    # What was counted last is stored when the service ends in order.
    with small.client(resend_s=1000) as client:
        client.publish([good])
        small["ingest"].dismiss()
    wait_until(lambda: counted(small)[3][0] == small_of[3][0] + 1, 10, "the last count is stored")
    small["ingest"].start()
