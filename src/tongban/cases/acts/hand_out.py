"""Hand out results across the counter, whatever channel the case came by; print them; put them in the mail (统一窗口出件).

Invariants: a result goes to the applicant or to somebody with a mandate for the service, whose document was checked, against a signature; nothing is printed
that is not on the record; a second copy is a second event; mail that comes back waits at the counter.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tongban.cases.acts.confirm import assistant_of
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.principal import tell_one
from tongban.cases.acts.record import Doing, Done, keep, lock, once
from tongban.cases.errors import AddressMissingError, CaseNotFoundError, SignatureMissingError, WrongStateError
from tongban.cases.models import Case, Mailing
from tongban.cases.permissions import check_applicant, check_counter, verbs
from tongban.cases.reads import Ground, ground_of
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

_NOT_BY_MAIL = Text(zh="不邮寄，或已经寄出", en="not to be mailed, or mailed already")
_NOT_ON_ITS_WAY = Text(zh="还没有寄出，或已有结果", en="not on its way, or settled already")


@once("deliver")
def hand_out(case_id: UUID, *, actor: Actor, key: str, signature: UUID | None = None, copy_at: str = "") -> Done:
    """Hand the result to the person who stands there, an official assisting. A result that reached them before is handed out as a copy.

    Raises SignatureMissingError, WrongStateError before a decision, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    if signature is None and not copy_at.strip():
        raise SignatureMissingError
    case = lock(case_id, actor)
    check_applicant(actor, case, "receive")
    assistant = assistant_of(actor)
    ground = _decided(case)
    doing = Doing("copy" if case.delivered_at else "deliver", actor, key=key, department=assistant.department)
    before = case.state
    if case.delivered_at is None:
        _deliver(case, ground, doing)
    if case.applicant_kind == "person" and case.applicant_id != actor.person_id:
        tell_one(case.applicant_id, "collected-for-you", service=ground.service, case=case)
    data = {"how": assistant.channel, "to": actor.name, "signature": str(signature) if signature else "", "copy_at": copy_at.strip()[:80]}
    return keep(case, doing, before, data=data)


@once("print")
def print_result(case_id: UUID, document: str, *, actor: Actor, key: str) -> Done:
    """Put on the record that a letter or licence (its number) is printed: for a person who stands there, or to be mailed. Raises as `hand_out` does."""
    case = lock(case_id, actor)
    if actor.assistant is not None:
        check_applicant(actor, case, "receive")
        department = actor.assistant.department
    else:
        check_counter(actor, case, "mail", verbs())
        _by_mail(case, case.delivered_at is None)
        department = _department(actor)
    _decided(case)
    doing = Doing("print", actor, key=key, department=department)
    return keep(case, doing, case.state, data={"document": document})


@once("mail")
def post(case_id: UUID, *, actor: Actor, key: str, carrier: str, tracking: str) -> Done:
    """Put the result in the mail under a tracking number. Raises AddressMissingError without one, WrongStateError, OwnCaseError, CaseNotFoundError."""
    carrier, tracking = carrier.strip()[:40], tracking.strip()[:40]
    if not carrier or not tracking:
        raise AddressMissingError
    case = lock(case_id, actor)
    check_counter(actor, case, "mail", verbs())
    ground = _decided(case)
    mailing = _by_mail(case, case.delivered_at is None)
    mailing.carrier, mailing.tracking, mailing.posted_at, mailing.posted_by = carrier, tracking, clock.now(), actor.person_id
    doing = Doing("mail", actor, key=key, department=_department(actor))
    doing.rows.change(mailing)
    tell(case, ground.service, "result-mailed")
    return keep(case, doing, case.state, data={"carrier": carrier, "tracking": tracking})


@once("deliver")
def mail_arrived(case_id: UUID, *, actor: Actor, key: str, on: date) -> Done:
    """Record the day on which the carrier says it was signed for: the result is delivered. Raises WrongStateError, OwnCaseError, CaseNotFoundError."""
    case = lock(case_id, actor)
    check_counter(actor, case, "mail", verbs())
    ground = _decided(case)
    mailing = _on_its_way(case)
    mailing.arrived_on = min(on, clock.today())
    doing = Doing("deliver", actor, key=key, department=_department(actor))
    doing.rows.change(mailing)
    before = case.state
    if case.delivered_at is None:
        _deliver(case, ground, doing)
    return keep(case, doing, before, data={"how": "mail", "tracking": mailing.tracking, "on": mailing.arrived_on.isoformat()})


@once("mail-returned")
def mail_returned(case_id: UUID, *, actor: Actor, key: str, why: str) -> Done:
    """Record that it came back; from now on it waits at the counter, and the applicant is told. Raises WrongStateError, OwnCaseError, CaseNotFoundError."""
    case = lock(case_id, actor)
    check_counter(actor, case, "mail", verbs())
    ground = _decided(case)
    mailing = _on_its_way(case)
    mailing.returned_on, mailing.returned_why = clock.today(), why.strip()[:200]
    case.result_by = "window"
    doing = Doing("mail-returned", actor, key=key, department=_department(actor))
    doing.rows.change(mailing)
    tell(case, ground.service, "result-returned")
    return keep(case, doing, case.state, words=mailing.returned_why, data={"tracking": mailing.tracking})


def _decided(case: Case) -> Ground:
    ground = ground_of(case) if case.service_hash else None
    if ground is None:
        raise CaseNotFoundError
    if case.decided_on is None:
        raise WrongStateError(ground.procedure.states[case.state].title)
    return ground


def _deliver(case: Case, ground: Ground, doing: Doing) -> None:
    after = ground.procedure.next_state(case.state, "deliver")
    if after:
        case.state = after
        case.is_open = not ground.procedure.states[after].terminal
    case.delivered_at = doing.at


def _by_mail(case: Case, is_due: bool) -> Mailing:
    """The mailing that waits to be posted. Raises WrongStateError where there is none."""
    mailing = Mailing.objects.filter(case=case, posted_at=None).order_by("-id").first() if is_due and case.result_by == "mail" else None
    if mailing is None:
        raise WrongStateError(_NOT_BY_MAIL)
    return mailing


def _on_its_way(case: Case) -> Mailing:
    mailing = Mailing.objects.filter(case=case, posted_at__isnull=False, arrived_on=None, returned_on=None).order_by("-id").first()
    if mailing is None:
        raise WrongStateError(_NOT_ON_ITS_WAY)
    return mailing


def _department(actor: Actor) -> str:
    posts = [post for post in actor.posts if "counter" in verbs().get(post.role, ())]
    return posts[0].department if posts else ""
