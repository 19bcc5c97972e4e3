"""Pushes a second of the notifier's legs alone (phones.c), to an nginx that takes everything: HTTP/2 and HTTP/1.1 over TLS, and plain.

The sender has one core, nginx another one.  Its certificate is of an authority that is made for the run.  The legs trust what Debian's
bundle has and nothing else; so the sender gets a mount namespace of its own, where the bundle is that authority.
"""

import collections
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess

from cluster import free_port, run_json, wait_for

COUNT, QUICK_COUNT, ROUNDS = 20000, 5000, 2
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
# Of how the sender speaks: to which listener, whose words are.
WAYS = {"HTTP/2, TLS": ("https", " ssl http2"), "HTTP/1.1, TLS": ("https", " ssl"), "HTTP/1.1, plain": ("http", "")}
# A connection may carry any number of pushes, as those of the large services carry very many.  A body is read whole before it is answered,
# as push services do; `return` alone would answer before.
CONF = """\
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    log_format told '$server_protocol $connection $ssl_protocol';
    access_log {log} told buffer=1m;
    keepalive_requests 100000000;
    keepalive_timeout 60s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    ssl_protocols TLSv1.2 TLSv1.3;
    {certificate}
    upstream taker {{ server unix:{folder}/taker; keepalive 64; keepalive_requests 100000000; }}
    server {{
        listen 127.0.0.1:{port}{words};
        location / {{ proxy_pass http://taker; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    }}
    server {{ listen unix:{folder}/taker; access_log off; location / {{ return 201; }} }}
}}
"""


def missing():
    """Why this cannot be measured here, or ""."""
    for program in ("nginx", "openssl", "taskset", "unshare"):
        if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") is None:
            return f"{program} is not installed"
    if len(os.sched_getaffinity(0)) < 2:
        return "there is only one core"
    return ""


def cores():
    """The sender's and nginx'."""
    return sorted(os.sched_getaffinity(0))[:2]


def _openssl(*words):
    subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificates(folder):
    """An authority, and a certificate of it for this machine."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl("req", "-x509", *curve, "-days", "2", "-subj", "/CN=bench", "-keyout", f"{folder}/authority.key", "-out", f"{folder}/authority.pem")
    _openssl("req", *curve, "-subj", "/CN=localhost", "-keyout", f"{folder}/server.key", "-out", f"{folder}/server.csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    _openssl("x509", "-req", "-in", f"{folder}/server.csr", "-CA", f"{folder}/authority.pem", "-CAkey", f"{folder}/authority.key",
             "-CAcreateserial", "-days", "2", "-extfile", f"{folder}/names", "-out", f"{folder}/server.pem")


@contextlib.contextmanager
def push_service(folder, way):
    """nginx on the second core.  Yields its address and the file that its log will be in when it has ended."""
    scheme, words = WAYS[way]
    port, log = free_port(), folder / "access.log"
    log.unlink(missing_ok=True)
    certificate = f"ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;" if scheme == "https" else ""
    (folder / "nginx.conf").write_text(CONF.format(folder=folder, log=log, port=port, words=words, certificate=certificate))
    command = ["taskset", "-c", str(cores()[1]), "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr", "-g", "daemon off;"]
    with open(folder / "nginx.log", "ab") as out:
        nginx = subprocess.Popen(command, env={"PATH": f"{os.environ['PATH']}:/usr/sbin"}, stdout=out, stderr=out, start_new_session=True)
    try:
        wait_for("nginx", lambda: nginx.poll() is not None or _listens(port))
        yield f"{scheme}://127.0.0.1:{port}/push", log
    finally:
        nginx.send_signal(signal.SIGQUIT)
        nginx.wait(30)


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _sender(programs, folder, vapid_key, words):
    """Runs bench_phones on the first core, where it trusts the authority."""
    settings = {"PUSH_SUBJECT": "mailto:ops@localhost", "PUSH_ALLOW_LOOPBACK": "yes", "VAPID_PRIVATE_KEY": vapid_key}
    trusting = f'mount --bind "{folder}/authority.pem" {BUNDLE} && exec "$@"'
    root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return run_json(["unshare", *root, "--mount", "sh", "-c", trusting, "sh", "taskset", "-c", cores()[0], programs / "bench_phones", *words],
                    env={"PATH": os.environ["PATH"], **{f"KENTONGAN_{name}": value for name, value in settings.items()}})


def _spoken(log, sent):
    """What nginx says was spoken, and over how many connections."""
    lines = [line.split() for line in log.read_text().splitlines()]
    if len(lines) < sent:
        raise RuntimeError(f"nginx took {len(lines)} requests of at least {sent}")
    protocols = collections.Counter(f"{line[0]} {line[2]}".removesuffix(" -") for line in lines)
    connections = {line[1] for line in lines}
    return {"protocols": dict(protocols), "connections": len(connections)}


def measure(programs, folder, vapid_key, quick, say):
    """{"cryptography": .., "ways": {way: [run ..]}}, or {"missing": why}."""
    why, count = missing(), QUICK_COUNT if quick else COUNT
    if why:
        return {"missing": why}
    folder = pathlib.Path(folder)
    folder.mkdir()
    make_certificates(folder)
    found = {"count": count, "ways": {way: [] for way in WAYS}}
    for _ in range(ROUNDS):  # in turn, so that a busy neighbour hits all
        for way, runs in found["ways"].items():
            with push_service(folder, way) as (address, log):
                run = _sender(programs, folder, vapid_key, [count, address])
            if run["accepted"] != count:
                raise RuntimeError(f"{way}: not every push was accepted: {run}")
            run.update(_spoken(log, count))
            runs.append(say(f"pushes, {way}", run))
    found["cryptography"] = say("cryptography", _sender(programs, folder, vapid_key, [count]))
    return found
