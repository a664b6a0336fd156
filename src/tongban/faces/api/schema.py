"""A service's form as JSON Schema (2020-12), made from its definition.

Invariants: nothing is added to the definition and nothing of it is loosened: what the schema refuses the act refuses; conditions stand in `x-show`,
because whether a question is asked also depends on what departments hold; what a situation asks in any case stands in `x-required`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tongban.catalogue.core.definition import Question, Service
from tongban.catalogue.core.words import SITUATION
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Fact, Unknown, Value

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


def schema_of(service: Service) -> dict[str, Any]:
    """The schema of `answers` in an application for this service."""
    asked = [question for question in service.questions if question.type != "file"]
    return {
        "$schema": _DRAFT,
        "$id": f"urn:tongban:form:{service.id}:{service.hash}",
        "type": "object",
        "additionalProperties": False,
        "properties": {question.id: _question(question) for question in asked},
        "required": [question.id for question in asked if question.required and question.show is None],
        "x-required": {option.id: _asked_in(service, asked, option.id) for option in service.situations},
    }


def _asked_in(service: Service, asked: list[Question], situation: str) -> list[str]:
    """The questions that a situation asks in any case, whatever else is answered."""
    unknown: dict[str, Fact] = dict.fromkeys(service.vocabulary, Unknown("not-asked"))
    facts = {**unknown, SITUATION: Value(situation, "case")}
    return [one.id for one in asked if one.required and (one.show is None or one.show.evaluate(facts) == Answer.YES)]


def papers_of(service: Service) -> list[dict[str, Any]]:
    """The papers that may be asked for, uploaded one by one."""
    return [
        {
            "question": question.id,
            **_titles(question.label),
            "accept": [_MEDIA.get(kind, kind) for kind in question.accept],
            "max_bytes": question.max_bytes,
            "required": question.required,
            **({"x-show": question.show.source} if question.show else {}),
        }
        for question in service.questions
        if question.type == "file"
    ]


def _question(question: Question) -> dict[str, Any]:
    shape = _TYPES[question.type](question) | _titles(question.label) | {"x-type": question.type, "x-section": question.section}
    if question.hint:
        shape |= {"description": question.hint.en, "x-description-zh": question.hint.zh}
    if question.show is not None:
        shape["x-show"] = question.show.source
    return shape


def _titles(text: Text) -> dict[str, str]:
    return {"title": text.en, "x-title-zh": text.zh}


def _text(question: Question) -> dict[str, Any]:
    most = question.fact.describe().get("max_length")
    return {"type": "string", "minLength": 1, **({"maxLength": most} if most else {})}


def _whole(question: Question) -> dict[str, Any]:
    limits = question.fact.describe()
    return {"type": "integer", "minimum": limits["min"], "maximum": limits["max"]}


def _decimal(question: Question) -> dict[str, Any]:
    limits = question.fact.describe()
    return {"type": ["string", "number"], "x-scale": limits["scale"], "x-minimum": limits["min"], "x-maximum": limits["max"]}


def _money(question: Question) -> dict[str, Any]:
    limits = question.fact.describe()
    return {
        "type": "string",
        "pattern": r"^\d+(\.\d{1,2})?$",
        "x-unit": "yuan",
        "x-minimum-fen": limits["min"],
        "x-maximum-fen": limits["max"],
    }


def _choice(question: Question) -> dict[str, Any]:
    return {
        "type": "string",
        "enum": [option.id for option in question.options],
        "x-options": [{"id": option.id, **_titles(option.label)} for option in question.options],
    }


_TYPES: dict[str, Callable[[Question], dict[str, Any]]] = {
    "text": _text,
    "long-text": _text,
    "yes-no": lambda _: {"enum": ["yes", "no", True, False]},
    "choice": _choice,
    "int": _whole,
    "decimal": _decimal,
    "money": _money,
    "date": lambda _: {"type": "string", "format": "date"},
    "phone": lambda _: {"type": "string", "minLength": 7, "maxLength": 13, "pattern": "^[0-9-]+$"},
    "bank-account": lambda _: {"type": "string", "minLength": 12, "maxLength": 19, "pattern": "^[0-9]+$"},
}
