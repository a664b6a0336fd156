"""Where an application begins: for whom, in which situation. Invariant: only those are offered whom this person may act for in this service today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.cases import acts
from tongban.catalogue.core.definition import Service
from tongban.front.finding import offered
from tongban.front.person import signed_in
from tongban.kernel import clock
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal

_TEXTS = ("portal/apply", "portal/frame")


@require_http_methods(["GET", "POST"])
@signed_in
def start(request: HttpRequest, person: Actor, service_id: str) -> HttpResponse:
    """Choose for whom and in which situation, then begin, or go on with the draft there is."""
    service = offered(service_id)
    if clock.today() < service.in_force or service.about is not None:
        return HttpResponseRedirect(reverse("portal:guide", args=[service_id]))
    principals = {f"{one.kind}:{one.id}": one for one in parties.principals(person.person_id) if _may_apply(one, service)}
    chosen = principals.get(request.POST.get("principal", ""))
    if chosen is not None:
        situation = request.POST.get("situation", "new")
        case_id = acts.start(service_id, actor=person, principal_kind=chosen.kind, principal_id=chosen.id, situation=situation)
        return HttpResponseRedirect(reverse("portal:apply", args=[case_id]))
    words = screen(_TEXTS, preferences.of(request).lang)
    missing = request.method == "POST"
    return render(
        request,
        "portal/start.html",
        texts=_TEXTS,
        status=422 if missing else 200,
        service=service,
        principals=principals,
        whom=[(name, _called(one, words)) for name, one in principals.items()],
        chosen=request.GET.get("for") or (next(iter(principals)) if len(principals) == 1 else ""),
        situations=[(option.id, option.label) for option in service.situations],
        missing=missing,
    )


def _may_apply(one: Principal, service: Service) -> bool:
    return one.kind in service.audience and (one.is_self or one.mandate_kind in service.mandates) and one.allows(service.id)


def _called(one: Principal, words: Screen) -> str:
    if one.is_self:
        return words("for_me", name=one.name)
    return words("for_other", name=one.name, mandate=words(f"mandate_{one.mandate_kind.replace('-', '_')}"))
