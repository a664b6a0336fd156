"""Explanations as plain JSON: money as integer fen, decimals as text, dates and instants in ISO 8601.

Invariants: `from_json(to_json(e))` has the same answers, facts and needs; the stored form carries the source of each clause, the
declarations of its facts and the language version, so that it stays readable without the service's definition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from json import dumps, loads
from typing import Any

from tongban.kernel.text import Text

from .described import type_from
from .explain import Clause, ClauseResult, Explanation
from .expression import Expression, read_expression
from .facts import Answer, Fact, Nothing, Unknown, Value
from .language import LANGUAGE_VERSION
from .types import Bool, FactSpec, FactType


def explanation_to_json(explanation: Explanation) -> dict[str, Any]:
    """The stored form of an explanation."""
    return {
        "language": LANGUAGE_VERSION,
        "answer": explanation.answer.value,
        "clauses": [_result_to_json(result) for result in explanation.results],
    }


def explanation_from_json(data: Mapping[str, Any]) -> Explanation:
    """The explanation of a stored form. Raises `ValueError` for another language version."""
    if data["language"] != LANGUAGE_VERSION:
        raise ValueError(f"stored in language version {data['language']}, this is {LANGUAGE_VERSION}")
    return Explanation(tuple(_result_from_json(result) for result in data["clauses"]))


def fact_to_json(fact: Fact, kind: FactType) -> dict[str, Any]:
    """One fact: its state, and the value as JSON of its type."""
    match fact:
        case Value(value, source, as_of):
            return {"state": "value", "value": kind.to_json(value), "source": source, "as_of": _instant(as_of)}
        case Nothing(source, as_of):
            return {"state": "none", "source": source, "as_of": _instant(as_of)}
    return {"state": "unknown", "reason": fact.reason, "source": fact.source}


def fact_from_json(data: Mapping[str, Any], kind: FactType) -> Fact:
    """The fact of its JSON. Raises `ValueFault` if the value is not of the type."""
    if data["state"] == "unknown":
        return Unknown(data["reason"], data["source"])
    as_of = dt.datetime.fromisoformat(data["as_of"]) if data["as_of"] else None
    if data["state"] == "none":
        return Nothing(data["source"], as_of)
    return Value(kind.from_json(data["value"]), data["source"], as_of)


def _result_to_json(result: ClauseResult) -> dict[str, Any]:
    clause, declared, told = result.clause, result.clause.holds.vocabulary, _declarations(result.clause.holds)
    return {
        "id": clause.id,
        "says": {"zh": clause.says.zh, "en": clause.says.en},
        "cite": clause.cite,
        **({"cite_en": clause.cite_en} if clause.cite_en else {}),
        "holds": clause.holds.source,
        "if_unknown": clause.if_unknown,
        "purpose": clause.purpose,
        "answer": result.answer.value,
        "because": [{"part": part.source, "outcome": _outcome(part.outcome)} for part in result.trace().because],
        "needs": list(result.needs),
        "facts": [told[name] | fact_to_json(fact, declared[name].type) for name, fact in result.facts],
    }


@lru_cache(maxsize=10_000)
def _declarations(holds: Expression) -> dict[str, dict[str, Any]]:
    """By fact, how it is declared; the same for every case."""
    return {name: {"name": name, "type": spec.type.describe(), "may_be_none": spec.may_be_none} for name, spec in holds.vocabulary.items()}


def _result_from_json(data: Mapping[str, Any]) -> ClauseResult:
    declared = [(fact["name"], fact["type"], fact["may_be_none"]) for fact in data["facts"]]
    clause = Clause(
        id=data["id"],
        says=Text(**data["says"]),
        cite=data["cite"],
        holds=_read_again(data["holds"], dumps(declared, sort_keys=True)),
        if_unknown=data["if_unknown"],
        purpose=data["purpose"],
        cite_en=data.get("cite_en", ""),
    )
    facts = tuple((fact["name"], fact_from_json(fact, clause.holds.vocabulary[fact["name"]].type)) for fact in data["facts"])
    return ClauseResult(clause, Answer(data["answer"]), facts, tuple(data["needs"]))


@lru_cache(maxsize=2_000)
def _read_again(source: str, declared: str) -> Expression:
    vocabulary = {name: FactSpec(type_from(kind), may_be_none) for name, kind, may_be_none in loads(declared)}
    return read_expression(source, vocabulary, Bool())


def _outcome(outcome: Answer | Fact) -> str:
    if isinstance(outcome, Answer):
        return outcome.value
    return "none" if isinstance(outcome, Nothing) else "unknown" if isinstance(outcome, Unknown) else str(outcome.value)


def _instant(instant: dt.datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
