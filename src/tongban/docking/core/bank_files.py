"""The batch file of payment orders and the file of outcomes: CSV with totals, and a digest beside it.

A batch: a head, a row an order (number, account, name, fen), and a last row `total` with how many and how much. An answer: a head and rows of number, outcome (`paid`,
`failed`), the bank's own number and a reason. Invariants: a file whose totals or digest do not agree with its rows is refused whole; a cell that a spreadsheet would take for
a formula is written so that it does not; sums are whole fen.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from uuid import UUID

from tongban.docking.core.parcels import FormError, Parcel, There

HEAD = ("number", "account", "name", "fen")
ANSWER_HEAD = ("number", "outcome", "remote", "reason")
TOTAL = "total"
_OUTCOMES = ("paid", "failed")


def batch(parcels: Sequence[Parcel]) -> bytes:
    """The file that orders these payments."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    total = 0
    for parcel in parcels:
        fen = int(parcel.body["fen"])
        total += fen
        writer.writerow((str(parcel.id), str(parcel.body["account"]), _harmless(str(parcel.body["name"])), fen))
    writer.writerow((TOTAL, len(parcels), "", total))
    return out.getvalue().encode()


def digest(content: bytes) -> str:
    """SHA-256, in hex: what stands in the file beside the batch."""
    return hashlib.sha256(content).hexdigest()


def read_batch(content: bytes) -> dict[UUID, int]:
    """By order, how much (fen). Raises FormError where the totals do not agree."""
    rows = list(csv.reader(io.StringIO(content.decode())))
    if len(rows) < 2 or tuple(rows[0]) != HEAD or rows[-1][:1] != [TOTAL]:
        raise FormError("batch")
    try:
        found = {UUID(row[0]): int(row[3]) for row in rows[1:-1]}
        told = int(rows[-1][1]), int(rows[-1][3])
    except (ValueError, IndexError) as error:
        raise FormError("batch") from error
    if told != (len(rows) - 2, sum(found.values())) or len(found) != len(rows) - 2:
        raise FormError("totals")
    return found


def answers(content: bytes) -> dict[UUID, There]:
    """What a file of outcomes says, by order; of an order that it tells twice, the last. Raises FormError."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except UnicodeDecodeError as error:
        raise FormError("answers") from error
    if not rows or tuple(rows[0]) != ANSWER_HEAD:
        raise FormError("answers")
    found: dict[UUID, There] = {}
    for row in rows[1:]:
        if len(row) != len(ANSWER_HEAD) or row[1] not in _OUTCOMES:
            raise FormError("answers")
        try:
            number = UUID(row[0])
        except ValueError as error:
            raise FormError("answers") from error
        found[number] = There("answered", row[2][:120], {"outcome": row[1], "reason": row[3][:200]}, reason=row[3][:200])
    return found


def write_answers(told: Mapping[UUID, tuple[str, str, str]]) -> bytes:
    """A file of outcomes: by order the outcome, the bank's number, the reason."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(ANSWER_HEAD)
    writer.writerows((str(id_), *map(_harmless, row)) for id_, row in told.items())
    return out.getvalue().encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
