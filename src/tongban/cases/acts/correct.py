"""Ask the applicant to correct the application (补正): once, whole, before acceptance, in writing. It pauses no clock, because none runs yet.

Invariants: who is asked is told by which day to answer, and what follows if they do not: that the case ends is said only where it does; a second request is about
nothing but what the first one named or the applicant has changed since, and marks every question that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from tongban.cases.acts.accept import check_silence
from tongban.cases.acts.lapse import ends_in_silence
from tongban.cases.acts.outputs import tell, write_letter
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, Done, advance, check_version, close_tasks, keep, lock, once, tasks_of
from tongban.cases.core.words import day
from tongban.cases.correction_errors import CorrectionToldError
from tongban.cases.errors import ReasonMissingError
from tongban.cases.models import Case
from tongban.cases.permissions import check_official, verbs
from tongban.cases.reads import ground_of
from tongban.cases.reads.correcting import correctable
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor


@once("ask-correction")
def ask_correction(case_id: UUID, *, actor: Actor, key: str, version: int, questions: Sequence[str], words: str) -> Done:
    """Tell everything that is to be corrected, once. `questions` are the ids marked in the form.

    Raises CorrectionToldError (a second time, about something else), ReasonMissingError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    if not words.strip():
        raise ReasonMissingError
    case = lock(case_id, actor, version=version)
    tasks = tasks_of(case)
    check_official(actor, case, tasks, "ask-correction", verbs())
    check_version(case, version)
    doing = Doing("ask-correction", actor, key=key, department=case.department)
    ground = ground_of(case)
    check_silence(case, ground)
    known = {question.id: question.label for question in ground.service.questions}
    marked = [name for name in questions if name in known]
    before = advance(case, ground.procedure, "ask-correction")
    _check_whole(case, known, marked)
    case.complete_on, case.step, case.asked_on, case.reminded_on = None, "correct", clock.local_date(doing.at), None
    project(case, ground.service, ground.limits, ground.procedure)
    close_tasks(tasks, doing, "ask-correction")
    data: dict[str, object] = {"questions": marked}
    ends = case.reply_due_on is not None and ends_in_silence(ground)
    if "correction" in ground.letters:
        by = {"ends_after" if ends else "reply_by": day(case.reply_due_on)} if case.reply_due_on else {}
        data["letter"] = write_letter(case, ground.service, "correction", None, doing, words=words, extra=by)
    tell(case, ground.service, "correction-needed-by" if ends else "correction-needed", doing, due=case.reply_due_on)
    return keep(case, doing, before, words=words, data=data)


def _check_whole(case: Case, known: Mapping[str, Text], marked: Sequence[str]) -> None:
    """Raises CorrectionToldError for a second request that is about anything but what the corrections raise."""
    askable = correctable(case.id)
    if askable is not None and (not marked or set(marked) - askable):
        raise CorrectionToldError([label for name, label in known.items() if name in askable])
