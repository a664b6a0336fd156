"""The words of a case's letters and messages, from declared templates.

Invariants: a template is filled with values, never run; a placeholder without a value is refused, not left in the letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tongban.catalogue.core.definition import LetterType
from tongban.kernel.text import Text
from tongban.rules.core import Answer, ClauseResult, Nothing, Unknown, Value


def day(on: date | None) -> Text:
    """A legal date in words."""
    if on is None:
        return Text(zh="—", en="—")
    return Text(zh=f"{on.year}年{on.month}月{on.day}日", en=f"{on.day} {on:%B} {on.year}")


def fill(letter: LetterType, values: Mapping[str, Text | str]) -> list[dict[str, str]]:
    """The paragraphs of a letter. Raises KeyError on a placeholder without a value."""
    filled = (paragraph.format(**values) for paragraph in letter.paragraphs)
    return [{"zh": text.zh, "en": text.en} for text in filled if text.zh.strip()]


def reasons(results: Sequence[ClauseResult], labels: Mapping[str, Text]) -> Text:
    """Which conditions are met and which are not, with the fact and its source, as a decision letter tells it."""
    met = sum(result.answer == Answer.YES for result in results)
    head = Text(
        zh=f"{len(results)} 项条件中 {met} 项符合。" if met < len(results) else f"{len(results)} 项条件全部符合。",
        en=f"{met} of {len(results)} conditions are met. " if met < len(results) else f"All {len(results)} conditions are met. ",
    )
    short = [result for result in results if result.answer != Answer.YES]
    if not short:
        return head
    parts = [_reason(result, labels) for result in short]
    return Text(zh=head.zh + "；".join(part.zh for part in parts) + "。", en=head.en + "; ".join(part.en for part in parts) + ".")


def _reason(result: ClauseResult, labels: Mapping[str, Text]) -> Text:
    says = result.clause.says
    verdict = Text(zh="不符合", en="not met") if result.answer == Answer.NO else Text(zh="待核实", en="not verified")
    seen = [(labels.get(name, Text(name, name)), fact, name) for name, fact in result.facts]
    zh = "，".join(f"{label.zh}为“{_shown(fact, 'zh')}”" for label, fact, _ in seen)
    en = ", ".join(f"{label.en} is “{_shown(fact, 'en')}”" for label, fact, _ in seen)
    return Text(zh=f"“{says.zh}”{verdict.zh}（{zh}）", en=f"“{says.en}” is {verdict.en} ({en})")


def _shown(fact: Value | Nothing | Unknown, lang: str) -> str:
    if isinstance(fact, Value):
        return str(fact.value)
    words = {"zh": ("无记录", "尚未查得"), "en": ("no record", "not known yet")}[lang]
    return words[0] if isinstance(fact, Nothing) else words[1]
