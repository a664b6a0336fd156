"""What the cases room says, in the shapes that look draws, as an official reads them: source and time of query beside every fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from tongban.cases.core.clocks import used_of
from tongban.cases.reads import CaseView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Limit, Service, Step
from tongban.front.drawn import clauses, running, stops
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Lang, Text
from tongban.look.drawings.clauses import ClauseRow
from tongban.look.drawings.clocks import LimitClock
from tongban.look.environment import when

__all__ = ["clause_rows", "clocks", "part_recorded", "stops"]

_NEEDS = Text(zh="待查明：{what}", en="Still to be known: {what}")
_COVERED = Text(zh="申请人已承诺，准予之后核查", en="Promised by the applicant; checked after the grant")
_ASKED = Text(zh="{when}查询", en="queried {when}")
_GIVEN = Text(zh="{when}填写", en="given {when}")
_PROMISED = Text("承诺时限", "Promised limit")
_STATUTORY = Text("法定时限", "Statutory limit")


def clause_rows(case: CaseView, lang: Lang) -> list[ClauseRow]:
    """Clauses with citation, facts, source and the time at which the register was asked."""
    asked = _asked(case)
    return clauses(
        case.clauses,
        case.service,
        time=lambda label, source, at: _time(source, asked.get(label.zh), at, lang),
        needs=_NEEDS,
        covered=_COVERED,
    )


def clocks(case: CaseView) -> list[LimitClock]:
    """The two clocks: running while the case is under way, standing while it is stopped by law, ended once it is decided; none while the applicant corrects."""
    limits = case.way.limits or case.service.limits
    if case.row.waits_for_applicant:
        return []
    begun, calendar = _complete_on(case), catalogue.city().calendar
    more = {_STATUTORY: case.extended_by}
    rows = []
    for name, limit, due in ((_PROMISED, limits.promised, case.due_on), (_STATUTORY, limits.statutory, case.statutory_due_on)):
        days = limit.days + more.get(name, 0)
        until = case.decided_on or (case.stopped.began_on if case.stopped is not None else None)
        if until is not None:
            used, is_past = used_of(Limit(days, limit.counted), begun, until, case.stops, calendar)
            state: Literal["ended", "stopped"] = "ended" if case.decided_on is not None else "stopped"
            rows.append(LimitClock(name, days, used, None, limit.counted, state, is_past=is_past))
        elif due:
            rows.append(running(name, limit, days, due))
    return rows


def part_recorded(service: Service, records: Mapping[str, str]) -> Step | None:
    """The step whose check list these records are."""
    parts = service.every_step
    return next((part for part in parts if records and records.keys() <= part.records.keys()), None)


def _complete_on(case: CaseView) -> date:
    """The day the set of papers was complete: receipt, or the last correction sent."""
    calendar = catalogue.city().calendar
    sent = [clock.local_date(event.at) for event in case.events if event.act == "correct"]
    if not sent:
        return case.received_on or clock.today()
    try:
        return calendar.first_working_on_or_after(sent[-1]) if catalogue.city().after_hours == "next-working-day" else sent[-1]
    except UndeclaredYearError:
        return sent[-1]


def _asked(case: CaseView) -> dict[str, datetime]:
    """By an item's name, when its register was asked; an item's name that two needs share is left to the fact's own time."""
    names = [item.label.zh for item in case.prefilled]
    return {item.label.zh: item.at for item in case.prefilled if item.at is not None and names.count(item.label.zh) == 1}


def _time(source: str, asked: datetime | None, at: datetime | None, lang: Lang) -> Text | str:
    moment = asked or at
    if moment is None:
        return ""
    return (_GIVEN if source == "applicant" else _ASKED).format(when=when(moment, lang))
