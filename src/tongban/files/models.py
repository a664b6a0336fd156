"""Which owner has which file. Private to this room."""

from __future__ import annotations

from django.db import models

from tongban.kernel.ids import uuid7


class File(models.Model):
    """One content of one owner. The blob was on disk before this row was."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "sha256"], name="files_one_content_an_owner")]
        indexes = [models.Index(fields=["sha256"], name="files_by_content")]
