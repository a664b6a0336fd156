"""Letters that wait to be posted or collected, that are on their way, and how a case's letters were delivered.

Invariants: lists read the letters' own rows by index, a page at a time, oldest first; a department's posts that may deliver see its own, a counter those of
every department in its area; an address is shown to who posts the letter and to the applicant's side, and to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tongban.cases.core.delivery import Wish, wish_of
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Delivery, Letter
from tongban.cases.permissions import POST, check_poster, rows_for, verbs
from tongban.cases.reads.letters import LetterRow, rows_of
from tongban.catalogue import reads as catalogue
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import Credential
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

_MOST = 100
_COUNTED = 4 * _MOST
"""So many letters are looked at to count the cases they are of."""


@dataclass(frozen=True)
class Parcel:
    """The letters of one case that go together, with the licences that were issued with them."""

    case_id: UUID
    case_number: str
    department: str
    service: Text
    applicant_name: str
    to: Wish
    letters: tuple[LetterRow, ...]
    licences: tuple[Credential, ...]
    came_back: str
    """Why the last attempt came back, if there was one."""


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery on paper."""

    id: UUID
    case_id: UUID
    case_number: str
    case_department: str
    applicant_name: str
    how: str
    at: datetime
    by_name: str
    department: Text
    """In whose name it was done."""
    to: Wish
    carrier: str
    tracking: str
    received_by: str
    relation: str
    document: str
    copy_at: str
    """Where the sheet is kept that was signed on paper."""
    note: str
    delivered_at: datetime | None
    returned_at: datetime | None
    return_reason: str
    letters: tuple[tuple[str, Text], ...]
    """(number, title) of what it carries."""


@dataclass(frozen=True)
class Sending:
    """How a case's applicant wants letters, and the deliveries on paper there were, oldest first."""

    wish: Wish
    rows: tuple[DeliveryRow, ...]


Page = tuple[tuple[Parcel, ...], UUID | None]
"""Parcels, and where the next page begins."""


def to_post(actor: Actor, *, after: UUID | None = None, limit: int = 50) -> Page:
    """The parcels that wait for the post, oldest letter first, of so many letters."""
    return _waiting(actor, "mail", POST, after, limit)


def to_hand_over(actor: Actor, *, after: UUID | None = None, limit: int = 50) -> Page:
    """Those that wait to be collected at the department itself."""
    return _waiting(actor, "collect", "hand-over", after, limit)


def at_counters(actor: Actor, *, after: UUID | None = None, limit: int = 50) -> Page:
    """Those of every department that a counter of the actor's may hand out."""
    return _waiting(actor, "collect", "find", after, limit)


def count_waiting(actor: Actor, how: str) -> int:
    """How many parcels wait at the actor's counters, as far as their oldest letters tell; 100 means 100 or more."""
    found = Letter.objects.filter(rows_for(actor, "find", verbs()), sending=how).order_by("id").values_list("case_id", flat=True)
    return min(len(set(found[:_COUNTED])), _MOST)


def parcels(actor: Actor, case_ids: Iterable[UUID], how: str) -> tuple[Parcel, ...]:
    """Those of these cases, for one run of the printer. Who may not deliver them gets none."""
    wanted = list(case_ids)[:_MOST]
    within = rows_for(actor, POST if how == "mail" else "hand-over", verbs())
    return _parcels(list(_with_case(Letter.objects.filter(within, sending=how, case_id__in=wanted)).order_by("case_id", "id")))


def parcel_of(actor: Actor, case_id: UUID) -> Parcel:
    """What waits for the post of one case, for who may post it. Raises CaseNotFoundError, MayNotError, OwnCaseError."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFoundError
    check_poster(actor, case, verbs())
    found = _parcels(list(_with_case(Letter.objects.filter(case=case, sending="mail")).order_by("id")))
    if not found:
        raise CaseNotFoundError
    return found[0]


def on_the_way(actor: Actor, *, after: UUID | None = None, limit: int = 50) -> tuple[tuple[DeliveryRow, ...], UUID | None]:
    """What is in the post, oldest first."""
    found = Delivery.objects.filter(rows_for(actor, POST, verbs()), delivered_at=None, returned_at=None).order_by("id")
    rows = list((found.filter(id__gt=after) if after else found)[: limit + 1])
    return _rows(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def sending_of(case_id: UUID) -> Sending:
    """How one case's letters are sent; who may see it is asked with the case. Raises CaseNotFoundError."""
    case = Case.objects.filter(pk=case_id).only("delivery", "delivery_to").first()
    if case is None:
        raise CaseNotFoundError
    return Sending(wish_of(case.delivery, case.delivery_to), _rows(list(Delivery.objects.filter(case_id=case_id).order_by("id"))))


def wished_before(actor: Actor, case_id: UUID) -> Wish:
    """What to suggest on a draft: what was chosen for it, else for the same applicant the last time; an empty way where there is nothing to suggest."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None or case.delivery:
        return wish_of(case.delivery, case.delivery_to) if case else Wish("")
    earlier = Case.objects.filter(applicant_id=case.applicant_id, applied_by=actor.person_id).order_by("-id")[:5]
    return next((wish_of(one.delivery, one.delivery_to) for one in earlier if one.delivery), Wish(""))


def _waiting(actor: Actor, how: str, act: str, after: UUID | None, limit: int) -> Page:
    found = _with_case(Letter.objects.filter(rows_for(actor, act, verbs()), sending=how)).order_by("id")
    letters = list((found.filter(id__gt=after) if after else found)[: limit + 1])
    return _parcels(letters[:limit]), letters[limit - 1].id if len(letters) > limit else None


def _with_case(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return letters.select_related("case", "later", "delivery")


def _parcels(letters: list[Letter]) -> tuple[Parcel, ...]:
    services = catalogue.city().services
    licences = _licences(letters)
    together: dict[UUID, list[tuple[Letter, LetterRow]]] = {}
    for letter, row in zip(letters, rows_of(letters), strict=True):
        together.setdefault(letter.case_id, []).append((letter, row))
    return tuple(
        Parcel(
            case_id=case.id,
            case_number=case.number or "",
            department=case.department,
            service=services[case.service].title if case.service in services else Text(case.service, case.service),
            applicant_name=case.applicant_name,
            to=wish_of(case.delivery, case.delivery_to),
            letters=tuple(row for _, row in found),
            licences=tuple(licences.get(case.id, ())),
            came_back=next((letter.delivery.return_reason for letter, _ in found if letter.delivery), ""),
        )
        for found in together.values()
        for case in (found[0][0].case,)
    )


def _licences(letters: list[Letter]) -> dict[UUID, list[Credential]]:
    """By case, the licences that were issued on the day one of these letters was written: what a decision gives goes with it."""
    written = {(letter.case_id, letter.issued_on) for letter in letters if letter.case.decided_on is not None}
    found: dict[UUID, list[Credential]] = {}
    for one in credentials.of_cases(case_id for case_id, _ in written):
        if one.case_id is not None and (one.case_id, clock.local_date(one.issued_at)) in written:
            found.setdefault(one.case_id, []).append(one)
    return found


def _rows(deliveries: list[Delivery]) -> tuple[DeliveryRow, ...]:
    departments = catalogue.city().departments if deliveries else {}
    carried: dict[UUID | None, list[tuple[str, Text]]] = {}
    ids = [one.id for one in deliveries]
    for row in Letter.objects.filter(delivery_id__in=ids).order_by("id").values_list("delivery_id", "number", "title_zh", "title_en"):
        carried.setdefault(row[0], []).append((row[1], Text(row[2], row[3])))
    cases = Case.objects.only("number", "department", "applicant_name").in_bulk([one.case_id for one in deliveries])
    return tuple(
        DeliveryRow(
            **{name: getattr(one, name) for name in _SAME},
            case_number=cases[one.case_id].number or "",
            case_department=cases[one.case_id].department,
            applicant_name=cases[one.case_id].applicant_name,
            department=departments[one.by_department].title,
            to=wish_of(one.how, one.to),
            letters=tuple(carried.get(one.id, [])),
        )
        for one in deliveries
    )


_SAME = (
    "id",
    "case_id",
    "how",
    "at",
    "by_name",
    "carrier",
    "tracking",
    "received_by",
    "relation",
    "document",
    "copy_at",
    "note",
    "delivered_at",
    "returned_at",
    "return_reason",
)
