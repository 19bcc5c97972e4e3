"""E-mail, with Debian's aiosmtpd as the office's mail server."""

import email
import email.policy
import email.utils
import time

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from harness.cluster import free_port
from harness.letters import post

FROM = "kentongan@jatengprov.example"
LETTER = {"leg": "email", "to": "kepala.dinas@dishub.example", "subject": "Rekap", "text": "Halo", "reference": "r99"}


class Office:
    """A mail server: replies maps a command to what it says instead of yes."""

    def __init__(self, host="127.0.0.1", replies=None, **options):
        self.replies = replies or {}
        self.connections = 0
        self.mails = []
        self.logins = []
        self.url = f"smtp://{host}:{free_port()}"
        self.controller = Controller(self, hostname=host, port=int(self.url.rpartition(":")[2]), **options)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "MAIL" in self.replies:
            return self.replies["MAIL"]
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "RCPT" in self.replies:
            return self.replies["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.replies:
            return self.replies["DATA"]
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 2.0.0 taken"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"benar", handled=False)

    def settings(self, **more):
        return {"MAIL_URL": self.url, "MAIL_FROM": FROM, **more}


def only_mail(office):
    [(sender, receivers, raw)] = office.mails
    return sender, receivers, raw, email.message_from_bytes(raw, policy=email.policy.default)


def test_a_mail_arrives_as_it_was_written():
    subject = "Rekap harian – “Dinas Perhubungan” \U0001f6a7 " + "tenggat yang terlewat menurut kabupaten dan kota, " * 4
    text = "Yth. Kepala Dinas,\n\n12 tiket menunggu; 3 terlambat.\n. sebuah titik\nꦲꦏ꧀ꦱꦫ\n" + "panjang " * 400
    with Office() as office:
        posted = post([{**LETTER, "subject": subject, "text": text, "link": "https://kentongan.example/#/tiket", "tag": "JT-7K2M-04QF-9"}],
                      **office.settings())
    assert posted.endings() == ["accepted"] and posted.answers[0]["status"] == 250
    sender, receivers, raw, mail = only_mail(office)
    assert (sender, receivers) == (FROM, [LETTER["to"]])
    assert mail["From"] == FROM and mail["To"] == LETTER["to"]
    assert mail["Subject"].rstrip() == subject.encode()[:400].decode(errors="ignore").rstrip()
    assert mail.get_content().replace("\r\n", "\n") == text + "\n\nhttps://kentongan.example/#/tiket\n"
    assert mail["Message-ID"] == "<r99@jatengprov.example>" and mail["References"] == "<JT-7K2M-04QF-9@jatengprov.example>"
    assert mail["Auto-Submitted"] == "auto-generated" and mail["MIME-Version"] == "1.0"
    assert abs(email.utils.parsedate_to_datetime(mail["Date"]).timestamp() - time.time()) < 60
    assert raw.isascii() and all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"") and not mail.defects


@pytest.mark.parametrize("subject", ["Halo\r\nBcc: jahat@evil.example", "Halo\nX: y", "Halo\r\n\r\nisi palsu", "=?UTF-8?Q?=0D=0ABcc:_a@b.example?=",
                                     "Halo\x01\x7fx", "\r\n.\r\nQUIT", "x" * 5000, ""])
def test_no_header_comes_in_by_the_subject(subject):
    with Office() as office:
        posted = post([{**LETTER, "subject": subject}], **office.settings())
    assert posted.endings() == ["accepted"]
    _, receivers, raw, mail = only_mail(office)
    assert receivers == [LETTER["to"]] and set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    assert mail.get_content().strip() == "Halo"


HOSTILE = ["", "kepala", "@dishub.example", "kepala@", "a@b", "kepala@dishub.example\r\nRCPT TO:<jahat@evil.example>",
           "kepala@dishub.example>\r\nDATA", "kepala@dishub.example, jahat@evil.example", "<kepala@dishub.example>", "Kepala <kepala@dishub.example>",
           "kepala@dishub.example jahat@evil.example", '"kepala dinas"@dishub.example', "kepala@[127.0.0.1]", "kepala@127.0.0.1", "kepala@@dishub.example",
           "kepala@dishub..example", "kepala@.dishub.example", "kepala@dishub.example.", "kepala@dishub.example\t", "kepala@dishub.example;x",
           "kepalá@dishub.example", "kepala@dishüb.example", "-oQ/tmp@dishub.example", ".kepala@dishub.example", "kepala.@dishub.example",
           "a" * 65 + "@dishub.example", "kepala@" + "a" * 250 + ".example", "kepala@dishub.example%0aRCPT", "kepala(x)@dishub.example",
           "kepala\\@dishub.example", "kepala:@dishub.example", "kepala@dis_hub.example", "kepala@-dishub.example", "kepala@dishub.9"]


def test_what_is_no_address_reaches_no_mail_server():
    with Office() as office:
        posted = post([{**LETTER, "to": address} for address in HOSTILE], **office.settings())
    assert posted.endings() == ["refused"] * len(HOSTILE), [HOSTILE[a["n"]] for a in posted.answers if a["ending"] != "refused"]
    assert office.connections == 0 and office.mails == []


@pytest.mark.parametrize("replies, ending, status", [
    ({"RCPT": "550 5.1.1 no such user"}, "gone", 550), ({"RCPT": "550 5.1.10 null MX"}, "gone", 550),
    ({"RCPT": "550 no such user"}, "refused", 550), ({"RCPT": "550 5.7.1 not wanted"}, "refused", 550),
    ({"RCPT": "450 4.2.1 greylisted"}, "retry", 450), ({"RCPT": "421 4.3.2 going down"}, "retry", 421),
    ({"MAIL": "452 4.3.1 full"}, "retry", 452), ({"MAIL": "550 5.7.1 who are you"}, "refused", 550),
    ({"DATA": "451 4.7.1 later"}, "retry", 451), ({"DATA": "554 5.6.0 spam"}, "refused", 554),
])
def test_what_a_mail_server_may_say(replies, ending, status):
    with Office(replies=replies) as office:
        posted = post([LETTER], **office.settings())
    assert [(answer["ending"], answer["status"]) for answer in posted.answers] == [(ending, status)]
    assert office.mails == []


def test_several_mails_share_a_connection():
    with Office() as office:
        posted = post([{**LETTER, "reference": f"r{i}"} for i in range(200)], **office.settings())
    assert posted.endings() == ["accepted"] * 200 and len(office.mails) == 200
    assert office.connections <= 16
    assert len({email.message_from_bytes(raw)["Message-ID"] for _, _, raw in office.mails}) == 200


def test_a_login():
    with Office(auth_require_tls=False) as office:
        office.controller.SMTP_kwargs["authenticator"] = office.authenticate
        right = post([LETTER], **office.settings(MAIL_USER="kentongan", MAIL_PASSWORD="benar"))
        wrong = post([{**LETTER, "to": f"p{i}@dishub.example"} for i in range(40)], **office.settings(MAIL_USER="kentongan", MAIL_PASSWORD="rahasia-salah"))
    assert right.endings() == ["accepted"] and (b"kentongan", b"benar") in office.logins
    assert wrong.answers[0]["ending"] == "refused" and wrong.answers[0]["status"] == 535, (wrong.answers[0], wrong.log)
    assert wrong.in_order_of_answers[-1]["state"] == "dead" and "rahasia-salah" not in wrong.log
    assert {answer["reason"] for answer in wrong.answers} == {"the mail server refuses MAIL_USER or its password", "the leg is dead"}


def test_nothing_is_said_in_the_clear_to_another_machine():
    with Office(host="127.0.0.2", auth_require_tls=False) as office:  # is_here() knows 127.0.0.1 alone
        office.controller.SMTP_kwargs["authenticator"] = office.authenticate
        posted = post([LETTER], **office.settings(MAIL_USER="kentongan", MAIL_PASSWORD="benar"))
    assert posted.endings() == ["retry"] and posted.answers[0]["status"] == 0
    assert office.logins == [] and office.mails == []


def test_a_mail_server_that_is_away():
    posted = post([LETTER], MAIL_URL=f"smtp://127.0.0.1:{free_port()}", MAIL_FROM=FROM)
    assert posted.endings() == ["retry"] and posted.answers[0]["status"] == 0
