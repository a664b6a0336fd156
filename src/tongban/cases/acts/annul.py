"""Annul a grant that rested on a promise which was not kept, or let it stand; the holder is heard before.

Invariants: only a proposal that the check made leads here; who checked does not decide; before the last day to be heard nothing is annulled unless the holder has
spoken; an annulment ends what was issued, is told in writing with reasons, basis and remedies, and leaves its credit record.

Source: Administrative Licensing Law, articles 7 and 69.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from tongban.cases.acts.aftercheck import ANNUL, CHECK, RECHECK
from tongban.cases.acts.hearing import check_heard
from tongban.cases.acts.outputs import tell, write_of_act
from tongban.cases.acts.record import Doing, Done, advance, check_version, close_tasks, keep, lock, once, records_with, tasks_of
from tongban.cases.acts.writing_back import write_back
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.errors import MayNotError, ReasonMissingError, WrongStateError
from tongban.cases.models import Case
from tongban.cases.permissions import check_official, check_task, verbs
from tongban.cases.reads import gathered, ground_of
from tongban.catalogue.core.course import assess
from tongban.credentials import acts as credentials
from tongban.credentials import reads as issued
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

_SAME_HAND = Text(zh="核查由您经办，撤销与否须由其他人员决定。", en="You made the check, so somebody else has to decide.")


@once("annul")
def annul(case_id: UUID, answer: Literal["annul", "drop-annulment"], *, actor: Actor, key: str, version: int, words: str) -> Done:
    """Annul the grant, or let it stand; both with written reasons.

    Raises NotYetHeardError, ReasonMissingError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    if not words.strip():
        raise ReasonMissingError
    case = lock(case_id, actor, version=version)
    tasks = tasks_of(case)
    check_official(actor, case, tasks, "see", verbs())
    check_version(case, version)
    ground = ground_of(case)
    task = next((one for one in tasks if one.is_open and one.purpose == ANNUL), None)
    if task is None or ground.way.check is None:
        raise WrongStateError(ground.procedure.states[case.state].title)
    post = check_task(actor, case, task, "decide", verbs())
    if any(one.purpose in (CHECK, RECHECK) and one.was_done_by(actor.person_id) for one in tasks):
        raise MayNotError(_SAME_HAND)
    doing = Doing(answer, actor, key=key, department=post.department)
    before = case.state
    facts = assemble(ground.service, gathered(ground.service, case, records=records_with(tasks)))
    explanation = assess(ground.service, facts)
    if answer == "annul":
        check_heard(case, task.step_due_on, task.opened_at, clock.local_date(doing.at))
        before = advance(case, ground.procedure, "annul")
        _end_credentials(case, words, doing)
    close_tasks([task], doing, answer)
    credit = [ground.way.check.credit] if answer == "annul" and ground.way.check.credit else []
    written = write_back(case, ground.service, credit, facts, doing)
    data = {"written": written} | write_of_act(case, ground, answer, doing, explanation=explanation, words=words)
    tell(case, ground.service, "annulled" if answer == "annul" else "annulment-dropped", doing)
    return keep(case, doing, before, words=words, data=data, facts=to_json(ground.service, facts), explanation=explanation.to_json())


def _end_credentials(case: Case, words: str, doing: Doing) -> None:
    for one in issued.of_case(case.id):
        latest = issued.latest(one)
        if latest.ended is None:
            credentials.end(latest.id, "annulled", Text(words, words), doing.name, record=doing.entries.append, keep=doing.rows.add)
