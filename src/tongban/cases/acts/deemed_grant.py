"""What an office's silence means on an extension of a licence: asked for in time and not decided before the licence ends, it counts as granted (视为准予延续).

Invariants: only ways that declare `silence_grants` are touched; nothing is refused by silence; what counts as extended is the licence as it stood, since nobody
examined anything else; it counts from the day after the last day, whenever the worker finds it; a case that waits for its applicant, or whose licence is gone,
is left to people; the holder is told in writing, and the record tells on whose desk it lay.

Source: Administrative Licensing Law, article 50(2).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tongban.cases.acts.accept import open_steps_after
from tongban.cases.acts.licensing import licence
from tongban.cases.acts.outputs import tell, write_of_act
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, advance, close_tasks, keep, lock, records_with, tasks_of
from tongban.cases.acts.silence import desk
from tongban.cases.acts.writing_back import write_back
from tongban.cases.core.clocks import end_of
from tongban.cases.core.facts import assemble, to_json
from tongban.cases.models import Case, Task
from tongban.cases.reads import Ground, gathered, ground_of, licence_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import Way
from tongban.kernel import clock
from tongban.rules.core import Facts

ACT: Final = "deem-granted"


def last_day_to_decide(case: Case, way: Way) -> date | None:
    """The last day of the licence that a case would extend, where not deciding by then grants; none where it was asked for too late, or silence grants nothing."""
    held = licence_of(case)
    if way.silence_grants is None or held is None or held.valid_until is None or case.received_on is None:
        return None
    is_in_time = end_of(way.silence_grants, case.received_on, catalogue.city().calendar) <= held.valid_until
    return held.valid_until if is_in_time else None


def undecided_extensions(limit: int = 200) -> list[UUID]:
    """The cases whose licence has ended without a decision; not those in a state in which that grants nothing, which would be in the way."""
    allowed = Q(pk__in=[])
    for procedure in catalogue.city().procedures.values():
        states = [source for one in procedure.transitions if one.act == ACT for source in one.sources]
        allowed |= Q(procedure=procedure.id, state__in=states)
    rows = Case.objects.filter(allowed, is_open=True, decided_on=None, silent_grant_on__lt=clock.today(), owed=[])
    return list(rows.order_by("silent_grant_on").values_list("pk", flat=True)[:limit])


def deem_granted(case_id: UUID) -> bool:
    """Extend by law if the last day has passed in silence; returns whether it did. The event names whose desk it lay on."""
    with transaction.atomic(durable=True):
        case = lock(case_id, None)
        ground = ground_of(case)
        if case.decided_on is not None or not silence_granted(case) or ground.procedure.next_state(case.state, ACT) is None or case.owed:
            return False
        if _is_gone(case, ground):
            case.silent_grant_on = None
            case.save(update_fields=["silent_grant_on"])
            return False
        _extend(case, ground)
    return True


def silence_granted(case: Case) -> bool:
    """Whether the last day for deciding an extension has passed, after which it counts as granted."""
    return case.silent_grant_on is not None and case.silent_grant_on < clock.today()


def _is_gone(case: Case, ground: Ground) -> bool:
    held = licence_of(case)
    return ground.way.silence_grants is None or held is None or held.ended is not None or held.replaced_by is not None


def _extend(case: Case, ground: Ground) -> None:
    assert case.silent_grant_on is not None
    doing = Doing(ACT, None, department=case.department)
    before = advance(case, ground.procedure, ACT)
    case.decided_on, case.step = case.silent_grant_on + timedelta(days=1), ""
    tasks = tasks_of(case)
    facts = assemble(ground.service, gathered(ground.service, case, records=records_with(tasks)))
    explanation = assess(ground.service, facts)
    data = _missed(case, tasks) | _give(case, ground, facts, doing)
    close_tasks(tasks, doing, ACT)
    project(case, ground.service, ground.limits, ground.procedure)
    open_steps_after(case, ground, facts, doing)
    tell(case, ground.service, "deemed-granted", doing)
    keep(case, doing, before, data=data, facts=to_json(ground.service, facts), explanation=explanation.to_json())


def _missed(case: Case, tasks: list[Task]) -> dict[str, Any]:
    return {"due_on": str(case.silent_grant_on), "department": case.department, "desks": [desk(one) for one in tasks if one.is_open]}


def _give(case: Case, ground: Ground, facts: Facts, doing: Doing) -> dict[str, Any]:
    """The next version of the licence, its content as before, and the notice."""
    gives = replace(ground.gives, content="kept")
    given, words, issued = licence(case, ground.service, gives, facts, doing, "")
    given |= write_of_act(case, ground, ACT, doing, extra=words)
    if gives.records:
        given["written"] = write_back(case, ground.service, gives.records, facts, doing, issued)
    return given
