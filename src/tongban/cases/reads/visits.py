"""Visits: the checks on the spot that are one, who takes part in them, and when they are.

Invariants: a check that belongs to no declared visit of a bundle is a visit of its own; who takes part is told by department and how far they are, not by what
they wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from tongban.cases.core.course import office_of, step_named
from tongban.cases.core.facts import from_json
from tongban.cases.core.visit_days import days_open, last_day
from tongban.cases.models import Appointment, BundlePart, Case, Event, Task
from tongban.cases.reads.ground import ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Bundle, Service, Step
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.rules.core import Value

_COMING = ("waiting", "sent")
"""How a part stands that may still come along."""


@dataclass(frozen=True)
class VisitDefinition:
    """One visit: its checks as (part, step); the part is empty where the case is no part of a bundle."""

    id: str
    title: Text
    steps: tuple[tuple[str, str], ...]
    at: str = ""
    """The bundle's fact that says where."""


@dataclass(frozen=True)
class Going:
    """One department that takes part in a visit."""

    service: Text
    department: Text
    state: Literal["ahead", "open", "done"]
    due_on: date | None
    signed: int
    officers: int


@dataclass(frozen=True)
class AppointmentRow:
    """One appointment, kept or replaced."""

    visit: str
    on: date
    half: str
    made_by: str
    department: Text
    made_at: datetime
    is_current: bool


@dataclass(frozen=True)
class VisitView:
    """A visit with everybody who takes part."""

    id: str
    title: Text
    going: tuple[Going, ...]
    appointments: tuple[AppointmentRow, ...]
    """Newest first."""
    place: str
    """Where, as a register told it when the bundle was sent; empty where nothing says."""
    days: tuple[date, ...]
    """On which it may be agreed upon now, nearest first."""

    @property
    def is_joint(self) -> bool:
        """Whether several departments come together."""
        return len(self.going) > 1

    @property
    def current(self) -> AppointmentRow | None:
        """The appointment that holds."""
        return next((one for one in self.appointments if one.is_current), None)


@dataclass(frozen=True)
class VisitBrief:
    """Of one check in a list: which departments come along, and when."""

    others: tuple[Text, ...]
    appointment: AppointmentRow | None


def visit_of(case: Case, step: str) -> VisitDefinition:
    """The visit that a check belongs to."""
    bundle, alias = _bundle(case)
    for visit in bundle.visits if bundle else ():
        if (alias, step) in visit.steps:
            return VisitDefinition(visit.id, visit.title, visit.steps, visit.at)
    return VisitDefinition(step, step_named(ground_of(case).service, step).title, ((alias, step),))


def tasks_of_visit(case: Case, visit: VisitDefinition) -> list[Task]:
    """The checks of a visit that have come to a desk, of all cases that take part; of a check done again the last."""
    return list(_tasks(case, visit).values())


def visit_view(task_id: UUID) -> VisitView:
    """The visit that a check is part of, as who does the check may see it; that the reader may is the caller's to ask. The task must be a check on the spot."""
    task = Task.objects.select_related("case").get(pk=task_id)
    case = task.case
    visit = visit_of(case, task.step)
    tasks = _tasks(case, visit)
    services = _services(case)
    going = [_going(name, services[alias], tasks.get((alias, name))) for alias, name in visit.steps if alias in services]
    today = clock.today()
    last = last_day((task.step_due_on for task in tasks.values() if task.is_open), today)
    return VisitView(
        visit.id,
        visit.title,
        tuple(one for one in going if one),
        appointments_of(case.parent_id or case.id, visit.id),
        _place(case.parent_id, visit),
        days_open(today, last, catalogue.city().calendar),
    )


def visits_in_brief(checks: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], VisitBrief]:
    """By case and step, who comes along and when: three statements for a whole list."""
    wanted = list(checks)
    mine = {row.case_id: row for row in BundlePart.objects.select_related("bundle").filter(case_id__in={case_id for case_id, _ in wanted})}
    there = set(
        BundlePart.objects.filter(bundle_id__in={row.bundle_id for row in mine.values()}, standing__in=_COMING).values_list(
            "bundle_id", "alias"
        )
    )
    holders = {case_id: mine[case_id].bundle_id if case_id in mine else case_id for case_id, _ in wanted}
    agreed = {
        (row.case_id, row.visit): _row(row) for row in Appointment.objects.filter(case_id__in=set(holders.values()), replaced_at=None)
    }
    return {(case_id, step): _brief(mine.get(case_id), holders[case_id], step, there, agreed) for case_id, step in wanted}


def _brief(
    mine: BundlePart | None, holder: UUID, step: str, there: set[tuple[UUID, str]], agreed: Mapping[tuple[UUID, str], AppointmentRow]
) -> VisitBrief:
    pinned = catalogue.pinned(mine.bundle.service_hash) if mine else None
    visits = pinned.bundle.visits if pinned and pinned.bundle else ()
    visit = next((one for one in visits if mine and (mine.alias, step) in one.steps), None)
    if mine is None or pinned is None or visit is None:
        return VisitBrief((), agreed.get((holder, step)))
    city = catalogue.city()
    coming = [pinned.parts[alias] for alias, _ in visit.steps if alias != mine.alias and (mine.bundle_id, alias) in there]
    return VisitBrief(tuple(city.departments[one.department].short for one in coming), agreed.get((holder, visit.id)))


def appointments_of(case_id: UUID, visit: str = "") -> tuple[AppointmentRow, ...]:
    """The appointments of a case, newest first; of one visit if it is named."""
    rows = Appointment.objects.filter(case_id=case_id, **({"visit": visit} if visit else {})).order_by("-id")
    return tuple(_row(row) for row in rows)


def _place(bundle_id: UUID | None, visit: VisitDefinition) -> str:
    """Where a joint visit is, by the facts that the bundle was sent with."""
    sent = Event.objects.select_related("case").filter(case_id=bundle_id, act="send").first() if bundle_id and visit.at else None
    if sent is None:
        return ""
    fact = from_json(ground_of(sent.case).service, sent.facts or {}).get(visit.at)
    return str(fact.value) if isinstance(fact, Value) else ""


def _row(row: Appointment) -> AppointmentRow:
    department = catalogue.city().departments.get(row.department)
    title = department.short if department else Text(row.department, row.department)
    return AppointmentRow(row.visit, row.on, row.half, row.made_by_name, title, row.made_at, row.replaced_at is None)


def _bundle(case: Case) -> tuple[Bundle | None, str]:
    """The bundle that a case is a part of, as of its version, and the part's alias."""
    if case.parent_id is None:
        return None, ""
    row = BundlePart.objects.select_related("bundle").get(case_id=case.id)
    return catalogue.pinned(row.bundle.service_hash).bundle, row.alias


def _services(case: Case) -> dict[str, Service]:
    """By part, the service; of parts that are left out or were never started none."""
    if case.parent_id is None:
        return {"": ground_of(case).service}
    rows = list(BundlePart.objects.select_related("bundle").filter(bundle_id=case.parent_id, standing__in=_COMING))
    parts = catalogue.pinned(rows[0].bundle.service_hash).parts if rows else {}
    return {row.alias: parts[row.alias] for row in rows}


def _tasks(case: Case, visit: VisitDefinition) -> dict[tuple[str, str], Task]:
    """By part and step, the last task of each check of a visit."""
    if case.parent_id is None:
        aliases = {case.id: ""}
    else:
        aliases = dict(BundlePart.objects.filter(bundle_id=case.parent_id, standing="sent").values_list("case_id", "alias"))
    steps = {step for _, step in visit.steps}
    found: dict[tuple[str, str], Task] = {}
    for task in Task.objects.filter(case_id__in=aliases, step__in=steps).order_by("id"):
        at = (aliases[task.case_id], task.step)
        if at in visit.steps:
            found[at] = task
    return found


def _going(name: str, service: Service, task: Task | None) -> Going | None:
    step = _find(service, name)
    if step is None:
        return None
    department = catalogue.city().departments[task.department if task else office_of(step, service.department, service)]
    return Going(
        service=service.title,
        department=department.short,
        state="ahead" if task is None else "open" if task.is_open else "done",
        due_on=task.step_due_on if task else None,
        signed=len(task.signatures) if task else 0,
        officers=step.officers,
    )


def _find(service: Service, name: str) -> Step | None:
    return next((part for step in service.steps.values() for part in (step, *step.together) if part.id == name), None)
