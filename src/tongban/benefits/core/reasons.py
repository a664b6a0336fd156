"""Why somebody gained, lost, or is in doubt: the clauses that turned, and the facts that they read.

Invariants: a loss names exactly the clauses that say no now; all of them said yes when the match was made. What turned a no into a yes is told as far as it is known: by the clauses
that kept the subject out before, else by the facts that are newer than the run before; what is not known is not guessed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.benefits.core.profiles import NO_SOURCE
from tongban.benefits.core.trials import AMOUNT
from tongban.catalogue.core.definition import Policy
from tongban.catalogue.core.verdict import MATCH_ON, Verdict
from tongban.parties.core.sealing import Place
from tongban.rules.core import Answer, Expression, Fact, Facts, Nothing, Unknown, Value, fact_from_json, fact_to_json


@dataclass(frozen=True, slots=True)
class Reason:
    """Clauses by id (`amount` is the formula), and facts by name."""

    clauses: tuple[str, ...]
    facts: Mapping[str, Fact]


def why_not(policy: Policy, found: Verdict, facts: Facts) -> Reason:
    """What denies it now."""
    return _of(policy, found, facts, Answer.NO)


def why_unknown(policy: Policy, found: Verdict, facts: Facts) -> Reason | None:
    """What is not known now; None if that is only because a source gave nothing at all, which the run itself says."""
    needs = {name: facts.get(name, Unknown("not-asked")) for name in found.needs}
    if all(isinstance(fact, Unknown) and fact.reason == NO_SOURCE for fact in needs.values()):
        return None
    return Reason(_of(policy, found, facts, Answer.UNKNOWN).clauses, needs)


def why_now(policy: Policy, facts: Facts, before: Collection[str], since: datetime | None) -> Reason:
    """What turned to yes: the clauses that said no before; else those that read a fact which is newer than the last run."""
    if before:
        return Reason(tuple(before), _read(policy, before, facts))
    newer = {name: fact for name, fact in facts.items() if name != MATCH_ON and _is_newer(fact, since)}
    clauses = tuple(clause.id for clause in policy.rules if newer.keys() & clause.holds.facts_read)
    return Reason(clauses, newer)


def why_amount(policy: Policy, facts: Facts) -> Reason:
    """What the amount rests on."""
    return Reason((AMOUNT,), _read(policy, (AMOUNT,), facts))


def told(reason: Reason, policy: Policy) -> str:
    """The facts as they are kept, before they are sealed."""
    kept = {name: fact_to_json(fact, policy.vocabulary[name].type) for name, fact in reason.facts.items() if name in policy.vocabulary}
    return json.dumps(kept, ensure_ascii=False)


def facts_from(kept: str, policy: Policy) -> dict[str, Fact]:
    """The facts that were kept; one that the policy's vocabulary has no more is left out."""
    data: dict[str, Any] = json.loads(kept)
    return {name: fact_from_json(one, policy.vocabulary[name].type) for name, one in data.items() if name in policy.vocabulary}


def place(change: UUID) -> Place:
    """Where the facts of a change are sealed for."""
    return Place("benefit_change", "sealed", change)


def _of(policy: Policy, found: Verdict, facts: Facts, answer: Answer) -> Reason:
    clauses = [result.clause.id for result in found.explanation.results if result.answer == answer]
    if not clauses:
        clauses = [AMOUNT]
    return Reason(tuple(clauses), _read(policy, clauses, facts))


def _read(policy: Policy, clauses: Iterable[str], facts: Facts) -> dict[str, Fact]:
    wanted = set(clauses)
    expressions: list[Expression] = [clause.holds for clause in policy.rules if clause.id in wanted]
    if AMOUNT in wanted and policy.amount is not None:
        expressions.append(policy.amount)
    names = {name for one in expressions for name in one.facts_read}
    return {name: facts[name] for name in policy.vocabulary if name in names and name in facts}


def _is_newer(fact: Fact, since: datetime | None) -> bool:
    return since is not None and isinstance(fact, Value | Nothing) and fact.as_of is not None and fact.as_of >= since
