"""The noes that a person was asked to look at: of whom, what the machine had said, and which of them wait for somebody to say how much.

Invariants: a review *waits for its amount* while an officer's grant of its case cannot be redeemed, because its policy pays and neither formula nor person has said how much; those
stand at the head of a department's list. The caller must have asked whether its reader may see them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from tongban.benefits.models import Review
from tongban.cases import reads as case_reads
from tongban.catalogue import reads as catalogue
from tongban.parties.core.identity import plain
from tongban.parties.sealer import sealer

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A no that a person was asked to look at; the amount in fen."""

    id: UUID
    policy: str
    version: str
    kind: str
    principal_id: UUID
    case_id: UUID
    number: str
    at: datetime
    words: str
    answer: str
    """What the single evaluator had said: `no`, `unknown`; `yes` where nothing was to be paid."""
    amount: int | None
    settled_at: datetime | None
    outcome: str
    waits_for_amount: bool = False
    """Granted by an officer, and nobody has said how much."""


_KEPT: Final = tuple(field.name for field in fields(ReviewView) if field.name != "waits_for_amount")


def reviews(department: str, *, after: UUID | None = None, most: int = MOST) -> tuple[ReviewView, ...]:
    """The open reviews of a department's policies, from behind one on: first those that wait for their amount, then the others, each oldest first."""
    rows = _open(department)
    waiting = _without_amount(rows)
    head, rest = rows.filter(pk__in=waiting), rows.exclude(pk__in=waiting)
    if after in waiting:
        head = head.filter(id__gt=after)
    elif after is not None:
        head, rest = head.none(), rest.filter(id__gt=after)
    found = list(head.order_by("id").values(*_KEPT)[:most])
    found += rest.order_by("id").values(*_KEPT)[: most - len(found)]
    return tuple(ReviewView(**row, waits_for_amount=row["id"] in waiting) for row in found)


def count_reviews(department: str) -> int:
    """How many reviews of a department's policies are open."""
    return _open(department).count()


def reviews_of(kind: str, number: str) -> tuple[ReviewView, ...]:
    """The reviews that a firm or person asked for, the newest first."""
    return _views(Review.objects.filter(subject=sealer().blind(kind, plain(number))).order_by("-id"))


def review(id_: UUID) -> ReviewView | None:
    """One review; None if there is no such."""
    return next(iter(_views(Review.objects.filter(pk=id_))), None)


def review_of_case(case_id: UUID) -> ReviewView | None:
    """The review whose case this is; None for any other case."""
    return next(iter(_views(Review.objects.filter(case_id=case_id))), None)


def explanation_of(review: UUID) -> Mapping[str, Any]:
    """What the single evaluator had said of each clause, as it is stored; empty if there is no such review."""
    found: Mapping[str, Any] | None = Review.objects.filter(pk=review).values_list("explanation", flat=True).first()
    return found or {}


def _views(rows: QuerySet[Review]) -> tuple[ReviewView, ...]:
    waiting = _without_amount(rows)
    return tuple(ReviewView(**row, waits_for_amount=row["id"] in waiting) for row in rows.values(*_KEPT))


def _open(department: str) -> QuerySet[Review]:
    own = [policy.id for policy in catalogue.city().policies.values() if policy.department == department]
    return Review.objects.filter(policy__in=own, settled_at__isnull=True)


def _without_amount(rows: QuerySet[Review]) -> frozenset[UUID]:
    """Of these reviews those that wait for their amount."""
    city = catalogue.city()
    unsaid = rows.filter(settled_at__isnull=True, amount__isnull=True).values_list("case_id", "pk", "policy", "version")
    pays = {case_id: pk for case_id, pk, id_, version in unsaid if (policy := city.version_of(id_, version)) and policy.amount is not None}
    return frozenset(pays[one.case_id] for one in case_reads.settled_cases(pays) if one.act == "grant") if pays else frozenset()
