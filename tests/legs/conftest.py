"""Fixtures of the tests of single legs.  KENTONGAN_BIN is the folder of the programs (build/dev/bin)."""

import pathlib
import signal
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))


@pytest.fixture(scope="session", autouse=True)
def orderly_end():
    """So that what was started is ended."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
