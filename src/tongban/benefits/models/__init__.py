"""The tables of this room, by subject: lives of entitlements with their runs, and policies on their way."""

from __future__ import annotations

from tongban.benefits.models.lives import (
    AWAY,
    LIFE,
    OPEN,
    ORDER_STATES,
    TAKEN,
    Account,
    Clawback,
    Finding,
    Match,
    Objection,
    Order,
    Pool,
    Result,
    Review,
    Run,
    Step,
)
from tongban.benefits.models.policies import Change, Draft, Seen, Trial, Turned, Undone, Watch, Withdrawal

__all__ = [
    "AWAY",
    "LIFE",
    "OPEN",
    "ORDER_STATES",
    "TAKEN",
    "Account",
    "Change",
    "Clawback",
    "Draft",
    "Finding",
    "Match",
    "Objection",
    "Order",
    "Pool",
    "Result",
    "Review",
    "Run",
    "Seen",
    "Step",
    "Trial",
    "Turned",
    "Undone",
    "Watch",
    "Withdrawal",
]
