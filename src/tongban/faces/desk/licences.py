"""Licences of an office (证照): found by number or holder, one with its history, and the proposal to end it.

Invariants: only licences that the reader's own office issued; nothing ends here: the proposal becomes a case, which somebody else decides after the holder was
heard; what was typed is shown again whatever is wrong with it.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import CaseNotFoundError, EndingUnderWayError, IncompleteError, LicenceGoneError
from tongban.cases.reads import LicenceFile
from tongban.cases.reads.ending import Filled
from tongban.catalogue.core.course import careful_way, choose_way
from tongban.catalogue.core.definition import Option, Question, Service, Way
from tongban.catalogue.core.words import SITUATION
from tongban.credentials.core.credential import STATES, Credential
from tongban.faces.desk import exports, paper_tables
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.person import name_of, official, verbs_of
from tongban.faces.desk.tables import AT_ONCE, MOST_FOUND
from tongban.front.drawn import beside
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowedError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.posted import posted
from tongban.look.sheets import every
from tongban.look.texts import screen
from tongban.parties.core.people import Actor
from tongban.rules.core import Answer, Fact, Unknown, Value

_TEXTS = ("desk/licences", "desk/frame")
_MAY = frozenset({"review", "decide", "extend"})
_NO = Text(zh="这一页供审查和决定许可的岗位使用。", en="This page is for posts that review or decide licences.")
_PAGE = 50


@require_GET
@official
def licences_page(request: HttpRequest, person: Actor) -> HttpResponse:
    """The newest licences, or those found by number or holder."""
    _check(person)
    words = request.GET.get("q", "").strip()[:100]
    if exports.asked(request):
        return _exported(request, person, words)
    if words:
        rows, after = cases.find_licences(person, words, limit=_PAGE), None
    else:
        rows, after = cases.licences_of_office(person, after=_uuid(request.GET.get("after", "")), limit=_PAGE)
    here = reverse("desk:licences")
    return _render(
        request,
        person,
        "desk/licences.html",
        words_sought=words,
        rows=[{"licence": row, "state": _state(row), "is_valid": row.state(clock.today()) == "valid"} for row in rows],
        first_page=here if request.GET.get("after") else "",
        next_page=f"{here}?{urlencode({'after': str(after)})}" if after else "",
    )


@require_GET
@official
def licence_page(request: HttpRequest, person: Actor, licence_id: UUID) -> HttpResponse:
    """One licence: what it says, its versions, the cases about it, and how it may be ended."""
    _check(person)
    found = cases.licence_file(person, licence_id)
    if exports.asked(request):
        t = screen(_TEXTS, preferences.of(request).lang)
        table = paper_tables.licences(found.versions, t, f"{t.history} {found.licence.serial}")
        return exports.answer(request, person, table, "licence-versions", told={"licence": found.licence.serial})
    return _licence(request, person, found)


def _exported(request: HttpRequest, person: Actor, words: str) -> HttpResponse:
    """All licences of the office, or what a search finds: its words are somebody's name and stand nowhere."""
    t = screen(_TEXTS, preferences.of(request).lang)
    if words:
        found = cases.find_licences(person, words, limit=MOST_FOUND)
        return exports.answer(request, person, paper_tables.licences(found, t, t.licences_title), "licence-search", limit=MOST_FOUND)
    rows = every(lambda after: cases.licences_of_office(person, after=after, limit=AT_ONCE), None)
    return exports.answer(request, person, paper_tables.licences(rows, t, t.licences_title), "licences")


@require_http_methods(["GET", "POST"])
@official
def end(request: HttpRequest, person: Actor, licence_id: UUID, situation: str) -> HttpResponse:
    """The proposal to end it in one way; posting it opens the case."""
    _check(person)
    found = cases.licence_file(person, licence_id)
    option = next((one for one in found.endings if one.id == situation), None)
    if request.method == "GET" and (option is None or found.service is None):
        return HttpResponseRedirect(reverse("desk:licence-file", args=[licence_id]))
    if request.method == "GET":
        return _form(request, person, found, situation, faults={})
    try:
        done = acts.propose_ending(
            licence_id, situation, request.POST.dict(), actor=person, key=request.POST.get("key", "")[:80] or str(uuid7())
        )
    except IncompleteError as lacking:
        return _form(request, person, found, situation, faults=dict(lacking.faults), status=422)
    except (EndingUnderWayError, LicenceGoneError) as told:
        return _licence(request, person, cases.licence_file(person, licence_id), trouble=told.says, status=409)
    acts.gather(UUID(done.case_id), actor=name_of(person), department=found.licence.issuer_id)
    return HttpResponseRedirect(reverse("desk:case", args=[done.case_id]) + "?done=propose-ending")


def _licence(request: HttpRequest, person: Actor, found: LicenceFile, *, trouble: Text | None = None, status: int = 200) -> HttpResponse:
    licence = found.licence
    ended = licence.ended
    return _render(
        request,
        person,
        "desk/licence.html",
        status=status,
        file=found,
        licence=licence,
        state=_state(licence),
        is_valid=licence.state(clock.today()) == "valid",
        ended=ended,
        how=STATES[ended.how] if ended else None,
        versions=[(one, _state(one)) for one in found.versions],
        endings=[_ending(found.service, one) for one in found.endings] if found.service else [],
        trouble=trouble,
    )


def _form(
    request: HttpRequest, person: Actor, found: LicenceFile, situation: str, *, faults: dict[str, Text], status: int = 200
) -> HttpResponse:
    if found.service is None or situation not in {one.id for one in found.service.situations}:
        raise CaseNotFoundError
    form = cases.ending_form(found.service, found.licence, situation, request.POST.dict())
    labels = {one.id: Text(one.label.zh.rstrip("？?"), one.label.en.rstrip("？?")) for one in form.questions}
    return _render(
        request,
        person,
        "desk/ending.html",
        status=status,
        file=found,
        licence=found.licence,
        situation=next(one for one in found.service.situations if one.id == situation),
        way=_way(found.service, situation),
        questions=form.questions,
        values={question.id: _value(question, form, request) for question in form.questions},
        faults=faults,
        told=[(name, beside(labels[name], fault)) for name, fault in faults.items() if name in labels],
        key=request.POST.get("key") or str(uuid7()),
    )


def _value(question: Question, form: Filled, request: HttpRequest) -> object:
    """What was typed, as its field shows it."""
    typed = posted(question.type, question.id, request.POST)
    if question.id in form.typed or typed is None:
        return typed
    kept = form.answers.get(question.id)
    return question.fact.from_json(kept) if kept is not None else typed


def _ending(service: Service, option: Option) -> dict[str, object]:
    """One way of ending: what it is called, how it goes, and on which ground of the law."""
    facts = _facts(service, option.id)
    own = (question for question in service.questions if question.show is not None and question.show.evaluate(facts) == Answer.YES)
    first = next(own, None)
    return {"id": option.id, "label": option.label, "way": _way(service, option.id).title, "law": first.hint if first else None}


def _way(service: Service, situation: str) -> Way:
    return choose_way(service, _facts(service, situation)).way or careful_way(service)


def _facts(service: Service, situation: str) -> dict[str, Fact]:
    unknown: dict[str, Fact] = dict.fromkeys(service.vocabulary, Unknown("not-asked"))
    return {**unknown, SITUATION: Value(situation, "case")}


def _state(licence: Credential) -> Text:
    return STATES[licence.state(clock.today())]


def _check(person: Actor) -> None:
    if not _MAY & verbs_of(person):
        raise NotAllowedError(_NO)


def _render(request: HttpRequest, person: Actor, template: str, *, status: int = 200, **more: object) -> HttpResponse:
    lang = preferences.of(request).lang
    frame = {"tools": tools(person, screen(FRAME, lang), request.path), "watermark_lines": watermark(request, person)}
    return render(request, template, texts=_TEXTS, status=status, **(frame | more))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
