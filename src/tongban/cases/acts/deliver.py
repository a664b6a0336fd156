"""Deliver: the time at which the applicant's side first opened the result, or a clerk handed it out, is on the record."""

from __future__ import annotations

from uuid import UUID

from tongban.cases.acts.outputs import tell
from tongban.cases.acts.record import Doing, Done, keep, lock, once
from tongban.cases.errors import CaseNotFoundError, WrongStateError
from tongban.cases.models import Letter
from tongban.cases.permissions import check_applicant, check_official, verbs
from tongban.cases.reads import ground_of
from tongban.kernel import clock
from tongban.parties.core.people import Actor


@once("deliver")
def receive(case_id: UUID, *, actor: Actor, key: str, handed_out_by_official: bool = False) -> Done:
    """Record that the result has reached the applicant; a second time changes nothing. Raises WrongStateError before a decision, CaseNotFoundError."""
    case = lock(case_id, actor)
    if handed_out_by_official:
        check_official(actor, case, case.tasks.all(), "hand-over", verbs())
    else:
        check_applicant(actor, case, "receive")
    ground = ground_of(case)
    if case.delivered_at is not None:
        return Done(str(case.id), case.number or "", case.state, case.version)
    if case.decided_on is None:
        raise WrongStateError(ground.procedure.states[case.state].title)
    doing = Doing("deliver", actor, key=key, department=case.department if handed_out_by_official else "")
    before = case.state
    after = ground.procedure.next_state(case.state, "deliver")
    if after:
        case.state = after
        case.is_open = not ground.procedure.states[after].terminal
    case.delivered_at, case.deliver_due_on = doing.at, None
    tell(case, ground.service, "delivered", to_rate=case.state in ground.procedure.rated)
    return keep(case, doing, before, data={"how": "window" if handed_out_by_official else "online"})


def open_letter(letter_id: UUID, *, actor: Actor) -> Letter:
    """A letter, for the applicant's side: the time of first reading is kept. Raises CaseNotFoundError."""
    letter = Letter.objects.select_related("case").filter(pk=letter_id).first()
    if letter is None:
        raise CaseNotFoundError
    check_applicant(actor, letter.case, "see")
    Letter.objects.filter(pk=letter_id, read_at=None).update(read_at=clock.now())
    return letter
