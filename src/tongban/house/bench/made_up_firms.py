"""A million firms that do not exist, and a hundred policies over them: what the matcher is measured on.

Invariants: the same number of firms is the same file; the facts are those of nine registers, some of whose rows are missing (none), not there (unknown) or too old (unknown); the
hundred policies are of seven kinds with limits of their own, so that hardly two share a part.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb

from tongban.benefits.core.profiles import as_of_column, microseconds
from tongban.catalogue.core.definition import Document, Limit, Policy
from tongban.kernel.text import Text
from tongban.rules.core import Bool, Choice, Clause, Date, FactSpec, Int, Money, Vocabulary, column, none_column, read_expression
from tongban.rules.core.types import INT64

ON: Final = date(2026, 12, 1)
NOW: Final = datetime(2026, 12, 1, tzinfo=UTC)
STALE: Final = timedelta(days=60)
_TODAY: Final = f'date("{ON.isoformat()}")'
_INDUSTRIES: Final = ("c13", "c26", "c39", "f51", "f52", "g54", "h61", "h62", "i65", "m73", "o80", "r88")
_AREAS: Final = ("north", "south", "east", "west")
_YUAN: Final = 10**14

VOCABULARY: Final[Vocabulary] = {
    "match.on": FactSpec(Date()),
    "firm.status": FactSpec(Choice(("active", "suspended", "cancelled"))),
    "firm.size": FactSpec(Choice(("micro", "small", "medium", "large"))),
    "firm.industry": FactSpec(Choice(_INDUSTRIES)),
    "firm.area": FactSpec(Choice(_AREAS)),
    "firm.founded": FactSpec(Date()),
    "insured.now": FactSpec(Int(0, 10**6), may_be_none=True),
    "insured.before": FactSpec(Int(0, 10**6), may_be_none=True),
    "insured.months": FactSpec(Int(0, 600), may_be_none=True),
    "insured.premium": FactSpec(Money(0, _YUAN), may_be_none=True),
    "tax.paid": FactSpec(Money(0, _YUAN), may_be_none=True),
    "tax.turnover": FactSpec(Money(0, _YUAN), may_be_none=True),
    "tax.level": FactSpec(Choice(("a", "b", "m", "c", "d")), may_be_none=True),
    "tax.arrears": FactSpec(Bool(), may_be_none=True),
    "tax.research": FactSpec(Money(0, _YUAN), may_be_none=True),
    "credit.broken_on": FactSpec(Date(), may_be_none=True),
    "rights.patents": FactSpec(Int(0, 10**5), may_be_none=True),
    "trade.exports": FactSpec(Money(0, _YUAN), may_be_none=True),
    "hires.graduates": FactSpec(Int(0, 10**5), may_be_none=True),
    "rent.area": FactSpec(Int(0, 10**7), may_be_none=True),
    "rent.yearly": FactSpec(Money(0, _YUAN), may_be_none=True),
    "energy.coal": FactSpec(Int(0, 10**6), may_be_none=True),
}
_VALUES: Final = {
    "firm.status": "(['active', 'active', 'active', 'active', 'active', 'active', 'active', 'suspended', 'cancelled'])[1 + a % 9]",
    "firm.size": "(CASE WHEN b % 100 < 70 THEN 'micro' WHEN b % 100 < 93 THEN 'small' WHEN b % 100 < 98 THEN 'medium' ELSE 'large' END)",
    "firm.industry": f"({list(_INDUSTRIES)})[1 + c % {len(_INDUSTRIES)}]",
    "firm.area": f"({list(_AREAS)})[1 + c // 16 % {len(_AREAS)}]",
    "firm.founded": "DATE '2026-11-28' - CAST(b // 128 % 12000 AS INTEGER)",
    "insured.now": "c // 100 % (CASE WHEN b % 100 >= 98 THEN 5000 WHEN b % 100 >= 93 THEN 500 ELSE 60 END)",
    "insured.before": "c // 100 % (CASE WHEN b % 100 >= 98 THEN 5500 WHEN b % 100 >= 93 THEN 550 ELSE 66 END)",
    "insured.months": "a // 1000 % 60",
    "insured.premium": "a // 1000 % 10000000",
    "tax.paid": "c // 1000 % 200000000",
    "tax.turnover": "c // 100 % 20000000000",
    "tax.level": "(['a', 'b', 'm', 'c', 'd'])[1 + a // 11 % 5]",
    "tax.arrears": "c % 23 = 0",
    "tax.research": "a // 100 % 500000000",
    "credit.broken_on": "DATE '2026-11-28' - CAST(a // 64 % 2500 AS INTEGER)",
    "rights.patents": "b // 100 % 300",
    "trade.exports": "b // 50 % 90000000000",
    "hires.graduates": "a // 23 % 40",
    "rent.area": "b // 37 % 1000000",
    "rent.yearly": "b // 41 % 60000000",
    "energy.coal": "c // 37 % 800",
}
_ABSENT: Final = {
    "firm": "FALSE", "insured": "a // 7 % 10 < 2", "tax": "b // 9 % 10 = 0", "credit": "a // 13 % 20 <> 0", "rights": "a // 17 % 10 < 7",
    "trade": "a // 19 % 10 < 6", "hires": "b // 21 % 10 < 3", "rent": "a // 29 % 10 < 3", "energy": "a // 31 % 10 < 5",
}  # fmt: skip
"""By source: who is not in it."""


def limits() -> dict[str, int]:
    """By source: rows from before this moment are not believed."""
    return dict.fromkeys(_ABSENT, microseconds(NOW - STALE))


def write_firms(path: Path, firms: int) -> None:
    """The profile of so many firms, as matching keeps it. Of each source two rows in a hundred are too old, and one firm in 50 has a value outside its type."""
    fresh = microseconds(NOW - timedelta(days=1))
    told = ["unhex(md5(CAST(i AS VARCHAR))) AS subject"]
    for number, (alias, absent) in enumerate(_ABSENT.items()):
        old = f"(a + {number}) % 50 = 0"
        told.append(f"{fresh} - (CASE WHEN {old} THEN {microseconds(NOW) - limits()[alias]} ELSE 0 END) AS {as_of_column(alias)}")
        for name in (name for name in VOCABULARY if name.startswith(f"{alias}.")):
            odd = f"(b + {number}) % 50 = 1"
            told.append(f"(CASE WHEN NOT ({absent}) AND NOT {odd} THEN {_VALUES[name]} END) AS {column(name)}")
            told.append(f"({absent}) AS {none_column(name)}")
    hashes = ", ".join(f"CAST(hash(i * 3 + {number}) >> 2 AS BIGINT) AS {name}" for number, name in enumerate("abc"))
    rows = f"SELECT i, {hashes} FROM range({firms}) AS t(i)"  # noqa: S608 - a number
    with duckdb.connect(config={"threads": 2, "memory_limit": "600MB"}) as connection:
        source = f"SELECT {', '.join(told)} FROM ({rows}) ORDER BY i"  # noqa: S608 - our own expressions
        connection.execute(f"COPY ({source}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")


def policies(count: int = 100, seed: int = 7) -> dict[str, Policy]:
    """So many policies, the same for the same seed."""
    throw = random.Random(seed)  # noqa: S311 - made-up policies
    return {f"policy-{number}": _policy(f"policy-{number}", throw) for number in range(count)}


def _policy(id_: str, throw: random.Random) -> Policy:
    conditions, amount = throw.choice(_KINDS)(throw)
    text = Text("演示", "made up")
    clauses = tuple(
        Clause(f"clause_{at}", text, "", read_expression(source, VOCABULARY, Bool()))
        for at, source in enumerate([*_common(throw), *conditions])
    )
    pays = read_expression(amount, VOCABULARY, Money(-INT64, INT64))
    reads: dict[str, FactSpec] = dict(pays.vocabulary)
    for clause in clauses:
        reads |= clause.holds.vocabulary
    rest: dict[str, Any] = {"excludes": (), "publicity": None, "clawback": None, "tests": (), "department": "", "pool": ""}
    return Policy(
        id=id_, hash=id_, title=text, summary=text, document=Document(id_, text, text, "city", ON), in_force=ON, until=ON, category="award",
        profile="firm", rules=clauses, amount=pays, redeem="quick", within=Limit(60, "working"), vocabulary=reads, **rest,
    )  # fmt: skip


def _common(throw: random.Random) -> list[str]:
    """What most policies ask: in business, an honest record, the industry, the district, the size, no arrears."""
    found = ['firm.status == "active"']
    if throw.random() < 0.6:
        found.append(f"!has(credit.broken_on) || credit.broken_on + years({throw.randint(1, 3)}) < {_TODAY}")
    if throw.random() < 0.5:
        found.append(f"firm.industry in {_some(throw, _INDUSTRIES, 5)}")
    if throw.random() < 0.3:
        found.append(f"firm.area in {_some(throw, _AREAS, 2)}")
    if throw.random() < 0.4:
        found.append('firm.size in ["micro", "small"]' if throw.random() < 0.5 else 'firm.size != "large"')
    if throw.random() < 0.3:
        found.append("has(tax.arrears) && !tax.arrears")
    return found


def _some(throw: random.Random, words: tuple[str, ...], most: int) -> str:
    return "[" + ", ".join(f'"{word}"' for word in throw.sample(words, throw.randint(1, most))) + "]"


def _yuan(throw: random.Random, low: int, high: int) -> str:
    return f"yuan({throw.randint(low, high)})"


def _stability(throw: random.Random) -> tuple[list[str], str]:
    lost = "(insured.before - insured.now)"
    small, large = throw.randint(15, 25), throw.randint(45, 65)
    rate = f"insured.before <= 30 ? {lost} * 100 <= insured.before * {small} : {lost} * 1000 <= insured.before * {large}"
    share = f'(firm.size == "large" ? 0.{throw.randint(20, 40)} : 0.{throw.randint(50, 90)})'
    return (
        [f"insured.months >= {throw.randint(6, 18)}", f"has(insured.before) && has(insured.now) && ({rate})"],
        f"round_down(insured.premium * {share}, fen(1))",
    )


def _research(throw: random.Random) -> tuple[list[str], str]:
    share = f"tax.turnover > yuan(0) && tax.research * 1000 >= tax.turnover * {throw.randint(20, 60)}"
    amount = f"min(round_down(tax.research * 0.0{throw.randint(3, 9)}, yuan(1)), {_yuan(throw, 100_000, 900_000)})"
    return [share, 'tax.level in ["a", "b"]'], amount


def _small(throw: random.Random) -> tuple[list[str], str]:
    steps = [
        f"insured.now >= {throw.randint(20, 40)} ? {_yuan(throw, 8_000, 12_000)}",
        f"insured.now >= {throw.randint(5, 15)} ? yuan(5000)",
    ]
    amount = f"!has(insured.now) ? {_yuan(throw, 500, 900)} : {' : '.join(steps)} : {_yuan(throw, 1_000, 2_900)}"
    return [f"tax.paid < {_yuan(throw, 300_000, 700_000)}", f"years_between(firm.founded, {_TODAY}) >= {throw.randint(1, 4)}"], amount


def _hires(throw: random.Random) -> tuple[list[str], str]:
    amount = f"min({_yuan(throw, 800, 1_500)} * hires.graduates, {_yuan(throw, 20_000, 60_000)})"
    return [f"hires.graduates >= {throw.randint(1, 8)}", f"insured.months >= {throw.randint(1, 6)}"], amount


def _exports(throw: random.Random) -> tuple[list[str], str]:
    clauses = [f"trade.exports >= {_yuan(throw, 100_000_000, 500_000_000)}", f"rights.patents >= {throw.randint(5, 100)}"]
    return clauses, f"round_half_up(trade.exports / {throw.randint(150, 300)}, yuan(100))"


def _rent(throw: random.Random) -> tuple[list[str], str]:
    clauses = [f"rent.area <= {throw.randint(300, 900) * 1000}", f"tax.turnover < {_yuan(throw, 50_000_000, 150_000_000)}"]
    return clauses, f"min(round_down(rent.yearly * 2 / 12, fen(1)), {_yuan(throw, 20_000, 100_000)})"


def _energy(throw: random.Random) -> tuple[list[str], str]:
    clauses = [
        f"has(energy.coal) && energy.coal <= {throw.randint(200, 600)}",
        f"tax.paid + tax.research >= {_yuan(throw, 900_000, 1_500_000)}",
    ]
    return clauses, f"max({_yuan(throw, 5_000, 9_000)}, min({_yuan(throw, 90, 150)} * energy.coal, {_yuan(throw, 30_000, 90_000)}))"


_KINDS: Final[tuple[Callable[[random.Random], tuple[list[str], str]], ...]] = (
    _stability,
    _research,
    _small,
    _hires,
    _exports,
    _rent,
    _energy,
)
