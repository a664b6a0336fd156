"""How the city is rated, month by month: published because being seen makes it better. Invariant: counts of months that are over, never a rating by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.cases.core.ratings import Share, Tally, indicators
from tongban.cases.reads.ratings import MonthTold, month_told, months_counted, title_of
from tongban.catalogue import reads as catalogue
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.drawings import LevelRow
from tongban.look.environment import month as month_in_words
from tongban.look.environment import span
from tongban.look.pages import render
from tongban.look.texts import Screen, screen

_TEXTS = ("portal/ratings", "portal/frame")
_NO_MONTH = Text(
    zh="没有这个月的评价统计。请从“评价”页面选择月份。", en="There are no figures of that month. Choose one on the page of ratings."
)
NAMES = ("active", "bad", "in_time", "called", "upheld")


@require_GET
def ratings(request: HttpRequest, year: int = 0, month: int = 0) -> HttpResponse:
    """One month: five indicators, the levels by office and by service, and what each number is made of."""
    months = months_counted()
    wanted = next((one for one in months if (one.year, one.month) == (year, month)), None) if year else next(iter(months), None)
    if year and wanted is None:
        raise NotFoundError(_NO_MONTH)
    lang = preferences.of(request).lang
    t = screen(_TEXTS, lang)
    told = month_told(wanted) if wanted else None
    name = month_in_words(wanted, lang) if wanted else ""
    context: dict[str, Any] = {"told": told, "month": wanted, "name": name, "months": _months(months, lang), "least": _least()}
    if told is not None and told.is_enough:
        offices = _offices(told, t)
        context |= {
            "figures": figures(told.whole, t),
            "whole": LevelRow(t.whole_city, told.whole.levels),
            "offices": [LevelRow(name, tally.levels) for name, tally in offices] if told.departments else [],
            "office_rows": [_row(name, tally, t) for name, tally in offices],
            "services": _services(told, t),
            "redress_says": _redress_says(t, lang),
            "redress_rows": [_redress(name, tally) for name, tally in offices if tally.bad],
        }
    return render(request, "portal/ratings.html", texts=_TEXTS, **context)


def figures(tally: Tally, t: Screen) -> list[dict[str, object]]:
    """The five indicators: how much, of what, and where its list is."""
    found = indicators(tally)
    shares = {name: getattr(found, name) for name in NAMES}
    return [
        {
            "number": percent(share),
            "says": t(f"says_{name}"),
            "note": t(f"note_{name}", part=share.part, whole=share.whole),
            "list": "#ratings" if name in ("active", "bad") else "#redress",
        }
        for name, share in shares.items()
    ]


def percent(share: Share) -> str:
    """A share in per cent with one decimal; a dash for a share of nothing."""
    return "—" if share.tenths is None else f"{share.tenths // 10}.{share.tenths % 10}%"


def _offices(told: MonthTold, t: Screen) -> list[tuple[Text | str, Tally]]:
    city = catalogue.city()
    rows: list[tuple[Text | str, Tally]] = [(city.short_of(name), tally) for name, tally in told.departments.items()]
    others = t.other_offices if rows else t.all_offices
    return rows + ([(others, told.other_departments)] if told.other_departments is not None else [])


def _services(told: MonthTold, t: Screen) -> list[tuple[Text | str, list[list[object]]]]:
    city = catalogue.city()
    found = []
    for department, services in told.services.items():
        rows = [_row(title_of(service, city), tally, t) for service, tally in services.items()]
        if department in told.other_services:
            rows.append(_row(t.other_services, told.other_services[department], t))
        found.append((city.short_of(department), rows))
    return found


def _row(name: Text | str, tally: Tally, t: Screen) -> list[object]:
    found = indicators(tally)
    return [name, tally.finished, tally.rated, percent(found.active), percent(found.bad), t("good_of", n=tally.levels[4] + tally.levels[3])]


def _redress_says(t: Screen, lang: Lang) -> str:
    """How a bad rating is answered here, and by when, as the service that it opens declares."""
    for service in catalogue.city().services.values():
        if service.about is not None and service.about.opened_by == "rating":
            verify = service.steps[service.ways[0].route[0]].within or service.limits.promised
            return t("redress_says", verify=span(verify, lang), answer=span(service.limits.promised, lang))
    return ""


def _redress(name: Text | str, tally: Tally) -> list[object]:
    one = tally.redress
    return [name, tally.bad, one.in_time, one.late, one.overdue, one.running, one.called, f"{one.upheld} / {one.disputed}"]


def _months(months: tuple[date, ...], lang: Lang) -> list[tuple[str, str, date]]:
    """Each month's name and address, the latest first."""
    return [(month_in_words(one, lang), reverse("portal:ratings-month", args=[one.year, one.month]), one) for one in months]


def _least() -> int:
    rules = catalogue.city().ratings
    return rules.shown_from if rules else 0
