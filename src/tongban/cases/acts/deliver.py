"""Deliver: the applicant's side opens the result, an official hands letters out; who and when is on the record.

Invariants: opening a letter is delivery only for who agreed to electronic delivery, or was never asked; the first reading is kept with who and by which
channel, and never changes; handing letters out delivers all that are not delivered yet, whatever the applicant chose; across a counter they go to the applicant
or to somebody with a mandate for the service, whose document was checked, against a signature; the result that is delivered ends the case's last clock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from tongban.cases.acts.principal import REPRESENTATIVE, tell_one
from tongban.cases.acts.record import Doing, Done, keep, lock, once
from tongban.cases.core.counter import DOCUMENT_TITLES
from tongban.cases.core.delivery import ON_PAPER, Handed
from tongban.cases.errors import CaseNotFoundError, ReceiverMissingError, SignatureMissingError, WrongStateError
from tongban.cases.models import Case, Delivery, Letter
from tongban.cases.permissions import check_applicant, check_official, verbs
from tongban.cases.reads import Ground, ground_of
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Assistant

_DONE = """
UPDATE cases_letter SET sending = 'done', delivery_id = {0}::uuid
WHERE case_id = {1}::uuid AND sending <> 'done' AND NOT (sending = '' AND read_at IS NOT NULL)
"""
_NO_RECEIVER = Text("请写明由谁签收。", "Say who took the letters in.")


@once("deliver")
def receive(case_id: UUID, *, actor: Actor, key: str) -> Done:
    """Record that the result has reached the applicant on their own page; a second time changes nothing, nor does opening it by who wants it on paper.

    Raises WrongStateError before a decision, CaseNotFoundError.
    """
    case = lock(case_id, actor)
    check_applicant(actor, case, "receive")
    ground = ground_of(case)
    if case.delivered_at is not None or case.delivery in ON_PAPER:
        return Done(str(case.id), case.number or "", case.state, case.version)
    if case.decided_on is None:
        raise WrongStateError(ground.procedure.states[case.state].title)
    doing = Doing("deliver", actor, key=key)
    before = case.state
    deliver(case, ground, doing)
    return keep(case, doing, before, data={"how": "online"})


@once("hand-out")
def hand_out(case_id: UUID, *, actor: Actor, key: str, handed: Handed) -> Done:
    """Hand out the letters that there are: the result if there is one, else those of the way there; what was delivered before is handed out as a copy.

    The department's own official says in `handed` who takes them; with a counter's help it is the person who stands there, and `handed` brings the signature.
    Raises ReceiverMissingError, SignatureMissingError, WrongStateError where nothing was written yet, CaseNotFoundError, MayNotError, OwnCaseError.
    """
    case = lock(case_id, actor)
    taken = _taken_by(case, actor, handed)
    ground = ground_of(case)
    is_result = case.decided_on is not None and case.delivered_at is None
    letters = Letter.objects.filter(case=case).values_list("sending", "read_at")
    is_new = is_result or any(sending != "done" and (sending or read_at is None) for sending, read_at in letters)
    if not is_result and not letters:
        raise WrongStateError(ground.procedure.states[case.state].title)
    by = actor.assistant
    doing = Doing(_act(is_result, is_new), actor, key=key, department=by.department if by else case.department)
    before = case.state
    data: dict[str, Any] = {"how": by.channel if by else "window", "received_by": taken.received_by, "relation": taken.relation}
    data |= {"document": taken.document, "signature": str(taken.signature or ""), "copy_at": taken.copy_at}
    if is_new:
        data |= {"delivery": _handed_out(case, taken, doing)}
    if is_result:
        deliver(case, ground, doing)
    if by and case.applicant_kind == "person" and case.applicant_id != actor.person_id:
        tell_one(case.applicant_id, "collected-for-you", service=ground.service, case=case)
    return keep(case, doing, before, data=data)


@once("print")
def print_result(case_id: UUID, document: str, *, actor: Actor, key: str) -> Done:
    """Put on the record that a letter or licence (its number) is printed for the person who stands there; a second copy is a second event.

    Raises SignatureMissingError before anything was handed out, CaseNotFoundError, MayNotError, OwnCaseError.
    """
    case = lock(case_id, actor)
    check_applicant(actor, case, "receive")
    if actor.assistant is None or (case.delivered_at is None and not Letter.objects.filter(case=case, sending="done").exists()):
        raise SignatureMissingError
    return keep(case, Doing("print", actor, key=key, department=actor.assistant.department), case.state, data={"document": document})


def deliver(case: Case, ground: Ground, doing: Doing) -> None:
    """The result has reached the applicant: the case moves on, and its last clock ends."""
    after = ground.procedure.next_state(case.state, "deliver")
    if after:
        case.state = after
        case.is_open = not ground.procedure.states[after].terminal
    case.delivered_at, case.deliver_due_on = doing.at, None


def _act(is_result: bool, is_new: bool) -> str:
    return "deliver" if is_result else "hand-out" if is_new else "copy"


def _taken_by(case: Case, actor: Actor, handed: Handed) -> Handed:
    """Who takes the letters, once it is certain that they may and that this official may hand them out."""
    tidy = handed.tidy()
    if actor.assistant is not None:
        check_applicant(actor, case, "receive")
        if tidy.signature is None and not tidy.copy_at:
            raise SignatureMissingError
        return replace(tidy, received_by=actor.name, relation=_relation(case, actor), document=_document(actor.assistant))
    check_official(actor, case, case.tasks.all(), "hand-over", verbs())
    if not tidy.received_by:
        raise ReceiverMissingError(_NO_RECEIVER)
    return tidy


def _relation(case: Case, actor: Actor) -> str:
    """The addressee, a firm's representative included, or somebody with a mandate."""
    capacities = parties.capacities(actor.person_id, *case.side)
    return "self" if any(one.is_self or one.mandate_kind == REPRESENTATIVE for one in capacities) else "agent"


def _document(assistant: Assistant) -> str:
    title = DOCUMENT_TITLES.get(assistant.document)
    return title.zh if title else assistant.document


def _handed_out(case: Case, taken: Handed, doing: Doing) -> str:
    assert doing.actor is not None
    by = doing.actor.assistant
    delivery = doing.rows.add(
        Delivery(
            case=case,
            how="collect",
            department=case.department,
            area=case.area,
            at=doing.at,
            by=by.person_id if by else doing.actor.person_id,
            by_name=by.name if by else doing.actor.name,
            by_department=doing.department,
            received_by=taken.received_by,
            relation=taken.relation,
            document=taken.document,
            signature=taken.signature,
            copy_at=taken.copy_at,
            note=taken.note,
            delivered_at=doing.at,
        )
    )
    doing.rows.also(_DONE, [str(delivery.id), str(case.id)])
    return str(delivery.id)


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
