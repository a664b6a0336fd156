"""The lists of those whose day is tickets: the dispatcher's inbox, and what was escalated."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.cases.reads.tickets.desk import TicketRow, escalated, inbox, likely_repeats
from tongban.cases.reads.tickets.figures import By, figures, total
from tongban.faces.desk import exports, ticket_tables
from tongban.faces.desk.columns import FRAME, tail, tools, watermark
from tongban.faces.desk.person import NO_VERB, official, verbs_of
from tongban.faces.desk.tables import AT_ONCE
from tongban.faces.desk.ticket_page import TICKET_TEXTS, time_left
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowedError
from tongban.kernel.text import Lang
from tongban.look import preferences
from tongban.look.environment import day, minute
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_TEXTS = (*TICKET_TEXTS, FRAME)


@require_GET
@official
def dispatch_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """What waits to be dispatched, what is disputed, what may be a repeat."""
    _check(person, "dispatch", "rule")
    lang = preferences.of(request).lang
    t = screen(_TEXTS, lang)
    if exports.asked(request):
        turn = "dispatch" if "dispatch" in verbs_of(person) else "ruling"
        pages = partial(inbox, person, turn, limit=AT_ONCE)
        return exports.answer(request, person, ticket_tables.listed(lambda after: pages(after=after), t, t.dispatch_title), turn)
    found, following = inbox(person, "dispatch", after=request.GET.get("after", ""))
    disputed, _ = inbox(person, "ruling")
    return render(
        request,
        "desk/dispatch.html",
        texts=_TEXTS,
        new=_rows(found, t, lang),
        disputed=_rows(disputed, t, lang),
        repeats=_rows(likely_repeats(person), t, lang),
        next_page=f"?{urlencode({'after': following})}" if following else "",
        may_dispatch="dispatch" in verbs_of(person),
        **_frame(request, person),
    )


@require_GET
@official
def escalations_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """What was escalated and still runs, for heads and supervisors; and how the month goes."""
    verbs = verbs_of(person)
    _check(person, "oversee", "supervise")
    lang = preferences.of(request).lang
    t = screen(_TEXTS, lang)
    own = "" if "supervise" in verbs else next(post.department for post in person.posts)
    if exports.asked(request):
        return _exported(request, person, own, t)
    found, following = escalated(person, after=request.GET.get("after", ""))
    month = clock.today().replace(day=1)
    return render(
        request,
        "desk/escalations.html",
        texts=_TEXTS,
        rows=_rows(found, t, lang),
        next_page=f"?{urlencode({'after': following})}" if following else "",
        total=total(since=month, until=month, department=own),
        by_department=figures("department", since=month, until=month, department=own),
        by_category=figures("category", since=month, until=month, department=own),
        **_frame(request, person),
    )


def _exported(request: HttpRequest, person: Actor, own: str, t: Screen) -> HttpResponse:
    """The figures by department or category, or what was escalated, as a file."""
    by, month = request.GET.get("by", ""), clock.today().replace(day=1)
    if by in ("department", "category"):
        rows = figures(cast(By, by), since=month, until=month, department=own)
        table = ticket_tables.rates(rows, total(since=month, until=month, department=own), t, t(f"by_{by}"))
        return exports.answer(request, person, table, "request-figures", told={"by": by})
    pages = partial(escalated, person, limit=AT_ONCE)
    return exports.answer(request, person, ticket_tables.listed(lambda after: pages(after=after), t, t.escalations_title), "escalated")


def _rows(found: Iterable[TicketRow], t: Screen, lang: Lang) -> list[dict[str, object]]:
    rows = []
    for row in found:
        says, _ = time_left(row.due_by, t, is_in_hours=row.is_in_hours)
        rows.append(
            {
                "row": row,
                "href": reverse("desk:case", args=[row.case_id]),
                "tail": tail(row.number),
                "left": says,
                "due": minute(row.due_by, lang) if row.is_in_hours else day(row.due_by, lang),
                "repeats": _case(row.likely),
            }
        )
    return rows


def _case(case_id: UUID | None) -> str:
    return reverse("desk:case", args=[case_id]) if case_id else ""


def _check(person: Actor, *verbs: str) -> None:
    if not verbs_of(person) & set(verbs):
        raise NotAllowedError(NO_VERB)


def _frame(request: HttpRequest, person: Actor) -> dict[str, Any]:
    t = screen(FRAME, preferences.of(request).lang)
    return {"tools": tools(person, t, request.path), "watermark_lines": watermark(request, person)}
