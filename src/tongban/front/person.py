"""Who stands before a page. Invariants: a page about somebody's own matters needs a sign-in, which leads back to the same page; what was typed is kept meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]


def signed_in(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The view gets the person; a stranger is led to the sign-in and back."""

    @wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = who(request)
        return to_sign_in(request) if person is None else view(request, person, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", run)


def to_sign_in(request: HttpRequest, otherwise: str = "/") -> HttpResponse:
    """The sign-in, which leads back to the page that was asked for, or to the one whose form was sent."""
    back = request.get_full_path() if request.method == "GET" else request.headers.get("referer", otherwise)
    return HttpResponseRedirect(f"/sign-in?{urlencode({'next': back})}")


def who(request: HttpRequest) -> Actor | None:
    """The person who is signed in, asked once a request."""
    if not hasattr(request, "_person"):
        user: Any = getattr(request, "user", None)
        found = parties.actor(user.pk) if user is not None and user.is_authenticated else None
        request._person = found  # type: ignore[attr-defined]  # noqa: SLF001 - the request carries it for as long as it lives
    person: Actor | None = request._person  # type: ignore[attr-defined]  # noqa: SLF001
    return person


def uuid_of(text: str) -> UUID | None:
    """An id as it was sent; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def key_of(request: HttpRequest) -> str:
    """The key of the form that was sent: the same click twice has the same one. What is no key of ours is replaced by a new one."""
    try:
        return str(UUID(request.POST.get("key", "")))
    except ValueError:
        return str(uuid7())


def version_of(request: HttpRequest) -> int:
    """The version of the case that the form was drawn from; 0, which is older than all, for what is no version."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
