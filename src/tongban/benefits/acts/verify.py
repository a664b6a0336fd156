"""An officer decides what the machine could not: the case's own decision, and what follows from it for the match, which the worker would do by itself a moment later."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from tongban.benefits.acts.going import take_decision
from tongban.benefits.errors import MatchNotFoundError
from tongban.benefits.models import Match
from tongban.cases import acts as cases
from tongban.cases import reads as case_reads
from tongban.parties.core.people import Actor


def verify(match: UUID, actor: Actor, *, answer: Literal["grant", "refuse"], words: str, key: str, version: int) -> None:
    """Grant or refuse a claimed match, as its case's officer. `version` is the case's that was seen. Raises as `cases.acts.decide`; MatchNotFoundError."""
    case_id = Match.objects.filter(pk=match).values_list("case_id", flat=True).first()
    if case_id is None:
        raise MatchNotFoundError
    cases.decide(case_id, answer, actor=actor, key=key, version=version, words=words)
    for settled in case_reads.settled_cases([case_id]):
        take_decision(settled)
