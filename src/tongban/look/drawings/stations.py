"""A case's way as a line of stations: across on a wide page, down on a phone (the style sheet turns it). An ordered list, for readers that hear it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from tongban.kernel.text import Lang, Text
from tongban.look.drawings.marks import mark, said
from tongban.look.texts import screen

State = Literal["done", "now", "ahead", "skipped", "stopped", "ended"]


@dataclass(frozen=True)
class Stop:
    """One station. `note` stands under it: a date, a department, what is awaited."""

    label: Text | str
    state: State
    note: Text | str = ""


def stations(stops: Sequence[Stop], *, lang: Lang = "zh", title: Text | str = "") -> Markup:
    """The line. The state of a station is told by its sign, its word (heard always, seen where it is not plain) and the line that leads on."""
    words = screen("look/words", lang)
    heading = said(title, lang) if title else words.way
    return Markup('<div class="tb-way"><ol class="tb-stations" aria-label="{}">{}</ol></div>').format(
        heading, Markup("").join(_stop(stop, lang) for stop in stops)
    )


def _stop(stop: Stop, lang: Lang) -> Markup:
    words = screen("look/words", lang)
    seen = "tb-stop__state" if stop.state in {"now", "skipped", "stopped"} else "govuk-visually-hidden"
    note = Markup('<span class="tb-stop__note">{}</span>').format(said(stop.note, lang)) if stop.note else Markup("")
    return Markup(
        '<li class="tb-stop tb-stop--{state}"{current}><span class="tb-stop__mark">{mark}</span>'
        '<span class="tb-stop__text"><span class="tb-stop__label">{label}</span><span class="{seen}">{word}</span>{note}</span></li>'
    ).format(
        state=stop.state,
        current=Markup(' aria-current="step"') if stop.state == "now" else "",
        mark=mark(stop.state, "1.35em"),
        label=said(stop.label, lang),
        seen=seen,
        word=words(f"stop_{stop.state}"),
        note=note,
    )
