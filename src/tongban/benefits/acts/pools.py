"""The money of pools: reserved before anything is promised, let go, paid, given back.

Invariants: one conditional statement, so that two acts at once never reserve more than there is, and the database refuses what would be overdrawn whatever happens; a pool
whose declared sum falls below what is promised already keeps that much, and promises nothing more. So does one that is *overdrawn by the bank*: what a bank paid twice was
reserved by nobody, counts as paid from when it is known until it is back, and may be more than is declared; no promise is ever made of it.
"""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.db.models import QuerySet

from tongban.benefits.models import Match
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.jobs.acts import enqueue
from tongban.statements import Writing

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
_RETURN: Final = """
UPDATE benefits_pool SET paid = paid - %(amount)s, amount = GREATEST(LEAST(amount, %(declared)s), reserved + paid - %(amount)s)
WHERE id = %(pool)s
"""
_OVERSPEND: Final = """
UPDATE benefits_pool SET amount = GREATEST(amount, reserved + paid + %(amount)s), paid = paid + %(amount)s WHERE id = %(pool)s
"""


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


def may_be_had(policy: Policy, amount: int | None) -> bool:
    """Whether there is the money for a policy, or a queue for it."""
    return policy.amount is None or not policy.pool or amount is None or not is_over(policy.pool, amount)


def is_over(pool: str, amount: int) -> bool:
    """Whether a pool that keeps no queue has too little left, or somebody waits for it all the same: nothing is promised from it."""
    if catalogue.city().pools[pool].exhausted != "stop":
        return False
    return not has_room(pool, amount) or waiting_for(pool).exists()


def waiting_for(pool: str) -> QuerySet[Match]:
    """Who waits for a pool's money, in order; nobody goes before them."""
    return Match.objects.filter(pool=pool, queued_at__isnull=False).order_by("queued_at", "id")


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
    """What was paid has come back; a pool that was overdrawn is no larger than it has to be."""
    _move(_RETURN, pool, amount)


def free_again(pool: str, amount: int, rows: Writing) -> None:
    """What was paid has come back, and whoever waits for it goes on; nothing where it was paid from no pool."""
    if pool:
        give_back(pool, amount)
        enqueue(TAKE_UP, {"pool": pool}, rows=rows)


def overspend(pool: str, amount: int) -> None:
    """A bank has paid what nobody had reserved: it counts as paid, although it may be more than is declared."""
    _move(_OVERSPEND, pool, amount)


def _move(statement: str, pool: str, amount: int) -> None:
    if amount:
        with connection.cursor() as cursor:
            declared = catalogue.city().pools.get(pool)
            cursor.execute(statement, {"pool": pool, "amount": amount, "declared": declared.amount if declared else 0})
