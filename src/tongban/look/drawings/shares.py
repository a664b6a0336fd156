"""Shares of a whole as bars, a row each, within the table that says the same numbers: parts differ by pattern as well as by colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tongban.kernel.text import Lang, Text
from tongban.look.drawings.marks import said
from tongban.look.texts import screen

_FILLS = ("#1F3A5F", "url(#tb-share-hatch)", "url(#tb-share-dots)")
_PATTERNS = Markup(
    '<svg width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="tb-share-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#E8EEF5"/><rect width="3" height="6" fill="#1F3A5F"/></pattern>'
    '<pattern id="tb-share-dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#F2F0EA"/><circle cx="3" cy="3" r="1.3" fill="#5A6472"/></pattern>'
    "</defs></svg>"
)


@dataclass(frozen=True)
class Share:
    """One row: what it is, and how many of each part."""

    label: Text | str
    parts: tuple[int, ...]


def shares(rows: Sequence[Share], *, names: Sequence[Text | str], title: Text | str, of: Text | str, lang: Lang = "zh") -> Markup:
    """The table of bars: `names` are the parts (at most three), `of` what a row is."""
    words = screen("look/words", lang)
    keys = Markup("").join(
        Markup('<li><svg viewBox="0 0 24 12" aria-hidden="true"><rect width="24" height="12" fill="{}"/></svg> {}</li>').format(
            fill, said(name, lang)
        )
        for fill, name in zip(_FILLS, names, strict=False)
    )
    heads = Markup("").join(Markup('<th scope="col" class="num">{}</th>').format(said(name, lang)) for name in names)
    body = Markup("").join(_row(row, names, lang) for row in rows)
    return Markup(
        '<figure class="tb-shares">{patterns}<figcaption>{title}</figcaption><ul class="tb-shares__keys" aria-hidden="true">{keys}</ul>'
        '<table class="tb-table"><thead><tr><th scope="col">{of}</th><th scope="col"><span class="govuk-visually-hidden">{drawn}</span></th>{heads}<th scope="col" class="num">{all}</th></tr></thead>'
        "<tbody>{body}</tbody></table></figure>"
    ).format(
        patterns=_PATTERNS,
        title=said(title, lang),
        keys=keys,
        of=said(of, lang),
        drawn=words.shares_drawn,
        heads=heads,
        all=words.shares_all,
        body=body,
    )


def percent(part: int, whole: int) -> str:
    """A part in whole per cents, `<1%` for what is there and less; empty for nothing of nothing."""
    if not whole:
        return "—"
    exact = 100 * part / whole
    return "<1%" if 0 < exact < 1 else f"{round(exact)}%"


def _row(row: Share, names: Sequence[Text | str], lang: Lang) -> Markup:
    whole = sum(row.parts)
    drawn, at = Markup(""), 0.0
    for part, fill in zip(row.parts, _FILLS, strict=False):
        width = 100 * part / whole if whole else 0
        drawn += Markup('<rect x="{}%" width="{}%" height="100%" fill="{}"/>').format(round(at, 2), round(width, 2), fill)
        at += width
    cells = Markup("").join(
        Markup('<td class="num" data-label="{}">{} <span class="tb-quiet">{}</span></td>').format(
            said(name, lang), part, percent(part, whole)
        )
        for name, part in zip(names, row.parts, strict=True)
    )
    return Markup(
        '<tr><th scope="row">{}</th><td class="tb-shares__bar"><svg aria-hidden="true">{}</svg></td>{}<td class="num">{}</td></tr>'
    ).format(said(row.label, lang), drawn, cells, whole)
