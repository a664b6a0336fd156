"""A mandate on paper: the clerk enters what the letter says, keeps its scan; whoever it speaks for is told at once and may take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.cases import acts
from tongban.cases.errors import MayNotError
from tongban.catalogue import reads as catalogue
from tongban.faces.counter.frame import FRAME, frame
from tongban.faces.counter.person import attendance_of, with_person
from tongban.files.core.binding import bind
from tongban.files.errors import RefusedFileError
from tongban.front.person import who
from tongban.kernel.errors import TongbanError, TooOftenError
from tongban.kernel.ids import is_uscc
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.posted import posted
from tongban.look.texts import screen
from tongban.parties import acts as parties_acts
from tongban.parties import reads as parties
from tongban.parties.core import identity
from tongban.parties.core.mandates import KINDS
from tongban.parties.core.people import Actor, PrincipalKind
from tongban.parties.errors import IdentityError, MandateTermsError, NoSuchHolderError, NotTheirsToGiveError

_TEXTS = (FRAME, "counter/attend", "counter/letter")
_NO_FIRM = Text(zh="查不到这个统一社会信用代码的企业，请对照营业执照再输一次。", en="No firm has this code; check it against the licence.")
_NO_LETTER = Text(zh="请扫描或拍照上传委托书。", en="Scan or photograph the letter.")
_WRONG: Final[Mapping[str, tuple[type[TongbanError], ...]]] = {
    "number": (IdentityError, NoSuchHolderError, TooOftenError),
    "letter": (RefusedFileError,),
    "kind": (MandateTermsError, NotTheirsToGiveError, MayNotError),
}
"""By field, which errors are about it."""
_NO_DAY = Text(zh="委托截止日不是真实的日期，请按年、月、日填写。", en="The last day is no real date; give year, month and day.")


@dataclass(frozen=True)
class Typed:
    """What was typed, to be entered or shown again."""

    role: str = "holder"
    number: str = ""
    name: str = ""
    kind: str = "agent"
    principal: str = ""
    services: tuple[str, ...] = ()
    ends: str = ""
    faults: dict[str, Text] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest) -> Typed:
        """Read a posted form."""
        sent = request.POST
        return cls(
            role="principal" if sent.get("role") == "principal" else "holder",
            number=sent.get("number", "").strip()[:40],
            name=sent.get("name", "").strip()[:100],
            kind=sent.get("kind", "agent") if sent.get("kind") in KINDS else "agent",
            principal=sent.get("principal", ""),
            services=tuple(one for one in sent.getlist("services") if one in catalogue.city().services),
            ends=posted("date", "ends", sent) or "",
        )


@require_http_methods(["GET", "POST"])
@with_person
def letter(request: HttpRequest, person: Actor) -> HttpResponse:
    """Enter a letter that somebody brought, who is its holder, or gives it here themselves."""
    typed = Typed.of(request)
    if request.method == "POST":
        fault = _enter(request, person, typed)
        if fault is None:
            return HttpResponseRedirect(f"{reverse('counter:attend', args=[attendance_of(person)])}?letter=1")
        typed.faults.update([fault])
    official = who(request)
    assert official is not None
    t = screen(_TEXTS, preferences.of(request).lang)
    firms = parties.represented(person.person_id)
    return render(
        request,
        "counter/letter.html",
        texts=_TEXTS,
        status=422 if typed.faults else 200,
        typed=typed,
        person=person,
        attendance_id=attendance_of(person),
        kinds=[(kind.id, kind.title) for kind in KINDS.values() if kind.given],
        sides=[(f"person:{person.person_id}", t("side_self", name=person.name)), *((f"firm:{firm}", name) for firm, name in firms.items())],
        services=[(one.id, one.title) for one in catalogue.city().services.values() if set(one.mandates) & {"agent", "bookkeeper-agent"}],
        **frame(request, official),
    )


def _enter(request: HttpRequest, person: Actor, typed: Typed) -> tuple[str, Text] | None:
    """Enter it; else the field that is wrong, and why."""
    try:
        _record(request, person, typed)
    except TongbanError as wrong:
        field_ = next((name for name, kinds in _WRONG.items() if isinstance(wrong, kinds)), None)
        if field_ is None:
            raise
        return field_, wrong.says
    except ValueError:
        return "ends-year", _NO_DAY
    return None


def _record(request: HttpRequest, person: Actor, typed: Typed) -> None:
    scans = [one for one in request.FILES.getlist("letter") if isinstance(one, UploadedFile)]
    if not scans:
        raise RefusedFileError(_NO_LETTER)
    ends = date.fromisoformat(typed.ends) if typed.ends else None
    (side, principal), holder = _parties(person, typed)
    acts.record_letter(
        typed.kind,
        actor=person,
        principal_kind=side,
        principal_id=principal,
        holder_id=holder,
        ends=ends,
        services=frozenset(typed.services) if typed.kind == "agent" or typed.services else None,
        letter=scans[0].read() if len(scans) == 1 else bind([one.read() for one in scans]),
    )


def _parties(person: Actor, typed: Typed) -> tuple[tuple[PrincipalKind, UUID], UUID]:
    """Whom it speaks for, and who holds it. Raises IdentityError, NoSuchHolderError, TooOftenError."""
    assert person.assistant is not None
    by = person.assistant.person_id
    if typed.role == "principal":
        holder = parties_acts.find_holder(typed.name, typed.number, by=by)
        firms = parties.represented(person.person_id)
        firm = next((one for one in firms if typed.principal == f"firm:{one}"), None)
        return (("firm", firm) if firm else ("person", person.person_id)), holder
    code = identity.plain(typed.number)
    if len(code) == 18 and is_uscc(code):
        found = parties.by_uscc(code)
        if found is None:
            raise IdentityError(_NO_FIRM)
        return ("firm", found), person.person_id
    return ("person", parties_acts.find_holder(typed.name, typed.number, by=by)), person.person_id
