"""The applicant takes the application back, at any time before it is decided."""

from __future__ import annotations

from uuid import UUID

from tongban.cases.acts.bundle_withdraw import withdraw_bundle
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, Done, advance, check_version, close_tasks, keep, lock, once, tasks_of
from tongban.cases.acts.tickets.merging import end_withdrawn
from tongban.cases.acts.tickets.turns import unnamed
from tongban.cases.permissions import check_applicant
from tongban.cases.reads import ground_of
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.parties.core.people import Actor


@once("withdraw")
def withdraw(case_id: UUID, *, actor: Actor, key: str, version: int, words: str = "") -> Done:
    """Take an application back. Raises StaleCaseError, WrongStateError, CaseNotFoundError."""
    case = lock(case_id, actor, version=version)
    check_applicant(actor, case, "withdraw")
    check_version(case, version)
    doing = unnamed(Doing("withdraw", actor, key=key), case)
    ground = ground_of(case)
    if catalogue.pinned(case.service_hash).bundle is not None:
        return withdraw_bundle(case, doing, words)
    before = advance(case, ground.procedure, "withdraw")
    case.decided_on, case.step = clock.local_date(doing.at), ""
    project(case, ground.service, ground.limits, ground.procedure)
    close_tasks(tasks_of(case), doing, "withdraw")
    if ground.service.tickets is not None:
        end_withdrawn(case, doing)
    tell(case, ground.service, "withdrawn", doing)
    return keep(case, doing, before, words=words)
