"""The desk's lists: what waits, sorted by the nearest promise, and what is searched for.

Invariants: lists read only columns copied into the task's own row; paging is by key; counts stop at 100; search is scoped to what the reader may
see and newest first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from tongban.cases.core.clocks import days_left
from tongban.cases.core.course import step_named
from tongban.cases.models import NUMBER_BACKWARDS, Case, Task
from tongban.cases.permissions import desk_of, posts_reach, tasks_of, verbs
from tongban.cases.reads.ground import ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.parties.core.sealing import searchable
from tongban.parties.sealer import sealer

Box = Literal["mine", "today", "late", "waiting", "department", "done"]
MOST = 100
SHORTEST_TAIL = 3
"""Fewer characters of a number fit a good part of all cases, which tells nobody anything and costs the most."""
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


@dataclass(frozen=True)
class QueuePage:
    """One page of a box; `next_key` is where the next one begins."""

    rows: tuple[TaskRow, ...]
    next_key: str


def queue(actor: Actor, box: Box, *, after: str = "", limit: int = 50) -> QueuePage:
    """One page of a box, nearest promise first; without a promise last."""
    rows = _box(actor, box).order_by("-done_at", "-id") if box == "done" else _box(actor, box).order_by("due_on", "id")
    moment, task_id = _key_in(after, box)
    if task_id and box == "done":
        rows = rows.filter(Q(done_at__lt=moment) | Q(done_at=moment, id__lt=task_id))
    elif task_id and moment:
        rows = rows.filter(Q(due_on__gt=moment) | Q(due_on=moment, id__gt=task_id) | Q(due_on__isnull=True))
    elif task_id:
        rows = rows.filter(due_on__isnull=True, id__gt=task_id)
    found = list(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    city = catalogue.city()
    return QueuePage(tuple(_row(task, city) for task in found[:limit]), _key_of(last, box) if last else "")


def _key_in(after: str, box: Box) -> tuple[str, str]:
    """A page's key, read; one that is none begins anew."""
    moment, _, task_id = after.partition("/")
    try:
        UUID(task_id)
        if box == "done" and datetime.fromisoformat(moment).tzinfo is None:
            return "", ""
        if box != "done" and moment:
            date.fromisoformat(moment)
    except ValueError:
        return "", ""
    return moment, task_id


def _key_of(task: Task, box: Box) -> str:
    """Where the page after this task begins."""
    moment = task.done_at.isoformat() if box == "done" and task.done_at else task.due_on or ""
    return f"{moment}/{task.id}"


def count(actor: Actor, box: Box) -> int:
    """How many lie in one box; 100 means 100 or more."""
    return _box(actor, box).values("pk")[:MOST].count()


def counts(actor: Actor) -> dict[Box, int]:
    """How many lie in each box; 100 means 100 or more."""
    boxes: tuple[Box, ...] = ("mine", "today", "late", "waiting", "department")
    return {box: count(actor, box) for box in boxes}


def search(actor: Actor, words: str, *, limit: int = 50) -> tuple[TaskRow, ...]:
    """Cases the reader may see, by number (also its tail, from three characters), two characters or more of the applicant's name, or service, newest first."""
    words = words.strip()
    seen = Case.objects.filter(desk_of(actor, verbs())).order_by("-id")
    found = [*_by_tail(seen, words, limit), *_by_name(seen, words, limit), *_by_service(seen, words, limit)] if words else []
    newest = sorted({case.id: case for case in found}.values(), key=lambda case: case.id, reverse=True)
    city = catalogue.city()
    return tuple(_case_row(case, city) for case in newest[:limit])


def _by_tail(seen: QuerySet[Case], words: str, limit: int) -> Iterable[Case]:
    if len(words) < SHORTEST_TAIL or not (words.isascii() and words.isalnum()):
        return ()
    return seen.alias(backwards=NUMBER_BACKWARDS).filter(backwards__startswith=words.upper()[::-1])[:limit]


def _by_name(seen: QuerySet[Case], words: str, limit: int) -> Iterable[Case]:
    grams = sealer().grams(words)
    if not grams:
        return ()
    likely = seen.filter(name_grams__contains=grams)[: 4 * limit]  # the same pairs may stand apart in another name
    return [case for case in likely if searchable(words) in searchable(case.applicant_name)][:limit]


def _by_service(seen: QuerySet[Case], words: str, limit: int) -> Iterable[Case]:
    services = catalogue.city().services.values()
    named = [one.id for one in services if words in one.title.zh or words.lower() in one.title.en.lower()]
    return seen.filter(service__in=named)[:limit] if named else ()


def _box(actor: Actor, box: Box) -> QuerySet[Task]:
    mine = Task.objects.filter(tasks_of(actor, verbs()))
    today = clock.today()
    match box:
        case "mine":
            return mine.filter(is_open=True)
        case "today":
            return mine.filter(is_open=True, due_on=today)
        case "late":
            return mine.filter(is_open=True, due_on__lt=today)
        case "waiting":
            return Task.objects.filter(posts_reach(actor, verbs(), "case__department"), is_open=True).exclude(tasks_of(actor, verbs()))
        case "department":
            return Task.objects.filter(posts_reach(actor, verbs(), "department"), is_open=True)
        case "done":
            return Task.objects.filter(is_open=False, done_by=actor.person_id)


def _row(task: Task, city: City) -> TaskRow:
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
    )


def _left(due: date | None, city: City) -> int | None:
    try:
        return days_left(due, clock.today(), city.calendar)
    except UndeclaredYearError:
        return None
