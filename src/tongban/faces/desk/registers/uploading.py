"""A file for a register on its way: sent, read, its faults, its differences, applied or let go; and the last one taken back.

Invariants: nothing changes the register but the confirmation of what is on the page, with the version that it was compared with; a colleague's change in between
is shown with who made it, and the file is compared anew; a double click is one act; personal items are masked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.exchange import acts
from tongban.exchange import reads as exchange
from tongban.exchange.core.sheets import MOST_BYTES
from tongban.exchange.errors import (
    CountNotConfirmedError,
    FaultyUploadError,
    NeverGivenError,
    NotTheLastUploadError,
    StaleRegisterError,
    UnreadableFileError,
    UploadOverError,
)
from tongban.exchange.reads import RegisterView, UploadView
from tongban.faces.desk import exports
from tongban.faces.desk.person import name_of, official
from tongban.faces.desk.registers import differences
from tongban.faces.desk.registers.held import TEXTS, frame, held, who
from tongban.faces.desk.registers.pages import page as register_page
from tongban.kernel import clock
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import html, render
from tongban.look.posted import posted
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

_NO_FILE = Text("请选择要上传的文件。", "Choose the file to upload.")
_NO_DAY = Text("请填写数据截至的日期，不能晚于今天。", "Enter the day as of which the data are; it cannot lie in the future.")


@require_POST
@official
def send(request: HttpRequest, person: Actor, department: str, name: str) -> HttpResponse:
    """Receive a file; a small one is read at once, a larger one by the worker."""
    view = held(person, department, name)
    file = request.FILES.get("file")
    as_of = _day(posted("date", "as_of", request.POST) or "")
    wrong = {} if file else {"file": _NO_FILE}
    if as_of is None or as_of > clock.today():
        wrong["as_of"] = _NO_DAY
    if file is None or as_of is None or wrong:
        return register_page(request, person, view, status=422, error=wrong)
    content = file.read(MOST_BYTES + 1)  # one byte too many is enough to be refused
    try:
        received = acts.receive_upload(view.shape.resource, content, name=file.name or "", as_of=as_of, by=name_of(person))
    except UnreadableFileError as refused:
        return register_page(request, person, view, status=422, error={"file": refused.says})
    if received.is_small:
        acts.read_upload(received.id)
    return HttpResponseRedirect(_address(view, received.id))


@require_GET
@official
def upload(request: HttpRequest, person: Actor, department: str, name: str, upload_id: UUID) -> HttpResponse:
    """Where a file is on its way. 404 for another department's."""
    view = held(person, department, name)
    return _page(request, person, view, exchange.upload(view.shape.resource, upload_id))


@require_GET
@official
def progress(request: HttpRequest, person: Actor, department: str, name: str, upload_id: UUID) -> HttpResponse:
    """How far reading is, as a part of the page that asks for it again and again."""
    view = held(person, department, name)
    one = exchange.upload(view.shape.resource, upload_id)
    return HttpResponse(html(request, "desk/upload-progress.html", texts=TEXTS, one=one, address=_address(view, upload_id)))


@require_POST
@official
def apply(request: HttpRequest, person: Actor, department: str, name: str, upload_id: UUID) -> HttpResponse:
    """Confirm: the register changes as the page says."""
    view = held(person, department, name)
    sent = request.POST
    try:
        acts.apply_upload(
            view.shape.resource,
            upload_id,
            version=_number(sent.get("version", "")) or 0,
            by=name_of(person),
            sound_only=sent.get("sound_only") == "yes",
            replace=sent.get("others") == "remove",
            confirmed=_number(sent.get("confirmed", "")),
        )
    except StaleRegisterError as stale:
        return _overtaken(request, person, view, upload_id, stale)
    except (FaultyUploadError, CountNotConfirmedError, UploadOverError) as no:
        again = exchange.upload(view.shape.resource, upload_id)
        return _page(request, person, view, again, status=422, error=no.says)
    return _back(view, "applied")


@require_POST
@official
def discard(request: HttpRequest, person: Actor, department: str, name: str, upload_id: UUID) -> HttpResponse:
    """Let a file go."""
    view = held(person, department, name)
    return _done(request, person, view, "discarded", lambda: acts.discard_upload(view.shape.resource, upload_id, by=name_of(person)))


@require_POST
@official
def confirm(request: HttpRequest, person: Actor, department: str, name: str) -> HttpResponse:
    """Nothing changed since the last table: the register holds as of today."""
    view = held(person, department, name)
    return _done(
        request, person, view, "confirmed", lambda: acts.confirm_register(view.shape.resource, as_of=clock.now(), by=name_of(person))
    )


@require_POST
@official
def undo(request: HttpRequest, person: Actor, department: str, name: str) -> HttpResponse:
    """Take the last upload back."""
    view = held(person, department, name)
    version = _number(request.POST.get("version", "")) or 0
    return _done(request, person, view, "undone", lambda: acts.undo_upload(view.shape.resource, version, by=name_of(person)))


def _done(request: HttpRequest, person: Actor, view: RegisterView, what: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except (UploadOverError, NotTheLastUploadError, NeverGivenError) as no:
        again = exchange.register(view.shape.resource)
        return register_page(request, person, again, status=no.status, trouble=no.says)
    return _back(view, what)


def _overtaken(request: HttpRequest, person: Actor, view: RegisterView, upload_id: UUID, stale: TongbanError) -> HttpResponse:
    """Who changed the register in between, and the file compared with it as it is now."""
    resource = view.shape.resource
    before = exchange.upload(resource, upload_id).base
    acts.recompare(resource, upload_id)
    between = exchange.changes_since(resource, before)
    again = exchange.upload(resource, upload_id)
    return _page(request, person, exchange.register(resource), again, status=409, error=stale.says, between=between)


def _page(request: HttpRequest, person: Actor, view: RegisterView, one: UploadView, *, status: int = 200, **more: Any) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(TEXTS, lang)
    shown = differences.chosen(one, request.GET.get("show", ""))
    if exports.asked(request) and one.state == "read":
        told = {"resource": view.shape.resource, "upload": str(one.id), "rows_of": shown}
        return exports.answer(request, person, differences.table(view.shape, one, shown, t), "upload", told=told)
    between = more.pop("between", ())
    names = who({one.by, *(each.by for each in between)}, t)
    is_read = one.state == "read"
    context: dict[str, Any] = {
        "view": view,
        "one": one,
        "by": names[one.by],
        "title": view.shape.title,
        "back": reverse("desk:register", args=view.shape.resource.split("/", 1)),
        "address": _address(view, one.id),
        "tabs": differences.tabs(one, shown, _address(view, one.id), t) if is_read else [],
        "shown": shown,
        "page": differences.page(view.shape, one, shown, request.GET.get("after", "")) if is_read else None,
        "is_masked": any(column.is_sealed for column in view.shape.columns),
        "is_older": view.as_of is not None and one.as_of < view.as_of,
        "error": None,
        "between": [
            {"at": each.at, "title": t(f"act_{each.act}"), "by": names[each.by], "note": differences.counted(each, t)} for each in between
        ],
    }
    return render(request, "desk/upload.html", texts=TEXTS, status=status, **(context | more), **frame(request, person))


def _back(view: RegisterView, what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk:register', args=view.shape.resource.split('/', 1))}?done={what}")


def _address(view: RegisterView, upload_id: UUID) -> str:
    return reverse("desk:register-upload", args=[*view.shape.resource.split("/", 1), upload_id])


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    text = text.strip().replace(",", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
