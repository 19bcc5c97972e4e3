"""A quarter of made-up tickets, written into the tables as the services would have left them; seeded.

    quarter = fill(connection, "2025Q4", 50000, seed=1)

Facts (reports, turns, acts) come first; the deadlines of the clocks first_response and citizen_first_response follow from
them by the words of common/deadline/*.h and the default policies of 24 hours, in Python.  quarter.edges names the tickets
that lie exactly on a border, and says which agencies have to be on the list for each.
"""

import ctypes
import ctypes.util
import dataclasses
import datetime
import io
import random

HOUR = 3_600_000
DAY = 24 * HOUR
WIB = datetime.timezone(datetime.timedelta(hours=7))
STAGES = {"verifying", "field_check", "in_progress", "awaiting_validation", "done", "rejected"}
WORKING = ["verifying", "field_check", "in_progress", "awaiting_validation"]
PASTED = 2  # the same words on so many other tickets
NOBODY = ("", "SHELF")
STEPS = (12 * HOUR, 19 * HOUR + 12 * 60_000, 24 * HOUR, 30 * HOUR, 48 * HOUR)  # of first_response's ladder
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))


def tracking_code(key, number):
    """The code of a report's id, as common/id.h describes it."""
    value = _permute(key, (number >> 5) * 37 + (number & 31))
    while value % 37 >= 32:
        value = _permute(key, value)
    text = "".join(DIGITS[value >> 5 * i & 31] for i in range(7, -1, -1))
    return f"JT-{text[:4]}-{text[4:]}-{DIGITS[value % 37]}"


def _permute(key, value):
    left, right = value >> 20, value & 0xFFFFF
    out = ctypes.create_string_buffer(8)
    for turn in range(6):
        _sodium.crypto_shorthash(out, bytes((turn, right & 255, right >> 8 & 255, right >> 16)), ctypes.c_ulonglong(4), key)
        left, right = right, left ^ (int.from_bytes(out.raw[:3], "little") & 0xFFFFF)
    return left << 20 | right


def borders(quarter):
    """Begin and end of 2025Q4 in Unix ms."""
    year, number = int(quarter[:4]), int(quarter[5])
    begin = datetime.datetime(year, number * 3 - 2, 1, tzinfo=WIB)
    end = datetime.datetime(year + number // 4, number * 3 % 12 + 1, 1, tzinfo=WIB)
    return int(begin.timestamp() * 1000), int(end.timestamp() * 1000)


@dataclasses.dataclass
class Ticket:
    """One ticket: turns are (agency, begin, end or None, because), acts (at, act, kind, agency, value, same_text)."""

    received: int
    turns: list
    acts: list = dataclasses.field(default_factory=list)
    stage: str = "received"
    joined_to: int = 0
    expected: list = dataclasses.field(default_factory=list)  # agencies that have to be on the list
    id: int = 0
    code: str = ""
    first_act: int = 0

    def begin(self, at, agency, because):
        """The next turn; the one that runs ends."""
        last = self.turns[-1]
        self.turns[-1] = (last[0], last[1], at, because)
        self.turns.append((agency, at, None, ""))

    def act(self, at, act, kind="officer", agency=None, value="", same_text=0):
        """What was done; returns how many acts came before, for judge()."""
        self.acts.append((at, act, kind, self.turns[-1][0] if agency is None else agency, value, same_text))
        if act in STAGES or act == "reopened":
            self.stage = act
        return len(self.acts) - 1

    def judge(self, at, about, word):
        """value names the act by its place; fill() puts its id there."""
        self.act(at, "judge", value=f"#{about} {word}", agency="TRIAGE")

    def counts(self, place):
        """Is this act substantive: not pasted, or judged to count?"""
        judged = [act[4].split()[1] for act in self.acts if act[1] == "judge" and act[4].startswith(f"#{place} ")]
        return judged[-1] == "counts" if judged else self.acts[place][5] < PASTED

    def stop(self, turn, begin=None):
        """When and why a clock that began with a turn stops: (at, reason) or (None, "")."""
        agency, since, until, _ = self.turns[turn]
        since = since if begin is None else begin
        for place, (at, act, kind, speaks_for, _, _) in enumerate(self.acts):
            if at < since or (until is not None and at >= until) or act not in STAGES or kind == "bot":
                continue
            if kind == "officer" and speaks_for in ("", agency) and self.counts(place):
                return at, "met"
            if act in ("done", "rejected") and (kind != "officer" or speaks_for in ("", agency)):
                return at, "ended"
        if until is None:
            return None, ""
        return until, "ended" if self.turns[turn + 1][0] in NOBODY else "transfer"

    def first_responses(self):
        """Rows of first_response: turn, agency, begin, due, stopped, reason."""
        return [(i, agency, since, since + DAY, *self.stop(i)) for i, (agency, since, _, _) in enumerate(self.turns) if agency not in NOBODY]

    def citizens(self):
        """The row of citizen_first_response, which no transfer stops; none when nobody ever had it."""
        if self.turns[0][0] in NOBODY:
            return []
        for turn, (agency, _, until, _) in enumerate(self.turns):
            at, reason = self.stop(turn)
            if reason != "transfer":
                return [(0, agency, self.received, self.received + DAY, at, reason)]
        raise AssertionError("the last turn has no transfer")


@dataclasses.dataclass
class Quarter:
    """What was written."""

    name: str
    begin: int
    end: int
    edges: dict  # name -> Ticket
    tickets: int


class Maker:
    """Makes tickets up, the same ones for the same seed."""

    def __init__(self, chance, agencies, begin, end):
        self.chance, self.begin, self.end = chance, begin, end
        self.agencies = agencies
        # A few have most of it; the last ones have less than ten.
        self.weights = [1 / (1 + i) ** 1.8 for i in range(len(agencies))]
        self.quality = {agency: chance.uniform(0.55, 0.97) for agency in agencies}

    def agency(self):
        return self.chance.choices(self.agencies, self.weights)[0]

    def pause(self, least_h, most_h):
        return round(self.chance.uniform(least_h, most_h) * HOUR)

    def answer(self, ticket, since):
        """An agency's turn from its begin to what ends it."""
        chance, agency = self.chance, ticket.turns[-1][0]
        luck = chance.random()
        if chance.random() < 0.05:
            ticket.act(since + self.pause(0, 1), "acknowledge")
        if chance.random() < 0.03:
            ticket.act(since + self.pause(1, 2), "in_progress", kind="bot")
        if luck < 0.06 and len(ticket.turns) < 5:
            self.return_it(ticket, since + self.pause(3, 40))
        elif luck < 0.075:
            ticket.act(since + self.pause(3, 50), "rejected", kind="reporter", value="withdrawn")
        elif luck < 0.09:
            ticket.begin(since + self.pause(3, 50), "SHELF", "not a report")
        elif luck < 0.10:
            ticket.joined_to = -1
            ticket.begin(since + self.pause(3, 50), "", "the same matter")
        elif chance.random() < self.quality[agency]:
            self.work(ticket, since + self.pause(2, 23.99))
        elif chance.random() < 0.7:
            self.work(ticket, since + self.pause(24.01, 120))

    def return_it(self, ticket, at):
        other = "TRIAGE" if self.chance.random() < 0.7 or len(ticket.turns) > 1 else self.agency()
        ticket.act(at, "not_ours", value="" if other == "TRIAGE" else other)
        if other == ticket.turns[-1][0]:
            return
        ticket.begin(at, other, "not theirs")
        if other == "TRIAGE":
            at += self.pause(0.2, 30)
            other = self.agency()
            ticket.act(at, "assign", value=other)
            ticket.begin(at, other, "assigned")
        self.answer(ticket, at)

    def work(self, ticket, at):
        """From the first response on."""
        chance = self.chance
        same = chance.randint(0, 1) if chance.random() < 0.95 else chance.randint(2, 60)
        place = ticket.act(at, chance.choice(WORKING), same_text=same)
        if same >= PASTED and chance.random() < 0.4:
            ticket.judge(at + self.pause(1, 20), place, "counts")
        if chance.random() < 0.6:
            at += self.pause(20, 200)
            ticket.act(at, "done", kind="system" if chance.random() < 0.05 else "officer")
            if chance.random() < 0.06 and len(ticket.turns) < 5:
                at += self.pause(5, 100)
                agency = ticket.turns[-1][0]
                ticket.act(at, "reopened", kind="reporter", agency="")
                ticket.begin(at, agency, "opened again")
                self.answer(ticket, at)

    def ticket(self):
        received = self.chance.randrange(self.begin - 3 * DAY, self.end)
        routed = received + self.chance.randrange(200, 60_000)
        ticket = Ticket(received, [("TRIAGE" if self.chance.random() < 0.04 else self.agency(), routed, None, "")])
        if ticket.turns[0][0] == "TRIAGE":
            at = routed + self.pause(0.1, 26)
            other = self.agency()
            ticket.act(at, "assign", value=other)
            ticket.begin(at, other, "assigned")
            routed = at
        elif self.chance.random() < 0.01:
            ticket.turns = [("SHELF", routed, None, "")]
            return ticket
        self.answer(ticket, routed)
        return ticket


def edges(begin, end):
    """Name -> a ticket on a border.  Agency A is DISHUB, B is PLN."""
    a, b, base = "DISHUB", "PLN", begin + 20 * DAY
    made = {}

    def add(name, expected=(), at=base):
        made[name] = Ticket(at - 1000, [(a, at, None, "")], expected=list(expected))
        return made[name]

    add("due at the begin", [a], begin - DAY)
    add("due 1 ms before the begin", [], begin - DAY - 1)
    add("due at the end", [], end - DAY)
    add("due 1 ms before the end", [a], end - DAY - 1)
    add("answered at the due time").act(base + DAY, "verifying")
    add("answered 1 ms late", [a]).act(base + DAY + 1, "verifying")
    add("answered 1 ms early").act(base + DAY - 1, "done")
    add("answered for nobody in particular").act(base + HOUR, "in_progress", agency="")
    add("never answered", [a])
    add("only acknowledged", [a]).act(base + HOUR, "acknowledge")
    ticket = add("asked, replied, noted", [a])
    for i, act in enumerate(["ask", "answer", "reply", "note"]):
        ticket.act(base + (i + 1) * HOUR, act, kind="reporter" if act == "answer" else "officer")
    add("only a bot", [a]).act(base + HOUR, "in_progress", kind="bot")
    ticket = add("a bot, then a person")
    ticket.act(base + HOUR, "in_progress", kind="bot")
    ticket.act(base + 2 * HOUR, "in_progress")
    add("another agency's answer", [a]).act(base + HOUR, "in_progress", agency=b)
    add("on one other ticket").act(base + HOUR, "verifying", same_text=1)
    add("pasted", [a]).act(base + HOUR, "verifying", same_text=2)
    ticket = add("pasted and judged to count")
    ticket.judge(base + 30 * HOUR, ticket.act(base + HOUR, "verifying", same_text=9), "counts")
    ticket = add("judged twice", [a])
    place = ticket.act(base + HOUR, "verifying", same_text=9)
    ticket.judge(base + 30 * HOUR, place, "counts")
    ticket.judge(base + 31 * HOUR, place, "pasted")
    ticket = add("not pasted but judged so", [a])
    ticket.judge(base + 2 * HOUR, ticket.act(base + HOUR, "verifying"), "pasted")
    for name, hours, late in [("handed on before the due time", 23, []), ("handed on at the due time", 24, []), ("handed on after the due time", 25, [a])]:
        ticket = add(name, late)
        ticket.act(base + hours * HOUR, "not_ours", value=b)
        ticket.begin(base + hours * HOUR, b, "not theirs")
        ticket.act(base + (hours + 1) * HOUR, "verifying")
    ticket = add("the agency before answers", [b])
    ticket.begin(base + HOUR, b, "corrected topic")
    ticket.act(base + 2 * HOUR, "in_progress", agency=a)
    ticket = add("the desk is late, too", ["TRIAGE"])
    ticket.begin(base + HOUR, "TRIAGE", "not theirs")
    ticket.begin(base + 26 * HOUR, b, "assigned")
    ticket.act(base + 27 * HOUR, "done")
    for name, hours, late in [("opened again and missed", 30, [a]), ("opened again and answered", 20, [])]:
        ticket = add(name, late)
        ticket.act(base + HOUR, "done")
        ticket.act(base + 10 * HOUR, "reopened", kind="reporter", agency="")
        ticket.begin(base + 10 * HOUR, a, "opened again")
        ticket.act(base + (10 + hours) * HOUR, "in_progress")
    for name, hours, agency, late in [("joined in time", 20, "", []), ("joined late", 30, "", [a]),
                                      ("shelved in time", 20, "SHELF", []), ("shelved late", 30, "SHELF", [a])]:
        ticket = add(name, late)
        ticket.joined_to = -1 if agency == "" else 0
        ticket.begin(base + hours * HOUR, agency, "nobody's")
    add("withdrawn in time").act(base + HOUR, "rejected", kind="reporter", value="withdrawn")
    add("withdrawn late", [a]).act(base + 25 * HOUR, "rejected", kind="reporter", value="withdrawn")
    ticket = add("closed by the system, answered after that")
    ticket.act(base + HOUR, "done", kind="system")
    ticket.act(base + 2 * HOUR, "verifying")
    made["on the shelf at once"] = Ticket(base - 1000, [("SHELF", base, None, "")])
    return made


class Table:
    """Rows for one COPY."""

    def __init__(self, name, columns):
        self.name, self.columns, self.lines = name, columns, []

    def add(self, *values):
        self.lines.append("\t".join("\\N" if value is None else str(value) for value in values))

    def store(self, cursor):
        cursor.copy_expert(f"COPY {self.name} ({self.columns}) FROM STDIN", io.StringIO("\n".join(self.lines) + "\n" if self.lines else ""))


def stamp(ms):
    if ms is None:
        return None
    return f"{datetime.datetime.fromtimestamp(ms // 1000, datetime.timezone.utc):%Y-%m-%d %H:%M:%S}.{ms % 1000:03d}+00"


def make_tables():
    return {name: Table(name, columns) for name, columns in {
        "reports": "id, bucket, key, received_at, channel, source, source_message_id, tracking_code, text, anonymous, confidential",
        "triages": "report_id, triaged_at, topic, confidence, region_code, road_class, why",
        "tickets": "id, agency, stage, topic, region_code, routed_at, turn",
        "ticket_reports": "report_id, ticket_id",
        "turns": "ticket_id, turn, agency, from_at, until_at, because",
        "acts": "id, ticket_id, at, act, actor, actor_kind, agency, value, text, text_key, same_text",
        "acts_done": "act_id, at, done",
        "deadlines": "ticket_id, clock, turn, policy_version, agency, started_at, due_at, next_step, next_at, stopped_at, stop, steps, acts",
        "intake": "day, channel, duplicate, rejected",
    }.items()}


def write_report(tables, number, at, code, channel):
    key = f"{number:032x}"
    tables["reports"].add(number, 0, key, stamp(at), channel, "quarter", f"q{number}", code, "Kata-kata untuk uji", "f", "f")


def write_deadlines(ticket, tables):
    for turn, agency, since, due, stopped, reason in ticket.first_responses():
        steps = [since + step for step in STEPS]
        fired = len([step for step in steps if stopped is None or step < stopped])
        tables["deadlines"].add(ticket.id, "first_response", turn, 1, agency, stamp(since), stamp(due), fired, None, stamp(stopped),
                                reason, "{" + ",".join(map(str, steps)) + "}", len(ticket.acts))
    for turn, agency, since, due, stopped, reason in ticket.citizens():
        tables["deadlines"].add(ticket.id, "citizen_first_response", turn, 1, agency, stamp(since), stamp(due), 0, None, stamp(stopped),
                                reason, "{}", len(ticket.acts))


def write_ticket(ticket, tables, topic, region):
    last = ticket.turns[-1]
    tables["triages"].add(ticket.id, stamp(ticket.received), topic, 0.9, region, 0, "made up")
    tables["tickets"].add(ticket.id, last[0], ticket.stage, topic, region, stamp(last[1]), len(ticket.turns) - 1)
    for turn, (agency, since, until, because) in enumerate(ticket.turns[:-1]):
        tables["turns"].add(ticket.id, turn, agency, stamp(since), stamp(until), because)
    for place, (at, act, kind, agency, value, same_text) in enumerate(ticket.acts):
        if value.startswith("#"):
            about, word = value[1:].split()
            value = f"{ticket.first_act + int(about)} {word}"
        number = ticket.first_act + place
        tables["acts"].add(number, ticket.id, stamp(at), act, "Sri", kind, agency, value, "", 0, same_text)
        tables["acts_done"].add(number, stamp(at), "done")
    write_deadlines(ticket, tables)


def read_world(cursor, chance):
    """Agencies in an order of chance, topics, regions and the key of tracking codes, as migrate loaded them."""
    cursor.execute("SELECT code FROM agencies WHERE level IN ('province', 'regency', 'vertical') ORDER BY code")
    agencies = [row[0] for row in cursor.fetchall()]
    chance.shuffle(agencies)
    cursor.execute("SELECT code FROM topics ORDER BY code")
    topics = [row[0] for row in cursor.fetchall()]
    cursor.execute("SELECT code FROM regions WHERE level = 'kabkota' AND code LIKE '33.%' ORDER BY code")
    regions = [row[0] for row in cursor.fetchall()]
    cursor.execute("SELECT value FROM cluster WHERE name = 'tracking_key'")
    return agencies, topics, regions, bytes(cursor.fetchone()[0])


def fill(connection, name="2025Q4", tickets=50_000, seed=1):
    """Writes the quarter.  connection: as the owner of an empty, migrated database; in autocommit mode."""
    chance = random.Random(f"quarter {name} {seed}")
    begin, end = borders(name)
    cursor = connection.cursor()
    agencies, topics, regions, key = read_world(cursor, chance)
    named = edges(begin, end)
    maker = Maker(chance, agencies, begin, end)
    made = sorted([maker.ticket() for _ in range(tickets)] + list(named.values()), key=lambda ticket: ticket.received)
    tables = make_tables()
    number = act = 1
    for ticket in made:
        ticket.id, ticket.code, ticket.first_act = number, tracking_code(key, number), act
        act += len(ticket.acts)
        channel = chance.randint(1, 14)
        write_report(tables, number, ticket.received, ticket.code, channel)
        write_ticket(ticket, tables, chance.choice(topics), chance.choice(regions) if chance.random() < 0.9 else "")
        # A ticket that was joined hangs on the first one of all; some have a second report of their own.
        tables["ticket_reports"].add(number, made[0].id if ticket.joined_to and number > 1 else number)
        number += 1
        if chance.random() < 0.15 and not ticket.joined_to:
            write_report(tables, number, ticket.received + maker.pause(0, 20), tracking_code(key, number), channel)
            tables["triages"].add(number, stamp(ticket.received), "", 0.9, "", 0, "made up")
            tables["ticket_reports"].add(number, ticket.id)
            number += 1
    for day in range((end - begin) // DAY):
        date = datetime.datetime.fromtimestamp((begin + day * DAY) / 1000, WIB).date()
        for channel in range(0, 15):
            tables["intake"].add(date, channel, 0 if channel == 0 else chance.randrange(50), chance.randrange(10))
    store(connection, tables, number)
    return Quarter(name, begin, end, named, len(made))


def store(connection, tables, number):
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    for table in tables.values():
        table.store(cursor)
    cursor.execute("SELECT setval('report_ids', (%s / 4096 + 1) * 4096)", (number,))
    cursor.execute("SELECT setval(pg_get_serial_sequence('acts', 'id'), coalesce(max(id), 1)) FROM acts")
    cursor.execute("UPDATE deadlines SET rules = (SELECT version FROM rules)")
    cursor.execute("UPDATE stage_marks SET done_up_to = %s, near_up_to = %s", (number, number))
    cursor.execute("COMMIT")
    cursor.execute("ANALYZE")
