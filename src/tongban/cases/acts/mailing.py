"""Results by mail: posted under a tracking number; signed for, which delivers them; or come back, and then they wait at the counter."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tongban.cases.acts.collect import by_mail, counter_of, decided, deliver
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.record import Doing, Done, keep, lock, once
from tongban.cases.errors import AddressMissingError, WrongStateError
from tongban.cases.models import Case, Mailing
from tongban.cases.permissions import check_counter, verbs
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

_NOT_ON_ITS_WAY = Text(zh="还没有寄出，或已有结果", en="not on its way, or settled already")


@once("mail")
def post_result(case_id: UUID, *, actor: Actor, key: str, carrier: str, tracking: str) -> Done:
    """Put the result in the mail under a tracking number. Raises AddressMissingError without one, WrongStateError, OwnCaseError, CaseNotFoundError."""
    carrier, tracking = carrier.strip()[:40], tracking.strip()[:40]
    if not carrier or not tracking:
        raise AddressMissingError
    case = lock(case_id, actor)
    check_counter(actor, case, "mail", verbs())
    ground = decided(case)
    mailing = by_mail(case)
    mailing.carrier, mailing.tracking, mailing.posted_at, mailing.posted_by = carrier, tracking, clock.now(), actor.person_id
    doing = Doing("mail", actor, key=key, department=counter_of(actor))
    doing.rows.change(mailing)
    tell(case, ground.service, "result-mailed")
    return keep(case, doing, case.state, data={"carrier": carrier, "tracking": tracking})


@once("deliver")
def mail_arrived(case_id: UUID, *, actor: Actor, key: str, on: date) -> Done:
    """Record the day on which the carrier says it was signed for: the result is delivered. Raises WrongStateError, OwnCaseError, CaseNotFoundError."""
    case = lock(case_id, actor)
    check_counter(actor, case, "mail", verbs())
    ground = decided(case)
    mailing = _on_its_way(case)
    mailing.arrived_on = min(on, clock.today())
    doing = Doing("deliver", actor, key=key, department=counter_of(actor))
    doing.rows.change(mailing)
    before = case.state
    if case.delivered_at is None:
        deliver(case, ground, doing)
    return keep(case, doing, before, data={"how": "mail", "tracking": mailing.tracking, "on": mailing.arrived_on.isoformat()})


@once("mail-returned")
def mail_returned(case_id: UUID, *, actor: Actor, key: str, why: str) -> Done:
    """Record that it came back; from now on it waits at the counter, and the applicant is told. Raises WrongStateError, OwnCaseError, CaseNotFoundError."""
    case = lock(case_id, actor)
    check_counter(actor, case, "mail", verbs())
    ground = decided(case)
    mailing = _on_its_way(case)
    mailing.returned_on, mailing.returned_why = clock.today(), why.strip()[:200]
    case.result_by = "window"
    doing = Doing("mail-returned", actor, key=key, department=counter_of(actor))
    doing.rows.change(mailing)
    tell(case, ground.service, "result-returned")
    return keep(case, doing, case.state, words=mailing.returned_why, data={"tracking": mailing.tracking})


def _on_its_way(case: Case) -> Mailing:
    mailing = Mailing.objects.filter(case=case, posted_at__isnull=False, arrived_on=None, returned_on=None).order_by("-id").first()
    if mailing is None:
        raise WrongStateError(_NOT_ON_ITS_WAY)
    return mailing
