"""Send an application, or send it again corrected.

Invariants: sending is never blocked by a clause, only by a question that is shown, required and not answered; the case keeps the definition in
force at this moment; a machine may grant at once where the way declares it, and never refuses; two clicks are one application.
"""

from __future__ import annotations

from uuid import UUID

from tongban.cases.acts.apply import check_in_force
from tongban.cases.acts.outputs import give, outcome_message, tell
from tongban.cases.acts.record import Doing, Done, advance, check_version, keep, lock, once, open_task, project, serial_of
from tongban.cases.core.course import Course, settle_course
from tongban.cases.core.facts import assemble, shown, to_json
from tongban.cases.core.form import missing, typed_form
from tongban.cases.errors import IncompleteError, WrongStateError
from tongban.cases.models import Case
from tongban.cases.permissions import check_applicant
from tongban.cases.reads import gathered, offered
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Service
from tongban.kernel import clock
from tongban.kernel.days import Calendar
from tongban.kernel.ids import case_number
from tongban.parties.core.people import Actor
from tongban.parties.sealer import sealer
from tongban.rules.core import Facts

ACCEPT = "accept"
ACCEPTERS = "verb:accept"
"""The acceptance task is for any post of the department whose role may accept."""


@once("send")
def send(case_id: UUID, *, actor: Actor, key: str, version: int, asked: bytes | None = None) -> Done:  # noqa: ARG001 - `once` reads `asked`
    """Hand the application in. `asked` is the digest of the whole request where sending is the last part of one. Raises IncompleteError, NotOfferedError, StaleCaseError, WrongStateError, CaseNotFoundError."""
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
    doing = Doing(act, actor, key=key)
    _receive(case, service, doing, city, calendar, again=again)
    facts = assemble(service, gathered(service, case).without_aged())
    _check_complete(service, facts)
    course = settle_course(service, pinned.procedures, facts, case.state, act)
    return _carry_out(case, service, course, doing, facts)


def _receive(case: Case, service: Service, doing: Doing, city: City, calendar: Calendar, *, again: bool) -> None:
    day = clock.local_date(doing.at)
    if city.after_hours == "next-working-day":
        day = calendar.first_working_on_or_after(day)
    case.complete_on = day
    case.answers = typed_form(service, case.answers)
    if again:
        return
    case.sent_at, case.received_on = doing.at, day
    case.name_grams = sealer().grams(case.applicant_name)
    case.service_hash = service.hash
    area = city.area
    case.number = case_number(area, city.departments[service.department].number, day, serial_of(case))


def _check_complete(service: Service, facts: Facts) -> None:
    faults = missing(shown(service, facts), facts)
    if faults:
        raise IncompleteError(faults)


def _carry_out(case: Case, service: Service, course: Course, doing: Doing, facts: Facts) -> Done:
    before = case.state
    case.way, case.procedure, case.amount_fen = course.way.id, course.procedure.id, course.amount_fen
    for act in course.acts:
        advance(case, course.procedure, act)
    if course.is_granted:
        case.accepted_on = case.decided_on = case.complete_on
    project(case, course.limits, course.procedure)
    case.step = "" if course.is_granted else ACCEPT
    if not course.is_granted:
        open_task(case, doing, step=ACCEPT, role=ACCEPTERS, department=case.department, due=case.answer_due_on)
    data = {"acts": list(course.acts), "way": course.way.id}
    if course.is_granted:
        data |= give(case, service, course.gives, facts, course.explanation, doing)
        tell(case, service, outcome_message(case, "grant"))
    else:
        tell(case, service, "corrected" if doing.act == "correct" else "received")
    return keep(case, doing, before, data=data, facts=to_json(service, facts), explanation=course.explanation.to_json())
