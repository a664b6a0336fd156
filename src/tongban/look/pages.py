"""A page is a template, its screen's texts, and what the house adds to every page.

Invariants: every page knows `lang`, `elder`, `size`, `t`, `csrf_input`; a page is never cached by others (it may show a person's own matters).

What the layouts read, beside a page's own context (a builder listed in `LOOK_CONTEXT` may give any of them):
`city_name` Text · `home` address · `account` Account or None · `demo_strip`, `foot` names of templates to include, or "".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.module_loading import import_string
from markupsafe import Markup

from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.environment import environment
from tongban.look.texts import screen

Builder = Callable[[HttpRequest], Mapping[str, object]]


@dataclass(frozen=True)
class Account:
    """Who is signed in, for the header: own name, for whom they act (if not for themselves), and where the two links lead."""

    name: str
    page: str = ""
    sign_out: str = ""
    acting_for: str = ""
    unread: int = 0
    messages: str = ""


DEFAULTS: Mapping[str, object] = {
    "city_name": Text(zh="通办", en="Tongban"),
    "home": "/",
    "account": None,
    "sign_in": "",
    "demo_strip": "",
    "foot": "",
}


def render(request: HttpRequest, template: str, *, texts: str | Iterable[str], status: int = 200, **context: object) -> HttpResponse:
    """A page as a response. `texts` names the screen, `portal/home`, or several. A page's own context wins over a builder's."""
    return HttpResponse(
        html(request, template, texts=texts, **context), status=status, headers={"Cache-Control": "private, no-store", "Vary": "Cookie"}
    )


def html(request: HttpRequest, template: str, *, texts: str | Iterable[str], **context: object) -> str:
    """A page, or a part of one for htmx, as text."""
    chosen = preferences.of(request)
    whole: dict[str, object] = dict(DEFAULTS)
    for build in builders():
        whole |= build(request)
    whole |= {
        "request": request,
        "here": request.get_full_path(),
        "elder": chosen.elder,
        "size": chosen.size,
        "t": screen(texts, chosen.lang),
        "csrf_input": Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(get_token(request)),
    }
    return environment(chosen.lang).get_template(template).render(whole | context)


@cache
def builders() -> tuple[Builder, ...]:
    """What the house adds to every page: the functions that the setting LOOK_CONTEXT lists by dotted path."""
    return tuple(import_string(path) for path in getattr(settings, "LOOK_CONTEXT", ()))
