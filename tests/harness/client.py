"""An integrator: sends reports over a DEALER socket, a window at a time, again where no receipt came, and keeps every receipt."""

import collections
import json
import os
import time

import zmq

from .contract import ACCEPTED, ALREADY_ACCEPTED, REJECTED, RETRY_LATER, Receipt

FINAL = (ACCEPTED, ALREADY_ACCEPTED, REJECTED)


class Silence(AssertionError):
    """No receipt came in time."""


class Curve:
    """Keys of a client on the CURVE socket: Z85, as bytes."""

    def __init__(self, server, public, secret):
        self.server, self.public, self.secret = server, public, secret


def socket(endpoint, kind=zmq.DEALER, curve=None, routing_id=None, context=None):
    made = (context or zmq.Context.instance()).socket(kind)
    made.linger = 0
    made.reconnect_ivl = 20
    made.reconnect_ivl_max = 200
    if routing_id is not None:
        made.routing_id = routing_id
    if curve is not None:
        made.curve_serverkey, made.curve_publickey, made.curve_secretkey = curve.server, curve.public, curve.secret
    made.connect(endpoint)
    return made


class Client:
    """resend_s: sends again what has no receipt for so long; retry_s: what was answered RETRY_LATER.

    log: a file that gets each receipt as a line of JSON, written before the next one is read; fsync: also flushed to disk."""

    def __init__(self, endpoint, window=64, resend_s=1.0, retry_s=0.05, log=None, fsync=False, **options):
        self.socket = socket(endpoint, **options)
        self.window = window
        self.resend_s = resend_s
        self.retry_s = retry_s
        self.log = open(log, "a", buffering=1, encoding="utf-8") if log else None
        self.fsync = fsync
        self.receipts = collections.defaultdict(list)  # (source, source_message_id) -> Receipts, in order
        self.pending = {}  # the same -> (frame, when it was last sent)
        self.later = {}    # the same -> when to send again, after RETRY_LATER
        self.resent = 0

    def close(self):
        self.socket.close()
        if self.log:
            self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def put(self, report):
        """Sends one report, without waiting."""
        key = (report.source, report.source_message_id)
        frame = report.SerializeToString()
        self.pending[key] = (frame, time.monotonic())
        self.socket.send(frame)

    def _keep(self, source, receipt):
        self.receipts[(source, receipt.source_message_id)].append(receipt)
        if self.log:
            line = [source, receipt.source_message_id, receipt.status, receipt.tracking_code, receipt.received_at_ms]
            self.log.write(json.dumps(line) + "\n")
            if self.fsync:
                os.fsync(self.log.fileno())

    def _take(self, frame, source):
        receipt = Receipt.FromString(frame)
        self._keep(source, receipt)
        key = (source, receipt.source_message_id)
        if receipt.status in FINAL:
            self.pending.pop(key, None)
            self.later.pop(key, None)
        elif receipt.status == RETRY_LATER and key in self.pending:
            self.later[key] = time.monotonic() + self.retry_s

    def _resend(self):
        now = time.monotonic()
        for key, when in list(self.later.items()):
            if when <= now:
                del self.later[key]
                self._again(key, now)
        for key, (_, sent) in list(self.pending.items()):
            if now - sent > self.resend_s and key not in self.later:
                self._again(key, now)

    def _again(self, key, now):
        frame = self.pending[key][0]
        self.pending[key] = (frame, now)
        self.socket.send(frame)
        self.resent += 1

    def pump(self, source, wait_ms):
        """Reads what is there, waiting at most wait_ms for the first; then sends again what is due."""
        while self.socket.poll(wait_ms):
            self._take(self.socket.recv(), source)
            wait_ms = 0
        self._resend()

    def publish(self, reports, timeout=60):
        """Sends all and returns the final receipts in their order.  Reports of one source only, each id once.

        What was sent again, because its receipt took its time, has two: ACCEPTED and ALREADY_ACCEPTED.  ACCEPTED is returned then.
        """
        reports = list(reports)
        had = {report.source_message_id: len(self.receipts[report.source, report.source_message_id]) for report in reports}
        end = time.monotonic() + timeout
        source = reports[0].source if reports else ""
        waiting = collections.deque(reports)
        while waiting or self.pending:
            while waiting and len(self.pending) < self.window:
                self.put(waiting.popleft())
            self.pump(source, 20)
            if time.monotonic() > end:
                raise Silence(f"{len(self.pending) + len(waiting)} of {len(reports)} reports without a final receipt")
        got = [self.receipts[r.source, r.source_message_id][had[r.source_message_id]:] for r in reports]
        return [next((receipt for receipt in one if receipt.status == ACCEPTED), one[-1]) for one in got]

    def ask(self, report, timeout=10):
        """Sends one report once and returns its one receipt, whatever it says."""
        return self.ask_frame(report.SerializeToString(), timeout)

    def ask_frame(self, frame, timeout=10):
        self.socket.send(frame)
        if not self.socket.poll(timeout * 1000):
            raise Silence("no receipt")
        return Receipt.FromString(self.socket.recv())
