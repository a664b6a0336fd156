"""What registers say now, between two runs: an entitlement that no run has found yet is kept as a match, so that it can be claimed at once.

Invariants: only the single evaluator's yes over registers that were asked now makes one; the same subject and version of a policy has one match, whoever found it first; what
somebody has begun to redeem is not touched. In the record it stands who looked.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.claim import ask, in_force
from tongban.benefits.acts.record import name_of
from tongban.benefits.acts.whose import subject_of, takes
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import MatchNotFoundError, NotNowError
from tongban.benefits.models import Match
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import MATCHING, Policy
from tongban.kernel import clock
from tongban.ledger.acts import Act, append
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, PrincipalKind
from tongban.rules.core import Answer


def find_now(policy_id: str, actor: Actor, *, kind: PrincipalKind, principal_id: UUID) -> UUID:
    """The match of a policy and of whom one acts for, found now if no run has found it. Must be called outside any transaction.

    Raises MatchNotFoundError (nobody one may act for), NotNowError (the registers do not say yes), PolicyOverError.
    """
    city, policy = catalogue.city(), in_force(policy_id)
    profile, service = city.profiles[policy.profile], city.services[policy.service]
    one = next((each for each in parties.capacities(actor.person_id, kind, principal_id) if takes(each, service)), None)
    if one is None or kind != profile.subject:
        raise MatchNotFoundError
    subject = subject_of(kind, principal_id, profile.key)
    held = _held(policy, subject)
    if held is not None and held.state != "lost":
        return held.pk
    fresh = ask(policy, one, by=name_of(actor))
    if fresh.verdict.answer != Answer.YES:
        raise NotNowError(TITLES["lost"])
    return _keep(policy, subject, fresh.verdict.amount, fresh.looked.id, actor)


def _held(policy: Policy, subject: bytes) -> Match | None:
    return Match.objects.filter(policy=policy.id, version=policy.hash, subject=subject).first()


def _keep(policy: Policy, subject: bytes, amount: int | None, look: UUID, actor: Actor) -> UUID:
    now = clock.now()
    fresh = {
        "profile": policy.profile,
        "amount": amount,
        "state": "matched",
        "found_by": look,
        "seen_by": look,
        "found_at": now,
        "changed_at": now,
    }
    with transaction.atomic(durable=True):
        match, is_new = Match.objects.get_or_create(policy=policy.id, version=policy.hash, subject=subject, defaults=fresh)
        if not is_new:
            lost = Match.objects.filter(pk=match.pk, state="lost")
            is_new = bool(lost.update(state="matched", amount=amount, found_by=look, seen_by=look, changed_at=now))
        if is_new:
            append(
                Act(
                    act="benefits.find-now",
                    actor=name_of(actor),
                    at=now,
                    case_id=None,
                    department="",
                    purpose=f"{policy.profile}/{MATCHING}",
                    payload={"match": str(match.pk), "policy": policy.id, "version": policy.hash, "amount": amount},
                )
            )
    return match.pk
