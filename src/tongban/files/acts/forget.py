"""Forget what an owner kept: a draft that was thrown away takes its papers with it."""

from __future__ import annotations

from uuid import UUID

from tongban.files.models import File


def forget(owner: UUID) -> int:
    """Take away every file of an owner, in the caller's transaction; how many. Blobs that nobody else names are swept later."""
    taken, _ = File.objects.filter(owner=owner).delete()
    return taken
