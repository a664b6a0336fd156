"""能享受的政策: what a firm or person is entitled to, nearly is, and what is not known, each with its reasons.

Invariants: opening the page asks the registers now, each question on the record that its subject can read, and at the pace that one person is allowed; where they may not be
asked again yet, what the last run found is told instead; a mandate for some services opens their policies only, and asks only what those read; a no always has the way to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.benefits import reads
from tongban.benefits.acts import Look
from tongban.benefits.core.exclusion import best_set
from tongban.benefits.core.wording import Wording
from tongban.benefits.reads import MatchView, ReviewView, Waits
from tongban.cases import reads as cases
from tongban.cases.acts import check_asking
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.exchange import reads as exchange
from tongban.faces.portal import endings
from tongban.faces.portal import policy_words as words
from tongban.front.entitled import NEW, Stand, looks_at, may_claim, stands
from tongban.front.person import signed_in
from tongban.front.sides import Side, account_of, is_open_to, may_redeem, may_see, side_name, side_of, sides
from tongban.kernel import clock
from tongban.kernel.errors import TooOftenError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Lang, Text, listed
from tongban.look import preferences
from tongban.look.environment import when
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal
from tongban.rules.core import Answer, Unknown

TEXTS: Final = ("portal/benefits", endings.TEXTS, "portal/policies", "portal/frame")


def to_claim(person: Actor, city: City) -> list[dict[str, Any]]:
    """For oneself and each whom one may act for: what the last run found and nobody has claimed, without what is had better otherwise, and what has to be given back; from rows."""
    policies = city.policies_on(clock.today())
    whose = parties.subjects(sides(person).values())
    found: dict[bytes, dict[str, int | None]] = {}
    lines: list[dict[str, Any]] = []
    for row in reads.waits(whose):
        one = whose[row.subject]
        if row.state in ("clawed-back", "paid-twice"):
            lines.append({"whose": one, "match": row.id, "title": _title(row, city), "sum": row.amount, "due": row.due_on})
        elif row.policy in policies and may_redeem(one, policies[row.policy], city):
            found.setdefault(row.subject, {})[row.policy] = row.amount
    for subject, amounts in found.items():
        best = best_set(amounts, {id_: policies[id_].excludes for id_ in amounts}).best
        title = policies[best[0]].title
        lines.append(
            {
                "whose": whose[subject],
                "side": side_name(whose[subject]),
                "title": title,
                "count": len(best),
                "sum": sum(amounts[id_] or 0 for id_ in best),
            }
        )
    return sorted(lines, key=lambda line: ("match" not in line, not line["whose"].is_self, -(line["sum"] or 0)))


@require_GET
@signed_in
def benefits(request: HttpRequest, person: Actor) -> HttpResponse:
    """The page: what one is entitled to, nearly is, what is not known, what is not, and what is under way."""
    city, lang, offered = catalogue.city(), preferences.of(request).lang, sides(person)
    t, side = screen(TEXTS, lang), side_of(offered, _wanted(request, offered))
    known = [one for one in reads.entitlements(side.key_kind, side.key, all_states=True) if is_open_to(side.principal, one.policy, city)]
    held = tuple(one for one in known if one.state not in ("lost", "withdrawn"))
    looks, wait = _looks(side, person, city)
    found = stands(looks, held, city)
    groups: dict[str, Any] = _groups(looks, found, city, lang, t)
    return render(
        request,
        "portal/benefits.html",
        texts=TEXTS,
        side=side,
        sides=[(name, _called(one, t)) for name, one in offered.items()],
        wait=wait,
        looked=bool(looks),
        looked_at=clock.now(),
        registers=_registers(looks, city),
        silent=any(told.reason for found in looks for told in found.told.values()),
        total=sum(one["amount"] or 0 for one in groups["yes"] if not one["instead"]),
        under_way=[_under_way(one, city) for one in held if one.state not in (*NEW, "refused")],
        ended=_ended(known, side, city, t),
        reviews=_reviews(side, city, t),
        remembered=[_remembered(one, city) for one in held if one.state == "matched"] if not looks else [],
        pay_to=account_of(side),
        claimable={one.policy.id for one in found if may_claim(side, one, city)},
        **groups,
    )


def _wanted(request: HttpRequest, offered: Mapping[str, Principal]) -> str:
    """Who is named in the address; else, for a policy that is named, the first side that it is for."""
    named, policy_id = request.GET.get("for", ""), request.GET.get("policy", "")
    city = catalogue.city()
    policy = words.current(policy_id, city, clock.today()) if policy_id and not named else None
    if policy is None:
        return named if named in offered else ""
    audience = words.audience_of(policy, city)
    return next((name for name, one in offered.items() if one.kind == audience and may_see(one, policy)), "")


def _looks(side: Side, person: Actor, city: City) -> tuple[list[Look], Text | None]:
    """What every profile of this kind of subject says now; or nothing, and when it may be asked again."""
    try:
        check_asking(person)
    except TooOftenError as wait:
        return [], wait.says
    return looks_at(side, person, city), None


def _groups(looks: Sequence[Look], found: Sequence[Stand], city: City, lang: Lang, t: Screen) -> dict[str, list[dict[str, Any]]]:
    """The policies by what they say; what is under way already stands by itself."""
    groups: dict[str, list[dict[str, Any]]] = {"yes": [], "nearly": [], "unknown": [], "no": []}
    since = _since(looks, city)
    for one in found:
        groups[one.group].append(_shown(one, since, lang, t))
    return groups


def _shown(stand: Stand, since: Mapping[str, datetime], lang: Lang, t: Screen) -> dict[str, Any]:
    """One policy as the page shows it."""
    wording, policy, said = stand.wording, stand.policy, stand.said
    city, results = wording.city, said.explanation.results
    return {
        "policy": policy,
        "wording": wording,
        "amount": said.amount,
        "clauses": words.clause_rows(wording, said.explanation, words.from_registers(wording, lang)),
        "met": sum(result.answer == Answer.YES for result in results),
        "count": len(results),
        "how": words.redemption(policy, lang, t),
        "by": words.expected(policy, clock.today(), city) if policy.amount is not None else None,
        "department": city.departments[policy.department],
        "ways": stand.ways,
        "nothing_to_pay": stand.nothing_to_pay,
        "settled_by": _settled_by(stand, since, lang, t),
        "instead": listed(words.title_of(one, city, clock.today()) for one in stand.instead) if stand.instead else None,
        "barred": stand.is_barred,
        "match": stand.match,
        "key": str(uuid7()),
    }


def _settled_by(stand: Stand, since: Mapping[str, datetime], lang: Lang, t: Screen) -> list[dict[str, Any]]:
    """Which registers would settle an unknown: what of, held by whom, why it is not known, since when."""
    found: dict[str, dict[str, Any]] = {}
    wording, seen = stand.wording, stand.seen
    for name in stand.needs:
        fact, resource = seen.facts.get(name), wording.resource(name)
        if resource is None or not isinstance(fact, Unknown):
            continue
        at = seen.told[name.partition(".")[0]].as_of if fact.reason == "stale" else since.get(resource.id)
        says = t(f"since_{'stale' if fact.reason == 'stale' else 'silent'}", when=when(at, lang)) if at else ""
        row = found.setdefault(
            resource.id,
            {"register": resource.title, "by": wording.department(name), "items": [], "why": wording.told(name, fact), "since": says},
        )
        row["items"].append(wording.label(name))
    return list(found.values())


def _since(looks: Sequence[Look], city: City) -> dict[str, datetime]:
    """By register that does not answer: when it last did; asked only if one is silent."""
    silent = set()
    for seen in looks:
        silent |= {alias for alias, told in seen.told.items() if told.reason == "no-answer"}
    if not silent:
        return {}
    resources = [source.resource for one in city.profiles.values() for alias, source in one.sources.items() if alias in silent]
    return exchange.last_answered(resources)


def _registers(looks: Sequence[Look], city: City) -> list[tuple[Text, Text]]:
    """The registers that were asked, and who holds them."""
    found = {}
    for seen in looks:
        for policy, _ in seen.verdicts.values():
            wording = Wording(city, policy)
            for name in policy.vocabulary:
                resource = wording.resource(name) if name != MATCH_ON else None
                if resource is not None:
                    found[resource.id] = (resource.title, wording.department(name))
    return list(found.values())


def _under_way(row: MatchView, city: City) -> dict[str, Any]:
    """An entitlement that is being redeemed, or was."""
    return {
        "id": row.id,
        "title": _title(row, city),
        "amount": row.amount,
        "state": row.title,
        "tone": "done" if row.state in ("paid", "spot-checked") else "due" if row.state == "clawed-back" else "plain",
        "case_id": row.case_id,
    }


def _ended(known: Sequence[MatchView], side: Side, city: City, t: Screen) -> list[dict[str, Any]]:
    """What was begun and came to nothing, with who decided that, why, and the way on."""
    over = [one for one in known if one.state in endings.ENDED and one.case_id is not None]
    steps, rows = reads.ended_by(one.id for one in over), []
    for one in over:
        policy = words.current(one.policy, city, clock.today())
        if policy is not None:
            rows.append(_under_way(one, city) | {"ending": endings.ending(one, steps.get(one.id), policy, side.name, city, t)})
    return rows


def _reviews(side: Side, city: City, t: Screen) -> list[dict[str, Any]]:
    """Each no that a person was asked to look at, and what came of it."""
    rows = [one for one in reads.reviews_of(side.key_kind, side.key) if is_open_to(side.principal, one.policy, city)]
    settled = {one.case_id: one for one in cases.settled_cases(row.case_id for row in rows if row.settled_at is not None)}
    return [_review(one, city) | {"ending": endings.outcome(one, settled.get(one.case_id), city, t)} for one in rows]


def _review(row: ReviewView, city: City) -> dict[str, Any]:
    """A no that a person was asked to look at."""
    policy = words.current(row.policy, city, clock.today())
    return {
        "policy": row.policy,
        "title": policy.title if policy else Text(row.policy, row.policy),
        "case_id": row.case_id,
        "at": row.at,
        "words": row.words,
        "is_open": row.settled_at is None,
        "waits_for_amount": row.waits_for_amount,
        "outcome": row.outcome,
    }


def _remembered(row: MatchView, city: City) -> dict[str, Any]:
    """What the last run found, without asking anybody."""
    return {"title": _title(row, city), "policy": row.policy, "amount": row.amount, "at": row.found_at}


def _title(row: MatchView | Waits, city: City) -> Text:
    return words.title_of(row.policy, city, clock.today())


def _called(one: Principal, t: Screen) -> str:
    return t("side_self", name=one.name) if one.is_self else one.name
