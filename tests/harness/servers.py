"""A private PostgreSQL and a private Redis, on unix sockets in a folder of their own."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg2

from . import contract
from .waiting import wait_until

OWNER = "kentongan"
TEMPLATE = "kentongan_template"
BIN = os.environ.get("KENTONGAN_BIN", str(contract.ROOT / "build/dev/bin"))

CONF = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 100
shared_buffers = 128MB
max_wal_size = 2GB
fsync = on
synchronous_commit = on
full_page_writes = on
jit = off
track_commit_timestamp = on
timezone = 'UTC'
log_min_error_statement = panic
log_error_verbosity = terse
"""


def _program(name):
    for folder in ["/usr/lib/postgresql/15/bin", *sorted(map(str, pathlib.Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)]:
        if os.access(f"{folder}/{name}", os.X_OK):
            return f"{folder}/{name}"
    return shutil.which(name) or name


def unprivileged():
    """Arguments for subprocess: PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def end(process, number=signal.SIGKILL):
    """Ends a process that this one started, and waits until it is gone."""
    if process is not None and process.poll() is None:
        process.send_signal(number)
        process.wait(30)


def _read(pid, name):
    """A file of /proc/PID, "" when that process is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _state_and_parent(pid):
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return (fields[0], int(fields[1])) if fields else ("Z", 0)


def _children(pid):
    return [int(entry.name) for entry in pathlib.Path("/proc").iterdir()
            if entry.name.isdigit() and _state_and_parent(int(entry.name))[1] == pid]


def _is_alive(pid):
    return _state_and_parent(pid)[0] != "Z"


class Postgres:
    """A PostgreSQL cluster with a migrated template, from which each test gets a database in an instant."""

    def __init__(self, settings=""):
        self.folder = tempfile.mkdtemp(prefix="kentongan-pg-")
        self.data = f"{self.folder}/data"
        self.log = f"{self.folder}/postgres.log"
        self.as_user = unprivileged()
        self.process = None
        self.databases = 0
        if self.as_user:
            os.chown(self.folder, self.as_user["user"], self.as_user["group"])
        os.chmod(self.folder, 0o700)
        command = [_program("initdb"), "-D", self.data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **self.as_user)
        with open(f"{self.data}/postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(CONF.format(folder=self.folder) + settings)
        self.start()
        self._make_template()

    def _make_template(self):
        with contextlib.closing(self.connect("postgres")) as connection:
            connection.cursor().execute(f"CREATE DATABASE {TEMPLATE}")
        environment = {**os.environ, "KENTONGAN_DATABASE": self.conninfo(TEMPLATE)}
        command = [f"{BIN}/kentongan", "migrate", "--sql", "deploy/postgres", "--data", "deploy/data"]
        subprocess.run(command, check=True, env=environment, cwd=contract.ROOT, stdout=subprocess.DEVNULL)

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [_program("postgres"), "-D", self.data], stdout=log, stderr=log, cwd="/", start_new_session=True, **self.as_user)
        wait_until(self._answers, 60, lambda: f"PostgreSQL answers; see {self.log}")

    def _answers(self):
        assert self.process.poll() is None, f"PostgreSQL ended; see {self.log}"
        try:
            self.connect("postgres").close()
            return True
        except psycopg2.OperationalError:
            return False

    def stop(self):
        """In order, without waiting for clients to leave."""
        end(self.process, signal.SIGINT)

    def kill(self, frozen_s=0):
        """kill -9 of every process of it at once, after it stood still for frozen_s seconds."""
        self._signal_all(signal.SIGSTOP)
        time.sleep(frozen_s)
        pids = self._signal_all(signal.SIGKILL)
        self.process.wait()
        wait_until(lambda: not any(map(_is_alive, pids)), 30, "PostgreSQL's processes are gone")

    def _signal_all(self, number):
        """Sends a signal to every process of it.  Returns their pids."""
        self.process.send_signal(signal.SIGSTOP)  # it must not start another one meanwhile
        pids = [*_children(self.process.pid), self.process.pid]
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        return pids

    @contextlib.contextmanager
    def frozen(self):
        """Every process of it stands still, as when its disk hangs; connections stay open."""
        self._signal_all(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal_all(signal.SIGCONT)

    def signal_wal_writer(self, number):
        """SIGSTOP: what no commit flushes stays in memory, and is lost with the next kill().  SIGCONT: as usual."""
        for pid in _children(self.process.pid):
            if "walwriter" in _read(pid, "cmdline"):
                os.kill(pid, number)

    def conninfo(self, database, role=OWNER):
        return f"host={self.folder} dbname={database} user={role}"

    def connect(self, database, role=OWNER):
        """A connection in autocommit mode."""
        connection = psycopg2.connect(self.conninfo(database, role))
        connection.autocommit = True
        return connection

    def new_database(self):
        self.databases += 1
        name = f"kentongan_{self.databases}"
        with contextlib.closing(self.connect("postgres")) as connection:
            cursor = connection.cursor()
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
            # Rights on a database are not copied with it.
            cursor.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
            for role in ["ingest", "classifier", "router", "watcher", "notifier", "portal", "ops"]:
                cursor.execute(f"GRANT CONNECT ON DATABASE {name} TO kentongan_{role}")
        return name

    def drop_database(self, name):
        with contextlib.closing(self.connect("postgres")) as connection:
            connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self):
        """Ends it and removes its folder."""
        end(self.process, signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis:
    """A Redis server that keeps nothing on disk."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = f"{folder}/redis.sock"
        self.process = None
        self.start()

    def start(self):
        program = shutil.which("redis-server")
        if program is None:  # the package redis-tools has the server by its checker's name only
            program = f"{self.folder}/redis-server"
            if not os.path.exists(program):
                os.symlink("/usr/bin/redis-check-rdb", program)
        command = [program, "--port", "0", "--unixsocket", self.socket, "--save", "", "--appendonly", "no", "--dir", self.folder]
        with open(f"{self.folder}/redis.log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: self.call("PING", check=False) == "PONG", 10, "Redis answers")

    def call(self, *words, check=True):
        """Runs one command by redis-cli and returns its answer as text."""
        command = ["redis-cli", "-s", self.socket, *words]
        return subprocess.run(command, check=check, capture_output=True, text=True).stdout.strip()

    def flush(self):
        self.call("FLUSHALL")

    def stop(self):
        end(self.process, signal.SIGKILL)
