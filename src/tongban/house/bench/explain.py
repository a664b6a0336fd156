"""What explaining one case costs: microseconds a clause, with the facts read and what an unknown needs.

Invariant: the figures come from the public interface of *rules*, over the clauses of a made-up service of ordinary size with
known, absent and unknown facts; nothing is cached between two cases.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Mapping, Sequence
from decimal import Decimal as Exact
from statistics import median
from time import process_time
from typing import Any, Final

from tongban.kernel.text import Text
from tongban.rules.core import (
    NOTHING,
    Bool,
    Choice,
    Clause,
    Date,
    Decimal,
    Fact,
    FactSpec,
    Int,
    ListOf,
    Money,
    TextType,
    Unknown,
    Value,
    explain,
    read_expression,
)

VOCABULARY: Final = {
    "firm.status": FactSpec(Choice(("active", "closed", "suspended"))),
    "firm.founded": FactSpec(Date()),
    "firm.revenue": FactSpec(Money(0, 10**14), may_be_none=True),
    "firm.people": FactSpec(Int(0, 1_000_000), may_be_none=True),
    "firm.sector": FactSpec(TextType(20)),
    "firm.name": FactSpec(TextType(100)),
    "credit.broken_on": FactSpec(Date(), may_be_none=True),
    "credit.grade": FactSpec(Choice(("A", "B", "C", "D")), may_be_none=True),
    "premises.use": FactSpec(Choice(("commercial", "residential", "industrial"))),
    "premises.area": FactSpec(Decimal(2, 0, 100_000)),
    "premises.tags": FactSpec(ListOf(TextType(20)), may_be_none=True),
    "form.cold_dishes": FactSpec(Bool()),
    "form.seats": FactSpec(Int(0, 10_000), may_be_none=True),
    "form.starts_on": FactSpec(Date()),
    "hygiene.layout": FactSpec(Choice(("fit", "unfit"))),
}

CLAUSES: Final = (
    'firm.status == "active"',
    "years_between(firm.founded, form.starts_on) >= 1",
    'firm.status == "active" && firm.revenue < yuan(20000000)',
    'firm.sector in ["I61", "I62", "H51"]',
    "!has(credit.broken_on) || credit.broken_on + years(2) < form.starts_on",
    'credit.grade in ["A", "B"]',
    'premises.use != "residential"',
    "premises.area * 2 >= 30.5 && premises.area <= 5000",
    '!form.cold_dishes || hygiene.layout == "fit"',
    'has(form.seats) ? form.seats <= 200 || "sprinkler" in premises.tags : true',
    "firm.revenue * 0.03 >= firm.people * yuan(1000)",
    'firm.name.startsWith("云") && form.starts_on <= date("2027-12-31")',
)


def run() -> dict[str, Any]:
    """Measure; figures as plain JSON: `us_per_clause` is the median of nine rounds, the others its spread."""
    clauses = tuple(
        Clause(f"clause_{number}", Text(source, source), "", read_expression(source, VOCABULARY, Bool()))
        for number, source in enumerate(CLAUSES)
    )
    cases = _cases()
    rounds = sorted(_round(clauses, cases) for _ in range(9))
    answers = [result.answer.value for case in cases for result in explain(clauses, case).results]
    return {
        "us_per_clause": round(median(rounds), 3),
        "us_per_clause_best": round(rounds[0], 3),
        "us_per_clause_worst": round(rounds[-1], 3),
        "clauses": len(clauses),
        "cases": len(cases),
        "answers": {answer: answers.count(answer) for answer in ("yes", "no", "unknown")},
        "with": "answer, facts read with source, facts needed; processor time",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _round(clauses: Sequence[Clause], cases: Sequence[Mapping[str, Fact]], times: int = 250) -> float:
    """Microseconds of processor time a clause over one round; what other programs take is not counted."""
    began = process_time()
    for _ in range(times):
        for case in cases:
            explain(clauses, case)
    return (process_time() - began) * 1e6 / (times * len(cases) * len(clauses))


def _cases() -> list[dict[str, Fact]]:
    """A complete case, one with absent facts, one whose registers are silent, one that fails."""
    source, as_of = "register", dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    values: dict[str, Any] = {
        "firm.status": "active",
        "firm.founded": dt.date(2020, 2, 29),
        "firm.revenue": 480_000_000,
        "firm.people": 12,
        "firm.sector": "I62",
        "firm.name": "江边小面馆",
        "credit.broken_on": dt.date(2023, 5, 1),
        "credit.grade": "A",
        "premises.use": "commercial",
        "premises.area": Exact("120.50"),
        "premises.tags": ("sprinkler", "gas"),
        "form.cold_dishes": True,
        "form.seats": 60,
        "form.starts_on": dt.date(2026, 12, 7),
        "hygiene.layout": "fit",
    }
    complete: dict[str, Fact] = {name: Value(value, source, as_of) for name, value in values.items()}
    absent = complete | {name: NOTHING for name, spec in VOCABULARY.items() if spec.may_be_none}
    silent = complete | {name: Unknown("silent", source) for name in VOCABULARY if name.startswith(("firm.", "hygiene."))}
    failing = complete | {"firm.status": Value("closed", source, as_of), "premises.use": Value("residential", source, as_of)}
    return [complete, absent, silent, failing]
