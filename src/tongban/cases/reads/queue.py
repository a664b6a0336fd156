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
from tongban.cases.core.course import step_named
from tongban.cases.core.tickets.clock import Counted, days_to
from tongban.cases.models import Case, Task
from tongban.cases.reads import boxes
from tongban.cases.reads.boxes import ListedTask
from tongban.cases.reads.ground import ground_of
from tongban.cases.reads.searching import search_cases
from tongban.cases.reads.tickets.titles import About, about
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
    "after": Text("{step}", "{step}"),
}
"""What a task that follows the answer is called."""


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
    counted: Counted = "working"
    """What `promised_left` is counted in: working days, but for a ticket whose own limit is declared otherwise."""
    done_at: datetime | None = None
    """When it was done; what is left is then what was left on that day."""

    @property
    def was_late(self) -> bool:
        """Whether it was done after the promise: its day, or its hour."""
        if self.done_at is None:
            return False
        by_hour = self.due_at is not None and self.done_at > self.due_at
        return by_hour or (self.due_on is not None and clock.local_date(self.done_at) > self.due_on)


@dataclass(frozen=True)
class QueuePage:
    """One page of a box; `next_key` is where the next one begins."""

    rows: tuple[TaskRow, ...]
    next_key: str


def queue(actor: Actor, box: Box, *, after: str = "", limit: int = 50) -> QueuePage:
    """One page of a box, nearest promise first, by day and within a day by hour; without a promise last."""
    key = key_in(after, box)
    found: list[Any] = _done(actor, key, limit + 1) if box == "done" else boxes.page(actor, box, after=key, limit=limit + 1)
    city = catalogue.city()
    last = found[limit - 1] if len(found) > limit else None
    shown = found[:limit]
    said = about(city, (task.case_id for task in shown))
    return QueuePage(tuple(_row(task, city, said.get(task.case_id)) for task in shown), _key_of(last, box) if last else "")


def _done(actor: Actor, after: Any, limit: int) -> list[Task]:
    """What this official has done, the latest first."""
    where, values = "", [actor.person_id]
    if after is not None:
        where, values = " AND (t.done_at, t.id) < ($2::timestamptz, $3::uuid)", [*values, *after]
    return statements.read(Task, f"NOT t.is_open AND t.done_by = $1{where} ORDER BY t.done_at DESC, t.id DESC LIMIT {limit}", values)


def key_in(after: str, box: Box) -> Any:
    """A page's key, read: the day due, the hour on it, the task (of what is done: the instant, the task). None for what is no key, so that it begins anew."""
    try:
        if box == "done":
            done, last = after.split("/")
            at = _moment(done)
            return None if at is None else (at, UUID(last))
        day, hour, last = after.split("/")
        return (date.fromisoformat(day) if day else None), _moment(hour), UUID(last)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """An instant of a key, with its zone. Raises ValueError."""
    found = datetime.fromisoformat(text) if text else None
    if found is not None and found.tzinfo is None:
        raise ValueError(text)
    return found


def _key_of(task: Any, box: Box) -> str:
    """Where the page after this task begins."""
    if box == "done":
        return f"{task.done_at.isoformat()}/{task.id}"
    return f"{task.due_on or ''}/{task.due_at.isoformat() if task.due_at else ''}/{task.id}"


def count(actor: Actor, box: boxes.Box) -> int:
    """How many lie in one box; 100 means 100 or more."""
    return boxes.counts(actor, (box,), MOST)[box]


def counts(actor: Actor) -> dict[Box, int]:
    """How many lie in each box; 100 means 100 or more."""
    return {box: count for box, count in boxes.counts(actor, _COUNTED, MOST).items()}  # noqa: C416 - more boxes than are counted


def search(actor: Actor, words: str, *, limit: int = 50) -> tuple[TaskRow, ...]:
    """Cases the reader may see, by number (also its tail, from three characters), two characters or more of the applicant's name, or service, newest first."""
    city = catalogue.city()
    found = search_cases(actor, words, limit=limit)
    said = about(city, (case.id for case in found)) if found else {}
    return tuple(_case_row(case, city, said.get(case.id)) for case in found)


def _row(task: Task | ListedTask, city: City, said: About | None) -> TaskRow:
    service = city.services.get(task.service)
    step = service.steps.get(task.step) if service else None
    if service and step is None and task.joint:
        step = step_named(service, task.step)
    counted: Counted = said.counted if said else "working"
    done_at = task.done_at if isinstance(task, Task) else None
    day = clock.local_date(done_at) if done_at else clock.today()
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
        promised_left=_left(task.due_on, day, city, counted),
        statutory_left=_left(task.statutory_due_on, day, city),
        purpose=task.purpose,
        assigned_name=task.assigned_name,
        due_at=task.due_at,
        about=said.text if said else None,
        counted=counted,
        done_at=done_at,
    )


def _case_row(case: Case, city: City, said: About | None) -> TaskRow:
    view_service = city.services.get(case.service)
    ground = ground_of(case)
    counted: Counted = said.counted if said else "working"
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
        promised_left=_left(case.due_on, clock.today(), city, counted),
        statutory_left=_left(case.statutory_due_on, clock.today(), city),
        due_at=case.due_at,
        about=said.text if said else None,
        counted=counted,
    )


def _left(due: date | None, day: date, city: City, counted: Counted = "working") -> int | None:
    try:
        return days_to(due, day, counted, city.calendar) if due else None
    except UndeclaredYearError:
        return None
