"""The form of a rating, as the pages show it: empty, or as it was sent with what is wrong. Invariant: no level is chosen that was not sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tongban.cases.core.ratings import LEVELS
from tongban.catalogue.core.definition import Option
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text, plain


def form_of(posted: Mapping[str, str], indices: Iterable[Option], error: Text | None = None, *, key: str = "") -> dict[str, object]:
    """What was sent, or nothing, in a form's fields; `key` is the one that was sent with it, else a new one."""
    level = posted.get("level", "")
    return {
        "level": level if level in {str(each) for each in LEVELS} else "",
        "indices": [(one, posted.get(f"index-{one.id}", "")) for one in indices],
        "words": plain(posted.get("words", "")),
        "named": posted.get("named") == "yes",
        "contact": plain(posted.get("contact", "")),
        "error": error,
        "key": key or str(uuid7()),
    }
