"""What comes in with a case on paper."""

from __future__ import annotations

from django.db import models

from tongban.cases.models.case import Case
from tongban.kernel.ids import uuid7


class Upload(models.Model):
    """A paper that came with a case: for which question, and which stored file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="uploads")
    question = models.CharField(max_length=80)
    file_id = models.UUIDField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=40)
    size = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.UUIDField()
    removed_at = models.DateTimeField(null=True)
    seen_by = models.UUIDField(null=True)
    """The official who compared it with the original (原件核对)."""
    seen_at = models.DateTimeField(null=True)
    copy_at = models.CharField(max_length=80, blank=True, default="", db_default="")
    """Where a copy on paper is kept, if one is."""
    original_id = models.UUIDField(null=True)
    """The bundle's paper that this is: handed in once, however many parts have it."""

    class Meta:
        indexes = [
            models.Index(fields=["by", "-at"], name="upload_by"),
            models.Index(fields=["original_id", "id"], name="upload_original", condition=models.Q(original_id__isnull=False)),
        ]
