"""What the letter of a redeemed policy says of it: each clause with its law and the facts it went by, the formula, the pool, the document.

Invariants: the words are those of the explanation that the promise rests on; a fact stands with who holds it and as of when; an identity number is masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from tongban.benefits.core.formula import cases_of
from tongban.benefits.core.wording import Wording, money
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.kernel.clock import local_date
from tongban.kernel.text import Text
from tongban.rules.core import Answer, ClauseResult, Explanation, Fact, Unknown

_ANSWERS: Final[Mapping[Answer, Text]] = {
    Answer.YES: Text("相符", "met"),
    Answer.NO: Text("不相符", "not met"),
    Answer.UNKNOWN: Text("没有查清", "not known"),
}
_CLAUSE: Final = Text("{n}．{says}：{answer}（{cite}）。{facts}", "{n}. {says}: {answer} ({cite}). {facts}")
_FACT: Final = Text("{label}：{value}{source}", "{label}: {value}{source}")
_EVERYBODY_ELSE: Final = Text("其他", "otherwise")
_AT_MOST: Final = Text("最高{sum}", "at most {sum}")


def letter_words(wording: Wording, explanation: Explanation) -> dict[str, Text]:
    """By placeholder. `policy_clauses` has a line for each clause."""
    policy = wording.policy
    rows = [_clause(n, result, wording) for n, result in enumerate(explanation.results, start=1)]
    pool = wording.city.pools.get(policy.pool)
    document = policy.document
    return {
        "policy_clauses": _joined(rows, "\n", "\n"),
        "policy_formula": _formula(wording),
        "policy_pool": pool.title if pool is not None else Text("", ""),
        "policy_document": Text(
            f"{document.issuer.zh}《{document.title.zh}》（{document.number}）",
            f"{document.issuer.en}, {document.title.en} ({document.number})",
        ),
    }


def _clause(n: int, result: ClauseResult, wording: Wording) -> Text:
    facts = [_fact(wording, name, fact) for name, fact in result.facts if name != MATCH_ON]
    told = _joined(facts, "；", "; ")
    ended = Text(f"{told.zh}。", f"{told.en}.") if facts else told
    filled = _CLAUSE.format(n=str(n), says=result.clause.says, answer=_ANSWERS[result.answer], cite=result.clause.cited, facts=ended)
    return Text(filled.zh.strip(), filled.en.strip())


def _fact(wording: Wording, name: str, fact: Fact) -> Text:
    by, as_of = wording.department(name), None if isinstance(fact, Unknown) else fact.as_of
    source = Text("", "")
    if by.zh:
        on = _day(local_date(as_of)) if as_of is not None else None
        source = Text(f"（{by.zh}，截至{on.zh}）", f" ({by.en}, as of {on.en})") if on else Text(f"（{by.zh}）", f" ({by.en})")
    return _FACT.format(label=wording.label(name), value=wording.told(name, fact), source=source)


def _day(on: date) -> Text:
    return Text(f"{on.year}年{on.month}月{on.day}日", f"{on.day} {on:%B} {on.year}")


def _formula(wording: Wording) -> Text:
    """The amount, case by case, with its cap; empty for a policy that pays nothing."""
    cases = cases_of(wording)
    if not cases:
        return Text("", "")
    told = [case.pays if len(cases) == 1 else _case(case.when or _EVERYBODY_ELSE, case.pays) for case in cases]
    cap = wording.policy.cap
    return _joined([*told, _AT_MOST.format(sum=money(cap))] if cap is not None else told, "；", "; ")


def _case(when: Text, pays: Text) -> Text:
    return Text(f"{when.zh}：{pays.zh}", f"{when.en}: {pays.en}")


def _joined(parts: list[Text], zh: str, en: str) -> Text:
    return Text(zh.join(one.zh for one in parts), en.join(one.en for one in parts))
