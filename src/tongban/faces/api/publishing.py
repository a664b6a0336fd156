"""Calls for anybody, without a token: the policies, what stands in public before it is paid, and what was paid, in groups that tell of nobody.

Invariants: who stands in public is told as its publicity asks; what was paid only in the groups of `benefits.core.published`.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query

from tongban.benefits import reads
from tongban.benefits.core.published import LEAST, as_public
from tongban.catalogue import reads as catalogue
from tongban.faces.api.asking import answer
from tongban.faces.api.benefits_told import brief, whole
from tongban.front.policies import current
from tongban.kernel import clock
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Text

router = Router(tags=["policies"])
AFTER: UUID | None = Query(None)
_NO_POLICY = Text(zh="没有这项政策。现有的政策见 /policies。", en="There is no such policy; /policies lists those there are.")


@router.get("/policies", auth=None, summary="The policies in force")
def policies(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """Each in the version that holds today."""
    city = catalogue.city()
    return answer({"policies": [brief(one, city) for one in city.policies_on(clock.today()).values()]})


@router.get("/policies/{policy_id}", auth=None, summary="One policy")
def policy(request: HttpRequest, policy_id: str) -> HttpResponse:  # noqa: ARG001
    """Its clauses with their law, the formula case by case, document, pool, exclusions; `holds` says whether it is in force."""
    city, today = catalogue.city(), clock.today()
    found = current(policy_id, city, today)
    if found is None:
        raise NotFoundError(_NO_POLICY)
    return answer(whole(found, city) | {"holds": found.holds_on(today)})


@router.get("/publicity", auth=None, summary="What stands in public before it is paid")
def standing(request: HttpRequest, policy: str = "", after: UUID | None = AFTER, limit: int = Query(50, ge=1, le=200)) -> HttpResponse:  # noqa: ARG001
    """A firm by its registered name, a person by one character. One page, newest first; the next one begins after `next`."""
    rows = reads.standing(policy, after=after, limit=limit + 1)
    told = [
        {
            "match": one.match,
            "policy": one.policy,
            "name": as_public(one.kind, one.name),
            "district": one.district,
            "amount": one.amount,
            "since": one.since,
            "until": one.until,
        }
        for one in rows[:limit]
    ]
    return answer({"rows": told, "next": rows[limit - 1].match if len(rows) > limit else None})


@router.get("/publicity/paid", auth=None, summary="What was paid, in groups")
def paid(request: HttpRequest, policy: str = "") -> HttpResponse:  # noqa: ARG001
    """By policy, months and district (empty: several together), none to fewer than `least` people or firms; what was told as paid and came back is an entry `returned` of its own, with a negative amount; of `withheld` policies there are too few as yet."""
    told = reads.paid(policy)
    groups = [
        {
            "policy": one.policy,
            "first_month": f"{one.first:%Y-%m}",
            "last_month": f"{one.last:%Y-%m}",
            "entry": one.entry,
            "district": one.district,
            "payments": one.count,
            "amount": one.signed,
        }
        for one in told.groups
    ]
    return answer({"least": LEAST, "groups": groups, "withheld": told.withheld})
