"""Take a bundle back: what is not decided yet is withdrawn, what is decided stays.

Invariants: a part is withdrawn by its own procedure, with its own row of history and its own leaf; a part whose procedure does not allow it goes on, and the
bundle with it; parts are locked in the order of their ids, after the bundle.
"""

from __future__ import annotations

from dataclasses import replace

from tongban.cases.acts.bundle_go_on import Standing, standing_of
from tongban.cases.acts.bundle_result import end_bundle
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, Done, advance, close_tasks, keep, note
from tongban.cases.errors import WrongStateError
from tongban.cases.models import Case, Task
from tongban.cases.reads import ground_of
from tongban.kernel import clock

ACT = "withdraw"


def withdraw_bundle(case: Case, doing: Doing, words: str) -> Done:
    """Withdraw a locked bundle and its undecided parts; called by `withdraw`, in its transaction. Raises WrongStateError once everything is decided."""
    parts = list(Case.objects.select_for_update().filter(parent_id=case.id, decided_on=None).order_by("id"))
    now = standing_of(case)
    now = replace(now, cases={**now.cases, **{part.id: part for part in parts}})
    procedure = now.pinned.procedures[case.procedure]
    waiting = [row for row in now.rows if row.standing == "waiting"]
    taken = [part for part in parts if ground_of(part).procedure.next_state(part.state, ACT)]
    if not case.is_open or not (taken or waiting):
        raise WrongStateError(procedure.states[case.state].title)
    for row in waiting:
        row.standing, row.settled_at = "not-started", doing.at
        doing.rows.change(row)
    for part in taken:
        _withdraw(part, doing, words)
    data = {"withdrawn": [part.number for part in taken], "not_started": [row.alias for row in waiting]}
    return _end(case, now, doing, words, data)


def _withdraw(part: Case, doing: Doing, words: str) -> None:
    """One part's own withdrawal."""
    own, ground = replace(doing, key=None), ground_of(part)
    before = advance(part, ground.procedure, ACT)
    part.decided_on, part.step = clock.local_date(doing.at), ""
    project(part, ground.service, ground.limits, ground.procedure)
    close_tasks(Task.objects.filter(case=part, is_open=True), own, ACT)
    own.rows.change(part)
    note(part, own, before, words=words, data={"bundle": str(part.parent_id)})


def _end(case: Case, now: Standing, doing: Doing, words: str, data: dict[str, object]) -> Done:
    """End the bundle if that was the last of it: as withdrawn where nothing had come out well, else as what did come out."""
    moves = now.moves()
    if moves.ending is None:
        tell(case, now.pinned.service, "withdrawn", doing)
        return keep(case, doing, case.state, words=words, data=data)
    ending = ACT if moves.ending == "finish-without" else moves.ending
    return end_bundle(case, now.pinned, now.rows, now.cases, ending, doing, data, words)
