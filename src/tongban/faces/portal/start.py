"""Where an application begins: for whom, in which situation. Invariant: only those are offered whom this person may act for in this service today."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import LicenceChoiceError
from tongban.catalogue.core.definition import Service
from tongban.credentials.core.credential import Credential
from tongban.front.finding import may_apply, offered
from tongban.front.person import signed_in, uuid_of
from tongban.kernel import clock
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.environment import day
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal

_TEXTS = ("portal/apply", "portal/frame")


@require_http_methods(["GET", "POST"])
@signed_in
def start(request: HttpRequest, person: Actor, service_id: str) -> HttpResponse:
    """Choose for whom, in which situation and about which licence, then begin, or go on with the draft there is."""
    service = offered(service_id)
    if service.tickets is not None:
        return HttpResponseRedirect(reverse("portal:tell-form", args=[service_id]))
    if clock.today() < service.in_force:
        return HttpResponseRedirect(reverse("portal:guide", args=[service_id]))
    principals = {f"{one.kind}:{one.id}": one for one in parties.principals(person.person_id) if may_apply(one, service)}
    chosen = principals.get(request.POST.get("principal", ""))
    if chosen is None:
        return _page(request, service, principals)
    situation, licence = request.POST.get("situation") or service.situations[0].id, uuid_of(request.POST.get("licence", ""))
    try:
        case_id = acts.start(
            service_id, actor=person, principal_kind=chosen.kind, principal_id=chosen.id, situation=situation, licence=licence
        )
    except LicenceChoiceError as told:
        return _page(request, service, principals, cases.licences_for(service, situation, chosen.kind, chosen.id), told.says)
    return HttpResponseRedirect(reverse("portal:apply", args=[case_id]))


def _page(
    request: HttpRequest,
    service: Service,
    principals: Mapping[str, Principal],
    held: tuple[Credential, ...] = (),
    trouble: Text | None = None,
) -> HttpResponse:
    """The choices; `held` are the licences of which one has to be chosen."""
    lang = preferences.of(request).lang
    words = screen(_TEXTS, lang)
    missing = request.method == "POST" and trouble is None
    return render(
        request,
        "portal/start.html",
        texts=_TEXTS,
        status=422 if request.method == "POST" else 200,
        service=service,
        principals=principals,
        whom=[(name, _called(one, words)) for name, one in principals.items()],
        chosen=_sent(request, "principal", "for") or (next(iter(principals)) if len(principals) == 1 else ""),
        situations=[(option.id, option.label) for option in service.situations],
        situation=_sent(request, "situation", "situation") or service.situations[0].id,
        held=[(str(one.id), _named(one, words, lang)) for one in held],
        licence=_sent(request, "licence", "licence"),
        trouble=trouble,
        missing=missing,
    )


def _sent(request: HttpRequest, typed: str, address: str) -> str:
    """What was chosen in the form, else what the address suggests."""
    return request.POST.get(typed, "") or request.GET.get(address, "")


def _named(one: Credential, words: Screen, lang: Lang) -> str:
    """A licence as one tells it from another: number, and until when it is valid."""
    until = words("licence_until", day=day(one.valid_until, lang)) if one.valid_until else words.licence_open
    return words("licence_named", number=one.serial, until=until)


def _called(one: Principal, words: Screen) -> str:
    if one.is_self:
        return words("for_me", name=one.name)
    return words("for_other", name=one.name, mandate=words(f"mandate_{one.mandate_kind.replace('-', '_')}"))
