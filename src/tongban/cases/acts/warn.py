"""Each morning: tell who answers for a department how much falls due by law within two working days, and how much is past it already.

Invariants: asked for once a day, by a key that holds for all workers; told to the head, or where there is none to whoever stands above; nothing is told where
nothing is due.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count

from tongban.cases.core.words import day
from tongban.cases.models import Case
from tongban.cases.reads.heads import heads_of
from tongban.catalogue import reads as catalogue
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.messages import acts as messages

WARN: Final = "cases.warn"
TEMPLATE: Final = "due-soon"
_AHEAD = 2


def ask_to_warn() -> None:
    """Ask for this day's warnings; asked again it is the same job. On a day off nobody is warned."""
    today = clock.today()
    if catalogue.city().calendar.is_working(today):
        enqueue(WARN, {"day": today.isoformat()}, key=f"{WARN}:{today.isoformat()}")


def warn(_: Mapping[str, Any]) -> None:
    """Tell every department's heads, in the job's transaction."""
    city, today = catalogue.city(), clock.today()
    until = city.calendar.add_working(today, _AHEAD)
    template = city.messages.get(TEMPLATE)
    if template is None:
        return
    rows = Case.objects.filter(is_open=True, statutory_due_on__lte=until).values_list("department").annotate(n=Count("pk"))
    for department, count in rows:
        for head in heads_of(department, city.area):
            text = template.text.format(number="", service="", due=day(until), city=city.title, count=str(count))
            messages.send(to=head.person_id, template=TEMPLATE, text=text, case_id=None, link="/desk/wall", quiet=city.quiet_hours)
