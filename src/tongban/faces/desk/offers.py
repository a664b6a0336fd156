"""Which acts the bar under a case offers, each with its letter. What is offered is what the cases room says this reader may do; nothing here decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from tongban.cases.reads.desk import DeskCase, DeskTask
from tongban.kernel.text import Text

RE_READ: Final = frozenset({"accept", "not-accept", "not-needed", "grant", "refuse"})
"""Acts before which facts that are older than `fresh` are asked for again."""
REASONED: Final = frozenset({"not-accept", "not-needed", "refuse", "return", "correction"})
"""Acts that need words."""
STEPS: Final = frozenset({"pass", "return"})

_ACCEPTING = (
    ("accept", "accept", "a", Text("受理", "Accept")),
    ("correction", "ask-correction", "c", Text("告知补正", "Ask for corrections")),
    ("not-accept", "not-accept", "n", Text("不予受理", "Do not accept")),
    ("not-needed", "not-needed", "u", Text("不受理（无需办理）", "Not needed")),
)
_PASS = Text("通过：{step}", "Pass: {step}")
_RETURN = Text("退回上一环节", "Return")
_SITE = Text("现场核查", "On-site check")
_GRANT = Text("准予", "Grant")
_HAND_OVER = Text("送达", "Hand over")


@dataclass(frozen=True)
class Offer:
    """One act: its address's last part, its letter, what its button says, and for a step which task it is about."""

    slug: str
    key: str
    label: Text
    is_first: bool = False
    task: DeskTask | None = None

    @property
    def task_id(self) -> UUID | None:
        """The task a step's act is about."""
        return self.task.id if self.task else None


def offers(desk: DeskCase) -> tuple[Offer, ...]:
    """The acts allowed now, the likeliest first."""
    found = [Offer(slug, key, label, is_first=slug == "accept") for slug, act, key, label in _ACCEPTING if act in desk.acts]
    for task in desk.tasks:
        if task.may_do and not _is_last(desk, task):
            found += _of_step(desk, task)
    if "decide" in desk.acts:
        deciding = next((task for task in desk.tasks if task.may_do and _is_last(desk, task)), None)
        found += _of_decision(desk, deciding)
    if "hand-over" in desk.acts:
        found.append(Offer("hand-over", "h", _HAND_OVER, is_first=True))
    return tuple(found)


def _of_step(desk: DeskCase, task: DeskTask) -> list[Offer]:
    if task.definition is not None and task.definition.on_site:
        return [Offer("site", "s", _SITE, is_first=True, task=task)]
    found = [Offer("pass", "p", _PASS.format(step=task.title), is_first=True, task=task)]
    if _may_return(desk, task):
        found.append(Offer("return", "r", _RETURN, task=task))
    return found


def _of_decision(desk: DeskCase, task: DeskTask | None) -> list[Offer]:
    case = desk.case
    refused = case.procedure.states.get(case.procedure.next_state(case.row.state, "refuse") or "")
    found = [Offer("grant", "g", _GRANT, is_first=True)]
    if refused is not None:
        found.append(Offer("refuse", "x", refused.title))
    if task is not None and _may_return(desk, task):
        found.append(Offer("return", "r", _RETURN, task=task))
    return found


def _may_return(desk: DeskCase, task: DeskTask) -> bool:
    """A step may be returned where it may be and there is one before it."""
    route = desk.case.way.route
    return task.definition is not None and "return" in task.definition.may and bool(route) and task.step != route[0]


def _is_last(desk: DeskCase, task: DeskTask) -> bool:
    route = desk.case.way.route
    return bool(route) and task.step == route[-1]
