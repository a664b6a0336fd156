"""Cases that redeem a policy: opened by the engine for whom the policy found, moved on by what the redeeming comes to.

Invariants: nobody begins or types into such a case; every function here is part of a larger act, which hands its own entry of the record over, so that case,
history, letters and both entries commit together or not at all; a machine grants only what `confirmed` says is met in every condition, and refuses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from tongban import statements
from tongban.cases.acts.carry_out import carry_out
from tongban.cases.acts.outputs import outcome_message, tell
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import MACHINE, Doing, Done, advance, close_tasks, lock, note, tasks_of, write
from tongban.cases.core.course import settle_course
from tongban.cases.core.facts import assemble, public_facts, to_json
from tongban.cases.models import Case
from tongban.cases.reads import gathered, ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.catalogue.core.redeeming import CONFIRMED, QUEUED
from tongban.kernel import clock
from tongban.kernel.ids import case_number, uuid7
from tongban.kernel.text import Text
from tongban.ledger.acts import Act
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal
from tongban.parties.sealer import sealer

OPEN: Final = "open"
QUEUE: Final = "queue"
TAKE_UP: Final = "take-up"
Entries = Callable[[Done], Sequence[Act]]
"""What the larger act enters in the record, once it is known what the case came to: called before anything is written."""
_MESSAGES: Final = {"withdraw": "withdrawn", "give-up": "withdrawn", "return-payment": "redemption-returned"}
_BEGIN: Final = "SELECT nextval('cases_number'), set_config('tongban.actor', $1, true)"


def _nothing(done: Done) -> Sequence[Act]:  # noqa: ARG001 - as every caller's
    return ()


@dataclass(frozen=True)
class Redeeming:
    """What a case is opened with: its service, for whom, who hears of it beside them, the answers of its form, and what its event tells."""

    service: str
    principal: Principal
    applied_by: UUID
    answers: Mapping[str, Any]
    tells: Mapping[str, Any] = field(default_factory=dict)
    channel: str = "online"
    says: Mapping[str, Text] = field(default_factory=dict)
    """What its letters say of the policy, by placeholder."""


def open_redemption(asked: Redeeming, *, actor: Actor | None, entries: Entries = _nothing, rows: statements.Writing | None = None) -> Done:
    """Open a case: granted at once, waiting for money, or on an officer's desk, as `confirmed` says. `entries` and `rows` are kept with it."""
    service = catalogue.city().services[asked.service]
    doing = _doing(OPEN, actor, rows, says=asked.says)
    serial, _ = statements.rows(_BEGIN, [doing.name])[0]
    case = _blank(service, asked, doing, int(serial))
    doing.rows.add(case)
    return _kept(_go(case, service, doing, OPEN, dict(asked.tells)), doing, entries)


def take_up_redemption(
    case_id: UUID,
    answers: Mapping[str, Any],
    *,
    tells: Mapping[str, Any],
    entries: Entries = _nothing,
    rows: statements.Writing | None = None,
    says: Mapping[str, Text] | None = None,
) -> Done:
    """Go on with a case that waited for money, with the answers, and what its letter says, as they are now."""
    case = lock(case_id, None)
    case.answers = {name: value for name, value in {**case.answers, **answers}.items() if value is not None}
    doing = _doing(TAKE_UP, None, rows, says=says)
    return _kept(_go(case, ground_of(case).service, doing, TAKE_UP, dict(tells)), doing, entries)


def move_redemption(
    case_id: UUID,
    act: str,
    *,
    actor: Actor | None,
    words: str = "",
    tells: Mapping[str, Any] | None = None,
    entries: Entries = _nothing,
    rows: statements.Writing | None = None,
    department: str = "",
) -> Done:
    """Move a case by what happened to its redeeming: `withdraw`, `give-up`, `pay`, `return-payment`, `take-back`, `claw-back`. Raises WrongStateError."""
    case = lock(case_id, actor)
    ground = ground_of(case)
    doing = _doing(act, actor, rows, department)
    before = advance(case, ground.procedure, act)
    if case.decided_on is None:
        case.decided_on, case.step = clock.local_date(doing.at), ""
        project(case, ground.service, ground.limits, ground.procedure)
    close_tasks(tasks_of(case), doing, act)
    tell(case, ground.service, _MESSAGES.get(act, f"redemption-{case.state}"), doing)
    return _kept(note(case, doing, before, words=words, data=dict(tells or {})), doing, entries)


def tell_of_redemption(case_id: UUID, what: str, *, due: date | None = None) -> None:
    """Tell the subject's side by a declared message, with a day if it names one, in the caller's transaction; nothing of the case changes."""
    case = Case.objects.get(pk=case_id)
    tell(case, ground_of(case).service, what, due=due)


def _doing(
    act: str,
    actor: Actor | None,
    rows: statements.Writing | None,
    department: str = "",
    says: Mapping[str, Text] | None = None,
) -> Doing:
    writing = statements.Writing() if rows is None else rows
    return Doing(act, actor, body_hash=None, department=department, rows=writing, says=says or {})


def _kept(done: Done, doing: Doing, entries: Entries) -> Done:
    doing.entries.extend(entries(done))
    write(doing)
    return done


def _go(case: Case, service: Service, doing: Doing, act: str, tells: dict[str, Any]) -> Done:
    """Along the course that the answers lead to, as far as nobody has to look."""
    before = case.state
    pinned = catalogue.pinned(service.hash)
    facts = assemble(service, gathered(service, case, records={}, found={}))
    course = settle_course(service, pinned.procedures, facts, case.state, act)
    if case.answers.get(CONFIRMED) == QUEUED:
        case.way, case.procedure, case.amount_fen, case.accepted_on = (
            course.way.id,
            course.procedure.id,
            course.amount_fen,
            case.complete_on,
        )
        for one in (act, QUEUE):
            advance(case, course.procedure, one)
        project(case, service, course.limits, course.procedure)
        case.step, tells = "", tells | {"acts": [act, QUEUE], "way": course.way.id}
        tell(case, service, f"redemption-{case.state}", doing)
    else:
        tells |= carry_out(case, service, course, doing, facts)
        tell(case, service, outcome_message(case, "grant") if course.is_granted else "received", doing)
    return note(case, doing, before, data=tells, facts=to_json(service, facts), explanation=course.explanation.to_json())


def _blank(service: Service, asked: Redeeming, doing: Doing, serial: int) -> Case:
    city, day = catalogue.city(), clock.local_date(doing.at)
    principal, known = asked.principal, {question.id for question in service.questions}
    return Case(
        id=uuid7(),
        number=case_number(city.area, city.departments[service.department].number, day, serial),
        service=service.id,
        service_hash=service.hash,
        procedure=service.procedure,
        situation=service.situations[0].id,
        state=catalogue.pinned(service.hash).procedures[service.procedure].first,
        department=service.department,
        area=principal.area,
        channel=asked.channel if doing.name != MACHINE else "machine",
        applicant_kind=principal.kind,
        applicant_id=principal.id,
        applicant_name=principal.name,
        applicant_facts=public_facts(parties.facts_of(principal.kind, principal.id)),
        name_grams=sealer().grams(principal.name),
        applied_by=asked.applied_by,
        mandate_id=principal.mandate_id,
        mandate_kind=principal.mandate_kind if principal.mandate_id else "",
        answers={name: value for name, value in asked.answers.items() if name in known and value is not None},
        begun_at=doing.at,
        saved_at=doing.at,
        sent_at=doing.at,
        received_on=day,
        complete_on=day,
        version=0,
    )
