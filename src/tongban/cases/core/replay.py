"""What a draft of a service would make of cases that were handled under another version.

Invariants: both versions are asked the same stored facts, so that what differs is the draft's doing and not the day's; a fact that the draft reads and that was
never stored is unknown, a question that it asks anew is unanswered; nothing that was decided is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.core.course import amount, assess, careful_way, choose_way, is_met
from tongban.catalogue.core.definition import Question, Service
from tongban.rules.core import Answer, Fact, Facts, Nothing, Unknown, Value, ValueFault, fact_from_json

NOT_STORED = Unknown("not-stored")


@dataclass(frozen=True)
class Outcome:
    """What a version makes of a case: whether everything is met, which way it goes, what it pays, and each clause's answer."""

    answer: Answer
    way: str
    amount_fen: int | None
    clauses: Mapping[str, Answer]


@dataclass(frozen=True)
class ClauseChange:
    """One clause that answers otherwise; none on the side where it does not exist."""

    id: str
    before: Answer | None
    after: Answer | None


@dataclass(frozen=True)
class Difference:
    """A case whose outcome changes, and by which clauses."""

    before: Outcome
    after: Outcome
    clauses: tuple[ClauseChange, ...]


def compare(old: Service, new: Service, stored: Mapping[str, Any]) -> Difference | None:
    """What changes for a case with these stored facts; None if its outcome stays, even where a clause answers otherwise."""
    before, after = outcome(old, facts_under(old, stored)), outcome(new, facts_under(new, stored))
    if (before.answer, before.way, before.amount_fen) == (after.answer, after.way, after.amount_fen):
        return None
    names = dict.fromkeys([*before.clauses, *after.clauses])
    changes = (ClauseChange(name, before.clauses.get(name), after.clauses.get(name)) for name in names)
    return Difference(before, after, tuple(one for one in changes if one.before != one.after))


def outcome(service: Service, facts: Facts) -> Outcome:
    """What a version makes of facts."""
    way = choose_way(service, facts).way or careful_way(service)
    explanation = assess(service, facts)
    answers = {result.clause.id: result.answer for result in explanation.results}
    met = Answer.YES if is_met(explanation, way) else Answer.NO if Answer.NO in answers.values() else Answer.UNKNOWN
    paid = amount(service, facts)
    return Outcome(met, way.id, paid.value if isinstance(paid, Value) else None, answers)


def facts_under(service: Service, stored: Mapping[str, Any]) -> Facts:
    """Stored facts as a version reads them: its own types, and its questions in order."""
    facts: dict[str, Fact] = {name: _fact(stored.get(name), spec.type) for name, spec in service.vocabulary.items()}
    for question in service.questions:
        name = f"form.{question.id}"
        if name not in stored:
            facts[name] = _unasked(question, facts)
    return facts


def _fact(told: Any, kind: Any) -> Fact:
    if told is None:
        return NOT_STORED
    try:
        return fact_from_json(told, kind)
    except (ValueFault, ValueError, TypeError, KeyError):
        return Unknown("outside-its-type")


def _unasked(question: Question, facts: Facts) -> Fact:
    """A question that the case was never asked: none where it would be hidden, or may stay empty; else unanswered."""
    shown = Answer.YES if question.show is None else question.show.evaluate(facts)
    return (
        Nothing("applicant")
        if shown == Answer.NO or (shown == Answer.YES and not question.required)
        else Unknown("not-answered", "applicant")
    )
