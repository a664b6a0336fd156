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
from tongban.cases.reads import counter
from tongban.cases.reads.counter import CounterRow
from tongban.faces.counter.frame import FRAME, frame
from tongban.faces.counter.person import clerk
from tongban.front.sending import told
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
    """One case as a counter sees it: where it stands, how its letters go, and what became of each delivery."""
    row = counter.counter_case(case_id, official)
    sending, lang = cases.sending_of(case_id), preferences.of(request).lang
    texts = (*_TEXTS, "counter/hand")
    return render(
        request,
        "counter/case.html",
        texts=texts,
        row=row,
        wish=sending.wish,
        told=[told(one, screen(texts, lang), lang) for one in sending.rows],
        **frame(request, official),
    )


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
            "tail": tail(row.case.number),
            "row": row,
            "channel": t(f"channel_{row.channel}") if f"channel_{row.channel}" in t else row.channel,
        }
        for row in found
    ]


def tail(number: str) -> str:
    """The end of a case's number, by which people call it."""
    return f"…{number[-_TAIL:]}"


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to look at or print, never kept by others."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
