"""A step that another body's system does: take its answer, give the step to people, enter the answer by hand, push again.

Invariants: an answer completes the step by the machine and the route goes on; where the step is the last one, the machine grants if every clause is yes and
nothing is owed, and otherwise a person decides - it never refuses; no answer, or one outside the agreement, gives the step to people and ends nothing; what a person
enters is theirs, with their reason, and a later answer of the system changes nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases.acts.decide import settle
from tongban.cases.acts.gather import gather
from tongban.cases.acts.outputs import outcome_message, tell
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import MACHINE, Doing, Done, advance, close_task, keep, lock, once, open_task, records_with, tasks_of
from tongban.cases.acts.step import go_on, record
from tongban.cases.core.course import step_named
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.errors import CaseNotFoundError, GroundMissingError, WrongStateError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import check_task, verbs
from tongban.cases.reads import Ground, gathered, ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import SYSTEM, Step
from tongban.docking import acts as docking
from tongban.docking import reads as handed
from tongban.files import reads as files
from tongban.kernel import clock
from tongban.parties.core.people import Actor
from tongban.rules.core import Answer, Explanation, Facts

ANSWERED, GAVE_UP, UNFIT, BY_HAND, PUSH_AGAIN = "system-answered", "system-silent", "system-unfit", "by-hand", "push-again"


def untaken_outcomes(limit: int = 200) -> list[UUID]:
    """The handovers of which something came that no case has taken note of yet."""
    return [id_ for id_, _ in handed.untaken(limit)]


def take_outcome(handover_id: UUID) -> bool:
    """Take note of what came of a handover: complete the step, or give it to people. Returns whether anything was done.

    What departments hold and has aged is asked for again before, outside the lock: a machine decides on nothing stale.
    """
    view = handed.answer_of(handover_id)
    if view is None:
        return False
    gather(view.case_id, actor=MACHINE)
    with transaction.atomic(durable=True):
        case = lock(view.case_id, None)
        tasks = tasks_of(case)
        outcome = docking.take(handover_id)
        task = next((one for one in tasks if one.id == view.task_id), None)
        if outcome is None or task is None or not task.is_open:
            return False
        ground = ground_of(case)
        step = step_named(ground.service, task.step)
        data: dict[str, Any] = {"system": outcome.system, "title": _both(outcome), "remote": outcome.remote_id}
        if outcome.state == "answered":
            _complete(case, ground, step, task, tasks, outcome, data)
        else:
            _to_people(case, step, task, outcome, data)
    return True


def _both(outcome: docking.Outcome) -> dict[str, str]:
    return {"zh": outcome.title.zh, "en": outcome.title.en}


def _complete(
    case: Case, ground: Ground, step: Step, task: Task, tasks: list[Task], outcome: docking.Outcome, data: dict[str, Any]
) -> None:
    doing = Doing(ANSWERED, None, department=task.department)
    if outcome.answered_at is not None:
        data["answered_at"] = outcome.answered_at.isoformat()
    record(task, step, "pass", "", outcome.records, ())
    close_task(task, doing, "pass")
    _keep_on(case, ground, step, task, tasks, doing, data | {"records": task.records})


def _to_people(case: Case, step: Step, task: Task, outcome: docking.Outcome, data: dict[str, Any]) -> None:
    doing = Doing(GAVE_UP if outcome.state == "failed" else UNFIT, None, department=task.department)
    task.role = step.by_hand
    doing.rows.change(task)
    if outcome.error.zh:
        data["error"] = {"zh": outcome.error.zh, "en": outcome.error.en}
    keep(case, doing, case.state, step=task.step, data=data)


@once("by-hand")
def enter_by_hand(task_id: UUID, *, actor: Actor, key: str, records: Mapping[str, str], words: str, paper: UUID | None = None) -> Done:
    """Enter the answer of a system that gives none, with the reason and, if there is one, the paper it rests on (a file kept with the case).

    Raises GroundMissingError, RecordMissingError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError; the docking room's AlreadyOverError.
    """
    case, ground, step, task, tasks, department = _for_hand(task_id, actor)
    if not words.strip():
        raise GroundMissingError
    doing = Doing(BY_HAND, actor, key=key, department=department)
    record(task, step, "pass", words, records, ())
    docking.enter_by_hand(task.id, task.records, by=doing.name, record=doing.entries.append)
    close_task(task, doing, "pass")
    data = _named(step) | {"records": task.records, "paper": _own_paper(case, paper)}
    return _keep_on(case, ground, step, task, tasks, doing, data, words=words)


@once("push-again")
def push_again(task_id: UUID, *, actor: Actor, key: str) -> Done:
    """Offer a case to its system anew; the step is the system's again. Raises as `enter_by_hand`."""
    case, _, step, task, _, department = _for_hand(task_id, actor)
    doing = Doing(PUSH_AGAIN, actor, key=key, department=department)
    docking.push_again(task.id, by=doing.name, record=doing.entries.append)
    task.role = SYSTEM
    doing.rows.change(task)
    return keep(case, doing, case.state, step=task.step, data=_named(step))


def _named(step: Step) -> dict[str, Any]:
    """The system, as an event names it."""
    system = catalogue.city().systems.get(step.system)
    title = system.title if system else step.title
    return {"system": step.system, "title": {"zh": title.zh, "en": title.en}}


def _for_hand(task_id: UUID, actor: Actor) -> tuple[Case, Ground, Step, Task, list[Task], str]:
    """A system's open step, locked, for somebody whose role may enter it by hand, and the department in whose name."""
    found = Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
    if found is None:
        raise CaseNotFoundError
    case = lock(found, actor)
    tasks = tasks_of(case)
    task = next(one for one in tasks if one.id == task_id)
    if not task.system:
        raise CaseNotFoundError
    ground = ground_of(case)
    step = step_named(ground.service, task.step)
    post = check_task(actor, case, task, BY_HAND, verbs(), role=step.by_hand)
    if not task.is_open:
        raise WrongStateError(ground.procedure.states[case.state].title)
    return case, ground, step, task, tasks, post.department


def _own_paper(case: Case, paper: UUID | None) -> str:
    """The paper, if it is kept with this case; what is not is no proof of anything."""
    return str(paper) if paper is not None and any(one.id == paper for one in files.of_owner(case.id)) else ""


def _keep_on(
    case: Case,
    ground: Ground,
    step: Step,
    task: Task,
    tasks: Sequence[Task],
    doing: Doing,
    data: dict[str, Any],
    *,
    words: str = "",
) -> Done:
    """The step is done: go on with the route, or where it was the last one grant, or let a person decide."""
    before = case.state
    case.state = ground.procedure.next_state(case.state, "start") or case.state
    facts = assemble(ground.service, gathered(ground.service, case, records=records_with(tasks)).without_aged())
    explanation = assess(ground.service, facts)
    if step.id != ground.deciding_step:
        go_on(case, ground, task, tasks, "pass", doing, facts)
    elif _may_grant(case, ground, explanation):
        data |= {"acts": [doing.act, "grant"]} | _grant(case, ground, facts, explanation, doing)
    else:
        open_task(case, doing, step=step.id, role=step.by_hand, department=task.department)
    return keep(
        case, doing, before, step=task.step, words=words, data=data, facts=to_json(ground.service, facts), explanation=explanation.to_json()
    )


def _may_grant(case: Case, ground: Ground, explanation: Explanation) -> bool:
    """Whether nobody needs to look: every clause is yes, nothing is owed, nothing was promised, and the state allows it."""
    free = not case.owed and not ground.way.is_promise
    return free and explanation.answer == Answer.YES and ground.procedure.next_state(case.state, "grant") is not None


def _grant(case: Case, ground: Ground, facts: Facts, explanation: Explanation, doing: Doing) -> dict[str, Any]:
    advance(case, ground.procedure, "grant")
    case.decided_on, case.step = clock.local_date(doing.at), ""
    data = settle(case, ground, "grant", facts, explanation, doing, "")
    project(case, ground.service, ground.limits, ground.procedure)
    tell(case, ground.service, outcome_message(case, "grant"))
    return data
