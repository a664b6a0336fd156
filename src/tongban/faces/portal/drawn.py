"""What the cases room says, in the shapes that look draws, as an applicant reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongban.cases.reads import CaseView
from tongban.cases.reads.clauses import ClauseRow as Told
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.front.drawn import clauses, running, stops
from tongban.kernel.text import Lang, Text
from tongban.look.drawings.clauses import ClauseRow
from tongban.look.drawings.clocks import LimitClock
from tongban.look.environment import when

__all__ = ["drawn", "limits", "stops"]

_AS_OF = Text(zh="数据截至{when}", en="data as of {when}")
_GIVEN = Text(zh="{when}填写", en="given {when}")
_NEEDS = Text(zh="还要查明：{what}", en="Still to be known: {what}")


def drawn(rows: Iterable[Told], service: Service, lang: Lang) -> list[ClauseRow]:
    """Clauses, each with its facts, their source and time."""
    return clauses(rows, service, time=lambda _label, source, at: _time(source, at, lang), needs=_NEEDS)


def _time(source: str, at: datetime | None, lang: Lang) -> Text | str:
    """The time that stands with a fact, and what it is the time of: of a register, the day to which its data reach."""
    if at is None:
        return ""
    words = _GIVEN if source == "applicant" else _AS_OF if source in catalogue.city().departments else None
    return words.format(when=when(at, lang)) if words else when(at, lang)


def limits(case: CaseView) -> list[LimitClock]:
    """The two clocks of a case that is under way, in days used and days allowed."""
    allowed = case.way.limits or case.service.limits
    pairs = (
        (Text("承诺时限", "Our promise"), allowed.promised, 0, case.due_on),
        (Text("法定时限", "Statutory limit"), allowed.statutory, case.extended_by, case.statutory_due_on),
    )
    return [running(name, limit, limit.days + more, due) for name, limit, more, due in pairs if due is not None]
