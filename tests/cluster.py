"""A throw-away PostgreSQL and data folder for one run of the tests, unless TEST_DATABASE_URL names a server."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _prepare() -> None:
    folder = Path(tempfile.mkdtemp(prefix="tongban-test-"))
    folder.chmod(0o755)
    os.environ["TONGBAN_DATA"] = str(folder)
    os.environ["TONGBAN_TEST"] = "1"
    os.environ["TONGBAN_DEMO"] = "1"
    os.environ["TONGBAN_CLOCK"] = str(folder / "clock")
    os.environ.pop("TONGBAN_ROLE", None)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's synchronous API runs a loop in the test's own thread
    (folder / "clock").write_text("0")
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
