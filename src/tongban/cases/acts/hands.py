"""Through whose hands an application comes: the applicant's side alone, or an official's who assists.

Invariants: what an official filled in with somebody is sent only as that person confirmed it; a case says by which channel it was sent, wherever it was begun;
each case that is sent is counted once, by a row that is written with it.
"""

from __future__ import annotations

from tongban.cases.acts.record import Doing
from tongban.cases.core.counter import ASSISTED, NEEDED, kind_of, suffices
from tongban.cases.errors import IdentityLevelError, NotConfirmedError
from tongban.cases.models import Arrival, Case, Confirmation
from tongban.catalogue.core.definition import Service
from tongban.parties.core.people import Actor


def check_hands(case: Case, service: Service, actor: Actor) -> None:
    """Raises IdentityLevelError where the service asks to know more surely who applies; NotConfirmedError where an official assists and this version was not confirmed."""
    assistant = actor.assistant
    if not suffices(assistant.identity if assistant else "named", service.identity):
        raise IdentityLevelError(NEEDED[service.identity])
    if assistant is None:
        return
    confirmed = Confirmation.objects.filter(case=case, attendance_id=assistant.attendance_id, version=case.version)
    if not confirmed.exists():
        raise NotConfirmedError


def take_in(case: Case, doing: Doing) -> None:
    """Write by which channel a case comes that is sent now, and who assisted; and the row by which it is counted."""
    assistant = doing.actor.assistant if doing.actor else None
    case.attendance_id = assistant.attendance_id if assistant else None
    if assistant is not None:
        case.channel = assistant.channel
    elif case.channel in ASSISTED:
        case.channel = "online"
    assert case.received_on is not None
    kind = kind_of(case.channel, assisted=assistant is not None, has_account=assistant is None or assistant.has_account)
    doing.rows.add(Arrival(month=case.received_on.replace(day=1), service=case.service, area=case.area, channel=case.channel, kind=kind))
