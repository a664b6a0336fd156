"""A rule as its clauses: what each says, whether it holds, by which fact, from which source, and what would settle what is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from tongban.kernel.text import Lang, Text
from tongban.look.drawings.marks import mark, said
from tongban.look.texts import screen

Truth = Literal["yes", "no", "unknown"]


@dataclass(frozen=True)
class ShownFact:
    """A fact that a clause read: all parts as they are to be shown (an id number masked, a time already in words)."""

    label: Text | str
    value: Text | str
    source: Text | str = ""
    at: Text | str = ""


@dataclass(frozen=True)
class ClauseRow:
    """One clause with its answer. `note`: what would settle it, or who corrected which fact and why."""

    says: Text | str
    state: Truth
    cite: Text | str = ""
    facts: tuple[ShownFact, ...] = ()
    note: Text | str = ""


def clauses(rows: Sequence[ClauseRow], *, lang: Lang = "zh", title: Text | str = "") -> Markup:
    """All clauses, first a tally: one sign for each and the three counts in words."""
    words = screen("look/words", lang)
    counted = Counter(row.state for row in rows)
    tally = words("tally", yes=counted["yes"], no=counted["no"], unknown=counted["unknown"])
    return Markup(
        '<section class="tb-clauses" aria-label="{title}"><p class="tb-clauses__tally"><span class="tb-clauses__signs">{signs}</span> <span>{tally}</span></p>'
        '<ol class="tb-clauses__list">{rows}</ol></section>'
    ).format(
        title=said(title, lang) if title else words.conditions,
        signs=Markup("").join(Markup('<span class="tb-is-{}">{}</span>').format(row.state, mark(row.state, "1em")) for row in rows),
        tally=tally,
        rows=Markup("").join(_row(row, lang) for row in rows),
    )


def _row(row: ClauseRow, lang: Lang) -> Markup:
    words = screen("look/words", lang)
    cite = Markup('<p class="tb-clause__cite">{}</p>').format(said(row.cite, lang)) if row.cite else ""
    note = Markup('<p class="tb-clause__note">{}</p>').format(said(row.note, lang)) if row.note else ""
    facts = (
        Markup('<dl class="tb-clause__facts">{}</dl>').format(Markup("").join(_fact(fact, lang) for fact in row.facts)) if row.facts else ""
    )
    return Markup(
        '<li class="tb-clause tb-clause--{state}"><p class="tb-clause__head"><span class="tb-clause__word tb-is-{state}">{mark} {word}</span> '
        '<span class="tb-clause__says">{says}</span></p>{cite}{facts}{note}</li>'
    ).format(
        state=row.state,
        mark=mark(row.state),
        word=words(f"truth_{row.state}"),
        says=said(row.says, lang),
        cite=cite,
        facts=facts,
        note=note,
    )


def _fact(fact: ShownFact, lang: Lang) -> Markup:
    origin = " · ".join(part for part in (said(fact.source, lang), said(fact.at, lang)) if part)
    whence = Markup('<span class="tb-clause__source">{}</span>').format(origin) if origin else ""
    return Markup("<div><dt>{}</dt><dd>{} {}</dd></div>").format(said(fact.label, lang), said(fact.value, lang), whence)
