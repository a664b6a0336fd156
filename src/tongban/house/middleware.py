"""What every request passes through: errors that a person may see become pages, and every page carries its content security policy."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tongban.kernel.errors import TongbanError

_POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

Respond = Callable[[HttpRequest], HttpResponse]


def content_security(respond: Respond) -> Respond:
    """Pages load from this host only."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        response.setdefault("Content-Security-Policy", _POLICY)
        return response

    return middleware


class visible_errors:  # noqa: N801 - named as Django's settings list it: what it does
    """A TongbanError raised by a view becomes a page in the person's language, with the way out."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TongbanError):
            return None
        from tongban.house.failures import show

        return show(request, error)


class OnlyDefaultMigrates:
    """Registers belong to departments: Tongban never makes tables there."""

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool | None:  # noqa: ARG002 - Django's signature
        return db == "default"
