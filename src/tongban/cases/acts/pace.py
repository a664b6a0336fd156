"""How often within a minute one person may upload, and may have registers asked.

Invariants: counted are the rows there are, so no other table has to be kept; who has to wait is told for how long. Pages ask before they act; the
interface for programs does not: whoever holds one of its tokens was given it by the operator, and acts as often as there are cases.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from tongban.cases.models import Upload
from tongban.exchange import reads as exchange
from tongban.kernel import clock
from tongban.kernel.errors import TooOftenError
from tongban.parties.core.people import Actor

WITHIN = timedelta(minutes=1)
UPLOADS = 60
QUESTIONS = 120
"""One application asks half a dozen registers, and those that are silent again at each page."""


def check_uploads(actor: Actor) -> None:
    """Raises TooOftenError once this person has uploaded too much within a minute."""
    uploads = Upload.objects.filter(by=actor.person_id, at__gt=clock.now() - WITHIN).order_by("-at")
    _check(next(iter(uploads.values_list("at", flat=True)[UPLOADS - 1 : UPLOADS]), None))


def check_asking(actor: Actor) -> None:
    """Raises TooOftenError once registers were asked too often for this person within a minute."""
    _check(exchange.asked_before(f"account:{actor.account_id}", clock.now() - WITHIN, QUESTIONS))


def _check(oldest: datetime | None) -> None:
    """The time of the last act but so many, if that many were within the minute."""
    if oldest is not None:
        raise TooOftenError(max(1, ceil((oldest + WITHIN - clock.now()).total_seconds())))
