"""What was told to everybody of payments. Private to this room.

Invariants, kept by the database: a line that was told is never changed or taken away; a line has as many payments as `core.published.LEAST` demands.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.benefits.core.published import LEAST
from tongban.kernel.ids import uuid7


class Published(models.Model):
    """One line: payments of a policy in some months and a district, or what came back of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    policy = models.CharField(max_length=80)
    first = models.DateField()
    last = models.DateField()
    """The months, each by its first day."""
    district = models.CharField(max_length=12, blank=True)
    """None where several are told together."""
    count = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    """Fen."""
    is_return = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(count__gte=LEAST), name="published_tells_of_nobody")]
        indexes = [models.Index(fields=["policy", "-last"], name="published_of_policy")]


class ToldMonth(models.Model):
    """That everything paid before a month was told, as far as it could be."""

    month = models.DateField(primary_key=True)
    at = models.DateTimeField()
