"""Which entitlements a claim would refuse, from what the subject has. Invariant: what is offered, counted or asked for at once, and what a claim takes, follow this one rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from tongban.benefits.core.exclusion import against
from tongban.catalogue.core.definition import Policy


class Had(Protocol):
    """One entitlement of a subject, as far as the rule reads it."""

    @property
    def policy(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def edition(self) -> date | None: ...


def refused(policy: Policy, taken: Sequence[Had], policies: Mapping[str, Policy]) -> bool:
    """Whether a subject cannot take a policy: it is had (in any edition, or, where it repeats, in this one), or something that excludes it is.

    `taken` are those of the subject that are under way or were had, `policies` those in force.
    """
    if was_had(policy, taken):
        return True
    beside = {id_: one.excludes for id_, one in policies.items() if one.profile == policy.profile}
    return bool(against(policy.id, beside, {one.policy for one in taken if one.policy in beside}))


def was_had(policy: Policy, taken: Iterable[Had]) -> bool:
    """Whether a policy is among what a subject has taken: in any edition, or, where it repeats, in this one.

    An edition is known by the day from which it holds: a word put right, or a pool made larger, pays nobody anew.
    """
    had = [one for one in taken if one.policy == policy.id]
    return bool(had) and (not policy.repeats or any(is_edition(one, policy) for one in had))


def is_edition(one: Had, policy: Policy) -> bool:
    """Whether something was taken under an edition of a policy."""
    return one.version == policy.hash if one.edition is None else one.edition == policy.in_force


def superseded(one: Had, held: Iterable[Had], policy: Policy) -> bool:
    """Whether an entitlement under an older version stands beside one under the version in force, which is the one to claim."""
    return one.version != policy.hash and any(other.policy == one.policy and other.version == policy.hash for other in held)
