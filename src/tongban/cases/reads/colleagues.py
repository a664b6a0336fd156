"""Who could do a task: the officials who hold its post today, without those who have to stand aside."""

from __future__ import annotations

from tongban.cases.models import Case, Task
from tongban.cases.nearness import stood_behind
from tongban.cases.permissions import verbs
from tongban.parties import reads as parties
from tongban.parties.core.people import OfficialRef


def colleagues_of(case: Case, task: Task) -> tuple[OfficialRef, ...]:
    """Each official once, by name."""
    verb = task.role.removeprefix("verb:")
    roles = [role for role, may in verbs().items() if verb in may] if task.role.startswith("verb:") else [task.role]
    found = {one.person_id: one for role in roles for one in parties.officials(task.department, role, case.area)}
    behind = stood_behind(case)
    apart = {person for person in found if person in behind or parties.kin(person) & behind} | set(case.kept_from)
    return tuple(sorted((one for person, one in found.items() if person not in apart), key=lambda one: one.name))
