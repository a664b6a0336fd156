"""An office proposes to end a licence that it issued (依职权): a case of a declared service, whose applicant is the holder.

Invariants: who proposes may do the way's first step in the department that issued the licence, and is not near the holder; whoever proposed does not decide;
one licence has one proposal under way; where the way says so the holder is told in writing what, why and until when they may speak, and nobody decides
before they spoke or that day has passed.

Source: Administrative Licensing Law, articles 7, 8, 69 and 70; Administrative Penalty Law (revocation).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.cases.acts.accept import open_steps
from tongban.cases.acts.licensing import check_there, held_words
from tongban.cases.acts.outputs import tell, write_of_act
from tongban.cases.acts.record import MACHINE, Doing, Done, advance, close_task, keep, once, open_task
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.core.words import in_words
from tongban.cases.errors import CaseNotFoundError, EndingUnderWayError, IncompleteError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import check_task, verbs
from tongban.cases.reads import Ground, gathered, ground_of
from tongban.cases.reads.ending import case_about, ending_service, fill_in, under_way, way_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import Service, Way
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import Credential
from tongban.credentials.errors import CredentialNotFoundError
from tongban.kernel import clock
from tongban.kernel.ids import case_number
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.parties.sealer import sealer
from tongban.rules.core import Facts

PROPOSE = "propose-ending"
_BEGIN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)), set_config('tongban.actor', %s, true), nextval('cases_number')"


@once(PROPOSE)
def propose_ending(licence_id: UUID, situation: str, posted: Mapping[str, str], *, actor: Actor, key: str) -> Done:
    """Propose to end a licence in the way of a situation, with the ground and the facts that its form asks for.

    Raises CaseNotFoundError, MayNotError, OwnCaseError, EndingUnderWayError, LicenceGoneError, IncompleteError.
    """
    licence, serial = _begin(licence_id, actor)
    service = ending_service(licence.type_id)
    if service is None or situation not in {option.id for option in service.situations}:
        raise CaseNotFoundError
    case = case_about(service, licence, situation)
    way = way_of(service, case)
    first = service.steps[way.route[0]]
    check_task(actor, case, Task(case=case, step=first.id, role=first.by, department=case.department), "step", verbs())
    _check_free(licence)
    facts = _answer(case, service, posted)
    doing = Doing(PROPOSE, actor, key=key, department=case.department)
    before = _send(case, service, way, doing, serial)
    ground = ground_of(case)
    close_task(open_task(case, doing, step=first.id, role=first.by, department=case.department), doing, "pass")
    open_steps(case, ground, first.id, facts, doing)
    explanation = assess(service, facts)
    data = {"licence": licence.identifier, "situation": situation} | _told(case, ground, facts, licence, doing)
    if way.heard_within is not None:
        tell(case, service, "ending-proposed", doing)
    case.save(force_insert=True)
    return keep(case, doing, before, step=first.id, data=data, facts=to_json(service, facts), explanation=explanation.to_json())


def _begin(licence_id: UUID, actor: Actor) -> tuple[Credential, int]:
    """The licence, with everybody else who would propose to end it waiting; and the serial of a case number."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [str(licence_id), str(actor.account_id) if actor else MACHINE])
        serial = int(cursor.fetchone()[2])
    try:
        return credentials.credential(licence_id), serial
    except CredentialNotFoundError:
        raise CaseNotFoundError from None


def _check_free(licence: Credential) -> None:
    check_there(licence)
    running = under_way(licence.id)
    if running is not None:
        raise EndingUnderWayError(licence.serial, running.number or "")


def _answer(case: Case, service: Service, posted: Mapping[str, str]) -> Facts:
    """The answers, read into the case. Raises IncompleteError with every fault."""
    filled = fill_in(case, service, posted)
    if filled.faults:
        raise IncompleteError(filled.faults)
    return assemble(service, gathered(service, case, records={}, found={}))


def _send(case: Case, service: Service, way: Way, doing: Doing, serial: int) -> str:
    """Received, complete and accepted at once: nobody has to hand in anything. Returns the state it left."""
    city, today = catalogue.city(), clock.local_date(doing.at)
    case.sent_at, case.service_hash = doing.at, service.hash
    case.received_on = case.complete_on = case.accepted_on = today
    case.way, case.procedure = way.id, way.procedure or service.procedure
    case.number = case_number(city.area, city.departments[case.department].number, today, serial)
    case.name_grams = sealer().grams(case.applicant_name)
    case.answered_in = dict.fromkeys(case.answers, case.version)
    return advance(case, city.procedures[case.procedure], "send")


def _told(case: Case, ground: Ground, facts: Facts, licence: Credential, doing: Doing) -> dict[str, Any]:
    """The notice, where the holder has the right to be heard."""
    within = ground.way.heard_within
    if within is None:
        return {}
    extra: dict[str, Text | str] = held_words(ground.service, facts, licence) | {"hear_days": in_words(within)}
    return write_of_act(case, ground, PROPOSE, doing, words=str(case.answers.get("found") or ""), extra=extra)
