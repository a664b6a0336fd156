"""Which version of a policy something may be promised under, when two act at once.

Invariant: whoever promises under a version holds the policy, side by side with others; whoever withdraws a version holds it alone from before the list of what that undoes until
the end. So a promise is either on that list, or is made after it and sees that the version is withdrawn. The policy is held before any match.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from tongban.benefits.errors import PolicyChangedError, PolicyOverError
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.kernel import clock

_TOGETHER: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def hold_together(policy: str) -> None:
    """Nobody withdraws a version of it until the end of the caller's transaction."""
    _hold(_TOGETHER, policy)


def hold_alone(policy: str) -> None:
    """Nobody promises anything under it until the end of the caller's transaction."""
    _hold(_ALONE, policy)


def _hold(statement: str, policy: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"benefits.policy/{policy}"])


def hold_in_force(policy: Policy) -> None:
    """Hold the policy, in the version in which the registers were asked about it. Raises PolicyOverError, PolicyChangedError where that is in force no more."""
    hold_together(policy.id)
    running = catalogue.latest().policies_on(clock.today()).get(policy.id)
    if running is None:
        raise PolicyOverError
    if running.hash != policy.hash:
        raise PolicyChangedError
