"""RETRY_LATER: what ingest answers while it cannot store, and that nothing is kept of it."""

import pathlib
import time

import pytest

from harness.cluster import Cluster
from harness.contract import ACCEPTED, RETRY_LATER, report
from harness.waiting import wait_until


def ask_until(client, name, is_wanted, timeout):
    """Asks with ever new reports until one answer is wanted.  Returns that answer and how many were asked."""
    asked = 0
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        receipt = client.ask(report("impatient", f"{name}-{asked}"), timeout=15)
        asked += 1
        if is_wanted(receipt):
            return receipt, asked
    raise AssertionError(f"not within {timeout} s; last answer: {receipt}")


@pytest.fixture
def ingest_alone():
    with Cluster(stages=["ingest"], push=False) as cluster:
        cluster.await_working()
        yield cluster


def test_without_postgresql_at_once_and_with_it_accepted_again(ingest_alone):
    cluster = ingest_alone
    with cluster.client() as client:
        cluster.postgres.stop()
        receipt, _ = ask_until(client, "away", lambda r: r.status == RETRY_LATER, 10)
        assert "database is away" in receipt.reason and receipt.tracking_code == ""
        started = time.monotonic()
        for i in range(50):
            assert client.ask(report("impatient", f"quick-{i}")).status == RETRY_LATER
        assert time.monotonic() - started < 2, "answered at once"
        cluster.postgres.start()
        receipts = client.publish([report("impatient", f"quick-{i}") for i in range(50)])
    assert {r.status for r in receipts} == {ACCEPTED}, "nothing was kept of what was answered RETRY_LATER"


def test_a_postgresql_that_hangs_is_as_good_as_away(ingest_alone):
    cluster = ingest_alone
    with cluster.client(window=8) as client:
        with cluster.postgres.frozen():
            for i in range(40):
                client.put(report("impatient", f"hang-{i}"))
            wait_until(lambda: client.pump("impatient", 50) or any(
                r[-1].status == RETRY_LATER for r in client.receipts.values()), 10, "RETRY_LATER while PostgreSQL hangs")
        receipts = client.publish([report("impatient", "after the hang")])
        wait_until(lambda: client.pump("impatient", 50) or not client.pending, 30, "all are answered in the end")
    assert receipts[0].status == ACCEPTED
    assert cluster.value("SELECT count(*) FROM reports WHERE source_message_id LIKE 'hang-%%'") == 40


def test_a_postgresql_that_takes_no_writes_is_asked_now_and_then(ingest_alone):
    cluster = ingest_alone
    role = f"ALTER ROLE kentongan_ingest IN DATABASE {cluster.database}"

    def refused():
        return pathlib.Path(cluster.postgres.log).read_text().count("cannot execute nextval() in a read-only transaction")

    cluster.query(f"{role} SET default_transaction_read_only = on")
    before = refused()
    cluster["ingest"].kill()
    with cluster.client() as client:
        wait_until(lambda: refused() > before, 10, "it takes no writes")
        started, before = time.monotonic(), refused()
        receipt = client.ask(report("impatient", "read-only"), timeout=15)
        assert receipt.status == RETRY_LATER and "database is away" in receipt.reason
        assert time.monotonic() - started < 1, "answered at once"
        wait_until(lambda: refused() >= before + 8, 15, "it is asked again")
        assert time.monotonic() - started > 1.4, "by either lane twice a second"
        cluster.query(f"{role} RESET default_transaction_read_only")
        cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kentongan_ingest'")
        [receipt] = client.publish([report("impatient", "read-only")])
    assert receipt.status == ACCEPTED


def test_a_database_that_does_not_flush_gets_nothing(ingest_alone):
    cluster = ingest_alone
    cluster.query(f"ALTER ROLE kentongan_ingest IN DATABASE {cluster.database} SET synchronous_commit = off")
    cluster["ingest"].kill()
    with cluster.client() as client:
        receipt, _ = ask_until(client, "unsafe", lambda r: "flush" in r.reason, 15)
        assert receipt.status == RETRY_LATER
        assert cluster["ingest"].count("DB_UNSAFE") == 1
        cluster.query(f"ALTER ROLE kentongan_ingest IN DATABASE {cluster.database} RESET synchronous_commit")
    cluster["ingest"].kill()
    cluster.await_working()
    assert cluster.value("SELECT count(*) FROM reports WHERE source_message_id LIKE 'unsafe-%%'") == 0


def test_over_the_bound_of_the_backlog_and_accepted_again_below_it():
    settings = {"ingest": {"INGEST_BACKLOG_MAX": 20}}
    with Cluster(stages=["ingest", "router"], push=False, settings=settings) as cluster:
        with cluster.client() as client:
            receipt, asked = ask_until(client, "backlog", lambda r: "backlog" in r.reason, 30)
            assert receipt.status == RETRY_LATER and asked > 20
            assert cluster["ingest"].count("BACKLOG_FULL") == 1
            cluster.add("classifier")
            ask_until(client, "relieved", lambda r: r.status == ACCEPTED, 30)
            assert cluster["ingest"].count("BACKLOG_CLEARED") == 1


def test_a_report_answered_retry_later_is_new_when_it_comes_again(ingest_alone):
    cluster = ingest_alone
    message = report("impatient", "twice")
    with cluster.client() as client:
        cluster.postgres.stop()
        wait_until(lambda: client.ask(message, timeout=15).status == RETRY_LATER, 10, "RETRY_LATER")
        cluster.postgres.start()
        [receipt] = client.publish([message])
    assert receipt.status == ACCEPTED
    assert cluster.value("SELECT count(*) FROM reports WHERE source_message_id = 'twice'") == 1
