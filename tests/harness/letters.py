"""Letters sent by the notifier's legs alone: tests/legs/post_letters.c."""

import http.server
import json
import os
import subprocess
import threading

from .servers import BIN


class Posted:
    """code, what was answered to each letter in the order of the letters, and what was logged."""

    def __init__(self, done):
        self.code = done.returncode
        self.log = done.stderr
        self.in_order_of_answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.answers = sorted(self.in_order_of_answers, key=lambda answer: answer["n"])

    def endings(self):
        return [answer["ending"] for answer in self.answers]


def post(letters, timeout=120, **settings):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
    environment.update({f"KENTONGAN_{name}": str(value) for name, value in settings.items()})
    text = "".join(json.dumps(letter) + "\n" for letter in letters)
    done = subprocess.run([f"{BIN}/post_letters"], input=text, env=environment, capture_output=True, text=True, timeout=timeout)
    return Posted(done)


class Listener:
    """An HTTP server on a free port of loopback.  with Listener(answer) as listener: answer(method, path, headers, body) returns
    (status, headers, body); seen has what came."""

    def __init__(self, answer=lambda *_: (200, {}, b"")):
        outer = self
        self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.seen.append((self.command, self.path, dict(self.headers), body))
                status, headers, said = answer(self.command, self.path, dict(self.headers), body)
                if status is None:  # breaks off
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in {"Content-Length": len(said), **headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = serve

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
