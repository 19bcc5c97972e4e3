"""Wrong settings and arguments: one clear line, a stable exit code, and no socket opened."""

import os
import socket
import subprocess

import pytest

from harness.cluster import VAPID_KEY, free_port
from harness.servers import BIN

SERVICES = ["ingest", "classifier", "router", "watcher", "notifier"]
GOOD = {"notifier": {"PUSH_SUBJECT": "mailto:tests@example.org", "VAPID_PRIVATE_KEY": VAPID_KEY}}


def run(service, settings=None, arguments=(), timeout=10):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KENTONGAN_")}
    for name, value in {**GOOD.get(service, {}), **(settings or {})}.items():
        environment[f"KENTONGAN_{name}"] = value
    return subprocess.run([f"{BIN}/kentongan-{service}", *arguments], env=environment, capture_output=True, text=True, timeout=timeout)


WRONG = [
    *[(service, {"BUS_ANYWHERE": "maybe"}) for service in SERVICES if service != "notifier"],
    *[(service, {"SWEEP_MS": "soon"}) for service in SERVICES if service != "ingest"],
    *[(service, {"GRACE_MS": "-1"}) for service in SERVICES if service != "ingest"],
    ("ingest", {"INGEST_BACKLOG_MAX": "0"}),
    ("ingest", {"INGEST_BACKLOG_MAX": "10 reports"}),
    ("ingest", {"INGEST_BUCKET_ROWS": "1"}),
    ("ingest", {"INGEST_PLAIN_ANYWHERE": "true"}),
    ("ingest", {"IDENTITY_PUBLIC_KEY": "not hexadecimal"}),
    ("ingest", {"IDENTITY_PUBLIC_KEY": "00" * 32}),
    ("ingest", {"REPLY_PUBLIC_KEY": "00" * 32}),
    ("notifier", {"REPLY_SECRET_KEY": "not hexadecimal"}),
    ("notifier", {"REPLY_PAUSE_S": "-1"}),
    ("ingest", {"INGEST_CURVE_SECRET_KEY": "short", "INGEST_CURVE": "tcp://127.0.0.1:1"}),
    ("ingest", {"INGEST_CURVE_SECRET_KEY": "~" * 40, "INGEST_CURVE": "tcp://127.0.0.1:1"}),
    ("ingest", {"INGEST_PLAIN": ""}),
    ("ingest", {"INGEST_CURVE_SECRET_KEY_FILE": "/nonexistent/key"}),
    ("watcher", {"WATCHER_SWEEP_MS": "0"}),
    ("router", {"ROUTER_CONFIDENCE": "101"}),
    ("classifier", {"CLASSIFIER_INDEX_MOST": "1"}),
    ("notifier", {"PUSH_SUBJECT": "somebody"}),
    ("notifier", {"VAPID_PRIVATE_KEY": "AAAA"}),
    ("notifier", {"PUSH_TTL_S": "1"}),
    ("notifier", {"PUSH_ALLOW_LOOPBACK": "perhaps"}),
]


@pytest.mark.parametrize("service, settings", WRONG, ids=[f"{i}-{service}-{next(iter(names))}" for i, (service, names) in enumerate(WRONG)])
def test_a_wrong_setting_is_one_line_and_exit_78(service, settings):
    done = run(service, settings)
    assert done.returncode == 78, done.stderr
    [line] = done.stderr.splitlines()
    assert "SETTING_WRONG" in line and next(iter(settings)) in line


def test_a_secret_is_not_in_the_complaint_about_it():
    done = run("notifier", {"VAPID_PRIVATE_KEY": "sangat-rahasia"})
    assert done.returncode == 78 and "sangat-rahasia" not in done.stderr


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("address", ["tcp://0.0.0.0:{port}", "tcp://*:{port}", "tcp://[::]:{port}"])
def test_the_plain_socket_refuses_to_bind_beyond_loopback(address, tmp_path):
    port = free_port()
    done = run("ingest", {"INGEST_PLAIN": address.format(port=port), "BUS_RECEIVED": f"ipc://{tmp_path}/bus",
                          "DATABASE": f"host={tmp_path} dbname=none"})
    assert done.returncode == 78, (done.returncode, done.stderr)
    lines = [line for line in done.stderr.splitlines() if " error " in line]
    assert len(lines) == 1 and "INGEST_PLAIN" in lines[0] and not is_listening(port)
    assert " UP " not in done.stderr


@pytest.mark.parametrize("service, name", [("ingest", "BUS_RECEIVED"), ("classifier", "BUS_TRIAGED"), ("router", "BUS_ROUTED"),
                                           ("router", "BUS_ROUTER_NOTICES"), ("watcher", "BUS_WATCHER_NOTICES")])
def test_no_bus_socket_binds_beyond_loopback(service, name, tmp_path):
    buses = {"BUS_RECEIVED", "BUS_TRIAGED", "BUS_ROUTED", "BUS_ROUTER_NOTICES", "BUS_WATCHER_NOTICES"}
    settings = {bus: f"ipc://{tmp_path}/{bus}" for bus in buses}
    settings.update({name: f"tcp://0.0.0.0:{free_port()}", "INGEST_PLAIN": f"tcp://127.0.0.1:{free_port()}",
                     "DATABASE": f"host={tmp_path} dbname=none"})
    done = run(service, settings)
    assert done.returncode == 78, (done.returncode, done.stderr)
    assert len([line for line in done.stderr.splitlines() if " error " in line]) == 1


def test_a_port_that_is_taken_is_one_clear_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("ingest", {"INGEST_PLAIN": f"tcp://127.0.0.1:{taken.getsockname()[1]}", "BUS_RECEIVED": f"ipc://{tmp_path}/bus",
                              "DATABASE": f"host={tmp_path} dbname=none"})
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if " error " in line]
    assert len(lines) == 1 and "in use" in lines[0]


@pytest.mark.parametrize("service", SERVICES)
def test_a_wrong_argument_is_exit_64(service):
    done = run(service, arguments=["--verbose"])
    assert done.returncode == 64 and done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_help_names_every_setting(service):
    shown, table = run(service, arguments=["--help"]), run(service, arguments=["--settings-table"])
    assert shown.returncode == table.returncode == 0
    names = [line.split("`")[1] for line in table.stdout.splitlines() if line.startswith("|") and "`" in line]
    assert names and all(name in shown.stdout for name in names)


@pytest.mark.parametrize("service", SERVICES)
def test_show_settings_masks_secrets(service):
    done = run(service, {"DATABASE_PASSWORD": "sangat-rahasia"}, ["--show-settings"])
    assert done.returncode == 0
    assert "sangat-rahasia" not in done.stdout and "DATABASE_PASSWORD" in done.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_version(service):
    done = run(service, arguments=["--version"])
    assert done.returncode == 0 and f"kentongan-{service}" in done.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_without_postgresql_it_stays_up_and_says_so(service, tmp_path):
    buses = ["BUS_RECEIVED", "BUS_TRIAGED", "BUS_ROUTED", "BUS_ROUTER_NOTICES", "BUS_WATCHER_NOTICES"]
    settings = {**{bus: f"ipc://{tmp_path}/{bus}" for bus in buses}, "DATABASE": f"host={tmp_path} dbname=none",
                "INGEST_PLAIN": f"tcp://127.0.0.1:{free_port()}", "REDIS": f"unix:{tmp_path}/none"}
    environment = {**os.environ, **{f"KENTONGAN_{k}": v for k, v in {**GOOD.get(service, {}), **settings}.items()}}
    process = subprocess.Popen([f"{BIN}/kentongan-{service}"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        seen = []
        for line in process.stderr:
            seen.append(line)
            if "DB_AWAY" in line:
                break
        assert seen and "DB_AWAY" in seen[-1] and process.poll() is None, seen
    finally:
        process.terminate()
        assert process.wait(10) == 0
        process.stderr.close()
