"""What one does with one's benefits: claim on one click, give up, ask that a person looks at a no, object to what stands in public.

Invariants: the same click twice is one claim; what is still needed (an account, the word that one insists) is asked on one page, with what was typed kept; nothing is claimed
by opening a page.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.benefits import acts, reads
from tongban.benefits.errors import (
    AccountKeptError,
    AccountMissingError,
    BetterChoiceError,
    NotNowError,
    ObjectedAlreadyError,
    WordsMissingError,
)
from tongban.benefits.reads import Standing
from tongban.cases.acts import check_asking
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.faces.portal import policy_words as words
from tongban.faces.portal.benefits import TEXTS
from tongban.faces.portal.policies import find
from tongban.faces.portal.publicity import TEXTS as PUBLIC
from tongban.faces.portal.publicity import public_row
from tongban.front.person import key_of, signed_in
from tongban.front.sides import Side, account_of, side_of, sides
from tongban.kernel import clock
from tongban.kernel.errors import ConflictError, NotFoundError, TooOftenError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text, plain
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

_MOST: Final = 2000
_OVER = Text(
    zh="这一项已经不在公示里了。请从公示页面查看现在的名单。",
    en="This does not stand in public any more. See the page of what is public now.",
)


def _side(request: HttpRequest, person: Actor) -> Side:
    return side_of(sides(person), request.POST.get("for", "") or request.GET.get("for", ""))


@require_http_methods(["GET", "POST"])
@signed_in
def claim(request: HttpRequest, person: Actor, policy_id: str) -> HttpResponse:
    """One click; where something is still needed, the page that asks for it."""
    policy = find(policy_id, catalogue.city())
    side = _side(request, person)
    if request.method == "GET":
        return _claim_page(request, side, policy)
    typed = plain(request.POST.get("account", "")).strip()[:40]
    answers = {name: value for name, value in (("account", typed), ("insist", request.POST.get("insist", ""))) if value}
    try:
        check_asking(person)
        match = acts.find_now(policy_id, person, kind=side.principal.kind, principal_id=side.principal.id)
        acts.claim(match, person, answers=answers, key=key_of(request))
    except AccountMissingError as lacking:
        return _claim_page(request, side, policy, typed, wants="account", fault=lacking.says if typed else None, status=422)
    except BetterChoiceError as better:
        return _claim_page(request, side, policy, typed, wants="insist" if better.may_insist else "", fault=better.says, status=422)
    except (ConflictError, TooOftenError) as no:
        return _claim_page(request, side, policy, typed, fault=no.says, status=no.status)
    return HttpResponseRedirect(f"{reverse('portal:entitlement', args=[match])}?claimed=1")


def _claim_page(
    request: HttpRequest, side: Side, policy: Policy, typed: str = "", *, wants: str = "", fault: Text | None = None, status: int = 200
) -> HttpResponse:
    lang = preferences.of(request).lang
    return render(
        request,
        "portal/benefit-claim.html",
        texts=TEXTS,
        status=status,
        side=side,
        policy=policy,
        how=words.redemption(policy, lang, screen(TEXTS, lang)),
        pay_to=account_of(side) if policy.amount is not None else "",
        pays=policy.amount is not None,
        wants=wants,
        fault=fault,
        typed=typed,
        key=request.POST.get("key", "") or str(uuid7()),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def account(request: HttpRequest, person: Actor) -> HttpResponse:
    """Say where one is paid, so that what is unasked can be."""
    side = _side(request, person)
    typed, fault = plain(request.POST.get("account", "")).strip()[:40], None
    if request.method == "POST":
        try:
            acts.tell_account(side.profile, side.principal.id, typed, actor=person)
            return HttpResponseRedirect(f"{reverse('portal:benefits')}?for={side.name}")
        except (AccountMissingError, AccountKeptError) as lacking:
            fault = lacking.says
    context: dict[str, Any] = {"side": side, "typed": typed, "fault": fault, "pay_to": account_of(side)}
    return render(request, "portal/benefit-account.html", texts=TEXTS, status=422 if fault else 200, **context)


@require_http_methods(["GET", "POST"])
@signed_in
def object_to(request: HttpRequest, person: Actor, match: UUID) -> HttpResponse:
    """Object to a payment that stands in public: in words, once."""
    standing, said = reads.stands(match), plain(request.POST.get("words", ""))[:_MOST]
    if standing is None:
        raise NotFoundError(_OVER)
    fault: Text | None = None
    if request.method == "POST":
        try:
            acts.object(match, person, words=said, key=key_of(request))
            return _object_page(request, standing, "", None, is_sent=True)
        except (WordsMissingError, NotNowError, ObjectedAlreadyError) as no:
            fault = no.says
    return _object_page(request, standing, said, fault)


def _object_page(request: HttpRequest, standing: Standing, said: str, fault: Text | None, *, is_sent: bool = False) -> HttpResponse:
    city = catalogue.city()
    policy = words.current(standing.policy, city, clock.today())
    hears = city.departments[policy.publicity.objections].title if policy and policy.publicity else ""
    context: dict[str, Any] = {"one": public_row(standing, city), "hears": hears, "said": said, "fault": fault, "is_sent": is_sent}
    return render(request, "portal/object.html", texts=PUBLIC, status=422 if fault else 200, key=str(uuid7()), **context)


@require_http_methods(["GET", "POST"])
@signed_in
def review(request: HttpRequest, person: Actor, policy_id: str) -> HttpResponse:
    """Ask that a person looks at a no: a linked case that an official decides."""
    policy = find(policy_id, catalogue.city())
    side = _side(request, person)
    said, fault, status = plain(request.POST.get("words", ""))[:_MOST], None, 200
    if request.method == "POST":
        try:
            check_asking(person)
            case_id = acts.ask_review(policy_id, person, words=said, key=key_of(request), principal_id=side.principal.id)
            return HttpResponseRedirect(f"{reverse('portal:case', args=[case_id])}?sent=1")
        except WordsMissingError as lacking:
            fault, status = lacking.says, 422
        except (ConflictError, TooOftenError) as no:
            fault, status = no.says, no.status
    department = catalogue.city().departments[policy.department]
    return render(
        request,
        "portal/benefit-review.html",
        texts=TEXTS,
        status=status,
        side=side,
        policy=policy,
        department=department,
        said=said,
        fault=fault,
        key=str(uuid7()),
    )
