"""Questions to the catalogue: the running city, and any version ever published.

Invariants: a definition is cached by its content hash, so a cache can never be stale; what is read from storage must hash to the hash that it was stored
under, else it is not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from tongban.catalogue.core.definition import City, Service
from tongban.catalogue.core.pinned import Pinned, pin
from tongban.catalogue.core.reading import read_stored
from tongban.catalogue.errors import CityFaults, NothingPublishedError, UnknownVersionError, VersionChangedError
from tongban.catalogue.models import Publishing, ServiceVersion, StoredText, Version
from tongban.catalogue.running import latest_hash, running_hash


@dataclass(frozen=True)
class PublishingView:
    """One publishing, as the record of versions shows it."""

    number: int
    hash: str
    base: str
    by: str
    at: datetime
    changed: dict[str, list[str]]


def city() -> City:
    """The running city. Raises NothingPublishedError."""
    found = running_hash()
    if found is None:
        raise NothingPublishedError
    return version(found)


def latest() -> City:
    """The city that runs this moment, for an act that must not miss what was published since its request began. Raises NothingPublishedError."""
    found = latest_hash()
    if found is None:
        raise NothingPublishedError
    return version(found)


@lru_cache(maxsize=32)
def version(hash_: str) -> City:
    """The city as of any published version. Raises UnknownVersionError, VersionChangedError."""
    stored = Version.objects.filter(pk=hash_).first()
    if stored is None:
        raise UnknownVersionError(hash_)
    try:
        read = read_stored(_texts(stored.texts))
    except CityFaults:
        raise VersionChangedError(hash_) from None
    if read.hash != hash_:
        raise VersionChangedError(hash_)
    return read


def texts(hash_: str) -> dict[str, bytes]:
    """The declared files of a published version, byte for byte, by path. Raises UnknownVersionError."""
    stored = Version.objects.filter(pk=hash_).first()
    if stored is None:
        raise UnknownVersionError(hash_)
    return _texts(stored.texts)


def _texts(paths: dict[str, str]) -> dict[str, bytes]:
    stored = StoredText.objects.filter(pk__in=set(paths.values())).values_list("sha256", "content")
    contents = {sha256: bytes(content) for sha256, content in stored}
    return {path: contents[sha256] for path, sha256 in paths.items()}


def service(hash_: str) -> Service:
    """Any version of a service ever published. Raises UnknownVersionError, VersionChangedError."""
    return pinned(hash_).service


@lru_cache(maxsize=1024)
def pinned(hash_: str) -> Pinned:
    """A version of a service with its procedures, credentials, letters and resources. Raises UnknownVersionError, VersionChangedError."""
    found = ServiceVersion.objects.filter(pk=hash_).first()
    if found is None:
        raise UnknownVersionError(hash_)
    whole = version(found.version)
    one = whole.services.get(found.service)
    if one is None or one.hash != hash_:
        raise VersionChangedError(hash_)
    return pin(whole, one)


def pending() -> dict[str, str | None]:
    """The files that were published at the desk and of which no folder is known to have them: by path, the sha256 of the text before (None: there was none)."""
    found: dict[str, str | None] = {}
    for row in Publishing.objects.order_by("number").only("base", "files", "carried"):
        if not row.files:
            found = {path: before for path, before in found.items() if path in row.carried}
            continue
        stored = Version.objects.filter(pk=row.base).first() if any(path not in found for path in row.files) else None
        found |= {path: stored.texts.get(path) if stored else None for path in row.files if path not in found}
    return found


def publishings(limit: int = 50) -> Sequence[PublishingView]:
    """The latest publishings, newest first."""
    rows = Publishing.objects.order_by("-number")[:limit]
    return [PublishingView(row.number, row.version, row.base, row.by, row.at, row.changed) for row in rows]
