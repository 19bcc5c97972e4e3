"""What networks call: Debian's Kannel for real, and WhatsApp's webhooks as Meta signs them, into a real ingest and a real database."""

import base64
import contextlib
import hashlib
import hmac
import json
import struct
import subprocess
import time
import urllib.parse

import pytest
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.cluster import HOOK_SECRET
from harness.kannel import Kannel
from harness.letters import post
from harness.portal import PortalCluster
from harness.waiting import wait_until

APP_SECRET, VERIFY_TOKEN = "rahasia-aplikasi-meta", "kata-sandi-jabat-tangan"
OFFICER, CITIZEN = "+6281234567890", "+6285711112222"
AGENCY = "BAPENDA"


@pytest.fixture(scope="module")
def cluster():
    office = x25519.X25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    settings = {"ingest": {"IDENTITY_PUBLIC_KEY": office, "REPLY_PUBLIC_KEY": office},
                "portal": {"WHATSAPP_APP_SECRET": APP_SECRET, "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN}}
    with PortalCluster(stages=["ingest", "portal"], push=False, settings=settings) as whole:
        whole.await_working()
        yield whole
        assert whole.unexpected_exits() == {}
        log = whole["portal"].text()
        for secret in [OFFICER[3:], CITIZEN[3:], "berlubang", "Siti Aminah", HOOK_SECRET, APP_SECRET, VERIFY_TOKEN, "wamid."]:
            assert secret not in log, secret


@pytest.fixture(scope="module")
def kannel(cluster):
    with Kannel(mo_url=f"http://{cluster.portal_listen}/hook/kannel/{HOOK_SECRET}/mo", answers=True) as running:
        yield running


def ask(cluster, method, path, body=None, headers=None, timeout=20):
    return cluster.browser().request(method, path, body, headers={"Origin": None, **(headers or {})}, timeout=timeout)


def bring(cluster, secret=HOOK_SECRET, **fields):
    """An SMS as Kannel brings it: status and answer."""
    status, body = ask(cluster, "GET", f"/hook/kannel/{secret}/mo?{urllib.parse.urlencode(fields)}")
    return status, body.decode() if isinstance(body, bytes) else body


def reports(cluster, source, text=None):
    found = cluster.query("SELECT id, source_message_id, channel, text, follows_id, (extract(epoch FROM sent_at) * 1000)::bigint,"
                          " latitude, longitude, address, attachments FROM reports WHERE source = %s ORDER BY id", (source,))
    return [row for row in found if text is None or row[3] == text]


def add_ticket(cluster):
    """A ticket with a notice that rings, told to the officer's number.  Returns ticket, notice, device."""
    ticket = cluster.value("SELECT 100000000 + count(*) FROM tickets")
    cluster.query("INSERT INTO tickets (id, agency, topic, region_code) VALUES (%s, %s, '', '')", (ticket, AGENCY))
    cluster.query("INSERT INTO ticket_reports VALUES (%s, %s)", (ticket, ticket))
    notice = cluster.value("INSERT INTO notices (ticket_id, kind, cause, audience, agency) VALUES (%s, 3, %s, 'agency', %s) RETURNING id",
                           (ticket, ticket, AGENCY))
    cluster.query("INSERT INTO devices (agency, leg, endpoint) VALUES (%s, 'sms', %s) ON CONFLICT DO NOTHING", (AGENCY, OFFICER))
    device = cluster.value("SELECT id FROM devices WHERE endpoint = %s", (OFFICER,))
    cluster.query("INSERT INTO deliveries (notice_id, device_id, attempt, outcome) VALUES (%s, %s, 1, 'accepted')", (notice, device))
    return ticket, notice, device


def ended(cluster, notice):
    return cluster.value("SELECT ended FROM rings WHERE notice_id = %s", (notice,))


def code_of(cluster, report):
    """The tracking code of a report, as the portal itself says it."""
    notice = cluster.value("INSERT INTO notices (ticket_id, kind, cause, audience, agency) VALUES (%s, 5, %s, 'agency', %s) RETURNING id",
                           (report, report, AGENCY))
    device = cluster.value("INSERT INTO devices (agency, leg, endpoint) VALUES (%s, 'ntfy', %s) RETURNING id", (AGENCY, f"code{notice}"))
    status, answer = ask(cluster, "POST", "/api/v1/push/seen", token(cluster, notice, device))
    assert status == 200
    return answer["ticket"]


def token(cluster, notice, device):
    key = bytes(byte ^ 0x36 for byte in bytes(cluster.value("SELECT inner_pad FROM notice_key")))
    ids = struct.pack(">qq", notice, device)
    return base64.urlsafe_b64encode(ids + hmac.new(key, ids, hashlib.sha256).digest()[:16]).rstrip(b"=")


# Kannel for real ----------------------------------------------------------------------------------------------------------------

def test_terima_by_sms_stops_the_ring_and_is_answered(cluster, kannel):
    ticket, notice, _ = add_ticket(cluster)
    kannel.bring(OFFICER, f"TERIMA {notice}")
    wait_until(lambda: ended(cluster, notice) == "acknowledged", 20, kannel.log)
    code = code_of(cluster, ticket)
    wait_until(lambda: any(OFFICER in line and f"Terima kasih, {code} diterima " in line for line in kannel.shown()), 20, kannel.log)
    assert cluster.query("SELECT what FROM notice_proofs WHERE notice_id = %s", (notice,)) == [("acted",)]
    assert reports(cluster, "kannel", f"TERIMA {notice}") == []


def test_a_citizens_sms_becomes_a_report_and_nothing_is_said_back(cluster, kannel):
    text = "Jalan berlubang di depan pasar Gubug, sudah dua minggu"
    before = time.time()
    kannel.bring(CITIZEN, text)
    (_, id, channel, _, follows, sent_at, *_), = wait_until(lambda: reports(cluster, "kannel", text), 20, kannel.log)
    assert channel == 3 and len(id) >= 16 and follows == 0
    assert abs(sent_at / 1000 - before) < 60
    # What would go back would have gone before what follows.
    kannel.bring(CITIZEN, text + " lagi")
    wait_until(lambda: reports(cluster, "kannel", text + " lagi"), 20, kannel.log)
    assert not [line for line in kannel.shown() if CITIZEN in line]


def test_the_networks_report_comes_back_for_a_notice_and_for_a_reply(cluster, kannel):
    _, notice, device = add_ticket(cluster)
    reply = cluster.value("INSERT INTO replies (report_id, ticket_id, event, cause, next_at, settled) VALUES (%s, 1, 'received', 0, NULL, 'sms')"
                          " RETURNING id", (notice,))
    cluster.query("INSERT INTO reply_attempts (reply_id, attempt, leg, outcome) VALUES (%s, 1, 'sms', 'accepted')", (reply,))
    text = "Tenggat dekat \U0001f6a7: " + "ꦲꦏ꧀ꦱꦫꦗꦮ " * 18  # three parts
    posted = post([{"leg": "sms", "to": OFFICER, "text": text, "reference": f"n{notice}.{device}"},
                   {"leg": "sms", "to": CITIZEN, "text": "Laporan diterima", "reference": f"r{reply}"}],
                  **kannel.settings(f"http://{cluster.portal_listen}/hook/kannel/{HOOK_SECRET}/dlr"))
    assert posted.endings() == ["accepted", "accepted"]
    wait_until(lambda: cluster.query("SELECT what FROM notice_proofs WHERE notice_id = %s AND device_id = %s", (notice, device)) == [("received",)],
               20, kannel.log)
    wait_until(lambda: cluster.query("SELECT 1 FROM reply_attempts WHERE reply_id = %s AND outcome = 'delivered'", (reply,)), 20, kannel.log)
    assert ended(cluster, notice) == ""  # delivered is not acknowledged


@pytest.mark.parametrize("away", ["portal", "ingest"])
def test_kannel_comes_again_while_one_is_away_and_nothing_is_lost_or_doubled(cluster, kannel, away):
    texts = [f"Lampu jalan di gang {away} nomor {i} padam" for i in range(6)]
    cluster[away].stop()
    for text in texts[:3]:
        kannel.bring(CITIZEN, text)
    wait_until(lambda: kannel.text("smsbox").count("Retrying HTTP request") >= 3 or kannel.text("smsbox").count("Retry") >= 3, 30, kannel.log)
    assert not [row for row in reports(cluster, "kannel") if row[3] in texts]
    cluster[away].start()
    for text in texts[3:]:
        kannel.bring(CITIZEN, text)
    wait_until(lambda: {row[3] for row in reports(cluster, "kannel")} >= set(texts), 60, kannel.log)
    came = [row[3] for row in reports(cluster, "kannel")]
    assert sorted(text for text in came if text in texts) == sorted(texts)


# SMS as Kannel's request says it ---------------------------------------------------------------------------------------------------

def test_terima_in_other_words(cluster):
    for words in ["terima {}", "  Terima   #{} ", "TERIMA {}.", "tErImA\n{}"]:
        _, notice, _ = add_ticket(cluster)
        status, answer = bring(cluster, id="x", **{"from": OFFICER}, text=words.format(notice))
        assert (status, answer[:20]) == (200, "Terima kasih, JT-" + answer[17:20]), answer
        assert ended(cluster, notice) == "acknowledged"
    status, answer = bring(cluster, id="x", **{"from": "081234567890"}, text=f"terima {notice}")
    assert status == 200 and " sudah diterima " in answer


def test_terima_by_the_tickets_code_means_the_newest_notice(cluster):
    ticket, first, device = add_ticket(cluster)
    code = code_of(cluster, ticket)
    newest = cluster.value("INSERT INTO notices (ticket_id, kind, cause, audience, agency) VALUES (%s, 4, %s, 'agency', %s) RETURNING id",
                           (ticket, ticket, AGENCY))
    cluster.query("INSERT INTO deliveries (notice_id, device_id, attempt, outcome) VALUES (%s, %s, 1, 'accepted')", (newest, device))
    status, answer = bring(cluster, id="x", **{"from": "6281234567890"}, text=f"terima {code.lower()}")
    assert (status, answer[:27]) == (200, f"Terima kasih, {code[:13]}"), answer
    assert cluster.query("SELECT key FROM acts WHERE ticket_id = %s", (ticket,)) == [(f"notice:{newest}:{device}",)]
    assert ended(cluster, first) == "acknowledged"


def test_an_officer_who_mistypes_is_told(cluster):
    add_ticket(cluster)
    other = cluster.value("INSERT INTO notices (ticket_id, kind, cause, audience, agency) VALUES (1, 3, 987654, 'agency', 'BAPPEDA') RETURNING id")
    for text in ["TERIMA 999999999", f"TERIMA {other}"]:  # none; not his
        status, answer = bring(cluster, id="mistyped", **{"from": OFFICER}, text=text)
        assert (status, answer) == (200, "Tidak ada pemberitahuan dengan nomor itu untuk nomor ini. Periksa lagi angkanya.")
    assert ended(cluster, other) == "" and not [row for row in reports(cluster, "kannel") if row[1] == "mistyped"]


@pytest.mark.parametrize("number, text", [
    (CITIZEN, "TERIMA 1"), (OFFICER, "terima kasih banyak"), (OFFICER, "TERIMA"), (OFFICER, "TERIMA 1 2"), (OFFICER, "sudah TERIMA 1"),
    (OFFICER, "terimakasih 1"), (OFFICER, "TERIMA -1"), ("TELKOMSEL", "Lampu jalan padam"), (CITIZEN, "PUAS"),
])
def test_anything_else_is_a_report(cluster, number, text):
    id = hashlib.sha256(f"{number} {text}".encode()).hexdigest()[:36]
    for _ in range(3):  # Kannel may come again with the same
        assert bring(cluster, id=id, **{"from": number}, to="1708", ts=int(time.time()), text=text) == (200, "")
    assert [row[3] for row in reports(cluster, "kannel") if row[1] == id] == [text]


def test_a_code_in_the_text_continues_the_earlier_report(cluster):
    assert bring(cluster, id="earlier", **{"from": CITIZEN}, text="Talud sungai longsor di Dukuh Krajan") == (200, "")
    earlier = next(row[0] for row in reports(cluster, "kannel") if row[1] == "earlier")
    code = code_of(cluster, earlier)
    for i, text in enumerate([f"PUAS {code}", f"belum {code.lower()}: masih rusak", f"soal {code.replace('-', ' ')} bagaimana?", f"({code[:-1]}Z) salah"]):
        assert bring(cluster, id=f"later{i}", **{"from": CITIZEN}, text=text) == (200, "")
    follows = {row[1]: row[4] for row in reports(cluster, "kannel")}
    assert [follows[f"later{i}"] for i in range(3)] == [earlier] * 3
    assert follows["later3"] == 0 or code[-1] == "Z"


def test_texts_that_are_none_are_still_a_report(cluster):
    path = f"/hook/kannel/{HOOK_SECRET}/mo?id=%s&from=%%2B6285711112222&text=%s"
    assert ask(cluster, "GET", path % ("nul", "a%00b"))[0] == 200
    assert ask(cluster, "GET", path % ("latin", "caf%E9+rusak"))[0] == 200
    texts = {row[1]: row[3] for row in reports(cluster, "kannel")}
    assert (texts["nul"], texts["latin"]) == ("a b", "caf? rusak")
    # What ingest will never take is not asked for again, but it is in the log.
    refused = cluster["portal"].count("MESSAGE_REFUSED")
    assert bring(cluster, id="empty", **{"from": CITIZEN}, text="") == (200, "")
    cluster["portal"].await_event("MESSAGE_REFUSED", times=refused + 1)


def test_the_secret_of_the_path(cluster):
    for secret in ["x", HOOK_SECRET[:-1], HOOK_SECRET + "0", HOOK_SECRET.upper()]:
        assert bring(cluster, secret=secret, id="secret", **{"from": CITIZEN}, text="Halo")[0] == 404
        assert ask(cluster, "GET", f"/hook/kannel/{secret}/dlr?ref=n1.1&st=1")[0] == 404
    assert ask(cluster, "GET", f"/hook/kannel/{HOOK_SECRET}/mo?id=secret")[0] == 400
    assert ask(cluster, "GET", f"/hook/kannel/{HOOK_SECRET}/dlr?st=1")[0] == 400
    assert ask(cluster, "POST", f"/hook/kannel/{HOOK_SECRET}/mo", b"")[0] == 405
    assert not [row for row in reports(cluster, "kannel") if row[1] == "secret"]


@pytest.mark.parametrize("state, proof", [("1", ["received"]), ("2", ["failed"]), ("16", ["failed"]), ("4", []), ("8", []), ("x", [])])
def test_states_of_delivery(cluster, state, proof):
    _, notice, device = add_ticket(cluster)
    assert ask(cluster, "GET", f"/hook/kannel/{HOOK_SECRET}/dlr?ref=n{notice}.{device}&st={state}")[0] == 200
    assert [row[0] for row in cluster.query("SELECT what FROM notice_proofs WHERE notice_id = %s", (notice,))] == proof
    assert cluster.value("SELECT next_at <= now() FROM rings WHERE notice_id = %s", (notice,)) == (proof == ["failed"])


@pytest.mark.parametrize("reference", ["", "n", "n1", "n1.", "n.1", "r", "r0", "x1", "n1.1.1", "n999999999.1", "r999999999", "n1.1'", "n99999999999999999999.1"])
def test_references_that_are_none(cluster, reference):
    before = cluster.query("SELECT count(*), (SELECT count(*) FROM reply_attempts) FROM notice_proofs")
    assert ask(cluster, "GET", f"/hook/kannel/{HOOK_SECRET}/dlr?{urllib.parse.urlencode({'ref': reference, 'st': 1})}")[0] == 200
    assert cluster.query("SELECT count(*), (SELECT count(*) FROM reply_attempts) FROM notice_proofs") == before


def test_without_ingest_the_network_is_told_to_come_again_and_officers_do_not_wait(cluster):
    cluster["ingest"].freeze()
    try:
        started = time.monotonic()
        assert bring(cluster, id="frozen", **{"from": CITIZEN}, text="Pohon tumbang")[0] == 503
        assert 2 < time.monotonic() - started < 5
        started = time.monotonic()
        assert bring(cluster, id="frozen", **{"from": CITIZEN}, text="Pohon tumbang")[0] == 503
        assert time.monotonic() - started < 1
    finally:
        cluster["ingest"].thaw()
    wait_until(lambda: bring(cluster, id="frozen", **{"from": CITIZEN}, text="Pohon tumbang")[0] == 200, 20, "ingest answers")
    assert len(reports(cluster, "kannel", "Pohon tumbang")) == 1


# WhatsApp -------------------------------------------------------------------------------------------------------------------------

def sign(body, secret=APP_SECRET):
    """By the openssl command: not our code, and no library that ours uses."""
    done = subprocess.run(["openssl", "dgst", "-sha256", "-hmac", secret], input=body, capture_output=True, check=True)
    return "sha256=" + done.stdout.decode().split()[-1]


def send(cluster, body, signature=None, **options):
    body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return ask(cluster, "POST", "/hook/whatsapp", body, {"X-Hub-Signature-256": signature or sign(body), "Content-Type": "application/json"}, **options)


def envelope(*values):
    """One entry a value."""
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": {"display_phone_number": "1708", "phone_number_id": "2"}, **value}}]} for value in values]}


def message(id, type="text", **content):
    content = content or {"text": {"body": f"Laporan {id}: jalan berlubang"}}
    return {"from": "6285711112222", "id": f"wamid.{id}", "timestamp": "1795301592", "type": type, **content}


CONTACTS = [{"profile": {"name": "Siti Aminah"}, "wa_id": "6285711112222", "user_id": "ID.1349120865530274"}]


def whatsapp(cluster, id):
    return [row for row in reports(cluster, "whatsapp") if row[1] == f"wamid.{id}"]


def test_the_handshake(cluster):
    def shake(**fields):
        return ask(cluster, "GET", f"/hook/whatsapp?{urllib.parse.urlencode({f'hub.{name}': value for name, value in fields.items()})}")

    assert shake(mode="subscribe", challenge="1158201444", verify_token=VERIFY_TOKEN) == (200, b"1158201444")
    for wrong in [{"verify_token": "x"}, {"verify_token": ""}, {"mode": "x"}]:
        assert shake(**{"mode": "subscribe", "challenge": "1", "verify_token": VERIFY_TOKEN, **wrong})[0] == 403
    assert ask(cluster, "GET", "/hook/whatsapp")[0] == 403


def test_every_message_of_a_batch_counts_once(cluster):
    batch = envelope(*[{"contacts": CONTACTS, "messages": [message(f"batch{i}{k}") for k in range(2)]} for i in range(3)])
    batch["entry"][0]["changes"].append({"field": "messages", "value": {"messages": [message("batch-second-change")]}})
    batch["entry"][0]["changes"].append({"field": "account_update", "value": {"messages": [message("batch-other-field")]}})
    for _ in range(2):
        assert send(cluster, batch) == (200, b"")
    for id in [f"batch{i}{k}" for i in range(3) for k in range(2)] + ["batch-second-change"]:
        (_, _, channel, text, _, sent_at, *_), = whatsapp(cluster, id)
        assert (channel, text, sent_at) == (4, f"Laporan {id}: jalan berlubang", 1795301592000) or sent_at <= time.time() * 1000
    assert whatsapp(cluster, "batch-other-field") == []


def test_signatures(cluster):
    body = json.dumps(envelope({"messages": [message("signed")]})).encode()
    good = sign(body)
    changed = body.replace(b"berlubang", b"berlubanG")
    for wrong_body, signature in [(changed, good), (body[:-1], good), (body, good[:-1] + ("0" if good[-1] != "0" else "1")), (body, good[:-2]),
                                  (body, good[7:]), (body, "sha256="), (body, "sha1=" + good[7:]), (body, sign(body, "another")), (body, good + "00"),
                                  (body, "sha256=" + "zz" * 32)]:
        assert send(cluster, wrong_body, signature)[0] == 401
    assert ask(cluster, "POST", "/hook/whatsapp", body)[0] == 401
    assert whatsapp(cluster, "signed") == []
    assert send(cluster, body, good.upper().replace("SHA256", "sha256"))[0] == 200
    assert len(whatsapp(cluster, "signed")) == 1


def test_a_quick_reply_acknowledges(cluster):
    ticket, notice, device = add_ticket(cluster)
    payload = "ACK:" + token(cluster, notice, device).decode()
    assert send(cluster, envelope({"messages": [message("ack", "button", button={"text": "Terima", "payload": payload})]}))[0] == 200
    assert ended(cluster, notice) == "acknowledged"
    assert send(cluster, envelope({"messages": [message("ack2", "button", button={"text": "Terima", "payload": payload})]}))[0] == 200
    assert cluster.value("SELECT count(*) FROM acts WHERE ticket_id = %s", (ticket,)) == 1
    for payload in ["ACK:", "ACK:x", "ACK:" + "A" * 43]:  # nobody's; no citizen wrote it
        assert send(cluster, envelope({"messages": [message("ack3", "button", button={"text": "Terima", "payload": payload})]}))[0] == 200
    assert whatsapp(cluster, "ack") == whatsapp(cluster, "ack3") == []
    # The same inside an interactive message; other buttons are what somebody says.
    _, notice, device = add_ticket(cluster)
    reply = {"type": "button_reply", "button_reply": {"id": "ACK:" + token(cluster, notice, device).decode(), "title": "Terima"}}
    other = {"type": "list_reply", "list_reply": {"id": "puas", "title": "Puas", "description": ""}}
    assert send(cluster, envelope({"messages": [message("i1", "interactive", interactive=reply), message("i2", "interactive", interactive=other)]}))[0] == 200
    assert ended(cluster, notice) == "acknowledged"
    assert whatsapp(cluster, "i1") == [] and whatsapp(cluster, "i2")[0][3] == "Puas"


def test_statuses_reach_notices_and_replies(cluster):
    _, notice, device = add_ticket(cluster)
    _, failing, _ = add_ticket(cluster)
    reply = cluster.value("INSERT INTO replies (report_id, ticket_id, event, cause, next_at, settled) VALUES (%s, 1, 'done', 0, NULL, 'whatsapp')"
                          " RETURNING id", (notice,))
    cluster.query("INSERT INTO reply_attempts (reply_id, attempt, leg, outcome) VALUES (%s, 1, 'whatsapp', 'accepted')", (reply,))

    def status(reference, word):
        return {"id": "wamid.out", "status": word, "timestamp": "1795301592", "recipient_id": "6281234567890", "biz_opaque_callback_data": reference,
                "errors": [{"code": 131047, "title": "Re-engagement message"}] if word == "failed" else []}

    words = [status(f"n{notice}.{device}", "sent"), status(f"n{notice}.{device}", "read"), status(f"n{failing}.{device}", "failed"),
             status(f"r{reply}", "failed"), status("nothing", "read"), status(f"n{notice}.{device}", "deleted"), {"id": "wamid.x", "status": "read"}]
    assert send(cluster, envelope({"statuses": words}))[0] == 200
    assert cluster.query("SELECT what FROM notice_proofs WHERE notice_id = %s", (notice,)) == [("received",)]
    assert cluster.query("SELECT what FROM notice_proofs WHERE notice_id = %s", (failing,)) == [("failed",)]
    assert cluster.query("SELECT settled, next_at IS NULL FROM replies WHERE id = %s", (reply,)) == [("", False)]


def test_pictures_places_and_users_without_a_number(cluster):
    picture = {"id": "1479537139650973", "mime_type": "image/jpeg", "sha256": "fgPLR7DGdKLKbgMZVGt3VgHjS3iyOZgZpBQDsG2KKXk=", "caption": "Talud retak"}
    voice = {"id": "2", "mime_type": "audio/ogg; codecs=opus", "sha256": "x", "voice": True}
    place = {"latitude": -6.9903, "longitude": 110.4229, "name": "Pasar Johar", "address": "Kauman, Semarang"}
    nobody = {"id": "wamid.bsuid", "from_user_id": "ID.1349120865530274", "timestamp": "1795301592", "type": "text", "text": {"body": "Got mampet"}}
    assert send(cluster, envelope({"contacts": CONTACTS, "messages": [
        message("picture", "image", image=picture), message("voice", "audio", audio=voice), message("place", "location", location=place), nobody]}))[0] == 200
    (*_, attachments), = whatsapp(cluster, "picture")
    assert whatsapp(cluster, "picture")[0][3] == "Talud retak"
    attachment, = json.loads(attachments)
    assert "1479537139650973" in attachment["uri"] and attachment["media_type"] == "image/jpeg"
    assert whatsapp(cluster, "voice")[0][3] == "(lampiran tanpa keterangan)"
    assert whatsapp(cluster, "place")[0][6:9] == (-6.9903, 110.4229, "Kauman, Semarang") and whatsapp(cluster, "place")[0][3] == "Pasar Johar"
    assert whatsapp(cluster, "bsuid")[0][3] == "Got mampet"


@pytest.mark.parametrize("type, content", [
    ("reaction", {"reaction": {"message_id": "x", "emoji": "👍"}}), ("unsupported", {"errors": [{"code": 131051, "title": "Unsupported"}]}),
    ("system", {"system": {"type": "user_changed_number", "wa_id": "628"}}), ("ephemeral", {"x": 1}), ("hologram", {"hologram": {"id": "1"}}),
    ("text", {"text": {"body": ""}}), ("text", {"text": 5}), ("image", {"image": {}}), ("location", {"location": {"latitude": "x"}}),
    ("interactive", {"interactive": []}),
])
def test_what_says_nothing_makes_no_report_and_no_error(cluster, type, content):
    assert send(cluster, envelope({"messages": [message("nothing", type, **content)]}))[0] == 200
    assert whatsapp(cluster, "nothing") == []


@pytest.mark.parametrize("body", [{}, {"entry": 5}, {"entry": [5, None, {"changes": 5}, {"changes": [5, {"field": "messages"}, {"field": "messages", "value": 5}]}]},
                                  {"entry": [{"changes": [{"field": "messages", "value": {"messages": [5, None, {}, {"id": 5}], "statuses": [5, {}], "contacts": 5}}]}]}])
def test_bodies_of_another_shape(cluster, body):
    assert send(cluster, body) == (200, b"")


def test_bodies_that_are_none(cluster):
    for body in [b"", b"[]", b"{", b"\xff"]:
        assert send(cluster, body)[0] == 400
    try:
        assert send(cluster, b" " * (1 << 20) + b"{}")[0] == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # it was told so before it had sent all
    big = envelope({"messages": [message("big", text={"body": "Banjir"})], "x": "y" * 900_000})
    assert send(cluster, big)[0] == 200 and len(whatsapp(cluster, "big")) == 1


def test_ids_that_are_too_long_are_still_one(cluster):
    long = message("l" * 300)
    for _ in range(2):
        assert send(cluster, envelope({"messages": [long]}))[0] == 200
    assert len(reports(cluster, "whatsapp", long["text"]["body"])) == 1


def test_what_is_longer_than_a_report_is_cut(cluster):
    """4,096 characters of the Javanese script have three bytes each: most of it is better than nothing."""
    script, places = "\ua9a5" * 4096, {"latitude": -6.99, "longitude": 110.42, "name": "Pasar", "address": "Jl. Raya " * 100}
    assert send(cluster, envelope({"messages": [message("script", text={"body": script}), message("far", "location", location=places),
                                                message("nowhere", "location", location={**places, "latitude": 200})]}))[0] == 200
    assert whatsapp(cluster, "script")[0][3] == script[:3333]
    assert whatsapp(cluster, "far")[0][6:9] == (-6.99, 110.42, ("Jl. Raya " * 100)[:500])
    assert whatsapp(cluster, "nowhere")[0][3] == "Pasar" and whatsapp(cluster, "nowhere")[0][6] is None


def test_a_batch_that_breaks_in_the_middle_comes_again_and_is_whole(cluster):
    cluster["ingest"].freeze()
    try:
        batch = envelope({"messages": [message(f"broken{i}") for i in range(3)]})
        assert send(cluster, batch)[0] == 503
    finally:
        cluster["ingest"].thaw()
    wait_until(lambda: send(cluster, batch)[0] == 200, 20, "ingest answers")
    assert [len(whatsapp(cluster, f"broken{i}")) for i in range(3)] == [1, 1, 1]


def test_who_reported_is_sealed_and_nowhere_else(cluster):
    """Number and name went to the sealed table alone."""
    with contextlib.closing(cluster.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM identities i JOIN reports r ON r.id = i.report_id WHERE r.source IN ('kannel', 'whatsapp')")
        sealed = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM reply_addresses a JOIN reports r ON r.id = a.report_id WHERE r.source IN ('kannel', 'whatsapp')")
        answerable = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(r::text, '') FROM reports r")
        words = cursor.fetchone()[0]
    assert sealed > 10 and answerable > 10
    assert "85711112222" not in words and "Siti Aminah" not in words


def test_hooks_that_are_not_set_up_let_nobody_in(cluster):
    with PortalCluster(stages=["portal"], push=False, settings={"portal": {"HOOK_SECRET": ""}}) as bare:
        body = b"{}"
        assert send(bare, body, sign(body, "x"))[0] == 401
        assert send(bare, body, "sha256=" + hmac.new(b"", body, hashlib.sha256).hexdigest())[0] == 401
        assert ask(bare, "GET", "/hook/whatsapp?hub.mode=subscribe&hub.verify_token=&hub.challenge=1")[0] == 403
        assert ask(bare, "GET", "/hook/kannel//mo?id=1&from=2&text=3")[0] == 404
        assert ask(bare, "GET", "/hook/kannel/x/mo?id=1&from=2&text=3")[0] == 404
