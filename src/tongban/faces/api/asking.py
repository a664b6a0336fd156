"""Who asks, under which key, and how answers leave."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from msgspec import json
from ninja.params.functions import Header
from ninja.security import HttpBearer

from tongban.catalogue import running
from tongban.faces.api.tokens import account_of
from tongban.kernel.errors import NotFoundError
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

KEY = Header(alias="Idempotency-Key", min_length=8, max_length=80)
"""Every write carries one: the same request with the same key is done once and answered alike."""


class Bearer(HttpBearer):
    """`Authorization: Bearer …`; the request then carries the actor, as `actor(request)`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:  # noqa: ARG002 - ninja's signature
        """The actor with the posts held today, or nobody."""
        account = account_of(token)
        if account is None:
            return None
        try:
            return parties.actor(account, running.beside(parties.asking_actor(account)))
        except NotFoundError:
            return None


def actor(request: HttpRequest) -> Actor:
    """Who asks."""
    return cast(Any, request).auth  # type: ignore[no-any-return]


def answer(body: Any, status: int = 200) -> HttpResponse:
    """A JSON answer; it is for whoever asked, and nobody keeps it. Its length is told, so that it goes out whole and not in chunks."""
    content = json.encode(body)
    kept = {"Cache-Control": "no-store", "Content-Length": str(len(content))}
    return HttpResponse(content, status=status, content_type="application/json", headers=kept)
