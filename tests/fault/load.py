#!/usr/bin/python3
"""One client of the fault test: publishes without end, a fifth of it again, some of it invalid; keeps each receipt in its own file.

    load.py ENDPOINT SOURCE SEED LOG RATE

Clients with the same SOURCE and SEED send the same messages.  SIGTERM: sends nothing new, waits until all it sent has a final
receipt, prints {"sent": n, "resent": n, "unanswered": n} and ends.
"""

import json
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import contract  # noqa: E402
from harness.client import Client  # noqa: E402

WINDOW = 300
RESEND_S = 1.0
RETRY_S = 0.25
PATIENCE_S = 30
SHARE_AGAIN, SHARE_INVALID = 0.2, 0.03


def main():
    endpoint, source, seed, log, rate = sys.argv[1:]
    ending = []
    signal.signal(signal.SIGTERM, lambda *_: ending.append(time.monotonic() + PATIENCE_S))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    chance = contract.seeded(seed)
    client = Client(endpoint, window=WINDOW, resend_s=RESEND_S, retry_s=RETRY_S, log=log)
    number = sent = 0
    next_at = time.monotonic()
    while not ending:
        while len(client.pending) < WINDOW and time.monotonic() >= next_at and not ending:
            next_at = max(next_at + 1 / float(rate), time.monotonic() - 1)
            kind = chance.random()
            again = chance.randrange(number) if number else 0
            if kind < SHARE_INVALID:
                message = contract.report(source, f"bad-{sent}", text="")
            elif kind < SHARE_INVALID + SHARE_AGAIN and number:
                message = contract.random_report(source, f"m{again}", contract.seeded(f"{seed}-{again}"))
            else:
                message = contract.random_report(source, f"m{number}", contract.seeded(f"{seed}-{number}"))
                number += 1
            client.put(message)
            sent += 1
        client.pump(source, 5)
    while client.pending and time.monotonic() < ending[0]:
        client.pump(source, 20)
    print(json.dumps({"sent": sent, "resent": client.resent, "unanswered": len(client.pending)}))
    client.close()


if __name__ == "__main__":
    main()
