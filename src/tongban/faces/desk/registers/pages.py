"""The registers of somebody's departments, and one of them: how it stands, how it came to, one record's history, its files.

Invariants: no record stands on a page but one that was looked for by its whole key, masked, and that is on the record; the key is never part of an address.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.catalogue import reads as catalogue
from tongban.exchange import reads as exchange
from tongban.exchange.core.masking import masked
from tongban.exchange.core.records import Shape
from tongban.exchange.core.sheets import MOST_ROWS
from tongban.exchange.reads import ChangeView, RecordView, RegisterView, UploadView
from tongban.faces.desk import exports
from tongban.faces.desk.person import check_verb, name_of, official
from tongban.faces.desk.registers.files import table
from tongban.faces.desk.registers.held import TEXTS, UPLOAD, departments, frame, held, is_due, who
from tongban.kernel import clock
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.sheets import Column, Table, write
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_PAGE = 20


@require_GET
@official
def registers(request: HttpRequest, person: Actor) -> HttpResponse:
    """The registers that this official keeps."""
    check_verb(person, UPLOAD)
    lang = preferences.of(request).lang
    t = screen(TEXTS, lang)
    found = exchange.registers(departments(person))
    waiting = exchange.waiting([view.shape.resource for view in found])
    names = who({view.last.by for view in found if view.last}, t)
    rows = [_line(view, waiting.get(view.shape.resource), names, t) for view in found]
    if exports.asked(request):
        return exports.answer(request, person, _list(rows, t), "registers")
    return render(request, "desk/registers.html", texts=TEXTS, rows=rows, **frame(request, person))


@require_GET
@official
def register(request: HttpRequest, person: Actor, department: str, name: str) -> HttpResponse:
    """One register. 404 for whom it is none of."""
    return page(request, person, held(person, department, name))


@require_POST
@official
def look_up(request: HttpRequest, person: Actor, department: str, name: str) -> HttpResponse:
    """What the register holds, and held, under one key, masked; on the record."""
    view = held(person, department, name)
    key = request.POST.get("key", "").strip()[:200]
    versions = exchange.versions_of(view.shape.resource, key) if key else ()
    with transaction.atomic():
        entry = Act(
            act="exchange.look-up",
            actor=name_of(person),
            at=clock.now(),
            case_id=None,
            department=view.shape.department,
            purpose="register-keeping",
            payload={"resource": view.shape.resource, "versions": len(versions)},
        )
        append(entry)
    return page(request, person, view, found={"key": view.shape.shown_key(key), "rows": [_version(one, view.shape) for one in versions]})


@require_GET
@official
def template(request: HttpRequest, person: Actor, department: str, name: str) -> HttpResponse:
    """The empty file to fill in."""
    view = held(person, department, name)
    lang = preferences.of(request).lang
    title = screen(TEXTS, lang)("template_name", title=view.shape.title)
    return exports.sent(write(table(view.shape, (), lang), "xlsx", lang), title, "xlsx", lang)


@require_GET
@official
def content(request: HttpRequest, person: Actor, department: str, name: str) -> HttpResponse:
    """What the register holds, or held at a version, as a file that may be corrected and given back."""
    view = held(person, department, name)
    if not exports.asked(request):
        return HttpResponseRedirect(reverse("desk:register", args=[department, name]))
    lang = preferences.of(request).lang
    version = _number(request.GET.get("version", ""))
    most = MOST_ROWS  # a register that is given back must be whole
    records = (one.record for one in exchange.records(view.shape.resource, limit=most + 1, version=version))
    told: dict[str, JSON] = {"resource": view.shape.resource, "version": view.version if version is None else version}
    return exports.answer(request, person, table(view.shape, records, lang), "register", told=told, department=department, limit=most)


def page(request: HttpRequest, person: Actor, view: RegisterView, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one register; what was looked for, or what went wrong with a file, comes in `more`."""
    lang = preferences.of(request).lang
    t = screen(TEXTS, lang)
    before = _number(request.GET.get("before", ""))
    changes = exchange.changes(view.shape.resource, before=before, limit=_PAGE + 1)
    if exports.asked(request):
        every = exchange.changes(view.shape.resource, limit=exports.MOST)
        return exports.answer(
            request,
            person,
            _changes(every, who({one.by for one in every}, t), t),
            "register-changes",
            told={"resource": view.shape.resource},
        )
    names = who({one.by for one in changes}, t)
    waiting = exchange.waiting([view.shape.resource]).get(view.shape.resource)
    context: dict[str, Any] = {
        "view": view,
        "address": _address(view),
        "department": catalogue.city().short_of(view.shape.department),
        "due": is_due(view),
        "cycle": cycle(view.updated, t),
        "waiting": waiting,
        "changes": [_change(one, names, t) for one in changes[:_PAGE]],
        "last_upload": view.last.version if view.last and view.last.act == "upload" else None,
        "older": changes[_PAGE - 1].version if len(changes) > _PAGE else None,
        "newest": before is None,
        "today": clock.today(),
        "is_masked": any(column.is_sealed for column in view.shape.columns),
        "found": None,
        "error": {},
        "done": _done(request, t),
    }
    return render(request, "desk/register.html", texts=TEXTS, status=status, **(context | more), **frame(request, person))


def _line(view: RegisterView, waiting: UploadView | None, names: dict[str, str], t: Screen) -> dict[str, Any]:
    last = view.last
    return {
        "view": view,
        "href": reverse("desk:register", args=_address(view)),
        "department": catalogue.city().short_of(view.shape.department),
        "cycle": cycle(view.updated, t),
        "due": is_due(view),
        "by": names.get(last.by, "") if last else "",
        "act": t(f"act_{last.act}") if last else "",
        "at": last.at if last else None,
        "waiting": waiting,
    }


def cycle(updated: str, t: Screen) -> str:
    """The update cycle in words."""
    return t(f"cycle_{updated}") if f"cycle_{updated}" in t else updated


def _change(one: ChangeView, names: dict[str, str], t: Screen) -> dict[str, Any]:
    return {
        "version": one.version,
        "at": one.at,
        "by": names[one.by],
        "act": t(f"act_{one.act}"),
        "note": t("undoes", n=one.undoes) if one.undoes else one.reason,
        "added": one.added,
        "changed": one.changed,
        "removed": one.removed,
        "upload": one.upload,
        "case": one.case_id,
    }


def _version(one: RecordView, shape: Shape) -> dict[str, Any]:
    """One record of a key as it may be shown: item by item, masked."""
    items = [(item.title, masked(one.record.values.get(item.name), item)) for item in shape.columns]
    return {"since": one.since, "until": one.until, "items": items, "as_of": one.as_of}


def _list(rows: list[dict[str, Any]], t: Screen) -> Table:
    columns = (
        Column(t.col_register),
        Column(t.col_department),
        Column(t.col_rows, "whole"),
        Column(t.col_as_of, "instant"),
        Column(t.col_cycle),
        Column(t.col_last),
        Column(t.col_by),
        Column(t.col_at, "instant"),
    )
    told = ((row["view"], row) for row in rows)
    return Table(
        t.registers_title,
        columns,
        (
            (view.shape.title, row["department"], view.rows, view.as_of, row["cycle"], row["act"], row["by"], row["at"])
            for view, row in told
        ),
    )


def _changes(changes: tuple[ChangeView, ...], names: dict[str, str], t: Screen) -> Table:
    columns = (
        Column(t.col_version, "whole"),
        Column(t.col_at, "instant"),
        Column(t.col_by),
        Column(t.col_act),
        Column(t.col_added, "whole"),
        Column(t.col_changed, "whole"),
        Column(t.col_removed, "whole"),
        Column(t.col_note),
    )
    told = (_change(one, names, t) for one in changes)
    names_ = ("version", "at", "by", "act", "added", "changed", "removed", "note")
    return Table(t.changes_title, columns, ([row[name] for name in names_] for row in told))


def _address(view: RegisterView) -> list[str]:
    return view.shape.resource.split("/", 1)


def _done(request: HttpRequest, t: Screen) -> str:
    """What an act just led to."""
    key = f"done_{request.GET.get('done', '').replace('-', '_')}"
    return t(key) if key in t else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
