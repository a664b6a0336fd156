"""How people apply: online, with help, on paper, by street and by month. Read from the counts that the worker keeps, so the answer costs the same at any number of cases."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db import connection

from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.text import Text

MONTHS = 12
_SHARES = "SELECT month, area, kind, sum(number)::bigint FROM cases_share WHERE service = %s AND month >= %s GROUP BY month, area, kind"


@dataclass(frozen=True)
class ShareRow:
    """One street, or one month: how many came each way."""

    label: Text
    online: int
    assisted: int
    paper: int

    @property
    def whole(self) -> int:
        """All of them."""
        return self.online + self.assisted + self.paper


@dataclass(frozen=True)
class Shares:
    """All together, by street and by month."""

    whole: ShareRow
    by_area: tuple[ShareRow, ...]
    by_month: tuple[ShareRow, ...]


def shares(service: str = "", *, months: int = MONTHS) -> Shares:
    """The shares of the last months, this one included; of one service, or of all (the empty id)."""
    first = _months_before(clock.today(), months - 1)
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, [service, first])
        rows: list[tuple[date, str, str, int]] = cursor.fetchall()
    areas: Counter[tuple[str, str]] = Counter()
    by_month: Counter[tuple[date, str]] = Counter()
    for month, area, kind, number in rows:
        areas[area, kind] += number
        by_month[month, kind] += number
    known = catalogue.city().areas
    codes = sorted({area for area, _ in areas})
    moments = sorted({month for month, _ in by_month})
    total = Counter[str]()
    for (_, kind), number in by_month.items():
        total[kind] += number
    return Shares(
        ShareRow(Text("全市", "The whole city"), total["online"], total["assisted"], total["paper"]),
        tuple(_share(known[code].title if code in known else Text(code or "—", code or "—"), code, areas) for code in codes),
        tuple(_share(Text(f"{month.year}年{month.month}月", f"{month:%B} {month.year}"), month, by_month) for month in moments),
    )


def _share(label: Text, key: str | date, counted: Counter[tuple[str, str]] | Counter[tuple[date, str]]) -> ShareRow:
    online, assisted, paper = (counted[key, kind] for kind in ("online", "assisted", "paper"))  # type: ignore[index]
    return ShareRow(label, online, assisted, paper)


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
