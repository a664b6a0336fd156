"""What every act on a ticket stands on: the case, its ticket and tasks under one lock; whose turn it is; and the clock, which nothing moves.

Invariants: a ticket's row is read after the case is locked and written with it; `due_by` is read here and written nowhere but where a ticket is received or its
category corrected; a turn that ends closes its task, and exactly one turn is open while a ticket runs (helpers' tasks come beside it).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from tongban.cases.acts.record import Doing, check_version, close_task, lock, open_task, tasks_of
from tongban.cases.acts.tickets.telling import holders, tell_officials
from tongban.cases.core.course import step_named
from tongban.cases.core.tickets.clock import Due, due_of, next_rung_at
from tongban.cases.errors import CaseNotFoundError, MayNotError, WrongStateError
from tongban.cases.models import Case, Task, Ticket
from tongban.cases.permissions import NOT_YOURS, check_official, check_task, verbs
from tongban.cases.reads import Ground, ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Hours, Tickets, Tier
from tongban.catalogue.core.ticketing import tier_named
from tongban.kernel import clock
from tongban.parties.core.people import Actor, Post

SEALED = "（不具名）"
"""What stands in the place of a name that is not told."""


@dataclass
class Held:
    """One ticket, locked, with all that an act on it may need."""

    case: Case
    ticket: Ticket
    tasks: list[Task]
    ground: Ground
    tickets: Tickets
    is_followed: bool = False
    """Whether others are handled with it; a merge locks both, so this stays true as long as the lock is held."""

    @property
    def turn(self) -> Task | None:
        """The open task by which the ticket goes on: not a helper's."""
        return next((task for task in self.tasks if task.is_open and task.step != self.tickets.steps.help), None)


def take_up(case_id: UUID, actor: Actor | None) -> Held:
    """A ticket, locked. Raises CaseNotFoundError."""
    return held(lock(case_id, actor))


def held(case: Case) -> Held:
    """A locked case as a ticket. Raises CaseNotFoundError for one that is none."""
    followed = Exists(Ticket.objects.filter(merged_into=OuterRef("pk")))
    ticket, is_followed = next(
        ((row, row.followed) for row in Ticket.objects.filter(pk=case.pk).annotate(followed=followed)), (None, False)
    )
    if ticket is None:
        raise CaseNotFoundError
    ground = ground_of(case)
    assert ground.service.tickets is not None, "a ticket's service has tickets"
    return Held(case, ticket, tasks_of(case), ground, ground.service.tickets, is_followed)


def task_at(one: Held, step: str) -> Task:
    """The open task of a step. Raises WrongStateError where the ticket does not wait for it."""
    for task in one.tasks:
        if task.is_open and task.step == step:
            return task
    raise wrong_state(one)


def take_turn(case_id: UUID, turn: str, act: str, *, actor: Actor, version: int) -> tuple[Held, Task, Post]:
    """A ticket that waits for a turn (a name of `TicketSteps`), its task, and the post by which this official does the act: who may see it comes before what changed.

    Raises CaseNotFoundError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError.
    """
    one = take_up(case_id, actor)
    check_official(actor, one.case, one.tasks, "see", verbs())
    check_version(one.case, version)
    task = task_at(one, getattr(one.tickets.steps, turn))
    return one, task, hand_of(actor, one, task, act)


def hand_of(actor: Actor, one: Held, task: Task, act: str) -> Post:
    """The post by which somebody who may see the ticket may do an act on a task of it. Raises MayNotError, OwnCaseError."""
    try:
        return check_task(actor, one.case, task, act, verbs())
    except CaseNotFoundError:  # another department's part of a ticket that this one has a part in as well
        raise MayNotError(NOT_YOURS) from None


def wrong_state(one: Held) -> WrongStateError:
    """The state does not allow it."""
    return WrongStateError(one.ground.procedure.states[one.case.state].title)


def unnamed(doing: Doing, case: Case) -> Doing:
    """The person's own act on a sealed case: who it was is kept, and no name is written."""
    return replace(doing, actor=replace(doing.actor, name=SEALED)) if case.is_sealed and doing.actor else doing


def set_due(one: Held) -> None:
    """Write by when it is due into the case: the same as on the day it came in."""
    tier = tier_named(one.tickets, one.ticket.tier)
    due_by = one.ticket.due_by
    one.case.due_on, one.case.due_at = clock.local_date(due_by), due_by if isinstance(tier.within, Hours) else None
    one.case.statutory_due_on = one.case.answer_due_on = None


def clear_due(one: Held) -> None:
    """Nothing is due while nothing is to be done."""
    one.case.due_on = one.case.due_at = one.case.statutory_due_on = one.case.answer_due_on = None


def due_by_tier(case: Case, tier: Tier, received_at: datetime) -> Due:
    """By when a ticket of this tier is due, from its receipt. Raises UndeclaredYearError."""
    assert case.received_on is not None, "a ticket is dated when it is received"
    return due_of(tier.within, received_at, case.received_on, catalogue.city().calendar)


def run_again(one: Held, step: str, department: str, doing: Doing) -> None:
    """The ticket waits for a step of a department. Its clock is what it was; rungs that are done stay done."""
    set_due(one)
    one.ticket.is_running, one.case.decided_on, one.case.step = True, None, step
    one.ticket.rung_at = next_rung_at(one.tickets.escalation, one.ticket.rung, one.ticket.received_at, one.ticket.due_by)
    open_turn(one, step, department, doing)


def rest(one: Held, doing: Doing, outcome: str) -> None:
    """Nothing is to be done: close what is open; nothing is due and nothing is escalated."""
    clear_due(one)
    one.ticket.is_running, one.ticket.rung_at, one.case.step = False, None, ""
    close_turns(one, doing, outcome)


def close_turns(one: Held, doing: Doing, outcome: str) -> None:
    """Close what is open; the help that was asked for is not needed any more."""
    for task in one.tasks:
        if task.is_open:
            close_task(task, doing, outcome if task.step != one.tickets.steps.help else "not-needed")


def open_turn(one: Held, step: str, department: str, doing: Doing) -> Task:
    """Put the ticket on a department's desk."""
    definition = step_named(one.ground.service, step)
    task = open_task(
        one.case, doing, step=step, role=definition.by, department=department or definition.of or one.ground.service.department
    )
    one.case.step = step
    return task


def tell_department(one: Held, what: str) -> None:
    """Tell those who handle it in the department that answers for it."""
    role = one.ground.service.steps[one.tickets.steps.handle].by
    tell_officials(one.case, what, holders(one.ticket.department, role, one.case.area))


def assign(one: Held, department: str, doing: Doing) -> None:
    """A department answers for it from now on; the clock goes on."""
    belongs_to(one, department, doing)
    one.ticket.assigned_at, one.ticket.dispatched_to = doing.at, [*one.ticket.dispatched_to, department]
    open_turn(one, one.tickets.steps.handle, department, doing)


def belongs_to(one: Held, department: str, doing: Doing) -> None:
    """The ticket is a department's from now on; what others did of it is a part of that department's."""
    one.case.department = one.ticket.department = department
    for task in one.tasks:
        task.case_department, task.guest = department, task.department if task.department != department else ""
        doing.rows.change(task)


def changed(one: Held, doing: Doing) -> None:
    """Let the ticket be written with the case, and be counted anew."""
    one.ticket.is_dirty = True
    doing.rows.change(one.ticket)
