"""Where a case stands, for whoever holds its receipt: by number and code, without a name (凭回执查进度).

Invariants: the code cannot be made from the number by anybody without the city's key; whether a number exists is not told to who has no code for it; what is
shown names nobody.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Event
from tongban.cases.reads.ground import ground_of, known_facts
from tongban.cases.reads.stations import Station, stations
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Department
from tongban.kernel.text import Text
from tongban.parties.core.identity import plain
from tongban.parties.sealer import sealer

_CODE = 8
_MISTAKEN = str.maketrans("018", "OIB")
"""Digits that no code has, for the letters that they are taken for (RFC 4648 §6)."""


@dataclass(frozen=True)
class Progress:
    """A case without anything personal."""

    number: str
    title: Text
    state_title: Text
    waits_for_applicant: bool
    department: Department
    stations: tuple[Station, ...]
    received_on: date | None
    answer_due_on: date | None
    due_on: date | None
    decided_on: date | None
    delivery: str
    """`electronic`, `collect` or `mail`; empty where nobody was asked."""
    delivered: bool


def code_of(case_id: UUID) -> str:
    """The eight characters on a receipt that open its case's progress."""
    return base64.b32encode(sealer().blind("progress", str(case_id))).decode()[:_CODE]


def progress(number: str, code: str) -> Progress:
    """Where the case stands. Raises CaseNotFoundError, whichever of the two is wrong."""
    case = Case.objects.filter(number=plain(number)).exclude(state="draft").first()
    if case is None or not hmac.compare_digest(code_of(case.id).encode(), plain(code).translate(_MISTAKEN).encode()):
        raise CaseNotFoundError
    ground = ground_of(case)
    return Progress(
        number=case.number or "",
        title=ground.service.title,
        state_title=ground.procedure.states[case.state].title,
        waits_for_applicant=case.state == "correction",
        department=catalogue.city().departments[case.department],
        stations=stations(case, ground, tuple(Event.objects.filter(case=case).order_by("id")), known_facts(ground.service, case)),
        received_on=case.received_on,
        answer_due_on=case.answer_due_on if case.accepted_on is None else None,
        due_on=case.due_on,
        decided_on=case.decided_on,
        delivery=case.delivery,
        delivered=case.delivered_at is not None,
    )
