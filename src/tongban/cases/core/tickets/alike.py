"""Whether two tickets may be about the same thing: near by, and in much the same words.

Invariants: symmetric; a distance is of the earth's surface, to the metre; words are compared as sets of hashed pairs of characters, so nothing of the text is
needed for it; what is found is a suggestion to people and decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from math import asin, ceil, cos, floor, radians, sin, sqrt

EARTH_METRES = 6_371_000
CELL = 0.005
"""The grid's step in degrees: some 550 m."""
_ROW = 1_000_000
_POINT = re.compile(r"\s*(-?[0-9]{1,2}(?:\.[0-9]{1,8})?)\s*[,，]\s*(-?[0-9]{1,3}(?:\.[0-9]{1,8})?)\s*")


@dataclass(frozen=True)
class Point:
    """A place, in degrees."""

    latitude: float
    longitude: float


def point_of(text: str) -> Point | None:
    """`30.12345,150.12345` as a point; None for anything else."""
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    point = Point(float(found[1]), float(found[2]))
    return point if abs(point.latitude) <= 85 and abs(point.longitude) <= 180 else None


def metres_between(one: Point, other: Point) -> int:
    """The distance on the earth's surface (haversine), rounded to the metre."""
    up, along = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    half = sin(up / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(along / 2) ** 2
    return round(2 * EARTH_METRES * asin(sqrt(min(half, 1.0))))


def cell_of(point: Point) -> int:
    """The cell of the grid that a point lies in."""
    return _cell(floor(point.latitude / CELL), floor(point.longitude / CELL))


def cells_around(point: Point, metres: int) -> tuple[int, ...]:
    """All cells that may hold a point within so many metres."""
    degree = EARTH_METRES * radians(1)
    rows = ceil(metres / (degree * CELL))
    columns = ceil(metres / (degree * cos(radians(point.latitude)) * CELL))
    row, column = floor(point.latitude / CELL), floor(point.longitude / CELL)
    return tuple(_cell(row + up, column + along) for up in range(-rows, rows + 1) for along in range(-columns, columns + 1))


def overlap(one: Collection[int], other: Collection[int]) -> int:
    """How much of the shorter text stands in the longer one, in per cent of its pairs of characters; 0 for a text without any."""
    shorter, longer = sorted((set(one), set(other)), key=len)
    return 100 * len(shorter & longer) // len(shorter) if shorter else 0


def _cell(row: int, column: int) -> int:
    return row * _ROW + column
