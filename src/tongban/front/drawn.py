"""What the cases room says, in the shapes that look draws: what the faces have in common; how each speaks is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from markupsafe import Markup

from tongban.cases.reads.clauses import ClauseRow as Told
from tongban.cases.reads.clauses import source_title
from tongban.cases.reads.stations import Station
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Limit, Service
from tongban.kernel import clock
from tongban.kernel.text import Text, listed
from tongban.look.drawings.clauses import ClauseRow, ShownFact
from tongban.look.drawings.clocks import LimitClock
from tongban.look.drawings.stations import Stop
from tongban.papers.core.qr import qr_svg

ToldTime = Callable[[Text, str, datetime | None], Text | str]
"""From a fact's label, source and time to the words beside it."""


def clauses(rows: Iterable[Told], service: Service, *, time: ToldTime, needs: Text, covered: Text | None = None) -> list[ClauseRow]:
    """Clauses, each with its facts, their source and time; `needs` says `{what}` is still to be known, `covered` that a promise stands for it."""
    return [
        ClauseRow(
            says=row.says,
            state=row.answer.value,
            cite=row.cite,
            facts=tuple(
                ShownFact(label, value, source_title(source, service), time(label, source, at)) for label, value, source, at in row.facts
            ),
            note=covered if covered is not None and row.is_promised else needs.format(what=listed(row.needs)) if row.needs else "",
        )
        for row in rows
    ]


def stops(stations: Iterable[Station]) -> list[Stop]:
    """The way of a case, or of a part of one, as it is drawn."""
    return [Stop(station.label, station.state, station.note if station.note.zh else "") for station in stations]


def beside(label: Text, fault: Text) -> Text:
    """What is wrong, with the name of the field that it is wrong in, as a list of faults tells it."""
    return Text(f"{label.zh}：{fault.zh}", f"{label.en}: {fault.en}")


def between(limit: Limit, start: date, end: date) -> int:
    """Days from one date to another as the limit counts them."""
    return catalogue.city().calendar.working_between(start, end) if limit.counted == "working" else (end - start).days


def running(name: Text, limit: Limit, days: int, due: date) -> LimitClock:
    """The clock of a limit that runs, of so many days in all, with what is used of them today."""
    today = clock.today()
    return LimitClock(name, days, max(days - between(limit, today, due), 0), due, limit.counted, is_past=due < today)


def qr(address: str) -> Markup:
    """An address of ours as a code to scan."""
    return Markup(qr_svg(address).decode())  # noqa: S704 - a drawing made here, of an address made here
