"""Any table of the desk as a file. A page offers it by `{{ exports.links(here) }}` and answers by one line: `if exports.asked(request): return exports.answer(…)`.

Invariants: a file is asked for at its page's own address, so whoever may not see the page gets no file; each file is an entry of the record with who, what and how
many rows, and without a word that was searched for; the file itself says whose it is, and whether there were more rows than it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse

from tongban.catalogue import reads as catalogue
from tongban.faces.desk.person import department_of, name_of
from tongban.kernel import clock
from tongban.kernel.text import Lang, Text
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.look import preferences
from tongban.look.environment import minute
from tongban.look.sheets import FORMATS, LIMIT, MEDIA_TYPES, Format, Table, Written, file_name, write
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

EXPORT = "desk/export"
MOST = LIMIT
"""Rows of one file."""
_ASKED = "as"


def asked(request: HttpRequest) -> Format | None:
    """The format in which the page's table is asked for; none for the page itself."""
    kind = request.GET.get(_ASKED, "") if request.method == "GET" else ""
    return next((one for one in FORMATS if one == kind), None)


def answer(
    request: HttpRequest,
    person: Actor,
    table: Table,
    what: str,
    *,
    told: Mapping[str, JSON] | None = None,
    department: str = "",
    case_id: UUID | None = None,
    limit: int = MOST,
) -> HttpResponse:
    """The table as the file that was asked for, and the record's entry of that; `what` names the table there, `told` says which part of it."""
    lang, kind = preferences.of(request).lang, asked(request) or "xlsx"
    acting_for = department_of(person, department)
    about = table.about or (lambda rows, is_cut: _about(person, acting_for, lang, rows, limit if is_cut else 0))
    file = write(replace(table, about=about), kind, lang, limit=limit)
    payload: dict[str, JSON] = {"what": what, "format": kind, "rows": file.rows, "cut": file.is_cut, **(told or {})}
    with transaction.atomic():
        entry = Act(
            act="desk.export",
            actor=name_of(person),
            at=clock.now(),
            case_id=case_id,
            department=acting_for,
            purpose="export",
            payload=payload,
        )
        append(entry)
    return sent(file, table.title, kind, lang, cut_at=limit if file.is_cut else 0)


def sent(file: Written, title: Text | str, kind: Format, lang: Lang, *, cut_at: int = 0) -> HttpResponse:
    """A file on its way to the browser."""
    name = file_name(title if isinstance(title, str) else title.in_(lang), kind, cut_at=cut_at)
    response = FileResponse(file.stream, as_attachment=True, filename=name, content_type=MEDIA_TYPES[kind])
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


def _about(person: Actor, department: str, lang: Lang, rows: int, cut_at: int) -> list[tuple[str, str]]:
    """Whose file it is: who photographs the desk signs it, and so does who exports it."""
    t = screen(EXPORT, lang)
    declared = catalogue.city().departments.get(department)
    return [
        (t.about_by, person.name),
        (t.about_department, declared.title.in_(lang) if declared else department),
        (t.about_at, minute(clock.now(), lang)),
        (t.about_rows, t("about_cut", n=f"{cut_at:,}") if cut_at else f"{rows:,}"),
        (t.about_note, t.about_says),
    ]
