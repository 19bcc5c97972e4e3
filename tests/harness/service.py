"""One program of Kentongan as a process: started, watched, killed, and started again when it died."""

import os
import signal
import subprocess
import threading
import time

from .waiting import wait_until

QUICK_DEATHS_MOST = 20  # in a row, each within QUICK_S: it will not come up any more
QUICK_S = 0.5


class Service:
    """Is started again at once when it ends without having been told to, as a supervisor would."""

    def __init__(self, name, program, environment, folder):
        self.name = name
        self.program = program
        self.environment = environment  # KENTONGAN_ settings of this service, without the prefix
        self.log = f"{folder}/{name}.log"
        self.process = None
        self.wanted = False
        self.once = {}        # settings for the next start only
        self.exits = []       # exit codes, negative for signals
        self.starts = 0
        self.quick_deaths = 0
        self.lock = threading.RLock()

    def start(self, once=None):
        self.once = once or {}
        with self.lock:
            self.wanted = True
            self._spawn()

    def _spawn(self):
        settings = {**self.environment, **self.once}
        self.once = {}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("KENTONGAN_")}
        environment.update({f"KENTONGAN_{name}": str(value) for name, value in settings.items()})
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.program], env=environment, stdout=log, stderr=log, start_new_session=True)
        self.starts += 1
        threading.Thread(target=self._watch, args=(self.process, time.monotonic()), daemon=True).start()

    def _watch(self, process, since):
        code = process.wait()
        with self.lock:
            self.exits.append(code)
            if not self.wanted or process is not self.process:
                return
            quick = time.monotonic() - since < QUICK_S
            self.quick_deaths = self.quick_deaths + 1 if quick else 0
            if self.quick_deaths < QUICK_DEATHS_MOST:
                self._spawn()

    def kill(self, once=None):
        """kill -9; it is started again at once, with the settings of `once` added for that start alone, however often it is killed."""
        with self.lock:
            self.once = once or {}
            self.quick_deaths = 0
            self.process.send_signal(signal.SIGKILL)

    def freeze(self):
        """It stands still until thaw(), as when its machine hangs; its connections stay open."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def dismiss(self, number=signal.SIGTERM):
        """Tells it to end for good, without waiting."""
        with self.lock:
            self.wanted = False
            if self.process is not None and self.process.poll() is None:
                self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM, timeout=15):
        """Ends it for good and returns its exit code."""
        self.dismiss(number)
        return self.process.wait(timeout) if self.process is not None else None

    def text(self):
        """Everything it logged."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def count(self, event):
        """How many lines of the log name this event."""
        return self.text().count(f" {event} ") if os.path.exists(self.log) else 0

    def await_event(self, event, times=1, timeout=15):
        wait_until(lambda: self.count(event) >= times, timeout, lambda: f"{event} in the log:\n{self.text()[-2000:]}")
