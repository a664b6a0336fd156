"""A policy as SQL over the table of its profile: who is certainly entitled and to how much, and how many are, are not, and are unknown.

Invariant: for every row the SQL says what `verdict` says for that row's facts: every clause that is for the subject, and an amount above nothing, by Kleene's and.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongban.catalogue.core.definition import Policy
from tongban.rules.core import Cell, Clause, Sheet, column

from .profiles import ROW


def finding(policy: Policy, table: str) -> str:
    """Row and amount (fen, NULL for a policy that pays nothing) of everybody who is certainly entitled."""
    sheet = Sheet()
    tests = [_certain(sheet, clause) for clause in policy.rules]
    pays = sheet.value(policy.amount) if policy.amount else Cell("NULL::BIGINT")
    if policy.amount:
        tests.append(f"{pays.value} > 0")
    where = " AND ".join(tests)
    return f"SELECT {column(ROW)} AS row, {pays.value} AS amount FROM {sheet.over(table)} WHERE {where}"  # noqa: S608 - checked nodes


def counting(policy: Policy, table: str) -> str:
    """How many there are, are entitled, are unknown, and the sum of the amounts, in one row."""
    sheet = Sheet()
    return f"SELECT count(*), {_figures(sheet, policy)} FROM {sheet.over(table)}"  # noqa: S608 - of checked nodes


def _figures(sheet: Sheet, policy: Policy) -> str:
    """How many are entitled, how many unknown, and the sum of the amounts."""
    answer, pays = _answer(sheet, policy)
    known = sheet.let(answer)
    return f"count_if({known}), count_if({known} IS NULL), COALESCE(sum({pays.value}) FILTER ({known}), 0)"


def answering(policy: Policy, table: str) -> str:
    """Row, the answer (TRUE, FALSE, NULL for unknown) and the amount where it is known, of everybody."""
    sheet = Sheet()
    answer, pays = _answer(sheet, policy)
    return f"SELECT {column(ROW)} AS row, {answer} AS answer, {pays.value} AS amount FROM {sheet.over(table)}"  # noqa: S608


def _answer(sheet: Sheet, policy: Policy) -> tuple[str, Cell]:
    tests = [_told(sheet, clause) for clause in policy.rules]
    pays = sheet.value(policy.amount) if policy.amount else Cell("NULL::BIGINT")
    if policy.amount:
        value = sheet.let(pays.value)
        pays = Cell(value, pays.nones)
        tests.append(f"(NOT {pays.none} AND {value} > 0)")
    return f"({' AND '.join(tests)})", pays


def _told(sheet: Sheet, clause: Clause) -> str:
    holds = sheet.condition(clause.holds)
    return holds if clause.when is None else f"({sheet.certainly_not(clause.when)} IS TRUE OR {holds})"


def _certain(sheet: Sheet, clause: Clause) -> str:
    holds = sheet.certainly(clause.holds)
    return holds if clause.when is None else f"({sheet.certainly_not(clause.when)} OR {holds})"


def comparing(policy: Policy, before: Policy | None, groups: Sequence[str], table: str, into: str) -> str:
    """The statement that makes a table of what a draft says of everybody, and what the version before said.

    Columns: answer and amount; gives, whether the formula gives anything; c0, c1 … each clause that is asked (NULL unknown), s0, s1 … whether it was asked at all; old and paid of the version before; g0, g1 … the groups.
    """
    sheet = Sheet()
    answer, pays = _answer(sheet, policy)
    gives = f"(NOT {pays.none} AND {pays.value} > 0)" if policy.amount else "TRUE"
    told = [f"{answer} AS answer", f"{pays.value} AS amount", f"{gives} AS gives"]
    for at, clause in enumerate(policy.rules):
        asked = "TRUE" if clause.when is None else f"NOT {sheet.certainly_not(clause.when)}"
        told += [f"{sheet.condition(clause.holds)} AS c{at}", f"COALESCE({asked}, TRUE) AS s{at}"]
    if before is None:
        told += ["FALSE AS old", "NULL::BIGINT AS paid"]
    else:
        said, paid = _answer(sheet, before)
        told += [f"{said} AS old", f"{paid.value} AS paid"]
    told += [f"CAST({column(fact)} AS VARCHAR) AS g{at}" for at, fact in enumerate(groups)]
    return f"CREATE OR REPLACE TABLE {into} AS SELECT {', '.join(told)} FROM {sheet.over(table)}"  # noqa: S608 - of checked nodes


def wide(policies: Sequence[Policy], table: str) -> str:
    """Of every policy how many are entitled, how many unknown, and the sum, side by side in one statement: what finding and counting are measured against."""
    sheet = Sheet()
    told = ", ".join(_figures(sheet, policy) for policy in policies)
    return f"SELECT {told} FROM {sheet.over(table)}"  # noqa: S608 - of checked nodes
