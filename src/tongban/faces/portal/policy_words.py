"""What a policy says, in the shapes that look draws: its clauses with facts and sources, how it is redeemed, what it excludes, its days.

Invariants: a fact stands with its value, who holds it and as of when; an unknown stands with the register that would settle it; nothing is told here that the definition does
not say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from tongban.benefits.core.formula import cases_of
from tongban.benefits.core.wording import Wording
from tongban.catalogue.core.definition import City, Policy
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.front.policies import audience_of, current, end_of, expected, title_of, versions
from tongban.kernel.text import Lang, Text, listed
from tongban.look.drawings import ClauseRow, ShownFact
from tongban.look.environment import day, span, when, yuan
from tongban.look.texts import Screen
from tongban.rules.core import Answer, Explanation, Fact, Unknown

__all__ = ["audience_of", "current", "end_of", "expected", "title_of", "versions"]
CATEGORIES: Final = ("award", "relief", "right", "qualification")
LEVELS: Final = ("nation", "province", "city", "district")
TONES: Final = {"award": "blue", "relief": "blue", "right": "plain", "qualification": "plain"}
_AS_OF: Final = Text("数据截至{when}", "data as of {when}")
_NEEDS: Final = Text("要弄清：{what}", "Still to be known: {what}")

Whence = Callable[[str, Fact], tuple[Text | str, Text | str]]
"""From a fact to its source and time, as a page shows them."""


def from_registers(wording: Wording, lang: Lang) -> Whence:
    """Facts that registers answered: the department, and as of when its data are."""

    def whence(name: str, fact: Fact) -> tuple[Text | str, Text | str]:
        at: datetime | None = None if isinstance(fact, Unknown) else fact.as_of
        return wording.department(name), _AS_OF.format(when=when(at, lang)) if at else ""

    return whence


def clause_rows(wording: Wording, explanation: Explanation, whence: Whence) -> list[ClauseRow]:
    """Each clause with its answer, its citation, and the facts that it read; the day that counts is left out where a clause is plain without it."""
    return [
        ClauseRow(
            says=result.clause.says,
            state=result.answer.value,
            cite=result.clause.cite,
            facts=tuple(
                ShownFact(wording.label(name), wording.told(name, fact), *whence(name, fact))
                for name, fact in result.facts
                if name != MATCH_ON
            ),
            note=_NEEDS.format(what=listed(dict.fromkeys(wording.label(name) for name in result.needs)))
            if result.answer == Answer.UNKNOWN
            else "",
        )
        for result in explanation.results
    ]


def amount_rows(wording: Wording) -> list[tuple[Text | None, Text]]:
    """The amount, case by case: for whom (none: for everybody else), and how much."""
    return [(case.when, case.pays) for case in cases_of(wording)]


def most(wording: Wording, lang: Lang, t: Screen) -> str:
    """What a list says of the money: the most it pays, or the one sum; nothing where it depends, or is no money."""
    policy = wording.policy
    if policy.amount is None:
        return ""
    if policy.cap is not None:
        return t("at_most", sum=yuan(policy.cap, lang))
    cases = cases_of(wording)
    return cases[0].pays.in_(lang) if len(cases) == 1 and not policy.amount.facts_read else ""


def redemption(policy: Policy, lang: Lang, t: Screen) -> str:
    """How one gets it, and within what time."""
    if policy.amount is None:
        return t.redeem_right
    public = t("redeem_public", span=span(policy.publicity.within, lang)) if policy.publicity else ""
    return t(f"redeem_{policy.redeem}", span=span(policy.within, lang)) + public


def excluded(policy: Policy, city: City, today: date) -> list[tuple[str, Text]]:
    """The policies that one cannot have beside this one, by id with their titles."""
    offered = city.policies_on(today)
    return [(id_, offered[id_].title) for id_ in policy.excludes if id_ in offered]


def in_days(policy: Policy, lang: Lang, t: Screen) -> str:
    """From when until when it is in force."""
    return t("in_force_range", start=day(policy.in_force, lang), end=day(policy.until, lang))


def filters(t: Screen, city: City) -> Mapping[str, list[tuple[str, Any]]]:
    """What the list may be narrowed by: category, audience, level; only those that some policy has."""
    there = city.policies.values()

    def some(name: str, options: Iterable[str], of: Callable[[Policy], str]) -> list[tuple[str, Any]]:
        have = {of(one) for one in there}
        return [(option, t(f"{name}_{option}")) for option in options if option in have]

    return {
        "category": some("category", CATEGORIES, lambda one: one.category),
        "audience": some("audience", ("firm", "person"), lambda one: audience_of(one, city)),
        "level": some("level", LEVELS, lambda one: one.document.level),
    }
