"""Attend to a person: find who they are, check a document, let them go.

Invariants: each look at somebody's identity is a row that the person can see and an entry of the record, also one that led to nothing; nobody attends to
themselves or a relative; no more people are looked up within a few minutes than can stand in a queue.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from math import ceil
from uuid import UUID

from django.db import transaction

from tongban.cases.core.counter import ASSISTED, DOCUMENTS
from tongban.cases.errors import AttendanceOverError, CaseNotFoundError, MayNotError, OwnCaseError, UncheckedError
from tongban.cases.models import Attendance
from tongban.cases.permissions import OUT_OF_REACH, counter_posts, verbs
from tongban.cases.reads.counter import CounterRow, find
from tongban.kernel import clock
from tongban.kernel.errors import TooOftenError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append
from tongban.parties import acts as entering
from tongban.parties import reads as parties
from tongban.parties.core import identity
from tongban.parties.core.areas import covers
from tongban.parties.core.people import Actor, NewPerson, Post

WITHIN = timedelta(minutes=10)
LOOKS = 40
_NO_COUNTER = Text(
    zh="当前岗位不在综合窗口，不能接待办事人。需要时请由本单位负责人调整岗位。",
    en="No post of this account is at a counter. The head of the department can change that.",
)


def look_up(id_number: str, *, clerk: Actor, channel: str = "window") -> UUID | None:
    """Find the person with this number; returns the attendance that begins with the look, or goes on if they are still there; none where nobody has it.

    Raises IdentityError, MayNotError (no counter's post, or another area's person), OwnCaseError, TooOftenError.
    """
    number = identity.citizen_id(id_number, clock.today())
    posts = _posts(clerk, channel)
    _check_pace(clerk)
    person = parties.by_id_number(number)
    if person is None:
        return None
    there = _still_there(person, clerk, channel)
    if there is not None:
        return there
    return _keep(_begun(person, posts, clerk, channel), "look-up", clerk)


def check_document(attendance_id: UUID, document: str, *, clerk: Actor) -> None:
    """Say which document was compared with the person; from now on what they could do alone can be done with them. Raises UncheckedError, AttendanceOverError."""
    with transaction.atomic():
        row = Attendance.objects.select_for_update().filter(pk=attendance_id, clerk=clerk.person_id).first()
        if row is None:
            raise CaseNotFoundError
        if row.ended_at is not None or clock.local_date(row.looked_at) != clock.today():
            raise AttendanceOverError
        _check(row, document)
        row.save(update_fields=["document", "identity", "checked_at"])
        _record("check-document", row, clerk)


def enter(name: str, id_number: str, area: str, document: str, *, clerk: Actor, channel: str = "window") -> UUID:
    """Enter somebody who is not here yet, from the document that lies on the counter, and attend to them.

    Raises IdentityError, AlreadyEnteredError, UncheckedError (also for a channel that sees no document), MayNotError, OwnCaseError, TooOftenError.
    """
    posts = _posts(clerk, channel)
    if ASSISTED[channel] != "counter" or not name.strip():
        raise UncheckedError
    _check_pace(clerk)
    person = uuid7()
    with transaction.atomic():
        entering.enter_people([NewPerson(person, name.strip(), id_number, area)], by=_name(clerk), source=f"{channel}: {document}")
        row = _begun(person, posts, clerk, channel)
        _check(row, document)
        return _keep(row, "enter", clerk)


def leave(attendance_id: UUID, *, clerk: Actor) -> None:
    """The person goes. A second time changes nothing. Raises CaseNotFoundError."""
    with transaction.atomic():
        row = Attendance.objects.select_for_update().filter(pk=attendance_id, clerk=clerk.person_id).first()
        if row is None:
            raise CaseNotFoundError
        if row.ended_at is None:
            row.ended_at = clock.now()
            row.save(update_fields=["ended_at"])
            _record("leave", row, clerk)


def search(words: str, *, clerk: Actor) -> tuple[CounterRow, ...]:
    """Look for cases of the counter's area, on the record with what was found. Raises MayNotError."""
    posts = _posts(clerk, "window")
    found = find(clerk, words)
    payload = {"found": [str(row.case.id) for row in found]}
    with transaction.atomic():
        append(
            Act(
                act="cases.search",
                actor=_name(clerk),
                at=clock.now(),
                case_id=None,
                department=posts[0].department,
                purpose="counter",
                payload=payload,
            )
        )
    return found


def _posts(clerk: Actor, channel: str) -> tuple[Post, ...]:
    posts = counter_posts(clerk, verbs())
    if not posts or channel not in ASSISTED:
        raise MayNotError(_NO_COUNTER)
    return posts


def _check_pace(clerk: Actor) -> None:
    looked = Attendance.objects.filter(clerk=clerk.person_id, looked_at__gt=clock.now() - WITHIN).order_by("-id")
    oldest = next(iter(looked.values_list("looked_at", flat=True)[LOOKS - 1 : LOOKS]), None)
    if oldest is not None:
        raise TooOftenError(max(1, ceil((oldest + WITHIN - clock.now()).total_seconds())))


def _still_there(person: UUID, clerk: Actor, channel: str) -> UUID | None:
    """The attendance in which this clerk has the person before them already."""
    since = datetime.combine(clock.today(), time.min, clock.ZONE)
    rows = Attendance.objects.filter(
        clerk=clerk.person_id, person=person, channel=channel, ended_at=None, checked_at__isnull=False, looked_at__gte=since
    )
    return rows.order_by("-id").values_list("id", flat=True).first()


def _begun(person: UUID, posts: tuple[Post, ...], clerk: Actor, channel: str) -> Attendance:
    area = str(parties.facts_of("person", person)["area"])
    post = next((post for post in posts if covers(post.area, area)), None)
    if post is None:
        raise MayNotError(OUT_OF_REACH)
    if parties.stands_near(clerk.person_id, "person", person):
        raise OwnCaseError
    return Attendance(
        person=person,
        clerk=clerk.person_id,
        clerk_name=clerk.name,
        department=post.department,
        area=post.area,
        channel=channel,
        has_account=parties.has_account(person),
        looked_at=clock.now(),
    )


def _check(row: Attendance, document: str) -> None:
    if document not in DOCUMENTS[row.channel]:
        raise UncheckedError
    row.document, row.identity, row.checked_at = document, ASSISTED[row.channel], clock.now()


def _keep(row: Attendance, act: str, clerk: Actor) -> UUID:
    with transaction.atomic():
        row.save(force_insert=True)
        _record(act, row, clerk)
    return row.id


def _record(act: str, row: Attendance, clerk: Actor) -> None:
    payload = {"attendance": str(row.id), "person": str(row.person), "channel": row.channel, "document": row.document}
    append(
        Act(
            act=f"cases.{act}",
            actor=_name(clerk),
            at=clock.now(),
            case_id=None,
            department=row.department,
            purpose="counter",
            payload=payload,
        )
    )


def _name(clerk: Actor) -> str:
    return f"account:{clerk.account_id}"
