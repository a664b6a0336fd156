"""Letters that wait to be posted or collected, that are on their way, and how a case's letters were delivered.

Invariants: lists read the letters' own rows by index, a page at a time, oldest first; only posts whose role may deliver see them, in their department and area;
an address is shown to who posts the letter and to the applicant's side, and to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tongban.cases.core.delivery import Wish, wish_of
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Delivery, Letter
from tongban.cases.permissions import TABLE, verbs
from tongban.cases.reads.letters import LetterRow, rows_of
from tongban.catalogue import reads as catalogue
from tongban.kernel.text import Text
from tongban.parties.core.areas import stem
from tongban.parties.core.people import Actor


@dataclass(frozen=True)
class Parcel:
    """The letters of one case that go together."""

    case_id: UUID
    case_number: str
    service: Text
    applicant_name: str
    to: Wish
    letters: tuple[LetterRow, ...]


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery on paper."""

    id: UUID
    case_id: UUID
    case_number: str
    applicant_name: str
    how: str
    at: datetime
    by_name: str
    department: Text
    to: Wish
    carrier: str
    tracking: str
    received_by: str
    relation: str
    document: str
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


def to_send(actor: Actor, how: str, *, after: UUID | None = None, limit: int = 50) -> tuple[tuple[Parcel, ...], UUID | None]:
    """The parcels that wait (`how`: collect or mail), oldest letter first, of so many letters; and where the next page begins."""
    found = Letter.objects.filter(_within(actor), sending=how).select_related("case", "later").order_by("id")
    letters = list((found.filter(id__gt=after) if after else found)[: limit + 1])
    return _parcels(letters[:limit]), letters[limit - 1].id if len(letters) > limit else None


def parcels(actor: Actor, case_ids: Iterable[UUID], how: str) -> tuple[Parcel, ...]:
    """Those of these cases, for one run of the printer. Who may not deliver them gets none."""
    wanted = list(case_ids)[:100]
    letters = (
        Letter.objects.filter(_within(actor), sending=how, case_id__in=wanted).select_related("case", "later").order_by("case_id", "id")
    )
    return _parcels(list(letters))


def on_the_way(actor: Actor, *, after: UUID | None = None, limit: int = 50) -> tuple[tuple[DeliveryRow, ...], UUID | None]:
    """What is in the post, oldest first."""
    found = Delivery.objects.filter(_within(actor), delivered_at=None, returned_at=None).order_by("id")
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


def _within(actor: Actor) -> Q:
    """The rows in the department and area of one of the actor's posts that may deliver."""
    may = verbs()
    delivering = {right.verb for right in TABLE if right.act == "hand-over"}
    found = Q(pk__in=[])
    for post in actor.posts:
        if delivering & set(may.get(post.role, ())):
            found |= Q(department=post.department, area__startswith=stem(post.area))
    return found


def _parcels(letters: list[Letter]) -> tuple[Parcel, ...]:
    services = catalogue.city().services
    together: dict[UUID, list[tuple[Letter, LetterRow]]] = {}
    for letter, row in zip(letters, rows_of(letters), strict=True):
        together.setdefault(letter.case_id, []).append((letter, row))
    return tuple(
        Parcel(
            case_id=case.id,
            case_number=case.number or "",
            service=services[case.service].title if case.service in services else Text(case.service, case.service),
            applicant_name=case.applicant_name,
            to=wish_of(case.delivery, case.delivery_to),
            letters=tuple(row for _, row in found),
        )
        for found in together.values()
        for case in (found[0][0].case,)
    )


def _rows(deliveries: list[Delivery]) -> tuple[DeliveryRow, ...]:
    departments = catalogue.city().departments if deliveries else {}
    carried: dict[UUID | None, list[tuple[str, Text]]] = {}
    ids = [one.id for one in deliveries]
    for row in Letter.objects.filter(delivery_id__in=ids).order_by("id").values_list("delivery_id", "number", "title_zh", "title_en"):
        carried.setdefault(row[0], []).append((row[1], Text(row[2], row[3])))
    cases = Case.objects.only("number", "applicant_name").in_bulk([one.case_id for one in deliveries])
    return tuple(
        DeliveryRow(
            **{name: getattr(one, name) for name in _SAME},
            case_number=cases[one.case_id].number or "",
            applicant_name=cases[one.case_id].applicant_name,
            department=departments[one.department].title,
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
    "note",
    "delivered_at",
    "returned_at",
    "return_reason",
)
