"""What a person sees when something does not work: what, why, and the way out, in their language. Programs get the same as JSON (RFC 9457).

Invariants: nothing that was typed is thrown away where it can be kept; the page for our own faults needs neither database nor templates.
"""

from __future__ import annotations

import logging
import secrets

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from tongban.house.entrance import unsent
from tongban.kernel.errors import TongbanError, TooOftenError
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.pages import html, render

log = logging.getLogger("tongban.failures")

_NOT_FOUND = Text(zh="没有这个页面，或者您无权查看它。", en="There is no such page, or you may not see it.")
_FORBIDDEN = Text(zh="您没有做这件事的权限。", en="You may not do this.")
_BAD = Text(zh="这个请求不完整或不合规范，没有处理。", en="This request is incomplete or malformed and was not handled.")
_BROKEN = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<body><main><h1>{title}</h1><p>{says}</p><p>{code}</p><p><a href="/">{home}</a></p></main></body></html>"""


def show(request: HttpRequest, error: TongbanError) -> HttpResponse:
    """The page for an error that a person may be told."""
    if error.status >= 500:
        log.error("%s at %s: %s", type(error).__name__, request.path, error, exc_info=error)
    response = _answer(request, error.says, error.status)
    if isinstance(error, TooOftenError):
        response["Retry-After"] = str(error.seconds)
    return response


def not_found(request: HttpRequest, exception: Http404 | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """404."""
    return _answer(request, _NOT_FOUND, 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """403."""
    return _answer(request, _FORBIDDEN, 403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """400."""
    return _answer(request, _BAD, 400)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. A short code on the page and in the log brings the two together."""
    code = secrets.token_hex(4)
    log.error("fault %s at %s %s", code, request.method, request.path)
    lang = preferences.of(request).lang
    title = Text(zh="系统出错了", en="Something broke on our side")
    says = Text(
        zh="不是您的操作有误。已提交的内容都已保存；请返回上一页再试一次。反复出错时，请把下面的编号告诉管理员。",
        en="It was nothing you did. What was submitted is kept; go back and try again. If it happens again, tell an administrator this code.",
    )
    if wants_json(request):
        return JsonResponse(_problem(title, 500) | {"instance": code}, status=500, content_type="application/problem+json")
    home = Text(zh="回首页", en="Home page")
    page = _BROKEN.format(lang=_html_lang(lang), title=title.in_(lang), says=says.in_(lang), code=code, home=home.in_(lang))
    return HttpResponse(page, status=500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The token of a form did not fit: usually a page left open across a new sign-in. The form is offered again, unless another site sent it."""
    log.warning("form refused at %s: %s", request.path, reason)
    waiting = unsent.of(request)
    says = Text(zh="这个表单的安全标记已失效，所以没有提交。", en="This form's security token is no longer valid, so it was not submitted.")
    if waiting is None or wants_json(request):
        return _answer(request, says, 403)
    return render(request, "house/unsent.html", texts="house/unsent", status=403, unsent=waiting, why="token")


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks."""
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def _answer(request: HttpRequest, says: Text, status: int) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(
            _problem(says, status), status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
        )
    if request.headers.get("HX-Request"):
        return HttpResponse(html(request, "house/failure-part.html", texts="house/failure", says=says), status=status)
    return render(request, "house/failure.html", texts="house/failure", status=status, says=says, status_code=status)


def _problem(says: Text, status: int) -> dict[str, object]:
    return {"title": says.en, "title_zh": says.zh, "status": status}


def _html_lang(lang: Lang) -> str:
    return "zh-Hans" if lang == "zh" else "en"
