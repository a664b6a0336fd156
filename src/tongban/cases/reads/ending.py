"""Endings that an office proposes: by which declared service, of which licence, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from tongban.cases.core.facts import public_facts, shown
from tongban.cases.core.form import missing, read
from tongban.cases.models import Case
from tongban.cases.reads.ground import known_facts
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import careful_way, choose_way
from tongban.catalogue.core.definition import Question, Service, Way
from tongban.catalogue.core.words import ANY_LICENCE
from tongban.credentials.core.credential import Credential
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.people import PrincipalKind

OFFICE: Final = "office"
"""The channel of what nobody applied for."""


def ending_service(type_id: str) -> Service | None:
    """The service by which licences of this kind are ended ex officio: one declared for the kind goes before one for any."""
    today = clock.today()
    found = [one for one in catalogue.city().services.values() if one.initiative == "office" and one.in_force <= today]
    return next((one for kind in (type_id, ANY_LICENCE) for one in found if one.licence == kind), None)


def under_way(licence_id: UUID) -> Case | None:
    """The case by which this licence is about to be ended, if there is one."""
    services = [one.id for one in catalogue.city().services.values() if one.initiative == "office"]
    return Case.objects.filter(licence_id=licence_id, service__in=services, is_open=True, decided_on=None).first()


def case_about(service: Service, licence: Credential, situation: str) -> Case:
    """A case, not kept yet, whose applicant is the holder and whose department is the one that issued the licence."""
    at = clock.now()
    facts = parties.facts_of(licence.holder_kind, licence.holder_id)
    told = whom_to_tell(service, licence.holder_kind, licence.holder_id)
    return Case(
        id=uuid7(),
        service=service.id,
        procedure=service.procedure,
        situation=situation,
        state="draft",
        department=licence.issuer_id,
        area=licence.area or str(facts["area"]),
        channel=OFFICE,
        applicant_kind=licence.holder_kind,
        applicant_id=licence.holder_id,
        applicant_name=licence.holder_name,
        applicant_facts=public_facts(facts),
        applied_by=next(iter(told), licence.holder_id),
        licence_id=licence.id,
        begun_at=at,
        saved_at=at,
        delivery="mail",
        delivery_to=_address(licence),
    )


def _address(licence: Credential) -> dict[str, str]:
    """Where to send what the holder did not ask for: nobody agreed to anything else, so by post; to the address they gave when it was granted."""
    granted = Case.objects.filter(pk=licence.case_id).values_list("delivery_to", flat=True).first() if licence.case_id else None
    return granted or {"name": licence.holder_name, "phone": "", "address": ""}


def way_of(service: Service, case: Case) -> Way:
    """The way of a case that is about to be proposed."""
    return choose_way(service, known_facts(service, case, found={})).way or careful_way(service)


@dataclass(frozen=True)
class Filled:
    """The form of a proposal: what it asks, what was answered in JSON form, what is wrong or missing, and what was typed there."""

    questions: tuple[Question, ...]
    answers: Mapping[str, Any]
    faults: Mapping[str, Text]
    typed: Mapping[str, str]


def fill_in(case: Case, service: Service, posted: Mapping[str, str]) -> Filled:
    """Read a form into the case, until an answer reveals nothing more."""
    seen: tuple[str, ...] | None = None
    answered = read((), posted)
    while True:
        facts = known_facts(service, case, found={})
        asked = shown(service, facts)
        names = tuple(question.id for question in asked)
        if names == seen:
            return Filled(asked, answered.answers, missing(asked, facts) | dict(answered.faults), answered.typed)
        seen, answered = names, read(asked, posted)
        case.answers = {name: value for name, value in answered.answers.items() if value is not None}


def whom_to_tell(service: Service, kind: PrincipalKind, holder_id: UUID) -> tuple[UUID, ...]:
    """The people whom it concerns: the person, or for a firm those whose mandate covers the service, its legal representative first."""
    if kind == "person":
        return (holder_id,)
    today = clock.today()
    held = [
        one.terms
        for one in parties.mandates(kind, holder_id)
        if not one.revoked and one.terms.starts <= today and (one.terms.ends is None or today <= one.terms.ends)
    ]
    covering = [one for one in held if one.kind in service.mandates and (one.scope is None or service.id in one.scope)]
    covering.sort(key=lambda one: service.mandates.index(one.kind))
    return tuple(dict.fromkeys(one.holder_id for one in covering))
