"""Tell the city: a short form on one page, sent in one go; a ticket's own page; what may be said to it.

Invariants: the form works without a script and with one hand; the same form sent twice is one ticket; what was typed comes back whatever was wrong; nothing here
says that something is fixed, only the person does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import reads as cases
from tongban.cases.acts import check_uploads, tell_city, tickets
from tongban.cases.core.tickets.errors import TooLateToReopenError, UrgedAlreadyError
from tongban.cases.errors import CaseNotFoundError, IncompleteError, ReasonMissingError, StaleCaseError, WrongStateError
from tongban.cases.reads import CaseView
from tongban.cases.reads.tickets.unsent import unsent
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.faces.portal import feedback
from tongban.faces.portal.drawn import stops
from tongban.faces.portal.ticket_words import answer_of, left, what_of
from tongban.files import acts as files
from tongban.files import reads as kept
from tongban.files.errors import RefusedFileError
from tongban.front.drawn import beside
from tongban.front.filling import value_of
from tongban.front.finding import may_apply, offered
from tongban.front.person import key_of, signed_in, version_of
from tongban.kernel.errors import NotFoundError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text, plain
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.posted import posted
from tongban.look.texts import screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal

TEXTS = ("portal/tickets", "portal/frame")
_HERE = "camera=(self), geolocation=(self), microphone=(), payment=()"
"""This page may ask where one is; no other does."""
_PICTURES = ("jpg", "png")
_MAX_BYTES = 10_000_000
_MOST = 2000


@require_GET
def tell(request: HttpRequest) -> HttpResponse:
    """What one can tell the city; with one such service, its form at once."""
    found = [service for service in catalogue.city().services.values() if service.tickets]
    if len(found) == 1:
        return HttpResponseRedirect(reverse("portal:tell-form", args=[found[0].id]))
    return render(request, "portal/tell.html", texts=TEXTS, found=found)


@require_http_methods(["GET", "POST"])
@signed_in
def tell_form(request: HttpRequest, person: Actor, service_id: str) -> HttpResponse:
    """The form, and sending it."""
    service = offered(service_id)
    if service.tickets is None:
        return HttpResponseRedirect(reverse("portal:guide", args=[service_id]))
    whom = _whom(request, person, service)
    if request.method == "GET" or whom is None:
        return _form(
            request,
            person,
            service,
            whom,
            {},
            {} if request.method == "GET" else {"principal": _CHOOSE_WHOM},
            status=200 if request.method == "GET" else 422,
        )
    check_uploads(person)
    typed = {question.id: text for question in service.questions if (text := posted(question.type, question.id, request.POST)) is not None}
    sent = {name: plain(text) for name, text in typed.items() if not _is_file(service, name)}
    photos = {
        name: (each.read(), each.name or "")
        for name in request.FILES
        if _is_file(service, name)
        for each in request.FILES.getlist(name)[:1]
    }
    try:
        done = tell_city(service_id, sent, photos, actor=person, key=key_of(request), principal=(whom.kind, whom.id))
    except IncompleteError as wrong:
        return _form(request, person, service, whom, typed, wrong.faults, status=422)
    return HttpResponseRedirect(reverse("portal:case", args=[done.case_id]) + "?sent=1")


@require_POST
@signed_in
def judge(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Say whether it is fixed."""
    said, glad = request.POST.get("fixed", ""), request.POST.get("satisfied", "")
    words = plain(request.POST.get("words", ""))[:_MOST]
    if said not in ("yes", "no"):
        return ticket_page(request, cases.case_view(case_id, person), fault=("fixed", _CHOOSE), words=words, status=422)
    try:
        tickets.judge(
            case_id,
            actor=person,
            key=key_of(request),
            version=version_of(request),
            fixed=said == "yes",
            satisfied=glad == "yes" if glad in ("yes", "no") else None,
            words=words.strip(),
        )
    except ReasonMissingError:
        return ticket_page(request, cases.case_view(case_id, person), fault=("words", _WHAT_IS_LEFT), words=words, status=422)
    except (TooLateToReopenError, StaleCaseError, WrongStateError) as no:
        return ticket_page(request, cases.case_view(case_id, person), fault=("", no.says), words=words, status=no.status)
    return HttpResponseRedirect(reverse("portal:case", args=[case_id]) + f"?said={said}")


@require_POST
@signed_in
def urge(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Ask for it to be hurried."""
    words = plain(request.POST.get("words", ""))[:_MOST]
    try:
        tickets.urge(case_id, actor=person, key=key_of(request), words=words.strip())
    except (UrgedAlreadyError, WrongStateError) as no:
        return ticket_page(request, cases.case_view(case_id, person), fault=("", no.says), words=words, status=no.status)
    return HttpResponseRedirect(reverse("portal:case", args=[case_id]) + "?said=urged")


@require_POST
@signed_in
def add(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Add what one knows, in words or as a photo."""
    words = plain(request.POST.get("words", ""))[:_MOST]
    cases.case_view(case_id, person)
    check_uploads(person)
    try:
        photos = [
            str(files.keep(each.read(), name=each.name or "", accept=_PICTURES, max_bytes=_MAX_BYTES, owner=case_id).id)
            for each in request.FILES.getlist("photo")[:3]
        ]
        tickets.add(case_id, actor=person, key=key_of(request), words=words.strip(), photos=photos)
    except ReasonMissingError:
        return ticket_page(request, cases.case_view(case_id, person), fault=("more", _NOTHING_ADDED), words=words, status=422)
    except (RefusedFileError, WrongStateError) as no:
        return ticket_page(request, cases.case_view(case_id, person), fault=("more", no.says), words=words, status=no.status)
    return HttpResponseRedirect(reverse("portal:case", args=[case_id]) + "?said=added")


@require_GET
@signed_in
def photo(request: HttpRequest, person: Actor, case_id: UUID, file_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A photo that was shown to the person, or that they added."""
    view = cases.case_view(case_id, person)
    shown = {one for event in view.events if event.act in ("answer", "progress", "add") for one in event.data.get("photos", [])}
    found = kept.info([file_id]).get(file_id)
    if str(file_id) not in shown or found is None:
        raise CaseNotFoundError
    response = HttpResponse(kept.content(file_id, case_id), content_type=found.media_type)
    response["Content-Security-Policy"] = "default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def ticket_page(
    request: HttpRequest,
    view: CaseView,
    *,
    fault: tuple[str, Text] | None = None,
    words: str = "",
    rating: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A ticket: its way as stations, who answers by when, what was answered, and what one may say to it; `rating` is one that was refused."""
    if view.ticket is None:
        raise NotFoundError(_NO_TICKET)
    t = screen(TEXTS, preferences.of(request).lang)
    lang = preferences.of(request).lang
    says, late = left(view.ticket, t, lang)
    return render(
        request,
        "portal/ticket.html",
        texts=(*TEXTS, *feedback.TEXTS),
        status=status,
        case=view,
        ticket=view.ticket,
        what=what_of(view),
        stops=stops(view.stations),
        left=says,
        late=late,
        answer=answer_of(view, lang),
        sent=request.GET.get("sent") == "1",
        said=request.GET.get("said", "") if f"said_{request.GET.get('said', '')}" in t else "",
        fault=fault,
        words_typed=words,
        key=str(uuid7()),
        entries=_entries(view, t.machine),
        **feedback.of_case(view, request, rating),
    )


def _whom(request: HttpRequest, person: Actor, service: Service) -> Principal | None:
    """In whose name it is told: who was chosen, or the person; None where somebody was named for whom the person may not act."""
    asked = request.POST.get("principal") or request.GET.get("for") or f"person:{person.person_id}"
    return next((one for one in _principals(person, service) if f"{one.kind}:{one.id}" == asked), None)


def _principals(person: Actor, service: Service) -> list[Principal]:
    return [one for one in parties.principals(person.person_id) if may_apply(one, service)]


def _form(
    request: HttpRequest, person: Actor, service: Service, whom: Principal | None, typed: dict[str, str], faults: Any, *, status: int = 200
) -> HttpResponse:
    assert service.tickets is not None, "asked for tickets"
    labels = {question.id: question.label for question in service.questions} | {"principal": _IN_WHOSE_NAME}
    draft = unsent(person, service.id, whom.id) if whom else None
    principals = _principals(person, service)
    begun = {view.question.id: value_of(view) for part in draft.sections for view in part.questions} if draft else {}
    response = render(
        request,
        "portal/tell-form.html",
        texts=TEXTS,
        status=status,
        service=service,
        tickets=service.tickets,
        person=person,
        in_whose_name=_IN_WHOSE_NAME,
        whom=[(f"{one.kind}:{one.id}", one.name) for one in principals] if len(principals) > 1 or whom is None else [],
        chosen=f"{whom.kind}:{whom.id}" if whom else "",
        values=begun | typed,
        kept={view.question.id: view.upload for part in draft.sections for view in part.questions if view.upload} if draft else {},
        faults=faults,
        told=[(name, beside(labels[name], fault)) for name, fault in faults.items() if name in labels],
        key=request.POST.get("key") or str(uuid7()),
    )
    response["Permissions-Policy"] = _HERE
    return response


def _entries(view: CaseView, machine: str) -> list[dict[str, object]]:
    return [
        {
            "at": event.at,
            "title": event.title,
            "by": event.department or event.who or machine,
            "note": event.words,
            "tone": "amber" if event.act in ("reopen", "to-supervision") else "",
        }
        for event in reversed(view.events)
    ]


def _is_file(service: Service, name: str) -> bool:
    return any(question.id == name and question.type == "file" for question in service.questions)


_IN_WHOSE_NAME = Text(zh="以谁的名义反映", en="In whose name")
_CHOOSE_WHOM = Text(zh="请选择本人，或者您现在可以代表的企业。", en="Choose yourself or a firm that you may act for today.")
_CHOOSE = Text(zh="请选一项：解决了，还是没有。", en="Choose one: fixed, or not.")
_WHAT_IS_LEFT = Text(zh="请写一句哪里没有解决，承办部门照着办。", en="Say in a sentence what is not fixed; the department goes by it.")
_NOTHING_ADDED = Text(zh="请写一句，或者加一张照片。", en="Write a sentence or add a photo.")
_NO_TICKET = Text(zh="这件事项不是诉求。请从“我的办件”打开。", en="This case is no request. Open it from your applications.")
