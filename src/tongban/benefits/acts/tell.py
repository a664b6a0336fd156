"""公布: once a month is over, what was paid in it is told to everybody, in groups, by rows that are never changed.

Invariants: a payment is in one published sum at most until it comes back; what was told is never told otherwise, so that nobody can take one day's sum from another's; a month
is told once, policy by policy, each in one transaction with its entry: whoever was cut off goes on where it stopped, and two at once tell nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from tongban.benefits.acts.record import MACHINE
from tongban.benefits.core.published import Cell, Group, told, told_back
from tongban.benefits.models import Match, Published, ToldMonth
from tongban.benefits.reads.public import districts, untold
from tongban.catalogue import reads as catalogue
from tongban.catalogue.errors import NothingPublishedError
from tongban.kernel import clock
from tongban.ledger.acts import Act, append_all
from tongban.ledger.core.canonical import JSON
from tongban.statements import Writing

_TELL: Final = "UPDATE benefits_match SET told_on = %s WHERE id = ANY(%s)"


def tell_month() -> int:
    """Tell what was paid before this month, unless that was done; how many policies had something to tell. Must not be in a transaction."""
    month = clock.today().replace(day=1)
    if ToldMonth.objects.filter(month=month).exists():
        return 0
    try:
        catalogue.city()
    except NothingPublishedError:
        return 0
    paid = untold(month).values_list("policy", flat=True)
    back = _come_back().values_list("policy", flat=True)
    done = sum(_tell(policy, month) for policy in sorted({*paid.distinct(), *back.distinct()}))
    ToldMonth.objects.bulk_create([ToldMonth(month=month, at=clock.now())], ignore_conflicts=True)
    return done


def _come_back() -> QuerySet[Match]:
    """What was told as paid and has come back."""
    return Match.objects.filter(told_on__isnull=False, paid_on__isnull=True)


def _tell(policy: str, month: date) -> bool:
    with transaction.atomic(durable=True):
        groups = [*_paid(policy, month), *_returned(policy, month)]
        if groups:
            rows = Writing()
            for one in groups:
                rows.add(Published(told_at=clock.now(), **asdict(one)))
            append_all([_entry(policy, groups)], rows)
    return bool(groups)


def _paid(policy: str, month: date) -> tuple[Group, ...]:
    """The groups of what is not told yet; what is too little for one stays untold."""
    rows = untold(month).filter(policy=policy).order_by("pk").select_for_update()
    taken = list(rows.values_list("pk", "paid_on", "kind", "principal_id", "amount"))
    where = districts(((kind, whose) for _, _, kind, whose, _ in taken), catalogue.city())
    cells: dict[tuple[date, str], list[tuple[UUID | None, int]]] = {}
    for _, paid_on, kind, whose, amount in taken:
        if paid_on is not None:
            cells.setdefault((paid_on.replace(day=1), where.get((kind, whose), "")), []).append((whose, amount or 0))
    groups = told((_cell(policy, *place, paid) for place, paid in cells.items()), month).groups
    until = max((one.last for one in groups), default=date.min)
    with connection.cursor() as cursor:
        cursor.execute(
            _TELL, [clock.today(), [id_ for id_, paid_on, *_ in taken if paid_on is not None and paid_on.replace(day=1) <= until]]
        )
    return groups


def _cell(policy: str, month: date, district: str, paid: Sequence[tuple[UUID | None, int]]) -> Cell:
    whom = frozenset(whose for whose, _ in paid)
    return Cell(policy, month, district, len(paid), sum(amount for _, amount in paid), whom)


def _returned(policy: str, month: date) -> tuple[Group, ...]:
    """What came back, if it is enough to be told; paid anew, it is told anew."""
    rows = list(_come_back().filter(policy=policy).order_by("id").select_for_update())
    group = told_back(policy, [(row.principal_id, row.amount or 0) for row in rows], (month - timedelta(days=1)).replace(day=1))
    if group is None:
        return ()
    Match.objects.filter(pk__in=[row.pk for row in rows]).update(told_on=None)
    return (group,)


def _entry(policy: str, groups: Sequence[Group]) -> Act:
    lines: list[JSON] = [{name: str(value) if isinstance(value, date) else value for name, value in asdict(one).items()} for one in groups]
    own = next((one for one in catalogue.city().policies.values() if one.id == policy), None)
    return Act(
        act="benefits.tell",
        actor=MACHINE,
        at=clock.now(),
        case_id=None,
        department=own.department if own else "",
        purpose=f"{policy}/redemption",
        payload={"policy": policy, "groups": lines},
    )
