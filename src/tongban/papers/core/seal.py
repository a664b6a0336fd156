"""The seal's outline: the only red there is.

Invariants: outlined, never filled, tilted by two degrees; no emblem and no star, so that nobody takes it for an authority's own seal; a
demonstration's seal says so in its middle. A picture of a seal is not an electronic signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from tongban.kernel.text import Text

SEAL_RED: Final = "#B3261E"
DEMONSTRATION: Final = Text(zh="演示专用，无法律效力", en="For demonstration, no legal effect")


@dataclass(frozen=True)
class Seal:
    """Whose seal, and what it says in the middle (two short lines in each language, parted by a comma)."""

    issuer: Text
    says: Text = DEMONSTRATION


def seal_svg(seal: Seal) -> bytes:
    """The seal as SVG, 200 units wide; to be shown with `alt(seal)`."""
    zh, en = (_halves(seal.says.zh, "，"), _halves(seal.says.en, ", "))
    middle = [_line(zh[0], 88, 25), _line(zh[1], 110, 18), _line(en[0], 125, 8.5), _line(en[1], 135, 8.5)]
    ring = _arc(seal.issuer.zh, size=_fit(seal.issuer.zh), radius=77)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="200" height="200" font-family="Noto Serif SC" fill="{SEAL_RED}">'
        f'<g transform="rotate(-2 100 100)"><circle cx="100" cy="100" r="97" fill="none" stroke="{SEAL_RED}" stroke-width="4.5"/>'
        f'<circle cx="100" cy="100" r="91.5" fill="none" stroke="{SEAL_RED}" stroke-width="1"/>'
        f"{''.join(ring)}{''.join(middle)}</g></svg>"
    ).encode()


def alt(seal: Seal) -> Text:
    """What the picture shows, in words."""
    return Text(zh=f"印章：{seal.issuer.zh}，{seal.says.zh}", en=f"Seal of {seal.issuer.en}: {seal.says.en}")


def _fit(name: str) -> float:
    return min(23.0, 250.0 / max(len(name), 1))


def _line(text: str, y: float, size: float) -> str:
    return f'<text x="100" y="{y}" font-size="{size}" text-anchor="middle">{escape(text)}</text>'


def _halves(says: str, mark: str) -> tuple[str, str]:
    first, _, second = says.partition(mark)
    return first, second


def _arc(text: str, *, size: float, radius: float) -> list[str]:
    """Each character turned to its place on the upper arc, reading clockwise."""
    step = min(size * 1.22 / radius * 57.3, 235 / max(len(text), 1))
    first = -step * (len(text) - 1) / 2
    y = 100 - radius + size * 0.88 - 8
    return [
        f'<text x="100" y="{y:.2f}" font-size="{size:.2f}" text-anchor="middle" transform="rotate({first + index * step:.2f} 100 100)">{escape(character)}</text>'
        for index, character in enumerate(text)
    ]
