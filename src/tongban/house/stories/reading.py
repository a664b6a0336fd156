"""`demo/stories.yaml`: who applies for what, and who does what on which working day after that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any, Final

from tongban.house.population.cast import demo_folder, read_demo
from tongban.kernel import clock
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text

_FILE: Final = "stories.yaml"
_DAY: Final = re.compile(r"\{today([+-]\d+)\}")


class StoryError(TongbanError):
    """A line of a story that cannot be told."""

    status = 500

    def __init__(self, story: str, line: int, why: Text) -> None:
        super().__init__(
            Text(
                zh=f"演示办件“{story}”第 {line} 步做不了：{why.zh} 请改 demo/{_FILE}，再用 make demo-reset 重来。",
                en=f"Line {line} of the demo's story “{story}” cannot be done: {why.en} Correct demo/{_FILE}, then make demo-reset.",
            )
        )


@dataclass(frozen=True)
class Line:
    """One act: on the n-th working day after the story began, at a time, by whom."""

    day: int
    at: time
    by: tuple[str, ...]
    do: str
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is written with the act, if anything."""
        return str(self.told.get("words", ""))


@dataclass(frozen=True)
class Story:
    """One case, from its draft."""

    id: str
    service: str
    begins: int
    """So many working days before today."""
    by: str
    side: str
    """For whom, by name; empty for oneself."""
    situation: str
    answers: Mapping[str, str]
    papers: tuple[str, ...]
    lines: tuple[Line, ...]


def dated(told: Mapping[str, str]) -> dict[str, str]:
    """What a line says, with `{today+10}` and the like as the day that is so many days after, or before, the one on which it is told."""
    return {
        name: _DAY.sub(lambda found: (clock.today() + timedelta(days=int(found[1]))).isoformat(), value) for name, value in told.items()
    }


def has_stories() -> bool:
    """Whether the city tells any."""
    return (demo_folder() / _FILE).exists()


def read_stories() -> tuple[Story, ...]:
    """All stories, in the order of the file. Raises NoCastError, StoryError."""
    return tuple(_story(id_, told) for id_, told in read_demo(_FILE).items())


def _story(id_: str, told: Mapping[str, Any]) -> Story:
    try:
        return Story(
            id=id_,
            service=told["service"],
            begins=int(told["begins"]),
            by=told["by"],
            side=told.get("for", ""),
            situation=told.get("situation", "new"),
            answers=told.get("answers", {}),
            papers=tuple(told.get("papers", ())),
            lines=tuple(_line(n, one) for n, one in enumerate(told["acts"])),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise StoryError(id_, 0, Text(f"{fault} 缺少或有误。", f"{fault} is missing or wrong.")) from fault


def _line(n: int, told: Mapping[str, Any]) -> Line:
    rest = {name: value for name, value in told.items() if name not in {"day", "at", "by", "do"}}
    by = told.get("by", ())
    at = time.fromisoformat(told["at"]) if "at" in told else time(10, min(59, 5 * n))
    return Line(int(told["day"]), at, (by,) if isinstance(by, str) else tuple(by), told["do"], rest)
