"""What a case is besides where its service makes it a ticket, and how often what was so.

Invariants: a ticket is changed under its case's lock alone; its clock is written at receipt and moves for nothing that happens later.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.cases.models.case import Case


class Ticket(models.Model):
    """What a case has besides where its service makes it a ticket. It is changed under the case's lock alone.

    `received_at` and `due_by` are written once, at receipt (`due_by` also when a dispatcher corrects the category): nothing that happens later moves them.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="ticket")
    service = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    category = models.CharField(max_length=40)
    tier = models.CharField(max_length=40)
    area = models.CharField(max_length=12)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    cell = models.BigIntegerField(null=True)
    grams = ArrayField(models.IntegerField(), default=list)
    """The keyed hashes of the pairs of characters of what was said."""
    is_public = models.BooleanField(default=False)

    received_at = models.DateTimeField()
    due_by = models.DateTimeField()
    """The last instant that is in time."""
    is_running = models.BooleanField(default=True)
    """Neither answered, nor closed, nor handled as part of another."""
    department = models.CharField(max_length=80)
    """Who answers for it: the first department that received it, until a ruling says otherwise; before that, who dispatches."""
    assigned_at = models.DateTimeField(null=True)
    dispatched_to = ArrayField(models.CharField(max_length=80), default=list)
    disputed_by = ArrayField(models.CharField(max_length=80), default=list)
    responded_at = models.DateTimeField(null=True)

    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    fixed = models.CharField(max_length=20, blank=True)
    plan_on = models.DateField(null=True)
    public_words = models.TextField(blank=True)
    reopen_until = models.DateField(null=True)
    """The last day on which the person may say that it is not fixed; none while nothing waits for their word."""
    said_fixed = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)

    urged_at = models.DateTimeField(null=True)
    """When the person last urged."""
    urges = models.PositiveSmallIntegerField(default=0)
    rung = models.PositiveSmallIntegerField(default=0)
    """How many rungs of the escalation are done. It only rises."""
    rung_at = models.DateTimeField(null=True)
    """When the next rung's time comes; none while nothing is escalated."""
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    likely = models.UUIDField(null=True)
    """The ticket that seemed to be about the same when this one came in; none once a dispatcher has looked."""
    is_dirty = models.BooleanField(default=True)
    """Whether the figures do not yet count it as it is."""
    counted = models.JSONField(default=dict)
    """What the figures count of it."""

    class Meta:
        indexes = [
            models.Index(fields=["service", "category", "area", "-received_at"], name="ticket_near_area"),
            models.Index(
                fields=["service", "category", "cell", "-received_at"], name="ticket_near_cell", condition=models.Q(cell__isnull=False)
            ),
            models.Index(fields=["rung_at"], name="ticket_rung", condition=models.Q(rung_at__isnull=False)),
            models.Index(fields=["reopen_until"], name="ticket_reopen_until", condition=models.Q(reopen_until__isnull=False)),
            models.Index(fields=["case"], name="ticket_dirty", condition=models.Q(is_dirty=True)),
            models.Index(fields=["-case"], name="ticket_likely", condition=models.Q(is_running=True, likely__isnull=False)),
            models.Index(fields=["-answered_at"], name="ticket_public", condition=models.Q(is_public=True, answered_at__isnull=False)),
            models.Index(fields=["department", "due_by"], name="ticket_escalated", condition=models.Q(is_running=True, rung__gt=0)),
        ]


class TicketCount(models.Model):
    """How often something was so, by service, month of receipt, department and category: sums of what each ticket counts."""

    service = models.CharField(max_length=80)
    month = models.DateField()
    department = models.CharField(max_length=80)
    category = models.CharField(max_length=40)
    measure = models.CharField(max_length=20)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "month", "department", "category", "measure"], name="ticket_count_once")]
        indexes = [models.Index(fields=["month", "department"], name="ticket_count_month")]
