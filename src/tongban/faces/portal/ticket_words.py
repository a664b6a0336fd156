"""A ticket in the words of its person: how long there is, what was answered."""

from __future__ import annotations

from django.urls import reverse

from tongban.cases.reads import CaseView
from tongban.cases.reads.tickets.view import TicketView
from tongban.kernel import clock
from tongban.kernel.text import Lang
from tongban.look.environment import day, minute
from tongban.look.texts import Screen


def left(ticket: TicketView, t: Screen, lang: Lang) -> tuple[str, bool]:
    """By when one will hear, and how long that is; nothing once it is answered."""
    if not ticket.is_running and not ticket.merged_into:
        return "", False
    if ticket.answered_at is not None and not ticket.is_running:
        return "", False
    minutes = int((ticket.due_by - clock.now()).total_seconds() // 60)
    if ticket.is_in_hours:
        hours, rest = divmod(abs(minutes), 60)
        when = minute(ticket.due_by, lang)
        return t("hours_late" if minutes < 0 else "hours_left", when=when, hours=hours, minutes=rest), minutes < 0
    days = (clock.local_date(ticket.due_by) - clock.today()).days
    when = day(ticket.due_by, lang)
    return t("days_late" if days < 0 else "today_left" if days == 0 else "days_left", when=when, n=abs(days)), days < 0


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
