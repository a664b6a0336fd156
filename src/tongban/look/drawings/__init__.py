"""Drawings made on the server: pages without script show them, and a reader that hears pages finds the same in words.

Invariants: every part is escaped; a state is told by shape and word, colour only adds; whatever is drawn to a scale also stands in a table or a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from markupsafe import Markup

from tongban.kernel.text import Lang
from tongban.look.drawings.bars import Bar, bars
from tongban.look.drawings.clauses import ClauseRow, ShownFact, clauses
from tongban.look.drawings.clocks import LimitClock, two_clocks
from tongban.look.drawings.levels import LevelRow, levels
from tongban.look.drawings.maps import AreaShape, areas_map
from tongban.look.drawings.marks import mark, watermark
from tongban.look.drawings.shares import Share, shares
from tongban.look.drawings.stations import Stop, stations

__all__ = [
    "AreaShape",
    "Bar",
    "ClauseRow",
    "LevelRow",
    "LimitClock",
    "Share",
    "ShownFact",
    "Stop",
    "areas_map",
    "bars",
    "clauses",
    "in_language",
    "levels",
    "mark",
    "shares",
    "stations",
    "two_clocks",
    "watermark",
]


def in_language(lang: Lang) -> dict[str, Callable[..., Markup]]:
    """The drawings as templates call them, each in the page's language."""
    spoken: dict[str, Callable[..., Markup]] = {
        "stations": stations,
        "clauses": clauses,
        "bars": bars,
        "shares": shares,
        "levels": levels,
        "two_clocks": two_clocks,
        "areas_map": areas_map,
    }
    return {name: partial(draw, lang=lang) for name, draw in spoken.items()} | {"mark": mark, "watermark": watermark}
