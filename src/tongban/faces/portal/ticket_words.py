"""A ticket in the words of its person: how long there is, what was answered."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from tongban.cases.reads import CaseRow, CaseView
from tongban.cases.reads.tickets.view import TicketView, days_until
from tongban.kernel import clock
from tongban.kernel.text import Lang
from tongban.look.environment import day, minute
from tongban.look.texts import Screen

LEFT_TEXTS = "portal/left"
"""Of which screen `row_left` speaks."""
_SOON = 24
"""Fewer hours than this are told as soon as what is due today."""


def left(ticket: TicketView, t: Screen, lang: Lang) -> tuple[str, bool]:
    """By when one will hear, and how long that is, in the unit of its limit; nothing once it is answered."""
    if not ticket.is_running and not ticket.merged_into:
        return "", False
    if ticket.answered_at is not None and not ticket.is_running:
        return "", False
    if ticket.counted == "hours":
        hours, rest, late = _hours(ticket.due_by)
        return t("hours_late" if late else "hours_left", when=minute(ticket.due_by, lang), hours=hours, minutes=rest), late
    due, today, when = clock.local_date(ticket.due_by), clock.today(), day(ticket.due_by, lang)
    days = days_until(ticket.due_by, ticket.counted)
    if due == today:
        return t("today_left", when=when), False
    late = due < today
    unit = "working" if ticket.counted == "working" else "days"
    if late and days == 0:  # no counted day has gone by since, as on a day off
        return t("past_left", when=when), True
    return t(f"{unit}_late" if late else f"{unit}_left", when=when, n=abs(days)), late


def row_left(row: CaseRow, t: Screen) -> tuple[str, bool]:
    """What a line of one's own cases says of the time left, in the unit of its limit, and whether there is less than a day; nothing where no clock runs."""
    if row.days_left is None:
        return "", False
    if row.due_at is not None:
        hours, rest, late = _hours(row.due_at)
        return t("hours_late" if late else "hours_left", hours=hours, minutes=rest), hours < _SOON or late
    if row.days_left == 0 and row.due_on == clock.today():
        return t.due_today, True
    unit = "calendar_" if row.counted == "calendar" else ""
    late = row.due_on is not None and row.due_on < clock.today()
    if late and row.days_left == 0:  # no counted day has gone by since, as on a day off
        return t.overdue, True
    return t(f"{unit}late" if late else f"{unit}left", n=abs(row.days_left)), late or row.days_left < 1


def _hours(due: datetime) -> tuple[int, int, bool]:
    """Hours and minutes between now and an instant, and whether it has passed."""
    minutes = int((due - clock.now()).total_seconds() // 60)
    return *divmod(abs(minutes), 60), minutes < 0


def what_of(view: CaseView) -> str:
    """What the person wrote."""
    asked = view.ticket.definition.asks.what if view.ticket else ""
    label = next((question.label for question in view.service.questions if question.id == asked), None)
    return next((value.zh for name, value in view.answers if name == label), "")


def answer_of(view: CaseView, lang: Lang) -> dict[str, object] | None:
    """The last answer: the declared words, the department's own, photos, the next step, where to turn."""
    ticket = view.ticket
    if ticket is None or ticket.reason is None or ticket.answered_at is None:
        return None
    return {
        "title": ticket.reason.title,
        "says": ticket.reason.says,
        "words": ticket.answer_words,
        "at": ticket.answered_at,
        "photos": [reverse("portal:ticket-photo", args=[view.row.id, photo]) for photo in ticket.answer_photos],
        "plan_on": day(ticket.plan_on, lang),
        "turn_to": ticket.turn_to,
        "is_latest": not ticket.is_running,
    }
