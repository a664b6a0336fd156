"""Tell those for whom somebody acts: whoever has a mandate given in their name hears of each use of it, so that they can take it back.

Invariant: who acts for themselves, and who is told already, is not told again; a city that declares no such message says nothing.
"""

from __future__ import annotations

from uuid import UUID

from tongban.cases.core.words import day
from tongban.cases.models import Case
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.messages import acts as messages
from tongban.parties import reads as parties

REPRESENTATIVE = "legal-representative"


def tell_principal(case: Case, service: Service, what: str) -> UUID | None:
    """Tell the person, or the firm's legal representative, in whose name a mandate was used; returns whom, if anybody."""
    if not hears(case):
        return None
    return tell_one(parties.speaks_for(*case.side), what, service=service, case=case, but_not=case.applied_by)


def hears(case: Case) -> bool:
    """Whether somebody acts under a mandate that was given to them, of which the giver hears."""
    return case.mandate_id is not None and case.mandate_kind != REPRESENTATIVE


def tell_one(
    to: UUID | None, what: str, *, service: Service | None = None, case: Case | None = None, but_not: UUID | None = None, link: str = ""
) -> UUID | None:
    """Send one person the declared message of that name; returns whom it went to, none where there is no such person or message."""
    city = catalogue.city()
    template = city.messages.get(what)
    if to is None or to == but_not or template is None:
        return None
    due = (case.answer_due_on if case.accepted_on is None and case.answer_due_on else case.due_on) if case else None
    text = template.text.format(
        number=case.number or "" if case else "", service=service.title if service else "", due=day(due), city=city.title
    )
    where = link or (f"/cases/{case.id}" if case and case.number else "/cases")
    messages.send(
        to=to, template=what, text=text, case_id=case.id if case else None, link=where, urgent=template.urgent, quiet=city.quiet_hours
    )
    return to
