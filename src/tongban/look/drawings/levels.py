"""How ratings divide into the five levels, a band a row: bad ones hatched, so that they are told without colour. The same numbers stand in a table below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tongban.kernel.text import Lang, Text
from tongban.look.drawings.marks import said
from tongban.look.texts import screen

LEVELS = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class LevelRow:
    """One row: how many rated 1, 2, 3, 4 and 5."""

    label: Text | str
    counts: tuple[int, ...]


def levels(rows: Sequence[LevelRow], *, title: Text | str, lang: Lang = "zh") -> Markup:
    """The bands with their title, a key, and the table."""
    bands = Markup("").join(_band(row, lang) for row in rows)
    return Markup(
        '<figure class="tb-levels"><figcaption>{title}</figcaption>{pattern}<ul class="tb-levels__key" aria-hidden="true">{key}</ul>'
        '<div class="tb-levels__rows">{bands}</div>{table}</figure>'
    ).format(title=said(title, lang), pattern=_PATTERN, key=_key(lang), bands=bands, table=_table(rows, lang))


_PATTERN = Markup(
    '<svg width="0" height="0" aria-hidden="true" focusable="false"><defs><pattern id="tb-bad" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="#8A5200"/></pattern></defs></svg>'
)


def _key(lang: Lang) -> Markup:
    words = screen("look/words", lang)
    return Markup("").join(
        Markup('<li><svg class="tb-levels__dot" viewBox="0 0 16 16">{}</svg>{}</li>').format(_part(level, 0, 100), words(f"rate_{level}"))
        for level in LEVELS
    )


def _band(row: LevelRow, lang: Lang) -> Markup:
    words, whole = screen("look/words", lang), max(sum(row.counts), 1)
    parts, at = Markup(""), 0.0
    for level in LEVELS:
        width = 100 * row.counts[level - 1] / whole
        parts += _part(level, round(at, 2), round(width, 2)) if width else Markup("")
        at += width
    told = ", ".join(f"{words(f'rate_{level}')} {row.counts[level - 1]}" for level in LEVELS)
    return Markup(
        '<div class="tb-levels__row"><span class="tb-levels__label">{label}</span><svg class="tb-levels__band" role="img" aria-label="{label}: {told}">{parts}</svg>'
        '<span class="tb-levels__sum">{sum}</span></div>'
    ).format(label=said(row.label, lang), told=told, parts=parts, sum=words("levels_sum", n=sum(row.counts)))


def _part(level: int, at: float, width: float) -> Markup:
    fill = Markup(' fill="url(#tb-bad)"') if level == 2 else Markup("")
    return Markup('<rect class="level-{}" x="{}%" width="{}%" height="100%"{}/>').format(level, at, width, fill)


def _table(rows: Sequence[LevelRow], lang: Lang) -> Markup:
    words = screen("look/words", lang)
    head = Markup("").join(Markup('<th scope="col" class="num">{}</th>').format(words(f"rate_{level}")) for level in LEVELS)
    body = Markup("").join(
        Markup("<tr><td>{}</td>{}</tr>").format(
            said(row.label, lang),
            Markup("").join(
                Markup('<td class="num" data-label="{}">{}</td>').format(words(f"rate_{level}"), row.counts[level - 1]) for level in LEVELS
            ),
        )
        for row in rows
    )
    return Markup(
        '<details class="tb-data"><summary>{}</summary><table class="tb-table tb-table--stack"><thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></details>'
    ).format(words.as_table, words.levels_of, head, body)
