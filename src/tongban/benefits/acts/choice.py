"""What comes unasked and cannot be had beside a policy that is better for its subject: they are asked to choose, once.

Invariants: the step that says so and the message commit together, under the lock of the subject's matches, so that nobody is told twice; whoever cannot be reached has the step
without a message, and is told when they can be; the department's list shows who is waited for.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.record import Doing, lock
from tongban.benefits.acts.saying import say
from tongban.benefits.models import CHOICE_ASKED, Step
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.parties import reads as parties

CHOICE: Final = "policy-choice"
"""The city's message that something waits for a choice."""


def ask_to_choose(match_id: UUID, policy: Policy, principal: UUID) -> bool:
    """Tell the subject of a match that it waits for their choice, unless that was told; whether it was told now. Must not be in a transaction."""
    city = catalogue.city()
    kind = city.profiles[policy.profile].subject
    to = parties.reachable(kind, [principal]).get(principal) if CHOICE in city.messages else None
    with transaction.atomic(durable=True):
        match, _ = lock(match_id)
        asked = list(Step.objects.filter(match=match, act=CHOICE_ASKED).values_list("data__told", flat=True))
        if match.state != "matched" or any(asked) or (asked and to is None):
            return False
        doing = Doing(match, policy, None, department=policy.department)
        doing.step(CHOICE_ASKED, data={"told": to is not None})
        if to is not None:
            say(to, CHOICE, service=policy.title, link=f"/benefits?for={kind}:{principal}", rows=doing.rows)
        doing.keep()
    return to is not None
