"""Messages and their receipts. Private to this room."""

from __future__ import annotations

from django.db import models

from tongban.kernel.ids import uuid7


class Message(models.Model):
    """One message to one person, in both languages."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.UUIDField()
    template = models.CharField(max_length=80)
    zh = models.TextField()
    en = models.TextField()
    case_id = models.UUIDField(null=True)
    link = models.CharField(max_length=300, default="")
    urgent = models.BooleanField(default=False)
    channel = models.CharField(max_length=40)
    quiet_from = models.CharField(max_length=5, default="")
    quiet_until = models.CharField(max_length=5, default="")
    sent_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["to", "-id"], name="messages_inbox"),
            models.Index(fields=["to"], name="messages_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(fields=["case_id"], name="messages_of_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["-delivered_at", "-id"], name="messages_phone", condition=models.Q(delivered_at__isnull=False)),
        ]
