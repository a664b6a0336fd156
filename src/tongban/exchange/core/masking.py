"""What of a value may be shown where its reader need not know it whole.

Invariants: open and internal items are shown; a personal one shows as much as tells two of them apart for somebody who knows them, and no more; a sensitive one
shows that something is there.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from tongban.exchange.core.records import Column
from tongban.kernel.text import Text
from tongban.rules.core import Bool, Choice, ValueFault

HIDDEN: Final = "••••••"
_LONGEST: Final = 6


def shown(value: Any, column: Column) -> Text:
    """A value (plain JSON of the column's type) in words, whole."""
    if value is None:
        return Text("—", "—")
    try:
        read = column.type.from_json(value)
    except (ValueFault, TypeError):
        return Text(str(value)[:100], str(value)[:100])
    if isinstance(column.type, Choice):
        return column.options.get(read, Text(read, read))
    return Text(column.type.show(read, "zh"), column.type.show(read, "en"))


def masked(value: Any, column: Column) -> Text:
    """A value as its sensitivity allows it to be shown in a list."""
    if value is None or not column.is_sealed:
        return shown(value, column)
    if column.sensitivity == "sensitive":
        return Text(HIDDEN, HIDDEN)
    return _part(value, column)


def _part(value: Any, column: Column) -> Text:
    if isinstance(column.type, Bool | Choice):
        return Text(HIDDEN, HIDDEN)
    try:
        read = column.type.from_json(value)
    except (ValueFault, TypeError):
        return Text(HIDDEN, HIDDEN)
    if isinstance(read, dt.date):
        return Text(f"{read.year}年•月•日", f"•• {read.year}")
    if isinstance(read, str):
        return Text(*(f"{read[:1]}{'•' * min(_LONGEST, len(read) - 1)}",) * 2)
    return Text(HIDDEN, HIDDEN)
