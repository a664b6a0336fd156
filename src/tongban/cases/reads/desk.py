"""One case on the desk, with what its reader may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongban.cases.core.course import step_named
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.models import Case, Event, Task
from tongban.cases.nearness import stood_behind
from tongban.cases.permissions import check_assigner, check_task, may_official, verbs
from tongban.cases.reads.by_system import SystemStep, system_steps
from tongban.cases.reads.charges import owes
from tongban.cases.reads.colleagues import colleagues_of
from tongban.cases.reads.ground import Ground, ground_of, silence_passed
from tongban.cases.reads.queue import ACCEPT, PURPOSES
from tongban.cases.reads.tickets.desk import ticket_acts
from tongban.cases.reads.tickets.view import Who, who
from tongban.cases.reads.view import CaseView, view_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import SYSTEM, Step
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, OfficialRef


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
    purpose: str = ""
    """Empty for the way to the answer; `check`, `recheck` and `annul` for what follows a promise, `after` for what follows any other answer."""
    assigned_to: UUID | None = None
    assigned_name: str = ""
    may_assign: bool = False
    system: str = ""
    """The other body's system that does it: it is entered by hand, never passed or decided."""


@dataclass(frozen=True)
class DeskCase:
    """One case as an official sees it."""

    case: CaseView
    tasks: tuple[DeskTask, ...]
    acts: frozenset[str]
    """Of accept, ask-correction, not-accept, step, decide, hand-over, stop, resume, extend, annul, by-hand, push-again, mark-paid: what this reader may do now."""
    stands_aside: bool
    """The reader, or a relative of theirs, is on the applicant's side, and reads no more of what officials wrote than the applicant does."""
    site_task: UUID | None
    systems: tuple[SystemStep, ...] = ()
    """The steps that another body's system does or did."""
    who: Who | None = None
    """Who a sealed ticket is from, where this reader has looked."""
    may_hand_over: bool = False
    """The result is there, and this reader is one of those who hand it out."""


def desk_case(case_id: UUID, actor: Actor) -> DeskCase:
    """One case, for an official of a department that has a part in it. Raises CaseNotFoundError."""
    case = Case.objects.filter(pk=case_id).exclude(state="draft").first()
    tasks = list(Task.objects.filter(case=case).order_by("id")) if case else []
    if case is None or not may_official(actor, case, tasks, "see", verbs()):
        raise CaseNotFoundError
    ground = ground_of(case)
    behind = stood_behind(case)
    is_near = actor.person_id in behind or bool(parties.kin(actor.person_id) & behind)
    if is_near and case.is_confidential:
        raise CaseNotFoundError
    aside = is_near and not case.is_sealed
    open_tasks = tuple(_desk_task(task, ground, case, actor, aside=is_near) for task in tasks if task.is_open)
    site = next((task.id for task in open_tasks if is_on_site(task) and task.may_do), None)
    view = view_of(case, for_applicant=aside)
    if ground.service.tickets is not None:
        acts = frozenset() if is_near else ticket_acts(case, ground, ground.service.tickets, tasks, actor)
        return DeskCase(view, open_tasks, acts, aside, None, who=_who(case, ground, actor))
    systems = system_steps(case, ground, tasks, actor, aside=aside)
    acts = _acts(case, ground, tasks, open_tasks, actor, aside=aside)
    acts |= {"by-hand", "push-again"} if any(one.may_by_hand for one in systems) else set()
    hands_out = case.decided_on is not None and not aside and may_official(actor, case, tasks, "hand-over", verbs())
    return DeskCase(view, open_tasks, acts, aside, site, systems, may_hand_over=hands_out)


def _who(case: Case, ground: Ground, actor: Actor) -> Who | None:
    """Who a sealed ticket is from, for somebody who has looked with a reason."""
    return who(case, ground, tuple(Event.objects.filter(case=case, act="see-who")), actor.person_id) if case.is_sealed else None


def case_of_task(task_id: UUID) -> UUID:
    """The case that a task is of; who may see it is asked with the case. Raises CaseNotFoundError."""
    found = Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
    if found is None:
        raise CaseNotFoundError
    return found


def is_on_site(task: DeskTask) -> bool:
    """Whether a task is a check list for a phone: a step done on site, or the check of a promise."""
    return task.purpose in ("check", "recheck") or (task.definition is not None and task.definition.on_site)


def colleagues(case_id: UUID, task_id: UUID) -> tuple[OfficialRef, ...]:
    """Who could do a task. Who may ask is the caller's to check; nothing of the case is told."""
    task = Task.objects.select_related("case").get(pk=task_id, case_id=case_id)
    return colleagues_of(task.case, task)


def _desk_task(task: Task, ground: Ground, case: Case, actor: Actor, *, aside: bool) -> DeskTask:
    definition = None if task.step == "accept" else step_named(ground.service, task.step)
    title = definition.title if definition else ACCEPT
    return DeskTask(
        id=task.id,
        step=task.step,
        title=PURPOSES[task.purpose].format(step=title) if task.purpose else title,
        definition=definition,
        department=task.department,
        due_on=task.step_due_on,
        records=task.records,
        photos=tuple(task.photos),
        signatures=tuple(task.signatures),
        may_do=not aside and definition is not None and not task.system and _may_do(actor, case, task),
        purpose=task.purpose,
        assigned_to=task.assigned_to,
        assigned_name=task.assigned_name,
        system=task.system,
        may_assign=not aside and task.role != SYSTEM and _allows(check_assigner, actor, case, task, verbs()),
    )


def _may_do(actor: Actor, case: Case, task: Task) -> bool:
    return _allows(check_task, actor, case, task, "decide" if task.purpose == "annul" else "step", verbs())


def _allows(check: Callable[..., object], *given: object) -> bool:
    """Whether a check lets somebody through."""
    try:
        check(*given)
    except (CaseNotFoundError, MayNotError):
        return False
    return True


def _acts(case: Case, ground: Ground, tasks: list[Task], open_tasks: tuple[DeskTask, ...], actor: Actor, *, aside: bool) -> frozenset[str]:
    if aside:
        return frozenset()
    acts = {
        act
        for act in ("accept", "ask-correction", "not-accept", "correct-on-the-spot")
        if not silence_passed(case, ground.procedure)
        and ground.procedure.next_state(case.state, "accept" if act == "correct-on-the-spot" else act)
        and may_official(actor, case, tasks, act, verbs())
    }
    if "not-accept" in acts and ground.procedure.next_state(case.state, "not-needed"):
        acts.add("not-needed")
    acts |= {
        act
        for act in ("stop", "resume", "extend")
        if ground.procedure.next_state(case.state, act) and may_official(actor, case, tasks, act, verbs())
    }
    is_late = case.statutory_due_on is not None and case.statutory_due_on < clock.today()
    acts -= {"stop", "extend"} if is_late else {"extend"} if case.extended_by else set()
    running = catalogue.city().services.get(case.service)
    if (
        running
        and running.hash != case.service_hash
        and case.is_open
        and case.decided_on is None
        and may_official(actor, case, tasks, "move", verbs())
    ):
        acts.add("move")
    acts |= set(_of_tasks(open_tasks, ground.way.route[-1] if ground.way.route else ""))
    if may_official(actor, case, tasks, "mark-paid", verbs()) and owes(case):
        acts.add("mark-paid")
    if (
        case.decided_on
        and case.delivered_at is None
        and not case.is_confidential
        and may_official(actor, case, tasks, "hand-over", verbs())
    ):
        acts.add("hand-over")
    return frozenset(acts)


def _of_tasks(tasks: tuple[DeskTask, ...], last: str) -> Iterator[str]:
    """What a reader may do on the open steps; `last` is the step that decides."""
    for task in tasks:
        if task.may_do and task.purpose == "annul":
            yield "annul"
        elif task.may_do and task.purpose in ("", "after"):
            yield "decide" if task.step == last else "step"
