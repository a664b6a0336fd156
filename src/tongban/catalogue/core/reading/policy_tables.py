"""`tables` of a policy: decision tables, each a fact `table.name` that formula and conditions may read, written out as the language's own nodes."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Final

from tongban.catalogue.core.reading.expressions import FactBook
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Mapping, Node, Sequence
from tongban.kernel.text import Text
from tongban.rules.core import (
    Decimal,
    Expression,
    FactSpec,
    FactType,
    Int,
    Money,
    RuleFaults,
    ValueFault,
    Vocabulary,
    read_expression,
    substitute,
    write,
)
from tongban.rules.core import language as lang
from tongban.rules.core.faults import nearest
from tongban.rules.core.tables import Box, Cell, Column, findings, nodes
from tongban.rules.core.types import INT64

GIVES: Final[MappingOf[str, FactType]] = {
    "money": Money(-INT64, INT64),
    "int": Int(-INT64, INT64),
    "decimal": Decimal(4, -1_000_000, 1_000_000),
}
_GIVES_KEY: Final = "gives"
_TABLE: Final = "table"


@dataclass
class Tables:
    """The tables of one policy: their nodes, and what the names `table.…` may be."""

    parts: dict[str, lang.Node] = field(default_factory=dict)
    specs: dict[str, FactSpec] = field(default_factory=dict)


def read_tables(reader: Reader, node: Node | None, book: FactBook) -> Tables:
    """`tables`: name → table. Overlapping rows, and what no row covers, are faults at their row."""
    found = Tables()
    for key, value in reader.mapping(node, Text("决策表", "the tables")).entries.values() if node is not None else ():
        name = f"{_TABLE}.{reader.name(key, Text('表名', 'the table’s name'))}"
        before = len(reader.faults)
        read = _table(reader, value, book)
        if read is None or len(reader.faults) > before:
            book.doubtful.add(name)
            continue
        found.parts[name], found.specs[name] = read
    return found


def written_out(node: lang.Node, parts: MappingOf[str, lang.Node], vocabulary: Vocabulary, expects: FactType | None = None) -> Expression:
    """The expression with its tables in place, checked and guarded as if it had been written out. Raises RuleFaults, and UnfitPlaceError for `has(table.…)`."""
    whole = substitute(node, parts)
    return read_expression(write(whole), {name: vocabulary[name] for name in lang.facts_of(whole)}, expects)


def _table(reader: Reader, node: Node, book: FactBook) -> tuple[lang.Node, FactSpec] | None:
    page = reader.fields(node, Text("决策表", "a table"), (_GIVES_KEY, "by", "rows"), ("otherwise",))
    kind = GIVES[reader.one_of(page.get(_GIVES_KEY), Text("给出的类型", "what it gives"), tuple(GIVES), "money")]
    columns = _columns(reader, page.get("by"), book)
    items = reader.items(page.get("rows"), Text("行", "the rows"))
    if columns is None or not items:
        return None
    rows = [_row(reader, item, columns, kind) for item in items]
    sound = [(box, value, item) for (box, value), item in zip(rows, items, strict=True) if box is not None and value is not None]
    otherwise = _value(reader, page.get("otherwise"), kind) if page.get("otherwise") is not None else None
    if len(sound) < len(rows):
        return None
    _tell(reader, page, columns, [(box, item) for box, _, item in sound])
    node_ = nodes(columns, [box for box, _, _ in sound], [value for _, value, _ in sound], otherwise)
    book.read.update(dict.fromkeys(column.fact for column in columns))
    return _checked(reader, page, node_, book)


def _checked(reader: Reader, page: Mapping, node: lang.Node, book: FactBook) -> tuple[lang.Node, FactSpec] | None:
    try:
        whole = written_out(node, {}, book.specs)
    except RuleFaults as found:
        for fault in found.faults:
            reader.fault(page, fault.message, fault.nearest)
        return None
    return node, FactSpec(whole.type)


def _columns(reader: Reader, node: Node | None, book: FactBook) -> list[Column] | None:
    found: list[Column] = []
    items = reader.items(node, Text("依据的事实", "what the table goes by"))
    for item in items:
        name = reader.string(item, Text("事实", "a fact"))
        if not name or book.is_doubtful(name):
            continue
        if name not in book.specs:
            reader.fault(item, Text(f"没有“{name}”这个事实", f"there is no fact “{name}”"), nearest(name, book.specs))
            continue
        column = Column(name, book.specs[name])
        try:
            column.whole()
        except ValueFault as fault:
            reader.fault(item, fault.message)
            continue
        found.append(column)
    return found if items and len(found) == len(items) else None


def _row(reader: Reader, node: Node, columns: list[Column], kind: FactType) -> tuple[Box | None, lang.Node | None]:
    page = reader.fields(node, Text("表的一行", "a row"), (_GIVES_KEY,), tuple(column.fact for column in columns))
    cells = [_cell(reader, page.get(column.fact), column) for column in columns]
    value = _value(reader, page.get(_GIVES_KEY), kind)
    return (tuple(cell for cell in cells if cell is not None) if None not in cells else None), value


def _cell(reader: Reader, node: Node | None, column: Column) -> Cell | None:
    """A cell; one that is left out takes any value."""
    if node is None:
        return column.whole()
    parts: list[Node] = node.items if isinstance(node, Sequence) else [node]
    try:
        return column.read([reader.string(part, Text("格", "a cell")) or "any" for part in parts])
    except ValueFault as fault:
        reader.fault(node, fault.message, fault.nearest)
        return None


def _value(reader: Reader, node: Node | None, kind: FactType) -> lang.Literal | None:
    word = reader.string(node, Text("结果", "what it gives")).strip()
    if not word or node is None:
        return None
    try:
        value = kind.read(word)
    except ValueFault as fault:
        reader.fault(node, fault.message, fault.nearest)
        return None
    if isinstance(kind, Decimal):
        digits = max(1, len(word.partition(".")[2]))
        return lang.Literal("decimal", int(value.scaleb(digits)), digits)
    return lang.Literal("money" if isinstance(kind, Money) else "int", value)


def _tell(reader: Reader, page: Mapping, columns: list[Column], rows: list[tuple[Box, Node]]) -> None:
    has_rest = page.get("otherwise") is not None
    found = findings(columns, [box for box, _ in rows])
    for finding in found:
        if finding.first is not None and finding.second is not None:
            message = Text(
                f"这一行与第 {finding.first + 1} 行重叠，例如 {finding.example}",
                f"this row overlaps row {finding.first + 1}, for example {finding.example}",
            )
            reader.fault(rows[finding.second][1], message)
        elif not has_rest:
            message = Text(
                f"没有一行适用于 {finding.example}；请补一行，或写 otherwise",
                f"no row covers {finding.example}; add one, or write “otherwise”",
            )
            reader.fault(page.entries["rows"][0], message)
    if has_rest and all(finding.first is not None for finding in found):
        message = Text("各行已经包括所有情况，otherwise 永远用不到", "the rows cover everything: “otherwise” is never reached")
        reader.fault(page.entries["otherwise"][0], message)
