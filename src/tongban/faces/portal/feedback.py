"""What people say about how they were served: rate a case on its page or by a link, follow what came of it, ask for a review.

Invariants: no level is chosen beforehand, and a form without one is refused with everything else kept; nobody is asked twice; a link's page shows no name and no
number, and answers a second rating as it answered the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.core.ratings import MOST_WORDS, read_said
from tongban.cases.feedback_errors import AlreadyRatedError, LevelMissingError, NotRateableError
from tongban.cases.reads import CaseView
from tongban.cases.reads.rating_links import to_rate
from tongban.catalogue.core.definition import Option
from tongban.front.person import key_of, signed_in, who
from tongban.front.rating import form_of
from tongban.kernel.text import Text, plain
from tongban.look.pages import render
from tongban.parties.core.people import Actor

TEXTS = ("portal/rating",)


def of_case(view: CaseView, request: HttpRequest, form: Mapping[str, object] | None = None) -> dict[str, object]:
    """What a case's page tells of ratings and of cases that concern it; `form` is one that was sent and refused."""
    case_id = view.row.id
    is_over = view.decided_on is not None
    own = cases.own_rating(case_id) if is_over else cases.OwnRating("closed")
    return {
        "own": own,
        "may_be_named": view.ticket is None or not view.ticket.is_sealed,
        "rating": form or form_of({}, own.indices),
        "was_rated": request.GET.get("rated") == "1",
        "told": cases.rating_on_my_side(case_id) if view.is_linked else None,
        "concerned": cases.concerned(case_id) if view.is_linked else None,
        "linked": cases.linked_on_my_side(case_id),
        "openable": cases.openable(case_id) if is_over else (),
    }


@require_POST
@signed_in
def rate(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Rate one's own case; without a level its page comes again, with what was written."""
    from tongban.faces.portal.mine import case_page

    view = cases.case_view(case_id, person)
    own = cases.own_rating(case_id)
    try:
        acts.rate(case_id, read_said(request.POST.dict(), own.indices), actor=person, key=key_of(request))
    except LevelMissingError as missing:
        return case_page(request, person, case_id, status=422, rating=_sent(request, own.indices, missing.says))
    except (AlreadyRatedError, NotRateableError) as told:
        return case_page(request, person, case_id, status=409, rating=_sent(request, own.indices, told.says))
    return HttpResponseRedirect(f"{reverse('portal:case', args=[view.row.id])}?rated=1#rating")


@require_http_methods(["GET", "POST"])
def rate_link(request: HttpRequest, token: str) -> HttpResponse:
    """Rate by a link, without signing in. Looking at it rates nothing."""
    asked = to_rate(token)
    context: dict[str, object] = {"asked": asked, "is_done": False, "rating": form_of({}, asked.indices)}
    status = 200
    if request.method == "POST":
        try:
            acts.rate_by_link(token, read_said(request.POST.dict(), asked.indices), key=key_of(request), present=who(request))
            context["is_done"] = True
        except LevelMissingError as missing:
            context["rating"], status = _sent(request, asked.indices, missing.says), 422
    return render(request, "portal/rate.html", texts=(*TEXTS, "portal/frame"), status=status, **context)


@require_POST
@signed_in
def start_about(request: HttpRequest, person: Actor, case_id: UUID, service_id: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Begin an application that concerns this case, or go on with its draft."""
    return HttpResponseRedirect(reverse("portal:apply", args=[acts.start_about(service_id, case_id, actor=person)]))


def _sent(request: HttpRequest, indices: Iterable[Option], error: Text) -> dict[str, object]:
    """A form as it was sent, no longer than a rating is kept, with what is wrong."""
    posted = request.POST.dict()
    posted |= {"words": plain(posted.get("words", ""))[:MOST_WORDS], "contact": plain(posted.get("contact", ""))[:40]}
    return form_of(posted, indices, error, key=key_of(request))
