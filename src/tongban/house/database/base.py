"""A connection that is kept is looked at before each request without asking the server, and commits by the shortest way.

Invariants: a server that has ended, restarted or closed the connection has said so on the socket, which is then readable: such a connection, and one that
has rested for long (a gateway may have dropped it in silence), is asked as Django asks; any other is used as it is. A COMMIT is acknowledged by the server, or
raises.
"""

from __future__ import annotations

import select
import time
from typing import Any, Final

from django.db.backends.postgresql.base import DatabaseWrapper as DjangoDatabaseWrapper
from django.db.backends.utils import debug_transaction
from psycopg import OperationalError, errors, pq

_RESTED_SECONDS: Final = 30.0


class DatabaseWrapper(DjangoDatabaseWrapper):
    """One thread's connection."""

    connection: Any
    _looked_at = 0.0

    def is_usable(self) -> bool:
        """Whether the connection may be used again."""
        before, self._looked_at = self._looked_at, time.monotonic()
        if self._looked_at - before < _RESTED_SECONDS and not self.errors_occurred and self._is_quiet():
            return True
        return bool(super().is_usable())

    def _is_quiet(self) -> bool:
        """Whether nothing has come in that nobody asked for: neither the server's farewell nor the socket's end."""
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0)

    def _commit(self) -> None:
        """As the driver does, without its coroutine."""
        if self.connection is None:
            return
        with debug_transaction(self, "COMMIT"), self.wrap_database_errors, self.connection.lock:
            line = self.connection.pgconn
            if line.transaction_status == pq.TransactionStatus.IDLE:
                return
            result = line.exec_(b"COMMIT")
            if result.status != pq.ExecStatus.COMMAND_OK:
                raise errors.error_from_result(result) if line.status == pq.ConnStatus.OK else OperationalError(result.get_error_message())
