"""The values that fit several questions at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from tongban.rules.core import Choice, Date, Decimal, FactType, Int, Money, TextType


def narrowest(kinds: Iterable[FactType]) -> FactType | None:
    """The type of the values that every one of these types accepts; None if there is no such value, or they are of different sorts."""
    first, *others = kinds
    found: FactType | None = first
    return reduce(lambda one, other: one and _meet(one, other), others, found)


def _meet(one: FactType, other: FactType) -> FactType | None:
    if one == other:
        return one
    if type(one) is not type(other):
        return None
    if isinstance(one, TextType) and isinstance(other, TextType):
        lengths = [kind.max_length for kind in (one, other) if kind.max_length is not None]
        return TextType(min(lengths) if lengths else None)
    if isinstance(one, Choice):
        return None
    return _overlap(one, other)


def _overlap(one: Any, other: Any) -> FactType | None:
    """Two ranges of one sort."""
    if isinstance(one, Decimal) and one.scale != other.scale:
        return None
    low, high = max(one.min, other.min), min(one.max, other.max)
    if low > high:
        return None
    if isinstance(one, Decimal):
        return Decimal(one.scale, low, high)
    return next((kind(low, high) for kind in (Int, Money, Date) if isinstance(one, kind)), None)
