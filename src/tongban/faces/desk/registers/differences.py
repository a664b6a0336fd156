"""A file beside its register: counts, faults, and rows page by page, as they may be shown.

Invariants: a page is two statements; personal and sensitive items are masked on the page and in its file; a changed item is shown as old → new even where its
masked forms are the same, because that it changed may be known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from tongban.exchange import reads as exchange
from tongban.exchange.core.masking import masked
from tongban.exchange.core.records import Record, Shape
from tongban.exchange.reads import ChangeView, FaultView, UploadView
from tongban.kernel.text import Text
from tongban.look.sheets import Column, Table
from tongban.look.texts import Screen

Shown = Literal["faults", "new", "changed", "same", "missing"]
SHOWN: Final[tuple[Shown, ...]] = ("faults", "new", "changed", "same", "missing")
_PAGE: Final = 50
_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class Line:
    """One row: where it stands in the file (0: nowhere), its key, and item by item (title, old, new); old is None where there was no record."""

    row: int
    key: str
    items: tuple[tuple[Text, Text | None, Text], ...]


@dataclass(frozen=True)
class Page:
    """A page of rows or faults; `after` is where the next one begins."""

    lines: tuple[Line, ...] = ()
    faults: tuple[FaultView, ...] = ()
    after: str = ""


def chosen(one: UploadView, asked: str) -> Shown:
    """Which rows are shown: those asked for, else those that matter most."""
    wanted = next((each for each in SHOWN if each == asked), None)
    if wanted is not None:
        return wanted
    if one.faults_total:
        return "faults"
    return next((each for each in SHOWN if each in ("new", "changed", "missing") and one.counts.get(each)), "same")


def tabs(one: UploadView, shown: Shown, address: str, t: Screen) -> list[dict[str, Any]]:
    """The counts, each leading to its rows. What a file with faulty rows does not have cannot be known, so it is not counted."""
    counts = {"faults": one.faulty_rows or one.faults_total, **one.counts}
    names = [each for each in SHOWN if each != ("missing" if one.faults_total else "faults")]
    return [
        {
            "href": f"{address}?show={each}",
            "label": t(f"tab_{each}"),
            "count": counts.get(each, 0),
            "current": each == shown,
            "late": each == "faults",
        }
        for each in names
    ]


def page(shape: Shape, one: UploadView, shown: Shown, after: str) -> Page:
    """One page, beginning after a row, a fault or a record."""
    if shown == "faults":
        start = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0
        found = one.faults[start : start + _PAGE]
        return Page(faults=found, after=str(start + _PAGE) if start + _PAGE < len(one.faults) else "")
    lines = list(_lines(shape, one, shown, after, _PAGE + 1))
    more = len(lines) > _PAGE
    return Page(lines=tuple(line for line, _ in lines[:_PAGE]), after=lines[_PAGE - 1][1] if more else "")


def table(shape: Shape, one: UploadView, shown: Shown, t: Screen) -> Table:
    """The same rows as a file."""
    title = f"{t(f'tab_{shown}')} {one.name.rpartition('.')[0] or one.name}"
    if shown == "faults":
        heads = (Column(t.col_row, "whole"), Column(t.col_letter), Column(t.col_item), Column(t.col_fault))
        return Table(title, heads, ((each.row or None, each.column, each.title, each.says) for each in one.faults))
    where = (Column(t.col_row, "whole"), Column(shape.key_title))
    if shown == "changed":
        return Table(title, (*where, Column(t.col_item), Column(t.col_old), Column(t.col_new)), _changes(shape, one))
    rows = ((line.row or None, line.key, *(new for _, _, new in line.items)) for line in _every(shape, one, shown))
    return Table(title, (*where, *(Column(item.title) for item in shape.columns)), rows)


def counted(change: ChangeView, t: Screen) -> str:
    """How much a change did, in words."""
    return t("counted", added=change.added, changed=change.changed, removed=change.removed)


def _changes(shape: Shape, one: UploadView) -> Iterator[tuple[object, ...]]:
    """A row for each item that changed."""
    for line in _every(shape, one, "changed"):
        for title, old, new in line.items:
            yield line.row, line.key, title, old, new


def _every(shape: Shape, one: UploadView, shown: Shown) -> Iterator[Line]:
    after = ""
    while True:
        lines = list(_lines(shape, one, shown, after, _AT_ONCE))
        yield from (line for line, _ in lines)
        if len(lines) < _AT_ONCE:
            return
        after = lines[-1][1]


def _lines(shape: Shape, one: UploadView, shown: Shown, after: str, limit: int) -> Iterator[tuple[Line, str]]:
    """Rows with where each ends, so that the next page can begin there."""
    if shown == "missing":
        for record in exchange.missing(one.id, one.resource, after=_uuid(after), limit=limit):
            yield Line(0, shape.shown_key(record.record.key), _all(shape, record.record)), str(record.id)
        return
    assert shown != "faults"
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 8 else 0
    for row in exchange.staged(one.id, one.resource, shown, after=start, limit=limit):
        items = _changed(shape, row.old, row.new) if row.old is not None and shown == "changed" else _all(shape, row.new)
        yield Line(row.row, shape.shown_key(row.new.key), items), str(row.row)


def _all(shape: Shape, record: Record) -> tuple[tuple[Text, Text | None, Text], ...]:
    return tuple((item.title, None, masked(record.values.get(item.name), item)) for item in shape.columns)


def _changed(shape: Shape, old: Record, new: Record) -> tuple[tuple[Text, Text | None, Text], ...]:
    return tuple(
        (item.title, masked(old.values.get(item.name), item), masked(new.values.get(item.name), item))
        for item in shape.columns
        if old.values.get(item.name) != new.values.get(item.name)
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
