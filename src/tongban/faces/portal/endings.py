"""How an entitlement, or a review of a no, ended: who decided it, why, and the way on.

Invariants: an official is told by their department, a machine as the system; what was decided against somebody always has a way on; a reason that is declared in both
languages is told in the reader's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse

from tongban.benefits import reads
from tongban.benefits.acts.review import TOO_LATE
from tongban.benefits.reads import MatchView, ReviewView, StepView
from tongban.cases import reads as cases
from tongban.catalogue.core.definition import City, Policy
from tongban.kernel import clock
from tongban.kernel.text import Text, listed
from tongban.look.texts import Screen

TEXTS: Final = "portal/endings"
ENDED: Final = ("refused", "withdrawn", "declined", "lost")


@dataclass(frozen=True, slots=True)
class Ending:
    """Who, when, why (empty where nobody said), and the ways on, each by its words and address."""

    by: Text | str
    at: datetime
    why: Text | str
    ways: tuple[tuple[str, str], ...]
    remedies: Text | None = None


def ending(match: MatchView, step: StepView | None, policy: Policy, side: str, city: City, t: Screen) -> Ending | None:
    """How an entitlement ended, from the act that ended it; none where it goes on."""
    if match.state not in ENDED:
        return None
    own = city.policy_of(match.version) or policy
    at = step.at if step is not None else match.changed_at
    if match.state == "lost":
        turned = [clause.says for clause in own.rules if clause.id in reads.lost_by(match.id)]
        return Ending(t.end_system, at, listed(turned) if turned else "", _asking(policy, side, t))
    by = city.short_of(step.department) if step and step.department else _who(step, t)
    if match.state == "declined":
        return Ending(by, at, step.words if step else "", _claiming(own, side, t))
    why: Text | str = step.words if step else ""
    if match.state == "withdrawn" and own.withdrawn is not None:
        why = own.withdrawn.says
    return Ending(by, at, why, _ways(match, policy, t), city.services[policy.service].remedies if match.case_id else None)


def _who(step: StepView | None, t: Screen) -> str:
    named = step.name or str(step.data.get("by") or "") if step is not None else ""
    return named or str(t.end_system)


def _ways(match: MatchView, policy: Policy, t: Screen) -> tuple[tuple[str, str], ...]:
    """Against a decision: the case, where a review is asked for while it may be, and what else the law gives."""
    if match.case_id is None:
        return ((t.end_policy, reverse("portal:policy", args=[policy.id])),)
    address = f"{reverse('portal:case', args=[match.case_id])}#remedies"
    return ((t.end_review if cases.openable(match.case_id) else t.end_remedies, address),)


def _asking(policy: Policy, side: str, t: Screen) -> tuple[tuple[str, str], ...]:
    if not policy.holds_on(clock.today()):
        return ((t.end_policy, reverse("portal:policy", args=[policy.id])),)
    return ((t.end_ask, f"{reverse('portal:benefit-review', args=[policy.id])}?for={side}"),)


def _claiming(policy: Policy, side: str, t: Screen) -> tuple[tuple[str, str], ...]:
    if not policy.holds_on(clock.today()):
        return ((t.end_policy, reverse("portal:policy", args=[policy.id])),)
    return ((t.end_claim, f"{reverse('portal:claim', args=[policy.id])}?for={side}"),)


def outcome(row: ReviewView, settled: cases.Settled | None, city: City, t: Screen) -> Ending | None:
    """What came of a review that a person asked for; none while it is open."""
    if row.settled_at is None:
        return None
    by = city.short_of(settled.department) if settled and settled.department else str(t.end_system)
    why = TOO_LATE.get(row.outcome) or (settled.words if settled else "")
    address = reverse("portal:case", args=[row.case_id])
    if row.outcome in ("grant", "withdraw"):
        return Ending(by, row.settled_at, why, ((t.end_case, address),))
    return Ending(by, row.settled_at, why, ((t.end_review if cases.openable(row.case_id) else t.end_remedies, f"{address}#remedies"),))
