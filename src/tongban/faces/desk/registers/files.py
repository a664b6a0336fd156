"""A register as a file: the empty template, and what it holds now, in the shape in which it may be given back.

Invariant: what is written here is read by the exchange as it was, item for item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from tongban.exchange.core.records import Column as Item
from tongban.exchange.core.records import Record, Shape
from tongban.exchange.core.sheets.cells import expected
from tongban.exchange.core.sheets.headings import titles
from tongban.kernel.text import Lang, Text
from tongban.look.sheets import Column, Kind, Table
from tongban.look.texts import screen
from tongban.rules.core import Bool, Choice, Date, FactType, Int, Money
from tongban.rules.core import Decimal as DecimalType

_KINDS: tuple[tuple[type[FactType], Kind], ...] = (
    (Date, "day"),
    (Int, "whole"),
    (DecimalType, "decimal"),
    (Money, "money"),
    (Bool, "yes-no"),
)


def table(shape: Shape, records: Iterable[Record], lang: Lang) -> Table:
    """The register as a form: Chinese titles, the items' own names in a hidden row, lists to choose from, and a sheet that says how to fill it in."""
    shown = titles(shape)
    columns = (
        Column(shown[shape.key], "text", shape.key),
        *(Column(shown[item.name], _kind(item), item.name, _options(item)) for item in shape.columns),
    )
    return Table(shape.title, columns, _rows(shape, records), is_form=True, about=lambda _rows, _is_cut: _how(shape, lang))


def _rows(shape: Shape, records: Iterable[Record]) -> Iterator[tuple[object, ...]]:
    for record in records:
        yield (record.key, *(_value(item, record) for item in shape.columns))


def _value(item: Item, record: Record) -> object:
    value = record.values.get(item.name)
    if value is None:
        return None
    if isinstance(item.type, Money):
        return Decimal(value) / 100
    if isinstance(item.type, Choice):
        return item.options.get(value, value)
    read: object = item.type.from_json(value)
    return read


def _kind(item: Item) -> Kind:
    return next((kind for type_, kind in _KINDS if isinstance(item.type, type_)), "text")


def _options(item: Item) -> tuple[Text | str, ...]:
    return tuple(item.options.get(id_, id_) for id_ in item.type.options) if isinstance(item.type, Choice) else ()


def _how(shape: Shape, lang: Lang) -> list[tuple[Text | str, Text | str]]:
    t = screen("desk/registers", lang)
    shown = titles(shape)
    lines: list[tuple[Text | str, Text | str]] = [(t.how_title, t.how_says), (shown[shape.key], t.how_key)]
    return lines + [(shown[item.name], expected(item)) for item in shape.columns]
