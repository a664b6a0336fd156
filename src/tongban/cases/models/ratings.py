"""What people say of how they were served, apart from the cases that they say it of.

Invariants: a rating has no case and no person; which is of which stands in a second table; nothing deletes either, and a rating is never changed but to say that it
was found to be mistaken.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.kernel.ids import random_id, uuid7


class Rating(models.Model):
    """How somebody rated a finished case: what was said, without the case and without the person. Nothing deletes one.

    Its id is random and its time a month, so that neither leads to the case that was closed just before.
    """

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    month = models.DateField()
    """The first day of the month in which it was given."""
    department = models.CharField(max_length=80)
    service = models.CharField(max_length=80)
    channel = models.CharField(max_length=20)
    """By which the case came."""
    given_by = models.CharField(max_length=10)
    """By which the rating came: portal, link, window, phone, api."""
    level = models.PositiveSmallIntegerField()
    """5 very satisfied to 1 very dissatisfied."""
    indices = models.JSONField(default=dict)
    """Index id → 1 to 5."""
    words = models.TextField(blank=True)
    mistaken_on = models.DateField(null=True)
    """The day on which supervision found it mistaken or malicious; it stays, and is not counted."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=5), name="rating_of_five_levels")]
        indexes = [models.Index(fields=["month", "department", "service", "level"], name="rating_by_month")]


class Rated(models.Model):
    """Which case a rating is of, and who gave it: read for supervision and for the applicant's own side alone."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, primary_key=True, related_name="+")
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="+")
    redress = models.OneToOneField("cases.Case", on_delete=models.PROTECT, null=True, related_name="+")
    """The case that a bad rating opened."""
    at = models.DateTimeField()
    rated_by = models.UUIDField(null=True)
    """The person; none who came with a link that names nobody."""
    recorded_by = models.UUIDField(null=True)
    """The official who wrote it down for somebody on the telephone."""
    is_named = models.BooleanField(default=False)
    """Agreed to be known to whoever puts it right, and called."""
    contact = models.BinaryField(null=True)
    """A telephone number for that, sealed."""
    salt = models.BinaryField()
    """With it the rating's entry in the record can be shown to be of this case."""
    request = models.BinaryField()
    """A digest of the request, by which its repetition is known."""

    class Meta:
        indexes = [models.Index(fields=["at"], name="rated_badly", condition=models.Q(redress__isnull=False))]


class RatingTally(models.Model):
    """What a month came to in one service of one department, counted once the month is over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    month = models.DateField()
    department = models.CharField(max_length=80)
    service = models.CharField(max_length=80)
    finished = models.PositiveIntegerField(default=0)
    levels = ArrayField(models.PositiveIntegerField(), size=5)
    """How many of level 1, 2, 3, 4 and 5, mistaken ones left out."""
    redress = models.JSONField(default=dict)
    """What became of the bad ones: see core.ratings.Redress."""
    counted_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "department", "service"], name="one_tally_a_month")]
