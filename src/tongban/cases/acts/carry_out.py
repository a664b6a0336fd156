"""Carry out the course that sending leads to: the state it reaches, the first task, what a machine gives at once. Shared by a case that is sent by itself and the parts of a bundle."""

from __future__ import annotations

from typing import Any

from tongban.cases.acts.accept import ACCEPT, ACCEPTERS, open_steps
from tongban.cases.acts.aftercheck import CHECK, open_check
from tongban.cases.acts.charge import charge
from tongban.cases.acts.deemed_grant import last_day_to_decide
from tongban.cases.acts.outputs import give, write_letter
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, advance, open_task
from tongban.cases.core.clocks import end_of
from tongban.cases.core.course import Course
from tongban.cases.core.words import day
from tongban.cases.models import Case, Confirmation
from tongban.cases.reads import ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Procedure, Service
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.rules.core import Facts

_ONLINE = Text("{on}以实名身份在线确认，视为签署。", "Confirmed online under their real name on {on}, which counts as a signature.")
_CONFIRMED = {
    "pad": Text("{on}由工作人员协助办理，当面核对后手写签名。", "Read and signed by hand before an official who assisted, on {on}."),
    "paper": Text(
        "{on}由工作人员协助办理，在纸上签名，纸质原件由本机关留存。",
        "Signed on paper with the help of an official on {on}; we keep the paper.",
    ),
    "spoken": Text(
        "{on}由工作人员协助办理，听读全文后口头确认。", "Read aloud by an official who assisted, and agreed to in speech, on {on}."
    ),
}
"""How a promise was signed across the counter, by how the whole application was confirmed there."""


def carry_out(case: Case, service: Service, course: Course, doing: Doing, facts: Facts) -> dict[str, Any]:
    """Move a case along its course; returns what its event says of that."""
    case.way, case.procedure, case.amount_fen = course.way.id, course.procedure.id, course.amount_fen
    for act in course.acts:
        advance(case, course.procedure, act)
    if course.is_granted:
        case.accepted_on = case.decided_on = case.complete_on
    project(case, service, course.limits, course.procedure)
    case.silent_grant_on = None if course.is_granted else last_day_to_decide(case, course.way)
    case.step = "" if course.is_granted else ACCEPT
    if not course.is_granted and not _has_acceptance(course.procedure):
        case.accepted_on = case.complete_on
        open_steps(case, ground_of(case), "", facts, doing)
    elif not course.is_granted:
        open_task(case, doing, step=ACCEPT, role=ACCEPTERS, department=case.department, due=case.answer_due_on)
    data: dict[str, Any] = {"acts": list(course.acts), "way": course.way.id} | ({"owed": case.owed} if case.owed else {})
    data |= {"delivery": case.delivery} if case.delivery else {}
    data |= charge(case, service, facts, doing)
    if course.way.is_promise:
        data |= _promise(case, service, course, doing)
    if course.is_granted:
        data |= give(case, service, course.gives, facts, course.explanation, doing)
        if course.way.check is not None:
            open_check(case, ground_of(case), doing, CHECK, course.way.check.within)
    return data


def _promise(case: Case, service: Service, course: Course, doing: Doing) -> dict[str, object]:
    """The promise in writing, with the conditions that it stands for."""
    covered = [clause.says for clause in service.rules if clause.id in course.way.covers]
    told = Text("；".join(one.zh for one in covered), "; ".join(one.en for one in covered))
    by = end_of(course.way.check.within, clock.local_date(doing.at), catalogue.city().calendar) if course.way.check else None
    signed = _signed(case, doing).format(on=day(clock.local_date(doing.at)))
    extra: dict[str, Text | str] = {"promised": told, "check_by": day(by), "signed": signed}
    return {"promised": list(course.way.covers), "promise": write_letter(case, service, course.way.letter, None, doing, extra=extra)}


def _signed(case: Case, doing: Doing) -> Text:
    """How the promise was signed: by who was signed in, or as an assisted person confirmed it across the counter."""
    if doing.actor is None or doing.actor.assistant is None:
        return _ONLINE
    how = Confirmation.objects.filter(case_id__in=[case.id, *([case.parent_id] if case.parent_id else [])]).order_by("-id")
    return _CONFIRMED.get(how.values_list("how", flat=True).first() or "", _CONFIRMED["paper"])


def _has_acceptance(procedure: Procedure) -> bool:
    """Whether a case of this procedure has to be accepted before anybody works on it."""
    return any(transition.act == "accept" for transition in procedure.transitions)
