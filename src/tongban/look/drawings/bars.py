"""A department's week as bars: done in time, and done late on top of it, hatched. The same numbers stand in a table below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tongban.kernel.text import Lang, Text
from tongban.look.drawings.marks import said
from tongban.look.texts import screen

_TOP, _FOOT = 12.0, 14.0  # percent of the height left for the numbers above and the labels below


@dataclass(frozen=True)
class Bar:
    """One day: how many in all, and how many of them late."""

    label: Text | str
    value: int
    late: int = 0


def bars(days: Sequence[Bar], *, title: Text | str, lang: Lang = "zh") -> Markup:
    """The bars with their title, a description in words, and the table."""
    words = screen("look/words", lang)
    total, late = sum(day.value for day in days), sum(day.late for day in days)
    body = Markup("").join(
        _bar(day, place, len(days), max(max((day.value for day in days), default=1), 1), lang) for place, day in enumerate(days)
    )
    return Markup(
        '<figure class="tb-bars"><figcaption>{title}<span class="tb-bars__sum">{sum}</span></figcaption>'
        '<svg class="tb-bars__drawing" role="img" aria-label="{title}. {sum}"><defs><pattern id="tb-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#fff"/><rect width="3.4" height="6" fill="#8A5200"/></pattern></defs>{body}'
        '<line x1="0" x2="100%" y1="{base}%" y2="{base}%"/></svg>{table}</figure>'
    ).format(title=said(title, lang), sum=words("bars_sum", n=total, late=late), body=body, base=100 - _FOOT, table=_table(days, lang))


def _bar(day: Bar, place: int, count: int, highest: int, lang: Lang) -> Markup:
    width = 100 / max(count, 1)
    scale = (100 - _TOP - _FOOT) / highest
    whole, over = day.value * scale, min(day.late, day.value) * scale
    middle = round((place + 0.5) * width, 2)
    parts = {
        "x": round(middle - min(width * 0.3, 5), 2),
        "w": round(min(width * 0.6, 10), 2),
        "y": round(100 - _FOOT - whole, 2),
        "h": round(whole - over, 2),
        "o": round(over, 2),
    }
    return Markup(
        '<g><rect class="late" x="{x}%" width="{w}%" y="{y}%" height="{o}%" fill="url(#tb-hatch)"/><rect class="fit" x="{x}%" width="{w}%" y="{low}%" height="{h}%"/>'
        '<text x="{m}%" y="{y}%" dy="-.4em">{value}</text><text class="day" x="{m}%" y="100%" dy="-.2em">{label}</text></g>'
    ).format(**parts, low=round(parts["y"] + parts["o"], 2), m=middle, value=day.value, label=said(day.label, lang))


def _table(days: Sequence[Bar], lang: Lang) -> Markup:
    words = screen("look/words", lang)
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td class="num">{}</td><td class="num">{}</td></tr>').format(
            said(day.label, lang), day.value, day.late
        )
        for day in days
    )
    return Markup(
        '<details class="tb-data"><summary>{}</summary><table class="tb-table"><thead><tr><th scope="col">{}</th><th scope="col" class="num">{}</th><th scope="col" class="num">{}</th></tr></thead>'
        "<tbody>{}</tbody></table></details>"
    ).format(words.as_table, words.bars_day, words.bars_all, words.bars_late, rows)
