"""Whose records changed, queued once each, and matched by themselves; and the run over everybody that comes each day by itself.

Invariants: a kept register's changes are queued and the mark up to where is moved in one transaction, so that none is queued twice or missed; a subject waits in one row, however often
it changed; rows leave the queue only when a run is done that read the registers after they came in for every one of its policies; where naming the changed would not be enough (too many, or a register that is
known as a whole again), everybody is matched instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from tongban.benefits.models import Run, Seen, Turned, Watch
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import MATCHING, City, Profile, ProfileSource
from tongban.exchange import reads as exchange
from tongban.exchange.acts import Changes, take_changes
from tongban.exchange.errors import NotKeptError, UnknownResourceError
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties.core.identity import plain
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer

TABLE: Final = "benefit_turned"
SYSTEM: Final = "system"
_STOOD: Final = ("version", "whole_as_of")
_FIRST: Final = "first_read_at"
"""Told of the sources of a run that read them again after some of its policies were done: when they were read for those."""
_QUEUE: Final = """
INSERT INTO benefits_turned (id, profile, subject, sealed, since, run) SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bytea[], %s::bytea[], %s::timestamptz[], %s::uuid[])
ON CONFLICT (profile, subject) WHERE run IS NULL DO NOTHING
"""


def queue_changes(profile: Profile) -> bool:
    """Queue whoever's record changed in a kept register of the profile since it was matched; whether everybody has to be matched instead."""
    watched = set(Watch.objects.filter(profile=profile.id).values_list("resource", flat=True))
    is_too_much = False
    for source in profile.taken.values():
        if source.resource in watched:
            is_too_much |= _queue_of(profile, source)
    return is_too_much


def waiting(profile: str) -> int:
    """How many subjects wait to be matched by themselves."""
    return Turned.objects.filter(profile=profile, run=None).count()


def claim(profile: str, run: UUID) -> int:
    """Give a run whoever waits; how many."""
    return Turned.objects.filter(profile=profile, run=None).update(run=run)


def release(run: UUID) -> None:
    """Put back into the queue whom a run leaves unmatched."""
    held = Turned.objects.filter(run=run)
    waiting_again = Turned.objects.filter(run=None, profile__in=held.values("profile")).values("subject")
    held.filter(subject__in=waiting_again).delete()
    held.update(run=None)


def keys_of(run: UUID) -> tuple[str, ...]:
    """The keys of whom a run is over."""
    held = sealer()
    return tuple(sorted(held.open(bytes(row.sealed), _place(row.pk)) for row in Turned.objects.filter(run=run)))


def note_read(run: UUID) -> None:
    """Keep whose records a run over some has read, whatever comes of it, in the caller's transaction."""
    subjects = Turned.objects.filter(run=run).order_by("id").values_list("subject", flat=True)
    Seen.objects.bulk_create((Seen(run_id=run, subject=bytes(subject)) for subject in subjects), batch_size=5000, ignore_conflicts=True)


def stood(profile: Profile) -> dict[str, dict[str, Any]]:
    """By alias of the kept registers: version, and as of when they are known as a whole; asked before they are read."""
    return {alias: view for alias, source in profile.taken.items() if (view := _stands(source.resource)) is not None}


def from_first(run: Run, sources: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What a run that reads again found in each source, with when it read first, and where the registers stood then: some of its policies are done over that."""
    first = _first_read(run)
    assert first is not None, "no policy is done before the registers are read"
    stood = {alias: {name: was[name] for name in _STOOD if name in was} for alias, was in run.sources.items()}
    return {
        alias: {name: value for name, value in told.items() if name not in _STOOD} | stood.get(alias, {}) | {_FIRST: first.isoformat()}
        for alias, told in sources.items()
    }


def _first_read(run: Run) -> datetime | None:
    """When the registers were read over which the first of a run's policies was done."""
    first = [told[_FIRST] for told in run.sources.values() if _FIRST in told]
    return datetime.fromisoformat(first[0]) if first else run.read_at


def settle(run: Run) -> None:
    """A run is done: its own leave the queue; after one over everybody, all that came before it first read, and the registers are watched from there."""
    done, first = Q(run=run.pk), _first_read(run)
    if run.scope == "whole" and first is not None:
        done |= Q(profile=run.profile, since__lte=first)
        for alias, source in catalogue.version(run.city).profiles[run.profile].taken.items():
            if "version" in run.sources.get(alias, {}):
                _watch(run.profile, source.resource, run.sources[alias])
    Turned.objects.filter(done).delete()


def _watch(profile: str, resource: str, told: Mapping[str, Any]) -> None:
    """Watch a register from where it stood when it was read; never from further back than already."""
    as_of = datetime.fromisoformat(told["whole_as_of"]) if told["whole_as_of"] else None
    stands = {"version": told["version"], "as_of": as_of}
    watch, is_new = Watch.objects.get_or_create(profile=profile, resource=resource, defaults=stands)
    if not is_new and watch.version < told["version"]:
        watch.version, watch.as_of = told["version"], as_of
        watch.save(update_fields=["version", "as_of"])


def _queue_of(profile: Profile, source: ProfileSource) -> bool:
    """One register. Whether everybody has to be matched instead."""
    with transaction.atomic():
        watch = Watch.objects.select_for_update(skip_locked=True).filter(profile=profile.id, resource=source.resource).first()
        found = take_changes(source.resource, watch.version, for_whom=profile.id, purpose=MATCHING, by=SYSTEM) if watch else None
        if watch is None or found is None or found.version <= watch.version:
            return False
        is_too_much = found.is_cut or _is_known_again(watch, found, source)
        if not is_too_much:
            _put(profile, found.keys)
        watch.version, watch.as_of = found.version, found.as_of
        watch.save(update_fields=["version", "as_of"])
    return is_too_much


def _is_known_again(watch: Watch, found: Changes, source: ProfileSource) -> bool:
    """Whether the register as a whole is believed now and was not before: that changes what is known of everybody who is not in it."""
    oldest = clock.now() - source.stale
    was = watch.as_of is not None and watch.as_of >= oldest
    return not was and found.as_of is not None and found.as_of >= oldest


def _put(profile: Profile, keys: Iterable[str]) -> None:
    held, now = sealer(), clock.now()
    rows = [(uuid7(), plain(key)) for key in sorted(keys)]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _QUEUE,
            [
                [id_ for id_, _ in rows],
                [profile.id] * len(rows),
                [held.blind(profile.key, key) for _, key in rows],
                [held.seal(key, _place(id_)) for id_, key in rows],
                [now] * len(rows),
                [None] * len(rows),
            ],
        )


def _stands(resource: str) -> dict[str, Any] | None:
    try:
        view = exchange.register(resource)
    except (NotKeptError, UnknownResourceError):
        return None
    return {"version": view.version, "whole_as_of": view.as_of.isoformat() if view.as_of else None}


def _place(id_: UUID) -> Place:
    return Place(TABLE, "sealed", id_)


def profiles_in_force(city: City) -> list[Profile]:
    """The profiles over which some policy is in force today."""
    used = {policy.profile for policy in city.policies_on(clock.today()).values()}
    return [profile for id_, profile in sorted(city.profiles.items()) if id_ in used]
