"""The city's own polygons, tinted by a number that also stands on each area and in a table. Plane projection, x shortened by the middle latitude's cosine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

from markupsafe import Markup

from tongban.kernel.text import Lang, Text
from tongban.look.drawings.marks import said
from tongban.look.texts import screen

Point = tuple[float, float]
_WIDTH = 600.0
_TINTS = 5


@dataclass(frozen=True)
class AreaShape:
    """An area and its ring, longitude and latitude in degrees, as the city declares it."""

    code: str
    name: Text | str
    ring: Sequence[Point]


def areas_map(areas: Sequence[AreaShape], values: Mapping[str, int], *, title: Text | str, lang: Lang = "zh") -> Markup:
    """The map and its table. An area without a value is drawn dotted and says so in words."""
    placed = _project([area.ring for area in areas])
    height = max((y for ring in placed for _, y in ring), default=0.0)
    highest = max(values.values(), default=0)
    shapes = Markup("").join(_area(area, ring, values.get(area.code), highest, lang) for area, ring in zip(areas, placed, strict=True))
    return Markup(
        '<figure class="tb-map"><figcaption>{title}</figcaption><svg viewBox="-4 -4 {width} {height}" role="img" aria-label="{title}">{shapes}</svg>{table}</figure>'
    ).format(title=said(title, lang), width=round(_WIDTH + 8), height=round(height + 8), shapes=shapes, table=_table(areas, values, lang))


def _project(rings: Sequence[Sequence[Point]]) -> list[list[Point]]:
    points = [point for ring in rings for point in ring]
    if not points:
        return []
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    shorter = cos(radians((south + north) / 2))
    scale = _WIDTH / max((east - west) * shorter, 1e-9)
    return [[(round((x - west) * shorter * scale, 1), round((north - y) * scale, 1)) for x, y in ring] for ring in rings]


def _area(area: AreaShape, ring: Sequence[Point], value: int | None, highest: int, lang: Lang) -> Markup:
    tint = "none" if value is None else str(0 if not highest else min(value * _TINTS // (highest + 1), _TINTS - 1))
    x, y = _centre(ring)
    return Markup(
        '<g class="tb-area tb-area--{tint}"><polygon points="{points}"/><text x="{x}" y="{y}">{name}</text><text class="value" x="{x}" y="{low}">{value}</text></g>'
    ).format(
        tint=tint,
        points=" ".join(f"{px},{py}" for px, py in ring),
        x=round(x),
        y=round(y) - 4,
        low=round(y) + 22,
        name=said(area.name, lang),
        value=screen("look/words", lang).no_value if value is None else f"{value:,}",
    )


def _centre(ring: Sequence[Point]) -> Point:
    """The centroid of a ring (shoelace); of a degenerate one, the mean of its points."""
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    twice = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)
    if abs(twice) < 1e-6:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    x = sum((ax + bx) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs) / (3 * twice)
    y = sum((ay + by) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs) / (3 * twice)
    return x, y


def _table(areas: Sequence[AreaShape], values: Mapping[str, int], lang: Lang) -> Markup:
    words = screen("look/words", lang)
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td class="num">{}</td></tr>').format(
            said(area.name, lang), f"{values[area.code]:,}" if area.code in values else words.no_value
        )
        for area in areas
    )
    return Markup(
        '<details class="tb-data"><summary>{}</summary><table class="tb-table"><thead><tr><th scope="col">{}</th><th scope="col" class="num">{}</th></tr></thead><tbody>{}</tbody></table></details>'
    ).format(words.as_table, words.area, words.value, rows)
