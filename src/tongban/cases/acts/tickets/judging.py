"""The person's word on an answer, said on the page or to the hotline; what follows from it, and from silence.

Invariants: "not fixed" within the declared days reopens it to the department that answers for it, with the clock as it was; as often as declared, then the
supervision office reviews; whoever calls back is never of the department that answered; no word is no consent: the ticket closes and counts as unanswered.
"""

from __future__ import annotations

import logging
from typing import Literal
from uuid import UUID

from django.db import transaction

from tongban.cases.acts.record import Doing, Done, advance, check_version, keep, lock, once
from tongban.cases.acts.tickets.merging import post_of
from tongban.cases.acts.tickets.telling import holders, tell_officials, tell_person
from tongban.cases.acts.tickets.turns import Held, changed, held, rest, run_again, take_turn, take_up, tell_department, unnamed
from tongban.cases.core.tickets.course import not_fixed_leads_to
from tongban.cases.core.tickets.errors import TooLateToReopenError
from tongban.cases.errors import MayNotError, ReasonMissingError
from tongban.cases.models import Ticket
from tongban.cases.permissions import check_applicant, check_official, verbs
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

log = logging.getLogger(__name__)
_ANSWERED_ITSELF = Text(
    zh="这件诉求由您所在的部门答复，回访须由热线人员进行。", en="Your own department answered this ticket; the hotline has to call back."
)


@once("judge")
def judge(case_id: UUID, *, actor: Actor, key: str, version: int, fixed: bool, satisfied: bool | None = None, words: str = "") -> Done:
    """The person says whether it is fixed, and whether they are satisfied. "Not fixed" needs a word on what is missing, and reopens it.

    Raises ReasonMissingError, TooLateToReopenError, StaleCaseError, WrongStateError, CaseNotFoundError.
    """
    one = take_up(case_id, actor)
    check_applicant(actor, one.case, "judge")
    check_version(one.case, version)
    doing = unnamed(Doing(_act(one, fixed=fixed), actor, key=key), one.case)
    return _judged(one, doing, fixed=fixed, satisfied=satisfied, words=words)


@once("call-back")
def call_back(
    case_id: UUID,
    *,
    actor: Actor,
    key: str,
    version: int,
    reached: bool,
    fixed: bool = False,
    satisfied: bool | None = None,
    words: str = "",
) -> Done:
    """The hotline asks the person and writes down what they said; who was not reached has said nothing.

    Raises ReasonMissingError, TooLateToReopenError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    one = take_up(case_id, actor)
    check_official(actor, one.case, one.tasks, "call-back", verbs())
    check_version(one.case, version)
    if any(post.department == one.ticket.department for post in actor.posts):
        raise MayNotError(_ANSWERED_ITSELF)
    department = post_of(actor, "dispatch").department
    if reached:
        doing = Doing(_act(one, fixed=fixed), actor, key=key, department=department)
        return _judged(one, doing, fixed=fixed, satisfied=satisfied, words=words, by_phone=True)
    doing = Doing("call-back", actor, key=key, department=department)
    before = advance(one.case, one.ground.procedure, "call-back")
    return keep(one.case, doing, before, words=words, data={"reached": False})


@once("supervise")
def supervise(case_id: UUID, outcome: Literal["again", "stands"], *, actor: Actor, key: str, version: int, words: str) -> Done:
    """The supervision office reviews what was not fixed again and again: it is handled once more, or the answer stands, with reasons.

    Raises ReasonMissingError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    if not words.strip():
        raise ReasonMissingError
    one, task, post = take_turn(case_id, "supervise", "supervise", actor=actor, version=version)
    doing = Doing(f"review-{outcome}", actor, key=key, department=post.department)
    before = advance(one.case, one.ground.procedure, doing.act)
    rest(one, doing, outcome)
    if outcome == "again":
        run_again(one, one.tickets.steps.handle, one.ticket.department, doing)
        tell_department(one, "ticket-reopened")
    else:
        one.case.decided_on = clock.local_date(doing.at)
    tell_person(one.case, "ticket-reviewed")
    changed(one, doing)
    return keep(one.case, doing, before, step=task.step, words=words)


def unjudged(limit: int = 200) -> list[UUID]:
    """The tickets whose days for the person's word have passed."""
    rows = Ticket.objects.filter(reopen_until__lt=clock.today()).order_by("reopen_until")
    return list(rows.values_list("pk", flat=True)[:limit])


def close_unjudged(case_id: UUID) -> bool:
    """Close a ticket whose person has said nothing more in time; returns whether it did."""
    with transaction.atomic(durable=True):
        one = held(lock(case_id, None))
        if one.ticket.reopen_until is None or one.ticket.reopen_until >= clock.today():
            return False
        if one.ground.procedure.next_state(one.case.state, "close") is None:
            log.error("ticket %s waits for a word in the state %s, which does not end", case_id, one.case.state)
            return False
        doing = Doing("close", None)
        before = advance(one.case, one.ground.procedure, "close")
        one.ticket.reopen_until = None
        changed(one, doing)
        keep(one.case, doing, before, data={"said": one.ticket.said_fixed})
    return True


def _act(one: Held, *, fixed: bool) -> str:
    return "confirm" if fixed else not_fixed_leads_to(one.ticket.reopened, one.tickets.reopen_most)


def _judged(one: Held, doing: Doing, *, fixed: bool, satisfied: bool | None, words: str, by_phone: bool = False) -> Done:
    if one.ticket.reopen_until is not None and clock.local_date(doing.at) > one.ticket.reopen_until:
        raise TooLateToReopenError(one.ticket.reopen_until)
    if not fixed and not words.strip():
        raise ReasonMissingError
    before = advance(one.case, one.ground.procedure, doing.act)
    one.ticket.said_fixed = fixed
    one.ticket.satisfied = one.ticket.satisfied if satisfied is None else satisfied
    if fixed:
        one.case.is_open = False  # the person may still change their mind, but nothing waits
    else:
        _again(one, doing)
    changed(one, doing)
    data = {"fixed": fixed, "satisfied": satisfied, "by_phone": by_phone}
    return keep(one.case, doing, before, words=words, data=data)


def _again(one: Held, doing: Doing) -> None:
    """It is not fixed: back to who answers for it, or up to the supervision office. It goes its own way if it was handled with another."""
    one.ticket.reopen_until = one.ticket.merged_into = None
    if doing.act == "reopen":
        one.ticket.reopened += 1
        run_again(one, one.tickets.steps.handle, one.ticket.department, doing)
        tell_department(one, "ticket-reopened")
        return
    step = one.ground.service.steps[one.tickets.steps.supervise]
    run_again(one, step.id, "", doing)
    department = step.of or one.ground.service.department
    tell_officials(one.case, "ticket-supervise", holders(department, step.by, one.case.area))
