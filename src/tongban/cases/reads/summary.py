"""An application in words, as whoever confirms it reads it: every answer, every paper, and what departments supply, in both languages."""

from __future__ import annotations

from typing import Any

from tongban.cases.reads.form import FormView, QuestionView, shown_fact
from tongban.kernel.text import Text

_KNOWN = Text("部门提供的", "Supplied by departments")
_SEEN = Text("（已核对原件）", " (compared with the original)")
_BLANK = Text("未填", "left empty")


def summary_of(form: FormView) -> list[dict[str, Any]]:
    """`[{"title": {"zh", "en"}, "rows": [[label, value]]}]`, each a text in both languages; the form's sections, then what is known already."""
    parts = [
        {"title": _both(part.section.title), "rows": [[_both(view.question.label), _both(_answer(form, view))] for view in part.questions]}
        for part in form.sections
    ]
    known = [[_both(item.label), _both(item.shown)] for item in form.prefilled if item.state != "unknown"]
    return [*parts, {"title": _both(_KNOWN), "rows": known}] if known else parts


def _answer(form: FormView, view: QuestionView) -> Text:
    if view.upload is not None:
        seen = _SEEN if view.upload.seen_at else Text("", "")
        return Text(view.upload.name + seen.zh, view.upload.name + seen.en)
    if view.value in (None, ""):
        return _BLANK
    return shown_fact(form.service, f"form.{view.question.id}", form.facts[f"form.{view.question.id}"])


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
