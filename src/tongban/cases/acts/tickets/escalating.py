"""Who is told when a ticket takes long: rung by rung, by the clock.

Invariants: each rung of a ticket happens once, in its order, however late the worker comes; a rung whose post nobody holds today hands its duty to the next one
up at once and says so; the top rung is a declared office, so that none is lost for want of a superior; what was answered meanwhile is left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases.acts.record import Doing, advance, keep, lock
from tongban.cases.acts.tickets.telling import holders, tell_officials
from tongban.cases.acts.tickets.turns import Held, changed, held
from tongban.cases.core.tickets.clock import next_rung_at
from tongban.cases.core.tickets.course import climb
from tongban.cases.models import Ticket
from tongban.catalogue.core.definition import Rung
from tongban.catalogue.core.definition.tickets import DISTRICT, HOLDER, RESPONSIBLE
from tongban.catalogue.core.ticketing import last_resort_of
from tongban.kernel import clock
from tongban.parties.core.people import OfficialRef

ACT = "escalate"


def to_escalate(but: Collection[UUID] = (), limit: int = 200) -> list[UUID]:
    """The tickets on which a rung's time has come, the longest waiting first, but for some."""
    rows = Ticket.objects.filter(rung_at__lte=clock.now()).exclude(pk__in=but).order_by("rung_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def escalate(case_id: UUID) -> bool:
    """Do the next rung of a ticket if its time has come; returns whether it did."""
    with transaction.atomic(durable=True):
        one = held(lock(case_id, None))
        ladder, done, ticket = one.tickets.escalation, one.ticket.rung, one.ticket
        if ticket.rung_at is None or ticket.rung_at > clock.now() or done >= len(ladder):
            return False
        doing = Doing(ACT, None)
        before = advance(one.case, one.ground.procedure, ACT)
        found = climb(ladder, done, lambda rung: _holders(one, rung))
        told = tell_officials(one.case, "ticket-escalated", found.holders)
        ticket.rung = done + 1
        ticket.rung_at = next_rung_at(ladder, ticket.rung, ticket.received_at, ticket.due_by)
        changed(one, doing)
        data: dict[str, Any] = {
            "rung": done,
            "percent": ladder[done].percent,
            "after": getattr(ladder[done].after, "hours", 0),
            "told": told,
            "at": _office(one, ladder[found.rung]),
            "empty": [_office(one, ladder[index]) for index in found.empty],
        }
        keep(one.case, doing, before, step=one.case.step, data=data)
    return True


def _holders(one: Held, rung: Rung) -> Sequence[OfficialRef]:
    department, role = _office(one, rung)
    return holders(department, role, one.case.area) if role else ()


def _office(one: Held, rung: Rung) -> tuple[str, str]:
    """Department and role that a rung names on this ticket, today."""
    turn = one.turn
    if rung.of == HOLDER:
        return (turn.department, turn.role) if turn else (one.ticket.department, rung.tell)
    department = {RESPONSIBLE: one.ticket.department, DISTRICT: last_resort_of(one.tickets, one.case.area)}.get(rung.of, rung.of)
    return department, rung.tell
