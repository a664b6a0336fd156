"""Applying: what we already know, the questions, the check page, sending.

Invariants: every page works without JavaScript; a page that is posted is saved before anything is judged; a second click, a reload and the back
button lead to the same one application.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases.core.form import Answered
from tongban.cases.errors import DeliveryWishError, IncompleteError, StaleCaseError, ToleranceError, WrongStateError
from tongban.cases.reads import FormView, form_view
from tongban.cases.reads.clauses import clause_rows
from tongban.cases.reads.form import SectionView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import is_met
from tongban.catalogue.core.definition import Procedure, Service, Way
from tongban.faces.portal import fees
from tongban.faces.portal.bundles import check_parts
from tongban.faces.portal.delivery import TEXTS as DELIVERY_TEXTS
from tongban.faces.portal.delivery import fields
from tongban.faces.portal.drawn import drawn
from tongban.front.drawn import beside
from tongban.front.filling import answer_of, ask_registers, attach_all, both, deciding, typed, value_of
from tongban.front.person import key_of, signed_in, version_of
from tongban.front.sending import posted_wish
from tongban.kernel import clock
from tongban.kernel.errors import NotFoundError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.environment import span
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_TEXTS = ("portal/bundle", "portal/apply", fees.TEXTS, "portal/frame")
_OPEN = ("draft", "correction")
_NOT_CONFIRMED = Text(zh="请先确认所填内容属实。", en="Please confirm first that what you gave is true.")
_CHANGED = Text(
    zh="这一页打开以后，内容在别处改动过，所以没有提交。下面是最新内容，请核对后再提交。",
    en="The answers were changed elsewhere after this page was opened, so nothing was sent. Below is the latest; check it, then send.",
)


@require_GET
@signed_in
def known(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """What departments hold already, fetched now, before anything is asked."""
    if form_view(case_id, person).state not in _OPEN:
        return _to_case(case_id)
    ask_registers(person, case_id)
    form = form_view(case_id, person)
    if form.service.tickets is not None:
        return HttpResponseRedirect(reverse("portal:tell-form", args=[form.service.id]))
    first = form.sections[0] if form.sections else None
    return render(request, "portal/known.html", texts=_TEXTS, form=form, first=first, more_may_follow=bool(deciding(form)))


@require_http_methods(["GET", "POST"])
@signed_in
def section(request: HttpRequest, person: Actor, case_id: UUID, section_id: str) -> HttpResponse:
    """One page of questions. Posting saves it, then goes on; a question that an answer reveals is asked on the same page."""
    form = form_view(case_id, person)
    if request.method == "POST":
        return _save_section(request, person, form, section_id) if form.state in _OPEN else _too_late(request, form, section_id)
    return _section_page(request, form, _section(form, section_id), None, None) if form.state in _OPEN else _to_case(case_id)


@require_POST
@signed_in
def autosave(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Keep what is being typed; answers with the time and the new version, or with what two windows disagree about."""
    try:
        answered = acts.save(
            case_id, request.POST.dict(), actor=person, version=version_of(request), section=request.POST.get("section") or None
        )
    except StaleCaseError as stale:
        return JsonResponse(
            {"conflict": {name: str(value) for name, value in stale.theirs.items()}, "says": {"zh": stale.says.zh, "en": stale.says.en}},
            status=409,
        )
    form = form_view(case_id, person)
    faults = {name: {"zh": fault.zh, "en": fault.en} for name, fault in answered.faults.items()}
    saved = f"{clock.local(form.saved_at):%H:%M}"
    return JsonResponse({"version": form.version, "faults": faults}, headers={"X-Saved": saved})


@require_POST
@signed_in
def paper(request: HttpRequest, person: Actor, case_id: UUID, question_id: str) -> HttpResponse:
    """Add or take away one paper."""
    if "remove" in request.POST:
        acts.detach(case_id, question_id, actor=person)
    form = form_view(case_id, person)
    where = next((one.section.id for one in form.sections if any(view.question.id == question_id for view in one.questions)), None)
    return HttpResponseRedirect(reverse("portal:section", args=[case_id, where]) if where else reverse("portal:check", args=[case_id]))


@require_GET
@signed_in
def check(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Everything on one page before it is sent: own answers, what departments supplied, each condition."""
    if form_view(case_id, person).state not in _OPEN:
        return _to_case(case_id)
    ask_registers(person, case_id)
    return _check_page(request, person, form_view(case_id, person), None)


@require_POST
@signed_in
def send(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Send it; a second click leads to the same case. What changed since the page was drawn is shown first."""
    form = form_view(case_id, person)
    if form.state not in _OPEN:
        return _to_case(case_id, sent=True)
    if told := _not_ready(request, person, form):
        return told
    ask_registers(person, case_id)
    try:
        acts.send(case_id, actor=person, key=key_of(request), version=form.version, tolerate="tolerate" in request.POST)
    except (IncompleteError, ToleranceError) as lacking:
        return _check_page(request, person, form_view(case_id, person), lacking.says, status=422)
    except StaleCaseError:
        return _check_page(request, person, form_view(case_id, person), _CHANGED, status=409)
    except WrongStateError:
        pass  # it is sent already: the second click sees the first one's case
    return _to_case(case_id, sent=True)


def _not_ready(request: HttpRequest, person: Actor, form: FormView) -> HttpResponse | None:
    """The check page again, where something has to be chosen, confirmed or looked at first. How letters are to come is kept in any case."""
    if form.state == "draft":
        try:
            acts.wish_delivery(form.case_id, posted_wish(request.POST), actor=person)
        except DeliveryWishError as told:
            return _check_page(request, person, form, told.says, status=422, faults=told.faults)
    if "promise" not in request.POST:
        return _check_page(request, person, form, _NOT_CONFIRMED, status=422)
    return _check_page(request, person, form, _CHANGED, status=409) if version_of(request) != form.version else None


@require_POST
@signed_in
def choose(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Choose to promise, or the ordinary way; back to the check page, where the choice can be changed until it is sent."""
    if form_view(case_id, person).state not in _OPEN:
        return _to_case(case_id)
    acts.choose_promise(case_id, actor=person, chosen=request.POST.get("chosen") == "promise")
    wish = posted_wish(request.POST)
    if not wish.faults() and form_view(case_id, person).state == "draft":
        acts.wish_delivery(case_id, wish, actor=person)
    return HttpResponseRedirect(reverse("portal:check", args=[case_id]) + "#way")


@require_http_methods(["GET", "POST"])
@signed_in
def discard(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Throw a draft away, after asking once."""
    form = form_view(case_id, person)
    if form.state != "draft":
        return _to_case(case_id)
    if request.method == "POST":
        acts.discard(case_id, actor=person)
        return HttpResponseRedirect(reverse("portal:cases"))
    return render(request, "portal/discard.html", texts=_TEXTS, form=form)


def _save_section(request: HttpRequest, person: Actor, form: FormView, section_id: str) -> HttpResponse:
    try:
        answered = acts.save(form.case_id, request.POST.dict(), actor=person, version=version_of(request), section=section_id)
        faults = dict(answered.faults) | _attach(request, person, form.case_id, section_id)
    except StaleCaseError as stale:
        form = form_view(form.case_id, person)
        return _section_page(request, form, _section(form, section_id), Answered({}, {}, typed(request, form, section_id)), stale)
    except WrongStateError:
        return _too_late(request, form, section_id)
    ask_registers(person, form.case_id)
    return _after_saving(request, form_view(form.case_id, person), section_id, Answered(answered.answers, faults, answered.typed))


def _attach(request: HttpRequest, person: Actor, case_id: UUID, section_id: str) -> dict[str, Text]:
    parts = form_view(case_id, person).sections
    return attach_all(request, person, case_id, tuple(one for one in parts if one.section.id == section_id))


def _after_saving(request: HttpRequest, form: FormView, section_id: str, answered: Answered) -> HttpResponse:
    """On to the next page, unless something on this one is not right or has just been revealed."""
    here = next((one for one in form.sections if one.section.id == section_id), None)
    if "leave" in request.POST and not answered.faults:
        return HttpResponseRedirect(reverse("portal:cases"))
    if here is None:
        return HttpResponseRedirect(_next(form, section_id))
    if "redraw" in request.GET:
        return _section_page(request, form, here, answered, None)
    were_asked = request.POST.get("asked", "").split(",")
    faults = {name: form.faults[name] for name in here.missing if name in were_asked} | dict(answered.faults)
    if faults or here.missing:
        return _section_page(request, form, here, Answered(answered.answers, faults, answered.typed), None, status=422 if faults else 200)
    return HttpResponseRedirect(_next(form, section_id))


def _to_case(case_id: UUID, *, sent: bool = False) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:case", args=[case_id]) + ("?sent=1" if sent else ""))


def _too_late(request: HttpRequest, form: FormView, section_id: str) -> HttpResponse:
    """The application was sent meanwhile: say so, and show what was typed, so that it can be taken along."""
    labels = {question.id: question.label for question in form.service.questions}
    rows = [{"key": labels[name], "value": text} for name, text in typed(request, form, section_id).items() if text]
    return render(request, "portal/too-late.html", texts=_TEXTS, status=409, form=form, rows=rows)


def _section(form: FormView, section_id: str) -> SectionView:
    for one in form.sections:
        if one.section.id == section_id:
            return one
    raise NotFoundError(Text(zh="这一页已不需要填写，请从检查页继续。", en="This page is no longer needed; go on from the check page."))


def _section_page(
    request: HttpRequest, form: FormView, here: SectionView, answered: Answered | None, stale: StaleCaseError | None, status: int = 200
) -> HttpResponse:
    number = [one.section.id for one in form.sections].index(here.section.id) + 1
    faults, kept = (answered.faults, answered.typed) if answered else ({}, {})
    labels = {view.question.id: view.question.label for view in here.questions}
    stale_rows = both(here.questions, stale, preferences.of(request).lang) if stale else []
    return render(
        request,
        "portal/section.html",
        texts=_TEXTS,
        status=409 if stale else status,
        form=form,
        part=here,
        number=number,
        faults=faults,
        told=[(name, beside(labels[name], fault)) for name, fault in faults.items() if name in labels],
        revealed=request.method == "POST" and not faults and stale is None and bool(here.missing) and "redraw" not in request.GET,
        values={view.question.id: kept.get(view.question.id, value_of(view)) for view in here.questions},
        deciding=deciding(form),
        stale=stale,
        stale_rows=stale_rows,
    )


def _check_page(
    request: HttpRequest,
    person: Actor,
    form: FormView,
    error: Text | None,
    status: int = 200,
    faults: Mapping[str, Text] = MappingProxyType({}),
) -> HttpResponse:
    words = screen(_TEXTS, preferences.of(request).lang)
    limits = (form.way.limits if form.way else None) or form.service.limits
    days = span(limits.promised, preferences.of(request).lang)
    at_once = form.way is not None and not form.way.route and is_met(form.explanation, form.way)
    return render(
        request,
        "portal/check.html",
        texts=(*_TEXTS, DELIVERY_TEXTS),
        status=status,
        form=form,
        error=error,
        delivery=fields(request, person, form.case_id, _procedure(form), faults) if form.state == "draft" else None,
        key=request.POST.get("key") or str(uuid7()),
        sections=[{"title": part.section.title, "rows": _answers(form, part, words)} for part in form.sections],
        clause_rows=drawn(clause_rows(form.service, form.explanation, form.way), form.service, preferences.of(request).lang),
        promise=_promise(form, preferences.of(request).lang),
        owed_within=span(form.service.tolerance.within, preferences.of(request).lang) if form.service.tolerance else "",
        tolerate="tolerate" in request.POST,
        **check_parts(form, preferences.of(request).lang),
        way_says=words.way_instant if at_once else words("way_people", way=form.way.title if form.way else form.service.title, days=days),
    )


def _procedure(form: FormView) -> Procedure:
    """By which procedure it would go."""
    return catalogue.city().procedures[(form.way.procedure if form.way else "") or form.service.procedure]


def _promise(form: FormView, lang: Lang) -> dict[str, object] | None:
    """The way on a promise, if it is open: what would be promised, how it would go, by when it is checked."""
    way: Way | None = form.promise_way
    if way is None or way.check is None:
        return None
    service: Service = form.service
    covered = [clause.says for clause in service.rules if clause.id in way.covers]
    return {"way": way, "covered": covered, "within": span(way.check.within, lang), "at_once": not way.route, "chosen": form.is_promised}


def _answers(form: FormView, part: SectionView, words: Screen) -> list[dict[str, object]]:
    """The check page's rows of one section, each with its way back to the question."""
    rows: list[dict[str, object]] = []
    for view in part.questions:
        stored = answer_of(form, view)
        address = f"{reverse('portal:section', args=[form.case_id, part.section.id])}#{view.question.id}"
        rows.append({"key": view.question.label, "value": words.not_answered if stored is None else stored, "href": address})
    return rows


def _next(form: FormView, section_id: str) -> str:
    ids = [one.section.id for one in form.sections]
    following = ids[ids.index(section_id) + 1 :] if section_id in ids else []
    if following and not form.is_complete:
        return reverse("portal:section", args=[form.case_id, following[0]])
    return reverse("portal:check", args=[form.case_id])
