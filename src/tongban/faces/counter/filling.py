"""Fill in with a person what the service asks: all questions on one page, saved as one types; then its papers, scanned, compared with their originals.

Invariants: a page that is posted is saved before anything is judged; nothing of the person is shown but what this application asks and what departments
supply for it; several pictures chosen for one paper are its pages.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.core.form import Answered
from tongban.cases.errors import StaleCaseError
from tongban.cases.reads import FormView
from tongban.cases.reads.form import QuestionView
from tongban.faces.counter.frame import FRAME, frame
from tongban.faces.counter.person import attendance_of, with_person
from tongban.files import reads as files
from tongban.front.drawn import beside
from tongban.front.filling import ask_registers, attach_all, both, deciding, typed, value_of
from tongban.front.person import version_of, who
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.parties.core.people import Actor

_TEXTS = (FRAME, "counter/fill")
OPEN = ("draft", "correction")


@require_http_methods(["GET", "POST"])
@with_person
def form(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Every question but the papers, on one page."""
    if request.method == "POST":
        return _save(request, person, case_id)
    view = cases.form_view(case_id, person)
    if view.state not in OPEN:
        return _to("counter:taken", person, case_id)
    ask_registers(person, case_id)
    return _form_page(request, person, cases.form_view(case_id, person), None, None)


@require_POST
@with_person
def autosave(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Keep what is being typed; answers with the time and the new version, or with what two windows disagree about."""
    try:
        acts.save(case_id, request.POST.dict(), actor=person, version=version_of(request))
    except StaleCaseError as stale:
        told = {name: str(value) for name, value in stale.theirs.items()}
        return JsonResponse({"conflict": told, "says": {"zh": stale.says.zh, "en": stale.says.en}}, status=409)
    view = cases.form_view(case_id, person)
    return JsonResponse({"version": view.version}, headers={"X-Saved": f"{clock.local(view.saved_at):%H:%M}"})


@require_http_methods(["GET", "POST"])
@with_person
def papers(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """The papers: scanned or photographed, compared with the original, and where a copy on paper is kept."""
    view = cases.form_view(case_id, person)
    if view.state not in OPEN:
        return _to("counter:taken", person, case_id)
    faults: dict[str, Text] = {}
    if request.method == "POST":
        faults = attach_all(request, person, case_id, view.sections)
        for one in _papers(cases.form_view(case_id, person)):
            if one.upload is not None:
                _see(request, person, case_id, one)
        view = cases.form_view(case_id, person)
        if not faults and "stay" not in request.POST and all(one.upload for one in _papers(view) if one.question.required):
            return _to("counter:confirm", person, case_id)
    return _page(
        request,
        person,
        view,
        "counter/papers.html",
        status=422 if faults else 200,
        asked=_papers(view),
        faults=faults,
        supplied=view.papers,
    )


@require_GET
@with_person
def paper(request: HttpRequest, person: Actor, case_id: UUID, upload_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A paper as it was scanned."""
    row = cases.upload_of(case_id, upload_id, person)
    policy = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": policy, "Cache-Control": "private, no-store"}
    return HttpResponse(files.content(row.file_id, case_id), content_type=row.media_type, headers=headers)


def _save(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    try:
        answered = acts.save(case_id, request.POST.dict(), actor=person, version=version_of(request))
    except StaleCaseError as stale:
        view = cases.form_view(case_id, person)
        return _form_page(request, person, view, Answered({}, {}, typed(request, view)), stale)
    ask_registers(person, case_id)
    view = cases.form_view(case_id, person)
    if "redraw" in request.GET:
        return _form_page(request, person, view, answered, None)
    were_asked = request.POST.get("asked", "").split(",")
    shown = {one.question.id for one in _questions(view)}
    lacking = {name: fault for name, fault in view.faults.items() if name in shown}
    faults = {name: fault for name, fault in lacking.items() if name in were_asked} | dict(answered.faults)
    if faults or lacking:
        return _form_page(request, person, view, Answered(answered.answers, faults, answered.typed), None, status=422 if faults else 200)
    return _to("counter:papers" if _papers(view) else "counter:confirm", person, case_id)


def _form_page(
    request: HttpRequest, person: Actor, view: FormView, answered: Answered | None, stale: StaleCaseError | None, status: int = 200
) -> HttpResponse:
    faults, kept = (answered.faults, answered.typed) if answered else ({}, {})
    questions, lang = _questions(view), preferences.of(request).lang
    labels = {one.question.id: one.question.label for one in questions}
    parts = [(part.section, [one for one in part.questions if one.question.type != "file"]) for part in view.sections]
    return _page(
        request,
        person,
        view,
        "counter/form.html",
        status=409 if stale else status,
        asked_parts=[(section, views) for section, views in parts if views],
        asked=",".join(one.question.id for one in questions),
        faults=faults,
        told=[(name, beside(labels[name], fault)) for name, fault in faults.items() if name in labels],
        values={one.question.id: kept.get(one.question.id, value_of(one)) for one in questions},
        deciding=deciding(view),
        revealed=request.method == "POST" and not faults and stale is None and "redraw" not in request.GET,
        stale_rows=both(questions, stale, lang) if stale else [],
    )


def _see(request: HttpRequest, person: Actor, case_id: UUID, one: QuestionView) -> None:
    """What the clerk says of one paper, where it is another than what is kept."""
    assert one.upload is not None
    is_new = one.question.id in request.FILES
    seen = request.POST.get(f"seen-{one.question.id}") == "yes"
    copy_at = request.POST.get(f"copy-{one.question.id}", "").strip()
    if is_new or seen != (one.upload.seen_at is not None) or copy_at != one.upload.copy_at:
        acts.see_original(case_id, one.question.id, actor=person, seen=seen, copy_at=copy_at)


def _questions(view: FormView) -> tuple[QuestionView, ...]:
    return tuple(one for part in view.sections for one in part.questions if one.question.type != "file")


def _papers(view: FormView) -> tuple[QuestionView, ...]:
    return tuple(one for part in view.sections for one in part.questions if one.question.type == "file")


def _to(name: str, person: Actor, case_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=[attendance_of(person), case_id]))


def _page(request: HttpRequest, person: Actor, view: FormView, template: str, status: int, **more: object) -> HttpResponse:
    official = who(request)
    assert official is not None
    return render(
        request,
        template,
        texts=_TEXTS,
        status=status,
        form=view,
        person=person,
        attendance_id=attendance_of(person),
        has_papers=bool(_papers(view)),
        **more,
        **frame(request, official),
    )
