"""The desk: what waits, sorted by the nearest promise; and one case with what its reader may do.

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
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.models import NUMBER_BACKWARDS, Case, Task
from tongban.cases.permissions import check_task, desk_of, may_official, posts_reach, stood_behind, tasks_of, verbs
from tongban.cases.reads.ground import Ground, ground_of, silence_passed
from tongban.cases.reads.mine import CaseView, view_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Step
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor
from tongban.parties.core.sealing import searchable
from tongban.parties.sealer import sealer

Box = Literal["mine", "today", "late", "waiting", "department", "done"]
MOST = 100
SHORTEST_TAIL = 3
"""Fewer characters of a number fit a good part of all cases, which tells nobody anything and costs the most."""
_ACCEPT = Text("受理", "Accept")


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


@dataclass(frozen=True)
class QueuePage:
    """One page of a box; `next_key` is where the next one begins."""

    rows: tuple[TaskRow, ...]
    next_key: str


@dataclass(frozen=True)
class DeskTask:
    """What is open on a case for this reader."""

    id: UUID
    step: str
    title: Text
    definition: Step | None
    department: str
    due_on: date | None
    records: dict[str, str]
    photos: tuple[str, ...]
    signatures: tuple[dict[str, str], ...]
    may_do: bool


@dataclass(frozen=True)
class DeskCase:
    """One case as an official sees it."""

    case: CaseView
    tasks: tuple[DeskTask, ...]
    acts: frozenset[str]
    """Of accept, ask-correction, not-accept, step, decide, hand-over: what this reader may do now."""
    stands_aside: bool
    """The reader, or a relative of theirs, is on the applicant's side, and reads no more of what officials wrote than the applicant does."""
    site_task: UUID | None


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


def counts(actor: Actor) -> dict[Box, int]:
    """How many lie in each box; 100 means 100 or more."""
    boxes: tuple[Box, ...] = ("mine", "today", "late", "waiting", "department")
    return {box: _box(actor, box).values("pk")[:MOST].count() for box in boxes}


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


def desk_case(case_id: UUID, actor: Actor) -> DeskCase:
    """One case, for an official of a department that has a part in it. Raises CaseNotFoundError."""
    case = Case.objects.filter(pk=case_id).exclude(state="draft").first()
    tasks = list(Task.objects.filter(case=case).order_by("id")) if case else []
    if case is None or not may_official(actor, case, tasks, "see", verbs()):
        raise CaseNotFoundError
    ground = ground_of(case)
    behind = stood_behind(case)
    aside = actor.person_id in behind or bool(parties.kin(actor.person_id) & behind)
    open_tasks = tuple(_desk_task(task, ground, case, actor, aside=aside) for task in tasks if task.is_open)
    site = next((task.id for task in open_tasks if task.definition is not None and task.definition.on_site and task.may_do), None)
    return DeskCase(view_of(case, for_applicant=aside), open_tasks, _acts(case, ground, tasks, open_tasks, actor, aside=aside), aside, site)


def case_of_task(task_id: UUID) -> UUID:
    """The case that a task is of; who may see it is asked with the case. Raises CaseNotFoundError."""
    found = Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
    if found is None:
        raise CaseNotFoundError
    return found


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
        step_title=step.title if step else _ACCEPT,
        due_on=task.due_on,
        statutory_due_on=task.statutory_due_on,
        promised_left=_left(task.due_on, city),
        statutory_left=_left(task.statutory_due_on, city),
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


def _desk_task(task: Task, ground: Ground, case: Case, actor: Actor, *, aside: bool) -> DeskTask:
    definition = None if task.step == "accept" else step_named(ground.service, task.step)
    return DeskTask(
        id=task.id,
        step=task.step,
        title=definition.title if definition else _ACCEPT,
        definition=definition,
        department=task.department,
        due_on=task.step_due_on,
        records=task.records,
        photos=tuple(task.photos),
        signatures=tuple(task.signatures),
        may_do=not aside and definition is not None and _may_do(actor, case, task),
    )


def _may_do(actor: Actor, case: Case, task: Task) -> bool:
    try:
        check_task(actor, case, task, "step", verbs())
    except (CaseNotFoundError, MayNotError):
        return False
    return True


def _acts(case: Case, ground: Ground, tasks: list[Task], open_tasks: tuple[DeskTask, ...], actor: Actor, *, aside: bool) -> frozenset[str]:
    if aside:
        return frozenset()
    acts = {
        act
        for act in ("accept", "ask-correction", "not-accept")
        if not silence_passed(case, ground.procedure)
        and ground.procedure.next_state(case.state, act)
        and may_official(actor, case, tasks, act, verbs())
    }
    if "not-accept" in acts and ground.procedure.next_state(case.state, "not-needed"):
        acts.add("not-needed")
    last = ground.way.route[-1] if ground.way.route else ""
    for task in open_tasks:
        if task.may_do:
            acts.add("decide" if task.step == last else "step")
    if case.decided_on and case.delivered_at is None and may_official(actor, case, tasks, "hand-over", verbs()):
        acts.add("hand-over")
    return frozenset(acts)
