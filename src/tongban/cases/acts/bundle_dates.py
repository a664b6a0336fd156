"""The one clock of a bundle: from the day on which the last part's papers were complete to the last part's decision. It is a promise; the statutes bind the parts.

Invariant: nothing else writes its dates due.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from tongban.cases.acts.projecting import project
from tongban.cases.core.bundle import PartState, Standing, complete_on, outcome_of, whole_due
from tongban.cases.models import BundlePart, Case
from tongban.cases.reads import ground_of
from tongban.catalogue.core.pinned import Pinned


def state_of(row: BundlePart, case: Case | None) -> PartState:
    """How one part stands, from its row and its case, by the version that the case itself goes on under."""
    if case is None:
        return PartState(row.alias, cast(Standing, row.standing))
    procedure = ground_of(case).procedure
    return PartState(
        alias=row.alias,
        standing="sent",
        outcome=outcome_of(procedure, case.state) if case.decided_on is not None else None,
        complete_on=case.complete_on,
        waits_for_applicant=case.is_open and case.complete_on is None,
        due_on=case.due_on,
    )


def project_bundle(case: Case, pinned: Pinned, parts: Iterable[Case]) -> None:
    """Write the bundle's dates due from its own limit and its parts' dates."""
    states = [state_of(BundlePart(alias=part.service, standing="sent"), part) for part in parts]
    case.complete_on = complete_on(states)
    project(case, pinned.service, pinned.service.limits, pinned.procedures[case.procedure])
    case.due_on, case.statutory_due_on = whole_due(case.due_on, states), None
