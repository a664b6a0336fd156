"""Keep an upload: inspected, on disk, then in a row."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import connection, transaction

from tongban.files import blobs
from tongban.files.core.inspection import MEDIA_TYPES, inspect
from tongban.files.core.kept import Kept
from tongban.files.core.naming import clean_name
from tongban.files.models import File
from tongban.kernel import clock

SWEEPING = 7_104_201
"""The advisory lock between keeping (shared) and sweeping (alone)."""


def keep(content: bytes, *, name: str, accept: tuple[str, ...], max_bytes: int, owner: UUID) -> Kept:
    """Keep one upload of `owner` (a case or draft); the same content sent twice by one owner is one file.

    Joins the caller's transaction, or opens its own. Raises EmptyError, OversizeError, WrongKindError, DamagedError, PoisonedError.
    """
    kind = inspect(content, accept, max_bytes)
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [SWEEPING])
        blobs.write(sha256, content)
        row, _ = File.objects.get_or_create(
            owner=owner,
            sha256=sha256,
            defaults={"media_type": MEDIA_TYPES[kind], "size": len(content), "name": clean_name(name, kind), "kept_at": clock.now()},
        )
    return Kept(row.id, row.sha256, row.media_type, row.size, row.name)
