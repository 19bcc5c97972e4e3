"""The portal's front door: who is let in, for how long, and what everybody else is told.  Real PostgreSQL, real HTTP."""

import base64
import contextlib
import gzip
import hashlib
import http.client
import json
import pathlib
import re
import resource
import socket
import ssl
import struct
import time

import pytest

from harness.portal import COOKIE, PASSWORD, PortalCluster
from harness.waiting import wait_until

ME, SESSION = "/api/v1/me", "/api/v1/session"


@pytest.fixture(scope="module")
def portal():
    with PortalCluster(stages=["portal"], push=False, settings={"portal": {"PORTAL_PROXY": "127.0.0.1"}}) as cluster:
        for name, agency, role in [("sri", "DISHUB", "officer"), ("tono", "DPUBMCK", "head"), ("desk", "TRIAGE", "desk")]:
            cluster.add_person(name, agency, role)
        yield cluster
        assert cluster.unexpected_exits() == {}


def code_of(answer):
    return answer[0], answer[1]["error"]["code"]


def cookie_hash(browser):
    return hashlib.sha256(base64.urlsafe_b64decode(browser.cookie + "=")).digest()


# Logging in ---------------------------------------------------------------------------------------------------------------


def test_who_logs_in_is_told_who_he_is_and_what_he_may(portal):
    browser = portal.browser()
    assert code_of(browser.get(ME)) == (401, "no_session")
    status, me = browser.log_in("sri")
    assert status == 200
    assert me["person"] == {"id": me["person"]["id"], "name": "sri", "full_name": "Sri", "agency": "DISHUB", "role": "officer", "language": "id",
                            "agency_name": portal.value("SELECT name FROM agencies WHERE code = 'DISHUB'")}
    assert me["may"] == sorted(act for (act,) in portal.query("SELECT act FROM role_acts WHERE role = 'officer'"))
    assert abs(me["server_ms"] - time.time() * 1000) < 10000 and me["push_key"] and me["ntfy_url"]
    assert browser.get(ME)[1]["person"] == me["person"]


def test_the_cookie_is_as_strict_as_browsers_know(portal):
    browser = portal.browser()
    browser.log_in("sri")
    parts = [part.strip() for part in browser.headers["set-cookie"].split(";")]
    assert parts[0].startswith(f"{COOKIE}=") and set(parts[1:]) == {"Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=7776000"}
    assert len(base64.urlsafe_b64decode(browser.cookie + "=")) == 32


def test_the_database_has_the_tokens_hash_alone(portal):
    browser = portal.log_in("sri")
    token = base64.urlsafe_b64decode(browser.cookie + "=")
    rows = portal.query("SELECT id, csrf FROM sessions")
    assert cookie_hash(browser) in [bytes(row[0]) for row in rows]
    assert all(token not in bytes(row[0]) and browser.cookie not in row[1] for row in rows)
    [(password,)] = portal.query("SELECT password FROM persons WHERE name = 'sri'")
    found = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$.*", password)
    assert int(found[1]) >= 19456 and int(found[2]) >= 2


@pytest.mark.parametrize("words", [
    {"name": "sri", "password": "salah-sekali-ini"}, {"name": "siapa", "password": PASSWORD}, {"name": "sri", "password": PASSWORD + " "},
    {"name": "SRI", "password": PASSWORD}, {"name": "sri' OR ''='", "password": PASSWORD}, {"enrolment": "x"}, {"enrolment": "A" * 43}])
def test_wrong_words_are_refused_in_one_voice(portal, words):
    browser = portal.browser(remote="192.0.2.10")
    answer = browser.post(SESSION, words)
    assert code_of(answer) == (401, "wrong_login") and answer[1]["error"]["field"] == ""
    assert "set-cookie" not in browser.headers


@pytest.mark.parametrize("words, field", [
    ({}, "name"), ({"name": "sri"}, "password"), ({"name": "", "password": "x"}, "name"), ({"name": 7, "password": "x"}, "name"),
    ({"name": "sri", "password": None}, "password"), ({"name": "x" * 41, "password": "x"}, "name"),
    ({"name": "sri", "password": "x" * 129}, "password")])
def test_a_wrong_field_is_named(portal, words, field):
    status, body = portal.browser(remote="192.0.2.11").post(SESSION, words)
    assert (status, body["error"]["field"]) == (400, field)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"name":"sri","name":"tono","password":"x"}', b'{"name":"\xff","password":"x"}', b"\x00"])
def test_what_is_no_json_object_is_refused(portal, body):
    assert code_of(portal.browser(remote="192.0.2.12").request("POST", SESSION, body)) == (400, "no_json")


def test_a_name_that_nobody_has_takes_as_long(portal):
    def took(name, turn):
        browser = portal.browser(remote=f"192.0.2.{20 + turn}")
        start = time.perf_counter()
        assert browser.log_in(name, "salah-sekali-ini")[0] == 401
        return time.perf_counter() - start

    # Turn by turn, the quickest of each: what else the machine does holds up both.
    known, unknown = map(min, zip(*((took("tono", turn), took(f"nobody{turn}", turn)) for turn in range(7))))
    assert known / 3 < unknown < known * 3


def test_a_person_without_a_password_cannot_log_in_by_one(portal):
    portal.add_person("baru", "DISHUB", password=None)
    for password in ["", PASSWORD, "null"]:
        assert portal.browser(remote="192.0.2.13").log_in("baru", password)[0] in (400, 401)


# How often ----------------------------------------------------------------------------------------------------------------


def assert_held_up(per_minute, ask):
    """As many are answered as a minute has; then 429, but for what the time that it takes gives back.  ask: the number of the request."""
    started = time.monotonic()
    answers = []
    while 429 not in answers and len(answers) < 250:
        answers.append(ask(len(answers)))
    most = per_minute + (time.monotonic() - started) * per_minute / 60 + 1
    assert set(answers[:-1]) == {401} and answers[-1] == 429 and per_minute <= len(answers) - 1 <= most, answers


def test_a_name_can_be_guessed_at_ten_times_a_minute(portal):
    portal.add_person("sasaran", "DISHUB")
    assert_held_up(10, lambda i: portal.browser(remote=f"198.51.100.{i}").log_in("sasaran", "salah-sekali-ini")[0])
    browser = portal.browser(remote="198.51.100.99")
    assert code_of(browser.log_in("sasaran")) == (429, "too_many")
    assert 1 <= int(browser.headers["retry-after"]) <= 60
    assert portal.browser(remote="198.51.100.99").log_in("sri")[0] == 200


def test_a_stranger_cannot_lock_out_a_browser_that_was_logged_in(portal):
    portal.add_person("terkunci", "DISHUB")
    own = portal.log_in("terkunci")
    other = portal.log_in("sri")
    code = own.post("/api/v1/enrolments")[1]["url"].split("k=")[1]
    portal.query("UPDATE sessions SET expires_at = now() WHERE id = %s", (cookie_hash(own),))
    assert_held_up(10, lambda i: portal.browser(remote=f"198.51.101.{i}").log_in("terkunci", "salah-sekali-ini")[0])
    assert portal.browser(remote="198.51.101.99").log_in("terkunci")[0] == 429
    assert other.log_in("terkunci")[0] == 429                                    # somebody else's browser
    assert_held_up(10, lambda _: own.log_in("terkunci", "salah-sekali-ini")[0])
    assert own.log_in("terkunci")[0] == 429                                      # it may not guess, either
    assert portal.browser(remote="198.51.101.98").enrol(code)[0] == 200


def test_a_browser_that_was_logged_in_gets_in_while_a_stranger_guesses(portal):
    portal.add_person("berjaga", "DISHUB")
    own = portal.log_in("berjaga")
    portal.query("UPDATE sessions SET expires_at = now() WHERE id = %s", (cookie_hash(own),))
    assert_held_up(10, lambda i: portal.browser(remote=f"198.51.102.{i}").log_in("berjaga", "salah-sekali-ini")[0])
    assert own.log_in("berjaga")[0] == 200 and own.get(ME)[0] == 200


def test_who_knows_the_password_is_not_held_up(portal):
    assert all(portal.browser().log_in("sri")[0] == 200 for _ in range(15))


def test_an_address_is_held_up_and_others_are_not(portal):
    for remote, other in [("203.0.113.5", "203.0.113.6"), ("2001:db8:1:2::1", "2001:db8:1:3::1")]:
        assert_held_up(60, lambda _: portal.browser(remote=remote).post(SESSION, {"enrolment": "x"})[0])
        assert portal.browser(remote=other).post(SESSION, {"enrolment": "x"})[0] == 401
    assert portal.browser(remote="2001:db8:1:2::99").post(SESSION, {"enrolment": "x"})[0] == 429  # the same household


def test_only_a_proxy_is_believed():
    with PortalCluster(stages=["portal"], push=False) as direct:
        assert_held_up(60, lambda i: direct.browser(remote=f"203.0.113.{i}").post(SESSION, {"enrolment": "x"})[0])


# For how long -------------------------------------------------------------------------------------------------------------


def test_logging_out_ends_the_session_on_the_server(portal):
    browser = portal.log_in("sri")
    old, csrf = browser.cookie, browser.csrf
    assert browser.delete(SESSION)[0] == 204 and browser.cookie is None
    assert "Max-Age=0" in browser.headers["set-cookie"]
    browser.cookie, browser.csrf = old, csrf
    assert code_of(browser.get(ME)) == (401, "no_session")
    assert code_of(browser.post("/api/v1/enrolments")) == (401, "no_session")
    assert portal.value("SELECT ended_at IS NOT NULL FROM sessions WHERE id = %s", (cookie_hash(browser),))


def test_a_login_gives_a_new_token_and_ends_the_old(portal):
    browser = portal.log_in("sri")
    old = browser.cookie
    assert browser.log_in("sri")[0] == 200 and browser.cookie != old
    thief = portal.browser()
    thief.cookie = old
    assert thief.get(ME)[0] == 401 and browser.get(ME)[0] == 200


def test_a_token_that_somebody_set_is_not_taken_over(portal):
    browser = portal.browser()
    browser.cookie = base64.urlsafe_b64encode(b"k" * 32).rstrip(b"=").decode()
    fixed = browser.cookie
    assert browser.log_in("sri")[0] == 200 and browser.cookie != fixed


def test_it_runs_out(portal):
    browser = portal.log_in("sri")
    portal.query("UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = %s", (cookie_hash(browser),))
    assert browser.get(ME)[0] == 401


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "A" * 44, "=" * 43, "ä", "A" * 4000])
def test_what_is_no_token_is_no_session(portal, cookie):
    browser = portal.browser()
    assert browser.get(ME, headers={"Cookie": f"{COOKIE}={cookie}".encode("utf-8")})[0] == 401


def test_who_was_removed_is_out_at_once(portal):
    portal.add_person("pensiun", "DISHUB")
    browser = portal.log_in("pensiun")
    portal.query("UPDATE persons SET removed_at = now() WHERE name = 'pensiun'")
    assert browser.get(ME)[0] == 401 and portal.browser().log_in("pensiun")[0] == 401
    portal.query("UPDATE persons SET removed_at = NULL WHERE name = 'pensiun'")
    assert browser.get(ME)[0] == 200
    portal.cli("person", "remove", "pensiun")  # this one ends the sessions as well
    portal.query("UPDATE persons SET removed_at = NULL WHERE name = 'pensiun'")
    assert browser.get(ME)[0] == 401


def test_another_role_or_agency_counts_from_the_next_request_on(portal):
    portal.add_person("pindah", "DISHUB")
    browser = portal.log_in("pindah")
    portal.cli("person", "change", "pindah", "--role", "governor", "--agency", "SEKDA")
    status, me = browser.get(ME)
    assert (status, me["person"]["role"], me["person"]["agency"], me["may"]) == (200, "governor", "SEKDA", ["acknowledge", "note"])


def test_a_new_password_ends_all_sessions(portal):
    portal.add_person("lupa", "DISHUB")
    browsers = [portal.log_in("lupa") for _ in range(2)]
    made = json.loads(portal.cli("person", "password", "lupa", "--json"))["password"]
    assert [browser.get(ME)[0] for browser in browsers] == [401, 401]
    assert portal.browser().log_in("lupa")[0] == 401 and portal.browser().log_in("lupa", made)[0] == 200


# From where ---------------------------------------------------------------------------------------------------------------


FOREIGN = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1"}, {"Sec-Fetch-Site": "cross-site"},
           {"Sec-Fetch-Site": "same-site"}]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_sites_page_can_do_nothing(portal, headers):
    browser = portal.log_in("sri")
    assert code_of(browser.post("/api/v1/enrolments", headers=headers)) == (403, "foreign")
    assert code_of(browser.delete(SESSION, headers=headers)) == (403, "foreign")
    assert code_of(portal.browser().post(SESSION, {"name": "sri", "password": PASSWORD}, headers=headers)) == (403, "foreign")
    assert browser.get(ME)[0] == 200  # nothing was ended


@pytest.mark.parametrize("headers", [{}, {"Origin": None}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_our_own_page_can(portal, headers):
    assert portal.log_in("sri").post("/api/v1/enrolments", headers=headers)[0] == 200


def test_an_unsafe_request_shows_the_sessions_own_token(portal):
    browser, other = portal.log_in("sri"), portal.log_in("tono")
    for wrong in [None, "", "x", other.csrf, browser.csrf[:-1], browser.csrf + "A", browser.cookie]:
        assert code_of(browser.post("/api/v1/enrolments", headers={"X-CSRF-Token": wrong})) == (403, "no_csrf_token"), wrong
    assert browser.post("/api/v1/enrolments")[0] == 200


# Enrolling ----------------------------------------------------------------------------------------------------------------


def test_an_enrolment_logs_in_once(portal):
    answer = portal.log_in("sri").post("/api/v1/enrolments")[1]
    assert answer["svg"].startswith("<svg ") and 0 < answer["expires_at_ms"] / 1000 - time.time() <= 601
    start, code = answer["url"].split("/#/masuk?k=")
    assert start == portal.portal_url
    browser = portal.browser()
    status, me = browser.enrol(code)
    assert (status, me["person"]["name"]) == (200, "sri") and browser.get(ME)[0] == 200
    assert code_of(portal.browser().enrol(code)) == (401, "wrong_login")


def test_a_code_that_was_used_ends_no_session(portal):
    code = portal.log_in("sri").post("/api/v1/enrolments")[1]["url"].split("k=")[1]
    browser = portal.browser()
    assert browser.enrol(code)[0] == 200
    cookie = browser.cookie
    assert code_of(browser.enrol(code)) == (401, "wrong_login")  # the link again, from the chat in which it came
    assert browser.cookie == cookie and browser.get(ME)[0] == 200
    assert browser.log_in("sri", "kata-sandi-yang-salah")[0] == 401 and browser.get(ME)[0] == 200


def test_a_late_enrolment_is_refused(portal):
    code = portal.log_in("sri").post("/api/v1/enrolments")[1]["url"].split("k=")[1]
    portal.query("UPDATE enrolments SET expires_at = now() WHERE used_at IS NULL")
    assert code_of(portal.browser().enrol(code)) == (401, "wrong_login")


def test_ops_enrols_who_has_no_password(portal):
    portal.add_person("tamu", "DISHUB", password=None)
    url = portal.cli("person", "enrol", "tamu").strip()
    browser = portal.browser()
    assert browser.enrol(url.split("/#/masuk?k=")[1])[1]["person"]["name"] == "tamu"
    portal.cli("person", "remove", "tamu")
    assert browser.get(ME)[0] == 401


def test_an_enrolment_of_somebody_removed_is_worth_nothing(portal):
    portal.add_person("hilang", "DISHUB", password=None)
    url = portal.cli("person", "enrol", "hilang").strip()
    portal.cli("person", "remove", "hilang")
    assert code_of(portal.browser().enrol(url.split("k=")[1])) == (401, "wrong_login")
    assert portal.value("SELECT count(*) FROM sessions s JOIN persons p ON p.id = s.person_id WHERE p.name = 'hilang'") == 0


def test_a_new_password_voids_the_codes_that_are_out(portal):
    portal.add_person("dicuri", "DISHUB")
    thief = portal.log_in("dicuri")
    code = thief.post("/api/v1/enrolments")[1]["url"].split("k=")[1]
    portal.set_password("dicuri", "kata-sandi-yang-baru")
    assert code_of(portal.browser().enrol(code)) == (401, "wrong_login")


# What everybody is told ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/api/v1/nothing", 404), ("GET", "/api/v1", 404), ("POST", "/nothing", 404), ("GET", "/api/v1/me/", 404), ("GET", "/api/v1/../me", 404),
    ("POST", ME, 405), ("PUT", ME, 405), ("HEAD", ME, 405), ("GET", SESSION, 405), ("PATCH", SESSION, 405), ("OPTIONS", SESSION, 405),
    ("POST", "/", 405), ("DELETE", "/app.js", 405), ("GET", "/%zz?%zz", 400), ("GET", "/?a=%0", 400)])
def test_what_there_is_not_and_what_cannot_be_done(portal, method, path, status):
    browser = portal.browser()
    assert browser.request(method, path)[0] == status
    assert (status == 405) == ("allow" in browser.headers)
    if path == SESSION:
        assert browser.headers["allow"] == "POST, DELETE"


@pytest.mark.parametrize("size, chunked", [(5000, False), (200000, False), (5000, True), (200000, True)])
def test_a_long_body_is_refused(portal, size, chunked):
    body = b'{"name":"' + b"x" * size + b'"}'
    connection = http.client.HTTPConnection(portal.portal_listen, timeout=10)
    with contextlib.closing(connection):
        try:
            connection.request("POST", SESSION, iter([body]) if chunked else body, {"Content-Type": "application/json"})
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was told before all was sent
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["error"]["code"]) == (413, "too_long")


def test_a_body_where_none_belongs_is_refused(portal):
    assert code_of(portal.browser().request("GET", ME, b"x")) == (413, "too_long")


def test_headers_of_every_kind_of_answer(portal):
    browser = portal.log_in("sri")
    for path in ["/", "/app.js", ME, "/api/v1/nothing"]:
        browser.get(path)
        headers = browser.headers
        assert "default-src 'none'" in headers["content-security-policy"] and "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY" and "permissions-policy" in headers
        assert headers["cache-control"] == ("no-store" if path.startswith("/api/") else "no-cache")
        assert "server" not in headers


def test_a_connection_is_kept(portal):
    connection = http.client.HTTPConnection(portal.portal_listen, timeout=10)
    with contextlib.closing(connection):
        for path, status in [("/", 200), ("/nothing", 404), (ME, 401), ("/app.js", 200), (SESSION, 405)]:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status and not answer.will_close


# Pages --------------------------------------------------------------------------------------------------------------------


def test_pages_come_zipped_and_once(portal):
    browser = portal.browser()
    status, plain = browser.get("/app.js")
    assert status == 200 and plain == pathlib.Path("services/portal/pages/app.js").read_bytes()
    etag = browser.headers["etag"]
    status, zipped = browser.get("/app.js", headers={"Accept-Encoding": "br, gzip"})
    assert browser.headers["content-encoding"] == "gzip" and gzip.decompress(zipped) == plain and browser.headers["vary"] == "Accept-Encoding"
    assert browser.get("/app.js", headers={"If-None-Match": etag}) == (304, b"")
    assert browser.get("/app.js", headers={"If-None-Match": 'W/"other"'})[0] == 200
    assert browser.get("/app.js", headers={"Accept-Encoding": "gzip;q=0"})[1] == plain
    status, body = browser.request("HEAD", "/app.js")
    assert (status, body) == (200, b"") and browser.headers["content-length"] == str(len(plain))


@pytest.mark.parametrize("path", ["/../main.c", "/..%2fmain.c", "/%2e%2e/main.c", "//etc/passwd", "/etc/passwd", "/./app.js", "/app.js%00", "/app.js/"])
def test_nothing_else_can_be_read(portal, path):
    with contextlib.closing(socket.create_connection(portal.portal_listen.split(":"), timeout=10)) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.split(b" ")[1] in (b"404", b"400") and b"root:" not in answer and b"#include" not in answer


# When PostgreSQL is away --------------------------------------------------------------------------------------------------


def test_without_postgresql_it_says_so_soon_and_goes_on_after():
    with PortalCluster(stages=["portal"], push=False) as cluster:
        cluster.add_person("sri", "DISHUB")
        browser = cluster.log_in("sri")
        cluster.postgres.stop()
        for path in [ME, "/api/v1/tickets", ME]:
            start = time.monotonic()
            status, body = browser.get(path)
            assert (status, body["error"]["code"]) == (503, "away") and time.monotonic() - start < 2.0
            assert int(browser.headers["retry-after"]) >= 1
        assert cluster.browser().log_in("sri")[0] == 503
        assert browser.get("/")[0] == 200
        cluster.postgres.start()
        wait_until(lambda: browser.get(ME)[0] == 200, 10, "the session works again")


def test_while_postgresql_hangs_nobody_hangs():
    with PortalCluster(stages=["portal"], push=False) as cluster:
        cluster.add_person("sri", "DISHUB")
        browser = cluster.log_in("sri")
        with cluster.postgres.frozen():
            for _ in range(3):
                start = time.monotonic()
                assert browser.get(ME)[0] == 503 and time.monotonic() - start < 4.5  # two seconds, twice when it also has to connect
        wait_until(lambda: browser.get(ME)[0] == 200, 15, "the session works again")


def test_started_without_postgresql_it_waits_for_it():
    with PortalCluster(stages=["portal"], push=False) as cluster:
        cluster.add_person("sri", "DISHUB")
        cluster["portal"].stop()
        cluster.postgres.stop()
        cluster["portal"].start()
        cluster["portal"].await_event("UP", times=2)
        wait_until(lambda: cluster.browser().get("/")[0] == 200, 10, "pages are there")
        assert cluster.browser().log_in("sri")[0] == 503
        cluster.postgres.start()
        wait_until(lambda: cluster.browser().log_in("sri")[0] == 200, 10, "logging in works")


# Streams ------------------------------------------------------------------------------------------------------------------


def test_a_stream_ends_with_its_session(portal):
    browser, other = portal.log_in("sri"), portal.log_in("sri")
    with browser.events() as events, other.events() as others:
        assert events.status == others.status == 200
        events.await_one(lambda name, _: name == "hello")
        others.await_one(lambda name, _: name == "hello")
        assert browser.delete(SESSION)[0] == 204
        wait_until(lambda: events.ended, 10, "the stream of the session that was ended is over")
        assert not others.ended
    assert portal.browser().get("/api/v1/events")[0] == 401


def test_a_stream_ends_when_ops_ends_its_session(portal):
    portal.add_person("berhenti", "DISHUB")
    with portal.log_in("sri").events() as others:
        for end in [lambda: portal.set_password("berhenti", PASSWORD), lambda: portal.cli("person", "remove", "berhenti")]:
            with portal.log_in("berhenti").events() as events:
                events.await_one(lambda name, _: name == "hello")
                end()
                wait_until(lambda: events.ended, 6, "the stream of the session that was ended is over")
        assert not others.ended


def memory_of(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def test_five_thousand_streams(capsys):
    count = 5000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 2000), hard))
    streams = []
    try:
        with PortalCluster(stages=["portal"], push=False, settings={"portal": {"PORTAL_PROXY": "127.0.0.1"}}) as cluster:
            cluster.add_person("sri", "DISHUB")
            browser = cluster.log_in("sri")
            pid = cluster["portal"].process.pid
            before = memory_of(pid)
            request = f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: {COOKIE}={browser.cookie}\r\n\r\n".encode()
            for _ in range(count):
                stream = socket.create_connection(cluster.portal_listen.split(":"), timeout=20)
                stream.sendall(request)
                streams.append(stream)
            for stream in streams:
                text = b""
                while b"hello" not in text:
                    text += stream.recv(4096)
                    assert text.startswith(b"HTTP/1.1 200")
            after = memory_of(pid)
            with capsys.disabled():
                print(f"\n{count} open streams: {after:.0f} MiB resident, {before:.0f} MiB without; {(after - before) * 1024 / count:.1f} KiB each")
            assert browser.get(ME)[0] == 200
            start = time.monotonic()
            assert cluster["portal"].stop() == 0 and time.monotonic() - start < 2.0
    finally:
        for stream in streams:
            stream.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# Officers, by ops ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, code, named", [
    (["add", "--name", "Sri", "--full-name", "Sri", "--agency", "DISHUB", "--role", "officer"], 2, "--name"),
    (["add", "--name", "x", "--full-name", "Sri", "--agency", "DISHUB", "--role", "officer"], 2, "--name"),
    (["add", "--name", "sri", "--full-name", "Sri", "--agency", "DISHUB", "--role", "officer"], 1, "--name"),
    (["add", "--name", "sri2", "--full-name", "Sri", "--agency", "TIADA", "--role", "officer"], 4, "--agency"),
    (["add", "--name", "sri2", "--full-name", "Sri", "--agency", "DISHUB", "--role", "boss"], 2, "--role"),
    (["add", "--name", "sri2", "--agency", "DISHUB", "--role", "officer"], 2, "--full-name"),
    (["change", "sri"], 2, "--role"), (["change", "tiada", "--role", "head"], 4, "none"), (["remove", "tiada"], 4, "none"), (["password", "tiada"], 4, "none"),
    (["enrol", "tiada"], 4, "none"), (["remove"], 2, "name"), (["phone", "sri", "--leg", "fax", "--to", "x"], 2, "--leg"),
    (["phone", "sri", "--leg", "sms", "--to", "024-831117"], 2, "--to"), (["phone", "sri", "--leg", "email", "--to", "sri"], 2, "--to"),
    (["phone", "tiada", "--leg", "sms", "--to", "081234567890"], 4, "none")])
def test_what_ops_cannot_do_is_told(portal, words, code, named):
    done = portal.run_cli("person", *words)
    assert done.returncode == code and named in done.stderr and done.stderr.count("\n") == 1, (done.returncode, done.stderr)


def test_a_password_has_a_least_length(portal):
    done = portal.run_cli("person", "password", "sri", "--stdin", stdin="pendek\n")
    assert done.returncode == 2 and "pendek" not in done.stderr
    assert portal.browser().log_in("sri")[0] == 200


def test_numbers_are_kept_as_networks_know_them(portal):
    portal.add_person("jaga", "DISHUB", password=None)
    for leg, to in [("sms", "0812-3456-7890"), ("whatsapp", "+62 812 3456 7890"), ("email", "jaga@example.org")]:
        row = json.loads(portal.cli("person", "phone", "jaga", "--leg", leg, "--to", to, "--label", "piket", "--json"))
        assert (row["person"], row["leg"], row["label"]) == ("jaga", leg, "piket") and "7890" not in json.dumps(row)
    rows = portal.query("SELECT d.leg, d.endpoint, d.agency FROM devices d JOIN persons p ON p.id = d.person_id WHERE p.name = 'jaga' ORDER BY d.id")
    assert rows == [("sms", "+6281234567890", "DISHUB"), ("whatsapp", "+6281234567890", "DISHUB"), ("email", "jaga@example.org", "DISHUB")]
    portal.cli("person", "change", "jaga", "--agency", "DPUBMCK")
    assert portal.value("SELECT count(*) FROM devices WHERE agency = 'DPUBMCK' AND endpoint LIKE '%%7890'") == 2
    portal.cli("person", "remove", "jaga")
    assert portal.value("SELECT count(*) FROM devices WHERE removed_at IS NULL AND endpoint LIKE '%%7890'") == 0
    listed = {row["name"]: row for row in json.loads(portal.cli("person", "list", "--removed", "--json"))}
    assert listed["jaga"]["removed_at_ms"] and listed["sri"]["role"] == "officer"
    assert "jaga" not in {row["name"] for row in json.loads(portal.cli("person", "list", "--json"))}


# Behind nginx -------------------------------------------------------------------------------------------------------------


def broken_hello():
    """A TLS 1.3 ClientHello whose key share is no point of P-256."""
    def extension(number, data):
        return struct.pack(">HH", number, len(data)) + data

    share = b"\0\x17" + struct.pack(">H", 65) + b"\4" + b"\xff" * 64
    extensions = (extension(43, b"\2\3\4") + extension(10, b"\0\2\0\x17") + extension(13, b"\0\2\4\3")
                  + extension(51, struct.pack(">H", len(share)) + share))
    body = b"\3\3" + bytes(32) + b"\0" + b"\0\2\x13\1" + b"\1\0" + struct.pack(">H", len(extensions)) + extensions
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\3\1" + struct.pack(">H", len(message)) + message


def test_behind_nginx_with_tls():
    with PortalCluster(stages=["portal"], push=False, nginx=True, tls=True) as cluster:
        cluster.add_person("sri", "DISHUB")
        context = ssl.create_default_context(cafile=f"{cluster.nginx.certificates}/fullchain.pem")

        def ask(method, path, body=None, **headers):
            connection = http.client.HTTPSConnection("localhost", cluster.nginx.port, timeout=10, context=context)
            with contextlib.closing(connection):
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                return answer.status, dict((name.lower(), value) for name, value in answer.getheaders()), answer.read()

        status, headers, _ = ask("GET", "/")
        assert status == 200 and headers["strict-transport-security"] and headers["server"] == "nginx"
        login = json.dumps({"name": "sri", "password": PASSWORD})
        status, headers, body = ask("POST", SESSION, login, Origin=cluster.portal_url)
        assert status == 200, body
        cookie = headers["set-cookie"].split(";")[0]
        assert ask("GET", ME, Cookie=cookie)[0] == 200
        with socket.create_connection(("127.0.0.1", cluster.nginx.port), timeout=10) as broken:
            broken.sendall(broken_hello())
            assert broken.recv(100)[:1] == b"\x15"  # an alert
        assert "127.0.0.1" not in cluster.nginx.text()  # not even of a client whose TLS is broken
        # Nobody says for himself where he comes from.
        answers = []
        while 429 not in answers and len(answers) < 250:
            answers.append(ask("POST", SESSION, json.dumps({"enrolment": "x"}), **{"X-Real-IP": f"203.0.113.{len(answers)}"})[0])
        assert answers[-1] == 429
        assert ask("POST", SESSION, b"x" * 2000000)[0] == 413
        stream = ssl.create_default_context(cafile=f"{cluster.nginx.certificates}/fullchain.pem").wrap_socket(
            socket.create_connection(("localhost", cluster.nginx.port), timeout=10), server_hostname="localhost")
        with contextlib.closing(stream):
            stream.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
            text = b""
            while b"event: hello" not in text:
                text += stream.recv(4096)
        old = ssl.create_default_context(cafile=f"{cluster.nginx.certificates}/fullchain.pem")
        with pytest.warns(DeprecationWarning):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(OSError), socket.create_connection(("localhost", cluster.nginx.port), timeout=10) as raw:
            old.wrap_socket(raw, server_hostname="localhost")
        assert "127.0.0.1" not in cluster.nginx.text() and cluster.unexpected_exits() == {}


# Nothing of anybody in the log --------------------------------------------------------------------------------------------


def test_the_log_names_nobody(portal):
    typed = "kata-sandi-di-kolom-nama"
    browser = portal.browser(remote="192.0.2.200")
    browser.post(SESSION, {"name": typed, "password": "salah-sekali-ini"})
    portal.browser(remote="192.0.2.200").log_in("sri", "salah-sekali-ini")
    session = portal.log_in("sri")
    code = session.post("/api/v1/enrolments")[1]["url"].split("k=")[1]
    wait_until(lambda: portal["portal"].count("LOGIN_REFUSED") >= 2 and portal["portal"].count("LOGGED_IN") >= 1, 10, "logins are logged")
    text = portal["portal"].text()
    person = portal.value("SELECT id FROM persons WHERE name = 'sri'")
    assert f"LOGIN_REFUSED person={person}" in text and "LOGIN_REFUSED person=0" in text
    for secret in [typed, PASSWORD, "salah-sekali-ini", session.cookie, session.csrf, code, "192.0.2.200", "sri"]:
        assert secret not in text.replace("server", ""), secret
