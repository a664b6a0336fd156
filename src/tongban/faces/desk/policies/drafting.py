"""A policy's draft: its text with what the city's checker says of each line, tried, discarded, published.

Invariants: what was typed is kept, with its faults, whatever else happens; a colleague's text is shown beside one's own and never written over; publishing is a page of its own
that says what will hold from when, and in place of what.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.benefits.acts import draft as acts
from tongban.benefits.acts.trial import ask_for_trial
from tongban.benefits.policy_errors import DraftOverError, FaultyDraftError, StaleDraftError, TooLongError
from tongban.benefits.policy_permissions import DRAFT, PUBLISH, departments_of
from tongban.benefits.reads import policies as reads
from tongban.benefits.reads.policies import DraftView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.drafting import not_before
from tongban.catalogue.errors import CityFaults, StaleFolderError
from tongban.faces.desk.person import official
from tongban.faces.desk.policies.held import POLICIES, frame, may
from tongban.faces.desk.registers.held import who
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.parties.core.people import Actor
from tongban.rules.core import Fault


@require_http_methods(["GET", "POST"])
@official
def draft(request: HttpRequest, person: Actor, draft_id: UUID) -> HttpResponse:
    """The text; posting keeps it and checks it, and tries it if that was asked."""
    if request.method == "GET":
        return _page(request, person, reads.draft(draft_id, person))
    typed = request.POST.get("text", "")
    try:
        acts.save(draft_id, typed, actor=person, version=_number(request.POST.get("version", "")))
        if request.POST.get("do") == "try":
            return HttpResponseRedirect(reverse("desk:policy-trial", args=[ask_for_trial(draft_id, actor=person)]))
    except StaleDraftError as stale:
        return _page(request, person, reads.draft(draft_id, person), status=409, error=stale.says, typed=typed)
    except (TooLongError, DraftOverError) as no:
        return _page(request, person, reads.draft(draft_id, person), status=no.status, error=no.says, typed=typed)
    except FaultyDraftError as no:
        return _page(request, person, reads.draft(draft_id, person), status=no.status, error=no.says)
    return HttpResponseRedirect(f"{reverse('desk:policy-draft', args=[draft_id])}?done=saved")


@require_POST
@official
def discard(request: HttpRequest, person: Actor, draft_id: UUID) -> HttpResponse:
    """Let a draft go."""
    try:
        acts.discard(draft_id, actor=person)
    except DraftOverError as over:
        return _page(request, person, reads.draft(draft_id, person), status=over.status, error=over.says)
    return HttpResponseRedirect(f"{reverse('desk:policies')}?done=discarded")


@require_http_methods(["GET", "POST"])
@official
def publish(request: HttpRequest, person: Actor, draft_id: UUID) -> HttpResponse:
    """What will hold from when; posting publishes it."""
    view = reads.draft(draft_id, person)
    if request.method == "GET":
        return _confirm(request, person, view)
    try:
        acts.publish(draft_id, actor=person, version=_number(request.POST.get("version", "")))
    except (StaleDraftError, StaleFolderError, FaultyDraftError, DraftOverError) as no:
        return _confirm(request, person, reads.draft(draft_id, person), status=no.status, error=no.says)
    except CityFaults as faults:
        return _confirm(request, person, view, status=faults.status, error=faults.says, faults=faults.faults)
    return HttpResponseRedirect(f"{reverse('desk:policies')}?done=published")


def _page(
    request: HttpRequest, person: Actor, view: DraftView, *, status: int = 200, error: Text | None = None, typed: str | None = None
) -> HttpResponse:
    t = screen(POLICIES, preferences.of(request).lang)
    names = who({view.saved_by, view.ended_by} - {""}, t)
    theirs = view.text if typed is not None and typed != view.text and status == 409 else None
    return render(
        request,
        "desk/policy-draft.html",
        texts=POLICIES,
        status=status,
        view=view,
        title=_title(view),
        text=view.text if typed is None else typed,
        theirs=theirs,
        error=error,
        faults=[_fault(one) for one in view.found.faults] if view.text else [],
        lines=_lines(view) if view.found.faults and view.text else [],
        by=names[view.saved_by],
        ended=names.get(view.ended_by, ""),
        department=catalogue.city().short_of(view.department),
        tried_now=view.trial is not None and view.trial.text == view.text,
        may_edit=may(person, DRAFT, view.department) and view.state == "draft",
        may_publish=may(person, PUBLISH, view.department) and view.state == "draft",
        saved=request.GET.get("done") == "saved",
        **frame(request, person),
    )


def _confirm(
    request: HttpRequest,
    person: Actor,
    view: DraftView,
    *,
    status: int = 200,
    error: Text | None = None,
    faults: tuple[Fault, ...] = (),
) -> HttpResponse:
    found = view.found
    hindered = not_before(found, clock.today(), departments_of(person, PUBLISH)) if found.policy is not None else found.faults
    return render(
        request,
        "desk/policy-publish.html",
        texts=POLICIES,
        status=status,
        view=view,
        title=_title(view),
        found=found,
        error=error,
        faults=[_fault(one) for one in faults or hindered],
        tried_now=view.trial is not None and view.trial.text == view.text and view.trial.state == "done",
        may_publish=may(person, PUBLISH, view.department) and view.state == "draft" and not hindered and found.policy is not None,
        **frame(request, person),
    )


def _title(view: DraftView) -> Text | str:
    found = view.found
    if found.policy is not None:
        return found.policy.title
    return next((one.title for one in catalogue.city().policies.values() if one.id == found.id), found.id)


def _fault(fault: Fault) -> dict[str, Any]:
    return {"path": fault.path, "line": fault.line, "column": fault.column, "says": fault.message, "near": fault.nearest}


def _lines(view: DraftView) -> list[dict[str, Any]]:
    """The text by lines, each with its faults."""
    told: dict[int, list[dict[str, Any]]] = {}
    for fault in view.found.faults:
        told.setdefault(fault.line, []).append(_fault(fault))
    return [{"n": n, "text": text, "faults": told.get(n, [])} for n, text in enumerate(view.text.split("\n"), 1)]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
