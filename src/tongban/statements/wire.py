"""One connection's prepared statements, asked through libpq.

A statement that is asked through cursors costs more in objects of the driver than in the work it asks for; here it costs its bytes. What belongs to the
driver stays the driver's: how values are spelt and opened, its errors, its idea of the transaction that is open.

Invariants: a statement is prepared at its first use and from then on only bound and run; statements that are asked together go out in one piece and come
back in one (libpq's pipeline mode), in their order, and the first that fails fails the rest; a transaction that Django has opened begins with the first
statement in it, in the same piece; a statement whose tables were changed since it was prepared is prepared anew.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from types import NoneType
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from psycopg import Connection, OperationalError, adapt, errors, pq
from psycopg.adapt import PyFormat, Transformer

Row = tuple[Any, ...]
Question = tuple[str, Sequence[Any]]
"""A statement with `$1`, `$2` … as its places, and its values."""

_MOST: Final = 400
"""So many statements a connection keeps prepared; an act's writings come in a few dozen shapes."""
_GONE: Final = (errors.FeatureNotSupported, errors.InvalidSqlStatementName)
"""What the server says where a table has changed its columns, or where somebody between has taken another connection."""


_GOOD: Final = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})
_BY_DRIVER: Final = b"by the driver"


def _by_driver(_: Any) -> bytes:
    return _BY_DRIVER


_SPELT: Final[Mapping[type, Callable[[Any], bytes | None]]] = {
    str: str.encode,
    NoneType: lambda _: None,
    UUID: lambda value: str(value).encode(),
    date: lambda value: value.isoformat().encode(),
    datetime: lambda value: value.isoformat().encode(),
}
"""How the values are spelt that come most often; others are left to the driver."""


class _Instant(adapt.Loader):
    """An instant in ISO 8601, as the server writes it."""

    def load(self, data: Any) -> datetime:
        return datetime.fromisoformat(bytes(data).decode())


class Wire:
    """What one connection of the driver has prepared."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        self.adapters = adapt.AdaptersMap(connection.adapters)
        self.adapters.register_loader("timestamptz", _Instant)
        self._pg = connection.pgconn
        self._names: dict[str, bytes] = {}
        self._numbers = count()
        self._loads = Transformer(self)
        self._socket = select.poll()

    def ask(self, questions: Sequence[Question]) -> list[list[Row]]:
        """The rows of each. Raises the driver's errors."""
        try:
            return self._ask(questions)
        except _GONE:
            self._names.clear()
            if self._pg.transaction_status != pq.TransactionStatus.IDLE:
                raise
            return self._ask(questions)

    def _ask(self, questions: Sequence[Question]) -> list[list[Row]]:
        begins = not self.connection.autocommit and self._pg.transaction_status == pq.TransactionStatus.IDLE
        prepared = [(self._prepared(sql), self._told(values)) for sql, values in questions]
        if len(prepared) == 1 and not begins:
            return [self._rows(self._pg.exec_prepared(*prepared[0]))]
        self._pg.enter_pipeline_mode()
        try:
            if begins:
                self._pg.send_query_params(self.connection._get_tx_start_command(), None)  # noqa: SLF001 - the driver's own BEGIN
            for name, told in prepared:
                self._pg.send_query_prepared(name, told)
            self._pg.pipeline_sync()
            self._flush()
            results = self._results()
        finally:
            if self._pg.status == pq.ConnStatus.OK:
                self._pg.exit_pipeline_mode()
        return [self._rows(result) for result in results][begins:]

    def _results(self) -> list[pq.abc.PGresult]:
        """What came back up to the end of the piece."""
        found: list[pq.abc.PGresult] = []
        while True:
            while self._pg.is_busy():
                self._wait(select.POLLIN)
            result = self._pg.get_result()
            if result is None:
                if self._pg.status != pq.ConnStatus.OK:
                    raise OperationalError(self._pg.get_error_message())
            elif result.status == pq.ExecStatus.PIPELINE_SYNC:
                return found
            else:
                found.append(result)

    def _flush(self) -> None:
        while self._pg.flush():
            self._wait(select.POLLIN | select.POLLOUT)

    def _wait(self, what: int) -> None:
        """Wait for the socket, other threads running meanwhile; what has come in is taken in, so that neither side waits for the other to read."""
        self._socket.register(self._pg.socket, what)
        if any(event & ~select.POLLOUT for _, event in self._socket.poll()):
            self._pg.consume_input()

    def _prepared(self, sql: str) -> bytes:
        name = self._names.get(sql)
        if name is not None:
            return name
        if len(self._names) >= _MOST:
            self._checked(self._pg.exec_(b"DEALLOCATE ALL"))
            self._names.clear()
        name = b"tongban_%d" % next(self._numbers)
        self._checked(self._pg.prepare(name, sql.encode()))
        self._names[sql] = name
        return name

    def _told(self, values: Sequence[Any]) -> Sequence[Any] | None:
        """The values as the server reads them: text and numbers of rows at once, what is rarer by the driver."""
        if not values:
            return None
        told = [_SPELT.get(type(value), _by_driver)(value) for value in values]
        others = [place for place, spelt in enumerate(told) if spelt is _BY_DRIVER]
        for place, spelt in zip(others, self._spelt([values[place] for place in others]), strict=True):
            told[place] = spelt
        return told

    def _spelt(self, values: Sequence[Any]) -> Sequence[Any]:
        return Transformer(self).dump_sequence(values, [PyFormat.TEXT] * len(values)) if values else ()

    def _rows(self, result: pq.abc.PGresult) -> list[Row]:
        self._checked(result)
        if not result.ntuples:
            return []
        self._loads.set_pgresult(result)
        return self._loads.load_rows(0, result.ntuples, tuple)

    def _checked(self, result: pq.abc.PGresult) -> None:
        if result.status in _GOOD:
            return
        if self._pg.status != pq.ConnStatus.OK:
            raise OperationalError(result.get_error_message())
        raise errors.error_from_result(result)


_wires: WeakKeyDictionary[Connection[Any], Wire] = WeakKeyDictionary()


def wire_of(connection: Connection[Any]) -> Wire:
    """The wire of a connection, made at first use; it ends with the connection."""
    found = _wires.get(connection)
    if found is None:
        found = _wires[connection] = Wire(connection)
    return found
