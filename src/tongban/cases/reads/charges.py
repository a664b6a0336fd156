"""What is due, for what, to whom and on which basis; and what was paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tongban.cases.core.fees import due_of
from tongban.cases.models import Case, Charge
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.kernel.text import Text
from tongban.rules.core import Facts


@dataclass(frozen=True)
class ChargeRow:
    """One fee of one case."""

    id: UUID
    title: Text
    basis: Text
    department: Text
    amount_fen: int | None
    """None while it is not settled."""
    paid_at: datetime | None
    receipt_no: str


@dataclass(frozen=True)
class FeeView:
    """A fee before it is charged: what it would be, as far as that is known."""

    title: Text
    basis: Text
    amount_fen: int | None


def charge_row(charge: Charge) -> ChargeRow:
    """One row as pages tell it."""
    case: Case = charge.case
    return ChargeRow(
        charge.id,
        Text(charge.title_zh, charge.title_en),
        Text(charge.basis_zh, charge.basis_en),
        catalogue.city().departments[case.department].short,
        charge.amount_fen,
        charge.paid_at,
        charge.receipt_no,
    )


def is_charged(service_hash: str) -> bool:
    """Whether a service, or any part of a bundle, declares fees at all."""
    pinned = catalogue.pinned(service_hash)
    return any(service.fees for service in (pinned.service, *pinned.parts.values()))


def owes(case: Case) -> bool:
    """Whether something is due on a case, or on any part of a bundle, that is settled and not paid; no statement where nothing is charged."""
    return is_charged(case.service_hash) and charges_in(case.id).filter(paid_at=None, amount_fen__gt=0).exists()


def charges_in(case_id: UUID) -> QuerySet[Charge]:
    """The charges of a case, and of each part of a bundle: a subquery, so that who locks them locks nothing else."""
    return Charge.objects.filter(case_id__in=Case.objects.filter(Q(pk=case_id) | Q(parent_id=case_id)).values("pk"))


def charges_of(case_id: UUID) -> tuple[ChargeRow, ...]:
    """What is due on a case; on a bundle, on each of its parts."""
    return tuple(charge_row(one) for one in charges_in(case_id).select_related("case").order_by("id"))


def due_fen(charges: Iterable[ChargeRow]) -> int:
    """What is still to be paid of these, in fen; what is not settled yet counts for nothing."""
    return sum(one.amount_fen or 0 for one in charges if one.paid_at is None)


def fees_of(service: Service, facts: Facts) -> tuple[FeeView, ...]:
    """What would be due on these facts; a fee that does not arise is left out."""
    found = [FeeView(fee.title, fee.basis, due_of(fee, facts)) for fee in service.fees]
    return tuple(fee for fee in found if fee.amount_fen != 0)
