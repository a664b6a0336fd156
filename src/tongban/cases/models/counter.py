"""What happens at a counter: who came, and what they confirmed."""

from __future__ import annotations

from django.db import models

from tongban.cases.models.case import Case
from tongban.kernel.ids import uuid7


class Attendance(models.Model):
    """One person at one clerk's counter (or on the telephone, or at home), from the look at their identity to goodbye.

    What the clerk may do for the person rests on it: only while it is open, of the same day, and once a document was checked. A look that led to nothing stays
    too, so that the person sees it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.UUIDField()
    clerk = models.UUIDField()
    clerk_name = models.CharField(max_length=200)
    department = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=20)
    document = models.CharField(max_length=40, blank=True)
    identity = models.CharField(max_length=10, blank=True)
    has_account = models.BooleanField()
    looked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["clerk", "-id"], name="attendance_of_clerk"),
            models.Index(fields=["person", "-id"], name="attendance_of_person"),
        ]


class Confirmation(models.Model):
    """What an assisted person read, or heard, and confirmed before it was sent: the whole summary, as it stood in that version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="confirmations")
    attendance_id = models.UUIDField()
    version = models.PositiveIntegerField()
    said = models.JSONField()
    """`[{"title": {"zh", "en"}, "rows": [[{"zh", "en"}, {"zh", "en"}]]}]`."""
    how = models.CharField(max_length=10)
    """pad, paper or spoken."""
    signature = models.UUIDField(null=True)
    copy_at = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="confirmation_of_case")]
