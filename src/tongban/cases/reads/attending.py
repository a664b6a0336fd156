"""Attendances: the one that a clerk acts by, and those that a person or a clerk had.

Invariant: what a clerk may do for somebody is asked anew at each step: the attendance is their own, open, of today, a document was checked in it, and the post
that it rests on still holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from tongban.cases.core.delivery import ON_PAPER
from tongban.cases.errors import AttendanceOverError, CaseNotFoundError
from tongban.cases.models import Attendance, Case, Letter
from tongban.cases.permissions import counter_posts, sides_of, verbs
from tongban.cases.reads.rows import CaseRow, row_of
from tongban.kernel import clock
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Assistant, IdentityLevel

_MOST = 30


@dataclass(frozen=True)
class AttendanceView:
    """One attendance as its pages tell it."""

    id: UUID
    person: UUID
    name: str
    clerk_name: str
    department: str
    channel: str
    document: str
    has_account: bool
    looked_at: datetime
    checked_at: datetime | None
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the person is still there."""
        return self.checked_at is not None and self.ended_at is None and clock.local_date(self.looked_at) == clock.today()


@dataclass(frozen=True)
class Waiting:
    """What waits for a person who stands there, by number and state alone: drafts of this attendance, corrections, results and letters to be collected."""

    drafts: tuple[CaseRow, ...]
    corrections: tuple[CaseRow, ...]
    results: tuple[CaseRow, ...]


def attendance(attendance_id: UUID, clerk: Actor) -> AttendanceView:
    """One attendance of this clerk. Raises CaseNotFoundError."""
    return _views([_row(attendance_id, clerk)])[0]


def attended(attendance_id: UUID, clerk: Actor) -> Actor:
    """The person, as they act with this clerk's help. Raises AttendanceOverError, CaseNotFoundError for another clerk's attendance."""
    row = _row(attendance_id, clerk)
    (view,) = _views([row])
    held = any(post.department == row.department and post.area == row.area for post in counter_posts(clerk, verbs()))
    if not view.is_open or not held:
        raise AttendanceOverError
    assistant = Assistant(
        person_id=clerk.person_id,
        name=clerk.name,
        department=row.department,
        area=row.area,
        attendance_id=row.id,
        channel=row.channel,
        identity=cast("IdentityLevel", row.identity),
        document=row.document,
        has_account=row.has_account,
    )
    return Actor(clerk.account_id, row.person, view.name, assistant=assistant)


def waiting_for(actor: Actor) -> Waiting:
    """What waits for a person, on all sides that they act for; the newest first."""
    attendance_id = actor.assistant.attendance_id if actor.assistant else None
    mine = Case.objects.filter(sides_of(actor)).order_by("-id")
    on_paper = Letter.objects.filter(case=OuterRef("pk"), sending__in=ON_PAPER)
    drafts = mine.filter(state="draft", attendance_id=attendance_id) if attendance_id else mine.none()
    return Waiting(
        tuple(row_of(case) for case in drafts[:_MOST]),
        tuple(row_of(case) for case in mine.filter(step="correct", is_open=True)[:_MOST]),
        tuple(row_of(case) for case in mine.filter(Q(decided_on__isnull=False, delivered_at=None) | Q(Exists(on_paper)))[:_MOST]),
    )


def service_in_attendance(case_id: object, attendance_id: UUID) -> str | None:
    """Which service a case that was taken up in an attendance is of, though it be the person's no longer; None for any other case."""
    cases = Case.objects.filter(pk=case_id, attendance_id=attendance_id) if isinstance(case_id, UUID) else Case.objects.none()
    return cases.values_list("service", flat=True).first()


def attendances_of(person_id: UUID, *, limit: int = 50) -> tuple[AttendanceView, ...]:
    """Every look at somebody's identity at a counter, newest first, for that person."""
    return _views(list(Attendance.objects.filter(person=person_id).order_by("-id")[:limit]))


def open_attendances(clerk: Actor) -> tuple[AttendanceView, ...]:
    """Who is being attended to by this clerk now, the newest first."""
    since = datetime.combine(clock.today(), time.min, clock.ZONE)
    rows = Attendance.objects.filter(Q(clerk=clerk.person_id, ended_at=None, checked_at__isnull=False), looked_at__gte=since)
    return _views(list(rows.order_by("-id")[:_MOST]))


def _row(attendance_id: UUID, clerk: Actor) -> Attendance:
    row = Attendance.objects.filter(pk=attendance_id, clerk=clerk.person_id).first()
    if row is None:
        raise CaseNotFoundError
    return row


def _views(rows: list[Attendance]) -> tuple[AttendanceView, ...]:
    names = parties.names("person", {row.person for row in rows})
    return tuple(
        AttendanceView(
            row.id,
            row.person,
            names.get(row.person, ""),
            row.clerk_name,
            row.department,
            row.channel,
            row.document,
            row.has_account,
            row.looked_at,
            row.checked_at,
            row.ended_at,
        )
        for row in rows
    )
