"""Serial numbers by issuer and year.

Invariants: no number is handed out twice; a rolled-back issue leaves no gap; issuers that work at once do not wait for each other, and one that works
alone counts 1, 2, 3: the stripe with the lowest free number is taken, those locked by others are passed over.
"""

from __future__ import annotations

from tongban import statements

STRIPES = 16
_TAKE = """
WITH free AS (
  SELECT id FROM credentials_serial WHERE issuer = $1 AND year = $2 ORDER BY next LIMIT 1 FOR UPDATE {skip}
)
UPDATE credentials_serial s SET next = s.next + {stripes} FROM free WHERE s.id = free.id RETURNING s.next - {stripes}
"""
_OPEN = """
INSERT INTO credentials_serial (issuer, year, stripe, next) SELECT $1, $2, n, n FROM generate_series(1, {stripes}) AS n
ON CONFLICT DO NOTHING RETURNING stripe
"""


def take_serial(issuer: str, year: int) -> str:
    """The next serial, `yyyy` and seven digits, in the caller's transaction."""
    number = _take(issuer, year, "SKIP LOCKED")
    if number is None:
        statements.rows(_OPEN.format(stripes=STRIPES), [issuer, year])
        number = _take(issuer, year, "")
    assert number is not None
    return f"{year}{number:07d}"


def _take(issuer: str, year: int, skip: str) -> int | None:
    found = statements.row(_TAKE.format(skip=skip, stripes=STRIPES), [issuer, year])
    return found[0] if found else None
