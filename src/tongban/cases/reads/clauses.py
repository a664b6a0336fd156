"""The clauses of a case with their answers, and who says each fact that they read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongban.cases.reads.form import seen_fact
from tongban.cases.reads.ground import labels_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service, Way
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Explanation


@dataclass(frozen=True)
class ClauseRow:
    """One clause with its answer, and the facts it read as a page shows them."""

    id: str
    says: Text
    cite: Text
    answer: Answer
    purpose: str
    facts: tuple[tuple[Text, Text, str, datetime | None], ...]
    """(label, value, source, as of)."""
    needs: tuple[Text, ...]
    is_promised: bool = False
    """Unknown as yet, and covered by the applicant's promise."""


def clause_rows(service: Service, explanation: Explanation, way: Way | None = None) -> tuple[ClauseRow, ...]:
    """The clauses of a case as pages and letters tell them; on a way with a promise, which of them it covers."""
    covered = way.covers if way is not None else ()
    labels = labels_of(service)
    rows = []
    for result in explanation.results:
        seen = tuple(
            (
                labels.get(name, Text(name, name)),
                seen_fact(service, name, fact),
                fact.source,
                getattr(fact, "as_of", None),
            )
            for name, fact in result.facts
        )
        clause = result.clause
        rows.append(
            ClauseRow(
                clause.id,
                clause.says,
                clause.cited,
                result.answer,
                clause.purpose,
                seen,
                tuple(labels.get(name, Text(name, name)) for name in result.needs),
                is_promised=clause.id in covered and result.answer == Answer.UNKNOWN,
            )
        )
    return tuple(rows)


def source_title(source: str, service: Service) -> Text:
    """Who says so: a department, the applicant, the step that recorded it."""
    if source == "applicant" and service.initiative == "office":
        return _PROPOSER
    department = catalogue.city().departments.get(source)
    step = next((step.title for step in service.every_step if step.id == source), None)
    return department.short if department else step or _SOURCES.get(source, Text("", ""))


_PROPOSER = Text("提出人填写", "given by who proposed")
_SOURCES = {
    "applicant": Text("申请人填写", "given by the applicant"),
    "parties": Text("身份登记", "identity register"),
    "case": Text("本件", "this case"),
    "credentials": Text("电子证照", "licence register"),
}
