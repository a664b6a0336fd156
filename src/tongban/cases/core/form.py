"""Reading what a person typed into a form that a service declares.

Invariants: only questions that this case shows are read; a field that the service does not know, or that is hidden, does nothing;
what cannot be read is kept as it was typed, beside the reason; an answer is stored in its fact type's JSON form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.catalogue.core.definition import Question, Service
from tongban.kernel.money import parse_yuan
from tongban.kernel.text import Text, plain
from tongban.rules.core import Answer, Facts, Nothing, Unknown, ValueFault

_REQUIRED = Text(zh="这一项要填写。", en="This is needed.")
_CHOOSE = Text(zh="请选一项。", en="Choose one.")
_PAPER = Text(zh="请上传这份材料。", en="Upload this paper.")
_NUMBER = Text(zh="请只填数字，如 120 或 35.5。", en="Use digits only, such as 120 or 35.5.")
_DATE = Text(
    zh="没有这一天，请按年、月、日填写，如 2026、3、5。", en="There is no such date. Give year, month and day, such as 2026, 3, 5."
)
_MONEY = Text(zh="请填金额，单位为元，最多两位小数。", en="Give an amount in yuan with at most two decimals.")
_PHONE = Text(zh="请填 11 位手机号，或带区号的电话号码。", en="Give an 11-digit mobile number, or a number with its area code.")
_ACCOUNT = Text(
    zh="银行账号为 12 至 19 位数字，请对照银行卡再输一次。", en="A bank account has 12 to 19 digits. Check it against the card."
)


@dataclass(frozen=True)
class Answered:
    """What a form said: good answers in JSON form, and for the others what was typed and what is wrong."""

    answers: Mapping[str, Any]
    faults: Mapping[str, Text]
    typed: Mapping[str, str]


def read(questions: Iterable[Question], posted: Mapping[str, str]) -> Answered:
    """Read the fields of some questions; an empty field of a question takes its answer away. A question that was not posted is not touched."""
    answers: dict[str, Any] = {}
    faults: dict[str, Text] = {}
    typed: dict[str, str] = {}
    for question in questions:
        text = _posted(question, posted)
        if text is None or question.type == "file":
            continue
        text = plain(text)
        if not text.strip():
            answers[question.id] = None
            continue
        try:
            answers[question.id] = _value(question, text.strip())
        except ValueFault as fault:
            faults[question.id], typed[question.id] = fault.message, text
        except ValueError:
            faults[question.id], typed[question.id] = _reason(question), text
    return Answered(answers, faults, typed)


def missing(questions: Iterable[Question], facts: Facts) -> dict[str, Text]:
    """Of the questions shown, those that are required and have no valid answer."""
    faults: dict[str, Text] = {}
    for question in questions:
        fact = facts[f"form.{question.id}"]
        if isinstance(fact, Unknown) or (question.required and isinstance(fact, Nothing)):
            faults[question.id] = _PAPER if question.type == "file" else _CHOOSE if question.type in ("choice", "yes-no") else _REQUIRED
    return faults


def owable(questions: Iterable[Question], faults: Mapping[str, Text]) -> tuple[str, ...]:
    """Of the questions that lack an answer, the secondary papers; none if anything else is lacking too."""
    secondary = {question.id for question in questions if question.secondary}
    return tuple(sorted(faults)) if faults and faults.keys() <= secondary else ()


def may_owe(service: Service, facts: Facts) -> bool:
    """Whether the service lets this applicant owe secondary papers; while its bar is unknown an official decides."""
    tolerance = service.tolerance
    return tolerance is not None and (tolerance.unless is None or tolerance.unless.evaluate(facts) != Answer.YES)


def show(question: Question, stored: Any, lang: str) -> str:
    """A stored answer as a page shows it."""
    if stored is None:
        return ""
    if question.type == "choice":
        for option in question.options:
            if option.id == stored:
                return option.label.zh if lang == "zh" else option.label.en
    return str(question.fact.show(question.fact.from_json(stored), lang))


def typed_form(service: Service, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Only the answers that the service still asks for: how a draft moves to a new version of its service."""
    known = {question.id for question in service.questions}
    return {name: value for name, value in stored.items() if name in known}


def _posted(question: Question, posted: Mapping[str, str]) -> str | None:
    if question.type != "date" or question.id in posted:
        return posted.get(question.id)
    parts = [posted.get(f"{question.id}-{part}") for part in ("year", "month", "day")]
    if all(part is None for part in parts):
        return None
    filled = [(part or "").strip() for part in parts]
    if not any(filled):
        return ""
    return "-".join(part.zfill(2) for part in filled)


def _value(question: Question, text: str) -> Any:
    plain = text.translate(_FULL_WIDTH)
    match question.type:
        case "money":
            value: Any = parse_yuan(plain)
        case "date":
            value = date.fromisoformat(plain)
        case "phone":
            value = _digits(plain, "0123456789-", 7, 13)
        case "bank-account":
            value = _digits(plain.replace(" ", ""), "0123456789", 12, 19)
        case "text" | "long-text":
            value = question.fact.read(text)
        case _:
            value = question.fact.read(plain)
    return question.fact.to_json(value)


_FULL_WIDTH = {ord(full): half for full, half in zip("０１２３４５６７８９．－，　", "0123456789.-, ", strict=True)}


def _digits(text: str, allowed: str, least: int, most: int) -> str:
    if not least <= len(text) <= most or any(character not in allowed for character in text):
        raise ValueError(text)
    return text


def _reason(question: Question) -> Text:
    return {"money": _MONEY, "date": _DATE, "phone": _PHONE, "bank-account": _ACCOUNT, "choice": _CHOOSE, "yes-no": _CHOOSE}.get(
        question.type, _NUMBER
    )
