"""What one simulated system keeps of what it was sent: its own table, in the data folder, so that it outlives a restart.

Invariants: an id that comes again is the same parcel and keeps its number; what is recorded for a case is settled as it arrives and stays, whatever the system's
behaviour becomes; what it loses is neither told nor listed until it comes again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tongban.docking.core.parcels import CASE, instant
from tongban.house.simulated.plan import Behaviour

PAGE = 200
_TABLE = """
CREATE TABLE IF NOT EXISTS parcel (
  serial INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, arrived TEXT NOT NULL, pushes INTEGER NOT NULL,
  through TEXT NOT NULL, records TEXT NOT NULL, lost INTEGER NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0
)
"""
_ARRIVE = """
INSERT INTO parcel (id, kind, body, arrived, pushes, through, records, lost) VALUES (?, ?, ?, ?, 1, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET pushes = pushes + 1, body = excluded.body,
  through = CASE WHEN parcel.kind = 'case' THEN parcel.through ELSE excluded.through END
RETURNING serial
"""


class Cabinet:
    """One system's file."""

    def __init__(self, file: Path, behaviour: Behaviour) -> None:
        self.file, self.behaviour = file, behaviour
        with self._open() as table:
            table.execute("PRAGMA journal_mode = WAL")
            table.execute(_TABLE)

    def take(self, items: Sequence[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
        """Take parcels in; each is answered with its number here."""
        acknowledgements = []
        with self._open() as table:
            for item in items:
                through = self.behaviour.answers_at(item["id"], now)
                values = (item["id"], item["kind"], _json(item["body"]), instant(now), instant(through))
                settled = (_json(dict(self.behaviour.answer(item["id"]))), self.behaviour.loses(item["id"]))
                (serial,) = table.execute(_ARRIVE, values + settled).fetchone()
                acknowledgements.append({"id": item["id"], "remote": self._number(serial)})
        return acknowledgements

    def look(self, ids: Sequence[str], now: datetime) -> list[dict[str, Any]]:
        """How these stand; what is not here is left out."""
        marks = ", ".join("?" * len(ids))
        with self._open() as table:
            rows = table.execute(f"SELECT * FROM parcel WHERE id IN ({marks}) ORDER BY serial", tuple(ids)).fetchall()  # noqa: S608 - marks only
        return [self._told(row, now) for row in rows if not _is_lost(row)]

    def withdraw(self, ids: Sequence[str]) -> None:
        """Stop working on these."""
        with self._open() as table:
            table.executemany("UPDATE parcel SET withdrawn = 1 WHERE id = ?", [(id_,) for id_ in ids])

    def list(self, since: str, after: str, now: datetime) -> tuple[list[dict[str, Any]], str]:
        """What came since an instant, one page, and where the next one begins."""
        with self._open() as table:
            rows = table.execute(
                "SELECT * FROM parcel WHERE serial > ? AND julianday(arrived) >= julianday(?) ORDER BY serial LIMIT ?",
                (int(after or 0), since, PAGE),
            ).fetchall()
        following = str(rows[-1]["serial"]) if len(rows) == PAGE else ""
        return [self._told(row, now) for row in rows if not _is_lost(row)], following

    def pushes(self) -> dict[str, int]:
        """How often each parcel came, by id."""
        with self._open() as table:
            return {row["id"]: row["pushes"] for row in table.execute("SELECT id, pushes FROM parcel")}

    def lose(self, id_: str) -> None:
        """Lose a parcel for good: for drills."""
        with self._open() as table:
            table.execute("DELETE FROM parcel WHERE id = ?", (id_,))

    def correct(self, id_: str, records: Mapping[str, str]) -> None:
        """Record something else for a case: for drills."""
        with self._open() as table:
            table.execute("UPDATE parcel SET records = ? WHERE id = ?", (_json(dict(records)), id_))

    def _told(self, row: sqlite3.Row, now: datetime) -> dict[str, Any]:
        told: dict[str, Any] = {"id": row["id"], "remote": self._number(row["serial"]), "at": row["through"]}
        if row["withdrawn"]:
            return told | {"state": "withdrawn"}
        if datetime.fromisoformat(row["through"]) > now:
            return told | {"state": "waiting"}
        if row["kind"] == CASE:
            return told | {"state": "answered", "records": json.loads(row["records"])}
        fields = json.loads(row["body"]).get("fields", {})
        reason, named = self.behaviour.verdict(row["id"], row["kind"], fields, row["pushes"])
        return told | ({"state": "returned", "reason": reason, "fields": list(named)} if reason else {"state": "received"})

    def _number(self, serial: int) -> str:
        return f"{self.behaviour.prefix}{serial:08d}"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        table = sqlite3.connect(self.file, timeout=5)
        table.row_factory = sqlite3.Row
        table.execute("PRAGMA synchronous = NORMAL")
        try:
            with table:
                yield table
        finally:
            table.close()


def _is_lost(row: sqlite3.Row) -> bool:
    return bool(row["lost"]) and row["pushes"] == 1


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
