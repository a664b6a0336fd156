"""What goes to another system and what comes back: plain values, and their reading from JSON.

Invariants: a parcel's id is ours and stays the same however often it is sent, so that the other side knows it again; what is read from the other side is
checked for its form before anything believes it, and a document of another form is refused whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

CASE: Final = "case"
"""The kind of a parcel that hands a case over; every other kind is a record that is reported."""
MOST_WORDS: Final = 500

ThereState = Literal["waiting", "answered", "received", "returned", "withdrawn"]
_STATES: Final = ("waiting", "answered", "received", "returned", "withdrawn")


class FormError(ValueError):
    """The other side sent something that is not in the agreed form."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent: under which id, of which kind, with which fields."""

    id: UUID
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the other side says of one parcel as it comes: its number there, or why it is not taken."""

    remote: str
    refused: str = ""
    fields: tuple[str, ...] = ()
    """Which fields it names as the reason."""


@dataclass(frozen=True, slots=True)
class There:
    """How one parcel stands on the other side."""

    state: ThereState
    remote: str
    records: Mapping[str, str] = field(default_factory=dict)
    """What it recorded, for a case that it answered."""
    reason: str = ""
    """Why it returned a record."""
    fields: tuple[str, ...] = ()
    """Which fields of a returned record it names."""
    at: datetime | None = None


def read_acknowledgements(document: Any) -> dict[UUID, Acknowledgement]:
    """`{"items": [{"id", "remote"} or {"id", "refused", "fields"}]}`. Raises FormError."""
    return {_id(item): Acknowledgement(_text(item, "remote"), _text(item, "refused"), _fields(item)) for item in _items(document)}


def read_there(document: Any) -> dict[UUID, There]:
    """`{"items": [{"id", "state", "remote", "records", "reason", "fields", "at"}]}`. Raises FormError."""
    return {_id(item): _there(item) for item in _items(document)}


def read_next(document: Any) -> str:
    """Where the next page of a list begins; empty at its end. Raises FormError."""
    return _text(document, "next")


def instant(at: datetime) -> str:
    """An instant as it travels."""
    return at.isoformat(timespec="seconds")


def _there(item: Mapping[str, Any]) -> There:
    state = item.get("state")
    if state not in _STATES:
        raise FormError("state")
    records = item.get("records") or {}
    if not isinstance(records, dict) or not all(isinstance(key, str) and isinstance(value, str) for key, value in records.items()):
        raise FormError("records")
    return There(state, _text(item, "remote"), _short(records), _text(item, "reason"), _fields(item), _at(item))


def _fields(item: Mapping[str, Any]) -> tuple[str, ...]:
    fields = item.get("fields") or []
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise FormError("fields")
    return tuple(name[:80] for name in fields[:40])


def _short(records: Mapping[str, str]) -> dict[str, str]:
    return {key[:80]: value[:MOST_WORDS] for key, value in list(records.items())[:40]}


def _items(document: Any) -> list[Mapping[str, Any]]:
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise FormError("items")
    return items


def _id(item: Mapping[str, Any]) -> UUID:
    try:
        return UUID(str(item.get("id")))
    except ValueError as error:
        raise FormError("id") from error


def _text(item: Any, name: str) -> str:
    value = item.get(name) if isinstance(item, dict) else None
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FormError(name)
    return value[:MOST_WORDS]


def _at(item: Mapping[str, Any]) -> datetime | None:
    text = _text(item, "at")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise FormError("at") from error
    if at.tzinfo is None:
        raise FormError("at")
    return at
