"""Who is told what about a ticket: the person by a declared message, officials by their post.

Invariants: a message names the ticket and a time, and nobody; what cannot wait until morning, because its limit is in hours, is not held back at night.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tongban.cases.core.words import day
from tongban.cases.models import Case
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.messages import acts as messages
from tongban.parties import reads as parties
from tongban.parties.core.people import OfficialRef

MOST_TOLD = 20
"""So many holders of one post are told; a post that more hold is told through its desk."""


def tell_person(case: Case, what: str) -> None:
    """Tell the applicant's side by the declared message of that name; a city that declares none says nothing."""
    told = dict.fromkeys([case.applied_by, *([case.applicant_id] if case.applicant_kind == "person" else [])])
    _send(case, what, told, f"/cases/{case.id}")


def holders(department: str, role: str, area: str) -> tuple[OfficialRef, ...]:
    """Who holds a post today that covers the area, the nearest first."""
    return parties.officials(department, role, area)[:MOST_TOLD]


def tell_officials(case: Case, what: str, people: Iterable[OfficialRef]) -> list[str]:
    """Tell officials by the declared message of that name; their names."""
    told = {one.person_id: one.name for one in people}
    _send(case, what, told, f"/desk/cases/{case.id}")
    return list(told.values())


def _send(case: Case, what: str, people: Iterable[UUID], link: str) -> None:
    city = catalogue.city()
    template = city.messages.get(what)
    service = city.services.get(case.service)
    if template is None or service is None:
        return
    text = template.text.format(number=case.number or "", service=service.title, due=_due(case), city=city.title)
    urgent = template.urgent or case.due_at is not None
    for person in people:
        messages.send(to=person, template=what, text=text, case_id=case.id, link=link, urgent=urgent, quiet=city.quiet_hours)


def _due(case: Case) -> Text:
    """By when, in words: a date, or date and time where the limit is in hours."""
    on = day(case.due_on)
    if case.due_on is None or case.due_at is None:
        return on
    at = clock.local(case.due_at)
    return Text(f"{on.zh}{at.hour}时{at.minute:02d}分", f"{at:%H:%M} on {on.en}")
