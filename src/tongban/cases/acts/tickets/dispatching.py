"""Dispatch a ticket, dispute the dispatch, rule on the dispute.

Invariants: the first department that receives a ticket answers for it until a ruling says otherwise (首接负责); who dispatched it does not rule on it; a second
dispute goes to the last resort, which may not dispute; the clock knows nothing of all this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from tongban.cases.acts.record import Doing, Done, advance, close_task, keep, once
from tongban.cases.acts.tickets.telling import holders, tell_officials, tell_person
from tongban.cases.acts.tickets.turns import (
    Held,
    assign,
    changed,
    close_turns,
    due_by_tier,
    open_turn,
    set_due,
    take_turn,
    tell_department,
    wrong_state,
)
from tongban.cases.core.facts import assemble
from tongban.cases.core.tickets.clock import next_rung_at
from tongban.cases.core.tickets.course import disputing
from tongban.cases.core.tickets.errors import DisputeRefusedError, NoSuchDepartmentError
from tongban.cases.errors import MayNotError, ReasonMissingError
from tongban.cases.models import Task
from tongban.cases.reads import gathered
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.ticketing import last_resort_of, tier_of
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.rules.core import Value

Ruling = Literal["stays", "moves", "split"]
_SAME_HAND = Text(
    zh="这件诉求是您派的单，异议须由其他人员审核。", en="You dispatched this ticket, so somebody else has to rule on the dispute."
)


@once("dispatch")
def dispatch(case_id: UUID, department: str, *, actor: Actor, key: str, version: int, category: str = "", words: str = "") -> Done:
    """Send a ticket to a department, with its category put right if it was wrong.

    Raises NoSuchDepartmentError, ReasonMissingError (a longer limit needs a reason), StaleCaseError, WrongStateError, MayNotError, CaseNotFoundError.
    """
    one, task, post = take_turn(case_id, "dispatch", "dispatch", actor=actor, version=version)
    _check_department(department)
    doing = Doing("dispatch", actor, key=key, department=post.department)
    before = advance(one.case, one.ground.procedure, "dispatch")
    data: dict[str, object] = {"to": department}
    if category and category != one.ticket.category:
        data |= {"category": category, "tier": _put_right(one, category, words, doing)}
    close_task(task, doing, "dispatch")
    assign(one, department, doing)
    one.ticket.likely = None
    tell_department(one, "ticket-assigned")
    tell_person(one.case, "ticket-dispatched")
    changed(one, doing)
    return keep(one.case, doing, before, step=task.step, words=words, data=data)


@once("dispute")
def dispute(case_id: UUID, *, actor: Actor, key: str, version: int, words: str, to: str = "") -> Done:
    """Say that a ticket was sent to the wrong department, and which is the right one. The second dispute of a ticket sends it to the last resort.

    Raises ReasonMissingError, DisputeRefusedError, NoSuchDepartmentError, StaleCaseError, WrongStateError, MayNotError, CaseNotFoundError.
    """
    if not words.strip():
        raise ReasonMissingError
    one, task, post = take_turn(case_id, "handle", "dispute", actor=actor, version=version)
    if to:
        _check_department(to)
    doing = Doing("dispute", actor, key=key, department=post.department)
    last = last_resort_of(one.tickets, one.case.area)
    leads_to = disputing(one.ticket.department, one.ticket.disputed_by, last, one.ticket.assigned_at, one.tickets.dispute_within, doing.at)
    if leads_to in ("already", "too-late", "may-not"):
        raise DisputeRefusedError(leads_to, one.tickets.dispute_within.hours)
    before = advance(one.case, one.ground.procedure, "dispute" if leads_to == "ruling" else "last-resort")
    one.ticket.disputed_by = [*one.ticket.disputed_by, one.ticket.department]
    close_turns(one, doing, "dispute")
    if leads_to == "ruling":
        open_turn(one, one.tickets.steps.ruling, "", doing)
    else:
        assign(one, last, doing)
        tell_department(one, "ticket-assigned")
    changed(one, doing)
    return keep(one.case, doing, before, step=task.step, words=words, data={"to": to, "leads_to": leads_to, "last_resort": last})


@once("rule")
def rule(
    case_id: UUID, ruling: Ruling, *, actor: Actor, key: str, version: int, words: str, department: str = "", helpers: Sequence[str] = ()
) -> Done:
    """Rule on a dispute: the ticket stays, moves to another department, or is split - one department answers, others help.

    Raises ReasonMissingError, NoSuchDepartmentError, StaleCaseError, WrongStateError, MayNotError, CaseNotFoundError.
    """
    if not words.strip():
        raise ReasonMissingError
    one, task, post = take_turn(case_id, "ruling", "rule", actor=actor, version=version)
    if any(other.step == one.tickets.steps.dispatch and other.was_done_by(actor.person_id) for other in one.tasks):
        raise MayNotError(_SAME_HAND)
    chosen = one.ticket.department if ruling == "stays" else department or one.ticket.department
    with_help = [name for name in dict.fromkeys(helpers) if name != chosen] if ruling == "split" else []
    for name in (chosen, *with_help):
        _check_department(name)
    if (ruling == "moves" and chosen == one.ticket.department) or (ruling == "split" and not with_help):
        raise NoSuchDepartmentError(department)
    doing = Doing("rule", actor, key=key, department=post.department)
    before = advance(one.case, one.ground.procedure, "rule")
    close_task(task, doing, ruling)
    _go_to(one, chosen, doing)
    for name in with_help:
        open_help(one, name, doing)
    tell_department(one, "ticket-assigned")
    changed(one, doing)
    return keep(one.case, doing, before, step=task.step, words=words, data={"ruling": ruling, "to": chosen, "helpers": with_help})


def open_help(one: Held, department: str, doing: Doing) -> Task:
    """Put a helper's part on its desk; who answers for the ticket stays the same."""
    waits_for = one.case.step
    task = open_turn(one, one.tickets.steps.help, department, doing)
    task.joint = one.tickets.steps.handle
    one.case.step = waits_for
    tell_officials(one.case, "ticket-help", holders(department, task.role, one.case.area))
    return task


def _go_to(one: Held, department: str, doing: Doing) -> None:
    """After a ruling: the same department goes on, or another begins."""
    if department == one.ticket.department:
        open_turn(one, one.tickets.steps.handle, department, doing)
    else:
        assign(one, department, doing)


def _put_right(one: Held, category: str, words: str, doing: Doing) -> str:
    """Correct the category; the limit follows the declared rule, from the same beginning. A longer one needs a reason, and none once the shorter has passed."""
    question = next(question for question in one.ground.service.questions if question.id == one.tickets.asks.category)
    if category not in {option.id for option in question.options}:
        raise NoSuchDepartmentError(category)
    facts = dict(assemble(one.ground.service, gathered(one.ground.service, one.case, records={})))
    facts[f"form.{question.id}"] = Value(category, "case")
    tier = tier_of(one.tickets, facts)
    ends = due_by_tier(one.case, tier, one.ticket.received_at).ends
    if ends > one.ticket.due_by and not words.strip():
        raise ReasonMissingError
    if ends > one.ticket.due_by and doing.at > one.ticket.due_by:
        raise wrong_state(one)
    one.ticket.category, one.ticket.tier, one.ticket.due_by = category, tier.id, ends
    one.ticket.rung_at = next_rung_at(one.tickets.escalation, one.ticket.rung, one.ticket.received_at, ends)
    set_due(one)
    return tier.id


def _check_department(department: str) -> None:
    if department not in catalogue.city().departments:
        raise NoSuchDepartmentError(department)
