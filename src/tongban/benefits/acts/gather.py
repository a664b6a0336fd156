"""Bring a profile together: what each register holds, by COPY, joined into one Parquet file in the data folder; of everybody, or of some subjects only.

Invariants: the file has its name only when it is whole; what was copied is deleted with its folder, whatever happened; keys leave the copies only as blind indexes; a source
that gave nothing is in the file as unknown, and the run says so.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from tongban.benefits.bulk import connected
from tongban.benefits.core.profiles import Part, putting_together
from tongban.catalogue.core.definition import MATCHING, City, Profile, ProfileSource
from tongban.exchange.acts import TakenOut, take_out
from tongban.parties.core.identity import plain
from tongban.parties.sealer import sealer
from tongban.rules.core import FactSpec, Vocabulary


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came."""

    subjects: int
    sources: Mapping[str, dict[str, Any]]


def folder_of(run: UUID) -> Path:
    """Where the files of a run stand."""
    return Path(settings.DATA) / "matching" / str(run)


def profile_of(run: UUID) -> Path:
    """The Parquet file of a run's profile."""
    return folder_of(run) / "profile.parquet"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is read, and how."""

    by: str
    purpose: str = MATCHING
    keys: tuple[str, ...] | None = None
    """Whose records; None for everybody."""
    granted: Mapping[str, Collection[str]] | None = None
    """By alias, the items that may be asked for; None for all of the profile's."""
    after_each: Callable[[], bool] | None = None
    """Called after each source; False stops the reading."""

    def may(self, source: ProfileSource) -> tuple[str, ...]:
        """The items of a source that are asked for."""
        return source.items if self.granted is None else tuple(one for one in source.items if one in self.granted.get(source.alias, ()))


class StoppedError(Exception):
    """Somebody stopped the reading."""


def gather(run: UUID, city: City, profile: Profile, wish: Wish) -> Gathered:
    """Read every source and put the profile together. Must be called outside any transaction. Raises StoppedError."""
    folder = folder_of(run)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = Path(tempfile.mkdtemp(prefix="copies-", dir=folder))
    try:
        taken = _take_all(profile, scratch, wish)
        subjects = _subjects(profile, scratch, taken[profile.subjects])
        parts = [_part(profile, alias, scratch, one, wish) for alias, one in taken.items()]
        whole = scratch / "profile.parquet"
        with connected(temp_directory=str(scratch)) as connection:
            statement = putting_together(parts, facts_of_profile(city, profile), profile.key, str(scratch / "keys.csv"), str(whole))
            connection.execute(statement)
        whole.replace(profile_of(run))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Gathered(subjects, {alias: _told(one) for alias, one in taken.items()})


def facts_of_profile(city: City, profile: Profile) -> Vocabulary:
    """The facts that the profile's items are."""
    facts: dict[str, FactSpec] = {}
    for alias, source in profile.sources.items():
        facts |= {f"{alias}.{item}": city.resources[source.resource].items[item].spec for item in source.items}
    return facts


def _take_all(profile: Profile, scratch: Path, wish: Wish) -> dict[str, TakenOut]:
    found = {}
    for alias in profile.sources:
        found[alias] = _take(profile, alias, scratch, wish)
        if wish.after_each is not None and not wish.after_each():
            raise StoppedError
    return found


def _take(profile: Profile, alias: str, scratch: Path, wish: Wish) -> TakenOut:
    source = profile.taken.get(alias)
    if source is None:
        return TakenOut(0, None, "not-asked")
    into = scratch / f"{alias}.csv"
    return take_out(source.resource, wish.may(source), into, for_whom=profile.id, purpose=wish.purpose, by=wish.by, keys=wish.keys)


def _subjects(profile: Profile, scratch: Path, taken: TakenOut) -> int:
    """Write everybody's key with its blind index; how many there are. Nobody, where the register of subjects gave nothing."""
    blind, count, seen = sealer().blind, 0, set()
    with (scratch / "keys.csv").open("w", newline="", encoding="utf-8") as keys:
        writer = csv.writer(keys)
        writer.writerow(("key", "subject"))
        if not taken.reason and taken.rows:
            with (scratch / f"{profile.subjects}.csv").open(newline="", encoding="utf-8") as rows:
                for row in csv.DictReader(rows):
                    key = row[profile.key]
                    subject = blind(profile.key, plain(key))
                    if subject not in seen:
                        seen.add(subject)
                        writer.writerow((key, subject.hex()))
                        count += 1
    return count


def _part(profile: Profile, alias: str, scratch: Path, taken: TakenOut, wish: Wish) -> Part:
    whole, source = taken.as_of if not taken.reason else None, profile.sources[alias]
    came = wish.may(source)
    absent = tuple(item for item in source.items if item not in came)
    return Part(alias, str(scratch / f"{alias}.csv") if whole else None, whole, came, absent)


def _told(taken: TakenOut) -> dict[str, Any]:
    moment: datetime | None = taken.as_of
    return {"rows": taken.rows, "as_of": moment.isoformat() if moment else None, "reason": taken.reason}
