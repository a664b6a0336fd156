"""A bank for rehearsals: it fails, delays, swallows its replies and answers twice, as its settings say, and keeps what it was ordered in a file of the data folder.

Which orders meet which mishap follows from their ids alone, so that a rehearsal can be told again. Invariants: an order that is known is taken no second time and never paid
twice, whatever is sent; the file is read and written under a lock; no money moves.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from tongban.docking.core.parcels import Acknowledgement, Parcel, There, instant
from tongban.docking.errors import DownError
from tongban.docking.kinds.connector import Line
from tongban.kernel import clock
from tongban.kernel.text import Text

AT_ITS_BEST: Final = "TONGBAN_BANK_AT_ITS_BEST"
"""The environment variable under which it meets no mishap: while a city's stories are told."""
_SILENT: Final = Text("银行未答复", "the bank gave no reply")
_RETURNED: Final = "收款账户已注销 · the account is closed"
_OTHER: Final = "重复答复 · answered twice"


class BankTrial:
    """The four questions to a bank that is not there."""

    def push(self, line: Line, parcels: Sequence[Parcel]) -> Mapping[UUID, Acknowledgement]:
        """Raises DownError, after it took them, where it swallows its reply."""
        with _book(line) as book:
            for parcel in parcels:
                book["orders"].setdefault(str(parcel.id), {"fen": parcel.body["fen"], "at": instant(clock.now())})
            book["calls"] += 1
            swallowed = _one_in(line, "silent", book["calls"])
        if swallowed:
            raise DownError(_SILENT)
        return {parcel.id: Acknowledgement(_remote(parcel.id)) for parcel in parcels}

    def ask(self, line: Line, ids: Sequence[UUID]) -> Mapping[UUID, There]:
        """Raises DownError where it gives no reply."""
        with _book(line) as book:
            book["calls"] += 1
            swallowed = _one_in(line, "silent", book["calls"])
            found = {id_: _there(line, id_, book["orders"][str(id_)]) for id_ in ids if str(id_) in book["orders"]}
        if swallowed:
            raise DownError(_SILENT)
        return found

    def withdraw(self, line: Line, ids: Sequence[UUID]) -> None:
        """What was ordered is not taken back."""

    def held(self, line: Line, since: datetime) -> Mapping[UUID, There]:
        """Everything since an instant; of one order in so many with the other outcome than before, as a bank in disorder does."""
        with _book(line) as book:
            orders = {UUID(id_): order for id_, order in book["orders"].items() if datetime.fromisoformat(order["at"]) >= since}
        return {id_: _there(line, id_, order, again=True) for id_, order in orders.items()}


def _there(line: Line, id_: UUID, order: Mapping[str, Any], *, again: bool = False) -> There:
    delay = timedelta(minutes=int(line.settings.get("delay", "0")))
    taken = datetime.fromisoformat(order["at"])
    if clock.now() < taken + delay:
        return There("waiting", _remote(id_))
    failed = _one_in(line, "fails", id_.int)
    if again and _one_in(line, "twice", id_.int >> 8):
        failed = not failed
    outcome = "failed" if failed else "paid"
    reason = (_OTHER if again else _RETURNED) if failed else ""
    return There("answered", _remote(id_), {"outcome": outcome, "reason": reason}, reason=reason, at=taken + delay)


def _one_in(line: Line, setting: str, number: int) -> bool:
    every = 0 if os.environ.get(AT_ITS_BEST) else int(line.settings.get(setting, "0"))
    return every > 0 and number % every == 0


def _remote(id_: UUID) -> str:
    return f"TR{id_.hex[-12:].upper()}"


@contextmanager
def _book(line: Line) -> Iterator[dict[str, Any]]:
    """What the bank was ordered, for one call at a time."""
    folder = Path(settings.DATA) / "bank"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{line.system}.json"
    with (folder / f"{line.system}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        book: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"calls": 0, "orders": {}}
        yield book
        scratch = path.with_suffix(".new")
        scratch.write_text(json.dumps(book))
        scratch.replace(path)
