"""A small town with a policy for firms, and its registers: each firm stands for one way in which a fact may be there, not there, or not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.catalogue.test_policies import POLICY, files
from tests.crash.test_cut_off import Killer
from tests.registers import registers_here  # noqa: F401 - a fixture
from tongban.benefits import reads
from tongban.benefits.acts import ask_for_run, carry_out
from tongban.benefits.reads import ResultView, RunView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.acts import publish_texts
from tongban.catalogue.core.definition import City, Role
from tongban.kernel import clock
from tongban.kernel.ids import uscc_check, uuid7
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor, Post

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)


def uscc(number: int) -> str:
    body = f"92990101MA{number:07d}"
    return body + uscc_check(body)


GOOD, BIG, CLOSED, STALE, ODD, UNCHECKED, NEITHER = (uscc(number) for number in range(1, 8))


@dataclass
class Town:
    """The town, and what may happen to it."""

    def set(self, table: str, key: str, **values: object) -> None:
        names = ", ".join(f"{name} = %s" for name in values)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE registers.{table} SET {names} WHERE uscc = %s", [*values.values(), key])

    def publish(self, policy: str = POLICY) -> None:
        publish_texts(files(policy), "ann")

    def match(self) -> RunView:
        run = ask_for_run("firm", by="ann")
        carry_out(run)
        return reads.run(run)

    def result(self) -> ResultView:
        (one,) = self.match().results
        return one


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path) -> Iterator[Town]:
    settings.DATA = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", NOW.date)
    catalogue.version.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS registers")
        cursor.execute(
            "CREATE TABLE registers.licence (uscc text PRIMARY KEY, name text, status text, capital bigint, staff int, founded date, as_of timestamptz NOT NULL)"
        )
        cursor.execute("CREATE TABLE registers.checks (uscc text PRIMARY KEY, passed boolean, as_of timestamptz NOT NULL)")
        fresh, old = NOW - timedelta(days=1), NOW - timedelta(days=8)
        firms = [
            (GOOD, "active", 100_00, 2, fresh),
            (BIG, "active", 500_000_00, 50, fresh),
            (CLOSED, "cancelled", 100_00, None, fresh),
            (STALE, "active", 100_00, 2, old),
            (ODD, "dissolved", 100_00, 2, fresh),
            (UNCHECKED, "active", None, 2, fresh),
            (NEITHER, "active", 100_00, 2, fresh),
        ]
        for key, status, capital, staff, as_of in firms:
            cursor.execute("INSERT INTO registers.licence VALUES (%s, '铺', %s, %s, %s, NULL, %s)", [key, status, capital, staff, as_of])
        for key, passed in [(GOOD, True), (BIG, True), (CLOSED, True), (STALE, True), (ODD, True), (NEITHER, False)]:
            cursor.execute("INSERT INTO registers.checks VALUES (%s, %s, %s)", [key, passed, fresh])
    built = Town()
    built.publish()
    yield built
    catalogue.version.cache_clear()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How much later it is now; a test adds to it."""
    gone = [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: NOW + sum(gone, timedelta()))
    monkeypatch.setattr(clock, "today", lambda: clock.now().date())
    return gone


Officer = Callable[..., Actor]


@pytest.fixture
def officer(town: Town, monkeypatch: pytest.MonkeyPatch) -> Officer:
    """Officials of a department, whose posts carry these verbs."""
    whole = catalogue.city

    def city() -> City:
        found = whole()
        verbs = {"drafter": ("draft-policy", "match"), "approver": ("draft-policy", "publish-policy")}
        return replace(found, roles={**found.roles, **{id_: Role(id_, Text(id_, id_), may) for id_, may in verbs.items()}})

    monkeypatch.setattr(catalogue, "city", city)

    def make(role: str = "approver", department: str = "market", *, contract: bool = False) -> Actor:
        return Actor(uuid7(), uuid7(), role, (Post(uuid7(), department, role, "990100", contract=contract),))

    return make


class Cut(Killer):
    """Ends an act before one of its statements. What stands for COMMIT inside a test is none: once that has begun, the act is done."""

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if str(sql).startswith("RELEASE SAVEPOINT"):
            return execute(sql, params, many, context)
        return super().__call__(execute, sql, params, many, context)
