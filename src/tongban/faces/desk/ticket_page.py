"""What the page of a ticket tells: the matter, where it is, by when, who answers, what was said to the person and by them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from tongban.cases.core.tickets.clock import Counted
from tongban.cases.reads import CaseView
from tongban.cases.reads.desk import DeskCase
from tongban.cases.reads.tickets.desk import same_matter
from tongban.cases.reads.tickets.view import TicketView, days_until
from tongban.catalogue import reads as catalogue
from tongban.faces.desk import drawn
from tongban.faces.desk.columns import hours_left
from tongban.faces.desk.where import Where
from tongban.kernel import clock
from tongban.kernel.text import Lang, Text
from tongban.look.environment import day, minute
from tongban.look.texts import Screen, screen

TICKET_TEXTS = ("desk/ticket",)


def ticket_told(desk: DeskCase, where: Where, lang: Lang) -> dict[str, object]:
    """Everything that the page tells of a ticket beside its acts and its history."""
    view, ticket = desk.case, desk.case.ticket
    assert ticket is not None, "asked for a ticket"
    t = screen(("desk/frame", "desk/case", *TICKET_TEXTS), lang)
    says, late = left(ticket, t)
    return {
        "desk": desk,
        "case": view,
        "ticket": ticket,
        "left": says,
        "late": late,
        "due": minute(ticket.due_by, lang) if ticket.counted == "hours" else day(ticket.due_by, lang),
        "stops": drawn.stops(view.stations),
        "facts": _about(desk, ticket, t, lang),
        "answers": _rest(view, ticket),
        "what": said(view, ticket.definition.asks.what),
        "uploads": [reverse("desk:upload", args=[view.row.id, upload.id]) for upload in view.uploads],
        "answer_photos": _photos(view, ticket.answer_photos),
        "added": _added(view),
        "likely": _likely(desk, where),
        "dispute": _dispute(desk, lang),
        "escalated": [(event.at, _rung(event.data, t)) for event in view.events if event.act == "escalate"],
        "asked": frozenset(),
    }


def left(ticket: TicketView, t: Screen) -> tuple[str, bool]:
    """How long there is, in words, and whether it is late; nothing once it is answered."""
    if not ticket.is_running:
        return "", False
    return time_left(ticket.due_by, t, ticket.counted)


def time_left(due_by: datetime, t: Screen, counted: Counted) -> tuple[str, bool]:
    """How long there is, in the unit of the limit, as the person's own page and every list count it."""
    if counted == "hours":
        return hours_left(due_by, t)
    due, today = clock.local_date(due_by), clock.today()
    if due == today:
        return t.due_today, False
    late, unit, n = due < today, "calendar" if counted == "calendar" else "days", days_until(due_by, counted)
    if late and n == 0:  # no counted day has gone by since, as on a day off
        return t.days_past, True
    return t(f"{unit}_late" if late else f"{unit}_left", n=abs(n)), late


def said(view: CaseView, question: str) -> str:
    """What the person wrote to a question."""
    label = next((one.label for one in view.service.questions if one.id == question), None)
    return next((value.zh for name, value in view.answers if name == label), "")


def _about(desk: DeskCase, ticket: TicketView, t: Screen, lang: Lang) -> list[tuple[object, object]]:
    view = desk.case
    helping = [task.department for task in desk.tasks if task.step == ticket.definition.steps.help]
    departments = catalogue.city().departments
    between = "、" if lang == "zh" else ", "
    rows: list[tuple[object, object]] = [
        (t.responsible, ticket.department),
        (t.helping, between.join(departments[name].short.in_(lang) for name in helping if name in departments)),
        (t.tier, ticket.tier.title),
        (t.received, minute(ticket.received_at, lang)),
        (t.merged_into, ticket.merged_into[-7:]),
        (t.merged_count, t("merged_n", n=ticket.merged_count) if ticket.merged_count else ""),
        (t.urges, t("times", n=ticket.urges) if ticket.urges else ""),
        (t.reopened, t("times", n=ticket.reopened) if ticket.reopened else ""),
        (t.channel, t(channel) if (channel := f"channel_{view.channel.replace('-', '_')}") in t else view.channel),
    ]
    return [(name, value) for name, value in rows if value]


def _rest(view: CaseView, ticket: TicketView) -> list[tuple[Text, Text]]:
    """What the form says besides what stands on top."""
    asks = ticket.definition.asks
    shown = {asks.what, asks.category, asks.area, asks.address, asks.kind, asks.place, asks.anonymous}
    labels = {question.label for question in view.service.questions if question.id in shown}
    return [(label, value) for label, value in view.answers if label not in labels]


def _added(view: CaseView) -> list[dict[str, object]]:
    """What the person added, with its photos."""
    return [
        {
            "at": event.at,
            "words": event.words,
            "photos": _photos(view, event.data.get("photos", [])),
        }
        for event in view.events
        if event.act == "add"
    ]


def _photos(view: CaseView, kept: Iterable[str]) -> list[str]:
    """The addresses of photos that are kept with a case."""
    return [reverse("desk:photo", args=[view.row.id, photo]) for photo in kept]


def _dispute(desk: DeskCase, lang: Lang) -> dict[str, object] | None:
    """The dispute that is to be ruled on: who, why, and where it should go."""
    last = next((event for event in reversed(desk.case.events) if event.act == "dispute"), None)
    if last is None or "rule" not in desk.acts:
        return None
    to = catalogue.city().departments.get(last.data.get("to", ""))
    return {"by": last.department, "words": last.words, "to": to.short.in_(lang) if to else ""}


def _likely(desk: DeskCase, where: Where) -> list[dict[str, object]]:
    """What may be about the same, for who may merge it."""
    if "merge" not in desk.acts:
        return []
    return [
        {
            "href": where.case(one.case_id),
            "tail": one.number[-7:],
            "address": one.address,
            "percent": one.percent,
            "metres": one.metres,
            "at": one.received_at,
        }
        for one in same_matter(desk.case.row.id)
    ]


def _rung(data: dict[str, object], t: Screen) -> str:
    """One escalation in a sentence: whose rung, whom it reached, and which posts were empty."""
    city = catalogue.city()

    def named(office: object) -> Text:
        department, role = office if isinstance(office, list) else ("", "")
        where = city.departments[department].short if department in city.departments else Text(department, department)
        who = city.roles[role].title if role in city.roles else Text(role, role)
        return Text(f"{where.zh}{who.zh}", f"{who.en}, {where.en}")

    told = data.get("told")
    people = [str(name) for name in told] if isinstance(told, list) else []
    names = Text("、".join(people), ", ".join(people))
    at = named(data.get("at"))
    empty = data.get("empty")
    above = (
        t("rung_empty", who=Text("、".join(named(one).zh for one in empty), "; ".join(named(one).en for one in empty)))
        if isinstance(empty, list) and empty
        else ""
    )
    return above + (t("rung_told", who=at, names=names) if people else t("rung_nobody", who=at))
