"""Waiting for a condition."""

import time

PAUSE_S = 0.02


def wait_until(condition, timeout, what):
    """Calls condition until it returns something true, and returns that; AssertionError with `what` after timeout seconds.

    what: a string, or a function that tells how things stand.
    """
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            text = what() if callable(what) else what
            raise AssertionError(f"not within {timeout} s: {text}")
        time.sleep(PAUSE_S)
