"""Which official may do what with entitlements: one table. Invariant: nobody acts in their own matter or a relative's; contract staff decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast
from uuid import UUID

from tongban.benefits.errors import OfficialOnlyError
from tongban.catalogue import reads as catalogue
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Post, PrincipalKind

VERBS: Final[Mapping[str, tuple[str, ...]]] = {
    "decide-objection": ("decide",),
    "order": ("decide",),
    "settle": ("decide",),
    "spot-check": ("inspect", "review", "decide"),
    "claw-back": ("decide",),
    "money-back": ("decide",),
    "withdraw-policy": ("decide",),
    "set-amount": ("decide",),
    "redeem-unasked": ("decide",),
    "see": ("review", "decide", "inspect", "extend"),
}
"""By act, the verbs of roles of which one is enough, in the department that executes the policy (for objections, the one that hears them)."""


def may(actor: Actor, act: str, department: str) -> Post | None:
    """The post in which an official may do this in a department, if there is one."""
    roles = catalogue.city().roles
    wanted = VERBS[act]
    for post in actor.posts:
        role = roles.get(post.role)
        if post.department == department and not post.contract and role is not None and set(wanted) & set(role.may):
            return post
    return None


def check(actor: Actor, act: str, department: str, kind: str = "", principal_id: UUID | None = None) -> Post:
    """The post, for acting on somebody's entitlement. Raises OfficialOnlyError."""
    post = may(actor, act, department)
    if post is None:
        raise OfficialOnlyError
    if principal_id is not None and parties.stands_near(actor.person_id, cast(PrincipalKind, kind), principal_id):
        raise OfficialOnlyError
    return post
