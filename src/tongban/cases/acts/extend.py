"""Extend the statutory limit: by the head, once, before it has passed, with the reasons told. The promise stays as it was made.

Source: Administrative Licensing Law, article 42, paragraph 1.
"""

from __future__ import annotations

from uuid import UUID

from tongban.cases.acts.outputs import tell, write_of_act
from tongban.cases.acts.projecting import project, refresh_due
from tongban.cases.acts.record import Doing, Done, advance, check_version, keep, lock, once, tasks_of
from tongban.cases.errors import ExtensionError, ReasonMissingError
from tongban.cases.permissions import check_official, verbs
from tongban.cases.reads import ground_of
from tongban.kernel import clock
from tongban.parties.core.people import Actor


@once("extend")
def extend(case_id: UUID, *, actor: Actor, key: str, version: int, days: int, words: str) -> Done:
    """Lengthen the statutory limit by up to as many days as the procedure allows, or the service where its own law says otherwise.

    Raises ExtensionError (too long, a second time, or too late), ReasonMissingError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError,
    CaseNotFoundError.
    """
    if not words.strip():
        raise ReasonMissingError
    case = lock(case_id, actor, version=version)
    tasks = tasks_of(case)
    check_official(actor, case, tasks, "extend", verbs())
    check_version(case, version)
    ground = ground_of(case)
    doing = Doing("extend", actor, key=key, department=case.department)
    before = advance(case, ground.procedure, "extend")
    most = ground.extension.days if ground.extension else 0
    is_late = case.statutory_due_on is not None and case.statutory_due_on < clock.local_date(doing.at)
    if not 0 < days <= most or case.extended_by or is_late:
        raise ExtensionError(most, again=bool(case.extended_by), late=is_late)
    case.extended_by = days
    project(case, ground.service, ground.limits, ground.procedure)
    refresh_due(case, tasks, doing)
    data = {"days": days, "statutory_due_on": str(case.statutory_due_on)}
    data |= write_of_act(case, ground, "extend", doing, words=words, extra={"extended_days": str(days)})
    tell(case, ground.service, "extended", due=case.statutory_due_on)
    return keep(case, doing, before, words=words, data=data)
