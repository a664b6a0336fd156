"""The data officer's page: what each department holds, who may use it, when it was last asked; in a demonstration a register can be made silent.

Invariants: no value of anybody is shown here; silencing exists in a demonstration only, and is on the record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.catalogue import reads as catalogue
from tongban.exchange import acts
from tongban.exchange import reads as exchange
from tongban.exchange.reads import GrantView
from tongban.faces.desk import exports, tables
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.person import check_verb, name_of, official
from tongban.kernel.text import Text, listed
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

_TEXTS = ("desk/exchange", "desk/frame")


@require_GET
@official
def exchange_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """All resources by department, with sharing, last call, grants and the switch."""
    check_verb(person, "catalogue")
    city = catalogue.city()
    lang = preferences.of(request).lang
    granted: dict[str, list[GrantView]] = defaultdict(list)
    for grant in exchange.grants():
        granted[grant.resource].append(grant)
    calls = exchange.last_calls()
    held = exchange.resources()
    rows = [
        {
            "resource": resource,
            "department": city.short_of(resource.department),
            "last": calls.get(resource.id),
            "grants": [_grant(one, resource.item_titles) for one in granted[resource.id]],
        }
        for resource in sorted(held.values(), key=lambda one: (one.department, one.id))
    ]
    if exports.asked(request):
        sharing = {kind: screen("desk/exchange", lang)(f"sharing_{kind}") for kind in ("unconditional", "conditional", "none")}
        return exports.answer(request, person, tables.resources(rows, screen(exports.EXPORT, lang), sharing), "catalogue")
    t = screen(FRAME, lang)
    return render(
        request,
        "desk/exchange.html",
        texts=_TEXTS,
        rows=rows,
        sleeping=sum(row["last"] is None for row in rows),
        silent=[one for one in held.values() if one.silent_since],
        demo=settings.DEMO,
        tools=tools(person, t, request.path),
        watermark_lines=watermark(request, person),
    )


@require_POST
@official
def silence(request: HttpRequest, person: Actor) -> HttpResponse:
    """Make a register silent, or let it answer again; in a demonstration only."""
    check_verb(person, "catalogue")
    if not settings.DEMO:
        raise Http404
    resource = request.POST.get("resource", "")
    if request.POST.get("silent") == "yes":
        acts.suspend(resource, by=name_of(person))
    else:
        acts.resume(resource, by=name_of(person))
    return HttpResponseRedirect(f"{reverse('desk:exchange')}#{resource.replace('/', '-')}")


def _grant(grant: GrantView, titles: Mapping[str, Text]) -> dict[str, object]:
    service = catalogue.city().services.get(grant.service)
    shown = [titles.get(name, Text(name, name)) for name in grant.items]
    return {
        "service": service.title if service else grant.service,
        "purpose": grant.purpose.partition("/")[2] or grant.purpose,
        "items": listed(shown),
        "at": grant.granted_at,
    }
