#!/usr/bin/python3
"""A whole cluster for a program in another language: requests on standard input, answers on standard output, one JSON object a line.

    bridge.py ORIGIN REROUTE

ORIGIN is where phones find the portal.  REROUTE is a library to preload into the notifier (reroute.c).  It says {"up": {"port": ..}},
where nginx listens, once all services are; {"id": n, "call": "name", "with": [..]} is then answered by {"id": n, "result": ..} or {"id": n, "error": ".."}.
It ends with its standard input, and takes everything with it.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import cluster as clusters  # noqa: E402
from harness import contract, portal  # noqa: E402
from harness.servers import BIN  # noqa: E402


def programs(folder, library):
    """A folder with all programs, in which the notifier is one that finds push services on this machine."""
    for program in pathlib.Path(BIN).resolve().iterdir():
        (folder / program.name).symlink_to(program)
    if library:
        notifier = folder / "kentongan-notifier"
        real = notifier.resolve()
        notifier.unlink()
        notifier.write_text(f"#!/bin/sh\nLD_PRELOAD={library} exec {real}\n", encoding="ascii")
        notifier.chmod(0o755)
    return str(folder)


def reply_keys(folder):
    """What reporters' addresses are sealed to."""
    subprocess.run([f"{BIN}/kentongan", "keygen", "reply", "--out", f"{folder}/reply"], check=True, stdout=subprocess.DEVNULL)
    return [pathlib.Path(f"{folder}/reply.{half}").read_text(encoding="ascii").strip() for half in ("pub", "secret")]


class Bridge:
    def __init__(self, cluster):
        self.cluster = cluster

    def cli(self, *words):
        return self.cluster.cli(*words)

    def query(self, sql, parameters=None):
        return [[value if isinstance(value, (int, str, bool, type(None), float)) else str(value) for value in row]
                for row in self.cluster.query(sql, parameters)]

    def publish(self, message_id, text, fields):
        """Sends one report and returns its tracking code."""
        with self.cluster.client() as client:
            return client.publish([contract.report("browser", message_id, text, **fields)])[0].tracking_code

    def kill(self, name):
        self.cluster[name].kill()

    def logs(self):
        """Everything that the services logged."""
        return "".join(service.text() for service in self.cluster.services.values())


    def add_person(self, name, agency, password):
        return self.cluster.add_person(name, agency, password=password)


def say(**what):
    print(json.dumps(what, ensure_ascii=False), flush=True)


def answer(bridge, request):
    try:
        say(id=request["id"], result=getattr(bridge, request["call"])(*request["with"]))
    except Exception:  # pylint: disable=broad-except; whatever it is, the other side has to hear of it
        say(id=request["id"], error=traceback.format_exc())


def main():
    origin, library = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="kentongan-bin-") as folder:
        public, secret = reply_keys(folder)
        settings = {"ingest": {"REPLY_PUBLIC_KEY": public}, "portal": {"PORTAL_URL": origin, "PUSH_ALLOW_LOOPBACK": "yes"},
                    "notifier": {"PORTAL_URL": origin, "REPLY_SECRET_KEY": secret, "REPLY_PAUSE_S": 0, "LEG_SMS": "null", "LEG_WHATSAPP": "null"}}
        with portal.PortalCluster(nginx=True, push=False, settings=settings, bin_folder=programs(pathlib.Path(folder), library)) as cluster:
            say(up={"port": cluster.nginx.port})
            bridge = Bridge(cluster)
            for line in sys.stdin:
                answer(bridge, json.loads(line))
    clusters.close_shared_postgres()


if __name__ == "__main__":
    main()
