"""From what people answered and departments hold to the facts that rules read.

Invariants: a hidden question is none, whatever was typed in it before; an unanswered required question is unknown, never none; an item of a
record that was found is its value or none; what is read of a licence that a case is not about is none; a record that was not found is none throughout; a register that was not asked or did
not answer makes every item unknown; a person's identity number, which stays sealed with parties, is unknown, never none. Nothing here guesses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from tongban.catalogue.core.definition import Need, Question, Service
from tongban.catalogue.core.words import LICENCE, PROMISED
from tongban.rules.core import Answer, Fact, Facts, FactType, Nothing, Unknown, Value, ValueFault, fact_from_json, fact_to_json

CREDENTIALS = "credentials"
"""The source of what is read of a licence."""
UNANSWERED = Unknown("not-answered", "applicant")


@dataclass(frozen=True)
class Registered:
    """What one register said for one need."""

    state: Literal["value", "none", "unknown"]
    values: Mapping[str, Any]
    source: str
    reason: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True)
class Gathered:
    """All that is known about a case."""

    applicant: Mapping[str, Any]
    """By name, in JSON form: kind, name, uscc or id_number, born, area."""
    answers: Mapping[str, Any]
    registers: Mapping[str, Registered]
    records: Mapping[str, Mapping[str, str]]
    """By step, what officers recorded."""
    situation: str
    received_on: date
    saved_at: datetime | None = None
    promised: bool = False
    """Whether the applicant chose to promise."""
    aged: frozenset[str] = frozenset()
    """The needs whose answer is older than they allow: good to look at, not to decide on."""
    licence: Mapping[str, Any] | None = None
    """The licence that the case is about, by name, in JSON form; None where there is none."""

    def without_aged(self) -> Gathered:
        """The same with every aged answer unknown."""
        aged = {alias: Registered("unknown", {}, self.registers[alias].source, "aged") for alias in self.aged}
        return replace(self, registers={**self.registers, **aged})


def assemble(service: Service, known: Gathered) -> Facts:
    """The facts of a case, by name."""
    facts: dict[str, Fact] = {}
    facts |= _of_applicant(service, known)
    facts["case.received_on"] = Value(known.received_on, "case")
    facts["case.situation"] = Value(known.situation, "case")
    if PROMISED in service.vocabulary:
        facts[PROMISED] = Value(known.promised, "applicant")
    for need in service.needs:
        registered = known.registers.get(need.alias)
        for item in need.items:
            name = f"{need.alias}.{item}"
            facts[name] = _of_register(service.vocabulary[name].type, registered, item)
    if service.licence:
        facts |= _of_licence(service, known)
    for step, recorded in known.records.items():
        facts |= {f"{step}.{name}": Value(value, step) for name, value in recorded.items()}
    facts |= _of_form(service, known, facts)
    return {name: facts.get(name, Unknown("not-asked")) for name in service.vocabulary} | facts


def is_needed(need: Need, facts: Facts) -> bool:
    """Whether a record is asked for in this case."""
    return need.when is None or need.when.evaluate(facts) != Answer.NO


def public_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What rules may read about the applicant, in JSON form; identity numbers of people stay encrypted with parties."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in facts.items() if name != "id_number"}


def shown(service: Service, facts: Facts) -> tuple[Question, ...]:
    """The questions that this case asks, in order."""
    return tuple(question for question in service.questions if question.show is None or question.show.evaluate(facts) == Answer.YES)


def _of_applicant(service: Service, known: Gathered) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for name in (name for name in service.vocabulary if name.startswith("applicant.")):
        key = name.partition(".")[2]
        if key == "age":
            continue
        if key == "id_number" and known.applicant.get("kind") == "person":
            facts[name] = Unknown("withheld", "parties")
            continue
        raw = known.applicant.get(key)
        facts[name] = Nothing("parties") if raw in (None, "") else _typed(service.vocabulary[name].type, raw, "parties", None)
    born = known.applicant.get("born")
    facts["applicant.age"] = Value(_age(date.fromisoformat(born), known.received_on), "parties") if born else Nothing("parties")
    return facts


def _age(born: date, on: date) -> int:
    """Completed years; somebody born on 29 February comes of age on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _of_register(kind: FactType, registered: Registered | None, item: str) -> Fact:
    if registered is None:
        return Unknown("not-asked")
    if registered.state == "unknown":
        return Unknown(registered.reason or "no-answer", registered.source)
    raw = registered.values.get(item) if registered.state == "value" else None
    if raw is None or raw == "":
        return Nothing(registered.source, registered.as_of)
    return _typed(kind, raw, registered.source, registered.as_of)


def _of_licence(service: Service, known: Gathered) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for name, spec in service.vocabulary.items():
        root, _, item = name.partition(".")
        if root == LICENCE:
            raw = (known.licence or {}).get(item)
            facts[name] = Nothing(CREDENTIALS) if raw in (None, "") else _typed(spec.type, raw, CREDENTIALS, None)
    return facts


def _of_form(service: Service, known: Gathered, others: Mapping[str, Fact]) -> dict[str, Fact]:
    """Questions in order, so that one question's `show` may read those before it."""
    facts: dict[str, Fact] = {f"form.{question.id}": UNANSWERED for question in service.questions}
    for question in service.questions:
        name = f"form.{question.id}"
        is_shown = Answer.YES if question.show is None else question.show.evaluate({**others, **facts})
        if is_shown == Answer.NO:
            facts[name] = Nothing("applicant")
        elif is_shown == Answer.YES:
            raw = known.answers.get(question.id)
            if raw is not None and raw != "":
                facts[name] = _typed(question.fact, raw, "applicant", known.saved_at)
            elif not question.required:
                facts[name] = Nothing("applicant")
    return facts


def _typed(kind: FactType, raw: Any, source: str, as_of: datetime | None) -> Fact:
    try:
        return Value(kind.from_json(raw), source, as_of)
    except (ValueFault, ValueError, TypeError):
        return Unknown("outside-its-type", source)


def to_json(service: Service, facts: Facts) -> dict[str, Any]:
    """The facts as they are stored with an answer: state, value, source, time."""
    return {name: fact_to_json(facts[name], spec.type) for name, spec in service.vocabulary.items() if name in facts}


def from_json(service: Service, stored: Mapping[str, Any]) -> Facts:
    """The facts that were stored with an answer; what was not stored is unknown."""
    return {
        name: fact_from_json(stored[name], spec.type) if name in stored else Unknown("not-stored")
        for name, spec in service.vocabulary.items()
    }


def basis(service: Service, facts: Facts, amount_fen: int | None) -> str:
    """What a decision rests on, as 32 characters: equal as long as every fact and the amount are; when a fact was asked for does not count."""
    said = {name: (fact["state"], fact.get("value")) for name, fact in to_json(service, facts).items()}
    return hashlib.sha256(json.dumps([said, amount_fen], sort_keys=True).encode()).hexdigest()[:32]
