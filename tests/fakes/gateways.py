"""An SMS gateway (Kannel's sendsms) and WhatsApp's Cloud API for tests, on loopback: they take messages, keep them, and misbehave on
demand.  Written from the documents; shares nothing with the C code under test."""

import http.server
import json
import threading
import urllib.parse


class Gateways:
    """with Gateways() as gateways: ..; gateways.sms and gateways.whatsapp are what they took, as dictionaries."""

    def __init__(self):
        self.sms = []
        self.whatsapp = []
        self.refused = []       # what was not taken: (leg, the same)
        self.answers = {}       # "sms", "whatsapp" -> function of the message: (status, body), or None: it is taken
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query, keep_blank_values=True)
                message = {name: values[0] for name, values in query.items()}
                self.answer(*outer.take("sms", message, (202, "0: Accepted for delivery")))

            def do_POST(self):
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                message["authorization"] = self.headers["Authorization"]
                self.answer(*outer.take("whatsapp", message, (200, json.dumps({"messages": [{"id": f"wamid.{len(outer.whatsapp)}"}]}))))

            def answer(self, status, body):
                data = body.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def take(self, leg, message, taken):
        with self.lock:
            said = self.answers.get(leg, lambda _: None)(message)
            (getattr(self, leg) if said is None else self.refused).append(message if said is None else (leg, message))
        return said or taken

    def settings(self):
        """The notifier's, so that it sends to us."""
        root = f"http://127.0.0.1:{self.server.server_port}"
        return {"SMS_URL": f"{root}/cgi-bin/sendsms", "SMS_USER": "kentongan", "SMS_PASSWORD": "sandi", "SMS_FROM": "1708",
                "SMS_REPORT_URL": f"{root}/report", "WHATSAPP_URL": f"{root}/v21.0/1/messages", "WHATSAPP_TOKEN": "token",
                "WHATSAPP_TEMPLATE": "kentongan_pemberitahuan"}

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
