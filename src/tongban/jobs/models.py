"""The table of jobs. Invariants: a job commits with the act that asks for it; it is done, given up, or still due, and nothing else; a key is used once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.kernel.ids import uuid7


class Job(models.Model):
    """One piece of work: what (`kind`, `payload`), not before when (`run_at`), and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.TextField()
    payload = models.JSONField()
    key = models.TextField(null=True, unique=True)
    asked_at = models.DateTimeField()
    run_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    error = models.TextField(default="")
    done_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(done_at__isnull=True) | Q(gave_up_at__isnull=True), name="jobs_job_one_end")]
        indexes = [
            models.Index(fields=["run_at", "id"], condition=Q(done_at__isnull=True, gave_up_at__isnull=True), name="jobs_job_due"),
            models.Index(fields=["gave_up_at"], condition=Q(gave_up_at__isnull=False), name="jobs_job_gave_up"),
            models.Index(fields=["done_at"], condition=Q(done_at__isnull=False), name="jobs_job_done"),
        ]
