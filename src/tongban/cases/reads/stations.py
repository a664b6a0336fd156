"""The way of a case as a line of stations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tongban.cases.core.course import route_of
from tongban.cases.models import Case, Event
from tongban.cases.reads.ground import Ground
from tongban.kernel.text import Text
from tongban.rules.core import Facts


@dataclass(frozen=True)
class Station:
    """One station of a case's way."""

    label: Text
    state: Literal["done", "now", "ahead", "stopped"]
    note: Text


_HALTED = Text("特别程序，暂停计时", "special procedure, clock stopped")


def stations(case: Case, ground: Ground, events: tuple[Event, ...], facts: Facts) -> tuple[Station, ...]:
    """The way of a case: applied (unless an office began it), accepted, each step of its route, the result."""
    done_acts = {act for event in events for act in (event.act, *event.data.get("acts", []))}
    done_steps = {
        event.step for event in events if event.act in ("step", "system-answered", "by-hand", "grant", "refuse", "propose-ending")
    }
    stopped = bool(done_acts & {"withdraw", "not-accept", "not-needed", "lapse"})
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
    decided = case.decided_on is not None and not stopped
    result = Text("送达", "Deliver") if ground.way.route else Text("办结", "Done")
    is_over = case.delivered_at is not None or (decided and not ground.way.route)
    stops.append((result, is_over, decided and not is_over, case.decided_on))
    return tuple(
        Station(
            label,
            "done" if done and not now else "stopped" if stopped else "now" if now else "ahead",
            _HALTED if halted and now else Text(f"{on.month}月{on.day}日", f"{on.day} {on:%b}") if on and (done or now) else Text("", ""),
        )
        for label, done, now, on in stops
    )
