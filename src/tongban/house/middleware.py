"""What every request passes through: errors that a person may see become pages, a form sent after the session's end is kept, and every page
carries its content security policy.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from tongban.kernel.errors import TongbanError

_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data: blob:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "media-src 'self' blob:; "
    "manifest-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; "
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Respond = Callable[[HttpRequest], HttpResponse]


def content_security(respond: Respond) -> Respond:
    """Pages load from this host only, run no script and no style that is written into them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        for name, value in _HEADERS.items():
            response.setdefault(name, value)
        return response

    return middleware


def nothing_typed_is_lost(respond: Respond) -> Respond:
    """A form that is answered with "sign in first" waits in the session until its sender has done so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if request.method == "POST" and response.status_code == 302 and response["Location"].startswith("/sign-in"):
            from tongban.house.entrance import unsent

            if not request.user.is_authenticated and (waiting := unsent.of(request)):
                unsent.keep(request, waiting)
        return response

    return middleware


def no_null_character(respond: Respond) -> Respond:
    """U+0000 stands in no text, and PostgreSQL keeps none: a request that carries one is malformed, whatever it asks."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = [request.path, *(value for values in (*request.GET.lists(), *request.POST.lists()) for value in (values[0], *values[1]))]
        in_json = request.content_type == "application/json" and b"\\u0000" in request.body
        if in_json or any("\0" in value for value in sent):
            raise SuspiciousOperation("a null character")
        return respond(request)

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
