"""The two clocks of a case on one scale, a cell for each day: late against the promise is performance, late against the statute is illegality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from markupsafe import Markup

from tongban.kernel.text import Lang, Text
from tongban.look.drawings.marks import mark, said
from tongban.look.texts import Screen, screen

_GAP = 1.4  # of a day's ten units


@dataclass(frozen=True)
class LimitClock:
    """One limit: days allowed and days used, counted as `unit` says, both as `cases` counted them; `due` is its last day."""

    name: Text | str
    limit: int
    used: int
    due: date | None = None
    unit: Literal["working", "calendar"] = "working"
    state: Literal["running", "stopped", "ended"] = "running"
    is_past: bool = False
    """Whether its last day has gone by. On a day off after it no counted day has, so that `used` does not tell."""


def two_clocks(clocks: Sequence[LimitClock], *, lang: Lang = "zh") -> Markup:
    """One row a clock. The sentence says all that the cells show."""
    longest = max([max(clock.limit, clock.used) for clock in clocks], default=1)
    return Markup('<ul class="tb-clocks">{}</ul>').format(Markup("").join(_row(clock, longest, lang) for clock in clocks))


def _row(clock: LimitClock, longest: int, lang: Lang) -> Markup:
    late = clock.is_past or clock.used > clock.limit
    tone = "late" if late else "last" if clock.used == clock.limit and clock.state == "running" else clock.state
    return Markup(
        '<li class="tb-clock tb-clock--{tone}"><span class="tb-clock__name">{name}</span><span class="tb-clock__left">{sign}{left}</span>{track}</li>'
    ).format(
        tone=tone,
        name=said(clock.name, lang),
        sign=mark("warn", "1em") + " " if late else "",
        left=left(clock, lang),
        track=_track(clock, longest),
    )


def left(clock: LimitClock, lang: Lang) -> str:
    """`还剩 3 个工作日 · 2026年3月12日到期`, `超 1 个工作日`, `已超期` on a day off, `已暂停，还剩 3 个工作日`, `用时 2 个工作日`."""
    words = screen("look/words", lang)
    if clock.state == "ended":
        return words(f"clock_ended_{clock.unit}", n=clock.used)
    over = clock.used - clock.limit
    text = _running(clock, over, words)
    if clock.state == "stopped":
        return words("clock_stopped", left=text)
    return f"{text} · {words('clock_due', day=_day(clock.due, lang))}" if clock.due else text


def _running(clock: LimitClock, over: int, words: Screen) -> str:
    """What is left of a limit, or by how much it is broken."""
    if over > 0:
        return words(f"clock_late_{clock.unit}", n=over)
    if clock.is_past:
        return words("clock_past")
    return words("clock_last") if over == 0 and clock.state == "running" else words(f"clock_left_{clock.unit}", n=-over)


def _track(clock: LimitClock, longest: int) -> Markup:
    shown = max(clock.limit, clock.used, 1)
    cells = Markup("").join(
        Markup('<rect class="{}" x="{}" y="0" width="{}" height="10"/>').format(
            "late" if n >= clock.limit else "used" if n < clock.used else "left", n * 10, round(10 - _GAP, 1)
        )
        for n in range(shown)
    )
    return Markup(
        '<svg class="tb-clock__track" viewBox="0 0 {} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>'
    ).format(round(longest * 10 - _GAP, 1), cells)


def _day(value: date, lang: Lang) -> str:
    from tongban.look.environment import day

    return day(value, lang)
