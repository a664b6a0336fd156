"""The money of pools: reserved before anything is promised, let go, paid, given back.

Invariants: one conditional statement, so that two acts at once never reserve more than there is, and the database refuses what would be overdrawn whatever happens; a pool
whose declared sum falls below what is promised already keeps that much, and promises nothing more.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from tongban.catalogue import reads as catalogue

TAKE_UP: Final = "benefits.take-up"
"""The kind of job that goes on with who waits for a pool's money."""
_ENTER: Final = "INSERT INTO benefits_pool (id, amount, reserved, paid) VALUES (%s, %s, 0, 0) ON CONFLICT (id) DO NOTHING"
_RESERVE: Final = """
UPDATE benefits_pool SET amount = GREATEST(%(declared)s, reserved + paid), reserved = reserved + %(amount)s
WHERE id = %(pool)s AND reserved + paid + %(amount)s <= %(declared)s
"""
_FREE: Final = "SELECT COALESCE((SELECT reserved + paid FROM benefits_pool WHERE id = %(pool)s), 0) + %(amount)s <= %(declared)s"
_RELEASE: Final = "UPDATE benefits_pool SET reserved = reserved - %(amount)s WHERE id = %(pool)s"
_PAY: Final = "UPDATE benefits_pool SET reserved = reserved - %(amount)s, paid = paid + %(amount)s WHERE id = %(pool)s"
_UNPAY: Final = "UPDATE benefits_pool SET reserved = reserved + %(amount)s, paid = paid - %(amount)s WHERE id = %(pool)s"
_RETURN: Final = "UPDATE benefits_pool SET paid = paid - %(amount)s WHERE id = %(pool)s"


def reserve(pool: str, amount: int) -> bool:
    """Hold an amount (fen) of a pool; whether there was as much."""
    declared = _declared(pool)
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [pool, declared])
        cursor.execute(_RESERVE, {"pool": pool, "amount": amount, "declared": declared})
        return int(cursor.rowcount) == 1


def has_room(pool: str, amount: int) -> bool:
    """Whether a pool has as much left as it stands: a look that promises nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_FREE, {"pool": pool, "amount": amount, "declared": _declared(pool)})
        return bool(cursor.fetchone()[0])


def _declared(pool: str) -> int:
    return catalogue.city().pools[pool].amount


def release(pool: str, amount: int) -> None:
    """Let go what was held."""
    _move(_RELEASE, pool, amount)


def spend(pool: str, amount: int) -> None:
    """What was held has been paid."""
    _move(_PAY, pool, amount)


def unspend(pool: str, amount: int) -> None:
    """What was said to be paid was not: it is held again."""
    _move(_UNPAY, pool, amount)


def give_back(pool: str, amount: int) -> None:
    """What was paid has come back."""
    _move(_RETURN, pool, amount)


def _move(statement: str, pool: str, amount: int) -> None:
    if amount:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"pool": pool, "amount": amount})
