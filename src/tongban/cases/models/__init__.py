"""The tables of cases, by subject."""

from __future__ import annotations

from tongban.cases.models.bundles import Appointment, BundlePart, Charge
from tongban.cases.models.case import NUMBER_BACKWARDS, Case
from tongban.cases.models.counter import Attendance, Confirmation
from tongban.cases.models.figures import Arrival, BenefitDay, Share
from tongban.cases.models.letters import Delivery, Letter, LetterSeries
from tongban.cases.models.papers import Upload
from tongban.cases.models.tickets import Ticket, TicketCount
from tongban.cases.models.work import Event, Task

__all__ = [
    "NUMBER_BACKWARDS",
    "Appointment",
    "Arrival",
    "Attendance",
    "BenefitDay",
    "BundlePart",
    "Case",
    "Charge",
    "Confirmation",
    "Delivery",
    "Event",
    "Letter",
    "LetterSeries",
    "Share",
    "Task",
    "Ticket",
    "TicketCount",
    "Upload",
]
