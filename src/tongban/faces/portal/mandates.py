"""委托与代办: who may act for me and for my firms, whom I act for; give, take back at once, lay down; what was done under each.

Invariants: a holder is named by whole name and number, and nothing about them is shown before; what follows from a register is shown and not touched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.reads.entrusted import Entrusted
from tongban.catalogue import reads as catalogue
from tongban.files import reads as files
from tongban.front.person import key_of, signed_in
from tongban.kernel import clock
from tongban.kernel.errors import TooOftenError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.posted import posted
from tongban.look.texts import screen
from tongban.parties import acts as parties_acts
from tongban.parties import reads as parties
from tongban.parties.core.mandates import KINDS
from tongban.parties.core.people import Actor, PrincipalKind
from tongban.parties.errors import IdentityError, MandateTermsError, NoSuchHolderError, NotTheirsToGiveError

_TEXTS = ("portal/mandates", "portal/frame")
_PAGE = 30
_NO_DAY = Text(zh="没有这一天，请按年、月、日填写。", en="There is no such date; give year, month and day.")
_NO_NAME = Text(zh="请填写对方的姓名，要和证件上一样。", en="Give the other person's name as on their document.")


@dataclass(frozen=True)
class Typed:
    """What was typed, to be acted on or shown again."""

    side: str = ""
    kind: str = "agent"
    name: str = ""
    number: str = ""
    services: tuple[str, ...] = ()
    ends: str = ""
    faults: dict[str, Text] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest) -> Typed:
        """Read a posted form."""
        sent = request.POST
        return cls(
            side=sent.get("side", "") or request.GET.get("for", ""),
            kind=sent.get("kind", "agent") if sent.get("kind") in KINDS else "agent",
            name=sent.get("name", "").strip()[:100],
            number=sent.get("number", "").strip()[:40],
            services=tuple(one for one in sent.getlist("services") if one in catalogue.city().services),
            ends=posted("date", "ends", sent) or "",
        )


@require_GET
@signed_in
def mandates(request: HttpRequest, person: Actor) -> HttpResponse:
    """Both sides: who may act for me and my firms; whom I act for."""
    held = cases.held(person)
    return render(
        request,
        "portal/mandates.html",
        texts=_TEXTS,
        sides=[(side, _sorted(side.mandates)) for side in cases.given(person)],
        held=_sorted(held),
        services=catalogue.city().services,
        given=request.GET.get("given") == "1",
        ended=request.GET.get("ended") == "1",
        kinds=KINDS,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def give(request: HttpRequest, person: Actor) -> HttpResponse:
    """Let somebody act for me, or for a firm that I represent."""
    typed = Typed.of(request)
    if request.method == "POST":
        fault = _give(request, person, typed)
        if fault is None:
            return HttpResponseRedirect(f"{reverse('portal:mandates')}?given=1")
        typed.faults.update([fault])
    words = screen(_TEXTS, preferences.of(request).lang)
    sides = [("person", words("side_self", name=person.name))]
    sides += [(f"firm:{firm}", name) for firm, name in parties.represented(person.person_id).items()]
    return render(
        request,
        "portal/mandate-give.html",
        texts=_TEXTS,
        status=422 if typed.faults else 200,
        typed=typed,
        sides=sides,
        kinds=[(kind.id, kind.title) for kind in KINDS.values() if kind.given],
        services=[
            (one.id, one.title) for one in catalogue.city().services.values() if set(one.mandates) & {"agent", "bookkeeper-agent", "child"}
        ],
        key=request.POST.get("key") or str(uuid7()),
    )


@require_GET
@signed_in
def mandate(request: HttpRequest, person: Actor, mandate_id: UUID) -> HttpResponse:
    """One mandate, and every case done under it."""
    after = _uuid(request.GET.get("after"))
    one, rows = cases.done_under(mandate_id, person, after=after, limit=_PAGE + 1)
    return render(
        request,
        "portal/mandate.html",
        texts=_TEXTS,
        one=one,
        mine=one.mandate.terms.holder_id != person.person_id,
        rows=rows[:_PAGE],
        more=rows[_PAGE - 1].id if len(rows) > _PAGE else None,
        services=catalogue.city().services,
        in_force=one.mandate.holds_on(clock.today()),
        kinds=KINDS,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def end(request: HttpRequest, person: Actor, mandate_id: UUID) -> HttpResponse:
    """Take it back, or lay it down, after asking once."""
    one, _ = cases.done_under(mandate_id, person, limit=1)
    if request.method == "POST":
        acts.take_back(mandate_id, actor=person)
        return HttpResponseRedirect(f"{reverse('portal:mandates')}?ended=1")
    if not one.mandate.is_given or not one.mandate.holds_on(clock.today()):
        return HttpResponseRedirect(reverse("portal:mandate", args=[mandate_id]))
    return render(
        request, "portal/mandate-end.html", texts=_TEXTS, one=one, mine=one.mandate.terms.holder_id != person.person_id, kinds=KINDS
    )


@require_GET
@signed_in
def letter(request: HttpRequest, person: Actor, mandate_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The scan of the letter from which a clerk entered it."""
    one, _ = cases.done_under(mandate_id, person, limit=1)
    if one.mandate.letter is None:
        raise CaseNotFoundError
    kept = files.info([one.mandate.letter])[one.mandate.letter]
    is_picture = kept.media_type.startswith("image/")
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=not is_picture, filename=kept.name) or "attachment",
        "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(files.content(one.mandate.letter, mandate_id), content_type=kept.media_type, headers=headers)


def _give(request: HttpRequest, person: Actor, typed: Typed) -> tuple[str, Text] | None:
    """Give it; else the field that is wrong, and why."""
    if not typed.name:
        return "name", _NO_NAME
    try:
        ends = date.fromisoformat(typed.ends) if typed.ends else None
        holder = parties_acts.find_holder(typed.name, typed.number, by=person.person_id)
        side, principal = _side(person, typed.side)
        services = frozenset(typed.services) if typed.kind == "agent" or typed.services else None
        acts.entrust(
            typed.kind,
            actor=person,
            key=key_of(request),
            principal_kind=side,
            principal_id=principal,
            holder_id=holder,
            ends=ends,
            services=services,
        )
    except (IdentityError, NoSuchHolderError, TooOftenError) as wrong:
        return "number", wrong.says
    except (MandateTermsError, NotTheirsToGiveError) as wrong:
        return "kind", wrong.says
    except ValueError:
        return "ends-year", _NO_DAY
    return None


def _side(person: Actor, chosen: str) -> tuple[PrincipalKind, UUID]:
    firms = parties.represented(person.person_id)
    firm = next((one for one in firms if chosen == f"firm:{one}"), None)
    return ("firm", firm) if firm is not None else ("person", person.person_id)


def _sorted(mandates: tuple[Entrusted, ...]) -> dict[bool, list[Entrusted]]:
    """Those in force, and those that ended."""
    today = clock.today()
    return {holds: [one for one in mandates if one.mandate.holds_on(today) is holds] for holds in (True, False)}


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
