"""The way of a case as a line of stations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tongban.cases.core.course import route_of
from tongban.cases.models import Case, Event
from tongban.cases.reads.ground import Ground
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.rules.core import Facts


@dataclass(frozen=True)
class Station:
    """One station of a case's way."""

    label: Text
    state: Literal["done", "now", "ahead", "ended"]
    note: Text


def cut_short(line: tuple[Station, ...], title: Text, on: date | None) -> tuple[Station, ...]:
    """The way of what ended before a result: as far as it came, then how it ended and when."""
    done = tuple(station for station in line if station.state == "done")
    return (*done, Station(title, "ended", day_of(on)))


def day_of(on: date | None) -> Text:
    """A day as it stands under a station."""
    return Text(f"{on.month}月{on.day}日", f"{on.day} {on:%b}") if on else Text("", "")


_WITHOUT_RESULT = {"withdraw", "not-accept", "not-needed", "lapse"}
_HALTED = Text("特别程序，暂停计时", "special procedure, clock stopped")


def stations(case: Case, ground: Ground, events: tuple[Event, ...], facts: Facts) -> tuple[Station, ...]:
    """The way of a case: applied (unless an office began it), accepted, each step of its route, the result."""
    done_acts = {act for event in events for act in (event.act, *event.data.get("acts", []))}
    done_steps = {
        event.step for event in events if event.act in ("step", "system-answered", "by-hand", "grant", "refuse", "propose-ending")
    }
    ended = next((event for event in reversed(events) if _WITHOUT_RESULT & {event.act, *event.data.get("acts", [])}), None)
    stops: list[tuple[Text, bool, bool, date | None]] = []
    if ground.service.initiative == "applicant":
        stops.append((Text("申请", "Apply"), True, case.state == "draft", case.received_on))
    if "accept" in ground.procedure.states or any(transition.act == "accept" for transition in ground.procedure.transitions):
        stops.append(
            (Text("受理", "Accept"), bool(done_acts & {"accept", "deem-accepted"}), case.step in ("accept", "correct"), case.accepted_on)
        )
    for step in route_of(ground.service, ground.way, facts) if ground.way.route else ():
        names = {step.id, *(part.id for part in step.together)}
        is_now = case.step in names
        stops.append((step.title, bool(names & done_steps) and not is_now, is_now, None))
    halted = any(stop["ended_on"] is None for stop in case.stops)
    decided = case.decided_on is not None and ended is None
    result = Text("送达", "Deliver") if ground.way.route else Text("办结", "Done")
    is_over = case.delivered_at is not None or (decided and not ground.way.route)
    stops.append((result, is_over, decided and not is_over, case.decided_on))
    line = tuple(
        Station(
            label,
            "done" if done and not now else "now" if now else "ahead",
            _HALTED if halted and now else day_of(on if done or now else None),
        )
        for label, done, now, on in stops
    )
    if ended is None:
        return line
    return cut_short(line, ground.procedure.states[case.state].title, clock.local_date(ended.at))
