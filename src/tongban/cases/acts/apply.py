"""A draft: begun, saved as one types, given papers, thrown away. It belongs to the applicant's side; no official sees it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban import statements
from tongban.cases.acts.principal import hears, tell_principal
from tongban.cases.acts.record import lock
from tongban.cases.core.facts import public_facts, shown
from tongban.cases.core.form import Answered, read, typed_form
from tongban.cases.core.words import day
from tongban.cases.errors import CaseNotFoundError, LicenceChoiceError, NotOfferedError, StaleCaseError, WrongStateError
from tongban.cases.models import Case, Confirmation, Upload
from tongban.cases.permissions import check_applicant, check_assistant, takes
from tongban.cases.reads import known_facts, licences_for, offered
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Question, Service
from tongban.catalogue.core.words import NEW
from tongban.exchange import reads as exchange
from tongban.exchange.core.answers import Answer
from tongban.files import acts as files
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal, PrincipalKind

EDITABLE = ("draft", "correction")
_ONE_DRAFT = "(applied_by, service, applicant_id, situation, licence_id, about_id) WHERE state = 'draft'"


def start(
    service_id: str,
    *,
    actor: Actor,
    principal_kind: PrincipalKind,
    principal_id: UUID,
    situation: str = "new",
    channel: str = "online",
    licence: UUID | None = None,
) -> UUID:
    """Begin an application, or go on with the draft that this person has for the same purpose. Raises NotOfferedError, LicenceChoiceError."""
    return begin(
        service_id,
        {},
        actor=actor,
        principal_kind=principal_kind,
        principal_id=principal_id,
        situation=situation,
        channel=channel,
        licence=licence,
    )[0].id


def begin(
    service_id: str,
    posted: Mapping[str, str],
    *,
    actor: Actor,
    principal_kind: PrincipalKind,
    principal_id: UUID,
    situation: str,
    channel: str,
    licence: UUID | None = None,
    about: Case | None = None,
) -> tuple[Case, Answered | None]:
    """The draft there is, untouched; or a new one with first answers, and how they were read. `about` is the case that it concerns, if its service does.

    Raises NotOfferedError, LicenceChoiceError, CaseNotFoundError.
    """
    service = catalogue.city().open_to_apply.get(service_id)
    capacities = parties.capacities(actor.person_id, principal_kind, principal_id)
    if service is None or not capacities or (service.about is None) != (about is None):
        raise CaseNotFoundError
    matter = about.matter if about else service_id
    principal = next((one for one in capacities if takes(one, matter)), capacities[0])
    check_offered(service, principal, situation, matter)
    if actor.assistant is not None:
        channel = actor.assistant.channel
        check_channel(service, channel)
        check_assistant(actor.assistant, (principal_kind, principal_id), principal.area, others=(actor.person_id,))
    held = chosen_licence(service, principal, situation, licence)
    case = _draft(service, actor, principal, situation, channel)
    case.licence_id = held
    if about is not None:
        case.about_id, case.about_service, case.department, case.area = about.id, matter, about.department, about.area
    answered = read(_asked(service, case, posted, {}), posted)
    case.answers, case.answered_in = dict(answered.answers), dict.fromkeys(answered.answers, case.version)
    while not _begun(case, service):  # begun before, or by the second click of the same hand
        same = Case.objects.filter(state="draft", applied_by=actor.person_id, service=service_id, applicant_id=principal_id)
        if found := same.filter(situation=situation, licence_id=held, about_id=case.about_id).first():
            return _taken_up(found, actor), None
    return case, answered


def _begun(case: Case, service: Service) -> bool:
    """Keep a new draft, unless there is one for the same purpose; whoever is acted for hears of it in the same transaction. Whether it was kept."""
    with transaction.atomic() if hears(case) else nullcontext():
        is_new = statements.add_unless(case, _ONE_DRAFT)
        if is_new:
            tell_principal(case, service, "begun-for-you")
    return is_new


def _taken_up(case: Case, actor: Actor) -> Case:
    """A draft that was begun before, and that an official now helps with."""
    if actor.assistant is not None and case.attendance_id != actor.assistant.attendance_id:
        case.attendance_id = actor.assistant.attendance_id
        case.save(update_fields=["attendance_id"])
    return case


def check_channel(service: Service, channel: str) -> None:
    """Raises NotOfferedError unless the service declares the channel in which an official assists."""
    if channel not in service.channels:
        raise NotOfferedError(
            Text(
                zh=f"“{service.title.zh}”没有开通这种办理方式。请换到已开通的窗口，或由申请人自己在网上办理。",
                en=f"“{service.title.en}” cannot be applied for in this way. Use one of its other channels, or let the applicant do it online.",
            )
        )


def check_offered(service: Service, principal: Principal, situation: str, matter: str) -> None:
    """Raises NotOfferedError unless the service is in force and for this applicant, under a mandate for its matter, in this situation."""
    check_in_force(service)
    if principal.kind not in service.audience:
        raise NotOfferedError(
            Text(
                zh=f"“{service.title.zh}”{'面向企业办理，请先选择要代表的企业。' if service.audience == ('firm',) else '面向个人办理，请改用本人身份。'}",
                en=f"“{service.title.en}” is for {'firms; choose the firm you act for' if service.audience == ('firm',) else 'residents; act as yourself'}.",
            )
        )
    if principal.mandate_id is not None and principal.mandate_kind not in service.mandates and matter == service.id:
        raise NotOfferedError(
            Text(
                zh="这项服务不接受此类代办，请由申请人本人办理。",
                en="This service does not accept this kind of representation; the applicant has to apply in person.",
            )
        )
    if principal.scope is not None and matter not in principal.scope:
        raise NotOfferedError(
            Text(
                zh="您的授权范围不包括这项服务，请由委托人扩大授权后再办。",
                en="Your mandate does not include this service; ask the principal to extend it first.",
            )
        )
    if situation not in {option.id for option in service.situations}:
        raise NotOfferedError(
            Text(
                zh="这项服务没有这种办理情形，请从办事指南重新选择。", en="This service has no such situation; choose again from its guide."
            )
        )


def chosen_licence(service: Service, principal: Principal, situation: str, licence: UUID | None) -> UUID | None:
    """Which licence the case is about: the one that is named, or the only one there is. Raises LicenceChoiceError if it is neither.

    Somebody whose licence this city did not issue goes on without: their papers are looked at by a person.
    """
    if situation == NEW or not service.licence:
        return None
    found = [one.id for one in licences_for(service, situation, principal.kind, principal.id)]
    if licence is None and len(found) > 1:
        raise LicenceChoiceError(len(found))
    if licence is not None and licence not in found:
        raise LicenceChoiceError(0)
    return licence or next(iter(found), None)


def check_in_force(service: Service) -> None:
    """Raises NotOfferedError before the day from which the service is declared."""
    if clock.today() < service.in_force:
        since = day(service.in_force)
        raise NotOfferedError(
            Text(
                zh=f"“{service.title.zh}”自{since.zh}起办理，届时请再来；已填写的草稿会为您保留。",
                en=f"“{service.title.en}” can be applied for from {since.en}. Come back then; a draft that was begun is kept.",
            )
        )


def save(case_id: UUID, posted: Mapping[str, str], *, actor: Actor, version: int, section: str | None = None) -> Answered:
    """Keep what was typed, question by question. What cannot be read is answered with its fault; the rest is kept all the same.

    Raises StaleCaseError where another window has since changed one of the same answers to something else.
    """
    with transaction.atomic(durable=True):
        case, service = open_form(case_id, actor)
        asked = [
            question
            for question in _asked(service, case, posted, exchange.answers(case.id))
            if section is None or question.section == section
        ]
        answered = read(asked, posted)
        theirs = {
            name: case.answers.get(name)
            for name, value in answered.answers.items()
            if case.answered_in.get(name, 0) > version and case.answers.get(name) != value
        }
        if theirs:
            raise StaleCaseError(theirs=theirs, yours={name: answered.answers[name] for name in theirs})
        changed = {name: value for name, value in answered.answers.items() if case.answers.get(name) != value}
        if changed:
            case.version += 1
            case.answers = typed_form(service, case.answers) | changed
            case.answered_in |= dict.fromkeys(changed, case.version)
        case.saved_at = clock.now()
        case.save(update_fields=["answers", "answered_in", "saved_at", "version"])
    return answered


def attach(case_id: UUID, question_id: str, content: bytes, name: str, *, actor: Actor) -> UUID:
    """Keep a paper for a question that is shown. The file is on disk before its row. Raises the files room's errors."""
    case, service = open_form(case_id, actor, locked=False)
    question = _paper(service, case, question_id)
    kept = files.keep(content, name=name, accept=question.accept, max_bytes=question.max_bytes, owner=case.id)
    with transaction.atomic(durable=True):
        case, _ = open_form(case_id, actor)
        Upload.objects.filter(case=case, question=question_id, removed_at=None).update(removed_at=clock.now())
        upload = Upload.objects.create(
            case=case,
            question=question_id,
            file_id=kept.id,
            name=kept.name,
            media_type=kept.media_type,
            size=kept.size,
            at=clock.now(),
            by=actor.person_id,
        )
        _set_answer(case, question_id, str(upload.id))
    return upload.id


def detach(case_id: UUID, question_id: str, *, actor: Actor) -> None:
    """Take a paper away again, before sending."""
    with transaction.atomic(durable=True):
        case, _ = open_form(case_id, actor)
        Upload.objects.filter(case=case, question=question_id, removed_at=None).update(removed_at=clock.now())
        _set_answer(case, question_id, None)


def discard(case_id: UUID, *, actor: Actor) -> None:
    """Throw a draft away, with its papers; nothing was sent, so nothing is recorded."""
    with transaction.atomic(durable=True):
        case, _ = open_form(case_id, actor)
        if case.state != "draft":
            raise CaseNotFoundError
        Upload.objects.filter(case=case).delete()
        Confirmation.objects.filter(case=case).delete()
        files.forget(case.id)
        case.delete()


def open_form(case_id: UUID, actor: Actor, *, locked: bool = True) -> tuple[Case, Service]:
    """The case and the service whose form it has, for somebody who may still change it. Raises CaseNotFoundError, WrongStateError."""
    case = lock(case_id, actor) if locked else Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFoundError
    check_applicant(actor, case, "save")
    if case.state == "draft":
        service = offered(case)
        return case, service
    pinned = catalogue.pinned(case.service_hash)
    if case.state not in EDITABLE:
        raise WrongStateError(pinned.procedures[case.procedure].states[case.state].title)
    return case, pinned.service


def _draft(service: Service, actor: Actor, principal: Principal, situation: str, channel: str) -> Case:
    at = clock.now()
    facts = parties.facts_of(principal.kind, principal.id)
    return statements.make(
        Case,
        service=service.id,
        procedure=service.procedure,
        situation=situation,
        state="draft",
        department=service.department,
        area=principal.area,
        channel=channel,
        attendance_id=actor.assistant.attendance_id if actor.assistant else None,
        applicant_kind=principal.kind,
        applicant_id=principal.id,
        applicant_name=principal.name,
        applicant_facts=public_facts(facts),
        applied_by=actor.person_id,
        mandate_id=principal.mandate_id,
        mandate_kind=principal.mandate_kind if principal.mandate_id else "",
        begun_at=at,
        saved_at=at,
    )


def _asked(service: Service, case: Case, posted: Mapping[str, str], found: Mapping[str, Answer]) -> list[Question]:
    """The questions shown, once what was just typed is taken into account: an answer may reveal the next question in the same post."""
    first = shown(service, known_facts(service, case, found=found))
    seen = read(first, posted)
    return list(shown(service, known_facts(service, case, answers=case.answers | dict(seen.answers), found=found)))


def _paper(service: Service, case: Case, question_id: str) -> Question:
    for question in shown(service, known_facts(service, case)):
        if question.id == question_id and question.type == "file":
            return question
    raise CaseNotFoundError


def _set_answer(case: Case, question_id: str, value: Any) -> None:
    case.version += 1
    case.answers = case.answers | {question_id: value}
    case.answered_in = case.answered_in | {question_id: case.version}
    case.saved_at = clock.now()
    case.save(update_fields=["answers", "answered_in", "saved_at", "version"])
