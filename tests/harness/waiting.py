"""Waiting for a condition."""

import time

PAUSE_S = 0.02


def wait_until(condition, timeout, what):
    """Calls condition until it returns something true, and returns that; AssertionError with `what` after timeout seconds.

    It is called once more after they are over: this process may be the one that stood still.
    what: a string, or a function that tells how things stand.
    """
    end = time.monotonic() + timeout
    while True:
        is_over = time.monotonic() > end
        value = condition()
        if value:
            return value
        if is_over:
            text = what() if callable(what) else what
            raise AssertionError(f"not within {timeout} s: {text}")
        time.sleep(PAUSE_S)


def wait_while_it_moves(left, patience, what):
    """Until left() is all zero.  left: a function that returns numbers of things that wait, a tuple.

    However slow the machine is: AssertionError with `what` when none of the numbers reached a new low for patience seconds.
    """
    lowest = None
    since = time.monotonic()
    while True:
        now = left()
        if not any(now):
            return
        if lowest is None or any(count < low for count, low in zip(now, lowest)):
            lowest = now if lowest is None else tuple(map(min, now, lowest))
            since = time.monotonic()
        if time.monotonic() > since + patience:
            raise AssertionError(f"nothing moved for {patience} s: {what()}")
        time.sleep(PAUSE_S)
