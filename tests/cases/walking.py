"""What the stories of the law do again and again: send, accept, go to the site, let days pass."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.cases.test_lifecycle import key, photo, records_for, restaurant, send, version
from tests.town import Town
from tongban.cases import acts
from tongban.cases.models import Case, Event, Task
from tongban.cases.tasks import sweep
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock

WHY = "材料和现场情况见审查记录。"


def the_case(case_id: UUID) -> Case:
    return Case.objects.get(pk=case_id)


def open_task(case_id: UUID, **where: str) -> Task:
    return Task.objects.get(case_id=case_id, is_open=True, **where)


def last(case_id: UUID) -> Event:
    return Event.objects.filter(case_id=case_id).latest("id")


def acts_of(case_id: UUID) -> list[str]:
    return list(Event.objects.filter(case_id=case_id).order_by("id").values_list("act", flat=True))


def accepted(town: Town, **answers: str) -> UUID:
    """A restaurant's application that was sent and accepted."""
    case_id = restaurant(town, **answers)
    send(town, case_id, "chen-xiao")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    return case_id


def promised(town: Town) -> UUID:
    """A restaurant that was granted as it was sent, on a promise."""
    case_id = restaurant(town)
    acts.choose_promise(case_id, actor=town.actor("chen-xiao"), chosen=True)
    send(town, case_id, "chen-xiao")
    return case_id


def visit(town: Town, task: Task, **found: str) -> None:
    """Both inspectors record the same and sign."""
    records = records_for(task) | found
    photos = [photo(task.case_id)]
    do = acts.check_promise if task.purpose else acts.complete_step
    for login in ("wu-qiang", "zheng-jie"):
        do(task.id, actor=town.actor(login), key=key(), records=records, photos=photos)


def working_days_later(days: int) -> None:
    """Let so many working days of the city pass; what time brings about has happened."""
    to = catalogue.city().calendar.add_working(clock.today(), days)
    clock.move_by(timedelta(days=(to - clock.today()).days))
    sweep()
