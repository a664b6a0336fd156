"""What the cases room says, in the shapes that look draws, as an applicant reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tongban.cases.reads import CaseView
from tongban.cases.reads.view import ClauseRow as Told
from tongban.catalogue.core.definition import Limit, Service
from tongban.front.drawn import between, clauses, stops
from tongban.kernel import clock
from tongban.kernel.text import Lang, Text
from tongban.look.drawings.clauses import ClauseRow
from tongban.look.drawings.clocks import LimitClock
from tongban.look.environment import when

__all__ = ["drawn", "limits", "stops"]

_NEEDS = Text(zh="还要查明：{what}", en="Still to be known: {what}")


def drawn(rows: Iterable[Told], service: Service, lang: Lang) -> list[ClauseRow]:
    """Clauses, each with its facts, their source and time."""
    return clauses(rows, service, time=lambda _label, _source, at: when(at, lang) if at else "", needs=_NEEDS)


def limits(case: CaseView) -> list[LimitClock]:
    """The two clocks of a case that is under way, in days used and days allowed."""
    allowed = case.way.limits or case.service.limits
    pairs = (
        (Text("承诺时限", "Our promise"), allowed.promised, case.due_on),
        (Text("法定时限", "Statutory limit"), allowed.statutory, case.statutory_due_on),
    )
    return [LimitClock(name, limit.days, _used(limit, due), due, limit.counted) for name, limit, due in pairs if due is not None]


def _used(limit: Limit, due: date) -> int:
    return max(limit.days - between(limit, clock.today(), due), 0)
