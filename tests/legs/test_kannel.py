"""SMS by Debian's Kannel, with its fake network: out, reports, and answers back in."""

import re
import urllib.parse

import pytest

from harness.kannel import NUMBER, PASSWORD, Kannel
from harness.letters import Listener, post
from harness.waiting import wait_until

PHONE = "+6281234567890"


@pytest.fixture(scope="module")
def hook():
    with Listener() as listener:
        yield listener


@pytest.fixture(scope="module")
def kannel(hook):
    with Kannel(mo_url=f"{hook.url}/mo") as running:
        yield running


class Got:
    """What the network got for one number: its parts, and what a phone shows."""

    def __init__(self, kannel, number):
        mark = f"{NUMBER} {number} "
        self.parts = [line[len(mark):] for line in kannel.shown() if line.startswith(mark)]
        self.wide = False
        self.text = "".join(self._show(part) for part in self.parts)

    def is_whole(self):
        """A long one says in the header of each part how many there are."""
        return bool(self.parts) and (not self.parts[0].startswith("udh") or len(self.parts) == int(self.parts[0].split("%")[5], 16))

    def _show(self, part):
        kind, rest = part.split(" ", 1)
        if kind == "text":
            return rest
        if kind == "ucs-2":
            self.wide = True
            return urllib.parse.unquote_to_bytes(rest.replace("+", " ")).decode("utf-16-be")
        assert kind == "udh"
        header, data_kind, data = rest.split(" ", 2)
        body = urllib.parse.unquote_to_bytes(data.replace("+", " "))
        assert data_kind == "data" and urllib.parse.unquote_to_bytes(header)[:3] == b"\x05\x00\x03"
        if b"\x00" in body or not all(byte < 0x80 for byte in body):
            self.wide = True
            return body.decode("utf-16-be")
        return body.decode()


def send(kannel, hook, number, text, reference, **more):
    """Sends one SMS and waits until the network said that it was delivered."""
    posted = post([{"leg": "sms", "to": number, "text": text, "reference": reference, **more}], **kannel.settings(f"{hook.url}/dlr"))
    assert posted.code == 0 and posted.endings() == ["accepted"], posted.answers
    assert posted.answers[0]["status"] == 202
    wait_until(lambda: reports(hook, reference), 20, kannel.log)
    return wait_until(lambda: (got := Got(kannel, number)).is_whole() and got, 20, kannel.log)


def reports(hook, reference):
    return [path for _, path, _, _ in list(hook.seen) if path.startswith("/dlr?")
            and urllib.parse.parse_qs(path.partition("?")[2])["ref"] == [reference]]


def test_a_long_text_in_another_script_arrives_whole(kannel, hook):
    text = "Laporan dari Desa Watu \U0001f6a7: " + "ꦲꦏ꧀ꦱꦫꦗꦮ " * 18 + "rampung"
    got = send(kannel, hook, "+6281200000001", text, "n42.7")
    assert got.text == text and got.wide and len(got.parts) == 3


def test_the_report_says_delivered_with_our_reference(kannel, hook):
    send(kannel, hook, "+6281200000002", "Tiket JT-7K2M-04QF-9 menunggu Anda.", "n43.8")
    [report] = reports(hook, "n43.8")
    assert urllib.parse.parse_qs(report.partition("?")[2]) == {"ref": ["n43.8"], "st": ["1"]}


def test_typographic_signs_and_pictures_do_not_halve_what_fits(kannel, hook):
    text = "“Jalan rusak” – dilaporkan 3 orang… \U0001f6a7 Balas ‘TERIMA 42’ bila sudah dibaca. " + "x" * 75
    got = send(kannel, hook, "+6281200000003", text, "r99")
    assert not got.wide and len(got.parts) == 1
    assert got.text.startswith('"Jalan rusak" - dilaporkan 3 orang...')


def test_a_long_text_is_joined_from_parts(kannel, hook):
    text = "Jalan rusak berat di depan pasar. " * 20 + "[]{}"
    got = send(kannel, hook, "+6281200000004", text, "n44.9")
    assert len(got.parts) == 5 and got.text.replace("\x1b", "")[:680] == text[:680]


def test_what_is_too_long_is_cut(kannel, hook):
    got = send(kannel, hook, "+6281200000005", "ꦲ" * 2000, "n45.9")
    assert len(got.parts) == 8 and got.text == "ꦲ" * (8 * 67 - 3) + "..."
    got = send(kannel, hook, "+6281200000006", "abcdefghi " * 500, "n45.10")
    assert len(got.parts) == 8 and len(got.text) == 8 * 153 and got.text.endswith("...")


def test_an_answer_comes_back_in(kannel, hook):
    kannel.bring(PHONE, "TERIMA 42")

    def came():
        return [path for _, path, _, _ in list(hook.seen) if path.startswith("/mo?")]

    [path] = wait_until(came, 20, kannel.log)
    fields = urllib.parse.parse_qs(path.partition("?")[2])
    assert fields["from"] == [PHONE] and fields["text"] == ["TERIMA 42"] and fields["to"] == [NUMBER] and fields["id"][0]


def test_a_wrong_password_is_our_fault_and_nobodys_secret(kannel, hook):
    settings = {**kannel.settings(f"{hook.url}/dlr"), "SMS_PASSWORD": "bukan-ini-sandinya"}
    letters = [{"leg": "sms", "to": f"+62812000001{i:02}", "text": "Halo", "reference": f"n{i}.1"} for i in range(60)]
    posted = post(letters, **settings)
    assert {(answer["ending"], answer["status"]) for answer in posted.answers} == {("refused", 403), ("retry", 0)}
    assert posted.in_order_of_answers[-1]["state"] == "dead" and posted.log.count("LEG_DEAD") == 1
    assert {answer["reason"] for answer in posted.answers} == {"Kannel refuses SMS_USER, its password or our address", "the leg is dead"}
    assert "bukan-ini" not in posted.log and "+628" not in posted.log
    assert not [line for line in kannel.shown() if "+62812000001" in line]


def test_what_is_no_number_is_never_sent(kannel, hook):
    numbers = ["", "1708", "+62812", "0812-3456", "+6281234567890&to=+6281", "+62812345678901234", "+6281234567890\n", "seribu"]
    posted = post([{"leg": "sms", "to": number, "text": "Halo"} for number in numbers], **kannel.settings())
    assert posted.endings() == ["refused"] * len(numbers) and {answer["status"] for answer in posted.answers} == {0}


def test_texts_cannot_add_parameters(kannel, hook):
    text = "a&to=%2B6281299999999&dlr-url=http://127.0.0.1:1/?x=1#y+z%41;"
    got = send(kannel, hook, "+6281200000007", text, "n46.1")
    assert got.text == text
    assert not [line for line in kannel.shown() if "+6281299999999 " in line]


def test_it_is_retried_when_kannel_is_away():
    with Kannel() as running:
        settings = running.settings()
    posted = post([{"leg": "sms", "to": PHONE, "text": "Halo"}], **settings)
    assert posted.endings() == ["retry"] and posted.answers[0]["status"] == 0
    assert not re.search("sandi|username", posted.log + posted.answers[0]["reason"])


@pytest.mark.parametrize("status, ending", [(200, "refused"), (302, "refused"), (400, "refused"), (404, "refused"), (429, "retry"), (500, "retry"),
                                            (503, "retry"), (202, "accepted")])
def test_what_kannel_may_answer(status, ending):
    with Listener(lambda *_: (status, {"Location": "/elsewhere"}, b"0: Accepted for delivery")) as gateway:
        posted = post([{"leg": "sms", "to": PHONE, "text": "Halo"}], SMS_URL=f"{gateway.url}/x", SMS_USER="u", SMS_PASSWORD="p", SMS_FROM="1708")
    assert posted.endings() == [ending]
    assert len(gateway.seen) == 1  # no redirect is followed
