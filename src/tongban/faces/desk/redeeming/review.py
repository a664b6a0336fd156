"""One review on the desk: what was asked, what the machine had said, and the amount that the formula cannot tell.

Invariants: the page is there for the department whose policy it is; a sum that is refused is refused beside its field, with what was typed kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.benefits import acts, reads
from tongban.benefits.core.wording import Wording
from tongban.benefits.errors import AboveCapError, MatchNotFoundError, OfficialOnlyError, ReviewOverError, WordsMissingError
from tongban.benefits.permissions import may
from tongban.benefits.reads import ReviewView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.faces.desk.person import official
from tongban.faces.desk.policies.held import frame
from tongban.faces.desk.redeeming.lists import TEXTS, departments_of
from tongban.faces.desk.redeeming.reviews import amount_of, names_of, state_of
from tongban.kernel.money import parse_yuan
from tongban.kernel.text import Text, plain
from tongban.look import preferences
from tongban.look.drawings.clauses import ClauseRow, ShownFact
from tongban.look.environment import yuan
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor
from tongban.rules.core import Explanation

_MOST: Final = 2000
Typed = Mapping[str, str]
_BLANK: Final[Typed] = {"amount": "", "words": ""}


@require_GET
@official
def review(request: HttpRequest, person: Actor, review_id: UUID) -> HttpResponse:
    """One review. 403 for whose department it is none of."""
    return _page(request, person, *_held(person, review_id))


@require_POST
@official
def amount(request: HttpRequest, person: Actor, review_id: UUID) -> HttpResponse:
    """Say what the review comes to."""
    view, policy = _held(person, review_id)
    typed = {name: plain(request.POST.get(name, ""))[:_MOST] for name in _BLANK}
    t = screen(TEXTS, preferences.of(request).lang)
    fen, faults = _read(typed, t)
    status, error = 422, None
    if not faults:
        try:
            acts.set_amount(view.id, person, amount=fen, words=typed["words"])
            return HttpResponseRedirect(f"{reverse('desk:review', args=[view.id])}?done=amount")
        except (AboveCapError, ReviewOverError) as no:
            status, faults = no.status, {"amount": no.says}
        except OfficialOnlyError as no:
            status, error = no.status, no.says
        view, policy = _held(person, review_id)
    return _page(request, person, view, policy, status=status, typed=typed, faults=faults, error=error)


def _read(typed: Typed, t: Screen) -> tuple[int, dict[str, Text | str]]:
    """The sum in fen, and what is wrong beside which field."""
    faults: dict[str, Text | str] = {}
    fen = 0
    try:
        fen = parse_yuan(typed["amount"])
        if fen <= 0:
            faults["amount"] = t.amount_zero
    except ValueError:
        faults["amount"] = t.amount_wrong
    if not typed["words"].strip():
        faults["words"] = WordsMissingError().says
    return fen, faults


def _held(person: Actor, review_id: UUID) -> tuple[ReviewView, Policy]:
    """The review with its policy. Raises MatchNotFoundError, and OfficialOnlyError for who does not see its department's lists."""
    view = reads.review(review_id)
    policy = catalogue.city().version_of(view.policy, view.version) if view is not None else None
    if view is None or policy is None:
        raise MatchNotFoundError
    if policy.department not in departments_of(person):
        raise OfficialOnlyError
    return view, policy


def _page(
    request: HttpRequest,
    person: Actor,
    view: ReviewView,
    policy: Policy,
    *,
    status: int = 200,
    typed: Typed = _BLANK,
    faults: Mapping[str, Text | str] | None = None,
    error: Text | None = None,
) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(TEXTS, lang)
    here, match = reverse("desk:review", args=[view.id]), reads.match_of_case(view.case_id)
    is_open = policy.amount is not None and view.settled_at is None
    return render(
        request,
        "desk/review.html",
        texts=TEXTS,
        status=status,
        error=error,
        view=view,
        policy=policy,
        who=names_of([view]).get(view.principal_id, t.not_entered),
        state=state_of(view, t),
        told=t(f"machine_{view.answer}"),
        amount=amount_of(view, policy, t, lang),
        clause_rows=_clauses(view, policy),
        entitlement=reverse("desk:entitlement", args=[match]) if match is not None else "",
        at_most=t("amount_hint_cap", sum=yuan(policy.cap, lang)) if policy.cap is not None else t.amount_hint,
        may_say=is_open and may(person, "set-amount", policy.department) is not None,
        late=view.settled_at is not None and bool(faults),
        here=here,
        typed=typed,
        faults=dict.fromkeys(_BLANK) | dict(faults or {}),
        done=request.GET.get("done") == "amount",
        **frame(request, person),
    )


def _clauses(view: ReviewView, policy: Policy) -> list[ClauseRow]:
    """What the machine had said of each clause; nothing where that version of the policy is published no more."""
    stored = reads.explanation_of(view.id)
    if policy.hash != view.version or not stored:
        return []
    wording = Wording(catalogue.city(), policy)
    return [
        ClauseRow(
            says=result.clause.says,
            state=result.answer.value,
            cite=result.clause.cite,
            facts=tuple(
                ShownFact(wording.label(name), wording.told(name, fact), wording.department(name))
                for name, fact in result.facts
                if name != MATCH_ON
            ),
        )
        for result in Explanation.from_json(dict(stored)).results
    ]
