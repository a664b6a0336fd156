"""How letters come to somebody: asked before sending, shown with the case, changed until they have arrived.

Invariants: nothing is chosen for anybody: what was chosen the last time is suggested, never set without being sent; what was typed is shown again, whatever was wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import CaseNotFoundError, DeliveryWishError
from tongban.catalogue.core.definition import Procedure
from tongban.front.person import key_of, signed_in
from tongban.front.sending import posted_wish, told
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

TEXTS = "portal/delivery"
_TEXTS = ("portal/mine", "portal/frame", TEXTS)


def fields(request: HttpRequest, person: Actor, case_id: UUID, procedure: Procedure, faults: Mapping[str, Text]) -> dict[str, object]:
    """What the fields show before sending: what was typed, else what was chosen before."""
    words = screen(TEXTS, preferences.of(request).lang)
    wish = posted_wish(request.POST) if "delivery" in request.POST else cases.wished_before(person, case_id)
    return {"wish": wish, "faults": dict(faults), "hints": hints(procedure, words)}


def hints(procedure: Procedure, words: Screen) -> dict[str, str]:
    """What each way means, by the procedure's own law."""
    return {
        "electronic": words(f"delivery_electronic_hint_{procedure.delivered_on}"),
        "collect": words.delivery_collect_hint,
        "mail": words.delivery_mail_hint,
    }


@require_http_methods(["GET", "POST"])
@signed_in
def change(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Choose anew: consent, or taking it back."""
    view = cases.case_view(case_id, person)
    wish, faults = cases.sending_of(case_id).wish, {}
    if request.method == "POST":
        wish = posted_wish(request.POST)
        try:
            acts.choose_delivery(case_id, wish, actor=person, key=key_of(request))
            return HttpResponseRedirect(reverse("portal:case", args=[case_id]) + "#delivery")
        except DeliveryWishError as told:
            faults = dict(told.faults)
    words = screen(TEXTS, preferences.of(request).lang)
    return render(
        request,
        "portal/delivery.html",
        texts=_TEXTS,
        status=422 if faults else 200,
        case=view,
        wish=wish,
        faults=faults,
        hints=hints(view.procedure, words),
        key=str(uuid7()),
    )


@require_GET
@signed_in
def receipt(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The delivery receipt of a case's letters, as PDF."""
    cases.case_view(case_id, person)
    made = cases.receipt_of(case_id)
    if made is None:
        raise CaseNotFoundError
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": "inline", "Cache-Control": "private, no-store"}
    )


def shown(request: HttpRequest, case: cases.CaseView) -> dict[str, object]:
    """How a case's letters are sent, in words: the way, and what became of each delivery."""
    lang = preferences.of(request).lang
    words = screen(TEXTS, lang)
    sending = cases.sending_of(case.row.id)
    lines = [told(row, words, lang) for row in sending.rows]
    how = words(f"delivery_{sending.wish.how}") if sending.wish.how else words.delivery_none
    wish = sending.wish
    to = (words("delivery_to", **wish.to_json()) if wish.address else words.delivery_to_nobody) if wish.how == "mail" else ""
    return {"how": how, "to": to, "told": lines, "has_receipt": case.row.delivered or bool(sending.rows), "words": words}
