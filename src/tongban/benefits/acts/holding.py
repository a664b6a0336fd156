"""What is held by its name until the end of a transaction, where there is no row to lock: by one alone, or by several together against who wants it alone."""

from __future__ import annotations

from typing import Final

from django.db import connection

_TOGETHER: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def hold_together(*name: str) -> None:
    """Hold something side by side with others, in the caller's transaction."""
    _hold(_TOGETHER, name)


def hold_alone(*name: str) -> None:
    """Hold something alone: whoever holds it is waited for, in the caller's transaction."""
    _hold(_ALONE, name)


def _hold(statement: str, name: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, ["/".join(("benefits", *name))])
