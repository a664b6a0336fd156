"""A case that concerns another: opened by the engine in the transaction of the act that causes it, or begun by the other's applicant.

Invariants: it has the number of the department that answers for the other case, and its area; who had a hand in that one may not handle it; what the engine opens
has no draft, and its origin is on record; a confidential one is kept from those people altogether, from their and the applicant's relatives too, and
names nobody unless the person agreed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from tongban.cases.acts.accept import open_steps
from tongban.cases.acts.apply import begin
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.record import Doing, note
from tongban.cases.core.course import settle_course
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.feedback_errors import NotOpenToThisError
from tongban.cases.models import Case
from tongban.cases.nearness import hands_of, stood_behind
from tongban.cases.permissions import applies_for
from tongban.cases.reads import gathered, ground_of
from tongban.cases.reads.linked import may_be_about
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.kernel import clock
from tongban.kernel.ids import case_number, uuid7
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

OPEN = "open"
MACHINE_MADE = "machine"
"""The channel of a case that nobody handed in."""


@dataclass(frozen=True)
class Opening:
    """What a case is opened with: answers to the service's questions by id, those that it does not ask left out; for whom; and how openly."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    applied_by: UUID | None = None
    """Who is told beside the applicant; by default who applied for the other case."""
    is_named: bool = True
    is_confidential: bool = False


def open_linked(service_id: str, about: Case, doing: Doing, *, serial: int, opening: Opening) -> Case:
    """Open a case about a locked one, as part of an act; `serial` was drawn for its number. It is written when the act is."""
    service = catalogue.city().services[service_id]
    pinned = catalogue.pinned(service.hash)
    case = _blank(service, about, doing, serial, opening)
    facts = assemble(service, gathered(service, case, records={}, found={}))
    first = pinned.procedures[service.procedure].first
    course = settle_course(service, pinned.procedures, facts, first, OPEN)
    case.way, case.procedure, case.state = course.way.id, course.procedure.id, course.state
    doing.rows.add(case)
    own = replace(doing, act=OPEN, actor=None, key=None, body_hash=None, department="")
    open_steps(case, ground_of(case), "", facts, own)
    tell(case, service, opening_message(case))
    note(case, own, first, data=_origin(case, doing), facts=to_json(service, facts), explanation=course.explanation.to_json())
    return case


def start_about(service_id: str, about_id: UUID, *, actor: Actor, channel: str = "online") -> UUID:
    """Begin an application that concerns a case of one's own side, or go on with its draft. Raises CaseNotFoundError, NotOpenToThisError, NotOfferedError."""
    about = Case.objects.filter(pk=about_id).exclude(state="draft").first()
    service = catalogue.city().services.get(service_id)
    if about is None or service is None or not applies_for(parties.principals(actor.person_id), about):
        raise CaseNotFoundError
    if not may_be_about(service, about):
        raise NotOpenToThisError
    kind, principal = about.side
    case, _ = begin(
        service_id,
        {},
        actor=actor,
        principal_kind=kind,
        principal_id=principal,
        situation=service.situations[0].id,
        channel=channel,
        about=about,
    )
    return case.id


def tie(case: Case, about: Case, *, is_confidential: bool) -> None:
    """Let a case concern another: who may not handle it is settled now, when it is opened or sent."""
    barred = hands_of(about) | set(about.kept_from)
    if is_confidential:
        behind = stood_behind(about)
        barred |= behind | {relative for person in behind for relative in parties.kin(person)}
    case.about_id, case.about_service = about.id, about.matter
    case.kept_from, case.is_confidential = sorted(barred), is_confidential
    case.department, case.area = about.department, about.area


def tie_as_sent(case: Case, service: Service) -> None:
    """The same for an application that is sent, if it may still be about that case. Raises NotOpenToThisError."""
    assert case.about_id is not None, "only a case that concerns another is tied"
    about = Case.objects.filter(pk=case.about_id).first()
    if about is None or not may_be_about(service, about):
        raise NotOpenToThisError
    tie(case, about, is_confidential=False)


def opening_message(case: Case) -> str:
    """Which declared message tells that a case about another one was opened: the one named after the state in which it begins."""
    return f"{OPEN}-{case.state}"


def _blank(service: Service, about: Case, doing: Doing, serial: int, opening: Opening) -> Case:
    city, day = catalogue.city(), clock.local_date(doing.at)
    asked = {question.id for question in service.questions}
    case = Case(
        id=uuid7(),
        service=service.id,
        service_hash=service.hash,
        procedure=service.procedure,
        situation=service.situations[0].id,
        channel=MACHINE_MADE,
        applicant_kind=about.applicant_kind,
        applicant_id=about.applicant_id,
        applicant_name=about.applicant_name if opening.is_named else "",
        applicant_facts={} if opening.is_confidential else about.applicant_facts,
        applied_by=opening.applied_by or about.applied_by,
        answers={name: value for name, value in opening.answers.items() if name in asked},
        begun_at=doing.at,
        saved_at=doing.at,
        sent_at=doing.at,
        received_on=day,
        complete_on=day,
        accepted_on=day,
        version=0,
    )
    tie(case, about, is_confidential=opening.is_confidential)
    case.number = case_number(city.area, city.departments[case.department].number, day, serial)
    return case


def _origin(case: Case, doing: Doing) -> dict[str, Any]:
    """What the record says of where a case came from; which case, only where that is no secret."""
    return {"origin": doing.act} | ({} if case.is_confidential else {"about": str(case.about_id)})
