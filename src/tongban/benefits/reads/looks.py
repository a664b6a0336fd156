"""When everybody's records were read for matching or for trying a draft: for who wants to know who looked at their data.

Invariant: a reading of everybody concerns everybody in those registers, so it is told to each of them, whatever came of it; who asked, what for, and which registers, never a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from tongban.benefits.models import Run, Trial
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Audience

MOST: Final = 30


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One reading of everybody."""

    at: datetime
    purpose: Literal["matching", "trial"]
    department: str
    """Whose draft was tried; empty for a matching, which is for all policies."""
    profile: str
    resources: tuple[str, ...]


def readings(subject: Audience, *, most: int = MOST) -> tuple[ReadingView, ...]:
    """The latest readings of everybody's records for profiles of firms or of people, the newest first."""
    profiles = [id_ for id_, profile in catalogue.city().profiles.items() if profile.subject == subject]
    runs = Run.objects.filter(profile__in=profiles, scope="whole", read_at__isnull=False).order_by("-id")[:most]
    trials = Trial.objects.filter(profile__in=profiles, read_at__isnull=False).order_by("-id")[:most]
    found = [_view(row, "matching", "") for row in runs] + [_view(row, "trial", row.department) for row in trials]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:most])


def _view(row: Run | Trial, purpose: Literal["matching", "trial"], department: str) -> ReadingView:
    declared = catalogue.city().profiles[row.profile].sources
    told: dict[str, Any] = row.sources
    read = tuple(declared[alias].resource for alias, source in told.items() if alias in declared and not source.get("reason"))
    assert row.read_at is not None, "only what was read is asked for"
    return ReadingView(row.read_at, purpose, department, row.profile, read)
