"""What a policy says of one subject: the single evaluator, which promises and payments rest on.

Invariants: matching in bulk, pages and tests share this one; a yes needs every clause and, where the policy pays, an amount above nothing; the three values are
Kleene's, so that more knowledge never turns a yes or a no around.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tongban.catalogue.core.definition import Policy
from tongban.rules.core import Answer, Explanation, Fact, Facts, Unknown, Value, all_of, explain

MATCH_ON: Final = "match.on"
"""The day for which is matched; a fact of every policy."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Entitled (yes), not (no) or unknown; how much, in fen, if entitled and the policy pays; and why."""

    answer: Answer
    amount: int | None
    explanation: Explanation
    pays: Fact | None = None
    """What the formula gave, for every answer; None where the policy pays nothing."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts that would settle an unknown."""
        return self.explanation.needs


def verdict(policy: Policy, facts: Facts) -> Verdict:
    """What the policy says of one subject. An amount that is none or not above nothing is no entitlement."""
    explanation = explain(policy.rules, facts)
    if policy.amount is None:
        return Verdict(explanation.answer, None, explanation)
    pays = policy.amount.evaluate(facts)
    if isinstance(pays, Answer):
        raise TypeError(f"the amount of {policy.id} is a condition")
    answer = all_of((explanation.answer, _is_positive(pays)))
    amount = pays.value if answer == Answer.YES and isinstance(pays, Value) else None
    return Verdict(answer, amount, explanation, pays)


def _is_positive(pays: Fact) -> Answer:
    if isinstance(pays, Unknown):
        return Answer.UNKNOWN
    return Answer.YES if isinstance(pays, Value) and pays.value > 0 else Answer.NO
