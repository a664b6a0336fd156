"""Every refusal in the same shape: problem details (RFC 9457), in both languages.

Invariant: what a person may be told, a program is told in the same words; nothing else of an error leaves the house.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from msgspec import json
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tongban.benefits.errors import AccountKeptError, AccountMissingError, BetterChoiceError, WordsMissingError
from tongban.cases.core.tickets.errors import AnswerIncompleteError
from tongban.cases.correction_errors import SpotFaultsError
from tongban.cases.errors import IncompleteError, StaleCaseError
from tongban.kernel.errors import TongbanError, TooOftenError
from tongban.kernel.text import Text

_SIGN_IN = Text(
    zh="请求没有有效的令牌。请在 Authorization 头中给出 Bearer 令牌；令牌过期的，请重新签发。",
    en="The request carries no valid token. Send one as `Authorization: Bearer …`; if it has ended, have a new one issued.",
)
_MALFORMED = Text(
    zh="请求内容不合接口规范，未作处理；出错的地方已逐项列出。",
    en="The request does not fit the interface and was not handled; each fault is listed.",
)
_FIELDS = {"proof": "photos"}
"""Where a fault lies in what was sent, if under another name."""
_OF_ONE: Mapping[type[TongbanError], str] = {AccountMissingError: "account", AccountKeptError: "account", WordsMissingError: "words"}
"""Errors that are about one field."""
_UNREADABLE = Text(zh="请求内容无法读取，未作处理。", en="The request could not be read and was not handled.")


def problem(status: int, kind: str, says: Text, **more: Any) -> HttpResponse:
    """One refusal."""
    body = {"type": f"urn:tongban:problem:{kind}", "title": says.en, "title_zh": says.zh, "status": status, **more}
    content = json.encode(body)
    return HttpResponse(content, status=status, content_type="application/problem+json", headers={"Content-Length": str(len(content))})


def told(error: TongbanError) -> HttpResponse:
    """A room's error: its own status and words; by question, what is wrong; both versions of what was changed in between."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__.removesuffix("Error")).lower()
    if isinstance(error, IncompleteError | AnswerIncompleteError | SpotFaultsError):
        return problem(422, kind, error.says, errors=_faults_of(error))
    if isinstance(error, StaleCaseError):
        return problem(error.status, kind, error.says, theirs=error.theirs, yours=error.yours)
    if isinstance(error, BetterChoiceError):
        return problem(error.status, kind, error.says, may_insist=error.may_insist)
    if type(error) in _OF_ONE:
        status = 422 if error.status == 400 else error.status  # as every other field that lacks something
        return problem(status, kind, error.says, errors=faults({_OF_ONE[type(error)]: error.says}, ""))
    response = problem(error.status, kind, error.says)
    if isinstance(error, TooOftenError):
        response["Retry-After"] = str(error.seconds)
    return response


def _faults_of(error: IncompleteError | AnswerIncompleteError | SpotFaultsError) -> list[dict[str, str]]:
    """What is wrong, where it stands in what was sent."""
    if isinstance(error, AnswerIncompleteError):
        return faults({_FIELDS.get(name, name): why for name, why in error.faults.items()}, "")
    return faults(error.faults)


def faults(found: Mapping[str, Text], within: str = "/answers") -> list[dict[str, str]]:
    """What is wrong, by JSON pointer (RFC 6901)."""
    return [{"pointer": f"{within}/{name}", "detail": text.en, "detail_zh": text.zh} for name, text in found.items()]


def answer_in_problems(api: NinjaAPI) -> None:
    """Let an interface answer every error in this shape."""

    @api.exception_handler(TongbanError)
    def tongban(request: HttpRequest, error: TongbanError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
        return told(error)

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
        response = problem(401, "no-token", _SIGN_IN)
        response["WWW-Authenticate"] = 'Bearer realm="tongban"'
        return response

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
        return problem(422, "malformed", _MALFORMED, errors=[_fault(one) for one in error.errors])

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
        return problem(error.status_code, "unreadable", _UNREADABLE)


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    """pydantic's place (`body`, the parameter's own name, then keys) as a pointer into the body, or as the name of a header or part."""
    root, *path = [str(part) for part in error["loc"]]
    detail = str(error["msg"])
    if root == "body":
        return {"pointer": "/" + "/".join(path[1:]), "detail": detail}
    return {root: path[-1] if path else "", "detail": detail}
