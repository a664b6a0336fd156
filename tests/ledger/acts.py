"""Acts to record in tests, and a second connection to record them on."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection, transaction

from tongban.ledger.acts import Act, append

CASE = UUID("01940000-0000-7000-8000-000000000001")


def act(n: int = 0, **changes) -> Act:
    given = {
        "act": "decide",
        "actor": "account:7",
        "at": datetime(2026, 11, 23, 1, 2, 3, 450, tzinfo=UTC),
        "case_id": CASE,
        "department": "market-regulation",
        "purpose": "food-business-licence",
        "payload": {"n": n, "外": "云川 𠮷", "list": [1, None, True, {"a": 0.5}]},
    }
    return Act(**(given | changes))


def record(count: int) -> list[UUID]:
    with transaction.atomic():
        return [append(act(n)) for n in range(count)]


def in_thread(do):
    """Run on a connection of its own; the list holds what it raised."""
    caught = []

    def run():
        try:
            do()
        except BaseException as error:  # noqa: BLE001 - whatever it was, the test asks about it
            caught.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, caught
