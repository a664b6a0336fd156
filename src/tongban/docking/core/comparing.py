"""What two lists disagree on: what we believe a system holds of ours, and what it says that it holds.

Invariants: every disagreement is told once and of one kind; what both sides agree on is not told; nothing is settled here, because who is right is for
people (or for the act that takes an answer over).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from tongban.docking.core.parcels import There

OursState = Literal["waiting", "sent", "answered", "unfit", "failed", "by-hand", "withdrawn", "received", "returned", "due"]
Kind = Literal["missing-there", "unknown-here", "answer-missed", "differs", "open-there"]


@dataclass(frozen=True, slots=True)
class Ours:
    """How one parcel stands here."""

    state: OursState
    records: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement; either side may be missing."""

    id: UUID
    kind: Kind
    ours: Ours | None
    theirs: There | None


def compare(ours: Mapping[UUID, Ours], theirs: Mapping[UUID, There]) -> tuple[Difference, ...]:
    """Every disagreement, in the order of ids."""
    found = [Difference(id_, "unknown-here", None, there) for id_, there in theirs.items() if id_ not in ours]
    for id_, own in ours.items():
        kind = _kind(own, theirs.get(id_))
        if kind is not None:
            found.append(Difference(id_, kind, own, theirs.get(id_)))
    return tuple(sorted(found, key=lambda one: one.id))


def _kind(own: Ours, there: There | None) -> Kind | None:
    if there is None:
        return "missing-there" if own.state in ("sent", "answered", "received") else None
    match own.state, there.state:
        case (("sent" | "waiting" | "failed"), ("answered" | "received" | "returned")):  # a push may arrive though nobody hears so
            return "answer-missed"
        case (("answered" | "by-hand"), "answered") if dict(there.records) != dict(own.records):
            return "differs"
        case ("received", "returned") | ("returned", "received"):
            return "differs"
        case "withdrawn", "waiting":
            return "open-there"
    return None
