"""Where contents stand on disk: `files/<aa>/<sha256>` in the data folder.

Invariants: a blob has its final name only when all its bytes are durable; its name is its SHA-256.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """The folder of all blobs."""
    return Path(settings.DATA) / "files"


def path(sha256: str) -> Path:
    """Where one blob stands, or would stand."""
    return folder() / sha256[:2] / sha256


def write(sha256: str, content: bytes) -> None:
    """Put a blob on disk for good (fsync of file and folder); one that is there already is only marked as fresh."""
    target = path(sha256)
    try:
        os.utime(target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_new(target, content)
    _sync_folder(target.parent)
    _sync_folder(target.parent.parent)


def _write_new(target: Path, content: bytes) -> None:
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def older_than(instant: datetime) -> Iterator[Path]:
    """Blobs, and unfinished ones, last written before an instant of the machine's own clock."""
    for found in folder().glob("??/*"):
        try:
            written = datetime.fromtimestamp(found.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue
        if written < instant:
            yield found


def _sync_folder(target: Path) -> None:
    handle = os.open(target, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
