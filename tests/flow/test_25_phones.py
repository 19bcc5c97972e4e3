"""A person's phones and one-time tokens, through the portal: added, tested, acknowledged, taken away; only one's own, only once."""

import base64
import concurrent.futures
import hashlib
import hmac
import json
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.portal import PortalCluster

TICKET = 4242
USES = ["received", "seen", "acknowledge"]


@pytest.fixture(scope="module")
def portal():
    with PortalCluster(stages=["portal"], push=False) as cluster:
        cluster.query("INSERT INTO tickets (id, agency, topic, region_code) VALUES (%s, 'BAPENDA', '', '')", (TICKET,))
        cluster.add_person("siti", "BAPENDA")
        cluster.add_person("joko", "BAPPEDA")
        yield cluster
        assert cluster.unexpected_exits() == {}
        text = cluster["portal"].text()
        assert "127.0.0.1:9" not in text and "tk_" not in text


@pytest.fixture(scope="module")
def siti(portal):
    return portal.log_in("siti")


@pytest.fixture(scope="module")
def joko(portal):
    return portal.log_in("joko")


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def subscription(number, **changes):
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    made = {"endpoint": f"http://127.0.0.1:9/push/{number}", "keys": {"p256dh": encode(point), "auth": encode(bytes(range(16)))}}
    return {**made, **changes}


def add(browser, number, label="HP", **changes):
    return browser.post("/api/v1/devices", {"leg": "webpush", "label": label, "subscription": subscription(number, **changes)})


def token(portal, notice, device):
    key = bytes(byte ^ 0x36 for byte in bytes(portal.value("SELECT inner_pad FROM notice_key")))
    ids = struct.pack(">qq", notice, device)
    return encode(ids + hmac.new(key, ids, hashlib.sha256).digest()[:16])


def add_notice(portal, kind=3):
    cause = portal.value("SELECT coalesce(max(id), 0) + 1 FROM notices")
    return portal.value("INSERT INTO notices (ticket_id, kind, cause, audience, agency) VALUES (%s, %s, %s, 'agency', 'BAPENDA') RETURNING id",
                        (TICKET, kind, cause))


@pytest.fixture
def phone(portal, siti):
    """A phone of siti's; taken away afterwards."""
    status, added = add(siti, f"p{portal.value('SELECT count(*) FROM devices')}")
    assert status == 200, added
    yield added["id"]
    portal.query("UPDATE devices SET removed_at = now(), removed_why = 'test' WHERE id = %s", (added["id"],))


# Phones ------------------------------------------------------------------------------------------------------------------------

def test_a_phone_is_added_shown_renewed_and_removed(portal, siti, joko):
    status, added = add(siti, "renewed", label="HP dinas")
    assert status == 200
    shown = next(one for one in siti.get("/api/v1/devices")[1] if one["id"] == added["id"])
    assert set(shown) == {"id", "leg", "label", "added_at_ms", "verified_at_ms", "seen_at_ms", "state"}
    assert (shown["leg"], shown["label"], shown["verified_at_ms"], shown["state"]) == ("webpush", "HP dinas", None, "ok")
    assert all(one["id"] != added["id"] for one in joko.get("/api/v1/devices")[1])
    again = add(siti, "renewed")
    assert again == (200, added)  # new keys, the same phone
    status, taken = add(joko, "renewed")
    assert (status, taken["error"]["code"]) == (409, "taken")
    assert joko.delete(f"/api/v1/devices/{added['id']}")[0] == 404
    assert siti.delete(f"/api/v1/devices/{added['id']}")[0] == 204
    assert siti.delete(f"/api/v1/devices/{added['id']}")[0] == 404
    assert all(one["id"] != added["id"] for one in siti.get("/api/v1/devices")[1])
    assert add(siti, "renewed") == (200, added)  # and back
    assert siti.delete(f"/api/v1/devices/{added['id']}")[0] == 204


@pytest.mark.parametrize("field, body", [
    ("body", b"[]"), ("body", b"{"), ("leg", {}), ("leg", {"leg": "sms"}), ("leg", {"leg": 5}), ("label", {"leg": "ntfy", "label": "x" * 101}),
    ("subscription.endpoint", {"leg": "webpush"}), ("subscription.endpoint", {"leg": "webpush", "subscription": []}),
    ("subscription.endpoint", {"leg": "webpush", "subscription": subscription(1, endpoint=5)}),
    ("subscription.endpoint", {"leg": "webpush", "subscription": subscription(1, endpoint="https://example.org/push")}),
    ("subscription.endpoint", {"leg": "webpush", "subscription": subscription(1, endpoint="https://10.0.0.1/")}),
    ("subscription.endpoint", {"leg": "webpush", "subscription": subscription(1, endpoint="https://fcm.googleapis.com@evil.example/")}),
    ("subscription.endpoint", {"leg": "webpush", "subscription": subscription(1, endpoint="http://fcm.googleapis.com/x")}),
    ("subscription.endpoint", {"leg": "webpush", "subscription": subscription(1, endpoint="https://fcm.googleapis.com/" + "x" * 2001)}),
    ("subscription.keys.p256dh", {"leg": "webpush", "subscription": subscription(1, keys={})}),
    ("subscription.keys.p256dh", {"leg": "webpush", "subscription": subscription(1, keys={"p256dh": "!", "auth": encode(bytes(16))})}),
    ("subscription.keys.p256dh", {"leg": "webpush", "subscription": subscription(1, keys={"p256dh": encode(b"\4" + bytes(64)), "auth": encode(bytes(16))})}),
    ("subscription.keys.auth", {"leg": "webpush", "subscription": subscription(1, keys={"p256dh": subscription(1)["keys"]["p256dh"], "auth": encode(bytes(15))})}),
    ("subscription.keys.auth", {"leg": "webpush", "subscription": subscription(1, keys={"p256dh": subscription(1)["keys"]["p256dh"], "auth": None})}),
])
def test_what_is_no_phone_is_refused_by_its_field(portal, siti, field, body):
    count = portal.value("SELECT count(*) FROM devices")
    status, answer = siti.post("/api/v1/devices", body)
    assert (status, answer["error"]["field"]) == (400, field), answer
    assert portal.value("SELECT count(*) FROM devices") == count


def test_a_padded_key_is_a_key(siti):
    made = subscription("padded")
    made["keys"]["auth"] += "=="
    status, added = siti.post("/api/v1/devices", {"leg": "webpush", "subscription": made})
    assert status == 200 and siti.delete(f"/api/v1/devices/{added['id']}")[0] == 204


def test_an_ntfy_phone_gets_a_topic_and_a_token_once(portal, siti):
    status, one = siti.post("/api/v1/devices", {"leg": "ntfy", "label": "Android"})
    assert status == 200 and set(one) == {"id", "server", "topic", "token"}
    assert one["server"] == portal.ntfy_url
    assert len(one["topic"]) >= 22 and one["topic"].isalnum() and one["topic"].isascii()
    assert one["token"].startswith("tk_") and len(one["token"]) == 32
    assert bytes(portal.value("SELECT secret FROM devices WHERE id = %s", (one["id"],))) == hashlib.sha256(one["token"].encode()).digest()
    other = siti.post("/api/v1/devices", {"leg": "ntfy"})[1]
    assert other["topic"] != one["topic"] and other["token"] != one["token"]
    assert one["token"] not in json.dumps(siti.get("/api/v1/devices")[1])
    for made in [one, other]:
        assert siti.delete(f"/api/v1/devices/{made['id']}")[0] == 204


def test_ten_phones_are_enough(portal):
    portal.add_person("banyak", "BAPENDA")
    browser = portal.log_in("banyak")
    for i in range(10):
        assert add(browser, f"ten{i}")[0] == 200
    status, answer = add(browser, "eleventh")
    assert (status, answer["error"]["code"]) == (409, "full")
    assert add(browser, "ten3")[0] == 200


@pytest.mark.parametrize("id", ["0", "-1", "x", "1x", "99999999999999999999", "999999"])
def test_phones_that_are_none(siti, id):
    assert siti.delete(f"/api/v1/devices/{id}")[0] == 404
    assert siti.post(f"/api/v1/devices/{id}/test")[0] == 404


def test_nobody_has_phones_without_a_session_or_its_token(portal, siti, phone):
    stranger = portal.browser()
    assert stranger.get("/api/v1/devices")[0] == 401
    assert add(stranger, "x")[0] == 401
    assert stranger.delete(f"/api/v1/devices/{phone}")[0] == 401
    assert stranger.post(f"/api/v1/devices/{phone}/test")[0] == 401
    for headers in [{"X-CSRF-Token": None}, {"X-CSRF-Token": "x"}, {"Origin": "https://evil.example"}]:
        assert siti.post("/api/v1/devices", {"leg": "ntfy"}, headers=headers)[0] == 403
        assert siti.delete(f"/api/v1/devices/{phone}", headers=headers)[0] == 403
        assert siti.post(f"/api/v1/devices/{phone}/test", headers=headers)[0] == 403


# One-time tokens -------------------------------------------------------------------------------------------------------------------

def use(portal, what, text, **options):
    """As a service worker does: no cookie, no CSRF token, from wherever."""
    body = text if isinstance(text, bytes) else {"token": text}
    return portal.browser().request("POST", f"/api/v1/push/{what}", body, headers={"Origin": None}, **options)



def test_a_token_says_received_seen_and_acknowledges_once(portal, siti, phone):
    notice = add_notice(portal)
    text = token(portal, notice, phone)
    status, received = use(portal, "received", text)
    assert status == 200 and received["state"] == "ok" and received["ticket"].startswith("JT-")
    assert use(portal, "seen", text)[0] == 200
    assert portal.value("SELECT ended FROM rings WHERE notice_id = %s", (notice,)) == ""
    status, done = use(portal, "acknowledge", text.encode())  # the bare token
    assert (status, done["state"], done["ticket"]) == (200, "ok", received["ticket"])
    assert portal.query("SELECT ended, ended_by FROM rings WHERE notice_id = %s", (notice,)) == [("acknowledged", "siti")]
    assert use(portal, "acknowledge", text) == (409, {**done, "state": "used"})
    assert use(portal, "acknowledge", text.encode() + b"\r\n")[0] == 409
    assert portal.query("SELECT what FROM notice_proofs WHERE notice_id = %s ORDER BY what", (notice,)) == [("acted",), ("received",), ("seen",)]


def test_a_get_never_acknowledges(portal, phone):
    notice = add_notice(portal)
    text = token(portal, notice, phone)
    for what in USES:
        for path in [f"/api/v1/push/{what}", f"/api/v1/push/{what}?token={text}"]:
            for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]:
                assert portal.browser().request(method, path)[0] == 405, (method, path)
    assert use(portal, "acknowledge", b"", timeout=5)[0] == 403
    assert portal.query("SELECT what FROM notice_proofs WHERE notice_id = %s", (notice,)) == []


def test_what_is_no_token(portal, phone):
    text = token(portal, add_notice(portal), phone)
    changed = ("A" if text[-2] != "A" else "B").join([text[:-2], text[-1]])
    for wrong in [changed, text[:-1], text + "A", "", "x" * 43, b"\xff" * 43, b'{"token":5}', b'{"token":null}', b"{", b"{}", b'{"token":"%s","token":"x"}' % text.encode()]:
        for what in USES:
            assert use(portal, what, wrong)[0] == 403, (what, wrong)
    assert use(portal, "acknowledge", b"x" * 5000)[0] == 413


def test_expired_tokens(portal, siti, phone):
    notice = add_notice(portal)
    portal.query("UPDATE notices SET created_at = now() - interval '8 days' WHERE id = %s", (notice,))
    assert use(portal, "acknowledge", token(portal, notice, phone))[0] == 410
    status, gone = add(siti, "gone")
    text = token(portal, add_notice(portal), gone["id"])
    assert siti.delete(f"/api/v1/devices/{gone['id']}")[0] == 204
    assert use(portal, "acknowledge", text)[0] == 410


def test_many_at_once_are_one_act(portal, phone):
    notice = add_notice(portal)
    text = token(portal, notice, phone)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(lambda _: use(portal, "acknowledge", text)[0], range(24)))
    assert statuses == [200] + [409] * 23
    assert portal.value("SELECT count(*) FROM acts WHERE key LIKE %s", (f"notice:{notice}:%",)) == 1


def test_a_test_notice_verifies_the_phone(portal, siti, joko, phone):
    assert joko.post(f"/api/v1/devices/{phone}/test")[0] == 404
    assert siti.post(f"/api/v1/devices/{phone}/test")[0] == 202
    notice = portal.value("SELECT max(id) FROM notices WHERE kind = 9 AND device_id = %s", (phone,))
    status, done = use(portal, "acknowledge", token(portal, notice, phone))
    assert (status, done["ticket"]) == (200, "")
    shown = next(one for one in siti.get("/api/v1/devices")[1] if one["id"] == phone)
    assert shown["verified_at_ms"] == pytest.approx(done["at_ms"], abs=2000) and shown["seen_at_ms"] is not None


def test_without_postgresql_a_phone_is_told_to_come_again(portal, phone):
    text = token(portal, add_notice(portal), phone)
    with portal.postgres.frozen():
        status, _ = use(portal, "acknowledge", text)
        assert status == 503
    statuses = [use(portal, "acknowledge", text)[0]]
    while statuses[-1] == 503:
        statuses.append(use(portal, "acknowledge", text)[0])
    assert statuses[-1] in (200, 409)  # 409: the first one was stored, only nobody could be told
    assert use(portal, "acknowledge", text)[0] == 409
