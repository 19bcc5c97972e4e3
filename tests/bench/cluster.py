"""A private PostgreSQL and Redis with the stages on top, set up as deploy/quickstart does, for measuring.

Everything is under one folder, listens on Unix sockets and loopback alone, and is stopped by pid.  PostgreSQL refuses to run
as root, so root runs it as the user postgres.
"""

import contextlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import time

import psycopg2

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSTGRES_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
STAGES = ("ingest", "classifier", "router", "watcher", "notifier")
POSTGRES_CONF = """\
listen_addresses = ''
unix_socket_directories = '{run}'
max_connections = 60
shared_buffers = 1GB
fsync = {fsync}
synchronous_commit = on
full_page_writes = {fsync}
wal_compression = lz4
max_wal_size = 8GB
checkpoint_timeout = 15min
wal_level = {wal_level}
max_wal_senders = {wal_senders}
log_min_error_statement = panic
log_checkpoints = on
timezone = 'UTC'
jit = off
"""
REDIS_CONF = """\
port 0
unixsocket {run}/redis.sock
dir {run}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def wait_for(what, condition, patience=60.0):
    """Returns the first true value of condition(); raises when patience seconds have passed without one."""
    until = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise TimeoutError(f"waited {patience:.0f} s for {what} in vain")
        time.sleep(0.01)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Cluster:
    def __init__(self, folder, bin_folder):
        self.folder = pathlib.Path(folder)
        self.run = self.folder / "run"
        self.bin = pathlib.Path(bin_folder)
        self.processes = {}
        self.owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.plain = f"tcp://127.0.0.1:{free_port()}"
        self.curve = f"tcp://127.0.0.1:{free_port()}"
        self.portal = f"127.0.0.1:{free_port()}"
        self.ntfy = f"127.0.0.1:{free_port()}"
        self.extra = {}  # settings on top of those below, by stage
        self.more = {}  # extra programs: name -> path
        self.server_keys = self.client_keys = self.identity_key = None

    # PostgreSQL and Redis -------------------------------------------------------------------------------------------

    def create(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.run.mkdir(parents=True)
        (self.folder / "log").mkdir()
        # Nobody else may enter: that is what the trust in pg_hba.conf rests on.
        os.chmod(self.folder, 0o700)
        if self.owner:
            shutil.chown(self.folder, "postgres")
            shutil.chown(self.run, "postgres")
        data = self.folder / "postgres"
        subprocess.run([*self.owner, POSTGRES_BIN / "initdb", "-D", data, "-U", "kentongan", "-A", "trust", "-E", "UTF8",
                        "--locale=C.UTF-8", "--data-checksums"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        (self.run / "redis.conf").write_text(REDIS_CONF.format(run=self.run))
        self.start_postgres()
        with contextlib.closing(self.connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE kentongan TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        self.start("redis", ["/usr/bin/redis-server", str(self.run / "redis.conf")], {})
        wait_for("Redis", (self.run / "redis.sock").exists)

    def start_postgres(self, fsync=True):
        """fsync=False: for filling alone."""
        conf = self.folder / "kentongan.conf"
        conf.write_text(POSTGRES_CONF.format(run=self.run, fsync="on" if fsync else "off",
                                             wal_level="replica" if fsync else "minimal", wal_senders=10 if fsync else 0))
        self.start("postgres", [*self.owner, str(POSTGRES_BIN / "postgres"), "-D", str(self.folder / "postgres"),
                                "-c", f"config_file={conf}", "-c", f"hba_file={self.folder}/postgres/pg_hba.conf"], {})
        wait_for("PostgreSQL", self.is_up)

    def is_up(self):
        answer = subprocess.run([POSTGRES_BIN / "pg_isready", "-q", "-h", self.run, "-U", "kentongan", "-d", "postgres"],
                                check=False)
        return answer.returncode == 0

    def stop_postgres(self):
        pid = int((self.folder / "postgres/postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGINT)
        self.processes.pop("postgres").wait(300)

    def conninfo(self, user="kentongan", database="kentongan"):
        return f"host={self.run} user={user} dbname={database}"

    def connect(self, database="kentongan"):
        connection = psycopg2.connect(self.conninfo(database=database))
        connection.autocommit = True
        return connection

    def sql(self, text, *values):
        """Runs statements as the owner; the rows of the last one, if it has any."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(text, values or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, text, *values):
        return self.sql(text, *values)[0][0]

    # The stages -----------------------------------------------------------------------------------------------------

    def settings(self, stage):
        run = self.run
        common = {"DATABASE": self.conninfo(f"kentongan_{stage}"), "REDIS": f"unix:{run}/redis.sock", "LOG_LEVEL": "info",
                  "METRICS_FILE": f"{run}/{stage}.metrics"}
        own = {
            "ingest": {"BUS_RECEIVED": f"ipc://{run}/received", "INGEST_PLAIN": self.plain, "INGEST_CURVE": self.curve,
                       "INGEST_CURVE_SECRET_KEY": self.server_keys and self.server_keys[1],
                       "IDENTITY_PUBLIC_KEY": self.identity_key, "INGEST_BACKLOG_MAX": "1000000000"},
            "classifier": {"BUS_RECEIVED": f"ipc://{run}/received", "BUS_TRIAGED": f"ipc://{run}/triaged"},
            "router": {"BUS_TRIAGED": f"ipc://{run}/triaged", "BUS_ROUTED": f"ipc://{run}/routed",
                       "BUS_ROUTER_NOTICES": f"ipc://{run}/router_notices"},
            "watcher": {"BUS_ROUTED": f"ipc://{run}/routed", "BUS_WATCHER_NOTICES": f"ipc://{run}/watcher_notices"},
            "notifier": {"BUS_ROUTER_NOTICES": f"ipc://{run}/router_notices",
                         "BUS_WATCHER_NOTICES": f"ipc://{run}/watcher_notices", "PUSH_SUBJECT": "mailto:ops@localhost",
                         "PUSH_ALLOW_LOOPBACK": "yes", "VAPID_PRIVATE_KEY": self.vapid_key()},
            "portal": {"PORTAL_LISTEN": self.portal, "NTFY_LISTEN": self.ntfy, "PORTAL_URL": f"http://{self.portal}",
                       "PORTAL_PAGES": f"{ROOT}/services/portal/pages", "BUS_ACTED_ROUTER": f"ipc://{run}/acted_router",
                       "BUS_ACTED_WATCHER": f"ipc://{run}/acted_watcher"},
        }[stage]
        return {f"KENTONGAN_{name}": value for name, value in {**common, **own, **self.extra.get(stage, {})}.items() if value}

    def vapid_key(self):
        path = self.folder / "vapid.private"
        if not path.exists():
            # Any 32 bytes below the order of P-256 will do; a leading zero makes sure of it.
            import base64
            path.write_text(base64.urlsafe_b64encode(b"\0" + secrets.token_bytes(31)).rstrip(b"=").decode())
        return path.read_text()

    def start(self, name, command, environment):
        log = open(self.folder / "log" / f"{name}.log", "ab")
        self.processes[name] = subprocess.Popen(
            command, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **environment}, cwd="/",
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        return self.processes[name]

    def start_stages(self, *stages):
        for stage in stages:
            (self.run / f"{stage}.metrics").unlink(missing_ok=True)
            self.start(stage, [str(self.bin / f"kentongan-{stage}")], self.settings(stage))
        for stage in stages:
            wait_for(f"{stage} (see {self.folder}/log/{stage}.log)",
                     lambda stage=stage: self.alive(stage) and (self.run / f"{stage}.metrics").exists())

    def alive(self, name):
        code = self.processes[name].poll()
        if code is not None:
            tail = (self.folder / "log" / f"{name}.log").read_text(errors="replace")[-800:]
            raise RuntimeError(f"{name} ended with {code}:\n{tail}")
        return True

    def stop(self, *names):
        gone = [(name, self.processes.pop(name)) for name in names if name in self.processes]
        for _, process in gone:
            process.send_signal(signal.SIGTERM)
        for _, process in gone:
            process.wait(60)

    def destroy(self, keep=False):
        self.stop(*[name for name in self.processes if name != "postgres"])
        if "postgres" in self.processes:
            self.stop_postgres()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    # What a process used --------------------------------------------------------------------------------------------

    def memory(self, name):
        """Resident memory now, KiB."""
        return self._status(name, "VmRSS:")

    def peak_memory(self, name):
        """Peak resident memory, MiB."""
        return self._status(name, "VmHWM:") / 1024

    def _status(self, name, word):
        for line in pathlib.Path(f"/proc/{self.processes[name].pid}/status").read_text().splitlines():
            if line.startswith(word):
                return int(line.split()[1])
        raise RuntimeError(f"{name} has no {word}")

    def cpu(self):
        """Seconds of CPU by process so far, with all of its children; and of the whole machine, as "all"."""
        ticks = os.sysconf("SC_CLK_TCK")
        parents, spent = {}, {}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                parents[int(entry.name)] = int(fields[1])
                spent[int(entry.name)] = sum(map(int, fields[11:15])) / ticks  # with children that ended
        result = {}
        for name, process in self.processes.items():
            family = {process.pid}
            for _ in range(3):
                family |= {pid for pid, parent in parents.items() if parent in family}
            result[name] = sum(spent.get(pid, 0) for pid in family)
        busy = list(map(int, pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
        result["all"] = (sum(busy) - busy[3] - busy[4]) / ticks  # but idle, and waiting for the disk
        return result


def run_json(command, **options):
    """Runs a measuring program and reads the one line of JSON that it prints."""
    done = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True, **options)
    return json.loads(done.stdout)
