"""Begin with a person what they came for: for whom, in which situation; and throw away what they did not want after all."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases.errors import MayNotError, NotOfferedError
from tongban.faces.counter.frame import FRAME, frame
from tongban.faces.counter.person import attendance_of, with_person
from tongban.front.finding import may_apply, offered
from tongban.front.person import who
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal

_TEXTS = (FRAME, "counter/attend", "counter/fill")


@require_http_methods(["GET", "POST"])
@with_person
def start(request: HttpRequest, person: Actor, service_id: str) -> HttpResponse:
    """For whom, and in which situation; with one choice of each, at once."""
    service = offered(service_id)
    principals = {f"{one.kind}:{one.id}": one for one in parties.principals(person.person_id) if may_apply(one, service)}
    name = request.POST.get("principal", "")
    if len(principals) == 1 and len(service.situations) == 1 and not name:
        name = next(iter(principals))
    error: Text | None = None
    if name in principals:
        situation = request.POST.get("situation") or service.situations[0].id
        try:
            return HttpResponseRedirect(
                reverse("counter:form", args=[attendance_of(person), _begin(person, service_id, principals[name], situation)])
            )
        except (NotOfferedError, MayNotError) as refused:
            error = refused.says
    t = screen(_TEXTS, preferences.of(request).lang)
    if request.method == "POST" and error is None:
        error = Text("请选择替谁办。", "Choose for whom.")
    return _page(
        request, person, "counter/start.html", status=422 if error else 200, service=service, error=error, **_choices(principals, name, t)
    )


@require_POST
@with_person
def discard(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Throw a draft away, with its papers."""
    acts.discard(case_id, actor=person)
    return HttpResponseRedirect(reverse("counter:attend", args=[attendance_of(person)]))


def _begin(person: Actor, service_id: str, principal: Principal, situation: str) -> UUID:
    return acts.start(service_id, actor=person, principal_kind=principal.kind, principal_id=principal.id, situation=situation)


def _choices(principals: dict[str, Principal], chosen: str, t: Screen) -> dict[str, object]:
    whom = [(name, called(one, t)) for name, one in principals.items()]
    return {"whom": whom, "chosen": chosen or (whom[0][0] if len(whom) == 1 else "")}


def called(one: Principal, t: Screen) -> str:
    """A principal and in which capacity the person acts for them."""
    return (
        t("for_self", name=one.name)
        if one.is_self
        else t("for_other", name=one.name, mandate=t(f"mandate_{one.mandate_kind.replace('-', '_')}"))
    )


def _page(request: HttpRequest, person: Actor, template: str, status: int, **more: object) -> HttpResponse:
    official = who(request)
    assert official is not None
    return render(
        request,
        template,
        texts=_TEXTS,
        status=status,
        person=person,
        attendance_id=attendance_of(person),
        **more,
        **frame(request, official),
    )
