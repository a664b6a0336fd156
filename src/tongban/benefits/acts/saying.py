"""One message of this room to one person, as the city declares it. Invariant: where the city declares none, nobody is told, and whoever wanted to tell hears that."""

from __future__ import annotations

from uuid import UUID

from tongban.catalogue import reads as catalogue
from tongban.kernel.text import Text
from tongban.messages import acts as messages
from tongban.statements import Writing


def say(
    to: UUID,
    template: str,
    *,
    service: Text,
    link: str,
    number: str = "",
    due: Text | str = "",
    count: str = "",
    after: str = "",
    case_id: UUID | None = None,
    rows: Writing | None = None,
) -> bool:
    """Send a declared message, with words after it if there are any, in the caller's transaction; with `rows`, by the statement that writes those. Whether it is declared."""
    city = catalogue.city()
    declared = city.messages.get(template)
    if declared is None:
        return False
    told = declared.text.format(number=number, service=service, due=due, city=city.title, count=count, visit="")
    text = Text(told.zh + after, f"{told.en} {after}") if after else told
    messages.send(
        to=to, template=template, text=text, case_id=case_id, link=link, urgent=declared.urgent, quiet=city.quiet_hours, rows=rows
    )
    return True
