"""Policies for everybody to read: the list, searched and narrowed, and one policy with all that its document and its definition say.

Invariants: what is shown is the definition that decides; a version that is not in force says so; nobody is asked who they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.benefits import reads
from tongban.benefits.core.wording import Wording
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy
from tongban.faces.portal import policy_words as words
from tongban.front.finding import find_policies
from tongban.kernel import clock
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.texts import Screen, screen

TEXTS = ("portal/policies", "portal/frame")
_NO_POLICY = Text(
    zh="没有这项政策，可能已经更名。请从政策列表查找。",
    en="There is no such policy; it may have a new name. Look for it in the list of policies.",
)


@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """The policies in force, by words, category, audience and level."""
    city, lang = catalogue.city(), preferences.of(request).lang
    t = screen(TEXTS, lang)
    query = request.GET.get("q", "").strip()[:100]
    offered = words.filters(t, city)
    chosen = {name: request.GET.get(name, "") for name in offered}
    found = [one for one in find_policies(city, clock.today(), query) if _fits(one, chosen, city)]
    return render(
        request,
        "portal/policies.html",
        texts=TEXTS,
        query=query,
        filters=[(name, t(f"filter_{name}"), options, chosen[name]) for name, options in offered.items() if len(options) > 1],
        is_narrowed=bool(query) or any(chosen.values()),
        rows=[row(one, city, lang, t) for one in found],
    )


def _fits(policy: Policy, chosen: Mapping[str, str], city: City) -> bool:
    there = {"category": policy.category, "audience": words.audience_of(policy, city), "level": policy.document.level}
    return all(wanted in ("", there[name]) for name, wanted in chosen.items())


def row(policy: Policy, city: City, lang: Lang, t: Screen) -> dict[str, object]:
    """A policy as a list shows it."""
    return {
        "id": policy.id,
        "title": policy.title,
        "summary": policy.summary,
        "category": t(f"category_{policy.category}"),
        "tone": words.TONES[policy.category],
        "redeem": t(f"tag_{policy.redeem}"),
        "audience": t(f"audience_{words.audience_of(policy, city)}"),
        "department": city.departments[policy.department].short,
        "most": words.most(Wording(city, policy), lang, t),
        "until": policy.until,
    }


@require_GET
def policy(request: HttpRequest, policy_id: str) -> HttpResponse:
    """One policy: conditions, amount, how one gets it, its document; `version` names the day of effect of another version."""
    city, lang, today = catalogue.city(), preferences.of(request).lang, clock.today()
    shown = find(policy_id, city, request.GET.get("version", ""))
    t = screen(TEXTS, lang)
    wording = Wording(city, shown)
    return render(
        request,
        "portal/policy.html",
        texts=TEXTS,
        policy=shown,
        in_force=shown.holds_on(today),
        is_over=shown.until < today,
        audience=words.audience_of(shown, city),
        department=city.departments[shown.department],
        amount_rows=words.amount_rows(wording),
        redemption=words.redemption(shown, lang, t),
        excluded=words.excluded(shown, city, today),
        objections=city.departments[shown.publicity.objections].title if shown.publicity else None,
        pool=_pool(shown, city),
        sources=_sources(wording),
        versions=[one for one in words.versions(policy_id, city) if one.in_force != shown.in_force],
        calculable=shown.holds_on(today),
    )


def find(policy_id: str, city: City, version: str = "") -> Policy:
    """A policy in the version that is asked for, else the one that counts today. Raises NotFoundError."""
    try:
        wanted = date.fromisoformat(version) if version else None
    except ValueError:
        wanted = None
    found = next((one for one in words.versions(policy_id, city) if one.in_force == wanted), None)
    found = found or words.current(policy_id, city, clock.today())
    if found is None:
        raise NotFoundError(_NO_POLICY)
    return found


def _pool(policy: Policy, city: City) -> dict[str, object] | None:
    """What it is paid from, what of it may still be promised, and what an exhausted pool means."""
    pool = city.pools.get(policy.pool)
    if pool is None:
        return None
    left = next((one.free for one in reads.pools(pool.department) if one.id == pool.id), pool.amount)
    return {"title": pool.title, "amount": pool.amount, "left": left, "until": pool.last, "exhausted": pool.exhausted}


def _sources(wording: Wording) -> list[tuple[Text, Text]]:
    """The registers that it asks, with who holds them."""
    found = {}
    for name in wording.policy.vocabulary:
        resource = wording.resource(name)
        if resource is not None:
            found[resource.id] = (resource.title, wording.department(name))
    return list(found.values())
