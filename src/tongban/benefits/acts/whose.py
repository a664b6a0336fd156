"""Whose match it is: the person who acts, or a firm or person for whom they may act in the policy's service."""

from __future__ import annotations

from uuid import UUID

from tongban.benefits.errors import MatchNotFoundError
from tongban.benefits.models import Match
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy, Service
from tongban.parties import reads as parties
from tongban.parties.core.identity import plain
from tongban.parties.core.people import Actor, Principal
from tongban.parties.sealer import sealer


def key_of(kind: str, principal_id: UUID, key: str) -> str:
    """The number by which registers know a firm or person."""
    return parties.identifiers("firm" if kind == "firm" else "person", principal_id)[key]


def subject_of(kind: str, principal_id: UUID, key: str) -> bytes:
    """The blind index of a firm or person, as matches have it."""
    return sealer().blind(key, plain(key_of(kind, principal_id, key)))


def principal_of(actor: Actor, match: Match, policy: Policy) -> Principal:
    """Whom the actor acts for in this match. Raises MatchNotFoundError."""
    city = catalogue.city()
    profile, service = city.profiles[policy.profile], city.services[policy.service]
    subject = bytes(match.subject)
    for one in parties.principals(actor.person_id):
        if one.kind == profile.subject and takes(one, service) and subject_of(one.kind, one.id, profile.key) == subject:
            return one
    raise MatchNotFoundError


def takes(principal: Principal, service: Service) -> bool:
    """Whether the service may be had in this capacity."""
    return principal.is_self or (principal.mandate_kind in service.mandates and principal.allows(service.id))
