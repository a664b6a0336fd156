"""What is asked of a register, and what it answers.

Invariants: an answer is *value* (a record is there), *none* (asked, and there is no record) or *unknown* (not asked, not allowed, not answered), never one in
place of another; inside a record an item is its value, `None` where the department holds nothing, or `{"outside-its-type": …}` where it
sent what it had not declared; only what was asked for is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from tongban.parties.core.identity import plain
from tongban.rules.core import FactType, ValueFault

State = Literal["value", "none", "unknown"]
Reason = Literal["", "not-asked", "not-allowed", "no-answer", "no-key"]
JSON = Any
OUTSIDE = "outside-its-type"


@dataclass(frozen=True, slots=True)
class Request:
    """One question: which items of a resource for one key, for which need of which case, and for what purpose (`service/purpose`)."""

    resource: str
    key: str
    items: tuple[str, ...]
    case_id: UUID
    need: str
    purpose: str
    actor: str
    department: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, kept for the case."""

    id: UUID
    case_id: UUID
    need: str
    resource: str
    source: str
    """The department that holds the resource."""
    state: State
    reason: str
    values: Mapping[str, JSON]
    as_of: datetime | None
    """As of when the department's data are."""
    fetched_at: datetime
    key: str = field(default="", repr=False)

    def is_for(self, key: str) -> bool:
        """Whether it was asked with this key."""
        return self.key == plain(key)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at somebody's data: who, when, what, what for. Never what was seen."""

    at: datetime
    department: str
    actor: str
    resource: str
    source: str
    items: tuple[str, ...]
    purpose: str
    case_id: UUID
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A connector's answer: the record, raw, or None where there is none."""

    record: Mapping[str, object] | None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One item of a declared resource."""

    type: FactType
    sensitivity: str

    @property
    def is_sealed(self) -> bool:
        """Whether values are kept encrypted."""
        return self.sensitivity in ("personal", "sensitive")


def conform(record: Mapping[str, object], items: Mapping[str, HeldItem]) -> dict[str, JSON]:
    """The record's values as plain JSON of the declared types; what is not of its type is kept as such, never guessed."""
    return {name: _conform(record.get(name), item.type) for name, item in items.items()}


def _conform(raw: object, kind: FactType) -> JSON:
    if raw is None or raw == "":
        return None
    try:
        return kind.to_json(kind.read(raw))
    except (ValueFault, ValueError, TypeError):
        return {OUTSIDE: str(raw)[:100]}
