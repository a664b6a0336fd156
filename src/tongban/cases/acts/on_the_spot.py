"""Correct on the spot (当场更正) what an applicant wrote, with the applicant's word for it: between receipt and acceptance, by who may accept.

Invariants: only answers that this case's form asks for are changed, each read as the form reads it, never a paper nor what a register said; the registers that
an answer names are asked before any lock; no clock is touched, and it is none of the requests for corrections; what would make the case go another way, or ask
for something that is not there, is no correction on the spot. Old and new value stay with the case.

Source: Administrative Licensing Law, article 32, paragraph 1, item 3 (申请材料存在可以当场更正的错误的，应当允许申请人当场更正).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from tongban.cases.acts.accept import check_silence
from tongban.cases.acts.charge import charge
from tongban.cases.acts.gather import gather_for
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.record import Doing, Done, body_hash, check_version, earlier, keep, lock, once, tasks_of
from tongban.cases.core.course import Course, settle_course
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.core.form import missing, read
from tongban.cases.core.spot import WORD_GIVEN
from tongban.cases.correction_errors import NotOnTheSpotError, SpotFaultsError
from tongban.cases.errors import CaseNotFoundError, WrongStateError
from tongban.cases.models import Case
from tongban.cases.permissions import check_official, verbs
from tongban.cases.reads import Ground, gathered, ground_of
from tongban.cases.reads.correcting import asked_now
from tongban.catalogue import reads as catalogue
from tongban.exchange import reads as exchange
from tongban.exchange.core.answers import Answer
from tongban.parties.core.people import Actor
from tongban.rules.core import Facts

ACT: Final = "correct-on-the-spot"


def correct_on_the_spot(
    case_id: UUID, posted: Mapping[str, str], *, actor: Actor, key: str, version: int, word: str, words: str = ""
) -> Done:
    """Change answers as the applicant says. `posted` are fields as the form names them, `word` how the applicant said so (`present`, `telephone`, `counter`).

    Raises SpotFaultsError, NotOnTheSpotError, StaleCaseError, WrongStateError, SilencePassedError, MayNotError, OwnCaseError, CaseNotFoundError, KeyReusedError.
    """
    digest = body_hash(ACT, {"case": case_id, "posted": dict(posted), "word": word, "words": words})
    done = earlier(Doing(ACT, actor).name, key, digest)
    if done is not None:
        return done
    case = Case.objects.filter(pk=case_id).exclude(state="draft").first()
    if case is None:
        raise CaseNotFoundError
    check_official(actor, case, case.tasks.all(), ACT, verbs())
    check_version(case, version)
    found = _asked_anew(case, posted, actor)
    return _correct(case_id, posted, actor=actor, key=key, version=version, word=word, words=words, asked=digest, found=found)


@once(ACT)
def _correct(
    case_id: UUID,
    posted: Mapping[str, str],
    *,
    actor: Actor,
    key: str,
    version: int,
    word: str,
    words: str,
    asked: bytes,  # noqa: ARG001 - `once` reads it
    found: Mapping[str, Answer],
) -> Done:
    case = lock(case_id, actor, version=version)
    check_official(actor, case, tasks_of(case), ACT, verbs())
    check_version(case, version)
    doing = Doing(ACT, actor, key=key, department=case.department)
    ground = ground_of(case)
    if case.accepted_on is not None or ground.procedure.next_state(case.state, "accept") is None:
        raise WrongStateError(ground.procedure.states[case.state].title)
    check_silence(case, ground)
    changed = _changed(case, posted, word)
    before, facts = _facts(case, ground, exchange.answers(case.id)), _facts(case, ground, found, changed)
    course = _same_course(case, ground, before, facts)
    old = {name: case.answers.get(name) for name in changed}
    case.answers = case.answers | changed
    case.answered_in = case.answered_in | dict.fromkeys(changed, case.version + 1)
    case.saved_at, case.amount_fen = doing.at, course.amount_fen
    data: dict[str, Any] = {"word": word, "changed": [{"question": name, "old": old[name], "new": new} for name, new in changed.items()]}
    data |= charge(case, ground.service, facts, doing)
    tell(case, ground.service, "corrected-on-the-spot", doing)
    return keep(
        case, doing, case.state, words=words, data=data, facts=to_json(ground.service, facts), explanation=course.explanation.to_json()
    )


def _asked_anew(case: Case, posted: Mapping[str, str], actor: Actor) -> dict[str, Answer]:
    """What the registers say once the answers are as they are to be: an answer may name the record that is asked for."""
    ground, held = ground_of(case), exchange.answers(case.id)
    answered = read(asked_now(case), posted)
    if answered.faults:
        return held
    case.answers = case.answers | dict(answered.answers)
    return gather_for(case, held, actor=Doing(ACT, actor).name, department=case.department) if ground.service.needs else held


def _changed(case: Case, posted: Mapping[str, str], word: str) -> dict[str, Any]:
    """The answers that are to be others. Raises SpotFaultsError for what cannot be read, or where nothing is another or nobody's word is named."""
    questions = asked_now(case)
    answered = read(questions, posted)
    faults = dict(answered.faults)
    if word not in WORD_GIVEN:
        faults["word"] = SpotFaultsError.NO_WORD
    changed = {name: value for name, value in answered.answers.items() if value != case.answers.get(name)}
    if faults or not changed:
        raise SpotFaultsError(faults)
    return changed


def _facts(case: Case, ground: Ground, found: Mapping[str, Answer], changed: Mapping[str, Any] | None = None) -> Facts:
    answers = case.answers | dict(changed or {})
    return assemble(ground.service, gathered(ground.service, case, answers=answers, records={}, found=found))


def _same_course(case: Case, ground: Ground, before: Facts, after: Facts) -> Course:
    """The course with the answers corrected. Raises NotOnTheSpotError where it is another one, SpotFaultsError where something would be lacking."""
    service, procedures = ground.service, catalogue.pinned(case.service_hash).procedures
    lacking = missing(asked_now(case, after), after).keys() - set(case.owed) - missing(asked_now(case, before), before).keys()
    if lacking:
        raise NotOnTheSpotError([question.label for question in service.questions if question.id in lacking])
    course = settle_course(service, procedures, after, "draft", "send")
    if course.way.id != settle_course(service, procedures, before, "draft", "send").way.id:
        raise NotOnTheSpotError
    return course
