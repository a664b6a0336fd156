"""上报对账: what was due upward, what was received, what came back and why; and the form in which a returned record is corrected and sent again.

Invariants: a personal field is never shown, only typed over; what the upper level received is not changed; a correction needs a reason and changes something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases.core.records import titles_of
from tongban.catalogue import reads as catalogue
from tongban.docking import acts
from tongban.docking import reads as docking
from tongban.docking.errors import AlreadyOverError, HandoverNotFoundError, NothingCorrectedError, ReasonMissingError
from tongban.docking.reads import DayCount, ReportView
from tongban.faces.desk import docking_tables, exports
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.person import name_of, official, systems_of
from tongban.front.person import uuid_of
from tongban.kernel.errors import NotAllowedError
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.environment import day
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

TEXTS = ("desk/reporting", FRAME)
DAYS = 7
_NONE = Text(
    zh="上报对账供数据专员和上级平台的归口部门使用。",
    en="This page is for the data officer and for the department that answers for the upper level's platform.",
)


@require_GET
@official
def reporting_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """Each system that is reported to, its days, and what it returned."""
    lang = preferences.of(request).lang
    t = screen(TEXTS, lang)
    if exports.asked(request):
        return _exported(request, person, t, lang)
    return render(
        request,
        "desk/reporting.html",
        texts=TEXTS,
        systems=[told(system, t, lang) for system in _targets(person)],
        done=request.GET.get("done") == "1",
        kept=reverse("desk:correct", args=[corrected]) if (corrected := uuid_of(request.GET.get("of", ""))) else "",
        tools=tools(person, t, request.path),
        watermark_lines=watermark(request, person),
    )


def _exported(request: HttpRequest, person: Actor, t: Screen, lang: Lang) -> HttpResponse:
    """The days, or what came back, of one system that this person may see."""
    system = request.GET.get("system", "")
    if system not in _targets(person):
        raise HandoverNotFoundError
    what = "returned" if request.GET.get("table") == "returned" else "days"
    if what == "days":
        table = docking_tables.reported(docking.report_days(system, DAYS), t)
    else:
        table = docking_tables.returned((_row(one, t, lang) for one in docking.returned(system, limit=exports.MOST)), t)
    department = catalogue.city().systems[system].department
    return exports.answer(request, person, table, f"reports-{what}", told={"system": system}, department=department)


@require_http_methods(["GET", "POST"])
@official
def correct(request: HttpRequest, person: Actor, report_id: UUID) -> HttpResponse:
    """The fields of one returned record; posting corrects it and sends it again."""
    targets = _targets(person)
    found = docking.report(report_id)
    if found is None or found.system not in targets:
        raise HandoverNotFoundError
    typed = {name.removeprefix("field-"): str(value)[:500] for name, value in request.POST.items() if name.startswith("field-")}
    words = request.POST.get("words", "")[:2000]
    if request.method == "GET":
        return _form(request, person, found, {}, "")
    try:
        acts.correct_report(report_id, typed, by=name_of(person), words=words, departments=_departments(targets))
    except (ReasonMissingError, NothingCorrectedError) as missing:
        return _form(request, person, found, typed, words, status=422, error=missing.says, at="words" if not words.strip() else "field")
    except AlreadyOverError as over:
        return _form(request, person, found, typed, words, status=409, error=over.says, at="")
    return HttpResponseRedirect(f"{reverse('desk:reporting')}?{urlencode({'done': '1', 'of': str(report_id)})}")


def told(system: str, t: Screen, lang: Lang) -> dict[str, Any]:
    """One system that is reported to: its latest day in a sentence, the table of its days, and what it returned, by reason."""
    days = docking.report_days(system, DAYS)
    back = docking.returned(system)
    declared = catalogue.city().systems[system]
    return {
        "id": system,
        "title": declared.title,
        "says": sentence(days[0], t, lang) if days else t.nothing_due,
        "days": days_table(days, t, lang),
        "reasons": Counter(one.reason for one in back).most_common(),
        "returned": [_row(one, t, lang) for one in back],
    }


def sentence(one: DayCount, t: Screen, lang: Lang) -> str:
    """应报 312，已收 309，退回 3."""
    says = t("day_says", day=day(one.day, lang), due=one.due, received=one.received, returned=one.returned)
    return says + (t("day_open", n=one.waiting + one.sent) if one.waiting + one.sent else t.day_closed)


def days_table(days: Collection[DayCount], t: Screen, lang: Lang) -> dict[str, Any]:
    """The days: head and rows as the page shows them."""
    head = [t.col_day, *({"label": t(f"col_{name}"), "numeric": True} for name in ("due", "waiting", "sent", "received", "returned"))]
    return {"head": head, "rows": [[day(one.day, lang), one.due, one.waiting, one.sent, one.received, one.returned] for one in days]}


def _targets(person: Actor) -> list[str]:
    """The systems that are reported to and that this person may see. Raises NotAllowedError where there is none."""
    city, allowed = catalogue.city(), systems_of(person)
    named = dict.fromkeys(report.system for report in city.reporting.values())
    found = [name for name in named if name in city.systems and (allowed is None or city.systems[name].department in allowed)]
    if not found:
        raise NotAllowedError(_NONE)
    return found


def _departments(targets: Collection[str]) -> frozenset[str]:
    systems = catalogue.city().systems
    return frozenset(systems[name].department for name in targets)


def _row(one: ReportView, t: Screen, lang: Lang) -> dict[str, Any]:
    names = titles_of(one.kind)
    return {
        "href": reverse("desk:correct", args=[one.id]),
        "number": one.number,
        "kind": t(f"kind_{one.kind}"),
        "day": day(one.day, lang),
        "on": one.day,
        "reason": one.reason,
        "fields": ("、" if lang == "zh" else ", ").join(names[name][0].in_(lang) if name in names else name for name in one.fields),
        "corrections": one.corrections,
    }


def _form(
    request: HttpRequest,
    person: Actor,
    found: ReportView,
    typed: dict[str, str],
    words: str,
    *,
    status: int = 200,
    error: Text | None = None,
    at: str = "",
) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(TEXTS, lang)
    service = catalogue.city().services.get(found.service)
    fields = [_field(found, name, title, typed, is_personal=personal) for name, (title, personal) in titles_of(found.kind).items()]
    return render(
        request,
        "desk/correct.html",
        texts=TEXTS,
        status=status,
        report=found,
        kind=t(f"kind_{found.kind}"),
        service=service.title if service else found.service,
        fields=sorted(fields, key=lambda field: not field["is_named"]),
        words_typed=words,
        error=error,
        error_at=next((f"field-{field['name']}" for field in fields if field["is_named"]), "words") if at == "field" else at,
        is_open=found.state == "returned",
        tools=tools(person, t, request.path),
        watermark_lines=watermark(request, person),
    )


def _field(found: ReportView, name: str, title: Text, typed: dict[str, str], *, is_personal: bool) -> dict[str, Any]:
    """One field: what stands in it unless it is personal, and whether the upper level named it."""
    kept = found.body.get(name, "")
    return {
        "name": name,
        "title": title,
        "shown": "" if is_personal else kept,
        "is_personal": is_personal and bool(kept),
        "is_named": name in found.fields,
        "value": typed.get(name, "" if is_personal else kept),
    }
