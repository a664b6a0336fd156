"""How people apply, for those who answer for the city: online, with help, on paper, by street and by month, of one service or of all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.cases import reads as cases
from tongban.cases.reads import ShareRow
from tongban.cases.reads.shares import Shares
from tongban.catalogue import reads as catalogue
from tongban.faces.desk import exports
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.person import check_verb, official
from tongban.ledger.core.canonical import JSON
from tongban.look import preferences
from tongban.look.drawings import Share
from tongban.look.pages import render
from tongban.look.sheets import Column, Table
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_TEXTS = ("desk/channels", FRAME)
_SPANS = (1, 3, 12)
_BY = ("whole", "area", "month")


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
    by = request.GET.get("by", "")
    if exports.asked(request):
        by = by if by in _BY else "whole"
        told: dict[str, JSON] = {"by": by, "service": service, "months": months}
        return exports.answer(request, person, _table(found, by, t), "shares", told=told)
    return render(
        request,
        "desk/channels.html",
        texts=_TEXTS,
        found=found,
        address=f"{reverse('desk:channels')}?{urlencode({'service': service, 'months': str(months)})}",
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


def _table(found: Shares, by: str, t: Screen) -> Table:
    """One of the three tables as numbers."""
    rows, of = {"area": (found.by_area, t.col_area), "month": (found.by_month, t.col_month)}.get(by, ((found.whole,), t.col_city))
    columns = (Column(of), *(Column(name, "whole") for name in (t.online, t.assisted, t.paper, t.col_all)))
    return Table(f"{t.channels_title} {of}", columns, ((row.label, row.online, row.assisted, row.paper, row.whole) for row in rows))


def _drawn(row: ShareRow) -> Share:
    return Share(row.label, (row.online, row.assisted, row.paper))
