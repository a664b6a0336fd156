"""The clerk's own page: the next person, what was taken in today, what was sent back; finding a case, one case as a counter sees it, its receipt again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.core.counter import ASSISTED
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.reads import counter
from tongban.cases.reads.counter import CounterRow
from tongban.credentials import reads as credentials
from tongban.faces.counter.frame import FRAME, frame
from tongban.faces.counter.person import clerk
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_TEXTS = (FRAME, "counter/attend")
_TAIL = 7


@require_GET
@clerk
def home(request: HttpRequest, official: Actor) -> HttpResponse:
    """The next person; beneath, the clerk's day."""
    t = screen(_TEXTS, preferences.of(request).lang)
    return render(
        request,
        "counter/home.html",
        texts=_TEXTS,
        channels=[(name, t(f"channel_{name}")) for name in ASSISTED],
        channel=request.GET.get("channel", "window"),
        number="",
        error=None,
        taken=rows(counter.taken_today(official), t),
        back=rows(counter.sent_back(official), t),
        **frame(request, official),
    )


@require_http_methods(["GET", "POST"])
@clerk
def find(request: HttpRequest, official: Actor) -> HttpResponse:
    """Cases of the counter's area, by number, name, identity number or code; each search is on the record, and no address holds what was searched for."""
    words = request.POST.get("q", "").strip()[:300]
    t = screen(_TEXTS, preferences.of(request).lang)
    found = acts.search(words, clerk=official) if words else ()
    return render(request, "counter/find.html", texts=_TEXTS, words_=words, found=rows(found, t), **frame(request, official))


@require_GET
@clerk
def case(request: HttpRequest, official: Actor, case_id: UUID) -> HttpResponse:
    """One case as a counter sees it: where it stands, and how its result goes."""
    row = counter.counter_case(case_id, official)
    return case_page(request, official, row)


def case_page(request: HttpRequest, official: Actor, row: CounterRow, *, error: Text | None = None, status: int = 200) -> HttpResponse:
    """One case's page, with what goes into the envelope if its result is to be mailed."""
    return render(
        request,
        "counter/case.html",
        texts=(*_TEXTS, "counter/hand"),
        status=status,
        row=row,
        envelope=_envelope(row, official),
        key=str(uuid7()),
        error=error,
        **frame(request, official),
    )


def _envelope(row: CounterRow, official: Actor) -> list[dict[str, object]]:
    try:
        letters = counter.letters_to_mail(row.case.id, official)
    except (CaseNotFoundError, MayNotError):
        return []
    licences = [{"id": one.id, "title": one.type_title, "note": one.serial} for one in credentials.of_case(row.case.id)]
    return [*licences, *({"id": one.id, "title": one.title, "note": one.number} for one in letters)]


@require_GET
@clerk
def receipt(request: HttpRequest, official: Actor, case_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The receipt, printed as often as it is asked for."""
    row = counter.counter_case(case_id, official)
    return pdf(cases.slip_of(case_id, official), f"{row.case.number}.pdf")


def rows(found: tuple[CounterRow, ...], t: Screen) -> list[dict[str, object]]:
    """Lines of a list: where they lead, number's end, service, applicant, state, how they came."""
    return [
        {
            "href": reverse("counter:case", args=[row.case.id]),
            "receipt": reverse("counter:receipt", args=[row.case.id]),
            "tail": f"…{row.case.number[-_TAIL:]}",
            "row": row,
            "channel": t(f"channel_{row.channel}") if f"channel_{row.channel}" in t else row.channel,
        }
        for row in found
    ]


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to look at or print, never kept by others."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
