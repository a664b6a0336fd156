"""What officials have to do on a case, and what was done: an event is never changed."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models.functions import Left

from tongban.cases.models.case import Case
from tongban.kernel.ids import uuid7


class Task(models.Model):
    """One thing that officials have to do on a case, with its own limit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    step = models.CharField(max_length=80)
    joint = models.CharField(max_length=80, blank=True)
    system = models.CharField(max_length=80, blank=True, default="")
    """The other body's system that the step was handed to; its role is `system` until people take over."""
    role = models.CharField(max_length=40)
    department = models.CharField(max_length=80)
    case_department = models.CharField(max_length=80, default="")
    """Whose case it is."""
    guest = models.CharField(max_length=80, default="", blank=True)
    """The department, where it does a part of another's case; else empty. Told, because the server cannot guess from two columns how few these are."""
    area = models.CharField(max_length=12, blank=True)
    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    step_due_on = models.DateField(null=True)
    records = models.JSONField(default=dict)
    photos = models.JSONField(default=list)
    signatures = models.JSONField(default=list)
    """Who signed the record: person id, name, at. A step of two officers is done when two have signed."""
    outcome = models.CharField(max_length=20, blank=True)
    words = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    purpose = models.CharField(max_length=12, default="", blank=True)
    """Empty for the way to the answer; `check`, `recheck` and `annul` for what follows a grant on a promise."""
    assigned_to = models.UUIDField(null=True)
    """The one official who is to do it; none while it is anybody's in that post."""
    assigned_name = models.CharField(max_length=200, default="", blank=True)
    on_silence = models.CharField(max_length=10, default="", blank=True)
    """What happens once `step_due_on` has passed: nothing, `escalate` or `pass`."""
    escalated_at = models.DateTimeField(null=True)

    number = models.CharField(max_length=25)
    service = models.CharField(max_length=80)
    applicant_name = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    statutory_due_on = models.DateField(null=True)

    @property
    def is_settled(self) -> bool:
        """Whether its record is a fact: the step was done, with every signature that it needs."""
        return bool(self.records) and not self.is_open and self.outcome == "pass"

    def was_done_by(self, person_id: UUID) -> bool:
        """Whether somebody did it, or signed its record."""
        return self.done_by == person_id or any(signature["person"] == str(person_id) for signature in self.signatures)

    class Meta:
        indexes = [
            models.Index(fields=["department", "role", "due_on", "id"], name="task_queue", condition=models.Q(is_open=True)),
            models.Index(fields=["department", "due_on", "id"], name="task_department", condition=models.Q(is_open=True)),
            models.Index("department", Left("area", 6), "due_on", "id", name="task_district", condition=models.Q(is_open=True)),
            models.Index(
                "department", "role", Left("area", 6), "due_on", "id", name="task_queue_district", condition=models.Q(is_open=True)
            ),
            models.Index(fields=["department", "area"], name="task_area", condition=models.Q(is_open=True)),
            models.Index(fields=["case_department", "role", "due_on", "id"], name="task_waits", condition=models.Q(is_open=True)),
            models.Index(
                fields=["case_department", "due_on", "id"],
                name="task_elsewhere",
                condition=models.Q(is_open=True) & ~models.Q(guest=""),
            ),
            models.Index(
                fields=["department", "due_on", "id"],
                name="task_assigned",
                condition=models.Q(is_open=True, assigned_to__isnull=False),
            ),
            models.Index(fields=["guest", "case"], name="task_part", condition=~models.Q(guest="")),
            models.Index(
                fields=["step_due_on"],
                name="task_silent",
                condition=models.Q(is_open=True, escalated_at__isnull=True) & ~models.Q(on_silence=""),
            ),
            models.Index(fields=["department", "-done_at"], name="task_done", condition=models.Q(is_open=False)),
            models.Index(fields=["done_by", "-done_at", "-id"], name="task_done_by", condition=models.Q(is_open=False)),
        ]


class Event(models.Model):
    """One act on a case: who, when, from which state to which, in which words. Never changed; `entry_id` is its leaf's entry in the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    act = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    """The person; none where the machine acted."""
    actor_name = models.CharField(max_length=200)
    actor_department = models.CharField(max_length=80, blank=True)
    step = models.CharField(max_length=80, blank=True)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    words = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    facts = models.JSONField(null=True)
    """The facts an answer rested on, with source and time, where the act gave an answer."""
    explanation = models.JSONField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="event_of_case")]
