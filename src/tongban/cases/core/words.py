"""The words of a case's letters and messages, from declared templates.

Invariants: a template is filled with values, never run; a placeholder without a value is refused, not left in the letter.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from tongban.catalogue.core.definition import Limit
from tongban.kernel.clock import local_date
from tongban.kernel.text import Text
from tongban.rules.core import Answer, ClauseResult, Fact

_EACH: Final = "{policy_clauses}"


@lru_cache(maxsize=4096)
def day(on: date | None) -> Text:
    """A legal date in words."""
    if on is None:
        return Text(zh="—", en="—")
    return Text(zh=f"{on.year}年{on.month}月{on.day}日", en=f"{on.day} {on:%B} {on.year}")


def in_words(limit: Limit) -> Text:
    """A limit in words."""
    is_one = limit.days == 1
    if limit.counted == "working":
        return Text(zh=f"{limit.days}个工作日", en=f"{limit.days} working day{'' if is_one else 's'}")
    return Text(zh=f"{limit.days}日", en=f"{limit.days} day{'' if is_one else 's'}")


def fill(paragraphs: Sequence[Text], values: Mapping[str, Text | str]) -> list[dict[str, str]]:
    """The paragraphs of a letter; one whose words are all empty is left out, one that is `{policy_clauses}` alone becomes one for each clause.

    Raises KeyError on a placeholder without a value.
    """
    filled = (each for paragraph in paragraphs if _says_anything(paragraph, values) for each in _spread(paragraph, values))
    return [{"zh": text.zh, "en": text.en} for text in filled if text.zh.strip()]


def _spread(paragraph: Text, values: Mapping[str, Text | str]) -> list[Text]:
    text = paragraph.format(**values)
    if paragraph.zh.strip() == paragraph.en.strip() == _EACH:
        return [Text(zh, en) for zh, en in zip(text.zh.split("\n"), text.en.split("\n"), strict=True)]
    return [text]


def _says_anything(paragraph: Text, values: Mapping[str, Text | str]) -> bool:
    words = [values[name] for _, name, _, _ in string.Formatter().parse(paragraph.zh) if name]
    return not words or any(word if isinstance(word, str) else word.zh for word in words)


@dataclass(frozen=True)
class Said:
    """One fact as a letter tells it: what it is called, its value in words, and who says so, if not the applicant or the case itself."""

    label: Text
    value: Text
    source: Text | None


def reasons(results: Sequence[ClauseResult], said: Callable[[str, Fact], Said]) -> Text:
    """Which conditions are met and which are not, with the facts, their source and its day, as a decision letter tells it."""
    met = sum(result.answer == Answer.YES for result in results)
    head = Text(
        zh=f"{len(results)} 项条件中 {met} 项符合。" if met < len(results) else f"{len(results)} 项条件全部符合。",
        en=f"{met} of {len(results)} conditions are met. " if met < len(results) else f"All {len(results)} conditions are met. ",
    )
    short = [result for result in results if result.answer != Answer.YES]
    if not short:
        return head
    parts = [_reason(result, said) for result in short]
    return Text(zh=head.zh + "；".join(part.zh for part in parts) + "。", en=head.en + "; ".join(part.en for part in parts) + ".")


def _reason(result: ClauseResult, said: Callable[[str, Fact], Said]) -> Text:
    says = result.clause.says
    verdict = Text(zh="不符合", en="not met") if result.answer == Answer.NO else Text(zh="待核实", en="not verified")
    seen = [_told(said(name, fact), fact) for name, fact in result.facts]
    return Text(
        zh=f"“{says.zh}”{verdict.zh}：{'，'.join(one.zh for one in seen)}",
        en=f"“{says.en}” is {verdict.en}: {', '.join(one.en for one in seen)}",
    )


def _told(one: Said, fact: Fact) -> Text:
    told = Text(zh=f"{one.label.zh}为“{one.value.zh}”", en=f"{one.label.en} is “{one.value.en}”")
    if one.source is None or not one.source.zh:
        return told
    as_of = getattr(fact, "as_of", None)
    on = day(local_date(as_of)) if as_of else None
    if on is None:
        return Text(zh=f"{told.zh}（{one.source.zh}）", en=f"{told.en} ({one.source.en})")
    return Text(zh=f"{told.zh}（{one.source.zh}，截至{on.zh}）", en=f"{told.en} ({one.source.en}, as of {on.en})")


def in_months(months: int) -> Text:
    """A validity in words: years where it is whole ones."""
    years, rest = divmod(months, 12)
    if rest:
        return Text(zh=f"{months}个月", en=f"{months} month{'' if months == 1 else 's'}")
    return Text(zh=f"{years}年", en=f"{years} year{'' if years == 1 else 's'}")


def term(start: date, until: date | None) -> Text:
    """From a first to a last day, as a letter adds it to them; empty where it is not whole months."""
    after = until + timedelta(days=1) if until is not None else start
    months = (after.year - start.year) * 12 + after.month - start.month
    if months <= 0 or after.day != start.day:
        return Text("", "")
    said = in_months(months)
    return Text(zh=f"，计{said.zh}", en=f", for {said.en}")
