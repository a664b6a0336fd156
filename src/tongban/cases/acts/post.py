"""Letters in the post: put there with a number, arrived, or come back.

Invariants: who posts is of the case's department or of a counter of its area; what is posted are the letters that wait for it, together; what comes back waits
again, to be posted or to be handed to who comes, and nothing of the attempt is forgotten; a result that arrived is delivered on the day the post says.
"""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from tongban.cases.acts.deliver import deliver
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.record import Doing, Done, keep, lock, once
from tongban.cases.errors import CaseNotFoundError, NothingToSendError, ReasonMissingError, ReceiverMissingError
from tongban.cases.models import Delivery
from tongban.cases.permissions import check_poster, verbs
from tongban.cases.reads import ground_of
from tongban.kernel import clock
from tongban.kernel.text import Text, plain
from tongban.parties.core.people import Actor

_POSTED = "UPDATE cases_letter SET sending = 'posted', delivery_id = {0}::uuid WHERE case_id = {1}::uuid AND sending = 'mail'"
_ARRIVED = "UPDATE cases_letter SET sending = 'done' WHERE delivery_id = {0}::uuid AND sending = 'posted'"
_BACK = "UPDATE cases_letter SET sending = 'mail' WHERE delivery_id = {0}::uuid AND sending = 'posted'"
_NO_NUMBER = Text("请填邮件单号，退件或者查询时要用。", "Give the tracking number: it is needed if the letter comes back or is looked for.")
_NO_RECEIVER = Text("请填回执上的签收人。", "Give who signed for it.")


@once("post")
def post(case_id: UUID, *, actor: Actor, key: str, carrier: str = "", tracking: str = "") -> Done:
    """Put the letters that wait for the post there. Raises ReceiverMissingError without a number, NothingToSendError, CaseNotFoundError, MayNotError, OwnCaseError."""
    number = plain(tracking).strip()[:60]
    if not number:
        raise ReceiverMissingError(_NO_NUMBER)
    case = lock(case_id, actor)
    doing = Doing("post", actor, key=key, department=check_poster(actor, case, verbs()))
    if not case.letters.filter(sending="mail").exists():
        raise NothingToSendError
    delivery = doing.rows.add(
        Delivery(
            case=case,
            how="mail",
            department=case.department,
            area=case.area,
            at=doing.at,
            by=actor.person_id,
            by_name=actor.name,
            by_department=doing.department,
            to=case.delivery_to,
            carrier=plain(carrier).strip()[:60],
            tracking=number,
        )
    )
    doing.rows.also(_POSTED, [str(delivery.id), str(case.id)])
    tell(case, ground_of(case).service, "posted", doing)
    return keep(case, doing, case.state, data={"delivery": str(delivery.id), "carrier": delivery.carrier, "tracking": number})


@once("arrived")
def arrived(delivery_id: UUID, *, actor: Actor, key: str, received_by: str, on: date) -> Done:
    """The post says that it was taken in, by whom, on which day. Raises ReceiverMissingError, NothingToSendError, CaseNotFoundError, MayNotError, OwnCaseError."""
    who = plain(received_by).strip()[:60]
    if not who:
        raise ReceiverMissingError(_NO_RECEIVER)
    delivery = _on_the_way(delivery_id)
    case = lock(delivery.case_id, actor)
    department = check_poster(actor, case, verbs())
    delivery = _on_the_way(delivery_id)
    is_result = case.decided_on is not None and case.delivered_at is None
    doing = Doing("deliver" if is_result else "arrived", actor, key=key, department=department)
    before = case.state
    delivery.received_by, delivery.delivered_at = who, _noon(min(max(on, clock.local_date(delivery.at)), clock.today()))
    doing.rows.change(delivery)
    doing.rows.also(_ARRIVED, [str(delivery.id)])
    if is_result:
        deliver(case, ground_of(case), doing)
        case.delivered_at = delivery.delivered_at
    return keep(case, doing, before, data={"how": "mail", "delivery": str(delivery.id), "received_by": who, "on": on.isoformat()})


@once("come-back")
def come_back(delivery_id: UUID, *, actor: Actor, key: str, words: str) -> Done:
    """The post brought it back; the letters wait to be posted again. Raises ReasonMissingError, NothingToSendError, CaseNotFoundError, MayNotError, OwnCaseError."""
    why = plain(words).strip()[:200]
    if not why:
        raise ReasonMissingError
    delivery = _on_the_way(delivery_id)
    case = lock(delivery.case_id, actor)
    department = check_poster(actor, case, verbs())
    delivery = _on_the_way(delivery_id)
    doing = Doing("come-back", actor, key=key, department=department)
    delivery.returned_at, delivery.return_reason = doing.at, why
    doing.rows.change(delivery)
    doing.rows.also(_BACK, [str(delivery.id)])
    tell(case, ground_of(case).service, "come-back", doing)
    return keep(case, doing, case.state, words=why, data={"delivery": str(delivery.id)})


def _on_the_way(delivery_id: UUID) -> Delivery:
    found = Delivery.objects.filter(pk=delivery_id).first()
    if found is None:
        raise CaseNotFoundError
    if found.delivered_at is not None or found.returned_at is not None:
        raise NothingToSendError
    return found


def _noon(on: date) -> datetime:
    """A day that the post names, as an instant of that day on the city's wall."""
    return min(datetime.combine(on, time(12), clock.ZONE), clock.now())
