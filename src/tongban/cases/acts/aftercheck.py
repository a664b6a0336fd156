"""Check what was promised, after the grant: kept, to be put right, or broken (告知承诺的事后核查).

Invariants: the check is a step like others, with its record, photos and signatures; whether the promise was kept follows from the covered clauses over what was
recorded, not from a click; time to put right is given once; a broken promise annuls nothing by itself: it opens a proposal that the holder is told of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from tongban.cases.acts.outputs import tell, write_of_act
from tongban.cases.acts.record import Doing, Done, close_task, keep, lock, once, open_task, records_with, tasks_of
from tongban.cases.acts.step import own_photos, record, sign
from tongban.cases.core.clocks import end_of
from tongban.cases.core.course import is_joint_done, joint_of, office_of, step_named
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.core.words import day
from tongban.cases.errors import CaseNotFoundError, WrongStateError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import check_task, verbs
from tongban.cases.reads import Ground, gathered, ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import Check, Limit, Step
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.rules.core import Answer, Explanation

CHECK, RECHECK, ANNUL = "check", "recheck", "annul"
DECIDERS = "verb:decide"


def open_check(case: Case, ground: Ground, doing: Doing, purpose: str, within: Limit) -> None:
    """Put the check that follows a promise on its desks."""
    assert ground.way.check is not None
    due = end_of(within, clock.local_date(doing.at), catalogue.city().calendar)
    for step in _parts(ground):
        department = office_of(step, case.department, ground.service)
        open_task(case, doing, step=step.id, role=step.by, department=department, due=due, purpose=purpose, on_silence="escalate")


@once("check-promise")
def check_promise(
    task_id: UUID, *, actor: Actor, key: str, words: str = "", records: Mapping[str, str] | None = None, photos: Sequence[str] = ()
) -> Done:
    """Record and sign what was found. Raises RecordMissingError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError."""
    found = Task.objects.filter(pk=task_id, purpose__in=(CHECK, RECHECK)).values_list("case_id", flat=True).first()
    if found is None:
        raise CaseNotFoundError
    case = lock(found, actor)
    tasks = tasks_of(case)
    task = next(task for task in tasks if task.id == task_id)
    post = check_task(actor, case, task, "step", verbs())
    ground = ground_of(case)
    if not task.is_open or ground.way.check is None:
        raise WrongStateError(ground.procedure.states[case.state].title)
    doing = Doing("check-promise", actor, key=key, department=post.department)
    step = step_named(ground.service, task.step)
    record(task, step, "pass", words, records or {}, own_photos(case, photos))
    data: dict[str, object] = {
        "records": task.records,
        "photos": task.photos,
        "purpose": task.purpose,
        "signatures": len(task.signatures) + 1,
    }
    signed = sign(task, step, actor, doing)
    facts = assemble(ground.service, gathered(ground.service, case, records=records_with(tasks)))
    explanation = assess(ground.service, facts)
    if signed and _is_through(ground, task, tasks, doing):
        data |= _conclude(case, ground, ground.way.check, task, explanation, doing, words)
    return keep(
        case,
        doing,
        case.state,
        step=task.step,
        words=words,
        data=data,
        facts=to_json(ground.service, facts),
        explanation=explanation.to_json(),
    )


def _is_through(ground: Ground, task: Task, tasks: Sequence[Task], doing: Doing) -> bool:
    """Whether the check needs nobody else: every part is done, or one of several of which any will do, so that the others are let off."""
    others = [other for other in tasks if other.purpose == task.purpose and other.is_open]
    joint = joint_of(ground.service, task.step)
    if others and (joint is None or not is_joint_done(joint, len(others), 1)):
        return False
    for other in others:
        close_task(other, doing, "not-needed", by_somebody=False)
    return True


def _conclude(
    case: Case, ground: Ground, check: Check, task: Task, explanation: Explanation, doing: Doing, words: str
) -> dict[str, object]:
    """Every part of the check is done: what follows."""
    broken = [one for one in explanation.results if one.clause.id in ground.way.covers and one.answer != Answer.YES]
    if not broken:
        tell(case, ground.service, "promise-kept")
        return {"finding": "kept"} | write_of_act(case, ground, CHECK, doing, explanation=explanation, words=words)
    found = Text("；".join(one.clause.says.zh for one in broken), "; ".join(one.clause.says.en for one in broken))
    if check.recheck is not None and task.purpose == CHECK:
        open_check(case, ground, doing, RECHECK, check.recheck)
        due = end_of(check.recheck, clock.local_date(doing.at), catalogue.city().calendar)
        tell(case, ground.service, "put-right", due=due)
        extra: dict[str, Text | str] = {"findings": found, "check_by": day(due)}
        return {"finding": RECHECK} | write_of_act(case, ground, RECHECK, doing, words=words, extra=extra)
    until = end_of(check.hearing, clock.local_date(doing.at), catalogue.city().calendar)
    open_task(case, doing, step=task.step, role=DECIDERS, department=case.department, due=until, purpose=ANNUL)
    tell(case, ground.service, "annulment-proposed", due=until)
    extra = {"findings": found, "hear_until": day(until)}
    return {"finding": "broken", "hear_until": until.isoformat()} | write_of_act(
        case, ground, "propose-annulment", doing, explanation=explanation, words=words, extra=extra
    )


def _parts(ground: Ground) -> tuple[Step, ...]:
    assert ground.way.check is not None
    step = ground.service.steps[ground.way.check.step]
    return step.together or (step,)
