"""The auditor's page: the latest checkpoint, and a case's entries with receipts that anybody can verify offline.

Invariant: entries are shown for cases that the reader may see; a receipt says no more than the entry that it proves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.cases import reads as cases
from tongban.catalogue import reads as catalogue
from tongban.faces.desk import exports, tables
from tongban.faces.desk.columns import FRAME, tail, tools, watermark
from tongban.faces.desk.person import check_verb, official
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Text
from tongban.ledger import reads as ledger
from tongban.ledger.reads import EntryView
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

_TEXTS = ("desk/record", "desk/frame")
_NO_RECEIPT = Text(
    zh="这条记录还没有排入存证，稍后再取回执（一般几秒钟）。",
    en="This entry has not been sequenced yet; fetch its receipt in a few seconds.",
)


@require_GET
@official
def ledger_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """The state of the record, and cases by number, applicant or service."""
    check_verb(person, "audit")
    words = request.GET.get("q", "").strip()[:60]
    if exports.asked(request):
        t = screen(exports.EXPORT, preferences.of(request).lang)
        return exports.answer(request, person, tables.found(person, words, t), "record-search", limit=tables.MOST_FOUND)
    found = [{"row": row, "tail": tail(row.number)} for row in cases.search(person, words)] if words else []
    return _render(request, person, "desk/ledger.html", query=words, found=found)


@require_GET
@official
def ledger_case(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """The entries of one case, oldest first."""
    check_verb(person, "audit")
    view = cases.desk_case(case_id, person).case
    lang = preferences.of(request).lang
    rows = _entries(case_id, screen(_TEXTS, lang))
    if exports.asked(request):
        return exports.answer(
            request, person, tables.entries(rows, screen(exports.EXPORT, lang), view.row.number), "record", case_id=case_id
        )
    return _render(request, person, "desk/ledger-case.html", case=view, rows=rows)


@require_GET
@official
def receipt(request: HttpRequest, person: Actor, case_id: UUID, entry_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """One entry's receipt as a file. 404 for an entry of another case."""
    check_verb(person, "audit")
    cases.desk_case(case_id, person)
    if entry_id not in {entry.id for entry in ledger.entries(case_id)}:
        raise NotFoundError(_NO_RECEIPT)
    made = ledger.receipt(entry_id)
    if made is None:
        raise NotFoundError(_NO_RECEIPT)
    response = HttpResponse(str(made["text"]), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{entry_id}.tlog-proof"'
    return response


def _render(request: HttpRequest, person: Actor, template: str, **context: Any) -> HttpResponse:
    t = screen(FRAME, preferences.of(request).lang)
    state: dict[str, Any] = {
        "checkpoint": ledger.latest_checkpoint(),
        "waiting": ledger.waiting(),
        "tools": tools(person, t, request.path),
        "watermark_lines": watermark(request, person),
    }
    return render(request, template, texts=_TEXTS, **(state | context))


def _entries(case_id: UUID, t: Screen) -> list[dict[str, object]]:
    """The entries of a case; the people who acted are asked for once."""
    found = ledger.entries(case_id)
    names = parties.account_names(account for entry in found if (account := _account(entry.actor)) is not None)
    return [_entry(entry, names, t) for entry in found]


def _entry(entry: EntryView, names: Mapping[UUID, str], t: Screen) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": entry.at,
        "act": _act(entry.act, t),
        "actor": _actor(entry.actor, names, t),
        "department": catalogue.city().short_of(entry.department),
        "index": entry.index,
        "commitment": entry.commitment.hex(),
    }


def _act(act: str, t: Screen) -> str:
    name = "act_" + act.replace(".", "_").replace("-", "_")
    return t(name) if name in t else act


def _actor(actor: str, names: Mapping[UUID, str], t: Screen) -> str:
    """The person's name where the actor is an account, else what acted."""
    account = _account(actor)
    if account is not None:
        return names.get(account) or t("closed_account", id=actor[-6:])
    return t.machine if actor == "machine" else actor


def _account(actor: str) -> UUID | None:
    kind, _, account = actor.partition(":")
    try:
        return UUID(account) if kind == "account" else None
    except ValueError:
        return None
