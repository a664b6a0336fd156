"""Give a task to one colleague, take it over, or give it back to the post: by the head, or by who has it.

Invariants: only somebody who holds the post may be given a task, and nobody who has to stand aside; what one person is to do another of the same post does not
do, but for who covers for them (顶岗); no clock is touched.
"""

from __future__ import annotations

from uuid import UUID

from tongban.cases.acts.record import Doing, Done, keep, lock, once, tasks_of
from tongban.cases.core.course import step_named
from tongban.cases.errors import CaseNotFoundError, NotAColleagueError, WrongStateError
from tongban.cases.models import Task
from tongban.cases.permissions import check_assigner, verbs
from tongban.cases.reads import ground_of
from tongban.cases.reads.colleagues import colleagues_of
from tongban.parties.core.people import Actor


@once("assign")
def assign(task_id: UUID, to: UUID | None, *, actor: Actor, key: str, words: str = "") -> Done:
    """Let `to` do a task, or anybody in the post again (None). `words` are for the colleague; the applicant does not see them.

    Raises NotAColleagueError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    found = Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
    if found is None:
        raise CaseNotFoundError
    case = lock(found, actor)
    task = next(one for one in tasks_of(case) if one.id == task_id)
    check_assigner(actor, case, task, verbs())
    ground = ground_of(case)
    if not task.is_open:
        raise WrongStateError(ground.procedure.states[case.state].title)
    name = ""
    if to is not None:
        name = next((one.name for one in colleagues_of(case, task) if one.person_id == to), "")
        if not name:
            raise NotAColleagueError
    doing = Doing("assign", actor, key=key, department=task.department)
    before, task.assigned_to, task.assigned_name = task.assigned_name, to, name
    doing.rows.change(task)
    title = None if task.step == "accept" else step_named(ground.service, task.step).title.zh
    return keep(case, doing, case.state, step=task.step, words=words, data={"from": before, "to": name, "step": title})
