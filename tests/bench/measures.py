"""What is measured, each on a cluster that is up: the ceiling, ingest alone, the whole flow, and latency at a steady rate."""

import base64
import contextlib
import json
import statistics
import subprocess
import time

from cluster import STAGES, run_json, wait_for

WINDOW, CLIENTS = 64, 16
FLOW = ("reports", "identities", "triages", "incidents", "tickets", "ticket_reports", "ticket_events", "turns", "deadlines", "notices", "rings", "ring_calls",
        "deliveries", "replies", "reply_addresses")
WARM_UP = 2000  # reports before a measurement, not counted
WARM_UP_S = 3  # of a steady rate, not counted


class Bench:
    def __init__(self, cluster, programs, sizes):
        self.cluster = cluster
        self.programs = programs
        self.sizes = sizes
        self.peaks = {}
        self.keys_s = []  # how long ingest read the keys of closed buckets, each start

    # Helpers --------------------------------------------------------------------------------------------------------

    def empty(self):
        """No report is stored, no stage runs."""
        # What a stage asked last may still be worked on.
        wait_for("the stages' connections to end", lambda: not self.cluster.sql(
            "SELECT FROM pg_stat_activity WHERE usename LIKE 'kentongan\\_%%'"), 60)
        self.cluster.sql(f"TRUNCATE {', '.join(FLOW)}, troubles, report_buckets; INSERT INTO report_buckets (bucket) VALUES (0); "
                         "UPDATE stage_marks SET (done_up_to, near_up_to) = (SELECT mark, mark FROM (SELECT greatest(0, "
                         "last_value - 262144) AS mark FROM report_ids) ids) WHERE stage NOT LIKE '%.acts'")
        self.cluster.sql("CHECKPOINT")

    def note_peaks(self, stages):
        for stage in stages:
            self.peaks[stage] = max(self.peaks.get(stage, 0), self.cluster.peak_memory(stage))

    @contextlib.contextmanager
    def costs(self, result, reports):
        """Adds CPU microseconds a report by process, and how many cores others on the machine used meanwhile."""
        before, started = self.cluster.cpu(), time.monotonic()
        yield
        after, seconds = self.cluster.cpu(), time.monotonic() - started
        spent = {name: after[name] - before.get(name, 0) for name in after}
        ours = sum(value for name, value in spent.items() if name != "all") + result.get("cpu_s", 0)
        result["cpu_us"] = {name: 1e6 * value / reports for name, value in spent.items() if name != "all"}
        result["others_cores"] = max(0.0, (spent["all"] - ours) / seconds)

    def start(self, *stages):
        """Starts stages; returns once ingest has the keys of closed buckets in memory, if there are any."""
        log = self.cluster.folder / "log/ingest.log"
        before = log.stat().st_size if log.exists() else 0
        started = time.monotonic()
        self.cluster.start_stages(*stages)
        if self.cluster.value("SELECT max(bucket) FROM report_buckets") > 0:
            wait_for("KEYS_LOADED in ingest's log", lambda: b" KEYS_LOADED " in log.read_bytes()[before:], 300)
            self.keys_s.append(time.monotonic() - started)

    def load(self, reports, curve=False, reporter=False, more=()):
        cluster = self.cluster
        command = [self.programs / "bench_load", cluster.curve if curve else cluster.plain, reports, "--window", WINDOW,
                   "--clients", CLIENTS, *more]
        if curve:
            command += ["--server-key", cluster.server_keys[0], "--secret-key", cluster.client_keys[1]]
        if reporter:
            command.append("--reporter")
        return run_json(command)

    def warm_up(self):
        """Until reports are accepted and every connection has its plans."""
        result = self.load(WARM_UP)
        if result["accepted"] != WARM_UP:
            raise RuntimeError(f"the load client was not answered as it should: {result}")

    def skip_to_now(self):
        """Moves all marks up over what ingest alone has stored: no stage shall ever want it."""
        self.cluster.sql("UPDATE stage_marks SET done_up_to = m.id, near_up_to = m.id FROM (SELECT max(id) AS id FROM reports) AS m "
                         "WHERE stage <> 'notifier'")

    # a ---------------------------------------------------------------------------------------------------------------

    def ceiling(self, connections):
        """Rows a second by COPY into a table shaped like reports, 256 rows a transaction."""
        self.cluster.sql("DROP TABLE IF EXISTS ceiling; CREATE TABLE ceiling (LIKE reports INCLUDING ALL)")
        self.cluster.sql("CHECKPOINT")
        result, rows = {}, self.sizes["copy"]
        with self.costs(result, rows):
            result.update(run_json([self.programs / "bench_copy", self.cluster.conninfo(), "ceiling", connections, 256, rows]))
        self.cluster.sql("DROP TABLE ceiling")
        return result

    # b ---------------------------------------------------------------------------------------------------------------

    def ingest(self, curve, reporter):
        """Acknowledged reports a second, with ingest alone."""
        cluster, reports = self.cluster, self.sizes["ingest"]
        newest = self.heads()[0]
        self.start("ingest")
        self.warm_up()
        cluster.sql("CHECKPOINT")
        result = {}
        with self.costs(result, reports):
            result.update(self.load(reports, curve, reporter))
        found = cluster.value("SELECT count(*) FROM reports WHERE id > %s", newest)
        if (result["accepted"], found) != (reports, reports + WARM_UP):
            raise RuntimeError(f"not every report was accepted once: {found} rows, {result}")
        self.note_peaks(["ingest"])
        cluster.stop("ingest")
        self.skip_to_now()
        return result

    # c and d ---------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def phones(self, log=None):
        """The push sink, with one device of each agency behind it."""
        command = [str(self.programs / "bench_push_sink"), *(["--log", str(log)] if log else [])]
        sink = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            told = json.loads(sink.stdout.readline())
            point, auth = (base64.urlsafe_b64decode(told[name] + "=" * (-len(told[name]) % 4)) for name in ("p256dh", "auth"))
            self.cluster.sql("TRUNCATE devices")
            self.cluster.sql("INSERT INTO devices (agency, endpoint, p256dh, auth) SELECT code, %s || code, %s, %s FROM agencies",
                             f"http://127.0.0.1:{told['port']}/push/", point, auth)
            self.cluster.processes["push sink"] = sink
            yield sink
        finally:
            self.cluster.processes.pop("push sink", None)
            sink.terminate()
            self.sink_end = json.loads(sink.stdout.read() or "{}")
            sink.wait(10)

    def heads(self):
        """The newest report and the newest notice; taken while no ingest runs, because a running one has ids in hand below it."""
        return self.cluster.sql("SELECT coalesce((SELECT max(id) FROM reports), 0), coalesce((SELECT max(id) FROM notices), 0)")[0]

    def await_settled(self, heads, reports, patience):
        """Until every report above heads is through all stages.  Returns {stage: seconds from now}.

        Each stage is asked only once the one before it is through, so that the question costs little.
        """
        questions = {
            "classifier": "SELECT count(*) >= %(reports)s FROM triages WHERE report_id > %(report)s",
            "router": "SELECT count(*) >= %(reports)s FROM ticket_reports WHERE report_id > %(report)s",
            "watcher": "SELECT (SELECT count(*) FROM deadlines WHERE ticket_id > %(report)s AND clock = 'first_response') >= "
                       "(SELECT count(*) FROM tickets WHERE id > %(report)s AND agency <> 'SHELF')",
            "notifier": "SELECT (SELECT count(DISTINCT notice_id) FROM deliveries WHERE notice_id > %(notice)s AND outcome <> 'retry')"
                        " >= (SELECT count(*) FROM notices WHERE id > %(notice)s AND audience = 'agency')",
        }
        values = {"reports": reports, "report": heads[0], "notice": heads[1]}
        started, reached = time.monotonic(), {}
        with contextlib.closing(self.cluster.connect()) as connection, connection.cursor() as cursor:
            for stage, question in questions.items():
                def is_through(question=question):
                    for name in STAGES:
                        self.cluster.alive(name)
                    cursor.execute(question, values)
                    if cursor.fetchone()[0]:
                        return True
                    time.sleep(0.1)
                    return False
                wait_for(f"the {stage} to be through", is_through, patience)
                reached[stage] = time.monotonic() - started
        return reached

    def start_flow(self):
        """Starts all stages and warms them up.  Returns the heads before that."""
        heads = self.heads()
        self.start(*STAGES)
        self.warm_up()
        self.await_settled(heads, WARM_UP, 120)
        self.cluster.sql("CHECKPOINT")
        return heads

    def outcomes(self, heads):
        return dict(self.cluster.sql("SELECT outcome, count(*) FROM deliveries WHERE notice_id > %s GROUP BY 1", heads[1]))

    def through(self, seed):
        """Reports a second from the first send until each is settled in every stage and each push is answered."""
        cluster, reports = self.cluster, self.sizes["through"]
        with self.phones():
            heads, result = self.start_flow(), {}
            started = time.monotonic()
            with self.costs(result, reports):
                result.update(self.load(reports, more=["--fresh", seed]))
                acked = time.monotonic() - started
                stages = self.await_settled(heads, WARM_UP + reports, 600)
                result["settled_s"] = time.monotonic() - started
            result["acked_s"] = acked
            result["stage_s"] = {stage: acked + seconds for stage, seconds in stages.items()}
            result["settled_rate"] = reports / result["settled_s"]
            result["outcomes"] = self.outcomes(heads)
            self.note_peaks(STAGES)
            cluster.stop(*STAGES)
        result["pushes"] = self.sink_end["pushes"]
        return result

    def steady(self, seed):
        """Latency at a steady rate: of the receipt, and from the send to the push's last byte at the phone."""
        cluster, rate = self.cluster, self.sizes["rate"]
        reports = rate * (self.sizes["steady_s"] + WARM_UP_S)
        pushes, receipts = cluster.folder / "pushes", cluster.folder / "receipts"
        with self.phones(log=pushes):
            heads, result = self.start_flow(), {}
            with self.costs(result, reports):
                result.update(self.load(reports, more=["--rate", rate, "--fresh", seed, "--receipts", receipts]))
                self.await_settled(heads, WARM_UP + reports, 120)
            result["outcomes"] = self.outcomes(heads)
            self.note_peaks(STAGES)
            cluster.stop(*STAGES)
        if self.sink_end["wrong"] > 0:
            raise RuntimeError(f"{self.sink_end['wrong']} pushes could not be decrypted")
        result.update(self._latencies(receipts, pushes))
        return result

    @staticmethod
    def _latencies(receipts, pushes):
        pushed = {}
        for line in pushes.read_text().splitlines():
            at, ticket = line.split()
            pushed.setdefault(ticket, int(at))
        sent = [line.split() for line in receipts.read_text().splitlines()]
        since = min(int(at) for _, at, _ in sent) + WARM_UP_S * 1000000
        counted = [(code, int(at), int(answered)) for code, at, answered in sent if int(at) >= since]
        waits = {"receipt": [answered - at for _, at, answered in counted],
                 "push": [pushed[code] - at for code, at, _ in counted if code in pushed]}
        result = {"pushes_matched": len(waits["push"]), "reports_counted": len(counted)}
        for name, values in waits.items():
            cuts = statistics.quantiles(values, n=1000)
            result[name] = {"p50_ms": cuts[499] / 1000, "p99_ms": cuts[989] / 1000, "worst_ms": max(values) / 1000}
        return result
