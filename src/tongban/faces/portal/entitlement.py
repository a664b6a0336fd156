"""One entitlement of one's own: the stations of its life, amount, account, its case, why; giving it up, and what to do when it has to be given back.

Invariants: only its subject, and who may act for them in the policy's service, sees it; an account is shown by its last digits; who objected is not told; what a promise
rested on is shown as it was stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.benefits import acts, reads
from tongban.benefits.core.life import MOVES, TITLES
from tongban.benefits.core.wording import Wording
from tongban.benefits.errors import MatchNotFoundError, NotNowError
from tongban.benefits.reads import LifeView, StepView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy
from tongban.faces.portal import policy_words as words
from tongban.faces.portal.benefits import may_redeem
from tongban.front.person import signed_in
from tongban.kernel import clock
from tongban.kernel.errors import ConflictError
from tongban.kernel.text import Lang, Text, plain
from tongban.look import preferences
from tongban.look.drawings import ClauseRow, Stop
from tongban.look.environment import day
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal
from tongban.rules.core import Explanation

TEXTS: Final = ("portal/entitlement", "portal/frame")
_ROUTE: Final = ("matched", "willing", "verified", "publicised", "ordered", "paid")
_AFTERWARDS: Final = ("spot-checked", "clawed-back")
_OVER: Final = ("lost", "withdrawn", "declined", "refused")
_MOST: Final = 2000


@require_GET
@signed_in
def entitlement(request: HttpRequest, person: Actor, match: UUID) -> HttpResponse:
    """The page of one entitlement."""
    return _page(request, person, match)


@require_POST
@signed_in
def give_up(request: HttpRequest, person: Actor, match: UUID) -> HttpResponse:
    """Give it up before the payment is ordered."""
    _mine(person, match)
    try:
        acts.decline(match, person, words=plain(request.POST.get("words", "")).strip()[:_MOST])
    except (NotNowError, ConflictError) as no:
        return _page(request, person, match, fault=no.says, status=no.status)
    return HttpResponseRedirect(f"{reverse('portal:entitlement', args=[match])}?given-up=1")


def _page(request: HttpRequest, person: Actor, match: UUID, *, fault: Text | None = None, status: int = 200) -> HttpResponse:
    principal, life, policy = _mine(person, match)
    city, lang = catalogue.city(), preferences.of(request).lang
    t, held = screen(TEXTS, lang), life.match
    return render(
        request,
        "portal/entitlement.html",
        texts=TEXTS,
        status=status,
        fault=fault,
        whose=principal,
        side=f"{principal.kind}:{principal.id}",
        match=held,
        policy=policy,
        state=held.title,
        tone="done" if held.paid_on and held.state != "clawed-back" else "due" if held.state == "clawed-back" else "plain",
        stops=stops(life, policy, lang, t),
        pay_to=life.account,
        due=due_on(life, policy),
        department=city.departments[policy.department],
        says=_says(life, policy, lang, t),
        objected=any(one.decided_at is None for one in life.objections),
        clawback=life.clawback,
        entries=_entries(life, city, t),
        clauses_then=_clauses(life, policy, city, lang),
        promised_at=life.findings[-1].at if life.findings else None,
        may_give_up=held.state in MOVES["give-up"][0],
        claimed=request.GET.get("claimed") == "1",
        given_up=request.GET.get("given-up") == "1",
    )


def _mine(person: Actor, match: UUID) -> tuple[Principal, LifeView, Policy]:
    """The entitlement, if it is of somebody for whom this person may act in its service. Raises MatchNotFoundError."""
    subject, life, city = reads.subject_of(match), reads.life(match), catalogue.city()
    policy = words.current(life.match.policy, city, clock.today()) if life is not None else None
    if subject is None or life is None or policy is None:
        raise MatchNotFoundError
    capacities = (one for one in parties.principals(person.person_id) if may_redeem(one, policy, city))
    principal = parties.subjects(capacities).get(subject)
    if principal is None:
        raise MatchNotFoundError
    return principal, life, policy


def stops(life: LifeView, policy: Policy, lang: Lang, t: Screen) -> list[Stop]:
    """The way of an entitlement: what it has passed, where it is, what is ahead; where it ended, nothing is ahead."""
    route = [one for one in _ROUTE if _is_on_the_way(one, policy)]
    state, at = life.match.state, _reached(life)
    if state in _OVER:
        passed = [one for one in route if one in at]
        return [
            *(Stop(TITLES[one], "done", day(at[one], lang)) for one in passed),
            Stop(TITLES[state], "stopped", day(life.match.changed_at, lang)),
        ]
    if state in _AFTERWARDS:
        route = [*route, *(one for one in _AFTERWARDS if one in at or one == state)]
    here = (route.index(state) if state in route else 0) - (state == "publicised")  # a notice is over once its day is, not as it begins
    told = []
    for place, one in enumerate(route):
        if place <= here:
            note = day(at[one], lang) if one in at else ""
            told.append(Stop(_ahead(one) if one == "publicised" and place < here else TITLES[one], "done", note))
        else:
            told.append(
                Stop(_ahead(one), "now" if place == here + 1 else "ahead", _note(one, life, policy, lang, t) if place == here + 1 else "")
            )
    return told


_STEPS: Final[Mapping[str, Text]] = {
    "willing": Text("确认意愿", "Your word"),
    "verified": Text("核验", "Verification"),
    "publicised": Text("公示", "Public notice"),
    "ordered": Text("下达付款", "Payment order"),
    "paid": Text("到账", "Payment"),
}


def _ahead(state: str) -> Text:
    """A station that is not reached: what will be done there."""
    return _STEPS.get(state, TITLES[state])


def _is_on_the_way(state: str, policy: Policy) -> bool:
    if state == "publicised":
        return policy.publicity is not None and policy.amount is not None
    return policy.amount is not None or state in ("matched", "willing", "verified")


def _reached(life: LifeView) -> dict[str, datetime]:
    found = {"matched": life.match.found_at}
    for step in life.steps:
        if step.from_state != step.to_state:
            found[step.to_state] = step.at
    return found


def _note(state: str, life: LifeView, policy: Policy, lang: Lang, t: Screen) -> str:
    """What stands under the station that comes next."""
    held = life.match
    if held.queued_at is not None:
        return t.note_queued
    if state == "publicised" and held.state == state and held.public_until:
        return t("note_public", day=day(held.public_until, lang))
    if state != "ordered":
        return ""
    due = due_on(life, policy)
    return t("note_by", day=day(due, lang)) if due else ""


def due_on(life: LifeView, policy: Policy) -> date | None:
    """By when the payment is ordered; the days of a public notice that is still ahead come on top."""
    held = life.match
    if held.due_on is None or held.queued_at is not None or held.state not in ("willing", "verified", "publicised"):
        return None
    return (
        held.due_on
        if held.state == "publicised" or policy.publicity is None
        else words.end_of(policy.publicity.within, held.due_on, catalogue.city())
    )


def _says(life: LifeView, policy: Policy, lang: Lang, t: Screen) -> str:
    """What happens next, in a sentence."""
    held, name = life.match, life.match.state.replace("-", "_")
    if held.queued_at is not None:
        name = "queued"
    elif held.state == "matched" and policy.redeem == "unasked":
        name = "unasked"
    elif held.state == "verified" and policy.amount is None:
        name = "right"
    elif held.state == "spot-checked":
        name = "paid"
    due = due_on(life, policy)
    days = {"willing": due, "verified": due, "publicised": held.public_until, "paid": held.paid_on}
    if name not in days:
        return t(f"says_{name}")
    until = days[name]
    return t(f"says_{name}", day=day(until, lang)) if until is not None else ""


def _entries(life: LifeView, city: City, t: Screen) -> list[dict[str, Any]]:
    """What happened, newest first; an official by their department, and what the registers settled by the system."""
    return [
        {"at": step.at, "title": step.title, "by": city.short_of(step.department) if step.department else _who(step, t), "note": step.words}
        for step in reversed(life.steps)
    ]


def _who(step: StepView, t: Screen) -> str:
    if step.act == "object":  # who objected is told to nobody, and it was not the machine
        return ""
    return t.machine if step.act in ("verify", "queue") or not step.name else step.name


def _clauses(life: LifeView, policy: Policy, city: City, lang: Lang) -> list[ClauseRow]:
    """What the promise rested on, as it was stored; nothing where the version of the policy is another one by now."""
    finding = life.findings[-1] if life.findings else None
    if finding is None or finding.version != policy.hash:
        return []
    wording = Wording(city, policy)
    return words.clause_rows(wording, Explanation.from_json(dict(finding.explanation)), words.from_registers(wording, lang))
