"""Every route x every role x own and foreign agency, as tests/data/portal/routes.tsv says; and that no route is left out of it."""

import base64
import contextlib
import csv
import hashlib
import hmac
import http.client
import re
import struct
import uuid

import pytest

from harness import contract
from harness.portal import COOKIE, PortalCluster

FILE = contract.ROOT / "tests/data/portal/routes.tsv"
PERSONS = {"officer": ("BASARNAS", "officer"), "deputy": ("BASARNAS", "deputy"), "head": ("BASARNAS", "head"), "above": ("BAPENDA", "head"),
           "foreign": ("BAPPEDA", "officer"), "beside": ("BAPPEDA", "head"), "desk": ("TRIAGE", "desk"), "sekda": ("SEKDA", "sekda"),
           "governor": ("GUBERNUR", "governor")}
WHO = ["none", *PERSONS]


def table():
    with open(FILE, encoding="utf-8", newline="") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE))


ROWS = table()


def routes():
    """(server, method, pattern, access) of each route in routes.c."""
    text = (contract.ROOT / "services/portal/routes.c").read_text(encoding="utf-8")
    found = []
    for server, body in re.findall(r"static const struct route (\w+)\[\] = \{\n(.*?)\n\};", text, re.DOTALL):
        for method, api, path, access in re.findall(r"\{METHOD_(\w+), (API )?\"([^\"]*)\", ACCESS_(\w+),", body):
            found.append((server, method, ("/api/v1/" if api else "") + path, access))
    return found


ROUTES = routes()


def fits(pattern, path):
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^/]+"), path.partition("?")[0]) is not None


def test_every_route_is_in_the_table():
    assert len(ROUTES) == (contract.ROOT / "services/portal/routes.c").read_text(encoding="utf-8").count("{METHOD_") > 30
    assert [route for route in ROUTES if not any((row["server"], row["method"]) == route[:2] and fits(route[2], row["path"]) for row in ROWS)] == []
    assert [row for row in ROWS if not any((row["server"], row["method"]) == route[:2] and fits(route[2], row["path"]) for route in ROUTES)] == []


def test_the_table_is_about_every_role():
    assert {role for _, role in PERSONS.values()} == {"officer", "deputy", "head", "desk", "sekda", "governor"}
    assert all(row[who].isdigit() for row in ROWS for who in WHO)


class World:
    def __init__(self, cluster):
        self.cluster = cluster
        self.fields = {}
        cluster.query("UPDATE agencies SET parent = 'BAPENDA' WHERE code = 'BASARNAS'")
        self.browsers = {"none": cluster.browser()}
        for name, (agency, role) in PERSONS.items():
            cluster.add_person(name, agency, role)
            self.browsers[name] = cluster.log_in(name)
        for name, id, agency in [("ticket", 500, "BASARNAS"), ("triage", 510, "TRIAGE")]:
            self._add_ticket(id, agency)
            self.fields[name] = self._code(id)
            cluster.query("UPDATE reports SET tracking_code = %s WHERE id = %s", (self.fields[name], id))
        act = cluster.value("INSERT INTO acts (ticket_id, at, act, actor, actor_kind, agency) VALUES (500, now(), 'in_progress', 'officer', 'officer',"
                            " 'BASARNAS') RETURNING id")
        self.fields["act"] = act
        self.fields["photo"] = cluster.value("INSERT INTO photos (act_id, ticket_id, media_type, bytes) VALUES (%s, 500, 'image/jpeg', 'x') RETURNING id",
                                             (act,))

    def _add_ticket(self, id, agency):
        self.cluster.query("INSERT INTO tickets (id, agency, topic, region_code) VALUES (%s, %s, 'jalan', '33.74')", (id, agency))
        self.cluster.query("INSERT INTO reports (id, bucket, key, channel, source, source_message_id, tracking_code, text, anonymous, confidential)"
                           " VALUES (%s, 0, gen_random_uuid(), 1, 's', %s, %s, 'Lampu padam', false, false)", (id, str(id), f"x{id}"))
        self.cluster.query("INSERT INTO ticket_reports VALUES (%s, %s)", (id, id))
        self.cluster.query("INSERT INTO triages (report_id, confidence, road_class, why) VALUES (%s, 1, 0, '')", (id,))

    def _code(self, ticket):
        """As the portal says it: by the one-time token of a notice."""
        notice = self.cluster.value("INSERT INTO notices (ticket_id, kind, cause, audience, agency) VALUES (%s, 3, %s, 'agency', 'BAPENDA') RETURNING id",
                                    (ticket, ticket))
        device = self.cluster.value("INSERT INTO devices (agency, leg, endpoint) VALUES ('BAPENDA', 'ntfy', %s) RETURNING id", (f"t{ticket}",))
        key = bytes(byte ^ 0x36 for byte in bytes(self.cluster.value("SELECT inner_pad FROM notice_key")))
        ids = struct.pack(">qq", notice, device)
        token = base64.urlsafe_b64encode(ids + hmac.new(key, ids, hashlib.sha256).digest()[:16]).rstrip(b"=").decode()
        status, answer = self.cluster.browser().post("/api/v1/push/seen", {"token": token})
        assert status == 200
        return answer["ticket"]

    def fill(self, text):
        fields = {**self.fields, "key": uuid.uuid4(), "device": self._device() if "{device}" in text else ""}
        return re.sub(r"\{(\w+)\}", lambda found: str(fields[found[1]]), text)

    def _device(self):
        """A phone of the officer's, new each time."""
        return self.cluster.value("INSERT INTO devices (agency, leg, endpoint, person_id) SELECT 'BASARNAS', 'ntfy', %s, id FROM persons"
                                  " WHERE name = 'officer' RETURNING id", (uuid.uuid4().hex,))

    def status(self, row, who, headers=None):
        """What this person is told.  Only the status: an event stream goes on for ever."""
        browser = self.browsers[who]
        if row["path"] == "/api/v1/session":
            browser = self.cluster.log_in(who) if who != "none" else self.cluster.browser()
        at = self.cluster.ntfy_listen if row["server"] == "ntfy" else self.cluster.portal_listen
        unsafe = row["method"] != "GET"
        sent = {"Origin": self.cluster.portal_url if unsafe else None, "X-CSRF-Token": browser.csrf if unsafe else None,
                "Cookie": f"{COOKIE}={browser.cookie}" if browser.cookie else None, **(headers or {})}
        with contextlib.closing(http.client.HTTPConnection(at, timeout=20)) as connection:
            body = self.fill(row["body"]).encode() if row["body"] else None
            connection.request(row["method"], self.fill(row["path"]), body, {name: value for name, value in sent.items() if value is not None})
            return connection.getresponse().status


@pytest.fixture(scope="module")
def world():
    with PortalCluster(stages=["portal"], push=False, settings={"portal": {"WHATSAPP_APP_SECRET": "a", "WHATSAPP_VERIFY_TOKEN": "b"}}) as cluster:
        yield World(cluster)
        assert cluster.unexpected_exits() == {}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['server']} {row['method']} {row['path']} {row['body'][:60]}")
def test_each_person_is_told_what_the_table_says(world, row):
    assert {who: world.status(row, who) for who in WHO} == {who: int(row[who]) for who in WHO}


def guarded():
    return [(row, route) for route in ROUTES for row in [next(row for row in ROWS if (row["server"], row["method"]) == route[:2] and fits(route[2], row["path"]))]
            if route[3] == "PERSON"]


@pytest.mark.parametrize("row, route", guarded(), ids=lambda value: " ".join(value[1:3]) if isinstance(value, tuple) else "")
def test_without_a_session_or_its_token_nobody_gets_anywhere(world, row, route):
    assert row["none"] == "401"
    for cookie in [f"{COOKIE}=", f"{COOKIE}={'A' * 43}", f"{COOKIE}=x", f"kentongan={world.browsers['governor'].cookie}"]:
        assert world.status(row, "none", {"Cookie": cookie}) == 401
    if route[1] == "GET":
        return
    for headers in [{"X-CSRF-Token": None}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": world.browsers["head"].csrf}, {"Origin": "https://evil.example"},
                    {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]:
        assert world.status(row, "governor", headers) == 403, headers


def test_a_session_that_is_over_is_nobodys(world):
    rows = [row for row, _ in guarded() if row["path"] != "/api/v1/session"]
    for name, sql in [("ended", "UPDATE sessions SET ended_at = now() WHERE person_id = (SELECT id FROM persons WHERE name = %s)"),
                      ("expired", "UPDATE sessions SET expires_at = now() WHERE person_id = (SELECT id FROM persons WHERE name = %s)"),
                      ("gone", "UPDATE persons SET removed_at = now() WHERE name = %s")]:
        world.cluster.add_person(name, "SEKDA", "sekda")
        world.browsers[name] = world.cluster.log_in(name)
        assert world.status(rows[0], name) == 200
        world.cluster.query(sql, (name,))
        assert {row["path"]: world.status(row, name) for row in rows} == {row["path"]: 401 for row in rows}


def test_lists_hold_ones_own_tickets_alone(world):
    """Not only the status: what is in the answers."""
    for name in PERSONS:
        codes = {one["code"] for one in world.browsers[name].get("/api/v1/tickets?scope=all")[1]["tickets"]}
        want = {world.fields[ticket] for ticket in ["ticket", "triage"]
                if next(row for row in ROWS if row["path"] == f"/api/v1/tickets/{{{ticket}}}")[name] == "200"}
        assert codes == want, name


def test_a_broken_table_would_be_seen(world):
    """Control: a foreign officer who could read the ticket would be another status than the table's."""
    row = next(row for row in ROWS if row["path"] == "/api/v1/tickets/{ticket}")
    world.cluster.query("UPDATE persons SET role = 'governor' WHERE name = 'foreign'")
    try:
        assert world.status(row, "foreign") == 200 != int(row["foreign"])
    finally:
        world.cluster.query("UPDATE persons SET role = 'officer' WHERE name = 'foreign'")
