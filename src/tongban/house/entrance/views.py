"""Sign in, sign out, take up again. Invariants: `next` leads only to a path of this host; a failure says neither which part was wrong nor whether the login exists."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tongban.house.entrance import attempts, unsent
from tongban.look.pages import render

_SCREEN = "house/entrance"


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page."""
    onward = safe(request, request.POST.get("next") or request.GET.get("next") or "/")
    if request.method == "GET":
        return _page(request, onward)
    name, password = request.POST.get("login", "").strip()[:80], request.POST.get("password", "")[:200]
    if not name or not password:
        return _page(request, onward, login=name, error="empty", status=422)
    if not attempts.may_try(request, name):
        return _page(request, onward, login=name, error="too_often", status=429)
    account = authenticate(request, username=name, password=password)
    if account is None:
        attempts.note_failure(request, name)
        return _page(request, onward, login=name, error="wrong", status=422)
    attempts.forgive(request, name)
    return enter(request, account, onward)


def enter(request: HttpRequest, account: object, onward: str) -> HttpResponse:
    """Begin the account's session and go on; what the same browser was about to send goes first."""
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    response = HttpResponseRedirect("/sign-in/unsent" if unsent.waits(request) else onward)
    unsent.note_account(response, request.user.pk)
    return response


@never_cache
@require_http_methods(["GET"])
def resume(request: HttpRequest) -> HttpResponse:
    """Offer once more what was about to be sent."""
    waiting = unsent.take(request)
    if waiting is None:
        return HttpResponseRedirect("/")
    return render(request, "house/unsent.html", texts="house/unsent", unsent=waiting, why="ended")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/")


def safe(request: HttpRequest, onward: str) -> str:
    """The path if it leads to this host and is no sign-in page itself; else the home page."""
    local = onward.startswith("/") and url_has_allowed_host_and_scheme(
        onward, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return onward if local and not onward.startswith(("/sign-in", "/sign-out")) else "/"


def _page(request: HttpRequest, onward: str, *, login: str = "", error: str = "", status: int = 200) -> HttpResponse:
    return render(request, "house/sign-in.html", texts=_SCREEN, status=status, onward=onward, login=login, error=error)
