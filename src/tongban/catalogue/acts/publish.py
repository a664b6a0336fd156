"""Publish a declared city.

Invariants: a city with a fault, or with a test that fails or leaves an answer of a clause unseen, is not published and the running one stays; pointer,
texts, what lower rooms are told, and the ledger entry commit together; a folder that was changed from another version than the running one is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from tongban.catalogue import running
from tongban.catalogue.core.definition import MATCHING, TRIAL, City
from tongban.catalogue.core.examining import changed, examine
from tongban.catalogue.core.reading.folder import load
from tongban.catalogue.errors import NotCarriedError, StaleFolderError, VersionChangedError
from tongban.catalogue.models import Publishing, ServiceVersion, StoredText, Version
from tongban.catalogue.reads import pending, texts, version
from tongban.docking import acts as docking
from tongban.exchange import acts as exchange
from tongban.kernel import clock
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.parties.acts.declare import declare_areas, declare_departments

_LOCK = 0x7440_0001
"""The advisory lock of publishing: one at a time."""
_PARTS = (
    "services",
    "departments",
    "roles",
    "resources",
    "procedures",
    "credentials",
    "letters",
    "messages",
    "areas",
    "systems",
    "reporting",
    "library",
    "profiles",
    "policies",
    "pools",
)


@dataclass(frozen=True)
class Published:
    """The version that runs now, and by kind what changed; nothing if it ran already."""

    hash: str
    base: str
    changed: Mapping[str, tuple[str, ...]]
    carried: tuple[str, ...] = ()
    """Files that were published at the desk and that the folder does not have yet: they stay."""

    @property
    def is_new(self) -> bool:
        """Whether this publishing changed what runs."""
        return self.hash != self.base


def publish(folder: Path, by: str, base: str | None = None) -> Published:
    """Publish a folder. `base` is the version that the folder was changed from; None publishes on top of whatever runs, and keeps what was published at the desk
    since and is not in the folder yet.

    Raises CityFaults, StaleFolderError, NotCarriedError, and the exchange's UnknownConnectorError and NotSharedError.
    """
    files: Mapping[str, bytes] = load(folder)
    carried: tuple[str, ...] = ()
    if base is None:
        files, carried, base = beside_the_folder(files)
    return publish_texts(files, by, base, prefix=folder.as_posix() + "/", turn=Turn(carried=carried))


@dataclass(frozen=True)
class Turn:
    """How a publishing came about: which files were published by themselves, which were carried over, and what else happens in its transaction."""

    files: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    also: Callable[[City], None] | None = None


def publish_texts(files: Mapping[str, bytes], by: str, base: str | None = None, *, prefix: str = "", turn: Turn | None = None) -> Published:
    """Publish texts, by path inside the folder, as the studio does. Raises as `publish`."""
    turn = turn or Turn()
    city = examine(files, prefix).sound()
    with transaction.atomic(durable=True):
        before, number = _locked()
        if base is not None and base != before:
            raise StaleFolderError(base, before)
        what = _differences(before, city)
        if before != city.hash:
            _keep(city, files)
            _tell(city, by)
            _record(city, before, by, what)
        if before != city.hash or (not turn.files and tuple(sorted(pending())) != tuple(sorted(turn.carried))):
            Publishing.objects.create(
                number=number,
                version=city.hash,
                base=before,
                by=by,
                at=clock.now(),
                changed=what,
                files=list(turn.files),
                carried=list(turn.carried),
            )
        if turn.also is not None:
            turn.also(city)
    running.forget()
    return Published(city.hash, before, {kind: tuple(names) for kind, names in what.items()}, turn.carried)


def beside_the_folder(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], tuple[str, ...], str | None]:
    """A folder's files with what was published at the desk since it was last in step; the paths of those; the version that this was found for.

    Raises NotCarriedError where the folder has changed the same file.
    """
    last = Publishing.objects.order_by("-number").first()
    waiting = pending()
    if last is None or not waiting:
        return dict(files), (), None
    ran = texts(last.version)
    unaware = {path for path, before in waiting.items() if _digest(files.get(path)) == before and files.get(path) != ran.get(path)}
    changed = {path for path in waiting if path not in unaware and files.get(path) != ran.get(path)}
    if changed:
        raise NotCarriedError(changed)
    return {**files, **{path: ran[path] for path in unaware}}, tuple(sorted(unaware)), last.version


def hold_publishing() -> None:
    """Nothing is published until the caller's transaction ends; what is being published is waited for. Any number may hold at once: ask for it last, and briefly."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def _locked() -> tuple[str, int]:
    """The running version and the next number, nobody else publishing meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = Publishing.objects.order_by("-number").first()
    return (last.version, last.number + 1) if last else ("", 1)


def _differences(before: str, city: City) -> dict[str, list[str]]:
    if before == city.hash:
        return {}
    old = _readable(before)
    found = {
        "services": changed(
            {id_: each.hash for id_, each in old.services.items()} if old else {},
            {id_: each.hash for id_, each in city.services.items()},
        )
    }
    for part in _PARTS[1:]:
        found[part] = changed(getattr(old, part) if old else {}, getattr(city, part))
    return {part: list(names) for part, names in found.items() if names}


def _readable(before: str) -> City | None:
    """The version that ran; None where there was none or it can no longer be used, which must not keep a sound one from being published."""
    try:
        return version(before) if before else None
    except VersionChangedError:
        return None


def _keep(city: City, files: Mapping[str, bytes]) -> None:
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    contents = {hashes[path]: content for path, content in files.items()}
    StoredText.objects.bulk_create([StoredText(sha256=key, content=content) for key, content in contents.items()], ignore_conflicts=True)
    Version.objects.bulk_create([Version(hash=city.hash, texts=hashes)], ignore_conflicts=True)
    ServiceVersion.objects.bulk_create(
        [ServiceVersion(hash=each.hash, service=each.id, version=city.hash, since=clock.now()) for each in city.services.values()],
        ignore_conflicts=True,
    )


def _tell(city: City, by: str) -> None:
    """Hand down what lower rooms keep: areas, departments, resources, other bodies' systems, and the grants that declared needs are."""
    declare_areas(city.areas.values())
    declare_departments(city.departments.values())
    for resource in city.resources.values():
        exchange.declare_resource(resource)
    for system in city.systems.values():
        docking.declare_system(system)
    for service in city.services.values():
        for need in service.needs:
            exchange.grant(need.resource, service.id, need.purpose, need.items, by=by)
    for profile in city.profiles.values():
        for source in profile.taken.values():
            exchange.grant(source.resource, profile.id, MATCHING, source.items, by=by)
        for source in profile.tried.taken.values():
            exchange.grant(source.resource, profile.id, TRIAL, source.items, by=by)


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _record(city: City, before: str, by: str, what: Mapping[str, list[str]]) -> None:
    payload: dict[str, JSON] = {"version": city.hash, "base": before, "changed": {kind: list[JSON](names) for kind, names in what.items()}}
    append(Act(act="catalogue.publish", actor=by, at=clock.now(), case_id=None, department="", purpose="publishing", payload=payload))
