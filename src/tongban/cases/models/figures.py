"""Sums that the worker keeps, so that no page counts cases."""

from __future__ import annotations

from django.db import models

from tongban.kernel.ids import uuid7


class BenefitDay(models.Model):
    """What the decisions of one day came to for one service, once that day was over: sums in the words of `core.benefit`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField()
    service = models.CharField(max_length=80)
    ended = models.IntegerField()
    cases = models.IntegerField()
    by_machine = models.IntegerField()
    joined = models.IntegerField()
    timed = models.IntegerField()
    days = models.IntegerField()
    days_before = models.IntegerField()
    late_promise = models.IntegerField()
    late_law = models.IntegerField()
    papers = models.IntegerField()
    papers_before = models.IntegerField()
    visits = models.IntegerField()
    visits_before = models.IntegerField()
    steps = models.IntegerField()
    steps_before = models.IntegerField()
    conditions = models.IntegerField()
    conditions_by_data = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "service"], name="benefit_day_once")]


class Arrival(models.Model):
    """A case that was sent and is not counted yet: written with it, taken away by the worker as it counts (`acts.shares`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    month = models.DateField()
    service = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    """online, assisted or paper."""


class Share(models.Model):
    """How many cases of one month came from one area by one channel; with an empty service, of all services together."""

    id = models.BigAutoField(primary_key=True)
    month = models.DateField()
    service = models.CharField(max_length=80, blank=True)
    area = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "month", "area", "channel", "kind"], name="share_once")]
