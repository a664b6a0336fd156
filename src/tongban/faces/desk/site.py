"""The inspector's page, for a phone in one hand: what is to be checked today, and one check list.

Invariants: a photo is kept before anything is judged, so a refused form loses none; the first of two officers signs, the second sees the record and signs it or
changes it, and a changed record voids the first signature; a check on the spot stops no clock, so what is left stands on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import CaseNotFoundError, MayNotError, ReasonMissingError, RecordMissingError
from tongban.cases.reads.desk import DeskCase, DeskTask
from tongban.cases.reads.queue import TaskRow
from tongban.cases.reads.visits import visits_in_brief
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Step
from tongban.faces.desk import visits
from tongban.faces.desk.columns import FRAME, days_told, promised, tail, tools, watermark
from tongban.faces.desk.person import check_verb, official
from tongban.files import acts as files
from tongban.files import reads as kept
from tongban.kernel import clock
from tongban.kernel.errors import ConflictError, TongbanError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.environment import when
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_TEXTS = ("desk/site", "desk/visit", "desk/frame")
_PICTURES = ("jpg", "png")
_MAX_BYTES = 12_000_000
_NO_DAY = Text("请选日子和上午、下午。", "Choose a day, and the morning or the afternoon.")


@dataclass(frozen=True)
class Recorded:
    """What the form holds: the record chosen, the photos kept, the words."""

    records: Mapping[str, str] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    words: str = ""
    key: str = ""
    outcome: str = "pass"


@require_GET
@official
def site(request: HttpRequest, person: Actor) -> HttpResponse:
    """The checks that wait for this inspector, nearest promise first."""
    check_verb(person, "inspect")
    t = screen(FRAME, preferences.of(request).lang)
    mine = [row for row in cases.queue(person, "mine", limit=100).rows if _is_check(row)]
    agreed = visits_in_brief((row.case_id, row.step) for row in mine)
    rows = [_line(row, visits.brief(agreed.get((row.case_id, row.step)), preferences.of(request).lang), t) for row in mine]
    done = request.GET.get("done", "")
    return render(
        request,
        "desk/site.html",
        texts=_TEXTS,
        rows=rows,
        done=done if done in ("signed", "closed", "returned") else "",
        **_frame(request, person),
    )


def _is_check(row: TaskRow) -> bool:
    step = _step(row.service, row.step)
    return step is not None and (step.on_site or row.purpose in ("check", "recheck"))


def _line(row: TaskRow, visit: str, t: Screen) -> dict[str, object]:
    says, late = promised(row, t)
    href = reverse("desk:site-task", args=[row.task_id])
    return {"href": href, "row": row, "left": says, "late": late, "tail": tail(row.number), "visit": visit}


@require_http_methods(["GET", "POST"])
@official
def site_task(request: HttpRequest, person: Actor, task_id: UUID) -> HttpResponse:
    """One check: the list, photos, signatures. 404 for whom it is none of."""
    check_verb(person, "inspect")
    case_id = cases.case_of_task(task_id)
    desk = cases.desk_case(case_id, person)
    task = next((one for one in desk.tasks if one.id == task_id), None)
    if task is not None and not cases.is_on_site(task):
        raise CaseNotFoundError
    if request.method == "POST":
        return _sign(request, person, desk, task, task_id)
    if task is None:
        return HttpResponseRedirect(reverse("desk:case", args=[case_id]))
    return _page(request, person, desk, task, Recorded(task.records, task.photos))


@require_POST
@official
def appoint(request: HttpRequest, person: Actor, task_id: UUID) -> HttpResponse:
    """Agree upon a day and half of it, for everybody who comes. 404 for whom the check is none of."""
    check_verb(person, "inspect")
    desk = cases.desk_case(cases.case_of_task(task_id), person)
    task = next((one for one in desk.tasks if one.id == task_id), None)
    on, half = _day(request.POST.get("on", "")), request.POST.get("half", "")
    try:
        if task is not None and (on is None or half not in acts.HALVES):
            return _page(request, person, desk, task, Recorded(task.records, task.photos), error=_NO_DAY, status=422)
        key = request.POST.get("key", "")[:80] or str(uuid7())
        acts.appoint(task_id, on or clock.today(), "pm" if half == "pm" else "am", actor=person, key=key)
    except (MayNotError, ConflictError) as no:
        return _refused(request, person, task_id, Recorded(task.records, task.photos) if task else Recorded(), no)
    return HttpResponseRedirect(f"{reverse('desk:site-task', args=[task_id])}?agreed=1")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sign(request: HttpRequest, person: Actor, desk: DeskCase, task: DeskTask | None, task_id: UUID) -> HttpResponse:
    recorded, refused = _read(request, desk, task)
    if refused is not None and task is not None:
        return _page(request, person, desk, task, recorded, photo_error=refused, status=422)
    try:
        _carry_out(task_id, task, person, recorded)
    except (RecordMissingError, ReasonMissingError) as missing:
        if task is None:
            raise
        return _page(request, person, desk, task, recorded, error=missing.says, status=422)
    except (MayNotError, ConflictError) as no:
        return _refused(request, person, task_id, recorded, no)
    still_open = any(one.id == task_id for one in cases.desk_case(desk.case.row.id, person).tasks)
    outcome = "returned" if recorded.outcome == "return" else "signed" if still_open else "closed"
    return HttpResponseRedirect(f"{reverse('desk:site')}?done={outcome}")


def _carry_out(task_id: UUID, task: DeskTask | None, person: Actor, recorded: Recorded) -> None:
    """A step of the way to the answer, or the check of a promise after it. Raises what the cases room raises."""
    words, photos = recorded.words, list(recorded.photos)
    if task is not None and task.purpose:
        acts.check_promise(task_id, actor=person, key=recorded.key, words=words, records=dict(recorded.records), photos=photos)
        return
    records = dict(recorded.records) if recorded.outcome == "pass" else {}
    acts.complete_step(task_id, actor=person, key=recorded.key, outcome=recorded.outcome, words=words, records=records, photos=photos)


def _refused(request: HttpRequest, person: Actor, task_id: UUID, recorded: Recorded, no: TongbanError) -> HttpResponse:
    """The step was done meanwhile, or this hand may not: say so beside the latest record."""
    desk = cases.desk_case(cases.case_of_task(task_id), person)
    task = next((one for one in desk.tasks if one.id == task_id), None)
    if task is None:
        raise no
    return _page(request, person, desk, task, recorded, error=no.says, status=no.status)


def _read(request: HttpRequest, desk: DeskCase, task: DeskTask | None) -> tuple[Recorded, Text | None]:
    """The posted record. New photos are kept at once; those kept before must be this case's own."""
    sent = request.POST
    own = {str(one.id) for one in kept.of_owner(desk.case.row.id) if one.media_type.startswith("image/")}
    photos = [photo for photo in sent.getlist("photo-kept") if photo in own]
    refused: Text | None = None
    for each in request.FILES.getlist("photos") if task is not None else []:
        try:
            photos.append(str(_keep(each, desk.case.row.id)))
        except TongbanError as error:
            refused = error.says
    records = {name.removeprefix("record-"): str(value) for name, value in sent.items() if name.startswith("record-")}
    outcome = "return" if sent.get("outcome") == "return" else "pass"
    return Recorded(
        records, tuple(dict.fromkeys(photos)), sent.get("words", "")[:4000], sent.get("key", "")[:80] or str(uuid7()), outcome
    ), refused


def _keep(photo: UploadedFile[Any], case_id: UUID) -> UUID:
    return files.keep(photo.read(), name=photo.name or "", accept=_PICTURES, max_bytes=_MAX_BYTES, owner=case_id).id


def _page(
    request: HttpRequest,
    person: Actor,
    desk: DeskCase,
    task: DeskTask,
    recorded: Recorded,
    *,
    error: Text | None = None,
    photo_error: Text | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = _told(desk, task, recorded, preferences.of(request).lang) | {
        "key": recorded.key if error or photo_error else str(uuid7()),
        "error": error,
        "photo_error": photo_error,
        "has_signed": any(one["person"] == str(person.person_id) for one in task.signatures),
        "visit": visits.told(task.id, preferences.of(request).lang),
        "agreed": "agreed" in request.GET,
    }
    return render(request, "desk/site-task.html", texts=_TEXTS, status=status, **shown, **_frame(request, person))


def _told(desk: DeskCase, task: DeskTask, recorded: Recorded, lang: Lang) -> dict[str, Any]:
    """What the page tells of a check: what is known, the list as it was last filled in, who signed it."""
    step, case = task.definition, desk.case
    assert step is not None, "checked by the view"
    supplied = [(item.label, item.shown) for item in case.prefilled if item.state == "value"]
    records = [
        {"name": name, "title": step.record_titles.get(name, Text(name, name)), "options": options, "value": recorded.records.get(name, "")}
        for name, options in step.records.items()
    ]
    return {
        "case": case,
        "task": task,
        "step": step,
        "records": records,
        "photos": [{"id": photo, "href": reverse("desk:photo", args=[case.row.id, photo])} for photo in recorded.photos],
        "said": recorded.words,
        "signatures": [(one["name"], when(datetime.fromisoformat(one["at"]), lang)) for one in task.signatures],
        "left": _left(task, lang),
        "background": [*supplied, *case.answers],
        "aside": desk.stands_aside,
        "may_do": task.may_do,
    }


def _left(task: DeskTask, lang: Lang) -> tuple[str, bool]:
    """Until when this step has, in words, and whether that is past."""
    t = screen(FRAME, lang)
    if task.due_on is None:
        return "", False
    return days_told(task.due_on, catalogue.city().calendar.working_between(clock.today(), task.due_on), t)


def _step(service_id: str, name: str) -> Step | None:
    service = catalogue.city().services.get(service_id)
    parts = [part for step in service.steps.values() for part in (step, *step.together)] if service else []
    return next((part for part in parts if part.id == name), None)


def _frame(request: HttpRequest, person: Actor) -> dict[str, Any]:
    t = screen(FRAME, preferences.of(request).lang)
    return {"tools": tools(person, t, request.path), "watermark_lines": watermark(request, person)}
