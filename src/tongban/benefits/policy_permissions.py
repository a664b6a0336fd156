"""Who may do what with policies: the verbs of the city's roles, in the name of the department whose policy it is.

Invariants: a policy is drafted, tried, published and withdrawn by its own department alone; contract staff draft and try, and never publish or withdraw; a run is over everybody,
so whoever may ask for one sees its counts, and the names behind them only of policies of their own department.
"""

from __future__ import annotations

from typing import Final

from tongban.benefits.policy_errors import MayNotError
from tongban.catalogue import reads as catalogue
from tongban.parties.core.people import Actor

DRAFT: Final = "draft-policy"
PUBLISH: Final = "publish-policy"
MATCH: Final = "match"
_NEVER_BY_CONTRACT: Final = (PUBLISH,)


def departments_of(actor: Actor, *verbs: str) -> frozenset[str]:
    """The departments in whose name somebody may do one of these."""
    roles = catalogue.city().roles
    return frozenset(
        post.department
        for post in actor.posts
        for verb in verbs
        if post.role in roles and verb in roles[post.role].may and not (post.contract and verb in _NEVER_BY_CONTRACT)
    )


def check(actor: Actor, verb: str, department: str = "") -> None:
    """Raises MayNotError unless somebody may do this in the name of the department, or of any if none is named."""
    found = departments_of(actor, verb)
    if not found or (department and department not in found):
        raise MayNotError


def name_of(actor: Actor) -> str:
    """The record's name for who acts."""
    return f"account:{actor.account_id}"
