"""The database for the length of one command: the city's own server is started if it sleeps, and sleeps again afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.house import roles
from tongban.house.postgres import Cluster


@contextmanager
def started(data: Path) -> Iterator[None]:
    """Own server or the one that DATABASE_URL names. Raises PostgresFailedError, PostgresMissingError."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    cluster = Cluster(data)
    ran = cluster.running()
    if not ran:
        cluster.start()
    try:
        yield
    finally:
        if not ran:
            cluster.stop()


def declare_roles() -> None:
    """Make the roles, and the rights of a database that has no tables yet; both stay as they are where they exist."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(roles.CREATE)
        cursor.execute("SELECT to_regclass('django_migrations')")
        if cursor.fetchone()[0] is None:
            cursor.execute(roles.RIGHTS)
