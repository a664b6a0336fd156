"""Handle a ticket: tell how it goes, ask others for help, give it, answer.

Invariants: whoever helps, the department that received it answers; "fixed" needs proof where the kind asks for it, "not fixed" needs a date; an answer ends
the clock and nothing else, the person judges whether it is solved.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tongban.cases.acts.record import Doing, Done, advance, check_version, close_task, keep, once
from tongban.cases.acts.step import own_photos
from tongban.cases.acts.tickets.dispatching import open_help
from tongban.cases.acts.tickets.sharing import share
from tongban.cases.acts.tickets.telling import holders, tell_officials, tell_person
from tongban.cases.acts.tickets.turns import Held, changed, hand_of, rest, take_up, wrong_state
from tongban.cases.core.tickets.clock import last_day
from tongban.cases.core.tickets.course import Answering, faults_of
from tongban.cases.core.tickets.errors import AnswerIncompleteError, NoSuchDepartmentError
from tongban.cases.errors import CaseNotFoundError, ReasonMissingError
from tongban.cases.models import Task
from tongban.cases.permissions import check_official, verbs
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.parties.core.people import Actor


@once("progress")
def progress(case_id: UUID, *, actor: Actor, key: str, words: str, photos: Sequence[str] = ()) -> Done:
    """Tell the person how it goes; the first time, the department has responded. Everybody whose ticket is handled with it hears it too.

    Raises ReasonMissingError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    if not words.strip():
        raise ReasonMissingError
    one = take_up(case_id, actor)
    task = _seen_turn(one, actor)
    post = hand_of(actor, one, task, "progress")
    doing = Doing("progress", actor, key=key, department=post.department)
    before = advance(one.case, one.ground.procedure, "progress")
    one.ticket.responded_at = one.ticket.responded_at or doing.at
    tell_person(one.case, "ticket-progress")
    share(one, doing, "progress")
    changed(one, doing)
    return keep(one.case, doing, before, step=task.step, words=words, data={"photos": own_photos(one.case, photos)})


@once("ask-help")
def ask_help(case_id: UUID, departments: Sequence[str], *, actor: Actor, key: str, words: str) -> Done:
    """Ask other departments to help; each gets its own task, and the asking one still answers.

    Raises ReasonMissingError, NoSuchDepartmentError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    if not words.strip():
        raise ReasonMissingError
    one = take_up(case_id, actor)
    task = _seen_turn(one, actor)
    post = hand_of(actor, one, task, "ask-help")
    helping = {other.department for other in one.tasks if other.is_open and other.step == one.tickets.steps.help}
    asked = [name for name in dict.fromkeys(departments) if name != one.ticket.department and name not in helping]
    if not asked or any(name not in catalogue.city().departments for name in asked):
        raise NoSuchDepartmentError("、".join(departments))
    doing = Doing("ask-help", actor, key=key, department=post.department)
    before = advance(one.case, one.ground.procedure, "ask-help")
    for name in asked:
        open_help(one, name, doing)
    one.ticket.responded_at = one.ticket.responded_at or doing.at
    changed(one, doing)
    return keep(one.case, doing, before, step=task.step, words=words, data={"helpers": asked})


@once("give-help")
def give_help(task_id: UUID, *, actor: Actor, key: str, words: str, photos: Sequence[str] = ()) -> Done:
    """Tell the department that answers what one found or did. Raises ReasonMissingError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError."""
    if not words.strip():
        raise ReasonMissingError
    found = Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
    if found is None:
        raise CaseNotFoundError
    one = take_up(found, actor)
    check_official(actor, one.case, one.tasks, "see", verbs())
    task = next(task for task in one.tasks if task.id == task_id)
    post = hand_of(actor, one, task, "give-help")
    if not task.is_open or task.step != one.tickets.steps.help:
        raise wrong_state(one)
    doing = Doing("give-help", actor, key=key, department=post.department)
    before = advance(one.case, one.ground.procedure, "give-help")
    close_task(task, doing, "pass")
    task.words = words
    tell_officials(one.case, "ticket-helped", holders(one.ticket.department, task.role, one.case.area))
    return keep(one.case, doing, before, step=task.step, words=words, data={"photos": own_photos(one.case, photos)})


@once("answer")
def answer(
    case_id: UUID,
    reason: str,
    *,
    actor: Actor,
    key: str,
    version: int,
    words: str,
    plan_on: date | None = None,
    photos: Sequence[str] = (),
    record: str = "",
    turn_to: str = "",
    public_words: str = "",
) -> Done:
    """Answer a ticket with a declared closing reason. `public_words`, if any, may stand in the public list.

    Raises AnswerIncompleteError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    one = take_up(case_id, actor)
    task = _seen_turn(one, actor)
    check_version(one.case, version)
    post = hand_of(actor, one, task, "answer")
    pictures = own_photos(one.case, photos)
    said = Answering(reason, words, plan_on, bool(pictures), record, turn_to)
    _check_answer(one, said)
    doing = Doing("answer", actor, key=key, department=post.department)
    before = advance(one.case, one.ground.procedure, "answer")
    _settle(one, said, public_words, doing)
    rest(one, doing, "answer")
    tell_person(one.case, "ticket-answered")
    share(one, doing, "answer")
    changed(one, doing)
    data = {
        "reason": reason,
        "fixed": one.ticket.fixed,
        "plan_on": plan_on and plan_on.isoformat(),
        "photos": pictures,
        "record": record,
        "turn_to": turn_to,
    }
    return keep(one.case, doing, before, step=task.step, words=words, data={name: value for name, value in data.items() if value})


def _seen_turn(one: Held, actor: Actor) -> Task:
    """The turn that is open, for somebody who may see the ticket."""
    check_official(actor, one.case, one.tasks, "see", verbs())
    steps = one.tickets.steps
    turn = one.turn
    if turn is None or turn.step not in (steps.dispatch, steps.handle):
        raise wrong_state(one)
    return turn


def _check_answer(one: Held, said: Answering) -> None:
    kind = one.tickets.kinds[one.ticket.kind]
    elsewhere = [place.id for place in one.tickets.out_of_scope]
    faults = faults_of(said, one.tickets.closing, kind.id, elsewhere, clock.today(), proof=kind.proof)
    if faults:
        raise AnswerIncompleteError(faults)


def _settle(one: Held, said: Answering, public_words: str, doing: Doing) -> None:
    """Write the answer; what the person said of an earlier one was about that one."""
    ticket = one.ticket
    ticket.answered_at, ticket.responded_at = doing.at, ticket.responded_at or doing.at
    ticket.reason, ticket.fixed = said.reason, one.tickets.closing[said.reason].fixed
    ticket.plan_on, ticket.public_words = said.plan_on, public_words.strip()[:300]
    ticket.said_fixed = ticket.satisfied = None
    ticket.reopen_until = last_day(one.tickets.reopen_within, doing.at, catalogue.city().calendar)
    one.case.decided_on = clock.local_date(doing.at)
