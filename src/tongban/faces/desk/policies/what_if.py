"""如果改一个数: each number of a draft with what other values of it would come to, beside the draft as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tongban.benefits.core.formula import Words
from tongban.benefits.core.trials import Outcome
from tongban.benefits.core.what_if import CAP, Number, literal_of, numbers
from tongban.benefits.core.wording import Wording
from tongban.catalogue.core.definition import City, Policy
from tongban.faces.desk.policies.held import clause_title, in_yuan, money
from tongban.kernel.text import Lang, Text
from tongban.look.sheets import Column, Table
from tongban.look.texts import Screen


def shown(outcome: Outcome, policy: Policy, city: City, t: Screen, lang: Lang) -> list[dict[str, Any]]:
    """Each number with its rows, the draft's own among them."""
    pool = city.pools.get(policy.pool)
    limit = pool.amount if pool is not None else None
    return [
        {
            "title": _title(number, policy, t),
            "says": says,
            "rows": [
                {
                    "value": value,
                    "is_own": is_own,
                    "entitled": entitled,
                    "more": entitled - outcome.now.entitled,
                    "amount": money(amount, lang),
                    "costs_more": _signed(amount - outcome.now.amount, lang),
                    "over": limit is not None and amount > limit,
                }
                for value, is_own, entitled, amount in rows
            ],
        }
        for number, says, rows in _numbers(outcome, policy, city)
    ]


def table(outcome: Outcome, policy: Policy, city: City, t: Screen) -> Table:
    """All of them as one table."""
    columns = (
        Column(t.col_clause),
        Column(t.what_if_number),
        Column(t.what_if_value),
        Column(t.entitled, "whole"),
        Column(t.what_if_costs, "money"),
    )
    rows = [
        (_title(number, policy, t), says, value, entitled, in_yuan(amount))
        for number, says, found in _numbers(outcome, policy, city)
        for value, _, entitled, amount in found
    ]
    return Table(t.what_if, columns, rows)


_CAP: Final = Text("最多 {amount}", "at most {amount}")
Row = tuple[Text, bool, int, int]
"""The value in words, whether it is the draft's own, how many are entitled, and fen."""


def _numbers(outcome: Outcome, policy: Policy, city: City) -> Iterator[tuple[Number, Text, list[Row]]]:
    words, known = Words(Wording(city, policy)), numbers(policy)
    for one in outcome.what_if:
        number = known[one.at]
        own = number.literal.value
        told = [(literal_of(number, row.value), row.entitled, row.amount) for row in one.rows]
        told.append((number.literal, outcome.now.entitled, outcome.now.amount))
        told.sort(key=lambda row: row[0].value)
        rows = [(words.value(literal), literal.value == own, entitled, amount) for literal, entitled, amount in told]
        yield number, _CAP.format(amount=words.value(number.literal)) if number.compare is None else words.condition(number.compare), rows


def _title(number: Number, policy: Policy, t: Screen) -> Text | str:
    return t.what_if_cap_title if number.clause == CAP else clause_title(policy, number.clause, t)


def _signed(amount: int, lang: Lang) -> str:
    return "" if not amount else f"{'+' if amount > 0 else '−'}{money(abs(amount), lang)}"
