"""The desk's lists: what waits, sorted by the nearest promise, and what is searched for.

Invariants: lists read only columns copied into the task's own row; paging is by key; counts stop at 100; search is scoped to what the reader may
see and newest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from tongban import statements
from tongban.cases.core.clocks import days_left
from tongban.cases.core.course import step_named
from tongban.cases.models import Case, Task
from tongban.cases.reads import boxes
from tongban.cases.reads.boxes import ListedTask
from tongban.cases.reads.ground import ground_of
from tongban.cases.reads.searching import search_cases
from tongban.cases.reads.tickets.titles import about
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

Box = Literal["mine", "today", "late", "waiting", "department", "done"]
_COUNTED: tuple[boxes.Box, ...] = ("mine", "today", "late", "waiting", "department")
MOST = 100
ACCEPT = Text("受理", "Accept")
"""What the first task of a sent case is called."""
PURPOSES = {
    "check": Text("事后核查：{step}", "Check of the promise: {step}"),
    "recheck": Text("整改复查：{step}", "Second check: {step}"),
    "annul": Text("决定是否撤销", "Decide on annulment"),
}
"""What a task that follows a promise is called."""


@dataclass(frozen=True)
class TaskRow:
    """One line of the desk's middle column."""

    task_id: UUID
    case_id: UUID
    number: str
    service: str
    title: Text
    applicant_name: str
    step: str
    step_title: Text
    due_on: date | None
    statutory_due_on: date | None
    promised_left: int | None
    statutory_left: int | None
    purpose: str = ""
    assigned_name: str = ""
    due_at: datetime | None = None
    """The instant due, where the limit is in hours."""
    about: Text | None = None
    """What a ticket is about, and where."""


@dataclass(frozen=True)
class QueuePage:
    """One page of a box; `next_key` is where the next one begins."""

    rows: tuple[TaskRow, ...]
    next_key: str


def queue(actor: Actor, box: Box, *, after: str = "", limit: int = 50) -> QueuePage:
    """One page of a box, nearest promise first; without a promise last."""
    key = _key_in(after, box)
    found: list[Any] = _done(actor, key, limit + 1) if box == "done" else boxes.page(actor, box, after=key, limit=limit + 1)
    city = catalogue.city()
    last = found[limit - 1] if len(found) > limit else None
    shown = found[:limit] if box == "done" else sorted(found[:limit], key=_nearest)
    said = about(city, (task.case_id for task in shown))
    return QueuePage(tuple(_row(task, city, said.get(task.case_id)) for task in shown), _key_of(last, box) if last else "")


def _nearest(task: ListedTask) -> tuple[Any, ...]:
    """On one page, what is due at an instant of a day comes before what has all that day."""
    return task.due_on is None, task.due_on or date.max, task.due_at is None, task.due_at.timestamp() if task.due_at else 0, task.id


def _done(actor: Actor, after: Any, limit: int) -> list[Task]:
    """What this official has done, the latest first."""
    where, values = "", [actor.person_id]
    if after is not None:
        where, values = " AND (t.done_at, t.id) < ($2::timestamptz, $3::uuid)", [*values, *after]
    return statements.read(Task, f"NOT t.is_open AND t.done_by = $1{where} ORDER BY t.done_at DESC, t.id DESC LIMIT {limit}", values)


def _key_in(after: str, box: Box) -> tuple[Any, UUID] | None:
    """A page's key, read; one that is none begins anew."""
    moment, _, last = after.partition("/")
    try:
        task_id = UUID(last)
        if box != "done":
            return (date.fromisoformat(moment) if moment else None), task_id
        done_at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return None if done_at.tzinfo is None else (done_at, task_id)


def _key_of(task: Any, box: Box) -> str:
    """Where the page after this task begins."""
    moment = task.done_at.isoformat() if box == "done" else task.due_on or ""
    return f"{moment}/{task.id}"


def count(actor: Actor, box: boxes.Box) -> int:
    """How many lie in one box; 100 means 100 or more."""
    return boxes.counts(actor, (box,), MOST)[box]


def counts(actor: Actor) -> dict[Box, int]:
    """How many lie in each box; 100 means 100 or more."""
    return {box: count for box, count in boxes.counts(actor, _COUNTED, MOST).items()}  # noqa: C416 - more boxes than are counted


def search(actor: Actor, words: str, *, limit: int = 50) -> tuple[TaskRow, ...]:
    """Cases the reader may see, by number (also its tail, from three characters), two characters or more of the applicant's name, or service, newest first."""
    city = catalogue.city()
    return tuple(_case_row(case, city) for case in search_cases(actor, words, limit=limit))


def _row(task: Task | ListedTask, city: City, said: Text | None) -> TaskRow:
    service = city.services.get(task.service)
    step = service.steps.get(task.step) if service else None
    if service and step is None and task.joint:
        step = step_named(service, task.step)
    return TaskRow(
        task_id=task.id,
        case_id=task.case_id,
        number=task.number,
        service=task.service,
        title=service.title if service else Text(task.service, task.service),
        applicant_name=task.applicant_name,
        step=task.step,
        step_title=PURPOSES[task.purpose].format(step=step.title if step else ACCEPT) if task.purpose else step.title if step else ACCEPT,
        due_on=task.due_on,
        statutory_due_on=task.statutory_due_on,
        promised_left=_left(task.due_on, city),
        statutory_left=_left(task.statutory_due_on, city),
        purpose=task.purpose,
        assigned_name=task.assigned_name,
        due_at=task.due_at,
        about=said,
    )


def _case_row(case: Case, city: City) -> TaskRow:
    view_service = city.services.get(case.service)
    ground = ground_of(case)
    return TaskRow(
        task_id=case.id,
        case_id=case.id,
        number=case.number or "",
        service=case.service,
        title=view_service.title if view_service else ground.service.title,
        applicant_name=case.applicant_name,
        step=case.step,
        step_title=ground.procedure.states[case.state].title,
        due_on=case.due_on,
        statutory_due_on=case.statutory_due_on,
        promised_left=_left(case.due_on, city),
        statutory_left=_left(case.statutory_due_on, city),
        due_at=case.due_at,
    )


def _left(due: date | None, city: City) -> int | None:
    try:
        return days_left(due, clock.today(), city.calendar)
    except UndeclaredYearError:
        return None
