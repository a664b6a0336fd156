"""The dates due of a case, and whether it was decided after them, written from its own dates by the pure clocks.

Invariant: nothing else writes `*_due_on` of a case or of its open tasks, but that acceptance sets when owed papers must come; with the end nothing is owed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tongban.cases.acts.record import Doing, earliest_of
from tongban.cases.core.clocks import Dates, Terms, clocks, step_end
from tongban.cases.core.course import step_named
from tongban.cases.models import Case, Task
from tongban.cases.reads.ground import extension_of, stops_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Limits, Procedure, Service
from tongban.kernel import clock


def dates_of(case: Case) -> Dates:
    """What has happened so far, as the case's row tells it."""
    return Dates(
        complete_on=case.reopened_on or case.complete_on,
        accepted_on=case.accepted_on,
        decided_on=case.decided_on,
        asked_on=case.asked_on,
        delivered_on=clock.local_date(case.delivered_at) if case.delivered_at else None,
        stops=stops_of(case),
        extended_by=case.extended_by,
    )


def terms_of(service: Service, limits: Limits, procedure: Procedure) -> Terms:
    """Which limits bind a case."""
    return Terms(
        limits=limits,
        answer_within=procedure.correction_within,
        reply_within=service.silence.within if service.silence else None,
        deliver_within=procedure.deliver_within,
        extension=extension_of(service, limits, procedure),
    )


def project(case: Case, service: Service, limits: Limits, procedure: Procedure) -> None:
    """Write the dates due that follow from the case's own dates."""
    is_granted = procedure.next_state(case.state, "deliver") is not None
    dates, terms, calendar = dates_of(case), terms_of(service, limits, procedure), catalogue.city().calendar
    due = clocks(dates, terms, calendar, is_granted=is_granted)
    case.answer_due_on, case.due_on, case.statutory_due_on = due.answer_due_on, due.promised_due_on, due.statutory_due_on
    case.reply_due_on, case.deliver_due_on = due.reply_due_on, due.deliver_due_on
    ran = clocks(replace(dates, decided_on=None), terms, calendar) if case.decided_on is not None else due
    case.late_promise, case.late_law = (_is_late(case.decided_on, end) for end in (ran.promised_due_on, ran.statutory_due_on))
    if case.decided_on is not None:
        case.owed_due_on = None


def _is_late(decided_on: date | None, end: date | None) -> bool:
    return decided_on is not None and end is not None and decided_on > end


def refresh_due(case: Case, tasks: Iterable[Task], doing: Doing) -> None:
    """Copy the case's dates due into its open tasks, where the desk's lists sort by them."""
    for task in tasks:
        due = earliest_of(case, task.step_due_on), case.statutory_due_on
        if task.is_open and not task.purpose and (task.due_on, task.statutory_due_on) != due:
            task.due_on, task.statutory_due_on = due
            doing.rows.change(task)


def refresh_steps(case: Case, service: Service, tasks: Iterable[Task], doing: Doing) -> None:
    """Give open steps their own time anew: none while the case is stopped, later by what the stop took once it goes on."""
    calendar, stops = catalogue.city().calendar, stops_of(case)
    is_stopped = any(stop.ended_on is None for stop in stops)
    for task in tasks:
        within = None if task.step == "accept" else step_named(service, task.step).within
        if task.is_open and not task.purpose and within is not None:
            task.step_due_on = None if is_stopped else step_end(within, clock.local_date(task.opened_at), stops, calendar)
            doing.rows.change(task)
