"""What somebody was about to send when their session had ended.

Invariants: it waits in the server's session of that same browser, for one sending, for a quarter of an hour, and is sent again only by a click
of the person whose session it was: whoever else signs in on that browser is not offered it, and it is gone; files and passwords are not kept; a form
that another site sent is never offered again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.kernel import clock

_KEY = "unsent"
_MOST = 100_000
_FOR = timedelta(minutes=15)
_LAST = "last-in"
_LAST_FOR = timedelta(days=1)
_NEVER = {"csrfmiddlewaretoken", "password"}


@dataclass(frozen=True)
class Unsent:
    """A form: where it goes, and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    """Names of files that have to be chosen again."""
    page: str = ""
    """Where the form stood."""


def of(request: HttpRequest) -> Unsent | None:
    """What a request carries; None if it is no form of ours, or too big to keep."""
    if request.method != "POST" or not is_own(request):
        return None
    fields = tuple(
        (name, value) for name, values in request.POST.lists() if name not in _NEVER for value in values if isinstance(value, str)
    )
    if sum(len(name) + len(value) for name, value in fields) > _MOST:
        return None
    files = tuple(file.name or "" for _, group in request.FILES.lists() for file in group if not isinstance(file, str))
    came_from = urlsplit(request.headers.get("Referer", ""))
    page = f"{came_from.path}?{came_from.query}".rstrip("?") if came_from.netloc == request.get_host() else ""
    return Unsent(request.get_full_path(), fields, files, page)


def is_own(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this city."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.get_host()


def note_account(response: HttpResponse, account: object) -> None:
    """Let the browser remember, signed and out of scripts' reach, who signed in last; it outlives the session."""
    response.set_signed_cookie(
        _LAST, str(account), max_age=_LAST_FOR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, path="/"
    )


def keep(request: HttpRequest, unsent: Unsent) -> None:
    """Let it wait in the session for the account that was signed in last on this browser; if nobody was, there is nobody to keep it for."""
    whose = request.get_signed_cookie(_LAST, default=None, max_age=_LAST_FOR)
    if whose is None:
        return
    request.session[_KEY] = {
        "whose": whose,
        "path": unsent.path,
        "fields": unsent.fields,
        "files": unsent.files,
        "page": unsent.page,
        "at": clock.now().isoformat(),
    }


def take(request: HttpRequest) -> Unsent | None:
    """What waits for who is signed in, once."""
    kept = request.session.pop(_KEY, None) if waits(request) else None
    if kept is None or datetime.fromisoformat(kept["at"]) < clock.now() - _FOR:
        return None
    return Unsent(kept["path"], tuple((name, value) for name, value in kept["fields"]), tuple(kept["files"]), kept["page"])


def waits(request: HttpRequest) -> bool:
    """Whether something waits for who is signed in; what waits for somebody else is dropped."""
    kept = request.session.get(_KEY)
    if kept is not None and kept.get("whose") != str(request.user.pk):
        del request.session[_KEY]
        return False
    return kept is not None
