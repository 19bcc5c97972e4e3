"""deploy/kannel/run: Kannel as it is deployed, between a fake network or an operator's SMPP and the portal's hook."""

import contextlib
import os
import pathlib
import re
import socket
import stat
import struct
import subprocess
import threading
import urllib.parse

import pytest

from harness import contract
from harness.cluster import free_port
from harness.kannel import FAKESMSC
from harness.letters import Listener, post
from harness.waiting import wait_until

RUN = f"{contract.ROOT}/deploy/kannel/run"
PASSWORD, SECRET, OPERATORS = "sandi-sendsms-uji", "kaitan-rahasia-uji", "rhs-smpp"
NUMBER, PHONE, WORDS = "1708", "+6281234567890", "Perempatan Rejomulyo gelap gulita"


def three_ports():
    """The first of three free ones in a row."""
    while True:
        first, second, third = free_port(), free_port(), free_port()
        if third == first + 2 and second == first + 1:
            return first


class Gateway:
    """with Gateway(folder, hook): run has started and sends.  It may be stopped and started again."""

    def __init__(self, folder, hook, operator="fake", **settings):
        self.folder = pathlib.Path(folder)
        self.ports, self.http = three_ports(), free_port()
        for name, text in {"password": PASSWORD, "secret": SECRET, "operators": OPERATORS}.items():
            (self.folder / name).write_text(text + "\n", encoding="utf-8")
        made = {"OPERATOR": operator, "LISTEN": f"127.0.0.1:{self.http}", "FOLDER": self.folder / "run", "SPOOL": self.folder / "spool",
                "PORTS": self.ports, "PASSWORD_FILE": self.folder / "password", "HOOK": f"{hook}/hook/kannel",
                "HOOK_SECRET_FILE": self.folder / "secret", "SYSTEM_PASSWORD_FILE": self.folder / "operators", **settings}
        self.environment = {**os.environ, **{f"KENTONGAN_SMS_{name}": str(value) for name, value in made.items()}}
        self.process = None
        self.others = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([RUN], env=self.environment, stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: self.call("--health").returncode == 0, 30, lambda: f"sendsms answers:\n{self.log()}")

    def call(self, word):
        return subprocess.run([RUN, word], env=self.environment, capture_output=True, text=True, check=False, timeout=20)

    def log(self):
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def children(self):
        """Program -> pid."""
        listed = subprocess.run(["ps", "-s", str(self.process.pid), "-o", "pid=,stat=,comm="], capture_output=True, text=True, check=False).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        return {name: int(pid) for pid, state, name in rows if name in ("bearerbox", "smsbox") and state[0] != "Z"}

    def stop(self):
        """As an engine of containers does.  Returns the exit code."""
        self.process.terminate()
        return self.process.wait(30)

    def kill(self):
        """Everything at once."""
        self.process.kill()
        for box in self.children().values():  # each leads a process group
            with contextlib.suppress(ProcessLookupError):
                os.killpg(box, 9)
        self.process.wait(10)
        wait_until(lambda: self.children() == {}, 10, "nothing is left")

    def network(self, words="1 1 text -", most=0):
        """A fake network joins; what it got is in its log."""
        path = self.folder / f"network{len(self.others)}"
        with open(path, "wb") as log:
            self.others.append(subprocess.Popen([FAKESMSC, "-H", "127.0.0.1", "-r", str(self.ports + 2), "-m", str(most), words],
                                                stdout=log, stderr=log, cwd=self.folder))
        return path

    def settings(self, hook):
        return {"SMS_URL": f"http://127.0.0.1:{self.http}/cgi-bin/sendsms", "SMS_USER": "kentongan", "SMS_PASSWORD": PASSWORD, "SMS_FROM": NUMBER,
                "SMS_REPORT_URL": f"{hook}/hook/kannel/{SECRET}/dlr"}

    def written(self):
        """All that lies outside the spool and the secrets' own files, but for what the fake network said."""
        paths = [path for path in self.folder.rglob("*") if path.is_file() and "spool" not in path.parts and "network" not in path.name
                 and path.name not in ("password", "secret", "operators", "kannel.conf")]
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in paths)

    def close(self):
        for other in self.others:
            other.kill()
            other.wait()
        if self.process is not None and self.process.poll() is None:
            self.stop()
        if self.process is not None:
            self.kill()


@pytest.fixture
def gateway(tmp_path):
    """A gateway with a fake network, and the hook that it calls; hook.status is what the hook answers."""
    class Hook(Listener):
        status, said = 200, b""

        def came(self, what):
            return [urllib.parse.parse_qs(path.partition("?")[2]) for _, path, _, _ in list(self.seen) if path.startswith(f"/hook/kannel/{SECRET}/{what}?")]

    hook = Hook(lambda *_: (hook.status, {}, hook.said))
    with hook, Gateway(tmp_path, hook.url) as running:
        running.hook = hook
        yield running
        for secret in (PASSWORD, SECRET, OPERATORS, PHONE[1:], WORDS, urllib.parse.quote_plus(WORDS)):
            assert secret not in running.written(), f"{secret} is in a log"


def send(gateway, text=WORDS, **more):
    return post([{"leg": "sms", "to": PHONE, "text": text, "reference": "n42.7", **more}], **gateway.settings(gateway.hook.url))


def test_out_and_its_report(gateway):
    log = gateway.network()
    assert send(gateway).endings() == ["accepted"]
    wait_until(lambda: WORDS in log.read_text(encoding="utf-8", errors="replace"), 20, gateway.log)
    wait_until(lambda: gateway.hook.came("dlr"), 20, gateway.log)
    assert gateway.hook.came("dlr") == [{"ref": ["n42.7"], "st": ["1"]}]


def test_eight_parts_are_one_sms(gateway):
    log = gateway.network()
    assert send(gateway, "abcdefghi " * 120).endings() == ["accepted"]
    wait_until(lambda: log.read_text(encoding="utf-8", errors="replace").count("Got message") == 8, 20, gateway.log)


def test_in_and_the_answer(gateway):
    gateway.hook.said = b"Terima kasih, JT-7K2M-04QF-9 diterima 10.15."
    log = gateway.network(f"{PHONE} {NUMBER} text TERIMA 42", most=1)
    [fields] = wait_until(lambda: gateway.hook.came("mo"), 20, gateway.log)
    assert (fields["from"], fields["to"], fields["text"]) == ([PHONE], [NUMBER], ["TERIMA 42"]) and fields["id"] and int(fields["ts"][0]) > 0
    wait_until(lambda: f"<{NUMBER} {PHONE} text Terima kasih" in log.read_text(encoding="utf-8", errors="replace"), 20, gateway.log)


@pytest.mark.parametrize("status", [503, 404, None])  # None: it breaks off
def test_what_the_portal_does_not_take_comes_again(gateway, status):
    gateway.hook.status = status
    gateway.network(f"{PHONE} {NUMBER} text {WORDS}", most=1)
    wait_until(lambda: len(gateway.hook.came("mo")) >= 2, 40, gateway.log)
    gateway.hook.status = 200
    before = len(gateway.hook.came("mo"))
    wait_until(lambda: len(gateway.hook.came("mo")) > before, 40, gateway.log)
    assert len({fields["id"][0] for fields in gateway.hook.came("mo")}) == 1, "one SMS, one id"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_what_was_taken_outlives_a_restart(gateway, end):
    """No network is there: the SMS and the wish for its report lie in the spool."""
    assert send(gateway).endings() == ["accepted"]
    getattr(gateway, end)()
    gateway.start()
    log = gateway.network()
    wait_until(lambda: WORDS in log.read_text(encoding="utf-8", errors="replace"), 20, gateway.log)
    wait_until(lambda: gateway.hook.came("dlr"), 20, gateway.log)


@pytest.mark.parametrize("program", ["bearerbox", "smsbox"])
def test_both_or_none(gateway, program):
    os.kill(gateway.children()[program], 9)
    assert gateway.process.wait(30) == 1
    assert gateway.children() == {}
    assert "one of its programs has ended" in gateway.log()


def test_it_ends_in_order(gateway):
    assert gateway.stop() == 0
    assert gateway.children() == {}


def test_status_says_who_is_there_and_no_more(gateway):
    gateway.network()
    wait_until(lambda: re.search(r"fake\[fake\] +FAKE:\d+ \(online", gateway.call("--status").stdout), 20, lambda: gateway.call("--status").stdout)
    send(gateway)
    shown = gateway.call("--status").stdout
    assert "smsbox:" in shown and "queued" in shown
    assert PHONE[1:] not in shown and WORDS not in shown and PASSWORD not in shown


def test_only_its_owner_can_read_it(gateway):
    assert stat.S_IMODE(os.stat(gateway.folder / "run/kannel.conf").st_mode) == 0o600
    for folder in ("run", "spool/messages", "spool/reports"):
        assert stat.S_IMODE(os.stat(gateway.folder / folder).st_mode) == 0o700


def test_a_wrong_password_sends_nothing(gateway):
    posted = post([{"leg": "sms", "to": PHONE, "text": WORDS}], **{**gateway.settings(gateway.hook.url), "SMS_PASSWORD": "bukan-ini"})
    assert posted.endings() == ["refused"]


WRONG = [
    ({"OPERATOR": ""}, "KENTONGAN_SMS_OPERATOR"), ({"OPERATOR": "smsc.example"}, "KENTONGAN_SMS_OPERATOR"),
    ({"OPERATOR": "x;y:2775"}, "KENTONGAN_SMS_OPERATOR"), ({"PASSWORD_FILE": "/nonexistent"}, "KENTONGAN_SMS_PASSWORD_FILE"),
    ({"HOOK_SECRET_FILE": "/dev/null"}, "KENTONGAN_SMS_HOOK_SECRET_FILE"), ({"LISTEN": "localhost"}, "KENTONGAN_SMS_LISTEN"),
    ({"RATE": "many"}, "KENTONGAN_SMS_RATE"), ({"TLS": "1"}, "KENTONGAN_SMS_TLS"), ({"USER": 'a"\nadmin-port = 1'}, "USER"),
    ({"OPERATOR": "smsc.example:2775", "SYSTEM_PASSWORD_FILE": "password"}, "KENTONGAN_SMS_SYSTEM_PASSWORD_FILE"),
    ({"OPERATOR": "smsc.example:2775", "SYSTEM_PASSWORD_FILE": "/nonexistent"}, "KENTONGAN_SMS_SYSTEM_PASSWORD_FILE"),
]


@pytest.mark.parametrize("settings, named", WRONG, ids=[f"{named}-{number}" for number, (_, named) in enumerate(WRONG)])
def test_a_wrong_setting_is_one_line(tmp_path, settings, named):
    wrong = Gateway(tmp_path, "http://127.0.0.1:1", **{"operator" if name == "OPERATOR" else name: value for name, value in settings.items()})
    done = subprocess.run([RUN], env=wrong.environment, capture_output=True, text=True, check=False, timeout=20, cwd=tmp_path)
    assert done.returncode == 78 and done.stderr.count("\n") == 1 and named in done.stderr
    assert PASSWORD not in done.stderr and SECRET not in done.stderr


# An operator --------------------------------------------------------------------------------------------------------------------


def text_of(body):
    """The first C string, and what follows it."""
    first, _, rest = body.partition(b"\0")
    return first.decode(), rest


class Operator:
    """An SMSC as far as SMPP 3.4 needs it: it lets in whom it knows, takes SMS, says that they arrived, and brings one."""

    def __init__(self, password=OPERATORS):
        self.password = password
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.binds, self.taken, self.confirmed = [], [], []
        self.peer = None
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self):
        self.server.close()
        if self.peer:
            self.peer.close()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                self.peer, _ = self.server.accept()
                with contextlib.suppress(OSError, EOFError), self.peer.makefile("rb") as stream:
                    while self.answer(stream):
                        pass
                self.peer.close()

    def say(self, command, status, sequence, body=b""):
        self.peer.sendall(struct.pack(">IIII", 16 + len(body), command, status, sequence) + body)

    def answer(self, stream):
        head = stream.read(16)
        if len(head) < 16:
            return False
        length, command, status, sequence = struct.unpack(">IIII", head)
        body = stream.read(length - 16)
        if command == 0x00000009:  # bind_transceiver
            name, rest = text_of(body)
            password, rest = text_of(rest)
            self.binds.append((name, password, text_of(rest)[0]))
            wrong = 0 if password == self.password else 0x0000000E
            self.say(0x80000009, wrong, sequence, b"operator\0")
            return wrong == 0
        if command == 0x00000004:  # submit_sm
            self.taken.append(body)
            self.say(0x80000004, 0, sequence, f"{len(self.taken)}\0".encode())
            receipt = f"id:{len(self.taken)} sub:001 dlvrd:001 submit date:2611221200 done date:2611221200 stat:DELIVRD err:000 text:".encode()
            self.deliver(NUMBER, PHONE, receipt, 0x04)
        elif command == 0x80000005:  # deliver_sm_resp
            self.confirmed.append((sequence, status))
        elif command in (0x00000015, 0x00000006):  # enquire_link, unbind
            self.say(command | 0x80000000, 0, sequence)
        return True

    def deliver(self, to, sender, text, esm_class=0, sequence=7):
        body = b"\0\x01\x01" + sender.lstrip("+").encode() + b"\0\x01\x01" + to.encode() + b"\0" + bytes([esm_class, 0, 0]) + b"\0\0"
        self.say(0x00000005, 0, sequence, body + bytes([0, 0, 0, 0, len(text)]) + text)


@pytest.fixture
def operator():
    made = Operator()
    yield made
    made.close()


def test_an_operator(tmp_path, operator):
    with Listener() as hook, Gateway(tmp_path, hook.url, operator=f"127.0.0.1:{operator.port}", SYSTEM_ID="kentongan", SYSTEM_TYPE="VMA",
                                     MORE="interface-version = 34\nmsg-id-type = 0") as gateway:
        wait_until(lambda: operator.binds, 20, gateway.log)
        assert operator.binds[0] == ("kentongan", OPERATORS, "VMA")
        posted = post([{"leg": "sms", "to": PHONE, "text": WORDS, "reference": "n42.7"}], **gateway.settings(hook.url))
        assert posted.endings() == ["accepted"]
        wait_until(lambda: operator.taken, 20, gateway.log)
        assert PHONE[1:].encode() in operator.taken[0] and WORDS.encode() in operator.taken[0]
        wait_until(lambda: any(path == f"/hook/kannel/{SECRET}/dlr?ref=n42.7&st=1" for _, path, _, _ in list(hook.seen)), 20, gateway.log)
        operator.deliver(NUMBER, PHONE, b"TERIMA 42", sequence=99)
        wait_until(lambda: any("/mo?" in path and "text=TERIMA+42" in path and f"from={urllib.parse.quote(PHONE)}" in path
                               for _, path, _, _ in list(hook.seen)), 20, gateway.log)
        wait_until(lambda: (99, 0) in operator.confirmed, 20, gateway.log)
        for secret in (OPERATORS, PASSWORD, SECRET, PHONE[1:], WORDS):
            assert secret not in gateway.written()


def test_an_operator_who_does_not_know_us(tmp_path, operator):
    operator.password = "sandi yang lain"
    with Gateway(tmp_path, "http://127.0.0.1:1", operator=f"127.0.0.1:{operator.port}", SYSTEM_ID="kentongan") as gateway:
        wait_until(lambda: "SMPP[operator]: SMSC rejected login" in gateway.log(), 20, gateway.log)
        assert OPERATORS not in gateway.written()


def test_an_operator_who_is_away(tmp_path):
    with Gateway(tmp_path, "http://127.0.0.1:1", operator=f"127.0.0.1:{free_port()}", SYSTEM_ID="kentongan") as gateway:
        wait_until(lambda: "SMPP[operator]: Couldn't connect to server" in gateway.log(), 20, gateway.log)
        assert gateway.call("--health").returncode == 0
