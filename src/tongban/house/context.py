"""What the house adds to every page: the city's name, who is signed in, and in a demo its strip."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tongban.catalogue import reads as catalogue
from tongban.front.person import who
from tongban.house.devices.advance import STEPS
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.look import preferences, texts
from tongban.look.pages import Account
from tongban.messages import reads as messages

_DESK, _COUNTER = "/desk/", "/counter/"


def city(request: HttpRequest) -> Mapping[str, object]:
    """Names as `tongban.look.pages` documents them, and `strip` for the demo's strip."""
    title: Text = catalogue.city().title
    where = request.get_full_path() if request.method == "GET" else "/"
    context: dict[str, object] = {
        "city_name": title,
        "home": next((face for face in (_DESK, _COUNTER) if request.path.startswith(face)), "/"),
        "account": _account(request),
        "sign_in": f"/sign-in?next={quote(where)}",
    }
    return {**context, **(_strip(request, title, where) if settings.DEMO else {})}


def _account(request: HttpRequest) -> Account | None:
    person = who(request)
    if person is None:
        return None
    unread = messages.unread(person.person_id)
    return Account(
        name=person.name,
        page=reverse("portal:cases"),
        sign_out=reverse("entrance:sign-out"),
        unread=unread,
        messages=reverse("portal:inbox"),
    )


def _strip(request: HttpRequest, title: Text, where: str) -> Mapping[str, object]:
    return {
        "demo_strip": "house/strip.html",
        "strip": texts.screen("house/strip", preferences.of(request).lang),
        "strip_city": title,
        "strip_now": clock.now(),
        "strip_steps": STEPS,
        "strip_next": where,
    }
