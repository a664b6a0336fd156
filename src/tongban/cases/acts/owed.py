"""Secondary papers that follow after acceptance (容缺受理): asked for by the applicant, accepted by an official, handed in until a day, and only then granted.

Invariants: only papers that the service calls secondary may be owed, and only where nothing else is lacking and the service's bar does not hold; the day is
counted from acceptance; a grant waits for the last of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tongban.cases.acts.outputs import tell
from tongban.cases.acts.record import Doing, Done, keep, lock, once
from tongban.cases.core.clocks import end_of
from tongban.cases.core.form import may_owe, owable
from tongban.cases.core.words import day
from tongban.cases.errors import CaseNotFoundError, IncompleteError, PaperOwedError, ToleranceError, WrongStateError
from tongban.cases.models import Case, Upload
from tongban.cases.permissions import check_applicant
from tongban.cases.reads import Ground, ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Question, Service
from tongban.files import acts as files
from tongban.files.core.kept import Kept
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.rules.core import Facts


def owe(case: Case, service: Service, questions: Sequence[Question], facts: Facts, faults: dict[str, Text], *, tolerate: bool) -> None:
    """Let the application go with these faults if they are papers that may follow. Raises IncompleteError, ToleranceError."""
    papers = owable(questions, faults)
    if not tolerate or not papers:
        raise IncompleteError(faults) if not tolerate or service.tolerance is None else ToleranceError
    if not may_owe(service, facts):
        raise ToleranceError
    case.owed = list(papers)


def begin_owing(case: Case, service: Service, today: date) -> None:
    """Acceptance: from today the days run in which the papers must come, also where silence accepted as of an earlier day."""
    if case.owed and service.tolerance is not None:
        case.tolerated = True
        case.owed_due_on = end_of(service.tolerance.within, today, catalogue.city().calendar)


def check_nothing_owed(case: Case, service: Service) -> None:
    """Raises PaperOwedError while a paper is owed."""
    if case.owed:
        raise PaperOwedError(owed_papers(case, service), day(case.owed_due_on))


def owed_papers(case: Case, service: Service) -> tuple[Text, ...]:
    """The papers that are owed, as the form calls them."""
    return tuple(question.label for question in service.questions if question.id in case.owed)


def hand_in_owed(case_id: UUID, question_id: str, content: bytes, name: str, *, actor: Actor, key: str) -> Done:
    """Hand in one paper that is owed. Raises the files room's errors, WrongStateError, CaseNotFoundError."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFoundError
    check_applicant(actor, case, "save")
    question = _paper(ground_of(case), question_id)
    kept = files.keep(content, name=name, accept=question.accept, max_bytes=question.max_bytes, owner=case.id)
    return _enter(case_id, question_id, kept, actor=actor, key=key)


@once("hand-in-owed")
def _enter(case_id: UUID, question_id: str, kept: Kept, *, actor: Actor, key: str) -> Done:
    case = lock(case_id, actor)
    check_applicant(actor, case, "save")
    ground = ground_of(case)
    _check_owed(case, ground, question_id)
    doing = Doing("hand-in-owed", actor, key=key)
    upload = doing.rows.add(
        Upload(
            case=case,
            question=question_id,
            file_id=kept.id,
            name=kept.name,
            media_type=kept.media_type,
            size=kept.size,
            at=doing.at,
            by=actor.person_id,
        )
    )
    case.owed = [one for one in case.owed if one != question_id]
    case.answers = case.answers | {question_id: str(upload.id)}
    case.saved_at = doing.at
    if not case.owed:
        case.owed_due_on = None
        tell(case, ground.service, "owed-complete")
    return keep(case, doing, case.state, data={"question": question_id, "still_owed": case.owed})


def _check_owed(case: Case, ground: Ground, question_id: str) -> None:
    """Raises WrongStateError unless the paper is owed now."""
    if question_id not in case.owed or not case.is_open or case.accepted_on is None:
        raise WrongStateError(ground.procedure.states[case.state].title)


def _paper(ground: Ground, question_id: str) -> Question:
    """The question of a secondary paper. Raises CaseNotFoundError."""
    question = next((one for one in ground.service.questions if one.id == question_id and one.secondary), None)
    if question is None:
        raise CaseNotFoundError
    return question
