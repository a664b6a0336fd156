"""Letters that wait to be collected, and handing them out to the person who stands there, whatever channel the case came by (统一窗口出件)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from markupsafe import Markup

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.acts import Handed
from tongban.cases.errors import SignatureMissingError, WrongStateError
from tongban.cases.reads import CaseView
from tongban.cases.reads.rating_links import link_for_counter
from tongban.credentials import reads as credentials
from tongban.faces.counter.confirming import signature
from tongban.faces.counter.frame import FRAME, document, frame
from tongban.faces.counter.person import attendance_of, clerk, with_person
from tongban.faces.counter.today import pdf, tail
from tongban.files.errors import RefusedFileError
from tongban.front.drawn import qr
from tongban.front.person import key_of, uuid_of, who
from tongban.kernel.errors import NotFoundError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.environment import minute
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

_NO_PAPER = Text(zh="这一件没有这份文书。请回到交付页重新选择。", en="This case has no such paper. Go back and choose again.")


@dataclass(frozen=True)
class Paper:
    """A letter or a licence, as it is named and handed out."""

    id: UUID
    title: Text
    number: str
    on_record: str
    until: date | None = None


_TEXTS = (FRAME, "counter/attend", "counter/hand")


@require_GET
@clerk
def waiting(request: HttpRequest, official: Actor) -> HttpResponse:
    """What waits to be collected, oldest first."""
    found, following = cases.at_counters(official, after=uuid_of(request.GET.get("after", "")))
    return render(request, "counter/collect.html", texts=_TEXTS, found=found, following=following, tail=tail, **frame(request, official))


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
            acts.hand_out(case_id, actor=person, key=key_of(request), handed=Handed(signature=signed, copy_at=kept))
            return HttpResponseRedirect(f"{reverse('counter:hand-out', args=[attendance_of(person), case_id])}?done=1")
        except (SignatureMissingError, WrongStateError, RefusedFileError) as told:
            error = told.says
    official = who(request)
    assert official is not None
    assert person.assistant is not None
    lang = preferences.of(request).lang
    t = screen(_TEXTS, lang)
    given, to_give = _papers(view)
    return render(
        request,
        "counter/hand-out.html",
        texts=_TEXTS,
        status=422 if error else 200,
        case=view,
        person=person,
        attendance_id=attendance_of(person),
        document=document(t, person.assistant.document),
        given=given,
        to_give=to_give,
        handed_at=next((minute(one.at, lang) for one in reversed(view.events) if one.act in ("deliver", "hand-out")), ""),
        error=error,
        done=request.GET.get("done") == "1",
        key=str(uuid7()),
        rating=rating_code(person, case_id),
        how=request.POST.get("how") or "pad",
        copy_at=request.POST.get("copy_at", ""),
        **frame(request, official),
    )


@require_POST
@with_person
def printed(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """One letter or licence as PDF, on the record."""
    return print_one(request, person, cases.case_view(case_id, person))


def rating_code(person: Actor, case_id: UUID) -> Markup | None:
    """The code by which the person may rate this with their own phone: the same whether it was rated or not; none while it cannot be."""
    address = link_for_counter(case_id, person)
    return qr(settings.ORIGIN + address) if address else None


def _papers(view: CaseView) -> tuple[list[Paper], list[Paper]]:
    """What was handed out and may be printed, and what is still to be: licences go with the result, letters each by itself."""
    issued = reversed(credentials.of_cases([view.row.id, *cases.parts_of([view.row.id])]))
    licences = [Paper(one.id, one.type_title, one.serial, one.identifier, one.valid_until) for one in issued]
    letters = [(Paper(one.id, one.title, one.number, one.number), view.row.delivered or one.sending == "done") for one in view.letters]
    given = [paper for paper, is_given in letters if is_given]
    waiting = [paper for paper, is_given in letters if not is_given]
    return (licences + given, waiting) if view.row.delivered else (given, licences + waiting)


def print_one(request: HttpRequest, actor: Actor, view: CaseView) -> HttpResponse:
    """The paper that was asked for by its id. Raises NotFoundError for what is none of the case's."""
    given, waiting = _papers(view)
    paper = next((one for one in (*given, *waiting) if str(one.id) == request.POST.get("what", "")), None)
    if paper is None:
        raise NotFoundError(_NO_PAPER)
    if paper in waiting:
        raise SignatureMissingError
    acts.print_result(view.row.id, paper.on_record, actor=actor, key=key_of(request))
    letter = next((one for one in view.letters if one.id == paper.id), None)
    return pdf(cases.letter_document(letter) if letter else credentials.pdf(paper.id), f"{paper.on_record}.pdf")
