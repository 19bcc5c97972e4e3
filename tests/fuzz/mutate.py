#!/usr/bin/python3
"""mutate.py - sends mutated reports to a living ingest socket, honest ones among them, and looks at every receipt.

What must hold, whatever is sent: every message gets exactly one well-formed receipt; every honest report is ACCEPTED under a
tracking code of its own; a message of several frames is REJECTED; what is accepted is a good report to another reading of
proto/ingest.proto (Google's library, and the limits written down once more below).  Exit code 1 when anything does not.

The frames depend on --seed alone, the honest reports' ids also on --run.
"""

import argparse
import importlib
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings

import zmq

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
CODE = re.compile(r"JT-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z*~$=U]")
FRAME_MOST = 200_000  # larger ones end the connection, as ZeroMQ's limit for a message does
SILENCE_MS = 20_000  # without a single receipt this long, they are lost


def contract():
    folder = tempfile.mkdtemp()
    subprocess.run(["protoc", f"--proto_path={PROTO}", f"--python_out={folder}", "ingest.proto"], check=True)
    sys.path.insert(0, folder)
    return importlib.import_module("ingest_pb2")


class Faults:
    """Counts what went wrong and prints the first of each kind."""

    def __init__(self):
        self.counts = {}

    def add(self, kind, detail=""):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= 3:
            print(f"FAULT {kind}: {detail}", flush=True)


class Maker:
    """Makes frames from a seed."""

    def __init__(self, ingest, seed):
        self.ingest = ingest
        self.random = random.Random(seed)
        self.made = 0
        self.shapes = [self.least(), self.full(), self.long(), self.relayed()]
        self.mutations = [self.flip, self.overwrite, self.insert, self.delete, self.cut, self.double, self.lie,
                          self.splice, self.append_field, self.append_noise]

    def report(self, **fields):
        return self.ingest.Report(source="mutate", channel=self.ingest.CHANNEL_SMS, text="Jalan berlubang.", **fields)

    def least(self):
        return self.report()

    def full(self):
        report = self.report(sent_at_ms=1763800000000, anonymous=True, confidential=True, addressed_to="DPU",
                             in_reply_to="JT-0000-0000-0")
        report.reporter.MergeFrom(self.ingest.Reporter(
            name="Contoh Pelapor", phone="+6281200000000", handle="@contoh", email="contoh@example.org",
            national_id="3300000000000001"))
        report.place.MergeFrom(self.ingest.Place(region_code="33.74.01.1001", address="depan balai desa"))
        report.place.point.latitude, report.place.point.longitude = -7.05, 110.44
        for i in range(3):
            report.attachments.add(uri=f"https://example.org/{i}.jpg", media_type="image/jpeg", sha256=bytes(32), size=i)
        return report

    def long(self):
        report = self.report(relayed_by="\u00e9" * 50, addressed_to="x" * 100)
        report.text = "Jalan berlubang di depan pasar. " * 300
        return report

    def relayed(self):
        report = self.report(relayed_by="Kepala Desa Contoh")
        report.reporter.phone = "081200000000"
        report.place.region_code = "33.74"
        return report

    def honest(self, key):
        report = self.ingest.Report()
        report.CopyFrom(self.random.choice(self.shapes))
        report.in_reply_to = ""
        report.source_message_id = key
        return report.SerializeToString()

    def mutant(self):
        self.made += 1
        kind = self.random.random()
        if kind < 0.02:
            return self.random.randbytes(self.random.randrange(200))
        if kind < 0.0203:
            return self.random.randbytes(self.random.randrange(60_000, FRAME_MOST))
        again = self.made > 1 and self.random.random() < 0.05
        frame = bytearray(self.honest(f"m-{self.random.randrange(1, self.made) if again else self.made}"))
        for _ in range(self.random.choice((1, 1, 1, 2, 3, 8))):
            frame = self.random.choice(self.mutations)(frame)
        return bytes(frame[:FRAME_MOST])

    def place(self, frame):
        return self.random.randrange(len(frame) + 1)

    def flip(self, frame):
        if frame:
            frame[self.random.randrange(len(frame))] ^= 1 << self.random.randrange(8)
        return frame

    def overwrite(self, frame):
        if frame:
            frame[self.random.randrange(len(frame))] = self.random.choice((0, 1, 0x7f, 0x80, 0xc0, 0xff))
        return frame

    def insert(self, frame):
        at = self.place(frame)
        frame[at:at] = self.random.randbytes(self.random.randrange(1, 5))
        return frame

    def delete(self, frame):
        at = self.place(frame)
        del frame[at:at + self.random.randrange(1, 9)]
        return frame

    def cut(self, frame):
        return frame[:self.place(frame)]

    def double(self, frame):
        start, end = sorted((self.place(frame), self.place(frame)))
        return frame + frame[start:end]

    def lie(self, frame):
        """Changes what is likely a length."""
        places = [i for i in range(len(frame) - 1) if frame[i] & 7 == 2 and frame[i] >> 3 in range(1, 14)]
        if places:
            at = self.random.choice(places) + 1
            frame[at:at + 1] = self.random.choice((b"\x00", b"\x01", b"\x7f", b"\xff\x7f", b"\xff\xff\xff\xff\x0f",
                                                   b"\xff" * 9 + b"\x01", b"\x80\x00"))
        return frame

    def splice(self, frame):
        other = self.honest("m-spliced")
        return frame[:self.place(frame)] + other[self.random.randrange(len(other)):]

    def append_field(self, frame):
        """A whole field, known or not, with some value."""
        field = self.random.choice((*range(1, 14), 15, 1000, (1 << 29) - 1))
        body = self.random.choice((b"", b"\x00", b"abc", b"\xff\xfe", b"\xed\xa0\x80", b"x" * 130, b"t" * 10_001, b"\x0a\x01a",
                                   b"\x12\x0208", b"\x0a\x09\x09" + b"\x00" * 6 + b"\xf8\x7f"))
        if self.random.random() < 0.3:
            number = self.random.choice((0, 1, 14, 15, 1 << 31, (1 << 32) + 1, (1 << 64) - 1))
            return frame + varint(field << 3) + varint(number)
        return frame + varint(field << 3 | 2) + varint(len(body)) + body

    def append_noise(self, frame):
        return frame + self.random.randbytes(self.random.randrange(1, 40))


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varint(frame, at):
    number = 0
    for i in range(10):
        byte = frame[at + i]
        number |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            return number & (1 << 64) - 1, at + i + 1
    raise IndexError


def message_id(frame):
    """The id that a receipt for this frame echoes, as far as the frame can be read; "" where there is none or no text."""
    found, at = b"", 0
    try:
        while at < len(frame):
            key, at = read_varint(frame, at)
            kind = key & 7
            if not 1 <= key >> 3 < 1 << 29:
                break
            if kind == 0:
                _, at = read_varint(frame, at)
                continue
            length, at = read_varint(frame, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            if length > len(frame) - at:
                break
            if key == 2 << 3 | 2:
                found = frame[at:at + length]
            at += length
    except (IndexError, KeyError):
        pass
    try:
        return found.decode() if len(found) <= 128 and b"\0" not in found else ""
    except UnicodeDecodeError:
        return ""


def is_good(ingest, frame):
    """Another reading of the contract: may this frame be accepted?"""
    try:
        report = ingest.Report.FromString(frame)
    except Exception:  # the library has several for undecodable bytes
        return False
    who, where = report.reporter, report.place

    def fits(text, most, least=0):
        return least <= len(text.encode()) <= most and "\0" not in text

    return (fits(report.source, 100, 1) and fits(report.source_message_id, 128, 1) and fits(report.text, 10_000, 1)
            and 1 <= report.channel <= 14 and report.sent_at_ms >= 0
            and fits(who.name, 200) and fits(who.handle, 200) and fits(who.email, 254)
            and re.fullmatch(r"|\+[1-9][0-9]{6,14}|08[0-9]{6,12}", who.phone)
            and re.fullmatch(r"|[0-9]{16}", who.national_id)
            and re.fullmatch(r"|[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?", where.region_code)
            and fits(where.address, 500)
            and math.isfinite(where.point.latitude) and abs(where.point.latitude) <= 90
            and math.isfinite(where.point.longitude) and abs(where.point.longitude) <= 180
            and len(report.attachments) <= 10
            and all(fits(a.uri, 2000) and fits(a.media_type, 255) and len(a.sha256) in (0, 32) for a in report.attachments)
            and all(fits(t, 100) for t in (report.addressed_to, report.relayed_by, report.in_reply_to)))


class Client:
    """One DEALER: how many receipts it still waits for."""

    def __init__(self, context, endpoint, poller):
        self.socket = context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.sndhwm = self.socket.rcvhwm = 0
        self.socket.connect(endpoint)
        self.waiting = 0
        poller.register(self.socket, zmq.POLLIN)

    def send(self, frames):
        self.socket.send_multipart(frames)
        self.waiting += 1


class Run:
    def __init__(self, options):
        self.options = options
        self.ingest = contract()
        self.maker = Maker(self.ingest, options.seed)
        self.random = random.Random(options.seed + 1)
        self.faults = Faults()
        self.poller = zmq.Poller()
        context = zmq.Context()
        self.mutants = [Client(context, options.endpoint, self.poller) for _ in range(options.dealers)]
        self.honest = Client(context, options.endpoint, self.poller)
        self.broken = Client(context, options.endpoint, self.poller)  # several frames a message
        self.clients = {c.socket: c for c in (*self.mutants, self.honest, self.broken)}
        self.sent_honest = {}  # id -> frame, until accepted
        self.sent_mutants = {}  # id -> frames with that id whose receipts have not all come
        self.codes = set()
        self.counts = {"mutants": 0, "honest": 0, "broken": 0, "ACCEPTED": 0, "ALREADY_ACCEPTED": 0, "REJECTED": 0,
                       "RETRY_LATER": 0, "accepted and read again": 0, "honest sent again": 0}
        self.last_receipt = time.monotonic()

    def waiting(self):
        return sum(client.waiting for client in self.clients.values())

    def send_mutant(self):
        frame = self.maker.mutant()
        parts = [b"", frame] if self.random.random() < 0.1 else [frame]  # as a REQ client would send it
        self.counts["mutants"] += 1
        if frame == b"" and len(parts) == 1:
            parts = [b"", b""]
        self.note(frame)
        self.random.choice(self.mutants).send(parts)

    def note(self, frame):
        """Keeps a frame that may be accepted until the receipts for all with its id are there."""
        key = message_id(frame)
        if key:
            self.sent_mutants.setdefault(key, [0, []])
            self.sent_mutants[key][0] += 1
            self.sent_mutants[key][1].append(frame)

    def send_broken(self):
        frame = self.maker.honest("broken")
        parts = self.random.choice(([frame, b""], [frame, frame], [b"", frame, b""], [b"", b"", frame], [b"a", frame],
                                    [frame] * 20))
        self.counts["broken"] += 1
        self.broken.send(parts)

    def send_honest(self):
        key = f"honest-{self.options.run}-{self.counts['honest']}"
        frame = self.maker.honest(key)
        self.sent_honest[key] = frame
        self.counts["honest"] += 1
        self.honest.send([frame])

    def take(self, client):
        """Takes all receipts of a client that are there."""
        while True:
            try:
                parts = client.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self.last_receipt = time.monotonic()
            client.waiting -= 1
            if client.waiting < 0:
                self.faults.add("more receipts than messages")
            self.judge(client, parts)

    def judge(self, client, parts):
        if len(parts) not in (1, 2) or (len(parts) == 2 and parts[0]):
            self.faults.add("receipt is not one frame", parts)
            return
        try:
            receipt = self.ingest.Receipt.FromString(parts[-1])
            status = self.ingest.Status.Name(receipt.status)[len("STATUS_"):]
            self.counts[status] += 1
        except Exception as error:
            self.faults.add("receipt is unreadable", f"{parts[-1].hex()} {error}")
            return
        accepted = status in ("ACCEPTED", "ALREADY_ACCEPTED")
        if accepted != bool(CODE.fullmatch(receipt.tracking_code)) or accepted != (receipt.received_at_ms > 0):
            self.faults.add("receipt contradicts itself", receipt)
        if accepted == bool(receipt.reason):
            self.faults.add("reason is missing or too many", receipt)
        if client is self.honest:
            self.judge_honest(receipt, status)
        elif client is self.broken:
            if status != "REJECTED":
                self.faults.add("several frames were not rejected", receipt)
        else:
            self.judge_mutant(receipt, accepted)

    def judge_honest(self, receipt, status):
        frame = self.sent_honest.get(receipt.source_message_id)
        if frame is None:
            self.faults.add("receipt for what was not sent", receipt)
        elif status == "RETRY_LATER":
            self.counts["honest sent again"] += 1
            self.honest.send([frame])
        elif status != "ACCEPTED":
            self.faults.add("honest report was not accepted", receipt)
        else:
            del self.sent_honest[receipt.source_message_id]
            if receipt.tracking_code in self.codes:
                self.faults.add("tracking code was given twice", receipt.tracking_code)
            self.codes.add(receipt.tracking_code)

    def judge_mutant(self, receipt, accepted):
        left, frames = self.sent_mutants.get(receipt.source_message_id, (0, []))
        if accepted:
            self.counts["accepted and read again"] += 1
            if not any(is_good(self.ingest, frame) for frame in frames):
                self.faults.add("accepted, but no good report", [frame.hex() for frame in frames[:2]] or receipt)
        if left > 1:
            self.sent_mutants[receipt.source_message_id][0] -= 1
        elif left == 1:
            del self.sent_mutants[receipt.source_message_id]

    def pump(self, most_waiting):
        """Takes receipts until no more than so many are waited for; False when they stop coming."""
        while True:
            for socket, _ in self.poller.poll(0):
                self.take(self.clients[socket])
            if self.waiting() <= most_waiting:
                return True
            if not self.poller.poll(1000) and time.monotonic() - self.last_receipt > SILENCE_MS / 1000:
                self.faults.add("receipts that never came", self.waiting())
                return False

    def run(self):
        options = self.options
        started = time.monotonic()
        for i in range(options.frames):
            self.send_mutant()
            if i % options.honest_every == 0:
                self.send_honest()
            if i % options.broken_every == 0:
                self.send_broken()
            if i % 64 == 0 and not self.pump(options.window):
                break
        # One more, alone: it is still alive and well.
        if self.pump(0):
            self.send_honest()
            self.pump(0)
        for key in self.sent_honest:
            self.faults.add("honest report was never accepted", key)
        return time.monotonic() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--endpoint", default="tcp://127.0.0.1:5755")
    parser.add_argument("--frames", type=int, default=1_000_000, help="mutated frames to send")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", default=os.urandom(4).hex(), help="part of the honest reports' ids")
    parser.add_argument("--dealers", type=int, default=8, help="sockets for mutated frames")
    parser.add_argument("--window", type=int, default=2000, help="messages without a receipt at a time")
    parser.add_argument("--honest-every", type=int, default=20)
    parser.add_argument("--broken-every", type=int, default=50)
    options = parser.parse_args()
    # Google's library says on standard error what it cannot decode, and that is most of what it is given here.
    warnings.simplefilter("ignore")
    sys.stderr = os.fdopen(os.dup(2), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    run = Run(options)
    seconds = run.run()
    print(f"seed {options.seed}, run {options.run}, {seconds:.1f} s")
    for name, count in run.counts.items():
        print(f"{name}: {count}")
    for name, count in run.faults.counts.items():
        print(f"FAULT {name}: {count}")
    return 1 if run.faults.counts else 0


if __name__ == "__main__":
    sys.exit(main())
