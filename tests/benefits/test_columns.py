"""The columns of a profile: what registers gave becomes facts as one case would have them, and every policy of the template city says the same in bulk and singly."""

from __future__ import annotations

import csv
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as Exact
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tongban.benefits.bulk import Everybody, joined
from tongban.benefits.core.profiles import Part, facts_of, microseconds, oldest, putting_together, reading
from tongban.catalogue.core.definition import City
from tongban.catalogue.core.reading import read_city
from tongban.house.bench import made_up_firms
from tongban.rules.core import Bool, Choice, Date, Decimal, Fact, FactSpec, FactType, Int, Money, Nothing, TextType, Unknown, Value

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ON = date(2026, 12, 1)
CITY = Path(__file__).parents[2] / "cities"
SPECS = {
    "r.flag": FactSpec(Bool(), may_be_none=True),
    "r.count": FactSpec(Int(0, 100), may_be_none=True),
    "r.money": FactSpec(Money(0, 10**14), may_be_none=True),
    "r.share": FactSpec(Decimal(2, 0, 1000), may_be_none=True),
    "r.day": FactSpec(Date(), may_be_none=True),
    "r.word": FactSpec(TextType(10), may_be_none=True),
    "r.kind": FactSpec(Choice(("a", "b")), may_be_none=True),
}


def read(folder: Path, rows: list[dict[str, str]], as_of: datetime | None = NOW) -> list[dict[str, Fact]]:
    """The facts of subjects 1, 2, … of whom the register `r` said this."""
    _csv(folder / "keys.csv", [{"key": str(at), "subject": f"{at:032x}"} for at in range(1, 1 + max(1, len(rows)))])
    names = [name.partition(".")[2] for name in SPECS]
    _csv(
        folder / "r.csv",
        [{"uscc": str(at), "as_of": NOW.isoformat()} | dict.fromkeys(names, "") | row for at, row in enumerate(rows, 1) if row],
    )
    part = Part("r", str(folder / "r.csv") if as_of else None, as_of, tuple(names))
    into = folder / "out.parquet"
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(putting_together([part], SPECS, "uscc", str(folder / "keys.csv"), str(into)))
        found = connection.execute(f"SELECT {', '.join(reading(SPECS))} FROM '{into}' ORDER BY 1").fetchall()
    return [facts_of(row, SPECS, {"r": microseconds(NOW - timedelta(days=7))}, ON) for row in found]


def _csv(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["uscc", "as_of"])
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("flag", "t", True),
        ("flag", "false", False),
        ("count", "7", 7),
        ("money", "123456789012", 123456789012),
        ("share", "86.5", Exact("86.50")),
        ("share", "0.01", Exact("0.01")),
        ("share", "7", Exact("7.00")),
        ("share", "1.2300", Exact("1.23")),
        ("day", "2024-02-29", date(2024, 2, 29)),
        ("word", "云川, 'a'", "云川, 'a'"),
        ("kind", "b", "b"),
    ],
)
def test_a_value_comes_through_exactly(tmp_path: Path, name: str, raw: str, value: Any) -> None:
    (facts,) = read(tmp_path, [{name: raw}])
    found = facts[f"r.{name}"]
    assert isinstance(found, Value)
    assert (found.value, found.source, found.as_of) == (value, "r", NOW)
    assert all(isinstance(facts[other], Nothing) for other in SPECS if other != f"r.{name}")


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("flag", "maybe"),
        ("count", "1.5"),
        ("count", "many"),
        ("money", "1e5"),
        ("money", "99999999999999999999"),
        ("share", "1.234"),
        ("day", "2023-02-29"),
        ("day", "01/02/2024"),
    ],
)
def test_what_is_not_of_its_type_is_unknown_and_never_rounded(tmp_path: Path, name: str, raw: str) -> None:
    (facts,) = read(tmp_path, [{name: raw}])
    assert isinstance(facts[f"r.{name}"], Unknown)


def test_who_is_not_in_the_register_has_none_as_of_its_whole(tmp_path: Path) -> None:
    facts = read(tmp_path, [{"count": "1"}, {}])[1]
    assert {type(facts[name]) for name in SPECS} == {Nothing}
    stale = read(tmp_path, [{"count": "1"}, {}], NOW - timedelta(days=30))[1]
    assert {type(stale[name]) for name in SPECS} == {Unknown}


def test_a_row_that_is_too_old_and_a_register_that_gave_nothing_are_unknown(tmp_path: Path) -> None:
    (old,) = read(tmp_path, [{"count": "1", "as_of": "2026-11-01T00:00:00+08:00"}])
    assert {type(old[name]) for name in SPECS} == {Unknown}
    (silent,) = read(tmp_path, [{"count": "1"}], None)
    assert {type(silent[name]) for name in SPECS} == {Unknown}


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(next(CITY.glob("*/city.yaml")).parent)


@pytest.mark.parametrize("profile", ["firm", "person"])
def test_every_policy_of_the_template_city_says_the_same_in_bulk_and_singly(city: City, profile: str, tmp_path: Path) -> None:
    policies = {name: policy for name, policy in city.policies.items() if policy.profile == profile}
    declared = city.profiles[profile]
    throw = random.Random(20261201)
    path = tmp_path / "everybody.parquet"
    _random(path, joined(policies), list(declared.sources), throw, 1500)
    with Everybody(path, policies, oldest(declared, NOW), ON) as everybody:
        assert everybody.draw(1, 0) == 1500
        for policy in policies.values():
            assert everybody.check(policy) == 1500
            counted = everybody.count(policy)
            found = tmp_path / "found.parquet"
            assert everybody.find(policy, found) == everybody.confirm(policy, found) == counted.entitled
            assert min(counted.entitled, counted.not_entitled, counted.unknown) > 0, policy.id


def _random(path: Path, vocabulary: Any, aliases: list[str], throw: random.Random, rows: int) -> None:
    """So many subjects: each fact a value near the limits that policies have, a wrong one, none, or unknown; each source fresh, old, or silent."""
    names = [name for name in vocabulary if name != "match.on"]
    told = [f'"{name}" {_type(vocabulary[name].type)}, "{name}?" BOOLEAN' for name in names]
    sources = [f'"{alias}@" BIGINT' for alias in aliases]
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"CREATE TABLE t (subject BLOB, {', '.join([*told, *sources])})")
        for at in range(rows):
            row: list[Any] = [at.to_bytes(16, "big")]
            for name in names:
                none = throw.random() < 0.08
                row += [None if none or throw.random() < 0.02 else _value(vocabulary[name].type, throw), none]
            row += [throw.choice([None, 0, *[microseconds(NOW)] * 18]) for _ in aliases]
            connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", row)
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")


def _type(kind: FactType) -> str:
    return (
        "BOOLEAN"
        if isinstance(kind, Bool)
        else "DATE"
        if isinstance(kind, Date)
        else "VARCHAR"
        if isinstance(kind, Choice | TextType)
        else "BIGINT"
    )


def _value(kind: FactType, throw: random.Random) -> Any:
    if isinstance(kind, Bool):
        return throw.random() < 0.5
    if isinstance(kind, Choice):
        return throw.choice([*kind.options] * 9 + ["odd"])
    if isinstance(kind, TextType):
        return throw.choice(["云", "91990101MA00000A19"])
    if isinstance(kind, Date):
        return ON + timedelta(days=throw.randrange(-900, 400))
    if isinstance(kind, Money):
        return throw.choice([0, 1, 100_00, 7_199_999, 7_200_000, 49_999_999, 50_000_000, 10**9, 10**12, -5, 10**15])
    return throw.choice([0, 1, 2, 4, 5, 6, 11, 12, 19, 20, 24, 30, 31, 100, 300, -1])


def test_the_made_up_firms_of_the_benchmark_agree_too(tmp_path: Path) -> None:
    path = tmp_path / "firms.parquet"
    made_up_firms.write_firms(path, 2000)
    policies = made_up_firms.policies(14)
    with Everybody(path, policies, made_up_firms.limits(), made_up_firms.ON) as everybody:
        everybody.draw(4, 1)
        assert sum(everybody.check(policy) for policy in policies.values()) > 5000
        counted = [everybody.count(policy) for policy in policies.values()]
    assert all(min(one.entitled, one.not_entitled, one.unknown) > 0 for one in counted)
