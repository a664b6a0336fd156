"""The tables of this room, by subject: lives of entitlements with their runs, policies on their way, and what is told to everybody."""

from __future__ import annotations

from tongban.benefits.models.lives import (
    AWAY,
    CHOICE_ASKED,
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
    SecondPayment,
    Step,
)
from tongban.benefits.models.policies import Change, Draft, Seen, Trial, Turned, Undone, Watch, Withdrawal
from tongban.benefits.models.public import Published, ToldMonth

__all__ = [
    "AWAY",
    "CHOICE_ASKED",
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
    "Published",
    "Result",
    "Review",
    "Run",
    "SecondPayment",
    "Seen",
    "Step",
    "ToldMonth",
    "Trial",
    "Turned",
    "Undone",
    "Watch",
    "Withdrawal",
]
