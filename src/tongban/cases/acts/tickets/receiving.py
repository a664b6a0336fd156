"""A ticket comes in: its tier, its limit, its department by the declared table, and what it seems to be the same as.

Invariants: the limit runs from the instant of sending; a ticket whose category is routed is dispatched at once, by the machine, and every other lies on the
dispatcher's desk; who asked is not written into a sealed case where handlers read.
"""

from __future__ import annotations

from tongban.cases.acts.record import Doing, Done, advance, keep
from tongban.cases.acts.tickets.telling import tell_person
from tongban.cases.acts.tickets.turns import SEALED, Held, assign, due_by_tier, open_turn, set_due, unnamed
from tongban.cases.core.course import Course
from tongban.cases.core.facts import to_json
from tongban.cases.core.tickets.alike import cell_of, point_of
from tongban.cases.core.tickets.clock import next_rung_at
from tongban.cases.models import Case, Ticket
from tongban.cases.reads import ground_of
from tongban.cases.reads.tickets.alike import most_alike
from tongban.catalogue.core.definition import Service, Tickets
from tongban.catalogue.core.ticketing import is_sealed, kind_of, last_resort_of, routed_to, said_of, tier_of
from tongban.parties.sealer import sealer
from tongban.rules.core import Facts


def receive_ticket(case: Case, service: Service, course: Course, doing: Doing, facts: Facts) -> Done:
    """Carry out the sending of a ticket: called by `send` once the form is whole."""
    tickets = service.tickets
    assert tickets is not None, "asked by send"
    before = case.state
    case.way, case.procedure = course.way.id, course.procedure.id
    for act in course.acts:
        advance(case, course.procedure, act)
    case.accepted_on = case.received_on
    _place(case, tickets, facts)
    _seal(case, tickets, facts)
    one = Held(case, _ticket(case, tickets, facts, doing), [], ground_of(case), tickets)
    set_due(one)
    one.ticket.likely = most_alike(one.ticket, tickets.alike)
    department = routed_to(tickets, one.ticket.category, case.area)
    if department:
        advance(case, course.procedure, "dispatch")
        assign(one, department, doing)
    else:
        open_turn(one, tickets.steps.dispatch, "", doing)
    doing.rows.add(one.ticket)
    tell_person(case, "ticket-received")
    data = {"acts": ["send", *(["dispatch"] if department else [])], "tier": one.ticket.tier, "to": department}
    return keep(case, unnamed(doing, case), before, data=data, facts=to_json(service, facts), explanation=course.explanation.to_json())


def _place(case: Case, tickets: Tickets, facts: Facts) -> None:
    """A ticket lies where its matter is, not where the person lives."""
    area = said_of(tickets, facts)["area"]
    last_resort_of(tickets, area)
    case.area = area


def _seal(case: Case, tickets: Tickets, facts: Facts) -> None:
    if is_sealed(tickets, facts):
        case.is_sealed, case.applicant_name, case.name_grams = True, SEALED, []


def _ticket(case: Case, tickets: Tickets, facts: Facts, doing: Doing) -> Ticket:
    tier, kind = tier_of(tickets, facts), kind_of(tickets, facts)
    ends = due_by_tier(case, tier, doing.at).ends
    point = point_of(str(case.answers.get(tickets.asks.place) or "")) if tickets.asks.place else None
    return Ticket(
        case=case,
        service=case.service,
        kind=kind.id,
        category=said_of(tickets, facts)["category"],
        tier=tier.id,
        area=case.area,
        address=str(case.answers.get(tickets.asks.address) or "")[:200],
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        cell=cell_of(point) if point else None,
        grams=sealer().grams(str(case.answers.get(tickets.asks.what) or "")),
        is_public=kind.public and not case.is_sealed,
        received_at=doing.at,
        due_by=ends,
        department=case.department,
        rung_at=next_rung_at(tickets.escalation, 0, doing.at, ends),
    )
