"""The ingest contract: what each report is answered."""

import re
import threading
import time

import pytest
import zmq

from harness import contract
from harness.client import socket
from harness.contract import ACCEPTED, ALREADY_ACCEPTED, REJECTED, Receipt, report

CODE = re.compile(r"JT-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z*~$=U]$")


@pytest.fixture
def client(cluster):
    with cluster.client() as made:
        yield made


def stored(cluster, message):
    return cluster.query("SELECT tracking_code, text FROM reports WHERE source = %s AND source_message_id = %s",
                         (message.source, message.source_message_id))


def test_accepted_means_stored_with_its_tracking_code(cluster, client):
    message = report("receipts", "first")
    receipt = client.ask(message)
    assert (receipt.status, receipt.source_message_id, receipt.reason) == (ACCEPTED, "first", "")
    assert CODE.match(receipt.tracking_code)
    assert abs(receipt.received_at_ms / 1000 - time.time()) < 5
    assert stored(cluster, message) == [(receipt.tracking_code, message.text)]


def test_sent_again_it_is_already_accepted_with_the_same_code_and_time(cluster, client):
    message = report("receipts", "again")
    first = client.ask(message)
    for _ in range(3):
        again = client.ask(message)
        assert again.status == ALREADY_ACCEPTED
        assert (again.tracking_code, again.received_at_ms) == (first.tracking_code, first.received_at_ms)
    assert len(stored(cluster, message)) == 1


def test_what_was_accepted_never_changes(cluster, client):
    first = client.ask(report("receipts", "fixed", "Trotoar di depan kantor pos Salatiga ambles"))
    again = client.ask(report("receipts", "fixed", "Isi yang lain sama sekali"))
    assert again.status == ALREADY_ACCEPTED
    assert stored(cluster, report("receipts", "fixed")) == [(first.tracking_code, "Trotoar di depan kantor pos Salatiga ambles")]


def test_the_same_id_of_another_source_is_another_report(client):
    one, other = client.ask(report("receipts", "shared")), client.ask(report("receipts-two", "shared"))
    assert one.status == other.status == ACCEPTED
    assert one.tracking_code != other.tracking_code


def test_source_and_id_are_not_glued_together(client):
    assert client.ask(report("glue-a", "bc")).status == ACCEPTED
    assert client.ask(report("glue-ab", "c")).status == ACCEPTED


def test_the_same_in_one_batch_is_accepted_once(cluster):
    with cluster.client() as client:
        for i in range(200):
            for _ in range(3):
                client.socket.send(report("receipts", f"batch-{i}").SerializeToString())
        receipts = {}
        for _ in range(600):
            assert client.socket.poll(10_000)
            receipt = Receipt.FromString(client.socket.recv())
            receipts.setdefault(receipt.source_message_id, []).append(receipt)
    for same in receipts.values():
        assert sorted(r.status for r in same) == [ACCEPTED, ALREADY_ACCEPTED, ALREADY_ACCEPTED]
        assert len({(r.tracking_code, r.received_at_ms) for r in same}) == 1
    assert cluster.value("SELECT count(*) FROM reports WHERE source_message_id LIKE 'batch-%%'") == 200


def test_after_a_restart_it_is_still_known(cluster, client):
    message = report("receipts", "before restart")
    first = client.ask(message)
    starts = cluster["ingest"].starts
    cluster["ingest"].kill()
    [receipt] = client.publish([message])
    assert cluster["ingest"].starts == starts + 1
    assert (receipt.status, receipt.tracking_code) == (ALREADY_ACCEPTED, first.tracking_code)


def test_two_clients_that_send_the_same_at_once_store_it_once(cluster):
    results = {}

    def publish(name):
        with cluster.client(window=256) as one:
            results[name] = one.publish([report("receipts", f"race-{i}") for i in range(2000)])

    threads = [threading.Thread(target=publish, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(results["a"], results["b"]):
        assert sorted([one.status, other.status]) == [ACCEPTED, ALREADY_ACCEPTED]
        assert one.tracking_code == other.tracking_code


LIMITS = {
    "text": lambda m: setattr(m, "text", "x" * 10_000),
    "text of wide letters": lambda m: setattr(m, "text", "é" * 5_000),
    "source_message_id": lambda m: setattr(m, "source_message_id", "m" * 128),
    "source": lambda m: setattr(m, "source", "s" * 100),
    "reporter.name": lambda m: setattr(m.reporter, "name", "n" * 200),
    "reporter.phone abroad": lambda m: setattr(m.reporter, "phone", "+6281234567890"),
    "reporter.phone at home": lambda m: setattr(m.reporter, "phone", "081234567890"),
    "reporter.national_id": lambda m: setattr(m.reporter, "national_id", "3374010101900001"),
    "place.address": lambda m: setattr(m.place, "address", "a" * 500),
    "addressed_to": lambda m: setattr(m, "addressed_to", "a" * 100),
    "relayed_by": lambda m: setattr(m, "relayed_by", "r" * 100),
    "attachments": lambda m: with_attachments(m, 10, sha256=b"h" * 32),
    "sent_at_ms": lambda m: setattr(m, "sent_at_ms", 2**63 - 1),
    "in_reply_to nothing of ours": lambda m: setattr(m, "in_reply_to", "JT-0000-0000-0"),
}


@pytest.mark.parametrize("what", LIMITS)
def test_what_is_just_within_the_limits_is_accepted(client, what):
    message = report("limits", f"limit of {what}")
    LIMITS[what](message)
    receipt = client.ask(message)
    assert receipt.status == ACCEPTED, receipt.reason


def with_point(message, latitude, longitude):
    message.place.point.latitude, message.place.point.longitude = latitude, longitude


def with_attachments(message, count, **fields):
    for _ in range(count):
        message.attachments.add(uri="https://example.org/foto.jpg", media_type="image/jpeg").MergeFrom(
            contract.ingest.Attachment(**fields))


REJECTIONS = [
    ("source", lambda m: setattr(m, "source", "")),
    ("source", lambda m: setattr(m, "source", "s" * 101)),
    ("source_message_id", lambda m: setattr(m, "source_message_id", "")),
    ("source_message_id", lambda m: setattr(m, "source_message_id", "m" * 129)),
    ("channel", lambda m: setattr(m, "channel", 0)),
    ("channel", lambda m: setattr(m, "channel", 15)),
    ("channel", lambda m: setattr(m, "channel", -1)),
    ("text", lambda m: setattr(m, "text", "")),
    ("text", lambda m: setattr(m, "text", "x" * 10_001)),
    ("text", lambda m: setattr(m, "text", "sebelum\0sesudah")),
    ("reporter.name", lambda m: setattr(m.reporter, "name", "n" * 201)),
    ("reporter.phone", lambda m: setattr(m.reporter, "phone", "nol delapan satu")),
    ("reporter.handle", lambda m: setattr(m.reporter, "handle", "h" * 201)),
    ("reporter.email", lambda m: setattr(m.reporter, "email", "e" * 255)),
    ("reporter.national_id", lambda m: setattr(m.reporter, "national_id", "33740101")),
    ("place.point.latitude", lambda m: with_point(m, 90.5, 110)),
    ("place.point.latitude", lambda m: with_point(m, float("nan"), 110)),
    ("place.point.longitude", lambda m: with_point(m, -7, 180.5)),
    ("place.region_code", lambda m: setattr(m.place, "region_code", "Semarang")),
    ("place.address", lambda m: setattr(m.place, "address", "a" * 501)),
    ("attachments", lambda m: with_attachments(m, 11)),
    ("attachments.uri", lambda m: with_attachments(m, 1, uri="https://example.org/" + "u" * 2000)),
    ("attachments.sha256", lambda m: with_attachments(m, 1, sha256=b"x" * 31)),
    ("addressed_to", lambda m: setattr(m, "addressed_to", "a" * 101)),
    ("relayed_by", lambda m: setattr(m, "relayed_by", "r" * 101)),
]


@pytest.mark.parametrize("field, spoil", REJECTIONS, ids=[f"{i}-{field}" for i, (field, _) in enumerate(REJECTIONS)])
def test_a_rejection_names_the_field_and_stores_nothing(cluster, client, field, spoil):
    message = report("rejections", "to be rejected")
    spoil(message)
    before = cluster.value("SELECT count(*) FROM reports")
    receipt = client.ask(message)
    assert receipt.status == REJECTED
    named = receipt.reason.partition(":")[0]
    assert re.sub(r"\[\d+\]", "", named) == field, receipt.reason
    assert receipt.tracking_code == "" and receipt.received_at_ms == 0
    if 1 <= len(message.source_message_id) <= 128:
        assert receipt.source_message_id == message.source_message_id
    assert cluster.value("SELECT count(*) FROM reports") == before


GOOD = report("frames", "frame").SerializeToString()
FRAMES = {
    "no Protocol Buffers at all": b"\xff\xff\xff\xff",
    "cut off": GOOD[:-3],
    "text that is not UTF-8": GOOD + b"\x22\x02\xc3\x28",
    "text with the wrong wire type": GOOD + b"\x20\x01",
    "a group": GOOD + b"\x23\x24",
    "larger than any report": GOOD + b"\xf2\x3f\xf0\xa2\x04" + b"z" * 70_000,
}


@pytest.mark.parametrize("what", FRAMES)
def test_a_frame_that_is_no_report_is_rejected(client, what):
    receipt = client.ask_frame(FRAMES[what])
    assert receipt.status == REJECTED and receipt.reason
    assert client.ask(report("frames", f"after {what}")).status == ACCEPTED, "the connection goes on"


def test_the_empty_report_is_rejected(client):
    client.socket.send_multipart([b""])
    assert client.socket.poll(10_000)
    assert Receipt.FromString(client.socket.recv()).status == REJECTED


def test_fields_of_a_newer_client_are_passed_over(client):
    assert client.ask_frame(report("frames", "newer").SerializeToString() + b"\xfa\x7f\x03abc").status == ACCEPTED


def test_a_report_in_two_frames_is_refused(client):
    client.socket.send_multipart([report("frames", "one").SerializeToString(), b"more"])
    assert client.socket.poll(10_000)
    receipt = Receipt.FromString(client.socket.recv())
    assert receipt.status == REJECTED and "one frame" in receipt.reason


def test_a_req_client_works_and_gets_its_delimiter_back(cluster):
    request = socket(cluster.endpoint, zmq.REQ)
    for i in range(3):
        request.send(report("frames", f"req-{i}").SerializeToString())
        assert request.poll(10_000)
        assert Receipt.FromString(request.recv()).status == ACCEPTED
    request.close()


def test_a_dealer_gets_the_delimiter_only_if_it_sent_one(client):
    client.socket.send_multipart([b"", report("frames", "with").SerializeToString()])
    assert client.socket.poll(10_000)
    frames = client.socket.recv_multipart()
    assert len(frames) == 2 and frames[0] == b""
    client.socket.send(report("frames", "without").SerializeToString())
    assert client.socket.poll(10_000)
    assert len(client.socket.recv_multipart()) == 1


@pytest.mark.parametrize("routing_id", [b"gateway", b"\x01\x02\xff", b"i" * 255], ids=["word", "bytes", "longest"])
def test_clients_may_choose_their_routing_id(cluster, routing_id):
    with cluster.client(routing_id=routing_id) as client:
        assert client.ask(report("frames", f"routing-{len(routing_id)}")).status == ACCEPTED


def test_a_client_that_leaves_disturbs_nobody(cluster, client):
    for i in range(20):
        with cluster.client() as leaver:
            leaver.socket.linger = 500
            for j in range(20):
                leaver.socket.send(report("leavers", f"{i}-{j}").SerializeToString())
    assert client.ask(report("receipts", "after the leavers")).status == ACCEPTED


def test_good_and_bad_in_one_burst_each_get_their_answer(cluster):
    with cluster.client(window=1000) as client:
        messages = [report("mixed", f"m{i}", "" if i % 3 == 0 else None) for i in range(900)]
        receipts = client.publish(messages)
    assert [r.status for r in receipts] == [REJECTED if i % 3 == 0 else ACCEPTED for i in range(900)]


def test_tracking_codes_do_not_count_up(client):
    codes = [client.ask(report("codes", f"c{i}")).tracking_code for i in range(50)]
    assert len(set(codes)) == 50
    shared = sum(a[:6] == b[:6] for a, b in zip(codes, codes[1:]))
    assert shared <= 3, "codes that follow one another look alike"


def test_every_field_is_stored_as_it_was_sent(cluster, client):
    message = report("fields", "all", "Pohon tumbang menutup jalan", channel=12, anonymous=True, confidential=True,
                     addressed_to="DPUBMCK", relayed_by="Kades Banyubiru", sent_at_ms=1_700_000_000_123)
    message.place.point.latitude, message.place.point.longitude = -7.3, 110.4
    message.place.region_code, message.place.address = "33.22.07", "depan balai desa"
    with_attachments(message, 2, sha256=b"h" * 32, size=1234)
    assert client.ask(message).status == ACCEPTED
    [row] = cluster.query(
        "SELECT channel, text, latitude, longitude, region_code, address, attachments::jsonb, anonymous, confidential, addressed_to,"
        " relayed_by, extract(epoch FROM sent_at) * 1000 FROM reports WHERE source = 'fields'")
    assert row[:6] == (12, "Pohon tumbang menutup jalan", -7.3, 110.4, "33.22.07", "depan balai desa")
    assert len(row[6]) == 2 and row[6][0]["uri"] == "https://example.org/foto.jpg"
    assert row[7:] == (True, True, "DPUBMCK", "Kades Banyubiru", 1_700_000_000_123)


def test_a_time_of_sending_in_the_future_counts_as_receipt(cluster, client):
    client.ask(report("fields", "future", sent_at_ms=int(time.time() * 1000) + 86_400_000))
    assert cluster.value("SELECT sent_at = received_at FROM reports WHERE source_message_id = 'future'")
