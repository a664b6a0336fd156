"""For whom somebody may see and redeem policies: oneself, and each firm or person whom one acts for in some policy's service.

Invariant: a mandate for some services opens what their policies say, and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from uuid import UUID

from tongban.benefits import reads
from tongban.benefits.errors import MatchNotFoundError
from tongban.benefits.reads import LifeView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy
from tongban.front.policies import current
from tongban.kernel import clock
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal


@dataclass(frozen=True)
class Side:
    """Whom it is about, and by which number registers know them."""

    principal: Principal
    key: str

    @property
    def name(self) -> str:
        """As an address and a field carry it: `firm:…`."""
        return side_name(self.principal)

    @property
    def profile(self) -> str:
        """The profile in which they stand."""
        return next(one.id for one in catalogue.city().profiles.values() if one.subject == self.principal.kind)

    @property
    def key_kind(self) -> str:
        """What the number is: `uscc` or `id_number`."""
        return key_kind(self.principal)


def key_kind(one: Principal) -> str:
    """By which number registers know such a principal."""
    return "uscc" if one.kind == "firm" else "id_number"


def side_name(one: Principal) -> str:
    """A principal as an address carries it."""
    return f"{one.kind}:{one.id}"


def sides(person: Actor) -> dict[str, Principal]:
    """Oneself, and those for whom one may act in some policy's service: each once, by the mandate for the most; those of one kind together."""
    services = {one.service for one in catalogue.city().policies_on(clock.today()).values()}
    found: dict[str, Principal] = {}
    for one in parties.principals(person.person_id):
        if one.scope is None or one.scope & services:
            name = side_name(one)
            found[name] = _wider(found[name], one, services) if name in found else one
    return found


def _wider(one: Principal, other: Principal, services: AbstractSet[str]) -> Principal:
    """Of two mandates over one principal what both open, where they are of one kind; else the one for more of these services."""
    if one.scope is None or other.scope is None:
        return one if one.scope is None else other
    if one.mandate_kind == other.mandate_kind:
        return replace(one, scope=one.scope | other.scope)
    return max(one, other, key=lambda each: len((each.scope or frozenset()) & services))


def side_of(offered: Mapping[str, Principal], named: str) -> Side:
    """The side that is asked for, else oneself. Raises MatchNotFoundError for one that is not offered."""
    if named and named not in offered:
        raise MatchNotFoundError
    chosen = offered[named] if named else next(iter(offered.values()))
    return Side(chosen, parties.identifiers(chosen.kind, chosen.id)[key_kind(chosen)])


def may_see(one: Principal, policy: Policy) -> bool:
    """Whether a mandate opens what a policy says of its principal."""
    return one.allows(policy.service)


def is_open_to(one: Principal, policy_id: str, city: City) -> bool:
    """Whether a mandate opens what became of a policy."""
    policy = current(policy_id, city, clock.today())
    return one.scope is None or (policy is not None and may_see(one, policy))


def may_redeem(one: Principal, policy: Policy, city: City) -> bool:
    """Whether the policy's service may be had in this capacity."""
    service = city.services[policy.service]
    return one.is_self or (one.mandate_kind in service.mandates and one.allows(service.id))


def account_of(side: Side) -> str:
    """The account to which a side is paid, masked; empty where none is known."""
    return next((reads.account_of(subject) for subject in parties.subjects([side.principal])), "")


def own(person: Actor, match: UUID) -> tuple[Principal, LifeView, Policy]:
    """The entitlement, if it is of somebody for whom this person may act in its service. Raises MatchNotFoundError."""
    subject, life, city = reads.subject_of(match), reads.life(match), catalogue.city()
    policy = current(life.match.policy, city, clock.today()) if life is not None else None
    if subject is None or life is None or policy is None:
        raise MatchNotFoundError
    capacities = (one for one in parties.principals(person.person_id) if may_redeem(one, policy, city))
    principal = parties.subjects(capacities).get(subject)
    if principal is None:
        raise MatchNotFoundError
    return principal, life, policy
