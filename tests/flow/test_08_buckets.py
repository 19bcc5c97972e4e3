"""The idempotency index in buckets: a resend is known however long ago the first one was."""

import threading

from harness.cluster import Cluster, free_port
from harness.client import Client
from harness.contract import ACCEPTED, ALREADY_ACCEPTED, report
from harness.waiting import wait_until

ROWS = 1000


def publish(cluster, first, last):
    with cluster.client(window=512) as client:
        return client.publish([report("buckets", f"b{i}") for i in range(first, last)])


def buckets(cluster):
    return cluster.value("SELECT count(*) FROM report_buckets")


def await_bucket(cluster, number):
    """A full bucket is followed by the next one within a second or so."""
    wait_until(lambda: buckets(cluster) >= number, 15, f"bucket {number}")


def test_resends_across_buckets_are_known_with_their_first_code():
    with Cluster(stages=["ingest"], push=False, settings={"ingest": {"INGEST_BUCKET_ROWS": ROWS}}) as cluster:
        first = []
        for bucket in range(4):
            first += publish(cluster, bucket * 1500, (bucket + 1) * 1500)
            await_bucket(cluster, bucket + 2)
        assert {r.status for r in first} == {ACCEPTED}
        assert len(cluster.query("SELECT bucket FROM reports GROUP BY 1")) >= 4

        again = publish(cluster, 0, 6000)
        assert {r.status for r in again} == {ALREADY_ACCEPTED}
        assert [r.tracking_code for r in again] == [r.tracking_code for r in first]
        assert [r.received_at_ms for r in again] == [r.received_at_ms for r in first]
        assert cluster.value("SELECT count(*) FROM reports") == 6000


def test_resends_while_buckets_open_store_nothing_twice():
    """Two ingest processes get the same reports, over and over, while the buckets change under them."""
    with Cluster(stages=["ingest"], push=False, settings={"ingest": {"INGEST_BUCKET_ROWS": ROWS}}) as cluster:
        other = f"tcp://127.0.0.1:{free_port()}"
        cluster.add("ingest", "ingest-2", {"INGEST_PLAIN": other, "BUS_RECEIVED": f"ipc://{cluster.folder}/bus_received-2"})
        codes, errors = {}, []

        def resend(endpoint, turn):
            try:
                for start in range(0, 6000, 500):
                    with Client(endpoint, window=256) as client:
                        for low in (start, (start * 7 + turn) % 6000):
                            messages = [report("buckets", f"r{i}") for i in range(low, min(low + 500, 6000))]
                            for message, receipt in zip(messages, client.publish(messages)):
                                codes.setdefault(message.source_message_id, set()).add(receipt.tracking_code)
            except AssertionError as error:
                errors.append(error)

        threads = [threading.Thread(target=resend, args=(endpoint, turn)) for turn, endpoint in
                   enumerate([cluster.endpoint, other, cluster.endpoint, other])]
        for thread in threads:
            thread.start()
        await_bucket(cluster, 2)
        cluster["ingest"].kill()
        for thread in threads:
            thread.join()
        assert errors == []
        # Where all were stored before another bucket opened, these are in that one.
        with Client(other, window=256) as client:
            client.publish([report("buckets", f"r{i}") for i in range(5500, 6500)])
        assert cluster.value("SELECT count(DISTINCT bucket) FROM reports") >= 2
        assert cluster.query("SELECT source_message_id FROM reports GROUP BY 1 HAVING count(*) > 1") == []
        assert cluster.value("SELECT count(*) FROM reports") == 6500
        assert all(len(c) == 1 for c in codes.values())
