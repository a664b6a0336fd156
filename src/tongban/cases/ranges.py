"""Which tasks an official's posts let them do: by department, area and role, as the inbox asks for them and as a filter over all tasks.

Invariants: contract staff do what any role with a verb may do, and nothing that asks for their own role; a counter does what is entrusted to it, in its area.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from tongban.cases.permissions import ACCEPT, counter_posts, entrusting, hands
from tongban.parties.core.areas import stem
from tongban.parties.core.people import Actor


@dataclass(frozen=True)
class Range:
    """What one post lets an official do: the tasks of a department, in an area, that are for one of these roles."""

    department: str
    area: str
    roles: frozenset[str]


def ranges(actor: Actor, verbs: dict[str, tuple[str, ...]]) -> tuple[Range, ...]:
    """By post: its own role, which contract staff are not given, and `verb:…` for what any role that may do it does; for a counter, what is entrusted to it."""
    own = [
        Range(
            post.department,
            post.area,
            frozenset([*([] if post.contract else [post.role]), *(f"verb:{verb}" for verb in verbs.get(post.role, ()))]),
        )
        for post in actor.posts
    ]
    accepting = frozenset([f"verb:{ACCEPT}"])
    entrusted = [Range(department, post.area, accepting) for post in counter_posts(actor, verbs) for department in entrusting(ACCEPT)]
    return (*own, *entrusted)


def tasks_of(actor: Actor, verbs: dict[str, tuple[str, ...]]) -> Q:
    """The tasks that an official's posts let them do, and that were given to no colleague."""
    found = Q(pk__in=[])
    for one in ranges(actor, verbs):
        found |= Q(role__in=one.roles, department=one.department, area__startswith=stem(one.area))
    return found & (Q(assigned_to=None) | Q(assigned_to__in=hands(actor)))
