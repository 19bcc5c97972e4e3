"""SIGTERM: every process ends within two seconds and with exit code 0, whatever it is doing."""

import signal
import threading

from harness import contract
from harness.cluster import STAGES, Cluster
from harness.contract import ACCEPTED, report
from harness.waiting import wait_until

END_S = 2.0


class Load:
    """Publishes in the background until it is left."""

    def __init__(self, cluster, name):
        self.cluster, self.name, self.ended = cluster, name, threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        chance = contract.seeded(self.name)
        number = 0
        with self.cluster.client(window=256, resend_s=0.5) as client:
            while not self.ended.is_set():
                while len(client.pending) < 256:
                    client.put(contract.random_report(self.name, f"l{number}", chance))
                    number += 1
                client.pump(self.name, 20)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def stop_in_time(cluster, number=signal.SIGTERM):
    codes, seconds = cluster.stop_all(number)
    assert codes == dict.fromkeys(STAGES, 0)
    assert max(seconds.values()) <= END_S, seconds


def start_all(cluster):
    ups = {name: service.count("UP") for name, service in cluster.services.items()}
    for service in cluster.services.values():
        service.start()
    for name, service in cluster.services.items():
        service.await_event("UP", times=ups[name] + 1)


def test_everything_at_once_again_and_again(is_full):
    with Cluster() as cluster:
        chance = contract.seeded("shutdown")
        for turn in range(100 if is_full else 10):
            if turn:
                start_all(cluster)
            with cluster.client() as client:
                for i in range(chance.randrange(50)):
                    client.put(contract.random_report("shutdown", f"{turn}-{i}", chance))
                if chance.random() < 0.5:
                    client.pump("shutdown", chance.randrange(300))
                stop_in_time(cluster, chance.choice([signal.SIGTERM, signal.SIGINT]))
        start_all(cluster)
        cluster.await_settled()
        assert cluster.broken() == {}
        assert all(set(service.exits) == {0} for service in cluster.services.values())


def test_under_load(is_full):
    with Cluster() as cluster:
        for turn in range(5 if is_full else 2):
            if turn:
                start_all(cluster)
            with Load(cluster, f"load-{turn}"):
                cluster.await_working()
                stop_in_time(cluster)
        start_all(cluster)
        cluster.await_settled()
        assert cluster.broken() == {}


def test_while_postgresql_is_stopped():
    with Cluster() as cluster:
        cluster.await_working()
        cluster.postgres.stop()
        for service in cluster.services.values():
            service.await_event("DB_AWAY")
        stop_in_time(cluster)
        start_all(cluster)
        stop_in_time(cluster)


def test_while_postgresql_hangs():
    with Cluster() as cluster:
        cluster.await_working()
        with cluster.client() as client, cluster.postgres.frozen():
            for i in range(20):
                client.put(report("hang", f"h{i}"))
            client.pump("hang", 500)
            assert ACCEPTED not in {receipt.status for receipts in client.receipts.values() for receipt in receipts}
            stop_in_time(cluster)


def test_while_the_push_service_does_not_answer():
    with Cluster() as cluster:
        cluster.push.call("/behaviour", {"status": 0})
        cluster.await_working()
        wait_until(lambda: cluster.push.call("/statistics")["answers"].get("none", 0) > 0, 10, "a push is under way")
        stop_in_time(cluster)
        assert cluster.value("SELECT count(*) FROM deliveries WHERE outcome = 'accepted'") == 0


def test_while_redis_is_away():
    with Cluster() as cluster:
        cluster.await_working()
        cluster.redis.stop()
        cluster["watcher"].await_event("CACHE_AWAY")
        stop_in_time(cluster)


def test_nothing_that_was_accepted_waits_for_a_client_to_ask_again():
    """A restart in order answers what is under way: a client that sends nothing twice gets a receipt for what was stored."""
    with Cluster(stages=["ingest"], push=False) as cluster:
        cluster.await_working()
        with cluster.client(resend_s=1000) as client:
            for i in range(500):
                client.put(report("order", f"o{i}"))
            wait_until(lambda: client.pump("order", 50) or client.receipts, 20, "a first receipt")
            cluster["ingest"].stop()
            stored = {m for (m,) in cluster.query("SELECT source_message_id FROM reports WHERE source = 'order'")}
            assert stored

            def unanswered():
                client.pump("order", 50)
                return stored - {message for (_, message), receipts in client.receipts.items() if receipts[-1].tracking_code}

            wait_until(lambda: not unanswered(), 5, lambda: f"{len(unanswered())} of {len(stored)} stored reports without a receipt")
