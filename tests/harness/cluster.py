"""PostgreSQL, Redis, push service and the five services together, each test with a database and a folder of its own."""

import base64
import contextlib
import itertools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from . import contract, truth
from .client import Client
from .push import PushService
from .servers import BIN, Postgres, Redis
from .service import Service
from .waiting import wait_until, wait_while_it_moves

STAGES = ["ingest", "classifier", "router", "watcher", "notifier"]
NTFY_TOKEN = "tk_pengujian0123456789abcdef"
HOOK_SECRET = "kaitan-pengujian-0123456789"
VAPID_KEY = base64.urlsafe_b64encode((1955).to_bytes(32, "big")).rstrip(b"=").decode()  # any number below P-256's order
VAPID_PUBLIC_KEY = "BCtPV5xDoaFQDkUoodULZqV9_Gpl-qcKEiD-yvZCYl0IQLIbvaM_advCzBkupa11rnd3B7ni7nYmDt1miaIQSgA"

_postgres = None


def shared_postgres():
    """One PostgreSQL for all clusters of this process, made when first asked for."""
    global _postgres
    if _postgres is None:
        _postgres = Postgres()
    return _postgres


def close_shared_postgres():
    global _postgres
    if _postgres is not None:
        _postgres.close()
    _postgres = None


class Ports:
    """TCP ports below those that the kernel gives to outgoing connections, so that each stays free through a restart.

    What is given out may be bound much later, and others look for ports meanwhile: a process takes a block of them for itself, of
    which an abstract socket tells the others, and gives out one after the other."""

    FIRST, BLOCK, BLOCKS = 20000, 200, 60

    def __init__(self):
        self.claim = socket.socket(socket.AF_UNIX)
        for block in random.SystemRandom().sample(range(self.BLOCKS), self.BLOCKS):
            with contextlib.suppress(OSError):
                self.claim.bind(f"\0kentongan-test-ports-{block}")
                first = self.FIRST + block * self.BLOCK
                self.ports = itertools.cycle(range(first, first + self.BLOCK))
                return
        raise AssertionError("all blocks of ports are taken")

    def next(self):
        for port in itertools.islice(self.ports, self.BLOCK):
            with socket.socket() as probe, contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
        raise AssertionError("no port is free")


_ports = None


def free_port():
    """A TCP port that nobody else is given."""
    global _ports
    if _ports is None:
        _ports = Ports()
    return _ports.next()


class Cluster:
    """with Cluster() as cluster: .. ; settings: {"ingest": {"INGEST_BACKLOG_MAX": 10}}, added to what a test needs.

    Officers are not let sleep in it, or tests would depend on the hour; quiet_hours=True leaves them as they are delivered.
    """

    def __init__(self, stages=STAGES, settings=None, push=True, postgres=None, bin_folder=BIN, quiet_hours=False):
        self.stages = list(stages)
        self.settings = settings or {}
        self.postgres = postgres or shared_postgres()
        self.bin = bin_folder
        self.folder = tempfile.mkdtemp(prefix="kentongan-test-")
        self.database = self.postgres.new_database()
        if not quiet_hours:
            self.query("DELETE FROM quiet_hours")
        self.redis = Redis(self.folder)
        self.push = PushService(self.folder) if push else None
        self.endpoint = f"tcp://127.0.0.1:{free_port()}"
        self.portal_listen = f"127.0.0.1:{free_port()}"
        self.ntfy_listen = f"127.0.0.1:{free_port()}"
        self.portal_url = f"http://{self.portal_listen}"  # as browsers reach it; harness/portal.py may put nginx in between
        self.ntfy_url = f"http://{self.ntfy_listen}"
        self.services = {}
        self.failed = False

    def __enter__(self):
        try:
            if self.push:
                with contextlib.closing(self.connect()) as connection:
                    self.push.add_phones(connection)
            for stage in self.stages:
                self.add(stage)
            for stage in self.stages:
                self.services[stage].await_event("UP")
        except BaseException:
            self.failed = True
            self.close()
            raise
        return self

    def __exit__(self, kind, *_):
        self.failed = kind is not None
        self.close()

    def close(self):
        """Ends everything.  The folder with the logs stays when the test failed and KENTONGAN_KEEP is set."""
        for service in self.services.values():
            service.stop(signal.SIGKILL)
        self.redis.stop()
        if self.push:
            self.push.stop()
        if self.postgres.process.poll() is not None:
            self.postgres.start()
        self.postgres.drop_database(self.database)
        if self.failed and os.environ.get("KENTONGAN_KEEP"):
            print(f"logs are kept in {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, stage):
        """The settings of a stage in this cluster."""
        bus = {name: f"ipc://{self.folder}/{name.lower()}" for name in
               ["BUS_RECEIVED", "BUS_TRIAGED", "BUS_ROUTED", "BUS_ROUTER_NOTICES", "BUS_WATCHER_NOTICES"]}
        made = {"DATABASE": self.postgres.conninfo(self.database, f"kentongan_{stage}"), "LOG_LEVEL": "info", **bus}
        if stage in ["router", "watcher"]:
            made["BUS_ACTED"] = f"ipc://{self.folder}/bus_acted_{stage}"
        if stage == "portal":
            made.update({f"BUS_ACTED_{to.upper()}": f"ipc://{self.folder}/bus_acted_{to}" for to in ["router", "watcher"]})
        if stage == "ingest":
            made["INGEST_PLAIN"] = self.endpoint
        elif stage == "portal":
            made.update(PORTAL_LISTEN=self.portal_listen, NTFY_LISTEN=self.ntfy_listen, PORTAL_URL=self.portal_url, NTFY_URL=self.ntfy_url,
                        PORTAL_PAGES=f"{contract.ROOT}/services/portal/pages", INGEST=self.endpoint, VAPID_PUBLIC_KEY=VAPID_PUBLIC_KEY,
                        NTFY_TOKEN=NTFY_TOKEN, HOOK_SECRET=HOOK_SECRET, PUSH_ALLOW_LOOPBACK="yes")
        else:
            made.update(SWEEP_MS=200, GRACE_MS=300)
        if stage == "watcher":
            made.update(REDIS=f"unix:{self.redis.socket}", WATCHER_SWEEP_MS=500)
        if stage == "notifier":
            made.update(PUSH_SUBJECT="mailto:tests@example.org", VAPID_PRIVATE_KEY=VAPID_KEY, PUSH_ALLOW_LOOPBACK="yes")
        return {**made, **self.settings.get("all", {}), **self.settings.get(stage, {})}

    def add(self, stage, name=None, settings=None):
        """Starts a stage, or one more replica of it under another name."""
        name = name or stage
        environment = {**self.environment(stage), **(settings or {})}
        service = Service(name, f"{self.bin}/kentongan-{stage}", environment, self.folder)
        self.services[name] = service
        service.start()
        return service

    def __getitem__(self, name):
        return self.services[name]

    def client(self, **options):
        return Client(self.endpoint, **options)

    def connect(self, role=None):
        if role:
            return self.postgres.connect(self.database, f"kentongan_{role}")
        return self.postgres.connect(self.database)

    def query(self, sql, parameters=None):
        """All rows of a query, as the owner of the tables."""
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def value(self, sql, parameters=None):
        return self.query(sql, parameters)[0][0]

    def run_cli(self, *words, stdin=None):
        """Runs `kentongan` as ops: the finished process."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("KENTONGAN_")}
        environment.update(KENTONGAN_DATABASE=self.postgres.conninfo(self.database, "kentongan_ops"),
                           KENTONGAN_INGEST_PLAIN=self.endpoint, KENTONGAN_PUSH_ALLOW_LOOPBACK="yes",
                           KENTONGAN_PORTAL_URL=self.portal_url)
        return subprocess.run([f"{self.bin}/kentongan", *words], env=environment, capture_output=True, text=True, cwd=contract.ROOT,
                              input=stdin, check=False)

    def cli(self, *words, check=True):
        """Runs `kentongan` as ops and returns what it printed."""
        done = self.run_cli(*words)
        if check:
            assert done.returncode == 0, f"kentongan {words}: exit {done.returncode}: {done.stderr}{done.stdout}"
        return done.stdout

    def status(self):
        return json.loads(self.cli("status", "--json"))

    def backlog(self):
        with contextlib.closing(self.connect()) as connection:
            return truth.backlog(connection)

    def settled(self):
        return not any(self.backlog().values())

    def await_settled(self, patience=30):
        """Until nothing waits, however slow the machine is: nothing may stand still for patience seconds."""
        wait_while_it_moves(lambda: tuple(self.backlog().values()), patience, lambda: f"settled; waiting: {self.backlog()}")

    def await_working(self, timeout=20):
        """Until a report is accepted: PostgreSQL, the vitals and a lane are there."""
        with self.client() as client:
            message = contract.report("harness", f"probe-{random.getrandbits(60):x}", "Apakah sudah ada yang mendengar laporan ini")
            client.publish([message], timeout=timeout)

    def broken(self, **options):
        with contextlib.closing(self.connect()) as connection:
            return truth.broken(connection, **options)

    def unexpected_exits(self):
        """Service -> exit codes that no kill -9 and no orderly end explains."""
        wrong = {name: [code for code in service.exits if code not in (0, -signal.SIGKILL)] for name, service in self.services.items()}
        return {name: codes for name, codes in wrong.items() if codes}

    def stop_all(self, number=signal.SIGTERM):
        """Tells every service to end, at once.  Returns name -> exit code, and name -> seconds that it took."""
        started = time.monotonic()
        for service in self.services.values():
            service.dismiss(number)
        left = dict(self.services)

        def reap():
            for name, service in list(left.items()):
                if service.process.poll() is not None:
                    seconds[name] = time.monotonic() - started
                    del left[name]
            return not left

        seconds = {}
        wait_until(reap, 30, lambda: f"all services ended; {sorted(left)} did not")
        return {name: service.process.returncode for name, service in self.services.items()}, seconds
