"""The boxes of the desk as SQL: each is read as runs of an index that are already in the order of the list, and merged.

Invariants: a run is what the predicates of `permissions` say (a test holds them against each other), cut so that the server takes from an index the first rows it
needs and no more, however many tasks are open; a list is one statement, and so are all counts together. The first six digits of an area are its district; codes of areas are
digits, so that those which begin alike follow one another in any collation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from tongban import statements
from tongban.cases.permissions import hands, seeing_posts, verbs
from tongban.cases.ranges import ranges
from tongban.kernel import clock
from tongban.parties.core.areas import stem
from tongban.parties.core.people import Actor

Box = Literal["mine", "today", "late", "waiting", "department"]
Key = tuple[date | None, UUID]
"""Where a page begins: after the task with this promise and id."""

_DISTRICT = 6
_COLUMNS = "id, case_id, number, service, applicant_name, step, joint, purpose, assigned_name, due_on, due_at, statutory_due_on"
_ROLES = """
WITH RECURSIVE present (role) AS (
  (SELECT role FROM cases_task WHERE is_open AND case_department = {department} ORDER BY role LIMIT 1)
  UNION ALL SELECT (SELECT t.role FROM cases_task t WHERE is_open AND case_department = {department} AND t.role > present.role ORDER BY t.role LIMIT 1)
  FROM present WHERE present.role IS NOT NULL
)
SELECT role FROM present WHERE role IS NOT NULL
"""
"""The roles that open tasks of a department's cases wait for: one look into the index each."""


@dataclass(frozen=True, slots=True)
class ListedTask:
    """One open task, as a list shows it."""

    id: UUID
    case_id: UUID
    number: str
    service: str
    applicant_name: str
    step: str
    joint: str
    purpose: str
    assigned_name: str
    due_on: date | None
    due_at: datetime | None
    statutory_due_on: date | None


@dataclass(slots=True)
class _Asking:
    """A statement in the making: its values, and the tail (order and limit) of each of its runs."""

    tail: str
    after: str = ""
    values: list[Any] = field(default_factory=list)

    def place(self, value: Any) -> str:
        """Where a value stands; one that is there already is not told twice."""
        for number, told in enumerate(self.values, 1):
            if type(told) is type(value) and told == value:
                return f"${number}"
        self.values.append(value)
        return f"${len(self.values)}"

    def area(self, of: str) -> str:
        """That a task lies in an area: in a district by its own column of the index, else by the run of codes that begin alike."""
        begins = stem(of)
        if not begins:
            return "true"
        if len(begins) == _DISTRICT:
            return f"left(t.area, {_DISTRICT}) = {self.place(begins)}"
        return f"t.area >= {self.place(begins)} AND t.area < {self.place(str(int(begins) + 1).zfill(len(begins)))}"

    def run(self, where: str, *, source: str = "cases_task t") -> str:
        return f"(SELECT t.* FROM {source} WHERE t.is_open AND {where}{self.after} {self.tail})"  # noqa: S608 - every value has its place


Runs = Callable[[_Asking, Actor], Iterator[str]]


def page(actor: Actor, box: Box, *, after: Key | None, limit: int) -> list[ListedTask]:
    """Up to `limit` tasks of a box, nearest promise first, without a promise last."""
    found = _part(actor, box, after, limit) if after is None or after[0] is not None else []
    if after is not None and len(found) < limit:
        found += _part(actor, box, (None, after[1] if after[0] is None else UUID(int=0)), limit - len(found))
    return found[:limit]


def counts(actor: Actor, boxes: Sequence[Box], most: int) -> dict[Box, int]:
    """How many lie in each box, up to `most`."""
    asking = _Asking(f"ORDER BY t.due_on, t.id LIMIT {int(most)}")
    counted = []
    for box in boxes:
        runs = " UNION ALL ".join(f"SELECT id FROM {run} t" for run in _RUNS[box](asking, actor)) or "SELECT NULL::uuid AS id WHERE false"  # noqa: S608 - as above
        counted.append(f"(SELECT count(*) FROM (SELECT DISTINCT id FROM ({runs}) t LIMIT {int(most)}) t)")  # noqa: S608 - as above
    found = statements.row(f"SELECT {', '.join(counted)}", asking.values)
    assert found is not None
    return dict(zip(boxes, found, strict=True))


def _part(actor: Actor, box: Box, after: Key | None, limit: int) -> list[ListedTask]:
    """The tasks with a promise, or those without one (where the key has none)."""
    asking = _Asking(f"ORDER BY t.due_on, t.id LIMIT {int(limit)}")
    if after is not None and after[0] is not None:
        asking.after = f" AND (t.due_on, t.id) > ({asking.place(after[0])}::date, {asking.place(after[1])}::uuid)"
    elif after is not None:
        asking.after = f" AND t.due_on IS NULL AND t.id > {asking.place(after[1])}::uuid"
    runs = " UNION ALL ".join(f"SELECT {_COLUMNS} FROM {run} t" for run in _RUNS[box](asking, actor))  # noqa: S608 - as above
    rows = statements.rows(runs, asking.values) if runs else []
    tasks = {task.id: task for task in (ListedTask(*row) for row in rows)}
    return sorted(tasks.values(), key=lambda task: (task.due_on is None, task.due_on or date.max, task.id))[:limit]


def _mine(asking: _Asking, actor: Actor) -> Iterator[str]:
    """What the actor's posts let them do: a run for each role."""
    return _mine_on(asking, actor, "")


def _mine_on(asking: _Asking, actor: Actor, due: str) -> Iterator[str]:
    def on() -> str:
        return f" AND t.due_on {due} {asking.place(clock.today())}::date" if due else ""

    return _mine_where(asking, actor, on)


def _mine_where(asking: _Asking, actor: Actor, also: Callable[[], str]) -> Iterator[str]:
    """A run for each role; `also` says what else holds, and gives its values places only where there is a run."""
    for one in ranges(actor, verbs()):
        for role in sorted(one.roles):
            place = f"t.department = {asking.place(one.department)} AND {asking.area(one.area)} AND t.role = {asking.place(role)}"
            yield asking.run(f"{place} AND {_in_hand(asking, actor)}{also()}")


def _in_hand(asking: _Asking, actor: Actor) -> str:
    return f"(t.assigned_to IS NULL OR t.assigned_to = ANY({asking.place(sorted(hands(actor)))}::uuid[]))"


def _today(asking: _Asking, actor: Actor) -> Iterator[str]:
    return _mine_on(asking, actor, "=")


def _late(asking: _Asking, actor: Actor) -> Iterator[str]:
    """Past its day; or, where hours count, past its hour of today."""

    def today() -> str:
        return f" AND t.due_on = {asking.place(clock.today())}::date AND t.due_at < {asking.place(now)}::timestamptz"

    now = clock.now()
    yield from _mine_on(asking, actor, "<")
    yield from _mine_where(asking, actor, today)


def _department(asking: _Asking, actor: Actor) -> Iterator[str]:
    for post in seeing_posts(actor, verbs()):
        yield asking.run(f"t.department = {asking.place(post.department)} AND {asking.area(post.area)}")


def _waiting(asking: _Asking, actor: Actor) -> Iterator[str]:
    """Open on the cases of the actor's departments, and not theirs to do: it waits for another role, for another department, or for a colleague."""
    mine = ranges(actor, verbs())
    for post in seeing_posts(actor, verbs()):
        department, area = asking.place(post.department), asking.area(post.area)
        own = {
            role for one in mine if one.department == post.department and stem(post.area).startswith(stem(one.area)) for role in one.roles
        }
        roles = asking.place(sorted(own))
        of_case = f"t.case_department = {department} AND {area}"
        if any(one.department != post.department or not one.roles <= own for one in mine):
            of_case += f" AND {_not_mine(asking, actor)}"
        present = f"({_ROLES.format(department=department)}) present"
        inner = asking.run(f"t.role = present.role AND {of_case}")
        yield f"(SELECT t.* FROM {present} CROSS JOIN LATERAL {inner} t WHERE present.role <> ALL({roles}::text[]))"  # noqa: S608 - as above
        yield asking.run(f"t.guest <> '' AND {of_case}")
        colleague = f"t.assigned_to IS NOT NULL AND NOT t.assigned_to = ANY({asking.place(sorted(hands(actor)))}::uuid[])"
        yield asking.run(f"t.department = {department} AND {colleague} AND {of_case}")


def _not_mine(asking: _Asking, actor: Actor) -> str:
    mine = " OR ".join(
        f"t.department = {asking.place(one.department)} AND t.role = ANY({asking.place(sorted(one.roles))}::text[]) AND {asking.area(one.area)}"
        for one in ranges(actor, verbs())
    )
    return f"NOT (({mine or 'false'}) AND {_in_hand(asking, actor)})"


_RUNS: dict[Box, Runs] = {"mine": _mine, "today": _today, "late": _late, "waiting": _waiting, "department": _department}
