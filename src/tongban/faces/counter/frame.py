"""What stands around every page of the counter: where its lists are and how long they are, who is being attended to, the watermark."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tongban.cases import reads as cases
from tongban.cases.reads.queue import count
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.look import preferences
from tongban.look.environment import minute
from tongban.look.texts import Screen, screen
from tongban.parties.core.identity import masked
from tongban.parties.core.people import Actor

FRAME = "counter/frame"
_MOST = 100


def frame(request: HttpRequest, official: Actor) -> dict[str, Any]:
    """What `counter/frame.html` needs."""
    lang = preferences.of(request).lang
    t = screen(FRAME, lang)
    lists = (
        ("home", reverse("counter:home"), None),
        ("accept", f"{reverse('desk:home')}?box=mine", count(official, "mine")),
        ("collect", reverse("counter:collect"), cases.count_waiting(official, "collect")),
        ("mail", reverse("desk:sending"), cases.count_waiting(official, "mail")),
    )
    departments = catalogue.city().departments
    held = [departments[post.department].short.in_(lang) for post in official.posts if post.department in departments]
    return {
        "queues": [
            {"href": href, "label": t(f"nav_{name}"), "count": _count(number), "current": request.path == href, "key": str(place)}
            for place, (name, href, number) in enumerate(lists, 1)
        ],
        "attending": cases.open_attendances(official),
        "watermark_lines": (official.name, " ".join(dict.fromkeys(held)), minute(clock.now(), lang)),
    }


def document(t: Screen, name: str) -> str:
    """What a document is called."""
    key = f"document_{name.replace('-', '_')}"
    return t(key) if key in t else name


def hidden(number: str) -> str:
    """An identity number as it may be shown."""
    return masked(number)


def _count(number: int | None) -> str:
    return "" if number is None else f"{_MOST}+" if number >= _MOST else str(number)
