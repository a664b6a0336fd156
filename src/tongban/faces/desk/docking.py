"""对接对账: how the lines to other bodies' systems are, what the daily comparison found, and what people do about it.

Invariants: the data officer sees every system, anybody else those of the departments of their posts; nothing that travelled is shown, only numbers, states and
what was recorded; a difference is settled by a person with words, and both sides stay as they were.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from tongban.catalogue import reads as catalogue
from tongban.docking import acts
from tongban.docking import reads as docking
from tongban.docking.errors import AlreadyOverError, HandoverNotFoundError, ReasonMissingError
from tongban.docking.reads import DifferenceView, LineView, ReconciliationView
from tongban.faces.desk import docking_tables, exports
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.docking_tables import compared_on
from tongban.faces.desk.person import name_of, official, systems_of
from tongban.front.person import uuid_of
from tongban.kernel.errors import NotAllowedError
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.environment import day, when
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

TEXTS = ("desk/docking", FRAME)
_NONE = Text(
    zh="对接对账供数据专员和有对接系统的部门使用。当前岗位所在部门没有对接的系统。",
    en="This page is for the data officer and for departments whose systems are connected. No department of these posts has one.",
)
DAYS = 7


@require_GET
@official
def docking_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """Every system that this person may see, its days and its differences; one of its tables as a file."""
    if exports.asked(request):
        return _exported(request, person)
    return _page(request, person)


def _exported(request: HttpRequest, person: Actor) -> HttpResponse:
    """The days, or the differences, of one system that this person may see."""
    lang = preferences.of(request).lang
    t, system = screen(TEXTS, lang), request.GET.get("system", "")
    line = next((one for one in docking.lines(_departments(person)) if one.id == system), None)
    if line is None:
        raise HandoverNotFoundError
    what = "differences" if request.GET.get("table") == "differences" else "days"
    differences = docking.differences([system], DAYS)
    if what == "days":
        table = docking_tables.compared(system, docking.reconciliations([system], DAYS), differences, t)
    else:
        names = _names_of(system)
        first_open = sorted(differences, key=lambda one: one.settled_at is not None)
        table = docking_tables.differing(([_difference(one, names, t, lang, {}) for one in first_open]), t)
    return exports.answer(request, person, table, f"reconciliation-{what}", told={"system": system}, department=line.department)


@require_POST
@official
def push_lost(request: HttpRequest, person: Actor, difference_id: UUID) -> HttpResponse:
    """Push again what the other side lost."""
    return _then(
        request, person, difference_id, lambda: acts.send_again(difference_id, by=name_of(person), departments=_departments(person))
    )


@require_POST
@official
def explain(request: HttpRequest, person: Actor, difference_id: UUID) -> HttpResponse:
    """Settle a difference with words."""
    words = request.POST.get("words", "")[:2000]
    return _then(
        request,
        person,
        difference_id,
        lambda: acts.settle_difference(difference_id, by=name_of(person), words=words, departments=_departments(person)),
        typed={difference_id: words},
    )


def _then(request: HttpRequest, person: Actor, difference_id: UUID, act: Any, *, typed: Mapping[UUID, str] | None = None) -> HttpResponse:
    try:
        act()
    except (ReasonMissingError, AlreadyOverError) as wrong:
        return _page(request, person, status=wrong.status, error=wrong.says, typed=typed or {})
    return HttpResponseRedirect(f"{reverse('desk:docking')}?{urlencode({'done': '1', 'of': str(difference_id)})}")


def _departments(person: Actor) -> frozenset[str] | None:
    """The departments whose systems somebody sees; None for all. Raises NotAllowedError."""
    found = systems_of(person)
    if found is not None and not found:
        raise NotAllowedError(_NONE)
    return found


def _page(
    request: HttpRequest,
    person: Actor,
    *,
    status: int = 200,
    error: Text | None = None,
    typed: Mapping[UUID, str] | None = None,
) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(TEXTS, lang)
    lines = docking.lines(_departments(person))
    shown = told(lines, lang, typed or {})
    return render(
        request,
        "desk/docking.html",
        texts=TEXTS,
        status=status,
        systems=shown,
        open_differences=sum(len(one["open"]) for one in shown),
        error=error,
        done=request.GET.get("done") == "1",
        kept=reverse("desk:explain", args=[settled]) if (settled := uuid_of(request.GET.get("of", ""))) else "",
        tools=tools(person, t, request.path),
        watermark_lines=watermark(request, person),
    )


def told(lines: Collection[LineView], lang: Lang, typed: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """Each system with the table of its days and its differences, the open ones first."""
    t = screen(TEXTS, lang)
    ids = [line.id for line in lines]
    names = {id_: _names_of(id_) for id_ in ids}
    days, differences = docking.reconciliations(ids, DAYS), docking.differences(ids, DAYS)
    return [
        {
            "line": line,
            "department": catalogue.city().short_of(line.department),
            "says": line_says(line, t, lang),
            "is_down": line.down_since is not None,
            "days": days_table(line.id, days, differences, t, lang),
            "open": [
                _difference(one, names[line.id], t, lang, typed) for one in differences if one.system == line.id and one.settled_at is None
            ],
            "settled": [
                _difference(one, names[line.id], t, lang, typed)
                for one in differences
                if one.system == line.id and one.settled_at is not None
            ],
        }
        for line in lines
    ]


def line_says(line: LineView, t: Screen, lang: Lang) -> str:
    """How the line is, in one sentence."""
    if line.down_since is not None:
        return t("line_down", at=when(line.down_since, lang), error=line.error, again=when(line.not_before, lang))
    return t("line_up", at=when(line.answered_at, lang)) if line.answered_at else t.line_unused


def days_table(
    system: str, days: Collection[ReconciliationView], differences: Collection[DifferenceView], t: Screen, lang: Lang
) -> dict[str, Any]:
    """The daily comparisons: head and rows as the page shows them."""
    head = [t.col_day, *({"label": t(f"col_{name}"), "numeric": True} for name in ("here", "there", "taken", "differences", "open"))]
    told_by_day = (compared_on(one, differences) for one in days if one.system == system)
    return {"head": head, "rows": [[day(on, lang), *numbers] for on, *numbers in told_by_day]}


def _difference(one: DifferenceView, names: Mapping[str, Text], t: Screen, lang: Lang, typed: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number or one.remote_id or str(one.parcel_id)[:8],
        "href": reverse("desk:case", args=[one.case_id]) if one.case_id else "",
        "kind": t(f"kind_{one.kind.replace('-', '_')}"),
        "here": _side(one.here, names, t, lang),
        "there": _side(one.there, names, t, lang),
        "remote": one.remote_id,
        "found": when(one.found_at, lang),
        "found_at": one.found_at,
        "settled_at": one.settled_at,
        "may_push": one.kind == "missing-there" and one.settled_at is None,
        "how": t(f"how_{one.how.replace('-', '_')}") if one.how else "",
        "words": one.words,
        "typed": typed.get(one.id, ""),
        "is_wrong": one.id in typed,
    }


def _side(side: Mapping[str, Any], names: Mapping[str, Text], t: Screen, lang: Lang) -> str:
    """One side of a difference: its state, and what is recorded there, by the names that services give it."""
    if not side:
        return t.nothing_there
    joint, between = ("：", "；") if lang == "zh" else (": ", "; ")
    recorded = [
        f"{_named(names, name, lang)}{joint}{_named(names, f'{name}={value}', lang, value)}"
        for name, value in sorted((side.get("records") or {}).items())
    ]
    told_there = [t(f"state_{str(side.get('state', '')).replace('-', '_')}"), *recorded, *([side["reason"]] if side.get("reason") else [])]
    return between.join(told_there)


def _named(names: Mapping[str, Text], key: str, lang: Lang, other: str = "") -> str:
    return names[key].in_(lang) if key in names else other or key


def _names_of(system: str) -> dict[str, Text]:
    """What the records of a system are called by the services that hand cases to it: by name, and by `name=option`."""
    found: dict[str, Text] = {}
    for service in catalogue.city().services.values():
        for step in (one for one in service.every_step if one.system == system):
            found |= step.record_titles
            found |= {f"{name}={option.id}": option.label for name, options in step.records.items() for option in options}
    return found
