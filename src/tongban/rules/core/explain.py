"""Named clauses, asked one by one, each answering with its facts: what a decision is made of and kept with.

Invariants: a clause that is for other cases is not asked, and is no part of the explanation; the answer over all clauses is Kleene's and: no if any clause is no, yes if all are yes, else unknown; a clause that is
unknown always needs at least one fact; an explanation stored as JSON is read back as it was, and never computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.kernel.text import Text

from .expression import Expression
from .facts import Answer, Fact, Facts
from .trace import Trace


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a service: what it says, which provision it rests on, when it holds, what an unknown leads to.

    `if_unknown` is `ask-applicant`, `wait` or `officer`; `purpose` is `acceptance` or `grant`: words of the catalogue.
    """

    id: str
    says: Text
    cite: str
    holds: Expression
    if_unknown: str = "wait"
    purpose: str = "grant"
    when: Expression | None = None
    """A clause for some cases only: where this is no, it is not asked at all."""
    cite_en: str = ""
    """The provision as English texts call it; empty where only its own name is given."""

    @property
    def cited(self) -> Text:
        """The provision as each language calls it."""
        return Text(self.cite, self.cite_en or self.cite)


@dataclass(slots=True)
class ClauseResult:
    """What one clause answered: with which facts, and which facts would settle an unknown."""

    clause: Clause
    answer: Answer
    facts: tuple[tuple[str, Fact], ...]
    needs: tuple[str, ...]

    def trace(self) -> Trace:
        """The outcome of every part of the clause, from the facts it had; made on demand."""
        return self.clause.holds.trace(dict(self.facts))


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answers of all clauses, in the order they were asked."""

    results: tuple[ClauseResult, ...]

    @property
    def answer(self) -> Answer:
        """No if any clause is no, yes if all are yes, else unknown."""
        return all_of(result.answer for result in self.results)

    @property
    def by_id(self) -> dict[str, ClauseResult]:
        """The results by the id of their clause."""
        return {result.clause.id: result for result in self.results}

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts that would settle the clauses that are unknown, each once."""
        return tuple(dict.fromkeys(name for result in self.results for name in result.needs))

    def to_json(self) -> dict[str, Any]:
        """Everything as plain JSON, exact: what is stored with a decision."""
        from .stored import explanation_to_json

        return explanation_to_json(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Explanation:
        """The explanation that was stored; nothing is evaluated again. Raises `ValueError` for another language version."""
        from .stored import explanation_from_json

        return explanation_from_json(data)


def explain(clauses: Sequence[Clause], facts: Facts) -> Explanation:
    """Ask every clause that is for this case: its answer, the facts it read with their sources, and what would settle it."""
    results = []
    for clause in clauses:
        if clause.when is not None and clause.when.evaluate(facts) == Answer.NO:
            continue
        answer, read, needs = clause.holds.read(facts)
        if not isinstance(answer, Answer):
            raise TypeError(f"clause {clause.id} is no condition")
        results.append(ClauseResult(clause, answer, read, needs))
    return Explanation(tuple(results))


def all_of(answers: Iterable[Answer]) -> Answer:
    """Kleene's and over answers; of none, yes."""
    found = set(answers)
    return Answer.NO if Answer.NO in found else Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.YES
