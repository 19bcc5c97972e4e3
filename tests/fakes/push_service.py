#!/usr/bin/python3
"""A push service for tests, on loopback: makes subscriptions, takes pushes as RFC 8030, 8291 and 8292 ask for, and misbehaves on demand.

    push_service.py --port 0 --out received.jsonl [--fast]

It prints {"port": N} on its standard output when it listens.  The cryptography is written from the RFCs and shares nothing with the
C code under test.

    GET  /subscribe        a new subscription, as a browser's PushSubscription.toJSON() gives it
    POST /push/<id>        a push; 201, and one line of JSON in the output file for each that was accepted:
                           {"device": id, "at": Unix s, "ttl": s, "topic": "..", "payload": {..}}
    POST /behaviour        {"device": id or absent for all, "status": 429, "share": 0.5, "retry_after": 5, "delay": s, "times": n}
                           what to answer from now on, instead of 201, to a share of the pushes, n times at most; status 0 takes the
                           push and never answers; delay answers late.  {"device": id, "status": 201} is well-behaved again.
    GET  /statistics       {"accepted": n, "answers": {"201": n, ..}, "errors": ["why a push was answered 400", ..]}

--fast takes pushes without decrypting or verifying, for measuring; the output file then has {"device": id, "bytes": n} alone.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import random
import signal
import time

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BODY_MOST = 4096
DAY = 24 * 3600
PHRASES = {200: "OK", 201: "Created", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 410: "Gone", 413: "Too Large"}


class Refused(Exception):
    """The push is not as the RFCs ask for."""


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key):
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def hkdf(salt, secret, info, length):
    """RFC 5869; one block is enough."""
    prk = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(prk, info + b"\x01", hashlib.sha256).digest()[:length]


def decrypt(private, auth, body):
    """RFC 8188 and RFC 8291."""
    if not 86 + 17 <= len(body) <= BODY_MOST:
        raise Refused(f"body of {len(body)} bytes")
    salt, record, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    if length != 65 or record < len(body) - 86:
        raise Refused("wrong header of the body")
    sender = body[21:86]
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    ikm = hkdf(auth, shared, b"WebPush: info\x00" + point(private.public_key()) + sender, 32)
    key = hkdf(salt, ikm, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = hkdf(salt, ikm, b"Content-Encoding: nonce\x00", 12)
    try:
        plain = AESGCM(key).decrypt(nonce, body[86:], None).rstrip(b"\x00")
    except InvalidTag:
        raise Refused("does not decrypt") from None
    if not plain.endswith(b"\x02"):
        raise Refused("no delimiter")
    return plain[:-1]


def verify_vapid(header, origin):
    """RFC 8292.  Returns the public key's base64url."""
    scheme, _, rest = header.partition(" ")
    fields = dict(field.strip().split("=", 1) for field in rest.split(","))
    if scheme != "vapid" or set(fields) != {"t", "k"}:
        raise Refused("no VAPID header")
    head, claims, signature = fields["t"].split(".")
    if json.loads(decode(head)) != {"typ": "JWT", "alg": "ES256"}:
        raise Refused("wrong JWT header")
    raw = decode(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(fields["k"]))
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        if len(raw) != 64:
            raise Refused("signature is not raw r and s")
        key.verify(encode_dss_signature(*numbers), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Refused("wrong signature") from None
    claims = json.loads(decode(claims))
    if claims["aud"] != origin:
        raise Refused(f"audience {claims['aud']} instead of {origin}")
    if not time.time() < claims["exp"] <= time.time() + DAY:
        raise Refused("expires too late or too early")
    if not claims["sub"].startswith(("mailto:", "https:")):
        raise Refused("wrong subject")
    return fields["k"]


class Service:
    def __init__(self, out, fast):
        self.out = open(out, "a", buffering=1, encoding="utf-8")
        self.fast = fast
        self.origin = ""
        self.devices = {}
        self.verified = {}
        self.behaviours = {}
        self.accepted = 0
        self.answers = {}
        self.errors = []

    def subscribe(self):
        device = f"d{len(self.devices) + 1}-{random.getrandbits(64):016x}"
        key = ec.generate_private_key(ec.SECP256R1())
        auth = random.randbytes(16)
        self.devices[device] = (key, auth)
        keys = {"p256dh": encode(point(key.public_key())), "auth": encode(auth)}
        return {"endpoint": f"{self.origin}/push/{device}", "expirationTime": None, "keys": keys}

    def behaviour(self, device):
        """What this push gets instead of 201, or None."""
        for name in (device, None):
            wish = self.behaviours.get(name)
            if wish is None or wish.get("times") == 0 or random.random() >= wish.get("share", 1):
                continue
            if "times" in wish:
                wish["times"] -= 1
            return wish
        return None

    def read(self, device, headers, body):
        """Checks a push and writes down what it says."""
        if self.fast:
            self.out.write(json.dumps({"device": device, "bytes": len(body)}) + "\n")
            return
        for name in ("ttl", "urgency", "topic", "content-encoding", "authorization"):
            if name not in headers:
                raise Refused(f"no {name} header")
        if headers["content-encoding"] != "aes128gcm" or not 0 <= int(headers["ttl"]) <= 28 * DAY:
            raise Refused("wrong encoding or TTL")
        if not headers["topic"].isalnum() or len(headers["topic"]) > 32:
            raise Refused("wrong topic")
        authorization = headers["authorization"]
        if authorization not in self.verified:
            self.verified[authorization] = verify_vapid(authorization, self.origin)
        payload = json.loads(decrypt(*self.devices[device], body))
        line = {"device": device, "at": time.time(), "ttl": int(headers["ttl"]), "topic": headers["topic"], "payload": payload}
        self.out.write(json.dumps(line, ensure_ascii=False) + "\n")

    async def push(self, device, headers, body):
        """Returns status and further headers; None: never answer."""
        if device not in self.devices:
            return 404, {}
        wish = self.behaviour(device)
        if wish is not None:
            await asyncio.sleep(wish.get("delay", 0))
            if wish["status"] == 0:
                return None
            if wish["status"] != 201:
                return wish["status"], {"Retry-After": wish["retry_after"]} if "retry_after" in wish else {}
        try:
            self.read(device, headers, body)
        except (Refused, ValueError, KeyError) as error:
            self.errors.append(repr(error))
            return 400, {}
        self.accepted += 1
        return 201, {"Location": f"{self.origin}/message/{self.accepted}", "TTL": headers.get("ttl", "0")}

    async def answer(self, method, path, headers, body):
        """Returns status, headers and content; None: never answer."""
        if method == "POST" and path.startswith("/push/"):
            answer = await self.push(path[len("/push/"):], headers, body)
            status = "none" if answer is None else answer[0]
            self.answers[str(status)] = self.answers.get(str(status), 0) + 1
            return None if answer is None else (*answer, b"")
        content = {"accepted": self.accepted, "answers": self.answers, "errors": self.errors}
        if method == "GET" and path == "/subscribe":
            content = self.subscribe()
        elif method == "POST" and path == "/behaviour":
            wish = json.loads(body)
            self.behaviours[wish.get("device")] = wish
        elif (method, path) != ("GET", "/statistics"):
            return 404, {}, b""
        return 200, {"Content-Type": "application/json"}, json.dumps(content).encode()

    async def serve(self, reader, writer):
        """One connection: requests, one after the other."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, path, _ = head[0].split(" ")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                answer = await self.answer(method, path, headers, body)
                if answer is None:
                    await asyncio.sleep(DAY)
                    continue
                status, more, content = answer
                lines = [f"HTTP/1.1 {status} {PHRASES.get(status, 'Answer')}", f"Content-Length: {len(content)}"]
                lines += [f"{name}: {value}" for name, value in more.items()]
                writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + content)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--out", required=True, help="file of JSON lines that accepted pushes are appended to")
    parser.add_argument("--fast", action="store_true", help="neither decrypt nor verify")
    arguments = parser.parse_args()

    service = Service(arguments.out, arguments.fast)
    server = await asyncio.start_server(service.serve, "127.0.0.1", arguments.port)
    port = server.sockets[0].getsockname()[1]
    service.origin = f"http://127.0.0.1:{port}"
    print(json.dumps({"port": port}), flush=True)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())
