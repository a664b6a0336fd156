"""Decide: grant, or refuse with written reasons, legal basis and remedies. Only people decide here; only people refuse anywhere."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from tongban.cases.acts.accept import open_steps_after
from tongban.cases.acts.aftercheck import CHECK, open_check
from tongban.cases.acts.deemed_grant import ACT as DEEMED
from tongban.cases.acts.deemed_grant import silence_granted
from tongban.cases.acts.hearing import check_hearing
from tongban.cases.acts.licensing import held_words
from tongban.cases.acts.outputs import give, outcome_message, refusal_letter, tell, write_letter
from tongban.cases.acts.owed import check_nothing_owed
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
    records_with,
    tasks_of,
)
from tongban.cases.acts.reopen import reopen_about
from tongban.cases.core.course import step_named
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.errors import CaseNotFoundError, FactsAgedError, MayNotError, ReasonMissingError, WrongStateError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import check_official, check_task, verbs
from tongban.cases.reads import Ground, gathered, ground_of, licence_of
from tongban.cases.silence_errors import SilentGrantError
from tongban.catalogue.core.course import amount, assess, is_met
from tongban.catalogue.core.definition import Step
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.rules.core import Explanation, Facts, Value

_SAME_HAND = Text(zh="审查由您经办，决定须由其他人员作出。", en="You reviewed this case, so somebody else has to decide it.")


@once("decide")
def decide(case_id: UUID, answer: Literal["grant", "refuse"], *, actor: Actor, key: str, version: int, words: str = "") -> Done:
    """Settle a case and give what comes out of it. Granting against a clause that is not met, and ending a licence, need a written reason too.

    Raises ReasonMissingError, FactsAgedError, NotYetHeardError, NoticeNotReachedError, LicenceGoneError, SilentGrantError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    case = lock(case_id, actor, version=version)
    tasks = tasks_of(case)
    check_official(actor, case, tasks, "see", verbs())
    check_version(case, version)
    ground = ground_of(case)
    if silence_granted(case) and ground.procedure.next_state(case.state, DEEMED) and not case.owed:
        raise SilentGrantError
    task = _task(case, ground, tasks)
    post = check_task(actor, case, task, "decide", verbs())
    step = _check_hand(ground, task, tasks, actor)
    known = gathered(ground.service, case, records=records_with(tasks))
    if known.aged:
        raise FactsAgedError(known.aged)
    facts = assemble(ground.service, known)
    explanation = assess(ground.service, facts)
    is_against = answer == "refuse" or step.in_words or ground.service.initiative == "office"
    if not words.strip() and (is_against or not is_met(explanation, ground.way)):
        raise ReasonMissingError
    if answer == "grant":
        check_nothing_owed(case, ground.service)
        check_hearing(case, ground)
    doing = Doing(answer, actor, key=key, department=post.department)
    before = advance(case, ground.procedure, answer)
    case.decided_on, case.step = clock.local_date(doing.at), ""
    data = {"due_on": str(case.due_on or "")} if case.about_id else {}
    data |= settle(case, ground, answer, facts, explanation, doing, words)
    project(case, ground.service, ground.limits, ground.procedure)
    close_tasks(tasks, doing, answer)
    if answer == "grant" and ground.way.check is not None:
        open_check(case, ground, doing, CHECK, ground.way.check.within)
    open_steps_after(case, ground, facts, doing)
    tell(case, ground.service, outcome_message(case, answer), doing)
    return keep(
        case, doing, before, step=task.step, words=words, data=data, facts=to_json(ground.service, facts), explanation=explanation.to_json()
    )


def _task(case: Case, ground: Ground, tasks: list[Task]) -> Task:
    """The open deciding step: the last of the route; not while another body's system still does it."""
    last = ground.deciding_step
    for task in tasks:
        if task.is_open and task.step == last and not task.system:
            return task
    if not tasks:
        raise CaseNotFoundError
    raise WrongStateError(ground.procedure.states[case.state].title)


def _check_hand(ground: Ground, task: Task, tasks: list[Task], actor: Actor) -> Step:
    step = step_named(ground.service, task.step)
    if step.not_by and any(other.step == step.not_by and other.was_done_by(actor.person_id) for other in tasks):
        raise MayNotError(_SAME_HAND)
    return step


def settle(case: Case, ground: Ground, answer: str, facts: Facts, explanation: Explanation, doing: Doing, words: str) -> dict[str, Any]:
    """Give what a decided case gives: the sum, credential and letters of a grant, or the letter of a refusal; what the event tells of them."""
    if answer == "grant":
        if ground.gives.reopens and case.about_id is not None:
            reopen_about(case.about_id, doing, cause=words)
        sum_fact = amount(ground.service, facts)
        if ground.gives.amount is not None and isinstance(sum_fact, Value):
            case.amount_fen = sum_fact.value
        return give(case, ground.service, ground.gives, facts, explanation, doing, words)
    case.amount_fen = None
    name = ground.procedure.letters.get("drop-ending") or refusal_letter(ground.gives)
    extra = held_words(ground.service, facts, licence_of(case)) if ground.service.licence else {}
    return {"letter": write_letter(case, ground.service, name, explanation, doing, words=words, extra=extra)} if name else {}
