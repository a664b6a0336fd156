"""Policies over everybody: DuckDB over the Parquet file of a profile.

Invariants: one connection, in memory, with its own bound on memory and threads; nothing is read from anywhere but the file; a policy that bulk and the single evaluator
see differently raises DisagreementError, and nothing of it is kept. Amounts are int64 fen throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from tongban.benefits.core.profiles import ROW, SUBJECT, facts_of, loading, reading
from tongban.benefits.core.statements import answering, comparing, counting, finding
from tongban.benefits.core.trials import TRIED, Outcome, clauses_of, deciding, falling, figures_of, shares_of, sharing
from tongban.benefits.core.what_if import IfSo, WhatIf, as_told, numbers, other_values, with_value
from tongban.benefits.errors import DisagreementError
from tongban.catalogue.core.definition import City, Grouping, Policy
from tongban.catalogue.core.verdict import verdict
from tongban.rules.core import Answer, Fact, FactSpec, Vocabulary, column, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE: Final = "everybody"
SAMPLE: Final = "sampled"
SAMPLE_FILE: Final = "sampled_file"
"""The same subjects as they stand in the file."""
_AT_ONCE: Final = 2048
_ANSWERS: Final = {True: Answer.YES, False: Answer.NO, None: Answer.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Counted:
    """How a policy falls over everybody; the amount is the sum over the entitled, in fen."""

    subjects: int
    entitled: int
    unknown: int
    amount: int

    @property
    def not_entitled(self) -> int:
        """Those for whom the answer is no."""
        return self.subjects - self.entitled - self.unknown


def connected(**more: str | bool) -> DuckDBPyConnection:
    """A connection in memory, with what a run may take of the machine. DuckDB is loaded here: who only knows of benefits does without it."""
    import duckdb

    return duckdb.connect(config={"threads": 2, "memory_limit": "400MB", **more})


class Everybody:
    """The facts of one profile for one day, in columns. Use as a context."""

    def __init__(
        self, path: Path, policies: Mapping[str, Policy], limits: Mapping[str, int], on: date, more: Vocabulary | None = None
    ) -> None:
        self.path, self.limits, self.on = path, limits, on
        self.vocabulary: Vocabulary = {**joined(policies), **(more or {})}
        self.connection = connected(preserve_insertion_order=False, autoinstall_known_extensions=False)
        self.connection.execute(loading(self.vocabulary, limits, on, str(path), TABLE))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.connection.close()

    def find(self, policy: Policy, into: Path) -> int:
        """Write row and amount of everybody entitled to a Parquet file; how many there are."""
        written = self.connection.execute(f"COPY ({finding(policy, TABLE)}) TO {quoted(str(into))} (FORMAT parquet)").fetchone()
        return int(written[0]) if written else 0

    def count(self, policy: Policy) -> Counted:
        """How the policy falls."""
        return Counted(*self._row(counting(policy, TABLE)))

    def hits(self, found: Path) -> Iterator[tuple[bytes, int | None]]:
        """Subject and amount of whom `find` wrote, in no order."""
        subjects = f"SELECT {column(SUBJECT)} AS subject, file_row_number AS row FROM {self._file()}"  # noqa: S608 - our own path
        yield from self._rows(f"SELECT p.subject, f.amount FROM read_parquet({quoted(str(found))}) f JOIN ({subjects}) p USING (row)")  # noqa: S608

    def confirm(self, policy: Policy, found: Path) -> int:
        """Ask the single evaluator about every hit; how many there were. Raises DisagreementError at the first that it sees otherwise."""
        told = f"SELECT p.* EXCLUDE (row), f.amount FROM {self._raw(policy)} p JOIN read_parquet({quoted(str(found))}) f USING (row)"  # noqa: S608
        confirmed = 0
        for row in self._rows(told):
            self._agree(policy, row[:-1], Answer.YES, row[-1])
            confirmed += 1
        return confirmed

    def draw(self, one_in: int, seed: int) -> int:
        """Draw a sample of everybody for `check`; how many it has."""
        drawn = f"hash({column(ROW)}, {seed}) % {one_in} = 0"
        self.connection.execute(f"CREATE OR REPLACE TABLE {SAMPLE} AS SELECT * FROM {TABLE} WHERE {drawn}")  # noqa: S608 - numbers
        raw = f"SELECT * FROM {self._file()} WHERE file_row_number IN (SELECT {column(ROW)} FROM {SAMPLE})"  # noqa: S608 - our own path
        self.connection.execute(f"CREATE OR REPLACE TABLE {SAMPLE_FILE} AS {raw}")
        row = self.connection.execute(f"SELECT count(*) FROM {SAMPLE}").fetchone()  # noqa: S608 - a constant
        return int(row[0]) if row else 0

    def check(self, policy: Policy) -> int:
        """Ask the single evaluator about everybody in the sample, hit or not; how many there were. Raises DisagreementError."""
        answers = answering(policy, SAMPLE)
        told = f"SELECT p.* EXCLUDE (row), f.answer, f.amount FROM {self._raw(policy, SAMPLE_FILE)} p JOIN ({answers}) f USING (row)"  # noqa: S608
        checked = 0
        for row in self._rows(told):
            answer = _ANSWERS[row[-2]]
            self._agree(policy, row[:-2], answer, row[-1] if answer == Answer.YES else None)
            checked += 1
        return checked

    def compare(self, policy: Policy, before: Policy | None, groups: Sequence[Grouping], city: City) -> Outcome:
        """What a draft says of everybody, beside the version before, and by group."""
        self.connection.execute(comparing(policy, before, [group.fact for group in groups], TABLE, TRIED))
        subjects, now, then, against = figures_of(self._row(falling()), has_before=before is not None)
        clauses = clauses_of(policy, self._row(deciding(policy)))
        shares = {group.id: shares_of(group, self._rows(sharing(at)), city) for at, group in enumerate(groups)}
        return Outcome(subjects, now, then, against, clauses, shares)

    def what_if(self, policy: Policy) -> tuple[WhatIf, ...]:
        """What the policy comes to with each of its numbers changed. Raises DisagreementError, as the sample sees it."""
        found = []
        for at, number in enumerate(numbers(policy)):
            tried = ((value, with_value(policy, number, value)) for value in other_values(number.literal))
            rows = tuple(self._if_so(as_told(value), other) for value, other in tried if other is not None)
            if rows:
                found.append(WhatIf(at, number.clause, rows))
        return tuple(found)

    def _if_so(self, value: int | str, policy: Policy) -> IfSo:
        self.check(policy)
        counted = self.count(policy)
        return IfSo(value, counted.entitled, counted.unknown, counted.amount)

    def facts(self, policy: Policy, subjects: list[bytes]) -> dict[bytes, dict[str, Fact]]:
        """The facts of some subjects, for explaining."""
        if not subjects:
            return {}
        self.connection.execute("CREATE OR REPLACE TABLE wanted AS SELECT unnest(?::BLOB[]) AS subject", [subjects])
        told = f"SELECT p.* EXCLUDE (row) FROM {self._raw(policy)} p JOIN wanted w ON p.{column(SUBJECT)} = w.subject"  # noqa: S608 - declared names
        return {row[0]: facts_of(row, policy.vocabulary, self.limits, self.on) for row in self._rows(told)}

    def _raw(self, policy: Policy, source: str = "") -> str:
        """The columns of the file as they came, without what loading makes of them."""
        names = [f"{name} AS c{at}" if at else name for at, name in enumerate(reading(policy.vocabulary))]
        return f"(SELECT {', '.join(names)}, file_row_number AS row FROM {source or self._file()})"  # noqa: S608 - declared names

    def _file(self) -> str:
        return f"read_parquet({quoted(str(self.path))}, file_row_number = true)"

    def _row(self, statement: str) -> tuple[int, ...]:
        """One row of whole numbers; of nobody at all an aggregate may be NULL, which is none."""
        row = self.connection.execute(statement).fetchone()
        if row is None:
            raise RuntimeError("an aggregate always has a row")
        return tuple(int(value or 0) for value in row)

    def _rows(self, statement: str) -> Iterator[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(statement)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows

    def _agree(self, policy: Policy, row: tuple[Any, ...], answer: Answer, amount: int | None) -> None:
        found = verdict(policy, facts_of(row, policy.vocabulary, self.limits, self.on))
        if found.answer != answer or found.amount != amount:
            raise DisagreementError(policy.id, policy.hash, f"{answer} {amount}", f"{found.answer} {found.amount}")


def joined(policies: Mapping[str, Policy]) -> Vocabulary:
    """The facts of several policies over one profile."""
    facts: dict[str, FactSpec] = {}
    for policy in policies.values():
        facts |= policy.vocabulary
    return facts
