"""Hand a step over to another body's system: the facts that the service declares to travel, and nothing else about the applicant.

Invariants: what travels is what `sends` names, with the case's number and service; a fact that nobody knows does not travel, one that is none travels as
nothing; an identity number is opened for the system alone and is never among a case's facts.
"""

from __future__ import annotations

from typing import Any

from tongban.cases.acts.record import Doing
from tongban.cases.models import Case, Task
from tongban.cases.reads import Ground
from tongban.catalogue.core.definition import Service, Step
from tongban.docking import acts as docking
from tongban.parties import reads as parties
from tongban.rules.core import Facts, Nothing, Value

ID_NUMBER = "applicant.id_number"


def hand_step_over(case: Case, ground: Ground, step: Step, task: Task, facts: Facts, doing: Doing) -> None:
    """Queue the case for the step's system, in the act's transaction."""
    service = ground.service
    docking.hand_over(
        step.system,
        case_id=case.id,
        task_id=task.id,
        service=case.service,
        body={
            "number": case.number,
            "service": {"id": service.id, "code": service.code, "title": service.title.zh},
            "area": case.area,
            "step": step.id,
            "fields": travelling(case, service, step, facts),
        },
        by=doing.name,
        number=case.number or "",
        expects={name: [option.id for option in options] for name, options in step.records.items()},
        record=doing.entries.append,
    )


def travelling(case: Case, service: Service, step: Step, facts: Facts) -> dict[str, Any]:
    """The declared fields with their values in JSON form."""
    fields: dict[str, Any] = {}
    for field, name in step.sends.items():
        fact = facts.get(name)
        if name == ID_NUMBER and case.applicant_kind == "person":
            fields[field] = parties.identifiers(*case.side).get("id_number")
        elif isinstance(fact, Value):
            fields[field] = service.vocabulary[name].type.to_json(fact.value)
        elif isinstance(fact, Nothing):
            fields[field] = None
    return fields
