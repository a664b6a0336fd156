"""Electronic delivery by arrival: where the procedure says so, a result that has reached the page of somebody who agreed to that is delivered, opened or not.

Source: Civil Procedure Law, article 90: the day on which the message reaches the addressee's own system is the day of delivery.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tongban.cases.acts.deliver import deliver
from tongban.cases.acts.record import Doing, keep, lock
from tongban.cases.models import Case
from tongban.cases.reads import ground_of
from tongban.catalogue import reads as catalogue


def reached(limit: int = 200) -> list[UUID]:
    """The cases whose result lies on the page of somebody who agreed to electronic delivery, and which that delivers: not those that end without a delivery,
    however many there have been."""
    waiting = Q(pk__in=[])
    for procedure in catalogue.city().procedures.values():
        if procedure.delivered_on == "arrival":
            states = [state for state in procedure.states if procedure.next_state(state, "deliver")]
            waiting |= Q(procedure=procedure.id, state__in=states)
    rows = Case.objects.filter(waiting, delivery="electronic", delivered_at=None, decided_on__isnull=False)
    return list(rows.order_by("id").values_list("pk", flat=True)[:limit])


def deliver_on_arrival(case_id: UUID) -> bool:
    """Deliver it as of the moment its last letter was written; returns whether it did."""
    with transaction.atomic(durable=True):
        case = lock(case_id, None)
        ground = ground_of(case)
        last = case.letters.order_by("-id").first()
        counts = ground.procedure.delivered_on == "arrival" and case.delivery == "electronic" and case.decided_on is not None
        if not counts or case.delivered_at is not None or last is None or ground.procedure.next_state(case.state, "deliver") is None:
            return False
        doing = Doing("deliver", None, department=case.department)
        before = case.state
        deliver(case, ground, doing)
        case.delivered_at = last.written_at
        keep(case, doing, before, data={"how": "electronic", "reached_at": last.written_at.isoformat()})
    return True
