"""What goes out of a case on paper or on a page: letters, how they reached somebody, and where their numbers come from.

Invariants: a letter's text, number and code never change once it is written; a delivery on paper is a row of its own, with who, when and how it was made sure of;
what went back stays on record beside what went out again.
"""

from __future__ import annotations

from django.db import models

from tongban.cases.models.case import Case
from tongban.kernel import clock
from tongban.kernel.ids import uuid7


class Letter(models.Model):
    """A letter of a case, as it was written and signed: the text is kept, the PDF is drawn from it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    type = models.CharField(max_length=40)
    number = models.CharField(max_length=60, unique=True)
    series = models.CharField(max_length=20, blank=True, default="")
    """Department's and letter's mark; empty for one that is numbered by its case."""
    year = models.PositiveSmallIntegerField(null=True)
    serial = models.PositiveIntegerField(null=True)
    department = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True, default="")
    issuer_zh = models.CharField(max_length=200, blank=True, default="")
    issuer_en = models.CharField(max_length=200, blank=True, default="")
    issuer_code = models.CharField(max_length=18, blank=True, default="")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    addressee = models.CharField(max_length=200, blank=True, default="")
    paragraphs = models.JSONField()
    """`[{"zh": …, "en": …}]`."""
    attachments = models.JSONField(default=list)
    sealed = models.BooleanField()
    issued_on = models.DateField()
    written_at = models.DateTimeField(default=clock.now)
    token = models.TextField(blank=True, default="")
    """The signed content of its QR code."""
    standing = models.CharField(max_length=10, blank=True, default="")
    """Empty while it stands; `replaced` or `annulled` by `later`."""
    standing_since = models.DateTimeField(null=True)
    later = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    sending = models.CharField(max_length=10, blank=True, default="")
    """On paper: `collect` and `mail` wait in a list, `posted` is on its way, `done` is delivered; empty for a letter that is not sent on paper."""
    delivery = models.ForeignKey("Delivery", on_delete=models.PROTECT, null=True, related_name="letters")
    """The delivery on paper it went with last."""

    read_at = models.DateTimeField(null=True)
    """The first reading on the applicant's side; `read_by` is who, `read_channel` how."""
    read_by = models.UUIDField(null=True)
    read_by_name = models.CharField(max_length=200, blank=True, default="")
    read_channel = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "serial"], condition=~models.Q(series=""), name="letter_one_serial"),
        ]
        indexes = [
            models.Index(
                fields=["department", "sending", "id"], name="letter_to_send", condition=models.Q(sending__in=["collect", "mail"])
            ),
            models.Index(fields=["sending", "id"], name="letter_for_counters", condition=models.Q(sending__in=["collect", "mail"])),
        ]


class Delivery(models.Model):
    """Letters of a case handed to somebody or put in the post, once (送达): who, when, how it was made sure of, what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deliveries")
    how = models.CharField(max_length=12)
    """`collect` (handed out) or `mail`."""
    department = models.CharField(max_length=80)
    area = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=200)
    by_department = models.CharField(max_length=80)
    """In whose name: the case's own department's, or a counter's."""
    to = models.JSONField(default=dict)
    """For post: name, phone, address, as they stood when it was posted."""
    carrier = models.CharField(max_length=60, blank=True)
    tracking = models.CharField(max_length=60, blank=True)
    received_by = models.CharField(max_length=60, blank=True)
    relation = models.CharField(max_length=12, blank=True)
    document = models.CharField(max_length=60, blank=True)
    signature = models.UUIDField(null=True)
    """What was signed on a counter's pad, as a file of the case."""
    copy_at = models.CharField(max_length=80, blank=True)
    """Where the sheet is kept that was signed on paper."""
    note = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "id"],
                name="delivery_on_the_way",
                condition=models.Q(delivered_at__isnull=True, returned_at__isnull=True),
            ),
            models.Index(
                fields=["id"], name="delivery_for_counters", condition=models.Q(delivered_at__isnull=True, returned_at__isnull=True)
            ),
            models.Index(fields=["case", "id"], name="delivery_of_case"),
        ]


class LetterSeries(models.Model):
    """The last serial given out in one series and year; the row is locked from the drawing of a serial until its act commits."""

    pk = models.CompositePrimaryKey("series", "year")
    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()
