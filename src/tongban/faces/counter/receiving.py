"""A person comes: found by the number on their card (typed, or read by a reader that types), their document looked at; or entered, if they are new; until goodbye."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.core.counter import ASSISTED, DOCUMENTS
from tongban.cases.errors import OwnCaseError, UncheckedError
from tongban.cases.reads.attending import AttendanceView
from tongban.catalogue import reads as catalogue
from tongban.faces.counter.frame import FRAME, document, frame, hidden
from tongban.faces.counter.person import clerk
from tongban.front.finding import find, may_apply
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.parties import reads as parties
from tongban.parties.core import identity
from tongban.parties.core.people import Actor
from tongban.parties.errors import AlreadyEnteredError, IdentityError

_TEXTS = (FRAME, "counter/attend")


@require_http_methods(["GET", "POST"])
@clerk
def look(request: HttpRequest, official: Actor) -> HttpResponse:
    """Look a number up. Found: on to the document; nobody: on to entering them; a wrong number is said beside it."""
    if request.method == "GET":
        return HttpResponseRedirect(reverse("counter:home"))
    number, channel = request.POST.get("number", "").strip()[:60], _channel(request)
    try:
        found = acts.look_up(number, clerk=official, channel=channel)
    except (IdentityError, OwnCaseError) as wrong:
        return _home(request, official, number, channel, wrong)
    if found is not None:
        return HttpResponseRedirect(reverse("counter:attend", args=[found]))
    if ASSISTED[channel] != "counter":
        return _home(request, official, number, channel, UncheckedError(), unknown=True)
    return _enter_page(request, official, {"name": "", "number": identity.plain(number), "area": "", "document": ""}, channel, {})


@require_http_methods(["GET", "POST"])
@clerk
def enter(request: HttpRequest, official: Actor) -> HttpResponse:
    """Somebody who is not here yet, entered from the card that lies on the counter."""
    channel = _channel(request)
    typed = {name: request.POST.get(name, "").strip()[:80] for name in ("name", "number", "area", "document")}
    faults: dict[str, Text] = {}
    if request.method == "POST":
        faults = _lacking(typed, channel)
        try:
            if not faults:
                entered = acts.enter(typed["name"], typed["number"], typed["area"], typed["document"], clerk=official, channel=channel)
                return HttpResponseRedirect(reverse("counter:attend", args=[entered]))
        except (IdentityError, AlreadyEnteredError) as wrong:
            faults = {"number": wrong.says}
    return _enter_page(request, official, typed, channel, faults)


def _enter_page(request: HttpRequest, official: Actor, typed: dict[str, str], channel: str, faults: dict[str, Text]) -> HttpResponse:
    t = screen(_TEXTS, preferences.of(request).lang)
    return render(
        request,
        "counter/enter.html",
        texts=_TEXTS,
        status=422 if faults else 200,
        typed=typed,
        faults=faults,
        channel=channel,
        streets=[(area.code, area.title) for area in catalogue.city().areas.values() if area.level == "street"],
        documents=[(name, document(t, name)) for name in DOCUMENTS[channel]],
        **frame(request, official),
    )


@require_GET
@clerk
def attend(request: HttpRequest, official: Actor, attendance_id: UUID) -> HttpResponse:
    """Before a document was looked at: who it should be. After: what waits for them, and what they may have done."""
    seen = cases.attendance(attendance_id, official)
    if seen.checked_at is None:
        return _check_page(request, official, seen, None)
    person = cases.attended(attendance_id, official)
    words = request.GET.get("q", "").strip()[:100]
    city, principals = catalogue.city(), parties.principals(person.person_id)
    theirs = {id_ for id_, one in city.offered.items() if any(may_apply(whom, one) for whom in principals)}
    return render(
        request,
        "counter/attend.html",
        texts=_TEXTS,
        seen=seen,
        number=_number(seen.person),
        words_=words,
        found=[one for one in find(city, words) if one.about is None],
        theirs=theirs,
        services=[] if words else [one for id_, one in city.offered.items() if id_ in theirs and seen.channel in one.channels],
        city=city,
        waiting=cases.waiting_for(person),
        principals=[one for one in principals if not one.is_self],
        **frame(request, official),
    )


@require_POST
@clerk
def check(request: HttpRequest, official: Actor, attendance_id: UUID) -> HttpResponse:
    """Say which document was compared with the person."""
    try:
        acts.check_document(attendance_id, request.POST.get("document", ""), clerk=official)
    except UncheckedError as unchecked:
        return _check_page(request, official, cases.attendance(attendance_id, official), unchecked.says)
    return HttpResponseRedirect(reverse("counter:attend", args=[attendance_id]))


@require_POST
@clerk
def leave(request: HttpRequest, official: Actor, attendance_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Goodbye."""
    acts.leave(attendance_id, clerk=official)
    return HttpResponseRedirect(reverse("counter:home"))


def _check_page(request: HttpRequest, official: Actor, seen: AttendanceView, error: Text | None) -> HttpResponse:
    t = screen(_TEXTS, preferences.of(request).lang)
    number = parties.identifiers("person", seen.person)["id_number"]
    born = identity.born(number)
    return render(
        request,
        "counter/check.html",
        texts=_TEXTS,
        status=422 if error else 200,
        seen=seen,
        number=hidden(number),
        born=born,
        sex=identity.sex(number),
        documents=[(name, document(t, name)) for name in DOCUMENTS[seen.channel]],
        error=error,
        **frame(request, official),
    )


def _home(request: HttpRequest, official: Actor, number: str, channel: str, wrong: TongbanError, *, unknown: bool = False) -> HttpResponse:
    t = screen(_TEXTS, preferences.of(request).lang)
    return render(
        request,
        "counter/home.html",
        texts=_TEXTS,
        status=wrong.status if not unknown else 404,
        channels=[(name, t(f"channel_{name}")) for name in ASSISTED],
        channel=channel,
        number=number,
        error=t.unknown_by_voice if unknown else wrong.says,
        taken=[],
        back=[],
        **frame(request, official),
    )


def _lacking(typed: dict[str, str], channel: str) -> dict[str, Text]:
    needed = {
        "name": Text("请按证件填写姓名。", "Give the name as on the document."),
        "area": Text("请选择现在住的镇街。", "Choose the street where they live now."),
        "document": Text("请选明核对的是哪一种证件。", "Say which document was looked at."),
    }
    faults = {name: says for name, says in needed.items() if not typed[name]}
    if typed["area"] and typed["area"] not in catalogue.city().areas:
        faults["area"] = needed["area"]
    if typed["document"] and typed["document"] not in DOCUMENTS[channel]:
        faults["document"] = needed["document"]
    return faults


def _channel(request: HttpRequest) -> str:
    asked = request.POST.get("channel") or request.GET.get("channel") or ""
    return asked if asked in ASSISTED else "window"


def _number(person: UUID) -> str:
    return hidden(parties.identifiers("person", person)["id_number"])
