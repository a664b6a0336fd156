"""Do one step of the route: review, check on the spot, record what was found, sign.

Invariants: a step of two officers is done when two different people have signed the same record - a changed record voids the signatures
before; who did a step named in `not_by` may not do this one; a check on the spot stops no clock; the last step of a route is not
passed, it is decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tongban.cases.acts.accept import ACCEPT, AFTER, open_steps
from tongban.cases.acts.bringing import AT_ONCE, bring_about
from tongban.cases.acts.projecting import refresh_due
from tongban.cases.acts.record import Doing, Done, advance, close_task, keep, lock, once, records_with, tasks_of
from tongban.cases.core.course import brought_about, is_joint_done, joint_of, step_named
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.errors import CaseNotFoundError, MayNotError, ReasonMissingError, RecordMissingError, WrongStateError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import check_task, verbs
from tongban.cases.reads import Ground, gathered, ground_of
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import Step
from tongban.files import reads as files
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.rules.core import Facts

_SAME_HAND = Text(
    zh="前一环节由您经办，这一环节须由其他人员办理。",
    en="You did the earlier step, so somebody else has to do this one.",
)
_SIGNED = Text(zh="您已经签过名，须由另一名执法人员签名。", en="You have signed already; the other officer has to sign.")


@once("step")
def complete_step(
    task_id: UUID,
    *,
    actor: Actor,
    key: str,
    of: UUID | None = None,
    outcome: str = "pass",
    words: str = "",
    records: Mapping[str, str] | None = None,
    photos: Sequence[str] = (),
) -> Done:
    """Pass a step, or return it with a reason; sign it where it needs two. `of` is the case that the caller believes the task to be of.

    Raises RecordMissingError, ReasonMissingError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    case, tasks, task = _load(task_id, of, actor)
    post = check_task(actor, case, task, "step", verbs())
    ground = ground_of(case)
    if not task.is_open or task.system:
        raise WrongStateError(ground.procedure.states[case.state].title)
    step = step_named(ground.service, task.step)
    if step.id == ground.deciding_step and outcome != "return":
        raise WrongStateError(ground.procedure.states[case.state].title)
    check_hand(step, tasks, actor)
    doing = Doing("step", actor, key=key, department=post.department)
    fill(task, step, outcome, words, records or {}, own_photos(case, photos))
    before = case.state
    signed = sign(task, step, actor, doing)
    data: dict[str, Any] = {"outcome": outcome, "records": task.records, "photos": task.photos, "signatures": len(task.signatures)}
    act = brought_about(step, task.records, outcome) if signed else ""
    _move(case, ground, act)
    facts = assemble(ground.service, gathered(ground.service, case, records=records_with(tasks)))
    if act:
        data["brings"] = act
    if act in AT_ONCE:
        bring_about(case, ground, act, tasks, facts, doing)
    elif signed:
        go_on(case, ground, task, tasks, outcome, doing, facts)
    explanation = assess(ground.service, facts)
    return keep(
        case, doing, before, step=task.step, words=words, data=data, facts=to_json(ground.service, facts), explanation=explanation.to_json()
    )


def _load(task_id: UUID, of: UUID | None, actor: Actor) -> tuple[Case, list[Task], Task]:
    """The locked case of a task, its tasks, and this one. Raises CaseNotFoundError."""
    found = Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
    if found is None or of not in (None, found):
        raise CaseNotFoundError
    case = lock(found, actor)
    tasks = tasks_of(case)
    task = next(task for task in tasks if task.id == task_id)
    if task.purpose not in ("", AFTER) or task.step == ACCEPT:
        raise CaseNotFoundError
    return case, tasks, task


def _move(case: Case, ground: Ground, act: str) -> None:
    """Move the case by what the step brought about; else it has been begun. Raises WrongStateError."""
    if act:
        advance(case, ground.procedure, act)
    elif case.decided_on is None:
        case.state = ground.procedure.next_state(case.state, "start") or case.state


def check_hand(step: Step, tasks: Sequence[Task], actor: Actor) -> None:
    """Raises MayNotError for who did the step that bars its officer from this one."""
    if step.not_by and any(task.step == step.not_by and task.was_done_by(actor.person_id) for task in tasks):
        raise MayNotError(_SAME_HAND)


def own_photos(case: Case, photos: Sequence[str]) -> list[str]:
    """Of these photos, those that are kept with this case; what is not is no proof of anything."""
    kept = {str(one.id) for one in files.of_owner(case.id) if one.media_type.startswith("image/")} if photos else set()
    return [photo for photo in photos if photo in kept]


def fill(task: Task, step: Step, outcome: str, words: str, records: Mapping[str, str], photos: Sequence[str]) -> None:
    """Enter what was found. Raises WrongStateError, ReasonMissingError, RecordMissingError."""
    if outcome not in step.may:
        raise WrongStateError(step.title)
    if not words.strip() and (outcome == "return" or step.in_words):
        raise ReasonMissingError
    record(task, step, outcome, words, records, photos)


def record(task: Task, step: Step, outcome: str, words: str, records: Mapping[str, str], photos: Sequence[str]) -> None:
    """Keep the check list; a changed one voids the signatures before. Raises RecordMissingError where it is not returned and not whole."""
    clean = {name: records[name] for name, options in step.records.items() if records.get(name) in {option.id for option in options}}
    if outcome != "return":
        lacking = tuple(step.record_titles.get(name, Text(name, name)) for name in step.records if name not in clean)
        if step.photo and not (photos or task.photos):
            lacking += (Text(zh="现场照片", en="a photo of the site"),)
        if lacking:
            raise RecordMissingError(lacking)
    if clean != task.records or (photos and list(photos) != task.photos):
        task.signatures = []
    task.records, task.photos, task.outcome = clean, list(photos) or task.photos, outcome
    task.words = words or task.words


def sign(task: Task, step: Step, actor: Actor, doing: Doing) -> bool:
    """Add this officer's name; returns whether the step is done."""
    if any(signature["person"] == str(actor.person_id) for signature in task.signatures):
        raise MayNotError(_SIGNED)
    task.signatures = [*task.signatures, {"person": str(actor.person_id), "name": actor.name, "at": doing.at.isoformat()}]
    if len(task.signatures) >= step.officers or task.outcome == "return":
        close_task(task, doing, task.outcome)
    doing.rows.change(task)
    return not task.is_open


def go_on(case: Case, ground: Ground, task: Task, tasks: Sequence[Task], outcome: str, doing: Doing, facts: Facts) -> None:
    """A step is over: once its joint step is through, open what comes next, or what came before where it was returned."""
    name = task.step
    joint = joint_of(ground.service, name)
    if joint is not None:
        parts = [other for other in tasks if other.joint == joint.id]
        open_parts = [other for other in parts if other.is_open and other.id != task.id]
        if not is_joint_done(joint, len(open_parts), sum(not other.is_open for other in parts)):
            return
        for other in open_parts:
            close_task(other, doing, "not-needed", by_somebody=False)
        name = joint.id
    if outcome == "return":
        name = _step_before(ground, name)
    open_steps(case, ground, name, facts, doing)
    refresh_due(case, tasks, doing)


def _step_before(ground: Ground, name: str) -> str:
    """After which step the route goes on when one is returned: the one before the step that is done again."""
    route = ground.way.route
    index = route.index(name) if name in route else 0
    return route[index - 2] if index >= 2 else ""
