"""Agree when officials come: once for everybody who comes, told once to the applicant, by whichever inspector is first; a newer appointment replaces it.

Invariants: only who may do one of the checks of the visit agrees upon it; the day is a working day, not past, and not after the last day of any check that is
open in it, so that a part which is not there yet holds up nobody; each still signs their own record.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from tongban.cases.acts.outputs import tell
from tongban.cases.acts.record import Doing, Done, keep, lock, once
from tongban.cases.core.bundle_errors import NoVisitError
from tongban.cases.core.course import step_named
from tongban.cases.core.visit_days import last_day
from tongban.cases.core.words import day
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Appointment, Task
from tongban.cases.permissions import check_task, verbs
from tongban.cases.reads.ground import ground_of
from tongban.cases.reads.visits import tasks_of_visit, visit_of
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

Half = Literal["am", "pm"]
HALVES = {"am": Text("上午", "in the morning"), "pm": Text("下午", "in the afternoon")}
MESSAGE = "visit-appointed"
_NO_CHECK = Text(
    "这一环节不是现场核查，或者已经办完，不用约时间。", "This step is no check on the spot, or it is done; no time need be agreed."
)
_PAST = Text("约定的日子已经过去，请选今天或以后的工作日。", "That day is past; choose today or a later working day.")
_DAY_OFF = Text("这一天不上班，请选工作日。", "Offices are closed on that day; choose a working day.")
_TOO_LATE = Text(
    "最迟要在{due}前去，这是参加核查的部门中最早到期的一家。",
    "You must go by {due}: that is when the first of the departments taking part is due.",
)


@once("appoint")
def appoint(task_id: UUID, on: date, half: Half, *, actor: Actor, key: str) -> Done:
    """Agree upon a day and half of it for the visit that a check belongs to. Raises NoVisitError, MayNotError, OwnCaseError, CaseNotFoundError."""
    task = Task.objects.select_related("case").filter(pk=task_id).first()
    if task is None:
        raise CaseNotFoundError
    root = lock(task.case.parent_id or task.case_id, actor)
    post = check_task(actor, task.case, task, "step", verbs())
    _check_open(task)
    visit = visit_of(task.case, task.step)
    _check_day(on, [one.step_due_on for one in tasks_of_visit(task.case, visit) if one.is_open])
    doing = Doing("appoint", actor, key=key, department=post.department)
    replaced = Appointment.objects.filter(case=root, visit=visit.id, replaced_at=None).update(replaced_at=doing.at)
    doing.rows.add(
        Appointment(
            case=root,
            visit=visit.id,
            on=on,
            half=half,
            made_by=actor.person_id,
            made_by_name=actor.name,
            department=post.department,
            made_at=doing.at,
        )
    )
    tell(root, ground_of(root).service, MESSAGE, doing, visit=Text(f"{day(on).zh}{HALVES[half].zh}", f"{day(on).en} {HALVES[half].en}"))
    data = {"visit": visit.id, "on": str(on), "half": half, "replaces": bool(replaced)}
    return keep(root, doing, root.state, step=task.step if root.id == task.case_id else "", data=data)


def _check_open(task: Task) -> None:
    if not task.is_open or task.step == "accept":
        raise NoVisitError(_NO_CHECK)
    step = step_named(ground_of(task.case).service, task.step)
    if not (step.on_site or task.purpose in ("check", "recheck")):
        raise NoVisitError(_NO_CHECK)


def _check_day(on: date, due: list[date | None]) -> None:
    today = clock.today()
    if on < today:
        raise NoVisitError(_PAST)
    last = last_day(due, today)
    if last is not None and on > last:
        raise NoVisitError(_TOO_LATE.format(due=day(last)))
    try:
        first = catalogue.city().calendar.first_working_on_or_after(on)
    except UndeclaredYearError as unknown:
        raise NoVisitError(unknown.says) from unknown
    if first != on:
        raise NoVisitError(_DAY_OFF)
