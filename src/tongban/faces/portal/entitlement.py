"""One entitlement of one's own: the stations of its life, amount, account, its case, why; giving it up, and what to do when it has to be given back.

Invariants: only its subject, and who may act for them in the policy's service, sees it; an account is shown by its last digits; who objected is not told; what a promise
rested on is shown as it was stored.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.benefits import acts, reads
from tongban.benefits.core.life import MOVES
from tongban.benefits.core.wording import Wording
from tongban.benefits.errors import NotNowError
from tongban.benefits.reads import LifeView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy
from tongban.faces.portal import endings
from tongban.faces.portal import policy_words as words
from tongban.front.person import signed_in
from tongban.front.sides import own
from tongban.front.stations import done_by, due_on, stations
from tongban.kernel.errors import ConflictError
from tongban.kernel.text import Lang, Text, plain
from tongban.look import preferences
from tongban.look.drawings import ClauseRow, Stop
from tongban.look.environment import day
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor
from tongban.rules.core import Explanation

TEXTS: Final = ("portal/entitlement", endings.TEXTS, "portal/frame")
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
    own(person, match)
    try:
        acts.decline(match, person, words=plain(request.POST.get("words", "")).strip()[:_MOST])
    except (NotNowError, ConflictError) as no:
        return _page(request, person, match, fault=no.says, status=no.status)
    return HttpResponseRedirect(f"{reverse('portal:entitlement', args=[match])}?given-up=1")


def _page(request: HttpRequest, person: Actor, match: UUID, *, fault: Text | None = None, status: int = 200) -> HttpResponse:
    principal, life, policy = own(person, match)
    city, lang = catalogue.city(), preferences.of(request).lang
    t, held = screen(TEXTS, lang), life.match
    step = reads.ended_by([match]).get(match)
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
        due=due_on(life, policy, catalogue.city()),
        department=city.departments[policy.department],
        says=_says(life, policy, lang, t),
        objected=any(one.decided_at is None for one in life.objections),
        clawback=life.clawback,
        seconds=[one for one in life.seconds if one.asked_at is not None],
        ending=endings.ending(held, step, policy, f"{principal.kind}:{principal.id}", city, t),
        asked_back_by=city.short_of(step.department) if step is not None and held.state == "clawed-back" else "",
        entries=_entries(life, city, t),
        clauses_then=_clauses(life, policy, city, lang),
        promised_at=life.findings[-1].at if life.findings else None,
        may_give_up=held.state in MOVES["give-up"][0],
        claimed=request.GET.get("claimed") == "1",
        given_up=request.GET.get("given-up") == "1",
    )


def stops(life: LifeView, policy: Policy, lang: Lang, t: Screen) -> list[Stop]:
    """The way of an entitlement, drawn: each station with its day, the next one with what it waits for."""
    return [
        Stop(one.title, one.stands, _note(one.state, life, policy, lang, t) if one.stands == "now" else day(one.at, lang) if one.at else "")
        for one in stations(life, policy)
    ]


def _note(state: str, life: LifeView, policy: Policy, lang: Lang, t: Screen) -> str:
    """What stands under the station that comes next."""
    held = life.match
    if held.queued_at is not None:
        return t.note_queued
    if state == "publicised" and held.state == state and held.public_until:
        return t("note_public", day=day(held.public_until, lang))
    if state != "ordered":
        return ""
    due = due_on(life, policy, catalogue.city())
    return t("note_by", day=day(due, lang)) if due else ""


def _says(life: LifeView, policy: Policy, lang: Lang, t: Screen) -> str:
    """What happens next, in a sentence."""
    held, name = life.match, life.match.state.replace("-", "_")
    if held.queued_at is not None:
        name = "queued"
    elif held.state == "matched" and policy.redeem == "unasked":
        name = "choice" if any(step.act == "choice-asked" for step in life.steps) else "unasked"
    elif held.state == "verified" and policy.amount is None:
        name = "right"
    elif held.state == "spot-checked":
        name = "paid"
    due = due_on(life, policy, catalogue.city())
    days = {"willing": due, "verified": due, "publicised": held.public_until, "paid": held.paid_on}
    if name not in days:
        return t(f"says_{name}")
    until = days[name]
    return t(f"says_{name}", day=day(until, lang)) if until is not None else ""


def _entries(life: LifeView, city: City, t: Screen) -> list[dict[str, Any]]:
    """What happened, newest first; an official by their department, and what the registers settled by the system."""
    return [
        {"at": step.at, "title": step.title, "by": t.machine if (by := done_by(step, city)) == "" else by or "", "note": step.words}
        for step in reversed(life.steps)
    ]


def _clauses(life: LifeView, policy: Policy, city: City, lang: Lang) -> list[ClauseRow]:
    """What the promise rested on, as it was stored; nothing where the version of the policy is another one by now."""
    finding = life.findings[-1] if life.findings else None
    if finding is None or finding.version != policy.hash:
        return []
    wording = Wording(city, policy)
    return words.clause_rows(wording, Explanation.from_json(dict(finding.explanation)), words.from_registers(wording, lang))
