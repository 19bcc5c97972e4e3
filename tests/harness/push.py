"""The fake push service (tests/fakes/push_service.py), with one phone for each agency."""

import base64
import json
import signal
import subprocess
import sys
import urllib.request

from . import contract
from .servers import end


def _bytes(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService:
    def __init__(self, folder, fast=False):
        self.out = f"{folder}/pushes.jsonl"
        open(self.out, "a", encoding="utf-8").close()
        command = [sys.executable, str(contract.ROOT / "tests/fakes/push_service.py"), "--out", self.out]
        self.log = open(f"{folder}/push.log", "ab")
        self.process = subprocess.Popen(command + ["--fast"] * fast, stdout=subprocess.PIPE, stderr=self.log, start_new_session=True)
        self.port = json.loads(self.process.stdout.readline())["port"]

    def call(self, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data, timeout=10) as answer:
            return json.load(answer)

    def add_phone(self, connection, agency):
        """Subscribes a phone and adds it to an agency.  Returns its name at the push service."""
        subscription = self.call("/subscribe")
        keys = subscription["keys"]
        connection.cursor().execute(
            "INSERT INTO devices (agency, endpoint, p256dh, auth) VALUES (%s, %s, %s, %s)",
            (agency, subscription["endpoint"], _bytes(keys["p256dh"]), _bytes(keys["auth"])))
        return subscription["endpoint"].rpartition("/")[2]

    def add_phones(self, connection):
        """One phone for each agency."""
        cursor = connection.cursor()
        cursor.execute("SELECT code FROM agencies ORDER BY code")
        for (agency,) in cursor.fetchall():
            self.add_phone(connection, agency)

    def pushes(self):
        """Every accepted push: {"device": .., "payload": {..}}."""
        with open(self.out, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]

    def notices(self):
        """The ids of all notices that some phone got, each as often as it got there."""
        return [notice["id"] for push in self.pushes() for notice in push["payload"]["notices"]]

    def errors(self):
        return self.call("/statistics")["errors"]

    def stop(self):
        end(self.process, signal.SIGTERM)
        self.process.stdout.close()
        self.log.close()
