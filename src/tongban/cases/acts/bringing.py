"""What a step's record brings about at once: the case ends, or is taken up again. Called inside the step's transaction.

Invariants: which record brings about what is the service's data, and whether the state allows it the procedure's; a rating that is found mistaken stays and
is marked.
"""

from __future__ import annotations

from typing import Final

from tongban.cases.acts.outputs import tell
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, close_tasks
from tongban.cases.acts.reopen import REOPEN, start_anew
from tongban.cases.models import Case, Rated, Task
from tongban.cases.reads import Ground
from tongban.kernel import clock
from tongban.rules.core import Facts

DISMISS: Final = "dismiss"
AT_ONCE: Final = frozenset({DISMISS, "close", REOPEN})
"""The acts after which the case does not simply go on with its next step: it has ended, or begins again."""


def bring_about(case: Case, ground: Ground, act: str, tasks: list[Task], facts: Facts, doing: Doing) -> None:
    """Carry out what a step brought about; the case's state is the act's already, and `facts` are those it stands on now."""
    if act == REOPEN:
        start_anew(case, ground, facts, doing)
        return
    case.decided_on, case.step = case.decided_on or clock.local_date(doing.at), ""
    project(case, ground.service, ground.limits, ground.procedure)
    close_tasks(tasks, doing, act)
    if act == DISMISS:
        _mark_mistaken(case, doing)
    tell(case, ground.service, case.state)


def _mark_mistaken(case: Case, doing: Doing) -> None:
    found = Rated.objects.select_related("rating").filter(redress=case).first()
    if found is not None:
        found.rating.mistaken_on = clock.local_date(doing.at)
        doing.rows.change(found.rating)
