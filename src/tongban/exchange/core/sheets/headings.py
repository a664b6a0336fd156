"""Which column of a table is which item.

Invariants: a column is known by its title in either language, or by the item's own name; the first row that has at least half of the titles is the
heading, because people put the table's name and date above it; nothing is dropped silently: an unknown, missing or doubled column is a fault, with the nearest
right word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tongban.exchange.core.records import Shape
from tongban.exchange.core.sheets.cells import folded, typed
from tongban.exchange.core.sheets.source import Cell, Row
from tongban.kernel.text import Text
from tongban.rules.core import Money
from tongban.rules.core.faults import nearest

DEEPEST: Final = 20
"""Rows among which the heading is looked for."""
_UNIT: Final = re.compile(r"[（(](元|yuan|CNY)[）)]$", re.IGNORECASE)
YUAN: Final = Text("{title}（元）", "{title} (yuan)")


@dataclass(frozen=True, slots=True)
class Heading:
    """What is told about one column."""

    column: int
    says: Text


@dataclass(frozen=True)
class Columns:
    """Where the key and each item stand, and what is wrong with the heading."""

    row: int
    places: Mapping[int, str]
    """By column, the item's name or the key's."""
    faults: tuple[Heading, ...]


def titles(shape: Shape) -> dict[str, Text]:
    """What each column is called in a file, by name, the key first; amounts name their unit."""
    items = {column.name: YUAN.format(title=column.title) if isinstance(column.type, Money) else column.title for column in shape.columns}
    return {shape.key: shape.key_title, **items}


def find_columns(rows: Iterable[Row], shape: Shape) -> Columns | None:
    """The heading among the first rows; None if there is none."""
    words = _words(shape)
    for number, cells in rows:
        known = {words[word] for cell in cells.values() if (word := _word(cell)) in words}
        if len(known) * 2 >= len(shape.columns) + 1:
            return _columns(number, cells, words, shape)
    return None


def is_names(cells: Mapping[int, Cell], places: Mapping[int, str]) -> bool:
    """Whether a row under the heading holds the items' own names, as the template's hidden row does."""
    return bool(cells) and all(cells[at].text.strip() == places.get(at) for at in cells)


def _columns(row: int, cells: Mapping[int, Cell], words: Mapping[str, str], shape: Shape) -> Columns:
    shown = titles(shape)
    places: dict[int, str] = {}
    faults: list[Heading] = []
    unknown: dict[int, str] = {}
    for at, cell in sorted(cells.items()):
        name = words.get(_word(cell))
        if name is None:
            unknown[at] = typed(cell.text)[:40]
        elif name in places.values():
            faults.append(Heading(at, Text("“{title}”有两列，请只留一列", "“{title}” stands twice; keep one").format(title=shown[name])))
        else:
            places[at] = name
    missing = {name: title for name, title in shown.items() if name not in places.values()}
    for at, word in unknown.items():
        faults.append(Heading(at, _unknown(word, missing)))
    faults += [Heading(0, Text("缺少“{title}”这一列", "the column “{title}” is missing").format(title=title)) for title in missing.values()]
    return Columns(row, places, tuple(faults))


def _unknown(word: str, missing: Mapping[str, Text]) -> Text:
    near = nearest(folded(word), [folded(title.zh) for title in missing.values()] + [folded(title.en) for title in missing.values()])
    meant = next((title for title in missing.values() if near in (folded(title.zh), folded(title.en))), None)
    if meant is not None:
        return Text("没有“{word}”这一列；是不是“{meant}”？", "there is no column “{word}”; did you mean “{meant}”?").format(
            word=word, meant=meant
        )
    return Text("没有“{word}”这一列，请删去", "there is no column “{word}”; remove it").format(word=word)


def _words(shape: Shape) -> dict[str, str]:
    """Every word by which a column may be called, to the name of its item."""
    named = {shape.key: shape.key_title, **{column.name: column.title for column in shape.columns}}
    return {folded(word): name for name, title in named.items() for word in (title.en, title.zh, name)}


def _word(cell: Cell) -> str:
    return folded(_UNIT.sub("", typed(cell.text).removesuffix("*").strip()))
