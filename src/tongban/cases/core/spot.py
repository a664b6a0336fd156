"""Corrections on the spot, as pages tell them: by whose word, and what was written before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tongban.cases.core.form import show
from tongban.catalogue.core.definition import Question
from tongban.kernel.ids import is_citizen_id
from tongban.kernel.text import Text
from tongban.parties.core.identity import masked

WORD_GIVEN: Final[Mapping[str, Text]] = {
    "present": Text("申请人当面确认", "The applicant was there and agreed"),
    "telephone": Text("电话核实，申请人同意", "By telephone, with the applicant's agreement"),
    "counter": Text("申请人在窗口提出", "Asked for by the applicant at a counter"),
}
"""How the applicant gave their word for a correction."""
_EMPTY: Final = Text("未填", "left empty")


def corrections_told(questions: Iterable[Question], data: Mapping[str, Any]) -> Text:
    """What a correction on the spot changed, in words: each answer as it was and as it is, and by whose word."""
    labels = {question.id: question for question in questions}
    rows = [one for one in data.get("changed", ()) if one["question"] in labels]
    zh = [f"{labels[one['question']].label.zh}：{_said(labels, one, 'old').zh} → {_said(labels, one, 'new').zh}" for one in rows]
    en = [f"{labels[one['question']].label.en}: {_said(labels, one, 'old').en} → {_said(labels, one, 'new').en}" for one in rows]
    word = WORD_GIVEN.get(data.get("word", ""))
    return Text("；".join([*zh, *([word.zh] if word else [])]) + "。", "; ".join([*en, *([word.en] if word else [])]) + ".")


def _said(labels: Mapping[str, Question], row: Mapping[str, Any], which: str) -> Text:
    stored = row[which]
    if stored in (None, ""):
        return _EMPTY
    if isinstance(stored, str) and is_citizen_id(stored):
        return Text(*(masked(stored),) * 2)
    question = labels[row["question"]]
    return Text(show(question, stored, "zh"), show(question, stored, "en"))
