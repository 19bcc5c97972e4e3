"""Deadlines set, cancelled and fired a second through the watcher, with ever more pending; beside Redis itself, and PostgreSQL polled.

Pending deadlines are those of tickets that were routed within the last hours: their next step is due within the day, so that each has
its timer in Redis.  They are filled in as the watcher leaves them.  What is measured are COUNT tickets more, as router and officers
leave them: facts in PostgreSQL, a `Routed` on the bus, acts.
"""

import contextlib
import re
import socket
import time

import zmq
from harness.contract import stages

from cluster import run_json, wait_for

SIZES = {True: [100000, 1000000], False: [100000, 1000000, 10000000]}  # without and with --full
COUNT, ROUNDS = 100000, 3
QUICK = {"sizes": [20000, 100000], "count": 20000, "rounds": 1}
FIRST = 100000000  # ids of the tickets that are measured start here, above those that are pending
BATCH = 1024
PATIENCE_S = 600
WATCHER = {"SWEEP_MS": "500", "GRACE_MS": "60000"}  # what was sent is left to its message

# Times of the pending: the first warning after 12 h lies 1 .. 11 h ahead.
FILL = """
    INSERT INTO tickets (id, agency, topic, region_code, kind, urgent, turn, routed_at)
    SELECT n, {agency}, 'road_damage', '33.74', 'complaint', false, 0, {routed_at} FROM generate_series({first}::bigint, {last}) AS n;
    INSERT INTO deadlines (ticket_id, clock, turn, policy_version, agency, started_at, due_at, next_at, steps, acts, changes, rules)
    SELECT n, 'first_response', 0, 1, {agency}, at, at + interval '24 hours', at + interval '12 hours',
        ARRAY[ms + 43200000, ms + 69120000, ms + 86400000, ms + 108000000, ms + 172800000], 0, 0, (SELECT version FROM rules)
    FROM (SELECT n, at, (extract(epoch FROM at) * 1000)::bigint AS ms FROM (SELECT n, {routed_at} AS at
          FROM generate_series({first}::bigint, {last}) AS n) AS t) AS u"""
AGENCY = "(ARRAY['DISHUB', 'DPUBMCK', 'DINKES', 'DISDIKBUD'])[1 + n % 4]"
# Tickets as ingest and router leave them.
OPEN = """
    CREATE TEMPORARY TABLE fresh AS SELECT n AS id, date_trunc('milliseconds', now() - %(ago_s)s * interval '1 second') AS at
        FROM generate_series(%(first)s, %(last)s) AS n;
    INSERT INTO reports (id, bucket, key, received_at, channel, source, source_message_id, tracking_code, text, anonymous, confidential)
        SELECT id, 0, md5(id::text)::uuid, at, 1, 'bench', id, 'JT-' || id, 'Jalan rusak', false, false FROM fresh;
    INSERT INTO tickets (id, agency, topic, region_code, kind, urgent, turn, routed_at)
        SELECT id, (ARRAY['DISHUB', 'DPUBMCK', 'DINKES', 'DISDIKBUD'])[1 + id %% 4], 'road_damage', '33.74', 'complaint', false, 0, at
        FROM fresh;
    INSERT INTO ticket_reports (report_id, ticket_id) SELECT id, id FROM fresh;
    DROP TABLE fresh;
    UPDATE stage_marks SET done_up_to = %(last)s, near_up_to = %(last)s WHERE stage = 'router'"""
ANSWER = """
    SELECT count(act_add(t.id, 'verifying', 'Sri', 'officer', t.agency, '', 'Sudah kami cek', 0, '')) FROM tickets t
    WHERE t.id BETWEEN %(first)s AND %(last)s"""
# The lowest ticket from %(from)s on of which that is not done yet.
UNSET = """
    SELECT t.id FROM tickets t WHERE t.id BETWEEN %(from)s AND %(last)s AND NOT EXISTS (SELECT FROM deadlines d WHERE d.ticket_id = t.id)
    ORDER BY t.id LIMIT 1"""
UNANSWERED = """
    SELECT d.ticket_id FROM deadlines d WHERE d.ticket_id BETWEEN %(from)s AND %(last)s AND d.clock = 'first_response' AND d.stop = ''
    ORDER BY d.ticket_id LIMIT 1"""
UNFIRED = """
    SELECT d.ticket_id FROM deadlines d WHERE d.ticket_id BETWEEN %(from)s AND %(last)s AND d.clock = 'first_response' AND d.next_step = 0
    ORDER BY d.ticket_id LIMIT 1"""

POLLED = """
    DROP TABLE IF EXISTS polled;
    CREATE TABLE polled (ticket_id bigint PRIMARY KEY, due_at timestamptz) WITH (fillfactor = 70);
    CREATE INDEX polled_due ON polled (due_at) WHERE due_at IS NOT NULL;
    INSERT INTO polled SELECT n, now() + interval '1 hour' + n %% 36000 * interval '1 second' FROM generate_series(1, %s) AS n"""
POLLED_SET = "INSERT INTO polled SELECT n, now() + %s * interval '1 second' FROM generate_series(%s, %s) AS n"
POLLED_CANCEL = "UPDATE polled SET due_at = NULL WHERE ticket_id BETWEEN %s AND %s"
POLLED_FIRE = """
    UPDATE polled SET due_at = NULL WHERE ticket_id = ANY (ARRAY(SELECT ticket_id FROM polled WHERE due_at <= now() ORDER BY due_at
    LIMIT 1024 FOR UPDATE SKIP LOCKED)) RETURNING ticket_id"""


class Deadlines:
    def __init__(self, cluster, programs, options):
        self.cluster, self.programs = cluster, programs
        self.sizes = QUICK["sizes"] if options.quick else SIZES[not options.full]
        self.count = QUICK["count"] if options.quick else COUNT
        self.rounds = QUICK["rounds"] if options.quick else ROUNDS
        self.pending = 0
        self.next_id = FIRST
        self.context = zmq.Context()
        self.outbox = None

    # Helpers --------------------------------------------------------------------------------------------------------

    def sql(self, text, **words):
        with contextlib.closing(self.cluster.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(text, words)
            return cursor.fetchall() if cursor.description else []

    def used_memory(self):
        with contextlib.closing(self.redis()) as redis:
            return int(re.search(rb"used_memory:(\d+)", redis.ask("INFO memory")).group(1))

    def redis(self):
        return Redis(self.cluster.run / "redis.sock")

    def await_none(self, query, first, last):
        """Until the query finds nothing any more.  It goes on where it was, so that asking often costs little."""
        at = first
        until = time.monotonic() + PATIENCE_S
        with contextlib.closing(self.cluster.connect()) as connection, connection.cursor() as cursor:
            while at is not None:
                cursor.execute(query, {"from": at, "last": last})
                row = cursor.fetchone()
                at = row[0] if row else None
                if time.monotonic() > until:
                    raise TimeoutError(f"ticket {at} of {first} .. {last} is not done after {PATIENCE_S} s")
                if at is not None:
                    time.sleep(0.005)

    def open_tickets(self, ago_s):
        """Facts of COUNT new tickets.  Returns the first and the last id."""
        first, last = self.next_id, self.next_id + self.count - 1
        self.next_id = last + 1
        self.sql(OPEN, first=first, last=last, ago_s=ago_s)
        self.cluster.sql("CHECKPOINT")
        return first, last

    def ring(self, first, last):
        for start in range(first, last + 1, BATCH):
            message = stages.Routed()
            for number in range(start, min(start + BATCH, last + 1)):
                message.tickets.add(ticket_id=number, agency="DISHUB", routed_at_ms=1)
            self.outbox.send(message.SerializeToString())

    # What is measured -----------------------------------------------------------------------------------------------

    def fill(self, size):
        """As the watcher leaves them, up to size pending in all."""
        words = {"agency": AGENCY, "routed_at": "date_trunc('milliseconds', now() - (1 + n % 36000 / 3600.0) * interval '1 hour')"}
        self.cluster.sql("SET synchronous_commit = off; " + FILL.format(first=self.pending + 1, last=size, **words))
        self.pending = size
        self.cluster.sql("UPDATE rules_applied SET version = (SELECT version FROM rules), up_to = 9223372036854775807")
        self.cluster.sql("UPDATE stage_marks SET done_up_to = %s, near_up_to = %s WHERE stage IN ('router', 'watcher')",
                         self.next_id - 1, self.next_id - 1)
        self.cluster.sql("VACUUM (ANALYZE) deadlines")
        self.cluster.sql("VACUUM (ANALYZE) tickets")
        self.cluster.sql("CHECKPOINT")

    def start_watcher(self):
        """Seconds until it had all timers in an empty Redis, and bytes of each there."""
        with contextlib.closing(self.redis()) as redis:
            redis.ask("FLUSHALL")
        before = self.used_memory()
        log = self.cluster.folder / "log/watcher.log"
        position = log.stat().st_size if log.exists() else 0
        self.outbox = self.context.socket(zmq.PUSH)
        self.outbox.setsockopt(zmq.LINGER, 0)
        self.outbox.bind(f"ipc://{self.cluster.run}/routed")
        started = time.monotonic()
        self.cluster.extra["watcher"] = WATCHER
        self.cluster.start_stages("watcher")
        wait_for("TIMERS_REBUILT in the watcher's log", lambda: b" TIMERS_REBUILT " in log.read_bytes()[position:], PATIENCE_S)
        seconds = time.monotonic() - started
        with contextlib.closing(self.redis()) as redis:
            timers = redis.ask("ZCARD kentongan:timers")
        return {"rebuild_s": seconds, "timers": timers, "timer_bytes": (self.used_memory() - before) / timers}

    def stop_watcher(self):
        self.cluster.stop("watcher")
        self.outbox.close()

    def round(self):
        """COUNT tickets set, answered; and others set and fired.  Each a second."""
        first, last = self.open_tickets(ago_s=60)
        started = time.monotonic()
        self.ring(first, last)
        self.await_none(UNSET, first, last)
        result = {"set": self.count / (time.monotonic() - started)}
        result["rows"] = self.sql("SELECT count(*) FROM deadlines WHERE ticket_id BETWEEN %(a)s AND %(b)s", a=first, b=last)[0][0] / self.count

        self.sql(ANSWER, first=first, last=last)
        started = time.monotonic()
        self.await_none(UNANSWERED, first, last)
        result["cancelled"] = self.count / (time.monotonic() - started)

        # All are due at the same moment: half of 24 hours after they were routed.
        lead_s = 5 + self.count / 5000
        first, last = self.open_tickets(ago_s=43200 - lead_s)
        self.ring(first, last)
        self.await_none(UNSET, first, last)
        due_in = "SELECT extract(epoch FROM min(next_at) - clock_timestamp())::float FROM deadlines WHERE ticket_id = %(id)s"
        left_s = self.sql(due_in, id=first)[0][0]
        if left_s < 0.5:
            raise RuntimeError("setting took so long that the first was due before the last was set")
        time.sleep(left_s)
        self.await_none(UNFIRED, first, last)
        lasted = "SELECT extract(epoch FROM max(n.created_at) - min(d.next_due))::float FROM notices n JOIN (SELECT ticket_id, " \
            "to_timestamp(steps[1] / 1000.0) AS next_due FROM deadlines WHERE ticket_id BETWEEN %(a)s AND %(b)s " \
            "AND clock = 'first_response') AS d ON d.ticket_id = n.cause WHERE n.cause BETWEEN %(a)s AND %(b)s AND n.kind = 3"
        result["fired"] = self.count / self.sql(lasted, a=first, b=last)[0][0]
        return result

    def polled(self):
        """The same by a table with an index, and nothing else: no derivation, no check, no notice."""
        self.cluster.sql(POLLED % self.pending)
        self.cluster.sql("VACUUM (ANALYZE) polled")
        self.cluster.sql("CHECKPOINT")
        first, last = self.pending + 1, self.pending + self.count
        ranges = [(start, min(start + BATCH - 1, last)) for start in range(first, last + 1, BATCH)]
        result = {}
        with contextlib.closing(self.cluster.connect()) as connection, connection.cursor() as cursor:
            for name, statement, words in (("set", POLLED_SET, (90000,)), ("cancelled", POLLED_CANCEL, ())):
                started = time.monotonic()
                for bounds in ranges:
                    cursor.execute(statement, (*words, *bounds))
                result[name] = self.count / (time.monotonic() - started)
            cursor.execute(POLLED_SET, (-1, last + 1, last + self.count))
            started, fired = time.monotonic(), 0
            while fired < self.count:
                cursor.execute(POLLED_FIRE)
                fired += len(cursor.fetchall())
            result["fired"] = self.count / (time.monotonic() - started)
        self.cluster.sql("DROP TABLE polled")
        return result

    def size(self, size, say):
        self.fill(size)
        found = {"pending": size, **self.start_watcher()}
        found["row_bytes"] = self.sql("SELECT pg_total_relation_size('deadlines')::float / count(*) FROM deadlines")[0][0]
        found["watcher"] = [say(f"watcher, {size:,} pending", self.round()) for _ in range(self.rounds)]
        self.stop_watcher()
        with contextlib.closing(self.redis()) as redis:
            redis.ask("FLUSHALL")
        found["redis"] = [say(f"redis, {size:,} pending", run_json(
            [self.programs / "bench_deadlines", self.cluster.run / "redis.sock", size, self.count])) for _ in range(self.rounds)]
        found["polled"] = [say(f"polled, {size:,} pending", self.polled()) for _ in range(self.rounds)]
        return found

    def measure(self, say):
        # Nobody is let sleep: all warnings of a moment fire at that moment.
        self.cluster.sql("DELETE FROM quiet_hours")
        return {"count": self.count, "rounds": self.rounds, "sizes": [self.size(size, say) for size in self.sizes]}


class Redis:
    """A few words to Redis, by its protocol."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rb")

    def ask(self, words):
        self.socket.sendall(words.encode() + b"\r\n")
        line = self.file.readline()
        if line[:1] == b":":
            return int(line[1:])
        if line[:1] == b"$":
            return self.file.read(int(line[1:]) + 2)
        if line[:1] == b"-":
            raise RuntimeError(line)
        return line

    def close(self):
        self.file.close()
        self.socket.close()
