"""A cluster with the portal, nginx before it when asked for, and a browser's part of a session."""

import http.client
import json
import os
import socket
import subprocess
import threading
import urllib.parse

from . import contract
from .cluster import STAGES, Cluster, free_port
from .servers import end
from .waiting import wait_until

PASSWORD = "kentongan-bertalu-talu"
COOKIE = "__Host-kentongan"


class Nginx:
    """nginx in front of a portal, as deploy/nginx/run starts it; with tls it has a certificate that it signed itself."""

    program = f"{contract.ROOT}/deploy/nginx/run"

    def __init__(self, folder, port, ntfy_port, cluster, tls=False):
        self.folder = f"{folder}/nginx"
        self.log = f"{folder}/nginx.log"
        self.certificates = f"{folder}/certificates"
        self.port = port
        self.process = None
        os.chmod(folder, 0o755)  # nginx' workers are another user's
        os.makedirs(self.folder)
        os.makedirs(self.certificates)
        if tls:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                            "-keyout", f"{self.certificates}/privkey.pem", "-out", f"{self.certificates}/fullchain.pem"],
                           check=True, capture_output=True)
        self.environment = {
            **os.environ, "KENTONGAN_WEB_LISTEN": f"127.0.0.1:{port}", "KENTONGAN_WEB_NTFY_LISTEN": f"127.0.0.1:{ntfy_port}",
            "KENTONGAN_WEB_PORTAL": cluster.portal_listen, "KENTONGAN_WEB_NTFY": cluster.ntfy_listen,
            "KENTONGAN_WEB_FOLDER": self.folder, "KENTONGAN_WEB_CERTIFICATES": self.certificates}

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.program], env=self.environment, stdout=log, stderr=log)
        wait_until(self.answers, 10, lambda: f"nginx listens:\n{self.text()[-2000:]}")

    def answers(self):
        assert self.process.poll() is None, self.text()
        done = subprocess.run([self.program, "--health"], env=self.environment, capture_output=True, check=False)
        return done.returncode == 0

    def text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def stop(self):
        end(self.process, 15)


class PortalCluster(Cluster):
    """with PortalCluster(nginx=True) as cluster: cluster.portal_url is what browsers open; see Cluster for the rest."""

    def __init__(self, stages=(*STAGES, "portal"), nginx=False, tls=False, settings=None, **options):
        self.nginx = None
        self.browsers = 0
        super().__init__(stages=stages, settings={name: dict(of) for name, of in (settings or {}).items()}, **options)
        if nginx:
            port, ntfy_port = free_port(), free_port()
            scheme = "https" if tls else "http"
            self.portal_url = f"{scheme}://localhost:{port}"
            self.ntfy_url = f"{scheme}://localhost:{ntfy_port}"
            self.settings.setdefault("portal", {}).setdefault("PORTAL_PROXY", "127.0.0.1")
            self.nginx = Nginx(self.folder, port, ntfy_port, self, tls)

    def __enter__(self):
        super().__enter__()
        try:
            wait_until(self.portal_works, 20, lambda: f"the portal works:\n{self.services['portal'].text()[-2000:]}")
            if self.nginx:
                self.nginx.start()
        except BaseException:
            self.failed = True
            self.close()
            raise
        return self

    def close(self):
        if self.nginx:
            self.nginx.stop()
        super().close()

    def portal_works(self):
        """It has read the cluster's key: a request without a session is told so."""
        try:
            return Browser(f"http://{self.portal_listen}").get("/api/v1/me")[0] == 401
        except OSError:
            return False

    def add_person(self, name, agency, role="officer", password=PASSWORD, full_name=None):
        """A person who may log in.  Returns the id."""
        self.cli("person", "add", "--name", name, "--full-name", full_name or name.title(), "--agency", agency, "--role", role)
        if password:
            self.set_password(name, password)
        return self.value("SELECT id FROM persons WHERE name = %s", (name,))

    def set_password(self, name, password):
        done = self.run_cli("person", "password", name, "--stdin", stdin=password + "\n")
        assert done.returncode == 0, (done.returncode, done.stderr)

    def browser(self, **options):
        """A browser that has not logged in.  It speaks to the portal itself, not to nginx; remote: where it is, by default a place of its own."""
        self.browsers += 1
        options.setdefault("remote", f"100.64.{self.browsers >> 8 & 255}.{self.browsers & 255}")
        return Browser(f"http://{self.portal_listen}", origin=self.portal_url, **options)

    def log_in(self, name, password=PASSWORD):
        """A browser with a session of this person.  As the app does, it comes again when it is told that the portal is busy."""
        browser = self.browser()
        answers = []

        def is_in():
            answers.append(browser.log_in(name, password))
            return answers[-1][0] != 503

        wait_until(is_in, 20, lambda: f"{name} logs in: {answers[-1]}")
        assert answers[-1][0] == 200, answers[-1]
        return browser


class Browser:
    """What a browser sends: cookie, CSRF token, origin.  Answers are (status, body): JSON taken apart, else bytes."""

    def __init__(self, url, origin=None, remote=None):
        self.url = urllib.parse.urlsplit(url)
        self.origin = origin or url
        self.remote = remote  # X-Real-IP
        self.cookie = self.csrf = None
        self.headers = {}     # of the last answer, lower case

    def request(self, method, path, body=None, headers=None, timeout=20):
        """body: bytes, or what becomes JSON.  headers: a value of None takes one away that would be sent."""
        sent = {"Origin": self.origin if method != "GET" else None, "X-Real-IP": self.remote, "X-CSRF-Token": self.csrf if method != "GET" else None,
                "Cookie": f"{COOKIE}={self.cookie}" if self.cookie else None}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=timeout)
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value is not None})
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and value.startswith(f"{COOKIE}="):
                self.cookie = value.split(";")[0].partition("=")[2] or None
        is_json = self.headers.get("content-type", "").startswith("application/json")
        return answer.status, json.loads(data) if is_json and data else data

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, {} if body is None else body, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def log_in(self, name, password=PASSWORD):
        return self._log_in({"name": name, "password": password})

    def enrol(self, code):
        return self._log_in({"enrolment": code})

    def _log_in(self, words):
        status, me = self.post("/api/v1/session", words)
        if status == 200:
            self.csrf = me["csrf"]
        return status, me

    def events(self, path="/api/v1/events"):
        return Events(self, path)


class Events:
    """A stream that stays open: with browser.events() as events: events.await_one(lambda name, data: ..)"""

    def __init__(self, browser, path):
        self.connection = http.client.HTTPConnection(browser.url.hostname, browser.url.port, timeout=60)
        self.connection.request("GET", path, headers={"Cookie": f"{COOKIE}={browser.cookie}"})
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.seen = []       # (event, data)
        self.ended = False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        name, data = "message", []
        try:
            for raw in self.answer:
                line = raw.decode().rstrip("\r\n")
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    data.append(line[5:].strip())
                elif line == "" and data:
                    self.seen.append((name, json.loads("\n".join(data))))
                    name, data = "message", []
        except (OSError, ValueError, AttributeError, http.client.HTTPException):  # closed meanwhile
            pass
        self.ended = True

    def await_one(self, is_it, timeout=15):
        return wait_until(lambda: next((one for one in list(self.seen) if is_it(*one)), None), timeout, lambda: f"an event; seen: {self.seen}")

    def close(self):
        if self.connection.sock:
            self.connection.sock.shutdown(socket.SHUT_RDWR)  # the reader must not wait for the next keepalive
        self.thread.join(10)
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
