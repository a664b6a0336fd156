"""A throw-away PostgreSQL and data folder for one run of the tests, unless TEST_DATABASE_URL names a server; and the day on which the tests' city lives.

Invariant: every run begins on the same Wednesday morning, so that no test depends on whether today is a day off, or a year that the city's calendar declares.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

BEGINNING = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
"""Wednesday, 10:00 in the city."""
OFFSET = BEGINNING - datetime.now(UTC)  # noqa: TID251 - what the city's clock is set by


def _prepare() -> None:
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
    from tongban.house.postgres import Cluster

    cluster = Cluster(folder, durable=False)
    cluster.start()
    atexit.register(cluster.destroy)
    os.environ["DATABASE_URL"] = cluster.url()


_prepare()
