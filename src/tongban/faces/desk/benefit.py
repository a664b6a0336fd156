"""What people were spared: visits, papers and hours, and how far data, analysis, joint approval and the direct way have taken the place of the old ones.

Invariants: every number is counted from cases that were decided, under the version of each; what the city merely reckons (the hours) says so beside it; a service
that takes more than on paper shows it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.cases import reads as cases
from tongban.cases.core.benefit import Sums, total
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import TimeCost
from tongban.faces.desk import exports, tables
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.person import check_verb, official
from tongban.kernel import clock
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_TEXTS: Final = ("desk/benefit", "desk/frame")
PERIODS: Final = ("month", "year", "always")


@require_GET
@official
def benefit_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """For a leader: this month, this year or from the beginning."""
    check_verb(person, "lead")
    lang = preferences.of(request).lang
    t = screen(_TEXTS, lang)
    period = request.GET.get("period", "")
    period = period if period in PERIODS else "month"
    found = cases.benefit(_first(period))
    city = catalogue.city()
    titles = {id_: service.title.in_(lang) for id_, service in city.services.items()}
    by_size = sorted(((id_, one) for id_, one in found.items() if one.cases), key=lambda pair: (-pair[1].cases, pair[0]))
    whole = total(found.values())
    if exports.asked(request):
        rows = [_numbers(titles.get(id_, id_), one, city.time_cost) for id_, one in by_size]
        return exports.answer(request, person, tables.benefit(rows, t, screen(exports.EXPORT, lang)), "benefit", told={"period": period})
    return render(
        request,
        "desk/benefit.html",
        texts=_TEXTS,
        periods=[{"href": f"?period={one}", "label": t(f"period_{one}"), "current": one == period} for one in PERIODS],
        whole=whole,
        hours=_hours(whole, city.time_cost),
        cost=city.time_cost,
        spared=[[titles.get(id_, id_), *_spared(one, city.time_cost)] for id_, one in by_size],
        instead=[[titles.get(id_, id_), *_instead(one, t)] for id_, one in by_size],
        whole_instead=_instead(whole, t),
        tools=tools(person, screen(FRAME, lang), request.path),
        watermark_lines=watermark(request, person),
    )


def _first(period: str) -> date:
    today = clock.today()
    return {"month": today.replace(day=1), "year": today.replace(month=1, day=1)}.get(period, date.min)


def _hours(one: Sums, cost: TimeCost | None) -> int | None:
    return one.hours_saved(cost.visit, cost.paper) if cost else None


def _spared(one: Sums, cost: TimeCost | None) -> list[Any]:
    """Cases, visits, papers and hours spared, working days before and now."""
    hours = _hours(one, cost)
    days = f"{_mean(one.days_before, one.timed)} → {_mean(one.days, one.timed)}" if one.timed else "—"
    return [_count(one.cases), _count(one.visits_saved), _count(one.papers_saved), "—" if hours is None else _count(hours), days]


def _numbers(title: str, one: Sums, cost: TimeCost | None) -> tuple[object, ...]:
    """The same counts as numbers, for a file; averages to a tenth."""
    return (
        title,
        one.cases,
        one.visits_saved,
        one.papers_saved,
        _hours(one, cost),
        _tenths(one.days_before, one.timed),
        _tenths(one.days, one.timed),
        one.papers_before,
        one.conditions_by_data,
        one.conditions,
        one.joined,
        _tenths(one.steps_before, one.cases),
        _tenths(one.steps, one.cases),
    )


def _tenths(amount: int, among: int) -> Decimal | None:
    return Decimal(_mean(amount, among)) if among else None


def _instead(one: Sums, t: Screen) -> list[str]:
    """The four substitutions, each as a share or as before and now."""
    return [
        t("of", share=_share(one.papers_saved, one.papers_before), n=_count(one.papers_saved), all=_count(one.papers_before)),
        t("of", share=_share(one.conditions_by_data, one.conditions), n=_count(one.conditions_by_data), all=_count(one.conditions)),
        t("of", share=_share(one.joined, one.cases), n=_count(one.joined), all=_count(one.cases)),
        f"{_mean(one.steps_before, one.cases)} → {_mean(one.steps, one.cases)}",
    ]


def _count(number: int) -> str:
    return f"{number:,}"


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "—"


def _mean(amount: int, among: int) -> str:
    return f"{amount / among:.1f}".removesuffix(".0") if among else "—"
