"""The way of an entitlement: what it has passed, where it is, what is ahead, and by whom each act was done.

Invariants: where it ended nothing is ahead; who objected is told to nobody; an official is told by their department.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from tongban.benefits.core.life import TITLES
from tongban.benefits.reads import LifeView, StepView
from tongban.catalogue.core.definition import City, Policy
from tongban.front.policies import end_of
from tongban.kernel.text import Text

_ROUTE: Final = ("matched", "willing", "verified", "publicised", "ordered", "paid")
_AFTERWARDS: Final = ("spot-checked", "clawed-back")
_OVER: Final = ("lost", "withdrawn", "declined", "refused")
_STEPS: Final[Mapping[str, Text]] = {
    "willing": Text("确认意愿", "Your word"),
    "verified": Text("核验", "Verification"),
    "publicised": Text("公示", "Public notice"),
    "ordered": Text("下达付款", "Payment order"),
    "paid": Text("到账", "Payment"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """One station, and when it was reached."""

    state: str
    title: Text
    stands: Literal["done", "now", "ahead", "stopped"]
    at: datetime | None


def stations(life: LifeView, policy: Policy) -> list[Station]:
    """All of them, in order."""
    route = [one for one in _ROUTE if _is_on_the_way(one, policy)]
    state, at = life.match.state, _reached(life)
    if state in _OVER:
        passed = [Station(one, TITLES[one], "done", at[one]) for one in route if one in at]
        return [*passed, Station(state, TITLES[state], "stopped", life.match.changed_at)]
    if state in _AFTERWARDS:
        route = [*route, *(one for one in _AFTERWARDS if one in at or one == state)]
    here = (route.index(state) if state in route else 0) - (state == "publicised")  # a notice is over once its days are, not as it begins
    told = []
    for place, one in enumerate(route):
        if place <= here:
            told.append(Station(one, _ahead(one) if one == "publicised" and place < here else TITLES[one], "done", at.get(one)))
        else:
            told.append(Station(one, _ahead(one), "now" if place == here + 1 else "ahead", None))
    return told


def _ahead(state: str) -> Text:
    """A station that is not reached: what will be done there."""
    return _STEPS.get(state, TITLES[state])


def _is_on_the_way(state: str, policy: Policy) -> bool:
    if state == "publicised":
        return policy.publicity is not None and policy.amount is not None
    return policy.amount is not None or state in ("matched", "willing", "verified")


def _reached(life: LifeView) -> dict[str, datetime]:
    found = {"matched": life.match.found_at}
    for step in life.steps:
        if step.from_state != step.to_state:
            found[step.to_state] = step.at
    return found


def due_on(life: LifeView, policy: Policy, city: City) -> date | None:
    """By when the payment is ordered; the days of a public notice that is still ahead come on top."""
    held = life.match
    if held.due_on is None or held.queued_at is not None or held.state not in ("willing", "verified", "publicised"):
        return None
    return held.due_on if held.state == "publicised" or policy.publicity is None else end_of(policy.publicity.within, held.due_on, city)


def done_by(step: StepView, city: City) -> Text | str | None:
    """Who did an act: the department, or a name; empty for the system, none where it is told to nobody."""
    if step.department:
        return city.short_of(step.department)
    if step.act == "object":  # who objected is told to nobody, and it was not the machine
        return None
    return "" if step.act in ("verify", "queue") else step.name
