"""Carry out the course that sending leads to: the state it reaches, the first task, what a machine gives at once. Shared by a case that is sent by itself and the parts of a bundle."""

from __future__ import annotations

from typing import Any

from tongban.cases.acts.accept import ACCEPT
from tongban.cases.acts.aftercheck import CHECK, open_check
from tongban.cases.acts.charge import charge
from tongban.cases.acts.outputs import give, write_letter
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, advance, open_task
from tongban.cases.core.clocks import end_of
from tongban.cases.core.course import Course
from tongban.cases.core.words import day
from tongban.cases.models import Case
from tongban.cases.reads import ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.rules.core import Facts

ACCEPTERS = "verb:accept"
"""The acceptance task is for any post of the department whose role may accept."""


def carry_out(case: Case, service: Service, course: Course, doing: Doing, facts: Facts) -> dict[str, Any]:
    """Move a case along its course; returns what its event says of that."""
    case.way, case.procedure, case.amount_fen = course.way.id, course.procedure.id, course.amount_fen
    for act in course.acts:
        advance(case, course.procedure, act)
    if course.is_granted:
        case.accepted_on = case.decided_on = case.complete_on
    project(case, service, course.limits, course.procedure)
    case.step = "" if course.is_granted else ACCEPT
    if not course.is_granted:
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
    extra: dict[str, Text | str] = {"promised": told, "check_by": day(by)}
    return {"promised": list(course.way.covers), "promise": write_letter(case, service, course.way.letter, None, doing, extra=extra)}
