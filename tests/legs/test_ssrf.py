"""Hostile subscription addresses: the notifier connects to nothing but public addresses of allowed hosts.  Seen from outside the process:
by strace, by a DNS server, and by listeners on every address of a network that is made for it alone."""

import base64
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness import cluster as clusters
from harness.cluster import VAPID_KEY
from harness.contract import ROOT
from harness.servers import BIN
from harness.waiting import wait_until

WORLD = pathlib.Path(__file__).resolve().parent / "ssrf_world.py"
UNSHARE = ["unshare", "--net", "--mount", "--propagation", "private"]
NOT_PUBLIC = "its name leads to an address that is not public"
LATE = ("retry", 0, "Timeout was reached")  # the machine is slow, below strace the more so


def constant(name):
    """A list that ssrf_world.py has; it cannot be imported, because it runs."""
    text = WORLD.read_text(encoding="utf-8")
    scope = {}
    exec(text[text.index("PUBLIC = "):text.index("class Log")], scope)
    return scope[name]


INSIDE, PUBLIC, REDIRECTS, GATEWAY = map(constant, ["INSIDE", "PUBLIC", "REDIRECTS", "GATEWAY"])


def hostile_urls():
    """What tests/data/notifier/endpoints.tsv refuses, on a machine where loopback is not allowed."""
    rows = [line.split("\t") for line in (ROOT / "tests/data/notifier/endpoints.tsv").read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")]
    return [re.sub(r"\\(.)", lambda found: {"t": "\t"}.get(found[1], found[1]), row[2]) for row in rows if row[:2] == ["refuse", "no"]]


HOSTILE = hostile_urls()


def keys():
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return point, os.urandom(16)


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_there_are_enough_of_them():
    assert len(set(HOSTILE)) >= 250


def test_none_can_be_added(tmp_path):
    """kentongan device add refuses each of them before it connects to anything at all."""
    point, auth = keys()
    script = ""
    for i, url in enumerate([*HOSTILE, "https://fcm.googleapis.com/fcm/send/x"]):
        (tmp_path / f"{i}.json").write_text(json.dumps({"endpoint": url, "keys": {"p256dh": encode(point), "auth": encode(auth)}}), encoding="utf-8")
        script += f"{BIN}/kentongan device add --agency TRIAGE --subscription {tmp_path}/{i}.json; echo code $?\n"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
    environment["KENTONGAN_DATABASE"] = "host=/nonexistent"
    done = subprocess.run(["strace", "-f", "-qq", "-e", "trace=connect", "-o", str(tmp_path / "trace"), "/bin/sh", "-c", script], env=environment,
                          capture_output=True, text=True, timeout=120)
    codes = re.findall(r"^code (\d+)$", done.stdout, re.M)
    assert codes[:-1] == ["2"] * len(HOSTILE) and codes[-1] != "2", done.stderr[-500:]
    # The last one, which is allowed, shows that a connection would be seen: to the database that is not there.
    connected = [line for line in (tmp_path / "trace").read_text().splitlines() if "connect(" in line]
    assert "/nonexistent" in connected[-1] and all("AF_UNIX" in line for line in connected) and len({line.split()[0] for line in connected}) == 1
    assert "nip.io" not in done.stderr and "rahasia" not in done.stderr


@contextlib.contextmanager
def world(folder, **settings):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
    environment.update({f"KENTONGAN_{name}": str(value) for name, value in settings.items()})
    process = subprocess.Popen([*UNSHARE, sys.executable, str(WORLD), str(folder), f"{BIN}/kentongan-notifier"], env=environment, stdin=subprocess.PIPE,
                               stderr=open(folder / "world.log", "wb"))
    try:
        yield
    finally:
        process.stdin.close()
        assert process.wait(30) == 0, (folder / "world.log").read_text(errors="replace")


def may_unshare():
    return subprocess.run([*UNSHARE, "ip", "link", "set", "lo", "up"], capture_output=True).returncode == 0


class Sent:
    """What was seen while the notifier had hostile phones: made once."""

    def __init__(self, folder):
        self.folder = folder
        self.cluster = clusters.Cluster(stages=[], push=False)
        self.connection = self.cluster.connect()
        self.connection.autocommit = True

    def events(self, name):
        path = self.folder / "events.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [event for event in map(json.loads, lines) if name in event]

    def add(self, endpoint, leg="webpush"):
        """A phone, and a notice for it alone.  Returns its id."""
        point, auth = keys()
        [[device]] = self.query("INSERT INTO devices (agency, leg, endpoint, p256dh, auth) VALUES ('TRIAGE', %s, %s, %s, %s) RETURNING id",
                                (leg, endpoint, point, auth))
        self.query("INSERT INTO notices (ticket_id, kind, cause, audience, agency, clock, device_id) VALUES (0, 9, %s, 'agency', 'TRIAGE', %s, %s) "
                   "RETURNING id", (device, f"uji {device}", device))
        return device

    def query(self, sql, parameters=None):
        cursor = self.connection.cursor()
        cursor.execute(sql, parameters)
        return cursor.fetchall()

    def close(self):
        self.connection.close()
        self.cluster.close()
        clusters.close_shared_postgres()

    def outcomes(self, device):
        return [tuple(row) for row in self.query("SELECT outcome, status, reason FROM deliveries WHERE device_id = %s ORDER BY attempt", (device,))]

    def told(self, device):
        """The attempts that the machine was quick enough for."""
        return [outcome for outcome in self.outcomes(device) if outcome != LATE]

    def late(self, *devices):
        return sum(outcome == LATE for device in devices for outcome in self.outcomes(device))

    def say(self):
        log = (self.folder / "program.log").read_text(errors="replace") if (self.folder / "program.log").exists() else ""
        return log[-3000:] + (self.folder / "world.log").read_text(errors="replace")[-3000:]

    def run(self):
        cluster = self.cluster
        settings = {**cluster.environment("notifier"), "PUSH_ALLOW": "*.push.test", "PUSH_ALLOW_LOOPBACK": "no", "PUSH_SUBJECT": "mailto:tests@example.org",
                    "VAPID_PRIVATE_KEY": VAPID_KEY, "NTFY_URL": "https://gateway.push.test/", "NTFY_TOKEN": "tk_uji", "PORTAL_URL": "https://portal.push.test"}
        self.ok = self.add("https://ok.push.test/p/ok")
        self.hostile = [self.add(url) for url in HOSTILE]
        self.inside = [self.add(f"https://inside-{i}.push.test/p/inside") for i in range(len(INSIDE))]
        self.both = [self.add(f"https://both-{i}.push.test/p/both") for i in range(len(INSIDE))]
        self.rebind = [self.add(f"https://rebind-{i}.push.test/p/rebind") for i in range(len(INSIDE))]
        self.redirect = [self.add(f"https://redirect-{i}.push.test/p/redirect") for i in range(len(REDIRECTS))]
        self.ntfy = self.add("topik-uji", leg="ntfy")
        self.every = [self.ok, *self.hostile, *self.inside, *self.both, *self.rebind, *self.redirect, self.ntfy]
        with world(self.folder, **settings):
            self.await_attempts(self.every, 1, 120)
            wait_until(lambda: all(self.outcomes(device)[-1][0] == "accepted" for device in [self.ok, *self.both, self.ntfy]), 120, self.say)
            # The connection to the gateway is open: a phone of that name must not get through it.
            self.gateway = self.add("https://gateway.push.test/p/gateway")
            wait_until(lambda: self.told(self.gateway), 120, self.say)
            # libcurl remembers a name for 60 s; then it asks again, and is told otherwise.
            self.await_attempts(self.rebind, 2, 120)
        return self

    def await_attempts(self, devices, least, timeout):
        """Until the notifier has tried each of these phones so often."""
        def so_often():
            counts = dict(self.query("SELECT device_id, count(*) FROM deliveries WHERE (outcome, status, reason) <> (%s, %s, %s) GROUP BY device_id", LATE))
            return all(counts.get(device, 0) >= least for device in devices)

        wait_until(so_often, timeout, self.say)


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    if not may_unshare():
        pytest.skip("needs root, or a kernel that lets users make networks")
    made = Sent(tmp_path_factory.mktemp("ssrf"))
    try:
        yield made.run()
    finally:
        made.close()


def test_the_world_sees_what_is_allowed(sent):
    """Without this, seeing nothing would prove nothing."""
    assert sent.told(sent.ok) == [("accepted", 201, "")]
    assert {event["address"] for event in sent.events("request") if event["host"] == "ok"} <= set(PUBLIC)
    assert {event["connection"] for event in sent.events("connection")} & set(PUBLIC)


def test_no_hostile_url_is_even_looked_up(sent):
    wrong = {url: outcome for url, device in zip(HOSTILE, sent.hostile) if (outcome := sent.outcomes(device))[0][0] != "refused" or outcome[0][1] != 0}
    assert wrong == {}
    assert {event["dns"] for event in sent.events("dns") if not event["dns"].endswith(".push.test")} == set()


def test_no_name_leads_inside(sent):
    wrong = {address: outcome for address, device in zip(INSIDE, sent.inside) if (outcome := sent.told(device))[0] != ("retry", 0, NOT_PUBLIC)}
    assert wrong == {}
    assert not [event for event in sent.events("request") if event["host"].startswith("inside")]


def test_of_several_addresses_only_the_public_one_is_used(sent):
    # An answer about the public one that comes too late leaves the other, which is none to connect to.
    assert {tuple(outcome for outcome in sent.told(device) if outcome != ("retry", 0, NOT_PUBLIC)) for device in sent.both} == {(("accepted", 201, ""),)}
    assert {event["address"] for event in sent.events("request") if event["host"].startswith("both")} <= set(PUBLIC)


def test_a_name_that_changes_does_not_lead_inside(sent):
    for address, device in zip(INSIDE, sent.rebind):
        assert [outcome[:2] for outcome in sent.told(device)[:2]] in [[("retry", 503), ("retry", 0)], [("retry", 0)] * 2], address
        assert sent.told(device)[1][2] == NOT_PUBLIC
    requests = [event for event in sent.events("request") if event["host"].startswith("rebind")]
    assert len({event["host"] for event in requests}) >= len(INSIDE) - sent.late(*sent.rebind)
    assert {event["address"] for event in requests} <= set(PUBLIC)


def test_no_redirect_is_followed(sent):
    for (status, _), device in zip(REDIRECTS, sent.redirect):
        assert [outcome[:2] for outcome in sent.told(device)] == [("refused", status)]


def test_a_kept_connection_is_no_way_in(sent):
    assert sent.told(sent.ntfy)[0][0] == "accepted"
    assert sent.told(sent.gateway)[0] == ("retry", 0, NOT_PUBLIC)
    assert {event["request"] for event in sent.events("request") if event["host"] == "gateway"} == {"/"}


def test_nothing_else_was_connected_to(sent):
    """The listeners, and every connect() of the process.  getaddrinfo() connects datagram sockets, to see its own address; nothing is sent by
    them but what goes to the DNS server."""
    gateways = [event for event in sent.events("connection") if event["connection"] not in PUBLIC]
    assert {event["connection"] for event in gateways} == {GATEWAY} and len(gateways) <= 1 + sent.late(sent.ntfy)
    trace = (sent.folder / "trace").read_text(errors="replace").splitlines()
    streams = [line for line in trace if "connect(" in line and re.search(r"connect\(\d+<TCP", line)]
    assert len(streams) > len(INSIDE)
    hosts = {re.search(r'(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"', line)[1] for line in streams}
    assert GATEWAY in hosts and hosts - {GATEWAY} and hosts <= {*PUBLIC, GATEWAY}
    assert all(re.search(r"port=htons\(443\)", line) for line in streams)
    datagrams = [line for line in trace if re.search(r"(sendto|sendmsg|sendmmsg)\(\d+<UDP", line)]
    assert datagrams and all("127.0.0.1:53]" in line for line in datagrams)
