"""Which version of a policy something may be promised under, when two act at once.

Invariant: whoever promises under a version holds the policy, side by side with others; whoever withdraws a version holds it alone from before the list of what that undoes until
the end. So a promise is either on that list, or is made after it and sees that the version is withdrawn. The policy is held before any match.
"""

from __future__ import annotations

from typing import Final

from tongban.benefits.acts.holding import hold_together
from tongban.benefits.errors import PolicyChangedError, PolicyOverError
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.kernel import clock

POLICY: Final = "policy"
"""What is held, with the id of a policy."""


def hold_in_force(policy: Policy) -> None:
    """Hold the policy, in the version in which the registers were asked about it. Raises PolicyOverError, PolicyChangedError where that is in force no more."""
    hold_together(POLICY, policy.id)
    running = catalogue.latest().policies_on(clock.today()).get(policy.id)
    if running is None:
        raise PolicyOverError
    if running.hash != policy.hash:
        raise PolicyChangedError
