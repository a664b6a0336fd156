"""Pages of the demo's devices. Invariant: without TONGBAN_DEMO=1 none of them exists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongban.house.devices.advance import STEPS, advance
from tongban.house.devices.identities import account_of, identities
from tongban.house.entrance.views import enter, safe
from tongban.look.pages import html, render
from tongban.messages import reads as messages
from tongban.parties import reads as parties

View = Callable[[HttpRequest], HttpResponse]
_PHONE_SHOWS = 20


def demo_only(view: View) -> View:
    """404 in a real city."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request)

    return wrapped


@demo_only
@never_cache
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """换个身份: who one may be, and what each can try."""
    return render(
        request, "house/people.html", texts="house/people", groups=identities(), onward=safe(request, request.GET.get("next", "/"))
    )


@demo_only
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """One click instead of a password, as a demo person only."""
    account, home = account_of(request.POST.get("login", ""))
    onward = safe(request, request.POST.get("next") or home)
    return enter(request, account, home if onward == "/" else onward)


@demo_only
@require_POST
def forward(request: HttpRequest) -> HttpResponse:
    """快进: 1 or 5 working days."""
    asked = request.POST.get("days", "")
    if asked not in {str(step) for step in STEPS}:
        raise Http404
    advance(int(asked))
    return HttpResponseRedirect(safe(request, request.POST.get("next", "/")))


@demo_only
@never_cache
@require_GET
def phone(request: HttpRequest) -> HttpResponse:
    """演示手机: what the city sent, newest first; a part of a page for htmx, a page without it."""
    shown = messages.phone(_PHONE_SHOWS)
    names = parties.names("person", {message.to for message in shown})
    if request.headers.get("HX-Request"):
        return HttpResponse(
            html(request, "house/phone-part.html", texts="house/phone", messages=shown, names=names), headers={"Cache-Control": "no-store"}
        )
    onward = safe(request, request.GET.get("next", "/"))
    return render(request, "house/phone.html", texts="house/phone", messages=shown, names=names, onward=onward)
