"""What cases that redeem a policy came to: for whoever opened them, who asks from above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tongban.cases.models import Case, Event

_ENDS: Final = ("grant", "refuse", "withdraw", "give-up", "take-back", "claw-back", "pay", "return-payment")


@dataclass(frozen=True, slots=True)
class Settled:
    """How a case was settled, by whom (none for the machine), when and in which words."""

    case_id: UUID
    act: str
    at: datetime
    person_id: UUID | None
    name: str
    department: str
    words: str
    reopened: bool = False
    """Whether it had been taken up again before."""


def closed_anew(since: date) -> tuple[UUID, ...]:
    """The cases that were taken up again on a day or later, and are closed."""
    return tuple(Case.objects.filter(reopened_on__gte=since, is_open=False).order_by("pk").values_list("pk", flat=True))


def settled_cases(case_ids: Iterable[UUID]) -> tuple[Settled, ...]:
    """Of these cases those that are closed, each with the act that settled it last."""
    closed = set(Case.objects.filter(pk__in=list(case_ids), is_open=False).values_list("pk", flat=True))
    found: dict[UUID, Settled] = {}
    reopened: set[UUID] = set()
    for event in Event.objects.filter(case_id__in=closed).order_by("id"):
        act = event.act if event.act in _ENDS else "grant" if "grant" in event.data.get("acts", ()) else ""
        if event.act == "reopen":
            reopened.add(event.case_id)
        if act:
            again = event.case_id in reopened
            by = (event.actor, event.actor_name, event.actor_department)
            found[event.case_id] = Settled(event.case_id, act, event.at, *by, event.words, again)
    return tuple(found.values())
