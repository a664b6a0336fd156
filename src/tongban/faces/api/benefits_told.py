"""How the interface tells policies, what they say of somebody, and what became of it.

Invariants: every word in both languages; a fact by its words as pages have it, so that an identity number is masked; an account by its last digits; who objected by nothing.
"""

from __future__ import annotations

from typing import Any

from tongban.benefits import reads
from tongban.benefits.core.formula import cases_of
from tongban.benefits.core.life import MOVES
from tongban.benefits.core.wording import Wording
from tongban.benefits.reads import LifeView, MatchView, ReviewView
from tongban.cases import reads as cases
from tongban.catalogue.core.definition import City, Policy, Pool
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.exchange import reads as exchange
from tongban.front.entitled import Stand, may_claim
from tongban.front.policies import audience_of, expected, title_of
from tongban.front.sides import Side
from tongban.front.stations import done_by, due_on, stations
from tongban.kernel import clock
from tongban.rules.core import Answer, Explanation, Fact, Nothing, Unknown


def brief(policy: Policy, city: City) -> dict[str, Any]:
    """A policy as a list has it."""
    return {
        "id": policy.id,
        "version": policy.hash,
        "title": policy.title,
        "summary": policy.summary,
        "audience": audience_of(policy, city),
        "category": policy.category,
        "department": policy.department,
        "redeem": policy.redeem,
        "in_force": policy.in_force,
        "until": policy.until,
        "cap": policy.cap,
    }


def whole(policy: Policy, city: City) -> dict[str, Any]:
    """A policy with all that its document and its definition say."""
    wording, pool = Wording(city, policy), city.pools.get(policy.pool)
    document = policy.document
    registers = {resource.id for name in policy.vocabulary if (resource := wording.resource(name)) is not None}
    return brief(policy, city) | {
        "document": {
            "number": document.number,
            "title": document.title,
            "issuer": document.issuer,
            "level": document.level,
            "issued": document.issued,
        },
        "service": policy.service,
        "within": {"days": policy.within.days, "counted": policy.within.counted},
        "excludes": policy.excludes,
        "clauses": [{"id": one.id, "says": one.says, "cite": one.cited} for one in policy.rules],
        "amount": [{"when": case.when, "pays": case.pays} for case in cases_of(wording)],
        "pool": {"id": policy.pool, "title": pool.title, "amount": pool.amount, "free": _free(pool), "exhausted": pool.exhausted}
        if pool
        else None,
        "publicity": {"days": policy.publicity.within.days, "objections": policy.publicity.objections} if policy.publicity else None,
        "registers": sorted(registers),
    }


def _free(pool: Pool) -> int:
    """What may still be promised of a pool, in fen."""
    return next((one.free for one in reads.pools(pool.department) if one.id == pool.id), pool.amount)


def stand_told(stand: Stand, side: Side, city: City) -> dict[str, Any]:
    """What a policy says of somebody."""
    wording, policy = stand.wording, stand.policy
    return brief(policy, city) | {
        "answer": stand.said.answer.value,
        "amount": stand.said.amount,
        "match": stand.match.id if stand.match else None,
        "may_claim": may_claim(side, stand, city),
        "order_by": expected(policy, clock.today(), city) if policy.amount is not None else None,
        "instead": [{"id": one, "title": title_of(one, city, clock.today())} for one in stand.instead],
        "nothing_to_pay": stand.nothing_to_pay,
        "clauses": clauses(wording, stand.said.explanation),
        "ways": [{"says": way.says, "amount": way.amount, "is_small": way.is_small} for way in stand.ways],
        "settled_by": _settled_by(stand),
    }


def clauses(wording: Wording, explanation: Explanation) -> list[dict[str, Any]]:
    """Each clause with its answer, its law, the facts that it read, and what would settle it."""
    return [
        {
            "id": result.clause.id,
            "says": result.clause.says,
            "cite": result.clause.cited,
            "answer": result.answer.value,
            "facts": [_fact(wording, name, fact) for name, fact in result.facts if name != MATCH_ON],
            "needs": [{"fact": name, "label": wording.label(name)} for name in result.needs] if result.answer == Answer.UNKNOWN else [],
        }
        for result in explanation.results
    ]


def _fact(wording: Wording, name: str, fact: Fact) -> dict[str, Any]:
    resource = wording.resource(name)
    return {
        "fact": name,
        "label": wording.label(name),
        "state": "unknown" if isinstance(fact, Unknown) else "none" if isinstance(fact, Nothing) else "value",
        "told": wording.told(name, fact),
        "register": resource.id if resource else None,
        "department": wording.department(name),
        "as_of": None if isinstance(fact, Unknown) else fact.as_of,
    }


def _settled_by(stand: Stand) -> list[dict[str, Any]]:
    """Which registers would settle an unknown, for which facts, why it is not known, and since when."""
    found = []
    for name in stand.needs:
        fact, resource = stand.seen.facts.get(name), stand.wording.resource(name)
        if resource is None or not isinstance(fact, Unknown):
            continue
        is_stale = fact.reason == "stale"
        since = stand.seen.told[name.partition(".")[0]].as_of if is_stale else exchange.last_answered([resource.id]).get(resource.id)
        found.append(
            {
                "register": resource.id,
                "title": resource.title,
                "department": stand.wording.department(name),
                "fact": name,
                "label": stand.wording.label(name),
                "reason": fact.reason,
                "why": stand.wording.told(name, fact),
                "since": since,
            }
        )
    return found


def entitlement(row: MatchView, city: City) -> dict[str, Any]:
    """One entitlement as a list has it."""
    return {
        "match": row.id,
        "policy": row.policy,
        "version": row.version,
        "title": title_of(row.policy, city, clock.today()),
        "amount": row.amount,
        "state": row.state,
        "state_title": row.title,
        "found_at": row.found_at,
        "changed_at": row.changed_at,
        "case_id": row.case_id,
        "number": row.number,
        "paid_on": row.paid_on,
    }


def life_told(life: LifeView, policy: Policy, city: City) -> dict[str, Any]:
    """One entitlement with its stations, its acts, and what its promise rests on."""
    held, back = life.match, life.clawback
    return entitlement(held, city) | {
        "account": life.account if held.amount is not None else "",
        "order_by": due_on(life, policy, city),
        "public_until": held.public_until,
        "may_give_up": held.state in MOVES["give-up"][0],
        "objected": any(one.decided_at is None for one in life.objections),
        "stations": [{"state": one.state, "title": one.title, "stands": one.stands, "at": one.at} for one in stations(life, policy)],
        "history": [{"act": one.act, "title": one.title, "at": one.at, "by": done_by(one, city), "words": one.words} for one in life.steps],
        "promise": _promise(life, policy, city),
        "clawback": {"amount": back.amount, "words": back.words, "cite": back.cite, "due_on": back.due_on, "returned_at": back.returned_at}
        if back
        else None,
    }


def _promise(life: LifeView, policy: Policy, city: City) -> dict[str, Any] | None:
    """What the promise rested on, as it was kept; nothing where its version is published no more."""
    finding = life.findings[-1] if life.findings else None
    kept = policy if finding is not None and finding.version == policy.hash else city.policy_of(finding.version) if finding else None
    if finding is None or kept is None:
        return None
    explanation = Explanation.from_json(dict(finding.explanation))
    return {"at": finding.at, "answer": finding.answer, "amount": finding.amount, "clauses": clauses(Wording(city, kept), explanation)}


def ended(life: LifeView, city: City) -> dict[str, Any]:
    """Where an entitlement ended: by whose decision and why, and what may be opened about its case now."""
    step, match = reads.ended_by([life.match.id]).get(life.match.id), life.match
    if match.state not in ("refused", "withdrawn", "declined", "lost", "clawed-back"):
        return {"ended": None}
    version = city.policy_of(match.version)
    why: object = step.words if step else ""
    if match.state == "withdrawn" and version is not None and version.withdrawn is not None:
        why = version.withdrawn.says
    openable = cases.openable(match.case_id) if match.case_id else ()
    return {
        "ended": {
            "at": step.at if step else match.changed_at,
            "by": done_by(step, city) if step else "",
            "why": why,
            "clauses": sorted(reads.lost_by(match.id)),
            "openable": [{"service": one.service, "title": one.title} for one in openable],
        }
    }


def review_told(row: ReviewView) -> dict[str, Any]:
    """A no that a person was asked to look at."""
    return {
        "policy": row.policy,
        "case_id": row.case_id,
        "number": row.number,
        "at": row.at,
        "words": row.words,
        "answer": row.answer,
        "settled_at": row.settled_at,
        "outcome": row.outcome or None,
    }
