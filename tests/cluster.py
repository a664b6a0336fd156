"""A throw-away PostgreSQL and data folder for each process that runs tests, unless TEST_DATABASE_URL names a server; and the day on which the tests' city lives.

Invariants: every run begins on the same Wednesday morning, so that no test depends on whether today is a day off, or a year that the city's calendar
declares. Processes that run side by side (`-n 2`) share no server and no folder; the one that only hands tests out to them starts no server.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tongban.house.postgres import Cluster, programs

BEGINNING = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
"""Wednesday, 10:00 in the city."""
OFFSET = BEGINNING - datetime.now(UTC)  # noqa: TID251 - what the city's clock is set by


_server: Cluster | None = None


def _prepare() -> None:
    """The surroundings in which Django's settings are read; the server itself starts when tests are about to."""
    global _server  # noqa: PLW0603 - one server a process
    folder = Path(tempfile.mkdtemp(prefix="tongban-test-"))
    folder.chmod(0o755)
    os.environ["TONGBAN_DATA"] = str(folder)
    os.environ["TONGBAN_TEST"] = "1"
    os.environ["TONGBAN_DEMO"] = "1"
    os.environ["TONGBAN_CLOCK"] = str(folder / "clock")
    os.environ.pop("TONGBAN_ROLE", None)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's synchronous API runs a loop in the test's own thread
    (folder / "clock").write_text(f"{OFFSET.total_seconds():.6f}")
    (folder / "static").mkdir()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if "TEST_DATABASE_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
        return
    _server = Cluster(folder, durable=False)
    os.environ["DATABASE_URL"] = _server.url()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the server where tests run: here, or in each of the processes that this one hands them out to."""
    if _server is None:
        return
    if getattr(session.config.option, "numprocesses", None):
        programs()  # whatever has to be copied is copied once, before two want it
        return
    _server.start()
    atexit.register(_server.destroy)


_prepare()
