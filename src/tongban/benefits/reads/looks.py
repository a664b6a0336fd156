"""When somebody's records were read for matching, with everybody's or because they had changed, and with everybody's for trying a draft: for who wants to know who looked.

Invariants: a reading of everybody concerns everybody in those registers, so it is told to each of them, and one of some to those alone, whatever came of it; who asked, what for,
and which registers, never a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from tongban.benefits.models import Run, Seen, Trial
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Audience
from tongban.parties.core.identity import plain
from tongban.parties.sealer import sealer

MOST: Final = 30
_KEYS: Final = {"firm": "uscc", "person": "id_number"}


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One reading of everybody, or (`again`) of those whose records had changed."""

    at: datetime
    purpose: Literal["matching", "again", "trial"]
    department: str
    """Whose draft was tried; empty for a matching, which is for all policies."""
    profile: str
    resources: tuple[str, ...]


def readings(subject: Audience, number: str, *, most: int = MOST) -> tuple[ReadingView, ...]:
    """The latest readings of the records of a firm (by its `uscc`) or person (`id_number`), alone or with everybody's, the newest first."""
    profiles = [id_ for id_, profile in catalogue.city().profiles.items() if profile.subject == subject]
    runs = Run.objects.filter(profile__in=profiles, scope="whole", read_at__isnull=False).order_by("-id")[:most]
    trials = Trial.objects.filter(profile__in=profiles, read_at__isnull=False).order_by("-id")[:most]
    own = Seen.objects.filter(subject=sealer().blind(_KEYS[subject], plain(number)), run__profile__in=profiles)
    again = [row.run for row in own.select_related("run").order_by("-id")[:most]]
    found = [_view(row, "again", "") for row in again] + [_view(row, "matching", "") for row in runs]
    found += [_view(row, "trial", row.department) for row in trials]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:most])


def _view(row: Run | Trial, purpose: Literal["matching", "again", "trial"], department: str) -> ReadingView:
    declared = catalogue.city().profiles[row.profile].sources
    told: dict[str, Any] = row.sources
    read = tuple(declared[alias].resource for alias, source in told.items() if alias in declared and not source.get("reason"))
    assert row.read_at is not None, "only what was read is asked for"
    return ReadingView(row.read_at, purpose, department, row.profile, read)
