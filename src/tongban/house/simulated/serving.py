"""The simulated systems on their ports. Invariants: they listen on this machine alone; a call without a valid signature is refused; every answer is signed."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tongban.docking.core.signing import BadSignatureError, sign_answer, verify_request
from tongban.docking.kinds.http_json import ADDRESSES as REHEARSED
from tongban.docking.kinds.http_json import key_name
from tongban.house.simulated.cabinet import Cabinet
from tongban.house.simulated.plan import Behaviour, read_plan
from tongban.kernel import clock, keys

BASE = "/exchange"
ADDRESSES = "addresses.json"
_MOST_BYTES = 8_000_000


class System(ThreadingHTTPServer):
    """One simulated system."""

    daemon_threads = True

    def __init__(self, behaviour: Behaviour, folder: Path, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Desk)
        self.behaviour = behaviour
        self.cabinet = Cabinet(folder / f"{behaviour.system}.sqlite", behaviour)

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"http://127.0.0.1:{self.server_port}{BASE}"


class Desk(BaseHTTPRequestHandler):
    """Takes one call."""

    server: System
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_POST(self) -> None:
        """Verify, behave as the plan says, answer."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _MOST_BYTES))
        behaviour, now = self.server.behaviour, clock.now()
        if behaviour.is_down(now):
            self.close_connection = True  # nobody answers: the call ends without a word
            return
        name = key_name(behaviour.system, {})
        sent = dict(self.headers.items())
        try:
            verify_request("POST", self.path, body, sent, key=keys.load(name), now=now)
        except BadSignatureError as refused:
            self._send(HTTPStatus.UNAUTHORIZED, json.dumps({"error": str(refused)}).encode(), {})
            return
        if behaviour.throw("error", sent.get("Signature", "")) < behaviour.error:
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, b"{}", {})
            return
        try:
            answer = json.dumps(self._answer(json.loads(body), now), ensure_ascii=False).encode()
        except (KeyError, TypeError, ValueError):
            self._send(HTTPStatus.BAD_REQUEST, b"{}", {})
            return
        self._send(
            HTTPStatus.OK,
            answer,
            sign_answer(200, answer, sent, key=keys.load(name), key_id=name, nonce=secrets.token_urlsafe(12), at=now),
        )

    def _answer(self, asked: dict[str, Any], now: Any) -> dict[str, Any]:
        cabinet = self.server.cabinet
        match self.path.removeprefix(f"{BASE}/v1/"):
            case "push":
                return {"items": cabinet.take(asked["items"], now)}
            case "ask":
                return {"items": cabinet.look([item["id"] for item in asked["items"]], now)}
            case "withdraw":
                cabinet.withdraw([item["id"] for item in asked["items"]])
                return {"items": []}
            case "held":
                items, following = cabinet.list(asked["since"], asked.get("after", ""), now)
                return {"items": items, "next": following}
        raise KeyError(self.path)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the class above names it
        """Say nothing: a simulated system has no log of its own."""


@contextmanager
def rehearsal(city: Path, data: Path) -> Iterator[None]:
    """The city's simulated systems at their best for this process, where its demo has some; what they take in stays in the data folder for the demo."""
    folder, before = data / "simulated", os.environ.get(REHEARSED)
    with running([one.at_its_best() for one in read_plan(city)], folder):
        os.environ[REHEARSED] = str(folder / ADDRESSES)
        try:
            yield
        finally:
            os.environ.pop(REHEARSED)
            os.environ.update({REHEARSED: before} if before is not None else {})


@contextmanager
def running(plan: Sequence[Behaviour], folder: Path) -> Iterator[dict[str, System]]:
    """The systems of a plan, listening, with their addresses in `addresses.json` of the folder; on their ports of before where those are free."""
    folder.mkdir(parents=True, exist_ok=True)
    before = _addresses(folder)
    systems = {one.system: _bound(one, folder, before.get(one.system, "")) for one in plan}
    fresh = folder / f".{ADDRESSES}"
    fresh.write_text(json.dumps({name: system.url for name, system in systems.items()}))
    fresh.replace(folder / ADDRESSES)
    for system in systems.values():
        threading.Thread(target=system.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        yield systems
    finally:
        for system in systems.values():
            system.shutdown()
            system.server_close()


def _bound(behaviour: Behaviour, folder: Path, before: str) -> System:
    port = before.removeprefix("http://127.0.0.1:").removesuffix(BASE)
    if port.isdigit():
        try:
            return System(behaviour, folder, int(port))
        except OSError:
            pass  # somebody else has it by now
    return System(behaviour, folder)


def _addresses(folder: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((folder / ADDRESSES).read_text())
    except (OSError, ValueError):
        return {}
    return found
