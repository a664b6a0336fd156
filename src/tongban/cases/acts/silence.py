"""What an office's silence means: no word on corrections within the days of the procedure, and the application counts as accepted from its receipt.

Source: Administrative Licensing Law, article 32(1)(4). Only procedures that say so are touched; nothing is ever refused by silence.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.cases.acts.accept import open_steps
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.owed import begin_owing
from tongban.cases.acts.record import Doing, advance, close_tasks, keep, lock, records_with, tasks_of
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.models import Case
from tongban.cases.reads import gathered, ground_of, silence_passed
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import assess
from tongban.kernel import clock

ACT = "deem-accepted"


def overdue_answers(limit: int = 200) -> list[UUID]:
    """The cases whose applicants should have heard by now whether they are accepted; not those of procedures in which silence says nothing, which would be in the way."""
    silent = [procedure.id for procedure in catalogue.city().procedures.values() if not procedure.silence_accepts]
    rows = Case.objects.filter(is_open=True, answer_due_on__lt=clock.today(), accepted_on=None).exclude(procedure__in=silent)
    return list(rows.order_by("answer_due_on").values_list("pk", flat=True)[:limit])


def deem_accepted(case_id: UUID) -> bool:
    """Accept a case by law if its days have passed in silence; returns whether it did. The event names whose desk it lay on."""
    with transaction.atomic(durable=True):
        case = lock(case_id, None)
        ground = ground_of(case)
        if not (silence_passed(case, ground.procedure) and ground.procedure.next_state(case.state, ACT)):
            return False
        doing = Doing(ACT, None, department=case.department)
        before = advance(case, ground.procedure, ACT)
        case.accepted_on = case.complete_on
        begin_owing(case, ground.service, clock.today())
        tasks = tasks_of(case)
        facts = assemble(ground.service, gathered(ground.service, case, records=records_with(tasks)))
        explanation = assess(ground.service, facts)
        missed = {"answer_due_on": str(case.answer_due_on), "department": case.department}
        close_tasks(tasks, doing, ACT)
        open_steps(case, ground, "", facts, doing)
        tell(case, ground.service, "deemed-accepted", doing)
        keep(case, doing, before, data=missed, facts=to_json(ground.service, facts), explanation=explanation.to_json())
    return True
