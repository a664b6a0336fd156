"""Take a case up again: by the decision of a review, or because what was said to be put right was not.

Invariants: only a procedure that declares it lets a case be reopened; nothing of the past is rewritten - events, letters and records stay, and the earlier answer
is read there; the limits count anew from the day of reopening; who reopened it and why is the act's own entry, in the same transaction as what
caused it.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from tongban.cases.acts.accept import ACCEPT, ACCEPTERS, open_steps
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, advance, lock, note, open_task, records_with, tasks_of
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.models import Case
from tongban.cases.reads import Ground, gathered, ground_of
from tongban.kernel import clock
from tongban.rules.core import Facts

REOPEN = "reopen"


def reopen_about(case_id: UUID, doing: Doing, *, cause: str) -> None:
    """Reopen the case that a decision concerns; it is written when the decision is. Raises WrongStateError where its procedure does not allow it any more."""
    case = lock(case_id, doing.actor)
    ground = ground_of(case)
    own = replace(doing, act=REOPEN, key=None, body_hash=None)
    before = advance(case, ground.procedure, REOPEN)
    facts = assemble(ground.service, gathered(ground.service, case, records=records_with(tasks_of(case))))
    start_anew(case, ground, facts, own)
    tell(case, ground.service, "reopened")
    note(case, own, before, words=cause, facts=to_json(ground.service, facts))


def start_anew(case: Case, ground: Ground, facts: Facts, doing: Doing) -> None:
    """Put a case that was taken up again on its first desk, with its limits counted from today; `facts` are those it stands on now."""
    day = clock.local_date(doing.at)
    case.reopened_on, case.decided_on, case.delivered_at, case.amount_fen, case.extended_by = day, None, None, None, 0
    case.silent_grant_on = None  # it was decided in time once
    if ground.procedure.next_state(case.state, ACCEPT) is not None:
        case.accepted_on, case.step = None, ACCEPT
        project(case, ground.service, ground.limits, ground.procedure)
        open_task(case, doing, step=ACCEPT, role=ACCEPTERS, department=case.department, due=case.answer_due_on)
    else:
        open_steps(case, ground, "", facts, doing)
