"""Enter people, firms and their kin, one or a million: by COPY, with one ledger entry for each batch that tells how many and never who.

Invariants: every number is checked before anything is written; a batch is entered whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from psycopg import IntegrityError

from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append
from tongban.parties.core import identity
from tongban.parties.core.people import Kin, NewFirm, NewPerson
from tongban.parties.core.sealing import Place
from tongban.parties.errors import AlreadyEnteredError
from tongban.parties.sealer import sealer


def enter_people(people: Sequence[NewPerson], *, by: str, source: str) -> None:
    """Enter people whose identity is known from `source`. Raises IdentityError, AlreadyEnteredError."""
    today = clock.today()
    checked = [(one, identity.citizen_id(one.id_number, today)) for one in people]
    with transaction.atomic():
        _copy("parties_person", ("id", "name", "name_grams", "id_number", "id_number_blind", "area"), _person_rows(checked))
        _record("parties.enter-people", len(checked), by=by, source=source)


def enter_firms(firms: Sequence[NewFirm], *, by: str, source: str) -> None:
    """Enter firms known from `source`. Raises IdentityError, AlreadyEnteredError."""
    held = sealer()
    checked = [(one, identity.uscc(one.uscc)) for one in firms]
    rows = [(one.id, one.name, held.grams(one.name), code, held.blind("uscc", code), one.area) for one, code in checked]
    with transaction.atomic():
        _copy("parties_firm", ("id", "name", "name_grams", "uscc", "uscc_blind", "area"), rows)
        _record("parties.enter-firms", len(rows), by=by, source=source)


def enter_kin(edges: Sequence[Kin], *, by: str, source: str) -> None:
    """Enter who is whose spouse, parent or sibling, known from `source`. Raises AlreadyEnteredError."""
    rows = [(edge.person, edge.relative, edge.relation) for edge in edges]
    with transaction.atomic():
        _copy("parties_kinship", ("person_id", "relative_id", "relation"), rows)
        _record("parties.enter-kin", len(rows), by=by, source=source)


def _person_rows(checked: Iterable[tuple[NewPerson, str]]) -> Iterator[tuple[Any, ...]]:
    seal = sealer()
    for one, number in checked:
        name = seal.seal(one.name, Place("person", "name", one.id))
        sealed = seal.seal(number, Place("person", "id_number", one.id))
        yield one.id, name, seal.grams(one.name), sealed, seal.blind("id_number", number), one.area


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except IntegrityError as fault:
        raise AlreadyEnteredError(
            Text(
                "这批登记中有号码已在系统内或重复出现，整批未录入。请先按证件号查询，剔除已有的再录。",
                "A number of this batch is already here or stands in it twice; nothing was entered. Look the numbers up first and leave out those that are here.",
            )
        ) from fault


def _record(act: str, count: int, *, by: str, source: str) -> None:
    append(
        Act(act=act, actor=by, at=clock.now(), case_id=None, department="", purpose="identity", payload={"count": count, "source": source})
    )
