"""A notice rings until somebody answers: step by step, to the next leg and the next person, through kills, and not once more than that."""

import contextlib
import json
import re
import time

import pytest
import zmq

from harness.cluster import Cluster
from harness.contract import stages
from harness.rings import Office
from harness.waiting import wait_until

SETTINGS = {"notifier": {"LEG_SMS": "null", "LEG_EMAIL": "null"}}
ALL = "webpush,ntfy,sms,whatsapp"
LATE_S = 3  # on a busy machine
FAILPOINTS = ["before_call", "after_call_commit", "before_push", "after_push", "before_commit", "after_commit"]


@pytest.fixture
def office():
    with Cluster(stages=[], settings=SETTINGS) as cluster:
        made = Office(cluster)
        yield made
        assert cluster.push.errors() == []
        assert cluster.unexpected_exits() == {}


def start(office):
    office.cluster.add("notifier").await_event("ACTIVE")


def await_ended(office, notice, how, timeout=30):
    wait_until(lambda: office.ring(notice)[1] != "", timeout, lambda: f"the ring of {notice} ends; it is {office.ring(notice)}")
    assert office.ring(notice)[1] == how


def await_told(office, name, notice, step=0):
    wait_until(lambda: step in office.steps(name, notice), 20, lambda: f"{name} is told step {step} of {notice}: {office.shown()}")


def go_on(office):
    """The wait of whatever rings is over."""
    office.cluster.query("UPDATE rings SET next_at = now() WHERE next_at IS NOT NULL")


def open_calls(office):
    """Calls of a phone without an end."""
    return office.cluster.query(
        "SELECT c.notice_id, c.step, c.device_id FROM ring_calls c WHERE c.device_id <> 0 AND NOT EXISTS (SELECT FROM deliveries d "
        "WHERE (d.notice_id, d.step, d.device_id) = (c.notice_id, c.step, c.device_id) AND d.outcome <> 'retry')")


def whole_office(office, scale=1.0):
    """An officer with a browser and a number, a deputy, a head, Sekda; a ladder that goes through all of them.

    The first wait leaves the sweep the time to bring the notice: here no message does.
    """
    people = {name: office.person(name, agency, role) for name, agency, role in
              [("sri", "DISHUB", "officer"), ("budi", "DISHUB", "deputy"), ("tri", "DISHUB", "head"), ("sekda", "SEKDA", "sekda")]}
    phones = {name: office.phone("SEKDA" if name == "sekda" else "DISHUB", person) for name, person in people.items()}
    number = office.device("DISHUB", "sms", "+6281200000001", people["sri"])
    office.ladder([(0, "webpush,ntfy", "same"), (3, "webpush,ntfy", "same"), (3 + 1 * scale, "sms,whatsapp", "same"),
                   (3 + 2 * scale, ALL, "deputy"), (3 + 3 * scale, ALL, "head"), (3 + 4 * scale, "", "call"), (3 + 5 * scale, ALL, "sekda")])
    return phones, number


def test_the_whole_ladder(office):
    phones, number = whole_office(office)
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    await_ended(office, notice, "exhausted")
    wait_until(lambda: not open_calls(office), 10, lambda: f"all calls have an end: {open_calls(office)}")
    ids = {name: device for name, (device, _) in phones.items()}
    assert office.calls(notice) == {1: [ids["sri"]], 2: [number], 3: [ids["budi"]], 4: [ids["tri"]], 5: [0], 6: [ids["sekda"]]}
    assert set(office.deliveries(notice)) == {(0, ids["sri"]), (1, ids["sri"]), (2, number), (3, ids["budi"]), (4, ids["tri"]),
                                              (6, ids["sekda"])}
    assert set(office.deliveries(notice).values()) == {"accepted"}
    told = {name: office.steps(phone, notice) for name, (_, phone) in phones.items()}
    assert told == {"sri": [0, 1], "budi": [3], "tri": [4], "sekda": [6]}
    entries = [entry for told in office.shown().values() for entry in told]
    assert len({entry["ticket"] for entry in entries}) == 1
    assert {entry["sev"] for entry in entries} == {"darurat"}
    assert {entry["u"] for entry in entries} == {f"/#/tiket/{entries[0]['ticket']}"}
    # Never early, in the notifier's milliseconds, and not much later.
    late = office.cluster.query(
        "SELECT extract(epoch FROM c.at - r.started_at - s.wait)::float FROM ring_calls c JOIN rings r USING (notice_id) "
        "JOIN ring_steps s ON s.severity = 'darurat' AND s.step = c.step")
    assert all(-0.001 < seconds < LATE_S for (seconds,) in late), late
    assert office.cluster.query("SELECT whom FROM ring_calls WHERE device_id = 0") == [("call",)]


def test_a_letter_lasts_until_the_next_one(office):
    """TTL: until the same people are told by the same leg again; of the last one PUSH_TTL_S."""
    office.ladder([(0, "webpush", "same"), (5, "sms", "same"), (40, "webpush", "same"), (80, "webpush", "head")])
    _, name = office.phone("DISHUB")
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    await_told(office, name, notice)
    go_on(office)
    await_told(office, name, notice, 2)
    ttls = [push["ttl"] for push in office.cluster.push.pushes()]
    assert 30 <= ttls[0] <= 40 and ttls[1] > 80000, ttls


def test_accepting_on_a_phone_ends_it_and_hushes_the_others(office):
    person = office.person("sri", "DISHUB")
    _, first = office.phone("DISHUB", person)
    _, second = office.phone("DISHUB", person)
    _, colleague = office.phone("DISHUB", office.person("adi", "DISHUB"))
    _, head = office.phone("DISHUB", office.person("tri", "DISHUB", "head"))
    office.ladder([(0, "webpush", "same"), (600, "webpush", "head")])
    start(office)
    ticket = office.ticket("DISHUB")
    notice = office.notice(ticket, "DISHUB")
    for name in (first, second, colleague):
        await_told(office, name, notice)
    assert office.accept(first, notice) == "ok"
    assert office.accept(first, notice) == "used"
    assert office.ring(notice)[1:] == ("acknowledged", "sri")
    assert office.cluster.query("SELECT act, actor, agency FROM acts") == [("acknowledge", "sri", "DISHUB")]
    for name in (second, colleague):
        wait_until(lambda: office.hushes(name, notice), 10, lambda: f"{name} is hushed: {office.shown()}")
        assert len(office.hushes(name, notice)) == 1
        assert office.hushes(name, notice)[0]["silent"] is True
    # What came after it has rung to its end, and this one has not gone on.
    later = office.notice(office.ticket("DISHUB"), "DISHUB")
    await_told(office, colleague, later)
    go_on(office)
    await_ended(office, later, "exhausted")
    wait_until(lambda: office.steps(head, later), 10, "the head is told of the later one")
    assert office.calls(notice) == {}
    assert office.steps(head, notice) == [] and office.hushes(head, notice) == []
    assert office.hushes(first, notice) == []
    assert office.steps(first, notice) == [0]
    assert "Sudah diterima oleh sri" in [push["payload"]["body"] for push in office.cluster.push.pushes()]


def test_an_answer_after_the_last_step_hushes_all_who_were_told(office):
    """No step is left, but the notice is on the phones still, and waits for one that is away."""
    _, first = office.phone("DISHUB", office.person("sri", "DISHUB"))
    _, head = office.phone("DISHUB", office.person("tri", "DISHUB", "head"))
    away, name = office.phone("DISHUB", office.person("adi", "DISHUB", "head"))
    office.cluster.push.call("/behaviour", {"device": name, "status": 503})
    office.ladder([(0, "webpush", "same"), (3, "webpush", "head")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    await_ended(office, notice, "exhausted")
    await_told(office, head, notice, 1)
    wait_until(lambda: office.deliveries(notice).get((1, away)) == "retry", 10, "one phone is away")
    assert office.accept(first, notice) == "ok"
    assert office.ring(notice)[1:] == ("acknowledged", "sri")
    wait_until(lambda: office.hushes(head, notice), 10, lambda: f"the head is hushed: {office.shown()}")
    wait_until(lambda: office.deliveries(notice)[(1, away)] == "expired", 10,
               lambda: f"what waited is withdrawn: {office.deliveries(notice)}")


def test_an_answer_withdraws_what_waits_for_others_than_the_agency(office):
    """The desk's phone is away, Sekda's letter is on its way and comes back: neither is told after the answer."""
    _, first = office.phone("DISHUB", office.person("sri", "DISHUB"))
    desk, away = office.phone("TRIAGE", office.person("dina", "TRIAGE", "desk"))
    sekda, slow = office.phone("SEKDA", office.person("sekda", "SEKDA", "sekda"))
    office.cluster.push.call("/behaviour", {"device": away, "status": 503})
    office.cluster.push.call("/behaviour", {"device": slow, "status": 503, "delay": 4})
    office.ladder([(0, "webpush", "same"), (3, "webpush", "desk"), (4, "webpush", "sekda"), (600, "", "call")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    await_told(office, first, notice)
    wait_until(lambda: office.calls(notice).keys() >= {1, 2}, 15, "both are called")
    wait_until(lambda: office.deliveries(notice).get((1, desk)) == "retry", 10, "the desk's phone is away")
    assert office.accept(first, notice) == "ok"
    for device in [(1, desk), (2, sekda)]:
        wait_until(lambda: office.deliveries(notice).get(device) == "expired", 20,
                   lambda: f"{device} is withdrawn: {office.deliveries(notice)}")


def test_who_was_told_late_is_hushed_too(office):
    """Two colleagues' letters are still on their way when somebody answers; who was hushed before is not hushed again."""
    _, first = office.phone("DISHUB", office.person("sri", "DISHUB"))
    _, quick = office.phone("DISHUB", office.person("adi", "DISHUB"))
    late = [office.phone("DISHUB", office.person(name, "DISHUB"))[1] for name in ("budi", "tri")]
    for seconds, name in zip((4, 5), late):
        office.cluster.push.call("/behaviour", {"device": name, "status": 201, "delay": seconds, "times": 1})
    office.ladder([(0, "webpush", "same"), (600, "", "call")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    for name in (first, quick):
        await_told(office, name, notice)
    assert office.accept(first, notice) == "ok"
    for name in (quick, *late):
        await_told(office, name, notice)
        wait_until(lambda: office.hushes(name, notice), 10, lambda: f"{name} is hushed: {office.shown()}")
    assert [len(office.hushes(name, notice)) for name in (first, quick, *late)] == [0, 1, 1, 1]


def test_a_message_that_comes_after_the_answer_rings_nobody(office):
    """What the router said waited for a notifier that was away; a colleague had accepted in the app by the time it came."""
    _, name = office.phone("DISHUB", office.person("sri", "DISHUB"))
    office.ladder([(0, "webpush", "same"), (600, "", "call")])
    outbox = zmq.Context.instance().socket(zmq.PUSH)
    outbox.setsockopt(zmq.LINGER, 0)
    outbox.setsockopt(zmq.SNDTIMEO, 15000)
    outbox.bind(f"ipc://{office.cluster.folder}/bus_router_notices")
    with contextlib.closing(outbox):
        # No sweep comes before the message.
        office.cluster.add("notifier", settings={"GRACE_MS": 600000}).await_event("ACTIVE")
        tickets = [office.ticket("DISHUB") for _ in range(3)]
        notices = [office.notice(ticket, "DISHUB") for ticket in tickets]
        office.act(tickets[0], "acknowledge", "adi", "DISHUB")
        office.cluster.query("UPDATE rings SET ended = 'over', ended_at = now(), next_at = NULL WHERE notice_id = %s", (notices[1],))
        wait_until(lambda: office.cluster.query("SELECT hushed FROM rings WHERE notice_id = %s", (notices[0],)) == [(True,)], 10,
                   lambda: "the answer is taken note of")
        message = stages.Notice()
        for ticket, notice in zip(tickets, notices):
            message.notices.add(notice_id=notice, ticket_id=ticket, kind=stages.NOTICE_KIND_TICKET_OPENED, agency="DISHUB", urgent=True,
                                tracking_code=f"JT-{ticket:09d}", topic="road_damage", region_code="33.74",
                                created_at_ms=int((time.time() - 60) * 1000))
        outbox.send(message.SerializeToString())
        wait_until(lambda: all(office.deliveries(notice) for notice in notices), 20, lambda: f"each has an end: {office.shown()}")
    assert [set(office.deliveries(notice).values()) for notice in notices] == [{"expired"}, {"expired"}, {"accepted"}]
    assert set(office.shown()) == {(name, notices[2])}


def test_one_that_stands_by_sends_nothing_again(office, tmp_path):
    """A letter is on its way when another replica takes over, and fails: only that one knows that somebody has answered since."""
    device, _ = office.phone("DISHUB", office.person("sri", "DISHUB"))
    office.ladder([(0, "webpush", "same"), (600, "", "call")])
    office.cluster.push.call("/behaviour", {"status": 0})
    replicas = [office.cluster.add("notifier", name, {"METRICS_FILE": tmp_path / name}) for name in ("one", "other")]
    wait_until(lambda: any(replica.count("ACTIVE") for replica in replicas), 15, "one of them works")
    second, first = sorted(replicas, key=lambda replica: replica.count("ACTIVE"))
    second.await_event("STANDBY")
    ticket = office.ticket("DISHUB")
    notice = office.notice(ticket, "DISHUB")
    wait_until(lambda: office.cluster.push.call("/statistics")["answers"].get("none"), 20, "the letter is on its way")
    before = first.count("STANDBY")
    first.freeze()
    second.await_event("ACTIVE", timeout=20)
    first.thaw()
    first.await_event("STANDBY", before + 1)
    first.await_event("PUSH_RETRY", timeout=20)
    office.act(ticket, "acknowledge", "adi", "DISHUB")
    wait_until(lambda: office.deliveries(notice) == {(0, device): "expired"}, 40, lambda: f"it is over: {office.deliveries(notice)}")
    office.cluster.push.call("/behaviour", {"status": 201})

    def in_hand():
        return [re.findall(r"^kentongan_notifier_in_hand (\d+)$", (tmp_path / name).read_text(), re.M) for name in ("one", "other")]
    wait_until(lambda: in_hand() == [["0"], ["0"]], 60, lambda: f"neither has anything left to send: {in_hand()}")
    assert office.shown() == {}


def test_a_hush_takes_no_phone_out_of_use(office):
    """Its answer is not stored: the phone would be in use for the table, and for those who look at it, and never be told again."""
    _, first = office.phone("DISHUB", office.person("sri", "DISHUB"))
    _, colleague = office.phone("DISHUB", office.person("adi", "DISHUB"))
    office.ladder([(0, "webpush", "same"), (600, "", "call")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    for name in (first, colleague):
        await_told(office, name, notice)
    wait_until(lambda: list(office.deliveries(notice).values()) == ["accepted"] * 2, 10, "both were told, and that is stored")
    office.cluster.push.call("/behaviour", {"device": colleague, "status": 410, "times": 1})
    assert office.accept(first, notice) == "ok"
    wait_until(lambda: office.cluster.push.call("/statistics")["answers"].get("410"), 10, "the hush is refused")
    another = office.notice(office.ticket("DISHUB"), "DISHUB")
    for name in (first, colleague):
        await_told(office, name, another)
    # A letter of notices is looked after: here the table says the same.
    office.cluster.push.call("/behaviour", {"device": colleague, "status": 410, "times": 1})
    office.notice(office.ticket("DISHUB"), "DISHUB")
    wait_until(lambda: office.cluster.query("SELECT count(*) FROM devices WHERE removed_at IS NOT NULL") == [(1,)], 20, "it is gone")


def test_an_act_of_a_colleague_ends_it(office):
    _, name = office.phone("DISHUB", office.person("sri", "DISHUB"))
    office.ladder([(0, "webpush", "same"), (60, "webpush", "same")])
    start(office)
    ticket = office.ticket("DISHUB")
    notice = office.notice(ticket, "DISHUB")
    await_told(office, name, notice)
    office.act(ticket, "verifying", "adi", "DISHUB")
    assert office.ring(notice)[1:] == ("acknowledged", "adi")


def test_sekda_answers_for_himself_alone(office):
    _, agency = office.phone("DISHUB")
    _, sekda = office.phone("SEKDA", office.person("sekda", "SEKDA", "sekda"))
    for severity in ("darurat", "segera"):
        office.ladder([(0, "webpush", "same"), (60, "webpush", "same")], severity)
    start(office)
    ticket = office.ticket("DISHUB", urgent=False)
    office.deadline(ticket, "DISHUB")
    head = office.notice(ticket, "DISHUB", kind=5, clock="first_response", step=2, role="head")
    his = office.notice(ticket, "SEKDA", kind=8, clock="first_response", step=3, role="sekda")
    await_told(office, agency, head)
    await_told(office, sekda, his)
    assert office.accept(sekda, his) == "ok"
    assert office.ring(his)[1] == "acknowledged"
    assert office.ring(head)[1] == ""
    # Who has the ticket answers for all that rings for it.
    again = office.notice(ticket, "GUBERNUR", kind=8, clock="first_response", step=4, role="governor")
    assert office.accept(agency, head) == "ok"
    assert (office.ring(head)[1], office.ring(again)[1]) == ("acknowledged", "acknowledged")


def test_it_ends_when_there_is_nothing_left_to_ring_for(office):
    office.phone("DISHUB")
    for severity in ("biasa", "segera"):
        office.ladder([(0, "webpush", "same"), (600, "webpush", "same"), (1200, "webpush", "same")], severity)
    start(office)
    gone, done, met, goes_on = (office.ticket("DISHUB", urgent=False) for _ in range(4))
    transferred = office.notice(gone, "DISHUB")
    office.cluster.query("UPDATE tickets SET agency = 'PLN', turn = 1 WHERE id = %s", (gone,))
    finished = office.notice(done, "DISHUB")
    office.cluster.query("UPDATE tickets SET stage = 'done' WHERE id = %s", (done,))
    office.deadline(met, "DISHUB")
    answered = office.notice(met, "DISHUB", kind=4, clock="first_response", step=1, role="officer")
    office.cluster.query("UPDATE deadlines SET stop = 'met', stopped_at = now() WHERE ticket_id = %s", (met,))
    office.deadline(goes_on, "DISHUB")
    late = office.notice(goes_on, "DISHUB", kind=5, clock="first_response", step=2, role="head")
    wait_until(lambda: office.deliveries(late), 20, "all are in hand")
    go_on(office)
    for notice in (transferred, finished, answered):
        await_ended(office, notice, "over")
        assert office.calls(notice) == {}
    wait_until(lambda: office.calls(late), 10, "what is still late rings on")
    assert office.ring(late)[1] == ""


def test_a_clock_that_counts_its_starts_rings_on_whatever_turn_the_ticket_is_in(office):
    """resolution and progress are not of a turn: their notices are numbered by the clock's own starts."""
    office.phone("DISHUB")
    office.ladder([(0, "webpush", "same"), (3, "webpush", "same"), (4, "", "call"), (60, "webpush", "same")], "segera")
    start(office)
    moved, waited, gone, joined = (office.ticket("DISHUB", urgent=False) for _ in range(4))
    office.cluster.query("UPDATE tickets SET turn = 2 WHERE id = %s", (moved,))
    for ticket, clock, turn in [(moved, "resolution", 0), (waited, "progress", 1), (gone, "resolution", 0), (joined, "resolution", 0)]:
        office.deadline(ticket, "DISHUB", clock, turn)
    late = [office.notice(ticket, "DISHUB", kind=5, clock=clock, turn=turn, step=1, role="head")
            for ticket, clock, turn in [(moved, "resolution", 0), (waited, "progress", 1)]]
    others = [office.notice(ticket, "DISHUB", kind=5, clock="resolution", step=1, role="head") for ticket in (gone, joined)]
    sekdas = office.notice(gone, "SEKDA", kind=8, clock="resolution", step=2, role="sekda")
    # The deadline goes along with the ticket; who had it is not rung for any more.
    office.cluster.query("UPDATE tickets SET agency = 'PLN', turn = 1 WHERE id = %s", (gone,))
    office.cluster.query("UPDATE tickets SET agency = '', turn = 1 WHERE id = %s", (joined,))
    for notice in late:
        wait_until(lambda: office.calls(notice).keys() >= {1, 2}, 15, lambda: f"{notice} rings on: {office.ring(notice)}")
    for notice in others:
        await_ended(office, notice, "over")
        assert office.calls(notice) == {}
    wait_until(lambda: 2 in office.calls(sekdas), 15, lambda: f"Sekda's rings on: {office.ring(sekdas)}")
    listed = {row["notice_id"] for row in json.loads(office.cluster.run_cli("ring", "calls", "--json").stdout)}
    assert listed == {*late, sekdas}


def test_the_list_of_calls_forgets_what_went_elsewhere(office):
    """Of a ticket that was raised: its notice is of no turn."""
    office.ladder([(0, "", "call"), (1, "", "call")])
    start(office)
    moved, joined, stays = (office.ticket("DISHUB") for _ in range(3))
    raised = [office.notice(ticket, "DISHUB", kind=7) for ticket in (moved, joined, stays)]

    def listed():
        return {row["notice_id"] for row in json.loads(office.cluster.run_cli("ring", "calls", "--json").stdout)}
    wait_until(lambda: listed() == set(raised), 20, lambda: f"all are listed: {listed()}")
    office.cluster.query("UPDATE tickets SET agency = 'PLN', turn = 1 WHERE id = %s", (moved,))
    office.cluster.query("UPDATE tickets SET agency = '', turn = 1 WHERE id = %s", (joined,))
    assert listed() == {raised[2]}


def test_what_was_accepted_and_forgotten_rings_again(office):
    _, name = office.phone("DISHUB")
    for severity in ("biasa", "segera"):
        office.ladder([(0, "webpush", "same"), (3, "webpush", "same")], severity)
    start(office)
    ticket = office.ticket("DISHUB", urgent=False)
    office.deadline(ticket, "DISHUB")
    first = office.notice(ticket, "DISHUB")
    await_told(office, name, first)
    office.accept(name, first)
    breach = office.notice(ticket, "DISHUB", kind=5, clock="first_response", step=2, role="head")
    await_ended(office, breach, "exhausted")
    await_told(office, name, breach, 1)
    assert office.steps(name, breach) == [0, 1]
    assert {entry["sev"] for entry in office.shown()[(name, breach)]} == {"segera"}
    assert office.ring(first)[1] == "acknowledged"


def test_nobody_can_be_reached(office):
    """No phone at all: the desk has to call, at once and not after the waits."""
    office.ladder([(0, "webpush", "same"), (600, "webpush", "same"), (1200, "sms", "same"), (1800, ALL, "head"), (2400, "", "call"),
                   (3000, ALL, "sekda")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    wait_until(lambda: 4 in office.calls(notice), 20, lambda: f"the call list is reached: {office.ring(notice)} {office.calls(notice)}")
    assert office.calls(notice) == {1: [0], 2: [0], 3: [0], 4: [0]}
    assert office.deliveries(notice) == {(0, 0): "no_device"}
    wait = office.cluster.value("SELECT extract(epoch FROM next_at - started_at)::float FROM rings")
    assert wait == pytest.approx(3000, abs=1), "a call takes its time"


@pytest.mark.parametrize("status, outcome", [(410, "gone"), (403, "refused")])
def test_a_dead_phone_is_not_waited_for(office, status, outcome):
    device, name = office.phone("DISHUB", office.person("sri", "DISHUB"))
    _, head = office.phone("DISHUB", office.person("tri", "DISHUB", "head"))
    office.cluster.push.call("/behaviour", {"device": name, "status": status})
    office.ladder([(0, "webpush", "same"), (600, "webpush", "head"), (1200, "", "call")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    await_told(office, head, notice, 1)
    assert office.deliveries(notice)[(0, device)] == outcome
    assert office.ring(notice)[:2] == (2, ""), "the head's step takes its time"
    assert office.cluster.value("SELECT extract(epoch FROM next_at - started_at) > 1000 FROM rings")


def test_one_dead_phone_of_two_is_no_reason_to_go_on(office):
    person = office.person("sri", "DISHUB")
    dead, name = office.phone("DISHUB", person)
    alive, other = office.phone("DISHUB", person)
    office.cluster.push.call("/behaviour", {"device": name, "status": 410})
    office.ladder([(0, "webpush", "same"), (600, "webpush", "head")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    await_told(office, other, notice)
    wait_until(lambda: office.deliveries(notice) == {(0, dead): "gone", (0, alive): "accepted"}, 10,
               lambda: f"both have an end: {office.deliveries(notice)}")
    assert office.cluster.value("SELECT next_at - started_at FROM rings").total_seconds() == 600


def test_a_phone_without_room_holds_up_no_other(office, tmp_path):
    """As many notices wait for one phone as it has room for: the later steps of all others are told."""
    _, away = office.phone("PLN")
    _, name = office.phone("DISHUB")
    office.cluster.push.call("/behaviour", {"device": away, "status": 503, "retry_after": 300})
    office.ladder([(0, "webpush", "same"), (3600, "", "call")], "biasa")
    office.ladder([(0, "webpush", "same"), (3, "webpush", "same"), (60, "", "call")], "segera")
    metrics = tmp_path / "metrics"
    office.cluster.add("notifier", settings={"METRICS_FILE": metrics}).await_event("ACTIVE")
    full = office.ticket("PLN", urgent=False)
    office.cluster.query("INSERT INTO notices (ticket_id, kind, cause, audience, agency) SELECT %s, 1, -i, 'agency', 'PLN' "
                         "FROM generate_series(1, 20100) AS i", (full,))

    def in_hand():
        found = re.search(r"^kentongan_notifier_in_hand (\d+)$", metrics.read_text() if metrics.exists() else "", re.M)
        return int(found[1]) if found else 0
    wait_until(lambda: in_hand() >= 20000, 60, lambda: f"it has no room left: {in_hand()}")
    other = office.ticket("DISHUB", urgent=False)
    for ticket, agency in [(full, "PLN"), (other, "DISHUB")]:
        office.deadline(ticket, agency)
    stuck = office.notice(full, "PLN", kind=5, clock="first_response", step=2, role="head")
    told = office.notice(other, "DISHUB", kind=5, clock="first_response", step=2, role="head")
    await_told(office, name, told, 1)
    assert office.calls(stuck).keys() == {1} and office.deliveries(stuck) == {}


def test_a_failure_that_the_network_reports_later(office):
    """The gateway took the SMS, and says later that it could not be delivered."""
    number = office.device("DISHUB", "sms", "+6281200000002", office.person("sri", "DISHUB"))
    _, head = office.phone("DISHUB", office.person("tri", "DISHUB", "head"))
    office.ladder([(0, "sms", "same"), (600, "webpush", "head")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    wait_until(lambda: office.deliveries(notice).get((0, number)) == "accepted", 15, "the gateway took it")
    office.cluster.query("SELECT notice_reported(%s, %s, false)", (notice, number))
    await_told(office, head, notice, 1)


def test_one_failure_that_is_reported_later_is_no_reason_to_go_on(office):
    """A colleague was reached by the same step; and what fails of an earlier step ends no wait of a later one."""
    person = office.person("sri", "DISHUB")
    number = office.device("DISHUB", "sms", "+6281200000004", person)
    other = office.device("DISHUB", "sms", "+6281200000005", person)
    office.ladder([(0, "sms", "same"), (300, "", "call"), (600, "sms", "head")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    wait_until(lambda: set(office.deliveries(notice).values()) == {"accepted"} and len(office.deliveries(notice)) == 2, 15, "both are taken")
    due = office.cluster.value("SELECT next_at FROM rings")
    office.cluster.query("SELECT notice_reported(%s, %s, false)", (notice, number))
    assert office.cluster.value("SELECT next_at FROM rings") == due
    go_on(office)
    wait_until(lambda: office.ring(notice)[0] == 2, 15, "the desk is asked to call")
    due = office.cluster.value("SELECT next_at FROM rings")
    office.cluster.query("SELECT notice_reported(%s, %s, false)", (notice, other))
    assert office.cluster.value("SELECT next_at FROM rings") == due


def test_who_stands_in(office):
    """No officer has a phone: the deputy is told in their place; one person with three phones is told on all of them."""
    deputy = office.person("budi", "DISHUB", "deputy")
    names = [office.phone("DISHUB", deputy)[1] for _ in range(3)]
    _, head = office.phone("DISHUB", office.person("tri", "DISHUB", "head"))
    office.ladder([(0, "webpush", "same"), (3, "webpush", "same"), (60, "webpush", "head")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    for name in names:
        await_told(office, name, notice, 1)
        assert office.steps(name, notice) == [0, 1]
    assert office.steps(head, notice) == []
    assert office.accept(names[2], notice) == "ok"
    assert office.ring(notice)[1:] == ("acknowledged", "budi")
    assert office.accept(names[0], notice) == "ok", "each phone may say so once"


def test_officers_sleep_unless_it_is_pressing(office):
    _, name = office.phone("DISHUB")
    # Whatever the hour: all day but the minute before the last one.
    office.cluster.query("INSERT INTO quiet_hours (role, begins, ends) SELECT 'officer', t, t - interval '1 minute' FROM "
                         "(SELECT (now() AT TIME ZONE 'Asia/Jakarta' - interval '2 minutes')::time AS t) AS x "
                         "ON CONFLICT (role) DO UPDATE SET begins = excluded.begins, ends = excluded.ends")
    for severity in ("biasa", "darurat"):
        office.ladder([(0, "webpush", "same"), (3, "webpush", "same"), (60, "webpush", "same")], severity)
    start(office)
    calm = office.notice(office.ticket("DISHUB", urgent=False), "DISHUB")
    due = office.notice(office.ticket("DISHUB", urgent=False), "DISHUB", due_at="now")
    urgent = office.notice(office.ticket("DISHUB"), "DISHUB")
    for notice in (due, urgent):
        await_told(office, name, notice, 1)
    await_told(office, name, calm)
    wait_until(lambda: office.cluster.value("SELECT next_at > now() + interval '1 hour' FROM rings WHERE notice_id = %s", (calm,)), 10,
               "it waits for the morning")
    assert office.calls(calm) == {}


def test_a_test_of_one_phone(office):
    device, name = office.phone("DISHUB", office.person("sri", "DISHUB"))
    _, other = office.phone("DISHUB", office.person("adi", "DISHUB"))
    office.ladder([(0, "webpush", "same")], "biasa")
    start(office)
    notice = office.cluster.query("INSERT INTO notices (ticket_id, kind, cause, audience, agency, clock, device_id) "
                                  "VALUES (0, 9, %s, 'agency', 'DISHUB', gen_random_uuid()::text, %s) RETURNING id", (device, device))[0][0]
    await_told(office, name, notice)
    assert office.shown()[(name, notice)][0]["kind"] == "test"
    assert office.accept(name, notice) == "ok"
    assert office.cluster.value("SELECT verified_at IS NOT NULL FROM devices WHERE id = %s", (device,))
    assert office.steps(other, notice) == []
    assert office.cluster.value("SELECT count(*) FROM rings") == 0


def test_legs_are_shown(office):
    start(office)
    wait_until(lambda: dict(office.cluster.query("SELECT leg, state FROM legs")) ==
               {"webpush": "up", "ntfy": "off", "sms": "up", "whatsapp": "off", "email": "up"}, 10,
               lambda: f"{office.cluster.query('SELECT * FROM legs')}")


def test_a_leg_that_is_not_set_up_is_skipped(office):
    _, head = office.phone("DISHUB", office.person("tri", "DISHUB", "head"))
    office.device("DISHUB", "whatsapp", "+6281200000003", office.person("sri", "DISHUB"))
    office.ladder([(0, "whatsapp", "same"), (600, "whatsapp", "same"), (1200, "webpush", "head"), (1800, "", "call")])
    start(office)
    notice = office.notice(office.ticket("DISHUB"), "DISHUB")
    await_told(office, head, notice, 2)
    assert office.calls(notice)[1] == [0]
    assert office.deliveries(notice)[(0, 0)] == "no_device"


def check_exactly_once(office, notices, names):
    """Every step of every ring once; what a phone got twice has the same (id, step)."""
    wait_until(lambda: not open_calls(office), 20, lambda: f"all calls have an end: {open_calls(office)}")
    for notice in notices:
        assert sorted(office.calls(notice)) == [1, 2, 3, 4, 5, 6], office.calls(notice)
        assert [step for step, _ in sorted(office.deliveries(notice))] == [0, 1, 2, 3, 4, 6]
        assert set(office.deliveries(notice).values()) <= {"accepted", "expired"}, office.deliveries(notice)
    assert office.cluster.value("SELECT count(*) FROM rings") == len(notices)
    repeated = 0
    for name in names:
        for notice in notices:
            steps = office.steps(name, notice)
            assert all(steps.count(step) <= 2 for step in steps), (name, notice, steps)
            repeated += len(steps) - len(set(steps))
    return repeated


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_killed_in_the_middle(office, failpoint):
    phones, _ = whole_office(office, 0.5)
    start(office)
    notices = [office.notice(office.ticket("DISHUB"), "DISHUB") for _ in range(5)]
    with contextlib.suppress(ProcessLookupError):
        office.cluster["notifier"].kill({"FAILPOINT": f"notifier.{failpoint}:2"})
    for notice in notices:
        await_ended(office, notice, "exhausted")
    assert len(office.cluster["notifier"].exits) == 2, "it died at the failpoint"
    repeated = check_exactly_once(office, notices, [name for _, name in phones.values()])
    # One push was on its way.
    assert repeated <= (len(notices) if failpoint in ("after_push", "before_commit", "before_push") else 0)


def test_killed_again_and_again(office):
    phones, _ = whole_office(office)
    start(office)
    notices = [office.notice(office.ticket("DISHUB"), "DISHUB") for _ in range(20)]
    notifier = office.cluster["notifier"]
    kills = 0
    while any(office.ring(notice)[1] == "" for notice in notices) and kills < 100:
        seen = notifier.count("ACTIVE")
        notifier.kill()
        kills += 1
        notifier.await_event("ACTIVE", times=seen + 1)
        # It comes to do something each time.
        steps = office.cluster.value("SELECT sum(step) FROM rings")
        wait_until(lambda: office.cluster.value("SELECT sum(step) FROM rings") != steps or
                   not office.cluster.value("SELECT count(*) FROM rings WHERE next_at IS NOT NULL"), 15, "it goes on")
    assert kills > 3
    check_exactly_once(office, notices, [name for _, name in phones.values()])


def test_a_letter_that_was_stored_and_not_sent_after_an_answer_is_not_sent(office):
    """It dies between storing a call and sending it; before it is back, somebody answers."""
    _, name = office.phone("DISHUB", office.person("sri", "DISHUB"))
    _, head = office.phone("DISHUB", office.person("tri", "DISHUB", "head"))
    office.ladder([(0, "webpush", "same"), (2, "webpush", "head"), (60, "webpush", "head")])
    notifier = office.cluster.add("notifier", settings={"FAILPOINT": "notifier.after_call_commit"})
    notifier.await_event("ACTIVE")
    notifier.wanted = False  # it is not started again
    ticket = office.ticket("DISHUB")
    notice = office.notice(ticket, "DISHUB")
    await_told(office, name, notice)
    wait_until(lambda: notifier.process.poll() is not None, 15, "it died at the failpoint")
    assert sorted(office.calls(notice)) == [1]
    office.act(ticket, "acknowledge", "adi", "DISHUB")
    notifier.start({"FAILPOINT": ""})
    wait_until(lambda: office.hushes(name, notice), 15, "it works, and hushes the one that was told")
    later = office.notice(office.ticket("DISHUB"), "DISHUB")
    await_told(office, head, later, 1)
    assert office.steps(head, notice) == []


def test_a_digest_by_mail(office):
    """The first mail leaves at once, and what comes after it is gathered."""
    device = office.device("SEKDA", "email", "sekda@example.org", office.person("sekda", "SEKDA", "sekda"))
    office.ladder([(0, "email", "same")], "biasa")
    start(office)
    first = office.notice(office.ticket("DISHUB", urgent=False), "SEKDA", role="sekda")
    wait_until(lambda: office.deliveries(first) == {(0, device): "accepted"}, 15, "the first mail is taken")
    second = office.notice(office.ticket("DISHUB", urgent=False), "SEKDA", role="sekda")
    office.ladder([(0, "email", "same")], "darurat")
    urgent = office.notice(office.ticket("DISHUB"), "SEKDA", role="sekda")
    # Something urgent does not wait, and takes along what waits.
    wait_until(lambda: office.deliveries(urgent) == {(0, device): "accepted"}, 15, "the urgent one is taken")
    assert office.deliveries(second) in ({}, {(0, device): "accepted"})


def test_the_command_shows_what_rings_and_edits_ladders(office):
    cli, ladder = office.cluster.run_cli, "0 webpush,ntfy same; 2s webpush head; 4s call; 1h webpush sekda"
    done = cli("ring", "set", "darurat", "--steps", ladder, "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(cli("ring", "ladder", "darurat", "--json").stdout)
    assert [(row["step"], row["wait_s"], row["legs"], row["whom"]) for row in rows] == [
        (0, 0, "webpush,ntfy", "same"), (1, 2, "webpush", "head"), (2, 4, "", "call"), (3, 3600, "webpush", "sekda")]
    start(office)
    ticket = office.ticket("DISHUB")
    notice = office.notice(ticket, "DISHUB")
    wait_until(lambda: json.loads(cli("ring", "calls", "--json").stdout), 20, "the desk is asked to call")
    (row,) = json.loads(cli("ring", "calls", "--json").stdout)
    assert (row["notice_id"], row["agency"], row["severity"]) == (notice, "DISHUB", "darurat")
    (row,) = json.loads(cli("ring", "list", "--json").stdout)
    assert (row["notice_id"], row["step"], row["whom"]) == (notice, 3, "sekda")
    assert "DISHUB" in cli("ring", "list").stdout and "at once" in cli("ring", "ladder").stdout
    office.act(ticket, "acknowledge", "adi", "DISHUB")
    assert json.loads(cli("ring", "calls", "--json").stdout) == []
    assert json.loads(cli("ring", "list", "--json").stdout) == []

    assert cli("ring", "set", "darurat", "--role", "sekda", "--steps", "0 sms same").returncode == 0
    assert cli("ring", "set", "darurat", "--steps", "0 webpush same").returncode == 0
    assert office.cluster.value("SELECT count(*) FROM ring_steps") == 2
    assert cli("ring", "clear", "darurat", "--role", "sekda").returncode == 0
    assert cli("ring", "clear", "darurat", "--role", "sekda").returncode == 4
    for words, complaint in [(["set", "darurat", "--steps", "0 pigeon same"], "legs: pigeon"), (["set", "gawat"], "gawat"),
                             (["clear", "darurat"], "--role"), (["set", "darurat", "--role", "mayor", "--steps", "0 sms same"], "mayor")]:
        done = cli("ring", *words)
        assert done.returncode == 2 and complaint in done.stderr, (words, done.stderr)
    assert office.cluster.value("SELECT count(*) FROM ring_steps") == 1
