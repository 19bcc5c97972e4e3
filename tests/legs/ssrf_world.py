#!/usr/bin/python3
"""A machine with a network of its own: every address is this machine, and each connection to it is seen.

    unshare --net --mount --propagation private ssrf_world.py FOLDER PROGRAM

Runs PROGRAM (its environment is its settings) below strace, with names from a DNS server and certificates for them that the program
believes.  FOLDER/events.jsonl gets {"dns": name, "type"}, {"connection": address, "port"} and {"request", "host", "address"} as they
happen; FOLDER/trace has every connect() and everything sent to an address.  Ends, and ends the program, when its standard input ends.

    *.push.test
        ok           a public address
        inside-N     the N-th of INSIDE, below
        both-N       that one and a public one
        rebind-N     a public one when first asked, then the N-th of INSIDE; by the first request it is told to come again in 61 s
        redirect-N   a public one; answers the N-th of REDIRECTS
        gateway      10.0.0.5: a gateway of the office, not a push service
"""

import datetime
import http.server
import ipaddress
import json
import os
import pathlib
import signal
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading

PUBLIC = ["9.9.9.9", "2620:fe::9"]
INSIDE = ["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.5", "172.16.0.1", "172.31.255.254", "192.168.1.1", "100.64.0.1", "100.127.255.254",
          "169.254.169.254", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "240.0.0.1",
          "::1", "::", "::ffff:10.0.0.5", "::ffff:169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::a00:5", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
          "2002:a00:5::1", "2002:a9fe:a9fe::1", "2001::1", "2001:db8::1", "fd00::1", "fd00:ec2::254", "fec0::1", "100::1", "3fff::1"]
GATEWAY = "10.0.0.5"
REDIRECTS = [(status, target) for status in (301, 302, 303, 307, 308)
             for target in ("https://10.0.0.5/", "http://127.0.0.1/", "https://169.254.169.254/latest/meta-data/", "//[::1]/", "gopher://10.0.0.5:443/x",
                            "https://inside-3.push.test/")]


class Log:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8", buffering=1)
        self.lock = threading.Lock()

    def add(self, **event):
        with self.lock:
            self.file.write(json.dumps(event) + "\n")


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def set_up_network():
    run("ip", "link", "set", "lo", "up")
    for address in [*PUBLIC, *INSIDE]:
        parsed = ipaddress.ip_address(address)
        loopback = parsed.is_loopback or parsed.is_unspecified or getattr(parsed, "ipv4_mapped", None)
        if not loopback:
            extra = ["nodad"] if parsed.version == 6 else []
            run("ip", "address", "add", f"{address}/{128 if parsed.version == 6 else 32}", "dev", "lo", *extra)


def bind(folder, name, text, over):
    """Puts a file of ours in the place of the system's, for this world alone."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    run("mount", "--bind", str(path), over)


def make_certificate(folder):
    """A key and a certificate for *.push.test, signed by an authority that only this world knows."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    def name(text):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    def sign(subject, key, extension):
        now = datetime.datetime.utcnow()
        return (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("authority")).public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
                .not_valid_after(now + datetime.timedelta(days=1)).add_extension(extension, critical=False).sign(authority, hashes.SHA256()))

    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = sign("authority", authority, x509.BasicConstraints(ca=True, path_length=0))
    leaf = sign("*.push.test", key, x509.SubjectAlternativeName([x509.DNSName("*.push.test")]))
    (folder / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return root.public_bytes(Encoding.PEM).decode()


class Names(socketserver.BaseRequestHandler):
    """As much of a DNS server (RFC 1035) as getaddrinfo() asks for."""

    asked = {}

    def addresses(self, host, kind):
        label = host.split(".")[0]
        word, _, number = label.rpartition("-")
        if label == "ok" or word == "redirect":
            return PUBLIC
        if label == "gateway":
            return [GATEWAY]
        if word == "inside":
            return [INSIDE[int(number)]]
        if word == "both":
            return [INSIDE[int(number)], *PUBLIC]
        if word == "rebind":
            times = self.asked[(host, kind)] = self.asked.get((host, kind), 0) + 1
            return PUBLIC if times == 1 else [INSIDE[int(number)]]
        return None

    def handle(self):
        query, listener = self.request
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        host = ".".join(labels).lower()
        LOG.add(dns=host, type=kind)
        found = self.addresses(host, kind) if host.endswith(".push.test") else None
        version = {1: 4, 28: 6}.get(kind)
        # A mapped address stands in an AAAA record.
        parsed = [address for address in map(ipaddress.ip_address, found or []) if address.version == version]
        answers = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(address.packed)) + address.packed for address in parsed)
        flags = 0x8180 if found is not None else 0x8183  # no such name
        listener.sendto(query[:2] + struct.pack("!HHHHH", flags, 1, len(parsed), 0, 0) + query[12:at + 5] + answers, self.client_address)


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        label = self.headers.get("Host", "").split(".")[0]
        word, _, number = label.rpartition("-")
        LOG.add(request=self.path, host=label, address=self.connection.getsockname()[0])
        status, headers = 201, {}
        if word == "redirect":
            status, headers["Location"] = REDIRECTS[int(number)]
        elif word == "rebind":
            status, headers = 503, {"Retry-After": "61", "Connection": "close"}
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_):
        pass


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, family, port, context):
        self.address_family = family
        self.context = context
        super().__init__(("::" if family == socket.AF_INET6 else "0.0.0.0", port), Web, bind_and_activate=False)
        if family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self.server_bind()
        self.server_activate()

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)

    def get_request(self):
        connection, peer = self.socket.accept()
        LOG.add(connection=connection.getsockname()[0], port=connection.getsockname()[1])
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, peer

    def handle_error(self, *_):
        pass  # who breaks off is seen by what it did not send


def end(strace):
    """Ends the program, and with it strace, which would leave it running if it were ended itself."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in pathlib.Path(f"/proc/{strace.pid}/task/{strace.pid}/children").read_text(encoding="ascii").split():
            os.kill(int(pid), number)
        try:
            strace.wait(10)
            return
        except subprocess.TimeoutExpired:
            continue
    strace.wait()


def main():
    global LOG
    folder, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    LOG = Log(folder / "events.jsonl")
    set_up_network()
    bind(folder, "resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n", "/etc/resolv.conf")
    bind(folder, "hosts", "127.0.0.1 localhost\n", "/etc/hosts")
    bind(folder, "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n", "/etc/nsswitch.conf")
    bind(folder, "authorities.pem", make_certificate(folder), "/etc/ssl/certs/ca-certificates.crt")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem")
    servers = [socketserver.ThreadingUDPServer(("127.0.0.1", 53), Names)]
    servers += [Listener(family, port, context if port == 443 else None) for family in (socket.AF_INET, socket.AF_INET6) for port in (443, 80)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(folder / "program.log", "ab") as log:
        process = subprocess.Popen(["strace", "-f", "-qq", "-yy", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(folder / "trace"), program],
                                   stdout=log, stderr=log, env=dict(os.environ))
    LOG.add(started=True)
    sys.stdin.read()
    end(process)


main()
