"""Write the made-up town: parties through their acts, registers by COPY (those that Tongban keeps through the exchange's act), all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from tongban.exchange import acts as exchange_acts
from tongban.exchange import reads as exchange
from tongban.house.population import is_filled
from tongban.house.population.cast import Cast
from tongban.house.population.registers import REGISTERS, Register
from tongban.house.population.residents import Resident
from tongban.house.population.town import Town, build
from tongban.house.roles import CONNECTOR
from tongban.kernel import clock
from tongban.parties import acts, reads
from tongban.parties.core.mandates import MandateTerms
from tongban.parties.core.people import Actor, Kin, NewFirm, NewPerson

BY = "demo"
SOURCE = "made-up"


def fill(people: int, firms: int, seed: int, progress: Callable[[float], None], today: date) -> bool:
    """Fill the city unless it is filled; returns whether anything was done. Raises NoCastError, AlreadyEnteredError."""
    if is_filled():
        return False
    town = build(reads.areas(), people=people, firms=firms, seed=seed, today=today)
    progress(0.3)
    with transaction.atomic():
        _people(town)
        progress(0.5)
        _firms(town)
        _cast(town)
        kept = _kept()
        for done, (table, register) in enumerate(REGISTERS.items(), 1):
            if table in kept:
                _load(kept[table], register, town)
            else:
                _register(table, register, town)
            progress(0.55 + 0.45 * done / len(REGISTERS))
    with connection.cursor() as cursor:
        for table in ("parties_person", "parties_firm", "parties_kinship", "parties_mandate", "exchange_record"):
            cursor.execute(f"ANALYZE {table}")
    return True


def _people(town: Town) -> None:
    acts.enter_people([NewPerson(one.id, one.name, one.id_number, one.area) for one in town.residents], by=BY, source=SOURCE)
    edges = [edge for one in town.residents for edge in _edges(one)]
    by_login = {player.login: player.person_id for player in town.cast.players}
    edges += [Kin(by_login[told["person"]], by_login[told["sibling"]], "sibling") for told in town.cast.kin if "sibling" in told]
    acts.enter_kin(edges, by=BY, source=SOURCE)


def _edges(one: Resident) -> list[Kin]:
    edges = [Kin(one.id, parent.id, "parent") for parent in (one.father, one.mother) if parent]
    if one.spouse and one.id < one.spouse.id:
        edges.append(Kin(one.id, one.spouse.id, "spouse"))
    return edges


def _firms(town: Town) -> None:
    acts.enter_firms([NewFirm(firm.id, firm.name, firm.uscc, firm.area) for firm in town.firms], by=BY, source=SOURCE)
    terms = [
        MandateTerms("legal-representative", "firm", firm.id, firm.owner.id, firm.registered_on)
        for firm in town.firms
        if firm.status != "cancelled"
    ]
    acts.record_mandates(terms, by=BY, basis="business licence")


def _cast(town: Town) -> None:
    cast = town.cast
    by_login = {player.login: player for player in cast.players}
    for player in (one for one in cast.players if one.has_account):
        acts.open_account(person_id=player.person_id, login=player.login, by=BY, id=player.account_id)
    _posts(cast, town.today)
    firms = {firm.cast_id: firm for firm in town.firms if firm.cast_id}
    for told in cast.mandates:
        holder = by_login[told["holder"]].person_id
        if "person" in told:
            parent = by_login[told["person"]].person_id
            acts.give_mandate(kind=told["kind"], principal_kind="person", principal_id=parent, holder_id=holder, given_by=parent)
        else:
            firm = firms[told["firm"]]
            scope, ends = frozenset(told["services"]), town.today + timedelta(days=int(told["days"]))
            acts.give_mandate(
                kind=told["kind"],
                principal_kind="firm",
                principal_id=firm.id,
                holder_id=holder,
                given_by=firm.owner.id,
                scope=scope,
                ends=ends,
            )
    clients = [firm for firm in town.firms if firm.status == "active" and not firm.cast_id]
    keeper = by_login[cast.bookkeeper["holder"]].person_id
    for firm in clients[: int(cast.bookkeeper["firms"])]:
        ends = town.today + timedelta(days=int(cast.bookkeeper["days"]))
        acts.give_mandate(
            kind="bookkeeper-agent", principal_kind="firm", principal_id=firm.id, holder_id=keeper, given_by=firm.owner.id, ends=ends
        )


def _posts(cast: Cast, today: date) -> None:
    installation: Actor | None = None
    since = date(today.year - 2, 1, 1)
    people = {player.login: player.person_id for player in cast.players}
    for told in cast.posts:
        for department in told["departments"]:
            acts.appoint(
                person_id=people[told["person"]],
                department=department,
                role=told["role"],
                area=told["area"],
                by=installation,
                starts=since,
                contract=told.get("contract") == "yes",
            )


def _as_of(register: Register) -> datetime:
    today = clock.today()
    night = datetime.combine(today.replace(day=1) if register.monthly else today, time(2), clock.ZONE)
    return min(night, clock.now() - timedelta(hours=1))


def change(table: str, row: Mapping[str, str], *, gone: bool) -> None:
    """One row in place of the one with its key, or no row any more. Raises KeyError for a table or column that is not declared."""
    columns = REGISTERS[table].columns
    if not row.keys() <= columns.keys():
        raise KeyError(*sorted(row.keys() - columns.keys()))
    key = next(iter(columns))
    if table in (kept := _kept()):
        _change_kept(kept[table], row[key], {name: value for name, value in row.items() if name != key}, gone=gone)
        return
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM registers.{table} WHERE "{key}" = %s', [row[key]])  # noqa: S608 - names of REGISTERS
        if not gone:
            names = [name for name in columns if name in row]
            marks = ", ".join(f"%s::{columns[name]}" for name in names)
            listed = ", ".join(f'"{name}"' for name in names)
            values = [row[name] for name in names]
            cursor.execute(f"INSERT INTO registers.{table} ({listed}, as_of) VALUES ({marks}, %s)", [*values, clock.now()])  # noqa: S608 - names of REGISTERS


def date_all() -> None:
    """Every register is as of last night, or of the month's first."""
    kept = _kept()
    for table, resource in kept.items():
        exchange_acts.confirm_register(resource, as_of=_as_of(REGISTERS[table]), by=BY)
    with connection.cursor() as cursor:
        for table, register in REGISTERS.items():
            if table not in kept:
                cursor.execute(f"UPDATE registers.{table} SET as_of = %s", [_as_of(register)])  # noqa: S608 - names of REGISTERS


def _kept() -> dict[str, str]:
    """The resources that Tongban keeps, by the name of the table that they would be elsewhere."""
    found = exchange.resources().items()
    return {id_.rpartition("/")[2].replace("-", "_"): id_ for id_, one in found if one.connector.get("kind") == "kept"}


def _load(resource: str, register: Register, town: Town) -> None:
    names = list(register.columns)[1:]
    rows = ((str(row[0]), dict(zip(names, row[1:], strict=True))) for row in register.rows(town))
    exchange_acts.load_records(resource, rows, by=BY, as_of=_as_of(register))


def _change_kept(resource: str, key: str, values: Mapping[str, str], *, gone: bool) -> None:
    if gone:
        exchange_acts.remove_record(resource, key, by=BY, reason=SOURCE)
    else:
        exchange_acts.enter_record(resource, key, values, by=BY, reason=SOURCE)


def _register(table: str, register: Register, town: Town) -> None:
    columns = [f'"{name}" {kind}' for name, kind in register.columns.items()]
    key = next(iter(register.columns))
    as_of = _as_of(register)
    names = ", ".join(f'"{name}"' for name in (*register.columns, "as_of"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS registers")
        cursor.execute(
            f'CREATE TABLE IF NOT EXISTS registers.{table} ({", ".join(columns)}, as_of timestamptz NOT NULL, PRIMARY KEY ("{key}"))'
        )
        cursor.execute(f"TRUNCATE registers.{table}")
        with cursor.copy(f"COPY registers.{table} ({names}) FROM STDIN") as copy:
            for row in register.rows(town):
                copy.write_row((*row, as_of))
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [CONNECTOR])
        if cursor.fetchone()[0]:
            cursor.execute(f"GRANT USAGE ON SCHEMA registers TO {CONNECTOR}; GRANT SELECT ON registers.{table} TO {CONNECTOR}")
