"""Accept an application, or say in writing that it is not accepted (不予受理) or not needed (不受理): three different decisions."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from tongban.cases.acts.handing import hand_step_over
from tongban.cases.acts.outputs import tell, write_letter, write_of_act
from tongban.cases.acts.owed import begin_owing, owed_papers
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import (
    Doing,
    Done,
    advance,
    check_version,
    close_tasks,
    keep,
    lock,
    once,
    open_task,
    records_with,
    tasks_of,
)
from tongban.cases.core.clocks import end_of
from tongban.cases.core.course import joint_of, next_steps, office_of, steps_after
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.core.words import day
from tongban.cases.errors import FactsAgedError, ReasonMissingError, SilencePassedError
from tongban.cases.models import Case
from tongban.cases.permissions import check_official, verbs
from tongban.cases.reads import Ground, gathered, ground_of, silence_passed
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import SYSTEM, Step
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.rules.core import Explanation, Facts

ACCEPT = "accept"
"""The task of a sent case that nobody has looked at yet."""
ACCEPTERS = "verb:accept"
"""The acceptance task is for any post of the department whose role may accept."""
AFTER = "after"
"""The purpose of a task that follows the answer: call back, review."""


@once("accept")
def accept(case_id: UUID, *, actor: Actor, key: str, version: int, words: str = "") -> Done:
    """Accept: from now the limits bind the department. Raises StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError."""
    case = lock(case_id, actor, version=version)
    tasks = tasks_of(case)
    check_official(actor, case, tasks, "accept", verbs())
    check_version(case, version)
    doing = Doing("accept", actor, key=key, department=case.department)
    ground = ground_of(case)
    check_silence(case, ground)
    before = advance(case, ground.procedure, "accept")
    case.accepted_on = clock.local_date(doing.at)
    begin_owing(case, ground.service, case.accepted_on)
    facts = assemble(ground.service, gathered(ground.service, case, records=records_with(tasks)))
    explanation = assess(ground.service, facts)
    close_tasks(tasks, doing, "accept")
    open_steps(case, ground, "", facts, doing)
    data = _told_in_writing(case, ground, explanation, doing)
    tell(case, ground.service, "accepted-owing" if case.owed else "accepted", doing, due=case.owed_due_on)
    return keep(case, doing, before, words=words, data=data, facts=to_json(ground.service, facts), explanation=explanation.to_json())


def _told_in_writing(case: Case, ground: Ground, explanation: Explanation, doing: Doing) -> dict[str, Any]:
    """The notice of acceptance; with papers owed the one that lists them, by when they must come, and what follows if they do not."""
    if case.owed:
        papers = owed_papers(case, ground.service)
        owed = Text("、".join(one.zh for one in papers), ", ".join(one.en for one in papers))
        extra: dict[str, Text | str] = {"owed": owed, "owed_by": day(case.owed_due_on)}
        return {"owed": case.owed} | write_of_act(case, ground, "accept-owing", doing, explanation=explanation, extra=extra)
    return {"letter": write_letter(case, ground.service, "acceptance", explanation, doing)} if "acceptance" in ground.gives.letters else {}


@once("not-accept")
def not_accept(
    case_id: UUID, answer: Literal["not-accept", "not-needed"], *, actor: Actor, key: str, version: int, words: str, elsewhere: str = ""
) -> Done:
    """Refuse to take it, or tell that no permit is needed; both in writing, with reasons and remedies; `elsewhere` is where to apply instead.

    Raises ReasonMissingError and as `accept`.
    """
    if not words.strip():
        raise ReasonMissingError
    case = lock(case_id, actor, version=version)
    tasks = tasks_of(case)
    check_official(actor, case, tasks, "not-accept", verbs())
    check_version(case, version)
    doing = Doing(answer, actor, key=key, department=case.department)
    ground = ground_of(case)
    check_silence(case, ground)
    before = advance(case, ground.procedure, answer)
    case.decided_on, case.step = clock.local_date(doing.at), ""
    known = gathered(ground.service, case, records=records_with(tasks))
    if known.aged:
        raise FactsAgedError(known.aged)
    facts = assemble(ground.service, known)
    explanation = assess(ground.service, facts, "acceptance")
    project(case, ground.service, ground.limits, ground.procedure)
    close_tasks(tasks, doing, answer)
    letter = "not-accepted" if answer == "not-accept" else "not-needed"
    data = _refused_in_writing(case, ground, letter, explanation, doing, words, elsewhere.strip())
    tell(case, ground.service, letter, doing)
    return keep(case, doing, before, words=words, data=data, facts=to_json(ground.service, facts), explanation=explanation.to_json())


def _refused_in_writing(
    case: Case, ground: Ground, letter: str, explanation: Explanation, doing: Doing, words: str, elsewhere: str
) -> dict[str, Any]:
    """The letter, and where to apply instead: what lies with another authority is told together with which one (Licensing Law, article 32(1)(2))."""
    data: dict[str, Any] = {"elsewhere": elsewhere} if elsewhere else {}
    if letter not in ground.letters:
        return data
    extra: dict[str, Text | str] = {"elsewhere": Text(elsewhere, elsewhere)}
    return data | {"letter": write_letter(case, ground.service, letter, explanation, doing, words=words, extra=extra)}


def check_silence(case: Case, ground: Ground) -> None:
    """Raises SilencePassedError once nobody may answer any more whether an application is accepted, because silence has."""
    if silence_passed(case, ground.procedure):
        raise SilencePassedError


def open_steps(case: Case, ground: Ground, after: str, facts: Facts, doing: Doing) -> tuple[Step, ...]:
    """Project the dates due and put the next steps of the route on their desks; returns the steps opened."""
    project(case, ground.service, ground.limits, ground.procedure)
    steps = next_steps(ground.service, ground.way, after, facts)
    _put_on_desks(case, ground, steps, facts, doing)
    case.step = steps[0].id if steps else ""
    return steps


def open_steps_after(case: Case, ground: Ground, facts: Facts, doing: Doing) -> tuple[Step, ...]:
    """Put on their desks the steps that follow the answer, each due by its own time; returns the steps opened."""
    steps = steps_after(ground.service, ground.way, facts)
    _put_on_desks(case, ground, steps, facts, doing)
    case.step = steps[0].id if steps else ""
    return steps


def _put_on_desks(case: Case, ground: Ground, steps: tuple[Step, ...], facts: Facts, doing: Doing) -> None:
    calendar = catalogue.city().calendar
    today = clock.local_date(doing.at)
    is_stopped = case.stop_due_on is not None  # then no new step is late
    for step in steps:
        due = end_of(step.within, today, calendar) if step.within and not is_stopped else None
        department = office_of(step, case.department, ground.service)
        joint = joint_of(ground.service, step.id)
        task = open_task(
            case,
            doing,
            step=step.id,
            role=step.by,
            department=department,
            due=due,
            joint=joint.id if joint else "",
            purpose=AFTER if step.id in ground.way.after else "",
            on_silence=step.on_silence,
            system=step.system,
        )
        if step.by == SYSTEM:
            hand_step_over(case, ground, step, task, facts, doing)
