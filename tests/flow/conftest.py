"""Fixtures of the flow tests.  KENTONGAN_BIN is the folder of the programs (build/dev/bin); KENTONGAN_FULL=yes repeats more often."""

import os
import pathlib
import signal
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import cluster as clusters  # noqa: E402
from harness.servers import TEMPLATE  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def postgres():
    """The private PostgreSQL of this run; its migrated template is what test_roles.py looks at."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started is ended
    server = clusters.shared_postgres()
    os.environ.setdefault("KENTONGAN_DATABASE", server.conninfo(TEMPLATE))
    yield server
    clusters.close_shared_postgres()


@pytest.fixture(scope="module")
def cluster():
    """All five services, for tests that leave them as they found them."""
    with clusters.Cluster() as whole:
        whole.await_working()
        yield whole
        assert whole.unexpected_exits() == {}


@pytest.fixture(scope="session")
def is_full():
    return os.environ.get("KENTONGAN_FULL") == "yes"
