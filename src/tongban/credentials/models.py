"""Credentials, their endings, and serial numbers. Private to this room."""

from __future__ import annotations

from django.db import models

from tongban.credentials.core.credential import HOWS
from tongban.kernel.ids import uuid7


class Credential(models.Model):
    """One issued credential; never changed after it was issued."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    identifier = models.CharField(max_length=90, unique=True)
    serial = models.CharField(max_length=22)
    version = models.PositiveSmallIntegerField()
    type_id = models.CharField(max_length=60)
    type_title = models.JSONField()
    type_code = models.CharField(max_length=21)
    issuer_id = models.CharField(max_length=60)
    issuer_name = models.JSONField()
    issuer_uscc = models.CharField(max_length=18)
    holder_kind = models.CharField(max_length=6)
    holder_id = models.UUIDField()
    holder_name = models.CharField(max_length=200)
    holder_code = models.CharField(max_length=40)
    case_id = models.UUIDField(null=True)
    area = models.CharField(max_length=12, blank=True, default="")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="successor")
    """The version before this one: reissued (换发) it holds until this one begins, and is not one of the four endings."""
    fields = models.JSONField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    issued_at = models.DateTimeField()
    token = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["holder_id", "id"], name="credentials_of_holder"),
            models.Index(fields=["issuer_id", "-id"], name="credentials_of_issuer"),
            models.Index(fields=["serial"], name="credentials_by_serial"),
            models.Index(fields=["case_id"], name="credentials_of_case", condition=models.Q(case_id__isnull=False)),
        ]


class Ending(models.Model):
    """How one credential ended. One at most: the primary key is the credential's."""

    credential = models.OneToOneField(Credential, models.PROTECT, primary_key=True, related_name="ending")
    how = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    reason = models.JSONField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(how__in=HOWS), name="credentials_four_lawful_endings")]


class Serial(models.Model):
    """The next serial of one stripe of one issuer's year: stripe n hands out n, n + 16, n + 32 …"""

    id = models.BigAutoField(primary_key=True)
    issuer = models.CharField(max_length=18)
    year = models.PositiveSmallIntegerField()
    stripe = models.PositiveSmallIntegerField()
    next = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "year", "stripe"], name="credentials_one_stripe")]
