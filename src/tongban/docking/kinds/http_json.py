"""A system that speaks JSON over HTTP, four addresses, every call and every answer signed (`core.signing`).

`POST {url}/v1/push | ask | withdraw | held` with `{"items": [...]}`; `held` takes `{"since", "after"}` and answers page by page. The key stands in the folder
of keys under the setting `key`, else `docking-<system>`; the two sides agree on it beforehand. A bearer token, where a gateway wants one, comes from the
environment variable that the setting `token` names. In rehearsals and the demo `TONGBAN_SYSTEMS` names a file of addresses by system, which stand in for the
declared ones.

Invariants: in a rehearsal no declared address is called; no redirect is followed, so that what was meant for one system never reaches another; an answer of more than 8 MB, without a signature, or in
another form is no answer.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from tongban.docking.core.parcels import Acknowledgement, FormError, Parcel, There, instant, read_acknowledgements, read_next, read_there
from tongban.docking.core.signing import BadSignatureError, sign_request, verify_answer
from tongban.docking.errors import DownError
from tongban.docking.kinds.connector import Line
from tongban.kernel import clock, keys
from tongban.kernel.text import Text

ADDRESSES: Final = "TONGBAN_SYSTEMS"
_MOST_BYTES: Final = 8_000_000
_MOST_PAGES: Final = 400
_NOT_REHEARSED = Text("演练环境里没有这个系统", "this rehearsal has no such system")
_SILENT = Text("未答复", "no answer")
_REFUSED = Text("答复了错误 {status}", "answered with error {status}")
_ODD = Text("答复不合约定的格式", "the answer is not in the agreed form")
_UNSIGNED = Text("答复没有有效签名", "the answer has no valid signature")


T = TypeVar("T")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> None:
        """Follow none."""


_opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


class HttpJson:
    """The four questions over HTTP."""

    def push(self, line: Line, parcels: Sequence[Parcel]) -> Mapping[UUID, Acknowledgement]:
        """Raises DownError."""
        items = [{"id": str(one.id), "kind": one.kind, "body": dict(one.body)} for one in parcels]
        return _read(read_acknowledgements, _call(line, "push", {"items": items}))

    def ask(self, line: Line, ids: Sequence[UUID]) -> Mapping[UUID, There]:
        """Raises DownError."""
        return _read(read_there, _call(line, "ask", {"items": [{"id": str(id_)} for id_ in ids]}))

    def withdraw(self, line: Line, ids: Sequence[UUID]) -> None:
        """Raises DownError."""
        _call(line, "withdraw", {"items": [{"id": str(id_)} for id_ in ids]})

    def held(self, line: Line, since: datetime) -> Mapping[UUID, There]:
        """Raises DownError."""
        found: dict[UUID, There] = {}
        after = ""
        for _ in range(_MOST_PAGES):
            page = _call(line, "held", {"since": instant(since), "after": after})
            found |= _read(read_there, page)
            after = _read(read_next, page)
            if not after:
                return found
        raise DownError(_ODD)


def key_name(system: str, settings: Mapping[str, str]) -> str:
    """The name under which the two sides' common key stands in the folder of keys."""
    return settings.get("key") or f"docking-{system}"


def address(system: str, settings: Mapping[str, str]) -> str:
    """Where the system is called: as declared, or in a rehearsal as its file says. Raises DownError where the rehearsal has no such system."""
    named = os.environ.get(ADDRESSES)
    if not named:
        return settings["url"]
    try:
        others = json.loads(Path(named).read_text())
    except (OSError, ValueError) as error:
        raise DownError(_SILENT) from error
    other = others.get(system) if isinstance(others, dict) else None
    if not isinstance(other, str):
        raise DownError(_NOT_REHEARSED, is_connected=False)
    return other


def _read(read: Callable[[Any], T], document: Any) -> T:
    try:
        return read(document)
    except FormError as error:
        raise DownError(_ODD) from error


def _call(line: Line, what: str, document: Mapping[str, Any]) -> Any:
    url = f"{address(line.system, line.settings)}/v1/{what}"
    body = json.dumps(document, ensure_ascii=False).encode()
    name = key_name(line.system, line.settings)
    key = keys.load(name)
    signed = sign_request("POST", urlsplit(url).path, body, key=key, key_id=name, nonce=secrets.token_urlsafe(12), at=clock.now())
    status, content, headers = _exchange(url, body, {**signed, **_token(line), "Content-Type": "application/json"}, line)
    if status != http.client.OK:
        raise DownError(_REFUSED.format(status=status))
    try:
        verify_answer(status, content, headers, signed, key=key, now=clock.now())
    except BadSignatureError as error:
        raise DownError(_UNSIGNED) from error
    try:
        return json.loads(content)
    except ValueError as error:
        raise DownError(_ODD) from error


def _token(line: Line) -> dict[str, str]:
    token = os.environ.get(line.settings.get("token", ""), "")
    return {"Authorization": f"Bearer {token}"} if token else {}


def _exchange(url: str, body: bytes, headers: Mapping[str, str], line: Line) -> tuple[int, bytes, Mapping[str, str]]:
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310 - the address is declared, and http(s) by its shape
    seconds = line.timeout.total_seconds()
    end = time.monotonic() + seconds
    try:
        with _opener.open(request, timeout=seconds) as answer:
            content = b""
            while piece := answer.read(65_536):
                content += piece
                if len(content) > _MOST_BYTES:
                    raise DownError(_ODD)
                if time.monotonic() > end:
                    raise DownError(_SILENT)
            return answer.status, content, dict(answer.headers)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, b"", {}
    except (OSError, http.client.HTTPException) as error:
        raise DownError(_SILENT) from error
