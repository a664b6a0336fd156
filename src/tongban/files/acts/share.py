"""Let another owner have what one owner kept: the parts of a bundle each get the paper that was uploaded once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tongban.files.errors import FileNotFoundForOwnerError
from tongban.files.models import File
from tongban.kernel import clock
from tongban.kernel.ids import uuid7


def share(owner: UUID, wanted: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], UUID]:
    """Give files of `owner` to others, as (new owner, file), in the caller's transaction; by the same pair, the new owner's file. No byte is copied.

    Raises FileNotFoundForOwnerError for a file that is not the owner's.
    """
    pairs = list(dict.fromkeys(wanted))
    if not pairs:
        return {}
    held = {row.id: row for row in File.objects.filter(owner=owner, id__in={file for _, file in pairs})}
    if any(file not in held for _, file in pairs):
        raise FileNotFoundForOwnerError
    now = clock.now()
    rows = {
        (to, file): File(
            id=uuid7(),
            owner=to,
            sha256=held[file].sha256,
            media_type=held[file].media_type,
            size=held[file].size,
            name=held[file].name,
            kept_at=now,
        )
        for to, file in pairs
    }
    File.objects.bulk_create(rows.values())
    return {pair: row.id for pair, row in rows.items()}
