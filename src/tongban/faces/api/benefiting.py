"""Calls about benefits for the person or firm behind the token: what they are entitled to and why, claim it, its life, give it up, ask that a person looks.

Invariants: the same people, policies and acts as on the pages; asking what one is entitled to asks the registers, each question on the record that its subject reads; an
account is told by its last digits; who objected is told to nobody.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query
from pydantic import Field

from tongban.benefits import acts, reads
from tongban.catalogue import reads as catalogue
from tongban.faces.api.asking import KEY, actor, answer
from tongban.faces.api.benefits_told import ended, entitlement, life_told, review_told, stand_told
from tongban.faces.api.shapes import For, Sent
from tongban.front.entitled import looks_at, stands
from tongban.front.sides import Side, account_of, is_open_to, own, side_of, sides
from tongban.kernel import clock
from tongban.parties.core.people import Actor

router = Router(tags=["benefits"])
KIND: Literal["", "person", "firm"] = Query("")
WHO: UUID | None = Query(None)
"""For whom, by kind and id; left out by somebody who asks for themselves."""


class Claim(Sent):
    """For whom; the account, where none is known or another is to be used; `insist` takes a policy although others are better together."""

    principal: For | None = None
    account: str = Field("", max_length=40)
    insist: bool = False


class Asking(Sent):
    """For whom, and what is thought to be wrong."""

    principal: For | None = None
    words: str = Field(max_length=2000)


class Paying(Sent):
    """For whom, and the number of the account."""

    principal: For | None = None
    account: str = Field(max_length=40)


class GivingUp(Sent):
    """Why, if one wants to say it."""

    words: str = Field("", max_length=2000)


class Objection(Sent):
    """What speaks against the payment."""

    words: str = Field(max_length=2000)


def _side(who: Actor, kind: str, id_: UUID | None) -> Side:
    return side_of(sides(who), f"{kind}:{id_}" if kind and id_ else "")


def _whose(who: Actor, principal: For | None) -> Side:
    return _side(who, principal.kind if principal else "", principal.id if principal else None)


@router.get("/benefits", summary="What one is entitled to, nearly is, what is not known, and why")
def benefits(request: HttpRequest, kind: Literal["", "person", "firm"] = KIND, id: UUID | None = WHO) -> HttpResponse:  # noqa: A002 - the contract's word
    """The registers are asked now. Each policy with every clause, its law and the facts it read; a no with what would change it, an unknown with what would settle it."""
    who, city = actor(request), catalogue.city()
    side = _side(who, kind, id)
    looks = looks_at(side, who, city)
    found = [one for one in reads.entitlements(side.key_kind, side.key) if is_open_to(side.principal, one.policy, city)]
    groups: dict[str, list[object]] = {"yes": [], "nearly": [], "unknown": [], "no": []}
    for one in stands(looks, found, city):
        groups[one.group].append(stand_told(one, side, city))
    return answer(_about(side) | {"asked_at": clock.now(), "account": account_of(side), **groups})


@router.get("/benefits/sides", summary="For whom one may ask and claim")
def whom(request: HttpRequest) -> HttpResponse:
    """Oneself, and each person or firm for whom one acts in some policy's service."""
    found = sides(actor(request)).values()
    return answer({"sides": [{"kind": one.kind, "id": one.id, "name": one.name, "is_self": one.is_self} for one in found]})


@router.get("/entitlements", summary="What was found, and how far each is")
def entitlements(request: HttpRequest, kind: Literal["", "person", "firm"] = KIND, id: UUID | None = WHO) -> HttpResponse:  # noqa: A002
    """From rows, without asking a register: found, under way, paid, ended; and the reviews that were asked for."""
    city = catalogue.city()
    side = _side(actor(request), kind, id)
    rows = [one for one in reads.entitlements(side.key_kind, side.key, all_states=True) if is_open_to(side.principal, one.policy, city)]
    reviews = [one for one in reads.reviews_of(side.key_kind, side.key) if is_open_to(side.principal, one.policy, city)]
    return answer(
        _about(side)
        | {
            "account": account_of(side),
            "entitlements": [entitlement(one, city) for one in rows],
            "reviews": [review_told(one) for one in reviews],
        }
    )


@router.get("/entitlements/{match}", summary="The life of one entitlement")
def life(request: HttpRequest, match: UUID) -> HttpResponse:
    """Its stations, what happened, and each clause of the promise with the facts as they were; where it ended, who decided that and why."""
    principal, found, policy = own(actor(request), match)
    city = catalogue.city()
    told = {"for": {"kind": principal.kind, "id": principal.id, "name": principal.name}}
    return answer(told | life_told(found, policy, city) | ended(found, city))


@router.post("/benefits/{policy}/claim", summary="Claim a policy")
def claim(request: HttpRequest, policy: str, claimed: Claim, key: str = KEY) -> HttpResponse:
    """The registers are asked anew. Granted at once if every condition is met, else on an officer's desk; `account-missing` and `better-choice` say what is still needed."""
    who = actor(request)
    side = _whose(who, claimed.principal)
    given = {"account": claimed.account, "insist": "yes" if claimed.insist else ""}
    match = acts.find_now(policy, who, kind=side.principal.kind, principal_id=side.principal.id)
    done = acts.claim(match, who, answers={name: value for name, value in given.items() if value}, key=key)
    return answer({"match": match, "case_id": done.case_id, "number": done.number, "state": done.state}, 201)


@router.post("/benefits/{policy}/review", summary="Ask that a person looks at a no, or at what is not known")
def review(request: HttpRequest, policy: str, asked: Asking, key: str = KEY) -> HttpResponse:
    """A case that an official decides; one that is open already is answered with its case."""
    who = actor(request)
    side = _whose(who, asked.principal)
    return answer({"case_id": acts.ask_review(policy, who, words=asked.words, key=key, principal_id=side.principal.id)}, 201)


@router.post("/benefits/account", summary="Say where one is paid")
def account(request: HttpRequest, paying: Paying, key: str = KEY) -> HttpResponse:  # noqa: ARG001 - the same account is told once
    """So that what is redeemed unasked can be paid. Whoever speaks for the subject hears of a replacement."""
    who = actor(request)
    side = _whose(who, paying.principal)
    acts.tell_account(side.profile, side.principal.id, paying.account, actor=who)
    return answer({"account": account_of(side)})


@router.post("/entitlements/{match}/give-up", summary="Give an entitlement up")
def give_up(request: HttpRequest, match: UUID, why: GivingUp, key: str = KEY) -> HttpResponse:
    """Before its payment is ordered."""
    who = actor(request)
    own(who, match)
    acts.decline(match, who, words=why.words.strip(), key=key)
    return answer({"match": match, "state": "declined"})


@router.post("/publicity/{match}/object", summary="Object to a payment that stands in public")
def object_to(request: HttpRequest, match: UUID, said: Objection, key: str = KEY) -> HttpResponse:
    """Anybody with a token; who it was is told to nobody but who decides."""
    return answer({"objection": acts.object(match, actor(request), words=said.words, key=key)}, 201)


def _about(side: Side) -> dict[str, object]:
    return {"for": {"kind": side.principal.kind, "id": side.principal.id, "name": side.principal.name}}
