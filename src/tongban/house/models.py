"""The house's own table: failed attempts to sign in. It holds keyed hashes, never a login or an address."""

from __future__ import annotations

from django.db import models


class Attempt(models.Model):
    """One failure, counted once for the login and once for the address it came from."""

    subject = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="attempt_subject")]
