"""What the cases room says, in the shapes that look draws."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tongban.cases.reads import CaseView
from tongban.cases.reads.view import ClauseRow as Asked
from tongban.cases.reads.view import source_title
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Limit, Service
from tongban.kernel import clock
from tongban.kernel.text import Lang, Text
from tongban.look.drawings.clauses import ClauseRow, ShownFact
from tongban.look.drawings.clocks import LimitClock
from tongban.look.drawings.stations import Stop
from tongban.look.environment import when

_NEEDS = Text(zh="还要查明：{what}", en="Still to be known: {what}")


def drawn(rows: Iterable[Asked], service: Service, lang: Lang) -> list[ClauseRow]:
    """Clauses, each with its facts, their source and time."""
    return [
        ClauseRow(
            says=row.says,
            state=row.answer.value,
            cite=row.cite,
            facts=tuple(
                ShownFact(label, value, source_title(source, service), when(at, lang) if at else "")
                for label, value, source, at in row.facts
            ),
            note=_NEEDS.format(what=Text("、".join(name.zh for name in row.needs), ", ".join(name.en for name in row.needs)))
            if row.needs
            else "",
        )
        for row in rows
    ]


def stops(case: CaseView) -> list[Stop]:
    """The way of a case as stations."""
    return [Stop(station.label, station.state, station.note if station.note.zh else "") for station in case.stations]


def limits(case: CaseView) -> list[LimitClock]:
    """The two clocks of a case that is under way, in days used and days allowed."""
    allowed = case.way.limits or case.service.limits
    pairs = (
        (Text("承诺时限", "Our promise"), allowed.promised, case.due_on),
        (Text("法定时限", "Statutory limit"), allowed.statutory, case.statutory_due_on),
    )
    return [LimitClock(name, limit.days, _used(limit, due), due, limit.counted) for name, limit, due in pairs if due is not None]


def _used(limit: Limit, due: date) -> int:
    calendar = catalogue.city().calendar
    today = clock.today()
    left = calendar.working_between(today, due) if limit.counted == "working" else (due - today).days
    return max(limit.days - left, 0)
