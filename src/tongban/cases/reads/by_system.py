"""Steps that another body's system does, as pages tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from tongban.cases.core.course import step_named
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.models import Case, Event, Task
from tongban.cases.permissions import check_task, verbs
from tongban.cases.reads.ground import Ground
from tongban.catalogue.core.definition import Step
from tongban.docking import reads as docking
from tongban.docking.reads import HandoverView
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

TITLES: Final = {
    "system-answered": Text("{system}已答复", "{system}: answered"),
    "system-silent": Text("{system}未答复，转人工办理", "{system}: no answer, given to people"),
    "system-unfit": Text("{system}的答复不合约定，转人工核对", "{system}: an answer outside the agreement, given to people"),
    "by-hand": Text("{system}的结果由人工录入", "{system}: its result entered by hand"),
    "push-again": Text("重新推送{system}", "{system}: pushed again"),
}
_GRANTED: Final = Text("{says}，条件全部符合，当即准予", "{says}; all conditions met, granted at once")


@dataclass(frozen=True)
class SystemStep:
    """One step that a system does, or did: how it stands there, and whether this reader may act for it."""

    task_id: UUID
    step: Step
    department: str
    is_open: bool
    handover: HandoverView
    may_by_hand: bool


def system_steps(case: Case, ground: Ground, tasks: Sequence[Task], actor: Actor, *, aside: bool) -> tuple[SystemStep, ...]:
    """The system steps of a case, oldest first; no SQL statement where there is none."""
    handed = [task for task in tasks if task.system]
    views = docking.of_tasks([task.id for task in handed])
    found = []
    for task in handed:
        if task.id in views:
            step = step_named(ground.service, task.step)
            may = task.is_open and not aside and _may(actor, case, task, step)
            found.append(SystemStep(task.id, step, task.department, task.is_open, views[task.id], may))
    return tuple(found)


def _may(actor: Actor, case: Case, task: Task, step: Step) -> bool:
    try:
        check_task(actor, case, task, "by-hand", verbs(), role=step.by_hand)
    except (CaseNotFoundError, MayNotError):
        return False
    return True


def system_title(event: Event) -> Text | None:
    """What an event about a system's step is called, with the system's name; None for another event."""
    says = TITLES.get(event.act)
    if says is None:
        return None
    named = event.data.get("title") or {}
    told = says.format(system=Text(named.get("zh", "部门系统"), named.get("en", "The department's system")))
    return _GRANTED.format(says=told) if "grant" in event.data.get("acts", ()) else told
