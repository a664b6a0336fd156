"""What a bundle consists of, when officials come for it, and what is due for a case."""

from __future__ import annotations

from django.db import models

from tongban.cases.models.case import Case
from tongban.kernel.ids import uuid7


class BundlePart(models.Model):
    """One part of a bundle that was sent: of which service, and whether it was sent, waits, was never started, or is not needed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bundle = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parts")
    alias = models.CharField(max_length=60)
    service = models.CharField(max_length=80)
    standing = models.CharField(max_length=12)
    """`waiting`, `sent`, `not-started` or `left-out`."""
    case_id = models.UUIDField()
    """The case that it is, or will be: what registers answer for a part that waits is kept under this id."""
    because = models.CharField(max_length=60, blank=True)
    """Of a part that was never started: the part for which it waited in vain; empty where the applicant withdrew."""
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "alias"], name="one_part_an_alias"),
            models.UniqueConstraint(fields=["case_id"], name="one_part_a_case"),
            models.CheckConstraint(condition=models.Q(standing__in=["waiting", "sent", "not-started", "left-out"]), name="part_standing"),
        ]


class Appointment(models.Model):
    """When officials come: a day and a half of it, agreed once for all who come. A newer one replaces it; none is changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appointments")
    """The bundle's case; the case itself where it is no part of one."""
    visit = models.CharField(max_length=80)
    """The bundle's visit, or the step."""
    on = models.DateField()
    half = models.CharField(max_length=2)
    """`am` or `pm`."""
    made_by = models.UUIDField()
    made_by_name = models.CharField(max_length=200)
    department = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "visit"], condition=models.Q(replaced_at=None), name="one_appointment_a_visit"),
            models.CheckConstraint(condition=models.Q(half__in=["am", "pm"]), name="appointment_half"),
        ]


class Charge(models.Model):
    """One fee of one case: what is due, for what, on which basis; and that it was paid, with the receipt's number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="charges")
    fee = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    basis_zh = models.TextField()
    basis_en = models.TextField()
    amount_fen = models.BigIntegerField(null=True)
    """None while a fact that it depends on is unknown."""
    charged_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    receipt_no = models.CharField(max_length=60, blank=True)
    paid_noted_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "fee"], name="one_charge_a_fee"),
            models.CheckConstraint(condition=models.Q(paid_at=None) ^ ~models.Q(receipt_no=""), name="paid_with_a_receipt"),
        ]
