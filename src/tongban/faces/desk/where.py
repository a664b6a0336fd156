"""Where on the desk somebody is: which box, which page of it, or which search. It travels in the address, so that a link, a reload and the way back keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from tongban.cases.reads.queue import Box

BOXES: Final[tuple[Box, ...]] = ("mine", "today", "late", "waiting", "department", "done")


@dataclass(frozen=True)
class Where:
    """A box and where its page begins, or a search."""

    box: Box = "mine"
    after: str = ""
    words: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Where:
        """What the address says; what it does not know is the first page of the first box."""
        asked = request.GET.get("box")
        box: Box = next((box for box in BOXES if box == asked), "mine")
        return cls(box, _key(request.GET.get("after", ""), box), request.GET.get("q", "").strip()[:60])

    def query(self) -> str:
        """The address's query, with its question mark; empty for the first page of the first box."""
        parts = {"q": self.words} if self.words else {"box": "" if self.box == "mine" else self.box, "after": self.after}
        said = urlencode({name: value for name, value in parts.items() if value})
        return f"?{said}" if said else ""

    def home(self) -> str:
        """The address of the list; it names its box, because `/desk/` alone may lead to the page of somebody's only duty."""
        return reverse("desk:home") + (self.query() or "?box=mine")

    def case(self, case_id: UUID) -> str:
        """The address of a case beside the list."""
        return reverse("desk:case", args=[case_id]) + self.query()

    def act(self, case_id: UUID, slug: str, task_id: UUID | None = None) -> str:
        """The address of an act's form beside the list; of several tasks, the one it is about."""
        query = self.query()
        about = f"{'&' if query else '?'}task={task_id}" if task_id else ""
        return reverse("desk:act", args=[case_id, slug]) + query + about


def _key(text: str, box: Box) -> str:
    """A page's key if it is one, else the first page: a day, or an instant, then a task's id."""
    moment, _, last = text.partition("/")
    try:
        UUID(last)
        if moment or box == "done":
            datetime.fromisoformat(moment)
    except ValueError:
        return ""
    return text
