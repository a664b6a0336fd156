"""Results that wait to be collected, and handing one out to the person who stands there (统一窗口出件)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import SignatureMissingError, WrongStateError
from tongban.cases.reads import CaseView, counter
from tongban.credentials import reads as credentials
from tongban.faces.counter.confirming import signature
from tongban.faces.counter.frame import FRAME, document, frame
from tongban.faces.counter.person import attendance_of, clerk, with_person
from tongban.faces.counter.today import pdf, rows
from tongban.files.errors import RefusedFileError
from tongban.front.person import key_of, who
from tongban.kernel.errors import NotFoundError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.environment import minute
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

_NO_PAPER = Text(zh="这一件没有这份文书。请回到交付页重新选择。", en="This case has no such paper. Go back and choose again.")
_TEXTS = (FRAME, "counter/attend", "counter/hand")


@require_GET
@clerk
def waiting(request: HttpRequest, official: Actor) -> HttpResponse:
    """What waits to be collected, decided first first."""
    t = screen(_TEXTS, preferences.of(request).lang)
    page = counter.to_hand_out(official, "window", after=request.GET.get("after", ""))
    return render(
        request, "counter/collect.html", texts=_TEXTS, found=rows(page.rows, t), next_key=page.next_key, **frame(request, official)
    )


@require_http_methods(["GET", "POST"])
@with_person
def hand_out(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Sign, and it is handed out; then its papers are printed, each on the record."""
    view = cases.case_view(case_id, person)
    error: Text | None = None
    if request.method == "POST":
        try:
            signed = signature(request, person, case_id) if request.POST.get("how") == "pad" else None
            kept = request.POST.get("copy_at", "") if request.POST.get("how") == "paper" else ""
            acts.collect(case_id, actor=person, key=key_of(request), signature=signed, copy_at=kept)
            return HttpResponseRedirect(f"{reverse('counter:hand-out', args=[attendance_of(person), case_id])}?done=1")
        except (SignatureMissingError, WrongStateError, RefusedFileError) as told:
            error = told.says
    official = who(request)
    assert official is not None
    assert person.assistant is not None
    t = screen(_TEXTS, preferences.of(request).lang)
    return render(
        request,
        "counter/hand-out.html",
        texts=_TEXTS,
        status=422 if error else 200,
        case=view,
        person=person,
        attendance_id=attendance_of(person),
        document=document(t, person.assistant.document),
        issued=credentials.of_case(case_id),
        delivered_at=next((minute(event.at, preferences.of(request).lang) for event in view.events if event.act == "deliver"), ""),
        error=error,
        done=request.GET.get("done") == "1",
        key=str(uuid7()),
        how=request.POST.get("how") or "pad",
        copy_at=request.POST.get("copy_at", ""),
        **frame(request, official),
    )


@require_POST
@with_person
def printed(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """One letter or licence as PDF, on the record."""
    view = cases.case_view(case_id, person)
    if not view.row.delivered:
        raise SignatureMissingError
    return print_one(request, person, view)


def print_one(request: HttpRequest, actor: Actor, view: CaseView) -> HttpResponse:
    """The paper that was asked for by its id. Raises NotFoundError for what is none of the case's."""
    wanted = request.POST.get("what", "")
    letter = next((one for one in view.letters if str(one.id) == wanted), None)
    licence = next((one for one in credentials.of_case(view.row.id) if str(one.id) == wanted), None)
    number = letter.number if letter else licence.identifier if licence else ""
    if not number:
        raise NotFoundError(_NO_PAPER)
    acts.print_result(view.row.id, number, actor=actor, key=key_of(request))
    content = cases.letter_document(letter) if letter else credentials.pdf(licence.id) if licence else b""
    return pdf(content, f"{number}.pdf")
