"""Send an application, or send it again corrected.

Invariants: sending is never blocked by a clause, only by a question that is shown, required and not answered; the case keeps the definition in
force at this moment; a machine may grant at once where the way declares it, and never refuses; two clicks are one application; a bundle is sent with
all of its parts that wait for nothing, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from tongban.cases.acts.apply import check_in_force
from tongban.cases.acts.bundle_send import send_bundle
from tongban.cases.acts.carry_out import carry_out
from tongban.cases.acts.hands import check_hands, take_in
from tongban.cases.acts.outputs import outcome_message, tell
from tongban.cases.acts.owed import owe
from tongban.cases.acts.principal import tell_principal
from tongban.cases.acts.record import Doing, Done, check_version, keep, lock, once, serial_of
from tongban.cases.acts.tickets.receiving import receive_ticket
from tongban.cases.core.course import Course, settle_course
from tongban.cases.core.facts import assemble, shown, to_json
from tongban.cases.core.form import missing, typed_form
from tongban.cases.errors import WrongStateError
from tongban.cases.models import Case
from tongban.cases.permissions import check_applicant
from tongban.cases.reads import gathered, offered
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Service
from tongban.exchange import reads as exchange
from tongban.exchange.core.answers import Answer
from tongban.kernel import clock
from tongban.kernel.days import Calendar
from tongban.kernel.ids import case_number
from tongban.parties.core.people import Actor
from tongban.parties.sealer import sealer
from tongban.rules.core import Facts


@once("send")
def send(
    case_id: UUID,
    *,
    actor: Actor,
    key: str,
    version: int,
    tolerate: bool = False,
    asked: bytes | None = None,  # noqa: ARG001 - `once` reads it
    found: Mapping[str, Answer] | None = None,
) -> Done:
    """Hand the application in. With `tolerate` the applicant asks that secondary papers may follow. Where sending is the last part of a larger request,
    `asked` is that one's digest, and `found` what the registers have just answered it.

    Raises IncompleteError, ToleranceError, NotOfferedError, StaleCaseError, WrongStateError, CaseNotFoundError.
    """
    case = lock(case_id, actor, take_serial=True)
    check_applicant(actor, case, "send")
    city, calendar = catalogue.city(), catalogue.city().calendar
    again = case.state == "correction"
    pinned = catalogue.pinned(case.service_hash or offered(case).hash)
    service = pinned.service
    if not again:
        check_in_force(service)
    act = "correct" if again else "send"
    if pinned.procedures[case.procedure].next_state(case.state, act) is None:
        raise WrongStateError(pinned.procedures[case.procedure].states[case.state].title)
    check_version(case, version)
    check_hands(case, service, actor)
    doing = Doing(act, actor, key=key)
    _receive(case, service, doing, city, calendar, again=again)
    found = exchange.answers(case.id) if found is None else found
    facts = assemble(service, gathered(service, case, found=found).without_aged())
    _check_complete(case, service, facts, tolerate=tolerate)
    if pinned.bundle is not None:
        return send_bundle(case, pinned, doing, facts, found)
    course = settle_course(service, pinned.procedures, facts, case.state, act)
    if service.tickets is not None:
        return receive_ticket(case, service, course, doing, facts)
    return _carry_out(case, service, course, doing, facts)


def _receive(case: Case, service: Service, doing: Doing, city: City, calendar: Calendar, *, again: bool) -> None:
    day = clock.local_date(doing.at)
    if city.after_hours == "next-working-day":
        day = calendar.first_working_on_or_after(day)
    case.complete_on, case.asked_on = day, None
    case.answers = typed_form(service, case.answers)
    if again:
        return
    case.sent_at, case.received_on = doing.at, day
    take_in(case, doing)
    case.name_grams = sealer().grams(case.applicant_name)
    case.service_hash = service.hash
    area = city.area
    case.number = case_number(area, city.departments[service.department].number, day, serial_of(case))


def _check_complete(case: Case, service: Service, facts: Facts, *, tolerate: bool) -> None:
    case.owed = []
    questions = shown(service, facts)
    faults = missing(questions, facts)
    if faults:
        owe(case, service, questions, facts, faults, tolerate=tolerate)


def _carry_out(case: Case, service: Service, course: Course, doing: Doing, facts: Facts) -> Done:
    before = case.state
    data = carry_out(case, service, course, doing, facts)
    told = tell_principal(case, service, "sent-for-you") if doing.act == "send" else None
    if course.is_granted:
        tell(case, service, outcome_message(case, "grant"), doing)
    elif doing.act == "correct":
        tell(case, service, "corrected", doing)
    else:
        tell(case, service, "received", doing, but_not=told)
    return keep(case, doing, before, data=data, facts=to_json(service, facts), explanation=course.explanation.to_json())
