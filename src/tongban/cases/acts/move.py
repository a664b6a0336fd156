"""Move a running case to another version of its service: an explicit act of who answers for the department, with reasons, never a side effect of publishing.

Invariants: only a case that is not decided; only to a published version of the same service; only where the new version knows the state, the way and every open step of
the case; the days that have run stay, the limits are those of the new version from now on.
"""

from __future__ import annotations

from uuid import UUID

from tongban.cases.acts.outputs import tell
from tongban.cases.acts.projecting import project, refresh_due
from tongban.cases.acts.record import Doing, Done, check_version, keep, lock, once, tasks_of
from tongban.cases.core.course import step_named
from tongban.cases.errors import NotMovableError, ReasonMissingError, WrongStateError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import check_official, verbs
from tongban.cases.reads import ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.pinned import Pinned
from tongban.parties.core.people import Actor


@once("move")
def move(case_id: UUID, to: str, *, actor: Actor, key: str, version: int, words: str) -> Done:
    """Let a running case go on under the published version with hash `to`.

    Raises NotMovableError, ReasonMissingError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError, UnknownVersionError.
    """
    if not words.strip():
        raise ReasonMissingError
    case = lock(case_id, actor, version=version)
    tasks = tasks_of(case)
    check_official(actor, case, tasks, "move", verbs())
    check_version(case, version)
    ground = ground_of(case)
    if not case.is_open or case.decided_on is not None:
        raise WrongStateError(ground.procedure.states[case.state].title)
    pinned = catalogue.pinned(to)
    if pinned.bundle is not None:
        raise NotMovableError  # its parts are settled when it is sent; each of them is moved by itself
    _check_fits(case, pinned, tasks)
    doing = Doing("move", actor, key=key, department=case.department)
    before, case.service_hash = case.service_hash, to
    moved = ground_of(case)
    project(case, moved.service, moved.limits, moved.procedure)
    refresh_due(case, tasks, doing)
    tell(case, moved.service, "moved")
    return keep(case, doing, case.state, words=words, data={"from": before, "to": to})


def _check_fits(case: Case, pinned: Pinned, tasks: list[Task]) -> None:
    service = pinned.service
    if service.id != case.service or service.hash == case.service_hash:
        raise NotMovableError
    procedure = pinned.procedures.get(case.procedure)
    if procedure is None or case.state not in procedure.states or case.way not in {way.id for way in service.ways}:
        raise NotMovableError
    for task in tasks:
        if task.is_open and task.step != "accept":
            try:
                step_named(service, task.step)
            except KeyError:
                raise NotMovableError from None
