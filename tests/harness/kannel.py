"""Debian's Kannel with two fake networks, on free ports of loopback: what goes out is seen by one, what comes in is brought by the other."""

import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from .cluster import free_port
from .waiting import wait_until

FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
USER, PASSWORD, NUMBER = "kentongan", "sandi-kannel-untuk-uji", "1708"


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Kannel:
    """with Kannel(mo_url=..) as kannel: settings() are the notifier's; shown() is what phones got; bring() is what they send."""

    def __init__(self, mo_url=None, answers=False):
        self.mo_url = mo_url
        self.answers = answers  # does what mo_url says go back to the sender?
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kentongan-kannel-"))
        self.admin, self.boxes, self.http, self.out, self.inward = (free_port() for _ in range(5))
        self.processes = []
        self.bringer = None

    def __enter__(self):
        try:
            self.write()
            self.start("bearerbox", "/usr/sbin/bearerbox", self.folder / "kannel.conf")
            wait_until(lambda: is_listening(self.boxes), 20, self.log)
            self.start("smsbox", "/usr/sbin/smsbox", self.folder / "kannel.conf")
            self.listen()
            wait_until(lambda: is_listening(self.http), 20, self.log)
            wait_until(lambda: "Fakesmsc client connected" in self.text("bearerbox"), 20, self.log)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def write(self):
        mo = f'get-url = "{self.mo_url}?id=%I&from=%p&to=%P&ts=%T&text=%b"' if self.mo_url else 'text = ""'
        (self.folder / "spool").mkdir()
        (self.folder / "kannel.conf").write_text(f"""
group = core
admin-port = {self.admin}
admin-password = {PASSWORD}
admin-interface = 127.0.0.1
smsbox-port = {self.boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
store-type = spool
store-location = {self.folder}/spool
dlr-storage = internal
sms-resend-freq = 1

group = smsc
smsc = fake
smsc-id = KELUAR
port = {self.out}
connect-allow-ip = 127.0.0.1
denied-prefix = 0

group = smsc
smsc = fake
smsc-id = MASUK
port = {self.inward}
connect-allow-ip = 127.0.0.1
allowed-prefix = 0

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {self.boxes}
sendsms-port = {self.http}
sendsms-interface = 127.0.0.1
mo-recode = true
http-request-retry = 100000
http-queue-delay = 1

group = sendsms-user
username = {USER}
password = {PASSWORD}
concatenation = true
max-messages = 8

group = sms-service
keyword = default
catch-all = true
max-messages = {8 if self.answers else 0}
omit-empty = true
alt-charset = UTF-8
{mo}
""", encoding="utf-8")

    def start(self, name, *words):
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log, cwd=self.folder)
        self.processes.append(process)
        return process

    def listen(self):
        """A network that only takes what goes out."""
        return self.start("keluar", FAKESMSC, "-H", "127.0.0.1", "-r", self.out, "-m", "0", "1 1 text -")

    def bring(self, number, text):
        """A phone sends a text: it is Kannel's from then on."""
        if self.bringer is not None:  # it stays, and Kannel listens to one at a time
            self.bringer.terminate()
            self.bringer.wait(10)
        received = self.text("bearerbox").count("smsc_fake: new message received")
        self.bringer = self.start("masuk", FAKESMSC, "-H", "127.0.0.1", "-r", self.inward, "-m", "1", f"{number} {NUMBER} text {text}")
        wait_until(lambda: self.text("bearerbox").count("smsc_fake: new message received") > received, 20, self.log)

    def settings(self, report_url=None):
        made = {"SMS_URL": f"http://127.0.0.1:{self.http}/cgi-bin/sendsms", "SMS_USER": USER, "SMS_PASSWORD": PASSWORD, "SMS_FROM": NUMBER}
        return {**made, **({"SMS_REPORT_URL": report_url} if report_url else {})}

    def text(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def shown(self):
        """Lines of what the network got, as fakesmsc shows them."""
        return re.findall(r"Got message \d+: <(.*)>", self.text("keluar"))

    def log(self):
        return "".join(f"--- {name}\n{self.text(name)[-3000:]}\n" for name in ["bearerbox", "smsbox", "keluar", "masuk"])

    def close(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
