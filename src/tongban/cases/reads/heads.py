"""Who answers for a department: its heads; where it has none, those of the department above, up to the last."""

from __future__ import annotations

from tongban.cases.permissions import verbs
from tongban.catalogue import reads as catalogue
from tongban.parties import reads as parties
from tongban.parties.core.people import OfficialRef

HEADS = "extend"
"""The verb that only who answers for a department may do."""
SUPERVISORS = "supervise"


def heads_of(department: str, area: str) -> tuple[OfficialRef, ...]:
    """The heads of a department for an area, else of the nearest one above; at the top, whoever supervises the city. Empty only where nobody holds any such post."""
    departments = catalogue.city().departments
    seen: set[str] = set()
    while department in departments and department not in seen:
        seen.add(department)
        found = _holders(department, HEADS, area)
        if found:
            return found
        department = departments[department].parent
    return tuple(one for id_ in departments for one in _holders(id_, SUPERVISORS, area))


def _holders(department: str, verb: str, area: str) -> tuple[OfficialRef, ...]:
    roles = [role for role, may in verbs().items() if verb in may]
    found = {one.person_id: one for role in roles for one in parties.officials(department, role, area)}
    return tuple(found.values())
