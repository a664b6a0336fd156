"""Tell the stories: all their lines in the order of time, a morning's sweep before each day's first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from tongban.cases.errors import IncompleteError
from tongban.catalogue import reads as catalogue
from tongban.docking.kinds.bank_trial import AT_ITS_BEST
from tongban.house.place import city_folder
from tongban.house.simulated.serving import rehearsal
from tongban.house.stories.benefit_verbs import BENEFIT_VERBS
from tongban.house.stories.reading import Line, Story, StoryError
from tongban.house.stories.ticket_verbs import TICKET_VERBS
from tongban.house.stories.verbs import VERBS, Scene, begin
from tongban.house.worker import pass_time
from tongban.kernel import clock
from tongban.kernel.days import Calendar
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text

_MORNING: Final = time(8)
_VERBS: Final = {**VERBS, **TICKET_VERBS, **BENEFIT_VERBS}


def first_morning(stories: Sequence[Story], calendar: Calendar, today: date) -> datetime:
    """The morning on which the first story begins."""
    return _moment(min(_day(calendar, today, -story.begins) for story in stories), _MORNING)


def tell(stories: Sequence[Story], today: date, progress: Callable[[float], None] = lambda _: None) -> None:
    """Move the clock to the first morning and on, do every line when its time has come, and leave the clock at the last one. Raises StoryError.

    Other bodies' systems are simulated at their best meanwhile, so that what a story waits for comes.
    """
    os.environ[AT_ITS_BEST] = "yes"
    try:
        with rehearsal(city_folder(), Path(os.environ.get("TONGBAN_DATA", ".tongban"))):
            _tell(stories, today, progress)
    finally:
        del os.environ[AT_ITS_BEST]


def _tell(stories: Sequence[Story], today: date, progress: Callable[[float], None]) -> None:
    calendar = catalogue.city().calendar
    scenes: dict[str, Scene] = {}
    scenes |= {story.id: Scene(story, among=scenes) for story in stories}
    timed = sorted(_timed(stories, calendar, today), key=lambda one: one[0])
    day = clock.local_date(first_morning(stories, calendar, today))
    for done, (moment, story, n, line) in enumerate(timed, 1):
        while day <= clock.local_date(moment):
            _move_to(_moment(day, _MORNING))
            pass_time()
            day += timedelta(days=1)
        _move_to(moment)
        _do(scenes[story.id], n, line)
        progress(done / len(timed))


def _timed(stories: Sequence[Story], calendar: Calendar, today: date) -> Iterator[tuple[datetime, Story, int, Line]]:
    for story in stories:
        first = _day(calendar, today, -story.begins)
        for n, line in enumerate(story.lines, 1):
            on = _day(calendar, first, line.day)
            if on > today:
                raise StoryError(story.id, n, Text("日期晚于今天。", "its day is later than today."))
            yield _moment(on, line.at), story, n, line


def _do(scene: Scene, n: int, line: Line) -> None:
    try:
        if scene.case_id is None and line.do not in ("register", "take-in"):
            begin(scene)
        _VERBS[line.do](scene.at(line), line)
    except IncompleteError as refused:
        named = "、".join(refused.faults)
        raise StoryError(scene.story.id, n, Text(f"缺少 {named}。", f"{named} missing.")) from refused
    except TongbanError as refused:
        raise StoryError(scene.story.id, n, refused.says) from refused
    except (KeyError, StopIteration, IndexError, ValueError) as fault:
        raise StoryError(scene.story.id, n, Text(f"{type(fault).__name__} {fault}。", f"{type(fault).__name__} {fault}.")) from fault


def _day(calendar: Calendar, start: date, days: int) -> date:
    """So many working days after a day, or before it."""
    if days >= 0:
        return calendar.add_working(start, days)
    on = start
    while days < 0:
        on -= timedelta(days=1)
        days += calendar.is_working(on)
    return on


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.ZONE)


def _move_to(moment: datetime) -> None:
    """Forward only: a line that took longer than the time to the next one makes that one later."""
    clock.move_by(max(timedelta(), moment - clock.now()))
