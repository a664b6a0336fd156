"""What ended entitlements: the act that did, or the clauses that hold no more. The caller must have asked whether its reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from tongban.benefits.models import Change, Match, Step
from tongban.benefits.reads.life import StepView, step_view


def ended_by(matches: Iterable[UUID]) -> Mapping[UUID, StepView]:
    """By entitlement the act that led to the state in which it is; nothing for one that no act has moved."""
    found: dict[UUID, StepView] = {}
    for row in Step.objects.filter(match__in=list(matches)).select_related("match").order_by("id"):
        if row.to_state == row.match.state and row.from_state != row.to_state:
            found[row.match_id] = step_view(row)
    return found


def lost_by(match: UUID) -> frozenset[str]:
    """The clauses, by id, of which the last run that took an entitlement away found that they do not hold."""
    held = Match.objects.filter(pk=match, state="lost").first()
    if held is None:
        return frozenset()
    rows = Change.objects.filter(run=held.seen_by, policy=held.policy, subject=held.subject, what="lost")
    return frozenset(clause for clauses in rows.values_list("clauses", flat=True) for clause in clauses)
