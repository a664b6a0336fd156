"""The wall of what is due: a number for each kind and day, and the cases behind the one that was chosen."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.cases import reads as cases
from tongban.cases.reads.wall import KINDS, Kind, Wall
from tongban.faces.desk import exports, tables
from tongban.faces.desk.columns import FRAME, tail, tools, watermark
from tongban.faces.desk.person import official
from tongban.kernel import clock
from tongban.look import preferences
from tongban.look.environment import day, weekday
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_TEXTS = ("desk/wall", "desk/frame")
_SOON = 2
"""So many of the next days are a warning."""


@require_GET
@official
def wall_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """What is due where this official may see cases; `kind` and `bucket` open a number."""
    lang = preferences.of(request).lang
    t = screen(_TEXTS, lang)
    seen = cases.wall(person)
    kind, bucket = request.GET.get("kind", ""), request.GET.get("bucket", "")
    chosen = kind in KINDS and any(cell.bucket == bucket for cell in seen.rows[cast(Kind, kind)])
    if exports.asked(request):
        return _exported(request, person, seen, (cast(Kind, kind), bucket) if chosen else None, t)
    found, following = cases.behind(person, cast(Kind, kind), bucket, after=_key(request)) if chosen else ((), "")
    return render(
        request,
        "desk/wall.html",
        texts=_TEXTS,
        heads=[t.past, *(_head(one, t, weekday(one, lang)) for one in seen.days)],
        rows=[_row(name, cells, (kind, bucket), t) for name, cells in seen.rows.items()],
        chosen=t("behind", what=t(f"kind_{kind}"), day=t.past if bucket == "late" else bucket) if chosen else "",
        found=[{"row": one, "tail": tail(one.number)} for one in found],
        next_page=f"?{urlencode({'kind': kind, 'bucket': bucket, 'after': following})}" if following else "",
        tools=tools(person, screen(FRAME, lang), request.path),
        watermark_lines=watermark(request, person),
    )


def _exported(request: HttpRequest, person: Actor, seen: Wall, chosen: tuple[Kind, str] | None, t: Screen) -> HttpResponse:
    """The cases behind the chosen number, or the numbers, as a file."""
    lang = preferences.of(request).lang
    words = screen(exports.EXPORT, lang)
    if chosen is None:
        heads = [t.late, *(day(one, lang) for one in seen.days)]
        numbers = ((t(f"kind_{name}"), [cell.count for cell in cells]) for name, cells in seen.rows.items())
        return exports.answer(request, person, tables.wall(heads, numbers, words, t.wall_title), "wall")
    kind, bucket = chosen
    title = t("behind", what=t(f"kind_{kind}"), day=t.late if bucket == "late" else bucket)
    return exports.answer(request, person, tables.due(person, kind, bucket, words, title), "due", told={"kind": kind, "bucket": bucket})


def _head(on: Any, t: Screen, said: str) -> str:
    return t.today if on == clock.today() else said


def _row(kind: Kind, cells: Any, chosen: tuple[str, str], t: Screen) -> dict[str, object]:
    return {
        "kind": t(f"kind_{kind}"),
        "grave": kind == "statute",
        "cells": [
            {
                "count": cell.count,
                "href": f"{reverse('desk:wall')}?{urlencode({'kind': kind, 'bucket': cell.bucket})}#behind",
                "tone": ("alarm" if kind == "statute" else "late") if n == 0 else "soon" if n <= _SOON else "",
                "current": (kind, cell.bucket) == chosen,
            }
            for n, cell in enumerate(cells)
        ],
    }


def _key(request: HttpRequest) -> str:
    """Where the page begins: a day and an id; anything else begins anew."""
    from datetime import date
    from uuid import UUID

    text = request.GET.get("after", "")
    on, _, last = text.partition("/")
    try:
        date.fromisoformat(on)
        UUID(last)
    except ValueError:
        return ""
    return text
