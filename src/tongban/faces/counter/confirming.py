"""The page that is turned to the person: everything as it will be sent, in large type; they sign, on the pad or on the sheet, and it is sent.

Invariants: what is signed is the version that is sent; sending twice is sending once; the person reads what departments supplied too.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.core.delivery import HOWS, ON_PAPER
from tongban.cases.errors import (
    DeliveryWishError,
    IdentityLevelError,
    IncompleteError,
    SignatureMissingError,
    StaleCaseError,
    ToleranceError,
    WrongStateError,
)
from tongban.cases.reads import FormView
from tongban.cases.reads.summary import summary_of
from tongban.credentials import reads as credentials
from tongban.faces.counter.filling import OPEN
from tongban.faces.counter.frame import FRAME, frame
from tongban.faces.counter.person import attendance_of, with_person
from tongban.faces.counter.today import pdf
from tongban.files.errors import RefusedFileError
from tongban.front.filling import ask_registers
from tongban.front.person import key_of, version_of, who
from tongban.front.sending import posted_wish
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

_TEXTS = (FRAME, "counter/hand", "counter/fill")
_TOLD = (IncompleteError, SignatureMissingError, DeliveryWishError, IdentityLevelError, ToleranceError, RefusedFileError)
_CHANGED = Text(
    zh="这一页打开以后，内容改动过，所以没有提交。下面是最新内容，请申请人重新看过再签名。",
    en="The answers were changed after this page was opened, so nothing was sent. Below is the latest; let the applicant read it and sign again.",
)


@require_http_methods(["GET", "POST"])
@with_person
def confirm(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """The summary, turned to the person. Posting keeps what they signed and sends it."""
    view = cases.form_view(case_id, person)
    if view.state not in OPEN:
        return _taken(person, case_id)
    ask_registers(person, case_id)
    view = cases.form_view(case_id, person)
    if request.method == "GET":
        return _page(request, person, view, None)
    if version_of(request) != view.version:
        return _page(request, person, view, _CHANGED, status=409)
    try:
        _send(request, person, view)
    except _TOLD as told:
        faults = told.faults if isinstance(told, DeliveryWishError) else {}
        return _page(request, person, cases.form_view(case_id, person), told.says, status=told.status, faults=faults)
    except StaleCaseError:
        return _page(request, person, cases.form_view(case_id, person), _CHANGED, status=409)
    except WrongStateError:
        pass  # it is sent already: the second click sees the first one's case
    return _taken(person, case_id)


@require_GET
@with_person
def sheet(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The same summary on paper, with a line to sign on."""
    return pdf(cases.sheet(cases.form_view(case_id, person), person), "application.pdf")


@require_POST
@with_person
def choose(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """The person chooses to promise, or not."""
    acts.choose_promise(case_id, actor=person, chosen=request.POST.get("chosen") == "promise")
    return HttpResponseRedirect(reverse("counter:confirm", args=[attendance_of(person), case_id]))


@require_GET
@with_person
def taken(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """It is taken in: its number, the receipt, and the result if it was settled at once."""
    view = cases.case_view(case_id, person)
    official = who(request)
    assert official is not None
    return render(
        request,
        "counter/taken.html",
        texts=_TEXTS,
        case=view,
        issued=credentials.of_case(case_id),
        attendance_id=attendance_of(person),
        person=person,
        **frame(request, official),
    )


def _send(request: HttpRequest, person: Actor, view: FormView) -> None:
    how = request.POST.get("how", "")
    tolerate = "tolerate" in request.POST
    acts.confirm(
        view.case_id,
        actor=person,
        version=view.version,
        how=cast("Literal['pad', 'paper', 'spoken']", how if how in _ways(person) else "pad"),
        signature=signature(request, person, view.case_id) if how == "pad" else None,
        copy_at=request.POST.get("copy_at", ""),
        wish=posted_wish(request.POST),
        tolerate=tolerate,
    )
    acts.send(view.case_id, actor=person, key=key_of(request), version=view.version, tolerate=tolerate)


def signature(request: HttpRequest, person: Actor, case_id: UUID) -> UUID | None:
    """What was drawn on the pad, kept; None where nothing was. Raises the files room's errors for what is no picture."""
    head, _, drawn = request.POST.get("signature", "").partition(",")
    if head != "data:image/png;base64" or not drawn:
        return None
    try:
        picture = base64.b64decode(drawn, validate=True)
    except (binascii.Error, ValueError):
        return None
    return acts.keep_signature(case_id, picture, actor=person)


def _ways(person: Actor) -> tuple[str, ...]:
    """How one may confirm: on the telephone what was read aloud is agreed to; a letter is signed already."""
    channel = person.assistant.channel if person.assistant else ""
    return {"phone": ("spoken",), "mail": ("paper",)}.get(channel, ("pad", "paper"))


def _page(
    request: HttpRequest,
    person: Actor,
    view: FormView,
    error: Text | None,
    status: int = 200,
    faults: Mapping[str, Text] = MappingProxyType({}),
) -> HttpResponse:
    official = who(request)
    assert official is not None
    t = screen(_TEXTS, preferences.of(request).lang)
    ways = _ways(person)
    deliveries = HOWS if person.assistant and person.assistant.has_account else ON_PAPER
    return render(
        request,
        "counter/confirm.html",
        texts=_TEXTS,
        status=status,
        form=view,
        person=person,
        attendance_id=attendance_of(person),
        has_papers=any(one.question.type == "file" for part in view.sections for one in part.questions),
        said=[_read(part) for part in summary_of(view)],
        error=error,
        faults=dict(faults),
        key=request.POST.get("key") or str(uuid7()),
        ways=[(name, t(f"how_{name}")) for name in ways],
        how=request.POST.get("how") or ways[0],
        deliveries=[(name, t(f"delivery_{name}")) for name in deliveries],
        sent=request.POST,
        promise=view.promise_way,
        **frame(request, official),
    )


def _read(part: dict[str, object]) -> dict[str, object]:
    """A part of the summary as texts again."""
    rows = cast("list[list[dict[str, str]]]", part["rows"])
    return {"title": Text(**cast("dict[str, str]", part["title"])), "rows": [(Text(**label), Text(**value)) for label, value in rows]}


def _taken(person: Actor, case_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("counter:taken", args=[attendance_of(person), case_id]))
