"""Deliver: the applicant's side opens the result, a clerk hands letters out; who and when is on the record.

Invariants: opening a letter is delivery only for who agreed to electronic delivery, or was never asked; the first reading is kept with who and by which
channel, and never changes; handing letters out delivers all that are not delivered yet; the result that is delivered ends the case's last clock.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tongban.cases.acts.record import Doing, Done, keep, lock, once
from tongban.cases.core.delivery import ON_PAPER, Handed
from tongban.cases.errors import CaseNotFoundError, ReceiverMissingError, WrongStateError
from tongban.cases.models import Case, Delivery, Letter
from tongban.cases.permissions import check_applicant, check_official, verbs
from tongban.cases.reads import Ground, ground_of
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

_DONE = """
UPDATE cases_letter SET sending = 'done', delivery_id = {0}::uuid WHERE case_id = {1}::uuid AND sending <> 'done' AND NOT (sending = '' AND read_at IS NOT NULL)
"""
_NO_RECEIVER = Text("请写明由谁签收。", "Say who took the letters in.")


@once("deliver")
def receive(case_id: UUID, *, actor: Actor, key: str, handed_out_by_official: bool = False, handed: Handed | None = None) -> Done:
    """Record that the result has reached the applicant; a second time changes nothing. An official may say who took it in (`handed`).

    Raises WrongStateError before a decision, CaseNotFoundError, MayNotError, OwnCaseError.
    """
    case = lock(case_id, actor)
    if handed_out_by_official:
        check_official(actor, case, case.tasks.all(), "hand-over", verbs())
    else:
        check_applicant(actor, case, "receive")
    ground = ground_of(case)
    if case.delivered_at is not None or (case.delivery in ON_PAPER and not handed_out_by_official):
        return Done(str(case.id), case.number or "", case.state, case.version)
    if case.decided_on is None:
        raise WrongStateError(ground.procedure.states[case.state].title)
    doing = Doing("deliver", actor, key=key, department=case.department if handed_out_by_official else "")
    before = case.state
    data: dict[str, Any] = {"how": "window" if handed_out_by_official else "online"}
    if handed_out_by_official:
        data |= _handed_out(case, handed or Handed(case.applicant_name), actor, doing)
    deliver(case, ground, doing)
    return keep(case, doing, before, data=data)


@once("hand-out")
def hand_out(case_id: UUID, *, actor: Actor, key: str, handed: Handed) -> Done:
    """Hand out the letters that there are: the result if there is one, else those of the way there.

    Raises ReceiverMissingError, CaseNotFoundError, MayNotError, OwnCaseError.
    """
    tidy = handed.tidy()
    if not tidy.received_by:
        raise ReceiverMissingError(_NO_RECEIVER)
    case = lock(case_id, actor)
    check_official(actor, case, case.tasks.all(), "hand-over", verbs())
    ground = ground_of(case)
    is_result = case.decided_on is not None and case.delivered_at is None
    doing = Doing("deliver" if is_result else "hand-out", actor, key=key, department=case.department)
    before = case.state
    data: dict[str, Any] = {"how": "window"} | _handed_out(case, tidy, actor, doing)
    if is_result:
        deliver(case, ground, doing)
    return keep(case, doing, before, data=data)


def deliver(case: Case, ground: Ground, doing: Doing) -> None:
    """The result has reached the applicant: the case moves on, and its last clock ends."""
    after = ground.procedure.next_state(case.state, "deliver")
    if after:
        case.state = after
        case.is_open = not ground.procedure.states[after].terminal
    case.delivered_at, case.deliver_due_on = doing.at, None


def _handed_out(case: Case, handed: Handed, actor: Actor, doing: Doing) -> dict[str, Any]:
    delivery = doing.rows.add(
        Delivery(
            case=case,
            how="collect",
            department=case.department,
            area=case.area,
            at=doing.at,
            by=actor.person_id,
            by_name=actor.name,
            received_by=handed.received_by,
            relation=handed.relation,
            document=handed.document,
            note=handed.note,
            delivered_at=doing.at,
        )
    )
    doing.rows.also(_DONE, [str(delivery.id), str(case.id)])
    return {"delivery": str(delivery.id), "received_by": handed.received_by, "relation": handed.relation, "document": handed.document}


def open_letter(letter_id: UUID, *, actor: Actor, channel: str = "online") -> Letter:
    """A letter, for the applicant's side: who read it first, when and by which channel is kept. Raises CaseNotFoundError."""
    letter = Letter.objects.select_related("case").filter(pk=letter_id).first()
    if letter is None:
        raise CaseNotFoundError
    check_applicant(actor, letter.case, "see")
    Letter.objects.filter(pk=letter_id, read_at=None).update(
        read_at=clock.now(), read_by=actor.person_id, read_by_name=actor.name, read_channel=channel
    )
    return letter
