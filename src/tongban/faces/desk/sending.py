"""Letters on paper (待寄送): what waits to be posted or collected, what is on its way; printed together, registered one by one.

Invariants: posts that may deliver see what is of their own department and area, a counter what is of its area, and hands out at its own page alone, to who stands
there; what was typed is shown again where a line could not be registered; each line carries a key, so a second click is the same act.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.acts import Handed
from tongban.cases.core.delivery import RELATIONS
from tongban.cases.errors import CaseNotFoundError, ReceiverMissingError
from tongban.cases.reads import DeliveryRow, Parcel
from tongban.credentials import reads as credentials
from tongban.faces.desk import exports, paper_tables
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.person import check_verb, official, verbs_of
from tongban.faces.desk.tables import AT_ONCE
from tongban.front.person import uuid_of
from tongban.kernel import clock
from tongban.kernel.errors import TongbanError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.posted import posted
from tongban.look.sheets import every
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

_TEXTS = ("desk/sending", "desk/frame")
TABS = ("mail", "collect", "way")
POSTS = ("deliver", "counter")
"""The duties of which one is enough to post letters."""


@require_http_methods(["GET", "POST"])
@official
def sending_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """The three lists. Posting registers every line of the first that has a tracking number."""
    check_verb(person, *POSTS)
    tab = request.GET.get("tab", "mail")
    tab = tab if tab in TABS else "mail"
    if tab == "collect" and not _hands_out(person):
        return HttpResponseRedirect(reverse("counter:collect"))
    if exports.asked(request):
        return _exported(request, person, tab)
    faults: dict[str, Text] = {}
    if request.method == "POST":
        done, faults = _post_all(request, person)
        if not faults:
            return _back(tab, done=done)
    return _page(request, person, tab, faults)


def _exported(request: HttpRequest, person: Actor, tab: str) -> HttpResponse:
    """One of the three lists, all of its pages."""
    t = screen(_TEXTS, preferences.of(request).lang)
    title = t(f"tab_{tab}")
    if tab == "way":
        table = paper_tables.on_the_way(every(lambda after: cases.on_the_way(person, after=after, limit=AT_ONCE), None), t, title)
    else:
        waiting = cases.to_post if tab == "mail" else cases.to_hand_over
        table = paper_tables.parcels(every(lambda after: waiting(person, after=after, limit=AT_ONCE), None), t, title)
    return exports.answer(request, person, table, "sending", told={"list": tab})


@require_GET
@official
def printed(request: HttpRequest, person: Actor) -> HttpResponse:
    """The chosen parcels as one PDF: cover and letters of each. 404 where none of them waits for this desk."""
    check_verb(person, *POSTS)
    how = "collect" if request.GET.get("tab") == "collect" else "mail"
    wanted = [found for text in request.GET.getlist("case") if (found := uuid_of(text))]
    chosen = cases.parcels(person, wanted, how)
    if not chosen:
        raise CaseNotFoundError
    return _pdf(cases.envelopes(chosen), f"{clock.today():%Y%m%d}-{len(chosen)}.pdf")


@require_GET
@official
def paper(request: HttpRequest, person: Actor, case_id: UUID, paper_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """One letter or licence that goes into an envelope, by itself: a licence may need paper of its own."""
    parcel = cases.parcel_of(person, case_id)
    letter = next((one for one in parcel.letters if one.id == paper_id), None)
    licence = next((one for one in parcel.licences if one.id == paper_id), None)
    if letter is None and licence is None:
        raise CaseNotFoundError
    content = cases.letter_document(letter) if letter else credentials.pdf(paper_id)
    return _pdf(content, f"{letter.number if letter else licence.serial if licence else ''}.pdf")


@require_POST
@official
def hand_out(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Hand the letters of one case out over the counter."""
    handed = Handed(
        request.POST.get("received_by", ""),
        request.POST.get("relation", ""),
        request.POST.get("document", ""),
        request.POST.get("note", ""),
    )
    return _one(request, person, "collect", str(case_id), lambda key: acts.hand_out(case_id, actor=person, key=key, handed=handed))


@require_POST
@official
def arrived(request: HttpRequest, person: Actor, delivery_id: UUID) -> HttpResponse:
    """The post was taken in."""
    typed = posted("date", "on", request.POST) or ""

    def act(key: str) -> object:
        return acts.arrived(delivery_id, actor=person, key=key, received_by=request.POST.get("received_by", ""), on=_day(typed))

    return _one(request, person, "way", str(delivery_id), act)


@require_POST
@official
def came_back(request: HttpRequest, person: Actor, delivery_id: UUID) -> HttpResponse:
    """The post came back."""
    words = request.POST.get("words", "")
    return _one(request, person, "way", str(delivery_id), lambda key: acts.come_back(delivery_id, actor=person, key=key, words=words))


def _one(request: HttpRequest, person: Actor, tab: str, line: str, act: Callable[[str], object]) -> HttpResponse:
    check_verb(person, *POSTS)
    try:
        act(request.POST.get("key", "")[:80] or str(uuid7()))
    except CaseNotFoundError:
        raise
    except TongbanError as told:
        return _page(request, person, tab, {line: told.says})
    return _back(tab, done=1, of=line)


def _post_all(request: HttpRequest, person: Actor) -> tuple[int, dict[str, Text]]:
    """Every line with a number is an act of its own; what could not be done keeps its words."""
    done, faults = 0, {}
    for name, value in request.POST.items():
        case_id = uuid_of(name.removeprefix("tracking-")) if name.startswith("tracking-") else None
        if case_id is None or not str(value).strip():
            continue
        key = request.POST.get(f"key-{case_id}", "")[:80] or str(uuid7())
        try:
            acts.post(case_id, actor=person, key=key, carrier=request.POST.get("carrier", ""), tracking=str(value))
            done += 1
        except TongbanError as told:
            faults[str(case_id)] = told.says
    return (done, faults) if done or faults else (0, {"": _NOTHING})


def _page(request: HttpRequest, person: Actor, tab: str, faults: dict[str, Text]) -> HttpResponse:
    lang = preferences.of(request).lang
    after = uuid_of(request.GET.get("after", ""))
    rows: Any
    if tab == "way":
        rows, following = cases.on_the_way(person, after=after)
    else:
        rows, following = (cases.to_post if tab == "mail" else cases.to_hand_over)(person, after=after)
    typed = {name: request.POST.get(name, "") for name in request.POST} if faults else {}
    return render(
        request,
        "desk/sending.html",
        texts=_TEXTS,
        status=422 if faults else 200,
        tab=tab,
        tabs=[{"name": name, "href": f"{reverse('desk:sending')}?tab={name}", "current": name == tab} for name in TABS],
        opens={str(row.case_id): _opened(person, row) for row in rows},
        rows=rows,
        keys={str(row.id if tab == "way" else row.case_id): str(uuid7()) for row in rows},
        next_page=f"?{urlencode({'tab': tab, 'after': str(following)})}" if following else "",
        first_page=f"?tab={tab}" if after else "",
        faults=faults,
        told=[(f"line-{line}" if line else "", says) for line, says in faults.items()],
        typed=typed,
        relations=list(RELATIONS.items()),
        done=_count(request.GET.get("done", "")),
        of=f"{line}/" if (line := uuid_of(request.GET.get("of", ""))) else "mail",
        tools=tools(person, screen(FRAME, lang), request.path),
        watermark_lines=watermark(request, person),
    )


def _hands_out(person: Actor) -> bool:
    """Whether somebody hands letters out for their own department; at a counter they are handed out to who stands there."""
    return "deliver" in verbs_of(person)


def _opened(person: Actor, row: Parcel | DeliveryRow) -> str:
    """Where a line leads: the case itself in its own department, what a counter sees of it otherwise."""
    department = row.department if isinstance(row, Parcel) else row.case_department
    own = any(post.department == department for post in person.posts)
    return reverse("desk:case" if own else "counter:case", args=[row.case_id])


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    response["Cache-Control"] = "private, no-store"
    return response


def _back(tab: str, *, done: int, of: str = "") -> HttpResponse:
    told = {"tab": tab, "done": str(done)} | ({"of": of} if of else {})
    return HttpResponseRedirect(f"{reverse('desk:sending')}?{urlencode(told)}")


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ReceiverMissingError(_NO_DAY) from None


_NOTHING = Text(
    zh="没有填邮件单号。请在要寄出的那几行填上单号，再登记。",
    en="No tracking number was given. Fill in those of the lines that were posted.",
)
_NO_DAY = Text(zh="请填回执上的签收日期。", en="Give the day on which it was signed for.")
