"""Ratings and cases about other cases, on the desk: what a case's page tells of them, a department's ratings without case or person, what supervision watches, a rating
told on the telephone, the code at a counter.

Invariant: what is shown is what the cases room lets this reader see; a page that shows a code or offers a form looks the same whether the case was rated or not.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.core.ratings import read_said
from tongban.cases.feedback_errors import AlreadyRatedError, LevelMissingError, NotRateableError
from tongban.cases.reads import SupervisedRow
from tongban.cases.reads.desk import DeskCase
from tongban.cases.reads.rating_links import link_for_counter
from tongban.cases.reads.ratings import department_batches, may_be_told_by_phone, months_counted
from tongban.cases.reads.supervision import this_month
from tongban.catalogue import reads as catalogue
from tongban.faces.desk import exports, tables
from tongban.faces.desk.columns import FRAME, tail, tools, watermark
from tongban.faces.desk.person import check_verb, official, verbs_of
from tongban.front.drawn import qr
from tongban.front.rating import form_of
from tongban.kernel import clock
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.drawings import LevelRow
from tongban.look.environment import day, month, when
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_TEXTS = ("desk/feedback", FRAME)
_NOT_NOW = Text(zh="这件事现在不能评价。返回办件页面看办到哪一步。", en="This cannot be rated now; the case's page shows where it stands.")


def of_case(desk: DeskCase, person: Actor) -> dict[str, object]:
    """What a case's page tells of its rating, of the case that it concerns, and of those that concern it."""
    case_id = desk.case.row.id
    is_over = desk.case.decided_on is not None
    return {
        "rating": cases.rating_on_desk(case_id, person) if desk.case.is_linked else None,
        "concerned": cases.concerned_on_desk(case_id, person) if desk.case.is_linked else None,
        "linked": cases.linked_on_desk(case_id, person),
        "shows_code": desk.may_hand_over and not desk.case.is_linked,
        "takes_rating": is_over and "follow-up" in verbs_of(person) and may_be_told_by_phone(case_id, person) is not None,
    }


@require_GET
@official
def supervision(request: HttpRequest, person: Actor) -> HttpResponse:
    """Every open case about another one: where it stands, with whom, who is late; and this month as it goes."""
    check_verb(person, "follow-up")
    lang = preferences.of(request).lang
    t = screen(_TEXTS, lang)
    rows = cases.supervised(person)
    if exports.asked(request):
        table = tables.supervised(rows, screen(exports.EXPORT, lang), t.supervision_title)
        return exports.answer(request, person, table, "supervision")
    tally = this_month()
    by_department: dict[str, list[SupervisedRow]] = {}
    for row in rows:
        by_department.setdefault(row.with_department, []).append(row)
    return _page(
        request,
        person,
        "desk/supervision.html",
        rows=[_row(row, t, lang) for row in rows],
        late=[_late(name, some) for name, some in sorted(by_department.items()) if any(row.is_late for row in some)],
        tally=tally,
        band=[LevelRow(t.whole_city, tally.levels)] if tally.rated else [],
    )


@require_GET
@official
def ratings(request: HttpRequest, person: Actor) -> HttpResponse:
    """How one's departments were rated in a month that is over."""
    if not {"redress", "assign", "follow-up"} & verbs_of(person):
        check_verb(person, "redress")
    months = months_counted()
    wanted = next((one for one in months if f"{one:%Y-%m}" == request.GET.get("month")), next(iter(months), None))
    lang = preferences.of(request).lang
    city = catalogue.city()
    rules = city.ratings
    batches = department_batches(person, wanted) if wanted else {}
    return _page(
        request,
        person,
        "desk/ratings.html",
        month=wanted,
        months=[(f"{one:%Y-%m}", month(one, lang)) for one in months],
        least=rules.shown_from if rules else 0,
        batches=[(city.short_of(name), [(one, [LevelRow(one.title, one.tally.levels)]) for one in some]) for name, some in batches.items()],
    )


@require_http_methods(["GET", "POST"])
@official
def rate_for(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Write down what somebody said on the telephone."""
    check_verb(person, "follow-up")
    view = cases.desk_case(case_id, person).case
    indices = may_be_told_by_phone(case_id, person)
    if indices is None:
        raise NotFoundError(_NOT_NOW)
    error: Text | None = None
    status = 200
    if request.method == "POST":
        try:
            acts.rate_for(case_id, read_said(request.POST.dict(), indices), actor=person, key=request.POST.get("key", "")[:80])
            return HttpResponseRedirect(f"{reverse('desk:case', args=[case_id])}?done=rated")
        except LevelMissingError as missing:
            error, status = missing.says, 422
        except (AlreadyRatedError, NotRateableError) as told:
            error, status = told.says, 409
    form = form_of(request.POST.dict(), indices, error, key=request.POST.get("key", ""))
    return _page(request, person, "desk/rate-for.html", status=status, case=view, form=form)


@require_GET
@official
def rating_code(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """A code that somebody at the counter scans with their own phone, or taps on a tablet."""
    address = link_for_counter(case_id, person)
    if not address:
        raise NotFoundError(_NOT_NOW)
    url = settings.ORIGIN + address
    return _page(
        request,
        person,
        "desk/rating-code.html",
        case=cases.desk_case(case_id, person).case,
        url_of_code=url,
        qr=qr(url),
    )


def _page(request: HttpRequest, person: Actor, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    t = screen(FRAME, preferences.of(request).lang)
    frame = {"tools": tools(person, t, request.path), "watermark_lines": watermark(request, person)}
    return render(request, template, texts=_TEXTS, status=status, **(frame | context))


def _row(row: SupervisedRow, t: Screen, lang: Lang) -> dict[str, object]:
    city = catalogue.city()
    role = city.roles.get(row.role)
    return {
        "href": reverse("desk:case", args=[row.case_id]),
        "tail": tail(row.number),
        "title": row.title,
        "about": row.about,
        "department": city.short_of(row.department),
        "step": row.step_title,
        "who": row.assigned_name or (role.title if role else row.role),
        "where": city.short_of(row.with_department),
        "since": when(row.opened_at, lang),
        "due": day(row.due_on, lang),
        "late": t("late_by", n=row.days_late) if row.is_late else "",
        "is_today": row.due_on == clock.today(),
    }


def _late(department: str, rows: list[SupervisedRow]) -> tuple[Text | str, int, int]:
    """Department, how many of its open steps are late, by how many days the latest."""
    late = [row.days_late for row in rows if row.is_late]
    return catalogue.city().short_of(department), len(late), max(late)
