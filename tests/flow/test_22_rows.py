"""Which rows a person sees through the portal's role, and what he may do: every role x own and foreign tickets x every table and act.

The portal's program takes no part: these are PostgreSQL's own answers to the portal's role, so they hold whatever the program asks.
"""

import base64
import concurrent.futures
import contextlib
import hashlib
import hmac
import re
import struct

import psycopg2
import pytest

from harness import contract

# An agency, one below it, one below that, and one beside them.
ABOVE, BELOW, LOWEST, BESIDE = "BAPENDA", "BASARNAS", "BANKJATENG", "BAPPEDA"
# Where tickets are; '' = its reports hang on another ticket now.
PLACES = [ABOVE, BELOW, LOWEST, BESIDE, "TRIAGE", "SHELF", ""]
EVERYWHERE = {ABOVE, BELOW, LOWEST, BESIDE, "TRIAGE", "SHELF"}
# name -> agency, role, whose tickets he sees
PERSONS = {
    "officer": (ABOVE, "officer", {ABOVE}),
    "deputy": (ABOVE, "deputy", {ABOVE}),
    "head": (ABOVE, "head", {ABOVE, BELOW, LOWEST}),
    "head.below": (BELOW, "head", {BELOW, LOWEST}),
    "officer.below": (BELOW, "officer", {BELOW}),
    "head.beside": (BESIDE, "head", {BESIDE}),
    "desk": ("TRIAGE", "desk", {"TRIAGE", "SHELF"}),
    "sekda": ("SEKDA", "sekda", EVERYWHERE),
    "governor": ("GUBERNUR", "governor", EVERYWHERE),
}
AGENCY_ACTS = {"acknowledge", "verifying", "field_check", "in_progress", "awaiting_validation", "done", "rejected", "reopened", "ask",
               "reply", "note", "not_ours"}
MAY = {
    "officer": AGENCY_ACTS, "deputy": AGENCY_ACTS, "head": AGENCY_ACTS,
    "desk": {"acknowledge", "verifying", "rejected", "ask", "reply", "note", "assign", "judge"},
    "sekda": {"acknowledge", "note", "assign", "judge"},
    "governor": {"acknowledge", "note"},
}
MAY_CORRECT = {"officer", "deputy", "head", "desk"}
ACTS = sorted(AGENCY_ACTS | {"answer", "assign", "judge", "correct", "acknowledge "})
# Table -> the ticket that a row belongs to; a report's id is its ticket's, or one more for the second report on it.
OF_TICKET = {
    "tickets": "id", "reports": "id / 10 * 10", "triages": "report_id / 10 * 10", "ticket_reports": "ticket_id",
    "ticket_events": "ticket_id", "acts": "ticket_id", "acts_done": "act_id", "turns": "ticket_id", "deadlines": "ticket_id",
    "notices": "ticket_id", "rings": "ticket_id", "deliveries": "notice_id", "notice_proofs": "notice_id", "ring_calls": "notice_id",
    "corrections": "report_id / 10 * 10", "photos": "ticket_id",
}
OF_PERSON = {"persons", "devices", "sessions"}
SERVICES = ["ingest", "classifier", "router", "watcher", "notifier", "ops"]


def token_hash(name):
    return hashlib.sha256(f"cookie of {name}".encode()).hexdigest()


class World:
    """One ticket at each place, with a row in every table, and each person with a session and a phone."""

    def __init__(self, server):
        self.server = server
        self.database = server.new_database()
        self.owner = server.connect(self.database)
        self.portal = server.connect(self.database, "kentongan_portal")
        self.portal.autocommit = False
        self.tickets = {place: 1000 + 10 * i for i, place in enumerate(PLACES)}
        self.persons = {}
        self.devices = {}
        self._fill()

    def close(self):
        self.owner.close()
        self.portal.close()
        self.server.drop_database(self.database)

    def query(self, sql, parameters=None):
        """As the owner."""
        cursor = self.owner.cursor()
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []

    def value(self, sql, parameters=None):
        return self.query(sql, parameters)[0][0]

    def ask(self, session, sql, parameters=None, keep=False, connection=None):
        """As the portal, in a transaction with this session, rolled back unless it is to be kept."""
        connection = connection or self.portal
        cursor = connection.cursor()
        try:
            if session is not None:
                cursor.execute("SELECT set_config('kentongan.session', %s, true)", (session,))
            cursor.execute(sql, parameters)
            found = cursor.fetchall() if cursor.description else cursor.rowcount
            if keep:
                connection.commit()
            return found
        finally:
            connection.rollback()

    def ask_as(self, name, sql, parameters=None, **options):
        return self.ask(token_hash(name), sql, parameters, **options)

    def _fill(self):
        # An ANALYZE between two looks at the plans would change them.
        for (table,) in self.query("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"):
            self.query(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
        for child, parent in [(BELOW, ABOVE), (LOWEST, BELOW)]:
            self.query("UPDATE agencies SET parent = %s WHERE code = %s", (parent, child))
        for name, (agency, role, _) in PERSONS.items():
            self.add_person(name, agency, role)
        for place, ticket in self.tickets.items():
            self._add_ticket(ticket, place)

    def add_person(self, name, agency, role):
        self.persons[name] = self.value(
            "INSERT INTO persons (name, full_name, agency, role) VALUES (%s, %s, %s, %s) RETURNING id", (name, name, agency, role))
        self.query("INSERT INTO sessions (id, person_id, csrf, expires_at) VALUES (decode(%s, 'hex'), %s, '', now() + interval '1 hour')",
                   (token_hash(name), self.persons[name]))
        self.devices[name] = self.add_device(agency, self.persons[name], f"topic-of-{name}")

    def add_device(self, agency, person, endpoint, leg="ntfy"):
        return self.value("INSERT INTO devices (agency, endpoint, leg, person_id, secret) VALUES (%s, %s, %s, %s, sha256('secret'))"
                          " RETURNING id", (agency, endpoint, leg, person))

    def add_notice(self, ticket, agency, kind=1, cause=None, device=0):
        return self.value("INSERT INTO notices (ticket_id, kind, cause, audience, agency, device_id) VALUES (%s, %s, %s, 'agency', %s, %s)"
                          " RETURNING id", (ticket, kind, cause or ticket, agency, device))

    def _add_ticket(self, ticket, place):
        self.query("INSERT INTO tickets (id, agency, topic, region_code) VALUES (%s, %s, '', '')", (ticket, place))
        for report in [ticket, ticket + 1]:
            self.query("INSERT INTO reports (id, bucket, key, channel, source, source_message_id, tracking_code, text, anonymous,"
                       " confidential) VALUES (%s, 0, gen_random_uuid(), 1, 's', %s, %s, 'Lampu padam', false, false)",
                       (report, str(report), f"JT-{report}"))
            self.query("INSERT INTO ticket_reports VALUES (%s, %s)", (report, ticket))
            self.query("INSERT INTO triages (report_id, confidence, road_class, why) VALUES (%s, 1, 0, '')", (report,))
            self.query("INSERT INTO corrections (report_id, what, by) VALUES (%s, 'split', 'someone')", (report,))
            self.query("INSERT INTO identities VALUES (%s, 'sealed')", (report,))
        self.query("INSERT INTO ticket_events (ticket_id, actor, event, detail) VALUES (%s, 'router', 'opened', '')", (ticket,))
        self.query("INSERT INTO acts (id, ticket_id, at, act, actor, actor_kind) OVERRIDING SYSTEM VALUE"
                   " VALUES (%s, %s, now(), 'note', 'x', 'system')", (ticket, ticket))
        self.query("INSERT INTO acts_done VALUES (%s, now(), '')", (ticket,))
        self.query("INSERT INTO photos (act_id, ticket_id, media_type, bytes) VALUES (%s, %s, 'image/png', 'x')", (ticket, ticket))
        self.query("INSERT INTO turns VALUES (%s, 0, %s, now(), now(), '')", (ticket, place))
        self.query("INSERT INTO deadlines (ticket_id, clock, policy_version, agency, started_at, due_at)"
                   " VALUES (%s, 'triage', 1, %s, now(), now() + interval '1 day')", (ticket, place))
        self.query("INSERT INTO notices (id, ticket_id, kind, cause, audience, agency) OVERRIDING SYSTEM VALUE"
                   " VALUES (%s, %s, 1, %s, 'agency', %s)", (ticket, ticket, ticket, place))
        self.query("INSERT INTO deliveries (notice_id, device_id, attempt, outcome) VALUES (%s, 1, 1, 'accepted')", (ticket,))
        self.query("INSERT INTO notice_proofs VALUES (%s, 1, 'received')", (ticket,))
        self.query("INSERT INTO ring_calls VALUES (%s, 1, 1, 'same')", (ticket,))

    def token(self, notice, device):
        """A one-time token, from the key's pads by HMAC of another library: a key of 64 zero bytes has the pads 0x36.. and 0x5c... """
        pad = bytes(self.value("SELECT inner_pad FROM notice_key"))
        key = bytes(byte ^ 0x36 for byte in pad)
        ids = struct.pack(">qq", notice, device)
        return ids + hmac.new(key, ids, hashlib.sha256).digest()[:16]

    def use(self, token, what="acknowledge", keep=True, connection=None):
        return self.ask(None, "SELECT state, ticket_id, at FROM notice_use(%s, %s)", (token, what), keep=keep, connection=connection)[0]


@pytest.fixture(scope="module")
def world(postgres):
    made = World(postgres)
    yield made
    made.close()


def portal_tables(world):
    return [row[0] for row in world.query(
        "SELECT DISTINCT table_name FROM information_schema.column_privileges WHERE grantee = 'kentongan_portal'"
        " AND privilege_type = 'SELECT' AND table_schema = 'public' ORDER BY 1")]


# Rows ------------------------------------------------------------------------------------------------------------------------

def tickets_seen(world, session, table):
    return {row[0] for row in world.ask(session, f"SELECT DISTINCT {OF_TICKET[table]} FROM {table}")}


@pytest.mark.parametrize("table", OF_TICKET)
@pytest.mark.parametrize("name", PERSONS)
def test_a_person_sees_the_rows_of_his_tickets_and_no_others(world, name, table):
    want = {world.tickets[place] for place in PERSONS[name][2]}
    assert tickets_seen(world, token_hash(name), table) == want
    # Nor by asking for one: the same through an index.
    for place, ticket in world.tickets.items():
        found = world.ask_as(name, f"SELECT count(*) FROM {table} WHERE {OF_TICKET[table]} = %s", (ticket,))[0][0]
        assert (found > 0) == (place in PERSONS[name][2]), place


@pytest.mark.parametrize("name", PERSONS)
def test_a_person_sees_colleagues_and_his_own_phones_and_sessions(world, name):
    colleagues = {other for other, (agency, _, _) in PERSONS.items() if agency in PERSONS[name][2]}
    if PERSONS[name][1] in ("sekda", "governor"):
        colleagues = set(PERSONS)
    assert {row[0] for row in world.ask_as(name, "SELECT name FROM persons")} == colleagues | {name}
    assert {row[0] for row in world.ask_as(name, "SELECT id FROM devices")} == {world.devices[name]}
    assert {row[0] for row in world.ask_as(name, "SELECT person_id FROM sessions")} == {world.persons[name]}


def test_every_table_that_the_portal_reads_is_looked_at_here(world):
    """Either its rows belong to somebody, or they are everybody's: rules, words, and what ntfy keeps for phones."""
    everybodys = {"agencies", "regions", "topics", "role_acts", "ring_steps", "policies", "policy_steps", "holidays", "office_hours",
                  "quiet_hours", "rules", "rules_applied", "deadline_changes", "cluster", "ntfy_messages"}
    assert set(portal_tables(world)) == set(OF_TICKET) | OF_PERSON | everybodys
    guarded = {row[0] for row in world.query("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")}
    assert set(OF_TICKET) | OF_PERSON | {"enrolments"} <= guarded


def ended(world):
    world.add_person("ended", ABOVE, "officer")
    world.query("UPDATE sessions SET ended_at = now() WHERE person_id = %s", (world.persons["ended"],))


def expired(world):
    world.add_person("expired", ABOVE, "governor")
    world.query("UPDATE sessions SET expires_at = now() WHERE person_id = %s", (world.persons["expired"],))


def removed(world):
    world.add_person("removed", ABOVE, "sekda")
    world.query("UPDATE persons SET removed_at = now() WHERE id = %s", (world.persons["removed"],))


NOBODY = {"none": (None, None), "empty": ("", None), "unknown": ("ab" * 32, None), "short": ("ab", None),
          "ended": (token_hash("ended"), ended), "expired": (token_hash("expired"), expired), "removed": (token_hash("removed"), removed)}


@pytest.mark.parametrize("why", NOBODY)
def test_without_a_valid_session_nothing_is_seen_and_nothing_is_done(world, why):
    session, prepare = NOBODY[why]
    if prepare is not None and why not in world.persons:
        prepare(world)
    for table in OF_TICKET:
        assert tickets_seen(world, session, table) == set(), table
    for table in OF_PERSON:
        assert world.ask(session, f"SELECT id FROM {table}") == [], table
    ticket = world.tickets[ABOVE]
    assert act(world, session, ticket, "note")[0] == "refused"
    assert world.ask(session, "SELECT state FROM portal_correct(%s, 'split', '', '', 'k')", (ticket,)) == [("refused",)]
    assert world.ask(session, "SELECT state FROM device_add('ntfy', 'mine', NULL, NULL, sha256('x'), '')") == [("refused",)]
    assert world.ask(session, "SELECT device_test(%s)", (world.devices["officer"],)) == [(None,)]
    assert world.ask(session, "UPDATE devices SET label = 'x'") == 0
    assert world.ask(session, "UPDATE sessions SET ended_at = now()") == 0
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        world.ask(session, "INSERT INTO enrolments (code, person_id, expires_at) VALUES (sha256('x'), %s, now())", (world.persons["officer"],))


def test_a_session_lasts_for_its_transaction(world):
    """The connection goes to another request next: nothing of the person may stay on it."""
    assert world.ask_as("governor", "SELECT id FROM tickets", keep=True)
    assert world.ask(None, "SELECT id FROM tickets") == []


def test_a_phone_or_session_of_somebody_else_cannot_be_changed(world):
    theirs = world.devices["head.beside"]
    assert world.ask_as("officer", "UPDATE devices SET removed_at = now() WHERE id = %s", (theirs,)) == 0
    assert world.ask_as("head.beside", "UPDATE devices SET removed_at = now() WHERE id = %s", (theirs,)) == 1
    assert world.ask_as("officer", "UPDATE sessions SET ended_at = now() WHERE person_id = %s", (world.persons["head.beside"],)) == 0
    assert world.ask_as("officer", "SELECT device_test(%s)", (theirs,)) == [(None,)]
    assert world.ask_as("head.beside", "SELECT device_test(%s)", (theirs,))[0][0] > 0
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        world.ask_as("officer", "INSERT INTO enrolments (code, person_id, expires_at) VALUES (sha256('x'), %s, now())",
                     (world.persons["governor"],))
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):  # nor a code of one's own that lasts for ever
        world.ask_as("officer", "INSERT INTO enrolments (code, person_id, expires_at) VALUES (sha256('x'), %s, now() + interval '1 day')",
                     (world.persons["officer"],))


# Acts ------------------------------------------------------------------------------------------------------------------------

ACT = "SELECT state, act_id, at FROM portal_act(%s, %s, '', %s, 0, %s, %s, %s)"


def act(world, session, ticket, word, key="key", picture=None, **options):
    media = "image/png" if picture else None
    return world.ask(session, ACT, (ticket, word, "Sudah dicek", key, media, picture), **options)[0]


@pytest.mark.parametrize("word", ACTS)
@pytest.mark.parametrize("name", PERSONS)
def test_a_person_does_what_his_role_may_on_what_he_sees(world, name, word):
    _, role, sees = PERSONS[name]
    for place, ticket in world.tickets.items():
        want = "ok" if place in sees and word in MAY[role] else "refused"
        assert act(world, token_hash(name), ticket, word)[0] == want, place
    assert act(world, token_hash(name), 424242, word)[0] == "refused"


@pytest.mark.parametrize("name", PERSONS)
def test_a_person_corrects_what_he_sees_if_his_role_may(world, name):
    _, role, sees = PERSONS[name]
    for place, ticket in world.tickets.items():
        want = "ok" if place in sees and role in MAY_CORRECT else "refused"
        for report in [ticket, ticket + 1]:
            assert world.ask_as(name, "SELECT state FROM portal_correct(%s, 'split', '', '', 'k')", (report,)) == [(want,)], place


def test_the_database_has_the_same_roles_and_acts(world):
    want = {(role, word) for role, words in MAY.items() for word in words} | {(role, "correct") for role in MAY_CORRECT}
    assert set(world.query("SELECT role, act FROM role_acts")) == want


@pytest.mark.parametrize("name, place, agency", [("officer", ABOVE, ABOVE), ("head", LOWEST, LOWEST), ("head", ABOVE, ABOVE),
                                                 ("sekda", BESIDE, "SEKDA"), ("desk", "SHELF", "TRIAGE")])
def test_an_act_says_who_did_it_and_for_whom(world, name, place, agency):
    state, made, _ = act(world, token_hash(name), world.tickets[place], "note", key=f"for {name} {place}", keep=True)
    assert state == "ok"
    assert world.query("SELECT actor, actor_kind, agency, ticket_id FROM acts WHERE id = %s", (made,)) == \
        [(name, "officer", agency, world.tickets[place])]


def test_the_same_act_again_is_one_and_its_key_is_its_persons_and_tickets(world):
    first = act(world, token_hash("officer"), world.tickets[ABOVE], "reply", key="once", picture=b"picture", keep=True)
    again = act(world, token_hash("officer"), world.tickets[ABOVE], "reply", key="once", picture=b"picture", keep=True)
    assert (first[0], again) == ("ok", ("again", first[1], first[2]))
    assert act(world, token_hash("head"), world.tickets[BELOW], "note", key="two", keep=True)[0] == "ok"
    assert act(world, token_hash("head"), world.tickets[LOWEST], "note", key="two")[0] == "refused"
    assert act(world, token_hash("deputy"), world.tickets[ABOVE], "reply", key="once")[0] == "ok"
    assert act(world, token_hash("officer"), world.tickets[ABOVE], "reply", key="")[0] == "refused"
    assert world.value("SELECT count(*) FROM photos WHERE act_id = %s", (first[1],)) == 1


def test_what_was_stored_stays_stored_when_the_ticket_goes_elsewhere(world):
    first = act(world, token_hash("officer"), world.tickets[ABOVE], "note", key="before it went", keep=True)
    world.query("UPDATE tickets SET agency = %s WHERE id = %s", (BESIDE, world.tickets[ABOVE]))
    try:
        assert act(world, token_hash("officer"), world.tickets[ABOVE], "note", key="before it went")[:2] == ("again", first[1])
        assert act(world, token_hash("officer"), world.tickets[ABOVE], "note", key="after it went")[0] == "refused"
    finally:
        world.query("UPDATE tickets SET agency = %s WHERE id = %s", (ABOVE, world.tickets[ABOVE]))


def at_once(world, count, what):
    """what(connection) in count transactions of the portal at the same time; their results."""
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(contextlib.closing(world.server.connect(world.database, "kentongan_portal"))) for _ in range(count)]
        for connection in connections:
            connection.autocommit = False
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            return list(pool.map(what, connections))


def test_eight_times_the_same_act_at_once_is_one_with_one_picture(world):
    states = at_once(world, 8, lambda connection: act(world, token_hash("deputy"), world.tickets[ABOVE], "done", key="eight", picture=b"p",
                                                      keep=True, connection=connection))
    assert sorted(state for state, _, _ in states) == ["again"] * 7 + ["ok"]
    assert len({made for _, made, _ in states}) == 1
    assert world.value("SELECT count(*) FROM photos WHERE act_id = %s", (states[0][1],)) == 1


# Phones ----------------------------------------------------------------------------------------------------------------------

ADD = "SELECT state, device_id FROM device_add(%s, %s, NULL, NULL, sha256('x'), 'phone')"


def test_a_phone_of_somebody_else_is_not_taken_over(world):
    assert world.ask_as("officer", ADD, ("ntfy", "topic-of-head.beside")) == [("taken", 0)]
    assert world.ask_as("head.beside", ADD, ("ntfy", "topic-of-head.beside")) == [("ok", world.devices["head.beside"])]
    world.add_device(ABOVE, None, "topic-of-the-office")
    assert world.ask_as("officer", ADD, ("ntfy", "topic-of-the-office")) == [("taken", 0)]
    assert world.ask_as("officer", ADD, ("sms", "+6281234567890")) == [("refused", 0)]


def test_ten_phones_are_enough_also_at_once(world):
    world.add_person("collector", ABOVE, "officer")
    states = at_once(world, 12, lambda connection: world.ask_as("collector", ADD, ("ntfy", f"phone-{id(connection)}"), keep=True,
                                                                connection=connection)[0][0])
    assert sorted(states) == ["full"] * 3 + ["ok"] * 9  # one was there
    assert world.ask_as("collector", ADD, ("ntfy", "topic-of-collector")) == [("ok", world.devices["collector"])]
    assert world.ask_as("collector", "UPDATE devices SET removed_at = now() WHERE id = %s", (world.devices["collector"],), keep=True) == 1
    assert world.ask_as("collector", ADD, ("ntfy", "one more"))[0][0] == "ok"


def test_a_topic_opens_with_its_own_token_alone(world):
    def ask(topic, secret):
        return world.ask(None, "SELECT ntfy_device(%s, sha256(%s))", (topic, secret))[0][0]

    assert ask("topic-of-officer", b"secret") == world.devices["officer"]
    assert ask("topic-of-officer", b"Secret") is None
    assert ask("topic-of-nobody", b"secret") is None
    gone = world.add_device(ABOVE, None, "topic-gone")
    world.query("UPDATE devices SET removed_at = now() WHERE id = %s", (gone,))
    assert ask("topic-gone", b"secret") is None
    world.add_device(ABOVE, None, "+628111", leg="sms")
    assert ask("+628111", b"secret") is None


# One-time tokens --------------------------------------------------------------------------------------------------------------

@pytest.fixture
def notice(world):
    """A notice about a ticket of ABOVE, told to the officer's phone; its token."""
    ticket = world.value("SELECT max(id) FROM tickets") + 10
    world._add_ticket(ticket, ABOVE)
    made = world.add_notice(ticket, ABOVE, kind=3)
    yield ticket, made, world.token(made, world.devices["officer"])
    world.query("UPDATE tickets SET agency = '' WHERE id = %s", (ticket,))


def acknowledgements(world, ticket):
    return world.query("SELECT actor, actor_kind, agency FROM acts WHERE ticket_id = %s AND act = 'acknowledge'", (ticket,))


def test_a_token_acknowledges_once_and_ends_the_ring(world, notice):
    ticket, made, token = notice
    assert world.value("SELECT ended FROM rings WHERE notice_id = %s", (made,)) == ""
    state, of_ticket, at = world.use(token)
    assert (state, of_ticket) == ("ok", ticket)
    assert world.query("SELECT ended, ended_by, next_at FROM rings WHERE notice_id = %s", (made,)) == [("acknowledged", "officer", None)]
    assert world.use(token) == ("used", ticket, at)
    assert acknowledgements(world, ticket) == [("officer", "officer", ABOVE)]
    assert world.query("SELECT what FROM notice_proofs WHERE notice_id = %s", (made,)) == [("acted",)]


def test_received_and_seen_are_kept_once_with_their_first_time_and_end_nothing(world, notice):
    ticket, made, token = notice
    for what in ["received", "seen", "received", "seen"]:
        assert world.use(token, what)[:2] == ("ok", ticket)
    assert world.query("SELECT what FROM notice_proofs WHERE notice_id = %s ORDER BY at, what", (made,)) == [("received",), ("seen",)]
    assert world.value("SELECT ended FROM rings WHERE notice_id = %s", (made,)) == ""
    assert world.value("SELECT seen_at FROM devices WHERE id = %s", (world.devices["officer"],)) is not None
    assert acknowledgements(world, ticket) == []


def test_eight_uses_at_once_are_one_act(world, notice):
    ticket, _, token = notice
    states = at_once(world, 8, lambda connection: world.use(token, connection=connection))
    assert sorted(state for state, _, _ in states) == ["ok"] + ["used"] * 7
    assert len({at for _, _, at in states}) == 1
    assert len(acknowledgements(world, ticket)) == 1


def test_three_phones_are_one_person_and_other_agencies_are_not_spoken_for(world, notice):
    ticket, made, token = notice
    other = world.add_notice(ticket, ABOVE, kind=4)
    second = world.add_device(ABOVE, world.persons["officer"], f"second-{ticket}")
    assert world.use(world.token(other, second))[0] == "ok"
    assert world.query("SELECT ended FROM rings WHERE notice_id IN (%s, %s)", (made, other)) == [("acknowledged",)] * 2
    world.query("DELETE FROM acts WHERE ticket_id = %s", (ticket,))
    # The Sekda was told of the same ticket: that he knows ends his own ring, not the agency's.
    sekdas = world.add_notice(ticket, "SEKDA", kind=5)
    again = world.add_notice(ticket, ABOVE, kind=8)
    assert world.use(world.token(sekdas, world.devices["sekda"]))[0] == "ok"
    assert world.query("SELECT notice_id, ended FROM rings WHERE notice_id IN (%s, %s) ORDER BY 1", (sekdas, again)) == \
        [(sekdas, "acknowledged"), (again, "")]
    assert acknowledgements(world, ticket) == [("sekda", "officer", "SEKDA")]


def forged(token):
    """Every token that differs from a true one in one bit."""
    for i in range(len(token) * 8):
        changed = bytearray(token)
        changed[i // 8] ^= 1 << i % 8
        yield bytes(changed)


def test_what_is_not_a_token_does_nothing(world, notice):
    ticket, made, token = notice
    tried = [*forged(token), b"", token[:31], token + b"\0", bytes(32), None]
    # The right ids with the MAC of something else, and by the wrong key.
    tried.append(token[:16] + world.token(made, world.devices["deputy"])[16:])
    tried.append(token[:16] + hmac.new(b"another key", token[:16], hashlib.sha256).digest()[:16])
    tried.append(token[:16] + hashlib.sha256(token[:16]).digest()[:16])
    for wrong in tried:
        assert world.use(wrong)[0] == "wrong"
    for what in ["", "acted", "ACKNOWLEDGE", None]:
        assert world.use(token, what)[0] == "wrong"
    assert acknowledgements(world, ticket) == []
    assert world.query("SELECT * FROM notice_proofs WHERE notice_id = %s", (made,)) == []
    assert world.use(token)[0] == "ok"  # and the true one still works


def test_an_old_token_is_expired(world, notice):
    ticket, made, token = notice
    world.query("UPDATE notices SET created_at = now() - interval '7 days 1 second' WHERE id = %s", (made,))
    assert world.use(token)[0] == "expired"
    world.query("UPDATE notices SET created_at = now() - interval '6 days 23 hours' WHERE id = %s", (made,))
    assert world.use(token)[0] == "ok"
    assert world.use(world.token(10**9, world.devices["officer"]))[0] == "expired"


def test_a_phone_that_was_removed_or_whose_person_was_acknowledges_nothing(world, notice):
    ticket, made, _ = notice
    gone = world.add_device(ABOVE, world.persons["officer"], f"gone-{ticket}")
    world.query("UPDATE devices SET removed_at = now() WHERE id = %s", (gone,))
    assert world.use(world.token(made, gone))[0] == "expired"
    name = f"leaver{ticket}"
    world.add_person(name, ABOVE, "officer")
    world.query("UPDATE persons SET removed_at = now() WHERE id = %s", (world.persons[name],))
    assert world.use(world.token(made, world.devices[name]))[0] == "expired"
    assert acknowledgements(world, ticket) == []


def test_who_moved_to_another_agency_acknowledges_nothing_of_the_old_one(world, notice):
    ticket, made, _ = notice
    name = f"mover{ticket}"
    world.add_person(name, ABOVE, "officer")
    token = world.token(made, world.devices[name])
    world.query("UPDATE persons SET agency = %s WHERE name = %s", (BESIDE, name))
    world.query("UPDATE devices SET agency = %s WHERE id = %s", (BESIDE, world.devices[name]))
    for what in ["acknowledge", "received", "seen"]:
        assert world.use(token, what)[0] == "expired"
    # But the desk does that a step of the ring went to, as long as it is the desk.
    desk = world.token(made, world.devices["desk"])
    assert world.use(desk)[0] == "expired"
    world.query("INSERT INTO ring_calls VALUES (%s, 3, %s, 'desk')", (made, world.devices["desk"]))
    assert world.use(desk)[0] == "ok"
    assert acknowledgements(world, ticket) == [("desk", "officer", ABOVE)]


def test_a_phone_without_a_person_acknowledges_for_its_agency(world, notice):
    ticket, made, _ = notice
    device = world.add_device(ABOVE, None, f"desk-{ticket}")
    assert world.use(world.token(made, device))[0] == "ok"
    assert acknowledgements(world, ticket) == [(f"device {device}", "officer", ABOVE)]


def test_a_test_notice_verifies_the_phone_and_touches_no_ticket(world):
    device = world.add_device(ABOVE, world.persons["deputy"], "to be verified")
    made = world.ask_as("deputy", "SELECT device_test(%s)", (device,), keep=True)[0][0]
    assert world.query("SELECT device_id, ticket_id, kind FROM notices WHERE id = %s", (made,)) == [(device, 0, 9)]
    assert world.query("SELECT * FROM rings WHERE notice_id = %s", (made,)) == []
    assert world.use(world.token(made, device), "received")[0] == "ok"
    assert world.value("SELECT verified_at FROM devices WHERE id = %s", (device,)) is None
    state, ticket, at = world.use(world.token(made, device))
    assert (state, ticket) == ("ok", 0)
    assert world.value("SELECT verified_at FROM devices WHERE id = %s", (device,)) is not None
    assert world.use(world.token(made, device)) == ("used", 0, at)


def test_by_sms_only_a_number_that_was_told(world, notice):
    ticket, made, _ = notice
    number = f"+62812{ticket}"
    phone = world.add_device(ABOVE, world.persons["officer"], number, leg="sms")
    stranger = world.add_device(BESIDE, world.persons["head.beside"], f"+62813{ticket}", leg="sms")

    def by_number(said_by, of_notice):
        return world.ask(None, "SELECT state FROM notice_use_by_number(%s, %s)", (said_by, of_notice), keep=True)[0][0]

    def told(said_by, of_report):
        return world.ask(None, "SELECT notice_told_by_number(%s, %s)", (said_by, of_report))[0][0]

    assert by_number(number, made) == "unknown"  # it was not told yet
    assert told(number, ticket) is None
    world.query("INSERT INTO deliveries (notice_id, device_id, attempt, outcome) VALUES (%s, %s, 1, 'accepted')", (made, phone))
    assert [by_number(wrong, made) for wrong in ["+62", "", number + "0"]] == ["stranger"] * 3
    assert by_number(f"+62813{ticket}", made) == "unknown"
    assert by_number(number, 10**9) == "unknown"
    assert told(number, ticket) == told(number, ticket + 1) == made
    assert told(f"+62813{ticket}", ticket) is None
    assert by_number(number, made) == "ok"
    assert by_number(number, made) == "used"
    assert acknowledgements(world, ticket) == [("officer", "officer", ABOVE)]
    assert stranger != phone


def test_a_network_reports_only_on_what_was_sent(world, notice):
    ticket, made, _ = notice
    phone = world.add_device(ABOVE, None, f"+62814{ticket}", leg="sms")

    def reported(of_notice, delivered):
        return world.ask(None, "SELECT notice_reported(%s, %s, %s)", (of_notice, phone, delivered), keep=True)[0][0]

    assert reported(made, False) is False
    assert world.value("SELECT next_at > now() FROM rings WHERE notice_id = %s", (made,))
    world.query("INSERT INTO deliveries (notice_id, device_id, attempt, outcome) VALUES (%s, %s, 1, 'accepted')", (made, phone))
    assert reported(made, False) is True
    assert world.value("SELECT next_at <= now() FROM rings WHERE notice_id = %s", (made,))  # the wait of this step is over
    assert reported(made, True) is True
    assert sorted(world.query("SELECT what FROM notice_proofs WHERE notice_id = %s", (made,))) == [("failed",), ("received",)]


# Sealed identities --------------------------------------------------------------------------------------------------------------

WHY = "Permintaan tertulis Kapolres nomor 12/2026"


def test_breaking_the_glass_is_journalled_before_anything_is_read(world):
    report = world.tickets[ABOVE]
    with contextlib.closing(world.server.connect(world.database, "kentongan_ops")) as ops:
        cursor = ops.cursor()

        def one(sql, *parameters):
            cursor.execute(sql, parameters)
            return cursor.fetchone()[0]

        ops.autocommit = False
        # Reading and then taking the journal back does not work, with a savepoint neither.
        asked = one("SELECT identity_ask(%s, 'budi', %s)", report, WHY)
        assert one("SELECT identity_open(%s)", asked) is None
        cursor.execute("SAVEPOINT inside")
        inside = one("SELECT identity_ask(%s, 'budi', %s)", report, WHY)
        cursor.execute("RELEASE inside")
        assert one("SELECT identity_open(%s)", inside) is None
        ops.rollback()
        assert one("SELECT identity_open(%s)", asked) is None
        asked = one("SELECT identity_ask(%s, 'budi', %s)", report, WHY)
        ops.commit()
        assert bytes(one("SELECT identity_open(%s)", asked)) == b"sealed"
        ops.rollback()
        assert world.query("SELECT report_id, by, reason FROM identities_opened") == [(report, "budi", WHY)]
        # Not for long, not without a reason or a name, and not changed afterwards.
        world.query("UPDATE identities_opened SET at = now() - interval '61 minutes'")
        assert one("SELECT identity_open(%s)", asked) is None
        assert one("SELECT identity_ask(424242, 'budi', %s)", WHY) is None
        ops.rollback()
        for by, reason in [("", WHY), ("budi", ""), ("budi", "ingin tahu"), ("budi", None), (None, WHY)]:
            with pytest.raises(psycopg2.errors.IntegrityError):
                cursor.execute("SELECT identity_ask(%s, %s, %s)", (report, by, reason))
            ops.rollback()
        for sql in ["UPDATE identities_opened SET reason = 'x'", "DELETE FROM identities_opened", "TRUNCATE identities_opened",
                    "INSERT INTO identities_opened (report_id, by, reason) VALUES (1, 'x', 'yyyyyyyyyyyyyyyyyyyyyyy')"]:
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(sql)
            ops.rollback()


# Row level security itself ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("role", [*SERVICES, "portal"])
def test_nobody_but_the_owner_turns_it_off(world, role):
    with contextlib.closing(world.server.connect(world.database, f"kentongan_{role}")) as connection:
        cursor = connection.cursor()
        for sql in ["ALTER TABLE tickets DISABLE ROW LEVEL SECURITY", "ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY",
                    "DROP POLICY portal ON tickets", "CREATE POLICY mine ON tickets USING (true)",
                    "ALTER POLICY portal ON tickets USING (true)", f"ALTER ROLE kentongan_{role} BYPASSRLS",
                    "SET ROLE kentongan", "SET SESSION AUTHORIZATION kentongan",
                    "CREATE FUNCTION portal_me() RETURNS integer LANGUAGE sql AS 'SELECT 1'"]:
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(sql)


def test_without_row_security_the_portal_gets_an_error_and_no_rows(world):
    cursor = world.portal.cursor()
    cursor.execute("SET LOCAL row_security = off")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("SELECT id FROM tickets")
    world.portal.rollback()


def test_the_portal_takes_no_other_role(world):
    for role in SERVICES:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            world.ask(None, f"SET LOCAL ROLE kentongan_{role}")


def statements(service):
    """The SQL of a service that stands in one piece: name -> text."""
    found = {}
    for path in sorted((contract.ROOT / "services" / service).glob("store*.c")):
        for name, body in re.findall(r"static const char (\w+)\[\] =\s*((?:\"(?:[^\"\\]|\\.)*\"\s*(?://[^\n]*\n\s*)?)+);", path.read_text()):
            found[f"{path.stem}.{name}"] = "".join(re.findall(r"\"((?:[^\"\\]|\\.)*)\"", body)).replace('\\"', '"')
    return found


def plans(world, service):
    """How PostgreSQL would do each statement, whatever its parameters are."""
    result = {}
    with contextlib.closing(world.server.connect(world.database, f"kentongan_{service}")) as connection:
        cursor = connection.cursor()
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        for name, sql in statements(service).items():
            if not re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", sql):
                continue
            count = max([0, *map(int, re.findall(r"\$(\d+)", sql))])
            try:
                cursor.execute("PREPARE it AS " + sql)
            except psycopg2.errors.AmbiguousParameter:  # the program names the types
                cursor.execute(f"PREPARE it ({', '.join(['bigint'] * count)}) AS {sql}")
            cursor.execute("EXPLAIN (COSTS OFF) EXECUTE it" + (f"({', '.join(['NULL'] * count)})" if count else ""))
            result[name] = [row[0] for row in cursor.fetchall()]
            cursor.execute("DEALLOCATE it")
    return result


@pytest.mark.parametrize("service", ["ingest", "classifier", "router", "watcher", "notifier"])
def test_it_changes_no_plan_of_the_services(world, service):
    """Their policies are `true`, which the planner drops: the same plans as without row level security."""
    guarded = [row[0] for row in world.query("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")]
    with_it = plans(world, service)
    for table in guarded:
        world.query(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    try:
        without = plans(world, service)
    finally:
        for table in guarded:
            world.query(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    assert len(with_it) >= 4
    assert with_it == without


def test_a_policy_that_costs_would_be_seen_in_the_plans(world):
    """Control of the test above."""
    without = plans(world, "router")
    world.query("CREATE POLICY slow ON tickets AS RESTRICTIVE TO kentongan_router USING (id > 0)")
    try:
        assert plans(world, "router") != without
    finally:
        world.query("DROP POLICY slow ON tickets")
