"""Types from their plain JSON description.

Invariant: `type_from(kind.describe()) == kind` for every type of facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from .types import Bool, Choice, Date, Decimal, FactType, Int, ListOf, Money, TextType


def type_from(description: Mapping[str, Any]) -> FactType:
    """The type that `describe` told. Raises `KeyError` for a type that does not exist."""
    fields = dict(description)
    kind = KINDS[fields.pop("type")]
    if kind is ListOf:
        return ListOf(type_from(fields["item"]))
    if kind is Choice:
        return Choice(tuple(fields["options"]))
    if kind is Date:
        return Date(*(dt.date.fromisoformat(fields[name]) for name in ("min", "max")))
    return kind(**fields)


KINDS: Final[Mapping[str, type[FactType]]] = {
    "yes-no": Bool,
    "int": Int,
    "money": Money,
    "decimal": Decimal,
    "date": Date,
    "text": TextType,
    "choice": Choice,
    "list": ListOf,
}
