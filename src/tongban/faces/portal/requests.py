"""How requests are handled, for everybody to read: six rates by department and category, and the latest answers without anybody's data."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.cases.reads.tickets.figures import figures, public_answers, total
from tongban.faces.portal.tickets import TEXTS
from tongban.kernel import clock
from tongban.look.pages import render

_MONTHS = 6
_PAGE = 30


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """The figures of a month, the months before, and answers, newest first."""
    this = clock.today().replace(day=1)
    month = _month(request.GET.get("month", "")) or this
    answers = public_answers(before=_instant(request.GET.get("before", "")), limit=_PAGE)
    return render(
        request,
        "portal/requests.html",
        texts=TEXTS,
        month=month,
        this=this,
        total=total(since=month, until=month),
        by_department=figures("department", since=month, until=month),
        by_category=figures("category", since=month, until=month),
        months=figures("month", since=_back(this, _MONTHS - 1), until=this),
        answers=answers,
        older=answers[-1].answered_at.isoformat() if len(answers) == _PAGE else "",
    )


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _back(month: date, count: int) -> date:
    """The month so many before."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)
