"""Which acts a reader may do on a ticket now, and the lists of those whose day is tickets: the dispatcher's inbox, what was escalated.

Invariants: what is offered is what the table of permissions and the procedure's state allow together; a list takes one statement however long it is; paging is
by key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongban.cases.core.tickets.course import disputing
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.models import NUMBER_BACKWARDS, Case, Task, Ticket
from tongban.cases.permissions import check_task, desk_of, may_official, verbs
from tongban.cases.reads.ground import Ground
from tongban.cases.reads.searching import SHORTEST_TAIL
from tongban.cases.reads.tickets.alike import Likely, alike
from tongban.cases.reads.tickets.titles import area_title, category_title
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Tickets
from tongban.catalogue.core.ticketing import last_resort_of
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.areas import stem
from tongban.parties.core.people import Actor

_BY_TURN = {
    "dispatch": ("dispatch", "answer"),
    "handle": ("progress", "answer", "ask-help", "dispute"),
    "help": ("give-help",),
    "ruling": ("rule",),
    "supervise": ("supervise",),
}
_IN_STATE = {"supervise": "review-stands"}
"""Acts that the procedure knows by another name."""
_ANY_TIME = ("merge", "unmerge", "call-back", "urge", "see-who")


def ticket_acts(case: Case, ground: Ground, tickets: Tickets, tasks: Iterable[Task], actor: Actor) -> frozenset[str]:
    """What this reader may do on a ticket now. Who stands near its person may do nothing."""
    tasks, may = list(tasks), verbs()
    ticket = Ticket.objects.get(pk=case.pk)
    found: set[str] = set()
    turns = {getattr(tickets.steps, turn): turn for turn in _BY_TURN}
    for task in tasks:
        if task.is_open:
            found |= {act for act in _BY_TURN.get(turns.get(task.step, ""), ()) if _allowed(case, ground, task, act, actor, may)}
    for act in _ANY_TIME:
        if ground.procedure.next_state(case.state, act) and may_official(actor, case, tasks, act, may):
            found.add(act)
    if "dispute" in found and _refused(ticket, tickets, case):
        found.discard("dispute")
    if not case.is_sealed:
        found.discard("see-who")
    if any(post.department == ticket.department for post in actor.posts):
        found.discard("call-back")
    return frozenset(found)


def _allowed(case: Case, ground: Ground, task: Task, act: str, actor: Actor, may: dict[str, tuple[str, ...]]) -> bool:
    if ground.procedure.next_state(case.state, _IN_STATE.get(act, act)) is None:
        return False
    try:
        check_task(actor, case, task, act, may)
    except (CaseNotFoundError, MayNotError):
        return False
    return True


def _refused(ticket: Ticket, tickets: Tickets, case: Case) -> bool:
    last = last_resort_of(tickets, case.area)
    leads_to = disputing(ticket.department, ticket.disputed_by, last, ticket.assigned_at, tickets.dispute_within, clock.now())
    return leads_to not in ("ruling", "last-resort")


@dataclass(frozen=True)
class TicketRow:
    """One line of a list of tickets: nothing of who asked."""

    case_id: UUID
    number: str
    service: Text
    kind: Text
    category: Text
    area: Text
    address: str
    department: Text
    due_by: datetime
    is_in_hours: bool
    is_late: bool
    urges: int
    rung: int
    likely: UUID | None
    step: str


def inbox(actor: Actor, turn: str, *, after: str = "", limit: int = 50) -> tuple[tuple[TicketRow, ...], str]:
    """The tickets that wait for a turn (dispatch, ruling) on this reader's desk, the nearest limit first; and where the next page begins."""
    steps = {getattr(service.tickets.steps, turn) for service in catalogue.city().services.values() if service.tickets}
    posts = Q(pk__in=[])
    may = verbs()
    for post in actor.posts:
        if {"dispatch", "rule"} & set(may.get(post.role, ())):
            posts |= Q(tasks__department=post.department, tasks__role=post.role, area__startswith=stem(post.area))
    rows = Case.objects.filter(posts, tasks__is_open=True, tasks__step__in=steps).select_related("ticket").order_by("ticket__due_by", "id")
    return _page(rows, after, limit)


def likely_repeats(actor: Actor, *, limit: int = 50) -> tuple[TicketRow, ...]:
    """Running tickets that seemed to be about the same as another when they came in, newest first, for who may merge them."""
    within = Q(pk__in=[])
    may = verbs()
    for post in actor.posts:
        if "dispatch" in may.get(post.role, ()) and not post.contract:
            within |= Q(area__startswith=stem(post.area))
    other = Ticket.objects.filter(pk=OuterRef("ticket__likely"), is_running=True)
    rows = Case.objects.filter(within, Exists(other), ticket__is_running=True, ticket__likely__isnull=False).select_related("ticket")
    city = catalogue.city()
    return tuple(_row(city, case) for case in rows.order_by("-ticket__case")[:limit])


def escalated(actor: Actor, *, after: str = "", limit: int = 50) -> tuple[tuple[TicketRow, ...], str]:
    """The tickets that were escalated and still run, for who oversees: of their department, or of all; the nearest limit first."""
    may = verbs()
    seen = Q(pk__in=[])
    for post in actor.posts:
        duties = may.get(post.role, ())
        within = Q(area__startswith=stem(post.area))
        if "supervise" in duties:
            seen |= within
        elif "oversee" in duties:
            seen |= within & Q(ticket__department=post.department)
    rows = Case.objects.filter(seen, ticket__is_running=True, ticket__rung__gt=0).select_related("ticket")
    return _page(rows.order_by("ticket__due_by", "id"), after, limit)


def named(actor: Actor, words: str) -> UUID | None:
    """The one ticket that a reader may see whose number is this, or ends so; None where there is none, or more than one."""
    plain = words.strip().upper()
    if len(plain) < SHORTEST_TAIL or not (plain.isascii() and plain.isalnum()):
        return None
    seen = Case.objects.filter(desk_of(actor, verbs()), ticket__isnull=False)
    found = list(seen.alias(backwards=NUMBER_BACKWARDS).filter(backwards__startswith=plain[::-1]).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def same_matter(case_id: UUID) -> tuple[Likely, ...]:
    """What may be about the same as a ticket, for somebody who may merge it."""
    ticket = Ticket.objects.get(pk=case_id)
    service = catalogue.city().services.get(ticket.service)
    return alike(ticket, service.tickets.alike) if service and service.tickets else ()


def _page(rows: QuerySet[Case], after: str, limit: int) -> tuple[tuple[TicketRow, ...], str]:
    key = _key_in(after)
    if key is not None:
        rows = rows.filter(Q(ticket__due_by__gt=key[0]) | Q(ticket__due_by=key[0], id__gt=key[1]))
    cases = list(rows[: limit + 1])
    more = f"{cases[limit - 1].ticket.due_by.isoformat()}/{cases[limit - 1].id}" if len(cases) > limit else ""
    city = catalogue.city()
    return tuple(_row(city, case) for case in cases[:limit]), more


def _key_in(after: str) -> tuple[datetime, UUID] | None:
    """A page's key, read; one that is none begins anew."""
    moment, _, last = after.partition("/")
    try:
        at, case_id = datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        return None
    return (at, case_id) if at.tzinfo is not None else None


def _row(city: City, case: Case) -> TicketRow:
    ticket = case.ticket
    service = city.services.get(case.service)
    tickets = service.tickets if service else None
    kind = tickets.kinds.get(ticket.kind) if tickets else None
    department = city.departments.get(ticket.department)
    return TicketRow(
        case_id=case.id,
        number=case.number or "",
        service=service.title if service else Text(case.service, case.service),
        kind=kind.title if kind else Text(ticket.kind, ticket.kind),
        category=category_title(city, case.service, ticket.category),
        area=area_title(city, ticket.area),
        address=ticket.address,
        department=department.short if department else Text(ticket.department, ticket.department),
        due_by=ticket.due_by,
        is_in_hours=case.due_at is not None,
        is_late=ticket.is_running and clock.now() > ticket.due_by,
        urges=ticket.urges,
        rung=ticket.rung,
        likely=ticket.likely,
        step=case.step,
    )
