"""Whose register it is. Invariants: a register belongs to its department's posts whose role may upload; to everybody else it is not there; one table says so, as a
filter over departments and as a check on one register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest

from tongban.catalogue import reads as catalogue
from tongban.exchange import reads as exchange
from tongban.exchange.errors import NotKeptError, UnknownResourceError
from tongban.exchange.reads import RegisterView
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.person import check_verb
from tongban.kernel import clock
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.texts import Screen, screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

UPLOAD: Final = "upload"
"""The verb of the roles that may keep a department's registers."""
TEXTS: Final = ("desk/registers", "desk/frame")
_CYCLES: Final[Mapping[str, timedelta]] = {
    "daily": timedelta(days=3),
    "weekly": timedelta(days=8),
    "monthly": timedelta(days=33),
    "quarterly": timedelta(days=95),
    "yearly": timedelta(days=370),
}
"""By update cycle, after how long a register is due; a day's register may rest over a weekend."""
_NOT_HELD = Text(
    zh="没有这个登记册，或者不归本岗位管理。请从“部门登记册”页面进入。",
    en="There is no such register, or it is not this post's to keep. Enter through the page of registers.",
)


def departments(person: Actor) -> frozenset[str]:
    """The departments whose registers somebody may keep."""
    roles = catalogue.city().roles
    return frozenset(post.department for post in person.posts if post.role in roles and UPLOAD in roles[post.role].may)


def held(person: Actor, department: str, name: str) -> RegisterView:
    """A register that somebody may keep. Raises NotAllowedError for who keeps none at all, NotFoundError for every other."""
    check_verb(person, UPLOAD)
    if department not in departments(person):
        raise NotFoundError(_NOT_HELD)
    try:
        return exchange.register(f"{department}/{name}")
    except (UnknownResourceError, NotKeptError) as none:
        raise NotFoundError(_NOT_HELD) from none


def is_due(view: RegisterView) -> bool:
    """Whether the declared update cycle has passed since the register was given as a whole."""
    cycle = _CYCLES.get(view.updated)
    return cycle is not None and (view.as_of is None or clock.now() - view.as_of > cycle)


def frame(request: HttpRequest, person: Actor) -> dict[str, Any]:
    """What every wide page of the desk needs."""
    t = screen(FRAME, preferences.of(request).lang)
    return {"tools": tools(person, t, request.path), "watermark_lines": watermark(request, person)}


def who(actors: Iterable[str], t: Screen) -> dict[str, str]:
    """The names of those who act in a register's changes; asked for once."""
    ids = {actor: account for actor in actors if (account := _account(actor)) is not None}
    names = parties.account_names(ids.values())
    return {actor: names.get(ids[actor], t.closed_account) if actor in ids else t.machine for actor in actors}


def _account(actor: str) -> UUID | None:
    kind, _, account = actor.partition(":")
    try:
        return UUID(account) if kind == "account" else None
    except ValueError:
        return None
