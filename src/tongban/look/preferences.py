"""How a person wants pages: language, 长辈版 (the elder mode), size of text. Kept in three cookies of this browser, nowhere else.

Invariants: an unknown value is the default, never an error; `next` leads only to a path of this host.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from tongban.kernel.text import LANGS, Lang

Size = Literal["normal", "large", "largest"]
SIZES: Final[tuple[Size, Size, Size]] = ("normal", "large", "largest")
_YEAR = 365 * 24 * 3600
_ALLOWED: Final = {"lang": LANGS, "elder": ("0", "1"), "size": SIZES}


@dataclass(frozen=True)
class Preferences:
    """What a request asks for."""

    lang: Lang = "zh"
    elder: bool = False
    size: Size = "normal"


def of(request: HttpRequest) -> Preferences:
    """The preferences of a request, from its cookies."""
    lang: Lang = "en" if request.COOKIES.get("lang") == "en" else "zh"
    asked = request.COOKIES.get("size")
    size: Size = next((size for size in SIZES if size == asked), "normal")
    return Preferences(lang=lang, elder=request.COOKIES.get("elder") == "1", size=size)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """`/look/set?lang=en&elder=1&size=large&next=/…`, by link or by form; sets what is named and allowed, then goes back."""
    asked = request.POST if request.method == "POST" else request.GET
    response = HttpResponseRedirect(_way_back(request, asked.get("next", "")))
    for name, allowed in _ALLOWED.items():
        if (value := asked.get(name)) in allowed:
            response.set_cookie(name, str(value), max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response


def _way_back(request: HttpRequest, where: str) -> str:
    local = where.startswith("/") and url_has_allowed_host_and_scheme(
        where, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return where if local else "/"
