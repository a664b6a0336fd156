"""The wide table of a profile as SQL: how it is put together from what registers gave, and how its facts are read.

Invariants: in the Parquet file a fact is a column of its type (a choice a VARCHAR, a decimal its scaled integer) and `fact?` says that nothing is there; `alias@` is the as-of of
the source's row in microseconds, or of the whole source where it has no row, and NULL where the source gave nothing. A row older than the profile allows, a source that gave
nothing, and a value that is not of its declared type are unknown, never none and never no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as Exact
from typing import Any, Final

from tongban.catalogue.core.definition import Profile
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.rules.core import (
    Bool,
    Choice,
    Date,
    Decimal,
    Fact,
    FactSpec,
    FactType,
    Nothing,
    TextType,
    Unknown,
    Value,
    Vocabulary,
    admitted,
    column,
    none_column,
    quoted,
    sql_type,
)

SUBJECT: Final = "subject"
"""The column of the subject's blind index: 16 bytes, no number of anybody."""
ROW: Final = "row"
"""A subject's place in the file, from 0: what stands for it while everybody is looked through, because it takes a quarter of the room and is written as fast as read."""
STALE: Final = "stale"
NO_SOURCE: Final = "no-answer"
NOT_KNOWN: Final = "outside-its-type"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Part:
    """What one source gave: a CSV file, and as of when it is as a whole; no file where nothing came."""

    alias: str
    path: str | None
    as_of: datetime | None
    items: tuple[str, ...]
    absent: tuple[str, ...] = ()
    """Items that were not asked for: their facts are unknown."""


def microseconds(moment: datetime) -> int:
    """Since 1970, exact."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def as_of_column(alias: str) -> str:
    """The column of a source's as-of, as an identifier."""
    return column(f"{alias}@")


def putting_together(parts: Sequence[Part], vocabulary: Vocabulary, key: str, keys: str, into: str) -> str:
    """The statement that joins what the sources gave, one row a subject of the CSV `keys` (key, subject as hex), into a Parquet file."""
    told = [f"unhex(k.subject) AS {column(SUBJECT)}"]
    joins = []
    for number, part in enumerate(parts):
        name = f"s{number}"
        told += _columns(part, vocabulary, name)
        if part.path is not None and part.as_of is not None:
            source = f"read_csv({quoted(part.path)}, header = true, all_varchar = true)"
            once = f"(SELECT DISTINCT ON ({column(key)}) * FROM {source}) {name}"  # noqa: S608 - of declared names
            joins.append(f"LEFT JOIN {once} ON {name}.{column(key)} = k.key")
    table = f"read_csv({quoted(keys)}, header = true, all_varchar = true) k {' '.join(joins)}"
    options = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"
    return f"COPY (SELECT {', '.join(told)} FROM {table}) TO {quoted(into)} ({options})"  # noqa: S608 - of declared names


def _columns(part: Part, vocabulary: Vocabulary, name: str) -> list[str]:
    facts = [(item, vocabulary[f"{part.alias}.{item}"].type) for item in part.items]
    if part.path is None or part.as_of is None:
        nothing = replace(part, absent=(*part.items, *part.absent))
        return [f"NULL::BIGINT AS {as_of_column(part.alias)}", *_absent(nothing, vocabulary)]
    whole = microseconds(part.as_of)
    told = [f"COALESCE(epoch_us(CAST({name}.as_of AS TIMESTAMPTZ)), {whole}) AS {as_of_column(part.alias)}"]
    for item, kind in facts:
        fact, raw = f"{part.alias}.{item}", f"NULLIF({name}.{column(item)}, '')"
        told += [f"{_typed(kind, raw)} AS {column(fact)}", f"({raw} IS NULL) AS {none_column(fact)}"]
    return told + _absent(part, vocabulary)


def _absent(part: Part, vocabulary: Vocabulary) -> list[str]:
    """The columns of items that did not come: neither there nor not there."""
    told = []
    for item in part.absent:
        fact = f"{part.alias}.{item}"
        told += [f"NULL::{_stored_type(vocabulary[fact].type)} AS {column(fact)}", f"FALSE AS {none_column(fact)}"]
    return told


def _stored_type(kind: FactType) -> str:
    return "VARCHAR" if isinstance(kind, Choice) else sql_type(kind)


def _typed(kind: FactType, raw: str) -> str:
    """A text as a register spells it, in the type of its column; NULL where it is not of that type. A cast would round what it should refuse."""
    match kind:
        case TextType() | Choice():
            return raw
        case Bool():
            return f"(CASE WHEN lower({raw}) IN ('t', 'true') THEN TRUE WHEN lower({raw}) IN ('f', 'false') THEN FALSE END)"
        case Date():
            return f"(CASE WHEN regexp_full_match({raw}, '\\d{{4}}-\\d\\d-\\d\\d') THEN TRY_CAST({raw} AS DATE) END)"
        case Decimal(scale):
            spelt = f"CAST(CAST({raw} AS DECIMAL(38, {scale})) AS VARCHAR)"
            fits = f"regexp_full_match({raw}, '-?\\d{{1,17}}(\\.\\d{{0,{scale}}}0*)?')"
            return f"(CASE WHEN {fits} THEN TRY_CAST(replace({spelt}, '.', '') AS BIGINT) END)"
    return f"(CASE WHEN regexp_full_match({raw}, '-?\\d{{1,19}}') THEN TRY_CAST({raw} AS BIGINT) END)"


def oldest(profile: Profile, now: datetime) -> dict[str, int]:
    """By source: rows from before this moment, in microseconds, are not believed."""
    return {alias: microseconds(now - source.stale) for alias, source in profile.sources.items()}


def loading(vocabulary: Vocabulary, limits: Mapping[str, int], on: date, path: str, table: str) -> str:
    """The statement that makes a table of these facts from a Parquet file, as `Sheet` reads them."""
    facts = [name for name in vocabulary if name != MATCH_ON]
    aliases = list(dict.fromkeys(name.partition(".")[0] for name in facts))
    fresh = [f"COALESCE({as_of_column(alias)} >= {limits[alias]}, FALSE) AS {_fresh(alias)}" for alias in aliases]
    told = [f"CAST(file_row_number AS INTEGER) AS {column(ROW)}", f"DATE '{on.isoformat()}' AS {column(MATCH_ON)}"]
    for name in facts:
        told += _loaded(name, vocabulary[name])
    file = f"read_parquet({quoted(path)}, file_row_number = true)"
    source = f"(SELECT *, {', '.join(fresh)} FROM {file})" if fresh else file  # noqa: S608 - of declared names
    return f"CREATE OR REPLACE TABLE {table} AS SELECT {', '.join(told)} FROM {source}"  # noqa: S608 - of declared names


def _loaded(name: str, spec: FactSpec) -> list[str]:
    fresh = _fresh(name.partition(".")[0])
    cell = admitted(spec, column(name), none_column(name) if spec.may_be_none else "FALSE")
    told = [f"(CASE WHEN {fresh} THEN {cell.value} END) AS {column(name)}"]
    return [*told, f"({fresh} AND {none_column(name)}) AS {none_column(name)}"] if spec.may_be_none else told


def _fresh(alias: str) -> str:
    return column(f"{alias}!")


def reading(facts: Iterable[str]) -> list[str]:
    """The columns of a Parquet file from which `facts_of` makes these facts, in its order."""
    told = [column(SUBJECT)]
    for name in facts:
        if name != MATCH_ON:
            told += [column(name), none_column(name), as_of_column(name.partition(".")[0])]
    return told


def facts_of(row: Sequence[Any], vocabulary: Vocabulary, limits: Mapping[str, int], on: date) -> dict[str, Fact]:
    """The facts of one row of `reading`, for the single evaluator: made without the columns' own admission, so that the two check each other."""
    found: dict[str, Fact] = {MATCH_ON: Value(on, "clock")}
    place = 1
    for name, spec in vocabulary.items():
        if name == MATCH_ON:
            continue
        value, none, as_of = row[place : place + 3]
        place += 3
        alias = name.partition(".")[0]
        found[name] = _fact(alias, spec.type, value, none, as_of, limits[alias])
    return found


def _fact(alias: str, kind: FactType, value: Any, none: bool, as_of: int | None, limit: int) -> Fact:
    if as_of is None:
        return Unknown(NO_SOURCE, alias)
    if as_of < limit:
        return Unknown(STALE, alias)
    at = _EPOCH + timedelta(microseconds=as_of)
    if none:
        return Nothing(alias, at)
    if value is None:
        return Unknown(NOT_KNOWN, alias)
    return Value(Exact(value).scaleb(-kind.scale) if isinstance(kind, Decimal) else value, alias, at)


__all__ = ["Part", "facts_of", "loading", "microseconds", "oldest", "putting_together", "reading"]
