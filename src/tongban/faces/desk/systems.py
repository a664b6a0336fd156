"""Another body's system on a case's page: how the case stands there, what it recorded, what a person entered in its place; and the paper that rests on."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from tongban.cases.reads.by_system import SystemStep
from tongban.cases.reads.desk import DeskCase
from tongban.docking.reads import HandoverView
from tongban.faces.desk.act_forms import Typed
from tongban.files import acts as files
from tongban.files import reads as kept
from tongban.files.core.kept import Kept
from tongban.front.person import uuid_of
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Lang, Text
from tongban.look.environment import when
from tongban.look.texts import Screen, screen

TEXTS = "desk/systems"
PAPER_KINDS = ("pdf", "jpg", "png")
_MOST_BYTES = 10_000_000
_TONES = {"answered": "done", "failed": "due", "unfit": "due", "by-hand": "plain", "withdrawn": "plain"}


def system_rows(desk: DeskCase, lang: Lang) -> list[dict[str, object]]:
    """Each system step: its title, one sentence, and what is known of it there."""
    t = screen(TEXTS, lang)
    return [
        {
            "title": one.step.title,
            "says": sentence(one.handover, t, lang),
            "state": t(f"state_{one.handover.state.replace('-', '_')}"),
            "tone": _TONES.get(one.handover.state, "blue"),
            "rows": _rows(desk, one, t, lang),
            "paper": _paper(desk, one),
        }
        for one in desk.systems
    ]


def sentence(view: HandoverView, t: Screen, lang: Lang) -> str:
    """How a case stands with the system, in one sentence."""
    system, error = view.title.in_(lang), view.error.in_(lang)
    if view.state == "waiting" and view.attempts:
        return t("stands_tried", system=system, n=view.attempts, at=when(view.tried_at, lang), error=error or t.no_answer)
    if view.state == "waiting":
        return t("stands_down", system=system, at=when(view.down_since, lang)) if view.down_since else t("stands_waiting", system=system)
    if view.state == "failed":
        return t("stands_failed", system=system, error=error or t.no_answer)
    if view.state == "by-hand" and view.answered_at is not None:
        same = dict(view.answer) == dict(view.by_hand)
        return t("stands_by_hand_same" if same else "stands_by_hand_differs", system=system, at=when(view.answered_at, lang))
    return t(f"stands_{view.state.replace('-', '_')}", system=system, at=when(view.answered_at or view.sent_at, lang))


def _rows(desk: DeskCase, one: SystemStep, t: Screen, lang: Lang) -> list[tuple[object, object]]:
    view = one.handover
    event = next(
        (event for event in reversed(desk.case.events) if event.act == "by-hand" and event.data.get("system") == view.system), None
    )
    rows: list[tuple[object, object]] = [
        (t.remote, view.remote_id),
        (t.pushed, t("pushed_says", at=when(view.sent_at, lang), n=view.attempts) if view.sent_at else ""),
        *recorded(one, view.answer if view.state != "by-hand" else view.by_hand),
    ]
    if view.unfit and view.state == "unfit":
        colon, between = ("：", "；") if lang == "zh" else (": ", "; ")
        rows.append((t.unfit, between.join(f"{_title(one, name).in_(lang)}{colon}{value}" for name, value in view.unfit.items())))
    if event is not None:
        rows += [(t.entered_by, f"{event.who} {when(event.at, lang)}"), (t.entered_why, event.words)]
    return [(key, value) for key, value in rows if value]


def _paper(desk: DeskCase, one: SystemStep) -> str:
    """Where the paper is that an entry by hand rests on; empty without one."""
    for event in reversed(desk.case.events):
        if event.act == "by-hand" and event.data.get("system") == one.handover.system and event.data.get("paper"):
            return reverse("desk:proof", args=[desk.case.row.id, event.data["paper"]])
    return ""


def recorded(one: SystemStep, records: object) -> list[tuple[object, object]]:
    """What was recorded, by the names that the service gives it."""
    found = dict(records) if isinstance(records, dict) else {}
    return [(_title(one, name), _option(one, name, found[name])) for name in one.step.records if name in found]


def _title(one: SystemStep, name: str) -> Text:
    return one.step.record_titles.get(name, Text(name, name))


def _option(one: SystemStep, name: str, value: str) -> Text:
    return next((option.label for option in one.step.records.get(name, ()) if option.id == value), Text(value, value))


def with_paper(request: HttpRequest, case_id: UUID, typed: Typed) -> tuple[Typed, Text | None]:
    """The form with the paper that came with it kept; what was wrong with the paper, if something was."""
    sent = request.FILES.get("field-paper")
    if sent is None:
        return typed, None
    try:
        paper = files.keep(sent.read(), name=sent.name or "", accept=PAPER_KINDS, max_bytes=_MOST_BYTES, owner=case_id)
    except TongbanError as refused:
        return typed, refused.says
    return replace(typed, fields={**typed.fields, "paper-kept": str(paper.id)}), None


def paper_of(desk: DeskCase, typed: Typed) -> Kept | None:
    """The paper that was kept with the form before, if it is this case's."""
    found = uuid_of(typed.fields.get("paper-kept", ""))
    return next((one for one in kept.of_owner(desk.case.row.id) if one.id == found), None) if found else None
