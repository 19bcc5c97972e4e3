"""Notices to phones: sent, told from rows to accepted deliveries, rung; phones that are connected to the portal; and its pages.

Of the sending alone see pushes.py.  Here 1,000 offices with one phone each are told by a notifier as it is shipped; what routers leave
are rows, and a `Notice` on the bus.  All phones have the keys of push_sink.c.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import pathlib
import re
import resource
import secrets
import select
import shutil
import socket
import statistics
import subprocess
import time

import zmq
from harness.contract import ROOT, stages

import pushes
from cluster import wait_for

OFFICES = 1000
SIZES = {"single": 20000, "flood": 100000, "at_once": 30000, "minute": 100000, "phones": 5000, "events": 6}
QUICK = {"single": 5000, "flood": 20000, "at_once": 10000, "minute": 20000, "phones": 1000, "events": 3}
RING_S = 60  # rings are due within
LEAD_S = 4  # from when they are set until the first is due
BATCH = 1024
NOTIFIER = {"GRACE_MS": "60000"}  # what was sent is left to its message
COOKIE = "__Host-kentongan"
SAID = '{"title":"Tiket baru","message":"Jalan rusak di Kota Semarang","priority":4}'

OFFICE = """
    INSERT INTO agencies (code, short, name, level) SELECT 'BENCH-' || n, 'Bench ' || n, 'Kantor ' || n, 'province'
        FROM generate_series(0, %(offices)s - 1) AS n;
    DELETE FROM devices;
    INSERT INTO devices (agency, endpoint, p256dh, auth) SELECT 'BENCH-' || n, %(push)s || n, %(point)s, %(auth)s
        FROM generate_series(0, %(offices)s - 1) AS n"""
# Of each ticket from %(first)s on the notice that it was opened, in the order of tickets.
OPEN = """
    INSERT INTO tickets (id, agency, topic, region_code, urgent)
        SELECT n, 'BENCH-' || n %% %(offices)s, 'road_damage', '33.74', %(urgent)s
        FROM generate_series(%(first)s::bigint, %(first)s + %(count)s - 1) AS n;
    INSERT INTO notices (ticket_id, kind, cause, audience, agency)
        SELECT id, 1, id, 'agency', agency FROM tickets WHERE id >= %(first)s ORDER BY id"""
NOTICES = "SELECT min(id), max(id) FROM notices WHERE ticket_id >= %(first)s"
# The lowest notice that is not told yet, looked up one after the other.
UNTOLD = """
    SELECT n.id FROM generate_series(%(from)s::bigint, %(last)s) AS n (id) CROSS JOIN LATERAL (SELECT count(*) AS times FROM deliveries d
    WHERE d.notice_id = n.id AND d.step = %(step)s AND d.outcome = 'accepted') AS told WHERE told.times = 0 LIMIT 1"""
# As if each had been told when it was opened.
TOLD = """
    INSERT INTO deliveries (notice_id, device_id, attempt, outcome, status)
        SELECT n.id, d.id, 0, 'accepted', 201 FROM notices n JOIN devices d USING (agency) WHERE n.id BETWEEN %(low)s AND %(high)s;
    UPDATE stage_marks SET done_up_to = %(high)s, near_up_to = %(high)s WHERE stage = 'notifier'"""
DUE = """
    UPDATE rings SET next_at = to_timestamp(%(at)s + (notice_id - %(low)s)::float / (%(high)s - %(low)s) * %(within)s)
        WHERE notice_id BETWEEN %(low)s AND %(high)s"""
LATE = """
    SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY late), max(late), max(at), count(*)
        FROM (SELECT extract(epoch FROM {at})::float AS at, extract(epoch FROM {at})::float - %(at)s
              - (c.notice_id - %(low)s)::float / (%(high)s - %(low)s) * %(within)s AS late FROM {rows}
              WHERE c.notice_id BETWEEN %(low)s AND %(high)s AND c.step = 1) AS l"""
CALLED = LATE.format(at="c.at", rows="ring_calls c")
PUSHED = LATE.format(at="c.at", rows="deliveries c")
LOG_IN = """
    INSERT INTO persons (name, full_name, agency, role) VALUES ('bench', 'Bench', 'BENCH-0', 'officer');
    INSERT INTO sessions (id, person_id, csrf, expires_at) SELECT %s, id, 'x', now() + interval '1 hour' FROM persons WHERE name = 'bench'"""
TOPICS = """
    INSERT INTO devices (agency, leg, endpoint, secret) SELECT 'BENCH-1', 'ntfy', 'topic' || n, %s FROM generate_series(0, %s - 1) AS n"""
ACT = "SELECT act_add(%s, 'note', 'bench', 'officer', 'BENCH-0', '', %s, 0, '')"
PUBLISH = "SELECT count(p.id) FROM devices d, LATERAL ntfy_publish(d.endpoint, %s, 3600) p WHERE d.leg = 'ntfy'"


class Phones:
    def __init__(self, cluster, programs, options):
        self.cluster, self.programs, self.quick = cluster, programs, options.quick
        self.sizes = QUICK if options.quick else SIZES
        self.next_ticket = OFFICES  # the first office's
        self.context = zmq.Context()
        self.outboxes = {}

    # Helpers --------------------------------------------------------------------------------------------------------

    def sql(self, text, **words):
        with contextlib.closing(self.cluster.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(text, words)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def offices(self):
        """1,000 of them, one phone each."""
        sink = subprocess.Popen([str(self.programs / "bench_push_sink")], stdout=subprocess.PIPE, text=True)
        try:
            told = json.loads(sink.stdout.readline())
            point, auth = (base64.urlsafe_b64decode(told[name] + "=" * (-len(told[name]) % 4)) for name in ("p256dh", "auth"))
            self.sql(OFFICE, offices=OFFICES, push=f"http://127.0.0.1:{told['port']}/push/", point=point, auth=auth)
            self.cluster.processes["push sink"] = sink
            yield
        finally:
            self.cluster.processes.pop("push sink", None)
            sink.terminate()
            sink.communicate(timeout=10)

    def open_tickets(self, count, urgent=False):
        """Tickets and their notices, that nobody was told of yet.  Returns the notices' first and last id."""
        self.sql(OPEN, first=self.next_ticket, count=count, urgent=urgent, offices=OFFICES)
        low, high = self.sql(NOTICES, first=self.next_ticket)[0]
        if high - low != count - 1:
            raise RuntimeError(f"notices {low} .. {high} are not {count}")
        self.next_ticket += count
        for table in ("tickets", "notices", "rings"):
            self.cluster.sql(f"VACUUM (ANALYZE) {table}")
        self.cluster.sql("CHECKPOINT")
        return low, high

    def start_notifier(self):
        for name in ("router_notices", "watcher_notices"):
            self.outboxes[name] = self.context.socket(zmq.PUSH)
            self.outboxes[name].setsockopt(zmq.LINGER, 0)
            self.outboxes[name].bind(f"ipc://{self.cluster.run}/{name}")
        self.cluster.extra["notifier"] = NOTIFIER
        log = self.cluster.folder / "log/notifier.log"
        before = log.stat().st_size if log.exists() else 0
        self.cluster.start_stages("notifier")
        wait_for("ACTIVE in the notifier's log", lambda: b" ACTIVE" in log.read_bytes()[before:])

    def stop_notifier(self):
        self.cluster.stop("notifier")
        for outbox in self.outboxes.values():
            outbox.close()

    def tell(self, notices, offset):
        """What the router says of these notices; offset: of the ticket's id to its notice's."""
        now_ms = int(time.time() * 1000)
        for start in range(0, len(notices), BATCH):
            message = stages.Notice()
            for number in notices[start:start + BATCH]:
                ticket = number + offset
                message.notices.add(notice_id=number, ticket_id=ticket, kind=stages.NOTICE_KIND_TICKET_OPENED, agency=f"BENCH-{ticket % OFFICES}",
                                    tracking_code=f"JT-{ticket:09d}", topic="road_damage", region_code="33.74", created_at_ms=now_ms)
            self.outboxes["router_notices"].send(message.SerializeToString())

    def await_told(self, first, last, step=0, patience=120, pause=0.05):
        """Until each was accepted for its phone."""
        at, until = first, time.monotonic() + patience
        with contextlib.closing(self.cluster.connect()) as connection, connection.cursor() as cursor:
            while at is not None:
                cursor.execute(UNTOLD, {"from": at, "last": last, "step": step})
                row = cursor.fetchone()
                at = row[0] if row else None
                self.cluster.alive("notifier")
                if time.monotonic() > until:
                    raise TimeoutError(f"notice {at} of {first} .. {last} is not told after {patience} s")
                if at is not None:
                    time.sleep(pause)

    @contextlib.contextmanager
    def costs(self, result, count):
        """Adds seconds, count a second, pushes, CPU microseconds of each by process, and how many cores others used meanwhile."""
        log = self.cluster.folder / "log/notifier.log"
        position = log.stat().st_size
        before, mine, started = self.cluster.cpu(), time.process_time(), time.monotonic()
        yield
        seconds, after = time.monotonic() - started, self.cluster.cpu()
        spent = {name: after[name] - before.get(name, 0) for name in after}
        whole = spent.pop("all")
        result["seconds"], result["a_second"] = seconds, count / seconds
        result["cpu_us"] = {name: 1e6 * value / count for name, value in spent.items()}
        result["others_cores"] = max(0.0, (whole - sum(spent.values()) - time.process_time() + mine) / seconds)
        with open(log, "rb") as file:
            file.seek(position)
            counts = [int(number) for number in re.findall(rb" PUSH_ACCEPTED .*?notices=(\d+)", file.read())]
        result["pushes"], result["notices_a_push"] = len(counts), sum(counts) / max(1, len(counts))

    # From rows to accepted deliveries ---------------------------------------------------------------------------------

    def single(self):
        """One notice a push: each phone is told anew as soon as its last push was taken, by the notifier's log."""
        count, ticket = self.sizes["single"], self.next_ticket
        first_device = self.cluster.value("SELECT min(id) FROM devices")
        low, high = self.open_tickets(count)
        result, pushed = {}, 0
        self.start_notifier()
        with self.costs(result, count), open(self.cluster.folder / "log/notifier.log", encoding="utf-8") as log:
            log.seek(0, 2)
            self.tell(range(low, low + OFFICES), ticket - low)
            newest, text = list(range(low, low + OFFICES)), ""
            while pushed < count:
                text += log.read()
                lines, _, text = text.rpartition("\n")
                ready = []
                for device in re.findall(r" PUSH_ACCEPTED device=(\d+)", lines):
                    office, pushed = int(device) - first_device, pushed + 1
                    newest[office] += OFFICES
                    ready += [newest[office]] if newest[office] <= high else []
                self.tell(ready, ticket - low)
                self.cluster.alive("notifier")
                time.sleep(0.005)
            self.await_told(low, high)
        self.stop_notifier()
        return result

    def flood(self):
        """All at once."""
        count, ticket = self.sizes["flood"], self.next_ticket
        low, high = self.open_tickets(count)
        result = {}
        self.start_notifier()
        with self.costs(result, count):
            self.tell(range(low, high + 1), ticket - low)
            self.await_told(low, high)
        self.stop_notifier()
        return result

    # Ringing ----------------------------------------------------------------------------------------------------------

    def ring(self, count, within_s):
        """The second step of so many rings, due one after the other within so many seconds."""
        self.cluster.sql("TRUNCATE tickets, notices, rings, ring_calls, deliveries")
        low, high = self.open_tickets(count, urgent=True)
        self.sql(TOLD, low=low, high=high)
        self.cluster.sql("VACUUM (ANALYZE) deliveries")
        self.start_notifier()
        due = {"low": low, "high": high, "within": within_s, "at": time.time() + LEAD_S}
        self.sql(DUE, **due)
        self.cluster.sql("VACUUM (ANALYZE) rings")
        self.cluster.sql("CHECKPOINT")
        left_s = due["at"] - time.time()
        if left_s < 0:
            raise RuntimeError("setting took so long that the first was due before the last was set")
        time.sleep(left_s)
        result = {"count": count, "within_s": within_s}
        with self.costs(result, count):
            self.await_told(low, high, step=1, patience=within_s + 120, pause=0.25)
        self.stop_notifier()
        for name, query in (("called", CALLED), ("pushed", PUSHED)):
            cuts, worst, last, found = self.sql(query, **due)[0]
            if found != count:
                raise RuntimeError(f"{found} of {count} were {name}")
            result[name] = {"p50_ms": cuts[0] * 1000, "p99_ms": cuts[1] * 1000, "worst_ms": worst * 1000, "a_second": count / (last - due["at"])}
        return result

    # Phones that are connected ------------------------------------------------------------------------------------------

    def connected(self, say):
        """As many apps with an open stream, and as many ntfy subscriptions: memory, and how long news take."""
        count = self.sizes["phones"]
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        cookie, token = secrets.token_bytes(32), "tk_" + secrets.token_hex(16)
        self.cluster.sql(LOG_IN, hashlib.sha256(cookie).digest())
        self.cluster.sql(TOPICS, hashlib.sha256(token.encode()).digest(), count)
        self.cluster.sql("TRUNCATE tickets, notices, rings, ring_calls, deliveries")
        self.next_ticket = OFFICES  # of the first office
        self.open_tickets(1)
        self.cluster.extra["portal"] = {"PORTAL_PROXY": "127.0.0.1"}  # as behind nginx: no limit to the connections of an address
        self.cluster.start_stages("portal")
        wait_for("the portal's connections to PostgreSQL", self.portal_works)
        word = base64.urlsafe_b64encode(cookie).rstrip(b"=").decode()
        apps = (self.cluster.portal, [f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: {COOKIE}={word}\r\n\r\n"], b"hello")
        ntfy = (self.cluster.ntfy, [f"GET /topic{n}/json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n" for n in range(count)], b"open")
        # The first of each kind pays for what all share.
        with Streams(*apps, 1), Streams(*ntfy, 1):
            found = {"count": count, "portal_kib": self.cluster.memory("portal")}
        for name, what, event, mark in (("apps", apps, self.act, b"tickets"), ("ntfy", ntfy, self.publish, b"Tiket baru")):
            before = self.cluster.memory("portal")
            with Streams(*what, count) as streams:
                one = {"open_s": streams.open_s, "kib_each": (self.cluster.memory("portal") - before) / count}
                one.update(streams.reach(event, mark, self.sizes["events"]))
            found[name] = say(f"{count:,} {name}", one)
        return found

    def portal_works(self):
        """A request without a session is told so."""
        host, port = self.cluster.portal.split(":")
        with contextlib.suppress(OSError), contextlib.closing(http.client.HTTPConnection(host, int(port), timeout=10)) as connection:
            connection.request("GET", "/api/v1/me")
            return connection.getresponse().status == 401
        return False

    def act(self, number):
        self.cluster.sql(ACT, OFFICES, f"catatan {number}")

    def publish(self, _number):
        self.cluster.sql(PUBLISH, SAID)

    def pages(self):
        """The first visit in a browser, and how much the whole app is; {} without a browser."""
        found = {"shell": self.shell()}
        modules = ROOT / "tests/browser/node_modules/puppeteer-core"
        if not (shutil.which("node") and pathlib.Path("/usr/bin/chromium").exists() and modules.exists()):
            return found
        done = subprocess.run(["node", ROOT / "tests/pages/measure.mjs", f"http://{self.cluster.portal}"], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=180)
        numbers = re.search(r"first visit: (\d+) requests, (\d+) bytes \((\d+) on the wire\), first paint (\d+) ms, usable after (\d+) ms", done.stdout)
        if numbers is None:
            raise RuntimeError(f"tests/pages/measure.mjs said: {done.stdout[-800:]}")
        names = ("requests", "bytes", "wire_bytes", "paint_ms", "usable_ms")
        return {**found, "first": dict(zip(names, map(int, numbers.groups())))}

    def shell(self):
        """All files that the service worker keeps: how many, bytes of the bodies as they come, and unpacked."""
        text = (ROOT / "services/portal/pages/sw.js").read_text()
        paths = re.findall(r'"(/[^"]*)"', re.search(r"SHELL = \[(.*?)\]", text, re.S)[1]) + ["/sw.js"]
        sizes = []
        for encoding in ("gzip", "identity"):
            out = subprocess.run(["curl", "-sSf", "-H", f"Accept-Encoding: {encoding}", "-w", "%{stderr}%{size_download}\\n",
                                  *[word for path in paths for word in ("-o", "/dev/null", f"http://{self.cluster.portal}{path}")]],
                                 check=True, stderr=subprocess.PIPE, text=True).stderr
            sizes.append(sum(map(int, out.split())))
        return {"files": len(paths), "wire_bytes": sizes[0], "bytes": sizes[1]}

    def measure(self, say):
        found = {"sizes": self.sizes}
        found["pushes"] = pushes.measure(self.programs, self.cluster.folder.parent / "pushes", self.cluster.vapid_key(), self.quick, say)
        with self.offices():
            found["single"] = say("one notice a push", self.single())
            found["flood"] = say("a flood", self.flood())
            found["at_once"] = say("rings, all at once", self.ring(self.sizes["at_once"], 0))
            found["minute"] = say("rings within a minute", self.ring(self.sizes["minute"], 10 if self.quick else RING_S))
        found["connected"] = self.connected(say)
        found["pages"] = say("pages", self.pages())
        self.cluster.stop("portal")
        return found


class Streams:
    """Answers that stay open, as phones hold them."""

    def __init__(self, address, requests, hello, count):
        self.sockets, self.poll = {}, select.epoll()
        host, port = address.split(":")
        started = time.monotonic()
        for number in range(count):
            stream = socket.create_connection((host, int(port)), timeout=30)
            stream.sendall(requests[number % len(requests)].encode())
            self.sockets[stream.fileno()] = stream
        for stream in self.sockets.values():
            text = b""
            while hello not in text:
                more = stream.recv(4096)
                text += more
                if not more or not text.startswith(b"HTTP/1.1 200"[:len(text)]):
                    raise RuntimeError(f"a stream was not opened: {text[:200]}")
            stream.setblocking(False)
            self.poll.register(stream, select.EPOLLIN)
        self.open_s = time.monotonic() - started

    def reach(self, event, mark, times):
        """From the commit of an event until each has read it, over so many events, ms; and between its first and its last reader."""
        waits, spreads = [], []
        for number in range(times):
            self.read_all(0.37 * (number % 3))  # not always at the same moment of the portal's look
            event(number)
            at = self.until_all(mark)
            waits += [(when - at["commit"]) * 1000 for when in at["read"]]
            spreads.append((at["read"][-1] - at["read"][0]) * 1000)
        cuts = statistics.quantiles(waits, n=100)
        return {"events": times, "p50_ms": cuts[49], "p99_ms": cuts[98], "worst_ms": max(waits), "spread_ms": statistics.median(spreads)}

    def read_all(self, seconds):
        """What else comes within so many seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for fd, _ in self.poll.poll(0.05):
                self.sockets[fd].recv(65536)

    def until_all(self, mark, patience=60):
        at = {"commit": time.monotonic(), "read": []}
        waiting, texts = set(self.sockets), {}
        while waiting:
            for fd, _ in self.poll.poll(1, 256):
                text = self.sockets[fd].recv(65536)
                if not text:
                    raise RuntimeError("a stream has ended")
                texts[fd] = texts.get(fd, b"") + text
                if fd in waiting and mark in texts[fd]:
                    waiting.discard(fd)
                    at["read"].append(time.monotonic())
            if time.monotonic() - at["commit"] > patience:
                raise TimeoutError(f"{len(waiting)} streams did not get {mark}")
        return at

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.poll.close()
        for stream in self.sockets.values():
            stream.close()
