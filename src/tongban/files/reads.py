"""Questions about kept files. Invariant: content is given only to who names its owner, and only as it was kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from uuid import UUID

from tongban.files import blobs
from tongban.files.core.bare import PICTURES, bare
from tongban.files.core.kept import Kept
from tongban.files.errors import FileNotFoundForOwnerError, LostContentError
from tongban.files.models import File


def content(file_id: UUID, owner: UUID) -> bytes:
    """The bytes of one file of one owner. Raises FileNotFoundForOwnerError; LostContentError when the blob is missing or altered."""
    sha256 = File.objects.filter(id=file_id, owner=owner).values_list("sha256", flat=True).first()
    if sha256 is None:
        raise FileNotFoundForOwnerError
    try:
        found = blobs.path(sha256).read_bytes()
    except FileNotFoundError as error:
        raise LostContentError from error
    if hashlib.sha256(found).hexdigest() != sha256:
        raise LostContentError
    return found


def bare_content(file_id: UUID, owner: UUID, media_type: str) -> bytes:
    """A picture of one owner without what its camera wrote into it; anything else as it is. Raises as `content` does."""
    found = content(file_id, owner)
    return bare(found, media_type) if media_type in PICTURES else found


def info(file_ids: Collection[UUID]) -> dict[UUID, Kept]:
    """What is known of files, by id; unknown ids are absent."""
    rows = File.objects.filter(id__in=file_ids)
    return {row.id: Kept(row.id, row.sha256, row.media_type, row.size, row.name) for row in rows}


def of_owner(owner: UUID) -> tuple[Kept, ...]:
    """All files of one owner, in the order in which they were kept."""
    return tuple(Kept(row.id, row.sha256, row.media_type, row.size, row.name) for row in File.objects.filter(owner=owner).order_by("id"))
