"""Our ntfy endpoint: stock libraries publish and subscribe, and a phone that behaves as the Android app does gets each message once."""

import base64
import concurrent.futures
import hashlib
import http.client
import json
import pathlib
import secrets
import shutil
import subprocess
import threading
import time
import urllib.parse

import apprise
import pytest

from harness.cluster import NTFY_TOKEN, free_port
from harness.portal import PortalCluster
from harness.servers import BIN
from harness.waiting import wait_until

HERE = pathlib.Path(__file__).resolve().parent
PAUSE_S = 0.01  # between two breaks of a bad network


@pytest.fixture(scope="module")
def portal():
    with PortalCluster(stages=["portal"], push=False) as cluster:
        yield cluster
        assert cluster.unexpected_exits() == {}
        # A topic, a token and what was said are nobody's but the phone's.
        text = cluster["portal"].text()
        assert "topic" not in text and "tk_" not in text and "pesan" not in text


@pytest.fixture(scope="module")
def second(portal):
    """One more replica of the portal; the address of its ntfy endpoint."""
    ntfy = f"127.0.0.1:{free_port()}"
    sockets = {f"BUS_ACTED_{to}": f"ipc://{portal.folder}/second_{to}" for to in ["ROUTER", "WATCHER"]}
    portal.add("portal", "portal-2", {"PORTAL_LISTEN": f"127.0.0.1:{free_port()}", "NTFY_LISTEN": ntfy, **sockets})
    portal["portal-2"].await_event("UP")
    wait_until(lambda: ask("GET", "/v1/health", at=ntfy)[0] == 200, 20, "the second portal works")
    return ntfy


@pytest.fixture(scope="module")
def node_folder():
    """The libraries of package.json, installed once beside the programs."""
    folder = pathlib.Path(BIN).parent / "node-ntfy"
    folder.mkdir(exist_ok=True)
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    installed = folder / "installed.json"
    shutil.copy(HERE / "package.json", folder)
    shutil.copy(HERE / "ntfy_libraries.mjs", folder)
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        subprocess.run(["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        installed.write_text(wanted, encoding="utf-8")
    return folder


class Topic:
    """A phone's topic and token, as POST devices gives them."""

    def __init__(self, portal, name=None, token=None):
        self.portal = portal
        self.name = name or secrets.token_hex(12)
        self.token = token or "tk_" + secrets.token_hex(14) + "0"
        agency = portal.value("SELECT min(code) FROM agencies")
        self.device = portal.value("INSERT INTO devices (agency, leg, endpoint, secret) VALUES (%s, 'ntfy', %s, %s) RETURNING id",
                                   (agency, self.name, hashlib.sha256(self.token.encode()).digest()))

    def poll(self, since=None, **options):
        query = "?poll=1" + (f"&since={since}" if since is not None else "")
        status, body = ask("GET", f"/{self.name}/json{query}", token=self.token, at=self.portal.ntfy_listen, **options)
        assert status == 200, (status, body)
        return [json.loads(line) for line in body.splitlines()]


@pytest.fixture
def topic(portal):
    return Topic(portal)


def ask(method, path, body=None, token=None, headers=None, at=None):
    """One request: status and body."""
    connection = http.client.HTTPConnection(at, timeout=20)
    try:
        authorization = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request(method, path, body, {**authorization, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def publish(topic, text, token=NTFY_TOKEN, at=None, headers=None):
    status, body = ask("POST", f"/{topic.name}", text.encode(), token, headers, at or topic.portal.ntfy_listen)
    return status, json.loads(body)


class Phone(threading.Thread):
    """Listens as the app does: /json, and after each end again with since= the last message's id."""

    def __init__(self, topics, at, token, since="all"):
        super().__init__(daemon=True)
        self.path = f"/{','.join(topics)}/json"
        self.at = at if callable(at) else lambda: at
        self.token, self.since = token, since
        self.lines = []      # all
        self.messages = []   # of event message
        self.connections = 0
        self.stopped = False
        self.socket = None
        self.start()

    def run(self):
        while not self.stopped:
            connection = http.client.HTTPConnection(self.at(), timeout=60)
            try:
                connection.request("GET", f"{self.path}?since={self.since}", headers={"Authorization": f"Bearer {self.token}"})
                self.socket = connection.sock
                answer = connection.getresponse()
                assert answer.status == 200, answer.status
                self.connections += 1
                for line in answer:
                    self._take(json.loads(line))
            except (OSError, ValueError, http.client.HTTPException):
                pass
            finally:
                connection.close()

    def _take(self, line):
        self.lines.append(line)
        if line["event"] == "message":
            self.messages.append(line)
            self.since = line["id"]

    def opened(self):
        return any(line["event"] == "open" for line in self.lines)

    def cut(self):
        """The network is gone for a moment."""
        try:
            self.socket.shutdown(2)
        except (OSError, AttributeError):
            pass

    def await_texts(self, texts, timeout=20):
        wait_until(lambda: len(self.messages) >= len(texts), timeout, lambda: f"{len(texts)} messages; got {len(self.messages)}")
        assert [message["message"] for message in self.messages] == list(texts)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopped = True
        self.cut()
        self.join(10)


# Stock libraries ----------------------------------------------------------------------------------------------------------------

def test_a_stock_library_publishes_and_a_phone_gets_it_whole(portal, topic, node_folder):
    with Phone([topic.name], portal.ntfy_listen, topic.token) as phone:
        wait_until(phone.opened, 10, "the stream is open")
        done = subprocess.run(["node", "ntfy_libraries.mjs", "publish", portal.ntfy_url, topic.name, NTFY_TOKEN], cwd=node_folder,
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        wait_until(lambda: phone.messages, 10, "the message")
        got = phone.messages[0]
    assert got == json.loads(done.stdout)
    assert (got["topic"], got["title"], got["priority"]) == (topic.name, "DARURAT", 5)
    assert got["message"] == "Tiket baru: JT-7K3M-Q2XW-5, jalan berlubang di Kabupaten Demak 🛑"
    assert got["tags"] == ["rotating_light", "jt-7k3m-q2xw-5"]
    accept, show = got["actions"]
    assert accept.pop("id") != show.pop("id")
    assert accept == {"action": "http", "label": "Terima", "url": "https://portal.example/api/v1/push/acknowledge", "method": "POST",
                      "clear": True, "headers": {"X-Token": "abc"}}
    assert show == {"action": "view", "label": "Buka", "url": "https://portal.example/#/tiket/JT-7K3M-Q2XW-5", "clear": False}
    assert len(got["id"]) == 12 and abs(got["time"] - time.time()) < 60 and got["expires"] - got["time"] == 12 * 3600


def test_a_second_stock_library_publishes(portal, topic):
    server = urllib.parse.urlsplit(portal.ntfy_url)
    sender = apprise.Apprise()
    assert sender.add(f"ntfy://notifier:{NTFY_TOKEN}@{server.hostname}:{server.port}/{topic.name}?priority=high&tags=ambulance&click=https://a.example/")
    assert sender.notify(body="Tenggat dekat: sisa 20 %", title="Segera")
    got, = topic.poll()
    assert (got["title"], got["message"], got["priority"], got["tags"], got["click"]) == \
        ("Segera", "Tenggat dekat: sisa 20 %", 4, ["ambulance"], "https://a.example/")
    # And one that may not is told so.
    stranger = apprise.Apprise()
    assert stranger.add(f"ntfy://notifier:tk_wrong@{server.hostname}:{server.port}/{topic.name}")
    assert not stranger.notify(body="x")
    assert len(topic.poll()) == 1


def test_a_stock_library_subscribes(portal, topic, node_folder):
    assert publish(topic, "satu")[0] == 200
    process = subprocess.Popen(["node", "ntfy_libraries.mjs", "listen", portal.ntfy_url, topic.name, topic.token, "3"], cwd=node_folder,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    while line == "open\n":  # its own, and the server's
        line = process.stdout.readline()
    assert line == 'message "satu"\n'
    for text in ["dua\nbaris", "tiga"]:
        assert publish(topic, text)[0] == 200
    out, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert [line for line in out.splitlines() if line.startswith("message")] == ['message "dua\\nbaris"', 'message "tiga"']


# A phone ------------------------------------------------------------------------------------------------------------------------

def test_what_was_missed_comes_once_after_a_break(portal, topic):
    texts = [f"pesan {i}" for i in range(10)]
    with Phone([topic.name], portal.ntfy_listen, topic.token) as phone:
        for text in texts[:3]:
            publish(topic, text)
        phone.await_texts(texts[:3])
    for text in texts[3:6]:  # it is away
        publish(topic, text)
    with Phone([topic.name], portal.ntfy_listen, topic.token, since=phone.since) as again:
        again.await_texts(texts[3:6])
        for text in texts[6:]:
            publish(topic, text)
        again.await_texts(texts[3:])


def test_a_bad_network_and_two_replicas_neither_lose_nor_double(portal, second, topic):
    """300 messages through two replicas, more on a quick machine, while the phone's connection breaks all the time and goes to the other replica."""
    ends = [portal.ntfy_listen, second]
    dice = iter(range(10**9))
    least, breaks, some = 300, 10, 20
    answers = []
    with Phone([topic.name], lambda: ends[next(dice) % 2], topic.token) as phone:
        done = threading.Event()

        def disturb():
            pause, had = PAUSE_S, 0
            while not done.wait(pause):
                # On a slow machine a connection needs longer to bring anything.
                has = len(phone.messages)
                pause, had = PAUSE_S if has > had else 1.5 * pause, has
                phone.cut()

        torment = threading.Thread(target=disturb, daemon=True)
        torment.start()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            while len(answers) < least or (phone.connections <= breaks and len(answers) < 10 * least):
                answers += pool.map(lambda i: publish(topic, f"pesan {i}", at=ends[i % 2]), range(len(answers), len(answers) + some))
        count = len(answers)
        wait_until(lambda: len(phone.messages) >= count, 30, lambda: f"{count} messages; {len(phone.messages)} came")
        done.set()
        torment.join()
    assert all(status == 200 for status, _ in answers)
    order = sorted(answer["id"] for _, answer in answers)
    assert [message["id"] for message in phone.messages] == order
    assert len(set(order)) == count and phone.connections > breaks


def test_a_replica_that_is_behind_does_not_repeat(portal, second, topic):
    """The phone has seen a message at one replica and comes to the other before that one's next poll."""
    for i in range(30):
        seen = publish(topic, f"lama {i}")[1]["id"]
        with Phone([topic.name], second, topic.token, since=seen) as phone:
            wait_until(phone.opened, 10, "the stream is open")
            publish(topic, f"baru {i}", at=second)
            phone.await_texts([f"baru {i}"])
            assert [line["event"] for line in phone.lines] == ["open", "message"]


def test_an_id_that_nobody_has_given_is_no_harm(portal, topic):
    with Phone([topic.name], portal.ntfy_listen, topic.token, since="000zzzzzzzzz") as phone:
        wait_until(lambda: phone.opened() or phone.connections > 3, 10, "an answer")
        publish(topic, "x")
        phone.await_texts(["x"])


def test_the_seam_between_what_was_missed_and_what_comes(portal, second, topic):
    """Phones connect with since=all while messages are taken in at both replicas: each gets each message once, in the same order."""
    ends = [portal.ntfy_listen, second]
    count, phones = 150, []
    try:
        for i in range(count):
            assert publish(topic, f"pesan {i}", at=ends[i % 2])[0] == 200
            if i % 5 == 0:
                phones.append(Phone([topic.name], ends[(i // 5) % 2], topic.token))
        texts = [f"pesan {i}" for i in range(count)]
        for phone in phones:
            phone.await_texts(texts)
            assert phone.connections == 1
    finally:
        for phone in phones:
            phone.__exit__()


def test_more_than_one_answer_takes_comes_in_several(portal, topic):
    portal.query("INSERT INTO ntfy_messages (topic, expires_at, message) SELECT %s, now() + interval '1 hour', '{\"message\":\"' || i || '\"}'"
                 " FROM generate_series(1, 1203) i", (topic.name,))
    publish(topic, "then one by the door")  # all is published from here on
    texts = [*map(str, range(1, 1204)), "then one by the door"]
    with Phone([topic.name], portal.ntfy_listen, topic.token) as phone:
        phone.await_texts(texts)
        publish(topic, "last")
        phone.await_texts([*texts, "last"])
        assert phone.connections == 3


def test_what_is_published_at_one_replica_comes_from_the_other_within_a_second(portal, second, topic):
    with Phone([topic.name], second, topic.token) as phone:
        wait_until(phone.opened, 10, "the stream is open")
        took = []
        for i in range(5):
            started = time.monotonic()
            publish(topic, str(i))
            phone.await_texts([str(n) for n in range(i + 1)])
            took.append(time.monotonic() - started)
        assert sorted(took)[len(took) // 2] < 1, took  # a machine may stand still for a second


def test_several_topics_in_one_connection(portal):
    one = Topic(portal)
    two = Topic(portal, token=one.token)
    other = Topic(portal)
    with Phone([one.name, two.name], portal.ntfy_listen, one.token) as phone:
        wait_until(phone.opened, 10, "the stream is open")
        publish(one, "satu")
        publish(two, "dua")
        publish(other, "bukan")
        phone.await_texts(["satu", "dua"])
        assert [message["topic"] for message in phone.messages] == [one.name, two.name]
        assert phone.lines[0]["topic"] == f"{one.name},{two.name}"
    assert ask("GET", f"/{one.name},{other.name}/json?poll=1", token=one.token, at=portal.ntfy_listen)[0] == 403


def test_since(portal, topic):
    ids = [publish(topic, str(i))[1]["id"] for i in range(4)]
    portal.query("UPDATE ntfy_messages SET at = now() - interval '2 hours' WHERE topic = %s AND message LIKE '%%\"0\"%%'", (topic.name,))

    def texts(since):
        return [message["message"] for message in topic.poll(since)]

    assert texts(None) == texts("all") == ["0", "1", "2", "3"]
    assert texts("none") == []
    assert texts(ids[1]) == ["2", "3"]
    assert texts(ids[3]) == []
    assert texts("10m") == texts("1h30m") == ["1", "2", "3"]
    assert texts("3h") == texts("2d") == texts(int(time.time()) - 7210) == ["0", "1", "2", "3"]
    assert texts(int(time.time()) + 10) == []
    for wrong in ["", "later", "10", "m", "10x", "-5m", "00000000000!", "9" * 30]:
        if wrong == "10":  # is a Unix time, long ago
            assert len(texts(wrong)) == 4
            continue
        status, body = ask("GET", f"/{topic.name}/json?poll=1&since={wrong}", token=topic.token, at=portal.ntfy_listen)
        assert status == 400 and json.loads(body)["http"] == 400, wrong


def test_raw_and_sse(portal, topic):
    publish(topic, "satu\ndua")
    assert ask("GET", f"/{topic.name}/raw?poll=1", token=topic.token, at=portal.ntfy_listen) == (200, b"satu dua\n")
    status, body = ask("GET", f"/{topic.name}/sse?poll=1", token=topic.token, at=portal.ntfy_listen)
    assert status == 200 and body.startswith(b"data: {") and body.endswith(b"}\n\n")
    assert json.loads(body[6:])["message"] == "satu\ndua"


# Who may ------------------------------------------------------------------------------------------------------------------------

def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_who_may_read_a_topic(portal, topic):
    other = Topic(portal)
    at = portal.ntfy_listen

    def statuses(authorization=None, query=""):
        headers = {"Authorization": authorization} if authorization else {}
        return [ask("GET", f"/{topic.name}/{what}", headers=headers, at=at)[0] for what in
                [f"auth?{query}", f"json?poll=1&{query}", f"sse?poll=1&{query}", f"raw?poll=1&{query}"]]

    query = "auth=" + base64.urlsafe_b64encode(basic("", topic.token).encode()).decode()
    for good in [f"Bearer {topic.token}", f"bearer  {topic.token}", basic("petugas", topic.token), basic("", topic.token)]:
        assert statuses(good) == [200] * 4, good
    assert statuses(query=query) == statuses(query=query.rstrip("=")) == [200] * 4
    for none in [None, "Bearer ", "Basic !!!", "Digest x", basic("petugas", ""), "Basic " + base64.b64encode(b"x").decode(), "Bearer " + "x" * 300]:
        assert statuses(none) == [401] * 4, none
    for wrong in ["Bearer tk_" + "0" * 29, f"Bearer {other.token}", f"Bearer {NTFY_TOKEN}", basic(topic.token, "x")]:
        assert statuses(wrong) == [403] * 4, wrong
    assert json.loads(ask("GET", f"/{topic.name}/auth", token=topic.token, at=at)[1]) == {"success": True}
    portal.query("UPDATE devices SET removed_at = now() WHERE id = %s", (topic.device,))
    assert statuses(f"Bearer {topic.token}") == [403] * 4


def test_who_may_publish(portal, topic):
    assert publish(topic, "x", token=None)[0] == 401
    for wrong in ["tk_wrong", topic.token, NTFY_TOKEN[:-1], NTFY_TOKEN + "0"]:
        assert publish(topic, "x", token=wrong)[0] == 403
        assert ask("POST", "/", json.dumps({"topic": topic.name}), wrong, at=portal.ntfy_listen)[0] == 403
    assert ask("GET", f"/{topic.name}/publish?message=x", token=NTFY_TOKEN, at=portal.ntfy_listen)[0] == 404  # a GET never publishes
    assert topic.poll() == []


def test_a_topic_that_no_phone_has_is_told(portal, topic):
    portal.query("UPDATE devices SET removed_at = now() WHERE id = %s", (topic.device,))
    assert publish(topic, "x")[0] == 404
    assert ask("POST", "/", json.dumps({"topic": "nobodys"}), NTFY_TOKEN, at=portal.ntfy_listen)[0] == 404
    assert portal.value("SELECT count(*) FROM ntfy_messages WHERE topic = %s", (topic.name,)) == 0


# Publishing ----------------------------------------------------------------------------------------------------------------------

def test_publishing_by_headers_and_query(portal, topic):
    at = portal.ntfy_listen
    encoded = "=?UTF-8?B?" + base64.b64encode("Jalan rusak – Désa".encode()).decode() + "?="
    headers = {"t": encoded, "Prio": "urgent", "ta": "a, b ,", "Click": "https://a.example/", "Icon": "https://a.example/i.png",
               "Actions": "http, 'Terima, ya', url=https://a.example/ack, method=POST, headers.X-A=1, body='{\"a\":\"b;c\"}', clear=true; view, Buka, https://a.example/"}
    status, got = publish(topic, "Isi", headers=headers)
    assert status == 200
    assert (got["title"], got["priority"], got["tags"], got["click"], got["icon"]) == \
        ("Jalan rusak – Désa", 5, ["a", "b"], "https://a.example/", "https://a.example/i.png")
    assert got["actions"] == [
        {"id": "action0001", "action": "http", "label": "Terima, ya", "url": "https://a.example/ack", "method": "POST",
         "headers": {"X-A": "1"}, "body": '{"a":"b;c"}', "clear": True},
        {"id": "action0002", "action": "view", "label": "Buka", "url": "https://a.example/", "clear": False}]
    status, body = ask("PUT", f"/{topic.name}?message=dari+alamat&p=2&title=J", token=NTFY_TOKEN, at=at)
    got = json.loads(body)
    assert (status, got["message"], got["priority"], got["title"]) == (200, "dari alamat", 2, "J")
    assert json.loads(ask("POST", f"/{topic.name}", token=NTFY_TOKEN, at=at)[1])["message"] == "triggered"
    actions = json.dumps([{"action": "view", "label": "Buka", "url": "https://a.example/"}])
    assert publish(topic, "x", headers={"X-Actions": actions})[1]["actions"][0]["label"] == "Buka"
    assert "priority" not in publish(topic, "x", headers={"X-Priority": "3"})[1]


def test_publishing_as_json(portal, topic):
    message = {"topic": topic.name, "title": "J", "message": "M", "priority": 4, "tags": ["x"], "click": "https://a.example/",
               "actions": [{"action": "http", "label": "Terima", "url": "https://a.example/", "method": "POST", "body": "t", "clear": True}]}
    for method in ["POST", "PUT"]:
        status, body = ask(method, "/", json.dumps(message), NTFY_TOKEN, at=portal.ntfy_listen)
        assert status == 200
        got = json.loads(body)
        assert got["actions"][0].pop("id")
        assert {name: got[name] for name in message} == message


@pytest.mark.parametrize("headers, body", [
    ({"X-Delay": "10m"}, b"x"), ({"X-Priority": "6"}, b"x"), ({"X-Priority": "soon"}, b"x"), ({}, b"\xff\xfe"), ({}, b"a\0b"),
    ({"X-Actions": "[{"}, b"x"), ({"X-Actions": "fly, Terbang, https://a.example/"}, b"x"), ({"X-Actions": "view, Buka"}, b"x"),
    ({"X-Actions": "view, 'Buka, https://a.example/"}, b"x"), ({"X-Actions": "view, A, https://a; " * 4}, b"x"),
    ({"X-Actions": "http, A, https://a, B, C"}, b"x"), ({"X-Title": "x" * 251}, b"x"), ({"X-Click": "x" * 2001}, b"x"),
    ({"X-Title": "=?UTF-8?B?!!!?="}, b"x"), ({"X-Tags": "a," * 21}, b"x"),
])
def test_what_cannot_be_is_refused(portal, topic, headers, body):
    status, answer = ask("POST", f"/{topic.name}", body, NTFY_TOKEN, headers, portal.ntfy_listen)
    assert status == 400 and json.loads(answer)["error"]
    assert topic.poll() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b'{"topic":"a b"}', b'{"topic":5}', b'{"topic":"TOPIC","message":5}',
                                  b'{"topic":"TOPIC","tags":"x"}', b'{"topic":"TOPIC","priority":9}', b'{"topic":"TOPIC","priority":[]}',
                                  b'{"topic":"TOPIC","actions":{}}', b'{"topic":"TOPIC","delay":"1h"}', b'{"topic":"TOPIC","delay":5}',
                                  b'{"topic":"TOPIC","actions":[5]}', b'{"topic":"TOPIC","actions":[{"action":"view","label":"x"}]}'])
def test_json_that_cannot_be_is_refused(portal, topic, body):
    status, answer = ask("POST", "/", body.replace(b"TOPIC", topic.name.encode()), NTFY_TOKEN, at=portal.ntfy_listen)
    assert status == 400 and json.loads(answer)["error"]
    assert topic.poll() == []


def test_a_message_has_4096_bytes(portal, topic):
    assert publish(topic, "x" * 4096)[0] == 200
    assert ask("POST", f"/{topic.name}", b"x" * 4097, NTFY_TOKEN, at=portal.ntfy_listen)[0] == 413
    assert ask("POST", "/", json.dumps({"topic": topic.name, "message": "x" * 4097}), NTFY_TOKEN, at=portal.ntfy_listen)[0] == 400
    assert len(topic.poll()) == 1


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "a%2Cb", "é", "a,", ",a", ",".join(["a"] * 3 + [f"b{i}" for i in range(9)])])
def test_topics_that_cannot_be(portal, name):
    path = urllib.parse.quote(name, safe="/,%")
    assert ask("GET", f"/{path}/json?poll=1", token="tk_x", at=portal.ntfy_listen)[0] in (400, 403, 404)
    assert ask("POST", f"/{path}", b"x", NTFY_TOKEN, at=portal.ntfy_listen)[0] in (400, 404)


# Keeping -------------------------------------------------------------------------------------------------------------------------

def test_messages_are_over_after_their_time(portal, topic):
    publish(topic, "lama")
    portal.query("UPDATE ntfy_messages SET expires_at = now() - interval '1 second' WHERE topic = %s", (topic.name,))
    publish(topic, "baru")
    assert [message["message"] for message in topic.poll()] == ["baru"]
    got = publish(topic, "sebentar", headers={"X-Cache": "no"})[1]
    assert got["expires"] - got["time"] <= 30


def test_what_is_over_is_forgotten_when_a_portal_starts():
    with PortalCluster(stages=["portal"], push=False) as cluster:
        cluster.query("INSERT INTO ntfy_messages (topic, expires_at, message) VALUES ('a', now() - interval '1 s', '{}'), ('b', now() + interval '1 h', '{}')")
        cluster["portal"].stop()
        cluster["portal"].start()
        wait_until(lambda: cluster.query("SELECT topic FROM ntfy_messages") == [("b",)], 20, "the old message is gone")


def test_without_postgresql_the_publisher_is_told_to_come_again(portal, topic):
    with portal.postgres.frozen():
        assert publish(topic, "x")[0] == 503
    wait_until(lambda: publish(topic, "y")[0] == 200, 20, "it takes messages again")


def test_keepalive_and_headers(portal, topic):
    connection = http.client.HTTPConnection(portal.ntfy_listen, timeout=70)
    connection.request("GET", f"/{topic.name}/json", headers={"Authorization": f"Bearer {topic.token}"})
    answer = connection.getresponse()
    assert answer.getheader("Content-Type").startswith("application/x-ndjson") and answer.getheader("X-Accel-Buffering") == "no"
    first = json.loads(answer.readline())
    assert (first["event"], first["topic"]) == ("open", topic.name)
    started = time.monotonic()
    assert json.loads(answer.readline())["event"] == "keepalive"  # the app gives up after 77 s
    assert 40 < time.monotonic() - started < 50
    connection.close()


def test_health(portal):
    status, body = ask("GET", "/v1/health", at=portal.ntfy_listen)
    assert (status, json.loads(body)) == (200, {"healthy": True})
