"""Who reported is sealed: nothing in the cluster, its logs, Redis or a push can tell."""

import ctypes
import ctypes.util
import os
import pathlib

import pytest

from harness.cluster import Cluster
from harness.contract import ACCEPTED, ingest, report
from harness.waiting import wait_until

IDENTITY = {
    "name": "Dewi Kanarisworo",
    "phone": "+6281299887766",
    "handle": "@kanari.sworo77",
    "email": "kanari.dewi@example.org",
    "national_id": "3374015505900077",
}
WORDS = "Kalimat kanari warga: selokan depan rumah saya di Salatiga mampet"
REPORTS = 30


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """A cluster that has dealt with reports of a known person.  Returns it with the office's keys."""
    prefix = str(tmp_path_factory.mktemp("keys") / "identity")
    settings = {"all": {"LOG_LEVEL": "debug"}}
    with Cluster(settings=settings) as cluster:
        cluster.cli("keygen", "identity", "--out", prefix)
        public = pathlib.Path(f"{prefix}.pub").read_text().strip()
        secret = bytes.fromhex(pathlib.Path(f"{prefix}.secret").read_text().strip())
        for name, service in cluster.services.items():
            service.environment["METRICS_FILE"] = f"{cluster.folder}/{name}.metrics"
        cluster["ingest"].environment["IDENTITY_PUBLIC_KEY"] = public
        for service in cluster.services.values():
            service.kill()
        cluster.await_working()
        with cluster.client() as client:
            receipts = client.publish([report("identities", f"i{n}", f"{WORDS} nomor {n}", reporter=IDENTITY, anonymous=n % 2 == 0)
                                       for n in range(REPORTS)])
            assert {r.status for r in receipts} == {ACCEPTED}
            spoiled = report("identities", "spoiled", WORDS, reporter={**IDENTITY, "phone": IDENTITY["phone"] + "x"})
            client.ask(spoiled)
        cluster.await_settled()
        wait_until(lambda: os.path.exists(f"{cluster.folder}/ingest.metrics"), 10, "metrics")
        yield cluster, bytes.fromhex(public), secret


def canaries(words=False):
    """What must not be found, in every guise in which it could be."""
    texts = [*IDENTITY.values(), IDENTITY["phone"].removeprefix("+62"), "Kanarisworo"] + ["kanari warga"] * words
    plain = [text.encode() for text in texts]
    return plain + [text.hex().encode() for text in plain]


def assert_clean(where, content, words=False):
    found = [canary for canary in canaries(words) if canary.lower() in content.lower()]
    assert not found, f"{where} holds {found}"


def test_no_table_holds_an_identity_in_clear(sealed):
    cluster, _, _ = sealed
    tables = [name for (name,) in cluster.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    assert {"reports", "identities", "triages", "tickets", "notices", "deliveries", "ticket_events", "troubles"} <= set(tables)
    for table in tables:
        rows = cluster.query(f"SELECT t::text FROM {table} t")
        assert_clean(f"table {table}", "\n".join(row for (row,) in rows).encode())


def test_only_reports_holds_the_words(sealed):
    cluster, _, _ = sealed
    for (table,) in cluster.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        rows = "\n".join(row for (row,) in cluster.query(f"SELECT t::text FROM {table} t"))
        assert ("kanari warga" in rows) == (table == "reports"), table


def test_no_log_line_and_no_metric_holds_an_identity_or_the_words(sealed):
    cluster, _, _ = sealed
    files = [*pathlib.Path(cluster.folder).glob("*.log"), *pathlib.Path(cluster.folder).glob("*.metrics"), pathlib.Path(cluster.postgres.log)]
    assert len(files) >= 5 + 5 + 1
    for file in files:
        assert_clean(file.name, file.read_bytes(), words=True)


def test_redis_holds_neither(sealed):
    cluster, _, _ = sealed
    keys = cluster.redis.call("KEYS", "*").split()
    assert keys, "the timers are there"
    for key in keys:
        kind = cluster.redis.call("TYPE", key)
        content = cluster.redis.call("ZRANGE", key, "0", "-1") if kind == "zset" else cluster.redis.call("GET", key)
        assert_clean(f"Redis key {key}", f"{key} {content}".encode(), words=True)


def test_no_push_holds_either(sealed):
    cluster, _, _ = sealed
    assert cluster.push.pushes() and cluster.push.errors() == []
    assert_clean("a push", pathlib.Path(cluster.push.out).read_bytes(), words=True)


def sodium_open(public, secret, sealed_bytes):
    """Opens public key (32) | nonce (24) | box with libsodium itself.  None: it does not open."""
    library = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
    sender, nonce, box = sealed_bytes[:32], sealed_bytes[32:56], sealed_bytes[56:]
    message = ctypes.create_string_buffer(len(box) - 16)
    ok = library.crypto_box_open_easy(message, box, ctypes.c_ulonglong(len(box)), nonce, sender, secret)
    return message.raw if ok == 0 else None


def test_each_identity_opens_with_the_offices_secret_key_alone(sealed):
    cluster, public, secret = sealed
    rows = cluster.query("SELECT i.sealed FROM identities i JOIN reports r ON r.id = i.report_id WHERE r.source = 'identities'")
    assert len(rows) == REPORTS
    for (row,) in rows:
        reporter = ingest.Reporter.FromString(sodium_open(public, secret, bytes(row)))
        assert {name: getattr(reporter, name) for name in IDENTITY} == IDENTITY
        assert sodium_open(public, os.urandom(32), bytes(row)) is None
    assert len({bytes(row) for (row,) in rows}) == REPORTS, "the same person is sealed in another way each time"


def test_no_service_can_read_what_is_sealed(sealed):
    cluster, _, _ = sealed
    for role in ["ingest", "classifier", "router", "watcher", "notifier", "ops"]:
        connection = cluster.connect(role)
        with pytest.raises(Exception, match="permission denied"):
            connection.cursor().execute("SELECT sealed FROM identities")
        connection.close()


def test_a_report_without_a_reporter_has_no_identity(sealed):
    cluster, _, _ = sealed
    with cluster.client() as client:
        assert client.ask(report("identities", "nobody")).status == ACCEPTED
    assert cluster.value("SELECT count(*) FROM identities i JOIN reports r ON r.id = i.report_id"
                         " WHERE r.source_message_id = 'nobody'") == 0


def test_a_resend_seals_nothing_new(sealed):
    cluster, _, _ = sealed
    before = cluster.value("SELECT count(*) FROM identities")
    with cluster.client() as client:
        for n in range(REPORTS):
            client.ask(report("identities", f"i{n}", WORDS, reporter=IDENTITY))
    assert cluster.value("SELECT count(*) FROM identities") == before


def test_without_a_key_no_identity_is_kept():
    with Cluster(stages=["ingest"], push=False) as cluster:
        with cluster.client() as client:
            client.publish([report("identities", "k", WORDS, reporter=IDENTITY)])
        assert cluster.value("SELECT count(*) FROM identities") == 0
        assert_clean("table reports", cluster.value("SELECT string_agg(r::text, ' ') FROM reports r").encode())
