"""The small signs. Invariant: signs that mean different things have different shapes, so that they hold in grey and on a bad screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

from tongban.kernel.text import Lang, Text

_CHECK = '<path d="M6 10.4 8.9 13.2 14.2 7.2" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>'
_SHAPES: Final = {
    "done": f'<circle cx="10" cy="10" r="9" fill="currentColor"/>{_CHECK}',
    "now": '<circle cx="10" cy="10" r="8" fill="#fff" stroke="currentColor" stroke-width="3"/><circle cx="10" cy="10" r="3.5" fill="currentColor"/>',
    "ahead": '<circle cx="10" cy="10" r="5.5" fill="#faf9f6" stroke="currentColor" stroke-width="1.75"/>',
    "skipped": '<path d="M5.5 10h9" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>',
    "stopped": '<rect x="2" y="2" width="16" height="16" rx="3" fill="currentColor"/><path d="M7.8 6.5v7M12.2 6.5v7" stroke="#fff" stroke-width="2" stroke-linecap="round"/>',
    "ended": '<circle cx="10" cy="10" r="8" fill="#fff" stroke="currentColor" stroke-width="2"/><path d="M6.2 10h7.6" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>',
    "yes": f'<circle cx="10" cy="10" r="9" fill="currentColor"/>{_CHECK}',
    "no": '<rect x="1.5" y="1.5" width="17" height="17" rx="3" fill="currentColor"/><path d="m6.7 6.7 6.6 6.6m0-6.6-6.6 6.6" stroke="#fff" stroke-width="2" stroke-linecap="round"/>',
    "unknown": '<path d="M10 1.2 18.8 10 10 18.8 1.2 10Z" fill="#fff" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round"/>'
    '<path d="M8 8.2a2 2 0 1 1 2.9 1.7c-.6.4-.9.7-.9 1.5" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/>'
    '<circle cx="10" cy="13.8" r="1" fill="currentColor"/>',
    "warn": '<path d="M10 2 19 17.5H1Z" fill="currentColor" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>'
    '<path class="in" d="M10 7.5v4.5" stroke="#fff" stroke-width="2" stroke-linecap="round"/><circle class="dot" cx="10" cy="14.8" r="1.2" fill="#fff"/>',
}


def mark(shape: str, size: str = "1.15em") -> Markup:
    """One sign in the colour of the text around it. It says nothing by itself to a reader that hears pages: write the word beside it."""
    svg = f'<svg class="tb-mark tb-mark--{shape}" viewBox="0 0 20 20" width="{escape(size)}" height="{escape(size)}" aria-hidden="true" focusable="false">{_SHAPES[shape]}</svg>'
    return Markup(svg)  # noqa: S704 - shapes are this file's, the size is escaped


def watermark(lines: Sequence[object]) -> Markup:
    """Faint slanting text over a page of the desk: name, department, time. Decoration for a camera, nothing for a reader."""
    rows = Markup("").join(
        Markup('<tspan x="8" dy="{}">{}</tspan>').format("0" if n == 0 else "1.5em", line) for n, line in enumerate(lines)
    )
    return Markup(
        '<svg class="tb-watermark" aria-hidden="true" focusable="false"><defs><pattern id="tb-watermark" width="300" height="200" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(-20)"><text y="60">{}</text></pattern></defs><rect width="100%" height="100%" fill="url(#tb-watermark)"/></svg>'
    ).format(rows)


def said(value: Text | str, lang: Lang) -> str:
    """A text in one language; a plain string as it is."""
    return value.in_(lang) if isinstance(value, Text) else value
