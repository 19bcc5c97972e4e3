"""The CURVE socket: who is let in, and what they may send."""

import os
import socket
import subprocess
import threading

import pytest
import zmq
from zmq.utils.monitor import recv_monitor_message

from harness.client import Client, Curve, Silence
from harness.cluster import Cluster, free_port
from harness.contract import ACCEPTED, REJECTED, report
from harness.waiting import wait_until

REFUSED = {zmq.Event.HANDSHAKE_FAILED_AUTH, zmq.Event.HANDSHAKE_FAILED_PROTOCOL, zmq.Event.HANDSHAKE_FAILED_NO_DETAIL}


class Keys:
    def __init__(self):
        self.public, self.secret = zmq.curve_keypair()


SERVER = Keys()


def curve_cluster(**options):
    endpoint = f"tcp://127.0.0.1:{free_port()}"
    settings = {"ingest": {"INGEST_CURVE": endpoint, "INGEST_CURVE_SECRET_KEY": SERVER.secret.decode(), "LOG_LEVEL": "debug"}}
    made = Cluster(stages=options.pop("stages", ["ingest"]), push=False, settings=settings, **options)
    made.curve = endpoint
    return made


@pytest.fixture(scope="module")
def cluster():
    with curve_cluster() as made:
        made.await_working()
        yield made


def register(cluster, name):
    keys = Keys()
    cluster.cli("integrator", "add", name, "--key", keys.public.decode())
    return keys


def client_of(cluster, keys, server=SERVER.public):
    return Client(cluster.curve, curve=Curve(server, keys.public, keys.secret))


def first_ending(monitor, timeout):
    """How the first handshake that a monitor sees ends; None: it did not end in time."""
    while monitor.poll(timeout * 1000):
        event = zmq.Event(recv_monitor_message(monitor)["event"])
        if event == zmq.Event.HANDSHAKE_SUCCEEDED or event in REFUSED:
            return event
    return None


def try_handshake(cluster, configure, timeout=5):
    """Connects a socket and sends a report.  Returns how the handshake ended, and whether an answer came."""
    made = zmq.Context.instance().socket(zmq.DEALER)
    made.linger = 0
    configure(made)
    monitor = made.get_monitor_socket()
    made.connect(cluster.curve)
    made.send(report("stranger", "let me in").SerializeToString())
    ended = first_ending(monitor, timeout)
    answered = made.poll(500) != 0
    made.disable_monitor()
    made.close()
    return ended, answered


def with_keys(keys, server=SERVER.public):
    def configure(made):
        made.curve_serverkey, made.curve_publickey, made.curve_secretkey = server, keys.public, keys.secret
    return configure


def is_let_in(cluster, keys):
    with client_of(cluster, keys) as client:
        try:
            client.ask(report("probe", "probe"), timeout=2)
            return True
        except Silence:
            return False


def test_a_registered_key_is_let_in(cluster):
    keys = register(cluster, "sms-gateway")
    wait_until(lambda: is_let_in(cluster, keys), 10, "the new key works")
    with client_of(cluster, keys) as client:
        assert client.ask(report("sms-gateway", "one")).status == ACCEPTED


def test_an_unknown_key_is_refused(cluster):
    ended, answered = try_handshake(cluster, with_keys(Keys()))
    assert ended == zmq.Event.HANDSHAKE_FAILED_AUTH and not answered
    assert cluster["ingest"].count("KEY_REFUSED") >= 1


def test_a_client_that_expects_another_server_is_not_served(cluster):
    keys = register(cluster, "wrong-server")
    wait_until(lambda: is_let_in(cluster, keys), 10, "the key works")
    ended, answered = try_handshake(cluster, with_keys(keys, server=Keys().public), timeout=4)
    assert ended != zmq.Event.HANDSHAKE_SUCCEEDED and not answered


def test_a_client_without_keys_is_refused(cluster):
    ended, answered = try_handshake(cluster, lambda made: None)
    assert ended in REFUSED and not answered


def test_a_client_with_a_password_is_refused(cluster):
    def configure(made):
        made.plain_username, made.plain_password = b"sms-gateway", b"secret"
    ended, answered = try_handshake(cluster, configure)
    assert ended in REFUSED and not answered


def test_the_source_has_to_be_the_keys_name(cluster):
    keys = register(cluster, "app-vendor")
    wait_until(lambda: is_let_in(cluster, keys), 10, "the key works")
    with client_of(cluster, keys) as client:
        receipt = client.ask(report("sms-gateway", "forged"))
        assert receipt.status == REJECTED and receipt.reason.startswith("source:")
        assert client.ask(report("app-vendor", "own")).status == ACCEPTED
    assert cluster.value("SELECT count(*) FROM reports WHERE source_message_id = 'forged'") == 0


def test_a_revoked_key_is_refused_on_its_standing_connection_within_five_seconds(cluster):
    keys = register(cluster, "revoked")
    wait_until(lambda: is_let_in(cluster, keys), 10, "the key works")
    with client_of(cluster, keys) as client:
        assert client.ask(report("revoked", "before")).status == ACCEPTED
        cluster.cli("integrator", "revoke", "revoked")
        numbers = iter(range(10**6))
        wait_until(lambda: client.ask(report("revoked", f"after-{next(numbers)}")).status == REJECTED, 5, "the revoked key is refused")
        receipt = client.ask(report("revoked", "later"))
        assert receipt.status == REJECTED and "revoked" in receipt.reason
    assert cluster["ingest"].count("KEY_REVOKED") >= 1
    ended, _ = try_handshake(cluster, with_keys(keys))
    assert ended == zmq.Event.HANDSHAKE_FAILED_AUTH


def test_a_replaced_key_loses_its_rights(cluster):
    old = register(cluster, "rotated")
    wait_until(lambda: is_let_in(cluster, old), 10, "the old key works")
    new = register(cluster, "rotated")
    wait_until(lambda: is_let_in(cluster, new), 10, "the new key works")
    ended, _ = try_handshake(cluster, with_keys(old))
    assert ended == zmq.Event.HANDSHAKE_FAILED_AUTH


def test_while_nobody_can_say_who_may_come_in_nobody_comes_in():
    """PostgreSQL has never been there: a registered key is refused as any other, and let in once it can be looked up."""
    with curve_cluster() as cluster:
        keys = register(cluster, "early")
        cluster.postgres.stop()
        cluster["ingest"].stop()
        cluster["ingest"].start()
        cluster["ingest"].await_event("UP", times=2)
        ended, _ = try_handshake(cluster, with_keys(keys))
        assert ended == zmq.Event.HANDSHAKE_FAILED_AUTH
        cluster.postgres.start()
        wait_until(lambda: is_let_in(cluster, keys), 20, "the key works once PostgreSQL is there")


def test_no_handshake_while_the_handler_cannot_answer():
    """Ingest's loop is blocked by a log that nobody reads; the threads of ZeroMQ still run.  Nobody may be let in by them."""
    with curve_cluster() as cluster:
        keys = register(cluster, "patient")
        wait_until(lambda: is_let_in(cluster, keys), 10, "the key works")
        service = cluster["ingest"]
        service.stop()
        reader, writer = os.pipe()
        environment = {f"KENTONGAN_{name}": str(value) for name, value in service.environment.items()}
        process = subprocess.Popen([service.program], env={**os.environ, **environment}, stderr=writer)
        os.close(writer)
        try:
            # Each refused report is a line at level debug; the pipe holds 64 KiB of them.
            with cluster.client() as noisy:
                wait_until(lambda: is_silent(noisy), 60, "ingest is blocked")
                ended, answered = try_handshake(cluster, with_keys(keys), timeout=5)
                assert ended != zmq.Event.HANDSHAKE_SUCCEEDED and not answered
            threading.Thread(target=drain, args=(reader,), daemon=True).start()
            wait_until(lambda: is_let_in(cluster, keys), 20, "let in once the handler answers")
        finally:
            process.kill()
            process.wait()


def is_silent(client):
    """Sends some reports that are refused; whether no answer comes any more."""
    for i in range(200):
        client.socket.send(report("noise", f"n{i}", text="").SerializeToString())
    answers = 0
    while answers < 200 and client.socket.poll(1000):
        client.socket.recv()
        answers += 1
    return answers < 200


def drain(reader):
    while os.read(reader, 65536):
        pass


def test_the_plain_socket_takes_no_name_that_was_revoked(cluster):
    keys = register(cluster, "gone-for-good")
    wait_until(lambda: is_let_in(cluster, keys), 10, "the key works")
    cluster.cli("integrator", "revoke", "gone-for-good")
    numbers = iter(range(10**6))
    with cluster.client() as client:
        wait_until(lambda: client.ask(report("gone-for-good", f"g{next(numbers)}")).status == REJECTED, 5, "refused on the plain socket")


def test_a_new_name_on_the_plain_socket_is_registered_without_a_key(cluster):
    with cluster.client() as client:
        assert client.ask(report("newcomer", "hello")).status == ACCEPTED
    assert cluster.query("SELECT public_key, revoked_at FROM integrators WHERE name = 'newcomer'") == [(None, None)]


class Eavesdropper:
    """A TCP proxy that keeps what goes through it."""

    def __init__(self, target):
        host, port = target.removeprefix("tcp://").split(":")
        self.seen = bytearray()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.target = (host, int(port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.target)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(one, other), daemon=True).start()

    def _copy(self, one, other):
        try:
            while data := one.recv(65536):
                self.seen += data
                other.sendall(data)
        except OSError:
            pass

    def close(self):
        self.listener.close()


def test_reports_over_curve_are_not_readable_on_the_wire(cluster):
    keys = register(cluster, "secret")
    wait_until(lambda: is_let_in(cluster, keys), 10, "the key works")
    listener = Eavesdropper(cluster.curve)
    with Client(listener.endpoint, curve=Curve(SERVER.public, keys.public, keys.secret)) as client:
        assert client.ask(report("secret", "hidden", "Kalimat yang tidak boleh terbaca")).status == ACCEPTED
    listener.close()
    assert listener.seen and b"tidak boleh terbaca" not in bytes(listener.seen)
