"""One case as a line of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.cases.core.clocks import days_left
from tongban.cases.models import Case
from tongban.cases.reads.ground import service_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.catalogue.errors import UnknownVersionError, VersionChangedError
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Text


@dataclass(frozen=True)
class CaseRow:
    """One line of a list of cases."""

    id: UUID
    number: str
    service: str
    title: Text
    applicant_name: str
    state: str
    state_title: Text
    is_open: bool
    waits_for_applicant: bool
    received_on: date | None
    due_on: date | None
    days_left: int | None
    saved_at: datetime
    delivered: bool
    parts: tuple[tuple[Text, Text, bool], ...] = ()
    """Of a bundle: its parts as (title, where it stands, whether it waits for the applicant)."""
    channel: str = "online"
    assisted: bool = False
    due_at: datetime | None = None
    """The instant due, where the limit is in hours."""
    waits_for_word: bool = False
    """It is answered, and the person may say whether that was any good."""
    about: Text | None = None
    """What a ticket is about, and where."""


def row_of(case: Case, parts: tuple[tuple[Text, Text, bool], ...] = (), about: Text | None = None) -> CaseRow:
    """One case as a line; a bundle with its parts, a ticket with what it is about."""
    service = _service_for_line(case)
    procedure = catalogue.pinned(service.hash).procedures[case.procedure] if service else None
    state = procedure.states.get(case.state) if procedure else None
    try:
        left = days_left(case.due_on, clock.today(), catalogue.city().calendar)
    except UndeclaredYearError:
        left = None
    return CaseRow(
        id=case.id,
        number=case.number or "",
        service=case.service,
        title=service.title if service else Text(case.service, case.service),
        applicant_name=case.applicant_name,
        state=case.state,
        state_title=state.title if state else Text(case.state, case.state),
        is_open=case.is_open,
        waits_for_applicant=case.state in ("draft", "correction") or any(waits for _, _, waits in parts),
        received_on=case.received_on,
        due_on=case.due_on,
        days_left=left,
        saved_at=case.saved_at,
        delivered=case.delivered_at is not None,
        parts=parts,
        channel=case.channel,
        assisted=case.attendance_id is not None,
        due_at=case.due_at,
        waits_for_word=case.is_open and case.decided_on is not None and service is not None and service.tickets is not None,
        about=about,
    )


def _service_for_line(case: Case) -> Service | None:
    """The case's service; none where it is no longer offered or its version no longer reads, so that one such case does not take the list with it."""
    if not case.service_hash and case.service not in catalogue.city().services:
        return None
    try:
        return service_of(case)
    except (UnknownVersionError, VersionChangedError):
        return None
