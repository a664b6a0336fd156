"""What it means when a department lets a step's own days pass: its head is told, or it counts as agreement, as the service declares.

Invariants: each step is looked at once; agreement by silence is never a finding, so that what would have been recorded stays unknown; a refusal is never
made by silence; the rung above is told where there is nobody on this one.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.cases.acts.outputs import tell_officials
from tongban.cases.acts.record import Doing, close_task, keep, lock, records_with, tasks_of
from tongban.cases.acts.silence import desk
from tongban.cases.acts.step import go_on
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.models import Case, Task
from tongban.cases.reads import gathered, ground_of
from tongban.cases.reads.heads import heads_of
from tongban.catalogue.core.course import assess
from tongban.kernel import clock

ESCALATE, PASS = "escalate", "deem-passed"


def silent_steps(limit: int = 200) -> list[UUID]:
    """The open tasks whose own days have passed and that say what this means."""
    rows = Task.objects.filter(is_open=True, escalated_at=None, step_due_on__lt=clock.today()).exclude(on_silence="")
    return list(rows.order_by("step_due_on").values_list("pk", flat=True)[:limit])


def answer_silence(task_id: UUID) -> bool:
    """Escalate a step, or let it count as agreed; returns whether anything was done."""
    case_id = Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
    if case_id is None:
        return False
    with transaction.atomic(durable=True):
        case = lock(case_id, None)
        tasks = tasks_of(case)
        task = next(one for one in tasks if one.id == task_id)
        if not task.is_open or task.escalated_at is not None or task.step_due_on is None or task.step_due_on >= clock.today():
            return False
        task.escalated_at = clock.now()
        if task.on_silence == "pass" and case.is_open:
            _pass(case, task, tasks)
        else:
            _escalate(case, task)
    return True


def _escalate(case: Case, task: Task) -> None:
    doing = Doing(ESCALATE, None, department=task.department)
    told = [one for one in heads_of(task.department, case.area) if one.person_id not in case.kept_from]
    tell_officials(case, [one.person_id for one in told], "step-late", due=task.step_due_on)
    doing.rows.change(task)
    data = {"step_due_on": str(task.step_due_on), "missed_by": task.department, "desk": desk(task), "told": [one.name for one in told]}
    keep(case, doing, case.state, step=task.step, data=data)


def _pass(case: Case, task: Task, tasks: list[Task]) -> None:
    doing = Doing(PASS, None, department=task.department)
    ground = ground_of(case)
    before = case.state
    close_task(task, doing, PASS)
    case.state = ground.procedure.next_state(case.state, "start") or case.state
    facts = assemble(ground.service, gathered(ground.service, case, records=records_with(tasks)))
    go_on(case, ground, task, tasks, "pass", doing, facts)
    data = {"step_due_on": str(task.step_due_on), "missed_by": task.department, "desk": desk(task)}
    explanation = assess(ground.service, facts)
    keep(case, doing, before, step=task.step, data=data, facts=to_json(ground.service, facts), explanation=explanation.to_json())
