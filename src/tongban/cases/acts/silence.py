"""What an office's silence means: no word on corrections within the days of the procedure, and the application counts as accepted from its receipt.

Source: Administrative Licensing Law, article 32(1)(4). Only procedures that say so are touched; nothing is ever refused by silence; the applicant
has a written notice of it, and the record tells on whose desk it lay: the department, the post, and the official, where one had been named.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.cases.acts.accept import open_steps
from tongban.cases.acts.outputs import tell, write_of_act
from tongban.cases.acts.owed import begin_owing
from tongban.cases.acts.record import Doing, advance, close_tasks, keep, lock, records_with, tasks_of
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.models import Case, Task
from tongban.cases.reads import gathered, ground_of, silence_passed
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import Service
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
        missed = {
            "answer_due_on": str(case.answer_due_on),
            "department": case.department,
            "desks": [desk(one) for one in tasks if one.is_open],
        }
        close_tasks(tasks, doing, ACT)
        open_steps(case, ground, "", facts, doing)
        data = missed | write_of_act(case, ground, ACT, doing, explanation=explanation)
        _tell(case, ground.service, doing)
        keep(case, doing, before, data=data, facts=to_json(ground.service, facts), explanation=explanation.to_json())
    return True


def desk(task: Task) -> dict[str, str]:
    """Whose an open task is: department and post, and the official it was given to."""
    named = {"person": str(task.assigned_to), "name": task.assigned_name} if task.assigned_to else {}
    return {"step": task.step, "department": task.department, "role": task.role, **named}


def _tell(case: Case, service: Service, doing: Doing) -> None:
    """The promised day, while it is still to come; once it has passed, that it has, and the day of the law."""
    if case.due_on is not None and case.due_on >= clock.today():
        tell(case, service, "deemed-accepted", doing, due=case.due_on)
    else:
        tell(case, service, "deemed-accepted-late", doing, due=case.statutory_due_on)
