"""What a line of a ticket's story may do: one table of verbs, each the act of the same name; and `time`, which lets happen what an hour brings about.

Invariants: as in `verbs`; a department that helps or answers is the one of whoever the line names, never one that the line claims.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from io import BytesIO
from typing import Final
from uuid import UUID

from PIL import Image, ImageDraw

from tongban.cases.acts import tickets
from tongban.house.stories.reading import Line
from tongban.house.stories.verbs import Scene
from tongban.house.worker import pass_time
from tongban.kernel import clock
from tongban.kernel.ids import uuid7


def spot() -> bytes:
    """What a handler photographs: a street at dusk, its lamp burning."""
    page = Image.new("RGB", (960, 640), "#33404f")
    draw = ImageDraw.Draw(page)
    for x, top in ((40, 260), (190, 180), (420, 300), (600, 150), (780, 240)):
        draw.rectangle((x, top, x + 130, 470), fill="#27313d")
        for window in range(top + 24, 450, 44):
            draw.rectangle((x + 24, window, x + 46, window + 22), fill="#c9b27a" if (x + window) % 3 else "#3c4855")
    draw.rectangle((0, 470, 960, 640), fill="#4a4f54")
    draw.polygon([(500, 230), (360, 640), (640, 640)], fill="#6b675a")
    draw.line((500, 210, 500, 600), fill="#111418", width=10)
    draw.ellipse((476, 186, 524, 234), fill="#f5e3a1")
    out = BytesIO()
    page.save(out, "JPEG", quality=80)
    return out.getvalue()


def _dispatch(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    category = str(line.told.get("category", ""))
    tickets.dispatch(
        scene.case, line.told["to"], actor=actor, key=_key(), version=scene.at_desk(actor), category=category, words=line.words
    )


def _dispute(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    tickets.dispute(scene.case, actor=actor, key=_key(), version=scene.at_desk(actor), words=line.words, to=line.told.get("to", ""))


def _rule(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    tickets.rule(
        scene.case,
        line.told["ruling"],
        actor=actor,
        key=_key(),
        version=scene.at_desk(actor),
        words=line.words,
        department=line.told.get("to", ""),
        helpers=tuple(line.told.get("helpers", ())),
    )


def _progress(scene: Scene, line: Line) -> None:
    tickets.progress(scene.case, actor=scene.actor(line), key=_key(), words=line.words, photos=scene.photos(line, spot()))


def _ask_help(scene: Scene, line: Line) -> None:
    tickets.ask_help(scene.case, tuple(line.told["of"]), actor=scene.actor(line), key=_key(), words=line.words)


def _give_help(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    tickets.give_help(scene.task(actor, "help"), actor=actor, key=_key(), words=line.words, photos=scene.photos(line, spot()))


def _answer(scene: Scene, line: Line) -> None:
    """`plan_in` is so many calendar days from then."""
    actor = scene.actor(line)
    tickets.answer(
        scene.case,
        line.told["reason"],
        actor=actor,
        key=_key(),
        version=scene.at_desk(actor),
        words=line.words,
        plan_on=_in_days(line),
        photos=scene.photos(line, spot()),
        record=line.told.get("record", ""),
        turn_to=line.told.get("turn_to", ""),
        public_words=line.told.get("public", ""),
    )


def _in_days(line: Line) -> date | None:
    return clock.today() + timedelta(days=int(line.told["plan_in"])) if "plan_in" in line.told else None


def _judge(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    satisfied = {"yes": True, "no": False}.get(line.told.get("satisfied", ""))
    fixed = line.told["fixed"] == "yes"
    tickets.judge(scene.case, actor=actor, key=_key(), version=scene.version(actor), fixed=fixed, satisfied=satisfied, words=line.words)


def _urge(scene: Scene, line: Line) -> None:
    tickets.urge(scene.case, actor=scene.actor(line), key=_key(), words=line.words)


def _press(scene: Scene, line: Line) -> None:
    tickets.press(scene.case, actor=scene.actor(line), key=_key(), words=line.words)


def _add(scene: Scene, line: Line) -> None:
    tickets.add(scene.case, actor=scene.actor(line), key=_key(), words=line.words)


def _merge(scene: Scene, line: Line) -> None:
    """`into` names the other story; it was told first."""
    actor = scene.actor(line)
    into: UUID = scene.among[line.told["into"]].case
    tickets.merge(scene.case, into, actor=actor, key=_key(), version=scene.at_desk(actor), words=line.words)


def _supervise(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    tickets.supervise(scene.case, line.told["outcome"], actor=actor, key=_key(), version=scene.at_desk(actor), words=line.words)


def _time(_: Scene, __: Line) -> None:
    """What the hour brings about, and what follows from it; limits in hours do not wait for the morning."""
    pass_time()


def _key() -> str:
    return str(uuid7())


TICKET_VERBS: Final[Mapping[str, Callable[[Scene, Line], None]]] = {
    "dispatch": _dispatch,
    "dispute": _dispute,
    "rule": _rule,
    "progress": _progress,
    "ask-help": _ask_help,
    "give-help": _give_help,
    "answer": _answer,
    "judge": _judge,
    "urge": _urge,
    "press": _press,
    "add": _add,
    "merge": _merge,
    "supervise": _supervise,
    "time": _time,
}
"""By the word that stands after `do`."""
