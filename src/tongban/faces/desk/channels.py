"""How people apply, for those who answer for the city: online, with help, on paper, by street and by month, of one service or of all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.cases import reads as cases
from tongban.cases.reads import ShareRow
from tongban.catalogue import reads as catalogue
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.person import check_verb, official
from tongban.look import preferences
from tongban.look.drawings import Share
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

_TEXTS = ("desk/channels", FRAME)
_SPANS = (1, 3, 12)


@require_GET
@official
def channels(request: HttpRequest, person: Actor) -> HttpResponse:
    """Shares as bars, with their table. Read from counts, so the page costs the same at any number of cases."""
    check_verb(person, "figures")
    services = catalogue.city().services
    service = request.GET.get("service", "")
    service = service if service in services else ""
    asked = request.GET.get("months", "")
    months = int(asked) if asked in {str(span) for span in _SPANS} else _SPANS[-1]
    found = cases.shares(service, months=months)
    t = screen(_TEXTS, preferences.of(request).lang)
    return render(
        request,
        "desk/channels.html",
        texts=_TEXTS,
        found=found,
        whole=[_drawn(found.whole)],
        by_area=[_drawn(row) for row in found.by_area],
        by_month=[_drawn(row) for row in found.by_month],
        names=[t.online, t.assisted, t.paper],
        services=[("", t.all_services), *((one.id, one.title) for one in services.values())],
        service=service,
        spans=[(str(span), t("months", n=span)) for span in _SPANS],
        months=str(months),
        tools=tools(person, t, request.path),
        watermark_lines=watermark(request, person),
    )


def _drawn(row: ShareRow) -> Share:
    return Share(row.label, (row.online, row.assisted, row.paper))
