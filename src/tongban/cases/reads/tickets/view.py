"""What a ticket's pages tell besides what every case's pages tell.

Invariants: the person sees what is said to them and which office has it, never what offices write to each other; whoever handles a sealed ticket sees neither
name, nor number, nor the names of files; who may look, and has, sees who it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tongban.cases.core.tickets.clock import Counted, counted_in, days_to, may_still
from tongban.cases.core.tickets.course import reasons_for
from tongban.cases.models import Case, Event, Ticket
from tongban.cases.reads.form import UploadRow
from tongban.cases.reads.ground import Ground
from tongban.cases.reads.stations import Station, cut_short, day_of
from tongban.cases.reads.tickets.titles import area_title, category_title
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Closing, Elsewhere, Service, TicketKind, Tickets, Tier
from tongban.catalogue.core.ticketing import tier_named
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Text
from tongban.parties import reads as parties

TICKET_INTERNAL = frozenset({"dispute", "rule", "ask-help", "give-help", "escalate", "last-resort"})
"""Acts whose words offices write to each other."""


@dataclass(frozen=True)
class Who:
    """Who asked, for somebody who may know."""

    name: str
    contact: tuple[tuple[Text, str], ...]


@dataclass(frozen=True)
class TicketView:
    """A ticket as its pages show it."""

    kind: TicketKind
    category: Text
    category_id: str
    tier: Tier
    area: Text
    area_code: str
    address: str
    latitude: float | None
    longitude: float | None
    is_sealed: bool
    received_at: datetime
    due_by: datetime
    counted: Counted
    is_late: bool
    is_running: bool
    department: Text
    department_id: str
    reason: Closing | None
    answered_at: datetime | None
    answer_words: str
    answer_photos: tuple[str, ...]
    record: str
    plan_on: date | None
    turn_to: Elsewhere | None
    reopen_until: date | None
    said_fixed: bool | None
    satisfied: bool | None
    reopened: int
    may_urge: bool
    urges: int
    rung: int
    merged_into: str
    """The number of the ticket that it is handled with; empty if it goes its own way."""
    merged_id: UUID | None
    merged_count: int
    reasons: tuple[Closing, ...]
    definition: Tickets


def days_until(due_by: datetime, counted: Counted) -> int:
    """Days from today to the day due, in the unit of the limit; negative once it is past. Calendar days where the calendar does not reach so far."""
    due, today = clock.local_date(due_by), clock.today()
    try:
        return days_to(due, today, counted, catalogue.city().calendar)
    except UndeclaredYearError:
        return (due - today).days


def ticket_view(case: Case, ground: Ground, events: tuple[Event, ...]) -> TicketView | None:
    """The ticket that a case is; None for every other case."""
    tickets = ground.service.tickets
    ticket = Ticket.objects.filter(pk=case.pk).select_related("merged_into__case").first() if tickets is not None else None
    if tickets is None or ticket is None:
        return None
    tier = tier_named(tickets, ticket.tier)
    city = catalogue.city()
    department = city.departments[ticket.department]
    return TicketView(
        kind=tickets.kinds[ticket.kind],
        category=category_title(city, ticket.service, ticket.category),
        category_id=ticket.category,
        tier=tier,
        area=area_title(city, ticket.area),
        area_code=ticket.area,
        address=ticket.address,
        latitude=ticket.latitude,
        longitude=ticket.longitude,
        is_sealed=case.is_sealed,
        received_at=ticket.received_at,
        due_by=ticket.due_by,
        counted=counted_in(tier.within),
        is_late=ticket.is_running and clock.now() > ticket.due_by,
        is_running=ticket.is_running,
        department=department.short,
        department_id=department.id,
        reason=tickets.closing.get(ticket.reason) if ticket.reason else None,
        reopen_until=ticket.reopen_until,
        said_fixed=ticket.said_fixed,
        satisfied=ticket.satisfied,
        reopened=ticket.reopened,
        may_urge=ticket.urged_at is None or not may_still(ticket.urged_at, tickets.urge_every, clock.now()),
        urges=ticket.urges,
        rung=ticket.rung,
        reasons=reasons_for(tickets.closing, ticket.kind),
        definition=tickets,
        **_merging(ticket),
        **_answer(ticket, tickets, events),
    )


def _merging(ticket: Ticket) -> dict[str, Any]:
    """With which other ticket it is handled, and how many are handled with it."""
    return {
        "merged_into": (ticket.merged_into.case.number or "") if ticket.merged_into else "",
        "merged_id": ticket.merged_into_id,
        "merged_count": Ticket.objects.filter(merged_into=ticket).count(),
    }


def who(case: Case, ground: Ground, events: tuple[Event, ...], person_id: UUID) -> Who | None:
    """Who asked, for somebody who has looked with a reason; None for everybody else, and where nothing is sealed."""
    tickets = ground.service.tickets
    if tickets is None or not case.is_sealed or not any(event.act == "see-who" and event.actor == person_id for event in events):
        return None
    kind, id_ = case.side
    labels = {question.id: question.label for question in ground.service.questions}
    contact = tuple((labels[name], str(case.answers[name])) for name in tickets.asks.contact if case.answers.get(name))
    return Who(parties.names(kind, [id_]).get(id_, ""), contact)


def withheld(case: Case, ground: Ground) -> frozenset[str]:
    """The questions of a case whose answers are shown to nobody on the desk."""
    tickets = ground.service.tickets
    return frozenset(tickets.asks.contact) if tickets is not None and case.is_sealed else frozenset()


def unnamed_uploads(uploads: Mapping[str, UploadRow], service: Service) -> tuple[UploadRow, ...]:
    """The papers of a sealed case, called by their question: a file's own name may tell whose it is."""
    labels = {question.id: question.label.zh for question in service.questions}
    return tuple(replace(row, name=labels.get(row.question, row.question)) for row in uploads.values())


def line_of(case: Case, ground: Ground, events: tuple[Event, ...]) -> tuple[Station, ...]:
    """The way of a ticket as the person sees it: registered, dispatched, handled, answered, judged."""
    tickets = ground.service.tickets
    assert tickets is not None, "asked for a ticket"
    state = ground.procedure.states.get(case.state)
    is_running = state is not None and state.clock == "running"
    withdrawn = next((event.at for event in events if event.act == "withdraw"), None)
    steps = tickets.steps
    first = next((event.at for event in events), None)
    at_desk, in_review = case.step == steps.dispatch, case.step == steps.supervise
    answered = next((event.at for event in reversed(events) if event.act == "answer"), None) if in_review or not is_running else None
    stops = [
        (Text("登记", "Registered"), True, False, first),
        (Text("派单", "Dispatched"), not at_desk and withdrawn is None, at_desk, None),
        (Text("办理", "Handled"), answered is not None, is_running and not at_desk and not in_review, None),
        (Text("答复", "Answered"), answered is not None, False, answered),
        (Text("评判", "Judged"), not case.is_open and answered is not None, answered is not None and case.is_open and not in_review, None),
    ]
    if in_review:
        stops.insert(4, (Text("督办复核", "Supervised review"), False, True, None))
    line = tuple(_station(label, done, now, at) for label, done, now, at in stops)
    if withdrawn is None:
        return line
    return cut_short(line, ground.procedure.states[case.state].title, clock.local_date(withdrawn))


def _station(label: Text, done: bool, now: bool, at: datetime | None) -> Station:
    on = clock.local_date(at) if at and (done or now) else None
    return Station(label, "done" if done and not now else "now" if now else "ahead", day_of(on))


def _answer(ticket: Ticket, tickets: Tickets, events: tuple[Event, ...]) -> dict[str, Any]:
    """What was answered last: its words, photos, record, and where to turn instead."""
    event = next((event for event in reversed(events) if event.act == "answer"), None)
    data = event.data if event else {}
    return {
        "answered_at": ticket.answered_at,
        "answer_words": event.words if event else "",
        "answer_photos": tuple(data.get("photos", [])),
        "record": data.get("record", ""),
        "plan_on": ticket.plan_on,
        "turn_to": next((one for one in tickets.out_of_scope if one.id == data.get("turn_to")), None),
    }
