"""Reporters are told: on the channel that they used, in their language, once; and nobody learns from it who they are."""

import contextlib
import json
import pathlib
import re
import subprocess

import pytest

from fakes.gateways import Gateways
from harness.cluster import Cluster
from harness.contract import ingest
from harness.servers import BIN
from harness.triage import Triager
from harness.waiting import wait_until

PORTAL = "https://lapor.example.org"
STAGES = ["ingest", "router", "notifier"]
SMS, WHATSAPP, WEB, EMAIL = (ingest.CHANNEL_SMS, ingest.CHANNEL_WHATSAPP, ingest.CHANNEL_WEB, ingest.CHANNEL_EMAIL)
SHUT = (400, json.dumps({"error": {"message": "Re-engagement message", "code": 131047}}))


def keys(folder, kind):
    """The public and the secret half of a new pair, and the file of the secret one."""
    prefix = f"{folder}/{kind}"
    subprocess.run([f"{BIN}/kentongan", "keygen", kind, "--out", prefix], check=True, capture_output=True)
    return pathlib.Path(f"{prefix}.pub").read_text().strip(), pathlib.Path(f"{prefix}.secret").read_text().strip(), f"{prefix}.secret"


@contextlib.contextmanager
def cluster_that_replies(folder, gateways, **notifier):
    public, secret, _ = keys(folder, "reply")
    office, _, office_file = keys(folder, "identity")
    settings = {
        "all": {"LOG_LEVEL": "debug"},
        "ingest": {"REPLY_PUBLIC_KEY": public, "IDENTITY_PUBLIC_KEY": office},
        "notifier": {"REPLY_SECRET_KEY": secret, "REPLY_PAUSE_S": 0, "PORTAL_URL": PORTAL, "LEG_WEBPUSH": "null", "LEG_EMAIL": "null",
                     **gateways.settings(), **notifier},
    }
    with Cluster(stages=STAGES, settings=settings, push=False) as whole:
        whole.office_key = office_file
        whole.await_working()
        yield whole
        assert whole.unexpected_exits() == {}


@pytest.fixture(scope="module")
def gateways():
    with Gateways() as both:
        yield both


@pytest.fixture(scope="module")
def cluster(gateways, tmp_path_factory):
    with cluster_that_replies(tmp_path_factory.mktemp("keys"), gateways) as whole:
        yield whole


@pytest.fixture(autouse=True)
def well_behaved(gateways):
    yield
    gateways.answers.clear()


class Reporters:
    """Reports of one test, on one ticket; each with a way to answer."""

    count = 0

    def __init__(self, cluster, name):
        self.cluster = cluster
        self.triager = Triager(cluster, name)
        self.first = None

    @classmethod
    def phone(cls):
        cls.count += 1
        return f"0812{7000000 + cls.count}"

    def report(self, channel, language="indonesian", joins=True, **fields):
        """Publishes one; it joins the first.  Returns its id, code and phone as the gateways know it."""
        phone = fields.pop("phone", None)
        reporter = {"phone": phone or ""} if phone != "" else {}
        reporter.update(fields.pop("reporter", {}))
        made, code = self.triager.publish(channel=channel, **({"reporter": reporter} if reporter else {}), **fields)
        triage = {"report_id": made, "topic": "power_outage", "region_code": "33.74", "language": language}
        if self.first is not None and joins:
            triage.update(relation="duplicate", duplicate_of=self.first)
        self.triager.store([triage])
        wait_until(lambda: self.cluster.query("SELECT 1 FROM ticket_reports WHERE report_id = %s", (made,)), 15, "it has a ticket")
        self.first = self.first or made
        return made, code, "+62" + phone[1:] if phone else None

    def act(self, *words):
        code = self.cluster.value("SELECT tracking_code FROM reports WHERE id = %s", (self.first,))
        return json.loads(self.cluster.cli("act", code, *words, "--by", "Budi", "--agency", "PLN", "--json"))["id"]


def replies(cluster, report):
    """event -> settled, of one report."""
    return dict(cluster.query("SELECT event, settled FROM replies WHERE report_id = %s ORDER BY id", (report,)))


def await_told(cluster, report, **events):
    wait_until(lambda: events.items() <= replies(cluster, report).items(), 20,
               lambda: f"{events}; there are {replies(cluster, report)}\n{cluster['notifier'].text()[-3000:]}")


def await_quiet(cluster):
    """Until nothing has to be made or sent any more."""
    wait_until(lambda: cluster.value(
        "SELECT (SELECT count(*) FROM acts a WHERE NOT EXISTS (SELECT FROM acts_done d WHERE d.act_id = a.id))"
        " + (SELECT count(*) FROM replies WHERE next_at IS NOT NULL)") == 0, 20, "all is settled")


def texts(messages, number):
    return [m["text"] if isinstance(m["text"], str) else m["text"]["body"] for m in messages if m["to"] == number and "text" in m]


def test_each_is_told_that_his_report_came_in_with_its_code(cluster, gateways):
    some = Reporters(cluster, "received")
    first, code, phone = some.report(SMS, phone=Reporters.phone())
    second, other, chat = some.report(WHATSAPP, phone=Reporters.phone())
    third, _, _ = some.report(EMAIL, reporter={"email": "warga@example.org"})
    nobody, _, _ = some.report(WEB)
    await_told(cluster, first, received="sms")
    await_told(cluster, second, received="whatsapp")
    await_told(cluster, third, received="email")
    [text] = texts(gateways.sms, phone)
    assert code in text and f"{PORTAL}/lacak#{code}" in text
    [text] = texts(gateways.whatsapp, chat)
    assert other in text and code not in text and "\n" not in text
    assert replies(cluster, nobody) == {}
    assert cluster.value("SELECT count(*) FROM reply_addresses WHERE report_id = %s", (nobody,)) == 0
    assert cluster.query("SELECT a.attempt, a.leg, a.outcome FROM replies r JOIN reply_attempts a ON a.reply_id = r.id"
                         " WHERE r.report_id = %s", (first,)) == [(1, "sms", "accepted")]


def test_one_answer_reaches_all_once_each_in_his_channel_and_language(cluster, gateways):
    some = Reporters(cluster, "answer")
    a, code_a, by_sms = some.report(SMS, phone=Reporters.phone())
    b, code_b, by_chat = some.report(WHATSAPP, language="javanese", phone=Reporters.phone())
    c, code_c, by_form = some.report(WEB, language="mixed", phone=Reporters.phone())
    d, _, _ = some.report(WEB)
    some.act("reply", "--text", "Petugas berangkat <b>besok</b>\nmembawa {code} tangga")
    for report, way in [(a, "sms"), (b, "whatsapp"), (c, "sms")]:
        await_told(cluster, report, answer=way)
    [_, text] = texts(gateways.sms, by_sms)
    assert text.startswith(f"Tanggapan PLN atas laporan {code_a}: Petugas berangkat <b>besok</b> membawa {{code}} tangga")
    [_, text] = texts(gateways.whatsapp, by_chat)
    assert f"Wangsulan saking PLN kangge laporan panjenengan {code_b}: Petugas berangkat" in text
    [_, text] = texts(gateways.sms, by_form)
    assert text.startswith(f"Wangsulan PLN kangge laporan {code_c}: ")
    assert replies(cluster, d) == {}


def test_one_phone_on_a_ticket_is_told_once(cluster, gateways):
    some = Reporters(cluster, "same-phone")
    phone = Reporters.phone()
    some.report(SMS, phone=phone)
    some.report(SMS, phone="+62" + phone[1:])
    last, code, number = some.report(WEB, phone=phone)
    some.act("verifying", "--text", "Tim memeriksa gardu")
    await_told(cluster, last, stage_verifying="sms")
    await_quiet(cluster)
    told = texts(gateways.sms, number)
    assert len([t for t in told if "kami terima" in t]) == 3, "each has a code of its own"
    [text] = [t for t in told if "diverifikasi" in t]
    assert code in text, "the newest of his reports"


def test_who_joins_later_is_told_nothing_old(cluster, gateways):
    some = Reporters(cluster, "later")
    first, _, _ = some.report(SMS, phone=Reporters.phone())
    some.act("field_check")
    await_told(cluster, first, stage_field_check="sms")
    later, _, number = some.report(SMS, phone=Reporters.phone())
    some.act("in_progress")
    await_told(cluster, later, stage_in_progress="sms")
    await_quiet(cluster)
    assert replies(cluster, later) == {"received": "sms", "stage_in_progress": "sms"}
    assert len(texts(gateways.sms, number)) == 2


def test_the_public_stages_in_order_and_nothing_else(cluster, gateways):
    some = Reporters(cluster, "stages")
    report, code, number = some.report(SMS, phone=Reporters.phone())
    for stage in ["verifying", "field_check", "in_progress", "awaiting_validation"]:
        some.act(stage)
    some.act("note", "--text", "Untuk kantor sendiri saja")
    some.act("acknowledge")
    some.act("verifying", "--kind", "bot")
    some.act("ask", "--text", "Di tiang nomor berapa?")
    some.act("done", "--text", "Kabel sudah diganti baru")
    await_told(cluster, report, stage_done="sms")
    await_quiet(cluster)
    told = texts(gateways.sms, number)
    assert [e for e in replies(cluster, report)] == [
        "received", "stage_verifying", "stage_field_check", "stage_in_progress", "stage_awaiting_validation", "question", "stage_done"]
    assert not any("kantor sendiri" in text for text in told)
    assert any("Di tiang nomor berapa?" in text for text in told)
    assert told[-1].endswith(f"Puas atau belum? Balas PUAS {code} atau BELUM {code}") and "Kabel sudah diganti baru" in told[-1]
    some.act("reopened", "--text", "Ternyata mati lagi")
    await_told(cluster, report, stage_reopened="sms")


def test_a_refusal_says_why(cluster, gateways):
    some = Reporters(cluster, "rejected")
    report, _, number = some.report(SMS, phone=Reporters.phone())
    some.act("rejected", "--value", "ineligible", "--text", "Mohon sebutkan lokasinya")
    await_told(cluster, report, stage_rejected="sms")
    text = texts(gateways.sms, number)[-1]
    assert "belum memenuhi syarat" in text and "Mohon sebutkan lokasinya" in text


def test_long_words_are_cut_to_two_short_messages(cluster, gateways):
    some = Reporters(cluster, "long")
    report, _, number = some.report(SMS, phone=Reporters.phone())
    some.act("reply", "--text", "“Sudah” kami kerjakan… " + "lampu " * 500 + "😀")
    await_told(cluster, report, answer="sms")
    text = texts(gateways.sms, number)[-1]
    assert len(text) <= 306 and '"Sudah" kami kerjakan...' in text and text.isascii()


def test_a_shut_window_falls_to_the_template_and_then_to_sms(cluster, gateways):
    some = Reporters(cluster, "window")
    report, _, number = some.report(WHATSAPP, phone=Reporters.phone())
    await_told(cluster, report, received="whatsapp")
    gateways.answers["whatsapp"] = lambda m: SHUT if m["type"] == "text" and m["to"] == number else None
    some.act("reply", "--text", "Petugas berangkat sore ini")
    await_told(cluster, report, answer="whatsapp")
    [message] = [m for m in gateways.whatsapp if m["to"] == number and m["type"] == "template"]
    assert message["template"]["name"] == "kentongan_kabar" and "sore ini" in json.dumps(message)
    gateways.answers["whatsapp"] = lambda m: SHUT if m["to"] == number else None
    some.act("verifying", "--text", "Sudah di lokasi sekarang")
    await_told(cluster, report, stage_verifying="sms")
    assert len(texts(gateways.sms, number)) == 1
    assert cluster.query("SELECT a.attempt, a.leg, a.outcome FROM replies r JOIN reply_attempts a ON a.reply_id = r.id"
                         " WHERE r.report_id = %s AND r.event = 'stage_verifying' ORDER BY 1", (report,)) == [
        (1, "whatsapp", "refused"), (2, "whatsapp", "refused"), (3, "sms", "accepted")]


def test_after_a_day_only_a_template_is_tried(cluster, gateways):
    some = Reporters(cluster, "day-old")
    report, _, number = some.report(WHATSAPP, phone=Reporters.phone())
    await_told(cluster, report, received="whatsapp")
    cluster.query("UPDATE reports SET sent_at = now() - interval '25 hours' WHERE id = %s", (report,))
    some.act("reply", "--text", "Petugas berangkat sore ini")
    await_told(cluster, report, answer="whatsapp")
    assert [m["type"] for m in gateways.whatsapp if m["to"] == number] == ["text", "template"]


def test_what_the_network_could_not_deliver_goes_by_the_next_way(cluster, gateways):
    some = Reporters(cluster, "undelivered")
    report, _, number = some.report(WHATSAPP, phone=Reporters.phone())
    await_told(cluster, report, received="whatsapp")

    def fails(leg, times, earlier):
        [(reply,)] = cluster.query("SELECT id FROM replies WHERE report_id = %s AND event = 'received'", (report,))
        for _ in range(2):  # a network may say it twice
            assert cluster.value("SELECT reply_reported(%s, %s, false)", (reply, earlier))
        wait_until(lambda: cluster.query("SELECT 1 FROM reply_attempts WHERE reply_id = %s AND outcome = 'accepted' HAVING count(*) = %s",
                                         (reply, times)) and replies(cluster, report)["received"] == leg, 10, f"it went by {leg}")

    fails("whatsapp", 2, earlier=0)
    assert [m["type"] for m in gateways.whatsapp if m["to"] == number] == ["text", "template"]
    fails("sms", 3, earlier=1)
    fails("sms", 3, earlier=0)  # once more, and late: another message went meanwhile
    fails("page", 3, earlier=2)
    assert len(texts(gateways.sms, number)) == 1


def test_a_report_of_failure_that_comes_too_early_is_not_lost(cluster, gateways):
    some = Reporters(cluster, "early")

    def fails_at_once(message):
        if message["to"] == number:
            reply, _, earlier = message["biz_opaque_callback_data"][1:].partition(".")
            cluster.value("SELECT reply_reported(%s, %s, false)", (int(reply), int(earlier or 0)))

    phone = Reporters.phone()
    number = "+62" + phone[1:]
    gateways.answers["whatsapp"] = fails_at_once
    report, _, _ = some.report(WHATSAPP, phone=phone)
    await_told(cluster, report, received="sms")
    assert [m["type"] for m in gateways.whatsapp if m["to"] == number] == ["text", "template"]


def test_who_asked_for_silence_is_answered_only_where_he_wrote(cluster, gateways):
    some = Reporters(cluster, "silence")
    both = {"anonymous": True, "confidential": True}
    by_form, _, number = some.report(WEB, phone=Reporters.phone(), **both)
    await_told(cluster, by_form, received="page")
    by_sms, _, own = some.report(SMS, phone=Reporters.phone(), **both)
    await_told(cluster, by_sms, received="sms")
    anonymous, _, _ = some.report(WEB, phone=Reporters.phone(), anonymous=True)
    await_told(cluster, anonymous, received="sms")
    assert texts(gateways.sms, number) == [] and len(texts(gateways.sms, own)) == 1


def test_a_gateway_that_is_away_is_tried_again(cluster, gateways):
    some = Reporters(cluster, "away")
    gateways.answers["sms"] = lambda _: (503, "Temporal failure, try again later.")
    report, _, number = some.report(SMS, phone=Reporters.phone())
    wait_until(lambda: cluster.query("SELECT 1 FROM reply_attempts a JOIN replies r ON r.id = a.reply_id WHERE r.report_id = %s"
                                     " AND a.outcome = 'retry' AND a.status = 503", (report,)), 15, "it was tried")
    gateways.answers.clear()
    cluster.query("UPDATE replies SET next_at = now() WHERE report_id = %s", (report,))
    await_told(cluster, report, received="sms")
    assert len(texts(gateways.sms, number)) == 1


def test_killing_the_notifier_changes_nothing(cluster, gateways):
    some = Reporters(cluster, "killed")
    phones = [Reporters.phone() for _ in range(6)]
    made = [some.report(SMS, phone=phone) for phone in phones]
    for stage in ["verifying", "field_check", "in_progress"]:
        some.act(stage)
        for place in ["notifier.before_reply:2", "notifier.after_reply:2"]:
            cluster["notifier"].kill(once={"FAILPOINT": place})
    for report, _, _ in made:
        await_told(cluster, report, received="sms", stage_verifying="sms", stage_field_check="sms", stage_in_progress="sms")
    await_quiet(cluster)
    for _, code, number in made:
        told = texts(gateways.sms, number)
        events = [re.sub(r"[^a-z ]", "", t.replace(code, ""))[:40] for t in told]
        assert len(set(events)) == 4, "each of the four"
        references = [m["dlr-url"].split("ref=")[1].split("&")[0] for m in gateways.sms if m["to"] == number]
        assert len(set(references)) == 4, "what was sent twice has the same reference"
    assert cluster.query("SELECT report_id, event, cause FROM replies GROUP BY 1, 2, 3 HAVING count(*) > 1") == []


def test_an_opened_identity_is_told(cluster, gateways, tmp_path):
    some = Reporters(cluster, "opened")
    report, code, number = some.report(SMS, phone=Reporters.phone(), reporter={"name": "Dewi Kanarisworo"})
    await_told(cluster, report, received="sms")
    why = "Permintaan penyidik dengan surat B/12/XI/2026"
    wrong = tmp_path / "wrong"
    wrong.write_text("ab" * 32 + "\n")
    open_it = ["identity", "open", code, "--by", "Sekretaris PLN", "--reason", why, "--key"]

    done = cluster.run_cli("identity", "open", code, "--by", "Budi", "--reason", "iseng", "--key", cluster.office_key)
    assert done.returncode == 2 and "--reason: say why, in 20 to 1000 bytes" in done.stderr
    (tmp_path / "no-key").write_text("bukan kunci")
    done = cluster.run_cli(*open_it, str(tmp_path / "no-key"))
    assert done.returncode == 2 and "is no secret key of 64 hexadecimal digits" in done.stderr
    assert cluster.value("SELECT count(*) FROM identities_opened") == 0
    done = cluster.run_cli(*open_it, str(wrong))
    assert done.returncode == 1 and "does not open this identity" in done.stderr and "Dewi" not in done.stdout + done.stderr

    who = json.loads(cluster.cli(*open_it, cluster.office_key))
    assert who["name"] == "Dewi Kanarisworo" and who["tracking_code"] == code
    journal = json.loads(cluster.cli("identity", "journal", "--json"))
    assert [(j["tracking_code"], j["by"], j["reason"]) for j in journal] == [(code, "Sekretaris PLN", why)] * 2
    wait_until(lambda: len([t for t in texts(gateways.sms, number) if "dibuka oleh petugas" in t and why in t]) == 2, 15, "he was told")


def test_a_changed_template_is_used(cluster, gateways):
    done = cluster.run_cli("template", "set", "answer", "--channel", "sms", "--body", "Jawaban {siapa}")
    assert done.returncode == 2 and "{siapa}: stands for nothing" in done.stderr
    done = cluster.run_cli("template", "set", "answer", "--channel", "sms", "--body", "Jawaban “{answer}”")
    assert done.returncode == 2 and "is not in the alphabet of short messages" in done.stderr
    assert "all good" in cluster.cli("template", "check")
    seen = json.loads(cluster.cli("template", "preview", "stage_done", "--language", "jv", "--answer", "Sampun murub 😀", "--json"))
    assert "Sampun murub" in seen["text"] and seen["parts"] == 2 and seen["strangers"] == [] and "😀" not in seen["text"]
    old = json.loads(cluster.cli("template", "list", "question", "--json"))
    [body] = [r["body"] for r in old if (r["language"], r["channel"]) == ("id", "sms")]
    cluster.query("UPDATE reply_templates SET body = 'rusak {siapa}' WHERE event = 'question' AND language = 'id' AND channel = 'sms'")
    done = cluster.run_cli("template", "check", "--json")
    assert done.returncode == 1 and [r["event"] for r in json.loads(done.stdout)] == ["question"]
    cluster.cli("template", "set", "question", "--channel", "sms", "--body", "PLN mau tahu: {question}")
    some = Reporters(cluster, "changed")
    report, _, number = some.report(SMS, phone=Reporters.phone())

    def asked():
        some.act("ask", "--text", "Tiang nomor berapa itu?")
        await_quiet(cluster)
        return "PLN mau tahu: Tiang nomor berapa itu?" in texts(gateways.sms, number)
    wait_until(asked, 20, "the new words")
    cluster.cli("template", "set", "question", "--channel", "sms", "--body", body)
    assert "all good" in cluster.cli("template", "check")


def test_no_log_holds_a_reporter_or_what_was_said(cluster, gateways):
    await_quiet(cluster)
    logs = "\n".join(service.text() for service in cluster.services.values()) + pathlib.Path(cluster.postgres.log).read_text(errors="replace")
    numbers = {m["to"] for m in gateways.sms + gateways.whatsapp}
    assert len(numbers) > 15
    for canary in [*numbers, *(n[3:] for n in numbers), "warga@example.org", "Dewi Kanari", "Petugas berangkat", "Kabel sudah diganti"]:
        assert canary not in logs, canary
    tables = [name for (name,) in cluster.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'models'")]
    for table in tables:
        rows = "\n".join(row for (row,) in cluster.query(f"SELECT t::text FROM {table} t"))
        assert not any(number[3:] in rows for number in numbers), table


def test_a_pause_between_two_messages_to_one_phone(gateways, tmp_path):
    with cluster_that_replies(tmp_path, gateways, REPLY_PAUSE_S=3600) as cluster:
        some = Reporters(cluster, "pause")
        report, _, number = some.report(SMS, phone=Reporters.phone())
        await_told(cluster, report, received="sms")
        some.act("verifying", "--text", "Tim memeriksa gardu")
        some.act("ask", "--text", "Di tiang nomor berapa?")
        await_told(cluster, report, question="sms")
        assert replies(cluster, report) == {"received": "sms", "stage_verifying": "", "question": "sms"}
        assert cluster.value("SELECT next_at > now() + interval '50 minutes' FROM replies WHERE event = 'stage_verifying'")
        assert len(texts(gateways.sms, number)) == 2


def test_another_key_is_said_once_and_clearly(gateways, tmp_path):
    _, other, _ = keys(tmp_path, "reply")
    inner = tmp_path / "cluster"
    inner.mkdir()
    with cluster_that_replies(inner, gateways, REPLY_SECRET_KEY=other) as cluster:
        some = Reporters(cluster, "other-key")
        made = [some.report(SMS, phone=Reporters.phone()) for _ in range(3)]
        for report, _, _ in made:
            await_told(cluster, report, received="page")
        assert cluster["notifier"].count("REPLY_SEALED") == 1 and other not in cluster["notifier"].text()


def test_without_a_key_nobody_is_answered(tmp_path, gateways):
    public, _, _ = keys(tmp_path, "reply")
    with Cluster(stages=STAGES, push=False, settings={"ingest": {"REPLY_PUBLIC_KEY": ""},
                                                      "notifier": {"LEG_WEBPUSH": "null", **gateways.settings()}}) as cluster:
        cluster.await_working()
        Reporters(cluster, "no-key").report(SMS, phone=Reporters.phone())
        assert cluster.value("SELECT count(*) FROM reply_addresses") == 0
        cluster["ingest"].environment["REPLY_PUBLIC_KEY"] = public
        cluster["ingest"].kill()
        cluster.await_working()
        Reporters(cluster, "key").report(SMS, phone=Reporters.phone())
        assert cluster.value("SELECT count(*) FROM reply_addresses") == 1
        assert cluster.value("SELECT count(*) FROM replies") == 0
