"""One case on the desk, with what its reader may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongban.cases.core.course import step_named
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import check_task, may_official, stood_behind, verbs
from tongban.cases.reads.ground import Ground, ground_of, silence_passed
from tongban.cases.reads.queue import ACCEPT
from tongban.cases.reads.view import CaseView, view_of
from tongban.catalogue.core.definition import Step
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor


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


def _desk_task(task: Task, ground: Ground, case: Case, actor: Actor, *, aside: bool) -> DeskTask:
    definition = None if task.step == "accept" else step_named(ground.service, task.step)
    return DeskTask(
        id=task.id,
        step=task.step,
        title=definition.title if definition else ACCEPT,
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
